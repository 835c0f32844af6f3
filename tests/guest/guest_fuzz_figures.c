// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hostile users reached, told and judged: a fuzzer that is turned away at the door
 * has shown nothing.
 */
#include "guest_fuzz.h"

#include <inttypes.h>

/* Shares of all ioctls, in percent: below that the fuzzer has lost its way. */
#define MAILBOX_SHARE	5
#define IOCTL_SHARE	1

void fuzz_stats_add(struct fuzz_stats *total, const struct fuzz_stats *more)
{
	for (unsigned int k = 0; k < FUZZ_KINDS; k++) {
		for (unsigned int e = 0; e < FUZZ_ERRNOS; e++)
			total->ended[k][e] += more->ended[k][e];
		total->mailbox[k] += more->mailbox[k];
	}
	for (size_t n = 0; n < ARRAY_SIZE(total->stages); n++)
		total->stages[n] += more->stages[n];
	for (size_t n = 0; n < ARRAY_SIZE(total->reasons); n++)
		total->reasons[n] += more->reasons[n];
	total->raced += more->raced;
	total->inherited += more->inherited;
	total->files_lost += more->files_lost;
	if (more->longest_ms > total->longest_ms)
		total->longest_ms = more->longest_ms;
}

static uint64_t calls_of(const struct fuzz_stats *total, unsigned int kind)
{
	uint64_t sum = 0;

	for (unsigned int e = 0; e < FUZZ_ERRNOS; e++)
		sum += total->ended[kind][e];
	return sum;
}

static uint64_t all_ioctls(const struct fuzz_stats *total)
{
	uint64_t sum = calls_of(total, FUZZ_UNKNOWN);

	for (unsigned int k = 0; k < FUZZ_IOCTLS; k++)
		sum += calls_of(total, k);
	return sum;
}

static uint64_t mailbox_ioctls(const struct fuzz_stats *total)
{
	uint64_t sum = 0;

	for (unsigned int k = 0; k < FUZZ_KINDS; k++)
		sum += total->mailbox[k];
	return sum;
}

static void tell_kind(const struct fuzz_stats *total, unsigned int kind)
{
	uint64_t calls = calls_of(total, kind), all = all_ioctls(total);
	char line[400];
	size_t used;

	used = (size_t)snprintf(line, sizeof(line), "%-15s %8" PRIu64 " (%4.1f %%), %" PRIu64
				" served, %" PRIu64 " in the mailbox;", fuzz_kind_names[kind],
				calls, 100.0 * (double)calls / (double)all,
				total->ended[kind][0], total->mailbox[kind]);
	for (int e = 1; e < FUZZ_ERRNOS && used < sizeof(line); e++)
		if (total->ended[kind][e])
			used += (size_t)snprintf(line + used, sizeof(line) - used, " %s %" PRIu64,
						 strerrorname_np(e), total->ended[kind][e]);
	diag("%s", line);
}

static const char *const reason_names[CXL_SWITCH_CCI_REASONS] = {
	"none", "malformed", "read_only", "restricted", "protection", "unaudited", "capability",
	"ownership", "lockdown", "unreachable", "identity",
};

void fuzz_stats_tell_figures(const struct fuzz_stats *total)
{
	diag("figures ioctls=%" PRIu64 " mailbox=%" PRIu64, all_ioctls(total),
	     mailbox_ioctls(total));
}

void fuzz_stats_tell_sum(const struct fuzz_stats *total, int64_t ms)
{
	uint64_t all = all_ioctls(total), mailbox = mailbox_ioctls(total);

	diag("%" PRIu64 " ioctls in %" PRId64 " ms, %" PRIu64 " a second; %" PRIu64 " (%" PRIu64
	     " %%) reached the mailbox; the longest call took %u ms", all, ms,
	     all * 1000 / (uint64_t)(ms + 1), mailbox, mailbox * 100 / (all + 1),
	     total->longest_ms);
}

void fuzz_stats_tell(const struct fuzz_stats *total, int64_t ms)
{
	fuzz_stats_tell_sum(total, ms);
	diag("%" PRIu64 " raced, %" PRIu64 " by a child with the parent's file, %" PRIu64
	     " found their file closed", total->raced, total->inherited, total->files_lost);
	for (unsigned int k = 0; k < FUZZ_KINDS; k++)
		tell_kind(total, k);
	diag("stages of SEND: %" PRIu64 " refused, %" PRIu64 " not sent, %" PRIu64
	     " sent and unknown, %" PRIu64 " answered", total->stages[0], total->stages[1],
	     total->stages[2], total->stages[3]);
	for (unsigned int r = 1; r < CXL_SWITCH_CCI_REASONS; r++)
		diag("refused as %-11s %8" PRIu64, reason_names[r], total->reasons[r]);
}

/* ---- what must have been reached ---- */

static bool is_reachable(unsigned int reason)
{
	char line[64];

	/* the function answers who it is, unless a reset hits the very answer */
	if (reason == CXL_SWITCH_CCI_REASON_IDENTITY)
		return false;
	if (reason != CXL_SWITCH_CCI_REASON_LOCKDOWN)
		return true;
	guest_read_line("/sys/kernel/security/lockdown", line, sizeof(line));
	return *line && !strstr(line, "[none]");
}

static unsigned int complain_of_ioctl(const struct fuzz_stats *total, unsigned int kind,
				      uint64_t all)
{
	unsigned int bad = 0;

	if (calls_of(total, kind) * 100 < all * IOCTL_SHARE) {
		print_error("%s: under %u %% of the ioctls\n", fuzz_kind_names[kind], IOCTL_SHARE);
		bad++;
	}
	if (!total->ended[kind][0]) {
		print_error("%s was never served\n", fuzz_kind_names[kind]);
		bad++;
	}
	return bad;
}

unsigned int fuzz_stats_complain(const struct fuzz_stats *total)
{
	uint64_t all = all_ioctls(total);
	unsigned int bad = 0;

	if (mailbox_ioctls(total) * 100 < all * MAILBOX_SHARE) {
		print_error("under %u %% reached the mailbox\n", MAILBOX_SHARE);
		bad++;
	}
	for (unsigned int k = 0; k < FUZZ_IOCTLS; k++)
		bad += complain_of_ioctl(total, k, all);
	for (unsigned int r = 1; r < CXL_SWITCH_CCI_REASONS; r++) {
		if (!is_reachable(r)) {
			diag("in this boot nothing has to be refused as %s",
			     reason_names[r]);
		} else if (!total->reasons[r]) {
			print_error("nothing was refused as %s\n", reason_names[r]);
			bad++;
		}
	}
	return bad;
}
