// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callers for whom there is no turn now: the machine goes to sleep, the mailbox is stuck
 * or resetting, the device goes. How long they wait, in which order they are served, and
 * which errors they get; and the outcome of those in flight.
 */
#include "mailbox_bench.h"

/* What the design promises to a caller in flight when the mailbox is paused. */
#define GRACE_MS	1000
/* Callers that miss the moment on a busy machine get some tries. */
#define TRIES		20

static void serve_never(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = FAKE_NEVER;
}

static void start_in_flight(struct caller *caller, u64 id)
{
	bench.fake.serve = serve_never;
	caller_start(caller, id);
	await_busy();
}

static void assert_told(struct caller *caller, int rc)
{
	caller_join(caller);
	assert_int_equal(caller->turn_rc, rc);
	assert_false(caller->command.submitted);
}

static void assert_sent_away(int rc)
{
	struct caller caller = { 0 };
	u32 commands = fake_commands(&bench.fake);

	caller_start(&caller, 99);
	assert_told(&caller, rc);
	assert_int_equal(fake_commands(&bench.fake), commands);
}

static void get_stuck(void)
{
	struct caller left = { 0 };

	start_in_flight(&left, 1);
	caller_kill(&left);
	caller_join(&left);
	await_state(MAILBOX_STUCK);
	bench.fake.serve = NULL;
}

/* ---- the machine goes to sleep ---- */

static void a_pause_empties_the_queue(void **state)
{
	struct caller queued[3] = { 0 };
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	for (u32 i = 0; i < ARRAY_SIZE(queued); i++) {
		caller_start(&queued[i], i + 1);
		await_queue(i + 1);
	}
	swcci_mailbox_pause(&bench.mailbox);
	await_queue(0);
	for (u32 i = 0; i < ARRAY_SIZE(queued); i++)
		assert_told(&queued[i], -EBUSY);
	assert_sent_away(-EBUSY);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_state(MAILBOX_IDLE);
	assert_sent_away(-EBUSY);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_serves();
}

/* What was allowed before does not begin after. */
static void a_held_turn_sends_no_more(void **state)
{
	struct swcci_mailbox_command command = command_of(1, NULL, 0, NULL, 0);
	struct swcci_mailbox_turn turn;

	(void)state;
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	swcci_mailbox_pause(&bench.mailbox);
	assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), -EBUSY);
	assert_false(command.submitted || command.abandoned);
	assert_int_equal(fake_accesses(&bench.fake), 0);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_state(MAILBOX_OWNED);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_serves();
}

static void pauses_amid_the_payload(struct fake_registers *fake, u32 offset, bool write)
{
	(void)fake;
	if (write && offset == 0x20)
		swcci_mailbox_pause(&bench.mailbox);
}

static void half_a_request_is_not_sent(void **state)
{
	static const u8 in[FAKE_PAYLOAD_MAX] = { 1 };
	struct swcci_mailbox_command command = command_of(1, in, sizeof(in), NULL, 0);

	(void)state;
	bench.fake.on_access = pauses_amid_the_payload;
	assert_int_equal(bench_execute(&command), -EBUSY);
	assert_false(command.submitted || command.abandoned);
	bench.fake.on_access = NULL;
	swcci_mailbox_unpause(&bench.mailbox);
	assert_serves();
	assert_retirements(0);
}

static void most_answers_come_in_time(void **state)
{
	struct caller caller = { .rc = -ETIMEDOUT };

	(void)state;
	for (u32 tries = 0; tries < TRIES && caller.rc == -ETIMEDOUT; tries++) {
		caller = (struct caller){ 0 };
		start_in_flight(&caller, 1);
		swcci_mailbox_pause(&bench.mailbox);
		sleep_ms(100);
		fake_answer_now(&bench.fake);
		caller_join(&caller);
		await_state(MAILBOX_IDLE);
		swcci_mailbox_unpause(&bench.mailbox);
	}
	assert_own_answer(&caller);
	assert_serves();
}

/* The device has not failed: it has 2 s here, and its answer is retired. */
static void who_is_in_flight_leaves_after_the_grace(void **state)
{
	struct caller caller = { 0 };
	ktime_t start;

	(void)state;
	start_in_flight(&caller, 1);
	sleep_ms(300);			/* the poll steps are long by now */
	start = ktime_get();
	swcci_mailbox_pause(&bench.mailbox);
	caller_join(&caller);
	assert_true(ktime_ms_delta(ktime_get(), start) >= GRACE_MS);
	assert_int_equal(caller.rc, -ETIMEDOUT);
	assert_true(caller.command.submitted && caller.command.abandoned);
	assert_false(caller.command.overdue || caller.command.answered);
	/* the worker goes on, and grants no turn */
	fake_answer_now(&bench.fake);
	assert_retired_once(1, true, 0);
	await_state(MAILBOX_IDLE);
	assert_sent_away(-EBUSY);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_serves();
	assert_retirements(1);
}

