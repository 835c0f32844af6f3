// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory device commands (40xxh-45xxh), as far as a fabric manager meets them
 * through tunnels and a memory device driver needs them. CXL 3.1 8.2.9.9.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LSA_SIZE	4096
#define MAX_POISON	16
#define CAPACITY_UNITS	4	/* of 256 MiB */

struct memory_state {
	uint64_t volatile_units, persistent_units, next_volatile;
	uint8_t *label;			/* LSA, allocated when first written */
	uint64_t poison[MAX_POISON];
	unsigned int poisons;
	uint8_t alert[12], shutdown;
};

int memory_create(struct cci *cci)
{
	cci->memory = calloc(1, sizeof(*cci->memory));
	if (!cci->memory)
		return -1;
	cci->memory->volatile_units = CAPACITY_UNITS;
	return 0;
}

void memory_free(struct cci *cci)
{
	if (cci->memory)
		free(cci->memory->label);
	free(cci->memory);
}

void memory_set_persistent(struct cci *cci)
{
	cci->memory->persistent_units = CAPACITY_UNITS;
	cci->memory->volatile_units = 0;
}

static uint16_t identify(struct call *call)
{
	const struct memory_state *memory = call->cci->memory;
	uint8_t *out = call_reserve(call, 0x45);
	unsigned int log;

	if (!out)
		return RC_INVALID_LENGTH;
	memcpy(out, call->cci->firmware.revision[0], 16);
	put64(out + 0x10, memory->volatile_units + memory->persistent_units);
	put64(out + 0x18, memory->volatile_units);
	put64(out + 0x20, memory->persistent_units);
	for (log = 0; log < 4; log++)
		put16(out + 0x30 + 2 * log, call->cci->events.capacity);
	put32(out + 0x38, LSA_SIZE);
	out[0x3c] = MAX_POISON;
	put16(out + 0x3f, MAX_POISON);
	put16(out + 0x43, call->cci->events.capacity);
	return RC_SUCCESS;
}

static uint16_t get_partition(struct call *call)
{
	const struct memory_state *memory = call->cci->memory;
	uint8_t *out = call_reserve(call, 0x20);

	if (!out)
		return RC_INVALID_LENGTH;
	put64(out, memory->volatile_units);
	put64(out + 8, memory->persistent_units);
	put64(out + 0x10, memory->next_volatile);
	return RC_SUCCESS;
}

static uint16_t set_partition(struct call *call)
{
	struct memory_state *memory = call->cci->memory;
	uint64_t units = get64(call->in), total = memory->volatile_units + memory->persistent_units;

	if (units > total)
		return RC_INVALID_INPUT;
	memory->next_volatile = units;
	if (call->in[8] & 1) {
		memory->volatile_units = units;
		memory->persistent_units = total - units;
	}
	return RC_SUCCESS;
}

static uint16_t get_label(struct call *call)
{
	uint32_t offset = get32(call->in), len = get32(call->in + 4);
	uint8_t *out;

	if (offset > LSA_SIZE || len > LSA_SIZE - offset)
		return RC_INVALID_INPUT;
	out = call_reserve(call, len);
	if (!out)
		return RC_INVALID_INPUT;
	if (call->cci->memory->label)
		memcpy(out, call->cci->memory->label + offset, len);
	return RC_SUCCESS;
}

static uint16_t set_label(struct call *call)
{
	struct memory_state *memory = call->cci->memory;
	uint32_t offset = get32(call->in);
	size_t len = call->in_len - 8;

	if (offset > LSA_SIZE || len > LSA_SIZE - offset)
		return RC_INVALID_INPUT;
	if (!memory->label)
		memory->label = calloc(1, LSA_SIZE);
	if (!memory->label)
		return RC_INTERNAL_ERROR;
	memcpy(memory->label + offset, call->in + 8, len);
	return RC_SUCCESS;
}

