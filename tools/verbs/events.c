// SPDX-License-Identifier: GPL-2.0-only
/*
 * events: shows the records of event logs; --clear clears by handle the records
 * that were shown, --follow continues with new ones.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "fabric/events.h"
#include "cci/interrupt.h"
#include "cci/notices.h"
#include "cli/targets.h"
#include "verbs.h"

/* Larger than the batches of any log, in case a component never reports the end. */
#define ROUNDS_MAX		1024
/* Poll intervals: without notices of new records; and with notices, in case one was lost. */
#define LOOK_EVERY_MS		2000
#define LOOK_AGAIN_MS		10000
#define RETURN_CODE_INVALID_INPUT 2
#define CLEAR_ONE_SIZE		8

/**
 * struct reader - one run over the logs of a component
 * @wanted: bit per log
 * @named: --log was given, so a missing log is a failure
 * @records: JSON array, or NULL if each record is a line
 * @shown: for each log, the records of the last answer that were not cleared
 * @headed: the heading was printed
 */
struct reader {
	struct session *session;
	const struct target *target;
	unsigned int wanted;
	bool named;
	struct json_object *records;
	struct event_batch shown[EVENT_LOGS];
	bool headed;
};

static enum result parse_logs(struct session *session, unsigned int *wanted)
{
	const char *text = session->options->logs;
	unsigned int log;
	size_t length;

	for (*wanted = text ? 0 : (1U << EVENT_LOGS) - 1; text; ) {
		length = strcspn(text, ",");
		for (log = 0; log < EVENT_LOGS; log++)
			if (length && !strncmp(text, event_log_name(log), length) &&
			    !event_log_name(log)[length])
				break;
		if (log == EVENT_LOGS)
			return fail_with(&session->failure, RESULT_USAGE, EINVAL, "--log %s: "
					 "expected informational, warning, failure, fatal or "
					 "dynamic-capacity, several with ','",
					 session->options->logs);
		*wanted |= 1U << log;
		text = text[length] ? text + length + 1 : NULL;
	}
	return RESULT_OK;
}

/* ---- showing ---- */

static void print_record(struct reader *reader, unsigned int log, const uint8_t *record)
{
	const struct screen *screen = &reader->session->screen;
	char time[EVENT_TIME_SIZE], text[EVENT_TEXT_SIZE];

	if (!reader->headed)
		fprintf(screen->out, "%s%-16s  %-13s  %6s  %-23s  %-15s  %s%s\n",
			colour_on(screen, COLOUR_BOLD), "LOG", "SEVERITY", "HANDLE", "TIME", "KIND",
			"WHAT", colour_off(screen));
	reader->headed = true;
	event_time_text(record, time);
	event_text(record, text);
	fprintf(screen->out, "%-16s  %-13s  %6u  %-23s  %-15s  %s\n", event_log_name(log),
		event_severity_name(record), event_handle(record), time, event_kind_name(record),
		text);
	if (reader->session->options->follow)
		fflush(screen->out);
}

static void show_record(struct reader *reader, unsigned int log, const uint8_t *record)
{
	struct json_object *object;

	if (!reader->session->options->json) {
		print_record(reader, log, record);
		return;
	}
	object = json_object_new_object();
	json_number(object, "schema", JSON_SCHEMA);
	json_text(object, "verb", "events");
	json_text(object, "device", reader->session->device.name);
	json_event(object, log, record);
	if (reader->records)
		json_object_array_add(reader->records, object);
	else
		session_line(reader->session, object);
}

static void note_hidden(struct reader *reader, unsigned int log, const struct event_batch *batch)
{
	if (batch->overflow)
		session_note(reader->session, "the %s log was full: %u records were lost",
			     event_log_name(log), batch->overflow);
	if (batch->more && !reader->session->options->clear)
		session_note(reader->session, "the %s log holds more: they show once these are "
			     "cleared (--clear)", event_log_name(log));
}

/* ---- reading ---- */

/* A component without dynamic capacity has no such log. */
static bool is_absent(const struct reader *reader, unsigned int log, const struct failure *failure)
{
	return !reader->named && log == EVENT_LOGS - 1 &&
	       failure->return_code == RETURN_CODE_INVALID_INPUT;
}

static void show_new(struct reader *reader, unsigned int log, const struct event_batch *batch)
{
	size_t i;

	if (batch->overflow != reader->shown[log].overflow ||
	    batch->more != reader->shown[log].more)
		note_hidden(reader, log, batch);
	for (i = 0; i < batch->count; i++)
		if (!event_is_in(&reader->shown[log], event_handle(event_record(batch, i))))
			show_record(reader, log, event_record(batch, i));
}

static enum result fail_stubborn(struct reader *reader, unsigned int log, int handle,
				 struct failure *failure)
{
	return fail_with(failure, RESULT_IO, EBADMSG, "%s: the %s log still holds record %d, which "
			 "it said to have cleared", reader->session->device.name,
			 event_log_name(log), handle);
}

/*
 * Shows one batch. @more: the log has further records. @cleared: handle of a
 * cleared record, or -1.
 */
