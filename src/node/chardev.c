// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/cxl/switchN: open files, in two halves. Commands: SEND, EXPLAIN, the legacy ioctls,
 * lists. Only they use the open file's buffers. Waiting and reading: background operations,
 * notices, read and poll. Only this file and user_memory.c touch user memory. Makes no
 * decision of the policy.
 *
 * A user copy may sleep for as long as a page fault takes. So it happens under a lock of
 * the open file at most, which stalls no other file: never with a turn, a lock of the
 * device or mailbox.inside held.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "abi_check.h"
#include "command/command.h"
#include "destination/destination.h"
#include "device.h"
#include "file_lock.h"
#include "legacy.h"
#include "node.h"
#include "record/record.h"
#include "user_memory.h"

/* Sizes of the first published version: never change. */
#define INFO_SIZE_MIN		80
#define SEND_SIZE_MIN		80
#define EXPLAIN_SIZE_MIN	200
#define RESTRICT_SIZE_MIN	16
#define LIST_SIZE_MIN		32
#define STATUS_SIZE_MIN		56
#define CANCEL_SIZE_MIN		32
#define ADOPT_SIZE_MIN		16
#define SUBSCRIBE_SIZE_MIN	16

#define LIST_ROOM_MAX		4096
#define TIMEOUT_MAX_MS		3600000		/* of SEND and BG_CANCEL */
#define CANCEL_TIMEOUT_MS	2000		/* where the caller gives none */

/* The caller chose the size: it gets ENOMEM, and no warning is logged. */
#define GFP_AS_ASKED		(GFP_KERNEL_ACCOUNT | __GFP_NOWARN)

#define FEATURES (CXL_SWITCH_CCI_FEATURE_SEND | CXL_SWITCH_CCI_FEATURE_EXPLAIN | \
		  CXL_SWITCH_CCI_FEATURE_RESTRICT | CXL_SWITCH_CCI_FEATURE_DESTINATIONS | \
		  CXL_SWITCH_CCI_FEATURE_CHANGES | CXL_SWITCH_CCI_FEATURE_RECENT | \
		  CXL_SWITCH_CCI_FEATURE_BACKGROUND | CXL_SWITCH_CCI_FEATURE_NOTICES | \
		  CXL_SWITCH_CCI_FEATURE_TRANSFERS)

struct buffer {
	u8 *bytes;
	u32 room;
};

struct swcci_file {
	struct swcci_device *cci;		/* held */
	/* One SEND at a time; guards what follows. Outermost, above rounds and the turn. */
	struct swcci_file_lock lock;
	struct buffer request;
	struct buffer answer;
	enum swcci_impact limit;	/* RESTRICT */

	/* One reader at a time: a notice leaves the queue after it was copied. */
	struct mutex read_lock;
	struct swcci_client client;	/* owns operations and transfers */
};

/* O_WRONLY counts as read and write: every change has an answer. */
static bool may_write(const struct file *filp)
{
	return filp->f_mode & FMODE_WRITE;
}

/* It may have held a passphrase or another secret. */
static void buffer_free(struct buffer *buffer)
{
	kvfree_sensitive(buffer->bytes, buffer->room);
}

