// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event records: each kind taken apart by the specification's offsets, cleared
 * by handle and never more than was shown, and logs that lie.
 */
#include "test_tool_session.h"

#include <signal.h>

#include "fabric/events.h"

#define RECORD	128
#define LOGS	5

static const uint8_t physical_uuid[16] = {
	0x77, 0xcf, 0x92, 0x71, 0x9c, 0x02, 0x47, 0x0b,
	0x9f, 0xe4, 0xbc, 0x7b, 0x75, 0xf2, 0xda, 0x97,
};

static const uint8_t mld_uuid[16] = {
	0x8d, 0xc4, 0x43, 0x63, 0x0c, 0x96, 0x47, 0x10,
	0xb7, 0xbf, 0x04, 0xbb, 0x99, 0x53, 0x4c, 0x3f,
};

/* The logs of the far end: handles, in order; a record is made of its handle. */
static uint16_t handles[LOGS][64];
static size_t counts[LOGS];
static unsigned int gets, clears, overflow;
static uint16_t clear_code, get_code;
static bool endless, stubborn, renewing;
static void (*decorate)(uint8_t *record);
static void (*after_get)(void);

static void put_batch(unsigned int log, uint8_t *out)
{
	size_t fit = (FAKE_PAYLOAD - 32) / RECORD, i, count = counts[log];

	memset(out, 0, 32);
	out[0] = (uint8_t)((count > fit || endless) << 1 | !!overflow);
	fake_put(out + 2, overflow, 2);
	count = count > fit ? fit : count;
	out[0x14] = (uint8_t)count;
	for (i = 0; i < count; i++) {
		uint8_t *record = out + 32 + i * RECORD;

		memset(record, 0, RECORD);
		record[0x10] = RECORD;
		record[0x11] = (uint8_t)log & 3;
		fake_put(record + 0x14, handles[log][i], 2);
		if (decorate)
			decorate(record);
	}
}

/* Refuses what is not the beginning of the log, in order. */
static void take_away(const struct fake_request *request)
{
	unsigned int log = request->payload[0], n = request->payload[2], i;

	assert_int_equal(request->payload[1], 0);
	assert_int_equal(request->size, 6 + 2 * n);
	assert_true(n <= counts[log]);
	for (i = 0; i < n; i++)
		assert_int_equal(fake_le16(request->payload + 6 + 2 * i), handles[log][i]);
	if (stubborn || renewing) {
		handles[log][0] += renewing;
		return;
	}
	counts[log] -= n;
	memmove(handles[log], handles[log] + n, counts[log] * sizeof(handles[log][0]));
}

static size_t answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	unsigned int log = request->payload[0];

	far->fail_level = request->depth;
	if (request->opcode == 0x0101) {
		clears++;
		far->return_code = clear_code;
		if (!clear_code)
			take_away(request);
		return 0;
	}
	assert_int_equal(request->opcode, 0x0100);
	assert_int_equal(request->size, 1);
	gets++;
	far->return_code = log == 4 && !counts[4] ? 2 : get_code;
	if (far->return_code)
		return 0;
	put_batch(log, out);
	if (after_get)
		after_get();
	return 32 + (size_t)out[0x14] * RECORD;
}

static int start(void **state)
{
	start_session(answer, NULL);
	memset(counts, 0, sizeof(counts));
	gets = 0;
	clears = 0;
	overflow = 0;
	clear_code = 0;
	get_code = 0;
	endless = false;
	stubborn = false;
	renewing = false;
	decorate = NULL;
	after_get = NULL;
	decision.impact = CXL_SWITCH_CCI_IMPACT_SETTING;
	return 0;
}

static void add(unsigned int log, uint16_t handle)
{
	handles[log][counts[log]++] = handle;
}

static struct json_object *record(size_t index)
{
	return element(element(session.json, "results", 0), "records", index);
}

static size_t record_count(void)
{
	return json_object_array_length(get(element(session.json, "results", 0), "records"));
}

/* ---- kinds ---- */

static void make_physical(uint8_t *out)
{
	memcpy(out, physical_uuid, 16);
	fake_put(out + 0x18, 1769860800123000000ull, 8);
	memcpy(out + 0x30, "\x09\x00\x34\x12\x00\xf3\xf2\x00\x05\x0e\x10\xc8\x3f\x06\x05\x04"
	       "\x11\x04\x00", 19);
}

