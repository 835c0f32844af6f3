// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many callers on one mailbox: order, fairness, those who leave the queue,
 * those who leave in the middle of a command, and what becomes of its answer.
 */
#include "mailbox_bench.h"

#define CALLERS		20

static void serve_never(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = FAKE_NEVER;
}

/* The first command is slow and ends with return code 6; the others echo. */
static void serve_first_slow(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			     struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	if (fake->commands)
		return;
	reply->delay_us = FAKE_NEVER;
	reply->return_code = 6;
}

/* ---- the queue ---- */

static void first_come_first_served(void **state)
{
	static struct caller callers[CALLERS];
	struct swcci_mailbox_turn turn;

	(void)state;
	memset(callers, 0, sizeof(callers));
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	for (u32 i = 0; i < CALLERS; i++) {
		caller_start(&callers[i], 100 + i);
		await_queue(i + 1);
	}
	assert_int_equal(fake_commands(&bench.fake), 0);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	for (u32 i = 0; i < CALLERS; i++) {
		caller_join(&callers[i]);
		assert_own_answer(&callers[i]);
		assert_int_equal(callers[i].place, i + 1);
	}
	assert_state(MAILBOX_IDLE);
}

/* A turn is handed from caller to caller: a new caller never overtakes a queued one. */
static void direct_hand_off(void **state)
{
	struct caller waiting = { .linger_ms = 50 }, newcomer = { .turn_deadline = 0 };
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	caller_start(&waiting, 1);
	await_queue(1);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	/* handed over in the same moment, whether its thread runs yet or not */
	assert_state(MAILBOX_OWNED);
	caller_start(&newcomer, 2);
	caller_join(&newcomer);
	caller_join(&waiting);
	assert_int_equal(waiting.place, 1);
	assert_int_equal(newcomer.place, 2);
}

#define FILES		64
#define TURNS		(FILES * 40)

static struct {
	u32 served[FILES];
	u32 total;
	bool go;
} fairness;

