// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole verbs against a fake switch: the keys of their JSON, what a partial
 * success is, and that text is aligned. A key that goes away breaks users.
 */
#include "test_tool_screen.h"

#include <unistd.h>

#include "cli/targets.h"
#include "verbs/verbs.h"

/* Ports 0 (upstream), 1 and 2 (devices), 3 (empty); behind 1 an MLD of 2 LDs. */
static size_t answer_ports(const struct fake_request *request, uint8_t *out)
{
	static const uint8_t states[] = { 4, 3, 3, 3 }, types[] = { 0, 5, 4, 0 };
	size_t count = request->payload[0], i;

	memset(out, 0, 4 + 16 * count);
	out[0] = (uint8_t)count;
	for (i = 0; i < count; i++) {
		uint8_t *entry = out + 4 + 16 * i, port = request->payload[1 + i];

		entry[0] = port;
		entry[1] = states[port];
		entry[4] = types[port];
		entry[6] = 16;
		entry[7] = types[port] ? 8 : 0;
		entry[9] = 6;
		entry[10] = 5;
		entry[11] = 4;
	}
	return 4 + 16 * count;
}

static size_t answer_cel(uint8_t *out)
{
	static const uint8_t cel[] = {
		0x01, 0x00, 0x00, 0x00, 0x01, 0x03, 0x08, 0x00, 0x02, 0x56, 0x07, 0x0e,
	};

	memcpy(out, cel, sizeof(cel));
	return sizeof(cel);
}

static size_t refuse(uint16_t return_code)
{
	fake.return_code = return_code;
	return 0;
}

static size_t answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	bool is_mld = request->depth == 1 && request->id[0] == 1;

	if (request->depth && (request->id[0] == 0 || request->id[0] > 2)) {
		far->fail_level = 0;
		return refuse(2);
	}
	switch (request->opcode) {
	case 0x0001:
		return fake_identify(out, 0xabcd, 9, request->depth ? 3 : 0);
	case 0x0400:
		memset(out, 0, 28);
		out[0] = 1;
		memcpy(out + 8, cel_uuid, 16);
		out[24] = 12;
		return 28;
	case 0x0401:
		return answer_cel(out);
	case 0x5100:
		memset(out, 0, 0x49);
		out[2] = 4;
		return 0x49;
	case 0x5101:
		return answer_ports(request, out);
	case 0x5400:
		memset(out, 0, 11);
		out[4] = 1;
		out[8] = 2;
		return is_mld ? 11 : refuse(3);
	case 0x5201:
		return refuse(1);
	default:
		return refuse(3);
	}
}

static int start(void **state)
{
	fake = (struct fake){ .answer = answer };
	options = (struct options){ .json = true, .quiet = true };
	open_session("verb");
	session.device.info.payload_size = FAKE_PAYLOAD;
	snprintf(session.device.name, sizeof(session.device.name), "switch7");
	return 0;
}

static void test_report(void **state)
{
	expect_number(session.json, "schema", 1);
	expect_text(session.json, "verb", "verb");
}

static void test_errors(void **state)
{
	struct failure failure;
	struct json_object *error;

	fail_with(&failure, RESULT_REFUSED, EPERM, "no");
	failure.stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	failure.reason = CXL_SWITCH_CCI_REASON_LOCKDOWN;
	failure.refusing = 1U << CXL_SWITCH_CCI_REASON_LOCKDOWN |
			   1U << CXL_SWITCH_CCI_REASON_READ_ONLY | 1U << 31;
	failure.return_code = 0x20;
	session_add_error(session.json, &failure);
	error = get(session.json, "error");
	expect_number(get(error, "errno"), "number", EPERM);
	expect_text(get(error, "errno"), "name", "EPERM");
	expect_text(error, "stage", "refused");
	expect_text(error, "gate", "lockdown");
	assert_string_equal(json_object_get_string(element(error, "gates", 0)), "read-only");
	assert_string_equal(json_object_get_string(element(error, "gates", 1)), "lockdown");
	assert_string_equal(json_object_get_string(element(error, "gates", 2)), "unknown");
	expect_number(get(error, "return_code"), "number", 0x20);
	expect_text(error, "message", "no");
	assert_null(get(error, "way_out"));
	session_add_error(session.json, NULL);
	assert_null(get(session.json, "error"));
}

static void test_identify_the_switch(void **state)
{
	struct json_object *result;

	assert_int_equal(verb_identify(&session), RESULT_OK);
	result = element(session.json, "results", 0);
	assert_null(get(result, "port"));
	assert_null(get(result, "ld"));
	assert_null(get(result, "error"));
	expect_text(result, "serial", "0x000000000000abcd");
	expect_text(result, "vendor_id", "0x8086");
	expect_text(result, "component", "switch");
}

