// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs (0400h-0405h): the Command Effects Log made from the component's own
 * command tables, with its lies; a vendor debug log; a component state dump.
 * CXL 3.1 8.2.9.5.
 */
#include <string.h>

#include "internal.h"

#define CEL_ENTRY	4
#define VENDOR_LOG_SIZE	256
#define DUMP_SIZE	4096

struct log {
	uint8_t uuid[UUID_SIZE];
	uint32_t capabilities;		/* bit 0 clear, 1 populate, 2 auto-populate, 3 persistent */
	size_t (*size)(const struct cci *cci);
	uint8_t (*byte)(const struct cci *cci, size_t offset);
};

static bool hidden(const struct cci *cci, uint16_t opcode)
{
	unsigned int i;

	for (i = 0; i < cci->cel.changes; i++)
		if (cci->cel.change[i].hide && cci->cel.change[i].opcode == opcode)
			return true;
	return false;
}

uint16_t cel_effects(const struct cci *cci, const struct command *command)
{
	uint16_t effects = command->effects;
	unsigned int i;

	if (command->opcode == 0x0502)
		effects = features_effects(cci);
	for (i = 0; i < cci->cel.changes; i++)
		if (!cci->cel.change[i].hide && !cci->cel.change[i].twice &&
		    cci->cel.change[i].opcode == command->opcode)
			effects = cci->cel.change[i].effects;
	return effects;
}

/* The honest table, less what is hidden, plus what is listed twice. */
static bool own_entry(const struct cci *cci, size_t index, uint8_t out[CEL_ENTRY])
{
	const struct command *command;
	unsigned int change;
	size_t i;

	for (i = 0; (command = cci_command_at(cci, i)); i++) {
		if (hidden(cci, command->opcode))
			continue;
		if (!index--) {
			put16(out, command->opcode);
			put16(out + 2, cel_effects(cci, command));
			return true;
		}
	}
	for (change = 0; change < cci->cel.changes; change++) {
		if (cci->cel.change[change].twice && !index--) {
			put16(out, cci->cel.change[change].opcode);
			put16(out + 2, cci->cel.change[change].effects);
			return true;
		}
	}
	return false;
}

void cel_entry(const struct cci *cci, size_t index, uint8_t out[CEL_ENTRY])
{
	if (own_entry(cci, index, out))
		return;
	put16(out, 0xd000 + (index & 0x2fff));	/* padding: vendor opcodes */
	put16(out + 2, 0);
}

size_t cel_entries(const struct cci *cci)
{
	uint8_t entry[CEL_ENTRY];
	size_t n = 0;

	if (cci->cel.entries >= 0)
		return (size_t)cci->cel.entries;
	while (own_entry(cci, n, entry))
		n++;
	return n;
}

static size_t cel_size(const struct cci *cci)
{
	return cel_entries(cci) * CEL_ENTRY;
}

static uint8_t cel_byte(const struct cci *cci, size_t offset)
{
	uint8_t entry[CEL_ENTRY];

	cel_entry(cci, offset / CEL_ENTRY, entry);
	return entry[offset % CEL_ENTRY];
}

static size_t vendor_size(const struct cci *cci)
{
	return cci->vendor_log_cleared ? 0 : VENDOR_LOG_SIZE;
}

static uint8_t vendor_byte(const struct cci *cci, size_t offset)
{
	return (uint8_t)(cci->identity.serial >> 8 * (offset & 7));
}

static size_t dump_size(const struct cci *cci)
{
	return cci->dump_populated ? DUMP_SIZE : 0;
}

static uint8_t dump_byte(const struct cci *cci, size_t offset)
{
	return (uint8_t)(offset + cci->identity.serial);
}

static const struct log logs[] = {
	{ { 0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	    0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17 }, 0, cel_size, cel_byte },
	{ { 0x5e, 0x18, 0x19, 0xd9, 0x11, 0xa9, 0x40, 0x0c,
	    0x81, 0x1f, 0xd6, 0x07, 0x19, 0x40, 0x3d, 0x86 }, 1, vendor_size, vendor_byte },
	{ { 0xb3, 0xfa, 0xb4, 0xcf, 0x01, 0xb6, 0x43, 0x32,
	    0x94, 0x3e, 0x5e, 0x99, 0x62, 0xf2, 0x35, 0x67 }, 3, dump_size, dump_byte },
};

#define CEL	(&logs[0])
#define VENDOR	(&logs[1])

static const struct log *find_log(const uint8_t *uuid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(logs); i++)
		if (!memcmp(logs[i].uuid, uuid, UUID_SIZE))
			return &logs[i];
	return NULL;
}

