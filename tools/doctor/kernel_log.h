/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel log, one record after another. It does not depend on their
 * meaning.
 */
#ifndef CXL_SWITCH_TOOL_KERNEL_LOG_H
#define CXL_SWITCH_TOOL_KERNEL_LOG_H

/*
 * Calls @record_found for every record of /dev/kmsg under @sysroot, oldest
 * first, without its dictionary: "6,339,5140900,-;text". Never waits for a
 * record. Returns 0 or a negative errno.
 */
int kernel_log_read(const char *sysroot, void (*tell)(void *context, const char *record),
		    void *context);

#endif
