// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may send the next part of a transfer. A part of somebody else's would end
 * up in the middle of an image; the device could not tell. Decides nothing: what
 * is somebody else's is refused by a gate.
 */
#include "transfer.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "opcodes.h"

/* After that the device may drop it: CXL 3.1 8.2.9.3.2. */
#define SILENCE_MS	30000

#define FIRMWARE_ACTION		0x00
#define FEATURE_FLAGS		0x10
#define FEATURE_ACTION_MASK	0x07

void transfers_init(struct transfers *transfers)
{
	spin_lock_init(&transfers->lock);
}

/**
 * transfer_part() - which part of which kind of transfer is this command?
 * @leaf: decoded
 *
 * Return: kind and part; TRANSFER_NONE if it is none of a transfer.
 */
struct transfer_part transfer_part(const struct tunnel_request *leaf)
{
	struct transfer_part part = { TRANSFER_NONE, TRANSFER_FULL };

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

/* A transfer that was silent for too long is nobody's any more. */
static struct transfer *find(struct transfers *transfers, const struct tunnel_request *leaf,
			     enum transfer_kind kind)
{
	struct transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++) {
		if (t->kind && now_ms() - t->last_ms >= SILENCE_MS)
			t->kind = TRANSFER_NONE;
		if (t->kind == kind && !memcmp(&t->path, &leaf->path, sizeof(t->path)))
			return t;
	}
	return NULL;
}

/* After find(), which frees what has expired. */
static struct transfer *free_entry(struct transfers *transfers)
{
	struct transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (!t->kind)
			return t;
	return NULL;
}

/**
 * transfer_is_foreign() - is this a part of somebody else's transfer?
 * @transfers: of the device
 * @leaf: decoded
 * @file: that sends it
 *
 * Return: true if it is.
 */
bool transfer_is_foreign(struct transfers *transfers, const struct tunnel_request *leaf,
			 const struct listener *file)
{
	struct transfer_part part = transfer_part(leaf);
	struct transfer *t;
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
 * transfer_goes_on() - is this a later part of a transfer of this file's own?
 * @transfers: of the device
 * @leaf: decoded
 * @file: that sends it
 *
 * Its first part was sent to a verified component; another one in its place has
 * no such transfer and refuses the part.
 *
 * Return: true if it is.
 */
bool transfer_goes_on(struct transfers *transfers, const struct tunnel_request *leaf,
		      const struct listener *file)
{
	struct transfer_part part = transfer_part(leaf);
	struct transfer *t;
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
 * transfer_is_recorded() - does an audit record of the part before cover this one?
 * @transfers: of the device
 * @leaf: decoded
 * @file: that sends it
 * @impact: as it was judged
 *
 * An image has tens of thousands of parts. Its first and its last part leave a record
 * each, and so does one that is judged differently from the part before.
 *
 * Return: true if it does.
 */
bool transfer_is_recorded(struct transfers *transfers, const struct tunnel_request *leaf,
			  const struct listener *file, u8 impact)
{
	struct transfer_part part = transfer_part(leaf);
	struct transfer *t;
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
 * transfer_claim() - about to send, in the turn
 * @transfers: of the device
 * @leaf: decoded
 * @file: that sends it
 * @impact: as it was judged
 * @id: result, of the transfer that it is a part of; 0: of none that is known
 *
 * The first part makes the transfer this file's.
 *
 * Return: 0; -EAGAIN if it is somebody else's since it was judged; -EBUSY if too
 * many are under way.
 */
int transfer_claim(struct transfers *transfers, const struct tunnel_request *leaf,
		   struct listener *file, u8 impact, u64 *id)
{
	struct transfer_part part = transfer_part(leaf);
	struct transfer *t;
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
		*t = (struct transfer){ part.kind, leaf->path, file, t->id, now_ms(), impact };
		*id = t->id;
	}
	spin_unlock(&transfers->lock);
	return rc;
}

static struct transfer *by_id(struct transfers *transfers, u64 id)
{
	struct transfer *t;

	lockdep_assert_held(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (t->kind && t->id == id)
			return t;
	return NULL;
}

/**
 * transfer_answered() - a part was answered, however late, or was not sent
 * @transfers: of the device
 * @id: of transfer_claim()
 * @action: of the part
 * @accepted: the device took it
 *
 * Not where the outcome is not known: then the transfer stays whose it is. By its id, for
 * the file may be closed by now, and the transfer another one's.
 */
void transfer_answered(struct transfers *transfers, u64 id, u8 action, bool accepted)
{
	bool over = action == TRANSFER_INITIATE ? !accepted :
		    action != TRANSFER_CONTINUE && accepted;
	struct transfer *t;

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

/* The last close: whoever comes may start anew. */
void transfer_owner_gone(struct transfers *transfers, const struct listener *file)
{
	struct transfer *t;

	spin_lock(&transfers->lock);
	for (t = transfers->table; t < transfers->table + TRANSFERS_MAX; t++)
		if (t->owner == file)
			t->kind = TRANSFER_NONE;
	spin_unlock(&transfers->lock);
}
