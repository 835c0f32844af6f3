// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates of DESIGN section 5, in their order: the first that refuses
 * decides errno and reason. Cheap and silent gates come before those that
 * leave a trace (capable() audits, lockdown logs). Pure.
 */
#include "policy.h"

/* Raises with data and security, or because nobody knows what it means. */
#define EFFECTS_WORST	(EFFECT_DATA | EFFECT_SECURITY | EFFECT_RESERVED)
/*
 * Raises to a setting. Not here: background, which harms nobody by itself; the
 * disputed bits; bit 9, which only says that bits 10 and 11 are valid.
 */
#define EFFECTS_SETTING	(EFFECT_COLD_RESET | EFFECT_CONFIG | EFFECT_POLICY | EFFECT_LOG | \
			 EFFECT_RESETS)

/* Secondary mailbox and abort support: sources disagree which is which. */
#define EFFECTS_DISPUTED	(BIT(7) | BIT(8))

static enum swcci_impact impact_of(u16 effects)
{
	if (effects & EFFECTS_WORST)
		return IMPACT_DESTRUCTIVE;
	return effects & EFFECTS_SETTING ? IMPACT_SETTING : IMPACT_QUERY;
}

static void raise_to(struct swcci_audit *audit, enum swcci_impact impact)
{
	if (audit->impact < impact)
		audit->impact = impact;
}

/*
 * The feature's own set effects stand in for the log's entry, which is the
 * union over all features, if they can be believed.
 */
static bool feature_believed(const struct swcci_policy_destination *destination)
{
	u16 effects = destination->feature_effects & ~EFFECTS_DISPUTED;

	return destination->feature_known && destination->feature_changeable && effects &&
	       !(effects & EFFECT_RESERVED) && !(effects & ~destination->effects);
}

/**
 * swcci_policy_apply_effects() - raise the impact by what the destination says of itself
 * @audit: by swcci_audited_judge(); the table's word. Changed here
 * @destination: what is known
 *
 * Only raises: FM API commands that change much advertise no effect, and a
 * vendor's device may give a command more. An audited change that the log does
 * not list, or with no log to look into, is the worst.
 */
void swcci_policy_apply_effects(struct swcci_audit *audit,
				const struct swcci_policy_destination *destination)
{
	bool changes = !audit->audited || audit->impact > IMPACT_QUERY;
	u16 expected;

	if (destination->knowledge == POLICY_SILENT) {
		audit->unreachable = changes;
		return;
	}
	if (!audit->audited)
		return;
	if (destination->knowledge == POLICY_EFFECTS_UNREADABLE || !destination->listed) {
		if (changes)
			audit->impact = IMPACT_DESTRUCTIVE;
		return;
	}
	if (audit->feature >= 0) {
		raise_to(audit, feature_believed(destination) ?
				impact_of(destination->feature_effects) : IMPACT_DESTRUCTIVE);
		return;
	}
	expected = swcci_audited_row(audit->row)->effects;
	raise_to(audit, impact_of(destination->effects & ~expected));
}

struct question {
	const struct swcci_audit *audit;
	const struct swcci_policy_caller *caller;
	const struct swcci_policy_settings *settings;
};

/* Nobody may: the mailbox would wait for an answer that never comes. */
static bool refuse_unanswered(const struct question *q)
{
	return q->audit->unanswered;
}

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

/*
 * What its first hop addresses is not known yet. A query changes nothing, wherever
 * it arrives.
 */
static bool refuse_type_pending(const struct question *q)
{
	return q->audit->type_pending && (!q->audit->audited || q->audit->impact > IMPACT_QUERY);
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

static bool refuse_foreign_transfer(const struct question *q)
{
	return q->caller->foreign_transfer;
}

static bool refuse_unreachable(const struct question *q)
{
	return q->audit->unreachable;
}

static const struct gate {
	bool (*refuses)(const struct question *q);
	int error;
	enum cxl_switch_cci_reason reason;
} gates[] = {
	{ refuse_unanswered, -EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED },
	{ refuse_read_only, -EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY },
	{ refuse_restricted, -EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED },
	{ refuse_strict, -EPERM, CXL_SWITCH_CCI_REASON_PROTECTION },
	{ refuse_type_pending, -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY },
	{ refuse_unaudited, -EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED },
	{ refuse_incapable, -EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY },
	{ refuse_foreign_transfer, -EBUSY, CXL_SWITCH_CCI_REASON_OWNERSHIP },
	{ refuse_unreachable, -EHOSTUNREACH, CXL_SWITCH_CCI_REASON_UNREACHABLE },
	{ refuse_locked_down, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN },
};

/**
 * swcci_policy_decide() - may this caller send this command?
 * @audit: what the command does
 * @caller: who asks
 * @settings: what is in force
 *
 * Return: the verdict of the first gate that refuses, or error 0.
 */
struct swcci_policy_verdict swcci_policy_decide(const struct swcci_audit *audit,
						const struct swcci_policy_caller *caller,
						const struct swcci_policy_settings *settings)
{
	const struct question q = { audit, caller, settings };

	for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
		if (gates[i].refuses(&q))
			return (struct swcci_policy_verdict){ gates[i].error, gates[i].reason };
	return (struct swcci_policy_verdict){ 0, CXL_SWITCH_CCI_REASON_NONE };
}

/**
 * swcci_policy_refusals() - every gate that would refuse, for EXPLAIN
 * @audit: what the command does
 * @caller: who asks; the kernel's answers should leave no audit record
 * @settings: what is in force
 *
 * Return: a bit, 1 << enum cxl_switch_cci_reason, for each gate that refuses.
 */
u32 swcci_policy_refusals(const struct swcci_audit *audit, const struct swcci_policy_caller *caller,
			  const struct swcci_policy_settings *settings)
{
	const struct question q = { audit, caller, settings };
	u32 refusals = 0;

	for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
		if (gates[i].refuses(&q))
			refusals |= (u32)1 << gates[i].reason;
	return refusals;
}
