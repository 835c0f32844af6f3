// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits for notices. It also queries BG_STATUS twice a second, for the
 * percentage and in case a notice was lost; BG_STATUS sends nothing to the
 * device.
 */
#include "operation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "names.h"
#include "notices.h"

#define LOOK_EVERY_MS	500
/* The wait ends if the operation is not observable for this long. */
#define UNSEEN_LIMIT_MS	30000

static const struct {
	int error;
	enum result result;
	const char *text, *hint;
} errors[] = {
	{ ESTALE, RESULT_LOST, "no such background operation is known, or it is over already",
	  "'bg status' without a cookie shows what runs" },
	{ EBUSY, RESULT_REFUSED, "another client owns it, or the mailbox is busy",
	  "'bg status' shows its owner" },
	{ EPERM, RESULT_REFUSED, "not allowed",
	  "only who started it, or one with CAP_SYS_RAWIO, may" },
	{ EBADF, RESULT_REFUSED, "the device node is not open for writing",
	  "run as root (sudo)" },
	{ EHOSTUNREACH, RESULT_IO, "nothing answers there", NULL },
	{ ENODEV, RESULT_LOST, "the device is gone", "'cxl-switch list' shows those that are "
	  "there" },
	{ ETIMEDOUT, RESULT_IO, "no answer in time", "'bg status' shows its outcome" },
};

static enum result fail_ioctl(struct failure *failure, const struct transport *transport,
			      const char *what, uint64_t cookie, int error)
{
	size_t i;

	fail_with(failure, RESULT_IO, error, "%s: %s %" PRIu64 ": %s", transport->name, what,
		  cookie, strerror(error));
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].error != error)
			continue;
		fail_with(failure, errors[i].result, error, "%s: %s %" PRIu64 ": %s",
			  transport->name, what, cookie, errors[i].text);
		if (errors[i].hint)
			failure_hint(failure, "%s", errors[i].hint);
	}
	return failure->result;
}

static bool follows(const struct transport *transport)
{
	return transport->features & CXL_SWITCH_CCI_FEATURE_BACKGROUND;
}

enum result operation_status(struct transport *transport,
			     struct cxl_switch_cci_bg_status *status, struct failure *failure)
{
	uint64_t cookie = status->cookie;
	int error;

	if (!follows(transport))
		return fail_without(failure, transport, "BG_STATUS");
	status->size = sizeof(*status);
	error = -transport->ops->bg_status(transport->context, status);
	return error ? fail_ioctl(failure, transport, "operation", cookie, error) : RESULT_OK;
}

bool operation_is_over(const struct cxl_switch_cci_bg_status *status)
{
	return status->state == CXL_SWITCH_CCI_OPERATION_FINISHED ||
	       status->state == CXL_SWITCH_CCI_OPERATION_LOST ||
	       status->state == CXL_SWITCH_CCI_OPERATION_IDLE;
}

bool operation_path(const struct cxl_switch_cci_bg_status *status, struct path *path)
{
	unsigned int i;

	*path = (struct path){ 0 };
	if (status->depth > TUNNEL_DEPTH_MAX)
		return false;
	path->depth = status->depth;
	for (i = 0; i < path->depth; i++) {
		path->target[i] = status->target[i];
		path->id[i] = status->id[i];
	}
	return true;
}

void operation_text(const struct transport *transport,
		    const struct cxl_switch_cci_bg_status *status, char *text)
{
	char destination[DESTINATION_TEXT_SIZE];
	struct path path;

	if (operation_path(status, &path))
		destination_text(transport, &path, path.depth, destination);
	else
		snprintf(destination, sizeof(destination), "%.24s, %u tunnels away",
			 transport->name, status->depth);
	snprintf(text, OPERATION_TEXT_SIZE, "%s: %s (%04Xh)", destination,
		 opcode_name(status->opcode), status->opcode);
}

static enum result fail_unseen(const struct transport *transport,
			       const struct cxl_switch_cci_bg_status *status,
			       struct failure *failure)
{
	char what[OPERATION_TEXT_SIZE];

	operation_text(transport, status, what);
	fail_with(failure, RESULT_LOST, 0, "%s: the operation cannot be observed any more, last at "
		  "%u %%", what, status->percent);
	failure_hint(failure, "look at what it was to change");
	return failure->result;
}

static enum result fail_late(const struct transport *transport,
			     const struct cxl_switch_cci_bg_status *status,
			     struct failure *failure)
{
	char what[OPERATION_TEXT_SIZE];

	operation_text(transport, status, what);
	fail_with(failure, RESULT_TIMEOUT, ETIMEDOUT, "%s: not over in time, at %u %%", what,
		  status->percent);
	failure_hint(failure, "it goes on: 'cxl-switch bg wait %" PRIu64 " %s'",
		     (uint64_t)status->cookie, transport->name);
	return failure->result;
}

/**
 * struct wait - one operation_wait()
 * @end: deadline
 * @unseen: since when it is not observable, or 0
 */
