/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver with a switch behind it for the tool's tests: takes the SEND
 * structure apart and answers as the test says. It frames by itself, byte by
 * byte from CXL 3.1 7.6.3 and 7.6.7.3.1, and shares no code with the tool.
 */
#ifndef TEST_TOOL_FAKE_H
#define TEST_TOOL_FAKE_H

#include "unit.h"

#include <errno.h>

#include "cci/transport.h"

#define FAKE_PAYLOAD	512
#define FAKE_LEVEL	16

/* A request as it arrived at the innermost destination. */
struct fake_request {
	unsigned int depth;
	uint8_t id[3];
	uint8_t target[3];
	uint16_t opcode;
	const uint8_t *payload;
	size_t size;
};

/**
 * struct fake - the far end
 * @payload_size: of the mailbox
 * @answer: fills @out (its room is @payload_size) and returns the length;
 *	@return_code is 0 before
 * @return_code: of the innermost command, set by @answer
 * @fail_level: with @return_code set: the tunnel level that fails, else 0
 * @error: errno that the ioctl returns instead, with @stage and @reason, or
 *	with @nothing_back without them
 * @lose: errno with which SEND ends although the device was sent the request, or 0
 * @state: as INFO tells it
 * @component_type: likewise
 * @component_source: likewise
 * @settings: likewise
 * @build_keys: likewise
 * @judge: fills an EXPLAIN structure, the request of which is decoded already;
 *	returns 0 or -errno. Without it the driver has no EXPLAIN
 * @explains: EXPLAIN so far
 * @limit: as RESTRICT set it, DESTRUCTIVE before
 * @entries: of DESTINATIONS
 * @entry_count: how many
 * @records: of RECENT; without them the driver has no RECENT
 * @record_count: how many it says that there are
 * @recent_error: errno of RECENT instead
 * @follow: fills a BG_STATUS structure, whose cookie or path is set; returns 0 or
 *	-errno. Without it the driver follows no operations and has no notices
 * @cookie: of the operation that @return_code 1 starts
 * @cancel: the answer of BG_CANCEL; @cancel_error: errno instead
 * @cancels: BG_CANCEL so far
 * @adopt_error: errno of BG_ADOPT
 * @mask: as SUBSCRIBE set it
 * @notices: what read() gives, once; @notices_size: bytes of it
 * @gone: read() fails with ENODEV once that is read
 * @waits: sleeps so far, which take their time on @now only
 * @now: the clock of a test that has wrapped it, in milliseconds
 * @spoil: called on the framed bytes before they are handed out
 * @sends: commands so far
 */
struct fake {
	uint32_t payload_size;
	size_t (*answer)(struct fake *fake, const struct fake_request *request, uint8_t *out);
	uint16_t return_code;
	unsigned int fail_level;
	int error;
	uint8_t stage;
	uint8_t reason;
	bool nothing_back;
	int (*lose)(struct fake *fake, const struct fake_request *request);
	uint8_t state;
	uint8_t component_type;
	uint8_t component_source;
	uint32_t settings;
	uint32_t build_keys;
	int (*judge)(struct fake *fake, const struct fake_request *request,
		     struct cxl_switch_cci_explain *explain);
	unsigned int explains;
	uint8_t limit;
	const struct cxl_switch_cci_destination *entries;
	size_t entry_count;
	const struct cxl_switch_cci_record *records;
	uint32_t record_count;
	int recent_error;
	int (*follow)(struct fake *fake, struct cxl_switch_cci_bg_status *status);
	uint64_t cookie;
	struct cxl_switch_cci_bg_cancel cancel;
	int cancel_error;
	unsigned int cancels;
	int adopt_error;
	uint32_t mask;
	const void *notices;
	size_t notices_size;
	bool gone;
	unsigned int waits;
	int64_t now;
	void (*spoil)(uint8_t *bytes, uint32_t *size);
	unsigned int sends;
	uint32_t timeout_ms;
	struct transport transport;
};

static inline uint16_t fake_le16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] + 256 * bytes[1]);
}

static inline void fake_put(uint8_t *bytes, uint64_t value, unsigned int count)
{
	for (; count--; value >>= 8)
		*bytes++ = (uint8_t)value;
}

/* Checks every field of the request's tunnels on the way in. */
static inline struct fake_request fake_decode(uint16_t opcode, uint64_t payload, size_t size)
{
	struct fake_request request = {
		.opcode = opcode,
		.payload = (const uint8_t *)(uintptr_t)payload,
		.size = size,
	};

	while (request.opcode == 0x5300) {
		const uint8_t *bytes = request.payload;

		assert_true(request.depth < 3 && request.size >= FAKE_LEVEL);
		request.target[request.depth] = bytes[1];
		assert_int_equal(fake_le16(bytes + 2), request.size - 4);
		assert_int_equal(bytes[4], 0);
		assert_int_equal(fake_le16(bytes + 9) + 65536 * bytes[11],
				 request.size - FAKE_LEVEL);
		assert_int_equal(fake_le16(bytes + 12), 0);
		request.id[request.depth++] = bytes[0];
		request.opcode = fake_le16(bytes + 7);
		request.payload += FAKE_LEVEL;
		request.size -= FAKE_LEVEL;
	}
	return request;
}

