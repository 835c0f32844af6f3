// SPDX-License-Identifier: GPL-2.0-only
/*
 * vcs, health, mld, mhd and dcd: what is asked, what is told, and that an answer
 * of any wrong length or count is not believed.
 */
#include "test_tool_session.h"

struct canned {
	uint16_t opcode;
	uint8_t bytes[300];
	size_t size;
};

static struct canned answers[4];
static size_t answer_count, cut_which, cut_size;
static uint8_t sent[64];
static size_t sent_size;
static uint64_t held;	/* by host 1, under the tag */
static unsigned int looks;
static uint8_t most_asked;	/* highest LD at which a list of LDs was to begin */

static size_t answer_extents(const struct fake_request *request, uint8_t *out)
{
	uint32_t count = request->payload[0] == 1 && held;

	assert_int_equal(request->size, 12);
	if (++looks == 4)
		held = 0x20000000;
	memset(out, 0, 0x18 + 0x28);
	fake_put(out, request->payload[0], 2);
	fake_put(out + 8, count, 4);
	fake_put(out + 12, count, 4);
	fake_put(out + 0x18, 0x10000000, 8);
	fake_put(out + 0x20, held, 8);
	memset(out + 0x28, 0xab, 16);
	return 0x18 + (size_t)count * 0x28;
}

static size_t answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	size_t i;

	far->fail_level = request->depth;
	if (request->opcode == 0x0001)
		return fake_identify(out, 1, 9, 3);
	if (request->opcode == 0x5603)
		return answer_extents(request, out);
	if (request->opcode == 0x5604 || request->opcode == 0x5605) {
		memcpy(sent, request->payload, request->size);
		sent_size = request->size;
		held = request->opcode == 0x5605 ? 0 : held;
		return 0;
	}
	if (request->opcode == 0x5401 && request->payload[0] > most_asked)
		most_asked = request->payload[0];
	for (i = 0; i < answer_count; i++) {
		if (answers[i].opcode != request->opcode)
			continue;
		memcpy(out, answers[i].bytes, answers[i].size);
		return i == cut_which ? cut_size : answers[i].size;
	}
	far->return_code = 3;
	return 0;
}

static int start(void **state)
{
	start_session(answer, NULL);
	memset(answers, 0, sizeof(answers));
	answer_count = 0;
	cut_which = SIZE_MAX;
	held = 0;
	looks = 0;
	return 0;
}

static uint8_t *add_answer(uint16_t opcode, size_t size)
{
	struct canned *canned = &answers[answer_count++];

	canned->opcode = opcode;
	canned->size = size;
	return canned->bytes;
}

/* Each length below the right one is refused, and a longer one is not. */
static void expect_exact(enum result (*verb)(struct session *session), size_t which)
{
	assert_int_equal(verb(&session), RESULT_OK);
	cut_which = which;
	for (cut_size = 0; cut_size < answers[which].size; cut_size++)
		if (verb(&session) != RESULT_IO || session.failure.error != EBADMSG)
			fail_msg("%zu bytes of %04x pass", cut_size, answers[which].opcode);
	cut_size = answers[which].size + 7;
	assert_int_equal(verb(&session), RESULT_OK);
	cut_which = SIZE_MAX;
}

static struct json_object *result(void)
{
	return element(session.json, "results", 0);
}

static void test_vcs(void **state)
{
	uint8_t *bytes = add_answer(0x5100, 0x49);
	struct json_object *vcs;

	bytes[0x24] = 2;
	bytes = add_answer(0x5200, 16);
	memcpy(bytes, "\x01\0\0\0\x01\x01\x08\x02\x02\x05\x00\x00\x03\x02\x01\x00", 16);
	expect_exact(verb_vcs, 1);
	expect_exact(verb_vcs, 0);
	vcs = element(session.json, "virtual_switches", 0);
	expect_number(vcs, "vcs", 1);
	expect_number(vcs, "upstream_port", 8);
	expect_text(get(element(vcs, "vppbs", 1), "binding"), "name", "bound LD");
	options.json = false;
	assert_int_equal(verb_vcs(&session), RESULT_OK);
	expect_shown("  1         8     0  bound port     5   -\n");
	expect_shown("  1         8     1  bound LD       2   1\n");
}

static void test_health(void **state)
{
	uint8_t *bytes = add_answer(0x4200, 0x12);

	options.ports = "0";
	memcpy(bytes, "\x05\x03\x00\x2a\xf6\xff\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00",
	       18);
	expect_exact(verb_health, 0);
	expect_number(result(), "temperature_celsius", -10);
	expect_text(get(result(), "health"), "name", "maintenance needed, replacement needed");
	expect_text(get(result(), "media"), "name", "all data lost");
	expect_number(result(), "life_used_percent", 42);
	expect_number(result(), "corrected_persistent_errors", 3);
	fake_put(bytes + 4, 0x7fff, 2);
	bytes[0] = 0xff;
	bytes[1] = 0xff;
	assert_int_equal(verb_health(&session), RESULT_OK);
	options.json = false;
	assert_int_equal(verb_health(&session), RESULT_OK);
	expect_shown("life used 42 %\n");
}

