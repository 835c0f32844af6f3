// SPDX-License-Identifier: GPL-2.0-only
/*
 * One turn of a judged command, steps 7 to 9 of DESIGN section 3. What a turn
 * finds changed since the judgement goes back to be judged again. Judges nothing.
 */
#include "send.h"

#include "device.h"
#include "opcodes.h"
#include "trace.h"
#include "tunnel.h"

/* A ticket of a user's command that was not expected to start anything. */
#define NO_OPERATION	((struct operation *)ERR_PTR(-ENOENT))

struct sending {
	struct cci_device *cci;
	const struct command_request *request;
	const struct tunnel_request *leaf;
	const struct judgement *j;
	struct operation *operation;	/* prepared; NULL once it was passed on */
	struct mailbox_command command;
	struct command_result *result;
};

/* ---- before ---- */

static bool may_start_background(const struct judgement *j)
{
	const struct audited_row *row = audited_row(j->audit.row);

	return !j->audit.audited || (row && row->effects & EFFECT_BACKGROUND) ||
	       (j->look.view.listed && j->look.view.effects & EFFECT_BACKGROUND);
}

static int prepare_operation(struct sending *s)
{
	return background_prepare(s->cci, s->leaf, s->request->file,
				  audited_changes_fabric(s->leaf->opcode, &s->j->audit),
				  s->request->abort_on_close, &s->operation);
}

static int check_identity(struct sending *s, struct mailbox_turn *turn)
{
	const struct judgement *j = s->j;

	if (j->look.generation != (u32)atomic_read(&s->cci->generation))
		return -EAGAIN;
	if (transfer_goes_on(&s->cci->transfers, s->leaf, s->request->file))
		return 0;
	return destination_verify(s->cci, turn, j->destination, &j->look.identity, j->deadline);
}

/*
 * The destination is still who was judged, and nothing happened since that may
 * have changed what it does; else -EAGAIN. -EHOSTUNREACH: it became slow.
 */
static int check_destination(struct sending *s, struct mailbox_turn *turn)
{
	int rc = 0;

	if (!s->leaf->path.depth || !s->j->destination)
		return 0;
	if (judge_depends_on_identity(s->j))
		rc = check_identity(s, turn);
	if (rc)
		return rc;
	return destination_try(s->j->destination) ? 0 : -EHOSTUNREACH;
}

static bool is_abort(const struct sending *s)
{
	return s->leaf->opcode == CCI_OP_ABORT_BACKGROUND;
}

/* Whose operation it is that 0005h would meet, now that nobody else can send. */
static int check_slot(struct sending *s)
{
	u64 cookie, wanted = s->request->abort_cookie;
	bool own;

	if (!is_abort(s))
		return 0;
	own = background_slot(s->cci, &s->leaf->path, s->request->file, &cookie) ==
	      BACKGROUND_SLOT_OWN;
	if (wanted && cookie != wanted)
		return -ESTALE;
	return own == s->j->aborts_own ? 0 : -EAGAIN;
}

/* ---- after ---- */

static void take_result(struct sending *s)
{
	const struct mailbox_command *command = &s->command;
	struct command_result *result = s->result;
	struct tunnel_answer answer;
	const char *why;

	WRITE_ONCE(result->return_code, command->return_code);
	result->vendor_status = command->vendor_status;
	result->out_length = command->out_length;
	result->out_copied = min(command->out_copied, s->request->out_room);
	/* an answer that does not fit its request is nobody's answer */
	WRITE_ONCE(result->leaf_return_code, CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN);
	if (!tunnel_decode_answer(s->leaf, command->return_code, command->vendor_status,
				  command->out, command->out_length, &answer, &why)) {
		WRITE_ONCE(result->leaf_return_code, answer.return_code);
		result->leaf_vendor_status = answer.vendor_status;
	}
	result->started = result->leaf_return_code == CCI_RC_BACKGROUND_STARTED &&
			  answer.level == s->leaf->path.depth;
	command_result_stage(result, CXL_SWITCH_CCI_STAGE_ANSWERED);
}

