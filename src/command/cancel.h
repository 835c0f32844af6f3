/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BG_CANCEL: Request Abort Background Operation by a cookie, and what comes of
 * it. Uses command.c's door; no other. Knows no user memory.
 */
#ifndef CCI_CANCEL_H
#define CCI_CANCEL_H

#include "command.h"

struct swcci_cancel {
	/* in */
	u64 cookie;
	u32 timeout_ms;
	struct swcci_client *file;
	bool may_write;
	enum swcci_impact limit;

	/* out */
	enum cxl_switch_cci_cancel outcome;
	enum cxl_switch_cci_reason reason;
	u16 return_code;
	u16 vendor_status;
};

int swcci_cancel_run(struct swcci_device *cci, struct swcci_cancel *cancel);

#endif /* CCI_CANCEL_H */
