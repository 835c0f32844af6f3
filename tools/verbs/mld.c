// SPDX-License-Identifier: GPL-2.0-only
/*
 * mld: the LDs of a multi-logical device (5400h-5408h), CXL 3.1 7.6.7.4. mhd:
 * the heads of a multi-headed device (5500h, 5501h), CXL 3.1 7.6.7.5.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cci/bytes.h"
#include "cli/layout.h"
#include "cli/targets.h"
#include "verbs.h"

#define OPCODE_GET_LD_ALLOCATIONS	0x5401
#define OPCODE_GET_QOS_CONTROL		0x5403
#define OPCODE_GET_QOS_BANDWIDTH	0x5406
#define OPCODE_GET_QOS_LIMIT		0x5408
#define OPCODE_GET_MULTI_HEADED_INFO	0x5500
#define OPCODE_GET_HEAD_INFO		0x5501

#define LDS_MAX			256
#define ALLOCATIONS_HEADER	4
#define ALLOCATION_SIZE		16
#define QOS_CONTROL_SIZE	7
#define MULTI_HEADED_HEADER	8
#define UNASSIGNED		0xFF
#define HEADS_HEADER		4
#define HEAD_SIZE		9
#define COUNT(array)		(sizeof(array) / sizeof((array)[0]))

/**
 * struct ld - one of an MLD
 * @bandwidth: allocated, and at most @limit, in 1/256; -1: not reported
 */
struct ld {
	uint64_t ranges[2];
	int bandwidth;
	int limit;
};

/**
 * struct mld - how it is divided
 * @info: what it supports
 * @enabled: LDs that are enabled, which is what it can be asked for
 * @count: LDs in its answer
 */
struct mld {
	struct ld_info info;
	size_t enabled;
	size_t count;
	uint8_t granularity;
	struct ld lds[LDS_MAX];
};

static const struct layout qos_fields[] = {
	{ "telemetry_control", "QoS telemetry control", "", 0, 1, NULL },
	{ "egress_moderate_percent", "egress congestion, moderate", " %", 1, 1, NULL },
	{ "egress_severe_percent", "egress congestion, severe", " %", 2, 1, NULL },
	{ "sample_interval", "backpressure sample interval", "", 3, 1, NULL },
	{ "request_completion_basis", "ReqCmpBasis", "", 4, 2, NULL },
	{ "completion_interval", "completion collection interval", "", 6, 1, NULL },
};

/* ---- queries ---- */

/* Reads until all allocations were received or an answer has none. */
static enum result ask_allocations(struct transport *transport, const struct path *path,
				   struct mld *mld, struct failure *failure)
{
	size_t room = (cci_payload_limit(transport, path) - ALLOCATIONS_HEADER) / ALLOCATION_SIZE;
	uint8_t request[2];
	struct command command = {
		.path = path, .opcode = OPCODE_GET_LD_ALLOCATIONS,
		.payload = request, .size = sizeof(request),
	};
	struct answer answer;
	size_t i, came = 1;

	mld->enabled = mld->info.ld_count;
	for (mld->count = 0; came && mld->count < mld->enabled; mld->count += came) {
		enum result result;

		request[0] = mld->count;
		request[1] = room < UINT8_MAX ? room : UINT8_MAX;
		result = cci_ask(transport, &command, ALLOCATIONS_HEADER, &answer, failure);
		if (result)
			return result;
		came = answer.payload[3];
		if (came > LDS_MAX - mld->count ||
		    answer.size < ALLOCATIONS_HEADER + came * ALLOCATION_SIZE)
			return fail_with(failure, RESULT_IO, EBADMSG, "%s: Get LD Allocations "
					 "(5401h) answered %zu bytes for %zu LDs",
					 transport->name, answer.size, came);
		mld->enabled = answer.payload[0];
		mld->granularity = answer.payload[1];
		for (i = 0; i < came; i++) {
			const uint8_t *at = answer.payload + ALLOCATIONS_HEADER +
					    i * ALLOCATION_SIZE;

			mld->lds[mld->count + i] = (struct ld){
				.ranges = { get_le64(at), get_le64(at + 8) },
				.bandwidth = -1, .limit = -1,
			};
		}
	}
	return RESULT_OK;
}

/* {count, first, one byte for each LD}. Optional: not every MLD supports it. */
static size_t ask_bytes(struct transport *transport, const struct path *path, uint16_t opcode,
			size_t count, uint8_t *bytes)
{
	uint8_t request[2] = { count, 0 };
	struct command command = {
		.path = path, .opcode = opcode, .payload = request, .size = sizeof(request),
	};
	struct failure unused;
	struct answer answer;

	if (count > UINT8_MAX || cci_ask(transport, &command, 2 + count, &answer, &unused) ||
	    answer.payload[0] != count || answer.payload[1])
		return 0;
	memcpy(bytes, answer.payload + 2, count);
	return count;
}

