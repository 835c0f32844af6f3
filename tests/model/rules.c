// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in a component's answers, as rules: which kind, on which opcode, how
 * often, after how many. One table says what there is and what each does. Knows
 * framing, but no command.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define CHAOS_SLOW_MS	30u

enum phase { PHASE_LATENCY, PHASE_BEFORE, PHASE_AFTER, PHASE_SHOWN, PHASE_MESSAGE, PHASE_WRAPPER };

/* What a rule may change; each phase fills in what it has. */
struct subject {
	struct call *call;
	uint16_t *return_code;
	uint64_t latency;
	enum rule_outcome outcome;
	uint32_t *out_len;
	uint16_t *out_opcode;
	uint8_t *bytes;
	size_t len, room;
};

struct rule_kind {
	const char *name;
	enum phase phase;
	bool needs_value;
	void (*apply)(struct subject *subject, uint64_t value);
	const char *help;
};

struct rule {
	const struct rule_kind *kind;
	int32_t opcode;			/* -1: any */
	int64_t skip, left;		/* left -1: for ever */
	uint64_t value;
	struct rule *next;
};

static void slow(struct subject *s, uint64_t value)
{
	s->latency += value * NS_PER_MS;
}

static void answer_code(struct subject *s, uint64_t value)
{
	*s->return_code = (uint16_t)value;
	s->outcome = RULE_ANSWERED;
}

static void stay_silent(struct subject *s, uint64_t value)
{
	(void)value;
	s->outcome = RULE_SILENT;
}

static void code_after(struct subject *s, uint64_t value)
{
	*s->return_code = (uint16_t)value;
	if (value > RC_BACKGROUND)
		s->call->out_len = 0;
}

static void vendor_status(struct subject *s, uint64_t value)
{
	s->call->vendor_status = (uint16_t)value;
}

static void garbage(struct subject *s, uint64_t value)
{
	size_t i;

	(void)value;
	for (i = 0; i < s->call->out_len; i++)
		s->call->out[i] = (uint8_t)model_random(s->call->cci->model);
}

static void payload_length(struct subject *s, uint64_t value)
{
	size_t len = value < s->call->room ? value : s->call->room;

	if (len > s->call->out_len)
		memset(s->call->out + s->call->out_len, 0xee, len - s->call->out_len);
	s->call->out_len = len;
}

static void flip_byte(struct subject *s, uint64_t value)
{
	if (value < s->call->out_len)
		s->call->out[value] ^= 0xff;
}

static void shown_length(struct subject *s, uint64_t value)
{
	*s->out_len = (uint32_t)value & 0x1fffff;
}

static void shown_opcode(struct subject *s, uint64_t value)
{
	*s->out_opcode = (uint16_t)value;
}

static void message_category(struct subject *s, uint64_t value)
{
	s->bytes[0] = (uint8_t)((s->bytes[0] & 0xf0) | (value & 0xf));
}

static void message_tag(struct subject *s, uint64_t value)
{
	s->bytes[1] = (uint8_t)value;
}

static void message_reserved(struct subject *s, uint64_t value)
{
	(void)value;
	s->bytes[0] |= 0xf0;
	s->bytes[2] = 0xff;
	s->bytes[7] |= 0x60;
}

static void message_opcode(struct subject *s, uint64_t value)
{
	put16(s->bytes + 3, value);
}

static void message_length(struct subject *s, uint64_t value)
{
	put16(s->bytes + 5, value);
	s->bytes[7] = (uint8_t)((s->bytes[7] & 0xe0) | (value >> 16 & 0x1f));
}

static void message_bo(struct subject *s, uint64_t value)
{
	s->bytes[7] = (uint8_t)((s->bytes[7] & 0x7f) | (value ? 0x80 : 0));
}

static void message_code(struct subject *s, uint64_t value)
{
	put16(s->bytes + 8, value);
}

static void message_truncate(struct subject *s, uint64_t value)
{
	if (value < s->len)
		s->len = value;
}

static void message_extra(struct subject *s, uint64_t value)
{
	for (; value && s->len < s->room; value--)
		s->bytes[s->len++] = 0xee;
}

static void wrapper_length(struct subject *s, uint64_t value)
{
	put16(s->bytes, value);
}

static void wrapper_reserved(struct subject *s, uint64_t value)
{
	put16(s->bytes + 2, value);
}

static const struct rule_kind kinds[] = {
	{ "slow", PHASE_LATENCY, true, slow, "MS: takes that much longer" },
	{ "rc", PHASE_BEFORE, true, answer_code, "CODE: answers this return code, does nothing" },
	{ "silent", PHASE_BEFORE, false, stay_silent,
	  "never answers (on the root: doorbell sticks)" },
	{ "rc-after", PHASE_AFTER, true, code_after, "CODE: does it, then answers this code" },
	{ "vendor-status", PHASE_AFTER, true, vendor_status, "VALUE" },
	{ "garbage", PHASE_AFTER, false, garbage, "random bytes as payload" },
	{ "payload-length", PHASE_AFTER, true, payload_length, "BYTES: shorter or longer payload" },
	{ "flip", PHASE_AFTER, true, flip_byte, "OFFSET: that payload byte inverted" },
	{ "out-length", PHASE_SHOWN, true, shown_length,
	  "BYTES: what the command register claims" },
	{ "out-opcode", PHASE_SHOWN, true, shown_opcode,
	  "OPCODE: what the command register shows" },
	{ "message-category", PHASE_MESSAGE, true, message_category, "VALUE" },
	{ "message-tag", PHASE_MESSAGE, true, message_tag, "VALUE" },
	{ "message-reserved", PHASE_MESSAGE, false, message_reserved, "all reserved bits set" },
	{ "message-opcode", PHASE_MESSAGE, true, message_opcode, "OPCODE" },
	{ "message-length", PHASE_MESSAGE, true, message_length, "BYTES: 21-bit payload length" },
	{ "message-bo", PHASE_MESSAGE, true, message_bo, "0|1: background operation bit" },
	{ "message-rc", PHASE_MESSAGE, true, message_code, "CODE" },
	{ "message-truncate", PHASE_MESSAGE, true, message_truncate, "BYTES: message cut there" },
	{ "message-extra", PHASE_MESSAGE, true, message_extra, "BYTES: trailing bytes" },
	{ "wrapper-length", PHASE_WRAPPER, true, wrapper_length, "BYTES: response length" },
	{ "wrapper-reserved", PHASE_WRAPPER, true, wrapper_reserved, "VALUE" },
};

