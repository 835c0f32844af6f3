/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who answers behind a path: identity, effects, reachability, and how long that is
 * believed. Knows no user and no verdict, and not how the questions are put.
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
	 * Raised by every command that may change who answers where; facts of
	 * destinations hold for one generation.
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

/* A command that may change who answers where is sent, or its operation ended. */
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

int swcci_destination_get(struct swcci_destinations *all, const struct swcci_tunnel_path *path,
			  struct swcci_destination **destination);
void swcci_destination_put(struct swcci_destination *destination);

/* Who was judged, and on which facts: all from one round of questions. */
struct swcci_destination_look {
	struct swcci_identity identity;
	u32 generation;
	u32 round;
	struct swcci_policy_destination view;	/* of one command */
};

/* swcci_destination_learn() flags */
#define DESTINATION_FEATURES	BIT(0)	/* the named features too */
#define DESTINATION_AGAIN	BIT(1)	/* what is older than a second is not enough */

int swcci_destination_learn(struct swcci_destinations *all, struct swcci_destination *destination,
			    unsigned int flags, ktime_t deadline);
bool swcci_destination_fresh(struct swcci_destinations *all, struct swcci_destination *destination,
			     unsigned int flags);
bool swcci_destination_first_contact(struct swcci_destinations *all,
				     struct swcci_destination *destination, u32 *resets);
void swcci_destination_met(struct swcci_destination *destination, u32 resets);
bool swcci_destination_look(struct swcci_destinations *all, struct swcci_destination *destination,
			    unsigned int flags, const struct swcci_audit *audit,
			    struct swcci_destination_look *look);
bool swcci_destination_unique(const struct swcci_identity *identity);
int swcci_destination_verify(struct swcci_destinations *all, struct swcci_mailbox_turn *turn,
			     struct swcci_destination *destination,
			     const struct swcci_identity *expected, ktime_t deadline);

u32 swcci_destination_slow_ms(struct swcci_destination *destination);
bool swcci_destination_try(struct swcci_destination *destination);
void swcci_destination_answered(struct swcci_destination *destination);
int swcci_destination_ask(struct swcci_destinations *all, struct swcci_exchange *x);
void swcci_destination_retired(struct swcci_destinations *all, unsigned long key, bool overdue,
			       bool answered);

/* The function itself. */
#define DESTINATION_SETTLED	U32_MAX

int swcci_destination_self(struct swcci_destinations *all, ktime_t deadline);
int swcci_destination_self_lists(struct swcci_destinations *all, int row);
void swcci_destination_self_known(struct swcci_destinations *all, struct swcci_identity *identity,
				  struct swcci_component *component);
bool swcci_destination_self_understood(struct swcci_destinations *all);
u32 swcci_destination_self_due_ms(struct swcci_destinations *all);
void swcci_destination_self_soon(struct swcci_destinations *all);
void swcci_destination_self_later(struct swcci_destinations *all, u32 ms);
void swcci_destination_self_stop(struct swcci_destinations *all);
u32 swcci_destinations_list(struct swcci_destinations *all,
			    struct cxl_switch_cci_destination *entries, u32 room, u64 *cursor);

#endif /* CCI_DESTINATION_H */