struct wait {
	struct transport *transport;
	struct notices notices;
	int64_t end;
	int64_t unseen;
};

/* Sets @over if the wait is over. RESULT_OK and !*@over: sleep and poll again. */
static enum result judge(struct wait *wait, const struct cxl_switch_cci_bg_status *status,
			 bool *over, struct failure *failure)
{
	int64_t now = now_ms();

	*over = operation_is_over(status);
	if (*over)
		return RESULT_OK;
	if (status->state != CXL_SWITCH_CCI_OPERATION_UNKNOWN)
		wait->unseen = 0;
	else if (!wait->unseen)
		wait->unseen = now;
	if (wait->unseen && now - wait->unseen >= UNSEEN_LIMIT_MS)
		return fail_unseen(wait->transport, status, failure);
	if (interrupt_came())
		return fail_with(failure, RESULT_TIMEOUT, EINTR, "interrupted at %u %%",
				 status->percent);
	return now >= wait->end ? fail_late(wait->transport, status, failure) : RESULT_OK;
}

static int time_to_sleep(const struct wait *wait)
{
	int64_t left = wait->end - now_ms();

	return left > LOOK_EVERY_MS ? LOOK_EVERY_MS : left < 1 ? 1 : (int)left;
}

enum result operation_wait(struct transport *transport, uint64_t cookie, uint32_t limit_ms,
			   operation_watch *watch, void *context,
			   struct cxl_switch_cci_bg_status *status, struct failure *failure)
{
	struct wait wait = {
		.transport = transport,
		.end = now_ms() + (limit_ms ? limit_ms : OPERATION_LIMIT_MS),
	};
	uint16_t seen = UINT16_MAX;
	enum result result = notices_open(&wait.notices, transport,
					  CXL_SWITCH_CCI_MASK_BG_ENDED |
					  CXL_SWITCH_CCI_MASK_BG_LOST |
					  CXL_SWITCH_CCI_MASK_REMOVED, failure);
	bool over = false;

	while (!result && !over) {
		*status = (struct cxl_switch_cci_bg_status){ .cookie = cookie };
		result = operation_status(transport, status, failure);
		if (result)
			return result;
		if (watch && seen != (status->state << 8 | status->percent))
			watch(context, status);
		seen = status->state << 8 | status->percent;
		result = judge(&wait, status, &over, failure);
		if (!result && !over) {
			notices_sleep(&wait.notices, time_to_sleep(&wait));
			notices_drain(&wait.notices);
		}
	}
	return result;
}

enum result operation_outcome(const struct transport *transport,
			      const struct cxl_switch_cci_bg_status *status,
			      struct failure *failure)
{
	const char *hint = return_code_hint(status->return_code);
	char what[OPERATION_TEXT_SIZE];

	operation_text(transport, status, what);
	if (status->state != CXL_SWITCH_CCI_OPERATION_FINISHED)
		return fail_with(failure, RESULT_LOST, 0, "%s: lost at %u %%, by a reset or a "
				 "removal", what, status->percent);
	if (!status->return_code)
		return RESULT_OK;
	if (status->return_code == RETURN_CODE_ABORTED)
		fail_with(failure, RESULT_ABORTED, 0, "%s: aborted at %u %%", what,
			  status->percent);
	else
		fail_with(failure, RESULT_DEVICE_ERROR, 0, "%s: ended with %s (%04Xh), vendor "
			  "status %04Xh", what, return_code_name(status->return_code),
			  status->return_code, status->vendor_status);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	failure->return_code = status->return_code;
	if (hint)
		failure_hint(failure, "%s", hint);
	return failure->result;
}

enum result operation_cancel(struct transport *transport,
			     struct cxl_switch_cci_bg_cancel *cancel, struct failure *failure)
{
	int error;

	if (!follows(transport))
		return fail_without(failure, transport, "BG_CANCEL");
	cancel->size = sizeof(*cancel);
	error = -transport->ops->bg_cancel(transport->context, cancel);
	if (!error)
		return RESULT_OK;
	fail_ioctl(failure, transport, "cancel of operation", cancel->cookie, error);
	if (cancel->reason) {
		failure->reason = cancel->reason;
		failure->stage = CXL_SWITCH_CCI_STAGE_REFUSED;
		failure_hint(failure, "the gate '%s': %s", reason_name(cancel->reason),
			     reason_text(cancel->reason));
	}
	return failure->result;
}

enum result operation_adopt(struct transport *transport, uint64_t cookie,
			    struct failure *failure)
{
	struct cxl_switch_cci_bg_adopt adopt = { .size = sizeof(adopt), .cookie = cookie };
	int error;

	if (!follows(transport))
		return fail_without(failure, transport, "BG_ADOPT");
	error = -transport->ops->bg_adopt(transport->context, &adopt);
	return error ? fail_ioctl(failure, transport, "adoption of operation", cookie, error) :
	       RESULT_OK;
}
