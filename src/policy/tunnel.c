// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encodes and decodes (nested) Tunnel Management Commands. Every level's length is
 * checked before its content is read. Pure: knows the framing, and no opcode but
 * 5300h.
 */
#include "tunnel.h"

#include "opcodes.h"

/* Tunnel header, CXL 3.1 tables 7-37 and 7-38: 4 bytes around a CCI message. */
#define TUNNEL_HEADER		4
/* CCI message header, CXL 3.1 7.6.3: offsets. */
#define MESSAGE_HEADER		12
#define MESSAGE_CATEGORY	0
#define MESSAGE_TAG		1
#define MESSAGE_RESERVED	2
#define MESSAGE_OPCODE		3
#define MESSAGE_LENGTH		5
#define MESSAGE_LENGTH_HIGH	7
#define MESSAGE_RETURN_CODE	8
#define MESSAGE_VENDOR_STATUS	10

#define LENGTH_HIGH_MASK	0x1f
#define LENGTH_HIGH_RESERVED	0x60
#define LENGTH_HIGH_BACKGROUND	0x80

#define CATEGORY_REQUEST	0
#define CATEGORY_RESPONSE	1

static int malformed(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static u32 message_length(const u8 *message)
{
	return get_le16(message + MESSAGE_LENGTH) |
	       (u32)(message[MESSAGE_LENGTH_HIGH] & LENGTH_HIGH_MASK) << 16;
}

/* The first gate of policy.md: malformed framing. Tag and vendor status may have any value. */
static int check_request(const u8 *payload, u32 length, const char **why)
{
	const u8 *message;

	if (length < TUNNEL_HEADER + MESSAGE_HEADER)
		return malformed(why, "shorter than a tunnel header and a message header");
	message = payload + TUNNEL_HEADER;
	if (payload[1] > TUNNEL_TARGET_LD_POOL)
		return malformed(why, "reserved target type");
	if (get_le16(payload + 2) != length - TUNNEL_HEADER)
		return malformed(why, "command size differs from the bytes that follow");
	if (message_length(message) != length - TUNNEL_HEADER - MESSAGE_HEADER)
		return malformed(why, "inner length differs from the bytes that follow");
	if (message[MESSAGE_CATEGORY] != CATEGORY_REQUEST)
		return malformed(why, "inner message is not a request");
	if (message[MESSAGE_RESERVED] ||
	    message[MESSAGE_LENGTH_HIGH] & LENGTH_HIGH_RESERVED)
		return malformed(why, "reserved bits of the inner header are set");
	if (message[MESSAGE_LENGTH_HIGH] & LENGTH_HIGH_BACKGROUND)
		return malformed(why, "background bit set in a request");
	if (get_le16(message + MESSAGE_RETURN_CODE))
		return malformed(why, "return code set in a request");
	return 0;
}

static bool path_has_pool(const struct swcci_tunnel_path *path)
{
	for (u8 i = 0; i < path->depth; i++)
		if (path->hop[i].target == TUNNEL_TARGET_LD_POOL)
			return true;
	return false;
}

static int add_hop(struct swcci_tunnel_path *path, u8 target, u8 id, const char **why)
{
	if (path->depth == TUNNEL_DEPTH_MAX)
		return malformed(why, "nested too deep");
	path->hop[path->depth].target = target;
	path->hop[path->depth].id = target == TUNNEL_TARGET_LD_POOL ? 0 : id;
	path->depth++;
	if (path->depth == TUNNEL_DEPTH_MAX && !path_has_pool(path))
		return malformed(why, "nested too deep without an LD pool on the path");
	return 0;
}

int swcci_tunnel_decode(u16 opcode, const u8 *payload, u32 length,
			struct swcci_tunnel_request *request, const char **why)
{
	int rc;

	memset(request, 0, sizeof(*request));
	while (opcode == CCI_OP_TUNNEL) {
		rc = check_request(payload, length, why);
		if (rc)
			return rc;
		rc = add_hop(&request->path, payload[1], payload[0], why);
		if (rc)
			return rc;
		payload += TUNNEL_HEADER;
		request->tag[request->path.depth - 1] = payload[MESSAGE_TAG];
		opcode = get_le16(payload + MESSAGE_OPCODE);
		payload += MESSAGE_HEADER;
		length -= TUNNEL_HEADER + MESSAGE_HEADER;
	}
	request->opcode = opcode;
	request->payload = payload;
	request->length = length;
	return 0;
}

static int check_answer(const u8 *payload, u32 length, u8 tag, u16 opcode,
			const char **why)
{
	const u8 *message;

	if (length < TUNNEL_HEADER + MESSAGE_HEADER)
		return malformed(why, "answer is shorter than its headers");
	message = payload + TUNNEL_HEADER;
	if (get_le16(payload) != length - TUNNEL_HEADER)
		return malformed(why, "response length differs from the bytes received");
	if (message_length(message) != length - TUNNEL_HEADER - MESSAGE_HEADER)
		return malformed(why, "inner length of the answer differs from the bytes received");
	if ((message[MESSAGE_CATEGORY] & 0xf) != CATEGORY_RESPONSE)
		return malformed(why, "inner message is not a response");
	if (message[MESSAGE_TAG] != tag)
		return malformed(why, "tag of the answer differs");
	if (get_le16(message + MESSAGE_OPCODE) != opcode)
		return malformed(why, "opcode of the answer differs");
	return 0;
}

int swcci_tunnel_decode_answer(const struct swcci_tunnel_request *request, u16 return_code,
			       u16 vendor_status, const u8 *payload, u32 length,
			       struct swcci_tunnel_answer *answer, const char **why)
{
	u8 depth = request->path.depth;
	const u8 *message;
	u16 opcode;
	int rc;

	memset(answer, 0, sizeof(*answer));
	for (u8 level = 0; level < depth && return_code == CCI_RC_SUCCESS; level++) {
		opcode = level + 1 == depth ? request->opcode : CCI_OP_TUNNEL;
		rc = check_answer(payload, length, request->tag[level], opcode, why);
		if (rc)
			return rc;
		message = payload + TUNNEL_HEADER;
		return_code = get_le16(message + MESSAGE_RETURN_CODE);
		vendor_status = get_le16(message + MESSAGE_VENDOR_STATUS);
		payload = message + MESSAGE_HEADER;
		length -= TUNNEL_HEADER + MESSAGE_HEADER;
		answer->level = level + 1;
	}
	answer->return_code = return_code;
	answer->vendor_status = vendor_status;
	if (return_code == CCI_RC_SUCCESS) {
		answer->payload = payload;
		answer->length = length;
	}
	return 0;
}

u32 swcci_tunnel_overhead(const struct swcci_tunnel_path *path)
{
	return path->depth * (TUNNEL_HEADER + MESSAGE_HEADER);
}

unsigned long swcci_tunnel_key(const struct swcci_tunnel_path *path)
{
	unsigned long key = TUNNEL_KEY_SELF;

	for (u8 i = 0; i < path->depth; i++)
		key = key << 9 | (path->hop[i].target & 1) << 8 | path->hop[i].id;
	return key;
}

int swcci_tunnel_encode(const struct swcci_tunnel_path *path, u16 opcode,
			const u8 *payload, u32 length, u8 *buffer, u32 room)
{
	u32 total, rest;
	u8 *message;

	if (length > 0xffff)
		return -EMSGSIZE;
	total = swcci_tunnel_overhead(path) + length;
	rest = total;
	if (total > room || total - TUNNEL_HEADER > 0xffff)
		return -EMSGSIZE;
	memset(buffer, 0, total - length);
	for (u8 i = 0; i < path->depth; i++) {
		buffer[0] = path->hop[i].id;
		buffer[1] = path->hop[i].target;
		put_le16(buffer + 2, (u16)(rest - TUNNEL_HEADER));
		rest -= TUNNEL_HEADER + MESSAGE_HEADER;
		message = buffer + TUNNEL_HEADER;
		put_le16(message + MESSAGE_OPCODE,
			 i + 1 == path->depth ? opcode : CCI_OP_TUNNEL);
		put_le16(message + MESSAGE_LENGTH, (u16)rest);
		message[MESSAGE_LENGTH_HIGH] = (u8)(rest >> 16);
		buffer = message + MESSAGE_HEADER;
	}
	if (length)
		memcpy(buffer, payload, length);
	return (int)total;
}
