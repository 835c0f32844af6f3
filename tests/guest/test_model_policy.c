// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same command is judged by what the destination says of it: a device that admits
 * more needs more. And vendor opcodes, which nobody knows until somebody reviewed
 * them for one kind of device.
 */
#include "guest_frame.h"
#include "guest_model.h"

#define VENDOR_ECHO	0xc000	/* QUERY by fabrics/vendor.csv, 0 to 16 bytes */
#define VENDOR_OTHER	0xc001	/* no row */
#define VENDOR_DATA	0xc003	/* SETTING by the row; the device says data */

static const uint8_t text[] = "reviewed";

/* ---- effects ---- */

/* Two SLDs of one kind; the second admits that setting its clock changes data. */
static void the_second_device_admits_more(void)
{
	model_order("cel port%u effects 0x0301 0x%x", MODEL_SLD, EFFECT_POLICY);
	model_order("cel port%u effects 0x0301 0x%x", MODEL_SLD_2, EFFECT_POLICY | EFFECT_DATA);
	model_order("swap port%u", MODEL_SLD);		/* their clocks forget the time */
	model_order("swap port%u", MODEL_SLD_2);
}

static void without_rawio_the_effects_decide(void **state)
{
	struct sent sent;

	the_second_device_admits_more();
	guest_set_rawio(false);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_not_equal(guest_timestamp(fd, MODEL_SLD), 0);

	guest_set_timestamp(fd, MODEL_SLD_2, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_int_equal(sent.send.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	assert_int_equal(guest_timestamp(fd, MODEL_SLD_2), 0);
}

static void with_rawio_both_are_set(void **state)
{
	struct sent sent;

	the_second_device_admits_more();
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	guest_set_timestamp(fd, MODEL_SLD_2, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_int_not_equal(guest_timestamp(fd, MODEL_SLD_2), 0);
}

static void explain_tells_the_two_apart(void **state)
{
	struct cxl_switch_cci_explain here, there;

	the_second_device_admits_more();
	guest_set_rawio(false);
	here = guest_explain_to(fd, MODEL_SLD, 0x0301, text, 8);
	there = guest_explain_to(fd, MODEL_SLD_2, 0x0301, text, 8);
	assert_int_equal(here.error, 0);
	assert_int_equal(here.effects, EFFECT_POLICY);
	assert_int_equal(here.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_equal(there.error, EPERM);
	assert_int_equal(there.reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_int_equal(there.effects, EFFECT_POLICY | EFFECT_DATA);
	assert_int_equal(there.table_impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_equal(there.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_int_equal(guest_timestamp(fd, MODEL_SLD), 0);
}

/* What one LD admits says nothing of its neighbour on the same device. */
static void each_ld_is_judged_by_its_own_effects(void **state)
{
	static const struct hop ld1[] = { { 0, MODEL_MLD }, { 0, 1 } };
	static const struct hop ld2[] = { { 0, MODEL_MLD }, { 0, 2 } };
	struct sent sent;

	model_order("cel port%u.ld2 effects 0x0301 0x%x", MODEL_MLD, EFFECT_DATA);
	guest_set_rawio(false);
	guest_send_along(fd, ld1, 2, 0x0301, text, 8, &sent);
	assert_sent(&sent);
	guest_send_along(fd, ld2, 2, 0x0301, text, 8, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
}

/* ---- vendor rows ---- */

static void use_module(const char *path)
{
	close(fd);
	guest_change_module(path, "");
	fd = guest_open(O_RDWR);
}

static void send_vendor(int port, uint16_t opcode, uint32_t size, struct sent *sent)
{
	static const uint8_t zeros[65];

	guest_send_to(fd, port, opcode, size == sizeof(text) ? text : zeros, size, sent);
}

static void without_a_row_a_vendor_opcode_is_refused(void **state)
{
	static const int ports[] = { -1, MODEL_SLD, MODEL_VENDOR, MODEL_MLD };
	struct sent sent;

	model_order("zero");
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		send_vendor(ports[i], VENDOR_ECHO, sizeof(text), &sent);
		assert_refused(&sent, EPERM, UNAUDITED);
		assert_int_equal(sent.send.verdict_flags, 0);
	}
	assert_int_equal(model_counter("commands"), 0);
	assert_false(guest_tainted_by_user());
}

static void by_its_row_it_is_allowed_at_that_device_only(void **state)
{
	static const int others[] = { -1, MODEL_SLD, MODEL_MLD, MODEL_DCD };
	struct sent sent;

	use_module("/variants/vendor.ko");
	guest_set_rawio(false);
	send_vendor(MODEL_VENDOR, VENDOR_ECHO, sizeof(text), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_int_equal(sent.send.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED |
						  CXL_SWITCH_CCI_VERDICT_VENDOR_ROW);
	assert_true(sent.opened);
	assert_int_equal(sent.leaf.payload_length, sizeof(text));
	assert_memory_equal(sent.leaf.payload, text, sizeof(text));
	guest_set_rawio(true);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		send_vendor(others[i], VENDOR_ECHO, sizeof(text), &sent);
		assert_refused(&sent, EPERM, UNAUDITED);
	}
	assert_false(guest_tainted_by_user());
}

static void the_row_covers_its_lengths_and_its_opcode_only(void **state)
{
	struct sent sent;

	use_module("/variants/vendor.ko");
	send_vendor(MODEL_VENDOR, VENDOR_ECHO, 16, &sent);
	assert_sent(&sent);
	send_vendor(MODEL_VENDOR, VENDOR_ECHO, 17, &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	send_vendor(MODEL_VENDOR, VENDOR_OTHER, sizeof(text), &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_false(guest_tainted_by_user());
}

/* A review cannot make a device less than it says it is. */
static void the_devices_effects_raise_a_row_too(void **state)
{
	struct sent sent;

	use_module("/variants/vendor.ko");
	guest_set_rawio(false);
	send_vendor(MODEL_VENDOR, VENDOR_DATA, sizeof(text), &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	guest_set_rawio(true);
	send_vendor(MODEL_VENDOR, VENDOR_DATA, sizeof(text), &sent);
	assert_sent(&sent);
	assert_false(guest_tainted_by_user());
}

/* Another device in that slot is another identity, and so without a row. */
static void a_swapped_device_loses_the_row(void **state)
{
	struct sent sent;

	use_module("/variants/vendor.ko");
	send_vendor(MODEL_VENDOR, VENDOR_DATA, sizeof(text), &sent);
	assert_sent(&sent);
	model_order("swap port%u", MODEL_VENDOR);	/* its device id is another one now */
	guest_sleep_ms(1100);
	send_vendor(MODEL_VENDOR, VENDOR_DATA, sizeof(text), &sent);
	model_order("identity port%u device 0x5678", MODEL_VENDOR);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_false(guest_tainted_by_user());
}

/* ---- the frame ---- */

static int end_with_the_standard_module(void **state)
{
	guest_set_rawio(true);
	close(fd);
	guest_change_module(MODULE_STANDARD, "");
	return model_still_well();
}

#define VENDOR_CASE(test) \
	cmocka_unit_test_setup_teardown(test, guest_frame_begin, end_with_the_standard_module)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(without_rawio_the_effects_decide),
		WITH_FRAME(with_rawio_both_are_set),
		WITH_FRAME(explain_tells_the_two_apart),
		WITH_FRAME(each_ld_is_judged_by_its_own_effects),
		WITH_FRAME(without_a_row_a_vendor_opcode_is_refused),
		VENDOR_CASE(by_its_row_it_is_allowed_at_that_device_only),
		VENDOR_CASE(the_row_covers_its_lengths_and_its_opcode_only),
		VENDOR_CASE(the_devices_effects_raise_a_row_too),
		VENDOR_CASE(a_swapped_device_loses_the_row),
	};

	guest_give_up_after(120);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
