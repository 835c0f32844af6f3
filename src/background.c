// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a background operation from its command to its end, and of all of
 * them from probe to removal. Asks no component: that is background_look.c's.
 */
#include "background_internal.h"

#include <linux/errno.h>

#include "device.h"
#include "opcodes.h"

/* ---- from a command to its operation ---- */

/**
 * background_prepare() - a place for what a command may start
 * @cci: the device
 * @leaf: the command
 * @owner: the open file that sends it
 * @changes_fabric: its end invalidates what is remembered of destinations
 * @abort_on_close: as the owner wishes
 * @operation: result; ends with background_started(), _dismiss() or _uncertain()
 *
 * Before anything is sent, so that nothing runs that has no place.
 *
 * Return: 0; -EBUSY: too many are under way; -ENOMEM.
 */
int background_prepare(struct cci_device *cci, const struct tunnel_request *leaf,
		       struct listener *owner, bool changes_fabric, bool abort_on_close,
		       struct operation **operation)
{
	struct background *bg = &cci->background;
	struct operation *op = background_make(leaf, owner);
	int rc;

	if (!op)
		return -ENOMEM;
	op->changes_fabric = changes_fabric;
	op->abort_on_close = abort_on_close;
	spin_lock(&bg->lock);
	rc = background_add(bg, op);
	spin_unlock(&bg->lock);
	if (rc)
		background_put(op);
	else
		*operation = op;
	return rc;
}

/* The slot has a new operation: the old one is over, unseen. */
static void supersede(struct cci_device *cci, struct operation *op)
{
	struct operation *old = background_under_way_at(&cci->background, &op->leaf.path);

	lockdep_assert_held(&cci->background.lock);
	if (!old)
		return;
	background_apply(cci, old, OPERATION_UNOBSERVABLE);
	background_retire(&cci->background, old);
}

/**
 * background_started() - the device answered that it goes on in the background
 * @cci: the device
 * @op: prepared
 *
 * In the turn of the command, or by the drain worker: before anybody else sends.
 *
 * Return: its cookie.
 */
u64 background_started(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;
	u64 cookie;

	spin_lock(&bg->lock);
	supersede(cci, op);
	background_begin(cci, op, OPERATION_STARTED);
	cookie = op->cookie;
	background_look_later(cci, op, OPERATION_STATUS);
	if (bg->stopped)
		background_apply(cci, op, OPERATION_REMOVED);
	background_order_looks(bg);
	spin_unlock(&bg->lock);
	return cookie;
}

/* The command started nothing. */
void background_dismiss(struct cci_device *cci, struct operation *op)
{
	spin_lock(&cci->background.lock);
	background_drop(&cci->background, op);
	spin_unlock(&cci->background.lock);
}

/* Sent, and its answer was of no use: what runs there now is looked up. */
void background_uncertain(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;

	spin_lock(&bg->lock);
	op->look = !bg->stopped;
	op->next_look_ms = background_now_ms();
	if (!op->look)
		background_drop(bg, op);
	background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * background_abort() - a user's 0005h goes out, or was answered
 * @cci: the device
 * @path: where; the turn is held
 * @event: OPERATION_ABORT_*
 */
void background_abort(struct cci_device *cci, const struct tunnel_path *path,
		      enum operation_event event)
{
	struct background *bg = &cci->background;
	struct operation *op;

	spin_lock(&bg->lock);
	op = background_under_way_at(bg, path);
	if (op) {
		background_apply(cci, op, event);
		op->next_look_ms = background_now_ms();
	}
	background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/* ---- what watch.c wants to know ---- */

/* Bind and unbind of the function itself, whose end an event tells. */
bool background_binds(struct background *bg)
{
	struct operation *op;
	bool binds = false;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (operation_is_under_way(op) && !op->leaf.path.depth &&
		    (op->leaf.opcode == CCI_OP_BIND || op->leaf.opcode == CCI_OP_UNBIND))
			binds = true;
	spin_unlock(&bg->lock);
	return binds;
}

/* ---- life ---- */

void background_init(struct background *bg)
{
	spin_lock_init(&bg->lock);
	INIT_LIST_HEAD(&bg->live);
	INIT_LIST_HEAD(&bg->ended);
	init_waitqueue_head(&bg->changed);
	INIT_DELAYED_WORK(&bg->own, background_own_work);
	INIT_DELAYED_WORK(&bg->others, background_others_work);
}

/* What is being started ends with its command. */
static void end_all(struct cci_device *cci, enum operation_event event)
{
	struct background *bg = &cci->background;
	struct operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->look)
			background_drop(bg, op);
		else
			background_apply(cci, op, event);
	}
}

/* The function was reset: nothing of it survives, or it is found again. */
void background_reset(struct cci_device *cci)
{
	spin_lock(&cci->background.lock);
	end_all(cci, OPERATION_RESET);
	spin_unlock(&cci->background.lock);
}

/**
 * background_stop() - the device is gone; nothing is looked at any more
 * @cci: the device; its mailbox is dead, its interrupt released
 */
void background_stop(struct cci_device *cci)
{
	struct background *bg = &cci->background;

	spin_lock(&bg->lock);
	bg->stopped = true;
	spin_unlock(&bg->lock);
	cancel_delayed_work_sync(&bg->own);
	cancel_delayed_work_sync(&bg->others);
	spin_lock(&bg->lock);
	end_all(cci, OPERATION_REMOVED);
	spin_unlock(&bg->lock);
}

/* The last reference of the device is gone: no command is under way. */
void background_free(struct background *bg)
{
	struct operation *op, *next;

	list_for_each_entry_safe(op, next, &bg->ended, node)
		background_put(op);
	WARN_ON(!list_empty(&bg->live));
}
