/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second opinion on the policy: tables in oracle_table.csv and oracle_gates.csv,
 * and a small evaluator of them that knows no opcode and no gate. It must not
 * know the driver's files, only its ABI's numbers.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#define ORACLE_LENGTHS		4
#define ORACLE_RANGES		8
#define ORACLE_UUID		16

enum oracle_impact {
	ORACLE_QUERY,
	ORACLE_SETTING,
	ORACLE_PROVISION,
	ORACLE_DESTRUCTIVE,
	ORACLE_BY_RULE,		/* no impact: other outcomes */
	ORACLE_UNAUDITED,
	ORACLE_DISCLOSING,
	ORACLE_UNANSWERED,
};

/* base, and unit more for each that a field counts (of no width: for any number); or any more. */
struct oracle_length {
	uint32_t base, unit, count_at, count_width;
	bool open_ended;
};

struct oracle_command {
	uint16_t opcode;
	char name[48];
	struct oracle_length length[ORACLE_LENGTHS];
	int lengths;
	enum oracle_impact impact;
	uint16_t effects;
	bool disclosing, unanswered;
};

struct oracle_range {
	uint32_t low, high;
};

struct oracle_rule {
	uint16_t opcode;
	uint32_t offset, width, mask;
	struct oracle_range range[ORACLE_RANGES];
	int ranges;
	bool negated;
	enum oracle_impact outcome;
};

/* Where the field fits, the request must have this length. */
struct oracle_size {
	struct oracle_rule field;
	struct oracle_length length;
};

struct oracle_log {
	uint8_t uuid[ORACLE_UUID];
	bool any_other, disclosing;
};

extern struct oracle_command oracle_commands[];
extern struct oracle_rule oracle_rules[];
extern struct oracle_log oracle_logs[];
extern struct oracle_size oracle_sizes[];
extern uint8_t oracle_features[][ORACLE_UUID];
extern uint8_t oracle_readable[][ORACLE_UUID];
extern int oracle_command_count, oracle_rule_count, oracle_log_count, oracle_feature_count;
extern int oracle_readable_count, oracle_size_count;

/* What a command does. */
struct oracle_judgement {
	bool audited, disclosing, unreachable, unanswered;
	bool type_pending;	/* a tunnel through a function of a type not known yet */
	bool of_feature;	/* Set Feature of a named one */
	enum oracle_impact impact;
	uint16_t expected;
};

enum oracle_knowledge {
	ORACLE_READ,
	ORACLE_UNLISTED,
	ORACLE_UNREADABLE,
	ORACLE_SILENT,
	ORACLE_KNOWLEDGE,
};

struct oracle_destination {
	enum oracle_knowledge knowledge;
	uint16_t effects;
	bool feature_known, feature_changeable;
	uint16_t feature_effects;
};

/* The words of oracle_gates.csv: bits of a scene. */
enum {
	ORACLE_BIT_audited,
	ORACLE_BIT_changes,
	ORACLE_BIT_provision,
	ORACLE_BIT_destructive,
	ORACLE_BIT_disclosing,
	ORACLE_BIT_unreachable,
	ORACLE_BIT_unanswered,
	ORACLE_BIT_type_pending,
	ORACLE_BIT_above_limit,
	ORACLE_BIT_writable,
	ORACLE_BIT_strict,
	ORACLE_BIT_raw,
	ORACLE_BIT_capable,
	ORACLE_BIT_locked,
	ORACLE_BIT_audited_key,
	ORACLE_BIT_unaudited_key,
	ORACLE_BIT_foreign,
	ORACLE_WORD_COUNT,
};

#define ORACLE_IS(word)		(1u << ORACLE_BIT_##word)

struct oracle_verdict {
	int error, reason;
	uint32_t refusals;	/* bits of reasons, of all gates */
	bool asks_capable, asks_locked;
};

void oracle_load(void);
uint16_t oracle_letters(const char *letters);
struct oracle_judgement oracle_judge(uint16_t opcode, const uint8_t *payload, uint32_t length);
struct oracle_judgement oracle_apply_effects(struct oracle_judgement judgement,
					     const struct oracle_destination *destination);
struct oracle_verdict oracle_decide(const struct oracle_judgement *judgement, int limit,
				    uint32_t scene);

/* The lines of a file, split at commas; oracle_load.c. */
void oracle_lines(const char *file, void (*take)(char **field, int fields));
void oracle_bad_line(const char *what);
enum oracle_impact oracle_outcome(const char *text);
void oracle_take_gates(char **field, int fields);
void oracle_take_table(char **field, int fields);

#endif /* ORACLE_H */
