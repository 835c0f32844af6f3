// SPDX-License-Identifier: GPL-2.0-only
/*
 * One turn of an allowed command, and its result; late answers, too. If something changed
 * since the judgement, the turn is given back and the command is judged again.
 */
#include "trip.h"

#include <linux/cred.h>
#include <linux/string.h>

#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "policy/policy.h"
#include "record/record.h"
#include "trace.h"

/* The context of a client's command; the driver's own commands have none. */
static char client_command;

/*
 * What the ticket of a client's command keeps: enough to decode its answer, and for what
 * that means for the driver. The caller may be gone by then, so nothing here points to it.
 */
struct kept {
	struct swcci_operation *operation;	/* that it may start; NULL: none */
	u64 transfer;			/* that it is a part of; 0: none */
	struct swcci_tunnel_request leaf;	/* without its payload */
	kuid_t uid;
	u8 action;			/* of the part of @transfer */
	bool changes_fabric;
};

static_assert(sizeof(struct kept) <= sizeof_field(struct swcci_mailbox_ticket, note));

static struct kept *kept_in(struct swcci_mailbox_ticket *ticket)
{
	return (struct kept *)ticket->note;
}

/* What an answer means for the leaf. */
struct outcome {
	bool is_known;	/* false: no answer, or one that does not fit its request */
	bool started;	/* a background operation */
	u16 return_code;	/* RETURN_CODE_UNKNOWN unless @is_known */
	u16 vendor_status;
};

struct sending {
	struct swcci_trip *trip;
	struct swcci_mailbox_command command;
	struct kept *kept;	/* in the command's ticket */
};

/* ---- before ---- */

/* A query starts nothing. With BG_ABORT_ON_CLOSE a command is a setting at least. */
static bool may_start_background(const struct swcci_trip *t)
{
	const struct swcci_audit *audit = &t->judgement.audit;
	const struct swcci_audited_row *row;

	if (swcci_judge_is_query(audit))
		return false;
	if (!audit->audited || t->judgement.wants_abort)
		return true;
	row = swcci_audited_row(audit->row);
	return (row && row->effects & EFFECT_BACKGROUND) ||
	       (t->snapshot.view.listed && t->snapshot.view.effects & EFFECT_BACKGROUND);
}

static void keep(struct sending *s)
{
	const struct swcci_audit *audit = &s->trip->judgement.audit;
	struct kept *kept = kept_in(&s->command.ticket);

	kept->leaf = s->trip->leaf;
	kept->leaf.payload = NULL;
	kept->leaf.length = 0;
	kept->uid = current_uid();
	kept->action = s->trip->part.action;
	kept->changes_fabric = !swcci_judge_is_query(audit) &&
			       swcci_audited_changes_fabric(kept->leaf.opcode, audit);
	s->kept = kept;
}

static int prepare_operation(struct sending *s)
{
	const struct swcci_operation_params params = {
		.owner = s->trip->request->file,
		.uid = s->kept->uid,
		.changes_fabric = s->kept->changes_fabric,
		.abort_on_close = s->trip->request->abort_on_close,
	};

	if (!may_start_background(s->trip))
		return 0;
	s->kept->operation = swcci_background_prepare(&s->kept->leaf, &params);
	return s->kept->operation ? 0 : -ENOMEM;
}

/* A gate may have closed while it waited: protection was raised, or a raw window ended. */
static int check_settings(const struct swcci_trip *t)
{
	const struct swcci_policy_settings *judged = &t->judgement.settings;
	struct swcci_policy_settings now;

	swcci_settings_policy(&t->commands->settings, &now);
	return now.strict == judged->strict && now.raw_allowed == judged->raw_allowed ?
	       0 : -EAGAIN;
}

static enum swcci_snapshot_verify what_to_verify(const struct swcci_trip *t)
{
	if (!swcci_judge_depends_on_identity(&t->judgement))
		return VERIFY_REACHABLE;
	if (t->part.kind != TRANSFER_NONE &&
	    swcci_transfer_goes_on(t->commands->transfers, &t->leaf, t->request->file))
		return VERIFY_GENERATION;
	return VERIFY_IDENTITY;
}

