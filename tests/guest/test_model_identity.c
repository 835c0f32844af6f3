// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function's own identity: a wrong answer is no fact, a switch need not have
 * Identify, the driver queries again by itself and udev hears of what it finds. And what
 * discovery of a destination may cost others.
 */
#include "guest_frame.h"
#include "guest_load.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#define TYPE_SWITCH	0
#define TYPE_GFD	4
#define SOON_MS		20000

/* The model healed, these orders, and then the driver bound anew. */
static void bind_with(const char *const *orders)
{
	close(fd);
	model_order("clear");
	assert_int_equal(guest_unbind(&device), 0);
	for (; *orders; orders++)
		model_order("%s", *orders);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
}

#define BIND_WITH(...) bind_with((const char *const[]){ __VA_ARGS__, NULL })

/* sysfs and INFO agree. */
static void assert_component(const char *type, const char *source, uint8_t type_number,
			     uint8_t source_number)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	char line[64];

	guest_read_attribute(&device, "component_type", line, sizeof(line));
	assert_string_equal(line, type);
	guest_read_attribute(&device, "component_source", line, sizeof(line));
	assert_string_equal(line, source);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
	assert_int_equal(info.component_type, type_number);
	assert_int_equal(info.component_source, source_number);
}

static bool serial_is_known(void)
{
	char line[64];

	guest_read_attribute(&device, "serial", line, sizeof(line));
	return *line;
}

/* Until the change is sent; before that, at most EBUSY, and never a way to the raw gate. */
static void a_change_goes_through_soon(const char *what)
{
	int64_t limit = guest_now_ms() + guest_patience(SOON_MS);
	struct sent sent;

	do {
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		if (!sent.error)
			return;
		if (sent.error != EBUSY || sent.send.reason != CXL_SWITCH_CCI_REASON_IDENTITY)
			fail_msg("%s: errno %d, reason %u", what, sent.error, sent.send.reason);
		guest_sleep_ms(50);
	} while (guest_now_ms() < limit);
	fail_msg("%s: the function's type is still not known", what);
}

/* ---- one wrong answer ---- */

static const char *const once[] = {
	"fault switch rc 2 opcode=1 count=1",
	"fault switch rc 3 opcode=1 count=1",
	"fault switch rc 4 opcode=1 count=1",
	"fault switch rc 5 opcode=1 count=1",
	"fault switch rc 0x15 opcode=1 count=1",
	"fault switch rc 0x16 opcode=1 count=1",
	"fault switch flip 17 opcode=1 count=1",
	"fault switch garbage opcode=1 count=1",
	"fault switch payload-length 17 opcode=1 count=1",
};

static void one_wrong_answer_when_bound_closes_no_tunnel(void **state)
{
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(once); i++) {
		/* the log says switch: nobody waits */
		BIND_WITH(once[i]);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		if (sent.error)
			fail_msg("%s: errno %d, reason %u", once[i], sent.error, sent.send.reason);
		/* it does not: a query passes, a change soon */
		BIND_WITH("cel switch hide 0x5100", once[i]);
		guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		a_change_goes_through_soon(once[i]);
	}
}

static void one_wrong_answer_after_a_reset_closes_no_tunnel(void **state)
{
	struct sent sent;

	model_order("cel switch hide 0x5100");
	for (size_t i = 0; i < ARRAY_SIZE(once); i++) {
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		assert_sent(&sent);
		model_order("%s", once[i]);
		assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
		a_change_goes_through_soon(once[i]);
	}
}

/* As long as nothing is known. */
static void what_is_not_known_yet_is_busy(void **state)
{
	struct cxl_switch_cci_explain told;
	struct sent sent;

	BIND_WITH("fault switch rc 4 opcode=1", "fault switch rc 4 opcode=0x400");
	assert_component("", "none", CXL_SWITCH_CCI_COMPONENT_UNKNOWN,
			 CXL_SWITCH_CCI_SOURCE_NONE);
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_refused(&sent, EBUSY, IDENTITY);
	guest_send_to(fd, MODEL_SLD, OPCODE_VENDOR, NULL, 0, &sent);
	/* of the gates before any query, the raw one comes first */
	assert_int_equal(sent.error, EPERM);
	told = guest_explain_to(fd, MODEL_SLD, OPCODE_SANITIZE, NULL, 0);
	assert_int_equal(told.error, EBUSY);
	assert_int_equal(told.reason, CXL_SWITCH_CCI_REASON_IDENTITY);
	assert_true(told.refusing & 1u << CXL_SWITCH_CCI_REASON_IDENTITY);
	assert_false(told.refusing & 1u << CXL_SWITCH_CCI_REASON_UNAUDITED);
	/* the switch itself is served as ever */
	guest_set_timestamp(fd, -1, &sent);
	assert_sent(&sent);
	model_order("clear");
	a_change_goes_through_soon("healed");
}

