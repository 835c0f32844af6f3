/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints the tables of commands.c for a person.
 */
#ifndef CXL_SWITCH_TOOL_HELP_H
#define CXL_SWITCH_TOOL_HELP_H

#include "commands.h"

void print_help(void);
void print_verb_help(const struct verb *verb);

#endif