/* CXL 3.1 table 8-133: bit 3 is a status, too, and FFh of the life used is no percentage. */
static void test_health_of_a_failing_device(void **state)
{
	uint8_t *bytes = add_answer(0x4200, 0x12);

	options.ports = "0";
	bytes[0] = 8;
	bytes[3] = 0xff;
	assert_int_equal(verb_health(&session), RESULT_OK);
	expect_text(get(result(), "health"), "name", "memory capacity degraded");
	assert_true(json_object_object_get_ex(result(), "life_used_percent", NULL));
	assert_null(get(result(), "life_used_percent"));
	options.json = false;
	bytes[0] = 0x1b;
	assert_int_equal(verb_health(&session), RESULT_OK);
	expect_shown("maintenance needed, performance degraded, memory capacity degraded, "
		     "reserved bits 10h\n");
	assert_null(strstr(text, "255"));
	bytes[0] = 0;
	assert_int_equal(verb_health(&session), RESULT_OK);
	expect_shown("good\n");
}

static void make_mld(void)
{
	uint8_t *bytes = add_answer(0x5400, 0x0b);

	fake_put(bytes, 4ull << 30, 8);
	bytes[8] = 2;
	bytes = add_answer(0x5401, 4 + 32);
	bytes[0] = 2;
	bytes[3] = 2;
	bytes[4] = 4;
	bytes[20] = 6;
	bytes = add_answer(0x5406, 4);
	memcpy(bytes, "\x02\x00\x80\x40", 4);
	bytes = add_answer(0x5403, 7);
	memcpy(bytes, "\x01\x0a\x14\x05\x00\x01\x09", 7);
}

static void test_mld(void **state)
{
	struct json_object *ld;

	options.ports = "2";
	make_mld();
	expect_exact(verb_mld, 0);
	expect_exact(verb_mld, 1);
	expect_text(result(), "granularity", "0x0000000010000000");
	ld = element(result(), "lds", 1);
	expect_text(ld, "range_1_multiplier", "0x0000000000000006");
	expect_number(ld, "bandwidth_256ths", 64);
	assert_null(get(ld, "bandwidth_limit_256ths"));
	expect_number(get(result(), "qos"), "request_completion_basis", 256);
	options.json = false;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	expect_shown(" 0    1 GiB      0 B     50.0 %      -\n");
	/* What is optional may be cut. */
	cut_which = 2;
	cut_size = 3;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	expect_shown(" 1  1.5 GiB      0 B          -      -\n");
}

/* 5400h counts those that are supported, byte 0 of 5401h those that are enabled. */
static void test_mld_with_fewer_lds_enabled(void **state)
{
	options.ports = "2";
	make_mld();
	answers[0].bytes[8] = 16;
	most_asked = 0;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	assert_int_equal(most_asked, 0);
	expect_number(result(), "ld_count", 16);
	expect_number(result(), "enabled_lds", 2);
	assert_int_equal(json_object_array_length(get(result(), "lds")), 2);
	options.json = false;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	expect_shown("4 GiB, 16 LDs, 2 of them enabled\n");
}

/* More LDs than there can be, none at all, and sizes above all bounds. */
static void test_mld_lies(void **state)
{
	options.ports = "2";
	make_mld();
	fake_put(answers[0].bytes + 8, 0xffff, 2);
	answers[1].bytes[0] = 255;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(result(), "lds")), 256);
	answers[1].bytes[3] = 0;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	answers[1].bytes[3] = 255;
	assert_int_equal(verb_mld(&session), RESULT_IO);
	fake_put(answers[0].bytes + 8, 2, 2);
	answers[1].bytes[0] = 2;
	answers[1].bytes[3] = 2;
	memset(answers[1].bytes + 4, 0xff, 32);
	options.json = false;
	assert_int_equal(verb_mld(&session), RESULT_OK);
	expect_shown("18446744073709551615 units");
	answers[1].bytes[1] = 200;
	assert_int_equal(verb_mld(&session), RESULT_OK);
}

static void test_mhd(void **state)
{
	uint8_t *bytes = add_answer(0x5500, 10);

	options.ports = "3";
	options.lds = "pool";
	memcpy(bytes, "\x02\x01\0\0\0\x02\0\0\x00\x00", 10);
	bytes = add_answer(0x5501, 13);
	memcpy(bytes, "\x01\0\0\0\x07\x10\x08\x1f\x05\x05\x04\x00\x00", 13);
	expect_exact(verb_mhd, 0);
	expect_exact(verb_mhd, 1);
	expect_number(element(result(), "heads", 0), "port", 7);
	expect_text(get(element(result(), "heads", 0), "speed"), "name", "32");
	assert_int_equal(json_object_get_int(element(result(), "heads_of_lds", 1)), 0);
	/* Port numbers of heads, and FFh, CXL 3.2 table 7-59. */
	memcpy(answers[0].bytes + 8, "\x07\xff", 2);
	assert_int_equal(verb_mhd(&session), RESULT_OK);
	assert_int_equal(json_object_get_int(element(result(), "heads_of_lds", 0)), 7);
	assert_null(element(result(), "heads_of_lds", 1));
	options.json = false;
	assert_int_equal(verb_mhd(&session), RESULT_OK);
	expect_shown("LD 0: head at port 7\nLD 1: unassigned\n");
	options.json = true;
	/* More heads than the answer can hold. */
	answers[0].bytes[1] = 255;
	assert_int_equal(verb_mhd(&session), RESULT_IO);
	answers[0].bytes[5] = 255;
	assert_int_equal(verb_mhd(&session), RESULT_IO);
}

