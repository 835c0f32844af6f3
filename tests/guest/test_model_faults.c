// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mailbox that sticks, answers late, reads as nothing or lies about its answer's
 * length: who is told what, that it serves again, and that nobody hears what was
 * meant for another.
 */
#include "guest_frame.h"
#include "guest_load.h"

#include <signal.h>
#include <sys/wait.h>

/* Shorter than the specification's 2 s, so that the tests are. */
#define DEVICE_TIME_MS		1000
/* The worker looks at a stuck mailbox every 250 ms. */
#define BACK_BY_ITSELF_MS	3000

static void identify(struct sent *sent)
{
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, sent);
}

static void assert_served(void)
{
	struct sent sent;

	identify(&sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(sent.send.out_size, IDENTIFY_SIZE);
}

#define assert_ended(sent, error, stage) \
	guest_assert_outcome(sent, error, CXL_SWITCH_CCI_REASON_NONE, \
			     CXL_SWITCH_CCI_STAGE_##stage, __FILE__, __LINE__)

/* By either ABI. */
static void ask_in_vain(void)
{
	struct sent sent;

	identify(&sent);
	assert_ended(&sent, EBUSY, NOT_SENT);
	assert_int_equal(guest_identify(fd), EBUSY);
}

/* At once, and nothing reaches the device. */
static void assert_sent_away(void)
{
	uint64_t commands = model_counter("commands");

	assert_true(guest_at_once(ask_in_vain, DEVICE_TIME_MS));
	assert_int_equal(model_counter("commands"), commands);
}

/* ---- stuck ---- */

static void get_stuck(void)
{
	struct sent sent;

	model_order("stuck 1");
	identify(&sent);
	assert_ended(&sent, ETIMEDOUT, SENT_UNKNOWN);
	assert_true(sent.send.duration_ns >= DEVICE_TIME_MS * 1000000ull);
	guest_await_state(&device, "stuck", 0);
}

static void a_stuck_doorbell_is_told_and_heals(void **state)
{
	uint64_t timeouts = guest_counter(&device, "timeouts");
	uint64_t late = guest_counter(&device, "late_answers");

	get_stuck();
	assert_int_equal(guest_counter(&device, "timeouts"), timeouts + 1);
	for (unsigned int i = 0; i < 3; i++)
		assert_sent_away();
	guest_await_state(&device, "stuck", 0);
	assert_int_equal(guest_counter(&device, "late_answers"), late);
	model_order("stuck off");
	guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
	assert_int_equal(guest_counter(&device, "late_answers"), late + 1);
	assert_served();
}

static void recover_frees_a_stuck_mailbox(void **state)
{
	uint64_t late = guest_counter(&device, "late_answers");

	for (unsigned int i = 0; i < 3; i++) {
		get_stuck();
		assert_sent_away();
		assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
		guest_await_state(&device, "ready", 0);
		assert_served();
	}
	/* the answers went with the function's state */
	assert_int_equal(guest_counter(&device, "late_answers"), late);
}

static void recover_takes_nothing_but_yes(void **state)
{
	static const char *const wrong[] = { "0", "n", "2", "reset", "-1" };
	int error;

	get_stuck();
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		error = guest_write_attribute(&device, "recover", wrong[i]);
		assert_int_equal(error, EINVAL);
	}
	guest_await_state(&device, "stuck", 0);
	model_order("stuck off");
	guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
}

static void a_stuck_mailbox_can_be_left(void **state)
{
	get_stuck();
	close(fd);
	assert_int_equal(guest_unbind(&device), 0);
	model_order("clear");
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	assert_served();
}

/* ---- late answers ---- */

static void next_has_its_own_answer(void)
{
	struct sent sent;

	guest_send_to(fd, -1, OPCODE_GET_LIMIT, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.out_size, 1);
	guest_send_to(fd, MODEL_BOUND, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_true(sent.opened);
	assert_int_equal(guest_le64(sent.leaf.payload + IDENTIFY_SERIAL), 0x5000);
}

/* Its own patience ends before the device's time does. */
static void what_a_caller_gave_up_reaches_nobody_else(void **state)
{
	uint64_t late = guest_counter(&device, "late_answers");
	uint8_t out[IDENTIFY_SIZE];

	next_has_its_own_answer();
	for (unsigned int i = 1; i <= 8; i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out,
							     sizeof(out));

		memset(out, 0xa5, sizeof(out));
		send.timeout_ms = 40;
		model_order("late 300 1");
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), ETIMEDOUT);
		assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		guest_await_state(&device, "ready", 0);
		next_has_its_own_answer();
		assert_int_equal(guest_counter(&device, "late_answers"), late + i);
		for (unsigned int k = 0; k < sizeof(out); k++)
			assert_int_equal(out[k], 0xa5);
	}
}

