// SPDX-License-Identifier: GPL-2.0-only
/*
 * ports: the physical ports of the switch, from Get Physical Port State.
 */
#include <errno.h>

#include "cci/parse.h"
#include "verbs.h"

#define LTSSM_DETECT	0
#define LTSSM_DISABLED	8
#define LTSSM_HOT_RESET	0xA	/* the last with a name */

static bool link_is_down(const struct port_state *port)
{
	return !port->width || port->ltssm == LTSSM_DETECT || port->ltssm == LTSSM_DISABLED;
}

void port_width_text(const struct port_state *port, char *text)
{
	if (link_is_down(port))
		snprintf(text, PORT_TEXT_SIZE, "- of x%u", port->max_width);
	else
		snprintf(text, PORT_TEXT_SIZE, "x%u of x%u", port->width, port->max_width);
}

void port_speed_text(const struct port_state *port, char *text)
{
	if (link_is_down(port))
		snprintf(text, PORT_TEXT_SIZE, "- of %s GT/s", link_speed_name(port->max_speed));
	else
		snprintf(text, PORT_TEXT_SIZE, "%s of %s GT/s", link_speed_name(port->speed),
			 link_speed_name(port->max_speed));
}

void port_ltssm_text(const struct port_state *port, char *text)
{
	snprintf(text, PORT_TEXT_SIZE, port->ltssm > LTSSM_HOT_RESET ? "%s %02Xh" : "%s",
		 ltssm_name(port->ltssm), port->ltssm);
}

static const struct {
	const char *key, *text;
} link_flags[] = {
	{ "lanes_reversed", "lanes reversed" },
	{ "perst", "PERST#" },
	{ "present", "present" },
	{ "powered_off", "powered off" },
};

#define LINK_FLAG_COUNT (sizeof(link_flags) / sizeof(link_flags[0]))

void json_port(struct json_object *object, const struct port_state *port)
{
	struct json_object *flags = json_object_new_object();
	size_t i;

	json_number(object, "port", port->port);
	json_text(object, "state", port_state_name(port->state));
	json_number(object, "state_number", port->state);
	json_text(object, "device_type", device_type_name(port->device_type));
	json_number(object, "device_type_number", port->device_type);
	json_text(object, "device_mode", device_mode_name(port->device_mode));
	json_number(object, "device_mode_number", port->device_mode);
	json_hex(object, "supported_modes", port->supported_modes, 2);
	json_flag(object, "link_down", link_is_down(port));
	json_number(object, "width", port->width);
	json_number(object, "max_width", port->max_width);
	json_text(object, "speed_gt_s", link_speed_name(port->speed));
	json_text(object, "max_speed_gt_s", link_speed_name(port->max_speed));
	json_hex(object, "supported_speeds", port->supported_speeds, 2);
	json_text(object, "ltssm", ltssm_name(port->ltssm));
	json_number(object, "ltssm_number", port->ltssm);
	json_number(object, "first_lane", port->first_lane);
	json_hex(object, "link_flags_bits", port->link_flags, 4);
	for (i = 0; i < LINK_FLAG_COUNT; i++)
		json_flag(flags, link_flags[i].key, port->link_flags >> i & 1);
	json_object_object_add(object, "link_flags", flags);
	json_number(object, "additional_lds", port->additional_lds);
}

static void flags_text(const struct port_state *port, char *text, size_t room)
{
	size_t used = 0, i;

	*text = '\0';
	for (i = 0; i < LINK_FLAG_COUNT && used < room; i++)
		if (port->link_flags >> i & 1)
			used += snprintf(text + used, room - used, "%s%s", used ? ", " : "",
					 link_flags[i].text);
}

static void add_port_row(struct table *table, const struct port_state *port)
{
	char width[PORT_TEXT_SIZE], speed[PORT_TEXT_SIZE], ltssm[PORT_TEXT_SIZE], flags[80];
	bool downstream = port->state == PORT_STATE_DOWNSTREAM;

	port_width_text(port, width);
	port_speed_text(port, speed);
	flags_text(port, flags, sizeof(flags));
	table_add(table, "%u", port->port);
	table_add(table, "%s", port_state_name(port->state));
	table_add(table, "%s", downstream ? device_type_name(port->device_type) : "-");
	table_add(table, "%s", port_has_device(port) ? device_mode_name(port->device_mode) : "-");
	table_add(table, "%s", width);
	table_add(table, "%s", speed);
	port_ltssm_text(port, ltssm);
	table_add(table, "%s", ltssm);
	table_add(table, "%u", port->first_lane);
	table_add(table, "%u", 1 + port->additional_lds);
	table_add(table, "%s", flags);
}

static bool print_ports(const struct session *session, const struct port_states *states,
			const struct id_list *wanted)
{
	static const char *const headings[] = {
		"PORT", "STATE", "DEVICE", "MODE", "WIDTH", "SPEED", "LTSSM", "LANE", "LDS",
		"FLAGS", NULL,
	};
	struct table table;
	size_t i;

	table_open(&table, 10);
	table_head(&table, headings);
	table.right = 1U << 0 | 1U << 7 | 1U << 8;
	for (i = 0; i < states->count; i++)
		if (wanted->all || wanted->has[states->ports[i].port])
			add_port_row(&table, &states->ports[i]);
	return table_close(&table, &session->screen);
}

static void json_ports(struct session *session, const struct port_states *states,
		       const struct id_list *wanted)
{
	struct json_object *ports = json_object_new_array();
	size_t i;

	for (i = 0; i < states->count; i++) {
		struct json_object *port;

		if (!wanted->all && !wanted->has[states->ports[i].port])
			continue;
		port = json_object_new_object();
		json_port(port, &states->ports[i]);
		json_object_array_add(ports, port);
	}
	json_object_object_add(session->json, "ports", ports);
}

/* Reports the selected ports that the switch does not have. */
static enum result check_missing(struct session *session, const struct port_states *states,
				 const struct id_list *wanted)
{
	struct id_list missing = *wanted;
	size_t i, there = 0, absent = 0;

	for (i = 0; i < states->count; i++) {
		there += missing.has[states->ports[i].port];
		missing.has[states->ports[i].port] = false;
	}
	for (i = 0; i < ID_COUNT && !wanted->all; i++) {
		if (!missing.has[i])
			continue;
		absent++;
		fail_with(&session->failure, RESULT_USAGE, ENOENT, "%s has no port %zu",
			  session->device.name, i);
		failure_hint(&session->failure, "'cxl-switch ports %s' lists them",
			     session->device.name);
		if (there)
			session_print_failure(session, &session->failure);
	}
	if (!absent)
		return RESULT_OK;
	return there ? RESULT_PARTIAL : session->failure.result;
}

enum result verb_ports(struct session *session)
{
	const char *text = session->options->ports;
	struct id_list wanted = { .all = true };
	struct port_states states;
	const char *wrong = text ? parse_id_list(text, &wanted) : NULL;
	enum result result;

	if (wrong)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "-p %s: %s", text, wrong);
	result = cci_get_port_states(&session->device.transport, &states, &session->failure);
	if (result)
		return result;
	json_ports(session, &states, &wanted);
	result = check_missing(session, &states, &wanted);
	if (result && result != RESULT_PARTIAL)
		return result;
	if (!session->options->json && !print_ports(session, &states, &wanted))
		return fail_memory(&session->failure);
	return result;
}
