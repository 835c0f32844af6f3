/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transfers in several parts, of firmware (0201h) and of features (0502h). Each is
 * owned by the client that initiated it. Sends nothing.
 */
#ifndef CCI_TRANSFER_H
#define CCI_TRANSFER_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "policy/policy.h"

struct swcci_client;

#define TRANSFERS_MAX	64

enum swcci_transfer_kind {
	TRANSFER_NONE,
	TRANSFER_FIRMWARE,
	TRANSFER_FEATURE,
};

/* The action of both commands, CXL 3.1 8.2.9.3.2 and 8.2.9.6.3. */
enum swcci_transfer_action {
	TRANSFER_FULL = 0,
	TRANSFER_INITIATE = 1,
	TRANSFER_CONTINUE = 2,
	TRANSFER_FINISH = 3,
	TRANSFER_ABORT = 4,
};

struct swcci_transfer_part {
	enum swcci_transfer_kind kind;
	u8 action;
};

struct swcci_transfer {
	enum swcci_transfer_kind kind;	/* NONE: free */
	struct swcci_tunnel_path path;
	struct swcci_client *owner;
	u64 id;				/* of swcci_transfer_claim(); differs for each transfer */
	u64 last_ms;
	u8 impact;			/* of its last part */
};

/* Of one function. */
struct swcci_transfers {
	/* Guards what follows. Innermost. */
	spinlock_t lock;
	u64 last_id;
	struct swcci_transfer table[TRANSFERS_MAX];
};

void swcci_transfers_init(struct swcci_transfers *transfers);

struct swcci_transfer_part swcci_transfer_part(const struct swcci_tunnel_request *leaf);
bool swcci_transfer_is_foreign(struct swcci_transfers *transfers,
			       const struct swcci_tunnel_request *leaf,
			       const struct swcci_client *file);
bool swcci_transfer_goes_on(struct swcci_transfers *transfers,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_client *file);
bool swcci_transfer_is_recorded(struct swcci_transfers *transfers,
				const struct swcci_tunnel_request *leaf,
				const struct swcci_client *file, u8 impact);
int swcci_transfer_claim(struct swcci_transfers *transfers, const struct swcci_tunnel_request *leaf,
			 struct swcci_client *file, u8 impact, u64 *id);
void swcci_transfer_answered(struct swcci_transfers *transfers, u64 id, u8 action, bool accepted);
void swcci_transfer_owner_gone(struct swcci_transfers *transfers, const struct swcci_client *file);

#endif /* CCI_TRANSFER_H */
