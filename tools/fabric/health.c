// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields of Get Health Info, as a table for layout.c, and the rules which
 * changes are reported.
 */
#include "health.h"

#include <stdio.h>
#include <string.h>

#include "cci/bytes.h"
#include "cli/layout.h"

#define OPCODE_GET_HEALTH_INFO	0x4200
#define STATUS			0
#define MEDIA			1
#define ADDITIONAL_STATUS	2
#define LIFE_USED		3
#define NO_LIFE_USED		0xFF
#define TEMPERATURE		4
#define NO_TEMPERATURE		0x7FFF
#define ERRORS			6	/* dirty shutdowns and both counts of corrected errors */
#define STATUS_TEXT_SIZE	128	/* all texts at once */
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

#define STATUS_BITS	4

/* Several bits may be set, CXL 3.1 table 8-133; no bit means good. */
static const char *status_name(uint8_t status)
{
	static const char *const names[STATUS_BITS] = {
		"maintenance needed", "performance degraded", "replacement needed",
		"memory capacity degraded",
	};
	static char text[STATUS_TEXT_SIZE];
	uint8_t reserved = status >> STATUS_BITS << STATUS_BITS;
	size_t used = 0, bit;

	snprintf(text, sizeof(text), "good");
	for (bit = 0; bit < STATUS_BITS; bit++)
		if (status >> bit & 1)
			used += snprintf(text + used, sizeof(text) - used, "%s%s",
					 used ? ", " : "", names[bit]);
	if (reserved)
		snprintf(text + used, sizeof(text) - used, "%sreserved bits %02Xh",
			 used ? ", " : "", reserved);
	return text;
}

static const struct layout fields[] = {
	{ "health", "health", "", STATUS, 1, status_name },
	{ "media", "media", "", MEDIA, 1, media_name },
	{ "additional_status", "additional status", "", ADDITIONAL_STATUS, 1, NULL },
	{ "dirty_shutdowns", "dirty shutdowns", "", ERRORS, 4, NULL },
	{ "corrected_volatile_errors", "corrected volatile errors", "", 10, 4, NULL },
	{ "corrected_persistent_errors", "corrected persistent errors", "", 14, 4, NULL },
};

/* Values that the additional status reports as beyond their threshold. */
static const struct alert {
	const char *key, *label;
	uint8_t shift, mask;
} alerts[] = {
	{ "life_used", "life used", 0, 3 },
	{ "temperature", "temperature", 2, 3 },
	{ "corrected_volatile_errors", "corrected volatile errors", 4, 1 },
	{ "corrected_persistent_errors", "corrected persistent errors", 5, 1 },
};

static uint8_t alert_level(const struct health *health, const struct alert *alert)
{
	return health->bytes[ADDITIONAL_STATUS] >> alert->shift & alert->mask;
}

static const char *level_name(uint8_t level)
{
	static const char *const names[] = { "normal", "warning", "critical", "reserved" };

	return names[level & 3];
}

enum result health_get(struct transport *transport, const struct path *path,
		       struct health *health, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_GET_HEALTH_INFO };
	struct answer answer;
	enum result result = cci_ask(transport, &command, HEALTH_SIZE, &answer, failure);

	if (!result)
		memcpy(health->bytes, answer.payload, HEALTH_SIZE);
	return result;
}

bool health_is_alike(const struct health *one, const struct health *other)
{
	return !memcmp(one->bytes, other->bytes, ADDITIONAL_STATUS + 1) &&
	       !memcmp(one->bytes + ERRORS, other->bytes + ERRORS, HEALTH_SIZE - ERRORS);
}

static bool has_life_used(const struct health *health)
{
	return health->bytes[LIFE_USED] != NO_LIFE_USED;
}

static bool has_temperature(const struct health *health)
{
	return get_le16(health->bytes + TEMPERATURE) != NO_TEMPERATURE;
}

static int temperature(const struct health *health)
{
	return (int16_t)get_le16(health->bytes + TEMPERATURE);
}

void json_health(struct json_object *object, const struct health *health)
{
	struct json_object *levels = json_object_new_object();
	size_t i;

	layout_json(object, fields, COUNT(fields), health->bytes);
	if (has_life_used(health))
		json_number(object, "life_used_percent", health->bytes[LIFE_USED]);
	else
		json_object_object_add(object, "life_used_percent", NULL);
	if (has_temperature(health))
		json_number(object, "temperature_celsius", temperature(health));
	else
		json_object_object_add(object, "temperature_celsius", NULL);
	for (i = 0; i < COUNT(alerts); i++)
		json_text(levels, alerts[i].key, level_name(alert_level(health, &alerts[i])));
	json_object_object_add(object, "alerts", levels);
}

/* Writes the alerts that are not normal; returns the number of characters. */
static int alerts_text(const struct health *health, char *text, size_t room)
{
	int used = 0;
	size_t i;

	*text = '\0';
	for (i = 0; i < COUNT(alerts) && (size_t)used < room; i++) {
		uint8_t level = alert_level(health, &alerts[i]);

		if (level)
			used += snprintf(text + used, room - used, "%s%s: %s", used ? ", " : "",
					 alerts[i].label, level_name(level));
	}
	return used;
}

bool health_print(const struct screen *screen, const struct health *health)
{
	char text[HEALTH_TEXT_SIZE];

	if (has_temperature(health))
		fprintf(screen->out, "%d degrees Celsius\n", temperature(health));
	if (has_life_used(health))
		fprintf(screen->out, "life used %u %%\n", health->bytes[LIFE_USED]);
	if (alerts_text(health, text, sizeof(text)))
		fprintf(screen->out, "%s%s%s\n", colour_on(screen, COLOUR_YELLOW), text,
			colour_off(screen));
	return layout_print(screen, fields, COUNT(fields), health->bytes);
}

void health_text(const struct health *health, char *text)
{
	int used = snprintf(text, HEALTH_TEXT_SIZE, "%s", status_name(health->bytes[STATUS]));
	char more[HEALTH_TEXT_SIZE / 2];

	if (health->bytes[MEDIA])
		used += snprintf(text + used, HEALTH_TEXT_SIZE - used, ", media: %s",
				 media_name(health->bytes[MEDIA]));
	if (has_temperature(health))
		used += snprintf(text + used, HEALTH_TEXT_SIZE - used, ", %d C",
				 temperature(health));
	if (alerts_text(health, more, sizeof(more)))
		snprintf(text + used, HEALTH_TEXT_SIZE - used, ", %s", more);
}
