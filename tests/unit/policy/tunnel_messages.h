/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tunneled requests and answers as bytes, laid out by hand from CXL 3.1 7.6.3
 * and 7.6.7.3.1, for the tests of tunnel.c.
 */
#ifndef TUNNEL_MESSAGES_H
#define TUNNEL_MESSAGES_H

#include "bytes.h"

#define OP_TUNNEL	0x5300
#define LEVEL		16	/* 4 of the tunnel and 12 of the message */
#define LEAF_OPCODE	0x4321
#define LEAF_LENGTH	7
#define ROOM		512

static const char leaf[LEAF_LENGTH] = "payload";

/* How a request of some depth is addressed: target type and id of each hop. */
struct route {
	u8 depth;
	u8 target[3];
	u8 id[3];
};

static const struct route routes[] = {
	{ 1, { 0 }, { 5 } },
	{ 1, { 1 }, { 0 } },
	{ 2, { 0, 0 }, { 255, 15 } },
	{ 2, { 0, 1 }, { 3, 0 } },
	{ 3, { 0, 1, 0 }, { 7, 0, 9 } },
	{ 3, { 0, 0, 1 }, { 7, 1, 0 } },
};

static inline u8 tag_of(u32 level)
{
	return (u8)(0x10 + 0x21 * level);
}

/* One message: tunnel header and message header around what lies behind. */
static inline void put_request_level(u8 *p, u8 id, u8 target, u8 tag, u16 opcode, u32 rest)
{
	memset(p, 0, LEVEL);
	p[0] = id;
	p[1] = target;
	p[2] = (u8)(12 + rest);
	p[3] = (u8)((12 + rest) >> 8);
	p[5] = tag;
	p[7] = (u8)opcode;
	p[8] = (u8)(opcode >> 8);
	p[9] = (u8)rest;
	p[10] = (u8)(rest >> 8);
	p[11] = (u8)(rest >> 16 & 0x1f);
}

static inline u32 make_request(const struct route *route, u8 *p)
{
	u32 length = route->depth * LEVEL + LEAF_LENGTH;
	u32 rest = length;

	for (u32 i = 0; i < route->depth; i++) {
		rest -= LEVEL;
		put_request_level(p + i * LEVEL, route->id[i], route->target[i], tag_of(i),
				  i + 1 == route->depth ? LEAF_OPCODE : OP_TUNNEL, rest);
	}
	memcpy(p + route->depth * LEVEL, leaf, LEAF_LENGTH);
	return length;
}

static inline u32 make_answer(const struct route *route, u8 *p)
{
	u32 length = make_request(route, p);

	for (u32 i = 0; i < route->depth; i++) {
		u8 *level = p + i * LEVEL;
		u32 rest = length - i * LEVEL - 4;

		level[0] = (u8)rest;
		level[1] = (u8)(rest >> 8);
		memset(level + 2, 0, 2);
		level[4] = 1;
	}
	return length;
}

#endif /* TUNNEL_MESSAGES_H */
