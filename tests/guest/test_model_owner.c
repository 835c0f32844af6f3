// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose a background operation is: the open file's, however many descriptors it has;
 * nobody's after the last close; whoever adopts it. Daemons that die in the middle.
 */
#include "guest_background.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define LONG_MS		60000
#define SHORT_MS	1000
#define ABORT_ON_CLOSE	CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE

static uint8_t owner_seen_by(int fd, uint64_t cookie)
{
	return guest_status(fd, cookie).owner;
}

static void assert_runs(uint64_t cookie)
{
	assert_int_equal(guest_status(audience.listener, cookie).state, OPERATION(RUNNING));
}

/* ---- many descriptors, one file ---- */

static void a_copy_of_the_descriptor_is_the_owner(void **state)
{
	int fd = guest_open(O_RDWR), copy = dup(fd);
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	close(fd);
	assert_int_equal(owner_seen_by(copy, cookie), OWNER(SELF));
	assert_int_equal(owner_seen_by(audience.owner, cookie), OWNER(OTHER));
	close(copy);
	assert_int_equal(owner_seen_by(audience.owner, cookie), OWNER(NONE));
	assert_runs(cookie);
}

struct holder {
	int fd, gate[2];
	uint64_t cookie;
};

/* Waits for a byte; then says who owns it by its own descriptor, and cancels it. */
static int hold_and_cancel(void *argument)
{
	struct holder *holder = argument;
	struct cxl_switch_cci_bg_status status;
	struct cxl_switch_cci_bg_cancel cancel;
	char byte;

	if (guest_drop_rawio() || read(holder->gate[0], &byte, 1) != 1)
		return 100;
	if (guest_try_status(holder->fd, holder->cookie, &status))
		return 101;
	if (status.owner != OWNER(SELF))
		return 102;
	return guest_cancel(holder->fd, holder->cookie, 0, &cancel);
}

static void a_child_is_the_owner(void **state)
{
	struct holder holder = { .fd = guest_open(O_RDWR) };
	pid_t child;

	guest_work_takes(&at_sld, LONG_MS);
	assert_int_equal(pipe(holder.gate), 0);
	holder.cookie = guest_start(holder.fd, &at_sld, OPCODE_SCAN_MEDIA);
	child = guest_fork(hold_and_cancel, &holder);
	close(holder.fd);
	assert_int_equal(owner_seen_by(audience.owner, holder.cookie), OWNER(OTHER));
	assert_int_equal(write(holder.gate[1], "x", 1), 1);
	assert_int_equal(guest_wait(child, 10000), 0);
	close(holder.gate[0]);
	close(holder.gate[1]);
	guest_await_operation(audience.owner, holder.cookie, OPERATION(FINISHED), SOON_MS);
}

/* A descriptor that is under way in a socket keeps the file open. */
static void a_passed_descriptor_is_the_owner(void **state)
{
	int fd = guest_open(O_RDWR), pair[2], received;
	uint64_t cookie;

	guest_work_takes(&at_switch, LONG_MS);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	assert_int_equal(guest_send_fd(pair[0], fd), 0);
	close(fd);
	assert_int_equal(owner_seen_by(audience.owner, cookie), OWNER(OTHER));
	received = guest_receive_fd(pair[1]);
	assert_true(received >= 0);
	assert_int_equal(owner_seen_by(received, cookie), OWNER(SELF));
	close(received);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(owner_seen_by(audience.owner, cookie), OWNER(NONE));
}

/* ---- the last close ---- */

static void the_last_close_aborts_only_where_it_was_asked_for(void **state)
{
	for (unsigned int i = 0; i < 4; i++) {
		const struct guest_place *place = i / 2 ? &at_sld : &at_switch;
		uint32_t flags = i % 2 ? ABORT_ON_CLOSE : 0;
		int fd = guest_open(O_RDWR);
		struct cxl_switch_cci_notice notice;
		struct sent sent;

		guest_work_takes(place, flags ? LONG_MS : SHORT_MS);
		guest_start_any(fd, place, OPCODE_ABORTABLE, flags, 0, &sent);
		assert_sent(&sent);
		close(fd);
		notice = guest_expect_notice(audience.listener, NOTICE(BG_ENDED), sent.send.cookie);
		assert_int_equal(notice.return_code, flags ? RC_ABORTED : RC_SUCCESS);
		guest_expect_untold();
	}
}

