// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is read from the registers: answers, told from what a function that went
 * away reads as, and the read-only registers that need no turn. Waits for
 * nothing; does not know whose answer it is.
 */
#include <linux/io-64-nonatomic-lo-hi.h>

#include "answer.h"
#include "opcodes.h"

#define STATUS_BACKGROUND	BIT(0)
#define BACKGROUND_OPCODE_MASK	0xffff
#define BACKGROUND_PERCENT_SHIFT	16
#define BACKGROUND_PERCENT_MASK	0x7f
#define BACKGROUND_RETURN_CODE_SHIFT	32
#define BACKGROUND_VENDOR_SHIFT	48

/* ---- is it there, is it done ---- */

/* Is the function there? All ones are no payload size. */
bool swcci_mailbox_alive(struct swcci_mailbox *mb)
{
	u32 exponent = readl(mb->registers + REG_CAPABILITY) & CAPABILITY_SIZE_MASK;

	return 1U << exponent == mb->capability.payload_size;
}

/* With the doorbell clear. What the device keeps of the enables is missing after a reset. */
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

/* The end of a payload, less than a chunk. Return: as read_chunk(); 0 if there is none. */
static u64 read_rest(const void __iomem *from, u8 *out, u32 length)
{
	u64 word = 0;
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

	*last = 0;
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

static u16 return_code_of(const struct swcci_mailbox_outcome *outcome)
{
	return (u16)(outcome->status >> STATUS_RETURN_CODE_SHIFT);
}

static u16 vendor_status_of(const struct swcci_mailbox_outcome *outcome)
{
	return (u16)(outcome->status >> STATUS_VENDOR_SHIFT);
}

/*
 * The device changes the length alone. After a reset that the driver was not notified
 * of, status is zero, which is Success; the command register is zero too, and shows it.
 */
static bool is_ours(const struct swcci_mailbox *mb, u64 header)
{
	return header && header != ~0ULL && (header & COMMAND_OPCODE_MASK) == mb->sent_opcode;
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

/**
 * swcci_mailbox_begin_answer() - the doorbell is clear: what does it say?
 * @mb: the mailbox
 * @room: bytes for the payload
 * @answer: result; its payload is read by swcci_mailbox_read_answer()
 *
 * Return: false if the registers hold no answer to the last command.
 */
bool swcci_mailbox_begin_answer(struct swcci_mailbox *mb, u32 room,
				struct swcci_mailbox_answer *answer)
{
	if (!read_outcome(mb, &answer->outcome))
		return false;
	answer->return_code = return_code_of(&answer->outcome);
	answer->vendor_status = vendor_status_of(&answer->outcome);
	answer->length = answer_length(mb, answer->outcome.header);
	answer->copied = min(answer->length, room);
	answer->read = 0;
	return true;
}

/**
 * swcci_mailbox_read_answer() - a step of an answer's payload
 * @mb: the mailbox
 * @answer: from swcci_mailbox_begin_answer(); complete when read equals copied
 * @out: room for all of it
 *
 * Return: false if the function went away.
 */
bool swcci_mailbox_read_answer(struct swcci_mailbox *mb, struct swcci_mailbox_answer *answer,
			       u8 *out)
{
	const void __iomem *from = mb->registers + REG_PAYLOAD + answer->read;
	u32 left = answer->copied - answer->read;
	u64 last;

	if (!read_step(mb, from, out + answer->read, left, &last))		/* 8 */
		return false;
	answer->read += min(left, MAILBOX_STEP);
	/* a function that went away meanwhile reads as all ones to the end */
	if (answer->read < answer->copied || last != ~0ULL)
		return true;
	return readq(mb->registers + REG_COMMAND) == answer->outcome.header;
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
	struct swcci_mailbox_answer answer;

	memset(late, 0, sizeof(*late));
	if (!swcci_mailbox_begin_answer(mb, MAILBOX_HEAD, &answer) ||
	    !swcci_mailbox_read_answer(mb, &answer, late->head) ||
	    is_last_again(mb, &answer.outcome))
		return false;
	late->answered = true;
	late->return_code = answer.return_code;
	late->vendor_status = answer.vendor_status;
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

/* ---- registers that need no turn ---- */

/*
 * Status before background: what was over before is final after. Status once
 * more if so: the next operation may have begun in between, and its percentage
 * would look like where the last one ended.
 */
static int read_background(struct swcci_mailbox *mb, u64 *status, u64 *background)
{
	int rc = mailbox_interruption(mb);

	if (rc)
		return rc;
	*status = readq(mb->registers + REG_STATUS);
	*background = readq(mb->registers + REG_BACKGROUND);
	if (!(*status & STATUS_BACKGROUND))
		*status = readq(mb->registers + REG_STATUS);
	return *status == ~0ULL || *background == ~0ULL ? -EIO : 0;
}

/**
 * swcci_mailbox_read_background() - look at the background operation
 * @mb: the mailbox
 * @background: result
 *
 * Needs no turn: CXL 3.1 8.2.8.4.7, the registers are read-only, and the
 * device changes them while it serves a command.
 *
 * Return: 0; -EBUSY resetting; -ENODEV removed; -EIO registers read as nonsense.
 */
int swcci_mailbox_read_background(struct swcci_mailbox *mb,
				  struct swcci_mailbox_background *background)
{
	u64 status, value;
	int index, rc;

	index = srcu_read_lock(&mb->inside);
	rc = read_background(mb, &status, &value);
	srcu_read_unlock(&mb->inside, index);
	if (rc)
		return rc;
	*background = (struct swcci_mailbox_background){
		.running = status & STATUS_BACKGROUND,
		.opcode = value & BACKGROUND_OPCODE_MASK,
		.percent = value >> BACKGROUND_PERCENT_SHIFT & BACKGROUND_PERCENT_MASK,
		.return_code = (u16)(value >> BACKGROUND_RETURN_CODE_SHIFT),
		.vendor_status = (u16)(value >> BACKGROUND_VENDOR_SHIFT),
	};
	return 0;
}

static int read_event_status(struct swcci_mailbox *mb, u64 *status)
{
	int rc = mailbox_interruption(mb);

	if (rc)
		return rc;
	*status = readq(mb->event_status);
	return *status == ~0ULL ? -EIO : 0;
}

/**
 * swcci_mailbox_read_event_status() - which event logs are not empty
 * @mb: the mailbox
 * @status: the Event Status register, CXL 3.1 8.2.8.3.1
 *
 * Needs no turn.
 *
 * Return: 0; -EOPNOTSUPP the function has none; else as
 * swcci_mailbox_read_background().
 */
int swcci_mailbox_read_event_status(struct swcci_mailbox *mb, u64 *status)
{
	int index, rc;

	if (!mb->event_status)
		return -EOPNOTSUPP;
	index = srcu_read_lock(&mb->inside);
	rc = read_event_status(mb, status);
	srcu_read_unlock(&mb->inside, index);
	return rc;
}