static void test_all_ports_are_those_with_a_device(void **state)
{
	options.ports = "all";
	assert_int_equal(verb_identify(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "results")), 2);
	expect_number(element(session.json, "results", 1), "port", 2);
	assert_int_equal(json_object_get_int(element(session.json, "skipped_ports", 1)), 3);
}

static void test_partial_success(void **state)
{
	struct json_object *error;

	options.ports = "1-3";
	assert_int_equal(verb_identify(&session), RESULT_PARTIAL);
	assert_null(get(element(session.json, "results", 1), "error"));
	error = get(element(session.json, "results", 2), "error");
	expect_number(get(error, "return_code"), "number", 2);
	expect_text(get(error, "return_code"), "name", "Invalid Input");
	expect_text(error, "stage", "answered");
}

static void test_none_succeeds(void **state)
{
	options.ports = "3,4";
	assert_int_equal(verb_identify(&session), RESULT_DEVICE_ERROR);
	options.ports = "4";
	assert_int_equal(verb_identify(&session), RESULT_DEVICE_ERROR);
}

static void test_lds(void **state)
{
	options.ports = "1";
	options.lds = "all";
	assert_int_equal(verb_identify(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "results")), 2);
	expect_number(element(session.json, "results", 1), "ld", 1);
	options.ports = "1,2";
	assert_int_equal(verb_identify(&session), RESULT_PARTIAL);
	/* Those of all ports: port 2 has no MLD, which is no failure. */
	options.ports = "all";
	assert_int_equal(verb_identify(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "results")), 2);
}

static void test_wrong_destinations(void **state)
{
	options.lds = "1";
	assert_int_equal(verb_identify(&session), RESULT_USAGE);
	options.ports = "1";
	options.lds = "x";
	assert_int_equal(verb_identify(&session), RESULT_USAGE);
	options.lds = NULL;
	options.ports = "1-";
	assert_int_equal(verb_identify(&session), RESULT_USAGE);
	session.device.transport.component_type = CXL_SWITCH_CCI_COMPONENT_TYPE3;
	options.ports = "1";
	assert_int_equal(verb_identify(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
}

static void test_ports(void **state)
{
	struct json_object *port;

	assert_int_equal(verb_ports(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "ports")), 4);
	port = element(session.json, "ports", 1);
	expect_number(port, "port", 1);
	expect_text(port, "state", "downstream");
	expect_text(port, "device_type", "type 3 MLD");
	expect_number(port, "width", 8);
	expect_number(port, "max_width", 16);
	expect_text(port, "speed_gt_s", "32");
	expect_text(port, "max_speed_gt_s", "64");
	expect_text(port, "ltssm", "L0");
	assert_false(json_object_get_boolean(get(get(port, "link_flags"), "present")));
}

static void test_named_ports(void **state)
{
	options.ports = "2,9";
	assert_int_equal(verb_ports(&session), RESULT_PARTIAL);
	assert_int_equal(json_object_array_length(get(session.json, "ports")), 1);
	options.ports = "9";
	assert_int_equal(verb_ports(&session), RESULT_USAGE);
}

static void test_cel(void **state)
{
	struct json_object *result, *command;

	options.ports = "1";
	assert_int_equal(verb_cel(&session), RESULT_OK);
	result = element(session.json, "results", 0);
	expect_number(result, "size", 12);
	assert_true(json_object_get_boolean(get(result, "complete")));
	command = element(result, "commands", 1);
	expect_text(command, "opcode", "0x0301");
	expect_text(command, "name", "Set Timestamp");
	expect_text(command, "effects_bits", "0x0008");
	assert_string_equal(json_object_get_string(element(command, "effects", 0)), "policy");
	command = element(result, "commands", 0);
	assert_int_equal(json_object_array_length(get(command, "effects")), 0);
}

static void test_effects_in_words(void **state)
{
	char words[400];

	effects_text(0, words, sizeof(words));
	assert_string_equal(words, "none");
	effects_text(0x0e07, words, sizeof(words));
	assert_string_equal(words, "config after cold/conventional/CXL reset, config now, data");
	effects_text(0x0a00, words, sizeof(words));
	assert_string_equal(words, "config after CXL reset");
	effects_text(0x0e00, words, sizeof(words));
	assert_string_equal(words, "config after conventional/CXL reset");
	effects_text(0x0a41, words, sizeof(words));
	assert_string_equal(words, "config after cold/CXL reset, background");
	effects_text(0x1800, words, sizeof(words));
	assert_string_equal(words, "bit 11 without bit 9, reserved bit 12");
	effects_text(0xffff, words, 20);
	assert_true(strlen(words) < 20);
}

static void test_raw(void **state)
{
	struct json_object *result;

	options.opcode = "0400";
	options.force = true;
	assert_int_equal(verb_raw(&session), RESULT_OK);
	expect_text(session.json, "opcode", "0x0400");
	result = element(session.json, "results", 0);
	expect_number(result, "length", 28);
	expect_number(get(result, "return_code"), "number", 0);
	expect_text(get(result, "return_code"), "name", "Success");
	expect_text(result, "payload", "01000000000000000da9c0b5bf414b788f7996b1623b3f170c000000");
}

static void test_raw_background_is_success(void **state)
{
	options.opcode = "5201";
	options.hex = "00 01";
	/* Where the driver cannot say what it does, the worst is assumed. */
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
	options.force = true;
	assert_int_equal(verb_raw(&session), RESULT_OK);
	expect_number(get(element(session.json, "results", 0), "return_code"), "number", 1);
}

static void test_raw_errors(void **state)
{
	options.opcode = "zz";
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	options.opcode = "0001";
	options.hex = "0";
	options.in = "/dev/null";
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	options.hex = NULL;
	options.in = "/nonexistent";
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	options.in = "/dev/zero";
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	options.in = "/dev/null";
	options.out = "-";
	assert_int_equal(verb_raw(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
	options.out = NULL;
	options.opcode = "4000";
	options.force = true;
	assert_int_equal(verb_raw(&session), RESULT_DEVICE_ERROR);
	assert_int_equal(fake.sends, 1);
}

static void test_raw_to_a_file(void **state)
{
	char path[] = "/tmp/cxl-switch-raw-XXXXXX";
	int descriptor = mkstemp(path);
	uint8_t bytes[64];
	FILE *file;

	assert_true(descriptor >= 0);
	close(descriptor);
	options.opcode = "0001";
	options.ports = "1,2";
	options.out = path;
	options.force = true;
	assert_int_equal(verb_raw(&session), RESULT_OK);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, sizeof(bytes), file), 36);
	assert_memory_equal(bytes, bytes + 18, 18);
	fclose(file);
	unlink(path);
}

static void test_text_is_aligned(void **state)
{
	char *line, *rest;
	size_t column = 0;

	options.json = false;
	assert_int_equal(verb_ports(&session), RESULT_OK);
	fflush(session.screen.out);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *ltssm = strstr(line, column ? "L0" : "LTSSM");

		assert_non_null(ltssm);
		assert_true(!column || column == (size_t)(ltssm - line));
		column = ltssm - line;
		assert_int_not_equal(line[strlen(line) - 1], ' ');
	}
	assert_true(column > 0);
}

