// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion by interrupt, by the timer behind it, and by polling: whatever the
 * function can do. Which of MSI-X, MSI or nothing it can, configuration space tells.
 */
#include "guest_frame.h"
#include "guest_load.h"

#include <time.h>

#define SLOW_MS		150	/* clear of the moments at which the timer looks */
#define SLOW_COMMANDS	9
#define CAPABILITY_MSI	0x05
#define CAPABILITY_MSIX	0x11
#define CAPABILITIES	0x34

enum mode { POLLED, MSI, MSIX };

static const struct {
	const char *attribute, *log;
	uint8_t info;
} modes[] = {
	[POLLED] = { "none", "polled", CXL_SWITCH_CCI_INTERRUPT_NONE },
	[MSI] = { "msi", "MSI", CXL_SWITCH_CCI_INTERRUPT_MSI },
	[MSIX] = { "msi-x", "MSI-X", CXL_SWITCH_CCI_INTERRUPT_MSIX },
};

static enum mode mode;

/* ---- what the function can do ---- */

static enum mode mode_of_function(void)
{
	uint8_t config[256] = { 0 };
	enum mode best = POLLED;
	char path[80];
	int file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", device.pci);
	file = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(read(file, config, sizeof(config)), sizeof(config));
	close(file);
	for (uint8_t at = config[CAPABILITIES], n = 0; at && n < 48; at = config[at + 1], n++) {
		if (config[at] == CAPABILITY_MSIX)
			return MSIX;
		if (config[at] == CAPABILITY_MSI)
			best = MSI;
	}
	return best;
}

static void the_mode_is_that_of_the_function(void **state)
{
	char line[32];

	guest_read_attribute(&device, "interrupt_mode", line, sizeof(line));
	assert_string_equal(line, modes[mode].attribute);
	assert_int_equal(guest_info(fd).interrupt_mode, modes[mode].info);
	diag("interrupts: %s", line);
}

/* The mailbox advertises interrupts in each variant; without vectors the log says so, once. */
static void the_log_says_how_it_is_served(void **state)
{
	guest_log_mark();
	close(fd);
	model_fresh_driver();
	if (mode == POLLED)
		assert_true(guest_logged("mailbox advertises interrupts", "polling"));
	else
		assert_false(guest_logged("cxl_switch_cci", "polling"));
	/* what was read of the log is behind us */
	guest_log_mark();
	model_fresh_driver();
	fd = guest_open(O_RDWR);
	assert_true(guest_logged("payload 2048 bytes,", modes[mode].log));
}

/* ---- slow commands ---- */

static uint64_t slow_command(void)
{
	struct sent sent;

	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(sent.send.out_size, IDENTIFY_SIZE);
	assert_true(guest_le64(sent.out + IDENTIFY_SERIAL) != 0);
	/* not at the first interrupt; the driver's clock may start later than the device's */
	assert_true(sent.send.duration_ns >= SLOW_MS * 1000000ull / 2);
	return sent.send.duration_ns;
}

/* Tells how many of them the timer found. */
static uint64_t slow_commands(const char *how)
{
	uint64_t before = guest_counter(&device, "irq_fallbacks"), found, median;
	uint64_t durations[SLOW_COMMANDS];

	for (unsigned int i = 0; i < SLOW_COMMANDS; i++)
		durations[i] = slow_command();
	found = guest_counter(&device, "irq_fallbacks") - before;
	median = guest_median(durations, SLOW_COMMANDS);
	diag("%s, %u ms by the device: median %llu us, longest %llu us; %llu of %u by the timer",
	     how, SLOW_MS, (unsigned long long)median / 1000,
	     (unsigned long long)durations[SLOW_COMMANDS - 1] / 1000, (unsigned long long)found,
	     SLOW_COMMANDS);
	return found;
}

static void completion_wakes_the_caller(void **state)
{
	uint64_t found;

	model_order("latency switch %u", SLOW_MS * 1000);
	found = slow_commands(modes[mode].attribute);
	/* a machine that is late itself may let the timer win; not as a rule */
	assert_true(found <= (mode == POLLED ? 0 : SLOW_COMMANDS / 2));
}

