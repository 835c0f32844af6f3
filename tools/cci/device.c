// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens a device by name, path, PCI address or serial number. It opens the
 * nodes and queries INFO; neither has a side effect.
 */
#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parse.h"

static int ioctl_info(void *context, struct cxl_switch_cci_info *info)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_INFO, info) < 0 ? -errno : 0;
}

static int ioctl_send(void *context, struct cxl_switch_cci_send *send)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_SEND, send) < 0 ? -errno : 0;
}

static int ioctl_explain(void *context, struct cxl_switch_cci_explain *explain)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_EXPLAIN, explain) < 0 ? -errno : 0;
}

static int ioctl_restrict(void *context, struct cxl_switch_cci_restrict *limit)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_RESTRICT, limit) < 0 ? -errno : 0;
}

static int ioctl_destinations(void *context, struct cxl_switch_cci_destinations *list)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_DESTINATIONS, list) < 0 ? -errno : 0;
}

static int ioctl_recent(void *context, struct cxl_switch_cci_recent *list)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_RECENT, list) < 0 ? -errno : 0;
}

static int ioctl_bg_status(void *context, struct cxl_switch_cci_bg_status *status)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_BG_STATUS, status) < 0 ? -errno : 0;
}

static int ioctl_bg_cancel(void *context, struct cxl_switch_cci_bg_cancel *cancel)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_BG_CANCEL, cancel) < 0 ? -errno : 0;
}

static int ioctl_bg_adopt(void *context, struct cxl_switch_cci_bg_adopt *adopt)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_BG_ADOPT, adopt) < 0 ? -errno : 0;
}

static int ioctl_subscribe(void *context, struct cxl_switch_cci_subscribe *subscribe)
{
	struct device *device = context;

	return ioctl(device->descriptor, CXL_SWITCH_CCI_SUBSCRIBE, subscribe) < 0 ? -errno : 0;
}

/* The node is open with O_NONBLOCK, so this never sleeps. */
static int read_notices(void *context, void *buffer, size_t room)
{
	struct device *device = context;
	ssize_t size = read(device->descriptor, buffer, room);

	return size < 0 ? -errno : (int)size;
}

static int wait_for_notices(void *context, int milliseconds)
{
	struct device *device = context;
	struct pollfd poller = { .fd = device->descriptor, .events = POLLIN };
	int ready = poll(&poller, 1, milliseconds);

	return ready < 0 ? -errno : ready;
}

static const struct transport_ops ioctl_ops = {
	.info = ioctl_info,
	.send = ioctl_send,
	.explain = ioctl_explain,
	.restrict_to = ioctl_restrict,
	.destinations = ioctl_destinations,
	.recent = ioctl_recent,
	.bg_status = ioctl_bg_status,
	.bg_cancel = ioctl_bg_cancel,
	.bg_adopt = ioctl_bg_adopt,
	.subscribe = ioctl_subscribe,
	.read = read_notices,
	.wait = wait_for_notices,
};

bool serial_is_valid(uint64_t serial)
{
	return serial && serial != UINT64_MAX;
}

void permission_hint(const char *node, char *text, size_t room)
{
	struct stat status;
	bool has_group = !stat(node, &status) && status.st_gid && status.st_mode & S_IRGRP;
	struct group *group = has_group ? getgrgid(status.st_gid) : NULL;

	if (group)
		snprintf(text, room, "run as root, or join the group: usermod -aG %s USER, and "
			 "log in again", group->gr_name);
	else if (has_group)
		snprintf(text, room, "run as root, or with the group of number %u, which has no "
			 "name here (outside of a container it may be cxl)", status.st_gid);
	else
		snprintf(text, room, "run as root, or install the udev rule of cxl-switch-cci, "
			 "which gives the node to group cxl, and load the module again");
}

static enum result fail_open(struct failure *failure, const char *node, int error)
{
	fail_with(failure, RESULT_NO_DEVICE, error, "%s: %s", node, strerror(error));
	if (error == EACCES)
		permission_hint(node, failure->hint, sizeof(failure->hint));
	else if (error == EPERM)
		failure_hint(failure, "the container does not let this device through: start it "
				"with --device %s", node);
	else
		failure_hint(failure, "'cxl-switch list' shows the devices, "
				"'cxl-switch doctor' why there is none");
	return failure->result;
}

/* O_RDWR, so that changes are possible; O_RDONLY is sufficient for queries. */
static enum result open_node(struct device *device, const char *node, bool read_only,
			     struct failure *failure)
{
	struct stat status;

