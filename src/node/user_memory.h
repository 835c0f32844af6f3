/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies of structures whose first field is their size. They sleep for as long as a page
 * fault takes: design.md, "Locks", says where that is allowed.
 */
#ifndef CCI_USER_MEMORY_H
#define CCI_USER_MEMORY_H

#include <linux/compiler.h>
#include <linux/types.h>

void __user *swcci_user_address(u64 address);
int swcci_copy_in(void *to, u32 known, u32 least, const void __user *arg, u32 *size);
int swcci_copy_out(void __user *arg, const void *from, u32 known, u32 size);

#endif /* CCI_USER_MEMORY_H */
