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
 * enum mailbox_state - who may touch the registers
 * @MAILBOX_IDLE: nobody; the next turn is given at once
 * @MAILBOX_OWNED: the owner of the turn
 * @MAILBOX_DRAINING: the drain worker; the caller left before the answer
 * @MAILBOX_STUCK: the drain worker, seldom; the device's time is up. New
 *	callers are sent away
 * @MAILBOX_RESETTING: nobody, until mailbox_thaw()
 * @MAILBOX_DEAD: nobody, for ever; the device was removed
 */
enum mailbox_state {
	MAILBOX_IDLE,
	MAILBOX_OWNED,
	MAILBOX_DRAINING,
	MAILBOX_STUCK,
	MAILBOX_RESETTING,
	MAILBOX_DEAD,
};

struct mailbox;

/* What stays known of a command whose caller left before the answer. */
struct mailbox_ticket {
	u64 id;
	u16 opcode;
	u16 leaf_opcode;
	unsigned long destination;	/* the sender's name for it */
	bool overdue;			/* when retired: the device's time was up */
};

/* A command in the registers' terms. Buffers belong to the caller. */
struct mailbox_command {
	struct mailbox_ticket ticket;
	const void *in;
	u32 in_length;		/* at most the payload size */
	void *out;
	u32 out_room;
	ktime_t deadline;	/* of the caller's wait; KTIME_MAX: none */

	bool rung;		/* the doorbell was rung: the device may act */
	bool answered;		/* what follows is valid */
	u16 return_code;
	u16 vendor_status;
	u32 out_length;		/* by the device, clamped to the payload size */
	u32 out_copied;		/* of these, to @out */
	u64 duration_ns;
};

/* A place in the queue, on its owner's stack. */
struct mailbox_turn {
	struct list_head node;		/* in mailbox.queue, under mailbox.lock */
	struct completion decided;
	int verdict;			/* 0: the turn is ours; valid once decided */
	u8 commands;			/* sent in this turn */
};

struct mailbox_ops {
	/* why registers read as nonsense: -EIO, or -ENODEV if not present */
	int (*absence)(struct mailbox *mailbox);
	/*
	 * The answer to an abandoned command came (@answered), or never will.
	 * Process context, no lock held; may not send.
	 */
	void (*retired)(struct mailbox *mailbox, const struct mailbox_ticket *ticket,
			bool answered, u16 return_code);
	/* process context, no lock held */
	void (*state_changed)(struct mailbox *mailbox);
};

struct mailbox {
	const struct mailbox_ops *ops;
	void __iomem *registers;	/* of the mailbox capability */
	struct mailbox_capability capability;
	u32 command_timeout_ms;		/* the device's time for a command */

	/*
	 * Guards the fields below it. Innermost lock; nothing sleeps under it,
	 * and no register is touched under it.
	 */
	spinlock_t lock;
	enum mailbox_state state;
	struct mailbox_turn *owner;
	struct list_head queue;		/* FIFO of waiting turns */
	bool abandoned;			/* @ticket awaits its answer */
	struct mailbox_ticket ticket;
	ktime_t device_deadline;	/* of the abandoned command */

	/*
	 * The registers and these two belong to whom @state says: the owner of
	 * the turn or the drain worker.
	 */
	u32 control;			/* enables; rewritten whole with every doorbell */
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

int mailbox_init(struct mailbox *mailbox, const struct mailbox_ops *ops,
		 void __iomem *registers, const struct mailbox_capability *capability,
		 struct workqueue_struct *workqueue, u32 command_timeout_ms);

void mailbox_enable_interrupts(struct mailbox *mailbox, bool doorbell, bool background);
void mailbox_interrupt(struct mailbox *mailbox);
void mailbox_freeze(struct mailbox *mailbox);
void mailbox_thaw(struct mailbox *mailbox);
void mailbox_kill(struct mailbox *mailbox);
void mailbox_quiesce(struct mailbox *mailbox);
void mailbox_destroy(struct mailbox *mailbox);

enum mailbox_state mailbox_state(struct mailbox *mailbox);

int mailbox_turn_begin(struct mailbox *mailbox, struct mailbox_turn *turn, ktime_t deadline);
int mailbox_execute(struct mailbox *mailbox, struct mailbox_turn *turn,
		    struct mailbox_command *command);
void mailbox_turn_end(struct mailbox *mailbox, struct mailbox_turn *turn);

#endif /* CCI_MAILBOX_H */
