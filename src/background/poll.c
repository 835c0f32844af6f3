// SPDX-License-Identifier: GPL-2.0-only
/*
 * Polls background operations: the function's own by a register and its interrupt,
 * those of destinations by a command. Aborts only an operation whose owner requested
 * that. operation.c decides what an answer leads to.
 */
#include "background_internal.h"

#include <linux/refcount.h>

#include "destination/destination.h"
#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "record/record.h"

/* How long a poll waits for its turn; it is repeated later. */
#define TURN_MS			5000
/* How long an operation is polled for that a command without a valid response may have started. */
#define UNCERTAIN_MS		30000
#define STATUS_LENGTH		8

/* ---- what an answer means ---- */

/* May free @op: if the operation does not run. */
static void settle_uncertain(struct swcci_background *bg, struct swcci_operation *op,
			     const struct swcci_operation_sample *sample)
{
	lockdep_assert_held(&bg->lock);
	if (!swcci_operation_is_running(sample) || sample->opcode != op->leaf.opcode ||
	    swcci_background_under_way_at(bg, &op->leaf.path)) {
		swcci_background_drop(bg, op);
		return;
	}
	op->uncertain = false;
	swcci_background_begin(bg, op, OPERATION_FOUND_RUNNING);
	swcci_background_poll_later(bg, op, sample->answer);
}

static bool is_conclusive(const struct swcci_operation_sample *sample)
{
	return sample->answer == OPERATION_STATUS || sample->answer == OPERATION_UNSUPPORTED;
}

static void take_sample(struct swcci_background *bg, struct swcci_operation *op,
			const struct swcci_operation_sample *sample)
{
	int event;

	lockdep_assert_held(&bg->lock);
	if (op->uncertain && !is_conclusive(sample) &&
	    background_now_ms() - op->started_ms < UNCERTAIN_MS) {
		swcci_background_poll_later(bg, op, sample->answer);
		return;
	}
	if (op->uncertain) {
		settle_uncertain(bg, op, sample);
		return;
	}
	event = swcci_operation_observe(&op->watch, sample, background_now_ms());
	if (event >= 0)
		swcci_background_apply(bg, op, event);
	if (operation_is_live(op))
		swcci_background_poll_later(bg, op, sample->answer);
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
		op->in_poll = swcci_background_is_own_work(op);
		op->poll_again &= !op->in_poll;
	}
	spin_unlock(&bg->lock);
	read_own(bg, &sample);

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		/* what started since read_own() is not in the sample */
		if (op->in_poll && swcci_background_is_own_work(op))
			take_sample(bg, op, &sample);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_hint() - the function sent an interrupt
 * @bg: of the device
 *
 * Polls the function's own slot at once if an operation runs there. Hard interrupt
 * context; takes no lock. Not called after swcci_background_stop().
 */
void swcci_background_hint(struct swcci_background *bg)
{
	if (READ_ONCE(bg->own_runs))
		mod_delayed_work(bg->workqueue, &bg->own, 0);
}

/* ---- destinations ---- */

static ktime_t turn_deadline(void)
{
	return ktime_add_ms(ktime_get(), TURN_MS);
}

struct status_query {
	struct swcci_exchange x;
	u8 buffer[EXCHANGE_OVERHEAD_MAX + STATUS_LENGTH];
};

static void take_status(const struct swcci_exchange *x, struct swcci_operation_sample *sample)
{
	if (x->reply == EXCHANGE_SILENCE || x->reply == EXCHANGE_NO_PATH)
		return;
	if (x->reply == EXCHANGE_MALFORMED)
		sample->answer = OPERATION_MALFORMED;
	else if (x->return_code == CCI_RC_SUCCESS)
		swcci_operation_decode_status(x->payload, x->length, sample);
	else if (x->return_code == CCI_RC_UNSUPPORTED)
		sample->answer = OPERATION_UNSUPPORTED;
}

