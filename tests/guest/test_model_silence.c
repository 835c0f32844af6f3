// SPDX-License-Identifier: GPL-2.0-only
/*
 * What half a minute of silence does: to operations whose component says nothing any
 * more, and to transfers whose owner does. All of it at the same time.
 */
#include "guest_background.h"

#define OPCODE_TRANSFER_FW	0x0201
#define OPCODE_SET_FEATURE	0x0502
#define PART_BYTES		(0x80 + 128)
#define FEATURE_BYTES		(0x20 + 16)
#define SILENCE_MS		30000
#define BEFORE_MS		24000
/* One that cannot be seen is looked at now and then only. */
#define BACK_MS			45000

enum { INITIATE = 1, ABORT = 4 };

static int firmware(int fd, uint8_t action, struct sent *sent)
{
	uint8_t part[PART_BYTES] = { action, 2 };

	guest_send_to(fd, -1, OPCODE_TRANSFER_FW, part, sizeof(part), sent);
	return sent->error;
}

static int feature(int fd, uint8_t action, struct sent *sent)
{
	uint8_t request[FEATURE_BYTES] = {
		0x4d, 0x4f, 0x44, 0x45, 0x4c, 0x00, 0x40, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 9,
		[0x10] = action, [0x16] = 1,
	};

	guest_send_to(fd, MODEL_SLD, OPCODE_SET_FEATURE, request, sizeof(request), sent);
	return sent->error;
}

static void assert_transfers_are_anothers(void)
{
	struct sent sent;

	firmware(audience.mute, ABORT, &sent);
	assert_refused(&sent, EBUSY, OWNERSHIP);
	feature(audience.mute, ABORT, &sent);
	assert_refused(&sent, EBUSY, OWNERSHIP);
}

static void begin_transfers(void)
{
	struct sent sent;

	assert_int_equal(firmware(audience.owner, INITIATE, &sent), 0);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(feature(audience.owner, INITIATE, &sent), 0);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_transfers_are_anothers();
}

/* The device has forgotten the firmware by then; the feature it has still. */
static void assert_transfers_are_nobodys(void)
{
	struct sent sent;

	firmware(audience.mute, INITIATE, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	feature(audience.mute, ABORT, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	/* and now the other way round */
	assert_int_equal(firmware(audience.owner, ABORT, &sent), EBUSY);
	firmware(audience.mute, ABORT, &sent);
	assert_sent(&sent);
}

/* ---- operations ---- */

/* What each shows while it runs, none of it a status of the operation. */
static const struct unseen {
	struct guest_place place;
	const char *fault;	/* %s: the component */
	bool at_once;		/* or after half a minute */
	bool shows_again;
	bool aborting;		/* asked to, and deaf */
} unseen[] = {
	{ { "port4", 1, { { 0, MODEL_DCD } } }, "fault %s flip 3 opcode=2", true, true,
	  false },
	{ { "port5", 1, { { 0, MODEL_BOUND } } }, "fault %s rc 3 opcode=2", true, true,
	  false },
	{ { "port9", 1, { { 0, MODEL_VENDOR } } }, "fault %s payload-length 4 opcode=2", true,
	  true, false },
	{ { "port3", 1, { { 0, MODEL_MULTI_HEADED } } }, "fault %s message-category 0 opcode=2",
	  true, true, false },
	{ { "port1", 1, { { 0, MODEL_SLD_2 } } }, "fault %s silent opcode=2", false, true,
	  false },
	{ { "port0", 1, { { 0, MODEL_SLD } } }, "fault %s silent opcode=2", false, true, true },
	{ { "port2", 1, { { 0, MODEL_MLD } } }, "pull %s", false, false, false },
};

static uint64_t cookies[ARRAY_SIZE(unseen)];

static void start(size_t i)
{
	struct cxl_switch_cci_bg_cancel cancel;

	guest_work_takes(&unseen[i].place, 4000);
	cookies[i] = guest_start(audience.owner, &unseen[i].place, OPCODE_ABORTABLE);
	if (unseen[i].aborting) {
		model_order("background %s deaf", unseen[i].place.model);
		assert_int_equal(guest_cancel(audience.owner, cookies[i], 1, &cancel), 0);
	}
	model_order(unseen[i].fault, unseen[i].place.model);
}

static unsigned int which(uint64_t cookie)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(cookies) && cookies[i] != cookie)
		i++;
	assert_true(i < ARRAY_SIZE(cookies));
	return i;
}

/* Of those of one kind each is told once, to the owner and to the listener. */
static void assert_told(uint16_t type, uint8_t state, bool at_once, unsigned int ms)
{
	unsigned int expected = 0, told[2][ARRAY_SIZE(unseen)] = { { 0 } };
	int64_t limit = guest_now_ms() + ms;
	struct cxl_switch_cci_notice notice;

	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		expected += unseen[i].at_once == at_once &&
			    (type == NOTICE(BG_LOST) || unseen[i].shows_again);
	for (unsigned int n = 0; n < 2 * expected; n++) {
		int fd = n % 2 ? audience.listener : audience.owner;
		int64_t left = limit - guest_now_ms();

		assert_true(guest_notice(fd, left > 0 ? (unsigned int)left : 0, &notice));
		assert_int_equal(notice.type, type);
		assert_int_equal(notice.state, state);
		assert_int_equal(unseen[which(notice.cookie)].at_once, at_once);
		assert_int_equal(told[n % 2][which(notice.cookie)]++, 0);
		assert_int_equal(guest_status(audience.mute, notice.cookie).state, state);
	}
}

static void heal(bool at_once)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (unseen[i].at_once == at_once && unseen[i].shows_again)
			model_order("clear %s", unseen[i].place.model);
}

static void assert_silent_ones_still_run(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (!unseen[i].at_once)
			assert_int_equal(guest_status(audience.mute, cookies[i]).state,
					 unseen[i].aborting ? OPERATION(ABORTING) :
							      OPERATION(RUNNING));
}

static void sleep_until(int64_t moment)
{
	int64_t left = moment - guest_now_ms();

	guest_sleep_ms(left > 0 ? (unsigned int)left : 0);
}

static void half_a_minute(void **state)
{
	int64_t began;

	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		start(i);
	began = guest_now_ms();
	begin_transfers();
	assert_told(NOTICE(BG_LOST), OPERATION(UNKNOWN), true, SOON_MS);
	heal(true);
	sleep_until(began + BEFORE_MS);
	/* on a machine that slept too long this says nothing */
	if (guest_now_ms() - began < SILENCE_MS - 3000)
		assert_silent_ones_still_run();
	assert_told(NOTICE(BG_ENDED), OPERATION(FINISHED), true, BACK_MS);
	sleep_until(began + SILENCE_MS + 1500);
	assert_transfers_are_nobodys();
	assert_told(NOTICE(BG_LOST), OPERATION(UNKNOWN), false, SOON_MS);
	guest_expect_untold();
	/* those that were only silent were over all the time; the pulled one is no more */
	heal(false);
	model_order("plug port2");
	assert_told(NOTICE(BG_ENDED), OPERATION(FINISHED), false, BACK_MS);
	guest_expect_untold();
	assert_int_equal(guest_status(audience.mute, cookies[ARRAY_SIZE(unseen) - 1]).state,
			 OPERATION(UNKNOWN));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(half_a_minute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
