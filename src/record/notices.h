/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients (open files) and the notices to them: a queue for each client that
 * subscribed.
 */
#ifndef CCI_NOTICES_H
#define CCI_NOTICES_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "cxl_switch_cci.h"

#define NOTICES_KEPT	64

/* The identity of an open file: owner of operations and transfers, reader of notices. */
struct swcci_client {
	/* all under notices.lock */
	struct list_head node;		/* in notices.clients */
	wait_queue_head_t wait;
	u32 mask;
	struct cxl_switch_cci_notice *ring;	/* NULL: never subscribed */
	u32 first;
	u32 count;
	u64 last_seq;
	bool overflow;			/* notices before @first were dropped */
	u8 logs_notified;			/* event logs it was notified of */
};

/* Of one function. */
struct swcci_notices {
	/* Guards what follows and all clients. Nests inside background.lock. */
	spinlock_t lock;
	struct list_head clients;
	bool closed;			/* the device is gone; no notice follows */
};

void swcci_notices_init(struct swcci_notices *notices);
void swcci_notices_close(struct swcci_notices *notices);

void swcci_client_init(struct swcci_client *client);
void swcci_client_join(struct swcci_notices *notices, struct swcci_client *client);
void swcci_client_leave(struct swcci_notices *notices, struct swcci_client *client);
int swcci_client_subscribe(struct swcci_notices *notices, struct swcci_client *client, u32 mask);

bool swcci_client_subscribed(struct swcci_notices *notices, struct swcci_client *client);
int swcci_client_peek(struct swcci_notices *notices, struct swcci_client *client,
		      struct cxl_switch_cci_notice *notice);
void swcci_client_take(struct swcci_notices *notices, struct swcci_client *client, u64 seq);
bool swcci_client_ready(struct swcci_notices *notices, struct swcci_client *client, bool *closed);

void swcci_notices_notify_one(struct swcci_notices *notices, struct swcci_client *client,
			      const struct cxl_switch_cci_notice *notice);
void swcci_notices_notify(struct swcci_notices *notices, struct swcci_client *owner,
			  const struct cxl_switch_cci_notice *notice);
void swcci_notices_notify_logs(struct swcci_notices *notices, u8 logs);
void swcci_notices_logs_cleared(struct swcci_notices *notices);
bool swcci_notices_wanted(struct swcci_notices *notices, u32 mask);

#endif /* CCI_NOTICES_H */
