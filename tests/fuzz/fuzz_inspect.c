// SPDX-License-Identifier: GPL-2.0-only
/*
 * A random request, to a destination with random effects, by any caller under any
 * settings: the driver's pure files and the unit tests' oracle must have the same
 * result, and the gates must allow only what they should.
 *
 * Input: opcode (2 bytes, little-endian), effects (2), effects of the feature
 * (2), knowledge and flags (1), caller and settings (2), then the payload.
 */
#include "fuzz.h"

#include "oracle.h"
#include "policy/policy.h"

#define HEAD	9

static struct asked {
	bool capable, locked;
	u32 asked_capable, asked_locked;
} asked;

static bool ask_capable(void *context)
{
	struct asked *a = context;

	HOLDS(!a->asked_capable && !a->asked_locked);
	a->asked_capable++;
	return a->capable;
}

static bool ask_locked(void *context)
{
	struct asked *a = context;

	HOLDS(!a->asked_locked);
	a->asked_locked++;
	return a->locked;
}

static void swcci_judge(u16 opcode, const u8 *payload, size_t length, struct swcci_audit *audit,
			struct oracle_judgement *judgement)
{
	u8 *copy = exact_copy(payload, length);
	const struct swcci_audited_row *row;

	swcci_audited_judge(opcode, copy, (u32)length, audit);
	*judgement = oracle_judge(opcode, copy, (u32)length);
	free(copy);

	HOLDS(audit->audited == judgement->audited);
	HOLDS((int)audit->impact == (int)judgement->impact);
	HOLDS(!audit->unreachable && !audit->by_vendor_row);
	HOLDS(audit->unanswered == judgement->unanswered);
	if (!audit->audited) {
		HOLDS(audit->impact == IMPACT_DESTRUCTIVE);
		return;
	}
	HOLDS(audit->disclosing == judgement->disclosing);
	HOLDS((audit->feature >= 0) == judgement->of_feature);
	row = swcci_audited_row(audit->row);
	HOLDS(row && row->opcode == opcode);
	HOLDS(length >= row->length_min && length <= row->length_max);
	HOLDS(audit->impact <= row->impact);
}

static void apply_effects(const u8 *data, struct swcci_audit *audit,
			  struct oracle_judgement *judgement)
{
	const struct swcci_audit before = *audit;
	const struct oracle_destination known = {
		.knowledge = (enum oracle_knowledge)(data[6] & 3),
		.effects = get_le16(data + 2),
		.feature_known = data[6] & 4,
		.feature_changeable = data[6] & 8,
		.feature_effects = get_le16(data + 4),
	};
	const struct swcci_policy_destination destination = {
		.knowledge = known.knowledge == ORACLE_SILENT ? POLICY_SILENT :
			     known.knowledge == ORACLE_UNREADABLE ? POLICY_EFFECTS_UNREADABLE :
			     POLICY_EFFECTS_READ,
		.listed = known.knowledge != ORACLE_UNLISTED,
		.effects = known.effects,
		.feature_known = known.feature_known,
		.feature_changeable = known.feature_changeable,
		.feature_effects = known.feature_effects,
	};

	swcci_policy_apply_effects(audit, &destination);
	*judgement = oracle_apply_effects(*judgement, &known);
	HOLDS((int)audit->impact == (int)judgement->impact);
	HOLDS(audit->unreachable == judgement->unreachable);
	HOLDS(audit->impact >= before.impact);
	HOLDS(audit->audited == before.audited && audit->disclosing == before.disclosing);
	HOLDS(audit->row == before.row && audit->feature == before.feature);
}

/* What the gates are for, said of a command that passed them all. */
static void check_allowed(const struct swcci_audit *audit, const struct swcci_policy_caller *caller,
			  const struct swcci_policy_settings *settings)
{
	bool plain = audit->audited && !audit->disclosing;

	HOLDS(caller->may_write || audit->impact == IMPACT_QUERY);
	HOLDS(audit->impact <= caller->limit);
	HOLDS(!settings->strict || (plain && audit->impact == IMPACT_QUERY));
	HOLDS(audit->audited || settings->raw_allowed);
	HOLDS(asked.capable || (plain && audit->impact <= IMPACT_SETTING));
	HOLDS(!audit->unreachable && !audit->unanswered);
	if (!asked.locked || (plain && audit->impact < IMPACT_DESTRUCTIVE))
		return;
	HOLDS(audit->audited ? settings->audited_pass_lockdown :
			       settings->unaudited_pass_lockdown);
}

static void decide(const u8 *data, const struct swcci_audit *audit,
		   const struct oracle_judgement *judgement)
{
	u16 bits = get_le16(data + 7);
	const struct swcci_policy_caller caller = {
		.limit = (enum swcci_impact)(bits & 3), .may_write = bits & 4,
		.kernel = { ask_capable, ask_locked, &asked },
	};
	const struct swcci_policy_settings settings = {
		.strict = bits & 8, .raw_allowed = bits & 16,
		.audited_pass_lockdown = bits & 32, .unaudited_pass_lockdown = bits & 64,
	};
	u32 scene = (bits & 4 ? ORACLE_IS(writable) : 0) | (bits & 8 ? ORACLE_IS(strict) : 0) |
		    (bits & 16 ? ORACLE_IS(raw) : 0) | (bits & 32 ? ORACLE_IS(audited_key) : 0) |
		    (bits & 64 ? ORACLE_IS(unaudited_key) : 0) |
		    (bits & 128 ? ORACLE_IS(capable) : 0) | (bits & 256 ? ORACLE_IS(locked) : 0);
	const struct oracle_verdict expected = oracle_decide(judgement, bits & 3, scene);
	struct swcci_policy_verdict verdict;

	asked = (struct asked){ .capable = bits & 128, .locked = bits & 256 };
	verdict = swcci_policy_decide(audit, &caller, &settings);
	HOLDS(verdict.error == expected.error && (int)verdict.reason == expected.reason);
	HOLDS(asked.asked_capable == expected.asks_capable);
	HOLDS(asked.asked_locked == expected.asks_locked);
	if (!verdict.error)
		check_allowed(audit, &caller, &settings);
	asked.asked_capable = 0;
	asked.asked_locked = 0;
	HOLDS(swcci_policy_refusals(audit, &caller, &settings) == expected.refusals);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct oracle_judgement judgement;
	static bool loaded;
	struct swcci_audit audit;

	if (!loaded)
		oracle_load();
	loaded = true;
	if (size < HEAD)
		return 0;
	swcci_judge(get_le16(data), data + HEAD, size - HEAD, &audit, &judgement);
	decide(data, &audit, &judgement);
	apply_effects(data, &audit, &judgement);
	decide(data, &audit, &judgement);
	swcci_audited_changes_fabric(get_le16(data), &audit);
	return 0;
}
