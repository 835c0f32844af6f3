// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations from their start to their end, at the function itself and
 * behind tunnels; what is shown of devices that lie about them; resets and bindings
 * in the middle.
 */
#include "guest_background.h"

#include <signal.h>

#define SHORT_MS	400
#define LONG_MS		60000

/* ---- the plain life ---- */

static void lives(const struct guest_place *place)
{
	uint16_t opcode = guest_abortable_at(place);
	struct cxl_switch_cci_bg_status status;
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	guest_work_takes(place, SHORT_MS);
	cookie = guest_start(audience.owner, place, opcode);
	status = guest_status_at(audience.owner, place);
	assert_true(status.cookie == cookie);
	assert_int_equal(status.owner, OWNER(SELF));
	assert_int_equal(status.opcode, opcode);
	assert_int_equal(status.uid, 0);
	assert_int_equal(guest_status(audience.listener, cookie).owner, OWNER(OTHER));
	notice = guest_expect_told(NOTICE(BG_ENDED), cookie);
	assert_int_equal(notice.state, OPERATION(FINISHED));
	assert_int_equal(notice.opcode, opcode);
	assert_int_equal(notice.return_code, RC_SUCCESS);
	assert_int_equal(notice.percent, 100);
	assert_int_equal(notice.depth, place->depth);
	for (unsigned int i = 0; i < place->depth; i++) {
		assert_int_equal(notice.target[i], place->path[i].target);
		assert_int_equal(notice.id[i], place->path[i].id);
	}
	status = guest_status(audience.mute, cookie);
	assert_int_equal(status.state, OPERATION(FINISHED));
	assert_int_equal(status.return_code, RC_SUCCESS);
	assert_int_equal(status.percent, 100);
	assert_int_equal(status.depth, place->depth);
	/* by the driver's clock, which sees start and end a little later than they are */
	assert_in_range(status.running_ms, SHORT_MS / 2, guest_patience(SOON_MS));
}

static void an_operation_runs_and_ends_wherever_it_is(void **state)
{
	for (size_t i = 0; i < guest_place_count; i++)
		lives(guest_places[i]);
}

static void the_features_are_announced(void **state)
{
	uint64_t wanted = CXL_SWITCH_CCI_FEATURE_BACKGROUND | CXL_SWITCH_CCI_FEATURE_NOTICES |
			  CXL_SWITCH_CCI_FEATURE_TRANSFERS;

	assert_true((guest_info(audience.mute).features & wanted) == wanted);
}

/* The legacy ioctl has no room for a cookie: the slot tells it. */
static void the_legacy_ioctl_starts_one_too(void **state)
{
	struct cxl_send_command command = guest_raw(OPCODE_WORK, NULL, 0, NULL, 0);
	struct cxl_switch_cci_bg_status status;

	guest_work_takes(&at_switch, SHORT_MS);
	assert_int_equal(guest_ioctl(audience.owner, CXL_MEM_SEND_COMMAND, &command), 0);
	assert_int_equal(command.retval, RC_BACKGROUND);
	status = guest_status_at(audience.owner, &at_switch);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(SELF));
	guest_expect_told(NOTICE(BG_ENDED), status.cookie);
}

static void cookies_are_never_used_twice(void **state)
{
	uint64_t last = 0, cookie;

	for (unsigned int i = 0; i < 12; i++) {
		const struct guest_place *place = i % 2 ? &at_sld : &at_switch;

		guest_work_takes(place, 20);
		cookie = guest_start(audience.owner, place, OPCODE_WORK);
		assert_true(cookie > last);
		last = cookie;
		guest_await_operation(audience.owner, cookie, OPERATION(FINISHED), SOON_MS);
		if (i == 5) {
			guest_rebind();
			guest_audience_again();
		}
	}
}

static void a_second_start_meets_the_device(void **state)
{
	uint64_t cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	struct sent sent;

	guest_start_any(audience.listener, &at_switch, OPCODE_ABORTABLE, 0, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BUSY);
	assert_true(sent.send.cookie == 0);
	assert_true(guest_status_at(audience.owner, &at_switch).cookie == cookie);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(RUNNING));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