static int identify_once(void *argument)
{
	return guest_identify(*(int *)argument);
}

static void what_a_killed_caller_left_reaches_nobody_else(void **state)
{
	uint64_t late = guest_counter(&device, "late_answers"), commands;
	int status;

	for (unsigned int i = 1; i <= 5; i++) {
		int own = guest_open(O_RDWR);
		pid_t child;

		commands = model_counter("commands");
		model_order("late 900 1");
		child = guest_fork(identify_once, &own);
		while (model_counter("commands") == commands)
			guest_sleep_ms(1);
		kill(child, SIGKILL);
		status = guest_wait(child, 5000);
		assert_true(WIFSIGNALED(status));
		/* it was let go before its answer came */
		assert_int_equal(guest_counter(&device, "late_answers"), late + i - 1);
		next_has_its_own_answer();
		assert_int_equal(guest_counter(&device, "late_answers"), late + i);
		close(own);
	}
}

/* ---- registers that read as nothing ---- */

static void all_ones_are_an_error_while_they_last(void **state)
{
	struct sent sent;

	for (unsigned int i = 0; i < 3; i++) {
		model_order("reads ones");
		identify(&sent);
		assert_ended(&sent, EIO, SENT_UNKNOWN);
		guest_await_state(&device, "stuck", 0);
		identify(&sent);
		assert_ended(&sent, EBUSY, NOT_SENT);
		model_order("reads normal");
		guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
		assert_served();
	}
}

#define LOOP_MS		2000
/* One in 100 ms; a loop that spins makes thousands. */
#define LOOP_CALLS_MAX	(LOOP_MS / 100 + 5)

/*
 * It is dead, and PCI has not removed it: a client that tries again and again is told
 * that, never that the file can only be closed, and does not spin.
 */
static void who_asks_a_dead_function_again_does_not_spin(void **state)
{
	unsigned int calls = 0;
	struct sent sent;
	int64_t end_ms;

	model_order("remove");
	identify(&sent);
	assert_int_equal(sent.error, EIO);
	for (end_ms = guest_now_ms() + LOOP_MS; guest_now_ms() < end_ms; calls++) {
		identify(&sent);
		if (sent.error != EIO && sent.error != EBUSY)
			fail_msg("errno %d", sent.error);
	}
	diag("%u calls in %u ms", calls, LOOP_MS);
	assert_in_range(calls, 1, LOOP_CALLS_MAX);
	model_order("restore");
	assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
	assert_served();
}

static void recover_after_all_ones(void **state)
{
	struct sent sent;

	model_order("reads ones");
	identify(&sent);
	assert_ended(&sent, EIO, SENT_UNKNOWN);
	model_order("reads normal");
	assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", 0);
	assert_served();
}

/*
 * As the registers of a function that was reset, and of one that QEMU unplugged: a clear doorbell,
 * without the enables, and no opcode.
 */
static void all_zeros_are_an_error_while_they_last(void **state)
{
	struct sent sent;

	for (unsigned int i = 0; i < 3; i++) {
		model_order("reads zeros");
		identify(&sent);
		assert_ended(&sent, EIO, SENT_UNKNOWN);
		model_order("reads normal");
		guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
		assert_served();
	}
}

/* ---- an answer that claims more than there is ---- */

