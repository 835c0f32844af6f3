// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handler only sets a flag; the code that slept reads it.
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
	/* Without SA_RESTART, so that sleeps end. */
	struct sigaction action = { .sa_handler = note_signal };

	came = false;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
	return came;
}
