/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of a verb against the fake far end, for verbs that change something
 * or wait. Time is the fake's: linked with --wrap=now_ms,--wrap=poll.
 */
#ifndef TEST_TOOL_SESSION_H
#define TEST_TOOL_SESSION_H

#include "test_tool_screen.h"

#include <poll.h>

#include "cci/notices.h"
#include "verbs/verbs.h"

int64_t __wrap_now_ms(void);
int __wrap_poll(struct pollfd *pollers, nfds_t count, int milliseconds);

int64_t __wrap_now_ms(void)
{
	return fake.now;
}

/* Nothing but a sleep. */
int __wrap_poll(struct pollfd *pollers, nfds_t count, int milliseconds)
{
	assert_null(pollers);
	assert_true(milliseconds > 0);
	fake.now += milliseconds;
	return 0;
}

/* PROVISION and allowed, unless a test says otherwise. */
static struct cxl_switch_cci_explain decision;

static int judge(struct fake *far, const struct fake_request *request,
		 struct cxl_switch_cci_explain *explain)
{
	explain->impact = decision.impact;
	explain->error = decision.error;
	explain->reason = decision.reason;
	explain->refusing = decision.error ? 1U << decision.reason : 0;
	explain->verdict_flags = CXL_SWITCH_CCI_VERDICT_AUDITED;
	return 0;
}

static void start_session(size_t (*answer)(struct fake *fake, const struct fake_request *request,
					   uint8_t *out),
			  int (*follow)(struct fake *fake,
					struct cxl_switch_cci_bg_status *status))
{
	/* Nobody is there to be asked, wherever the test runs. */
	assert_non_null(freopen("/dev/null", "r", stdin));
	fake = (struct fake){ .answer = answer, .judge = judge, .follow = follow, .cookie = 7 };
	options = (struct options){ .json = true, .quiet = true };
	decision = (struct cxl_switch_cci_explain){ .impact = CXL_SWITCH_CCI_IMPACT_PROVISION };
	open_session("verb");
	session.device.info.payload_size = FAKE_PAYLOAD;
	session.device.info.features = fake.transport.features;
	session.device.info.serial = 0xabcd;
	snprintf(session.device.name, sizeof(session.device.name), "switch7");
}

static inline void set_words(const char *first, const char *second, const char *third,
			     const char *fourth)
{
	options.words[0] = first;
	options.words[1] = second;
	options.words[2] = third;
	options.words[3] = fourth;
}

static inline void expect_failure(const char *message)
{
	if (!strstr(session.failure.message, message))
		fail_msg("'%s' is not in '%s'", message, session.failure.message);
}

#endif
