// SPDX-License-Identifier: GPL-2.0-only
/*
 * What background operations live on: the heads of late answers, tickets that
 * come back exactly once or not at all, the registers that need no turn.
 */
#include "mailbox_bench.h"

#define REG_CONTROL	0x04
#define REG_STATUS	0x10
#define REG_BACKGROUND	0x18
#define REG_PAYLOAD	0x20

/* ---- heads ---- */

static struct {
	u16 return_code;
	u32 length;
	u32 zeros_from;		/* the payload's end, where not FAKE_PAYLOAD_MAX */
} late;

static void serve_late(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
		       struct fake_reply *reply)
{
	(void)fake;
	(void)opcode;
	(void)in;
	(void)length;
	reply->delay_us = FAKE_NEVER;
	reply->return_code = late.return_code;
	reply->vendor_status = 0x4321;
	reply->length = late.length;
	for (u32 i = 0; i < late.zeros_from; i++)
		reply->data[i] = (u8)(i + 1);
}

static void leave(u64 id)
{
	static u8 out[BENCH_PAYLOAD];
	struct caller caller = { 0 };

	bench.fake.serve = serve_late;
	caller_start(&caller, id);
	await_busy();
	caller_kill(&caller);
	caller_join(&caller);
	assert_int_equal(caller.rc, -EINTR);
	assert_true(caller.command.submitted && caller.command.abandoned);
	assert_false(caller.command.answered);
	assert_memory_equal(caller.out, out, sizeof(caller.out));
}

static const struct swcci_mailbox_late_answer *retire(u32 number)
{
	fake_answer_now(&bench.fake);
	await_retirements(number);
	await_state(MAILBOX_IDLE);
	assert_retirements(number);
	assert_true(bench.retired[number - 1].id == number);
	return &bench.retired[number - 1].answer;
}

static void assert_nothing_from(const struct swcci_mailbox_late_answer *answer, u32 from)
{
	for (u32 i = from; i < MAILBOX_HEAD; i++)
		assert_int_equal(answer->head[i], 0);
}

static void head_is_as_long_as_the_answer(void **state)
{
	static const u32 lengths[] = { 0, 1, 7, 8, 9, 16, 63, 64, 65, 255, 256, 257, 0x1fffff };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		const struct swcci_mailbox_late_answer *answer;
		u32 head = min_t(u32, lengths[i], MAILBOX_HEAD);

		late.return_code = 0;
		late.length = lengths[i];
		late.zeros_from = MAILBOX_HEAD;
		leave(i + 1);
		answer = retire(i + 1);
		assert_true(answer->answered);
		assert_int_equal(answer->return_code, 0);
		assert_int_equal(answer->vendor_status, 0x4321);
		assert_int_equal(answer->out_length, min_t(u32, lengths[i], BENCH_PAYLOAD));
		assert_int_equal(answer->head_length, head);
		for (u32 k = 0; k < head; k++)
			assert_int_equal(answer->head[k], k + 1);
		assert_nothing_from(answer, head);
		assert_serves();
	}
}

static void error_has_no_head(void **state)
{
	static const u16 codes[] = { 1, 2, 6, 0x12, 0xffff };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(codes); i++) {
		const struct swcci_mailbox_late_answer *answer;

		late.return_code = codes[i];
		late.length = 32;
		late.zeros_from = 32;
		leave(i + 1);
		answer = retire(i + 1);
		assert_true(answer->answered);
		assert_int_equal(answer->return_code, codes[i]);
		assert_int_equal(answer->vendor_status, 0x4321);
		assert_int_equal(answer->out_length, 0);
		assert_int_equal(answer->head_length, 0);
		assert_nothing_from(answer, 0);
		assert_serves();
	}
}

/* It is an answer, whatever it ends in. */
static void head_of_zeros(void **state)
{
	const struct swcci_mailbox_late_answer *answer;

	(void)state;
	late.return_code = 0;
	late.length = 48;
	late.zeros_from = 12;
	leave(1);
	answer = retire(1);
	assert_true(answer->answered);
	assert_int_equal(answer->head_length, 48);
	assert_int_equal(answer->head[11], 12);
	assert_nothing_from(answer, 12);
}

static u32 goes_at;

/* The worker alone reads any register here once the caller has left. */
static void goes_at_offset(struct fake_registers *fake, u32 offset, bool write)
{
	if (!write && offset == READ_ONCE(goes_at))
		fake_set_presence(fake, FAKE_ALL_ONES);
}