static void ask_bandwidths(struct transport *transport, const struct path *path,
			   struct mld *mld)
{
	uint8_t bytes[LDS_MAX];
	size_t came, i;

	came = ask_bytes(transport, path, OPCODE_GET_QOS_BANDWIDTH, mld->count, bytes);
	for (i = 0; i < came; i++)
		mld->lds[i].bandwidth = bytes[i];
	came = ask_bytes(transport, path, OPCODE_GET_QOS_LIMIT, mld->count, bytes);
	for (i = 0; i < came; i++)
		mld->lds[i].limit = bytes[i];
}

/* ---- showing ---- */

/* 256 MiB, 512 MiB or 1 GiB; 0: unknown. */
static uint64_t granule(const struct mld *mld)
{
	return mld->granularity < 3 ? 1ULL << (28 + mld->granularity) : 0;
}

static void add_number(struct json_object *object, const char *key, int value)
{
	if (value < 0)
		json_object_object_add(object, key, NULL);
	else
		json_number(object, key, value);
}

static void json_mld(struct json_object *object, const struct mld *mld)
{
	struct json_object *lds = json_object_new_array();
	size_t i;

	json_hex(object, "memory_size", mld->info.memory_size, 16);
	json_number(object, "ld_count", mld->info.ld_count);
	json_number(object, "enabled_lds", mld->enabled);
	json_hex(object, "granularity", granule(mld), 16);
	for (i = 0; i < mld->count; i++) {
		struct json_object *ld = json_object_new_object();

		json_number(ld, "ld", i);
		json_hex(ld, "range_1_multiplier", mld->lds[i].ranges[0], 16);
		json_hex(ld, "range_2_multiplier", mld->lds[i].ranges[1], 16);
		add_number(ld, "bandwidth_256ths", mld->lds[i].bandwidth);
		add_number(ld, "bandwidth_limit_256ths", mld->lds[i].limit);
		json_object_array_add(lds, ld);
	}
	json_object_object_add(object, "lds", lds);
}

static void add_size(struct table *table, const struct mld *mld, uint64_t multiplier)
{
	char text[SIZE_TEXT_SIZE];

	if (!granule(mld) || multiplier > UINT64_MAX / granule(mld)) {
		table_add(table, "%" PRIu64 " units", multiplier);
		return;
	}
	size_text(multiplier * granule(mld), text);
	table_add(table, "%s", text);
}

static void add_share(struct table *table, int share)
{
	if (share < 0)
		table_add(table, "-");
	else
		table_add(table, "%.1f %%", share * 100 / 256.0);
}

static bool print_mld(const struct session *session, const struct mld *mld)
{
	static const char *const headings[] = {
		"LD", "RANGE 1", "RANGE 2", "BANDWIDTH", "LIMIT", NULL,
	};
	char size[SIZE_TEXT_SIZE];
	struct table table;
	size_t i;

	size_text(mld->info.memory_size, size);
	fprintf(session->screen.out, "%s, %u LDs, %zu of them enabled\n", size,
		mld->info.ld_count, mld->enabled);
	table_open(&table, 5);
	table_head(&table, headings);
	table.right = 0x1F;
	for (i = 0; i < mld->count; i++) {
		table_add(&table, "%zu", i);
		add_size(&table, mld, mld->lds[i].ranges[0]);
		add_size(&table, mld, mld->lds[i].ranges[1]);
		add_share(&table, mld->lds[i].bandwidth);
		add_share(&table, mld->lds[i].limit);
	}
	return table_close(&table, &session->screen);
}

static enum result show_qos(struct session *session, const struct path *path,
			    struct json_object *object, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_GET_QOS_CONTROL };
	struct json_object *qos = NULL;
	struct failure unused;
	struct answer answer;
	bool printed = true;

	if (!cci_ask(&session->device.transport, &command, QOS_CONTROL_SIZE, &answer, &unused)) {
		qos = json_object_new_object();
		layout_json(qos, qos_fields, COUNT(qos_fields), answer.payload);
		if (!session->options->json)
			printed = layout_print(&session->screen, qos_fields, COUNT(qos_fields),
					       answer.payload);
	}
	json_object_object_add(object, "qos", qos);
	return printed ? RESULT_OK : fail_memory(failure);
}

