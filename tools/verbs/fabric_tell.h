/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One round of one fabric, as a line of JSON or as tables.
 */
#ifndef CXL_SWITCH_TOOL_FABRIC_TELL_H
#define CXL_SWITCH_TOOL_FABRIC_TELL_H

#include "fabric/fabric.h"

void fabric_json(struct session *session, const struct fabric *fabric, uint32_t round,
		 const char *when);
bool fabric_print(const struct fabric *fabric, const struct screen *screen, const char *when);

#endif