/* @turn: NULL: takes one of its own. */
static void query_status(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
			 const struct swcci_tunnel_path *path, ktime_t deadline,
			 struct swcci_operation_sample *sample)
{
	struct status_query query = {
		.x = {
			.path = path,
			.opcode = CCI_OP_BACKGROUND_STATUS,
			.buffer = query.buffer,
			.room = sizeof(query.buffer),
			.deadline = deadline,
		},
	};
	int rc;

	*sample = (struct swcci_operation_sample){ .answer = OPERATION_NO_ANSWER };
	rc = turn ? swcci_exchange_send_in_turn(&bg->destinations->channel, turn, &query.x) :
		    swcci_destination_send(bg->destinations, &query.x);
	if (!rc)
		take_status(&query.x, sample);
}

/* Only if the sample shows this operation: another device may be behind the port by now. */
static bool begin_abort(struct swcci_background *bg, struct swcci_operation *op,
			const struct swcci_operation_sample *sample)
{
	bool begins;

	spin_lock(&bg->lock);
	begins = op->abort_wanted && operation_is_under_way(op) &&
		 swcci_operation_is_running(sample) && sample->opcode == op->leaf.opcode;
	if (begins) {
		op->abort_wanted = false;
		swcci_background_apply(bg, op, OPERATION_ABORT_SENT);
	}
	spin_unlock(&bg->lock);
	return begins;
}

static void record_abort(struct swcci_command_result *result, const struct swcci_exchange *x)
{
	bool answered = x->sent && x->reply != EXCHANGE_SILENCE;

	atomic64_set(&result->id, x->id);
	WRITE_ONCE(result->return_code, x->mailbox_code);
	WRITE_ONCE(result->leaf_return_code, x->reply == EXCHANGE_MALFORMED ?
		   CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN : x->return_code);
	command_result_stage(result, answered ? CXL_SWITCH_CCI_STAGE_ANSWERED :
			     x->sent ? CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN :
				       CXL_SWITCH_CCI_STAGE_NOT_SENT);
}

/* Leaves the verdict and the record that a client's own 0005h would leave. */
static int execute_abort(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
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

	swcci_recorder_begin(bg->recorder, &entry, x->path->depth ? CCI_OP_TUNNEL : x->opcode,
			     x->path, &result);
	swcci_recorder_allowed(bg->recorder, &leaf, &audit, false);
	rc = swcci_exchange_send_in_turn(&bg->destinations->channel, turn, x);
	record_abort(&result, x);
	if (!rc && x->reply == EXCHANGE_SILENCE)
		rc = -ETIMEDOUT;
	swcci_recorder_end(bg->recorder, &entry, rc);
	return rc;
}

/* Without a valid response the operation stays ABORTING until a poll shows that it is over. */
static void send_abort(struct swcci_background *bg, struct swcci_mailbox_turn *turn,
		       struct swcci_operation *op)
{
	u8 buffer[EXCHANGE_OVERHEAD_MAX];
	struct swcci_exchange x = {
		.path = &op->leaf.path,
		.opcode = CCI_OP_ABORT_BACKGROUND,
		.buffer = buffer,
		.room = sizeof(buffer),
		.deadline = turn_deadline(),
	};
	bool accepted;
	int rc;

	rc = execute_abort(bg, turn, &x);
	if (x.sent && (rc || x.reply == EXCHANGE_MALFORMED))
		return;
	accepted = !rc && x.reply == EXCHANGE_ANSWER && x.return_code == CCI_RC_SUCCESS;
	spin_lock(&bg->lock);
	swcci_background_apply(bg, op, accepted ? OPERATION_ABORT_ACCEPTED :
						  OPERATION_ABORT_REFUSED);
	spin_unlock(&bg->lock);
}

/*
 * BG_ABORT_ON_CLOSE, which the owner was allowed to request when it started the
 * operation. The poll and the abort share one turn, so that the operation is still
 * the same one. Without a valid status the abort stays pending. @sample: NO_ANSWER.
 * Return: whether the abort was sent.
 */
