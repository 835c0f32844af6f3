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

int swcci_send_judged(struct swcci_device *cci, const struct swcci_command_request *request,
		      const struct swcci_tunnel_request *leaf, const struct swcci_judgement *j,
		      struct swcci_command_result *result);
void swcci_send_retired(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
			const struct swcci_mailbox_late_answer *answer);

#endif /* CCI_SEND_H */
