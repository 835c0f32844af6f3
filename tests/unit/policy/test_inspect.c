// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inspectors, with all values of the fields that they check. The expected
 * results are computed here again, from the value.
 */
#include "unit.h"

#include "policy/audited.h"

#define Q	IMPACT_QUERY
#define S	IMPACT_SETTING
#define P	IMPACT_PROVISION
#define D	IMPACT_DESTRUCTIVE
#define NO	(-1)		/* not audited */

#define LENGTH_MOST	0x100

/* A field that takes all its values in an otherwise valid request. */
struct sweep {
	u16 opcode;
	u32 length, offset, width;	/* 1 or 2 bytes, little-endian */
	int (*means)(u32 value);	/* an impact, or NO */
};

static u32 swept;

static int found(u16 opcode, const u8 *payload, u32 length, struct swcci_audit *audit)
{
	u8 *copy = exact_copy(payload, length);

	swcci_audited_judge(opcode, copy, length, audit);
	free(copy);
	swept++;
	if (audit->audited)
		return (int)audit->impact;
	assert_int_equal(audit->impact, IMPACT_DESTRUCTIVE);
	return NO;
}

static void expect(u16 opcode, const u8 *payload, u32 length, int meaning)
{
	struct swcci_audit audit;
	int impact = found(opcode, payload, length, &audit);

	if (impact == meaning)
		return;
	print_message("# %04x, %u bytes:", opcode, length);
	for (u32 i = 0; i < length && i < 40; i++)
		print_message(" %02x", payload[i]);
	print_message("\n");
	assert_int_equal(impact, meaning);
}

static void sweep_from(const struct sweep *sweep, const u8 *base)
{
	u8 payload[LENGTH_MOST];

	memcpy(payload, base, sweep->length);
	for (u32 value = 0; value < 1u << 8 * sweep->width; value++) {
		payload[sweep->offset] = (u8)value;
		if (sweep->width == 2)
			payload[sweep->offset + 1] = (u8)(value >> 8);
		expect(sweep->opcode, payload, sweep->length, sweep->means(value));
	}
}

static int destructive_unless_reserved(u32 v) { return v ? NO : D; }
static int provision_unless_reserved(u32 v) { return v ? NO : P; }
static int setting_unless_reserved(u32 v) { return v ? NO : S; }
static int query_unless_reserved(u32 v) { return v ? NO : Q; }

/* byte 0 is the port; byte 1 assert, deassert PERST, reset */
static int port_control(u32 v) { return v >> 8 <= 2 ? D : NO; }
/* bit 7 writes, 6:0 are reserved */
static int config_request(u32 v) { return v == 0x80 ? D : v ? NO : Q; }
static int unbind_option(u32 v) { return v <= 1 ? P : v == 2 ? D : NO; }
/* free, contiguous, prescriptive; enabling shared access needs no consent of the owner */
static int add_policy(u32 v) { return v <= 2 ? P : v == 3 ? D : NO; }

static int release_flags(u32 v)
{
	if (v & 0xc0 || (v & 0xf) > 1)
		return NO;
	return v & 0x30 ? D : P;
}

/* class, then subclass: soft and hard repair; cacheline, row, bank, rank sparing; test */
static int maintenance(u32 v)
{
	switch (v) {
	case 0x0001: case 0x0101:
	case 0x0002: case 0x0102: case 0x0202: case 0x0302:
	case 0x0003:
		return D;
	}
	return NO;
}

