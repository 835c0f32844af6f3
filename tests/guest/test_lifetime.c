// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device comes and goes while it is used: unbind, remove, rescan, rmmod, with
 * processes that never stop asking. It knows that a file outlives its device.
 */
#include "guest.h"
#include "topology.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define HAMMERS		4
#define BIND_CYCLES	200
#define REMOVE_CYCLES	20
#define RESET_CYCLES	200
/* What one step may take on the slowest machine; it is some milliseconds on any. */
#define STEP_LIMIT_MS	15000

static struct guest_device device;

/* ---- processes that ask without pause ---- */

enum request { LEGACY, SEND, TUNNELED, INFO, QUERY, EXPLAIN, REQUESTS };

static const char *const request_names[REQUESTS] = {
	"legacy", "SEND", "tunneled", "INFO", "QUERY", "EXPLAIN",
};

/* Counted by the hammers, in memory they share with the test. */
struct tally {
	int stop;
	int resets;		/* set: a reset may get in the way */
	uint64_t opened;
	uint64_t not_opened;	/* no such node or no such device, between two bindings */
	uint64_t answered[REQUESTS];
	uint64_t gone[REQUESTS];
	uint64_t busy[REQUESTS];	/* not sent, for a reset */
	uint64_t lost[REQUESTS];	/* sent, and reset */
	uint64_t after_end;	/* INFO on a file whose device is gone */
	int wrong_open;		/* an errno that is none of those */
	int wrong_request;	/* 1 + enum request */
	int wrong_error;
};

static void count(uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static uint64_t counted(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static int hammer_tunneled(int fd)
{
	static const uint8_t ids[] = { PORT_PERSISTENT };
	struct guest_message message = guest_tunnel(ids, 1, OPCODE_IDENTIFY, NULL, 0);
	uint8_t out[64] = { 0 };
	struct cxl_send_command command = guest_raw(OPCODE_TUNNEL, message.bytes, message.length,
						    out, sizeof(out));
	int error = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &command);
	uint8_t *serial = out + TUNNEL_HEADER + CCI_HEADER + IDENTIFY_SERIAL;

	if (error)
		return error;
	return guest_le64(serial) == DEVICE_SERIAL(PORT_PERSISTENT) ? 0 : -1;
}

#define NOT_WRITTEN	0xee
#define WRONG_STAGE	(-2)

/* How far SEND says that it got, against its errno. */
static bool stage_fits(uint8_t stage, int error)
{
	switch (error) {
	case 0:
		return stage == CXL_SWITCH_CCI_STAGE_ANSWERED;
	case EBUSY:
		return stage == CXL_SWITCH_CCI_STAGE_NOT_SENT;
	case EIO:
		return stage == CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN;
	case ENODEV:
		return stage == NOT_WRITTEN || stage == CXL_SWITCH_CCI_STAGE_NOT_SENT ||
		       stage == CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN;
	default:
		return true;
	}
}

static int hammer_send(int fd)
{
	uint8_t out[IDENTIFY_SIZE] = { 0 };
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));
	int error;

	send.stage = NOT_WRITTEN;
	error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
	if (!stage_fits(send.stage, error))
		return WRONG_STAGE;
	if (error)
		return error;
	return guest_le64(out + IDENTIFY_SERIAL) == SWITCH_SERIAL ? 0 : -1;
}

static int hammer_info(int fd, struct tally *tally)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	int error = guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info);

	if (!error && info.state == CXL_SWITCH_CCI_STATE_GONE)
		count(&tally->after_end);
	return error;
}

static int hammer_query(int fd)
{
	struct cxl_mem_query_commands query = { .n_commands = 0 };

	return guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, &query);
}

/* A destination that is asked, forgotten and asked again with each binding. */
static int hammer_explain(int fd)
{
	static const uint8_t ids[] = { PORT_VOLATILE };
	struct guest_message message = guest_tunnel(ids, 1, OPCODE_SANITIZE, NULL, 0);
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain), .opcode = OPCODE_TUNNEL,
		.in_payload = (uintptr_t)message.bytes, .in_size = message.length,
	};
	int error = guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &explain);

	if (error)
		return error;
	return explain.serial == DEVICE_SERIAL(PORT_VOLATILE) ? 0 : -1;
}

