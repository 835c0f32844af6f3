// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations under their one lock: slots, cookies, results; poll
 * intervals; owners, orphans, adoption; from probe to removal. Sends nothing:
 * poll.c does.
 */
#include "background_internal.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "destination/destination.h"
#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "record/record.h"
#include "trace.h"

/* One counter for all devices: no cookie is ever used twice. */
static atomic64_t last_cookie = ATOMIC64_INIT(0);

/* ---- one operation ---- */

void swcci_background_put(struct swcci_operation *op)
{
	if (refcount_dec_and_test(&op->references))
		kfree(op);
}

struct swcci_operation *swcci_background_make(const struct swcci_tunnel_request *leaf,
					      struct swcci_client *owner, kuid_t uid)
{
	struct swcci_operation *op = kzalloc(sizeof(*op), GFP_KERNEL_ACCOUNT);

	if (!op)
		return NULL;
	refcount_set(&op->references, 1);
	INIT_LIST_HEAD(&op->node);
	op->leaf = *leaf;
	op->leaf.payload = NULL;
	op->leaf.length = 0;
	op->owner = owner;
	op->uid = uid;
	op->state = CXL_SWITCH_CCI_OPERATION_IDLE;
	return op;
}

/* ---- the lists ---- */

struct swcci_operation *swcci_background_under_way_at(struct swcci_background *bg,
						      const struct swcci_tunnel_path *path)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (operation_is_under_way(op) && operation_is_at(op, path))
			return op;
	return NULL;
}

static struct swcci_operation *by_cookie(struct swcci_background *bg, u64 cookie)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	if (!cookie)	/* of those that are not started */
		return NULL;
	list_for_each_entry(op, &bg->live, node)
		if (op->cookie == cookie)
			return op;
	list_for_each_entry(op, &bg->ended, node)
		if (op->cookie == cookie)
			return op;
	return NULL;
}

/* The function's own slot is not counted: destinations cannot use up its place. */
static bool takes_place(const struct swcci_operation *op)
{
	return op->leaf.path.depth;
}

/* Forgets an operation that did not start; drops the list's reference. */
void swcci_background_drop(struct swcci_background *bg, struct swcci_operation *op)
{
	lockdep_assert_held(&bg->lock);
	list_del_init(&op->node);
	bg->live_count -= takes_place(op);
	op->ended_ms = background_now_ms() ?: 1;
	swcci_background_put(op);
}

/* Ends polling. The result stays readable until BACKGROUND_RESULTS others have ended. */
static void retire(struct swcci_background *bg, struct swcci_operation *op)
{
	struct swcci_operation *oldest;

	lockdep_assert_held(&bg->lock);
	op->ended_ms = background_now_ms() ?: 1;
	list_move_tail(&op->node, &bg->ended);
	bg->live_count -= takes_place(op);
	wake_up_all(&bg->changed);
	if (++bg->ended_count <= BACKGROUND_RESULTS)
		return;
	oldest = list_first_entry(&bg->ended, struct swcci_operation, node);
	list_del_init(&oldest->node);
	bg->ended_count--;
	swcci_background_put(oldest);
}

/* If the table is full, evicts an unowned operation in state UNKNOWN. */
static bool has_room(struct swcci_background *bg, const struct swcci_operation *newcomer)
{
	struct swcci_operation *op;

	lockdep_assert_held(&bg->lock);
	if (!takes_place(newcomer) || bg->live_count < BACKGROUND_MAX)
		return true;
	list_for_each_entry(op, &bg->live, node) {
		if (takes_place(op) && op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN &&
		    !op->owner) {
			retire(bg, op);
			return true;
		}
	}
	return false;
}

/* Return: 0; -EBUSY: BACKGROUND_MAX operations are under way, or the device is gone. */
int swcci_background_add(struct swcci_background *bg, struct swcci_operation *op)
{
	lockdep_assert_held(&bg->lock);
	if (bg->stopped || !has_room(bg, op))
		return -EBUSY;
	list_add_tail(&op->node, &bg->live);
	bg->live_count += takes_place(op);
	return 0;
}

