/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What open files are told without asking: a queue of records for each, filled
 * in process context, read by chardev_background.c. Knows no user memory, no
 * command.
 */
#ifndef CCI_NOTICES_H
#define CCI_NOTICES_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "cxl_switch_cci.h"

#define NOTICES_KEPT	64

/* An open file, as far as it is told things and owns things. */
struct listener {
	struct list_head node;		/* in notices.listeners; under notices.lock, as the rest */
	wait_queue_head_t wait;
	u32 mask;
	struct cxl_switch_cci_notice *ring;	/* NULL: never subscribed */
	u32 first;
	u32 count;
	u64 last_seq;
	bool overflow;			/* older ones than @first were dropped */
	u8 logs_told;			/* event logs that it knows to hold records */
};

/* Of one function. */
struct notices {
	/* Guards what follows and the queues of all listeners. Below background.lock. */
	spinlock_t lock;
	struct list_head listeners;
	bool closed;			/* the device is gone, nothing follows */
};

void notices_init(struct notices *notices);
void notices_close(struct notices *notices);

void listener_init(struct listener *listener);
void listener_join(struct notices *notices, struct listener *listener);
void listener_leave(struct notices *notices, struct listener *listener);
int listener_subscribe(struct notices *notices, struct listener *listener, u32 mask);

bool listener_subscribed(struct notices *notices, struct listener *listener);
int listener_peek(struct notices *notices, struct listener *listener,
		  struct cxl_switch_cci_notice *notice);
void listener_take(struct notices *notices, struct listener *listener, u64 seq);
bool listener_ready(struct notices *notices, struct listener *listener, bool *closed);

void notices_tell_one(struct notices *notices, struct listener *listener,
		      const struct cxl_switch_cci_notice *notice);
void notices_tell(struct notices *notices, struct listener *owner,
		  const struct cxl_switch_cci_notice *notice);
void notices_tell_logs(struct notices *notices, u8 logs);
void notices_logs_cleared(struct notices *notices);
bool notices_logs_wanted(struct notices *notices);

#endif /* CCI_NOTICES_H */
