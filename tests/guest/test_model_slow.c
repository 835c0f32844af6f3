// SPDX-License-Identifier: GPL-2.0-only
/*
 * A destination that times out twice in a row: one try each five seconds, and
 * nobody else waits for it. What is sent is counted by the model.
 */
#include "guest_frame.h"
#include "guest_load.h"

#define DEVICE_TIME_MS	300
#define SLOW_MS		600	/* above the device's time, and answered in the end */
#define RETRY_MS	5000
#define AT_ONCE_MS	200	/* below the device's time: nobody waited for it */

/* The late answer is in: the mailbox is nobody's again. */
static void settle(void)
{
	guest_sleep_ms(SLOW_MS);
	guest_await_state(&device, "ready", 5000);
}

static uint64_t reached(void)
{
	return model_commands_of("port0");
}

static void ask(struct sent *sent)
{
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, sent);
}

static void ask_answered(void)
{
	struct sent sent;

	ask(&sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

static int64_t in_vain_ms;	/* when the last one of these began */

static void ask_in_vain(void)
{
	uint64_t before = reached();
	struct sent sent;

	in_vain_ms = guest_now_ms();
	ask(&sent);
	guest_assert_outcome(&sent, ETIMEDOUT, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, __FILE__, __LINE__);
	settle();
	assert_int_equal(reached() - before, 1);
}

static unsigned int refusals;

static void be_refused(void)
{
	struct sent sent;

	ask(&sent);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	refusals++;
}

/* At once, and nothing of it reaches the device. */
static void ask_refused(void)
{
	uint64_t before = reached(), counted = guest_counter(&device, "slow_refusals");

	refusals = 0;
	assert_true(guest_at_once(be_refused, AT_ONCE_MS));
	assert_int_equal(reached(), before);
	assert_int_equal(guest_counter(&device, "slow_refusals"), counted + refusals);
}

/* Known while it answered, so that what times out is the caller's command. */
static void make_slow(void)
{
	ask_answered();
	model_order("fault port%u slow %u", MODEL_SLD, SLOW_MS);
	ask_in_vain();
	ask_in_vain();
}

static uint32_t slow_ms_of(uint8_t port)
{
	struct cxl_switch_cci_destination entries[32];
	uint32_t count = guest_destinations(fd, entries, ARRAY_SIZE(entries));

	for (uint32_t i = 0; i < count; i++)
		if (entries[i].depth == 1 && entries[i].id[0] == port)
			return entries[i].slow_ms;
	fail_msg("nothing is remembered of port %u", port);
	return 0;
}

/* ---- becoming slow ---- */

static void two_time_outs_in_a_row_are_enough(void **state)
{
	make_slow();
	for (int i = 0; i < 5; i++)
		ask_refused();
	assert_in_range(slow_ms_of(MODEL_SLD), 1, RETRY_MS);
}

static void an_answer_between_begins_anew(void **state)
{
	ask_answered();
	model_order("fault port%u slow %u count=1", MODEL_SLD, SLOW_MS);
	ask_in_vain();
	ask_answered();
	model_order("fault port%u slow %u count=1", MODEL_SLD, SLOW_MS);
	ask_in_vain();
	ask_answered();
	assert_int_equal(slow_ms_of(MODEL_SLD), 0);
}

/* The caller's own time-out says nothing of the device. */
static void impatience_does_not_count(void **state)
{
	const struct hop path = { .id = MODEL_SLD };
	struct guest_message message = guest_tunnel_along(&path, 1, OPCODE_IDENTIFY, NULL, 0);

	ask_answered();
	model_order("fault port%u slow %u", MODEL_SLD, DEVICE_TIME_MS / 3);
	for (int i = 0; i < 4; i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, message.bytes,
							     message.length, NULL, 0);

		send.timeout_ms = 20;
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), ETIMEDOUT);
		settle();
	}
	assert_int_equal(slow_ms_of(MODEL_SLD), 0);
	ask_answered();
}

/* But it hides nothing either: the device's time runs on without the caller. */
static void the_impatient_find_the_slow_too(void **state)
{
	const struct hop path = { .id = MODEL_SLD };
	struct guest_message message = guest_tunnel_along(&path, 1, OPCODE_IDENTIFY, NULL, 0);

	ask_answered();
	model_order("fault port%u slow %u", MODEL_SLD, SLOW_MS);
	for (int i = 0; i < 2; i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, message.bytes,
							     message.length, NULL, 0);

		send.timeout_ms = 20;
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), ETIMEDOUT);
		settle();
	}
	ask_refused();
}

/* Nothing is known yet, so it is the driver that asks first, and finds out. */
static void the_drivers_own_questions_count(void **state)
{
	uint64_t before = reached();
	struct sent sent;

	model_order("fault port%u slow %u", MODEL_SLD, SLOW_MS);
	for (int i = 0; i < 2; i++) {
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
		settle();
		/* what is remembered of silence is forgotten */
		guest_sleep_ms(1000);
	}
	assert_int_equal(reached() - before, 2);
	ask_refused();
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	assert_int_equal(reached() - before, 2);
}

/* ---- being slow ---- */

