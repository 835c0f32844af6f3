/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One question of the driver's own to a destination, and its answer, checked
 * at every level. Knows tunnels and turns; not what the question means.
 */
#ifndef CCI_EXCHANGE_H
#define CCI_EXCHANGE_H

#include <linux/ktime.h>

#include "policy/tunnel.h"

struct cci_device;
struct mailbox_turn;

enum exchange_reply {
	EXCHANGE_ANSWER,	/* by the destination; its return code may be an error */
	EXCHANGE_NO_PATH,	/* a component on the way has nothing there */
	EXCHANGE_GARBAGE,	/* an answer that does not fit its question */
	EXCHANGE_SILENCE,	/* none within the device's time */
};

struct exchange {
	const struct tunnel_path *path;
	u16 opcode;
	const u8 *in;
	u32 in_length;		/* EXCHANGE_IN_MAX at most */
	u8 *buffer;		/* for the whole answer, tunnels included */
	u32 room;
	ktime_t deadline;

	u64 id;			/* of the command, as in the tracepoints */
	bool sent;		/* the device may act on it */
	u16 mailbox_code;	/* of the outermost level, unless it is silent */
	enum exchange_reply reply;
	u16 return_code;
	const u8 *payload;	/* of the leaf, in @buffer */
	u32 length;		/* of @payload, as far as @buffer holds it */
};

#define EXCHANGE_IN_MAX		32
#define EXCHANGE_OVERHEAD_MAX	64

int exchange_ask(struct cci_device *cci, struct exchange *x);
int exchange_ask_in_turn(struct cci_device *cci, struct mailbox_turn *turn, struct exchange *x);

#endif /* CCI_EXCHANGE_H */
