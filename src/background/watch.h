/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event logs of the function: polls a register while a client subscribes to
 * them. Sends no command.
 */
#ifndef CCI_WATCH_H
#define CCI_WATCH_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct swcci_background;
struct swcci_mailbox;
struct swcci_notices;
struct workqueue_struct;

/* Of one function. */
struct swcci_watch {
	/* from swcci_watch_init() on */
	struct workqueue_struct *workqueue;
	struct swcci_mailbox *mailbox;
	struct swcci_notices *notices;
	struct swcci_background *bg;
	/* Guards @stopped, after which no work is queued. Innermost. */
	spinlock_t lock;
	bool stopped;
	struct delayed_work work;
};

void swcci_watch_init(struct swcci_watch *watch, struct workqueue_struct *workqueue,
		      struct swcci_mailbox *mailbox, struct swcci_notices *notices,
		      struct swcci_background *bg);
void swcci_watch_soon(struct swcci_watch *watch);
void swcci_watch_stop(struct swcci_watch *watch);

#endif /* CCI_WATCH_H */
