// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations: every end that there is and its exit code, sleeping
 * without spinning, notices of any size, and the abort.
 */
#include "test_tool_session.h"

#include "cci/operation.h"

/* What BG_STATUS tells, one after another; the last stays. */
static struct cxl_switch_cci_bg_status steps[8];
static unsigned int step_count, asked;

static int follow(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	struct cxl_switch_cci_bg_status told = steps[asked < step_count ? asked : step_count - 1];

	if (status->cookie && status->cookie != told.cookie)
		return -ESTALE;
	asked++;
	told.size = status->size;
	if (!status->cookie) {
		told.depth = status->depth;
		memcpy(told.id, status->id, sizeof(told.id));
	}
	*status = told;
	return 0;
}

static size_t answer_nothing(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	fail_msg("%04x was sent", request->opcode);
	return 0;
}

static void add_step(uint8_t state, uint8_t percent, uint16_t return_code)
{
	steps[step_count++] = (struct cxl_switch_cci_bg_status){
		.cookie = 7, .state = state, .percent = percent, .opcode = 0x0201,
		.return_code = return_code, .uid = 1000, .running_ms = 1500,
		.owner = CXL_SWITCH_CCI_OWNER_OTHER,
	};
}

static int start(void **state)
{
	step_count = 0;
	asked = 0;
	start_session(answer_nothing, follow);
	fake.cancel.outcome = CXL_SWITCH_CCI_CANCEL_ABORTED;
	set_words("7", NULL, NULL, NULL);
	return 0;
}

enum {
	IDLE = CXL_SWITCH_CCI_OPERATION_IDLE,
	RUNNING = CXL_SWITCH_CCI_OPERATION_RUNNING,
	ABORTING = CXL_SWITCH_CCI_OPERATION_ABORTING,
	FINISHED = CXL_SWITCH_CCI_OPERATION_FINISHED,
	LOST = CXL_SWITCH_CCI_OPERATION_LOST,
	UNKNOWN = CXL_SWITCH_CCI_OPERATION_UNKNOWN,
};

/* ---- wait ---- */

static void test_every_end(void **state)
{
	static const struct {
		uint8_t state;
		uint16_t return_code;
		enum result result;
		const char *message;
	} ends[] = {
		{ FINISHED, 0x00, RESULT_OK, "" },
		{ FINISHED, 0x04, RESULT_DEVICE_ERROR, "ended with Internal Error (0004h)" },
		{ FINISHED, 0x12, RESULT_ABORTED, "aborted at 60 %" },
		{ FINISHED, 0xffff, RESULT_DEVICE_ERROR, "unknown (FFFFh)" },
		{ LOST, 0x00, RESULT_LOST, "lost at 60 %" },
	};
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		step_count = 0;
		asked = 0;
		add_step(RUNNING, 20, 0);
		add_step(ends[i].state, 60, ends[i].return_code);
		assert_int_equal(verb_bg_wait(&session), ends[i].result);
		if (ends[i].result)
			expect_failure(ends[i].message);
		else
			expect_number(get(session.json, "return_code"), "number", 0);
	}
}

/* A line for each change and none for what stays; then nothing more is asked. */
static void test_lines(void **state)
{
	add_step(RUNNING, 10, 0);
	add_step(RUNNING, 10, 0);
	add_step(RUNNING, 50, 0);
	add_step(ABORTING, 50, 0);
	add_step(FINISHED, 100, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_OK);
	assert_int_equal(asked, 5);
	assert_int_equal(fake.waits, 4);
	expect_shown("\"cookie\":7,\"state\":\"running\",\"percent\":10,");
	expect_shown("\"state\":\"aborting\",\"percent\":50,");
	expect_shown("\"state\":\"finished\",\"percent\":100,");
	assert_true(session.lines);
	expect_text(session.json, "owner", "another open file");
	expect_number(session.json, "uid", 1000);
	assert_ptr_equal(strstr(strstr(text, "\"percent\":10,") + 1, "\"percent\":10,"), NULL);
}

static void test_text(void **state)
{
	options.json = false;
	add_step(FINISHED, 100, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_OK);
	expect_shown("switch7: Transfer FW (0201h): ended with Success\n");
}

