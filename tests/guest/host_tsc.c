// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many kHz the time stamp counter of this machine runs at; scripts/guest tells its
 * guests, whose counter QEMU takes from here. Nothing, and status 1, where there is none.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>

#define TRIES		50
#define MEASURED_NS	100000000

struct moment {
	uint64_t ns, ticks;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Both clocks at once: of many tries the one that took least. */
static struct moment now(void)
{
	uint64_t least = UINT64_MAX;
	struct moment best = { 0 };

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = now_ns(), ticks = __rdtsc(), took = now_ns() - before;

		if (took >= least)
			continue;
		least = took;
		best = (struct moment){ before + took / 2, ticks };
	}
	return best;
}

int main(void)
{
	struct moment start = now(), end;

	nanosleep(&(struct timespec){ .tv_nsec = MEASURED_NS }, NULL);
	end = now();
	printf("%llu\n", (unsigned long long)((end.ticks - start.ticks) * 1000000 /
					      (end.ns - start.ns)));
	return 0;
}
#else
int main(void)
{
	return 1;
}
#endif
