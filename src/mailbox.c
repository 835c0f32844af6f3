// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary mailbox, CXL 3.1 8.2.8.4: one command at a time, in turns. A caller
 * may leave before the answer; then the drain worker fetches it, so that it
 * never reaches another caller. Knows registers; no CXL command, no user.
 */
#include "mailbox.h"

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "opcodes.h"

/* CXL 3.1 8.2.8.4.3 to 8.2.8.4.8 */
#define REG_CONTROL		0x04
#define REG_COMMAND		0x08
#define REG_STATUS		0x10
#define REG_BACKGROUND		0x18
#define REG_PAYLOAD		0x20

#define CONTROL_DOORBELL	BIT(0)
#define CONTROL_DOORBELL_IRQ	BIT(1)
#define CONTROL_BACKGROUND_IRQ	BIT(2)
#define COMMAND_LENGTH_SHIFT	16
#define COMMAND_LENGTH_MASK	0x1fffff
#define STATUS_RETURN_CODE_SHIFT	32
#define STATUS_VENDOR_SHIFT	48
#define STATUS_BACKGROUND	BIT(0)
#define BACKGROUND_OPCODE_MASK	0xffff
#define BACKGROUND_PERCENT_SHIFT	16
#define BACKGROUND_PERCENT_MASK	0x7f
#define BACKGROUND_RETURN_CODE_SHIFT	32
#define BACKGROUND_VENDOR_SHIFT	48

/* An identity check and the command that it covers. DESIGN section 7. */
#define TURN_COMMANDS_MAX	2

/* Answers that come at once are worth a spin; DESIGN section 11. */
#define SPIN_NS			(50 * NSEC_PER_USEC)
#define STEP_MAX_NS		(10 * NSEC_PER_MSEC)
/* Where an interrupt is to come, the timer is there for the one that does not. */
#define BACKSTOP_MIN_NS		(10 * NSEC_PER_MSEC)
#define BACKSTOP_MAX_NS		(100 * NSEC_PER_MSEC)
#define DRAIN_STEP_MS		10
#define STUCK_STEP_MS		250

static struct lock_class_key turn_key;

/* ---- state ---- */

/* Why nobody may touch the registers now; 0: somebody may. */
static int interruption(struct mailbox *mb)
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

static void set_state(struct mailbox *mb, enum mailbox_state state)
{
	lockdep_assert_held(&mb->lock);
	WRITE_ONCE(mb->state, state);
}

/* Under the lock, so that after mailbox_kill() nothing is queued any more. */
static void look_again_in(struct mailbox *mb, unsigned int ms)
{
	lockdep_assert_held(&mb->lock);
	mod_delayed_work(mb->workqueue, &mb->drain, msecs_to_jiffies(ms));
}

enum mailbox_state mailbox_state(struct mailbox *mb)
{
	return READ_ONCE(mb->state);
}

/* ---- turns ---- */

static void decide(struct mailbox_turn *turn, int verdict)
{
	list_del_init(&turn->node);
	turn->verdict = verdict;
	complete(&turn->decided);
}

static struct mailbox_turn *first_in_queue(struct mailbox *mb)
{
	return list_first_entry_or_null(&mb->queue, struct mailbox_turn, node);
}

/* Direct hand-off: the mailbox is never idle while somebody waits. */
static void grant_next(struct mailbox *mb)
{
	struct mailbox_turn *turn = first_in_queue(mb);

	lockdep_assert_held(&mb->lock);
	set_state(mb, turn ? MAILBOX_OWNED : MAILBOX_IDLE);
	WRITE_ONCE(mb->owner, turn);
	if (turn)
		decide(turn, 0);
}

static void refuse_queue(struct mailbox *mb, int error)
{
	struct mailbox_turn *turn;

	lockdep_assert_held(&mb->lock);
	while ((turn = first_in_queue(mb)))
		decide(turn, error);
}

static int enqueue(struct mailbox *mb, struct mailbox_turn *turn)
{
	lockdep_assert_held(&mb->lock);
	switch (mb->state) {
	case MAILBOX_IDLE:
		set_state(mb, MAILBOX_OWNED);
		WRITE_ONCE(mb->owner, turn);
		return 0;
	case MAILBOX_OWNED:
	case MAILBOX_DRAINING:
		list_add_tail(&turn->node, &mb->queue);
		return -EINPROGRESS;
	case MAILBOX_STUCK:
		/* look again now, so that the next try may succeed */
		look_again_in(mb, 0);
		return -EBUSY;
	case MAILBOX_RESETTING:
		return -EBUSY;
	case MAILBOX_DEAD:
		break;
	}
	return -ENODEV;
}

