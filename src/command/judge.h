/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a decoded command to its verdict: the table first, then the destination
 * where it can matter. Sends nothing of the command itself.
 */
#ifndef CCI_JUDGE_H
#define CCI_JUDGE_H

#include "command.h"
#include "destination/destination.h"
#include "policy/policy.h"


struct swcci_judgement {
	/* in */
	struct swcci_policy_caller caller;
	ktime_t deadline;
	bool undecided_goes_on;		/* ask the destination even if a gate refuses */
	bool is_transfer;		/* a part of one */
	bool aborts_own;		/* 0005h at an operation of this file's own */
	bool wants_abort;		/* of what it starts, at the last close */

	/* kept from one attempt to the next */
	bool is_recorded;
	struct swcci_audit recorded;

	/* out */
	struct swcci_audit table;		/* by table and payload alone */
	struct swcci_audit audit;
	struct swcci_policy_settings settings;
	struct swcci_policy_verdict verdict;
	bool is_decided;		/* the verdict stands */
	struct swcci_destination *destination;	/* held; NULL: not asked */
	bool traffic;			/* it was asked for this */
	bool slow;			/* nothing is sent there for now */
	struct swcci_destination_look look;	/* who was judged */
};

int swcci_judge(struct swcci_commands *commands, const struct swcci_tunnel_request *leaf,
		struct swcci_judgement *j);
bool swcci_judge_depends_on_identity(const struct swcci_judgement *j);
void swcci_judgement_end(struct swcci_judgement *j);

#endif /* CCI_JUDGE_H */
