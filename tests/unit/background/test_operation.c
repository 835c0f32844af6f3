// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pure part of background operations: every pair of state and event, compared
 * with a table here, and the result of a poll of the slot, for devices that follow
 * CXL 3.1 8.2.8.4.7 and for others.
 */
#include "unit.h"

#include "background/operation.h"

#define STATE(s)	CXL_SWITCH_CCI_OPERATION_##s
#define X	0xc008

static const char letters[] = "IRAFLU";		/* in the order of the states */

/* started, found, progress, finished, abort asked, refused, taken, owner gone,
 * silent, unobservable, reset, removed
 */
static const char * const expected[OPERATION_STATES] = {
	[STATE(IDLE)] =		"RRIIIIIIIIII",
	[STATE(RUNNING)] =	"RRRFARARUULL",
	[STATE(ABORTING)] =	"AAAFARAAUULL",
	[STATE(FINISHED)] =	"FFFFFFFFFFFF",
	[STATE(LOST)] =		"LLLLLLLLLLLL",
	[STATE(UNKNOWN)] =	"RRRFUUUUUULL",
};

static void every_pair(void **state)
{
	int pairs = 0;

	(void)state;
	for (int from = 0; from < OPERATION_STATES; from++)
		for (int event = 0; event < OPERATION_EVENTS; event++, pairs++)
			assert_int_equal(letters[swcci_operation_step(from, event).next],
					 expected[from][event]);
	assert_int_equal(pairs, 72);
}

static bool is_told(int from, int to)
{
	return from != to && (to == STATE(FINISHED) || to == STATE(LOST) || to == STATE(UNKNOWN));
}

/* Who waits hears of the end once, and of nothing else. */
static void actions_of_every_pair(void **state)
{
	(void)state;
	for (int from = 0; from < OPERATION_STATES; from++) {
		for (int event = 0; event < OPERATION_EVENTS; event++) {
			struct swcci_operation_step step = swcci_operation_step(from, event);
			u8 wanted = is_told(from, step.next) ?
				    OPERATION_TELL | OPERATION_INVALIDATE : 0;

			if (event == OPERATION_OWNER_GONE)
				wanted |= OPERATION_ORPHAN;
			assert_int_equal(step.actions, wanted);
		}
	}
}

static void over_is_over(void **state)
{
	(void)state;
	for (int s = 0; s < OPERATION_STATES; s++)
		assert_int_equal(operation_is_over(s), s == STATE(FINISHED) || s == STATE(LOST));
}

/* ---- looks ---- */

static struct swcci_operation_sample look(bool running, u8 percent, u16 return_code)
{
	return (struct swcci_operation_sample){
		.answer = OPERATION_STATUS, .running = running, .opcode = X,
		.percent = percent, .return_code = return_code, .vendor_status = 0x77,
	};
}

static struct swcci_operation_watch watch;

static int see_at(u64 ms, struct swcci_operation_sample sample)
{
	return swcci_operation_observe(&watch, &sample, ms);
}

static int start(void **state)
{
	(void)state;
	swcci_operation_watch_start(&watch, X, 1000);
	return 0;
}

static void ends_at_100(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, look(true, 0, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1500, look(true, 99, 0)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 99);
	assert_int_equal(see_at(1600, look(false, 100, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0);
	assert_int_equal(watch.vendor_status, 0x77);
}

/* Some devices never clear the bit. */
static void ends_at_100_with_the_bit_set(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, look(true, 100, 6)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 6);
}

/* The vendor status is valid at 100 % only. */
static void aborted_below_100(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, look(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1011, look(false, 40, 0x12)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0x12);
	assert_int_equal(watch.vendor_status, 0);
}

/* A return code beside a set bit is not valid yet. */
static void return_code_too_early(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, look(true, 40, 0x12)), OPERATION_PROGRESS);
}

