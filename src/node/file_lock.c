// SPDX-License-Identifier: GPL-2.0-only
/* See file_lock.h. Takes no other lock. */
#include "file_lock.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

static struct lock_class_key file_lock_key;

/**
 * swcci_file_lock_init() - make a lock, not held
 * @lock: of an open file
 */
void swcci_file_lock_init(struct swcci_file_lock *lock)
{
	atomic_set(&lock->held, 0);
	init_waitqueue_head(&lock->released);
	lockdep_init_map(&lock->dep_map, "swcci_file_lock", &file_lock_key, 0);
}

static bool take(struct swcci_file_lock *lock)
{
	return !atomic_cmpxchg_acquire(&lock->held, 0, 1);
}

static long jiffies_until(ktime_t deadline)
{
	s64 ms;

	if (deadline == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ms = ktime_ms_delta(deadline, ktime_get());
	return ms < 0 ? 0 : msecs_to_jiffies(min_t(s64, ms, INT_MAX)) + 1;
}

/**
 * swcci_file_lock() - wait for the commands of other threads on the same file
 * @lock: of the open file
 * @deadline: on ktime_get()'s clock; KTIME_MAX: none
 *
 * Process context; sleeps, killable. The outermost lock: see struct swcci_file.
 *
 * Return: 0; -EBUSY: @deadline passed; -EINTR: a fatal signal.
 */
int swcci_file_lock(struct swcci_file_lock *lock, ktime_t deadline)
{
	long left = 1;

	/* do not overtake waiters: a caller in a loop would starve them */
	if (waitqueue_active(&lock->released) || !take(lock))
		left = wait_event_killable_timeout(lock->released, take(lock),
						   jiffies_until(deadline));
	if (left <= 0)
		return left ? -EINTR : -EBUSY;
	lock_map_acquire(&lock->dep_map);
	return 0;
}

/**
 * swcci_file_unlock() - release the lock, wake the next waiter
 * @lock: from a successful swcci_file_lock()
 */
void swcci_file_unlock(struct swcci_file_lock *lock)
{
	lock_map_release(&lock->dep_map);
	atomic_set_release(&lock->held, 0);
	/* has a barrier: a thread that begins to wait sees the lock released */
	if (wq_has_sleeper(&lock->released))
		wake_up(&lock->released);
}
