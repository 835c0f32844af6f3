/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring of ended commands, and which of them a reader gets. Pure; the caller
 * serializes.
 */
#ifndef CCI_RECENT_H
#define CCI_RECENT_H

#include "bytes.h"
#include "cxl_switch_cci.h"

#define RECENT_MAX	256

struct swcci_recent {
	u64 ended;		/* so far; modulo RECENT_MAX the next slot */
	struct cxl_switch_cci_record ring[RECENT_MAX];
};

/*
 * All records are offered twice, oldest first: to a reader without room, which
 * counts them, and after swcci_recent_rewind() to the same reader with room.
 */
struct swcci_recent_reader {
	struct cxl_switch_cci_record *entries;
	u32 room;
	bool everyone;		/* all users' commands; else those of @uid */
	u32 uid;
	u32 offered;		/* of records that the reader may see */
	u32 skip;		/* of these, the oldest */
	u32 filled;
};

void swcci_recent_add(struct swcci_recent *recent, const struct cxl_switch_cci_record *record);
u64 swcci_recent_dropped(const struct swcci_recent *recent);
void swcci_recent_offer(struct swcci_recent_reader *reader,
			const struct cxl_switch_cci_record *record);
void swcci_recent_offer_all(struct swcci_recent_reader *reader, const struct swcci_recent *recent);
void swcci_recent_rewind(struct swcci_recent_reader *reader, struct cxl_switch_cci_record *entries,
			 u32 room);

#endif /* CCI_RECENT_H */
