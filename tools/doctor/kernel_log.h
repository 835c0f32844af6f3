/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's log, record by record. It must not know what they mean.
 */
#ifndef CXL_SWITCH_TOOL_KERNEL_LOG_H
#define CXL_SWITCH_TOOL_KERNEL_LOG_H

/*
 * Calls @tell with every record of /dev/kmsg under @sysroot, oldest first, without
 * its dictionary: "6,339,5140900,-;text". Waits for none. 0 or a negative errno.
 */
int kernel_log_read(const char *sysroot, void (*tell)(void *context, const char *record),
		    void *context);

#endif
