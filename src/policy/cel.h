/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parser of the Command Effects Log. The caller feeds it the log in parts of any
 * size. It keeps the effects of audited commands alone, so a log of any size needs
 * the same memory. Pure.
 */
#ifndef CCI_CEL_H
#define CCI_CEL_H

#include "audited.h"

#define CEL_UUID_LENGTH		16
#define CEL_ENTRY_LENGTH	4

extern const u8 swcci_cel_uuid[CEL_UUID_LENGTH];

/**
 * struct swcci_cel_effects - effects of the audited commands
 * @effects: EFFECT_* by index of the row
 * @listed: a bit for each row: the log lists its command
 */
struct swcci_cel_effects {
	u16 effects[AUDITED_ROWS_MAX];
	u8 listed[AUDITED_ROWS_MAX / 8];
};

/**
 * struct swcci_cel_parser - state between two parts of a log
 * @effects: result
 * @partial: start of an entry that was split between parts
 * @partial_length: bytes in @partial
 */
struct swcci_cel_parser {
	struct swcci_cel_effects *effects;
	u8 partial[CEL_ENTRY_LENGTH];
	u8 partial_length;
};

/**
 * swcci_cel_begin() - prepare to parse a log from its start
 * @parser: initialized here
 * @effects: result; cleared here
 */
void swcci_cel_begin(struct swcci_cel_parser *parser, struct swcci_cel_effects *effects);

/**
 * swcci_cel_feed() - parse the next part of the log
 * @parser: state
 * @bytes: the part
 * @length: of @bytes; a part may end inside an entry
 */
void swcci_cel_feed(struct swcci_cel_parser *parser, const u8 *bytes, u32 length);

/**
 * swcci_cel_complete() - did the log end with a whole entry?
 * @parser: state after the last part
 *
 * Return: false if the log ended inside an entry.
 */
bool swcci_cel_complete(const struct swcci_cel_parser *parser);

/**
 * swcci_cel_lists() - does the log list the command of a row?
 * @effects: result of parsing
 * @row: index of the row; any value
 *
 * Return: true if it does; false also if @row is not an index.
 */
bool swcci_cel_lists(const struct swcci_cel_effects *effects, int row);

/**
 * swcci_cel_find_size() - the size of the CEL by an answer to Get Supported Logs
 * @logs: payload of the answer
 * @length: of @logs; entries beyond it are ignored, whatever the header claims
 * @size: result, in bytes; the device may claim any value
 *
 * Return: 0, or -ENOENT if the answer does not list the CEL.
 */
int swcci_cel_find_size(const u8 *logs, u32 length, u32 *size);

#endif /* CCI_CEL_H */
