// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which client may send the next part of a transfer. The device cannot detect a part
 * that another client sends in the middle of an image. Decides nothing: a gate refuses
 * parts of another client's transfer.
 */
#include "transfer.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "opcodes.h"

/* Then the device may drop the transfer: CXL 3.1 8.2.9.3.2. */
#define SILENCE_MS	30000

#define FIRMWARE_ACTION		0x00
#define FEATURE_FLAGS		0x10
#define FEATURE_ACTION_MASK	0x07

void swcci_transfers_init(struct swcci_transfers *transfers)
{
	spin_lock_init(&transfers->lock);
}

/**
 * swcci_transfer_part() - which part of which kind of transfer is this command?
 * @leaf: decoded
 *
 * Return: kind and part; TRANSFER_NONE if it is not part of a transfer.
 */
struct swcci_transfer_part swcci_transfer_part(const struct swcci_tunnel_request *leaf)
{
	struct swcci_transfer_part part = { TRANSFER_NONE, TRANSFER_FULL };

	if (leaf->opcode == CCI_OP_TRANSFER_FIRMWARE && leaf->length > FIRMWARE_ACTION) {
		part.kind = TRANSFER_FIRMWARE;
		part.action = leaf->payload[FIRMWARE_ACTION];
	} else if (leaf->opcode == CCI_OP_SET_FEATURE && leaf->length > FEATURE_FLAGS) {
		part.kind = TRANSFER_FEATURE;
		part.action = leaf->payload[FEATURE_FLAGS] & FEATURE_ACTION_MASK;
	}
	return part;
}

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

/* Ends transfers that sent no part for SILENCE_MS. */
static struct swcci_transfer *find(struct swcci_transfers *transfers,
				   const struct swcci_tunnel_request *leaf,
				   enum swcci_transfer_kind kind)
{
	struct swcci_transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++) {
		if (t->kind && now_ms() - t->last_ms >= SILENCE_MS)
			t->kind = TRANSFER_NONE;
		if (t->kind == kind && !memcmp(&t->path, &leaf->path, sizeof(t->path)))
			return t;
	}
	return NULL;
}

/* After find(), which frees expired entries. */
static struct swcci_transfer *free_entry(struct swcci_transfers *transfers)
{
	struct swcci_transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (!t->kind)
			return t;
	return NULL;
}

/**
 * swcci_transfer_is_foreign() - is this a part of another client's transfer?
 * @transfers: of the device
 * @leaf: decoded
 * @file: the client that sends it
 *
 * Return: true if it is.
 */
bool swcci_transfer_is_foreign(struct swcci_transfers *transfers,
			       const struct swcci_tunnel_request *leaf,
			       const struct swcci_client *file)
{
	struct swcci_transfer_part part = swcci_transfer_part(leaf);
	struct swcci_transfer *t;
	bool foreign;

	if (!part.kind)
		return false;
	spin_lock(&transfers->lock);
	t = find(transfers, leaf, part.kind);
	foreign = t && t->owner != file;
	spin_unlock(&transfers->lock);
	return foreign;
}

/**
 * swcci_transfer_goes_on() - is this a later part of a transfer of this client?
 * @transfers: of the device
 * @leaf: decoded
 * @file: the client that sends it
 *
 * Its first part was sent to a verified component. Another component in its place has
 * no such transfer and refuses the part.
 *
 * Return: true if it is.
 */
bool swcci_transfer_goes_on(struct swcci_transfers *transfers,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_client *file)
{
	struct swcci_transfer_part part = swcci_transfer_part(leaf);
	struct swcci_transfer *t;
	bool ours;

	if (!part.kind || part.action == TRANSFER_FULL || part.action == TRANSFER_INITIATE)
		return false;
	spin_lock(&transfers->lock);
	t = find(transfers, leaf, part.kind);
	ours = t && t->owner == file;
	spin_unlock(&transfers->lock);
	return ours;
}

