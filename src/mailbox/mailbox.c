// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary mailbox, CXL 3.1 8.2.8.4: one command at a time, in turns. A caller may
 * abandon its command before the answer; the drain worker fetches that answer, so that
 * it never reaches another caller. Everything that mailbox.lock guards is in this file:
 * turns, the drain worker, one command, freeze and removal.
 */
#include <linux/hrtimer.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "answer.h"

/* An identity check, and the command that it covers. */
#define TURN_COMMANDS_MAX	2

/* Most answers come within this time; sleeping costs more. */
#define SPIN_NS			(50 * NSEC_PER_USEC)
#define STEP_MAX_NS		(10 * NSEC_PER_MSEC)
/* With an interrupt the timer is for the one that is lost. */
#define BACKSTOP_MIN_NS		(10 * NSEC_PER_MSEC)
#define BACKSTOP_MAX_NS		(100 * NSEC_PER_MSEC)

/* From a pause until a caller in flight abandons its command: most answers come in time. */
#define GRACE_MS		1000

/* A caller that retries at once makes ten calls a second, not thousands. */
#define BUSY_DELAY_MS		100

#define DRAIN_POLL_MS		10
#define STUCK_POLL_MS		250

static struct lock_class_key turn_key;

/* ---- turns: no register is accessed here ---- */

/* Return: why no command may begin now, or 0. */
static int refusal(struct swcci_mailbox *mb)
{
	int interruption = mailbox_interruption(mb);

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

/* Return: why the caller of a submitted command stops waiting for its answer, or 0. */
static int reason_to_abandon(struct swcci_mailbox *mb, ktime_t now, ktime_t deadline)
{
	int interruption = mailbox_interruption(mb);

	if (interruption)
		return interruption == -ENODEV ? -ENODEV : -EIO;
	if (fatal_signal_pending(current))
		return -EINTR;
	return ktime_before(now, deadline) && !grace_is_over(mb, now) ? 0 : -ETIMEDOUT;
}

static void set_state(struct swcci_mailbox *mb, enum swcci_mailbox_state state)
{
	lockdep_assert_held(&mb->lock);
	WRITE_ONCE(mb->state, state);
}

/* Under the lock, so that swcci_mailbox_kill() is not followed by another poll. */
static void poll_in(struct swcci_mailbox *mb, unsigned int ms)
{
	lockdep_assert_held(&mb->lock);
	mod_delayed_work(mb->workqueue, &mb->drain, msecs_to_jiffies(ms));
}

/* @turn is on its owner's stack, which may be gone after complete(). */
static void decide(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn, int result)
{
	lockdep_assert_held(&mb->lock);
	list_del_init(&turn->node);
	turn->result = result;
	complete(&turn->decided);
}

static struct swcci_mailbox_turn *first_in_queue(struct swcci_mailbox *mb)
{
	lockdep_assert_held(&mb->lock);
	return list_first_entry_or_null(&mb->queue, struct swcci_mailbox_turn, node);
}

/* Direct hand-off: unless it is paused, the mailbox is not idle while a caller is queued. */
static void grant_next(struct swcci_mailbox *mb)
{
	struct swcci_mailbox_turn *turn = mb->paused ? NULL : first_in_queue(mb);

	lockdep_assert_held(&mb->lock);
	set_state(mb, turn ? MAILBOX_OWNED : MAILBOX_IDLE);
	WRITE_ONCE(mb->owner, turn);
	if (turn)
		decide(mb, turn, 0);
}

static void refuse_queue(struct swcci_mailbox *mb, int error)
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
		set_state(mb, MAILBOX_OWNED);
		WRITE_ONCE(mb->owner, turn);
		return 0;
	}
	/* the doorbell may have cleared since the last poll: then this turn is granted */
	if (mb->state == MAILBOX_STUCK)
		poll_in(mb, 0);
	INIT_LIST_HEAD(&turn->node);
	init_completion(&turn->decided);
	list_add_tail(&turn->node, &mb->queue);
	return -EINPROGRESS;
}

