// SPDX-License-Identifier: GPL-2.0-only
/*
 * info: what the driver reports about the function. identify: the identity that
 * a component reports.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/targets.h"
#include "verbs.h"

void serial_text(uint64_t serial, char *text)
{
	if (serial_is_valid(serial))
		snprintf(text, SERIAL_TEXT_SIZE, "0x%016" PRIx64, serial);
	else
		snprintf(text, SERIAL_TEXT_SIZE, "none");
}

static bool is_identified(const struct identity *identity)
{
	return identity->source == CXL_SWITCH_CCI_SOURCE_IDENTIFY;
}

void identity_serial_text(const struct identity *identity, char *text)
{
	if (is_identified(identity))
		serial_text(identity->serial, text);
	else
		snprintf(text, SERIAL_TEXT_SIZE, "-");
}

void identity_ids_text(const struct identity *identity, char *text)
{
	if (is_identified(identity))
		snprintf(text, IDS_TEXT_SIZE, "%04x:%04x", identity->vendor_id,
			 identity->device_id);
	else
		snprintf(text, IDS_TEXT_SIZE, "-");
}

static const struct bit_name {
	uint32_t bit;
	const char *key, *text;
} settings[] = {
	{ CXL_SWITCH_CCI_SETTING_STRICT, "strict", NULL },
	{ CXL_SWITCH_CCI_SETTING_RAW_COMMANDS, "raw_commands", NULL },
	{ CXL_SWITCH_CCI_SETTING_RAW_WINDOW, "raw_window", NULL },
	{ 0, NULL, NULL },
}, build_keys[] = {
	{ CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN, "fabric_manager_no_lockdown",
	  "audited commands pass lockdown" },
	{ CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN, "vendor_raw_no_lockdown",
	  "unaudited commands pass lockdown" },
	{ 0, NULL, NULL },
};

/* Names for scripts; an unknown feature of a newer driver is "bit N". */
static const char *feature_name(unsigned int bit, char *unknown)
{
	static const char *const names[] = {
		"send", "explain", "restrict", "destinations", "changes", "background",
		"notices", "recent", "transfers",
	};

	if (bit < sizeof(names) / sizeof(names[0]))
		return names[bit];
	sprintf(unknown, "bit %u", bit);
	return unknown;
}

static struct json_object *json_feature_names(uint64_t features)
{
	struct json_object *names = json_object_new_array();
	char unknown[16];
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (features & 1ULL << bit)
			json_add_text(names, feature_name(bit, unknown));
	return names;
}

static void add_features(struct table *table, uint64_t features)
{
	char text[600] = "", unknown[16];
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (!(features & 1ULL << bit))
			continue;
		strcat(text, *text ? ", " : "");
		strcat(text, feature_name(bit, unknown));
	}
	table_add(table, "features");
	table_add(table, "%s", *text ? text : "none");
}

static struct json_object *json_bits(const struct bit_name *names, uint32_t value)
{
	struct json_object *object = json_object_new_object();

	for (; names->key; names++)
		json_flag(object, names->key, value & names->bit);
	return object;
}

static void add_build_keys(struct table *table, uint32_t value)
{
	const struct bit_name *key;
	char text[160] = "";

	for (key = build_keys; key->key; key++) {
		if (!(value & key->bit))
			continue;
		strcat(text, *text ? ", " : "");
		strcat(text, key->text);
	}
	table_add(table, "build keys");
	table_add(table, "%s", *text ? text : "none");
}

static void add_settings(struct table *table, uint32_t settings_in_force)
{
	bool strict = settings_in_force & CXL_SWITCH_CCI_SETTING_STRICT;
	bool raw = settings_in_force & CXL_SWITCH_CCI_SETTING_RAW_COMMANDS;
	bool window = settings_in_force & CXL_SWITCH_CCI_SETTING_RAW_WINDOW;

	table_add(table, "settings");
	table_add(table, "protection=%s, raw_commands=%d, raw_window %s",
		  strict ? "strict" : "standard", raw, window ? "open" : "closed");
}

void json_identity(struct json_object *object, const struct identity *identity)
{
	bool known = is_identified(identity);

	json_text(object, "component", component_name(identity->component_type));
	json_number(object, "component_type", identity->component_type);
	json_named(object, "component_source", identity->source, source_name(identity->source));
	json_known(object, "vendor_id", known, identity->vendor_id, 4);
	json_known(object, "device_id", known, identity->device_id, 4);
	json_known(object, "subsystem_vendor_id", known, identity->subsystem_vendor_id, 4);
	json_known(object, "subsystem_id", known, identity->subsystem_id, 4);
	json_known(object, "serial", known, identity->serial, 16);
	json_flag(object, "serial_valid", serial_is_valid(identity->serial));
	json_number(object, "max_message_exponent", identity->max_message_exponent);
}

static void row(struct table *table, const char *label, const char *value)
{
	table_add(table, "%s", label);
	table_add(table, "%s", value);
}