static int hammer_once(int fd, enum request request, struct tally *tally)
{
	switch (request) {
	case LEGACY:
		return guest_identify(fd);
	case SEND:
		return hammer_send(fd);
	case TUNNELED:
		return hammer_tunneled(fd);
	case INFO:
		return hammer_info(fd, tally);
	case QUERY:
		return hammer_query(fd);
	default:
		return hammer_explain(fd);
	}
}

/* Asks until the device is gone under the file; then every request says so, and INFO answers. */
static void hammer_file(int fd, struct tally *tally)
{
	bool gone = false;

	while (!gone && !__atomic_load_n(&tally->stop, __ATOMIC_RELAXED)) {
		for (enum request request = 0; request < REQUESTS; request++) {
			int error = hammer_once(fd, request, tally);

			if (error == ENODEV && request != INFO) {
				gone = true;
				count(&tally->gone[request]);
			} else if (error == EBUSY && tally->resets) {
				count(&tally->busy[request]);
			} else if (error == EIO && tally->resets) {
				count(&tally->lost[request]);
			} else if (error || (gone && request != INFO)) {
				tally->wrong_error = error;
				tally->wrong_request = 1 + (int)request;
			} else {
				count(&tally->answered[request]);
			}
		}
	}
}

static int hammer(void *argument)
{
	struct tally *tally = argument;

	while (!__atomic_load_n(&tally->stop, __ATOMIC_RELAXED)) {
		int fd = open(device.node, O_RDWR | O_CLOEXEC);

		if (fd < 0 && errno != ENOENT && errno != ENODEV && errno != ENXIO)
			tally->wrong_open = errno;
		if (fd < 0) {
			count(&tally->not_opened);
			guest_sleep_ms(1);
			continue;
		}
		count(&tally->opened);
		hammer_file(fd, tally);
		close(fd);
	}
	return 0;
}

struct hammers {
	struct tally *tally;
	pid_t children[HAMMERS];
};

static struct hammers hammers;

