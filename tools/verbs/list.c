// SPDX-License-Identifier: GPL-2.0-only
/*
 * list: the devices; with --tree the components behind each port. Sends queries
 * only, one at a time.
 */
#include <errno.h>
#include <string.h>

#include "verbs.h"

#define TREE_COLUMNS	6
#define TREE_DEPTH	2

static struct path to_port(uint8_t port)
{
	return (struct path){ .depth = 1, .id = { port } };
}

static void identity_text(const struct identity *identity, char *text, size_t room)
{
	char serial[SERIAL_TEXT_SIZE], ids[IDS_TEXT_SIZE], component[COMPONENT_TEXT_SIZE];

	component_text(identity->component_type, identity->source, component);
	identity_ids_text(identity, ids);
	identity_serial_text(identity, serial);
	snprintf(text, room, "%s, %s, serial %s", component, ids, serial);
}

/* What is printed of a destination that gave no answer. */
static void silence_text(const struct failure *failure, char *text, size_t room)
{
	if (failure->return_code != NO_RETURN_CODE)
		snprintf(text, room, "answers no Identify: %s",
			 return_code_name(failure->return_code));
	else if (failure->reason)
		snprintf(text, room, "refused by the driver: %s", reason_name(failure->reason));
	else if (failure->stage == CXL_SWITCH_CCI_STAGE_ANSWERED)
		snprintf(text, room, "gives an unusable answer to Identify");
	else
		snprintf(text, room, "no answer: %s", errno_name(failure->error));
}

/*
 * The tree of one device while it is built.
 * @silent: number of queried components without a usable answer; an error
 * return code is an answer.
 */
struct walk {
	const struct screen *screen;
	struct device *device;
	struct table tree;
	unsigned int silent;
};

static void count_silence(struct walk *walk, const struct failure *failure)
{
	walk->silent += failure->return_code == NO_RETURN_CODE;
}

/* Adds one line: the label with its branches, then @cells. */
static void add_line(struct walk *walk, const bool *last, unsigned int depth, const char *label,
		     const char *const *cells)
{
	char prefix[TREE_PREFIX_SIZE];
	unsigned int i;

	tree_prefix(walk->screen, last, depth, prefix);
	table_add(&walk->tree, "%s%s", prefix, label);
	for (i = 1; i < TREE_COLUMNS; i++)
		table_add(&walk->tree, "%s", *cells ? *cells++ : "");
}

static void add_ld(struct walk *walk, const bool *last, uint8_t port,
		   unsigned int ld, struct json_object *lds)
{
	struct path path = { .depth = 2, .id = { port, ld } };
	struct json_object *object = json_object_new_object();
	char label[16], text[160];
	const char *const cells[] = { "", "", "", "", text, NULL };
	struct identity identity;
	struct failure failure;

	json_number(object, "ld", ld);
	if (cci_discover(&walk->device->transport, &path, &identity, &failure)) {
		count_silence(walk, &failure);
		silence_text(&failure, text, sizeof(text));
		session_add_error(object, &failure);
	} else {
		identity_text(&identity, text, sizeof(text));
		json_identity(object, &identity);
		session_add_error(object, NULL);
	}
	json_object_array_add(lds, object);
	snprintf(label, sizeof(label), "LD %u", ld);
	add_line(walk, last, TREE_DEPTH, label, cells);
}

/*
 * The component is or may be an MLD: an error other than Unsupported does not
 * prove that it has no LDs.
 */
static void add_unknown_lds(struct walk *walk, bool last_port, const struct failure *failure,
			    struct json_object *object)
{
	const bool last[TREE_DEPTH] = { last_port, true };
	char text[160];
	const char *const cells[] = { "", "", "", "", text, NULL };

	count_silence(walk, failure);
	snprintf(text, sizeof(text), "not known: Get LD Info (5400h): %s",
		 failure->return_code != NO_RETURN_CODE ? return_code_name(failure->return_code) :
		 errno_name(failure->error));
	session_add_error(object, failure);
	add_line(walk, last, TREE_DEPTH, "LDs", cells);
}

