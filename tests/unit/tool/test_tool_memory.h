/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Of the address sanitizer, whose header a compiler may come without.
 */
#ifndef TEST_TOOL_MEMORY_H
#define TEST_TOOL_MEMORY_H

#include <stddef.h>

size_t __sanitizer_get_current_allocated_bytes(void);

#endif
