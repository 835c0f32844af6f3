// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of /dev/cxl/switchN that tells of background operations: BG_STATUS,
 * BG_CANCEL, BG_ADOPT, SUBSCRIBE, read and poll. Decides nothing. Of the open
 * file's buffers it touches none.
 */
#include "chardev.h"

#include <linux/capability.h>
#include <linux/uaccess.h>

#include "command/cancel.h"
#include "device.h"
#include "user_memory.h"

/* Sizes of the first published version: never change. */
#define STATUS_SIZE_MIN		56
#define CANCEL_SIZE_MIN		32
#define ADOPT_SIZE_MIN		16
#define SUBSCRIBE_SIZE_MIN	16

#define WAIT_MAX_MS		3600000
#define CANCEL_WAIT_MS		2000

/* ---- BG_STATUS ---- */

/* The id of an LD pool is ignored: one name a component. */
static int path_of(const struct cxl_switch_cci_bg_status *status, struct swcci_tunnel_path *path)
{
	memset(path, 0, sizeof(*path));
	if (status->depth > TUNNEL_DEPTH_MAX)
		return -EINVAL;
	path->depth = status->depth;
	for (int i = 0; i < status->depth; i++) {
		if (status->target[i] > TUNNEL_TARGET_LD_POOL)
			return -EINVAL;
		path->hop[i].target = status->target[i];
		if (status->target[i] != TUNNEL_TARGET_LD_POOL)
			path->hop[i].id = status->id[i];
	}
	return 0;
}

static void fill_status(struct cxl_switch_cci_bg_status *status,
			const struct swcci_operation_view *view)
{
	*status = (struct cxl_switch_cci_bg_status){
		.size = sizeof(*status),
		.cookie = view->cookie,
		.depth = view->path.depth,
		.state = view->state,
		.percent = view->percent,
		.owner = view->owner,
		.opcode = view->opcode,
		.return_code = view->return_code,
		.vendor_status = view->vendor_status,
		.uid = view->uid,
		.running_ms = view->running_ms,
		.seen_ms = view->seen_ms,
	};
	for (int i = 0; i < view->path.depth; i++) {
		status->target[i] = view->path.hop[i].target;
		status->id[i] = view->path.hop[i].id;
	}
}

