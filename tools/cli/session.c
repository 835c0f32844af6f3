// SPDX-License-Identifier: GPL-2.0-only
/*
 * Begin and end of a report, and the output of failures.
 */
#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cci/names.h"
#include "cci/parse.h"
#include "patience.h"

#define PROGRAM "cxl-switch"

enum result session_open(struct session *session, const struct options *options,
			 const char *verb)
{
	struct screen errors;

	memset(session, 0, sizeof(*session));
	session->options = options;
	session->device.descriptor = -1;
	screen_open(&session->screen, stdout);
	session->json = json_object_new_object();
	if (!session->json)
		return fail_memory(&session->failure);
	json_number(session->json, "schema", JSON_SCHEMA);
	json_text(session->json, "verb", verb);
	screen_open(&errors, stderr);
	if (errors.terminal && !options->json && !options->quiet)
		patience_start();
	return RESULT_OK;
}

/* Names of the reasons in @refusing; NULL for none. */
struct json_object *json_gates(uint32_t refusing)
{
	struct json_object *names = refusing ? json_object_new_array() : NULL;
	int reason;

	for (reason = 0; reason < 32 && names; reason++)
		if (refusing & 1U << reason)
			json_add_text(names, reason_name(reason));
	return names;
}

void session_add_error(struct json_object *object, const struct failure *failure)
{
	struct json_object *error = NULL;

	if (failure) {
		error = json_object_new_object();
		json_named(error, "errno", failure->error,
			   failure->error ? errno_name(failure->error) : NULL);
		json_text(error, "stage", failure->stage == NO_STAGE ? NULL :
			  stage_name(failure->stage));
		json_named(error, "return_code", failure->return_code,
			   failure->return_code == NO_RETURN_CODE ? NULL :
			   return_code_name(failure->return_code));
		json_text(error, "gate", failure->reason ? reason_name(failure->reason) : NULL);
		json_object_object_add(error, "gates", json_gates(failure->refusing));
		json_text(error, "message", failure->message);
		json_text(error, "way_out", *failure->hint ? failure->hint : NULL);
	}
	json_object_object_add(object, "error", error);
}

void session_print_failure(const struct session *session, const struct failure *failure)
{
	struct screen screen;

	if (session->options->json || failure->told)
		return;
	fflush(stdout);
	screen_open(&screen, stderr);
	fprintf(stderr, PROGRAM ": %s%s%s\n", colour_on(&screen, COLOUR_RED), failure->message,
		colour_off(&screen));
	if (*failure->hint)
		fprintf(stderr, PROGRAM ":   hint: %s\n", failure->hint);
}

void session_note(const struct session *session, const char *format, ...)
{
	va_list args;

	if (session->options->quiet || session->options->json)
		return;
	fflush(stdout);
	va_start(args, format);
	fputs(PROGRAM ": note: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

enum result session_number(struct session *session, unsigned int word, const char *name,
			   uint64_t max, uint64_t *value)
{
	const char *text = session->options->words[word];
	const char *wrong = parse_number(text, max, value);

	if (!wrong)
		return RESULT_OK;
	return fail_with(&session->failure, RESULT_USAGE, EINVAL, "%s '%s': %s", name, text, wrong);
}

void session_line(struct session *session, struct json_object *object)
{
	int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	session->lines = true;
	if (session->options->json) {
		fprintf(session->screen.out, "%s\n", json_object_to_json_string_ext(object, flags));
		fflush(session->screen.out);
	}
	json_object_put(object);
}

int session_close(struct session *session, enum result result)
{
	bool failed = result != RESULT_OK && result != RESULT_PARTIAL && session->failure.result;

	patience_stop();
	if (failed && !session->told)
		session_print_failure(session, &session->failure);
	if (session->options->json && session->json) {
		session_add_error(session->json, failed ? &session->failure : NULL);
		puts(json_object_to_json_string_ext(session->json, JSON_C_TO_STRING_NOSLASHESCAPE |
				(session->lines ? JSON_C_TO_STRING_PLAIN :
				 JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED)));
	}
	json_object_put(session->json);
	device_close(&session->device);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, PROGRAM ": standard output: %s\n", strerror(errno));
		return RESULT_INTERNAL;
	}
	return result;
}
