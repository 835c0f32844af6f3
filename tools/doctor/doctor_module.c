// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares three versions of the module: loaded, installed for this kernel, and
 * the sources that DKMS builds. Each may be older than the next.
 */
#include "doctor_module.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/version.h"
#include "doctor_list.h"

#define SOURCES		"/usr/src"
#define PACKAGE		"cxl-switch-cci"
#define RELOAD		"modprobe -r " MODULE " && modprobe " MODULE

struct sources {
	char version[40];
	char path[PATH_MAX];
};

/* ---- finding the versions ---- */

static struct module_file *wanted;

static int match_module(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	static const char name[] = MODULE ".ko";

	(void)status;
	if (type != FTW_F || strncmp(path + walk->base, name, sizeof(name) - 1))
		return 0;
	snprintf(wanted->path, sizeof(wanted->path), "%s", path);
	return 1;
}

/* nftw() has no context argument. */
static bool find_installed(struct doctor *doctor)
{
	char directory[PATH_MAX];

	wanted = &doctor->installed;
	doctor_path(doctor, directory, "/lib/modules/%s", doctor->release);
	if (nftw(directory, match_module, 16, FTW_PHYS) != 1)
		return false;
	module_file_read(&doctor->installed);
	return true;
}

static int is_sources(const struct dirent *entry)
{
	return !strncmp(entry->d_name, PACKAGE "-", sizeof(PACKAGE));
}

/* The version that the header defines; empty if it does not. */
static void read_version(struct sources *sources)
{
	FILE *file = fopen(sources->path, "r");
	char line[200], text[40];

	sources->version[0] = '\0';
	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " # define CXL_SWITCH_CCI_VERSION \"%39[^\"]\"", text) == 1)
			snprintf(sources->version, sizeof(sources->version), "%s", text);
	fclose(file);
}

/* Finds the newest sources that DKMS knows. */
static bool find_sources(const struct doctor *doctor, struct sources *newest)
{
	char path[PATH_MAX];
	struct dirent **entries = NULL;
	struct sources sources;
	int count, i;

	*newest = (struct sources){ .version = "" };
	count = scandir(doctor_path(doctor, path, SOURCES), &entries, is_sources, alphasort);
	for (i = 0; i < count; i++) {
		doctor_path(doctor, sources.path, SOURCES "/%s/src/version.h", entries[i]->d_name);
		read_version(&sources);
		if (strverscmp(sources.version, newest->version) > 0)
			*newest = sources;
		free(entries[i]);
	}
	free(entries);
	return *newest->version;
}

const char *dkms_commands(const struct doctor *doctor, char *text)
{
	struct sources sources;
	const char *version = find_sources(doctor, &sources) ? sources.version :
			      CXL_SWITCH_CCI_VERSION;

	snprintf(text, DKMS_COMMANDS_SIZE, "dkms build --force " PACKAGE "/%s -k %.64s && dkms "
		 "install --force " PACKAGE "/%s -k %.64s", version, doctor->release, version,
		 doctor->release);
	return text;
}

/* ---- its problems ---- */

static void check_not_built(struct doctor *doctor, enum verdict verdict)
{
	struct check *check;

	check = check_add(doctor, verdict, "module", MODULE " is not loaded, and there is none "
			  "built for this kernel, %s", doctor->release);
	check_hint(check, "install linux-headers-%s, then 'dkms autoinstall -k %s', or make && "
		      "make install in the source tree", doctor->release, doctor->release);
}

static void check_loaded(struct doctor *doctor, bool found)
{
	char path[PATH_MAX], version[40];
	struct check *check;

	read_word(doctor_path(doctor, path, "/sys/module/" MODULE "/version"), version,
		  sizeof(version));
	check_add(doctor, VERDICT_OK, "module", MODULE " %s is loaded", version);
	if (strcmp(version, CXL_SWITCH_CCI_VERSION)) {
		check = check_add(doctor, VERDICT_NOTE, "module", "its version is not this "
				  "tool's, %s", CXL_SWITCH_CCI_VERSION);
		check_hint(check, "after an upgrade load the module anew: " RELOAD);
	}
	if (!found) {
		check = check_add(doctor, VERDICT_NOTE, "module", "loaded by hand: none is "
				  "installed for %s, so it will be gone after a reboot",
				  doctor->release);
		check_hint(check, "make install in the source tree, or install the DKMS "
			      "package");
	}
}

/* Is the loaded module the installed one? */
static void check_same(struct doctor *doctor)
{
	const struct module_file *installed = &doctor->installed;
	char path[PATH_MAX], version[40], srcversion[40];
	struct check *check;

	read_word(doctor_path(doctor, path, "/sys/module/" MODULE "/version"), version,
		  sizeof(version));
	read_word(doctor_path(doctor, path, "/sys/module/" MODULE "/srcversion"), srcversion,
		  sizeof(srcversion));
	if (strcmp(version, installed->version))
		check = check_add(doctor, VERDICT_NOTE, "module", "%s is loaded, but %s is "
				  "installed (%s)", version, installed->version, installed->path);
	else if (*srcversion && *installed->srcversion && strcmp(srcversion, installed->srcversion))
		check = check_add(doctor, VERDICT_NOTE, "module", "what is loaded was built from "
				  "other sources (srcversion %s) than what is installed (%s, %s)",
				  srcversion, installed->srcversion, installed->path);
	else
		return;
	check_hint(check, RELOAD);
}

/* Did DKMS build the newest sources for this kernel? */
static void check_built(struct doctor *doctor)
{
	const struct module_file *installed = &doctor->installed;
	char commands[DKMS_COMMANDS_SIZE];
	struct sources sources;
	struct check *check;

	if (!find_sources(doctor, &sources) ||
	    strverscmp(sources.version, installed->version) <= 0)
		return;
	check = check_add(doctor, VERDICT_NOTE, "module", "what is installed for this kernel is "
			  "%s (%.100s), older than the sources, %s (%.100s)", installed->version,
			  installed->path, sources.version, sources.path);
	check_hint(check, "%s; why it fails: /var/lib/dkms/" PACKAGE "/%s/build/make.log",
		   dkms_commands(doctor, commands), sources.version);
}

static void check_installed(struct doctor *doctor)
{
	if (doctor->installed.wrong) {
		check_add(doctor, VERDICT_UNKNOWN, "module", "which version is installed: %s, %s",
			  doctor->installed.path, doctor->installed.wrong);
		return;
	}
	if (doctor->module_loaded)
		check_same(doctor);
	check_built(doctor);
}

void doctor_examine_module(struct doctor *doctor)
{
	enum verdict verdict = doctor->no_function ? VERDICT_NOTE : VERDICT_PROBLEM;
	char path[PATH_MAX];
	bool found;

	if (!read_word(doctor_path(doctor, path, "/proc/sys/kernel/osrelease"), doctor->release,
		       sizeof(doctor->release))) {
		check_add(doctor, VERDICT_UNKNOWN, "module", "the kernel's release cannot be read "
			  "from /proc/sys/kernel/osrelease");
		return;
	}
	found = find_installed(doctor);
	if (doctor->module_loaded)
		check_loaded(doctor, found);
	else if (found)
		doctor_examine_refusal(doctor, verdict);
	else
		check_not_built(doctor, verdict);
	if (found)
		check_installed(doctor);
}