/* Half a head is none, and what comes back has it whole. */
static void function_goes_in_the_head(void **state)
{
	u32 number = 0;

	(void)state;
	late.return_code = 0;
	late.length = 40;
	late.zeros_from = 40;
	goes_at = ~0u;
	bench.fake.on_access = goes_at_offset;
	for (u32 offset = REG_PAYLOAD; offset < REG_PAYLOAD + 40; offset += 8) {
		const struct swcci_mailbox_late_answer *answer;

		leave(++number);
		WRITE_ONCE(goes_at, offset);
		fake_answer_now(&bench.fake);
		sleep_ms(30);
		assert_retirements(number - 1);
		assert_state(MAILBOX_DRAINING);
		WRITE_ONCE(goes_at, ~0u);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		answer = retire(number);
		assert_true(answer->answered);
		assert_int_equal(answer->head_length, 40);
		assert_int_equal(answer->head[39], 40);
	}
	assert_serves();
}

/* ---- tickets ---- */

static void ticket_comes_back_whole(void **state)
{
	struct swcci_mailbox_command command = command_of(7, NULL, 0, NULL, 0);
	struct swcci_mailbox_turn turn;

	(void)state;
	late.return_code = 1;
	bench.fake.serve = serve_late;
	command.ticket.context = &command;
	command.deadline = in_ms(100);
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -ETIMEDOUT);
	assert_true(command.abandoned);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	fake_answer_now(&bench.fake);
	assert_retired_once(7, true, 1);
	assert_ptr_equal(bench.retired[0].context, &command);
	/* its caller's time was over, not the device's */
	assert_false(bench.retired[0].overdue || command.overdue);
	/* what is asked next did not leave, and the field says so */
	command.deadline = KTIME_MAX;
	bench.fake.serve = NULL;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), 0);
	assert_false(command.abandoned);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_retirements(1);
}

static void start_waiting(struct caller *caller, u64 id)
{
	bench.fake.serve = serve_late;
	caller_start(caller, id);
	await_busy();
}

/* In flight when the turn is taken away: nothing was left, nothing is retired. */
static void taken_away_is_not_left(void **state)
{
	static void (* const takers[])(struct swcci_mailbox *mailbox) = {
		swcci_mailbox_freeze, swcci_mailbox_kill,
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(takers); i++) {
		struct caller caller = { 0 };

		start_waiting(&caller, i + 1);
		takers[i](&bench.mailbox);
		caller_join(&caller);
		assert_int_equal(caller.rc, i ? -ENODEV : -EIO);
		assert_true(caller.command.submitted);
		assert_false(caller.command.abandoned || caller.command.answered);
		swcci_mailbox_quiesce(&bench.mailbox);
		assert_retirements(0);
		fake_reset(&bench.fake);
		swcci_mailbox_thaw(&bench.mailbox);
	}
}

static bool leaving, taken;

static void wait_until_taken(void *context)
{
	(void)context;
	WRITE_ONCE(leaving, true);
	while (!READ_ONCE(taken))
		sleep_ms(1);
}

static void *freeze_main(void *argument)
{
	swcci_mailbox_freeze(&bench.mailbox);
	return argument;
}

/* A freeze between the decision to leave and the lock under which it is done. */
static void frozen_in_the_moment_of_leaving(void **state)
{
	struct caller caller = { 0 };
	pthread_t thread;

	(void)state;
	leaving = false;
	taken = false;
	start_waiting(&caller, 1);
	shim_before_lock(caller.task, wait_until_taken, NULL);
	caller_kill(&caller);
	while (!READ_ONCE(leaving))
		sleep_ms(1);
	assert_int_equal(pthread_create(&thread, NULL, freeze_main, NULL), 0);
	await_state(MAILBOX_RESETTING);
	WRITE_ONCE(taken, true);
	caller_join(&caller);
	pthread_join(thread, NULL);
	assert_int_equal(caller.rc, -EINTR);
	assert_true(caller.command.submitted);
	assert_false(caller.command.abandoned);
	assert_retirements(0);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_serves();
	assert_retirements(0);
}

/* The worker is reading the answer when the freeze comes: retired once. */
static void frozen_while_the_worker_reads(void **state)
{
	pthread_t thread;

	(void)state;
	late.return_code = 1;
	leave(1);
	close_gate(REG_STATUS, 0);
	fake_answer_now(&bench.fake);
	assert_true(await_gate(2000));
	assert_int_equal(pthread_create(&thread, NULL, freeze_main, NULL), 0);
	await_state(MAILBOX_RESETTING);
	open_gate();
	pthread_join(thread, NULL);
	assert_retired_once(1, true, 1);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_serves();
	assert_retirements(1);
}

