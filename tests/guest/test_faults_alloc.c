// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation under the module's code is refused once, one a try, by the debug
 * kernel's failslab: of binding, opening, each ioctl and reads. A try ends well or in
 * ENOMEM, and the next one ends well. That nothing leaked is seen by kmemleak, in the
 * boot that has it on.
 */
#include "guest_background.h"

#define FAILSLAB	"/sys/kernel/debug/failslab/"
#define FAIL_NTH	"/proc/self/fail-nth"
#define TRIES_MAX	400
/*
 * Frames between an allocation and the module: its own, and those of what it calls, not
 * what interrupts deep in the kernel want, whose files in proc are warned of when refused.
 */
#define NEAR	"7"

static struct guest_device device;
static int open_fd;
static uint64_t cookie;

/* ---- refusing ---- */

static void write_or_fail(const char *path, const char *text)
{
	int rc = guest_write_file(path, text);

	if (rc)
		fail_msg("%s: %s", path, strerror(rc));
}

/* Where the module's code is, from "NAME SIZE USERS LIST STATE ADDRESS". */
static void module_range(uint64_t *start, uint64_t *end)
{
	unsigned long long size = 0, address = 0;
	char line[512];
	FILE *modules = fopen("/proc/modules", "r");

	assert_non_null(modules);
	while (!address && fgets(line, sizeof(line), modules))
		if (!strncmp(line, "cxl_switch_cci ", 15))
			sscanf(line, "%*s %llu %*s %*s %*s %llx", &size, &address);
	fclose(modules);
	assert_int_not_equal(address, 0);
	*start = address;
	*end = address + size;
}

static int refuse_under_the_module(void **state)
{
	uint64_t start, end;
	char text[32];

	guest_give_up_after(600);
	device = guest_device();
	module_range(&start, &end);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)start);
	write_or_fail(FAILSLAB "require-start", text);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)end);
	write_or_fail(FAILSLAB "require-end", text);
	write_or_fail(FAILSLAB "stacktrace-depth", NEAR);
	write_or_fail(FAILSLAB "ignore-gfp-wait", "N");
	write_or_fail(FAILSLAB "verbose", "0");
	/* the other kinds of refusals count nothing */
	write_or_fail("/sys/kernel/debug/fail_page_alloc/require-start", "1");
	write_or_fail("/sys/kernel/debug/fail_page_alloc/require-end", "2");
	write_or_fail("/sys/kernel/debug/fail_page_alloc/stacktrace-depth", "32");
	write_or_fail("/sys/kernel/debug/fail_usercopy/require-start", "1");
	write_or_fail("/sys/kernel/debug/fail_usercopy/require-end", "2");
	write_or_fail("/sys/kernel/debug/fail_usercopy/stacktrace-depth", "32");
	return 0;
}

static void refuse(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	write_or_fail(FAIL_NTH, text);
}

/* True if one was refused. */
static bool was_refused(void)
{
	char left[16];

	guest_read_line(FAIL_NTH, left, sizeof(left));
	write_or_fail(FAIL_NTH, "0");
	return !strcmp(left, "0");
}

/* ---- what is tried ---- */

static void nothing(void)
{
}

static void unbound(void)
{
	assert_int_equal(guest_unbind(&device), 0);
}

static int bind(void)
{
	return guest_bind(&device);
}

/* A driver that remembers nothing, and a file of it that has no buffers. */
static void fresh_file(void)
{
	unbound();
	assert_int_equal(bind(), 0);
	assert_true(guest_wait_for_node(device.node));
	open_fd = guest_open(O_RDWR);
}

static void new_file(void)
{
	open_fd = guest_open(O_RDWR);
}

static void done_file(void)
{
	close(open_fd);
}

/* Each left only what a bound driver has: bound again where it is not. */
static void bound_again(void)
{
	if (access(device.node, F_OK))
		assert_int_equal(bind(), 0);
	assert_true(guest_wait_for_node(device.node));
}

static int open_once(void)
{
	int fd = open(device.node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int info(void)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_INFO, &info);
}

static int query(void)
{
	struct cxl_mem_query_commands query = { 0 };

	return guest_ioctl(open_fd, CXL_MEM_QUERY_COMMANDS, &query);
}

static int legacy_send(void)
{
	uint8_t out[64];
	struct cxl_send_command send = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	return guest_ioctl(open_fd, CXL_MEM_SEND_COMMAND, &send);
}

static int own_send(void)
{
	uint8_t out[2048];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_SEND, &send);
}

/* First contact with what is behind a port: its identity, its effects. */
static int tunneled_change(void)
{
	struct sent sent;

	guest_set_timestamp(open_fd, MODEL_SLD, &sent);
	return sent.error;
}

static int explain(void)
{
	struct cxl_switch_cci_explain explain = { .size = sizeof(explain) };
	uint8_t timestamp[8] = { 1 };
	struct guest_message message = guest_tunnel((uint8_t[]){ MODEL_SLD_2 }, 1,
						    OPCODE_SET_TIMESTAMP, timestamp,
						    sizeof(timestamp));

	explain.opcode = OPCODE_TUNNEL;
	explain.in_size = message.length;
	explain.in_payload = (uintptr_t)message.bytes;
	return guest_ioctl(open_fd, CXL_SWITCH_CCI_EXPLAIN, &explain);
}

