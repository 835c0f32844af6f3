/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds and opens device nodes. It needs the nodes only, not sysfs, so that it
 * works in a container. It does not depend on any CXL command.
 */
#ifndef CXL_SWITCH_TOOL_DEVICE_H
#define CXL_SWITCH_TOOL_DEVICE_H

#include <dirent.h>
#include <limits.h>

#include "parse.h"
#include "transport.h"

#define DEVICE_DIRECTORY "/dev/cxl"

/**
 * struct open_options - how to open a device
 * @timeout_ms: for every command; 0: the device's own maximum plus a margin
 * @read_only: open read-only even if the user may write
 * @limit: RESTRICT the open file to this impact
 */
struct open_options {
	uint32_t timeout_ms;
	bool read_only;
	struct limit limit;
};

/**
 * struct device - an open node whose driver answered INFO
 * @node: its path
 * @name: switchN, from INFO
 * @pci: its PCI address as text
 * @info: the answer of INFO
 * @transport: ready for commands
 * @descriptor: of the open file
 * @read_only: it is not open for writing
 */
struct device {
	char node[PATH_MAX];
	char name[24];
	char pci[24];
	struct cxl_switch_cci_info info;
	struct transport transport;
	int descriptor;
	bool read_only;
};

/* A node that was found. If it cannot be used, @failure has a result other than RESULT_OK. */
struct found_device {
	struct device device;
	struct failure failure;
};

struct found_devices {
	struct found_device *items;
	size_t count;
};

/* @wanted: as typed; NULL selects the only device that exists. */
enum result device_open(struct device *device, const char *wanted,
			const struct open_options *options, struct failure *failure);
void device_close(struct device *device);

/* For scandir(): whether the name is switchN. */
int device_is_node(const struct dirent *entry);

/* Opens every @directory/switchN, sorted by N. An empty list is not a failure. */
enum result devices_find(struct found_devices *found, const char *directory,
			 const struct open_options *options, struct failure *failure);
void devices_free(struct found_devices *found);

/* A hint for a person who has no permission to open @node. */
void permission_hint(const char *node, char *text, size_t room);

/* Whether a component has a serial number: 0 and all ones mean that it has none. */
bool serial_is_valid(uint64_t serial);

#endif
