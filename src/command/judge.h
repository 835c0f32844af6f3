/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From request, destination, caller and settings to a verdict: the table first, then
 * the destination where it can matter. Pure.
 */
#ifndef CCI_JUDGE_H
#define CCI_JUDGE_H

#include "policy/policy.h"

/**
 * struct swcci_judgement - what a command is found to be, and the verdict
 * @caller: in: who sends it
 * @settings: in: in force
 * @goes_on: in: for EXPLAIN: a refusal by the table does not end it
 * @aborts_own: in: 0005h for an operation of the same open file
 * @wants_abort: in: of what it starts, at the last close
 * @table: what it is by table and payload alone; in: by swcci_audited_judge()
 * @audit: what it is at its destination
 * @verdict: of the gates
 * @is_decided: @verdict is valid
 */
struct swcci_judgement {
	struct swcci_policy_caller caller;
	struct swcci_policy_settings settings;
	bool goes_on;
	bool aborts_own;
	bool wants_abort;

	struct swcci_audit table;
	struct swcci_audit audit;
	struct swcci_policy_verdict verdict;
	bool is_decided;
};

/* An audited query: it starts nothing, changes nothing, and is not a part of a transfer. */
static inline bool swcci_judge_is_query(const struct swcci_audit *audit)
{
	return audit->audited && audit->impact == IMPACT_QUERY;
}

/**
 * swcci_judge_depends_on_identity() - would the verdict be wrong at another component?
 * @j: decided
 *
 * A query changes nothing anywhere; unless only a vendor row says that it is
 * one, for components of one identity.
 *
 * Return: true if the identity has to be verified before sending.
 */
static inline bool swcci_judge_depends_on_identity(const struct swcci_judgement *j)
{
	return j->audit.impact > IMPACT_QUERY || j->audit.by_vendor_row;
}

/**
 * swcci_judge_by_table() - decide without the destination
 * @j: in and out
 * @leaf: the command
 *
 * A command that a vendor row may make audited where it goes is not decided.
 *
 * Return: true if a gate refuses, and the destination cannot change that.
 */
bool swcci_judge_by_table(struct swcci_judgement *j, const struct swcci_tunnel_request *leaf);

/**
 * swcci_judge_foreign() - decide where a tunnel's first hop means nothing that was audited
 * @j: in and out
 */
void swcci_judge_foreign(struct swcci_judgement *j);

/* swcci_judge_at() flags */
#define JUDGE_SLOW	BIT(0)	/* nothing is sent there for now */
#define JUDGE_AGAIN	BIT(1)	/* decide again: a gate may have closed meanwhile */
#define JUDGE_WEAK	BIT(2)	/* its identity cannot be verified, and its facts are not new */

/**
 * swcci_judge_at() - decide with what is known of the destination
 * @j: in and out
 * @there: what the command is at its destination, which a vendor row may say
 * @view: what is known of the destination
 * @flags: JUDGE_*
 *
 * Return: false: not decided. The verdict would depend on an identity that cannot be
 * verified, so the facts must be new.
 */
bool swcci_judge_at(struct swcci_judgement *j, const struct swcci_audit *there,
		    const struct swcci_policy_destination *view, unsigned int flags);

#endif /* CCI_JUDGE_H */
