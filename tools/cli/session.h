/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of the tool: the options, the open device, and the report that is
 * being written. What all verbs share, and nothing that only one needs.
 */
#ifndef CXL_SWITCH_TOOL_SESSION_H
#define CXL_SWITCH_TOOL_SESSION_H

#include "cci/device.h"
#include "output.h"

/* Of every JSON object that is printed; raised when a key changes meaning. */
#define JSON_SCHEMA 1

#define WORDS_MAX 4

/**
 * struct options - the command line
 * @words: what stands in front of the device, as main.c's table names it
 * @opcode: the first of them
 * @limit_ms: how long to wait for what takes long; 0: the verb's own limit
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
 * struct session - given to a verb
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

/* The gates' names, or NULL if none refuses. */
struct json_object *json_gates(uint32_t refusing);

/* Starts the report: schema and verb. */
enum result session_open(struct session *session, const struct options *options,
			 const char *verb);

/* Writes the report's end and returns the exit code. */
int session_close(struct session *session, enum result result);

/*
 * With --json, a line of its own in front of the report, which is one line then
 * too. Takes @object over in any case.
 */
void session_line(struct session *session, struct json_object *object);

/* The decimal number that stands at @word; more than @max is a mistake. */
enum result session_number(struct session *session, unsigned int word, const char *name,
			   uint64_t max, uint64_t *value);

/* "error" of a report or of one result: an object, or null without @failure. */
void session_add_error(struct json_object *object, const struct failure *failure);

/* On standard error, unless JSON was asked for. */
void session_print_failure(const struct session *session, const struct failure *failure);
void session_note(const struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