static bool due(struct rule *rule, uint16_t opcode)
{
	if (rule->opcode >= 0 && rule->opcode != opcode)
		return false;
	if (rule->skip > 0) {
		rule->skip--;
		return false;
	}
	if (!rule->left)
		return false;
	if (rule->left > 0)
		rule->left--;
	return true;
}

static void apply_chaos(struct cci *cci, enum phase phase, struct subject *subject)
{
	const struct rule_kind *kind;

	if (!chaos_strikes(cci->model))
		return;
	do {
		kind = &kinds[chaos_number(cci->model) % ARRAY_SIZE(kinds)];
	} while (kind->phase != phase);
	kind->apply(subject, phase == PHASE_LATENCY ? chaos_number(cci->model) % CHAOS_SLOW_MS :
			     chaos_value(cci->model));
}

static void apply(struct cci *cci, enum phase phase, uint16_t opcode, struct subject *subject)
{
	struct rule *rule;

	for (rule = cci->rules; rule; rule = rule->next)
		if (rule->kind->phase == phase && due(rule, opcode))
			rule->kind->apply(subject, rule->value);
	apply_chaos(cci, phase, subject);
}

uint64_t rules_latency(struct cci *cci, uint16_t opcode)
{
	struct subject subject = { .latency = 0 };

	apply(cci, PHASE_LATENCY, opcode, &subject);
	return subject.latency;
}

enum rule_outcome rules_before(struct cci *cci, uint16_t opcode, uint16_t *return_code)
{
	struct subject subject = { .return_code = return_code, .outcome = RULE_NONE };

	apply(cci, PHASE_BEFORE, opcode, &subject);
	return subject.outcome;
}

void rules_after(struct call *call, uint16_t opcode, uint16_t *return_code)
{
	struct subject subject = { .call = call, .return_code = return_code };

	apply(call->cci, PHASE_AFTER, opcode, &subject);
}

void rules_shown(struct cci *cci, uint16_t opcode, uint32_t *out_len, uint16_t *out_opcode)
{
	struct subject subject = { .out_len = out_len, .out_opcode = out_opcode };

	apply(cci, PHASE_SHOWN, opcode, &subject);
}

size_t rules_message(struct cci *cci, uint16_t opcode, uint8_t *message, size_t len, size_t room)
{
	struct subject subject = { .bytes = message, .len = len, .room = room };

	apply(cci, PHASE_MESSAGE, opcode, &subject);
	return subject.len;
}

void rules_wrapper(struct cci *cci, uint16_t opcode, uint8_t *wrapper)
{
	struct subject subject = { .bytes = wrapper };

	apply(cci, PHASE_WRAPPER, opcode, &subject);
}

static const struct rule_kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* opcode=, count=, skip= or the kind's bare value */
static int parse_word(struct rule *rule, const char *word, bool *has_value)
{
	const char *equals = strchr(word, '=');
	uint64_t number;

	if (parse_number(equals ? equals + 1 : word, &number))
		return -EINVAL;
	if (!equals) {
		rule->value = number;
		*has_value = true;
	} else if (!strncmp(word, "opcode=", 7) && number <= 0xffff) {
		rule->opcode = (int32_t)number;
	} else if (!strncmp(word, "count=", 6) && number <= INT32_MAX) {
		rule->left = (int64_t)number;
	} else if (!strncmp(word, "skip=", 5) && number <= INT32_MAX) {
		rule->skip = (int64_t)number;
	} else {
		return -EINVAL;
	}
	return 0;
}

int rules_add(struct cci *cci, char **words, unsigned int n, char *error, size_t size)
{
	struct rule rule = { .kind = find_kind(words[0]), .opcode = -1, .left = -1 }, *copy;
	bool has_value = false;
	unsigned int i;

	if (!rule.kind) {
		snprintf(error, size, "no fault '%s' (\"faults\" lists them)", words[0]);
		return -EINVAL;
	}
	for (i = 1; i < n; i++) {
		if (parse_word(&rule, words[i], &has_value)) {
			snprintf(error, size, "'%s': a number, opcode=N, count=N or skip=N wanted",
				 words[i]);
			return -EINVAL;
		}
	}
	if (rule.kind->needs_value != has_value) {
		snprintf(error, size, "fault %s %s", rule.kind->name,
			 has_value ? "takes no value" : rule.kind->help);
		return -EINVAL;
	}
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = rule;
	copy->next = cci->rules;
	cci->rules = copy;
	return 0;
}

void rules_clear(struct cci *cci)
{
	struct rule *rule = cci->rules, *next;

	for (; rule; rule = next) {
		next = rule->next;
		free(rule);
	}
	cci->rules = NULL;
}

void rules_list(char *reply, size_t size)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		append(reply, size, "%s %s\n", kinds[i].name, kinds[i].help);
}
