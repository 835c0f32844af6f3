/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The N of /dev/cxl/switchN for a PCI address. Pure: the caller holds the lock.
 */
#ifndef CCI_NUMBERS_H
#define CCI_NUMBERS_H

#include "bytes.h"

#define NUMBERS_MAX	256

struct swcci_numbers {
	u64 address[NUMBERS_MAX];
	u64 given_up[NUMBERS_MAX];	/* value of @clock when the last user left */
	u32 users[NUMBERS_MAX];
	u32 used;			/* numbers from here on never had an address */
	u64 clock;
};

int swcci_numbers_take(struct swcci_numbers *numbers, u64 address);
void swcci_numbers_give_up(struct swcci_numbers *numbers, int number);

#endif /* CCI_NUMBERS_H */
