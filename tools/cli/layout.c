// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints a table of fields. The caller has checked the length.
 */
#include "layout.h"

#include <inttypes.h>

#include "cci/bytes.h"

static uint64_t value_of(const struct layout *field, const uint8_t *bytes)
{
	const uint8_t *at = bytes + field->offset;

	switch (field->size) {
	case 8:
		return get_le64(at);
	case 4:
		return get_le32(at);
	case 2:
		return get_le16(at);
	default:
		return *at;
	}
}

void layout_json(struct json_object *object, const struct layout *fields, size_t count,
		 const uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t value = value_of(&fields[i], bytes);

		if (fields[i].name)
			json_named(object, fields[i].key, value, fields[i].name(value));
		else if (fields[i].size == 8)
			json_hex(object, fields[i].key, value, 16);
		else
			json_number(object, fields[i].key, value);
	}
}

bool layout_print(const struct screen *screen, const struct layout *fields, size_t count,
		  const uint8_t *bytes)
{
	struct table table;
	size_t i;

	table_open(&table, 2);
	for (i = 0; i < count; i++) {
		uint64_t value = value_of(&fields[i], bytes);

		table_add(&table, "%s", fields[i].label);
		if (fields[i].name)
			table_add(&table, "%s", fields[i].name(value));
		else
			table_add(&table, "%" PRIu64 "%s", value, fields[i].unit);
	}
	return table_close(&table, screen);
}