/*
 * Are queued callers served? Each change to "no" is followed by refuse_queue(), so no
 * caller waits longer than BUSY_DELAY_MS in a queue that is not served.
 */
static bool queue_is_served(struct swcci_mailbox *mb)
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
			grant_next(mb);
	}
	spin_unlock(&mb->lock);
}

/* Return: positive once it is decided. */
static long wait_for_decision(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			      ktime_t deadline)
{
	ktime_t soon = min(deadline, ktime_add_ms(ktime_get(), BUSY_DELAY_MS));
	long left;

	if (!queue_is_served(mb)) {
		/* by any signal: a task that is to freeze has one, and -EBUSY is due anyway */
		left = wait_for_completion_interruptible_timeout(&turn->decided,
								 jiffies_until(soon));
		if (left > 0 || !queue_is_served(mb))
			return left;
	}
	return wait_for_completion_killable_timeout(&turn->decided, jiffies_until(deadline));
}

static int wait_in_queue(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			 ktime_t deadline)
{
	bool dead;

	if (wait_for_decision(mb, turn, deadline) > 0)
		return turn->result;

	spin_lock(&mb->lock);
	list_del_init(&turn->node);
	dead = mb->state == MAILBOX_DEAD;
	spin_unlock(&mb->lock);
	/* it may have been decided between the wake-up and the lock */
	hand_back(mb, turn);
	if (dead)
		return -ENODEV;
	return fatal_signal_pending(current) ? -EINTR : -EBUSY;
}

/**
 * swcci_mailbox_turn_begin() - wait for the mailbox
 * @mb: the mailbox
 * @turn: uninitialized; must stay valid until swcci_mailbox_turn_end()
 * @deadline: end of the wait, CLOCK_MONOTONIC; KTIME_MAX for none
 *
 * First come, first served. While the mailbox is stuck, resetting or paused, the wait
 * ends after 100 ms, or with any signal.
 *
 * Context: Process context; sleeps. No spinlock may be held. To lockdep a turn is a
 * lock, which nests inside the open file's mutex.
 *
 * Return: 0, and swcci_mailbox_turn_end() must follow; -EINTR on a fatal signal;
 * -EBUSY if @deadline passed, or if the mailbox is stuck, resetting or paused;
 * -ENODEV if the device was removed.
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
 * swcci_mailbox_turn_end() - pass the mailbox to the next caller in the queue
 * @mb: the mailbox
 * @turn: from a successful swcci_mailbox_turn_begin(); a reset or an abandoned command
 *	may have ended it already
 *
 * Context: Process context; does not sleep.
 */
void swcci_mailbox_turn_end(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn)
{
	lock_map_release(&mb->turn_map);
	hand_back(mb, turn);
}

/* ---- the drain worker: fetches the answers to abandoned commands, sends nothing ---- */

/* Often while a caller waits BUSY_DELAY_MS to see whether the mailbox is still stuck. */
static unsigned int drain_interval_ms(struct swcci_mailbox *mb)
{
	lockdep_assert_held(&mb->lock);
	return mb->state == MAILBOX_STUCK && list_empty(&mb->queue) ? STUCK_POLL_MS :
								      DRAIN_POLL_MS;
}

/*
 * From now on the registers belong to the drain worker. @command is NULL if the doorbell
 * was found set without a command of this driver.
 */
static void abandon(struct swcci_mailbox *mb, struct swcci_mailbox_command *command,
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
	set_state(mb, stuck ? MAILBOX_STUCK : MAILBOX_DRAINING);
	if (stuck)
		refuse_queue(mb, -EBUSY);
	poll_in(mb, drain_interval_ms(mb));
	spin_unlock(&mb->lock);
	if (stuck)
		mb->ops->state_changed(mb);
}

/* Return: whether a command was abandoned and is not retired; @ticket is its own. */
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

