/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The MMIO mailbox: turns, doorbell, payload, waiting, recovery. Knows
 * registers and time; no CXL command, no user, no PCI.
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
 * enum swcci_mailbox_state - who may touch the registers
 * @MAILBOX_IDLE: nobody; the next turn is given at once
 * @MAILBOX_OWNED: the owner of the turn
 * @MAILBOX_DRAINING: the drain worker; the caller left before the answer
 * @MAILBOX_STUCK: the drain worker, seldom; the device's time is up. New
 *	callers wait for a moment and are sent away
 * @MAILBOX_RESETTING: nobody, until swcci_mailbox_thaw()
 * @MAILBOX_DEAD: nobody, for ever; the device was removed
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

/* Words of the sender in a ticket; not looked at here. */
#define MAILBOX_NOTE	7

/* What stays known of a command whose caller left before the answer. */
struct swcci_mailbox_ticket {
	u64 id;
	u16 opcode;
	u16 leaf_opcode;
	unsigned long destination;	/* the sender's name for it */
	bool overdue;			/* when retired: the device's time was up */
	void *context;		/* of the sender; comes back in retired(), */
	u64 note[MAILBOX_NOTE];	/* and so does this */
};

/* Of a late answer's payload: room for the headers of the deepest tunnel. */
#define MAILBOX_HEAD	64

/**
 * struct swcci_mailbox_late_answer - what the drain worker found
 * @answered: false: the answer went with the function's state; the rest is zero
 * @return_code: of the mailbox
 * @vendor_status: of the mailbox
 * @out_length: by the device, clamped to the payload size; 0 unless success
 * @head_length: of these bytes, in @head
 * @head: how the payload begins
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
 * @running: bit 0 of Mailbox Status. QEMU sets it without cause: believe it
 *	only with @percent below 100, and a start only by its return code
 * @opcode: of the last operation; 0: there was none since the reset
 * @percent: 0 to 100
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

/* A command in the registers' terms. Buffers belong to the caller. */
struct swcci_mailbox_command {
	struct swcci_mailbox_ticket ticket;
	const void *in;
	u32 in_length;		/* at most the payload size */
	void *out;
	u32 out_room;
	ktime_t deadline;	/* of the caller's wait; KTIME_MAX: none */

	bool submitted;		/* the doorbell was written: the device may act */
	bool abandoned;		/* before the answer: retired() gets the ticket, once */
	bool overdue;		/* the device's time passed before the answer */
	bool answered;		/* what follows is valid */
	u16 return_code;
	u16 vendor_status;
	u32 out_length;		/* by the device, clamped to the payload size */
	u32 out_copied;		/* of these, to @out */
	u64 duration_ns;
};

/* A place in the queue, on its owner's stack. */
struct swcci_mailbox_turn {
	/* where it has to wait: */
	struct list_head node;		/* in mailbox.queue, under mailbox.lock */
	struct completion decided;
	int verdict;			/* 0: the turn is ours; valid once decided */

	u8 commands;			/* sent in this turn */
};

/* How an answer begins, as the registers have it. */
struct swcci_mailbox_outcome {
	u64 status;
	u64 header;		/* 0 where the return code is an error */
};

struct swcci_mailbox_ops {
	/*
	 * The answer to an abandoned command came, or never will. Process
	 * context, no lock held; may not send. It may run before the caller
	 * that left is back from swcci_mailbox_execute().
	 */
	void (*retired)(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
			const struct swcci_mailbox_late_answer *answer);
	/*
	 * Process context, no spinlock held; maybe inside, so before
	 * swcci_mailbox_quiesce() returns.
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
	u32 command_timeout_ms;		/* the device's time for a command */

	/*
	 * Guards the fields below it. Innermost lock; nothing sleeps under it,
	 * and no register is touched under it.
	 */
	spinlock_t lock;
	enum swcci_mailbox_state state;
	bool paused;			/* the machine goes to sleep: no command begins */
	ktime_t grace_end;		/* if @paused: callers in flight leave then */
	struct swcci_mailbox_turn *owner;
	struct list_head queue;		/* FIFO of waiting turns */
	bool abandoned;			/* @ticket awaits its answer */
	struct swcci_mailbox_ticket ticket;
	ktime_t device_deadline;	/* of the abandoned command */

	/*
	 * The registers and these belong to whom @state says: the owner of the
	 * turn or the drain worker.
	 */
	u32 control;			/* enables; rewritten whole with every doorbell */
	u32 kept;			/* of these, by the device; one that is missing was reset */
	u16 sent_opcode;		/* of the last command */
	struct swcci_mailbox_outcome last;	/* answer taken */
	bool arrived;			/* that command: the doorbell was seen set */
	bool doorbell_clear;		/* known: no need to look before a command */

	wait_queue_head_t wait;		/* woken by interrupts and by state changes */
	atomic_t hints;			/* interrupts so far: none is lost between look and sleep */
	atomic64_t fallbacks;		/* answers that the timer found, not the interrupt */
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

static inline enum swcci_mailbox_state mailbox_state(struct swcci_mailbox *mailbox)
{
	return READ_ONCE(mailbox->state);
}

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
