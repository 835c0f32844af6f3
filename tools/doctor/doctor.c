// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks of bus, nodes and devices. Each has a result as text, and a hint.
 * It does not print.
 */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor_list.h"
#include "doctor_module.h"
#include "cci/names.h"
#include "pcibus.h"

/* ---- the bus ---- */

static void check_no_function(struct doctor *doctor, const struct pci_bus *bus)
{
	const struct pci_function *upstream = bus->count ? &bus->functions[0] : NULL;
	struct check *check;

	doctor->no_function = upstream || !bus->hidden;

	if (upstream) {
		check = check_add(doctor, VERDICT_PROBLEM, "PCI function", "there is a CXL switch "
				  "(upstream port %s, %04x:%04x), but it shows this host no "
				  "mailbox function (class 0C0B00h)", upstream->address,
				  upstream->vendor_id, upstream->device_id);
		check_hint(check, "enable the Switch Mailbox CCI function in the switch's "
			      "firmware or configuration (vendor's tool, EEPROM or BMC), then "
			      "reboot or rescan");
	} else if (bus->hidden) {
		check = check_add(doctor, VERDICT_UNKNOWN, "PCI function", "no function of class "
				  "0C0B00h; whether there is a CXL switch cannot be seen without "
				  "privilege");
		check_hint(check, "run 'cxl-switch doctor' as root");
	} else {
		check = check_add(doctor, VERDICT_PROBLEM, "PCI function", "no CXL switch on this "
				  "host's PCI bus: no function of class 0C0B00h, no upstream port "
				  "with a CXL capability");
		check_hint(check, "check power and link of the switch (lspci -tv); a virtual "
			      "machine must be given the function, a container only the device "
			      "node");
	}
}

static void check_bar(struct doctor *doctor, const struct pci_function *function)
{
	struct check *check;

	if (function->unassigned_bar >= 0) {
		check = check_add(doctor, VERDICT_PROBLEM, function->address, "BAR %d has no "
				  "address: the registers cannot be reached",
				  function->unassigned_bar);
		check_hint(check, "boot with pci=realloc, or give the bridge above more memory "
			      "space in the firmware's settings; dmesg | grep BAR");
	} else if (!function->has_bar) {
		check = check_add(doctor, VERDICT_PROBLEM, function->address, "has no memory BAR: "
				  "the registers cannot be reached");
		check_hint(check, "a fault of the switch's firmware: ask its vendor");
	}
}

static void check_unbound(struct doctor *doctor, const struct pci_function *function)
{
	struct check *check;

	if (*function->driver_override && strcmp(function->driver_override, MODULE)) {
		check = check_add(doctor, VERDICT_PROBLEM, function->address, "is reserved for the "
				  "driver '%s' (driver_override)", function->driver_override);
		check_hint(check, "echo > /sys/bus/pci/devices/%s/driver_override && echo %s > "
			      "/sys/bus/pci/drivers_probe", function->address, function->address);
	} else if (doctor->module_loaded) {
		check = check_add(doctor, VERDICT_PROBLEM, function->address, "no driver is bound "
				  "although the module is loaded: its probe failed or still waits "
				  "for the mailbox (60 s at most), or it was unbound");
		check_hint(check, "dmesg | grep %s tells why; to try again: echo %s > "
			      "/sys/bus/pci/drivers/" MODULE "/bind", function->address,
			      function->address);
	} else {
		check_add(doctor, VERDICT_NOTE, function->address, "no driver is bound, as the "
			  "module is not loaded");
	}
}

static void check_function(struct doctor *doctor, const struct pci_function *function)
{
	struct check *check;

	check_add(doctor, VERDICT_OK, "PCI function", "%s, %04x:%04x, class 0C0B00h",
		  function->address, function->vendor_id, function->device_id);
	check_bar(doctor, function);
	if (!*function->driver) {
		check_unbound(doctor, function);
	} else if (!strcmp(function->driver, MODULE)) {
		doctor->bound++;
		check_add(doctor, VERDICT_OK, function->address, "driver " MODULE " is bound");
	} else {
		check = check_add(doctor, VERDICT_PROBLEM, function->address, "is bound to another "
				  "driver, '%s'", function->driver);
		check_hint(check, "echo %s > /sys/bus/pci/drivers/%s/unbind && echo %s > "
			      "/sys/bus/pci/drivers/" MODULE "/bind", function->address,
			      function->driver, function->address);
	}
}

static void check_bus(struct doctor *doctor)
{
	struct check *check;
	struct pci_bus bus;
	const char *wrong;
	char path[PATH_MAX];
	size_t i;

	doctor_path(doctor, path, "/sys/bus/pci/devices");
	wrong = path_exists(path) ? pcibus_scan(doctor->sysroot, &bus) : "there is none in sysfs";
	if (wrong) {
		check = check_add(doctor, VERDICT_UNKNOWN, "PCI bus", "cannot be seen: %s", wrong);
		check_hint(check, "in a container this is no fault; otherwise mount sysfs on "
			      "/sys");
		return;
	}
	for (i = 0; i < bus.count; i++)
		doctor->functions += bus.functions[i].is_mailbox;
	if (!doctor->functions)
		check_no_function(doctor, &bus);
	for (i = 0; i < bus.count; i++)
		if (bus.functions[i].is_mailbox)
			check_function(doctor, &bus.functions[i]);
	pcibus_free(&bus);
}

/* ---- the nodes ---- */

