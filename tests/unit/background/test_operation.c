// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations, the pure part: every pair of state and event against a
 * table of its own, and the event that a poll of the slot shows, for devices that keep
 * to CXL 3.1 8.2.8.4.7 and for those that do not.
 */
#include "unit.h"

#include "background/operation.h"

#define STATE(s)	CXL_SWITCH_CCI_OPERATION_##s
#define X	0xc008

static const char letters[] = "IRAFLU";		/* in the order of the states */

/* started, found, progress, finished, abort sent, refused, accepted, owner gone,
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

static bool is_notified(int from, int to)
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
			u8 wanted = is_notified(from, step.next) ?
				    OPERATION_NOTIFY | OPERATION_INVALIDATE : 0;

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

/* ---- polls ---- */

static struct swcci_operation_sample poll(bool running, u8 percent, u16 return_code)
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
	assert_int_equal(see_at(1010, poll(true, 0, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1500, poll(true, 99, 0)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 99);
	assert_int_equal(see_at(1600, poll(false, 100, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0);
	assert_int_equal(watch.vendor_status, 0x77);
}

/* Some leave the bit set for ever. */
static void ends_at_100_with_the_bit_set(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, poll(true, 100, 6)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 6);
}

/* The vendor status is valid at 100 % only. */
static void aborted_below_100(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, poll(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1011, poll(false, 40, 0x12)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0x12);
	assert_int_equal(watch.vendor_status, 0);
}

/* A return code beside a set bit is not valid yet. */
static void return_code_too_early(void **state)
{
	(void)state;
	assert_int_equal(see_at(1010, poll(true, 40, 0x12)), OPERATION_PROGRESS);
}

/* Some clear the bit as soon as the percentage moves. */
static void bit_clear_and_moving(void **state)
{
	(void)state;
	for (int i = 1; i < 50; i++)
		assert_int_equal(see_at(1000 + i * 1000, poll(false, i, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(51000, poll(false, 100, 0)), OPERATION_FINISHED);
}

static void bit_clear_and_frozen(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, poll(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3499, poll(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3500, poll(false, 40, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.return_code, 0);
}

/* Set again in between: it stands still from then on. */
static void frozen_counts_from_the_last_clearing(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, poll(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3000, poll(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(3600, poll(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(5099, poll(false, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(5100, poll(false, 40, 0)), OPERATION_FINISHED);
}

/* A running one may take its time at one percentage. */
static void slow_is_not_frozen(void **state)
{
	(void)state;
	assert_int_equal(see_at(2000, poll(true, 3, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(900000, poll(true, 3, 0)), OPERATION_PROGRESS);
}

static void malformed_three_times(void **state)
{
	const struct swcci_operation_sample other = {
		.answer = OPERATION_STATUS, .running = true, .opcode = X + 1, .percent = 5,
	};
	const struct swcci_operation_sample malformed = { .answer = OPERATION_MALFORMED };

	(void)state;
	assert_int_equal(see_at(1100, other), -1);
	assert_int_equal(see_at(1200, malformed), -1);
	assert_int_equal(see_at(1300, poll(true, 7, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1400, other), -1);
	assert_int_equal(see_at(1500, other), -1);
	assert_int_equal(see_at(1600, malformed), OPERATION_UNOBSERVABLE);
	assert_int_equal(see_at(1700, malformed), OPERATION_UNOBSERVABLE);
	assert_int_equal(watch.percent, 7);
	assert_int_equal(see_at(1800, poll(true, 8, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1900, malformed), -1);
}

/* 8.2.8.4.7: it is over at 100, or with the bit clear. A value above 100 shows neither. */
static void above_100_runs_while_the_bit_is_set(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, poll(true, 127, 0)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 0);
	assert_int_equal(see_at(1200, poll(true, 40, 0)), OPERATION_PROGRESS);
	for (int i = 101; i < 128; i++)
		assert_int_equal(see_at(1200 + i, poll(true, i, 0x12)), OPERATION_PROGRESS);
	assert_int_equal(watch.percent, 40);
	assert_int_equal(see_at(1400, poll(true, 100, 0)), OPERATION_FINISHED);
}

static void above_100_is_over_by_the_bit(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, poll(true, 40, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(1200, poll(false, 127, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(2699, poll(false, 101, 0)), OPERATION_PROGRESS);
	assert_int_equal(see_at(2700, poll(false, 127, 0)), OPERATION_FINISHED);
	assert_int_equal(watch.percent, 40);
	assert_int_equal(watch.vendor_status, 0);
}

static void above_100_is_over_by_its_return_code(void **state)
{
	(void)state;
	assert_int_equal(see_at(1100, poll(false, 127, 0x12)), OPERATION_FINISHED);
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
	assert_int_equal(see_at(5000, poll(true, 1, 0)), OPERATION_PROGRESS);
	for (u64 ms = 6000; ms < 35000; ms += 1000)
		assert_int_equal(see_at(ms, none), -1);
	assert_int_equal(see_at(35000, none), OPERATION_SILENT);
	assert_int_equal(see_at(36000, poll(true, 2, 0)), OPERATION_PROGRESS);
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
		assert_int_equal(sample.answer, OPERATION_MALFORMED);
		assert_false(swcci_operation_is_running(&sample));
	}
}

static void shows_an_operation(void **state)
{
	struct swcci_operation_sample sample = poll(true, 0, 0);

	(void)state;
	assert_true(swcci_operation_is_running(&sample));
	sample.percent = 100;
	assert_false(swcci_operation_is_running(&sample));
	sample.percent = 127;
	assert_true(swcci_operation_is_running(&sample));
	sample = poll(false, 50, 0);
	assert_false(swcci_operation_is_running(&sample));
	sample = poll(true, 0, 0);
	sample.opcode = 0;
	assert_false(swcci_operation_is_running(&sample));
	sample = poll(true, 0, 0);
	sample.answer = OPERATION_NO_ANSWER;
	assert_false(swcci_operation_is_running(&sample));
}

/* ---- poll intervals ---- */

static u32 interval_of(bool own, bool interrupts, bool attended, u64 elapsed_ms)
{
	const struct swcci_operation_poll poll = {
		.state = STATE(RUNNING), .answer = OPERATION_STATUS, .is_own = own,
		.interrupts = interrupts, .attended = attended, .live = 1,
		.elapsed_ms = elapsed_ms,
	};

	return swcci_operation_interval_ms(&poll);
}

static void intervals_grow_to_their_maximum(void **state)
{
	(void)state;
	assert_int_equal(interval_of(true, false, true, 0), 5);
	assert_int_equal(interval_of(true, false, true, 800), 100);
	assert_int_equal(interval_of(true, false, true, 1000000000000), 250);
	assert_int_equal(interval_of(true, true, true, 0), 100);
	assert_int_equal(interval_of(true, true, true, 800), 200);
	assert_int_equal(interval_of(true, true, true, 1000000000000), 1000);
	assert_int_equal(interval_of(false, true, true, 0), 20);
	assert_int_equal(interval_of(false, true, true, 800), 100);
	assert_int_equal(interval_of(false, true, true, 1000000000000), 1000);
}

/* No owner, no waiter, no subscriber: polled, but seldom from the start. */
static void unattended_is_polled_seldom(void **state)
{
	(void)state;
	assert_int_equal(interval_of(true, false, false, 0), 250);
	assert_int_equal(interval_of(true, true, false, 0), 1000);
	assert_int_equal(interval_of(false, false, false, 0), 1000);
}

static void many_silent_and_unknown_are_polled_seldom(void **state)
{
	struct swcci_operation_poll poll = {
		.state = STATE(RUNNING), .answer = OPERATION_STATUS, .attended = true,
		.live = 256,
	};

	(void)state;
	assert_int_equal(swcci_operation_interval_ms(&poll), 256 * 20);
	poll.live = 0;
	assert_int_equal(swcci_operation_interval_ms(&poll), 20);
	poll.answer = OPERATION_NO_ANSWER;
	assert_int_equal(swcci_operation_interval_ms(&poll), 5000);
	poll.state = STATE(UNKNOWN);
	assert_int_equal(swcci_operation_interval_ms(&poll), 30000);
	poll.answer = OPERATION_MALFORMED;
	assert_int_equal(swcci_operation_interval_ms(&poll), 1000);
	poll.is_own = true;
	assert_int_equal(swcci_operation_interval_ms(&poll), 1000);
}

static void unknown_expires_after_5_minutes(void **state)
{
	struct swcci_operation_watch w;

	(void)state;
	swcci_operation_watch_start(&w, X, 1000);
	for (int s = 0; s < OPERATION_STATES; s++) {
		assert_false(swcci_operation_is_expired(s, &w, 300999));
		assert_int_equal(swcci_operation_is_expired(s, &w, 301000), s == STATE(UNKNOWN));
	}
	/* a valid status in between counts */
	swcci_operation_observe(&w, &(struct swcci_operation_sample){
		.answer = OPERATION_STATUS, .running = true, .opcode = X, .percent = 1 }, 200000);
	assert_false(swcci_operation_is_expired(STATE(UNKNOWN), &w, 499999));
	assert_true(swcci_operation_is_expired(STATE(UNKNOWN), &w, 500000));
}

#define POLL(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair),
		cmocka_unit_test(actions_of_every_pair),
		cmocka_unit_test(over_is_over),
		POLL(ends_at_100),
		POLL(ends_at_100_with_the_bit_set),
		POLL(aborted_below_100),
		POLL(return_code_too_early),
		POLL(bit_clear_and_moving),
		POLL(bit_clear_and_frozen),
		POLL(frozen_counts_from_the_last_clearing),
		POLL(slow_is_not_frozen),
		POLL(malformed_three_times),
		POLL(above_100_runs_while_the_bit_is_set),
		POLL(above_100_is_over_by_the_bit),
		POLL(above_100_is_over_by_its_return_code),
		POLL(unsupported_at_once),
		POLL(silent_after_30_s),
		cmocka_unit_test(decodes_status),
		cmocka_unit_test(shows_an_operation),
		cmocka_unit_test(intervals_grow_to_their_maximum),
		cmocka_unit_test(unattended_is_polled_seldom),
		cmocka_unit_test(many_silent_and_unknown_are_polled_seldom),
		cmocka_unit_test(unknown_expires_after_5_minutes),
	};

	return cmocka_run_group_tests_name("operation", tests, NULL, NULL);
}
