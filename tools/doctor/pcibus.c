// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scans with libpci. Its error callback must not return, hence the longjmp;
 * nothing of this file is allocated between the two ends of the jump.
 */
#include "pcibus.h"

#include <limits.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DVSEC_CAPABILITY	0x23
#define DVSEC_HEADER1		4
#define DVSEC_VENDOR_CXL	0x1E98
#define EXTENDED_CONFIG_START	0x100
#define CLASS_BRIDGE_PCI	0x0604
#define BAR_COUNT		6

static jmp_buf scan_failed;
static char scan_error[160];

static void on_error(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void on_error(char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(scan_error, sizeof(scan_error), format, args);
	va_end(args);
	longjmp(scan_failed, 1);
}

static void on_message(char *format, ...)
{
	(void)format;
}

/* A CXL DVSEC of any id marks a CXL function. */
static bool has_cxl_dvsec(struct pci_dev *dev)
{
	unsigned int number, count = 1;

	for (number = 0; number < count; number++) {
		unsigned int index = number;
		struct pci_cap *cap = pci_find_cap_nr(dev, DVSEC_CAPABILITY, PCI_CAP_EXTENDED,
						      &index);

		if (number == 0)
			count = index;
		if (!cap)
			return false;
		if (pci_read_word(dev, cap->addr + DVSEC_HEADER1) == DVSEC_VENDOR_CXL)
			return true;
	}
	return false;
}

static bool is_upstream_bridge(struct pci_dev *dev)
{
	struct pci_cap *express = pci_find_cap(dev, PCI_CAP_ID_EXP, PCI_CAP_NORMAL);
	u16 flags;

	if (dev->device_class != CLASS_BRIDGE_PCI || !express)
		return false;
	flags = pci_read_word(dev, express->addr + PCI_EXP_FLAGS);
	return (flags & PCI_EXP_FLAGS_TYPE) >> 4 == PCI_EXP_TYPE_UPSTREAM;
}

/* Without privileges sysfs shows 64 bytes of configuration space. */
static bool extended_config_hidden(struct pci_dev *dev)
{
	u8 byte;

	return !pci_read_block(dev, EXTENDED_CONFIG_START, &byte, sizeof(byte));
}

static void read_link_name(const char *path, char *name, size_t room)
{
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	const char *slash;

	*name = '\0';
	if (length < 0)
		return;
	target[length] = '\0';
	slash = strrchr(target, '/');
	snprintf(name, room, "%.*s", (int)room - 1, slash ? slash + 1 : target);
}

static void read_line(const char *path, char *line, size_t room)
{
	FILE *file = fopen(path, "r");

	*line = '\0';
	if (!file)
		return;
	if (!fgets(line, room, file))
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
	/* sysfs prints this if there is no override. */
	if (!strcmp(line, "(null)"))
		*line = '\0';
	fclose(file);
}

static void describe_bars(struct pci_dev *dev, struct pci_function *function)
{
	int bar;

	function->unassigned_bar = -1;
	for (bar = BAR_COUNT - 1; bar >= 0; bar--) {
		if (!dev->size[bar])
			continue;
		if (dev->base_addr[bar] & PCI_ADDR_MEM_MASK)
			function->has_bar = true;
		else
			function->unassigned_bar = bar;
	}
}

static void describe(const char *sysroot, struct pci_dev *dev, struct pci_function *function)
{
	char path[PATH_MAX];
	int end;

	snprintf(function->address, sizeof(function->address), "%04x:%02x:%02x.%u", dev->domain,
		 dev->bus, dev->dev, dev->func);
	function->vendor_id = dev->vendor_id;
	function->device_id = dev->device_id;
	describe_bars(dev, function);
	end = snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/", sysroot,
		       function->address);
	snprintf(path + end, sizeof(path) - end, "driver");
	read_link_name(path, function->driver, sizeof(function->driver));
	snprintf(path + end, sizeof(path) - end, "driver_override");
	read_line(path, function->driver_override, sizeof(function->driver_override));
}

static void add_function(const char *sysroot, struct pci_dev *dev, struct pci_bus *bus)
{
	u32 class_code = pci_read_long(dev, PCI_CLASS_REVISION) >> 8;
	struct pci_function function = { .is_mailbox = class_code == CLASS_SWITCH_MAILBOX_CCI };
	struct pci_function *functions;

	if (!function.is_mailbox && dev->device_class == CLASS_BRIDGE_PCI) {
		if (extended_config_hidden(dev))
			bus->hidden = true;
		else
			function.is_upstream_port = is_upstream_bridge(dev) && has_cxl_dvsec(dev);
	}
	if (!function.is_mailbox && !function.is_upstream_port)
		return;
	describe(sysroot, dev, &function);
	functions = reallocarray(bus->functions, bus->count + 1, sizeof(*functions));
	if (!functions)
		return;
	bus->functions = functions;
	functions[bus->count++] = function;
}

static int by_address(const void *a, const void *b)
{
	const struct pci_function *first = a, *second = b;

	return strcmp(first->address, second->address);
}

static struct pci_access *open_access(const char *sysroot)
{
	struct pci_access *access = pci_alloc();
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/bus/pci", sysroot);
	access->method = PCI_ACCESS_SYS_BUS_PCI;
	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	pci_set_param(access, "sysfs.path", path);
	return access;
}

const char *pcibus_scan(const char *sysroot, struct pci_bus *bus)
{
	struct pci_access *access = open_access(sysroot);
	struct pci_dev *dev;

	*bus = (struct pci_bus){ 0 };
	if (setjmp(scan_failed)) {
		/* The state of libpci is inconsistent; do not free it. */
		pcibus_free(bus);
		return scan_error;
	}
	pci_init(access);
	pci_scan_bus(access);
	for (dev = access->devices; dev; dev = dev->next) {
		pci_fill_info(dev, PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_BASES |
			      PCI_FILL_SIZES | PCI_FILL_CAPS | PCI_FILL_EXT_CAPS);
		add_function(sysroot, dev, bus);
	}
	pci_cleanup(access);
	if (bus->count)
		qsort(bus->functions, bus->count, sizeof(*bus->functions), by_address);
	return NULL;
}

void pcibus_free(struct pci_bus *bus)
{
	free(bus->functions);
	*bus = (struct pci_bus){ 0 };
}
