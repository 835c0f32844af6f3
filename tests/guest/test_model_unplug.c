// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function taken away in mid-command, and another put into its place, again and
 * again: who works with it is told ENODEV and can end, and the new one has its number.
 */
#include "guest_host.h"
#include "guest_load.h"

#include <poll.h>
#include <signal.h>

#define COMMAND_US	15000	/* so that a removal finds one in flight */
#define GONE_LIMIT_MS	5000
#define READY_NEVER_MS	50000

static struct guest_device device;
static struct guest_slot slot;

/* ---- how it goes ---- */

static void power_cut(void)
{
	guest_slot_cut_power(&slot, 0);
}

static void power_cut_unnoticed(void)
{
	guest_slot_cut_power(&slot, 150);
}

/* It reads as all ones for a while before the slot says that it is gone. */
static void dead_then_power_cut(void)
{
	model_order("remove");
	guest_sleep_ms(20);
	power_cut();
}

static void power_switched_off(void)
{
	assert_int_equal(guest_slot_power(&slot, false), 0);
}

static void unplugged_by_qemu(void)
{
	model_order("qemu device_del cci0");
}

/* ---- who watches ---- */

/* A child that waits for the end in poll(): 0 when it comes. */
static int watch(void *argument)
{
	struct pollfd file = { .fd = *(int *)argument, .events = POLLIN };

	if (poll(&file, 1, 60000) != 1)
		return 1;
	return file.revents & POLLHUP && file.revents & POLLERR ? 0 : 2;
}

/* An operation that does not end before the function does. 0202h of what is active. */
static uint64_t start_operation(int fd)
{
	struct cxl_switch_cci_subscribe wish = {
		.size = sizeof(wish), .mask = CXL_SWITCH_CCI_MASK_ALL,
	};
	static const uint8_t the_active_one[2] = { 0, 1 };
	struct sent sent;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &wish), 0);
	guest_send_to(fd, -1, 0x0202, the_active_one, sizeof(the_active_one), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.return_code, RC_BACKGROUND);
	return sent.send.cookie;
}

