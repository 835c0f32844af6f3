/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command from request to result. The only way for users to the mailbox.
 * Knows no user memory.
 */
#ifndef CCI_COMMAND_H
#define CCI_COMMAND_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include "audited.h"
#include "cxl_switch_cci.h"

/* The headers of the deepest tunnel's answer. */
#define COMMAND_OUT_MIN		64

struct cci_device;
struct listener;

/* Bytes judged are bytes sent: the buffers are the driver's, not the user's. */
struct command_request {
	u16 opcode;
	const u8 *in;
	u32 in_length;		/* at most the payload size */
	u8 *out;		/* COMMAND_OUT_MIN bytes at least, whatever @out_room */
	u32 out_room;		/* the caller's */
	ktime_t deadline;	/* KTIME_MAX: none */
	bool may_write;		/* open mode */
	enum impact limit;	/* RESTRICT */
	struct listener *file;	/* the owner of what it starts */
	bool abort_on_close;
	u64 abort_cookie;	/* 0005h for this operation alone; 0: for any */
};

/*
 * Written by the command's own task alone, with WRITE_ONCE(), for RECENT reads it
 * meanwhile: see command_result_stage(). What follows @duration_ns it does not read.
 */
struct command_result {
	atomic64_t id;		/* of the last one sent for it, as in the tracepoints */
	enum cxl_switch_cci_stage stage;
	enum cxl_switch_cci_reason reason;
	enum impact impact;
	u32 verdict_flags;
	u8 depth;
	u16 leaf_opcode;
	u16 return_code;
	u16 vendor_status;
	u16 leaf_return_code;
	u16 leaf_vendor_status;	/* 0 where @leaf_return_code is not known */
	u32 out_length;		/* by the device */
	u32 out_copied;		/* in the request's @out */
	u64 duration_ns;
	bool started;		/* a background operation, */
	u64 cookie;		/* 0: which could not be kept */
};

/*
 * Last of all fields: whoever reads REFUSED finds the reason, and with ANSWERED the
 * return codes.
 */
static inline void command_result_stage(struct command_result *result,
					enum cxl_switch_cci_stage stage)
{
	/* pairs with the acquire in recorder.c's take_result() */
	smp_store_release(&result->stage, stage);
}

int command_run(struct cci_device *cci, const struct command_request *request,
		struct command_result *result);
int command_explain(struct cci_device *cci, const struct command_request *request,
		    struct cxl_switch_cci_explain *explain);

#endif /* CCI_COMMAND_H */
