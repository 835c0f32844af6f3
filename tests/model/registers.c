// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register file as seen from the bus: capability array, device status,
 * mailbox, type-specific status (CXL 3.1 8.2.8), as 64-bit words that accesses
 * of any width are cut from. Knows no command.
 */
#include <string.h>

#include "internal.h"

#define DOORBELL	1u
#define ENABLES		6u		/* doorbell and background interrupt enable */
#define DOORBELL_ENABLE	2u

/* Word n of the capability array: the array register and three headers. */
static uint64_t array_word(const struct model *model, unsigned int n)
{
	const struct model_config *config = &model->config;
	const struct { uint16_t id, version; uint32_t offset; uint64_t len; } caps[] = {
		{ 0x0001, 2, config->status_offset, 8 },
		{ 0x0002, 1, config->mailbox_offset, 0x20ull + model->front.payload_size },
		{ 0x4000, 1, config->type_status_offset, 8 },
	};

	if (n == 0)
		return 1ull << 16 | (uint64_t)(config->array_type & 0xf) << 24 |
		       (uint64_t)ARRAY_SIZE(caps) << 32;
	if (n == 1)
		return 0;
	if (n % 2)
		return caps[n / 2 - 1].len;
	return caps[n / 2 - 1].id | (uint64_t)caps[n / 2 - 1].version << 16 |
	       (uint64_t)caps[n / 2 - 1].offset << 32;
}

static uint64_t capabilities(const struct model *model)
{
	const struct model_config *config = &model->config;

	return config->payload_exponent | (uint64_t)config->doorbell_interrupt << 5 |
	       (uint64_t)config->background_interrupt << 6 |
	       (uint64_t)(config->message_number & 0xf) << 7 |
	       (uint64_t)(config->ready_seconds & 0xff) << 11 |
	       (uint64_t)(config->mailbox_type & 0xf) << 19;
}

static uint64_t mailbox_word(const struct model *model, uint64_t offset)
{
	const struct front *front = &model->front;
	bool background = model->root->background.running || front->background_bit_stuck;
	uint64_t word;

	switch (offset) {
	case 0x00:
		return capabilities(model) |
		       (uint64_t)(front->control | (front->doorbell ? DOORBELL : 0)) << 32;
	case 0x08:
		return front->command;
	case 0x10:
		return background | (uint64_t)front->return_code << 32 |
		       (uint64_t)front->vendor_status << 48;
	case 0x18:
		return background_register(model->root);
	}
	if (offset - 0x20 >= front->payload_size)
		return 0;
	memcpy(&word, front->payload + offset - 0x20, sizeof(word));
	return get64((const uint8_t *)&word);
}

/* A switch says ready in bit 0, a memory device in bit 4 and its media in 3:2. */
static uint64_t type_status(const struct model *model)
{
	if (model->config.memory_device)
		return 1u << 2 | (model->front.is_ready ? 1u << 4 : 0);
	return model->front.is_ready;
}

static uint64_t word_at(const struct model *model, uint64_t offset)
{
	const struct model_config *config = &model->config;

	switch (register_at(model, offset)) {
	case MODEL_REG_ARRAY:
		return array_word(model, (unsigned int)(offset - config->block_offset) / 8);
	case MODEL_REG_DEVICE_STATUS:
		return event_status(model->root);
	case MODEL_REG_TYPE_STATUS:
		return type_status(model);
	case MODEL_REG_NONE:
		return 0;
	default:
		return mailbox_word(model, offset - config->block_offset - config->mailbox_offset);
	}
}

static uint64_t mask_of(unsigned int width)
{
	return width >= 8 ? UINT64_MAX : (1ull << 8 * width) - 1;
}

bool take_one(int64_t *left)
{
	if (!*left)
		return false;
	if (*left > 0)
		--*left;
	return true;
}

/* Lies that a test laid over registers, byte by byte. */
static uint64_t overlay(struct front *front, uint64_t offset, unsigned int width, uint64_t value)
{
	unsigned int i, byte;

	for (i = 0; i < front->overrides; i++) {
		struct override *lie = &front->override[i];

		if (offset + width <= lie->offset || offset >= lie->offset + (uint64_t)lie->width ||
		    !take_one(&lie->left))
			continue;
		for (byte = 0; byte < width; byte++) {
			uint64_t at = offset + byte - lie->offset;

			if (at >= lie->width)
				continue;
			value &= ~(0xffull << 8 * byte);
			value |= (lie->value >> 8 * at & 0xff) << 8 * byte;
		}
	}
	return value;
}

uint64_t model_mmio_read(struct model *model, uint64_t offset, unsigned int width)
{
	struct front *front = &model->front;
	uint64_t value;

	if (width != 1 && width != 2 && width != 4 && width != 8) {
		violate(model, MODEL_BAD_WIDTH);
		return UINT64_MAX;
	}
	if (front->removed || front->reads == READS_ONES) {
		value = mask_of(width);
	} else if (front->reads == READS_ZEROS) {
		value = 0;
	} else {
		value = word_at(model, offset & ~7ull) >> 8 * (offset & 7) & mask_of(width);
		value = overlay(front, offset, width, value);
		value = chaos_register(model, width, value);
	}
	check_access(model, false, offset, width, value);
	return value;
}

static void control_write(struct model *model, uint32_t value)
{
	struct front *front = &model->front;

	if (front->doorbell) {
		/* doorbell and background enable are read-only now (CXL 3.1 8.2.8.4.4) */
		front->control = (front->control & ~DOORBELL_ENABLE) | (value & DOORBELL_ENABLE);
		return;
	}
	if ((value & DOORBELL) && (front->control & ~value & ENABLES))
		violate(model, MODEL_ENABLE_DROPPED);
	front->control = value & ENABLES;
	if (value & DOORBELL)
		front_ring(model);
}

static uint64_t merge(uint64_t old, uint64_t offset, unsigned int width, uint64_t value)
{
	unsigned int shift = 8 * (offset & 7);
	uint64_t mask = mask_of(width) << shift;

	return (old & ~mask) | (value << shift & mask);
}

static void payload_write(struct front *front, uint64_t offset, unsigned int width, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < width && offset + i < front->payload_size; i++)
		front->payload[offset + i] = (uint8_t)(value >> 8 * i);
}

void model_mmio_write(struct model *model, uint64_t offset, unsigned int width, uint64_t value)
{
	struct front *front = &model->front;
	uint64_t mailbox = model->config.block_offset + (uint64_t)model->config.mailbox_offset;
	enum model_register reg = register_at(model, offset);

	if (width != 1 && width != 2 && width != 4 && width != 8) {
		violate(model, MODEL_BAD_WIDTH);
		return;
	}
	value &= mask_of(width);
	check_access(model, true, offset, width, value);
	if (front->removed || front->reads != READS_NORMAL)
		return;
	if (reg == MODEL_REG_CONTROL)
		control_write(model, (uint32_t)(merge((uint64_t)front->control << 32, offset, width,
						      value) >> 32));
	else if (front->doorbell)
		return;
	else if (reg == MODEL_REG_COMMAND)
		front->command = merge(front->command, offset, width, value);
	else if (reg == MODEL_REG_PAYLOAD)
		payload_write(front, offset - mailbox - 0x20, width, value);
}
