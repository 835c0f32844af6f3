// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at background operations: the function's own by a register and its
 * interrupt, those of destinations by asking them. Aborts only what its owner
 * wished to be aborted; never queues a command of a user. What an answer leads to
 * is operation.c's.
 */
#include "background_internal.h"

#include <linux/refcount.h>

#include "destination/destination.h"
#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "record/record.h"

/* How long a look may wait for its turn: what cannot be asked now is asked later. */
#define TURN_MS			5000
/* How long what an unusable answer may have started is looked for. */
#define LOOK_FOR_MS		30000
#define STATUS_LENGTH		8

/* ---- what an answer means ---- */

/* Where nothing of the kind runs, @op may be gone on return. */
static void found_or_not(struct swcci_background *bg, struct swcci_operation *op,
			 const struct swcci_operation_sample *sample)
{
	lockdep_assert_held(&bg->lock);
	if (!swcci_operation_shows(sample) || sample->opcode != op->leaf.opcode ||
	    swcci_background_under_way_at(bg, &op->leaf.path)) {
		swcci_background_drop(bg, op);
		return;
	}
	op->look = false;
	swcci_background_begin(bg, op, OPERATION_FOUND_RUNNING);
	swcci_background_look_later(bg, op, sample->answer);
}

static bool tells(const struct swcci_operation_sample *sample)
{
	return sample->answer == OPERATION_STATUS || sample->answer == OPERATION_UNSUPPORTED;
}

static void see(struct swcci_background *bg, struct swcci_operation *op,
		const struct swcci_operation_sample *sample)
{
	int event;

	lockdep_assert_held(&bg->lock);
	if (op->look && !tells(sample) && background_now_ms() - op->started_ms < LOOK_FOR_MS) {
		swcci_background_look_later(bg, op, sample->answer);
		return;
	}
	if (op->look) {
		found_or_not(bg, op, sample);
		return;
	}
	event = swcci_operation_observe(&op->watch, sample, background_now_ms());
	if (event >= 0)
		swcci_background_apply(bg, op, event);
	if (operation_is_live(op))
		swcci_background_look_later(bg, op, sample->answer);
}

/* ---- the function's own slot ---- */

static void read_own(struct swcci_background *bg, struct swcci_operation_sample *sample)
{
	struct swcci_mailbox_background own;

	*sample = (struct swcci_operation_sample){ .answer = OPERATION_NO_ANSWER };
	if (swcci_mailbox_read_background(bg->mailbox, &own))
		return;
	sample->answer = OPERATION_STATUS;
	sample->running = own.running;
	sample->opcode = own.opcode;
	sample->percent = own.percent;
	sample->return_code = own.return_code;
	sample->vendor_status = own.vendor_status;
}

static void own_work(struct work_struct *work)
{
	struct swcci_background *bg = container_of(to_delayed_work(work), struct swcci_background,
						   own);
	struct swcci_operation *op, *next;
	struct swcci_operation_sample sample;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node) {
		op->in_look = swcci_background_is_own_work(op);
		op->soon &= !op->in_look;
	}
	spin_unlock(&bg->lock);
	read_own(bg, &sample);

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		/* what started since was not there to be seen */
		if (op->in_look && swcci_background_is_own_work(op))
			see(bg, op, &sample);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/* Hard interrupt context; no lock. swcci_background_stop() comes after the last one. */
void swcci_background_hint(struct swcci_background *bg)
{
	if (READ_ONCE(bg->own_runs))
		mod_delayed_work(bg->workqueue, &bg->own, 0);
}

/* ---- destinations ---- */

struct status_question {
	struct swcci_exchange x;
	u8 buffer[EXCHANGE_OVERHEAD_MAX + STATUS_LENGTH];
};

static void prepare_question(struct status_question *question, const struct swcci_tunnel_path *path,
			     ktime_t deadline)
{
	question->x = (struct swcci_exchange){
		.path = path,
		.opcode = CCI_OP_BACKGROUND_STATUS,
		.buffer = question->buffer,
		.room = sizeof(question->buffer),
		.deadline = deadline,
	};
}

static void take_status(const struct swcci_exchange *x, struct swcci_operation_sample *sample)
{
	if (x->reply == EXCHANGE_SILENCE || x->reply == EXCHANGE_NO_PATH)
		return;
	if (x->reply == EXCHANGE_GARBAGE)
		sample->answer = OPERATION_NONSENSE;
	else if (x->return_code == CCI_RC_SUCCESS)
		swcci_operation_decode_status(x->payload, x->length, sample);
	else if (x->return_code == CCI_RC_UNSUPPORTED)
		sample->answer = OPERATION_UNSUPPORTED;
}

