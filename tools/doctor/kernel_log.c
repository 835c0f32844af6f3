// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads /dev/kmsg, which returns one record per read().
 */
#include "kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECORD_SIZE	8192

/* Removes the control characters of a terminal. */
static void clean(char *line)
{
	for (; *line; line++)
		if ((*line < ' ' && *line != '\t') || *line > '~')
			*line = '?';
}

/* Skips lines that begin with a blank: they are the dictionary of a record. */
static void tell_lines(char *records, void (*tell)(void *context, const char *record),
		       void *context)
{
	char *line, *rest;

	for (line = strtok_r(records, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (*line == ' ')
			continue;
		clean(line);
		tell(context, line);
	}
}

int kernel_log_read(const char *sysroot, void (*tell)(void *context, const char *record),
		    void *context)
{
	char path[PATH_MAX], records[RECORD_SIZE];
	ssize_t size;
	int log, rc;

	if (snprintf(path, sizeof(path), "%s/dev/kmsg", sysroot) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	log = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log < 0)
		return -errno;
	/* EPIPE: records were overwritten in the meantime */
	while ((size = read(log, records, sizeof(records) - 1)) > 0 ||
	       (size < 0 && errno == EPIPE)) {
		if (size < 0)
			continue;
		records[size] = '\0';
		tell_lines(records, tell, context);
	}
	rc = size < 0 && errno != EAGAIN ? -errno : 0;
	close(log);
	return rc;
}
