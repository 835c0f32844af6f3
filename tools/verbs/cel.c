// SPDX-License-Identifier: GPL-2.0-only
/*
 * cel: a component's Command Effects Log in words, and what the driver makes
 * of each command: its impact, and whether this caller may send it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cci/bytes.h"
#include "cci/names.h"
#include "cli/targets.h"
#include "verbs.h"

#define CEL_ENTRY_SIZE 4

struct json_object *json_effects(uint16_t bits)
{
	struct json_object *effects = json_object_new_array();
	unsigned int bit;

	for (bit = 0; bit < EFFECT_BITS; bit++)
		if (bits & 1U << bit)
			json_add_text(effects, effect_key(bit));
	return effects;
}

/* ---- one command, judged without a payload ---- */

enum may { MAY_UNKNOWN, MAY, MAY_NOT, MAY_BY_PAYLOAD };

/**
 * struct entry - of the log, and what the driver would say to it
 * @may: whether this caller may send it
 * @impact: unless @may is MAY_UNKNOWN or MAY_BY_PAYLOAD
 * @refusing: 1 << reason of every gate that refuses
 */
struct entry {
	uint16_t opcode;
	uint16_t effects;
	enum may may;
	uint8_t impact;
	uint32_t refusing;
};

/*
 * Without a payload EXPLAIN finds no command that needs one: it has not this
 * length. So of an opcode that has a meaning nothing can be said then.
 */
static void judge_entry(struct session *session, const struct path *path, struct entry *entry)
{
	struct command command = { .path = path, .opcode = entry->opcode };
	struct cxl_switch_cci_explain explain;
	struct failure failure;

	if (!(session->device.info.features & CXL_SWITCH_CCI_FEATURE_EXPLAIN) ||
	    transport_explain(&session->device.transport, &command, &explain, &failure))
		return;
	entry->impact = explain.impact;
	entry->refusing = explain.refusing;
	entry->may = explain.error ? MAY_NOT : MAY;
	if (!(explain.verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED) &&
	    opcode_is_known(entry->opcode))
		entry->may = MAY_BY_PAYLOAD;
}

static struct entry *judge_cel(struct session *session, const struct path *path,
			       const struct log_data *cel, size_t *count)
{
	struct entry *entries;
	size_t i;

	*count = cel->size / CEL_ENTRY_SIZE;
	entries = calloc(*count + 1, sizeof(*entries));
	for (i = 0; i < *count && entries; i++) {
		entries[i].opcode = get_le16(cel->bytes + i * CEL_ENTRY_SIZE);
		entries[i].effects = get_le16(cel->bytes + i * CEL_ENTRY_SIZE + 2);
		judge_entry(session, path, &entries[i]);
	}
	return entries;
}

static void may_text(const struct entry *entry, char *text, size_t room)
{
	size_t used;
	int reason;

	snprintf(text, room, "%s", entry->may == MAY ? "yes" : entry->may == MAY_BY_PAYLOAD ?
		 "depends on payload" : entry->may == MAY_NOT ? "no:" : "-");
	for (reason = 0; reason < 32 && entry->may == MAY_NOT; reason++) {
		used = strlen(text);
		if (entry->refusing & 1U << reason)
			snprintf(text + used, room - used, "%s%s", text[used - 1] == ':' ? " " :
				 ", ", reason_name(reason));
	}
}

static bool print_cel(const struct session *session, const struct entry *entries, size_t count)
{
	static const char *const headings[] = {
		"OPCODE", "COMMAND", "IMPACT", "ALLOWED", "BITS", "EFFECTS", NULL,
	};
	char effects[400], may[160];
	struct table table;
	size_t i;

	table_open(&table, 6);
	table_head(&table, headings);
	for (i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];
		bool has_impact = entry->may == MAY || entry->may == MAY_NOT;

		effects_text(entry->effects, effects, sizeof(effects));
		may_text(entry, may, sizeof(may));
		table_add(&table, "%04Xh", entry->opcode);
		table_add(&table, "%s", opcode_name(entry->opcode));
		table_add(&table, "%s", has_impact ? impact_name(entry->impact) : "-");
		table_add(&table, "%s", may);
		table_add(&table, "%04X", entry->effects);
		table_add(&table, "%s", effects);
	}
	return table_close(&table, &session->screen);
}

/* allowed and impact are null where the driver could not be asked, or needs the payload. */
static struct json_object *json_entry(const struct entry *entry)
{
	struct json_object *command = json_object_new_object();
	bool judged = entry->may == MAY || entry->may == MAY_NOT;

	json_hex(command, "opcode", entry->opcode, 4);
	json_text(command, "name", opcode_name(entry->opcode));
	json_hex(command, "effects_bits", entry->effects, 4);
	json_object_object_add(command, "effects", json_effects(entry->effects));
	json_text(command, "impact", judged ? impact_name(entry->impact) : NULL);
	json_object_object_add(command, "allowed", judged ?
			       json_object_new_boolean(entry->may == MAY) : NULL);
	json_flag(command, "depends_on_payload", entry->may == MAY_BY_PAYLOAD);
	json_object_object_add(command, "gates", judged ? json_gates(entry->refusing) : NULL);
	return command;
}

static void json_cel(struct json_object *result, const struct log_entry *log,
		     const struct log_data *cel, const struct entry *entries, size_t count)
{
	struct json_object *commands = json_object_new_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_object_array_add(commands, json_entry(&entries[i]));
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
	failure_hint(failure, "'logs' lists the logs that it has");
	return failure->result;
}

static enum result show_cel(struct session *session, const struct target *target,
			    struct json_object *result, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	const struct log_entry *log;
	struct entry *entries;
	struct log_list list;
	struct log_data cel;
	size_t count;
	enum result asked = cci_get_supported_logs(transport, &target->path, &list, failure);

	if (asked)
		return asked;
	log = cci_find_cel(&list);
	if (!log)
		return fail_no_cel(session, target, failure);
	asked = cci_get_log(transport, &target->path, log, &cel, failure);
	if (asked)
		return asked;
	entries = judge_cel(session, &target->path, &cel, &count);
	if (entries) {
		json_cel(result, log, &cel, entries, count);
		note_oddities(session, log, &cel);
	}
	if (!entries || (!session->options->json && !print_cel(session, entries, count)))
		asked = fail_memory(failure);
	free(entries);
	free(cel.bytes);
	return asked;
}

enum result verb_cel(struct session *session)
{
	return targets_run(session, show_cel);
}