static void test_physical(void **state)
{
	struct json_object *data;

	decorate = make_physical;
	add(0, 0xfffe);
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(record_count(), 1);
	expect_number(record(0), "handle", 0xfffe);
	expect_text(record(0), "kind", "physical switch");
	expect_text(record(0), "log", "informational");
	data = get(record(0), "data");
	expect_number(data, "port", 9);
	expect_text(get(data, "type"), "name", "link state change");
	expect_text(data, "slot_status", "0x1234");
	expect_text(get(data, "state"), "name", "downstream");
	expect_text(get(data, "device_mode"), "name", "68B flit");
	expect_text(get(data, "device_type"), "name", "type 3 MLD");
	expect_number(data, "width", 8);
	expect_text(get(data, "speed"), "name", "32");
	expect_text(get(data, "ltssm"), "name", "L0");
	expect_number(data, "first_lane", 0x11);
	expect_text(data, "link_flags", "0x0004");
	options.json = false;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("2026-01-31 12:00:00.123  physical switch  link state change, port 9, "
		     "downstream, device: type 3 MLD, x8, GT/s: 32, L0\n");
}

static void make_mld(uint8_t *out)
{
	memcpy(out, mld_uuid, 16);
	out[0x30] = 2;
	out[0x31] = 6;
	fake_put(out + 0x34, 0x1122334455667788ull, 8);
}

static void test_mld(void **state)
{
	decorate = make_mld;
	add(2, 1);
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_text(get(record(0), "data"), "error_message", "0x1122334455667788");
	expect_text(record(0), "severity", "failure");
	options.json = false;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("fatal error, port 6, message 1122334455667788\n");
}

static void make_odd(uint8_t *out)
{
	memset(out, 0xff, RECORD);
	fake_put(out + 0x14, 3, 2);
}

/* A kind of its own, values without a name, and a time after the end of time. */
static void make_odd_physical(uint8_t *out)
{
	make_odd(out);
	memcpy(out, physical_uuid, 16);
}

static void test_odd(void **state)
{
	decorate = make_odd;
	add(3, 3);
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_null(get(record(0), "kind"));
	assert_null(get(record(0), "data"));
	assert_int_equal(strlen(json_object_get_string(get(record(0), "raw"))), 2 * RECORD);
	options.json = false;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("ffffffff-ffff-ffff-ffff-ffffffffffff: ff ff");
	decorate = make_odd_physical;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("unknown, port 255, invalid");
}

/* ---- logs ---- */

static void test_which_logs(void **state)
{
	add(0, 1);
	add(1, 2);
	add(3, 3);
	options.logs = "warning,fatal";
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(gets, 2);
	assert_int_equal(record_count(), 2);
	options.logs = "dynamic-capacity";
	assert_int_equal(verb_events(&session), RESULT_DEVICE_ERROR);
	options.logs = "warn";
	assert_int_equal(verb_events(&session), RESULT_USAGE);
	options.logs = "warning,";
	assert_int_equal(verb_events(&session), RESULT_USAGE);
	options.logs = "";
	assert_int_equal(verb_events(&session), RESULT_USAGE);
}

static void test_behind_a_port(void **state)
{
	add(1, 2);
	options.ports = "2";
	options.lds = "1";
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(record_count(), 1);
	expect_number(element(session.json, "results", 0), "ld", 1);
}

static void test_no_events_at_all(void **state)
{
	options.json = false;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("no event records\n");
	get_code = 3;
	assert_int_equal(verb_events(&session), RESULT_DEVICE_ERROR);
}

/* ---- clear ---- */

static void test_clear_takes_batch_after_batch(void **state)
{
	uint16_t i;

	for (i = 1; i <= 10; i++)
		add(0, i);
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(record_count(), 3);
	assert_int_equal(clears, 0);
	options.clear = true;
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(element(session.json, "results", 0),
						      "records")), 10);
	assert_int_equal(clears, 4);
	assert_int_equal(counts[0], 0);
}

static void one_more(void)
{
	if (gets == 1)
		add(0, 9);
}

/* What comes between the look and the clear stays. */
static void test_clear_only_what_was_shown(void **state)
{
	options.clear = true;
	add(0, 1);
	after_get = one_more;
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(record_count(), 1);
	assert_int_equal(counts[0], 1);
	assert_int_equal(handles[0][0], 9);
}

