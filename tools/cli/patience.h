/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On a terminal: what is being waited for, once that takes longer than a person
 * waits without wondering. By a thread, as a command is one system call.
 */
#ifndef CXL_SWITCH_TOOL_PATIENCE_H
#define CXL_SWITCH_TOOL_PATIENCE_H

#include <stdbool.h>

/* From now on, until patience_stop(); without a terminal there is no thread. */
void patience_start(void);
void patience_stop(void);
bool patience_runs(void);

#endif
