// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts as hints: none is lost between a poll and the sleep, a lost one is
 * found by the timer, and none does harm while no caller waits. What the mailbox calls
 * to go to sleep is wrapped, so that a test can act in the moments between.
 */
#include "mailbox_bench.h"

#include "wrapped_sleep.h"

#define REG_CONTROL		0x04
#define DOORBELL_ENABLE		2
#define BACKGROUND_ENABLE	4
/* Long enough for a caller's thread to have begun, on any machine. */
#define LEAVES_MS		200
/* A sleep that nothing ends but a wake-up: longer than any test, but not endless. */
#define STRETCHED_NS		((s64)8000 * NSEC_PER_MSEC)

/* ---- the way to sleep ---- */

static struct {
	void (*before_prepare)(void);
	void (*before_sleep)(void);
	bool stretched;			/* the timer comes too late to help */
	u32 sleeps;			/* that really began */
	u32 overslept;			/* until the stretched timer */
} way;

void __wrap_prepare_to_wait(wait_queue_head_t *head, struct shim_wait *wait, int state)
{
	if (way.before_prepare)
		way.before_prepare();
	__real_prepare_to_wait(head, wait, state);
}

int __wrap_schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode)
{
	ktime_t start = ktime_get(), stretched = STRETCHED_NS;
	int rc;

	__atomic_add_fetch(&way.sleeps, 1, __ATOMIC_RELAXED);
	if (way.before_sleep)
		way.before_sleep();
	rc = __real_schedule_hrtimeout_range(way.stretched ? &stretched : expires, delta, mode);
	if (ktime_get() - start >= STRETCHED_NS)
		__atomic_add_fetch(&way.overslept, 1, __ATOMIC_RELAXED);
	return rc;
}

static u32 sleeps(void)
{
	return __atomic_load_n(&way.sleeps, __ATOMIC_RELAXED);
}

static long long fallbacks(void)
{
	return atomic64_read(&bench.mailbox.fallbacks);
}

/* ---- the bench, with interrupts ---- */

static void enable(bool doorbell, bool background)
{
	swcci_mailbox_freeze(&bench.mailbox);
	fake_reset(&bench.fake);
	swcci_mailbox_enable_interrupts(&bench.mailbox, doorbell, background);
	bench.fake.enables = (doorbell ? DOORBELL_ENABLE : 0) |
			     (background ? BACKGROUND_ENABLE : 0);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_int_equal(fake_control(&bench.fake), bench.fake.enables);
	fake_count_from_here(&bench.fake);
}

static int create(void **state)
{
	memset(&way, 0, sizeof(way));
	if (bench_create(state))
		return -1;
	enable(true, true);
	return 0;
}

static int create_impatient(void **state)
{
	memset(&way, 0, sizeof(way));
	if (bench_create_impatient(state))
		return -1;
	enable(true, true);
	return 0;
}

static int destroy(void **state)
{
	way.before_prepare = NULL;
	way.before_sleep = NULL;
	return bench_destroy(state);
}

static void serve_never(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = FAKE_NEVER;
}

static void finish_with_interrupt(void)
{
	fake_answer_now(&bench.fake);
	swcci_mailbox_interrupt(&bench.mailbox);
}

static void finish_once(void)
{
	way.before_prepare = NULL;
	way.before_sleep = NULL;
	finish_with_interrupt();
}

/* Asleep, with nothing but an interrupt to wake it in time. */
static void start_asleep(struct caller *caller, u64 id)
{
	u32 before = sleeps();

	way.stretched = true;
	bench.fake.serve = serve_never;
	caller_start(caller, id);
	while (sleeps() == before)
		sleep_ms(1);
	sleep_ms(20);
}

/* ---- nothing is lost ---- */

/* After the poll that found the doorbell set, before the caller is in the queue. */
static void interrupt_between_look_and_queue(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	way.stretched = true;
	way.before_prepare = finish_once;
	bench.fake.serve = serve_never;
	caller_start(&caller, 1);
	caller_join(&caller);
	assert_own_answer(&caller);
	assert_int_equal(way.overslept, 0);
	assert_int_equal(sleeps(), 0);
	assert_int_equal(fallbacks(), 0);
}

static void interrupt_between_queue_and_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	way.stretched = true;
	way.before_sleep = finish_once;
	bench.fake.serve = serve_never;
	caller_start(&caller, 1);
	caller_join(&caller);
	assert_own_answer(&caller);
	assert_int_equal(way.overslept, 0);
	assert_int_equal(sleeps(), 1);
	assert_int_equal(fallbacks(), 0);
}

