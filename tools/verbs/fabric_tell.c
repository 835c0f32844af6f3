// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON and tables of what fabric.c found. It sends nothing, and keeps nothing.
 */
#include "fabric_tell.h"

#include <stdio.h>

#include "cci/names.h"
#include "cci/operation.h"
#include "cli/progress.h"
#include "verbs.h"

/* ---- JSON ---- */

static void json_id(struct json_object *object, const char *key, int id)
{
	json_object_object_add(object, key, id < 0 ? NULL : json_object_new_int(id));
}

static struct json_object *json_logs(const struct component *component)
{
	struct json_object *logs = json_object_new_array();
	unsigned int i;

	for (i = 0; i < EVENT_LOGS; i++) {
		const struct event_summary *summary = &component->logs[i];
		struct json_object *log;

		if (!summary->known)
			continue;
		log = json_object_new_object();
		json_text(log, "log", event_log_name(i));
		json_number(log, "records", summary->count);
		json_flag(log, "more", summary->more);
		json_number(log, "overflow", summary->overflow);
		json_object_array_add(logs, log);
	}
	return logs;
}

static struct json_object *json_component(const struct component *component)
{
	struct json_object *object = json_object_new_object();
	struct json_object *part = NULL;

	json_id(object, "port", component->port);
	json_id(object, "ld", component->ld);
	json_flag(object, "ld_pool", component->ld == LD_POOL);
	json_object_object_add(object, "present", component->presence == PRESENCE_UNKNOWN ? NULL :
			       json_object_new_boolean(component->presence == PRESENCE_PRESENT));
	if (component->has_identity) {
		part = json_object_new_object();
		json_identity(part, &component->identity);
	}
	json_object_object_add(object, "identity", part);
	part = component->has_health ? json_object_new_object() : NULL;
	if (part)
		json_health(part, &component->health);
	json_object_object_add(object, "health", part);
	json_object_object_add(object, "event_logs", json_logs(component));
	part = component->has_operation ? json_object_new_object() : NULL;
	if (part)
		json_operation(part, &component->operation);
	json_object_object_add(object, "operation", part);
	session_add_error(object, component->failure.result ? &component->failure : NULL);
	return object;
}

static void json_ports(const struct fabric *fabric, struct json_object *object)
{
	struct json_object *ports = json_object_new_array();
	size_t i;

	for (i = 0; i < fabric->ports.count; i++) {
		struct json_object *port = json_object_new_object();

		json_port(port, &fabric->ports.ports[i]);
		json_flag(port, "changed", fabric_port_changed(fabric, i));
		json_object_array_add(ports, port);
	}
	json_object_object_add(object, "ports", ports);
}

void fabric_json(struct session *session, const struct fabric *fabric, uint32_t round,
		 const char *when)
{
	struct json_object *object = json_object_new_object();
	struct json_object *components = json_object_new_array();
	size_t i;

	json_number(object, "schema", JSON_SCHEMA);
	json_text(object, "verb", "monitor");
	json_text(object, "device", fabric->name);
	json_number(object, "round", round);
	json_text(object, "time", when);
	json_flag(object, "present", fabric_is_open(fabric));
	json_text(object, "state", fabric_is_open(fabric) ? state_name(fabric->state) : NULL);
	json_ports(fabric, object);
	for (i = 0; i < fabric->count; i++)
		json_object_array_add(components, json_component(&fabric->components[i]));
	json_object_object_add(object, "components", components);
	json_changes(object, &fabric->changes);
	session_add_error(object, fabric->failure.result ? &fabric->failure : NULL);
	session_line(session, object);
}

/* ---- text ---- */

static void logs_text(const struct component *component, char *text, size_t room)
{
	size_t used = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < EVENT_LOGS && used < room; i++) {
		const struct event_summary *log = &component->logs[i];

		if (log->count || log->overflow)
			used += snprintf(text + used, room - used, "%s%s %u%s%s", used ? ", " : "",
					 event_log_name(i), log->count, log->more ? "+" : "",
					 log->overflow ? " (some lost)" : "");
	}
}

static void operation_cell(const struct component *component, char *text, size_t room)
{
	const struct cxl_switch_cci_bg_status *status = &component->operation;

	*text = '\0';
	if (component->has_operation)
		snprintf(text, room, "%s, %s, %u %%", opcode_name(status->opcode),
			 operation_state_name(status->state), status->percent);
}

