/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who answers behind a path: identity, effects, reachability, and how long these facts
 * hold. The header of the room for other rooms. A command makes three calls:
 * swcci_destination_snapshot() before its turn, swcci_destination_verify() in it,
 * swcci_destination_end() after it. Knows no client and no verdict.
 */
#ifndef CCI_DESTINATION_H
#define CCI_DESTINATION_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "component.h"
#include "exchange.h"
#include "facts.h"
#include "policy/policy.h"

struct cxl_switch_cci_destination;
struct swcci_destination;
struct swcci_mailbox_turn;

/* All destinations of a function, by the key of their path. */
struct swcci_destinations {
	/* from swcci_destinations_init() on */
	struct workqueue_struct *workqueue;
	struct swcci_exchange_channel channel;
	struct swcci_destination *self;	/* held; the path of depth 0 */
	bool upstream_sibling;	/* set before the first query: see swcci_component_decide() */
	/*
	 * Incremented by every command that may change which component answers where;
	 * facts hold for one generation.
	 */
	atomic_t generation;
	atomic_t resets;	/* of the function, since it was bound */

	struct xarray all;
	/*
	 * Guards insertion, eviction and what follows. Never with a turn; above
	 * destination.lock and the xarray's own, under which one is looked up.
	 */
	struct mutex lock;
	u32 count;
	unsigned long cursor;		/* of the next to evict */
	/* What follows is about the function itself, under the lock of its destination. */
	struct swcci_component component;
	struct delayed_work self_work;	/* device.c: queries it again, announces it */
	bool stopped;			/* no work is queued any more */
};

int swcci_destinations_init(struct swcci_destinations *all, struct workqueue_struct *workqueue,
			    struct swcci_mailbox *mailbox, atomic64_t *last_command_id, u32 number);
void swcci_destinations_free(struct swcci_destinations *all);

/* A command that may change which component answers where is sent, or its operation ended. */
static inline void swcci_destinations_changed(struct swcci_destinations *all)
{
	atomic_inc(&all->generation);
}

/* The function was reset: the reset may have included the components behind it. */
static inline void swcci_destinations_reset(struct swcci_destinations *all)
{
	atomic_inc(&all->generation);
	atomic_inc(&all->resets);
}

/**
 * struct swcci_snapshot_need - what a command needs to know of its destination
 * @leaf: the command, and the path that leads there
 * @table: what the command is by the table alone
 * @flags: SNAPSHOT_*
 * @deadline: of the whole call; KTIME_MAX: none
 */
struct swcci_snapshot_need {
	const struct swcci_tunnel_request *leaf;
	const struct swcci_audit *table;
	unsigned int flags;
	ktime_t deadline;
};

/* In a second call for the same command: */
#define SNAPSHOT_NEW		BIT(0)	/* facts older than a second are not fresh */
#define SNAPSHOT_PENDING	BIT(1)	/* go on though the function's type is not known yet */

/**
 * struct swcci_snapshot - what is known of a command's destination, at one moment
 * @destination: held until swcci_destination_end(); NULL: the function itself, or none
 * @meaning: whether the first hop of a tunnel can be understood
 * @is_valid: what follows is valid
 * @is_slow: nothing is sent there for now; @view says that it is silent
 * @has_waited: it waited for queries; a gate may have closed meanwhile
 * @has_queried: the facts about the destination were not fresh
 * @undiscovered: the destination did not report yet what its background slot runs
 * @resets: of the function, for swcci_destination_discovered()
 * @generation: of the facts
 * @identity: likewise
 * @audit: what the command is there: the table's, or a vendor row's for @identity
 * @view: effects of @audit's row
 */
struct swcci_snapshot {
	struct swcci_destination *destination;
	enum swcci_component_meaning meaning;
	bool is_valid;
	bool is_slow;
	bool has_waited;
	bool has_queried;
	bool undiscovered;
	u32 resets;
	u32 generation;
	struct swcci_identity identity;
	struct swcci_audit audit;
	struct swcci_policy_destination view;
};

/* enum swcci_snapshot_verify - how much a verdict depends on the destination */
enum swcci_snapshot_verify {
	VERIFY_REACHABLE,	/* not: a query changes nothing anywhere */
	VERIFY_GENERATION,	/* a later part of a transfer, whose first part was verified */
	VERIFY_IDENTITY,	/* the generation, too */
};

/* Before each attempt at a command. */
static inline void swcci_snapshot_begin(struct swcci_snapshot *s)
{
	s->destination = NULL;
	s->meaning = COMPONENT_UNDERSTOOD;
	s->is_valid = false;
	s->is_slow = false;
	s->has_waited = false;
	s->has_queried = false;
	s->undiscovered = false;
}

int swcci_destination_snapshot(struct swcci_destinations *all,
			       const struct swcci_snapshot_need *need, struct swcci_snapshot *s);
void swcci_destination_discovered(const struct swcci_snapshot *s);
int swcci_destination_verify(struct swcci_destinations *all, struct swcci_mailbox_turn *turn,
			     const struct swcci_snapshot *s, enum swcci_snapshot_verify verify,
			     ktime_t deadline);
void swcci_destination_end(struct swcci_snapshot *s, bool answered);

/* It was not sent; or swcci_destination_end() came before. */
static inline void swcci_snapshot_release(struct swcci_snapshot *s)
{
	if (s->destination)
		swcci_destination_end(s, false);
}

int swcci_destination_send(struct swcci_destinations *all, struct swcci_exchange *x);
void swcci_destination_retired(struct swcci_destinations *all, unsigned long key, bool overdue,
			       bool answered);

/* The function itself. */
#define DESTINATION_SETTLED	U32_MAX

int swcci_destination_self(struct swcci_destinations *all, ktime_t deadline);
int swcci_destination_self_lists(struct swcci_destinations *all, int row);
void swcci_destination_self_known(struct swcci_destinations *all, struct swcci_identity *identity,
				  struct swcci_component *component);
u32 swcci_destination_self_due_ms(struct swcci_destinations *all);
void swcci_destination_self_soon(struct swcci_destinations *all);
void swcci_destination_self_later(struct swcci_destinations *all, u32 ms);
void swcci_destination_self_stop(struct swcci_destinations *all);
u32 swcci_destinations_list(struct swcci_destinations *all,
			    struct cxl_switch_cci_destination *entries, u32 room, u64 *cursor);

#endif /* CCI_DESTINATION_H */
