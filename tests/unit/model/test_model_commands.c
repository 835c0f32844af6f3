// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model's commands: each component executes what it lists, layouts are
 * those of the specification, and no input breaks it.
 */
#include "test_model.h"

#include "bytes.h"

static struct client_answer answer;
static struct client_message message;

static const struct swcci_destination {
	const char *name;
	struct client_hop hops[3];
	unsigned int n;
} destinations[] = {
	{ "switch", { { 0, 0 } }, 0 },
	{ "port0", { { 0, 0 } }, 1 },
	{ "port2", { { 0, 2 } }, 1 },
	{ "port2.ld1", { { 0, 2 }, { 0, 1 } }, 2 },
	{ "port3", { { 0, 3 } }, 1 },
	{ "port3.pool", { { 0, 3 }, { 1, 0 } }, 2 },
	{ "port3.pool.ld2", { { 0, 3 }, { 1, 0 }, { 0, 2 } }, 3 },
	{ "port4", { { 0, 4 } }, 1 },
	{ "port5", { { 0, 5 } }, 1 },
};

enum { SWITCH, SLD, MLD, LD, MULTI_HEADED, POOL, POOL_LD, DCD, PERSISTENT, DESTINATIONS };

/* The inner return code; message.payload is the answer's. */
static uint16_t command(struct model *model, unsigned int to, uint16_t opcode, const void *in,
			uint32_t len)
{
	const struct swcci_destination *d = &destinations[to];

	if (!d->n) {
		client_command(model, opcode, in, len, &answer);
		message.payload = answer.data;
		message.payload_len = answer.len;
		return answer.return_code;
	}
	client_tunnel(model, d->hops, d->n, opcode, in, len, &answer);
	assert_int_equal(answer.return_code, 0);
	if (!client_unwrap(&answer, d->n, &message))
		fail_msg("%s %04x: answer too short", d->name, opcode);
	return message.return_code;
}

static const uint8_t swcci_cel_uuid[16] = {
	0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17
};

/* In pieces that fit the smallest destination. */
static uint32_t read_cel(struct model *model, unsigned int to, uint8_t *cel, uint32_t room)
{
	uint32_t size, offset, piece;
	uint8_t in[24];

	assert_int_equal(command(model, to, 0x0400, NULL, 0), 0);
	assert_memory_equal(message.payload + 8, swcci_cel_uuid, 16);
	size = get32(message.payload + 24);
	assert_true(size <= room);
	for (offset = 0; offset < size; offset += piece) {
		piece = size - offset < 128 ? size - offset : 128;
		memcpy(in, swcci_cel_uuid, 16);
		put32(in + 16, offset);
		put32(in + 20, piece);
		assert_int_equal(command(model, to, 0x0401, in, 24), 0);
		assert_int_equal(message.payload_len, piece);
		memcpy(cel + offset, message.payload, piece);
	}
	return size / 4;
}

static int effects_of(struct model *model, unsigned int to, uint16_t opcode)
{
	static uint8_t cel[4096];
	uint32_t n = read_cel(model, to, cel, sizeof(cel)), i;

	for (i = 0; i < n; i++)
		if (get16(cel + 4 * i) == opcode)
			return get16(cel + 4 * i + 2);
	return -1;
}

