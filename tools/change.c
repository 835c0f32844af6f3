// SPDX-License-Identifier: GPL-2.0-only
/*
 * A person is asked on a terminal, and never anywhere else.
 */
#include "change.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "operation.h"
#include "progress.h"
#include "verbs.h"

static enum result fail_without_force(struct session *session, const char *what,
				      struct failure *failure)
{
	(void)session;
	fail_with(failure, RESULT_USAGE, EPERM, "%s is destructive, and standard input is no "
		  "terminal to ask on", what);
	failure_way_out(failure, "--dry-run tells what it would do; --force does it");
	return failure->result;
}

static bool says_yes(const char *what, const char *why)
{
	char line[16] = "";

	fflush(stdout);
	fprintf(stderr, "%s is destructive%s%s.\nGo on? [y/N] ", what, *why ? ": " : "", why);
	return fgets(line, sizeof(line), stdin) && (!strcasecmp(line, "y\n") ||
						    !strcasecmp(line, "yes\n"));
}

static enum result ask_person(struct session *session, const struct command *command,
			      const struct cxl_switch_cci_explain *explain,
			      struct failure *failure)
{
	char destination[DESTINATION_TEXT_SIZE], what[160];

	destination_text(&session->device.transport, command->path, command->path->depth,
			 destination);
	snprintf(what, sizeof(what), "%s: %s (%04Xh)", destination, opcode_name(command->opcode),
		 command->opcode);
	if (!isatty(STDIN_FILENO))
		return fail_without_force(session, what, failure);
	if (says_yes(what, explain->why))
		return RESULT_OK;
	return fail_with(failure, RESULT_USAGE, ECANCELED, "%s: not done, as you said", what);
}

enum result change_ask(struct session *session, const struct command *command,
		       struct json_object *object, enum consent *consent,
		       struct failure *failure)
{
	/* A driver that cannot say is expected to do the worst. */
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
	/* What is refused anyway needs no question: SEND tells why. */
	if (explain.error || explain.impact < CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE)
		return RESULT_OK;
	return ask_person(session, command, &explain, failure);
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
