/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a decoded command to its verdict: the table first, then the destination
 * where it can matter. Sends nothing of the command itself.
 */
#ifndef CCI_JUDGE_H
#define CCI_JUDGE_H

#include "destination.h"
#include "policy.h"
#include "tunnel.h"

struct cci_device;

struct judgement {
	/* in */
	struct policy_caller caller;
	ktime_t deadline;
	bool undecided_goes_on;		/* ask the destination even if a gate refuses */

	/* out */
	struct audit table;		/* by table and payload alone */
	struct audit audit;
	struct policy_settings settings;
	struct policy_verdict verdict;
	struct destination *destination;	/* held; NULL: not asked */
	bool traffic;			/* it was asked for this */
	struct policy_destination view;
	struct cci_identity identity;
	u32 generation;			/* of the facts */
};

int judge(struct cci_device *cci, const struct tunnel_request *leaf, struct judgement *j);
void judgement_end(struct judgement *j);

#endif /* CCI_JUDGE_H */