static void interrupt_in_the_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	start_asleep(&caller, 1);
	finish_with_interrupt();
	caller_join(&caller);
	assert_own_answer(&caller);
	assert_int_equal(way.overslept, 0);
	assert_int_equal(sleeps(), 1);
	assert_int_equal(fallbacks(), 0);
}

static void interrupt_at_look(struct fake_registers *fake, u32 offset, bool write)
{
	(void)fake;
	if (!write && offset == REG_CONTROL && way.before_prepare)
		swcci_mailbox_interrupt(&bench.mailbox);
}

static void finish_without_interrupt(void)
{
	way.before_prepare = NULL;
	fake_answer_now(&bench.fake);
}

/*
 * It comes while the doorbell is read, which still shows set: it was not counted before
 * that poll, so it counts after it.
 */
static void interrupt_in_the_look(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	way.stretched = true;
	way.before_prepare = finish_without_interrupt;
	bench.fake.serve = serve_never;
	bench.fake.on_access = interrupt_at_look;
	caller_start(&caller, 1);
	caller_join(&caller);
	assert_own_answer(&caller);
	assert_int_equal(way.overslept, 0);
	assert_int_equal(sleeps(), 0);
}

/* ---- at random moments ---- */

#define RANDOM_COMMANDS		400

static bool device_stops;

/* Answers whatever is there after 0 to 300 us, and interrupts. */
static void *device_main(void *argument)
{
	unsigned int seed = 1;

	while (!__atomic_load_n(&device_stops, __ATOMIC_ACQUIRE)) {
		if (!fake_busy(&bench.fake))
			continue;
		for (ktime_t until = ktime_get() + rand_r(&seed) % 300000;
		     ktime_get() < until;)
			cpu_relax();
		finish_with_interrupt();
	}
	return argument;
}

static void none_is_lost_at_random_moments(void **state)
{
	u64 in = 5, out = 0;
	pthread_t device;

	(void)state;
	way.stretched = true;
	bench.fake.serve = serve_never;
	device_stops = false;
	assert_int_equal(pthread_create(&device, NULL, device_main, NULL), 0);
	for (u32 i = 0; i < RANDOM_COMMANDS && !way.overslept; i++) {
		struct swcci_mailbox_command command = command_of(i, &in, 8, &out, 8);
		struct swcci_mailbox_turn turn;

		assert_int_equal(swcci_mailbox_turn_begin(&bench.mailbox, &turn, KTIME_MAX), 0);
		assert_int_equal(swcci_mailbox_execute(&bench.mailbox, &turn, &command), 0);
		swcci_mailbox_turn_end(&bench.mailbox, &turn);
	}
	__atomic_store_n(&device_stops, true, __ATOMIC_RELEASE);
	pthread_join(device, NULL);
	print_message("# %u commands slept %u times\n", RANDOM_COMMANDS, sleeps());
	assert_true(sleeps() > 0);
	assert_int_equal(way.overslept, 0);
	assert_int_equal(fallbacks(), 0);
}

/* ---- the timer behind ---- */

static void finish_in_silence(void)
{
	fake_answer_now(&bench.fake);
}

static void serve_in_30_ms(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			   struct fake_reply *reply)
{
	fake_echo(fake, opcode, in, length, reply);
	reply->delay_us = 30000;
}

static void lost_interrupt_is_found_by_the_timer(void **state)
{
	struct caller caller;

	(void)state;
	bench.fake.serve = serve_never;
	way.before_sleep = finish_in_silence;
	for (u32 i = 1; i <= 5; i++) {
		memset(&caller, 0, sizeof(caller));
		caller_start(&caller, i);
		caller_join(&caller);
		assert_own_answer(&caller);
		assert_int_equal(fallbacks(), i);
		assert_int_equal(sleeps(), i);
	}
}

/* An interrupt that came too early wakes, is not believed, and the timer goes on. */
static void early_interrupt_ends_nothing(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	bench.fake.serve = serve_never;
	caller_start(&caller, 1);
	while (!sleeps())
		sleep_ms(1);
	for (u32 i = 0; i < 50; i++) {
		swcci_mailbox_interrupt(&bench.mailbox);
		sleep_ms(1);
	}
	assert_true(fake_busy(&bench.fake));
	assert_state(MAILBOX_OWNED);
	fake_answer_now(&bench.fake);		/* without an interrupt */
	caller_join(&caller);
	assert_own_answer(&caller);
}

