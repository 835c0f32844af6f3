/* SPDX-License-Identifier: GPL-2.0-only */
/* What the room shows to others. */
#ifndef CCI_NODE_H
#define CCI_NODE_H

struct attribute_group;
struct file_operations;

/* chardev.c: of /dev/cxl/switchN; the minor's cdev is in a struct swcci_device */
extern const struct file_operations swcci_fops;

/* sysfs.c: of the class device, a struct swcci_device; ends with NULL */
extern const struct attribute_group *swcci_attribute_groups[];

#endif /* CCI_NODE_H */