/* The device decides: it goes on, and is nobody's. */
static void a_refused_abort_on_close_leaves_an_orphan(void **state)
{
	int fd = guest_open(O_RDWR);
	struct sent sent;

	guest_work_takes(&at_switch, SHORT_MS);
	guest_start_any(fd, &at_switch, OPCODE_WORK, ABORT_ON_CLOSE, 0, &sent);
	assert_sent(&sent);
	close(fd);
	guest_sleep_ms(200);
	assert_runs(sent.send.cookie);
	assert_int_equal(owner_seen_by(audience.owner, sent.send.cookie), OWNER(NONE));
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), sent.send.cookie);
}

static void a_copy_keeps_abort_on_close_from_happening(void **state)
{
	int fd = guest_open(O_RDWR), copy = dup(fd);
	struct sent sent;

	guest_work_takes(&at_switch, LONG_MS);
	guest_start_any(fd, &at_switch, OPCODE_ABORTABLE, ABORT_ON_CLOSE, 0, &sent);
	close(fd);
	guest_sleep_ms(200);
	assert_runs(sent.send.cookie);
	close(copy);
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), sent.send.cookie);
}

/* Nobody waits for the device when a file is closed. */
static void a_close_does_not_wait(void **state)
{
	int fd = guest_open(O_RDWR);
	struct sent sent;
	int64_t before;

	guest_work_takes(&at_switch, LONG_MS);
	model_order("background switch deaf");
	guest_start_any(fd, &at_switch, OPCODE_ABORTABLE, ABORT_ON_CLOSE, 0, &sent);
	model_order("latency switch 1000000");
	before = guest_now_ms();
	close(fd);
	assert_true(guest_now_ms() - before < 900);
	model_order("latency switch 0");
	guest_await_operation(audience.owner, sent.send.cookie, OPERATION(ABORTING), SOON_MS);
}

/* ---- the wish to abort ---- */

static int start_with_wish(int fd, uint16_t opcode, struct sent *sent)
{
	guest_start_any(fd, &at_switch, opcode, ABORT_ON_CLOSE, 0, sent);
	return sent->error;
}

/* It is a wish for a change, whatever carries it. */
static void a_wish_needs_what_a_change_needs(void **state)
{
	struct cxl_switch_cci_restrict limit = {
		.size = sizeof(limit), .impact = CXL_SWITCH_CCI_IMPACT_QUERY,
	};
	int reader = guest_open(O_RDONLY);
	struct sent sent;

	start_with_wish(audience.owner, OPCODE_IDENTIFY_SWITCH, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	start_with_wish(reader, OPCODE_IDENTIFY_SWITCH, &sent);
	assert_refused(&sent, EBADF, READ_ONLY);
	assert_int_equal(guest_ioctl(audience.deaf, CXL_SWITCH_CCI_RESTRICT, &limit), 0);
	start_with_wish(audience.deaf, OPCODE_IDENTIFY_SWITCH, &sent);
	assert_refused(&sent, EPERM, RESTRICTED);
	assert_int_equal(guest_write_attribute(&audience.device, "protection", "strict"), 0);
	start_with_wish(audience.owner, OPCODE_IDENTIFY_SWITCH, &sent);
	assert_refused(&sent, EPERM, PROTECTION);
	close(reader);
}

#define RECORDS	64

/* The youngest 0005h, which the driver sent: none is a caller's in these tests. */
static bool find_abort(struct cxl_switch_cci_record *found)
{
	static struct cxl_switch_cci_record records[RECORDS];
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)records, .room = RECORDS,
		.entry_size = sizeof(records[0]),
	};

	assert_int_equal(guest_ioctl(audience.owner, CXL_SWITCH_CCI_RECENT, &list), 0);
	while (list.room--) {
		if (records[list.room].leaf_opcode != OPCODE_ABORT)
			continue;
		*found = records[list.room];
		return true;
	}
	return false;
}

static unsigned int verdicts_on_aborts(void)
{
	FILE *trace = guest_trace();
	unsigned int count = 0;
	char line[512];

	while (fgets(line, sizeof(line), trace))
		count += strstr(line, "cxl_switch_verdict:") && strstr(line, "leaf=0005h");
	fclose(trace);
	return count;
}

