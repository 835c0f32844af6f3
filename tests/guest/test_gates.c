// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates of the policy, each with its errno, its reason and what it leaves in
 * the log: open mode, RESTRICT, protection, the raw gate, CAP_SYS_RAWIO. It sends
 * changes that are harmless on QEMU: an abort where nothing runs, a limit set to
 * what it is.
 */
#include "guest_frame.h"
#include "topology.h"

#include <sys/mman.h>

#define LAYOUT(type, field, offset, bytes) \
	_Static_assert(offsetof(struct type, field) == (offset) && \
		       sizeof(((struct type *)0)->field) == (bytes), #type "." #field)

LAYOUT(cxl_switch_cci_restrict, size, 0, 4);
LAYOUT(cxl_switch_cci_restrict, flags, 4, 4);
LAYOUT(cxl_switch_cci_restrict, impact, 8, 4);
LAYOUT(cxl_switch_cci_restrict, reserved, 12, 4);
_Static_assert(sizeof(struct cxl_switch_cci_restrict) == 16, "restrict");
_Static_assert(CXL_SWITCH_CCI_RESTRICT == 0xC503, "RESTRICT's number");

#define TAINT_USER_BIT	6

/* A vendor opcode that no device of either topology has. */
#define OPCODE_NOBODYS 0xC0FF
/* Another one, which one test alone sends. */
#define OPCODE_UNHEARD_OF 0xC5C5

static struct cxl_switch_cci_send send_opcode(int file, uint16_t opcode, int expected)
{
	struct cxl_switch_cci_send send = guest_send(opcode, NULL, 0, NULL, 0);

	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_SEND, &send), expected);
	return send;
}

static void assert_refused(int file, uint16_t opcode, int error, uint8_t reason)
{
	struct cxl_switch_cci_send send = send_opcode(file, opcode, error);

	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(send.reason, reason);
	assert_true(send.duration_ns == 0);
}

static void assert_answered(int file, uint16_t opcode, uint16_t return_code)
{
	struct cxl_switch_cci_send send = send_opcode(file, opcode, 0);

	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(send.return_code, return_code);
}

/* The errno and reason of @opcode in a child that is @become'd; 0 and 0: it was sent. */
struct attempt {
	int (*become)(void);
	uint16_t opcode;
	int error;
	uint8_t reason;
};

static int attempt_in_child(void *argument)
{
	struct attempt *attempt = argument;
	struct cxl_switch_cci_send send = guest_send(attempt->opcode, NULL, 0, NULL, 0);

	if (attempt->become())
		return 1;
	attempt->error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
	attempt->reason = send.reason;
	return 0;
}

static void assert_refused_to(int (*become)(void), uint16_t opcode, int error, uint8_t reason)
{
	struct attempt *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(shared, MAP_FAILED);
	*shared = (struct attempt){ .become = become, .opcode = opcode };
	assert_int_equal(guest_in_child(attempt_in_child, shared), 0);
	assert_int_equal(shared->error, error);
	assert_int_equal(shared->reason, reason);
	munmap(shared, sizeof(*shared));
}

static bool tainted(void)
{
	char line[32];

	guest_read_line("/proc/sys/kernel/tainted", line, sizeof(line));
	return strtoul(line, NULL, 10) >> TAINT_USER_BIT & 1;
}

/* ---- what passes ---- */

/* An audit record for it, and no taint: what it does is known. */
static void root_may_send_an_audited_change(void **state)
{
	bool before = tainted();
	struct cxl_switch_cci_send send;

	guest_log_mark();
	send = send_opcode(fd, OPCODE_ABORT, 0);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.return_code, RC_NO_ABORT);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_int_equal(send.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	assert_int_equal(tainted(), before);
	assert_true(guest_logged("op=allow opcode=0005h", "impact=destructive"));
}

