/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver's notices: subscribe, sleep, read one after another. It does not
 * depend on what the caller waits for.
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

/* A driver without notices is not a failure: notices_sleep() then sleeps for the whole time. */
enum result notices_open(struct notices *notices, struct transport *transport, uint32_t mask,
			 struct failure *failure);

/* Sleeps until a notice arrives, @milliseconds have passed, or a signal arrives. */
void notices_sleep(struct notices *notices, int milliseconds);

/*
 * Returns whether there was a notice. @notice receives the fields that this
 * tool knows. Never sleeps.
 */
bool notices_next(struct notices *notices, struct cxl_switch_cci_notice *notice);

/* Discards all pending notices. */
void notices_drain(struct notices *notices);

/* Milliseconds of CLOCK_BOOTTIME, which also counts while the machine sleeps. */
int64_t now_ms(void);

#endif
