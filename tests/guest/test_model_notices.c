// SPDX-License-Identifier: GPL-2.0-only
/*
 * SUBSCRIBE, read() and poll(): who is told what and when, and that a slow or wrong
 * reader loses no more than it is told of.
 */
#include "guest_background.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#define KEPT		64
#define RECORD		sizeof(struct cxl_switch_cci_notice)

static void one_ends(int fd)
{
	guest_work_takes(&at_switch, 1);
	guest_await_operation(fd, guest_start(fd, &at_switch, OPCODE_WORK), OPERATION(FINISHED),
			      SOON_MS);
}

static int error_of_read(int fd, void *buffer, size_t size)
{
	ssize_t length = read(fd, buffer, size);

	return length < 0 ? errno : length ? -1 : 0;
}

/* ---- subscribing ---- */

static void nothing_is_queued_before_subscribing(void **state)
{
	struct cxl_switch_cci_notice notice;

	one_ends(audience.mute);
	assert_int_equal(guest_poll(audience.mute, QUIET_MS), 0);
	assert_int_equal(error_of_read(audience.mute, &notice, sizeof(notice)), EINVAL);
	/* not the event logs: a bind of an earlier program may have filled them */
	assert_int_equal(guest_subscribe(audience.mute, MASK_OPERATIONS), 0);
	guest_expect_silence(audience.mute);
	assert_int_equal(error_of_read(audience.mute, &notice, sizeof(notice)), EAGAIN);
	one_ends(audience.mute);
	assert_true(guest_notice(audience.mute, SOON_MS, &notice));
	assert_true(notice.seq == 1);
}

static void any_open_mode_may_subscribe(void **state)
{
	static const int modes[] = { O_RDONLY, O_RDWR };
	struct cxl_switch_cci_notice notice;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		int fd = guest_open(modes[i] | O_NONBLOCK);

		assert_int_equal(guest_subscribe(fd, MASK_OPERATIONS), 0);
		one_ends(audience.owner);
		assert_true(guest_notice(fd, SOON_MS, &notice));
		close(fd);
	}
}

static void subscribe_refuses_fields(void **state)
{
	struct cxl_switch_cci_subscribe subscribe;
	struct { struct cxl_switch_cci_subscribe known; uint64_t more; } large;
	const struct cxl_switch_cci_subscribe good = { .size = sizeof(good) };
	struct cxl_switch_cci_notice notice;
	int fd = audience.mute;

#define REFUSED(field, value, error) do { \
	subscribe = good; \
	subscribe.field = value; \
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &subscribe), error); \
} while (0)
	REFUSED(flags, 1, EINVAL);
	REFUSED(reserved, 1, EINVAL);
	REFUSED(mask, 1, EINVAL);
	REFUSED(mask, 0x80, EINVAL);
	REFUSED(mask, 0x80000000, EINVAL);
	REFUSED(size, sizeof(subscribe) - 1, EINVAL);
	REFUSED(size, 0, EINVAL);
	REFUSED(size, 0x10000, E2BIG);
#undef REFUSED
	large.known = good;
	large.known.size = sizeof(large);
	large.more = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &large), E2BIG);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, guest_no_access()), EFAULT);
	/* none of these subscribed */
	assert_int_equal(error_of_read(fd, &notice, sizeof(notice)), EINVAL);
	large.more = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &large), 0);
	assert_int_equal(large.known.size, sizeof(subscribe));
	assert_int_equal(error_of_read(fd, &notice, sizeof(notice)), EAGAIN);
}

static void status_refuses_fields(void **state)
{
	struct cxl_switch_cci_bg_status status;
	struct { struct cxl_switch_cci_bg_status known; uint64_t more; } large;
	const struct cxl_switch_cci_bg_status good = { .size = sizeof(good) };
	int fd = guest_open(O_RDONLY);

#define REFUSED(field, value, error) do { \
	status = good; \
	status.field = value; \
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status), error); \
} while (0)
	REFUSED(flags, 1, EINVAL);
	REFUSED(reserved0, 1, EINVAL);
	REFUSED(reserved1, 1, EINVAL);
	REFUSED(depth, 4, EINVAL);
	REFUSED(depth, 255, EINVAL);
	REFUSED(size, sizeof(status) - 8, EINVAL);
	REFUSED(cookie, 1ull << 60, ESTALE);
#undef REFUSED
	status = good;
	status.depth = 1;
	status.target[0] = 2;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status), EINVAL);
	large.known = good;
	large.known.size = sizeof(large);
	large.more = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &large), E2BIG);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, guest_no_access()), EFAULT);
	large.more = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &large), 0);
	assert_int_equal(large.known.size, sizeof(status));
	assert_int_equal(large.known.state, OPERATION(IDLE));
	close(fd);
}

