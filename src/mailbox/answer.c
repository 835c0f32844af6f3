// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes an answer out of the registers, and tells one from what a function that
 * went away reads as. Waits for nothing; does not know whose answer it is.
 */
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/sched.h>

#include "mailbox_internal.h"
#include "opcodes.h"

#define NO_ANSWER	(-ENOMSG)	/* the registers hold none to what was sent */

/* ---- is it there, is it done ---- */

/*
 * Is the function there? The payload size in its capability register is neither
 * what ones nor what zeros say.
 */
bool swcci_mailbox_alive(struct swcci_mailbox *mb)
{
	u32 exponent = readl(mb->registers + REG_CAPABILITY) & CAPABILITY_SIZE_MASK;

	return 1U << exponent == mb->capability.payload_size;
}

/* With the doorbell clear. What the device keeps of them tells it from zeros. */
void swcci_mailbox_arm(struct swcci_mailbox *mb)
{
	u32 control;

	writel(mb->control, mb->registers + REG_CONTROL);
	control = readl(mb->registers + REG_CONTROL);
	mb->kept = control == ~0U ? 0 : control & mb->control;
}

enum swcci_mailbox_doorbell swcci_mailbox_doorbell(struct swcci_mailbox *mb)
{
	u32 control = readl(mb->registers + REG_CONTROL);

	if (control == ~0U || (control & mb->kept) != mb->kept)
		return DOORBELL_NONSENSE;
	return control & CONTROL_DOORBELL ? DOORBELL_SET : DOORBELL_CLEAR;
}

/* ---- an answer ---- */

static u32 answer_length(const struct swcci_mailbox *mb, u64 header)
{
	u32 length = header >> COMMAND_LENGTH_SHIFT & COMMAND_LENGTH_MASK;

	return min(length, mb->capability.payload_size);
}

#define CHUNK	32U

static u64 read_word(const void __iomem *from, u8 *out)
{
	u64 word = readq_relaxed(from);

	put_le64(out, word);
	return word;
}

/* Return: the last of its words. What went away stays away, so that one shows it. */
static u64 read_chunk(const void __iomem *from, u8 *out)
{
	read_word(from, out);
	read_word(from + 8, out + 8);
	read_word(from + 16, out + 16);
	return read_word(from + 24, out + 24);
}

/* The end of a payload, less than a chunk. Return: as read_chunk(); 1 if there is none. */
static u64 read_rest(const void __iomem *from, u8 *out, u32 length)
{
	u64 word = 1;
	u8 tail[8];

	for (; length >= 8; length -= 8, from += 8, out += 8)
		word = read_word(from, out);
	if (!length)
		return word;
	word = read_word(from, tail);
	memcpy(out, tail, length);
	return word;
}

/*
 * A step of the @length bytes that are left, or all of them. Each read of a dead link
 * may last a completion time-out, so ones that more would follow are checked, once.
 * Return: false if the function went away.
 */
static bool read_step(struct swcci_mailbox *mb, const void __iomem *from, u8 *out, u32 length,
		      u64 *last)
{
	u32 step = min(length, MAILBOX_STEP), at;
	bool checked = false;

	*last = 1;
	for (at = 0; at + CHUNK <= step; at += CHUNK) {
		*last = read_chunk(from + at, out + at);
		if (*last != ~0ULL || checked || at + CHUNK == length)
			continue;
		if (!swcci_mailbox_alive(mb))
			return false;
		checked = true;
	}
	if (at < step)
		*last = read_rest(from + at, out + at, step - at);
	return true;
}

/*
 * Up to 131,072 reads, each as slow as the device likes. Return: 0 and the last word, 1
 * if there was none; NO_ANSWER if it went away; else why the reader does.
 */
static int read_payload(struct swcci_mailbox *mb, u8 *out, u32 length, ktime_t deadline, u64 *last)
{
	const void __iomem *from = mb->registers + REG_PAYLOAD;
	int rc;

	for (;;) {
		if (!read_step(mb, from, out, length, last))
			return NO_ANSWER;
		if (length <= MAILBOX_STEP)
			return 0;
		from += MAILBOX_STEP;
		out += MAILBOX_STEP;
		length -= MAILBOX_STEP;
		cond_resched();
		rc = swcci_mailbox_reason_to_leave(mb, ktime_get(), deadline);
		if (rc)
			return rc;
	}
}

struct answer {
	struct swcci_mailbox_outcome outcome;
	u32 length;
	u32 copied;
};

static u16 return_code_of(const struct swcci_mailbox_outcome *outcome)
{
	return (u16)(outcome->status >> STATUS_RETURN_CODE_SHIFT);
}

static u16 vendor_status_of(const struct swcci_mailbox_outcome *outcome)
{
	return (u16)(outcome->status >> STATUS_VENDOR_SHIFT);
}

/* The device changes the length alone: what we did not send is no answer to us. */
static bool is_ours(const struct swcci_mailbox *mb, u64 header)
{
	return header && header != ~0ULL &&
	       (header & COMMAND_OPCODE_MASK) == (mb->sent & COMMAND_OPCODE_MASK);
}

