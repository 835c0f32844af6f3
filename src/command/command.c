// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command from request to result: decode, table, one snapshot of its destination,
 * decision; then send.c. Holds no user memory and copies none.
 */
#include "command.h"

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/security.h>

#include "opcodes.h"
#include "policy/policy.h"
#include "record/record.h"
#include "trip.h"

/* Give up when the destination changes on every attempt. */
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

/* ---- the decision ---- */

/* internals.md, "Ownership". */
static void find_ownership(struct swcci_trip *t)
{
	struct swcci_judgement *j = &t->judgement;
	u64 cookie;

	t->part = (struct swcci_transfer_part){ TRANSFER_NONE };
	j->caller.foreign_transfer = false;
	j->aborts_own = false;
	if (swcci_judge_is_query(&j->table))
		return;
	t->part = swcci_transfer_part(&t->leaf);
	if (t->part.kind != TRANSFER_NONE)
		j->caller.foreign_transfer = swcci_transfer_is_foreign(t->commands->transfers,
								       &t->leaf, t->request->file);
	if (t->leaf.opcode == CCI_OP_ABORT_BACKGROUND)
		j->aborts_own = swcci_background_slot(t->commands->background, &t->leaf.path,
						      t->request->file, &cookie) ==
				BACKGROUND_SLOT_OWN;
}

static int take_snapshot(struct swcci_trip *t, unsigned int flags)
{
	const struct swcci_snapshot_need need = {
		.leaf = &t->leaf,
		.table = &t->judgement.table,
		.flags = flags,
		.deadline = t->request->deadline,
	};

	return swcci_destination_snapshot(t->commands->destinations, &need, &t->snapshot);
}

static unsigned int judge_flags(const struct swcci_snapshot *s)
{
	return (s->is_slow ? JUDGE_SLOW : 0) | (s->has_waited ? JUDGE_AGAIN : 0);
}

static int judge_at_destination(struct swcci_trip *t)
{
	struct swcci_judgement *j = &t->judgement;
	struct swcci_snapshot *s = &t->snapshot;
	bool is_weak = s->destination && !swcci_identity_is_unique(&s->identity);
	int rc;

	if (swcci_judge_at(j, &s->audit, &s->view, judge_flags(s) | (is_weak ? JUDGE_WEAK : 0)))
		return 0;
	rc = take_snapshot(t, SNAPSHOT_NEW);
	if (!rc)
		swcci_judge_at(j, &s->audit, &s->view, judge_flags(s));
	return rc;
}

/* Return: 0 with a verdict; or why the destination could not be queried. */
static int judge(struct swcci_trip *t)
{
	const struct swcci_tunnel_request *leaf = &t->leaf;
	struct swcci_judgement *j = &t->judgement;
	int rc;

	swcci_settings_policy(&t->commands->settings, &j->settings);
	swcci_audited_judge(leaf->opcode, leaf->payload, leaf->length, &j->table);
	find_ownership(t);
	if (swcci_judge_by_table(j, leaf))
		return 0;
	rc = take_snapshot(t, 0);
	if (!rc && t->snapshot.meaning == COMPONENT_PENDING) {
		j->table.type_pending = true;
		if (swcci_judge_by_table(j, leaf))
			return 0;
		rc = take_snapshot(t, SNAPSHOT_PENDING);
	}
	if (rc)
		return rc;
	if (t->snapshot.meaning != COMPONENT_FOREIGN)
		return judge_at_destination(t);
	swcci_judge_foreign(j);
	return 0;
}

/* ---- one command ---- */

static int refuse(struct swcci_trip *t, int error, enum cxl_switch_cci_reason reason)
{
	WRITE_ONCE(t->result->reason, reason);
	command_result_stage(t->result, CXL_SWITCH_CCI_STAGE_REFUSED);
	swcci_recorder_refused(t->commands->recorder, &t->leaf, t->result);
	return error;
}

static int refuse_unreachable(struct swcci_trip *t, bool is_slow)
{
	if (is_slow)
		atomic64_inc(&t->commands->recorder->counters.slow_refusals);
	return refuse(t, -EHOSTUNREACH, CXL_SWITCH_CCI_REASON_UNREACHABLE);
}

/* Once; and again if a later attempt judges it to be something else. */
static void record_allowed(struct swcci_trip *t)
{
	const struct swcci_audit *audit = &t->judgement.audit;
	bool covered = false;

	if (t->is_recorded && t->recorded.audited == audit->audited &&
	    t->recorded.impact == audit->impact)
		return;
	if (t->part.kind != TRANSFER_NONE && audit->audited)
		covered = swcci_transfer_is_recorded(t->commands->transfers, &t->leaf,
						     t->request->file, audit->impact);
	swcci_recorder_allowed(t->commands->recorder, &t->leaf, audit, covered);
	t->is_recorded = true;
	t->recorded = *audit;
}

/* Before the command may start an operation there. Repeated until it is answered. */
static void discover(struct swcci_trip *t)
{
	if (swcci_background_discover(t->commands->background, &t->leaf.path,
				      t->request->deadline))
		swcci_destination_discovered(&t->snapshot);
}