static void *hammer_file(void *argument)
{
	u32 *served = argument;
	u64 in = (uintptr_t)argument;
	u8 out[8];

	while (!__atomic_load_n(&fairness.go, __ATOMIC_ACQUIRE))
		sleep_ms(1);
	while (__atomic_load_n(&fairness.total, __ATOMIC_RELAXED) < TURNS) {
		struct swcci_mailbox_command command = command_of(1, &in, 8, out, 8);
		struct swcci_mailbox_turn turn;

		if (swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX))
			break;
		if (!swcci_mailbox_execute(&bench.mailbox, &turn, &command))
			++*served;
		swcci_mailbox_turn_end(&bench.mailbox, &turn);
		__atomic_add_fetch(&fairness.total, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void serve_in_100_us(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			    struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = 100;
}

static void fair_to_64_files(void **state)
{
	pthread_t threads[FILES];
	u32 low = ~0u, high = 0;

	(void)state;
	memset(&fairness, 0, sizeof(fairness));
	bench.fake.serve = serve_in_100_us;
	for (u32 i = 0; i < FILES; i++)
		pthread_create(&threads[i], NULL, hammer_file, &fairness.served[i]);
	sleep_ms(50);
	__atomic_store_n(&fairness.go, true, __ATOMIC_RELEASE);
	for (u32 i = 0; i < FILES; i++)
		pthread_join(threads[i], NULL);
	for (u32 i = 0; i < FILES; i++) {
		low = min(low, fairness.served[i]);
		high = max(high, fairness.served[i]);
	}
	print_message("# 64 files: served %u to %u\n", low, high);
	assert_true(low > 0 && (double)high / low < 1.5);
}

static void killed_in_the_queue(void **state)
{
	struct caller killed = { 0 }, behind = { 0 };
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	caller_start(&killed, 1);
	await_queue(1);
	caller_start(&behind, 2);
	await_queue(2);
	caller_kill(&killed);
	caller_join(&killed);
	assert_int_equal(killed.turn_rc, -EINTR);
	assert_false(killed.command.submitted);
	await_queue(1);
	assert_int_equal(fake_commands(&bench.fake), 0);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	caller_join(&behind);
	assert_own_answer(&behind);
	assert_retirements(0);
}

static void deadline_in_the_queue(void **state)
{
	struct caller late = { .turn_deadline = in_ms(60) };
	struct swcci_mailbox_turn turn;
	ktime_t start = ktime_get();

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	caller_start(&late, 1);
	caller_join(&late);
	assert_int_equal(late.turn_rc, -EBUSY);
	assert_false(late.command.submitted);
	assert_in_range(ktime_ms_delta(ktime_get(), start), 55, 1000);
	/* a deadline long past does not wait at all */
	struct caller passed = { .turn_deadline = in_ms(-5000) };

	start = ktime_get();
	caller_start(&passed, 2);
	caller_join(&passed);
	assert_int_equal(passed.turn_rc, -EBUSY);
	assert_in_range(ktime_ms_delta(ktime_get(), start), 0, 500);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_int_equal(fake_commands(&bench.fake), 0);
	assert_serves();
}

static bool giving_up, granted;

static void wait_for_grant(void *context)
{
	(void)context;
	WRITE_ONCE(giving_up, true);
	while (!READ_ONCE(granted))
		sleep_ms(1);
}

/* Granted between the end of the wait and the lock: it is passed on, not lost. */
static void granted_while_giving_up(void **state)
{
	struct caller late = { .turn_deadline = in_ms(60) }, behind = { 0 };
	struct swcci_mailbox_turn turn;

	(void)state;
	giving_up = false;
	granted = false;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	caller_start(&late, 1);
	await_queue(1);
	shim_before_lock(late.task, wait_for_grant, NULL);
	caller_start(&behind, 2);
	await_queue(2);
	while (!READ_ONCE(giving_up))
		sleep_ms(1);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	await_queue(1);
	assert_state(MAILBOX_OWNED);
	WRITE_ONCE(granted, true);
	caller_join(&late);
	assert_int_equal(late.turn_rc, -EBUSY);
	caller_join(&behind);
	assert_own_answer(&behind);
	assert_state(MAILBOX_IDLE);
	assert_int_equal(fake_commands(&bench.fake), 1);
}

/* ---- leaving a command behind ---- */

/* It must show: the next gets its own answer, the abandoned one is retired. */
static void killed_in_a_slow_command(void **state)
{
	struct caller killed = { 0 }, next = { 0 };

	(void)state;
	bench.fake.serve = serve_first_slow;
	caller_start(&killed, 1);
	await_busy();
	caller_start(&next, 2);
	await_queue(1);
	caller_kill(&killed);
	caller_join(&killed);
	assert_int_equal(killed.rc, -EINTR);
	assert_true(killed.command.submitted);
	assert_false(killed.command.answered);
	assert_state(MAILBOX_DRAINING);
	sleep_ms(50);
	assert_retirements(0);
	assert_int_equal(fake_commands(&bench.fake), 1);
	fake_answer_now(&bench.fake);
	caller_join(&next);
	assert_own_answer(&next);
	assert_retired_once(1, true, 6);
	assert_state(MAILBOX_IDLE);
	/* once: a reset does not retire it again */
	swcci_mailbox_freeze(&bench.mailbox);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_retirements(1);
	assert_serves();
}

/* No caller could learn the outcome: nothing is sent. */
static void too_late_to_send(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	command.deadline = in_ms(-1);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EBUSY);
	assert_false(command.submitted);
	command.deadline = KTIME_MAX;
	shim_kill(current);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EINTR);
	assert_false(command.submitted);
	assert_true(shim_revive());
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_state(MAILBOX_IDLE);
	assert_int_equal(fake_accesses(&bench.fake), 0);
	assert_retirements(0);
	assert_serves();
}

static void deadline_in_a_command(void **state)
{
	struct caller late = { .deadline = in_ms(80) }, next = { 0 };
	ktime_t start = ktime_get();

	(void)state;
	bench.fake.serve = serve_first_slow;
	caller_start(&late, 1);
	caller_join(&late);
	assert_int_equal(late.rc, -ETIMEDOUT);
	assert_true(late.command.submitted);
	assert_false(late.command.answered);
	assert_in_range(ktime_ms_delta(ktime_get(), start), 78, 500);
	assert_state(MAILBOX_DRAINING);
	caller_start(&next, 2);
	await_queue(1);
	fake_answer_now(&bench.fake);
	caller_join(&next);
	assert_own_answer(&next);
	assert_retired_once(1, true, 6);
}

/* A turn whose first command was left behind is over: nothing more is sent in it. */
static void turn_ends_with_an_abandoned_command(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct caller next = { 0 };
	struct swcci_mailbox_turn turn;

	(void)state;
	bench.fake.serve = serve_first_slow;
	command.deadline = in_ms(20);
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -ETIMEDOUT);
	assert_state(MAILBOX_DRAINING);
	caller_start(&next, 2);
	await_queue(1);
	/* not even when the answer is there and only the worker has yet to see it */
	close_gate(0x04, 0);
	assert_true(await_gate(2000));
	fake_answer_now(&bench.fake);
	command.deadline = KTIME_MAX;
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EBUSY);
	assert_false(command.submitted);
	/* nor does its end hand over what it no longer has */
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	await_queue(1);
	assert_state(MAILBOX_DRAINING);
	open_gate();
	caller_join(&next);
	assert_own_answer(&next);
	assert_retired_once(1, true, 6);
	assert_int_equal(fake_commands(&bench.fake), 2);
}