static void the_outcome_is_the_devices(void **state)
{
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;

		guest_work_takes(place, 50);
		model_order("background %s code 0x11", place->model);
		cookie = guest_start(audience.owner, place, OPCODE_WORK);
		notice = guest_expect_told(NOTICE(BG_ENDED), cookie);
		assert_int_equal(notice.return_code, 0x11);
		assert_int_equal(guest_status(audience.owner, cookie).return_code, 0x11);
	}
}

static void a_bind_moves_a_device(void **state)
{
	static const uint8_t ask[4] = { 2, 1, 1, 0 };
	struct sent sent;
	uint64_t cookie;

	guest_work_takes(&at_switch, SHORT_MS);
	for (unsigned int i = 0; i < 2; i++) {
		cookie = guest_start(audience.owner, &at_switch, i ? OPCODE_UNBIND : OPCODE_BIND);
		guest_expect_told(NOTICE(BG_ENDED), cookie);
		guest_send_to(audience.owner, -1, 0x5200, ask, sizeof(ask), &sent);
		assert_sent(&sent);
		assert_int_equal(sent.out[8], i ? 0 : 2);
	}
}

/* BG_STATUS asks nobody: it answers from what was seen. */
static void asking_for_the_state_is_no_traffic(void **state)
{
	uint64_t cookie, before;

	guest_work_takes(&at_sld, LONG_MS);
	model_order("background switch never-ends");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	before = model_counter("reads");
	for (unsigned int i = 0; i < 2000; i++)
		guest_status(audience.owner, cookie);
	/* what the driver's own timer reads meanwhile is far below one read a call */
	assert_true(model_counter("reads") - before < 1000);
}

static void the_last_64_results_stay(void **state)
{
	uint64_t cookie[70];
	struct cxl_switch_cci_bg_status status;

	guest_work_takes(&at_switch, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(cookie); i++) {
		cookie[i] = guest_start(audience.owner, &at_switch, OPCODE_WORK);
		guest_await_operation(audience.owner, cookie[i], OPERATION(FINISHED), SOON_MS);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(cookie); i++) {
		int error = guest_try_status(audience.owner, cookie[i], &status);

		/* 64 more have ended since the first six */
		if (i >= ARRAY_SIZE(cookie) - 64)
			assert_int_equal(error, 0);
		else
			assert_true(error == ESTALE || !error);
		if (i < ARRAY_SIZE(cookie) - 65)
			assert_int_equal(error, ESTALE);
	}
}

/* ---- devices that lie ---- */

static void percentages_that_lie_stay_percentages(void **state)
{
	static const unsigned int lies[] = { 90, 20, 0, 99, 1 };
	uint64_t cookie;

	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;

		guest_work_never_ends(place);
		cookie = guest_start(audience.owner, place, OPCODE_WORK);
		for (size_t k = 0; k < ARRAY_SIZE(lies); k++) {
			model_order("background %s percent %u", place->model, lies[k]);
			guest_sleep_ms(200);
			assert_in_range(guest_status(audience.owner, cookie).percent, 0, 100);
		}
		assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(RUNNING));
		model_order("clear");
		guest_expect_told(NOTICE(BG_ENDED), cookie);
	}
}

/* Above 100 is no percentage, and no end either: the bit says that it runs. */
static void more_than_all_is_not_over(void **state)
{
	struct cxl_switch_cci_bg_status status;
	uint64_t cookie;

	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;

		guest_work_takes(place, LONG_MS);
		model_order("background %s percent 127", place->model);
		cookie = guest_start(audience.owner, place, OPCODE_WORK);
		guest_sleep_ms(1200);
		status = guest_status(audience.owner, cookie);
		assert_int_equal(status.state, OPERATION(RUNNING));
		assert_in_range(status.percent, 0, 99);
		guest_expect_untold();
		/* how far it really is would not end it either */
		guest_work_takes(place, 20);
		model_order("clear");
	}
}