/* Only the FM-owned LD of an MLD supports Get LD Info; other devices have no LDs to show. */
static void add_lds(struct walk *walk, bool last_port, uint8_t port,
		    struct json_object *object)
{
	struct json_object *lds = json_object_new_array();
	struct path path = to_port(port);
	bool last[TREE_DEPTH] = { last_port };
	struct failure failure;
	struct ld_info info;
	unsigned int ld;

	json_object_object_add(object, "lds", lds);
	if (cci_get_ld_info(&walk->device->transport, &path, &info, &failure)) {
		if (!says_unsupported(&failure))
			add_unknown_lds(walk, last_port, &failure, object);
		return;
	}
	json_hex(object, "memory_size", info.memory_size, 16);
	for (ld = 0; ld < info.ld_count && ld <= UINT8_MAX; ld++) {
		last[1] = ld + 1 == info.ld_count || ld == UINT8_MAX;
		add_ld(walk, last, port, ld, lds);
	}
}

/* Describes the component behind a port, from a tunneled Identify. */
static bool ask_behind(struct walk *walk, const struct port_state *port,
		       struct json_object *object, char *text, size_t room)
{
	struct path path = to_port(port->port);
	struct json_object *behind;
	struct identity identity;
	struct failure failure;

	if (cci_discover(&walk->device->transport, &path, &identity, &failure)) {
		count_silence(walk, &failure);
		silence_text(&failure, text, room);
		session_add_error(object, &failure);
		return false;
	}
	behind = json_object_new_object();
	json_identity(behind, &identity);
	json_object_object_add(object, "behind", behind);
	session_add_error(object, NULL);
	identity_text(&identity, text, room);
	return true;
}

static void add_port(struct walk *walk, bool last,
		     const struct port_state *port, struct json_object *ports)
{
	struct json_object *object = json_object_new_object();
	char width[PORT_TEXT_SIZE], speed[PORT_TEXT_SIZE], ltssm[PORT_TEXT_SIZE];
	char label[16], behind[160] = "";
	const char *const cells[] = {
		port_state_name(port->state), width, speed, ltssm, behind, NULL,
	};
	bool identified = false;
	struct port_state linked;

	json_port(object, port);
	json_object_array_add(ports, object);
	/* A link without a partner has no width, but QEMU reports one. */
	linked = *port;
	if (port->state == PORT_STATE_DOWNSTREAM && !port_has_device(port))
		linked.width = 0;
	port_width_text(&linked, width);
	port_speed_text(&linked, speed);
	port_ltssm_text(port, ltssm);
	snprintf(label, sizeof(label), "port %u", port->port);
	if (port_takes_commands(port))
		identified = ask_behind(walk, port, object, behind, sizeof(behind));
	else if (port->state == PORT_STATE_DOWNSTREAM)
		snprintf(behind, sizeof(behind), "%s", port_has_device(port) ?
			 device_type_name(port->device_type) : "empty");
	add_line(walk, &last, 1, label, cells);
	if (identified)
		add_lds(walk, last, port->port, object);
}

static void print_root(const struct screen *screen, const struct device *device)
{
	char serial[SERIAL_TEXT_SIZE], ids[IDS_TEXT_SIZE], payload[SIZE_TEXT_SIZE];
	struct identity identity = cci_identity_of(&device->info);

	identity_serial_text(&identity, serial);
	identity_ids_text(&identity, ids);
	size_text(device->info.payload_size, payload);
	fprintf(screen->out, "%s%s%s  %s  %s %s  serial %s  payload %s  %s  %s\n",
		colour_on(screen, COLOUR_BOLD), device->name, colour_off(screen), device->pci,
		component_name(identity.component_type), ids, serial, payload,
		interrupt_name(device->info.interrupt_mode), state_name(device->info.state));
}

/* Adds everything behind @device. It is a failure if a switch does not report its ports. */
static enum result add_tree(struct session *session, struct device *device,
			    struct json_object *object, struct failure *failure)
{
	struct json_object *ports = json_object_new_array();
	struct walk walk = { .screen = &session->screen, .device = device };
	bool print = !session->options->json;
	struct port_states states;
	enum result result;
	size_t i;

