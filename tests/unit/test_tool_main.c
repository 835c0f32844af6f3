// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: what is accepted, how a mistake is told, and that the
 * manual page says what the tables of main.c say. No device is opened.
 */
#include "unit.h"

int tool_main(int argc, char **argv);
#define main tool_main
#include "../../tools/main.c"
#undef main

#include <unistd.h>

#include "test_tool_json.h"

static char shown[65536];

static size_t read_back(FILE *file, char *text, size_t room)
{
	size_t size;

	rewind(file);
	size = fread(text, 1, room - 1, file);
	text[size] = '\0';
	return size;
}

/* Runs the tool; what it wrote to standard output is in @shown. */
static int run_tool(const char *const *words)
{
	char *argv[16] = { (char *)"cxl-switch" };
	int argc = 1, status, out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	FILE *file = tmpfile();

	assert_non_null(file);
	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)words[argc - 1];
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	close(STDERR_FILENO);
	status = tool_main(argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	read_back(file, shown, sizeof(shown));
	fclose(file);
	return status;
}

static const struct verb *named(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(verbs); i++)
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

/* Without the marks of bold text. */
static const char *manual(void)
{
	static char text[65536];
	FILE *file = fopen(MANUAL, "r");
	char *to, *from;

	assert_non_null(file);
	assert_true(read_back(file, text, sizeof(text)) > 1000);
	fclose(file);
	for (to = from = text; *from; from++)
		if (*from != '*')
			*to++ = *from;
	*to = '\0';
	return text;
}

static void test_manual_has_every_verb_and_option(void **state)
{
	char wanted[200];
	size_t i;

	for (i = 0; i < COUNT(verbs); i++) {
		snprintf(wanted, sizeof(wanted), "\n%s", verbs[i].name);
		if (!strstr(strstr(manual(), "# VERBS"), wanted))
			fail_msg("no verb '%s' in the manual", verbs[i].name);
	}
	for (i = 0; i < COUNT(option_rows); i++) {
		snprintf(wanted, sizeof(wanted), "-%c, --%s%s%s%s", option_rows[i].letter,
			 option_rows[i].name, option_rows[i].argument ? " _" : "",
			 option_rows[i].argument ? option_rows[i].argument : "",
			 option_rows[i].argument ? "_" : "");
		if (option_rows[i].letter != 'h' && !strstr(manual(), wanted))
			fail_msg("no '%s' in the manual", wanted);
	}
	for (i = 0; i < COUNT(exit_codes); i++) {
		snprintf(wanted, sizeof(wanted), " %d\n:%s%s\n", exit_codes[i].result,
			 i ? "  " : "< ", exit_codes[i].meaning);
		if (!strstr(manual(), wanted))
			fail_msg("no '%s' in the manual", wanted);
	}
}

/* What the manual promises is there. */
static void test_manual_has_no_other_option(void **state)
{
	const char *at = strstr(manual(), "# OPTIONS");
	size_t found = 0, i;

	for (; (at = strstr(at, ", --")); at += 4) {
		for (i = 0; i < COUNT(option_rows); i++)
			if (at[-1] == option_rows[i].letter &&
			    !strncmp(at + 4, option_rows[i].name, strlen(option_rows[i].name)))
				break;
		if (at[-2] == '-' && i == COUNT(option_rows))
			fail_msg("an option that there is not: %.20s", at - 2);
		found += at[-2] == '-';
	}
	assert_int_equal(found, COUNT(option_rows) - 1);
}

/* ---- help ---- */

static void test_help(void **state)
{
	size_t i;

	assert_int_equal(RUN("--help"), RESULT_OK);
	for (i = 0; i < COUNT(verbs); i++)
		expect_shown(verbs[i].summary);
	for (i = 0; i < COUNT(exit_codes); i++)
		expect_shown(exit_codes[i].meaning);
	for (i = 0; i < COUNT(verbs); i++) {
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
	expect_shown("\t2:bg:*) words='status wait cancel adopt --help' ;;");
	for (i = 0; i < COUNT(verbs); i++) {
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

	for (i = 0; i < COUNT(lines); i++) {
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
		cmocka_unit_test(test_manual_has_every_verb_and_option),
		cmocka_unit_test(test_manual_has_no_other_option),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_json_behind_a_mistake),
		cmocka_unit_test(test_opcode_and_device_in_either_order),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
