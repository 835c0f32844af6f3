/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tunnel Management Command (5300h) and the CCI messages inside it. The driver has
 * no other encoder or decoder of tunnels. Pure.
 */
#ifndef CCI_TUNNEL_H
#define CCI_TUNNEL_H

#include "bytes.h"

/*
 * Two hops lead from the switch to the FM-owned LD of a device, and from there to
 * an LD. The LD Pool CCI of a multi-headed device adds a third. CXL 3.1 7.6.7.3.1.
 */
#define TUNNEL_DEPTH_MAX	3

enum swcci_tunnel_target {
	TUNNEL_TARGET_PORT_OR_LD = 0,
	TUNNEL_TARGET_LD_POOL = 1,
};

/**
 * struct swcci_tunnel_hop - one tunnel of a path
 * @target: enum swcci_tunnel_target
 * @id: port or LD; 0 if the target ignores it, so that paths can be compared
 */
struct swcci_tunnel_hop {
	u8 target;
	u8 id;
};

/**
 * struct swcci_tunnel_path - where a command goes
 * @depth: number of tunnels, 0 to TUNNEL_DEPTH_MAX; 0: the function itself
 * @hop: the tunnels, outermost first; all bytes beyond @depth are 0
 */
struct swcci_tunnel_path {
	u8 depth;
	struct swcci_tunnel_hop hop[TUNNEL_DEPTH_MAX];
};

/* swcci_tunnel_key() of the path of depth 0 */
#define TUNNEL_KEY_SELF	1UL

/**
 * struct swcci_tunnel_request - the leaf command of a request, and its path
 * @path: where it goes
 * @opcode: of the leaf
 * @payload: of the leaf; points into the request
 * @length: of @payload, in bytes
 * @tag: of each level, outermost first
 */
struct swcci_tunnel_request {
	struct swcci_tunnel_path path;
	u16 opcode;
	const u8 *payload;
	u32 length;
	u8 tag[TUNNEL_DEPTH_MAX];
};

/**
 * struct swcci_tunnel_answer - what an answer means for the leaf command
 * @return_code: of the level that failed, else of the leaf
 * @vendor_status: likewise
 * @level: how many tunnels returned success
 * @payload: of the leaf; points into the answer. NULL unless all levels succeeded
 * @length: of @payload, in bytes
 */
struct swcci_tunnel_answer {
	u16 return_code;
	u16 vendor_status;
	u8 level;
	const u8 *payload;
	u32 length;
};

/**
 * swcci_tunnel_decode() - find the leaf command and its path
 * @opcode: as sent to the function's own mailbox
 * @payload: its request payload
 * @length: of @payload, in bytes
 * @request: result; points into @payload. The path of depth 0 without a tunnel
 * @why: set on failure: the problem, as a static string
 *
 * CXL 3.1 7.6.7.3.1.
 *
 * Return: 0, or -EINVAL if the framing of a level is malformed, or if there are
 * too many levels.
 */
int swcci_tunnel_decode(u16 opcode, const u8 *payload, u32 length,
			struct swcci_tunnel_request *request, const char **why);

/**
 * swcci_tunnel_decode_answer() - what an answer means for the leaf command
 * @request: result of swcci_tunnel_decode()
 * @return_code: of the mailbox
 * @vendor_status: of the mailbox
 * @payload: of the mailbox. Read only if @return_code is 0, and then at most the
 *	first swcci_tunnel_overhead() bytes
 * @length: of the answer, in bytes, by the device
 * @answer: result, valid if 0 is returned; points into @payload
 * @why: set on failure: the problem, as a static string
 *
 * Decoding stops at the level that reports an error, which is the answer then.
 * Return code 1 alone reports that a background operation started, since QEMU never
 * sets the background bit.
 *
 * Return: 0, or -EINVAL if a level does not match its request.
 */
int swcci_tunnel_decode_answer(const struct swcci_tunnel_request *request, u16 return_code,
			       u16 vendor_status, const u8 *payload, u32 length,
			       struct swcci_tunnel_answer *answer, const char **why);

/**
 * swcci_tunnel_overhead() - bytes that the tunnels of a path add, in each direction
 * @path: the path
 *
 * Return: bytes; 0 without a tunnel.
 */
u32 swcci_tunnel_overhead(const struct swcci_tunnel_path *path);

/**
 * swcci_tunnel_key() - a number that identifies a path
 * @path: the path
 *
 * A leading one bit, then nine bits a hop: different paths have different keys, and
 * the LDs of a port have adjacent ones.
 *
 * Return: the key; TUNNEL_KEY_SELF for the function itself.
 */
unsigned long swcci_tunnel_key(const struct swcci_tunnel_path *path);

/**
 * swcci_tunnel_encode() - wrap a command for a destination
 * @path: of depth 1 to TUNNEL_DEPTH_MAX
 * @opcode: of the leaf command
 * @payload: its request payload
 * @length: of @payload, in bytes
 * @buffer: result: the payload of the outermost 5300h
 * @room: of @buffer, in bytes
 *
 * All tags are 0.
 *
 * Return: bytes written, or -EMSGSIZE if they exceed @room or the 16-bit command
 * size.
 */
int swcci_tunnel_encode(const struct swcci_tunnel_path *path, u16 opcode,
			const u8 *payload, u32 length, u8 *buffer, u32 room);

#endif /* CCI_TUNNEL_H */
