/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole tool from its main(): a command line in, standard output, standard
 * error and the exit status out.
 */
#ifndef TEST_TOOL_RUN_H
#define TEST_TOOL_RUN_H

#include "unit.h"

int tool_main(int argc, char **argv);
#define main tool_main
#include "../../../tools/main.c"
#undef main

#include <unistd.h>

static char shown[262144], told[65536];

static size_t read_back(FILE *file, char *text, size_t room)
{
	size_t size;

	rewind(file);
	size = fread(text, 1, room - 1, file);
	text[size] = '\0';
	fclose(file);
	return size;
}

/* A terminal instead of the file, where a test wants one: its descriptor. */
static int terminal_for[3] = { -1, -1, -1 };

static FILE *redirect(int descriptor, int *kept)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	*kept = dup(descriptor);
	dup2(terminal_for[descriptor] < 0 ? fileno(file) : terminal_for[descriptor], descriptor);
	return file;
}

static void put_back(int descriptor, int kept)
{
	dup2(kept, descriptor);
	close(kept);
}

/* What it wrote to standard output is in @shown, to standard error in @told. */
static int run_tool(const char *const *words)
{
	char *argv[24] = { (char *)"cxl-switch" };
	int argc = 1, status, out, err;
	FILE *out_file, *err_file;

	for (; words[argc - 1]; argc++) {
		assert_true(argc < 23);
		argv[argc] = (char *)words[argc - 1];
	}
	fflush(stdout);
	out_file = redirect(STDOUT_FILENO, &out);
	err_file = redirect(STDERR_FILENO, &err);
	status = tool_main(argc, argv);
	fflush(stdout);
	put_back(STDOUT_FILENO, out);
	put_back(STDERR_FILENO, err);
	read_back(out_file, shown, sizeof(shown));
	read_back(err_file, told, sizeof(told));
	return status;
}

#endif
