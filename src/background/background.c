// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations under their one lock: slots, cookies, results kept; when
 * each is looked at next; owners, orphans, adoption, and what open files get to
 * know of them; all of them from probe to removal. Sends nothing: that is poll.c's.
 */
#include "background_internal.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "record/record.h"
#include "trace.h"

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

/* Of all devices together, so that no cookie is ever used twice. */
static atomic64_t last_cookie = ATOMIC64_INIT(0);

/* ---- one operation ---- */

void swcci_background_put(struct swcci_operation *op)
{
	if (refcount_dec_and_test(&op->references))
		kfree(op);
}

struct swcci_operation *swcci_background_make(const struct swcci_tunnel_request *leaf,
					      struct swcci_listener *owner, kuid_t uid)
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

/* The function's own slot is beside the table: devices that keep it full stop no bind. */
static bool takes_place(const struct swcci_operation *op)
{
	return op->leaf.path.depth;
}

/* The list's reference goes. */
void swcci_background_drop(struct swcci_background *bg, struct swcci_operation *op)
{
	lockdep_assert_held(&bg->lock);
	list_del_init(&op->node);
	bg->live_count -= takes_place(op);
	op->ended_ms = background_now_ms() ?: 1;
	swcci_background_put(op);
}

/* Not looked at any more; readable until enough others have ended. */
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

/* Room for one more; what nobody owns and nobody can see makes place. */
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

/* -EBUSY: too many are under way, or the device is gone. */
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

static struct cxl_switch_cci_notice notice_of(const struct swcci_operation *op)
{
	struct cxl_switch_cci_notice notice = {
		.type = op->state == CXL_SWITCH_CCI_OPERATION_FINISHED ?
			CXL_SWITCH_CCI_NOTICE_BG_ENDED : CXL_SWITCH_CCI_NOTICE_BG_LOST,
		.cookie = op->cookie,
		.opcode = op->leaf.opcode,
		.return_code = op->watch.return_code,
		.vendor_status = op->watch.vendor_status,
		.state = op->state,
		.percent = op->watch.percent,
		.depth = op->leaf.path.depth,
	};

	for (int i = 0; i < op->leaf.path.depth; i++) {
		notice.target[i] = op->leaf.path.hop[i].target;
		notice.id[i] = op->leaf.path.hop[i].id;
	}
	return notice;
}

void swcci_background_apply(struct swcci_background *bg, struct swcci_operation *op,
			    enum swcci_operation_event event)
{
	struct swcci_operation_step step = swcci_operation_step(op->state, event);
	enum cxl_switch_cci_operation from = op->state;
	struct cxl_switch_cci_notice notice;

	lockdep_assert_held(&bg->lock);
	trace_cxl_switch_background(bg->number, op->cookie, op->leaf.opcode, event, from,
				    step.next);
	op->state = step.next;
	if (step.actions & OPERATION_INVALIDATE && op->changes_fabric)
		atomic_inc(bg->generation);
	if (step.actions & OPERATION_TELL) {
		notice = notice_of(op);
		swcci_notices_tell(bg->notices, op->owner, &notice);
	}
	if (step.actions & OPERATION_ORPHAN)
		op->owner = NULL;
	if (operation_is_live(op) && operation_is_over(op->state))
		retire(bg, op);
	if (step.next != from)
		wake_up_all(&bg->changed);
}

/* It runs, and has a name from now on. Its file may have been closed meanwhile. */
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

/* ---- when each is looked at next, and by which worker ---- */

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
static void look_soon(struct swcci_operation *op)
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

/* ---- from a command to its operation ---- */

/**
 * swcci_background_prepare() - memory for what a command may start
 * @leaf: the command
 * @wish: who sends it, and what is to become of it
 *
 * Allocates, so it is called before there is a turn. Holds no place yet: a command that
 * waits for its turn keeps nobody from starting anything.
 *
 * Return: the operation, which ends with swcci_background_started(), _dismiss() or
 * _uncertain(); NULL: no memory.
 */
