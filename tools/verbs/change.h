/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before something is changed: --dry-run and --force. The driver judges what is
 * destructive.
 */
#ifndef CXL_SWITCH_TOOL_CHANGE_H
#define CXL_SWITCH_TOOL_CHANGE_H

#include "cli/session.h"

/**
 * enum consent - what becomes of a change
 * @CONSENT_SEND: do it
 * @CONSENT_TOLD: a dry run: what there is to say was said
 */
enum consent { CONSENT_SEND, CONSENT_TOLD };

/*
 * Anything but RESULT_OK: do not send. That is what is destructive without
 * --force, and what a dry run finds refused. @object gets the result of a dry run.
 */
enum result change_ask(struct session *session, const struct command *command,
		       struct json_object *object, enum consent *consent,
		       struct failure *failure);

/*
 * Sends @command and, where a background operation starts, waits for its end,
 * with progress. RESULT_OK only if all ended with success. The operation's last
 * status is in @status, its cookie 0 if there was none.
 */
enum result change_run(struct session *session, const struct command *command,
		       struct cxl_switch_cci_bg_status *status, struct failure *failure);

#endif
