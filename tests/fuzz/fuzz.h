/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzers share: a property that must hold, and the entry that
 * libFuzzer, or driver.c in its place, calls.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define HOLDS(property) do { \
	if (!(property)) { \
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
		abort(); \
	} \
} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* A copy with nothing behind its end, for the address sanitizer. */
static inline u8 *exact_copy(const u8 *bytes, size_t length)
{
	u8 *copy = malloc(length);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

#endif /* FUZZ_H */
