// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Command Effects Log in parts of every size, logs of every length, and wrong
 * answers to Get Supported Logs. CXL 3.1 8.2.9.5.
 */
#include "unit.h"

#include "policy/cel.h"

#define LOG_MAX		(65535 * 4)

static u8 wire[LOG_MAX + 4];
static struct swcci_cel_effects effects;

static void put_entry(u32 index, u16 opcode, u16 effect)
{
	put_le16(wire + 4 * index, opcode);
	put_le16(wire + 4 * index + 2, effect);
}

/* One part: a copy that has nothing behind its end. */
static void feed(struct swcci_cel_parser *parser, u32 from, u32 length)
{
	u8 *part = exact_copy(wire + from, length);

	swcci_cel_feed(parser, part, length);
	free(part);
}

static bool parse_whole(u32 length)
{
	struct swcci_cel_parser parser;

	memset(&effects, 0xa5, sizeof(effects));
	swcci_cel_begin(&parser, &effects);
	feed(&parser, 0, length);
	return swcci_cel_complete(&parser);
}

static void assert_says(u16 opcode, u16 effect)
{
	int row = swcci_audited_find(opcode);

	assert_true(row >= 0);
	assert_true(swcci_cel_lists(&effects, row));
	assert_int_equal(effects.effects[row], effect);
}

static void assert_silent(u16 opcode)
{
	int row = swcci_audited_find(opcode);

	assert_true(row >= 0);
	assert_false(swcci_cel_lists(&effects, row));
	assert_int_equal(effects.effects[row], 0);
}

/* Facts 9.1: what QEMU 11's switch lists. */
static u32 put_qemu_log(void)
{
	static const u16 opcodes[] = {
		0x0001, 0x0002, 0x0005, 0x0300, 0x0301, 0x0400, 0x0401, 0x5100, 0x5101, 0x5102,
		0x5300,
	};

	for (u32 i = 0; i < ARRAY_SIZE(opcodes); i++)
		put_entry(i, opcodes[i], opcodes[i] == 0x0301 ? 8 : 0);
	return 4 * ARRAY_SIZE(opcodes);
}

static void assert_qemu_log(void)
{
	static const u16 listed[] = { 0x0001, 0x0002, 0x0300, 0x0400, 0x0401, 0x5100, 0x5101 };
	static const u16 not_listed[] = { 0x0003, 0x0100, 0x0200, 0x4000, 0x5104, 0x5608 };

	for (size_t i = 0; i < ARRAY_SIZE(listed); i++)
		assert_says(listed[i], 0);
	for (size_t i = 0; i < ARRAY_SIZE(not_listed); i++)
		assert_silent(not_listed[i]);
}

static void log_of_qemu(void **state)
{
	(void)state;
	assert_true(parse_whole(put_qemu_log()));
	assert_qemu_log();
}

static void log_empty(void **state)
{
	(void)state;
	assert_true(parse_whole(0));
	for (int row = 0; row < AUDITED_ROWS_MAX; row++) {
		assert_false(swcci_cel_lists(&effects, row));
		assert_int_equal(effects.effects[row], 0);
	}
}

/* Two parts, cut at each byte; the cut entry must not be lost or doubled. */
static void log_split_everywhere(void **state)
{
	u32 length = put_qemu_log();

	(void)state;
	for (u32 cut = 0; cut <= length; cut++) {
		struct swcci_cel_parser parser;

		swcci_cel_begin(&parser, &effects);
		feed(&parser, 0, cut);
		assert_int_equal(swcci_cel_complete(&parser), cut % 4 == 0);
		feed(&parser, cut, length - cut);
		assert_true(swcci_cel_complete(&parser));
		assert_qemu_log();
	}
}

static void log_in_parts_of_every_size(void **state)
{
	u32 length = put_qemu_log();

	(void)state;
	for (u32 size = 1; size <= length; size++) {
		struct swcci_cel_parser parser;

		swcci_cel_begin(&parser, &effects);
		for (u32 from = 0; from < length; from += size)
			feed(&parser, from, length - from < size ? length - from : size);
		assert_true(swcci_cel_complete(&parser));
		assert_qemu_log();
	}
}

static void log_every_length(void **state)
{
	(void)state;
	put_qemu_log();
	for (u32 length = 0; length <= 44; length++) {
		assert_int_equal(parse_whole(length), length % 4 == 0);
		if (length >= 4)
			assert_says(0x0001, 0);
		else
			assert_silent(0x0001);
		if (length >= 36)
			assert_says(0x5101, 0);
		else
			assert_silent(0x5101);
	}
}

static void log_every_bit_of_effects(void **state)
{
	(void)state;
	for (u32 bit = 0; bit < 16; bit++) {
		put_entry(0, 0x5100, (u16)(1 << bit));
		assert_true(parse_whole(4));
		assert_says(0x5100, (u16)(1 << bit));
	}
}

/* An opcode listed twice has the effects of both, whatever lies between. */
static void log_duplicates(void **state)
{
	(void)state;
	put_entry(0, 0x0401, 0x0010);
	put_entry(1, 0x0400, 0x0000);
	put_entry(2, 0x0401, 0x0002);
	put_entry(3, 0x0401, 0x0000);
	assert_true(parse_whole(16));
	assert_says(0x0401, 0x0012);
	assert_says(0x0400, 0);
}

static void log_begins_anew(void **state)
{
	struct swcci_cel_parser parser;

	(void)state;
	put_entry(0, 0x5100, 0xffff);
	assert_false(parse_whole(6));
	assert_says(0x5100, 0xffff);
	swcci_cel_begin(&parser, &effects);
	assert_true(swcci_cel_complete(&parser));
	assert_silent(0x5100);
	/* the half entry is forgotten too */
	put_entry(0, 0x5101, 1);
	feed(&parser, 0, 4);
	assert_true(swcci_cel_complete(&parser));
	assert_says(0x5101, 1);
}

