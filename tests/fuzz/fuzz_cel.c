// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Command Effects Log: one part, many parts, and a separate count must have the
 * same result. Then the same bytes are an answer to Get Supported Logs.
 */
#include "fuzz.h"

#include "policy/cel.h"

static void parse_in_parts(const u8 *bytes, size_t size, u32 step,
			   struct swcci_cel_effects *effects)
{
	struct swcci_cel_parser parser;

	swcci_cel_begin(&parser, effects);
	for (size_t from = 0; from < size; from += step) {
		size_t part = size - from < step ? size - from : step;
		u8 *copy = exact_copy(bytes + from, part);

		swcci_cel_feed(&parser, copy, (u32)part);
		free(copy);
	}
	HOLDS(swcci_cel_complete(&parser) == !(size % 4));
}

/* What a row's command has in the log, looked up the slow way. */
static void check_row(const u8 *bytes, size_t size, int row,
		      const struct swcci_cel_effects *effects)
{
	u16 found = 0;
	bool listed = false;

	for (size_t i = 0; i + 4 <= size; i += 4)
		if (get_le16(bytes + i) == swcci_audited_row(row)->opcode) {
			listed = true;
			found |= get_le16(bytes + i + 2);
		}
	HOLDS(swcci_cel_lists(effects, row) == listed);
	HOLDS(effects->effects[row] == found);
}

static void check_supported_logs(const u8 *bytes, size_t size)
{
	u8 *copy = exact_copy(bytes, size);
	u32 log_size = 0;

	if (!swcci_cel_find_size(copy, (u32)size, &log_size))
		HOLDS(size >= 28);
	free(copy);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct swcci_cel_effects whole, parts;
	u8 *copy;

	if (size < 1)
		return 0;
	parse_in_parts(data + 1, size - 1, 1 + data[0], &parts);
	parse_in_parts(data + 1, size - 1, 0x10000, &whole);
	HOLDS(!memcmp(&whole, &parts, sizeof(whole)));
	for (int row = 0; swcci_audited_row(row); row++)
		/* vendor rows of several devices for one opcode share a word */
		if (swcci_audited_find(swcci_audited_row(row)->opcode) == row)
			check_row(data + 1, size - 1, row, &whole);

	check_supported_logs(data + 1, size - 1);
	if (size > 25) {
		/* with the right UUID at some entry */
		copy = exact_copy(data + 1, size - 1);
		memcpy(copy + 8 + data[0] % ((size - 1 - 8) / 16) * 16, swcci_cel_uuid, 16);
		check_supported_logs(copy, size - 1);
		free(copy);
	}
	return 0;
}
