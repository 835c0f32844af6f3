// SPDX-License-Identifier: GPL-2.0-only
/*
 * Polls the Event Status register while a client subscribes to event logs. CXL 3.1
 * 8.2.8.3.1: its bits follow the records, without an interrupt.
 */
#include "watch.h"

#include "background.h"
#include "mailbox/mailbox.h"
#include "record/record.h"

#define WATCH_MS	1000
#define WATCH_BIND_MS	100	/* an event reports the end of a bind: CXL 3.1 7.6.7.2.2 */
#define LOGS_MASK	0x1f

static void queue(struct swcci_watch *watch, unsigned int ms)
{
	spin_lock(&watch->lock);
	if (!watch->stopped)
		mod_delayed_work(watch->workqueue, &watch->work, msecs_to_jiffies(ms));
	spin_unlock(&watch->lock);
}

static void poll(struct work_struct *work)
{
	struct swcci_watch *watch = container_of(to_delayed_work(work), struct swcci_watch, work);
	u64 status;
	int rc;

	if (!swcci_notices_wanted(watch->notices, CXL_SWITCH_CCI_MASK_EVENT_LOG))
		return;
	rc = swcci_mailbox_read_event_status(watch->mailbox, &status);
	if (rc == -EOPNOTSUPP || rc == -ENODEV)
		return;
	if (!rc)
		swcci_notices_notify_logs(watch->notices, status & LOGS_MASK);
	queue(watch, swcci_background_is_binding(watch->bg) ? WATCH_BIND_MS : WATCH_MS);
}

/**
 * swcci_watch_init() - prepare; polls nothing yet
 * @watch: zeroed
 * @workqueue: runs the polls
 * @mailbox: of the device; need not be initialized yet
 * @notices: whose clients are notified
 * @bg: of the device
 */
void swcci_watch_init(struct swcci_watch *watch, struct workqueue_struct *workqueue,
		      struct swcci_mailbox *mailbox, struct swcci_notices *notices,
		      struct swcci_background *bg)
{
	watch->workqueue = workqueue;
	watch->mailbox = mailbox;
	watch->notices = notices;
	watch->bg = bg;
	spin_lock_init(&watch->lock);
	INIT_DELAYED_WORK(&watch->work, poll);
}

/**
 * swcci_watch_soon() - a client subscribed, or records were cleared: poll now
 * @watch: of the device
 */
void swcci_watch_soon(struct swcci_watch *watch)
{
	queue(watch, 0);
}

/**
 * swcci_watch_stop() - end all polling
 * @watch: of the device
 *
 * Process context; waits for the worker.
 */
void swcci_watch_stop(struct swcci_watch *watch)
{
	spin_lock(&watch->lock);
	watch->stopped = true;
	spin_unlock(&watch->lock);
	cancel_delayed_work_sync(&watch->work);
}
