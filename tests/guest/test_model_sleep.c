// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine sleeps while eight processes work, as far as the kernel's own test of it
 * goes (pm_test): all devices, and with power states and configuration space. Nobody is
 * told anything but EIO or EBUSY; then all is as before.
 */
#include "guest_frame.h"
#include "guest_host.h"
#include "guest_load.h"

#include <signal.h>
#include <sys/wait.h>

#define CYCLES_OF_25	20
#define DEEPER_OF_25	5
#define COMMAND_US	15000
#define DELAY		"/sys/module/suspend/parameters/pm_test_delay"

static const int allowed[] = { EBUSY, EIO, 0 };

static void sleep_and_wake(const char *depth)
{
	assert_int_equal(guest_write_file("/sys/power/pm_test", depth), 0);
	assert_int_equal(guest_write_file("/sys/power/state", "mem"), 0);
	assert_int_equal(guest_write_file("/sys/power/pm_test", "none"), 0);
}

static void under_load(const char *what, const char *depth, unsigned int cycles)
{
	struct guest_load load;

	guest_load_start_mixed(&load);
	model_order("latency switch %u", COMMAND_US);
	for (unsigned int i = 0; i < cycles; i++) {
		guest_load_all_served(&load);
		sleep_and_wake(depth);
		guest_await_state(&device, "ready", 0);
		guest_progress(what, i + 1, cycles);
	}
	guest_load_all_served(&load);
	guest_load_stop(&load, what, allowed, 0);
	guest_interrupts_are_back(&device, fd);
}

static void all_devices_sleep_under_load(void **state)
{
	under_load("sleeps", "devices", guest_cycles() * CYCLES_OF_25 / 25);
}

static void power_states_change_under_load(void **state)
{
	under_load("deeper sleeps", "platform", guest_cycles() * DEEPER_OF_25 / 25);
}

static int identify_once(void *argument)
{
	return guest_identify(*(int *)argument);
}

/* The worker waits for an answer that nobody wants: it must not look for it in the sleep. */
static void an_abandoned_command_sleeps_over_it(void **state)
{
	uint64_t commands = model_counter("commands");
	struct sent sent;
	pid_t child;

	model_order("late 1500 1");
	child = guest_fork(identify_once, &fd);
	while (model_counter("commands") == commands)
		guest_sleep_ms(1);
	kill(child, SIGKILL);
	assert_true(WIFSIGNALED(guest_wait(child, 5000)));
	sleep_and_wake("devices");
	guest_send_to(fd, MODEL_BOUND, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(guest_le64(sent.leaf.payload + IDENTIFY_SERIAL), 0x5000);
	guest_interrupts_are_back(&device, fd);
}

static void a_stuck_mailbox_does_not_keep_the_machine_awake(void **state)
{
	struct sent sent;

	model_order("stuck 1");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, ETIMEDOUT);
	sleep_and_wake("devices");
	model_order("stuck off");
	guest_await_state(&device, "ready", 3000);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.out_size, IDENTIFY_SIZE);
}

/* A function that died in its sleep: the machine wakes all the same, and `recover` helps. */
static void a_function_that_does_not_wake_is_left_alone(void **state)
{
	struct sent sent;

	model_order("remove");
	sleep_and_wake("devices");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, EBUSY);
	model_order("restore");
	assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", 0);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	guest_interrupts_are_back(&device, fd);
}

/* ---- the frame ---- */

static int no_delay(void **state)
{
	guest_give_up_after(GUEST_CYCLES_LIMIT);
	if (guest_write_file(DELAY, "0"))
		fail_msg("%s: a kernel without CONFIG_PM_DEBUG?", DELAY);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(all_devices_sleep_under_load),
		WITH_FRAME(power_states_change_under_load),
		WITH_FRAME(an_abandoned_command_sleeps_over_it),
		WITH_FRAME(a_stuck_mailbox_does_not_keep_the_machine_awake),
		WITH_FRAME(a_function_that_does_not_wake_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, no_delay, NULL);
}
