// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows background operations: the function's own by a register and its
 * interrupt, those of destinations by asking them. Feeds operation_step(), does
 * what it says. Never aborts on its own, never queues a command of a user.
 */
#include "background.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "device.h"
#include "exchange.h"
#include "notices.h"
#include "opcodes.h"
#include "trace.h"

/* How long a look may wait for its turn: what cannot be asked now is asked later. */
#define TURN_MS			5000
#define STATUS_LENGTH		8

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

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

/* ---- operations and lists ---- */

static void put(struct operation *op)
{
	if (refcount_dec_and_test(&op->references))
		kfree(op);
}

static bool is_live(const struct operation *op)
{
	return !op->ended_ms;
}

/* It was started or found, and is not known to be over. */
static bool is_under_way(const struct operation *op)
{
	return is_live(op) && op->state != CXL_SWITCH_CCI_OPERATION_IDLE;
}

static bool is_at(const struct operation *op, const struct tunnel_path *path)
{
	return !memcmp(&op->leaf.path, path, sizeof(*path));
}

static struct operation *under_way_at(struct background *bg, const struct tunnel_path *path)
{
	struct operation *op;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (is_under_way(op) && is_at(op, path))
			return op;
	return NULL;
}

static struct operation *by_cookie(struct background *bg, u64 cookie)
{
	struct operation *op;

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
static bool takes_place(const struct operation *op)
{
	return op->leaf.path.depth;
}

/* The list's reference goes. */
static void drop(struct background *bg, struct operation *op)
{
	lockdep_assert_held(&bg->lock);
	list_del_init(&op->node);
	bg->live_count -= takes_place(op);
	op->ended_ms = now_ms() ?: 1;
	put(op);
}

/* Not looked at any more; readable until enough others have ended. */
static void retire(struct background *bg, struct operation *op)
{
	struct operation *oldest;

	lockdep_assert_held(&bg->lock);
	op->ended_ms = now_ms() ?: 1;
	list_move_tail(&op->node, &bg->ended);
	bg->live_count -= takes_place(op);
	if (++bg->ended_count <= BACKGROUND_RESULTS)
		return;
	oldest = list_first_entry(&bg->ended, struct operation, node);
	list_del_init(&oldest->node);
	bg->ended_count--;
	put(oldest);
}

/* Room for one more; what nobody owns and nobody can see makes place. */
static bool has_room(struct background *bg, const struct operation *newcomer)
{
	struct operation *op;

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

/* ---- events ---- */

static struct cxl_switch_cci_notice notice_of(const struct operation *op)
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

static void apply(struct cci_device *cci, struct operation *op, enum operation_event event)
{
	struct operation_step step = operation_step(op->state, event);
	enum cxl_switch_cci_operation from = op->state;
	struct cxl_switch_cci_notice notice;

	lockdep_assert_held(&cci->background.lock);
	trace_cxl_switch_background(cci->number, op->cookie, op->leaf.opcode, event, from,
				    step.next);
	op->state = step.next;
	if (step.actions & OPERATION_INVALIDATE && op->changes_fabric)
		atomic_inc(&cci->generation);
	if (step.actions & OPERATION_TELL) {
		notice = notice_of(op);
		notices_tell(&cci->notices, op->owner, &notice);
	}
	if (step.actions & OPERATION_ORPHAN)
		op->owner = NULL;
	if (is_live(op) && operation_is_over(op->state))
		retire(&cci->background, op);
	if (step.next != from)
		wake_up_all(&cci->background.changed);
}

/* ---- when to look again ---- */

static bool interrupts(struct cci_device *cci)
{
	return cci->interrupt_mode != CXL_SWITCH_CCI_INTERRUPT_NONE &&
	       cci->mailbox.capability.background_interrupt;
}

static u64 own_pause_ms(struct cci_device *cci, const struct operation *op, u64 elapsed_ms)
{
	if (op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN)
		return UNKNOWN_MS;
	return interrupts(cci) ?
	       clamp_t(u64, elapsed_ms >> 2, OWN_BACKED_MIN_MS, OWN_BACKED_MAX_MS) :
	       clamp_t(u64, elapsed_ms >> 3, OWN_POLLED_MIN_MS, OWN_POLLED_MAX_MS);
}

/* The more there are, the less often each: callers come first. */
static u64 other_pause_ms(struct cci_device *cci, const struct operation *op, u64 elapsed_ms,
			  enum operation_answer answer)
{
	u64 least = (u64)OTHER_MIN_MS * max_t(u32, cci->background.live_count, 1);
	bool unknown = op->state == CXL_SWITCH_CCI_OPERATION_UNKNOWN;

	if (answer == OPERATION_NO_ANSWER)
		return unknown ? UNKNOWN_SILENT_MS : OTHER_SILENT_MS;
	if (unknown)
		return max_t(u64, least, UNKNOWN_MS);
	return max(least, clamp_t(u64, elapsed_ms >> 3, OTHER_MIN_MS, OTHER_MAX_MS));
}

static void look_later(struct cci_device *cci, struct operation *op,
		       enum operation_answer answer)
{
	u64 now = now_ms(), elapsed = now - op->started_ms;

	op->next_look_ms = now + (op->leaf.path.depth ?
				  other_pause_ms(cci, op, elapsed, answer) :
				  own_pause_ms(cci, op, elapsed));
}

/* The function's own slot is read from a register, all else costs a command. */
static bool is_own_work(const struct operation *op)
{
	return !op->leaf.path.depth && !op->abort_wanted && (is_under_way(op) || op->look);
}

static bool is_others_work(const struct operation *op)
{
	return op->abort_wanted || (op->leaf.path.depth && (is_under_way(op) || op->look));
}

static struct operation *most_urgent(struct background *bg,
				     bool (*is_work)(const struct operation *op))
{
	struct operation *op, *urgent = NULL;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (is_work(op) && (!urgent || op->next_look_ms < urgent->next_look_ms))
			urgent = op;
	return urgent;
}

static void order(struct background *bg, struct delayed_work *work,
		  bool (*is_work)(const struct operation *op))
{
	struct operation *op = most_urgent(bg, is_work);
	u64 now = now_ms();
	u64 ms = op && op->next_look_ms > now ? op->next_look_ms - now : 0;

	if (op && !bg->stopped)
		mod_delayed_work(cci_workqueue, work, msecs_to_jiffies(ms));
}

/* Under the lock, so that after background_stop() nothing is ordered any more. */
static void order_looks(struct background *bg)
{
	lockdep_assert_held(&bg->lock);
	WRITE_ONCE(bg->own_runs, most_urgent(bg, is_own_work));
	order(bg, &bg->own, is_own_work);
	order(bg, &bg->others, is_others_work);
}

/* ---- looking ---- */

/* Whether anything runs after a command whose answer was of no use. */
static void found_or_not(struct cci_device *cci, struct operation *op,
			 const struct operation_sample *sample)
{
	struct background *bg = &cci->background;

	if (!operation_shows(sample) || sample->opcode != op->leaf.opcode ||
	    under_way_at(bg, &op->leaf.path)) {
		drop(bg, op);
		return;
	}
	op->look = false;
	op->cookie = atomic64_inc_return(&last_cookie);
	op->started_ms = now_ms();
	operation_watch_start(&op->watch, sample->opcode, op->started_ms);
	apply(cci, op, OPERATION_FOUND_RUNNING);
}

static void see(struct cci_device *cci, struct operation *op,
		const struct operation_sample *sample)
{
	int event;

	lockdep_assert_held(&cci->background.lock);
	if (op->look) {
		found_or_not(cci, op, sample);
	} else {
		event = operation_observe(&op->watch, sample, now_ms());
		if (event >= 0)
			apply(cci, op, event);
	}
	if (is_live(op))
		look_later(cci, op, sample->answer);
}

static void read_own(struct cci_device *cci, struct operation_sample *sample)
{
	struct mailbox_background bg;

	*sample = (struct operation_sample){ .answer = OPERATION_NO_ANSWER };
	if (mailbox_read_background(&cci->mailbox, &bg))
		return;
	sample->answer = OPERATION_STATUS;
	sample->running = bg.running;
	sample->opcode = bg.opcode;
	sample->percent = bg.percent;
	sample->return_code = bg.return_code;
	sample->vendor_status = bg.vendor_status;
}

static void own_work(struct work_struct *work)
{
	struct background *bg = container_of(to_delayed_work(work), struct background, own);
	struct cci_device *cci = container_of(bg, struct cci_device, background);
	struct operation *op, *next;
	struct operation_sample sample;
	u64 youngest;

	/* under the lock, so that each up to here was started before the look */
	spin_lock(&bg->lock);
	youngest = atomic64_read(&last_cookie);
	spin_unlock(&bg->lock);
	read_own(cci, &sample);

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node)
		/* what started since was not there to be seen */
		if (is_own_work(op) && op->cookie <= youngest)
			see(cci, op, &sample);
	order_looks(bg);
	spin_unlock(&bg->lock);
}

static void ask_status(struct cci_device *cci, const struct tunnel_path *path,
		       ktime_t deadline, struct operation_sample *sample)
{
	u8 buffer[EXCHANGE_OVERHEAD_MAX + STATUS_LENGTH];
	struct exchange x = {
		.path = path,
		.opcode = CCI_OP_BACKGROUND_STATUS,
		.buffer = buffer,
		.room = sizeof(buffer),
		.deadline = deadline,
	};

	*sample = (struct operation_sample){ .answer = OPERATION_NO_ANSWER };
	if (destination_ask(cci, &x) || x.reply == EXCHANGE_SILENCE || x.reply == EXCHANGE_NO_PATH)
		return;
	if (x.reply == EXCHANGE_GARBAGE)
		sample->answer = OPERATION_NONSENSE;
	else if (x.return_code == CCI_RC_SUCCESS)
		operation_decode_status(x.payload, x.length, sample);
	else if (x.return_code == CCI_RC_UNSUPPORTED)
		sample->answer = OPERATION_UNSUPPORTED;
}

/*
 * BG_ABORT_ON_CLOSE: its owner asked for it when it was allowed to start the
 * operation. In one turn with the look whether it still runs.
 */
static void ask_abort(struct cci_device *cci, struct operation *op)
{
	u8 buffer[EXCHANGE_OVERHEAD_MAX];
	struct exchange x = {
		.path = &op->leaf.path,
		.opcode = CCI_OP_ABORT_BACKGROUND,
		.buffer = buffer,
		.room = sizeof(buffer),
		.deadline = ktime_add_ms(ktime_get(), TURN_MS),
	};
	struct background *bg = &cci->background;
	struct mailbox_turn turn;
	bool wanted, taken;

	if (mailbox_turn_begin(&cci->mailbox, &turn, x.deadline))
		return;
	spin_lock(&bg->lock);
	wanted = is_under_way(op) && op->abort_wanted;
	op->abort_wanted = false;
	if (wanted)
		apply(cci, op, OPERATION_ABORT_ASKED);
	spin_unlock(&bg->lock);
	if (wanted) {
		taken = !exchange_ask_in_turn(cci, &turn, &x) && x.reply == EXCHANGE_ANSWER &&
			x.return_code == CCI_RC_SUCCESS;
		spin_lock(&bg->lock);
		apply(cci, op, taken ? OPERATION_ABORT_TAKEN : OPERATION_ABORT_REFUSED);
		spin_unlock(&bg->lock);
	}
	mailbox_turn_end(&cci->mailbox, &turn);
}

static struct operation *due_elsewhere(struct background *bg)
{
	struct operation *op;

