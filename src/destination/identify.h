/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The questions whose answers make the facts of a destination: Identify, its
 * message limit, its Command Effects Log, its entries for named features.
 * Remembers nothing; destination.c does.
 */
#ifndef CCI_IDENTIFY_H
#define CCI_IDENTIFY_H

#include "destination.h"

int identify_component(struct cci_device *cci, struct mailbox_turn *turn,
		       const struct tunnel_path *path, ktime_t deadline,
		       struct cci_identity *identity, int *failure, bool *unsupported);
int identify_facts(struct cci_device *cci, const struct tunnel_path *path, bool features,
		   ktime_t deadline, struct destination_facts *facts);

#endif /* CCI_IDENTIFY_H */
