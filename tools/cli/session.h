/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of the tool: the options, the open device, and the report. It holds
 * only what all verbs share.
 */
#ifndef CXL_SWITCH_TOOL_SESSION_H
#define CXL_SWITCH_TOOL_SESSION_H

#include "cci/device.h"
#include "output.h"

/* Version of every JSON object; incremented when a key changes its meaning. */
#define JSON_SCHEMA 1

#define WORDS_MAX 4

/**
 * struct options - the command line
 * @words: positional arguments before the device, as named in commands.c
 * @opcode: the first of them
 * @limit_ms: limit of a long wait; 0: the default of the verb
 * @how: --option
 */
struct options {
	const char *words[WORDS_MAX];
	const char *opcode;
	const char *device;
	const char *ports;
	const char *lds;
	const char *in;
	const char *hex;
	const char *out;
	const char *sysroot;
	const char *how;
	const char *slot;
	const char *logs;
	const char *tag;
	struct open_options open;
	uint32_t limit_ms;
	uint32_t interval_ms;
	uint32_t count;
	bool tree;
	bool dry_run;
	bool force;
	bool wait;
	bool follow;
	bool clear;
	bool next_reset;
	bool json;
	bool quiet;
	bool verbose;
};

/**
 * struct session - the argument of a verb
 * @options: from the command line
 * @screen: standard output
 * @json: the report; a verb adds to it also where text is printed
 * @device: open if the verb asked for one
 * @failure: filled by a verb that returns anything but RESULT_OK or PARTIAL
 * @told: @failure has been printed already
 * @lines: JSON goes out line by line; the report is the last
 */
struct session {
	const struct options *options;
	struct screen screen;
	struct json_object *json;
	struct device device;
	struct failure failure;
	bool told;
	bool lines;
};

/* Array of the names of the gates that refuse, or NULL if none does. */
struct json_object *json_gates(uint32_t refusing);

/* Starts the report with schema and verb. */
enum result session_open(struct session *session, const struct options *options,
			 const char *verb);

/* Prints the rest of the report and returns the exit code. */
int session_close(struct session *session, enum result result);

/*
 * With --json, prints a line before the report, which is then one line too.
 * Always takes ownership of @object.
 */
void session_line(struct session *session, struct json_object *object);

/* Parses the decimal number @word; a value above @max is an error. */
enum result session_number(struct session *session, unsigned int word, const char *name,
			   uint64_t max, uint64_t *value);

/* Adds "error" to a report or to one result: an object, or null without @failure. */
void session_add_error(struct json_object *object, const struct failure *failure);

/* Prints to standard error, unless --json is given. */
void session_print_failure(const struct session *session, const struct failure *failure);
void session_note(const struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
