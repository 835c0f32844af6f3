// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnels: every field of every level of requests and answers, every truncation,
 * and encoding. tunnel_messages.h builds the messages without the code under test.
 */
#include "unit.h"

#include "policy/tunnel.h"

#include "tunnel_messages.h"

static const char *why;

/* Decodes a copy that has nothing behind its end. */
static int decode(const u8 *bytes, u32 length, struct swcci_tunnel_request *request)
{
	u8 *copy = exact_copy(bytes, length);
	int rc;

	why = NULL;
	rc = swcci_tunnel_decode(OP_TUNNEL, copy, length, request, &why);
	if (rc) {
		assert_int_equal(rc, -EINVAL);
		assert_non_null(why);
	} else {
		assert_true(request->payload >= copy);
		assert_true(request->payload + request->length == copy + length);
	}
	free(copy);
	return rc;
}

static int decode_answer(const struct swcci_tunnel_request *request, const u8 *bytes, u32 length,
			 struct swcci_tunnel_answer *answer)
{
	u8 *copy = exact_copy(bytes, length);
	int rc;

	why = NULL;
	rc = swcci_tunnel_decode_answer(request, 0, 0, copy, length, answer, &why);
	if (rc) {
		assert_int_equal(rc, -EINVAL);
		assert_non_null(why);
	} else if (answer->payload) {
		assert_true(answer->payload >= copy);
		assert_true(answer->payload + answer->length <= copy + length);
		assert_memory_equal(answer->payload, leaf, answer->length < LEAF_LENGTH ?
				    answer->length : LEAF_LENGTH);
	}
	free(copy);
	return rc;
}

static void request_for(const struct route *route, struct swcci_tunnel_request *request)
{
	u8 bytes[ROOM];

	assert_int_equal(decode(bytes, make_request(route, bytes), request), 0);
}

/* ---- requests ---- */

static void request_without_tunnel(void **state)
{
	struct swcci_tunnel_request request;
	const u8 payload[3] = { 1, 2, 3 };

	(void)state;
	for (u32 opcode = 0; opcode <= 0xffff; opcode++) {
		if (opcode == OP_TUNNEL)
			continue;
		assert_int_equal(swcci_tunnel_decode((u16)opcode, payload, 3, &request, &why), 0);
		assert_int_equal(request.path.depth, 0);
		assert_int_equal(request.opcode, opcode);
		assert_ptr_equal(request.payload, payload);
		assert_int_equal(request.length, 3);
	}
	assert_int_equal(swcci_tunnel_decode(1, NULL, 0, &request, &why), 0);
	assert_int_equal(request.length, 0);
}

static void request_valid(void **state)
{
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		u32 length = make_request(&routes[r], bytes);

		assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, length, &request, &why), 0);
		assert_int_equal(request.path.depth, routes[r].depth);
		assert_int_equal(request.opcode, LEAF_OPCODE);
		assert_int_equal(request.length, LEAF_LENGTH);
		assert_memory_equal(request.payload, leaf, LEAF_LENGTH);
		for (u32 i = 0; i < 3; i++) {
			bool used = i < routes[r].depth;

			assert_int_equal(request.path.hop[i].target,
					 used ? routes[r].target[i] : 0);
			assert_int_equal(request.path.hop[i].id, used ? routes[r].id[i] : 0);
			assert_int_equal(request.tag[i], used ? tag_of(i) : 0);
		}
	}
}

/* The id of an LD pool hop is ignored by the target: no second name by it. */
static void request_pool_has_one_name(void **state)
{
	struct swcci_tunnel_request request;
	struct swcci_tunnel_path first;
	u8 bytes[ROOM];

	(void)state;
	for (u32 id = 0; id <= 0xff; id++) {
		u32 length = make_request(&routes[4], bytes);

		bytes[LEVEL] = (u8)id;
		assert_int_equal(decode(bytes, length, &request), 0);
		if (!id)
			first = request.path;
		assert_memory_equal(&request.path, &first, sizeof(first));
	}
}

