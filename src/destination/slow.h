/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A destination that timed out twice in a row is slow: each further try holds up the
 * mailbox for all clients, so one in five seconds is sent. Also, how long to wait before a
 * failed round of queries is repeated. Pure; the caller holds the lock and passes the time.
 */
#ifndef CCI_SLOW_H
#define CCI_SLOW_H

#include "bytes.h"

#define SLOW_TIMEOUTS	2
#define SLOW_RETRY_MS	5000

/* After a failed round of queries: doubled with each further failure. */
#define BACKOFF_FIRST_MS	1000
#define BACKOFF_LAST_MS		60000

struct swcci_slow {
	u8 timeouts;		/* in a row; counts no further than SLOW_TIMEOUTS */
	u64 tried_ms;		/* the last try's begin, or its end */
};

u32 swcci_slow_for_ms(const struct swcci_slow *slow, u64 now_ms);
bool swcci_slow_try(struct swcci_slow *slow, u64 now_ms);
void swcci_slow_timed_out(struct swcci_slow *slow, u64 now_ms);
void swcci_slow_answered(struct swcci_slow *slow);
u32 swcci_slow_backoff_ms(unsigned int failures);

#endif /* CCI_SLOW_H */
