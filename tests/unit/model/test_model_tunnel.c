// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model's tunnels: the component behind each path, framing, message
 * limits, and faults at each layer.
 */
#include "test_model.h"

#include "bytes.h"

#define IDENTIFY	0x0001
#define HOPS(...)	((const struct client_hop[]){ __VA_ARGS__ })
#define PORT(n)		{ 0, (n) }
#define LD(n)		{ 0, (uint8_t)(n) }
#define POOL(n)		{ 1, (n) }

static struct client_answer answer;
static struct client_message message;

static void identify(struct model *model, const struct client_hop *hops, unsigned int n)
{
	client_tunnel(model, hops, n, IDENTIFY, NULL, 0, &answer);
	assert_int_equal(answer.error, 0);
}

static uint64_t serial_behind(struct model *model, const struct client_hop *hops, unsigned int n)
{
	identify(model, hops, n);
	assert_int_equal(answer.return_code, 0);
	assert_true(client_unwrap(&answer, n, &message));
	assert_int_equal(message.return_code, 0);
	assert_int_equal(message.category, 1);
	assert_int_equal(message.tag, 0x5a);
	assert_int_equal(message.opcode, IDENTIFY);
	assert_int_equal(message.len, 0x12);
	assert_int_equal(message.payload_len, 0x12);
	return get64(message.payload + 8);
}

static void test_everyone_answers(void **state)
{
	const uint64_t sld = serial_behind(*state, HOPS(PORT(0)), 1);
	const uint64_t mld = serial_behind(*state, HOPS(PORT(2)), 1);
	unsigned int ld;

	assert_true(sld != mld);
	assert_true(serial_behind(*state, HOPS(PORT(1)), 1) != sld);
	for (ld = 0; ld < 4; ld++)
		assert_true(serial_behind(*state, HOPS(PORT(2), LD(ld)), 2) == mld);
	assert_true(serial_behind(*state, HOPS(PORT(3), POOL(0)), 2) ==
		    serial_behind(*state, HOPS(PORT(3)), 1));
	/* the id of a pool hop is ignored */
	assert_true(serial_behind(*state, HOPS(PORT(3), POOL(0xff)), 2) ==
		    serial_behind(*state, HOPS(PORT(3)), 1));
	serial_behind(*state, HOPS(PORT(3), POOL(0), LD(3)), 3);
	serial_behind(*state, HOPS(PORT(4)), 1);
}

/* The bytes of facts 9.3: 20h in, 32h out for a two-level Identify */
static void test_two_level_lengths(void **state)
{
	uint8_t buffer[64];

	assert_int_equal(client_wrap(buffer, HOPS(PORT(2), LD(0)), 2, IDENTIFY, NULL, 0), 0x20);
	identify(*state, HOPS(PORT(2), LD(0)), 2);
	assert_int_equal(answer.len, 0x32);
}

static void test_nobody_there(void **state)
{
	static const struct { struct client_hop hops[2]; unsigned int n; } nowhere[] = {
		{ { PORT(6) }, 1 },		/* empty */
		{ { PORT(8) }, 1 },		/* the switch's own upstream port */
		{ { PORT(9) }, 1 },		/* no such port */
		{ { PORT(255) }, 1 },
		{ { POOL(0) }, 1 },		/* a switch is no pool */
		{ { { 2, 0 } }, 1 },		/* no such target type */
		{ { { 0x10, 0 } }, 1 },		/* reserved nibble */
	};
	unsigned int i;

	for (i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		identify(*state, nowhere[i].hops, nowhere[i].n);
		assert_int_equal(answer.return_code, 2);
		assert_int_equal(answer.len, 0);
	}
	identify(*state, HOPS(PORT(2), LD(4)), 2);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 2);
	identify(*state, HOPS(PORT(2), LD(255)), 2);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 2);
	identify(*state, HOPS(PORT(2), POOL(0)), 2);	/* an MLD without a pool */
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 2);
	identify(*state, HOPS(PORT(0), LD(0)), 2);	/* an SLD has no tunnel at all */
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 3);
}

static void test_one_level_too_deep(void **state)
{
	identify(*state, HOPS(PORT(3), POOL(0), LD(0), LD(0)), 4);
	assert_true(client_unwrap(&answer, 3, &message));
	assert_int_equal(message.return_code, 3);
}

