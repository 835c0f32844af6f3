// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command on the mailbox's registers: how many accesses, which, in what
 * order; lengths that lie, answers that are none. CXL 3.1 8.2.8.4.
 */
#include "mailbox_bench.h"

/* A device whose answer is of the length that the test asks for. */
static void serve_asked_length(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			       struct fake_reply *reply)
{
	const u32 *out_length = fake->context;

	(void)opcode;
	(void)in;
	(void)length;
	reply->length = *out_length;
	reply->vendor_status = 0x1234;
	for (u32 i = 0; i < *out_length && i < sizeof(reply->data); i++)
		reply->data[i] = (u8)(i * 7 + *out_length);
}

static u8 sent[FAKE_PAYLOAD_MAX];

static void serve_and_keep(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			   struct fake_reply *reply)
{
	memcpy(sent, in, length);
	serve_asked_length(fake, opcode, in, length, reply);
}

/* One exchange, checked to the last byte and the last access. */
static void exchange(u32 in_length, u32 out_length)
{
	u8 *in = calloc(1, in_length), *out = calloc(1, out_length);
	struct swcci_mailbox_command command = command_of(1, in, in_length, out, out_length);

	for (u32 i = 0; i < in_length; i++)
		in[i] = (u8)(i * 5 + 3);
	bench.fake.serve = serve_and_keep;
	bench.fake.context = &out_length;
	fake_count_from_here(&bench.fake);
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(fake_accesses(&bench.fake),
			 accesses_of(in_length, out_length));
	assert_true(command.submitted && command.answered);
	assert_int_equal(command.return_code, 0);
	assert_int_equal(command.vendor_status, 0x1234);
	assert_int_equal(command.out_length, out_length);
	assert_int_equal(command.out_copied, out_length);
	if (in_length)
		assert_memory_equal(sent, in, in_length);
	for (u32 i = 0; i < out_length; i++)
		assert_int_equal(out[i], (u8)(i * 7 + out_length));
	free(in);
	free(out);
}

static void sixteen_in_sixty_four_out(void **state)
{
	(void)state;
	exchange(16, 64);
	if (!IO_HALVES)
		assert_int_equal(fake_accesses(&bench.fake), 15);
}

/* 5 + ceil(N/8) + ceil(M/8), for each residue and up to the area's last byte. */
static void every_residue(void **state)
{
	(void)state;
	for (u32 in_length = 0; in_length <= 24; in_length++)
		for (u32 out_length = 0; out_length <= 24; out_length++) {
			exchange(in_length, out_length);
			exchange(BENCH_PAYLOAD - in_length, out_length);
			exchange(in_length, BENCH_PAYLOAD - out_length);
		}
	exchange(BENCH_PAYLOAD, BENCH_PAYLOAD);
}

static void get_log_of_two_kilobytes(void **state)
{
	const struct swcci_mailbox_capability capability = { .payload_size = 2048 };

	(void)state;
	bench.fake.payload_size = 2048;
	bench.mailbox.capability = capability;
	exchange(24, 2048);
	if (!IO_HALVES)
		assert_int_equal(fake_accesses(&bench.fake), 264);
}

/* Which register, in which order: the steps of 8.2.8.4 and nothing between. */
static void order_of_accesses(void **state)
{
	static const struct { u32 offset; bool write; } expected[] = {
		{ 0x08, true }, { 0x20, true }, { 0x28, true }, { 0x04, true }, { 0x04, false },
		{ 0x10, false }, { 0x08, false }, { 0x20, false }, { 0x28, false }, { 0x30, false },
	};
	u32 at = 0;

	(void)state;
	exchange(12, 20);
	for (u32 i = 0; i < ARRAY_SIZE(expected); i++)
		for (u32 half = 0; half < (IO_HALVES && expected[i].offset != 4 ? 2 : 1); half++) {
			assert_int_equal(bench.fake.log[at].offset, expected[i].offset + 4 * half);
			assert_int_equal(bench.fake.log[at].write, expected[i].write);
			at++;
		}
	assert_int_equal(fake_accesses(&bench.fake), at);
}

/* Every doorbell carries the enables; the fake checks each write of control. */
static void enables_survive(void **state)
{
	(void)state;
	for (u32 enables = 0; enables <= 6; enables += 2) {
		swcci_mailbox_freeze(&bench.mailbox);
		fake_reset(&bench.fake);
		bench.fake.enables = enables;
		bench.mailbox.control = enables;
		swcci_mailbox_thaw(&bench.mailbox);
		assert_int_equal(bench.fake.control, enables);
		exchange(8, 8);
		exchange(8, 8);
		assert_int_equal(bench.fake.control, enables);
	}
	bench.mailbox.control = 0;
	bench.fake.enables = 0;
}

/* ---- room and lengths ---- */