static int cci_open(struct inode *inode, struct file *filp)
{
	struct swcci_device *cci = container_of(inode->i_cdev, struct swcci_device, cdev);
	struct swcci_file *file;

	if (cci_device_gone(cci))
		return -ENODEV;
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	get_device(&cci->dev);
	file->cci = cci;
	file->limit = IMPACT_DESTRUCTIVE;
	swcci_file_lock_init(&file->lock);
	mutex_init(&file->read_lock);
	swcci_client_init(&file->client);
	swcci_client_join(&cci->notices, &file->client);
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int cci_release(struct inode *inode, struct file *filp)
{
	struct swcci_file *file = filp->private_data;

	swcci_transfer_owner_gone(&file->cci->transfers, &file->client);
	swcci_background_owner_gone(&file->cci->background, &file->client);
	swcci_client_leave(&file->cci->notices, &file->client);
	buffer_free(&file->request);
	buffer_free(&file->answer);
	mutex_destroy(&file->read_lock);
	put_device(&file->cci->dev);
	kfree(file);
	return 0;
}

/* Grows on demand and is kept: no allocation per command in the steady state. */
static int buffer_reserve(struct buffer *buffer, u32 size)
{
	u8 *bytes;

	if (size <= buffer->room)
		return 0;
	size = roundup_pow_of_two(size);
	bytes = kvmalloc(size, GFP_AS_ASKED);
	if (!bytes)
		return -ENOMEM;
	buffer_free(buffer);
	buffer->bytes = bytes;
	buffer->room = size;
	return 0;
}

/* ======== commands ======== */

/* ---- one command, for either ioctl ---- */

struct submission {
	/* lengths, opcode and deadline; submission_prepare() fills in the rest */
	struct swcci_command_request request;
	u64 in_address;
	u64 out_address;
};

static int submission_prepare(struct file *filp, struct submission *s)
{
	struct swcci_file *file = filp->private_data;
	struct swcci_command_request *request = &s->request;
	int rc;

	lockdep_assert_held(&file->lock);
	request->out_room = min(request->out_room, file->cci->mailbox.capability.payload_size);
	rc = buffer_reserve(&file->request, max_t(u32, request->in_length, 1));
	if (!rc)
		rc = buffer_reserve(&file->answer, max_t(u32, request->out_room, COMMAND_OUT_MIN));
	if (rc)
		return rc;
	if (copy_from_user(file->request.bytes, swcci_user_address(s->in_address),
			   request->in_length))
		return -EFAULT;
	request->in = file->request.bytes;
	request->out = file->answer.bytes;
	request->may_write = may_write(filp);
	request->limit = file->limit;
	request->file = &file->client;
	return 0;
}

static int submit_locked(struct file *filp, struct submission *s,
			 struct swcci_command_result *result)
{
	struct swcci_file *file = filp->private_data;
	int rc;

	rc = submission_prepare(filp, s);
	if (!rc)
		rc = swcci_command_run(&file->cci->commands, &s->request, result);
	if (rc || result->return_code)
		return rc;
	if (copy_to_user(swcci_user_address(s->out_address), s->request.out, result->out_copied))
		return -EFAULT;
	return 0;
}

/*
 * Only swcci_command_run() fills in @result.
 *
 * Return: its error; or before it -EINTR, -EBUSY, -ENOMEM, -EFAULT.
 */
static int submit(struct file *filp, struct submission *s, struct swcci_command_result *result)
{
	struct swcci_file *file = filp->private_data;
	int rc;

	rc = swcci_file_lock(&file->lock, s->request.deadline);
	if (rc)
		return rc;
	rc = submit_locked(filp, s, result);
	swcci_file_unlock(&file->lock);
	return rc;
}

/* ---- <linux/cxl_mem.h> ---- */

/* The row of an id's opcode, found once and cached: rows are constant. */
static int legacy_row_of(u32 id, u16 opcode)
{
	static int rows[LEGACY_IDS];	/* row + 1; 0: not cached yet */
	int *row = &rows[array_index_nospec(id, LEGACY_IDS)];

	if (!READ_ONCE(*row))
		WRITE_ONCE(*row, swcci_audited_find(opcode) + 1);
	return READ_ONCE(*row) - 1;
}

/* Return: 1; 0; -errno: the effects log of the function could not be read. */
static int id_enabled(struct swcci_device *cci, u32 id, u16 opcode)
{
	if (id == LEGACY_ID_RAW)
		return 1;
	return swcci_destination_self_lists(&cci->destinations, legacy_row_of(id, opcode));
}

static long legacy_query(struct swcci_device *cci, void __user *arg)
{
	struct swcci_legacy_info info[LEGACY_IDS];
	struct swcci_legacy_query query;
	u16 opcode;
	u32 count;
	int rc;

	if (copy_from_user(&query, arg, sizeof(query)))
		return -EFAULT;
	if (!query.count)
		return put_user(LEGACY_IDS, (u32 __user *)arg);
	for (u32 id = 0; id < LEGACY_IDS; id++) {
		if (!swcci_legacy_describe(id, &info[id], &opcode))
			continue;
		rc = id_enabled(cci, id, opcode);
		if (rc < 0)
			return rc;
		info[id].flags = rc ? LEGACY_FLAG_ENABLED : 0;
	}
	count = min_t(u32, query.count, LEGACY_IDS);
	if (copy_to_user(arg + sizeof(query), info, count * sizeof(info[0])))
		return -EFAULT;
	return 0;
}

static int legacy_check(struct swcci_device *cci, const struct swcci_legacy_send *send, u16 *opcode)
{
	int rc;

	rc = swcci_legacy_opcode(send, cci->mailbox.capability.payload_size, opcode);
	if (rc || send->id == LEGACY_ID_RAW)
		return rc;
	rc = id_enabled(cci, send->id, *opcode);
	if (rc <= 0)
		return rc ?: -ENOTTY;
	return swcci_legacy_check_sizes(send);
}

static long legacy_send(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct submission s = { .request.deadline = KTIME_MAX };
	struct swcci_command_result result;
	struct swcci_legacy_send send;
	int rc;

	if (copy_from_user(&send, arg, sizeof(send)))
		return -EFAULT;
	rc = legacy_check(file->cci, &send, &s.request.opcode);
	if (rc)
		return rc;
	s.request.in_length = send.in.size;
	s.request.out_room = send.out.size;
	s.in_address = send.in.address;
	s.out_address = send.out.address;
	rc = submit(filp, &s, &result);
	if (rc)
		return rc;
	send.retval = result.return_code;
	send.out.size = result.return_code ? 0 : result.out_copied;
	return copy_to_user(arg, &send, sizeof(send)) ? -EFAULT : 0;
}

/* ---- own ioctls: size first ---- */

static void fill_identity(struct cxl_switch_cci_info *info, struct swcci_device *cci)
{
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(&cci->destinations, &identity, &component);
	info->component_type = component.type;
	info->component_source = component.source;
	if (!identity.known)
		return;
	info->serial = identity.serial;
	info->vendor_id = identity.vendor_id;
	info->device_id = identity.device_id;
	info->subsystem_vendor_id = identity.subsystem_vendor_id;
	info->subsystem_id = identity.subsystem_id;
	info->max_message_exponent = identity.max_message_exponent;
}

static long own_info(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct swcci_device *cci = file->cci;
	struct cxl_switch_cci_info info;
	u32 size;
	int rc;

	rc = swcci_copy_in(&info, sizeof(info), INFO_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (info.flags || info.reserved0 || info.reserved1)
		return -EINVAL;
	info = (struct cxl_switch_cci_info){
		.size = sizeof(info),
		.features = FEATURES,
		.instance_id = cci->instance_id,
		.pci_domain = cci->pci_domain,
		.pci_bus = cci->pci_bus,
		.pci_devfn = cci->pci_devfn,
		.number = cci->number,
		.payload_size = cci->mailbox.capability.payload_size,
		.interrupt_mode = cci->interrupt_mode,
		.state = swcci_device_state(cci),
		.settings = swcci_settings_flags(&cci->commands.settings),
		.build_keys = swcci_build_keys(),
		.command_timeout_ms = cci->mailbox.command_timeout_ms,
	};
	fill_identity(&info, cci);
	return swcci_copy_out(arg, &info, sizeof(info), size);
}

static int send_check(const struct cxl_switch_cci_send *send, u32 payload_size)
{
	if (send->flags & ~CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE)
		return -EINVAL;
	if (send->reserved0 || send->reserved1)
		return -EINVAL;
	if (send->timeout_ms > TIMEOUT_MAX_MS || send->in_size > payload_size)
		return -EINVAL;
	return 0;
}

static void send_report(struct cxl_switch_cci_send *send, const struct swcci_command_result *result,
			int rc)
{
	bool delivered = !rc && !result->return_code;

	send->out_size = delivered ? result->out_copied : 0;
	send->out_length = result->out_length;
	send->return_code = result->return_code;
	send->vendor_status = result->vendor_status;
	send->leaf_opcode = result->leaf_opcode;
	send->leaf_return_code = result->leaf_return_code;
	send->stage = result->stage;
	send->impact = result->impact;
	send->reason = result->reason;
	send->depth = result->depth;
	send->verdict_flags = result->verdict_flags;
	send->duration_ns = result->duration_ns;
	send->cookie = result->cookie;
}

static long own_send(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct swcci_command_result result = { .stage = CXL_SWITCH_CCI_STAGE_NOT_SENT };
	struct submission s = { .request.deadline = KTIME_MAX };
	struct cxl_switch_cci_send send;
	u32 size;
	int rc;

	rc = swcci_copy_in(&send, sizeof(send), SEND_SIZE_MIN, arg, &size);
	if (!rc)
		rc = send_check(&send, file->cci->mailbox.capability.payload_size);
	if (rc)
		return rc;
	s.request.opcode = send.opcode;
	s.request.in_length = send.in_size;
	s.request.out_room = send.out_size;
	s.request.abort_on_close = send.flags & CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE;
	s.in_address = send.in_payload;
	s.out_address = send.out_payload;
	if (send.timeout_ms)
		s.request.deadline = ktime_add_ms(ktime_get(), send.timeout_ms);
	rc = submit(filp, &s, &result);
	send_report(&send, &result, rc);
	return swcci_copy_out(arg, &send, sizeof(send), size) ?: rc;
}

static int explain_locked(struct file *filp, struct cxl_switch_cci_explain *explain)
{
	struct swcci_file *file = filp->private_data;
	struct submission s = {
		.request.opcode = explain->opcode,
		.request.in_length = explain->in_size,
		.request.deadline = KTIME_MAX,
		.in_address = explain->in_payload,
	};
	int rc;

	rc = submission_prepare(filp, &s);
	return rc ?: swcci_command_explain(&file->cci->commands, &s.request, explain);
}

static long own_explain(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct cxl_switch_cci_explain query, explain = { .size = sizeof(explain) };
	u32 size;
	int rc;

	rc = swcci_copy_in(&query, sizeof(query), EXPLAIN_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (query.flags || query.reserved0 || query.reserved1 ||
	    query.in_size > file->cci->mailbox.capability.payload_size)
		return -EINVAL;
	explain.opcode = query.opcode;
	explain.in_size = query.in_size;
	explain.in_payload = query.in_payload;
	rc = swcci_file_lock(&file->lock, KTIME_MAX);
	if (rc)
		return rc;
	rc = explain_locked(filp, &explain);
	swcci_file_unlock(&file->lock);
	return rc ?: swcci_copy_out(arg, &explain, sizeof(explain), size);
}

static long own_restrict(struct swcci_file *file, void __user *arg)
{
	struct cxl_switch_cci_restrict limit;
	u32 size;
	int rc;

	rc = swcci_copy_in(&limit, sizeof(limit), RESTRICT_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (limit.flags || limit.reserved || limit.impact > IMPACT_DESTRUCTIVE)
		return -EINVAL;
	rc = swcci_file_lock(&file->lock, KTIME_MAX);
	if (rc)
		return rc;
	if (limit.impact <= file->limit)
		file->limit = limit.impact;
	else
		rc = -EPERM;
	swcci_file_unlock(&file->lock);
	return rc ?: swcci_copy_out(arg, &limit, sizeof(limit), size);
}

/* ---- lists: DESTINATIONS and RECENT have one shape ---- */

struct list {
	u32 size;
	u32 flags;
	u64 entries;
	u32 room;
	u32 entry_size;
	u64 last;		/* cursor, or dropped */
};

static_assert(sizeof(struct list) == sizeof(struct cxl_switch_cci_destinations));
static_assert(sizeof(struct list) == sizeof(struct cxl_switch_cci_recent));

struct list_kind {
	u32 entry_size;
	u32 (*fill)(struct swcci_device *cci, void *entries, u32 room, u64 *last);
};

static u32 fill_destinations(struct swcci_device *cci, void *entries, u32 room, u64 *cursor)
{
	return swcci_destinations_list(&cci->destinations, entries, room, cursor);
}

static u32 fill_recent(struct swcci_device *cci, void *entries, u32 room, u64 *dropped)
{
	return swcci_recorder_list(&cci->recorder, entries, room, dropped);
}

static const struct list_kind destinations = {
	sizeof(struct cxl_switch_cci_destination), fill_destinations
};

static const struct list_kind recent = {
	sizeof(struct cxl_switch_cci_record), fill_recent
};

static long own_list(struct swcci_file *file, void __user *arg, const struct list_kind *kind)
{
	struct list list;
	void *entries;
	u32 size;
	int rc;

	rc = swcci_copy_in(&list, sizeof(list), LIST_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (list.flags || list.entry_size != kind->entry_size || list.room > LIST_ROOM_MAX)
		return -EINVAL;
	entries = kvcalloc(max_t(u32, list.room, 1), kind->entry_size, GFP_AS_ASKED);
	if (!entries)
		return -ENOMEM;
	list.room = kind->fill(file->cci, entries, list.room, &list.last);
	if (copy_to_user(swcci_user_address(list.entries), entries, list.room * kind->entry_size))
		rc = -EFAULT;
	kvfree(entries);
	return rc ?: swcci_copy_out(arg, &list, sizeof(list), size);
}

/* ======== waiting and reading ======== */

/* ---- BG_STATUS ---- */

/* The id of an LD-pool hop is ignored: a component has one path. */
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

static long bg_status(struct swcci_file *file, void __user *arg)
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
		rc = swcci_background_view(&file->cci->background, &file->client, status.cookie,
					   &path, &view);
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
	/* without the lock: it has its own buffers, and a SEND of this file may wait */
	return swcci_cancel_run(&file->cci->commands, cancel);
}

static long bg_cancel(struct file *filp, void __user *arg)
{
	struct swcci_file *file = filp->private_data;
	struct cxl_switch_cci_bg_cancel request;
	struct swcci_cancel cancel;
	u32 size;
	int rc;

	rc = swcci_copy_in(&request, sizeof(request), CANCEL_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (request.flags || request.reserved0 || request.reserved1 ||
	    request.timeout_ms > TIMEOUT_MAX_MS)
		return -EINVAL;
	cancel = (struct swcci_cancel){
		.cookie = request.cookie,
		.timeout_ms = request.timeout_ms ?: CANCEL_TIMEOUT_MS,
		.file = &file->client,
		.may_write = may_write(filp),
	};
	rc = cancel_within_limit(filp, &cancel);
	request.outcome = cancel.outcome;
	request.reason = cancel.reason;
	request.return_code = cancel.return_code;
	request.vendor_status = cancel.vendor_status;
	return swcci_copy_out(arg, &request, sizeof(request), size) ?: rc;
}

/* ---- BG_ADOPT ---- */

static long bg_adopt(struct file *filp, void __user *arg)
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
	if (!may_write(filp))
		return -EBADF;
	rc = swcci_background_adopt(&file->cci->background, adopt.cookie, &file->client, false);
	/* capable() audits the use of a capability: query it only where it decides */
	if (rc == -EPERM && capable(CAP_SYS_RAWIO))
		rc = swcci_background_adopt(&file->cci->background, adopt.cookie, &file->client,
					    true);
	return rc ?: swcci_copy_out(arg, &adopt, sizeof(adopt), size);
}

/* ---- notices ---- */

static long subscribe(struct swcci_file *file, void __user *arg)
{
	struct cxl_switch_cci_subscribe subscribe;
	u32 size;
	int rc;

	rc = swcci_copy_in(&subscribe, sizeof(subscribe), SUBSCRIBE_SIZE_MIN, arg, &size);
	if (rc)
		return rc;
	if (subscribe.flags || subscribe.reserved || subscribe.mask & ~CXL_SWITCH_CCI_MASK_ALL)
		return -EINVAL;
	rc = swcci_client_subscribe(&file->cci->notices, &file->client, subscribe.mask);
	if (!rc && subscribe.mask & CXL_SWITCH_CCI_MASK_EVENT_LOG)
		swcci_watch_soon(&file->cci->watch);
	return rc ?: swcci_copy_out(arg, &subscribe, sizeof(subscribe), size);
}

static bool nothing_to_wait_for(struct swcci_file *file)
{
	bool closed;

	return swcci_client_ready(&file->cci->notices, &file->client, &closed) || closed;
}

/* Copies as many whole records as there are and fit. */
static ssize_t read_records(struct swcci_file *file, char __user *to, size_t room)
{
	struct swcci_notices *notices = &file->cci->notices;
	struct cxl_switch_cci_notice notice;
	size_t used = 0;
	int rc = 0;

	lockdep_assert_held(&file->read_lock);
	while (room - used >= sizeof(notice)) {
		rc = swcci_client_peek(notices, &file->client, &notice);
		if (rc)
			break;
		if (copy_to_user(to + used, &notice, sizeof(notice))) {
			rc = -EFAULT;
			break;
		}
		swcci_client_take(notices, &file->client, notice.seq);
		used += sizeof(notice);
	}
	return used ? used : rc;
}

static ssize_t cci_read(struct file *filp, char __user *to, size_t room, loff_t *position)
{
	struct swcci_file *file = filp->private_data;
	ssize_t rc;

	if (room < sizeof(struct cxl_switch_cci_notice) ||
	    !swcci_client_subscribed(&file->cci->notices, &file->client))
		return -EINVAL;
	do {
		if (mutex_lock_interruptible(&file->read_lock))
			return -ERESTARTSYS;
		rc = read_records(file, to, room);
		mutex_unlock(&file->read_lock);
		if (rc != -EAGAIN || filp->f_flags & O_NONBLOCK)
			return rc;
	} while (!wait_event_interruptible(file->client.wait, nothing_to_wait_for(file)));
	return -ERESTARTSYS;
}

static __poll_t cci_poll(struct file *filp, poll_table *table)
{
	struct swcci_file *file = filp->private_data;
	bool ready, closed;

	poll_wait(filp, &file->client.wait, table);
	ready = swcci_client_ready(&file->cci->notices, &file->client, &closed);
	return (ready ? EPOLLIN | EPOLLRDNORM : 0) | (closed ? EPOLLHUP | EPOLLERR : 0);
}

/* ---- the file operations ---- */

static long cci_ioctl(struct file *filp, unsigned int command, unsigned long argument)
{
	struct swcci_file *file = filp->private_data;
	void __user *arg = (void __user *)argument;

	/* INFO touches no hardware, and reports state GONE */
	if (command == CXL_SWITCH_CCI_INFO)
		return own_info(filp, arg);
	if (cci_device_gone(file->cci))
		return -ENODEV;
	switch (command) {
	case CXL_SWITCH_CCI_SEND:
		return own_send(filp, arg);
	case CXL_SWITCH_CCI_EXPLAIN:
		return own_explain(filp, arg);
	case CXL_SWITCH_CCI_RESTRICT:
		return own_restrict(file, arg);
	case CXL_SWITCH_CCI_DESTINATIONS:
		return own_list(file, arg, &destinations);
	case CXL_SWITCH_CCI_RECENT:
		return own_list(file, arg, &recent);
	case CXL_SWITCH_CCI_BG_STATUS:
		return bg_status(file, arg);
	case CXL_SWITCH_CCI_BG_CANCEL:
		return bg_cancel(filp, arg);
	case CXL_SWITCH_CCI_BG_ADOPT:
		return bg_adopt(filp, arg);
	case CXL_SWITCH_CCI_SUBSCRIBE:
		return subscribe(file, arg);
	case LEGACY_IOCTL_QUERY:
		return legacy_query(file->cci, arg);
	case LEGACY_IOCTL_SEND:
		return legacy_send(filp, arg);
	default:
		return -ENOTTY;
	}
}

const struct file_operations swcci_fops = {
	.owner = THIS_MODULE,
	.open = cci_open,
	.release = cci_release,
	.read = cci_read,
	.poll = cci_poll,
	.unlocked_ioctl = cci_ioctl,
	/* the layouts are the same; only pointers are narrower */
	.compat_ioctl = compat_ptr_ioctl,
};