/* Sleeps of half a second, and not one more than the limit has room for. */
static void test_limit(void **state)
{
	options.limit_ms = 1700;
	add_step(RUNNING, 30, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_TIMEOUT);
	expect_failure("not over in time, at 30 %");
	assert_non_null(strstr(session.failure.hint, "bg wait 7 switch7"));
	assert_int_equal(fake.waits, 4);
	assert_int_equal(fake.now, 1700);
}

static void test_an_hour_is_the_end(void **state)
{
	add_step(RUNNING, 30, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_TIMEOUT);
	assert_int_equal(fake.now, 3600000);
}

/* Out of sight for a while is no end; for too long it is one. */
static void test_out_of_sight(void **state)
{
	add_step(UNKNOWN, 30, 0);
	add_step(UNKNOWN, 30, 0);
	add_step(RUNNING, 40, 0);
	add_step(FINISHED, 100, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_OK);
	step_count = 0;
	asked = 0;
	fake.now = 1000;
	add_step(UNKNOWN, 30, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_LOST);
	expect_failure("cannot be observed any more");
	assert_int_equal(fake.now, 31000);
}

/* A larger record, one of an unknown type, and the end of the device. */
static void test_notices(void **state)
{
	uint8_t bytes[200] = { 0 };

	bytes[0] = 64;
	bytes[2] = 99;
	bytes[64] = 48;
	bytes[66] = 1;
	fake.notices = bytes;
	fake.notices_size = 112;
	add_step(RUNNING, 10, 0);
	add_step(FINISHED, 100, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_OK);
	assert_int_equal(fake.waits, 1);
	assert_int_equal(fake.mask, CXL_SWITCH_CCI_MASK_BG_ENDED | CXL_SWITCH_CCI_MASK_BG_LOST |
			 CXL_SWITCH_CCI_MASK_REMOVED);
}

static void test_notices_with_wrong_sizes(void **state)
{
	static const uint16_t sizes[] = { 0, 3, 49, 0xffff };
	struct cxl_switch_cci_notice notice;
	struct failure failure;
	struct notices notices;
	uint8_t bytes[48] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(notices_open(&notices, &session.device.transport, 2, &failure),
				 RESULT_OK);
		fake_put(bytes, sizes[i], 2);
		fake.notices = bytes;
		fake.notices_size = sizeof(bytes);
		assert_false(notices_next(&notices, &notice));
		assert_false(notices_next(&notices, &notice));
		/* A header cut in two. */
		fake.notices_size = 3;
		assert_false(notices_next(&notices, &notice));
	}
}

/* poll() would return at once for ever. */
static void test_a_device_that_is_gone_is_no_reason_to_spin(void **state)
{
	options.limit_ms = 5000;
	fake.gone = true;
	add_step(RUNNING, 10, 0);
	assert_int_equal(verb_bg_wait(&session), RESULT_TIMEOUT);
	assert_true(asked < 15);
}

static void test_which(void **state)
{
	add_step(RUNNING, 10, 0);
	set_words("8", NULL, NULL, NULL);
	assert_int_equal(verb_bg_wait(&session), RESULT_LOST);
	expect_failure("no such background operation");
	set_words("x", NULL, NULL, NULL);
	assert_int_equal(verb_bg_wait(&session), RESULT_USAGE);
	set_words("0", NULL, NULL, NULL);
	assert_int_equal(verb_bg_wait(&session), RESULT_USAGE);
	set_words("99999999999999999999", NULL, NULL, NULL);
	assert_int_equal(verb_bg_wait(&session), RESULT_USAGE);
	session.device.transport.features = CXL_SWITCH_CCI_FEATURE_SEND;
	set_words("7", NULL, NULL, NULL);
	assert_int_equal(verb_bg_wait(&session), RESULT_NO_DEVICE);
}

/* ---- status, adopt ---- */

static void test_status(void **state)
{
	struct json_object *result;

	add_step(RUNNING, 10, 0);
	assert_int_equal(verb_bg_status(&session), RESULT_OK);
	expect_text(session.json, "state", "running");
	assert_null(get(session.json, "return_code"));
	set_words(NULL, NULL, NULL, NULL);
	options.ports = "3";
	options.lds = "1";
	assert_int_equal(verb_bg_status(&session), RESULT_OK);
	result = element(session.json, "results", 0);
	expect_number(result, "port", 3);
	expect_number(result, "cookie", 7);
	options.json = false;
	assert_int_equal(verb_bg_status(&session), RESULT_OK);
	expect_shown("switch7 port 3 LD 1: Transfer FW (0201h)");
	expect_shown("uid 1000");
	set_words("7", NULL, NULL, NULL);
	assert_int_equal(verb_bg_status(&session), RESULT_USAGE);
}

