// SPDX-License-Identifier: GPL-2.0-only
/*
 * Information and status (0001h-0005h) and timestamps (0300h, 0301h): what
 * nearly every component has. CXL 3.1 8.2.9.1, 8.2.9.4.
 */
#include "internal.h"

static uint16_t identify(struct call *call)
{
	struct cci *cci = call->cci;
	const struct identity *who = &cci->identity;
	uint8_t *out = call_reserve(call, 0x12);

	if (!out)
		return RC_INVALID_LENGTH;
	if (cci->alternates) {
		who = cci->other_turn ? &cci->other : &cci->identity;
		cci->other_turn = !cci->other_turn;
	}
	put16(out, who->vendor);
	put16(out + 2, who->device);
	put16(out + 4, who->subvendor);
	put16(out + 6, who->subsystem);
	put64(out + 8, who->serial);
	out[0x10] = cci->claimed_exponent;
	out[0x11] = cci->component_type;
	return RC_SUCCESS;
}

static uint16_t background_status(struct call *call)
{
	const struct background *bg = &call->cci->background;
	uint8_t *out;

	if (bg->silent)
		return RC_INTERNAL_ERROR;
	out = call_reserve(call, 8);
	if (!out)
		return RC_INVALID_LENGTH;
	if (!bg->ever)
		return RC_SUCCESS;
	out[0] = (uint8_t)(bg->running | background_percent(call->cci) << 1);
	put16(out + 2, bg->opcode);
	if (!bg->running) {
		put16(out + 4, bg->return_code);
		put16(out + 6, bg->vendor_status);
	}
	return RC_SUCCESS;
}

static uint16_t get_response_limit(struct call *call)
{
	uint8_t *out = call_reserve(call, 1);

	if (!out)
		return RC_INVALID_LENGTH;
	out[0] = call->cci->response_limit;
	return RC_SUCCESS;
}

static uint16_t set_response_limit(struct call *call)
{
	struct cci *cci = call->cci;

	if (call->in[0] < 8 || call->in[0] > 20)
		return RC_INVALID_INPUT;
	cci->response_limit = call->in[0] < cci->message_exponent ? call->in[0] :
			      cci->message_exponent;
	return get_response_limit(call);
}

static uint16_t request_abort(struct call *call)
{
	return background_abort(call->cci);
}

static const struct command info_commands[] = {
	{ 0x0001, 0, 0, 0, identify, "Identify" },
	{ 0x0002, 0, 0, 0, background_status, "Background Operation Status" },
	{ 0x0003, 0, 0, 0, get_response_limit, "Get Response Message Limit" },
	{ 0x0004, 0, 1, 1, set_response_limit, "Set Response Message Limit" },
	{ 0x0005, 0, 0, 0, request_abort, "Request Abort Background Operation" },
};

const struct command_set info_set = { info_commands, ARRAY_SIZE(info_commands) };

static uint16_t get_timestamp(struct call *call)
{
	struct cci *cci = call->cci;
	uint8_t *out = call_reserve(call, 8);

	if (!out)
		return RC_INVALID_LENGTH;
	put64(out, cci->timestamp ? cci->timestamp + (cci->model->now - cci->timestamp_set) : 0);
	return RC_SUCCESS;
}

static uint16_t set_timestamp(struct call *call)
{
	call->cci->timestamp = get64(call->in);
	call->cci->timestamp_set = call->cci->model->now;
	return RC_SUCCESS;
}

static const struct command time_commands[] = {
	{ 0x0300, 0, 0, 0, get_timestamp, "Get Timestamp" },
	{ 0x0301, EFFECT_POLICY, 8, 8, set_timestamp, "Set Timestamp" },
};

const struct command_set time_set = { time_commands, ARRAY_SIZE(time_commands) };
