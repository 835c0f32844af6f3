/* SPDX-License-Identifier: GPL-2.0-only */
/* Version of module, tool and packages; scripts/check compares dkms.conf with it. */
#ifndef CCI_VERSION_H
#define CCI_VERSION_H

#define CXL_SWITCH_CCI_VERSION	"0.1.0"

#endif /* CCI_VERSION_H */
