// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bar is ASCII and goes to standard error, so that standard output can be
 * redirected to a file.
 */
#include "progress.h"

#include <unistd.h>

#include "cci/names.h"
#include "cci/operation.h"
#include "patience.h"

#define BAR_WIDTH 30

void progress_open(struct progress *progress, struct session *session)
{
	const struct options *options = session->options;

	*progress = (struct progress){
		.session = session,
		.bar = !options->json && !options->quiet && isatty(STDERR_FILENO),
	};
	/* Only one of the two may use the line on the screen. */
	patience_stop();
}

void progress_bar(struct progress *progress, unsigned int percent, const char *text)
{
	unsigned int i, filled;

	if (!progress->bar)
		return;
	filled = (percent < 100 ? percent : 100) * BAR_WIDTH / 100;
	fputs("\r[", stderr);
	for (i = 0; i < BAR_WIDTH; i++)
		fputc(i < filled ? '#' : '-', stderr);
	fprintf(stderr, "] %3u %%  %s\033[K", percent, text);
	fflush(stderr);
	progress->drawn = true;
}

void progress_close(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}

struct json_object *progress_line(struct session *session)
{
	struct json_object *line, *verb;

	if (!session->options->json)
		return NULL;
	line = json_object_new_object();
	json_number(line, "schema", JSON_SCHEMA);
	if (json_object_object_get_ex(session->json, "verb", &verb))
		json_text(line, "verb", json_object_get_string(verb));
	json_text(line, "device", session->device.name);
	return line;
}

const char *operation_state_name(uint8_t state)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_OPERATION_IDLE] = "idle",
		[CXL_SWITCH_CCI_OPERATION_RUNNING] = "running",
		[CXL_SWITCH_CCI_OPERATION_ABORTING] = "aborting",
		[CXL_SWITCH_CCI_OPERATION_FINISHED] = "finished",
		[CXL_SWITCH_CCI_OPERATION_LOST] = "lost",
		[CXL_SWITCH_CCI_OPERATION_UNKNOWN] = "unknown",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void json_operation(struct json_object *object, const struct cxl_switch_cci_bg_status *status)
{
	bool finished = status->state == CXL_SWITCH_CCI_OPERATION_FINISHED;

	json_number(object, "cookie", status->cookie);
	json_text(object, "state", operation_state_name(status->state));
	json_number(object, "percent", status->percent);
	json_hex(object, "opcode", status->opcode, 4);
	json_text(object, "name", opcode_name(status->opcode));
	json_named(object, "return_code", status->return_code,
		   finished ? return_code_name(status->return_code) : NULL);
	json_number(object, "vendor_status", finished ? status->vendor_status : 0);
	json_number(object, "running_ms", status->running_ms);
}

struct watcher {
	struct progress progress;
	const struct transport *transport;
};

static void show_status(void *context, const struct cxl_switch_cci_bg_status *status)
{
	struct watcher *watcher = context;
	struct session *session = watcher->progress.session;
	struct json_object *line = progress_line(session);
	char text[OPERATION_TEXT_SIZE];

	if (line) {
		json_operation(line, status);
		session_line(session, line);
		return;
	}
	operation_text(watcher->transport, status, text);
	progress_bar(&watcher->progress, status->percent, text);
}

enum result progress_cookie(struct session *session, uint64_t cookie,
			    struct cxl_switch_cci_bg_status *status, struct failure *failure)
{
	struct watcher watcher = { .transport = &session->device.transport };
	enum result result;

	progress_open(&watcher.progress, session);
	result = operation_wait(&session->device.transport, cookie, session->options->limit_ms,
				show_status, &watcher, status, failure);
	progress_close(&watcher.progress);
	return result ? result : operation_outcome(&session->device.transport, status, failure);
}

enum result progress_operation(struct session *session, const struct command *command,
			       uint64_t cookie, struct cxl_switch_cci_bg_status *status,
			       struct failure *failure)
{
	if (cookie)
		return progress_cookie(session, cookie, status, failure);
	fail_with(failure, RESULT_LOST, 0, "%s (%04Xh) started a background operation that the "
		  "driver does not follow", opcode_name(command->opcode), command->opcode);
	failure_hint(failure, "'raw 0002' shows how far it is; load the module that belongs to "
			"this cxl-switch");
	return failure->result;
}
