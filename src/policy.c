// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates of DESIGN section 5, in their order: the first that refuses
 * decides errno and reason. Cheap and silent gates come before those that
 * leave a trace (capable() audits, lockdown logs). Pure.
 */
#include "policy.h"

struct question {
	const struct audit *audit;
	const struct policy_caller *caller;
	const struct policy_settings *settings;
};

static bool refuse_read_only(const struct question *q)
{
	return q->audit->impact > IMPACT_QUERY && !q->caller->may_write;
}

static bool refuse_restricted(const struct question *q)
{
	return q->audit->impact > q->caller->limit;
}

static bool refuse_strict(const struct question *q)
{
	return q->settings->strict &&
	       (!q->audit->audited || q->audit->disclosing || q->audit->impact > IMPACT_QUERY);
}

static bool refuse_unaudited(const struct question *q)
{
	return !q->audit->audited && !q->settings->raw_allowed;
}

static bool refuse_incapable(const struct question *q)
{
	if (q->audit->audited && !q->audit->disclosing && q->audit->impact < IMPACT_PROVISION)
		return false;
	return !q->caller->kernel.capable_rawio(q->caller->kernel.context);
}

/* PROVISION passes: the affected host takes part. DESIGN section 5. */
static bool refuse_locked_down(const struct question *q)
{
	if (q->audit->audited) {
		if (q->settings->audited_pass_lockdown)
			return false;
		if (!q->audit->disclosing && q->audit->impact < IMPACT_DESTRUCTIVE)
			return false;
	} else if (q->settings->unaudited_pass_lockdown) {
		return false;
	}
	return q->caller->kernel.locked_down(q->caller->kernel.context);
}

static const struct gate {
	bool (*refuses)(const struct question *q);
	int error;
	enum cxl_switch_cci_reason reason;
} gates[] = {
	{ refuse_read_only, -EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY },
	{ refuse_restricted, -EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED },
	{ refuse_strict, -EPERM, CXL_SWITCH_CCI_REASON_PROTECTION },
	{ refuse_unaudited, -EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED },
	{ refuse_incapable, -EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY },
	{ refuse_locked_down, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN },
};

/**
 * policy_decide() - may this caller send this command?
 * @audit: what the command does
 * @caller: who asks
 * @settings: what is in force
 *
 * Return: the verdict of the first gate that refuses, or error 0.
 */
struct policy_verdict policy_decide(const struct audit *audit,
				    const struct policy_caller *caller,
				    const struct policy_settings *settings)
{
	const struct question q = { audit, caller, settings };

	for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
		if (gates[i].refuses(&q))
			return (struct policy_verdict){ gates[i].error, gates[i].reason };
	return (struct policy_verdict){ 0, CXL_SWITCH_CCI_REASON_NONE };
}
