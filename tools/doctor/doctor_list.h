/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every examiner of doctor.h writes with: entries of its list, and paths and
 * words below its root.
 */
#ifndef CXL_SWITCH_TOOL_DOCTOR_LIST_H
#define CXL_SWITCH_TOOL_DOCTOR_LIST_H

#include "doctor.h"

#define MODULE "cxl_switch_cci"

/* The next check; a full list overwrites its last entry. */
struct check *check_add(struct doctor *doctor, enum verdict verdict, const char *name,
			const char *format, ...) __attribute__((format(printf, 4, 5)));
void check_hint(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* @format below the root, into @path, which has room for PATH_MAX. */
const char *doctor_path(const struct doctor *doctor, char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool path_exists(const char *path);
/* The first line of a file; empty, and false, if there is none. */
bool read_word(const char *path, char *word, size_t room);

#endif
