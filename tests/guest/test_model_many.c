// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations at more than two hundred destinations at once, up to the most that the
 * driver follows, and one more. For fabrics/wide.
 */
#include "guest_background.h"
#include "guest_frame.h"

#define DEVICES		250
#define MOST		256
#define MLD_PORT	250

static struct guest_place place_of(unsigned int number)
{
	struct guest_place place = { .depth = 1 };

	if (number < DEVICES) {
		place.path[0].id = (uint8_t)number;
		return place;
	}
	place.depth = 2;
	place.path[0].id = MLD_PORT;
	place.path[1].id = (uint8_t)(number - DEVICES);
	return place;
}

static int start_at(unsigned int number, struct sent *sent)
{
	struct guest_place place = place_of(number);

	guest_start_any(fd, &place, OPCODE_SCAN_MEDIA, 0, 0, sent);
	return sent->error;
}

static unsigned int index_of(const uint64_t *cookies, uint64_t cookie)
{
	unsigned int i = 0;

	while (i < MOST && cookies[i] != cookie)
		i++;
	return i;
}

/* Each once: more come at a time than a queue keeps, so it is read all along. */
static void each_tells_its_end(const uint64_t *cookies)
{
	int64_t start = guest_now_ms();
	unsigned int told[MOST] = { 0 }, index;
	struct cxl_switch_cci_notice notice;

	for (unsigned int i = 0; i < MOST; i++) {
		assert_true(guest_notice(fd, SOON_MS, &notice));
		assert_int_equal(notice.type, NOTICE(BG_ENDED));
		assert_int_equal(notice.flags, 0);
		index = index_of(cookies, notice.cookie);
		assert_in_range(index, 0, MOST - 1);
		assert_int_equal(told[index]++, 0);
	}
	diag("%u ends told in %lld ms", MOST, (long long)(guest_now_ms() - start));
	guest_expect_silence(fd);
}

static void start_most(uint64_t *cookies)
{
	int64_t start = guest_now_ms();
	struct sent sent;

	for (unsigned int i = 0; i < MOST; i++) {
		assert_int_equal(start_at(i, &sent), 0);
		assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
		assert_true(sent.send.cookie != 0);
		cookies[i] = sent.send.cookie;
	}
	diag("%u operations started in %lld ms", MOST, (long long)(guest_now_ms() - start));
}

static void assert_one_more_is_not_sent(void)
{
	struct sent sent;

	start_at(MOST, &sent);
	guest_assert_outcome(&sent, EBUSY, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_NOT_SENT, __FILE__, __LINE__);
	assert_null(strstr(model_order("show port250.ld%u", MOST - DEVICES), "background="));
}

static void assert_others_are_served(void)
{
	int64_t start = guest_now_ms();
	struct sent sent;

	for (unsigned int i = 0; i < 50; i++) {
		guest_send_to(fd, i % 2 ? -1 : (int)i, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	}
	diag("50 commands among %u operations: %lld ms", MOST, (long long)(guest_now_ms() - start));
}

static void as_many_as_are_followed_and_one_more(void **state)
{
	uint64_t cookies[MOST], own;
	struct sent sent;

	model_order("background all time 10");
	model_order("background all never-ends");
	start_most(cookies);
	assert_one_more_is_not_sent();
	/* the function's own slot is its own */
	own = guest_start(fd, &at_switch, OPCODE_WORK);
	for (unsigned int i = 0; i < MOST; i++)
		assert_int_equal(guest_status(fd, cookies[i]).state, OPERATION(RUNNING));
	assert_others_are_served();
	model_order("clear switch");
	guest_expect_notice(fd, NOTICE(BG_ENDED), own);
	model_order("clear");
	each_tells_its_end(cookies);
	/* and there is room again */
	assert_int_equal(start_at(MOST, &sent), 0);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	guest_expect_notice(fd, NOTICE(BG_ENDED), sent.send.cookie);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_fresh_operations();
	fd = guest_open_subscribed(0);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(as_many_as_are_followed_and_one_more, begin,
						guest_frame_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