static const char *failure_word(const struct failure *failure)
{
	return failure->return_code != NO_RETURN_CODE ? return_code_name(failure->return_code) :
	       errno_name(failure->error);
}

static void what_text(const struct component *component, char *text, size_t room)
{
	const struct identity *identity = &component->identity;
	const struct failure *failure = &component->failure;
	char serial[SERIAL_TEXT_SIZE];
	int used;

	if (component->presence == PRESENCE_ABSENT) {
		snprintf(text, room, failure->result ? "nothing is there" : "gone");
		return;
	}
	identity_serial_text(identity, serial);
	if (component->has_identity)
		used = snprintf(text, room, "%s, serial %s",
				component_name(identity->component_type), serial);
	else
		used = snprintf(text, room, "not known");
	if (failure->result)
		snprintf(text + used, room - used, "; now %s", failure_word(failure));
}

static void where_text(const struct component *component, char *text, size_t room)
{
	int used = snprintf(text, room, component->port == NO_ID ? "itself" : "port %d",
			    component->port);

	if (component->ld == LD_POOL)
		snprintf(text + used, room - used, ", LD pool");
	else if (component->ld != NO_ID)
		snprintf(text + used, room - used, ", LD %d", component->ld);
}

static void add_component_row(struct table *table, const struct component *component)
{
	char text[HEALTH_TEXT_SIZE] = "";

	where_text(component, text, sizeof(text));
	table_add(table, "%s", text);
	what_text(component, text, sizeof(text));
	table_add(table, "%s", text);
	*text = '\0';
	if (component->has_health)
		health_text(&component->health, text);
	table_add(table, "%s", text);
	logs_text(component, text, sizeof(text));
	table_add(table, "%s", text);
	operation_cell(component, text, sizeof(text));
	table_add(table, "%s", text);
}

static bool print_components(const struct fabric *fabric, const struct screen *screen)
{
	static const char *const headings[] = {
		"COMPONENT", "WHAT", "HEALTH", "EVENTS", "OPERATION", NULL,
	};
	struct table table;
	size_t i;

	table_open(&table, 5);
	table_head(&table, headings);
	for (i = 0; i < fabric->count; i++)
		add_component_row(&table, &fabric->components[i]);
	return table_close(&table, screen);
}

static bool print_links(const struct fabric *fabric, const struct screen *screen)
{
	static const char *const headings[] = {
		"", "PORT", "STATE", "WIDTH", "SPEED", "LTSSM", "DEVICE", NULL,
	};
	char text[PORT_TEXT_SIZE];
	struct table table;
	size_t i;

	table_open(&table, 7);
	table_head(&table, headings);
	for (i = 0; i < fabric->ports.count; i++) {
		const struct port_state *port = &fabric->ports.ports[i];

		table_add(&table, fabric_port_changed(fabric, i) ? "*" : "");
		table_add(&table, "%u", port->port);
		table_add(&table, "%s", port_state_name(port->state));
		port_width_text(port, text);
		table_add(&table, "%s", text);
		port_speed_text(port, text);
		table_add(&table, "%s", text);
		port_ltssm_text(port, text);
		table_add(&table, "%s", text);
		table_add(&table, "%s", device_type_name(port->device_type));
	}
	return table_close(&table, screen);
}

bool fabric_print(const struct fabric *fabric, const struct screen *screen, const char *when)
{
	char text[CHANGES_TEXT_SIZE];
	bool printed = true;

	changes_text(&fabric->changes, text);
	fprintf(screen->out, "%s%s%s  %s  %s  changes: %s\n", colour_on(screen, COLOUR_BOLD),
		fabric->name, colour_off(screen), when,
		fabric_is_open(fabric) ? state_name(fabric->state) : "gone", text);
	if (fabric->failure.result)
		fprintf(screen->out, "%s%s%s\n", colour_on(screen, COLOUR_RED),
			fabric->failure.message, colour_off(screen));
	if (fabric->ports.count)
		printed = print_links(fabric, screen);
	fputc('\n', screen->out);
	if (fabric->count) {
		printed = print_components(fabric, screen) && printed;
		fputc('\n', screen->out);
	}
	return printed;
}