static void what_ends_twice_is_told_once(void **state)
{
	uint64_t cookie;

	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;

		guest_work_takes(place, SHORT_MS);
		model_order("background %s end-twice", place->model);
		cookie = guest_start(audience.owner, place, OPCODE_WORK);
		guest_expect_told(NOTICE(BG_ENDED), cookie);
		guest_sleep_ms(2 * SHORT_MS);
		guest_expect_untold();
		assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(FINISHED));
		model_order("clear");
	}
}

/* QEMU's status register says so after every command. */
static void a_stuck_background_bit_starts_nothing(void **state)
{
	struct sent sent;

	model_order("quirk background-bit");
	for (unsigned int i = 0; i < 5; i++) {
		guest_send_to(audience.owner, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_true(sent.send.cookie == 0);
	}
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

static void an_operation_ends_under_a_stuck_background_bit(void **state)
{
	uint64_t cookie;

	guest_work_takes(&at_switch, SHORT_MS);
	model_order("quirk background-bit");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

/* Return code 1 of a command that has no background: followed, found to be nothing. */
static void a_lie_of_having_started_ends(const struct guest_place *place, uint16_t opcode)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	model_order("fault %s rc 1 opcode=0x%x count=1", place->model, opcode);
	guest_start_any(audience.owner, place, opcode, 0, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	assert_true(sent.send.cookie != 0);
	status = guest_status(audience.owner, sent.send.cookie);
	assert_int_equal(status.opcode, opcode);
	for (int64_t limit = guest_now_ms() + guest_patience(SOON_MS); guest_now_ms() < limit;) {
		status = guest_status(audience.owner, sent.send.cookie);
		if (status.state != OPERATION(RUNNING))
			break;
		guest_sleep_ms(20);
	}
	assert_true(status.state == OPERATION(UNKNOWN) || status.state == OPERATION(FINISHED));
	diag("%04xh at %s that said background: state %u", opcode, place->model, status.state);
	guest_expect_told(status.state == OPERATION(UNKNOWN) ? NOTICE(BG_LOST) :
			  NOTICE(BG_ENDED), sent.send.cookie);
}

static void return_code_1_of_any_command_is_a_start(void **state)
{
	/* not commands that the driver sends on its own account */
	a_lie_of_having_started_ends(&at_switch, OPCODE_IDENTIFY_SWITCH);
	a_lie_of_having_started_ends(&at_sld, OPCODE_GET_TIMESTAMP);
}

/* It did not fit its request: not believed, whatever it says inside. */
static void an_answer_that_does_not_fit_starts_nothing(void **state)
{
	static const char *const lies[] = {
		"message-opcode 0xc009", "message-category 0", "message-length 77",
	};
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		model_order("fault port0 rc 1 opcode=0xc000 count=1");
		model_order("fault port0 %s opcode=0xc000 count=1", lies[i]);
		guest_start_any(audience.owner, &at_sld, OPCODE_VENDOR, 0, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN);
		assert_true(sent.send.cookie == 0);
		model_order("clear");
	}
}

/* ---- what cannot be observed; the rest of it takes half a minute: test_model_silence ---- */

/* Random bytes may be anything now and then, but no crash, no spin, no false end. */
static void random_status_does_no_harm(void **state)
{
	uint64_t cookie, before;

	guest_work_takes(&at_sld, 60000);
	model_order("fault port0 garbage opcode=2");
	cookie = guest_start(audience.owner, &at_sld, OPCODE_WORK);
	before = model_commands_of("port0");
	guest_sleep_ms(2000);
	assert_true(model_commands_of("port0") - before < 400);
	assert_int_not_equal(guest_status(audience.owner, cookie).state, OPERATION(FINISHED));
}

/* The register of the own slot: another opcode, three times. */
static void another_operation_in_the_register_is_not_taken_for_it(void **state)
{
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	guest_work_takes(&at_switch, 2000);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	/* the background register of the mailbox at 100h: opcode 4400h, 100 % */
	model_order("override 0x118 8 0x0000000000644400");
	notice = guest_expect_told(NOTICE(BG_LOST), cookie);
	assert_int_equal(notice.state, OPERATION(UNKNOWN));
	model_order("override off");
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

/* ---- resets, bindings, removals ---- */

static void a_reset_loses_it(void **state)
{
	struct cxl_switch_cci_notice notice;
	uint64_t own, behind;

	model_order("background switch never-ends");
	guest_work_takes(&at_sld, 1500);
	own = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	behind = guest_start(audience.owner, &at_sld, OPCODE_WORK);
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
	notice = guest_expect_notice(audience.owner, NOTICE(BG_LOST), own);
	assert_int_equal(notice.state, OPERATION(LOST));
	assert_int_equal(guest_status(audience.owner, own).state, OPERATION(LOST));
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state !=
			 OPERATION(RUNNING), true);
	(void)behind;
}

/* ... which the function's reset did not touch: still its owner's, once it is seen again. */
static void a_reset_of_the_function_does_not_hide_a_devices_operation(void **state)
{
	struct cxl_switch_cci_bg_status status;
	uint64_t cookie;

	guest_work_never_ends(&at_sld);
	cookie = guest_start(audience.owner, &at_sld, OPCODE_WORK);
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
	assert_int_equal(guest_expect_told(NOTICE(BG_LOST), cookie).state, OPERATION(UNKNOWN));
	/* no command of a user makes the driver poll it */
	status = guest_await_operation(audience.owner, cookie, OPERATION(RUNNING), SOON_MS);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(SELF));
	model_order("clear");
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(FINISHED));
}

