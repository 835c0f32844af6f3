// SPDX-License-Identifier: GPL-2.0-only
/*
 * log: the last commands of all programs, from the recorder of the driver. ps:
 * those in flight. Sends nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verbs.h"

#define NS_PER_S	UINT64_C(1000000000)
#define NS_PER_MS	UINT64_C(1000000)
#define FOLLOW_STEP_US	500000
#define TEXT_SIZE	80

/* ---- one record as text ---- */

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The wall-clock time of the record, if the clock was not set since. */
static uint64_t wall_ns(const struct cxl_switch_cci_record *r)
{
	uint64_t ago = now_ns(CLOCK_BOOTTIME) - r->boottime_ns;

	return now_ns(CLOCK_REALTIME) - ago;
}

static void time_text(const struct cxl_switch_cci_record *r, bool utc, char *text)
{
	uint64_t wall = wall_ns(r);
	time_t seconds = (time_t)(wall / NS_PER_S);
	struct tm tm;
	size_t used;

	if (utc)
		gmtime_r(&seconds, &tm);
	else
		localtime_r(&seconds, &tm);
	used = strftime(text, TEXT_SIZE, utc ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &tm);
	snprintf(text + used, TEXT_SIZE - used, ".%03u%s",
		 (unsigned int)(wall % NS_PER_S / NS_PER_MS), utc ? "Z" : "");
}

static void duration_text(uint64_t ns, char *text)
{
	if (ns < NS_PER_MS)
		snprintf(text, TEXT_SIZE, "%" PRIu64 " us", ns / 1000);
	else if (ns < NS_PER_S)
		snprintf(text, TEXT_SIZE, "%" PRIu64 ".%" PRIu64 " ms", ns / NS_PER_MS,
			 ns % NS_PER_MS / (NS_PER_MS / 10));
	else
		snprintf(text, TEXT_SIZE, "%" PRIu64 ".%" PRIu64 " s", ns / NS_PER_S,
			 ns % NS_PER_S / (NS_PER_S / 10));
}

/* The program chose this name: replace control characters of a terminal. */
static void comm_text(const struct cxl_switch_cci_record *r, char *text)
{
	size_t i;

	for (i = 0; i < sizeof(r->comm) - 1 && r->comm[i]; i++)
		text[i] = r->comm[i] >= ' ' && r->comm[i] <= '~' ? r->comm[i] : '?';
	text[i] = '\0';
}

static const char *where_text(const struct cxl_switch_cci_record *r)
{
	return r->stage == CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN ? "with the device" : "in the queue";
}

static void outcome_text(const struct cxl_switch_cci_record *r, char *text)
{
	if (r->in_flight)
		snprintf(text, TEXT_SIZE, "%s", where_text(r));
	else if (r->stage == CXL_SWITCH_CCI_STAGE_REFUSED)
		snprintf(text, TEXT_SIZE, "refused: %s", reason_name(r->reason));
	else if (r->stage != CXL_SWITCH_CCI_STAGE_ANSWERED)
		snprintf(text, TEXT_SIZE, "%s, %s", errno_name(r->error), stage_name(r->stage));
	else if (r->leaf_return_code == CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN)
		snprintf(text, TEXT_SIZE, "unusable answer");
	else if (r->leaf_return_code)
		snprintf(text, TEXT_SIZE, "%s (%04Xh)", return_code_name(r->leaf_return_code),
			 r->leaf_return_code);
	else
		snprintf(text, TEXT_SIZE, "ok");
}

static struct json_object *json_record(const struct cxl_switch_cci_record *r)
{
	bool answered = r->stage == CXL_SWITCH_CCI_STAGE_ANSWERED && !r->in_flight;
	struct json_object *object = json_object_new_object();
	char text[TEXT_SIZE];

	json_number(object, "id", (int64_t)r->id);
	time_text(r, true, text);
	json_text(object, "time", text);
	json_number(object, "boottime_ns", (int64_t)r->boottime_ns);
	json_number(object, "duration_ns", (int64_t)r->duration_ns);
	json_flag(object, "in_flight", r->in_flight);
	json_number(object, "pid", r->pid);
	json_number(object, "uid", r->uid);
	comm_text(r, text);
	json_text(object, "comm", text);
	json_hex(object, "opcode", r->opcode, 4);
	json_hex(object, "leaf_opcode", r->leaf_opcode, 4);
	json_text(object, "command", opcode_name(r->leaf_opcode));
	json_object_object_add(object, "path", json_hops(r->depth, r->target, r->id_of_hop));
	json_text(object, "impact", impact_name(r->impact));
	json_flag(object, "audited", r->verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED);
	json_text(object, "stage", stage_name(r->stage));
	json_named(object, "errno", r->error, r->error ? errno_name(r->error) : NULL);
	json_text(object, "gate", r->reason ? reason_name(r->reason) : NULL);
	json_named(object, "return_code", r->return_code,
		   answered ? return_code_name(r->return_code) : NULL);
	json_named(object, "leaf_return_code", r->leaf_return_code,
		   answered ? return_code_name(r->leaf_return_code) : NULL);
	return object;
}

