// SPDX-License-Identifier: GPL-2.0-only
/*
 * monitor: what is different after each round, which is told as what; that it
 * goes on whatever vanishes, ends when it is to, and does not grow.
 */
#include "test_tool_fabric.h"

#include <signal.h>

#include "test_tool_memory.h"

#define LINES 16

static struct json_object *lines[LINES];
static size_t line_count;
static unsigned int sleeps;
static size_t allocated[2];

static int start(void **state)
{
	fabric_start();
	fabric_sleeps = NULL;
	sleeps = 0;
	line_count = 0;
	return 0;
}

static int end(void **state)
{
	while (line_count)
		json_object_put(lines[--line_count]);
	return 0;
}

/* One switch, as JSON; each line is in @lines. */
static void run_rounds(const char *options)
{
	char *line, *rest;

	assert_int_equal(fabric_run("monitor switch7 --json", options), RESULT_OK);
	assert_string_equal(told, "");
	for (line = strtok_r(shown, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		assert_true(line_count < LINES);
		lines[line_count++] = json_tokener_parse(line);
		assert_non_null(lines[line_count - 1]);
	}
}

static struct json_object *component(size_t line, int port)
{
	struct json_object *array = get(lines[line], "components");
	size_t i;

	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		if (port < 0 ? !get(item, "port") : json_object_get_int(get(item, "port")) == port)
			return item;
	}
	fail_msg("nothing at port %d in line %zu", port, line);
	return NULL;
}

/* All counters but this one are 0. */
static void expect_changes(size_t line, const char *counter, int count)
{
	json_object_object_foreach(get(lines[line], "changes"), key, value) {
		int expected = strcmp(key, counter) ? 0 : count;

		if (json_object_get_int(value) != expected)
			fail_msg("line %zu: %s is %d, expected %d", line, key,
				 json_object_get_int(value), expected);
	}
}

static void test_rounds(void **state)
{
	run_rounds("--count 3 --interval 2.5");
	assert_int_equal(line_count, 4);
	assert_int_equal(fake.now, 5000);
	expect_number(lines[2], "round", 3);
	expect_changes(0, "", 0);
	expect_flag(element(lines[0], "ports", 1), "changed", false);
	expect_number(lines[3], "rounds", 3);
	expect_text(lines[3], "ended", "counted");
	expect_flag(component(0, 1), "present", true);
	expect_text(get(component(0, 1), "identity"), "serial", "0x000000000000abc1");
	expect_text(get(get(component(0, 1), "health"), "alerts"), "life_used", "normal");
	assert_null(get(component(0, -1), "health"));
	assert_int_equal(json_object_array_length(get(lines[0], "ports")), FABRIC_PORTS);
	expect_number(element(component(0, -1), "event_logs", 0), "records", 1);
}

static void come_and_go(void)
{
	fabric.empty = ++sleeps == 1 ? 1U << 1 : 0;
}

static void test_a_device_vanishes(void **state)
{
	fabric_sleeps = come_and_go;
	run_rounds("--count 4 -p 1,2");
	expect_flag(component(1, 1), "present", false);
	expect_flag(component(1, 2), "present", true);
	expect_number(get(lines[1], "changes"), "vanished", 1);
	expect_number(get(lines[1], "changes"), "ports", 1);
	expect_flag(element(lines[1], "ports", 1), "changed", true);
	expect_flag(element(lines[1], "ports", 2), "changed", false);
	expect_flag(component(2, 1), "present", true);
	expect_number(get(lines[2], "changes"), "appeared", 1);
	expect_changes(3, "", 0);
	expect_number(get(lines[4], "changes"), "ports", 2);
}

/* With all ports it is no target any more, and still in the list. */
static void test_a_device_vanishes_from_all(void **state)
{
	fabric_sleeps = come_and_go;
	run_rounds("--count 3");
	expect_flag(component(1, 1), "present", false);
	assert_null(get(component(1, 1), "health"));
	assert_null(get(component(1, 1), "error"));
	expect_number(get(lines[1], "changes"), "vanished", 1);
	expect_number(get(lines[2], "changes"), "appeared", 1);
	assert_non_null(get(component(2, 1), "health"));
}

static void unplug_the_switch(void)
{
	sleeps++;
	fabric.gone = sleeps == 1 || sleeps == 2;
	fake.state = fabric.gone ? CXL_SWITCH_CCI_STATE_GONE : CXL_SWITCH_CCI_STATE_READY;
}

static void test_the_switch_vanishes(void **state)
{
	fabric_sleeps = unplug_the_switch;
	run_rounds("--count 4");
	assert_int_equal(line_count, 5);
	expect_flag(lines[1], "present", false);
	expect_text(get(get(lines[1], "error"), "errno"), "name", "ENODEV");
	expect_changes(1, "vanished", 3);
	expect_flag(lines[2], "present", false);
	expect_text(lines[2], "device", "switch7");
	expect_changes(2, "", 0);
	expect_flag(lines[3], "present", true);
	assert_null(get(lines[3], "error"));
	expect_changes(3, "appeared", 3);
}

