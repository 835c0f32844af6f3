// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that lies by chance: registers, answers at every layer, their time, and
 * interrupts. Each decision comes from one seeded stream, so the same accesses meet the
 * same lies. It changes what is shown and when; the model behind it stays well.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

#define RATE_ALL	1000u
#define RATE_DEFAULT	20u
/* What was swallowed comes after all, so that a run is not over with it. */
#define LATE_MAX_MS	150u
#define STORM_MAX	500u
#define STORM_GAP_NS	20000u

/* splitmix64 */
uint64_t chaos_number(struct model *model)
{
	uint64_t z = model->chaos.random += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

bool chaos_strikes(struct model *model)
{
	struct chaos *chaos = &model->chaos;

	if (!chaos->rate || chaos_number(model) % RATE_ALL >= chaos->rate)
		return false;
	chaos->strikes++;
	return true;
}

/* Small ones more often: they are nearer to the truth. */
uint64_t chaos_value(struct model *model)
{
	static const unsigned int bits[] = { 1, 4, 8, 12, 16, 21, 32, 64 };
	uint64_t value = chaos_number(model);

	return value >> (64 - bits[chaos_number(model) % ARRAY_SIZE(bits)]);
}

uint64_t chaos_register(struct model *model, unsigned int width, uint64_t value)
{
	uint64_t mask = width >= 8 ? UINT64_MAX : (1ull << 8 * width) - 1;

	if (!chaos_strikes(model))
		return value;
	switch (chaos_number(model) % 5) {
	case 0:
		return mask;
	case 1:
		return 0;
	case 2:
		return chaos_number(model) & mask;
	case 3:
		return chaos_value(model) & mask;
	default:
		return value ^ 1ull << chaos_number(model) % (8 * width);
	}
}

/* Interrupts without a cause, on any vector. */
void chaos_rung(struct model *model)
{
	uint64_t number;

	if (!chaos_strikes(model))
		return;
	number = chaos_number(model);
	front_spurious(model, (unsigned int)(number % MODEL_VECTORS),
		       (unsigned int)(number >> 8) % STORM_MAX,
		       number >> 32 & 1 ? STORM_GAP_NS : 1);
}

static void swallowed_due(struct timer *timer)
{
	front_unstick(timer->owner);
}

void chaos_swallowed(struct model *model)
{
	struct chaos *chaos = &model->chaos;

	if (!chaos->rate)
		return;
	chaos->swallowed.owner = model;
	chaos->swallowed.fire = swallowed_due;
	timer_start(model, &chaos->swallowed, chaos_number(model) % LATE_MAX_MS * NS_PER_MS);
}

int do_chaos(struct request *r)
{
	struct chaos *chaos = &r->model->chaos;
	uint64_t seed, rate = RATE_DEFAULT;

	if (r->n == 2 && !strcmp(r->words[1], "off")) {
		chaos->rate = 0;
		append(r->reply, r->size, "strikes=%llu\n", (unsigned long long)chaos->strikes);
		return 0;
	}
	if (number_at(r, 1, &seed) || (r->n > 2 && number_at(r, 2, &rate)))
		return -EINVAL;
	if (!rate || rate > RATE_ALL)
		return wrong(r, "1 to 1000 of 1000 decisions");
	chaos->random = seed;
	chaos->rate = (unsigned int)rate;
	chaos->strikes = 0;
	return 0;
}
