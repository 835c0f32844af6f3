/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who answers behind a path: identity, effects, reachability, and how long that is
 * believed. Knows no user and no verdict, and not how the questions are put.
 */
#ifndef CCI_DESTINATION_H
#define CCI_DESTINATION_H

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "component.h"
#include "exchange.h"
#include "policy/policy.h"
#include "slow.h"

struct swcci_device;
struct swcci_exchange;
struct swcci_mailbox_turn;

/* Identify, CXL 3.1 8.2.9.1.1. */
struct swcci_identity {
	bool known;
	u16 vendor_id;
	u16 device_id;
	u16 subsystem_vendor_id;
	u16 subsystem_id;
	u64 serial;
	u8 max_message_exponent;
	u8 component_type;	/* CXL_SWITCH_CCI_COMPONENT_* */
};

struct swcci_destination_feature {
	bool known;
	bool changeable;
	u16 effects;
};

/* How the last Identify ended. */
enum swcci_destination_identify {
	IDENTIFY_FAILED,	/* no answer, or one that may be different next time */
	IDENTIFY_UNSUPPORTED,	/* return code Unsupported */
	IDENTIFY_ANSWERED,
};

/* What one round of questions found out. */
struct swcci_destination_facts {
	u32 generation;		/* of the device, before the first question */
	u32 resets;		/* of the function, likewise */
	enum swcci_policy_knowledge knowledge;
	int failure;		/* 0, or why it is not POLICY_EFFECTS_READ: -errno */
	bool features_read;
	bool features_failed;	/* ... but their list was not usable */
	bool log_unsupported;	/* by return code */
	u8 agreeing;		/* rounds in a row with these answers; saturates */
	u8 identify;		/* enum swcci_destination_identify */
	struct swcci_identity identity;
	struct swcci_destination_feature feature[FEATURES_NAMED];
	struct swcci_cel_effects effects;
};

struct swcci_destination {
	refcount_t references;
	struct swcci_tunnel_path path;
	wait_queue_head_t idle;		/* woken when @asking becomes false */
	/* Guards what follows; innermost. slow.timeouts is glanced at without it. */
	spinlock_t lock;
	/* in this order it takes 512 bytes, half a KiB; there may be 8192 of them */
	bool asking;			/* a round of queries is under way: one at a time */
	u8 failures;			/* rounds in a row that did not settle the facts */
	bool asked;			/* the facts are somebody's answer, or silence */
	bool verified;			/* the identity, in the turn of a command, since asked */
	bool met;			/* its background slot answered, by this identity */
	u32 met_resets;			/* and that many resets of the function */
	u32 round;			/* counts the rounds of questions */
	struct swcci_destination_facts facts;
	ktime_t asked_at;
	ktime_t verified_at;
	u32 verified_generation;
	struct swcci_slow slow;
};

/* All destinations of a function, by the key of their path. */
struct swcci_destinations {
	struct xarray all;
	/*
	 * Insertion, eviction and what follows. Never with a turn; above
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

void swcci_destinations_init(struct swcci_destinations *all);
void swcci_destinations_free(struct swcci_destinations *all);

int swcci_destination_get(struct swcci_device *cci, const struct swcci_tunnel_path *path,
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

int swcci_destination_learn(struct swcci_device *cci, struct swcci_destination *destination,
			    unsigned int flags, ktime_t deadline);
bool swcci_destination_fresh(struct swcci_device *cci, struct swcci_destination *destination,
			     unsigned int flags);
bool swcci_destination_first_contact(struct swcci_device *cci,
				     struct swcci_destination *destination, u32 *resets);
void swcci_destination_met(struct swcci_destination *destination, u32 resets);
bool swcci_destination_look(struct swcci_device *cci, struct swcci_destination *destination,
			    unsigned int flags, const struct swcci_audit *audit,
			    struct swcci_destination_look *look);
bool swcci_destination_unique(const struct swcci_identity *identity);
int swcci_destination_verify(struct swcci_device *cci, struct swcci_mailbox_turn *turn,
			     struct swcci_destination *destination,
			     const struct swcci_identity *expected, ktime_t deadline);

u32 swcci_destination_slow_ms(struct swcci_destination *destination);
bool swcci_destination_try(struct swcci_destination *destination);
void swcci_destination_answered(struct swcci_destination *destination);
int swcci_destination_ask(struct swcci_device *cci, struct swcci_exchange *x);
void swcci_destination_retired(struct swcci_device *cci, unsigned long key, bool overdue,
			       bool answered);

/* The function itself. */
#define DESTINATION_SETTLED	U32_MAX

int swcci_destination_self(struct swcci_device *cci, ktime_t deadline);
int swcci_destination_self_lists(struct swcci_device *cci, int row);
void swcci_destination_self_known(struct swcci_device *cci, struct swcci_identity *identity,
				  struct swcci_component *component);
bool swcci_destination_self_understood(struct swcci_device *cci);
u32 swcci_destination_self_due_ms(struct swcci_device *cci);
void swcci_destination_self_soon(struct swcci_device *cci);
void swcci_destination_self_later(struct swcci_device *cci, u32 ms);
void swcci_destination_self_stop(struct swcci_device *cci);
u32 swcci_destinations_list(struct swcci_device *cci, struct cxl_switch_cci_destination *entries,
			    u32 room, u64 *cursor);

#endif /* CCI_DESTINATION_H */