static long jiffies_until(ktime_t deadline)
{
	s64 ms;

	if (deadline == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ms = ktime_ms_delta(deadline, ktime_get());
	return ms < 0 ? 0 : msecs_to_jiffies(min_t(s64, ms, INT_MAX)) + 1;
}

static void hand_back(struct mailbox *mb, struct mailbox_turn *turn)
{
	spin_lock(&mb->lock);
	if (mb->owner == turn) {
		WRITE_ONCE(mb->owner, NULL);
		if (mb->state == MAILBOX_OWNED)
			grant_next(mb);
	}
	spin_unlock(&mb->lock);
}

static int wait_in_queue(struct mailbox *mb, struct mailbox_turn *turn, ktime_t deadline)
{
	long left = wait_for_completion_killable_timeout(&turn->decided,
							 jiffies_until(deadline));

	if (left > 0)
		return turn->verdict;

	spin_lock(&mb->lock);
	list_del_init(&turn->node);
	spin_unlock(&mb->lock);
	/* the turn may have come between the wake-up and the lock */
	hand_back(mb, turn);
	return left < 0 ? -EINTR : -EBUSY;
}

/**
 * mailbox_turn_begin() - wait for the mailbox
 * @mb: the mailbox
 * @turn: uninitialised, on the caller's stack until mailbox_turn_end()
 * @deadline: until when to wait; KTIME_MAX: as long as it takes
 *
 * First come, first served. Killable. Locks: takes none that the caller could
 * hold, but a turn is a lock to lockdep: file mutex, then turn.
 *
 * Return: 0; -EINTR on a fatal signal; -EBUSY if the mailbox is stuck or
 * resetting, or @deadline passed; -ENODEV if the device is gone.
 */
int mailbox_turn_begin(struct mailbox *mb, struct mailbox_turn *turn, ktime_t deadline)
{
	int rc;

	might_sleep();
	INIT_LIST_HEAD(&turn->node);
	init_completion(&turn->decided);
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
 * mailbox_turn_end() - pass the mailbox on
 * @mb: the mailbox
 * @turn: from a successful mailbox_turn_begin()
 */
void mailbox_turn_end(struct mailbox *mb, struct mailbox_turn *turn)
{
	lock_map_release(&mb->turn_map);
	hand_back(mb, turn);
}

/* ---- an answer ---- */

static u32 answer_length(const struct mailbox *mb, u64 header)
{
	u32 length = header >> COMMAND_LENGTH_SHIFT & COMMAND_LENGTH_MASK;

	return min(length, mb->capability.payload_size);
}

/* Return: the last word as it was read; 1 if none was. */
static u64 read_payload(struct mailbox *mb, u8 *out, u32 length)
{
	void __iomem *from = mb->registers + REG_PAYLOAD;
	u64 word = 1;
	u8 tail[8];
	u32 i;

	for (i = 0; i + 8 <= length; i += 8) {
		word = readq_relaxed(from + i);
		put_le64(out + i, word);
	}
	if (i == length)
		return word;
	word = readq_relaxed(from + i);
	put_le64(tail, word);
	memcpy(out + i, tail, length - i);
	return word;
}

/* ---- leaving a command behind ---- */

/*
 * The registers now belong to the drain worker. @command is NULL where the
 * doorbell was found set by nobody that we know of.
 */
static void abandon(struct mailbox *mb, struct mailbox_command *command,
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
		command->left = true;
	}
	mb->device_deadline = device_deadline;
	set_state(mb, stuck ? MAILBOX_STUCK : MAILBOX_DRAINING);
	if (stuck)
		refuse_queue(mb, -EBUSY);
	look_again_in(mb, stuck ? STUCK_STEP_MS : DRAIN_STEP_MS);
	spin_unlock(&mb->lock);
	if (stuck)
		mb->ops->state_changed(mb);
}

static bool take_ticket(struct mailbox *mb, struct mailbox_ticket *ticket)
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

static void ticket_lost(struct mailbox *mb)
{
	const struct mailbox_late_answer none = { .answered = false };
	struct mailbox_ticket ticket;

	if (take_ticket(mb, &ticket))
		mb->ops->retired(mb, &ticket, &none);
}

/* The doorbell is still set. */
static void drain_later(struct mailbox *mb)
{
	bool became_stuck = false;

	spin_lock(&mb->lock);
	if (mb->state == MAILBOX_DRAINING && ktime_after(ktime_get(), mb->device_deadline)) {
		set_state(mb, MAILBOX_STUCK);
		refuse_queue(mb, -EBUSY);
		became_stuck = true;
	}
	if (mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK)
		look_again_in(mb, mb->state == MAILBOX_STUCK ? STUCK_STEP_MS : DRAIN_STEP_MS);
	spin_unlock(&mb->lock);
	if (became_stuck)
		mb->ops->state_changed(mb);
}

/* The doorbell is clear. The answer counts before anybody else may send. */
static void drain_done(struct mailbox *mb, const struct mailbox_late_answer *answer)
{
	struct mailbox_ticket ticket;
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
static bool draining(struct mailbox *mb)
{
	bool ours;

	spin_lock(&mb->lock);
	ours = mb->state == MAILBOX_DRAINING || mb->state == MAILBOX_STUCK;
	spin_unlock(&mb->lock);
	return ours;
}

/* Return: false if the function went away before the end. */
static bool take_head(struct mailbox *mb, u64 header, struct mailbox_late_answer *answer)
{
	u64 last;

	answer->out_length = answer_length(mb, header);
	answer->head_length = min_t(u32, answer->out_length, MAILBOX_HEAD);
	last = read_payload(mb, answer->head, answer->head_length);
	return (last && last != ~0ULL) || readq(mb->registers + REG_COMMAND) == header;
}

/* Return: false if there is nothing to take yet. */
static bool take_late_answer(struct mailbox *mb, struct mailbox_late_answer *answer)
{
	u64 status, header;

	if (readl(mb->registers + REG_CONTROL) & CONTROL_DOORBELL)
		return false;
	status = readq(mb->registers + REG_STATUS);
	if (status == ~0ULL)
		return false;
	header = readq(mb->registers + REG_COMMAND);
	/* zero: the answer went with the function's state */
	if (!header || header == ~0ULL)
		return true;
	answer->return_code = (u16)(status >> STATUS_RETURN_CODE_SHIFT);
	answer->vendor_status = (u16)(status >> STATUS_VENDOR_SHIFT);
	answer->answered = answer->return_code != CCI_RC_SUCCESS ||
			   take_head(mb, header, answer);
	if (!answer->answered)
		*answer = (struct mailbox_late_answer){ .answered = false };
	return true;
}

static void drain_work(struct work_struct *work)
{
	struct mailbox *mb = container_of(to_delayed_work(work), struct mailbox, drain);
	struct mailbox_late_answer answer = { .answered = false };
	bool done;
	int index;

	/* a look ordered by enqueue() may come after the answer was taken */
	if (!draining(mb))
		return;
	index = srcu_read_lock(&mb->inside);
	done = !interruption(mb) && take_late_answer(mb, &answer);
	srcu_read_unlock(&mb->inside, index);

	if (done)
		drain_done(mb, &answer);
	else
		drain_later(mb);
}

/* ---- one command ---- */

static void write_payload(struct mailbox *mb, const u8 *in, u32 length)
{
	void __iomem *to = mb->registers + REG_PAYLOAD;
	u8 tail[8] = { 0 };
	u32 i;

	for (i = 0; i + 8 <= length; i += 8)
		writeq_relaxed(get_le64(in + i), to + i);
	if (i == length)
		return;
	/* the payload size is a multiple of 8: the padding stays inside */
	memcpy(tail, in + i, length - i);
	writeq_relaxed(get_le64(tail), to + i);
}

static bool doorbell_interrupts(const struct mailbox *mb)
{
	return mb->control & CONTROL_DOORBELL_IRQ;
}

/* Spin, then sleep ever longer: an eighth of what has passed already. */
static void pause_for(struct mailbox *mb, u64 elapsed_ns, int hints_seen)
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
	if (!interruption(mb) && atomic_read(&mb->hints) == hints_seen)
		schedule_hrtimeout_range(&step, step_ns >> 2, HRTIMER_MODE_REL);
	finish_wait(&mb->wait, &wait);
}

/*
 * Return: 0 when the doorbell is clear; -ETIME when the device's time is up;
 * else why this caller leaves before.
 */
static int await_doorbell(struct mailbox *mb, ktime_t start, ktime_t device_deadline,
			  ktime_t deadline)
{
	int hints, hints_before = -1;
	ktime_t now;
	u32 control;

	for (;;) {
		/* clock and hints before the look: neither may run ahead of it */
		hints = atomic_read(&mb->hints);
		now = ktime_get();
		control = readl(mb->registers + REG_CONTROL);
		if (!(control & CONTROL_DOORBELL)) {
			if (doorbell_interrupts(mb) && hints == hints_before)
				atomic64_inc(&mb->fallbacks);
			return 0;
		}
		if (control == ~0U)
			return mb->ops->absence(mb);
		if (interruption(mb))
			return interruption(mb) == -ENODEV ? -ENODEV : -EIO;
		if (fatal_signal_pending(current))
			return -EINTR;
		if (!ktime_before(now, device_deadline))
			return -ETIME;
		if (!ktime_before(now, deadline))
			return -ETIMEDOUT;
		if (ktime_to_ns(ktime_sub(now, start)) >= SPIN_NS)
			hints_before = hints;
		pause_for(mb, ktime_to_ns(ktime_sub(now, start)), hints);
	}
}

/* After a reset, a time-out or a lost answer the doorbell is looked at first. */
static int check_doorbell(struct mailbox *mb)
{
	ktime_t deadline;
	u32 control;

	if (mb->doorbell_clear)
		return 0;
	control = readl(mb->registers + REG_CONTROL);
	if (control == ~0U)
		return mb->ops->absence(mb);
	if (control & CONTROL_DOORBELL) {
		deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
		abandon(mb, NULL, deadline, false);
		return -EBUSY;
	}
	mb->doorbell_clear = true;
	return 0;
}

static int lost(struct mailbox *mb, struct mailbox_command *command)
{
	command->out_length = 0;
	command->out_copied = 0;
	return mb->ops->absence(mb);
}

/* CXL 3.1 8.2.8.4: steps 6 to 8 of sending a command. */
static int take_answer(struct mailbox *mb, struct mailbox_command *command)
{
	u64 status, header, last;

	status = readq(mb->registers + REG_STATUS);		/* 6 */
	if (status == ~0ULL)
		return mb->ops->absence(mb);
	command->return_code = (u16)(status >> STATUS_RETURN_CODE_SHIFT);
	command->vendor_status = (u16)(status >> STATUS_VENDOR_SHIFT);
	if (command->return_code == CCI_RC_SUCCESS) {
		header = readq(mb->registers + REG_COMMAND);	/* 7 */
		/* a function that went away may read as zeros: no opcode is 0 */
		if (header == ~0ULL || !header)
			return mb->ops->absence(mb);
		command->out_length = answer_length(mb, header);
		command->out_copied = min(command->out_length, command->out_room);
		last = read_payload(mb, command->out, command->out_copied);	/* 8 */
		/* what went away meanwhile reads as ones or zeros to the end */
		if ((!last || last == ~0ULL) && readq(mb->registers + REG_COMMAND) != header)
			return lost(mb, command);
	}
	mb->doorbell_clear = true;
	command->answered = true;
	return 0;
}

static void send(struct mailbox *mb, struct mailbox_command *command)
{
	u64 header = command->ticket.opcode | (u64)command->in_length << COMMAND_LENGTH_SHIFT;

	writeq_relaxed(header, mb->registers + REG_COMMAND);	/* 2 */
	write_payload(mb, command->in, command->in_length);	/* 3 */
	mb->doorbell_clear = false;
	command->rung = true;
	/* 4: ordered after all of the above; the enables stay as they are */
	writel(mb->control | CONTROL_DOORBELL, mb->registers + REG_CONTROL);
}

/* Who cannot learn the outcome any more does not start anything. */
static int too_late(const struct mailbox_command *command)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	if (command->deadline != KTIME_MAX && !ktime_before(ktime_get(), command->deadline))
		return -EBUSY;
	return 0;
}

