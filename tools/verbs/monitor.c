// SPDX-License-Identifier: GPL-2.0-only
/*
 * monitor: all switches and what is behind them, again and again. Nothing that
 * fails ends it but a wrong command line, or an output that is full.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fabric_tell.h"
#include "cci/interrupt.h"
#include "cci/notices.h"
#include "cli/patience.h"
#include "verbs.h"

#define INTERVAL_MS	1000
#define TIME_SIZE	40

/**
 * struct monitor - one run
 * @round: from 1
 * @next: when the next round begins
 */
struct monitor {
	struct session *session;
		struct fabric *fabrics;
	size_t count;
	uint32_t interval_ms;
	uint32_t round;
	int64_t next;
	struct changes changes;
};

/* ---- the device nodes ---- */

static enum result open_one(struct monitor *monitor, const char *wanted)
{
	monitor->fabrics = calloc(1, sizeof(*monitor->fabrics));
	if (!monitor->fabrics)
		return fail_memory(&monitor->session->failure);
	monitor->count = 1;
	fabric_init(&monitor->fabrics[0], monitor->session->options, wanted);
	return fabric_open(&monitor->fabrics[0], &monitor->session->failure);
}

/* A node that cannot be opened now is tried again later, if another one can be opened. */
static enum result open_all(struct monitor *monitor)
{
	struct failure *failure = &monitor->session->failure;
	struct found_devices found;
	enum result result = devices_find(&found, DEVICE_DIRECTORY,
					  &monitor->session->options->open, failure);
	size_t opened = 0, i;

	if (result)
		return result;
	monitor->fabrics = calloc(found.count + 1, sizeof(*monitor->fabrics));
	for (i = 0; i < found.count && monitor->fabrics; i++) {
		struct fabric *fabric = &monitor->fabrics[monitor->count++];

		fabric_init(fabric, monitor->session->options, found.items[i].device.node);
		opened += !fabric_open(fabric, failure);
	}
	devices_free(&found);
	if (!monitor->fabrics)
		return fail_memory(failure);
	if (opened)
		return RESULT_OK;
	if (monitor->count)
		return failure->result;
	fail_with(failure, RESULT_NO_DEVICE, ENOENT, "no device: there is no " DEVICE_DIRECTORY
		  "/switch0");
	failure_hint(failure, "'cxl-switch doctor' says why");
	return failure->result;
}

static void close_all(struct monitor *monitor)
{
	size_t i;

	for (i = 0; i < monitor->count; i++)
		fabric_close(&monitor->fabrics[i]);
	free(monitor->fabrics);
}

/* ---- the run ---- */

static void time_text(char *text)
{
	struct timespec now;
	struct tm parts;
	size_t used = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	if (gmtime_r(&now.tv_sec, &parts))
		used = strftime(text, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + used, TIME_SIZE - used, ".%03ldZ", now.tv_nsec / 1000000);
}

/* A wrong -p or -l fails in every round. */
static enum result ask_all(struct monitor *monitor)
{
	size_t i;

	for (i = 0; i < monitor->count; i++) {
		struct fabric *fabric = &monitor->fabrics[i];

		if (fabric_watch(fabric) != RESULT_USAGE)
			continue;
		monitor->session->failure = fabric->failure;
		return RESULT_USAGE;
	}
	return RESULT_OK;
}

static enum result tell_all(struct monitor *monitor)
{
	const struct screen *screen = &monitor->session->screen;
	bool json = monitor->session->options->json;
	char when[TIME_SIZE];
	size_t i;

	time_text(when);
	if (screen->terminal && !json)
		fputs("\033[H\033[J", screen->out);
	for (i = 0; i < monitor->count; i++) {
		struct fabric *fabric = &monitor->fabrics[i];

		changes_add(&monitor->changes, &fabric->changes);
		if (json)
			fabric_json(monitor->session, fabric, monitor->round, when);
		else if (!fabric_print(fabric, screen, when))
			return fail_memory(&monitor->session->failure);
	}
	if (!fflush(screen->out))
		return RESULT_OK;
	return fail_with(&monitor->session->failure, RESULT_INTERNAL, errno,
			 "standard output: %s", strerror(errno));
}

/* An interrupted round is incomplete and not shown. */
static enum result run_round(struct monitor *monitor)
{
	enum result result;

	monitor->round++;
	result = ask_all(monitor);
	return result || interrupt_came() ? result : tell_all(monitor);
}

/* After a round that took too long the missed rounds are skipped. */
static void sleep_until_next(struct monitor *monitor)
{
	struct notices clock = { .subscribed = false };
	int64_t left;

	monitor->next += monitor->interval_ms;
	if (monitor->next < now_ms())
		monitor->next = now_ms();
	while (!interrupt_came() && (left = monitor->next - now_ms()) > 0)
		notices_sleep(&clock, left < INT32_MAX ? (int)left : INT32_MAX);
}

static bool is_over(const struct monitor *monitor)
{
	uint32_t rounds = monitor->session->options->count;

	return interrupt_came() || (rounds && monitor->round >= rounds);
}

static enum result run(struct monitor *monitor)
{
	enum result result = RESULT_OK;

	interrupt_catch();
	monitor->next = now_ms();
	while (!result && !is_over(monitor)) {
		result = run_round(monitor);
		if (!result && !is_over(monitor))
			sleep_until_next(monitor);
	}
	json_number(monitor->session->json, "rounds", monitor->round);
	json_text(monitor->session->json, "ended", interrupt_came() ? "interrupted" :
		  result ? "failed" : "counted");
	json_changes(monitor->session->json, &monitor->changes);
	return result;
}

enum result verb_monitor(struct session *session)
{
	const struct options *options = session->options;
	struct monitor monitor = {
		.session = session,
		.interval_ms = options->interval_ms ? options->interval_ms : INTERVAL_MS,
	};
	enum result result;

	session->lines = true;
	patience_stop();
	result = options->device ? open_one(&monitor, options->device) : open_all(&monitor);
	if (!result)
		result = run(&monitor);
	close_all(&monitor);
	return result;
}