/* An LD pool has one name, whatever id stands there. */
static void the_id_of_a_pool_is_ignored(void **state)
{
	struct guest_place place = at_pool_ld;
	uint64_t cookie = guest_start(audience.owner, &at_pool_ld, OPCODE_SCAN_MEDIA);

	place.path[1].id = 77;
	assert_true(guest_status_at(audience.owner, &place).cookie == cookie);
}

static void the_bits_say_what_is_queued(void **state)
{
	int ended = guest_open_subscribed(MASK(BG_ENDED));
	int lost = guest_open_subscribed(MASK(BG_LOST));
	int reset = guest_open_subscribed(MASK(RESET)), own = guest_open_subscribed(MASK(RESET));
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	one_ends(own);
	assert_true(guest_notice(ended, SOON_MS, &notice));
	assert_int_equal(notice.type, NOTICE(BG_ENDED));
	assert_true(guest_notice(own, SOON_MS, &notice));
	assert_int_equal(notice.type, NOTICE(BG_ENDED));
	guest_expect_silence(lost);
	guest_expect_silence(reset);
	model_order("background switch never-ends");
	cookie = guest_start(own, &at_switch, OPCODE_WORK);
	assert_int_equal(guest_write_attribute(&audience.device, "recover", "1"), 0);
	assert_int_equal(guest_expect_notice(lost, NOTICE(BG_LOST), cookie).state, OPERATION(LOST));
	guest_expect_notice(reset, NOTICE(RESET), 0);
	/* in the order in which they happened: it serves again, that is the last */
	guest_expect_notice(own, NOTICE(BG_LOST), cookie);
	guest_expect_notice(own, NOTICE(RESET), 0);
	guest_expect_silence(ended);
	guest_expect_silence(lost);
	guest_expect_silence(own);
	close(ended);
	close(lost);
	close(reset);
	close(own);
}

static void another_call_replaces_the_mask(void **state)
{
	struct cxl_switch_cci_notice notice;

	one_ends(audience.owner);
	assert_int_equal(guest_subscribe(audience.listener, 0), 0);
	/* what is queued stays */
	assert_true(guest_notice(audience.listener, SOON_MS, &notice));
	assert_true(notice.seq == 1);
	one_ends(audience.owner);
	guest_expect_silence(audience.listener);
	assert_int_equal(guest_subscribe(audience.listener, MASK(BG_ENDED)), 0);
	one_ends(audience.owner);
	assert_true(guest_notice(audience.listener, SOON_MS, &notice));
	assert_true(notice.seq == 2);
}

/* ---- reading ---- */

static uint64_t boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static void records_come_whole_and_in_order(void **state)
{
	struct cxl_switch_cci_notice notices[5];
	char bytes[3 * RECORD - 1];
	uint64_t before = boottime_ns(), last = before;

	for (unsigned int i = 0; i < 5; i++)
		one_ends(audience.owner);
	assert_int_equal(error_of_read(audience.owner, bytes, RECORD - 1), EINVAL);
	assert_int_equal(error_of_read(audience.owner, bytes, 0) == 0 ||
			 error_of_read(audience.owner, bytes, 0) == EINVAL, 1);
	assert_int_equal(read(audience.owner, bytes, sizeof(bytes)), 2 * RECORD);
	memcpy(notices, bytes, 2 * RECORD);
	assert_int_equal(read(audience.owner, &notices[2], 3 * RECORD), 3 * RECORD);
	for (unsigned int i = 0; i < 5; i++) {
		assert_true(notices[i].seq == i + 1);
		assert_int_equal(notices[i].size, RECORD);
		assert_int_equal(notices[i].type, NOTICE(BG_ENDED));
		assert_int_equal(notices[i].flags, 0);
		assert_true(notices[i].boottime_ns >= last);
		last = notices[i].boottime_ns;
	}
	assert_true(last <= boottime_ns());
	assert_int_equal(error_of_read(audience.owner, bytes, RECORD), EAGAIN);
}

static void a_fault_loses_nothing(void **state)
{
	char *edge = guest_page_end(RECORD / 2);
	struct cxl_switch_cci_notice notice;

	one_ends(audience.owner);
	one_ends(audience.owner);
	assert_int_equal(error_of_read(audience.owner, guest_no_access(), RECORD), EFAULT);
	assert_int_equal(error_of_read(audience.owner, edge, RECORD), EFAULT);
	for (unsigned int i = 1; i <= 2; i++) {
		assert_true(guest_notice(audience.owner, 0, &notice));
		assert_true(notice.seq == i);
	}
}

