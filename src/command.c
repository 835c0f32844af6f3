// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode, judge, send, retire. Holds no user memory and copies none; the order
 * of the steps is DESIGN section 3.
 */
#include "command.h"

#include <linux/capability.h>
#include <linux/security.h>

#include "device.h"
#include "judge.h"
#include "recorder.h"
#include "trace.h"
#include "tunnel.h"

/* A destination that is another one each time is nobody's destination. */
#define ATTEMPTS_MAX	3

static bool capable_rawio(void *context)
{
	return capable(CAP_SYS_RAWIO);
}

static bool would_be_capable_rawio(void *context)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_RAWIO);
}

static bool locked_down(void *context)
{
	return security_locked_down(LOCKDOWN_PCI_ACCESS);
}

static u32 verdict_flags(const struct audit *audit)
{
	return (audit->audited ? CXL_SWITCH_CCI_VERDICT_AUDITED : 0) |
	       (audit->disclosing ? CXL_SWITCH_CCI_VERDICT_DISCLOSING : 0) |
	       (audit->by_vendor_row ? CXL_SWITCH_CCI_VERDICT_VENDOR_ROW : 0);
}

/* ---- sending ---- */

static void take_result(const struct command_request *request, const struct tunnel_request *leaf,
			const struct mailbox_command *command, struct command_result *result)
{
	struct tunnel_answer answer;
	const char *why;

	result->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	result->return_code = command->return_code;
	result->vendor_status = command->vendor_status;
	result->out_length = command->out_length;
	result->out_copied = min(command->out_copied, request->out_room);
	if (tunnel_decode_answer(leaf, command->return_code, command->vendor_status,
				 command->out, command->out_length, &answer, &why))
		/* an answer that does not fit its request is nobody's answer */
		result->leaf_return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN;
	else
		result->leaf_return_code = answer.return_code;
}

/*
 * The destination is still who was judged, and nothing happened since that may
 * have changed what it does; else -EAGAIN. -EHOSTUNREACH: it became slow.
 */
static int check_destination(struct cci_device *cci, struct mailbox_turn *turn,
			     const struct tunnel_request *leaf, const struct judgement *j)
{
	int rc;

	if (!leaf->path.depth || !j->destination)
		return 0;
	if (judge_depends_on_identity(j)) {
		if (j->look.generation != (u32)atomic_read(&cci->generation))
			return -EAGAIN;
		rc = destination_verify(cci, turn, j->destination, &j->look.identity,
					j->deadline);
		if (rc)
			return rc;
	}
	return destination_try(j->destination) ? 0 : -EHOSTUNREACH;
}

static int execute(struct cci_device *cci, struct mailbox_turn *turn,
		   const struct tunnel_request *leaf, const struct judgement *j,
		   struct mailbox_command *command)
{
	int rc;

	trace_cxl_switch_submit(cci->number, command->ticket.id, command->ticket.opcode,
				leaf->opcode, leaf->path.depth, command->in_length);
	rc = mailbox_execute(&cci->mailbox, turn, command);
	trace_cxl_switch_complete(cci->number, command->ticket.id, rc, command->return_code,
				  command->out_length, command->duration_ns);
	if (command->rung && audited_changes_fabric(leaf->opcode, &j->audit))
		atomic_inc(&cci->generation);
	if (rc == -ETIMEDOUT)
		atomic64_inc(&cci->counters.timeouts);
	return rc;
}

static int send(struct cci_device *cci, const struct command_request *request,
		const struct tunnel_request *leaf, const struct judgement *j,
		struct command_result *result)
{
	struct mailbox_command command = {
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
	};
	struct mailbox_turn turn;
	int rc;

