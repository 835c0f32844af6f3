// SPDX-License-Identifier: GPL-2.0-only
/* See file_lock.h. Takes no other lock, touches nothing of the device. */
#include "file_lock.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

static struct lock_class_key file_lock_key;

/**
 * swcci_file_lock_init() - a lock that nobody holds
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
 * @deadline: until when to wait; KTIME_MAX: as long as it takes
 *
 * Killable. Locks: outermost, see struct swcci_file.
 *
 * Return: 0; -EBUSY: @deadline passed; -EINTR on a fatal signal.
 */
int swcci_file_lock(struct swcci_file_lock *lock, ktime_t deadline)
{
	long left = 1;

	/* not past those who wait: they would wait for as long as we come back */
	if (waitqueue_active(&lock->released) || !take(lock))
		left = wait_event_killable_timeout(lock->released, take(lock),
						   jiffies_until(deadline));
	if (left <= 0)
		return left ? -EINTR : -EBUSY;
	lock_map_acquire(&lock->dep_map);
	return 0;
}

/**
 * swcci_file_unlock() - let the next thread have it
 * @lock: from a successful swcci_file_lock()
 */
void swcci_file_unlock(struct swcci_file_lock *lock)
{
	lock_map_release(&lock->dep_map);
	atomic_set_release(&lock->held, 0);
	/* with a barrier: who begins to wait now sees that it is not held */
	if (wq_has_sleeper(&lock->released))
		wake_up(&lock->released);
}
