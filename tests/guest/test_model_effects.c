// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command Effects Logs as devices should not have them, and Set Feature entries that
 * lie: each fetched by the driver, each judged, and the device served as before.
 */
#include "guest_frame.h"
#include "guest_model.h"

#define READ		CXL_SWITCH_CCI_KNOWLEDGE_READ
#define UNREADABLE	CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE
#define SETTING		CXL_SWITCH_CCI_IMPACT_SETTING
#define DESTRUCTIVE	CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE
/* For which a failure is remembered, and some. */
#define PAST_FAILURE_MS	1100

static void reopen(void)
{
	close(fd);
	model_fresh_driver();
	fd = guest_open(O_RDWR);
}

/* ---- the log ---- */

/* Orders about port 0, and what Set Timestamp there counts as then. */
static const struct log_case {
	const char *order, *also;
	uint8_t knowledge, impact;
	uint16_t failure;
	uint16_t effects;		/* of its entry, where there is one */
	bool listed;
} logs[] = {
#define UNREAD(order, error) { order, NULL, UNREADABLE, DESTRUCTIVE, error, 0, false }
	/* entries */
	{ "cel port0 entries 0", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 entries 1", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 entries 3", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 entries 65535", NULL, READ, SETTING, 0, 0x0008, true },
	{ "cel port0 hide 0x0301", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 effects 0x0301 0", NULL, READ, SETTING, 0, 0, true },
	{ "cel port0 effects 0x0301 0x0004", NULL, READ, DESTRUCTIVE, 0, 0x0004, true },
	{ "cel port0 effects 0x0301 0x0020", NULL, READ, DESTRUCTIVE, 0, 0x0020, true },
	{ "cel port0 effects 0x0301 0x1008", NULL, READ, DESTRUCTIVE, 0, 0x1008, true },
	{ "cel port0 effects 0x0301 0x8008", NULL, READ, DESTRUCTIVE, 0, 0x8008, true },
	{ "cel port0 effects 0x0301 0x0188", NULL, READ, SETTING, 0, 0x0188, true },
	/* an opcode twice has both */
	{ "cel port0 twice 0x0301 0x0004", NULL, READ, DESTRUCTIVE, 0, 0x000c, true },
	{ "cel port0 twice 0x0301 0x0000", NULL, READ, SETTING, 0, 0x0008, true },
	{ "cel port0 effects 0x0301 0x0004", "cel port0 twice 0x0301 0x0008", READ, DESTRUCTIVE, 0,
	  0x000c, true },
	/* sizes that differ */
	{ "cel port0 announced 0", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 announced 8", NULL, READ, DESTRUCTIVE, 0, 0, false },
	{ "cel port0 announced 4096", NULL, READ, SETTING, 0, 0x0008, true },
	UNREAD("cel port0 announced 1", EPROTO),
	UNREAD("cel port0 announced 4095", EPROTO),
	UNREAD("cel port0 announced 0x80004", EPROTO),
	UNREAD("cel port0 announced 0xfffffffc", EPROTO),
	UNREAD("cel port0 announced 0xffffffff", EPROTO),
	UNREAD("cel port0 delivered 0", EPROTO),
	UNREAD("cel port0 delivered 100", EPROTO),
	UNREAD("fault port0 payload-length 500 opcode=0x401", EPROTO),
	/* short parts are continued */
	{ "fault port0 payload-length 4 opcode=0x401", NULL, READ, SETTING, 0, 0x0008, true },
	/* up to a bound: 128 commands more than it takes */
	UNREAD("fault port0 payload-length 1 opcode=0x401", EPROTO),
	/* answers to Get Log and Get Supported Logs */
	UNREAD("fault port0 rc 6 opcode=0x401", EBUSY),
	UNREAD("fault port0 rc 5 opcode=0x401", EBUSY),
	UNREAD("fault port0 rc 3 opcode=0x401", EOPNOTSUPP),
	UNREAD("fault port0 rc 0x17 opcode=0x401", EOPNOTSUPP),
	UNREAD("fault port0 rc 1 opcode=0x401", EOPNOTSUPP),
	UNREAD("fault port0 rc 0xffff opcode=0x401", EOPNOTSUPP),
	{ "fault port0 garbage opcode=0x401", NULL, READ, DESTRUCTIVE, 0, 0, false },
	UNREAD("fault port0 rc 6 opcode=0x400", EBUSY),
	UNREAD("fault port0 rc 3 opcode=0x400", EOPNOTSUPP),
	UNREAD("fault port0 garbage opcode=0x400", EOPNOTSUPP),
	UNREAD("fault port0 payload-length 7 opcode=0x400", EOPNOTSUPP),
	UNREAD("fault port0 payload-length 27 opcode=0x400", EOPNOTSUPP),
	{ "fault port0 flip 0 opcode=0x400", NULL, READ, SETTING, 0, 0x0008, true },
	/* a limit that is none */
	{ "fault port0 garbage opcode=0x3", NULL, READ, SETTING, 0, 0x0008, true },
	{ "fault port0 payload-length 0 opcode=0x3", NULL, READ, SETTING, 0, 0x0008, true },
	{ "identity port0 message 0", NULL, READ, SETTING, 0, 0x0008, true },
	{ "identity port0 message 255", NULL, READ, SETTING, 0, 0x0008, true },
#undef UNREAD
};

static void give_orders(const struct log_case *log)
{
	model_order("%s", log->order);
	if (log->also)
		model_order("%s", log->also);
}

static struct cxl_switch_cci_destination the_destination(void)
{
	struct cxl_switch_cci_destination entries[8] = { 0 };
	uint32_t count = guest_destinations(fd, entries, ARRAY_SIZE(entries));

	for (uint32_t i = 0; i < count; i++)
		if (entries[i].depth == 1 && entries[i].id[0] == MODEL_SLD)
			return entries[i];
	fail_msg("the destination is not remembered");
	return entries[0];
}

static void logs_are_explained(void **state)
{
	static const uint8_t time[8] = { 1 };
	struct cxl_switch_cci_explain explain;

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		const struct log_case *log = &logs[i];

		reopen();
		give_orders(log);
		explain = guest_explain_to(fd, MODEL_SLD, 0x0301, time, sizeof(time));
		if (explain.knowledge != log->knowledge || explain.impact != log->impact ||
		    explain.effects != log->effects || explain.listed != log->listed ||
		    the_destination().failure != log->failure)
			fail_msg("%s: knowledge %u, impact %u, effects %xh, listed %u, failure %u",
				 log->order, explain.knowledge, explain.impact, explain.effects,
				 explain.listed, the_destination().failure);
		assert_int_equal(explain.table_impact, SETTING);
		model_order("identity port0 message 10");
	}
}

/* Without the capability what is lowered passes; with it all does, and what it was is told. */
static void logs_decide(void **state)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		const struct log_case *log = &logs[i];

		reopen();
		give_orders(log);
		guest_set_rawio(false);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		guest_set_rawio(true);
		if (sent.error != (log->impact == SETTING ? 0 : EPERM))
			fail_msg("%s: errno %d without the capability", log->order, sent.error);
		if (log->impact == DESTRUCTIVE)
			assert_refused(&sent, EPERM, CAPABILITY);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.impact, log->impact);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		model_order("identity port0 message 10");
	}
}

