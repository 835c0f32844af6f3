// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: what is accepted, how a mistake is told, and that --help,
 * the manual page and bash's completion say what the tables of commands.c say.
 * No device is opened.
 */
#include "test_tool_run.h"
#include "test_tool_json.h"

static const struct verb *named(const char *name)
{
	size_t i;

	for (i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	fail_msg("no verb '%s'", name);
	return NULL;
}

#define RUN(...) run_tool((const char *const []){ __VA_ARGS__, NULL })

/* A verb of two words is two arguments. */
static int run_words(const char *name, const char *option)
{
	char words[40];
	char *second;

	snprintf(words, sizeof(words), "%s", name);
	second = strchr(words, ' ');
	if (!second)
		return RUN(words, option);
	*second++ = '\0';
	return RUN(words, second, option);
}

static void expect_shown(const char *expected)
{
	if (!strstr(shown, expected))
		fail_msg("'%s' is not in:\n%s", expected, shown);
}

static struct json_object *report(void)
{
	struct json_object *object = json_tokener_parse(shown);

	if (!object)
		fail_msg("no JSON:\n%s", shown);
	expect_number(object, "schema", 1);
	return object;
}

/* ---- the manual ---- */

#define LINE_SIZE 300

static const char *file_text(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(read_back(file, text, sizeof(text)) > 1000);
	return text;
}

static const char *manual(void)
{
	return file_text(MANUAL);
}

/* The first of @text's lines behind @from that @is_heading: in @line; NULL behind the last. */
static const char *next_heading(const char *from, bool (*is_heading)(const char *line), char *line)
{
	for (; from && *from && strncmp(from, "# ", 2); from = strchr(from, '\n') + 1) {
		size_t length = strcspn(from, "\n");

		if (!is_heading(from))
			continue;
		assert_true(length < LINE_SIZE);
		memcpy(line, from, length);
		line[length] = '\0';
		return from + length + 1;
	}
	return NULL;
}

static const char *section(const char *name)
{
	const char *found = strstr(manual(), name);

	if (!found)
		fail_msg("the manual has no '%s'", name);
	return found + strlen(name);
}

static bool is_bold(const char *line)
{
	return *line == '*';
}

static void append(char *line, const char *format, const char *text, int length)
{
	size_t used = strlen(line);

	snprintf(line + used, LINE_SIZE - used, format, length, text);
}

/* "PORT assert|deassert [LD] [DEVICE]": names are _NAME_, words to be typed bold. */
static void append_arguments(const char *at, char *line)
{
	for (; *at && strcmp(at, "[DEVICE]"); at += strcspn(at, " "), at += strspn(at, " ")) {
		int length = (int)strcspn(at, " |");

		if (*at == '[')
			append(line, " [_%.*s_]", at + 1, length - 2);
		else
			append(line, *at < 'a' ? " _%.*s_" : " *%.*s*", at, length);
		if (at[length] == '|')
			append(line, " | *%.*s*", at + length + 1,
			       (int)strcspn(at + length + 1, " "));
	}
}

/* What few verbs take stands beside them. */
static void append_options(const struct verb *verb, char *line)
{
	size_t i;

	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (!takes(verb, row) || __builtin_popcount(row->verbs) > 3)
			continue;
		append(line, " [*--%.*s*", row->name, -1);
		if (row->argument)
			append(line, " _%.*s_", row->argument, -1);
		append(line, "%.*s", "]", 1);
	}
}

static void test_manual_has_the_verbs(void **state)
{
	char line[LINE_SIZE], expected[LINE_SIZE];
	const char *at = section("\n# VERBS\n\n");
	size_t i;

	for (i = 0; i < verb_count; i++) {
		snprintf(expected, sizeof(expected), "*%s*", verbs[i].name);
		append_arguments(verbs[i].arguments, expected);
		append_options(&verbs[i], expected);
		at = next_heading(at, is_bold, line);
		if (!at || strcmp(line, expected))
			fail_msg("VERBS in the manual: expected, at this place:\n%s\nthere is:\n%s",
				 expected, at ? line : "nothing");
	}
	if (next_heading(at, is_bold, line))
		fail_msg("no verb has this text in the manual: %s", line);
}

static void test_manual_has_the_options(void **state)
{
	const char *at = section("\n# OPTIONS\n\n");
	char line[LINE_SIZE], expected[LINE_SIZE];
	size_t i;

	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];

		snprintf(expected, sizeof(expected), "*-%c, --%s*", row->letter, row->name);
		if (row->argument)
			append(expected, " _%.*s_", row->argument, -1);
		at = next_heading(at, is_bold, line);
		if (!at || strcmp(line, expected))
			fail_msg("OPTIONS in the manual: expected, at this place:\n%s\n"
				 "there is:\n%s", expected, at ? line : "nothing");
	}
	if (next_heading(at, is_bold, line))
		fail_msg("no option has this text in the manual: %s", line);
}

static void test_manual_has_the_exit_codes(void **state)
{
	const char *at = section("\n# EXIT STATUS\n\n");
	char expected[2048] = "";
	size_t used = 0, i;

	for (i = 0; i < exit_code_count; i++)
		used += (size_t)snprintf(expected + used, sizeof(expected) - used,
					 "|%s %d\n:%s %s\n", i ? " " : "[", exit_codes[i].result,
					 i ? " " : "<", exit_codes[i].meaning);
	snprintf(expected + used, sizeof(expected) - used, "\n#");
	if (strncmp(at, expected, strlen(expected)))
		fail_msg("EXIT STATUS in the manual: expected\n%s", expected);
}

