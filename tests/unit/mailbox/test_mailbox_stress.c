// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once, for two seconds each: callers with short and long
 * patience, killed at any moment, a device that answers at once, late or never,
 * and resets under them. What must hold is checked for every single command.
 */
#include "mailbox_bench.h"

#define CALLERS		12
#define COMMANDS_MAX	200000
#define SECONDS		2

/* What became of each command, by its id. */
enum fate {
	FATE_NONE,
	FATE_ANSWERED,		/* to its caller */
	FATE_LEFT,		/* its caller abandoned it; retired() is called, once */
	FATE_BROKEN,		/* reset, or the device's answer unusable */
};

static struct {
	bool stop;
	u32 ids;
	u32 killed, answered, left, broken, refused;
	u32 wrong_answers;
	u8 fate[COMMANDS_MAX];
	u8 retired[COMMANDS_MAX];	/* how often */
	struct task_struct *tasks[CALLERS];
} stress;

static u32 dice(u32 *seed, u32 sides)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % sides;
}

static void count_retired(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
			  const struct swcci_mailbox_late_answer *answer)
{
	(void)mailbox;
	(void)answer;
	if (ticket->id < COMMANDS_MAX)
		__atomic_add_fetch(&stress.retired[ticket->id], 1, __ATOMIC_RELAXED);
}

static void no_matter(struct swcci_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct swcci_mailbox_ops stress_ops = {
	.retired = count_retired, .state_changed = no_matter,
};

/* Runs under the fake's mutex. Mostly at once; sometimes beyond the 20 ms it has. */
static void serve_moodily(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
			  struct fake_reply *reply)
{
	static u32 seed = 1;
	u32 mood = dice(&seed, 100);

	fake_echo(fake, opcode, in, length, reply);
	if (mood >= 99)
		reply->delay_us = 25000 + dice(&seed, 20000);
	else if (mood >= 95)
		reply->delay_us = dice(&seed, 12000);
	else if (mood >= 60)
		reply->delay_us = dice(&seed, 300);
}

static enum fate fate_of(int rc, const struct swcci_mailbox_command *command)
{
	if (!rc)
		return FATE_ANSWERED;
	if (!command->submitted)
		return FATE_NONE;
	return command->abandoned ? FATE_LEFT : FATE_BROKEN;
}

static void note(u64 id, int rc, const struct swcci_mailbox_command *command, u64 out)
{
	enum fate fate = fate_of(rc, command);
	u32 *counters[] = { &stress.refused, &stress.answered, &stress.left, &stress.broken };

	__atomic_store_n(&stress.fate[id], (u8)fate, __ATOMIC_RELAXED);
	__atomic_add_fetch(counters[fate], 1, __ATOMIC_RELAXED);
	if (fate != FATE_LEFT && command->abandoned)
		shim_splat("left without leaving");
	if (fate == FATE_ANSWERED && (out != id || command->out_copied != 8))
		__atomic_add_fetch(&stress.wrong_answers, 1, __ATOMIC_RELAXED);
}

static void one_turn(u32 *seed)
{
	struct swcci_mailbox_turn turn;
	u32 commands = 1 + dice(seed, 2);
	ktime_t patience = dice(seed, 3) ? KTIME_MAX : in_ms(dice(seed, 30));

	if (swcci_mailbox_turn_begin(&bench.mailbox, &turn, patience))
		return;
	while (commands--) {
		u64 id = __atomic_add_fetch(&stress.ids, 1, __ATOMIC_RELAXED), out = 0;
		struct swcci_mailbox_command command = command_of(id, &id, 8, &out, 8);

		if (id >= COMMANDS_MAX)
			break;
		command.deadline = dice(seed, 4) ? KTIME_MAX : in_ms(dice(seed, 8));
		int rc = swcci_mailbox_execute(&bench.mailbox, &turn, &command);

		note(id, rc, &command, out);
	}
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
}

static void *stress_caller(void *argument)
{
	u32 number = (u32)(uintptr_t)argument, seed = number * 7919 + 1;

	__atomic_store_n(&stress.tasks[number], current, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&stress.stop, __ATOMIC_RELAXED)) {
		one_turn(&seed);
		/* a new process takes the place of one that was killed */
		if (shim_revive())
			__atomic_add_fetch(&stress.killed, 1, __ATOMIC_RELAXED);
	}
	if (current->turns || current->spinlocks)
		shim_splat("a caller left with a lock");
	return NULL;
}

