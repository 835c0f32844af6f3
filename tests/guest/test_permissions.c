// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may open the node and what passes then: open modes, file modes, an
 * unprivileged uid; where the node stands and what opening it does not do.
 */
#include "guest.h"
#include "topology.h"

#include <grp.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define NOBODY		65534
#define GROUP		4242
#define MANY		256

static struct guest_device device;

/* What a file answers to one of each kind of request: 0 or an errno. */
struct answers {
	int info;
	int table;
	int query;
	int query_by_send;
	int tunneled;
	int unaudited;
	uint8_t reason;
};

static int send_tunneled(int fd)
{
	static const uint8_t ids[] = { PORT_VOLATILE };
	struct guest_message message = guest_tunnel(ids, 1, OPCODE_IDENTIFY, NULL, 0);
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_TUNNEL, message.bytes, message.length, NULL, 0);

	return guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
}

static struct answers ask_all(int fd)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	struct cxl_mem_query_commands table = { .n_commands = 0 };
	struct cxl_switch_cci_send query = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_switch_cci_send unaudited = guest_send(OPCODE_VENDOR, NULL, 0, NULL, 0);
	struct answers answers = {
		.info = guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info),
		.table = guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, &table),
		.query = guest_identify(fd),
		.query_by_send = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &query),
		.tunneled = send_tunneled(fd),
		.unaudited = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &unaudited),
	};

	answers.reason = unaudited.reason;
	return answers;
}

static bool queries_pass(const struct answers *answers)
{
	return !answers->info && !answers->table && !answers->query &&
	       !answers->query_by_send && !answers->tunneled;
}

/* ---- the node ---- */

static void the_node_is_closed_to_others(void **state)
{
	struct stat node;

	assert_int_equal(stat(device.node, &node), 0);
	assert_true(S_ISCHR(node.st_mode));
	assert_int_equal(node.st_uid, 0);
	assert_int_equal(node.st_mode & 0007, 0);
	diag("%s: mode %04o as the kernel made it", device.node, node.st_mode & 07777);
}

static void sysfs_leads_to_the_function(void **state)
{
	char path[128], text[64], target[PATH_MAX] = "";

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/class", device.pci);
	guest_read_line(path, text, sizeof(text));
	assert_string_equal(text, "0x0c0b00");
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/device", device.pci);
	guest_read_line(path, text, sizeof(text));
	assert_string_equal(text, OF_DEVICE("0xa123", "0xa128"));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", device.pci);
	assert_true(readlink(path, target, sizeof(target) - 1) > 0);
	assert_string_equal(strrchr(target, '/') + 1, "cxl_switch_cci");
}

/* The numbers of the node are the ones sysfs announces to udev. */
static void sysfs_announces_the_node(void **state)
{
	struct stat node;
	char path[128], line[64];

	assert_int_equal(stat(device.node, &node), 0);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", device.pci);
	assert_int_equal(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "/sys/class/cxl_switch_cci/%s/dev", device.name);
	guest_read_line(path, line, sizeof(line));
	snprintf(path, sizeof(path), "%u:%u", (unsigned int)((node.st_rdev >> 8) & 0xfff),
		 (unsigned int)((node.st_rdev & 0xff) | ((node.st_rdev >> 12) & 0xfff00)));
	assert_string_equal(line, path);
}

/* ---- open modes ---- */

static void a_read_only_file_may_query(void **state)
{
	int fd = guest_open(O_RDONLY);
	struct answers answers = ask_all(fd);

	assert_true(queries_pass(&answers));
	assert_int_equal(answers.unaudited, EBADF);
	assert_int_equal(answers.reason, CXL_SWITCH_CCI_REASON_READ_ONLY);
	close(fd);
}

static void writable_files_may_query_and_are_judged(void **state)
{
	static const int modes[] = { O_RDWR, O_WRONLY, O_RDWR | O_NONBLOCK, O_WRONLY | O_NONBLOCK };

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		int fd = guest_open(modes[i]);
		struct answers answers = ask_all(fd);

		assert_true(queries_pass(&answers));
		assert_int_equal(answers.unaudited, EPERM);
		assert_int_equal(answers.reason, CXL_SWITCH_CCI_REASON_UNAUDITED);
		close(fd);
	}
}

