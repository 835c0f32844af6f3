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

extern const u8 swcci_cel_uuid[CEL_UUID_LENGTH];

/* What a CEL said of the audited commands. */
struct swcci_cel_effects {
	u16 effects[AUDITED_ROWS_MAX];
	u8 listed[AUDITED_ROWS_MAX / 8];
};

struct swcci_cel_parser {
	struct swcci_cel_effects *effects;
	u8 partial[CEL_ENTRY_LENGTH];	/* of an entry split between two parts */
	u8 partial_length;
};

void swcci_cel_begin(struct swcci_cel_parser *parser, struct swcci_cel_effects *effects);
void swcci_cel_feed(struct swcci_cel_parser *parser, const u8 *bytes, u32 length);
bool swcci_cel_complete(const struct swcci_cel_parser *parser);
bool swcci_cel_lists(const struct swcci_cel_effects *effects, int row);
int swcci_cel_find_size(const u8 *logs, u32 length, u32 *size);

#endif /* CCI_CEL_H */
