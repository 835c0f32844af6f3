// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the table can refuse is refused without the destination; else the effects of
 * the destination are applied. Knows no gate: policy.c does.
 */
#include "judge.h"

static void decide(struct swcci_judgement *j)
{
	j->verdict = swcci_policy_decide(&j->audit, &j->caller, &j->settings);
	j->is_decided = true;
}

/* All that the gates see of a command. */
static bool gates_see_the_same(const struct swcci_audit *a, const struct swcci_audit *b)
{
	return a->audited == b->audited && a->disclosing == b->disclosing &&
	       a->unreachable == b->unreachable && a->impact == b->impact;
}

/*
 * A client that may start an operation may abort it: for its owner an abort is a
 * setting at most, and BG_ABORT_ON_CLOSE a setting at least.
 */
static void apply_ownership(const struct swcci_judgement *j, struct swcci_audit *audit)
{
	if (j->aborts_own && audit->audited && audit->impact > IMPACT_SETTING)
		audit->impact = IMPACT_SETTING;
	if (j->wants_abort && audit->impact < IMPACT_SETTING)
		audit->impact = IMPACT_SETTING;
}

bool swcci_judge_by_table(struct swcci_judgement *j, const struct swcci_tunnel_request *leaf)
{
	apply_ownership(j, &j->table);
	j->audit = j->table;
	j->is_decided = false;
	if (!j->table.audited && swcci_audited_by_vendor(leaf->opcode, leaf->length))
		return false;
	decide(j);
	return j->verdict.error && !j->goes_on;
}

void swcci_judge_foreign(struct swcci_judgement *j)
{
	j->audit.audited = false;
	j->audit.impact = IMPACT_DESTRUCTIVE;
	j->audit.row = -1;
	j->audit.text_row = -1;
	decide(j);
}

bool swcci_judge_at(struct swcci_judgement *j, const struct swcci_audit *there,
		    const struct swcci_policy_destination *view, unsigned int flags)
{
	j->audit = *there;
	if (flags & JUDGE_SLOW) {
		j->audit.unreachable = true;
	} else {
		swcci_policy_apply_effects(&j->audit, view);
		apply_ownership(j, &j->audit);
	}
	if (flags & JUDGE_WEAK && view->knowledge != POLICY_SILENT &&
	    swcci_judge_depends_on_identity(j))
		return false;
	if (flags & JUDGE_AGAIN || !j->is_decided || !gates_see_the_same(&j->audit, &j->table))
		decide(j);
	return true;
}