/* Frames the answer of @size bytes, which lies behind the room for @depth headers. */
static inline size_t fake_encode(const struct fake *fake, const struct cxl_switch_cci_send *send,
				 const struct fake_request *request, uint8_t *out, size_t size)
{
	const uint8_t *in = (const uint8_t *)(uintptr_t)send->in_payload;
	unsigned int level, levels = request->depth;

	if (fake->return_code && fake->fail_level < request->depth) {
		levels = fake->fail_level;
		size = 0;
	}
	for (level = 0; level < levels; level++, in += FAKE_LEVEL, out += FAKE_LEVEL) {
		size_t inner = size + (size_t)(levels - level - 1) * FAKE_LEVEL;

		memset(out, 0, FAKE_LEVEL);
		fake_put(out, inner + 12, 2);
		out[4] = 1;
		memcpy(out + 5, in + 5, 4);	/* tag, reserved, opcode */
		fake_put(out + 9, inner, 3);
		if (level + 1 == levels)
			fake_put(out + 12, fake->return_code, 2);
	}
	return size + (size_t)levels * FAKE_LEVEL;
}

static inline int fake_send(void *context, struct cxl_switch_cci_send *send)
{
	struct fake *fake = context;
	struct fake_request request = fake_decode(send->opcode, send->in_payload, send->in_size);
	uint8_t *out = (uint8_t *)(uintptr_t)send->out_payload;
	size_t size;
	int error;

	fake->sends++;
	fake->timeout_ms = send->timeout_ms;
	assert_int_equal(send->size, sizeof(*send));
	assert_true(send->in_size <= fake->payload_size);
	if (fake->error && fake->nothing_back)
		return -fake->error;
	send->stage = fake->stage;
	send->reason = fake->reason;
	if (fake->error)
		return -fake->error;
	error = fake->lose ? fake->lose(fake, &request) : 0;
	if (error) {
		send->stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN;
		return -error;
	}
	fake->return_code = 0;
	fake->fail_level = request.depth;
	size = fake->answer(fake, &request, out + (size_t)request.depth * FAKE_LEVEL);
	send->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	send->return_code = fake->fail_level == 0 ? fake->return_code : 0;
	send->cookie = fake->return_code == 1 ? fake->cookie : 0;
	send->out_size = (uint32_t)fake_encode(fake, send, &request, out, size);
	if (fake->spoil)
		fake->spoil(out, &send->out_size);
	send->out_length = send->out_size;
	return 0;
}

static inline int fake_info(void *context, struct cxl_switch_cci_info *info)
{
	const struct fake *fake = context;

	assert_int_equal(info->size, sizeof(*info));
	info->state = fake->state;
	info->component_type = fake->component_type;
	info->component_source = fake->component_source;
	info->settings = fake->settings;
	info->build_keys = fake->build_keys;
	return 0;
}

/* A tunnel that is not one is the tests' to judge: only what has a header is decoded. */
static inline int fake_explain(void *context, struct cxl_switch_cci_explain *explain)
{
	struct fake *fake = context;
	struct fake_request request = { .opcode = explain->opcode, .size = explain->in_size };

	assert_int_equal(explain->size, sizeof(*explain));
	assert_true(explain->in_size <= fake->payload_size);
	fake->explains++;
	if (explain->opcode != 0x5300 || explain->in_size >= FAKE_LEVEL)
		request = fake_decode(explain->opcode, explain->in_payload, explain->in_size);
	explain->leaf_opcode = request.opcode;
	explain->depth = (uint8_t)request.depth;
	return fake->judge(fake, &request, explain);
}

static inline int fake_restrict(void *context, struct cxl_switch_cci_restrict *limit)
{
	struct fake *fake = context;

	assert_int_equal(limit->size, sizeof(*limit));
	if (limit->impact > fake->limit)
		return -EPERM;
	fake->limit = (uint8_t)limit->impact;
	return 0;
}

/* Two at a time, so that the cursor is used. */
static inline int fake_destinations(void *context, struct cxl_switch_cci_destinations *list)
{
	const struct fake *fake = context;
	struct cxl_switch_cci_destination *out = (void *)(uintptr_t)list->entries;
	uint32_t room = list->room < 2 ? list->room : 2, count = 0;

	assert_int_equal(list->size, sizeof(*list));
	assert_int_equal(list->entry_size, 40);
	while (count < room && list->cursor < fake->entry_count)
		out[count++] = fake->entries[list->cursor++];
	list->room = count;
	if (list->cursor == fake->entry_count)
		list->cursor = 0;
	return 0;
}

