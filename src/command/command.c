// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode, swcci_judge, hand over to send.c. Holds no user memory and copies none; the
 * order of the steps is DESIGN section 3.
 */
#include "command.h"

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/security.h>

#include "background/background.h"
#include "destination/destination.h"
#include "judge.h"
#include "opcodes.h"
#include "policy/policy.h"
#include "record/record.h"
#include "send.h"

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

static u32 verdict_flags(const struct swcci_audit *audit)
{
	return (audit->audited ? CXL_SWITCH_CCI_VERDICT_AUDITED : 0) |
	       (audit->disclosing ? CXL_SWITCH_CCI_VERDICT_DISCLOSING : 0) |
	       (audit->by_vendor_row ? CXL_SWITCH_CCI_VERDICT_VENDOR_ROW : 0);
}

/* ---- one command ---- */

static int refuse(struct swcci_commands *commands, const struct swcci_tunnel_request *leaf,
		  int error, enum cxl_switch_cci_reason reason, struct swcci_command_result *result)
{
	WRITE_ONCE(result->reason, reason);
	command_result_stage(result, CXL_SWITCH_CCI_STAGE_REFUSED);
	swcci_recorder_refused(commands->recorder, leaf, result);
	return error;
}

static int refuse_unreachable(struct swcci_commands *commands,
			      const struct swcci_tunnel_request *leaf, bool slow,
			      struct swcci_command_result *result)
{
	if (slow)
		atomic64_inc(&commands->recorder->counters.slow_refusals);
	return refuse(commands, leaf, -EHOSTUNREACH, CXL_SWITCH_CCI_REASON_UNREACHABLE, result);
}

/* Once; and once more if a second judgement found it to be something else. */
static void record_allowed(struct swcci_commands *commands,
			   const struct swcci_command_request *request,
			   const struct swcci_tunnel_request *leaf, struct swcci_judgement *j)
{
	bool covered = j->is_transfer && j->audit.audited &&
		       swcci_transfer_is_recorded(commands->transfers, leaf, request->file,
						  j->audit.impact);

	if (j->is_recorded && j->recorded.audited == j->audit.audited &&
	    j->recorded.impact == j->audit.impact)
		return;
	swcci_recorder_allowed(commands->recorder, leaf, &j->audit, covered);
	j->is_recorded = true;
	j->recorded = j->audit;
}

/* DESIGN section 6: slots and transfers belong to open files. */
static void ask_ownership(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  const struct swcci_tunnel_request *leaf, struct swcci_judgement *j)
{
	u64 cookie;

	j->wants_abort = request->abort_on_close;
	j->is_transfer = swcci_transfer_part(leaf).kind != TRANSFER_NONE;
	j->caller.foreign_transfer = j->is_transfer &&
				     swcci_transfer_is_foreign(commands->transfers, leaf,
							       request->file);
	j->aborts_own = leaf->opcode == CCI_OP_ABORT_BACKGROUND &&
			swcci_background_slot(commands->background, &leaf->path, request->file,
					      &cookie) == BACKGROUND_SLOT_OWN;
}

/* What runs there already is known before anything is started. A lost question is repeated. */
static void meet(struct swcci_commands *commands, struct swcci_destination *d,
		 const struct swcci_tunnel_path *path, ktime_t deadline)
{
	u32 resets;

	if (swcci_destination_first_contact(commands->destinations, d, &resets) &&
	    swcci_background_discover(commands->background, path, deadline))
		swcci_destination_met(d, resets);
}

static int attempt(struct swcci_commands *commands, const struct swcci_command_request *request,
		   const struct swcci_tunnel_request *leaf, struct swcci_judgement *j,
		   struct swcci_command_result *result)
{
	int rc;

	command_result_stage(result, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	ask_ownership(commands, request, leaf, j);
	rc = swcci_judge(commands, leaf, j);
	WRITE_ONCE(result->impact, j->audit.impact);
	WRITE_ONCE(result->verdict_flags, verdict_flags(&j->audit));
	if (rc)
		return rc;
	if (j->verdict.error == -EHOSTUNREACH)
		return refuse_unreachable(commands, leaf, j->slow, result);
	if (j->verdict.error)
		return refuse(commands, leaf, j->verdict.error, j->verdict.reason, result);
	record_allowed(commands, request, leaf, j);
	if (leaf->path.depth && j->destination)
		meet(commands, j->destination, &leaf->path, request->deadline);
	rc = swcci_send_judged(commands, request, leaf, j, result);
	return rc == -EHOSTUNREACH ? refuse_unreachable(commands, leaf, true, result) : rc;
}

static int judge_and_send(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  const struct swcci_tunnel_request *leaf,
			  struct swcci_command_result *result)
{
	struct swcci_judgement j = {
		.caller = {
			.may_write = request->may_write,
			.limit = request->limit,
			.kernel = { .capable_rawio = capable_rawio, .locked_down = locked_down },
		},
		.deadline = request->deadline,
	};
	int rc;

	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		rc = attempt(commands, request, leaf, &j, result);
		swcci_judgement_end(&j);
		if (rc != -EAGAIN)
			return rc;
	}
	return -EIO;
}