/* An answer that does not fit its request tells as little as none. */
static bool is_told(const struct sending *s)
{
	return s->command.answered &&
	       s->result->leaf_return_code != CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN;
}

/* Return: 0, or its cookie. */
static u64 settle_operation(struct sending *s)
{
	struct operation *op = s->operation;

	s->operation = NULL;
	if (s->command.left)
		return 0;	/* the ticket has it: send_retired() */
	if (s->result->started) {
		s->operation = op;
		/* nobody expected that: it gets a place if there is one */
		if (op || !prepare_operation(s))
			return background_started(s->cci, s->operation);
		return 0;
	}
	if (!op)
		return 0;
	if (s->command.rung && !is_told(s))
		background_uncertain(s->cci, op);
	else
		background_dismiss(s->cci, op);
	return 0;
}

static void settle(struct sending *s)
{
	bool success = s->command.answered && !s->result->leaf_return_code;
	bool is_own = !s->leaf->path.depth;
	bool is_known = s->command.answered || !s->command.rung;

	s->result->cookie = settle_operation(s);
	/* where the outcome is not known, the transfer stays whose it is */
	if (is_known && s->j->is_transfer)
		transfer_answered(&s->cci->transfers, s->leaf, s->request->file,
				  success || s->result->started);
	if (is_abort(s) && is_known)
		background_abort(s->cci, &s->leaf->path,
				 success ? OPERATION_ABORT_TAKEN : OPERATION_ABORT_REFUSED);
	if (is_own && success && s->leaf->opcode == CCI_OP_CLEAR_EVENTS) {
		notices_logs_cleared(&s->cci->notices);
		watch_soon(s->cci);
	}
}

/* ---- the turn ---- */

static int execute(struct sending *s, struct mailbox_turn *turn)
{
	struct mailbox_command *command = &s->command;
	struct cci_device *cci = s->cci;
	int rc;

	if (is_abort(s))
		background_abort(cci, &s->leaf->path, OPERATION_ABORT_ASKED);
	trace_cxl_switch_submit(cci->number, command->ticket.id, command->ticket.opcode,
				s->leaf->opcode, s->leaf->path.depth, command->in_length);
	rc = mailbox_execute(&cci->mailbox, turn, command);
	trace_cxl_switch_complete(cci->number, command->ticket.id, rc, command->return_code,
				  command->out_length, command->duration_ns);
	if (command->rung && audited_changes_fabric(s->leaf->opcode, &s->j->audit))
		atomic_inc(&cci->generation);
	if (rc == -ETIMEDOUT)
		atomic64_inc(&cci->counters.timeouts);
	if (!rc)
		take_result(s);
	if (!rc && s->leaf->path.depth && s->j->destination)
		destination_answered(s->j->destination);
	/* before anybody else may send: what it started is known to all who come */
	settle(s);
	return rc;
}

