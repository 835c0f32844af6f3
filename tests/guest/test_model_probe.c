// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that the driver must not take: their registers or their configuration space
 * lie. It says what is wrong, leaves nothing behind, and takes the same function once it
 * tells the truth. The offsets are those of the model's defaults, Documentation/model.md.
 */
#include "guest_model.h"

#include <fcntl.h>
#include <unistd.h>

#define EXTENDED_FROM	0x100
#define DVSEC_ID	0x23
#define VENDOR_CXL	0x1e98
#define LOCATOR		8	/* the DVSEC's own id */
#define FIRST_ENTRY	0xc
#define DEVICE_BLOCK	3	/* an entry's id */

static struct guest_device device;

/* Capability array at 0; status at 10h in it, mailbox at 20h, 4000h at 30h; the mailbox at 100h. */
static const struct lie {
	const char *order, *complaint;
} registers[] = {
	{ "override 0 4 0xffffffff", "the function does not answer" },
	{ "override 0 2 7", "unknown id 0x7" },
	{ "override 2 1 0x7f", "or version 127" },
	{ "override 3 1 1", "capability array: type 1 " },
	{ "override 4 2 0xffff", "65535 entries do not fit" },
	{ "override 0x20 2 0x7777", "no primary mailbox" },
	{ "override 0x30 2 0x7777", "no mailbox CCI status" },
	{ "override 0x10 4 0x00014000", "listed twice" },
	{ "override 0x22 1 0", "primary mailbox capability: version 0 " },
	{ "override 0x28 4 0x10", "length 0x10 is below" },
	{ "override 0x24 4 0x8", "bad offset 0x8" },
	{ "override 0x24 4 0x104", "bad offset 0x104" },
	{ "override 0x24 4 0xfffffff8", "is past the BAR's end" },
	{ "override 0x100 1 0x67", "payload size 2^7 " },
	{ "override 0x100 1 0x75", "payload size 2^21 " },
	{ "override 0x100 1 0x74", "payload 2^20 does not fit" },
	{ "override 0x102 1 0x08", "mailbox: type 1 " },
};

static void refused(int error, const char *complaint)
{
	int got;

	guest_log_mark();
	got = guest_bind(&device);
	if (got != error)
		fail_msg("'%s': bind ended with %s", complaint, strerrorname_np(got));
	assert_int_not_equal(access(device.node, F_OK), 0);
	if (!guest_logged("cxl_switch_cci", complaint))
		fail_msg("the log does not say '%s'", complaint);
}

static void taken(void)
{
	struct sent sent;
	int fd;

	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	close(fd);
	assert_sent(&sent);
	assert_int_equal(sent.send.return_code, RC_SUCCESS);
	assert_int_equal(guest_unbind(&device), 0);
}

static void registers_that_lie(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		model_order("%s", registers[i].order);
		refused(ENXIO, registers[i].complaint);
		model_order("override off");
	}
	taken();
}

/* Newer versions of a capability only extend what is known: one line in the log, no more. */
static const struct lie newer[] = {
	{ "override 0x12 1 3", "device status capability: version 3 is unknown" },
	{ "override 0x22 1 2", "primary mailbox capability: version 2 is unknown" },
	{ "override 0x32 1 2", "mailbox CCI status capability: version 2 is unknown" },
	{ "override 0x22 1 0x7f", "primary mailbox capability: version 127 is unknown" },
};

static void capabilities_of_newer_versions_serve(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++) {
		model_order("%s", newer[i].order);
		guest_log_mark();
		taken();
		if (!guest_logged("cxl_switch_cci", newer[i].complaint))
			fail_msg("the log does not say '%s'", newer[i].complaint);
		model_order("override off");
	}
}

/* It claims one second, and never gets ready. */
static void a_mailbox_that_does_not_get_ready(void **state)
{
	model_order("override 0x101 1 0x08");
	model_order("override 0x90 8 0");
	refused(ETIMEDOUT, "mailbox not ready after 1 s");
	model_order("override off");
	taken();
}

/* ---- configuration space ---- */

static uint32_t config_at(unsigned int offset)
{
	char path[96];
	uint32_t value;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", device.pci);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &value, sizeof(value), offset), sizeof(value));
	close(fd);
	return value;
}

static unsigned int find_locator(void)
{
	unsigned int at = EXTENDED_FROM;

	while (at && ((config_at(at) & 0xffff) != DVSEC_ID ||
		      (config_at(at + 4) & 0xffff) != VENDOR_CXL ||
		      (config_at(at + 8) & 0xffff) != LOCATOR))
		at = config_at(at) >> 20;
	assert_true(at != 0);
	return at;
}

static unsigned int find_entry(unsigned int locator)
{
	unsigned int length = config_at(locator + 4) >> 20;

	for (unsigned int at = FIRST_ENTRY; at < length; at += 8)
		if ((config_at(locator + at) >> 8 & 0xff) == DEVICE_BLOCK)
			return locator + at;
	fail_msg("the register locator has no device registers");
	return 0;
}

static void config_lies(unsigned int offset, uint32_t value, const char *complaint)
{
	uint32_t truth = config_at(offset);

	model_order("config 0x%x 4 0x%x", offset, value);
	refused(ENXIO, complaint);
	model_order("config 0x%x 4 0x%x", offset, truth);
	assert_int_equal(config_at(offset), truth);
}

static void configuration_space_that_lies(void **state)
{
	unsigned int locator = find_locator(), entry = find_entry(locator);
	uint32_t header = config_at(locator + 4), low = config_at(entry);

	config_lies(locator + 8, LOCATOR + 1, "no CXL register locator");
	config_lies(locator + 4, (header & 0xfffff) | 8u << 20, "bad length 0x8");
	config_lies(locator + 4, (header & 0xfffff) | 0xffcu << 20, "bad length 0xffc");
	config_lies(locator + 4, header + (4u << 20), "holds no whole entries");
	config_lies(entry, low | 7, "reserved BAR indicator 7");
	config_lies(entry, (low & ~7u) | 5, "BAR 5 with the mailbox is not an assigned memory BAR");
	config_lies(entry, (low & ~0xff00u) | 0x7700, "no CXL device registers");
	config_lies(entry + 4, 1, "is past the end of BAR");
	taken();
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_give_up_after(120);
	model_fresh_driver();
	device = guest_device();
	return guest_unbind(&device);
}

static int tell_the_truth(void **state)
{
	model_order("override off");
	return 0;
}

static int end(void **state)
{
	if (guest_bind(&device) || !guest_wait_for_node(device.node))
		return -1;
	return guest_model_end(state);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(registers_that_lie, tell_the_truth),
		cmocka_unit_test_teardown(capabilities_of_newer_versions_serve, tell_the_truth),
		cmocka_unit_test_teardown(a_mailbox_that_does_not_get_ready, tell_the_truth),
		cmocka_unit_test(configuration_space_that_lies),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