/* class, then subclass: discovery; sanitize, zero */
static int media_operation(u32 v) { return !v ? Q : v == 0x0001 || v == 0x0101 ? D : NO; }
static int event_log(u32 v) { return v <= 4 ? Q : NO; }
static int event_log_cleared(u32 v) { return (v & 0xff) <= 4 && v >> 8 <= 1 ? S : NO; }
static int event_mode(u32 v) { return v & 0xc || (v & 3) == 3 ? NO : S; }
/* the previous receiver loses the events */
static int mctp_events(u32 v) { return v & 0x7fe0 ? NO : D; }
/* n of 2^n bytes: others are reserved */
static int response_limit(u32 v) { return v >= 8 && v <= 10 ? S : NO; }
/* assign, clear */
static int pid_assignment(u32 v) { return v <= 1 ? D : NO; }
/* bind, unbind */
static int pid_binding(u32 v) { return !v ? P : v == 1 ? D : NO; }
/* bit 0 clears what is read */
static int interrupt_vector(u32 v) { return !v ? Q : v == 1 ? S : NO; }
static int selection(u32 v) { return v <= 2 ? Q : NO; }
/* action in 2:0, saved in 3; an unnamed feature */
static int feature_flags(u32 v) { return (v & 7) <= 4 && v < 0x10 ? D : NO; }
static int anything_provisions(u32 v) { return P; }
static int anything_queries(u32 v) { return Q; }
static int anything_destroys(u32 v) { return D; }

static const struct sweep sweeps[] = {
	{ 0x5102, 2, 0, 2, port_control },
	{ 0x5103, 8, 3, 1, config_request },
	{ 0x5103, 8, 0, 1, anything_queries },
	{ 0x5103, 8, 1, 2, anything_queries },
	{ 0x5103, 8, 6, 2, anything_queries },
	{ 0x5301, 12, 3, 1, config_request },
	{ 0x5301, 12, 4, 2, anything_queries },
	{ 0x5301, 12, 6, 2, query_unless_reserved },
	{ 0x5201, 6, 3, 1, provision_unless_reserved },
	{ 0x5202, 3, 2, 1, unbind_option },
	{ 0x5203, 0x28, 2, 2, destructive_unless_reserved },
	{ 0x5604, 0x1c, 2, 1, add_policy },
	{ 0x5604, 0x20, 2, 1, add_policy },
	{ 0x5605, 0x1c, 2, 1, release_flags },
	{ 0x5605, 0x20, 2, 1, release_flags },
	{ 0x5605, 0x1c, 0, 2, anything_provisions },
	{ 0x0600, 2, 0, 2, maintenance },
	{ 0x0600, 0x10, 0, 2, maintenance },
	{ 0x4402, 8, 0, 2, media_operation },
	{ 0x4402, 12, 0, 2, media_operation },
	{ 0x4402, 8, 2, 2, query_unless_reserved },
	{ 0x0100, 1, 0, 1, event_log },
	{ 0x0101, 6, 0, 2, event_log_cleared },
	{ 0x0101, 6, 3, 1, setting_unless_reserved },
	{ 0x0101, 6, 4, 2, setting_unless_reserved },
	{ 0x0103, 4, 0, 1, event_mode },
	{ 0x0103, 4, 3, 1, event_mode },
	{ 0x0103, 5, 0, 1, event_mode },
	{ 0x0103, 5, 1, 1, event_mode },
	{ 0x0103, 5, 2, 1, event_mode },
	{ 0x0103, 5, 3, 1, event_mode },
	{ 0x0103, 5, 4, 1, event_mode },
	{ 0x0105, 2, 0, 2, mctp_events },
	{ 0x0004, 1, 0, 1, response_limit },
	{ 0x5704, 4, 0, 1, pid_assignment },
	{ 0x5704, 4, 2, 2, destructive_unless_reserved },	/* a count of what is not there */
	{ 0x5706, 0x1c, 0, 1, pid_binding },
	{ 0x5706, 0x1c, 1, 2, anything_provisions },
	{ 0x5801, 9, 0, 2, anything_queries },
	{ 0x5801, 9, 8, 1, interrupt_vector },
	{ 0x5809, 0x16, 0, 2, anything_destroys },
	{ 0x0500, 8, 6, 2, query_unless_reserved },
	{ 0x0501, 0x15, 0x14, 1, selection },
	{ 0x0502, 0x20, 0x10, 2, feature_flags },
	{ 0x0502, 0x20, 0x12, 2, destructive_unless_reserved },
	{ 0x0502, 0x20, 0x14, 2, anything_destroys },	/* offset */
	{ 0x0502, 0x20, 0x16, 1, anything_destroys },	/* version */
	{ 0x0502, 0x20, 0x17, 1, destructive_unless_reserved },
	{ 0x0502, 0x20, 0x18, 2, destructive_unless_reserved },
	{ 0x0502, 0x20, 0x1a, 2, destructive_unless_reserved },
	{ 0x0502, 0x20, 0x1c, 2, destructive_unless_reserved },
	{ 0x0502, 0x20, 0x1e, 2, destructive_unless_reserved },
	{ 0x0502, 0x28, 0x17, 1, destructive_unless_reserved },
	{ 0x0502, 0x28, 0x20, 2, anything_destroys },	/* data */
};