/* Each is the wrapped Identify with one byte changed, or cut, or prolonged. */
static void test_bad_framing(void **state)
{
	static const struct { unsigned int at; uint8_t value; uint16_t outer, inner; } bad[] = {
		{ 2, 11, 0x16, 0 },		/* command size below the bytes there */
		{ 2, 13, 0x16, 0 },
		{ 3, 1, 0x16, 0 },
		{ 4, 1, 0, 2 },			/* response category */
		{ 4, 0x10, 0, 2 },		/* reserved */
		{ 6, 1, 0, 2 },
		{ 9, 1, 0, 0x16 },		/* inner length */
		{ 11, 0x1f, 0, 0x16 },
		{ 11, 0x20, 0, 2 },		/* reserved */
		{ 11, 0x80, 0, 2 },		/* BO */
		{ 12, 1, 0, 2 },		/* return code */
		{ 14, 0xcd, 0, 0 },		/* vendor status: whatever */
		{ 5, 0x99, 0, 0 },		/* tag: whatever */
	};
	uint8_t buffer[64];
	uint32_t len = client_wrap(buffer, HOPS(PORT(0)), 1, IDENTIFY, NULL, 0);
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t copy[64];

		memcpy(copy, buffer, len);
		copy[bad[i].at] = bad[i].value;
		client_command(*state, 0x5300, copy, len, &answer);
		if (answer.return_code != bad[i].outer)
			fail_msg("row %u: outer %u", i, answer.return_code);
		if (bad[i].outer)
			continue;
		assert_true(client_unwrap(&answer, 1, &message));
		if (message.return_code != bad[i].inner)
			fail_msg("row %u: inner %u", i, message.return_code);
	}
	client_command(*state, 0x5300, buffer, len - 1, &answer);
	assert_int_equal(answer.return_code, 0x16);
	client_command(*state, 0x5300, buffer, len + 1, &answer);
	assert_int_equal(answer.return_code, 0x16);
	client_command(*state, 0x5300, buffer, 0, &answer);
	assert_int_equal(answer.return_code, 0x16);
}

/* Get Log of the CEL: what fits depends on the destination */
static uint16_t get_log(struct model *model, const struct client_hop *hops, unsigned int n,
			uint32_t len)
{
	static const uint8_t cel[24] = {
		0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
		0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17 };
	uint8_t in[24];

	memcpy(in, cel, sizeof(in));
	put32(in + 20, len);
	client_tunnel(model, hops, n, 0x0401, in, sizeof(in), &answer);
	assert_true(client_unwrap(&answer, n, &message));
	return message.return_code;
}

static void test_message_limits_differ(void **state)
{
	struct model *model = *state;
	uint8_t limit = 8;

	order(model, "cel port0 entries 1000");
	order(model, "cel port2 entries 1000");
	order(model, "cel port2.ld1 entries 1000");
	assert_int_equal(get_log(model, HOPS(PORT(0)), 1, 1024), 0);
	assert_int_equal(get_log(model, HOPS(PORT(0)), 1, 1024 + 1), 2);
	assert_int_equal(get_log(model, HOPS(PORT(2)), 1, 512), 0);
	assert_int_equal(get_log(model, HOPS(PORT(2)), 1, 512 + 1), 2);
	assert_int_equal(get_log(model, HOPS(PORT(2), LD(1)), 2, 256), 0);
	assert_int_equal(get_log(model, HOPS(PORT(2), LD(1)), 2, 256 + 1), 2);
	/* 0004h makes it smaller still */
	client_tunnel(model, HOPS(PORT(0)), 1, 0x0004, &limit, 1, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.payload[0], 8);
	assert_int_equal(get_log(model, HOPS(PORT(0)), 1, 256 + 1), 2);
	assert_int_equal(get_log(model, HOPS(PORT(0)), 1, 256), 0);
}

static void test_request_above_the_limit(void **state)
{
	static uint8_t big[513];

	client_tunnel(*state, HOPS(PORT(2)), 1, 0xc000, big, 512, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 0);
	assert_int_equal(message.payload_len, 512);
	client_tunnel(*state, HOPS(PORT(2)), 1, 0xc000, big, 513, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 0x16);
}

