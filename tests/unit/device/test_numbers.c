// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of functions: the same address keeps its number as long as it is remembered,
 * no two functions share one, and no number is lost permanently.
 */
#include "unit.h"

#include "numbers.h"

static struct swcci_numbers numbers;

static int begin(void **state)
{
	(void)state;
	memset(&numbers, 0, sizeof(numbers));
	return 0;
}

static void fill(u64 from)
{
	for (u64 i = 0; i < NUMBERS_MAX; i++)
		assert_int_equal(swcci_numbers_take(&numbers, from + i), i);
}

static void in_the_order_of_arrival(void **state)
{
	fill(0x10000);
	assert_int_equal(swcci_numbers_take(&numbers, 7), -ENOSPC);
}

/* Address 0, 0000:00:00.0, is one like any other. */
static void the_same_address_has_the_same_number(void **state)
{
	assert_int_equal(swcci_numbers_take(&numbers, 0), 0);
	assert_int_equal(swcci_numbers_take(&numbers, 0x500), 1);
	swcci_numbers_give_up(&numbers, 0);
	assert_int_equal(swcci_numbers_take(&numbers, 0x600), 2);
	assert_int_equal(swcci_numbers_take(&numbers, 0), 0);
	/* bound again while a file of the old binding is open */
	assert_int_equal(swcci_numbers_take(&numbers, 0x500), 1);
}

static void a_number_is_free_when_its_last_user_is_gone(void **state)
{
	fill(0x10000);
	assert_int_equal(swcci_numbers_take(&numbers, 0x10000 + 9), 9);
	swcci_numbers_give_up(&numbers, 9);
	assert_int_equal(swcci_numbers_take(&numbers, 7), -ENOSPC);
	swcci_numbers_give_up(&numbers, 9);
	assert_int_equal(swcci_numbers_take(&numbers, 7), 9);
	assert_int_equal(swcci_numbers_take(&numbers, 0x10000 + 9), -ENOSPC);
}

/* Oldest first; one that came back and went again is young. */
static void the_longest_gone_is_reused_first(void **state)
{
	fill(0x10000);
	for (int i = 0; i < NUMBERS_MAX; i++)
		swcci_numbers_give_up(&numbers, (i * 5 + 3) % NUMBERS_MAX);
	assert_int_equal(swcci_numbers_take(&numbers, 0x10000 + 3), 3);
	swcci_numbers_give_up(&numbers, 3);
	for (int i = 1; i < NUMBERS_MAX; i++)
		assert_int_equal(swcci_numbers_take(&numbers, i), (i * 5 + 3) % NUMBERS_MAX);
	assert_int_equal(swcci_numbers_take(&numbers, 0x10000 + 3), 3);
	assert_int_equal(swcci_numbers_take(&numbers, 999), -ENOSPC);
}

static void hot_plug_for_ever(void **state)
{
	assert_int_equal(swcci_numbers_take(&numbers, 0xffffff), 0);
	for (u64 address = 0; address < 10000; address++) {
		int number = swcci_numbers_take(&numbers, address);

		assert_in_range(number, 1, NUMBERS_MAX - 1);
		swcci_numbers_give_up(&numbers, number);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_the_order_of_arrival),
		TEST(the_same_address_has_the_same_number),
		TEST(a_number_is_free_when_its_last_user_is_gone),
		TEST(the_longest_gone_is_reused_first),
		TEST(hot_plug_for_ever),
	};

	return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
