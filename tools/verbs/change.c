// SPDX-License-Identifier: GPL-2.0-only
/*
 * It never prompts: the rule is the same for a script and a person.
 */
#include "change.h"

#include <errno.h>

#include "cci/names.h"
#include "cci/operation.h"
#include "cli/progress.h"
#include "verbs.h"

static enum result fail_without_force(struct session *session, const struct command *command,
				      const struct cxl_switch_cci_explain *explain,
				      struct failure *failure)
{
	char destination[DESTINATION_TEXT_SIZE];

	destination_text(&session->device.transport, command->path, command->path->depth,
			 destination);
	fail_with(failure, RESULT_USAGE, EPERM, "%s: %s (%04Xh) is destructive%s%s; nothing was "
		  "sent", destination, opcode_name(command->opcode), command->opcode,
		  *explain->why ? ": " : "", explain->why);
	failure_hint(failure, "--dry-run tells what the driver makes of it; --force does it");
	return failure->result;
}

enum result change_ask(struct session *session, const struct command *command,
		       struct json_object *object, enum consent *consent,
		       struct failure *failure)
{
	/* Without EXPLAIN the worst is assumed. */
	struct cxl_switch_cci_explain explain = {
		.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE,
	};
	struct transport *transport = &session->device.transport;
	enum result result;

	*consent = CONSENT_SEND;
	if (session->options->dry_run) {
		*consent = CONSENT_TOLD;
		json_flag(object, "dry_run", true);
		return explain_command(session, command, object, failure);
	}
	if (session->options->force)
		return RESULT_OK;
	if (transport->features & CXL_SWITCH_CCI_FEATURE_EXPLAIN) {
		result = transport_explain(transport, command, &explain, failure);
		if (result)
			return result;
	}
	if (explain.impact < CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE)
		return RESULT_OK;
	/* Do not send it to have it refused: the gate may open at any moment. */
	if (explain.error)
		return transport_refusal(transport, command, &explain, failure);
	return fail_without_force(session, command, &explain, failure);
}

enum result change_run(struct session *session, const struct command *command,
		       struct cxl_switch_cci_bg_status *status, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	struct answer answer;
	enum result result = transport_send(transport, command, &answer, failure);

	*status = (struct cxl_switch_cci_bg_status){ 0 };
	if (result)
		return result;
	if (answer.return_code == RETURN_CODE_BACKGROUND && answer.level == command->path->depth)
		return progress_operation(session, command, answer.cookie, status, failure);
	return answer.return_code ? fail_return_code(failure, transport, command, &answer) :
	       RESULT_OK;
}
