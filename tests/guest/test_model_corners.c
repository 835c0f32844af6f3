// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts, closes, resets and removals at moments at which nobody expects them: under a
 * start, between a request to abort and its answer, at an operation that cannot be seen.
 */
#include "guest_background.h"
#include "guest_load.h"

#include <signal.h>

#define LONG_MS		60000
#define SLOW_MS		1500	/* within the device's 2 s */
/* The background register of the mailbox at 100h: another operation; the own, over. */
#define SHOWS_ANOTHER	"override 0x118 8 0x0000000000004400"
#define SHOWS_THE_END	"override 0x118 8 0x000000000064c008"

#define CANCEL(name)	CXL_SWITCH_CCI_CANCEL_##name

static void recover(void)
{
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
}

/* A spurious interrupt makes the driver look at once. */
static void make_it_look(void)
{
	model_order("interrupt 0");
}

/* ---- under a start ---- */

struct start {
	struct cxl_switch_cci_send send;
	struct guest_call call;
};

static void start_slowly(struct start *start, int fd)
{
	model_order("fault switch slow %u opcode=0x%x count=1", SLOW_MS, OPCODE_ABORTABLE);
	start->send = guest_send(OPCODE_ABORTABLE, NULL, 0, NULL, 0);
	guest_call_start(&start->call, fd, CXL_SWITCH_CCI_SEND, &start->send);
	guest_await_slow_command();
}