	spin_lock(&bg->lock);
	op = most_urgent(bg, is_others_work);
	if (op && op->next_look_ms > now_ms())
		op = NULL;
	if (op)
		refcount_inc(&op->references);
	spin_unlock(&bg->lock);
	return op;
}

/* One command a run, so that callers come in between. */
static void others_work(struct work_struct *work)
{
	struct background *bg = container_of(to_delayed_work(work), struct background, others);
	struct cci_device *cci = container_of(bg, struct cci_device, background);
	struct operation_sample sample = { .answer = OPERATION_NO_ANSWER };
	struct operation *op = due_elsewhere(bg);
	bool aborts;

	aborts = op && READ_ONCE(op->abort_wanted);
	if (aborts)
		ask_abort(cci, op);
	else if (op)
		ask_status(cci, &op->leaf.path, ktime_add_ms(ktime_get(), TURN_MS), &sample);

	spin_lock(&bg->lock);
	if (op && is_live(op) && aborts)
		look_later(cci, op, OPERATION_STATUS);
	else if (op && is_live(op))
		see(cci, op, &sample);
	order_looks(bg);
	spin_unlock(&bg->lock);
	if (op)
		put(op);
}

/* Hard interrupt context; no lock. background_stop() comes after the last one. */
void background_hint(struct cci_device *cci)
{
	if (READ_ONCE(cci->background.own_runs))
		mod_delayed_work(cci_workqueue, &cci->background.own, 0);
}

/* ---- starting ---- */

static struct operation *make(const struct tunnel_request *leaf, struct listener *owner)
{
	struct operation *op = kzalloc(sizeof(*op), GFP_KERNEL_ACCOUNT);

