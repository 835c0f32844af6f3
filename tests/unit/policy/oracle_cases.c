// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generates the requests. For each command of the table these are its lengths and
 * the ones next to them, valid and invalid counts, each rule's values and their
 * neighbors, and mixtures of them. Commands without a row are included.
 */
#include "oracle_cases.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST		0x100001u
#define MIXED_LARGEST	0x400u
#define MORE		60
#define VENDORS		16
#define GET_LOG		0x0401
#define GET_FEATURE	0x0501
#define SET_FEATURE	0x0502

struct oracle_case *oracle_cases;
int oracle_case_count;

static struct {
	uint16_t vendor_id, device_id, opcode;
	uint32_t least, most;
	enum oracle_impact impact;
} vendors[VENDORS];
static int vendor_count;

static uint64_t random_state;

static uint32_t roll(uint32_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % below;
}

static struct oracle_case *add(uint16_t opcode, const uint8_t *payload, uint32_t length)
{
	struct oracle_case *c;

	/* room for twice as many whenever a power of two is full */
	if (!(oracle_case_count & (oracle_case_count - 1))) {
		size_t room = oracle_case_count ? 2 * (size_t)oracle_case_count : 1;

		oracle_cases = realloc(oracle_cases, room * sizeof(*oracle_cases));
		if (!oracle_cases)
			abort();
	}
	c = &oracle_cases[oracle_case_count++];
	*c = (struct oracle_case){ .opcode = opcode, .length = length };
	c->payload = malloc(length ? length : 1);
	if (!c->payload)
		abort();
	if (length)
		memcpy(c->payload, payload, length);
	return c;
}

static void put(uint8_t *payload, uint32_t offset, uint32_t width, uint32_t mask, uint32_t value)
{
	for (uint32_t i = 0; i < width; i++) {
		uint8_t keep = (uint8_t)~(mask >> 8 * i);

		payload[offset + i] = (uint8_t)((payload[offset + i] & keep) |
						(value >> 8 * i & (mask >> 8 * i)));
	}
}

/* The candidates for a rule's field, one by one; false when there are no more. */
static bool rule_value(const struct oracle_rule *rule, uint32_t number, uint32_t *value)
{
	uint32_t per_range = 4u * (uint32_t)rule->ranges;

	if (number < per_range) {
		const struct oracle_range *range = &rule->range[number / 4];
		const uint32_t near[] = { range->low, range->high,
					  range->low - 1, range->high + 1 };

		*value = near[number % 4];
		return true;
	}
	number -= per_range;
	if (number < 2) {
		*value = number ? UINT32_MAX : 0;
		return true;
	}
	number -= 2;
	*value = 1u << number % 32;
	return number < 32;
}

static void add_values_of(const struct oracle_rule *rule, uint16_t opcode,
			  const uint8_t *payload, uint32_t length)
{
	uint32_t value;
	uint8_t *copy;

	if (rule->opcode != opcode || rule->offset + rule->width > length)
		return;
	copy = malloc(length);
	if (!copy)
		abort();
	for (uint32_t k = 0; rule_value(rule, k, &value); k++) {
		memcpy(copy, payload, length);
		put(copy, rule->offset, rule->width, rule->mask, value);
		add(opcode, copy, length);
	}
	free(copy);
}

static void add_rule_values(uint16_t opcode, const uint8_t *payload, uint32_t length)
{
	for (int i = 0; i < oracle_rule_count; i++)
		add_values_of(&oracle_rules[i], opcode, payload, length);
	for (int i = 0; i < oracle_size_count; i++)
		add_values_of(&oracle_sizes[i].field, opcode, payload, length);
}

static void add_length(const struct oracle_command *command, const struct oracle_length *fit,
		       uint32_t count, int32_t told, int32_t off)
{
	int64_t length = (int64_t)fit->base + (int64_t)fit->unit * count + off;
	uint8_t *payload;

	if (length < 0 || length > LARGEST)
		return;
	payload = calloc(1, (size_t)length + 8);
	if (!payload)
		abort();
	for (int fill = 0; fill <= 0xff; fill += 0xff) {
		memset(payload, fill, (size_t)length);
		if (fit->unit && fit->count_at + fit->count_width <= length)
			put(payload, fit->count_at, fit->count_width, UINT32_MAX,
			    count + (uint32_t)told);
		add(command->opcode, payload, (uint32_t)length);
		/* where the length is open, fields beyond the least one too */
		if (!fill && !told && (!off || off == MORE) && length <= MIXED_LARGEST)
			add_rule_values(command->opcode, payload, (uint32_t)length);
	}
	free(payload);
}