static enum result take_batch(struct reader *reader, unsigned int log, bool *more, int *cleared,
			      struct failure *failure)
{
	struct transport *transport = &reader->session->device.transport;
	const struct path *path = &reader->target->path;
	struct event_batch batch;
	enum result result = events_get(transport, path, log, &batch, failure);

	*more = false;
	if (result)
		return is_absent(reader, log, failure) ? RESULT_OK : result;
	if (*cleared >= 0 && event_is_in(&batch, *cleared)) {
		events_free(&batch);
		return fail_stubborn(reader, log, *cleared, failure);
	}
	show_new(reader, log, &batch);
	events_free(&reader->shown[log]);
	if (!reader->session->options->clear || !batch.count) {
		reader->shown[log] = batch;
		return RESULT_OK;
	}
	/* Records must reach the output before they are cleared. */
	fflush(reader->session->screen.out);
	result = events_clear(transport, path, log, &batch, failure);
	*more = batch.more;
	*cleared = event_handle(event_record(&batch, 0));
	events_free(&batch);
	return result;
}

static enum result take_logs(struct reader *reader, struct failure *failure)
{
	enum result result = RESULT_OK;
	unsigned int log, round;
	int cleared;
	bool more;

	for (log = 0; log < EVENT_LOGS && !result; log++) {
		cleared = -1;
		more = reader->wanted & 1U << log;
		for (round = 0; more && !result && round < ROUNDS_MAX; round++)
			result = take_batch(reader, log, &more, &cleared, failure);
	}
	return result;
}

/* ---- the verb ---- */

static void reader_close(struct reader *reader)
{
	unsigned int log;

	for (log = 0; log < EVENT_LOGS; log++)
		events_free(&reader->shown[log]);
}

/* Checks the clear of one record, to find out whether clearing is allowed. */
static enum result ask_to_clear(struct reader *reader, struct json_object *object,
				enum consent *consent, struct failure *failure)
{
	static const uint8_t request[CLEAR_ONE_SIZE] = { 0, 0, 1, 0, 0, 0, 1, 0 };
	struct command command = {
		.path = &reader->target->path, .opcode = OPCODE_CLEAR_EVENT_RECORDS,
		.payload = request, .size = sizeof(request),
	};

	*consent = CONSENT_SEND;
	if (!reader->session->options->clear)
		return RESULT_OK;
	return change_ask(reader->session, &command, object, consent, failure);
}

static enum result read_once(struct session *session, const struct target *target,
			     struct json_object *object, struct failure *failure)
{
	struct reader reader = {
		.session = session, .target = target, .named = session->options->logs,
	};
	enum consent consent;
	enum result result = parse_logs(session, &reader.wanted);

	if (result) {
		*failure = session->failure;
		return result;
	}
	result = ask_to_clear(&reader, object, &consent, failure);
	if (result || consent != CONSENT_SEND)
		return result;
	reader.records = json_object_new_array();
	json_object_object_add(object, "records", reader.records);
	result = take_logs(&reader, failure);
	if (!result && !session->options->json && !reader.headed)
		fputs("no event records\n", session->screen.out);
	reader_close(&reader);
	return result;
}

/*
 * Notices report only the function's own logs, and new records only if the old
 * ones were cleared.
 */
static int time_to_sleep(const struct reader *reader, const struct notices *notices, int64_t end)
{
	bool told = notices->subscribed && reader->session->options->clear &&
		    !reader->target->path.depth;
	int64_t left = end ? end - now_ms() : INT32_MAX;
	int longest = told ? LOOK_AGAIN_MS : LOOK_EVERY_MS;

	return left > longest ? longest : (int)left;
}

static enum result follow(struct reader *reader, struct failure *failure)
{
	uint32_t limit = reader->session->options->limit_ms;
	int64_t end = limit ? now_ms() + limit : 0;
	struct notices notices;
	enum result result = notices_open(&notices, &reader->session->device.transport,
					  CXL_SWITCH_CCI_MASK_EVENT_LOG |
					  CXL_SWITCH_CCI_MASK_REMOVED, failure);

	interrupt_catch();
	while (!result && !interrupt_came()) {
		result = take_logs(reader, failure);
		if (result || (end && now_ms() >= end))
			break;
		notices_sleep(&notices, time_to_sleep(reader, &notices, end));
		notices_drain(&notices);
	}
	return result;
}

static enum result follow_one(struct session *session)
{
	struct target target = { 0 };
	struct reader reader = {
		.session = session, .target = &target, .named = session->options->logs,
	};
	enum consent consent;
	enum result result = targets_one(session, "--follow", &target);

	if (!result)
		result = parse_logs(session, &reader.wanted);
	if (!result)
		result = ask_to_clear(&reader, session->json, &consent, &session->failure);
	if (!result && consent == CONSENT_SEND)
		result = follow(&reader, &session->failure);
	reader_close(&reader);
	return result;
}

enum result verb_events(struct session *session)
{
	return session->options->follow ? follow_one(session) : targets_run(session, read_once);
}
