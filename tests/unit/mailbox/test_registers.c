// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the mailbox in hostile registers: capability array, mailbox
 * capability, readiness. Layouts are written out here from CXL 3.1 8.2.8, not
 * taken from the code under test.
 */
#include "register_space.h"

#define BLOCK_SIZE	0x1000		/* QEMU's BAR */

/* ---- capability array ---- */

static void array(u8 version, u8 type, u16 count)
{
	put(0, (u32)version << 16 | (u32)type << 24);
	put(4, count);
}

static void capability(u32 index, u16 id, u8 version, u32 offset, u32 length)
{
	put(0x10 * index, id | (u32)version << 16);
	put(0x10 * index + 4, offset);
	put(0x10 * index + 8, length);
}

/* Facts 1.3: both QEMU versions, type 0. */
static void qemu_array(void)
{
	space.size = BLOCK_SIZE;
	array(1, 0, 3);
	capability(1, 0x0001, 2, 0x80, 8);
	capability(2, 0x0002, 1, 0x88, 0x820);
	capability(3, 0x4000, 1, 0x8a8, 8);
}

static int map_of(u64 block_size, struct swcci_register_map *map)
{
	if (space.size > block_size)
		space.size = (u32)block_size;
	return swcci_registers_map(&reader, block_size, map, &why);
}

static void assert_qemu_map(const struct swcci_register_map *map)
{
	assert_int_equal(map->event_status, 0x80);
	assert_int_equal(map->mailbox, 0x88);
	assert_int_equal(map->mailbox_length, 0x820);
	assert_int_equal(map->readiness, 0x8a8);
}

static void array_of_qemu(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
	assert_qemu_map(&map);
}

static void array_every_version(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u32 version = 0; version <= 0xff; version++) {
		qemu_array();
		array((u8)version, 0, 3);
		if (version == 1)
			assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
		else
			assert_refused(map_of(BLOCK_SIZE, &map), "version");
	}
}

/* 0 is inferred from the class, 2 is ours, 1 is a memory device: refused. */
static void array_every_type(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u8 type = 0; type < 16; type++) {
		qemu_array();
		array(1, type, 3);
		if (type == 0 || type == 2)
			assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
		else
			assert_refused(map_of(BLOCK_SIZE, &map), "type");
	}
}

/* Bits 31:28 are above the type field; nothing may depend on them. */
static void array_reserved_bits(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	put(0, get_le32(space.bytes) | 0xf0000000);
	put(4, 3 | 0xffff0000);
	assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
	assert_qemu_map(&map);
}

static void array_every_id(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u32 id = 1; id <= 0xffff; id += id < 16 ? 1 : 4093) {
		qemu_array();
		put(0, 0x00010000 | id);
		assert_refused(map_of(BLOCK_SIZE, &map), "id");
	}
}

/* Headers that do not fit the block are not read, however many are claimed. */
static void array_count_too_large(void **state)
{
	static const u16 counts[] = { 256, 257, 0x1000, 0x7fff, 0xffff };
	struct swcci_register_map map;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		qemu_array();
		array(1, 0, counts[i]);
		space.reads = 0;
		assert_refused(map_of(BLOCK_SIZE, &map), "entries");
		assert_true(space.reads <= 4);
	}
	/* as many as fit: then no room for what they describe */
	reset_space(NULL);
	qemu_array();
	array(1, 0, 255);
	assert_refused(map_of(BLOCK_SIZE, &map), "offset");
}

static void array_of_many_unknown(void **state)
{
	struct swcci_register_map map;

	(void)state;
	space.size = sizeof(space.bytes);
	array(1, 2, 0x1000);
	for (u32 i = 1; i <= 0x1000; i++)
		capability(i, i % 2 ? 0x8000 : 0x0003, 77, 0xffffffff, 0xffffffff);
	capability(0x800, 0x0002, 1, 0x10800, 0x820);
	capability(0x1000, 0x4000, 1, 0x10010, 8);
	assert_int_equal(swcci_registers_map(&reader, sizeof(space.bytes), &map, &why), 0);
	assert_int_equal(map.mailbox, 0x10800);
	assert_int_equal(map.readiness, 0x10010);
	assert_int_equal(map.event_status, 0);
}