/* As the machine does it: tasks, devices; devices, tasks. */
static void it_sleeps_and_wakes(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	start_in_flight(&caller, 1);
	swcci_mailbox_pause(&bench.mailbox);
	caller_join(&caller);
	assert_int_equal(caller.rc, -ETIMEDOUT);
	swcci_mailbox_freeze(&bench.mailbox);
	assert_retired_once(1, false, 0);
	fake_forbid(&bench.fake, true);
	assert_sent_away(-EBUSY);
	fake_forbid(&bench.fake, false);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_state(MAILBOX_IDLE);
	assert_sent_away(-EBUSY);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_serves();
	/* a kernel that gives up before it has suspended a device */
	swcci_mailbox_pause(&bench.mailbox);
	swcci_mailbox_unpause(&bench.mailbox);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_serves();
}

/* A caller in the short wait stays queued when the turn in flight ends. */
static void no_caller_is_served_in_the_pause(void **state)
{
	(void)state;
	for (u32 i = 0; i < 3; i++) {
		struct caller inside = { 0 }, waiting = { 0 };

		start_in_flight(&inside, 1);
		swcci_mailbox_pause(&bench.mailbox);
		caller_start(&waiting, 2);
		sleep_ms(10);
		fake_answer_now(&bench.fake);
		caller_join(&inside);
		assert_told(&waiting, -EBUSY);
		await_state(MAILBOX_IDLE);
		swcci_mailbox_unpause(&bench.mailbox);
		assert_serves();
	}
}

static void a_removal_amid_the_pause(void **state)
{
	(void)state;
	swcci_mailbox_pause(&bench.mailbox);
	swcci_mailbox_kill(&bench.mailbox);
	assert_sent_away(-ENODEV);
	swcci_mailbox_unpause(&bench.mailbox);
	assert_state(MAILBOX_DEAD);
	assert_sent_away(-ENODEV);
}

/* ---- sent away, but not at once ---- */

static void go_on_after_a_reset(void)
{
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
}

static void go_on_after_a_pause(void)
{
	swcci_mailbox_unpause(&bench.mailbox);
}

static void go_on_after_being_stuck(void)
{
	fake_answer_now(&bench.fake);
}

static void stop_by_a_reset(void)
{
	swcci_mailbox_freeze(&bench.mailbox);
}

static void stop_by_a_pause(void)
{
	swcci_mailbox_pause(&bench.mailbox);
}

static const struct {
	void (*stop)(void);
	void (*go_on)(void);
} stops[] = {
	{ stop_by_a_reset, go_on_after_a_reset },
	{ stop_by_a_pause, go_on_after_a_pause },
	{ get_stuck, go_on_after_being_stuck },
};

/* How often a caller that retries at once gets EBUSY within half a second. */
static u32 calls_in_vain(void)
{
	struct swcci_mailbox_turn turn;
	u32 calls = 0;

	for (ktime_t until = in_ms(500); ktime_before(ktime_get(), until); calls++)
		assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX),
				 -EBUSY);
	return calls;
}

static void who_tries_again_does_not_spin(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(stops); i++) {
		stops[i].stop();
		assert_in_range(calls_in_vain(), 1, 6);
		await_queue(0);
		stops[i].go_on();
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* First come, first served, and who got a place by then stays as long as it takes. */
static bool two_are_served(u32 i)
{
	struct caller first = { .linger_ms = 300 }, second = { 0 };
	bool served;

	stops[i].stop();
	caller_start(&first, 1);
	sleep_ms(10);
	caller_start(&second, 2);
	sleep_ms(10);
	stops[i].go_on();
	caller_join(&first);
	caller_join(&second);
	served = !first.turn_rc && !second.turn_rc;
	if (served) {
		assert_own_answer(&first);
		assert_own_answer(&second);
		assert_true(first.place < second.place);
	} else {
		assert_true(!first.turn_rc || first.turn_rc == -EBUSY);
		assert_true(!second.turn_rc || second.turn_rc == -EBUSY);
	}
	await_state(MAILBOX_IDLE);
	assert_serves();
	return served;
}

static void who_waits_is_served_when_it_goes_on(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(stops); i++) {
		bool served = false;

		for (u32 tries = 0; tries < TRIES && !served; tries++)
			served = two_are_served(i);
		assert_true(served);
	}
}

