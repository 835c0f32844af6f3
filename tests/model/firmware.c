// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware slots, transfer in parts, activation (0200h-0202h). CXL 3.1 8.2.9.3.
 * The new revision string carries a checksum of the image, so that a test can
 * tell what arrived.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define PART_HEADER	0x80
#define PART_GAP_NS	(30 * NS_PER_S)
#define FNV_BASE	0x811c9dc5u
#define FNV_PRIME	0x01000193u

enum { PART_FULL, PART_INITIATE, PART_CONTINUE, PART_END, PART_ABORT };

static uint16_t get_info(struct call *call)
{
	const struct firmware *fw = &call->cci->firmware;
	uint8_t *out = call_reserve(call, 0x50);
	unsigned int i;

	if (!out)
		return RC_INVALID_LENGTH;
	out[0] = fw->slots;
	out[1] = (uint8_t)(fw->active | fw->staged << 3);
	out[2] = 1;			/* online activation */
	for (i = 0; i < fw->slots; i++)
		memcpy(out + 0x10 + 0x10 * i, fw->revision[i], sizeof(fw->revision[i]));
	return RC_SUCCESS;
}

static void checksum(struct firmware *fw, const uint8_t *data, size_t len)
{
	while (len--)
		fw->checksum = (fw->checksum ^ *data++) * FNV_PRIME;
}

static uint16_t begin(struct call *call)
{
	struct firmware *fw = &call->cci->firmware;

	if (fw->transferring)
		return RC_FW_IN_PROGRESS;
	if (!call->in[1] || call->in[1] > fw->slots || call->in[1] == fw->active)
		return RC_FW_INVALID_SLOT;
	if (get32(call->in + 4))
		return RC_FW_OUT_OF_ORDER;
	fw->transferring = true;
	fw->slot = call->in[1];
	fw->next_offset = 0;
	fw->checksum = FNV_BASE;
	return RC_SUCCESS;
}

static uint16_t take_part(struct call *call)
{
	struct firmware *fw = &call->cci->firmware;
	size_t len = call->in_len - PART_HEADER;

	if (!fw->transferring || (uint64_t)get32(call->in + 4) * 128 != fw->next_offset)
		return RC_FW_OUT_OF_ORDER;
	checksum(fw, call->in + PART_HEADER, len);
	fw->next_offset += (uint32_t)(len + 127) / 128 * 128;
	fw->last_part = call->cci->model->now;
	return RC_SUCCESS;
}

static void stored(struct cci *cci, uint16_t return_code, const uint8_t *argument)
{
	struct firmware *fw = &cci->firmware;

	(void)argument;
	if (fw->transferring && return_code == RC_SUCCESS)
		snprintf(fw->revision[fw->slot - 1], sizeof(fw->revision[0]), "MODEL-%08X",
			 (unsigned int)fw->checksum);
	fw->transferring = false;
}

static void drop_if_silent(struct cci *cci)
{
	struct firmware *fw = &cci->firmware;

	if (fw->transferring && cci->model->now - fw->last_part > PART_GAP_NS)
		fw->transferring = false;
}

static uint16_t transfer(struct call *call)
{
	struct firmware *fw = &call->cci->firmware;
	uint16_t rc = RC_SUCCESS;

	drop_if_silent(call->cci);
	if (call->in[0] > PART_ABORT)
		return RC_INVALID_INPUT;
	if (call->in[0] == PART_ABORT) {
		if (!fw->transferring)
			return RC_FW_OUT_OF_ORDER;
		fw->transferring = false;
		return RC_SUCCESS;
	}
	if (call->in[0] == PART_FULL || call->in[0] == PART_INITIATE)
		rc = begin(call);
	if (rc == RC_SUCCESS)
		rc = take_part(call);
	if (rc != RC_SUCCESS || call->in[0] == PART_INITIATE || call->in[0] == PART_CONTINUE)
		return rc;
	return background_start(call, call->cci->background_ns, stored, NULL, 0);
}

static void activated(struct cci *cci, uint16_t return_code, const uint8_t *argument)
{
	if (return_code != RC_SUCCESS)
		return;
	cci->firmware.active = argument[0];
	if (cci == cci->model->root && cci->model->front.activation_resets)
		front_reset(cci->model, MODEL_RESET_CONVENTIONAL);
}

static uint16_t activate(struct call *call)
{
	struct firmware *fw = &call->cci->firmware;
	uint8_t slot = call->in[1];

	drop_if_silent(call->cci);
	if (call->in[0] > 1)
		return RC_INVALID_INPUT;
	if (!slot || slot > fw->slots || !fw->revision[slot - 1][0])
		return RC_FW_INVALID_SLOT;
	if (fw->transferring)
		return RC_FW_IN_PROGRESS;
	if (call->in[0] == 1) {
		fw->staged = slot;
		return RC_SUCCESS;
	}
	return background_start(call, call->cci->background_ns, activated, &slot, 1);
}

#define FIRMWARE_EFFECTS (EFFECT_COLD_CONFIG | EFFECT_RESET | EFFECT_BACKGROUND | EFFECT_ABORT)

static const struct command firmware_commands[] = {
	{ 0x0200, 0, 0, 0, get_info, "Get FW Info" },
	{ 0x0201, FIRMWARE_EFFECTS, PART_HEADER, VARIABLE, transfer, "Transfer FW" },
	{ 0x0202, FIRMWARE_EFFECTS | EFFECT_CONFIG, 2, 2, activate, "Activate FW" },
};

const struct command_set firmware_set = { firmware_commands, ARRAY_SIZE(firmware_commands) };
