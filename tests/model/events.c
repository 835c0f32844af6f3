// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event logs of a component and their commands (0100h-0103h). CXL 3.1 8.2.9.2.
 * A full log keeps its old records and counts what it lost. Knows no record but
 * the common part.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define RECORD		0x80
#define LOG_HEADER	0x20

const uint8_t uuid_physical_switch[UUID_SIZE] = {
	0x77, 0xcf, 0x92, 0x71, 0x9c, 0x02, 0x47, 0x0b,
	0x9f, 0xe4, 0xbc, 0x7b, 0x75, 0xf2, 0xda, 0x97
};

const uint8_t uuid_virtual_switch[UUID_SIZE] = {
	0x40, 0xd2, 0x64, 0x25, 0x33, 0x96, 0x4c, 0x4d,
	0xa5, 0xda, 0x3d, 0x47, 0x26, 0x3a, 0xf4, 0x25
};

const uint8_t uuid_mld_port[UUID_SIZE] = {
	0x8d, 0xc4, 0x43, 0x63, 0x0c, 0x96, 0x47, 0x10,
	0xb7, 0xbf, 0x04, 0xbb, 0x99, 0x53, 0x4c, 0x3f
};

const uint8_t uuid_dynamic_capacity[UUID_SIZE] = {
	0xca, 0x95, 0xaf, 0xa7, 0xf1, 0x83, 0x40, 0x18,
	0x8c, 0x2f, 0x95, 0x26, 0x8e, 0x10, 0x1a, 0x2a
};

const uint8_t uuid_general_media[UUID_SIZE] = {
	0xfb, 0xcd, 0x0a, 0x77, 0xc2, 0x60, 0x41, 0x7f,
	0x85, 0xa9, 0x08, 0x8b, 0x16, 0x21, 0xeb, 0xa6
};

static uint64_t timestamp(const struct cci *cci)
{
	return cci->timestamp ? cci->timestamp + (cci->model->now - cci->timestamp_set) : 0;
}

static void overflowed(struct cci *cci, struct event_queue *queue)
{
	if (!queue->overflow)
		queue->overflow_first = timestamp(cci);
	queue->overflow_last = timestamp(cci);
	if (queue->overflow < UINT16_MAX)
		queue->overflow++;
}

static void notify(struct cci *cci, enum event_log log)
{
	if (cci == cci->model->root && (cci->events.policy[log] & 3) == 1)
		front_interrupt(cci->model, cci->model->config.event_vector);
}

void event_add(struct cci *cci, enum event_log log, const uint8_t uuid[UUID_SIZE],
	       const uint8_t *specific, size_t len)
{
	struct event_queue *queue = &cci->events.queue[log];
	unsigned int capacity = cci->events.capacity;
	uint8_t *record;

	if (!queue->records)
		queue->records = calloc(capacity, sizeof(*queue->records));
	if (!queue->records || queue->count == capacity) {
		overflowed(cci, queue);
		return;
	}
	record = queue->records[(queue->first + queue->count) % capacity].bytes;
	memset(record, 0, RECORD);
	memcpy(record, uuid, UUID_SIZE);
	record[0x10] = RECORD;
	record[0x11] = log < LOG_DYNAMIC_CAPACITY ? (uint8_t)log : 0;
	if (!++cci->events.next_handle)
		cci->events.next_handle = 1;
	put16(record + 0x14, cci->events.next_handle);
	put64(record + 0x18, timestamp(cci));
	memcpy(record + 0x30, specific, len < 0x50 ? len : 0x50);
	if (!queue->count++)
		notify(cci, log);
}

uint32_t event_status(const struct cci *cci)
{
	uint32_t status = 0;
	unsigned int log;

	for (log = 0; log < EVENT_LOGS; log++)
		if (cci->events.queue[log].count || cci->events.queue[log].overflow)
			status |= 1u << log;
	return status;
}