static void a_reset_under_a_start(void **state)
{
	struct start start;

	start_slowly(&start, audience.owner);
	recover();
	assert_int_equal(guest_call_result(&start.call), EIO);
	assert_int_equal(start.send.stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	assert_true(start.send.cookie == 0);
	guest_sleep_ms(SLOW_MS);
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

/* ... by nobody that the driver knows: its answer is lost, and the slot is empty. */
static void an_unseen_reset_under_a_start(void **state)
{
	struct start start;

	start_slowly(&start, audience.owner);
	model_order("reset flr");
	assert_int_not_equal(guest_call_result(&start.call), 0);
	assert_true(start.send.cookie == 0);
	guest_await_state(&audience.device, "ready", SOON_MS);
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

static void a_removal_under_a_start(void **state)
{
	int fd = guest_open(O_RDWR);
	struct start start;

	start_slowly(&start, fd);
	guest_rebind();
	assert_int_equal(guest_call_result(&start.call), ENODEV);
	assert_true(start.send.cookie == 0);
	close(fd);
	guest_audience_again();
	guest_sleep_ms(SLOW_MS);
	guest_expect_untold();
}

/* ... after its caller has left: nobody waits for the answer but the driver. */
static void left_alone(void (*then)(void))
{
	struct sent sent;

	model_order("fault switch slow %u opcode=0x%x count=1", SLOW_MS, OPCODE_ABORTABLE);
	guest_start_any(audience.owner, &at_switch, OPCODE_ABORTABLE, 0, 500, &sent);
	assert_int_equal(sent.error, ETIMEDOUT);
	then();
	guest_sleep_ms(SLOW_MS);
}

static void a_reset_under_a_start_that_was_left(void **state)
{
	left_alone(recover);
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
	guest_expect_untold();
}

static void a_removal_under_a_start_that_was_left(void **state)
{
	left_alone(guest_rebind);
	guest_audience_again();
	guest_expect_untold();
}

/* ---- an operation that cannot be seen ---- */

static uint64_t start_unseen(const char *order)
{
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	if (order)
		model_order("background switch %s", order);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	model_order(SHOWS_ANOTHER);
	guest_expect_told(NOTICE(BG_LOST), cookie);
	guest_await_operation(audience.owner, cookie, OPERATION(UNKNOWN), 0);
	return cookie;
}

static void shows_again_as(uint64_t cookie, uint8_t operation)
{
	model_order("override off");
	guest_await_operation(audience.owner, cookie, operation, SOON_MS);
}

static void an_unseen_one_can_be_cancelled(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie = start_unseen(NULL);

	assert_int_equal(guest_cancel(audience.owner, cookie, 200, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(SILENT));
	shows_again_as(cookie, OPERATION(FINISHED));
	assert_int_equal(guest_status(audience.owner, cookie).return_code, RC_ABORTED);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

static void an_unseen_one_may_refuse(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie = start_unseen("refuse-abort");

	assert_int_equal(guest_cancel(audience.owner, cookie, 200, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(REFUSED));
	shows_again_as(cookie, OPERATION(RUNNING));
	guest_expect_untold();
}

static void a_reset_loses_an_unseen_one(void **state)
{
	uint64_t cookie = start_unseen(NULL);

	recover();
	assert_int_equal(guest_expect_told(NOTICE(BG_LOST), cookie).state,
			 OPERATION(LOST));
}

static void an_aborting_one_that_cannot_be_seen(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	model_order("background switch deaf");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	assert_int_equal(guest_cancel(audience.owner, cookie, 1, &cancel), 0);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(ABORTING));
	model_order(SHOWS_ANOTHER);
	guest_expect_told(NOTICE(BG_LOST), cookie);
	shows_again_as(cookie, OPERATION(RUNNING));
	/* not told a second time */
	guest_expect_untold();
}

/* It shows again between the request to abort it and its answer. */
static void it_shows_under_its_abort(const char *how, uint8_t outcome, uint8_t operation)
{
	struct cxl_switch_cci_bg_cancel cancel;
	struct guest_call call;
	uint64_t cookie = start_unseen(how);

	model_order("fault switch slow %u opcode=5 count=1", SLOW_MS);
	cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(cancel), .cookie = cookie, .timeout_ms = 100,
	};
	guest_call_start(&call, audience.owner, CXL_SWITCH_CCI_BG_CANCEL, &cancel);
	guest_await_slow_command();
	model_order("override off");
	make_it_look();
	guest_await_operation(audience.mute, cookie, OPERATION(RUNNING), SOON_MS);
	assert_int_equal(guest_call_result(&call), 0);
	assert_int_equal(cancel.outcome, outcome);
	assert_int_equal(guest_status(audience.mute, cookie).state, operation);
	guest_expect_untold();
}

static void what_shows_under_its_abort_is_aborting(void **state)
{
	it_shows_under_its_abort("deaf", CANCEL(SILENT), OPERATION(ABORTING));
}

static void what_shows_under_its_refusal_runs(void **state)
{
	it_shows_under_its_abort("refuse-abort", CANCEL(REFUSED), OPERATION(RUNNING));
}

/* ---- between the abort on close and its answer ---- */

static uint64_t close_with_slow_abort(unsigned int takes_ms)
{
	int fd = guest_open(O_RDWR);
	struct sent sent;

	guest_work_takes(&at_switch, takes_ms);
	model_order("fault switch slow %u opcode=5 count=1", SLOW_MS);
	guest_start_any(fd, &at_switch, OPCODE_ABORTABLE, CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE, 0,
			&sent);
	assert_sent(&sent);
	close(fd);
	guest_await_slow_command();
	return sent.send.cookie;
}

static void it_ends_under_its_abort(void **state)
{
	uint64_t cookie = close_with_slow_abort(SLOW_MS / 2);

	assert_int_equal(guest_expect_notice(audience.listener, NOTICE(BG_ENDED),
					     cookie).return_code, RC_SUCCESS);
	/* its answer comes: there is nothing to abort any more */
	guest_sleep_ms(SLOW_MS);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(FINISHED));
	assert_int_equal(guest_status(audience.owner, cookie).return_code, RC_SUCCESS);
	guest_expect_untold();
}

static void it_seems_over_under_its_abort(void **state)
{
	uint64_t cookie;

	model_order("background switch deaf");
	cookie = close_with_slow_abort(LONG_MS);
	model_order(SHOWS_THE_END);
	make_it_look();
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), cookie);
	guest_sleep_ms(SLOW_MS);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(FINISHED));
	guest_expect_untold();
	model_order("override off");
}

static void it_is_lost_under_its_abort(void **state)
{
	uint64_t cookie = close_with_slow_abort(LONG_MS);

	recover();
	assert_int_equal(guest_expect_notice(audience.listener, NOTICE(BG_LOST), cookie).state,
			 OPERATION(LOST));
	guest_sleep_ms(SLOW_MS);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(LOST));
	guest_expect_untold();
}

/* ---- an owner that goes at each moment ---- */

static void the_owner_of_one_that_is_over_goes(void **state)
{
	int fd = guest_open(O_RDWR);
	uint64_t over, lost;

	guest_work_takes(&at_switch, 10);
	over = guest_start(fd, &at_switch, OPCODE_WORK);
	guest_await_operation(fd, over, OPERATION(FINISHED), SOON_MS);
	guest_work_takes(&at_switch, LONG_MS);
	lost = guest_start(fd, &at_switch, OPCODE_WORK);
	recover();
	guest_await_operation(fd, lost, OPERATION(LOST), SOON_MS);
	close(fd);
	assert_int_equal(guest_status(audience.owner, over).owner, OWNER(NONE));
	assert_int_equal(guest_status(audience.owner, lost).owner, OWNER(NONE));
}

