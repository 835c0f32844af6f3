/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mailbox's interrupt: MSI-X, MSI, or none. It is a hint to read the registers, and
 * does not say what happened.
 */
#ifndef CCI_INTERRUPT_H
#define CCI_INTERRUPT_H

struct swcci_device;

int swcci_interrupt_setup(struct swcci_device *cci);
void swcci_interrupt_release(struct swcci_device *cci, int *irq);

#endif /* CCI_INTERRUPT_H */
