// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind, unbind, port: what is sent, byte by byte; that the virtual switch's
 * state decides; and answers that lie about their lengths.
 */
#include "test_tool_session.h"

#include "fabric/events.h"
#include "cci/vcs.h"

/* What the far end shows: the vPPB after the operation, and how that ended. */
static uint8_t shown[4], change[8], event_type;
static size_t change_size, cut;
static uint16_t ended, answer_code, vcs_code;
static uint8_t end_state;
static bool has_event, changed, other_vcs, empty_log;

static int follow(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	assert_int_equal(status->cookie, 7);
	status->state = end_state;
	status->percent = 50;
	status->opcode = 0x5201;
	status->return_code = ended;
	return 0;
}

static size_t answer_vcs(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	static const uint8_t asked[4] = { 2, 1, 1, 1 };

	assert_int_equal(request->size, 4);
	assert_memory_equal(request->payload, asked, 4);
	far->return_code = vcs_code;
	if (vcs_code)
		far->fail_level = 0;
	memset(out, 0, 12);
	out[0] = 1;
	out[4] = other_vcs ? 3 : 1;
	out[5] = 1;
	out[6] = 8;
	out[7] = 4;
	memcpy(out + 8, shown, 4);
	return 12 - cut;
}

static void put_record(uint8_t *out, uint16_t handle, uint8_t vppb)
{
	static const uint8_t uuid[16] = {
		0x40, 0xd2, 0x64, 0x25, 0x33, 0x96, 0x4c, 0x4d,
		0xa5, 0xda, 0x3d, 0x47, 0x26, 0x3a, 0xf4, 0x25,
	};

	memset(out, 0, 128);
	memcpy(out, uuid, 16);
	fake_put(out + 0x14, handle, 2);
	out[0x30] = 1;
	out[0x31] = vppb;
	out[0x32] = event_type;
	out[0x33] = 2;
	out[0x34] = 9;
}

/* Handle 5 was there before, about the same vPPB; 6 is about another; 7 is ours. */
static size_t answer_events(const struct fake_request *request, uint8_t *out)
{
	size_t count = request->payload[0] ? 0 : changed && has_event ? 3 : 2;

	memset(out, 0, 32);
	out[0x14] = (uint8_t)count;
	put_record(out + 32, 5, 2);
	put_record(out + 160, 6, 3);
	put_record(out + 288, 7, 2);
	return empty_log ? 32 : 32 + 128 * count;
}

static size_t answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	assert_int_equal(request->depth, 0);
	if (request->opcode == 0x5200)
		return answer_vcs(far, request, out);
	if (request->opcode == 0x0100)
		return answer_events(request, out);
	changed = true;
	memcpy(change, request->payload, request->size);
	change_size = request->size;
	far->return_code = answer_code;
	far->fail_level = 0;
	return 0;
}

static int start(void **state)
{
	start_session(answer, follow);
	ended = 0;
	answer_code = 1;
	vcs_code = 0;
	end_state = CXL_SWITCH_CCI_OPERATION_FINISHED;
	has_event = true;
	changed = false;
	other_vcs = false;
	event_type = 0;
	cut = 0;
	memcpy(shown, "\x02\x09\x00\x00", 4);
	set_words("1", "2", "9", NULL);
	return 0;
}

static void test_bind_a_port(void **state)
{
	static const uint8_t expected[6] = { 1, 2, 9, 0, 0xff, 0xff };

	assert_int_equal(verb_bind(&session), RESULT_OK);
	assert_int_equal(change_size, 6);
	assert_memory_equal(change, expected, 6);
	expect_text(get(session.json, "binding"), "name", "bound port");
	expect_number(get(session.json, "event"), "handle", 7);
	expect_number(session.json, "cookie", 7);
}

static void test_bind_an_ld(void **state)
{
	static const uint8_t expected[6] = { 1, 2, 9, 0, 1, 0 };

	memcpy(shown, "\x03\x09\x01\x00", 4);
	set_words("1", "2", "9", "1");
	options.json = false;
	assert_int_equal(verb_bind(&session), RESULT_OK);
	assert_memory_equal(change, expected, 6);
	expect_shown("VCS 1 vPPB 2: bound LD, port 9, LD 1\n");
}

static void test_unbind(void **state)
{
	static const char *const options_of[] = { NULL, "wait", "managed", "surprise" };
	static const uint8_t sent[] = { 0, 0, 1, 2 };
	size_t i;

	memset(shown, 0, 4);
	for (i = 0; i < 4; i++) {
		options.how = options_of[i];
		assert_int_equal(verb_unbind(&session), RESULT_OK);
		assert_int_equal(change_size, 3);
		assert_int_equal(change[2], sent[i]);
	}
	options.how = "gently";
	assert_int_equal(verb_unbind(&session), RESULT_USAGE);
}

/* Success without the effect is none; the event tells why. */
static void test_state_decides(void **state)
{
	static const uint8_t wrong[][4] = {
		{ 0, 0, 0, 0 }, { 1, 9, 0, 0 }, { 2, 8, 0, 0 }, { 3, 9, 0, 0 }, { 9, 9, 0, 0 },
	};
	size_t i;

	for (i = 0; i < 5; i++) {
		memcpy(shown, wrong[i], 4);
		changed = false;
		assert_int_equal(verb_bind(&session), RESULT_DEVICE_ERROR);
		expect_failure("the virtual switch shows VCS 1 vPPB 2: ");
		expect_failure("binding change, VCS 1, vPPB 2, bound port, port 9");
	}
	set_words("1", "2", "9", "1");
	memcpy(shown, "\x03\x09\x02\x00", 4);
	assert_int_equal(verb_bind(&session), RESULT_DEVICE_ERROR);
}

