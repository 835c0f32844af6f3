// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at the Event Status register for those who subscribed to it. CXL 3.1
 * 8.2.8.3.1: its bits come and go with the records, no message is sent for them.
 * Reads no record, sends no command.
 */
#include "watch.h"

#include "device.h"

#define WATCH_MS	1000
#define WATCH_BIND_MS	100	/* its event completes a bind: CXL 3.1 7.6.7.2.2 */
#define LOGS_MASK	0x1f

static void order(struct cci_device *cci, unsigned int ms)
{
	spin_lock(&cci->watch.lock);
	if (!cci->watch.stopped)
		mod_delayed_work(cci_workqueue, &cci->watch.work, msecs_to_jiffies(ms));
	spin_unlock(&cci->watch.lock);
}

static void look(struct work_struct *work)
{
	struct cci_device *cci = container_of(to_delayed_work(work), struct cci_device,
					      watch.work);
	u64 status;
	int rc;

	if (!notices_logs_wanted(&cci->notices))
		return;
	rc = mailbox_read_event_status(&cci->mailbox, &status);
	if (rc == -EOPNOTSUPP || rc == -ENODEV)
		return;
	if (!rc)
		notices_tell_logs(&cci->notices, status & LOGS_MASK);
	order(cci, background_binds(&cci->background) ? WATCH_BIND_MS : WATCH_MS);
}

void watch_init(struct watch *watch)
{
	spin_lock_init(&watch->lock);
	INIT_DELAYED_WORK(&watch->work, look);
}

/* Somebody wants to know, or something was cleared. */
void watch_soon(struct cci_device *cci)
{
	order(cci, 0);
}

void watch_stop(struct watch *watch)
{
	spin_lock(&watch->lock);
	watch->stopped = true;
	spin_unlock(&watch->lock);
	cancel_delayed_work_sync(&watch->work);
}
