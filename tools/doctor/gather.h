/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds files to a report: attributes of a folder, lines of the kernel log. It
 * does not depend on their meaning, and reports what it could not read.
 */
#ifndef CXL_SWITCH_TOOL_GATHER_H
#define CXL_SWITCH_TOOL_GATHER_H

#include "cli/output.h"

/**
 * struct gather - a report in progress
 * @sysroot: prefix of every path; "" for this system
 * @out: output of text; NULL: JSON only
 * @unread: array of {what, why}
 */
struct gather {
	const char *sysroot;
	FILE *out;
	struct json_object *unread;
};

void gather_heading(const struct gather *gather, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds a line to the report, and a key to @object. */
void gather_value(const struct gather *gather, struct json_object *object, const char *key,
		  const char *value);
/* Records what is missing and why; the end of the report repeats it. */
void gather_unread(struct gather *gather, const char *what, const char *why);

/* Adds the content of one file. A file that does not exist is not a failure if @may_lack. */
void gather_file(struct gather *gather, struct json_object *object, const char *path,
		 const char *key, bool may_lack);
/* Adds every file of a folder that has a read permission, sorted; no subfolders. */
void gather_folder(struct gather *gather, struct json_object *object, const char *path);
/* Adds the last lines of the kernel log that contain @word. */
void gather_kernel_log(struct gather *gather, struct json_object *array, const char *word);

#endif