/* What was busy a moment ago is asked again a second later, and not before. */
static void a_busy_log_is_asked_again(void **state)
{
	struct sent sent;

	for (unsigned int rc = RC_RETRY; rc <= RC_BUSY; rc++) {
		reopen();
		/* Retry Required is retried at once, and once */
		model_order("fault port0 rc %u opcode=0x401 count=%u", rc, rc == RC_RETRY ? 2 : 1);
		guest_set_rawio(false);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_refused(&sent, EPERM, CAPABILITY);
		guest_sleep_ms(PAST_FAILURE_MS);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		guest_set_rawio(true);
		assert_sent(&sent);
		assert_int_equal(sent.send.impact, SETTING);
	}
}

/* Nobody answers any more: a query finds out for itself, a change is not tried. */
static void silence_is_not_changed(void **state)
{
	struct sent sent;

	model_order("fault port0 silent");
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_not_equal(sent.send.return_code, RC_SUCCESS);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	assert_int_equal(the_destination().knowledge, CXL_SWITCH_CCI_KNOWLEDGE_SILENT);
	model_order("clear");
	guest_sleep_ms(PAST_FAILURE_MS);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
}

/* ---- features ---- */

#define SCRUB_SIZE	10
#define SCRUB_FLAGS	0x61	/* changeable, default and saved selectable */

/* Full transfer of patrol scrub control: the one feature that may be lowered. */
static void set_scrub(struct sent *sent)
{
	static const uint8_t request[0x20 + SCRUB_SIZE] = {
		0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b,
		0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a,
		[0x16] = 1,
	};

	guest_send_to(fd, MODEL_SLD, 0x0502, request, sizeof(request), sent);
}

