// SPDX-License-Identifier: GPL-2.0-only
/*
 * bugreport on fake root directories and a fake device: what is there is in it,
 * what is not is said, and what must not be in it is not.
 */
#include "../../../tools/verbs/bugreport.c"

#include "fake_root.h"
#include "test_tool_screen.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET	"correct-horse-battery-staple"

/* ---- the tree ---- */

static const struct cxl_switch_cci_record record = {
	.id = 5, .pid = 77, .leaf_opcode = 0x5101, .opcode = 0x5101, .comm = "fmd",
	.stage = CXL_SWITCH_CCI_STAGE_ANSWERED,
};

static const struct cxl_switch_cci_destination entry = {
	.vendor_id = 0x8086, .serial = 0xabcdef,
};

static int start(void **state)
{
	assert_int_equal(make_root(state), 0);
	put_text("proc/sys/kernel/tainted", "64\n");
	put_text("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	put_text("sys/module/cxl_switch_cci/version", "9.8.7\n");
	put_text("sys/module/cxl_switch_cci/parameters/command_timeout_ms", "2000\n");
	put_text("proc/cmdline", "root=/dev/sda1 token=" SECRET "\n");
	put_text("dev/kmsg", "6,1,1000001,-;pci 0000:00:00.0: nothing of ours\n"
		 "4,2,5140900,-;cxl_switch_cci 0000:0d:00.1: stuck\n SUBSYSTEM=cxl_switch_cci\n"
		 "5,3,61000000,-;audit: cxl_switch_cci: op=refuse\033[2J\n");
	put_text("sys/class/cxl_switch_cci/switch7/state", "stuck\n");
	put_text("sys/class/cxl_switch_cci/switch7/recover", SECRET);
	chmod(place("sys/class/cxl_switch_cci/switch7/recover"), 0200);
	put_text("sys/class/cxl_switch_cci/switch7/counters/timeouts", "3\n");
	put_text("sys/class/cxl_switch_cci/switch7/refusals/read_only", "2\n");
	put_text("sys/class/cxl_switch_cci/switch7/device/vendor", "0x19e5\n");
	put_text("sys/class/cxl_switch_cci/switch7/device/config", SECRET);
	put_text("sys/class/cxl_switch_cci/switch7/device/resource0", SECRET);

	fake = (struct fake){ .records = &record, .record_count = 1, .entries = &entry,
			      .entry_count = 1 };
	options = (struct options){ .sysroot = root };
	open_session("bugreport");
	session.device.info.features = fake.transport.features;
	snprintf(session.device.name, sizeof(session.device.name), "switch7");
	return 0;
}

static int end(void **state)
{
	end_session(state);
	return remove_root(state);
}

/* ---- what is in it ---- */

static void expect_hidden(const char *hidden)
{
	fflush(session.screen.out);
	if (text && strstr(text, hidden))
		fail_msg("'%s' is in:\n%s", hidden, text);
	assert_null(strstr(json_object_to_json_string(session.json), hidden));
}

static void the_system_is_told(void **state)
{
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	expect_shown("== system ==\ncxl-switch             " CXL_SWITCH_CCI_VERSION "\n");
	expect_shown("\ntainted                64\n");
	expect_shown("\nlockdown               none [integrity] confidentiality\n");
	expect_shown("\nmodule                 9.8.7\n");
	expect_shown("\ncommand_timeout_ms     2000\n");
	expect_shown("== doctor ==\n");
	expect_shown("== not read ==\nnothing: it is complete\n");
	expect_text(get(session.json, "system"), "module", "9.8.7");
	expect_text(get(session.json, "parameters"), "command_timeout_ms", "2000");
	get(get(session.json, "doctor"), "checks");
	assert_int_equal(json_object_array_length(get(session.json, "not_read")), 0);
}

static void our_lines_of_the_log_are_told(void **state)
{
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	expect_shown("== kernel log ==\n[    5.140900] cxl_switch_cci 0000:0d:00.1: stuck\n"
		     "[   61.000000] audit: cxl_switch_cci: op=refuse?[2J\n");
	expect_hidden("nothing of ours");
	expect_hidden("SUBSYSTEM");
	assert_int_equal(json_object_array_length(get(session.json, "kernel_log")), 2);
}

static void a_long_log_keeps_its_end(void **state)
{
	FILE *file = fopen(place("dev/kmsg"), "w");

	for (int i = 0; i < 230; i++)
		fprintf(file, "4,%d,%d,-;cxl_switch_cci %d\n", i, i, i);
	fclose(file);
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "kernel_log")), 200);
	expect_hidden("cxl_switch_cci 29\"");
	assert_non_null(strstr(json_object_get_string(element(session.json, "kernel_log", 199)),
			       "cxl_switch_cci 229"));
}