static void test_status_of_nothing(void **state)
{
	options.json = false;
	set_words(NULL, NULL, NULL, NULL);
	add_step(IDLE, 0, 0);
	assert_int_equal(verb_bg_status(&session), RESULT_OK);
	expect_shown("no background operation is known");
}

static void test_adopt(void **state)
{
	add_step(FINISHED, 100, 0);
	assert_int_equal(verb_bg_adopt(&session), RESULT_OK);
	assert_int_equal(asked, 0);
	options.wait = true;
	assert_int_equal(verb_bg_adopt(&session), RESULT_OK);
	assert_int_equal(asked, 1);
	fake.adopt_error = EBUSY;
	assert_int_equal(verb_bg_adopt(&session), RESULT_REFUSED);
	expect_failure("another client owns it");
	fake.adopt_error = EPERM;
	assert_int_equal(verb_bg_adopt(&session), RESULT_REFUSED);
	fake.adopt_error = ESTALE;
	assert_int_equal(verb_bg_adopt(&session), RESULT_LOST);
	assert_int_equal(asked, 1);
}

/* ---- cancel ---- */

static void test_cancel(void **state)
{
	static const enum result results[] = {
		RESULT_IO, RESULT_OK, RESULT_DEVICE_ERROR, RESULT_DEVICE_ERROR, RESULT_TIMEOUT,
		RESULT_LOST, RESULT_IO,
	};
	uint8_t i;

	add_step(RUNNING, 10, 0);
	for (i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		fake.cancel.outcome = i;
		assert_int_equal(verb_bg_cancel(&session), results[i]);
	}
	assert_int_equal(fake.cancels, i);
}

static void test_cancel_refused(void **state)
{
	add_step(RUNNING, 10, 0);
	fake.cancel_error = EPERM;
	fake.cancel.reason = CXL_SWITCH_CCI_REASON_OWNERSHIP;
	assert_int_equal(verb_bg_cancel(&session), RESULT_REFUSED);
	assert_int_equal(session.failure.reason, CXL_SWITCH_CCI_REASON_OWNERSHIP);
	fake.cancel_error = ESTALE;
	assert_int_equal(verb_bg_cancel(&session), RESULT_LOST);
}

static void test_cancel_is_destructive(void **state)
{
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	add_step(RUNNING, 10, 0);
	assert_int_equal(verb_bg_cancel(&session), RESULT_USAGE);
	assert_non_null(strstr(session.failure.hint, "--force"));
	assert_int_equal(fake.cancels, 0);
	options.dry_run = true;
	assert_int_equal(verb_bg_cancel(&session), RESULT_OK);
	expect_flag(session.json, "would_be_sent", true);
	assert_int_equal(fake.cancels, 0);
	options.dry_run = false;
	options.force = true;
	assert_int_equal(verb_bg_cancel(&session), RESULT_OK);
	assert_int_equal(fake.cancels, 1);
	steps[0].depth = 3;
	assert_int_equal(verb_bg_cancel(&session), RESULT_USAGE);
}

/* Who cannot be asked is expected to do the worst. */
static void test_a_driver_without_explain(void **state)
{
	add_step(RUNNING, 10, 0);
	session.device.transport.features &= ~CXL_SWITCH_CCI_FEATURE_EXPLAIN;
	assert_int_equal(verb_bg_cancel(&session), RESULT_USAGE);
	options.force = true;
	assert_int_equal(verb_bg_cancel(&session), RESULT_OK);
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_every_end),
		RUN_BY(test_lines),
		RUN_BY(test_text),
		RUN_BY(test_limit),
		RUN_BY(test_an_hour_is_the_end),
		RUN_BY(test_out_of_sight),
		RUN_BY(test_notices),
		RUN_BY(test_notices_with_wrong_sizes),
		RUN_BY(test_a_device_that_is_gone_is_no_reason_to_spin),
		RUN_BY(test_which),
		RUN_BY(test_status),
		RUN_BY(test_status_of_nothing),
		RUN_BY(test_adopt),
		RUN_BY(test_cancel),
		RUN_BY(test_cancel_refused),
		RUN_BY(test_cancel_is_destructive),
		RUN_BY(test_a_driver_without_explain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
