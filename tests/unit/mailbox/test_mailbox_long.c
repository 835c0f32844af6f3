// SPDX-License-Identifier: GPL-2.0-only
/*
 * Payloads too long to be moved at once: they cost no access more, and a caller that
 * has a reason to stop does so between two steps, with the mailbox intact.
 */
#include "mailbox_bench.h"

#define REG_PAYLOAD	0x20
#define STEP		2048	/* MAILBOX_STEP of answer.h */
#define STEP_END	(REG_PAYLOAD + STEP - 8)

static u8 in[FAKE_PAYLOAD_MAX], out[FAKE_PAYLOAD_MAX];
static pthread_t freezer;

static int bench_create_long(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(in); i++)
		in[i] = (u8)(i * 5 + i / 251 + 3);
	memset(out, 0, sizeof(out));
	return bench_create_large(state);
}

#define LONG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, bench_create_long, bench_destroy)

static void every_length_at_its_price(void **state)
{
	static const u32 lengths[] = { 2040, 2047, 2048, 2049, 2056, 4087, 4088, 4095, 4096 };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		u32 length = lengths[i];
		struct swcci_mailbox_command command = command_of(1, in, length, out, length);

		memset(out, 0, sizeof(out));
		fake_count_from_here(&bench.fake);
		assert_int_equal(bench_execute(&command), 0);
		assert_int_equal(fake_accesses(&bench.fake),
				 accesses_of(length, length));
		assert_true(command.answered);
		assert_int_equal(command.out_copied, length);
		assert_memory_equal(out, in, length);
	}
}

/* ---- reasons to leave ---- */

static void *freeze_main(void *argument)
{
	swcci_mailbox_freeze(&bench.mailbox);
	return argument;
}

static void is_killed(void)
{
	shim_kill(current);
}

static void time_passes(void)
{
	sleep_ms(300);
}

/* It waits for us: not in our own thread. */
static void is_reset(void)
{
	pthread_create(&freezer, NULL, freeze_main, NULL);
	while (mailbox_state(&bench.mailbox) != MAILBOX_RESETTING)
		sleep_ms(1);
}

static void is_removed(void)
{
	swcci_mailbox_kill(&bench.mailbox);
}

static const struct reason {
	void (*happen)(void);
	int reading, writing;	/* the error of the caller */
	bool mailbox_stays;
} reasons[] = {
	{ is_killed, -EINTR, -EINTR, true },
	{ time_passes, -ETIMEDOUT, -EBUSY, true },
	{ is_reset, -EIO, -EBUSY, false },
	{ is_removed, -ENODEV, -ENODEV, false },
};

/* The worker, too, runs the hook; it is there for good, and does nothing twice. */
static struct {
	const struct reason *reason;
	bool writing;
	bool happened;
	bool beyond;	/* something of the next step was touched */
} event;

static void happens_at_the_end_of_a_step(struct fake_registers *fake, u32 offset, bool write)
{
	(void)fake;
	if (write != event.writing)
		return;
	if (offset > STEP_END + 4)
		event.beyond = true;
	if (offset == STEP_END && !event.happened) {
		event.happened = true;
		event.reason->happen();
	}
}

/* Return: how it ended; @writing or reading a payload of two steps. */
static int disturbed(const struct reason *reason, bool writing,
		     struct swcci_mailbox_command *command)
{
	u32 commands = fake_commands(&bench.fake);
	int rc;

	*command = command_of(1, in, sizeof(in), out, sizeof(out));
	if (reason->happen == time_passes)
		command->deadline = in_ms(250);
	event.reason = reason;
	event.writing = writing;
	event.happened = false;
	event.beyond = false;
	bench.fake.on_access = happens_at_the_end_of_a_step;
	rc = bench_execute(command);
	assert_true(event.happened && !event.beyond);
	assert_int_equal(fake_commands(&bench.fake) - commands, !writing);
	assert_int_equal(command->submitted, !writing);
	assert_false(command->answered);
	assert_int_equal(shim_revive(), reason->happen == is_killed);
	if (reason->happen == is_reset)
		pthread_join(freezer, NULL);
	return rc;
}

/* What was there to read is a late answer, as if its reader had not waited for it. */
static void a_reader_leaves(void **state)
{
	struct swcci_mailbox_command command;

	for (u32 i = 0; i < ARRAY_SIZE(reasons); i++) {
		const struct bench_retired *retired = &bench.retired[0];

		if (i)
			assert_int_equal(bench_create_long(state), 0);
		assert_int_equal(disturbed(&reasons[i], false, &command), reasons[i].reading);
		assert_int_equal(command.abandoned, reasons[i].mailbox_stays);
		if (reasons[i].mailbox_stays) {
			assert_retired_once(1, true, 0);
			assert_int_equal(retired->answer.out_length, sizeof(in));
			assert_memory_equal(retired->answer.head, in, MAILBOX_HEAD);
			assert_serves();
		}
		assert_retirements(reasons[i].mailbox_stays);
		if (i < ARRAY_SIZE(reasons) - 1)
			assert_int_equal(bench_destroy(state), 0);
	}
}

