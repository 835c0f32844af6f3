/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command of each kind that kernel lockdown tells apart, sent to the device model;
 * *arrived is what the model says of it, whatever the driver says.
 */
#ifndef GUEST_LOCKDOWN_H
#define GUEST_LOCKDOWN_H

#include "guest_model.h"

bool guest_locked_down(void);
/* For good: the kernel never lets go of it. */
void guest_lock_down(void);

/* 5102h, audited and DESTRUCTIVE. */
void lockdown_port_reset(int fd, struct sent *sent, bool *arrived);
/*
 * 5202h; options 0 and 1 are managed (PROVISION), 2 is by surprise (DESTRUCTIVE). Bound
 * again after it.
 */
void lockdown_unbind(int fd, uint8_t option, struct sent *sent, bool *arrived);
/* An opcode that nobody audited; raw commands have to be on. */
void lockdown_vendor(int fd, struct sent *sent, bool *arrived);

#endif
