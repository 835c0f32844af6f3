// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mailbox whose device is stuck, reset or removed: which caller gets which error,
 * how soon, and that no register is accessed by another than the state allows.
 */
#include "mailbox_bench.h"

#define REG_CONTROL	0x04
#define REG_STATUS	0x10

static void serve_never(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = FAKE_NEVER;
	reply->return_code = 4;
}

/* One caller in flight whose answer does not come, two behind it. */
struct crowd {
	struct caller inside, queued[2];
};

static void gather(struct crowd *crowd)
{
	memset(crowd, 0, sizeof(*crowd));
	bench.fake.serve = serve_never;
	caller_start(&crowd->inside, 1);
	await_busy();
	caller_start(&crowd->queued[0], 2);
	await_queue(1);
	caller_start(&crowd->queued[1], 3);
	await_queue(2);
}

static void scatter(struct crowd *crowd, int inside_rc, int queued_rc)
{
	caller_join(&crowd->inside);
	assert_int_equal(crowd->inside.rc, inside_rc);
	assert_true(crowd->inside.command.submitted);
	assert_false(crowd->inside.command.answered);
	for (int i = 0; i < 2; i++) {
		caller_join(&crowd->queued[i]);
		assert_int_equal(crowd->queued[i].turn_rc, queued_rc);
		assert_false(crowd->queued[i].command.submitted);
	}
	assert_int_equal(fake_commands(&bench.fake), 1);
}

/*
 * One caller in flight whose answer does not come, and who gives up after @ms. On a busy
 * machine it may do so before it sends: that gets some tries.
 */
static void leave_unanswered(s64 ms)
{
	struct caller left = { 0 };

	bench.fake.serve = serve_never;
	for (u32 tries = 0; tries < 20 && !left.command.submitted; tries++) {
		left = (struct caller){ .deadline = in_ms(ms) };
		caller_start(&left, 1);
		caller_join(&left);
	}
	assert_int_equal(left.rc, -ETIMEDOUT);
}

/* The error that a new caller gets, without a command being sent. */
static void assert_sent_away(int rc)
{
	struct caller newcomer = { 0 };
	u32 commands = fake_commands(&bench.fake);

	caller_start(&newcomer, 99);
	caller_join(&newcomer);
	assert_int_equal(newcomer.turn_rc, rc);
	assert_int_equal(fake_commands(&bench.fake), commands);
}

/* ---- stuck ---- */

/* The device has 500 ms here. */
static void stuck_under_a_waiting_caller(void **state)
{
	struct crowd crowd;
	ktime_t start = ktime_get();

	(void)state;
	gather(&crowd);
	u32 changes = state_changes();

	scatter(&crowd, -ETIMEDOUT, -EBUSY);
	assert_in_range(ktime_ms_delta(ktime_get(), start), 195, 1000);
	assert_state(MAILBOX_STUCK);
	assert_true(crowd.inside.command.overdue && crowd.inside.command.abandoned);
	assert_int_equal(state_changes(), changes + 1);
	assert_retirements(0);
	assert_sent_away(-EBUSY);
	assert_state(MAILBOX_STUCK);

	changes = state_changes();
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_retired_once(1, true, 4);
	assert_true(bench.retired[0].overdue);
	assert_int_equal(state_changes(), changes + 1);
	assert_serves();
}

static void stuck_after_its_caller_left(void **state)
{
	struct caller queued = { 0 };
	u32 changes = state_changes();

	(void)state;
	leave_unanswered(30);
	assert_state(MAILBOX_DRAINING);
	caller_start(&queued, 2);
	caller_join(&queued);
	assert_int_equal(queued.turn_rc, -EBUSY);
	assert_state(MAILBOX_STUCK);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_retired_once(1, true, 4);
	assert_true(bench.retired[0].overdue);
	/* it became stuck, and ceased to be */
	assert_int_equal(state_changes(), changes + 2);
	assert_serves();
}

static void get_stuck(void)
{
	leave_unanswered(30);
	await_state(MAILBOX_STUCK);
}

#define SOON_MS	150

