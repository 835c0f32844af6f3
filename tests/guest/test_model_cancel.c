// SPDX-License-Identifier: GPL-2.0-only
/*
 * Abort of a background operation: every way in which a device can take it, by whoever
 * may and may not, by every door, at every depth; and that each ends in the right state
 * with the right notice.
 */
#include "guest_background.h"

#include <signal.h>
#include <sys/wait.h>

#define LONG_MS		30000
#define SHORT_MS	700

#define CANCEL(name)	CXL_SWITCH_CCI_CANCEL_##name

/* ---- how a device can take it ---- */

static const struct behaviour {
	const char *order;	/* NULL: none */
	unsigned int takes_ms, wait_ms;
	uint8_t outcome;
	uint16_t code;		/* as BG_CANCEL tells it */
	uint8_t state;		/* right afterwards */
	uint16_t end;		/* the return code of the operation at last */
} behaviours[] = {
	{ NULL, LONG_MS, 0, CANCEL(ABORTED), RC_ABORTED, OPERATION(FINISHED), RC_ABORTED },
	{ "no-abort-interrupt", LONG_MS, 5000, CANCEL(ABORTED), RC_ABORTED, OPERATION(FINISHED),
	  RC_ABORTED },
	{ "finish-before-abort", LONG_MS, 5000, CANCEL(ENDED), RC_SUCCESS, OPERATION(FINISHED),
	  RC_SUCCESS },
	{ "refuse-abort", SHORT_MS, 0, CANCEL(REFUSED), RC_NO_ABORT, OPERATION(RUNNING),
	  RC_SUCCESS },
	{ "deaf", SHORT_MS, 100, CANCEL(SILENT), 0, OPERATION(ABORTING), RC_SUCCESS },
	{ "deaf", SHORT_MS, 20000, CANCEL(ENDED), RC_SUCCESS, OPERATION(FINISHED), RC_SUCCESS },
};

static uint64_t start_with(const struct guest_place *place, const struct behaviour *behaviour)
{
	model_order("clear");
	if (behaviour->order)
		model_order("background %s %s", place->model, behaviour->order);
	guest_work_takes(place, behaviour->takes_ms);
	return guest_start(audience.owner, place, guest_abortable_at(place));
}

static void ends_as(uint64_t cookie, const struct behaviour *behaviour)
{
	struct cxl_switch_cci_bg_status status;
	struct cxl_switch_cci_notice notice;

	notice = guest_expect_told(NOTICE(BG_ENDED), cookie);
	status = guest_status(audience.mute, cookie);
	assert_int_equal(notice.state, OPERATION(FINISHED));
	assert_int_equal(notice.return_code, behaviour->end);
	assert_int_equal(status.state, OPERATION(FINISHED));
	assert_int_equal(status.return_code, behaviour->end);
	if (behaviour->end == RC_ABORTED)
		assert_in_range(status.percent, 0, 99);
	else
		assert_int_equal(status.percent, 100);
}

static void cancelled_by(int fd, const struct guest_place *place, const struct behaviour *behaviour)
{
	uint64_t cookie = start_with(place, behaviour);
	struct cxl_switch_cci_bg_cancel cancel;
	int error = guest_cancel(fd, cookie, behaviour->wait_ms, &cancel);

	if (error || cancel.outcome != behaviour->outcome || cancel.reason)
		fail_msg("%s, %s: errno %d, outcome %u, reason %u", place->model,
			 behaviour->order ? behaviour->order : "obedient", error, cancel.outcome,
			 cancel.reason);
	if (behaviour->outcome != CANCEL(SILENT))
		assert_int_equal(cancel.return_code, behaviour->code);
	assert_int_equal(guest_status(fd, cookie).state, behaviour->state);
	ends_as(cookie, behaviour);
}

static void the_owner_hears_what_became_of_it(void **state)
{
	for (size_t p = 0; p < guest_place_count; p++)
		for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
			if (!p || i < 1 || guest_places[p] == &at_sld)
				cancelled_by(audience.owner, guest_places[p], &behaviours[i]);
}

static void the_capability_stands_in_for_ownership(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
		cancelled_by(audience.mute, i % 2 ? &at_sld : &at_switch, &behaviours[i]);
}

/* The model's table says of C007h that no abort is possible. */
static void an_operation_without_abort_refuses(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;

	guest_work_takes(&at_switch, SHORT_MS);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(REFUSED));
	assert_int_equal(cancel.return_code, RC_NO_ABORT);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(RUNNING));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

static void it_may_be_asked_again(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	model_order("background switch deaf");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(guest_cancel(audience.owner, cookie, 50, &cancel), 0);
		assert_int_equal(cancel.outcome, CANCEL(SILENT));
		assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(ABORTING));
	}
	model_order("background switch refuse-abort");
	assert_int_equal(guest_cancel(audience.owner, cookie, 50, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(REFUSED));
	assert_int_equal(cancel.return_code, RC_NO_ABORT);
	model_order("clear");
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(ABORTED));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

