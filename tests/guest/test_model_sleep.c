// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine sleeps while clients work and wait, as far as the kernel's own test of it
 * goes (pm_test): tasks alone, all devices, and with power states and configuration
 * space. No client keeps it awake, each gets a documented errno, no operation is lost
 * without a word; then all is as before.
 */
#include "guest_background.h"
#include "guest_frame.h"
#include "guest_host.h"
#include "guest_load.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define CYCLES_OF_25	20
#define DEEPER_OF_25	5
#define COMMAND_US	15000
#define DELAY		"/sys/module/suspend/parameters/pm_test_delay"

static const int allowed[] = { EBUSY, EIO, 0 };

static void sleep_as(const char *kind, const char *depth)
{
	int error;

	assert_int_equal(guest_write_file("/sys/power/pm_test", depth), 0);
	error = guest_write_file("/sys/power/state", kind);
	assert_int_equal(guest_write_file("/sys/power/pm_test", "none"), 0);
	if (error)
		fail_msg("%s, %s: errno %d", kind, depth, error);
}

static void sleep_and_wake(const char *depth)
{
	sleep_as("mem", depth);
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

/* ---- clients that wait ---- */

#define READERS		16
#define ANSWER_US	1900000		/* just within the device's time: nothing is wrong */
#define OPERATION_MS	3600000		/* nobody waits as long for BG_CANCEL */
#define SERIAL		0x5300		/* of the model's switch */

struct reader {
	uint32_t ended[LOAD_ERRNO_MAX];
	int stop;
};

/* Every second one shares a file with others, and waits for the one that it serves. */
struct reader_start {
	struct reader *readers;
	unsigned int index;
	int shared;
};

static int read_on(void *argument)
{
	const struct reader_start *start = argument;
	struct reader *reader = &start->readers[start->index];
	int file = start->index % 2 ? start->shared : open(device.node, O_RDWR | O_CLOEXEC);
	struct sent sent;

	while (file >= 0 && !__atomic_load_n(&start->readers[0].stop, __ATOMIC_ACQUIRE)) {
		guest_send_to(file, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		if (sent.error < 0 || sent.error >= LOAD_ERRNO_MAX ||
		    (!sent.error && guest_le64(sent.out + IDENTIFY_SERIAL) != SERIAL))
			return 2;
		__atomic_add_fetch(&reader->ended[sent.error], 1, __ATOMIC_RELAXED);
	}
	return file < 0;
}

/* All that a client can wait for at once. */
struct waiters {
	struct reader *readers;		/* a turn, an answer, a file */
	pid_t child[READERS];
	uint64_t cookie;		/* the end of an operation that ignores its abort */
	struct cxl_switch_cci_bg_cancel cancel;
	struct guest_call cancel_call;
	struct sent asked[2];		/* a discovery, and another's discovery */
	struct guest_message tunnel;
	struct guest_call ask_call[2];
	int files[4];
};

static void start_cancel(struct waiters *w)
{
	guest_work_never_ends(&at_sld);
	model_order("background %s deaf", at_sld.model);
	w->cookie = guest_start(w->files[0], &at_sld, guest_abortable_at(&at_sld));
	w->cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(w->cancel), .cookie = w->cookie, .timeout_ms = OPERATION_MS,
	};
	guest_call_start(&w->cancel_call, w->files[0], CXL_SWITCH_CCI_BG_CANCEL, &w->cancel);
	guest_await_operation(w->files[1], w->cookie, OPERATION(ABORTING), 5000);
}

/* Two at once at a component that was never asked: one asks, the other waits for it. */
static void start_discovery(struct waiters *w)
{
	const struct hop path = { 0, MODEL_MLD };

	w->tunnel = guest_tunnel_along(&path, 1, OPCODE_IDENTIFY, NULL, 0);
	for (unsigned int i = 0; i < 2; i++) {
		struct sent *sent = &w->asked[i];

		sent->send = guest_send(OPCODE_TUNNEL, w->tunnel.bytes, w->tunnel.length,
					sent->out, sizeof(sent->out));
		guest_call_start(&w->ask_call[i], w->files[1 + i], CXL_SWITCH_CCI_SEND,
				 &sent->send);
	}
}

static void start_waiters(struct waiters *w)
{
	uint64_t commands;

	memset(w, 0, sizeof(*w));
	w->readers = mmap(NULL, READERS * sizeof(*w->readers), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(w->readers != MAP_FAILED);
	for (unsigned int i = 0; i < ARRAY_SIZE(w->files); i++)
		w->files[i] = guest_open(O_RDWR);
	start_cancel(w);
	commands = model_counter("commands");
	model_order("latency switch %u", ANSWER_US);
	start_discovery(w);
	for (unsigned int i = 0; i < READERS; i++) {
		struct reader_start start = { w->readers, i, w->files[3] };

		w->child[i] = guest_fork(read_on, &start);
	}
	while (model_counter("commands") == commands)
		guest_sleep_ms(1);
	/* the rest of them, into the queue */
	guest_sleep_ms(100);
}

static void stop_readers(struct waiters *w, const char *what)
{
	static const int told[] = { 0, EBUSY, ETIMEDOUT, EIO };
	uint32_t ended[LOAD_ERRNO_MAX] = { 0 };

	__atomic_store_n(&w->readers[0].stop, 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < READERS; i++) {
		assert_int_equal(guest_wait(w->child[i], 60000), 0);
		for (int error = 0; error < LOAD_ERRNO_MAX; error++)
			ended[error] += w->readers[i].ended[error];
	}
	diag("%s: readers: %u answered, %u EBUSY, %u ETIMEDOUT, %u EIO", what, ended[0],
	     ended[EBUSY], ended[ETIMEDOUT], ended[EIO]);
	for (unsigned int i = 0; i < ARRAY_SIZE(told); i++)
		ended[told[i]] = 0;
	for (int error = 0; error < LOAD_ERRNO_MAX; error++)
		assert_int_equal(ended[error], 0);
	munmap(w->readers, READERS * sizeof(*w->readers));
}

/* Not sent, or sent and left: nobody was told that a component is silent which is not. */
static void assert_discovery_left(struct waiters *w)
{
	struct sent sent;

	for (unsigned int i = 0; i < 2; i++) {
		int error = guest_call_result(&w->ask_call[i]);

		if (error != EBUSY && error != ETIMEDOUT && error != 0)
			fail_msg("the discovery ends with errno %d", error);
	}
	model_order("latency switch 0");
	guest_send_to(w->files[1], MODEL_MLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
}

/* The component behind the port did not sleep: its operation goes on, and is found again. */
static void assert_operation_known(struct waiters *w)
{
	assert_int_equal(guest_call_result(&w->cancel_call), 0);
	assert_int_equal(w->cancel.outcome, CXL_SWITCH_CCI_CANCEL_SILENT);
	assert_int_not_equal(guest_status(w->files[1], w->cookie).state, OPERATION(LOST));
	model_order("clear");
	guest_await_operation(w->files[1], w->cookie, OPERATION(FINISHED), 30000);
}

static void waiters_sleep(const char *kind, const char *depth)
{
	static struct waiters w;	/* where a test fails its threads go on */
	int64_t start_ms;
	char what[64];

	snprintf(what, sizeof(what), "%s, %s", kind, depth);
	guest_fresh_operations();
	start_waiters(&w);
	start_ms = guest_now_ms();
	sleep_as(kind, depth);
	diag("%s: asleep and awake in %lld ms", what, (long long)(guest_now_ms() - start_ms));
	assert_discovery_left(&w);
	stop_readers(&w, what);
	assert_operation_known(&w);
	for (unsigned int i = 0; i < ARRAY_SIZE(w.files); i++)
		close(w.files[i]);
	guest_work_as_ever();
}

/* Whether this kernel knows that kind of sleep. */
static bool sleeps_as(const char *kind)
{
	char line[64];

	guest_read_line("/sys/power/state", line, sizeof(line));
	return strstr(line, kind);
}

static void clients_that_wait_let_it_sleep(const char *depth)
{
	static const char *const kinds[] = { "mem", "freeze", "disk" };

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (sleeps_as(kinds[i]))
			waiters_sleep(kinds[i], depth);
		else
			diag("%s: not on this kernel", kinds[i]);
	}
}

static void waiting_clients_let_tasks_freeze(void **state)
{
	clients_that_wait_let_it_sleep("freezer");
}

static void waiting_clients_let_devices_sleep(void **state)
{
	clients_that_wait_let_it_sleep("devices");
}

/* It wakes, and is not ready: the machine does not wait for it, and no `recover` is needed. */
static void a_function_that_is_slow_to_wake_is_waited_for(void **state)
{
	struct sent sent;

	model_order("override 0x90 8 0");
	sleep_and_wake("devices");
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_int_equal(sent.error, EBUSY);
	/* and sleeps again meanwhile */
	sleep_and_wake("devices");
	model_order("override off");
	guest_await_state(&device, "ready", 5000);
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
		WITH_FRAME(waiting_clients_let_tasks_freeze),
		WITH_FRAME(waiting_clients_let_devices_sleep),
		WITH_FRAME(all_devices_sleep_under_load),
		WITH_FRAME(power_states_change_under_load),
		WITH_FRAME(an_abandoned_command_sleeps_over_it),
		WITH_FRAME(a_stuck_mailbox_does_not_keep_the_machine_awake),
		WITH_FRAME(a_function_that_is_slow_to_wake_is_waited_for),
		WITH_FRAME(a_function_that_does_not_wake_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, no_delay, NULL);
}
