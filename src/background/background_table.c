// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of background operations: slots, cookies, results kept. Feeds
 * swcci_operation_step() and does what it says. Sends nothing, waits for nothing.
 */
#include "background_internal.h"

#include <linux/errno.h>
#include <linux/slab.h>

#include "record/record.h"
#include "trace.h"

/* Of all devices together, so that no cookie is ever used twice. */
static atomic64_t last_cookie = ATOMIC64_INIT(0);

/* ---- one operation ---- */

void swcci_background_put(struct swcci_operation *op)
{
	if (refcount_dec_and_test(&op->references))
		kfree(op);
}

struct swcci_operation *swcci_background_make(const struct swcci_tunnel_request *leaf,
					      struct swcci_listener *owner, kuid_t uid)
{
	struct swcci_operation *op = kzalloc(sizeof(*op), GFP_KERNEL_ACCOUNT);

	if (!op)
		return NULL;
	refcount_set(&op->references, 1);
	INIT_LIST_HEAD(&op->node);
	op->leaf = *leaf;
	op->leaf.payload = NULL;
	op->leaf.length = 0;
	op->owner = owner;
	op->uid = uid;
	op->state = CXL_SWITCH_CCI_OPERATION_IDLE;
	return op;
}

/* ---- the lists ---- */

struct swcci_operation *swcci_background_under_way_at(struct swcci_background *bg,
						      const struct swcci_tunnel_path *path)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (operation_is_under_way(op) && operation_is_at(op, path))
			return op;
	return NULL;
}

struct swcci_operation *swcci_background_by_cookie(struct swcci_background *bg, u64 cookie)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	if (!cookie)	/* of those that are not started */
		return NULL;
	list_for_each_entry(op, &bg->live, node)
		if (op->cookie == cookie)
			return op;
	list_for_each_entry(op, &bg->ended, node)
		if (op->cookie == cookie)
			return op;
	return NULL;
}

/* The function's own slot is beside the table: devices that keep it full stop no bind. */
static bool takes_place(const struct swcci_operation *op)
{
	return op->leaf.path.depth;
}

/* The list's reference goes. */
void swcci_background_drop(struct swcci_background *bg, struct swcci_operation *op)
{
	lockdep_assert_held(&bg->lock);
	list_del_init(&op->node);
	bg->live_count -= takes_place(op);
	op->ended_ms = background_now_ms() ?: 1;
	swcci_background_put(op);
}

/* Not looked at any more; readable until enough others have ended. */
void swcci_background_retire(struct swcci_background *bg, struct swcci_operation *op)
{
	struct swcci_operation *oldest;

	lockdep_assert_held(&bg->lock);
	op->ended_ms = background_now_ms() ?: 1;
	list_move_tail(&op->node, &bg->ended);
	bg->live_count -= takes_place(op);
	wake_up_all(&bg->changed);
	if (++bg->ended_count <= BACKGROUND_RESULTS)
		return;
	oldest = list_first_entry(&bg->ended, struct swcci_operation, node);
	list_del_init(&oldest->node);
	bg->ended_count--;
	swcci_background_put(oldest);
}

/* Room for one more; what nobody owns and nobody can see makes place. */
static bool has_room(struct swcci_background *bg, const struct swcci_operation *newcomer)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	if (!takes_place(newcomer) || bg->live_count < BACKGROUND_MAX)
		return true;
	list_for_each_entry(op, &bg->live, node) {
		if (takes_place(op) && op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN &&
		    !op->owner) {
			swcci_background_retire(bg, op);
			return true;
		}
	}
	return false;
}

/* -EBUSY: too many are under way, or the device is gone. */
int swcci_background_add(struct swcci_background *bg, struct swcci_operation *op)
{
	lockdep_assert_held(&bg->lock);
	if (bg->stopped || !has_room(bg, op))
		return -EBUSY;
	list_add_tail(&op->node, &bg->live);
	bg->live_count += takes_place(op);
	return 0;
}

/* ---- events ---- */

struct cxl_switch_cci_notice swcci_background_notice_of(const struct swcci_operation *op)
{
	struct cxl_switch_cci_notice notice = {
		.type = op->state == CXL_SWITCH_CCI_OPERATION_FINISHED ?
			CXL_SWITCH_CCI_NOTICE_BG_ENDED : CXL_SWITCH_CCI_NOTICE_BG_LOST,
		.cookie = op->cookie,
		.opcode = op->leaf.opcode,
		.return_code = op->watch.return_code,
		.vendor_status = op->watch.vendor_status,
		.state = op->state,
		.percent = op->watch.percent,
		.depth = op->leaf.path.depth,
	};

	for (int i = 0; i < op->leaf.path.depth; i++) {
		notice.target[i] = op->leaf.path.hop[i].target;
		notice.id[i] = op->leaf.path.hop[i].id;
	}
	return notice;
}

void swcci_background_apply(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event)
{
	struct swcci_operation_step step = swcci_operation_step(op->state, event);
	enum cxl_switch_cci_operation from = op->state;
	struct cxl_switch_cci_notice notice;

	lockdep_assert_held(&bg->lock);
	trace_cxl_switch_background(bg->number, op->cookie, op->leaf.opcode, event, from,
				    step.next);
	op->state = step.next;
	if (step.actions & OPERATION_INVALIDATE && op->changes_fabric)
		atomic_inc(bg->generation);
	if (step.actions & OPERATION_TELL) {
		notice = swcci_background_notice_of(op);
		swcci_notices_tell(bg->notices, op->owner, &notice);
	}
	if (step.actions & OPERATION_ORPHAN)
		op->owner = NULL;
	if (operation_is_live(op) && operation_is_over(op->state))
		swcci_background_retire(bg, op);
	if (step.next != from)
		wake_up_all(&bg->changed);
}

/* It runs, and has a name from now on. Its file may have been closed meanwhile. */
void swcci_background_begin(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event)
{
	lockdep_assert_held(&bg->lock);
	op->cookie = atomic64_inc_return(&last_cookie);
	op->started_ms = background_now_ms();
	swcci_operation_watch_start(&op->watch, op->leaf.opcode, op->started_ms);
	swcci_background_apply(bg, op, event);
	op->abort_wanted = !op->owner && op->abort_on_close;
}
