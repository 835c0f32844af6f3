/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command at a time per open file: a lock whose wait is killable and has a deadline. A
 * mutex has no deadline.
 */
#ifndef CCI_FILE_LOCK_H
#define CCI_FILE_LOCK_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/wait.h>

struct swcci_file_lock {
	atomic_t held;
	wait_queue_head_t released;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;	/* as in a mutex: lockdep_assert_held() works */
#endif
};

void swcci_file_lock_init(struct swcci_file_lock *lock);
int swcci_file_lock(struct swcci_file_lock *lock, ktime_t deadline);
void swcci_file_unlock(struct swcci_file_lock *lock);

#endif /* CCI_FILE_LOCK_H */