static void what_survives_a_reset_is_found(void **state)
{
	struct cxl_switch_cci_bg_status status;
	uint64_t cookie;

	guest_work_never_ends(&at_switch);
	model_order("quirk keep-background");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
	guest_expect_told(NOTICE(BG_LOST), cookie);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(LOST));
	status = guest_await_slot(audience.owner, &at_switch, OPERATION(RUNNING), 2000);
	assert_true(status.cookie > cookie);
	assert_int_equal(status.opcode, OPCODE_ABORTABLE);
	assert_int_equal(status.owner, OWNER(NONE));
	assert_int_equal(status.uid, CXL_SWITCH_CCI_UID_UNKNOWN);
	model_order("clear");
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), status.cookie);
	guest_expect_untold();
}

static void what_runs_at_probe_is_found(void **state)
{
	struct cxl_switch_cci_bg_status status;
	uint64_t cookie;

	guest_work_never_ends(&at_switch);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	guest_rebind();
	guest_audience_again();
	status = guest_await_slot(audience.owner, &at_switch, OPERATION(RUNNING), 2000);
	assert_true(status.cookie > cookie);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(NONE));
	assert_int_equal(status.uid, CXL_SWITCH_CCI_UID_UNKNOWN);
	model_order("clear");
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), status.cookie);
	guest_expect_untold();
}

static void what_runs_at_first_contact_is_found(void **state)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;
	uint64_t cookie;

	guest_work_never_ends(&at_sld);
	cookie = guest_start(audience.owner, &at_sld, OPCODE_WORK);
	guest_rebind();
	guest_audience_again();
	guest_set_timestamp(audience.owner, MODEL_SLD, &sent);
	assert_sent(&sent);
	status = guest_await_slot(audience.owner, &at_sld, OPERATION(RUNNING), 5000);
	assert_true(status.cookie > cookie);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(NONE));
	model_order("clear");
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), status.cookie);
}

