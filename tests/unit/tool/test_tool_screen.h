/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session on the fake far end, and what a verb shows in it.
 */
#ifndef TEST_TOOL_SCREEN_H
#define TEST_TOOL_SCREEN_H

#include "test_tool_fake.h"
#include "test_tool_json.h"

#include "cli/session.h"

static struct fake fake;
static struct options options;
static struct session session;
static char *text;
static size_t text_size;

/* On @fake, with @options. What INFO said is for the test to fill in after it. */
static void open_session(const char *verb)
{
	assert_int_equal(session_open(&session, &options, verb), RESULT_OK);
	fake_open(&fake);
	session.device.transport = fake.transport;
	text = NULL;
	session.screen = (struct screen){ .out = open_memstream(&text, &text_size) };
	assert_non_null(session.screen.out);
}

/* For a teardown. */
static int end_session(void **state)
{
	transport_close(&session.device.transport);
	json_object_put(session.json);
	fclose(session.screen.out);
	free(text);
	return 0;
}

static inline void expect_shown(const char *shown)
{
	fflush(session.screen.out);
	if (!text || !strstr(text, shown))
		fail_msg("'%s' is not in:\n%s", shown, text);
}

#endif
