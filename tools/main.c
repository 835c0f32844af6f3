// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: one table of verbs and one of options, from which parsing
 * and --help are made. It must not know what a verb does.
 */
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "../src/version.h"
#include "parse.h"
#include "verbs.h"

#define PROGRAM "cxl-switch"

enum verb_bit {
	LIST = 1 << 0,
	INFO = 1 << 1,
	IDENTIFY = 1 << 2,
	PORTS = 1 << 3,
	LOGS = 1 << 4,
	CEL = 1 << 5,
	RAW = 1 << 6,
	DOCTOR = 1 << 7,
	EXPLAIN = 1 << 8,
	DESTINATIONS = 1 << 9,
	LOG = 1 << 10,
	PS = 1 << 11,
	BUGREPORT = 1 << 12,
	/* Verbs that take the same options share a bit. */
	BG_STATUS = 1 << 13,
	BG_WAIT = 1 << 14,
	BG_CANCEL = 1 << 15,
	BG_ADOPT = 1 << 16,
	BIND = 1 << 17,
	UNBIND = 1 << 18,
	PORT = 1 << 19,
	FW_INFO = 1 << 20,
	FW_UPDATE = 1 << 21,
	FW_ACTIVATE = 1 << 22,
	EVENTS = 1 << 23,
	VCS = 1 << 24,
	READING = 1 << 25,
	DCD_ADD = 1 << 26,
	DCD_RELEASE = 1 << 27,
};

#define ALL_VERBS	0xFFFFFFF
#define DCD		(DCD_ADD | DCD_RELEASE)
#define ANY_COMMAND	(RAW | EXPLAIN)
#define FIRMWARE	(FW_INFO | FW_UPDATE | FW_ACTIVATE)
#define TUNNELED	(IDENTIFY | LOGS | CEL | ANY_COMMAND | BG_STATUS | FIRMWARE | EVENTS | \
			 READING | DCD)
#define OPENING		(ALL_VERBS & ~DOCTOR)
#define NOT_SENDING	(EXPLAIN | DESTINATIONS | LOG | PS | BUGREPORT | BG_STATUS | BG_WAIT | \
			 BG_ADOPT)
#define SENDING		(OPENING & ~NOT_SENDING)
#define CHANGING	(BG_CANCEL | BIND | UNBIND | PORT | FW_UPDATE | FW_ACTIVATE | EVENTS | \
			 DCD)
#define WAITING		(BG_WAIT | BG_CANCEL | BG_ADOPT | BIND | UNBIND | FW_UPDATE | \
			 FW_ACTIVATE | EVENTS | DCD)

