// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lengths and counts from the component are checked against the bytes received
 * before anything is read. The layout of a record is a table.
 */
#include "events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cci/bytes.h"
#include "cci/names.h"
#include "cli/output.h"

#define LOG_HEADER_SIZE		0x20
#define CLEAR_HEADER_SIZE	6
#define CLEAR_HANDLES_MAX	255

#define FLAG_OVERFLOW		(1U << 0)
#define FLAG_MORE		(1U << 1)

/* Common record, CXL 3.1 table 8-43 */
#define RECORD_FLAGS		0x11
#define RECORD_HANDLE		0x14
#define RECORD_RELATED		0x16
#define RECORD_TIMESTAMP	0x18

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- layouts ---- */

static const char *physical_type_name(uint8_t type)
{
	static const char *const names[] = { "link state change", "slot status updated" };

	return type < COUNT(names) ? names[type] : "unknown";
}

static const char *virtual_type_name(uint8_t type)
{
	static const char *const names[] = {
		"binding change", "secondary bus reset", "link control updated",
		"slot control updated",
	};

	return type < COUNT(names) ? names[type] : "unknown";
}

const char *binding_status_name(uint8_t status)
{
	static const char *const names[] = {
		"unbound", "in progress", "bound port", "bound LD", "bound PID",
	};

	return status < COUNT(names) ? names[status] : "unknown";
}

static const char *mld_type_name(uint8_t type)
{
	static const char *const names[] = {
		"correctable error", "non-fatal error", "fatal error",
	};

	return type < COUNT(names) ? names[type] : "unknown";
}

/**
 * struct field - a field of a record
 * @label: in text; NULL: JSON only; empty: @name is the whole text
 * @mask: applied to the lowest byte; 0: all bits
 */
struct field {
	const char *key, *label;
	uint8_t offset, size, mask;
	const char *(*name)(uint8_t value);
};

static const struct field physical_fields[] = {
	{ "type", "", 0x31, 1, 0, physical_type_name },
	{ "port", "port ", 0x30, 1, 0, NULL },
	{ "slot_status", NULL, 0x32, 2, 0, NULL },
	{ "state", "", 0x35, 1, 0x0F, port_state_name },
	{ "device_mode", NULL, 0x36, 1, 0x0F, device_mode_name },
	{ "device_type", "device: ", 0x38, 1, 0, device_type_name },
	{ "supported_modes", NULL, 0x39, 1, 0, NULL },
	{ "max_width", NULL, 0x3A, 1, 0x3F, NULL },
	{ "width", "x", 0x3B, 1, 0x3F, NULL },
	{ "supported_speeds", NULL, 0x3C, 1, 0, NULL },
	{ "max_speed", NULL, 0x3D, 1, 0x3F, link_speed_name },
	{ "speed", "GT/s: ", 0x3E, 1, 0x3F, link_speed_name },
	{ "ltssm", "", 0x3F, 1, 0, ltssm_name },
	{ "first_lane", NULL, 0x40, 1, 0, NULL },
	{ "link_flags", NULL, 0x41, 2, 0, NULL },
};

static const struct field virtual_fields[] = {
	{ "type", "", 0x32, 1, 0, virtual_type_name },
	{ "vcs", "VCS ", 0x30, 1, 0, NULL },
	{ "vppb", "vPPB ", 0x31, 1, 0, NULL },
	{ "binding", "", 0x33, 1, 0, binding_status_name },
	{ "port", "port ", 0x34, 1, 0, NULL },
	{ "ld", "LD ", 0x35, 1, 0, NULL },
	{ "link_control", NULL, 0x36, 2, 0, NULL },
	{ "slot_control", NULL, 0x38, 2, 0, NULL },
};

static const struct field mld_fields[] = {
	{ "type", "", 0x30, 1, 0, mld_type_name },
	{ "port", "port ", 0x31, 1, 0, NULL },
	{ "error_message", "message ", 0x34, 8, 0, NULL },
};

static const struct kind {
	const char *uuid, *name;
	const struct field *fields;
	size_t count;
} kinds[] = {
	{ "77cf9271-9c02-470b-9fe4-bc7b75f2da97", "physical switch",
	  physical_fields, COUNT(physical_fields) },
	{ "40d26425-3396-4c4d-a5da-3d47263af425", "virtual switch",
	  virtual_fields, COUNT(virtual_fields) },
	{ "8dc44363-0c96-4710-b7bf-04bb99534c3f", "MLD port",
	  mld_fields, COUNT(mld_fields) },
	{ "fbcd0a77-c260-417f-85a9-088b1621eba6", "general media", NULL, 0 },
	{ "601dcbb3-9c06-4eab-b8af-4e9bfb5c9624", "DRAM", NULL, 0 },
	{ "fe927475-dd59-4339-a586-79bab113b774", "memory module", NULL, 0 },
	{ "e71f3a40-2d29-4092-8a39-4d1c966c7c65", "memory sparing", NULL, 0 },
	{ "ca95afa7-f183-4018-8c2f-95268e101a2a", "dynamic capacity", NULL, 0 },
};

