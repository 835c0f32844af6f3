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
	uint32_t changed;		/* of ended[0]: audited changes */
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
	bool mixed;				/* an audited change after each query */
	bool stays;				/* ENODEV does not end a process */
	int *stop;
};

/* The device must serve at this moment: each process asks first who it is to hear. */
void guest_load_start(struct guest_load *load);
/* The same, and each process sets the timestamp of whom it asks, too. */
void guest_load_start_mixed(struct guest_load *load);
/* And goes on after ENODEV: a function that is away for a moment. */
void guest_load_start_stubborn(struct guest_load *load);
/* How many commands ended so, by now; 0: with an answer. */
uint32_t guest_load_ended(const struct guest_load *load, int error);
/* Errors, and answers that were nobody's. */
uint32_t guest_load_troubles(const struct guest_load *load);
/*
 * Fails the test if a process does not see at least two more answers of each kind within
 * 10 s: the first may be that of a command that waited over a reset, the second is of one
 * for which whoever was to be asked after it was asked.
 */
void guest_load_all_served(const struct guest_load *load);
/*
 * The device was removed: each process is to see ENODEV and to end. Fails the test if one
 * does not within @ms; returns how long the last one took.
 */
uint32_t guest_load_await_end(struct guest_load *load, unsigned int ms);
/*
 * Fails the test on an errno that is not among @allowed (0 ends it), on another's answer,
 * on more than @tolerated unusable ones.
 */
void guest_load_stop(struct guest_load *load, const char *what, const int *allowed,
		     unsigned int tolerated);

/* What a fault may do: to whom, and how that shows. */
struct guest_load_rules {
	int port;		/* whose answers it touches; GUEST_LOAD_ALL: everybody's */
	const int *allowed;	/* errnos; 0 ends it */
	unsigned int unusable;	/* answers that were nobody's; UINT_MAX: any number */
};

#define GUEST_LOAD_ALL	(-1)

/*
 * Stops, prints one line headed by @what, unless that is NULL, and counts what was
 * against the rules.
 */
unsigned int guest_load_judged(struct guest_load *load, const char *what,
			       const struct guest_load_rules *rules);

/* ---- what sysfs says ---- */

/* "counters/late_answers" and the like; fails the test if there is no number. */
uint64_t guest_counter(const struct guest_device *device, const char *name);
/* "ownership" and the like, of "refusals/". */
uint64_t guest_refusals(const struct guest_device *device, const char *reason);
/* Waits at most @ms for the attribute "state"; fails the test if it does not come. */
void guest_await_state(const struct guest_device *device, const char *state, unsigned int ms);

/* The middle one; sorts. */
uint64_t guest_median(uint64_t *values, unsigned int count);

#endif