static const struct verb {
	enum verb_bit bit;
	const char *name;
	const char *arguments;
	bool opens_device;
	enum result (*run)(struct session *session);
	const char *summary;
	const char *description;
} verbs[] = {
	{ LIST, "list", "[DEVICE]", false, verb_list, "the devices; --tree: and what is behind",
	  "Lists the device nodes whose driver answers. With --tree it asks each switch for\n"
	  "its ports, each port's device for its identity, and each MLD for its LDs." },
	{ INFO, "info", "[DEVICE]", true, verb_info, "what the driver knows of a device",
	  "Tells identity, limits, state, what the driver can do, settings and build keys in\n"
	  "force. Sends nothing to the device." },
	{ IDENTIFY, "identify", "[DEVICE]", true, verb_identify, "who a component is (0001h)",
	  "Sends Identify to the switch itself, or with -p and -l to what is behind a port." },
	{ PORTS, "ports", "[DEVICE]", true, verb_ports, "the switch's physical ports (5101h)",
	  "Tells state, link and what is attached for every port, or for those of -p." },
	{ LOGS, "logs", "[DEVICE]", true, verb_logs, "what logs a component has (0400h)",
	  "Lists UUID, size and name of each log." },
	{ CEL, "cel", "[DEVICE]", true, verb_cel, "a component's commands, and their effects",
	  "Reads the Command Effects Log (0401h): each command that the component has, its\n"
	  "impact as the driver judges it, whether you may send it, and the effects that the\n"
	  "component claims. Without a payload some commands cannot be judged: 'explain'." },
	{ RAW, "raw", "OPCODE [DEVICE]", true, verb_raw, "send any command",
	  "Sends OPCODE (hexadecimal: 0001, 0x5101, 5101h) with the payload of --in or --hex,\n"
	  "and shows the answer. The driver judges the command first and may refuse it." },
	{ EXPLAIN, "explain", "OPCODE [DEVICE]", true, verb_explain,
	  "whether a command would be sent, and why",
	  "Asks the driver what it would decide on OPCODE with the payload of --in or --hex:\n"
	  "what the command does, what each gate says, and what would allow it. Sends nothing\n"
	  "of the command. Succeeds if it would be sent." },
	{ DESTINATIONS, "destinations", "[DEVICE]", true, verb_destinations,
	  "whom the driver knows behind a device",
	  "Tells whom the driver has asked so far behind the device, who they are, whether their\n"
	  "effects log could be read, and whether the next command relies on it. Sends nothing." },
	{ LOG, "log", "[DEVICE]", true, verb_log, "the last commands, of all programs",
	  "Tells the last 256 commands that were sent or refused: when, who, what, where to,\n"
	  "and how each ended, then those in flight. Without CAP_SYS_RAWIO only those of your\n"
	  "own user. Sends nothing." },
	{ PS, "ps", "[DEVICE]", true, verb_ps, "the commands that are in flight",
	  "Tells which programs wait for an answer at this moment: who, for what, how long, in\n"
	  "the queue or with the device. Sends nothing." },
	{ BUGREPORT, "bugreport", "[DEVICE]", false, verb_bugreport,
	  "all that helps to find out what went wrong",
	  "Collects versions, settings, counters, what the driver remembers, the last commands,\n"
	  "doctor's findings and the driver's lines of the kernel log, of DEVICE or of all\n"
	  "devices. No payload is in it. What could not be read is said. Sends nothing." },
	{ BG_STATUS, "bg status", "[COOKIE] [DEVICE]", true, verb_bg_status,
	  "where a background operation stands",
	  "Tells state, progress and owner of the operation with this cookie, or of what runs in\n"
	  "the component itself, or with -p and -l behind a port. Sends nothing." },
	{ BG_WAIT, "bg wait", "COOKIE [DEVICE]", true, verb_bg_wait,
	  "wait for the end of a background operation",
	  "Sleeps until the operation is over and tells how it ended. With --json one line for\n"
	  "each change, and the report as the last. Sends nothing." },
	{ BG_CANCEL, "bg cancel", "COOKIE [DEVICE]", true, verb_bg_cancel,
	  "ask a component to abort a background operation (0005h)",
	  "Succeeds if the operation was aborted; the component decides." },
	{ BG_ADOPT, "bg adopt", "COOKIE [DEVICE]", true, verb_bg_adopt,
	  "become the owner of an operation that has none",
	  "The owner is this run of the tool: with --wait it stays until the operation is over,\n"
	  "without it shows that it could be taken over, and gives it back at its end." },
	{ BIND, "bind", "VCS VPPB PORT [LD] [DEVICE]", true, verb_bind,
	  "bind a vPPB to a port, or to an LD there (5201h)",
	  "Waits for the background operation and reads the virtual switch back (5200h): success\n"
	  "is what it shows then." },
	{ UNBIND, "unbind", "VCS VPPB [DEVICE]", true, verb_unbind, "unbind a vPPB (5202h)",
	  "Waits for the background operation and reads the virtual switch back (5200h): success\n"
	  "is what it shows then." },
	{ PORT, "port reset", "PORT [DEVICE]", true, verb_port_reset,
	  "reset the PPB of a port (5102h)",
	  "Takes the link of everybody behind the port down." },
	{ PORT, "port perst", "PORT assert|deassert [DEVICE]", true, verb_port_perst,
	  "assert or deassert PERST# of a port (5102h)",
	  "While it is asserted, nothing answers behind the port." },
	{ FW_INFO, "fw info", "[DEVICE]", true, verb_fw_info, "firmware slots (0200h)",
	  "Tells what is in each slot, which one is active and which will be." },
	{ FW_UPDATE, "fw update", "FILE [DEVICE]", true, verb_fw_update,
	  "put a firmware image into a slot (0201h)",
	  "Sends the image in parts. On trouble the transfer is aborted and started again once;\n"
	  "an interrupt (Ctrl-C) aborts it. It is not activated." },
	{ FW_ACTIVATE, "fw activate", "SLOT [DEVICE]", true, verb_fw_activate,
	  "run the firmware of a slot (0202h)",
	  "Waits until the component is back, which may have been reset by it, and compares what\n"
	  "it says of its slots then." },
	{ EVENTS, "events", "[DEVICE]", true, verb_events, "event records (0100h)",
	  "Shows the records of the event logs, the oldest first. With --clear they are removed\n"
	  "after they were shown, and no others." },
	{ VCS, "vcs", "[DEVICE]", true, verb_vcs, "what is bound to which virtual switch (5200h)",
	  "Lists the vPPBs of every active virtual switch with port and LD." },
	{ READING, "health", "[DEVICE]", true, verb_health, "health of memory devices (4200h)",
	  "Of the devices that -p and -l name; a switch has none itself." },
	{ READING, "mld", "[DEVICE]", true, verb_mld, "how an MLD is divided (5400h-5408h)",
	  "Tells LDs, their ranges and shares of bandwidth, of the MLDs that -p names." },
	{ READING, "mhd", "[DEVICE]", true, verb_mhd,
	  "how a multi-headed device is shared (5500h, 5501h)",
	  "Tells which head each LD belongs to, and the heads' links; with -l pool." },
	{ READING, "dcd info", "[DEVICE]", true, verb_dcd_info,
	  "dynamic capacity, and who has it (5600h, 5603h)",
	  "Tells hosts, regions and every extent of the devices that -p names." },
	{ DCD_ADD, "dcd add", "HOST REGION SIZE [DEVICE]", true, verb_dcd_add,
	  "offer a host dynamic capacity (5604h)",
	  "SIZE is in bytes, or with K, M, G or T. The device chooses where in the region. With\n"
	  "--wait it stays until the host has it." },
	{ DCD_RELEASE, "dcd release", "HOST TAG [DEVICE]", true, verb_dcd_release,
	  "ask a host to give back what has a tag (5605h)",
	  "TAG is 32 hexadecimal digits, zero for what has none. With --wait it stays until the\n"
	  "host has nothing of that tag left." },
	{ DOCTOR, "doctor", "", false, verb_doctor, "why there is no device, or why it fails",
	  "Looks at the PCI bus, the module, the device nodes and their permissions, and says\n"
	  "for each problem what can be done. Changes nothing." },
};

