// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every verb that changes something has --dry-run and --force: it does not
 * change without the one what the driver calls destructive, and nothing at all
 * with the other. What changes something is found out by running it.
 */
#include "test_tool_fabric.h"

static const struct verb *verb_of(const struct specimen *specimen)
{
	size_t i;

	for (i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].name, specimen->verb))
			return &verbs[i];
	fail_msg("no verb '%s'", specimen->verb);
	return NULL;
}

static bool has_option(const struct verb *verb, const char *name)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (!strcmp(option_rows[i].name, name))
			return takes(verb, &option_rows[i]);
	return false;
}

static bool changed(void)
{
	return fabric.changes || fake.cancels;
}

/* By itself, with a driver that lets it: what is not destructive needs no --force. */
static bool changes_something(const struct specimen *specimen)
{
	fabric_start();
	fabric.destructive = false;
	fabric_run(specimen->line, "");
	return changed();
}

static void every_verb_has_a_specimen(void **state)
{
	size_t verb, i;

	for (verb = 0; verb < verb_count; verb++) {
		for (i = 0; i < SPECIMENS; i++)
			if (!strcmp(specimens[i].verb, verbs[verb].name))
				break;
		if (i == SPECIMENS)
			fail_msg("'%s' has no command line in test_tool_fabric.h",
				 verbs[verb].name);
	}
}

static void what_changes_has_both_options(void **state)
{
	size_t i;

	for (i = 0; i < SPECIMENS; i++) {
		const struct verb *verb = verb_of(&specimens[i]);

		if (changes_something(&specimens[i]) &&
		    !(has_option(verb, "dry-run") && has_option(verb, "force")))
			fail_msg("'%s' changes something, and has no --dry-run or no --force",
				 specimens[i].line);
	}
}

/* Else the other tests would show nothing. */
static void what_has_the_options_changes(void **state)
{
	bool changes[64] = { false };
	size_t verb, i;

	assert_true(verb_count <= 64);
	for (i = 0; i < SPECIMENS; i++)
		changes[verb_of(&specimens[i]) - verbs] |= changes_something(&specimens[i]);
	for (verb = 0; verb < verb_count; verb++)
		if (has_option(&verbs[verb], "dry-run") && !changes[verb])
			fail_msg("no command line of '%s' changes anything", verbs[verb].name);
}

/* Calls @check with each command line that changes something, the far end as new. */
static void check_changes(void (*check)(const char *line))
{
	size_t i;

	for (i = 0; i < SPECIMENS; i++) {
		if (!changes_something(&specimens[i]))
			continue;
		fabric_start();
		check(specimens[i].line);
	}
}

static void expect_force_wanted(const char *line)
{
	if (fabric_run(line, "") != RESULT_USAGE || changed())
		fail_msg("'%s' was carried out without --force", line);
	if (!strstr(told, "--force"))
		fail_msg("'%s' does not tell the way out, but:\n%s", line, told);
}

/* No terminal is asked: standard input is none, and nobody reads it. */
static void what_is_destructive_wants_force(void **state)
{
	check_changes(expect_force_wanted);
}

static void expect_not_tried(const char *line)
{
	fabric.refusing = true;
	if (fabric_run(line, "") != RESULT_REFUSED || changed())
		fail_msg("'%s' was tried although it would be refused:\n%s", line, told);
	if (!strstr(told, "gate 'capability'"))
		fail_msg("'%s' does not tell the gate:\n%s", line, told);
}

/* Refused by the driver a moment ago, and allowed now: it is not tried. */
static void what_is_refused_is_not_tried(void **state)
{
	check_changes(expect_not_tried);
}

static void expect_done(const char *line)
{
	fabric_run(line, "--force");
	if (!changed())
		fail_msg("'%s --force' was not carried out:\n%s", line, told);
}

static void what_is_destructive_is_done_with_force(void **state)
{
	check_changes(expect_done);
}

static void expect_nothing_changed(const char *line)
{
	if (fabric_run(line, "--dry-run --json") != RESULT_OK)
		fail_msg("'%s --dry-run' fails:\n%s", line, shown);
	if (changed() || !fake.explains)
		fail_msg("'%s --dry-run' changes something, or asks nobody", line);
	if (!strstr(shown, "\"dry_run\": true") || !strstr(shown, "\"would_be_sent\": true"))
		fail_msg("'%s --dry-run' does not tell so:\n%s", line, shown);
}

static void a_dry_run_changes_nothing(void **state)
{
	check_changes(expect_nothing_changed);
}

static void expect_refusal_told(const char *line)
{
	fabric.refusing = true;
	if (fabric_run(line, "--dry-run --force --json") != RESULT_REFUSED)
		fail_msg("'%s --dry-run' hides a refusal:\n%s", line, shown);
	assert_false(changed());
	if (!strstr(shown, "\"gate\": \"capability\""))
		fail_msg("'%s --dry-run' names no gate:\n%s", line, shown);
}

/* --force forces the tool, not the driver. */
static void a_dry_run_tells_a_refusal(void **state)
{
	check_changes(expect_refusal_told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_has_a_specimen),
		cmocka_unit_test(what_changes_has_both_options),
		cmocka_unit_test(what_has_the_options_changes),
		cmocka_unit_test(what_is_destructive_wants_force),
		cmocka_unit_test(what_is_refused_is_not_tried),
		cmocka_unit_test(what_is_destructive_is_done_with_force),
		cmocka_unit_test(a_dry_run_changes_nothing),
		cmocka_unit_test(a_dry_run_tells_a_refusal),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