static void array_zero_count(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	array(1, 0, 0);
	assert_refused(map_of(BLOCK_SIZE, &map), "mailbox");
}

static void array_in_tiny_block(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u64 size = 0; size < 0x40; size++) {
		reset_space(NULL);
		qemu_array();
		assert_refused(map_of(size, &map), "");
	}
	/* every size up to the last byte of the last capability */
	for (u64 size = 0x40; size <= 0x900; size++) {
		reset_space(NULL);
		qemu_array();
		if (size >= 0x8b0)
			assert_int_equal(map_of(size, &map), 0);
		else
			assert_refused(map_of(size, &map), "BAR");
	}
}

static void array_all_ones(void **state)
{
	struct swcci_register_map map;

	(void)state;
	space.size = BLOCK_SIZE;
	memset(space.bytes, 0xff, BLOCK_SIZE);
	assert_refused(map_of(BLOCK_SIZE, &map), "ones");
	memset(space.bytes, 0, BLOCK_SIZE);
	assert_refused(map_of(BLOCK_SIZE, &map), "version");
}

/* Each of the three, at each offset and length that tries to leave the block. */
static void capability_outside(void **state)
{
	static const struct { u32 offset, length; } bad[] = {
		{ 0, 0x820 }, { 8, 0x820 }, { 0x30, 0x820 }, { 0x38, 0x820 },
		{ 0x7e8, 0x820 }, { 0x1000, 0x820 }, { 0xfe8, 0x820 }, { 0x88, 0xf80 },
		{ 0xfffffff8, 0x820 }, { 0xfffff800, 0x820 }, { 0x88, 0xffffff78 },
		{ 0x88, 0xffffffff }, { 0xfffffff8, 0xfffffff8 }, { 0x80000000, 0x80000000 },
		{ 0x89, 0x820 }, { 0x8c, 0x820 }, { 0x8a, 0x820 }, { 0x88, 0 }, { 0x88, 7 },
	};
	static const u16 ids[] = { 0x0001, 0x0002, 0x4000 };
	struct swcci_register_map map;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		for (u32 k = 0; k < 3; k++) {
			qemu_array();
			capability(k + 1, ids[k], 1, bad[i].offset, bad[i].length);
			assert_refused(map_of(BLOCK_SIZE, &map), "capability");
		}
}

static void capability_ends_with_block(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	capability(2, 0x0002, 1, 0x7e0, 0x820);
	capability(3, 0x4000, 1, 0x40, 8);
	assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
	assert_int_equal(map.mailbox, 0x7e0);
	assert_int_equal(map.readiness, 0x40);
}

static void capability_least_length(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u32 length = 0; length < 0x40; length++) {
		qemu_array();
		capability(2, 0x0002, 1, 0x88, length);
		if (length >= 0x20)
			assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
		else
			assert_refused(map_of(BLOCK_SIZE, &map), "length");
	}
}

/*
 * Device status has version 2 since CXL 3.0, the others 1. A newer version only extends
 * what is known (CXL 3.1 8.2.8.2): one remark, and it works. Version 0 extends nothing.
 */
static void capability_every_version(void **state)
{
	static const struct { u32 index; u16 id; u32 known; u32 offset, length; } caps[] = {
		{ 1, 0x0001, 2, 0x80, 8 },
		{ 2, 0x0002, 1, 0x88, 0x820 },
		{ 3, 0x4000, 1, 0x8a8, 8 },
	};
	struct swcci_register_map map;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++)
		for (u32 version = 0; version <= 0xff; version++) {
			qemu_array();
			capability(caps[i].index, caps[i].id, (u8)version, caps[i].offset,
				   caps[i].length);
			if (!version) {
				assert_refused(map_of(BLOCK_SIZE, &map), "version 0");
				continue;
			}
			assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
			assert_qemu_map(&map);
			assert_int_equal(!!strstr(why.text, "version"), version > caps[i].known);
			assert_int_equal(!!*why.text, version > caps[i].known);
		}
}

/* Its fields are checked like any other's, and the remark is about the first of several. */
static void capability_newer_is_checked(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	capability(2, 0x0002, 2, 0x88, 0x1f);
	assert_refused(map_of(BLOCK_SIZE, &map), "length");
	capability(2, 0x0002, 9, 0x88, 0x820);
	capability(3, 0x4000, 7, 0x8a8, 8);
	assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
	assert_non_null(strstr(why.text, "primary mailbox capability: version 9"));
}

