// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies structures of the driver's own ioctls from and to user memory. Each starts with
 * its size. Only for chardev.c.
 */
#include "user_memory.h"

#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/**
 * swcci_user_address() - the user pointer in a u64 field of the ABI
 * @address: the field
 *
 * libcxlmi sign-extends its pointers on 32 bit: only the low half counts there.
 *
 * Return: the pointer, not checked.
 */
void __user *swcci_user_address(u64 address)
{
#ifdef CONFIG_COMPAT
	if (in_compat_syscall())
		return compat_ptr((compat_uptr_t)address);
#endif
	return (void __user *)(unsigned long)address;
}

/**
 * swcci_copy_in() - copy in a structure that starts with its size
 * @to: the kernel's structure; its size field becomes @known
 * @known: its size in bytes
 * @least: size of the first published version
 * @arg: the caller's structure
 * @size: result, the caller's size, read once
 *
 * What the caller's structure lacks is zero. Sleeps.
 *
 * Return: 0; -EFAULT; -EINVAL: below @least; -E2BIG: above a page, or a byte beyond @known
 * is not zero.
 */
int swcci_copy_in(void *to, u32 known, u32 least, const void __user *arg, u32 *size)
{
	int rc;

	if (get_user(*size, (const u32 __user *)arg))
		return -EFAULT;
	if (*size < least)
		return -EINVAL;
	if (*size > PAGE_SIZE)
		return -E2BIG;
	rc = copy_struct_from_user(to, known, arg, *size);
	if (!rc)
		memcpy(to, &known, sizeof(known));
	return rc;
}

/**
 * swcci_copy_out() - copy out as much of a structure as the caller knows
 * @arg: the caller's structure
 * @from: the kernel's
 * @known: its size in bytes
 * @size: the caller's size; bytes beyond @known are zeroed
 *
 * Sleeps.
 *
 * Return: 0; -EFAULT.
 */
int swcci_copy_out(void __user *arg, const void *from, u32 known, u32 size)
{
	if (copy_to_user(arg, from, min(known, size)))
		return -EFAULT;
	if (size > known && clear_user(arg + known, size - known))
		return -EFAULT;
	return 0;
}
