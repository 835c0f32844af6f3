/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mailbox on a fake register file, and callers on threads of their own, for
 * the tests of the mailbox. Callers record; only the test's thread asserts.
 */
#ifndef MAILBOX_BENCH_H
#define MAILBOX_BENCH_H

#include "unit.h"

#include "mailbox/mailbox.h"

#include "fake_registers.h"

#define BENCH_PAYLOAD	256
#define BENCH_RETIRED	64
#define OPCODE		0x5100	/* any; the mailbox knows none */

struct bench_retired {
	u64 id;
	void *context;
	bool overdue;
	struct swcci_mailbox_late_answer answer;
};

struct bench {
	struct swcci_mailbox mailbox;
	struct fake_registers fake;
	struct workqueue_struct queue;
	u32 interrupts;			/* ops.interrupted() calls, atomic */

	pthread_mutex_t mutex;		/* guards what follows */
	struct bench_retired retired[BENCH_RETIRED];
	u32 retirements;
	u32 state_changes;
	/* the drain worker stops before its read of this offset, the @gate_skip-th */
	u32 gate_offset;
	u32 gate_skip;
	u32 gates;			/* closed so far */
	bool gate_closed;
	bool at_gate;
};

extern struct bench bench;

/*
 * How the bench is made; each a CMocka setup. The device's time is 2 s, or 500 ms; its
 * payload BENCH_PAYLOAD, or FAKE_PAYLOAD_MAX.
 */
int bench_create(void **state);
int bench_create_impatient(void **state);
int bench_create_large(void **state);
int bench_destroy(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_create, bench_destroy)
#define IMPATIENT_TEST(name) \
	cmocka_unit_test_setup_teardown(name, bench_create_impatient, bench_destroy)

ktime_t in_ms(s64 ms);
void sleep_ms(unsigned int ms);
void assert_state(enum swcci_mailbox_state state);
void await_state(enum swcci_mailbox_state state);
void await_busy(void);
void await_queue(u32 length);
void await_retirements(u32 count);
/* Exactly one retirement, of this command, in this manner. */
void assert_retired_once(u64 id, bool answered, u16 return_code);
void assert_retirements(u32 count);
u32 state_changes(void);
/* Closing it again releases what waits at the old one. */
void close_gate(u32 offset, u32 skip);
void open_gate(void);
bool await_gate(unsigned int ms);

/* Register accesses of a successful command: design.md, "Cost". */
u32 accesses_of(u32 in_length, u32 copied);

/* A command as it is before it is sent. */
struct swcci_mailbox_command command_of(u64 id, const void *in, u32 in_length, void *out, u32 room);

/* Run by one caller in the test's own thread. */
int bench_execute(struct swcci_mailbox_command *command);

struct caller {
	u64 id;
	ktime_t turn_deadline;		/* 0: none */
	ktime_t deadline;
	unsigned int linger_ms;		/* with the turn, after the answer */
	u8 in[8];
	u8 out[8];

	struct swcci_mailbox_command command;
	int turn_rc;
	int rc;				/* of the command, or of the turn */
	u32 place;			/* in the order of turns, from 1 */
	u64 cpu_ns;
	struct swcci_mailbox_turn turn;
	pthread_t thread;
	struct task_struct *task;
};

/* Every caller sends @id as its payload. */
void caller_start(struct caller *caller, u64 id);
void caller_kill(struct caller *caller);
/* Fails the test if the caller does not come back. */
void caller_join(struct caller *caller);
/* It has the answer to its own request. */
void assert_own_answer(const struct caller *caller);
/* Serves one command, now, to show that the mailbox works. */
void assert_serves(void);
u32 turns_given(void);

#endif /* MAILBOX_BENCH_H */
