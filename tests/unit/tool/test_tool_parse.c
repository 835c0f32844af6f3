// SPDX-License-Identifier: GPL-2.0-only
/*
 * What people type: port lists, opcodes, bytes, devices. What is accepted,
 * and that everything else is refused with a text.
 */
#include "unit.h"

#include "cci/parse.h"

static size_t count(const struct id_list *list)
{
	size_t i, found = 0;

	for (i = 0; i < ID_COUNT; i++)
		found += list->has[i];
	return found;
}

static void test_lists(void **state)
{
	struct id_list list;

	assert_null(parse_id_list("3", &list));
	assert_true(list.has[3] && count(&list) == 1 && !list.all);
	assert_null(parse_id_list("0-7", &list));
	assert_true(list.has[0] && list.has[7] && count(&list) == 8);
	assert_null(parse_id_list("0,3,5-7", &list));
	assert_true(list.has[0] && list.has[3] && list.has[5] && list.has[6] && list.has[7]);
	assert_int_equal(count(&list), 5);
	assert_null(parse_id_list("0-255", &list));
	assert_int_equal(count(&list), 256);
	assert_null(parse_id_list("2-2,2", &list));
	assert_int_equal(count(&list), 1);
	assert_null(parse_id_list("all", &list));
	assert_true(list.all);
}

static void test_bad_lists(void **state)
{
	static const char *const bad[] = {
		"", "256", "-1", "7-0", "0-", "-", "1,", ",1", "1,,2", "1 2", "0-256", "a", "all,1",
		"1-2-3", "0x1", "99999999999999999999", "+1", "1;2",
	};
	struct id_list list;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!parse_id_list(bad[i], &list))
			fail_msg("accepted '%s'", bad[i]);
}

static void test_impacts(void **state)
{
	static const char *const good[] = { "query", "setting", "provision", "destructive" };
	static const char *const bad[] = { "", "unknown", "QUERY", "query ", "0", "all" };
	struct limit limit = { 0 };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_non_null(parse_impact(bad[i], &limit));
		assert_false(limit.is_set);
	}
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(parse_impact(good[i], &limit));
		assert_true(limit.is_set && limit.impact == i);
	}
}

static void test_opcodes(void **state)
{
	uint16_t opcode;

	assert_null(parse_opcode("0001", &opcode));
	assert_int_equal(opcode, 1);
	assert_null(parse_opcode("0x5101", &opcode));
	assert_int_equal(opcode, 0x5101);
	assert_null(parse_opcode("c0DEh", &opcode));
	assert_int_equal(opcode, 0xc0de);
	assert_non_null(parse_opcode("", &opcode));
	assert_non_null(parse_opcode("-1", &opcode));
	assert_non_null(parse_opcode("10000", &opcode));
	assert_non_null(parse_opcode("0x", &opcode));
	assert_non_null(parse_opcode("51 01", &opcode));
	assert_non_null(parse_opcode("identify", &opcode));
	assert_non_null(parse_opcode("fffffffffffffffff", &opcode));
}

static void test_milliseconds(void **state)
{
	uint32_t ms;

	assert_null(parse_milliseconds("1", &ms));
	assert_int_equal(ms, 1);
	assert_null(parse_milliseconds("3600000", &ms));
	assert_int_equal(ms, 3600000);
	assert_non_null(parse_milliseconds("0", &ms));
	assert_non_null(parse_milliseconds("3600001", &ms));
	assert_non_null(parse_milliseconds("10s", &ms));
	assert_non_null(parse_milliseconds("", &ms));
	assert_non_null(parse_milliseconds("-5", &ms));
}

static void expect_bytes(const char *text, const char *expected, size_t size)
{
	uint8_t bytes[8];
	size_t came;

	if (parse_hex_bytes(text, bytes, sizeof(bytes), &came))
		fail_msg("refused '%s'", text);
	assert_int_equal(came, size);
	assert_memory_equal(bytes, expected, size);
}

static void test_bytes(void **state)
{
	expect_bytes("", "", 0);
	expect_bytes("\n  ", "", 0);
	expect_bytes("01ff", "\x01\xff", 2);
	expect_bytes("01 FF", "\x01\xff", 2);
	expect_bytes("0x01,0xff", "\x01\xff", 2);
	expect_bytes("0x01ff 2", "\x01\xff\x02", 3);
	expect_bytes("01:02:03", "\x01\x02\x03", 3);
	expect_bytes("0x1, 0x2\n", "\x01\x02", 2);
	expect_bytes("0102030405060708", "\1\2\3\4\5\6\7\10", 8);
}

static void test_bad_bytes(void **state)
{
	static const char *const bad[] = {
		"0x", "xyz", "012", "01 0g", "0x 01", "-1", "010203040506070809", "01;02",
		"1 2 3 4 5 6 7 8 9",
	};
	uint8_t bytes[8];
	size_t size, i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!parse_hex_bytes(bad[i], bytes, sizeof(bytes), &size))
			fail_msg("accepted '%s'", bad[i]);
}

static void test_devices(void **state)
{
	struct selector selector;

	assert_null(parse_selector(NULL, &selector));
	assert_int_equal(selector.kind, SELECT_ANY);
	assert_null(parse_selector("switch12", &selector));
	assert_int_equal(selector.kind, SELECT_NAME);
	assert_null(parse_selector("/dev/cxl/by-path/x", &selector));
	assert_int_equal(selector.kind, SELECT_PATH);
	assert_null(parse_selector("./switch0", &selector));
	assert_int_equal(selector.kind, SELECT_PATH);
	assert_null(parse_selector("0001:0d:1f.7", &selector));
	assert_int_equal(selector.kind, SELECT_PCI);
	assert_int_equal(selector.pci_domain, 1);
	assert_int_equal(selector.pci_bus, 0x0d);
	assert_int_equal(selector.pci_devfn, 0xff);
	assert_null(parse_selector("0d:00.1", &selector));
	assert_int_equal(selector.kind, SELECT_PCI);
	assert_int_equal(selector.pci_domain, 0);
	assert_int_equal(selector.pci_devfn, 1);
	assert_null(parse_selector("0xFFFFFFFFFFFFFFFE", &selector));
	assert_int_equal(selector.kind, SELECT_SERIAL);
	assert_true(selector.serial == UINT64_MAX - 1);
}

static void test_bad_devices(void **state)
{
	static const char *const bad[] = {
		"", "switch", "switch-1", "switch0x", "mem0", "0x", "0x12345678901234567", "0xg",
		"0d:00", "0d:00.8", "0d:20.0", "0d00.1", "100:00.0", ":00.1", "0000::00.1",
		"123456789:0d:00.1", "0d:0.1", "0d:00.1 ",
	};
	struct selector selector;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!parse_selector(bad[i], &selector))
			fail_msg("accepted '%s'", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_impacts),
		cmocka_unit_test(test_opcodes),
		cmocka_unit_test(test_milliseconds),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bad_bytes),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_bad_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
