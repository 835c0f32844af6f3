/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The traces of a command: audit record, taint, verdict tracepoint, counters, and a
 * record for RECENT. Decides nothing.
 */
#ifndef CCI_RECORDER_H
#define CCI_RECORDER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "policy/policy.h"
#include "recent.h"
#include "result.h"

struct device;

struct swcci_counters {
	atomic64_t commands;		/* answered */
	atomic64_t refusals[CXL_SWITCH_CCI_REASONS];	/* by reason */
	atomic64_t slow_refusals;	/* of these, for a destination that is slow */
	atomic64_t timeouts;
	atomic64_t late_answers;
};

/* Of one function. */
struct swcci_recorder {
	/* from swcci_recorder_init() on */
	struct device *dev;		/* for logs and audit records */
	u32 number;			/* for traces */

	struct swcci_counters counters;
	atomic64_t last_command_id;	/* joins the trace events of a command */
	/* Guards what follows; innermost, nothing sleeps under it. */
	spinlock_t lock;
	struct list_head in_flight;	/* of struct swcci_recorder_entry, the oldest first */
	struct swcci_recent recent;
};

/* A command in flight, on the stack of swcci_command_run(). */
struct swcci_recorder_entry {
	struct list_head node;
	struct cxl_switch_cci_record record;	/* known from the start */
	const struct swcci_command_result *result;	/* read for the rest */
};

void swcci_recorder_module_init(void);
void swcci_recorder_init(struct swcci_recorder *recorder, struct device *dev, u32 number);
void swcci_recorder_begin(struct swcci_recorder *recorder, struct swcci_recorder_entry *entry,
			  u16 opcode, const struct swcci_tunnel_path *path,
			  const struct swcci_command_result *result);
void swcci_recorder_end(struct swcci_recorder *recorder, struct swcci_recorder_entry *entry,
			int error);
u32 swcci_recorder_list(struct swcci_recorder *recorder, struct cxl_switch_cci_record *entries,
			u32 room, u64 *dropped);
void swcci_recorder_refused(struct swcci_recorder *recorder,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_command_result *result);
void swcci_recorder_allowed(struct swcci_recorder *recorder,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_audit *audit, bool covered);
void swcci_recorder_gate_changed(struct swcci_recorder *recorder, const char *gate,
				 const char *value);

#endif /* CCI_RECORDER_H */
