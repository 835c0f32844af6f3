// SPDX-License-Identifier: GPL-2.0-only
/*
 * bugreport: the reports of other verbs, and files of sysfs. A missing part is
 * noted and is not a failure. Sends nothing.
 */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "../../src/version.h"
#include "doctor/gather.h"
#include "verbs.h"

#define MODULE		"cxl_switch_cci"
#define MODULE_FOLDER	"/sys/module/" MODULE
#define CLASS_FOLDER	"/sys/class/" MODULE
#define FOLDER_SIZE	128

/* ---- the system ---- */

static void tell_kernel(struct gather *gather, struct json_object *object)
{
	char text[sizeof(struct utsname)];
	struct utsname name;

	if (*gather->sysroot || uname(&name))
		return;
	snprintf(text, sizeof(text), "%s %s %s %s", name.sysname, name.release, name.version,
		 name.machine);
	gather_value(gather, object, "kernel", text);
}

static void tell_system(struct gather *gather, struct json_object *json)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(json, "system", object);
	gather_heading(gather, "system");
	gather_value(gather, object, "cxl-switch", CXL_SWITCH_CCI_VERSION);
	tell_kernel(gather, object);
	/* omit the command line and the environment: they may contain secrets */
	gather_file(gather, object, "/proc/sys/kernel/tainted", "tainted", false);
	gather_file(gather, object, "/sys/kernel/security/lockdown", "lockdown", true);
	gather_file(gather, object, MODULE_FOLDER "/version", "module", false);
	gather_file(gather, object, MODULE_FOLDER "/srcversion", "module source", true);
	gather_file(gather, object, MODULE_FOLDER "/taint", "module taint", true);
}

static void tell_parameters(struct gather *gather, struct json_object *json)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(json, "parameters", object);
	gather_heading(gather, "module parameters");
	gather_folder(gather, object, MODULE_FOLDER "/parameters");
}

static void tell_log(struct gather *gather, struct json_object *json)
{
	struct json_object *lines = json_object_new_array();

	json_object_object_add(json, "kernel_log", lines);
	gather_heading(gather, "kernel log");
	gather_kernel_log(gather, lines, MODULE);
}

/* ---- reports of other verbs ---- */

static const struct part {
	const char *name;
	enum result (*verb)(struct session *session);
	uint64_t feature;	/* required for this part */
} device_parts[] = {
	{ "info", verb_info, 0 },
	{ "destinations", verb_destinations, 0 },
	{ "operation", verb_bg_status, CXL_SWITCH_CCI_FEATURE_BACKGROUND },
	{ "log", verb_log, 0 },
};

static void run_part(struct gather *gather, const struct session *session,
		     const struct part *part, const char *title, struct json_object *into)
{
	struct session own = *session;
	enum result result;

	own.json = json_object_new_object();
	own.failure = (struct failure){ .result = RESULT_OK };
	gather_heading(gather, "%s", title);
	result = part->verb(&own);
	json_object_object_add(into, part->name, own.json);
	/* a problem that doctor finds is not a failure here */
	if (result && result != RESULT_PARTIAL && result != RESULT_PROBLEM)
		gather_unread(gather, title, own.failure.message);
}

static struct json_object *begin_folder(struct gather *gather, const char *name, const char *key,
					struct json_object *into)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(into, key, object);
	gather_heading(gather, "%s: %s", name, key);
	return object;
}

static void tell_attributes(struct gather *gather, const char *name, const char *folder,
			    const char *key, struct json_object *into)
{
	struct json_object *object = begin_folder(gather, name, key, into);
	char path[FOLDER_SIZE];

	snprintf(path, sizeof(path), CLASS_FOLDER "/%s%s", name, folder);
	gather_folder(gather, object, path);
}

/* Reads files by name: others in that folder are the function's memory, or wake it up. */
static void tell_function(struct gather *gather, const char *name, struct json_object *into)
{
	static const char *const files[] = {
		"vendor", "device", "subsystem_vendor", "subsystem_device", "class", "revision",
		"enable", "power_state", "irq", "numa_node", "reset_method",
		"current_link_speed", "current_link_width", "max_link_speed", "max_link_width",
	};
	struct json_object *object = begin_folder(gather, name, "function", into);
	char path[FOLDER_SIZE];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), CLASS_FOLDER "/%s/device/%s", name, files[i]);
		gather_file(gather, object, path, files[i], true);
	}
}

/* @session has the device open. */
static void tell_device(struct gather *gather, const struct session *session,
			struct json_object *into)
{
	const char *name = session->device.name;
	char title[FOLDER_SIZE];
	size_t i;

