/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Background operations as the driver tracks them: BG_STATUS, BG_CANCEL,
 * BG_ADOPT. It does not print.
 */
#ifndef CXL_SWITCH_TOOL_OPERATION_H
#define CXL_SWITCH_TOOL_OPERATION_H

#include "transport.h"

#define RETURN_CODE_BACKGROUND	0x0001
#define RETURN_CODE_ABORTED	0x0012

/* The longest wait for an end without --limit. */
#define OPERATION_LIMIT_MS	3600000

/* @status selects the operation: by cookie, or by path if the cookie is 0. */
enum result operation_status(struct transport *transport,
			     struct cxl_switch_cci_bg_status *status, struct failure *failure);

/* FINISHED, LOST or IDLE: its state is final. */
bool operation_is_over(const struct cxl_switch_cci_bg_status *status);

/**
 * typedef operation_watch - called at every change of state or percentage
 * @context: of operation_wait()
 * @status: as it is now
 */
typedef void operation_watch(void *context, const struct cxl_switch_cci_bg_status *status);

/*
 * Sleeps until the operation is over, for at most @limit_ms (0:
 * OPERATION_LIMIT_MS). RESULT_OK: it is over, whatever its outcome.
 * RESULT_TIMEOUT: the limit has passed. RESULT_LOST: it is unknown, or has not
 * been observable for too long.
 */
enum result operation_wait(struct transport *transport, uint64_t cookie, uint32_t limit_ms,
			   operation_watch *watch, void *context,
			   struct cxl_switch_cci_bg_status *status, struct failure *failure);

/* RESULT_OK only if the operation ended with success. */
enum result operation_outcome(const struct transport *transport,
			      const struct cxl_switch_cci_bg_status *status,
			      struct failure *failure);

enum result operation_cancel(struct transport *transport,
			     struct cxl_switch_cci_bg_cancel *cancel, struct failure *failure);
enum result operation_adopt(struct transport *transport, uint64_t cookie,
			    struct failure *failure);

/* "switch0 port 3: Transfer FW (0201h)" */
#define OPERATION_TEXT_SIZE 160
void operation_text(const struct transport *transport,
		    const struct cxl_switch_cci_bg_status *status, char *text);

/* Converts to a path; false if it has more tunnels than this tool supports. */
bool operation_path(const struct cxl_switch_cci_bg_status *status, struct path *path);

#endif
