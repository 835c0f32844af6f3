// SPDX-License-Identifier: GPL-2.0-only
/*
 * Multi-logical devices (5400h-5409h) and LD pools (5500h, 5501h). CXL 3.1
 * 7.6.7.4 and 7.6.7.5. Capacity is counted in units of 256 MiB.
 */
#include <string.h>

#include "internal.h"

#define GRANULE_256_MIB	0
#define LD_UNITS	4

static uint16_t ld_info(struct call *call)
{
	const struct ld_state *lds = call->cci->lds;
	uint8_t *out = call_reserve(call, 0xb);

	if (!out)
		return RC_INVALID_LENGTH;
	put64(out, (uint64_t)lds->count * LD_UNITS << 28);
	put16(out + 8, lds->count);
	out[10] = 3;
	return RC_SUCCESS;
}

static uint16_t put_allocations(struct call *call, unsigned int start, unsigned int n)
{
	const struct ld_state *lds = call->cci->lds;
	uint8_t *out = call_reserve(call, 4 + 16 * (size_t)n);
	unsigned int i;

	if (!out)
		return RC_INVALID_INPUT;
	out[0] = (uint8_t)lds->count;
	out[1] = GRANULE_256_MIB;
	out[2] = (uint8_t)start;
	out[3] = (uint8_t)n;
	for (i = 0; i < n; i++) {
		put64(out + 4 + 16 * i, lds->range[start + i][0]);
		put64(out + 12 + 16 * i, lds->range[start + i][1]);
	}
	return RC_SUCCESS;
}

/* Without input (CXL 2.0): all of them. */
static uint16_t get_allocations(struct call *call)
{
	const struct ld_state *lds = call->cci->lds;
	unsigned int start = call->in_len ? call->in[0] : 0;
	unsigned int n = call->in_len > 1 ? call->in[1] : lds->count;

	if (start >= lds->count)
		return RC_INVALID_INPUT;
	return put_allocations(call, start, n < lds->count - start ? n : lds->count - start);
}

static uint16_t set_allocations(struct call *call)
{
	struct ld_state *lds = call->cci->lds;
	unsigned int n = call->in[0], start = call->in[1], i;
	uint64_t total = 0;

	if (call->in_len != 4 + 16 * (size_t)n)
		return RC_INVALID_LENGTH;
	if (start + n > lds->count)
		return RC_INVALID_INPUT;
	for (i = 0; i < n; i++)
		total += get64(call->in + 4 + 16 * i);
	if (total > (uint64_t)lds->count * LD_UNITS)
		return RC_EXHAUSTED;
	for (i = 0; i < n; i++) {
		lds->range[start + i][0] = get64(call->in + 4 + 16 * i);
		lds->range[start + i][1] = get64(call->in + 12 + 16 * i);
	}
	return put_allocations(call, start, n);
}

static uint16_t get_qos(struct call *call)
{
	uint8_t *out = call_reserve(call, sizeof(call->cci->lds->qos));

	if (!out)
		return RC_INVALID_LENGTH;
	memcpy(out, call->cci->lds->qos, sizeof(call->cci->lds->qos));
	return RC_SUCCESS;
}

static uint16_t set_qos(struct call *call)
{
	memcpy(call->cci->lds->qos, call->in, sizeof(call->cci->lds->qos));
	return get_qos(call);
}

static uint16_t qos_status(struct call *call)
{
	return call_reserve(call, 1) ? RC_SUCCESS : RC_INVALID_LENGTH;
}

/* 5406h-5409h: {number, start, list} over one byte array per LD */
static uint16_t put_bytes(struct call *call, const uint8_t *array)
{
	unsigned int n = call->in[0], start = call->in[1];
	uint8_t *out;

	if (start + n > call->cci->lds->count)
		return RC_INVALID_INPUT;
	out = call_reserve(call, 2 + (size_t)n);
	if (!out)
		return RC_INVALID_INPUT;
	out[0] = (uint8_t)n;
	out[1] = (uint8_t)start;
	memcpy(out + 2, array + start, n);
	return RC_SUCCESS;
}

