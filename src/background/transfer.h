/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transfers in several parts, of firmware (0201h) and of features (0502h): each
 * belongs to the open file that initiated it. Knows no user memory; sends
 * nothing.
 */
#ifndef CCI_TRANSFER_H
#define CCI_TRANSFER_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "policy/tunnel.h"

struct listener;

#define TRANSFERS_MAX	64

enum transfer_kind {
	TRANSFER_NONE,
	TRANSFER_FIRMWARE,
	TRANSFER_FEATURE,
};

/* The action of both commands, CXL 3.1 8.2.9.3.2 and 8.2.9.6.3. */
enum transfer_action {
	TRANSFER_FULL = 0,
	TRANSFER_INITIATE = 1,
	TRANSFER_CONTINUE = 2,
	TRANSFER_FINISH = 3,
	TRANSFER_ABORT = 4,
};

struct transfer_part {
	enum transfer_kind kind;
	u8 action;
};

struct transfer {
	enum transfer_kind kind;	/* NONE: free */
	struct tunnel_path path;
	struct listener *owner;
	u64 id;				/* of transfer_claim(): another one for each transfer */
	u64 last_ms;
	u8 impact;			/* of its last part */
};

/* Of one function. */
struct transfers {
	/* Guards what follows. Innermost. */
	spinlock_t lock;
	u64 last_id;
	struct transfer table[TRANSFERS_MAX];
};

void transfers_init(struct transfers *transfers);

struct transfer_part transfer_part(const struct tunnel_request *leaf);
bool transfer_is_foreign(struct transfers *transfers, const struct tunnel_request *leaf,
			 const struct listener *file);
bool transfer_goes_on(struct transfers *transfers, const struct tunnel_request *leaf,
		      const struct listener *file);
bool transfer_is_recorded(struct transfers *transfers, const struct tunnel_request *leaf,
			  const struct listener *file, u8 impact);
int transfer_claim(struct transfers *transfers, const struct tunnel_request *leaf,
		   struct listener *file, u8 impact, u64 *id);
void transfer_answered(struct transfers *transfers, u64 id, u8 action, bool accepted);
void transfer_owner_gone(struct transfers *transfers, const struct listener *file);

#endif /* CCI_TRANSFER_H */