/* ---- events ---- */

/* @subscribers: not only the owner. */
static void notify(struct swcci_background *bg, const struct swcci_operation *op, bool subscribers)
{
	struct cxl_switch_cci_notice notice = { };

	notice.type = op->state == CXL_SWITCH_CCI_OPERATION_FINISHED ?
		      CXL_SWITCH_CCI_NOTICE_BG_ENDED : CXL_SWITCH_CCI_NOTICE_BG_LOST;
	notice.cookie = op->cookie;
	notice.opcode = op->leaf.opcode;
	notice.return_code = op->watch.return_code;
	notice.vendor_status = op->watch.vendor_status;
	notice.state = op->state;
	notice.percent = op->watch.percent;
	notice.depth = op->leaf.path.depth;
	for (int i = 0; i < op->leaf.path.depth; i++) {
		notice.target[i] = op->leaf.path.hop[i].target;
		notice.id[i] = op->leaf.path.hop[i].id;
	}
	if (subscribers)
		swcci_notices_notify(bg->notices, op->owner, &notice);
	else
		swcci_notices_notify_one(bg->notices, op->owner, &notice);
}

void swcci_background_apply(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event)
{
	struct swcci_operation_step step = swcci_operation_step(op->state, event);
	enum cxl_switch_cci_operation from = op->state;

	lockdep_assert_held(&bg->lock);
	trace_cxl_switch_background(bg->number, op->cookie, op->leaf.opcode, event, from,
				    step.next);
	op->state = step.next;
	if (step.actions & OPERATION_INVALIDATE && op->changes_fabric)
		swcci_destinations_changed(bg->destinations);
	if (step.actions & OPERATION_NOTIFY)
		notify(bg, op, true);
	if (step.actions & OPERATION_ORPHAN)
		op->owner = NULL;
	if (operation_is_live(op) && operation_is_over(op->state))
		retire(bg, op);
	if (step.next != from)
		wake_up_all(&bg->changed);
}

/* Gives it a cookie. Its owner may have closed its file meanwhile. */
void swcci_background_begin(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event)
{
	lockdep_assert_held(&bg->lock);
	op->cookie = atomic64_inc_return(&last_cookie);
	op->started_ms = background_now_ms();
	swcci_operation_watch_start(&op->watch, op->leaf.opcode, op->started_ms);
	swcci_background_apply(bg, op, event);
	op->abort_wanted = !op->owner && op->abort_on_close;
}

/* ---- poll intervals ---- */

/* Its owner, a waiter, or the owner's BG_ABORT_ON_CLOSE still needs it. Locked. */
static bool is_held(const struct swcci_operation *op)
{
	return op->owner || op->waiters || op->abort_wanted;
}

/* Held, to be decided, or of interest to a subscriber. Locked. */
static bool is_attended(struct swcci_background *bg, const struct swcci_operation *op)
{
	return is_held(op) || op->uncertain ||
	       swcci_notices_wanted(bg->notices, CXL_SWITCH_CCI_MASK_BG_ENDED |
						 CXL_SWITCH_CCI_MASK_BG_LOST);
}

static u64 interval_ms(struct swcci_background *bg, const struct swcci_operation *op, u64 now_ms,
		       enum swcci_operation_answer answer)
{
	const struct swcci_operation_poll poll = {
		.state = op->state,
		.answer = answer,
		.is_own = !op->leaf.path.depth,
		.interrupts = bg->interrupts,
		.attended = is_attended(bg, op),
		.live = bg->live_count,
		.elapsed_ms = now_ms - op->started_ms,
	};

	return swcci_operation_interval_ms(&poll);
}

/* Also during a poll, whose result is older than the reason for this one. */
static void poll_soon(struct swcci_operation *op)
{
	op->next_poll_ms = background_now_ms();
	op->poll_again = true;
}

