/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A judged command goes out and is retired: turn, identity, ownership, mailbox,
 * and what its answer means for the driver. Judges nothing.
 */
#ifndef CCI_SEND_H
#define CCI_SEND_H

#include "command.h"
#include "judge.h"
#include "mailbox/mailbox.h"

int send_judged(struct cci_device *cci, const struct command_request *request,
		const struct tunnel_request *leaf, const struct judgement *j,
		struct command_result *result);
void send_retired(struct mailbox *mailbox, const struct mailbox_ticket *ticket,
		  const struct mailbox_late_answer *answer);

#endif /* CCI_SEND_H */
