// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts time-outs in a row, and decides when the next try is due. Knows neither
 * destinations nor clocks.
 */
#include "slow.h"

/**
 * swcci_slow_for_ms() - time until the next try
 * @slow: of a destination
 * @now_ms: monotonic
 *
 * Return: milliseconds; 0: a try is due, or it is not slow.
 */
u32 swcci_slow_for_ms(const struct swcci_slow *slow, u64 now_ms)
{
	u64 passed = now_ms - slow->tried_ms;

	if (slow->timeouts < SLOW_TIMEOUTS || passed >= SLOW_RETRY_MS)
		return 0;
	return SLOW_RETRY_MS - (u32)passed;
}

/**
 * swcci_slow_try() - may this command be sent?
 * @slow: of a destination
 * @now_ms: monotonic
 *
 * Return: true once in SLOW_RETRY_MS; always if it is not slow.
 */
bool swcci_slow_try(struct swcci_slow *slow, u64 now_ms)
{
	if (swcci_slow_for_ms(slow, now_ms))
		return false;
	slow->tried_ms = now_ms;
	return true;
}

/* The device's time passed; a caller that left earlier does not count. */
void swcci_slow_timed_out(struct swcci_slow *slow, u64 now_ms)
{
	if (slow->timeouts < SLOW_TIMEOUTS)
		slow->timeouts++;
	slow->tried_ms = now_ms;
}

void swcci_slow_answered(struct swcci_slow *slow)
{
	slow->timeouts = 0;
}

/**
 * swcci_slow_backoff_ms() - how long the last answers replace a new round
 * @failures: rounds in a row that failed
 *
 * Return: milliseconds from the end of the last one; 0 without a failure.
 */
u32 swcci_slow_backoff_ms(unsigned int failures)
{
	u32 ms = BACKOFF_FIRST_MS;

	if (!failures)
		return 0;
	while (--failures && ms < BACKOFF_LAST_MS)
		ms *= 2;
	return ms < BACKOFF_LAST_MS ? ms : BACKOFF_LAST_MS;
}
