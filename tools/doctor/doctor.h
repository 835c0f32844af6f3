/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds out why there is no device node, or why it does not answer: a list of
 * checks. It works on any root directory, so that tests can use fake trees.
 */
#ifndef CXL_SWITCH_TOOL_DOCTOR_H
#define CXL_SWITCH_TOOL_DOCTOR_H

#include <stddef.h>

#include "cci/device.h"
#include "module_file.h"

enum verdict { VERDICT_OK, VERDICT_NOTE, VERDICT_PROBLEM, VERDICT_UNKNOWN };

struct check {
	enum verdict verdict;
	char name[40];
	char message[320];
	char hint[400];
};

#define CHECKS_MAX 64

/**
 * struct doctor - one examination
 * @sysroot: directory in front of /sys, /dev, /lib and /proc; "" for this system
 * @count: checks made
 * @problems: those that are VERDICT_PROBLEM
 * @bound: functions that our driver is bound to
 * @functions: functions of class 0C0B00h, bound or not
 * @no_function: there is certainly none, so the module has nothing to do
 * @module_loaded: the module is in the kernel
 * @release: the kernel's; empty if it cannot be read
 * @installed: the module that is installed for it
 * @keys_told: a device reported @loaded_keys
 * @loaded_keys: CXL_SWITCH_CCI_KEY_* of the module that is in the kernel
 */
struct doctor {
	const char *sysroot;
	size_t count;
	size_t problems;
	struct check checks[CHECKS_MAX];
	size_t bound;
	size_t functions;
	bool no_function;
	bool module_loaded;
	char release[100];
	struct module_file installed;
	bool keys_told;
	uint32_t loaded_keys;
};

/* Runs all checks of files. Sends no command; opens a device node only to test permissions. */
void doctor_examine(struct doctor *doctor, const char *sysroot);

/* Checks what the driver reports about one device; not for another root. */
void doctor_examine_device(struct doctor *doctor, const struct found_device *item);

/* Compares the configured build keys with those of the module. Called after the devices. */
void doctor_examine_keys(struct doctor *doctor);

const char *verdict_name(enum verdict verdict);

#endif
