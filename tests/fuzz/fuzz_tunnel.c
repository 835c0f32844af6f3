// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and answers of tunnels. The first input byte selects how much of the
 * framing is repaired before decoding, so that the fuzzer passes the outer headers.
 */
#include "fuzz.h"

#include "policy/tunnel.h"

#define OP_TUNNEL	0x5300
#define LEVEL		16

/* Makes the next levels of a request, or of an answer, fit their lengths. */
static void repair(u8 *bytes, size_t size, u32 levels, bool answer)
{
	for (; levels && size >= LEVEL && size <= 0xffff + 4; levels--) {
		size_t rest = size - LEVEL;

		put_le16(bytes + (answer ? 0 : 2), (u16)(rest + 12));
		if (!answer)
			bytes[1] &= 1;
		bytes[4] = answer;
		if (!answer)
			bytes[6] = 0;
		put_le16(bytes + 9, (u16)rest);
		bytes[11] = 0;
		put_le16(bytes + 12, 0);
		if (levels > 1)
			put_le16(bytes + 7, OP_TUNNEL);
		bytes += LEVEL;
		size = rest;
	}
}

static void check_path(const struct swcci_tunnel_path *path)
{
	bool pool = false;

	HOLDS(path->depth <= TUNNEL_DEPTH_MAX);
	for (u32 i = 0; i < TUNNEL_DEPTH_MAX; i++) {
		const struct swcci_tunnel_hop *hop = &path->hop[i];

		HOLDS(hop->target <= TUNNEL_TARGET_LD_POOL);
		HOLDS(hop->target == TUNNEL_TARGET_PORT_OR_LD || !hop->id);
		HOLDS(i < path->depth || (!hop->target && !hop->id));
		pool |= hop->target == TUNNEL_TARGET_LD_POOL;
	}
	HOLDS(path->depth < 3 || pool);
}

/* What was decoded, encoded again, decodes to the same. */
static void check_round_trip(const struct swcci_tunnel_request *request, size_t size)
{
	struct swcci_tunnel_request again;
	const char *why = NULL;
	u8 *bytes = malloc(size);
	int total;

	total = swcci_tunnel_encode(&request->path, request->opcode, request->payload,
				    request->length, bytes, (u32)size);
	HOLDS(total == (int)size);
	HOLDS(!swcci_tunnel_decode(OP_TUNNEL, bytes, (u32)size, &again, &why));
	HOLDS(!memcmp(&again.path, &request->path, sizeof(again.path)));
	HOLDS(again.opcode == request->opcode && again.length == request->length);
	HOLDS(!memcmp(again.payload, request->payload, again.length));
	free(bytes);
}

static void check_answer(const struct swcci_tunnel_request *request, const u8 *bytes, size_t size)
{
	struct swcci_tunnel_answer answer;
	const char *why = NULL;

	if (swcci_tunnel_decode_answer(request, 0, 0, bytes, (u32)size, &answer, &why)) {
		HOLDS(why);
		return;
	}
	HOLDS(answer.level <= request->path.depth);
	if (!answer.payload) {
		HOLDS(answer.return_code && !answer.length);
		return;
	}
	HOLDS(answer.level == request->path.depth && !answer.return_code);
	HOLDS(answer.payload + answer.length == bytes + size);
	HOLDS(answer.length + swcci_tunnel_overhead(&request->path) == size);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct swcci_tunnel_request request;
	const char *why = NULL;
	u8 *bytes, *reply;
	u32 mode;

	if (!size)
		return 0;
	mode = *data++;
	size--;
	bytes = exact_copy(data, size);
	repair(bytes, size, mode & 3, false);
	if (swcci_tunnel_decode(OP_TUNNEL, bytes, (u32)size, &request, &why)) {
		HOLDS(why);
	} else {
		check_path(&request.path);
		HOLDS(request.payload + request.length == bytes + size);
		check_round_trip(&request, size);
		reply = exact_copy(data, size);
		if (size > 8)
			memmove(reply, reply + (mode >> 6), size - (mode >> 6));
		repair(reply, size, mode >> 2 & 3, true);
		for (u32 i = 0; i < request.path.depth && i * LEVEL + 5 < size; i++)
			reply[i * LEVEL + 5] = request.tag[i];
		check_answer(&request, reply, size);
		free(reply);
	}
	free(bytes);
	return 0;
}
