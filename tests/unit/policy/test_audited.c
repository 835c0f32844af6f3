// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the audited queries with a list written from CXL 3.1 (lengths of 8.2.9,
 * 7.6.7 and 7.7.13 to 7.7.15): every length, and the payloads that decide.
 * test_exhaustive.c compares the other commands with an oracle.
 */
#include "unit.h"

#include "policy/audited.h"

/* What is read-only with certainty on any conforming component. */
struct query {
	u16 opcode;
	u32 min, max;
};

static const struct query queries[] = {
	{ 0x0001, 0, 0 }, { 0x0002, 0, 0 }, { 0x0003, 0, 0 }, { 0x0100, 1, 1 },
	{ 0x0102, 0, 0 }, { 0x0104, 0, 0 }, { 0x0200, 0, 0 }, { 0x0300, 0, 0 },
	{ 0x0400, 0, 0 }, { 0x0401, 24, 24 }, { 0x0402, 16, 16 }, { 0x0405, 2, 2 },
	{ 0x0500, 8, 8 }, { 0x0501, 21, 21 },
	{ 0x4000, 0, 0 }, { 0x4100, 0, 0 }, { 0x4102, 8, 8 }, { 0x4200, 0, 0 },
	{ 0x4201, 0, 0 }, { 0x4203, 0, 0 }, { 0x4300, 16, 16 }, { 0x4303, 16, 16 },
	{ 0x4500, 0, 0 }, { 0x4700, 0, 0 }, { 0x4702, 0, 0 }, { 0x4800, 2, 2 },
	{ 0x4801, 8, 8 },
	{ 0x5100, 0, 0 }, { 0x5101, 1, 256 }, { 0x5104, 0, 0 }, { 0x5106, 1, 1 },
	{ 0x5200, 3, 258 }, { 0x5400, 0, 0 }, { 0x5401, 0, 2 }, { 0x5403, 0, 0 },
	{ 0x5405, 0, 0 }, { 0x5406, 2, 2 }, { 0x5408, 2, 2 }, { 0x5500, 2, 2 },
	{ 0x5501, 2, 2 }, { 0x5600, 0, 0 }, { 0x5601, 4, 4 }, { 0x5603, 12, 12 },
	{ 0x5608, 8, 8 },
	{ 0x5700, 0, 0 }, { 0x5702, 1, 256 }, { 0x5703, 4, 4 }, { 0x5705, 2, 2 }, { 0x5707, 4, 4 },
	{ 0x5708, 6, 6 }, { 0x570a, 6, 6 }, { 0x570c, 1, 1 }, { 0x570e, 6, 6 }, { 0x5710, 6, 6 },
	{ 0x5712, 6, 6 }, { 0x5714, 8, 8 }, { 0x5715, 12, 12 },
	{ 0x5800, 2, 2 }, { 0x5801, 9, 9 }, { 0x5802, 8, 8 }, { 0x5803, 4, 4 }, { 0x5805, 6, 6 },
	{ 0x5807, 6, 6 }, { 0x580a, 2, 2 },
	{ 0x5900, 3, 3 }, { 0x5901, 12, 12 }, { 0x5903, 1, 1 },
};

static const struct query *query_of(u32 opcode)
{
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		if (queries[i].opcode == opcode)
			return &queries[i];
	return NULL;
}

/* Judges a copy that has nothing behind its end. */
static struct swcci_audit swcci_judge(u32 opcode, const u8 *payload, u32 length)
{
	struct swcci_audit audit = { .row = 12345 };
	u8 *copy = exact_copy(payload, length);

	swcci_audited_judge((u16)opcode, copy, length, &audit);
	free(copy);
	return audit;
}

static void assert_unaudited(struct swcci_audit audit)
{
	assert_false(audit.audited);
	assert_int_equal(audit.impact, IMPACT_DESTRUCTIVE);
}

static void assert_query(struct swcci_audit audit, bool disclosing)
{
	assert_true(audit.audited);
	assert_int_equal(audit.impact, IMPACT_QUERY);
	assert_int_equal(audit.disclosing, disclosing);
}

/* A payload of that length which is valid by the command's definition. */
static void plausible(u16 opcode, u8 *payload, u32 length)
{
	memset(payload, 0, 300);
	if (opcode == 0x5101 || opcode == 0x5702)
		payload[0] = (u8)(length - 1);
	if (opcode == 0x5200)
		payload[2] = (u8)(length - 3);
}