/**
 * swcci_transfer_is_recorded() - does the audit record of an earlier part cover this one?
 * @transfers: of the device
 * @leaf: decoded
 * @file: the client that sends it
 * @impact: as it was judged
 *
 * An image has tens of thousands of parts. The first part, the last part and every part
 * that is judged differently from the one before leave a record each.
 *
 * Return: true if it does.
 */
bool swcci_transfer_is_recorded(struct swcci_transfers *transfers,
				const struct swcci_tunnel_request *leaf,
				const struct swcci_client *file, u8 impact)
{
	struct swcci_transfer_part part = swcci_transfer_part(leaf);
	struct swcci_transfer *t;
	bool recorded;

	if (!part.kind || part.action != TRANSFER_CONTINUE)
		return false;
	spin_lock(&transfers->lock);
	t = find(transfers, leaf, part.kind);
	recorded = t && t->owner == file && t->impact == impact;
	spin_unlock(&transfers->lock);
	return recorded;
}

/**
 * swcci_transfer_claim() - a part is about to be sent, in the turn
 * @transfers: of the device
 * @leaf: decoded
 * @file: the client that sends it
 * @impact: as it was judged
 * @id: result, of the transfer; 0: the command is not part of a known one
 *
 * The first part makes the client the owner of the transfer.
 *
 * Return: 0; -EAGAIN: another client owns it since it was judged; -EBUSY: TRANSFERS_MAX
 * are under way.
 */
int swcci_transfer_claim(struct swcci_transfers *transfers, const struct swcci_tunnel_request *leaf,
			 struct swcci_client *file, u8 impact, u64 *id)
{
	struct swcci_transfer_part part = swcci_transfer_part(leaf);
	struct swcci_transfer *t;
	int rc = 0;

	*id = 0;
	if (!part.kind)
		return 0;
	spin_lock(&transfers->lock);
	t = find(transfers, leaf, part.kind);
	if (t && t->owner != file) {
		rc = -EAGAIN;
	} else if (!t && part.action == TRANSFER_INITIATE) {
		t = free_entry(transfers);
		rc = t ? 0 : -EBUSY;
		if (t)
			t->id = ++transfers->last_id;
	}
	if (t && !rc) {
		*t = (struct swcci_transfer){ part.kind, leaf->path, file, t->id, now_ms(),
					      impact };
		*id = t->id;
	}
	spin_unlock(&transfers->lock);
	return rc;
}

static struct swcci_transfer *by_id(struct swcci_transfers *transfers, u64 id)
{
	struct swcci_transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (t->kind && t->id == id)
			return t;
	return NULL;
}

/**
 * swcci_transfer_answered() - a part was answered, however late, or was not sent
 * @transfers: of the device
 * @id: of swcci_transfer_claim()
 * @action: of the part
 * @accepted: by the device
 *
 * Not called if the outcome is unknown: then the owner stays. By id, since the owner may
 * have closed its file, and another client may have begun a transfer there.
 */
void swcci_transfer_answered(struct swcci_transfers *transfers, u64 id, u8 action, bool accepted)
{
	bool over = action == TRANSFER_INITIATE ? !accepted :
		    action != TRANSFER_CONTINUE && accepted;
	struct swcci_transfer *t;

	if (!id)
		return;
	spin_lock(&transfers->lock);
	t = by_id(transfers, id);
	if (t) {
		t->last_ms = now_ms();
		if (over)
			t->kind = TRANSFER_NONE;
	}
	spin_unlock(&transfers->lock);
}

/**
 * swcci_transfer_owner_gone() - the last close of an open file ends its transfers
 * @transfers: of the device
 * @file: the client
 */
void swcci_transfer_owner_gone(struct swcci_transfers *transfers, const struct swcci_client *file)
{
	struct swcci_transfer *t;

	spin_lock(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (t->owner == file)
			t->kind = TRANSFER_NONE;
	spin_unlock(&transfers->lock);
}
