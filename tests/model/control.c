// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control language: one line, one table, one reply. Used by unit tests and
 * the control socket alike, so it knows neither.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

#define LINE_SIZE	512
#define WORDS_MAX	20

int wrong(struct request *r, const char *what)
{
	append(r->reply, r->size, "%s", what);
	return -EINVAL;
}

int number_at(struct request *r, unsigned int index, uint64_t *value)
{
	if (index < r->n && !parse_number(r->words[index], value))
		return 0;
	append(r->reply, r->size, "'%s': a number wanted", index < r->n ? r->words[index] : "");
	return -EINVAL;
}

/* A count that may be left out (given default) or be "all". */
int count_at(struct request *r, unsigned int index, int64_t fallback, int64_t *count)
{
	uint64_t value;

	if (index >= r->n) {
		*count = fallback;
	} else if (!strcmp(r->words[index], "all")) {
		*count = FOR_EVER;
	} else {
		if (number_at(r, index, &value))
			return -EINVAL;
		if (value > INT32_MAX)
			return wrong(r, "count out of range");
		*count = (int64_t)value;
	}
	return 0;
}

int milliseconds_at(struct request *r, unsigned int index, uint64_t *ms)
{
	if (number_at(r, index, ms))
		return -EINVAL;
	return *ms <= A_DAY_MS ? 0 : wrong(r, "at most a day");
}

struct cci *component_at(struct request *r, unsigned int index)
{
	struct cci *cci = component_find(r->model, r->words[index]);

	if (!cci)
		append(r->reply, r->size, "no component '%s' (\"show\" lists them)",
		       r->words[index]);
	return cci;
}

static int do_help(struct request *r);

static const struct verb {
	const char *name;
	unsigned int min, max;		/* words, the verb included */
	int (*run)(struct request *r);
	const char *usage;
} verbs[] = {
	{ "help", 1, 1, do_help, "" },
	{ "show", 1, 2, do_show, "[PATH]: components, e.g. switch, port2, port2.ld0, port3.pool" },
	{ "counters", 1, 1, do_counters, ": register accesses, commands, interrupts" },
	{ "violations", 1, 1, do_violations, ": what a well-behaved driver never does" },
	{ "zero", 1, 1, do_zero, ": counters and violations start again" },
	{ "log", 2, 2, do_log, "on|off: every access to the log" },
	{ "accesses", 1, 1, do_accesses, ": the last 64 accesses" },
	{ "faults", 1, 1, do_faults, ": the kinds of \"fault\"" },
	{ "fault", 3, 8, do_fault, "PATH KIND [VALUE] [opcode=N] [count=N] [skip=N]" },
	{ "clear", 1, 2, do_clear, "[PATH]: all faults gone; a hung command is answered" },
	{ "cel", 4, 5, do_cel,
	  "PATH entries N|announced BYTES|delivered BYTES|effects OP V|twice OP V|hide OP" },
	{ "identity", 4, 4, do_identity, "PATH serial|vendor|device|type|message VALUE" },
	{ "swap", 2, 3, do_swap,
	  "PATH [AFTER]: another device there, now or after so many commands" },
	{ "alternate", 3, 3, do_alternate, "PATH SERIAL: every second Identify shows this serial" },
	{ "background", 3, 4, do_background,
	  "PATH|all never-ends|refuse-abort|deaf|silent|no-abort-interrupt|finish-before-abort|"
	  "end-twice|"
	  "code N|percent N|time MS" },
	{ "feature", 5, 5, do_feature, "PATH INDEX EFFECTS FLAGS: what the feature entry claims" },
	{ "latency", 3, 3, do_latency, "PATH US" },
	{ "event", 3, 4, do_event, "PATH LOG [COUNT]: general media records" },
	{ "stuck", 1, 2, do_stuck, "[COUNT|all|off]: the doorbell stays set" },
	{ "late", 2, 3, do_late, "MS [COUNT|all]: answers come that much later" },
	{ "lose", 1, 2, do_lose, "[COUNT|all]: interrupts lost" },
	{ "interrupt", 2, 4, do_interrupt, "VECTOR [COUNT [GAP_MS]]: spurious interrupts" },
	{ "reads", 2, 2, do_reads, "ones|zeros|normal" },
	{ "override", 2, 5, do_override, "OFFSET WIDTH VALUE [COUNT], or off: a register lies" },
	{ "quirk", 2, 3, do_quirk, "background-bit|keep-background|activation-resets [off]" },
	{ "chaos", 2, 3, do_chaos, "SEED [RATE]|off: RATE of 1000 decisions go wrong, by chance" },
	{ "remove", 1, 1, do_remove, ": the function is gone: all ones, no interrupts" },
	{ "restore", 1, 1, do_restore, ": it is back, reset" },
	{ "pull", 2, 2, do_pull, "portN: the device behind it is gone" },
	{ "plug", 2, 14, do_plug, "portN [KIND [OPTIONS]]: the old device, or a new one" },
	{ "reset", 2, 2, do_reset, "flr|conventional|cold" },
	{ "ready", 2, 2, do_ready, "MS: from the next reset to ready" },
	{ "advance", 2, 2, do_advance, "MS: the virtual clock goes forward" },
};

static int do_help(struct request *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		append(r->reply, r->size, "%s%s%s\n", verbs[i].name,
		       *verbs[i].usage && *verbs[i].usage != ':' ? " " : "", verbs[i].usage);
	return 0;
}

int model_command(struct model *model, const char *text, char *reply, size_t size)
{
	char line[LINE_SIZE], *words[WORDS_MAX];
	struct request r = { .model = model, .words = words, .reply = reply, .size = size };
	size_t i;

	if (!size)
		return -EINVAL;
	*reply = '\0';
	if (strlen(text) >= sizeof(line))
		return wrong(&r, "line too long");
	snprintf(line, sizeof(line), "%s", text);
	r.n = split_words(line, words, WORDS_MAX);
	if (!r.n)
		return 0;
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, words[0]))
			continue;
		if (r.n >= verbs[i].min && r.n <= verbs[i].max)
			return verbs[i].run(&r);
		append(reply, size, "%s %s", verbs[i].name, verbs[i].usage);
		return -EINVAL;
	}
	append(reply, size, "no command '%s' (\"help\" lists them)", words[0]);
	return -EINVAL;
}
