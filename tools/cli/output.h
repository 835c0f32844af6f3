/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How things look: aligned tables, key-value lists, tree lines, JSON values.
 * It must not know what it prints.
 */
#ifndef CXL_SWITCH_TOOL_OUTPUT_H
#define CXL_SWITCH_TOOL_OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct screen - where text goes
 * @out: the stream
 * @terminal: one that obeys escape sequences
 * @colour: a terminal, and NO_COLOR is not set
 * @unicode: a terminal, and LC_ALL, LC_CTYPE or LANG says UTF-8
 */
struct screen {
	FILE *out;
	bool terminal;
	bool colour;
	bool unicode;
};

void screen_open(struct screen *screen, FILE *out);

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_DIM, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW };
const char *colour_on(const struct screen *screen, enum colour colour);
const char *colour_off(const struct screen *screen);

#define TABLE_COLUMNS_MAX 12

/**
 * struct table - cells that are printed in aligned columns
 * @right: bit per column: numbers are aligned to the right
 * @headed: the first row is a heading
 * @indent: blanks in front of each row
 */
struct table {
	size_t columns;
	size_t used;
	size_t room;
	char **cells;
	unsigned int right;
	bool headed;
	unsigned int indent;
	bool out_of_memory;
};

void table_open(struct table *table, size_t columns);
/* Adds the next cell, row by row; a failed allocation shows at table_print(). */
void table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A whole row of headings, ending with NULL. */
void table_head(struct table *table, const char *const *headings);
/* Prints (not without @screen) and frees; false without memory or when writing failed. */
bool table_close(struct table *table, const struct screen *screen);

/* "  " and branches in front of a tree's line; see tree_prefix(). */
#define TREE_PREFIX_SIZE 32
void tree_prefix(const struct screen *screen, const bool *last, unsigned int depth, char *text);

/* 1536 -> "1.5 KiB" */
#define SIZE_TEXT_SIZE 24
void size_text(uint64_t bytes, char *text);

void hex_dump(FILE *out, const uint8_t *bytes, size_t size);

/* JSON: NULL strings become null; numbers above 53 bits are hex strings. */
void json_text(struct json_object *object, const char *key, const char *value);
/* Appends to an array. */
void json_add_text(struct json_object *array, const char *value);
void json_number(struct json_object *object, const char *key, int64_t value);
/* {number, name}, or null without @name. */
void json_named(struct json_object *object, const char *key, int64_t number, const char *name);
void json_flag(struct json_object *object, const char *key, bool value);
void json_hex(struct json_object *object, const char *key, uint64_t value, unsigned int digits);
/* null unless @known */
void json_known(struct json_object *object, const char *key, bool known, uint64_t value,
		unsigned int digits);
void json_bytes(struct json_object *object, const char *key, const uint8_t *bytes, size_t size);

#endif
