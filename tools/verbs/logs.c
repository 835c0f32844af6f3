// SPDX-License-Identifier: GPL-2.0-only
/*
 * logs: what logs a component has.
 */
#include "cci/names.h"
#include "cli/targets.h"
#include "verbs.h"

static void note_missing_logs(const struct session *session, const struct log_list *list)
{
	if (list->count < list->announced)
		session_note(session, "the component announces %zu logs, but listed %zu",
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
