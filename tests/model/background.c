// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one background slot of a component: start, percentage, end, abort, and
 * every way in which a real device may get them wrong. CXL 3.1 8.2.8.4.7 and
 * 8.2.9.1.5. Knows no opcode: the command that started has left its own end().
 */
#include <string.h>

#include "internal.h"

unsigned int background_percent(const struct cci *cci)
{
	const struct background *bg = &cci->background;
	uint64_t elapsed = cci->model->now - bg->started;

	if (bg->forced_percent >= 0)
		return (unsigned int)bg->forced_percent;
	if (!bg->running)
		return bg->percent;
	if (elapsed >= bg->duration)
		return 99;
	/* in 1/1000 of the duration first, so that hours do not overflow */
	return (unsigned int)(elapsed / (bg->duration / 1000 + 1) / 10);
}

uint64_t background_register(const struct cci *cci)
{
	const struct background *bg = &cci->background;
	uint64_t value;

	if (bg->silent)
		return UINT64_MAX;
	if (!bg->ever)
		return 0;
	value = bg->opcode | (uint64_t)(background_percent(cci) & 0x7f) << 16;
	if (!bg->running)
		value |= (uint64_t)bg->return_code << 32 | (uint64_t)bg->vendor_status << 48;
	return value;
}

static void finish(struct cci *cci, uint16_t return_code, unsigned int percent, bool interrupt)
{
	struct background *bg = &cci->background;

	timer_stop(cci->model, &bg->timer);
	bg->running = false;
	bg->percent = percent;
	bg->return_code = return_code;
	if (bg->end)
		bg->end(cci, return_code, bg->argument);
	if (interrupt && cci == cci->model->root)
		front_background_done(cci->model);
}

static void reopen(struct timer *timer)
{
	struct cci *cci = timer->owner;
	struct background *bg = &cci->background;

	bg->running = true;
	bg->started = cci->model->now - bg->duration / 2;
	timer_start(cci->model, &bg->timer, bg->duration / 2);
}

static void due(struct timer *timer)
{
	struct cci *cci = timer->owner;
	struct background *bg = &cci->background;
	bool again = bg->end_twice && !bg->reopened;

	if (bg->never_ends)
		return;
	finish(cci, bg->force_code ? bg->forced_code : RC_SUCCESS, 100, true);
	if (!again)
		return;
	bg->reopened = true;
	cci->follow_up.owner = cci;
	cci->follow_up.fire = reopen;
	timer_start(cci->model, &cci->follow_up, bg->duration / 4 + NS_PER_MS);
}

uint16_t background_start(struct call *call, uint64_t duration,
			  void (*end)(struct cci *, uint16_t, const uint8_t *),
			  const void *argument, size_t size)
{
	struct background *bg = &call->cci->background;

	timer_stop(call->cci->model, &call->cci->follow_up);
	bg->running = true;
	bg->ever = true;
	bg->opcode = call->command->opcode;
	bg->abortable = cel_effects(call->cci, call->command) & EFFECT_ABORT;
	bg->started = call->cci->model->now;
	bg->duration = duration;
	bg->return_code = 0;
	bg->vendor_status = 0;
	bg->reopened = false;
	bg->end = end;
	memset(bg->argument, 0, sizeof(bg->argument));
	if (size)
		memcpy(bg->argument, argument, size);
	bg->timer.owner = call->cci;
	bg->timer.fire = due;
	timer_start(call->cci->model, &bg->timer, duration);
	return RC_BACKGROUND;
}

uint16_t background_abort(struct cci *cci)
{
	struct background *bg = &cci->background;

	if (!bg->running || !bg->abortable || bg->refuse_abort)
		return RC_ABORT_UNSUPPORTED;
	if (bg->deaf_to_abort)
		return RC_SUCCESS;
	if (bg->finish_before_abort)
		finish(cci, RC_SUCCESS, 100, true);
	else
		finish(cci, RC_ABORTED, background_percent(cci), !bg->no_abort_interrupt);
	return RC_SUCCESS;
}

/* Reset: the operation is gone without a word, and the register forgets it. */
void background_drop(struct cci *cci)
{
	struct background *bg = &cci->background;

	timer_stop(cci->model, &bg->timer);
	timer_stop(cci->model, &cci->follow_up);
	bg->running = false;
	bg->ever = false;
	bg->percent = 0;
	bg->return_code = 0;
}
