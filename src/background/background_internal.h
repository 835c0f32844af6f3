/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What poll.c uses of background.c, beside what the room shows to others.
 *
 * "Locked" functions need background.lock. Of an operation it guards all but
 * @references, and @leaf, which never changes. Beyond the lock a pointer to an
 * operation needs a reference; the list has one. Commands are sent, and
 * registers read, without the lock; afterwards the operation may have ended.
 */
#ifndef CCI_BACKGROUND_INTERNAL_H
#define CCI_BACKGROUND_INTERNAL_H

#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/string.h>

#include "background.h"

static inline u64 background_now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

/* Locked. */
static inline bool operation_is_live(const struct swcci_operation *op)
{
	return !op->ended_ms;
}

/* It was started or discovered, and no poll showed its end. Locked. */
static inline bool operation_is_under_way(const struct swcci_operation *op)
{
	return operation_is_live(op) && op->state != CXL_SWITCH_CCI_OPERATION_IDLE;
}

static inline bool operation_is_at(const struct swcci_operation *op,
				   const struct swcci_tunnel_path *path)
{
	return !memcmp(&op->leaf.path, path, sizeof(*path));
}

/* background.c; not locked */
struct swcci_operation *swcci_background_make(const struct swcci_tunnel_request *leaf,
					      struct swcci_client *owner, kuid_t uid);
void swcci_background_put(struct swcci_operation *op);

/* background.c; locked */
struct swcci_operation *swcci_background_under_way_at(struct swcci_background *bg,
						      const struct swcci_tunnel_path *path);
int swcci_background_add(struct swcci_background *bg, struct swcci_operation *op);
void swcci_background_drop(struct swcci_background *bg, struct swcci_operation *op);
void swcci_background_apply(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event);
void swcci_background_begin(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event);
bool swcci_background_is_own_work(const struct swcci_operation *op);
bool swcci_background_is_others_work(const struct swcci_operation *op);
struct swcci_operation *
swcci_background_most_urgent(struct swcci_background *bg,
			     bool (*is_work)(const struct swcci_operation *op));
void swcci_background_poll_later(struct swcci_background *bg, struct swcci_operation *op,
				 enum swcci_operation_answer answer);
void swcci_background_queue_polls(struct swcci_background *bg);

#endif /* CCI_BACKGROUND_INTERNAL_H */
