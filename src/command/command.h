/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command from request to result. The only way for users to the mailbox.
 * Knows no user memory.
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

/* Bytes judged are bytes sent: the buffers are the driver's, not the user's. */
struct swcci_command_request {
	u16 opcode;
	const u8 *in;
	u32 in_length;		/* at most the payload size */
	u8 *out;		/* COMMAND_OUT_MIN bytes at least, whatever @out_room */
	u32 out_room;		/* the caller's */
	ktime_t deadline;	/* KTIME_MAX: none */
	bool may_write;		/* open mode */
	enum swcci_impact limit;	/* RESTRICT */
	struct swcci_client *file;	/* the owner of what it starts */
	bool abort_on_close;
	u64 abort_cookie;	/* 0005h for this operation alone; 0: for any */
};

int swcci_command_run(struct swcci_commands *commands, const struct swcci_command_request *request,
		      struct swcci_command_result *result);
int swcci_command_explain(struct swcci_commands *commands,
			  const struct swcci_command_request *request,
			  struct cxl_switch_cci_explain *explain);
void swcci_command_retired(struct swcci_commands *commands,
			   const struct swcci_mailbox_ticket *ticket,
			   const struct swcci_mailbox_late_answer *answer);

/* BG_CANCEL: Request Abort Background Operation by a cookie. */
struct swcci_cancel {
	/* in */
	u64 cookie;
	u32 timeout_ms;
	struct swcci_client *file;
	bool may_write;
	enum swcci_impact limit;

	/* out */
	enum cxl_switch_cci_cancel outcome;
	enum cxl_switch_cci_reason reason;
	u16 return_code;
	u16 vendor_status;
};

int swcci_cancel_run(struct swcci_commands *commands, struct swcci_cancel *cancel);

#endif /* CCI_COMMAND_H */