static void test_it_has_to_be_there_at_first(void **state)
{
	assert_int_equal(fabric_run("monitor switch9", ""), RESULT_NO_DEVICE);
	fabric.gone = true;
	assert_int_equal(fabric_run("monitor", "--count 1"), RESULT_NO_DEVICE);
}

static void change_one_thing(void)
{
	switch (++sleeps) {
	case 1:
		fabric.health = 1;
		break;
	case 2:
		fabric.cleared = true;
		break;
	case 3:
		fabric.serials++;
		break;
	}
}

static void test_what_changes(void **state)
{
	fake.follow = NULL;
	fabric_sleeps = change_one_thing;
	run_rounds("--count 4 -p 1");
	expect_changes(1, "health", 1);
	expect_text(get(get(component(1, 1), "health"), "health"), "name", "maintenance needed");
	expect_text(get(get(component(1, 1), "health"), "alerts"), "temperature", "warning");
	expect_changes(2, "events", 4);
	expect_number(element(component(2, 1), "event_logs", 0), "records", 0);
	expect_changes(3, "replaced", 2);
}

static void test_operations(void **state)
{
	run_rounds("--count 3 -p 1");
	expect_text(get(component(0, -1), "operation"), "state", "running");
	expect_text(get(component(1, -1), "operation"), "state", "finished");
	expect_changes(1, "operations", 1);
	expect_changes(2, "", 0);
}

static void count_sends(void)
{
	static unsigned int before;

	sleeps++;
	if (sleeps == 2)
		allocated[0] = fake.sends - before;
	if (sleeps > 2)
		assert_int_equal(fake.sends - before, allocated[0]);
	before = fake.sends;
}

/* The switch has no health and no dynamic capacity: that is asked in the first round. */
static void test_a_question_is_put_once(void **state)
{
	fabric_sleeps = count_sends;
	run_rounds("--count 5 -p 1");
	/* Ports: 2 commands. Itself: Identify and 4 logs; the device: health and a log besides. */
	assert_int_equal(allocated[0], 2 + 1 + 4 + 1 + 1 + 5);
}

static void interrupt(void)
{
	if (++sleeps == 2)
		raise(SIGTERM);
}

static void test_a_signal_ends_it(void **state)
{
	fabric_sleeps = interrupt;
	run_rounds("");
	assert_int_equal(line_count, 3);
	expect_text(lines[2], "ended", "interrupted");
	expect_number(lines[2], "rounds", 2);
	assert_null(get(lines[2], "error"));
}

static void look_at_memory(void)
{
	fabric.empty = ++sleeps % 2 ? 1U << 1 : 0;
	fabric.serials++;
	if (sleeps == 20)
		allocated[0] = __sanitizer_get_current_allocated_bytes();
	if (sleeps == 400)
		allocated[1] = __sanitizer_get_current_allocated_bytes();
}

/* Devices come, go and are replaced all the time. */
static void test_it_does_not_grow(void **state)
{
	fabric_sleeps = look_at_memory;
	assert_int_equal(fabric_run("monitor switch7 --json", "--count 450"), RESULT_OK);
	assert_int_equal(sleeps, 449);
	assert_true(allocated[0] > 0);
	assert_true(allocated[1] <= allocated[0] + 1024);
}

/* ---- one error is not a fact ---- */

static struct sick illness;

/* In the second round alone. */
static void fall_sick(void)
{
	fabric.sick = ++sleeps == 1 ? illness : (struct sick){ 0 };
}

static void run_with(uint16_t opcode, unsigned int port, uint16_t code, int error)
{
	illness = (struct sick){
		.opcode = opcode, .depth = port > 0, .port = (uint8_t)port, .code = code,
		.error = error, .count = 1,
	};
	fabric_sleeps = fall_sick;
	fake.follow = NULL;
	run_rounds("--count 3");
}

/* What was known stays, with what went wrong; nothing is counted, then or afterwards. */
static void expect_nothing_lost(int port)
{
	assert_null(get(component(0, port), "error"));
	expect_flag(component(1, port), "present", true);
	assert_non_null(get(component(1, port), "error"));
	assert_non_null(get(component(1, port), "identity"));
	expect_changes(1, "", 0);
	assert_null(get(component(2, port), "error"));
	expect_changes(2, "", 0);
}

static void test_busy_is_not_absent(void **state)
{
	run_with(0x0001, 1, 6, 0);
	expect_nothing_lost(1);
	assert_non_null(get(component(1, 1), "health"));
	expect_number(get(get(component(1, 1), "error"), "return_code"), "number", 6);
}

static void test_a_timeout_is_not_absent(void **state)
{
	run_with(0x0001, 1, 0, ETIMEDOUT);
	expect_nothing_lost(1);
	expect_text(get(get(component(1, 1), "error"), "errno"), "name", "ETIMEDOUT");
}

