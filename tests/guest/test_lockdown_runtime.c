// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lockdown gate, with lockdown switched on at run time. There is no way back,
 * and no module loads afterwards: this program has a boot of its own.
 */
#include "guest_frame.h"
#include "topology.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"

static void assert_answered(uint16_t opcode, uint16_t return_code)
{
	struct cxl_switch_cci_send send = guest_send(opcode, NULL, 0, NULL, 0);

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.return_code, return_code);
}

static void assert_refused(int file, uint16_t opcode, int error, uint8_t reason)
{
	struct cxl_switch_cci_send send = guest_send(opcode, NULL, 0, NULL, 0);

	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_SEND, &send), error);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(send.reason, reason);
}

static struct cxl_switch_cci_send ask_for_vendor_log(int expected)
{
	struct guest_log_request request = { .length = 16 };
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_GET_LOG, &request, sizeof(request), NULL, 0);

	memcpy(request.uuid, guest_vendor_log_uuid, sizeof(request.uuid));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), expected);
	return send;
}

static struct cxl_switch_cci_explain explain(uint16_t opcode, const void *in, uint32_t in_size)
{
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain), .opcode = opcode,
		.in_payload = (uintptr_t)in, .in_size = in_size,
	};

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &explain), 0);
	return explain;
}

static void open_raw_window(void)
{
	assert_int_equal(guest_write_attribute(&device, "raw_window", "3600"), 0);
}

static bool locked(void)
{
	char line[64];

	guest_read_line(LOCKDOWN, line, sizeof(line));
	return strstr(line, "[integrity]");
}

/* The program of the other width may have been here before: then only the state is left. */
static void all_passes_until_the_kernel_locks_down(void **state)
{
	if (!locked()) {
		assert_answered(OPCODE_ABORT, RC_NO_ABORT);
		ask_for_vendor_log(0);
		open_raw_window();
		assert_answered(OPCODE_VENDOR, RC_UNSUPPORTED);
		assert_int_equal(guest_write_file(LOCKDOWN, "integrity"), 0);
	} else {
		diag("locked down by an earlier program of this boot");
	}
	assert_true(locked());
}

static void destructive_commands_are_refused(void **state)
{
	assert_refused(fd, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	assert_refused(fd, OPCODE_SANITIZE, EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
}

static void disclosing_queries_are_refused(void **state)
{
	struct cxl_switch_cci_send send = ask_for_vendor_log(EPERM);

	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
}

/* raw_window lowers one gate, and this is another. */
static void unaudited_commands_are_refused(void **state)
{
	open_raw_window();
	assert_refused(fd, OPCODE_VENDOR, EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "0"), 0);
	assert_refused(fd, OPCODE_VENDOR, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
}

static void queries_pass(void **state)
{
	static const uint8_t ids[] = { PORT_VOLATILE, 0 };

	assert_int_equal(guest_identify(fd), 0);
	for (unsigned int depth = 1; depth <= 2; depth++) {
		struct guest_message message = guest_tunnel(ids, depth, OPCODE_IDENTIFY, NULL, 0);
		struct cxl_switch_cci_send send =
			guest_send(OPCODE_TUNNEL, message.bytes, message.length, NULL, 0);

		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.leaf_return_code, RC_SUCCESS);
	}
}

/* Explained only: QEMU dies of a Set Timestamp. */
static void settings_pass(void **state)
{
	static const uint8_t zeros[8];
	struct cxl_switch_cci_explain setting = explain(OPCODE_SET_TIMESTAMP, zeros, sizeof(zeros));
	struct cxl_switch_cci_explain worse = explain(OPCODE_ABORT, NULL, 0);

	assert_int_equal(setting.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_equal(setting.error, 0);
	assert_int_equal(setting.refusing, 0);
	assert_int_equal(worse.error, EPERM);
	assert_int_equal(worse.refusing, 1u << CXL_SWITCH_CCI_REASON_LOCKDOWN);
}

/* Asked last: who is refused anyway leaves no line of lockdown's in the log. */
static void other_gates_come_first(void **state)
{
	int reader = guest_open(O_RDONLY);

	guest_log_mark();
	assert_refused(reader, OPCODE_ABORT, EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_refused(fd, OPCODE_VENDOR, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_false(guest_logged("Lockdown:", "direct PCI access"));
	assert_refused(fd, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	close(reader);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_passes_until_the_kernel_locks_down),
		cmocka_unit_test(destructive_commands_are_refused),
		cmocka_unit_test(disclosing_queries_are_refused),
		cmocka_unit_test(unaudited_commands_are_refused),
		cmocka_unit_test(queries_pass),
		cmocka_unit_test(settings_pass),
		cmocka_unit_test(other_gates_come_first),
	};

	guest_give_up_after(60);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
