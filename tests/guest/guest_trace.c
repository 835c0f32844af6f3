// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's trace, emptied and read. Which events are in it is for who asks to say.
 */
#include "guest.h"

#define TRACE	GUEST_TRACING "/trace"

/* Opened for writing from the start, it loses what it had. */
void guest_trace_empty(void)
{
	int trace = open(TRACE, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(trace >= 0);
	close(trace);
}

FILE *guest_trace(void)
{
	FILE *trace = fopen(TRACE, "r");

	assert_non_null(trace);
	return trace;
}
