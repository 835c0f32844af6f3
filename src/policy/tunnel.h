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

enum swcci_tunnel_target {
	TUNNEL_TARGET_PORT_OR_LD = 0,
	TUNNEL_TARGET_LD_POOL = 1,
};

struct swcci_tunnel_hop {
	u8 target;
	u8 id;		/* 0 where the target ignores it: one name a destination */
};

/* Where a command goes; also the key of a destination. All unused bytes 0. */
struct swcci_tunnel_path {
	u8 depth;
	struct swcci_tunnel_hop hop[TUNNEL_DEPTH_MAX];
};

/* swcci_tunnel_key() of the path of depth 0 */
#define TUNNEL_KEY_SELF	1UL

struct swcci_tunnel_request {
	struct swcci_tunnel_path path;
	u16 opcode;		/* of the leaf */
	const u8 *payload;	/* of the leaf */
	u32 length;
	u8 tag[TUNNEL_DEPTH_MAX];	/* of each level, outermost first */
};

struct swcci_tunnel_answer {
	u16 return_code;	/* of the level that failed, else of the leaf */
	u16 vendor_status;
	u8 level;		/* how many tunnels answered with success */
	const u8 *payload;	/* of the leaf; NULL unless all levels answered */
	u32 length;
};

int swcci_tunnel_decode(u16 opcode, const u8 *payload, u32 length,
			struct swcci_tunnel_request *request, const char **why);
int swcci_tunnel_decode_answer(const struct swcci_tunnel_request *request, u16 return_code,
			       u16 vendor_status, const u8 *payload, u32 length,
			       struct swcci_tunnel_answer *answer, const char **why);
u32 swcci_tunnel_overhead(const struct swcci_tunnel_path *path);
unsigned long swcci_tunnel_key(const struct swcci_tunnel_path *path);
int swcci_tunnel_encode(const struct swcci_tunnel_path *path, u16 opcode,
			const u8 *payload, u32 length, u8 *buffer, u32 room);

#endif /* CCI_TUNNEL_H */
