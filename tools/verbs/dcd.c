// SPDX-License-Identifier: GPL-2.0-only
/*
 * dcd: dynamic capacity of a device behind the switch (5600h-5605h), CXL 3.1
 * 7.6.7.6. The host still has to accept or release it, so --wait polls until
 * the extents show that.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cci/bytes.h"
#include "change.h"
#include "cli/layout.h"
#include "cci/notices.h"
#include "cli/progress.h"
#include "cli/targets.h"
#include "verbs.h"

#define OPCODE_GET_DCD_INFO	0x5600
#define OPCODE_GET_EXTENTS	0x5603
#define OPCODE_ADD		0x5604
#define OPCODE_RELEASE		0x5605

#define INFO_SIZE		0x54
#define INFO_CAPACITY		0x0C
#define INFO_BLOCK_SIZES	0x14
#define CAPACITY_UNIT		(256ULL << 20)
#define REGIONS_MAX		8
#define EXTENTS_REQUEST		0x0C
#define EXTENTS_HEADER		0x18
#define EXTENT_SIZE		0x28
#define EXTENT_TAG		0x10
#define TAG_SIZE		16
#define CHANGE_SIZE		0x20
#define RELEASE_BY_TAG		0
#define ADD_FREE		0
#define EXTENTS_MAX		65536
#define WAIT_LIMIT_MS		60000
#define LOOK_EVERY_MS		500
#define COUNT(array)		(sizeof(array) / sizeof((array)[0]))

static const struct layout info_fields[] = {
	{ "hosts", "hosts", "", 0, 1, NULL },
	{ "regions", "regions", "", 1, 1, NULL },
	{ "add_policies", "policies to add (bits)", "", 4, 2, NULL },
	{ "release_policies", "policies to release (bits)", "", 8, 2, NULL },
	{ "sanitize_on_release", "regions sanitized on release (bits)", "", 10, 1, NULL },
};

/* ---- extents ---- */

/**
 * typedef extent_visitor - called for each extent of a host
 * @bytes: EXTENT_SIZE of it
 */
typedef void extent_visitor(void *context, const uint8_t *bytes);

static enum result fail_extents(struct transport *transport, const struct answer *answer,
				struct failure *failure)
{
	return fail_with(failure, RESULT_IO, EBADMSG, "%s: Get DC Region Extent Lists (5603h) "
			 "answered %zu bytes, which are not its extents", transport->name,
			 answer->size);
}

/* Visits all extents of one host; a change in the meantime shows in the next call. */
static enum result visit_extents(struct transport *transport, const struct path *path,
				 uint16_t host, extent_visitor *visitor, void *context,
				 struct failure *failure)
{
	size_t room = (cci_payload_limit(transport, path) - EXTENTS_HEADER) / EXTENT_SIZE;
	uint8_t request[EXTENTS_REQUEST] = { 0 };
	struct command command = {
		.path = path, .opcode = OPCODE_GET_EXTENTS,
		.payload = request, .size = sizeof(request),
	};
	size_t done = 0, came, i;
	struct answer answer;
	enum result result;

	put_le16(request, host);
	put_le32(request + 4, room);
	do {
		put_le32(request + 8, done);
		result = cci_ask(transport, &command, EXTENTS_HEADER, &answer, failure);
		if (result)
			return result;
		came = get_le32(answer.payload + 8);
		if (came > (answer.size - EXTENTS_HEADER) / EXTENT_SIZE)
			return fail_extents(transport, &answer, failure);
		for (i = 0; i < came; i++)
			visitor(context, answer.payload + EXTENTS_HEADER + i * EXTENT_SIZE);
		done += came;
	} while (came && done < get_le32(answer.payload + 12) && done < EXTENTS_MAX);
	return RESULT_OK;
}

/* ---- info ---- */

/**
 * struct listing - extents as JSON and as a table
 * @tag: only extents with this tag; NULL: all
 * @host: owner of the extents
 */
struct listing {
	const uint8_t *tag;
	struct json_object *list;
	struct table table;
	unsigned int host;
};