/* A task that is to freeze has a signal: with it, none of these waits lasts. */
static void any_signal_ends_the_wait(void **state)
{
	struct swcci_mailbox_turn turn;
	ktime_t start;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(stops); i++) {
		stops[i].stop();
		shim_signal(current);
		start = ktime_get();
		for (u32 calls = 0; calls < 100; calls++)
			assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX),
					 -EBUSY);
		assert_true(ktime_ms_delta(ktime_get(), start) < 5000);
		/* a fatal one is reported as such */
		shim_kill(current);
		assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX),
				 -EINTR);
		assert_true(shim_revive());
		stops[i].go_on();
		await_state(MAILBOX_IDLE);
	}
}

static void the_deadline_bounds_the_wait(void **state)
{
	struct swcci_mailbox_turn turn;
	ktime_t start;

	(void)state;
	swcci_mailbox_pause(&bench.mailbox);
	start = ktime_get();
	for (u32 calls = 0; calls < 100; calls++)
		assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, in_ms(-1)),
				 -EBUSY);
	assert_true(ktime_ms_delta(ktime_get(), start) < 5000);
	swcci_mailbox_unpause(&bench.mailbox);
}

/* At once, for whatever reason the queue is not served. */
static void a_removal_ends_the_wait(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(stops); i++) {
		struct caller waiting = { 0 };

		if (i)
			assert_int_equal(bench_create_impatient(state), 0);
		for (u32 tries = 0; tries < TRIES && waiting.turn_rc != -ENODEV; tries++) {
			waiting = (struct caller){ 0 };
			if (mailbox_state(&bench.mailbox) != MAILBOX_DEAD)
				stops[i].stop();
			caller_start(&waiting, 1);
			sleep_ms(5);
			swcci_mailbox_kill(&bench.mailbox);
			caller_join(&waiting);
		}
		assert_int_equal(waiting.turn_rc, -ENODEV);
		if (i < ARRAY_SIZE(stops) - 1)
			assert_int_equal(bench_destroy(state), 0);
	}
}

/* ---- removed while it gives up ---- */

static bool giving_up, removed;

static void wait_for_removal(void *context)
{
	(void)context;
	WRITE_ONCE(giving_up, true);
	while (!READ_ONCE(removed))
		sleep_ms(1);
}

/* In the moment between the end of the wait and the lock: ENODEV, it is for good. */
static void removed_in_the_moment_of_giving_up(bool killed, bool granted)
{
	struct caller caller = { .turn_deadline = killed ? 0 : in_ms(60) };
	struct swcci_mailbox_turn turn;

	WRITE_ONCE(giving_up, false);
	WRITE_ONCE(removed, false);
	assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
	caller_start(&caller, 1);
	await_queue(1);
	shim_before_lock(caller.task, wait_for_removal, NULL);
	if (killed)
		caller_kill(&caller);
	while (!READ_ONCE(giving_up))
		sleep_ms(1);
	if (granted)
		swcci_mailbox_turn_end(&bench.mailbox, &turn);
	swcci_mailbox_kill(&bench.mailbox);
	WRITE_ONCE(removed, true);
	assert_told(&caller, -ENODEV);
	if (!granted)
		swcci_mailbox_turn_end(&bench.mailbox, &turn);
	assert_state(MAILBOX_DEAD);
}

static void a_removal_counts_more_than_why_one_gives_up(void **state)
{
	for (u32 i = 0; i < 4; i++) {
		if (i)
			assert_int_equal(bench_create(state), 0);
		removed_in_the_moment_of_giving_up(i & 1, i & 2);
		if (i < 3)
			assert_int_equal(bench_destroy(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pause_empties_the_queue),
		TEST(a_held_turn_sends_no_more),
		cmocka_unit_test_setup_teardown(half_a_request_is_not_sent, bench_create_large,
						bench_destroy),
		TEST(most_answers_come_in_time),
		TEST(who_is_in_flight_leaves_after_the_grace),
		TEST(it_sleeps_and_wakes),
		TEST(no_caller_is_served_in_the_pause),
		TEST(a_removal_amid_the_pause),
		IMPATIENT_TEST(who_tries_again_does_not_spin),
		IMPATIENT_TEST(who_waits_is_served_when_it_goes_on),
		IMPATIENT_TEST(any_signal_ends_the_wait),
		TEST(the_deadline_bounds_the_wait),
		IMPATIENT_TEST(a_removal_ends_the_wait),
		TEST(a_removal_counts_more_than_why_one_gives_up),
	};

	return cmocka_run_group_tests_name("mailbox wait", tests, NULL, NULL);
}
