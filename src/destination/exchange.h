/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command of the driver's own to a destination, and its answer, checked at every
 * level. Knows tunnels and turns, not what the command means.
 */
#ifndef CCI_EXCHANGE_H
#define CCI_EXCHANGE_H

#include <linux/atomic.h>
#include <linux/ktime.h>

#include "policy/policy.h"

struct swcci_mailbox;
struct swcci_mailbox_turn;

/* How the driver's own commands reach the function. */
struct swcci_exchange_channel {
	struct swcci_mailbox *mailbox;
	atomic64_t *last_command_id;	/* counts the commands of the function */
	u32 number;			/* N of the node, for traces */
};

enum swcci_exchange_reply {
	EXCHANGE_ANSWER,	/* by the destination; its return code may be an error */
	EXCHANGE_NO_PATH,	/* a component on the path reports that nothing is there */
	EXCHANGE_MALFORMED,	/* an answer that does not fit the command */
	EXCHANGE_SILENCE,	/* none within the device's time */
};

struct swcci_exchange {
	const struct swcci_tunnel_path *path;
	u16 opcode;
	const u8 *in;
	u32 in_length;		/* EXCHANGE_IN_MAX at most */
	u8 *buffer;		/* for the whole answer, tunnels included */
	u32 room;
	ktime_t deadline;

	u64 id;			/* of the command, as in the tracepoints */
	bool sent;		/* the device may act on it */
	u16 mailbox_code;	/* of the outermost level, unless it is silent */
	enum swcci_exchange_reply reply;
	u16 return_code;
	const u8 *payload;	/* of the leaf, in @buffer */
	u32 length;		/* of @payload, as far as @buffer holds it */
};

#define EXCHANGE_IN_MAX		32
#define EXCHANGE_OVERHEAD_MAX	64

int swcci_exchange_send(const struct swcci_exchange_channel *channel, struct swcci_exchange *x);
int swcci_exchange_send_in_turn(const struct swcci_exchange_channel *channel,
				struct swcci_mailbox_turn *turn, struct swcci_exchange *x);

#endif /* CCI_EXCHANGE_H */