/* A reset that the driver was not notified of took the answer: zeros are no success. */
static void answer_lost_while_draining(void **state)
{
	struct caller late = { .deadline = in_ms(30) };

	(void)state;
	bench.fake.serve = serve_never;
	caller_start(&late, 1);
	caller_join(&late);
	assert_state(MAILBOX_DRAINING);
	fake_reset(&bench.fake);
	assert_retired_once(1, false, 0);
	await_state(MAILBOX_IDLE);
	assert_serves();
}

/* Ones and zeros say nothing about the answer: it may still come. */
static void invalid_registers_while_draining(void **state)
{
	(void)state;
	for (int gone = FAKE_ALL_ONES; gone <= FAKE_ALL_ZEROS; gone++) {
		struct caller late = { .deadline = in_ms(30) };

		bench.fake.serve = serve_first_slow;
		bench.fake.commands = 0;
		caller_start(&late, (u64)gone);
		caller_join(&late);
		fake_set_presence(&bench.fake, (enum fake_presence)gone);
		sleep_ms(60);
		assert_retirements((u32)gone - 1);
		assert_state(MAILBOX_DRAINING);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		fake_answer_now(&bench.fake);
		await_retirements((u32)gone);
		assert_true(bench.retired[gone - 1].answer.answered);
		assert_int_equal(bench.retired[gone - 1].answer.return_code, 6);
		assert_serves();
	}
}

/* ---- waiting ---- */

static void serve_in_1500_ms(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			     struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = 1500000;
}

/* How long it took, in ms. */
static u64 one_wait(void)
{
	struct caller caller = { 0 };

	fake_count_from_here(&bench.fake);
	caller_start(&caller, 1);
	caller_join(&caller);
	assert_own_answer(&caller);
	print_message("# a wait of 1.5 s: %u register accesses, %u us of processor time\n",
		      fake_accesses(&bench.fake), (unsigned int)(caller.cpu_ns / 1000));
	assert_true(fake_accesses(&bench.fake) < 400);
	assert_true(caller.cpu_ns < 150000000);
	return caller.command.duration_ns / 1000000;
}

/*
 * One poll step late at most: a quarter more than 10 ms, and the scheduler, which a busy
 * machine gets some tries for.
 */
static void waiting_sleeps(void **state)
{
	u64 ms = ~(u64)0;

	(void)state;
	bench.fake.read_ns = 1000;	/* as over PCIe */
	bench.fake.serve = serve_in_1500_ms;
	for (u32 round = 0; round < 5 && ms > 1600; round++)
		ms = one_wait();
	assert_in_range(ms, 1500, 1600);
}

static void serve_in_context_us(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
				struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = *(u64 *)fake->context;
}

/* The steps grow with what has passed: no answer is found later than by half. */
static void waiting_is_proportional(void **state)
{
	static u64 delays_us[] = { 0, 20, 200, 1000, 5000, 20000, 60000 };

	(void)state;
	bench.fake.serve = serve_in_context_us;
	for (size_t i = 0; i < ARRAY_SIZE(delays_us); i++) {
		u64 best = ~(u64)0;

		bench.fake.context = &delays_us[i];
		for (u32 round = 0; round < 5; round++) {
			struct caller caller = { 0 };

			caller_start(&caller, 1);
			caller_join(&caller);
			assert_own_answer(&caller);
			best = min(best, caller.command.duration_ns / 1000);
		}
		assert_true(best < delays_us[i] * 3 / 2 + 500);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_come_first_served),
		TEST(direct_hand_off),
		TEST(fair_to_64_files),
		TEST(killed_in_the_queue),
		TEST(deadline_in_the_queue),
		TEST(granted_while_giving_up),
		TEST(killed_in_a_slow_command),
		TEST(too_late_to_send),
		TEST(deadline_in_a_command),
		TEST(turn_ends_with_an_abandoned_command),
		TEST(answer_lost_while_draining),
		TEST(invalid_registers_while_draining),
		TEST(waiting_sleeps),
		TEST(waiting_is_proportional),
	};

	return cmocka_run_group_tests_name("mailbox turns", tests, NULL, NULL);
}
