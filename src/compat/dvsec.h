/* SPDX-License-Identifier: GPL-2.0-only */
/* Older kernels do not define the capability's id in linux/pci_regs.h. */
#ifndef CCI_COMPAT_DVSEC_H
#define CCI_COMPAT_DVSEC_H

#include <linux/pci_regs.h>

#ifndef PCI_EXT_CAP_ID_DVSEC
#define PCI_EXT_CAP_ID_DVSEC	0x23
#endif

#endif /* CCI_COMPAT_DVSEC_H */
