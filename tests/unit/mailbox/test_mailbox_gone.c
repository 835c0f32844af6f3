// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function that goes away in the middle of a command, and comes back: all ones
 * while it is away, the defaults of its registers after a reset that the driver was not
 * notified of. A clear doorbell and a status of Success are among those defaults, and no
 * caller may take them for its answer.
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

/* As long as the request, so that the command register does not change. */
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
enum deed { NOTHING, GOES, COMES, ANSWERS, RESETS };

static struct step {
	u32 offset;
	enum deed deed;
} script[8];
static u32 script_at, script_length;

static void do_deed(struct fake_registers *fake, enum deed deed)
{
	switch (deed) {
	case GOES:
		fake_set_presence(fake, FAKE_ALL_ONES);
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

static void assert_abandoned(const struct swcci_mailbox_command *command, int rc)
{
	assert_int_equal(rc, -EIO);
	assert_true(command->submitted && command->abandoned);
	assert_false(command->answered);
	assert_int_equal(command->out_copied, 0);
	assert_int_equal(command->out_length, 0);
	assert_int_equal(script_at, script_length);
}

/* ---- all ones under the drain worker ---- */

/* At the worker's first poll the answer is there. */
#define ANSWERED	{ REG_CAPABILITY, ANSWERS }

/* However they come and go: what counts as lost must be lost permanently. */
static void worker_takes_no_ones_for_a_loss(void **state)
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

/* ---- reset defaults ---- */

static void assert_lost_and_armed(u64 id)
{
	await_retirements((u32)id);
	assert_true(bench.retired[id - 1].id == id);
	assert_false(bench.retired[id - 1].answer.answered);
	await_state(MAILBOX_IDLE);
	assert_int_equal(fake_control(&bench.fake), bench.fake.enables);
	assert_int_equal(bench.mailbox.kept, bench.fake.enables);
	bench.fake.on_access = NULL;
	bench.fake.deceived = false;
	assert_serves();
}

static void serve_at_once(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			  struct fake_reply *reply)
{
	serve_never(fake, opcode, in, length, reply);
	reply->delay_us = 0;
}

/* While it waits: no answer, the enables are gone; retired as lost, armed again. */
static void reset_while_waiting(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct swcci_mailbox_command command = question(i + 1);

		enable(i);
		bench.fake.serve = serve_never;
		SCRIPT({ REG_CONTROL, NOTHING }, { REG_CONTROL, RESETS });
		assert_abandoned(&command, bench_execute(&command));
		assert_lost_and_armed(i + 1);
	}
}

/* With the answer there, before each register that is read until its payload. */
static void reset_while_reading(void **state)
{
	static const u32 offsets[] = { REG_CONTROL, REG_STATUS, REG_COMMAND };
	u64 id = 0;

	(void)state;
	for (u32 i = 0; i < 2; i++)
		for (u32 k = 0; k < ARRAY_SIZE(offsets); k++) {
			struct swcci_mailbox_command command = question(++id);

			enable(i);
			bench.fake.serve = serve_at_once;
			SCRIPT({ offsets[k], RESETS });
			assert_abandoned(&command, bench_execute(&command));
			assert_lost_and_armed(id);
		}
}

/* A status that a reset leaves behind is not believed where the enables show the reset. */
static void reset_that_keeps_the_status(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	enable(true);
	bench.fake.serve = serve_never;
	SCRIPT({ REG_CONTROL, RESETS });
	bench.fake.status_after_reset = 6ull << 32;
	fake_count_from_here(&bench.fake);
	assert_abandoned(&command, bench_execute(&command));
	/* command, payload, doorbell, one poll */
	assert_in_range(fake_accesses(&bench.fake), IO_HALVES ? 6 : 4, 20);
	await_retirements(1);
	bench.fake.status_after_reset = 0;
}

/* The enables show it before a command, too, where the doorbell is polled first. */
static void reset_before_a_command(void **state)
{
	struct swcci_mailbox_command command = question(1);

	(void)state;
	enable(true);
	bench.mailbox.doorbell_clear = false;
	fake_reset(&bench.fake);
	assert_int_equal(bench_execute(&command), -EIO);
	assert_false(command.submitted || command.abandoned);
	await_state(MAILBOX_IDLE);
	assert_int_equal(fake_control(&bench.fake), bench.fake.enables);
	assert_serves();
	assert_retirements(0);
}

/* No opcode is zero: an answer of zeros alone is none, polled or not. */
static void zeros_are_no_answer(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct swcci_mailbox_command command = question(i + 1);

		command.ticket.opcode = i ? OPCODE : 0;
		enable(i);
		bench.fake.serve = serve_never;
		fake_set_presence(&bench.fake, FAKE_ALL_ZEROS);
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(command.submitted && command.abandoned && !command.answered);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_retirements(i + 1);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* ---- registers that are not of this command ---- */

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

/* One odd answer fails its caller alone, not those in the queue. */
static void odd_answer_fails_its_caller_alone(void **state)
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

/*
 * A function that drops writes for a moment, with its state kept (memory space disabled):
 * what the worker finds later is the answer before.
 */
static void doorbell_that_never_arrived(void **state)
{
	struct swcci_mailbox_command command;

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		enable(i);
		assert_serves();
		fake_set_presence(&bench.fake, FAKE_ALL_ONES);
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
	fake_set_presence(&bench.fake, FAKE_ALL_ONES);
	sleep_ms(30);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	fake_answer_now(&bench.fake);
	assert_retired_once(2, true, 0);
	await_state(MAILBOX_IDLE);
}

/* ---- the enables ---- */

/* An enable that a device does not keep is not missed. */
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

/* What reads as all ones when they are written is not known to be kept. */
static void gone_while_the_enables_are_written(void **state)
{
	(void)state;
	swcci_mailbox_freeze(&bench.mailbox);
	bench.fake.enables = ENABLES;
	swcci_mailbox_enable_interrupts(&bench.mailbox, true, true);
	SCRIPT({ REG_CONTROL, NOTHING }, { REG_CONTROL, GOES });
	swcci_mailbox_thaw(&bench.mailbox);
	assert_int_equal(script_at, script_length);
	assert_int_equal(bench.mailbox.kept, 0);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	assert_serves();
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(worker_takes_no_ones_for_a_loss),
		TEST(reset_while_waiting),
		TEST(reset_while_reading),
		TEST(reset_that_keeps_the_status),
		TEST(reset_before_a_command),
		TEST(zeros_are_no_answer),
		TEST(header_of_another_command),
		TEST(odd_answer_fails_its_caller_alone),
		TEST(doorbell_that_never_arrived),
		TEST(same_answer_again),
		TEST(device_keeps_what_it_likes),
		TEST(gone_while_the_enables_are_written),
		TEST(polled_where_the_enable_is_not_kept),
	};

	return cmocka_run_group_tests_name("mailbox gone", tests, NULL, NULL);
}
