// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ring of the last commands, and a reader with room for the youngest of them.
 * Pure: no lock, no clock.
 */
#include "recent.h"

/**
 * swcci_recent_add() - keep the record of an ended command, in place of the oldest
 * @recent: the ring
 * @record: copied
 */
void swcci_recent_add(struct swcci_recent *recent, const struct cxl_switch_cci_record *record)
{
	recent->ring[recent->ended++ % RECENT_MAX] = *record;
}

/**
 * swcci_recent_dropped() - count the ended commands that were overwritten
 * @recent: the ring
 *
 * Return: their number since the device was bound.
 */
u64 swcci_recent_dropped(const struct swcci_recent *recent)
{
	return recent->ended > RECENT_MAX ? recent->ended - RECENT_MAX : 0;
}

/**
 * swcci_recent_offer() - copy a record to a reader that may see it and has room
 * @reader: of swcci_recorder_list()
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

/**
 * swcci_recent_offer_all() - offer every record of the ring, oldest first
 * @reader: of swcci_recorder_list()
 * @recent: the ring
 */
void swcci_recent_offer_all(struct swcci_recent_reader *reader, const struct swcci_recent *recent)
{
	for (u64 i = swcci_recent_dropped(recent); i < recent->ended; i++)
		swcci_recent_offer(reader, &recent->ring[i % RECENT_MAX]);
}

/**
 * swcci_recent_rewind() - switch a reader from counting to copying the youngest
 * @reader: all records were offered to it
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