static void test_clear_fails(void **state)
{
	options.clear = true;
	add(0, 1);
	clear_code = 0x0e;
	assert_int_equal(verb_events(&session), RESULT_DEVICE_ERROR);
	assert_int_equal(record_count(), 1);
	expect_failure("0101h");
}

/* A log that never becomes empty comes to an end all the same. */
static void test_endless_log(void **state)
{
	options.clear = true;
	options.logs = "informational";
	add(0, 1);
	endless = true;
	renewing = true;
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(gets, 1024);
	renewing = false;
	stubborn = true;
	gets = 0;
	assert_int_equal(verb_events(&session), RESULT_IO);
	assert_int_equal(gets, 2);
	expect_failure("still holds record");
}

static void test_clear_is_asked_for(void **state)
{
	options.clear = true;
	options.dry_run = true;
	add(0, 1);
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(fake.sends, 0);
	options.dry_run = false;
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	assert_int_equal(verb_events(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
}

/* ---- lies ---- */

static size_t lie_size;
static uint16_t lie_count;

static size_t answer_lies(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	memset(out, 0, FAKE_PAYLOAD);
	fake_put(out + 0x14, lie_count, 2);
	return lie_size;
}

static void test_lies(void **state)
{
	static const struct {
		size_t size;
		uint16_t count;
	} lies[] = {
		{ 0, 0 }, { 31, 0 }, { 32, 1 }, { 159, 1 }, { 160, 2 }, { 512, 4 },
		{ 512, 0xffff }, { 40, 0x8000 },
	};
	size_t i;

	fake.answer = answer_lies;
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		lie_size = lies[i].size;
		lie_count = lies[i].count;
		assert_int_equal(verb_events(&session), RESULT_IO);
		assert_int_equal(session.failure.error, EBADMSG);
	}
	/* Longer than its records is allowed. */
	lie_size = 200;
	lie_count = 1;
	assert_int_equal(verb_events(&session), RESULT_OK);
}

/* ---- follow ---- */

static void more_and_more(void)
{
	if (gets == 6)
		add(1, 100);
	if (gets == 11)
		raise(SIGINT);
}

/* Once each, also where nothing is cleared; an interrupt is a good end. */
static void test_follow(void **state)
{
	const char *at;

	options.follow = true;
	add(1, 99);
	after_get = more_and_more;
	assert_int_equal(verb_events(&session), RESULT_OK);
	expect_shown("\"handle\":99,");
	expect_shown("\"handle\":100,");
	at = strstr(text, "\"handle\":99,");
	assert_null(strstr(at + 1, "\"handle\":99,"));
	at = strstr(text, "\"handle\":100,");
	assert_null(strstr(at + 1, "\"handle\":100,"));
	assert_true(fake.now >= 2000);
}

static void test_follow_for_a_while(void **state)
{
	options.follow = true;
	options.limit_ms = 5000;
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(fake.now, 5000);
	options.ports = "1,2";
	assert_int_equal(verb_events(&session), RESULT_USAGE);
}

static int follow_nothing(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	return -ESTALE;
}

/* With notices nobody looks every other second. */
static void test_follow_by_notices(void **state)
{
	end_session(NULL);
	start_session(answer, follow_nothing);
	options.follow = true;
	options.clear = true;
	options.limit_ms = 20000;
	assert_int_equal(verb_events(&session), RESULT_OK);
	assert_int_equal(fake.mask, CXL_SWITCH_CCI_MASK_EVENT_LOG |
			 CXL_SWITCH_CCI_MASK_REMOVED);
	assert_int_equal(fake.waits, 2);
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_physical),
		RUN_BY(test_mld),
		RUN_BY(test_odd),
		RUN_BY(test_which_logs),
		RUN_BY(test_behind_a_port),
		RUN_BY(test_no_events_at_all),
		RUN_BY(test_clear_takes_batch_after_batch),
		RUN_BY(test_clear_only_what_was_shown),
		RUN_BY(test_clear_fails),
		RUN_BY(test_endless_log),
		RUN_BY(test_clear_is_asked_for),
		RUN_BY(test_lies),
		RUN_BY(test_follow),
		RUN_BY(test_follow_for_a_while),
		RUN_BY(test_follow_by_notices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
