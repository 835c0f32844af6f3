/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One switch and the components behind it, queried in rounds, whatever fails.
 * It does not print.
 */
#ifndef CXL_SWITCH_TOOL_FABRIC_H
#define CXL_SWITCH_TOOL_FABRIC_H

#include "cci/cci.h"
#include "cli/session.h"
#include "watch.h"

/**
 * struct fabric - one switch and what is behind it
 * @options: of its own: a function that is no switch has no ports
 * @wanted_ports: those that the person named, or NULL
 * @session: with the open device
 * @wanted: how to open it again: by serial number where it has one
 * @name: switchN as it was last, or @wanted before it was opened once
 * @state: of the function, from INFO
 * @failure: of the whole fabric in this round
 * @ports: as they are, or were at the switch's last answer; @before: in the round before,
 *	none if that is not known
 * @components: @room of them, @count used
 * @changes: in this round
 */
struct fabric {
	struct options options;
	struct session session;
	const char *wanted_ports;
	char wanted[PATH_MAX];
	char name[PATH_MAX];
	uint8_t state;
	struct failure failure;
	struct port_states ports;
	struct port_states before;
	struct component *components;
	size_t count;
	size_t room;
	struct changes changes;
};

/* @wanted: a name, path or serial number. Does not open the device. */
void fabric_init(struct fabric *fabric, const struct options *options, const char *wanted);
enum result fabric_open(struct fabric *fabric, struct failure *failure);
bool fabric_is_open(const struct fabric *fabric);
void fabric_close(struct fabric *fabric);

/*
 * Queries everything, and counts the differences from the round before. What fails
 * is in @fabric; RESULT_USAGE: it will fail in every round.
 */
enum result fabric_watch(struct fabric *fabric);

/* Whether the port at @index of @ports differs from the previous round. */
bool fabric_port_changed(const struct fabric *fabric, size_t index);

#endif