/* The next poll; none if the operation cannot be observed and is not held. */
void swcci_background_poll_later(struct swcci_background *bg, struct swcci_operation *op,
				 enum swcci_operation_answer answer)
{
	u64 now = background_now_ms();

	lockdep_assert_held(&bg->lock);
	if (!is_held(op) && swcci_operation_is_expired(op->state, &op->watch, now))
		retire(bg, op);
	else if (!op->poll_again)
		op->next_poll_ms = now + interval_ms(bg, op, now, answer);
}

static bool is_polled(const struct swcci_operation *op)
{
	return operation_is_under_way(op) || op->uncertain;
}

/* The function's own slot is polled by a register, all others by a command. */
bool swcci_background_is_own_work(const struct swcci_operation *op)
{
	return !op->leaf.path.depth && !op->abort_wanted && is_polled(op);
}

bool swcci_background_is_others_work(const struct swcci_operation *op)
{
	return op->abort_wanted || (op->leaf.path.depth && is_polled(op));
}

struct swcci_operation *
swcci_background_most_urgent(struct swcci_background *bg,
			     bool (*is_work)(const struct swcci_operation *op))
{
	struct swcci_operation *op, *urgent = NULL;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (is_work(op) && (!urgent || op->next_poll_ms < urgent->next_poll_ms))
			urgent = op;
	return urgent;
}

static void queue_poll(struct swcci_background *bg, struct delayed_work *work,
		       bool (*is_work)(const struct swcci_operation *op))
{
	struct swcci_operation *op = swcci_background_most_urgent(bg, is_work);
	u64 now = background_now_ms();
	u64 ms = op && op->next_poll_ms > now ? op->next_poll_ms - now : 0;

	lockdep_assert_held(&bg->lock);
	if (op && !bg->stopped)
		mod_delayed_work(bg->workqueue, work, msecs_to_jiffies(ms));
}

/* Under the lock, so that nothing is queued after swcci_background_stop(). */
void swcci_background_queue_polls(struct swcci_background *bg)
{
	lockdep_assert_held(&bg->lock);
	WRITE_ONCE(bg->own_runs, swcci_background_most_urgent(bg, swcci_background_is_own_work));
	queue_poll(bg, &bg->own, swcci_background_is_own_work);
	queue_poll(bg, &bg->others, swcci_background_is_others_work);
}

/* ---- from a command to its operation ---- */

/**
 * swcci_background_prepare() - allocate the operation that a command may start
 * @leaf: the command; its payload is not kept
 * @params: who sends it, and for what
 *
 * Before the turn, since it allocates. Takes no place: a command that waits for its turn
 * does not keep others from starting operations. Process context.
 *
 * Return: the operation, to pass to swcci_background_started(), _dismiss() or
 * _uncertain(); NULL: no memory.
 */
struct swcci_operation *swcci_background_prepare(const struct swcci_tunnel_request *leaf,
						 const struct swcci_operation_params *params)
{
	struct swcci_operation *op = swcci_background_make(leaf, params->owner, params->uid);

	if (!op)
		return NULL;
	op->changes_fabric = params->changes_fabric;
	op->abort_on_close = params->abort_on_close;
	return op;
}

/**
 * swcci_background_place() - take a place for the operation that a command may start
 * @bg: of the device
 * @op: of swcci_background_prepare()
 *
 * In the turn, before the command is sent, so that every operation has a place.
 *
 * Return: 0; -EBUSY: BACKGROUND_MAX operations are under way, or the device is gone.
 */
int swcci_background_place(struct swcci_background *bg, struct swcci_operation *op)
{
	int rc;

	spin_lock(&bg->lock);
	rc = swcci_background_add(bg, op);
	spin_unlock(&bg->lock);
	return rc;
}