static void test_dcd_info(void **state)
{
	uint8_t *bytes = add_answer(0x5600, 0x54);

	options.ports = "4";
	bytes[0] = 2;
	bytes[1] = 1;
	fake_put(bytes + 0x14, 1 << 28, 8);
	/* In units of 256 MiB, CXL 3.1 table 7-57: 4 GiB. */
	bytes[0x0c] = 16;
	held = 1 << 29;
	expect_exact(verb_dcd_info, 0);
	expect_number(result(), "hosts", 2);
	expect_text(result(), "capacity", "0x0000000100000000");
	assert_int_equal(json_object_array_length(get(result(), "extents")), 1);
	expect_number(element(result(), "extents", 0), "host", 1);
	expect_text(element(result(), "extents", 0), "length", "0x0000000020000000");
	answers[0].bytes[1] = 255;
	assert_int_equal(verb_dcd_info(&session), RESULT_OK);
	options.json = false;
	assert_int_equal(verb_dcd_info(&session), RESULT_OK);
	expect_shown("4 GiB of capacity\n");
	memset(answers[0].bytes + 0x0c, 0xff, 8);
	assert_int_equal(verb_dcd_info(&session), RESULT_OK);
	expect_shown("18446744073709551615 units of 256 MiB of capacity\n");
	options.json = true;
	assert_int_equal(verb_dcd_info(&session), RESULT_OK);
	assert_null(get(result(), "capacity"));
}

#define TAG "abababab-abab-abab-abab-abababababab"

static void test_dcd_add(void **state)
{
	uint8_t expected[0x20] = { 1, 0, 0, 3, 0, 0, 0, 0x20 };

	options.ports = "4";
	options.tag = TAG;
	set_words("1", "3", "512M", NULL);
	memset(expected + 12, 0xab, 16);
	assert_int_equal(verb_dcd_add(&session), RESULT_OK);
	assert_int_equal(sent_size, 0x20);
	assert_memory_equal(sent, expected, 0x20);
	assert_int_equal(looks, 0);
	options.wait = true;
	assert_int_equal(verb_dcd_add(&session), RESULT_OK);
	assert_int_equal(looks, 6);
	assert_int_equal(fake.now, 1500);
	expect_text(session.json, "bytes_under_tag", "0x0000000020000000");
	expect_number(element(session.json, "extents", 0), "host", 1);
	expect_text(element(session.json, "extents", 0), "length", "0x0000000020000000");
	/* The host takes no more: it has what it had. */
	assert_int_equal(verb_dcd_add(&session), RESULT_TIMEOUT);
	assert_int_equal(fake.now, 61500);
	assert_int_equal(json_object_array_length(get(session.json, "extents")), 1);
}

static void test_dcd_release(void **state)
{
	options.ports = "4";
	options.wait = true;
	held = 1;
	set_words("1", TAG, NULL, NULL);
	assert_int_equal(verb_dcd_release(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "extents")), 0);
	assert_int_equal(sent[2], 0);
	assert_int_equal(sent[12], 0xab);
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	sent_size = 0;
	assert_int_equal(verb_dcd_release(&session), RESULT_USAGE);
	assert_int_equal(sent_size, 0);
}

static void test_dcd_words(void **state)
{
	static const char *const sizes[] = {
		"", "-1", "1X", "1MB", "16777216T", "99999999999999999999",
	};
	size_t i;

	options.ports = "4";
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		set_words("1", "0", sizes[i], NULL);
		assert_int_equal(verb_dcd_add(&session), RESULT_USAGE);
	}
	set_words("1", "8", "1", NULL);
	assert_int_equal(verb_dcd_add(&session), RESULT_USAGE);
	set_words("1", "abcd", NULL, NULL);
	assert_int_equal(verb_dcd_release(&session), RESULT_USAGE);
	set_words("1", TAG "00", NULL, NULL);
	assert_int_equal(verb_dcd_release(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_vcs),
		RUN_BY(test_health),
		RUN_BY(test_health_of_a_failing_device),
		RUN_BY(test_mld_with_fewer_lds_enabled),
		RUN_BY(test_mld),
		RUN_BY(test_mld_lies),
		RUN_BY(test_mhd),
		RUN_BY(test_dcd_info),
		RUN_BY(test_dcd_add),
		RUN_BY(test_dcd_release),
		RUN_BY(test_dcd_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