static const struct kind *kind_of(const uint8_t *record)
{
	char uuid[UUID_TEXT_SIZE];
	size_t i;

	uuid_text(record, uuid);
	for (i = 0; i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].uuid, uuid))
			return &kinds[i];
	return NULL;
}

static uint64_t field_value(const struct field *field, const uint8_t *record)
{
	const uint8_t *at = record + field->offset;

	if (field->size == 8)
		return get_le64(at);
	if (field->size == 2)
		return get_le16(at);
	return field->mask ? *at & field->mask : *at;
}

/* ---- names ---- */

const char *event_log_name(unsigned int log)
{
	static const char *const names[EVENT_LOGS] = {
		"informational", "warning", "failure", "fatal", "dynamic-capacity",
	};

	return log < EVENT_LOGS ? names[log] : "unknown";
}

const char *event_severity_name(const uint8_t *record)
{
	return event_log_name(record[RECORD_FLAGS] & 3);
}

const char *event_kind_name(const uint8_t *record)
{
	const struct kind *kind = kind_of(record);

	return kind ? kind->name : "unknown";
}

void event_time_text(const uint8_t *record, char *text)
{
	uint64_t stamp = get_le64(record + RECORD_TIMESTAMP);
	time_t seconds = stamp / 1000000000;
	struct tm parts;
	size_t used = 0;

	if (stamp && gmtime_r(&seconds, &parts))
		used = strftime(text, EVENT_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	if (used)
		snprintf(text + used, EVENT_TIME_SIZE - used, ".%03u",
			 (unsigned int)(stamp / 1000000 % 1000));
	else
		snprintf(text, EVENT_TIME_SIZE, "-");
}

static int field_text(const struct field *field, const uint8_t *record, char *text, size_t room)
{
	uint64_t value = field_value(field, record);

	if (field->name)
		return snprintf(text, room, "%s%s", field->label, field->name(value));
	return snprintf(text, room, field->size == 8 ? "%s%016" PRIx64 : "%s%" PRIu64,
			field->label, value);
}

/* For a record that this tool cannot decode: its non-zero bytes. */
static void raw_text(const uint8_t *record, char *text)
{
	size_t last = EVENT_RECORD_SIZE, used, i;
	char uuid[UUID_TEXT_SIZE];

	uuid_text(record, uuid);
	used = snprintf(text, EVENT_TEXT_SIZE, "%s:", uuid);
	while (last > 0x30 && !record[last - 1])
		last--;
	for (i = 0x30; i < last && used < EVENT_TEXT_SIZE; i++)
		used += snprintf(text + used, EVENT_TEXT_SIZE - used, " %02x", record[i]);
}

void event_text(const uint8_t *record, char *text)
{
	const struct kind *kind = kind_of(record);
	size_t used = 0, i;

	if (!kind || !kind->count) {
		raw_text(record, text);
		return;
	}
	*text = '\0';
	for (i = 0; i < kind->count && used < EVENT_TEXT_SIZE; i++) {
		if (!kind->fields[i].label)
			continue;
		if (used)
			used += snprintf(text + used, EVENT_TEXT_SIZE - used, ", ");
		used += field_text(&kind->fields[i], record, text + used, EVENT_TEXT_SIZE - used);
	}
}

static struct json_object *json_fields(const struct kind *kind, const uint8_t *record)
{
	struct json_object *data = json_object_new_object();
	size_t i;

	for (i = 0; i < kind->count; i++) {
		const struct field *field = &kind->fields[i];
		uint64_t value = field_value(field, record);

		if (field->name)
			json_named(data, field->key, value, field->name(value));
		else if (field->size == 1)
			json_number(data, field->key, value);
		else
			json_hex(data, field->key, value, 2 * field->size);
	}
	return data;
}

void json_event(struct json_object *object, unsigned int log, const uint8_t *record)
{
	const struct kind *kind = kind_of(record);
	char uuid[UUID_TEXT_SIZE];

	uuid_text(record, uuid);
	json_text(object, "log", event_log_name(log));
	json_text(object, "severity", event_severity_name(record));
	json_number(object, "handle", event_handle(record));
	json_number(object, "related_handle", get_le16(record + RECORD_RELATED));
	json_hex(object, "timestamp_ns", get_le64(record + RECORD_TIMESTAMP), 16);
	json_text(object, "uuid", uuid);
	json_text(object, "kind", kind ? kind->name : NULL);
	json_object_object_add(object, "data", kind && kind->count ? json_fields(kind, record) :
			       NULL);
	json_bytes(object, "raw", record, EVENT_RECORD_SIZE);
}

/* ---- commands ---- */

static enum result fail_lengths(const struct transport *transport, unsigned int log, size_t size,
				size_t count, struct failure *failure)
{
	fail_with(failure, RESULT_IO, EBADMSG, "%s: Get Event Records (0100h) of the %s log "
		  "answered %zu bytes, which are not %zu records", transport->name,
		  event_log_name(log), size, count);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	return failure->result;
}

enum result events_get(struct transport *transport, const struct path *path, unsigned int log,
		       struct event_batch *batch, struct failure *failure)
{
	uint8_t request = log;
	struct command command = {
		.path = path, .opcode = OPCODE_GET_EVENT_RECORDS,
		.payload = &request, .size = sizeof(request),
	};
	struct answer answer;
	enum result result = transport_query(transport, &command, &answer, failure);
	size_t size, count;

	*batch = (struct event_batch){ 0 };
	if (result)
		return result;
	if (answer.size < LOG_HEADER_SIZE)
		return fail_lengths(transport, log, answer.size, 0, failure);
	count = get_le16(answer.payload + 0x14);
	size = count * EVENT_RECORD_SIZE;
	if (size > answer.size - LOG_HEADER_SIZE)
		return fail_lengths(transport, log, answer.size, count, failure);
	batch->records = malloc(size + 1);
	if (!batch->records)
		return fail_memory(failure);
	/* @count is never set without records, because some callers ignore an error. */
	batch->count = count;
	batch->more = answer.payload[0] & FLAG_MORE;
	if (answer.payload[0] & FLAG_OVERFLOW)
		batch->overflow = get_le16(answer.payload + 2);
	memcpy(batch->records, answer.payload + LOG_HEADER_SIZE, size);
	return RESULT_OK;
}

void events_free(struct event_batch *batch)
{
	free(batch->records);
	*batch = (struct event_batch){ 0 };
}

const uint8_t *event_record(const struct event_batch *batch, size_t index)
{
	return batch->records + index * EVENT_RECORD_SIZE;
}

uint16_t event_handle(const uint8_t *record)
{
	return get_le16(record + RECORD_HANDLE);
}

bool event_is_in(const struct event_batch *batch, uint16_t handle)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		if (event_handle(event_record(batch, i)) == handle)
			return true;
	return false;
}

