// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations that go wrong in every way the model knows, in the function's
 * own slot and behind a port, while eight processes query and change. One table, one line
 * a fault: what its starter is told, that it is told once, that nobody else notices.
 */
#include "guest_frame.h"
#include "guest_host.h"
#include "guest_load.h"

#include <poll.h>

#define OPCODE_ACTIVATE_FW	0x0202
#define DURATION_MS		600
#define ALL_OVER_MS		1200	/* a second end comes after 1.75 durations */
#define END_LIMIT_MS		8000
#define CANCEL_MS		300

#define RUNNING		CXL_SWITCH_CCI_OPERATION_RUNNING
#define ABORTING	CXL_SWITCH_CCI_OPERATION_ABORTING
#define FINISHED	CXL_SWITCH_CCI_OPERATION_FINISHED
#define LOST		CXL_SWITCH_CCI_OPERATION_LOST
#define NO_CANCEL	(-1)

static const struct row {
	const char *name;
	const char *path;
	int port;
	const char *fault;	/* behind "background PATH", or a whole order */
	int cancel;		/* what BG_CANCEL is to say */
	unsigned int state;	/* when the operation's time is over, before the fault is */
	unsigned int last;	/* at last */
	uint16_t code;		/* of the operation, if FINISHED */
	bool recover;
} rows[] = {
	{ "own: runs to its end", "switch", -1, NULL, NO_CANCEL, FINISHED, FINISHED, 0, false },
	{ "own: never ends", "switch", -1, "never-ends", NO_CANCEL, RUNNING, FINISHED, 0, false },
	{ "own: refuses its abort", "switch", -1, "refuse-abort", CXL_SWITCH_CCI_CANCEL_REFUSED,
	  FINISHED, FINISHED, 0, false },
	{ "own: does not heed its abort", "switch", -1, "deaf", CXL_SWITCH_CCI_CANCEL_SILENT,
	  FINISHED, FINISHED, 0, false },
	{ "own: aborted without interrupt", "switch", -1, "no-abort-interrupt",
	  CXL_SWITCH_CCI_CANCEL_ABORTED, FINISHED, FINISHED, 0x12, false },
	{ "own: over just before its abort", "switch", -1, "finish-before-abort",
	  CXL_SWITCH_CCI_CANCEL_ENDED, FINISHED, FINISHED, 0, false },
	{ "own: ends twice", "switch", -1, "end-twice", NO_CANCEL, FINISHED, FINISHED, 0, false },
	{ "own: silent", "switch", -1, "silent", NO_CANCEL, RUNNING, FINISHED, 0, false },
	{ "own: interrupts lost", "switch", -1, "lose all", NO_CANCEL, FINISHED, FINISHED, 0,
	  false },
	{ "own: reset in the middle", "switch", -1, "never-ends", NO_CANCEL, RUNNING, LOST, 0,
	  true },
	{ "port: runs to its end", "port0", MODEL_SLD, NULL, NO_CANCEL, FINISHED, FINISHED, 0,
	  false },
	{ "port: never ends", "port0", MODEL_SLD, "never-ends", NO_CANCEL, RUNNING, FINISHED, 0,
	  false },
	{ "port: refuses its abort", "port0", MODEL_SLD, "refuse-abort",
	  CXL_SWITCH_CCI_CANCEL_REFUSED, FINISHED, FINISHED, 0, false },
	{ "port: does not heed its abort", "port0", MODEL_SLD, "deaf",
	  CXL_SWITCH_CCI_CANCEL_SILENT, FINISHED, FINISHED, 0, false },
	{ "port: over just before its abort", "port0", MODEL_SLD, "finish-before-abort",
	  CXL_SWITCH_CCI_CANCEL_ENDED, FINISHED, FINISHED, 0, false },
	{ "port: ends twice", "port0", MODEL_SLD, "end-twice", NO_CANCEL, FINISHED, FINISHED, 0,
	  false },
	{ "port: silent", "port0", MODEL_SLD, "silent", NO_CANCEL, RUNNING, FINISHED, 0, false },
};

/* ---- one operation ---- */

static struct cxl_switch_cci_bg_status status_of(uint64_t cookie)
{
	struct cxl_switch_cci_bg_status status = { .size = sizeof(status), .cookie = cookie };

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status), 0);
	return status;
}