/*
 * In ms; called right after a poll: the next would come 250 ms later. The caller is served,
 * unless the machine is busy for the moment that it waits.
 */
static s64 idle_once_a_caller_comes(void)
{
	struct caller asking = { .turn_deadline = 0 };

	fake_count_from_here(&bench.fake);
	while (!fake_accesses(&bench.fake))
		sleep_ms(1);
	sleep_ms(5);
	fake_answer_now(&bench.fake);
	ktime_t start = ktime_get();

	if (mailbox_state(&bench.mailbox) == MAILBOX_IDLE)
		return SOON_MS;		/* the next poll was faster than this thread */
	bench.fake.serve = NULL;
	caller_start(&asking, 99);
	caller_join(&asking);
	if (asking.turn_rc)
		assert_int_equal(asking.turn_rc, -EBUSY);
	while (mailbox_state(&bench.mailbox) != MAILBOX_IDLE)
		sleep_ms(1);
	return ktime_ms_delta(ktime_get(), start);
}

/* A stuck mailbox is polled seldom, and at once when a caller comes. */
static void stuck_is_looked_at(void **state)
{
	s64 ms;

	(void)state;
	get_stuck();
	fake_count_from_here(&bench.fake);
	sleep_ms(1000);
	assert_in_range(fake_accesses(&bench.fake), 4, 12);	/* two accesses a poll */
	ms = idle_once_a_caller_comes();
	/* a busy machine gets some tries */
	for (u32 tries = 1; tries < 5 && ms >= SOON_MS; tries++) {
		get_stuck();
		ms = idle_once_a_caller_comes();
	}
	assert_true(ms < SOON_MS);
	assert_serves();
}

/*
 * A poll that a caller schedules while the worker polls already: when it is taken,
 * the mailbox may have an owner again, whose answer is not the worker's.
 */
static void second_look_comes_late(void **state)
{
	struct caller killed = { 0 };

	(void)state;
	get_stuck();
	close_gate(REG_CONTROL, 0);
	assert_true(await_gate(2000));
	assert_sent_away(-EBUSY);		/* schedules the second poll */
	fake_answer_now(&bench.fake);
	close_gate(REG_STATUS, 2);		/* the first poll is let through; it reads twice */
	await_state(MAILBOX_IDLE);
	await_gate(100);
	caller_start(&killed, 2);
	await_busy();
	caller_kill(&killed);
	caller_join(&killed);
	assert_state(MAILBOX_DRAINING);
	open_gate();
	sleep_ms(50);
	assert_state(MAILBOX_DRAINING);
	assert_retirements(1);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_retirements(2);
	assert_true(bench.retired[1].id == 2);
	assert_int_equal(bench.retired[1].answer.return_code, 4);
}

/* ---- freeze and thaw ---- */

static void freeze_and_thaw(void **state)
{
	struct crowd crowd;
	ktime_t start;

	(void)state;
	gather(&crowd);
	sleep_ms(100);		/* the poll steps are long by now */
	u32 changes = state_changes();

	start = ktime_get();
	swcci_mailbox_freeze(&bench.mailbox);
	assert_true(ktime_ms_delta(ktime_get(), start) < 100);
	assert_state(MAILBOX_RESETTING);
	assert_true(state_changes() > changes);
	fake_forbid(&bench.fake, true);
	scatter(&crowd, -EIO, -EBUSY);
	assert_sent_away(-EBUSY);
	sleep_ms(50);
	fake_forbid(&bench.fake, false);

	fake_reset(&bench.fake);
	bench.fake.serve = NULL;
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_IDLE);
	assert_serves();
	assert_retirements(0);
}