void events_free(struct cci *cci)
{
	unsigned int log;

	for (log = 0; log < EVENT_LOGS; log++)
		free(cci->events.queue[log].records);
	memset(cci->events.queue, 0, sizeof(cci->events.queue));
}

static uint16_t get_records(struct call *call)
{
	struct events *events = &call->cci->events;
	struct event_queue *queue;
	unsigned int n, i, fit;
	uint8_t *out;

	if (call->in[0] >= EVENT_LOGS)
		return RC_INVALID_INPUT;
	if (call->room < LOG_HEADER + RECORD)
		return RC_INVALID_LENGTH;
	queue = &events->queue[call->in[0]];
	fit = (unsigned int)((call->room - LOG_HEADER) / RECORD);
	n = queue->count < fit ? queue->count : fit;
	out = call_reserve(call, LOG_HEADER + (size_t)n * RECORD);
	out[0] = (uint8_t)((queue->overflow ? 1 : 0) | (n < queue->count ? 2 : 0));
	put16(out + 2, queue->overflow);
	put64(out + 4, queue->overflow_first);
	put64(out + 0xc, queue->overflow_last);
	put16(out + 0x14, n);
	for (i = 0; i < n; i++)
		memcpy(out + LOG_HEADER + i * RECORD,
		       queue->records[(queue->first + i) % events->capacity].bytes, RECORD);
	return RC_SUCCESS;
}

static void forget(struct events *events, struct event_queue *queue, unsigned int n)
{
	queue->first = (queue->first + n) % events->capacity;
	queue->count -= n;
	if (!queue->count)
		queue->overflow = 0;
}

static uint16_t clear_records(struct call *call)
{
	struct events *events = &call->cci->events;
	unsigned int i, n = call->in[2];
	struct event_queue *queue;

	if (call->in[0] >= EVENT_LOGS)
		return RC_INVALID_INPUT;
	if (call->in_len != 6 + 2 * (size_t)n)
		return RC_INVALID_LENGTH;
	queue = &events->queue[call->in[0]];
	if (call->in[1] & 1) {
		if (!queue->overflow)
			return RC_INVALID_INPUT;
		forget(events, queue, queue->count);
		return RC_SUCCESS;
	}
	if (n > queue->count)
		return RC_INVALID_HANDLE;
	for (i = 0; i < n; i++)
		if (get16(call->in + 6 + 2 * i) !=
		    get16(queue->records[(queue->first + i) % events->capacity].bytes + 0x14))
			return RC_INVALID_HANDLE;
	forget(events, queue, n);
	return RC_SUCCESS;
}

static const struct command event_commands[] = {
	{ 0x0100, 0, 1, 1, get_records, "Get Event Records" },
	{ 0x0101, EFFECT_LOG, 6, VARIABLE, clear_records, "Clear Event Records" },
};

const struct command_set event_set = { event_commands, ARRAY_SIZE(event_commands) };

static uint16_t get_policy(struct call *call)
{
	uint8_t *out = call_reserve(call, EVENT_LOGS);
	unsigned int log;

	if (!out)
		return RC_INVALID_LENGTH;
	for (log = 0; log < EVENT_LOGS; log++)
		out[log] = (uint8_t)((call->cci->events.policy[log] & 3) |
				     call->cci->model->config.event_vector << 4);
	return RC_SUCCESS;
}

static uint16_t set_policy(struct call *call)
{
	unsigned int log;

	for (log = 0; log < call->in_len; log++)
		if ((call->in[log] & 3) == 3)
			return RC_INVALID_INPUT;
	for (log = 0; log < call->in_len; log++)
		call->cci->events.policy[log] = call->in[log];
	return RC_SUCCESS;
}

static const struct command policy_commands[] = {
	{ 0x0102, 0, 0, 0, get_policy, "Get Event Interrupt Policy" },
	{ 0x0103, EFFECT_POLICY, 4, EVENT_LOGS, set_policy, "Set Event Interrupt Policy" },
};

const struct command_set event_policy_set = { policy_commands, ARRAY_SIZE(policy_commands) };
