// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the Command Effects Log, CXL 3.1 8.2.9.5.2.1. The log is a list of
 * opcodes and their effects, without a header or an end mark. Pure: the caller
 * reads the log and passes its bytes.
 */
#include "cel.h"

/* Get Supported Logs, CXL 3.1 tables 8-70 and 8-71. */
#define LOGS_HEADER		8
#define LOGS_ENTRY		20
#define LOGS_ENTRY_SIZE		16

const u8 swcci_cel_uuid[CEL_UUID_LENGTH] = {
	0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17,
};

void swcci_cel_begin(struct swcci_cel_parser *parser, struct swcci_cel_effects *effects)
{
	memset(parser, 0, sizeof(*parser));
	memset(effects, 0, sizeof(*effects));
	parser->effects = effects;
}

/* An opcode listed twice has the effects of both. */
static void add_entry(struct swcci_cel_effects *effects, const u8 *entry)
{
	int row = swcci_audited_find(get_le16(entry));

	if (row < 0)
		return;
	effects->effects[row] |= get_le16(entry + 2);
	effects->listed[row / 8] |= (u8)(1 << row % 8);
}

void swcci_cel_feed(struct swcci_cel_parser *parser, const u8 *bytes, u32 length)
{
	while (length--) {
		parser->partial[parser->partial_length++] = *bytes++;
		if (parser->partial_length < CEL_ENTRY_LENGTH)
			continue;
		add_entry(parser->effects, parser->partial);
		parser->partial_length = 0;
	}
}

bool swcci_cel_complete(const struct swcci_cel_parser *parser)
{
	return !parser->partial_length;
}

bool swcci_cel_lists(const struct swcci_cel_effects *effects, int row)
{
	return row >= 0 && row < AUDITED_ROWS_MAX &&
	       effects->listed[row / 8] >> row % 8 & 1;
}

int swcci_cel_find_size(const u8 *logs, u32 length, u32 *size)
{
	const u8 *entry;
	u32 entries;

	if (length < LOGS_HEADER)
		return -ENOENT;
	entries = get_le16(logs);
	if (entries > (length - LOGS_HEADER) / LOGS_ENTRY)
		entries = (length - LOGS_HEADER) / LOGS_ENTRY;
	for (u32 i = 0; i < entries; i++) {
		entry = logs + LOGS_HEADER + i * LOGS_ENTRY;
		if (memcmp(entry, swcci_cel_uuid, CEL_UUID_LENGTH))
			continue;
		*size = get_le32(entry + LOGS_ENTRY_SIZE);
		return 0;
	}
	return -ENOENT;
}
