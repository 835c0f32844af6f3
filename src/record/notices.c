// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of notices, one for each open file that subscribed.
 */
#include "notices.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>

/* ---- one queue ---- */

/* It has subscribed. A full queue drops its oldest notice. */
static void push(struct swcci_notices *notices, struct swcci_client *client,
		 const struct cxl_switch_cci_notice *notice)
{
	struct cxl_switch_cci_notice *slot;

	lockdep_assert_held(&notices->lock);
	client->last_seq++;
	if (client->count == NOTICES_KEPT) {
		client->first = (client->first + 1) % NOTICES_KEPT;
		client->count--;
		client->overflow = true;
	}
	slot = &client->ring[(client->first + client->count) % NOTICES_KEPT];
	*slot = *notice;
	slot->size = sizeof(*slot);
	slot->seq = client->last_seq;
	slot->boottime_ns = ktime_get_boottime_ns();
	client->count++;
	wake_up_poll(&client->wait, EPOLLIN | EPOLLRDNORM);
}

/**
 * swcci_client_init() - prepare the client of an open file
 * @client: zeroed
 */
void swcci_client_init(struct swcci_client *client)
{
	INIT_LIST_HEAD(&client->node);
	init_waitqueue_head(&client->wait);
}

/**
 * swcci_client_join() - add a client to those of the device
 * @notices: of the device
 * @client: initialized
 */
void swcci_client_join(struct swcci_notices *notices, struct swcci_client *client)
{
	spin_lock(&notices->lock);
	list_add_tail(&client->node, &notices->clients);
	spin_unlock(&notices->lock);
}

/**
 * swcci_client_leave() - the last close of an open file
 * @notices: of the device
 * @client: its queue is freed; no operation points to it: swcci_background_owner_gone()
 * ran first
 */
void swcci_client_leave(struct swcci_notices *notices, struct swcci_client *client)
{
	spin_lock(&notices->lock);
	list_del_init(&client->node);
	spin_unlock(&notices->lock);
	kvfree(client->ring);
}

