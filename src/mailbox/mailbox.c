// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary mailbox, CXL 3.1 8.2.8.4: one command at a time, in turns. A caller
 * may leave before the answer; then the drain worker fetches it, so that it
 * never reaches another caller. All that lives under mailbox.lock: whose turn it
 * is, the drain worker, one command, life. Knows registers; no CXL command, no user.
 */
#include <linux/hrtimer.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "answer.h"

/* An identity check and the command that it covers. DESIGN section 7. */
#define TURN_COMMANDS_MAX	2

/* Answers that come at once are worth a spin; DESIGN section 7. */
#define SPIN_NS			(50 * NSEC_PER_USEC)
#define STEP_MAX_NS		(10 * NSEC_PER_MSEC)
/* Where an interrupt is to come, the timer is there for the one that does not. */
#define BACKSTOP_MIN_NS		(10 * NSEC_PER_MSEC)
#define BACKSTOP_MAX_NS		(100 * NSEC_PER_MSEC)

/* What a command in flight has left when the machine goes to sleep: most answers come. */
#define GRACE_MS		1000

/* Who is about to be sent away waits so long for a change: who tries again does not spin. */
#define SENT_AWAY_MS	100

#define DRAIN_STEP_MS		10
#define STUCK_STEP_MS		250

static struct lock_class_key turn_key;

/* ---- whose turn it is: touches no register ---- */

/* Why no command may begin now; 0: one may. */
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

/* Why a caller whose command was sent does not wait for the rest of it; 0: it does. */
static int reason_to_leave(struct swcci_mailbox *mb, ktime_t now, ktime_t deadline)
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

/* Under the lock, so that after swcci_mailbox_kill() nothing is queued any more. */
static void look_again_in(struct swcci_mailbox *mb, unsigned int ms)
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
	/* look again now, so that the turn may still come */
	if (mb->state == MAILBOX_STUCK)
		look_again_in(mb, 0);
	INIT_LIST_HEAD(&turn->node);
	init_completion(&turn->decided);
	list_add_tail(&turn->node, &mb->queue);
	return -EINPROGRESS;
}

/*
 * Whether whoever waits will be served. It does not begin to stop without
 * refuse_queue(), so nobody waits long while it stands still.
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
			grant_next(mb);
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

/* ---- the drain worker: fetches what was abandoned, sends nothing ---- */

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
	look_again_in(mb, step_of(mb));
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

static void ticket_lost(struct swcci_mailbox *mb)
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
		set_state(mb, MAILBOX_STUCK);
		refuse_queue(mb, -EBUSY);
		became_stuck = true;
	}
	if (mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK)
		look_again_in(mb, step_of(mb));
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
		grant_next(mb);
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

static void drain_work(struct work_struct *work)
{
	struct swcci_mailbox *mb = container_of(to_delayed_work(work), struct swcci_mailbox, drain);
	struct swcci_mailbox_late_answer answer = { .answered = false };
	bool done;
	int index;

	/* a look ordered by enqueue() may come after the answer was taken */
	if (!draining(mb))
		return;
	index = srcu_read_lock(&mb->inside);
	done = !mailbox_interruption(mb) && swcci_mailbox_take_late_answer(mb, &answer);
	/* a reset took the enables too; a doorbell that was set at thaw kept them out */
	if (done && (!answer.answered || mb->kept != mb->control))
		swcci_mailbox_arm(mb);
	srcu_read_unlock(&mb->inside, index);

	if (done)
		drain_done(mb, &answer);
	else
		drain_later(mb);
}

/* ---- one command ---- */

/* Who cannot learn the outcome any more does not start anything. */
static int too_late(const struct swcci_mailbox_command *command)
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

/* Return: 0; or why half a payload stays there, for which no doorbell will be rung. */
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
			rc = too_late(command);
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

/* Spin, then sleep ever longer: an eighth of what has passed already. */
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
 * Return: 0 when the doorbell is clear; -ETIME when the device's time is up;
 * else why this caller leaves before.
 */
