// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes an answer out of the registers, and tells one from what a function that
 * went away reads as.
 */
#include <linux/io-64-nonatomic-lo-hi.h>

#include "mailbox_internal.h"
#include "opcodes.h"

static u32 answer_length(const struct mailbox *mb, u64 header)
{
	u32 length = header >> COMMAND_LENGTH_SHIFT & COMMAND_LENGTH_MASK;

	return min(length, mb->capability.payload_size);
}

/* Return: the last word as it was read; 1 if none was. */
static u64 read_payload(struct mailbox *mb, u8 *out, u32 length)
{
	void __iomem *from = mb->registers + REG_PAYLOAD;
	u64 word = 1;
	u8 tail[8];
	u32 i;

	for (i = 0; i + 8 <= length; i += 8) {
		word = readq_relaxed(from + i);
		put_le64(out + i, word);
	}
	if (i == length)
		return word;
	word = readq_relaxed(from + i);
	put_le64(tail, word);
	memcpy(out + i, tail, length - i);
	return word;
}

static int lost(struct mailbox *mb, struct mailbox_command *command)
{
	command->out_length = 0;
	command->out_copied = 0;
	return mb->ops->absence(mb);
}

/* CXL 3.1 8.2.8.4: steps 6 to 8 of sending a command. */
int mailbox_take_answer(struct mailbox *mb, struct mailbox_command *command)
{
	u64 status, header, last;

	status = readq(mb->registers + REG_STATUS);		/* 6 */
	if (status == ~0ULL)
		return mb->ops->absence(mb);
	command->return_code = (u16)(status >> STATUS_RETURN_CODE_SHIFT);
	command->vendor_status = (u16)(status >> STATUS_VENDOR_SHIFT);
	if (command->return_code == CCI_RC_SUCCESS) {
		header = readq(mb->registers + REG_COMMAND);	/* 7 */
		/* a function that went away may read as zeros: no opcode is 0 */
		if (header == ~0ULL || !header)
			return mb->ops->absence(mb);
		command->out_length = answer_length(mb, header);
		command->out_copied = min(command->out_length, command->out_room);
		last = read_payload(mb, command->out, command->out_copied);	/* 8 */
		/* what went away meanwhile reads as ones or zeros to the end */
		if ((!last || last == ~0ULL) && readq(mb->registers + REG_COMMAND) != header)
			return lost(mb, command);
	}
	mb->doorbell_clear = true;
	command->answered = true;
	return 0;
}

/* Return: false if the function went away before the end. */
static bool take_head(struct mailbox *mb, u64 header, struct mailbox_late_answer *answer)
{
	u64 last;

	answer->out_length = answer_length(mb, header);
	answer->head_length = min_t(u32, answer->out_length, MAILBOX_HEAD);
	last = read_payload(mb, answer->head, answer->head_length);
	return (last && last != ~0ULL) || readq(mb->registers + REG_COMMAND) == header;
}

/* Return: false if there is nothing to take yet. */
bool mailbox_take_late_answer(struct mailbox *mb, struct mailbox_late_answer *answer)
{
	u64 status, header;

	if (readl(mb->registers + REG_CONTROL) & CONTROL_DOORBELL)
		return false;
	status = readq(mb->registers + REG_STATUS);
	if (status == ~0ULL)
		return false;
	header = readq(mb->registers + REG_COMMAND);
	/* zero: the answer went with the function's state */
	if (!header || header == ~0ULL)
		return true;
	answer->return_code = (u16)(status >> STATUS_RETURN_CODE_SHIFT);
	answer->vendor_status = (u16)(status >> STATUS_VENDOR_SHIFT);
	answer->answered = answer->return_code != CCI_RC_SUCCESS ||
			   take_head(mb, header, answer);
	if (!answer->answered)
		*answer = (struct mailbox_late_answer){ .answered = false };
	return true;
}
