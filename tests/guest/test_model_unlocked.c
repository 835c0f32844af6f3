// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before the kernel is locked down: all that test_model_lockdown sees refused is sent,
 * by the same module, which it leaves behind with raw commands on.
 */
#include "guest_lockdown.h"

static int fd;

static void a_port_reset_is_sent(void **state)
{
	struct sent sent;
	bool arrived;

	lockdown_port_reset(fd, &sent, &arrived);
	assert_sent(&sent);
	assert_true(arrived);
}

static void every_unbind_is_sent(void **state)
{
	struct sent sent;
	bool arrived;

	for (uint8_t option = 0; option <= 2; option++) {
		lockdown_unbind(fd, option, &sent, &arrived);
		assert_sent(&sent);
		assert_true(arrived);
	}
}

static void a_vendor_opcode_is_sent(void **state)
{
	struct sent sent;
	bool arrived;

	lockdown_vendor(fd, &sent, &arrived);
	assert_sent(&sent);
	assert_true(arrived);
	assert_true(guest_tainted_by_user());
}

static int begin(void **state)
{
	guest_give_up_after(120);
	assert_false(guest_locked_down());
	guest_change_module(MODULE_STANDARD, "raw_commands=1");
	model_order("clear");
	model_order("zero");
	fd = guest_open(O_RDWR);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_port_reset_is_sent, guest_model_end),
		cmocka_unit_test_teardown(every_unbind_is_sent, guest_model_end),
		cmocka_unit_test_teardown(a_vendor_opcode_is_sent, guest_model_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, NULL);
}