/* An abandoned command is retired at the latest when swcci_mailbox_quiesce() returns. */
static void quiesce_retires_what_was_abandoned(void **state)
{
	(void)state;
	leave(1);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	assert_retirements(1);
	assert_false(bench.retired[0].answer.answered);
	swcci_mailbox_quiesce(&bench.mailbox);
	assert_retirements(1);
}

/* ---- the background register ---- */

static void set_background(u64 status, u64 background)
{
	pthread_mutex_lock(&bench.fake.mutex);
	bench.fake.status = status;
	bench.fake.background = background;
	pthread_mutex_unlock(&bench.fake.mutex);
}

static void background_is_decoded(void **state)
{
	struct swcci_mailbox_background bg;

	(void)state;
	set_background(1, 0x4400 | 37 << 16 | 0xffull << 24);
	fake_count_from_here(&bench.fake);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
	/* while it runs, each register once */
	assert_int_equal(fake_accesses(&bench.fake), IO_HALVES ? 4 : 2);
	assert_true(bg.running);
	assert_int_equal(bg.opcode, 0x4400);
	assert_int_equal(bg.percent, 37);
	set_background(0, 0x0201 | 100 << 16 | 0x12ull << 32 | 0xbeefull << 48);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
	assert_false(bg.running);
	assert_int_equal(bg.opcode, 0x0201);
	assert_int_equal(bg.percent, 100);
	assert_int_equal(bg.return_code, 0x12);
	assert_int_equal(bg.vendor_status, 0xbeef);
	set_background(0, 0);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
	assert_false(bg.running || bg.opcode || bg.percent);
}

static struct { u32 offset, skip; u64 status, background; } change;

static void change_at(struct fake_registers *fake, u32 offset, bool write)
{
	(void)fake;
	if (write || offset != change.offset)
		return;
	if (change.skip)
		change.skip--;
	else
		set_background(change.status, change.background);
}

/* Whenever it ends or begins: never "not running" with what was there before. */
static void background_changes_under_the_reader(void **state)
{
	static const u64 half = 0x4400 | 50 << 16, done = 0x4400 | 100 << 16 | 5ull << 32;
	static const u64 begun = 0x0201;
	static const u32 offsets[] = { REG_STATUS, REG_BACKGROUND, REG_STATUS };
	struct swcci_mailbox_background bg;

	(void)state;
	bench.fake.on_access = change_at;
	for (u32 i = 0; i < ARRAY_SIZE(offsets); i++) {
		set_background(1, half);
		change = (typeof(change)){ offsets[i], i == 2, 0, done };
		assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
		assert_true(bg.running || (bg.percent == 100 && bg.return_code == 5));
		/* the next operation after one that has ended */
		set_background(0, done);
		change = (typeof(change)){ offsets[i], i == 2, 1, begun };
		assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
		assert_true(bg.running || bg.opcode == 0x4400);
	}
	bench.fake.on_access = NULL;
}

/* Which caller owns the mailbox does not matter; a reset or a removal does. */
static void background_needs_no_turn(void **state)
{
	struct swcci_mailbox_background bg = { .percent = 77 };
	struct caller caller = { 0 };

	(void)state;
	bench.fake.deceived = true;	/* read-only registers may be read at any time */
	start_waiting(&caller, 1);
	set_background(1, 0x4400 | 12 << 16);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), 0);
	assert_int_equal(bg.percent, 12);
	fake_answer_now(&bench.fake);
	caller_join(&caller);
	swcci_mailbox_freeze(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), -EBUSY);
	assert_int_equal(bg.percent, 12);
	swcci_mailbox_kill(&bench.mailbox);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), -ENODEV);
	fake_forbid(&bench.fake, false);
}

static void background_of_a_function_that_is_gone(void **state)
{
	struct swcci_mailbox_background bg;

	(void)state;
	fake_set_presence(&bench.fake, FAKE_ALL_ONES);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), -EIO);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	set_background(0, ~0ull);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), -EIO);
	set_background(~0ull, 0);
	assert_int_equal(swcci_mailbox_read_background(&bench.mailbox, &bg), -EIO);
	set_background(0, 0);
}

/* ---- event status ---- */

