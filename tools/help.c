// SPDX-License-Identifier: GPL-2.0-only
/*
 * --help: prints the tables of commands.c. It has no text for a particular verb
 * or option.
 */
#include "help.h"

#include <stdio.h>

static void print_exit_codes(void)
{
	size_t i;

	puts("\nExit codes:");
	for (i = 0; i < exit_code_count; i++)
		printf("  %d  %s\n", exit_codes[i].result, exit_codes[i].meaning);
}

static void print_devices(void)
{
	puts("\nDEVICE is a name (switch0), a path (/dev/cxl/switch0), a PCI address (0d:00.1)\n"
	     "or a serial number (0x1234). Without it: the only device that there is.");
}

void print_help(void)
{
	size_t i;

	puts("Usage: " PROGRAM " VERB [options]\n\n"
	     "Manages CXL switches, and the devices behind them, through their mailbox.\n\nVerbs:");
	for (i = 0; i < verb_count; i++)
		printf("  %-12s %s\n", verbs[i].name, verbs[i].summary);
	puts("\n'" PROGRAM " VERB --help' shows a verb's options; --version the version;\n"
	     "--completion prints what makes bash complete them.");
	print_devices();
	print_exit_codes();
}

static void print_options(const struct verb *verb)
{
	char text[40];
	size_t i;

	puts("\nOptions:");
	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (!takes(verb, row))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		printf("  -%c, %-17s  %s\n", row->letter, text, row->help);
	}
}

void print_verb_help(const struct verb *verb)
{
	printf("Usage: " PROGRAM " %s%s%s [options]\n\n%s\n", verb->name,
	       *verb->arguments ? " " : "", verb->arguments, verb->description);
	print_options(verb);
	if (*verb->arguments)
		print_devices();
	print_exit_codes();
}
