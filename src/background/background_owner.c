// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose a background operation is, and what open files get to know of it:
 * owners, orphans, adoption, views and waits. Asks no component; knows no user
 * memory.
 */
#include "background_internal.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jiffies.h>

#include "mailbox/mailbox.h"
#include "record/record.h"

/**
 * swcci_background_slot() - whose operation runs there?
 * @bg: of the device
 * @path: of the component
 * @file: that asks
 * @cookie: result, of the operation; 0: none
 *
 * Return: free, this file's own, or foreign: of another or of nobody.
 */
enum swcci_background_slot swcci_background_slot(struct swcci_background *bg,
						 const struct swcci_tunnel_path *path,
						 const struct swcci_listener *file, u64 *cookie)
{
	enum swcci_background_slot slot = BACKGROUND_SLOT_FREE;
	struct swcci_operation *op;

	*cookie = 0;
	spin_lock(&bg->lock);
	op = swcci_background_under_way_at(bg, path);
	if (op) {
		*cookie = op->cookie;
		slot = file && op->owner == file ? BACKGROUND_SLOT_OWN : BACKGROUND_SLOT_FOREIGN;
	}
	spin_unlock(&bg->lock);
	return slot;
}

static void fill_view(const struct swcci_operation *op, const struct swcci_listener *file,
		      struct swcci_operation_view *view)
{
	u64 now = background_now_ms(), end = op->ended_ms ?: now;

	*view = (struct swcci_operation_view){
		.cookie = op->cookie,
		.path = op->leaf.path,
		.state = op->state,
		.owner = !op->owner ? CXL_SWITCH_CCI_OWNER_NONE :
			 op->owner == file ? CXL_SWITCH_CCI_OWNER_SELF :
					     CXL_SWITCH_CCI_OWNER_OTHER,
		.opcode = op->leaf.opcode,
		.percent = op->watch.percent,
		.return_code = op->watch.return_code,
		.vendor_status = op->watch.vendor_status,
		.uid = uid_valid(op->uid) ? from_kuid(&init_user_ns, op->uid) :
					    CXL_SWITCH_CCI_UID_UNKNOWN,
		.running_ms = end - op->started_ms,
		.seen_ms = now - op->watch.valid_ms,
	};
}

/* What runs there, else what ended there last. */
static struct swcci_operation *latest_at(struct swcci_background *bg,
					 const struct swcci_tunnel_path *path)
{
	struct swcci_operation *op = swcci_background_under_way_at(bg, path);

	lockdep_assert_held(&bg->lock);
	if (op)
		return op;
	list_for_each_entry_reverse(op, &bg->ended, node)
		if (operation_is_at(op, path))
			return op;
	return NULL;
}

/**
 * swcci_background_view() - where an operation stands
 * @bg: of the device
 * @file: that asks
 * @cookie: of the operation; 0: of the slot at @path
 * @path: with @cookie 0
 * @view: result; state IDLE where nothing is known of the slot
 *
 * Return: 0; -ESTALE.
 */
int swcci_background_view(struct swcci_background *bg, const struct swcci_listener *file,
			  u64 cookie, const struct swcci_tunnel_path *path,
			  struct swcci_operation_view *view)
{
	struct swcci_operation *op;
	int rc = 0;

	*view = (struct swcci_operation_view){ .path = *path, .uid = CXL_SWITCH_CCI_UID_UNKNOWN };
	spin_lock(&bg->lock);
	op = cookie ? swcci_background_by_cookie(bg, cookie) : latest_at(bg, path);
	if (op)
		fill_view(op, file, view);
	else if (cookie)
		rc = -ESTALE;
	spin_unlock(&bg->lock);
	return rc;
}

static bool is_settled(struct swcci_background *bg, u64 cookie)
{
	struct swcci_operation *op;
	bool settled;

	spin_lock(&bg->lock);
	op = swcci_background_by_cookie(bg, cookie);
	settled = !op || !operation_is_live(op);
	spin_unlock(&bg->lock);
	return settled;
}

/**
 * swcci_background_await() - wait for the end of an operation
 * @bg: of the device
 * @cookie: of the operation
 * @timeout_ms: at most
 *
 * Killable. A machine that goes to sleep ends the wait as the time-out does.
 *
 * Return: 0: it is over, or not known any more; -ETIMEDOUT; -EINTR.
 */
int swcci_background_await(struct swcci_background *bg, u64 cookie, u32 timeout_ms)
{
	long left;

	left = wait_event_killable_timeout(bg->changed, is_settled(bg, cookie) ||
					   mailbox_is_paused(bg->mailbox),
					   msecs_to_jiffies(timeout_ms));
	if (left < 0)
		return -EINTR;
	return is_settled(bg, cookie) ? 0 : -ETIMEDOUT;
}

static int may_adopt(const struct swcci_operation *op, const struct swcci_listener *file,
		     bool privileged)
{
	if (!op)
		return -ESTALE;
	if (op->owner == file)
		return 0;
	if (op->owner)
		return -EBUSY;
	if (!privileged && !(uid_valid(op->uid) && uid_eq(op->uid, current_uid())))
		return -EPERM;
	return 0;
}

/**
 * swcci_background_adopt() - make an orphan one's own
 * @bg: of the device
 * @cookie: of the operation
 * @file: the new owner
 * @privileged: whoever started it
 *
 * No wish to abort it comes along, and one that was not carried out yet ends: only SEND is
 * judged for that. What is the file's own already stays as it is.
 *
 * Return: 0; -ESTALE; -EBUSY: it has an owner; -EPERM.
 */
int swcci_background_adopt(struct swcci_background *bg, u64 cookie, struct swcci_listener *file,
			   bool privileged)
{
	struct cxl_switch_cci_notice notice;
	struct swcci_operation *op;
	int rc;

	spin_lock(&bg->lock);
	op = swcci_background_by_cookie(bg, cookie);
	rc = may_adopt(op, file, privileged);
	if (!rc && !op->owner) {
		op->owner = file;
		op->abort_on_close = false;
		op->abort_wanted = false;
	}
	if (!rc) {
		/* its end was told to nobody who is still there */
		notice = swcci_background_notice_of(op);
		if (!operation_is_live(op))
			swcci_notices_tell_one(bg->notices, file, &notice);
	}
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
	return rc;
}

/**
 * swcci_background_owner_gone() - the last close of an open file
 * @bg: of the device
 * @file: is named by nobody on return
 */
void swcci_background_owner_gone(struct swcci_background *bg, struct swcci_listener *file)
{
	struct swcci_operation *op, *next;

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->owner != file)
			continue;
		swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
		op->abort_wanted = op->abort_on_close && operation_is_under_way(op);
		if (op->abort_wanted)
			swcci_background_look_soon(op);
	}
	list_for_each_entry(op, &bg->ended, node)
		if (op->owner == file)
			swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}