static void a_lost_interrupt_is_found_by_the_timer(void **state)
{
	model_order("latency switch %u", SLOW_MS * 1000);
	model_order("lose all");
	assert_int_equal(slow_commands("every interrupt lost"), mode == POLLED ? 0 : SLOW_COMMANDS);
}

/* ---- a caller that waits does nothing else ---- */

#define LONG_MS		1500

static uint64_t thread_cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/*
 * By the model's count of looks, which a busy machine can only make smaller: the spin
 * of 50 us, then steps of at least an eighth of what has passed, at most 10 ms; with
 * interrupts, of all that has passed, at most 100 ms.
 */
static void waiting_asks_seldom(void **state)
{
	uint64_t cpu, looks, most = mode == POLLED ? 450 : 80;
	struct sent sent;

	model_order("latency switch %u", LONG_MS * 1000);
	model_order("zero");
	cpu = thread_cpu_us();
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	cpu = thread_cpu_us() - cpu;
	looks = model_counter("register control reads");
	assert_sent(&sent);
	assert_true(sent.send.duration_ns >= LONG_MS * 1000000ull / 2);
	diag("%u ms of waiting: %llu looks at the doorbell, %llu us of processor time", LONG_MS,
	     (unsigned long long)looks, (unsigned long long)cpu);
	assert_in_range(looks, 1, most);
}

/* ---- interrupts that nobody asked for ---- */

#define STORM	400

static uint64_t storm_and_rest(unsigned int vector)
{
	model_order("zero");
	model_order("interrupt %u %u 1", vector, STORM);
	guest_sleep_ms(STORM * 2 + 200);
	return model_counter("reads") + model_counter("writes");
}

/* The handler asks no register. */
static void a_storm_on_an_idle_mailbox_touches_nothing(void **state)
{
	for (unsigned int vector = 0; vector < 4; vector++)
		assert_int_equal(storm_and_rest(vector), 0);
}

static void a_storm_ends_no_command_early(void **state)
{
	model_order("latency switch %u", SLOW_MS * 1000);
	model_order("interrupt 0 1000000 1");
	slow_commands("in a storm");
}

static void commands_in_a_storm_have_their_answers(void **state)
{
	struct guest_load load;

	model_order("latency switch 1000");
	guest_load_start(&load);
	model_order("interrupt 0 1000000 1");
	guest_load_all_served(&load);
	guest_sleep_ms(1000);
	guest_load_all_served(&load);
	guest_load_stop(&load, "in a storm", (const int[]){ 0 }, 0);
}

/* ---- the enables ---- */

/* The last write of the control register, by the model's own log. */
static unsigned long last_control_write(void)
{
	const char *line = model_order("accesses"), *last = NULL;

	while ((line = strstr(line, "w 4 00104 ")))
		last = line++;
	if (!last)
		fail_msg("nobody wrote the control register");
	return strtoul(last + strlen("w 4 00104 "), NULL, 16);
}

/* Doorbell, and the two enables where there is a vector for them. */
static void each_doorbell_carries_the_enables(void **state)
{
	unsigned long expected = mode == POLLED ? 1 : 7;
	struct sent sent;

	for (unsigned int i = 0; i < 5; i++) {
		guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(last_control_write(), expected);
	}
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_frame_begin(state);
	mode = mode_of_function();
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, guest_frame_end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_mode_is_that_of_the_function),
		CASE(the_log_says_how_it_is_served),
		CASE(completion_wakes_the_caller),
		CASE(a_lost_interrupt_is_found_by_the_timer),
		CASE(waiting_asks_seldom),
		CASE(a_storm_on_an_idle_mailbox_touches_nothing),
		CASE(a_storm_ends_no_command_early),
		CASE(commands_in_a_storm_have_their_answers),
		CASE(each_doorbell_carries_the_enables),
	};

	guest_give_up_after(240);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
