// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handler only sets a flag; the code that slept checks it.
 */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool came;

static void note_signal(int number)
{
	(void)number;
	came = true;
}

void interrupt_catch(void)
{
	/* No SA_RESTART, so that a signal ends a sleep. */
	struct sigaction action = { .sa_handler = note_signal };

	came = false;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
	return came;
}
