/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model for one test, and orders to it.
 */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

/* For a test's setup and teardown: *state is the model. */
static inline int create_model(void **state)
{
	struct model_config config;

	model_config_default(&config);
	*state = model_create(&config, NULL, 0);
	return *state ? 0 : -1;
}

static inline int destroy_model(void **state)
{
	model_destroy(*state);
	return 0;
}

/* Fails the test if the model refuses it. Its reply, until the next one. */
static inline const char *order(struct model *model, const char *line)
{
	static char reply[4096];

	if (model_command(model, line, reply, sizeof(reply)))
		fail_msg("%s: %s", line, reply);
	return reply;
}

#endif
