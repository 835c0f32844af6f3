/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring of ended commands, and which of them a reader gets. Pure; the caller
 * holds the lock.
 */
#ifndef CCI_RECENT_H
#define CCI_RECENT_H

#include "bytes.h"
#include "cxl_switch_cci.h"

#define RECENT_MAX	256

struct swcci_recent {
	u64 ended;		/* so far; the next slot is this, modulo the ring */
	struct cxl_switch_cci_record ring[RECENT_MAX];
};

/*
 * Everything is offered twice, oldest first: to a reader without room, which
 * counts, and after swcci_recent_rewind() to the same one with room.
 */
struct swcci_recent_reader {
	struct cxl_switch_cci_record *entries;
	u32 room;
	bool everyone;		/* or only what @uid sent */
	u32 uid;
	u32 offered;		/* of what may be seen */
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
