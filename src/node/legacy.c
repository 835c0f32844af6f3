// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ids of <linux/cxl_mem.h> that are offered, and the checks of a request, in the order
 * of the in-tree driver. Pure.
 */
#include "legacy.h"

/*
 * The other ids are memory device commands, which a switch must not implement
 * (CXL 3.1 table 8-126), or are not available to user space.
 */
static const struct legacy_row {
	u32 id;
	u16 opcode;
	u32 size_in;
	u32 size_out;
} rows[] = {
	{ LEGACY_ID_RAW, 0, LEGACY_VARIABLE, LEGACY_VARIABLE },
	{ 3, 0x0400, 0, LEGACY_VARIABLE },	/* Get Supported Logs */
	{ 4, 0x0200, 0, 0x50 },			/* Get FW Info */
	{ 8, 0x0401, 0x18, LEGACY_VARIABLE },	/* Get Log */
	{ 21, 0x0300, 0, 8 },			/* Get Timestamp */
	{ 22, 0x0402, 0x10, 4 },		/* Get Log Capabilities */
	{ 23, 0x0403, 0x10, 0 },		/* Clear Log */
	{ 24, 0x0405, 2, LEGACY_VARIABLE },	/* Get Supported Logs Sub-List */
};

static const struct legacy_row *row_of(u32 id)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

/**
 * swcci_legacy_opcode() - make the first checks of a request, and find its opcode
 * @send: the request, copied from the caller
 * @payload_size: of the mailbox, in bytes
 * @opcode: result
 *
 * Reserved fields must be zero for RAW, too; the in-tree driver does not check those. An
 * @send->out.size above the payload is valid, and the caller clamps it.
 *
 * Return: 0; -ENOTTY: the id is not offered; -EINVAL: a size, flag or reserved field.
 */
int swcci_legacy_opcode(const struct swcci_legacy_send *send, u32 payload_size, u16 *opcode)
{
	const struct legacy_row *row = row_of(send->id);

	if (!row)
		return -ENOTTY;
	if (send->in.size > payload_size)
		return -EINVAL;
	if (send->raw_reserved || send->flags & ~LEGACY_FLAGS)
		return -EINVAL;
	if (send->id != LEGACY_ID_RAW && send->raw_opcode)
		return -EINVAL;
	if (send->in.reserved || send->out.reserved)
		return -EINVAL;
	*opcode = send->id == LEGACY_ID_RAW ? send->raw_opcode : row->opcode;
	return 0;
}

/**
 * swcci_legacy_check_sizes() - check the sizes that the id fixes
 * @send: passed swcci_legacy_opcode()
 *
 * Return: 0; -ENOMEM, the in-tree driver's errno: a size does not fit the id.
 */
int swcci_legacy_check_sizes(const struct swcci_legacy_send *send)
{
	const struct legacy_row *row = row_of(send->id);

	if (row->size_in != LEGACY_VARIABLE && send->in.size != row->size_in)
		return -ENOMEM;
	if (row->size_out != LEGACY_VARIABLE && send->out.size < row->size_out)
		return -ENOMEM;
	return 0;
}

/**
 * swcci_legacy_describe() - fill in one slot of the QUERY table
 * @id: 0 to LEGACY_IDS - 1
 * @info: result; all zero if the id is not offered
 * @opcode: result, if the id is offered. The caller sets LEGACY_FLAG_ENABLED if the CEL
 *	lists it
 *
 * Return: whether the id is offered.
 */
bool swcci_legacy_describe(u32 id, struct swcci_legacy_info *info, u16 *opcode)
{
	const struct legacy_row *row = row_of(id);

	memset(info, 0, sizeof(*info));
	if (!row)
		return false;
	info->id = row->id;
	info->size_in = row->size_in;
	info->size_out = row->size_out;
	*opcode = row->opcode;
	return true;
}
