// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of verbs, options and exit codes. A new verb is a row here, its text
 * in the manual page, and an example in tests/unit/tool/test_tool_schema.c.
 */
#include "commands.h"

#include <stddef.h>

#include "verbs/verbs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct verb verbs[] = {
	{ LIST, "list", "[DEVICE]", false, verb_list, "the devices; --tree: and what is behind",
	  "Lists the device nodes whose driver answers. With --tree it queries each switch for\n"
	  "its ports, each port's device for its identity, and each MLD for its LDs." },
	{ INFO, "info", "[DEVICE]", true, verb_info, "what the driver knows of a device",
	  "Shows identity, limits, state, what the driver can do, settings and build keys in\n"
	  "force. Sends nothing to the device." },
	{ IDENTIFY, "identify", "[DEVICE]", true, verb_identify, "who a component is (0001h)",
	  "Sends Identify to the switch itself, or with -p and -l to what is behind a port." },
	{ PORTS, "ports", "[DEVICE]", true, verb_ports, "the switch's physical ports (5101h)",
	  "Shows state, link and what is attached for every port, or for those of -p." },
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
	  "Shows what the driver would decide on OPCODE with the payload of --in or --hex:\n"
	  "what the command does, what each gate says, and what would allow it. Sends nothing\n"
	  "of the command. Succeeds if it would be sent." },
	{ DESTINATIONS, "destinations", "[DEVICE]", true, verb_destinations,
	  "whom the driver knows behind a device",
	  "Shows which components behind the device the driver has queried, their identity,\n"
	  "whether their effects log could be read, and whether the next command relies on it.\n"
	  "Sends nothing." },
	{ LOG, "log", "[DEVICE]", true, verb_log, "the last commands, of all programs",
	  "Shows the last 256 commands that were sent or refused: when, who, what, where to,\n"
	  "and how each ended, then those in flight. Without CAP_SYS_RAWIO only those of your\n"
	  "own user. Sends nothing." },
	{ PS, "ps", "[DEVICE]", true, verb_ps, "the commands that are in flight",
	  "Shows which programs wait for an answer at this moment: which, for what, how long, in\n"
	  "the queue or with the device. Sends nothing." },
	{ BUGREPORT, "bugreport", "[DEVICE]", false, verb_bugreport,
	  "all that helps to find out what went wrong",
	  "Collects versions, settings, counters, what the driver remembers, the last commands,\n"
	  "doctor's findings and the driver's lines of the kernel log, of DEVICE or of all\n"
	  "devices. No payload is in it. What could not be read is listed. Sends nothing." },
	{ BG_STATUS, "bg status", "[COOKIE] [DEVICE]", true, verb_bg_status,
	  "where a background operation stands",
	  "Shows state, progress and owner of the operation with this cookie, or of what runs in\n"
	  "the component itself, or with -p and -l behind a port. Sends nothing." },
	{ BG_WAIT, "bg wait", "COOKIE [DEVICE]", true, verb_bg_wait,
	  "wait for the end of a background operation",
	  "Sleeps until the operation is over and shows how it ended. With --json one line for\n"
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
	  "Shows what is in each slot, which one is active and which will be." },
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
	{ MONITOR, "monitor", "[DEVICE]", false, verb_monitor,
	  "links, health, events and operations, again and again",
	  "Queries all switches, or DEVICE, for the state of their ports, and them and what is\n"
	  "behind all ports, or those of -p and -l, for health, event logs and background\n"
	  "operations; shows what has changed since the last time. What does not answer does not\n"
	  "end it: it is looked for again. With --json one line for each switch and round, and\n"
	  "the sum of all changes as the last." },
	{ VCS, "vcs", "[DEVICE]", true, verb_vcs, "what is bound to which virtual switch (5200h)",
	  "Lists the vPPBs of every active virtual switch with port and LD." },
	{ READING, "health", "[DEVICE]", true, verb_health, "health of memory devices (4200h)",
	  "Of the devices that -p and -l name; a switch has none itself." },
	{ READING, "mld", "[DEVICE]", true, verb_mld, "how an MLD is divided (5400h-5408h)",
	  "Shows LDs, their ranges and shares of bandwidth, of the MLDs that -p names." },
	{ READING, "mhd", "[DEVICE]", true, verb_mhd,
	  "how a multi-headed device is shared (5500h, 5501h)",
	  "Shows which head each LD belongs to, and the heads' links; with -l pool." },
	{ READING, "dcd info", "[DEVICE]", true, verb_dcd_info,
	  "dynamic capacity, and who has it (5600h, 5603h)",
	  "Shows hosts, regions and every extent of the devices that -p names." },
	{ DCD_ADD, "dcd add", "HOST REGION SIZE [DEVICE]", true, verb_dcd_add,
	  "offer a host dynamic capacity (5604h)",
	  "SIZE is in bytes, or with K, M, G or T. The device chooses where in the region. With\n"
	  "--wait it stays until the host has it." },
	{ DCD_RELEASE, "dcd release", "HOST TAG [DEVICE]", true, verb_dcd_release,
	  "ask a host to give back what has a tag (5605h)",
	  "TAG is 32 hexadecimal digits, zero for what has none. With --wait it stays until the\n"
	  "host has nothing of that tag left." },
	{ DOCTOR, "doctor", "", false, verb_doctor, "why there is no device, or why it fails",
	  "Checks the PCI bus, the module, the device nodes and their permissions, and says\n"
	  "for each problem what can be done. Changes nothing." },
};

const size_t verb_count = COUNT(verbs);

const struct option_row option_rows[] = {
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
	{ 'I', "interval", "SECONDS", MONITOR, SECONDS, offsetof(struct options, interval_ms),
	  "from one round to the next (default: 1)" },
	{ 'C', "count", "N", MONITOR, NUMBER, offsetof(struct options, count),
	  "end after N rounds (default: when interrupted)" },
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
	  "do it although the driver calls it destructive" },
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

const size_t option_count = COUNT(option_rows);
_Static_assert(COUNT(option_rows) <= OPTIONS_MAX, "room for every option");

const struct exit_code exit_codes[] = {
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

const size_t exit_code_count = COUNT(exit_codes);