/* The operation was lost, then the function; then there is nothing more to read. */
static void assert_was_told(int fd, uint64_t cookie)
{
	struct cxl_switch_cci_notice notice = { .type = 0 };
	unsigned int lost = 0;
	ssize_t length;

	while ((length = read(fd, &notice, sizeof(notice))) == sizeof(notice))
		lost += notice.type == CXL_SWITCH_CCI_NOTICE_BG_LOST && notice.cookie == cookie;
	assert_int_equal(length, -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(lost, 1);
	assert_int_equal(notice.type, CXL_SWITCH_CCI_NOTICE_REMOVED);
}

static void assert_file_is_dead(int fd)
{
	/* what was told before may be read meanwhile: that is not waited for */
	struct pollfd file = { .fd = fd, .events = 0 };

	assert_int_equal(guest_identify(fd), ENODEV);
	assert_int_equal(guest_info(fd).state, CXL_SWITCH_CCI_STATE_GONE);
	/* the last to be told: when nothing else can happen any more */
	assert_int_equal(poll(&file, 1, 1000), 1);
	assert_int_equal(file.revents & (POLLHUP | POLLERR), POLLHUP | POLLERR);
}

static void assert_is_back(uint64_t old_instance, unsigned int number)
{
	struct guest_device now = guest_device();
	int fd = guest_open(O_RDWR);
	struct sent sent;

	assert_string_equal(now.pci, device.pci);
	assert_int_equal(now.number, number);
	assert_true(guest_info(fd).instance_id != old_instance);
	guest_send_to(fd, MODEL_BOUND, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	close(fd);
}

/* ---- a cycle ---- */

static unsigned int longest_ms;

/*
 * What QEMU cuts off reads as zeros, as no hardware does: no command may succeed by them. The
 * one answer that is being read at that moment, its header already seen, may end in them.
 */
static unsigned int cut_answers(void (*take_away)(void))
{
	return take_away == power_cut || take_away == power_cut_unnoticed;
}

/* @what: a line is printed; NULL: none. */
static void cycle(const char *what, void (*take_away)(void), unsigned int limit_ms)
{
	static const int allowed[] = { EIO, EBUSY, ENODEV, 0 };
	const struct guest_load_rules rules = {
		.port = GUEST_LOAD_ALL, .allowed = allowed, .unusable = cut_answers(take_away),
	};
	int fd = guest_open(O_RDWR);
	struct guest_load load;
	uint64_t instance = guest_info(fd).instance_id, cookie;
	unsigned int took;
	int other = guest_open(O_RDONLY);
	pid_t watcher = guest_fork(watch, &other);

	cookie = start_operation(fd);
	guest_load_start_mixed(&load);
	guest_load_all_served(&load);
	model_order("latency switch %u", COMMAND_US);
	guest_sleep_ms(40);
	take_away();
	took = guest_load_await_end(&load, limit_ms);
	if (took > longest_ms)
		longest_ms = took;
	assert_true(guest_node_gone(&device, limit_ms));
	assert_file_is_dead(fd);
	assert_int_equal(guest_wait(watcher, 1000), 0);
	assert_was_told(fd, cookie);
	assert_int_equal(guest_load_judged(&load, what, &rules), 0);
	model_order("restore");
	model_order("latency switch 0");
	guest_plug_and_wait(&slot, &device);
	assert_is_back(instance, device.number);
	assert_file_is_dead(fd);
	close(fd);
	close(other);
}

static void gone_under_load_and_another_in_its_place(void **state)
{
	static const struct {
		const char *what;
		void (*take_away)(void);
	} ways[] = {
		{ "power cut", power_cut },
		{ "power cut, noticed later", power_cut_unnoticed },
		{ "dead, then power cut", dead_then_power_cut },
		{ "power switched off", power_switched_off },
	};
	unsigned int cycles = guest_cycles();

	longest_ms = 0;
	for (unsigned int i = 0; i < cycles; i++) {
		cycle(i < ARRAY_SIZE(ways) ? ways[i].what : NULL,
		      ways[i % ARRAY_SIZE(ways)].take_away, GONE_LIMIT_MS);
		guest_progress("removals", i + 1, cycles);
	}
	diag("%u removals: all eight processes ended within %u ms", cycles, longest_ms);
}

/* The host asks the guest to let it go, which takes the guest five seconds to believe. */
static void unplugged_by_the_host_under_load(void **state)
{
	cycle("unplugged by QEMU", unplugged_by_qemu, GONE_LIMIT_MS + 10000);
}

static void pulled_before_it_was_ready(void **state)
{
	int64_t start;

	assert_int_equal(guest_slot_power(&slot, false), 0);
	assert_true(guest_node_gone(&device, GONE_LIMIT_MS));
	model_order("ready %u", READY_NEVER_MS);
	model_order("restore");
	guest_plug(&slot);
	/* until the driver waits for it */
	for (start = guest_now_ms(); !model_counter("reads"); guest_sleep_ms(50))
		assert_true(guest_now_ms() - start < guest_patience(GONE_LIMIT_MS));
	guest_sleep_ms(500);
	assert_int_equal(access(device.node, F_OK), -1);
	start = guest_now_ms();
	power_cut();
	/* the kernel switches the slot off once the driver has let go */
	guest_slot_await_off(&slot, GONE_LIMIT_MS);
	diag("let go %lld ms after the power cut", (long long)(guest_now_ms() - start));
	model_order("ready 0");
	model_order("restore");
	guest_plug_and_wait(&slot, &device);
	assert_is_back(0, device.number);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	model_order("clear");
	model_order("background switch time 60000");
	model_order("zero");
	return 0;
}

static int end(void **state)
{
	model_order("latency switch 0");
	model_order("background switch time 2000");
	return model_still_well();
}

static int find(void **state)
{
	guest_give_up_after(GUEST_CYCLES_LIMIT);
	device = guest_device();
	slot = guest_slot(&device);
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(unplugged_by_the_host_under_load),
		CASE(gone_under_load_and_another_in_its_place),
		CASE(pulled_before_it_was_ready),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, find, NULL);
}