/* Each of them is audited as a query at its lengths, and nothing but a query. */
static void every_query(void **state)
{
	u8 payload[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		for (u32 length = 0; length <= 300; length++) {
			u16 opcode = queries[i].opcode;
			bool fits = length >= queries[i].min && length <= queries[i].max;

			/* nothing in CXL 2.0, a start and a limit later: never one byte */
			if (opcode == 0x5401 && length == 1)
				fits = false;
			plausible(opcode, payload, length);
			struct swcci_audit audit = swcci_judge(opcode, payload, length);

			assert_int_equal(audit.audited, fits);
			assert_int_equal(audit.impact, fits ? IMPACT_QUERY : IMPACT_DESTRUCTIVE);
			assert_int_equal(audit.row, swcci_audited_find(opcode));
		}
}

/* What changes something by its opcode alone, and what wraps another command. */
static void no_query_among_the_dangerous(void **state)
{
	static const u16 opcodes[] = {
		0x0004, 0x0005, 0x0101, 0x0103, 0x0105, 0x0201, 0x0202, 0x0301, 0x0403, 0x0404,
		0x0502, 0x0600, 0x0701, 0x4101, 0x4103, 0x4202, 0x4204, 0x4301, 0x4302, 0x4304,
		0x4305, 0x4400, 0x4401, 0x4501, 0x4502, 0x4503, 0x4504, 0x4505, 0x4600, 0x4701,
		0x4802, 0x4803, 0x5102, 0x5105, 0x5201, 0x5202, 0x5203, 0x5300, 0x5302, 0x5402,
		0x5404, 0x5407, 0x5409, 0x5602, 0x5604, 0x5605, 0x5606, 0x5607, 0x5701, 0x5704,
		0x5706, 0x5709, 0x570b, 0x570d, 0x570f, 0x5711, 0x5713, 0x5716, 0x5804, 0x5806,
		0x5808, 0x5809, 0x580b, 0x5902, 0x5904, 0x0106, 0x010a, 0xc000, 0xffff,
	};
	u8 payload[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(opcodes); i++)
		for (u32 length = 0; length <= sizeof(payload); length++)
			for (int fill = 0; fill <= 0xff; fill += 0x55) {
				memset(payload, fill, sizeof(payload));
				assert_true(swcci_judge(opcodes[i], payload, length).impact >
					    IMPACT_QUERY);
			}
}

/* An opcode that has no row is the worst, at any length. */
static void opcodes_without_a_row(void **state)
{
	u8 payload[64] = { 0 };

	(void)state;
	for (u32 opcode = 0; opcode <= 0xffff; opcode++) {
		if (swcci_audited_find((u16)opcode) >= 0)
			continue;
		assert_null(query_of(opcode));
		for (u32 length = 0; length <= 64; length += 8) {
			struct swcci_audit audit = swcci_judge(opcode, payload, length);

			assert_unaudited(audit);
			assert_int_equal(audit.row, -1);
		}
	}
}

static void rows_are_sane(void **state)
{
	u16 last = 0;

	(void)state;
	for (int i = 0; swcci_audited_row(i); i++) {
		const struct swcci_audited_row *row = swcci_audited_row(i);

		assert_true(i < AUDITED_ROWS_MAX);
		/* behind the table come vendor rows, in the order of their file */
		if (row->opcode < 0xc000) {
			assert_true(i == 0 || row->opcode > last);
			last = row->opcode;
			assert_int_equal(swcci_audited_find(last), i);
		}
		assert_true(row->name && *row->name && row->section && *row->section);
		assert_true(row->reason && *row->reason);
		assert_true(row->length_min <= row->length_max);
		/* a query may run in the background, as 5705h does; else it has no effect */
		assert_true(row->impact > IMPACT_QUERY || !(row->effects & ~EFFECT_BACKGROUND));
	}
	assert_null(swcci_audited_row(-1));
	assert_null(swcci_audited_row(AUDITED_ROWS_MAX));
	assert_null(swcci_audited_row(INT32_MIN));
	assert_null(swcci_audited_row(INT32_MAX));
}

/* ---- logs that disclose ---- */

/* A UUID as people write it, to the bytes on the wire: in the written order. */
static void uuid_bytes(const char *text, u8 *bytes)
{
	for (u32 i = 0; i < 16; i++) {
		char digits[3] = { 0 };

		text += *text == '-';
		memcpy(digits, text, 2);
		bytes[i] = (u8)strtoul(digits, NULL, 16);
		text += 2;
	}
}

static void log_disclosure(void **state)
{
	static const struct { const char *uuid; bool disclosing; } logs[] = {
		{ "0da9c0b5-bf41-4b78-8f79-96b1623b3f17", false },	/* command effects */
		{ "f1720d60-a7a9-4306-a003-11948f9e077c", false },	/* DDR5 ECS */
		{ "e6dfa32c-d13e-4a5c-8ca8-99bebbf731a4", false },	/* media test capability */
		{ "2c255522-8ce4-11ec-b909-0242ac120002", false },	/* results, short */
		{ "c1fe0b3e-7a00-448e-a24e-a6aabbfe587a", false },	/* results, long */
		{ "5e1819d9-11a9-400c-811f-d60719403d86", true },	/* vendor debug */
		{ "b3fab4cf-01b6-4332-943e-5e9962f23567", true },	/* component state dump */
		{ "00000000-0000-0000-0000-000000000000", true },
		{ "ffffffff-ffff-ffff-ffff-ffffffffffff", true },
		{ "b5c0a90d-41bf-784b-8f79-96b1623b3f17", true },	/* swapped: another log */
	};
	u8 payload[24] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		uuid_bytes(logs[i].uuid, payload);
		assert_query(swcci_judge(0x0401, payload, 24), logs[i].disclosing);
		/* where in the log is read makes no difference */
		memset(payload + 16, 0xff, 8);
		assert_query(swcci_judge(0x0401, payload, 24), logs[i].disclosing);
		/* what a log can do is no secret */
		assert_query(swcci_judge(0x0402, payload, 16), false);
	}
}

