/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One component at one moment, and what is another than a moment before. It
 * asks, and remembers in constant space; it must not print.
 */
#ifndef CXL_SWITCH_TOOL_WATCH_H
#define CXL_SWITCH_TOOL_WATCH_H

#include "events.h"
#include "health.h"
#include "targets.h"

/**
 * struct event_summary - one event log
 * @known: the component has this log
 * @count: records that it gives at once
 * @more: it holds further ones
 * @overflow: records that it could not take
 * @last: handle of the youngest that was given
 */
struct event_summary {
	bool known;
	bool more;
	uint16_t last;
	unsigned int count;
	unsigned int overflow;
};

/**
 * struct component - one of those that are watched
 * @port: NO_ID for the function itself, or where it has no ports
 * @ld: or NO_ID, or LD_POOL
 * @asked: so often; 0: nothing is known, so nothing can have changed
 * @visited: in this round
 * @present: it answers Identify
 * @lacks: bit per question that it does not know, and is not asked again
 * @has_health: @health was told
 * @has_operation: @operation runs, or is the last that did
 * @failure: why it is not @present; its result is RESULT_OK if nobody is there to be asked
 */
struct component {
	int port;
	int ld;
	unsigned int asked;
	bool visited;
	bool present;
	unsigned int lacks;
	bool has_health;
	bool has_operation;
	struct identity identity;
	struct health health;
	struct event_summary logs[EVENT_LOGS];
	struct cxl_switch_cci_bg_status operation;
	struct failure failure;
};

/* Counted between two rounds. */
struct changes {
	unsigned int ports;
	unsigned int appeared;
	unsigned int vanished;
	unsigned int replaced;
	unsigned int health;
	unsigned int events;
	unsigned int operations;
};

/*
 * Asks the component at @target anew; what is another than before is counted.
 * Returns whether anything is.
 */
bool watch_component(struct transport *transport, const struct target *target,
		     struct component *component, struct changes *changes);

/* Nobody named it in this round: it is not there any more. Likewise. */
bool watch_absent(struct component *component, struct changes *changes);

void changes_add(struct changes *sum, const struct changes *changes);
void json_changes(struct json_object *object, const struct changes *changes);

/* "ports 1, health 2", or "none" */
#define CHANGES_TEXT_SIZE 160
void changes_text(const struct changes *changes, char *text);

#endif