/*
 * Return: 0; -EAGAIN: it may not be the destination that was judged; -EHOSTUNREACH: it
 * became slow; -EINTR, -EBUSY, -ENODEV.
 */
static int check_destination(struct swcci_trip *t, struct swcci_mailbox_turn *turn)
{
	if (!t->snapshot.destination)
		return 0;
	return swcci_destination_verify(t->commands->destinations, turn, &t->snapshot,
					what_to_verify(t), t->request->deadline);
}

static bool is_abort(const struct sending *s)
{
	return s->trip->leaf.opcode == CCI_OP_ABORT_BACKGROUND;
}

/* Rechecks, serialized by the turn, which operation 0005h would abort. */
static int check_slot(const struct swcci_trip *t)
{
	u64 cookie, wanted = t->request->abort_cookie;
	bool own;

	own = swcci_background_slot(t->commands->background, &t->leaf.path, t->request->file,
				    &cookie) == BACKGROUND_SLOT_OWN;
	if (wanted && cookie != wanted)
		return -ESTALE;
	return own == t->judgement.aborts_own ? 0 : -EAGAIN;
}

/* ---- after ---- */

/* The first bytes of @payload are enough: swcci_tunnel_overhead() of them. */
static struct outcome outcome_of(const struct swcci_tunnel_request *leaf, u16 return_code,
				 u16 vendor_status, const u8 *payload, u32 length)
{
	struct outcome outcome = { .return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN };
	struct swcci_tunnel_answer answer;
	const char *why;

	if (swcci_tunnel_decode_answer(leaf, return_code, vendor_status, payload, length, &answer,
				       &why))
		return outcome;
	outcome.is_known = true;
	outcome.return_code = answer.return_code;
	outcome.vendor_status = answer.vendor_status;
	outcome.started = answer.return_code == CCI_RC_BACKGROUND_STARTED &&
			  answer.level == leaf->path.depth;
	return outcome;
}

/* An operation that was not expected. Return: NULL: the table is full. */
static struct swcci_operation *place_unexpected(struct swcci_commands *commands,
						const struct kept *kept,
						struct swcci_client *owner)
{
	const struct swcci_operation_params params = {
		.owner = owner,
		.uid = kept->uid,
		.changes_fabric = kept->changes_fabric,
	};
	struct swcci_operation *op = swcci_background_prepare(&kept->leaf, &params);

	if (op && swcci_background_place(commands->background, op)) {
		swcci_background_dismiss(commands->background, op);
		op = NULL;
	}
	return op;
}

/* Return: 0, or its cookie. */
static u64 settle_operation(struct swcci_commands *commands, const struct kept *kept,
			    const struct outcome *outcome, struct swcci_client *owner)
{
	struct swcci_operation *op = kept->operation;

	if (outcome->started && !op)
		op = place_unexpected(commands, kept, owner);
	if (!op)
		return 0;
	if (outcome->started)
		return swcci_background_started(commands->background, op);
	if (outcome->is_known)
		swcci_background_dismiss(commands->background, op);
	else
		swcci_background_uncertain(commands->background, op);
	return 0;
}

/**
 * settle() - apply what a command's outcome means for the driver, in time or late
 * @commands: of the function
 * @kept: of the command, which was sent
 * @outcome: of the command
 * @owner: the client that waits for it; NULL: its file may be closed
 *
 * If the outcome is not known, a transfer keeps its owner, and an operation to be aborted
 * stays ABORTING until polls find its end.
 *
 * Return: the cookie of what was started, or 0.
 */
static u64 settle(struct swcci_commands *commands, const struct kept *kept,
		  const struct outcome *outcome, struct swcci_client *owner)
{
	bool success = outcome->is_known && outcome->return_code == CCI_RC_SUCCESS;
	bool is_own = !kept->leaf.path.depth;

	if (outcome->is_known && kept->transfer)
		swcci_transfer_answered(commands->transfers, kept->transfer, kept->action,
					success || outcome->started);
	if (outcome->is_known && kept->leaf.opcode == CCI_OP_ABORT_BACKGROUND)
		swcci_background_abort(commands->background, &kept->leaf.path,
				       success ? OPERATION_ABORT_ACCEPTED :
						 OPERATION_ABORT_REFUSED);
	if (is_own && success && kept->leaf.opcode == CCI_OP_CLEAR_EVENTS) {
		swcci_notices_logs_cleared(commands->notices);
		swcci_watch_soon(commands->watch);
	}
	return settle_operation(commands, kept, outcome, owner);
}

