// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary mailbox, CXL 3.1 8.2.8.4: one command at a time, in turns. A caller
 * may leave before the answer; then the drain worker fetches it, so that it
 * never reaches another caller. Knows registers; no CXL command, no user.
 */
#include <linux/hrtimer.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/sched/signal.h>

#include "mailbox_internal.h"

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

static struct lock_class_key turn_key;

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
		rc = swcci_mailbox_refusal(mb);
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
	if (!swcci_mailbox_interruption(mb) && atomic_read(&mb->hints) == hints_seen)
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
		rc = swcci_mailbox_reason_to_leave(mb, now, min(deadline, device_deadline));
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
	doorbell = swcci_mailbox_alive(mb) ? swcci_mailbox_doorbell(mb) : DOORBELL_NONSENSE;
	if (doorbell == DOORBELL_CLEAR) {
		mb->doorbell_clear = true;
		return 0;
	}
	deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
	swcci_mailbox_abandon(mb, NULL, deadline, doorbell == DOORBELL_NONSENSE);
	return doorbell == DOORBELL_NONSENSE ? -EIO : -EBUSY;
}

static int send(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	u64 header = command->ticket.opcode | (u64)command->in_length << COMMAND_LENGTH_SHIFT;
	int rc;

	mb->sent = header;
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
		rc = swcci_mailbox_reason_to_leave(mb, ktime_get(), command->deadline);
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
	swcci_mailbox_abandon(mb, command, device_deadline, command->overdue || nonsense);
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
	rc = swcci_mailbox_refusal(mb);
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
	INIT_DELAYED_WORK(&mb->drain, swcci_mailbox_drain_work);
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
	swcci_mailbox_set_state(mb, MAILBOX_RESETTING);
	/* what its first command showed does not outlive the reset */
	WRITE_ONCE(mb->owner, NULL);
	swcci_mailbox_refuse_queue(mb, -EBUSY);
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
	mb->sent = 0;
	mb->arrived = true;
	if (!busy)
		swcci_mailbox_arm(mb);

	spin_lock(&mb->lock);
	mb->doorbell_clear = !busy;
	mb->device_deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
	if (busy) {
		swcci_mailbox_set_state(mb, MAILBOX_DRAINING);
		swcci_mailbox_look_again_in(mb, 0);
	} else {
		swcci_mailbox_grant_next(mb);
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
	swcci_mailbox_refuse_queue(mb, -EBUSY);
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
		swcci_mailbox_grant_next(mb);
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
	swcci_mailbox_set_state(mb, MAILBOX_DEAD);
	swcci_mailbox_refuse_queue(mb, -ENODEV);
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
	swcci_mailbox_ticket_lost(mb);
}
