// SPDX-License-Identifier: GPL-2.0-only
/*
 * logs: what logs a component has. cel: its Command Effects Log, in words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "targets.h"
#include "verbs.h"

#define CEL_ENTRY_SIZE 4

static void note_missing_logs(const struct session *session, const struct log_list *list)
{
	if (list->count < list->announced)
		session_note(session, "the component announces %zu logs, but told of %zu",
			     list->announced, list->count);
}

static bool print_logs(const struct session *session, const struct log_list *list)
{
	static const char *const headings[] = { "UUID", "SIZE", "LOG", NULL };
	char uuid[UUID_TEXT_SIZE];
	struct table table;
	size_t i;

	table_open(&table, 3);
	table_head(&table, headings);
	table.right = 1U << 1;
	for (i = 0; i < list->count; i++) {
		uuid_text(list->logs[i].uuid, uuid);
		table_add(&table, "%s", uuid);
		table_add(&table, "%u B", list->logs[i].size);
		table_add(&table, "%s", log_name(list->logs[i].uuid));
	}
	return table_close(&table, &session->screen);
}

static void json_logs(struct json_object *result, const struct log_list *list)
{
	struct json_object *logs = json_object_new_array();
	char uuid[UUID_TEXT_SIZE];
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct json_object *log = json_object_new_object();

		uuid_text(list->logs[i].uuid, uuid);
		json_text(log, "uuid", uuid);
		json_text(log, "name", log_name(list->logs[i].uuid));
		json_number(log, "size", list->logs[i].size);
		json_object_array_add(logs, log);
	}
	json_number(result, "announced", list->announced);
	json_object_object_add(result, "logs", logs);
}

static enum result list_logs(struct session *session, const struct target *target,
			     struct json_object *result, struct failure *failure)
{
	struct log_list list;
	enum result asked = cci_get_supported_logs(&session->device.transport, &target->path,
						   &list, failure);

	if (asked)
		return asked;
	json_logs(result, &list);
	note_missing_logs(session, &list);
	if (!session->options->json && !print_logs(session, &list))
		return fail_memory(failure);
	return RESULT_OK;
}

enum result verb_logs(struct session *session)
{
	return targets_run(session, list_logs);
}

static const struct log_entry *find_cel(const struct log_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!memcmp(list->logs[i].uuid, cel_uuid, UUID_SIZE))
			return &list->logs[i];
	return NULL;
}

static bool print_cel(const struct session *session, const struct log_data *cel)
{
	static const char *const headings[] = { "OPCODE", "COMMAND", "BITS", "EFFECTS", NULL };
	char effects[400];
	struct table table;
	size_t i;

	table_open(&table, 4);
	table_head(&table, headings);
	for (i = 0; i + CEL_ENTRY_SIZE <= cel->size; i += CEL_ENTRY_SIZE) {
		uint16_t opcode = get_le16(cel->bytes + i);
		uint16_t bits = get_le16(cel->bytes + i + 2);

		effects_text(bits, effects, sizeof(effects));
		table_add(&table, "%04Xh", opcode);
		table_add(&table, "%s", opcode_name(opcode));
		table_add(&table, "%04X", bits);
		table_add(&table, "%s", effects);
	}
	return table_close(&table, &session->screen);
}

static struct json_object *json_effects(uint16_t bits)
{
	struct json_object *effects = json_object_new_array();
	unsigned int bit;

	for (bit = 0; bit < EFFECT_BITS; bit++)
		if (bits & 1U << bit)
			json_object_array_add(effects, json_object_new_string(effect_key(bit)));
	return effects;
}

static void json_cel(struct json_object *result, const struct log_entry *log,
		     const struct log_data *cel)
{
	struct json_object *commands = json_object_new_array();
	size_t i;

	for (i = 0; i + CEL_ENTRY_SIZE <= cel->size; i += CEL_ENTRY_SIZE) {
		struct json_object *command = json_object_new_object();
		uint16_t opcode = get_le16(cel->bytes + i);
		uint16_t bits = get_le16(cel->bytes + i + 2);

		json_hex(command, "opcode", opcode, 4);
		json_text(command, "name", opcode_name(opcode));
		json_hex(command, "effects_bits", bits, 4);
		json_object_object_add(command, "effects", json_effects(bits));
		json_object_array_add(commands, command);
	}
	json_number(result, "size", log->size);
	json_number(result, "bytes_read", cel->size);
	json_flag(result, "complete", cel->size == log->size);
	json_number(result, "pieces", cel->commands);
	json_object_object_add(result, "commands", commands);
}

static void note_oddities(const struct session *session, const struct log_entry *log,
			  const struct log_data *cel)
{
	if (cel->size < log->size)
		session_note(session, "the log should have %u bytes, but only %zu came", log->size,
			     cel->size);
	if (cel->size % CEL_ENTRY_SIZE)
		session_note(session, "%zu odd bytes at the end: an entry has %u",
			     cel->size % CEL_ENTRY_SIZE, CEL_ENTRY_SIZE);
	if (cel->commands > 1)
		session_note(session, "read in %u pieces, as it does not fit into one answer; "
			     "some components miscount the offset", cel->commands);
}

static enum result fail_no_cel(struct session *session, const struct target *target,
			       struct failure *failure)
{
	char destination[DESTINATION_TEXT_SIZE];

	destination_text(&session->device.transport, &target->path, target->path.depth,
			 destination);
	fail_with(failure, RESULT_DEVICE_ERROR, ENOENT, "%s: has no Command Effects Log",
		  destination);
	failure_way_out(failure, "'logs' lists the logs that it has");
	return failure->result;
}

static enum result show_cel(struct session *session, const struct target *target,
			    struct json_object *result, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	const struct log_entry *log;
	struct log_list list;
	struct log_data cel;
	enum result asked = cci_get_supported_logs(transport, &target->path, &list, failure);

	if (asked)
		return asked;
	log = find_cel(&list);
	if (!log)
		return fail_no_cel(session, target, failure);
	asked = cci_get_log(transport, &target->path, log, &cel, failure);
	if (asked)
		return asked;
	json_cel(result, log, &cel);
	note_oddities(session, log, &cel);
	if (!session->options->json && !print_cel(session, &cel))
		asked = fail_memory(failure);
	free(cel.bytes);
	return asked;
}

enum result verb_cel(struct session *session)
{
	return targets_run(session, show_cel);
}
