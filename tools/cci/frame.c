// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encodes and decodes tunneled CCI messages. Every length from a device is
 * compared with the bytes received before anything is read.
 */
#include "frame.h"

#include <string.h>

#include "bytes.h"

#define CATEGORY_MASK		0x0F
#define CATEGORY_RESPONSE	1
#define LENGTH_HIGH_MASK	0x1F
#define BACKGROUND_BIT		0x80

/* Each level has its own tag, so that a swapped answer is detected. */
static uint8_t tag_of(unsigned int level)
{
	return 0x40 + level;
}

size_t frame_payload_limit(const struct path *path, size_t payload_size)
{
	size_t overhead = (size_t)path->depth * TUNNEL_LEVEL_SIZE;
	size_t limit;

	if (!path->depth)
		return payload_size;
	if (payload_size < overhead)
		return 0;
	limit = payload_size - overhead;
	/* The outermost message contains all others and has a 16-bit length. */
	overhead -= TUNNEL_HEADER_SIZE;
	return limit < TUNNEL_MESSAGE_MAX - overhead ? limit : TUNNEL_MESSAGE_MAX - overhead;
}

static void put_level(uint8_t *out, const struct path *path, unsigned int level, uint16_t opcode,
		      size_t size)
{
	memset(out, 0, TUNNEL_LEVEL_SIZE);
	out[0] = path->id[level - 1];
	out[1] = path->target[level - 1];
	put_le16(out + 2, CCI_HEADER_SIZE + size);
	out += TUNNEL_HEADER_SIZE;
	out[1] = tag_of(level);
	put_le16(out + 3, opcode);
	put_le16(out + 5, size & 0xFFFF);
	out[7] = (size >> 16) & LENGTH_HIGH_MASK;
}

size_t frame_wrap(const struct path *path, uint16_t opcode, const void *payload, size_t size,
		  uint8_t *out, size_t room)
{
	size_t inner = (size_t)path->depth * TUNNEL_LEVEL_SIZE + size;
	size_t total = inner;
	unsigned int level;

	if (path->depth > TUNNEL_DEPTH_MAX || total > room ||
	    size > frame_payload_limit(path, room))
		return 0;
	for (level = 1; level <= path->depth; level++) {
		uint16_t carried = level == path->depth ? opcode : TUNNEL_OPCODE;

		inner -= TUNNEL_LEVEL_SIZE;
		put_level(out, path, level, carried, inner);
		out += TUNNEL_LEVEL_SIZE;
	}
	if (size)
		memcpy(out, payload, size);
	return total;
}

/* The 21-bit length of bytes 5..7. */
static size_t message_length(const uint8_t *message)
{
	return get_le16(message + 5) | (size_t)(message[7] & LENGTH_HIGH_MASK) << 16;
}

static enum frame_fault check_level(const uint8_t *bytes, size_t size, unsigned int level,
				    uint16_t opcode)
{
	const uint8_t *message = bytes + TUNNEL_HEADER_SIZE;

	if (size < TUNNEL_LEVEL_SIZE)
		return FRAME_TOO_SHORT;
	if (get_le16(bytes) != size - TUNNEL_HEADER_SIZE)
		return FRAME_TUNNEL_LENGTH;
	if ((message[0] & CATEGORY_MASK) != CATEGORY_RESPONSE)
		return FRAME_CATEGORY;
	if (message[1] != tag_of(level))
		return FRAME_TAG;
	if (get_le16(message + 3) != opcode)
		return FRAME_OPCODE;
	if (message_length(message) != size - TUNNEL_LEVEL_SIZE)
		return FRAME_MESSAGE_LENGTH;
	return FRAME_OK;
}

enum frame_fault frame_unwrap(const struct path *path, uint16_t opcode, const uint8_t *bytes,
			      size_t size, struct frame_answer *answer)
{
	unsigned int level;

	memset(answer, 0, sizeof(*answer));
	for (level = 1; level <= path->depth; level++) {
		uint16_t carried = level == path->depth ? opcode : TUNNEL_OPCODE;
		enum frame_fault fault = check_level(bytes, size, level, carried);

		answer->level = level;
		if (fault)
			return fault;
		answer->background = bytes[TUNNEL_HEADER_SIZE + 7] & BACKGROUND_BIT;
		answer->return_code = get_le16(bytes + TUNNEL_HEADER_SIZE + 8);
		answer->vendor_status = get_le16(bytes + TUNNEL_HEADER_SIZE + 10);
		bytes += TUNNEL_LEVEL_SIZE;
		size -= TUNNEL_LEVEL_SIZE;
		if (answer->return_code && level < path->depth)
			return FRAME_OK;
	}
	answer->payload = bytes;
	answer->size = size;
	return FRAME_OK;
}

const char *frame_fault_text(enum frame_fault fault)
{
	static const char *const text[] = {
		[FRAME_OK] = "nothing",
		[FRAME_TOO_SHORT] = "shorter than the headers of a tunneled answer",
		[FRAME_TUNNEL_LENGTH] = "the tunnel's length does not match the bytes that came",
		[FRAME_CATEGORY] = "the message inside is not a response",
		[FRAME_TAG] = "the message inside has another request's tag",
		[FRAME_OPCODE] = "the message inside answers another opcode",
		[FRAME_MESSAGE_LENGTH] = "the message's length does not match the tunnel's",
	};

	return text[fault];
}