static uint16_t get_health(struct call *call)
{
	return call_reserve(call, 0x12) ? RC_SUCCESS : RC_INVALID_LENGTH;
}

static uint16_t get_alert(struct call *call)
{
	uint8_t *out = call_reserve(call, 0x10);

	if (!out)
		return RC_INVALID_LENGTH;
	memcpy(out + 4, call->cci->memory->alert, 12);
	return RC_SUCCESS;
}

static uint16_t set_alert(struct call *call)
{
	memcpy(call->cci->memory->alert, call->in, 12);
	return RC_SUCCESS;
}

static uint16_t get_shutdown(struct call *call)
{
	uint8_t *out = call_reserve(call, 1);

	if (!out)
		return RC_INVALID_LENGTH;
	out[0] = call->cci->memory->shutdown;
	return RC_SUCCESS;
}

static uint16_t set_shutdown(struct call *call)
{
	call->cci->memory->shutdown = call->in[0] & 1;
	return RC_SUCCESS;
}

static bool poisoned_in(uint64_t address, const struct call *call)
{
	uint64_t start = get64(call->in) & ~0x3full, lines = get64(call->in + 8);

	return address >= start && (address - start) / 64 < lines;
}

static uint16_t poison_list(struct call *call)
{
	const struct memory_state *memory = call->cci->memory;
	unsigned int i, n = 0;
	size_t fit;

	if (!call_reserve(call, 0x20))
		return RC_INVALID_LENGTH;
	fit = (call->room - 0x20) / 16;
	for (i = 0; i < memory->poisons && n < fit; i++) {
		if (!poisoned_in(memory->poison[i], call))
			continue;
		memset(call->out + 0x20 + 16 * n, 0, 16);
		put64(call->out + 0x20 + 16 * n, memory->poison[i] | 3);	/* injected */
		put32(call->out + 0x28 + 16 * n, 1);
		n++;
	}
	put16(call->out + 10, n);
	call->out_len += 16 * (size_t)n;
	return RC_SUCCESS;
}

static int find_poison(const struct memory_state *memory, uint64_t address)
{
	unsigned int i;

	for (i = 0; i < memory->poisons; i++)
		if (memory->poison[i] == address)
			return (int)i;
	return -1;
}

static bool valid_address(const struct memory_state *memory, uint64_t address)
{
	return !(address & 0x3f) &&
	       address < (memory->volatile_units + memory->persistent_units) << 28;
}

static uint16_t inject_poison(struct call *call)
{
	struct memory_state *memory = call->cci->memory;
	uint64_t address = get64(call->in);

	if (!valid_address(memory, address))
		return RC_INVALID_ADDRESS;
	if (find_poison(memory, address) >= 0)
		return RC_SUCCESS;
	if (memory->poisons == MAX_POISON)
		return RC_EXHAUSTED;
	memory->poison[memory->poisons++] = address;
	return RC_SUCCESS;
}

static uint16_t clear_poison(struct call *call)
{
	struct memory_state *memory = call->cci->memory;
	int i = find_poison(memory, get64(call->in));

	if (!valid_address(memory, get64(call->in)))
		return RC_INVALID_ADDRESS;
	if (i >= 0)
		memory->poison[i] = memory->poison[--memory->poisons];
	return RC_SUCCESS;
}

static uint16_t scan_capabilities(struct call *call)
{
	uint8_t *out = call_reserve(call, 4);

	if (!out)
		return RC_INVALID_LENGTH;
	put32(out, call->cci->background_ns / NS_PER_MS);
	return RC_SUCCESS;
}

static uint16_t scan(struct call *call)
{
	return background_start(call, call->cci->background_ns, NULL, NULL, 0);
}

static uint16_t scan_results(struct call *call)
{
	return call_reserve(call, 0x20) ? RC_SUCCESS : RC_INVALID_LENGTH;
}

