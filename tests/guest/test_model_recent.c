// SPDX-License-Identifier: GPL-2.0-only
/*
 * RECENT while a slow device works: commands of other processes in flight, in the
 * queue, killed, left and too late. What a record says of itself: test_recent.
 */
#include "guest_frame.h"
#include "guest_load.h"

#include <signal.h>
#include <sys/wait.h>

#define SLOW_MS		1200
#define ROOM		64
#define PATIENCE_MS	5000

static struct cxl_switch_cci_record records[ROOM];

static uint32_t recent(void)
{
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)records, .room = ROOM,
		.entry_size = sizeof(records[0]),
	};

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	return list.room;
}

static uint32_t in_flight(void)
{
	uint32_t flying = 0;

	for (uint32_t count = recent(); count--; )
		flying += records[count].in_flight;
	return flying;
}

/* The youngest of that process, or NULL. */
static const struct cxl_switch_cci_record *of(pid_t pid)
{
	for (uint32_t count = recent(); count--; )
		if (records[count].pid == (uint32_t)pid)
			return &records[count];
	return NULL;
}

static const struct cxl_switch_cci_record *await(pid_t pid, bool flying, unsigned int stage)
{
	int64_t limit = guest_now_ms() + guest_patience(PATIENCE_MS);
	const struct cxl_switch_cci_record *r;

	do {
		r = of(pid);
		if (r && r->in_flight == flying && r->stage == stage)
			return r;
		guest_sleep_ms(2);
	} while (guest_now_ms() < limit);
	if (r)
		fail_msg("pid %d: in flight %u, stage %u", pid, r->in_flight, r->stage);
	fail_msg("no record of pid %d", pid);
	return NULL;
}

/* It gets its number when it was judged, on its way into the queue. */
static uint64_t await_number(pid_t pid)
{
	int64_t limit = guest_now_ms() + PATIENCE_MS;
	uint64_t id;

	do
		id = await(pid, true, CXL_SWITCH_CCI_STAGE_NOT_SENT)->id;
	while (!id && guest_now_ms() < limit);
	return id;
}

/* ---- who sends ---- */

struct job {
	uint16_t opcode;
	uint32_t timeout_ms;
	bool through_a_tunnel;
};

/* On a file of its own: one file serves one SEND at a time. For a child. */
static int send_one(void *argument)
{
	static const uint8_t port[] = { MODEL_MLD, 0 };
	const struct job *job = argument;
	struct guest_message message = guest_tunnel(port, 2, job->opcode, NULL, 0);
	struct cxl_switch_cci_send send = guest_send(job->opcode, NULL, 0, NULL, 0);
	int file = open(device.node, O_RDWR | O_CLOEXEC);

	if (job->through_a_tunnel)
		send = guest_send(OPCODE_TUNNEL, message.bytes, message.length, NULL, 0);
	send.timeout_ms = job->timeout_ms;
	return file < 0 ? 127 : guest_ioctl(file, CXL_SWITCH_CCI_SEND, &send);
}

static pid_t start(struct job *job)
{
	return guest_fork(send_one, job);
}

static int ended(pid_t child)
{
	int status = guest_wait(child, PATIENCE_MS);

	if (status < 0 || !WIFEXITED(status))
		fail_msg("pid %d: status %#x", child, status);
	return WEXITSTATUS(status);
}

static void killed(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	status = guest_wait(child, PATIENCE_MS);
	assert_true(status >= 0 && WIFSIGNALED(status));
}

/* ---- in flight ---- */

static void another_process_is_seen_at_work(void **state)
{
	struct job job = { .opcode = OPCODE_GET_SUPPORTED_LOGS, .through_a_tunnel = true };
	struct cxl_switch_cci_record seen;
	const struct cxl_switch_cci_record *r;
	pid_t child;

	/* what the driver asks for itself first is not slow */
	assert_int_equal(ended(start(&job)), 0);
	model_order("latency switch %u", SLOW_MS * 1000);
	child = start(&job);
	seen = *await(child, true, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	assert_true(seen.id != 0);
	assert_int_equal(seen.uid, 0);
	assert_int_equal(seen.opcode, OPCODE_TUNNEL);
	assert_int_equal(seen.leaf_opcode, OPCODE_GET_SUPPORTED_LOGS);
	assert_int_equal(seen.depth, 2);
	assert_int_equal(seen.id_of_hop[0], MODEL_MLD);
	assert_int_equal(seen.id_of_hop[1], 0);
	assert_int_equal(seen.error, 0);
	guest_sleep_ms(100);
	r = of(child);
	assert_int_equal(r->in_flight, 1);
	assert_true(r->boottime_ns == seen.boottime_ns);
	assert_true(r->duration_ns >= seen.duration_ns + 100 * 1000000ull);

	assert_int_equal(ended(child), 0);
	r = of(child);
	assert_int_equal(r->in_flight, 0);
	assert_int_equal(r->stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_true(r->id == seen.id);
	assert_true(r->boottime_ns == seen.boottime_ns);
	assert_true(r->duration_ns >= SLOW_MS * 1000000ull / 2);
	assert_int_equal(in_flight(), 0);
	diag("a command of %u ms: seen after %llu ms, ended after %llu ms", SLOW_MS,
	     (unsigned long long)seen.duration_ns / 1000000,
	     (unsigned long long)r->duration_ns / 1000000);
}

static void the_queue_is_seen(void **state)
{
	struct job job = { .opcode = OPCODE_IDENTIFY };
	pid_t first, second;
	uint64_t id;

	model_order("latency switch %u", SLOW_MS * 1000);
	first = start(&job);
	id = await(first, true, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN)->id;
	second = start(&job);
	assert_true(await_number(second) > id);
	assert_int_equal(in_flight(), 2);
	/* the one that ended comes before the one in flight */
	await(second, true, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	/* the turn is handed on before the ioctl returns */
	assert_int_equal(ended(first), 0);
	assert_int_equal(of(first)->in_flight, 0);
	assert_int_equal(ended(second), 0);
	assert_int_equal(in_flight(), 0);
}

static int look_as_nobody(void *argument)
{
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)records, .room = ROOM,
		.entry_size = sizeof(records[0]),
	};

	if (guest_become_nobody())
		return 1;
	if (guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list))
		return 2;
	return list.room ? 3 : 0;
}

