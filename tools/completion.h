/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --completion: prints a script for bash from the tables of commands.c.
 */
#ifndef CXL_SWITCH_TOOL_COMPLETION_H
#define CXL_SWITCH_TOOL_COMPLETION_H

void print_completion(void);

#endif
