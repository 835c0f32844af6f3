// SPDX-License-Identifier: GPL-2.0-only
/*
 * Structures of the own ioctls from and to user memory: size first. For
 * chardev.c alone. Knows no field but the size.
 */
#include "user_memory.h"

#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* libcxlmi sign-extends its pointers on 32 bit: only the low half counts. */
void __user *swcci_user_address(u64 address)
{
#ifdef CONFIG_COMPAT
	if (in_compat_syscall())
		return compat_ptr((compat_uptr_t)address);
#endif
	return (void __user *)(unsigned long)address;
}

/**
 * swcci_copy_in() - a structure of an own ioctl: its size comes first
 * @to: the kernel's structure
 * @known: its size
 * @least: size of its first published version
 * @arg: the caller's
 * @size: result, the caller's size, read once
 *
 * Return: 0; -EFAULT; -EINVAL below @least; -E2BIG where a byte that the kernel
 * does not know is not zero.
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
 * swcci_copy_out() - the answer, as much of it as the caller knows
 * @arg: the caller's structure
 * @from: the kernel's
 * @known: its size
 * @size: the caller's; what it has more is zeroed
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