static void retire_as_lost(struct swcci_mailbox *mb)
{
	const struct swcci_mailbox_late_answer none = { .answered = false };
	struct swcci_mailbox_ticket ticket;

	if (take_ticket(mb, &ticket))
		mb->ops->retired(mb, &ticket, &none);
}

/* There is no answer yet. */
static void drain_later(struct swcci_mailbox *mb)
{
	bool became_stuck = false;

	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DRAINING && ktime_after(ktime_get(), mb->device_deadline)) {
		set_state(mb, MAILBOX_STUCK);
		refuse_queue(mb, -EBUSY);
		became_stuck = true;
	}
	if (mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK)
		poll_in(mb, drain_interval_ms(mb));
	spin_unlock(&mb->lock);
	if (became_stuck)
		mb->ops->state_changed(mb);
}

/* The effects of the answer are applied before the next caller may send. */
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
		grant_next(mb);
	}
	spin_unlock(&mb->lock);
	if (was_stuck)
		mb->ops->state_changed(mb);
}

/*
 * Only this worker, a freeze or a kill ends these states, so what is true here is true
 * for the whole run.
 */
static bool is_draining(struct swcci_mailbox *mb)
{
	bool draining;

	spin_lock(&mb->lock);
	draining = mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK;
	spin_unlock(&mb->lock);
	return draining;
}

static void drain_work(struct work_struct *work)
{
	struct swcci_mailbox *mb = container_of(to_delayed_work(work), struct swcci_mailbox, drain);
	struct swcci_mailbox_late_answer answer = { .answered = false };
	bool done;
	int index;

	/* a poll that enqueue() scheduled may run after the answer was taken */
	if (!is_draining(mb))
		return;
	index = srcu_read_lock(&mb->inside);
	done = !mailbox_interruption(mb) && swcci_mailbox_take_late_answer(mb, &answer);
	/* a reset cleared the enables; a doorbell that was set at the thaw kept them out */
	if (done && (!answer.answered || mb->kept != mb->control))
		swcci_mailbox_arm(mb);
	srcu_read_unlock(&mb->inside, index);

	if (done)
		drain_done(mb, &answer);
	else
		drain_later(mb);
}

/* ---- one command ---- */

/* A caller that could not learn the outcome does not start a command. */
static int caller_refusal(const struct swcci_mailbox_command *command)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	if (command->deadline != KTIME_MAX && !ktime_before(ktime_get(), command->deadline))
		return -EBUSY;
	return 0;
}

static void write_words(void __iomem *to, const u8 *in, u32 length)
{
	size_t whole = length & ~7U;
	u8 tail[8] = { 0 };

	for (size_t i = 0; i < whole; i += 8)
		writeq_relaxed(get_le64(in + i), to + i);
	if (whole == length)
		return;
	/* the payload size is a multiple of 8: the padding stays inside */
	memcpy(tail, in + whole, length - whole);
	writeq_relaxed(get_le64(tail), to + whole);
}

/* Return: 0; or why it stopped in between, and the doorbell must not be set. */
static int write_payload(struct swcci_mailbox *mb, const struct swcci_mailbox_command *command)
{
	void __iomem *to = mb->registers + REG_PAYLOAD;
	u32 length = command->in_length;
	const u8 *in = command->in;
	int rc;

	for (; length > MAILBOX_STEP; length -= MAILBOX_STEP) {
		write_words(to, in, MAILBOX_STEP);
		to += MAILBOX_STEP;
		in += MAILBOX_STEP;
		cond_resched();
		rc = refusal(mb);
		if (!rc)
			rc = caller_refusal(command);
		if (rc)
			return rc;
	}
	write_words(to, in, length);
	return 0;
}

static bool doorbell_interrupts(const struct swcci_mailbox *mb)
{
	return mb->kept & CONTROL_DOORBELL_IRQ;
}

