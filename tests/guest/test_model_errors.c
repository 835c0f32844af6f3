// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that the port above the function reports (AER) while eight processes work: a
 * correctable one is nobody's business, after any other all is as before. Open files
 * stay, who was cut off is told so.
 */
#include "guest_background.h"
#include "guest_frame.h"
#include "guest_host.h"
#include "guest_load.h"

#include <signal.h>

#define COMMAND_US		15000	/* so that an error finds one in flight */
#define RECOVERY_LIMIT_MS	20000
#define FAILURE_LIMIT_MS	180000	/* Linux gives a link that was reset a minute, twice */
#define HUNG_TASKS		"/proc/sys/kernel/hung_task_timeout_secs"
#define READY_MS		1500

static const int allowed[] = { EBUSY, EIO, 0 };
static const int nothing[] = { 0 };

/* By name, as QEMU knows them; each severity as QEMU's port has it by default. */
static const char *const correctable[] = { "RCVR", "BAD_TLP", "BAD_DLLP" };
static const char *const nonfatal[] = { "UNSUP", "COMP_TIME", "POISON_TLP" };
static const char *const fatal[] = { "MALF_TLP", "DLP", "FCP" };

static void await_log_for(unsigned int ms, const char *one, const char *other)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);

	while (!guest_logged(one, other))
		if (guest_now_ms() > limit)
			fail_msg("not logged: %s ... %s", one, other);
}

static void await_log(const char *one, const char *other)
{
	await_log_for(RECOVERY_LIMIT_MS, one, other);
}

static void inject(const char *error)
{
	guest_log_mark();
	model_order("qemu pcie_aer_inject_error rp0 %s", error);
}

static void inject_and_recover(const char *error)
{
	inject(error);
	await_log("AER: device recovery", "successful");
	guest_await_state(&device, "ready", 1000 + READY_MS);
}

/* By the port's own count: the log tells of the first ten alone. */
static unsigned long correctable_so_far(void)
{
	char path[96], line[32];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/../aer_rootport_total_err_cor",
		 device.pci);
	guest_read_line(path, line, sizeof(line));
	assert_true(*line);
	return strtoul(line, NULL, 10);
}

static void inject_and_count(const char *error)
{
	int64_t limit = guest_now_ms() + guest_patience(RECOVERY_LIMIT_MS);
	unsigned long before = correctable_so_far();

	inject(error);
	while (correctable_so_far() == before)
		if (guest_now_ms() > limit)
			fail_msg("%s: the port counts none", error);
}

/* ---- under load ---- */

static void a_correctable_error_is_nobodys_business(void **state)
{
	struct guest_load load;
	unsigned int cycles = guest_cycles();

	guest_load_start_mixed(&load);
	for (unsigned int i = 0; i < cycles; i++) {
		guest_load_all_served(&load);
		inject_and_count(correctable[i % ARRAY_SIZE(correctable)]);
		guest_progress("correctable errors", i + 1, cycles);
	}
	guest_load_all_served(&load);
	guest_load_stop(&load, "correctable errors", nothing, 0);
}

static void under_load(const char *what, const char *const *errors, unsigned int kinds)
{
	unsigned int cycles = guest_cycles();
	struct guest_load load;

	guest_load_start_mixed(&load);
	model_order("latency switch %u", COMMAND_US);
	for (unsigned int i = 0; i < cycles; i++) {
		guest_load_all_served(&load);
		inject_and_recover(errors[i % kinds]);
		guest_progress(what, i + 1, cycles);
	}
	guest_load_all_served(&load);
	assert_true(guest_load_ended(&load, EBUSY) > 0);
	guest_load_stop(&load, what, allowed, 0);
	guest_interrupts_are_back(&device, fd);
}

static void a_nonfatal_error_is_recovered_from(void **state)
{
	under_load("non-fatal errors", nonfatal, ARRAY_SIZE(nonfatal));
}

