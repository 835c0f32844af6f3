/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by all parts of doctor.h: adds entries to the list, and reads paths
 * and words below its root.
 */
#ifndef CXL_SWITCH_TOOL_DOCTOR_LIST_H
#define CXL_SWITCH_TOOL_DOCTOR_LIST_H

#include "doctor.h"

#define MODULE "cxl_switch_cci"

/* Adds a check; if the list is full, the last entry is overwritten. */
struct check *check_add(struct doctor *doctor, enum verdict verdict, const char *name,
			const char *format, ...) __attribute__((format(printf, 4, 5)));
void check_hint(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Formats a path below the root into @path, of PATH_MAX bytes. */
const char *doctor_path(const struct doctor *doctor, char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool path_exists(const char *path);
/* Reads the first line of a file; false, and an empty @word, if there is none. */
bool read_word(const char *path, char *word, size_t room);

#endif
