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

#include "policy/cel.h"
#include "component.h"
#include "policy/policy.h"
#include "slow.h"
#include "policy/tunnel.h"

struct cci_device;
struct exchange;
struct mailbox_turn;

/* Identify, CXL 3.1 8.2.9.1.1. */
struct cci_identity {
	bool known;
	u16 vendor_id;
	u16 device_id;
	u16 subsystem_vendor_id;
	u16 subsystem_id;
	u64 serial;
	u8 max_message_exponent;
	u8 component_type;	/* CXL_SWITCH_CCI_COMPONENT_* */
};

struct destination_feature {
	bool known;
	bool changeable;
	u16 effects;
};

/* How the last Identify ended. */
enum destination_identify {
	IDENTIFY_FAILED,	/* no answer, or one that may be different next time */
	IDENTIFY_UNSUPPORTED,	/* return code Unsupported */
	IDENTIFY_ANSWERED,
};

/* What one round of questions found out. */
struct destination_facts {
	u32 generation;		/* of the device, before the first question */
	u32 resets;		/* of the function, likewise */
	enum policy_knowledge knowledge;
	int failure;		/* 0, or why it is not POLICY_EFFECTS_READ: -errno */
	bool features_read;
	bool features_failed;	/* ... but their list was not usable */
	bool log_unsupported;	/* by return code */
	u8 agreeing;		/* rounds in a row with these answers; saturates */
	u8 identify;		/* enum destination_identify */
	struct cci_identity identity;
	struct destination_feature feature[FEATURES_NAMED];
	struct cel_effects effects;
};

struct destination {
	refcount_t references;
	struct tunnel_path path;
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
	struct destination_facts facts;
	ktime_t asked_at;
	ktime_t verified_at;
	u32 verified_generation;
	struct slow slow;
};

/* All destinations of a function, by the key of their path. */
struct destinations {
	struct xarray all;
	/*
	 * Insertion, eviction and what follows. Never with a turn; above
	 * destination.lock and the xarray's own, under which one is looked up.
	 */
	struct mutex lock;
	u32 count;
	unsigned long cursor;		/* of the next to evict */
	/* What follows is about the function itself, under the lock of its destination. */
	struct component component;
	struct delayed_work self_work;	/* self.c: queries it again, announces it */
	bool stopped;			/* no work is queued any more */
};

void destinations_init(struct destinations *all);
void destinations_free(struct destinations *all);

int destination_get(struct cci_device *cci, const struct tunnel_path *path,
		    struct destination **destination);
void destination_put(struct destination *destination);

/* Who was judged, and on which facts: all from one round of questions. */
struct destination_look {
	struct cci_identity identity;
	u32 generation;
	u32 round;
	struct policy_destination view;	/* of one command */
};

/* destination_learn() flags */
#define DESTINATION_FEATURES	BIT(0)	/* the named features too */
#define DESTINATION_AGAIN	BIT(1)	/* what is older than a second is not enough */

int destination_learn(struct cci_device *cci, struct destination *destination,
		      unsigned int flags, ktime_t deadline);
bool destination_fresh(struct cci_device *cci, struct destination *destination,
		       unsigned int flags);
bool destination_first_contact(struct cci_device *cci, struct destination *destination,
			       u32 *resets);
void destination_met(struct destination *destination, u32 resets);
bool destination_look(struct cci_device *cci, struct destination *destination,
		      unsigned int flags, const struct audit *audit,
		      struct destination_look *look);
bool destination_unique(const struct cci_identity *identity);
int destination_verify(struct cci_device *cci, struct mailbox_turn *turn,
		       struct destination *destination, const struct cci_identity *expected,
		       ktime_t deadline);

u32 destination_slow_ms(struct destination *destination);
bool destination_try(struct destination *destination);
void destination_answered(struct destination *destination);
int destination_ask(struct cci_device *cci, struct exchange *x);
void destination_retired(struct cci_device *cci, unsigned long key, bool overdue, bool answered);

/* The function itself. */
#define DESTINATION_SETTLED	U32_MAX

int destination_self(struct cci_device *cci, ktime_t deadline);
int destination_self_lists(struct cci_device *cci, int row);
void destination_self_known(struct cci_device *cci, struct cci_identity *identity,
			    struct component *component);
bool destination_self_understood(struct cci_device *cci);
u32 destination_self_due_ms(struct cci_device *cci);
void destination_self_soon(struct cci_device *cci);
void destination_self_later(struct cci_device *cci, u32 ms);
void destination_self_stop(struct cci_device *cci);
u32 destinations_list(struct cci_device *cci, struct cxl_switch_cci_destination *entries,
		      u32 room, u64 *cursor);

#endif /* CCI_DESTINATION_H */