static int make_ring(struct swcci_notices *notices, struct swcci_client *client)
{
	struct cxl_switch_cci_notice *ring;

	ring = kvcalloc(NOTICES_KEPT, sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return -ENOMEM;
	spin_lock(&notices->lock);
	if (!client->ring)
		swap(client->ring, ring);
	spin_unlock(&notices->lock);
	kvfree(ring);		/* two threads of one file */
	return 0;
}

/**
 * swcci_client_subscribe() - choose the notices of a client
 * @notices: of the device
 * @client: of the open file
 * @mask: CXL_SWITCH_CCI_MASK_*; those of its own operations come anyway
 *
 * Process context; sleeps.
 *
 * Return: 0; -ENOMEM: no queue.
 */
int swcci_client_subscribe(struct swcci_notices *notices, struct swcci_client *client, u32 mask)
{
	int rc = swcci_client_subscribed(notices, client) ? 0 : make_ring(notices, client);

	if (rc)
		return rc;
	spin_lock(&notices->lock);
	client->mask = mask;
	client->logs_notified = 0;
	spin_unlock(&notices->lock);
	return 0;
}

/**
 * swcci_client_subscribed() - did the client subscribe, with any mask?
 * @notices: of the device
 * @client: of the open file
 *
 * Return: true if it did.
 */
bool swcci_client_subscribed(struct swcci_notices *notices, struct swcci_client *client)
{
	bool subscribed;

	spin_lock(&notices->lock);
	subscribed = client->ring;
	spin_unlock(&notices->lock);
	return subscribed;
}

/**
 * swcci_client_peek() - copy the oldest notice, which stays until swcci_client_take()
 * @notices: of the device
 * @client: of the open file
 * @notice: result
 *
 * Return: 0; -EAGAIN: there is none; -ENODEV: there is none, and the device is gone.
 */
int swcci_client_peek(struct swcci_notices *notices, struct swcci_client *client,
		      struct cxl_switch_cci_notice *notice)
{
	int rc = 0;

	spin_lock(&notices->lock);
	if (client->count) {
		*notice = client->ring[client->first];
		if (client->overflow)
			notice->flags |= CXL_SWITCH_CCI_NOTICE_OVERFLOW;
	} else {
		rc = notices->closed ? -ENODEV : -EAGAIN;
	}
	spin_unlock(&notices->lock);
	return rc;
}

/**
 * swcci_client_take() - remove a notice that was delivered
 * @notices: of the device
 * @client: of the open file
 * @seq: of the notice; it may have been dropped meanwhile
 */
void swcci_client_take(struct swcci_notices *notices, struct swcci_client *client, u64 seq)
{
	spin_lock(&notices->lock);
	if (client->count && client->ring[client->first].seq == seq) {
		client->first = (client->first + 1) % NOTICES_KEPT;
		client->count--;
		client->overflow = false;
	}
	spin_unlock(&notices->lock);
}

/**
 * swcci_client_ready() - is there a notice to read?
 * @notices: of the device
 * @client: of the open file
 * @closed: result: the device is gone
 *
 * Return: true if there is one.
 */
bool swcci_client_ready(struct swcci_notices *notices, struct swcci_client *client, bool *closed)
{
	bool ready;

	spin_lock(&notices->lock);
	ready = client->count;
	*closed = notices->closed;
	spin_unlock(&notices->lock);
	return ready;
}

/* ---- notifying ---- */

/**
 * swcci_notices_notify_one() - notify one client, regardless of its mask
 * @notices: of the device
 * @client: that owns the operation
 * @notice: size, seq and time are filled in
 *
 * Process context; background.lock may be held.
 */
void swcci_notices_notify_one(struct swcci_notices *notices, struct swcci_client *client,
			      const struct cxl_switch_cci_notice *notice)
{
	spin_lock(&notices->lock);
	if (client->ring)
		push(notices, client, notice);
	spin_unlock(&notices->lock);
}

/**
 * swcci_notices_notify() - notify the clients that subscribed to a type
 * @notices: of the device
 * @owner: notified regardless of its mask; may be NULL
 * @notice: size, seq and time are filled in
 *
 * Process context; background.lock may be held.
 */
void swcci_notices_notify(struct swcci_notices *notices, struct swcci_client *owner,
			  const struct cxl_switch_cci_notice *notice)
{
	struct swcci_client *client;

	spin_lock(&notices->lock);
	list_for_each_entry(client, &notices->clients, node)
		if (client->ring && (client == owner || client->mask & BIT(notice->type)))
			push(notices, client, notice);
	spin_unlock(&notices->lock);
}

/* ---- event logs ---- */

/**
 * swcci_notices_notify_logs() - notify of event logs that hold records
 * @notices: of the device
 * @logs: CXL_SWITCH_CCI_LOG_*
 *
 * Each client is notified of a log once until the log was empty or cleared.
 */
void swcci_notices_notify_logs(struct swcci_notices *notices, u8 logs)
{
	struct cxl_switch_cci_notice notice = { .type = CXL_SWITCH_CCI_NOTICE_EVENT_LOG };
	struct swcci_client *client;

	spin_lock(&notices->lock);
	list_for_each_entry(client, &notices->clients, node) {
		if (!(client->mask & CXL_SWITCH_CCI_MASK_EVENT_LOG))
			continue;
		notice.logs = logs & ~client->logs_notified;
		client->logs_notified = logs;
		if (notice.logs)
			push(notices, client, &notice);
	}
	spin_unlock(&notices->lock);
}

/**
 * swcci_notices_logs_cleared() - Clear Event Records was sent to the function
 * @notices: of the device
 *
 * Records that stay in its logs, or that arrive before the next poll, are new.
 */
void swcci_notices_logs_cleared(struct swcci_notices *notices)
{
	struct swcci_client *client;

	spin_lock(&notices->lock);
	list_for_each_entry(client, &notices->clients, node)
		client->logs_notified = 0;
	spin_unlock(&notices->lock);
}

/**
 * swcci_notices_wanted() - does a client subscribe to some of these notices?
 * @notices: of the device
 * @mask: CXL_SWITCH_CCI_MASK_*
 *
 * background.lock may be held.
 *
 * Return: true if one does.
 */
bool swcci_notices_wanted(struct swcci_notices *notices, u32 mask)
{
	struct swcci_client *client;
	bool wanted = false;

	spin_lock(&notices->lock);
	list_for_each_entry(client, &notices->clients, node)
		wanted = wanted || client->mask & mask;
	spin_unlock(&notices->lock);
	return wanted;
}

/* ---- life ---- */

/**
 * swcci_notices_init() - prepare, without clients
 * @notices: zeroed
 */
void swcci_notices_init(struct swcci_notices *notices)
{
	spin_lock_init(&notices->lock);
	INIT_LIST_HEAD(&notices->clients);
}

/**
 * swcci_notices_close() - the device is gone: send the last notice
 * @notices: of the device
 *
 * Readers then drain their queues and get ENODEV.
 */
void swcci_notices_close(struct swcci_notices *notices)
{
	const struct cxl_switch_cci_notice removed = { .type = CXL_SWITCH_CCI_NOTICE_REMOVED };
	struct swcci_client *client;

	swcci_notices_notify(notices, NULL, &removed);
	spin_lock(&notices->lock);
	notices->closed = true;
	list_for_each_entry(client, &notices->clients, node)
		wake_up_poll(&client->wait, EPOLLHUP | EPOLLERR);
	spin_unlock(&notices->lock);
}
