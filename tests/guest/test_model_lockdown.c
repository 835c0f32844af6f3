// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel is locked down while the module is there, with raw commands on: what it may
 * do from then on. Comes after test_model_unlocked in the same boot.
 */
#include "guest_lockdown.h"

static int fd;

static void a_port_reset_is_refused(void **state)
{
	struct sent sent;
	bool arrived;

	lockdown_port_reset(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_false(arrived);
}

static void only_a_managed_unbind_is_sent(void **state)
{
	struct sent sent;
	bool arrived;

	for (uint8_t option = 0; option <= 1; option++) {
		lockdown_unbind(fd, option, &sent, &arrived);
		assert_sent(&sent);
		assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_PROVISION);
		assert_true(arrived);
	}
	lockdown_unbind(fd, 2, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_false(arrived);
}

static void a_vendor_opcode_is_refused(void **state)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	struct sent sent;
	bool arrived;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
	assert_true(info.settings & CXL_SWITCH_CCI_SETTING_RAW_COMMANDS);
	lockdown_vendor(fd, &sent, &arrived);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_false(arrived);
}

/* A log that may hold secrets is a query, and still refused; the CEL is not. */
static void a_disclosing_log_is_refused(void **state)
{
	struct guest_log_request log = { .length = 16 };
	struct sent sent;

	memcpy(log.uuid, guest_vendor_log_uuid, sizeof(log.uuid));
	guest_send_to(fd, MODEL_SLD, OPCODE_GET_LOG, &log, sizeof(log), &sent);
	assert_refused(&sent, EPERM, LOCKDOWN);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_true(sent.send.verdict_flags & CXL_SWITCH_CCI_VERDICT_DISCLOSING);
	memcpy(log.uuid, guest_cel_uuid, sizeof(log.uuid));
	guest_send_to(fd, MODEL_SLD, OPCODE_GET_LOG, &log, sizeof(log), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

/* A setting that the device itself calls more is judged as more. */
static void effects_count_under_lockdown_too(void **state)
{
	struct sent sent;

	model_order("cel port%u effects 0x0301 0x%x", MODEL_BOUND, EFFECT_POLICY | EFFECT_DATA);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	guest_set_timestamp(fd, MODEL_BOUND, &sent);
	assert_refused(&sent, EPERM, LOCKDOWN);
}

static int begin(void **state)
{
	guest_give_up_after(120);
	fd = guest_open(O_RDWR);
	if (!guest_locked_down())
		guest_lock_down();
	model_fresh_driver();
	close(fd);
	fd = guest_open(O_RDWR);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(effects_count_under_lockdown_too, guest_model_end),
		cmocka_unit_test_teardown(a_port_reset_is_refused, guest_model_end),
		cmocka_unit_test_teardown(only_a_managed_unbind_is_sent, guest_model_end),
		cmocka_unit_test_teardown(a_vendor_opcode_is_refused, guest_model_end),
		cmocka_unit_test_teardown(a_disclosing_log_is_refused, guest_model_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, NULL);
}