static inline int fake_recent(void *context, struct cxl_switch_cci_recent *list)
{
	const struct fake *fake = context;
	size_t count = fake->record_count < list->room ? fake->record_count : list->room;

	assert_int_equal(list->size, sizeof(*list));
	assert_int_equal(list->entry_size, 80);
	assert_int_equal(list->flags, 0);
	if (fake->recent_error)
		return -fake->recent_error;
	memcpy((void *)(uintptr_t)list->entries, fake->records, count * sizeof(*fake->records));
	list->room = fake->record_count;
	list->dropped = 7;
	return 0;
}

static inline int fake_bg_status(void *context, struct cxl_switch_cci_bg_status *status)
{
	struct fake *fake = context;

	assert_int_equal(status->size, sizeof(*status));
	return fake->follow(fake, status);
}

static inline int fake_bg_cancel(void *context, struct cxl_switch_cci_bg_cancel *cancel)
{
	struct fake *fake = context;

	assert_int_equal(cancel->size, sizeof(*cancel));
	fake->cancels++;
	cancel->outcome = fake->cancel.outcome;
	cancel->reason = fake->cancel.reason;
	cancel->return_code = fake->cancel.return_code;
	return -fake->cancel_error;
}

static inline int fake_bg_adopt(void *context, struct cxl_switch_cci_bg_adopt *adopt)
{
	const struct fake *fake = context;

	assert_int_equal(adopt->size, sizeof(*adopt));
	assert_int_equal(adopt->flags, 0);
	return -fake->adopt_error;
}

static inline int fake_subscribe(void *context, struct cxl_switch_cci_subscribe *subscribe)
{
	struct fake *fake = context;

	assert_int_equal(subscribe->size, sizeof(*subscribe));
	fake->mask = subscribe->mask;
	return 0;
}

static inline int fake_read(void *context, void *buffer, size_t room)
{
	struct fake *fake = context;
	size_t size = fake->notices_size;

	if (!size)
		return fake->gone ? -ENODEV : -EAGAIN;
	assert_true(size <= room);
	memcpy(buffer, fake->notices, size);
	fake->notices_size = 0;
	return (int)size;
}

static inline int fake_wait(void *context, int milliseconds)
{
	struct fake *fake = context;

	assert_true(milliseconds > 0);
	fake->waits++;
	if (fake->notices_size || fake->gone)
		return 1;
	fake->now += milliseconds;
	return 0;
}

static const struct transport_ops fake_ops = {
	.info = fake_info,
	.send = fake_send,
	.explain = fake_explain,
	.restrict_to = fake_restrict,
	.destinations = fake_destinations,
	.recent = fake_recent,
	.bg_status = fake_bg_status,
	.bg_cancel = fake_bg_cancel,
	.bg_adopt = fake_bg_adopt,
	.subscribe = fake_subscribe,
	.read = fake_read,
	.wait = fake_wait,
};

static inline void fake_open(struct fake *fake)
{
	struct cxl_switch_cci_info info = {
		.features = CXL_SWITCH_CCI_FEATURE_SEND |
			    (fake->judge ? CXL_SWITCH_CCI_FEATURE_EXPLAIN : 0) |
			    (fake->follow ? CXL_SWITCH_CCI_FEATURE_BACKGROUND |
			     CXL_SWITCH_CCI_FEATURE_NOTICES : 0) |
			    (fake->records ? CXL_SWITCH_CCI_FEATURE_RECENT : 0) |
			    CXL_SWITCH_CCI_FEATURE_RESTRICT | CXL_SWITCH_CCI_FEATURE_DESTINATIONS,
		.payload_size = fake->payload_size ? fake->payload_size : FAKE_PAYLOAD,
		.component_type = fake->component_type,
		.component_source = fake->component_source,
		.command_timeout_ms = 2000,
	};
	struct failure failure;

	fake->payload_size = info.payload_size;
	fake->limit = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	assert_int_equal(transport_open(&fake->transport, &fake_ops, fake, "switch7", &info, 0,
					&failure), RESULT_OK);
}

/* Identify, as every destination of the tests answers it. */
static inline size_t fake_identify(uint8_t *out, uint64_t serial, uint8_t exponent, uint8_t type)
{
	static const uint8_t ids[8] = { 0x86, 0x80, 0x93, 0x0d, 0xf4, 0x1a, 0x00, 0x11 };

	memcpy(out, ids, sizeof(ids));
	fake_put(out + 8, serial, 8);
	out[16] = exponent;
	out[17] = type;
	return 18;
}

#endif