/* Effects and flags of feature 0, then effects of 0502h itself. */
static const struct feature_case {
	const char *order, *also;
	uint8_t impact;
} features[] = {
	{ "feature port0 0 0x0008 0x61", NULL, SETTING },
	{ "feature port0 0 0x0188 0x61", NULL, SETTING },
	{ "feature port0 0 0x0000 0x61", NULL, DESTRUCTIVE },
	{ "feature port0 0 0x0180 0x61", NULL, DESTRUCTIVE },	/* nothing but disputed bits */
	{ "feature port0 0 0x1008 0x61", NULL, DESTRUCTIVE },
	{ "feature port0 0 0x0004 0x61", NULL, DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x00", NULL, DESTRUCTIVE },	/* not changeable */
	/* an entry that claims what the log does not allow for */
	{ "feature port0 0 0x0010 0x61", "cel port0 effects 0x0502 0x0008", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "cel port0 effects 0x0502 0x0008", SETTING },
	{ "feature port0 0 0x0008 0x61", "cel port0 effects 0x0502 0", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "cel port0 hide 0x0502", DESTRUCTIVE },
	/* a list that is none */
	{ "feature port0 0 0x0008 0x61", "fault port0 garbage opcode=0x500", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "fault port0 rc 6 opcode=0x500", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "fault port0 payload-length 7 opcode=0x500", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "fault port0 payload-length 9 opcode=0x500", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "fault port0 flip 8 opcode=0x500", DESTRUCTIVE },
	{ "feature port0 0 0x0008 0x61", "fault port0 flip 3 opcode=0x500", DESTRUCTIVE },
};

static void features_are_believed_where_they_fit(void **state)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		reopen();
		model_order("%s", features[i].order);
		if (features[i].also)
			model_order("%s", features[i].also);
		guest_set_rawio(false);
		set_scrub(&sent);
		guest_set_rawio(true);
		if (sent.error != (features[i].impact == SETTING ? 0 : EPERM) ||
		    sent.send.impact != features[i].impact)
			fail_msg("%s, %s: errno %d, impact %u", features[i].order,
				 features[i].also ?: "-", sent.error, sent.send.impact);
		if (sent.error)
			assert_refused(&sent, EPERM, CAPABILITY);
		else
			assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		model_order("feature port0 0 0x0008 0x%x", SCRUB_FLAGS);
	}
}

/* Whatever a feature without a name says of itself. */
static void a_feature_without_a_name_is_the_worst(void **state)
{
	static const uint8_t request[0x20 + 16] = {
		0x4d, 0x4f, 0x44, 0x45, 0x4c, 0x00, 0x40, 0x00,
		0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
		[0x16] = 1,
	};
	struct sent sent;

	guest_set_rawio(false);
	guest_send_to(fd, MODEL_SLD, 0x0502, request, sizeof(request), &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_int_equal(sent.send.impact, DESTRUCTIVE);
}

/* ---- the message limit ---- */

/*
 * 0004h only shortens answers of variable size; a reserved one is another command. Then the
 * driver asks in smaller parts and finds the same.
 */
static void the_message_limit_does_not_blind_the_driver(void **state)
{
	static const uint8_t below[] = { 7 }, least[] = { 8 }, most[] = { 10 };
	struct sent sent;

	guest_send_to(fd, MODEL_SLD, 0x0004, below, sizeof(below), &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_int_equal(sent.send.impact, DESTRUCTIVE);
	guest_set_rawio(false);
	guest_send_to(fd, MODEL_SLD, 0x0004, least, sizeof(least), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, SETTING);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	guest_set_rawio(true);

	for (int lie = 0; lie <= 1; lie++) {
		close(fd);
		model_fresh_driver();
		fd = guest_open(O_RDWR);
		if (lie)	/* 0003h tells a limit that is far too large: no log is no log */
			model_order("fault port0 flip 0 opcode=0x3");
		model_order("cel port0 entries 1000");
		guest_set_rawio(false);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		guest_set_rawio(true);
		if (lie)
			assert_refused(&sent, EPERM, CAPABILITY);
		else
			assert_sent(&sent);
		assert_int_equal(sent.send.impact, lie ? DESTRUCTIVE : SETTING);
	}
	model_order("clear");
	guest_send_to(fd, MODEL_SLD, 0x0004, most, sizeof(most), &sent);
	assert_sent(&sent);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(logs_are_explained),
		WITH_FRAME(logs_decide),
		WITH_FRAME(a_busy_log_is_asked_again),
		WITH_FRAME(silence_is_not_changed),
		WITH_FRAME(features_are_believed_where_they_fit),
		WITH_FRAME(a_feature_without_a_name_is_the_worst),
		WITH_FRAME(the_message_limit_does_not_blind_the_driver),
	};

	guest_give_up_after(240);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