static void put_log(const struct cci *cci, uint8_t *out, const struct log *log)
{
	size_t size = log->size(cci);

	if (log == CEL && cci->cel.announced >= 0)
		size = (size_t)cci->cel.announced;
	memcpy(out, log->uuid, UUID_SIZE);
	put32(out + UUID_SIZE, size);
}

static uint16_t get_supported(struct call *call)
{
	uint8_t *out = call_reserve(call, 8 + 20 * ARRAY_SIZE(logs));
	size_t i;

	if (!out)
		return RC_INVALID_LENGTH;
	put16(out, ARRAY_SIZE(logs));
	for (i = 0; i < ARRAY_SIZE(logs); i++)
		put_log(call->cci, out + 8 + 20 * i, &logs[i]);
	return RC_SUCCESS;
}

static uint16_t get_sublist(struct call *call)
{
	size_t max = call->in[0], start = call->in[1], n, i;
	uint8_t *out;

	if (start >= ARRAY_SIZE(logs) || !max || call->room < 8)
		return RC_INVALID_INPUT;
	n = ARRAY_SIZE(logs) - start;
	if (n > max)
		n = max;
	if (n > (call->room - 8) / 20)
		n = (call->room - 8) / 20;
	out = call_reserve(call, 8 + 20 * n);
	out[0] = (uint8_t)n;
	put16(out + 2, ARRAY_SIZE(logs));
	out[4] = (uint8_t)start;
	for (i = 0; i < n; i++)
		put_log(call->cci, out + 8 + 20 * i, &logs[start + i]);
	return RC_SUCCESS;
}

static uint16_t get_log(struct call *call)
{
	const struct log *log = find_log(call->in);
	uint32_t offset = get32(call->in + 16), len = get32(call->in + 20);
	const struct cel_fault *fault = &call->cci->cel;
	size_t i, size;
	uint8_t *out;

	if (!log)
		return RC_INVALID_LOG;
	size = log->size(call->cci);
	if (log == CEL && fault->announced > (int64_t)size)
		size = (size_t)fault->announced;
	if ((uint64_t)offset + len > size)
		return RC_INVALID_INPUT;
	if (log == CEL && fault->delivered >= 0 && offset + len > fault->delivered)
		len = offset < fault->delivered ? (uint32_t)(fault->delivered - offset) : 0;
	out = call_reserve(call, len);
	if (!out)
		return RC_INVALID_INPUT;
	for (i = 0; i < len; i++)
		out[i] = log->byte(call->cci, offset + i);
	return RC_SUCCESS;
}

static uint16_t get_capabilities(struct call *call)
{
	const struct log *log = find_log(call->in);
	uint8_t *out;

	if (!log)
		return RC_INVALID_LOG;
	out = call_reserve(call, 4);
	if (!out)
		return RC_INVALID_LENGTH;
	put32(out, log->capabilities);
	return RC_SUCCESS;
}

static uint16_t clear_log(struct call *call)
{
	const struct log *log = find_log(call->in);

	if (!log)
		return RC_INVALID_LOG;
	if (!(log->capabilities & 1))
		return RC_UNSUPPORTED;
	if (log == VENDOR)
		call->cci->vendor_log_cleared = true;
	else
		call->cci->dump_populated = false;
	return RC_SUCCESS;
}

static void populated(struct cci *cci, uint16_t return_code, const uint8_t *argument)
{
	(void)argument;
	if (return_code == RC_SUCCESS)
		cci->dump_populated = true;
}

static uint16_t populate_log(struct call *call)
{
	const struct log *log = find_log(call->in);

	if (!log)
		return RC_INVALID_LOG;
	if (!(log->capabilities & 2))
		return RC_UNSUPPORTED;
	return background_start(call, call->cci->background_ns, populated, NULL, 0);
}

static const struct command log_commands[] = {
	{ 0x0400, 0, 0, 0, get_supported, "Get Supported Logs" },
	{ 0x0401, 0, 0x18, 0x18, get_log, "Get Log" },
	{ 0x0402, 0, 0x10, 0x10, get_capabilities, "Get Log Capabilities" },
	{ 0x0403, EFFECT_LOG, 0x10, 0x10, clear_log, "Clear Log" },
	{ 0x0404, EFFECT_LOG | EFFECT_BACKGROUND | EFFECT_ABORT, 0x10, 0x10, populate_log,
	  "Populate Log" },
	{ 0x0405, 0, 2, 2, get_sublist, "Get Supported Logs Sub-List" },
};

const struct command_set log_set = { log_commands, ARRAY_SIZE(log_commands) };