struct swcci_operation *swcci_background_prepare(const struct swcci_tunnel_request *leaf,
						 const struct swcci_operation_wish *wish)
{
	struct swcci_operation *op = swcci_background_make(leaf, wish->owner, wish->uid);

	if (!op)
		return NULL;
	op->changes_fabric = wish->changes_fabric;
	op->abort_on_close = wish->abort_on_close;
	return op;
}

/**
 * swcci_background_place() - a place for what a command may start
 * @bg: of the device
 * @op: prepared
 *
 * In the turn, before anything is sent, so that nothing runs that has no place.
 *
 * Return: 0; -EBUSY: too many are under way, or the device is gone.
 */
int swcci_background_place(struct swcci_background *bg, struct swcci_operation *op)
{
	int rc;

	spin_lock(&bg->lock);
	rc = swcci_background_add(bg, op);
	spin_unlock(&bg->lock);
	return rc;
}

/* The slot has a new operation: the old one is over, unseen. */
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
 * swcci_background_started() - the device answered that it goes on in the background
 * @bg: of the device
 * @op: has its place
 *
 * In the turn of the command, or by the drain worker: before anybody else sends.
 *
 * Return: its cookie.
 */
u64 swcci_background_started(struct swcci_background *bg, struct swcci_operation *op)
{
	u64 cookie;

	spin_lock(&bg->lock);
	supersede(bg, op);
	swcci_background_begin(bg, op, OPERATION_STARTED);
	cookie = op->cookie;
	swcci_background_look_later(bg, op, OPERATION_STATUS);
	if (bg->stopped)
		swcci_background_apply(bg, op, OPERATION_REMOVED);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
	return cookie;
}

/* The command started nothing; it may have had no place yet. */
void swcci_background_dismiss(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	if (list_empty(&op->node))
		swcci_background_put(op);
	else
		swcci_background_drop(bg, op);
	spin_unlock(&bg->lock);
}

/* Sent, and its answer was of no use: what runs there now is looked up. */
void swcci_background_uncertain(struct swcci_background *bg, struct swcci_operation *op)
{
	spin_lock(&bg->lock);
	op->look = !bg->stopped;
	op->started_ms = background_now_ms();
	look_soon(op);
	if (!op->look)
		swcci_background_drop(bg, op);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_abort() - a user's 0005h goes out, or was answered
 * @bg: of the device
 * @path: where; the turn is held
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
		look_soon(op);
	}
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/* ---- owners, and what open files get to know ---- */

/**
 * swcci_background_slot() - whose operation runs there?
 * @bg: of the device
 * @path: of the component
 * @file: that asks
 * @cookie: result, of the operation; 0: none
 *
 * Return: free, this file's own, or foreign: of another or of nobody.
 */
enum swcci_background_slot swcci_background_slot(struct swcci_background *bg,
						 const struct swcci_tunnel_path *path,
						 const struct swcci_listener *file, u64 *cookie)
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

