/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stays of a decision: audit records, the taint, the verdict tracepoint,
 * counters. Decides nothing.
 */
#ifndef CCI_RECORDER_H
#define CCI_RECORDER_H

#include "command.h"
#include "policy.h"
#include "tunnel.h"

struct cci_device;

void recorder_init(void);
void recorder_refused(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct command_result *result);
void recorder_allowed(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct audit *audit);
void recorder_gate_changed(struct cci_device *cci, const char *gate, const char *value);

#endif /* CCI_RECORDER_H */