/* The second record meets the end of memory: the first counts, the second stays. */
static void a_fault_in_the_second_record_keeps_it(void **state)
{
	char *edge = guest_page_end(RECORD + 8);
	struct cxl_switch_cci_notice notice;
	ssize_t length;

	one_ends(audience.owner);
	one_ends(audience.owner);
	length = read(audience.owner, edge, 2 * RECORD);
	if (length < 0)
		assert_int_equal(errno, EFAULT);
	else
		assert_int_equal(length, RECORD);
	assert_true(guest_notice(audience.owner, 0, &notice));
	assert_true(notice.seq == (length < 0 ? 1 : 2));
}

static void what_overflows_is_told(void **state)
{
	struct cxl_switch_cci_notice notice;
	unsigned int more = 6;

	for (unsigned int i = 0; i < KEPT + more; i++)
		one_ends(audience.owner);
	assert_true(guest_notice(audience.listener, 0, &notice));
	assert_int_equal(notice.flags, CXL_SWITCH_CCI_NOTICE_OVERFLOW);
	assert_true(notice.seq == more + 1);
	for (unsigned int i = 2; i <= KEPT; i++) {
		assert_true(guest_notice(audience.listener, 0, &notice));
		assert_int_equal(notice.flags, 0);
		assert_true(notice.seq == more + i);
	}
	guest_expect_silence(audience.listener);
	one_ends(audience.owner);
	assert_true(guest_notice(audience.listener, SOON_MS, &notice));
	assert_int_equal(notice.flags, 0);
	assert_true(notice.seq == more + KEPT + 1);
}

static void *read_one(void *argument)
{
	static struct cxl_switch_cci_notice notice;
	ssize_t length = read(*(int *)argument, &notice, sizeof(notice));

	return (void *)(intptr_t)(length < 0 ? errno : length == (ssize_t)sizeof(notice) ? 0 : -1);
}

/* O_NONBLOCK concerns read alone: without it, read waits. */
static void read_waits_for_the_first(void **state)
{
	int fd = guest_open(O_RDWR);
	pthread_t reader;
	void *result;

	assert_int_equal(guest_subscribe(fd, MASK(BG_ENDED)), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_one, &fd), 0);
	guest_sleep_ms(100);
	assert_int_equal(pthread_tryjoin_np(reader, &result), EBUSY);
	one_ends(audience.owner);
	assert_int_equal(pthread_join(reader, &result), 0);
	assert_int_equal((intptr_t)result, 0);
	close(fd);
}

/* Nor does a waiting reader hold up commands on the same file. */
static void a_waiting_reader_holds_nobody_up(void **state)
{
	int fd = guest_open(O_RDWR);
	struct sent sent;
	pthread_t reader;
	void *result;

	assert_int_equal(guest_subscribe(fd, 0), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_one, &fd), 0);
	guest_sleep_ms(50);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	one_ends(fd);
	assert_int_equal(pthread_join(reader, &result), 0);
	assert_int_equal((intptr_t)result, 0);
	close(fd);
}

static void on_alarm(int signal)
{
	(void)signal;
}

static int read_until_signal(void *argument)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct cxl_switch_cci_notice notice;

	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	return error_of_read(*(int *)argument, &notice, sizeof(notice));
}

static void a_signal_ends_the_wait(void **state)
{
	int fd = guest_open(O_RDWR);

	assert_int_equal(guest_subscribe(fd, 0), 0);
	assert_int_equal(guest_in_child(read_until_signal, &fd), EINTR);
	close(fd);
}

static void poll_tells_what_read_gives(void **state)
{
	struct cxl_switch_cci_notice notice;

	assert_int_equal(guest_poll(audience.owner, 0), 0);
	one_ends(audience.owner);
	one_ends(audience.owner);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(guest_poll(audience.owner, SOON_MS), POLLIN | POLLRDNORM);
		assert_true(guest_notice(audience.owner, 0, &notice));
	}
	assert_int_equal(guest_poll(audience.owner, QUIET_MS), 0);
}

/* ---- the end of the device ---- */

