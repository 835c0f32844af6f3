// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is at the other end: nobody, the switch itself, an LD pool under many names,
 * another device than a moment ago, a device that changes its identity or has none.
 */
#include "guest_frame.h"
#include "guest_model.h"

/* The time for which a verified identity holds, and some. */
#define PAST_VERIFIED_MS	1100
#define ALL_ONES		0xffffffffffffffffull

static const uint8_t a_time[8] = { 1 };

static void send_time(const struct hop *path, unsigned int depth, struct sent *sent)
{
	guest_send_along(fd, path, depth, 0x0301, a_time, sizeof(a_time), sent);
}

/* ---- nobody ---- */

/* Paths that lead nowhere, and the level that says so. */
static const struct nowhere {
	struct hop path[3];
	unsigned int depth;
	bool by_the_switch;
	uint16_t code;
} nowhere[] = {
	{ { { 0, MODEL_UPSTREAM } }, 1, true, RC_INVALID_INPUT },
	{ { { 0, MODEL_EMPTY } }, 1, true, RC_INVALID_INPUT },
	{ { { 0, MODEL_UNKNOWN } }, 1, true, RC_INVALID_INPUT },
	{ { { 0, 255 } }, 1, true, RC_INVALID_INPUT },
	{ { { 0, MODEL_UPSTREAM }, { 0, 0 } }, 2, true, RC_INVALID_INPUT },
	/* no LD of that number; FFh is the low byte of FFFFh, the FM-owned LD itself */
	{ { { 0, MODEL_MLD }, { 0, 4 } }, 2, false, RC_INVALID_INPUT },
	{ { { 0, MODEL_MLD }, { 0, 255 } }, 2, false, RC_INVALID_INPUT },
	{ { { 0, MODEL_MULTI_HEADED }, { 1, 0 }, { 0, 255 } }, 3, false, RC_INVALID_INPUT },
	/* an SLD has neither LDs nor tunnels */
	{ { { 0, MODEL_SLD }, { 0, 0 } }, 2, false, RC_UNSUPPORTED },
	/* an LD pool where there is none */
	{ { { 1, 0 } }, 1, true, RC_INVALID_INPUT },
	{ { { 1, MODEL_MULTI_HEADED } }, 1, true, RC_INVALID_INPUT },
	{ { { 0, MODEL_MLD }, { 1, 0 } }, 2, false, RC_INVALID_INPUT },
	{ { { 0, MODEL_SLD }, { 1, 0 } }, 2, false, RC_UNSUPPORTED },
};

#define REMEMBERED	8192

static void queries_to_nobody_are_answered_by_who_knows(void **state)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		const struct nowhere *to = &nowhere[i];

		guest_send_along(fd, to->path, to->depth, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.return_code, to->by_the_switch ? to->code : RC_SUCCESS);
		if (sent.send.leaf_return_code != to->code)
			fail_msg("path %zu: leaf code %04xh", i, sent.send.leaf_return_code);
	}
}

static void changes_to_nobody_are_not_tried(void **state)
{
	uint64_t before;
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		const struct nowhere *to = &nowhere[i];

		send_time(to->path, to->depth, &sent);
		assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
		before = model_counter("commands");
		send_time(to->path, to->depth, &sent);
		assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
		assert_in_range(model_counter("commands") - before, 0, 1);
	}
}

/* What Identify at the first port costs: 1 if it is known who answers there. */
static uint64_t commands_of_a_query(void)
{
	uint64_t before = model_commands_of("port0");
	struct sent sent;

	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	return model_commands_of("port0") - before;
}

/* Paths that lead nowhere, one more than are remembered: they evict one another. */
static void made_up_paths_evict_nobody_who_answers(void **state)
{
	struct hop path[] = { { 0, 0 }, { 0, 0 } };
	struct sent sent;

	commands_of_a_query();
	assert_int_equal(commands_of_a_query(), 1);
	for (unsigned int i = 0; i <= REMEMBERED; i++) {
		path[0].id = (uint8_t)(MODEL_UNKNOWN + i / 256);
		path[1].id = (uint8_t)i;
		send_time(path, 2, &sent);
		assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	}
	assert_int_equal(commands_of_a_query(), 1);
}

