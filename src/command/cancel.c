// SPDX-License-Identifier: GPL-2.0-only
/*
 * BG_CANCEL: sends Request Abort Background Operation for one operation, as a client's
 * command, and waits for its outcome. CXL 3.1 8.2.9.1.5.
 */
#include "command.h"

#include "background/background.h"
#include "destination/destination.h"
#include "opcodes.h"

/* Time for one poll after a refusal. */
#define REFUSED_POLL_MS	100

/* The request itself has no payload. */
static int send_abort(struct swcci_commands *commands, const struct swcci_cancel *cancel,
		      const struct swcci_tunnel_path *path, struct swcci_command_result *result)
{
	u8 in[EXCHANGE_OVERHEAD_MAX], out[COMMAND_OUT_MIN];
	struct swcci_command_request request = {
		.opcode = CCI_OP_ABORT_BACKGROUND,
		.in = in,
		.out = out,
		.out_room = sizeof(out),
		.deadline = KTIME_MAX,
		.may_write = cancel->may_write,
		.limit = cancel->limit,
		.file = cancel->file,
		.abort_cookie = cancel->cookie,
	};
	int length;

	if (path->depth) {
		length = swcci_tunnel_encode(path, CCI_OP_ABORT_BACKGROUND, NULL, 0, in,
					     sizeof(in));
		if (length < 0)
			return length;
		request.opcode = CCI_OP_TUNNEL;
		request.in_length = length;
	}
	return swcci_command_run(commands, &request, result);
}

static enum cxl_switch_cci_cancel outcome_of(const struct swcci_operation_view *view)
{
	switch (view->state) {
	case CXL_SWITCH_CCI_OPERATION_FINISHED:
		return view->return_code == CCI_RC_ABORTED ? CXL_SWITCH_CCI_CANCEL_ABORTED
							   : CXL_SWITCH_CCI_CANCEL_ENDED;
	case CXL_SWITCH_CCI_OPERATION_LOST:
		return CXL_SWITCH_CCI_CANCEL_LOST;
	default:
		return CXL_SWITCH_CCI_CANCEL_SILENT;
	}
}

/* The device accepted: it aborts the operation, or the operation runs to its end. */
static int await_end(struct swcci_commands *commands, struct swcci_cancel *cancel, u32 timeout_ms)
{
	static const struct swcci_tunnel_path nowhere;
	struct swcci_operation_view view;
	int rc;

	rc = swcci_background_await(commands->background, cancel->cookie, timeout_ms);
	if (rc == -EINTR)
		return rc;
	rc = swcci_background_view(commands->background, cancel->file, cancel->cookie, &nowhere,
				   &view);
	if (rc)
		return rc;
	cancel->outcome = outcome_of(&view);
	cancel->return_code = view.return_code;
	cancel->vendor_status = view.vendor_status;
	return 0;
}

/**
 * swcci_cancel_run() - abort an operation, and wait for its outcome
 * @commands: of the function
 * @cancel: request in, outcome out
 *
 * Needs no lock of the file, so a SEND of the same file may wait meanwhile. Killable.
 *
 * Return: as CXL_SWITCH_CCI_BG_CANCEL documents.
 */
int swcci_cancel_run(struct swcci_commands *commands, struct swcci_cancel *cancel)
{
	static const struct swcci_tunnel_path nowhere;
	struct swcci_command_result result = { };
	struct swcci_operation_view view;
	int rc;

	if (!cancel->cookie)
		return -ESTALE;
	rc = swcci_background_view(commands->background, cancel->file, cancel->cookie, &nowhere,
				   &view);
	if (!rc && operation_is_over(view.state))
		rc = -ESTALE;
	if (rc)
		return rc;
	rc = send_abort(commands, cancel, &view.path, &result);
	cancel->reason = result.reason;
	if (rc)
		return rc;
	if (result.leaf_return_code == CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN)
		return -EIO;
	if (result.leaf_return_code == CCI_RC_SUCCESS)
		return await_end(commands, cancel, cancel->timeout_ms);
	/* it may have ended without having been polled since */
	rc = await_end(commands, cancel, REFUSED_POLL_MS);
	if (rc || cancel->outcome != CXL_SWITCH_CCI_CANCEL_SILENT)
		return rc;
	cancel->outcome = CXL_SWITCH_CCI_CANCEL_REFUSED;
	cancel->return_code = result.leaf_return_code;
	cancel->vendor_status = result.leaf_vendor_status;
	return 0;
}
