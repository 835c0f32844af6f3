// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of notices, one for each open file that asked for them. Does not know
 * why something is told.
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

/* It has subscribed. The oldest goes first: what is true now is worth more. */
static void push(struct swcci_notices *notices, struct swcci_listener *listener,
		 const struct cxl_switch_cci_notice *notice)
{
	struct cxl_switch_cci_notice *slot;

	lockdep_assert_held(&notices->lock);
	listener->last_seq++;
	if (listener->count == NOTICES_KEPT) {
		listener->first = (listener->first + 1) % NOTICES_KEPT;
		listener->count--;
		listener->overflow = true;
	}
	slot = &listener->ring[(listener->first + listener->count) % NOTICES_KEPT];
	*slot = *notice;
	slot->size = sizeof(*slot);
	slot->seq = listener->last_seq;
	slot->boottime_ns = ktime_get_boottime_ns();
	listener->count++;
	wake_up_poll(&listener->wait, EPOLLIN | EPOLLRDNORM);
}

void swcci_listener_init(struct swcci_listener *listener)
{
	INIT_LIST_HEAD(&listener->node);
	init_waitqueue_head(&listener->wait);
}

void swcci_listener_join(struct swcci_notices *notices, struct swcci_listener *listener)
{
	spin_lock(&notices->lock);
	list_add_tail(&listener->node, &notices->listeners);
	spin_unlock(&notices->lock);
}

/* Nobody names it any more: swcci_background_owner_gone() came before. */
void swcci_listener_leave(struct swcci_notices *notices, struct swcci_listener *listener)
{
	spin_lock(&notices->lock);
	list_del_init(&listener->node);
	spin_unlock(&notices->lock);
	kvfree(listener->ring);
}