static bool poll_and_abort(struct swcci_background *bg, struct swcci_operation *op,
			   struct swcci_operation_sample *sample)
{
	struct swcci_mailbox_turn turn;
	bool begins;

	if (swcci_mailbox_turn_begin(bg->mailbox, &turn, turn_deadline()))
		return false;
	if (op->leaf.path.depth)
		query_status(bg, &turn, &op->leaf.path, turn_deadline(), sample);
	else
		read_own(bg, sample);
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
	if (op && op->next_poll_ms > background_now_ms())
		op = NULL;
	if (op) {
		refcount_inc(&op->references);
		op->poll_again = false;
	}
	spin_unlock(&bg->lock);
	return op;
}

/* One command a run, so that commands of clients are sent in between. */
static void others_work(struct work_struct *work)
{
	struct swcci_background *bg = container_of(to_delayed_work(work), struct swcci_background,
						   others);
	struct swcci_operation_sample sample = { .answer = OPERATION_NO_ANSWER };
	struct swcci_operation *op = due_elsewhere(bg);
	bool aborts = false;

	if (op && READ_ONCE(op->abort_wanted))
		aborts = poll_and_abort(bg, op, &sample);
	else if (op)
		query_status(bg, NULL, &op->leaf.path, turn_deadline(), &sample);

	spin_lock(&bg->lock);
	if (op && operation_is_live(op) && aborts)
		swcci_background_poll_later(bg, op, OPERATION_STATUS);
	else if (op && operation_is_live(op))
		take_sample(bg, op, &sample);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
	if (op)
		swcci_background_put(op);
}

/* ---- discovery ---- */

static void add_discovered(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			   const struct swcci_operation_sample *sample)
{
	const struct swcci_tunnel_request leaf = { .path = *path, .opcode = sample->opcode };
	struct swcci_operation *op;

	if (!swcci_operation_is_running(sample))
		return;
	op = swcci_background_make(&leaf, NULL, INVALID_UID);
	if (!op)
		return;
	spin_lock(&bg->lock);
	if (swcci_background_add(bg, op)) {
		swcci_background_put(op);
	} else {
		op->changes_fabric = true;
		settle_uncertain(bg, op, sample);
	}
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_discover() - find an operation that runs at a destination already
 * @bg: of the device
 * @path: of the destination
 * @deadline: for the query, on the clock of ktime_get()
 *
 * Sends one command. Process context; takes a turn, killable.
 *
 * Return: true if the destination answered, so that this need not be repeated.
 */
bool swcci_background_discover(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			       ktime_t deadline)
{
	struct swcci_operation_sample sample;

	query_status(bg, NULL, path, deadline, &sample);
	add_discovered(bg, path, &sample);
	return is_conclusive(&sample);
}

/**
 * swcci_background_poll_self() - find an operation that runs in the function's own slot
 * @bg: of the device
 *
 * At probe and after a reset. Reads a register; sends nothing. Process context.
 */
void swcci_background_poll_self(struct swcci_background *bg)
{
	static const struct swcci_tunnel_path itself;
	struct swcci_operation_sample sample;

	read_own(bg, &sample);
	add_discovered(bg, &itself, &sample);
}

/* ---- life ---- */

/**
 * swcci_background_init() - prepare an empty set of operations
 * @bg: zeroed
 * @workqueue: runs the polls
 * @mailbox: of the device; need not be initialized yet
 * @destinations: of the device; their generation moves when an operation ends that changes
 *	the fabric
 * @notices: notified of the end of operations
 * @recorder: gets a record of each abort on close
 * @number: of the device, for traces
 *
 * In this file because it names the workers: background.c calls nothing of it.
 */
void swcci_background_init(struct swcci_background *bg, struct workqueue_struct *workqueue,
			   struct swcci_mailbox *mailbox, struct swcci_destinations *destinations,
			   struct swcci_notices *notices, struct swcci_recorder *recorder,
			   u32 number)
{
	bg->workqueue = workqueue;
	bg->mailbox = mailbox;
	bg->destinations = destinations;
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
