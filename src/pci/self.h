/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The function's own identity: queried until it is known, its changes announced to
 * user space.
 */
#ifndef CCI_SELF_H
#define CCI_SELF_H

struct cci_device;

void self_init(struct cci_device *cci);
void self_note(struct cci_device *cci);

#endif /* CCI_SELF_H */