static void every_value(void **state)
{
	static const u8 zeroes[LENGTH_MOST];

	for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++)
		sweep_from(&sweeps[i], zeroes);
}

/* A flag that raises does so beside every value of the bytes that say nothing. */
static void write_beside_anything(void **state)
{
	u8 payload[12] = { 0 };

	for (u32 value = 0; value <= 0xff; value++)
		for (u32 at = 0; at < sizeof(payload); at++) {
			memset(payload, 0, sizeof(payload));
			payload[at] = (u8)value;
			payload[3] = 0x80;
			if (at < 8)
				expect(0x5103, payload, 8, D);
			expect(0x5301, payload, 12, value && (at == 6 || at == 7) ? NO : D);
		}
}

/* ---- counts ---- */

struct counted {
	u16 opcode;
	u32 fixed, each, at, width, most;
	int meaning;
};

static const struct counted counts[] = {
	{ 0x5101, 1, 1, 0, 1, 0xff, Q },
	{ 0x5200, 3, 1, 2, 1, 0xff, Q },
	{ 0x0101, 6, 2, 2, 1, 0xff, S },
	{ 0x5402, 4, 0x10, 0, 1, 0xff, D },
	{ 0x5407, 2, 1, 0, 1, 0xff, D },
	{ 0x5409, 2, 1, 0, 1, 0xff, D },
	{ 0x4802, 8, 0x18, 0, 4, 40, D },
	{ 0x4803, 8, 0x18, 0, 4, 40, D },
	{ 0x5604, 0x20, 0x28, 0x1c, 4, 40, P },
	{ 0x5605, 0x20, 0x28, 0x1c, 4, 40, P },
	{ 0x5702, 1, 1, 0, 1, 0xff, Q },
	{ 0x5704, 4, 5, 2, 2, 40, D },
};

static void put_count(u8 *payload, const struct counted *c, u32 count)
{
	if (c->width == 4)
		put_le32(payload + c->at, count);
	else if (c->width == 2)
		put_le16(payload + c->at, (u16)count);
	else
		payload[c->at] = (u8)count;
}

/* Every count against the lengths of every other, and a byte to either side. */
static void every_count(void **state)
{
	static u8 payload[0x20 + 0x28 * 0x100];

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const struct counted *c = &counts[i];

		for (u32 told = 0; told <= c->most; told++)
			for (u32 there = 0; there <= c->most; there += there < 3 ? 1 : 9) {
				u32 length = c->fixed + c->each * there;

				memset(payload, 0, 0x40);
				put_count(payload, c, told);
				expect(c->opcode, payload, length, told == there ? c->meaning : NO);
			}
	}
}

static void lengths_between_counts(void **state)
{
	static u8 payload[0x20 + 3 * 0x28];

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const struct counted *c = &counts[i];

		for (u32 count = 0; count <= 2; count++) {
			memset(payload, 0, sizeof(payload));
			put_count(payload, c, count);
			for (u32 length = 0; length < c->fixed + 3 * c->each; length++) {
				/* capacity requests without a count are older and legal */
				bool older = c->opcode >> 8 == 0x56 && length == 0x1c;
				bool whole = length == c->fixed + c->each * count;

				if (length)
					expect(c->opcode, payload, length,
					       older || whole ? c->meaning : NO);
			}
		}
	}
}