/* To the device behind a port: its own limit, read and written back; a setting leaves no record. */
static void root_may_send_a_change_through_a_tunnel(void **state)
{
	static const uint8_t port[] = { PORT_VOLATILE };
	struct guest_message ask = guest_tunnel(port, 1, OPCODE_GET_LIMIT, NULL, 0), tell;
	uint8_t out[64];
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_TUNNEL, ask.bytes, ask.length, out, sizeof(out));
	struct guest_response response;
	uint8_t limit;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.leaf_return_code, RC_SUCCESS);
	assert_true(guest_unwrap(out, send.out_size, &response));
	assert_int_equal(response.payload_length, 1);
	limit = response.payload[0];
	tell = guest_tunnel(port, 1, OPCODE_SET_LIMIT, &limit, 1);
	send = guest_send(OPCODE_TUNNEL, tell.bytes, tell.length, out, sizeof(out));
	guest_log_mark();
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_true(guest_unwrap(out, send.out_size, &response));
	assert_int_equal(response.payload[0], limit);
	assert_false(guest_logged("op=allow opcode=0004h", "path=1"));
	tell = guest_tunnel(port, 1, OPCODE_ABORT, NULL, 0);
	send = guest_send(OPCODE_TUNNEL, tell.bytes, tell.length, out, sizeof(out));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	assert_true(guest_logged("op=allow opcode=0005h path=1", "impact=destructive"));
	diag("port %u: response message limit 2^%u, set to the same", port[0], limit);
}

/* ---- open mode, capability ---- */

static void a_read_only_file_changes_nothing(void **state)
{
	int reader = guest_open(O_RDONLY);

	assert_refused(reader, OPCODE_ABORT, EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_refused(reader, OPCODE_NOBODYS, EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_answered(reader, OPCODE_IDENTIFY, RC_SUCCESS);
	close(reader);
}

static void a_change_needs_the_capability(void **state)
{
	guest_log_mark();
	assert_refused_to(guest_become_nobody, OPCODE_ABORT, EPERM,
			  CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_true(guest_logged("op=refuse opcode=0005h", "uid=65534"));
	/* being root is not it */
	assert_refused_to(guest_drop_rawio, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_refused_to(guest_drop_rawio, OPCODE_IDENTIFY, 0, CXL_SWITCH_CCI_REASON_NONE);
}

/* ---- RESTRICT ---- */

static int restrict_file(int file, uint32_t impact)
{
	struct cxl_switch_cci_restrict limit = { .size = sizeof(limit), .impact = impact };

	return guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &limit);
}

static void a_restricted_file_stays_restricted(void **state)
{
	int file = guest_open(O_RDWR), copy = dup(file);

	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE), 0);
	assert_answered(file, OPCODE_ABORT, RC_NO_ABORT);
	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_PROVISION), 0);
	assert_refused(file, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_QUERY), 0);
	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_QUERY), 0);
	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_SETTING), EPERM);
	assert_int_equal(restrict_file(file, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE), EPERM);
	assert_answered(file, OPCODE_IDENTIFY, RC_SUCCESS);
	/* all who share the file, and no others */
	assert_refused(copy, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
	assert_answered(fd, OPCODE_ABORT, RC_NO_ABORT);
	close(file);
	close(copy);
}

static void restrict_refuses_fields(void **state)
{
	struct cxl_switch_cci_restrict clean = { .size = sizeof(clean), .impact = 3 }, bad;
	uint8_t large[32] = { 32 };
	int file = guest_open(O_RDWR);

	bad = clean;
	bad.impact = 4;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &bad), EINVAL);
	bad = clean;
	bad.impact = UINT32_MAX;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &bad), EINVAL);
	bad = clean;
	bad.flags = 1;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &bad), EINVAL);
	bad = clean;
	bad.reserved = 1;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &bad), EINVAL);
	bad = clean;
	bad.size = 15;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, &bad), EINVAL);
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, guest_no_access()), EFAULT);
	large[31] = 1;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, large), E2BIG);
	/* none of these has lowered anything */
	assert_answered(file, OPCODE_ABORT, RC_NO_ABORT);
	large[31] = 0;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RESTRICT, large), 0);
	assert_int_equal(large[0], sizeof(clean));
	assert_refused(file, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
	close(file);
}

/* ---- the raw gate ---- */

static void assert_settings(uint32_t settings)
{
	assert_int_equal(guest_info(fd).settings, settings);
}