/* Without a doorbell interrupt there is nothing to fall back from. */
static void polling_is_no_fallback(void **state)
{
	struct caller caller;

	(void)state;
	bench.fake.serve = serve_in_30_ms;
	for (u32 background = 0; background <= 1; background++) {
		enable(false, background);
		memset(&caller, 0, sizeof(caller));
		caller_start(&caller, 1);
		caller_join(&caller);
		assert_own_answer(&caller);
		assert_int_equal(fallbacks(), 0);
	}
}

/* The device's time ends as without interrupts; a storm neither shortens nor extends it. */
static void stuck_under_a_storm(void **state)
{
	struct caller caller = { 0 };
	ktime_t start = ktime_get();

	(void)state;
	bench.fake.serve = serve_never;
	caller_start(&caller, 1);
	while (mailbox_state(&bench.mailbox) != MAILBOX_STUCK) {
		swcci_mailbox_interrupt(&bench.mailbox);
		assert_true(ktime_ms_delta(ktime_get(), start) < 10000);
	}
	assert_true(ktime_ms_delta(ktime_get(), start) >= 195);
	caller_join(&caller);
	assert_int_equal(caller.rc, -ETIMEDOUT);
	finish_with_interrupt();
	await_state(MAILBOX_IDLE);
	assert_retired_once(1, true, 0);
	assert_serves();
}

/* ---- a caller that must stop waiting does so without the timer ---- */

static void killed_in_the_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	start_asleep(&caller, 1);
	caller_kill(&caller);
	caller_join(&caller);
	assert_int_equal(caller.rc, -EINTR);
	assert_int_equal(way.overslept, 0);
	way.stretched = false;
	finish_with_interrupt();
	await_state(MAILBOX_IDLE);
	assert_retired_once(1, true, 0);
}

static void frozen_in_the_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	start_asleep(&caller, 1);
	swcci_mailbox_freeze(&bench.mailbox);
	caller_join(&caller);
	assert_int_equal(caller.rc, -EIO);
	assert_int_equal(way.overslept, 0);
	way.stretched = false;
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_int_equal(fake_control(&bench.fake), DOORBELL_ENABLE | BACKGROUND_ENABLE);
	assert_serves();
}

static void removed_in_the_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	start_asleep(&caller, 1);
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	caller_join(&caller);
	assert_int_equal(caller.rc, -ENODEV);
	assert_int_equal(way.overslept, 0);
}

static void remove_once(void)
{
	way.before_prepare = NULL;
	swcci_mailbox_kill(&bench.mailbox);
}

/* After the poll, before the caller is in the queue that a removal wakes. */
static void removed_before_the_sleep(void **state)
{
	struct caller caller = { 0 };

	(void)state;
	way.stretched = true;
	way.before_prepare = remove_once;
	bench.fake.serve = serve_never;
	caller_start(&caller, 1);
	caller_join(&caller);
	assert_int_equal(caller.rc, -ENODEV);
	assert_int_equal(way.overslept, 0);
}

/* ---- while no caller waits ---- */

static void storm_touches_nothing(enum swcci_mailbox_state state)
{
	fake_forbid(&bench.fake, true);
	for (u32 i = 0; i < 1000; i++)
		swcci_mailbox_interrupt(&bench.mailbox);
	sleep_ms(20);
	assert_state(state);
	fake_forbid(&bench.fake, false);
	/* the fake has seen what it was forbidden: the teardown fails by it */
	assert_int_equal(bench.fake.violations, 0);
}