enum option_kind { TEXT, FLAG, MILLISECONDS, IMPACT };

static const struct option_row {
	int letter;
	const char *name;
	const char *argument;
	unsigned int verbs;
	enum option_kind kind;
	size_t field;
	const char *help;
} option_rows[] = {
	{ 'p', "port", "PORTS", TUNNELED | PORTS, TEXT, offsetof(struct options, ports),
	  "3, 0-7, 0,3,5-7, or all: those with a device" },
	{ 'l', "ld", "LDS", TUNNELED, TEXT, offsetof(struct options, lds),
	  "LDs of the MLD there: 1, 0-3, or all; or pool" },
	{ 'T', "tree", NULL, LIST, FLAG, offsetof(struct options, tree),
	  "also what is behind each port" },
	{ 'i', "in", "FILE", ANY_COMMAND, TEXT, offsetof(struct options, in),
	  "request payload from FILE, - for standard input" },
	{ 'x', "hex", "BYTES", ANY_COMMAND, TEXT, offsetof(struct options, hex),
	  "request payload: 01ff, \"01 ff\", 0x01,0xff" },
	{ 'o', "out", "FILE", RAW | BUGREPORT, TEXT, offsetof(struct options, out),
	  "answer's payload as binary, or the report, to FILE, - for standard output" },
	{ 'f', "follow", NULL, LOG | EVENTS, FLAG, offsetof(struct options, follow),
	  "go on with what is new, until interrupted" },
	{ 't', "timeout", "MS", SENDING, MILLISECONDS, offsetof(struct options, open.timeout_ms),
	  "wait at most MS for each command (default: what the device may take, and 5 s)" },
	{ 'r', "restrict", "IMPACT", OPENING, IMPACT, offsetof(struct options, open.limit),
	  "let the driver refuse whatever does more: query, setting, provision or destructive" },
	{ 'O', "read-only", NULL, EXPLAIN, FLAG, offsetof(struct options, open.read_only),
	  "ask as one who may not write to the device node" },
	{ 'L', "limit", "MS", WAITING, MILLISECONDS, offsetof(struct options, limit_ms),
	  "wait at most MS for the end (default: an hour; events: until interrupted)" },
	{ 'w', "wait", NULL, BG_ADOPT | DCD, FLAG, offsetof(struct options, wait),
	  "wait until the operation is over, or the host has followed" },
	{ 'a', "tag", "TAG", DCD_ADD, TEXT, offsetof(struct options, tag),
	  "mark what is added with these 32 hexadecimal digits" },
	{ 'm', "option", "HOW", UNBIND, TEXT, offsetof(struct options, how),
	  "wait (for link down, the default), managed or surprise (hot-remove)" },
	{ 's', "slot", "SLOT", FW_UPDATE, TEXT, offsetof(struct options, slot),
	  "the slot to fill (default: one that is neither active nor staged)" },
	{ 'N', "next-reset", NULL, FW_ACTIVATE, FLAG, offsetof(struct options, next_reset),
	  "from the next cold reset on, not now" },
	{ 'g', "log", "LOGS", EVENTS, TEXT, offsetof(struct options, logs),
	  "informational, warning, failure, fatal, dynamic-capacity; several with ','" },
	{ 'c', "clear", NULL, EVENTS, FLAG, offsetof(struct options, clear),
	  "remove what was shown" },
	{ 'n', "dry-run", NULL, CHANGING, FLAG, offsetof(struct options, dry_run),
	  "tell what the driver would decide, and send nothing" },
	{ 'F', "force", NULL, CHANGING, FLAG, offsetof(struct options, force),
	  "do not ask; needed for what is destructive if standard input is no terminal" },
	{ 'R', "sysroot", "DIR", DOCTOR | BUGREPORT, TEXT, offsetof(struct options, sysroot),
	  "examine the system whose root is mounted at DIR" },
	{ 'j', "json", NULL, ALL_VERBS, FLAG, offsetof(struct options, json),
	  "print one JSON object instead of text" },
	{ 'q', "quiet", NULL, ALL_VERBS, FLAG, offsetof(struct options, quiet),
	  "no notes on standard error" },
	{ 'v', "verbose", NULL, OPENING, FLAG, offsetof(struct options, verbose),
	  "more notes on standard error" },
	{ 'h', "help", NULL, ALL_VERBS, FLAG, 0, "this text" },
};

