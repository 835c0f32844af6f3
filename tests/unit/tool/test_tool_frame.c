// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tool's tunnels: requests byte by byte, answers with every field and
 * every length wrong. Expectations are laid out by hand.
 */
#include "unit.h"

#include "cci/frame.h"

static const struct path direct = { .depth = 0 };
static const struct path port3 = { .depth = 1, .id = { 3 } };
static const struct path port3_ld2 = { .depth = 2, .id = { 3, 2 } };

static void test_no_tunnel_is_the_payload(void **state)
{
	uint8_t out[4];

	assert_int_equal(frame_wrap(&direct, 0x0400, "ab", 2, out, sizeof(out)), 2);
	assert_memory_equal(out, "ab", 2);
}

static void test_one_level(void **state)
{
	static const uint8_t expected[] = {
		0x03, 0x00, 0x0e, 0x00,					/* port 3, 14 bytes */
		0x00, 0x41, 0x00, 0x01, 0x04, 0x02, 0x00, 0x00,		/* request, 0401h, 2 */
		0x00, 0x00, 0x00, 0x00,
		'a', 'b',
	};
	uint8_t out[32];

	assert_int_equal(frame_wrap(&port3, 0x0401, "ab", 2, out, sizeof(out)), sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

static void test_two_levels(void **state)
{
	static const uint8_t expected[] = {
		0x03, 0x00, 0x1c, 0x00,
		0x00, 0x41, 0x00, 0x00, 0x53, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x02, 0x00, 0x0c, 0x00,
		0x00, 0x42, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	uint8_t out[32];

	assert_int_equal(frame_wrap(&port3_ld2, 0x0001, NULL, 0, out, sizeof(out)), 32);
	assert_memory_equal(out, expected, sizeof(expected));
}

static void test_room_is_kept(void **state)
{
	uint8_t out[40];

	memset(out, 0xee, sizeof(out));
	assert_int_equal(frame_wrap(&port3, 1, "12345678", 8, out, 23), 0);
	assert_int_equal(frame_wrap(&port3_ld2, 1, NULL, 0, out, 31), 0);
	assert_int_equal(out[0], 0xee);
	assert_int_equal(frame_wrap(&port3, 1, "12345678", 8, out, 24), 24);
	assert_int_equal(out[24], 0xee);
}

static void test_limits(void **state)
{
	assert_int_equal(frame_payload_limit(&direct, 2048), 2048);
	assert_int_equal(frame_payload_limit(&port3, 2048), 2032);
	assert_int_equal(frame_payload_limit(&port3_ld2, 2048), 2016);
	assert_int_equal(frame_payload_limit(&port3, 15), 0);
	/* The tunnel's length has 16 bits, whatever the mailbox could take. */
	assert_int_equal(frame_payload_limit(&port3, 1 << 20), 65535 - 12);
	assert_int_equal(frame_payload_limit(&port3_ld2, 1 << 20), 65535 - 12 - 16);
}

static void test_too_deep(void **state)
{
	struct path path = { .depth = 3 };
	uint8_t out[128];

	assert_int_equal(frame_wrap(&path, 1, NULL, 0, out, sizeof(out)), 0);
}

/* Answers to Identify (0001h) with the payload "xyz". */
static const uint8_t one_level[] = {
	0x0f, 0x00, 0x00, 0x00,
	0x01, 0x41, 0x00, 0x01, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x34, 0x12,
	'x', 'y', 'z',
};

static const uint8_t two_levels[] = {
	0x1f, 0x00, 0x00, 0x00,
	0x01, 0x41, 0x00, 0x00, 0x53, 0x13, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x0f, 0x00, 0x00, 0x00,
	0x01, 0x42, 0x00, 0x01, 0x00, 0x03, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00,
	'x', 'y', 'z',
};

static void test_answers(void **state)
{
	struct frame_answer answer;

	assert_int_equal(frame_unwrap(&port3, 1, one_level, sizeof(one_level), &answer), FRAME_OK);
	assert_int_equal(answer.size, 3);
	assert_memory_equal(answer.payload, "xyz", 3);
	assert_int_equal(answer.level, 1);
	assert_int_equal(answer.return_code, 0);
	assert_int_equal(answer.vendor_status, 0x1234);
	assert_false(answer.background);
	assert_int_equal(frame_unwrap(&port3_ld2, 1, two_levels, sizeof(two_levels), &answer),
			 FRAME_OK);
	assert_memory_equal(answer.payload, "xyz", 3);
	assert_int_equal(answer.level, 2);
	assert_int_equal(answer.return_code, 1);
	assert_true(answer.background);
}

static void test_error_on_the_way(void **state)
{
	static const uint8_t refused[] = {
		0x0c, 0x00, 0x00, 0x00,
		0x01, 0x41, 0x00, 0x00, 0x53, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,
	};
	struct frame_answer answer;

	assert_int_equal(frame_unwrap(&port3_ld2, 1, refused, sizeof(refused), &answer), FRAME_OK);
	assert_int_equal(answer.level, 1);
	assert_int_equal(answer.return_code, 2);
	assert_int_equal(answer.size, 0);
}

static enum frame_fault unwrap_exact(const struct path *path, const uint8_t *bytes, size_t size)
{
	uint8_t *copy = exact_copy(bytes, size);
	struct frame_answer answer;
	enum frame_fault fault = frame_unwrap(path, 1, copy, size, &answer);

	free(copy);
	return fault;
}

static void test_every_truncation_is_seen(void **state)
{
	size_t size;

	for (size = 0; size < sizeof(two_levels); size++)
		assert_int_not_equal(unwrap_exact(&port3_ld2, two_levels, size), FRAME_OK);
	for (size = 0; size < sizeof(one_level); size++)
		assert_int_not_equal(unwrap_exact(&port3, one_level, size), FRAME_OK);
}

static void test_bytes_after_the_end(void **state)
{
	uint8_t longer[sizeof(one_level) + 1] = { 0 };

	memcpy(longer, one_level, sizeof(one_level));
	assert_int_equal(unwrap_exact(&port3, longer, sizeof(longer)), FRAME_TUNNEL_LENGTH);
}

static void test_each_wrong_field(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
		enum frame_fault fault;
	} wrong[] = {
		{ 0, 0x10, FRAME_TUNNEL_LENGTH }, { 1, 0x01, FRAME_TUNNEL_LENGTH },
		{ 4, 0x00, FRAME_CATEGORY }, { 4, 0x0f, FRAME_CATEGORY },
		{ 5, 0x42, FRAME_TAG }, { 7, 0x02, FRAME_OPCODE }, { 8, 0x40, FRAME_OPCODE },
		{ 9, 0x02, FRAME_MESSAGE_LENGTH }, { 9, 0x04, FRAME_MESSAGE_LENGTH },
		{ 10, 0x01, FRAME_MESSAGE_LENGTH }, { 11, 0x10, FRAME_MESSAGE_LENGTH },
	};
	uint8_t bytes[sizeof(one_level)];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(bytes, one_level, sizeof(bytes));
		bytes[wrong[i].offset] = wrong[i].value;
		assert_int_equal(unwrap_exact(&port3, bytes, sizeof(bytes)), wrong[i].fault);
	}
}

/* The tag of the outer message must not do for the inner one. */
static void test_wrong_field_inside(void **state)
{
	uint8_t bytes[sizeof(two_levels)];

	memcpy(bytes, two_levels, sizeof(bytes));
	bytes[16 + 5] = 0x41;
	assert_int_equal(unwrap_exact(&port3_ld2, bytes, sizeof(bytes)), FRAME_TAG);
	memcpy(bytes, two_levels, sizeof(bytes));
	bytes[16]++;
	assert_int_equal(unwrap_exact(&port3_ld2, bytes, sizeof(bytes)), FRAME_TUNNEL_LENGTH);
}

static void test_noise(void **state)
{
	uint8_t noise[64];
	unsigned int round, i;

	srand(1);
	for (round = 0; round < 20000; round++) {
		size_t size = (size_t)rand() % sizeof(noise);

		for (i = 0; i < size; i++)
			noise[i] = (uint8_t)rand();
		if (size >= 2 && round % 2) {
			noise[0] = (uint8_t)(size - 4);
			noise[1] = 0;
		}
		unwrap_exact(&port3_ld2, noise, size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_tunnel_is_the_payload),
		cmocka_unit_test(test_one_level),
		cmocka_unit_test(test_two_levels),
		cmocka_unit_test(test_room_is_kept),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_error_on_the_way),
		cmocka_unit_test(test_every_truncation_is_seen),
		cmocka_unit_test(test_bytes_after_the_end),
		cmocka_unit_test(test_each_wrong_field),
		cmocka_unit_test(test_wrong_field_inside),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
