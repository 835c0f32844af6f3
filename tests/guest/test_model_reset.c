// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets of the function while eight processes work: by sysfs and by `recover`, FLR
 * and power management. Whoever is cut off is told so, and afterwards all is as
 * before: open files, interrupts, enables.
 */
#include "guest_frame.h"
#include "guest_host.h"
#include "guest_load.h"

#define COMMAND_US	15000	/* so that a reset finds one in flight */
#define NOT_READY	"override 0x90 8 0"	/* the status of the mailbox */
#define STUCK_CYCLES	3
#define SURELY_ONE	25	/* cycles, of which one has a command in flight */

static const char *function_path(const char *name)
{
	static char path[96];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", device.pci, name);
	return path;
}

static int reset_by_sysfs(void)
{
	return guest_write_file(function_path("reset"), "1");
}

static int reset_by_recover(void)
{
	return guest_write_attribute(&device, "recover", "1");
}

static void set_method(const char *method)
{
	char line[64];

	assert_int_equal(guest_write_file(function_path("reset_method"), method), 0);
	guest_read_line(function_path("reset_method"), line, sizeof(line));
	assert_non_null(strstr(line, strcmp(method, "default") ? method : "flr"));
}

static void cycle(struct guest_load *load, const char *what, unsigned int cycles,
		  int (*reset)(void))
{
	for (unsigned int i = 0; i < cycles; i++) {
		guest_load_all_served(load);
		assert_int_equal(reset(), 0);
		guest_await_state(&device, "ready", 1000);
		guest_progress(what, i + 1, cycles);
	}
	guest_load_all_served(load);
}

static void under_load(const char *what, unsigned int cycles, int (*reset)(void))
{
	static const int allowed[] = { EBUSY, EIO, 0 };
	struct guest_load load;

	guest_load_start(&load);
	model_order("latency switch %u", COMMAND_US);
	cycle(&load, what, cycles, reset);
	/* most of the time one of the eight is in flight; a few cycles may all miss it */
	assert_true(guest_load_ended(&load, EBUSY) > 0);
	assert_true(cycles < SURELY_ONE || guest_load_ended(&load, EIO) > 0);
	guest_load_stop(&load, what, allowed, 0);
	guest_interrupts_are_back(&device, fd);
}

static void flr_by_sysfs_under_load(void **state)
{
	set_method("flr");
	under_load("FLR by sysfs", guest_cycles(), reset_by_sysfs);
}

static void flr_by_recover_under_load(void **state)
{
	set_method("flr");
	under_load("FLR by recover", guest_cycles(), reset_by_recover);
}

static void pm_reset_under_load(void **state)
{
	set_method("pm");
	under_load("PM reset by sysfs", guest_cycles() / 5, reset_by_sysfs);
	under_load("PM reset by recover", guest_cycles() / 5, reset_by_recover);
}

/* ---- one at a time, looked at closely ---- */

/* A file that was open before serves after it; one that asked in between was told. */
static void a_command_in_flight_is_told(void **state)
{
	struct cxl_switch_cci_send send;
	struct guest_call call;
	uint64_t commands, late;
	uint8_t out[64];

	for (unsigned int i = 0; i < 4; i++) {
		set_method(i / 2 ? "pm" : "flr");
		memset(out, 0xa5, sizeof(out));
		send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));
		late = guest_counter(&device, "late_answers");
		model_order("latency switch 900000");
		commands = model_counter("commands");
		guest_call_start(&call, fd, CXL_SWITCH_CCI_SEND, &send);
		while (model_counter("commands") == commands)
			guest_sleep_ms(1);
		assert_int_equal(i % 2 ? reset_by_recover() : reset_by_sysfs(), 0);
		assert_int_equal(guest_call_result(&call), EIO);
		assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		for (unsigned int k = 0; k < sizeof(out); k++)
			assert_int_equal(out[k], 0xa5);
		assert_int_equal(guest_counter(&device, "late_answers"), late);
		model_order("latency switch 0");
		guest_interrupts_are_back(&device, fd);
	}
}

