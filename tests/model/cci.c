// SPDX-License-Identifier: GPL-2.0-only
/*
 * One component carries out one command: look it up in the component's own
 * tables, check the length, check the background slot, run. Knows no opcode but
 * what the tables say, and nothing of registers.
 */
#include <string.h>

#include "internal.h"

const struct command *cci_command_at(const struct cci *cci, size_t index)
{
	const struct command_set *const *set;

	for (set = cci->sets; *set; set++) {
		if (index < (*set)->count)
			return &(*set)->commands[index];
		index -= (*set)->count;
	}
	return NULL;
}

const struct command *cci_command(const struct cci *cci, uint16_t opcode)
{
	const struct command_set *const *set;
	size_t i;

	for (set = cci->sets; *set; set++)
		for (i = 0; i < (*set)->count; i++)
			if ((*set)->commands[i].opcode == opcode)
				return &(*set)->commands[i];
	return NULL;
}

/* Is there anybody to answer: powered, not held in reset? */
bool cci_answers(const struct cci *cci)
{
	return !cci->held_in_reset;
}

uint8_t *call_reserve(struct call *call, size_t len)
{
	if (len > call->room)
		return NULL;
	memset(call->out, 0, len);
	call->out_len = len;
	return call->out;
}

static void swap_when_due(struct cci *cci)
{
	if (cci->swap_after > 0)
		cci->swap_after--;
	else if (cci->swap_after == 0)
		component_swap(cci);
}

static uint16_t run(struct call *call, uint16_t opcode)
{
	const struct command *command = cci_command(call->cci, opcode);

	if (!command)
		return RC_UNSUPPORTED;
	if (call->in_len < command->in_min || call->in_len > command->in_max)
		return RC_INVALID_LENGTH;
	if ((command->effects & EFFECT_BACKGROUND) && call->cci->background.running)
		return RC_BUSY;
	call->command = command;
	return command->run(call);
}

struct answer cci_execute(struct cci *cci, uint16_t opcode, const uint8_t *in, size_t in_len,
			  uint8_t *out, size_t room)
{
	struct call call = {
		.cci = cci, .in = in, .in_len = in_len, .out = out, .room = room,
	};
	struct answer answer = { 0 };

	swap_when_due(cci);
	cci->commands_run++;
	switch (rules_before(cci, opcode, &answer.return_code)) {
	case RULE_SILENT:
		answer.silent = true;
		return answer;
	case RULE_ANSWERED:
		break;
	case RULE_NONE:
		answer.return_code = run(&call, opcode);
		break;
	}
	if (answer.return_code > RC_BACKGROUND)
		call.out_len = 0;
	rules_after(&call, opcode, &answer.return_code);
	answer.vendor_status = call.vendor_status;
	answer.len = call.out_len;
	return answer;
}

/*
 * How long the whole way takes, without running anything: a tunneled command
 * also waits for everyone it passes.
 */
uint64_t cci_latency(struct cci *cci, uint16_t opcode, const uint8_t *in, size_t in_len)
{
	uint64_t ns = cci->latency_ns + rules_latency(cci, opcode);
	struct cci *target;

	if (opcode != 0x5300 || in_len < TUNNEL_HEADER + MESSAGE_HEADER)
		return ns;
	target = tunnel_target(cci, in[1], in[0]);
	if (!target)
		return ns;
	return ns + cci_latency(target, get16(in + TUNNEL_HEADER + 3),
				in + TUNNEL_HEADER + MESSAGE_HEADER,
				in_len - TUNNEL_HEADER - MESSAGE_HEADER);
}

/* A function level reset leaves the component's own state alone but for its slot. */
void cci_reset(struct cci *cci, enum model_reset kind)
{
	background_drop(cci);
	if (kind == MODEL_RESET_FUNCTION)
		return;
	cci->feature_transfer.active = false;
	cci->firmware.transferring = false;
	memset(cci->events.policy, 0, sizeof(cci->events.policy));
	cci->response_limit = cci->message_exponent;
	cci->timestamp = 0;
	cci->timestamp_set = cci->model->now;
	features_reset(cci);
	if (kind == MODEL_RESET_COLD && cci->firmware.staged) {
		cci->firmware.active = cci->firmware.staged;
		cci->firmware.staged = 0;
	}
}
