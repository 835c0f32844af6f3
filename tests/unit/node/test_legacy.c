// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of the memory device ABI that a switch supports, compared with a list
 * written from the published header: ids, sizes, layouts, and the order of checks.
 */
#include "unit.h"

#include "node/legacy.h"

#define PAYLOAD		2048
#define VAR		0xffffffffu

/* By id: opcode, size of the request, least room for the answer. The others are not offered. */
static const struct {
	u16 opcode;
	u32 in, out;
	bool offered;
} ids[LEGACY_IDS] = {
	[2] = { 0, VAR, VAR, true },
	[3] = { 0x0400, 0, VAR, true },
	[4] = { 0x0200, 0, 0x50, true },
	[8] = { 0x0401, 0x18, VAR, true },
	[21] = { 0x0300, 0, 8, true },
	[22] = { 0x0402, 0x10, 4, true },
	[23] = { 0x0403, 0x10, 0, true },
	[24] = { 0x0405, 2, VAR, true },
};

static bool offered(u32 id)
{
	return id < ARRAY_SIZE(ids) && ids[id].offered;
}

static struct swcci_legacy_send request(u32 id)
{
	struct swcci_legacy_send send = { .id = id };

	if (offered(id) && ids[id].in != VAR)
		send.in.size = ids[id].in;
	send.out.size = PAYLOAD;
	return send;
}

static int checked(const struct swcci_legacy_send *send, u16 *opcode)
{
	*opcode = 0xdead;
	return swcci_legacy_opcode(send, PAYLOAD, opcode);
}

static void layouts_and_numbers(void **state)
{
	assert_int_equal(LEGACY_IOCTL_QUERY, 0x8008CE01);
	assert_int_equal(LEGACY_IOCTL_SEND, 0xC030CE02);
	assert_int_equal(LEGACY_IDS, 25);
	assert_int_equal(sizeof(struct swcci_legacy_send), 48);
	assert_int_equal(offsetof(struct swcci_legacy_send, flags), 4);
	assert_int_equal(offsetof(struct swcci_legacy_send, raw_opcode), 8);
	assert_int_equal(offsetof(struct swcci_legacy_send, raw_reserved), 10);
	assert_int_equal(offsetof(struct swcci_legacy_send, retval), 12);
	assert_int_equal(offsetof(struct swcci_legacy_send, in.size), 16);
	assert_int_equal(offsetof(struct swcci_legacy_send, in.reserved), 20);
	assert_int_equal(offsetof(struct swcci_legacy_send, in.address), 24);
	assert_int_equal(offsetof(struct swcci_legacy_send, out.size), 32);
	assert_int_equal(offsetof(struct swcci_legacy_send, out.reserved), 36);
	assert_int_equal(offsetof(struct swcci_legacy_send, out.address), 40);
	assert_int_equal(sizeof(struct swcci_legacy_info), 16);
	assert_int_equal(offsetof(struct swcci_legacy_info, size_in), 8);
	assert_int_equal(sizeof(struct swcci_legacy_query), 8);
}

static void every_id(void **state)
{
	u16 opcode;

	for (u32 id = 0; id <= 300; id++) {
		const struct swcci_legacy_send send = request(id);

		assert_int_equal(checked(&send, &opcode), offered(id) ? 0 : -ENOTTY);
		if (!offered(id)) {
			assert_int_equal(opcode, 0xdead);
			continue;
		}
		assert_int_equal(opcode, ids[id].opcode);
		assert_int_equal(swcci_legacy_check_sizes(&send), 0);
	}
	for (int bit = 5; bit < 32; bit++) {
		const struct swcci_legacy_send send = request(1u << bit | 2);

		assert_int_equal(checked(&send, &opcode), -ENOTTY);
	}
}

static void described(void **state)
{
	const struct swcci_legacy_info nothing = { 0 };
	struct swcci_legacy_info info;
	u16 opcode;

	for (u32 id = 0; id < LEGACY_IDS + 10; id++) {
		memset(&info, 0xff, sizeof(info));
		opcode = 0xdead;
		assert_int_equal(swcci_legacy_describe(id, &info, &opcode), offered(id));
		if (!offered(id)) {
			assert_memory_equal(&info, &nothing, sizeof(info));
			continue;
		}
		assert_int_equal(info.id, id);
		assert_int_equal(info.flags, 0);	/* the caller knows the destination */
		assert_int_equal(info.size_in, ids[id].in);
		assert_int_equal(info.size_out, ids[id].out);
		assert_int_equal(opcode, ids[id].opcode);
	}
}