/* Facts 5: who has what */
static void test_who_has_what(void **state)
{
	static const struct { unsigned int to; uint16_t opcode; int effects; } rows[] = {
		{ SWITCH, 0x5100, 0 }, { SWITCH, 0x5102, 0 }, { SWITCH, 0x5201, 0x40 },
		{ SWITCH, 0x5202, 0x40 }, { SWITCH, 0x5300, 0 }, { SWITCH, 0x4000, -1 },
		{ SWITCH, 0x0102, -1 }, { SWITCH, 0x0201, 0xf41 }, { SWITCH, 0x5400, -1 },
		{ SLD, 0x4000, 0 }, { SLD, 0x5300, -1 }, { SLD, 0x4400, 0x164 },
		{ MLD, 0x5300, 0 }, { MLD, 0x5402, 0xe07 }, { MLD, 0x5404, 8 }, { MLD, 0x5500, -1 },
		{ LD, 0x5300, -1 }, { LD, 0x4000, 0 }, { LD, 0x0301, 8 },
		{ POOL, 0x5500, 0 }, { POOL, 0x5501, 0 }, { POOL, 0x5300, 0 }, { POOL, 0xc000, -1 },
		{ DCD, 0x5605, 0xe07 }, { DCD, 0x5606, 0xe03 }, { DCD, 0x5608, 0 },
		{ SLD, 0xc006, 0x20 }, { SLD, 0xc00a, 0x1000 }, { SLD, 0x0502, 0x1e2f },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (effects_of(*state, rows[i].to, rows[i].opcode) != rows[i].effects)
			fail_msg("%s %04x: effects %x", destinations[rows[i].to].name,
				 rows[i].opcode, effects_of(*state, rows[i].to, rows[i].opcode));
}

static void test_what_is_not_listed_is_unsupported(void **state)
{
	static uint8_t cel[4096];
	unsigned int to, opcode;

	for (to = 0; to < DESTINATIONS; to++) {
		static bool listed[0x10000];
		uint32_t n = read_cel(*state, to, cel, sizeof(cel)), i;

		memset(listed, 0, sizeof(listed));
		for (i = 0; i < n; i++)
			listed[get16(cel + 4 * i)] = true;
		for (opcode = 0; opcode < 0xc100; opcode++) {
			if (listed[opcode] || (opcode & 0xff) > 0x20)
				continue;
			if (command(*state, to, (uint16_t)opcode, NULL, 0) != 3)
				fail_msg("%s %04x: %u", destinations[to].name, opcode,
					 message.return_code);
		}
	}
}

/* Every listed opcode with every short length and wild content: an answer, always. */
static void test_wild_input(void **state)
{
	static uint8_t cel[4096], in[160];
	unsigned int to, len, round;
	uint32_t seed = 12345;
	size_t byte;

	for (to = 0; to < DESTINATIONS; to++) {
		uint32_t n = read_cel(*state, to, cel, sizeof(cel)), i;

		for (i = 0; i < n; i++) {
			uint16_t opcode = get16(cel + 4 * i);

			if (opcode == 0x5102 || opcode == 0x0004)
				continue;	/* would cut off the rest; tested on their own */
			for (len = 0; len < sizeof(in); len++) {
				for (round = 0; round < 3; round++) {
					for (byte = 0; byte < len; byte++) {
						seed = seed * 1103515245 + 12345;
						in[byte] = round == 0 ? 0 : (uint8_t)(round == 1 ?
							   seed >> 28 : seed >> 16);
					}
					command(*state, to, opcode, in, len);
					model_advance(*state, 100000000);
				}
			}
		}
	}
	assert_int_equal(model_counters(*state)->violations[MODEL_BUSY_TOUCH], 0);
}

static void test_wrong_lengths(void **state)
{
	static const struct { unsigned int to; uint16_t opcode; uint8_t good; } rows[] = {
		{ SWITCH, 0x0001, 0 }, { SWITCH, 0x0301, 8 }, { SWITCH, 0x0401, 24 },
		{ SWITCH, 0x5100, 0 }, { SWITCH, 0x5102, 2 }, { SWITCH, 0x5103, 8 },
		{ SWITCH, 0x5105, 16 }, { SWITCH, 0x5201, 6 }, { SWITCH, 0x5202, 3 },
		{ SWITCH, 0x5203, 40 }, { SLD, 0x4302, 0x48 }, { MLD, 0x5404, 7 },
		{ POOL, 0x5500, 2 }, { DCD, 0x5602, 16 }, { DCD, 0x5603, 12 },
		{ SLD, 0x0501, 0x15 },
	};
	static const uint8_t in[128];
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].good && command(*state, rows[i].to, rows[i].opcode, in,
					    rows[i].good - 1u) != 0x16)
			fail_msg("row %u, one short", i);
		if (command(*state, rows[i].to, rows[i].opcode, in, rows[i].good + 1u) != 0x16)
			fail_msg("row %u, one more", i);
	}
}