static void room_smaller_than_answer(void **state)
{
	(void)state;
	for (u32 room = 0; room <= 40; room++) {
		u8 *out = malloc(room);
		u32 out_length = 33;
		struct swcci_mailbox_command command = command_of(1, NULL, 0, out, room);
		u32 copied = min(room, out_length);

		bench.fake.serve = serve_asked_length;
		bench.fake.context = &out_length;
		fake_count_from_here(&bench.fake);
		assert_int_equal(bench_execute(&command), 0);
		assert_int_equal(command.out_length, out_length);
		assert_int_equal(command.out_copied, copied);
		assert_int_equal(fake_accesses(&bench.fake), accesses_of(0, copied));
		for (u32 i = 0; i < copied; i++)
			assert_int_equal(out[i], (u8)(i * 7 + out_length));
		free(out);
	}
}

/* The device claims up to 21 bits of length: never more than the area is believed. */
static void answer_longer_than_area(void **state)
{
	static const u32 claims[] = {
		257, 258, 263, 264, 1024, 0xffff, 0x10000, 0x100000, 0x1fffff,
	};
	static u8 out[0x200000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		u32 claim = claims[i];
		struct swcci_mailbox_command command = command_of(1, NULL, 0, out, sizeof(out));

		bench.fake.serve = serve_asked_length;
		bench.fake.context = &claim;
		memset(out, 0xee, 512);
		fake_count_from_here(&bench.fake);
		assert_int_equal(bench_execute(&command), 0);
		assert_int_equal(command.out_length, BENCH_PAYLOAD);
		assert_int_equal(command.out_copied, BENCH_PAYLOAD);
		assert_int_equal(out[BENCH_PAYLOAD], 0xee);
		assert_int_equal(fake_accesses(&bench.fake), accesses_of(0, BENCH_PAYLOAD));
	}
}

static void request_longer_than_area(void **state)
{
	static u8 in[BENCH_PAYLOAD + 8];
	struct swcci_mailbox_command command = command_of(1, in, BENCH_PAYLOAD + 1, NULL, 0);

	(void)state;
	fake_forbid(&bench.fake, true);
	assert_int_equal(bench_execute(&command), -EIO);
	assert_false(command.submitted || command.answered);
	assert_int_equal(shim_splats(), 1);
	fake_forbid(&bench.fake, false);
	assert_serves();
}

/* ---- return codes ---- */

static void serve_return_code(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			      struct fake_reply *reply)
{
	(void)opcode;
	(void)in;
	(void)length;
	reply->return_code = *(u16 *)fake->context;
	reply->vendor_status = 0xabcd;
	reply->length = 8;
}

/* An error has no output: nothing is read, the caller's buffer stays as it is. */
static void error_has_no_output(void **state)
{
	static u16 codes[] = { 1, 2, 3, 0x15, 0x1e, 0x20, 0x7fff, 0xffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		u8 in[3] = { 1, 2, 3 }, out[8];
		struct swcci_mailbox_command command = command_of(1, in, 3, out, 8);

		memset(out, 0xee, 8);
		bench.fake.serve = serve_return_code;
		bench.fake.context = &codes[i];
		fake_count_from_here(&bench.fake);
		assert_int_equal(bench_execute(&command), 0);
		assert_true(command.answered);
		assert_int_equal(command.return_code, codes[i]);
		assert_int_equal(command.vendor_status, 0xabcd);
		assert_int_equal(command.out_length, 0);
		assert_int_equal(command.out_copied, 0);
		for (u32 k = 0; k < 8; k++)
			assert_int_equal(out[k], 0xee);
		/* command, payload, doorbell; poll and status */
		assert_int_equal(fake_accesses(&bench.fake), IO_HALVES ? 8 : 5);
	}
}

/* ---- a turn ---- */

static void two_commands_in_a_turn(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), 0);
	assert_true(command.answered);
	fake_count_from_here(&bench.fake);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EIO);
	assert_false(command.submitted || command.answered);
	assert_int_equal(fake_accesses(&bench.fake), 0);
	assert_int_equal(shim_splats(), 1);
	assert_int_equal(fake_commands(&bench.fake), 2);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_state(MAILBOX_IDLE);
}

static void result_starts_over(void **state)
{
	u8 out[8];
	u32 out_length = 8;
	u16 code = 6;
	struct swcci_mailbox_command command = command_of(1, NULL, 0, out, 8);

	(void)state;
	bench.fake.serve = serve_asked_length;
	bench.fake.context = &out_length;
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(command.out_copied, 8);
	bench.fake.serve = serve_return_code;
	bench.fake.context = &code;
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(command.out_length, 0);
	assert_int_equal(command.out_copied, 0);
	swcci_mailbox_freeze(&bench.mailbox);
	struct swcci_mailbox_turn turn = { .commands = 0 };

	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EBUSY);
	assert_false(command.submitted || command.answered);
}

/* ---- absence ---- */

static void goes_at_doorbell(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			     struct fake_reply *reply)
{
	(void)opcode;
	(void)in;
	(void)length;
	reply->delay_us = FAKE_NEVER;
	fake->presence = *(enum fake_presence *)fake->context;
}

/*
 * All ones while waiting, or a doorbell that reads zero with nothing behind it. Whether
 * it was removed is PCI's to say, by swcci_mailbox_kill() alone.
 */
