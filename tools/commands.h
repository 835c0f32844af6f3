/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of verbs, options and exit codes. Parsing, --help and --completion
 * use them; a test compares the manual page with them.
 */
#ifndef CXL_SWITCH_TOOL_COMMANDS_H
#define CXL_SWITCH_TOOL_COMMANDS_H

#include "cli/session.h"

#define PROGRAM "cxl-switch"

enum verb_bit {
	LIST = 1 << 0,
	INFO = 1 << 1,
	IDENTIFY = 1 << 2,
	PORTS = 1 << 3,
	LOGS = 1 << 4,
	CEL = 1 << 5,
	RAW = 1 << 6,
	DOCTOR = 1 << 7,
	EXPLAIN = 1 << 8,
	DESTINATIONS = 1 << 9,
	LOG = 1 << 10,
	PS = 1 << 11,
	BUGREPORT = 1 << 12,
	/* Verbs that take the same options share a bit. */
	BG_STATUS = 1 << 13,
	BG_WAIT = 1 << 14,
	BG_CANCEL = 1 << 15,
	BG_ADOPT = 1 << 16,
	BIND = 1 << 17,
	UNBIND = 1 << 18,
	PORT = 1 << 19,
	FW_INFO = 1 << 20,
	FW_UPDATE = 1 << 21,
	FW_ACTIVATE = 1 << 22,
	EVENTS = 1 << 23,
	VCS = 1 << 24,
	READING = 1 << 25,
	DCD_ADD = 1 << 26,
	DCD_RELEASE = 1 << 27,
	MONITOR = 1 << 28,
};

#define ALL_VERBS	0x1FFFFFFF
#define DCD		(DCD_ADD | DCD_RELEASE)
#define ANY_COMMAND	(RAW | EXPLAIN)
#define FIRMWARE	(FW_INFO | FW_UPDATE | FW_ACTIVATE)
#define TUNNELED	(IDENTIFY | LOGS | CEL | ANY_COMMAND | BG_STATUS | FIRMWARE | EVENTS | \
			 READING | DCD | MONITOR)
#define OPENING		(ALL_VERBS & ~DOCTOR)
#define NOT_SENDING	(EXPLAIN | DESTINATIONS | LOG | PS | BUGREPORT | BG_STATUS | BG_WAIT | \
			 BG_ADOPT)
#define SENDING		(OPENING & ~NOT_SENDING)
#define CHANGING	(RAW | BG_CANCEL | BIND | UNBIND | PORT | FW_UPDATE | FW_ACTIVATE | \
			 EVENTS | DCD)
#define WAITING		(BG_WAIT | BG_CANCEL | BG_ADOPT | BIND | UNBIND | FW_UPDATE | \
			 FW_ACTIVATE | EVENTS | DCD)

/**
 * struct verb - one row
 * @bit: selects the options that it takes
 * @name: one word or two
 * @arguments: positional arguments; those in brackets are optional
 * @opens_device: @run finds session->device open
 */
struct verb {
	enum verb_bit bit;
	const char *name;
	const char *arguments;
	bool opens_device;
	enum result (*run)(struct session *session);
	const char *summary;
	const char *description;
};

enum option_kind { TEXT, FLAG, MILLISECONDS, SECONDS, NUMBER, IMPACT };

/**
 * struct option_row - one row
 * @verbs: bit of each verb that takes it
 * @field: of struct options, whose type follows from @kind
 */
struct option_row {
	int letter;
	const char *name;
	const char *argument;
	unsigned int verbs;
	enum option_kind kind;
	size_t field;
	const char *help;
};

struct exit_code {
	enum result result;
	const char *meaning;
};

/* Room for every row of the options' table. */
#define OPTIONS_MAX 48

extern const struct verb verbs[];
extern const struct option_row option_rows[];
extern const struct exit_code exit_codes[];
extern const size_t verb_count, option_count, exit_code_count;

static inline bool takes(const struct verb *verb, const struct option_row *row)
{
	return row->verbs & verb->bit;
}

#endif
