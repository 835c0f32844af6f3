// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose turn it is: the state word, the queue, the hand-off. Touches no register;
 * does not know what a turn is taken for.
 */
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "mailbox_internal.h"

/* Who is about to be sent away waits so long for a change: who tries again does not spin. */
#define SENT_AWAY_MS	100

/* Why nobody may touch the registers now; 0: somebody may. */
int swcci_mailbox_interruption(struct swcci_mailbox *mb)
{
	switch (READ_ONCE(mb->state)) {
	case MAILBOX_DEAD:
		return -ENODEV;
	case MAILBOX_RESETTING:
		return -EBUSY;
	default:
		return 0;
	}
}

/* Why no command may begin now; 0: one may. */
int swcci_mailbox_refusal(struct swcci_mailbox *mb)
{
	int interruption = swcci_mailbox_interruption(mb);

	if (interruption)
		return interruption;
	return mailbox_is_paused(mb) ? -EBUSY : 0;
}

static bool grace_is_over(struct swcci_mailbox *mb, ktime_t now)
{
	bool over;

	if (!mailbox_is_paused(mb))
		return false;
	spin_lock(&mb->lock);
	over = mb->paused && !ktime_before(now, mb->grace_end);
	spin_unlock(&mb->lock);
	return over;
}

/* Why a caller whose command was sent does not wait for the rest of it; 0: it does. */
int swcci_mailbox_reason_to_leave(struct swcci_mailbox *mb, ktime_t now, ktime_t deadline)
{
	int interruption = swcci_mailbox_interruption(mb);

	if (interruption)
		return interruption == -ENODEV ? -ENODEV : -EIO;
	if (fatal_signal_pending(current))
		return -EINTR;
	return ktime_before(now, deadline) && !grace_is_over(mb, now) ? 0 : -ETIMEDOUT;
}

void swcci_mailbox_set_state(struct swcci_mailbox *mb, enum swcci_mailbox_state state)
{
	lockdep_assert_held(&mb->lock);
	WRITE_ONCE(mb->state, state);
}

/* Under the lock, so that after swcci_mailbox_kill() nothing is queued any more. */
void swcci_mailbox_look_again_in(struct swcci_mailbox *mb, unsigned int ms)
{
	lockdep_assert_held(&mb->lock);
	mod_delayed_work(mb->workqueue, &mb->drain, msecs_to_jiffies(ms));
}

/* Its owner's stack may be gone once it is decided. */
static void decide(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn, int verdict)
{
	lockdep_assert_held(&mb->lock);
	list_del_init(&turn->node);
	turn->verdict = verdict;
	complete(&turn->decided);
}

static struct swcci_mailbox_turn *first_in_queue(struct swcci_mailbox *mb)
{
	lockdep_assert_held(&mb->lock);
	return list_first_entry_or_null(&mb->queue, struct swcci_mailbox_turn, node);
}

/* Direct hand-off: the mailbox is never idle while somebody waits, unless it is paused. */
void swcci_mailbox_grant_next(struct swcci_mailbox *mb)
{
	struct swcci_mailbox_turn *turn = mb->paused ? NULL : first_in_queue(mb);

	lockdep_assert_held(&mb->lock);
	swcci_mailbox_set_state(mb, turn ? MAILBOX_OWNED : MAILBOX_IDLE);
	WRITE_ONCE(mb->owner, turn);
	if (turn)
		decide(mb, turn, 0);
}

void swcci_mailbox_refuse_queue(struct swcci_mailbox *mb, int error)
{
	struct swcci_mailbox_turn *turn;

	lockdep_assert_held(&mb->lock);
	while ((turn = first_in_queue(mb)))
		decide(mb, turn, error);
}

static int enqueue(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn)
{
	lockdep_assert_held(&mb->lock);
	if (mb->state == MAILBOX_DEAD)
		return -ENODEV;
	if (mb->state == MAILBOX_IDLE && !mb->paused) {
		swcci_mailbox_set_state(mb, MAILBOX_OWNED);
		WRITE_ONCE(mb->owner, turn);
		return 0;
	}
	/* look again now, so that the turn may still come */
	if (mb->state == MAILBOX_STUCK)
		swcci_mailbox_look_again_in(mb, 0);
	INIT_LIST_HEAD(&turn->node);
	init_completion(&turn->decided);
	list_add_tail(&turn->node, &mb->queue);
	return -EINPROGRESS;
}