static int destinations(void)
{
	struct cxl_switch_cci_destination entries[8];
	struct cxl_switch_cci_destinations list = {
		.size = sizeof(list), .entries = (uintptr_t)entries, .room = ARRAY_SIZE(entries),
		.entry_size = sizeof(entries[0]),
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_DESTINATIONS, &list);
}

static int recent(void)
{
	static struct cxl_switch_cci_record entries[64];
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)entries, .room = ARRAY_SIZE(entries),
		.entry_size = sizeof(entries[0]),
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_RECENT, &list);
}

static int subscribe(void)
{
	return guest_subscribe(open_fd, MASK_OPERATIONS);
}

static int restrict_file(void)
{
	struct cxl_switch_cci_restrict limit = {
		.size = sizeof(limit), .impact = CXL_SWITCH_CCI_IMPACT_SETTING,
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_RESTRICT, &limit);
}

/* Done before the next try, or Busy would be its end. */
static int operation(void)
{
	struct sent sent;

	guest_start_any(open_fd, &at_sld, OPCODE_SCAN_MEDIA, 0, 0, &sent);
	cookie = sent.send.cookie;
	return sent.error;
}

static void operation_prepared(void)
{
	fresh_file();
	guest_work_takes(&at_sld, 1);
}

static void operation_running(void)
{
	fresh_file();
	guest_work_takes(&at_sld, 60000);
	cookie = guest_start(open_fd, &at_sld, OPCODE_SCAN_MEDIA);
}

static void operation_over(void)
{
	struct cxl_switch_cci_bg_cancel cancel;

	if (cookie)
		guest_cancel(open_fd, cookie, 0, &cancel);
	cookie = 0;
	guest_work_as_ever();
	close(open_fd);
}

static int status(void)
{
	struct cxl_switch_cci_bg_status status;

	return guest_try_status(open_fd, cookie, &status);
}

static int cancel(void)
{
	struct cxl_switch_cci_bg_cancel cancel;

	return guest_cancel(open_fd, cookie, 0, &cancel);
}

static int attributes(void)
{
	char line[128];

	guest_read_attribute(&device, "state", line, sizeof(line));
	return line[0] ? 0 : ENOMEM;
}

/* ---- the table ---- */

struct trial {
	const char *name;
	void (*before)(void);
	int (*act)(void);
	void (*after)(void);
	bool allocates;		/* or there is nothing to refuse */
};

static const struct trial trials[] = {
	{ "bind", unbound, bind, bound_again, true },
	{ "open", nothing, open_once, nothing, true },
	{ "INFO", new_file, info, done_file, false },
	{ "QUERY_COMMANDS", fresh_file, query, done_file, false },
	{ "SEND_COMMAND", new_file, legacy_send, done_file, true },
	{ "SEND", new_file, own_send, done_file, true },
	{ "SEND behind a port", fresh_file, tunneled_change, done_file, true },
	{ "EXPLAIN behind a port", fresh_file, explain, done_file, true },
	{ "DESTINATIONS", new_file, destinations, done_file, true },
	{ "RECENT", new_file, recent, done_file, true },
	{ "SUBSCRIBE", new_file, subscribe, done_file, true },
	{ "RESTRICT", new_file, restrict_file, done_file, false },
	{ "SEND that starts an operation", operation_prepared, operation, operation_over, true },
	{ "BG_STATUS", operation_running, status, operation_over, false },
	{ "BG_CANCEL", operation_running, cancel, operation_over, false },
	{ "reading state", nothing, attributes, nothing, false },
};

/* The kernel calls a region of addresses in use that it has no memory to note down. */
static bool clean(const struct trial *trial, int error)
{
	return error == ENOMEM || (error == EBUSY && trial->act == bind);
}

/* One try with the @nth allocation refused; false: there are fewer. */
static bool try_with_refusal(const struct trial *trial, unsigned int nth, unsigned int *failures)
{
	bool refused;
	int error;

	trial->before();
	refuse(nth);
	error = trial->act();
	refused = was_refused();
	trial->after();
	if (error && (!refused || !clean(trial, error)))
		fail_msg("%s, allocation %u %s: %s", trial->name, nth,
			 refused ? "refused" : "not there", strerror(error));
	*failures += error != 0;
	return refused;
}

static void refusals_of(const struct trial *trial)
{
	unsigned int nth = 1, failures = 0;

	while (nth <= TRIES_MAX && try_with_refusal(trial, nth, &failures))
		nth++;
	diag("%s: %u allocations refused, %u times an error", trial->name, nth - 1, failures);
	assert_true(nth <= TRIES_MAX);
	assert_true(!trial->allocates || nth > 1);
}

static void a_refused_allocation_is_a_clean_error(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		refusals_of(&trials[i]);
}

/* The commands themselves still work, and the model saw no rule broken. */
static int still_well(void **state)
{
	guest_write_file(FAIL_NTH, "0");
	return model_still_well();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_refused_allocation_is_a_clean_error, still_well),
	};

	return cmocka_run_group_tests(tests, refuse_under_the_module, NULL);
}
