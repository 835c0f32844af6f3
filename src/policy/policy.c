// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates, in the order of Documentation/policy.md: the first that refuses
 * decides errno and reason. Cheap and silent gates come before those that leave
 * a trace: capable() may audit, lockdown writes a log line. Pure.
 */
#include "policy.h"

/* Effects on data and security. Reserved bits may mean anything, so they count alike. */
#define EFFECTS_WORST	(EFFECT_DATA | EFFECT_SECURITY | EFFECT_RESERVED)
/*
 * Effects that make a command a SETTING at least. Not among them: background, which
 * does no harm by itself; the disputed bits; bit 9, which only makes bits 10 and 11
 * valid.
 */
#define EFFECTS_SETTING	(EFFECT_COLD_RESET | EFFECT_CONFIG | EFFECT_POLICY | EFFECT_LOG | \
			 EFFECT_RESETS)

/* Secondary mailbox support and abort support: sources disagree which bit is which. */
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
 * A feature's own effects replace those of the log's entry, which is the union over
 * all features, if the two are consistent.
 */
static bool feature_effects_usable(const struct swcci_policy_destination *destination)
{
	u16 effects = destination->feature_effects & ~EFFECTS_DISPUTED;

	return destination->feature_known && destination->feature_changeable && effects &&
	       !(effects & EFFECT_RESERVED) && !(effects & ~destination->effects);
}

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
		raise_to(audit, feature_effects_usable(destination) ?
				impact_of(destination->feature_effects) : IMPACT_DESTRUCTIVE);
		return;
	}
	expected = swcci_audited_row(audit->row)->effects;
	raise_to(audit, impact_of(destination->effects & ~expected));
}

struct inputs {
	const struct swcci_audit *audit;
	const struct swcci_policy_caller *caller;
	const struct swcci_policy_settings *settings;
};

/* No setting opens this gate: the mailbox would wait for an answer that never comes. */
static bool refuse_unanswered(const struct inputs *in)
{
	return in->audit->unanswered;
}

static bool refuse_read_only(const struct inputs *in)
{
	return in->audit->impact > IMPACT_QUERY && !in->caller->may_write;
}

static bool refuse_restricted(const struct inputs *in)
{
	return in->audit->impact > in->caller->limit;
}

static bool refuse_strict(const struct inputs *in)
{
	return in->settings->strict &&
	       (!in->audit->audited || in->audit->disclosing || in->audit->impact > IMPACT_QUERY);
}

/*
 * While the function's type is unknown, so is what the first hop addresses. A query
 * changes nothing, wherever it arrives.
 */
static bool refuse_type_pending(const struct inputs *in)
{
	return in->audit->type_pending && (!in->audit->audited || in->audit->impact > IMPACT_QUERY);
}

static bool refuse_unaudited(const struct inputs *in)
{
	return !in->audit->audited && !in->settings->raw_allowed;
}

static bool refuse_incapable(const struct inputs *in)
{
	if (in->audit->audited && !in->audit->disclosing && in->audit->impact < IMPACT_PROVISION)
		return false;
	return !in->caller->kernel.capable_rawio(in->caller->kernel.context);
}

/* Lockdown protects this kernel. PROVISION passes, since the affected host takes part. */
static bool refuse_locked_down(const struct inputs *in)
{
	if (in->audit->audited) {
		if (in->settings->audited_pass_lockdown)
			return false;
		if (!in->audit->disclosing && in->audit->impact < IMPACT_DESTRUCTIVE)
			return false;
	} else if (in->settings->unaudited_pass_lockdown) {
		return false;
	}
	return in->caller->kernel.locked_down(in->caller->kernel.context);
}

static bool refuse_foreign_transfer(const struct inputs *in)
{
	return in->caller->foreign_transfer;
}

static bool refuse_unreachable(const struct inputs *in)
{
	return in->audit->unreachable;
}

static const struct gate {
	bool (*refuses)(const struct inputs *in);
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

struct swcci_policy_verdict swcci_policy_decide(const struct swcci_audit *audit,
						const struct swcci_policy_caller *caller,
						const struct swcci_policy_settings *settings)
{
	const struct inputs in = { audit, caller, settings };

	for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
		if (gates[i].refuses(&in))
			return (struct swcci_policy_verdict){ gates[i].error, gates[i].reason };
	return (struct swcci_policy_verdict){ 0, CXL_SWITCH_CCI_REASON_NONE };
}

u32 swcci_policy_refusals(const struct swcci_audit *audit, const struct swcci_policy_caller *caller,
			  const struct swcci_policy_settings *settings)
{
	const struct inputs in = { audit, caller, settings };
	u32 refusals = 0;

	for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
		if (gates[i].refuses(&in))
			refusals |= (u32)1 << gates[i].reason;
	return refusals;
}
