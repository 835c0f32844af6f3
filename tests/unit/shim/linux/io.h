/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host stand-in: register accesses go to the program that defines io_read() and
 * io_write(). With SHIM_32BIT, or on a 32-bit host, there is no readq().
 */
#ifndef SHIM_IO_H
#define SHIM_IO_H

#include "shim.h"

u64 io_read(const void *address, unsigned int width);
void io_write(void *address, unsigned int width, u64 value);

#define readl(a)		((u32)io_read(a, 4))
#define writel(v, a)		io_write(a, 4, v)

#if __SIZEOF_LONG__ == 8 && !defined(SHIM_32BIT)
#define readq(a)		io_read(a, 8)
#define writeq(v, a)		io_write(a, 8, v)
#define readq_relaxed(a)	readq(a)
#define writeq_relaxed(v, a)	writeq(v, a)
#define IO_HALVES		0
#else
#define IO_HALVES		1
#endif

#endif /* SHIM_IO_H */
