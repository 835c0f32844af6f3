/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * -p and -l: the list of destinations, and a question put to each of them.
 */
#ifndef CXL_SWITCH_TOOL_TARGETS_H
#define CXL_SWITCH_TOOL_TARGETS_H

#include "session.h"

#define NO_ID (-1)
#define LD_POOL (-2)

/**
 * struct target - one destination
 * @path: how to get there
 * @port: its number, or NO_ID
 * @ld: likewise, or LD_POOL
 * @failure: set (result not OK) if it could not be found out
 */
struct target {
	struct path path;
	int port;
	int ld;
	struct failure failure;
};

struct targets {
	struct target *items;
	size_t count;
};

enum result targets_expand(struct session *session, struct targets *targets);
/* Where a verb wants exactly one. */
enum result targets_one(struct session *session, const char *verb, struct target *target);
void targets_free(struct targets *targets);

/**
 * typedef target_verb - what a verb does at one destination
 * @target: where
 * @result: JSON object of this destination, to be added to
 * @failure: to be filled on anything but RESULT_OK
 */
typedef enum result target_verb(struct session *session, const struct target *target,
				struct json_object *result, struct failure *failure);

/*
 * Calls @verb for each destination that the options name and adds "results" to
 * the report. RESULT_PARTIAL if it worked for some of them only.
 */
enum result targets_run(struct session *session, target_verb *verb);

#endif