static void *reset_now_and_then(void *argument)
{
	u32 seed = 4711;

	(void)argument;
	while (!__atomic_load_n(&stress.stop, __ATOMIC_RELAXED)) {
		sleep_ms(20 + dice(&seed, 60));
		swcci_mailbox_freeze(&bench.mailbox);
		fake_forbid(&bench.fake, true);
		sleep_ms(dice(&seed, 3));
		fake_forbid(&bench.fake, false);
		fake_reset(&bench.fake);
		swcci_mailbox_thaw(&bench.mailbox);
	}
	return NULL;
}

/* On a busy machine it takes longer until everything has happened. */
static bool saw_enough(void)
{
	return READ_ONCE(stress.answered) > 100 && READ_ONCE(stress.left) > 10 &&
	       READ_ONCE(stress.killed) > 10;
}

static void run_stress(bool resets)
{
	ktime_t least = in_ms(SECONDS * 1000), most = in_ms(SECONDS * 10000);
	pthread_t callers[CALLERS], resetter;
	u32 seed = 99;

	memset(&stress, 0, sizeof(stress));
	bench.mailbox.ops = &stress_ops;
	bench.mailbox.command_timeout_ms = 20;
	bench.fake.serve = serve_moodily;
	bench.fake.read_ns = 0;
	for (uintptr_t i = 0; i < CALLERS; i++)
		pthread_create(&callers[i], NULL, stress_caller, (void *)i);
	if (resets)
		pthread_create(&resetter, NULL, reset_now_and_then, NULL);
	while (ktime_before(ktime_get(), saw_enough() ? least : most)) {
		struct task_struct **task = &stress.tasks[dice(&seed, CALLERS)];

		sleep_ms(1 + dice(&seed, 4));
		if (__atomic_load_n(task, __ATOMIC_ACQUIRE))
			shim_kill(*task);
	}
	__atomic_store_n(&stress.stop, true, __ATOMIC_RELAXED);
	for (u32 i = 0; i < CALLERS; i++)
		pthread_join(callers[i], NULL);
	if (resets)
		pthread_join(resetter, NULL);
	await_state(MAILBOX_IDLE);
}

/* Each command has one end: its own answer, or one retirement, or neither in a reset. */
static void assert_one_end_each(void)
{
	for (u32 id = 1; id <= stress.ids && id < COMMANDS_MAX; id++) {
		u8 retired = __atomic_load_n(&stress.retired[id], __ATOMIC_RELAXED);

		assert_int_equal(retired, stress.fate[id] == FATE_LEFT);
	}
	print_message("# %u commands: %u answered, %u left, %u broken, %u not sent; %u kills\n",
		      stress.ids, stress.answered, stress.left, stress.broken, stress.refused,
		      stress.killed);
	assert_int_equal(stress.wrong_answers, 0);
	assert_true(saw_enough());
}

static void without_resets(void **state)
{
	(void)state;
	run_stress(false);
	assert_one_end_each();
	assert_int_equal(stress.broken, 0);
	assert_serves();
}

static void with_resets(void **state)
{
	(void)state;
	run_stress(true);
	assert_one_end_each();
	assert_true(stress.broken > 0);
	assert_serves();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_resets),
		TEST(with_resets),
	};

	return cmocka_run_group_tests_name("mailbox stress", tests, NULL, NULL);
}