/* Some clear the bit as soon as the percentage moves. */
static void bit_clear_and_moving(void **state)
{
	(void)state;
	for (int i = 1; i < 50; i++)
		assert_int_equal(see_at(1000 + i * 1000, look(false, i, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(51000, look(false, 100, 0)), OPERATION_FINISHED);
}

static void bit_clear_and_frozen(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, look(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3499, look(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3500, look(false, 40, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0);
}

/* Set again in between: it stands still from then on. */
static void frozen_counts_from_the_last_clearing(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, look(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3000, look(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3600, look(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(5099, look(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(5100, look(false, 40, 0)), OPERATION_FINISHED);
}

/* A running one may take its time at one percentage. */
static void slow_is_not_frozen(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, look(true, 3, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(900000, look(true, 3, 0)), OPERATION_PROGRESS);
}

static void nonsense_three_times(void **state)
{
	const struct swcci_operation_sample other = {
		.answer = OPERATION_STATUS, .running = true, .opcode = X + 1, .percent = 5,
	};
	const struct swcci_operation_sample garbage = { .answer = OPERATION_NONSENSE };

	(void)state;
	assert_int_equal(see_at(1100, other), -1);
	assert_int_equal(see_at(1200, garbage), -1);
	assert_int_equal(see_at(1300, look(true, 7, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1400, other), -1);
	assert_int_equal(see_at(1500, other), -1);
	assert_int_equal(see_at(1600, garbage), OPERATION_UNOBSERVABLE);
	assert_int_equal(see_at(1700, garbage), OPERATION_UNOBSERVABLE);
	assert_int_equal(watch.percent, 7);
	assert_int_equal(see_at(1800, look(true, 8, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1900, garbage), -1);
}

/* 8.2.8.4.7: it has ended at 100, or if the bit is clear. A value above 100 is invalid. */
static void above_100_runs_while_the_bit_is_set(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, look(true, 127, 0)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 0);
	assert_int_equal(see_at(1200, look(true, 40, 0)), OPERATION_PROGRESS);
	for (int i = 101; i < 128; i++)
		assert_int_equal(see_at(1200 + i, look(true, i, 0x12)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 40);
	assert_int_equal(see_at(1400, look(true, 100, 0)), OPERATION_FINISHED);
}

static void above_100_is_over_by_the_bit(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, look(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1200, look(false, 127, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(2699, look(false, 101, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(2700, look(false, 127, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.percent, 40);
	assert_int_equal(watch.vendor_status, 0);
}

static void above_100_is_over_by_its_return_code(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, look(false, 127, 0x12)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0x12);
	assert_int_equal(watch.percent, 0);
}

static void unsupported_at_once(void **state)
{
	const struct swcci_operation_sample none = { .answer = OPERATION_UNSUPPORTED };

	(void)state;
	assert_int_equal(see_at(1001, none), OPERATION_UNOBSERVABLE);
}

static void silent_after_30_s(void **state)
{
	const struct swcci_operation_sample none = { .answer = OPERATION_NO_ANSWER };

	(void)state;
	assert_int_equal(see_at(5000, look(true, 1, 0)), OPERATION_PROGRESS);
	for (u64 ms = 6000; ms < 35000; ms += 1000)
		assert_int_equal(see_at(ms, none), -1);
	assert_int_equal(see_at(35000, none), OPERATION_SILENT);
	assert_int_equal(see_at(36000, look(true, 2, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(37000, none), -1);
}

/* ---- an answer to 0002h ---- */

static void decodes_status(void **state)
{
	static const u8 payload[9] = { 0x55, 0xff, 0x08, 0xc0, 0x12, 0x00, 0x34, 0x12, 0xee };
	struct swcci_operation_sample sample;

	(void)state;
	swcci_operation_decode_status(payload, sizeof(payload), &sample);
	assert_int_equal(sample.answer, OPERATION_STATUS);
	assert_true(sample.running);
	assert_int_equal(sample.percent, 0x2a);
	assert_int_equal(sample.opcode, 0xc008);
	assert_int_equal(sample.return_code, 0x12);
	assert_int_equal(sample.vendor_status, 0x1234);
	for (u32 length = 0; length < 8; length++) {
		swcci_operation_decode_status(payload, length, &sample);
		assert_int_equal(sample.answer, OPERATION_NONSENSE);
		assert_false(swcci_operation_shows(&sample));
	}
}

static void shows_an_operation(void **state)
{
	struct swcci_operation_sample sample = look(true, 0, 0);

	(void)state;
	assert_true(swcci_operation_shows(&sample));
	sample.percent = 100;
	assert_false(swcci_operation_shows(&sample));
	sample.percent = 127;
	assert_true(swcci_operation_shows(&sample));
	sample = look(false, 50, 0);
	assert_false(swcci_operation_shows(&sample));
	sample = look(true, 0, 0);
	sample.opcode = 0;
	assert_false(swcci_operation_shows(&sample));
	sample = look(true, 0, 0);
	sample.answer = OPERATION_NO_ANSWER;
	assert_false(swcci_operation_shows(&sample));
}

#define LOOK(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair),
		cmocka_unit_test(actions_of_every_pair),
		cmocka_unit_test(over_is_over),
		LOOK(ends_at_100),
		LOOK(ends_at_100_with_the_bit_set),
		LOOK(aborted_below_100),
		LOOK(return_code_too_early),
		LOOK(bit_clear_and_moving),
		LOOK(bit_clear_and_frozen),
		LOOK(frozen_counts_from_the_last_clearing),
		LOOK(slow_is_not_frozen),
		LOOK(nonsense_three_times),
		LOOK(above_100_runs_while_the_bit_is_set),
		LOOK(above_100_is_over_by_the_bit),
		LOOK(above_100_is_over_by_its_return_code),
		LOOK(unsupported_at_once),
		LOOK(silent_after_30_s),
		cmocka_unit_test(decodes_status),
		cmocka_unit_test(shows_an_operation),
	};

	return cmocka_run_group_tests_name("operation", tests, NULL, NULL);
}