/*
 * Is one byte of a header legal at this value? Written from facts 2.1, 2.2 and
 * the framing gate: tag and vendor status are free, and so are the ids.
 */
static bool request_byte_may_be(u32 at, u8 value, u8 was)
{
	switch (at) {
	case 0:			/* port or LD id */
	case 5:			/* tag */
	case 14: case 15:	/* vendor status */
		return true;
	default:
		return value == was;
	}
}

static bool changes_the_walk(u32 at)
{
	return at == 1 || at == 7 || at == 8;	/* target type; opcode */
}

/* Every header byte of every level at each of its 256 values. */
static void request_every_byte(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		u32 length = make_request(&routes[r], bytes);

		for (u32 at = 0; at < routes[r].depth * LEVEL; at++) {
			u8 was = bytes[at];

			if (changes_the_walk(at % LEVEL))
				continue;
			for (u32 value = 0; value <= 0xff; value++) {
				bytes[at] = (u8)value;
				int rc = decode(bytes, length, &request);

				if (request_byte_may_be(at % LEVEL, (u8)value, was))
					assert_int_equal(rc, 0);
				else
					assert_int_equal(rc, -EINVAL);
			}
			bytes[at] = was;
		}
	}
}

static void request_every_target_type(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];

	(void)state;
	for (u32 level = 0; level < 2; level++)
		for (u32 value = 0; value <= 0xff; value++) {
			u32 length = make_request(&routes[2], bytes);

			bytes[level * LEVEL + 1] = (u8)value;
			assert_int_equal(decode(bytes, length, &request),
					 value <= 1 ? 0 : -EINVAL);
			if (value <= 1)
				assert_int_equal(request.path.hop[level].target, value);
		}
}

static void request_every_leaf_opcode(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		u32 length = make_request(&routes[r], bytes);
		u8 *message = bytes + (routes[r].depth - 1) * LEVEL + 4;

		for (u32 opcode = 0; opcode <= 0xffff; opcode++) {
			message[3] = (u8)opcode;
			message[4] = (u8)(opcode >> 8);
			int rc = swcci_tunnel_decode(OP_TUNNEL, bytes, length, &request, &why);

			/* 7 bytes are no tunnel */
			assert_int_equal(rc, opcode == OP_TUNNEL ? -EINVAL : 0);
			if (!rc)
				assert_int_equal(request.opcode, opcode);
		}
	}
}

/* An intermediate level that is no tunnel ends the walk: the rest is payload. */
static void request_ends_at_first_other_opcode(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];
	u32 length = make_request(&routes[2], bytes);

	(void)state;
	bytes[8] = 0x57;
	bytes[7] = 0x01;
	assert_int_equal(decode(bytes, length, &request), 0);
	assert_int_equal(request.path.depth, 1);
	assert_int_equal(request.opcode, 0x5701);
	assert_int_equal(request.length, LEVEL + LEAF_LENGTH);
}

static void request_every_truncation(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM] = { 0 };

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		u32 length = make_request(&routes[r], bytes);

		for (u32 cut = 0; cut <= length + 20; cut++)
			assert_int_equal(decode(bytes, cut, &request),
					 cut == length ? 0 : -EINVAL);
	}
}

/* The outer levels follow the cut, so that only the innermost one is short. */
static void request_short_inside(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];

	(void)state;
	for (u32 rest = 0; rest < 2 * LEVEL; rest++) {
		make_request(&routes[2], bytes);
		put_request_level(bytes, 1, 0, 0, OP_TUNNEL, rest);
		int rc = decode(bytes, LEVEL + rest, &request);

		assert_int_equal(rc, rest == LEVEL + LEAF_LENGTH ? 0 : -EINVAL);
	}
}