static void ask_status(struct swcci_background *bg, const struct swcci_tunnel_path *path,
		       ktime_t deadline, struct swcci_operation_sample *sample)
{
	struct status_question question;

	*sample = (struct swcci_operation_sample){ .answer = OPERATION_NO_ANSWER };
	prepare_question(&question, path, deadline);
	if (!swcci_destination_ask(bg->exchange, &question.x))
		take_status(&question.x, sample);
}

static void ask_status_in_turn(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
			       const struct swcci_operation *op,
			       struct swcci_operation_sample *sample)
{
	struct status_question question;

	if (!op->leaf.path.depth) {
		read_own(bg, sample);
		return;
	}
	prepare_question(&question, &op->leaf.path, ktime_add_ms(ktime_get(), TURN_MS));
	if (!swcci_exchange_ask_in_turn(bg->exchange, turn, &question.x))
		take_status(&question.x, sample);
}

/* What is seen to run is the operation: another device may sit behind the port by now. */
static bool begin_abort(struct swcci_background *bg, struct swcci_operation *op,
			const struct swcci_operation_sample *sample)
{
	bool begins;

	spin_lock(&bg->lock);
	begins = op->abort_wanted && operation_is_under_way(op) && swcci_operation_shows(sample) &&
		 sample->opcode == op->leaf.opcode;
	if (begins) {
		op->abort_wanted = false;
		swcci_background_apply(bg, op, OPERATION_ABORT_ASKED);
	}
	spin_unlock(&bg->lock);
	return begins;
}

static void record_abort(struct swcci_command_result *result, const struct swcci_exchange *x)
{
	bool answered = x->sent && x->reply != EXCHANGE_SILENCE;

	atomic64_set(&result->id, x->id);
	WRITE_ONCE(result->return_code, x->mailbox_code);
	WRITE_ONCE(result->leaf_return_code, x->reply == EXCHANGE_GARBAGE ?
		   CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN : x->return_code);
	command_result_stage(result, answered ? CXL_SWITCH_CCI_STAGE_ANSWERED :
			     x->sent ? CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN :
				       CXL_SWITCH_CCI_STAGE_NOT_SENT);
}

/* With the verdict and the record that a client's 0005h of its own leaves. */
static int ask_to_abort(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
			struct swcci_exchange *x)
{
	const struct swcci_tunnel_request leaf = { .path = *x->path, .opcode = x->opcode };
	const struct swcci_audit audit = { .audited = true, .impact = IMPACT_SETTING };
	struct swcci_command_result result = {
		.stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN,
		.impact = audit.impact,
		.verdict_flags = CXL_SWITCH_CCI_VERDICT_AUDITED,
		.leaf_opcode = x->opcode,
		.depth = x->path->depth,
	};
	struct swcci_recorder_entry entry = { };
	int rc;

	swcci_recorder_came(bg->recorder, &entry, x->path->depth ? CCI_OP_TUNNEL : x->opcode,
			    x->path, &result);
	swcci_recorder_allowed(bg->recorder, &leaf, &audit, false);
	rc = swcci_exchange_ask_in_turn(bg->exchange, turn, x);
	record_abort(&result, x);
	if (!rc && x->reply == EXCHANGE_SILENCE)
		rc = -ETIMEDOUT;
	swcci_recorder_ended(bg->recorder, &entry, rc);
	return rc;
}

/* Sent, and without a usable answer: it stays ABORTING until it is seen to be over. */
static void send_abort(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
		       struct swcci_operation *op)
{
	u8 buffer[EXCHANGE_OVERHEAD_MAX];
	struct swcci_exchange x = {
		.path = &op->leaf.path,
		.opcode = CCI_OP_ABORT_BACKGROUND,
		.buffer = buffer,
		.room = sizeof(buffer),
		.deadline = ktime_add_ms(ktime_get(), TURN_MS),
	};
	bool taken;
	int rc;

	rc = ask_to_abort(bg, turn, &x);
	if (x.sent && (rc || x.reply == EXCHANGE_GARBAGE))
		return;
	taken = !rc && x.reply == EXCHANGE_ANSWER && x.return_code == CCI_RC_SUCCESS;
	spin_lock(&bg->lock);
	swcci_background_apply(bg, op, taken ? OPERATION_ABORT_TAKEN : OPERATION_ABORT_REFUSED);
	spin_unlock(&bg->lock);
}

