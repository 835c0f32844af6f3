/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The MMIO mailbox: turns, one command at a time, answers that come late, reset. Knows
 * registers and time; no CXL command, no user memory, no PCI. The functions are
 * documented in mailbox.c and answer.c.
 */
#ifndef CCI_MAILBOX_H
#define CCI_MAILBOX_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "registers.h"

/**
 * enum swcci_mailbox_state - who may access the registers
 * @MAILBOX_IDLE: no one; the next turn is granted at once
 * @MAILBOX_OWNED: the owner of the turn
 * @MAILBOX_DRAINING: the drain worker, for the answer to an abandoned command
 * @MAILBOX_STUCK: the drain worker; the device's time for the command is over. Callers
 *	get -EBUSY after 100 ms
 * @MAILBOX_RESETTING: swcci_mailbox_thaw()
 * @MAILBOX_DEAD: no one, permanently; the device was removed
 */
enum swcci_mailbox_state {
	MAILBOX_IDLE,
	MAILBOX_OWNED,
	MAILBOX_DRAINING,
	MAILBOX_STUCK,
	MAILBOX_RESETTING,
	MAILBOX_DEAD,
};

struct swcci_mailbox;

/* 64-bit words of the sender in a ticket; the mailbox does not interpret them. */
#define MAILBOX_NOTE	7

/**
 * struct swcci_mailbox_ticket - what identifies an abandoned command
 * @id: of the sender
 * @opcode: that is sent
 * @leaf_opcode: of the sender
 * @destination: of the sender
 * @overdue: set for mailbox_ops.retired(): the device's time was over
 * @context: of the sender
 * @note: of the sender
 */
struct swcci_mailbox_ticket {
	u64 id;
	u16 opcode;
	u16 leaf_opcode;
	unsigned long destination;
	bool overdue;
	void *context;
	u64 note[MAILBOX_NOTE];
};

/* Bytes of a late answer's payload: the headers of the deepest tunnel. */
#define MAILBOX_HEAD	64

/**
 * struct swcci_mailbox_late_answer - the answer to an abandoned command
 * @answered: false if the answer is lost; the rest is zero then
 * @return_code: of the mailbox
 * @vendor_status: of the mailbox
 * @out_length: bytes of payload as the device reports it, clamped to the payload size; 0
 *	unless @return_code is Success
 * @head_length: bytes in @head
 * @head: the beginning of the payload
 */
struct swcci_mailbox_late_answer {
	bool answered;
	u16 return_code;
	u16 vendor_status;
	u32 out_length;
	u32 head_length;
	u8 head[MAILBOX_HEAD];
};

/**
 * struct swcci_mailbox_background - the Background Command Status register
 * @running: bit 0 of Mailbox Status. QEMU sets it without an operation: it counts only
 *	with @percent below 100
 * @opcode: of the last operation; 0 if there was none since the reset
 * @percent: 0 to 127; above 100 is invalid
 * @return_code: valid if @percent is 100 or not @running
 * @vendor_status: valid if @percent is 100
 */
struct swcci_mailbox_background {
	bool running;
	u16 opcode;
	u8 percent;
	u16 return_code;
	u16 vendor_status;
};

/**
 * struct swcci_mailbox_command - a command, and its result
 * @ticket: comes back in mailbox_ops.retired() if the command is abandoned
 * @in: request; belongs to the caller
 * @in_length: bytes of @in, at most the payload size
 * @out: room for the answer; belongs to the caller
 * @out_room: bytes of @out
 * @deadline: end of the caller's wait, CLOCK_MONOTONIC; KTIME_MAX for none
 * @submitted: the doorbell was set: the command may take effect
 * @abandoned: before its answer; mailbox_ops.retired() gets @ticket, once
 * @overdue: the device's time passed before the answer
 * @answered: the members below are valid
 * @return_code: of the mailbox
 * @vendor_status: of the mailbox
 * @out_length: bytes of payload as the device reports it, clamped to the payload size
 * @out_copied: bytes of these in @out
 * @duration_ns: from the doorbell until it was clear, or until the wait ended
 */
struct swcci_mailbox_command {
	struct swcci_mailbox_ticket ticket;
	const void *in;
	u32 in_length;
	void *out;
	u32 out_room;
	ktime_t deadline;

	bool submitted;
	bool abandoned;
	bool overdue;
	bool answered;
	u16 return_code;
	u16 vendor_status;
	u32 out_length;
	u32 out_copied;
	u64 duration_ns;
};

/* A place in the queue, on its owner's stack. */
struct swcci_mailbox_turn {
	struct list_head node;		/* in mailbox.queue, under mailbox.lock */
	struct completion decided;
	int result;			/* of the wait; valid once decided */

	u8 commands;			/* sent in this turn */
};

/* The registers that announce an answer. */
struct swcci_mailbox_outcome {
	u64 status;
	u64 header;		/* the Command register; 0 if the return code is an error */
};