static void list_extent(void *context, const uint8_t *bytes)
{
	struct listing *listing = context;
	char size[SIZE_TEXT_SIZE], tag[UUID_TEXT_SIZE];
	struct json_object *extent;

	if (listing->tag && memcmp(bytes + EXTENT_TAG, listing->tag, TAG_SIZE))
		return;
	extent = json_object_new_object();
	size_text(get_le64(bytes + 8), size);
	uuid_text(bytes + EXTENT_TAG, tag);
	json_number(extent, "host", listing->host);
	json_hex(extent, "start", get_le64(bytes), 16);
	json_hex(extent, "length", get_le64(bytes + 8), 16);
	json_bytes(extent, "tag", bytes + EXTENT_TAG, TAG_SIZE);
	json_object_array_add(listing->list, extent);
	table_add(&listing->table, "%u", listing->host);
	table_add(&listing->table, "0x%" PRIx64, get_le64(bytes));
	table_add(&listing->table, "%s", size);
	table_add(&listing->table, "%s", tag);
}

static void open_listing(struct listing *listing, struct json_object *object)
{
	static const char *const headings[] = { "HOST", "START", "LENGTH", "TAG", NULL };

	listing->list = json_object_new_array();
	json_object_object_add(object, "extents", listing->list);
	table_open(&listing->table, 4);
	table_head(&listing->table, headings);
}

static enum result close_listing(struct listing *listing, const struct session *session,
				 enum result result, struct failure *failure)
{
	bool silent = result || session->options->json;

	if (!table_close(&listing->table, silent ? NULL : &session->screen))
		return fail_memory(failure);
	return result;
}

static enum result list_extents(struct session *session, const struct path *path,
				unsigned int hosts, struct json_object *object,
				struct failure *failure)
{
	struct listing listing = { .tag = NULL };
	enum result result = RESULT_OK;

	open_listing(&listing, object);
	for (; listing.host < hosts && !result; listing.host++)
		result = visit_extents(&session->device.transport, path, listing.host, list_extent,
				       &listing, failure);
	return close_listing(&listing, session, result, failure);
}

static void json_block_sizes(struct json_object *object, const uint8_t *bytes)
{
	struct json_object *list = json_object_new_array();
	char text[24];
	size_t i;

	for (i = 0; i < bytes[1] && i < REGIONS_MAX; i++) {
		snprintf(text, sizeof(text), "0x%016" PRIx64,
			 get_le64(bytes + INFO_BLOCK_SIZES + 8 * i));
		json_add_text(list, text);
	}
	json_object_object_add(object, "block_sizes", list);
}

/* In units of 256 MiB, CXL 3.1 table 7-57. */
static void tell_capacity(struct session *session, struct json_object *object,
			  const uint8_t *bytes)
{
	uint64_t units = get_le64(bytes + INFO_CAPACITY);
	bool fits = units <= UINT64_MAX / CAPACITY_UNIT;
	char text[SIZE_TEXT_SIZE];

	json_known(object, "capacity", fits, units * CAPACITY_UNIT, 16);
	if (session->options->json)
		return;
	size_text(units * CAPACITY_UNIT, text);
	if (fits)
		fprintf(session->screen.out, "%s of capacity\n", text);
	else
		fprintf(session->screen.out, "%" PRIu64 " units of 256 MiB of capacity\n", units);
}

static enum result show_info(struct session *session, const struct target *target,
			     struct json_object *object, struct failure *failure)
{
	struct command command = { .path = &target->path, .opcode = OPCODE_GET_DCD_INFO };
	struct answer answer;
	enum result result = cci_ask(&session->device.transport, &command, INFO_SIZE, &answer,
				     failure);

	if (result)
		return result;
	layout_json(object, info_fields, COUNT(info_fields), answer.payload);
	json_block_sizes(object, answer.payload);
	tell_capacity(session, object, answer.payload);
	if (!session->options->json &&
	    !layout_print(&session->screen, info_fields, COUNT(info_fields), answer.payload))
		return fail_memory(failure);
	return list_extents(session, &target->path, answer.payload[0], object, failure);
}