/* ---- several records ---- */

static void add_row(const struct session *session, struct table *table,
		    const struct cxl_switch_cci_record *r)
{
	char text[TEXT_SIZE];

	time_text(r, false, text);
	table_add(table, "%s", text);
	comm_text(r, text);
	table_add(table, "%s[%u]", text, r->pid);
	table_add(table, "%u", r->uid);
	table_add(table, "%s (%04Xh)", opcode_name(r->leaf_opcode), r->leaf_opcode);
	hops_text(session, r->depth, r->target, r->id_of_hop, text);
	table_add(table, "%s", text);
	table_add(table, "%s", impact_name(r->impact));
	duration_text(r->duration_ns, text);
	table_add(table, "%s", text);
	outcome_text(r, text);
	table_add(table, "%s", text);
}

struct wanted {
	bool ended;
	bool in_flight;
	bool headed;
};

static bool is_wanted(const struct wanted *wanted, const struct cxl_switch_cci_record *r)
{
	return r->in_flight ? wanted->in_flight : wanted->ended;
}

/* Prints how many there were; false without memory. */
static bool show(struct session *session, const struct cxl_switch_cci_record *records,
		 size_t count, const struct wanted *wanted, size_t *shown)
{
	static const char *const headings[] = {
		"TIME", "WHO", "UID", "COMMAND", "TO", "IMPACT", "TOOK", "OUTCOME", NULL,
	};
	bool silent = session->options->json;
	struct table table;
	size_t i;

	*shown = 0;
	table_open(&table, 8);
	if (wanted->headed)
		table_head(&table, headings);
	table.right = 1U << 2 | 1U << 6;
	for (i = 0; i < count; i++) {
		if (!is_wanted(wanted, &records[i]))
			continue;
		add_row(session, &table, &records[i]);
		(*shown)++;
	}
	return table_close(&table, silent || !*shown ? NULL : &session->screen);
}

static struct json_object *json_records(const struct cxl_switch_cci_record *records, size_t count,
					const struct wanted *wanted)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < count; i++)
		if (is_wanted(wanted, &records[i]))
			json_object_array_add(array, json_record(&records[i]));
	return array;
}

static void tell_limits(const struct session *session)
{
	if (geteuid())
		session_note(session, "without CAP_SYS_RAWIO only your own commands are shown");
}

static enum result tell(struct session *session, const struct wanted *wanted, const char *nothing)
{
	struct cxl_switch_cci_record *records;
	uint64_t dropped = 0;
	size_t count, shown;
	enum result result = transport_recent(&session->device.transport, &records, &count,
					      &dropped, &session->failure);

	if (!result) {
		json_object_object_add(session->json, "commands",
				       json_records(records, count, wanted));
		if (wanted->ended)
			json_number(session->json, "dropped", (int64_t)dropped);
		tell_limits(session);
		if (!show(session, records, count, wanted, &shown))
			result = fail_memory(&session->failure);
		else if (!shown)
			session_note(session, "%s", nothing);
	}
	free(records);
	return result;
}

/* ---- --follow ---- */

/*
 * The first record after the last one shown; all records if that one is not in
 * the list any more.
 */
static size_t first_unseen(const struct cxl_switch_cci_record *records, size_t count,
			   const struct cxl_switch_cci_record *last)
{
	size_t i;

	for (i = count; i--; )
		if (!memcmp(&records[i], last, sizeof(*last)))
			return i + 1;
	return 0;
}

static void remember_last(struct cxl_switch_cci_record *last,
			  const struct cxl_switch_cci_record *records, size_t count)
{
	while (count--)
		if (!records[count].in_flight) {
			*last = records[count];
			return;
		}
}

static enum result go_on(struct session *session)
{
	struct wanted wanted = { .ended = true, .headed = true };
	struct cxl_switch_cci_record *records, last = { 0 };
	enum result result;
	uint64_t dropped;
	size_t count, first, shown;

	if (session->options->json)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "--follow does not end, and a JSON object would");
	tell_limits(session);
	do {
		result = transport_recent(&session->device.transport, &records, &count, &dropped,
					  &session->failure);
		if (result)
			break;
		first = first_unseen(records, count, &last);
		if (!first && last.boottime_ns)
			session_note(session, "some were missed: more ended than are kept");
		if (!show(session, records + first, count - first, &wanted, &shown))
			result = fail_memory(&session->failure);
		wanted.headed = wanted.headed && !shown;
		remember_last(&last, records, count);
		free(records);
		records = NULL;
	} while (!result && !fflush(session->screen.out) && !usleep(FOLLOW_STEP_US));
	free(records);
	return result;
}

enum result verb_log(struct session *session)
{
	static const struct wanted all = { .ended = true, .in_flight = true, .headed = true };

	if (session->options->follow)
		return go_on(session);
	return tell(session, &all, "no command has been sent yet");
}

enum result verb_ps(struct session *session)
{
	static const struct wanted in_flight = { .in_flight = true, .headed = true };

	return tell(session, &in_flight, "no command is in flight");
}