static void a_reset_between_is_told(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	struct guest_call call;
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	model_order("background switch deaf");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(cancel), .cookie = cookie, .timeout_ms = 20000,
	};
	guest_call_start(&call, audience.owner, CXL_SWITCH_CCI_BG_CANCEL, &cancel);
	guest_await_operation(audience.mute, cookie, OPERATION(ABORTING), SOON_MS);
	assert_false(guest_call_finished(&call, 100));
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
	assert_int_equal(guest_call_result(&call), 0);
	assert_int_equal(cancel.outcome, CANCEL(LOST));
	guest_expect_told(NOTICE(BG_LOST), cookie);
}

static void who_waits_for_an_abort_holds_nobody_up(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	struct guest_call call;
	struct sent sent;
	uint64_t cookie;

	guest_work_takes(&at_switch, 3000);
	model_order("background switch deaf");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(cancel), .cookie = cookie, .timeout_ms = 20000,
	};
	guest_call_start(&call, audience.owner, CXL_SWITCH_CCI_BG_CANCEL, &cancel);
	guest_await_operation(audience.mute, cookie, OPERATION(ABORTING), SOON_MS);
	for (unsigned int i = 0; i < 20; i++) {
		guest_send_to(audience.mute, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
	}
	assert_false(guest_call_finished(&call, 0));
	assert_int_equal(guest_call_result(&call), 0);
	assert_int_equal(cancel.outcome, CANCEL(ENDED));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

struct cancelling {
	int fd;
	uint64_t cookie;
};

static int cancel_for_long(void *argument)
{
	struct cancelling *cancelling = argument;
	struct cxl_switch_cci_bg_cancel cancel;

	return guest_cancel(cancelling->fd, cancelling->cookie, 3600000, &cancel);
}

static void who_waits_for_an_abort_can_be_killed(void **state)
{
	struct cancelling cancelling = { .fd = audience.owner };
	struct sent sent;
	pid_t child;
	int status;

	guest_work_takes(&at_switch, LONG_MS);
	model_order("background switch deaf");
	cancelling.cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	child = guest_fork(cancel_for_long, &cancelling);
	guest_await_operation(audience.mute, cancelling.cookie, OPERATION(ABORTING), SOON_MS);
	/* its turn comes after the abort's: killed before that, nothing was asked for */
	guest_send_to(audience.mute, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	kill(child, SIGKILL);
	status = guest_wait(child, 5000);
	assert_true(status != -1 && WIFSIGNALED(status));
	assert_int_equal(guest_status(audience.mute, cancelling.cookie).state, OPERATION(ABORTING));
}

/* ---- the other doors ---- */

enum door { BY_SEND, BY_LEGACY, DOORS };

/* errno, and the return code of 0005h itself. */
static int abort_by(enum door door, int fd, const struct guest_place *place, uint16_t *code,
		    uint8_t *reason)
{
	struct guest_message message = guest_tunnel_along(place->path, place->depth, OPCODE_ABORT,
							  NULL, 0);
	uint16_t opcode = place->depth ? OPCODE_TUNNEL : OPCODE_ABORT;
	uint8_t out[256];
	struct cxl_switch_cci_send send = guest_send(opcode, message.bytes, message.length, out,
						     sizeof(out));
	struct cxl_send_command raw = guest_raw(opcode, message.bytes, message.length, out,
						sizeof(out));
	int error;

	if (door == BY_SEND) {
		error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
		*code = send.leaf_return_code;
		*reason = send.reason;
		return error;
	}
	error = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw);
	*reason = 0;
	*code = (uint16_t)raw.retval;
	if (!error && place->depth)
		*code = guest_le16(out + place->depth * LEVEL - 4);
	return error;
}

static void aborted_by_0005h(enum door door, int fd, const struct guest_place *place,
			     const struct behaviour *behaviour)
{
	uint64_t cookie = start_with(place, behaviour);
	uint8_t reason;
	uint16_t code;
	bool refused = behaviour->outcome == CANCEL(REFUSED);
	uint8_t now;

	assert_int_equal(abort_by(door, fd, place, &code, &reason), 0);
	assert_int_equal(code, refused ? RC_NO_ABORT : RC_SUCCESS);
	now = guest_status(fd, cookie).state;
	if (refused)
		assert_int_equal(now, OPERATION(RUNNING));
	else
		assert_true(now == OPERATION(ABORTING) || now == OPERATION(FINISHED));
	ends_as(cookie, behaviour);
}

static void the_command_itself_is_an_abort_too(void **state)
{
	for (enum door door = 0; door < DOORS; door++)
		for (size_t i = 0; i < ARRAY_SIZE(behaviours) - 1; i++)
			aborted_by_0005h(door, i % 2 ? audience.owner : audience.mute,
					 (i + door) % 2 ? &at_sld : &at_switch, &behaviours[i]);
	for (size_t p = 0; p < guest_place_count; p++)
		aborted_by_0005h(BY_SEND, audience.owner, guest_places[p], &behaviours[0]);
}

/* Nothing of anybody's to protect: the device says what it says. */
static void the_command_on_an_idle_slot_is_the_devices_to_answer(void **state)
{
	uint8_t reason;
	uint16_t code;

	for (enum door door = 0; door < DOORS; door++) {
		assert_int_equal(abort_by(door, audience.owner, &at_switch, &code, &reason), 0);
		assert_int_equal(code, RC_NO_ABORT);
	}
	assert_int_equal(guest_status_at(audience.owner, &at_switch).state, OPERATION(IDLE));
}

/* ---- who may not ---- */

static bool is_refusal_of_strangers(uint8_t reason)
{
	return reason == CXL_SWITCH_CCI_REASON_OWNERSHIP ||
	       reason == CXL_SWITCH_CCI_REASON_CAPABILITY;
}

/* Where nothing came of it there is no outcome, whatever was there before. */
static int cancel_for_nothing(int fd, uint64_t cookie, struct cxl_switch_cci_bg_cancel *cancel)
{
	int error;

	*cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(*cancel), .cookie = cookie, .outcome = CANCEL(ABORTED),
	};
	error = guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, cancel);
	assert_int_equal(cancel->outcome, CANCEL(NONE));
	return error;
}