/* Its own size is right, and too small for the headers: nothing past it is read. */
static void request_shorter_than_headers(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[LEVEL] = { 0 };

	(void)state;
	for (u32 length = 0; length < LEVEL; length++) {
		bytes[2] = (u8)(length - 4);
		assert_int_equal(decode(bytes, length, &request), -EINVAL);
	}
}

/* 21 bits of length, but the command size has 16: bits 20:16 must be zero. */
static void request_long(void **state)
{
	static u8 bytes[70000];
	struct swcci_tunnel_request request;

	(void)state;
	put_request_level(bytes, 1, 0, 0, LEAF_OPCODE, 65535 - 12);
	assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, 4 + 65535, &request, &why), 0);
	assert_int_equal(request.length, 65535 - 12);
	/* command size and inner length both wrapped: they look right in 16 bits */
	put_request_level(bytes, 1, 0, 0, LEAF_OPCODE, 65536);
	assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, LEVEL + 65536, &request, &why),
			 -EINVAL);
	bytes[11] = 0;
	assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, LEVEL + 65536, &request, &why),
			 -EINVAL);
}

/* Two levels; a third only with an LD pool on the way; a fourth never. */
static void request_depth(void **state)
{
	struct swcci_tunnel_request request;
	u8 bytes[ROOM];

	(void)state;
	for (u32 pools = 0; pools < 16; pools++)
		for (u32 depth = 1; depth <= 4; depth++) {
			u32 rest = depth * LEVEL;
			u32 mask = pools & ((1u << depth) - 1);

			for (u32 i = 0; i < depth; i++) {
				rest -= LEVEL;
				put_request_level(bytes + i * LEVEL, 1, pools >> i & 1, 0,
						  i + 1 == depth ? 1 : OP_TUNNEL, rest);
			}
			bool legal = depth <= 2 || (depth == 3 && mask);

			assert_int_equal(decode(bytes, depth * LEVEL, &request),
					 legal ? 0 : -EINVAL);
		}
}

/* ---- answers ---- */

static void answer_without_tunnel(void **state)
{
	struct swcci_tunnel_request request;
	struct swcci_tunnel_answer answer;
	const u8 payload[2] = { 1, 2 };

	(void)state;
	assert_int_equal(swcci_tunnel_decode(0x0400, payload, 0, &request, &why), 0);
	for (u32 rc = 0; rc <= 0xffff; rc++) {
		assert_int_equal(swcci_tunnel_decode_answer(&request, (u16)rc, 0xabcd, payload, 2,
							    &answer, &why), 0);
		assert_int_equal(answer.return_code, rc);
		assert_int_equal(answer.vendor_status, 0xabcd);
		assert_int_equal(answer.level, 0);
		assert_ptr_equal(answer.payload, rc ? NULL : payload);
		assert_int_equal(answer.length, rc ? 0 : 2);
	}
}

static void answer_valid(void **state)
{
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;
		u32 length = make_answer(&routes[r], bytes);

		request_for(&routes[r], &request);
		bytes[(routes[r].depth - 1) * LEVEL + 14] = 0x34;
		bytes[(routes[r].depth - 1) * LEVEL + 15] = 0x12;
		assert_int_equal(decode_answer(&request, bytes, length, &answer), 0);
		assert_int_equal(answer.return_code, 0);
		assert_int_equal(answer.vendor_status, 0x1234);
		assert_int_equal(answer.level, routes[r].depth);
		assert_int_equal(answer.length, LEAF_LENGTH);
	}
}

/* What the driver acts on; the rest of an answer is the caller's to see. */
static bool answer_byte_may_be(u32 at, u8 value, u8 was)
{
	switch (at) {
	case 2: case 3:		/* reserved */
	case 6:			/* reserved */
	case 14: case 15:	/* vendor status */
		return true;
	case 4:			/* category; upper half reserved */
		return (value & 0xf) == 1;
	case 11:		/* length 20:16; 6:5 reserved, 7 background */
		return (value & 0x1f) == 0;
	default:
		return value == was;
	}
}

