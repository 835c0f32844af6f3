// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges every audited command and all others under all circumstances, with the
 * driver's pure files and with the oracle. It is optimized and has no sanitizers;
 * test_exhaustive_sample has them.
 */
#include "oracle_exhaustive.h"

int main(void)
{
	return exhaustive_main(true);
}
