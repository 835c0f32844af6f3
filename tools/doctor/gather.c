// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads small files, and collects lines of the kernel log. Opens nothing for
 * writing and never blocks.
 */
#include "gather.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel_log.h"

#define CONTENT_SIZE	4096
#define LINES_MAX	200

void gather_heading(const struct gather *gather, const char *format, ...)
{
	va_list args;

	if (!gather->out)
		return;
	fputs("\n== ", gather->out);
	va_start(args, format);
	vfprintf(gather->out, format, args);
	va_end(args);
	fputs(" ==\n", gather->out);
}

void gather_value(const struct gather *gather, struct json_object *object, const char *key,
		  const char *value)
{
	const char *line = value, *end;

	json_text(object, key, value);
	if (!gather->out)
		return;
	do {
		end = strchrnul(line, '\n');
		fprintf(gather->out, "%-22s %.*s\n", line == value ? key : "", (int)(end - line),
			line);
		line = end + 1;
	} while (*end);
}

void gather_unread(struct gather *gather, const char *what, const char *why)
{
	struct json_object *object = json_object_new_object();

	json_text(object, "what", what);
	json_text(object, "why", why);
	json_object_array_add(gather->unread, object);
	if (gather->out)
		fprintf(gather->out, "%-22s (not read: %s)\n", what, why);
}

/* ---- files ---- */

static bool path_of(const struct gather *gather, const char *path, char *full)
{
	return snprintf(full, PATH_MAX, "%s%s", gather->sysroot, path) < PATH_MAX;
}

/* Removes the last newline and all control characters of a terminal. */
static void clean(char *text, size_t size)
{
	size_t i;

	while (size && text[size - 1] == '\n')
		size--;
	text[size] = '\0';
	for (i = 0; i < size; i++)
		if ((text[i] < ' ' && text[i] != '\n' && text[i] != '\t') || text[i] > '~')
			text[i] = '?';
}

/* Returns 0 or a negative errno. */
static int read_file(const struct gather *gather, const char *path, char *text)
{
	char full[PATH_MAX];
	ssize_t size;
	int file, error;

	if (!path_of(gather, path, full))
		return -ENAMETOOLONG;
	file = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return -errno;
	size = read(file, text, CONTENT_SIZE - 1);
	error = size < 0 ? -errno : 0;
	close(file);
	clean(text, size < 0 ? 0 : (size_t)size);
	return error;
}

void gather_file(struct gather *gather, struct json_object *object, const char *path,
		 const char *key, bool may_lack)
{
	char text[CONTENT_SIZE];
	int error = read_file(gather, path, text);

	if (!error)
		gather_value(gather, object, key, text);
	else if (error != -ENOENT || !may_lack)
		gather_unread(gather, path, strerror(-error));
}

static bool is_readable_file(const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat status;

	return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
	       !lstat(path, &status) && S_ISREG(status.st_mode) && status.st_mode & 0444;
}

void gather_folder(struct gather *gather, struct json_object *object, const char *path)
{
	char full[PATH_MAX], file[PATH_MAX];
	struct dirent **entries;
	int count, i;

	count = path_of(gather, path, full) ? scandir(full, &entries, NULL, alphasort) : -1;
	if (count < 0) {
		gather_unread(gather, path, strerror(errno));
		return;
	}
	for (i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (is_readable_file(full, name) &&
		    snprintf(file, sizeof(file), "%s/%s", path, name) < (int)sizeof(file))
			gather_file(gather, object, file, name, false);
		free(entries[i]);
	}
	free(entries);
}

/* ---- the kernel log ---- */

struct lines {
	const char *word;
	char *line[LINES_MAX];	/* used as a ring */
	size_t count;
};

/* Converts "6,339,5140900,-;text" of /dev/kmsg to "[    5.140900] text". */
static char *line_of(const char *record)
{
	unsigned long long us;
	const char *text = strchr(record, ';');
	char *line;

	if (!text || sscanf(record, "%*u,%*u,%llu", &us) != 1)
		return strdup(record);
	if (asprintf(&line, "[%5llu.%06llu] %s", us / 1000000, us % 1000000, text + 1) < 0)
		return NULL;
	return line;
}

static void keep(void *context, const char *record)
{
	struct lines *lines = context;
	char **slot;

	if (!strstr(record, lines->word))
		return;
	slot = &lines->line[lines->count++ % LINES_MAX];
	free(*slot);
	*slot = line_of(record);
}

static void tell_lines(const struct gather *gather, struct json_object *array, struct lines *lines)
{
	size_t i = lines->count > LINES_MAX ? lines->count - LINES_MAX : 0;

	for (; i < lines->count; i++) {
		const char *line = lines->line[i % LINES_MAX];

		json_add_text(array, line ? line : "");
		if (gather->out)
			fprintf(gather->out, "%s\n", line ? line : "");
	}
	for (i = 0; i < LINES_MAX; i++)
		free(lines->line[i]);
}

void gather_kernel_log(struct gather *gather, struct json_object *array, const char *word)
{
	struct lines lines = { .word = word };
	int error = kernel_log_read(gather->sysroot, keep, &lines);

	tell_lines(gather, array, &lines);
	if (error)
		gather_unread(gather, "/dev/kmsg", strerror(-error));
}
