/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Background operations of the function itself and of destinations: who started
 * them, how far they are, how they ended. internals.md, "Background operations".
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

struct swcci_client;
struct swcci_destinations;
struct swcci_mailbox;
struct swcci_notices;
struct swcci_recorder;
struct workqueue_struct;

/* Operations under way at destinations at once, and ended ones whose result is kept. */
#define BACKGROUND_MAX		256
#define BACKGROUND_RESULTS	64

struct swcci_operation {
	refcount_t references;
	/* as sent, without the payload */
	struct swcci_tunnel_request leaf;

	/* what follows is under background.lock */
	u64 cookie;			/* 0: not started (yet) */
	struct list_head node;		/* in background.live or .ended */
	enum cxl_switch_cci_operation state;
	struct swcci_client *owner;
	u32 waiters;			/* in swcci_background_await() */
	kuid_t uid;			/* INVALID_UID: it was discovered */
	bool changes_fabric;		/* its end invalidates what is remembered */
	bool abort_on_close;
	bool abort_wanted;		/* the owner closed its file with @abort_on_close */
	bool uncertain;		/* IDLE: polls decide whether it runs */
	bool poll_again;		/* at once: requested since the last poll began */
	bool in_poll;			/* it was live when the register was read last */
	struct swcci_operation_watch watch;
	u64 started_ms;			/* if @uncertain, since when */
	u64 ended_ms;			/* 0: it is polled */
	u64 next_poll_ms;
};

/* Of one function. */
struct swcci_background {
	/* from swcci_background_init() on */
	struct workqueue_struct *workqueue;
	struct swcci_mailbox *mailbox;
	struct swcci_destinations *destinations;
	struct swcci_notices *notices;
	struct swcci_recorder *recorder;	/* has a record of each abort on close */
	u32 number;			/* for traces */
	bool interrupts;		/* of the function's own slot; set before the thaw */

	/*
	 * Guards the lists and the operations. Taken inside a turn; notices.lock
	 * nests inside it. Nothing sleeps and no register is read under it.
	 */
	spinlock_t lock;
	struct list_head live;		/* being started, running, or uncertain */
	u32 live_count;			/* of them, at destinations */
	struct list_head ended;		/* youngest last */
	u32 ended_count;
	bool stopped;			/* no work is queued any more */
	bool own_runs;			/* @own has something to poll; read without the lock */
	wait_queue_head_t changed;	/* woken when the state of any operation changes */
	struct delayed_work own;	/* polls the function's own register */
	struct delayed_work others;	/* polls destinations, one command a run */
};

/* A copy of an operation's state. Times in ms. */
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
void swcci_background_poll_again(struct swcci_background *bg);
bool swcci_background_is_binding(struct swcci_background *bg);

/* The operation that a command may start, and for whom. */
struct swcci_operation_params {
	struct swcci_client *owner;	/* NULL: its file may be closed by now */
	kuid_t uid;			/* of the process that sends it */
	bool changes_fabric;		/* its end invalidates facts about destinations */
	bool abort_on_close;		/* BG_ABORT_ON_CLOSE */
};

struct swcci_operation *swcci_background_prepare(const struct swcci_tunnel_request *leaf,
						 const struct swcci_operation_params *params);
int swcci_background_place(struct swcci_background *bg, struct swcci_operation *operation);
u64 swcci_background_started(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_dismiss(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_uncertain(struct swcci_background *bg, struct swcci_operation *operation);
void swcci_background_abort(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			    enum swcci_operation_event event);

/* Whose operation runs at a component. */
enum swcci_background_slot {
	BACKGROUND_SLOT_FREE,
	BACKGROUND_SLOT_OWN,
	BACKGROUND_SLOT_FOREIGN,
};

enum swcci_background_slot swcci_background_slot(struct swcci_background *bg,
						 const struct swcci_tunnel_path *path,
						 const struct swcci_client *file, u64 *cookie);
int swcci_background_view(struct swcci_background *bg, const struct swcci_client *file, u64 cookie,
			  const struct swcci_tunnel_path *path, struct swcci_operation_view *view);
int swcci_background_await(struct swcci_background *bg, u64 cookie, u32 timeout_ms);
int swcci_background_adopt(struct swcci_background *bg, u64 cookie, struct swcci_client *file,
			   bool privileged);
void swcci_background_owner_gone(struct swcci_background *bg, struct swcci_client *file);

/* poll.c */
void swcci_background_init(struct swcci_background *bg, struct workqueue_struct *workqueue,
			   struct swcci_mailbox *mailbox, struct swcci_destinations *destinations,
			   struct swcci_notices *notices, struct swcci_recorder *recorder,
			   u32 number);
void swcci_background_hint(struct swcci_background *bg);
void swcci_background_poll_self(struct swcci_background *bg);
bool swcci_background_discover(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			       ktime_t deadline);

#endif /* CCI_BACKGROUND_H */
