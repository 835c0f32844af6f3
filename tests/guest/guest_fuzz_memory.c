// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for hostile calls: three areas, seen through mappings of which one is read-only
 * and one comes and goes; each ends where nothing is. All of it is canaries between calls.
 */
#include "guest_fuzz.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#define GAP_BYTES	4096u
#define STRIDE		(FUZZ_AREA_BYTES + GAP_BYTES)
#define WORDS_A_BURST	8
#define BURSTS_AT_ONCE	8
#define LONGEST_PAUSE	4	/* 2^4 ms */

/* ---- the areas ---- */

static int map_area(int memory, enum fuzz_area area, uint8_t *reserved, struct fuzz_space *space)
{
	for (unsigned int view = 0; view < FUZZ_VIEWS; view++) {
		int protection = view == FUZZ_READ_ONLY ? PROT_READ : PROT_READ | PROT_WRITE;
		void *at = reserved + (area * FUZZ_VIEWS + view) * STRIDE;

		space->view[area][view] = mmap(at, FUZZ_AREA_BYTES, protection,
					       MAP_SHARED | MAP_FIXED, memory,
					       area * FUZZ_AREA_BYTES);
		if (space->view[area][view] == MAP_FAILED)
			return errno;
	}
	memset(space->view[area][FUZZ_STEADY], FUZZ_CANARY, FUZZ_AREA_BYTES);
	return 0;
}

int fuzz_space_open(struct fuzz_space *space)
{
	int memory = memfd_create("fuzz", MFD_CLOEXEC), error = 0;
	uint8_t *reserved = mmap(NULL, FUZZ_AREAS * FUZZ_VIEWS * STRIDE + GAP_BYTES, PROT_NONE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory < 0 || reserved == MAP_FAILED ||
	    ftruncate(memory, FUZZ_AREAS * FUZZ_AREA_BYTES))
		return errno;
	for (unsigned int area = 0; area < FUZZ_AREAS && !error; area++)
		error = map_area(memory, area, reserved + GAP_BYTES, space);
	close(memory);
	return error;
}

static uint8_t *steady(const struct fuzz_space *space, const struct fuzz_place *place)
{
	return space->view[place->area][FUZZ_STEADY] + place->offset;
}

static uint32_t there(const struct fuzz_place *place, uint32_t size)
{
	uint32_t room = place->is_mapped ? FUZZ_AREA_BYTES - place->offset : 0;

	return size < room ? size : room;
}

void fuzz_space_lay(const struct fuzz_space *space, const struct fuzz_call *call)
{
	memcpy(steady(space, &call->structure), call->image,
	       there(&call->structure, call->image_size));
	memcpy(steady(space, &call->in), call->input, there(&call->in, call->in_size));
}

