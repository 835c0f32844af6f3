/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files that follow background operations share: background.c,
 * background_owner.c, background_look.c, background_pace.c and
 * background_table.c, from top to bottom. For nobody else.
 *
 * One lock: background.lock. Whoever says "locked" below wants it held, and
 * asserts it where it has the background at hand. Not under it are in an
 * operation: @references, and @leaf, which is never changed. A pointer to an
 * operation holds beyond the lock only with a reference; the list has one.
 * A command is sent, and a register read, without the lock; afterwards the
 * operation may have ended.
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
static inline bool operation_is_live(const struct operation *op)
{
	return !op->ended_ms;
}

/* It was started or found, and is not known to be over. Locked. */
static inline bool operation_is_under_way(const struct operation *op)
{
	return operation_is_live(op) && op->state != CXL_SWITCH_CCI_OPERATION_IDLE;
}

static inline bool operation_is_at(const struct operation *op, const struct tunnel_path *path)
{
	return !memcmp(&op->leaf.path, path, sizeof(*path));
}

/* background_table.c; not locked */
struct operation *background_make(const struct tunnel_request *leaf, struct listener *owner,
				  kuid_t uid);
void background_put(struct operation *op);

/* background_table.c; locked */
struct operation *background_under_way_at(struct background *bg, const struct tunnel_path *path);
struct operation *background_by_cookie(struct background *bg, u64 cookie);
int background_add(struct background *bg, struct operation *op);
void background_drop(struct background *bg, struct operation *op);
void background_retire(struct background *bg, struct operation *op);
struct cxl_switch_cci_notice background_notice_of(const struct operation *op);
void background_apply(struct cci_device *cci, struct operation *op, enum operation_event event);
void background_begin(struct cci_device *cci, struct operation *op, enum operation_event event);

/* background_pace.c; locked */
bool background_is_own_work(const struct operation *op);
bool background_is_others_work(const struct operation *op);
struct operation *background_most_urgent(struct background *bg,
					 bool (*is_work)(const struct operation *op));
void background_look_soon(struct operation *op);
void background_look_later(struct cci_device *cci, struct operation *op,
			   enum operation_answer answer);
void background_order_looks(struct background *bg);

/* background_look.c; the workers, not locked */
void background_own_work(struct work_struct *work);
void background_others_work(struct work_struct *work);

#endif /* CCI_BACKGROUND_INTERNAL_H */
