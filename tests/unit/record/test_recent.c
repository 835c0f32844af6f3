// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring of ended commands: which records are dropped, and which a reader gets that
 * may not see all, or has no room for all.
 */
#include "unit.h"

#include "record/recent.h"

#define ALICE	1000
#define BOB	1001

static struct swcci_recent ring;

static struct cxl_switch_cci_record record(uint64_t id, uint32_t uid)
{
	return (struct cxl_switch_cci_record){ .id = id, .uid = uid };
}

/* Ids 1 to @count, every third one Bob's. */
static void fill(unsigned int count)
{
	memset(&ring, 0, sizeof(ring));
	for (unsigned int id = 1; id <= count; id++) {
		struct cxl_switch_cci_record r = record(id, id % 3 ? ALICE : BOB);

		swcci_recent_add(&ring, &r);
	}
}

/* As the driver reads: count, rewind, take. @flying stands for those in flight. */
static uint32_t take(struct swcci_recent_reader reader, const struct cxl_switch_cci_record *flying,
		     struct cxl_switch_cci_record *entries, uint32_t room)
{
	swcci_recent_offer_all(&reader, &ring);
	if (flying)
		swcci_recent_offer(&reader, flying);
	swcci_recent_rewind(&reader, entries, room);
	swcci_recent_offer_all(&reader, &ring);
	if (flying)
		swcci_recent_offer(&reader, flying);
	return reader.filled;
}

static uint32_t taken_by_all(struct cxl_switch_cci_record *entries, uint32_t room)
{
	return take((struct swcci_recent_reader){ .everyone = true }, NULL, entries, room);
}

static void the_record_fills_its_room(void **state)
{
	assert_int_equal(sizeof(struct cxl_switch_cci_record), 80);
	assert_int_equal(sizeof(struct cxl_switch_cci_recent), 32);
}

static void nothing_is_there_at_first(void **state)
{
	struct cxl_switch_cci_record entries[2];

	fill(0);
	assert_int_equal(taken_by_all(entries, 2), 0);
	assert_int_equal(swcci_recent_dropped(&ring), 0);
}

static void all_are_kept_until_the_ring_is_full(void **state)
{
	struct cxl_switch_cci_record *entries = calloc(RECENT_MAX + 1, sizeof(*entries));

	for (unsigned int count = 1; count <= RECENT_MAX; count++) {
		fill(count);
		assert_int_equal(taken_by_all(entries, RECENT_MAX + 1), count);
		assert_int_equal(swcci_recent_dropped(&ring), 0);
		for (unsigned int i = 0; i < count; i++)
			assert_int_equal(entries[i].id, i + 1);
	}
	free(entries);
}

static void the_oldest_are_forgotten(void **state)
{
	static const unsigned int counts[] = { 257, 258, 511, 512, 513, 100000 };
	struct cxl_switch_cci_record *entries = calloc(RECENT_MAX + 1, sizeof(*entries));

	for (size_t c = 0; c < ARRAY_SIZE(counts); c++) {
		fill(counts[c]);
		assert_int_equal(taken_by_all(entries, RECENT_MAX + 1), RECENT_MAX);
		assert_int_equal(swcci_recent_dropped(&ring), counts[c] - RECENT_MAX);
		for (unsigned int i = 0; i < RECENT_MAX; i++)
			assert_int_equal(entries[i].id, counts[c] - RECENT_MAX + 1 + i);
	}
	free(entries);
}

/* Rooms of every size, on the heap: a record too many is found. */
static void short_room_gets_the_youngest(void **state)
{
	fill(300);
	for (uint32_t room = 0; room <= RECENT_MAX; room++) {
		struct cxl_switch_cci_record *entries = malloc(room * sizeof(*entries) + !room);

		assert_int_equal(taken_by_all(entries, room), room);
		for (uint32_t i = 0; i < room; i++)
			assert_int_equal(entries[i].id, 300 - room + 1 + i);
		free(entries);
	}
}

static void those_in_flight_come_last(void **state)
{
	const struct cxl_switch_cci_record flying = record(1000, ALICE);
	struct cxl_switch_cci_record entries[3];

	fill(5);
	assert_int_equal(take((struct swcci_recent_reader){ .everyone = true }, &flying, entries,
			      3), 3);
	assert_int_equal(entries[0].id, 4);
	assert_int_equal(entries[1].id, 5);
	assert_int_equal(entries[2].id, 1000);
}

static void others_are_not_shown(void **state)
{
	const struct cxl_switch_cci_record flying = record(1000, ALICE);
	struct cxl_switch_cci_record entries[8];
	struct swcci_recent_reader bob = { .uid = BOB };

	fill(12);
	assert_int_equal(take(bob, &flying, entries, 8), 4);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(entries[i].id, 3 * (i + 1));
	/* and a short room is filled from his own youngest */
	assert_int_equal(take(bob, &flying, entries, 2), 2);
	assert_int_equal(entries[0].id, 9);
	assert_int_equal(entries[1].id, 12);
}

static void root_by_uid_alone_is_somebody(void **state)
{
	struct cxl_switch_cci_record entries[8];

	fill(6);
	assert_int_equal(take((struct swcci_recent_reader){ .uid = 0 }, NULL, entries, 8), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_fills_its_room),
		cmocka_unit_test(nothing_is_there_at_first),
		cmocka_unit_test(all_are_kept_until_the_ring_is_full),
		cmocka_unit_test(the_oldest_are_forgotten),
		cmocka_unit_test(short_room_gets_the_youngest),
		cmocka_unit_test(those_in_flight_come_last),
		cmocka_unit_test(others_are_not_shown),
		cmocka_unit_test(root_by_uid_alone_is_somebody),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