/* Nothing of it reached the device. */
static void settle_unsent(struct sending *s)
{
	struct swcci_commands *commands = s->trip->commands;

	if (s->kept->transfer)
		swcci_transfer_answered(commands->transfers, s->kept->transfer, s->kept->action,
					false);
	if (is_abort(s))
		swcci_background_abort(commands->background, &s->kept->leaf.path,
				       OPERATION_ABORT_REFUSED);
}

static struct outcome take_result(struct sending *s)
{
	const struct swcci_mailbox_command *command = &s->command;
	struct swcci_command_result *result = s->trip->result;
	struct outcome outcome;

	outcome = outcome_of(&s->trip->leaf, command->return_code, command->vendor_status,
			     command->out, command->out_length);
	WRITE_ONCE(result->return_code, command->return_code);
	result->vendor_status = command->vendor_status;
	result->out_length = command->out_length;
	result->out_copied = min(command->out_copied, s->trip->request->out_room);
	WRITE_ONCE(result->leaf_return_code, outcome.return_code);
	result->leaf_vendor_status = outcome.vendor_status;
	result->started = outcome.started;
	command_result_stage(result, CXL_SWITCH_CCI_STAGE_ANSWERED);
	return outcome;
}

/* In the turn, so that the next sender finds what this command started. */
static void take_outcome(struct sending *s)
{
	struct outcome outcome = { .return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN };

	if (s->command.abandoned)
		return;		/* swcci_command_retired() settles it */
	if (!s->command.submitted) {
		settle_unsent(s);
		return;
	}
	if (s->command.answered)
		outcome = take_result(s);
	s->trip->result->cookie = settle(s->trip->commands, s->kept, &outcome,
					 s->trip->request->file);
}

/* ---- the turn ---- */

static int execute(struct sending *s, struct swcci_mailbox_turn *turn)
{
	struct swcci_mailbox_command *command = &s->command;
	struct swcci_commands *commands = s->trip->commands;
	const struct swcci_tunnel_path *path = &s->trip->leaf.path;
	int rc;

	if (is_abort(s))
		swcci_background_abort(commands->background, path, OPERATION_ABORT_SENT);
	/* before the device can act */
	if (s->kept->changes_fabric)
		swcci_destinations_changed(commands->destinations);
	trace_cxl_switch_submit(commands->number, command->ticket.id, command->ticket.opcode,
				command->ticket.leaf_opcode, path->depth, command->in_length);
	rc = swcci_mailbox_execute(commands->mailbox, turn, command);
	trace_cxl_switch_complete(commands->number, command->ticket.id, rc, command->return_code,
				  command->out_length, command->duration_ns);
	if (rc == -ETIMEDOUT)
		atomic64_inc(&commands->recorder->counters.timeouts);
	if (!rc && s->trip->snapshot.destination)
		swcci_destination_end(&s->trip->snapshot, true);
	take_outcome(s);
	return rc;
}

/* The verdict still holds, and what the command may start gets its place. */
static int check_again(struct sending *s, struct swcci_mailbox_turn *turn)
{
	struct swcci_trip *t = s->trip;
	int rc = check_settings(t);

	if (!rc)
		rc = check_destination(t, turn);
	if (!rc && is_abort(s))
		rc = check_slot(t);
	if (!rc && s->kept->operation)
		rc = swcci_background_place(t->commands->background, s->kept->operation);
	if (!rc && t->part.kind != TRANSFER_NONE)
		rc = swcci_transfer_claim(t->commands->transfers, &t->leaf, t->request->file,
					  t->judgement.audit.impact, &s->kept->transfer);
	return rc;
}

