// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parses the command line by the tables of commands.c, and runs the verb. It
 * does not depend on what a verb does.
 */
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "../src/version.h"
#include "commands.h"
#include "completion.h"
#include "help.h"
#include "cci/parse.h"

/* Matches one word, or two separated by a blank; @words receives how many. */
static const struct verb *find_verb(char *const *argv, int argc, int *words)
{
	size_t i, length;

	for (i = 0; i < verb_count; i++) {
		length = strcspn(verbs[i].name, " ");
		*words = 1 + !!verbs[i].name[length];
		if (*words > argc || strlen(argv[0]) != length ||
		    strncmp(verbs[i].name, argv[0], length))
			continue;
		if (*words == 1 || !strcmp(verbs[i].name + length + 1, argv[1]))
			return &verbs[i];
	}
	return NULL;
}

static const struct option_row *find_option(const struct verb *verb, int letter)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (option_rows[i].letter == letter && takes(verb, &option_rows[i]))
			return &option_rows[i];
	return NULL;
}

/* Builds getopt's tables from the options that this verb takes. */
static void make_tables(const struct verb *verb, char *letters, struct option *names)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (!takes(verb, row))
			continue;
		*letters++ = row->letter;
		if (row->argument)
			*letters++ = ':';
		*names++ = (struct option){ row->name, !!row->argument, NULL, row->letter };
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

/* NULL, or the problem with it. */
static const char *parse_value(enum option_kind kind, const char *value, void *field)
{
	switch (kind) {
	case IMPACT:
		return parse_impact(value, field);
	case SECONDS:
		return parse_seconds(value, field);
	case NUMBER:
		return parse_count(value, field);
	default:
		return parse_milliseconds(value, field);
	}
}

static enum result set_option(const struct option_row *row, const char *value,
			      struct options *options, struct failure *failure)
{
	void *field = (char *)options + row->field;
	const char *wrong;

	switch (row->kind) {
	case FLAG:
		*(bool *)field = true;
		return RESULT_OK;
	case TEXT:
		*(const char **)field = value;
		return RESULT_OK;
	default:
		wrong = parse_value(row->kind, value, field);
		if (!wrong)
			return RESULT_OK;
		return fail_with(failure, RESULT_USAGE, EINVAL, "--%s %s: %s", row->name, value,
				 wrong);
	}
}

/* Counts a verb's positional arguments before the device: all, or only the mandatory ones. */
static int count_words(const struct verb *verb, bool all)
{
	const char *at = verb->arguments;
	int count = 0;

	for (; *at; at += strcspn(at, " "), at += strspn(at, " "))
		count += strncmp(at, "[DEVICE]", 8) && (all || *at != '[');
	return count;
}

static enum result fail_missing(const struct verb *verb, int index, struct failure *failure)
{
	const char *at = verb->arguments;

	while (index--)
		at += strcspn(at, " ") + 1;
	return fail_with(failure, RESULT_USAGE, EINVAL, "%s: which %.*s?", verb->name,
			 (int)strcspn(at, " "), at);
}

/* An optional argument is a number; anything else is the device. */
static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

static enum result set_positionals(const struct verb *verb, int count, char **arguments,
				   struct options *options, struct failure *failure)
{
	int needed = count_words(verb, false), all = count_words(verb, true), used = 0;
	uint16_t opcode;

	if (count < needed)
		return fail_missing(verb, count, failure);
	/* Both orders are accepted if only one of the two can be an opcode. */
	if (verb->bit & ANY_COMMAND && count == 2 && parse_opcode(arguments[0], &opcode)) {
		options->opcode = arguments[1];
		options->device = arguments[0];
		return RESULT_OK;
	}
	for (; used < count && used < all; used++) {
		if (used >= needed && !is_number(arguments[used]))
			break;
		options->words[used] = arguments[used];
	}
	if (count - used > (*verb->arguments ? 1 : 0))
		return fail_with(failure, RESULT_USAGE, EINVAL, "%s: one argument too many: '%s'",
				 verb->name, arguments[count - 1]);
	options->opcode = options->words[0];
	options->device = used < count ? arguments[used] : NULL;
	return RESULT_OK;
}

static enum result fail_option(const struct verb *verb, int found, char **argv,
			       struct failure *failure)
{
	return fail_with(failure, RESULT_USAGE, EINVAL, "%s: %s %s", verb->name, argv[optind - 1],
			 found == ':' ? "needs a value" : "is not an option of this verb");
}

/*
 * If @help is set on return, the caller prints the help and exits. After an
 * error the remaining arguments are parsed too, because --json may follow; the
 * first error is reported.
 */
static enum result parse(const struct verb *verb, int argc, char **argv, struct options *options,
			 bool *help, struct failure *failure)
{
	enum result result = RESULT_OK, first = RESULT_OK;
	struct option names[OPTIONS_MAX + 1];
	char letters[2 * OPTIONS_MAX + 2];
	struct failure later;
	int found;

	make_tables(verb, letters, names);
	optind = 0;
	while ((found = getopt_long(argc, argv, letters, names, NULL)) >= 0) {
		const struct option_row *row = find_option(verb, found);

		if (row && row->letter == 'h') {
			*help = true;
			return RESULT_OK;
		}
		result = row ? set_option(row, optarg, options, first ? &later : failure) :
			 fail_option(verb, found, argv, first ? &later : failure);
		first = first ? first : result;
	}
	if (first)
		return first;
	return set_positionals(verb, argc - optind, argv + optind, options, failure);
}

static int run(const struct verb *verb, const struct options *options,
	       enum result result, const struct failure *usage)
{
	struct session session;
	enum result opened = session_open(&session, options, verb->name);

	if (opened) {
		session_print_failure(&session, &session.failure);
		return opened;
	}
	if (result) {
		session.failure = *usage;
		failure_hint(&session.failure, "'" PROGRAM " %s --help'", verb->name);
	} else if (verb->opens_device) {
		result = device_open(&session.device, options->device, &options->open,
				     &session.failure);
		if (!result)
			json_text(session.json, "device", session.device.name);
	}
	if (!result)
		result = verb->run(&session);
	return session_close(&session, result);
}

/* An unknown verb, or the first of two words alone, such as "bg". */
static int fail_verb(const char *name)
{
	size_t length = strlen(name), i;

	fprintf(stderr, PROGRAM ": unknown command '%s'\n", name);
	for (i = 0; i < verb_count; i++)
		if (!strncmp(verbs[i].name, name, length) && verbs[i].name[length] == ' ')
			fprintf(stderr, PROGRAM ":   hint: " PROGRAM " %s %s\n", verbs[i].name,
				verbs[i].arguments);
	fputs(PROGRAM ":   hint: '" PROGRAM " --help' lists the verbs\n", stderr);
	return RESULT_USAGE;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	const struct verb *verb;
	struct failure failure;
	enum result result;
	bool help = false;
	int words;

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_help();
		return argc < 2 ? RESULT_USAGE : RESULT_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts(PROGRAM " " CXL_SWITCH_CCI_VERSION);
		return RESULT_OK;
	}
	if (!strcmp(argv[1], "--completion")) {
		print_completion();
		return RESULT_OK;
	}
	verb = find_verb(argv + 1, argc - 1, &words);
	if (!verb)
		return fail_verb(argv[1]);
	result = parse(verb, argc - words, argv + words, &options, &help, &failure);
	if (help) {
		print_verb_help(verb);
		return RESULT_OK;
	}
	return run(verb, &options, result, &failure);
}
