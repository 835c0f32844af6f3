// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the build keys that are configured for DKMS with those of the
 * module. A difference is a note, because only lockdown makes it a failure.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor_list.h"
#include "doctor_module.h"

#define CONFIGURATION "/etc/cxl-switch-cci/build-keys.conf"

/* The value of a plain KEY=VALUE line of the shell; NULL for any other line. */
static const char *value_of(const char *line, const char *key)
{
	static const char export[] = "export ";
	size_t length = strlen(key);

	line += strspn(line, " \t");
	if (!strncmp(line, export, sizeof(export) - 1))
		line += sizeof(export) - 1;
	if (strncmp(line, key, length) || line[length] != '=')
		return NULL;
	line += length + 1;
	return line + (*line == '"' || *line == '\'');
}

/* make accepts no other value as a yes. */
static bool is_yes(const char *value)
{
	return value[0] == 'y' && !isalnum((unsigned char)value[1]) && value[1] != '_';
}

/* Returns 0 or a negative errno. */
static int read_configuration(const struct doctor *doctor, uint32_t *keys)
{
	char path[PATH_MAX], line[300];
	FILE *file = fopen(doctor_path(doctor, path, CONFIGURATION), "r");
	const char *value;
	int error;
	size_t i;

	*keys = 0;
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		for (i = 0; i < BUILD_KEYS; i++) {
			value = value_of(line, known_build_keys[i].name);
			if (value)
				*keys = is_yes(value) ? *keys | known_build_keys[i].bit :
							*keys & ~known_build_keys[i].bit;
		}
	}
	error = ferror(file) ? -errno : 0;
	fclose(file);
	return error;
}

/* One note for each key; @which names the module that has @keys. */
static void compare(struct doctor *doctor, uint32_t configured, uint32_t keys, const char *which,
		    const char *hint)
{
	struct check *check;
	size_t i;

	for (i = 0; i < BUILD_KEYS; i++) {
		const char *name = known_build_keys[i].name;

		if (!((configured ^ keys) & known_build_keys[i].bit))
			continue;
		if (keys & known_build_keys[i].bit)
			check = check_add(doctor, VERDICT_NOTE, "build keys", "the %s module was "
					  "built with %s, and " CONFIGURATION " does not have it",
					  which, name);
		else
			check = check_add(doctor, VERDICT_NOTE, "build keys", CONFIGURATION
					  " has %s=y, and the %s module was built without it",
					  name, which);
		check_hint(check, "%s", hint);
	}
}

static void compare_loaded(struct doctor *doctor, uint32_t configured)
{
	const struct module_file *installed = &doctor->installed;
	bool is_built = *installed->path && !installed->wrong &&
			installed->build_keys == configured;
	char commands[DKMS_COMMANDS_SIZE], hint[sizeof(commands) + 80];

	snprintf(hint, sizeof(hint), "%s%smodprobe -r " MODULE " && modprobe " MODULE,
		 is_built ? "" : dkms_commands(doctor, commands), is_built ? "" : " && ");
	compare(doctor, configured, doctor->loaded_keys, "loaded", hint);
}

static void compare_installed(struct doctor *doctor, uint32_t configured)
{
	const struct module_file *installed = &doctor->installed;
	char commands[DKMS_COMMANDS_SIZE];

	if (!*installed->path || installed->wrong)
		return;
	if (doctor->keys_told && installed->build_keys == doctor->loaded_keys)
		return;
	compare(doctor, configured, installed->build_keys, "installed",
		dkms_commands(doctor, commands));
}

void doctor_examine_keys(struct doctor *doctor)
{
	uint32_t configured;
	int error = read_configuration(doctor, &configured);

	if (error == -ENOENT)
		return;
	if (error) {
		check_add(doctor, VERDICT_UNKNOWN, "build keys", "which are configured: "
			  CONFIGURATION ": %s", strerror(-error));
		return;
	}
	if (doctor->keys_told)
		compare_loaded(doctor, configured);
	else if (doctor->module_loaded)
		check_add(doctor, VERDICT_UNKNOWN, "build keys", "which the loaded module has: no "
			  "device could be asked");
	compare_installed(doctor, configured);
}