static void after_unbind_read_drains_and_poll_hangs_up(void **state)
{
	struct cxl_switch_cci_bg_status status = { .size = sizeof(status) };
	struct cxl_switch_cci_bg_cancel cancel;
	int all = guest_open_subscribed(CXL_SWITCH_CCI_MASK_ALL & ~MASK(EVENT_LOG));
	struct cxl_switch_cci_notice notice;
	uint64_t cookie;

	one_ends(audience.owner);
	model_order("background switch never-ends");
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	assert_int_equal(guest_unbind(&audience.device), 0);
	assert_int_equal(guest_poll(all, 0), POLLIN | POLLRDNORM | POLLHUP | POLLERR);
	assert_true(guest_notice(all, 0, &notice));
	assert_int_equal(notice.type, NOTICE(BG_ENDED));
	assert_int_equal(guest_expect_notice(all, NOTICE(BG_LOST), cookie).state, OPERATION(LOST));
	guest_expect_notice(all, NOTICE(REMOVED), 0);
	assert_int_equal(guest_poll(all, 0), POLLHUP | POLLERR);
	assert_int_equal(error_of_read(all, &notice, sizeof(notice)), ENODEV);
	assert_int_equal(guest_ioctl(all, CXL_SWITCH_CCI_BG_STATUS, &status), ENODEV);
	assert_int_equal(guest_cancel(all, cookie, 0, &cancel), ENODEV);
	assert_int_equal(guest_adopt(all, cookie, 0), ENODEV);
	assert_int_equal(guest_subscribe(all, 0), ENODEV);
	assert_int_equal(guest_poll(audience.mute, 0) & POLLHUP, POLLHUP);
	close(all);
	assert_int_equal(guest_bind(&audience.device), 0);
	assert_true(guest_wait_for_node(audience.device.node));
}

static void an_unbind_wakes_who_reads(void **state)
{
	int fd = guest_open(O_RDWR);
	pthread_t reader;
	void *result;

	assert_int_equal(guest_subscribe(fd, 0), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_one, &fd), 0);
	guest_sleep_ms(100);
	assert_int_equal(guest_unbind(&audience.device), 0);
	assert_int_equal(pthread_join(reader, &result), 0);
	assert_int_equal((intptr_t)result, ENODEV);
	assert_int_equal(guest_bind(&audience.device), 0);
	assert_true(guest_wait_for_node(audience.device.node));
	close(fd);
}

static void an_unbind_wakes_who_polls(void **state)
{
	struct pollfd wait = { .fd = audience.deaf, .events = 0 };
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		guest_sleep_ms(300);
		_exit(guest_unbind(&audience.device));
	}
	assert_int_equal(poll(&wait, 1, (int)guest_patience(SOON_MS)), 1);
	assert_int_equal(wait.revents, POLLHUP | POLLERR);
	assert_int_equal(guest_wait(child, 5000), 0);
	assert_int_equal(guest_bind(&audience.device), 0);
	assert_true(guest_wait_for_node(audience.device.node));
}

/* ---- event logs ---- */

