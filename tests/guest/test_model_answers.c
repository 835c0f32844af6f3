// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that are no answers to what was asked, at each level of a tunnel: the caller
 * gets them byte for byte, and the driver itself believes none of them.
 */
#include "guest_frame.h"
#include "guest_model.h"

#define UNKNOWN	CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN

/* The Identify answer in its message: 12 + 18 bytes. */
#define IDENTIFY_MESSAGE	(CCI_HEADER + IDENTIFY_SIZE)

/* A fault of the model's, and the leaf return code with which SEND tells of it. */
static const struct fault {
	const char *kind;
	uint16_t code;
	uint32_t length;	/* of the message that comes, where it is not Identify's own */
} faults[] = {
	{ "message-category 0", UNKNOWN, 0 },
	{ "message-category 2", UNKNOWN, 0 },
	{ "message-category 15", UNKNOWN, 0 },
	{ "message-tag 0x55", UNKNOWN, 0 },
	{ "message-opcode 0x0002", UNKNOWN, 0 },
	{ "message-opcode 0x0100", UNKNOWN, 0 },
	{ "message-length 0", UNKNOWN, 0 },
	{ "message-length 1", UNKNOWN, 0 },
	{ "message-length 0x10012", UNKNOWN, 0 },
	{ "message-length 0x1fffff", UNKNOWN, 0 },
	{ "message-truncate 1", UNKNOWN, 1 },
	{ "message-truncate 11", UNKNOWN, 11 },
	{ "message-truncate 12", UNKNOWN, 12 },
	{ "message-truncate 29", UNKNOWN, 29 },
	{ "wrapper-length 0", UNKNOWN, 0 },
	{ "wrapper-length 12", UNKNOWN, 0 },
	{ "wrapper-length 0xffff", UNKNOWN, 0 },
	/* what a receiver has to ignore */
	{ "message-reserved", RC_SUCCESS, 0 },
	{ "message-bo 1", RC_SUCCESS, 0 },
	{ "wrapper-reserved 0xffff", RC_SUCCESS, 0 },
	/* errors that fit */
	{ "message-rc 3", RC_UNSUPPORTED, 0 },
	{ "message-rc 0x20", 0x20, 0 },
	{ "message-rc 0xabcd", 0xabcd, 0 },
};

static void reopen(void)
{
	close(fd);
	model_fresh_driver();
	fd = guest_open(O_RDWR);
}

static const struct cxl_switch_cci_destination *known(const struct hop *path,
						      unsigned int depth)
{
	static struct cxl_switch_cci_destination entries[64];
	uint32_t count = guest_destinations(fd, entries, ARRAY_SIZE(entries));

	for (uint32_t i = 0; i < count; i++) {
		bool same = entries[i].depth == depth;

		for (unsigned int hop = 0; same && hop < depth; hop++)
			same = entries[i].target[hop] == path[hop].target &&
			       entries[i].id[hop] == path[hop].id;
		if (same)
			return &entries[i];
	}
	fail_msg("the destination is not remembered");
	return NULL;
}

/* ---- a caller's query ---- */

static void query(const struct hop *path, unsigned int depth, const char *who, uint16_t opcode)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		guest_send_along(fd, path, depth, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		model_order("fault %s %s opcode=0x%x count=1", who, faults[i].kind, opcode);
		guest_send_along(fd, path, depth, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		if (sent.send.leaf_return_code != faults[i].code)
			fail_msg("%s %s: leaf code %04xh", who, faults[i].kind,
				 sent.send.leaf_return_code);
		assert_int_equal(sent.send.return_code, RC_SUCCESS);
		assert_int_equal(sent.send.out_size, sent.send.out_length);
		if (depth == 1)
			assert_int_equal(sent.send.out_size, TUNNEL_HEADER +
					 (faults[i].length ?: IDENTIFY_MESSAGE));
		guest_send_along(fd, path, depth, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		model_order("clear");
	}
}

static void a_wrong_answer_behind_a_port_is_told_as_such(void **state)
{
	static const struct hop path[] = { { 0, MODEL_SLD } };

	query(path, 1, "port0", OPCODE_IDENTIFY);
}

static void a_wrong_answer_of_an_ld_is_told_as_such(void **state)
{
	static const struct hop path[] = { { 0, MODEL_MLD }, { 0, 1 } };

	query(path, 2, "port2.ld1", OPCODE_IDENTIFY);
}

static void a_wrong_wrapper_around_an_ld_is_told_as_such(void **state)
{
	static const struct hop path[] = { { 0, MODEL_MLD }, { 0, 1 } };

	query(path, 2, "port2", OPCODE_TUNNEL);
}

/* More than fits, at the end of the message. */
static void trailing_bytes_are_told_as_such(void **state)
{
	struct sent sent;

	/* so that the driver asks nothing of its own from here on */
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	for (unsigned int extra = 1; extra <= 512; extra *= 8) {
		model_order("fault port0 message-extra %u opcode=1 count=1", extra);
		guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, UNKNOWN);
		assert_int_equal(sent.send.out_size, TUNNEL_HEADER + IDENTIFY_MESSAGE + extra);
	}
}

