/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mailbox's interrupt: MSI-X, MSI, or none. A hint to look, no more: it says
 * nothing of what happened.
 */
#ifndef CCI_INTERRUPT_H
#define CCI_INTERRUPT_H

struct cci_device;

void interrupt_setup(struct cci_device *cci);
void interrupt_release(struct cci_device *cci);

#endif /* CCI_INTERRUPT_H */