static void an_abort_on_close_leaves_its_record(void **state)
{
	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;
		int fd = guest_open(O_RDWR);
		struct cxl_switch_cci_record record;
		struct sent sent;

		guest_work_takes(place, LONG_MS);
		guest_start_any(fd, place, OPCODE_ABORTABLE, ABORT_ON_CLOSE, 0, &sent);
		assert_sent(&sent);
		guest_trace_empty();
		assert_int_equal(guest_write_file(GUEST_EVENTS "/enable", "1"), 0);
		close(fd);
		guest_expect_notice(audience.listener, NOTICE(BG_ENDED), sent.send.cookie);
		assert_true(find_abort(&record));
		assert_int_equal(record.opcode, i ? OPCODE_TUNNEL : OPCODE_ABORT);
		assert_int_equal(record.depth, i);
		assert_int_equal(record.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
		assert_int_equal(record.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
		assert_int_equal(record.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
		assert_int_equal(record.leaf_return_code, RC_SUCCESS);
		assert_true(record.id != 0);
		assert_int_equal(verdicts_on_aborts(), 1);
		guest_fresh_operations();
		guest_audience_again();
	}
}

/* The driver is in the middle of a question that gets no answer when its owner leaves. */
static int64_t close_under_a_question(void)
{
	int fd = guest_open(O_RDWR);
	int64_t answered;
	struct sent sent;
	uint64_t cookie;

	guest_work_takes(&at_sld, LONG_MS);
	guest_start_any(fd, &at_sld, OPCODE_ABORTABLE, ABORT_ON_CLOSE, 0, &sent);
	assert_sent(&sent);
	cookie = sent.send.cookie;
	model_order("fault port0 slow 1000 opcode=2 count=1");
	model_order("fault port0 rc 6 opcode=2 count=1");
	guest_await_slow_command();
	close(fd);
	/* in the queue behind it */
	guest_send_to(audience.mute, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	answered = guest_now_ms();
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), cookie);
	return guest_now_ms() - answered;
}

/* After a question without an answer the next one comes five seconds later. */
static void a_wish_made_under_a_question_is_not_put_off(void **state)
{
	int64_t took = 0;

	/* on a busy machine anything may take long once */
	for (unsigned int i = 0; i < 3; i++) {
		took = close_under_a_question();
		diag("aborted %lld ms after the answer to the question", (long long)took);
		if (took < 3000)
			return;
		guest_fresh_operations();
		guest_audience_again();
	}
	fail_msg("the wish waited %lld ms", (long long)took);
}

/* ---- adoption ---- */

static void an_orphan_is_adopted_and_tells_its_end(void **state)
{
	for (unsigned int i = 0; i < 2; i++) {
		const struct guest_place *place = i ? &at_sld : &at_switch;
		int fd = guest_open(O_RDWR);
		uint64_t cookie;

		guest_work_takes(place, SHORT_MS);
		cookie = guest_start(fd, place, OPCODE_WORK);
		assert_int_equal(guest_adopt(audience.owner, cookie, 0), EBUSY);
		close(fd);
		assert_int_equal(guest_adopt(audience.owner, cookie, 0), 0);
		assert_int_equal(owner_seen_by(audience.owner, cookie), OWNER(SELF));
		assert_int_equal(owner_seen_by(audience.mute, cookie), OWNER(OTHER));
		assert_int_equal(guest_adopt(audience.mute, cookie, 0), EBUSY);
		guest_expect_told(NOTICE(BG_ENDED), cookie);
	}
}

static void an_orphan_that_is_over_tells_its_end_again(void **state)
{
	int fd = guest_open(O_RDWR);
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	guest_work_takes(&at_switch, 200);
	model_order("background switch code 0x11");
	cookie = guest_start(fd, &at_switch, OPCODE_WORK);
	close(fd);
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), cookie);
	guest_expect_untold();
	assert_int_equal(guest_adopt(audience.owner, cookie, 0), 0);
	notice = guest_expect_notice(audience.owner, NOTICE(BG_ENDED), cookie);
	assert_int_equal(notice.return_code, 0x11);
	guest_expect_untold();
}

static void what_was_found_running_can_be_adopted(void **state)
{
	struct cxl_switch_cci_bg_status status;

	guest_work_never_ends(&at_switch);
	guest_start(audience.owner, &at_switch, OPCODE_ABORTABLE);
	guest_rebind();
	guest_audience_again();
	status = guest_await_slot(audience.owner, &at_switch, OPERATION(RUNNING), 2000);
	guest_set_rawio(false);
	/* nobody known started it: no uid is its starter's */
	assert_int_equal(guest_adopt(audience.owner, status.cookie, 0), EPERM);
	guest_set_rawio(true);
	assert_int_equal(guest_adopt(audience.owner, status.cookie, 0), 0);
	model_order("clear");
	guest_expect_told(NOTICE(BG_ENDED), status.cookie);
}