/* ---- help ---- */

static void test_help(void **state)
{
	size_t i;

	assert_int_equal(RUN("--help"), RESULT_OK);
	for (i = 0; i < verb_count; i++)
		expect_shown(verbs[i].summary);
	for (i = 0; i < exit_code_count; i++)
		expect_shown(exit_codes[i].meaning);
	for (i = 0; i < verb_count; i++) {
		assert_int_equal(run_words(verbs[i].name, "--help"), RESULT_OK);
		expect_shown(verbs[i].description);
		expect_shown("-j, --json");
		assert_int_equal(!strstr(shown, "--restrict"), verbs[i].bit == DOCTOR);
		assert_int_equal(!strstr(shown, "--read-only"), verbs[i].bit != EXPLAIN);
	}
	assert_int_equal(RUN("--version"), RESULT_OK);
	expect_shown(CXL_SWITCH_CCI_VERSION);
}

/* What is printed is a script; bash itself says so. */
static void test_completion(void **state)
{
	FILE *bash;
	size_t i;

	assert_int_equal(RUN("--completion"), RESULT_OK);
	if (strcmp(shown, file_text(COMPLETION)))
		fail_msg("%s is not what the tool prints: make -C tools completion", COMPLETION);
	expect_shown("\t2:bg:*) words='status wait cancel adopt --help' ;;");
	for (i = 0; i < verb_count; i++) {
		char wanted[60];
		const char *space = strchr(verbs[i].name, ' ');

		snprintf(wanted, sizeof(wanted), "\t*:%.*s:%s) words='",
			 (int)strcspn(verbs[i].name, " "), verbs[i].name,
			 space ? space + 1 : "*");
		expect_shown(wanted);
	}
	bash = popen("bash -c 'source /dev/stdin || exit; COMP_CWORD=2; COMP_WORDS=(x bg wa);"
		     "_cxl_switch; test \"${COMPREPLY[*]}\" = wait'", "w");
	assert_non_null(bash);
	fputs(shown, bash);
	assert_int_equal(pclose(bash), 0);
}

/* ---- mistakes ---- */

static void test_mistakes(void **state)
{
	static const char *const lines[][5] = {
		{ "identify", "--bogus" },
		{ "identify", "--restrict", "everything" },
		{ "identify", "--restrict", "query", "--read-only" },
		{ "identify", "--timeout", "0" },
		{ "identify", "switch0", "switch1" },
		{ "explain" },
		{ "raw", "0001", "switch0", "0001" },
		{ "doctor", "--restrict", "query" },
		{ "destinations", "-p", "1" },
		{ "explain", "0001", "--out", "x" },
	};
	size_t i, words;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *line[8] = { lines[i][0], "--json" };
		struct json_object *object;

		for (words = 1; lines[i][words]; words++)
			line[words + 1] = lines[i][words];
		assert_int_equal(run_tool(line), RESULT_USAGE);
		object = report();
		expect_text(object, "verb", lines[i][0]);
		expect_text(get(get(object, "error"), "errno"), "name", "EINVAL");
		json_object_put(object);
	}
	assert_int_equal(RUN("bogus"), RESULT_USAGE);
}

/* --json is heard behind the mistake too, and the first mistake is told. */
static void test_json_behind_a_mistake(void **state)
{
	struct json_object *object;

	assert_int_equal(RUN("identify", "--timeout", "x", "--restrict", "y", "--json"),
			 RESULT_USAGE);
	object = report();
	assert_non_null(strstr(json_object_get_string(get(get(object, "error"), "message")),
			       "--timeout x"));
	json_object_put(object);
}

static enum result positionals(const char *first, const char *second, struct options *options)
{
	char *arguments[2] = { (char *)first, (char *)second };
	struct failure failure;

	*options = (struct options){ 0 };
	return set_positionals(named("explain"), second ? 2 : 1, arguments, options, &failure);
}

static void test_opcode_and_device_in_either_order(void **state)
{
	struct options options;

	assert_int_equal(positionals("switch0", "0001", &options), RESULT_OK);
	assert_string_equal(options.opcode, "0001");
	assert_string_equal(options.device, "switch0");
	assert_int_equal(positionals("5101h", "0d:00.1", &options), RESULT_OK);
	assert_string_equal(options.opcode, "5101h");
	assert_string_equal(options.device, "0d:00.1");
	/* Both can be opcodes: then the first is. */
	assert_int_equal(positionals("0x5101", "0x1234", &options), RESULT_OK);
	assert_string_equal(options.opcode, "0x5101");
	assert_int_equal(positionals("0001", NULL, &options), RESULT_OK);
	assert_null(options.device);
}

static void test_values(void **state)
{
	struct options options = { 0 };
	struct failure failure;
	const struct verb *explain = named("explain");

	assert_int_equal(set_option(find_option(explain, 'r'), "setting", &options, &failure),
			 RESULT_OK);
	assert_true(options.open.limit.is_set);
	assert_int_equal(options.open.limit.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_equal(set_option(find_option(explain, 'O'), NULL, &options, &failure),
			 RESULT_OK);
	assert_true(options.open.read_only);
	assert_null(find_option(explain, 't'));
	assert_int_equal(set_option(find_option(named("raw"), 't'), "12", &options, &failure),
			 RESULT_OK);
	assert_int_equal(options.open.timeout_ms, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manual_has_the_verbs),
		cmocka_unit_test(test_manual_has_the_options),
		cmocka_unit_test(test_manual_has_the_exit_codes),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_json_behind_a_mistake),
		cmocka_unit_test(test_opcode_and_device_in_either_order),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