static void test_switch_and_ports(void **state)
{
	static const uint8_t all[] = { 9, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t types[] = { 4, 4, 5, 5, 4, 4, 0, 0, 0 };
	static const uint8_t unknown[] = { 1, 9 };
	struct model *model = *state;
	unsigned int i;

	assert_int_equal(command(model, SWITCH, 0x5100, NULL, 0), 0);
	assert_int_equal(message.payload_len, 0x49);
	assert_int_equal(message.payload[0], 8);
	assert_int_equal(message.payload[2], 9);
	assert_int_equal(message.payload[3], 2);
	assert_int_equal(get16(message.payload + 4), 0x13f);
	assert_int_equal(get16(message.payload + 0x44), 16);
	assert_int_equal(get16(message.payload + 0x46), 1);
	assert_int_equal(command(model, SWITCH, 0x5101, all, 10), 0);
	assert_int_equal(message.payload_len, 4 + 9 * 16);
	for (i = 0; i < 9; i++) {
		assert_int_equal(message.payload[4 + 16 * i], i);
		assert_int_equal(message.payload[4 + 16 * i + 1], i == 8 ? 4 : 3);
		assert_int_equal(message.payload[4 + 16 * i + 4], types[i]);
	}
	assert_int_equal(message.payload[4 + 16 * 2 + 15], 4);
	assert_int_equal(command(model, SWITCH, 0x5101, unknown, 2), 2);
	assert_int_equal(command(model, SWITCH, 0x5101, all, 9), 0x16);
}

static void test_port_control(void **state)
{
	static const struct { uint8_t in[2]; uint16_t code; } rows[] = {
		{ { 0, 3 }, 2 }, { { 6, 2 }, 2 }, { { 8, 2 }, 2 }, { { 9, 2 }, 2 },
		{ { 5, 2 }, 2 },		/* bound to a host */
		{ { 0, 2 }, 0 }, { { 2, 0 }, 0 }, { { 2, 1 }, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (command(*state, SWITCH, 0x5102, rows[i].in, 2) != rows[i].code)
			fail_msg("row %u: %u", i, answer.return_code);
	assert_int_equal(command(*state, SWITCH, 0x0100, "", 1), 0);
	assert_int_equal(get16(message.payload + 0x14), 3);
	assert_int_equal(message.payload[0x20], 0x77);
}

static void test_config_request(void **state)
{
	uint8_t in[8] = { 0, 0x10, 0xf1, 0x80, 0xef, 0xbe, 0xad, 0xde };
	struct model *model = *state;

	assert_int_equal(command(model, SWITCH, 0x5103, in, 8), 0);
	in[3] = 0;
	assert_int_equal(command(model, SWITCH, 0x5103, in, 8), 0);
	assert_int_equal(get32(message.payload), 0xdeadbeef);
	in[2] = 0x21;		/* byte enables: the second byte only */
	in[3] = 0x80;
	in[5] = 0;
	assert_int_equal(command(model, SWITCH, 0x5103, in, 8), 0);
	in[3] = 0;
	command(model, SWITCH, 0x5103, in, 8);
	assert_int_equal(get32(message.payload), 0xdead00ef);
}

static void test_ld_config_request(void **state)
{
	static const uint8_t bind_ld[6] = { 1, 2, 2, 0, 3, 0 };
	uint8_t in[12] = { 2, 0x10, 0xf0, 0x80, 3, 0, 0, 0, 1, 2, 3, 4 };
	struct model *model = *state;

	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 0);
	in[3] = 0;
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 0);
	assert_memory_equal(message.payload, "\1\2\3\4", 4);
	in[4] = 2;				/* another LD's are its own */
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 0);
	assert_int_equal(get32(message.payload), 0);
	in[4] = 0xff;
	in[5] = 0xff;
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 0);
	in[4] = 4;
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 2);
	in[0] = 0;				/* an SLD has none */
	in[4] = 0;
	in[5] = 0;
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 2);
	in[0] = 2;
	in[4] = 3;
	assert_int_equal(command(model, SWITCH, 0x5201, bind_ld, 6), 1);
	model_advance(model, 2000000000);
	assert_int_equal(command(model, SWITCH, 0x5301, in, 12), 2);	/* a host's now */
}

static void test_domain_validation(void **state)
{
	uint8_t uuid[16] = { 1, 2, 3 };
	struct model *model = *state;

	assert_int_equal(command(model, SWITCH, 0x5107, "", 1), 2);
	assert_int_equal(command(model, SWITCH, 0x5105, uuid, 16), 0);
	assert_int_equal(command(model, SWITCH, 0x5105, uuid, 16), 2);	/* once */
	assert_int_equal(command(model, SWITCH, 0x5104, NULL, 0), 0);
	assert_int_equal(message.payload[0], 1);
	assert_int_equal(command(model, SWITCH, 0x5107, "", 1), 0);
	assert_memory_equal(message.payload, uuid, 16);
}

static void test_timestamp(void **state)
{
	uint8_t now[8];
	struct model *model = *state;

	put64(now, 1000000);
	assert_int_equal(command(model, LD, 0x0301, now, 8), 0);
	model_advance(model, 234);
	command(model, LD, 0x0300, NULL, 0);
	assert_int_equal(get64(message.payload), 1000234);
	command(model, SLD, 0x0300, NULL, 0);
	assert_int_equal(get64(message.payload), 0);
}