static void add_lengths(const struct oracle_command *command)
{
	static const uint32_t counts[] = { 0, 1, 2, 255 };

	for (int k = 0; k < command->lengths; k++) {
		const struct oracle_length *fit = &command->length[k];

		for (int32_t off = -1; off <= 1; off++) {
			for (int n = 0; n < (fit->unit ? 4 : 1); n++)
				for (int32_t told = -1; told <= 1; told++)
					add_length(command, fit, counts[n], told, off);
			if (fit->open_ended || (fit->unit && !fit->count_width)) {
				struct oracle_length most = { .base = 0x100000 };

				add_length(command, fit, 0, 0, MORE + off);
				add_length(command, &most, 0, 0, off);
			}
		}
	}
}

/* Several fields of a valid request at once. */
static void add_mixtures(const struct oracle_command *command, int first, unsigned int wanted)
{
	int last = oracle_case_count;

	for (unsigned int k = 0; k < wanted && last > first; k++) {
		int pick = first + (int)roll((uint32_t)(last - first));
		const struct oracle_case *base = &oracle_cases[pick];
		struct oracle_case *c;
		uint32_t value;

		if (base->length > MIXED_LARGEST)
			continue;
		c = add(command->opcode, base->payload, base->length);
		for (int i = 0; i < oracle_rule_count; i++) {
			const struct oracle_rule *rule = &oracle_rules[i];

			if (rule->opcode == command->opcode && roll(3) == 0 &&
			    rule->offset + rule->width <= c->length &&
			    rule_value(rule, roll(4u * (uint32_t)rule->ranges + 34), &value))
				put(c->payload, rule->offset, rule->width, rule->mask, value);
		}
		if (c->length && roll(2))
			c->payload[roll(c->length)] = (uint8_t)roll(256);
	}
}

/* A UUID and each that differs from it in one bit. */
static void add_uuids(uint16_t opcode, uint32_t length, const uint8_t *uuid)
{
	uint8_t payload[0x20] = { 0 };

	for (int bit = -1; bit < 8 * ORACLE_UUID; bit++) {
		memcpy(payload, uuid, ORACLE_UUID);
		if (bit >= 0)
			payload[bit / 8] ^= (uint8_t)(1 << bit % 8);
		add(opcode, payload, length);
		if (bit < 0)
			add_rule_values(opcode, payload, length);
	}
}

/* By nature not audited: GFD commands, a wrapper, vendors, nothing at all. */
static void add_unaudited(void)
{
	static const uint16_t opcodes[] = {
		0x0000, 0x0006, 0x00ff, 0x0107, 0x0108, 0x0203, 0x0302, 0x0406, 0x0503, 0x0601,
		0x0703, 0x4001, 0x4306, 0x4506, 0x4804, 0x4900, 0x4914, 0x5108, 0x5204, 0x5205,
		0x5303, 0x540a, 0x5502, 0x5609, 0x5701, 0x5717, 0x580c, 0x5905,
		0x5b00, 0x8000, 0xbfff, 0xc000, 0xc001, 0xfffe, 0xffff,
	};
	static const uint8_t payload[64];

	for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++)
		for (uint32_t length = 0; length <= 64; length += 8)
			add(opcodes[i], payload, length);
}

static void take_vendor(char **field, int fields)
{
	char *text[8];

	if (fields != 7 || vendor_count == VENDORS)
		oracle_bad_line("not a vendor row, or too many");
	for (int i = 0; i < fields; i++) {
		text[i] = field[i] + strspn(field[i], " ");
		text[i][strcspn(text[i], " ")] = '\0';
	}
	vendors[vendor_count].vendor_id = (uint16_t)strtoul(text[0], NULL, 16);
	vendors[vendor_count].device_id = (uint16_t)strtoul(strchr(text[0], ':') + 1, NULL, 16);
	vendors[vendor_count].opcode = (uint16_t)strtoul(text[1], NULL, 16);
	vendors[vendor_count].least = (uint32_t)strtoul(text[3], NULL, 10);
	vendors[vendor_count].most = (uint32_t)strtoul(text[4], NULL, 10);
	vendors[vendor_count].impact = oracle_outcome(text[5]);
	vendor_count++;
}

