// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints verbs, their second words and options as a script for bash. The output
 * is packaging/bash-completion/cxl-switch; a test compares the two.
 */
#include "completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

/* The words after PROGRAM, or after the first word of a verb of two; each once. */
static void print_words(const char *first)
{
	size_t length = first ? strlen(first) : 0, i;
	const char *last = "";

	for (i = 0; i < verb_count; i++) {
		const char *name = verbs[i].name;

		if (first && (strncmp(name, first, length) || name[length] != ' '))
			continue;
		name += first ? length + 1 : 0;
		if (strcspn(name, " ") != strcspn(last, " ") ||
		    strncmp(name, last, strcspn(name, " ")))
			printf("%.*s ", (int)strcspn(name, " "), name);
		last = name;
	}
}

static void print_option_words(const struct verb *verb)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (takes(verb, &option_rows[i]))
			printf("--%s ", option_rows[i].name);
}

/* The second word of a verb of two words, or NULL. */
static const char *second_word(const struct verb *verb)
{
	const char *space = strchr(verb->name, ' ');

	return space ? space + 1 : NULL;
}

/* Verbs with the same first word are adjacent in the table. */
static bool is_first_of_its_name(size_t verb)
{
	size_t length = strcspn(verbs[verb].name, " ") + 1;

	return !verb || strncmp(verbs[verb].name, verbs[verb - 1].name, length);
}

static void print_second_words(void)
{
	size_t i;

	for (i = 0; i < verb_count; i++) {
		int length = strcspn(verbs[i].name, " ");

		if (!second_word(&verbs[i]) || !is_first_of_its_name(i))
			continue;
		printf("\t2:%.*s:*) words='", length, verbs[i].name);
		print_words(strndupa(verbs[i].name, length));
		puts("--help' ;;");
	}
}

static void print_options_of_verbs(void)
{
	size_t i;

	for (i = 0; i < verb_count; i++) {
		const char *second = second_word(&verbs[i]);

		printf("\t*:%.*s:%s) words='", (int)strcspn(verbs[i].name, " "), verbs[i].name,
		       second ? second : "*");
		print_option_words(&verbs[i]);
		puts("' ;;");
	}
}

void print_completion(void)
{
	printf("# %s-License-Identifier: GPL-2.0-only\n", "SPDX");
	puts("# Completion of " PROGRAM " for bash, made by '" PROGRAM " --completion'.\n"
	     "# shellcheck shell=bash\n\n_cxl_switch()\n{\n"
	     "\tlocal now=${COMP_WORDS[COMP_CWORD]} words=");
	fputs("\tcase $COMP_CWORD:${COMP_WORDS[1]}:${COMP_WORDS[2]-} in\n\t1:*) words='", stdout);
	print_words(NULL);
	puts("--help --version' ;;");
	print_second_words();
	print_options_of_verbs();
	puts("\tesac\n"
	     "\t[[ $now == -* || $COMP_CWORD -eq 1 ]] ||\n"
	     "\t\twords+=\" $(cd /dev/cxl 2>/dev/null && compgen -G 'switch*')\"\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$now\")\n}\n"
	     "complete -o default -F _cxl_switch " PROGRAM);
}
