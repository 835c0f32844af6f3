// SPDX-License-Identifier: GPL-2.0-only
/*
 * switch-model, the program. All of it is in serve.c, so that a test can run
 * the server in a child process of its own.
 */
#include "server.h"

int main(int argc, char **argv)
{
	return switch_model(argc, argv);
}
