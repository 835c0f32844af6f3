// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searches for "version=..." in the file as it is, and in what modinfo makes of it if
 * it is compressed: both are strings that end with a zero.
 */
#include "module_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cxl_switch_cci.h"

#define FILE_MAX	(64 << 20)
#define ANSWER_MAX	(1 << 20)
#define FIRST_ROOM	(64 << 10)
#define PATIENCE_MS	5000

static const char appended[] = "~Module signature appended~\n";

const struct build_key known_build_keys[BUILD_KEYS] = {
	{ "CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN",
	  CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN },
	{ "CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN", CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN },
};

struct content {
	char *bytes;
	size_t size;
	size_t room;
	size_t limit;
};

/* ---- into memory ---- */

static long ms_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - began->tv_sec) * 1000 + (now.tv_nsec - began->tv_nsec) / 1000000;
}

static bool make_room(struct content *content)
{
	size_t room = content->room ? content->room * 2 : FIRST_ROOM;
	char *bytes;

	if (content->size < content->room)
		return true;
	if (room > content->limit)
		return false;
	bytes = realloc(content->bytes, room);
	if (!bytes)
		return false;
	content->bytes = bytes;
	content->room = room;
	return true;
}

/* Returns NULL at the end of the file, or a text that describes the error. */
static const char *read_all(int from, struct content *content)
{
	struct pollfd ready = { .fd = from, .events = POLLIN };
	struct timespec began;
	ssize_t size;
	long left;

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (;;) {
		left = PATIENCE_MS - ms_since(&began);
		if (left <= 0 || !poll(&ready, 1, left))
			return "it took too long to read";
		if (!make_room(content))
			return "it is too large";
		size = read(from, content->bytes + content->size, content->room - content->size);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return size ? "it cannot be read" : NULL;
		content->size += size;
	}
}

/* ---- modinfo ---- */

/* Paths used by distributions: PATH of a user often lacks sbin. */
static bool start_modinfo(pid_t *child, const char *path, int output)
{
	static const char *const programs[] = {
		"/usr/sbin/modinfo", "/sbin/modinfo", "/usr/bin/modinfo", "/bin/modinfo",
	};
	char *const arguments[] = { "modinfo", "-0", "--", (char *)path, NULL };
	char *const environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	int error = ENOENT;
	size_t i;

	if (posix_spawn_file_actions_init(&actions))
		return false;
	if (!posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) &&
	    !posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) &&
	    !posix_spawn_file_actions_adddup2(&actions, output, 1))
		for (i = 0; error == ENOENT && i < sizeof(programs) / sizeof(programs[0]); i++)
			error = posix_spawn(child, programs[i], &actions, NULL, arguments,
					    environment);
	posix_spawn_file_actions_destroy(&actions);
	return !error;
}

static const char *ask_modinfo(const char *path, struct content *content)
{
	const char *wrong;
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return "no pipe for modinfo";
	if (!start_modinfo(&child, path, ends[1])) {
		close(ends[0]);
		close(ends[1]);
		return "it is compressed, and modinfo cannot be started";
	}
	close(ends[1]);
	wrong = read_all(ends[0], content);
	close(ends[0]);
	if (wrong)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return wrong || !status ? wrong : "modinfo cannot read it";
}

/* ---- fields ---- */

/* The next string after @after (NULL: the first) that begins with "@name=". */
static const char *find_field(const struct content *content, const char *name, const char *after)
{
	const char *end = content->bytes + content->size, *place, *value;
	char sought[80];
	size_t length = snprintf(sought, sizeof(sought), "%c%s=", '\0', name);

	place = after ? after : content->bytes;
	place = memmem(place, end - place, sought, length);
	if (!place)
		return NULL;
	value = place + length;
	return memchr(value, '\0', end - value) ? value : NULL;
}

static void copy_field(const struct content *content, const char *name, char *text, size_t room)
{
	const char *value = find_field(content, name, NULL);

	snprintf(text, room, "%s", value ? value : "");
}

static uint32_t read_build_keys(const struct content *content)
{
	const char *value = NULL;
	uint32_t keys = 0;
	size_t i;

	while ((value = find_field(content, "build_key", value)))
		for (i = 0; i < BUILD_KEYS; i++)
			if (!strcmp(value, known_build_keys[i].name))
				keys |= known_build_keys[i].bit;
	return keys;
}

static bool has_signature(const struct content *content)
{
	const size_t length = sizeof(appended) - 1;

	return content->size >= length &&
	       !memcmp(content->bytes + content->size - length, appended, length);
}

static bool is_elf(const struct content *content)
{
	return content->size >= 4 && !memcmp(content->bytes, "\177ELF", 4);
}

/* Reads the file, or the output of modinfo, preceded by a zero as if by another string. */
static const char *read_content(const char *path, struct content *content, bool *plain)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *wrong;

	if (file < 0)
		return "it cannot be opened";
	wrong = read_all(file, content);
	close(file);
	*plain = is_elf(content);
	if (wrong || *plain)
		return wrong;
	free(content->bytes);
	*content = (struct content){ .limit = ANSWER_MAX };
	if (!make_room(content))
		return "there is no memory for it";
	content->bytes[content->size++] = '\0';
	return ask_modinfo(path, content);
}

void module_file_read(struct module_file *file)
{
	struct content content = { .limit = FILE_MAX };
	bool plain;

	file->wrong = read_content(file->path, &content, &plain);
	if (!file->wrong) {
		copy_field(&content, "version", file->version, sizeof(file->version));
		copy_field(&content, "srcversion", file->srcversion, sizeof(file->srcversion));
		file->build_keys = read_build_keys(&content);
		file->is_signed = plain ? has_signature(&content) :
				  !!find_field(&content, "sig_id", NULL);
		if (!*file->version)
			file->wrong = "it has no version";
	}
	free(content.bytes);
}