/* Spin first; then sleep, without an interrupt for an eighth of the time that has passed. */
static void pause_for(struct swcci_mailbox *mb, u64 elapsed_ns, int hints_seen)
{
	u64 step_ns = doorbell_interrupts(mb) ?
		      clamp_t(u64, elapsed_ns, BACKSTOP_MIN_NS, BACKSTOP_MAX_NS) :
		      clamp_t(u64, elapsed_ns >> 3, NSEC_PER_USEC, STEP_MAX_NS);
	ktime_t step = ns_to_ktime(step_ns);
	DEFINE_WAIT(wait);

	if (elapsed_ns < SPIN_NS) {
		cpu_relax();
		return;
	}
	prepare_to_wait(&mb->wait, &wait, TASK_KILLABLE);
	if (!mailbox_interruption(mb) && atomic_read(&mb->hints) == hints_seen)
		schedule_hrtimeout_range(&step, step_ns >> 2, HRTIMER_MODE_REL);
	finish_wait(&mb->wait, &wait);
}

/*
 * Return: 0 when the doorbell is clear; -ETIME when the device's time is over; -EIO when
 * the register value is invalid; else reason_to_abandon().
 */
static int await_doorbell(struct swcci_mailbox *mb, ktime_t start, ktime_t device_deadline,
			  ktime_t deadline)
{
	enum swcci_mailbox_doorbell doorbell;
	int hints, hints_before = -1, rc;
	ktime_t now = start;

	for (;;) {
		/* clock and hints are sampled before the poll: an interrupt after it counts */
		hints = atomic_read(&mb->hints);
		/* a plain load could pass that of a register: the device is the other side */
		rmb();
		doorbell = swcci_mailbox_doorbell(mb);
		if (doorbell == DOORBELL_INVALID)
			return -EIO;
		if (doorbell == DOORBELL_CLEAR) {
			if (doorbell_interrupts(mb) && hints == hints_before)
				atomic64_inc(&mb->fallbacks);
			return 0;
		}
		mb->arrived = true;
		rc = reason_to_abandon(mb, now, min(deadline, device_deadline));
		if (rc == -ETIMEDOUT && !ktime_before(now, device_deadline))
			return -ETIME;
		if (rc)
			return rc;
		if (ktime_to_ns(ktime_sub(now, start)) >= SPIN_NS)
			hints_before = hints;
		pause_for(mb, ktime_to_ns(ktime_sub(now, start)), hints);
		now = ktime_get();
	}
}

/* After a reset, a time-out or a lost answer the doorbell is read first. */
static int check_doorbell(struct swcci_mailbox *mb)
{
	enum swcci_mailbox_doorbell doorbell;
	ktime_t deadline;

	if (mb->doorbell_clear)
		return 0;
	doorbell = swcci_mailbox_doorbell(mb);
	if (doorbell == DOORBELL_CLEAR) {
		mb->doorbell_clear = true;
		return 0;
	}
	deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
	abandon(mb, NULL, deadline, doorbell == DOORBELL_INVALID);
	return doorbell == DOORBELL_INVALID ? -EIO : -EBUSY;
}

static void write_command(struct swcci_mailbox *mb, const struct swcci_mailbox_command *command)
{
	u64 length = command->in_length;

	mb->sent_opcode = command->ticket.opcode;
	mb->arrived = false;
	writeq_relaxed(mb->sent_opcode | length << COMMAND_LENGTH_SHIFT,
		       mb->registers + REG_COMMAND);
}

/* Ordered after the relaxed writes of command and payload; the enables stay as they are. */
static void set_doorbell(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	mb->doorbell_clear = false;
	command->submitted = true;
	writel(mb->control | CONTROL_DOORBELL, mb->registers + REG_CONTROL);
}

/* Up to 131,072 reads, each as slow as the device: the caller may stop between two steps. */
static int read_payload(struct swcci_mailbox *mb, const struct swcci_mailbox_command *command,
			struct swcci_mailbox_answer *answer)
{
	int rc;