static void owner_text(const struct stat *status, char *text, size_t room)
{
	struct group *group = getgrgid(status->st_gid);
	char number[16];

	snprintf(number, sizeof(number), "%u", status->st_gid);
	snprintf(text, room, "mode %04o, group %.32s", status->st_mode & 07777,
		 group ? group->gr_name : number);
}

static void check_node(struct doctor *doctor, const char *name)
{
	char path[PATH_MAX], owner[64];
	struct check *check;
	struct stat status;
	int descriptor;

	doctor_path(doctor, path, DEVICE_DIRECTORY "/%s", name);
	if (stat(path, &status))
		return;
	owner_text(&status, owner, sizeof(owner));
	descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (descriptor >= 0) {
		check_add(doctor, VERDICT_OK, name, "%s can be read and written", path);
		close(descriptor);
		return;
	}
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor >= 0) {
		check_add(doctor, VERDICT_NOTE, name, "%s can be read, not written (%s): you may "
			  "ask, not change", path, owner);
	} else if (errno == EACCES) {
		check = check_add(doctor, VERDICT_PROBLEM, name, "you may not open %s (%s)", path,
				  owner);
		permission_hint(path, check->hint, sizeof(check->hint));
	} else if (errno == EPERM) {
		check = check_add(doctor, VERDICT_PROBLEM, name, "%s is not let through to this "
				  "container", path);
		check_hint(check, "start the container with --device %s", path);
	} else {
		check = check_add(doctor, VERDICT_PROBLEM, name, "%s: %s", path, strerror(errno));
		check_hint(check, "a left-over node without a driver: remove it, and load the "
			      "module again");
	}
	if (descriptor >= 0)
		close(descriptor);
}

static void check_no_node(struct doctor *doctor)
{
	bool explained = doctor->problems;
	struct check *check;

	if (doctor->bound) {
		check = check_add(doctor, VERDICT_PROBLEM, "device node", "the driver is bound, "
				  "but there is no " DEVICE_DIRECTORY "/switch0");
		check_hint(check, "in a container pass the node in (--device " DEVICE_DIRECTORY
			      "/switch0); otherwise mount devtmpfs on /dev");
	} else {
		check = check_add(doctor, explained ? VERDICT_NOTE : VERDICT_PROBLEM, "device node",
				  "there is no " DEVICE_DIRECTORY "/switch0");
		check_hint(check, "%s", explained ? "mend the problems above first" : "in a "
			      "container pass the node in: --device " DEVICE_DIRECTORY "/switch0");
	}
}

static void check_nodes(struct doctor *doctor)
{
	char directory[PATH_MAX];
	struct dirent **entries = NULL;
	int count, i;

	doctor_path(doctor, directory, DEVICE_DIRECTORY);
	count = scandir(directory, &entries, device_is_node, versionsort);
	if (count <= 0)
		check_no_node(doctor);
	for (i = 0; i < count; i++) {
		check_node(doctor, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

void doctor_examine(struct doctor *doctor, const char *sysroot)
{
	char path[PATH_MAX];

	*doctor = (struct doctor){ .sysroot = sysroot };
	doctor->module_loaded = path_exists(doctor_path(doctor, path, "/sys/module/" MODULE));
	check_bus(doctor);
	doctor_examine_module(doctor);
	check_nodes(doctor);
}

/* ---- the device ---- */

/* Names the driver's own recovery if it has one; a reset of the function always helps. */
static void hint_for_stuck(const struct doctor *doctor, const struct device *device,
			   struct check *check)
{
	char path[PATH_MAX];

	doctor_path(doctor, path, "/sys/class/" MODULE "/%s/recover", device->name);
	if (path_exists(path))
		check_hint(check, "wait and look again; if it stays: echo 1 > %s", path);
	else
		check_hint(check, "wait and look again; if it stays: echo 1 > "
			      "/sys/bus/pci/devices/%s/reset", device->pci);
}

void doctor_examine_device(struct doctor *doctor, const struct found_device *item)
{
	const struct cxl_switch_cci_info *info = &item->device.info;
	const struct failure *failure = &item->failure;
	char component[COMPONENT_TEXT_SIZE];
	struct check *check;

	if (failure->result) {
		/* An earlier check has reported that it may not be opened. */
		if (failure->error == EACCES || failure->error == EPERM)
			return;
		check = check_add(doctor, VERDICT_PROBLEM, item->device.node, "%s",
				  failure->message);
		check_hint(check, "%s", failure->hint);
		return;
	}
	doctor->keys_told = true;
	doctor->loaded_keys = info->build_keys;
	if (info->state != CXL_SWITCH_CCI_STATE_READY) {
		check = check_add(doctor, VERDICT_PROBLEM, item->device.name, "is %s",
				  state_name(info->state));
		hint_for_stuck(doctor, &item->device, check);
		return;
	}
	if (info->component_type == CXL_SWITCH_CCI_COMPONENT_UNKNOWN) {
		check = check_add(doctor, VERDICT_PROBLEM, item->device.name, "its component "
				  "type is not known: no usable answer to Identify, and no Command "
				  "Effects Log that shows it; the driver queries it again by "
				  "itself");
		check_hint(check, "'cxl-switch info %s' shows the type once it is known; if it "
			      "stays unknown: echo 1 > /sys/class/" MODULE "/%s/recover",
			      item->device.name, item->device.name);
		return;
	}
	component_text(info->component_type, info->component_source, component);
	check_add(doctor, VERDICT_OK, item->device.name, "answers: %s, %s, ready", component,
		  item->device.pci);
}
