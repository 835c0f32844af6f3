// SPDX-License-Identifier: GPL-2.0-only
/*
 * Components that do not implement Identify, which a mailbox need not, CXL 3.1
 * table 8-37: what they are is told all the same, and how that is known. And one
 * error is not a fact: Busy, Retry Required and a timeout prove nothing.
 */
#include "test_tool_fabric.h"

#define BUSY		0x06
#define RETRY_REQUIRED	0x05
#define INTERNAL_ERROR	0x04
#define NO_IDENTIFY	"this component does not implement Identify (0001h); its type is "

static struct json_object *report;

static int start(void **state)
{
	fabric_start();
	fabric_sleeps = NULL;
	report = NULL;
	return 0;
}

static int end(void **state)
{
	json_object_put(report);
	return 0;
}

static int run_json(const char *line)
{
	int status = fabric_run(line, "--json");

	json_object_put(report);
	report = json_tokener_parse(shown);
	assert_non_null(report);
	return status;
}

static void expect_shown(const char *text)
{
	if (!strstr(shown, text))
		fail_msg("no '%s' in:\n%s", text, shown);
}

static void expect_told(const char *text)
{
	if (!strstr(told, text))
		fail_msg("no '%s' in:\n%s", text, told);
}

static void expect_null(struct json_object *object, const char *key)
{
	assert_true(json_object_object_get_ex(object, key, NULL));
	assert_null(get(object, key));
}

/* By its log or by a sibling: the driver's word is taken, and nothing of an identity made up. */
static void expect_unidentified(struct json_object *object, int source)
{
	expect_text(object, "component", "switch");
	expect_number(get(object, "component_source"), "number", source);
	expect_null(object, "serial");
	expect_null(object, "vendor_id");
	expect_null(object, "subsystem_id");
	expect_flag(object, "serial_valid", false);
}

static void test_info(void **state)
{
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_int_equal(run_json("info"), RESULT_OK);
	expect_unidentified(report, CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	expect_text(get(report, "component_source"), "name", "Command Effects Log");
	assert_int_equal(fabric_run("info", ""), RESULT_OK);
	expect_shown("component      switch (type by its Command Effects Log)\n");
	expect_shown("serial number  -\n");
	expect_shown("vendor:device  -\n");
	expect_shown("max. message   -\n");
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_SIBLING);
	assert_int_equal(fabric_run("info", ""), RESULT_OK);
	expect_shown("switch (type by an upstream switch port of the same PCI device)\n");
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_NONE);
	assert_int_equal(fabric_run("info", ""), RESULT_OK);
	expect_shown("component      unknown\n");
}

static void test_info_by_identify(void **state)
{
	assert_int_equal(run_json("info"), RESULT_OK);
	expect_text(report, "serial", "0x0000000000001234");
	expect_text(get(report, "component_source"), "name", "Identify");
	assert_int_equal(fabric_run("info", ""), RESULT_OK);
	expect_shown("component      switch (00h)\n");
}

static void test_list(void **state)
{
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_int_equal(fabric_run("list switch7", ""), RESULT_OK);
	expect_shown("  switch     -              -       ");
	assert_int_equal(fabric_run("list switch7 --tree", ""), RESULT_OK);
	expect_shown("switch -  serial -  payload");
	expect_shown("type 3 device, 8086:0d93, serial 0x000000000000abc1");
	expect_shown("LD 1");
	assert_int_equal(run_json("list switch7 --tree"), RESULT_OK);
	expect_unidentified(element(report, "devices", 0), CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_int_equal(json_object_array_length(get(element(report, "devices", 0), "ports")),
			 FABRIC_PORTS);
}

/* As long as the driver does not know the type, the component itself says it. */
static void test_list_before_the_driver_knows(void **state)
{
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_NONE);
	assert_int_equal(run_json("list switch7 --tree"), RESULT_OK);
	assert_int_equal(json_object_array_length(get(element(report, "devices", 0), "ports")),
			 FABRIC_PORTS);
}

static void test_identify(void **state)
{
	struct json_object *result;

	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_int_equal(fabric_run("identify", ""), RESULT_DEVICE_ERROR);
	expect_told(NO_IDENTIFY "'switch' by its Command Effects Log\n");
	assert_int_equal(fake.sends, 1);
	assert_int_equal(run_json("identify"), RESULT_DEVICE_ERROR);
	result = element(report, "results", 0);
	expect_unidentified(result, CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	expect_number(get(get(result, "error"), "return_code"), "number", 3);
	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_SIBLING);
	assert_int_equal(fabric_run("identify", ""), RESULT_DEVICE_ERROR);
	expect_told(NO_IDENTIFY "'switch' by an upstream switch port of the same PCI device\n");
}

/* Behind a port: by its own log. One whose log says nothing is there all the same. */
static void test_identify_behind_a_port(void **state)
{
	fabric.no_identify = 1U << 1 | 1U << 2;
	assert_int_equal(fabric_run("identify -p 2", ""), RESULT_DEVICE_ERROR);
	expect_told("switch7 port 2: " NO_IDENTIFY "'type 3 device' by its Command Effects Log\n");
	assert_int_equal(fabric_run("identify -p 1", ""), RESULT_DEVICE_ERROR);
	expect_told("switch7 port 1: " NO_IDENTIFY "not known\n");
	assert_int_equal(fabric_run("identify -p 3", ""), RESULT_DEVICE_ERROR);
	expect_told("Invalid Input");
	assert_int_equal(fabric_run("list switch7 --tree", ""), RESULT_OK);
	expect_shown("type 3 device (type by its Command Effects Log), -, serial -\n");
	expect_shown("LD 0");
}