/* Counts that wrap when they are multiplied in 32 bits. */
static void counts_that_wrap(void **state)
{
	static u8 payload[0x20 + 0x28];

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const struct counted *c = &counts[i];

		for (int bit = 0; c->width == 4 && bit < 32; bit++) {
			memset(payload, 0, sizeof(payload));
			put_le32(payload + c->at, 1u << bit | (bit ? 1 : 0));
			expect(c->opcode, payload, c->fixed + c->each, bit ? NO : c->meaning);
			expect(c->opcode, payload, c->fixed, NO);
		}
	}
}

/* Whole entries; the count of the specification is not checked. */
static void uncounted_entries(void **state)
{
	static const struct { u16 opcode; u32 fixed, each; } entries[] = {
		{ 0x5709, 6, 2 }, { 0x570b, 6, 12 }, { 0x570f, 6, 8 }, { 0x5711, 8, 2 },
		{ 0x5713, 6, 5 }, { 0x5806, 6, 8 }, { 0x5808, 8, 2 },
	};
	static u8 payload[LENGTH_MOST];

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		for (u32 length = 1; length < sizeof(payload); length++) {
			bool whole = length >= entries[i].fixed &&
				     !((length - entries[i].fixed) % entries[i].each);

			expect(entries[i].opcode, payload, length, whole ? D : NO);
		}
}

/* ---- 5302h: layout, and that any of it discloses ---- */

static void put_memory_request(u8 *payload, bool write, u16 length)
{
	memset(payload, 0xff, LENGTH_MOST);
	memset(payload + 1, 0, 3);
	payload[3] = write ? 0x80 : 0;
	put_le16(payload + 6, length);
}

static void expect_memory_request(const u8 *payload, u32 length, bool fits)
{
	struct swcci_audit audit;

	assert_int_equal(found(0x5302, payload, length, &audit), fits ? D : NO);
	if (fits)
		assert_true(audit.disclosing);
}

static void memory_request_lengths(void **state)
{
	static u8 payload[0x10 + 0x1002];
	u8 head[LENGTH_MOST];

	for (u32 said = 0; said <= 0x1001; said += said < 0x20 ? 1 : 0x7f)
		for (u32 off = 0; off <= 2; off++) {
			put_memory_request(head, false, (u16)said);
			memcpy(payload, head, sizeof(head));
			expect_memory_request(payload, 0x10 + off, !off && said <= 0x1000);
			payload[3] = 0x80;
			expect_memory_request(payload, 0x10 + said + off, !off && said <= 0x1000);
			if (said)
				expect_memory_request(payload, 0x10 + said - 1, false);
		}
	for (u32 said = 0xfff; said <= 0xffff; said++) {
		put_memory_request(head, false, (u16)said);
		expect_memory_request(head, 0x10, said <= 0x1000);
	}
}

static void memory_request_bits(void **state)
{
	u8 payload[LENGTH_MOST];

	for (u32 write = 0; write <= 1; write++)
		for (u32 bit = 0; bit < 23; bit++) {
			put_memory_request(payload, write, 4);
			payload[1 + bit / 8] |= (u8)(1 << bit % 8);
			/* byte enables of the first and the last doubleword */
			expect_memory_request(payload, write ? 0x14 : 0x10, bit >= 12 && bit <= 19);
		}
}

/* ---- maintenance ---- */

/* Whether there are resources may be queried; only repair and sparing have that flag. */
static void maintenance_queries(void **state)
{
	u8 payload[16] = { 0 };

	for (u32 what = 0; what <= 0xffff; what++)
		for (u32 flags = 0; flags <= 0xff; flags++) {
			bool query = flags & 1 && ((what & 0xff) == 1 || (what & 0xff) == 2);

			put_le16(payload, (u16)what);
			payload[2] = (u8)flags;
			expect(0x0600, payload, 3, maintenance(what) == D && query ? S :
			       maintenance(what));
			/* the flags are not there */
			if (!flags)
				expect(0x0600, payload, 2, maintenance(what));
		}
}

/* ---- what is never audited, and what is never sent ---- */