static void strangers_do_not_see_it(void **state)
{
	struct job job = { .opcode = OPCODE_IDENTIFY };
	pid_t child;

	model_order("latency switch %u", SLOW_MS * 1000);
	child = start(&job);
	await(child, true, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	assert_int_equal(guest_in_child(look_as_nobody, NULL), 0);
	assert_int_equal(of(child)->in_flight, 1);
	assert_int_equal(ended(child), 0);
}

/* ---- those that did not end well ---- */

static void assert_over(pid_t child, int error, unsigned int stage)
{
	const struct cxl_switch_cci_record *r = await(child, false, stage);

	assert_int_equal(r->error, error);
	assert_int_equal(r->reason, CXL_SWITCH_CCI_REASON_NONE);
}

static void the_killed_are_told_of(void **state)
{
	struct job job = { .opcode = OPCODE_IDENTIFY };
	pid_t first, second;

	model_order("latency switch %u", SLOW_MS * 1000);
	first = start(&job);
	await(first, true, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	second = start(&job);
	await(second, true, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	killed(second);
	assert_over(second, EINTR, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	killed(first);
	/* abandoned: over for its caller, though the device still works */
	assert_over(first, EINTR, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	assert_true(of(first)->duration_ns < SLOW_MS * 1000000ull);
	assert_int_equal(in_flight(), 0);
}

static void the_impatient_are_told_of(void **state)
{
	struct job patient = { .opcode = OPCODE_IDENTIFY };
	struct job impatient = { .opcode = OPCODE_IDENTIFY, .timeout_ms = 100 };
	pid_t first, second, third;

	model_order("latency switch %u", SLOW_MS * 1000);
	first = start(&impatient);
	assert_int_equal(ended(first), ETIMEDOUT);
	assert_over(first, ETIMEDOUT, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
	second = start(&patient);
	await(second, true, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	third = start(&impatient);
	assert_int_equal(ended(third), EBUSY);
	assert_over(third, EBUSY, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	assert_int_equal(ended(second), 0);
}

/* Each of many that end at once leaves one record, and none stays in flight. */
static void a_crowd_leaves_a_record_each(void **state)
{
	struct job job = { .opcode = OPCODE_IDENTIFY };
	unsigned int killed_in_it = 0;
	pid_t child[16];
	int status[16];

	model_order("latency switch 20000");
	for (size_t i = 0; i < ARRAY_SIZE(child); i++)
		child[i] = start(&job);
	for (size_t i = 0; i < ARRAY_SIZE(child); i++) {
		if (i % 3 == 1)
			kill(child[i], SIGKILL);
		status[i] = guest_wait(child[i], PATIENCE_MS);
		assert_true(status[i] >= 0);
	}
	assert_int_equal(in_flight(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(child); i++) {
		const struct cxl_switch_cci_record *r = of(child[i]);
		bool was_killed = WIFSIGNALED(status[i]);

		/* who is killed may not have sent anything yet, or have its answer */
		if (r)
			assert_true(!r->error || (was_killed && r->error == EINTR));
		else
			assert_true(was_killed);
		killed_in_it += r && r->error;
	}
	diag("%zu processes, %u of them killed in their command", ARRAY_SIZE(child), killed_in_it);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_give_up_after(120);
	return guest_frame_begin(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, guest_frame_end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(another_process_is_seen_at_work),
		CASE(the_queue_is_seen),
		CASE(strangers_do_not_see_it),
		CASE(the_killed_are_told_of),
		CASE(the_impatient_are_told_of),
		CASE(a_crowd_leaves_a_record_each),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