static void test_the_function_is_busy(void **state)
{
	run_with(0x0001, 0, 4, 0);
	expect_nothing_lost(-1);
}

static void test_health_and_logs_stay(void **state)
{
	run_with(0x4200, 1, 6, 0);
	expect_nothing_lost(1);
	assert_non_null(get(component(1, 1), "health"));
	end(NULL);
	start(NULL);
	run_with(0x0100, 1, 0, ETIMEDOUT);
	expect_nothing_lost(1);
	expect_number(element(component(1, 1), "event_logs", 0), "records", 1);
}

static void test_ports_stay(void **state)
{
	run_with(0x5100, 0, 6, 0);
	assert_non_null(get(lines[1], "error"));
	assert_int_equal(json_object_array_length(get(lines[1], "ports")), FABRIC_PORTS);
	expect_flag(component(1, 1), "present", true);
	expect_changes(1, "", 0);
	expect_changes(2, "", 0);
}

/* What was never seen is not known to be absent. */
static void test_not_known(void **state)
{
	fabric.sick = (struct sick){
		.opcode = 0x0001, .depth = 1, .port = 1, .error = ETIMEDOUT, .count = 1,
	};
	fake.follow = NULL;
	run_rounds("--count 2");
	assert_true(json_object_object_get_ex(component(0, 1), "present", NULL));
	assert_null(get(component(0, 1), "present"));
	expect_flag(component(1, 1), "present", true);
	expect_changes(1, "", 0);
}

static void test_lds_of_a_busy_mld(void **state)
{
	illness = (struct sick){ .opcode = 0x5400, .depth = 1, .port = 2, .code = 6, .count = 1 };
	fabric_sleeps = fall_sick;
	fake.follow = NULL;
	run_rounds("--count 3 -p 2 -l all");
	/* Itself, and both LDs. */
	assert_int_equal(json_object_array_length(get(lines[0], "components")), 3);
	expect_flag(component(1, 2), "present", true);
	assert_non_null(get(component(1, 2), "error"));
	expect_changes(1, "", 0);
	assert_int_equal(json_object_array_length(get(lines[2], "components")), 3);
	assert_null(get(component(2, 2), "error"));
	expect_changes(2, "", 0);
}

static void the_driver_learns(void)
{
	if (++sleeps != 1)
		return;
	fabric.sick = (struct sick){ 0 };
	fake.component_type = CXL_SWITCH_CCI_COMPONENT_SWITCH;
	fake.component_source = CXL_SWITCH_CCI_SOURCE_SIBLING;
}

/* The type may become known while it is watched. */
static void test_the_type_comes_later(void **state)
{
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_NONE);
	fabric.sick = (struct sick){ .opcode = 0x0001, .code = 6, .count = 9 };
	fabric_sleeps = the_driver_learns;
	run_rounds("--count 2");
	assert_int_equal(json_object_array_length(get(lines[0], "ports")), 0);
	assert_int_equal(json_object_array_length(get(lines[1], "ports")), FABRIC_PORTS);
	expect_text(get(component(1, -1), "identity"), "component", "switch");
}

static void test_text(void **state)
{
	assert_int_equal(fabric_run("monitor", "--count 2"), RESULT_OK);
	assert_null(strchr(shown, '\033'));
	assert_non_null(strstr(shown, "changes: none"));
	assert_non_null(strstr(shown, "changes: operations"));
	assert_non_null(strstr(shown, "\n/dev/cxl/switch9  "));
	assert_non_null(strstr(shown, "port 1     type 3 device, serial 0x000000000000abc1  "
			       "good, 25 C  informational 1, warning 3"));
}

static void test_mistakes(void **state)
{
	static const char *const wrong[] = {
		"-p x", "-p 1 -l x", "--interval 0", "--interval 1s", "--interval 0.001",
		"--interval 99999999", "--count 0", "--count -1", "--interval .5",
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (fabric_run("monitor switch7 --count 1", wrong[i]) != RESULT_USAGE)
			fail_msg("'%s' is taken", wrong[i]);
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_rounds),
		RUN_BY(test_a_device_vanishes),
		RUN_BY(test_a_device_vanishes_from_all),
		RUN_BY(test_the_switch_vanishes),
		RUN_BY(test_it_has_to_be_there_at_first),
		RUN_BY(test_what_changes),
		RUN_BY(test_operations),
		RUN_BY(test_a_question_is_put_once),
		RUN_BY(test_a_signal_ends_it),
		RUN_BY(test_it_does_not_grow),
		RUN_BY(test_busy_is_not_absent),
		RUN_BY(test_a_timeout_is_not_absent),
		RUN_BY(test_the_function_is_busy),
		RUN_BY(test_health_and_logs_stay),
		RUN_BY(test_ports_stay),
		RUN_BY(test_not_known),
		RUN_BY(test_lds_of_a_busy_mld),
		RUN_BY(test_the_type_comes_later),
		RUN_BY(test_text),
		RUN_BY(test_mistakes),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
