/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far something is: a bar on a terminal, lines of JSON for a program, else
 * nothing.
 */
#ifndef CXL_SWITCH_TOOL_PROGRESS_H
#define CXL_SWITCH_TOOL_PROGRESS_H

#include "session.h"

/**
 * struct progress - one thing that takes long
 * @session: whose options select the output
 * @bar: standard error is a terminal, and --quiet was not given
 * @drawn: the bar is on the screen
 */
struct progress {
	struct session *session;
	bool bar;
	bool drawn;
};

void progress_open(struct progress *progress, struct session *session);
/* @text: what stands behind the bar. */
void progress_bar(struct progress *progress, unsigned int percent, const char *text);
/* Takes the bar off the screen. */
void progress_close(struct progress *progress);

/* A line of JSON with what every line has; NULL without --json. */
struct json_object *progress_line(struct session *session);

/*
 * Waits for the end of the operation that @command started, within --limit.
 * RESULT_OK if it ended with success.
 */
enum result progress_operation(struct session *session, const struct command *command,
			       uint64_t cookie, struct cxl_switch_cci_bg_status *status,
			       struct failure *failure);

/* The same for an operation of which only the cookie is known. */
enum result progress_cookie(struct session *session, uint64_t cookie,
			    struct cxl_switch_cci_bg_status *status, struct failure *failure);

const char *operation_state_name(uint8_t state);
void json_operation(struct json_object *object, const struct cxl_switch_cci_bg_status *status);

#endif
