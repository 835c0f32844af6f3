/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares our copy of the in-tree ABI with the kernel's header at compile time, if the
 * kernel that is built for has one.
 */
#ifndef CCI_ABI_CHECK_H
#define CCI_ABI_CHECK_H

#ifdef CCI_HAVE_CXL_MEM_H
#include <uapi/linux/cxl_mem.h>

#include "legacy.h"

static_assert(LEGACY_IOCTL_QUERY == CXL_MEM_QUERY_COMMANDS);
static_assert(LEGACY_IOCTL_SEND == CXL_MEM_SEND_COMMAND);
static_assert(LEGACY_ID_RAW == CXL_MEM_COMMAND_ID_RAW);
static_assert(sizeof(struct swcci_legacy_send) == sizeof(struct cxl_send_command));
static_assert(offsetof(struct swcci_legacy_send, raw_opcode) ==
	      offsetof(struct cxl_send_command, raw.opcode));
static_assert(offsetof(struct swcci_legacy_send, retval) ==
	      offsetof(struct cxl_send_command, retval));
static_assert(offsetof(struct swcci_legacy_send, in.address) ==
	      offsetof(struct cxl_send_command, in.payload));
static_assert(offsetof(struct swcci_legacy_send, out.address) ==
	      offsetof(struct cxl_send_command, out.payload));
static_assert(sizeof(struct swcci_legacy_info) == sizeof(struct cxl_command_info));
static_assert(sizeof(struct swcci_legacy_query) == sizeof(struct cxl_mem_query_commands));
#ifdef CXL_MEM_COMMAND_FLAG_ENABLED	/* not in 6.1 */
static_assert(LEGACY_FLAG_ENABLED == CXL_MEM_COMMAND_FLAG_ENABLED);
static_assert(LEGACY_FLAGS == CXL_MEM_COMMAND_FLAG_MASK);
#endif
#endif

#endif /* CCI_ABI_CHECK_H */