	if (!op)
		return NULL;
	refcount_set(&op->references, 1);
	op->leaf = *leaf;
	op->leaf.payload = NULL;
	op->leaf.length = 0;
	op->owner = owner;
	op->uid = owner ? current_uid() : INVALID_UID;
	op->state = CXL_SWITCH_CCI_OPERATION_IDLE;
	return op;
}

static int add(struct background *bg, struct operation *op)
{
	lockdep_assert_held(&bg->lock);
	if (bg->stopped || !has_room(bg, op))
		return -EBUSY;
	list_add_tail(&op->node, &bg->live);
	bg->live_count += takes_place(op);
	return 0;
}

/**
 * background_prepare() - a place for what a command may start
 * @cci: the device
 * @leaf: the command
 * @owner: the open file that sends it
 * @changes_fabric: its end invalidates what is remembered of destinations
 * @abort_on_close: as the owner wishes
 * @operation: result; ends with background_started(), _dismiss() or _uncertain()
 *
 * Before anything is sent, so that nothing runs that has no place.
 *
 * Return: 0; -EBUSY: too many are under way; -ENOMEM.
 */
int background_prepare(struct cci_device *cci, const struct tunnel_request *leaf,
		       struct listener *owner, bool changes_fabric, bool abort_on_close,
		       struct operation **operation)
{
	struct background *bg = &cci->background;
	struct operation *op = make(leaf, owner);
	int rc;

