/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds and opens device nodes. Only the nodes are needed, no sysfs, so that
 * it works in a container. It must not know any CXL command.
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
 * @timeout_ms: for every command; 0: what the device may take, and some more
 * @read_only: also where the user may write
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
 * @name: switchN, as INFO says
 * @pci: its PCI address as text
 * @info: what INFO said
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

/* A node that was found; @failure is set (result not OK) if it can't be used. */
struct found_device {
	struct device device;
	struct failure failure;
};

struct found_devices {
	struct found_device *items;
	size_t count;
};

/* @wanted: what the person typed, NULL for the only device there is. */
enum result device_open(struct device *device, const char *wanted,
			const struct open_options *options, struct failure *failure);
void device_close(struct device *device);

/* For scandir(): it is called switchN. */
int device_is_node(const struct dirent *entry);

/* All of @directory/switchN, sorted by N; an empty list is not a failure. */
enum result devices_find(struct found_devices *found, const char *directory,
			 const struct open_options *options, struct failure *failure);
void devices_free(struct found_devices *found);

/* What helps a person who may not open @node. */
void permission_hint(const char *node, char *text, size_t room);

/* No, or all ones: the component has no serial number. */
bool serial_is_valid(uint64_t serial);

#endif