/* And the effect without success is one. */
static void test_state_decides_the_other_way(void **state)
{
	ended = 4;
	assert_int_equal(verb_bind(&session), RESULT_OK);
	ended = 0;
	end_state = CXL_SWITCH_CCI_OPERATION_LOST;
	assert_int_equal(verb_bind(&session), RESULT_OK);
}

static void test_how_it_ended(void **state)
{
	static const struct {
		uint8_t state;
		uint16_t code;
		enum result result;
	} ends[] = {
		{ CXL_SWITCH_CCI_OPERATION_FINISHED, 4, RESULT_DEVICE_ERROR },
		{ CXL_SWITCH_CCI_OPERATION_FINISHED, 0x12, RESULT_ABORTED },
		{ CXL_SWITCH_CCI_OPERATION_LOST, 0, RESULT_LOST },
		{ CXL_SWITCH_CCI_OPERATION_RUNNING, 0, RESULT_TIMEOUT },
	};
	size_t i;

	options.limit_ms = 1000;
	memset(shown, 0, 4);
	for (i = 0; i < 4; i++) {
		end_state = ends[i].state;
		ended = ends[i].code;
		assert_int_equal(verb_bind(&session), ends[i].result);
		assert_non_null(strstr(session.failure.hint, "unbound"));
	}
}

/* Nothing begun, nothing read back; and none of the device's answers is believed. */
static void test_refused_by_the_device(void **state)
{
	answer_code = 2;
	assert_int_equal(verb_bind(&session), RESULT_DEVICE_ERROR);
	assert_int_equal(fake.sends, 3);
	answer_code = 0;
	assert_int_equal(verb_bind(&session), RESULT_OK);
}

static void test_refused_by_the_driver(void **state)
{
	decision.error = EPERM;
	decision.reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
	fake.error = EPERM;
	fake.stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	fake.reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
	assert_int_equal(verb_bind(&session), RESULT_REFUSED);
	assert_int_equal(session.failure.reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_false(changed);
	options.dry_run = true;
	fake.sends = 0;
	assert_int_equal(verb_bind(&session), RESULT_REFUSED);
	assert_int_equal(fake.sends, 0);
}

static void test_lies_about_lengths(void **state)
{
	size_t i;

	for (i = 1; i <= 12; i++) {
		cut = i;
		assert_int_equal(verb_bind(&session), RESULT_IO);
		assert_int_equal(session.failure.error, EBADMSG);
	}
	cut = 0;
	other_vcs = true;
	assert_int_equal(verb_bind(&session), RESULT_IO);
	expect_failure("of another one");
	other_vcs = false;
	vcs_code = 3;
	assert_int_equal(verb_bind(&session), RESULT_DEVICE_ERROR);
	expect_failure("5200h");
}

static void test_without_an_event(void **state)
{
	has_event = false;
	assert_int_equal(verb_bind(&session), RESULT_OK);
	assert_null(get(session.json, "event"));
	has_event = true;
	event_type = 1;
	assert_int_equal(verb_bind(&session), RESULT_OK);
	assert_null(get(session.json, "event"));
}

/* A log that counts records which it does not give. */
static void test_a_log_without_its_records(void **state)
{
	empty_log = true;
	assert_int_equal(verb_bind(&session), RESULT_OK);
	assert_null(get(session.json, "event"));
	assert_int_equal(verb_unbind(&session), RESULT_DEVICE_ERROR);
	empty_log = false;
}

static void test_numbers(void **state)
{
	set_words("256", "2", "9", NULL);
	assert_int_equal(verb_bind(&session), RESULT_USAGE);
	set_words("1", "-2", "9", NULL);
	assert_int_equal(verb_bind(&session), RESULT_USAGE);
	set_words("1", "2", "9", "65536");
	assert_int_equal(verb_bind(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
}

static void test_port(void **state)
{
	answer_code = 0;
	set_words("4", NULL, NULL, NULL);
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	assert_int_equal(verb_port_reset(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
	options.force = true;
	assert_int_equal(verb_port_reset(&session), RESULT_OK);
	assert_int_equal(change_size, 2);
	assert_memory_equal(change, "\x04\x02", 2);
	set_words("4", "assert", NULL, NULL);
	assert_int_equal(verb_port_perst(&session), RESULT_OK);
	assert_memory_equal(change, "\x04\x00", 2);
	set_words("4", "deassert", NULL, NULL);
	options.json = false;
	assert_int_equal(verb_port_perst(&session), RESULT_OK);
	assert_memory_equal(change, "\x04\x01", 2);
	expect_shown("switch7 port 4: PERST# is deasserted\n");
	set_words("4", "press", NULL, NULL);
	assert_int_equal(verb_port_perst(&session), RESULT_USAGE);
	set_words("4", "assert", NULL, NULL);
	answer_code = 2;
	assert_int_equal(verb_port_perst(&session), RESULT_DEVICE_ERROR);
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_bind_a_port),
		RUN_BY(test_bind_an_ld),
		RUN_BY(test_unbind),
		RUN_BY(test_state_decides),
		RUN_BY(test_state_decides_the_other_way),
		RUN_BY(test_how_it_ended),
		RUN_BY(test_refused_by_the_device),
		RUN_BY(test_refused_by_the_driver),
		RUN_BY(test_lies_about_lengths),
		RUN_BY(test_without_an_event),
		RUN_BY(test_a_log_without_its_records),
		RUN_BY(test_numbers),
		RUN_BY(test_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
