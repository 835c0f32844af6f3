/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Background operations of the function itself and of destinations: who started
 * them, how far they are, how they ended. Documentation/design.md, "Background operations".
 */
#ifndef CCI_BACKGROUND_H
#define CCI_BACKGROUND_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "operation.h"
#include "policy/policy.h"
#include "transfer.h"
#include "watch.h"

struct swcci_listener;
struct swcci_mailbox;
struct swcci_notices;
struct swcci_recorder;
struct workqueue_struct;

/* What can be under way at destinations at once, and how many ended ones stay readable. */
#define BACKGROUND_MAX		256
#define BACKGROUND_RESULTS	64

struct swcci_operation {
	refcount_t references;
	/* as sent; the payload is not kept */
	struct swcci_tunnel_request leaf;

	/* what follows is under background.lock */
	u64 cookie;			/* 0: not started (yet) */
	struct list_head node;		/* in background.live or .ended */
	enum cxl_switch_cci_operation state;
	struct swcci_listener *owner;
	kuid_t uid;			/* INVALID_UID: it was found running */
	bool changes_fabric;		/* its end invalidates what is remembered */
	bool abort_on_close;
	bool abort_wanted;		/* the owner has gone with that wish */
	bool look;			/* IDLE: to be asked whether anything runs there */
	bool soon;			/* the next look at once: wanted since the last one began */
	bool in_look;			/* it was there when the register was read last */
	struct swcci_operation_watch watch;
	u64 started_ms;			/* or, to be looked for, since when */
	u64 ended_ms;			/* once it is over, or is not looked at any more */
	u64 next_look_ms;
};

/* Of one function. */
struct swcci_background {
	/* from swcci_background_init() on */
	struct workqueue_struct *workqueue;
	struct swcci_mailbox *mailbox;
	void *exchange;			/* for swcci_destination_ask() */
	atomic_t *generation;
	struct swcci_notices *notices;
	struct swcci_recorder *recorder;	/* has a record of each abort on close */
	u32 number;			/* for traces */
	bool interrupts;		/* of the function's own slot; set before the thaw */

	/*
	 * Guards the lists and the operations. Above notices.lock; below the
	 * turn. Nothing sleeps and no register is touched under it.
	 */
	spinlock_t lock;
	struct list_head live;		/* being started, running, or looked for */
	u32 live_count;			/* of them, at destinations */
	struct list_head ended;		/* youngest last */
	u32 ended_count;
	bool stopped;			/* no work is ordered any more */
	bool own_runs;			/* the function's own slot is of interest: a hint */
	wait_queue_head_t changed;	/* of any operation's state; one is retired */
	struct delayed_work own;	/* looks at the function's own register */
	struct delayed_work others;	/* asks destinations, one command a run */
};

/* A copy for those who hold no lock. */
struct swcci_operation_view {
	u64 cookie;
	struct swcci_tunnel_path path;
	enum cxl_switch_cci_operation state;
	u8 owner;			/* enum cxl_switch_cci_owner */
	u16 opcode;
	u8 percent;
	u16 return_code;
	u16 vendor_status;
	u32 uid;
	u64 running_ms;
	u64 seen_ms;
};

/* background.c */
void swcci_background_stop(struct swcci_background *bg);
void swcci_background_free(struct swcci_background *bg);
void swcci_background_reset(struct swcci_background *bg);
void swcci_background_look_again(struct swcci_background *bg);
bool swcci_background_binds(struct swcci_background *bg);

/* What a command may start, and for whom. */
struct swcci_operation_wish {
	struct swcci_listener *owner;	/* the open file; NULL: it may be closed by now */
	kuid_t uid;			/* who sends it */
	bool changes_fabric;		/* its end invalidates what is remembered of destinations */
	bool abort_on_close;		/* as the owner wishes */
};

struct swcci_operation *swcci_background_prepare(const struct swcci_tunnel_request *leaf,
						 const struct swcci_operation_wish *wish);
int swcci_background_place(struct swcci_background *bg, struct swcci_operation *operation);
u64 swcci_background_started(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_dismiss(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_uncertain(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_abort(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			    enum swcci_operation_event event);

/* Whose operation runs in a slot. */
enum swcci_background_slot {
	BACKGROUND_SLOT_FREE,
	BACKGROUND_SLOT_OWN,
	BACKGROUND_SLOT_FOREIGN,
};

enum swcci_background_slot swcci_background_slot(struct swcci_background *bg,
						 const struct swcci_tunnel_path *path,
						 const struct swcci_listener *file, u64 *cookie);
int swcci_background_view(struct swcci_background *bg, const struct swcci_listener *file,
			  u64 cookie, const struct swcci_tunnel_path *path,
			  struct swcci_operation_view *view);
int swcci_background_await(struct swcci_background *bg, u64 cookie, u32 timeout_ms);
int swcci_background_adopt(struct swcci_background *bg, u64 cookie, struct swcci_listener *file,
			   bool privileged);
void swcci_background_owner_gone(struct swcci_background *bg, struct swcci_listener *file);

/* poll.c */
void swcci_background_init(struct swcci_background *bg, struct workqueue_struct *workqueue,
			   struct swcci_mailbox *mailbox, void *exchange, atomic_t *generation,
			   struct swcci_notices *notices, struct swcci_recorder *recorder,
			   u32 number);
void swcci_background_hint(struct swcci_background *bg);
void swcci_background_look_at_self(struct swcci_background *bg);
bool swcci_background_meet(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			   ktime_t deadline);

#endif /* CCI_BACKGROUND_H */
