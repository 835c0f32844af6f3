// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a background operation from its command to its end, and of all of
 * them from probe to removal. Asks no component: that is background_look.c's.
 */
#include "background_internal.h"

#include <linux/errno.h>

#include "opcodes.h"

/* ---- from a command to its operation ---- */

/**
 * swcci_background_prepare() - memory for what a command may start
 * @leaf: the command
 * @wish: who sends it, and what is to become of it
 *
 * Allocates, so it is called before there is a turn. Holds no place yet: a command that
 * waits for its turn keeps nobody from starting anything.
 *
 * Return: the operation, which ends with swcci_background_started(), _dismiss() or
 * _uncertain(); NULL: no memory.
 */
struct swcci_operation *swcci_background_prepare(const struct swcci_tunnel_request *leaf,
						 const struct swcci_operation_wish *wish)
{
	struct swcci_operation *op = swcci_background_make(leaf, wish->owner, wish->uid);

	if (!op)
		return NULL;
	op->changes_fabric = wish->changes_fabric;
	op->abort_on_close = wish->abort_on_close;
	return op;
}

/**
 * swcci_background_place() - a place for what a command may start
 * @bg: of the device
 * @op: prepared
 *
 * In the turn, before anything is sent, so that nothing runs that has no place.
 *
 * Return: 0; -EBUSY: too many are under way, or the device is gone.
 */
int swcci_background_place(struct swcci_background *bg, struct swcci_operation *op)
{
	int rc;

	spin_lock(&bg->lock);
	rc = swcci_background_add(bg, op);
	spin_unlock(&bg->lock);
	return rc;
}

/* The slot has a new operation: the old one is over, unseen. */
static void supersede(struct swcci_background *bg, struct swcci_operation *op)
{
	struct swcci_operation *old = swcci_background_under_way_at(bg,
								    &op->leaf.path);

	lockdep_assert_held(&bg->lock);
	if (!old)
		return;
	swcci_background_apply(bg, old, OPERATION_UNOBSERVABLE);
	swcci_background_retire(bg, old);
}

/**
 * swcci_background_started() - the device answered that it goes on in the background
 * @bg: of the device
 * @op: has its place
 *
 * In the turn of the command, or by the drain worker: before anybody else sends.
 *
 * Return: its cookie.
 */
u64 swcci_background_started(struct swcci_background *bg, struct swcci_operation *op)
{
	u64 cookie;

	spin_lock(&bg->lock);
	supersede(bg, op);
	swcci_background_begin(bg, op, OPERATION_STARTED);
	cookie = op->cookie;
	swcci_background_look_later(bg, op, OPERATION_STATUS);
	if (bg->stopped)
		swcci_background_apply(bg, op, OPERATION_REMOVED);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
	return cookie;
}

/* The command started nothing; it may have had no place yet. */
void swcci_background_dismiss(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	if (list_empty(&op->node))
		swcci_background_put(op);
	else
		swcci_background_drop(bg, op);
	spin_unlock(&bg->lock);
}

/* Sent, and its answer was of no use: what runs there now is looked up. */
void swcci_background_uncertain(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	op->look = !bg->stopped;
	op->started_ms = background_now_ms();
	swcci_background_look_soon(op);
	if (!op->look)
		swcci_background_drop(bg, op);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_abort() - a user's 0005h goes out, or was answered
 * @bg: of the device
 * @path: where; the turn is held
 * @event: OPERATION_ABORT_*
 */
void swcci_background_abort(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			    enum swcci_operation_event event)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	op = swcci_background_under_way_at(bg, path);
	if (op) {
		swcci_background_apply(bg, op, event);
		swcci_background_look_soon(op);
	}
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/* ---- what watch.c wants to know ---- */

/* Bind and unbind of the function itself, whose end an event tells. */
bool swcci_background_binds(struct swcci_background *bg)
{
	struct swcci_operation *op;
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

void swcci_background_init(struct swcci_background *bg, struct workqueue_struct *workqueue,
			   struct swcci_mailbox *mailbox, void *exchange, atomic_t *generation,
			   struct swcci_notices *notices, struct swcci_recorder *recorder,
			   u32 number)
{
	bg->workqueue = workqueue;
	bg->mailbox = mailbox;
	bg->exchange = exchange;
	bg->generation = generation;
	bg->notices = notices;
	bg->recorder = recorder;
	bg->number = number;
	spin_lock_init(&bg->lock);
	INIT_LIST_HEAD(&bg->live);
	INIT_LIST_HEAD(&bg->ended);
	init_waitqueue_head(&bg->changed);
	INIT_DELAYED_WORK(&bg->own, swcci_background_own_work);
	INIT_DELAYED_WORK(&bg->others, swcci_background_others_work);
}

static void end(struct swcci_background *bg, struct swcci_operation *op,
		enum swcci_operation_event event)
{
	/* what runs behind a port goes on; whether it did shows when it is polled */
	if (event == OPERATION_RESET && op->leaf.path.depth)
		swcci_background_apply(bg, op, OPERATION_UNOBSERVABLE);
	else if (op->look)
		swcci_background_drop(bg, op);
	else
		swcci_background_apply(bg, op, event);
}

/* What is being started ends with its command. */
static void end_all(struct swcci_background *bg, enum swcci_operation_event event)
{
	struct swcci_operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		end(bg, op, event);
}

/* The function was reset, and its own slot with it. */
void swcci_background_reset(struct swcci_background *bg)
{
	spin_lock(&bg->lock);
	end_all(bg, OPERATION_RESET);
	spin_unlock(&bg->lock);
}

/* The mailbox serves again: poll at once what could not be polled meanwhile. */
void swcci_background_look_again(struct swcci_background *bg)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		op->next_look_ms = background_now_ms();
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_stop() - the device is gone; nothing is looked at any more
 * @bg: of the device; its mailbox is dead, its interrupt released
 */
void swcci_background_stop(struct swcci_background *bg)
{
	spin_lock(&bg->lock);
	bg->stopped = true;
	spin_unlock(&bg->lock);
	cancel_delayed_work_sync(&bg->own);
	cancel_delayed_work_sync(&bg->others);
	spin_lock(&bg->lock);
	end_all(bg, OPERATION_REMOVED);
	spin_unlock(&bg->lock);
}

/* The last reference of the device is gone: no command is under way. */
void swcci_background_free(struct swcci_background *bg)
{
	struct swcci_operation *op, *next;

	list_for_each_entry_safe(op, next, &bg->ended, node)
		swcci_background_put(op);
	WARN_ON(!list_empty(&bg->live));
}