static int await_doorbell(struct swcci_mailbox *mb, ktime_t start, ktime_t device_deadline,
			  ktime_t deadline)
{
	enum swcci_mailbox_doorbell doorbell;
	int hints, hints_before = -1, rc;
	ktime_t now = start;

	for (;;) {
		/* clock and hints before the look: neither may run ahead of it */
		hints = atomic_read(&mb->hints);
		/* a plain load could pass a register's: the device is the other side */
		rmb();
		doorbell = swcci_mailbox_doorbell(mb);
		if (doorbell == DOORBELL_NONSENSE)
			return -EIO;
		if (doorbell == DOORBELL_CLEAR) {
			if (doorbell_interrupts(mb) && hints == hints_before)
				atomic64_inc(&mb->fallbacks);
			return 0;
		}
		mb->arrived = true;
		rc = reason_to_leave(mb, now, min(deadline, device_deadline));
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

/* After a reset, a time-out or a lost answer the doorbell is looked at first. */
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
	abandon(mb, NULL, deadline, doorbell == DOORBELL_NONSENSE);
	return doorbell == DOORBELL_NONSENSE ? -EIO : -EBUSY;
}

static int send(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	u64 header = command->ticket.opcode | (u64)command->in_length << COMMAND_LENGTH_SHIFT;
	int rc;

	mb->sent_opcode = command->ticket.opcode;
	mb->arrived = false;
	writeq_relaxed(header, mb->registers + REG_COMMAND);	/* 2 */
	rc = write_payload(mb, command);			/* 3 */
	if (rc)
		return rc;
	mb->doorbell_clear = false;
	command->submitted = true;
	/* 4: ordered after all of the above; the enables stay as they are */
	writel(mb->control | CONTROL_DOORBELL, mb->registers + REG_CONTROL);
	return 0;
}

/* Up to 131,072 reads, each as slow as the device likes: its caller may leave between two steps. */
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
		rc = reason_to_leave(mb, ktime_get(), command->deadline);
		if (rc) {
			/* it came: what the drain worker finds is no answer before it */
			mb->arrived = true;
			return rc;
		}
	}
}

/* Return: 0; -EIO: the registers hold no answer to it; or, amid a long one, why its caller leaves. */
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

static int run(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	ktime_t start, device_deadline;
	bool nonsense;
	int rc;

	rc = too_late(command);
	if (!rc)
		rc = check_doorbell(mb);			/* 1 */
	if (!rc)
		rc = send(mb, command);
	if (rc)
		return rc;
	start = ktime_get();
	device_deadline = ktime_add_ms(start, mb->command_timeout_ms);
	rc = await_doorbell(mb, start, device_deadline, command->deadline);	/* 5 */
	command->duration_ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	command->overdue = rc == -ETIME;
	nonsense = rc == -EIO;
	if (!rc)
		rc = take_answer(mb, command);
	if (!rc)
		return 0;

	/* also where the registers read as nonsense: they may come back with the answer */
	abandon(mb, command, device_deadline, command->overdue || nonsense);
	return rc == -ETIME ? -ETIMEDOUT : rc;
}

/**
 * swcci_mailbox_execute() - send one command and wait for its answer
 * @mb: the mailbox
 * @turn: held
 * @command: request in, answer out
 *
 * At most two commands in a turn. If it fails after @command->submitted, the outcome
 * is unknown to the caller, who assumes the worst. With @command->abandoned, the
 * ticket was handed over: mailbox_ops.retired() is called for it exactly once,
 * maybe already was, at the latest when swcci_mailbox_quiesce() returns. Without, it
 * is never called: the answer came, or a reset or removal took the turn away
 * first. Both are decided under one lock, so there is no third.
 *
 * Return: 0 with @command->answered, whatever the return code;
 * -EBUSY nothing sent (doorbell set, resetting, paused, or too late); -ENODEV device
 * removed; -EIO registers read as nonsense, or reset; -EINTR fatal signal; -ETIMEDOUT
 * the caller's deadline, the device's time (@command->overdue) or the grace of
 * swcci_mailbox_pause() passed.
 */
int swcci_mailbox_execute(struct swcci_mailbox *mb, struct swcci_mailbox_turn *turn,
			  struct swcci_mailbox_command *command)
{
	int index, rc;

