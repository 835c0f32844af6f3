// SPDX-License-Identifier: GPL-2.0-only
/*
 * A start whose answer comes when nobody waits for it any more: it reaches no other
 * caller, and what it started is known all the same.
 */
#include "guest_background.h"
#include "guest_load.h"

#include <signal.h>
#include <sys/wait.h>

#define PATIENCE_MS	600	/* of the caller */
#define LATE_MS		1300	/* within the device's 2 s */
#define TOO_LATE_MS	2900
#define WORK_MS		1500

static int told_of_late;

static void make_late(const struct guest_place *place, unsigned int ms)
{
	guest_work_takes(place, WORK_MS);
	model_order("fault %s slow %u opcode=0x%x count=1", place->model, ms,
		    guest_abortable_at(place));
}

/* Who asks next, here or there, hears what is meant for him. */
static void assert_next_has_its_own_answer(const struct guest_place *place)
{
	struct sent sent;

	for (unsigned int i = 0; i < 3; i++) {
		guest_send_along(audience.mute, place->path, place->depth, OPCODE_GET_LIMIT, NULL,
				 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_opcode, OPCODE_GET_LIMIT);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		assert_int_equal(sent.send.out_size, place->depth * LEVEL + 1);
		assert_true(sent.send.cookie == 0);
	}
}

static struct cxl_switch_cci_bg_status assert_start_is_known(const struct guest_place *place)
{
	struct cxl_switch_cci_bg_status status;
	struct cxl_switch_cci_notice notice;

	if (!guest_notice(told_of_late, SOON_MS, &notice))
		fail_msg("nobody tells of the late answer");
	assert_int_equal(notice.type, NOTICE(LATE_ANSWER));
	assert_int_equal(notice.opcode, guest_abortable_at(place));
	assert_int_equal(notice.return_code, RC_BACKGROUND);
	status = guest_status_at(audience.mute, place);
	assert_int_equal(status.state, OPERATION(RUNNING));
	assert_int_equal(status.opcode, guest_abortable_at(place));
	assert_true(notice.cookie == 0 || notice.cookie == status.cookie);
	return status;
}

static void gives_up(const struct guest_place *place, unsigned int late_ms)
{
	uint64_t late = guest_counter(&audience.device, "late_answers");
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	make_late(place, late_ms);
	guest_start_any(audience.owner, place, guest_abortable_at(place), 0, PATIENCE_MS, &sent);
	guest_assert_outcome(&sent, ETIMEDOUT, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, __FILE__, __LINE__);
	assert_true(sent.send.cookie == 0);
	if (late_ms > 2000) {
		guest_await_state(&audience.device, "stuck", 4000);
		guest_await_state(&audience.device, "ready", 4000);
	}
	assert_next_has_its_own_answer(place);
	assert_int_equal(guest_counter(&audience.device, "late_answers"), late + 1);
	status = assert_start_is_known(place);
	/* his file is still open */
	assert_int_equal(guest_status(audience.owner, status.cookie).owner, OWNER(SELF));
	guest_expect_told(NOTICE(BG_ENDED), status.cookie);
}

static void a_start_whose_caller_gave_up_is_known(void **state)
{
	gives_up(&at_switch, LATE_MS);
	gives_up(&at_sld, LATE_MS);
	gives_up(&at_pool_ld, LATE_MS);
}

static void a_start_answered_after_the_devices_time_is_known(void **state)
{
	gives_up(&at_switch, TOO_LATE_MS);
	gives_up(&at_sld, TOO_LATE_MS);
}

/* ---- killed ---- */

static uint32_t flags_of_the_killed;

static int start_at(void *argument)
{
	int fd = open(audience.device.node, O_RDWR | O_CLOEXEC);
	struct sent sent;

	if (fd < 0)
		return 1;
	guest_start_any(fd, argument, guest_abortable_at(argument), flags_of_the_killed, 0, &sent);
	return 2;
}

