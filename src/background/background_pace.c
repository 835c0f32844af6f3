// SPDX-License-Identifier: GPL-2.0-only
/*
 * When each background operation is looked at next, and by which worker. Does
 * not look itself.
 */
#include "background_internal.h"

#include <linux/jiffies.h>


/* Steps grow with the time that has passed. */
#define OWN_POLLED_MIN_MS	5
#define OWN_POLLED_MAX_MS	250
/* The interrupt is to come; this is for the one that does not. */
#define OWN_BACKED_MIN_MS	100
#define OWN_BACKED_MAX_MS	1000
#define OTHER_MIN_MS		20
#define OTHER_MAX_MS		1000
/* Each try of a silent component costs all others the device's time. */
#define OTHER_SILENT_MS		5000
/* What cannot be observed may show again. */
#define UNKNOWN_MS		1000
#define UNKNOWN_SILENT_MS	30000

static u64 own_pause_ms(struct swcci_background *bg, const struct swcci_operation *op,
			u64 elapsed_ms)
{
	if (op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN)
		return UNKNOWN_MS;
	return bg->interrupts ?
	       clamp_t(u64, elapsed_ms >> 2, OWN_BACKED_MIN_MS, OWN_BACKED_MAX_MS) :
	       clamp_t(u64, elapsed_ms >> 3, OWN_POLLED_MIN_MS, OWN_POLLED_MAX_MS);
}

/* The more there are, the less often each: callers come first. */
static u64 other_pause_ms(struct swcci_background *bg, const struct swcci_operation *op,
			  u64 elapsed_ms, enum swcci_operation_answer answer)
{
	u64 least = (u64)OTHER_MIN_MS * max_t(u32, bg->live_count, 1);
	bool unknown = op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN;

	lockdep_assert_held(&bg->lock);
	if (answer == OPERATION_NO_ANSWER)
		return unknown ? UNKNOWN_SILENT_MS : OTHER_SILENT_MS;
	if (unknown)
		return max_t(u64, least, UNKNOWN_MS);
	return max(least, clamp_t(u64, elapsed_ms >> 3, OTHER_MIN_MS, OTHER_MAX_MS));
}

/* Also where it is being looked at: what that look shows is older than the reason for this. */
void swcci_background_look_soon(struct swcci_operation *op)
{
	op->next_look_ms = background_now_ms();
	op->soon = true;
}

void swcci_background_look_later(struct swcci_background *bg, struct swcci_operation *op,
				 enum swcci_operation_answer answer)
{
	u64 now = background_now_ms(), elapsed = now - op->started_ms;

	lockdep_assert_held(&bg->lock);
	if (op->soon)
		return;
	op->next_look_ms = now + (op->leaf.path.depth ?
				  other_pause_ms(bg, op, elapsed, answer) :
				  own_pause_ms(bg, op, elapsed));
}

static bool wants_look(const struct swcci_operation *op)
{
	return operation_is_under_way(op) || op->look;
}

/* The function's own slot is read from a register, all else costs a command. */
bool swcci_background_is_own_work(const struct swcci_operation *op)
{
	return !op->leaf.path.depth && !op->abort_wanted && wants_look(op);
}

bool swcci_background_is_others_work(const struct swcci_operation *op)
{
	return op->abort_wanted || (op->leaf.path.depth && wants_look(op));
}

struct swcci_operation *
swcci_background_most_urgent(struct swcci_background *bg,
			     bool (*is_work)(const struct swcci_operation *op))
{
	struct swcci_operation *op, *urgent = NULL;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (is_work(op) && (!urgent || op->next_look_ms < urgent->next_look_ms))
			urgent = op;
	return urgent;
}

static void order(struct swcci_background *bg, struct delayed_work *work,
		  bool (*is_work)(const struct swcci_operation *op))
{
	struct swcci_operation *op = swcci_background_most_urgent(bg, is_work);
	u64 now = background_now_ms();
	u64 ms = op && op->next_look_ms > now ? op->next_look_ms - now : 0;

	lockdep_assert_held(&bg->lock);
	if (op && !bg->stopped)
		mod_delayed_work(bg->workqueue, work, msecs_to_jiffies(ms));
}

/* Under the lock, so that after swcci_background_stop() nothing is ordered any more. */
void swcci_background_order_looks(struct swcci_background *bg)
{
	lockdep_assert_held(&bg->lock);
	WRITE_ONCE(bg->own_runs, swcci_background_most_urgent(bg, swcci_background_is_own_work));
	order(bg, &bg->own, swcci_background_is_own_work);
	order(bg, &bg->others, swcci_background_is_others_work);
}
