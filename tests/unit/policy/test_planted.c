// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs plant-errors as one of the unit programs: its TAP is this program's.
 */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	execl(PLANT_ERRORS, PLANT_ERRORS, (char *)NULL);
	perror(PLANT_ERRORS);
	return 127;
}