	for (;;) {
		if (!swcci_mailbox_read_answer(mb, answer, command->out))
			return -EIO;
		if (answer->read == answer->copied)
			return 0;
		cond_resched();
		rc = reason_to_abandon(mb, ktime_get(), command->deadline);
		if (rc) {
			/* this is the answer to @command, however it resembles the last */
			mb->arrived = true;
			return rc;
		}
	}
}

/* Return: 0; -EIO if the registers hold no answer to @command; else reason_to_abandon(). */
static int take_answer(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	struct swcci_mailbox_answer answer;
	int rc;

	if (!swcci_mailbox_begin_answer(mb, command->out_room, &answer))
		return -EIO;
	rc = read_payload(mb, command, &answer);
	if (rc)
		return rc;
	command->return_code = answer.return_code;
	command->vendor_status = answer.vendor_status;
	command->out_length = answer.length;
	command->out_copied = answer.copied;
	command->answered = true;
	mb->last = answer.outcome;
	mb->doorbell_clear = true;
	return 0;
}

/* The steps are those of CXL 3.1 8.2.8.4; answer.c has the numbers 6 to 8. */
static int run(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	ktime_t start, device_deadline;
	bool stuck;
	int rc;

	/* 1: the doorbell must be clear */
	rc = check_doorbell(mb);
	if (rc)
		return rc;
	/* 2: opcode and length */
	write_command(mb, command);
	/* 3: payload */
	rc = write_payload(mb, command);
	if (rc)
		return rc;
	/* 4: set the doorbell */
	set_doorbell(mb, command);
	/* 5: wait until it is clear */
	start = ktime_get();
	device_deadline = ktime_add_ms(start, mb->command_timeout_ms);
	rc = await_doorbell(mb, start, device_deadline, command->deadline);
	command->duration_ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	command->overdue = rc == -ETIME;
	stuck = rc == -ETIME || rc == -EIO;
	/* 6 to 8: return code, length, payload */
	if (!rc)
		rc = take_answer(mb, command);
	if (!rc)
		return 0;

	/* invalid registers may become valid again, and then hold the answer */
	abandon(mb, command, device_deadline, stuck);
	return rc == -ETIME ? -ETIMEDOUT : rc;
}

static void clear_result(struct swcci_mailbox_command *command)
{
	command->submitted = false;
	command->abandoned = false;
	command->overdue = false;
	command->answered = false;
	command->out_length = 0;
	command->out_copied = 0;
	command->duration_ns = 0;
}

/**
 * swcci_mailbox_execute() - send one command and wait for its answer
 * @mb: the mailbox
 * @turn: held; two commands at most
 * @command: request in, answer out; @command->in_length at most the payload size
 *
 * If it fails with @command->submitted, the outcome is unknown, and the caller has to
 * assume that the command took effect. With @command->abandoned too,
 * mailbox_ops.retired() is called exactly once with the ticket: possibly already, at the
 * latest when swcci_mailbox_quiesce() returns. Without it a reset or a removal ended the
 * turn, and retired() is not called.
 *
 * Context: Process context; sleeps.
 *
 * Return: 0 with @command->answered, whatever the return code of the device. Nothing was
 * sent: -EBUSY if the doorbell is set, the mailbox is paused or resetting, the turn was
 * taken away, or @command->deadline passed; -EINTR on a fatal signal; -EIO if the
 * register values are invalid; -ENODEV if the device was removed. Sent: -ETIMEDOUT if
 * @command->deadline, the device's time (@command->overdue) or the grace period of
 * swcci_mailbox_pause() passed; -EINTR on a fatal signal; -EIO if the register values are
 * invalid, are no answer to this command, or the function was reset; -ENODEV if the
 * device was removed.
 */
int swcci_mailbox_execute(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			  struct swcci_mailbox_command *command)
{
	int index, rc;

	clear_result(command);
	if (WARN_ON_ONCE(turn->commands >= TURN_COMMANDS_MAX ||
			 command->in_length > mb->capability.payload_size))
		return -EIO;

	turn->commands++;
	index = srcu_read_lock(&mb->inside);
	rc = refusal(mb);
	/* a reset, or an abandoned command, took the turn away */
	if (!rc && READ_ONCE(mb->owner) != turn)
		rc = -EBUSY;
	if (!rc)
		rc = caller_refusal(command);
	if (!rc)
		rc = run(mb, command);
	srcu_read_unlock(&mb->inside, index);
	return rc;
}