/* FFFFh as an LD id in a payload: the device's to judge, nobody is harmed by asking. */
static void the_fm_owned_ld_in_a_payload_is_the_devices_answer(void **state)
{
	static const uint8_t read[12] = { [4] = 0xff, [5] = 0xff };
	struct sent sent;

	guest_send_to(fd, MODEL_MLD, 0x5301, read, sizeof(read), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_int_not_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

/* ---- names ---- */

static void a_pool_has_one_name_however_it_is_spelled(void **state)
{
	struct cxl_switch_cci_destination entries[16];
	struct hop path[] = { { 0, MODEL_MULTI_HEADED }, { 1, 0 } };
	uint32_t count, pools = 0;
	struct sent sent;

	model_order("zero");
	for (unsigned int id = 0; id <= 255; id++) {
		path[1].id = (uint8_t)id;
		guest_send_along(fd, path, 2, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	}
	/* one round of questions: Identify, limit, list of logs, the log itself in parts */
	assert_in_range(model_counter("commands"), 256 + 4, 256 + 6);
	count = guest_destinations(fd, entries, ARRAY_SIZE(entries));
	for (uint32_t i = 0; i < count; i++) {
		pools += entries[i].depth == 2;
		assert_in_range(entries[i].depth, 0, 2);
		if (entries[i].depth == 2) {
			assert_int_equal(entries[i].target[1], 1);
			assert_int_equal(entries[i].id[1], 0);
		}
	}
	assert_int_equal(pools, 1);
}

/* ---- another device ---- */

static void admit_more(unsigned int port)
{
	model_order("cel port%u effects 0x0301 0x%x", port, EFFECT_POLICY | EFFECT_DATA);
}

/* Judged by its own log, not by its predecessor's; and the predecessor's is forgotten. */
static void a_swapped_device_is_judged_anew(void **state)
{
	static const struct hop path[] = { { 0, MODEL_SLD_2 } };
	struct sent sent;

	guest_set_rawio(false);
	send_time(path, 1, &sent);
	assert_sent(&sent);
	admit_more(MODEL_SLD_2);
	model_order("swap port%u", MODEL_SLD_2);
	guest_sleep_ms(PAST_VERIFIED_MS);
	send_time(path, 1, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_int_equal(guest_timestamp(fd, MODEL_SLD_2), 0);
}

/* The swap comes between the judgement and the verification that precedes the command. */
static void a_device_swapped_between_two_commands_is_noticed(void **state)
{
	static const struct hop path[] = { { 0, MODEL_SLD } };
	uint64_t before;
	struct sent sent;

	send_time(path, 1, &sent);
	assert_sent(&sent);
	guest_sleep_ms(PAST_VERIFIED_MS);
	model_order("swap port%u 0", MODEL_SLD);	/* with the next command it gets */
	before = model_commands_of("port0");
	guest_set_rawio(false);
	send_time(path, 1, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	/* Identify that told, a round of questions, and the change */
	assert_in_range(model_commands_of("port0") - before, 1 + 4 + 1, 1 + 6 + 2);
}

/* A device swapped while its log is read: what was read belongs to nobody. */
static void a_device_swapped_while_it_is_asked_is_noticed(void **state)
{
	static const struct hop path[] = { { 0, MODEL_SLD } };
	struct cxl_switch_cci_destination entries[8];
	uint64_t serial;
	struct sent sent;

	model_order("swap port%u 2", MODEL_SLD);	/* after Identify and the limit */
	send_time(path, 1, &sent);
	assert_sent(&sent);
	serial = strtoull(strstr(model_order("show port0"), "serial=") + 7, NULL, 16);
	for (uint32_t i = guest_destinations(fd, entries, ARRAY_SIZE(entries)); i-- > 0;)
		if (entries[i].depth == 1)
			assert_true(entries[i].serial == serial);
}

static void an_identity_that_alternates_is_given_up(void **state)
{
	static const struct hop path[] = { { 0, MODEL_SLD } };
	struct sent sent;

	model_order("swap port%u", MODEL_SLD);		/* its clock forgets the time */
	model_order("alternate port%u 0xbad", MODEL_SLD);
	send_time(path, 1, &sent);
	assert_int_equal(sent.error, EIO);
	assert_int_equal(sent.send.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	assert_int_equal(sent.send.reason, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(guest_timestamp(fd, MODEL_SLD), 0);
	model_order("clear");
	guest_sleep_ms(PAST_VERIFIED_MS);
	send_time(path, 1, &sent);
	assert_sent(&sent);
}

/* ---- no identity ---- */

static void without_a_serial_the_log_is_read_again(uint64_t serial)
{
	static const struct hop path[] = { { 0, MODEL_BOUND } };
	uint64_t before;
	struct sent sent;

	model_order("identity port%u serial 0x%llx", MODEL_BOUND, (unsigned long long)serial);
	guest_set_rawio(false);
	send_time(path, 1, &sent);
	assert_sent(&sent);
	before = model_commands_of("port5");
	send_time(path, 1, &sent);
	assert_sent(&sent);
	assert_int_equal(model_commands_of("port5") - before, 1);	/* read a moment ago */

	admit_more(MODEL_BOUND);	/* as another device without a serial would */
	guest_sleep_ms(PAST_VERIFIED_MS);
	before = model_commands_of("port5");
	send_time(path, 1, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_in_range(model_commands_of("port5") - before, 4, 6);
}

static void serial_zero_is_no_identity(void **state)
{
	without_a_serial_the_log_is_read_again(0);
}

static void serial_all_ones_is_no_identity(void **state)
{
	without_a_serial_the_log_is_read_again(ALL_ONES);
}

/* ---- no known type ---- */

#define TYPE_SWITCH	0
#define TYPE_UNKNOWN	9

static void be_of_type(unsigned int type)
{
	close(fd);
	model_fresh_driver();
	model_order("identity switch type %u", type);
	model_order("cel switch hide 0x5100");
	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
}

/* One answer is none: until some agree the type is not known yet. */
static void await_the_type(void)
{
	int64_t limit = guest_now_ms() + guest_patience(20000);
	struct sent sent;

	do {
		guest_sleep_ms(50);
		send_time(&(struct hop){ 0, MODEL_SLD }, 1, &sent);
	} while (sent.error == EBUSY && guest_now_ms() < limit);
}

/* What its first hop means nobody knows: nobody is asked, and only the raw window helps. */
static void through_an_unknown_function_raw_passes(void **state)
{
	struct sent sent;

	be_of_type(TYPE_UNKNOWN);
	await_the_type();
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "60"), 0);
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	be_of_type(TYPE_SWITCH);
}

/* ---- the frame ---- */

static int end(void **state)
{
	model_order("identity port%u serial 0x5000", MODEL_BOUND);
	model_order("identity switch type %u", TYPE_SWITCH);
	return guest_frame_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, guest_frame_begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(queries_to_nobody_are_answered_by_who_knows),
		CASE(changes_to_nobody_are_not_tried),
		CASE(made_up_paths_evict_nobody_who_answers),
		CASE(the_fm_owned_ld_in_a_payload_is_the_devices_answer),
		CASE(a_pool_has_one_name_however_it_is_spelled),
		CASE(a_swapped_device_is_judged_anew),
		CASE(a_device_swapped_between_two_commands_is_noticed),
		CASE(a_device_swapped_while_it_is_asked_is_noticed),
		CASE(an_identity_that_alternates_is_given_up),
		CASE(serial_zero_is_no_identity),
		CASE(serial_all_ones_is_no_identity),
		CASE(through_an_unknown_function_raw_passes),
	};

	guest_give_up_after(180);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