	json_text(into, "device", name);
	for (i = 0; i < sizeof(device_parts) / sizeof(device_parts[0]); i++) {
		const struct part *part = &device_parts[i];

		if (part->feature & ~session->device.info.features)
			continue;
		snprintf(title, sizeof(title), "%s: %s", name, part->name);
		run_part(gather, session, part, title, into);
	}
	tell_attributes(gather, name, "", "attributes", into);
	tell_attributes(gather, name, "/counters", "counters", into);
	tell_attributes(gather, name, "/refusals", "refusals", into);
	tell_function(gather, name, into);
}

static void tell_found(struct gather *gather, struct session *session,
		       const struct found_device *item, struct json_object *devices)
{
	struct json_object *object;

	if (item->failure.result) {
		gather_unread(gather, item->device.node, item->failure.message);
		return;
	}
	object = json_object_new_object();
	json_object_array_add(devices, object);
	session->device = item->device;
	tell_device(gather, session, object);
}

/* The named device, or all. Nodes of another root are not opened. */
static void tell_devices(struct gather *gather, const struct session *session,
			 struct json_object *json)
{
	struct json_object *devices = json_object_new_array();
	const char *wanted = session->options->device;
	struct session own = *session;
	struct found_device one = { .failure = { .result = RESULT_OK } };
	struct found_devices found;
	struct failure failure;
	size_t i;

	json_object_object_add(json, "devices", devices);
	if (*gather->sysroot)
		return;
	if (wanted) {
		device_open(&one.device, wanted, &own.options->open, &one.failure);
		snprintf(one.device.node, sizeof(one.device.node), "%s", one.failure.result ?
			 wanted : one.device.node);
		tell_found(gather, &own, &one, devices);
		device_close(&one.device);
	} else if (devices_find(&found, DEVICE_DIRECTORY, &own.options->open, &failure)) {
		gather_unread(gather, DEVICE_DIRECTORY, failure.message);
	} else {
		for (i = 0; i < found.count; i++)
			tell_found(gather, &own, &found.items[i], devices);
		devices_free(&found);
	}
}

/* ---- the verb ---- */

static void tell_begin(struct gather *gather, struct json_object *json)
{
	time_t now = time(NULL);
	char text[40];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	json_text(json, "time", text);
	if (gather->out)
		fprintf(gather->out, "cxl-switch bug report, %s\n\nIt holds serial numbers, PCI "
			"addresses, and names and user ids of programs that sent commands, but no\n"
			"payload. Read through it before you publish it.\n", text);
}

static void tell_end(const struct gather *gather)
{
	size_t count = json_object_array_length(gather->unread), i;

	gather_heading(gather, "not read");
	for (i = 0; i < count && gather->out; i++) {
		struct json_object *item = json_object_array_get_idx(gather->unread, i);

		fprintf(gather->out, "%s: %s\n",
			json_object_get_string(json_object_object_get(item, "what")),
			json_object_get_string(json_object_object_get(item, "why")));
	}
	if (gather->out && !count)
		fputs("nothing: it is complete\n", gather->out);
}

static enum result open_out(struct session *session)
{
	const char *file = session->options->out;

	if (!file || !strcmp(file, "-"))
		return RESULT_OK;
	/* text and JSON alike go to standard output */
	if (!freopen(file, "w", stdout))
		return fail_with(&session->failure, RESULT_INTERNAL, errno, "%s: %s", file,
				 strerror(errno));
	session->screen.colour = false;
	session->screen.unicode = false;
	return RESULT_OK;
}

enum result verb_bugreport(struct session *session)
{
	static const struct part doctor = { "doctor", verb_doctor, 0 };
	struct options options = *session->options;
	struct session parts = *session;
	struct gather gather = {
		.sysroot = options.sysroot ? options.sysroot : "",
		.unread = json_object_new_array(),
	};
	enum result result = open_out(session);

	json_object_object_add(session->json, "not_read", gather.unread);
	if (result)
		return result;
	gather.out = options.json ? NULL : session->screen.out;
	options.quiet = true;
	options.follow = false;
	parts.options = &options;
	parts.screen = session->screen;
	tell_begin(&gather, session->json);
	tell_system(&gather, session->json);
	tell_parameters(&gather, session->json);
	run_part(&gather, &parts, &doctor, "doctor", session->json);
	tell_devices(&gather, &parts, session->json);
	tell_log(&gather, session->json);
	tell_end(&gather);
	return RESULT_OK;
}