static void start_hammers(bool resets)
{
	hammers.tally = mmap(NULL, sizeof(*hammers.tally), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(hammers.tally, MAP_FAILED);
	hammers.tally->resets = resets;
	for (unsigned int i = 0; i < HAMMERS; i++)
		hammers.children[i] = guest_fork(hammer, hammers.tally);
}

/* Waits until the hammers got answers on this binding, so that each cycle interrupts work. */
static void wait_for_work(void)
{
	uint64_t before = counted(&hammers.tally->answered[TUNNELED]);
	int64_t limit = guest_now_ms() + guest_patience(STEP_LIMIT_MS);

	while (counted(&hammers.tally->answered[TUNNELED]) < before + 2) {
		if (guest_now_ms() > limit)
			fail_msg("no answer since the device came back");
		guest_sleep_ms(1);
	}
}

static void print_tally(const struct tally *tally)
{
	diag("opened %llu times, not opened %llu times",
	     (unsigned long long)tally->opened, (unsigned long long)tally->not_opened);
	for (unsigned int i = 0; i < REQUESTS; i++)
		diag("%-8s answered %llu, ENODEV %llu, EBUSY %llu, EIO %llu", request_names[i],
		     (unsigned long long)tally->answered[i], (unsigned long long)tally->gone[i],
		     (unsigned long long)tally->busy[i], (unsigned long long)tally->lost[i]);
	diag("INFO of a device that was gone: %llu", (unsigned long long)tally->after_end);
}

/* Also after a failed test: nobody asks on. */
static int end_hammers(void **state)
{
	for (unsigned int i = 0; i < HAMMERS; i++) {
		if (hammers.children[i])
			kill(hammers.children[i], SIGKILL);
		hammers.children[i] = 0;
	}
	return 0;
}

static void stop_hammers(void)
{
	struct tally *tally = hammers.tally;

	__atomic_store_n(&tally->stop, 1, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < HAMMERS; i++) {
		assert_int_equal(guest_wait(hammers.children[i], STEP_LIMIT_MS), 0);
		hammers.children[i] = 0;
	}
	print_tally(tally);
	if (tally->wrong_open)
		fail_msg("open: %s", strerror(tally->wrong_open));
	if (tally->wrong_request)
		fail_msg("%s: errno %d", request_names[tally->wrong_request - 1],
			 tally->wrong_error);
	for (unsigned int i = 0; i < REQUESTS; i++)
		assert_true(tally->answered[i] > 0);
	if (tally->resets)
		return;
	assert_true(tally->gone[LEGACY] > 0 && tally->gone[SEND] > 0);
	assert_true(tally->gone[TUNNELED] > 0 && tally->gone[QUERY] > 0);
	assert_true(tally->gone[EXPLAIN] > 0);
	assert_true(tally->after_end > 0);
}

/* ---- steps, each with a limit ---- */

struct longest {
	int64_t away;
	int64_t back;
};

static int64_t took_since(int64_t began, int64_t longest)
{
	int64_t took = guest_now_ms() - began;

	if (took > guest_patience(STEP_LIMIT_MS))
		fail_msg("a step took %lld ms", (long long)took);
	return took > longest ? took : longest;
}

static void unbind_and_bind(struct longest *longest)
{
	int64_t began = guest_now_ms();

	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(access(device.node, F_OK), -1);
	longest->away = took_since(began, longest->away);
	began = guest_now_ms();
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	longest->back = took_since(began, longest->back);
}

static void remove_and_rescan(struct longest *longest)
{
	char path[64];
	int64_t began = guest_now_ms();

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/remove", device.pci);
	assert_int_equal(guest_write_file(path, "1"), 0);
	assert_int_equal(access(device.node, F_OK), -1);
	longest->away = took_since(began, longest->away);
	began = guest_now_ms();
	assert_int_equal(guest_write_file("/sys/bus/pci/rescan", "1"), 0);
	assert_true(guest_wait_for_node(device.node));
	longest->back = took_since(began, longest->back);
}

static void cycle_under_load(unsigned int cycles, void (*step)(struct longest *longest),
			     const char *name)
{
	struct longest longest = { 0 };
	unsigned int done;

	start_hammers(false);
	for (done = 0; done < cycles; done++) {
		wait_for_work();
		step(&longest);
	}
	wait_for_work();
	diag("%s: %u cycles under %u processes; the longest took %lld ms to go, %lld ms to come",
	     name, done, HAMMERS, (long long)longest.away, (long long)longest.back);
	/* a file that is open now has to see its device go */
	assert_int_equal(guest_unbind(&device), 0);
	guest_sleep_ms(100);
	stop_hammers();
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
}

static void unbind_and_bind_under_load(void **state)
{
	cycle_under_load(BIND_CYCLES, unbind_and_bind, "unbind and bind");
}

static void remove_and_rescan_under_load(void **state)
{
	cycle_under_load(REMOVE_CYCLES, remove_and_rescan, "remove and rescan");
}

/*
 * QEMU's root port refuses the reset itself (ENOTTY), but only after the driver was
 * told to let go of the function, and then told that it is back.
 */
static void resets_under_load(void **state)
{
	char path[64];
	unsigned int done, refused = 0;
	int64_t longest = 0;
	uint64_t busy;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", device.pci);
	if (access(path, W_OK)) {
		diag("this kernel knows no way to reset %s", device.pci);
		skip();
	}
	start_hammers(true);
	for (done = 0; done < RESET_CYCLES; done++) {
		int64_t began = guest_now_ms();
		int error = guest_write_file(path, "1");

		assert_true(error == 0 || error == ENOTTY);
		refused += error == ENOTTY;
		longest = took_since(began, longest);
		wait_for_work();
	}
	diag("resets: %u cycles, %u refused by QEMU; the longest took %lld ms", done, refused,
	     (long long)longest);
	stop_hammers();
	busy = counted(&hammers.tally->busy[LEGACY]) + counted(&hammers.tally->busy[SEND]) +
	       counted(&hammers.tally->busy[TUNNELED]);
	assert_true(busy > 0);
	/* no file had to be opened anew, and none was refused */
	assert_int_equal(hammers.tally->opened, HAMMERS);
	assert_int_equal(hammers.tally->gone[LEGACY], 0);
}

/* ---- one open file ---- */

static void assert_gone(int fd)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_send_command broken = guest_by_id(0, NULL, UINT32_MAX, NULL, 0);
	static const unsigned long others[] = {
		CXL_SWITCH_CCI_RESTRICT, CXL_SWITCH_CCI_DESTINATIONS, CXL_SWITCH_CCI_RECENT,
		0x5401 /* TCGETS */,
	};

	assert_int_equal(guest_identify(fd), ENODEV);
	assert_int_equal(hammer_query(fd), ENODEV);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), ENODEV);
	/* the device is asked for before anything else is */
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &broken), ENODEV);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, NULL), ENODEV);
	assert_int_equal(hammer_explain(fd), ENODEV);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_int_equal(guest_ioctl(fd, others[i], NULL), ENODEV);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
	assert_int_equal(info.state, CXL_SWITCH_CCI_STATE_GONE);
	assert_true(info.serial == SWITCH_SERIAL);
}

