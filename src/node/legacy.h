/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the in-tree memory device ABI (<linux/cxl_mem.h>) that this node serves:
 * numbers, structures and the checks of one request. Pure.
 */
#ifndef CCI_LEGACY_H
#define CCI_LEGACY_H

#include "bytes.h"

#define LEGACY_IOCTL_QUERY	0x8008CE01u
#define LEGACY_IOCTL_SEND	0xC030CE02u

/* Command ids 0 to 24; numbers are ABI. */
#define LEGACY_ID_RAW		2
#define LEGACY_IDS		25

#define LEGACY_VARIABLE		0xffffffffu
#define LEGACY_FLAG_ENABLED	0x1u
#define LEGACY_FLAGS		0x3u	/* ENABLED, EXCLUSIVE */

struct swcci_legacy_payload {
	u32 size;
	u32 reserved;
	u64 address;
};

struct swcci_legacy_send {
	u32 id;
	u32 flags;
	u16 raw_opcode;		/* RAW; else one reserved word with the next */
	u16 raw_reserved;
	u32 retval;
	struct swcci_legacy_payload in;
	struct swcci_legacy_payload out;
};

struct swcci_legacy_info {
	u32 id;
	u32 flags;
	u32 size_in;
	u32 size_out;
};

struct swcci_legacy_query {
	u32 count;
	u32 reserved;
	/* followed by the entries */
};

int swcci_legacy_opcode(const struct swcci_legacy_send *send, u32 payload_size, u16 *opcode);
int swcci_legacy_check_sizes(const struct swcci_legacy_send *send);
bool swcci_legacy_describe(u32 id, struct swcci_legacy_info *info, u16 *opcode);

#endif /* CCI_LEGACY_H */
