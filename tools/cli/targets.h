/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * -p and -l: the list of destinations, and a loop that runs a verb for each.
 */
#ifndef CXL_SWITCH_TOOL_TARGETS_H
#define CXL_SWITCH_TOOL_TARGETS_H

#include "session.h"

#define NO_ID (-1)
#define LD_POOL (-2)

/**
 * struct target - one destination
 * @path: tunnels to it
 * @port: its number, or NO_ID
 * @ld: its number, NO_ID or LD_POOL
 * @failure: result other than RESULT_OK if the destination could not be determined
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
/* For a verb that takes exactly one destination. */
enum result targets_one(struct session *session, const char *verb, struct target *target);
void targets_free(struct targets *targets);

/**
 * typedef target_verb - runs a verb for one destination
 * @target: the destination
 * @result: JSON object of this destination; the function adds keys
 * @failure: filled unless RESULT_OK is returned
 */
typedef enum result target_verb(struct session *session, const struct target *target,
				struct json_object *result, struct failure *failure);

/*
 * Calls @verb for each destination that the options select and adds "results"
 * to the report. RESULT_PARTIAL if only some of them succeeded.
 */
enum result targets_run(struct session *session, target_verb *verb);

#endif