/*
 * Whether whoever waits will be served. It does not begin to stop without
 * swcci_mailbox_refuse_queue(), so nobody waits long while it stands still.
 */
static bool queue_moves(struct swcci_mailbox *mb)
{
	switch (READ_ONCE(mb->state)) {
	case MAILBOX_IDLE:
	case MAILBOX_OWNED:
	case MAILBOX_DRAINING:
		return !mailbox_is_paused(mb);
	default:
		return false;
	}
}

static long jiffies_until(ktime_t deadline)
{
	s64 ms;

	if (deadline == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ms = ktime_ms_delta(deadline, ktime_get());
	return ms < 0 ? 0 : msecs_to_jiffies(min_t(s64, ms, INT_MAX)) + 1;
}

static void hand_back(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn)
{
	spin_lock(&mb->lock);
	if (mb->owner == turn) {
		WRITE_ONCE(mb->owner, NULL);
		if (mb->state == MAILBOX_OWNED)
			swcci_mailbox_grant_next(mb);
	}
	spin_unlock(&mb->lock);
}

/* Return: positive once it is decided. */
static long wait_for_decision(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			      ktime_t deadline)
{
	ktime_t soon = min(deadline, ktime_add_ms(ktime_get(), SENT_AWAY_MS));
	long left;

	if (!queue_moves(mb)) {
		/* by any signal: it would end in EBUSY, and a task that is to freeze has one */
		left = wait_for_completion_interruptible_timeout(&turn->decided,
								 jiffies_until(soon));
		if (left > 0 || !queue_moves(mb))
			return left;
	}
	return wait_for_completion_killable_timeout(&turn->decided, jiffies_until(deadline));
}

static int wait_in_queue(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			 ktime_t deadline)
{
	bool dead;

	if (wait_for_decision(mb, turn, deadline) > 0)
		return turn->verdict;

	spin_lock(&mb->lock);
	list_del_init(&turn->node);
	dead = mb->state == MAILBOX_DEAD;
	spin_unlock(&mb->lock);
	/* the turn may have come between the wake-up and the lock, or the device's end */
	hand_back(mb, turn);
	if (dead)
		return -ENODEV;
	return fatal_signal_pending(current) ? -EINTR : -EBUSY;
}

/**
 * swcci_mailbox_turn_begin() - wait for the mailbox
 * @mb: the mailbox
 * @turn: uninitialised, on the caller's stack until swcci_mailbox_turn_end()
 * @deadline: until when to wait; KTIME_MAX: as long as it takes
 *
 * First come, first served. Killable. While the mailbox is stuck, resetting or
 * paused, it waits for 100 ms at most, or until any signal comes. Locks: takes none
 * that the caller could hold, but a turn is a lock to lockdep: file mutex, then turn.
 *
 * Return: 0; -EINTR on a fatal signal; -EBUSY if the mailbox is stuck, resetting
 * or paused, or @deadline passed; -ENODEV if the device was removed.
 */
int swcci_mailbox_turn_begin(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			     ktime_t deadline)
{
	int rc;

	might_sleep();
	turn->commands = 0;

	spin_lock(&mb->lock);
	rc = enqueue(mb, turn);
	spin_unlock(&mb->lock);
	if (rc == -EINPROGRESS)
		rc = wait_in_queue(mb, turn, deadline);
	if (!rc)
		lock_map_acquire(&mb->turn_map);
	return rc;
}

/**
 * swcci_mailbox_turn_end() - pass the mailbox on
 * @mb: the mailbox
 * @turn: from a successful swcci_mailbox_turn_begin()
 */
void swcci_mailbox_turn_end(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn)
{
	lock_map_release(&mb->turn_map);
	hand_back(mb, turn);
}
