/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A register file of one mailbox that counts what is done to it and knows what
 * must not be: CXL 3.1 8.2.8.4 as the driver's design narrows it. Plays a
 * device whose answers come when and how a test says. Knows no driver code.
 */
#ifndef FAKE_REGISTERS_H
#define FAKE_REGISTERS_H

#include <pthread.h>

#include <linux/types.h>

#define FAKE_NEVER	(~(u64)0)
#define FAKE_PAYLOAD_MAX	4096
#define FAKE_LOG	1024
#define FAKE_VIOLATIONS	8

/* What the device makes of a command. */
struct fake_reply {
	u64 delay_us;		/* FAKE_NEVER: until fake_answer_now() */
	u16 return_code;
	u16 vendor_status;
	u32 length;		/* as claimed; may lie */
	u8 data[FAKE_PAYLOAD_MAX];
};

enum fake_presence {
	FAKE_PRESENT,
	FAKE_ALL_ONES,
	FAKE_ALL_ZEROS,
};

struct fake_access {
	u32 offset;
	u8 width;
	bool write;
	u64 value;
};

struct fake_registers {
	u8 *base;			/* unmapped: only io_read() and io_write() */
	u32 payload_size;
	u32 enables;			/* of the control register, as the driver must keep them */
	u32 forgets;			/* enables that the device does not keep */
	u64 status_after_reset;		/* what fake_reset() leaves there; by CXL 3.1 zero */
	bool deceived;			/* registers that lie have the driver break the rules */
	u32 read_ns;			/* how long a read takes */
	/* decides each command; NULL: fake_echo() */
	void (*serve)(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
		      struct fake_reply *reply);
	/* runs in the accessing thread before each access, no lock held */
	void (*on_access)(struct fake_registers *fake, u32 offset, bool write);
	void *context;			/* of the two */

	pthread_mutex_t mutex;		/* guards what follows */
	enum fake_presence presence;
	bool forbidden;			/* each access is a violation */
	bool busy;			/* the doorbell */
	u64 due_ns;			/* of the answer */
	struct fake_reply reply;
	u32 control;
	u64 command, status, background;
	u8 payload[FAKE_PAYLOAD_MAX];
	u32 payload_written;		/* bytes, since the last doorbell */
	bool command_written;
	u32 commands;			/* doorbells set */
	u32 accesses;
	struct fake_access log[FAKE_LOG];
	u32 violations;
	char violation[FAKE_VIOLATIONS][120];
};

void fake_create(struct fake_registers *fake, u32 payload_size);
void fake_destroy(struct fake_registers *fake);

/* Answers at once: return code 0, the opcode and the request sent back. */
void fake_echo(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
	       struct fake_reply *reply);

void fake_answer_now(struct fake_registers *fake);
void fake_set_presence(struct fake_registers *fake, enum fake_presence presence);
/* From now on each access is a violation, or no longer so. */
void fake_forbid(struct fake_registers *fake, bool forbidden);
/* A reset of the function: doorbell and registers clear, enables too. */
void fake_reset(struct fake_registers *fake);
void fake_ring(struct fake_registers *fake);	/* as another driver did before */

void fake_count_from_here(struct fake_registers *fake);
u32 fake_accesses(struct fake_registers *fake);
u32 fake_control(struct fake_registers *fake);
u32 fake_commands(struct fake_registers *fake);
bool fake_busy(struct fake_registers *fake);

#endif /* FAKE_REGISTERS_H */
