/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIGINT and SIGTERM, for verbs that have to clean up before they end.
 */
#ifndef CXL_SWITCH_TOOL_INTERRUPT_H
#define CXL_SWITCH_TOOL_INTERRUPT_H

#include <stdbool.h>

/* From now on these signals do not end the program; they end every sleep. */
void interrupt_catch(void);
bool interrupt_came(void);

#endif