static void assert_legacy_is_cut_to_its_room(void)
{
	uint8_t out[IDENTIFY_SIZE + 8];
	struct cxl_send_command command = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, IDENTIFY_SIZE);

	memset(out, 0xa5, sizeof(out));
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &command), 0);
	assert_int_equal(command.out.size, IDENTIFY_SIZE);
	assert_int_equal(guest_le64(out + IDENTIFY_SERIAL), 0x5300);
	assert_int_equal(out[IDENTIFY_SIZE], 0xa5);
}

static void an_answer_above_the_payload_is_cut(void **state)
{
	static const uint32_t claims[] = { 2049, 2056, 4096, 0x10000, 0x100000, 0x1fffff };
	uint32_t payload = guest_payload_size(fd);
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		model_order("fault switch out-length %u opcode=1 count=2", claims[i]);
		identify(&sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.out_size, payload);
		assert_int_equal(sent.send.out_length, payload);
		for (uint32_t k = payload; k < sizeof(sent.out); k++)
			assert_int_equal(sent.out[k], 0xa5);
		/* and by the room, where that is less */
		assert_legacy_is_cut_to_its_room();
		assert_served();
	}
}

static void an_answer_below_its_layout_is_passed_on_as_it_is(void **state)
{
	struct sent sent;

	for (uint32_t claim = 0; claim < IDENTIFY_SIZE; claim++) {
		model_order("fault switch out-length %u opcode=1 count=1", claim);
		identify(&sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.out_size, claim);
		for (uint32_t k = claim; k < sizeof(sent.out); k++)
			assert_int_equal(sent.out[k], 0xa5);
	}
	assert_served();
}

/* ---- all of it, while eight processes work ---- */

static const struct storm {
	const char *fault, *end;
	int allowed[4];
	bool recover;		/* after @end, if there is one */
} storms[] = {
	{ "stuck 1", "stuck off", { EBUSY, ETIMEDOUT }, false },
	{ "stuck 1", NULL, { EBUSY, ETIMEDOUT, EIO }, true },
	{ "late 600 2", "clear", { 0 }, false },
	/* two time-outs of one destination make it slow */
	{ "late 1500 2", "clear", { EBUSY, ETIMEDOUT, EHOSTUNREACH }, false },
	{ "lose 50", "clear", { 0 }, false },
	{ "lose all", "clear", { 0 }, false },
	{ "interrupt 0 100000 1", "clear", { 0 }, false },
	{ "reads ones", "reads normal", { EBUSY, EIO }, false },
	{ "reads ones", "reads normal", { EBUSY, EIO }, true },
};

static void under_load(const struct storm *storm)
{
	struct guest_load load;
	char what[80];

	snprintf(what, sizeof(what), "%s%s", storm->fault, storm->recover ? ", recover" : "");
	guest_load_start(&load);
	guest_load_all_served(&load);
	model_order("%s", storm->fault);
	guest_sleep_ms(DEVICE_TIME_MS + 500);
	if (storm->end)
		model_order("%s", storm->end);
	if (storm->recover)
		assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
	guest_load_all_served(&load);
	guest_load_stop(&load, what, storm->allowed, 0);
}

static void every_fault_under_load(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(storms); i++)
		under_load(&storms[i]);
}

/* ---- the frame ---- */

static int impatient(void **state)
{
	guest_give_up_after(280);
	guest_set_device_time(DEVICE_TIME_MS);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FRAME(a_stuck_doorbell_is_told_and_heals),
		WITH_FRAME(recover_frees_a_stuck_mailbox),
		WITH_FRAME(recover_takes_nothing_but_yes),
		WITH_FRAME(a_stuck_mailbox_can_be_left),
		WITH_FRAME(what_a_caller_gave_up_reaches_nobody_else),
		WITH_FRAME(what_a_killed_caller_left_reaches_nobody_else),
		WITH_FRAME(all_ones_are_an_error_while_they_last),
		WITH_FRAME(who_asks_a_dead_function_again_does_not_spin),
		WITH_FRAME(recover_after_all_ones),
		WITH_FRAME(all_zeros_are_an_error_while_they_last),
		WITH_FRAME(an_answer_above_the_payload_is_cut),
		WITH_FRAME(an_answer_below_its_layout_is_passed_on_as_it_is),
		WITH_FRAME(every_fault_under_load),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, impatient, guest_standard_module);
}