static int take_turn(struct sending *s)
{
	struct mailbox_turn turn;
	int rc;

	rc = mailbox_turn_begin(&s->cci->mailbox, &turn, s->request->deadline);
	if (rc)
		return rc;
	rc = check_destination(s, &turn);
	if (!rc)
		rc = check_slot(s);
	if (!rc && s->j->is_transfer)
		rc = transfer_claim(&s->cci->transfers, s->leaf, s->request->file);
	if (!rc) {
		/* before it is sent: RECENT shows it while the device works */
		command_result_stage(s->result, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		rc = execute(s, &turn);
	}
	mailbox_turn_end(&s->cci->mailbox, &turn);
	return rc;
}

/**
 * send_judged() - send a command that may be sent
 * @cci: the device
 * @request: as it came
 * @leaf: decoded from it
 * @j: decided, allowed
 * @result: filled in
 *
 * Locks: takes a turn. Killable.
 *
 * Return: 0 if the device answered; -EAGAIN: something changed, to be judged
 * again; else as CXL_SWITCH_CCI_SEND documents.
 */
int send_judged(struct cci_device *cci, const struct command_request *request,
		const struct tunnel_request *leaf, const struct judgement *j,
		struct command_result *result)
{
	struct sending s = {
		.cci = cci,
		.request = request,
		.leaf = leaf,
		.j = j,
		.result = result,
		.command = {
			.ticket.id = atomic64_inc_return(&cci->last_command_id),
			.ticket.opcode = request->opcode,
			.ticket.leaf_opcode = leaf->opcode,
			.ticket.destination = tunnel_key(&leaf->path),
			.in = request->in,
			.in_length = request->in_length,
			.out = request->out,
			/* the driver reads a tunnel's headers, whatever the caller wants */
			.out_room = max(request->out_room, tunnel_overhead(&leaf->path)),
			.deadline = request->deadline,
		},
	};
	int rc;

	atomic64_set(&result->id, s.command.ticket.id);
	if (may_start_background(j)) {
		rc = prepare_operation(&s);
		if (rc)
			return rc;
	}
	s.command.ticket.context = s.operation ?: NO_OPERATION;
	rc = take_turn(&s);
	/* it never came to the mailbox */
	if (s.operation && !s.command.rung)
		background_dismiss(cci, s.operation);

	result->duration_ns = s.command.duration_ns;
	if (!s.command.rung)
		command_result_stage(result, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	if (!rc)
		atomic64_inc(&cci->counters.commands);
	return rc;
}

/* ---- late answers ---- */

/* Whether the operation was started; its return code, as far as it shows. */
static bool late_start(const struct operation *op, const struct mailbox_late_answer *answer,
		       u16 *return_code)
{
	struct tunnel_answer leaf;
	const char *why;

	if (tunnel_decode_answer(&op->leaf, answer->return_code, answer->vendor_status,
				 answer->head, answer->out_length, &leaf, &why)) {
		*return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN;
		return false;
	}
	*return_code = leaf.return_code;
	return leaf.return_code == CCI_RC_BACKGROUND_STARTED && leaf.level == op->leaf.path.depth;
}

static u64 retire_operation(struct cci_device *cci, struct operation *op,
			    const struct mailbox_late_answer *answer, u16 *return_code)
{
	if (answer->answered && late_start(op, answer, return_code))
		return background_started(cci, op);
	if (answer->answered && *return_code != CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN)
		background_dismiss(cci, op);
	else
		background_uncertain(cci, op);
	return 0;
}

/**
 * send_retired() - a command whose caller had left has ended
 * @mailbox: of the device
 * @ticket: what is still known of it
 * @answer: late, or lost in a reset or a removal
 *
 * By the drain worker, before anybody else sends.
 */
void send_retired(struct mailbox *mailbox, const struct mailbox_ticket *ticket,
		  const struct mailbox_late_answer *answer)
{
	struct cci_device *cci = container_of(mailbox, struct cci_device, mailbox);
	struct cxl_switch_cci_notice notice = {
		.type = CXL_SWITCH_CCI_NOTICE_LATE_ANSWER,
		.opcode = ticket->leaf_opcode,
		.return_code = answer->return_code,
		.vendor_status = answer->vendor_status,
	};
	struct operation *op = ticket->context;

	trace_cxl_switch_complete(cci->number, ticket->id, answer->answered ? 0 : -EIO,
				  answer->return_code, answer->out_length, 0);
	destination_retired(cci, ticket->destination, ticket->overdue, answer->answered);
	if (op && !IS_ERR(op))
		notice.cookie = retire_operation(cci, op, answer, &notice.return_code);
	if (!answer->answered)
		return;
	atomic64_inc(&cci->counters.late_answers);
	/* a question of the driver's own concerns nobody */
	if (op)
		notices_tell(&cci->notices, NULL, &notice);
}
