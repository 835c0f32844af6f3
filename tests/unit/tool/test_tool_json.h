/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks into a verb's report. A missing key or a wrong type fails the test.
 */
#ifndef TEST_TOOL_JSON_H
#define TEST_TOOL_JSON_H

#include "unit.h"

#include <json-c/json.h>

static inline struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no key '%s' in %s", key, json_object_to_json_string(object));
	return value;
}

static inline struct json_object *element(struct json_object *object, const char *key,
					  size_t index)
{
	struct json_object *array = get(object, key);

	assert_true(json_object_is_type(array, json_type_array));
	assert_true(index < json_object_array_length(array));
	return json_object_array_get_idx(array, index);
}

static inline void expect_text(struct json_object *object, const char *key, const char *expected)
{
	struct json_object *value = get(object, key);

	assert_true(json_object_is_type(value, json_type_string));
	assert_string_equal(json_object_get_string(value), expected);
}

static inline void expect_number(struct json_object *object, const char *key, int expected)
{
	struct json_object *value = get(object, key);

	assert_true(json_object_is_type(value, json_type_int));
	assert_int_equal(json_object_get_int(value), expected);
}

static inline void expect_flag(struct json_object *object, const char *key, bool expected)
{
	struct json_object *value = get(object, key);

	assert_true(json_object_is_type(value, json_type_boolean));
	assert_int_equal(json_object_get_boolean(value), expected);
}

#endif