/* ---- the driver's own questions ---- */

/* Nobody's answer to Identify or to Get Log: then the worst is assumed. */
static void nothing_is_lowered_by(const char *who, const struct hop *path, unsigned int depth,
				  const struct fault *fault, uint16_t opcode)
{
	static const uint8_t time[8] = { 1 };
	struct sent sent;

	reopen();
	model_order("fault %s %s opcode=0x%x", who, fault->kind, opcode);
	guest_set_rawio(false);
	guest_send_along(fd, path, depth, 0x0301, time, sizeof(time), &sent);
	guest_set_rawio(true);
	if (sent.error != EPERM || sent.send.reason != CXL_SWITCH_CCI_REASON_CAPABILITY ||
	    sent.send.impact != CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE)
		fail_msg("%s %s on %04xh: errno %d, reason %u, impact %u", who, fault->kind, opcode,
			 sent.error, sent.send.reason, sent.send.impact);
	assert_int_equal(known(path, depth)->knowledge, CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE);
	assert_int_equal(known(path, depth)->failure, EPROTO);
}

static void nothing_is_lowered_by_a_wrong_answer(void **state)
{
	static const struct hop sld[] = { { 0, MODEL_SLD } };

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (faults[i].code != UNKNOWN)
			continue;
		nothing_is_lowered_by("port0", sld, 1, &faults[i], OPCODE_IDENTIFY);
		nothing_is_lowered_by("port0", sld, 1, &faults[i], OPCODE_GET_SUPPORTED_LOGS);
		nothing_is_lowered_by("port0", sld, 1, &faults[i], OPCODE_GET_LOG);
	}
}

static void nothing_is_lowered_by_a_wrong_wrapper(void **state)
{
	static const struct hop ld[] = { { 0, MODEL_MLD }, { 0, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (faults[i].code == UNKNOWN)
			nothing_is_lowered_by("port2", ld, 2, &faults[i], OPCODE_TUNNEL);
}

/* What is to be ignored is ignored by the driver as well. */
static void reserved_bits_of_answers_are_ignored(void **state)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (faults[i].code != RC_SUCCESS)
			continue;
		reopen();
		model_order("fault port0 %s", faults[i].kind);
		guest_set_rawio(false);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		guest_set_rawio(true);
		assert_sent(&sent);
		assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	}
}

/* A change whose own answer is nonsense was sent all the same, and is not sent again. */
static void a_change_with_a_wrong_answer_is_sent_once(void **state)
{
	struct sent sent;
	uint64_t before;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (faults[i].code != UNKNOWN || faults[i].length)
			continue;
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_sent(&sent);
		model_order("fault port0 %s opcode=0x301 count=1", faults[i].kind);
		before = model_commands_of("port0");
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_sent(&sent);
		assert_in_range(model_commands_of("port0") - before, 1, 2);
		model_order("clear");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(a_wrong_answer_behind_a_port_is_told_as_such),
		WITH_FRAME(a_wrong_answer_of_an_ld_is_told_as_such),
		WITH_FRAME(a_wrong_wrapper_around_an_ld_is_told_as_such),
		WITH_FRAME(trailing_bytes_are_told_as_such),
		WITH_FRAME(nothing_is_lowered_by_a_wrong_answer),
		WITH_FRAME(nothing_is_lowered_by_a_wrong_wrapper),
		WITH_FRAME(reserved_bits_of_answers_are_ignored),
		WITH_FRAME(a_change_with_a_wrong_answer_is_sent_once),
	};

	guest_give_up_after(180);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
