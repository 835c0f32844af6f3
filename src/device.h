/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One bound function. The object is a refcounted struct device. Open files hold it, so it
 * outlives the hardware; from then on it returns ENODEV. Holds the parts together: each
 * has its own lock and its own header.
 */
#ifndef CCI_DEVICE_H
#define CCI_DEVICE_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/pci.h>

#include "background/background.h"
#include "command/command.h"
#include "cxl_switch_cci.h"
#include "destination/destination.h"
#include "mailbox/mailbox.h"
#include "record/record.h"

struct swcci_device {
	struct device dev;
	struct cdev cdev;
	struct pci_dev *pdev;		/* held; its bus may go before it */
	u32 pci_domain;
	u8 pci_bus;
	u8 pci_devfn;
	u32 number;
	u64 instance_id;
	enum cxl_switch_cci_interrupt interrupt_mode;

	struct swcci_mailbox mailbox;
	struct swcci_destinations destinations;
	struct swcci_background background;
	struct swcci_transfers transfers;
	struct swcci_notices notices;
	struct swcci_watch watch;
	struct swcci_recorder recorder;
	struct swcci_commands commands;
};

static inline bool cci_device_gone(struct swcci_device *cci)
{
	return mailbox_state(&cci->mailbox) == MAILBOX_DEAD;
}

#define to_cci(d) container_of(d, struct swcci_device, dev)

int swcci_devices_init(const struct file_operations *fops, const struct attribute_group **groups);
void swcci_devices_exit(void);
struct swcci_device *swcci_device_alloc(struct pci_dev *pdev);
enum cxl_switch_cci_state swcci_device_state(struct swcci_device *cci);
int swcci_device_add(struct swcci_device *cci);
void swcci_device_state_changed(struct swcci_device *cci);

/* Runs every worker. Exists as long as any object. */
extern struct workqueue_struct *swcci_workqueue;

#endif /* CCI_DEVICE_H */