/* A new operation starts in the slot, so the old one has ended without a poll that showed it. */
static void supersede(struct swcci_background *bg, struct swcci_operation *op)
{
	struct swcci_operation *old = swcci_background_under_way_at(bg,
								    &op->leaf.path);

	lockdep_assert_held(&bg->lock);
	if (!old)
		return;
	swcci_background_apply(bg, old, OPERATION_UNOBSERVABLE);
	retire(bg, old);
}

/**
 * swcci_background_started() - the device answered Background Command Started
 * @bg: of the device
 * @op: with its place
 *
 * In the turn of the command, or in the drain worker: before the next command is sent.
 *
 * Return: its cookie, never 0.
 */
u64 swcci_background_started(struct swcci_background *bg, struct swcci_operation *op)
{
	u64 cookie;

	spin_lock(&bg->lock);
	supersede(bg, op);
	swcci_background_begin(bg, op, OPERATION_STARTED);
	cookie = op->cookie;
	swcci_background_poll_later(bg, op, OPERATION_STATUS);
	if (bg->stopped)
		swcci_background_apply(bg, op, OPERATION_REMOVED);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
	return cookie;
}

/**
 * swcci_background_dismiss() - the command started no operation, or was not sent
 * @bg: of the device
 * @op: with or without a place; freed
 */