static void test_event_overflow(void **state)
{
	uint8_t clear_all[6] = { 1, 1 };
	struct model *model = *state;

	order(model, "event port0 1 40");
	assert_int_equal(command(model, SLD, 0x0100, "\1", 1), 0);
	assert_int_equal(message.payload[0], 3);		/* overflow, more records */
	assert_int_equal(get16(message.payload + 2), 8);
	assert_int_equal(get16(message.payload + 0x14), 7);	/* what fits 1 KiB */
	clear_all[1] = 1;
	assert_int_equal(command(model, SLD, 0x0101, clear_all, 6), 0);
	command(model, SLD, 0x0100, "\1", 1);
	assert_int_equal(get16(message.payload + 0x14), 0);
	assert_int_equal(command(model, SLD, 0x0101, clear_all, 6), 2);
	assert_int_equal(command(model, SLD, 0x0100, "\5", 1), 2);
}

static void test_lying_cel(void **state)
{
	static uint8_t cel[4096];
	struct model *model = *state;
	uint8_t in[24];

	order(model, "cel port0 entries 0");
	assert_int_equal(read_cel(model, SLD, cel, sizeof(cel)), 0);
	order(model, "cel port0 entries 3");
	assert_int_equal(read_cel(model, SLD, cel, sizeof(cel)), 3);
	order(model, "cel port0 entries 65535");
	command(model, SLD, 0x0400, NULL, 0);
	assert_int_equal(get32(message.payload + 24), 65535 * 4);
	memcpy(in, swcci_cel_uuid, 16);
	put32(in + 16, 65534 * 4);
	put32(in + 20, 4);
	assert_int_equal(command(model, SLD, 0x0401, in, 24), 0);
	assert_int_equal(message.payload_len, 4);
	order(model, "clear port0");
	order(model, "cel port0 announced 1000");
	order(model, "cel port0 delivered 10");
	command(model, SLD, 0x0400, NULL, 0);
	assert_int_equal(get32(message.payload + 24), 1000);
	put32(in + 16, 0);
	put32(in + 20, 100);
	assert_int_equal(command(model, SLD, 0x0401, in, 24), 0);
	assert_int_equal(message.payload_len, 10);
	order(model, "clear port0");
	order(model, "cel port0 effects 0x0301 0xc");
	assert_int_equal(effects_of(model, SLD, 0x0301), 0xc);
	order(model, "cel port0 hide 0x0301");
	assert_int_equal(effects_of(model, SLD, 0x0301), -1);
	order(model, "cel port0 twice 0x0300 4");
	read_cel(model, SLD, cel, sizeof(cel));
	assert_int_equal(effects_of(model, SLD, 0x0300), 0);
	assert_int_equal(effects_of(model, PERSISTENT, 0x0301), 8);
}

static void test_logs(void **state)
{
	static const uint8_t vendor_log[16] = {
		0x5e, 0x18, 0x19, 0xd9, 0x11, 0xa9, 0x40, 0x0c,
		0x81, 0x1f, 0xd6, 0x07, 0x19, 0x40, 0x3d, 0x86 };
	static const uint8_t dump[16] = {
		0xb3, 0xfa, 0xb4, 0xcf, 0x01, 0xb6, 0x43, 0x32,
		0x94, 0x3e, 0x5e, 0x99, 0x62, 0xf2, 0x35, 0x67 };
	struct model *model = *state;
	static const uint8_t unknown[24];

	assert_int_equal(command(model, SLD, 0x0401, unknown, 24), 0x17);
	assert_int_equal(command(model, SLD, 0x0402, vendor_log, 16), 0);
	assert_int_equal(get32(message.payload), 1);
	assert_int_equal(command(model, SLD, 0x0403, swcci_cel_uuid, 16), 3);
	assert_int_equal(command(model, SLD, 0x0403, vendor_log, 16), 0);
	assert_int_equal(command(model, SLD, 0x0405, "\2\1", 2), 0);
	assert_int_equal(message.payload[0], 2);
	assert_int_equal(get32(message.payload + 24), 0);	/* the cleared vendor log */
	assert_int_equal(command(model, SLD, 0x0404, dump, 16), 1);
	model_advance(model, 2000000000);
	command(model, SLD, 0x0405, "\1\2", 2);
	assert_int_equal(get32(message.payload + 24), 4096);
}