	snprintf(device->node, sizeof(device->node), "%s", node);
	device->read_only = read_only;
	device->descriptor = open(node, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
	if (device->descriptor < 0 && !read_only && (errno == EACCES || errno == EROFS)) {
		device->read_only = true;
		device->descriptor = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if (device->descriptor < 0)
		return fail_open(failure, node, errno);
	if (!fstat(device->descriptor, &status) && S_ISCHR(status.st_mode))
		return RESULT_OK;
	close(device->descriptor);
	device->descriptor = -1;
	fail_with(failure, RESULT_NO_DEVICE, ENOTTY, "%s: not a character device", node);
	failure_hint(failure, "'cxl-switch list' shows the devices");
	return failure->result;
}

static enum result ask_info(struct device *device, struct failure *failure)
{
	int error;

	device->info = (struct cxl_switch_cci_info){ .size = sizeof(device->info) };
	error = -ioctl_ops.info(device, &device->info);
	if (!error)
		return RESULT_OK;
	fail_with(failure, RESULT_NO_DEVICE, error, "%s: %s", device->node, error == ENOTTY ?
		  "does not know the INFO ioctl of cxl-switch-cci" : strerror(error));
	failure_hint(failure, "it is not a node of the cxl_switch_cci driver, or of an older "
		     "version: 'cxl-switch doctor' shows more");
	return failure->result;
}

static void name_device(struct device *device)
{
	const struct cxl_switch_cci_info *info = &device->info;

	snprintf(device->name, sizeof(device->name), "switch%u", info->number);
	snprintf(device->pci, sizeof(device->pci), "%04x:%02x:%02x.%u", info->pci_domain,
		 info->pci_bus, info->pci_devfn >> 3, info->pci_devfn & 7);
}

static enum result open_device(struct device *device, const char *node,
			       const struct open_options *options, struct failure *failure)
{
	enum result result = open_node(device, node, options->read_only, failure);

	if (result)
		return result;
	result = ask_info(device, failure);
	if (!result) {
		name_device(device);
		result = transport_open(&device->transport, &ioctl_ops, device, device->name,
					&device->info, options->timeout_ms, failure);
	}
	if (!result && options->limit.is_set)
		result = transport_restrict(&device->transport, options->limit.impact, failure);
	device->transport.read_only_wanted = options->read_only;
	if (result)
		device_close(device);
	return result;
}

void device_close(struct device *device)
{
	transport_close(&device->transport);
	if (device->descriptor >= 0)
		close(device->descriptor);
	device->descriptor = -1;
}

int device_is_node(const struct dirent *entry)
{
	struct selector selector;

	return !parse_selector(entry->d_name, &selector) && selector.kind == SELECT_NAME;
}

enum result devices_find(struct found_devices *found, const char *directory,
			 const struct open_options *options, struct failure *failure)
{
	struct dirent **entries = NULL;
	int count = scandir(directory, &entries, device_is_node, versionsort);
	char node[PATH_MAX];
	int i;

	*found = (struct found_devices){ 0 };
	if (count < 0 && errno != ENOENT)
		return fail_open(failure, directory, errno);
	if (count > 0)
		found->items = calloc(count, sizeof(*found->items));
	for (i = 0; i < count && found->items; i++) {
		struct found_device *item = &found->items[found->count++];

		snprintf(node, sizeof(node), "%s/%s", directory, entries[i]->d_name);
		item->device.descriptor = -1;
		open_device(&item->device, node, options, &item->failure);
		/* The transport points to its device, so the array must not move. */
	}
	for (i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	if (count > 0 && !found->items)
		return fail_memory(failure);
	return RESULT_OK;
}

void devices_free(struct found_devices *found)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		device_close(&found->items[i].device);
	free(found->items);
	*found = (struct found_devices){ 0 };
}

static bool matches(const struct found_device *item, const struct selector *selector)
{
	const struct cxl_switch_cci_info *info = &item->device.info;

	if (item->failure.result)
		return false;
	if (selector->kind == SELECT_PCI)
		return info->pci_domain == selector->pci_domain &&
		       info->pci_bus == selector->pci_bus &&
		       info->pci_devfn == selector->pci_devfn;
	if (selector->kind == SELECT_SERIAL)
		return serial_is_valid(info->serial) && info->serial == selector->serial;
	return true;
}

/* No device matched; a node that could not be opened may be the requested one. */
static enum result fail_no_match(struct failure *failure, const struct found_devices *found,
				 const struct selector *selector)
{
	size_t i;

	for (i = 0; i < found->count; i++) {
		if (!found->items[i].failure.result)
			continue;
		*failure = found->items[i].failure;
		return failure->result;
	}
	if (selector->kind == SELECT_ANY || !found->count)
		fail_with(failure, RESULT_NO_DEVICE, ENOENT, "no device: there is no "
			  DEVICE_DIRECTORY "/switch0");
	else
		fail_with(failure, RESULT_NO_DEVICE, ENOENT, "no device with the %s %s",
			  selector->kind == SELECT_PCI ? "PCI address" : "serial number",
			  selector->text);
	failure_hint(failure, found->count ? "'cxl-switch list' shows the devices" :
			"'cxl-switch doctor' says why");
	return failure->result;
}

static enum result open_matching(struct device *device, const struct selector *selector,
				 const struct open_options *options,
				 struct failure *failure)
{
	struct found_devices found;
	enum result result = devices_find(&found, DEVICE_DIRECTORY, options, failure);
	size_t i, match = 0, matching = 0;

	if (result)
		return result;
	for (i = 0; i < found.count; i++) {
		if (!matches(&found.items[i], selector))
			continue;
		match = i;
		matching++;
	}
	if (!matching) {
		result = fail_no_match(failure, &found, selector);
	} else if (matching > 1) {
		result = fail_with(failure, RESULT_USAGE, 0, "%zu devices match%s%s: name one",
				   matching, selector->text ? " " : "",
				   selector->text ? selector->text : "");
		failure_hint(failure, "'cxl-switch list' shows them; add switch0 or another");
	} else {
		result = open_device(device, found.items[match].device.node, options, failure);
	}
	devices_free(&found);
	return result;
}

enum result device_open(struct device *device, const char *wanted,
			const struct open_options *options, struct failure *failure)
{
	char node[PATH_MAX];
	struct selector selector;
	const char *wrong = parse_selector(wanted, &selector);

	memset(device, 0, sizeof(*device));
	device->descriptor = -1;
	if (wrong)
		return fail_with(failure, RESULT_USAGE, EINVAL, "'%s' is not a device: %s", wanted,
				 wrong);
	switch (selector.kind) {
	case SELECT_NAME:
		snprintf(node, sizeof(node), DEVICE_DIRECTORY "/%s", wanted);
		return open_device(device, node, options, failure);
	case SELECT_PATH:
		return open_device(device, wanted, options, failure);
	default:
		return open_matching(device, &selector, options, failure);
	}
}
