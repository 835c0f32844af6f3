/* SPDX-License-Identifier: GPL-2.0-only */
/* add_taint() moved from linux/kernel.h to linux/panic.h. */
#ifndef CCI_COMPAT_PANIC_H
#define CCI_COMPAT_PANIC_H

#include <linux/kernel.h>
#ifdef CCI_HAVE_PANIC_H
#include <linux/panic.h>
#endif

#endif /* CCI_COMPAT_PANIC_H */
