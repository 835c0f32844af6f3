// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interprets oracle_table.csv: from opcode and payload to what a command does.
 * Knows the columns, and which three opcodes have UUIDs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

#define GET_LOG		0x0401
#define GET_FEATURE	0x0501
#define SET_FEATURE	0x0502
#define ROOM		200

struct oracle_command oracle_commands[ROOM];
struct oracle_rule oracle_rules[ROOM];
struct oracle_log oracle_logs[16];
struct oracle_size oracle_sizes[16];
uint8_t oracle_features[16][ORACLE_UUID];
uint8_t oracle_readable[16][ORACLE_UUID];
int oracle_command_count, oracle_rule_count, oracle_log_count, oracle_feature_count;
int oracle_readable_count, oracle_size_count;

static uint32_t parse_hex(const char **text)
{
	char *end;
	unsigned long value = strtoul(*text, &end, 16);

	if (end == *text || value > UINT32_MAX)
		oracle_bad_line("hexadecimal number wanted");
	*text = end;
	return (uint32_t)value;
}

static uint32_t whole_number(const char *text)
{
	uint32_t value = parse_hex(&text);

	if (*text)
		oracle_bad_line("more than a number");
	return value;
}

/* 8, 8+, 6+2n@2, 8+18n@0/4, 6+2n */
static struct oracle_length one_length(const char **text)
{
	struct oracle_length length = { .base = parse_hex(text), .count_width = 1 };

	if (**text != '+')
		return length;
	++*text;
	if (!**text || **text == '|') {
		length.open_ended = true;
		return length;
	}
	length.unit = parse_hex(text);
	if (**text != 'n')
		oracle_bad_line("n wanted");
	++*text;
	if (**text != '@') {
		length.count_width = 0;
		return length;
	}
	++*text;
	length.count_at = parse_hex(text);
	if (**text == '/') {
		++*text;
		length.count_width = parse_hex(text);
	}
	return length;
}

static void take_lengths(struct oracle_command *command, const char *text)
{
	for (;;) {
		if (command->lengths == ORACLE_LENGTHS)
			oracle_bad_line("too many lengths");
		command->length[command->lengths++] = one_length(&text);
		if (!*text)
			return;
		if (*text++ != '|')
			oracle_bad_line("| wanted between lengths");
	}
}

/* The design: what mutates is as bad as it can be to others. */
static enum oracle_impact by_rule(const char *mutates, const char *others)
{
	if (!strcmp(mutates, "no"))
		return ORACLE_QUERY;
	if (strcmp(mutates, "yes") || strlen(others) != 1 || !strchr("nY?", others[0]))
		oracle_bad_line("mutates is yes or no, others n, Y or ?");
	return others[0] == 'n' ? ORACLE_SETTING : ORACLE_DESTRUCTIVE;
}

static void take_command(char **field)
{
	struct oracle_command *command = &oracle_commands[oracle_command_count++];
	enum oracle_impact named = oracle_outcome(field[7]);

	command->opcode = (uint16_t)whole_number(field[1]);
	snprintf(command->name, sizeof(command->name), "%s", field[2]);
	take_lengths(command, field[3]);
	command->impact = by_rule(field[4], field[6]);
	command->effects = oracle_letters(field[5]);
	command->disclosing = named == ORACLE_DISCLOSING;
	command->unanswered = named == ORACLE_UNANSWERED;
	if (named < ORACLE_BY_RULE)
		command->impact = named;
}

static void take_field(char **field, struct oracle_rule *rule)
{
	const char *text = field[5];

	rule->opcode = (uint16_t)whole_number(field[1]);
	rule->offset = whole_number(field[2]);
	rule->width = whole_number(field[3]);
	rule->mask = whole_number(field[4]);
	rule->negated = *text == '!';
	text += rule->negated;
	for (;; text++) {
		struct oracle_range *range = &rule->range[rule->ranges++];

		if (rule->ranges > ORACLE_RANGES)
			oracle_bad_line("too many values");
		range->low = parse_hex(&text);
		range->high = range->low;
		if (*text == '-') {
			text++;
			range->high = parse_hex(&text);
		}
		if (!*text)
			return;
		if (*text != '|')
			oracle_bad_line("| wanted between values");
	}
}

static void take_rule(char **field)
{
	struct oracle_rule *rule = &oracle_rules[oracle_rule_count++];

	take_field(field, rule);
	rule->outcome = oracle_outcome(field[6]);
}

static void take_size(char **field)
{
	struct oracle_size *size = &oracle_sizes[oracle_size_count++];
	const char *text = field[6];

	take_field(field, &size->field);
	size->length = one_length(&text);
	if (*text)
		oracle_bad_line("more than a length");
}

static void take_uuid(const char *text, uint8_t *uuid)
{
	char digits[3] = "";
	int found = 0;

	for (; *text && found < ORACLE_UUID; text++) {
		if (*text == '-')
			continue;
		memcpy(digits, text, 2);
		uuid[found++] = (uint8_t)whole_number(digits);
		text++;
	}
	if (*text || found < ORACLE_UUID)
		oracle_bad_line("not a UUID");
}