static void the_owner_of_an_unseen_one_goes(void **state)
{
	uint64_t cookie = start_unseen(NULL);

	close(audience.owner);
	assert_int_equal(guest_status(audience.mute, cookie).owner, OWNER(NONE));
	assert_int_equal(guest_status(audience.mute, cookie).state, OPERATION(UNKNOWN));
	audience.owner = guest_open_subscribed(0);
	shows_again_as(cookie, OPERATION(RUNNING));
}

/* ---- aborts at the last close ---- */

#define ABORT_ON_CLOSE	CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE

/*
 * Another device may sit behind the port by now: nothing is aborted that is not seen to
 * be the operation. The wish is kept until it can be seen.
 */
static void what_is_not_seen_is_not_aborted_by_a_close(void **state)
{
	static const struct {
		const struct guest_place *place;
		const char *lie, *truth;
	} cases[] = {
		{ &at_switch, SHOWS_ANOTHER, "override off" },
		{ &at_sld, "fault port0 flip 2 opcode=2", "clear port0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct guest_place *place = cases[i].place;
		struct cxl_switch_cci_notice notice;
		int fd = guest_open(O_RDWR);
		struct sent sent;

		guest_work_takes(place, LONG_MS);
		guest_start_any(fd, place, OPCODE_ABORTABLE, ABORT_ON_CLOSE, 0, &sent);
		assert_sent(&sent);
		model_order("%s", cases[i].lie);
		close(fd);
		while (guest_status(audience.mute, sent.send.cookie).state != OPERATION(UNKNOWN)) {
			assert_int_equal(guest_status(audience.mute, sent.send.cookie).state,
					 OPERATION(RUNNING));
			guest_sleep_ms(5);
		}
		guest_expect_notice(audience.listener, NOTICE(BG_LOST), sent.send.cookie);
		model_order("%s", cases[i].truth);
		notice = guest_expect_notice(audience.listener, NOTICE(BG_ENDED),
					     sent.send.cookie);
		assert_int_equal(notice.return_code, RC_ABORTED);
	}
}

/* The start went out, and its answer says nothing: what it started is not lost. */
static void a_start_with_an_unusable_answer_is_found(void **state)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	guest_work_takes(&at_sld, 1500);
	model_order("fault port0 message-category 0 opcode=0x%x count=1", OPCODE_ABORTABLE);
	guest_start_any(audience.owner, &at_sld, OPCODE_ABORTABLE, 0, 0, &sent);
	assert_int_equal(sent.send.leaf_return_code, CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN);
	assert_int_equal(sent.send.cookie, 0);
	status = guest_await_slot(audience.mute, &at_sld, OPERATION(RUNNING), SOON_MS);
	assert_true(status.cookie != 0);
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), status.cookie);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(a_reset_under_a_start),
		WITH_AUDIENCE(an_unseen_reset_under_a_start),
		WITH_AUDIENCE(a_removal_under_a_start),
		WITH_AUDIENCE(a_reset_under_a_start_that_was_left),
		WITH_AUDIENCE(a_removal_under_a_start_that_was_left),
		WITH_AUDIENCE(an_unseen_one_can_be_cancelled),
		WITH_AUDIENCE(an_unseen_one_may_refuse),
		WITH_AUDIENCE(a_reset_loses_an_unseen_one),
		WITH_AUDIENCE(an_aborting_one_that_cannot_be_seen),
		WITH_AUDIENCE(what_shows_under_its_abort_is_aborting),
		WITH_AUDIENCE(what_shows_under_its_refusal_runs),
		WITH_AUDIENCE(it_ends_under_its_abort),
		WITH_AUDIENCE(it_seems_over_under_its_abort),
		WITH_AUDIENCE(it_is_lost_under_its_abort),
		WITH_AUDIENCE(the_owner_of_one_that_is_over_goes),
		WITH_AUDIENCE(the_owner_of_an_unseen_one_goes),
		WITH_AUDIENCE(what_is_not_seen_is_not_aborted_by_a_close),
		WITH_AUDIENCE(a_start_with_an_unusable_answer_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
