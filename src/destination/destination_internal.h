/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One destination, and what table.c does for destination.c. For no other file.
 */
#ifndef CCI_DESTINATION_INTERNAL_H
#define CCI_DESTINATION_INTERNAL_H

#include <linux/ktime.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "destination.h"
#include "slow.h"

struct swcci_destination {
	refcount_t references;
	struct swcci_tunnel_path path;
	wait_queue_head_t idle;		/* woken when @in_round becomes false */
	/* Guards what follows; innermost. slow.timeouts is also read without it. */
	spinlock_t lock;
	/* in this order it takes 512 bytes, half a KiB; there may be 8192 of them */
	bool in_round;			/* a round of queries is under way: one at a time */
	u8 failures;			/* rounds in a row that did not settle the facts */
	bool queried;			/* the facts are valid: an answer, or silence */
	bool verified;			/* the identity, in the turn of a command, since queried */
	bool discovered;		/* its background slot answered, by this identity, */
	u32 discovered_resets;		/* after that many resets of the function */
	struct swcci_destination_facts facts;
	ktime_t queried_at;
	ktime_t verified_at;
	u32 verified_generation;
	struct swcci_slow slow;
};

static inline void swcci_destination_put(struct swcci_destination *d)
{
	if (d && refcount_dec_and_test(&d->references))
		kfree(d);
}

/* Beside the flags of struct swcci_snapshot_need: the named features, too. */
#define SNAPSHOT_FEATURES	BIT(2)

/* table.c */
int swcci_destination_get(struct swcci_destinations *all, const struct swcci_tunnel_path *path,
			  struct swcci_destination **destination);
struct swcci_destination *swcci_destinations_find(struct swcci_destinations *all,
						  unsigned long key);
void swcci_destinations_mark(struct swcci_destinations *all, struct swcci_destination *d,
			     bool answered);

#endif /* CCI_DESTINATION_INTERNAL_H */