	json_object_object_add(object, "ports", ports);
	if (print)
		print_root(&session->screen, device);
	if (cci_function_type(&device->transport) != CXL_SWITCH_CCI_COMPONENT_SWITCH) {
		session_note(session, "%s is not known to be a switch, so it is not queried for "
			     "ports", device->name);
		return RESULT_OK;
	}
	result = cci_get_port_states(&device->transport, &states, failure);
	if (result)
		return result;
	table_open(&walk.tree, TREE_COLUMNS);
	for (i = 0; i < states.count; i++)
		add_port(&walk, i + 1 == states.count, &states.ports[i], ports);
	if (!table_close(&walk.tree, print ? &session->screen : NULL))
		return fail_memory(failure);
	return walk.silent ? RESULT_PARTIAL : RESULT_OK;
}

static void add_row(struct table *table, const struct device *device)
{
	const struct cxl_switch_cci_info *info = &device->info;
	char serial[SERIAL_TEXT_SIZE], ids[IDS_TEXT_SIZE], payload[SIZE_TEXT_SIZE];
	struct identity identity = cci_identity_of(info);

	identity_serial_text(&identity, serial);
	identity_ids_text(&identity, ids);
	size_text(info->payload_size, payload);
	table_add(table, "%s", device->name);
	table_add(table, "%s", device->pci);
	table_add(table, "%s", component_name(info->component_type));
	table_add(table, "%s", ids);
	table_add(table, "%s", serial);
	table_add(table, "%s", payload);
	table_add(table, "%s", interrupt_name(info->interrupt_mode));
	table_add(table, "%s", state_name(info->state));
}

static enum result list_one(struct session *session, struct found_device *item,
			    struct table *table, struct json_object *devices)
{
	struct json_object *object = json_object_new_object();
	enum result result = item->failure.result;

	json_object_array_add(devices, object);
	if (result) {
		json_text(object, "node", item->device.node);
	} else {
		json_info(object, &item->device);
		if (session->options->tree)
			result = add_tree(session, &item->device, object, &item->failure);
		else
			add_row(table, &item->device);
	}
	session_add_error(object, result && result != RESULT_PARTIAL ? &item->failure : NULL);
	return result;
}

static enum result list_found(struct session *session, struct found_devices *found)
{
	static const char *const headings[] = {
		"DEVICE", "PCI", "COMPONENT", "VENDOR:DEVICE", "SERIAL", "PAYLOAD", "COMPLETION",
		"STATE", NULL,
	};
	bool print_table = !session->options->json && !session->options->tree;
	struct json_object *devices = json_object_new_array();
	struct table table;
	size_t failed = 0, partial = 0, i;

	json_object_object_add(session->json, "devices", devices);
	table_open(&table, 8);
	table_head(&table, headings);
	for (i = 0; i < found->count; i++) {
		enum result result;

		if (i && session->options->tree && !session->options->json)
			fputc('\n', session->screen.out);
		result = list_one(session, &found->items[i], &table, devices);
		partial += result == RESULT_PARTIAL;
		if (!result || result == RESULT_PARTIAL)
			continue;
		session_print_failure(session, &found->items[i].failure);
		if (!failed++)
			session->failure = found->items[i].failure;
	}
	if (!table_close(&table, print_table && failed < found->count ? &session->screen : NULL))
		return fail_memory(&session->failure);
	if (failed < found->count)
		return failed || partial ? RESULT_PARTIAL : RESULT_OK;
	session->told = true;
	return session->failure.result;
}

static enum result list_named(struct session *session)
{
	struct found_device item = { .device.descriptor = -1 };
	struct found_devices found = { .items = &item, .count = 1 };
	enum result result = device_open(&item.device, session->options->device,
					 &session->options->open, &session->failure);

	if (result)
		return result;
	result = list_found(session, &found);
	device_close(&item.device);
	return result;
}

enum result verb_list(struct session *session)
{
	struct found_devices found;
	enum result result;

	if (session->options->device)
		return list_named(session);
	result = devices_find(&found, DEVICE_DIRECTORY, &session->options->open,
			      &session->failure);
	if (result)
		return result;
	if (found.count) {
		result = list_found(session, &found);
	} else {
		json_object_object_add(session->json, "devices", json_object_new_array());
		result = fail_with(&session->failure, RESULT_NO_DEVICE, ENOENT,
				   "no device: there is no " DEVICE_DIRECTORY "/switch0");
		failure_hint(&session->failure, "'cxl-switch doctor' says why");
	}
	devices_free(&found);
	return result;
}