static void answer_every_byte(void **state)
{
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;
		u32 length = make_answer(&routes[r], bytes);

		request_for(&routes[r], &request);
		for (u32 at = 0; at < routes[r].depth * LEVEL; at++) {
			u8 was = bytes[at];

			if (at % LEVEL == 12 || at % LEVEL == 13)
				continue;	/* return code: below */
			for (u32 value = 0; value <= 0xff; value++) {
				bytes[at] = (u8)value;
				assert_int_equal(decode_answer(&request, bytes, length, &answer),
						 answer_byte_may_be(at % LEVEL, (u8)value, was) ?
						 0 : -EINVAL);
			}
			bytes[at] = was;
		}
	}
}

/* A level that reports an error ends the descent, with or without a tail. */
static void answer_every_return_code(void **state)
{
	u8 bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++)
		for (u32 level = 0; level < routes[r].depth; level++)
			for (u32 code = 1; code <= 0xffff; code += code < 64 ? 1 : 251) {
				struct swcci_tunnel_request request;
				struct swcci_tunnel_answer answer;
				u32 length = make_answer(&routes[r], bytes);

				request_for(&routes[r], &request);
				bytes[level * LEVEL + 12] = (u8)code;
				bytes[level * LEVEL + 13] = (u8)(code >> 8);
				int rc = decode_answer(&request, bytes, length, &answer);

				assert_int_equal(rc, 0);
				assert_int_equal(answer.return_code, code);
				assert_int_equal(answer.level, level + 1);
				assert_null(answer.payload);
				assert_int_equal(answer.length, 0);
			}
}

/* Facts 2.3: an inner error is 12 + 4 bytes. It is no malformed answer. */
static void answer_short_error(void **state)
{
	u8 bytes[LEVEL];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;
		u16 opcode = routes[r].depth == 1 ? LEAF_OPCODE : OP_TUNNEL;

		request_for(&routes[r], &request);
		put_request_level(bytes, 12, 0, tag_of(0), opcode, 0);
		memset(bytes + 2, 0, 2);
		bytes[4] = 1;
		bytes[12] = 0x15;
		assert_int_equal(decode_answer(&request, bytes, LEVEL, &answer), 0);
		assert_int_equal(answer.return_code, 0x15);
		assert_int_equal(answer.level, 1);
	}
}

/* An error of the outer mailbox: its payload is not read. */
static void answer_outer_error(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;

		request_for(&routes[r], &request);
		for (u32 code = 1; code <= 0xffff; code++) {
			assert_int_equal(swcci_tunnel_decode_answer(&request, (u16)code, 7, NULL, 0,
								    &answer, &why), 0);
			assert_int_equal(answer.return_code, code);
			assert_int_equal(answer.vendor_status, 7);
			assert_int_equal(answer.level, 0);
			assert_null(answer.payload);
		}
	}
}

static void answer_every_truncation(void **state)
{
	u8 bytes[ROOM] = { 0 };

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;
		u32 length = make_answer(&routes[r], bytes);

		request_for(&routes[r], &request);
		for (u32 cut = 0; cut <= length + 20; cut++)
			assert_int_equal(decode_answer(&request, bytes, cut, &answer),
					 cut == length ? 0 : -EINVAL);
	}
}

static void answer_shorter_than_headers(void **state)
{
	struct swcci_tunnel_request request;
	struct swcci_tunnel_answer answer;
	u8 bytes[LEVEL] = { 0 };

	(void)state;
	request_for(&routes[0], &request);
	for (u32 length = 0; length < LEVEL; length++) {
		bytes[0] = (u8)(length - 4);
		assert_int_equal(decode_answer(&request, bytes, length, &answer), -EINVAL);
	}
}