	command->submitted = false;
	command->abandoned = false;
	command->overdue = false;
	command->answered = false;
	command->out_length = 0;
	command->out_copied = 0;
	command->duration_ns = 0;
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
		rc = run(mb, command);
	srcu_read_unlock(&mb->inside, index);
	return rc;
}

/* ---- interrupts ---- */

/**
 * swcci_mailbox_enable_interrupts() - before the first swcci_mailbox_thaw(), which writes it
 * @mb: the mailbox
 * @doorbell: for the end of a command
 * @background: for the end of a background operation
 */
void swcci_mailbox_enable_interrupts(struct swcci_mailbox *mb, bool doorbell, bool background)
{
	mb->control = (doorbell ? CONTROL_DOORBELL_IRQ : 0) |
		      (background ? CONTROL_BACKGROUND_IRQ : 0);
}

/* A hint to look. Any context; touches no register. */
void swcci_mailbox_interrupt(struct swcci_mailbox *mb)
{
	atomic_inc(&mb->hints);
	wake_up_all(&mb->wait);
	if (mb->ops->interrupted)
		mb->ops->interrupted(mb);
}

/* ---- life ---- */

/**
 * swcci_mailbox_init() - prepare; touches no register
 * @mb: zeroed
 * @ops: see there
 * @registers: the mailbox capability, mapped until after swcci_mailbox_quiesce()
 * @capability: decoded by swcci_registers_mailbox()
 * @workqueue: for the drain worker; outlives swcci_mailbox_quiesce()
 * @command_timeout_ms: how long the device may take over a command
 *
 * Return: 0, or -ENOMEM.
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
 * swcci_mailbox_destroy() - undo swcci_mailbox_init(), if it was done
 * @mb: killed and quiesced, and nobody will call any more
 */
void swcci_mailbox_destroy(struct swcci_mailbox *mb)
{
	if (mb->ops)
		cleanup_srcu_struct(&mb->inside);
}

/**
 * swcci_mailbox_freeze() - let go of the registers before a reset
 * @mb: the mailbox
 *
 * In-flight callers get -EIO, queued ones -EBUSY. On return nobody touches a
 * register until swcci_mailbox_thaw(). Sleeps for one poll step at most.
 */
void swcci_mailbox_freeze(struct swcci_mailbox *mb)
{
	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DEAD) {
		spin_unlock(&mb->lock);
		return;
	}
	set_state(mb, MAILBOX_RESETTING);
	/* what its first command showed does not outlive the reset */
	WRITE_ONCE(mb->owner, NULL);
	refuse_queue(mb, -EBUSY);
	spin_unlock(&mb->lock);
	wake_up_all(&mb->wait);
	swcci_mailbox_quiesce(mb);
	mb->ops->state_changed(mb);
}

/**
 * swcci_mailbox_thaw() - serve again after a reset, or for the first time
 * @mb: frozen, or just initialised
 *
 * Rewrites the interrupt enables. A doorbell found set (kexec) is drained.
 * Callers: serialised with swcci_mailbox_kill() by the PCI device lock.
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
		look_again_in(mb, 0);
	} else {
		grant_next(mb);
	}
	spin_unlock(&mb->lock);
	mb->ops->state_changed(mb);
}

/**
 * swcci_mailbox_pause() - begin no command: the machine is about to freeze its tasks
 * @mb: the mailbox
 *
 * The queue gets -EBUSY. A caller in flight has a second; then its command is left to
 * the drain worker, which goes on until swcci_mailbox_freeze(). Does not wait.
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
 * swcci_mailbox_unpause() - end swcci_mailbox_pause(); whatever happened to the function meanwhile
 * @mb: the mailbox; paused or not
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
 * swcci_mailbox_kill() - the device is going: send everybody away, for ever
 * @mb: the mailbox
 *
 * Does not wait; swcci_mailbox_quiesce() does.
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
 * swcci_mailbox_quiesce() - wait until nobody touches the registers
 * @mb: frozen or dead
 *
 * Nobody can enter any more, and who is inside was woken: one poll step, or one of a
 * payload.
 */
void swcci_mailbox_quiesce(struct swcci_mailbox *mb)
{
	cancel_delayed_work_sync(&mb->drain);
	synchronize_srcu_expedited(&mb->inside);
	ticket_lost(mb);
}