/* Only SEND is judged: who adopts does not abort. */
static void an_adopted_one_is_not_aborted_at_the_close(void **state)
{
	int fd = guest_open(O_RDWR), heir;
	uint64_t cookie;

	guest_work_takes(&at_switch, SHORT_MS);
	cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	close(fd);
	heir = guest_open(O_RDWR);
	assert_int_equal(guest_adopt(heir, cookie, ABORT_ON_CLOSE), EINVAL);
	assert_int_equal(owner_seen_by(heir, cookie), OWNER(NONE));
	assert_int_equal(guest_adopt(heir, cookie, 0), 0);
	close(heir);
	assert_int_equal(guest_expect_notice(audience.listener, NOTICE(BG_ENDED),
					     cookie).return_code, RC_SUCCESS);
}

static int adopt_as_nobody(void *argument)
{
	struct holder *holder = argument;

	if (guest_become_nobody())
		return 100;
	return guest_adopt(holder->fd, holder->cookie, 0);
}

static void strangers_adopt_nothing(void **state)
{
	struct holder holder = { .fd = guest_open(O_RDWR) };
	int fd = guest_open(O_RDWR);

	guest_work_takes(&at_switch, LONG_MS);
	holder.cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	close(fd);
	assert_int_equal(guest_in_child(adopt_as_nobody, &holder), EPERM);
	assert_int_equal(owner_seen_by(audience.owner, holder.cookie), OWNER(NONE));
	/* the same uid, without the capability */
	guest_set_rawio(false);
	assert_int_equal(guest_adopt(holder.fd, holder.cookie, 0), 0);
	guest_set_rawio(true);
	assert_int_equal(owner_seen_by(holder.fd, holder.cookie), OWNER(SELF));
	close(holder.fd);
}

/* An unprivileged user's own, started by a SETTING. */
static int start_and_leave(void *argument)
{
	struct holder *holder = argument;
	struct sent sent;

	if (guest_become_nobody())
		return 100;
	guest_start_any(holder->fd, &at_sld, OPCODE_SCAN_MEDIA, 0, 0, &sent);
	if (write(holder->gate[1], &sent.send.cookie, sizeof(sent.send.cookie)) !=
	    sizeof(sent.send.cookie))
		return 101;
	return sent.error;
}

static void a_users_own_comes_back_to_the_user(void **state)
{
	struct holder holder = { .fd = guest_open(O_RDWR) };

	guest_work_takes(&at_sld, LONG_MS);
	assert_int_equal(pipe(holder.gate), 0);
	assert_int_equal(guest_in_child(start_and_leave, &holder), 0);
	assert_int_equal(read(holder.gate[0], &holder.cookie, sizeof(holder.cookie)),
			 sizeof(holder.cookie));
	assert_int_equal(guest_status(audience.owner, holder.cookie).uid, 65534);
	close(holder.fd);
	/* uid 0 is not its starter's */
	guest_set_rawio(false);
	assert_int_equal(guest_adopt(audience.owner, holder.cookie, 0), EPERM);
	guest_set_rawio(true);
	holder.fd = guest_open(O_RDWR);
	assert_int_equal(guest_in_child(adopt_as_nobody, &holder), 0);
	close(holder.fd);
	close(holder.gate[0]);
	close(holder.gate[1]);
}

static void adoption_refuses_fields(void **state)
{
	struct cxl_switch_cci_bg_adopt adopt;
	struct { struct cxl_switch_cci_bg_adopt known; uint64_t more; } large;
	int fd = guest_open(O_RDWR), reader = guest_open(O_RDONLY);
	struct cxl_switch_cci_bg_adopt good = { .size = sizeof(good) };

	guest_work_takes(&at_switch, LONG_MS);
	good.cookie = guest_start(fd, &at_switch, OPCODE_ABORTABLE);
	close(fd);
	fd = audience.owner;
#define REFUSED(file, field, value, error) do { \
	adopt = good; \
	adopt.field = value; \
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_BG_ADOPT, &adopt), error); \
} while (0)
	REFUSED(fd, flags, 1, EINVAL);
	REFUSED(fd, flags, 2, EINVAL);
	REFUSED(fd, size, sizeof(adopt) - 1, EINVAL);
	REFUSED(fd, cookie, 0, ESTALE);
	REFUSED(fd, cookie, good.cookie + 1000000, ESTALE);
	REFUSED(reader, cookie, good.cookie, EBADF);
