// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the function says of itself: Identify and its Command Effects Log. The
 * answers are hostile until checked; an error answer is an answer, silence is
 * not. Knows no user and no policy.
 */
#include "destination.h"

#include <linux/slab.h>

#include "cel.h"
#include "device.h"
#include "opcodes.h"

/* More than any CEL needs: two entries for each opcode. */
#define CEL_SIZE_MAX	(2 * 0x10000 * CEL_ENTRY_LENGTH)
#define LOGS_ROOM	512

/* One exchange with the function itself. */
struct exchange {
	u16 opcode;
	const u8 *in;
	u32 in_length;
	u8 *out;
	u32 out_room;
	u32 out_length;		/* of what is in @out */
	u16 return_code;
};

static int ask(struct cci_device *cci, struct exchange *x)
{
	struct mailbox_command command = {
		.ticket.opcode = x->opcode,
		.ticket.leaf_opcode = x->opcode,
		.ticket.id = atomic64_inc_return(&cci->last_command_id),
		.in = x->in,
		.in_length = x->in_length,
		.out = x->out,
		.out_room = x->out_room,
		.deadline = KTIME_MAX,
	};
	struct mailbox_turn turn;
	int rc;

	rc = mailbox_turn_begin(&cci->mailbox, &turn, KTIME_MAX);
	if (rc)
		return rc;
	rc = mailbox_execute(&cci->mailbox, &turn, &command);
	mailbox_turn_end(&cci->mailbox, &turn);
	x->return_code = command.return_code;
	x->out_length = command.out_copied;
	return rc;
}

static bool identity_decode(const u8 *answer, u32 length, struct cci_identity *identity)
{
	if (length < CCI_IDENTIFY_LENGTH)
		return false;
	identity->vendor_id = get_le16(answer);
	identity->device_id = get_le16(answer + 2);
	identity->subsystem_vendor_id = get_le16(answer + 4);
	identity->subsystem_id = get_le16(answer + 6);
	identity->serial = get_le64(answer + 8);
	identity->max_message_exponent = answer[0x10];
	identity->component_type = answer[0x11];
	return true;
}

static int fetch_identity(struct cci_device *cci)
{
	u8 answer[CCI_IDENTIFY_LENGTH];
	struct exchange x = {
		.opcode = CCI_OP_IDENTIFY,
		.out = answer,
		.out_room = sizeof(answer),
	};
	int rc = ask(cci, &x);

	if (rc)
		return rc;
	if (x.return_code || !identity_decode(answer, x.out_length, &cci->self.identity))
		dev_warn(&cci->dev, "Identify: return code %#x, %u bytes: component type unknown, tunnels are refused\n",
			 x.return_code, x.out_length);
	return 0;
}

static int fetch_cel_size(struct cci_device *cci, u32 *size)
{
	struct exchange x = { .opcode = CCI_OP_GET_SUPPORTED_LOGS, .out_room = LOGS_ROOM };
	int rc;

	x.out = kmalloc(x.out_room, GFP_KERNEL);
	if (!x.out)
		return -ENOMEM;
	*size = 0;
	rc = ask(cci, &x);
	if (!rc && (x.return_code || cel_find_size(x.out, x.out_length, size)))
		dev_warn(&cci->dev, "no Command Effects Log (return code %#x)\n", x.return_code);
	kfree(x.out);
	return rc;
}

/*
 * In as few parts as the payload allows: QEMU counts the offset in entries, not
 * in bytes, so only a part at offset 0 can be believed there.
 */
static int fetch_cel_part(struct cci_device *cci, u32 offset, u32 length, u8 *buffer,
			  u32 *got)
{
	u8 request[CCI_GET_LOG_LENGTH];
	struct exchange x = {
		.opcode = CCI_OP_GET_LOG,
		.in = request,
		.in_length = sizeof(request),
		.out = buffer,
		.out_room = length,
	};
	int rc;

	memcpy(request, cel_uuid, CEL_UUID_LENGTH);
	put_le32(request + CEL_UUID_LENGTH, offset);
	put_le32(request + CEL_UUID_LENGTH + 4, length);
	rc = ask(cci, &x);
	*got = rc || x.return_code ? 0 : x.out_length;
	return rc;
}

static int fetch_cel(struct cci_device *cci)
{
	struct cel_parser parser;
	u32 size, offset = 0, part = 0, room;
	u8 *buffer;
	int rc;

	cel_begin(&parser, &cci->self.effects);
	rc = fetch_cel_size(cci, &size);
	if (rc || !size)
		return rc;
	size = min_t(u32, size, CEL_SIZE_MAX);
	room = min(size, cci->mailbox.capability.payload_size);
	buffer = kvmalloc(room, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;

	while (offset < size) {
		rc = fetch_cel_part(cci, offset, min(size - offset, room), buffer, &part);
		if (rc || !part)
			break;
		cel_feed(&parser, buffer, part);
		offset += part;
	}
	kvfree(buffer);
	if (!rc && (offset < size || !cel_complete(&parser)))
		dev_warn(&cci->dev, "Command Effects Log ends after %u of %u bytes\n",
			 offset, size);
	return rc;
}

/**
 * destination_self() - make sure that the function's own identity is known
 * @cci: the device
 *
 * Asked once; an error answer is remembered, silence is asked again by the
 * next caller. Killable. Locks: takes cci->self.lock, then turns.
 *
 * Return: 0; -EINTR, -EBUSY, -ETIMEDOUT, -EIO, -ENODEV, -ENOMEM.
 */
int destination_self(struct cci_device *cci)
{
	struct cci_self *self = &cci->self;
	int rc = 0;

	if (smp_load_acquire(&self->known))
		return 0;
	if (mutex_lock_killable(&self->lock))
		return -EINTR;
	if (!self->known) {
		rc = fetch_identity(cci);
		if (!rc)
			rc = fetch_cel(cci);
		if (!rc)
			smp_store_release(&self->known, true);
	}
	mutex_unlock(&self->lock);
	return rc;
}