/* Activate the firmware that is active: takes its time and changes nothing. */
static uint64_t start(const struct row *row)
{
	static const uint8_t the_active_one[2] = { 0, 1 };
	struct sent sent;

	guest_send_to(fd, row->port, OPCODE_ACTIVATE_FW, the_active_one, sizeof(the_active_one),
		      &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	assert_true(sent.send.cookie != 0);
	return sent.send.cookie;
}

static void cancel(const struct row *row, uint64_t cookie)
{
	struct cxl_switch_cci_bg_cancel request = {
		.size = sizeof(request), .cookie = cookie, .timeout_ms = CANCEL_MS,
	};
	int error = guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, &request);

	if (error || request.outcome != row->cancel)
		fail_msg("%s: BG_CANCEL says errno %d, outcome %u, code %04xh", row->name, error,
			 request.outcome, request.return_code);
}

static void await(const struct row *row, uint64_t cookie, unsigned int state)
{
	int64_t limit = guest_now_ms() + guest_patience(END_LIMIT_MS);
	struct cxl_switch_cci_bg_status status;

	for (;;) {
		status = status_of(cookie);
		if (status.state == state)
			break;
		if (guest_now_ms() > limit)
			fail_msg("%s: the operation is in state %u, not %u", row->name,
				 status.state, state);
		guest_sleep_ms(10);
	}
	if (state == FINISHED)
		assert_int_equal(status.return_code, row->code);
}

/* How often its starter was told that it is over. */
static unsigned int told(uint64_t cookie)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	struct cxl_switch_cci_notice notice;
	unsigned int times = 0;

	while (poll(&file, 1, 0) == 1 && read(fd, &notice, sizeof(notice)) == sizeof(notice))
		times += notice.cookie == cookie;
	return times;
}

static void subscribe(void)
{
	struct cxl_switch_cci_subscribe wish = { .size = sizeof(wish) };

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &wish), 0);
}

/* What the device itself says, whatever the driver took for its end. 0002h: byte 0 bit 0. */
static void await_idle(const struct row *row)
{
	int64_t limit = guest_now_ms() + guest_patience(END_LIMIT_MS);
	struct sent sent;

	for (;;) {
		guest_send_to(fd, row->port, OPCODE_BACKGROUND_STATUS, NULL, 0, &sent);
		assert_sent(&sent);
		assert_true(row->port < 0 || sent.opened);
		if (!(*(row->port < 0 ? sent.out : sent.leaf.payload) & 1))
			return;
		if (guest_now_ms() > limit)
			fail_msg("%s: the device goes on and on", row->name);
		guest_sleep_ms(10);
	}
}

/* ---- a row ---- */

static void inject(const struct row *row)
{
	model_order("clear");
	model_order("background %s time %u", row->path, DURATION_MS);
	if (row->fault && !strncmp(row->fault, "lose", 4))
		model_order("%s", row->fault);
	else if (row->fault)
		model_order("background %s %s", row->path, row->fault);
}

static void operate(const struct row *row)
{
	uint64_t cookie = start(row);

	if (row->cancel != NO_CANCEL)
		cancel(row, cookie);
	guest_sleep_ms(ALL_OVER_MS);
	await(row, cookie, row->state);
	if (row->recover)
		assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	model_order("clear");
	await(row, cookie, row->last);
	await_idle(row);
	guest_sleep_ms(50);
	if (told(cookie) != 1)
		fail_msg("%s: its starter was not told exactly once", row->name);
}

static unsigned int run(const struct row *row)
{
	static const int of_reset[] = { EIO, EBUSY, 0 }, none[] = { 0 };
	const struct guest_load_rules rules = {
		.port = GUEST_LOAD_ALL, .allowed = row->recover ? of_reset : none,
	};
	struct guest_load load;

	guest_load_start_mixed(&load);
	guest_load_all_served(&load);
	inject(row);
	operate(row);
	guest_load_all_served(&load);
	return guest_load_judged(&load, row->name, &rules) + (model_violations() != 0);
}

static void every_operation_that_goes_wrong(void **state)
{
	unsigned int rounds = (guest_cycles() + 24) / 25, bad;

	for (unsigned int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			bad = run(&rows[i]);
			if (bad)
				fail_msg("%s: %u complaints", rows[i].name, bad);
		}
		guest_progress("rounds of all operations", round + 1, rounds);
	}
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_give_up_after(GUEST_CYCLES_LIMIT);
	guest_frame_begin(state);
	subscribe();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_operation_that_goes_wrong, begin,
						guest_frame_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
