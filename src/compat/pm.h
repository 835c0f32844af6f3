/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleep callbacks without __maybe_unused: the compiler drops what a kernel without
 * CONFIG_PM_SLEEP does not use. Older kernels have neither macro.
 */
#ifndef CCI_COMPAT_PM_H
#define CCI_COMPAT_PM_H

#include <linux/pm.h>

#ifndef DEFINE_SIMPLE_DEV_PM_OPS
#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
const struct dev_pm_ops name = { \
	.suspend = suspend_fn, \
	.resume = resume_fn, \
	.freeze = suspend_fn, \
	.thaw = resume_fn, \
	.poweroff = suspend_fn, \
	.restore = resume_fn, \
}
#endif

#ifndef pm_sleep_ptr
#define pm_sleep_ptr(pointer)	(IS_ENABLED(CONFIG_PM_SLEEP) ? (pointer) : NULL)
#endif

#endif /* CCI_COMPAT_PM_H */