/* CXL 3.1 8.2.8.4: steps 6 and 7 of sending a command. An error has no output. */
static bool read_outcome(struct swcci_mailbox *mb, struct swcci_mailbox_outcome *outcome)
{
	outcome->header = 0;
	outcome->status = readq(mb->registers + REG_STATUS);		/* 6 */
	if (outcome->status == ~0ULL)
		return false;
	if (return_code_of(outcome) != CCI_RC_SUCCESS)
		return true;
	outcome->header = readq(mb->registers + REG_COMMAND);		/* 7 */
	return is_ours(mb, outcome->header);
}

/*
 * Where no enables vouch for it, the doorbell may have been one of zeros that
 * ended since. Then this is the status of the command before, or our own
 * request, or a return code of zeros with no output to show for it.
 */
static bool is_doubtful(const struct swcci_mailbox *mb, const struct swcci_mailbox_outcome *outcome)
{
	return !mb->kept && (return_code_of(outcome) != CCI_RC_SUCCESS ||
			     outcome->header == mb->sent || !answer_length(mb, outcome->header));
}

/* What was read is not zero, so the function is there: now the doorbell counts. */
static bool read_sure_outcome(struct swcci_mailbox *mb, struct swcci_mailbox_outcome *outcome)
{
	if (!read_outcome(mb, outcome))
		return false;
	return !is_doubtful(mb, outcome) ||
	       (swcci_mailbox_doorbell(mb) == DOORBELL_CLEAR && read_outcome(mb, outcome));
}

/* Return: as read_payload() */
static int read_answer(struct swcci_mailbox *mb, void *out, u32 room, ktime_t deadline,
		       struct answer *answer)
{
	u64 last;
	int rc;

	if (!read_sure_outcome(mb, &answer->outcome))
		return NO_ANSWER;
	answer->length = answer_length(mb, answer->outcome.header);
	answer->copied = min(answer->length, room);
	rc = read_payload(mb, out, answer->copied, deadline, &last);	/* 8 */
	if (rc)
		return rc;
	/* what went away meanwhile reads as ones or zeros to the end */
	if (last && last != ~0ULL)
		return 0;
	return readq(mb->registers + REG_COMMAND) == answer->outcome.header ? 0 : NO_ANSWER;
}

/**
 * swcci_mailbox_take_answer() - the doorbell is clear: what does it say?
 * @mb: the mailbox
 * @command: sent; answered on success
 *
 * Return: 0; -EIO: the registers hold no answer to it; or, amid a long one,
 * swcci_mailbox_reason_to_leave().
 */
int swcci_mailbox_take_answer(struct swcci_mailbox *mb, struct swcci_mailbox_command *command)
{
	struct answer answer;
	int rc = read_answer(mb, command->out, command->out_room, command->deadline, &answer);

	if (rc == NO_ANSWER)
		return -EIO;
	if (rc) {
		/* it came: what the drain worker finds is no answer before it */
		mb->arrived = true;
		return rc;
	}
	command->return_code = return_code_of(&answer.outcome);
	command->vendor_status = vendor_status_of(&answer.outcome);
	command->out_length = answer.length;
	command->out_copied = answer.copied;
	command->answered = true;
	mb->last = answer.outcome;
	mb->doorbell_clear = true;
	return 0;
}

/*
 * A doorbell rung while nothing read as itself may never have arrived: then the
 * registers hold the answer before.
 */
static bool is_last_again(const struct swcci_mailbox *mb,
			  const struct swcci_mailbox_outcome *outcome)
{
	return !mb->arrived && outcome->header == mb->last.header &&
	       return_code_of(outcome) == return_code_of(&mb->last);
}

static bool read_late(struct swcci_mailbox *mb, struct swcci_mailbox_late_answer *late)
{
	struct answer answer;

	memset(late, 0, sizeof(*late));
	if (read_answer(mb, late->head, MAILBOX_HEAD, KTIME_MAX, &answer) ||
	    is_last_again(mb, &answer.outcome))
		return false;
	late->answered = true;
	late->return_code = return_code_of(&answer.outcome);
	late->vendor_status = vendor_status_of(&answer.outcome);
	late->out_length = answer.length;
	late->head_length = answer.copied;
	mb->last = answer.outcome;
	return true;
}

/**
 * swcci_mailbox_take_late_answer() - for the drain worker
 * @mb: the mailbox
 * @late: result; all zero if the answer is lost
 *
 * What reads as nonsense now may come back with the answer. It is lost where the
 * function is there and twice has none: a reset that nobody told us of.
 *
 * Return: false if there is nothing to take yet.
 */
bool swcci_mailbox_take_late_answer(struct swcci_mailbox *mb,
				    struct swcci_mailbox_late_answer *late)
{
	enum swcci_mailbox_doorbell doorbell;

	for (int look = 0; look < 2; look++) {
		if (!swcci_mailbox_alive(mb))
			return false;
		doorbell = swcci_mailbox_doorbell(mb);
		if (doorbell == DOORBELL_SET)
			return false;
		if (doorbell == DOORBELL_CLEAR && read_late(mb, late))
			return true;
	}
	memset(late, 0, sizeof(*late));
	return swcci_mailbox_alive(mb);
}