/* The answer to an abandoned command is lost with the reset: retired once. */
static void freeze_while_draining(void **state)
{
	struct caller queued = { 0 };

	(void)state;
	leave_unanswered(30);
	assert_state(MAILBOX_DRAINING);
	caller_start(&queued, 2);
	await_queue(1);
	swcci_mailbox_freeze(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	caller_join(&queued);
	assert_int_equal(queued.turn_rc, -EBUSY);
	assert_retired_once(1, false, 0);
	fake_forbid(&bench.fake, false);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_serves();
	assert_retirements(1);
}

static void freeze_while_stuck(void **state)
{
	(void)state;
	get_stuck();
	swcci_mailbox_freeze(&bench.mailbox);
	assert_false(shim_work_busy(&bench.mailbox.drain));
	assert_retired_once(1, false, 0);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_serves();
}

/* A turn held over a reset: what its first command showed no longer holds. */
static void old_turn_is_harmless(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct caller next = { .linger_ms = 100 }, last = { 0 };
	struct swcci_mailbox_turn old;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &old, KTIME_MAX), 0);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &old, &command), 0);
	swcci_mailbox_freeze(&bench.mailbox);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &old, &command), -EBUSY);
	assert_false(command.submitted);
	assert_int_equal(fake_commands(&bench.fake), 1);
	/* its end takes nothing from the owner of the mailbox */
	caller_start(&next, 2);
	while (turns_given() < 1)
		sleep_ms(1);
	caller_start(&last, 3);
	await_queue(1);
	swcci_mailbox_turn_end(&bench.mailbox, &old);
	await_queue(1);
	assert_state(MAILBOX_OWNED);
	caller_join(&next);
	assert_own_answer(&next);
	caller_join(&last);
	assert_own_answer(&last);
	assert_int_equal(last.place, 2);
	assert_state(MAILBOX_IDLE);
}

/* A doorbell that an earlier kernel set (kexec): waited for, no caller's answer. */
static void doorbell_set_at_thaw(void **state)
{
	struct caller queued = { 0 };

	(void)state;
	swcci_mailbox_freeze(&bench.mailbox);
	fake_reset(&bench.fake);
	fake_ring(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_DRAINING);
	caller_start(&queued, 2);
	await_queue(1);
	sleep_ms(50);
	assert_int_equal(fake_commands(&bench.fake), 0);
	fake_answer_now(&bench.fake);
	caller_join(&queued);
	assert_own_answer(&queued);
	assert_retirements(0);
	/* and one that never clears */
	swcci_mailbox_freeze(&bench.mailbox);
	fake_ring(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	await_state(MAILBOX_STUCK);
	assert_sent_away(-EBUSY);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_serves();
}

static void freeze_twice(void **state)
{
	(void)state;
	swcci_mailbox_freeze(&bench.mailbox);
	swcci_mailbox_freeze(&bench.mailbox);
	assert_state(MAILBOX_RESETTING);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_IDLE);
	/* a second thaw changes nothing for the owner */
	struct caller inside = { 0 };

	bench.fake.serve = serve_never;
	caller_start(&inside, 1);
	await_busy();
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_OWNED);
	fake_answer_now(&bench.fake);
	caller_join(&inside);
	assert_int_equal(inside.rc, 0);
	assert_int_equal(inside.command.return_code, 4);
	assert_serves();
}

/* ---- removal ---- */

static void kill_tells_everybody(void **state)
{
	struct crowd crowd;
	ktime_t start;

	(void)state;
	gather(&crowd);
	sleep_ms(100);
	u32 changes = state_changes();

	start = ktime_get();
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	assert_true(ktime_ms_delta(ktime_get(), start) < 100);
	assert_state(MAILBOX_DEAD);
	assert_true(state_changes() > changes);
	fake_forbid(&bench.fake, true);
	scatter(&crowd, -ENODEV, -ENODEV);
	assert_true(ktime_ms_delta(ktime_get(), start) < 300);
	assert_sent_away(-ENODEV);
	sleep_ms(300);
	fake_forbid(&bench.fake, false);
}

static void dead_stays_dead(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct swcci_mailbox_turn held;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &held, KTIME_MAX), 0);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &held, &command), -ENODEV);
	assert_false(command.submitted);
	swcci_mailbox_turn_end(&bench.mailbox, &held);
	assert_state(MAILBOX_DEAD);
	swcci_mailbox_freeze(&bench.mailbox);
	assert_state(MAILBOX_DEAD);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_DEAD);
	swcci_mailbox_kill(&bench.mailbox);
	assert_sent_away(-ENODEV);
	fake_forbid(&bench.fake, false);
}