static void answer_tag_is_the_requests(void **state)
{
	u8 bytes[ROOM], reply[ROOM];

	(void)state;
	for (u32 tag = 0; tag <= 0xff; tag++) {
		struct swcci_tunnel_request request;
		struct swcci_tunnel_answer answer;
		u32 length = make_request(&routes[2], bytes);

		bytes[LEVEL + 5] = (u8)tag;
		assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, length, &request, &why), 0);
		length = make_answer(&routes[2], reply);
		reply[LEVEL + 5] = (u8)tag;
		assert_int_equal(decode_answer(&request, reply, length, &answer), 0);
		reply[LEVEL + 5] = (u8)(tag + 1);
		assert_int_equal(decode_answer(&request, reply, length, &answer), -EINVAL);
	}
}

/* ---- encoding ---- */

static struct swcci_tunnel_path path_of(const struct route *route)
{
	struct swcci_tunnel_path path = { .depth = route->depth };

	for (u32 i = 0; i < route->depth; i++)
		path.hop[i] = (struct swcci_tunnel_hop){ route->target[i], route->id[i] };
	return path;
}

static void encode_exact_bytes(void **state)
{
	u8 expected[ROOM], bytes[ROOM];

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		struct swcci_tunnel_path path = path_of(&routes[r]);
		u32 length = make_request(&routes[r], expected);

		for (u32 i = 0; i < routes[r].depth; i++)
			expected[i * LEVEL + 5] = 0;
		assert_int_equal(swcci_tunnel_overhead(&path), routes[r].depth * LEVEL);
		memset(bytes, 0xee, sizeof(bytes));
		assert_int_equal(swcci_tunnel_encode(&path, LEAF_OPCODE, (const u8 *)leaf,
						     LEAF_LENGTH, bytes, length), length);
		assert_memory_equal(bytes, expected, length);
		assert_int_equal(bytes[length], 0xee);
	}
}

static void encode_room(void **state)
{
	struct swcci_tunnel_path path = path_of(&routes[2]);
	u8 bytes[ROOM];

	(void)state;
	for (u32 room = 0; room < 2 * LEVEL + LEAF_LENGTH; room++) {
		memset(bytes, 0xee, sizeof(bytes));
		assert_int_equal(swcci_tunnel_encode(&path, 1, (const u8 *)leaf, LEAF_LENGTH, bytes,
						     room), -EMSGSIZE);
		for (u32 i = 0; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], 0xee);
	}
	assert_int_equal(swcci_tunnel_encode(&path, 1, NULL, 0, bytes, 2 * LEVEL), 2 * LEVEL);
}

static void encode_limits(void **state)
{
	static u8 bytes[2 << 20], payload[2 << 20];
	struct swcci_tunnel_path path = path_of(&routes[0]);
	struct swcci_tunnel_request request;

	(void)state;
	assert_int_equal(swcci_tunnel_encode(&path, 1, payload, 65535 - 12, bytes, sizeof(bytes)),
			 65535 + 4);
	assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, 65535 + 4, &request, &why), 0);
	assert_int_equal(request.length, 65535 - 12);
	assert_int_equal(swcci_tunnel_encode(&path, 1, payload, 65535 - 11, bytes, sizeof(bytes)),
			 -EMSGSIZE);
	/* lengths that wrap when the headers are added */
	for (u32 short_of = 1; short_of <= 20; short_of++)
		assert_int_equal(swcci_tunnel_encode(&path, 1, payload, (u32)0 - short_of, bytes,
						     sizeof(bytes)), -EMSGSIZE);
}