/*
 * BG_ABORT_ON_CLOSE: its owner asked for it when it was allowed to start the
 * operation. In one turn with the look whether it still runs; the wish stays while
 * that cannot be seen. True: the abort was sent.
 */
static bool ask_abort(struct swcci_background *bg, struct swcci_operation *op,
		      struct swcci_operation_sample *sample)
{
	struct swcci_mailbox_turn turn;
	bool begins;

	*sample = (struct swcci_operation_sample){ .answer = OPERATION_NO_ANSWER };
	if (swcci_mailbox_turn_begin(bg->mailbox, &turn, ktime_add_ms(ktime_get(), TURN_MS)))
		return false;
	ask_status_in_turn(bg, &turn, op, sample);
	begins = begin_abort(bg, op, sample);
	if (begins)
		send_abort(bg, &turn, op);
	swcci_mailbox_turn_end(bg->mailbox, &turn);
	return begins;
}

static struct swcci_operation *due_elsewhere(struct swcci_background *bg)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	op = swcci_background_most_urgent(bg, swcci_background_is_others_work);
	if (op && op->next_look_ms > background_now_ms())
		op = NULL;
	if (op) {
		refcount_inc(&op->references);
		op->soon = false;
	}
	spin_unlock(&bg->lock);
	return op;
}

/* One command a run, so that callers come in between. */
static void others_work(struct work_struct *work)
{
	struct swcci_background *bg = container_of(to_delayed_work(work), struct swcci_background,
						   others);
	struct swcci_operation_sample sample = { .answer = OPERATION_NO_ANSWER };
	struct swcci_operation *op = due_elsewhere(bg);
	bool aborts = false;

	if (op && READ_ONCE(op->abort_wanted))
		aborts = ask_abort(bg, op, &sample);
	else if (op)
		ask_status(bg, &op->leaf.path, ktime_add_ms(ktime_get(), TURN_MS), &sample);

	spin_lock(&bg->lock);
	if (op && operation_is_live(op) && aborts)
		swcci_background_look_later(bg, op, OPERATION_STATUS);
	else if (op && operation_is_live(op))
		see(bg, op, &sample);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
	if (op)
		swcci_background_put(op);
}

/* ---- first contact ---- */

/* Does something run there already? */
static void met(struct swcci_background *bg, const struct swcci_tunnel_path *path,
		const struct swcci_operation_sample *sample)
{
	const struct swcci_tunnel_request leaf = { .path = *path, .opcode = sample->opcode };
	struct swcci_operation *op;

	if (!swcci_operation_shows(sample))
		return;
	op = swcci_background_make(&leaf, NULL, INVALID_UID);
	if (!op)
		return;
	spin_lock(&bg->lock);
	if (swcci_background_add(bg, op)) {
		swcci_background_put(op);
	} else {
		op->changes_fabric = true;
		found_or_not(bg, op, sample);
	}
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_meet() - find what runs at a destination already
 * @bg: of the device
 * @path: of the destination
 * @deadline: of the caller
 *
 * Costs a command, within the caller's time: only on first contact.
 *
 * Return: whether it was answered, and so need not be repeated.
 */
bool swcci_background_meet(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			   ktime_t deadline)
{
	struct swcci_operation_sample sample;

	ask_status(bg, path, deadline, &sample);
	met(bg, path, &sample);
	return tells(&sample);
}

/* At probe and after a reset. */
void swcci_background_look_at_self(struct swcci_background *bg)
{
	static const struct swcci_tunnel_path itself;
	struct swcci_operation_sample sample;

	read_own(bg, &sample);
	met(bg, &itself, &sample);
}

/* ---- life ---- */

/* Here, because it names the workers: background.c calls nothing of this file. */
void swcci_background_init(struct swcci_background *bg, struct workqueue_struct *workqueue,
			   struct swcci_mailbox *mailbox, void *exchange, atomic_t *generation,
			   struct swcci_notices *notices, struct swcci_recorder *recorder,
			   u32 number)
{
	bg->workqueue = workqueue;
	bg->mailbox = mailbox;
	bg->exchange = exchange;
	bg->generation = generation;
	bg->notices = notices;
	bg->recorder = recorder;
	bg->number = number;
	spin_lock_init(&bg->lock);
	INIT_LIST_HEAD(&bg->live);
	INIT_LIST_HEAD(&bg->ended);
	init_waitqueue_head(&bg->changed);
	INIT_DELAYED_WORK(&bg->own, own_work);
	INIT_DELAYED_WORK(&bg->others, others_work);
}