static void assert_untouched(uint64_t cookie)
{
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(RUNNING));
}

static void refused_to_a_stranger(const struct guest_place *place)
{
	uint64_t cookie = guest_start(audience.owner, place, guest_abortable_at(place));
	struct cxl_switch_cci_bg_cancel cancel;
	uint8_t reason;
	uint16_t code;

	guest_set_rawio(false);
	assert_int_equal(cancel_for_nothing(audience.mute, cookie, &cancel), EPERM);
	assert_true(is_refusal_of_strangers(cancel.reason));
	assert_int_equal(abort_by(BY_SEND, audience.mute, place, &code, &reason), EPERM);
	assert_true(is_refusal_of_strangers(reason));
	assert_int_equal(abort_by(BY_LEGACY, audience.mute, place, &code, &reason), EPERM);
	guest_set_rawio(true);
	assert_untouched(cookie);
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(ABORTED));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

static void a_stranger_without_the_capability_is_refused(void **state)
{
	for (size_t p = 0; p < guest_place_count; p++) {
		guest_work_takes(guest_places[p], LONG_MS);
		refused_to_a_stranger(guest_places[p]);
	}
}

/* Scan Media is a SETTING: who may start it without a capability may end it so. */
static void an_owner_needs_no_capability(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;
	uint8_t reason;
	uint16_t code;

	guest_work_takes(&at_sld, LONG_MS);
	guest_set_rawio(false);
	cookie = guest_start(audience.owner, &at_sld, OPCODE_SCAN_MEDIA);
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(ABORTED));
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	for (enum door door = 0; door < DOORS; door++) {
		cookie = guest_start(audience.owner, &at_sld, OPCODE_SCAN_MEDIA);
		assert_int_equal(abort_by(door, audience.owner, &at_sld, &code, &reason), 0);
		assert_int_equal(code, RC_SUCCESS);
		guest_expect_told(NOTICE(BG_ENDED), cookie);
	}
	guest_set_rawio(true);
}

static void an_orphan_is_nobodys_without_the_capability(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;
	int fd = guest_open(O_RDWR);

	guest_work_takes(&at_switch, LONG_MS);
	cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	close(fd);
	guest_set_rawio(false);
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), EPERM);
	assert_true(is_refusal_of_strangers(cancel.reason));
	guest_set_rawio(true);
	assert_untouched(cookie);
	assert_int_equal(guest_cancel(audience.owner, cookie, 0, &cancel), 0);
	assert_int_equal(cancel.outcome, CANCEL(ABORTED));
}

