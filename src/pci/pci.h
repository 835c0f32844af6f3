/* SPDX-License-Identifier: GPL-2.0-only */
/* What the room shows to others. */
#ifndef CCI_PCI_H
#define CCI_PCI_H

struct pci_driver;

/* Binds every function; swcci_devices_init() comes first, swcci_devices_exit() after. */
extern struct pci_driver swcci_pci_driver;

#endif /* CCI_PCI_H */
