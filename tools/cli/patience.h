/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On a terminal, shows which command the tool waits for once that takes
 * noticeably long. A thread draws it, because the main thread is inside a
 * system call.
 */
#ifndef CXL_SWITCH_TOOL_PATIENCE_H
#define CXL_SWITCH_TOOL_PATIENCE_H

#include <stdbool.h>

/* Enables the display until patience_stop(). Without a terminal there is no thread. */
void patience_start(void);
void patience_stop(void);
bool patience_runs(void);

#endif