static void the_raw_window_opens_and_closes(void **state)
{
	char left[16];

	guest_log_mark();
	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "600"), 0);
	assert_true(guest_logged("op=gate gate=raw_window", "value=600"));
	assert_settings(CXL_SWITCH_CCI_SETTING_RAW_WINDOW);
	guest_read_attribute(&device, "raw_window", left, sizeof(left));
	assert_in_range(strtoul(left, NULL, 10), 500, 600);
	assert_answered(fd, OPCODE_NOBODYS, RC_UNSUPPORTED);
	assert_true(guest_logged("sends unaudited opcode c0ffh", "tainted"));
	assert_true(tainted());
	assert_int_equal(guest_write_attribute(&device, "raw_window", "0"), 0);
	assert_settings(0);
	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
}

/* Open for root only: the window lowers one gate and no other. */
static void the_raw_window_lowers_one_gate_only(void **state)
{
	int reader = guest_open(O_RDONLY), restricted = guest_open(O_RDWR);

	assert_int_equal(restrict_file(restricted, CXL_SWITCH_CCI_IMPACT_QUERY), 0);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "600"), 0);
	assert_refused(reader, OPCODE_NOBODYS, EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_refused(restricted, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
	assert_refused_to(guest_become_nobody, OPCODE_NOBODYS, EPERM,
			  CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_refused_to(guest_drop_rawio, OPCODE_NOBODYS, EPERM,
			  CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_refused(fd, OPCODE_TUNNEL, EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "0"), 0);
	close(reader);
	close(restricted);
}

static void assert_never_sent(struct cxl_switch_cci_send send)
{
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), EINVAL);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_int_equal(send.leaf_opcode, OPCODE_NOTIFICATION);
	assert_true(send.duration_ns == 0);
}

/* 0106h would keep the mailbox from everybody: not by root, nor through the open raw gate. */
static void what_nobody_answers_is_never_sent(void **state)
{
	static const uint8_t port[] = { PORT_VOLATILE }, events[64];
	struct cxl_switch_cci_explain told = {
		.size = sizeof(told), .opcode = OPCODE_NOTIFICATION, .in_size = 2,
		.in_payload = (uintptr_t)events,
	};
	struct cxl_send_command raw = guest_raw(OPCODE_NOTIFICATION, events, 2, NULL, 0);
	struct guest_message message;

	assert_int_equal(guest_write_attribute(&device, "raw_window", "600"), 0);
	for (uint32_t length = 0; length <= sizeof(events); length++) {
		message = guest_tunnel(port, 1, OPCODE_NOTIFICATION, events, length);
		assert_never_sent(guest_send(OPCODE_NOTIFICATION, events, length, NULL, 0));
		assert_never_sent(guest_send(OPCODE_TUNNEL, message.bytes, message.length, NULL,
					     0));
	}
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw), EINVAL);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &told), 0);
	assert_int_equal(told.error, EINVAL);
	assert_int_equal(told.refusing, 1U << CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_string_equal(told.name, "Event Notification");
	diag("0106h: \"%s\"", told.why);
	assert_int_equal(guest_write_attribute(&device, "raw_window", "0"), 0);
	assert_refused_to(guest_become_nobody, OPCODE_NOTIFICATION, EINVAL,
			  CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_answered(fd, OPCODE_IDENTIFY, RC_SUCCESS);
}

static void the_raw_window_expires(void **state)
{
	int64_t limit = guest_now_ms() + guest_patience(20000);
	char left[16];

	assert_int_equal(guest_write_attribute(&device, "raw_window", "2"), 0);
	assert_answered(fd, OPCODE_NOBODYS, RC_UNSUPPORTED);
	do {
		assert_true(guest_now_ms() < limit);
		guest_sleep_ms(50);
		guest_read_attribute(&device, "raw_window", left, sizeof(left));
	} while (strcmp(left, "0"));
	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_settings(0);
}

static int open_window_without_rawio(void *argument)
{
	if (guest_drop_rawio())
		return 1;
	return guest_write_attribute(&device, "raw_window", "5") == EPERM ? 0 : 2;
}

static int open_window_as_nobody(void *argument)
{
	if (guest_become_nobody())
		return 1;
	return guest_write_attribute(&device, "raw_window", "5") == EACCES ? 0 : 2;
}

static void the_raw_window_is_not_everybodys(void **state)
{
	static const char *const bad[] = { "3601", "-1", "x", "1 2", "4294967297" };

	assert_int_equal(guest_in_child(open_window_without_rawio, NULL), 0);
	assert_int_equal(guest_in_child(open_window_as_nobody, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(guest_write_attribute(&device, "raw_window", bad[i]), EINVAL);
	assert_settings(0);
}

/* ---- module parameters: loaded anew for each ---- */

static void load_with(const char *parameters)
{
	if (fd >= 0)
		close(fd);
	assert_int_equal(guest_remove_module(), 0);
	assert_int_equal(guest_insert_module(parameters), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
}

static int load_plainly(void **state)
{
	load_with("");
	return guest_info(fd).settings == 0 ? 0 : -1;
}

static void raw_commands_opens_the_raw_gate_to_root(void **state)
{
	static const char parameter[] = "/sys/module/cxl_switch_cci/parameters/raw_commands";

	load_with("raw_commands=1");
	assert_settings(CXL_SWITCH_CCI_SETTING_RAW_COMMANDS);
	assert_answered(fd, OPCODE_NOBODYS, RC_UNSUPPORTED);
	assert_true(tainted());
	assert_refused_to(guest_become_nobody, OPCODE_NOBODYS, EPERM,
			  CXL_SWITCH_CCI_REASON_CAPABILITY);
	/* read only at run time */
	assert_int_equal(guest_write_file(parameter, "0"), EACCES);
}

static void ask_for_vendor_log(int expected, uint8_t reason)
{
	struct guest_log_request request = { .length = 16 };
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_GET_LOG, &request, sizeof(request), NULL, 0);

	memcpy(request.uuid, guest_vendor_log_uuid, sizeof(request.uuid));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), expected);
	assert_int_equal(send.reason, reason);
}

static void assert_strict(void)
{
	assert_int_equal(guest_info(fd).settings & CXL_SWITCH_CCI_SETTING_STRICT,
			 CXL_SWITCH_CCI_SETTING_STRICT);
	assert_answered(fd, OPCODE_IDENTIFY, RC_SUCCESS);
	assert_refused(fd, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_PROTECTION);
	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_PROTECTION);
	ask_for_vendor_log(EPERM, CXL_SWITCH_CCI_REASON_PROTECTION);
}