void swcci_background_dismiss(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	if (list_empty(&op->node))
		swcci_background_put(op);
	else
		swcci_background_drop(bg, op);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_uncertain() - the command got no valid response
 * @bg: of the device
 * @op: with its place
 *
 * Polls decide whether the operation runs. In the turn, or in the drain worker.
 */
void swcci_background_uncertain(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	op->uncertain = !bg->stopped;
	op->started_ms = background_now_ms();
	poll_soon(op);
	if (!op->uncertain)
		swcci_background_drop(bg, op);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_abort() - a client's 0005h is about to be sent, or was answered
 * @bg: of the device
 * @path: of the component; the turn is held
 * @event: OPERATION_ABORT_*
 */
void swcci_background_abort(struct swcci_background *bg, const struct swcci_tunnel_path *path,
			    enum swcci_operation_event event)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	op = swcci_background_under_way_at(bg, path);
	if (op) {
		swcci_background_apply(bg, op, event);
		poll_soon(op);
	}
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/* ---- owners, and what open files get to know ---- */

/**
 * swcci_background_slot() - whose operation runs at a component?
 * @bg: of the device
 * @path: of the component
 * @file: the client that sends a command; NULL: none
 * @cookie: result, of the operation; 0: none
 *
 * Return: free, this client's own, or foreign: another client's or an orphan.
 */
enum swcci_background_slot swcci_background_slot(struct swcci_background *bg,
						 const struct swcci_tunnel_path *path,
						 const struct swcci_client *file, u64 *cookie)
{
	enum swcci_background_slot slot = BACKGROUND_SLOT_FREE;
	struct swcci_operation *op;

	*cookie = 0;
	spin_lock(&bg->lock);
	op = swcci_background_under_way_at(bg, path);
	if (op) {
		*cookie = op->cookie;
		slot = file && op->owner == file ? BACKGROUND_SLOT_OWN : BACKGROUND_SLOT_FOREIGN;
	}
	spin_unlock(&bg->lock);
	return slot;
}

static void fill_view(const struct swcci_operation *op, const struct swcci_client *file,
		      struct swcci_operation_view *view)
{
	u64 now = background_now_ms(), end = op->ended_ms ?: now;

	*view = (struct swcci_operation_view){
		.cookie = op->cookie,
		.path = op->leaf.path,
		.state = op->state,
		.owner = !op->owner ? CXL_SWITCH_CCI_OWNER_NONE :
			 op->owner == file ? CXL_SWITCH_CCI_OWNER_SELF :
					     CXL_SWITCH_CCI_OWNER_OTHER,
		.opcode = op->leaf.opcode,
		.percent = op->watch.percent,
		.return_code = op->watch.return_code,
		.vendor_status = op->watch.vendor_status,
		.uid = uid_valid(op->uid) ? from_kuid(&init_user_ns, op->uid) :
					    CXL_SWITCH_CCI_UID_UNKNOWN,
		.running_ms = end - op->started_ms,
		.seen_ms = now - op->watch.valid_ms,
	};
}

/* The operation that runs there, else the last one that ended there. */
static struct swcci_operation *latest_at(struct swcci_background *bg,
					 const struct swcci_tunnel_path *path)
{
	struct swcci_operation *op = swcci_background_under_way_at(bg, path);

	lockdep_assert_held(&bg->lock);
	if (op)
		return op;
	list_for_each_entry_reverse(op, &bg->ended, node)
		if (operation_is_at(op, path))
			return op;
	return NULL;
}

/**
 * swcci_background_view() - copy the state of an operation
 * @bg: of the device
 * @file: the client that queries it
 * @cookie: of the operation; 0: of the slot at @path
 * @path: with @cookie 0
 * @view: result; state IDLE where nothing is known of the slot
 *
 * Return: 0; -ESTALE: no operation has this cookie, or its result was evicted.
 */
int swcci_background_view(struct swcci_background *bg, const struct swcci_client *file, u64 cookie,
			  const struct swcci_tunnel_path *path, struct swcci_operation_view *view)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	op = cookie ? by_cookie(bg, cookie) : latest_at(bg, path);
	if (op)
		fill_view(op, file, view);
	spin_unlock(&bg->lock);
	if (op)
		return 0;
	*view = (struct swcci_operation_view){ .path = *path, .uid = CXL_SWITCH_CCI_UID_UNKNOWN };
	return cookie ? -ESTALE : 0;
}

/* Not inline: the wait evaluates it in several places. */
static noinline bool is_settled(struct swcci_background *bg, u64 cookie)
{
	struct swcci_operation *op;
	bool settled;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	settled = !op || !operation_is_live(op);
	spin_unlock(&bg->lock);
	return settled;
}

/* A waiter has the operation polled soon, and at the intervals of an attended one. */
static void count_waiter(struct swcci_background *bg, u64 cookie, int change)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	if (op)
		op->waiters += change;
	if (op && change > 0 && operation_is_live(op)) {
		poll_soon(op);
		swcci_background_queue_polls(bg);
	}
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_await() - wait for the end of an operation
 * @bg: of the device
 * @cookie: of the operation
 * @timeout_ms: at most
 *
 * Process context; sleeps, killable. A system sleep ends the wait as the timeout does.
 *
 * Return: 0: it is over, or its result was evicted; -ETIMEDOUT; -EINTR: fatal signal.
 */
int swcci_background_await(struct swcci_background *bg, u64 cookie, u32 timeout_ms)
{
	long left;

	count_waiter(bg, cookie, 1);
	left = wait_event_killable_timeout(bg->changed, is_settled(bg, cookie) ||
					   mailbox_is_paused(bg->mailbox),
					   msecs_to_jiffies(timeout_ms));
	count_waiter(bg, cookie, -1);
	if (left < 0)
		return -EINTR;
	return is_settled(bg, cookie) ? 0 : -ETIMEDOUT;
}

static int may_adopt(const struct swcci_operation *op, const struct swcci_client *file,
		     bool privileged)
{
	if (!op)
		return -ESTALE;
	if (op->owner == file)
		return 0;
	if (op->owner)
		return -EBUSY;
	if (!privileged && !(uid_valid(op->uid) && uid_eq(op->uid, current_uid())))
		return -EPERM;
	return 0;
}

/**
 * swcci_background_adopt() - make a client the owner of an orphan
 * @bg: of the device
 * @cookie: of the operation
 * @file: the new owner
 * @privileged: also if another user started it
 *
 * Cancels BG_ABORT_ON_CLOSE: only SEND is judged for that. Nothing changes for a client
 * that owns the operation already.
 *
 * Return: 0; -ESTALE: no operation has this cookie; -EBUSY: another client owns it;
 * -EPERM: another user started it, and not @privileged.
 */
int swcci_background_adopt(struct swcci_background *bg, u64 cookie, struct swcci_client *file,
			   bool privileged)
{
	struct swcci_operation *op;
	int rc;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	rc = may_adopt(op, file, privileged);
	if (!rc && !op->owner) {
		op->owner = file;
		op->abort_on_close = false;
		op->abort_wanted = false;
		/* it may have been polled seldom until now */
		if (operation_is_live(op))
			poll_soon(op);
	}
	/* its end was notified before it had this owner */
	if (!rc && !operation_is_live(op))
		notify(bg, op, false);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
	return rc;
}

/**
 * swcci_background_owner_gone() - the last close of an open file
 * @bg: of the device
 * @file: the client; no operation points to it on return
 */
void swcci_background_owner_gone(struct swcci_background *bg, struct swcci_client *file)
{
	struct swcci_operation *op, *next;

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->owner != file)
			continue;
		swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
		op->abort_wanted = op->abort_on_close && operation_is_under_way(op);
		if (op->abort_wanted)
			poll_soon(op);
	}
	list_for_each_entry(op, &bg->ended, node)
		if (op->owner == file)
			swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/* ---- for watch.c ---- */