static void take_log(char **field)
{
	struct oracle_log *log = &oracle_logs[oracle_log_count++];

	log->disclosing = !strcmp(field[2], "disclosing");
	if (!log->disclosing && strcmp(field[2], "plain"))
		oracle_bad_line("a log is plain or disclosing");
	log->any_other = !strcmp(field[1], "!");
	if (!log->any_other)
		take_uuid(field[1], log->uuid);
}

void oracle_take_table(char **field, int fields)
{
	if (oracle_command_count == ROOM || oracle_rule_count == ROOM ||
	    oracle_log_count == 16 || oracle_feature_count == 16 ||
	    oracle_readable_count == 16 || oracle_size_count == 16)
		oracle_bad_line("the table is full");
	if (!strcmp(field[0], "command") && fields == 8)
		take_command(field);
	else if (!strcmp(field[0], "rule") && fields == 7)
		take_rule(field);
	else if (!strcmp(field[0], "size") && fields == 7)
		take_size(field);
	else if (!strcmp(field[0], "log") && fields == 3)
		take_log(field);
	else if (!strcmp(field[0], "feature") && fields == 2)
		take_uuid(field[1], oracle_features[oracle_feature_count++]);
	else if (!strcmp(field[0], "readable") && fields == 2)
		take_uuid(field[1], oracle_readable[oracle_readable_count++]);
	else
		oracle_bad_line("unknown kind of line, or a field too many or too few");
}

static uint32_t little_endian(const uint8_t *bytes, uint32_t width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static bool length_fits(const struct oracle_length *fit, const uint8_t *payload, uint32_t length)
{
	if (length < fit->base)
		return false;
	if (fit->open_ended)
		return length <= 0x100000;	/* the largest mailbox there is */
	if (!fit->unit)
		return length == fit->base;
	if (!fit->count_width)
		return length <= 0x100000 && (length - fit->base) % fit->unit == 0;
	return length - fit->base ==
	       (uint64_t)fit->unit * little_endian(payload + fit->count_at, fit->count_width);
}

static bool rule_fits(const struct oracle_rule *rule, const uint8_t *payload, uint32_t length)
{
	uint32_t value;

	if (length < rule->offset + rule->width)
		return false;
	value = little_endian(payload + rule->offset, rule->width) & rule->mask;
	for (int i = 0; i < rule->ranges; i++)
		if (value >= rule->range[i].low && value <= rule->range[i].high)
			return !rule->negated;
	return rule->negated;
}

static const struct oracle_command *command_for(uint16_t opcode, const uint8_t *payload,
						uint32_t length)
{
	for (int i = 0; i < oracle_command_count; i++) {
		const struct oracle_command *command = &oracle_commands[i];

		for (int k = 0; command->opcode == opcode && k < command->lengths; k++)
			if (length_fits(&command->length[k], payload, length))
				return command;
	}
	return NULL;
}

static bool log_discloses(const uint8_t *uuid)
{
	for (int i = 0; i < oracle_log_count; i++)
		if (oracle_logs[i].any_other || !memcmp(uuid, oracle_logs[i].uuid, ORACLE_UUID))
			return oracle_logs[i].disclosing;
	return true;
}

static bool is_among(const uint8_t *uuid, uint8_t (*uuids)[ORACLE_UUID], int count)
{
	for (int i = 0; i < count; i++)
		if (!memcmp(uuid, uuids[i], ORACLE_UUID))
			return true;
	return false;
}

static bool discloses(const struct oracle_command *command, const uint8_t *payload)
{
	if (command->opcode == GET_LOG)
		return log_discloses(payload);
	if (command->opcode == GET_FEATURE)
		return !is_among(payload, oracle_readable, oracle_readable_count);
	return command->disclosing;
}

static bool sizes_fit(uint16_t opcode, const uint8_t *payload, uint32_t length)
{
	for (int i = 0; i < oracle_size_count; i++)
		if (oracle_sizes[i].field.opcode == opcode &&
		    rule_fits(&oracle_sizes[i].field, payload, length) &&
		    !length_fits(&oracle_sizes[i].length, payload, length))
			return false;
	return true;
}

struct oracle_judgement oracle_judge(uint16_t opcode, const uint8_t *payload, uint32_t length)
{
	const struct oracle_command *command = command_for(opcode, payload, length);
	const struct oracle_judgement unknown = {
		.impact = ORACLE_DESTRUCTIVE, .unanswered = command && command->unanswered,
	};
	struct oracle_judgement judgement = { .audited = true };

	if (!command || command->unanswered || !sizes_fit(opcode, payload, length))
		return unknown;
	judgement.impact = command->impact;
	judgement.expected = command->effects;
	judgement.disclosing = discloses(command, payload);
	if (opcode == SET_FEATURE && is_among(payload, oracle_features, oracle_feature_count)) {
		judgement.of_feature = true;
		judgement.impact = ORACLE_SETTING;
	}
	for (int i = 0; i < oracle_rule_count; i++) {
		if (oracle_rules[i].opcode != opcode ||
		    !rule_fits(&oracle_rules[i], payload, length))
			continue;
		if (oracle_rules[i].outcome == ORACLE_UNAUDITED)
			return unknown;
		judgement.impact = oracle_rules[i].outcome;
	}
	return judgement;
}
