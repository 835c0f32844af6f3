// SPDX-License-Identifier: GPL-2.0-only
/*
 * health: Get Health Info (4200h) of memory devices behind the switch, CXL 3.1
 * 8.2.9.9.3.1.
 */
#include "bytes.h"
#include "layout.h"
#include "targets.h"
#include "verbs.h"

#define OPCODE_GET_HEALTH_INFO	0x4200
#define HEALTH_SIZE		0x12
#define HEALTH_TEMPERATURE	4
#define NO_TEMPERATURE		0x7FFF
#define COUNT(array)		(sizeof(array) / sizeof((array)[0]))

static const char *media_name(uint8_t status)
{
	static const char *const names[] = {
		"normal", "not ready", "write persistency lost", "all data lost",
		"write persistency loss on power loss", "write persistency loss on shutdown",
		"write persistency loss imminent", "data loss on power loss",
		"data loss on shutdown", "data loss imminent",
	};

	return status < COUNT(names) ? names[status] : "unknown";
}

/* The lowest three bits, all of which may be set. */
static const char *health_name(uint8_t status)
{
	static const char *const names[] = {
		"good", "maintenance needed", "performance degraded",
		"maintenance needed, performance degraded", "replacement needed",
		"maintenance and replacement needed", "performance degraded, replacement needed",
		"maintenance and replacement needed, performance degraded",
	};

	return names[status & 7];
}

static const struct layout fields[] = {
	{ "health", "health", "", 0, 1, health_name },
	{ "media", "media", "", 1, 1, media_name },
	{ "additional_status", "additional status", "", 2, 1, NULL },
	{ "life_used_percent", "life used", " %", 3, 1, NULL },
	{ "dirty_shutdowns", "dirty shutdowns", "", 6, 4, NULL },
	{ "corrected_volatile_errors", "corrected volatile errors", "", 10, 4, NULL },
	{ "corrected_persistent_errors", "corrected persistent errors", "", 14, 4, NULL },
};

static enum result show_health(struct session *session, const struct target *target,
			       struct json_object *object, struct failure *failure)
{
	struct command command = { .path = &target->path, .opcode = OPCODE_GET_HEALTH_INFO };
	struct answer answer;
	enum result result = cci_ask(&session->device.transport, &command, HEALTH_SIZE, &answer,
				     failure);
	int16_t temperature;

	if (result)
		return result;
	temperature = get_le16(answer.payload + HEALTH_TEMPERATURE);
	layout_json(object, fields, COUNT(fields), answer.payload);
	if (temperature == NO_TEMPERATURE)
		json_object_object_add(object, "temperature_celsius", NULL);
	else
		json_number(object, "temperature_celsius", temperature);
	if (session->options->json)
		return RESULT_OK;
	if (temperature != NO_TEMPERATURE)
		fprintf(session->screen.out, "%d degrees Celsius\n", temperature);
	return layout_print(&session->screen, fields, COUNT(fields), answer.payload) ?
	       RESULT_OK : fail_memory(failure);
}

enum result verb_health(struct session *session)
{
	return targets_run(session, show_health);
}
