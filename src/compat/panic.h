/* SPDX-License-Identifier: GPL-2.0-only */
/* add_taint() was in linux/kernel.h, and has a header of its own now. */
#ifndef CCI_COMPAT_PANIC_H
#define CCI_COMPAT_PANIC_H

#include <linux/kernel.h>
#ifdef CCI_HAVE_PANIC_H
#include <linux/panic.h>
#endif

#endif /* CCI_COMPAT_PANIC_H */
