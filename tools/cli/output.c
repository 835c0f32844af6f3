// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formatting of text and JSON for all verbs.
 */
#include "output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMN_GAP 2

/*
 * Reads the environment instead of calling setlocale(), because the terminal of
 * a small system may be UTF-8 although no locale is installed.
 */
static bool wants_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
	}
	return false;
}

void screen_open(struct screen *screen, FILE *out)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");
	bool is_terminal = isatty(fileno(out));

	screen->out = out;
	screen->terminal = is_terminal && terminal && strcmp(terminal, "dumb");
	screen->colour = screen->terminal && !(no_colour && *no_colour);
	screen->unicode = is_terminal && wants_utf8();
}

const char *colour_on(const struct screen *screen, enum colour colour)
{
	static const char *const codes[] = {
		[COLOUR_NONE] = "",
		[COLOUR_BOLD] = "\033[1m",
		[COLOUR_DIM] = "\033[2m",
		[COLOUR_RED] = "\033[31m",
		[COLOUR_GREEN] = "\033[32m",
		[COLOUR_YELLOW] = "\033[33m",
	};

	return screen->colour ? codes[colour] : "";
}

const char *colour_off(const struct screen *screen)
{
	return screen->colour ? "\033[0m" : "";
}

void table_open(struct table *table, size_t columns)
{
	*table = (struct table){ .columns = columns };
}

/* Returns the number of the next cell, or -1 without memory for it. */
static ssize_t next_cell(struct table *table)
{
	size_t cell = table->used;

	if (cell == table->room) {
		size_t room = table->room ? 2 * table->room : 64;
		char **cells = reallocarray(table->cells, room, sizeof(*cells));

		if (!cells) {
			table->out_of_memory = true;
			return -1;
		}
		table->cells = cells;
		table->room = room;
	}
	table->used++;
	return cell;
}

void table_add(struct table *table, const char *format, ...)
{
	ssize_t cell = next_cell(table);
	va_list args;

	if (cell < 0)
		return;
	va_start(args, format);
	if (vasprintf(&table->cells[cell], format, args) < 0) {
		table->cells[cell] = NULL;
		table->out_of_memory = true;
	}
	va_end(args);
}

void table_head(struct table *table, const char *const *headings)
{
	table->headed = true;
	for (; *headings; headings++)
		table_add(table, "%s", *headings);
}

/* Counts characters, not bytes: continuation bytes of UTF-8 have no width. */
static size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xC0) != 0x80;
	return width;
}

static void measure(const struct table *table, size_t *widths)
{
	size_t i;

	memset(widths, 0, TABLE_COLUMNS_MAX * sizeof(*widths));
	for (i = 0; i < table->used; i++) {
		size_t width = text_width(table->cells[i]);

		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
}

static bool rest_is_empty(const struct table *table, size_t cell)
{
	for (; ; cell++) {
		if (*table->cells[cell])
			return false;
		if ((cell + 1) % table->columns == 0)
			return true;
	}
}

static void print_row(const struct table *table, size_t first, const size_t *widths, FILE *out)
{
	size_t column;

	fprintf(out, "%*s", table->indent, "");
	for (column = 0; column < table->columns; column++) {
		const char *text = table->cells[first + column];
		int gap = widths[column] - text_width(text);
		bool right = table->right & 1U << column;

		/* A line has no trailing blanks. */
		if (rest_is_empty(table, first + column))
			break;
		fprintf(out, "%*s", column ? COLUMN_GAP : 0, "");
		if (right)
			fprintf(out, "%*s%s", gap, "", text);
		else if (column + 1 < table->columns && !rest_is_empty(table, first + column + 1))
			fprintf(out, "%s%*s", text, gap, "");
		else
			fputs(text, out);
	}
}

bool table_close(struct table *table, const struct screen *screen)
{
	size_t widths[TABLE_COLUMNS_MAX], i;
	bool complete = !table->out_of_memory && table->used % table->columns == 0;

	if (complete && screen) {
		measure(table, widths);
		for (i = 0; i < table->used; i += table->columns) {
			bool heading = table->headed && i == 0;

			fputs(heading ? colour_on(screen, COLOUR_BOLD) : "", screen->out);
			print_row(table, i, widths, screen->out);
			fprintf(screen->out, "%s\n", heading ? colour_off(screen) : "");
		}
	}
	for (i = 0; i < table->used; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
	return complete && !(screen && ferror(screen->out));
}

void tree_prefix(const struct screen *screen, const bool *last, unsigned int depth, char *text)
{
	static const char *const ascii[] = { "|  ", "   ", "|- ", "`- " };
	static const char *const unicode[] = { "│  ", "   ", "├─ ", "└─ " };
	const char *const *parts = screen->unicode ? unicode : ascii;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < depth; i++)
		strcat(text, parts[2 * (i + 1 == depth) + last[i]]);
}

void size_text(uint64_t bytes, char *text)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned int unit = 0;
	double value = bytes;

	for (; value >= 1024 && unit < 6; unit++)
		value /= 1024;
	snprintf(text, SIZE_TEXT_SIZE, value == (uint64_t)value ? "%.0f %s" : "%.1f %s", value,
		 units[unit]);
}

#define DUMP_BYTES 16

void hex_dump(FILE *out, const uint8_t *bytes, size_t size)
{
	size_t offset, i;

	for (offset = 0; offset < size; offset += DUMP_BYTES) {
		size_t count = size - offset < DUMP_BYTES ? size - offset : DUMP_BYTES;

		fprintf(out, "%04zx ", offset);
		for (i = 0; i < DUMP_BYTES; i++) {
			fputs(i == DUMP_BYTES / 2 ? "  " : " ", out);
			if (i < count)
				fprintf(out, "%02x", bytes[offset + i]);
			else
				fputs("  ", out);
		}
		fputs("  ", out);
		for (i = 0; i < count; i++) {
			uint8_t byte = bytes[offset + i];

			fputc(byte >= ' ' && byte <= '~' ? byte : '.', out);
		}
		fputc('\n', out);
	}
}

void json_text(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, value ? json_object_new_string(value) : NULL);
}

void json_add_text(struct json_object *array, const char *value)
{
	json_object_array_add(array, json_object_new_string(value));
}

void json_number(struct json_object *object, const char *key, int64_t value)
{
	json_object_object_add(object, key, json_object_new_int64(value));
}

void json_named(struct json_object *object, const char *key, int64_t number, const char *name)
{
	struct json_object *named = name ? json_object_new_object() : NULL;

	if (named) {
		json_number(named, "number", number);
		json_text(named, "name", name);
	}
	json_object_object_add(object, key, named);
}

void json_flag(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

void json_hex(struct json_object *object, const char *key, uint64_t value, unsigned int digits)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, digits, value);
	json_text(object, key, text);
}

void json_known(struct json_object *object, const char *key, bool known, uint64_t value,
		unsigned int digits)
{
	if (known)
		json_hex(object, key, value, digits);
	else
		json_object_object_add(object, key, NULL);
}

void json_bytes(struct json_object *object, const char *key, const uint8_t *bytes, size_t size)
{
	char *text = malloc(2 * size + 1);
	size_t i;

	if (text) {
		*text = '\0';
		for (i = 0; i < size; i++)
			sprintf(text + 2 * i, "%02x", bytes[i]);
	}
	json_text(object, key, text);
	free(text);
}