static void raw_takes_any_opcode(void **state)
{
	u16 opcode;

	for (u32 raw = 0; raw <= 0xffff; raw++) {
		struct swcci_legacy_send send = request(2);

		send.raw_opcode = (u16)raw;
		assert_int_equal(checked(&send, &opcode), 0);
		assert_int_equal(opcode, raw);
		assert_int_equal(swcci_legacy_check_sizes(&send), 0);
	}
}

/* Every bit of every field that must be zero, of every id. */
static void reserved_fields(void **state)
{
	u16 opcode;

	for (u32 id = 0; id < LEGACY_IDS; id++)
		for (int bit = 0; bit < 32 && offered(id); bit++) {
			struct swcci_legacy_send send = request(id);

			send.in.reserved = 1u << bit;
			assert_int_equal(checked(&send, &opcode), -EINVAL);
			send = request(id);
			send.out.reserved = 1u << bit;
			assert_int_equal(checked(&send, &opcode), -EINVAL);
			send = request(id);
			send.flags = 1u << bit;
			assert_int_equal(checked(&send, &opcode), bit < 2 ? 0 : -EINVAL);
			if (bit >= 16)
				continue;
			send = request(id);
			send.raw_reserved = (u16)(1u << bit);
			assert_int_equal(checked(&send, &opcode), -EINVAL);
			send = request(id);
			send.raw_opcode = (u16)(1u << bit);
			assert_int_equal(checked(&send, &opcode), id == 2 ? 0 : -EINVAL);
		}
}

/* What the caller leaves in fields that are written back does not matter. */
static void fields_that_are_free(void **state)
{
	struct swcci_legacy_send send = request(21);
	u16 opcode;

	send.retval = 0xffffffff;
	send.in.address = ~0ull;
	send.out.address = ~0ull;
	assert_int_equal(checked(&send, &opcode), 0);
	assert_int_equal(swcci_legacy_check_sizes(&send), 0);
}

static void sizes_of_requests(void **state)
{
	u16 opcode;

	for (u32 id = 0; id < LEGACY_IDS; id++)
		for (u32 size = 0; size <= PAYLOAD + 2 && offered(id); size++) {
			struct swcci_legacy_send send = request(id);

			send.in.size = size;
			assert_int_equal(checked(&send, &opcode), size > PAYLOAD ? -EINVAL : 0);
			assert_int_equal(swcci_legacy_check_sizes(&send),
					 ids[id].in == VAR || ids[id].in == size ? 0 : -ENOMEM);
		}
}

/* More room than the mailbox has is legal: it is clamped. */
static void room_for_answers(void **state)
{
	static const u32 rooms[] = { 0, 1, 3, 4, 5, 7, 8, 9, 0x4f, 0x50, 0x51, PAYLOAD,
				     PAYLOAD + 1, 0x7fffffff, 0xffffffff };
	u16 opcode;

	for (u32 id = 0; id < LEGACY_IDS; id++)
		for (size_t i = 0; i < ARRAY_SIZE(rooms) && offered(id); i++) {
			struct swcci_legacy_send send = request(id);

			send.out.size = rooms[i];
			assert_int_equal(checked(&send, &opcode), 0);
			assert_int_equal(swcci_legacy_check_sizes(&send),
					 ids[id].out == VAR || rooms[i] >= ids[id].out ?
					 0 : -ENOMEM);
		}
}

/* Several things wrong at once: the first in order is told. */
static void order_of_checks(void **state)
{
	struct swcci_legacy_send send = request(21);
	u16 opcode;

	send.in.size = 1;		/* ENOMEM, but later */
	send.in.reserved = 1;
	assert_int_equal(checked(&send, &opcode), -EINVAL);
	send.id = 1;			/* ENOTTY, before anything */
	send.in.size = PAYLOAD + 1;
	assert_int_equal(checked(&send, &opcode), -ENOTTY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_and_numbers),
		cmocka_unit_test(every_id),
		cmocka_unit_test(described),
		cmocka_unit_test(raw_takes_any_opcode),
		cmocka_unit_test(reserved_fields),
		cmocka_unit_test(fields_that_are_free),
		cmocka_unit_test(sizes_of_requests),
		cmocka_unit_test(room_for_answers),
		cmocka_unit_test(order_of_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