#undef REFUSED
	large.known = good;
	large.known.size = sizeof(large);
	large.more = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_ADOPT, &large), E2BIG);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_ADOPT, guest_no_access()), EFAULT);
	assert_int_equal(owner_seen_by(audience.owner, good.cookie), OWNER(NONE));
	large.more = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_ADOPT, &large), 0);
	assert_int_equal(large.known.size, sizeof(adopt));
	close(reader);
}

/* ---- daemons ---- */

static int bind_and_wait(void *argument)
{
	struct holder *holder = argument;
	int fd = open(audience.device.node, O_RDWR | O_CLOEXEC);
	struct sent sent;

	if (fd < 0 || guest_subscribe(fd, 0))
		return 1;
	guest_start_any(fd, &at_switch, OPCODE_BIND, 0, 0, &sent);
	if (write(holder->gate[1], &sent.send.cookie, sizeof(sent.send.cookie)) < 0)
		return 1;
	guest_poll(fd, 60000);
	return 2;
}

/* As a restarted daemon would: it knows no cookie, the slot tells it. */
static int adopt_and_report(void *argument)
{
	struct cxl_switch_cci_notice notice;
	struct cxl_switch_cci_bg_status status = { .size = sizeof(status) };
	int fd = open(((struct guest_device *)argument)->node, O_RDWR | O_NONBLOCK);

	if (fd < 0 || guest_subscribe(fd, 0) ||
	    guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status))
		return 1;
	if (status.state != OPERATION(RUNNING) || status.owner != OWNER(NONE) ||
	    status.opcode != OPCODE_BIND)
		return 2;
	if (guest_adopt(fd, status.cookie, 0))
		return 3;
	if (!guest_notice(fd, SOON_MS, &notice))
		return 4;
	if (notice.type != NOTICE(BG_ENDED) || notice.cookie != status.cookie ||
	    notice.return_code != RC_SUCCESS)
		return 5;
	return 0;
}

static void a_daemon_killed_in_a_bind_comes_back(void **state)
{
	static const uint8_t ask[4] = { 2, 1, 1, 0 };
	struct holder holder;
	struct sent sent;
	uint64_t cookie;
	pid_t child;
	int status;

	guest_work_takes(&at_switch, 3000);
	assert_int_equal(pipe(holder.gate), 0);
	child = guest_fork(bind_and_wait, &holder);
	assert_int_equal(read(holder.gate[0], &cookie, sizeof(cookie)), sizeof(cookie));
	assert_true(cookie != 0);
	kill(child, SIGKILL);
	status = guest_wait(child, 5000);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(guest_in_child(adopt_and_report, &audience.device), 0);
	guest_expect_notice(audience.listener, NOTICE(BG_ENDED), cookie);
	guest_send_to(audience.owner, -1, 0x5200, ask, sizeof(ask), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.out[8], 2);
	close(holder.gate[0]);
	close(holder.gate[1]);
	guest_work_takes(&at_switch, 20);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_UNBIND);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(a_copy_of_the_descriptor_is_the_owner),
		WITH_AUDIENCE(a_child_is_the_owner),
		WITH_AUDIENCE(a_passed_descriptor_is_the_owner),
		WITH_AUDIENCE(the_last_close_aborts_only_where_it_was_asked_for),
		WITH_AUDIENCE(a_refused_abort_on_close_leaves_an_orphan),
		WITH_AUDIENCE(a_copy_keeps_abort_on_close_from_happening),
		WITH_AUDIENCE(a_close_does_not_wait),
		WITH_AUDIENCE(a_wish_needs_what_a_change_needs),
		WITH_AUDIENCE(an_abort_on_close_leaves_its_record),
		WITH_AUDIENCE(a_wish_made_under_a_question_is_not_put_off),
		WITH_AUDIENCE(an_orphan_is_adopted_and_tells_its_end),
		WITH_AUDIENCE(an_orphan_that_is_over_tells_its_end_again),
		WITH_AUDIENCE(what_was_found_running_can_be_adopted),
		WITH_AUDIENCE(an_adopted_one_is_not_aborted_at_the_close),
		WITH_AUDIENCE(strangers_adopt_nothing),
		WITH_AUDIENCE(a_users_own_comes_back_to_the_user),
		WITH_AUDIENCE(adoption_refuses_fields),
		WITH_AUDIENCE(a_daemon_killed_in_a_bind_comes_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