static void sanitized(struct cci *cci, uint16_t return_code, const uint8_t *argument)
{
	(void)argument;
	if (return_code != RC_SUCCESS)
		return;
	if (cci->memory->label)
		memset(cci->memory->label, 0, LSA_SIZE);
	cci->memory->poisons = 0;
}

static uint16_t sanitize(struct call *call)
{
	return background_start(call, call->cci->background_ns, sanitized, NULL, 0);
}

static uint16_t discover_operations(struct call *call)
{
	static const uint8_t operations[][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 } };
	uint8_t *out = call_reserve(call, 12 + sizeof(operations));

	if (!out)
		return RC_INVALID_LENGTH;
	put64(out, 64);
	put16(out + 8, ARRAY_SIZE(operations));
	put16(out + 10, ARRAY_SIZE(operations));
	memcpy(out + 12, operations, sizeof(operations));
	return RC_SUCCESS;
}

static uint16_t media_operations(struct call *call)
{
	uint8_t class = call->in[0], operation = call->in[1];

	if (class == 0 && operation == 0)
		return discover_operations(call);
	if (class != 1 || operation > 1)
		return RC_UNSUPPORTED;
	if (call->in_len != 8 + 16 * (uint64_t)get32(call->in + 4))
		return RC_INVALID_LENGTH;
	return background_start(call, call->cci->background_ns, NULL, NULL, 0);
}

static uint16_t security_state(struct call *call)
{
	return call_reserve(call, 4) ? RC_SUCCESS : RC_INVALID_LENGTH;
}

#define ERASE_EFFECTS (EFFECT_DATA | EFFECT_SECURITY | EFFECT_BACKGROUND)

static const struct command memory_commands[] = {
	{ 0x4000, 0, 0, 0, identify, "Identify Memory Device" },
	{ 0x4100, 0, 0, 0, get_partition, "Get Partition Info" },
	{ 0x4101, EFFECT_COLD_CONFIG | EFFECT_RESET | EFFECT_CONFIG | EFFECT_DATA, 9, 10,
	  set_partition, "Set Partition Info" },
	{ 0x4102, 0, 8, 8, get_label, "Get LSA" },
	{ 0x4103, EFFECT_CONFIG | EFFECT_DATA, 8, VARIABLE, set_label, "Set LSA" },
	{ 0x4200, 0, 0, 0, get_health, "Get Health Info" },
	{ 0x4201, 0, 0, 0, get_alert, "Get Alert Configuration" },
	{ 0x4202, EFFECT_POLICY, 12, 12, set_alert, "Set Alert Configuration" },
	{ 0x4203, 0, 0, 0, get_shutdown, "Get Shutdown State" },
	{ 0x4204, EFFECT_POLICY, 1, 1, set_shutdown, "Set Shutdown State" },
	{ 0x4300, 0, 0x10, 0x10, poison_list, "Get Poison List" },
	{ 0x4301, EFFECT_DATA, 8, 8, inject_poison, "Inject Poison" },
	{ 0x4302, EFFECT_DATA, 0x48, 0x48, clear_poison, "Clear Poison" },
	{ 0x4303, 0, 0x10, 0x10, scan_capabilities, "Get Scan Media Capabilities" },
	{ 0x4304, EFFECT_BACKGROUND | EFFECT_ABORT, 0x11, 0x11, scan, "Scan Media" },
	{ 0x4305, 0, 0, 0, scan_results, "Get Scan Media Results" },
	{ 0x4400, ERASE_EFFECTS | EFFECT_ABORT, 0, 0, sanitize, "Sanitize" },
	{ 0x4401, ERASE_EFFECTS, 0, 0, sanitize, "Secure Erase" },
	{ 0x4402, EFFECT_DATA | EFFECT_BACKGROUND, 8, VARIABLE, media_operations,
	  "Media Operations" },
	{ 0x4500, 0, 0, 0, security_state, "Get Security State" },
};

const struct command_set memory_set = { memory_commands, ARRAY_SIZE(memory_commands) };