static void what_is_missing_is_said(void **state)
{
	remove(place("sys/module/cxl_switch_cci/version"));
	remove(place("dev/kmsg"));
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	expect_shown("== not read ==\n/sys/module/cxl_switch_cci/version: No such file");
	expect_shown("\n/dev/kmsg: No such file");
	expect_text(element(session.json, "not_read", 1), "what", "/dev/kmsg");
	expect_hidden("nothing: it is complete");
}

static void json_is_all_there_is(void **state)
{
	options.json = true;
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	fflush(session.screen.out);
	assert_int_equal(text_size, 0);
	get(session.json, "time");
	get(session.json, "devices");
}

static void the_command_line_is_not_in_it(void **state)
{
	assert_int_equal(verb_bugreport(&session), RESULT_OK);
	expect_hidden(SECRET);
}

/* ---- a device ---- */

static void tell_the_fake(void)
{
	struct gather gather = {
		.sysroot = root, .out = options.json ? NULL : session.screen.out,
		.unread = json_object_new_array(),
	};

	options.quiet = true;
	json_object_object_add(session.json, "not_read", gather.unread);
	tell_device(&gather, &session, session.json);
}

static void a_device_is_told(void **state)
{
	tell_the_fake();
	expect_shown("== switch7: info ==\ndevice         switch7\n");
	expect_shown("== switch7: destinations ==\nDESTINATION");
	expect_shown("0x0000000000abcdef");
	expect_shown("== switch7: log ==\nTIME");
	expect_shown("fmd[77]");
	expect_shown("== switch7: attributes ==\nstate                  stuck\n");
	expect_shown("timeouts               3\n");
	expect_shown("read_only              2\n");
	expect_shown("vendor                 0x19e5\n");
	/* neither what only root may write, nor configuration space, nor the registers */
	expect_hidden(SECRET);
	expect_number(element(get(session.json, "log"), "commands", 0), "pid", 77);
	expect_text(get(session.json, "attributes"), "state", "stuck");
	expect_text(get(session.json, "counters"), "timeouts", "3");
	expect_text(get(session.json, "refusals"), "read_only", "2");
	expect_text(get(session.json, "function"), "vendor", "0x19e5");
	assert_int_equal(json_object_array_length(get(session.json, "not_read")), 0);
	assert_int_equal(fake.sends, 0);
}

static int one_runs(void *context, struct cxl_switch_cci_bg_status *status)
{
	assert_int_equal(status->size, sizeof(*status));
	assert_int_equal(status->depth, 0);
	assert_true(status->cookie == 0);
	status->cookie = 41;
	status->opcode = 0x5201;
	status->state = CXL_SWITCH_CCI_OPERATION_RUNNING;
	status->percent = 40;
	return 0;
}

static void what_runs_in_the_background_is_told(void **state)
{
	struct transport_ops ops = *session.device.transport.ops;

	ops.bg_status = one_runs;
	session.device.transport.ops = &ops;
	session.device.transport.features |= CXL_SWITCH_CCI_FEATURE_BACKGROUND;
	session.device.info.features |= CXL_SWITCH_CCI_FEATURE_BACKGROUND;
	tell_the_fake();
	expect_shown("== switch7: operation ==\n");
	expect_shown("40 %");
	expect_shown("(5201h)");
	get(session.json, "operation");
	assert_int_equal(fake.sends, 0);
}

static void a_device_that_fails_is_told(void **state)
{
	fake.recent_error = ENODEV;
	tell_the_fake();
	expect_shown("== switch7: log ==\nswitch7: log           (not read: ");
	expect_text(element(session.json, "not_read", 0), "what", "switch7: log");
	expect_shown("timeouts               3\n");
}

static void an_old_driver_has_less_to_tell(void **state)
{
	session.device.transport.features = CXL_SWITCH_CCI_FEATURE_SEND;
	tell_the_fake();
	assert_int_equal(json_object_array_length(get(session.json, "not_read")), 2);
	expect_shown("== switch7: info ==\n");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_system_is_told),
		CASE(our_lines_of_the_log_are_told),
		CASE(a_long_log_keeps_its_end),
		CASE(what_is_missing_is_said),
		CASE(json_is_all_there_is),
		CASE(the_command_line_is_not_in_it),
		CASE(a_device_is_told),
		CASE(what_runs_in_the_background_is_told),
		CASE(a_device_that_fails_is_told),
		CASE(an_old_driver_has_less_to_tell),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