/**
 * swcci_background_is_binding() - does the function itself bind or unbind a vPPB now?
 * @bg: of the device
 *
 * An event record reports the end of both.
 *
 * Return: true if it does.
 */
bool swcci_background_is_binding(struct swcci_background *bg)
{
	struct swcci_operation *op;
	bool binds = false;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (operation_is_under_way(op) && !op->leaf.path.depth &&
		    (op->leaf.opcode == CCI_OP_BIND || op->leaf.opcode == CCI_OP_UNBIND))
			binds = true;
	spin_unlock(&bg->lock);
	return binds;
}

/* ---- life ---- */

static void end(struct swcci_background *bg, struct swcci_operation *op,
		enum swcci_operation_event event)
{
	/* an operation behind a port may go on; polls show whether it does */
	if (event == OPERATION_RESET && op->leaf.path.depth)
		swcci_background_apply(bg, op, OPERATION_UNOBSERVABLE);
	else if (op->uncertain)
		swcci_background_drop(bg, op);
	else
		swcci_background_apply(bg, op, event);
}

/* An operation that is being started ends with its command. */
static void end_all(struct swcci_background *bg, enum swcci_operation_event event)
{
	struct swcci_operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		end(bg, op, event);
}

/**
 * swcci_background_reset() - the function was reset, and its own slot with it
 * @bg: of the device
 */
void swcci_background_reset(struct swcci_background *bg)
{
	spin_lock(&bg->lock);
	end_all(bg, OPERATION_RESET);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_poll_again() - the mailbox is ready again: poll all operations now
 * @bg: of the device
 */
void swcci_background_poll_again(struct swcci_background *bg)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		op->next_poll_ms = background_now_ms();
	swcci_background_queue_polls(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_stop() - end all operations and all polling
 * @bg: of the device; its mailbox is dead, its interrupt released
 *
 * Process context; waits for the workers.
 */
void swcci_background_stop(struct swcci_background *bg)
{
	spin_lock(&bg->lock);
	bg->stopped = true;
	spin_unlock(&bg->lock);
	cancel_delayed_work_sync(&bg->own);
	cancel_delayed_work_sync(&bg->others);
	spin_lock(&bg->lock);
	end_all(bg, OPERATION_REMOVED);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_free() - free the results
 * @bg: of the device; no command is under way
 */
void swcci_background_free(struct swcci_background *bg)
{
	struct swcci_operation *op, *next;

	list_for_each_entry_safe(op, next, &bg->ended, node)
		swcci_background_put(op);
	WARN_ON(!list_empty(&bg->live));
}