static void a_read_only_file_aborts_nothing(void **state)
{
	uint64_t cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	int fd = guest_open(O_RDONLY);
	struct cxl_switch_cci_bg_cancel cancel;

	assert_int_equal(cancel_for_nothing(fd, cookie, &cancel), EBADF);
	assert_int_equal(cancel.reason, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_untouched(cookie);
	close(fd);
}

static void a_restricted_file_aborts_nothing(void **state)
{
	struct cxl_switch_cci_restrict limit = {
		.size = sizeof(limit), .impact = CXL_SWITCH_CCI_IMPACT_QUERY,
	};
	uint64_t cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	struct cxl_switch_cci_bg_cancel cancel;

	assert_int_equal(guest_ioctl(audience.owner, CXL_SWITCH_CCI_RESTRICT, &limit), 0);
	assert_int_equal(cancel_for_nothing(audience.owner, cookie, &cancel), EPERM);
	assert_int_equal(cancel.reason, CXL_SWITCH_CCI_REASON_RESTRICTED);
	assert_untouched(cookie);
}

/* ---- cookies that are no more ---- */

static void what_is_over_cannot_be_cancelled(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t cookie;

	guest_work_takes(&at_switch, 20);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	assert_int_equal(cancel_for_nothing(audience.owner, cookie, &cancel), ESTALE);
	assert_int_equal(cancel_for_nothing(audience.owner, cookie + 1000000, &cancel), ESTALE);
}

/*
 * A poll of the driver's own may come between, and does so less often the longer the
 * operation runs. What the call sends would be there each time.
 */
static void assert_cancel_sends_nothing(uint64_t stale)
{
	struct cxl_switch_cci_bg_cancel cancel;
	uint64_t before, after = 0;

	for (unsigned int i = 0; i < 40; i++) {
		guest_sleep_ms(50 * (i > 0));
		before = model_commands_of("switch");
		assert_int_equal(guest_cancel(audience.owner, stale, 0, &cancel), ESTALE);
		after = model_commands_of("switch");
		if (after == before)
			return;
	}
	fail_msg("commands each time, the last %llu", (unsigned long long)after);
}

static void a_stale_cookie_harms_no_other_operation(void **state)
{
	uint64_t old, young;

	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;

		guest_work_takes(place, 20);
		old = guest_start(audience.owner, place, OPCODE_ABORTABLE);
		guest_expect_told(NOTICE(BG_ENDED), old);
		guest_work_takes(place, LONG_MS);
		young = guest_start(audience.owner, place, OPCODE_ABORTABLE);
		assert_cancel_sends_nothing(old);
		assert_untouched(young);
		assert_non_null(strstr(model_order("show %s", place->model), "running"));
	}
}

/* ---- fields ---- */

static void cancel_refuses_fields(void **state)
{
	struct cxl_switch_cci_bg_cancel cancel;
	struct { struct cxl_switch_cci_bg_cancel known; uint64_t more; } large;
	int fd = audience.owner;
	uint64_t cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	const struct cxl_switch_cci_bg_cancel good = { .size = sizeof(cancel), .cookie = cookie };

#define REFUSED(field, value, error) do { \
	cancel = good; \
	cancel.field = value; \
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, &cancel), error); \
} while (0)
	REFUSED(flags, 1, EINVAL);
	REFUSED(cookie, 0, ESTALE);
	REFUSED(timeout_ms, 3600001, EINVAL);
	REFUSED(reserved0, 1, EINVAL);
	REFUSED(reserved1, 1, EINVAL);
	REFUSED(size, sizeof(cancel) - 8, EINVAL);
	REFUSED(size, 0, EINVAL);
#undef REFUSED
	large.known = good;
	large.known.size = sizeof(large);
	large.more = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, &large), E2BIG);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, guest_no_access()), EFAULT);
	assert_untouched(cookie);
	large.more = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, &large), 0);
	assert_int_equal(large.known.outcome, CANCEL(ABORTED));
	assert_int_equal(large.known.size, sizeof(cancel));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(the_owner_hears_what_became_of_it),
		WITH_AUDIENCE(the_capability_stands_in_for_ownership),
		WITH_AUDIENCE(an_operation_without_abort_refuses),
		WITH_AUDIENCE(it_may_be_asked_again),
		WITH_AUDIENCE(a_reset_between_is_told),
		WITH_AUDIENCE(who_waits_for_an_abort_holds_nobody_up),
		WITH_AUDIENCE(who_waits_for_an_abort_can_be_killed),
		WITH_AUDIENCE(the_command_itself_is_an_abort_too),
		WITH_AUDIENCE(the_command_on_an_idle_slot_is_the_devices_to_answer),
		WITH_AUDIENCE(a_stranger_without_the_capability_is_refused),
		WITH_AUDIENCE(an_owner_needs_no_capability),
		WITH_AUDIENCE(an_orphan_is_nobodys_without_the_capability),
		WITH_AUDIENCE(a_read_only_file_aborts_nothing),
		WITH_AUDIENCE(a_restricted_file_aborts_nothing),
		WITH_AUDIENCE(what_is_over_cannot_be_cancelled),
		WITH_AUDIENCE(a_stale_cookie_harms_no_other_operation),
		WITH_AUDIENCE(cancel_refuses_fields),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
