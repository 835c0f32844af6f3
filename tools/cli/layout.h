/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Describes a structure of the specification as a table of fields, for both
 * text and JSON. It does not depend on a particular structure.
 */
#ifndef CXL_SWITCH_TOOL_LAYOUT_H
#define CXL_SWITCH_TOOL_LAYOUT_H

#include "output.h"

/**
 * struct layout - one field
 * @key: in JSON
 * @label: in text
 * @unit: text after the number, or ""
 * @offset: of the first byte, little-endian
 * @size: 1, 2, 4 or 8 bytes; 8 bytes are a hexadecimal string in JSON
 * @name: converts a number of one byte to a name, or NULL
 */
struct layout {
	const char *key;
	const char *label;
	const char *unit;
	uint8_t offset;
	uint8_t size;
	const char *(*name)(uint8_t value);
};

/* @bytes contains all fields; the caller has checked the length. */
void layout_json(struct json_object *object, const struct layout *fields, size_t count,
		 const uint8_t *bytes);
bool layout_print(const struct screen *screen, const struct layout *fields, size_t count,
		  const uint8_t *bytes);

#endif