/* A UUID that differs by one bit from a described log is an unknown log. */
static void log_every_bit(void **state)
{
	u8 payload[24] = { 0 };

	(void)state;
	for (u32 bit = 0; bit < 128; bit++) {
		uuid_bytes("0da9c0b5-bf41-4b78-8f79-96b1623b3f17", payload);
		payload[bit / 8] ^= (u8)(1 << bit % 8);
		assert_query(swcci_judge(0x0401, payload, 24), true);
	}
}

/* ---- lists whose count the device believes ---- */

static void port_list_counts(void **state)
{
	u8 payload[300] = { 0 };

	(void)state;
	for (u32 length = 1; length <= 256; length++)
		for (u32 count = 0; count <= 255; count++) {
			payload[0] = (u8)count;
			struct swcci_audit audit = swcci_judge(0x5101, payload, length);

			if (length == 1 + count)
				assert_query(audit, false);
			else
				assert_unaudited(audit);
		}
}

static void switch_list_counts(void **state)
{
	u8 payload[300] = { 0 };

	(void)state;
	for (u32 length = 3; length <= 258; length++)
		for (u32 count = 0; count <= 255; count++) {
			memset(payload, 0xff, 2);
			payload[2] = (u8)count;
			struct swcci_audit audit = swcci_judge(0x5200, payload, length);

			if (length == 3 + count)
				assert_query(audit, false);
			else
				assert_unaudited(audit);
		}
}

/* ---- reserved bits and unknown sub-operations ---- */

static void event_log_numbers(void **state)
{
	(void)state;
	for (u32 log = 0; log <= 255; log++)
		assert_int_equal(swcci_judge(0x0100, &(u8){ (u8)log }, 1).audited, log <= 4);
}

static void feature_list_reserved(void **state)
{
	(void)state;
	for (u32 bit = 0; bit < 64; bit++) {
		u8 payload[8] = { 0 };

		payload[bit / 8] = (u8)(1 << bit % 8);
		assert_int_equal(swcci_judge(0x0500, payload, 8).audited, bit < 48);
	}
}

static void feature_selection(void **state)
{
	(void)state;
	for (u32 selection = 0; selection <= 255; selection++) {
		u8 payload[21];

		memset(payload, 0xff, sizeof(payload));
		payload[20] = (u8)selection;
		assert_int_equal(swcci_judge(0x0501, payload, 21).audited, selection <= 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_query),
		cmocka_unit_test(no_query_among_the_dangerous),
		cmocka_unit_test(opcodes_without_a_row),
		cmocka_unit_test(rows_are_sane),
		cmocka_unit_test(log_disclosure),
		cmocka_unit_test(log_every_bit),
		cmocka_unit_test(port_list_counts),
		cmocka_unit_test(switch_list_counts),
		cmocka_unit_test(event_log_numbers),
		cmocka_unit_test(feature_list_reserved),
		cmocka_unit_test(feature_selection),
	};

	return cmocka_run_group_tests_name("audited", tests, NULL, NULL);
}