static void encode_decode_round_trip(void **state)
{
	u8 bytes[ROOM], payload[64];

	(void)state;
	srand(5300);
	for (u32 round = 0; round < 20000; round++) {
		const struct route *route = &routes[(size_t)rand() % ARRAY_SIZE(routes)];
		struct swcci_tunnel_path path = path_of(route);
		struct swcci_tunnel_request request;
		u32 length = (u32)rand() % sizeof(payload);
		u16 opcode = (u16)(rand() % OP_TUNNEL);

		for (u32 i = 0; i < route->depth; i++)
			if (!path.hop[i].target)
				path.hop[i].id = (u8)rand();
		for (u32 i = 0; i < length; i++)
			payload[i] = (u8)rand();
		int total = swcci_tunnel_encode(&path, opcode, payload, length, bytes,
						sizeof(bytes));

		assert_int_equal(total, route->depth * LEVEL + length);
		assert_int_equal(swcci_tunnel_decode(OP_TUNNEL, bytes, (u32)total, &request, &why),
				 0);
		assert_memory_equal(&request.path, &path, sizeof(path));
		assert_int_equal(request.opcode, opcode);
		assert_int_equal(request.length, length);
		assert_memory_equal(request.payload, payload, length);
	}
}

/* ---- keys ---- */

#define HOPS	257	/* 256 ids, and the LD pool */

static unsigned long key_of(u8 depth, u32 number)
{
	struct swcci_tunnel_path path = { .depth = depth };

	for (u8 i = 0; i < depth; i++, number /= HOPS) {
		path.hop[i].target = number % HOPS == 256;
		path.hop[i].id = (u8)(number % HOPS);
	}
	return swcci_tunnel_key(&path);
}

/* Every path there is: a key that two share would show one device's log for another's. */
static void no_two_paths_share_a_key(void **state)
{
	const unsigned long keys = 1UL << (1 + 9 * TUNNEL_DEPTH_MAX);
	u8 *seen = calloc(keys / 8, 1);
	u32 paths = 1;

	assert_non_null(seen);
	for (u8 depth = 0; depth <= TUNNEL_DEPTH_MAX; depth++, paths *= HOPS) {
		for (u32 number = 0; number < paths; number++) {
			unsigned long key = key_of(depth, number);

			assert_true(key && key < keys);
			assert_false(seen[key / 8] & 1 << key % 8);
			seen[key / 8] |= (u8)(1 << key % 8);
		}
	}
	free(seen);
	assert_int_equal(key_of(0, 0), TUNNEL_KEY_SELF);
}

/* What is cached of a port's LDs is looked through in one sweep. */
static void lds_of_a_port_lie_side_by_side(void **state)
{
	for (u32 port = 0; port < 256; port++)
		for (u32 ld = 1; ld < 256; ld++)
			assert_int_equal(key_of(2, port + ld * HOPS),
					 key_of(2, port + (ld - 1) * HOPS) + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_without_tunnel),
		cmocka_unit_test(request_valid),
		cmocka_unit_test(request_pool_has_one_name),
		cmocka_unit_test(request_every_byte),
		cmocka_unit_test(request_every_target_type),
		cmocka_unit_test(request_every_leaf_opcode),
		cmocka_unit_test(request_ends_at_first_other_opcode),
		cmocka_unit_test(request_every_truncation),
		cmocka_unit_test(request_short_inside),
		cmocka_unit_test(request_shorter_than_headers),
		cmocka_unit_test(request_long),
		cmocka_unit_test(request_depth),
		cmocka_unit_test(answer_without_tunnel),
		cmocka_unit_test(answer_valid),
		cmocka_unit_test(answer_every_byte),
		cmocka_unit_test(answer_every_return_code),
		cmocka_unit_test(answer_short_error),
		cmocka_unit_test(answer_outer_error),
		cmocka_unit_test(answer_every_truncation),
		cmocka_unit_test(answer_shorter_than_headers),
		cmocka_unit_test(answer_tag_is_the_requests),
		cmocka_unit_test(encode_exact_bytes),
		cmocka_unit_test(encode_room),
		cmocka_unit_test(encode_limits),
		cmocka_unit_test(encode_decode_round_trip),
		cmocka_unit_test(no_two_paths_share_a_key),
		cmocka_unit_test(lds_of_a_port_lie_side_by_side),
	};

	return cmocka_run_group_tests_name("tunnel", tests, NULL, NULL);
}