static void wrapped_and_unanswered(void **state)
{
	u8 payload[LENGTH_MOST] = { 0 };
	struct swcci_audit audit;

	for (u32 length = 0; length < sizeof(payload); length++) {
		assert_int_equal(found(0x5701, payload, length, &audit), NO);
		assert_false(audit.unanswered);
		assert_string_equal(swcci_audited_row(audit.text_row)->name, "Fabric Crawl Out");
		assert_int_equal(found(0x0106, payload, length, &audit), NO);
		assert_true(audit.unanswered);
		assert_string_equal(swcci_audited_row(audit.text_row)->name, "Event Notification");
	}
	for (u32 opcode = 0; opcode <= 0xffff; opcode++) {
		found((u16)opcode, payload, 2, &audit);
		assert_int_equal(audit.unanswered, opcode == 0x0106);
	}
}

static void ld_allocations(void **state)
{
	u8 payload[3] = { 0 };

	for (u32 length = 0; length <= 3; length++)
		expect(0x5401, payload, length, length == 0 || length == 2 ? Q : NO);
}

/* ---- UUIDs ---- */

static const struct known_log {
	u8 uuid[16];
	bool disclosing;
} logs[] = {
	{ { 0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	    0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17 }, false },	/* effects */
	{ { 0x5e, 0x18, 0x19, 0xd9, 0x11, 0xa9, 0x40, 0x0c,
	    0x81, 0x1f, 0xd6, 0x07, 0x19, 0x40, 0x3d, 0x86 }, true },	/* vendor debug */
	{ { 0xb3, 0xfa, 0xb4, 0xcf, 0x01, 0xb6, 0x43, 0x32,
	    0x94, 0x3e, 0x5e, 0x99, 0x62, 0xf2, 0x35, 0x67 }, true },	/* state dump */
	{ { 0xf1, 0x72, 0x0d, 0x60, 0xa7, 0xa9, 0x43, 0x06,
	    0xa0, 0x03, 0x11, 0x94, 0x8f, 0x9e, 0x07, 0x7c }, false },	/* DDR5 ECS */
	{ { 0xe6, 0xdf, 0xa3, 0x2c, 0xd1, 0x3e, 0x4a, 0x5c,
	    0x8c, 0xa8, 0x99, 0xbe, 0xbb, 0xf7, 0x31, 0xa4 }, false },	/* test capability */
	{ { 0x2c, 0x25, 0x55, 0x22, 0x8c, 0xe4, 0x11, 0xec,
	    0xb9, 0x09, 0x02, 0x42, 0xac, 0x12, 0x00, 0x02 }, false },	/* results, short */
	{ { 0xc1, 0xfe, 0x0b, 0x3e, 0x7a, 0x00, 0x44, 0x8e,
	    0xa2, 0x4e, 0xa6, 0xaa, 0xbb, 0xfe, 0x58, 0x7a }, false },	/* results, long */
	{ { 0 }, true },
};

static void expect_log(const u8 *payload, bool disclosing)
{
	struct swcci_audit audit;

	assert_int_equal(found(0x0401, payload, 0x18, &audit), Q);
	assert_int_equal(audit.disclosing, disclosing);
}

static void every_log(void **state)
{
	u8 payload[0x18];

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		memcpy(payload, logs[i].uuid, 16);
		memset(payload + 16, 0xff, 8);	/* offset, length: the device's affair */
		expect_log(payload, logs[i].disclosing);
		for (int bit = 0; bit < 128; bit++) {
			payload[bit / 8] ^= (u8)(1 << bit % 8);
			expect_log(payload, true);
			payload[bit / 8] ^= (u8)(1 << bit % 8);
		}
	}
}

/* What is known of a log concerns Get Log; to look at its capabilities discloses nothing. */
static void other_commands_with_logs(void **state)
{
	struct swcci_audit audit;

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		assert_int_equal(found(0x0402, logs[i].uuid, 16, &audit), Q);
		assert_false(audit.disclosing);
		assert_int_equal(found(0x0403, logs[i].uuid, 16, &audit), S);
		assert_int_equal(found(0x0404, logs[i].uuid, 16, &audit), S);
	}
}

static const u8 scrub[16] = { 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b,
			      0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a };
static const u8 ecs[16] = { 0xe5, 0xb1, 0x3f, 0x22, 0x23, 0x28, 0x4a, 0x14,
			    0xb8, 0xba, 0xb9, 0x69, 0x1e, 0x89, 0x33, 0x86 };

