// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function that goes away and comes back in the middle of a command: zeros
 * look like a doorbell that is clear, what was in the registers before looks like
 * an answer. Nobody may get his own request back, or the answer before.
 */
#include "mailbox_bench.h"

#define REG_CAPABILITY	0x00
#define REG_CONTROL	0x04
#define REG_COMMAND	0x08
#define REG_STATUS	0x10
#define REG_PAYLOAD	0x20
#define ENABLES		6

static const u8 request[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const u8 truth[8] = { 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8 };

/* As long as the request, so that its header tells nothing. */
static void serve_never(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			struct fake_reply *reply)
{
	(void)fake;
	(void)opcode;
	(void)in;
	(void)length;
	reply->delay_us = FAKE_NEVER;
	reply->vendor_status = 0x77;
	reply->length = sizeof(truth);
	memcpy(reply->data, truth, sizeof(truth));
}

/* What happens before which read, counted from the doorbell on. */
enum deed { NOTHING, GOES, COMES, COMES_WITH_ANSWER, ANSWERS, RESETS };

static struct step {
	u32 offset;
	enum deed deed;
} script[8];
static u32 script_at, script_length;

static void do_deed(struct fake_registers *fake, enum deed deed)
{
	switch (deed) {
	case GOES:
		fake_set_presence(fake, FAKE_ALL_ZEROS);
		break;
	case COMES_WITH_ANSWER:
		fake_answer_now(fake);
		fake_set_presence(fake, FAKE_PRESENT);
		break;
	case COMES:
		fake_set_presence(fake, FAKE_PRESENT);
		break;
	case ANSWERS:
		fake_answer_now(fake);
		break;
	case RESETS:
		fake_reset(fake);
		break;
	case NOTHING:
		break;
	}
}

static pthread_t player;	/* the caller, or the worker */

static void play(struct fake_registers *fake, u32 offset, bool write)
{
	if (write || !pthread_equal(pthread_self(), player))
		return;
	if (script_at < script_length && offset == script[script_at].offset)
		do_deed(fake, script[script_at++].deed);
}

static void set_script(const struct step *steps, u32 length)
{
	memcpy(script, steps, length * sizeof(*steps));
	script_at = 0;
	script_length = length;
	player = pthread_self();
	bench.fake.on_access = play;
	bench.fake.deceived = true;
}

#define SCRIPT(...) do { \
	const struct step steps[] = { __VA_ARGS__ }; \
	set_script(steps, ARRAY_SIZE(steps)); \
} while (0)

static void enable(bool interrupts)
{
	swcci_mailbox_freeze(&bench.mailbox);
	fake_reset(&bench.fake);
	bench.fake.enables = interrupts ? ENABLES : 0;
	swcci_mailbox_enable_interrupts(&bench.mailbox, interrupts, interrupts);
	swcci_mailbox_thaw(&bench.mailbox);
}

static u8 out[8];

static struct swcci_mailbox_command question(u64 id)
{
	memset(out, 0xee, sizeof(out));
	return command_of(id, request, sizeof(request), out, sizeof(out));
}

static void assert_left(const struct swcci_mailbox_command *command, int rc)
{
	assert_int_equal(rc, -EIO);
	assert_true(command->submitted && command->abandoned);
	assert_false(command->answered);
	assert_int_equal(command->out_copied, 0);
	assert_int_equal(command->out_length, 0);
	assert_int_equal(script_at, script_length);
}

/* The true answer reaches who waits for it, be it late. */
static void assert_answer_retires(u64 id)
{
	assert_retirements(0);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	fake_answer_now(&bench.fake);
	assert_retired_once(id, true, 0);
	assert_int_equal(bench.retired[0].answer.vendor_status, 0x77);
	assert_int_equal(bench.retired[0].answer.out_length, sizeof(truth));
	assert_int_equal(bench.retired[0].answer.head_length, sizeof(truth));
	assert_memory_equal(bench.retired[0].answer.head, truth, sizeof(truth));
	await_state(MAILBOX_IDLE);
	bench.fake.on_access = NULL;
	bench.fake.deceived = false;
	assert_serves();
	assert_int_equal(fake_control(&bench.fake), bench.fake.enables);
}

/* ---- zeros that end before the answer is there ---- */

/* Without enables the registers hold the request; with them nobody even looks. */
static void zeros_end_before_the_status(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	bench.fake.serve = serve_never;
	SCRIPT({ REG_CONTROL, GOES }, { REG_STATUS, COMES });
	assert_left(&command, bench_execute(&command));
	assert_answer_retires(1);
}

static void zeros_end_before_the_header(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	bench.fake.serve = serve_never;
	SCRIPT({ REG_CONTROL, GOES }, { REG_COMMAND, COMES });
	assert_left(&command, bench_execute(&command));
	assert_answer_retires(1);
}

