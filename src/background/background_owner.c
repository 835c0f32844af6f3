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

#include "device.h"
#include "record/notices.h"

/**
 * background_slot() - whose operation runs there?
 * @cci: the device
 * @path: of the component
 * @file: that asks
 * @cookie: result, of the operation; 0: none
 *
 * Return: free, this file's own, or foreign: of another or of nobody.
 */
enum background_slot background_slot(struct cci_device *cci, const struct tunnel_path *path,
				     const struct listener *file, u64 *cookie)
{
	enum background_slot slot = BACKGROUND_SLOT_FREE;
	struct operation *op;

	*cookie = 0;
	spin_lock(&cci->background.lock);
	op = background_under_way_at(&cci->background, path);
	if (op) {
		*cookie = op->cookie;
		slot = file && op->owner == file ? BACKGROUND_SLOT_OWN : BACKGROUND_SLOT_FOREIGN;
	}
	spin_unlock(&cci->background.lock);
	return slot;
}

static void fill_view(const struct operation *op, const struct listener *file,
		      struct operation_view *view)
{
	u64 now = background_now_ms(), end = op->ended_ms ?: now;

	*view = (struct operation_view){
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
static struct operation *latest_at(struct background *bg, const struct tunnel_path *path)
{
	struct operation *op = background_under_way_at(bg, path);

	lockdep_assert_held(&bg->lock);
	if (op)
		return op;
	list_for_each_entry_reverse(op, &bg->ended, node)
		if (operation_is_at(op, path))
			return op;
	return NULL;
}

/**
 * background_view() - where an operation stands
 * @cci: the device
 * @file: that asks
 * @cookie: of the operation; 0: of the slot at @path
 * @path: with @cookie 0
 * @view: result; state IDLE where nothing is known of the slot
 *
 * Return: 0; -ESTALE.
 */
int background_view(struct cci_device *cci, const struct listener *file, u64 cookie,
		    const struct tunnel_path *path, struct operation_view *view)
{
	struct background *bg = &cci->background;
	struct operation *op;
	int rc = 0;

	*view = (struct operation_view){ .path = *path, .uid = CXL_SWITCH_CCI_UID_UNKNOWN };
	spin_lock(&bg->lock);
	op = cookie ? background_by_cookie(bg, cookie) : latest_at(bg, path);
	if (op)
		fill_view(op, file, view);
	else if (cookie)
		rc = -ESTALE;
	spin_unlock(&bg->lock);
	return rc;
}

static bool is_settled(struct background *bg, u64 cookie)
{
	struct operation *op;
	bool settled;

	spin_lock(&bg->lock);
	op = background_by_cookie(bg, cookie);
	settled = !op || !operation_is_live(op);
	spin_unlock(&bg->lock);
	return settled;
}

/**
 * background_await() - wait for the end of an operation
 * @cci: the device
 * @cookie: of the operation
 * @timeout_ms: at most
 *
 * Killable. A machine that goes to sleep ends the wait as the time-out does.
 *
 * Return: 0: it is over, or not known any more; -ETIMEDOUT; -EINTR.
 */
int background_await(struct cci_device *cci, u64 cookie, u32 timeout_ms)
{
	struct background *bg = &cci->background;
	long left;

	left = wait_event_killable_timeout(bg->changed, is_settled(bg, cookie) ||
					   mailbox_is_paused(&cci->mailbox),
					   msecs_to_jiffies(timeout_ms));
	if (left < 0)
		return -EINTR;
	return is_settled(bg, cookie) ? 0 : -ETIMEDOUT;
}

static int may_adopt(const struct operation *op, const struct listener *file, bool privileged)
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
 * background_adopt() - make an orphan one's own
 * @cci: the device
 * @cookie: of the operation
 * @file: the new owner
 * @privileged: whoever started it
 *
 * No wish to abort it comes along, and one that was not carried out yet ends: only SEND is
 * judged for that. What is the file's own already stays as it is.
 *
 * Return: 0; -ESTALE; -EBUSY: it has an owner; -EPERM.
 */
int background_adopt(struct cci_device *cci, u64 cookie, struct listener *file, bool privileged)
{
	struct background *bg = &cci->background;
	struct cxl_switch_cci_notice notice;
	struct operation *op;
	int rc;

	spin_lock(&bg->lock);
	op = background_by_cookie(bg, cookie);
	rc = may_adopt(op, file, privileged);
	if (!rc && !op->owner) {
		op->owner = file;
		op->abort_on_close = false;
		op->abort_wanted = false;
	}
	if (!rc) {
		/* its end was told to nobody who is still there */
		notice = background_notice_of(op);
		if (!operation_is_live(op))
			notices_tell_one(&cci->notices, file, &notice);
	}
	background_order_looks(bg);
	spin_unlock(&bg->lock);
	return rc;
}

/**
 * background_owner_gone() - the last close of an open file
 * @cci: the device
 * @file: is named by nobody on return
 */
void background_owner_gone(struct cci_device *cci, struct listener *file)
{
	struct background *bg = &cci->background;
	struct operation *op, *next;

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->owner != file)
			continue;
		background_apply(cci, op, OPERATION_OWNER_GONE);
		op->abort_wanted = op->abort_on_close && operation_is_under_way(op);
		if (op->abort_wanted)
			background_look_soon(op);
	}
	list_for_each_entry(op, &bg->ended, node)
		if (op->owner == file)
			background_apply(cci, op, OPERATION_OWNER_GONE);
	background_order_looks(bg);
	spin_unlock(&bg->lock);
}
