/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tunnel Management Command (5300h) and the CCI message inside it, CXL 3.2
 * 7.6.7.3.1 and 7.6.3. Pure functions of byte arrays; no field is trusted
 * before it is checked.
 */
#ifndef CXL_SWITCH_TOOL_FRAME_H
#define CXL_SWITCH_TOOL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNNEL_OPCODE		0x5300
#define TUNNEL_HEADER_SIZE	4
#define CCI_HEADER_SIZE		12
#define TUNNEL_LEVEL_SIZE	(TUNNEL_HEADER_SIZE + CCI_HEADER_SIZE)
#define TUNNEL_MESSAGE_MAX	0xFFFF
#define TUNNEL_DEPTH_MAX	2
#define TARGET_PORT_OR_LD	0
#define TARGET_LD_POOL		1

/**
 * struct path - the tunnels to a destination
 * @depth: 0: to the function itself; 1: behind a port; 2: to an LD behind it
 * @id: port or LD number of each level, outermost first
 * @target: meaning of @id at each level, TARGET_*; for the LD pool the id is 0
 */
struct path {
	unsigned int depth;
	uint8_t id[TUNNEL_DEPTH_MAX];
	uint8_t target[TUNNEL_DEPTH_MAX];
};

enum frame_fault {
	FRAME_OK,
	FRAME_TOO_SHORT,
	FRAME_TUNNEL_LENGTH,
	FRAME_CATEGORY,
	FRAME_TAG,
	FRAME_OPCODE,
	FRAME_MESSAGE_LENGTH,
};

/**
 * struct frame_answer - the innermost message that could be decoded
 * @payload: points into the answer that was unwrapped
 * @size: bytes of @payload
 * @level: 1..depth, the tunnel that carried @return_code. Below the path's
 *	depth it is the tunnel that failed, and there is no payload
 * @return_code: of the message at @level
 * @vendor_status: of the same message
 * @background: the message reports that a background operation started
 */
struct frame_answer {
	const uint8_t *payload;
	size_t size;
	unsigned int level;
	uint16_t return_code;
	uint16_t vendor_status;
	bool background;
};

/* Maximum payload of a command at @path, for a mailbox of @payload_size. */
size_t frame_payload_limit(const struct path *path, size_t payload_size);

/* Returns the bytes written to @out, or 0 if @size exceeds @room or what a field can hold. */
size_t frame_wrap(const struct path *path, uint16_t opcode, const void *payload, size_t size,
		  uint8_t *out, size_t room);

enum frame_fault frame_unwrap(const struct path *path, uint16_t opcode, const uint8_t *bytes,
			      size_t size, struct frame_answer *answer);

const char *frame_fault_text(enum frame_fault fault);

#endif