/* These need no identity, and have never had to have one. */
static void test_other_verbs(void **state)
{
	static const char *const lines[] = {
		"ports", "health -p 1", "mld -p 2", "fw info", "fw info -p 1", "vcs", "cel",
		"explain 5100", "explain 0001 -p 1", "events", "bugreport", "identify -p 1,2",
		"identify -p all", "fw activate 2 --force",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		start(NULL);
		fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
		if (fabric_run(lines[i], ""))
			fail_msg("%s: %s", lines[i], told);
	}
}

static void test_monitor(void **state)
{
	struct json_object *component;
	char *end_of_line;

	fabric_without_identify(CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_int_equal(fabric_run("monitor switch7 --count 2 --json", ""), RESULT_OK);
	assert_non_null(end_of_line = strchr(shown, '\n'));
	*end_of_line = '\0';
	report = json_tokener_parse(shown);
	component = element(report, "components", 0);
	expect_flag(component, "present", true);
	expect_unidentified(get(component, "identity"), CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	expect_null(component, "error");
	assert_int_equal(json_object_array_length(get(report, "ports")), FABRIC_PORTS);
	expect_flag(element(report, "components", 1), "present", true);
	assert_int_equal(fabric_run("monitor switch7 --count 2", ""), RESULT_OK);
	expect_shown("itself     switch, serial -  ");
	/* Unless operations are followed, nothing of it changes. */
	fake.follow = NULL;
	assert_int_equal(fabric_run("monitor switch7 --count 3", ""), RESULT_OK);
	assert_null(strstr(shown, "changes: ports"));
	assert_null(strstr(shown, "replaced"));
}

/* ---- one error is not a fact ---- */

static void make_sick(uint16_t opcode, unsigned int depth, uint8_t port, uint16_t code,
		      unsigned int count)
{
	fabric.sick = (struct sick){
		.opcode = opcode, .depth = depth, .port = port, .code = code, .count = count,
	};
}

static void test_retry_required_is_tried_again(void **state)
{
	make_sick(0x0001, 1, 1, RETRY_REQUIRED, 1);
	assert_int_equal(fabric_run("identify -p 1", ""), RESULT_OK);
	assert_int_equal(fake.sends, 2);
	/* Once, and no more than that. */
	make_sick(0x0001, 1, 1, RETRY_REQUIRED, 9);
	assert_int_equal(fabric_run("identify -p 1", ""), RESULT_DEVICE_ERROR);
	expect_told("Retry Required");
	assert_int_equal(fabric.sick.count, 7);
	/* What is sent for a change goes out once. */
	make_sick(0xC007, 0, 0, RETRY_REQUIRED, 9);
	fabric_run("raw C007 --force", "");
	assert_int_equal(fabric.sick.count, 8);
}

/* A busy switch has its ports all the same. */
static void test_ports_of_a_busy_switch(void **state)
{
	make_sick(0x5101, 0, 0, INTERNAL_ERROR, 2);
	assert_int_equal(fabric_run("ports", ""), RESULT_DEVICE_ERROR);
	expect_told("Internal Error");
	make_sick(0x5101, 0, 0, BUSY, 1);
	assert_int_equal(fabric_run("ports", ""), RESULT_OK);
	expect_shown("\n   3  ");
}

/* An MLD that is busy is not one without LDs. */
static void test_tree_with_a_busy_mld(void **state)
{
	struct json_object *port;

	make_sick(0x5400, 1, 2, BUSY, 1);
	assert_int_equal(run_json("list switch7 --tree"), RESULT_OK);
	port = element(element(report, "devices", 0), "ports", 2);
	expect_number(get(get(port, "error"), "return_code"), "number", BUSY);
	expect_text(get(port, "behind"), "component", "type 3 device");
	make_sick(0x5400, 1, 2, BUSY, 1);
	assert_int_equal(fabric_run("list switch7 --tree", ""), RESULT_OK);
	expect_shown("not known: Get LD Info (5400h): Busy");
}

/* The driver asks again by itself; a device that was busy at the bind is no problem to keep. */
static void test_busy_does_not_make_a_type(void **state)
{
	fake.component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	fake.component_source = CXL_SWITCH_CCI_SOURCE_NONE;
	make_sick(0x0001, 0, 0, BUSY, 1);
	assert_int_equal(fabric_run("list switch7 --tree", ""), RESULT_OK);
	expect_told("not known to be a switch");
	assert_int_equal(fabric_run("list switch7 --tree", ""), RESULT_OK);
	expect_shown("port 3");
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_info),
		RUN_BY(test_info_by_identify),
		RUN_BY(test_list),
		RUN_BY(test_list_before_the_driver_knows),
		RUN_BY(test_identify),
		RUN_BY(test_identify_behind_a_port),
		RUN_BY(test_other_verbs),
		RUN_BY(test_monitor),
		RUN_BY(test_retry_required_is_tried_again),
		RUN_BY(test_ports_of_a_busy_switch),
		RUN_BY(test_tree_with_a_busy_mld),
		RUN_BY(test_busy_does_not_make_a_type),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