/* The same answer as the command before had: the one that came is not taken for it. */
static void an_answer_like_the_last_is_retired_too(void **state)
{
	struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out, sizeof(out));

	(void)state;
	assert_int_equal(bench_execute(&command), 0);
	assert_int_equal(disturbed(&reasons[0], false, &command), -EINTR);
	assert_retired_once(1, true, 0);
	assert_serves();
}

/* No doorbell, so nothing was sent: there is no answer to retire. */
static void a_writer_leaves(void **state)
{
	struct swcci_mailbox_command command;

	for (u32 i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (i)
			assert_int_equal(bench_create_long(state), 0);
		assert_int_equal(disturbed(&reasons[i], true, &command), reasons[i].writing);
		assert_false(command.abandoned);
		if (reasons[i].mailbox_stays)
			assert_serves();
		assert_retirements(0);
		if (i < ARRAY_SIZE(reasons) - 1)
			assert_int_equal(bench_destroy(state), 0);
	}
}

/* ---- a function that goes ---- */

static void goes_away(void)
{
	fake_set_presence(&bench.fake, FAKE_ALL_ONES);
}

static void ones_are_not_read_to_the_end(void **state)
{
	static const struct reason gone = { .happen = goes_away };
	struct swcci_mailbox_command command;

	(void)state;
	assert_int_equal(disturbed(&gone, false, &command), -EIO);
	fake_set_presence(&bench.fake, FAKE_PRESENT);
	assert_retired_once(1, true, 0);
	assert_serves();
}

/* Four words, and the question whether it is there: each may last a completion time-out. */
#define READS_WHEN_DEAD	(4 * (IO_HALVES ? 2 : 1) + 1)

static struct {
	u32 offset;
	bool gone;
	u32 reads;		/* since */
	bool answered;		/* as far as this goes, it was asked whether it is there */
} dead;

static pthread_t tester;

/* The worker reads too; what it does is not counted. */
static void dies_at_offset(struct fake_registers *fake, u32 offset, bool write)
{
	if (write || !pthread_equal(pthread_self(), tester) || dead.answered)
		return;
	if (!dead.gone && offset == dead.offset) {
		dead.gone = true;
		fake_set_presence(fake, FAKE_ALL_ONES);
	}
	dead.reads += dead.gone;
	dead.answered = dead.gone && !offset;
}

static void a_dead_link_is_read_once_or_twice(void **state)
{
	static const u32 offsets[] = {
		REG_PAYLOAD, REG_PAYLOAD + 8, REG_PAYLOAD + 24, REG_PAYLOAD + 32, STEP_END - 64,
		STEP_END - 24, STEP_END, STEP_END + 8, STEP_END + 512,
		REG_PAYLOAD + FAKE_PAYLOAD_MAX - 64,
	};

	(void)state;
	tester = pthread_self();
	bench.fake.on_access = dies_at_offset;
	for (u32 i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out,
								  sizeof(out));

		memset(&dead, 0, sizeof(dead));
		dead.offset = offsets[i];
		assert_int_equal(bench_execute(&command), -EIO);
		assert_true(dead.gone && dead.answered);
		assert_in_range(dead.reads, 2, READS_WHEN_DEAD);
		fake_set_presence(&bench.fake, FAKE_PRESENT);
		await_retirements(i + 1);
		await_state(MAILBOX_IDLE);
		assert_serves();
	}
}

/* Ones that belong to the payload: it is read to its end, for one access a step more. */
static void ones_may_be_an_answer(void **state)
{
	static const struct {
		u32 from, to, checks;
	} ones[] = {
		{ 0, FAKE_PAYLOAD_MAX, 2 },
		{ 0, STEP, 1 },
		{ STEP - 8, STEP, 1 },
		{ STEP, FAKE_PAYLOAD_MAX, 1 },
		{ 24, 32, 1 },
		/* not the last of its four: what goes away stays away */
		{ 8, 16, 0 },
		/* at the end the command register is read instead */
		{ FAKE_PAYLOAD_MAX - 8, FAKE_PAYLOAD_MAX, 0 },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(ones); i++) {
		struct swcci_mailbox_command command = command_of(1, in, sizeof(in), out,
								  sizeof(out));
		u32 accesses = accesses_of(sizeof(in), sizeof(in)) + ones[i].checks;

		if (ones[i].to == FAKE_PAYLOAD_MAX)
			accesses += IO_HALVES ? 2 : 1;
		memset(in, 0x5a, sizeof(in));
		memset(in + ones[i].from, 0xff, ones[i].to - ones[i].from);
		fake_count_from_here(&bench.fake);
		assert_int_equal(bench_execute(&command), 0);
		assert_int_equal(fake_accesses(&bench.fake), accesses);
		assert_int_equal(command.out_copied, sizeof(out));
		assert_memory_equal(out, in, sizeof(in));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LONG_TEST(every_length_at_its_price),
		LONG_TEST(a_reader_leaves),
		LONG_TEST(an_answer_like_the_last_is_retired_too),
		LONG_TEST(a_writer_leaves),
		LONG_TEST(ones_are_not_read_to_the_end),
		LONG_TEST(a_dead_link_is_read_once_or_twice),
		LONG_TEST(ones_may_be_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