static void not_served(void)
{
	char line[16];
	struct sent sent;

	guest_read_attribute(&device, "state", line, sizeof(line));
	assert_string_equal(line, "resetting");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, EBUSY);
	assert_int_equal(sent.send.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
}

static void served(void)
{
	struct sent sent;

	guest_await_state(&device, "ready", 5000);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

/* For as long as the function is not ready: nobody but a worker waits for it. */
static void a_reset_is_over_before_the_function_is_ready(void **state)
{
	model_order("%s", NOT_READY);
	assert_int_equal(reset_by_recover(), 0);
	not_served();
	assert_int_equal(reset_by_sysfs(), 0);
	not_served();
	model_order("override off");
	served();
	guest_interrupts_are_back(&device, fd);
}

static void unbound_before_the_function_is_ready(void **state)
{
	model_order("%s", NOT_READY);
	assert_int_equal(reset_by_recover(), 0);
	close(fd);
	assert_int_equal(guest_unbind(&device), 0);
	model_order("override off");
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	served();
}

/* It claims one second; after that it takes another reset. */
static void what_does_not_get_ready_is_given_up(void **state)
{
	int64_t limit;

	close(fd);
	assert_int_equal(guest_unbind(&device), 0);
	model_order("override 0x101 1 0x08");
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	model_order("%s", NOT_READY);
	guest_log_mark();
	assert_int_equal(reset_by_recover(), 0);
	limit = guest_now_ms() + guest_patience(10000);
	while (!guest_logged("cxl_switch_cci", "does not get ready"))
		assert_true(guest_now_ms() < limit);
	model_order("override off");
	not_served();
	assert_int_equal(reset_by_recover(), 0);
	served();
}

/* Not ready at once after the reset: waited for, not complained of. */
static void a_slow_return_is_waited_for(void **state)
{
	model_order("ready 1500");
	guest_log_mark();
	assert_int_equal(reset_by_sysfs(), 0);
	served();
	assert_false(guest_logged("cxl_switch_cci", "ready"));
}

/* What was known of the components behind the function was before the reset. */
static void what_was_known_is_asked_anew(void **state)
{
	struct sent sent;

	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(reset_by_recover(), 0);
	model_order("zero");
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_true(model_counter("commands") > 2);
}

static void stuck_and_recovered_under_load(void **state)
{
	static const int allowed[] = { EBUSY, EIO, ETIMEDOUT, 0 };
	struct guest_load load;

	guest_load_start(&load);
	for (unsigned int i = 0; i < STUCK_CYCLES; i++) {
		guest_load_all_served(&load);
		model_order("stuck 1");
		guest_await_state(&device, "stuck", 5000);
		assert_int_equal(reset_by_recover(), 0);
		guest_await_state(&device, "ready", 1000);
	}
	guest_load_all_served(&load);
	assert_int_equal(guest_load_ended(&load, ETIMEDOUT), STUCK_CYCLES);
	guest_load_stop(&load, "stuck and recovered", allowed, 0);
	guest_interrupts_are_back(&device, fd);
}

/* ---- the frame ---- */

static int end(void **state)
{
	model_order("ready 0");
	model_order("override off");
	if (guest_write_file(function_path("reset_method"), "default"))
		return -1;
	return guest_frame_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, guest_frame_begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(flr_by_sysfs_under_load),
		CASE(flr_by_recover_under_load),
		CASE(pm_reset_under_load),
		CASE(a_command_in_flight_is_told),
		CASE(a_reset_is_over_before_the_function_is_ready),
		CASE(unbound_before_the_function_is_ready),
		CASE(what_does_not_get_ready_is_given_up),
		CASE(a_slow_return_is_waited_for),
		CASE(what_was_known_is_asked_anew),
		CASE(stuck_and_recovered_under_load),
	};

	guest_give_up_after(GUEST_CYCLES_LIMIT);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
