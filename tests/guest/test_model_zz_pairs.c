// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last program of its boot: which pairs of state and event of the transition
 * function the others made the driver go through, by its own tracepoint.
 */
#include "guest_background.h"

#define WANTED_PERCENT	90

/* As the tracepoint numbers them; Documentation/ABI/tracepoints.md. */
enum event {
	STARTED, FOUND, PROGRESS, FINISHED, ABORT_ASKED, ABORT_REFUSED, ABORT_TAKEN, OWNER_GONE,
	SILENT, UNOBSERVABLE, RESET, REMOVED, EVENTS
};

enum { STATES = OPERATION(UNKNOWN) + 1 };

static const char *const event_names[EVENTS] = {
	"started", "found running", "progress", "finished", "abort asked", "abort refused",
	"abort taken", "owner gone", "silent", "unobservable", "reset", "removed",
};

static const char *const state_names[STATES] = {
	"idle", "running", "aborting", "finished", "lost", "unknown",
};

/* Pairs that no device and no caller can bring about, and why. */
static const struct unreachable {
	unsigned int events, states;	/* a bit for each */
	const char *why;
} unreachable[] = {
#define EVENT(name)	(1u << (name))
#define STATE(name)	(1u << OPERATION(name))
	{ EVENT(STARTED) | EVENT(FOUND),
	  STATE(RUNNING) | STATE(ABORTING) | STATE(FINISHED) | STATE(LOST) | STATE(UNKNOWN),
	  "each start and each find is an operation of its own" },
	{ EVENT(PROGRESS) | EVENT(FINISHED) | EVENT(SILENT) | EVENT(UNOBSERVABLE),
	  STATE(IDLE) | STATE(FINISHED) | STATE(LOST),
	  "what has not begun or is over is not looked at" },
	{ EVENT(ABORT_ASKED), STATE(IDLE) | STATE(FINISHED) | STATE(LOST),
	  "only what is under way is asked to abort" },
	{ EVENT(ABORT_REFUSED) | EVENT(ABORT_TAKEN), STATE(IDLE),
	  "only what is under way is asked to abort" },
	{ EVENT(ABORT_TAKEN), STATE(LOST), "no command survives what loses an operation" },
	{ EVENT(RESET) | EVENT(REMOVED), STATE(FINISHED) | STATE(LOST),
	  "what is over does not end again" },
};

static unsigned int seen[STATES][EVENTS];

static const char *why_not(unsigned int state, enum event event)
{
	for (size_t i = 0; i < ARRAY_SIZE(unreachable); i++)
		if (unreachable[i].events & EVENT(event) && unreachable[i].states & 1u << state)
			return unreachable[i].why;
	return NULL;
}

static unsigned long field(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	if (!at)
		fail_msg("no '%s' in '%s'", name, line);
	return strtoul(at + strlen(name), NULL, 10);
}

static void read_transitions(void)
{
	FILE *file = fopen(GUEST_TRANSITIONS, "r");
	unsigned long event, from, to;
	char line[256];

	if (!file)
		fail_msg("%s: no program before this one left its transitions", GUEST_TRANSITIONS);
	while (fgets(line, sizeof(line), file)) {
		event = field(line, "event:");
		from = field(line, "from:");
		to = field(line, "to:");
		if (event >= EVENTS || from >= STATES || to >= STATES)
			fail_msg("no such transition: %s", line);
		seen[from][event] += (unsigned int)field(line, "hitcount:");
	}
	fclose(file);
}

static void nine_tenths_of_the_pairs_were_seen(void **state)
{
	unsigned int reachable = 0, reached = 0;

	read_transitions();
	for (unsigned int from = 0; from < STATES; from++) {
		for (enum event event = 0; event < EVENTS; event++) {
			const char *why = why_not(from, event);

			if (why && seen[from][event])
				fail_msg("%s, %s was seen and should not: %s", state_names[from],
					 event_names[event], why);
			if (!why && !seen[from][event])
				diag("not seen: %s, %s", state_names[from], event_names[event]);
			reachable += !why;
			reached += !why && seen[from][event];
		}
	}
	diag("%u of %u reachable pairs of %u seen", reached, reachable, STATES * EVENTS);
	assert_true(reached * 100 >= reachable * WANTED_PERCENT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nine_tenths_of_the_pairs_were_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
