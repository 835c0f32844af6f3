// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sample of test_exhaustive with sanitizers. The errors of plant-errors must make
 * it fail.
 */
#include "oracle_exhaustive.h"

int main(void)
{
	return exhaustive_main(false);
}
