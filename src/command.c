// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode, judge, send, retire. Holds no user memory and copies none; the order
 * of the steps is DESIGN section 3.
 */
#include "command.h"

#include <linux/capability.h>
#include <linux/security.h>

#include "destination.h"
#include "device.h"
#include "policy.h"
#include "trace.h"
#include "tunnel.h"

static bool capable_rawio(void *context)
{
	return capable(CAP_SYS_RAWIO);
}

static bool locked_down(void *context)
{
	return security_locked_down(LOCKDOWN_PCI_ACCESS);
}

/*
 * What the first hop of a tunnel means is told by the component's type: a port
 * of a switch, an LD of a multi-logical device. On any other it means nothing
 * that was audited.
 */
static bool tunnels_understood(const struct cci_device *cci)
{
	u8 type = cci->self.identity.component_type;

	return type == CXL_SWITCH_CCI_COMPONENT_SWITCH || type == CXL_SWITCH_CCI_COMPONENT_TYPE3;
}

static void report_audit(const struct audit *audit, struct command_result *result)
{
	result->impact = audit->impact;
	result->verdict_flags = (audit->audited ? CXL_SWITCH_CCI_VERDICT_AUDITED : 0) |
				(audit->disclosing ? CXL_SWITCH_CCI_VERDICT_DISCLOSING : 0);
}

static int judge(struct cci_device *cci, const struct command_request *request,
		 const struct tunnel_request *leaf, struct command_result *result)
{
	static const struct policy_settings settings;	/* no gate is lowered */
	const struct policy_caller caller = {
		.may_write = request->may_write,
		.limit = request->limit,
		.kernel = { .capable_rawio = capable_rawio, .locked_down = locked_down },
	};
	struct policy_verdict verdict;
	struct audit audit;
	int rc;

	audited_judge(leaf->opcode, leaf->payload, leaf->length, &audit);
	report_audit(&audit, result);
	verdict = policy_decide(&audit, &caller, &settings);
	if (!verdict.error && leaf->path.depth) {
		result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
		rc = destination_self(cci);
		if (rc)
			return rc;
		if (!tunnels_understood(cci)) {
			audit = (struct audit){ .impact = IMPACT_DESTRUCTIVE, .row = -1 };
			report_audit(&audit, result);
			verdict = policy_decide(&audit, &caller, &settings);
		}
	}
	if (!verdict.error)
		return 0;
	result->stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	result->reason = verdict.reason;
	return verdict.error;
}

static int transmit(struct cci_device *cci, const struct command_request *request,
		    struct mailbox_command *command)
{
	struct mailbox_turn turn;
	int rc;

	rc = mailbox_turn_begin(&cci->mailbox, &turn, request->deadline);
	if (rc)
		return rc;
	rc = mailbox_execute(&cci->mailbox, &turn, command);
	mailbox_turn_end(&cci->mailbox, &turn);
	return rc;
}

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

static int send(struct cci_device *cci, const struct command_request *request,
		const struct tunnel_request *leaf, struct command_result *result)
{
	struct mailbox_command command = {
		.ticket.id = atomic64_inc_return(&cci->last_command_id),
		.ticket.opcode = request->opcode,
		.ticket.leaf_opcode = leaf->opcode,
		.in = request->in,
		.in_length = request->in_length,
		.out = request->out,
		/* the driver reads a tunnel's headers, whatever the caller wants */
		.out_room = max(request->out_room, tunnel_overhead(&leaf->path)),
		.deadline = request->deadline,
	};
	int rc;

	trace_cxl_switch_submit(cci->number, command.ticket.id, request->opcode, leaf->opcode,
				leaf->path.depth, request->in_length);
	rc = transmit(cci, request, &command);
	trace_cxl_switch_complete(cci->number, command.ticket.id, rc, command.return_code,
				  command.out_length, command.duration_ns);
	result->duration_ns = command.duration_ns;
	if (!rc) {
		atomic64_inc(&cci->counters.commands);
		take_result(request, leaf, &command, result);
		return 0;
	}
	if (rc == -ETIMEDOUT)
		atomic64_inc(&cci->counters.timeouts);
	result->stage = command.rung ? CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN
				     : CXL_SWITCH_CCI_STAGE_NOT_SENT;
	return rc;
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
	struct tunnel_request leaf;
	const char *why;
	int rc;

	memset(result, 0, sizeof(*result));
	rc = tunnel_decode(request->opcode, request->in, request->in_length, &leaf, &why);
	if (rc) {
		dev_dbg(&cci->dev, "malformed tunnel: %s\n", why);
		result->leaf_opcode = request->opcode;
		result->impact = IMPACT_DESTRUCTIVE;
		result->reason = CXL_SWITCH_CCI_REASON_MALFORMED;
		atomic64_inc(&cci->counters.refusals);
		return rc;
	}
	result->leaf_opcode = leaf.opcode;
	result->depth = leaf.path.depth;
	rc = judge(cci, request, &leaf, result);
	if (rc) {
		if (result->stage == CXL_SWITCH_CCI_STAGE_REFUSED)
			atomic64_inc(&cci->counters.refusals);
		return rc;
	}
	return send(cci, request, &leaf, result);
}

/**
 * command_retired() - a command whose caller had left has ended
 * @mailbox: of the device
 * @ticket: what is still known of it
 * @answered: false: its answer was lost in a reset or a removal
 * @return_code: of the mailbox, if @answered
 */
void command_retired(struct mailbox *mailbox, const struct mailbox_ticket *ticket,
		     bool answered, u16 return_code)
{
	struct cci_device *cci = container_of(mailbox, struct cci_device, mailbox);

	if (answered)
		atomic64_inc(&cci->counters.late_answers);
	trace_cxl_switch_complete(cci->number, ticket->id, answered ? 0 : -EIO, return_code, 0, 0);
}
