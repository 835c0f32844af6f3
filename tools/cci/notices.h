/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver's notices: subscribe, sleep, take one after another. It must not
 * know what anybody waits for.
 */
#ifndef CXL_SWITCH_TOOL_NOTICES_H
#define CXL_SWITCH_TOOL_NOTICES_H

#include "transport.h"

#define NOTICES_ROOM 4096

/**
 * struct notices - what was read and not yet looked at
 * @transport: of the open file that gets the notices
 * @subscribed: the driver sends notices; without it there are time-outs alone
 * @gone: the device is, and all it had to say was read
 * @used: where the next record starts in @bytes
 * @size: of what was read
 */
struct notices {
	struct transport *transport;
	bool subscribed;
	bool gone;
	size_t used;
	size_t size;
	uint8_t bytes[NOTICES_ROOM];
};

/* A driver without notices is no failure: notices_sleep() just sleeps then. */
enum result notices_open(struct notices *notices, struct transport *transport, uint32_t mask,
			 struct failure *failure);

/* Until there is a notice, @milliseconds are over, or a signal came. */
void notices_sleep(struct notices *notices, int milliseconds);

/* Whether there was one; @notice has what this tool knows of it. Never waits. */
bool notices_next(struct notices *notices, struct cxl_switch_cci_notice *notice);

/* Reads away what is there. */
void notices_drain(struct notices *notices);

/* Milliseconds of a clock that never stands still. */
int64_t now_ms(void);

#endif
