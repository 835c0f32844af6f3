// SPDX-License-Identifier: GPL-2.0-only
/* See doctor_root.h. */
#include "doctor_root.h"

#include <sys/stat.h>

struct doctor doctor;

static void put_bytes(uint8_t *bytes, uint32_t value, unsigned int count)
{
	for (; count--; value >>= 8)
		*bytes++ = (uint8_t)value;
}

static void put_config(const struct function *function)
{
	uint8_t config[4096] = { 0 };
	char path[200];

	put_bytes(config, 0xa12319e5, 4);
	put_bytes(config + 6, 0x0010, 2);		/* has capabilities */
	put_bytes(config + 8, function->class_code << 8, 4);
	config[0x0e] = function->cxl_upstream || function->plain_upstream;
	config[0x34] = 0x80;
	config[0x80] = 0x10;				/* PCI Express, type 5 */
	config[0x82] = function->cxl_upstream || function->plain_upstream ? 0x52 : 0x02;
	put_bytes(config + 0x100, 0x00010023, 4);	/* DVSEC, the last */
	put_bytes(config + 0x104, function->cxl_upstream ? 0x03c01e98 : 0x03c08086, 4);
	if (!function->cxl_upstream && function->plain_upstream)
		put_bytes(config + 0x100, 0, 4);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/config", function->address);
	put(path, config, function->hidden ? 64 : sizeof(config));
}

void put_function(const struct function *function)
{
	char path[200], text[1400], target[100];
	int i, used = 0;

	put_config(function);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/resource", function->address);
	for (i = 0; i < 13; i++) {
		bool bar = i == 0 && !function->no_bar;

		used += snprintf(text + used, sizeof(text) - used, "0x%016x 0x%016x 0x%016x\n",
				 bar && !function->unassigned ? 0xfe000000 : 0,
				 bar ? function->unassigned ? 0xfff : 0xfe000fff : 0,
				 bar ? 0x140204 : 0);
	}
	put_text(path, text);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/irq", function->address);
	put_text(path, "0\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vendor", function->address);
	put_text(path, "0x19e5\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/device", function->address);
	put_text(path, "0xa123\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/class", function->address);
	snprintf(text, sizeof(text), "0x%06x\n", function->class_code);
	put_text(path, text);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/driver_override", function->address);
	put_text(path, function->override ? function->override : "(null)\n");
	if (!function->driver)
		return;
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/driver", function->address);
	snprintf(target, sizeof(target), "../../drivers/%s", function->driver);
	assert_int_equal(symlink(target, place(path)), 0);
}

void put_mailbox(struct function function)
{
	function.address = MAILBOX;
	function.class_code = 0x0c0b00;
	put_function(&function);
}

void put_module(bool loaded, bool built)
{
	if (loaded) {
		put_text(LOADED "/version", VERSION "\n");
		put_text(LOADED "/srcversion", "A61C\n");
	}
	if (built)
		PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", ""));
}

void put_healthy(void)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci" });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
}

const struct check *find(enum verdict verdict, const char *text)
{
	size_t i;

	for (i = 0; i < doctor.count; i++)
		if (doctor.checks[i].verdict == verdict && strstr(doctor.checks[i].message, text))
			return &doctor.checks[i];
	return NULL;
}

void print_checks(void)
{
	size_t i;

	for (i = 0; i < doctor.count; i++)
		print_error("%s: %s: %s (%s)\n", verdict_name(doctor.checks[i].verdict),
			    doctor.checks[i].name, doctor.checks[i].message,
			    doctor.checks[i].hint);
}

void expect_problem(const char *message, const char *hint)
{
	const struct check *check;

	doctor_examine(&doctor, root);
	check = find(VERDICT_PROBLEM, message);
	if (!check || doctor.problems != 1 || !strstr(check->hint, hint))
		print_checks();
	assert_non_null(check);
	assert_int_equal(doctor.problems, 1);
	assert_non_null(strstr(check->hint, hint));
}

void expect_no_problem(void)
{
	doctor_examine(&doctor, root);
	if (doctor.problems)
		print_checks();
	assert_int_equal(doctor.problems, 0);
}

int make_machine(void **state)
{
	if (make_root(state))
		return -1;
	put_text("proc/sys/kernel/osrelease", RELEASE "\n");
	return 0;
}