/* Features whose readable attributes the specification lists; of any other nothing is known. */
static const u8 readable[][16] = {
	{ 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b,
	  0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a },	/* patrol scrub */
	{ 0xe5, 0xb1, 0x3f, 0x22, 0x23, 0x28, 0x4a, 0x14,
	  0xb8, 0xba, 0xb9, 0x69, 0x1e, 0x89, 0x33, 0x86 },	/* DDR5 ECS */
	{ 0x89, 0x2b, 0xa4, 0x75, 0xfa, 0xd8, 0x47, 0x4e,
	  0x9d, 0x3e, 0x69, 0x2c, 0x91, 0x75, 0x68, 0xbb },	/* soft PPR */
	{ 0x80, 0xea, 0x45, 0x21, 0x78, 0x6f, 0x41, 0x27,
	  0xaf, 0xb1, 0xec, 0x74, 0x59, 0xfb, 0x0e, 0x24 },	/* hard PPR */
	{ 0x96, 0xc3, 0x33, 0x86, 0x91, 0xdd, 0x44, 0xc7,
	  0x9e, 0xcb, 0xfd, 0xaf, 0x65, 0x03, 0xba, 0xc4 },	/* cacheline sparing */
	{ 0x45, 0x0e, 0xbf, 0x67, 0xb1, 0x35, 0x4f, 0x97,
	  0xa4, 0x98, 0xc2, 0xd5, 0x7f, 0x27, 0x9b, 0xed },	/* row sparing */
	{ 0x78, 0xb7, 0x96, 0x36, 0x90, 0xac, 0x4b, 0x64,
	  0xa4, 0xef, 0xfa, 0xac, 0x5d, 0x18, 0xa8, 0x63 },	/* bank sparing */
	{ 0x34, 0xdb, 0xaf, 0xf5, 0x05, 0x52, 0x42, 0x81,
	  0x8f, 0x76, 0xda, 0x0b, 0x5e, 0x7a, 0x76, 0xa7 },	/* rank sparing */
};

static void expect_feature(const u8 *payload, bool disclosing)
{
	struct swcci_audit audit;

	assert_int_equal(found(0x0501, payload, 0x15, &audit), Q);
	assert_int_equal(audit.disclosing, disclosing);
}

static void features_read(void **state)
{
	u8 payload[0x15] = { 0 };

	expect_feature(payload, true);
	memset(payload, 0xff, 16);		/* "in transfer" is for Set Feature alone */
	expect_feature(payload, true);
	for (size_t i = 0; i < ARRAY_SIZE(readable); i++) {
		memcpy(payload, readable[i], 16);
		for (payload[20] = 0; payload[20] <= 2; payload[20]++)
			expect_feature(payload, false);
		payload[20] = 0;
		for (int bit = 0; bit < 128; bit++) {
			payload[bit / 8] ^= (u8)(1 << bit % 8);
			expect_feature(payload, true);
			payload[bit / 8] ^= (u8)(1 << bit % 8);
		}
	}
}

/*
 * All ones name the feature in transfer, CXL 3.1 table 8-101: which one it is stands
 * in the first part, so no part is judged more kindly than any feature.
 */
static void feature_in_transfer(void **state)
{
	u8 payload[0x20] = { 0 };
	struct swcci_audit audit;

	memset(payload, 0xff, 16);
	for (u32 flags = 0; flags <= 0xff; flags++) {
		payload[0x10] = (u8)flags;
		assert_int_equal(found(0x0502, payload, sizeof(payload), &audit),
				 feature_flags(flags));
		assert_int_equal(audit.feature, -1);
	}
}

