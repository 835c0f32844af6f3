/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command from request to result. The only way for users to the mailbox.
 * Knows no user memory.
 */
#ifndef CCI_COMMAND_H
#define CCI_COMMAND_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "policy/policy.h"
#include "cxl_switch_cci.h"
#include "record/record.h"

/* The headers of the deepest tunnel's answer. */
#define COMMAND_OUT_MIN		64

struct swcci_device;
struct swcci_client;

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

int swcci_command_run(struct swcci_device *cci, const struct swcci_command_request *request,
		      struct swcci_command_result *result);
int swcci_command_explain(struct swcci_device *cci, const struct swcci_command_request *request,
			  struct cxl_switch_cci_explain *explain);

#endif /* CCI_COMMAND_H */