static void event_status(void **state)
{
	u64 value = 42;

	(void)state;
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), -EOPNOTSUPP);
	/* any 64-bit register stands in for that of another capability */
	bench.mailbox.event_status = bench.fake.base + REG_BACKGROUND;
	set_background(0, 0x800000005ull);
	fake_count_from_here(&bench.fake);
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), 0);
	assert_true(value == 0x800000005ull);
	assert_int_equal(fake_accesses(&bench.fake), IO_HALVES ? 2 : 1);
	set_background(0, 0);
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), 0);
	assert_true(!value);
	fake_set_presence(&bench.fake, FAKE_ALL_ONES);
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), -EIO);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	swcci_mailbox_freeze(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), -EBUSY);
	swcci_mailbox_kill(&bench.mailbox);
	assert_int_equal(swcci_mailbox_read_event_status(&bench.mailbox, &value), -ENODEV);
	fake_forbid(&bench.fake, false);
}

/* ---- readers, callers and resets at once ---- */

static bool readers_stop;

static void *read_all_the_time(void *argument)
{
	u32 *count = argument;
	struct swcci_mailbox_background bg;
	u64 value;
	int rc;

	while (!__atomic_load_n(&readers_stop, __ATOMIC_RELAXED)) {
		rc = swcci_mailbox_read_background(&bench.mailbox, &bg);
		if (rc && rc != -EBUSY && rc != -ENODEV)
			shim_splat("a reader got an unexpected error");
		rc = swcci_mailbox_read_event_status(&bench.mailbox, &value);
		if (rc && rc != -EBUSY && rc != -ENODEV)
			shim_splat("a reader got an unexpected error");
		swcci_mailbox_interrupt(&bench.mailbox);
		*count += 1;
	}
	return NULL;
}

static void readers_stay_out_of_a_reset(void **state)
{
	pthread_t threads[3];
	u32 counts[ARRAY_SIZE(threads)] = { 0 };

	(void)state;
	readers_stop = false;
	bench.fake.deceived = true;
	bench.mailbox.event_status = bench.fake.base + REG_BACKGROUND;
	for (u32 i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, read_all_the_time, &counts[i]);
	for (u32 i = 0; i < 40; i++) {
		swcci_mailbox_freeze(&bench.mailbox);
		fake_forbid(&bench.fake, true);
		sleep_ms(1);
		fake_forbid(&bench.fake, false);
		fake_reset(&bench.fake);
		swcci_mailbox_thaw(&bench.mailbox);
		assert_serves();
	}
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	sleep_ms(20);
	__atomic_store_n(&readers_stop, true, __ATOMIC_RELAXED);
	for (u32 i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	fake_forbid(&bench.fake, false);
	for (u32 i = 0; i < ARRAY_SIZE(threads); i++)
		assert_true(counts[i] > 10);
	assert_true(bench.interrupts >= counts[0]);
}

/* ---- the interrupt's hook ---- */

static void interrupted_is_called(void **state)
{
	static struct swcci_mailbox_ops silent;	/* the teardown calls it too */

	(void)state;
	silent = *bench.mailbox.ops;
	for (u32 i = 1; i <= 3; i++) {
		swcci_mailbox_interrupt(&bench.mailbox);
		assert_int_equal(bench.interrupts, i);
	}
	silent.interrupted = NULL;
	bench.mailbox.ops = &silent;
	swcci_mailbox_interrupt(&bench.mailbox);
	assert_int_equal(bench.interrupts, 3);
	assert_int_equal(fake_accesses(&bench.fake), 0);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	swcci_mailbox_interrupt(&bench.mailbox);
}

static int forget(void **state)
{
	memset(&late, 0, sizeof(late));
	return bench_create(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, forget, bench_destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(head_is_as_long_as_the_answer),
		CASE(error_has_no_head),
		CASE(head_of_zeros),
		CASE(function_goes_in_the_head),
		CASE(ticket_comes_back_whole),
		CASE(taken_away_is_not_left),
		CASE(frozen_in_the_moment_of_leaving),
		CASE(frozen_while_the_worker_reads),
		CASE(quiesce_retires_what_was_abandoned),
		CASE(background_is_decoded),
		CASE(background_changes_under_the_reader),
		CASE(background_needs_no_turn),
		CASE(background_of_a_function_that_is_gone),
		CASE(event_status),
		CASE(readers_stay_out_of_a_reset),
		CASE(interrupted_is_called),
	};

	return cmocka_run_group_tests_name("mailbox late", tests, NULL, NULL);
}