static void others_are_served_meanwhile(void **state)
{
	struct sent sent;
	int64_t start;

	make_slow();
	start = guest_now_ms();
	for (int i = 0; i < 5; i++) {
		ask_refused();
		guest_send_to(fd, MODEL_SLD_2, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
	}
	diag("five rounds beside a slow destination: %lld ms", (long long)(guest_now_ms() - start));
	assert_int_equal(slow_ms_of(MODEL_SLD_2), 0);
}

static void explain_says_so_and_asks_nobody(void **state)
{
	uint64_t before, counted;
	struct cxl_switch_cci_explain told;

	make_slow();
	before = reached();
	counted = guest_counter(&device, "slow_refusals");
	told = guest_explain_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0);
	assert_int_equal(told.error, EHOSTUNREACH);
	assert_int_equal(told.reason, CXL_SWITCH_CCI_REASON_UNREACHABLE);
	assert_int_equal(told.refusing, 1u << CXL_SWITCH_CCI_REASON_UNREACHABLE);
	assert_int_equal(told.knowledge, CXL_SWITCH_CCI_KNOWLEDGE_SILENT);
	assert_int_equal(told.traffic, 0);
	assert_int_equal(reached(), before);
	assert_int_equal(guest_counter(&device, "slow_refusals"), counted);
}

/* What a change would have been judged by is not asked for either. */
static void changes_are_refused_alike(void **state)
{
	struct sent sent;
	uint64_t before;

	make_slow();
	before = reached();
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	guest_send_to(fd, MODEL_SLD, OPCODE_VENDOR, NULL, 0, &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	assert_int_equal(reached(), before);
}

static void one_try_in_five_seconds(void **state)
{
	int64_t known, asked;
	uint64_t before;
	struct sent sent;

	/* it is slow from between in_vain_ms and known, however busy the machine is */
	make_slow();
	known = guest_now_ms();
	before = reached();
	do {
		guest_sleep_ms(20);
		asked = guest_now_ms();
		ask(&sent);
		if (sent.error == EHOSTUNREACH)
			assert_true(asked - known <= RETRY_MS + SLOW_MS);
	} while (sent.error == EHOSTUNREACH);
	diag("the next try %lld ms after the last answer", (long long)(asked - known));
	assert_true(guest_now_ms() - in_vain_ms >= RETRY_MS + DEVICE_TIME_MS);
	settle();
	assert_int_equal(reached(), before + 1);
	for (int i = 0; i < 3; i++)
		ask_refused();
}

static void one_answer_ends_it(void **state)
{
	make_slow();
	ask_refused();
	model_order("clear");
	ask_refused();
	guest_sleep_ms(RETRY_MS);
	for (int i = 0; i < 3; i++)
		ask_answered();
	assert_int_equal(slow_ms_of(MODEL_SLD), 0);
}

/* ---- a background operation there ---- */

#define OPERATION_MS	60000

/* Until it is refused: the driver's looks at the operation time out as well. */
static void make_slow_somehow(void)
{
	int64_t limit = guest_now_ms() + 4 * RETRY_MS;
	struct sent sent;

	do {
		ask(&sent);
		guest_sleep_ms(100);
	} while (sent.error != EHOSTUNREACH && guest_now_ms() < limit);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
}

/* Nobody asks but the driver, which follows the operation: its answer ends it too. */
static void a_look_at_an_operation_ends_it(void **state)
{
	struct sent sent;
	uint64_t before;
	int64_t limit;

	ask_answered();
	model_order("background port%u time %u", MODEL_SLD, OPERATION_MS);
	guest_send_to(fd, MODEL_SLD, OPCODE_SANITIZE, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	model_order("fault port%u slow %u", MODEL_SLD, SLOW_MS);
	make_slow_somehow();
	model_order("clear");
	settle();
	before = reached();
	limit = guest_now_ms() + 4 * RETRY_MS;
	while (reached() == before && guest_now_ms() < limit)
		guest_sleep_ms(50);
	assert_true(reached() > before);

	/* a single time-out is forgiven again */
	model_order("fault port%u slow %u opcode=1 count=1", MODEL_SLD, SLOW_MS);
	ask(&sent);
	guest_assert_outcome(&sent, ETIMEDOUT, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, __FILE__, __LINE__);
	settle();
	ask_answered();
	guest_send_to(fd, MODEL_SLD, OPCODE_ABORT, NULL, 0, &sent);
	assert_sent(&sent);
}

/* ---- the frame ---- */

static int impatient(void **state)
{
	guest_give_up_after(240);
	guest_set_device_time(DEVICE_TIME_MS);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(two_time_outs_in_a_row_are_enough),
		WITH_FRAME(an_answer_between_begins_anew),
		WITH_FRAME(impatience_does_not_count),
		WITH_FRAME(the_impatient_find_the_slow_too),
		WITH_FRAME(the_drivers_own_questions_count),
		WITH_FRAME(others_are_served_meanwhile),
		WITH_FRAME(explain_says_so_and_asks_nobody),
		WITH_FRAME(changes_are_refused_alike),
		WITH_FRAME(one_try_in_five_seconds),
		WITH_FRAME(one_answer_ends_it),
		WITH_FRAME(a_look_at_an_operation_ends_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, impatient, guest_standard_module);
}
