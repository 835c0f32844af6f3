/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one command costs its caller, by three ways to the same registers' protocol:
 * our ioctls, the in-tree memory driver's, a bare client that maps the registers.
 * Counts the time stamp counter, which under QEMU's -icount shift=0,sleep=off counts
 * instructions. It judges nothing.
 */
#ifndef GUEST_COST_H
#define GUEST_COST_H

#include "guest.h"

#define COST_OWN	"/dev/cxl/switch0"
#define COST_IN_TREE	"/dev/cxl/mem0"
#define COST_ROUNDS	200
#define COST_CASES	6

/* One command that both drivers and the bare client can send. */
struct cost_case {
	const char *name;
	uint16_t opcode;
	uint32_t id;		/* of <linux/cxl_mem.h>; 0: has none in-tree */
	uint32_t in_size;
	uint32_t out_size;
	uint16_t leaf;		/* through a tunnel: its opcode, ... */
	uint8_t port;		/* ... and the port that it goes to */
};

extern const struct cost_case cost_cases[COST_CASES];
/* The largest payload that a mailbox can have. */
extern const struct cost_case cost_largest;
/* A change, to a device behind the model's switch. */
extern const struct cost_case cost_change;

/* In the counter's units; values are sorted. */
struct cost {
	uint64_t least, median, p99, most;
	uint32_t answered;	/* bytes of the last answer */
};

struct cost_client {
	/* Bytes of the answer, or -1. */
	int (*ask)(struct cost_client *client, const struct cost_case *c);
	int fd;			/* of an ioctl client */
	volatile uint8_t *registers;	/* of the bare one: the mailbox */
	void *bar;
	size_t bar_size;
};

/* By SEND, by CXL_MEM_SEND_COMMAND; false: there is no such node. */
bool cost_open_own(struct cost_client *client);
bool cost_open_legacy(struct cost_client *client, const char *node);
/* Maps BAR 0 and finds the mailbox in it; beside a bound driver with iomem=relaxed alone. */
bool cost_open_bare(struct cost_client *client, const char *pci);
void cost_close(struct cost_client *client);

/* What ask() sends until the next one is prepared. */
void cost_prepare(const struct cost_case *c);
/* Fails the test if an answer fails or differs in length from the one before. */
struct cost cost_of(struct cost_client *client, const struct cost_case *c, unsigned int rounds);
uint64_t cost_counter(void);

/* Calls of the kernel's allocators by this process in @rounds warm commands, by tracepoint. */
unsigned int cost_allocations(struct cost_client *client, const struct cost_case *c,
			      unsigned int rounds);

/* "# figure NAME VALUE": what tests/bench collects. */
#define figure(value, ...) \
	do { printf("# figure "); printf(__VA_ARGS__); printf(" %g\n", (double)(value)); \
	     fflush(stdout); } while (0)

#endif
