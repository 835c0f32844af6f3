// SPDX-License-Identifier: GPL-2.0-only
/*
 * log and ps: records of every kind in words and in JSON, from a driver that may
 * tell nonsense.
 */
#include "test_tool_screen.h"

#include <time.h>

#include "verbs/verbs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One of each end, the last two in flight. */
static struct cxl_switch_cci_record records[] = {
	{ .id = 11, .duration_ns = 27530, .pid = 400, .uid = 0, .opcode = 0x0001,
	  .leaf_opcode = 0x0001, .stage = CXL_SWITCH_CCI_STAGE_ANSWERED,
	  .verdict_flags = CXL_SWITCH_CCI_VERDICT_AUDITED, .comm = "fmd" },
	{ .id = 12, .duration_ns = 3400000, .pid = 400, .uid = 0, .opcode = 0x5300,
	  .leaf_opcode = 0x0400, .depth = 2, .id_of_hop = { 3, 1 }, .leaf_return_code = 0x0003,
	  .stage = CXL_SWITCH_CCI_STAGE_ANSWERED, .comm = "fmd" },
	{ .id = 0, .duration_ns = 900, .pid = 401, .uid = 1000, .opcode = 0xc000,
	  .leaf_opcode = 0xc000, .error = EPERM, .stage = CXL_SWITCH_CCI_STAGE_REFUSED,
	  .impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE, .reason = CXL_SWITCH_CCI_REASON_UNAUDITED,
	  .comm = "script" },
	{ .id = 13, .duration_ns = 2500000000, .pid = 402, .uid = 1000, .opcode = 0x5300,
	  .leaf_opcode = 0x0001, .depth = 2, .target = { 0, 1 }, .id_of_hop = { 3 },
	  .error = ETIMEDOUT, .stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, .comm = "script" },
	{ .id = 14, .duration_ns = 1, .pid = 403, .opcode = 0x5100, .leaf_opcode = 0x5100,
	  .error = EBUSY, .stage = CXL_SWITCH_CCI_STAGE_NOT_SENT, .comm = "poller" },
	{ .id = 15, .duration_ns = 1, .pid = 403, .opcode = 0x5300, .leaf_opcode = 0x0001,
	  .depth = 1, .id_of_hop = { 7 }, .leaf_return_code = CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN,
	  .stage = CXL_SWITCH_CCI_STAGE_ANSWERED, .comm = "poller" },
	{ .id = 16, .duration_ns = 1200000000, .pid = 404, .opcode = 0x0401,
	  .leaf_opcode = 0x0401, .in_flight = 1, .stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN,
	  .comm = "slowcat" },
	{ .id = 17, .duration_ns = 100, .pid = 405, .opcode = 0x0001, .leaf_opcode = 0x0001,
	  .in_flight = 1, .stage = CXL_SWITCH_CCI_STAGE_NOT_SENT, .comm = "waiter" },
};

static uint64_t boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int start(void **state)
{
	for (size_t i = 0; i < COUNT(records); i++)
		records[i].boottime_ns = boottime_ns() - 5000000000u + i;
	fake = (struct fake){ .records = records, .record_count = COUNT(records) };
	options = (struct options){ .quiet = true };
	open_session("verb");
	session.device.info.component_type = CXL_SWITCH_CCI_COMPONENT_SWITCH;
	return 0;
}

