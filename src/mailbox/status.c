// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read-only registers that anybody may look at, without a turn. Changes nothing;
 * draws no conclusion.
 */
#include <linux/io-64-nonatomic-lo-hi.h>

#include "mailbox_internal.h"

#define STATUS_BACKGROUND	BIT(0)
#define BACKGROUND_OPCODE_MASK	0xffff
#define BACKGROUND_PERCENT_SHIFT	16
#define BACKGROUND_PERCENT_MASK	0x7f
#define BACKGROUND_RETURN_CODE_SHIFT	32
#define BACKGROUND_VENDOR_SHIFT	48

/*
 * Status before background: what was over before is final after. Status once
 * more if so: the next operation may have begun in between, and its percentage
 * would look like where the last one ended.
 */
static int read_background(struct swcci_mailbox *mb, u64 *status, u64 *background)
{
	int rc = swcci_mailbox_interruption(mb);

	if (rc)
		return rc;
	*status = readq(mb->registers + REG_STATUS);
	*background = readq(mb->registers + REG_BACKGROUND);
	if (!(*status & STATUS_BACKGROUND))
		*status = readq(mb->registers + REG_STATUS);
	if (*status == ~0ULL || *background == ~0ULL)
		return -EIO;
	/* zeros are legal: no operation yet, and nothing said of the last command */
	return *status || *background || swcci_mailbox_alive(mb) ? 0 : -EIO;
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
	int rc = swcci_mailbox_interruption(mb);

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