static const struct {
	enum result result;
	const char *meaning;
} exit_codes[] = {
	{ RESULT_OK, "success" },
	{ RESULT_INTERNAL, "the tool itself failed: no memory, output not writable" },
	{ RESULT_USAGE, "wrong command line" },
	{ RESULT_NO_DEVICE, "no such device, or it cannot be opened" },
	{ RESULT_REFUSED, "refused by the driver's policy, or would be; nothing was sent" },
	{ RESULT_DEVICE_ERROR, "the component answered with an error return code" },
	{ RESULT_PARTIAL, "worked for some of several ports, LDs or devices" },
	{ RESULT_IO, "no answer in time, or none that can be used" },
	{ RESULT_PROBLEM, "doctor found a problem" },
	{ RESULT_ABORTED, "the background operation was aborted" },
	{ RESULT_LOST, "the background operation was lost, or is not known" },
	{ RESULT_TIMEOUT, "the background operation was not over in time; it goes on" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void print_exit_codes(void)
{
	size_t i;

	puts("\nExit codes:");
	for (i = 0; i < COUNT(exit_codes); i++)
		printf("  %d  %s\n", exit_codes[i].result, exit_codes[i].meaning);
}

static void print_devices(void)
{
	puts("\nDEVICE is a name (switch0), a path (/dev/cxl/switch0), a PCI address (0d:00.1)\n"
	     "or a serial number (0x1234). Without it: the only device that there is.");
}

static void print_help(void)
{
	size_t i;

	puts("Usage: " PROGRAM " VERB [options]\n\n"
	     "Asks CXL switches, and the devices behind them, through their mailbox.\n\nVerbs:");
	for (i = 0; i < COUNT(verbs); i++)
		printf("  %-12s %s\n", verbs[i].name, verbs[i].summary);
	puts("\n'" PROGRAM " VERB --help' tells a verb's options; --version the version;\n"
	     "--completion prints what makes bash complete them.");
	print_devices();
	print_exit_codes();
}

static void print_options(const struct verb *verb)
{
	char text[40];
	size_t i;

	puts("\nOptions:");
	for (i = 0; i < COUNT(option_rows); i++) {
		const struct option_row *row = &option_rows[i];

		if (!(row->verbs & verb->bit))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		printf("  -%c, %-17s  %s\n", row->letter, text, row->help);
	}
}

static void print_verb_help(const struct verb *verb)
{
	printf("Usage: " PROGRAM " %s%s%s [options]\n\n%s\n", verb->name,
	       *verb->arguments ? " " : "", verb->arguments, verb->description);
	print_options(verb);
	if (*verb->arguments)
		print_devices();
	print_exit_codes();
}

/* One word, or two with a blank between; how many is in @words. */
static const struct verb *find_verb(char *const *argv, int argc, int *words)
{
	size_t i, length;

	for (i = 0; i < COUNT(verbs); i++) {
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

	for (i = 0; i < COUNT(option_rows); i++)
		if (option_rows[i].letter == letter && option_rows[i].verbs & verb->bit)
			return &option_rows[i];
	return NULL;
}

/* getopt's own tables, of the options that this verb takes. */
static void make_tables(const struct verb *verb, char *letters, struct option *names)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < COUNT(option_rows); i++) {
		const struct option_row *row = &option_rows[i];

		if (!(row->verbs & verb->bit))
			continue;
		*letters++ = row->letter;
		if (row->argument)
			*letters++ = ':';
		*names++ = (struct option){ row->name, !!row->argument, NULL, row->letter };
	}
	*letters = '\0';
	*names = (struct option){ 0 };
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
		wrong = row->kind == IMPACT ? parse_impact(value, field) :
			parse_milliseconds(value, field);
		if (!wrong)
			return RESULT_OK;
		return fail_with(failure, RESULT_USAGE, EINVAL, "--%s %s: %s", row->name, value,
				 wrong);
	}
}