	if (!op)
		return -ENOMEM;
	op->changes_fabric = changes_fabric;
	op->abort_on_close = abort_on_close;
	spin_lock(&bg->lock);
	rc = add(bg, op);
	spin_unlock(&bg->lock);
	if (rc)
		put(op);
	else
		*operation = op;
	return rc;
}

/* The slot has a new operation: the old one is over, unseen. */
static void supersede(struct cci_device *cci, struct operation *op)
{
	struct operation *old = under_way_at(&cci->background, &op->leaf.path);

	if (!old)
		return;
	apply(cci, old, OPERATION_UNOBSERVABLE);
	retire(&cci->background, old);
}

/**
 * background_started() - the device answered that it goes on in the background
 * @cci: the device
 * @op: prepared
 *
 * In the turn of the command, or by the drain worker: before anybody else sends.
 *
 * Return: its cookie.
 */
u64 background_started(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;
	u64 cookie;

	spin_lock(&bg->lock);
	supersede(cci, op);
	cookie = atomic64_inc_return(&last_cookie);
	op->cookie = cookie;
	op->started_ms = now_ms();
	operation_watch_start(&op->watch, op->leaf.opcode, op->started_ms);
	apply(cci, op, OPERATION_STARTED);
	look_later(cci, op, OPERATION_STATUS);
	/* its file was closed meanwhile */
	op->abort_wanted = !op->owner && op->abort_on_close;
	if (bg->stopped)
		apply(cci, op, OPERATION_REMOVED);
	order_looks(bg);
	spin_unlock(&bg->lock);
	return cookie;
}

/* The command started nothing. */
void background_dismiss(struct cci_device *cci, struct operation *op)
{
	spin_lock(&cci->background.lock);
	drop(&cci->background, op);
	spin_unlock(&cci->background.lock);
}

/* Sent, and its answer was of no use: what runs there now is looked up. */
void background_uncertain(struct cci_device *cci, struct operation *op)
{
	struct background *bg = &cci->background;

	spin_lock(&bg->lock);
	op->look = !bg->stopped;
	op->next_look_ms = now_ms();
	if (!op->look)
		drop(bg, op);
	order_looks(bg);
	spin_unlock(&bg->lock);
}

/* First contact: does something run there already? */
static void met(struct cci_device *cci, const struct tunnel_path *path,
		const struct operation_sample *sample)
{
	const struct tunnel_request leaf = { .path = *path, .opcode = sample->opcode };
	struct background *bg = &cci->background;
	struct operation *op;

	if (!operation_shows(sample))
		return;
	op = make(&leaf, NULL);
	if (!op)
		return;
	spin_lock(&bg->lock);
	if (add(bg, op)) {
		put(op);
	} else {
		op->changes_fabric = true;
		found_or_not(cci, op, sample);
		if (is_live(op))
			look_later(cci, op, OPERATION_STATUS);
	}
	order_looks(bg);
	spin_unlock(&bg->lock);
}

/* Costs a command, within the caller's time: only on first contact. */
void background_meet(struct cci_device *cci, const struct tunnel_path *path, ktime_t deadline)
{
	struct operation_sample sample;

	ask_status(cci, path, deadline, &sample);
	met(cci, path, &sample);
}

/* At probe and after a reset. */
void background_look_at_self(struct cci_device *cci)
{
	static const struct tunnel_path itself;
	struct operation_sample sample;

	read_own(cci, &sample);
	met(cci, &itself, &sample);
}

/* ---- aborting ---- */

/**
 * background_slot() - whose operation runs there?
 * @cci: the device
 * @path: of the component
 * @file: that asks
 * @cookie: result, of the operation; 0: none
 */
enum background_slot background_slot(struct cci_device *cci, const struct tunnel_path *path,
				     const struct listener *file, u64 *cookie)
{
	enum background_slot slot = BACKGROUND_SLOT_FREE;
	struct operation *op;

	*cookie = 0;
	spin_lock(&cci->background.lock);
	op = under_way_at(&cci->background, path);
	if (op) {
		*cookie = op->cookie;
		slot = file && op->owner == file ? BACKGROUND_SLOT_OWN : BACKGROUND_SLOT_FOREIGN;
	}
	spin_unlock(&cci->background.lock);
	return slot;
}

/**
 * background_abort() - a user's 0005h goes out, or was answered
 * @cci: the device
 * @path: where; the turn is held
 * @event: OPERATION_ABORT_*
 */
void background_abort(struct cci_device *cci, const struct tunnel_path *path,
		      enum operation_event event)
{
	struct background *bg = &cci->background;
	struct operation *op;