static void fill_view(const struct swcci_operation *op, const struct swcci_listener *file,
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

/* What runs there, else what ended there last. */
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
 * swcci_background_view() - where an operation stands
 * @bg: of the device
 * @file: that asks
 * @cookie: of the operation; 0: of the slot at @path
 * @path: with @cookie 0
 * @view: result; state IDLE where nothing is known of the slot
 *
 * Return: 0; -ESTALE.
 */
int swcci_background_view(struct swcci_background *bg, const struct swcci_listener *file,
			  u64 cookie, const struct swcci_tunnel_path *path,
			  struct swcci_operation_view *view)
{
	struct swcci_operation *op;
	int rc = 0;

	*view = (struct swcci_operation_view){ .path = *path, .uid = CXL_SWITCH_CCI_UID_UNKNOWN };
	spin_lock(&bg->lock);
	op = cookie ? by_cookie(bg, cookie) : latest_at(bg, path);
	if (op)
		fill_view(op, file, view);
	else if (cookie)
		rc = -ESTALE;
	spin_unlock(&bg->lock);
	return rc;
}

static bool is_settled(struct swcci_background *bg, u64 cookie)
{
	struct swcci_operation *op;
	bool settled;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	settled = !op || !operation_is_live(op);
	spin_unlock(&bg->lock);
	return settled;
}

/**
 * swcci_background_await() - wait for the end of an operation
 * @bg: of the device
 * @cookie: of the operation
 * @timeout_ms: at most
 *
 * Killable. A machine that goes to sleep ends the wait as the time-out does.
 *
 * Return: 0: it is over, or not known any more; -ETIMEDOUT; -EINTR.
 */
int swcci_background_await(struct swcci_background *bg, u64 cookie, u32 timeout_ms)
{
	long left;

	left = wait_event_killable_timeout(bg->changed, is_settled(bg, cookie) ||
					   mailbox_is_paused(bg->mailbox),
					   msecs_to_jiffies(timeout_ms));
	if (left < 0)
		return -EINTR;
	return is_settled(bg, cookie) ? 0 : -ETIMEDOUT;
}

static int may_adopt(const struct swcci_operation *op, const struct swcci_listener *file,
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
 * swcci_background_adopt() - make an orphan one's own
 * @bg: of the device
 * @cookie: of the operation
 * @file: the new owner
 * @privileged: whoever started it
 *
 * No wish to abort it comes along, and one that was not carried out yet ends: only SEND is
 * judged for that. What is the file's own already stays as it is.
 *
 * Return: 0; -ESTALE; -EBUSY: it has an owner; -EPERM.
 */
int swcci_background_adopt(struct swcci_background *bg, u64 cookie, struct swcci_listener *file,
			   bool privileged)
{
	struct cxl_switch_cci_notice notice;
	struct swcci_operation *op;
	int rc;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	rc = may_adopt(op, file, privileged);
	if (!rc && !op->owner) {
		op->owner = file;
		op->abort_on_close = false;
		op->abort_wanted = false;
	}
	if (!rc) {
		/* its end was told to nobody who is still there */
		notice = notice_of(op);
		if (!operation_is_live(op))
			swcci_notices_tell_one(bg->notices, file, &notice);
	}
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
	return rc;
}

/**
 * swcci_background_owner_gone() - the last close of an open file
 * @bg: of the device
 * @file: is named by nobody on return
 */
void swcci_background_owner_gone(struct swcci_background *bg, struct swcci_listener *file)
{
	struct swcci_operation *op, *next;

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->owner != file)
			continue;
		swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
		op->abort_wanted = op->abort_on_close && operation_is_under_way(op);
		if (op->abort_wanted)
			look_soon(op);
	}
	list_for_each_entry(op, &bg->ended, node)
		if (op->owner == file)
			swcci_background_apply(bg, op, OPERATION_OWNER_GONE);
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/* ---- what watch.c wants to know ---- */

/* Bind and unbind of the function itself, whose end an event tells. */
bool swcci_background_binds(struct swcci_background *bg)
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
	/* what runs behind a port goes on; whether it did shows when it is polled */
	if (event == OPERATION_RESET && op->leaf.path.depth)
		swcci_background_apply(bg, op, OPERATION_UNOBSERVABLE);
	else if (op->look)
		swcci_background_drop(bg, op);
	else
		swcci_background_apply(bg, op, event);
}

/* What is being started ends with its command. */
static void end_all(struct swcci_background *bg, enum swcci_operation_event event)
{
	struct swcci_operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		end(bg, op, event);
}

/* The function was reset, and its own slot with it. */
void swcci_background_reset(struct swcci_background *bg)
{
	spin_lock(&bg->lock);
	end_all(bg, OPERATION_RESET);
	spin_unlock(&bg->lock);
}

/* The mailbox serves again: poll at once what could not be polled meanwhile. */
void swcci_background_look_again(struct swcci_background *bg)
{
	struct swcci_operation *op;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		op->next_look_ms = background_now_ms();
	swcci_background_order_looks(bg);
	spin_unlock(&bg->lock);
}

/**
 * swcci_background_stop() - the device is gone; nothing is looked at any more
 * @bg: of the device; its mailbox is dead, its interrupt released
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

/* The last reference of the device is gone: no command is under way. */
void swcci_background_free(struct swcci_background *bg)
{
	struct swcci_operation *op, *next;

	list_for_each_entry_safe(op, next, &bg->ended, node)
		swcci_background_put(op);
	WARN_ON(!list_empty(&bg->live));
}
