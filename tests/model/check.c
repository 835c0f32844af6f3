// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watches every register access: counts it, logs it, and records what a
 * well-behaved driver never does. Changes nothing.
 */
#include <stdio.h>

#include "internal.h"

#define CONTROL_DOORBELL	1u

static const char *const register_names[MODEL_REGISTERS] = {
	[MODEL_REG_ARRAY] = "array", [MODEL_REG_DEVICE_STATUS] = "device-status",
	[MODEL_REG_CAPABILITIES] = "capabilities", [MODEL_REG_CONTROL] = "control",
	[MODEL_REG_COMMAND] = "command", [MODEL_REG_STATUS] = "status",
	[MODEL_REG_BACKGROUND] = "background", [MODEL_REG_PAYLOAD] = "payload",
	[MODEL_REG_TYPE_STATUS] = "type-status", [MODEL_REG_NONE] = "none",
};

static const char *const violation_names[MODEL_VIOLATIONS] = {
	[MODEL_NARROW_WRITE] = "narrow-write", [MODEL_BUSY_TOUCH] = "busy-touch",
	[MODEL_LONG_COMMAND] = "long-command", [MODEL_PAST_PAYLOAD] = "past-payload",
	[MODEL_PAST_OUTPUT] = "past-output", [MODEL_ENABLE_DROPPED] = "enable-dropped",
	[MODEL_READ_ONLY] = "read-only", [MODEL_MISALIGNED] = "misaligned",
	[MODEL_BAD_WIDTH] = "bad-width", [MODEL_UNDECODED] = "undecoded",
	[MODEL_NOT_READY] = "not-ready",
};

const char *model_register_name(enum model_register reg)
{
	return reg < MODEL_REGISTERS ? register_names[reg] : "?";
}

const char *model_violation_name(enum model_violation violation)
{
	return violation < MODEL_VIOLATIONS ? violation_names[violation] : "?";
}

uint64_t model_violations(const struct model *model)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < MODEL_VIOLATIONS; i++)
		sum += model->counters.violations[i];
	return sum;
}

const struct model_counters *model_counters(const struct model *model)
{
	return &model->counters;
}

void violate(struct model *model, enum model_violation violation)
{
	char line[64];

	model->counters.violations[violation]++;
	if (!model->logging || !model->config.log)
		return;
	snprintf(line, sizeof(line), "violation: %s", model_violation_name(violation));
	model->config.log(model->config.context, line);
}

uint64_t payload_end(const struct model *model)
{
	return model->config.mailbox_offset + 0x20ull + model->front.payload_size;
}

enum model_register register_at(const struct model *model, uint64_t offset)
{
	const struct model_config *config = &model->config;
	static const enum model_register low[] = {
		MODEL_REG_CAPABILITIES, MODEL_REG_CONTROL, MODEL_REG_COMMAND, MODEL_REG_COMMAND,
		MODEL_REG_STATUS, MODEL_REG_STATUS, MODEL_REG_BACKGROUND, MODEL_REG_BACKGROUND,
	};

	if (offset < config->block_offset)
		return MODEL_REG_NONE;
	offset -= config->block_offset;
	if (offset < 0x40)
		return MODEL_REG_ARRAY;
	if (offset >= config->status_offset && offset < config->status_offset + 8ull)
		return MODEL_REG_DEVICE_STATUS;
	if (offset >= config->type_status_offset && offset < config->type_status_offset + 8ull)
		return MODEL_REG_TYPE_STATUS;
	if (offset < config->mailbox_offset || offset >= payload_end(model))
		return MODEL_REG_NONE;
	offset -= config->mailbox_offset;
	return offset < 0x20 ? low[offset / 4] : MODEL_REG_PAYLOAD;
}

static void remember(struct model *model, bool write, uint64_t offset, unsigned int width,
		     uint64_t value)
{
	struct access *access = &model->access[model->accesses++ % ACCESS_LOG];
	char line[96];

	*access = (struct access){ write, (uint8_t)width, (uint32_t)offset, value };
	if (!model->logging || !model->config.log)
		return;
	snprintf(line, sizeof(line), "%c %u %05llx %0*llx %s", write ? 'w' : 'r', width,
		 (unsigned long long)offset, (int)(2 * width), (unsigned long long)value,
		 model_register_name(register_at(model, offset)));
	model->config.log(model->config.context, line);
}

static void check_write(struct model *model, enum model_register reg, unsigned int width)
{
	bool is_mailbox = reg >= MODEL_REG_CAPABILITIES && reg <= MODEL_REG_BACKGROUND;

	if (is_mailbox && width < 4)
		violate(model, MODEL_NARROW_WRITE);
	if (reg != MODEL_REG_CONTROL && reg != MODEL_REG_COMMAND && reg != MODEL_REG_PAYLOAD &&
	    reg != MODEL_REG_NONE)
		violate(model, MODEL_READ_ONLY);
}

/* Beyond the answer there is nothing to read, even where there is memory. */
static void check_output(struct model *model, uint64_t offset, unsigned int width)
{
	uint64_t start = model->config.block_offset + model->config.mailbox_offset + 0x20ull;
	uint64_t answer = (model->front.out_len + 7ull) & ~7ull;

	if (offset + width > start + answer)
		violate(model, MODEL_PAST_OUTPUT);
}

void check_access(struct model *model, bool write, uint64_t offset, unsigned int width,
		  uint64_t value)
{
	enum model_register reg = register_at(model, offset);
	struct model_counters *counters = &model->counters;
	bool guarded = reg == MODEL_REG_COMMAND || reg == MODEL_REG_PAYLOAD;

	remember(model, write, offset, width, value);
	if (write) {
		counters->writes++;
		counters->register_writes[reg]++;
		check_write(model, reg, width);
	} else {
		counters->reads++;
		counters->register_reads[reg]++;
	}
	if (offset % width)
		violate(model, MODEL_MISALIGNED);
	if (width == 8 && reg == MODEL_REG_CAPABILITIES)
		violate(model, MODEL_BAD_WIDTH);
	if (guarded && model->front.doorbell)
		violate(model, MODEL_BUSY_TOUCH);
	if (reg == MODEL_REG_NONE)
		violate(model, offset >= model->config.block_offset + payload_end(model) ?
			MODEL_PAST_PAYLOAD : MODEL_UNDECODED);
	if (!write && reg == MODEL_REG_PAYLOAD && !model->front.doorbell)
		check_output(model, offset, width);
}
