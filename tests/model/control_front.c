// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control verbs on the function itself: doorbell, interrupts, registers, removal,
 * resets, time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

int do_stuck(struct request *r)
{
	if (r->n > 1 && !strcmp(r->words[1], "off")) {
		r->model->front.stick = 0;
		front_unstick(r->model);
		return 0;
	}
	return count_at(r, 1, FOR_EVER, &r->model->front.stick);
}

int do_late(struct request *r)
{
	int64_t count;
	uint64_t ms;

	if (milliseconds_at(r, 1, &ms) || count_at(r, 2, FOR_EVER, &count))
		return -EINVAL;
	r->model->front.late_ns = ms * NS_PER_MS;
	r->model->front.late = count;
	return 0;
}

int do_lose(struct request *r)
{
	return count_at(r, 1, FOR_EVER, &r->model->front.lose_interrupts);
}

int do_interrupt(struct request *r)
{
	uint64_t vector, n = 1, gap = 1;

	if (number_at(r, 1, &vector) || (r->n > 2 && number_at(r, 2, &n)) ||
	    (r->n > 3 && number_at(r, 3, &gap)))
		return -EINVAL;
	if (vector >= MODEL_VECTORS || n > 1000000 || gap > 60000)
		return wrong(r, "vector 0 to 15, at most 1000000 times, at most 60000 ms apart");
	front_spurious(r->model, (unsigned int)vector, (unsigned int)n, gap * NS_PER_MS);
	return 0;
}

int do_reads(struct request *r)
{
	if (!strcmp(r->words[1], "ones"))
		r->model->front.reads = READS_ONES;
	else if (!strcmp(r->words[1], "zeros"))
		r->model->front.reads = READS_ZEROS;
	else if (!strcmp(r->words[1], "normal"))
		r->model->front.reads = READS_NORMAL;
	else
		return wrong(r, "ones, zeros or normal wanted");
	return 0;
}

int do_override(struct request *r)
{
	struct front *front = &r->model->front;
	uint64_t offset, width, value;
	int64_t left;

	if (!strcmp(r->words[1], "off")) {
		front->overrides = 0;
		return 0;
	}
	if (number_at(r, 1, &offset) || number_at(r, 2, &width) || number_at(r, 3, &value) ||
	    count_at(r, 4, FOR_EVER, &left))
		return -EINVAL;
	if (front->overrides == OVERRIDES || !width || width > 8 ||
	    offset >= model_bar_size(r->model))
		return wrong(r, "at most 16 overrides, 1 to 8 bytes, within the BAR");
	front->override[front->overrides++] = (struct override){
		(uint32_t)offset, (uint8_t)width, value, left };
	return 0;
}

int do_quirk(struct request *r)
{
	bool on = r->n < 3 || strcmp(r->words[2], "off");

	if (!strcmp(r->words[1], "background-bit"))
		r->model->front.background_bit_stuck = on;
	else if (!strcmp(r->words[1], "keep-background"))
		r->model->front.keep_background_over_flr = on;
	else if (!strcmp(r->words[1], "activation-resets"))
		r->model->front.activation_resets = on;
	else
		return wrong(r, "background-bit, keep-background or activation-resets wanted");
	return 0;
}

int do_remove(struct request *r)
{
	r->model->front.removed = true;
	return 0;
}

int do_restore(struct request *r)
{
	r->model->front.removed = false;
	model_reset(r->model, MODEL_RESET_CONVENTIONAL);
	return 0;
}

int do_reset(struct request *r)
{
	if (!strcmp(r->words[1], "flr"))
		model_reset(r->model, MODEL_RESET_FUNCTION);
	else if (!strcmp(r->words[1], "conventional"))
		model_reset(r->model, MODEL_RESET_CONVENTIONAL);
	else if (!strcmp(r->words[1], "cold"))
		model_reset(r->model, MODEL_RESET_COLD);
	else
		return wrong(r, "flr, conventional or cold wanted");
	return 0;
}

int do_ready(struct request *r)
{
	uint64_t ms;

	if (milliseconds_at(r, 1, &ms))
		return -EINVAL;
	r->model->config.ready_ns = ms * NS_PER_MS;
	return 0;
}

int do_advance(struct request *r)
{
	uint64_t ms;

	if (milliseconds_at(r, 1, &ms))
		return -EINVAL;
	model_advance(r->model, ms * NS_PER_MS);
	return 0;
}
