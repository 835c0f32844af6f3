// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual clock: a sorted list of timers. Nobody else moves time, and
 * nothing here knows what a timer is for.
 */
#include "internal.h"

void timer_stop(struct model *model, struct timer *timer)
{
	struct timer **link;

	if (!timer->armed)
		return;
	for (link = &model->timers; *link; link = &(*link)->next) {
		if (*link == timer) {
			*link = timer->next;
			break;
		}
	}
	timer->armed = false;
}

void timer_start(struct model *model, struct timer *timer, uint64_t delay)
{
	struct timer **link = &model->timers;

	timer_stop(model, timer);
	timer->at = delay > NEVER - model->now ? NEVER : model->now + delay;
	while (*link && (*link)->at <= timer->at)
		link = &(*link)->next;
	timer->next = *link;
	*link = timer;
	timer->armed = true;
}

uint64_t model_now(const struct model *model)
{
	return model->now;
}

uint64_t model_next_event(const struct model *model)
{
	return model->timers ? model->timers->at : NEVER;
}

void model_advance(struct model *model, uint64_t ns)
{
	uint64_t until = model->now + ns;
	struct timer *timer;

	while ((timer = model->timers) && timer->at <= until) {
		model->timers = timer->next;
		timer->armed = false;
		if (timer->at > model->now)
			model->now = timer->at;
		timer->fire(timer);
	}
	model->now = until;
}