static void test_tree_prefixes(void **state)
{
	struct screen screen = { 0 };
	bool last[] = { false, true };
	char prefix[TREE_PREFIX_SIZE];

	tree_prefix(&screen, last, 2, prefix);
	assert_string_equal(prefix, "|  `- ");
	screen.unicode = true;
	tree_prefix(&screen, last, 1, prefix);
	assert_string_equal(prefix, "├─ ");
}

static void test_sizes(void **state)
{
	char size[SIZE_TEXT_SIZE];

	size_text(0, size);
	assert_string_equal(size, "0 B");
	size_text(2048, size);
	assert_string_equal(size, "2 KiB");
	size_text(1536, size);
	assert_string_equal(size, "1.5 KiB");
	size_text(UINT64_MAX, size);
	assert_string_equal(size, "16 EiB");
}

#define WITH_A_SWITCH(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_SWITCH(test_report),
		WITH_A_SWITCH(test_errors),
		WITH_A_SWITCH(test_identify_the_switch),
		WITH_A_SWITCH(test_all_ports_are_those_with_a_device),
		WITH_A_SWITCH(test_partial_success),
		WITH_A_SWITCH(test_none_succeeds),
		WITH_A_SWITCH(test_lds),
		WITH_A_SWITCH(test_wrong_destinations),
		WITH_A_SWITCH(test_ports),
		WITH_A_SWITCH(test_named_ports),
		WITH_A_SWITCH(test_cel),
		cmocka_unit_test(test_effects_in_words),
		WITH_A_SWITCH(test_raw),
		WITH_A_SWITCH(test_raw_background_is_success),
		WITH_A_SWITCH(test_raw_errors),
		WITH_A_SWITCH(test_raw_to_a_file),
		WITH_A_SWITCH(test_text_is_aligned),
		cmocka_unit_test(test_tree_prefixes),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
