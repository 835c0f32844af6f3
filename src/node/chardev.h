/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What chardev.c and chardev_background.c share: the open file, and what the
 * first has the second do. For nobody else; the copies are user_memory.h's.
 */
#ifndef CCI_CHARDEV_H
#define CCI_CHARDEV_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/types.h>

#include "policy/policy.h"
#include "file_lock.h"
#include "record/record.h"

struct swcci_device;

struct swcci_buffer {
	u8 *bytes;
	u32 room;
};

struct swcci_file {
	struct swcci_device *cci;		/* held */
	/*
	 * One SEND at a time; guards what follows. Outermost: above
	 * destination.fetch and the turn.
	 */
	struct swcci_file_lock lock;
	struct swcci_buffer request;
	struct swcci_buffer answer;
	enum swcci_impact limit;	/* RESTRICT */

	/* One reader at a time: a record is taken once it was delivered. */
	struct mutex read_lock;
	struct swcci_listener listener;	/* owns operations and transfers */
};

/* O_WRONLY counts as read and write: there is no change without an answer. */
static inline bool cci_may_write(const struct file *filp)
{
	return filp->f_mode & FMODE_WRITE;
}

/* chardev_background.c */
long swcci_bg_status(struct swcci_file *file, void __user *arg);
long swcci_bg_cancel(struct file *filp, void __user *arg);
long swcci_bg_adopt(struct file *filp, void __user *arg);
long swcci_subscribe(struct swcci_file *file, void __user *arg);
ssize_t swcci_read(struct file *filp, char __user *to, size_t room, loff_t *position);
__poll_t swcci_poll(struct file *filp, poll_table *table);

#endif /* CCI_CHARDEV_H */
