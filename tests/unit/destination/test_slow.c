// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a destination that timed out may be tried: after two time-outs in a row, once
 * in five seconds.
 */
#include "unit.h"

#include "destination/slow.h"

#define NOW	1000000ull

static struct swcci_slow timed_out(unsigned int times)
{
	struct swcci_slow slow = { 0 };

	while (times--)
		swcci_slow_timed_out(&slow, NOW);
	return slow;
}

static void one_time_out_is_forgiven(void **state)
{
	struct swcci_slow never = timed_out(0), once = timed_out(1);

	assert_int_equal(swcci_slow_for_ms(&never, NOW), 0);
	assert_int_equal(swcci_slow_for_ms(&once, NOW), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(swcci_slow_try(&never, NOW));
		assert_true(swcci_slow_try(&once, NOW));
	}
}

static void two_in_a_row_cost_five_seconds(void **state)
{
	struct swcci_slow slow = timed_out(2);

	assert_int_equal(swcci_slow_for_ms(&slow, NOW), 5000);
	assert_int_equal(swcci_slow_for_ms(&slow, NOW + 1), 4999);
	assert_int_equal(swcci_slow_for_ms(&slow, NOW + 4999), 1);
	assert_false(swcci_slow_try(&slow, NOW + 4999));
	assert_int_equal(swcci_slow_for_ms(&slow, NOW + 5000), 0);
}

static void one_try_each_five_seconds(void **state)
{
	struct swcci_slow slow = timed_out(2);
	unsigned int tries = 0;

	/* a minute of a caller that tries each millisecond and gets no answer */
	for (u64 ms = 0; ms < 60000; ms++)
		tries += swcci_slow_try(&slow, NOW + ms);
	assert_int_equal(tries, 11);
}

static void the_end_of_a_try_counts_not_its_begin(void **state)
{
	struct swcci_slow slow = timed_out(2);

	assert_true(swcci_slow_try(&slow, NOW + 5000));
	swcci_slow_timed_out(&slow, NOW + 7000);
	assert_false(swcci_slow_try(&slow, NOW + 11999));
	assert_true(swcci_slow_try(&slow, NOW + 12000));
}

static void an_answer_between_begins_anew(void **state)
{
	struct swcci_slow slow = timed_out(1);

	swcci_slow_answered(&slow);
	swcci_slow_timed_out(&slow, NOW);
	assert_true(swcci_slow_try(&slow, NOW));
	swcci_slow_timed_out(&slow, NOW);
	assert_false(swcci_slow_try(&slow, NOW));
}

/* However long it was silent. */
static void one_answer_ends_it(void **state)
{
	struct swcci_slow slow = timed_out(0x10000);

	assert_false(swcci_slow_try(&slow, NOW));
	swcci_slow_answered(&slow);
	assert_int_equal(swcci_slow_for_ms(&slow, NOW), 0);
	assert_true(swcci_slow_try(&slow, NOW));
	swcci_slow_timed_out(&slow, NOW);
	assert_true(swcci_slow_try(&slow, NOW));
}

/* 1 s, doubled up to a minute, whatever the count. */
static void a_back_off_doubles_up_to_a_minute(void **state)
{
	static const u32 seconds[] = { 0, 1, 2, 4, 8, 16, 32, 60, 60, 60 };

	for (unsigned int failures = 0; failures < ARRAY_SIZE(seconds); failures++)
		assert_int_equal(swcci_slow_backoff_ms(failures), 1000 * seconds[failures]);
	assert_int_equal(swcci_slow_backoff_ms(255), 60000);
	assert_int_equal(swcci_slow_backoff_ms(~0u), 60000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_time_out_is_forgiven),
		cmocka_unit_test(two_in_a_row_cost_five_seconds),
		cmocka_unit_test(one_try_each_five_seconds),
		cmocka_unit_test(the_end_of_a_try_counts_not_its_begin),
		cmocka_unit_test(an_answer_between_begins_anew),
		cmocka_unit_test(one_answer_ends_it),
		cmocka_unit_test(a_back_off_doubles_up_to_a_minute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
