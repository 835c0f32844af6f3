// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the doctor says of the bus, the driver and the nodes, on fake root directories:
 * each fault alone, so that a check that finds nothing, or finds too much, fails here.
 */
#include "doctor_root.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_healthy(void **state)
{
	put_healthy();
	expect_no_problem();
	assert_non_null(find(VERDICT_OK, "cxl_switch_cci " CXL_SWITCH_CCI_VERSION " is loaded"));
	assert_non_null(find(VERDICT_OK, "driver cxl_switch_cci is bound"));
	assert_non_null(find(VERDICT_OK, "can be read and written"));
	assert_null(find(VERDICT_NOTE, ""));
	assert_null(find(VERDICT_UNKNOWN, ""));
}

static void test_no_switch(void **state)
{
	put_module(true, true);
	put_function(&(struct function){
		.address = "0000:00:01.0", .class_code = 0x060400, .plain_upstream = true });
	put_function(&(struct function){ .address = "0000:00:02.0", .class_code = 0x020000 });
	expect_problem("no CXL switch on this host's PCI bus", "lspci");
}

static void test_switch_without_mailbox(void **state)
{
	/* Without a function the module has nothing to do: no second problem. */
	put_module(false, false);
	put_function(&(struct function){
		.address = UPSTREAM, .class_code = 0x060400, .cxl_upstream = true });
	expect_problem("(upstream port " UPSTREAM, "firmware");
}

static void test_bridges_hidden_from_users(void **state)
{
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	put_function(&(struct function){
		.address = UPSTREAM, .class_code = 0x060400, .cxl_upstream = true,
		.hidden = true });
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "cannot be seen without privilege"));
}

static void test_other_driver(void **state)
{
	put_healthy();
	unlink(place("sys/bus/pci/devices/" MAILBOX "/driver"));
	unlink(place("dev/cxl/switch0"));
	put_mailbox((struct function){ .driver = "vfio-pci" });
	expect_problem("bound to another driver, 'vfio-pci'", "drivers/vfio-pci/unbind");
}

static void test_driver_override(void **state)
{
	put_mailbox((struct function){ .override = "vfio-pci\n" });
	put_module(true, true);
	expect_problem("reserved for the driver 'vfio-pci'", "driver_override");
}

static void test_probe_failed(void **state)
{
	put_mailbox((struct function){ 0 });
	put_module(true, true);
	expect_problem("its probe failed", "dmesg | grep 0000:0d:00.1");
}

static void test_bar_unassigned(void **state)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci", .unassigned = true });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	expect_problem("BAR 0 has no address", "realloc");
}

static void test_no_bar(void **state)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci", .no_bar = true });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	expect_problem("has no memory BAR", "vendor");
}

static void test_no_node(void **state)
{
	put_healthy();
	unlink(place("dev/cxl/switch0"));
	put_text("dev/cxl/mem0", "");
	expect_problem("the driver is bound, but there is no /dev/cxl/switch0", "devtmpfs");
}

/* Root may open anything, so the question is asked as somebody else. */
static void test_no_permission(void **state)
{
	bool was_root = !geteuid();

	put_healthy();
	chmod(place("dev/cxl/switch0"), 0000);
	if (was_root)
		assert_int_equal(seteuid(65534), 0);
	doctor_examine(&doctor, root);
	if (was_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(doctor.problems, 1);
	assert_non_null(find(VERDICT_PROBLEM, "you may not open"));
	assert_non_null(strstr(find(VERDICT_PROBLEM, "you may not open")->hint, "root"));
}

static void test_read_only(void **state)
{
	bool was_root = !geteuid();

	put_healthy();
	chmod(place("dev/cxl/switch0"), 0444);
	if (was_root)
		assert_int_equal(seteuid(65534), 0);
	doctor_examine(&doctor, root);
	if (was_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(doctor.problems, 0);
	assert_non_null(find(VERDICT_NOTE, "can be read, not written"));
}

/* Nothing but the node, as in a container: no fault. */
static void test_container(void **state)
{
	put_module(true, false);
	put_text("dev/cxl/switch0", "");
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "cannot be seen"));
}