	result->id = command.ticket.id;
	result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	rc = mailbox_turn_begin(&cci->mailbox, &turn, request->deadline);
	if (rc)
		return rc;
	rc = check_destination(cci, &turn, leaf, j);
	if (!rc) {
		/* before it is sent: RECENT shows it while the device works */
		WRITE_ONCE(result->stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		rc = execute(cci, &turn, leaf, j, &command);
	}
	mailbox_turn_end(&cci->mailbox, &turn);

	result->duration_ns = command.duration_ns;
	if (!command.rung)
		result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	if (rc)
		return rc;
	atomic64_inc(&cci->counters.commands);
	if (leaf->path.depth && j->destination)
		destination_answered(j->destination);
	take_result(request, leaf, &command, result);
	return 0;
}

/* ---- one command ---- */

static int refuse(struct cci_device *cci, const struct tunnel_request *leaf, int error,
		  enum cxl_switch_cci_reason reason, struct command_result *result)
{
	result->stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	result->reason = reason;
	recorder_refused(cci, leaf, result);
	return error;
}

static int refuse_unreachable(struct cci_device *cci, const struct tunnel_request *leaf,
			      bool slow, struct command_result *result)
{
	if (slow)
		atomic64_inc(&cci->counters.slow_refusals);
	return refuse(cci, leaf, -EHOSTUNREACH, CXL_SWITCH_CCI_REASON_UNREACHABLE, result);
}

/* Once; and once more if a second judgement found it to be something else. */
static void record_allowed(struct cci_device *cci, const struct tunnel_request *leaf,
			   struct judgement *j)
{
	if (j->is_recorded && j->recorded.audited == j->audit.audited &&
	    j->recorded.impact == j->audit.impact)
		return;
	recorder_allowed(cci, leaf, &j->audit);
	j->is_recorded = true;
	j->recorded = j->audit;
}

static int attempt(struct cci_device *cci, const struct command_request *request,
		   const struct tunnel_request *leaf, struct judgement *j,
		   struct command_result *result)
{
	int rc;

	result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	rc = judge(cci, leaf, j);
	result->impact = j->audit.impact;
	result->verdict_flags = verdict_flags(&j->audit);
	if (rc)
		return rc;
	if (j->verdict.error == -EHOSTUNREACH)
		return refuse_unreachable(cci, leaf, j->slow, result);
	if (j->verdict.error)
		return refuse(cci, leaf, j->verdict.error, j->verdict.reason, result);
	record_allowed(cci, leaf, j);
	rc = send(cci, request, leaf, j, result);
	return rc == -EHOSTUNREACH ? refuse_unreachable(cci, leaf, true, result) : rc;
}

static int judge_and_send(struct cci_device *cci, const struct command_request *request,
			  const struct tunnel_request *leaf, struct command_result *result)
{
	struct judgement j = {
		.caller = {
			.may_write = request->may_write,
			.limit = request->limit,
			.kernel = { .capable_rawio = capable_rawio, .locked_down = locked_down },
		},
		.deadline = request->deadline,
	};
	int rc;

	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		rc = attempt(cci, request, leaf, &j, result);
		judgement_end(&j);
		if (rc != -EAGAIN)
			return rc;
	}
	return -EIO;
}

/**
 * command_run() - judge a command, and send it if it may be sent
 * @cci: the device; may be gone
 * @request: const from here on; its buffers are the driver's
 * @result: filled on every return
 *
 * Locks: called with the file mutex held, and no other.
 *
 * Return: 0 if the device answered; else as CXL_SWITCH_CCI_SEND documents.
 */
int command_run(struct cci_device *cci, const struct command_request *request,
		struct command_result *result)
{
	struct recorder_entry entry;
	struct tunnel_request leaf;
	const char *why;
	int rc;

	memset(result, 0, sizeof(*result));
	result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	rc = tunnel_decode(request->opcode, request->in, request->in_length, &leaf, &why);
	result->leaf_opcode = rc ? request->opcode : leaf.opcode;
	result->depth = leaf.path.depth;
	recorder_came(cci, &entry, request->opcode, &leaf.path, result);
	if (rc) {
		dev_dbg(&cci->dev, "malformed tunnel: %s\n", why);
		result->impact = IMPACT_DESTRUCTIVE;
		rc = refuse(cci, &leaf, rc, CXL_SWITCH_CCI_REASON_MALFORMED, result);
	} else {
		rc = judge_and_send(cci, request, &leaf, result);
	}
	recorder_ended(cci, &entry, rc);
	return rc;
}

