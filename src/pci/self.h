/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The function's own identity: queried until it is known, its changes announced to
 * user space.
 */
#ifndef CCI_SELF_H
#define CCI_SELF_H

struct swcci_device;

void swcci_self_init(struct swcci_device *cci);
void swcci_self_note(struct swcci_device *cci);

#endif /* CCI_SELF_H */
