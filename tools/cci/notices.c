// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each record has its size in it: records may grow.
 */
#include "notices.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

/* Size and type: the minimum of a record. */
#define NOTICE_HEADER_SIZE 4

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

enum result notices_open(struct notices *notices, struct transport *transport, uint32_t mask,
			 struct failure *failure)
{
	struct cxl_switch_cci_subscribe subscribe = { .size = sizeof(subscribe), .mask = mask };
	int error;

	*notices = (struct notices){ .transport = transport };
	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_NOTICES))
		return RESULT_OK;
	error = -transport->ops->subscribe(transport->context, &subscribe);
	if (error)
		return fail_with(failure, RESULT_IO, error, "%s: SUBSCRIBE: %s", transport->name,
				 strerror(error));
	notices->subscribed = true;
	return RESULT_OK;
}

void notices_sleep(struct notices *notices, int milliseconds)
{
	if (milliseconds <= 0)
		return;
	/* poll() on a device that is gone returns at once, each time. */
	if (notices->subscribed && !notices->gone)
		notices->transport->ops->wait(notices->transport->context, milliseconds);
	else
		poll(NULL, 0, milliseconds);
}

static void fill(struct notices *notices)
{
	struct transport *transport = notices->transport;
	int size = transport->ops->read(transport->context, notices->bytes, NOTICES_ROOM);

	notices->used = 0;
	notices->size = size > 0 && size <= NOTICES_ROOM ? size : 0;
	if (size == -ENODEV)
		notices->gone = true;
}

bool notices_next(struct notices *notices, struct cxl_switch_cci_notice *notice)
{
	const uint8_t *at;
	size_t left;

	*notice = (struct cxl_switch_cci_notice){ 0 };
	if (!notices->subscribed)
		return false;
	if (notices->used == notices->size)
		fill(notices);
	left = notices->size - notices->used;
	at = notices->bytes + notices->used;
	if (left >= NOTICE_HEADER_SIZE)
		memcpy(notice, at, NOTICE_HEADER_SIZE);
	if (notice->size < NOTICE_HEADER_SIZE || notice->size > left) {
		notices->used = notices->size;
		return false;
	}
	memcpy(notice, at, notice->size < sizeof(*notice) ? notice->size : sizeof(*notice));
	notices->used += notice->size;
	return true;
}

void notices_drain(struct notices *notices)
{
	struct cxl_switch_cci_notice notice;

	while (notices_next(notices, &notice))
		;
}