static void test_faults_in_a_message(void **state)
{
	struct model *model = *state;

	order(model, "fault port0 message-tag 0x77 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.tag, 0x77);
	order(model, "fault port0 message-opcode 2 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.opcode, 2);
	order(model, "fault port0 message-category 0 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.category, 0);
	order(model, "fault port0 message-length 0x1fffff count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.len, 0x1fffff);
	assert_int_equal(message.payload_len, 0x12);
	order(model, "fault port0 message-bo 1 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.flags, 0x80);
	order(model, "fault port0 message-truncate 7 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.len, 4 + 7);
	order(model, "fault port0 message-truncate 0 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.return_code, 0);
	assert_int_equal(answer.len, 4);
	order(model, "fault port0 message-extra 5 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.len, 4 + 12 + 0x12 + 5);
	order(model, "fault port0 wrapper-length 3 count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.wrapper_len, 3);
	order(model, "fault port0 garbage count=1");
	identify(model, HOPS(PORT(0)), 1);
	serial_behind(model, HOPS(PORT(0)), 1);
}

static void test_faults_at_the_inner_layer(void **state)
{
	struct model *model = *state;

	order(model, "fault port2.ld1 message-tag 1 count=1");
	identify(model, HOPS(PORT(2), LD(1)), 2);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.tag, 0x5a);
	assert_true(client_unwrap(&answer, 2, &message));
	assert_int_equal(message.tag, 1);
	/* on the MLD, the middle message is changed and the inner one is not */
	order(model, "fault port2 message-opcode 0x5301 count=1");
	identify(model, HOPS(PORT(2), LD(1)), 2);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.opcode, 0x5301);
	assert_true(client_unwrap(&answer, 2, &message));
	assert_int_equal(message.opcode, IDENTIFY);
	order(model, "fault port2.ld1 rc 5 opcode=1 count=1");
	identify(model, HOPS(PORT(2), LD(1)), 2);
	assert_true(client_unwrap(&answer, 2, &message));
	assert_int_equal(message.return_code, 5);
}

static void test_silence_and_slowness(void **state)
{
	struct model *model = *state;

	order(model, "fault port0 silent count=1");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.return_code, 4);
	order(model, "fault port2.ld0 slow 30 count=1");
	client_tunnel(model, HOPS(PORT(2), LD(0)), 2, IDENTIFY, NULL, 0, &answer);
	assert_int_equal(answer.error, -EBUSY);
	model_advance(model, 30000000);
	client_collect(model, &answer);
	assert_int_equal(answer.error, 0);
	serial_behind(model, HOPS(PORT(2), LD(0)), 2);
}

static void test_swap_between_commands(void **state)
{
	struct model *model = *state;
	const uint64_t before = serial_behind(model, HOPS(PORT(0)), 1);
	uint64_t after;

	order(model, "swap port0 2");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == before);
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == before);
	after = serial_behind(model, HOPS(PORT(0)), 1);
	assert_true(after != before);
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == after);
}

static void test_identities_that_lie(void **state)
{
	struct model *model = *state;
	const uint64_t real = serial_behind(model, HOPS(PORT(0)), 1);

	order(model, "alternate port0 42");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == real);
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == 42);
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == real);
	order(model, "clear");
	order(model, "identity port0 serial 0");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == 0);
	order(model, "identity port0 serial 0xffffffffffffffff");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == UINT64_MAX);
}

static void test_pull_and_plug(void **state)
{
	struct model *model = *state;
	const uint64_t before = serial_behind(model, HOPS(PORT(0)), 1);

	order(model, "pull port0");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.return_code, 2);
	assert_int_equal(model_mmio_read(model, CLIENT_STATUS, 8), 1);
	order(model, "plug port0");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == before);
	order(model, "pull port0");
	order(model, "plug port0 mld lds=16 serial=77");
	assert_true(serial_behind(model, HOPS(PORT(0)), 1) == 77);
	assert_true(serial_behind(model, HOPS(PORT(0), LD(15)), 2) == 77);
	order(model, "plug port6 sld");
	serial_behind(model, HOPS(PORT(6)), 1);
}

static void test_pulled_in_mid_command(void **state)
{
	struct model *model = *state;

	order(model, "latency port0 1000");
	client_tunnel(model, HOPS(PORT(0)), 1, IDENTIFY, NULL, 0, &answer);
	assert_int_equal(answer.error, -EBUSY);
	order(model, "pull port0");
	model_advance(model, 1000000);
	client_collect(model, &answer);
	assert_int_equal(answer.return_code, 2);
}

static void test_held_in_reset(void **state)
{
	struct model *model = *state;

	client_command(model, 0x5102, "\0\0", 2, &answer);
	assert_int_equal(answer.return_code, 0);
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.return_code, 4);
	client_command(model, 0x5102, "\0\1", 2, &answer);
	serial_behind(model, HOPS(PORT(0)), 1);
}

static void test_a_power_cycle_lets_go_of_the_ports(void **state)
{
	struct model *model = *state;

	client_command(model, 0x5102, "\0\0", 2, &answer);
	order(model, "reset conventional");
	identify(model, HOPS(PORT(0)), 1);
	assert_int_equal(answer.return_code, 4);
	order(model, "reset cold");
	serial_behind(model, HOPS(PORT(0)), 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, create_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_everyone_answers), test(test_two_level_lengths), test(test_nobody_there),
		test(test_one_level_too_deep), test(test_bad_framing),
		test(test_message_limits_differ), test(test_request_above_the_limit),
		test(test_faults_in_a_message), test(test_faults_at_the_inner_layer),
		test(test_silence_and_slowness), test(test_swap_between_commands),
		test(test_identities_that_lie), test(test_pull_and_plug),
		test(test_pulled_in_mid_command), test(test_held_in_reset),
		test(test_a_power_cycle_lets_go_of_the_ports),
	};

	return cmocka_run_group_tests_name("model: tunnels", tests, NULL, NULL);
}