static int attempt(struct swcci_trip *t)
{
	struct swcci_judgement *j = &t->judgement;
	int rc;

	command_result_stage(t->result, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	rc = judge(t);
	WRITE_ONCE(t->result->impact, j->audit.impact);
	WRITE_ONCE(t->result->verdict_flags, verdict_flags(&j->audit));
	if (rc)
		return rc;
	if (j->verdict.error == -EHOSTUNREACH)
		return refuse_unreachable(t, t->snapshot.is_slow);
	if (j->verdict.error)
		return refuse(t, j->verdict.error, j->verdict.reason);
	record_allowed(t);
	if (t->snapshot.destination && t->snapshot.undiscovered)
		discover(t);
	rc = swcci_trip_send(t);
	return rc == -EHOSTUNREACH ? refuse_unreachable(t, true) : rc;
}

/* What all attempts have in common. */
static void begin_trip(struct swcci_trip *t, bool (*capable_rawio)(void *context))
{
	struct swcci_judgement *j = &t->judgement;

	j->caller.may_write = t->request->may_write;
	j->caller.limit = t->request->limit;
	j->caller.kernel = (struct swcci_policy_kernel){ capable_rawio, locked_down, NULL };
	j->wants_abort = t->request->abort_on_close;
	j->goes_on = false;
	t->is_recorded = false;
}

static int judge_and_send(struct swcci_trip *t)
{
	int rc;

	begin_trip(t, capable_rawio);
	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		swcci_snapshot_begin(&t->snapshot);
		rc = attempt(t);
		swcci_snapshot_release(&t->snapshot);
		if (rc != -EAGAIN)
			return rc;
	}
	return -EIO;
}

/**
 * swcci_command_run() - judge a command, and send it if it may be sent
 * @commands: of the function, which may be gone
 * @request: const from here on; its buffers are the driver's
 * @result: filled on every return
 *
 * Locks: the file mutex guards the request's buffers where they are the file's; no other.
 * Killable.
 *
 * Return: 0 if the device answered; else as CXL_SWITCH_CCI_SEND documents.
 */
int swcci_command_run(struct swcci_commands *commands, const struct swcci_command_request *request,
		      struct swcci_command_result *result)
{
	struct swcci_recorder_entry entry = { };
	struct swcci_trip t;
	const char *why;
	int rc;

	t.commands = commands;
	t.request = request;
	t.result = result;
	memset(result, 0, sizeof(*result));
	result->stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	rc = swcci_tunnel_decode(request->opcode, request->in, request->in_length, &t.leaf, &why);
	result->leaf_opcode = rc ? request->opcode : t.leaf.opcode;
	result->depth = t.leaf.path.depth;
	swcci_recorder_begin(commands->recorder, &entry, request->opcode, &t.leaf.path, result);
	if (rc) {
		dev_dbg(commands->dev, "malformed tunnel: %s\n", why);
		WRITE_ONCE(result->impact, IMPACT_DESTRUCTIVE);
		rc = refuse(&t, rc, CXL_SWITCH_CCI_REASON_MALFORMED);
	} else {
		rc = judge_and_send(&t);
	}
	swcci_recorder_end(commands->recorder, &entry, rc);
	return rc;
}

/* ---- EXPLAIN ---- */

static void explain_malformed(struct cxl_switch_cci_explain *explain, int error, const char *why)
{
	explain->error = -error;
	explain->reason = CXL_SWITCH_CCI_REASON_MALFORMED;
	explain->refusing = 1U << CXL_SWITCH_CCI_REASON_MALFORMED;
	explain->impact = IMPACT_DESTRUCTIVE;
	explain->table_impact = IMPACT_DESTRUCTIVE;
	explain->knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	strscpy(explain->why, why, sizeof(explain->why));
}

static void explain_judgement(const struct swcci_judgement *j,
			      struct cxl_switch_cci_explain *explain)
{
	const struct swcci_audited_row *row = swcci_audited_row(j->audit.text_row);

	explain->error = -j->verdict.error;
	explain->reason = j->verdict.reason;
	explain->refusing = swcci_policy_refusals(&j->audit, &j->caller, &j->settings);
	explain->impact = j->audit.impact;
	explain->table_impact = j->table.impact;
	explain->verdict_flags = verdict_flags(&j->audit);
	if (!row)
		return;
	explain->expected_effects = row->effects;
	strscpy(explain->name, row->name, sizeof(explain->name));
	strscpy(explain->why, row->reason, sizeof(explain->why));
}

static void explain_destination(const struct swcci_snapshot *s,
				struct cxl_switch_cci_explain *explain)
{
	explain->knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	if (!s->is_valid)
		return;
	explain->knowledge = s->view.knowledge;
	explain->traffic = s->has_queried;
	explain->listed = s->view.listed;
	explain->effects = s->view.effects;
	explain->vendor_id = s->identity.vendor_id;
	explain->device_id = s->identity.device_id;
	explain->serial = s->identity.serial;
}

/**
 * swcci_command_explain() - what swcci_command_run() would decide, and why
 * @commands: of the function
 * @request: its @out is not used
 * @explain: out fields filled
 *
 * Queries the destination if its facts are not fresh, also where a gate refuses. Killable.
 *
 * Return: 0 with the decision; or why the destination could not be queried: -EINTR;
 * -EBUSY: the mailbox is busy or in reset, or the deadline passed; -ENODEV; -ENOMEM.
 */
int swcci_command_explain(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  struct cxl_switch_cci_explain *explain)
{
	struct swcci_trip t = { .commands = commands, .request = request };
	const char *why;
	int rc;

	rc = swcci_tunnel_decode(request->opcode, request->in, request->in_length, &t.leaf, &why);
	explain->leaf_opcode = rc ? request->opcode : t.leaf.opcode;
	explain->depth = t.leaf.path.depth;
	if (rc) {
		explain_malformed(explain, rc, why);
		return 0;
	}
	begin_trip(&t, would_be_capable_rawio);
	t.judgement.goes_on = true;
	swcci_snapshot_begin(&t.snapshot);
	rc = judge(&t);
	if (!rc) {
		explain_judgement(&t.judgement, explain);
		explain_destination(&t.snapshot, explain);
	}
	swcci_snapshot_release(&t.snapshot);
	return rc;
}
