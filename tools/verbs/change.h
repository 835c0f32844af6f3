/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks before a change: --dry-run and --force. The driver decides what is
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
 * Queries what the driver would decide. Any result other than RESULT_OK: do not
 * send, because the command is destructive and --force is missing, or because a
 * dry run found it refused. A dry run adds its report to @object.
 */
enum result change_ask(struct session *session, const struct command *command,
		       struct json_object *object, enum consent *consent,
		       struct failure *failure);

/*
 * Sends @command and, if it starts a background operation, waits for its end
 * and shows progress. RESULT_OK only if both ended with success. @status
 * receives the last status of the operation; its cookie is 0 if there was none.
 */
enum result change_run(struct session *session, const struct command *command,
		       struct cxl_switch_cci_bg_status *status, struct failure *failure);

#endif