/* ---- without Identify ---- */

static void a_switch_without_identify_is_one_by_its_log(void **state)
{
	struct sent sent;

	BIND_WITH("fault switch rc 3 opcode=1", "cel switch hide 1");
	assert_component("switch", "effects-log", TYPE_SWITCH, CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	assert_false(serial_is_known());
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
}

static void the_log_overrules_identify(void **state)
{
	struct sent sent;

	BIND_WITH("identity switch type 4");
	assert_component("switch", "effects-log", TYPE_SWITCH, CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
}

/* Not at the first answer, and then for good. */
static void another_component_is_known_by_answers_that_agree(void **state)
{
	int64_t limit;
	struct sent sent;

	BIND_WITH("identity switch type 4", "cel switch hide 0x5100");
	assert_component("gfd", "identify", TYPE_GFD, CXL_SWITCH_CCI_SOURCE_IDENTIFY);
	limit = guest_now_ms() + guest_patience(SOON_MS);
	do {
		guest_sleep_ms(50);
		guest_set_timestamp(fd, MODEL_SLD, &sent);
		if (sent.error == EBUSY)
			assert_refused(&sent, EBUSY, IDENTITY);
	} while (sent.error == EBUSY && guest_now_ms() < limit);
	assert_refused(&sent, EPERM, UNAUDITED);
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
}

/* ---- what udev hears ---- */

static int listen_to_the_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int s = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	assert_true(s >= 0);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof(address)), 0);
	return s;
}

struct heard {
	bool added, changed_before, known, stuck;
};

/* Events of the node until its identity is known, or until the time is over. */
static struct heard hear(int s)
{
	int64_t limit = guest_now_ms() + guest_patience(SOON_MS);
	struct heard heard = { 0 };
	char text[4096];

	while (guest_now_ms() < limit && !heard.known) {
		struct timeval wait = { .tv_usec = 100000 };
		ssize_t n;

		setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		n = recv(s, text, sizeof(text) - 1, 0);
		if (n <= 0)
			continue;
		text[n] = '\0';
		if (!strstr(text, "/cxl_switch_cci/"))
			continue;
		/* what the driver that went before said last */
		if (!strncmp(text, "remove@", 7))
			heard = (struct heard){ 0 };
		heard.added |= !strncmp(text, "add@", 4);
		if (strncmp(text, "change@", 7))
			continue;
		heard.changed_before |= !heard.added;
		for (char *line = text; line < text + n; line += strlen(line) + 1) {
			heard.known |= !strcmp(line, "IDENTITY=known");
			heard.stuck |= !strcmp(line, "STATE=stuck");
		}
	}
	return heard;
}

static void bind_and_hear(const char *order)
{
	int s = listen_to_the_kernel();
	struct heard heard;

	BIND_WITH(order);
	heard = hear(s);
	close(s);
	if (!heard.added || !heard.known || heard.changed_before)
		fail_msg("%s: added %d, known %d, a change before that %d", order, heard.added,
			 heard.known, heard.changed_before);
	assert_true(serial_is_known());
	assert_component("switch", "identify", TYPE_SWITCH, CXL_SWITCH_CCI_SOURCE_IDENTIFY);
}

/* Nobody uses the node: the driver asks again by itself. */
static void an_identity_that_comes_late_is_announced(void **state)
{
	bind_and_hear("late 5000 1");
	bind_and_hear("fault switch rc 4 opcode=1 count=2");
}

static void retry_required_is_retried_at_once(void **state)
{
	BIND_WITH("fault switch rc 5 opcode=1 count=1");
	assert_true(serial_is_known());
}

static void another_serial_after_a_reset_is_announced(void **state)
{
	int s = listen_to_the_kernel();
	char line[64];
	struct heard heard;

	model_order("identity switch serial 0x77");
	assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	heard = hear(s);
	close(s);
	assert_true(heard.known);
	guest_read_attribute(&device, "serial", line, sizeof(line));
	assert_string_equal(line, "0x0000000000000077");
}

/* ---- destinations ---- */

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

/* Its log was read, and it is queried again all the same. */
static void one_error_of_a_destination_is_no_fact(void **state)
{
	int64_t limit = guest_now_ms() + guest_patience(SOON_MS);
	struct sent sent;

	model_order("fault port0 rc 4 opcode=1 count=1");
	do {
		guest_send_to(fd, MODEL_SLD, 0x0300, NULL, 0, &sent);
		assert_sent(&sent);
		guest_sleep_ms(100);
	} while (!the_destination().serial && guest_now_ms() < limit);
	assert_true(the_destination().serial);
}

