/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIGINT and SIGTERM, for verbs that have something to put in order first.
 */
#ifndef CXL_SWITCH_TOOL_INTERRUPT_H
#define CXL_SWITCH_TOOL_INTERRUPT_H

#include <stdbool.h>

/* From now on they end no program, but every sleep. */
void interrupt_catch(void);
bool interrupt_came(void);

#endif
