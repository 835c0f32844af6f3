/* SPDX-License-Identifier: GPL-2.0-only */
/* The version of module, tool and packages; dkms.conf is checked against it. */
#ifndef CCI_VERSION_H
#define CCI_VERSION_H

#define CXL_SWITCH_CCI_VERSION	"0.1.0"

#endif /* CCI_VERSION_H */