/* ---- interrupts ---- */

/**
 * swcci_mailbox_enable_interrupts() - choose the interrupt enables
 * @mb: the mailbox, before its first swcci_mailbox_thaw(), which writes them
 * @doorbell: for the completion of a command
 * @background: for the completion of a background operation
 */
void swcci_mailbox_enable_interrupts(struct swcci_mailbox *mb, bool doorbell, bool background)
{
	mb->control = (doorbell ? CONTROL_DOORBELL_IRQ : 0) |
		      (background ? CONTROL_BACKGROUND_IRQ : 0);
}

/**
 * swcci_mailbox_interrupt() - the interrupt handler's part
 * @mb: the mailbox
 *
 * A hint to poll: no register is read. A lost interrupt costs latency, a spurious one
 * a poll.
 *
 * Context: Any context, hard interrupts included.
 */
void swcci_mailbox_interrupt(struct swcci_mailbox *mb)
{
	atomic_inc(&mb->hints);
	wake_up_all(&mb->wait);
	if (mb->ops->interrupted)
		mb->ops->interrupted(mb);
}

/* ---- from init to removal ---- */

/**
 * swcci_mailbox_init() - initialize; no register is accessed
 * @mb: zeroed
 * @ops: callbacks; must outlive @mb
 * @registers: the mailbox capability; mapped until swcci_mailbox_quiesce() has returned
 * @capability: from swcci_registers_mailbox()
 * @workqueue: for the drain worker; must outlive swcci_mailbox_quiesce()
 * @command_timeout_ms: the device's time for one command, in milliseconds
 *
 * The state is RESETTING until swcci_mailbox_thaw().
 *
 * Context: Process context; sleeps.
 *
 * Return: 0, and swcci_mailbox_destroy() must follow; or -ENOMEM.
 */
int swcci_mailbox_init(struct swcci_mailbox *mb, const struct swcci_mailbox_ops *ops,
		       void __iomem *registers, const struct swcci_mailbox_capability *capability,
		       struct workqueue_struct *workqueue, u32 command_timeout_ms)
{
	int rc = init_srcu_struct(&mb->inside);

	if (rc)
		return rc;
	mb->ops = ops;
	mb->workqueue = workqueue;
	mb->registers = registers;
	mb->capability = *capability;
	mb->command_timeout_ms = command_timeout_ms;
	mb->state = MAILBOX_RESETTING;
	spin_lock_init(&mb->lock);
	INIT_LIST_HEAD(&mb->queue);
	init_waitqueue_head(&mb->wait);
	INIT_DELAYED_WORK(&mb->drain, drain_work);
	lockdep_init_map(&mb->turn_map, "cci_mailbox_turn", &turn_key, 0);
	return 0;
}

/**
 * swcci_mailbox_destroy() - undo swcci_mailbox_init()
 * @mb: killed, quiesced and not used any more; or zeroed
 *
 * Context: Process context; sleeps.
 */
void swcci_mailbox_destroy(struct swcci_mailbox *mb)
{
	if (mb->ops)
		cleanup_srcu_struct(&mb->inside);
}

/**
 * swcci_mailbox_freeze() - stop register access before a reset
 * @mb: the mailbox; nothing happens if it is dead
 *
 * Callers in flight get -EIO, queued ones -EBUSY, and an abandoned command is retired as
 * lost. From the return until swcci_mailbox_thaw() no register is accessed.
 *
 * Context: Process context; sleeps for one poll step (100 ms), or one step of a payload,
 * at most.
 */