static void enables_vouch_for_the_doorbell(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	enable(true);
	bench.fake.serve = serve_never;
	SCRIPT({ REG_CONTROL, GOES });
	fake_count_from_here(&bench.fake);
	assert_left(&command, bench_execute(&command));
	/* command, payload, doorbell, one look */
	assert_int_equal(fake_accesses(&bench.fake), IO_HALVES ? 6 : 4);
	assert_answer_retires(1);
}

static void serve_error_first(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			      struct fake_reply *reply)
{
	serve_never(fake, opcode, in, length, reply);
	if (fake->commands)
		return;
	reply->delay_us = 0;
	reply->return_code = 3;
}

/* An error is not believed either: it may be of the command before. */
static void error_of_the_command_before(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	bench.fake.serve = serve_error_first;
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(command.return_code, 3);
	command = question(2);
	SCRIPT({ REG_CONTROL, GOES }, { REG_STATUS, COMES });
	assert_left(&command, bench_execute(&command));
	assert_answer_retires(2);
}

/* ---- zeros that end with the answer there ---- */

/* It is read from the beginning: no word of the request is in it. */
static void answer_comes_at_the_second_look(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	bench.fake.serve = serve_never;
	SCRIPT({ REG_CONTROL, GOES }, { REG_COMMAND, COMES }, { REG_CONTROL, ANSWERS });
	assert_int_equal(bench_execute(&command), 0);
	assert_true(command.answered && !command.abandoned);
	assert_int_equal(command.vendor_status, 0x77);
	assert_memory_equal(out, truth, sizeof(truth));
	assert_int_equal(script_at, script_length);
	assert_retirements(0);
}

static void serve_background_start(struct fake_registers *fake, u16 opcode, const u8 *in,
				   u32 length, struct fake_reply *reply)
{
	serve_never(fake, opcode, in, length, reply);
	reply->return_code = 1;
	reply->length = 0;
}

/* A return code of zeros is no success: the header alone was real. */
static void return_code_of_zeros(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	bench.fake.serve = serve_background_start;
	SCRIPT({ REG_CONTROL, GOES }, { REG_COMMAND, COMES_WITH_ANSWER });
	assert_int_equal(bench_execute(&command), 0);
	assert_true(command.answered);
	assert_int_equal(command.return_code, 1);
	assert_int_equal(command.vendor_status, 0x77);
}

/* ---- zeros under the drain worker ---- */

/* At the worker's first look the answer is there. */
#define ANSWERED	{ REG_CAPABILITY, ANSWERS }

/* However they come and go, what is lost must be lost for good. */
static void worker_takes_no_zeros_for_a_loss(void **state)
{
	static const struct { struct step steps[6]; u32 length; } plays[] = {
		{ { ANSWERED, { REG_STATUS, GOES }, { REG_CAPABILITY, COMES } }, 3 },
		{ { ANSWERED, { REG_COMMAND, GOES }, { REG_CAPABILITY, COMES } }, 3 },
		{ { ANSWERED, { REG_CONTROL, GOES }, { REG_CAPABILITY, COMES } }, 3 },
		{ { ANSWERED, { REG_STATUS, GOES }, { REG_CAPABILITY, COMES },
		    { REG_STATUS, GOES }, { REG_CAPABILITY, NOTHING },
		    { REG_CAPABILITY, COMES } }, 6 },
	};

	(void)state;
	for (u32 i = 0; i < 2 * ARRAY_SIZE(plays); i++) {
		struct swcci_mailbox_command command = question(i + 1);

		enable(i % 2);
		bench.fake.serve = serve_never;
		set_script(plays[i / 2].steps, plays[i / 2].length);
		player = bench.queue.thread;
		command.deadline = in_ms(100);
		assert_int_equal(bench_execute(&command), -ETIMEDOUT);
		assert_true(command.abandoned);
		await_retirements(i + 1);
		assert_true(bench.retired[i].answer.answered);
		assert_int_equal(bench.retired[i].answer.vendor_status, 0x77);
		assert_memory_equal(bench.retired[i].answer.head, truth, sizeof(truth));
		await_state(MAILBOX_IDLE);
		assert_int_equal(script_at, script_length);
	}
}

/* ---- registers that are not of this command ---- */

/* A reset behind our back: no answer, enables gone; told, armed again, served. */
static void reset_that_nobody_told_of(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct swcci_mailbox_command command = question(i + 1);

		enable(i);
		bench.fake.serve = serve_never;
		SCRIPT({ REG_CONTROL, NOTHING }, { REG_CONTROL, RESETS });
		assert_left(&command, bench_execute(&command));
		await_retirements(i + 1);
		assert_true(bench.retired[i].id == i + 1);
		assert_false(bench.retired[i].answer.answered);
		await_state(MAILBOX_IDLE);
		assert_int_equal(fake_control(&bench.fake), bench.fake.enables);
		assert_int_equal(bench.mailbox.kept, bench.fake.enables);
		bench.fake.on_access = NULL;
		assert_serves();
	}
}

