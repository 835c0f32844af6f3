/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parameter of class.devnode became const. Both variants are defined here, and
 * the compiler selects one by the type of the member. The allocation must not fail:
 * the kernel would then silently create the node under the device's bare name.
 */
#ifndef CCI_COMPAT_DEVNODE_H
#define CCI_COMPAT_DEVNODE_H

#include <linux/device.h>
#include <linux/slab.h>

#define CCI_DEVNODE(name, format) \
static char *__maybe_unused name##_const(const struct device *dev, umode_t *mode) \
{ \
	return kasprintf(GFP_KERNEL | __GFP_NOFAIL, format, dev_name(dev)); \
} \
static char *__maybe_unused name##_plain(struct device *dev, umode_t *mode) \
{ \
	return name##_const(dev, mode); \
}

#define CCI_DEVNODE_POINTER(name) \
	__builtin_choose_expr(__builtin_types_compatible_p( \
		__typeof__(((struct class *)0)->devnode), \
		char *(*)(const struct device *, umode_t *)), \
		name##_const, name##_plain)

#endif /* CCI_COMPAT_DEVNODE_H */