static int run(struct mailbox *mb, struct mailbox_command *command)
{
	ktime_t start, device_deadline;
	int rc;

	rc = too_late(command);
	if (!rc)
		rc = check_doorbell(mb);			/* 1 */
	if (rc)
		return rc;
	send(mb, command);
	start = ktime_get();
	device_deadline = ktime_add_ms(start, mb->command_timeout_ms);
	rc = await_doorbell(mb, start, device_deadline, command->deadline);	/* 5 */
	command->duration_ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	if (!rc)
		return take_answer(mb, command);

	abandon(mb, command, device_deadline, rc == -ETIME || rc == -EIO || rc == -ENODEV);
	return rc == -ETIME ? -ETIMEDOUT : rc;
}

/**
 * mailbox_execute() - send one command and wait for its answer
 * @mb: the mailbox
 * @turn: held
 * @command: request in, answer out
 *
 * At most two commands in a turn. If it fails after @command->rung, the outcome
 * is unknown to the caller, who assumes the worst. With @command->left, the
 * ticket was handed over: mailbox_ops.retired() is called for it exactly once,
 * maybe already was, at the latest when mailbox_quiesce() returns. Without, it
 * is never called: the answer came, or a reset or removal took the turn away
 * first, or the answer was unusable.
 *
 * Return: 0 with @command->answered, whatever the return code;
 * -EBUSY nothing sent (doorbell set, resetting, or too late); -ENODEV device gone;
 * -EIO registers read as nonsense, or reset; -EINTR fatal signal; -ETIMEDOUT
 * the caller's deadline or the device's time passed.
 */