void swcci_mailbox_freeze(struct swcci_mailbox *mb)
{
	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DEAD) {
		spin_unlock(&mb->lock);
		return;
	}
	set_state(mb, MAILBOX_RESETTING);
	/* an identity that the turn's first command checked is not valid after the reset */
	WRITE_ONCE(mb->owner, NULL);
	refuse_queue(mb, -EBUSY);
	spin_unlock(&mb->lock);
	wake_up_all(&mb->wait);
	swcci_mailbox_quiesce(mb);
	mb->ops->state_changed(mb);
}

/**
 * swcci_mailbox_thaw() - serve after a reset, or for the first time
 * @mb: frozen, or just initialized; nothing happens in another state
 *
 * Writes the interrupt enables. A doorbell that is set already (kexec) is drained.
 *
 * Context: Process context. The caller serializes it with swcci_mailbox_freeze() and
 * swcci_mailbox_kill().
 */
void swcci_mailbox_thaw(struct swcci_mailbox *mb)
{
	u32 control;
	bool busy;

	if (mailbox_state(mb) != MAILBOX_RESETTING)
		return;
	control = readl(mb->registers + REG_CONTROL);
	busy = control & CONTROL_DOORBELL;
	mb->kept = 0;
	mb->sent_opcode = 0;
	mb->arrived = true;
	if (!busy)
		swcci_mailbox_arm(mb);

	spin_lock(&mb->lock);
	mb->doorbell_clear = !busy;
	mb->device_deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
	if (busy) {
		set_state(mb, MAILBOX_DRAINING);
		poll_in(mb, 0);
	} else {
		grant_next(mb);
	}
	spin_unlock(&mb->lock);
	mb->ops->state_changed(mb);
}

/**
 * swcci_mailbox_pause() - let no command begin: the kernel is about to freeze tasks
 * @mb: the mailbox
 *
 * The queue gets -EBUSY. A caller in flight has a grace period of one second; then it
 * gets -ETIMEDOUT, and its command is abandoned to the drain worker, which runs until
 * swcci_mailbox_freeze().
 *
 * Context: Process context; does not wait.
 */
void swcci_mailbox_pause(struct swcci_mailbox *mb)
{
	spin_lock(&mb->lock);
	mb->grace_end = ktime_add_ms(ktime_get(), GRACE_MS);
	WRITE_ONCE(mb->paused, true);
	refuse_queue(mb, -EBUSY);
	spin_unlock(&mb->lock);
}

/**
 * swcci_mailbox_unpause() - undo swcci_mailbox_pause()
 * @mb: the mailbox, in any state, paused or not
 *
 * Context: Process context; does not wait.
 */
void swcci_mailbox_unpause(struct swcci_mailbox *mb)
{
	spin_lock(&mb->lock);
	WRITE_ONCE(mb->paused, false);
	if (mb->state == MAILBOX_IDLE)
		grant_next(mb);
	spin_unlock(&mb->lock);
}

/**
 * swcci_mailbox_kill() - the device is being removed
 * @mb: the mailbox
 *
 * Every caller, now and later, gets -ENODEV. swcci_mailbox_quiesce() has to follow.
 *
 * Context: Process context; does not wait. Not during swcci_mailbox_thaw().
 */
void swcci_mailbox_kill(struct swcci_mailbox *mb)
{
	spin_lock(&mb->lock);
	set_state(mb, MAILBOX_DEAD);
	refuse_queue(mb, -ENODEV);
	spin_unlock(&mb->lock);
	wake_up_all(&mb->wait);
	mb->ops->state_changed(mb);
}

/**
 * swcci_mailbox_quiesce() - wait until no register is accessed any more
 * @mb: frozen or dead
 *
 * An abandoned command is retired as lost.
 *
 * Context: Process context; sleeps for one poll step (100 ms), or one step of a payload,
 * at most.
 */
void swcci_mailbox_quiesce(struct swcci_mailbox *mb)
{
	cancel_delayed_work_sync(&mb->drain);
	synchronize_srcu_expedited(&mb->inside);
	retire_as_lost(mb);
}
