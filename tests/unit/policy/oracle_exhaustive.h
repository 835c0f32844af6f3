/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exhaustive check of the policy against the oracle, in two sizes: full
 * and optimised, or a sample for the sanitizers and for planted errors.
 */
#ifndef ORACLE_EXHAUSTIVE_H
#define ORACLE_EXHAUSTIVE_H

#include <stdbool.h>

int exhaustive_main(bool full);

#endif /* ORACLE_EXHAUSTIVE_H */
