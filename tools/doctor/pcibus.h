/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI bus as libpci and sysfs show it, for doctor only: commands never need
 * it. It recognizes CXL functions; doctor.c evaluates them.
 */
#ifndef CXL_SWITCH_TOOL_PCIBUS_H
#define CXL_SWITCH_TOOL_PCIBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CXL 3.1 8.1.13: base class 0Ch, sub-class 0Bh, programming interface 00h */
#define CLASS_SWITCH_MAILBOX_CCI 0x0C0B00

/**
 * struct pci_function - a function that doctor checks
 * @address: 0000:0d:00.1
 * @vendor_id: vendor
 * @device_id: device
 * @is_mailbox: of class 0C0B00h
 * @is_upstream_port: the upstream port of a CXL switch
 * @has_bar: a memory BAR with an address
 * @unassigned_bar: number of a BAR that has a size but no address, or -1
 * @driver: name of the bound driver, empty if none is
 * @driver_override: from sysfs, empty if not set
 */
struct pci_function {
	char address[24];
	uint16_t vendor_id;
	uint16_t device_id;
	bool is_mailbox;
	bool is_upstream_port;
	bool has_bar;
	int unassigned_bar;
	char driver[64];
	char driver_override[64];
};

/**
 * struct pci_bus - result of a scan
 * @functions: mailbox functions and upstream ports of CXL switches
 * @count: number of @functions
 * @hidden: the extended configuration space of a bridge could not be read, so
 *	a CXL switch may be present that was not recognized
 */
struct pci_bus {
	struct pci_function *functions;
	size_t count;
	bool hidden;
};

/* Returns NULL, or why the bus under @sysroot could not be read. */
const char *pcibus_scan(const char *sysroot, struct pci_bus *bus);
void pcibus_free(struct pci_bus *bus);

#endif
