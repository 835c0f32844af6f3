// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interprets oracle_gates.csv: from what a command does, what is known of its
 * destination, and its caller, to a verdict. Knows the columns and no gate.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cxl_switch_cci.h"
#include "oracle.h"

#define BITS	16
#define GATES	32

enum kind { KIND_QUERY, KIND_CHANGE, KIND_FEATURE, KIND_VAGUE, KINDS };
enum known_outcome { KNOWN_SAME, KNOWN_EFFECTS, KNOWN_OWN, KNOWN_DESTRUCTIVE, KNOWN_UNREACHABLE };

static struct {
	char letter;
	enum oracle_impact raises;	/* ORACLE_BY_RULE: never counts */
} effect[BITS];

static enum known_outcome knows[ORACLE_KNOWLEDGE][KINDS];

static struct gate {
	int reason, error;
	uint32_t set, clear;		/* words that must be true, and false */
} gates[GATES];
static int gate_count;

static const char *const words[ORACLE_WORD_COUNT] = {
	[ORACLE_BIT_audited] = "audited",
	[ORACLE_BIT_changes] = "changes",
	[ORACLE_BIT_provision] = "provision",
	[ORACLE_BIT_destructive] = "destructive",
	[ORACLE_BIT_disclosing] = "disclosing",
	[ORACLE_BIT_unreachable] = "unreachable",
	[ORACLE_BIT_unanswered] = "unanswered",
	[ORACLE_BIT_type_pending] = "type_pending",
	[ORACLE_BIT_above_limit] = "above_limit",
	[ORACLE_BIT_writable] = "writable",
	[ORACLE_BIT_strict] = "strict",
	[ORACLE_BIT_raw] = "raw",
	[ORACLE_BIT_capable] = "capable",
	[ORACLE_BIT_locked] = "locked",
	[ORACLE_BIT_audited_key] = "audited_key",
	[ORACLE_BIT_unaudited_key] = "unaudited_key",
	[ORACLE_BIT_foreign] = "foreign",
};

static int place(const char *text, const char *const *names, int count, const char *what)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], text))
			return i;
	oracle_bad_line(what);
	return 0;
}

static int reason_named(const char *text)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_REASON_NONE] = "NONE",
		[CXL_SWITCH_CCI_REASON_MALFORMED] = "MALFORMED",
		[CXL_SWITCH_CCI_REASON_READ_ONLY] = "READ_ONLY",
		[CXL_SWITCH_CCI_REASON_RESTRICTED] = "RESTRICTED",
		[CXL_SWITCH_CCI_REASON_PROTECTION] = "PROTECTION",
		[CXL_SWITCH_CCI_REASON_UNAUDITED] = "UNAUDITED",
		[CXL_SWITCH_CCI_REASON_CAPABILITY] = "CAPABILITY",
		[CXL_SWITCH_CCI_REASON_OWNERSHIP] = "OWNERSHIP",
		[CXL_SWITCH_CCI_REASON_LOCKDOWN] = "LOCKDOWN",
		[CXL_SWITCH_CCI_REASON_UNREACHABLE] = "UNREACHABLE",
		[CXL_SWITCH_CCI_REASON_IDENTITY] = "IDENTITY",
	};

	return place(text, names, sizeof(names) / sizeof(names[0]), "unknown reason");
}

static int errno_named(const char *text)
{
	static const char *const names[] = { "EPERM", "EBADF", "EBUSY", "EHOSTUNREACH", "EINVAL" };
	static const int values[] = { EPERM, EBADF, EBUSY, EHOSTUNREACH, EINVAL };

	return values[place(text, names, 5, "unknown errno")];
}

static void take_effect(char **field)
{
	int bit = atoi(field[1]);

	if (bit < 0 || bit >= BITS || strlen(field[2]) != 1)
		oracle_bad_line("effect,bit,letter,raises wanted");
	effect[bit].letter = field[2][0];
	effect[bit].raises = oracle_outcome(field[3]);
}

static void take_knows(char **field)
{
	static const char *const knowledge[] = { "read", "unlisted", "unreadable", "silent" };
	static const char *const kinds[] = { "query", "change", "feature", "vague" };
	static const char *const outcomes[] = { "same", "effects", "own", "DESTRUCTIVE",
						"unreachable" };
	int row = place(field[1], knowledge, ORACLE_KNOWLEDGE, "unknown knowledge");
	int column = place(field[2], kinds, KINDS, "unknown kind");

	knows[row][column] = (enum known_outcome)place(field[3], outcomes, 5, "unknown outcome");
}

static void take_gate(char **field)
{
	struct gate *gate = &gates[gate_count++];
	char *rest = field[3], *word;

	if (gate_count == GATES)
		oracle_bad_line("too many gates");
	gate->reason = reason_named(field[1]);
	gate->error = errno_named(field[2]);
	while ((word = strsep(&rest, " "))) {
		bool negated = *word == '!';
		int bit = place(word + negated, words, ORACLE_WORD_COUNT, "unknown word");

		*(negated ? &gate->clear : &gate->set) |= 1u << bit;
	}
}

