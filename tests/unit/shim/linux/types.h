/* SPDX-License-Identifier: GPL-2.0-only */
/* Host stand-in: the kernel's short names. The C library wants its own too. */
#include_next <linux/types.h>

#ifndef SHIM_TYPES_H
#define SHIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT64_TYPE__ s64;

#define __iomem

#endif /* SHIM_TYPES_H */