static void clear_events(int fd, unsigned int log)
{
	uint8_t which = (uint8_t)log, clear[6 + 2 * 16] = { (uint8_t)log };
	struct sent sent;
	unsigned int n;

	guest_send_to(fd, -1, 0x0100, &which, 1, &sent);
	assert_sent(&sent);
	n = guest_le16(sent.out + 0x14);
	assert_in_range(n, 1, 16);
	clear[2] = (uint8_t)n;
	for (unsigned int i = 0; i < n; i++)
		memcpy(clear + 6 + 2 * i, sent.out + 0x20 + i * 0x80 + 0x14, 2);
	guest_send_to(fd, -1, 0x0101, clear, 6 + 2 * n, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

static void empty_event_logs(void)
{
	struct sent sent;

	for (unsigned int log = 0; log < 4; log++) {
		uint8_t which = (uint8_t)log;

		guest_send_to(audience.mute, -1, 0x0100, &which, 1, &sent);
		assert_sent(&sent);
		if (guest_le16(sent.out + 0x14))
			clear_events(audience.mute, log);
	}
}

static void a_filled_event_log_is_told_once(void **state)
{
	int fd;
	struct cxl_switch_cci_notice notice;

	empty_event_logs();
	fd = guest_open_subscribed(MASK(EVENT_LOG));
	for (unsigned int i = 0; i < 2; i++) {
		model_order("event switch 1 2");
		notice = guest_expect_notice(fd, NOTICE(EVENT_LOG), 0);
		assert_int_equal(notice.logs, CXL_SWITCH_CCI_LOG_WARNING);
		model_order("event switch 1");
		/* longer than the driver's second */
		assert_false(guest_notice(fd, 1500, &notice));
		clear_events(audience.mute, 1);
	}
	model_order("event switch 0");
	notice = guest_expect_notice(fd, NOTICE(EVENT_LOG), 0);
	assert_true(notice.logs & CXL_SWITCH_CCI_LOG_INFORMATIONAL);
	/* one more fills while the first is not cleared: told of it */
	model_order("event switch 3");
	notice = guest_expect_notice(fd, NOTICE(EVENT_LOG), 0);
	assert_true(notice.logs & CXL_SWITCH_CCI_LOG_FATAL);
	clear_events(audience.mute, 0);
	clear_events(audience.mute, 3);
	close(fd);
}

/* One of two records, by a caller who leaves before the answer: what is left is told again. */
static void what_is_cleared_late_is_told_again(void **state)
{
	uint8_t which = 1, clear[6 + 2] = { 1, 0, 1 };
	struct cxl_switch_cci_send send;
	struct sent sent;
	int fd;

	empty_event_logs();
	fd = guest_open_subscribed(MASK(EVENT_LOG));
	model_order("event switch 1 2");
	guest_expect_notice(fd, NOTICE(EVENT_LOG), 0);
	guest_send_to(audience.mute, -1, 0x0100, &which, 1, &sent);
	assert_sent(&sent);
	memcpy(clear + 6, sent.out + 0x20 + 0x14, 2);
	model_order("fault switch slow 1300 opcode=0x101 count=1");
	send = guest_send(0x0101, clear, sizeof(clear), NULL, 0);
	send.timeout_ms = 600;
	assert_int_equal(guest_ioctl(audience.mute, CXL_SWITCH_CCI_SEND, &send), ETIMEDOUT);
	assert_int_equal(guest_expect_notice(fd, NOTICE(EVENT_LOG), 0).logs,
			 CXL_SWITCH_CCI_LOG_WARNING);
	clear_events(audience.mute, 1);
	close(fd);
}

static uint64_t looks_in(unsigned int ms)
{
	uint64_t before = model_counter("register device-status reads");

	guest_sleep_ms(ms);
	return model_counter("register device-status reads") - before;
}

/* Nobody asked for it: no register is read for it. Once a second, in halves at most. */
static void the_event_status_is_read_for_subscribers_only(void **state)
{
	uint64_t looks;
	int fd;

	assert_int_equal(looks_in(1500), 0);
	fd = guest_open_subscribed(MASK(EVENT_LOG));
	looks = looks_in(2500);
	diag("%llu looks at the event status in 2.5 s", (unsigned long long)looks);
	assert_in_range(looks, 1, 10);
	close(fd);
	guest_sleep_ms(1100);
	assert_int_equal(looks_in(1500), 0);
}

/* Its end is told by an event: ten times a second until then. */
static void a_bind_is_watched_more_closely(void **state)
{
	int fd = guest_open_subscribed(MASK(EVENT_LOG));
	uint64_t cookie, looks;

	guest_work_never_ends(&at_switch);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_BIND);
	guest_sleep_ms(500);
	looks = looks_in(2000);
	diag("%llu looks at the event status in 2 s of a bind", (unsigned long long)looks);
	assert_in_range(looks, 8, 60);
	model_order("clear");
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	guest_work_takes(&at_switch, 20);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_UNBIND);
	guest_expect_told(NOTICE(BG_ENDED), cookie);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(nothing_is_queued_before_subscribing),
		WITH_AUDIENCE(any_open_mode_may_subscribe),
		WITH_AUDIENCE(subscribe_refuses_fields),
		WITH_AUDIENCE(status_refuses_fields),
		WITH_AUDIENCE(the_id_of_a_pool_is_ignored),
		WITH_AUDIENCE(the_bits_say_what_is_queued),
		WITH_AUDIENCE(another_call_replaces_the_mask),
		WITH_AUDIENCE(records_come_whole_and_in_order),
		WITH_AUDIENCE(a_fault_loses_nothing),
		WITH_AUDIENCE(a_fault_in_the_second_record_keeps_it),
		WITH_AUDIENCE(what_overflows_is_told),
		WITH_AUDIENCE(read_waits_for_the_first),
		WITH_AUDIENCE(a_waiting_reader_holds_nobody_up),
		WITH_AUDIENCE(a_signal_ends_the_wait),
		WITH_AUDIENCE(poll_tells_what_read_gives),
		WITH_AUDIENCE(after_unbind_read_drains_and_poll_hangs_up),
		WITH_AUDIENCE(an_unbind_wakes_who_reads),
		WITH_AUDIENCE(an_unbind_wakes_who_polls),
		WITH_AUDIENCE(a_filled_event_log_is_told_once),
		WITH_AUDIENCE(what_is_cleared_late_is_told_again),
		WITH_AUDIENCE(the_event_status_is_read_for_subscribers_only),
		WITH_AUDIENCE(a_bind_is_watched_more_closely),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