static enum result show_mld(struct session *session, const struct target *target,
			    struct json_object *object, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	struct mld mld = { 0 };
	enum result result = cci_get_ld_info(transport, &target->path, &mld.info, failure);

	if (!result)
		result = ask_allocations(transport, &target->path, &mld, failure);
	if (result)
		return result;
	ask_bandwidths(transport, &target->path, &mld);
	json_mld(object, &mld);
	if (!session->options->json && !print_mld(session, &mld))
		return fail_memory(failure);
	return show_qos(session, &target->path, object, failure);
}

enum result verb_mld(struct session *session)
{
	return targets_run(session, show_mld);
}

/* ---- mhd ---- */

static const struct layout head_fields[] = {
	{ "port", "port", "", 0, 1, NULL },
	{ "max_width", "width, at most", "", 1, 1, NULL },
	{ "width", "width", "", 2, 1, NULL },
	{ "supported_speeds", "supported speeds", "", 3, 1, NULL },
	{ "max_speed", "GT/s, at most", "", 4, 1, link_speed_name },
	{ "speed", "GT/s", "", 5, 1, link_speed_name },
	{ "ltssm", "LTSSM", "", 6, 1, ltssm_name },
	{ "first_lane", "first lane", "", 7, 1, NULL },
	{ "link_flags", "link flags", "", 8, 1, NULL },
};

static enum result show_heads(struct session *session, const struct path *path, uint8_t heads,
			      struct json_object *object, struct failure *failure)
{
	uint8_t request[2] = { 0, heads };
	struct command command = {
		.path = path, .opcode = OPCODE_GET_HEAD_INFO,
		.payload = request, .size = sizeof(request),
	};
	struct json_object *list = json_object_new_array();
	struct answer answer;
	enum result result = cci_ask(&session->device.transport, &command,
				     HEADS_HEADER + (size_t)heads * HEAD_SIZE, &answer, failure);
	size_t i;

	json_object_object_add(object, "heads", list);
	for (i = 0; i < heads && !result; i++) {
		const uint8_t *at = answer.payload + HEADS_HEADER + i * HEAD_SIZE;
		struct json_object *head = json_object_new_object();

		json_number(head, "head", i);
		layout_json(head, head_fields, COUNT(head_fields), at);
		json_object_array_add(list, head);
		if (session->options->json)
			continue;
		fprintf(session->screen.out, "head %zu\n", i);
		if (!layout_print(&session->screen, head_fields, COUNT(head_fields), at))
			return fail_memory(failure);
	}
	return result;
}

/* The port number of the head for each LD, CXL 3.2 table 7-59. */
static void tell_map(struct session *session, struct json_object *object,
		     const struct answer *answer)
{
	struct json_object *map = json_object_new_array();
	uint8_t first = answer->payload[4], count = answer->payload[5], i;

	for (i = 0; i < count; i++) {
		uint8_t port = answer->payload[MULTI_HEADED_HEADER + i];

		json_object_array_add(map, port == UNASSIGNED ? NULL : json_object_new_int(port));
		if (session->options->json)
			continue;
		fprintf(session->screen.out, "LD %u: ", first + i);
		if (port == UNASSIGNED)
			fprintf(session->screen.out, "unassigned\n");
		else
			fprintf(session->screen.out, "head at port %u\n", port);
	}
	json_number(object, "ld_count", answer->payload[0]);
	json_number(object, "head_count", answer->payload[1]);
	json_number(object, "first_ld", first);
	json_object_object_add(object, "heads_of_lds", map);
}

static enum result show_mhd(struct session *session, const struct target *target,
			    struct json_object *object, struct failure *failure)
{
	size_t room = cci_payload_limit(&session->device.transport, &target->path) -
		      MULTI_HEADED_HEADER;
	uint8_t request[2] = { 0, room < UINT8_MAX ? room : UINT8_MAX };
	struct command command = {
		.path = &target->path, .opcode = OPCODE_GET_MULTI_HEADED_INFO,
		.payload = request, .size = sizeof(request),
	};
	struct answer answer;
	enum result result = cci_ask(&session->device.transport, &command, MULTI_HEADED_HEADER,
				     &answer, failure);

	if (!result && answer.size < MULTI_HEADED_HEADER + (size_t)answer.payload[5])
		return fail_with(failure, RESULT_IO, EBADMSG, "%s: Get Multi-Headed Info (5500h) "
				 "answered %zu bytes for %u LDs", session->device.name,
				 answer.size, answer.payload[5]);
	if (result)
		return result;
	tell_map(session, object, &answer);
	return show_heads(session, &target->path, answer.payload[1], object, failure);
}

enum result verb_mhd(struct session *session)
{
	return targets_run(session, show_mhd);
}
