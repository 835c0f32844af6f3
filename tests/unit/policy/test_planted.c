// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs plant-errors as a unit program and prints its TAP.
 */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	execl(PLANT_ERRORS, PLANT_ERRORS, (char *)NULL);
	perror(PLANT_ERRORS);
	return 127;
}