static void kill_in_a_start(const struct guest_place *place)
{
	pid_t child;
	int how;

	make_late(place, LATE_MS);
	child = guest_fork(start_at, (void *)place);
	guest_await_slow_command();
	kill(child, SIGKILL);
	how = guest_wait(child, 5000);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

static void is_killed(const struct guest_place *place)
{
	struct cxl_switch_cci_bg_status status;

	kill_in_a_start(place);
	assert_next_has_its_own_answer(place);
	status = assert_start_is_known(place);
	/* his file is closed */
	assert_int_equal(status.owner, OWNER(NONE));
	assert_int_equal(status.uid, 0);
	assert_int_equal(guest_adopt(audience.owner, status.cookie, 0), 0);
	guest_expect_told(NOTICE(BG_ENDED), status.cookie);
}

static void a_start_whose_caller_was_killed_is_known(void **state)
{
	is_killed(&at_switch);
	is_killed(&at_sld);
	is_killed(&at_ld);
}

/* BG_ABORT_ON_CLOSE, and the last close comes before the start is known. */
static void is_killed_with_a_wish(const struct guest_place *place)
{
	struct cxl_switch_cci_notice notice;

	flags_of_the_killed = CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE;
	kill_in_a_start(place);
	flags_of_the_killed = 0;
	assert_true(guest_notice(audience.listener, SOON_MS, &notice));
	assert_int_equal(notice.type, NOTICE(BG_ENDED));
	assert_int_equal(notice.return_code, RC_ABORTED);
	guest_expect_untold();
}

static void the_wish_of_the_killed_is_kept(void **state)
{
	is_killed_with_a_wish(&at_switch);
	is_killed_with_a_wish(&at_sld);
	/* the answer is of no use: a look finds the operation */
	model_order("fault port0 message-category 0 opcode=0x%x count=1",
		    guest_abortable_at(&at_sld));
	is_killed_with_a_wish(&at_sld);
}

/* ---- no start ---- */

static void a_late_answer_of_another_kind_starts_nothing(void **state)
{
	struct cxl_switch_cci_notice notice;
	struct sent sent;

	model_order("fault switch slow %u opcode=0xc000 count=1", LATE_MS);
	guest_start_any(audience.owner, &at_switch, OPCODE_VENDOR, 0, PATIENCE_MS, &sent);
	assert_int_equal(sent.error, ETIMEDOUT);
	assert_next_has_its_own_answer(&at_switch);
	assert_true(guest_notice(told_of_late, SOON_MS, &notice));
	assert_int_equal(notice.type, NOTICE(LATE_ANSWER));
	assert_int_equal(notice.opcode, OPCODE_VENDOR);
	assert_int_equal(notice.return_code, RC_SUCCESS);
	assert_true(notice.cookie == 0);
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

/* ---- what is no start ---- */

static struct cxl_switch_cci_notice next_late_answer(void)
{
	struct cxl_switch_cci_notice notice;

	if (!guest_notice(told_of_late, SOON_MS, &notice))
		fail_msg("nobody tells of the late answer");
	assert_int_equal(notice.type, NOTICE(LATE_ANSWER));
	return notice;
}

/* Within the device's time, and after the caller's. */
static void leave(const struct guest_place *place, uint16_t opcode)
{
	struct sent sent;

	model_order("fault %s slow %u opcode=0x%x count=1", place->model, LATE_MS, opcode);
	guest_start_any(audience.owner, place, opcode, 0, PATIENCE_MS, &sent);
	guest_assert_outcome(&sent, ETIMEDOUT, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, __FILE__, __LINE__);
}

/* What has to be known of a component before a command is asked for now, not later. */
static void meet(const struct guest_place *place)
{
	struct sent sent;

	guest_start_any(audience.owner, place, OPCODE_GET_LIMIT, 0, 0, &sent);
	assert_sent(&sent);
}

static void a_late_refusal_of_an_abort_counts(void **state)
{
	static const struct guest_place *const places[] = { &at_switch, &at_sld, &at_pool_ld };
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		guest_work_takes(places[i], 60000);
		model_order("background %s refuse-abort", places[i]->model);
		cookie = guest_start(audience.owner, places[i], guest_abortable_at(places[i]));
		leave(places[i], OPCODE_ABORT);
		notice = next_late_answer();
		assert_int_equal(notice.opcode, OPCODE_ABORT);
		assert_int_equal(notice.return_code, RC_NO_ABORT);
		guest_await_operation(audience.owner, cookie, OPERATION(RUNNING), SOON_MS);
	}
}

/* A command that starts nothing: what it says inside its tunnels is told all the same. */
static void a_late_failure_of_the_leaf_is_told(void **state)
{
	for (size_t i = 0; i < guest_place_count; i++) {
		const struct guest_place *place = guest_places[i];
		struct cxl_switch_cci_notice notice;

		meet(place);
		model_order("fault %s rc 2 opcode=3 count=1", place->model);
		model_order("fault %s vendor-status 0x77 opcode=3 count=1", place->model);
		leave(place, OPCODE_GET_LIMIT);
		notice = next_late_answer();
		assert_int_equal(notice.opcode, OPCODE_GET_LIMIT);
		assert_int_equal(notice.return_code, RC_INVALID_INPUT);
		assert_true(notice.cookie == 0);
		model_order("clear");
	}
}

static void a_late_answer_that_does_not_fit_tells_nothing(void **state)
{
	meet(&at_sld);
	model_order("fault port0 message-category 0 opcode=3 count=1");
	leave(&at_sld, OPCODE_GET_LIMIT);
	assert_int_equal(next_late_answer().return_code, CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN);
}

/* Nobody expected it, and nobody waits: it is followed, for whoever sent it. */
static void a_late_start_that_nobody_expected_is_known(void **state)
{
	static const struct guest_place *const places[] = { &at_switch, &at_sld, &at_pool_ld };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct cxl_switch_cci_bg_status status;
		struct cxl_switch_cci_notice notice;

		meet(places[i]);
		model_order("fault %s rc 1 opcode=3 count=1", places[i]->model);
		leave(places[i], OPCODE_GET_LIMIT);
		notice = next_late_answer();
		assert_int_equal(notice.return_code, RC_BACKGROUND);
		assert_true(notice.cookie != 0);
		status = guest_status(audience.mute, notice.cookie);
		assert_int_equal(status.opcode, OPCODE_GET_LIMIT);
		assert_int_equal(status.depth, places[i]->depth);
		assert_int_equal(status.owner, OWNER(NONE));
		assert_int_equal(status.uid, 0);
		model_order("clear");
	}
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_audience_begin(state);
	told_of_late = guest_open_subscribed(MASK(LATE_ANSWER));
	return 0;
}

static int end(void **state)
{
	close(told_of_late);
	return guest_audience_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_start_whose_caller_gave_up_is_known),
		CASE(a_start_answered_after_the_devices_time_is_known),
		CASE(a_start_whose_caller_was_killed_is_known),
		CASE(the_wish_of_the_killed_is_kept),
		CASE(a_late_answer_of_another_kind_starts_nothing),
		CASE(a_late_refusal_of_an_abort_counts),
		CASE(a_late_failure_of_the_leaf_is_told),
		CASE(a_late_answer_that_does_not_fit_tells_nothing),
		CASE(a_late_start_that_nobody_expected_is_known),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