static void add_identity(struct table *table, const struct identity *identity)
{
	char text[COMPONENT_TEXT_SIZE];

	component_text(identity->component_type, identity->source, text);
	table_add(table, "component");
	if (is_identified(identity))
		table_add(table, "%s (%02Xh)", text, identity->component_type);
	else
		table_add(table, "%s", text);
	identity_ids_text(identity, text);
	row(table, "vendor:device", text);
	if (is_identified(identity))
		snprintf(text, sizeof(text), "%04x:%04x", identity->subsystem_vendor_id,
			 identity->subsystem_id);
	row(table, "subsystem", text);
	identity_serial_text(identity, text);
	row(table, "serial number", text);
	table_add(table, "max. message");
	size_text((uint64_t)1 << (identity->max_message_exponent & 31), text);
	if (identity->max_message_exponent)
		table_add(table, "%s (2^%u)", text, identity->max_message_exponent);
	else
		table_add(table, "-");
}

void json_info(struct json_object *object, const struct device *device)
{
	const struct cxl_switch_cci_info *info = &device->info;
	struct identity identity = cci_identity_of(info);

	json_text(object, "device", device->name);
	json_text(object, "node", device->node);
	json_text(object, "pci", device->pci);
	json_identity(object, &identity);
	json_number(object, "payload_size", info->payload_size);
	json_text(object, "interrupt", interrupt_name(info->interrupt_mode));
	json_text(object, "state", state_name(info->state));
	json_number(object, "command_timeout_ms", info->command_timeout_ms);
	json_object_object_add(object, "settings", json_bits(settings, info->settings));
	json_object_object_add(object, "build_keys", json_bits(build_keys, info->build_keys));
	json_hex(object, "features", info->features, 16);
	json_object_object_add(object, "feature_names", json_feature_names(info->features));
	json_hex(object, "instance_id", info->instance_id, 16);
	json_flag(object, "read_only", device->read_only);
}

static bool print_info(const struct session *session)
{
	const struct device *device = &session->device;
	const struct cxl_switch_cci_info *info = &device->info;
	struct identity identity = cci_identity_of(info);
	char text[SERIAL_TEXT_SIZE];
	struct table table;

	table_open(&table, 2);
	row(&table, "device", device->name);
	row(&table, "node", device->node);
	row(&table, "access", device->read_only ? "read only: may ask, not change" : "read, write");
	row(&table, "PCI address", device->pci);
	add_identity(&table, &identity);
	size_text(info->payload_size, text);
	row(&table, "payload size", text);
	row(&table, "completion by", interrupt_name(info->interrupt_mode));
	row(&table, "state", state_name(info->state));
	table_add(&table, "device time");
	table_add(&table, "%u ms for a command", info->command_timeout_ms);
	add_settings(&table, info->settings);
	add_build_keys(&table, info->build_keys);
	add_features(&table, info->features);
	table_add(&table, "instance");
	table_add(&table, "0x%" PRIx64, (uint64_t)info->instance_id);
	return table_close(&table, &session->screen);
}

enum result verb_info(struct session *session)
{
	json_info(session->json, &session->device);
	if (!session->options->json && !print_info(session))
		return fail_memory(&session->failure);
	return RESULT_OK;
}

static bool print_identity(const struct session *session, const struct identity *identity)
{
	struct table table;

	table_open(&table, 2);
	add_identity(&table, identity);
	return table_close(&table, &session->screen);
}

/* Reports the type although Identify is missing; the report contains it too. */
static enum result fail_no_identify(struct session *session, const struct target *target,
				    const struct identity *identity, struct failure *failure)
{
	struct failure answered = *failure;
	char where[DESTINATION_TEXT_SIZE];

	destination_text(&session->device.transport, &target->path, target->path.depth, where);
	if (identity->source == CXL_SWITCH_CCI_SOURCE_NONE)
		fail_with(failure, RESULT_DEVICE_ERROR, 0, "%s: this component does not implement "
			  "Identify (0001h); its type is not known", where);
	else
		fail_with(failure, RESULT_DEVICE_ERROR, 0, "%s: this component does not implement "
			  "Identify (0001h); its type is '%s' %s", where,
			  component_name(identity->component_type),
			  source_text(identity->source));
	failure->stage = answered.stage;
	failure->return_code = answered.return_code;
	failure->arrived = answered.arrived;
	failure_hint(failure, "'cel' lists the commands that it has");
	return failure->result;
}

static enum result identify_target(struct session *session, const struct target *target,
				   struct json_object *result, struct failure *failure)
{
	struct identity identity;
	enum result asked = cci_discover(&session->device.transport, &target->path, &identity,
					 failure);

	if (asked)
		return asked;
	json_identity(result, &identity);
	if (!is_identified(&identity))
		return fail_no_identify(session, target, &identity, failure);
	if (!session->options->json && !print_identity(session, &identity))
		return fail_memory(failure);
	return RESULT_OK;
}

enum result verb_identify(struct session *session)
{
	return targets_run(session, identify_target);
}