static void a_fatal_error_is_recovered_from(void **state)
{
	under_load("fatal errors", fatal, ARRAY_SIZE(fatal));
}

/* Somebody's own reset, between the error and its recovery. */
static int reset_all_the_time(void *argument)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", device.pci);
	while (getppid() != 1) {
		guest_write_file(path, "1");
		guest_sleep_ms(5);
	}
	return 0;
}

static void errors_and_resets_at_once(void **state)
{
	unsigned int cycles = 1 + guest_cycles() / 5;
	struct guest_load load;
	pid_t child;

	guest_load_start_mixed(&load);
	child = guest_fork(reset_all_the_time, NULL);
	for (unsigned int i = 0; i < cycles; i++) {
		inject(i % 2 ? nonfatal[0] : fatal[0]);
		await_log("AER: device recovery", "successful");
		guest_progress("errors and resets at once", i + 1, cycles);
	}
	kill(child, SIGKILL);
	assert_true(guest_wait(child, 5000) >= 0);
	guest_await_state(&device, "ready", 1000);
	guest_load_all_served(&load);
	guest_load_stop(&load, "errors and resets at once", allowed, 0);
	guest_interrupts_are_back(&device, fd);
}

/* ---- one at a time, looked at closely ---- */

static void in_flight_and_queued_are_told(const char *error)
{
	struct cxl_switch_cci_send send[2];
	uint8_t out[2][IDENTIFY_SIZE];
	struct guest_call call[2];
	uint64_t commands = model_counter("commands");
	int other = guest_open(O_RDWR);

	for (unsigned int i = 0; i < 2; i++)
		send[i] = guest_send(OPCODE_IDENTIFY, NULL, 0, out[i], sizeof(out[i]));
	model_order("latency switch 1900000");
	guest_call_start(&call[0], fd, CXL_SWITCH_CCI_SEND, &send[0]);
	while (model_counter("commands") == commands)
		guest_sleep_ms(1);
	guest_call_start(&call[1], other, CXL_SWITCH_CCI_SEND, &send[1]);
	guest_sleep_ms(20);
	inject(error);
	assert_int_equal(guest_call_result(&call[0]), EIO);
	assert_int_equal(send[0].stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	assert_int_equal(guest_call_result(&call[1]), EBUSY);
	assert_int_equal(send[1].stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	await_log("AER: device recovery", "successful");
	model_order("latency switch 0");
	close(other);
}

/* No reset follows a non-fatal one: the answer still comes, and is nobody's. */
static void a_command_in_flight_is_told_of_a_nonfatal_error(void **state)
{
	uint64_t late = guest_counter(&device, "late_answers");

	in_flight_and_queued_are_told(nonfatal[0]);
	guest_interrupts_are_back(&device, fd);
	assert_true(guest_counter(&device, "late_answers") <= late + 1);
}

static void a_command_in_flight_is_told_of_a_fatal_error(void **state)
{
	in_flight_and_queued_are_told(fatal[0]);
	guest_interrupts_are_back(&device, fd);
}

static void only_a_fatal_error_resets_the_function(void **state)
{
	struct sent sent;

	guest_set_timestamp(fd, -1, &sent);
	assert_sent(&sent);
	inject_and_recover(nonfatal[0]);
	assert_true(guest_timestamp(fd, -1) != 0);
	inject_and_recover(fatal[0]);
	assert_int_equal(guest_timestamp(fd, -1), 0);
}

static void a_slow_return_is_waited_for(void **state)
{
	struct sent sent;
	int64_t start = guest_now_ms();

	model_order("ready %u", READY_MS);
	inject_and_recover(fatal[0]);
	assert_true(guest_now_ms() - start >= READY_MS);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

static void a_stuck_mailbox_is_freed_by_a_fatal_error(void **state)
{
	struct sent sent;

	model_order("stuck 1");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, ETIMEDOUT);
	guest_await_state(&device, "stuck", 0);
	inject_and_recover(fatal[0]);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
}

/* Its link was reset, and it did not come back in time: its BARs are forgotten. */
static void a_reset_helps_after_a_failed_recovery(void **state)
{
	struct sent sent;
	char seconds[16];

	guest_read_line(HUNG_TASKS, seconds, sizeof(seconds));
	assert_int_equal(guest_write_file(HUNG_TASKS, "0"), 0);
	model_order("remove");
	inject(fatal[0]);
	await_log_for(FAILURE_LIMIT_MS, "AER: device recovery", "failed");
	assert_int_equal(guest_write_file(HUNG_TASKS, seconds), 0);
	model_order("restore");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, EBUSY);
	assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", 30000);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	guest_interrupts_are_back(&device, fd);
	/* and after the next error it comes back by itself */
	inject_and_recover(fatal[0]);
	guest_interrupts_are_back(&device, fd);
}

/* ---- operations in the background ---- */

static void start_two(uint64_t *own, uint64_t *behind)
{
	device = audience.device;
	guest_work_never_ends(&at_switch);
	guest_work_never_ends(&at_sld);
	*own = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	*behind = guest_start(audience.owner, &at_sld, OPCODE_ABORTABLE);
}

static void assert_own_and_running(uint64_t cookie)
{
	struct cxl_switch_cci_bg_status status;

	status = guest_await_operation(audience.owner, cookie, OPERATION(RUNNING), SOON_MS);
	assert_int_equal(status.owner, OWNER(SELF));
}

/* Nothing was reset, so nothing is lost, and nobody is told of a reset. */
static void a_nonfatal_error_leaves_operations_alone(void **state)
{
	int reset = guest_open_subscribed(MASK(RESET));
	uint64_t own, behind;

	start_two(&own, &behind);
	inject_and_recover(nonfatal[0]);
	assert_own_and_running(own);
	assert_own_and_running(behind);
	guest_expect_silence(reset);
	guest_expect_untold();
	model_order("clear");
	guest_await_operation(audience.owner, own, OPERATION(FINISHED), SOON_MS);
	guest_await_operation(audience.owner, behind, OPERATION(FINISHED), SOON_MS);
	close(reset);
}

static void a_fatal_error_loses_the_functions_own_operation_alone(void **state)
{
	int reset = guest_open_subscribed(MASK(RESET));
	uint64_t own, behind;

	start_two(&own, &behind);
	inject_and_recover(fatal[0]);
	assert_int_equal(guest_status(audience.owner, own).state, OPERATION(LOST));
	assert_own_and_running(behind);
	guest_expect_notice(reset, NOTICE(RESET), 0);
	guest_expect_silence(reset);
	model_order("clear");
	guest_await_operation(audience.owner, behind, OPERATION(FINISHED), SOON_MS);
	close(reset);
}

/* ---- the frame ---- */

static int end(void **state)
{
	model_order("ready 0");
	return guest_frame_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, guest_frame_begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_correctable_error_is_nobodys_business),
		CASE(a_nonfatal_error_is_recovered_from),
		CASE(a_fatal_error_is_recovered_from),
		CASE(a_command_in_flight_is_told_of_a_nonfatal_error),
		CASE(a_command_in_flight_is_told_of_a_fatal_error),
		CASE(only_a_fatal_error_resets_the_function),
		CASE(a_slow_return_is_waited_for),
		CASE(a_stuck_mailbox_is_freed_by_a_fatal_error),
		CASE(errors_and_resets_at_once),
		WITH_AUDIENCE(a_nonfatal_error_leaves_operations_alone),
		WITH_AUDIENCE(a_fatal_error_loses_the_functions_own_operation_alone),
		/* the last: where it fails, nothing is left to test */
		CASE(a_reset_helps_after_a_failed_recovery),
	};

	guest_give_up_after(GUEST_CYCLES_LIMIT + FAILURE_LIMIT_MS / 1000);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
