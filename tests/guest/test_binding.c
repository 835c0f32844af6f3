// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which PCI functions the driver takes: those of its class, and what an
 * administrator names through new_id only if its registers are those of a switch
 * mailbox. It knows sysfs and the kernel log.
 */
#include "guest.h"
#include "topology.h"

#include <dirent.h>
#include <limits.h>

#define DEVICES	"/sys/bus/pci/devices"
#define DRIVER	"/sys/bus/pci/drivers/cxl_switch_cci"

/* What is looked at in one function of the bus. */
struct function {
	char address[16];
	unsigned int vendor;
	unsigned int device;
	unsigned int class;
	char driver[32];	/* "": none */
};

static struct function functions[64];
static unsigned int function_count;

static unsigned int read_number(const char *address, const char *name)
{
	char path[128], line[32];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", address, name);
	guest_read_line(path, line, sizeof(line));
	return (unsigned int)strtoul(line, NULL, 16);
}

static void read_driver(struct function *function)
{
	char path[128], target[PATH_MAX] = "";

	snprintf(path, sizeof(path), DEVICES "/%s/driver", function->address);
	function->driver[0] = '\0';
	if (readlink(path, target, sizeof(target) - 1) > 0)
		snprintf(function->driver, sizeof(function->driver), "%.31s",
			 strrchr(target, '/') + 1);
}

static int list_functions(void **state)
{
	DIR *directory = opendir(DEVICES);
	struct dirent *entry;

	guest_give_up_after(60);
	while (directory && (entry = readdir(directory)) &&
	       function_count < ARRAY_SIZE(functions)) {
		struct function *function = &functions[function_count];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(function->address, sizeof(function->address), "%.15s", entry->d_name);
		function->vendor = read_number(function->address, "vendor");
		function->device = read_number(function->address, "device");
		function->class = read_number(function->address, "class");
		read_driver(function);
		function_count++;
	}
	if (directory)
		closedir(directory);
	return function_count ? 0 : -1;
}

static int write_id(const char *file, const struct function *function)
{
	char path[64], text[32];

	snprintf(path, sizeof(path), DRIVER "/%s", file);
	snprintf(text, sizeof(text), "%04x %04x", function->vendor, function->device);
	return guest_write_file(path, text);
}

/* The first function that @matches. */
static struct function *find(bool (*matches)(const struct function *function))
{
	for (unsigned int i = 0; i < function_count; i++)
		if (matches(&functions[i]))
			return &functions[i];
	return NULL;
}

static bool is_mailbox(const struct function *function)
{
	return function->class == 0x0c0b00;
}

static bool is_memory_device(const struct function *function)
{
	return function->class == 0x050210 && !function->driver[0];
}

/* A function of the chipset that nobody drives and that is no CXL at all. */
static bool is_foreign(const struct function *function)
{
	return function->vendor == 0x8086 && !function->driver[0] &&
	       function->class >> 16 != 0x05 && function->class >> 16 != 0x06;
}

static void only_the_class_is_bound(void **state)
{
	unsigned int bound = 0;

	for (unsigned int i = 0; i < function_count; i++) {
		bool ours = !strcmp(functions[i].driver, "cxl_switch_cci");

		assert_int_equal(ours, is_mailbox(&functions[i]));
		bound += ours;
	}
	assert_int_equal(bound, 1);
	diag("of %u PCI functions %u is bound", function_count, bound);
}

/* While a probe still runs, the link to the driver is there. */
static void wait_until_let_go(struct function *function)
{
	int64_t limit = guest_now_ms() + 5000;

	do {
		guest_sleep_ms(5);
		read_driver(function);
	} while (function->driver[0] && guest_now_ms() < limit);
}

/* Offers @function by new_id; it has to be refused, with one line that says why. */
static void assert_not_taken(struct function *function, const char *why)
{
	assert_non_null(function);
	guest_log_mark();
	assert_int_equal(write_id("new_id", function), 0);
	/* the probe may be asynchronous: bind is not */
	assert_int_not_equal(guest_write_file(DRIVER "/bind", function->address), 0);
	assert_int_equal(write_id("remove_id", function), 0);
	wait_until_let_go(function);
	assert_string_equal(function->driver, "");
	if (!guest_logged(function->address, why))
		fail_msg("no line of the log says \"%s\" of %s", why, function->address);
	assert_int_equal(access("/dev/cxl/switch1", F_OK), -1);
}

/* Also after a failed test: nothing but the switch stays bound. */
static int give_back(void **state)
{
	for (unsigned int i = 0; i < function_count; i++) {
		read_driver(&functions[i]);
		if (is_mailbox(&functions[i]) || strcmp(functions[i].driver, "cxl_switch_cci"))
			continue;
		write_id("remove_id", &functions[i]);
		guest_write_file(DRIVER "/unbind", functions[i].address);
	}
	return 0;
}

static void a_function_without_a_locator_is_refused(void **state)
{
	assert_not_taken(find(is_foreign), "no CXL register locator");
}

/* Its mailbox has the same form; what it means is another thing, and cxl_pci's. */
static void a_memory_device_is_refused(void **state)
{
	assert_not_taken(find(is_memory_device), "not a switch mailbox");
}

static void the_switch_serves_on(void **state)
{
	int fd = guest_open(O_RDWR);

	assert_int_equal(guest_identify(fd), 0);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_class_is_bound),
		cmocka_unit_test_teardown(a_function_without_a_locator_is_refused, give_back),
		cmocka_unit_test_teardown(a_memory_device_is_refused, give_back),
		cmocka_unit_test(the_switch_serves_on),
	};

	static const struct CMUnitTest on_model[] = {
		cmocka_unit_test(only_the_class_is_bound),
		cmocka_unit_test_teardown(a_function_without_a_locator_is_refused, give_back),
		cmocka_unit_test(the_switch_serves_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	/* only-on says why */
	if (topology_is_model())
		return cmocka_run_group_tests(on_model, list_functions, NULL);
	return cmocka_run_group_tests(tests, list_functions, NULL);
}