static void function_goes_in_a_command(void **state)
{
	enum fake_presence presence;

	(void)state;
	for (int gone = FAKE_ALL_ONES; gone <= FAKE_ALL_ZEROS; gone++) {
		u8 out[8] = { 0 };
		struct swcci_mailbox_command command = command_of(7, NULL, 0, out, 8);

		presence = (enum fake_presence)gone;
		bench.fake.serve = goes_at_doorbell;
		bench.fake.context = &presence;
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(command.submitted);
		assert_false(command.answered || command.overdue);
		assert_int_equal(command.out_copied, 0);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		fake_answer_now(&bench.fake);
		await_state(MAILBOX_IDLE);
		bench.fake.serve = NULL;
		assert_serves();
	}
}

static u32 go_at_offset;

static void goes_before_read(struct fake_registers *fake, u32 offset, bool write)
{
	if (!write && offset == READ_ONCE(go_at_offset))
		fake_set_presence(fake, FAKE_ALL_ONES);
}

static void function_goes_before_each_read(void **state)
{
	static const u32 offsets[] = { 0x04, 0x10, 0x08 };

	(void)state;
	bench.fake.on_access = goes_before_read;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		u8 out[8];
		struct swcci_mailbox_command command = command_of(1, NULL, 0, out, 8);

		WRITE_ONCE(go_at_offset, offsets[i]);
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(command.submitted);
		assert_false(command.answered);
		WRITE_ONCE(go_at_offset, ~0u);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* Words read before it went are no answer either, nor is what follows them. */
static void function_goes_in_the_payload(void **state)
{
	static const u8 in[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
				   11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

	(void)state;
	bench.fake.on_access = goes_before_read;
	for (u32 offset = 0x20; offset <= 0x30; offset += 8) {
		u8 out[sizeof(in)];
		struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out,
								  sizeof(out));

		WRITE_ONCE(go_at_offset, offset);
		assert_int_equal(bench_execute(&command), -EIO);
		assert_false(command.answered);
		assert_int_equal(command.out_copied, 0);
		WRITE_ONCE(go_at_offset, ~0u);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* Its last word all ones, as of a function that went: one more access, and it is delivered. */
static void answer_that_ends_in_ones(void **state)
{
	u8 in[16] = { 0 }, out[18];
	struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out, sizeof(out));

	(void)state;
	memset(in, 0xff, sizeof(in));
	fake_count_from_here(&bench.fake);
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(command.out_copied, sizeof(in));
	assert_int_equal(fake_accesses(&bench.fake), accesses_of(16, 16) + (IO_HALVES ? 2 : 1));
}

/* Zeros are an answer like any other. */
static void answer_of_zeros(void **state)
{
	static const u8 in[16];
	u8 out[16];
	struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out, sizeof(out));

	(void)state;
	memset(out, 0xee, sizeof(out));
	fake_count_from_here(&bench.fake);
	assert_int_equal(bench_execute(&command), 0);
	assert_memory_equal(out, in, sizeof(in));
	assert_int_equal(fake_accesses(&bench.fake), accesses_of(16, 16));
}

/* Gone before anything is sent: no doorbell is set, and the caller gets an error. */
static void function_is_gone_at_the_start(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);

	(void)state;
	bench.mailbox.doorbell_clear = false;	/* as after an answer that was lost */
	fake_set_presence(&bench.fake, FAKE_ALL_ONES);
	assert_int_equal(bench_execute(&command), -EIO);
	assert_false(command.submitted || command.abandoned);
	assert_state(MAILBOX_STUCK);
	/* it is back, with a doorbell that another driver set: waited for */
	fake_ring(&bench.fake);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	sleep_ms(300);
	assert_state(MAILBOX_STUCK);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_serves();
	/* that command was not of this driver: nothing to retire */
	assert_retirements(0);
}

/* Not known to be clear, and set: nothing is sent. */
static void doorbell_is_set_at_the_start(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);

	(void)state;
	bench.mailbox.doorbell_clear = false;
	fake_ring(&bench.fake);
	assert_int_equal(bench_execute(&command), -EBUSY);
	assert_false(command.submitted || command.abandoned);
	assert_state(MAILBOX_DRAINING);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_serves();
	assert_retirements(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sixteen_in_sixty_four_out),
		TEST(every_residue),
		TEST(get_log_of_two_kilobytes),
		TEST(order_of_accesses),
		TEST(enables_survive),
		TEST(room_smaller_than_answer),
		TEST(answer_longer_than_area),
		TEST(request_longer_than_area),
		TEST(error_has_no_output),
		TEST(two_commands_in_a_turn),
		TEST(result_starts_over),
		TEST(function_goes_in_a_command),
		TEST(function_goes_before_each_read),
		TEST(function_goes_in_the_payload),
		TEST(answer_that_ends_in_ones),
		TEST(answer_of_zeros),
		TEST(function_is_gone_at_the_start),
		TEST(doorbell_is_set_at_the_start),
	};

	return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