	spin_lock(&bg->lock);
	op = under_way_at(bg, path);
	if (op) {
		apply(cci, op, event);
		op->next_look_ms = now_ms();
	}
	order_looks(bg);
	spin_unlock(&bg->lock);
}

/* ---- owners ---- */

static void fill_view(const struct operation *op, const struct listener *file,
		      struct operation_view *view)
{
	u64 now = now_ms(), end = op->ended_ms ?: now;

	*view = (struct operation_view){
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
static struct operation *latest_at(struct background *bg, const struct tunnel_path *path)
{
	struct operation *op = under_way_at(bg, path);

	if (op)
		return op;
	list_for_each_entry_reverse(op, &bg->ended, node)
		if (is_at(op, path))
			return op;
	return NULL;
}

/**
 * background_view() - where an operation stands
 * @cci: the device
 * @file: that asks
 * @cookie: of the operation; 0: of the slot at @path
 * @path: with @cookie 0
 * @view: result; state IDLE where nothing is known of the slot
 *
 * Return: 0; -ESTALE.
 */
int background_view(struct cci_device *cci, const struct listener *file, u64 cookie,
		    const struct tunnel_path *path, struct operation_view *view)
{
	struct background *bg = &cci->background;
	struct operation *op;
	int rc = 0;

	*view = (struct operation_view){ .path = *path, .uid = CXL_SWITCH_CCI_UID_UNKNOWN };
	spin_lock(&bg->lock);
	op = cookie ? by_cookie(bg, cookie) : latest_at(bg, path);
	if (op)
		fill_view(op, file, view);
	else if (cookie)
		rc = -ESTALE;
	spin_unlock(&bg->lock);
	return rc;
}

static bool is_settled(struct background *bg, u64 cookie)
{
	struct operation *op;
	bool settled;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	settled = !op || !is_live(op);
	spin_unlock(&bg->lock);
	return settled;
}

/**
 * background_await() - wait for the end of an operation
 * @cci: the device
 * @cookie: of the operation
 * @timeout_ms: at most
 *
 * Killable. Return: 0: it is over, or not known any more; -ETIMEDOUT; -EINTR.
 */
int background_await(struct cci_device *cci, u64 cookie, u32 timeout_ms)
{
	struct background *bg = &cci->background;
	long left;

	left = wait_event_killable_timeout(bg->changed, is_settled(bg, cookie),
					   msecs_to_jiffies(timeout_ms));
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ETIMEDOUT;
}

static int may_adopt(const struct operation *op, const struct listener *file, bool privileged)
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
 * background_adopt() - make an orphan one's own
 * @cci: the device
 * @cookie: of the operation
 * @file: the new owner
 * @privileged: whoever started it
 * @abort_on_close: for its new owner
 *
 * Return: 0; -ESTALE; -EBUSY: it has an owner; -EPERM.
 */
int background_adopt(struct cci_device *cci, u64 cookie, struct listener *file,
		     bool privileged, bool abort_on_close)
{
	struct background *bg = &cci->background;
	struct cxl_switch_cci_notice notice;
	struct operation *op;
	int rc;

	spin_lock(&bg->lock);
	op = by_cookie(bg, cookie);
	rc = may_adopt(op, file, privileged);
	if (!rc) {
		op->owner = file;
		op->abort_on_close = abort_on_close;
		op->abort_wanted = false;
		/* its end was told to nobody who is still there */
		notice = notice_of(op);
		if (!is_live(op))
			notices_tell_one(&cci->notices, file, &notice);
	}
	order_looks(bg);
	spin_unlock(&bg->lock);
	return rc;
}

/**
 * background_owner_gone() - the last close of an open file
 * @cci: the device
 * @file: is named by nobody on return
 */
void background_owner_gone(struct cci_device *cci, struct listener *file)
{
	struct background *bg = &cci->background;
	struct operation *op, *next;

	spin_lock(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->owner != file)
			continue;
		apply(cci, op, OPERATION_OWNER_GONE);
		op->abort_wanted = op->abort_on_close && is_under_way(op);
		if (op->abort_wanted)
			op->next_look_ms = now_ms();
	}
	list_for_each_entry(op, &bg->ended, node)
		if (op->owner == file)
			apply(cci, op, OPERATION_OWNER_GONE);
	order_looks(bg);
	spin_unlock(&bg->lock);
}

/* Bind and unbind of the function itself, whose end an event tells. */
bool background_binds(struct background *bg)
{
	struct operation *op;
	bool binds = false;

	spin_lock(&bg->lock);
	list_for_each_entry(op, &bg->live, node)
		if (is_under_way(op) && !op->leaf.path.depth &&
		    (op->leaf.opcode == CCI_OP_BIND || op->leaf.opcode == CCI_OP_UNBIND))
			binds = true;
	spin_unlock(&bg->lock);
	return binds;
}

/* ---- life ---- */

void background_init(struct background *bg)
{
	spin_lock_init(&bg->lock);
	INIT_LIST_HEAD(&bg->live);
	INIT_LIST_HEAD(&bg->ended);
	init_waitqueue_head(&bg->changed);
	INIT_DELAYED_WORK(&bg->own, own_work);
	INIT_DELAYED_WORK(&bg->others, others_work);
}

/* What is being started ends with its command. */
static void end_all(struct cci_device *cci, enum operation_event event)
{
	struct background *bg = &cci->background;
	struct operation *op, *next;

	lockdep_assert_held(&bg->lock);
	list_for_each_entry_safe(op, next, &bg->live, node) {
		if (op->look)
			drop(bg, op);
		else
			apply(cci, op, event);
	}
}

/* The function was reset: nothing of it survives, or it is found again. */
void background_reset(struct cci_device *cci)
{
	spin_lock(&cci->background.lock);
	end_all(cci, OPERATION_RESET);
	spin_unlock(&cci->background.lock);
}

/**
 * background_stop() - the device is gone; nothing is looked at any more
 * @cci: the device; its mailbox is dead, its interrupt released
 */
void background_stop(struct cci_device *cci)
{
	struct background *bg = &cci->background;

	spin_lock(&bg->lock);
	bg->stopped = true;
	spin_unlock(&bg->lock);
	cancel_delayed_work_sync(&bg->own);
	cancel_delayed_work_sync(&bg->others);
	spin_lock(&bg->lock);
	end_all(cci, OPERATION_REMOVED);
	spin_unlock(&bg->lock);
}

/* The last reference of the device is gone: no command is under way. */
void background_free(struct background *bg)
{
	struct operation *op, *next;

	list_for_each_entry_safe(op, next, &bg->ended, node)
		put(op);
	WARN_ON(!list_empty(&bg->live));
}