static uint16_t take_bytes(struct call *call, uint8_t *array)
{
	unsigned int n = call->in[0], start = call->in[1];

	if (call->in_len != 2 + (size_t)n)
		return RC_INVALID_LENGTH;
	if (start + n > call->cci->lds->count)
		return RC_INVALID_INPUT;
	memcpy(array + start, call->in + 2, n);
	return put_bytes(call, array);
}

static uint16_t get_bandwidth(struct call *call)
{
	return put_bytes(call, call->cci->lds->bandwidth);
}

static uint16_t set_bandwidth(struct call *call)
{
	return take_bytes(call, call->cci->lds->bandwidth);
}

static uint16_t get_limit(struct call *call)
{
	return put_bytes(call, call->cci->lds->limit);
}

static uint16_t set_limit(struct call *call)
{
	return take_bytes(call, call->cci->lds->limit);
}

#define SPLIT_EFFECTS (EFFECT_COLD_CONFIG | EFFECT_RESET | EFFECT_CONFIG | EFFECT_DATA)

static const struct command mld_commands[] = {
	{ 0x5400, 0, 0, 0, ld_info, "Get LD Info" },
	{ 0x5401, 0, 0, 2, get_allocations, "Get LD Allocations" },
	{ 0x5402, SPLIT_EFFECTS, 4, VARIABLE, set_allocations, "Set LD Allocations" },
	{ 0x5403, 0, 0, 0, get_qos, "Get QoS Control" },
	{ 0x5404, EFFECT_POLICY, 7, 7, set_qos, "Set QoS Control" },
	{ 0x5405, 0, 0, 0, qos_status, "Get QoS Status" },
	{ 0x5406, 0, 2, 2, get_bandwidth, "Get QoS Allocated BW" },
	{ 0x5407, SPLIT_EFFECTS, 2, VARIABLE, set_bandwidth, "Set QoS Allocated BW" },
	{ 0x5408, 0, 2, 2, get_limit, "Get QoS BW Limit" },
	{ 0x5409, SPLIT_EFFECTS, 2, VARIABLE, set_limit, "Set QoS BW Limit" },
};

const struct command_set mld_set = { mld_commands, ARRAY_SIZE(mld_commands) };

/* LDs are dealt to the heads in turn. */
static uint16_t multi_headed_info(struct call *call)
{
	const struct ld_state *lds = call->cci->lds;
	unsigned int start = call->in[0], n = call->in[1], i;
	uint8_t *out;

	if (start >= lds->count)
		return RC_INVALID_INPUT;
	if (n > lds->count - start)
		n = lds->count - start;
	out = call_reserve(call, 8 + (size_t)n);
	if (!out)
		return RC_INVALID_INPUT;
	out[0] = (uint8_t)lds->count;
	out[1] = (uint8_t)lds->heads;
	out[4] = (uint8_t)start;
	out[5] = (uint8_t)n;
	for (i = 0; i < n; i++)
		out[8 + i] = (uint8_t)((start + i) % lds->heads);
	return RC_SUCCESS;
}

static uint16_t head_info(struct call *call)
{
	const struct ld_state *lds = call->cci->lds;
	unsigned int start = call->in[0], n = call->in[1], i;
	uint8_t *out;

	if (start >= lds->heads || n > lds->heads - start)
		return RC_INVALID_INPUT;
	out = call_reserve(call, 4 + 9 * (size_t)n);
	if (!out)
		return RC_INVALID_INPUT;
	out[0] = (uint8_t)n;
	for (i = 0; i < n; i++) {
		uint8_t head[9] = { (uint8_t)(start + i), 16, 16, 0x1f, 5, 5, 0x11, 0, 0 };

		memcpy(out + 4 + 9 * i, head, sizeof(head));
	}
	return RC_SUCCESS;
}

static const struct command pool_commands[] = {
	{ 0x5500, 0, 2, 2, multi_headed_info, "Get Multi-Headed Info" },
	{ 0x5501, 0, 2, 2, head_info, "Get Head Info" },
};

const struct command_set pool_set = { pool_commands, ARRAY_SIZE(pool_commands) };
