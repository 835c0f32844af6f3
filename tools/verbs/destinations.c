// SPDX-License-Identifier: GPL-2.0-only
/*
 * destinations: the destinations that the driver has queried behind this
 * function, and what it knows about them. Sends nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

static unsigned int hops_told(uint8_t depth)
{
	/* a depth from the driver is limited to the size of its structures */
	return depth < HOPS_MAX ? depth : HOPS_MAX;
}

void hops_text(const struct session *session, uint8_t depth, const uint8_t *target,
	       const uint8_t *id, char *text)
{
	bool is_switch = session->device.info.component_type == CXL_SWITCH_CCI_COMPONENT_SWITCH;
	unsigned int i;
	int used = 0;

	snprintf(text, HOPS_TEXT_SIZE, "itself");
	for (i = 0; i < hops_told(depth); i++) {
		const char *gap = i ? ", " : "";

		if (target[i] == TARGET_LD_POOL)
			used += sprintf(text + used, "%sLD pool", gap);
		else
			used += sprintf(text + used, "%s%s %u", gap,
					is_switch && !i ? "port" : "LD", id[i]);
	}
}

struct json_object *json_hops(uint8_t depth, const uint8_t *target, const uint8_t *id)
{
	struct json_object *path = json_object_new_array();
	unsigned int i;

	for (i = 0; i < hops_told(depth); i++) {
		struct json_object *hop = json_object_new_object();

		json_text(hop, "target", target[i] == TARGET_LD_POOL ? "LD pool" : "port or LD");
		json_number(hop, "id", id[i]);
		json_object_array_add(path, hop);
	}
	return path;
}

static const char *failure_text(uint16_t failure)
{
	switch (failure) {
	case 0:
		return "";
	case EHOSTUNREACH:
		return "nothing answers";
	case ETIMEDOUT:
		return "no answer in time";
	case EBUSY:
		return "busy";
	case EPROTO:
		return "malformed";
	case EOPNOTSUPP:
		return "an error answer";
	default:
		return errno_name(failure);
	}
}

static struct json_object *json_destination(const struct cxl_switch_cci_destination *entry)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "path", json_hops(entry->depth, entry->target, entry->id));
	json_text(object, "effects_log", knowledge_name(entry->knowledge));
	json_named(object, "failure", entry->failure,
		   entry->failure ? errno_name(entry->failure) : NULL);
	json_flag(object, "fresh", entry->fresh);
	json_number(object, "slow_ms", entry->slow_ms);
	json_text(object, "component", component_name(entry->component_type));
	json_number(object, "component_type", entry->component_type);
	json_known(object, "vendor_id", entry->vendor_id, entry->vendor_id, 4);
	json_known(object, "device_id", entry->vendor_id, entry->device_id, 4);
	json_known(object, "serial", entry->vendor_id, entry->serial, 16);
	json_flag(object, "serial_valid", serial_is_valid(entry->serial));
	json_number(object, "age_ms", entry->age_ms);
	return object;
}

static void add_row(const struct session *session, struct table *table,
		    const struct cxl_switch_cci_destination *entry)
{
	char path[HOPS_TEXT_SIZE], serial[SERIAL_TEXT_SIZE], ids[IDS_TEXT_SIZE];
	struct identity identity = {
		.vendor_id = entry->vendor_id, .device_id = entry->device_id,
		.serial = entry->serial, .source = entry->vendor_id ?
		CXL_SWITCH_CCI_SOURCE_IDENTIFY : CXL_SWITCH_CCI_SOURCE_NONE,
	};

	hops_text(session, entry->depth, entry->target, entry->id, path);
	identity_ids_text(&identity, ids);
	identity_serial_text(&identity, serial);
	table_add(table, "%s", path);
	table_add(table, "%s", component_name(entry->component_type));
	table_add(table, "%s", ids);
	table_add(table, "%s", serial);
	table_add(table, "%s", knowledge_name(entry->knowledge));
	table_add(table, "%" PRIu64 ".%" PRIu64 " s", (uint64_t)entry->age_ms / 1000,
		  (uint64_t)entry->age_ms % 1000 / 100);
	if (entry->slow_ms)
		table_add(table, "asked in %u s", (entry->slow_ms + 999) / 1000);
	else
		table_add(table, "%s", entry->fresh ? "yes" : "asked again");
	table_add(table, "%s", entry->slow_ms ? "slow: no answer in time, twice" :
		  failure_text(entry->failure));
}

enum result verb_destinations(struct session *session)
{
	static const char *const headings[] = {
		"DESTINATION", "COMPONENT", "VENDOR:DEVICE", "SERIAL", "EFFECTS", "AGE",
		"RELIED ON", "WHY NOT", NULL,
	};
	struct json_object *array = json_object_new_array();
	struct cxl_switch_cci_destination *entries;
	struct table table;
	size_t count, i;
	enum result result = transport_destinations(&session->device.transport, &entries, &count,
						    &session->failure);

	json_object_object_add(session->json, "destinations", array);
	table_open(&table, 8);
	table_head(&table, headings);
	table.right = 1U << 5;
	for (i = 0; i < count && !result; i++) {
		json_object_array_add(array, json_destination(&entries[i]));
		add_row(session, &table, &entries[i]);
	}
	free(entries);
	if (!result && !count)
		session_note(session, "the driver has queried no component yet");
	if (!table_close(&table, result || !count || session->options->json ? NULL :
			 &session->screen) && !result)
		result = fail_memory(&session->failure);
	return result;
}
