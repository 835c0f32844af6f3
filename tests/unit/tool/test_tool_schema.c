// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every key of every JSON object that a verb prints is in the table of
 * Documentation/ABI/tool-json.md, with its type, and every key of the table is
 * printed. With TOOL_SCHEMA_PRINT set it prints the table as it would have to be.
 */
#include "test_tool_fabric.h"

#define ROWS		1024
#define KEY_SIZE	96
#define TYPES_SIZE	40
#define COMMON		"every verb"
#define DRY_RUN		"dry run"

/**
 * struct row - one key of the table
 * @types: as the table has them: "number", "string or null", "report of VERB"
 * @seen: it was printed
 * @added: it is not in the table
 */
struct row {
	char verb[24];
	char key[KEY_SIZE];
	char types[TYPES_SIZE];
	bool seen;
	bool added;
};

static struct row rows[ROWS];
static size_t row_count;
static unsigned int mistakes;

static struct row *find_row(const char *verb, const char *key)
{
	size_t i;

	for (i = 0; i < row_count; i++)
		if (!strcmp(rows[i].verb, verb) && !strcmp(rows[i].key, key))
			return &rows[i];
	return NULL;
}

static struct row *add_row(const char *verb, const char *key, const char *types)
{
	struct row *row = &rows[row_count++];

	assert_true(row_count < ROWS);
	*row = (struct row){ .added = true };
	snprintf(row->verb, sizeof(row->verb), "%s", verb);
	snprintf(row->key, sizeof(row->key), "%s", key);
	snprintf(row->types, sizeof(row->types), "%s", types);
	return row;
}

/* "| bind | `binding.name` | string |" */
static void read_table(void)
{
	FILE *file = fopen(SCHEMA, "r");
	char line[300], verb[24], key[KEY_SIZE], types[TYPES_SIZE];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "| %23[^|] | `%95[^`]` | %39[^|] |", verb, key, types) != 3)
			continue;
		verb[strcspn(verb, "|") - 1] = '\0';
		while (*types && types[strlen(types) - 1] == ' ')
			types[strlen(types) - 1] = '\0';
		if (find_row(verb, key))
			fail_msg("twice in the table: %s %s", verb, key);
		add_row(verb, key, types)->added = false;
	}
	fclose(file);
}

/* ---- what is printed ---- */

static void check_object(const char *verb, const char *prefix, struct json_object *object);

/* {number, name}: one thing, though an object. */
static bool is_named(struct json_object *value)
{
	return json_object_object_length(value) == 2 &&
	       json_object_object_get_ex(value, "number", NULL) &&
	       json_object_object_get_ex(value, "name", NULL);
}

static const char *type_name(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return "null";
	case json_type_boolean:
		return "boolean";
	case json_type_int:
		return "number";
	case json_type_string:
		return "string";
	case json_type_array:
		return "array";
	default:
		return is_named(value) ? "named" : "object";
	}
}

static void complain(const char *what, const char *verb, const char *key, const char *type)
{
	mistakes++;
	print_error("%s: %s, key %s (%s)\n", what, verb, key, type);
}

static void add_type(struct row *row, const char *type)
{
	size_t used = strlen(row->types);

	if (strstr(row->types, type))
		return;
	if (!strcmp(row->types, "null"))
		snprintf(row->types, sizeof(row->types), "%s or null", type);
	else
		snprintf(row->types + used, sizeof(row->types) - used, " or %s", type);
}

/* The row that says what stands at @key: of this verb, or of all of them. */
static struct row *note(const char *verb, const char *key, const char *type)
{
	struct row *row = find_row(COMMON, key);

	if (!row)
		row = find_row(verb, key);
	if (!row)
		row = add_row(verb, key, type);
	if (row->added)
		add_type(row, type);
	if (!strncmp(row->types, "report of ", 10) ? strcmp(type, "object") :
	    !strstr(row->types, type))
		complain("another type than in the table", verb, key, type);
	row->seen = true;
	return row;
}

static void check_array(const char *verb, const char *key, struct json_object *array)
{
	char inner[KEY_SIZE];
	size_t i;

	snprintf(inner, sizeof(inner), "%s[]", key);
	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		if (json_object_is_type(item, json_type_object))
			check_object(verb, inner, item);
		else
			note(verb, inner, type_name(item));
	}
}

static void check_value(const char *verb, const char *key, struct json_object *value)
{
	const struct row *row = note(verb, key, type_name(value));

	if (!strncmp(row->types, "report of ", 10))
		check_object(row->types + 10, "", value);
	else if (!strcmp(type_name(value), "object"))
		check_object(verb, key, value);
	else if (json_object_is_type(value, json_type_array))
		check_array(verb, key, value);
}

