/* SPDX-License-Identifier: GPL-2.0-only */
/* Host stand-in: the kernel's short names. The C library wants its own too. */
#include_next <linux/types.h>

#ifndef SHIM_TYPES_H
#define SHIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define __iomem

#endif /* SHIM_TYPES_H */