int mailbox_execute(struct mailbox *mb, struct mailbox_turn *turn,
		    struct mailbox_command *command)
{
	int index, rc;

	command->rung = false;
	command->left = false;
	command->answered = false;
	command->out_length = 0;
	command->out_copied = 0;
	command->duration_ns = 0;
	if (WARN_ON_ONCE(turn->commands >= TURN_COMMANDS_MAX ||
			 command->in_length > mb->capability.payload_size))
		return -EIO;

	turn->commands++;
	index = srcu_read_lock(&mb->inside);
	rc = interruption(mb);
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
 * mailbox_enable_interrupts() - before the first mailbox_thaw(), which writes it
 * @mb: the mailbox
 * @doorbell: for the end of a command
 * @background: for the end of a background operation
 */
void mailbox_enable_interrupts(struct mailbox *mb, bool doorbell, bool background)
{
	mb->control = (doorbell ? CONTROL_DOORBELL_IRQ : 0) |
		      (background ? CONTROL_BACKGROUND_IRQ : 0);
}

/* A hint to look. Any context; touches no register. */
void mailbox_interrupt(struct mailbox *mb)
{
	atomic_inc(&mb->hints);
	wake_up_all(&mb->wait);
	if (mb->ops->interrupted)
		mb->ops->interrupted(mb);
}

/* ---- registers that need no turn ---- */

/* Return: 0 inside, to be left with srcu_read_unlock(); else why not. */
static int enter(struct mailbox *mb, int *index)
{
	int rc;

	*index = srcu_read_lock(&mb->inside);
	rc = interruption(mb);
	if (rc)
		srcu_read_unlock(&mb->inside, *index);
	return rc;
}

/*
 * Status before background: what was over before is final after. Status once
 * more if so: the next operation may have begun in between, and its percentage
 * would look like where the last one ended.
 */
static int read_background(struct mailbox *mb, u64 *status, u64 *background)
{
	*status = readq(mb->registers + REG_STATUS);
	*background = readq(mb->registers + REG_BACKGROUND);
	if (!(*status & STATUS_BACKGROUND))
		*status = readq(mb->registers + REG_STATUS);
	return *status == ~0ULL || *background == ~0ULL ? mb->ops->absence(mb) : 0;
}

/**
 * mailbox_read_background() - look at the background operation
 * @mb: the mailbox
 * @background: result
 *
 * Needs no turn: CXL 3.1 8.2.8.4.7, the registers are read-only, and the
 * device changes them while it serves a command.
 *
 * Return: 0; -EBUSY resetting; -ENODEV gone; -EIO registers read as nonsense.
 */
int mailbox_read_background(struct mailbox *mb, struct mailbox_background *background)
{
	u64 status, value;
	int index, rc;

	rc = enter(mb, &index);
	if (rc)
		return rc;
	rc = read_background(mb, &status, &value);
	srcu_read_unlock(&mb->inside, index);
	if (rc)
		return rc;
	*background = (struct mailbox_background){
		.running = status & STATUS_BACKGROUND,
		.opcode = value & BACKGROUND_OPCODE_MASK,
		.percent = value >> BACKGROUND_PERCENT_SHIFT & BACKGROUND_PERCENT_MASK,
		.return_code = (u16)(value >> BACKGROUND_RETURN_CODE_SHIFT),
		.vendor_status = (u16)(value >> BACKGROUND_VENDOR_SHIFT),
	};
	return 0;
}

/**
 * mailbox_read_event_status() - which event logs are not empty
 * @mb: the mailbox
 * @status: the Event Status register, CXL 3.1 8.2.8.3.1
 *
 * Needs no turn. Return: 0; -EOPNOTSUPP the function has none; else as
 * mailbox_read_background().
 */
int mailbox_read_event_status(struct mailbox *mb, u64 *status)
{
	int index, rc;

	if (!mb->event_status)
		return -EOPNOTSUPP;
	rc = enter(mb, &index);
	if (rc)
		return rc;
	*status = readq(mb->event_status);
	if (*status == ~0ULL)
		rc = mb->ops->absence(mb);
	srcu_read_unlock(&mb->inside, index);
	return rc;
}

/* ---- life ---- */

/**
 * mailbox_init() - prepare; touches no register
 * @mb: zeroed
 * @ops: see there
 * @registers: the mailbox capability, mapped until after mailbox_quiesce()
 * @capability: decoded by registers_mailbox()
 * @workqueue: for the drain worker; outlives mailbox_quiesce()
 * @command_timeout_ms: how long the device may take over a command
 *
 * Return: 0, or -ENOMEM.
 */
int mailbox_init(struct mailbox *mb, const struct mailbox_ops *ops,
		 void __iomem *registers, const struct mailbox_capability *capability,
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
 * mailbox_destroy() - undo mailbox_init(), if it was done
 * @mb: killed and quiesced, and nobody will call any more
 */
void mailbox_destroy(struct mailbox *mb)
{
	if (mb->ops)
		cleanup_srcu_struct(&mb->inside);
}

/**
 * mailbox_freeze() - let go of the registers before a reset
 * @mb: the mailbox
 *
 * In-flight callers get -EIO, queued ones -EBUSY. On return nobody touches a
 * register until mailbox_thaw(). Sleeps for one poll step at most.
 */
void mailbox_freeze(struct mailbox *mb)
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
	mailbox_quiesce(mb);
	mb->ops->state_changed(mb);
}

/**
 * mailbox_thaw() - serve again after a reset, or for the first time
 * @mb: frozen, or just initialised
 *
 * Rewrites the interrupt enables. A doorbell found set (kexec) is drained.
 * Callers: serialised with mailbox_kill() by the PCI device lock.
 */
void mailbox_thaw(struct mailbox *mb)
{
	u32 control;
	bool busy;

	if (mailbox_state(mb) != MAILBOX_RESETTING)
		return;
	control = readl(mb->registers + REG_CONTROL);
	busy = control & CONTROL_DOORBELL;
	if (!busy)
		writel(mb->control, mb->registers + REG_CONTROL);

	spin_lock(&mb->lock);
	mb->doorbell_clear = !busy;
	mb->device_deadline = ktime_add_ms(ktime_get(), mb->command_timeout_ms);
	set_state(mb, busy ? MAILBOX_DRAINING : MAILBOX_IDLE);
	if (busy)
		look_again_in(mb, 0);
	spin_unlock(&mb->lock);
	mb->ops->state_changed(mb);
}

/**
 * mailbox_kill() - the device is going: send everybody away, for ever
 * @mb: the mailbox
 *
 * Does not wait; mailbox_quiesce() does.
 */
void mailbox_kill(struct mailbox *mb)
{
	spin_lock(&mb->lock);
	set_state(mb, MAILBOX_DEAD);
	refuse_queue(mb, -ENODEV);
	spin_unlock(&mb->lock);
	wake_up_all(&mb->wait);
	mb->ops->state_changed(mb);
}

/**
 * mailbox_quiesce() - wait until nobody touches the registers
 * @mb: frozen or dead
 *
 * Nobody can enter any more, and who is inside was woken: one poll step.
 */
void mailbox_quiesce(struct mailbox *mb)
{
	cancel_delayed_work_sync(&mb->drain);
	synchronize_srcu_expedited(&mb->inside);
	ticket_lost(mb);
}