static void an_open_file_survives_its_device(void (*step)(struct longest *longest))
{
	struct longest longest = { 0 };
	int old = guest_open(O_RDWR), new;
	struct cxl_switch_cci_info before = guest_info(old), after;

	step(&longest);
	assert_gone(old);
	new = guest_open(O_RDWR);
	after = guest_info(new);
	assert_int_equal(guest_identify(new), 0);
	/* the same address keeps its number; the binding is another */
	assert_int_equal(after.number, before.number);
	assert_int_equal(after.state, CXL_SWITCH_CCI_STATE_READY);
	assert_true(after.instance_id != before.instance_id);
	assert_gone(old);
	assert_int_equal(close(old), 0);
	assert_int_equal(guest_identify(new), 0);
	close(new);
}

static void an_open_file_survives_unbind(void **state)
{
	an_open_file_survives_its_device(unbind_and_bind);
}

static void an_open_file_survives_removal(void **state)
{
	an_open_file_survives_its_device(remove_and_rescan);
}

/* ---- the module ---- */

static void assert_refused_to_unload(int error)
{
	if (error != EAGAIN && error != EBUSY)
		fail_msg("rmmod with a file open: %s", error ? strerror(error) : "it went");
}

static void the_module_stays_while_a_file_is_open(void **state)
{
	int fd = guest_open(O_RDONLY);

	assert_refused_to_unload(guest_remove_module());
	assert_int_equal(guest_identify(fd), 0);
	close(fd);
	assert_int_equal(guest_remove_module(), 0);
	assert_int_equal(access(device.node, F_OK), -1);
	assert_int_equal(guest_insert_module(""), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDONLY);
	assert_int_equal(guest_identify(fd), 0);
	close(fd);
}

/* Also where the device is long gone: the file's code is in the module. */
static void the_module_stays_while_a_dead_file_is_open(void **state)
{
	int fd = guest_open(O_RDWR);

	assert_int_equal(guest_unbind(&device), 0);
	assert_refused_to_unload(guest_remove_module());
	assert_gone(fd);
	close(fd);
	assert_int_equal(guest_remove_module(), 0);
	assert_int_equal(guest_insert_module(""), 0);
	assert_true(guest_wait_for_node(device.node));
}

static void the_module_comes_and_goes(void **state)
{
	unsigned int cycles;

	for (cycles = 0; cycles < 10; cycles++) {
		int fd;

		assert_int_equal(guest_remove_module(), 0);
		assert_int_equal(guest_insert_module(""), 0);
		assert_true(guest_wait_for_node(device.node));
		fd = guest_open(O_RDWR);
		assert_int_equal(guest_identify(fd), 0);
		close(fd);
	}
	diag("rmmod and insmod: %u cycles", cycles);
}

static int find_switch(void **state)
{
	guest_give_up_after(400);
	device = guest_device();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_file_survives_unbind),
		cmocka_unit_test(an_open_file_survives_removal),
		cmocka_unit_test_teardown(unbind_and_bind_under_load, end_hammers),
		cmocka_unit_test_teardown(remove_and_rescan_under_load, end_hammers),
		cmocka_unit_test_teardown(resets_under_load, end_hammers),
		cmocka_unit_test(the_module_stays_while_a_file_is_open),
		cmocka_unit_test(the_module_stays_while_a_dead_file_is_open),
		cmocka_unit_test(the_module_comes_and_goes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, find_switch, NULL);
}