void oracle_load_vendors(void)
{
	oracle_lines(ORACLE_TABLES "/vendor_test.csv", take_vendor);
}

/* Each vendor opcode at each identity of the file, and at strangers' that differ by one. */
static void add_vendors(void)
{
	uint8_t *payload = calloc(1, LARGEST);
	struct oracle_case *c;

	if (!payload)
		abort();
	for (int i = 0; i < vendor_count; i++) {
		const uint32_t lengths[] = { 0, vendors[i].least, vendors[i].least - 1,
					     vendors[i].most, vendors[i].most + 1 };

		for (int k = 0; k < 5 * vendor_count * 3; k++) {
			int who = k / 5 % vendor_count, stranger = k / 5 / vendor_count;

			if (lengths[k % 5] > LARGEST)
				continue;
			c = add(vendors[i].opcode, payload, lengths[k % 5]);
			c->has_identity = true;
			c->vendor_id = (uint16_t)(vendors[who].vendor_id ^ (stranger == 1));
			c->device_id = (uint16_t)(vendors[who].device_id ^ (stranger == 2) << 15);
		}
	}
	free(payload);
	/* an identity with vendor rows changes nothing about the standard's commands */
	for (int i = 0, last = oracle_case_count; i < last; i += 97) {
		struct oracle_case copy = oracle_cases[i];

		c = add(copy.opcode, copy.payload, copy.length);
		c->has_identity = true;
		c->vendor_id = vendors[0].vendor_id;
		c->device_id = vendors[0].device_id;
	}
}

void oracle_make_cases(unsigned int random_each)
{
	uint8_t in_transfer[ORACLE_UUID];

	random_state = 1;
	for (int i = 0; i < oracle_command_count; i++) {
		int first = oracle_case_count;

		add_lengths(&oracle_commands[i]);
		add_mixtures(&oracle_commands[i], first, random_each);
	}
	for (int i = 0; i < oracle_log_count; i++)
		add_uuids(GET_LOG, 0x18, oracle_logs[i].uuid);
	for (int i = 0; i < oracle_feature_count; i++)
		add_uuids(SET_FEATURE, 0x20, oracle_features[i]);
	for (int i = 0; i < oracle_readable_count; i++)
		add_uuids(GET_FEATURE, 0x15, oracle_readable[i]);
	/* "the feature in transfer", CXL 3.1 table 8-101 */
	memset(in_transfer, 0xff, sizeof(in_transfer));
	add_uuids(SET_FEATURE, 0x20, in_transfer);
	add_unaudited();
	add_vendors();
}

void oracle_free_cases(void)
{
	for (int i = 0; i < oracle_case_count; i++)
		free(oracle_cases[i].payload);
	free(oracle_cases);
	oracle_cases = NULL;
	oracle_case_count = 0;
}

struct oracle_judgement oracle_judge_case(const struct oracle_case *c)
{
	struct oracle_judgement judgement = oracle_judge(c->opcode, c->payload, c->length);

	for (int i = 0; c->has_identity && i < vendor_count; i++) {
		if (vendors[i].opcode != c->opcode || vendors[i].vendor_id != c->vendor_id ||
		    vendors[i].device_id != c->device_id || c->length < vendors[i].least ||
		    c->length > vendors[i].most)
			continue;
		return (struct oracle_judgement){ .audited = true, .impact = vendors[i].impact };
	}
	return judgement;
}

/* CXL 3.1 7.6.7.3.1: 4 bytes of tunnel, 12 of message, the payload; from inside out. */
uint8_t *oracle_wrap(const struct oracle_case *c, int tunnels, uint16_t *opcode, uint32_t *length)
{
	uint32_t head = 16u * (uint32_t)tunnels;
	uint8_t *bytes = calloc(1, head + c->length + 1);

	if (!bytes)
		abort();
	if (c->length)
		memcpy(bytes + head, c->payload, c->length);
	*opcode = c->opcode;
	*length = c->length;
	while (head) {
		head -= 16;
		bytes[head] = (uint8_t)(head / 16);		/* port, then LD */
		put(bytes, head + 2, 2, 0xffff, *length + 12);
		bytes[head + 5] = 0x10;				/* tag */
		put(bytes, head + 7, 2, 0xffff, *opcode);
		put(bytes, head + 9, 3, 0x1fffff, *length);
		put(bytes, head + 14, 2, 0xffff, 0xabcd);	/* as libcxlmi does */
		*opcode = 0x5300;
		*length += 16;
	}
	return bytes;
}