enum result verb_dcd_info(struct session *session)
{
	return targets_run(session, show_info);
}

/* ---- add, release ---- */

/**
 * struct capacity - capacity to add or release
 * @request: as sent, without extents
 * @before: bytes that the host had under the tag before the request
 */
struct capacity {
	struct session *session;
	struct target target;
	uint16_t opcode;
	uint8_t request[CHANGE_SIZE];
	uint64_t before;
};

struct sum {
	const uint8_t *tag;
	uint64_t bytes;
};

static void add_extent(void *context, const uint8_t *bytes)
{
	struct sum *sum = context;

	if (!memcmp(bytes + EXTENT_TAG, sum->tag, TAG_SIZE))
		sum->bytes += get_le64(bytes + 8);
}

static enum result ask_sum(struct capacity *capacity, uint64_t *bytes)
{
	struct sum sum = { .tag = capacity->request + 12 };
	enum result result = visit_extents(&capacity->session->device.transport,
					   &capacity->target.path, get_le16(capacity->request),
					   add_extent, &sum, &capacity->session->failure);

	*bytes = sum.bytes;
	return result;
}

static bool is_done(const struct capacity *capacity, uint64_t now)
{
	if (capacity->opcode == OPCODE_RELEASE)
		return !now;
	return now >= capacity->before &&
	       now - capacity->before >= get_le64(capacity->request + 4);
}

/* The host accepts and releases in pieces; shows the part that is done. */
static void show_progress(struct progress *progress, const struct capacity *capacity,
			  uint64_t bytes)
{
	bool release = capacity->opcode == OPCODE_RELEASE;
	uint64_t whole = release ? capacity->before : get_le64(capacity->request + 4);
	uint64_t done = release ? whole - bytes : bytes - capacity->before;
	char size[SIZE_TEXT_SIZE], text[64];

	size_text(bytes, size);
	snprintf(text, sizeof(text), "the host has %s under the tag", size);
	progress_bar(progress, whole && done <= whole ? (unsigned int)(100.0 * done / whole) : 0,
		     text);
}

static enum result fail_late(struct session *session, uint64_t bytes)
{
	fail_with(&session->failure, RESULT_TIMEOUT, ETIMEDOUT, "%s: the host has not followed in "
		  "time: it has %" PRIu64 " bytes under the tag", session->device.name, bytes);
	failure_hint(&session->failure, "the request stands: 'dcd info' shows what came of it");
	return session->failure.result;
}

static enum result await_host(struct capacity *capacity, uint64_t *bytes)
{
	struct session *session = capacity->session;
	uint32_t limit = session->options->limit_ms ? session->options->limit_ms : WAIT_LIMIT_MS;
	struct notices clock = { .transport = &session->device.transport };
	int64_t end = now_ms() + limit;
	struct progress progress;
	enum result result;

	progress_open(&progress, session);
	while (!(result = ask_sum(capacity, bytes)) && !is_done(capacity, *bytes)) {
		if (now_ms() >= end) {
			result = fail_late(session, *bytes);
			break;
		}
		show_progress(&progress, capacity, *bytes);
		notices_sleep(&clock, LOOK_EVERY_MS);
	}
	progress_close(&progress);
	return result;
}

/* The bytes that the host has under the tag decide, whatever the result of the command. */
static enum result read_back(struct capacity *capacity, enum result result, uint64_t bytes)
{
	struct session *session = capacity->session;
	struct listing listing = {
		.tag = capacity->request + 12, .host = get_le16(capacity->request),
	};
	struct failure unused;
	enum result listed;

	if (result && result != RESULT_TIMEOUT)
		return result;
	json_hex(session->json, "bytes_under_tag", bytes, 16);
	open_listing(&listing, session->json);
	listed = visit_extents(&session->device.transport, &capacity->target.path, listing.host,
			       list_extent, &listing, result ? &unused : &session->failure);
	listed = close_listing(&listing, session, listed, result ? &unused : &session->failure);
	return result ? result : listed;
}

