// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the register block in a hostile Register Locator DVSEC. The layout
 * is written out here from CXL 3.1 8.1.9, not taken from the code under test.
 */
#include "register_space.h"

#define CONFIG_SIZE	0x1000
#define DVSEC		0x100

/* Facts 1.2, QEMU: DVSEC at 100h, length 24h, entry 0 = 0300h: BAR 0, id 3, offset 0. */
static void locator(u32 at, u32 length)
{
	space.size = CONFIG_SIZE;
	put(at, 0x00010023);
	put(at + 4, 0x1e98 | length << 20);
	put(at + 8, 0x0008);
}

static void entry(u32 index, u8 bir, u8 id, u64 offset)
{
	put(DVSEC + 0xc + 8 * index, bir | (u32)id << 8 | (u32)(offset & 0xffff0000));
	put(DVSEC + 0x10 + 8 * index, (u32)(offset >> 32));
}

static int locate(struct swcci_register_block *block)
{
	return swcci_registers_locate(&reader, DVSEC, CONFIG_SIZE, block, &why);
}

static void locator_of_qemu(void **state)
{
	struct swcci_register_block block = { 9, 9 };

	(void)state;
	locator(DVSEC, 0x24);
	put(DVSEC + 0xc, 0x0300);
	assert_int_equal(locate(&block), 0);
	assert_int_equal(block.bir, 0);
	assert_int_equal(block.offset, 0);
}

static void locator_every_length(void **state)
{
	struct swcci_register_block block;

	(void)state;
	for (u32 length = 0; length <= 0xfff; length++) {
		reset_space(NULL);
		locator(DVSEC, length);
		entry(0, 0, 3, 0);
		bool whole = length >= 0xc && (length - 0xc) % 8 == 0;
		bool fits = DVSEC + length <= CONFIG_SIZE;
		int rc = locate(&block);

		if (whole && fits && length >= 0x14)
			assert_int_equal(rc, 0);
		else
			assert_refused(rc, whole && fits ? "no CXL device registers" : "length");
	}
}

/* Entry k is found wherever it is; entries of other blocks are passed over. */
static void locator_every_entry(void **state)
{
	static const u8 others[] = { 0x00, 0x01, 0x02, 0x04, 0xff };
	const u32 count = (0xff8 - 0xc) / 8;
	struct swcci_register_block block;

	(void)state;
	for (u32 wanted = 0; wanted < 400; wanted += 7) {
		reset_space(NULL);
		locator(DVSEC, 0xc + 8 * 400);
		for (u32 i = 0; i < 400 && i < count; i++)
			entry(i, 7, others[i % 5], 0xabcd0000);
		entry(wanted, 2, 3, 0x123456789a0000);
		assert_int_equal(locate(&block), 0);
		assert_int_equal(block.bir, 2);
		assert_true(block.offset == 0x123456789a0000);
	}
}

static void locator_every_bir(void **state)
{
	struct swcci_register_block block;

	(void)state;
	for (u8 bir = 0; bir < 8; bir++) {
		reset_space(NULL);
		locator(DVSEC, 0x14);
		entry(0, bir, 3, 0x10000);
		if (bir <= 5) {
			assert_int_equal(locate(&block), 0);
			assert_int_equal(block.bir, bir);
			assert_true(block.offset == 0x10000);
		} else {
			assert_refused(locate(&block), "BAR");
		}
	}
}

/* Bits 7:3 of an entry are reserved and belong neither to BIR nor to offset. */
static void locator_reserved_bits(void **state)
{
	struct swcci_register_block block;

	(void)state;
	locator(DVSEC, 0x14);
	put(DVSEC + 0xc, 0xfff003fa);
	put(DVSEC + 0x10, 0xffffffff);
	assert_int_equal(locate(&block), 0);
	assert_int_equal(block.bir, 2);
	assert_true(block.offset == 0xfffffffffff00000);
}

static void locator_without_device_registers(void **state)
{
	struct swcci_register_block block;

	(void)state;
	locator(DVSEC, 0xc);
	assert_refused(locate(&block), "no CXL device registers");
	locator(DVSEC, 0x24);
	entry(0, 0, 1, 0);
	entry(1, 0, 4, 0);
	assert_refused(locate(&block), "no CXL device registers");
	/* an entry past the length is none */
	entry(3, 0, 3, 0);
	assert_refused(locate(&block), "no CXL device registers");
}

static void locator_at_the_end(void **state)
{
	struct swcci_register_block block;

	(void)state;
	space.size = CONFIG_SIZE;
	put(0xfec + 4, 0x1e98 | 0x14 << 20);
	put(0xfec + 0xc, 0x0300);
	assert_int_equal(swcci_registers_locate(&reader, 0xfec, CONFIG_SIZE, &block, &why), 0);
	put(0xff0 + 4, 0x1e98 | 0x14 << 20);
	assert_refused(swcci_registers_locate(&reader, 0xff0, CONFIG_SIZE, &block, &why), "length");
	/* conventional configuration space alone */
	locator(DVSEC, 0x14);
	assert_refused(swcci_registers_locate(&reader, DVSEC, 0x100, &block, &why), "length");
}

static void locator_all_ones_and_zeros(void **state)
{
	struct swcci_register_block block;

	(void)state;
	space.size = CONFIG_SIZE;
	memset(space.bytes, 0xff, CONFIG_SIZE);
	assert_refused(locate(&block), "register locator");
	memset(space.bytes, 0, CONFIG_SIZE);
	assert_refused(locate(&block), "register locator");
}

static void locator_unreadable(void **state)
{
	struct swcci_register_block block;

	(void)state;
	locator(DVSEC, 0x24);
	entry(2, 0, 3, 0);
	for (u32 at = 4; at < 0x24; at += 4) {
		if (at == 8)
			continue;
		space.fails_at = DVSEC + at;
		assert_refused(locate(&block), "read");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(locator_of_qemu),
		TEST(locator_every_length),
		TEST(locator_every_entry),
		TEST(locator_every_bir),
		TEST(locator_reserved_bits),
		TEST(locator_without_device_registers),
		TEST(locator_at_the_end),
		TEST(locator_all_ones_and_zeros),
		TEST(locator_unreadable),
	};

	return cmocka_run_group_tests_name("locator", tests, NULL, NULL);
}