/* Access mode 3 opens for ioctl only: not for writing, so it may query. */
static void an_ioctl_only_file_counts_as_read_only(void **state)
{
	int fd = guest_open(O_ACCMODE);
	struct answers answers = ask_all(fd);

	assert_true(queries_pass(&answers));
	assert_int_equal(answers.unaudited, EBADF);
	close(fd);
}

static void a_path_only_file_may_nothing(void **state)
{
	int fd = guest_open(O_PATH);
	struct answers answers = ask_all(fd);

	assert_int_equal(answers.info, EBADF);
	assert_int_equal(answers.query, EBADF);
	close(fd);
}

/* ---- no way round ---- */

static void the_node_cannot_be_mapped_or_written(void **state)
{
	int fd = guest_open(O_RDWR);
	void *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_ptr_equal(area, MAP_FAILED);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(guest_identify(fd), 0);
	close(fd);
}

/* The BAR is claimed: no process maps the registers beside the driver. */
static void the_registers_cannot_be_mapped_past_the_driver(void **state)
{
	char path[128];
	void *area;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0", device.pci);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_equal(area, MAP_FAILED);
	diag("mmap of resource0: %s", strerror(errno));
	close(fd);
}

/* ---- opening ---- */

static void opening_is_never_exclusive(void **state)
{
	int fds[MANY];

	for (unsigned int i = 0; i < MANY; i++)
		fds[i] = guest_open(i % 2 ? O_RDWR : O_RDONLY);
	for (unsigned int i = 0; i < MANY; i++)
		assert_int_equal(guest_identify(fds[i]), 0);
	for (unsigned int i = 0; i < MANY; i++)
		close(fds[i]);
	diag("%u files open at once, each answered", MANY);
}

/* O_EXCL means nothing on a device, and must not come to mean it. */
static void exclusive_open_excludes_nobody(void **state)
{
	int one = guest_open(O_RDWR | O_EXCL), two = guest_open(O_RDWR | O_EXCL);

	assert_int_equal(guest_identify(one), 0);
	assert_int_equal(guest_identify(two), 0);
	close(one);
	close(two);
}

static uint64_t commands_sent(void)
{
	char line[32];

	guest_read_attribute(&device, "counters/commands", line, sizeof(line));
	if (!line[0])
		fail_msg("counters/commands is not readable");
	return strtoull(line, NULL, 10);
}

/* A scanner opens every node it finds: that sends the device nothing. */
static void opening_sends_nothing(void **state)
{
	uint64_t before = commands_sent(), after;
	int fd;

	for (unsigned int i = 0; i < MANY; i++)
		close(guest_open(i % 2 ? O_RDWR : O_RDONLY));
	assert_true(commands_sent() == before);
	fd = guest_open(O_RDWR);
	assert_int_equal(guest_identify(fd), 0);
	close(fd);
	after = commands_sent();
	assert_true(after == before + 1);
	diag("commands sent by %u opens: 0, by one query: %u", MANY,
	     (unsigned int)(after - before));
}

/* ---- the unprivileged ---- */

struct attempt {
	gid_t group;
	int flags;
	int open_error;
	struct answers answers;
	int disclosing;
	uint8_t disclosing_reason;
	uint32_t disclosing_flags;
};

static void ask_for_vendor_log(int fd, struct attempt *attempt)
{
	struct guest_log_request request = { .length = 16 };
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_GET_LOG, &request, sizeof(request), NULL, 0);

	memcpy(request.uuid, guest_vendor_log_uuid, sizeof(request.uuid));
	attempt->disclosing = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
	attempt->disclosing_reason = send.reason;
	attempt->disclosing_flags = send.verdict_flags;
}

