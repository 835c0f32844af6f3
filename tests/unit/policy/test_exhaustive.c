// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every audited command and all that are not, under all circumstances, by the
 * driver's pure files and by the oracle. Built optimised, without sanitizers;
 * test_exhaustive_sample has them.
 */
#include "oracle_exhaustive.h"

int main(void)
{
	return exhaustive_main(true);
}