static void harmless_while_no_caller_waits(void **state)
{
	(void)state;
	storm_touches_nothing(MAILBOX_IDLE);
	assert_serves();
	swcci_mailbox_freeze(&bench.mailbox);
	storm_touches_nothing(MAILBOX_RESETTING);
	fake_reset(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	assert_serves();
	assert_retirements(0);
	swcci_mailbox_kill(&bench.mailbox);
	storm_touches_nothing(MAILBOX_DEAD);
	swcci_mailbox_quiesce(&bench.mailbox);
	storm_touches_nothing(MAILBOX_DEAD);
}

/* While the drain worker has the registers, an interrupt gives them to no caller. */
static void harmless_while_draining(void **state)
{
	struct caller left = { .deadline = in_ms(LEAVES_MS) }, queued = { 0 };

	(void)state;
	bench.fake.serve = serve_never;
	caller_start(&left, 1);
	caller_join(&left);
	assert_int_equal(left.rc, -ETIMEDOUT);
	caller_start(&queued, 2);
	await_queue(1);
	for (u32 i = 0; i < 100; i++)
		swcci_mailbox_interrupt(&bench.mailbox);
	assert_state(MAILBOX_DRAINING);
	assert_retirements(0);
	bench.fake.serve = NULL;
	finish_with_interrupt();
	caller_join(&queued);
	assert_own_answer(&queued);
	assert_retired_once(1, true, 0);
}

/* ---- the enables ---- */

/* The fake checks every write of the control register; here they are counted as well. */
static u32 control_writes(u32 with)
{
	u32 writes = 0, others = 0;

	pthread_mutex_lock(&bench.fake.mutex);
	for (u32 i = 0; i < bench.fake.accesses && i < FAKE_LOG; i++)
		if (bench.fake.log[i].write && bench.fake.log[i].offset == 0x04) {
			others += (bench.fake.log[i].value & ~1ull) != with;
			writes++;
		}
	pthread_mutex_unlock(&bench.fake.mutex);
	assert_int_equal(others, 0);
	return writes;
}

static void enables_survive_every_doorbell(void **state)
{
	(void)state;
	for (u32 enables = 0; enables <= 6; enables += 2) {
		struct caller left = { 0 };

		enable(enables & DOORBELL_ENABLE, enables & BACKGROUND_ENABLE);
		for (u32 i = 0; i < 5; i++)
			assert_serves();
		/* a command that its caller left, and those after it */
		bench.fake.serve = serve_never;
		left.deadline = in_ms(LEAVES_MS);
		caller_start(&left, 1);
		caller_join(&left);
		assert_state(MAILBOX_DRAINING);
		fake_answer_now(&bench.fake);
		await_state(MAILBOX_IDLE);
		assert_serves();
		assert_int_equal(control_writes(enables), 7);
		assert_int_equal(fake_control(&bench.fake), enables);
		/* a reset clears them, the thaw brings them back */
		swcci_mailbox_freeze(&bench.mailbox);
		fake_reset(&bench.fake);
		fake_count_from_here(&bench.fake);
		swcci_mailbox_thaw(&bench.mailbox);
		assert_int_equal(control_writes(enables), 1);
		assert_int_equal(fake_control(&bench.fake), enables);
	}
}

/*
 * Another driver's command is in the device, which ends with @return_code, and the enables that
 * the device kept before the reset do not count after it.
 */
static void come_back_after_a_busy_thaw(u16 return_code)
{
	swcci_mailbox_freeze(&bench.mailbox);
	fake_reset(&bench.fake);
	fake_ring(&bench.fake);
	bench.fake.reply.return_code = return_code;
	fake_count_from_here(&bench.fake);
	swcci_mailbox_thaw(&bench.mailbox);
	sleep_ms(50);
	assert_state(MAILBOX_DRAINING);
	assert_int_equal(control_writes(0), 0);
	fake_answer_now(&bench.fake);
	await_state(MAILBOX_IDLE);
	assert_int_equal(fake_control(&bench.fake), DOORBELL_ENABLE | BACKGROUND_ENABLE);
	assert_serves();
	assert_int_equal(control_writes(DOORBELL_ENABLE | BACKGROUND_ENABLE), 2);
	assert_int_equal(fake_control(&bench.fake), DOORBELL_ENABLE | BACKGROUND_ENABLE);
	assert_retirements(0);
}

/* A doorbell that is set must not be written; the worker that sees it clear brings the enables. */
static void enables_come_back_after_a_busy_thaw(void **state)
{
	(void)state;
	come_back_after_a_busy_thaw(0);
	come_back_after_a_busy_thaw(4);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, create, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(interrupt_between_look_and_queue),
		CASE(interrupt_between_queue_and_sleep),
		CASE(interrupt_in_the_sleep),
		CASE(interrupt_in_the_look),
		CASE(none_is_lost_at_random_moments),
		CASE(lost_interrupt_is_found_by_the_timer),
		CASE(early_interrupt_ends_nothing),
		CASE(polling_is_no_fallback),
		cmocka_unit_test_setup_teardown(stuck_under_a_storm, create_impatient, destroy),
		CASE(killed_in_the_sleep),
		CASE(frozen_in_the_sleep),
		CASE(removed_in_the_sleep),
		CASE(removed_before_the_sleep),
		CASE(harmless_while_no_caller_waits),
		CASE(harmless_while_draining),
		CASE(enables_survive_every_doorbell),
		CASE(enables_come_back_after_a_busy_thaw),
	};

	return cmocka_run_group_tests_name("swcci_mailbox_interrupt", tests, NULL, NULL);
}