/* In a child, without root: results go back through shared memory. */
static int attempt_without_root(void *argument)
{
	struct attempt *attempt = argument;
	int fd;

	if (setgroups(0, NULL) || setresgid(attempt->group, attempt->group, attempt->group) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return 1;
	fd = open(device.node, attempt->flags);
	attempt->open_error = fd < 0 ? errno : 0;
	if (fd < 0)
		return 0;
	attempt->answers = ask_all(fd);
	ask_for_vendor_log(fd, attempt);
	return 0;
}

static struct attempt attempt(mode_t mode, gid_t group, int flags)
{
	struct attempt *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct attempt result;
	struct stat before;

	assert_ptr_not_equal(shared, MAP_FAILED);
	shared->group = group;
	shared->flags = flags;
	assert_int_equal(stat(device.node, &before), 0);
	assert_int_equal(chown(device.node, 0, GROUP), 0);
	assert_int_equal(chmod(device.node, mode), 0);
	assert_int_equal(guest_in_child(attempt_without_root, shared), 0);
	assert_int_equal(chown(device.node, before.st_uid, before.st_gid), 0);
	assert_int_equal(chmod(device.node, before.st_mode & 07777), 0);
	result = *shared;
	munmap(shared, sizeof(*shared));
	return result;
}

static void strangers_cannot_open(void **state)
{
	assert_int_equal(attempt(0660, NOBODY, O_RDONLY).open_error, EACCES);
	assert_int_equal(attempt(0660, NOBODY, O_RDWR).open_error, EACCES);
}

/* The node as the udev rule leaves it: the group may ask, not change. */
static void the_group_may_ask(void **state)
{
	struct attempt reader = attempt(0640, GROUP, O_RDONLY);

	assert_int_equal(reader.open_error, 0);
	assert_true(queries_pass(&reader.answers));
	assert_int_equal(reader.answers.unaudited, EBADF);
	assert_int_equal(attempt(0640, GROUP, O_RDWR).open_error, EACCES);
	assert_int_equal(attempt(0640, GROUP, O_WRONLY).open_error, EACCES);
}

/* With write permission and no capability: queries still, and nothing else. */
static void write_permission_gives_queries_only(void **state)
{
	struct attempt writer = attempt(0660, GROUP, O_RDWR);

	assert_int_equal(writer.open_error, 0);
	assert_true(queries_pass(&writer.answers));
	assert_int_equal(writer.answers.unaudited, EPERM);
	assert_int_equal(writer.answers.reason, CXL_SWITCH_CCI_REASON_UNAUDITED);
}

/* A log that can hold secrets is a query, and not everybody's: it takes CAP_SYS_RAWIO. */
static void disclosing_logs_need_a_capability(void **state)
{
	const uint32_t flags = CXL_SWITCH_CCI_VERDICT_AUDITED | CXL_SWITCH_CCI_VERDICT_DISCLOSING;
	struct attempt writer = attempt(0660, GROUP, O_RDWR), root = { .group = 0 };
	int fd = guest_open(O_RDWR);

	assert_int_equal(writer.disclosing, EPERM);
	assert_int_equal(writer.disclosing_reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_int_equal(writer.disclosing_flags, flags);
	ask_for_vendor_log(fd, &root);
	assert_int_equal(root.disclosing, 0);
	assert_int_equal(root.disclosing_flags, flags);
	close(fd);
}

static int use_roots_file(void *argument)
{
	struct attempt *attempt = argument;

	if (guest_become_nobody())
		return 1;
	ask_for_vendor_log(attempt->flags, attempt);
	return attempt->disclosing == EPERM && guest_identify(attempt->flags) == 0 ? 0 : 2;
}

/* Who calls counts, not who opened. */
static void a_file_of_root_carries_no_capability(void **state)
{
	struct attempt borrowed = { .flags = guest_open(O_RDWR) };

	assert_int_equal(guest_in_child(use_roots_file, &borrowed), 0);
	close(borrowed.flags);
}

static int find_switch(void **state)
{
	guest_give_up_after(120);
	device = guest_device();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_node_is_closed_to_others),
		cmocka_unit_test(sysfs_leads_to_the_function),
		cmocka_unit_test(sysfs_announces_the_node),
		cmocka_unit_test(a_read_only_file_may_query),
		cmocka_unit_test(writable_files_may_query_and_are_judged),
		cmocka_unit_test(an_ioctl_only_file_counts_as_read_only),
		cmocka_unit_test(a_path_only_file_may_nothing),
		cmocka_unit_test(the_node_cannot_be_mapped_or_written),
		cmocka_unit_test(the_registers_cannot_be_mapped_past_the_driver),
		cmocka_unit_test(opening_is_never_exclusive),
		cmocka_unit_test(exclusive_open_excludes_nobody),
		cmocka_unit_test(opening_sends_nothing),
		cmocka_unit_test(strangers_cannot_open),
		cmocka_unit_test(the_group_may_ask),
		cmocka_unit_test(write_permission_gives_queries_only),
		cmocka_unit_test(disclosing_logs_need_a_capability),
		cmocka_unit_test(a_file_of_root_carries_no_capability),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, find_switch, NULL);
}
