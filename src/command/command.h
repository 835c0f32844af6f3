/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command from request to result. The header of the room for other rooms: the only
 * way to the mailbox for clients.
 */
#ifndef CCI_COMMAND_H
#define CCI_COMMAND_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "cxl_switch_cci.h"
#include "policy/policy.h"
#include "record/record.h"
#include "settings.h"

/* The headers of the deepest tunnel's answer. */
#define COMMAND_OUT_MIN		64

struct device;
struct swcci_background;
struct swcci_client;
struct swcci_destinations;
struct swcci_mailbox;
struct swcci_mailbox_late_answer;
struct swcci_mailbox_ticket;
struct swcci_transfers;
struct swcci_watch;

/* Of one function: what a command needs on its way. Filled by the device, never changed. */
struct swcci_commands {
	const struct device *dev;	/* for the log */
	u32 number;			/* N of the node, for traces */
	struct swcci_mailbox *mailbox;
	struct swcci_destinations *destinations;
	struct swcci_background *background;
	struct swcci_transfers *transfers;
	struct swcci_notices *notices;
	struct swcci_watch *watch;
	struct swcci_recorder *recorder;
	struct swcci_settings settings;	/* the room's own */
};

/**
 * struct swcci_command_request - a command of a client
 * @opcode: as sent to the function's own mailbox
 * @in: its payload. Kernel memory, not changed while the command runs: the bytes judged
 *	are the bytes sent
 * @in_length: bytes, at most the payload size
 * @out: for the answer; COMMAND_OUT_MIN bytes at least, even if @out_room is less
 * @out_room: bytes of the answer that the client wants
 * @deadline: of the whole call; KTIME_MAX: none
 * @may_write: the file is open for writing
 * @limit: highest impact that RESTRICT left to the file
 * @file: the client; owns what the command starts
 * @abort_on_close: BG_ABORT_ON_CLOSE
 * @abort_cookie: 0005h only for this operation; 0: for any
 */
struct swcci_command_request {
	u16 opcode;
	const u8 *in;
	u32 in_length;
	u8 *out;
	u32 out_room;
	ktime_t deadline;
	bool may_write;
	enum swcci_impact limit;
	struct swcci_client *file;
	bool abort_on_close;
	u64 abort_cookie;
};

int swcci_command_run(struct swcci_commands *commands, const struct swcci_command_request *request,
		      struct swcci_command_result *result);
int swcci_command_explain(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  struct cxl_switch_cci_explain *explain);
void swcci_command_retired(struct swcci_commands *commands,
			   const struct swcci_mailbox_ticket *ticket,
			   const struct swcci_mailbox_late_answer *answer);

/**
 * struct swcci_cancel - BG_CANCEL
 * @cookie: in: of the operation
 * @timeout_ms: in: how long to wait for its end, in ms
 * @file: in: the client
 * @may_write: in: its file is open for writing
 * @limit: in: highest impact that RESTRICT left to the file
 * @outcome: out: of the operation
 * @reason: out: why the abort was refused before it was sent
 * @return_code: out: of the operation, or of the abort that the device refused
 * @vendor_status: out: likewise
 */
struct swcci_cancel {
	u64 cookie;
	u32 timeout_ms;
	struct swcci_client *file;
	bool may_write;
	enum swcci_impact limit;

	enum cxl_switch_cci_cancel outcome;
	enum cxl_switch_cci_reason reason;
	u16 return_code;
	u16 vendor_status;
};

int swcci_cancel_run(struct swcci_commands *commands, struct swcci_cancel *cancel);

#endif /* CCI_COMMAND_H */
