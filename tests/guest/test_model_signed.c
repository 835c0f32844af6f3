// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel locked down from its start, with Secure Boot's keys: signed builds of the
 * module, each with another build key, and what each lets through.
 */
#include "guest_lockdown.h"

#define UNSIGNED	"/variants/unsigned.ko"
#define FABRIC_MANAGER	"/variants/fabric-manager.ko"
#define VENDOR_RAW	"/variants/vendor-raw.ko"

static int fd;
static bool tainted_before;	/* by an earlier program of this boot */

static void use_module(const char *path, const char *parameters, uint32_t keys)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	guest_change_module(path, parameters);
	fd = guest_open(O_RDWR);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
	assert_int_equal(info.build_keys, keys);
}

/* All of this would prove nothing if the kernel took any module. */
static void the_kernel_takes_no_unsigned_module(void **state)
{
	assert_true(guest_locked_down());
	assert_int_equal(guest_remove_module(), 0);
	assert_int_equal(guest_load_module(UNSIGNED, ""), EPERM);
	assert_int_equal(guest_load_module(MODULE_STANDARD, ""), 0);
	guest_device();
}

/* ---- the standard build ---- */

static void standard_refuses_a_port_reset(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(MODULE_STANDARD, "", 0);
	lockdown_port_reset(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_false(arrived);
}

static void standard_lets_a_managed_unbind_through(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(MODULE_STANDARD, "", 0);
	for (uint8_t option = 0; option <= 1; option++) {
		lockdown_unbind(fd, option, &sent, &arrived);
		assert_sent(&sent);
		assert_int_equal(sent.send.return_code, RC_BACKGROUND);
		assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_PROVISION);
		assert_true(arrived);
	}
}

static void standard_refuses_an_unbind_by_surprise(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(MODULE_STANDARD, "", 0);
	lockdown_unbind(fd, 2, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_false(arrived);
}

/* A parameter opens the raw gate, and nothing of lockdown. */
static void standard_refuses_a_vendor_opcode(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(MODULE_STANDARD, "raw_commands=1", 0);
	lockdown_vendor(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_false(arrived);
	assert_int_equal(guest_tainted_by_user(), tainted_before);
}

/* ---- with build keys ---- */

static void the_fabric_managers_build_resets_a_port(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(FABRIC_MANAGER, "", CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
	lockdown_port_reset(fd, &sent, &arrived);
	assert_sent(&sent);
	assert_int_equal(sent.send.return_code, RC_SUCCESS);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_true(arrived);
}

static void the_fabric_managers_build_refuses_a_vendor_opcode(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(FABRIC_MANAGER, "raw_commands=1",
		   CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
	lockdown_vendor(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_false(arrived);
}

/* The key is about lockdown alone: every other gate stands. */
static void the_fabric_managers_build_wants_the_capability(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(FABRIC_MANAGER, "", CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
	guest_set_rawio(false);
	lockdown_port_reset(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_false(arrived);
}

static void the_second_key_wants_raw_commands_too(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(VENDOR_RAW, "", CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN);
	lockdown_vendor(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_false(arrived);
}

static void the_second_key_lets_a_vendor_opcode_through(void **state)
{
	struct sent sent;
	bool arrived;

	use_module(VENDOR_RAW, "raw_commands=1", CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN);
	lockdown_vendor(fd, &sent, &arrived);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_true(arrived);
	assert_true(guest_tainted_by_user());
	lockdown_port_reset(fd, &sent, &arrived);
	assert_sent(&sent);
	assert_true(arrived);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	fd = -1;
	model_order("clear");
	model_order("zero");
	return 0;
}

static int end(void **state)
{
	close(fd);
	return model_still_well();
}

static int look_at_the_taint(void **state)
{
	guest_give_up_after(180);
	tainted_before = guest_tainted_by_user();
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_kernel_takes_no_unsigned_module),
		CASE(standard_refuses_a_port_reset),
		CASE(standard_lets_a_managed_unbind_through),
		CASE(standard_refuses_an_unbind_by_surprise),
		CASE(standard_refuses_a_vendor_opcode),
		CASE(the_fabric_managers_build_resets_a_port),
		CASE(the_fabric_managers_build_refuses_a_vendor_opcode),
		CASE(the_fabric_managers_build_wants_the_capability),
		CASE(the_second_key_wants_raw_commands_too),
		CASE(the_second_key_lets_a_vendor_opcode_through),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, look_at_the_taint, guest_standard_module);
}
