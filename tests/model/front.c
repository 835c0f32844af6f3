// SPDX-License-Identifier: GPL-2.0-only
/*
 * Behind the registers: the doorbell, the answer and when it comes, interrupts,
 * readiness and resets. CXL 3.1 8.2.8.4. Knows no opcode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define OPCODE(command)		((uint16_t)(command))
#define LENGTH(command)		((uint32_t)((command) >> 16) & 0x1fffff)
#define DOORBELL_ENABLE		2u
#define BACKGROUND_ENABLE	4u

void front_interrupt(struct model *model, unsigned int vector)
{
	if (model->front.removed || vector >= MODEL_VECTORS)
		return;
	if (take_one(&model->front.lose_interrupts) || chaos_strikes(model)) {
		model->counters.interrupts_lost++;
		return;
	}
	model->counters.interrupts[vector]++;
	if (model->config.interrupt)
		model->config.interrupt(model->config.context, vector);
}

void front_background_done(struct model *model)
{
	if (model->config.background_interrupt && (model->front.control & BACKGROUND_ENABLE))
		front_interrupt(model, model->config.message_number);
}

static void answered(struct model *model, uint16_t opcode, const struct answer *answer)
{
	struct front *front = &model->front;
	uint32_t shown = (uint32_t)answer->len;

	memcpy(front->payload, front->scratch, answer->len);
	rules_shown(model->root, opcode, &shown, &opcode);
	front->command = opcode | (uint64_t)shown << 16;
	front->out_len = shown < front->payload_size ? shown : front->payload_size;
	front->return_code = answer->return_code;
	front->vendor_status = answer->vendor_status;
	front->doorbell = false;
	model->counters.answers++;
	if (model->config.doorbell_interrupt && (front->control & DOORBELL_ENABLE))
		front_interrupt(model, model->config.message_number);
}

/* The command is carried out now, at the end of its time, by whoever is there now. */
static void complete(struct model *model)
{
	struct front *front = &model->front;
	uint16_t opcode = OPCODE(front->command);
	uint32_t len = LENGTH(front->command);
	struct answer answer = { .return_code = RC_INVALID_LENGTH };

	if (len <= front->payload_size)
		answer = cci_execute(model->root, opcode, front->payload, len, front->scratch,
				     front->payload_size);
	front->hung = answer.silent;
	if (answer.silent)
		chaos_swallowed(model);
	else
		answered(model, opcode, &answer);
}

static void answer_due(struct timer *timer)
{
	complete(timer->owner);
}

void front_ring(struct model *model)
{
	struct front *front = &model->front;
	uint32_t len = LENGTH(front->command);
	uint64_t delay = model->config.latency_ns;

	if (!front->is_ready) {
		violate(model, MODEL_NOT_READY);
		return;
	}
	model->counters.commands++;
	chaos_rung(model);
	front->doorbell = true;
	if (len > front->payload_size)
		violate(model, MODEL_LONG_COMMAND);
	else
		delay += cci_latency(model->root, OPCODE(front->command), front->payload, len);
	if (take_one(&front->stick)) {
		front->hung = true;
		return;
	}
	if (take_one(&front->late))
		delay += front->late_ns;
	if (delay)
		timer_start(model, &front->answer, delay);
	else
		complete(model);
}

void front_unstick(struct model *model)
{
	if (!model->front.hung)
		return;
	model->front.hung = false;
	complete(model);
}

static void spurious_due(struct timer *timer)
{
	struct model *model = timer->owner;
	struct front *front = &model->front;

	if (!front->spurious_left)
		return;
	front->spurious_left--;
	front_interrupt(model, front->spurious_vector);
	if (front->spurious_left)
		timer_start(model, timer, front->spurious_gap);
}

void front_spurious(struct model *model, unsigned int vector, unsigned int count, uint64_t gap)
{
	struct front *front = &model->front;

	front->spurious_vector = vector;
	front->spurious_left = count;
	front->spurious_gap = gap ? gap : 1;	/* a storm must not stop the clock */
	timer_stop(model, &front->spurious);
	spurious_due(&front->spurious);
}

static void become_ready(struct timer *timer)
{
	struct model *model = timer->owner;

	model->front.is_ready = true;
}

static void start_up(struct model *model)
{
	model->front.is_ready = !model->config.ready_ns;
	if (model->config.ready_ns)
		timer_start(model, &model->front.ready, model->config.ready_ns);
}

void front_reset(struct model *model, enum model_reset kind)
{
	struct front *front = &model->front;

	timer_stop(model, &front->answer);
	timer_stop(model, &front->ready);
	timer_stop(model, &front->spurious);
	timer_stop(model, &model->chaos.swallowed);
	front->doorbell = false;
	front->hung = false;
	front->control = 0;
	front->command = 0;
	front->out_len = 0;
	front->return_code = 0;
	front->vendor_status = 0;
	memset(front->payload, 0, front->payload_size);
	if (kind != MODEL_RESET_FUNCTION || !front->keep_background_over_flr)
		cci_reset(model->root, kind);
	start_up(model);
}

static uint64_t bar_size(const struct model *model)
{
	const struct model_config *config = &model->config;
	uint64_t end = payload_end(model), size = 4096;

	if (end < config->status_offset + 8ull)
		end = config->status_offset + 8ull;
	if (end < config->type_status_offset + 8ull)
		end = config->type_status_offset + 8ull;
	while (size < config->block_offset + end)
		size *= 2;
	return size;
}

int front_create(struct model *model)
{
	struct front *front = &model->front;

	front->payload_size = 1u << model->config.payload_exponent;
	front->payload = calloc(1, front->payload_size);
	front->scratch = calloc(1, front->payload_size);
	front->answer = (struct timer){ .owner = model, .fire = answer_due };
	front->ready = (struct timer){ .owner = model, .fire = become_ready };
	front->spurious = (struct timer){ .owner = model, .fire = spurious_due };
	front->bar_size = bar_size(model);
	if (!front->payload || !front->scratch)
		return -1;
	start_up(model);
	return 0;
}

void front_free(struct model *model)
{
	free(model->front.payload);
	free(model->front.scratch);
}
