/* SPDX-License-Identifier: GPL-2.0-only */
/* Host stand-in: 64-bit accesses in two halves, low first, where there are no others. */
#ifndef SHIM_IO_64_LO_HI_H
#define SHIM_IO_64_LO_HI_H

#include <linux/io.h>

#ifndef readq
static inline u64 readq(const void *address)
{
	u64 low = io_read(address, 4);

	return low | io_read((const u8 *)address + 4, 4) << 32;
}

static inline void writeq(u64 value, void *address)
{
	io_write(address, 4, (u32)value);
	io_write((u8 *)address + 4, 4, value >> 32);
}

#define readq_relaxed(a)	readq(a)
#define writeq_relaxed(v, a)	writeq(v, a)
#endif

#endif /* SHIM_IO_64_LO_HI_H */
