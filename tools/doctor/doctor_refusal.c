// SPDX-License-Identifier: GPL-2.0-only
/*
 * Was the signature of the module refused? The kernel's own lines do not name
 * the module; those of the program that tried to load it do.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor_list.h"
#include "doctor_module.h"
#include "kernel_log.h"

#define CERTIFICATE "/var/lib/dkms/mok.pub"

struct refusal {
	char text[120];
	bool names_module;
};

static const struct sign {
	const char *begin;
	const char *end;
	bool names_module;
} signs[] = {
	{ MODULE, "Key was rejected by service", true },
	{ MODULE, "Required key not available", true },
	{ "oading of ", " is rejected", false },
	{ "unsigned module loading", " is restricted", false },
};

static const struct sign *find_sign(const char *text)
{
	const char *begin;
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		begin = strstr(text, signs[i].begin);
		if (begin && strstr(begin, signs[i].end))
			return &signs[i];
	}
	return NULL;
}

/* Keeps the last line; a line that names the module is not replaced by one that does not. */
static void keep(void *context, const char *record)
{
	struct refusal *refusal = context;
	const char *text = strchr(record, ';');
	const struct sign *sign;

	text = text ? text + 1 : record;
	sign = find_sign(text);
	if (!sign || (refusal->names_module && !sign->names_module))
		return;
	snprintf(refusal->text, sizeof(refusal->text), "%s", text);
	refusal->names_module = sign->names_module;
}

/* How to make the kernel trust this file. */
static void enrolment(const struct doctor *doctor, char *text, size_t room)
{
	char path[PATH_MAX];

	if (!doctor->installed.wrong && !doctor->installed.is_signed)
		snprintf(text, room, "it is to be signed, as DKMS does, or as in "
			 "Documentation/policy.md, section 9, and the kernel must know the key");
	else if (path_exists(doctor_path(doctor, path, CERTIFICATE)))
		snprintf(text, room, "mokutil --import " CERTIFICATE ", reboot and choose 'Enroll "
			 "MOK' (Documentation/install.md, 'Secure Boot and lockdown')");
	else
		snprintf(text, room, "the certificate of the key that it is signed with is to be "
			 "enrolled with mokutil --import (Documentation/install.md, 'Secure Boot "
			 "and lockdown')");
}

static bool is_locked_down(const struct doctor *doctor)
{
	char path[PATH_MAX], lockdown[80];

	read_word(doctor_path(doctor, path, "/sys/kernel/security/lockdown"), lockdown,
		  sizeof(lockdown));
	return strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]");
}

/* What is known about the file, since the refusal may concern another module. */
static const char *signature_of(const struct module_file *file)
{
	if (file->wrong)
		return "";
	return file->is_signed ? "; this one is signed" : "; this one is not signed";
}

static void tell(struct doctor *doctor, enum verdict verdict, const struct refusal *refusal)
{
	const char *path = doctor->installed.path;
	char enrol[220];
	struct check *check;

	enrolment(doctor, enrol, sizeof(enrol));
	if (refusal->names_module) {
		check = check_add(doctor, verdict, "module", MODULE " is not loaded: its key was "
				  "refused, '%s' (%.100s)", refusal->text, path);
		check_hint(check, "%s; then modprobe " MODULE, enrol);
		return;
	}
	if (*refusal->text)
		check = check_add(doctor, verdict, "module", MODULE " is not loaded (%.100s); the "
				  "kernel refused a module's key and does not say whose, '%s'%s",
				  path, refusal->text, signature_of(&doctor->installed));
	else
		check = check_add(doctor, verdict, "module", MODULE " is not loaded (%s)", path);
	if (*refusal->text || is_locked_down(doctor))
		check_hint(check, "modprobe " MODULE "; if it says 'Key was rejected by "
			      "service' or 'Operation not permitted': %s", enrol);
	else
		check_hint(check, "modprobe " MODULE);
}

void doctor_examine_refusal(struct doctor *doctor, enum verdict verdict)
{
	struct refusal refusal = { .names_module = false };
	int error = kernel_log_read(doctor->sysroot, keep, &refusal);

	tell(doctor, verdict, &refusal);
	if (error && !*refusal.text)
		check_hint(check_add(doctor, VERDICT_UNKNOWN, "module", "whether its key was "
					"refused: the kernel log cannot be read, /dev/kmsg: %s",
					strerror(-error)),
			      "as root: dmesg | grep -E 'is rejected|is restricted'");
}
