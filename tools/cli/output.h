/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatting: aligned tables, key-value lists, tree lines, JSON values. It does
 * not depend on what it prints.
 */
#ifndef CXL_SWITCH_TOOL_OUTPUT_H
#define CXL_SWITCH_TOOL_OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct screen - destination of text
 * @out: the stream
 * @terminal: the stream is a terminal with escape sequences
 * @colour: a terminal, and NO_COLOR is not set
 * @unicode: a terminal, and LC_ALL, LC_CTYPE or LANG selects UTF-8
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
 * @right: bit per column: align to the right
 * @headed: the first row is a heading
 * @indent: blanks before each row
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
/* Adds the next cell, row by row. A failed allocation is reported by table_close(). */
void table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a whole row of headings, terminated by NULL. */
void table_head(struct table *table, const char *const *headings);
/* Prints unless @screen is NULL, and frees. False if memory ran out or writing failed. */
bool table_close(struct table *table, const struct screen *screen);

/* "  " and branches in front of a tree's line; see tree_prefix(). */
#define TREE_PREFIX_SIZE 32
void tree_prefix(const struct screen *screen, const bool *last, unsigned int depth, char *text);

/* 1536 -> "1.5 KiB" */
#define SIZE_TEXT_SIZE 24
void size_text(uint64_t bytes, char *text);

void hex_dump(FILE *out, const uint8_t *bytes, size_t size);

/* JSON: a NULL string becomes null; a number above 53 bits becomes a hex string. */
void json_text(struct json_object *object, const char *key, const char *value);
/* Appends to an array. */
void json_add_text(struct json_object *array, const char *value);
void json_number(struct json_object *object, const char *key, int64_t value);
/* {number, name}, or null without @name. */
void json_named(struct json_object *object, const char *key, int64_t number, const char *name);
void json_flag(struct json_object *object, const char *key, bool value);
void json_hex(struct json_object *object, const char *key, uint64_t value, unsigned int digits);
/* Adds null unless @known. */
void json_known(struct json_object *object, const char *key, bool known, uint64_t value,
		unsigned int digits);
void json_bytes(struct json_object *object, const char *key, const uint8_t *bytes, size_t size);

#endif
