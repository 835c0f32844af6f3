/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's atomic counters, on the compiler's. */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

typedef struct {
	_Atomic int value;
} atomic_t;

typedef struct {
	_Atomic long long value;
} atomic64_t;

static inline int atomic_read(atomic_t *counter)
{
	return counter->value;
}

static inline void atomic_inc(atomic_t *counter)
{
	counter->value++;
}

static inline long long atomic64_read(atomic64_t *counter)
{
	return counter->value;
}

static inline void atomic64_inc(atomic64_t *counter)
{
	counter->value++;
}

#endif /* SHIM_LINUX_ATOMIC_H */
