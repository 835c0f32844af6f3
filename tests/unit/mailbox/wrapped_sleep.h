/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the linker's --wrap makes of the two calls on the way to sleep: the mailbox
 * calls __wrap_*, which a test defines; __real_* are those of the shim.
 */
#ifndef WRAPPED_SLEEP_H
#define WRAPPED_SLEEP_H

#include "shim.h"

void __real_prepare_to_wait(wait_queue_head_t *head, struct shim_wait *wait, int state);
void __wrap_prepare_to_wait(wait_queue_head_t *head, struct shim_wait *wait, int state);
int __real_schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode);
int __wrap_schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode);

#endif /* WRAPPED_SLEEP_H */
