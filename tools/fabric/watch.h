/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One component at one moment, and what has changed since. It
 * queries, and remembers in constant space; it must not print.
 */
#ifndef CXL_SWITCH_TOOL_WATCH_H
#define CXL_SWITCH_TOOL_WATCH_H

#include "events.h"
#include "health.h"
#include "cli/targets.h"

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

/*
 * PRESENCE_UNKNOWN: it has never answered, and nothing says that it is not there.
 * What was known stays known until an answer says otherwise: one error is no proof.
 */
enum presence { PRESENCE_UNKNOWN, PRESENCE_ABSENT, PRESENCE_PRESENT };

/**
 * struct component - one of those that are watched
 * @port: NO_ID for the function itself, or where it has no ports
 * @ld: or NO_ID, or LD_POOL
 * @asked: so often; 0: nothing is known, so nothing can have changed
 * @visited: in this round
 * @presence: whether it is there
 * @has_identity: @identity was returned
 * @lacks: bit per question that it does not know, and is not asked again
 * @has_health: @health was returned
 * @has_operation: @operation runs, or is the last that did
 * @failure: what went wrong in this round; its result is RESULT_OK if nothing did, or if
 *	nothing is there to be queried
 */
struct component {
	int port;
	int ld;
	unsigned int asked;
	bool visited;
	enum presence presence;
	unsigned int lacks;
	bool has_identity;
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
 * Queries the component at @target again and counts what changed.
 * Returns whether anything is.
 */
bool watch_component(struct transport *transport, const struct target *target,
		     struct component *component, struct changes *changes);

/* No list of this round has it: it is gone. Likewise. */
bool watch_absent(struct component *component, struct changes *changes);

/* It could not be queried in this round, because of @failure: what is known of it stays. */
void watch_unasked(struct component *component, const struct failure *failure);

void changes_add(struct changes *sum, const struct changes *changes);
void json_changes(struct json_object *object, const struct changes *changes);

/* "ports 1, health 2", or "none" */
#define CHANGES_TEXT_SIZE 160
void changes_text(const struct changes *changes, char *text);

#endif
