// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ring that forgets its oldest, and a reader that has room for the youngest.
 * No lock, no time, no task.
 */
#include "recent.h"

void swcci_recent_add(struct swcci_recent *recent, const struct cxl_switch_cci_record *record)
{
	recent->ring[recent->ended++ % RECENT_MAX] = *record;
}

/**
 * swcci_recent_dropped() - how many ended commands are not kept any more
 * @recent: the ring
 *
 * Return: how many since the ring was made.
 */
u64 swcci_recent_dropped(const struct swcci_recent *recent)
{
	return recent->ended > RECENT_MAX ? recent->ended - RECENT_MAX : 0;
}

/**
 * swcci_recent_offer() - a record, for the reader to take if it may and can
 * @reader: who reads
 * @record: younger than all that were offered before
 */
void swcci_recent_offer(struct swcci_recent_reader *reader,
			const struct cxl_switch_cci_record *record)
{
	if (!reader->everyone && record->uid != reader->uid)
		return;
	if (reader->offered++ < reader->skip || reader->filled == reader->room)
		return;
	reader->entries[reader->filled++] = *record;
}

/* Oldest first. */
void swcci_recent_offer_all(struct swcci_recent_reader *reader, const struct swcci_recent *recent)
{
	for (u64 i = swcci_recent_dropped(recent); i < recent->ended; i++)
		swcci_recent_offer(reader, &recent->ring[i % RECENT_MAX]);
}

/**
 * swcci_recent_rewind() - from counting to taking the youngest
 * @reader: was offered everything
 * @entries: result
 * @room: of @entries
 */
void swcci_recent_rewind(struct swcci_recent_reader *reader, struct cxl_switch_cci_record *entries,
			 u32 room)
{
	reader->entries = entries;
	reader->room = room;
	reader->skip = reader->offered > room ? reader->offered - room : 0;
	reader->offered = 0;
	reader->filled = 0;
}
