/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event logs of a component (0100h, 0101h), and records as text. CXL 3.1
 * 8.2.9.2 and 7.6.8. It does not print.
 */
#ifndef CXL_SWITCH_TOOL_EVENTS_H
#define CXL_SWITCH_TOOL_EVENTS_H

#include <json-c/json.h>

#include "cci/transport.h"

#define EVENT_LOGS		5
#define EVENT_RECORD_SIZE	0x80

#define EVENT_LOG_INFORMATIONAL	0
#define EVENT_LOG_WARNING	1

#define OPCODE_GET_EVENT_RECORDS	0x0100
#define OPCODE_CLEAR_EVENT_RECORDS	0x0101

/**
 * struct event_batch - the answer to one Get Event Records, oldest first
 * @records: @count times EVENT_RECORD_SIZE bytes, freed by events_free()
 * @overflow: number of records that the log could not store
 * @more: the log has more records; they become readable when these are cleared
 */
struct event_batch {
	uint8_t *records;
	size_t count;
	unsigned int overflow;
	bool more;
};

enum result events_get(struct transport *transport, const struct path *path, unsigned int log,
		       struct event_batch *batch, struct failure *failure);
void events_free(struct event_batch *batch);

/* Clears the records of @batch from the log, and no others. */
enum result events_clear(struct transport *transport, const struct path *path,
			 unsigned int log, const struct event_batch *batch,
			 struct failure *failure);

const uint8_t *event_record(const struct event_batch *batch, size_t index);
uint16_t event_handle(const uint8_t *record);
/* Whether @batch contains a record with this handle. */
bool event_is_in(const struct event_batch *batch, uint16_t handle);

const char *event_log_name(unsigned int log);
const char *event_severity_name(const uint8_t *record);
const char *event_kind_name(const uint8_t *record);

/* "2026-01-31 12:00:00.123", or "-" if the component has no time. */
#define EVENT_TIME_SIZE 32
void event_time_text(const uint8_t *record, char *text);
/* "binding change, VCS 0, vPPB 1, bound port, port 3" */
#define EVENT_TEXT_SIZE 400
void event_text(const uint8_t *record, char *text);
void json_event(struct json_object *object, unsigned int log, const uint8_t *record);

/* The newest record about the binding of this vPPB that is not in @before, or NULL. */
const uint8_t *event_of_binding(const struct event_batch *batch,
				const struct event_batch *before, uint8_t vcs, uint8_t vppb);

/* 0 unbound, 1 in progress, 2 bound port, 3 bound LD, 4 bound PID */
const char *binding_status_name(uint8_t status);

#endif
