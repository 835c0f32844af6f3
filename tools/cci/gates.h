/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Texts for the driver's gates: what each gate decided about one command, and a
 * hint for each that refuses. The decision itself comes from EXPLAIN.
 */
#ifndef CXL_SWITCH_TOOL_GATES_H
#define CXL_SWITCH_TOOL_GATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cxl_switch_cci.h"

/**
 * struct gate_question - one command, and its caller
 * @device: switchN
 * @explain: the driver's decision, as far as known
 * @settings: CXL_SWITCH_CCI_SETTING_*
 * @build_keys: CXL_SWITCH_CCI_KEY_*
 * @read_only_wanted: --read-only was given
 * @limit_wanted: --restrict was given
 */
struct gate_question {
	const char *device;
	const struct cxl_switch_cci_explain *explain;
	uint32_t settings;
	uint32_t build_keys;
	bool read_only_wanted;
	bool limit_wanted;
};

enum gate_verdict { GATE_PASSED, GATE_REFUSES, GATE_NOT_ASKED };

/**
 * struct gate_answer - the decision of one gate
 * @reason: enum cxl_switch_cci_reason that it refuses with
 * @why: the reason, as text
 * @hint: what to do; empty unless it refuses
 */
struct gate_answer {
	int reason;
	enum gate_verdict verdict;
	char why[160];
	char hint[480];
};

#define GATES 10

/* All gates, in the driver's order. */
void gates_answer(const struct gate_question *question, struct gate_answer answers[GATES]);

const char *gate_verdict_name(enum gate_verdict verdict);

/* Hints for the gates that refuse, with the names of the gates if there are several. */
void gates_hints(const struct gate_question *question, char *text, size_t room);

#endif
