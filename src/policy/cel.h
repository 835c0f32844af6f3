/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Command Effects Log, parsed as it streams in. Effects are kept for
 * audited rows only, so a log of any size costs the same memory. Pure.
 */
#ifndef CCI_CEL_H
#define CCI_CEL_H

#include "audited.h"

#define CEL_UUID_LENGTH		16
#define CEL_ENTRY_LENGTH	4

extern const u8 cel_uuid[CEL_UUID_LENGTH];

/* What a CEL said of the audited commands. */
struct cel_effects {
	u16 effects[AUDITED_ROWS_MAX];
	u8 listed[AUDITED_ROWS_MAX / 8];
};

struct cel_parser {
	struct cel_effects *effects;
	u8 partial[CEL_ENTRY_LENGTH];	/* of an entry split between two parts */
	u8 partial_length;
};

void cel_begin(struct cel_parser *parser, struct cel_effects *effects);
void cel_feed(struct cel_parser *parser, const u8 *bytes, u32 length);
bool cel_complete(const struct cel_parser *parser);
bool cel_lists(const struct cel_effects *effects, int row);
int cel_find_size(const u8 *logs, u32 length, u32 *size);

#endif /* CCI_CEL_H */
