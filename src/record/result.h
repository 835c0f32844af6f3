/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The outcome of one command, for its caller and for RECENT.
 */
#ifndef CCI_RESULT_H
#define CCI_RESULT_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "policy/policy.h"
#include "cxl_switch_cci.h"

/*
 * Only the command's own task writes it, with WRITE_ONCE(), since RECENT reads it
 * meanwhile: see command_result_stage(). RECENT reads nothing from @duration_ns on.
 */
struct swcci_command_result {
	atomic64_t id;		/* of the last one sent for it, as in the tracepoints */
	enum cxl_switch_cci_stage stage;
	enum cxl_switch_cci_reason reason;
	enum swcci_impact impact;
	u32 verdict_flags;
	u8 depth;
	u16 leaf_opcode;
	u16 return_code;
	u16 vendor_status;
	u16 leaf_return_code;
	u16 leaf_vendor_status;	/* 0 if @leaf_return_code is unknown */
	u32 out_length;		/* by the device */
	u32 out_copied;		/* in the request's @out */
	u64 duration_ns;
	bool started;		/* a background operation */
	u64 cookie;		/* of it; 0: the table was full */
};

/*
 * Written last: a reader that finds REFUSED finds the reason, and with ANSWERED the
 * return codes.
 */
static inline void command_result_stage(struct swcci_command_result *result,
					enum cxl_switch_cci_stage stage)
{
	/* pairs with the acquire in recorder.c's take_result() */
	smp_store_release(&result->stage, stage);
}

#endif /* CCI_RESULT_H */
