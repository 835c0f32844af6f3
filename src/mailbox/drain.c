// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fetches the answer to a command whose caller left before it, so that it never
 * reaches another caller. Sends nothing; does not know what the answer means.
 */
#include "mailbox_internal.h"

#define DRAIN_STEP_MS		10
#define STUCK_STEP_MS		250

/* Seldom where it is stuck, unless somebody waits a moment to see whether it still is. */
static unsigned int step_of(struct swcci_mailbox *mb)
{
	lockdep_assert_held(&mb->lock);
	return mb->state == MAILBOX_STUCK && list_empty(&mb->queue) ? STUCK_STEP_MS :
								      DRAIN_STEP_MS;
}

/*
 * The registers now belong to the drain worker. @command is NULL where the
 * doorbell was found set by nobody that we know of.
 */
void swcci_mailbox_abandon(struct swcci_mailbox *mb, struct swcci_mailbox_command *command,
			   ktime_t device_deadline, bool stuck)
{
	spin_lock(&mb->lock);
	if (mb->state != MAILBOX_OWNED) {
		/* frozen or dead: the answer is lost with the function's state */
		spin_unlock(&mb->lock);
		return;
	}
	WRITE_ONCE(mb->owner, NULL);
	mb->abandoned = command;
	if (command) {
		mb->ticket = command->ticket;
		command->abandoned = true;
	}
	mb->device_deadline = device_deadline;
	swcci_mailbox_set_state(mb, stuck ? MAILBOX_STUCK : MAILBOX_DRAINING);
	if (stuck)
		swcci_mailbox_refuse_queue(mb, -EBUSY);
	swcci_mailbox_look_again_in(mb, step_of(mb));
	spin_unlock(&mb->lock);
	if (stuck)
		mb->ops->state_changed(mb);
}

static bool take_ticket(struct swcci_mailbox *mb, struct swcci_mailbox_ticket *ticket)
{
	bool abandoned;

	spin_lock(&mb->lock);
	abandoned = mb->abandoned;
	*ticket = mb->ticket;
	ticket->overdue = ktime_after(ktime_get(), mb->device_deadline);
	mb->abandoned = false;
	spin_unlock(&mb->lock);
	return abandoned;
}

void swcci_mailbox_ticket_lost(struct swcci_mailbox *mb)
{
	const struct swcci_mailbox_late_answer none = { .answered = false };
	struct swcci_mailbox_ticket ticket;

	if (take_ticket(mb, &ticket))
		mb->ops->retired(mb, &ticket, &none);
}

/* The doorbell is still set. */
static void drain_later(struct swcci_mailbox *mb)
{
	bool became_stuck = false;

	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DRAINING && ktime_after(ktime_get(), mb->device_deadline)) {
		swcci_mailbox_set_state(mb, MAILBOX_STUCK);
		swcci_mailbox_refuse_queue(mb, -EBUSY);
		became_stuck = true;
	}
	if (mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK)
		swcci_mailbox_look_again_in(mb, step_of(mb));
	spin_unlock(&mb->lock);
	if (became_stuck)
		mb->ops->state_changed(mb);
}

/* The doorbell is clear. The answer counts before anybody else may send. */
static void drain_done(struct swcci_mailbox *mb, const struct swcci_mailbox_late_answer *answer)
{
	struct swcci_mailbox_ticket ticket;
	bool was_stuck = false;

	if (take_ticket(mb, &ticket))
		mb->ops->retired(mb, &ticket, answer);

	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK) {
		was_stuck = mb->state == MAILBOX_STUCK;
		mb->doorbell_clear = answer->answered;
		swcci_mailbox_grant_next(mb);
	}
	spin_unlock(&mb->lock);
	if (was_stuck)
		mb->ops->state_changed(mb);
}

/*
 * Only this worker, a freeze or a kill end these states, so what holds here
 * holds for the whole run.
 */
static bool draining(struct swcci_mailbox *mb)
{
	bool ours;

	spin_lock(&mb->lock);
	ours = mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK;
	spin_unlock(&mb->lock);
	return ours;
}

void swcci_mailbox_drain_work(struct work_struct *work)
{
	struct swcci_mailbox *mb = container_of(to_delayed_work(work), struct swcci_mailbox, drain);
	struct swcci_mailbox_late_answer answer = { .answered = false };
	bool done;
	int index;

	/* a look ordered by enqueue() may come after the answer was taken */
	if (!draining(mb))
		return;
	index = srcu_read_lock(&mb->inside);
	done = !swcci_mailbox_interruption(mb) && swcci_mailbox_take_late_answer(mb, &answer);
	/* a reset took the enables too; a doorbell that was set at thaw kept them out */
	if (done && (!answer.answered || mb->kept != mb->control))
		swcci_mailbox_arm(mb);
	srcu_read_unlock(&mb->inside, index);

	if (done)
		drain_done(mb, &answer);
	else
		drain_later(mb);
}
