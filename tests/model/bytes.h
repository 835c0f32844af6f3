/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Little-endian numbers in byte buffers. Knows no layout and no bounds: the
 * caller has checked the length.
 */
#ifndef CXL_MODEL_BYTES_H
#define CXL_MODEL_BYTES_H

#include <stdint.h>

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get32(const uint8_t *p)
{
	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static inline uint64_t get64(const uint8_t *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

static inline void put16(uint8_t *p, uint64_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

static inline void put32(uint8_t *p, uint64_t value)
{
	put16(p, value);
	put16(p + 2, value >> 16);
}

static inline void put64(uint8_t *p, uint64_t value)
{
	put32(p, value);
	put32(p + 4, value >> 32);
}

#endif
