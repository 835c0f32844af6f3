// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the oracle's two tables. An invalid line ends the program, since an
 * incomplete table would prove nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

#define FIELDS	8

static const char *at_file;
static int at_line;

void oracle_bad_line(const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", at_file, at_line, what);
	exit(2);
}

static int split(char *line, char **field)
{
	int fields = 0;

	for (char *rest = line; rest; fields++) {
		if (fields == FIELDS)
			oracle_bad_line("too many fields");
		field[fields] = strsep(&rest, ",");
	}
	return fields;
}

void oracle_lines(const char *file, void (*take)(char **field, int fields))
{
	char line[256], *field[FIELDS];
	FILE *in = fopen(file, "r");

	if (!in) {
		perror(file);
		exit(2);
	}
	at_file = file;
	for (at_line = 1; fgets(line, sizeof(line), in); at_line++) {
		if (!strchr(line, '\n'))
			oracle_bad_line("too long, or no end of line");
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			take(field, split(line, field));
	}
	fclose(in);
}

enum oracle_impact oracle_outcome(const char *text)
{
	static const char *const names[] = {
		[ORACLE_QUERY] = "QUERY", [ORACLE_SETTING] = "SETTING",
		[ORACLE_PROVISION] = "PROVISION", [ORACLE_DESTRUCTIVE] = "DESTRUCTIVE",
		[ORACLE_BY_RULE] = "-", [ORACLE_UNAUDITED] = "unaudited",
		[ORACLE_DISCLOSING] = "disclosing", [ORACLE_UNANSWERED] = "unanswered",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], text))
			return (enum oracle_impact)i;
	oracle_bad_line("unknown outcome");
	return ORACLE_UNAUDITED;
}

/* ORACLE_TABLES: the folder, by the Makefile. */
void oracle_load(void)
{
	oracle_lines(ORACLE_TABLES "/oracle_gates.csv", oracle_take_gates);
	oracle_lines(ORACLE_TABLES "/oracle_table.csv", oracle_take_table);
}
