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
 * background_prepare() - memory for what a command may start
 * @leaf: the command
 * @wish: who sends it, and what is to become of it
 *
 * Allocates, so it is called before there is a turn. Holds no place yet: a command that
 * waits for its turn keeps nobody from starting anything.
 *
 * Return: the operation, which ends with background_started(), _dismiss() or
 * _uncertain(); NULL: no memory.
 */
struct operation *background_prepare(const struct tunnel_request *leaf,
				     const struct operation_wish *wish)
{
	struct operation *op = background_make(leaf, wish->owner, wish->uid);

	if (!op)
		return NULL;
	op->changes_fabric = wish->changes_fabric;
	op->abort_on_close = wish->abort_on_close;
	return op;
}

/**
 * background_place() - a place for what a command may start
 * @cci: the device
 * @op: prepared
 *
 * In the turn, before anything is sent, so that nothing runs that has no place.
 *
 * Return: 0; -EBUSY: too many are under way, or the device is gone.
 */
int background_place(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;
	int rc;

	spin_lock(&bg->lock);
	rc = background_add(bg, op);
	spin_unlock(&bg->lock);
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
 * @op: has its place
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

/* The command started nothing; it may have had no place yet. */
void background_dismiss(struct cci_device *cci, struct operation *op)
{
	spin_lock(&cci->background.lock);
	if (list_empty(&op->node))
		background_put(op);
	else
		background_drop(&cci->background, op);
	spin_unlock(&cci->background.lock);
}

/* Sent, and its answer was of no use: what runs there now is looked up. */
void background_uncertain(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;

	spin_lock(&bg->lock);
	op->look = !bg->stopped;
	op->started_ms = background_now_ms();
	background_look_soon(op);
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
		background_look_soon(op);
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

static void end(struct cci_device *cci, struct operation *op, enum operation_event event)
{
	/* what runs behind a port goes on; whether it did shows when it is polled */
	if (event == OPERATION_RESET && op->leaf.path.depth)
		background_apply(cci, op, OPERATION_UNOBSERVABLE);
	else if (op->look)
		background_drop(&cci->background, op);
	else
		background_apply(cci, op, event);
}

/* What is being started ends with its command. */
static void end_all(struct cci_device *cci, enum operation_event event)
{
	struct background *bg = &cci->background;
	struct operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		end(cci, op, event);
}

/* The function was reset, and its own slot with it. */
void background_reset(struct cci_device *cci)
{
	spin_lock(&cci->background.lock);
	end_all(cci, OPERATION_RESET);
	spin_unlock(&cci->background.lock);
}

/* The mailbox serves again: poll at once what could not be polled meanwhile. */
void background_look_again(struct cci_device *cci)
{
	struct background *bg = &cci->background;
	struct operation *op;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		op->next_look_ms = background_now_ms();
	background_order_looks(bg);
	spin_unlock(&bg->lock);
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
