/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A judged command goes out and is retired: turn, identity, ownership, mailbox,
 * and what its answer means for the driver. Judges nothing.
 */
#ifndef CCI_SEND_H
#define CCI_SEND_H

#include "command.h"
#include "judge.h"

int swcci_send_judged(struct swcci_commands *commands, const struct swcci_command_request *request,
		      const struct swcci_tunnel_request *leaf, const struct swcci_judgement *j,
		      struct swcci_command_result *result);

#endif /* CCI_SEND_H */
