/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A structure of the specification as a table: read once for text and once for
 * JSON. It must not know any structure.
 */
#ifndef CXL_SWITCH_TOOL_LAYOUT_H
#define CXL_SWITCH_TOOL_LAYOUT_H

#include "output.h"

/**
 * struct layout - one field
 * @key: in JSON
 * @label: in text
 * @unit: behind the number, or ""
 * @offset: of the first byte, little-endian
 * @size: 1, 2, 4 or 8 bytes; 8 are a hexadecimal string in JSON
 * @name: words for a number of one byte, or NULL
 */
struct layout {
	const char *key;
	const char *label;
	const char *unit;
	uint8_t offset;
	uint8_t size;
	const char *(*name)(uint8_t value);
};

/* @bytes has all that the fields name: the caller has compared the length. */
void layout_json(struct json_object *object, const struct layout *fields, size_t count,
		 const uint8_t *bytes);
bool layout_print(const struct screen *screen, const struct layout *fields, size_t count,
		  const uint8_t *bytes);

#endif