/* The first question about it gets lost: it is put again, until it is answered. */
static void what_runs_is_found_though_a_question_was_lost(void **state)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	guest_work_never_ends(&at_sld);
	guest_start(audience.owner, &at_sld, OPCODE_WORK);
	guest_rebind();
	guest_audience_again();
	/* only the question about the background is left to be asked */
	guest_explain_to(audience.owner, MODEL_SLD, OPCODE_GET_LIMIT, NULL, 0);
	model_order("fault port0 slow 1500 opcode=2 count=1");
	guest_start_any(audience.owner, &at_sld, OPCODE_GET_LIMIT, 0, 300, &sent);
	assert_int_not_equal(sent.error, 0);
	guest_start_any(audience.owner, &at_sld, OPCODE_GET_LIMIT, 0, 0, &sent);
	assert_sent(&sent);
	status = guest_await_slot(audience.owner, &at_sld, OPERATION(RUNNING), SOON_MS);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(NONE));
	model_order("clear");
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), status.cookie);
}

/* An answer that was of no use, and then a look that was not answered. */
static void what_was_started_is_found_though_a_look_was_lost(void **state)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	guest_work_never_ends(&at_sld);
	guest_start_any(audience.owner, &at_sld, OPCODE_GET_LIMIT, 0, 0, &sent);
	assert_sent(&sent);
	model_order("fault port0 message-category 0 opcode=0x%x count=1", OPCODE_WORK);
	model_order("fault port0 rc 6 opcode=2 count=1");
	guest_start_any(audience.owner, &at_sld, OPCODE_WORK, 0, 0, &sent);
	assert_sent(&sent);
	assert_true(sent.send.cookie == 0);
	status = guest_await_slot(audience.owner, &at_sld, OPERATION(RUNNING), SOON_MS);
	assert_int_equal(status.opcode, OPCODE_WORK);
	assert_int_equal(status.owner, OWNER(SELF));
	model_order("clear");
	guest_expect_told(NOTICE(BG_ENDED), status.cookie);
}

/* Over before the driver came: history, not an operation. */
static void what_is_over_at_probe_is_none(void **state)
{
	uint64_t cookie;

	guest_work_takes(&at_switch, 50);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	guest_rebind();
	guest_audience_again();
	guest_sleep_ms(200);
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(the_features_are_announced),
		WITH_AUDIENCE(an_operation_runs_and_ends_wherever_it_is),
		WITH_AUDIENCE(the_legacy_ioctl_starts_one_too),
		WITH_AUDIENCE(cookies_are_never_used_twice),
		WITH_AUDIENCE(a_second_start_meets_the_device),
		WITH_AUDIENCE(the_outcome_is_the_devices),
		WITH_AUDIENCE(a_bind_moves_a_device),
		WITH_AUDIENCE(asking_for_the_state_is_no_traffic),
		WITH_AUDIENCE(the_last_64_results_stay),
		WITH_AUDIENCE(percentages_that_lie_stay_percentages),
		WITH_AUDIENCE(more_than_all_is_not_over),
		WITH_AUDIENCE(what_ends_twice_is_told_once),
		WITH_AUDIENCE(a_stuck_background_bit_starts_nothing),
		WITH_AUDIENCE(an_operation_ends_under_a_stuck_background_bit),
		WITH_AUDIENCE(return_code_1_of_any_command_is_a_start),
		WITH_AUDIENCE(an_answer_that_does_not_fit_starts_nothing),
		WITH_AUDIENCE(random_status_does_no_harm),
		WITH_AUDIENCE(another_operation_in_the_register_is_not_taken_for_it),
		WITH_AUDIENCE(a_reset_loses_it),
		WITH_AUDIENCE(a_reset_of_the_function_does_not_hide_a_devices_operation),
		WITH_AUDIENCE(what_survives_a_reset_is_found),
		WITH_AUDIENCE(what_runs_at_probe_is_found),
		WITH_AUDIENCE(what_runs_at_first_contact_is_found),
		WITH_AUDIENCE(what_runs_is_found_though_a_question_was_lost),
		WITH_AUDIENCE(what_was_started_is_found_though_a_look_was_lost),
		WITH_AUDIENCE(what_is_over_at_probe_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