/* ---- EXPLAIN ---- */

static void explain_row(const struct audit *audit, struct cxl_switch_cci_explain *explain)
{
	const struct audited_row *row = audited_row(audit->text_row);

	if (!row)
		return;
	explain->expected_effects = row->effects;
	strscpy(explain->name, row->name, sizeof(explain->name));
	strscpy(explain->why, row->reason, sizeof(explain->why));
}

static void explain_destination(const struct judgement *j, struct cxl_switch_cci_explain *explain)
{
	explain->knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	if (!j->destination)
		return;
	explain->knowledge = j->view.knowledge;
	explain->traffic = j->traffic;
	explain->listed = j->view.listed;
	explain->effects = j->view.effects;
	explain->vendor_id = j->look.identity.vendor_id;
	explain->device_id = j->look.identity.device_id;
	explain->serial = j->look.identity.serial;
}

/**
 * command_explain() - what command_run() would decide, and why
 * @cci: the device
 * @request: its @out is not used
 * @explain: out fields filled
 *
 * Return: 0 with the decision; else why the destination could not be asked.
 */
int command_explain(struct cci_device *cci, const struct command_request *request,
		    struct cxl_switch_cci_explain *explain)
{
	struct judgement j = {
		.caller = {
			.may_write = request->may_write,
			.limit = request->limit,
			.kernel = { .capable_rawio = would_be_capable_rawio,
				    .locked_down = locked_down },
		},
		.deadline = request->deadline,
		.undecided_goes_on = true,
	};
	struct tunnel_request leaf;
	const char *why;
	int rc;

	rc = tunnel_decode(request->opcode, request->in, request->in_length, &leaf, &why);
	explain->leaf_opcode = rc ? request->opcode : leaf.opcode;
	explain->depth = leaf.path.depth;
	if (rc) {
		explain->error = -rc;
		explain->reason = CXL_SWITCH_CCI_REASON_MALFORMED;
		explain->refusing = 1U << CXL_SWITCH_CCI_REASON_MALFORMED;
		explain->impact = IMPACT_DESTRUCTIVE;
		explain->table_impact = IMPACT_DESTRUCTIVE;
		explain->knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
		strscpy(explain->why, why, sizeof(explain->why));
		return 0;
	}
	rc = judge(cci, &leaf, &j);
	if (!rc) {
		explain->error = -j.verdict.error;
		explain->reason = j.verdict.reason;
		explain->refusing = policy_refusals(&j.audit, &j.caller, &j.settings);
		explain->impact = j.audit.impact;
		explain->table_impact = j.table.impact;
		explain->verdict_flags = verdict_flags(&j.audit);
		explain_row(&j.audit, explain);
		explain_destination(&j, explain);
	}
	judgement_end(&j);
	return rc == -EAGAIN ? -EBUSY : rc;
}

/* ---- late answers ---- */

/**
 * command_retired() - a command whose caller had left has ended
 * @mailbox: of the device
 * @ticket: what is still known of it
 * @answer: its answer, or that it was lost in a reset or a removal
 */
void command_retired(struct mailbox *mailbox, const struct mailbox_ticket *ticket,
		     const struct mailbox_late_answer *answer)
{
	struct cci_device *cci = container_of(mailbox, struct cci_device, mailbox);

	if (answer->answered)
		atomic64_inc(&cci->counters.late_answers);
	destination_retired(cci, ticket->destination, ticket->overdue, answer->answered);
	trace_cxl_switch_complete(cci->number, ticket->id, answer->answered ? 0 : -EIO,
				  answer->return_code, answer->out_length, 0);
}