static void capability_twice(void **state)
{
	static const u16 ids[] = { 0x0001, 0x0002, 0x4000 };
	struct swcci_register_map map;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		qemu_array();
		array(1, 0, 4);
		capability(4, ids[i], 1, 0x400, 0x820);
		assert_refused(map_of(BLOCK_SIZE, &map), "twice");
	}
}

static void capability_missing(void **state)
{
	struct swcci_register_map map;

	(void)state;
	qemu_array();
	capability(1, 0x8001, 1, 0x80, 8);
	assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
	assert_int_equal(map.event_status, 0);
	qemu_array();
	capability(2, 0x0003, 1, 0x88, 0x820);
	assert_refused(map_of(BLOCK_SIZE, &map), "no primary mailbox");
	qemu_array();
	capability(3, 0xc000, 1, 0x8a8, 8);
	assert_refused(map_of(BLOCK_SIZE, &map), "4000h");
}

/* CXL 3.2: the same id under another vendor is another capability. */
static void capability_of_other_vendor(void **state)
{
	static const u32 aliens[] = { 0x0001, 0x1234, 0xffff };
	struct swcci_register_map map;

	(void)state;
	for (u32 index = 1; index <= 3; index++) {
		qemu_array();
		put(0x10 * index + 0xc, 0x1e98);
		assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
		assert_qemu_map(&map);
		put(0x10 * index + 0xc, 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(aliens); i++) {
		reset_space(NULL);
		qemu_array();
		array(1, 0, 4);
		capability(4, 0x0002, 9, 1, 1);
		put(0x4c, aliens[i]);
		assert_int_equal(map_of(BLOCK_SIZE, &map), 0);
		assert_qemu_map(&map);
		put(0x2c, aliens[i]);
		assert_refused(map_of(BLOCK_SIZE, &map), "no primary mailbox");
	}
}

static void array_unreadable(void **state)
{
	struct swcci_register_map map;

	(void)state;
	for (u32 at = 0; at < 0x40; at += 4) {
		if (at == 8 || at == 0xc)
			continue;
		qemu_array();
		space.fails_at = at;
		assert_refused(map_of(BLOCK_SIZE, &map), "read");
	}
}

/*
 * Whatever the bytes are: a refusal, or a map that stays inside. Each array is
 * a valid one with a few bytes changed.
 */
static void array_random(void **state)
{
	struct swcci_register_map map;
	u32 passed = 0;

	(void)state;
	srand(20261121);
	for (u32 round = 0; round < 200000; round++) {
		memset(space.bytes, 0, 0x40);
		qemu_array();
		for (int n = rand() % 6; n >= 0; n--)
			space.bytes[rand() % 0x40] = (u8)(rand() % 3 ? rand() % 16 : rand());
		if (map_of(BLOCK_SIZE, &map))
			continue;
		passed++;
		assert_true((u64)map.mailbox + map.mailbox_length <= BLOCK_SIZE);
		assert_true(map.mailbox >= 0x10 && map.mailbox_length >= 0x20);
		assert_true(map.readiness >= 0x10 && (u64)map.readiness + 8 <= BLOCK_SIZE);
		assert_true((u64)map.event_status + 8 <= BLOCK_SIZE);
	}
	assert_true(passed > 1000 && passed < 199000);
}

/* ---- mailbox capability ---- */

static void mailbox_of_qemu(void **state)
{
	struct swcci_mailbox_capability mailbox;

	(void)state;
	assert_int_equal(swcci_registers_mailbox(0x1cb, 0x820, &mailbox, &why), 0);
	assert_int_equal(mailbox.payload_size, 2048);
	assert_int_equal(mailbox.message_number, 3);
	assert_int_equal(mailbox.ready_seconds, 0);
	assert_false(mailbox.doorbell_interrupt);
	assert_true(mailbox.background_interrupt);
}

static void mailbox_every_exponent(void **state)
{
	struct swcci_mailbox_capability mailbox;

	(void)state;
	for (u32 n = 0; n < 32; n++) {
		if (n < 8 || n > 20) {
			assert_refused(swcci_registers_mailbox(n, 0xffffffff, &mailbox, &why),
				       "payload");
			continue;
		}
		assert_int_equal(swcci_registers_mailbox(n, 0x20 + (1u << n), &mailbox, &why), 0);
		assert_int_equal(mailbox.payload_size, 1u << n);
		assert_int_equal(swcci_registers_mailbox(n, 0xffffffff, &mailbox, &why), 0);
		assert_refused(swcci_registers_mailbox(n, 0x1f + (1u << n), &mailbox, &why), "fit");
		assert_refused(swcci_registers_mailbox(n, 0, &mailbox, &why), "fit");
	}
}

static void mailbox_every_type(void **state)
{
	struct swcci_mailbox_capability mailbox;

	(void)state;
	for (u32 type = 0; type < 16; type++) {
		int rc = swcci_registers_mailbox(11 | type << 19, 0x820, &mailbox, &why);

		if (type == 0 || type == 2)
			assert_int_equal(rc, 0);
		else
			assert_refused(rc, "type");
	}
}

/* Each field alone, at its whole range, with all the others zero and ones. */
static void mailbox_every_field(void **state)
{
	const u32 other_ones = 0xff800000 | 2 << 19;
	struct swcci_mailbox_capability mailbox;

	(void)state;
	for (u32 number = 0; number < 16; number++) {
		assert_int_equal(swcci_registers_mailbox(11 | number << 7 | other_ones, 0x820,
							 &mailbox, &why), 0);
		assert_int_equal(mailbox.message_number, number);
		assert_int_equal(mailbox.ready_seconds, 0);
	}
	for (u32 seconds = 0; seconds < 256; seconds++) {
		assert_int_equal(swcci_registers_mailbox(11 | seconds << 11, 0x820, &mailbox,
							 &why), 0);
		assert_int_equal(mailbox.ready_seconds, seconds);
		assert_int_equal(mailbox.message_number, 0);
		assert_false(mailbox.doorbell_interrupt || mailbox.background_interrupt);
	}
	assert_int_equal(swcci_registers_mailbox(11 | 1 << 5, 0x820, &mailbox, &why), 0);
	assert_true(mailbox.doorbell_interrupt);
	assert_false(mailbox.background_interrupt);
	assert_int_equal(swcci_registers_mailbox(11 | 1 << 6, 0x820, &mailbox, &why), 0);
	assert_false(mailbox.doorbell_interrupt);
	assert_true(mailbox.background_interrupt);
	assert_refused(swcci_registers_mailbox(0xffffffff, 0x820, &mailbox, &why), "mailbox");
	assert_refused(swcci_registers_mailbox(0, 0x820, &mailbox, &why), "payload");
}

/* ---- readiness ---- */

static void ready_bits(void **state)
{
	(void)state;
	assert_false(swcci_registers_ready(0));
	assert_false(swcci_registers_ready(~(u64)0));
	assert_true(swcci_registers_ready(0x14));	/* QEMU */
	for (u32 bit = 0; bit < 64; bit++) {
		u64 value = (u64)1 << bit;

		assert_int_equal(swcci_registers_ready(value), bit == 0 || bit == 4);
		assert_int_equal(swcci_registers_ready(~value), 1);
	}
	assert_false(swcci_registers_ready(~(u64)0x11));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(array_of_qemu),
		TEST(array_every_version),
		TEST(array_every_type),
		TEST(array_reserved_bits),
		TEST(array_every_id),
		TEST(array_count_too_large),
		TEST(array_of_many_unknown),
		TEST(array_zero_count),
		TEST(array_in_tiny_block),
		TEST(array_all_ones),
		TEST(capability_outside),
		TEST(capability_ends_with_block),
		TEST(capability_least_length),
		TEST(capability_every_version),
		TEST(capability_newer_is_checked),
		TEST(capability_twice),
		TEST(capability_missing),
		TEST(capability_of_other_vendor),
		TEST(array_unreadable),
		TEST(array_random),
		TEST(mailbox_of_qemu),
		TEST(mailbox_every_exponent),
		TEST(mailbox_every_type),
		TEST(mailbox_every_field),
		TEST(ready_bits),
	};

	return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}