static enum result clear_some(struct transport *transport, const struct path *path,
			      unsigned int log, const struct event_batch *batch, size_t first,
			      size_t count, struct failure *failure)
{
	uint8_t request[CLEAR_HEADER_SIZE + 2 * CLEAR_HANDLES_MAX] = { log, 0, count };
	struct command command = {
		.path = path, .opcode = OPCODE_CLEAR_EVENT_RECORDS,
		.payload = request, .size = CLEAR_HEADER_SIZE + 2 * count,
	};
	struct answer answer;
	size_t i;

	for (i = 0; i < count; i++)
		put_le16(request + CLEAR_HEADER_SIZE + 2 * i,
			 event_handle(event_record(batch, first + i)));
	return transport_query(transport, &command, &answer, failure);
}

enum result events_clear(struct transport *transport, const struct path *path,
			 unsigned int log, const struct event_batch *batch,
			 struct failure *failure)
{
	size_t room = (frame_payload_limit(path, transport->payload_size) - CLEAR_HEADER_SIZE) / 2;
	enum result result = RESULT_OK;
	size_t done, count;

	if (room > CLEAR_HANDLES_MAX)
		room = CLEAR_HANDLES_MAX;
	for (done = 0; done < batch->count && !result; done += count) {
		count = batch->count - done < room ? batch->count - done : room;
		result = clear_some(transport, path, log, batch, done, count, failure);
	}
	return result;
}

const uint8_t *event_of_binding(const struct event_batch *batch,
				const struct event_batch *before, uint8_t vcs, uint8_t vppb)
{
	size_t i;

	for (i = batch->count; i--;) {
		const uint8_t *record = event_record(batch, i);
		const struct kind *kind = kind_of(record);

		if (kind && kind->fields == virtual_fields && record[0x30] == vcs &&
		    record[0x31] == vppb && !record[0x32] &&
		    !event_is_in(before, event_handle(record)))
			return record;
	}
	return NULL;
}