/* Words of a verb's arguments in front of the device: all, or those that must be there. */
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

/* A number may be left out; what is none is the device then. */
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
	/* In either order, where only one of the two can be an opcode. */
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
			 found == ':' ? "needs a value" : "is no option of this verb");
}

/*
 * RESULT_OK with @help set: print it and be done. The rest of the line is read
 * after a mistake too, as --json may be there; the first mistake is told.
 */
static enum result parse(const struct verb *verb, int argc, char **argv, struct options *options,
			 bool *help, struct failure *failure)
{
	enum result result = RESULT_OK, first = RESULT_OK;
	struct option names[COUNT(option_rows) + 1];
	char letters[2 * COUNT(option_rows) + 2];
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
		failure_way_out(&session.failure, "'" PROGRAM " %s --help'", verb->name);
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

/* ---- completion ---- */

/* The words behind PROGRAM, or behind the first of two: each once. */
static void print_words(const char *first)
{
	size_t length = first ? strlen(first) : 0, i;
	const char *last = "";

	for (i = 0; i < COUNT(verbs); i++) {
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

	for (i = 0; i < COUNT(option_rows); i++)
		if (option_rows[i].verbs & verb->bit)
			printf("--%s ", option_rows[i].name);
}

/* For bash: verbs, their second words, options, and what a person may name. */
static void print_completion(void)
{
	const char *space;
	size_t i;

	puts("_cxl_switch()\n{\n\tlocal now=${COMP_WORDS[COMP_CWORD]} words=");
	fputs("\tcase $COMP_CWORD:${COMP_WORDS[1]}:${COMP_WORDS[2]} in\n\t1:*) words='", stdout);
	print_words(NULL);
	puts("--help --version' ;;");
	for (i = 0; i < COUNT(verbs); i++) {
		space = strchr(verbs[i].name, ' ');
		if (!space || (i && !strncmp(verbs[i].name, verbs[i - 1].name,
					     space - verbs[i].name + 1)))
			continue;
		printf("\t2:%.*s:*) words='", (int)(space - verbs[i].name), verbs[i].name);
		print_words(strndupa(verbs[i].name, space - verbs[i].name));
		puts("--help' ;;");
	}
	for (i = 0; i < COUNT(verbs); i++) {
		space = strchr(verbs[i].name, ' ');
		printf("\t*:%.*s:%s) words='", (int)strcspn(verbs[i].name, " "), verbs[i].name,
		       space ? space + 1 : "*");
		print_option_words(&verbs[i]);
		puts("' ;;");
	}
	puts("\tesac\n"
	     "\t[[ $now == -* || $COMP_CWORD -eq 1 ]] ||\n"
	     "\t\twords+=\" $(cd /dev/cxl 2>/dev/null && compgen -G 'switch*')\"\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$now\")\n}\n"
	     "complete -o default -F _cxl_switch " PROGRAM);
}

/* "bg" alone, or with something else behind it. */
static int fail_verb(const char *name)
{
	size_t length = strlen(name), i;

	fprintf(stderr, PROGRAM ": '%s' is no verb\n", name);
	for (i = 0; i < COUNT(verbs); i++)
		if (!strncmp(verbs[i].name, name, length) && verbs[i].name[length] == ' ')
			fprintf(stderr, PROGRAM ":   way out: " PROGRAM " %s %s\n", verbs[i].name,
				verbs[i].arguments);
	fputs(PROGRAM ":   way out: '" PROGRAM " --help' lists the verbs\n", stderr);
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
