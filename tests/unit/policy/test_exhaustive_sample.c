// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sample of test_exhaustive, under the sanitizers; also what the planted
 * errors of plant-errors must make fail.
 */
#include "oracle_exhaustive.h"

int main(void)
{
	return exhaustive_main(false);
}
