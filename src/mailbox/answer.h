/* SPDX-License-Identifier: GPL-2.0-only */
/* What mailbox.c and answer.c share; not for other rooms. */
#ifndef CCI_ANSWER_H
#define CCI_ANSWER_H

#include "mailbox.h"

/* CXL 3.1 8.2.8.4.3 to 8.2.8.4.8 */
#define REG_CAPABILITY		MAILBOX_CAPABILITY_OFFSET
#define REG_CONTROL		0x04
#define REG_COMMAND		0x08
#define REG_STATUS		0x10
#define REG_BACKGROUND		0x18
#define REG_PAYLOAD		MAILBOX_PAYLOAD_OFFSET

#define CONTROL_DOORBELL	BIT(0)
#define CONTROL_DOORBELL_IRQ	BIT(1)
#define CONTROL_BACKGROUND_IRQ	BIT(2)
#define COMMAND_OPCODE_MASK	0xffff
#define COMMAND_LENGTH_SHIFT	16
#define COMMAND_LENGTH_MASK	0x1fffff

/* Bytes of a payload between two points at which other tasks run and a caller may stop. */
#define MAILBOX_STEP		2048U

/* Return: why no register may be accessed now, -ENODEV or -EBUSY; or 0. */
static inline int mailbox_interruption(struct swcci_mailbox *mb)
{
	switch (READ_ONCE(mb->state)) {
	case MAILBOX_DEAD:
		return -ENODEV;
	case MAILBOX_RESETTING:
		return -EBUSY;
	default:
		return 0;
	}
}

enum swcci_mailbox_doorbell {
	DOORBELL_CLEAR,
	DOORBELL_SET,
	DOORBELL_INVALID,	/* all ones; or a reset cleared the enables */
};

/**
 * struct swcci_mailbox_answer - an answer that is being read
 * @outcome: the registers that announce it
 * @return_code: of the mailbox
 * @vendor_status: of the mailbox
 * @length: payload in bytes as the device reports it, clamped to the payload size
 * @copied: @length, clamped to the caller's room
 * @read: bytes of @copied that were read so far
 */
struct swcci_mailbox_answer {
	struct swcci_mailbox_outcome outcome;
	u16 return_code;
	u16 vendor_status;
	u32 length;
	u32 copied;
	u32 read;
};

/* All of these access registers: only for whom mailbox.state says, inside mailbox.inside. */
void swcci_mailbox_arm(struct swcci_mailbox *mb);
enum swcci_mailbox_doorbell swcci_mailbox_doorbell(struct swcci_mailbox *mb);
bool swcci_mailbox_begin_answer(struct swcci_mailbox *mb, u32 room,
				struct swcci_mailbox_answer *answer);
bool swcci_mailbox_read_answer(struct swcci_mailbox *mb, struct swcci_mailbox_answer *answer,
			       u8 *out);
bool swcci_mailbox_take_late_answer(struct swcci_mailbox *mb,
				    struct swcci_mailbox_late_answer *late);

#endif /* CCI_ANSWER_H */