/* A named feature may be a setting, in every part of its transfer; a neighbour's UUID may not. */
static void every_feature(void **state)
{
	const u8 *const named[] = { scrub, ecs };
	u8 payload[0x20];
	struct swcci_audit audit;

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		for (int bit = -1; bit < 128; bit++)
			for (u32 flags = 0; flags <= 0xff; flags++) {
				bool known = (flags & 7) <= 4 && flags < 0x10;
				int impact;

				memset(payload, 0, sizeof(payload));
				memcpy(payload, named[i], 16);
				if (bit >= 0)
					payload[bit / 8] ^= (u8)(1 << bit % 8);
				payload[0x10] = (u8)flags;
				impact = found(0x0502, payload, sizeof(payload), &audit);
				assert_int_equal(impact, !known ? NO : bit < 0 ? S : D);
				if (known)
					assert_int_equal(audit.feature, bit < 0 ? (int)i : -1);
			}
}

/* ---- all requests of one length ---- */

/* Nothing is audited that is shorter or longer than its row says. */
static void every_length_of_every_row(void **state)
{
	static u8 payload[0x200];
	struct swcci_audit audit;

	for (int i = 0; i < swcci_audited_rows(); i++) {
		const struct swcci_audited_row *row = swcci_audited_row(i);

		if (row->opcode >= 0xc000)
			continue;
		for (u32 length = 0; length < sizeof(payload); length++) {
			found(row->opcode, payload, length, &audit);
			if (length < row->length_min || length > row->length_max)
				assert_false(audit.audited);
			else if (!row->inspect)
				assert_true(audit.audited);
			assert_int_equal(audit.row, i);
		}
	}
}

/* What a reviewer, EXPLAIN and the CEL parser rely on. */
static void rows_are_sane(void **state)
{
	int last = -1;

	for (int i = 0; i < swcci_audited_rows() - swcci_vendor_row_count; i++) {
		const struct swcci_audited_row *row = swcci_audited_row(i);

		assert_true(row->opcode > last);	/* the search needs the order */
		assert_int_equal(swcci_audited_find(row->opcode), i);
		assert_true(row->opcode < 0xc000);
		assert_true(row->length_min <= row->length_max && row->length_max <= 0x100000);
		assert_false(row->effects & EFFECT_RESERVED);
		/* what a query may claim would hide what it does */
		assert_true(row->impact > IMPACT_QUERY || !(row->effects & ~EFFECT_BACKGROUND));
		/* nothing below DESTRUCTIVE is expected to touch security */
		assert_true(row->impact == IMPACT_DESTRUCTIVE || !(row->effects & EFFECT_SECURITY));
		assert_true(row->name && *row->name && row->section && *row->section &&
			    row->reason && *row->reason);
		last = row->opcode;
	}
}

/* By nature not audited, whatever their length. */
static void no_row_for_these(void **state)
{
	static const u16 first_last[][2] = {
		{ 0x0107, 0x0108 }, { 0x4900, 0x4fff }, { 0x5204, 0x52ff }, { 0x5300, 0x5300 },
		{ 0x5303, 0x53ff }, { 0x5717, 0x57ff }, { 0x580c, 0x58ff }, { 0x5905, 0xbfff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(first_last); i++)
		for (u32 opcode = first_last[i][0]; opcode <= first_last[i][1]; opcode++)
			assert_int_equal(swcci_audited_find((u16)opcode), -1);
}

static int count(void **state)
{
	print_message("# %u requests inspected\n", swept);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value),
		cmocka_unit_test(write_beside_anything),
		cmocka_unit_test(every_count),
		cmocka_unit_test(lengths_between_counts),
		cmocka_unit_test(counts_that_wrap),
		cmocka_unit_test(uncounted_entries),
		cmocka_unit_test(memory_request_lengths),
		cmocka_unit_test(memory_request_bits),
		cmocka_unit_test(maintenance_queries),
		cmocka_unit_test(wrapped_and_unanswered),
		cmocka_unit_test(ld_allocations),
		cmocka_unit_test(every_log),
		cmocka_unit_test(other_commands_with_logs),
		cmocka_unit_test(features_read),
		cmocka_unit_test(feature_in_transfer),
		cmocka_unit_test(every_feature),
		cmocka_unit_test(every_length_of_every_row),
		cmocka_unit_test(rows_are_sane),
		cmocka_unit_test(no_row_for_these),
	};

	return cmocka_run_group_tests(tests, NULL, count);
}