/* Every opcode there is, each with effects of its own, in a full-size log. */
static void log_of_65535_entries(void **state)
{
	u32 listed = 0, opcodes = 0;

	(void)state;
	for (u32 i = 0; i < 65535; i++) {
		put_entry(i, (u16)i, (u16)(i * 7));
		opcodes += swcci_audited_find((u16)i) >= 0;
	}
	assert_true(parse_whole(LOG_MAX));
	for (int row = 0; row < AUDITED_ROWS_MAX; row++)
		listed += swcci_cel_lists(&effects, row);
	assert_true(opcodes >= 44);
	assert_int_equal(listed, opcodes);
	assert_says(0x5608, (u16)(0x5608 * 7));
	assert_says(0x0001, 7);
	/* the same in one-byte parts */
	struct swcci_cel_effects whole = effects;
	struct swcci_cel_parser parser;

	swcci_cel_begin(&parser, &effects);
	for (u32 i = 0; i < LOG_MAX; i++)
		swcci_cel_feed(&parser, wire + i, 1);
	assert_memory_equal(&effects, &whole, sizeof(whole));
}

static void log_of_one_opcode_many_times(void **state)
{
	(void)state;
	for (u32 i = 0; i < 65535; i++)
		put_entry(i, 0x5608, (u16)(1u << i % 16));
	assert_true(parse_whole(LOG_MAX));
	assert_says(0x5608, 0xffff);
	assert_silent(0x5603);
}

static void lists_takes_any_row(void **state)
{
	(void)state;
	memset(&effects, 0xff, sizeof(effects));
	assert_false(swcci_cel_lists(&effects, -1));
	assert_false(swcci_cel_lists(&effects, INT32_MIN));
	assert_false(swcci_cel_lists(&effects, AUDITED_ROWS_MAX));
	assert_false(swcci_cel_lists(&effects, INT32_MAX));
	assert_true(swcci_cel_lists(&effects, AUDITED_ROWS_MAX - 1));
}

/* ---- Get Supported Logs ---- */

static const u8 debug_uuid[16] = {
	0x5e, 0x18, 0x19, 0xd9, 0x11, 0xa9, 0x40, 0x0c,
	0x81, 0x1f, 0xd6, 0x07, 0x19, 0x40, 0x3d, 0x86,
};

static const u8 effects_uuid[16] = {
	0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17,
};

/* @entries logs, of which the one at @where is the CEL; claims @claimed. */
static u32 put_logs(u8 *logs, u16 claimed, u32 entries, u32 where, u32 size)
{
	memset(logs, 0xff, 8);
	put_le16(logs, claimed);
	for (u32 i = 0; i < entries; i++) {
		memcpy(logs + 8 + 20 * i, i == where ? effects_uuid : debug_uuid, 16);
		put_le32(logs + 8 + 20 * i + 16, i == where ? size : 0x01010101 * (i + 1));
	}
	return 8 + 20 * entries;
}

static int find(const u8 *logs, u32 length, u32 *size)
{
	u8 *copy = exact_copy(logs, length);
	int rc = swcci_cel_find_size(copy, length, size);

	free(copy);
	return rc;
}

static void logs_uuid(void **state)
{
	(void)state;
	assert_memory_equal(swcci_cel_uuid, effects_uuid, 16);
}

static void logs_every_place(void **state)
{
	static const u32 sizes[] = { 0, 1, 4, 12, 44, 0xffff, 0x7fffffff, 0xffffffff };
	u8 logs[8 + 20 * 8];

	(void)state;
	for (u32 where = 0; where < 8; where++)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			u32 size = 0x5a5a5a5a;
			u32 length = put_logs(logs, 8, 8, where, sizes[i]);

			assert_int_equal(find(logs, length, &size), 0);
			assert_int_equal(size, sizes[i]);
		}
}

/* A count above what came is cut; one below it hides the rest. */
static void logs_lying_counts(void **state)
{
	u8 logs[8 + 20 * 4];
	u32 size;

	(void)state;
	for (u32 claimed = 0; claimed <= 0xffff; claimed += claimed < 8 ? 1 : 1019)
		for (u32 where = 0; where < 5; where++) {
			u32 length = put_logs(logs, (u16)claimed, 4, where, 44);

			assert_int_equal(find(logs, length, &size),
					 where < 4 && where < claimed ? 0 : -ENOENT);
		}
}

static void logs_every_truncation(void **state)
{
	u8 logs[8 + 20 * 4];
	u32 size;

	(void)state;
	for (u32 where = 0; where < 4; where++) {
		u32 full = put_logs(logs, 0xffff, 4, where, 44);

		for (u32 length = 0; length <= full; length++)
			assert_int_equal(find(logs, length, &size),
					 length >= 8 + 20 * (where + 1) ? 0 : -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_of_qemu),
		cmocka_unit_test(log_empty),
		cmocka_unit_test(log_split_everywhere),
		cmocka_unit_test(log_in_parts_of_every_size),
		cmocka_unit_test(log_every_length),
		cmocka_unit_test(log_every_bit_of_effects),
		cmocka_unit_test(log_duplicates),
		cmocka_unit_test(log_begins_anew),
		cmocka_unit_test(log_of_65535_entries),
		cmocka_unit_test(log_of_one_opcode_many_times),
		cmocka_unit_test(lists_takes_any_row),
		cmocka_unit_test(logs_uuid),
		cmocka_unit_test(logs_every_place),
		cmocka_unit_test(logs_lying_counts),
		cmocka_unit_test(logs_every_truncation),
	};

	return cmocka_run_group_tests_name("cel", tests, NULL, NULL);
}
