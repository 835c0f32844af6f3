/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Get Health Info (4200h) of a memory device, CXL 3.1 8.2.9.9.3.1.
 */
#ifndef CXL_SWITCH_TOOL_HEALTH_H
#define CXL_SWITCH_TOOL_HEALTH_H

#include "cci/cci.h"
#include "cli/output.h"

#define HEALTH_SIZE 0x12

/* The bytes as received; health.c has their fields. */
struct health {
	uint8_t bytes[HEALTH_SIZE];
};

enum result health_get(struct transport *transport, const struct path *path,
		       struct health *health, struct failure *failure);

/*
 * Whether the difference is worth a line: a temperature that is still
 * normal, or a share of life used, moves all the time.
 */
bool health_is_alike(const struct health *one, const struct health *other);

void json_health(struct json_object *object, const struct health *health);
bool health_print(const struct screen *screen, const struct health *health);

/* "good, 25 C" or "maintenance needed, 25 C, alert: temperature" */
#define HEALTH_TEXT_SIZE 200
void health_text(const struct health *health, char *text);

#endif