struct swcci_mailbox_ops {
	/*
	 * The answer to an abandoned command came, or is lost. Process context,
	 * no lock held; may not send. It may run before the caller that
	 * abandoned it is back from swcci_mailbox_execute().
	 */
	void (*retired)(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
			const struct swcci_mailbox_late_answer *answer);
	/*
	 * Process context, no spinlock held, possibly within mailbox.inside;
	 * not after swcci_mailbox_quiesce() of a dead mailbox has returned.
	 */
	void (*state_changed)(struct swcci_mailbox *mailbox);
	/* from swcci_mailbox_interrupt(), in its context; may be NULL */
	void (*interrupted)(struct swcci_mailbox *mailbox);
};

struct swcci_mailbox {
	const struct swcci_mailbox_ops *ops;
	void __iomem *registers;	/* of the mailbox capability */
	void __iomem *event_status;	/* of Device Status, or NULL; set before the first thaw */
	struct swcci_mailbox_capability capability;
	u32 command_timeout_ms;		/* the device's time for one command */

	/*
	 * Guards the members below it. Innermost lock; nothing sleeps under it,
	 * and no register is accessed under it.
	 */
	spinlock_t lock;
	enum swcci_mailbox_state state;
	bool paused;			/* the machine goes to sleep: no command begins */
	ktime_t grace_end;		/* if @paused: callers in flight abandon then */
	struct swcci_mailbox_turn *owner;
	struct list_head queue;		/* FIFO of waiting turns */
	bool abandoned;			/* @ticket is not retired yet */
	struct swcci_mailbox_ticket ticket;
	ktime_t device_deadline;	/* of the abandoned command */

	/*
	 * The registers and these belong to whom @state names: the owner of the
	 * turn, the drain worker or swcci_mailbox_thaw().
	 */
	u32 control;			/* enables; written whole with every doorbell */
	u32 kept;			/* of these, by the device: clear only after a reset */
	u16 sent_opcode;		/* of the last command */
	bool arrived;			/* that command: its doorbell was read as set */
	bool doorbell_clear;		/* known: no need to poll before a command */
	struct swcci_mailbox_outcome last;	/* of the last answer */

	wait_queue_head_t wait;		/* woken by interrupts and by state changes */
	atomic_t hints;			/* interrupts so far: none is lost between poll and sleep */
	atomic64_t fallbacks;		/* answers that a timer found, not the interrupt */
	struct workqueue_struct *workqueue;
	struct delayed_work drain;

	/*
	 * Held (read side) across register access and its wait, never across a
	 * user copy or a queue. Freeze and removal wait for it; they set @state
	 * and wake @wait first, so they wait for one poll step at most.
	 */
	struct srcu_struct inside;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map turn_map;	/* the turn, as lockdep sees it */
#endif
};

int swcci_mailbox_init(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ops *ops,
		       void __iomem *registers, const struct swcci_mailbox_capability *capability,
		       struct workqueue_struct *workqueue, u32 command_timeout_ms);

void swcci_mailbox_enable_interrupts(struct swcci_mailbox *mailbox, bool doorbell, bool background);
void swcci_mailbox_interrupt(struct swcci_mailbox *mailbox);
void swcci_mailbox_freeze(struct swcci_mailbox *mailbox);
void swcci_mailbox_thaw(struct swcci_mailbox *mailbox);
void swcci_mailbox_kill(struct swcci_mailbox *mailbox);
void swcci_mailbox_quiesce(struct swcci_mailbox *mailbox);
void swcci_mailbox_destroy(struct swcci_mailbox *mailbox);

/**
 * mailbox_state() - the state, without a lock
 * @mailbox: the mailbox
 *
 * Return: the state; it may have changed since.
 */
static inline enum swcci_mailbox_state mailbox_state(struct swcci_mailbox *mailbox)
{
	return READ_ONCE(mailbox->state);
}

/**
 * mailbox_is_paused() - between swcci_mailbox_pause() and swcci_mailbox_unpause()?
 * @mailbox: the mailbox
 *
 * Return: true if it is; it may have changed since.
 */
static inline bool mailbox_is_paused(struct swcci_mailbox *mailbox)
{
	return READ_ONCE(mailbox->paused);
}

void swcci_mailbox_pause(struct swcci_mailbox *mailbox);
void swcci_mailbox_unpause(struct swcci_mailbox *mailbox);

int swcci_mailbox_turn_begin(struct swcci_mailbox *mailbox, struct swcci_mailbox_turn *turn,
			     ktime_t deadline);
int swcci_mailbox_execute(struct swcci_mailbox *mailbox, struct swcci_mailbox_turn *turn,
			  struct swcci_mailbox_command *command);
void swcci_mailbox_turn_end(struct swcci_mailbox *mailbox, struct swcci_mailbox_turn *turn);

int swcci_mailbox_read_background(struct swcci_mailbox *mailbox,
				  struct swcci_mailbox_background *background);
int swcci_mailbox_read_event_status(struct swcci_mailbox *mailbox, u64 *status);

#endif /* CCI_MAILBOX_H */
