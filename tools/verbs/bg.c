// SPDX-License-Identifier: GPL-2.0-only
/*
 * bg: background operations, by cookie or by destination.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "change.h"
#include "cci/names.h"
#include "cci/operation.h"
#include "cli/progress.h"
#include "cli/targets.h"
#include "verbs.h"

#define OPCODE_REQUEST_ABORT 0x0005

static const char *owner_name(uint8_t owner)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_OWNER_NONE] = "nobody",
		[CXL_SWITCH_CCI_OWNER_SELF] = "self",
		[CXL_SWITCH_CCI_OWNER_OTHER] = "another open file",
	};

	return owner < sizeof(names) / sizeof(names[0]) ? names[owner] : "unknown";
}

static enum result read_cookie(struct session *session, uint64_t *cookie)
{
	enum result result = session_number(session, 0, "COOKIE", UINT64_MAX, cookie);

	if (result || *cookie)
		return result;
	return fail_with(&session->failure, RESULT_USAGE, EINVAL,
			 "COOKIE 0 is not a valid operation");
}

/* ---- status ---- */

static void json_status(struct json_object *object, const struct cxl_switch_cci_bg_status *status)
{
	json_operation(object, status);
	json_text(object, "owner", owner_name(status->owner));
	if (status->uid == CXL_SWITCH_CCI_UID_UNKNOWN)
		json_object_object_add(object, "uid", NULL);
	else
		json_number(object, "uid", status->uid);
	json_number(object, "seen_ms", status->seen_ms);
}

static void add_times(struct table *table, const struct cxl_switch_cci_bg_status *status)
{
	table_add(table, "running");
	table_add(table, "%.1f s", status->running_ms / 1000.0);
	table_add(table, "last seen");
	table_add(table, "%.1f s ago", status->seen_ms / 1000.0);
}

static bool print_status(const struct session *session,
			 const struct cxl_switch_cci_bg_status *status)
{
	char text[OPERATION_TEXT_SIZE];
	struct table table;

	if (status->state == CXL_SWITCH_CCI_OPERATION_IDLE)
		return fprintf(session->screen.out, "no background operation is known\n") > 0;
	operation_text(&session->device.transport, status, text);
	table_open(&table, 2);
	table_add(&table, "cookie");
	table_add(&table, "%" PRIu64, (uint64_t)status->cookie);
	table_add(&table, "operation");
	table_add(&table, "%s", text);
	table_add(&table, "state");
	table_add(&table, "%s, %u %%", operation_state_name(status->state), status->percent);
	table_add(&table, "owner");
	table_add(&table, "%s", owner_name(status->owner));
	table_add(&table, "started by");
	if (status->uid == CXL_SWITCH_CCI_UID_UNKNOWN)
		table_add(&table, "unknown: it was found running");
	else
		table_add(&table, "uid %u", status->uid);
	add_times(&table, status);
	if (status->state == CXL_SWITCH_CCI_OPERATION_FINISHED) {
		table_add(&table, "ended with");
		table_add(&table, "%s (%04Xh)", return_code_name(status->return_code),
			  status->return_code);
	}
	return table_close(&table, &session->screen);
}

static enum result show_status(struct session *session,
			       struct cxl_switch_cci_bg_status *status,
			       struct json_object *object, struct failure *failure)
{
	enum result result = operation_status(&session->device.transport, status, failure);

	if (result)
		return result;
	json_status(object, status);
	if (!session->options->json && !print_status(session, status))
		return fail_memory(failure);
	return RESULT_OK;
}

static enum result status_at(struct session *session, const struct target *target,
			     struct json_object *object, struct failure *failure)
{
	struct cxl_switch_cci_bg_status status = { .depth = target->path.depth };
	unsigned int i;

	for (i = 0; i < target->path.depth; i++) {
		status.target[i] = target->path.target[i];
		status.id[i] = target->path.id[i];
	}
	return show_status(session, &status, object, failure);
}

enum result verb_bg_status(struct session *session)
{
	struct cxl_switch_cci_bg_status status = { 0 };
	enum result result;
	uint64_t cookie;

	if (!session->options->words[0])
		return targets_run(session, status_at);
	if (session->options->ports || session->options->lds)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "bg status: a cookie knows its place; leave -p and -l away");
	result = read_cookie(session, &cookie);
	status.cookie = cookie;
	return result ? result : show_status(session, &status, session->json, &session->failure);
}

/* ---- wait, adopt ---- */

static enum result wait_for(struct session *session, uint64_t cookie)
{
	struct cxl_switch_cci_bg_status status = { 0 };
	enum result result = progress_cookie(session, cookie, &status, &session->failure);
	char text[OPERATION_TEXT_SIZE];

