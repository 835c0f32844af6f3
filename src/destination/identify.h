/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The queries whose answers are the facts about a destination: Identify, its message
 * limit, its Command Effects Log, its entries for named features. Keeps nothing;
 * destination.c does.
 */
#ifndef CCI_IDENTIFY_H
#define CCI_IDENTIFY_H

#include "exchange.h"
#include "facts.h"

int swcci_identify_component(const struct swcci_exchange_channel *channel,
			     struct swcci_mailbox_turn *turn, const struct swcci_tunnel_path *path,
			     ktime_t deadline, struct swcci_identity *identity, int *failure,
			     bool *unsupported);
int swcci_identify_facts(const struct swcci_exchange_channel *channel,
			 const struct swcci_tunnel_path *path, bool features, ktime_t deadline,
			 struct swcci_destination_facts *facts);

#endif /* CCI_IDENTIFY_H */