static void test_features(void **state)
{
	uint8_t list[8] = { 0 }, set[0x20 + 10] = { 0 }, get[0x15] = { 0 };
	struct model *model = *state;

	put32(list, 8 + 2 * 0x30);
	assert_int_equal(command(model, SLD, 0x0500, list, 8), 0);
	assert_int_equal(get16(message.payload), 2);
	assert_int_equal(get16(message.payload + 2), 10);
	assert_int_equal(get16(message.payload + 8 + 0x1c), 8);
	memcpy(set, message.payload + 8, 16);
	memcpy(get, message.payload + 8, 16);
	set[0x16] = 1;
	memset(set + 0x20, 0x77, 10);
	assert_int_equal(command(model, SLD, 0x0502, set, sizeof(set)), 0);
	put16(get + 0x12, 10);
	assert_int_equal(command(model, SLD, 0x0501, get, sizeof(get)), 0);
	assert_memory_equal(message.payload, set + 0x20, 10);
	set[0x10] = 1;			/* in two parts */
	assert_int_equal(command(model, SLD, 0x0502, set, 0x20 + 4), 0);
	assert_int_equal(command(model, SLD, 0x0502, set, 0x20 + 4), 0x1b);
	set[0x10] = 3;
	put16(set + 0x14, 5);
	assert_int_equal(command(model, SLD, 0x0502, set, 0x20 + 6), 0x1c);
	put16(set + 0x14, 4);
	assert_int_equal(command(model, SLD, 0x0502, set, 0x20 + 6), 0);
	order(model, "feature port0 0 0x0020 0x61");
	command(model, SLD, 0x0500, list, 8);
	assert_int_equal(get16(message.payload + 8 + 0x1c), 0x20);
}

static void test_mld(void **state)
{
	uint8_t allocation[4 + 16] = { 1, 0 };
	struct model *model = *state;

	assert_int_equal(command(model, MLD, 0x5400, NULL, 0), 0);
	assert_int_equal(message.payload_len, 0xb);
	assert_int_equal(get16(message.payload + 8), 4);
	assert_int_equal(command(model, MLD, 0x5401, "\1\2", 2), 0);
	assert_int_equal(message.payload_len, 4 + 2 * 16);
	put64(allocation + 4, 2);
	assert_int_equal(command(model, MLD, 0x5402, allocation, sizeof(allocation)), 0);
	assert_int_equal(message.payload_len, 20);
	put64(allocation + 4, 1000);
	assert_int_equal(command(model, MLD, 0x5402, allocation, sizeof(allocation)), 0x1d);
	assert_int_equal(command(model, MLD, 0x5407, "\2\1\5\6", 4), 0);
	assert_int_equal(command(model, MLD, 0x5406, "\2\1", 2), 0);
	assert_memory_equal(message.payload, "\2\1\5\6", 4);
	assert_int_equal(command(model, MLD, 0x5406, "\4\1", 2), 2);
	assert_int_equal(command(model, POOL, 0x5500, "\0\4", 2), 0);
	assert_int_equal(message.payload_len, 12);
	assert_int_equal(command(model, POOL, 0x5501, "\0\2", 2), 0);
	assert_int_equal(message.payload_len, 4 + 18);
}

static uint32_t extents(struct model *model)
{
	uint8_t in[12] = { 0 };

	put32(in + 4, 100);
	assert_int_equal(command(model, DCD, 0x5603, in, 12), 0);
	return get32(message.payload + 12);
}