/*
 * An error is the same wherever it stands, and so is what a dry run tells. Keys
 * that are names of files are "*".
 */
static void check_object(const char *verb, const char *prefix, struct json_object *object)
{
	bool dry_run = json_object_object_get_ex(object, "dry_run", NULL);
	char key[KEY_SIZE], any[KEY_SIZE];

	snprintf(any, sizeof(any), "%s.*", prefix);
	json_object_object_foreach(object, name, value) {
		snprintf(key, sizeof(key), "%s%s%s", prefix, *prefix ? "." : "", name);
		if (!strcmp(name, "error"))
			check_value(COMMON, "error", value);
		else if (find_row(verb, any))
			check_value(verb, any, value);
		else if (dry_run && !find_row(COMMON, key) && !find_row(verb, key))
			check_value(DRY_RUN, name, value);
		else
			check_value(verb, key, value);
	}
}

/* Every object by itself has what tells a program how to read it. */
static void check_report(const char *verb, const char *text)
{
	struct json_object *object = json_tokener_parse(text);

	if (!object)
		fail_msg("%s: no JSON: %s", verb, text);
	expect_number(object, "schema", JSON_SCHEMA);
	expect_text(object, "verb", verb);
	check_object(verb, "", object);
	json_object_put(object);
}

/* One report over several lines, or a report on each line. */
static void check_output(const char *verb)
{
	char *line, *rest;

	if (!strncmp(shown, "{\n", 2)) {
		check_report(verb, shown);
		return;
	}
	for (line = strtok_r(shown, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		check_report(verb, line);
}

/* Nobody says who it is, and one does not answer at first. */
static void hide_identities(void)
{
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	fabric.no_identify = 7;
	fabric.sick = (struct sick){
		.opcode = 0x0001, .depth = 1, .port = 1, .error = ETIMEDOUT, .count = 1,
	};
}

static void run_all(const char *more, bool refusing, bool hidden)
{
	char words[40];
	size_t i;

	for (i = 0; i < SPECIMENS; i++) {
		fabric_start();
		fabric.destructive = false;
		fabric.refusing = refusing;
		if (hidden)
			hide_identities();
		snprintf(words, sizeof(words), "--json %s", more);
		fabric_run(specimens[i].line, words);
		if (*told)
			fail_msg("%s --json writes to standard error:\n%s", specimens[i].line,
				 told);
		check_output(specimens[i].verb);
	}
}

/* ---- tests ---- */

static int compare(const void *one, const void *other)
{
	const struct row *a = one, *b = other;
	int verb = strcmp(a->verb, b->verb);

	return verb ? verb : strcmp(a->key, b->key);
}

static void print_table(void)
{
	size_t i;

	qsort(rows, row_count, sizeof(*rows), compare);
	for (i = 0; i < row_count; i++)
		printf("| %s | `%s` | %s |\n", rows[i].verb, rows[i].key, rows[i].types);
}

static void run_specimens(void)
{
	row_count = 0;
	mistakes = 0;
	read_table();
	run_all("", false, false);
	run_all("", true, false);
	run_all("--dry-run", false, false);
	run_all("--dry-run", true, false);
	run_all("--timeout x", false, false);
	run_all("", false, true);
}

static void every_key_is_in_the_table(void **state)
{
	size_t i;

	run_specimens();
	if (getenv("TOOL_SCHEMA_PRINT"))
		print_table();
	for (i = 0; i < row_count; i++)
		if (rows[i].added)
			complain("not in the table", rows[i].verb, rows[i].key, rows[i].types);
	assert_int_equal(mistakes, 0);
}

/* A key that is a file's name may or may not be there. */
static void every_key_of_the_table_is_printed(void **state)
{
	size_t i;

	run_specimens();
	for (i = 0; i < row_count; i++)
		if (!rows[i].seen && !strchr(rows[i].key, '*'))
			complain("is not printed", rows[i].verb, rows[i].key, rows[i].types);
	assert_int_equal(mistakes, 0);
}

/* The driver's own words for failures: each key of an error is there in each of them. */
static void a_refusal_has_all_keys(void **state)
{
	fabric_start();
	fabric.refusing = true;
	assert_int_equal(fabric_run("bind 1 2 1", "--dry-run --json"), RESULT_REFUSED);
	assert_non_null(strstr(shown, "\"way_out\": \"run as root"));
	check_output("bind");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_in_the_table),
		cmocka_unit_test(every_key_of_the_table_is_printed),
		cmocka_unit_test(a_refusal_has_all_keys),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
