/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Progress: a bar on a terminal, lines of JSON with --json, otherwise nothing.
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
/* Draws the bar, followed by @text. */
void progress_bar(struct progress *progress, unsigned int percent, const char *text);
/* Removes the bar from the screen. */
void progress_close(struct progress *progress);

/* Starts a line of JSON with the common keys; NULL without --json. */
struct json_object *progress_line(struct session *session);

/*
 * Waits until the operation that @command started is over, at most --limit.
 * RESULT_OK if it ended with success.
 */
enum result progress_operation(struct session *session, const struct command *command,
			       uint64_t cookie, struct cxl_switch_cci_bg_status *status,
			       struct failure *failure);

/* As progress_operation(), for an operation known by its cookie only. */
enum result progress_cookie(struct session *session, uint64_t cookie,
			    struct cxl_switch_cci_bg_status *status, struct failure *failure);

const char *operation_state_name(uint8_t state);
void json_operation(struct json_object *object, const struct cxl_switch_cci_bg_status *status);

#endif