static void serve_other_opcode(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			       struct fake_reply *reply)
{
	(void)opcode;
	fake_echo(fake, opcode, in, length, reply);
	fake->command ^= 1;
}

static void header_of_another_command(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct swcci_mailbox_command command = question(i + 1);

		enable(i);
		bench.fake.serve = serve_other_opcode;
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(command.submitted && command.abandoned && !command.answered);
		await_retirements(i + 1);
		assert_false(bench.retired[i].answer.answered);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* One odd answer is the trouble of its caller, not of those behind him. */
static void odd_answer_is_the_callers_own_trouble(void **state)
{
	struct caller odd = { 0 }, behind = { 0 };

	(void)state;
	bench.fake.serve = serve_never;
	caller_start(&odd, 1);
	await_busy();
	caller_start(&behind, 2);
	await_queue(1);
	pthread_mutex_lock(&bench.fake.mutex);
	bench.fake.serve = NULL;
	bench.fake.command ^= 1;
	pthread_mutex_unlock(&bench.fake.mutex);
	fake_answer_now(&bench.fake);
	caller_join(&odd);
	assert_int_equal(odd.rc, -EIO);
	assert_true(odd.command.abandoned);
	caller_join(&behind);
	assert_own_answer(&behind);
	assert_retired_once(1, false, 0);
}

/* Rung in vain: what the worker finds later is the answer before, and not ours. */
static void doorbell_that_never_arrived(void **state)
{
	struct swcci_mailbox_command command;

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		enable(i);
		assert_serves();
		fake_set_presence(&bench.fake, FAKE_ALL_ZEROS);
		command = question(i + 1);
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(command.submitted && command.abandoned);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_retirements(i + 1);
		assert_false(bench.retired[i].answer.answered);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* The doorbell was seen set: the same answer once more is an answer. */
static void same_answer_again(void **state)
{
	struct caller left = { .deadline = in_ms(30) };
	struct swcci_mailbox_command command = question(1);

	(void)state;
	enable(true);
	assert_int_equal(bench_execute(&command), 0);
	bench.fake.serve = serve_never;
	caller_start(&left, 2);
	caller_join(&left);
	fake_set_presence(&bench.fake, FAKE_ALL_ZEROS);
	sleep_ms(30);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	fake_answer_now(&bench.fake);
	assert_retired_once(2, true, 0);
	await_state(MAILBOX_IDLE);
}

/* ---- the enables ---- */

/* What a device does not keep is not missed, and what it keeps of them is enough. */
static void device_keeps_what_it_likes(void **state)
{
	static const u32 forgets[] = { 0, 2, 4, 6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forgets); i++) {
		bench.fake.forgets = forgets[i];
		enable(true);
		assert_int_equal(bench.mailbox.kept, ENABLES & ~forgets[i]);
		for (u32 k = 0; k < 3; k++)
			assert_serves();
		assert_state(MAILBOX_IDLE);
	}
	assert_retirements(0);
}

static void serve_in_20_ms(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			   struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = 20000;
}

/* An interrupt that cannot come is not waited for: small steps, and no fallback counted. */
static void polled_where_the_enable_is_not_kept(void **state)
{
	u64 best = ~(u64)0;

	(void)state;
	bench.fake.forgets = 2;
	enable(true);
	bench.fake.serve = serve_in_20_ms;
	for (u32 i = 0; i < 5; i++) {
		struct swcci_mailbox_command command = question(i + 1);

		assert_int_equal(bench_execute(&command), 0);
		best = min(best, command.duration_ns);
	}
	assert_in_range(best / 1000, 20000, 26000);
	assert_int_equal(atomic64_read(&bench.mailbox.fallbacks), 0);
}

/* Nothing is sent to what reads as zeros, where the doorbell is looked at first. */
static void zeros_at_the_start(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct swcci_mailbox_command command = question(1);

		enable(i);
		bench.mailbox.doorbell_clear = false;
		fake_set_presence(&bench.fake, FAKE_ALL_ZEROS);
		assert_int_equal(bench_execute(&command), -EIO);
		assert_false(command.submitted || command.abandoned);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
	assert_retirements(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(zeros_end_before_the_status),
		TEST(zeros_end_before_the_header),
		TEST(enables_vouch_for_the_doorbell),
		TEST(error_of_the_command_before),
		TEST(answer_comes_at_the_second_look),
		TEST(return_code_of_zeros),
		TEST(worker_takes_no_zeros_for_a_loss),
		TEST(reset_that_nobody_told_of),
		TEST(header_of_another_command),
		TEST(odd_answer_is_the_callers_own_trouble),
		TEST(doorbell_that_never_arrived),
		TEST(same_answer_again),
		TEST(device_keeps_what_it_likes),
		TEST(polled_where_the_enable_is_not_kept),
		TEST(zeros_at_the_start),
	};

	return cmocka_run_group_tests_name("mailbox zeros", tests, NULL, NULL);
}
