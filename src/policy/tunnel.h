/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tunnel Management Command (5300h) and the CCI messages inside it. The only
 * decoder of tunnels; pure.
 */
#ifndef CCI_TUNNEL_H
#define CCI_TUNNEL_H

#include "bytes.h"

/*
 * Switch -> FM-owned LD -> LD is two; the LD Pool CCI of a multi-headed device
 * adds a third. CXL 3.1 7.6.7.3.1.
 */
#define TUNNEL_DEPTH_MAX	3

enum tunnel_target {
	TUNNEL_TARGET_PORT_OR_LD = 0,
	TUNNEL_TARGET_LD_POOL = 1,
};

struct tunnel_hop {
	u8 target;
	u8 id;		/* 0 where the target ignores it: one name a destination */
};

/* Where a command goes; also the key of a destination. All unused bytes 0. */
struct tunnel_path {
	u8 depth;
	struct tunnel_hop hop[TUNNEL_DEPTH_MAX];
};

/* tunnel_key() of the path of depth 0 */
#define TUNNEL_KEY_SELF	1UL

struct tunnel_request {
	struct tunnel_path path;
	u16 opcode;		/* of the leaf */
	const u8 *payload;	/* of the leaf */
	u32 length;
	u8 tag[TUNNEL_DEPTH_MAX];	/* of each level, outermost first */
};

struct tunnel_answer {
	u16 return_code;	/* of the level that failed, else of the leaf */
	u16 vendor_status;
	u8 level;		/* how many tunnels answered with success */
	const u8 *payload;	/* of the leaf; NULL unless all levels answered */
	u32 length;
};

int tunnel_decode(u16 opcode, const u8 *payload, u32 length,
		  struct tunnel_request *request, const char **why);
int tunnel_decode_answer(const struct tunnel_request *request, u16 return_code,
			 u16 vendor_status, const u8 *payload, u32 length,
			 struct tunnel_answer *answer, const char **why);
u32 tunnel_overhead(const struct tunnel_path *path);
unsigned long tunnel_key(const struct tunnel_path *path);
int tunnel_encode(const struct tunnel_path *path, u16 opcode,
		  const u8 *payload, u32 length, u8 *buffer, u32 room);

#endif /* CCI_TUNNEL_H */