static enum result run_capacity(struct capacity *capacity)
{
	struct session *session = capacity->session;
	struct command command = {
		.path = &capacity->target.path, .opcode = capacity->opcode,
		.payload = capacity->request, .size = CHANGE_SIZE,
	};
	struct cxl_switch_cci_bg_status status;
	bool wait = session->options->wait;
	enum consent consent;
	uint64_t bytes = 0;
	enum result result = change_ask(session, &command, session->json, &consent,
					&session->failure);

	if (result || consent != CONSENT_SEND)
		return result;
	if (wait)
		result = ask_sum(capacity, &capacity->before);
	if (!result)
		result = change_run(session, &command, &status, &session->failure);
	if (!result && wait) {
		result = await_host(capacity, &bytes);
		return read_back(capacity, result, bytes);
	}
	if (!result && !session->options->json)
		fputs("request accepted; the host still has to accept the capacity (--wait)\n",
		      session->screen.out);
	return result;
}

static enum result read_tag(struct session *session, const char *text, uint8_t *tag)
{
	char digits[2 * TAG_SIZE + 1];
	size_t size = 0, used = 0;
	const char *wrong;

	for (; text && *text && used < sizeof(digits) - 1; text++)
		if (*text != '-')
			digits[used++] = *text;
	digits[used] = '\0';
	wrong = parse_hex_bytes(digits, tag, TAG_SIZE, &size);
	if (!wrong && (!text || !*text) && (!used || size == TAG_SIZE))
		return RESULT_OK;
	return fail_with(&session->failure, RESULT_USAGE, EINVAL, "a tag has 32 hexadecimal "
			 "digits, with or without '-'");
}

/* A number with an optional suffix K, M, G or T, multiples of 1024. */
static enum result read_size(struct session *session, const char *text, uint8_t *field)
{
	static const char units[] = "KMGT";
	const char *unit;
	uint64_t bytes;
	char *end;

	errno = 0;
	bytes = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (errno || end == text || *text == '-' || (*end && (!unit || end[1])))
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "SIZE '%s': expected "
				 "bytes, or a number with K, M, G or T", text);
	if (unit && bytes > UINT64_MAX >> 10 * (unit - units + 1))
		return fail_with(&session->failure, RESULT_USAGE, ERANGE, "SIZE '%s': too large",
				 text);
	bytes <<= unit ? 10 * (unit - units + 1) : 0;
	put_le32(field, bytes & UINT32_MAX);
	put_le32(field + 4, bytes >> 32);
	return RESULT_OK;
}

static enum result read_host(struct capacity *capacity, const char *verb)
{
	uint64_t host;
	enum result result = session_number(capacity->session, 0, "HOST", UINT16_MAX, &host);

	put_le16(capacity->request, host);
	return result ? result : targets_one(capacity->session, verb, &capacity->target);
}

enum result verb_dcd_add(struct session *session)
{
	struct capacity capacity = { .session = session, .opcode = OPCODE_ADD };
	enum result result = read_host(&capacity, "dcd add");
	uint64_t region = 0;

	if (!result)
		result = session_number(session, 1, "REGION", REGIONS_MAX - 1, &region);
	if (!result)
		result = read_size(session, session->options->words[2], capacity.request + 4);
	if (!result)
		result = read_tag(session, session->options->tag, capacity.request + 12);
	capacity.request[2] = ADD_FREE;
	capacity.request[3] = region;
	return result ? result : run_capacity(&capacity);
}

enum result verb_dcd_release(struct session *session)
{
	struct capacity capacity = { .session = session, .opcode = OPCODE_RELEASE };
	enum result result = read_host(&capacity, "dcd release");

	if (!result)
		result = read_tag(session, session->options->words[1], capacity.request + 12);
	capacity.request[2] = RELEASE_BY_TAG;
	return result ? result : run_capacity(&capacity);
}