	if (result && !status.opcode)
		return result;
	json_status(session->json, &status);
	if (result || session->options->json)
		return result;
	operation_text(&session->device.transport, &status, text);
	fprintf(session->screen.out, "%s: ended with %s\n", text,
		return_code_name(status.return_code));
	return RESULT_OK;
}

enum result verb_bg_wait(struct session *session)
{
	uint64_t cookie;
	enum result result = read_cookie(session, &cookie);

	return result ? result : wait_for(session, cookie);
}

enum result verb_bg_adopt(struct session *session)
{
	uint64_t cookie;
	enum result result = read_cookie(session, &cookie);

	if (!result)
		result = operation_adopt(&session->device.transport, cookie, &session->failure);
	if (result)
		return result;
	json_number(session->json, "cookie", cookie);
	if (session->options->wait)
		return wait_for(session, cookie);
	session_note(session, "%s: operation %" PRIu64 " was adopted, and has no owner again as "
		     "this program ends: --wait keeps it", session->device.name, cookie);
	return RESULT_OK;
}

/* ---- cancel ---- */

static const struct {
	const char *name, *text;
	enum result result;
} outcomes[] = {
	[CXL_SWITCH_CCI_CANCEL_ABORTED] = { "aborted", "aborted", RESULT_OK },
	[CXL_SWITCH_CCI_CANCEL_ENDED] = {
		"ended", "it ran to its end instead", RESULT_DEVICE_ERROR },
	[CXL_SWITCH_CCI_CANCEL_REFUSED] = {
		"refused", "the component does not abort it; it goes on", RESULT_DEVICE_ERROR },
	[CXL_SWITCH_CCI_CANCEL_SILENT] = {
		"silent", "the component agreed, but it is not over yet", RESULT_TIMEOUT },
	[CXL_SWITCH_CCI_CANCEL_LOST] = {
		"lost", "a reset or a removal came between", RESULT_LOST },
};

static enum result tell_outcome(struct session *session,
				const struct cxl_switch_cci_bg_cancel *cancel, const char *what)
{
	size_t count = sizeof(outcomes) / sizeof(outcomes[0]);
	const char *code = return_code_name(cancel->return_code);

	if (cancel->outcome >= count || !outcomes[cancel->outcome].name)
		return fail_with(&session->failure, RESULT_IO, EBADMSG, "%s: outcome %u, which "
				 "this tool does not know", what, cancel->outcome);
	json_text(session->json, "outcome", outcomes[cancel->outcome].name);
	json_named(session->json, "return_code", cancel->return_code, code);
	if (!outcomes[cancel->outcome].result) {
		if (!session->options->json)
			fprintf(session->screen.out, "%s: aborted\n", what);
		return RESULT_OK;
	}
	fail_with(&session->failure, outcomes[cancel->outcome].result, 0, "%s: %s (%s, %04Xh)",
		  what, outcomes[cancel->outcome].text, code, cancel->return_code);
	session->failure.stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	session->failure.return_code = cancel->return_code;
	return session->failure.result;
}

/* EXPLAIN decides about the abort for the destination where the operation runs. */
static enum result ask_to_cancel(struct session *session,
				 const struct cxl_switch_cci_bg_status *status,
				 enum consent *consent)
{
	struct path path;
	struct command command = { .path = &path, .opcode = OPCODE_REQUEST_ABORT };

	if (!operation_path(status, &path))
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "%u tunnels away: this "
				 "tool goes through %u", status->depth, TUNNEL_DEPTH_MAX);
	return change_ask(session, &command, session->json, consent, &session->failure);
}

enum result verb_bg_cancel(struct session *session)
{
	struct transport *transport = &session->device.transport;
	struct cxl_switch_cci_bg_cancel cancel = { .timeout_ms = session->options->limit_ms };
	struct cxl_switch_cci_bg_status status = { 0 };
	char what[OPERATION_TEXT_SIZE];
	enum consent consent;
	uint64_t cookie;
	enum result result = read_cookie(session, &cookie);

	if (result)
		return result;
	cancel.cookie = cookie;
	status.cookie = cookie;
	if (!result)
		result = operation_status(transport, &status, &session->failure);
	if (!result)
		result = ask_to_cancel(session, &status, &consent);
	if (result || consent != CONSENT_SEND)
		return result;
	json_number(session->json, "cookie", cancel.cookie);
	result = operation_cancel(transport, &cancel, &session->failure);
	if (result)
		return result;
	operation_text(transport, &status, what);
	return tell_outcome(session, &cancel, what);
}
