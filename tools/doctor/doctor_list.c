// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of checks. It does not depend on a particular check.
 */
#include "doctor_list.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_NOTE] = "note",
		[VERDICT_PROBLEM] = "problem",
		[VERDICT_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

struct check *check_add(struct doctor *doctor, enum verdict verdict, const char *name,
			const char *format, ...)
{
	size_t place = doctor->count < CHECKS_MAX ? doctor->count++ : CHECKS_MAX - 1;
	struct check *check = &doctor->checks[place];
	va_list args;

	*check = (struct check){ .verdict = verdict };
	snprintf(check->name, sizeof(check->name), "%s", name);
	va_start(args, format);
	vsnprintf(check->message, sizeof(check->message), format, args);
	va_end(args);
	doctor->problems += verdict == VERDICT_PROBLEM;
	return check;
}

void check_hint(struct check *check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(check->hint, sizeof(check->hint), format, args);
	va_end(args);
}

const char *doctor_path(const struct doctor *doctor, char *path, const char *format, ...)
{
	int used = snprintf(path, PATH_MAX, "%s", doctor->sysroot);
	va_list args;

	/* a path that does not fit does not exist */
	if (used >= PATH_MAX)
		used = PATH_MAX - 1;
	va_start(args, format);
	vsnprintf(path + used, PATH_MAX - used, format, args);
	va_end(args);
	return path;
}

bool path_exists(const char *path)
{
	struct stat status;

	return !stat(path, &status);
}

bool read_word(const char *path, char *word, size_t room)
{
	FILE *file = fopen(path, "r");
	bool read = file && fgets(word, room, file);

	if (file)
		fclose(file);
	if (!read)
		*word = '\0';
	word[strcspn(word, "\n")] = '\0';
	return read;
}
