// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of functions by their PCI address. A function that is plugged in again at the
 * same address gets the same number, unless another one needed it. Pure.
 */
#include "numbers.h"

static int number_of(const struct swcci_numbers *numbers, u64 address)
{
	for (u32 i = 0; i < numbers->used; i++)
		if (numbers->address[i] == address)
			return i;
	return -ENOENT;
}

/* Of the numbers without a user, the one without for the longest time. */
static int oldest(const struct swcci_numbers *numbers)
{
	int found = -ENOSPC;

	for (u32 i = 0; i < numbers->used; i++)
		if (!numbers->users[i] &&
		    (found < 0 || numbers->given_up[i] < numbers->given_up[found]))
			found = i;
	return found;
}

/**
 * swcci_numbers_take() - the number of a function
 * @numbers: zeroed before the first call
 * @address: of the function
 *
 * Prefers the number that the address had last, then one that was never used, then the one
 * that has had no user for the longest time.
 *
 * Return: the number, with one more user; -ENOSPC: all are in use.
 */
int swcci_numbers_take(struct swcci_numbers *numbers, u64 address)
{
	int number = number_of(numbers, address);

	if (number < 0 && numbers->used < NUMBERS_MAX)
		number = numbers->used++;
	if (number < 0)
		number = oldest(numbers);
	if (number < 0)
		return number;
	numbers->address[number] = address;
	numbers->users[number]++;
	return number;
}

/**
 * swcci_numbers_give_up() - undo one swcci_numbers_take()
 * @numbers: of that call
 * @number: its result
 *
 * The address keeps the number until another address needs it.
 */
void swcci_numbers_give_up(struct swcci_numbers *numbers, int number)
{
	if (!--numbers->users[number])
		numbers->given_up[number] = ++numbers->clock;
}
