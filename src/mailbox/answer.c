// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is read from the registers: the answer to a command, as distinct from what they
 * hold when the function is gone or was reset; and the read-only registers that need no
 * turn. Nothing here waits.
 */
#include <linux/io-64-nonatomic-lo-hi.h>

#include "answer.h"
#include "opcodes.h"

#define CAPABILITY_SIZE_MASK	0x1f
#define STATUS_BACKGROUND	BIT(0)
#define STATUS_RETURN_CODE_SHIFT	32
#define STATUS_VENDOR_SHIFT	48
#define BACKGROUND_OPCODE_MASK	0xffff
#define BACKGROUND_PERCENT_SHIFT	16
#define BACKGROUND_PERCENT_MASK	0x7f
#define BACKGROUND_RETURN_CODE_SHIFT	32
#define BACKGROUND_VENDOR_SHIFT	48

/* Bytes of a payload between two checks for all ones. */
#define CHUNK	32U

/* ---- doorbell and enables ---- */

/* All ones hold no valid payload size. */
static bool is_present(struct swcci_mailbox *mb)
{
	u32 exponent = readl(mb->registers + REG_CAPABILITY) & CAPABILITY_SIZE_MASK;

	return 1U << exponent == mb->capability.payload_size;
}

/**
 * swcci_mailbox_arm() - write the interrupt enables
 * @mb: the mailbox, its doorbell clear
 *
 * Remembers which of them the device keeps: those are clear after a reset.
 */
void swcci_mailbox_arm(struct swcci_mailbox *mb)
{
	u32 control;

	writel(mb->control, mb->registers + REG_CONTROL);
	control = readl(mb->registers + REG_CONTROL);
	mb->kept = control == ~0U ? 0 : control & mb->control;
}

/**
 * swcci_mailbox_doorbell() - poll the doorbell
 * @mb: the mailbox
 *
 * Return: set, clear, or that the register value is invalid.
 */
enum swcci_mailbox_doorbell swcci_mailbox_doorbell(struct swcci_mailbox *mb)
{
	u32 control = readl(mb->registers + REG_CONTROL);

	if (control == ~0U || (control & mb->kept) != mb->kept)
		return DOORBELL_INVALID;
	return control & CONTROL_DOORBELL ? DOORBELL_SET : DOORBELL_CLEAR;
}

/* ---- an answer ---- */

static u32 answer_length(const struct swcci_mailbox *mb, u64 header)
{
	u32 length = header >> COMMAND_LENGTH_SHIFT & COMMAND_LENGTH_MASK;

	return min(length, mb->capability.payload_size);
}

static u64 read_word(const void __iomem *from, u8 *out)
{
	u64 word = readq_relaxed(from);

	put_le64(out, word);
	return word;
}

/* Return: the last of its words: all ones if the function went away before it. */
static u64 read_chunk(const void __iomem *from, u8 *out)
{
	read_word(from, out);
	read_word(from + 8, out + 8);
	read_word(from + 16, out + 16);
	return read_word(from + 24, out + 24);
}

/* The end of a payload, less than a chunk. Return: its last word, or 0. */
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
 * The next MAILBOX_STEP of @length bytes. Each read of a dead link may last a completion
 * time-out, so all ones that are not the end are checked once.
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
		if (!is_present(mb))
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

/* CXL 3.1 8.2.8.4, steps 6 and 7 of sending a command. An error has no output. */
static bool read_outcome(struct swcci_mailbox *mb, struct swcci_mailbox_outcome *outcome)
{
	/* 6: return code */
	outcome->header = 0;
	outcome->status = readq(mb->registers + REG_STATUS);
	if (outcome->status == ~0ULL)
		return false;
	if (return_code_of(outcome) != CCI_RC_SUCCESS)
		return true;
	/* 7: length of the payload */
	outcome->header = readq(mb->registers + REG_COMMAND);
	return is_ours(mb, outcome->header);
}

/**
 * swcci_mailbox_begin_answer() - read an answer without its payload
 * @mb: the mailbox, its doorbell clear
 * @room: bytes for the payload
 * @answer: result; swcci_mailbox_read_answer() must follow
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
 * swcci_mailbox_read_answer() - read a step of an answer's payload
 * @mb: the mailbox
 * @answer: from swcci_mailbox_begin_answer(); complete when @answer->read equals
 *	@answer->copied
 * @out: room for @answer->copied bytes
 *
 * CXL 3.1 8.2.8.4, step 8 of sending a command. Called once at least, also without a
 * payload.
 *
 * Return: false if the function went away.
 */
bool swcci_mailbox_read_answer(struct swcci_mailbox *mb, struct swcci_mailbox_answer *answer,
			       u8 *out)
{
	const void __iomem *from = mb->registers + REG_PAYLOAD + answer->read;
	u32 left = answer->copied - answer->read;
	u64 last;

	if (!read_step(mb, from, out + answer->read, left, &last))
		return false;
	answer->read += min(left, MAILBOX_STEP);
	/* from the moment that a function goes away everything reads as all ones */
	if (answer->read < answer->copied || last != ~0ULL)
		return true;
	return readq(mb->registers + REG_COMMAND) == answer->outcome.header;
}

/*
 * The device may not have seen a doorbell that was set while it was away: then the
 * registers hold the answer to the command before.
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
 * swcci_mailbox_take_late_answer() - poll for the answer to an abandoned command
 * @mb: the mailbox
 * @late: result; all zero if the answer is lost
 *
 * Invalid registers may become valid again, and then hold the answer. It is lost if the
 * function is present and has none in two polls: it was reset.
 *
 * Return: false if the command is not over yet.
 */
bool swcci_mailbox_take_late_answer(struct swcci_mailbox *mb,
				    struct swcci_mailbox_late_answer *late)
{
	enum swcci_mailbox_doorbell doorbell;

	for (int poll = 0; poll < 2; poll++) {
		if (!is_present(mb))
			return false;
		doorbell = swcci_mailbox_doorbell(mb);
		if (doorbell == DOORBELL_SET)
			return false;
		if (doorbell == DOORBELL_CLEAR && read_late(mb, late))
			return true;
	}
	memset(late, 0, sizeof(*late));
	return is_present(mb);
}

/* ---- registers that need no turn ---- */

/*
 * Status is read before background: an operation that is over then has its final values
 * there. If it is over, status is read again: the next operation may have begun in
 * between, and its percentage would be taken for that of the last one.
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
 * swcci_mailbox_read_background() - poll the background operation
 * @mb: the mailbox
 * @background: result; left alone on failure
 *
 * CXL 3.1 8.2.8.4.7: the registers are read-only, and the device changes them while it
 * executes a command, so no turn is needed.
 *
 * Context: Process context; does not wait.
 *
 * Return: 0; -EBUSY while the function is being reset; -ENODEV if it was removed; -EIO if
 * the register values are invalid.
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
 * swcci_mailbox_read_event_status() - poll which event logs have records
 * @mb: the mailbox
 * @status: result: the Event Status register, CXL 3.1 8.2.8.3.1
 *
 * Needs no turn.
 *
 * Context: Process context; does not wait.
 *
 * Return: 0; -EOPNOTSUPP if the function has no such register; -EBUSY while the function
 * is being reset; -ENODEV if it was removed; -EIO if the register value is invalid.
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
