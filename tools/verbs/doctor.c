// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor: prints the results of doctor.h.
 */
#include <string.h>

#include "doctor/doctor.h"
#include "verbs.h"

static enum colour colour_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OK:
		return COLOUR_GREEN;
	case VERDICT_PROBLEM:
		return COLOUR_RED;
	default:
		return COLOUR_YELLOW;
	}
}

/* Wide enough for "unknown", and for a PCI address or a node. */
#define VERDICT_WIDTH	8
#define NAME_WIDTH	13

static void print_check(const struct screen *screen, const struct check *check)
{
	fprintf(screen->out, "%s%-*s%s %-*s %s\n", colour_on(screen, colour_of(check->verdict)),
		VERDICT_WIDTH, verdict_name(check->verdict), colour_off(screen), NAME_WIDTH,
		check->name, check->message);
	if (*check->hint)
		fprintf(screen->out, "%*s %*s hint: %s\n", VERDICT_WIDTH, "", NAME_WIDTH, "",
			check->hint);
}

static void print_summary(const struct session *session, const struct doctor *doctor)
{
	if (doctor->problems)
		fprintf(session->screen.out, "\n%zu problem%s found.\n", doctor->problems,
			doctor->problems == 1 ? "" : "s");
	else
		fprintf(session->screen.out, "\nNo problem found.\n");
}

static void report(struct session *session, const struct doctor *doctor)
{
	struct json_object *checks = json_object_new_array();
	size_t i;

	json_number(session->json, "problems", doctor->problems);
	json_object_object_add(session->json, "checks", checks);
	for (i = 0; i < doctor->count; i++) {
		const struct check *check = &doctor->checks[i];
		struct json_object *object = json_object_new_object();

		json_text(object, "name", check->name);
		json_text(object, "verdict", verdict_name(check->verdict));
		json_text(object, "message", check->message);
		json_text(object, "way_out", *check->hint ? check->hint : NULL);
		json_object_array_add(checks, object);
		if (!session->options->json)
			print_check(&session->screen, check);
	}
	if (!session->options->json)
		print_summary(session, doctor);
}

/* Opens the device nodes; those of another root are not opened. */
static enum result examine_devices(struct session *session, struct doctor *doctor)
{
	struct found_devices found;
	enum result result = devices_find(&found, DEVICE_DIRECTORY, &session->options->open,
					  &session->failure);
	size_t i;

	if (result)
		return result;
	for (i = 0; i < found.count; i++)
		doctor_examine_device(doctor, &found.items[i]);
	devices_free(&found);
	return RESULT_OK;
}

enum result verb_doctor(struct session *session)
{
	static struct doctor doctor;
	const char *sysroot = session->options->sysroot;
	enum result result = RESULT_OK;

	doctor_examine(&doctor, sysroot ? sysroot : "");
	if (!sysroot)
		result = examine_devices(session, &doctor);
	doctor_examine_keys(&doctor);
	report(session, &doctor);
	if (result)
		return result;
	if (doctor.problems) {
		fail_with(&session->failure, RESULT_PROBLEM, 0, "%zu problems found",
			  doctor.problems);
		session->told = true;
	}
	return doctor.problems ? RESULT_PROBLEM : RESULT_OK;
}
