/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one component, and its difference to an earlier state. It sends
 * queries and uses constant space. It does not print.
 */
#ifndef CXL_SWITCH_TOOL_WATCH_H
#define CXL_SWITCH_TOOL_WATCH_H

#include "events.h"
#include "health.h"
#include "cli/targets.h"

/**
 * struct event_summary - one event log
 * @known: the component has this log
 * @count: records in one answer
 * @more: the log has further records
 * @overflow: records that the log could not store
 * @last: handle of the newest record in the answer
 */
struct event_summary {
	bool known;
	bool more;
	uint16_t last;
	unsigned int count;
	unsigned int overflow;
};

/*
 * PRESENCE_UNKNOWN: it has never answered, and no error proves its absence. A
 * known presence stays until an answer contradicts it; one error is not a
 * proof.
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

/* Differences between two rounds. */
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

/* The component could not be queried because of @failure; its known state is kept. */
void watch_unasked(struct component *component, const struct failure *failure);

void changes_add(struct changes *sum, const struct changes *changes);
void json_changes(struct json_object *object, const struct changes *changes);

/* "ports 1, health 2", or "none" */
#define CHANGES_TEXT_SIZE 160
void changes_text(const struct changes *changes, char *text);

#endif
