/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What open files are told without asking: a queue of records for each, filled
 * in process context, read by chardev.c. Knows no user memory, no
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
struct swcci_listener {
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
struct swcci_notices {
	/* Guards what follows and the queues of all listeners. Below background.lock. */
	spinlock_t lock;
	struct list_head listeners;
	bool closed;			/* the device is gone, nothing follows */
};

void swcci_notices_init(struct swcci_notices *notices);
void swcci_notices_close(struct swcci_notices *notices);

void swcci_listener_init(struct swcci_listener *listener);
void swcci_listener_join(struct swcci_notices *notices, struct swcci_listener *listener);
void swcci_listener_leave(struct swcci_notices *notices, struct swcci_listener *listener);
int swcci_listener_subscribe(struct swcci_notices *notices, struct swcci_listener *listener,
			     u32 mask);

bool swcci_listener_subscribed(struct swcci_notices *notices, struct swcci_listener *listener);
int swcci_listener_peek(struct swcci_notices *notices, struct swcci_listener *listener,
			struct cxl_switch_cci_notice *notice);
void swcci_listener_take(struct swcci_notices *notices, struct swcci_listener *listener, u64 seq);
bool swcci_listener_ready(struct swcci_notices *notices, struct swcci_listener *listener,
			  bool *closed);

void swcci_notices_tell_one(struct swcci_notices *notices, struct swcci_listener *listener,
			    const struct cxl_switch_cci_notice *notice);
void swcci_notices_tell(struct swcci_notices *notices, struct swcci_listener *owner,
			const struct cxl_switch_cci_notice *notice);
void swcci_notices_tell_logs(struct swcci_notices *notices, u8 logs);
void swcci_notices_logs_cleared(struct swcci_notices *notices);
bool swcci_notices_logs_wanted(struct swcci_notices *notices);

#endif /* CCI_NOTICES_H */
