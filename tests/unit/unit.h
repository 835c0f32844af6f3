/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every unit test includes: CMocka and the headers it wants before it.
 * Knows nothing of the driver.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * A copy on the heap with nothing after it, so that the address sanitizer sees
 * the first byte read too far. Freed by the caller.
 */
static inline unsigned char *exact_copy(const void *bytes, size_t length)
{
	unsigned char *copy = malloc(length);

	assert_non_null(copy);
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

#endif /* UNIT_H */