void oracle_take_gates(char **field, int fields)
{
	if (fields != 4)
		oracle_bad_line("four fields wanted");
	if (!strcmp(field[0], "effect"))
		take_effect(field);
	else if (!strcmp(field[0], "knows"))
		take_knows(field);
	else if (!strcmp(field[0], "gate"))
		take_gate(field);
	else
		oracle_bad_line("unknown kind of line");
}

uint16_t oracle_letters(const char *letters)
{
	uint16_t bits = 0;

	for (; *letters && strcmp(letters, "N"); letters++) {
		uint16_t before = bits;

		for (int bit = 0; bit < BITS; bit++)
			if (effect[bit].letter == *letters)
				bits |= (uint16_t)(1u << bit);
		if (bits == before)
			oracle_bad_line("unknown letter of an effect");
	}
	return bits;
}

static enum oracle_impact raised(enum oracle_impact impact, uint16_t effects)
{
	for (int bit = 0; bit < BITS; bit++)
		if (effects >> bit & 1 && effect[bit].raises != ORACLE_BY_RULE &&
		    effect[bit].raises > impact)
			impact = effect[bit].raises;
	return impact;
}

/* Bits whose meaning sources disagree on. */
static uint16_t without_disputed(uint16_t effects)
{
	return effects & (uint16_t)~(1u << 7 | 1u << 8);
}

static enum oracle_impact by_own_effects(const struct oracle_destination *destination)
{
	uint16_t own = without_disputed(destination->feature_effects);
	bool within = !(own & ~destination->effects);

	if (!destination->feature_known || !destination->feature_changeable)
		return ORACLE_DESTRUCTIVE;
	if (!own || own >> 12 || !within)
		return ORACLE_DESTRUCTIVE;
	return raised(ORACLE_SETTING, own);
}

static enum kind kind_of(const struct oracle_judgement *judgement)
{
	if (!judgement->audited)
		return KIND_VAGUE;
	if (judgement->of_feature)
		return KIND_FEATURE;
	return judgement->impact == ORACLE_QUERY ? KIND_QUERY : KIND_CHANGE;
}

struct oracle_judgement oracle_apply_effects(struct oracle_judgement judgement,
					     const struct oracle_destination *destination)
{
	uint16_t beyond = destination->effects & (uint16_t)~judgement.expected;

	switch (knows[destination->knowledge][kind_of(&judgement)]) {
	case KNOWN_SAME:
		break;
	case KNOWN_EFFECTS:
		judgement.impact = raised(judgement.impact, beyond);
		break;
	case KNOWN_OWN:
		judgement.impact = by_own_effects(destination);
		break;
	case KNOWN_DESTRUCTIVE:
		judgement.impact = ORACLE_DESTRUCTIVE;
		break;
	case KNOWN_UNREACHABLE:
		judgement.unreachable = true;
		break;
	}
	return judgement;
}

static uint32_t add_words(const struct oracle_judgement *judgement, int limit, uint32_t scene)
{
	scene |= judgement->audited ? ORACLE_IS(audited) : 0;
	scene |= judgement->disclosing ? ORACLE_IS(disclosing) : 0;
	scene |= judgement->unreachable ? ORACLE_IS(unreachable) : 0;
	scene |= judgement->unanswered ? ORACLE_IS(unanswered) : 0;
	scene |= judgement->type_pending ? ORACLE_IS(type_pending) : 0;
	scene |= judgement->impact > ORACLE_QUERY ? ORACLE_IS(changes) : 0;
	scene |= judgement->impact >= ORACLE_PROVISION ? ORACLE_IS(provision) : 0;
	scene |= judgement->impact == ORACLE_DESTRUCTIVE ? ORACLE_IS(destructive) : 0;
	scene |= (int)judgement->impact > limit ? ORACLE_IS(above_limit) : 0;
	return scene;
}

static bool holds(const struct gate *gate, uint32_t scene)
{
	return (scene & gate->set) == gate->set && !(scene & gate->clear);
}

/* Would the gate be shut if the kernel's answer to @word were the bad one? */
static bool hangs_on(const struct gate *gate, uint32_t scene, uint32_t word)
{
	struct gate rest = { .set = gate->set & ~word, .clear = gate->clear & ~word };

	return (gate->set | gate->clear) & word && holds(&rest, scene);
}

struct oracle_verdict oracle_decide(const struct oracle_judgement *judgement, int limit,
				    uint32_t scene)
{
	struct oracle_verdict verdict = { .reason = CXL_SWITCH_CCI_REASON_NONE };

	scene = add_words(judgement, limit, scene);
	for (int i = 0; i < gate_count; i++) {
		if (!verdict.error) {
			verdict.asks_capable |= hangs_on(&gates[i], scene, ORACLE_IS(capable));
			verdict.asks_locked |= hangs_on(&gates[i], scene, ORACLE_IS(locked));
		}
		if (!holds(&gates[i], scene))
			continue;
		verdict.refusals |= 1u << gates[i].reason;
		if (verdict.error)
			continue;
		verdict.error = -gates[i].error;
		verdict.reason = gates[i].reason;
	}
	return verdict;
}