long swcci_bg_status(struct swcci_file *file, void __user *arg)
{
	struct cxl_switch_cci_bg_status status;
	struct swcci_operation_view view;
	struct swcci_tunnel_path path;
	u32 size;
	int rc;

	rc = swcci_copy_in(&status, sizeof(status), STATUS_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (status.flags || status.reserved0 || status.reserved1)
		return -EINVAL;
	rc = path_of(&status, &path);
	if (!rc)
		rc = swcci_background_view(file->cci, &file->listener, status.cookie, &path, &view);
	if (rc)
		return rc;
	fill_status(&status, &view);
	return swcci_copy_out(arg, &status, sizeof(status), size);
}

/* ---- BG_CANCEL ---- */

static int cancel_within_limit(struct file *filp, struct swcci_cancel *cancel)
{
	struct swcci_file *file = filp->private_data;
	int rc;

	rc = swcci_file_lock(&file->lock, KTIME_MAX);
	if (rc)
		return rc;
	cancel->limit = file->limit;
	swcci_file_unlock(&file->lock);
	/* with buffers of its own: a SEND of this file may wait meanwhile */
	return swcci_cancel_run(file->cci, cancel);
}

long swcci_bg_cancel(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct cxl_switch_cci_bg_cancel asked;
	struct swcci_cancel cancel;
	u32 size;
	int rc;

	rc = swcci_copy_in(&asked, sizeof(asked), CANCEL_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (asked.flags || asked.reserved0 || asked.reserved1 ||
	    asked.timeout_ms > WAIT_MAX_MS)
		return -EINVAL;
	cancel = (struct swcci_cancel){
		.cookie = asked.cookie,
		.timeout_ms = asked.timeout_ms ?: CANCEL_WAIT_MS,
		.file = &file->listener,
		.may_write = cci_may_write(filp),
	};
	rc = cancel_within_limit(filp, &cancel);
	asked.outcome = cancel.outcome;
	asked.reason = cancel.reason;
	asked.return_code = cancel.return_code;
	asked.vendor_status = cancel.vendor_status;
	return swcci_copy_out(arg, &asked, sizeof(asked), size) ?: rc;
}

/* ---- BG_ADOPT ---- */

long swcci_bg_adopt(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct cxl_switch_cci_bg_adopt adopt;
	u32 size;
	int rc;

	rc = swcci_copy_in(&adopt, sizeof(adopt), ADOPT_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (adopt.flags)
		return -EINVAL;
	if (!cci_may_write(filp))
		return -EBADF;
	rc = swcci_background_adopt(file->cci, adopt.cookie, &file->listener, false);
	/* where it decides, and so leaves a record of its use */
	if (rc == -EPERM && capable(CAP_SYS_RAWIO))
		rc = swcci_background_adopt(file->cci, adopt.cookie, &file->listener, true);
	return rc ?: swcci_copy_out(arg, &adopt, sizeof(adopt), size);
}

/* ---- notices ---- */

long swcci_subscribe(struct swcci_file *file, void __user *arg)
{
	struct cxl_switch_cci_subscribe subscribe;
	u32 size;
	int rc;

	rc = swcci_copy_in(&subscribe, sizeof(subscribe), SUBSCRIBE_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (subscribe.flags || subscribe.reserved || subscribe.mask & ~CXL_SWITCH_CCI_MASK_ALL)
		return -EINVAL;
	rc = swcci_listener_subscribe(&file->cci->notices, &file->listener, subscribe.mask);
	if (!rc && subscribe.mask & CXL_SWITCH_CCI_MASK_EVENT_LOG)
		swcci_watch_soon(file->cci);
	return rc ?: swcci_copy_out(arg, &subscribe, sizeof(subscribe), size);
}

static bool nothing_to_wait_for(struct swcci_file *file)
{
	bool closed;

	return swcci_listener_ready(&file->cci->notices, &file->listener, &closed) || closed;
}

/* As many whole records as there are and fit. */
static ssize_t read_records(struct swcci_file *file, char __user *to, size_t room)
{
	struct swcci_notices *notices = &file->cci->notices;
	struct cxl_switch_cci_notice notice;
	size_t used = 0;
	int rc = 0;

	lockdep_assert_held(&file->read_lock);
	while (room - used >= sizeof(notice)) {
		rc = swcci_listener_peek(notices, &file->listener, &notice);
		if (rc)
			break;
		if (copy_to_user(to + used, &notice, sizeof(notice))) {
			rc = -EFAULT;
			break;
		}
		swcci_listener_take(notices, &file->listener, notice.seq);
		used += sizeof(notice);
	}
	return used ? used : rc;
}

ssize_t swcci_read(struct file *filp, char __user *to, size_t room, loff_t *position)
{
	struct swcci_file *file = filp->private_data;
	ssize_t rc;

	if (room < sizeof(struct cxl_switch_cci_notice) ||
	    !swcci_listener_subscribed(&file->cci->notices, &file->listener))
		return -EINVAL;
	do {
		if (mutex_lock_interruptible(&file->read_lock))
			return -ERESTARTSYS;
		rc = read_records(file, to, room);
		mutex_unlock(&file->read_lock);
		if (rc != -EAGAIN || filp->f_flags & O_NONBLOCK)
			return rc;
	} while (!wait_event_interruptible(file->listener.wait, nothing_to_wait_for(file)));
	return -ERESTARTSYS;
}

__poll_t swcci_poll(struct file *filp, poll_table *table)
{
	struct swcci_file *file = filp->private_data;
	bool ready, closed;

	poll_wait(filp, &file->listener.wait, table);
	ready = swcci_listener_ready(&file->cci->notices, &file->listener, &closed);
	return (ready ? EPOLLIN | EPOLLRDNORM : 0) | (closed ? EPOLLHUP | EPOLLERR : 0);
}
