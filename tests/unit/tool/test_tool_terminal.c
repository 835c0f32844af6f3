// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is another on a terminal: colours, the screen that monitor draws anew,
 * and a line for what takes long. Nobody is asked there either.
 */
#include "test_tool_fabric.h"

#include <fcntl.h>

#define WAIT_STEPS 600

static int master, slave;
static char seen[65536];
static size_t seen_size;

static int open_terminal(void **state)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (master < 0 || grantpt(master) || unlockpt(master))
		return -1;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	seen_size = 0;
	fabric_start();
	return slave < 0 ? -1 : 0;
}

static int close_terminal(void **state)
{
	size_t i;

	for (i = 0; i < 3; i++)
		terminal_for[i] = -1;
	close(slave);
	close(master);
	return 0;
}

/* What a person would have seen so far. */
static const char *look(void)
{
	ssize_t size;

	while ((size = read(master, seen + seen_size, sizeof(seen) - 1 - seen_size)) > 0)
		seen_size += (size_t)size;
	seen[seen_size] = '\0';
	return seen;
}

static void expect_seen(const char *text, bool expected)
{
	if (!strstr(look(), text) == expected)
		fail_msg("'%s' is %sto be in:\n%s", text, expected ? "" : "not ", seen);
}

#define BOLD	"\033[1m"
#define RED	"\033[31m"
#define REDRAW	"\033[H\033[J"

static void test_colours(void **state)
{
	terminal_for[1] = slave;
	assert_int_equal(fabric_run("ports", ""), RESULT_OK);
	expect_seen("LTSSM", true);
	expect_seen(BOLD, true);
}

static void test_no_color(void **state)
{
	terminal_for[1] = slave;
	terminal_for[2] = slave;
	setenv("NO_COLOR", "1", 1);
	assert_int_equal(fabric_run("ports", ""), RESULT_OK);
	assert_int_equal(fabric_run("identify", "-p 3"), RESULT_DEVICE_ERROR);
	expect_seen("LTSSM", true);
	expect_seen("hint: ", true);
	expect_seen("\033[", false);
	setenv("NO_COLOR", "", 1);
	assert_int_equal(fabric_run("identify", "-p 3"), RESULT_DEVICE_ERROR);
	expect_seen(RED, true);
}

static void test_dumb_terminal(void **state)
{
	terminal_for[1] = slave;
	terminal_for[2] = slave;
	setenv("TERM", "dumb", 1);
	assert_int_equal(fabric_run("monitor", "--count 2"), RESULT_OK);
	assert_int_equal(fabric_run("ports", ""), RESULT_OK);
	expect_seen("COMPONENT", true);
	expect_seen("\033", false);
}

static void test_json_is_plain(void **state)
{
	terminal_for[1] = slave;
	assert_int_equal(fabric_run("identify", "--json"), RESULT_OK);
	expect_seen("\"error\": null", true);
	expect_seen("\033", false);
}

static void test_the_screen_is_drawn_anew(void **state)
{
	terminal_for[1] = slave;
	assert_int_equal(fabric_run("monitor", "--count 2"), RESULT_OK);
	expect_seen(REDRAW, true);
	assert_non_null(strstr(strstr(seen, REDRAW) + 1, REDRAW));
}

/* Nothing is typed there: whoever asked would wait for ever. */
static void test_nobody_is_asked(void **state)
{
	int input = dup(STDIN_FILENO);

	terminal_for[2] = slave;
	dup2(slave, STDIN_FILENO);
	assert_int_equal(fabric_run("port reset 1", ""), RESULT_USAGE);
	dup2(input, STDIN_FILENO);
	close(input);
	assert_false(fabric.changes);
	expect_seen("--force does it", true);
}

/* Answers once the person sees what is waited for. */
static size_t answer_when_seen(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	unsigned int i;

	for (i = 0; i < WAIT_STEPS && !strstr(look(), "Identify (0001h) ... "); i++)
		usleep(100000);
	return fabric_answer(far, request, out);
}

static void test_a_person_is_told_what_takes_long(void **state)
{
	terminal_for[2] = slave;
	fake.answer = answer_when_seen;
	assert_int_equal(fabric_run("identify", "-p 1"), RESULT_OK);
	expect_seen("\rswitch7 port 1: Identify (0001h) ... ", true);
	/* And it is taken away again. */
	assert_string_equal(seen + seen_size - 4, "\r\033[K");
}

static void test_a_program_is_not(void **state)
{
	static const char *const options[] = { "--json", "--quiet" };
	size_t i;

	terminal_for[2] = slave;
	for (i = 0; i < 2; i++) {
		assert_int_equal(fabric_run("identify", options[i]), RESULT_OK);
		assert_false(patience_runs());
	}
	assert_string_equal(look(), "");
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, open_terminal, close_terminal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_colours),
		RUN_BY(test_no_color),
		RUN_BY(test_dumb_terminal),
		RUN_BY(test_json_is_plain),
		RUN_BY(test_the_screen_is_drawn_anew),
		RUN_BY(test_nobody_is_asked),
		RUN_BY(test_a_person_is_told_what_takes_long),
		RUN_BY(test_a_program_is_not),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
