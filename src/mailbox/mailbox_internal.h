/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the mailbox share: mailbox.c, status.c, drain.c, answer.c
 * and turns.c. For nobody else.
 */
#ifndef CCI_MAILBOX_INTERNAL_H
#define CCI_MAILBOX_INTERNAL_H

#include "mailbox.h"

/* CXL 3.1 8.2.8.4.3 to 8.2.8.4.8 */
#define REG_CAPABILITY		MAILBOX_CAPABILITY_OFFSET
#define REG_CONTROL		0x04
#define REG_COMMAND		0x08
#define REG_STATUS		0x10
#define REG_BACKGROUND		0x18
#define REG_PAYLOAD		MAILBOX_PAYLOAD_OFFSET

#define CAPABILITY_SIZE_MASK	0x1f
#define CONTROL_DOORBELL	BIT(0)
#define CONTROL_DOORBELL_IRQ	BIT(1)
#define CONTROL_BACKGROUND_IRQ	BIT(2)
#define COMMAND_OPCODE_MASK	0xffff
#define COMMAND_LENGTH_SHIFT	16
#define COMMAND_LENGTH_MASK	0x1fffff
#define STATUS_RETURN_CODE_SHIFT	32
#define STATUS_VENDOR_SHIFT	48

/* Of a long payload in one go: what is cheap stays cheap, and nobody waits long for us. */
#define MAILBOX_STEP		2048U

/* turns.c */
int mailbox_interruption(struct mailbox *mb);
int mailbox_refusal(struct mailbox *mb);
int mailbox_reason_to_leave(struct mailbox *mb, ktime_t now, ktime_t deadline);
void mailbox_set_state(struct mailbox *mb, enum mailbox_state state);
void mailbox_look_again_in(struct mailbox *mb, unsigned int ms);
void mailbox_grant_next(struct mailbox *mb);
void mailbox_refuse_queue(struct mailbox *mb, int error);

/* answer.c; the registers must be the caller's: see mailbox.state */
enum mailbox_doorbell {
	DOORBELL_CLEAR,
	DOORBELL_SET,
	DOORBELL_NONSENSE,	/* ones, or not the enables that we wrote */
};

bool mailbox_alive(struct mailbox *mb);
void mailbox_arm(struct mailbox *mb);
enum mailbox_doorbell mailbox_doorbell(struct mailbox *mb);
int mailbox_take_answer(struct mailbox *mb, struct mailbox_command *command);
bool mailbox_take_late_answer(struct mailbox *mb, struct mailbox_late_answer *late);

/* drain.c */
void mailbox_abandon(struct mailbox *mb, struct mailbox_command *command,
		     ktime_t device_deadline, bool stuck);
void mailbox_ticket_lost(struct mailbox *mb);
void mailbox_drain_work(struct work_struct *work);

#endif /* CCI_MAILBOX_INTERNAL_H */
