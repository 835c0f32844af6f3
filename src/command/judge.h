/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a decoded command to its verdict: the table first, then the destination
 * where it can matter. Sends nothing of the command itself.
 */
#ifndef CCI_JUDGE_H
#define CCI_JUDGE_H

#include "destination/destination.h"
#include "policy/policy.h"
#include "policy/tunnel.h"

struct cci_device;

struct judgement {
	/* in */
	struct policy_caller caller;
	ktime_t deadline;
	bool undecided_goes_on;		/* ask the destination even if a gate refuses */
	bool is_transfer;		/* a part of one */
	bool aborts_own;		/* 0005h at an operation of this file's own */
	bool wants_abort;		/* of what it starts, at the last close */

	/* kept from one attempt to the next */
	bool is_recorded;
	struct audit recorded;

	/* out */
	struct audit table;		/* by table and payload alone */
	struct audit audit;
	struct policy_settings settings;
	struct policy_verdict verdict;
	bool is_decided;		/* the verdict stands */
	struct destination *destination;	/* held; NULL: not asked */
	bool traffic;			/* it was asked for this */
	bool slow;			/* nothing is sent there for now */
	struct destination_look look;	/* who was judged */
};

int judge(struct cci_device *cci, const struct tunnel_request *leaf, struct judgement *j);
bool judge_depends_on_identity(const struct judgement *j);
void judgement_end(struct judgement *j);

#endif /* CCI_JUDGE_H */