static void test_dynamic_capacity(void **state)
{
	uint8_t in[0x20] = { 0 }, region[16] = { 0 };
	struct model *model = *state;

	assert_int_equal(command(model, DCD, 0x5600, NULL, 0), 0);
	assert_int_equal(message.payload_len, 0x54);
	assert_int_equal(command(model, DCD, 0x5601, "\0\0\2\0", 4), 0);
	assert_int_equal(message.payload_len, 4 + 2 * 0x28 + 0x10);
	put64(in + 4, 1ull << 28);
	in[12] = 9;
	assert_int_equal(command(model, DCD, 0x5604, in, 0x20), 0);
	assert_int_equal(command(model, DCD, 0x5604, in, 0x1c), 0);
	assert_int_equal(extents(model), 2);
	put64(region + 4, 1ull << 29);
	assert_int_equal(command(model, DCD, 0x5602, region, 16), 6);	/* in use */
	put64(in + 4, 12345);
	assert_int_equal(command(model, DCD, 0x5604, in, 0x20), 2);
	assert_int_equal(command(model, DCD, 0x5605, in, 0x20), 0);	/* both, by tag */
	assert_int_equal(extents(model), 0);
	assert_int_equal(command(model, DCD, 0x5605, in, 0x20), 0x1e);
	assert_int_equal(command(model, DCD, 0x5602, region, 16), 0);
	assert_int_equal(command(model, DCD, 0x0100, "\4", 1), 0);
	assert_int_equal(get16(message.payload + 0x14), 3);		/* what fits 512 bytes */
	assert_int_equal(message.payload[0] & 2, 2);
	assert_int_equal(command(model, DCD, 0x5606, region, 16), 0);
	assert_int_equal(command(model, DCD, 0x5608, "\0\0\0\0\1\0\0\0", 8), 0);
	assert_int_equal(message.payload_len, 0x10 + 0x54);
	assert_int_equal(command(model, DCD, 0x5607, region, 16), 0);
	assert_int_equal(command(model, DCD, 0x5607, region, 16), 2);
}

static void test_listed_extents(void **state)
{
	uint8_t in[0x20 + 2 * 0x28] = { 0, 0, 2 };
	struct model *model = *state;

	put32(in + 0x1c, 2);
	put64(in + 0x20, 1ull << 28);
	put64(in + 0x28, 2ull << 28);
	put64(in + 0x48, 2ull << 28);	/* the second overlaps the first */
	put64(in + 0x50, 1ull << 28);
	assert_int_equal(command(model, DCD, 0x5604, in, sizeof(in)), 0x1e);
	assert_int_equal(extents(model), 0);
	put64(in + 0x48, 3ull << 28);
	assert_int_equal(command(model, DCD, 0x5604, in, sizeof(in)), 0);
	assert_int_equal(extents(model), 2);
	assert_int_equal(command(model, DCD, 0x5604, in, sizeof(in)), 0x1e);
	put64(in + 0x48, (1ull << 28) + 1);		/* not a block */
	assert_int_equal(command(model, DCD, 0x5604, in, sizeof(in)), 0x1e);
	put32(in + 0x1c, 3);
	assert_int_equal(command(model, DCD, 0x5604, in, sizeof(in)), 0x16);
	in[2] = 0x11;			/* forced release of the first alone */
	put32(in + 0x1c, 1);
	assert_int_equal(command(model, DCD, 0x5605, in, 0x20 + 0x28), 0);
	assert_int_equal(extents(model), 1);
}

static void test_memory(void **state)
{
	uint8_t label[16] = { 0 }, range[16] = { 0 }, where[8] = { 0 };
	struct model *model = *state;

	command(model, PERSISTENT, 0x4100, NULL, 0);
	assert_int_equal(get64(message.payload), 0);
	assert_true(get64(message.payload + 8) > 0);
	memcpy(label + 8, "label!!!", 8);
	assert_int_equal(command(model, PERSISTENT, 0x4103, label, 16), 0);
	put32(where + 4, 8);
	assert_int_equal(command(model, PERSISTENT, 0x4102, where, 8), 0);
	assert_memory_equal(message.payload, "label!!!", 8);
	put32(where, 4095);
	assert_int_equal(command(model, PERSISTENT, 0x4102, where, 8), 2);
	put64(where, 0x1000);
	assert_int_equal(command(model, SLD, 0x4301, where, 8), 0);
	put64(range + 8, 1000);
	assert_int_equal(command(model, SLD, 0x4300, range, 16), 0);
	assert_int_equal(get16(message.payload + 10), 1);
	assert_int_equal(command(model, SLD, 0x4400, NULL, 0), 1);
	model_advance(model, 2000000000);
	command(model, SLD, 0x4300, range, 16);
	assert_int_equal(get16(message.payload + 10), 0);
	assert_int_equal(command(model, SLD, 0x4402, "\0\0\0\0\0\0\0\0", 8), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, create_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_who_has_what), test(test_what_is_not_listed_is_unsupported),
		test(test_wild_input), test(test_wrong_lengths), test(test_switch_and_ports),
		test(test_port_control), test(test_config_request), test(test_ld_config_request),
		test(test_domain_validation),
		test(test_timestamp), test(test_event_overflow), test(test_lying_cel),
		test(test_logs), test(test_features), test(test_mld), test(test_dynamic_capacity),
		test(test_listed_extents),
		test(test_memory),
	};

	return cmocka_run_group_tests_name("model: commands", tests, NULL, NULL);
}