static unsigned int status_queries(void)
{
	FILE *trace = guest_trace();
	unsigned int count = 0;
	char line[512];

	while (fgets(line, sizeof(line), trace))
		count += strstr(line, "cxl_switch_submit:") && strstr(line, "leaf=0002h");
	fclose(trace);
	return count;
}

/* Whether something runs there already is asked once for each component. */
static void another_component_is_discovered_again(void **state)
{
	struct sent sent;

	guest_trace_empty();
	assert_int_equal(guest_write_file(GUEST_EVENTS "/enable", "1"), 0);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(status_queries(), 1);
	model_order("swap port%u", MODEL_SLD);
	guest_sleep_ms(1100);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(status_queries(), 2);
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(status_queries(), 2);
}

static struct cxl_switch_cci_send prepared(struct guest_message *message)
{
	static const struct hop path = { .id = MODEL_SLD };

	*message = guest_tunnel_along(&path, 1, OPCODE_IDENTIFY, NULL, 0);
	return guest_send(OPCODE_TUNNEL, message->bytes, message->length, NULL, 0);
}

/* Behind somebody else's discovery, too. */
static void timeout_ms_bounds_the_whole_call(void **state)
{
	struct guest_message message, other;
	struct cxl_switch_cci_send patient = prepared(&message), impatient = prepared(&other);
	struct guest_call call;
	int second = guest_open(O_RDWR);
	uint64_t before = model_commands_of("port0");

	model_order("latency port%u 1500000", MODEL_SLD);
	guest_call_start(&call, fd, CXL_SWITCH_CCI_SEND, &patient);
	guest_sleep_ms(300);
	impatient.timeout_ms = 200;
	assert_int_equal(guest_ioctl(second, CXL_SWITCH_CCI_SEND, &impatient), EBUSY);
	assert_int_equal(impatient.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	/* the other one has four queries and the command to wait for, of 1.5 s each */
	assert_in_range(model_commands_of("port0") - before, 0, 3);
	model_order("latency port%u 0", MODEL_SLD);
	assert_int_equal(guest_call_result(&call), 0);
	close(second);
}

#define POLLED_MS	12000

/* Identify answers in between, so it is never slow; its log takes longer than the device may. */
static void discovery_that_times_out_backs_off(void **state)
{
	uint64_t late, rounds = 0, least_ms = 0;
	int64_t start;
	struct sent sent;

	close(fd);
	guest_set_device_time(300);
	guest_frame_begin(state);
	model_order("fault port%u slow 600 opcode=0x401", MODEL_SLD);
	late = guest_counter(&device, "late_answers");
	start = guest_now_ms();
	do {
		guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
		if (sent.error && sent.error != EBUSY)
			fail_msg("errno %d, reason %u", sent.error, sent.send.reason);
		guest_sleep_ms(20);
	} while (guest_now_ms() - start < POLLED_MS);
	rounds = guest_counter(&device, "late_answers") - late;
	diag("%llu time-outs in %lld ms", (unsigned long long)rounds,
	     (long long)(guest_now_ms() - start));
	/* 1, 2, 4 ... s lie between the ends of the first, second, third ... */
	for (uint64_t n = 1; n < rounds; n++)
		least_ms += 1000u << (n - 1);
	assert_true(rounds >= 2);
	assert_true(guest_now_ms() - start >= (int64_t)least_ms);
	/* what is known is used meanwhile */
	model_order("clear");
	guest_await_state(&device, "ready", 5000);
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	close(fd);
	guest_standard_module(state);
	guest_open_switch(state);
}

/* ---- the frame ---- */

static int end(void **state)
{
	model_order("clear");
	model_order("identity switch type %u", TYPE_SWITCH);
	model_order("identity switch serial 0x5300");
	model_fresh_driver();
	return guest_frame_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, guest_frame_begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(one_wrong_answer_when_bound_closes_no_tunnel),
		CASE(one_wrong_answer_after_a_reset_closes_no_tunnel),
		CASE(what_is_not_known_yet_is_busy),
		CASE(a_switch_without_identify_is_one_by_its_log),
		CASE(the_log_overrules_identify),
		CASE(another_component_is_known_by_answers_that_agree),
		CASE(an_identity_that_comes_late_is_announced),
		CASE(retry_required_is_retried_at_once),
		CASE(another_serial_after_a_reset_is_announced),
		CASE(one_error_of_a_destination_is_no_fact),
		CASE(another_component_is_discovered_again),
		CASE(timeout_ms_bounds_the_whole_call),
		CASE(discovery_that_times_out_backs_off),
	};

	guest_give_up_after(300);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