static void test_nothing_at_all(void **state)
{
	unlink(place("proc/sys/kernel/osrelease"));
	expect_problem("there is no /dev/cxl/switch0", "container");
}

/* More functions than checks fit: told as far as there is room. */
static void test_many_functions(void **state)
{
	char address[24];
	unsigned int i;

	put_module(true, true);
	for (i = 0; i < 100; i++) {
		snprintf(address, sizeof(address), "0000:%02x:00.1", i);
		put_function(&(struct function){ .address = address, .class_code = 0x0c0b00 });
	}
	doctor_examine(&doctor, root);
	assert_int_equal(doctor.functions, 100);
	assert_int_equal(doctor.count, CHECKS_MAX);
}

static void test_devices(void **state)
{
	struct found_device item = { .device.name = "switch3" };
	const struct check *check;

	item.device.info.state = CXL_SWITCH_CCI_STATE_STUCK;
	doctor = (struct doctor){ .sysroot = "" };
	doctor_examine_device(&doctor, &item);
	assert_non_null(find(VERDICT_PROBLEM, "is stuck"));
	item.device.info.state = CXL_SWITCH_CCI_STATE_READY;
	item.device.info.component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	doctor = (struct doctor){ .sysroot = "" };
	doctor_examine_device(&doctor, &item);
	assert_int_equal(doctor.problems, 1);
	check = find(VERDICT_PROBLEM, "its component type is not known");
	assert_non_null(check);
	assert_non_null(strstr(check->hint, "cxl-switch info switch"));
	assert_null(strstr(check->hint, "raw"));
	item.device.info.component_type = CXL_SWITCH_CCI_COMPONENT_SWITCH;
	item.device.info.component_source = CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG;
	doctor = (struct doctor){ .sysroot = "" };
	doctor_examine_device(&doctor, &item);
	assert_non_null(find(VERDICT_OK, "switch (type by its Command Effects Log)"));
}

/* The driver's own recovery is told where there is one, and only there. */
static void test_way_out_of_stuck(void **state)
{
	struct found_device item = { .device = { .name = "switch3", .pci = MAILBOX } };

	item.device.info.state = CXL_SWITCH_CCI_STATE_STUCK;
	doctor = (struct doctor){ .sysroot = root };
	doctor_examine_device(&doctor, &item);
	assert_non_null(strstr(doctor.checks[0].hint,
			       "echo 1 > /sys/bus/pci/devices/" MAILBOX "/reset"));
	put_text("sys/class/cxl_switch_cci/switch3/recover", "");
	doctor = (struct doctor){ .sysroot = root };
	doctor_examine_device(&doctor, &item);
	assert_non_null(strstr(doctor.checks[0].hint, "/switch3/recover"));
	assert_null(strstr(doctor.checks[0].hint, "/reset"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ON_A_ROOT(test_healthy),
		ON_A_ROOT(test_no_switch),
		ON_A_ROOT(test_switch_without_mailbox),
		ON_A_ROOT(test_bridges_hidden_from_users),
		ON_A_ROOT(test_other_driver),
		ON_A_ROOT(test_driver_override),
		ON_A_ROOT(test_probe_failed),
		ON_A_ROOT(test_bar_unassigned),
		ON_A_ROOT(test_no_bar),
		ON_A_ROOT(test_no_node),
		ON_A_ROOT(test_no_permission),
		ON_A_ROOT(test_read_only),
		ON_A_ROOT(test_container),
		ON_A_ROOT(test_nothing_at_all),
		ON_A_ROOT(test_many_functions),
		cmocka_unit_test(test_devices),
		ON_A_ROOT(test_way_out_of_stuck),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