static void kill_while_draining(void **state)
{
	struct caller queued = { 0 };

	(void)state;
	leave_unanswered(30);
	caller_start(&queued, 2);
	await_queue(1);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	assert_false(shim_work_busy(&bench.mailbox.drain));
	fake_forbid(&bench.fake, true);
	caller_join(&queued);
	assert_int_equal(queued.turn_rc, -ENODEV);
	assert_retired_once(1, false, 0);
	sleep_ms(300);
	assert_retirements(1);
	fake_forbid(&bench.fake, false);
}

static void kill_while_frozen_or_stuck(void **state)
{
	(void)state;
	get_stuck();
	swcci_mailbox_freeze(&bench.mailbox);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	assert_sent_away(-ENODEV);
	assert_retired_once(1, false, 0);
	fake_forbid(&bench.fake, false);
}

static bool quiesced;

static void *quiesce_main(void *argument)
{
	swcci_mailbox_quiesce(&bench.mailbox);
	WRITE_ONCE(quiesced, true);
	return argument;
}

/* The worker is inside when the device goes: quiesce waits for it. */
static void quiesce_waits_for_the_worker(void **state)
{
	pthread_t thread;

	(void)state;
	leave_unanswered(30);
	close_gate(REG_CONTROL, 0);
	assert_true(await_gate(2000));
	swcci_mailbox_kill(&bench.mailbox);
	quiesced = false;
	assert_int_equal(pthread_create(&thread, NULL, quiesce_main, NULL), 0);
	sleep_ms(100);
	assert_false(READ_ONCE(quiesced));
	open_gate();
	pthread_join(thread, NULL);
	fake_forbid(&bench.fake, true);
	sleep_ms(100);
	fake_forbid(&bench.fake, false);
	assert_retired_once(1, false, 0);
}

/* A probe that fails early destroys what it never made, or could not make. */
static void destroyed_without_init(void **state)
{
	const struct swcci_mailbox_capability capability = { .payload_size = BENCH_PAYLOAD };
	struct swcci_mailbox other;

	(void)state;
	memset(&other, 0, sizeof(other));
	swcci_mailbox_destroy(&other);
	shim_out_of_memory = true;
	assert_int_equal(swcci_mailbox_init(&other, bench.mailbox.ops, bench.fake.base, &capability,
					    &bench.queue, 2000), -ENOMEM);
	shim_out_of_memory = false;
	swcci_mailbox_destroy(&other);
	assert_int_equal(shim_splats(), 0);
}

/* ---- all of them ---- */

static void every_state(void **state)
{
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_state(MAILBOX_IDLE);
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	assert_state(MAILBOX_OWNED);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_state(MAILBOX_IDLE);
	leave_unanswered(60);
	assert_state(MAILBOX_DRAINING);
	await_state(MAILBOX_STUCK);
	swcci_mailbox_freeze(&bench.mailbox);
	assert_state(MAILBOX_RESETTING);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_IDLE);
	swcci_mailbox_kill(&bench.mailbox);
	assert_state(MAILBOX_DEAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IMPATIENT_TEST(stuck_under_a_waiting_caller),
		IMPATIENT_TEST(stuck_after_its_caller_left),
		IMPATIENT_TEST(stuck_is_looked_at),
		IMPATIENT_TEST(second_look_comes_late),
		TEST(freeze_and_thaw),
		TEST(freeze_while_draining),
		IMPATIENT_TEST(freeze_while_stuck),
		TEST(old_turn_is_harmless),
		IMPATIENT_TEST(doorbell_set_at_thaw),
		TEST(freeze_twice),
		TEST(kill_tells_everybody),
		TEST(dead_stays_dead),
		TEST(kill_while_draining),
		IMPATIENT_TEST(kill_while_frozen_or_stuck),
		TEST(quiesce_waits_for_the_worker),
		TEST(destroyed_without_init),
		IMPATIENT_TEST(every_state),
	};

	return cmocka_run_group_tests_name("mailbox life", tests, NULL, NULL);
}