static void strict_protection_leaves_queries(void **state)
{
	load_with("protection=strict raw_commands=1");
	assert_strict();
	assert_int_equal(guest_write_attribute(&device, "protection", "standard"), EPERM);
	assert_strict();
}

static void protection_is_raised_and_never_lowered(void **state)
{
	char line[16];

	load_with("");
	ask_for_vendor_log(0, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(guest_write_attribute(&device, "protection", "none"), EINVAL);
	assert_int_equal(guest_write_attribute(&device, "protection", "standard"), 0);
	guest_log_mark();
	assert_int_equal(guest_write_attribute(&device, "protection", "strict"), 0);
	assert_true(guest_logged("op=gate gate=protection", "value=strict"));
	assert_strict();
	assert_int_equal(guest_write_attribute(&device, "raw_window", "600"), 0);
	assert_strict();
	assert_int_equal(guest_write_attribute(&device, "protection", "standard"), EPERM);
	guest_read_attribute(&device, "protection", line, sizeof(line));
	assert_string_equal(line, "strict");
}

static void unusable_parameters_are_refused(void **state)
{
	static const char *const bad[] = {
		"protection=none", "command_timeout_ms=9", "command_timeout_ms=60001",
		"command_timeout_ms=x",
	};

	close(fd);
	fd = -1;
	assert_int_equal(guest_remove_module(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(guest_insert_module(bad[i]), EINVAL);
	assert_int_equal(guest_insert_module("command_timeout_ms=1234"), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	assert_int_equal(guest_info(fd).command_timeout_ms, 1234);
}

/* ---- what is counted ---- */

static uint64_t refusals(const char *reason)
{
	char path[64], line[64], *end;
	uint64_t count;

	snprintf(path, sizeof(path), "refusals/%s", reason);
	guest_read_attribute(&device, path, line, sizeof(line));
	count = strtoull(line, &end, 10);
	assert_true(end != line && !*end);
	return count;
}

/* And in no other file: counters/ has one value a file, too. */
static void every_reason_has_a_file(void **state)
{
	static const char *const reasons[] = {
		"malformed", "read_only", "restricted", "protection", "unaudited", "capability",
		"ownership", "lockdown", "unreachable", "identity",
	};
	char path[64];

	_Static_assert(ARRAY_SIZE(reasons) == CXL_SWITCH_CCI_REASONS - 1,
		       "a reason without a file");
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		refusals(reasons[i]);
	snprintf(path, sizeof(path), "/sys/class/cxl_switch_cci/%s/counters/refusals", device.name);
	assert_int_equal(access(path, F_OK), -1);
}

static void refusals_are_counted_by_reason(void **state)
{
	uint64_t unaudited = refusals("unaudited"), malformed = refusals("malformed");
	uint64_t capability = refusals("capability");

	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_refused(fd, OPCODE_NOBODYS, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_refused(fd, OPCODE_TUNNEL, EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_refused_to(guest_drop_rawio, OPCODE_ABORT, EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_answered(fd, OPCODE_IDENTIFY, RC_SUCCESS);
	assert_true(refusals("unaudited") == unaudited + 2);
	assert_true(refusals("malformed") == malformed + 1);
	assert_true(refusals("capability") == capability + 1);
}

/* More than the driver records of one user. */
static int refused_often(void *argument)
{
	struct cxl_switch_cci_send send = guest_send(OPCODE_NOBODYS, NULL, 0, NULL, 0);
	int refused = 0;

	if (guest_become_nobody())
		return 1;
	for (int i = 0; i < 30; i++)
		refused += guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send) == EPERM;
	return refused != 30;
}

static void refusals_of_one_user_suppress_no_record_of_another(void **state)
{
	assert_int_equal(guest_in_child(refused_often, NULL), 0);
	assert_refused(fd, OPCODE_UNHEARD_OF, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_true(guest_logged("op=refuse opcode=c5c5h", "uid=0"));
}

#define PRINTK_RATELIMIT "/proc/sys/kernel/printk_ratelimit"

static char printk_ratelimit[16];

static int restore_log(void **state)
{
	return guest_write_file(PRINTK_RATELIMIT, printk_ratelimit) ? -1 : 0;
}

/* Without a daemon audit records go to the log, where the kernel lets ten pass in five seconds. */
static int begin(void **state)
{
	guest_give_up_after(120);
	guest_read_line(PRINTK_RATELIMIT, printk_ratelimit, sizeof(printk_ratelimit));
	if (guest_write_file(PRINTK_RATELIMIT, "0"))
		return -1;
	return guest_open_switch(state);
}

/* The driver limits its records of refusals: what is looked for must not be one too many. */
static int let_the_log_rest(void **state)
{
	guest_sleep_ms(5500);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_may_send_an_audited_change),
		cmocka_unit_test(root_may_send_a_change_through_a_tunnel),
		cmocka_unit_test(a_read_only_file_changes_nothing),
		cmocka_unit_test_setup(a_change_needs_the_capability, let_the_log_rest),
		cmocka_unit_test(a_restricted_file_stays_restricted),
		cmocka_unit_test(restrict_refuses_fields),
		cmocka_unit_test(the_raw_window_opens_and_closes),
		cmocka_unit_test(the_raw_window_lowers_one_gate_only),
		cmocka_unit_test(what_nobody_answers_is_never_sent),
		cmocka_unit_test(the_raw_window_expires),
		cmocka_unit_test(the_raw_window_is_not_everybodys),
		cmocka_unit_test(every_reason_has_a_file),
		cmocka_unit_test(refusals_are_counted_by_reason),
		cmocka_unit_test_setup(refusals_of_one_user_suppress_no_record_of_another,
				       let_the_log_rest),
		cmocka_unit_test_teardown(raw_commands_opens_the_raw_gate_to_root, load_plainly),
		cmocka_unit_test_teardown(strict_protection_leaves_queries, load_plainly),
		cmocka_unit_test_teardown(protection_is_raised_and_never_lowered, load_plainly),
		cmocka_unit_test_teardown(unusable_parameters_are_refused, load_plainly),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, restore_log);
}
