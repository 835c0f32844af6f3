/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files into a report: attributes of a folder, lines of the kernel log. It must
 * not know what they mean, and says what it could not read.
 */
#ifndef CXL_SWITCH_TOOL_GATHER_H
#define CXL_SWITCH_TOOL_GATHER_H

#include "cli/output.h"

/**
 * struct gather - a report that is being collected
 * @sysroot: in front of every path; "" for this system
 * @out: text goes there; NULL: JSON alone
 * @unread: array of {what, why}
 */
struct gather {
	const char *sysroot;
	FILE *out;
	struct json_object *unread;
};

void gather_heading(const struct gather *gather, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A line of the report, and a key of @object. */
void gather_value(const struct gather *gather, struct json_object *object, const char *key,
		  const char *value);
/* What is missing, and why; printed at the end, too. */
void gather_unread(struct gather *gather, const char *what, const char *why);

/* The content of one file; what is not there at all is no failure if @may_lack. */
void gather_file(struct gather *gather, struct json_object *object, const char *path,
		 const char *key, bool may_lack);
/* Every file of a folder with any read permission, sorted; no folders. */
void gather_folder(struct gather *gather, struct json_object *object, const char *path);
/* Lines of the kernel log that have @word, the last ones if there are many. */
void gather_kernel_log(struct gather *gather, struct json_object *array, const char *word);

#endif
