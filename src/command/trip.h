/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command on its trip from request to result, as command.c and send.c share it.
 */
#ifndef CCI_TRIP_H
#define CCI_TRIP_H

#include "background/background.h"
#include "command.h"
#include "destination/destination.h"
#include "judge.h"

struct swcci_trip {
	struct swcci_commands *commands;
	const struct swcci_command_request *request;
	struct swcci_command_result *result;
	struct swcci_tunnel_request leaf;	/* decoded from the request */

	/* of one attempt */
	struct swcci_transfer_part part;	/* of a transfer; kind NONE: of no transfer */
	struct swcci_judgement judgement;
	struct swcci_snapshot snapshot;	/* of the destination, by which it was judged */

	/* kept from one attempt to the next */
	bool is_recorded;
	struct swcci_audit recorded;
};

int swcci_trip_send(struct swcci_trip *trip);

#endif /* CCI_TRIP_H */