static int execute_if_unchanged(struct sending *s, struct swcci_mailbox_turn *turn)
{
	int rc = check_again(s, turn);

	if (rc)
		return rc;
	/* before it is sent: RECENT shows it while the device works */
	command_result_stage(s->trip->result, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	return execute(s, turn);
}

static int take_turn(struct sending *s)
{
	struct swcci_commands *commands = s->trip->commands;
	struct swcci_mailbox_turn turn;
	bool has_turn;
	int rc;

	rc = swcci_mailbox_turn_begin(commands->mailbox, &turn, s->trip->request->deadline);
	has_turn = !rc;
	if (has_turn)
		rc = execute_if_unchanged(s, &turn);
	/* in the turn: places are counted there */
	if (s->kept->operation && !s->command.submitted)
		swcci_background_dismiss(commands->background, s->kept->operation);
	if (has_turn)
		swcci_mailbox_turn_end(commands->mailbox, &turn);
	return rc;
}

/* The driver reads a tunnel's headers, however little the caller has room for. */
static u32 room_for_answer(const struct swcci_trip *t)
{
	u32 room = t->request->out_room;

	return t->leaf.path.depth ? max(room, swcci_tunnel_overhead(&t->leaf.path)) : room;
}

/**
 * swcci_trip_send() - send a command that was allowed
 * @trip: judged; its result is filled in, its destination released if it answered
 *
 * Locks: takes a turn. Killable.
 *
 * Return: 0 if the device answered; -EAGAIN: something changed, judge it again;
 * -EHOSTUNREACH: its destination became slow; else as CXL_SWITCH_CCI_SEND documents.
 */
int swcci_trip_send(struct swcci_trip *trip)
{
	const struct swcci_command_request *request = trip->request;
	struct swcci_recorder *recorder = trip->commands->recorder;
	struct sending s = {
		.trip = trip,
		.command = {
			.ticket.id = atomic64_inc_return(&recorder->last_command_id),
			.ticket.opcode = request->opcode,
			.ticket.leaf_opcode = trip->leaf.opcode,
			.ticket.destination = swcci_tunnel_key(&trip->leaf.path),
			.ticket.context = &client_command,
			.in = request->in,
			.in_length = request->in_length,
			.out = request->out,
			.out_room = room_for_answer(trip),
			.deadline = request->deadline,
		},
	};
	int rc;

	atomic64_set(&trip->result->id, s.command.ticket.id);
	keep(&s);
	rc = prepare_operation(&s);
	if (rc)
		return rc;
	rc = take_turn(&s);

	trip->result->duration_ns = s.command.duration_ns;
	if (!s.command.submitted)
		command_result_stage(trip->result, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	if (!rc)
		atomic64_inc(&recorder->counters.commands);
	return rc;
}

/* ---- late answers ---- */

static void retire(struct swcci_commands *commands, const struct swcci_mailbox_ticket *ticket,
		   const struct swcci_mailbox_late_answer *answer)
{
	struct outcome outcome = { .return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN };
	struct cxl_switch_cci_notice notice = {
		.type = CXL_SWITCH_CCI_NOTICE_LATE_ANSWER,
		.opcode = ticket->leaf_opcode,
	};
	const struct kept *kept = (const struct kept *)ticket->note;

	if (answer->answered)
		outcome = outcome_of(&kept->leaf, answer->return_code, answer->vendor_status,
				     answer->head, answer->out_length);
	notice.cookie = settle(commands, kept, &outcome, NULL);
	notice.return_code = outcome.return_code;
	notice.vendor_status = outcome.vendor_status;
	if (answer->answered)
		swcci_notices_notify(commands->notices, NULL, &notice);
}

/**
 * swcci_command_retired() - an abandoned command has ended
 * @commands: of the function
 * @ticket: of the command, of a client or of the driver itself
 * @answer: late; or lost in a reset or the removal
 *
 * The drain worker calls it before the next command is sent.
 */
void swcci_command_retired(struct swcci_commands *commands,
			   const struct swcci_mailbox_ticket *ticket,
			   const struct swcci_mailbox_late_answer *answer)
{
	trace_cxl_switch_complete(commands->number, ticket->id, answer->answered ? 0 : -EIO,
				  answer->return_code, answer->out_length, 0);
	swcci_destination_retired(commands->destinations, ticket->destination, ticket->overdue,
				  answer->answered);
	if (answer->answered)
		atomic64_inc(&commands->recorder->counters.late_answers);
	if (ticket->context == &client_command)
		retire(commands, ticket, answer);
}