/**
 * swcci_command_run() - swcci_judge a command, and send it if it may be sent
 * @commands: of the function, which may be gone
 * @request: const from here on; its buffers are the driver's
 * @result: filled on every return
 *
 * Locks: the file mutex guards the request's buffers where they are the file's; no other.
 *
 * Return: 0 if the device answered; else as CXL_SWITCH_CCI_SEND documents.
 */
int swcci_command_run(struct swcci_commands *commands, const struct swcci_command_request *request,
		      struct swcci_command_result *result)
{
	struct swcci_recorder_entry entry = { };
	struct swcci_tunnel_request leaf;
	const char *why;
	int rc;

	memset(result, 0, sizeof(*result));
	result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	rc = swcci_tunnel_decode(request->opcode, request->in, request->in_length, &leaf, &why);
	result->leaf_opcode = rc ? request->opcode : leaf.opcode;
	result->depth = leaf.path.depth;
	swcci_recorder_begin(commands->recorder, &entry, request->opcode, &leaf.path, result);
	if (rc) {
		dev_dbg(commands->dev, "malformed tunnel: %s\n", why);
		WRITE_ONCE(result->impact, IMPACT_DESTRUCTIVE);
		rc = refuse(commands, &leaf, rc, CXL_SWITCH_CCI_REASON_MALFORMED, result);
	} else {
		rc = judge_and_send(commands, request, &leaf, result);
	}
	swcci_recorder_end(commands->recorder, &entry, rc);
	return rc;
}

/* ---- EXPLAIN ---- */

static void explain_row(const struct swcci_audit *audit, struct cxl_switch_cci_explain *explain)
{
	const struct swcci_audited_row *row = swcci_audited_row(audit->text_row);

	if (!row)
		return;
	explain->expected_effects = row->effects;
	strscpy(explain->name, row->name, sizeof(explain->name));
	strscpy(explain->why, row->reason, sizeof(explain->why));
}

static void explain_destination(const struct swcci_judgement *j,
				struct cxl_switch_cci_explain *explain)
{
	explain->knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	if (!j->destination)
		return;
	explain->knowledge = j->look.view.knowledge;
	explain->traffic = j->traffic;
	explain->listed = j->look.view.listed;
	explain->effects = j->look.view.effects;
	explain->vendor_id = j->look.identity.vendor_id;
	explain->device_id = j->look.identity.device_id;
	explain->serial = j->look.identity.serial;
}

/**
 * swcci_command_explain() - what swcci_command_run() would decide, and why
 * @commands: of the function
 * @request: its @out is not used
 * @explain: out fields filled
 *
 * Return: 0 with the decision; else why the destination could not be asked.
 */
int swcci_command_explain(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  struct cxl_switch_cci_explain *explain)
{
	struct swcci_judgement j = {
		.caller = {
			.may_write = request->may_write,
			.limit = request->limit,
			.kernel = { .capable_rawio = would_be_capable_rawio,
				    .locked_down = locked_down },
		},
		.deadline = request->deadline,
		.undecided_goes_on = true,
	};
	struct swcci_tunnel_request leaf;
	const char *why;
	int rc;

	rc = swcci_tunnel_decode(request->opcode, request->in, request->in_length, &leaf, &why);
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
	ask_ownership(commands, request, &leaf, &j);
	rc = swcci_judge(commands, &leaf, &j);
	if (!rc) {
		explain->error = -j.verdict.error;
		explain->reason = j.verdict.reason;
		explain->refusing = swcci_policy_refusals(&j.audit, &j.caller, &j.settings);
		explain->impact = j.audit.impact;
		explain->table_impact = j.table.impact;
		explain->verdict_flags = verdict_flags(&j.audit);
		explain_row(&j.audit, explain);
		explain_destination(&j, explain);
	}
	swcci_judgement_end(&j);
	return rc == -EAGAIN ? -EBUSY : rc;
}