static int make_ring(struct swcci_notices *notices, struct swcci_listener *listener)
{
	struct cxl_switch_cci_notice *ring;

	ring = kvcalloc(NOTICES_KEPT, sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return -ENOMEM;
	spin_lock(&notices->lock);
	if (!listener->ring)
		swap(listener->ring, ring);
	spin_unlock(&notices->lock);
	kvfree(ring);		/* two threads of one file */
	return 0;
}

/**
 * swcci_listener_subscribe() - what this open file is told from now on
 * @notices: of the device
 * @listener: of the file
 * @mask: CXL_SWITCH_CCI_MASK_*
 *
 * Return: 0, -ENOMEM.
 */
int swcci_listener_subscribe(struct swcci_notices *notices, struct swcci_listener *listener,
			     u32 mask)
{
	int rc = swcci_listener_subscribed(notices, listener) ? 0 : make_ring(notices, listener);

	if (rc)
		return rc;
	spin_lock(&notices->lock);
	listener->mask = mask;
	listener->logs_told = 0;
	spin_unlock(&notices->lock);
	return 0;
}

bool swcci_listener_subscribed(struct swcci_notices *notices, struct swcci_listener *listener)
{
	bool subscribed;

	spin_lock(&notices->lock);
	subscribed = listener->ring;
	spin_unlock(&notices->lock);
	return subscribed;
}

/**
 * swcci_listener_peek() - the oldest record, which stays until swcci_listener_take()
 * @notices: of the device
 * @listener: of the file
 * @notice: result
 *
 * Return: 0; -EAGAIN: none; -ENODEV: none, and none will come.
 */
int swcci_listener_peek(struct swcci_notices *notices, struct swcci_listener *listener,
			struct cxl_switch_cci_notice *notice)
{
	int rc = 0;

	spin_lock(&notices->lock);
	if (listener->count) {
		*notice = listener->ring[listener->first];
		if (listener->overflow)
			notice->flags |= CXL_SWITCH_CCI_NOTICE_OVERFLOW;
	} else {
		rc = notices->closed ? -ENODEV : -EAGAIN;
	}
	spin_unlock(&notices->lock);
	return rc;
}

/**
 * swcci_listener_take() - the record was delivered
 * @notices: of the device
 * @listener: of the file
 * @seq: of the record; a newer one may have pushed it out meanwhile
 */
void swcci_listener_take(struct swcci_notices *notices, struct swcci_listener *listener, u64 seq)
{
	spin_lock(&notices->lock);
	if (listener->count && listener->ring[listener->first].seq == seq) {
		listener->first = (listener->first + 1) % NOTICES_KEPT;
		listener->count--;
		listener->overflow = false;
	}
	spin_unlock(&notices->lock);
}

bool swcci_listener_ready(struct swcci_notices *notices, struct swcci_listener *listener,
			  bool *closed)
{
	bool ready;

	spin_lock(&notices->lock);
	ready = listener->count;
	*closed = notices->closed;
	spin_unlock(&notices->lock);
	return ready;
}

/* ---- telling ---- */

/* Whatever its mask: what it owns concerns it. */
void swcci_notices_tell_one(struct swcci_notices *notices, struct swcci_listener *listener,
			    const struct cxl_switch_cci_notice *notice)
{
	spin_lock(&notices->lock);
	if (listener->ring)
		push(notices, listener, notice);
	spin_unlock(&notices->lock);
}

/**
 * swcci_notices_tell() - tell whoever wants to know
 * @notices: of the device
 * @owner: is told whatever its mask; may be NULL
 * @notice: size, seq and time are filled in
 *
 * Process context.
 */
void swcci_notices_tell(struct swcci_notices *notices, struct swcci_listener *owner,
			const struct cxl_switch_cci_notice *notice)
{
	struct swcci_listener *listener;

	spin_lock(&notices->lock);
	list_for_each_entry(listener, &notices->listeners, node)
		if (listener->ring && (listener == owner || listener->mask & BIT(notice->type)))
			push(notices, listener, notice);
	spin_unlock(&notices->lock);
}

/* ---- event logs ---- */

/**
 * swcci_notices_tell_logs() - which event logs hold records now
 * @notices: of the device
 * @logs: CXL_SWITCH_CCI_LOG_*
 *
 * Each listener hears of a log once, until it was seen empty.
 */
void swcci_notices_tell_logs(struct swcci_notices *notices, u8 logs)
{
	struct cxl_switch_cci_notice notice = { .type = CXL_SWITCH_CCI_NOTICE_EVENT_LOG };
	struct swcci_listener *listener;

	spin_lock(&notices->lock);
	list_for_each_entry(listener, &notices->listeners, node) {
		if (!(listener->mask & CXL_SWITCH_CCI_MASK_EVENT_LOG))
			continue;
		notice.logs = logs & ~listener->logs_told;
		listener->logs_told = logs;
		if (notice.logs)
			push(notices, listener, &notice);
	}
	spin_unlock(&notices->lock);
}

/*
 * Clear Event Records was sent to the function: what stays in its logs, or comes
 * before the next look, is new.
 */
void swcci_notices_logs_cleared(struct swcci_notices *notices)
{
	struct swcci_listener *listener;

	spin_lock(&notices->lock);
	list_for_each_entry(listener, &notices->listeners, node)
		listener->logs_told = 0;
	spin_unlock(&notices->lock);
}

bool swcci_notices_logs_wanted(struct swcci_notices *notices)
{
	struct swcci_listener *listener;
	bool wanted = false;

	spin_lock(&notices->lock);
	list_for_each_entry(listener, &notices->listeners, node)
		wanted = wanted || listener->mask & CXL_SWITCH_CCI_MASK_EVENT_LOG;
	spin_unlock(&notices->lock);
	return wanted;
}

/* ---- life ---- */

void swcci_notices_init(struct swcci_notices *notices)
{
	spin_lock_init(&notices->lock);
	INIT_LIST_HEAD(&notices->listeners);
}

/* The last notice of all; then readers drain their queues. */
void swcci_notices_close(struct swcci_notices *notices)
{
	const struct cxl_switch_cci_notice removed = { .type = CXL_SWITCH_CCI_NOTICE_REMOVED };
	struct swcci_listener *listener;

	swcci_notices_tell(notices, NULL, &removed);
	spin_lock(&notices->lock);
	notices->closed = true;
	list_for_each_entry(listener, &notices->listeners, node)
		wake_up_poll(&listener->wait, EPOLLHUP | EPOLLERR);
	spin_unlock(&notices->lock);
}