static unsigned int lines(void)
{
	unsigned int count = 0;

	fflush(session.screen.out);
	for (const char *at = text; at && (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

/* One line has all of them, in this order. */
static void expect_line(const char *const *words)
{
	const char *line, *end, *at = NULL;

	fflush(session.screen.out);
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		size_t i;

		for (i = 0, at = line; words[i]; i++, at++) {
			at = strstr(at, words[i]);
			if (!at || at > end)
				break;
		}
		if (!words[i])
			return;
	}
	fail_msg("no line with '%s' and the rest in:\n%s", words[0], text);
}

#define EXPECT_LINE(...) expect_line((const char *const []){ __VA_ARGS__, NULL })

static struct json_object *command(size_t index)
{
	return element(session.json, "commands", index);
}

/* ---- log ---- */

static void each_end_has_its_words(void **state)
{
	assert_int_equal(verb_log(&session), RESULT_OK);
	assert_int_equal(lines(), 1 + COUNT(records));
	EXPECT_LINE("TIME", "WHO", "UID", "COMMAND", "TO", "IMPACT", "TOOK", "OUTCOME");
	EXPECT_LINE("fmd[400]", " 0 ", "Identify (0001h)", "itself", "query", "27 us", "ok");
	EXPECT_LINE("fmd[400]", "Get Supported Logs (0400h)", "port 3, LD 1", "3.4 ms",
		    "Unsupported (0003h)");
	EXPECT_LINE("script[401]", "1000", "(C000h)", "itself", "destructive",
		    "refused: unaudited");
	EXPECT_LINE("script[402]", "port 3, LD pool", "2.5 s", "ETIMEDOUT, sent, outcome unknown");
	EXPECT_LINE("poller[403]", "(5100h)", "EBUSY, not sent");
	EXPECT_LINE("poller[403]", "port 7", "unusable answer");
	EXPECT_LINE("slowcat[404]", "1.2 s", "with the device");
	EXPECT_LINE("waiter[405]", "in the queue");
}

static void the_report_has_the_numbers(void **state)
{
	options.json = true;
	assert_int_equal(verb_log(&session), RESULT_OK);
	assert_int_equal(lines(), 0);
	assert_int_equal(json_object_array_length(get(session.json, "commands")), COUNT(records));
	expect_number(session.json, "dropped", 7);

	expect_number(command(1), "id", 12);
	expect_number(command(1), "pid", 400);
	expect_number(command(1), "duration_ns", 3400000);
	expect_text(command(1), "comm", "fmd");
	expect_text(command(1), "opcode", "0x5300");
	expect_text(command(1), "leaf_opcode", "0x0400");
	expect_text(command(1), "command", "Get Supported Logs");
	expect_text(command(1), "stage", "answered");
	expect_number(get(command(1), "return_code"), "number", 0);
	expect_number(get(command(1), "leaf_return_code"), "number", 3);
	expect_number(element(command(1), "path", 1), "id", 1);
	expect_flag(command(1), "in_flight", false);
	expect_flag(command(0), "audited", true);
	assert_null(get(command(1), "errno"));

	expect_number(command(2), "uid", 1000);
	expect_text(command(2), "gate", "unaudited");
	expect_text(command(2), "impact", "destructive");
	expect_text(get(command(2), "errno"), "name", "EPERM");
	assert_null(get(command(2), "return_code"));
	expect_text(element(command(3), "path", 1), "target", "LD pool");
	expect_flag(command(6), "in_flight", true);
	assert_null(get(command(6), "return_code"));
}

/* Five seconds ago by the wall clock, give or take what this machine takes. */
static void the_time_is_the_wall_clocks(void **state)
{
	struct tm tm = { 0 };
	const char *rest;
	double ago;

	options.json = true;
	assert_int_equal(verb_log(&session), RESULT_OK);
	rest = strptime(json_object_get_string(get(command(0), "time")), "%Y-%m-%dT%H:%M:%S", &tm);
	assert_non_null(rest);
	assert_int_equal(strlen(rest), strlen(".000Z"));
	ago = difftime(time(NULL), timegm(&tm));
	assert_true(ago >= 4 && ago < 60);
}

static void a_name_obeys_no_terminal(void **state)
{
	struct cxl_switch_cci_record evil = records[0];

	memcpy(evil.comm, "\033[2J\n\23331m\177abcdefgh", sizeof(evil.comm));
	fake.records = &evil;
	fake.record_count = 1;
	assert_int_equal(verb_log(&session), RESULT_OK);
	assert_int_equal(lines(), 2);
	EXPECT_LINE("?[2J??31m?abcde[400]");
	for (const char *at = text; *at; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
}

/* Every byte of a record at its extremes. */
static void nonsense_is_shown_and_no_more(void **state)
{
	struct cxl_switch_cci_record wild[2];

	memset(&wild[0], 0xff, sizeof(wild[0]));
	memset(&wild[1], 0, sizeof(wild[1]));
	fake.records = wild;
	fake.record_count = 2;
	assert_int_equal(verb_log(&session), RESULT_OK);
	assert_int_equal(lines(), 3);
	options.json = true;
	assert_int_equal(verb_log(&session), RESULT_OK);
}

static void more_than_asked_for_is_not_believed(void **state)
{
	struct cxl_switch_cci_record *many = calloc(4096, sizeof(*many));

	fake.records = many;
	fake.record_count = 4097;
	assert_int_equal(verb_log(&session), RESULT_IO);
	free(many);
}

static void without_records_a_note(void **state)
{
	fake.record_count = 0;
	assert_int_equal(verb_log(&session), RESULT_OK);
	assert_int_equal(lines(), 0);
	assert_int_equal(verb_ps(&session), RESULT_OK);
}

static void failures_are_told(void **state)
{
	fake.recent_error = ENODEV;
	assert_int_equal(verb_log(&session), RESULT_IO);
	assert_int_equal(session.failure.error, ENODEV);
	session.device.transport.features = CXL_SWITCH_CCI_FEATURE_SEND;
	assert_int_equal(verb_ps(&session), RESULT_NO_DEVICE);
	assert_non_null(strstr(session.failure.message, "RECENT"));
}

/* ---- ps ---- */

static void ps_tells_what_is_in_flight(void **state)
{
	assert_int_equal(verb_ps(&session), RESULT_OK);
	assert_int_equal(lines(), 3);
	EXPECT_LINE("slowcat[404]", "Get Log (0401h)", "1.2 s", "with the device");
	EXPECT_LINE("waiter[405]", "Identify (0001h)", "in the queue");
	options.json = true;
	assert_int_equal(verb_ps(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "commands")), 2);
	expect_number(command(0), "pid", 404);
}

/* ---- log --follow ---- */

static unsigned int looks;

/* Three at first, then five, then more than are kept, then the device goes. */
static int next_recent(void *context, struct cxl_switch_cci_recent *list)
{
	static const uint32_t counts[] = { 3, 5, 8 };
	struct cxl_switch_cci_record *out = (void *)(uintptr_t)list->entries;

	if (looks == 3)
		return -ENODEV;
	list->room = counts[looks++];
	memcpy(out, records, list->room * sizeof(*out));
	if (looks == 3)
		for (uint32_t i = 0; i < list->room; i++)
			out[i].pid += 100;
	return 0;
}

static void follow_tells_each_once(void **state)
{
	struct transport_ops ops = *session.device.transport.ops;

	looks = 0;
	ops.recent = next_recent;
	session.device.transport.ops = &ops;
	options.follow = true;
	assert_int_equal(verb_log(&session), RESULT_IO);
	/* a heading, 3, 2 more, then the 6 of 8 that are not in flight */
	assert_int_equal(lines(), 1 + 3 + 2 + 6);
	EXPECT_LINE("poller[403]");
	EXPECT_LINE("poller[503]");
	assert_null(strstr(text, "slowcat"));
	options.json = true;
	assert_int_equal(verb_log(&session), RESULT_USAGE);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(each_end_has_its_words),
		CASE(the_report_has_the_numbers),
		CASE(the_time_is_the_wall_clocks),
		CASE(a_name_obeys_no_terminal),
		CASE(nonsense_is_shown_and_no_more),
		CASE(more_than_asked_for_is_not_believed),
		CASE(without_records_a_note),
		CASE(failures_are_told),
		CASE(ps_tells_what_is_in_flight),
		CASE(follow_tells_each_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
