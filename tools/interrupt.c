// SPDX-License-Identifier: GPL-2.0-only
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;

static void note_signal(int number)
{
	(void)number;
	came = 1;
}

void interrupt_catch(void)
{
	/* Without SA_RESTART, so that sleeps end. */
	struct sigaction action = { .sa_handler = note_signal };

	came = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
	return came;
}
