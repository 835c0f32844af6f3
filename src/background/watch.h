/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event logs of the function: a register is looked at while somebody wants
 * to hear of them. Sends no command.
 */
#ifndef CCI_WATCH_H
#define CCI_WATCH_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct cci_device;

/* Of one function. */
struct watch {
	/* Guards @stopped, and that no look is ordered after it is set. Innermost. */
	spinlock_t lock;
	bool stopped;
	struct delayed_work work;
};

void watch_init(struct watch *watch);
void watch_soon(struct cci_device *cci);
void watch_stop(struct watch *watch);

#endif /* CCI_WATCH_H */
