/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixed-width types and little-endian fields in byte buffers. Pure files include
 * this header and no other of the kernel, so tests and fuzzers compile them on the
 * host.
 */
#ifndef CCI_BYTES_H
#define CCI_BYTES_H

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#ifndef BIT
#define BIT(n) (1UL << (n))
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif
#endif

/* Byte by byte, since fields may be unaligned. Compilers merge this into one load. */
static inline u16 get_le16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static inline u32 get_le32(const u8 *p)
{
	return get_le16(p) | (u32)get_le16(p + 2) << 16;
}

static inline u64 get_le64(const u8 *p)
{
	return get_le32(p) | (u64)get_le32(p + 4) << 32;
}

static inline void put_le16(u8 *p, u16 value)
{
	p[0] = (u8)value;
	p[1] = (u8)(value >> 8);
}

static inline void put_le32(u8 *p, u32 value)
{
	put_le16(p, (u16)value);
	put_le16(p + 2, (u16)(value >> 16));
}

/* One store of eight bytes, since compilers do not merge byte stores. Payloads use it. */
static inline void put_le64(u8 *p, u64 value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(p, &value, sizeof(value));
}

#endif /* CCI_BYTES_H */
