/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stays of a command: audit records, the taint, the verdict tracepoint,
 * counters, and a record for RECENT. Decides nothing.
 */
#ifndef CCI_RECORDER_H
#define CCI_RECORDER_H

#include <linux/list.h>
#include <linux/spinlock.h>

#include "policy/policy.h"
#include "recent.h"
#include "result.h"
#include "policy/tunnel.h"

struct cci_device;

struct recorder {
	/* Guards what follows; innermost, nothing sleeps under it. */
	spinlock_t lock;
	struct list_head in_flight;	/* of struct recorder_entry, the oldest first */
	struct recent recent;
};

/* A command in flight, on the stack of command_run(). */
struct recorder_entry {
	struct list_head node;
	struct cxl_switch_cci_record record;	/* what is known from the start */
	const struct command_result *result;	/* the rest, as it becomes known */
};

void recorder_init(void);
void recorder_init_device(struct recorder *recorder);
void recorder_came(struct cci_device *cci, struct recorder_entry *entry, u16 opcode,
		   const struct tunnel_path *path, const struct command_result *result);
void recorder_ended(struct cci_device *cci, struct recorder_entry *entry, int error);
u32 recorder_list(struct cci_device *cci, struct cxl_switch_cci_record *entries, u32 room,
		  u64 *dropped);
void recorder_refused(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct command_result *result);
void recorder_allowed(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct audit *audit, bool covered);
void recorder_gate_changed(struct cci_device *cci, const char *gate, const char *value);

#endif /* CCI_RECORDER_H */
