/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that send queries to the model without a pause, and how each ended; what
 * sysfs counts. Each process knows the one answer that is its own.
 */
#ifndef GUEST_LOAD_H
#define GUEST_LOAD_H

#include "guest_model.h"

#define LOAD_PROCESSES	8
#define LOAD_ERRNO_MAX	134

struct guest_load_process {
	uint32_t ended[LOAD_ERRNO_MAX];	/* by errno; 0: its own answer */
	uint32_t foreign;		/* answers that were another's */
	uint32_t unusable;		/* answers that were nobody's, or not success */
	struct cxl_switch_cci_send odd;	/* the last of these two kinds */
	uint64_t odd_serial;
	uint32_t wrong_stage;		/* EBUSY after sending, or the reverse */
	uint32_t longest_ms;		/* of one command */
};

struct guest_load {
	pid_t child[LOAD_PROCESSES];
	struct guest_load_process *process;	/* shared with the children */
	uint64_t serial[LOAD_PROCESSES];	/* of whom each asks */
	int *stop;
};

/* The device must serve at this moment: each process asks first who it is to hear. */
void guest_load_start(struct guest_load *load);
/* All commands that were answered so far. */
uint32_t guest_load_answered(const struct guest_load *load);
uint32_t guest_load_ended(const struct guest_load *load, int error);
/* Fails the test if a process does not see at least one more answer within 10 s. */
void guest_load_all_served(const struct guest_load *load);
/*
 * Fails the test on an errno that is not among @allowed (0 ends it), on another's answer,
 * on more than @tolerated unusable ones.
 */
void guest_load_stop(struct guest_load *load, const char *what, const int *allowed,
		     unsigned int tolerated);

/* ---- what sysfs says ---- */

/* "counters/late_answers" and the like; fails the test if there is no number. */
uint64_t guest_counter(const struct guest_device *device, const char *name);
/* Waits at most @ms for the attribute "state"; fails the test if it does not come. */
void guest_await_state(const struct guest_device *device, const char *state, unsigned int ms);

/* The middle one; sorts. */
uint64_t guest_median(uint64_t *values, unsigned int count);

#endif
