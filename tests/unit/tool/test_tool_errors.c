// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a person reads of a failure: which thing, why, and the way out, for each
 * gate of the driver and each errno that a command may come back with.
 */
#include "test_tool_fabric.h"

#include <grp.h>

static int start(void **state)
{
	fabric_start();
	fake.stage = CXL_SWITCH_CCI_STAGE_NOT_SENT;
	return 0;
}

static void expect_told(const char *text, const char *of)
{
	if (!strstr(told, text))
		fail_msg("%s: '%s' is not in:\n%s", of, text, told);
}

/* The gate by its name, and what would let the command through. */
static void test_every_gate_has_a_hint(void **state)
{
	int reason;

	fake.error = EPERM;
	fake.stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	for (reason = 1; reason < CXL_SWITCH_CCI_REASONS; reason++) {
		char gate[60];

		fake.reason = (uint8_t)reason;
		snprintf(gate, sizeof(gate), "gate '%s'", reason_name(reason));
		if (fabric_run("port reset 1", "--force") == RESULT_OK)
			fail_msg("refused by the %s, and fine", gate);
		expect_told(gate, reason_name(reason));
		expect_told("hint: ", reason_name(reason));
	}
}

static const struct {
	int error;
	enum result result;
	const char *hint;
} errors[] = {
	{ EBUSY, RESULT_IO, "hint: try again" },
	{ ETIMEDOUT, RESULT_IO, "check its effect before trying again" },
	{ EIO, RESULT_IO, "'info' shows the device's state" },
	{ ENODEV, RESULT_IO, "'cxl-switch list'" },
	{ EHOSTUNREACH, RESULT_IO, "'ports' shows what is behind each port" },
	{ ENOTTY, RESULT_IO, "'cxl-switch doctor'" },
	{ EINTR, RESULT_IO, "interrupted" },
	{ ENOMEM, RESULT_IO, "no memory" },
};

/* And each names the port that the command was for. */
static void test_errors_name_the_port(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		fake.error = errors[i].error;
		assert_int_equal(fabric_run("identify", "-p 2 -l 1"), errors[i].result);
		expect_told("switch7 port 2 LD 1: Identify (0001h)", strerror(errors[i].error));
		expect_told(errors[i].hint, strerror(errors[i].error));
	}
}

/* With --json the same, as keys, and nothing beside it. */
static void test_errors_as_json(void **state)
{
	struct json_object *object, *error;

	fake.error = EHOSTUNREACH;
	assert_int_equal(fabric_run("identify", "-p 2 --json"), RESULT_IO);
	assert_string_equal(told, "");
	object = json_tokener_parse(shown);
	error = get(element(object, "results", 0), "error");
	expect_text(get(error, "errno"), "name", "EHOSTUNREACH");
	expect_text(error, "stage", "not sent");
	assert_non_null(strstr(json_object_get_string(get(error, "message")), "port 2"));
	json_object_put(object);
}

/* The node's own group if it has one, else the one that the udev rule gives. */
static void test_who_may_open_a_node(void **state)
{
	struct group *own = getgrgid(getegid());
	char text[300];

	assert_int_equal(chmod("image", 0640), 0);
	permission_hint("image", text, sizeof(text));
	assert_non_null(strstr(text, "run as root"));
	assert_non_null(strstr(text, getegid() && own ? own->gr_name : "group cxl"));
	/* As in a container; only root can give it to a group that nobody knows. */
	if (!chown("image", (uid_t)-1, 54321)) {
		permission_hint("image", text, sizeof(text));
		assert_non_null(strstr(text, "number 54321"));
	}
	assert_int_equal(chmod("image", 0600), 0);
	permission_hint("image", text, sizeof(text));
	assert_non_null(strstr(text, "gives the node to group cxl"));
	permission_hint("/nowhere", text, sizeof(text));
	assert_non_null(strstr(text, "group cxl"));
}

#define RUN_BY(test) cmocka_unit_test_setup(test, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_every_gate_has_a_hint),
		RUN_BY(test_errors_name_the_port),
		RUN_BY(test_errors_as_json),
		RUN_BY(test_who_may_open_a_node),
	};

	return cmocka_run_group_tests(tests, fabric_begin, fabric_end);
}