static void clean(const struct fuzz_space *space, const struct fuzz_place *place, uint32_t size)
{
	memset(steady(space, place), FUZZ_CANARY, there(place, size));
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

void fuzz_space_clean(const struct fuzz_space *space, const struct fuzz_call *call,
		      const struct fuzz_call *rival)
{
	const struct fuzz_call *other = rival ? rival : call;

	/* QUERY without entries writes two words */
	clean(space, &call->structure, larger(larger(call->image_size, other->image_size), 8));
	clean(space, &call->in, call->is_aliased ? FUZZ_AREA_BYTES :
	      larger(call->in_size, other->in_size));
	clean(space, &call->out, larger(call->out_room, other->out_room));
}

/* ---- trouble ---- */

struct target {
	const struct fuzz_space *space;
	const struct fuzz_call *call, *rival;
};

struct fuzz_nuisance {
	pthread_mutex_t lock;
	pthread_cond_t wake;	/* somebody new to trouble */
	unsigned int bursts;	/* since then */
	struct fuzz_random random;
	struct target target[FUZZ_THREADS];
};

/* Words of either one, so that the kernel never sees a pointer that neither has. */
static void race(struct fuzz_random *random, const struct target *target)
{
	const struct fuzz_call *call = target->call, *rival = target->rival;
	uint32_t words = there(&call->structure, call->image_size) / 8;
	uint32_t bytes = there(&call->in, rival->in_size);
	uint8_t *structure = steady(target->space, &call->structure);
	uint32_t at;

	for (unsigned int i = 0; i < WORDS_A_BURST && words; i++) {
		at = fuzz_below(random, words) * 8;
		memcpy(structure + at, (fuzz_percent(random, 50) ? call : rival)->image + at, 8);
	}
	if (!bytes)
		return;
	at = fuzz_below(random, bytes);
	memcpy(steady(target->space, &call->in) + at, rival->input + at,
	       fuzz_below(random, bytes - at + 1));
}

static void flicker(struct fuzz_random *random, const struct target *target,
		    const struct fuzz_place *place)
{
	uint8_t *view = target->space->view[place->area][FUZZ_FLICKERING];

	if (!place->is_mapped || place->view != FUZZ_FLICKERING)
		return;
	switch (fuzz_below(random, 4)) {
	case 0:
		mprotect(view, FUZZ_AREA_BYTES, PROT_NONE);
		break;
	case 1:
		mprotect(view, FUZZ_AREA_BYTES, PROT_READ);
		break;
	case 2:
		madvise(view, FUZZ_AREA_BYTES, MADV_DONTNEED);
		break;
	default:
		mprotect(view, FUZZ_AREA_BYTES, PROT_READ | PROT_WRITE);
	}
}

static bool trouble(struct fuzz_nuisance *nuisance)
{
	bool any = false;

	for (unsigned int i = 0; i < FUZZ_THREADS; i++) {
		const struct target *target = &nuisance->target[i];

		if (!target->call)
			continue;
		any = true;
		if (target->rival)
			race(&nuisance->random, target);
		flicker(&nuisance->random, target, &target->call->structure);
		flicker(&nuisance->random, target, &target->call->in);
		flicker(&nuisance->random, target, &target->call->out);
	}
	return any;
}

/* Copies come first; who is waiting for a device is not to pay for this. */
static void rest(struct fuzz_nuisance *nuisance)
{
	unsigned int more = nuisance->bursts++;
	struct timespec until;

	if (more < BURSTS_AT_ONCE) {
		pthread_mutex_unlock(&nuisance->lock);
		sched_yield();
		pthread_mutex_lock(&nuisance->lock);
		return;
	}
	more -= BURSTS_AT_ONCE;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 1000000L << (more < LONGEST_PAUSE ? more : LONGEST_PAUSE);
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&nuisance->wake, &nuisance->lock, &until);
}

static void *be_a_nuisance(void *argument)
{
	struct fuzz_nuisance *nuisance = argument;

	pthread_mutex_lock(&nuisance->lock);
	for (;;) {
		if (trouble(nuisance))
			rest(nuisance);
		else
			pthread_cond_wait(&nuisance->wake, &nuisance->lock);
	}
	return NULL;
}

struct fuzz_nuisance *fuzz_nuisance_start(uint64_t seed)
{
	struct fuzz_nuisance *nuisance = calloc(1, sizeof(*nuisance));
	pthread_t thread;

	if (!nuisance)
		return NULL;
	nuisance->random.state = seed;
	pthread_mutex_init(&nuisance->lock, NULL);
	pthread_cond_init(&nuisance->wake, NULL);
	return pthread_create(&thread, NULL, be_a_nuisance, nuisance) ? NULL : nuisance;
}

static bool flickers(const struct fuzz_place *place)
{
	return place->is_mapped && place->view == FUZZ_FLICKERING;
}

static void settle(const struct fuzz_space *space, const struct fuzz_place *place)
{
	if (flickers(place))
		mprotect(space->view[place->area][FUZZ_FLICKERING], FUZZ_AREA_BYTES,
			 PROT_READ | PROT_WRITE);
}

void fuzz_nuisance_begin(struct fuzz_nuisance *nuisance, unsigned int thread,
			 const struct fuzz_space *space, const struct fuzz_call *call,
			 const struct fuzz_call *rival)
{
	if (!rival && !flickers(&call->structure) && !flickers(&call->in) && !flickers(&call->out))
		return;
	pthread_mutex_lock(&nuisance->lock);
	nuisance->target[thread] = (struct target){ space, call, rival };
	nuisance->bursts = 0;
	pthread_cond_signal(&nuisance->wake);
	pthread_mutex_unlock(&nuisance->lock);
}

void fuzz_nuisance_end(struct fuzz_nuisance *nuisance, unsigned int thread)
{
	struct target *target = &nuisance->target[thread];

	if (!target->call)
		return;
	pthread_mutex_lock(&nuisance->lock);
	settle(target->space, &target->call->structure);
	settle(target->space, &target->call->in);
	settle(target->space, &target->call->out);
	*target = (struct target){ NULL, NULL, NULL };
	pthread_mutex_unlock(&nuisance->lock);
}
