// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is remembered of each destination, and for how long. Facts hold as long
 * as the device's generation stands; a failure until its back-off ends. Knows no
 * user and no verdict.
 */
#include "destination.h"

#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "device.h"
#include "exchange.h"
#include "identify.h"
#include "opcodes.h"

/*
 * 256 ports of 16 LDs twice over. Beyond that one is evicted, so that querying many
 * paths costs time, not memory.
 */
#define DESTINATIONS_MAX	8192
/* Of the table, at most so many are examined for an eviction, of either kind. */
#define EVICTION_TRIES		32
#define FACTS_AGE_MS		1000

/* In the table: the last round got no answer, or there was none yet. */
#define UNANSWERED		XA_MARK_0

/*
 * A round of queries as lockdep sees it: above the turn, below the file mutex. It
 * is a flag and a queue, so that its wait can end with the caller's deadline.
 */
#ifdef CONFIG_LOCKDEP
static struct lock_class_key round_key;
static struct lockdep_map round_map =
	STATIC_LOCKDEP_MAP_INIT("cci_destination_round", &round_key);
#endif

/* ---- the set ---- */

void swcci_destinations_init(struct swcci_destinations *all)
{
	xa_init(&all->all);
	mutex_init(&all->lock);
	all->component.type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
}

/* The device's last reference is gone: nobody asks any more. */
void swcci_destinations_free(struct swcci_destinations *all)
{
	struct swcci_destination *d;
	unsigned long key;

	xa_for_each(&all->all, key, d)
		swcci_destination_put(d);
	xa_destroy(&all->all);
	mutex_destroy(&all->lock);
}

void swcci_destination_put(struct swcci_destination *d)
{
	if (d && refcount_dec_and_test(&d->references))
		kfree(d);
}

static struct swcci_destination *find(struct swcci_destinations *all, unsigned long key)
{
	struct swcci_destination *d;

	xa_lock(&all->all);
	d = xa_load(&all->all, key);
	if (d)
		refcount_inc(&d->references);
	xa_unlock(&all->all);
	return d;
}

/* Nobody uses it, and forgetting it lets no time-out go unnoticed. */
static bool may_evict(const struct swcci_destination *d)
{
	return refcount_read(&d->references) == 1 &&
	       READ_ONCE(d->slow.timeouts) < SLOW_TIMEOUTS;
}

static bool evict_at_cursor(struct swcci_destinations *all)
{
	struct swcci_destination *d;

	lockdep_assert_held(&all->lock);
	xa_lock(&all->all);
	d = xa_load(&all->all, all->cursor);
	if (may_evict(d))
		__xa_erase(&all->all, all->cursor);
	else
		d = NULL;
	xa_unlock(&all->all);
	if (!d)
		return false;
	all->count--;
	swcci_destination_put(d);
	return true;
}

/* The function itself is always referenced. */
static bool evict_one(struct swcci_destinations *all, xa_mark_t kind)
{
	lockdep_assert_held(&all->lock);
	for (int tries = 0; tries < EVICTION_TRIES; tries++) {
		all->cursor++;
		if (!xa_find(&all->all, &all->cursor, ULONG_MAX, kind))
			all->cursor = 0;
		else if (evict_at_cursor(all))
			return true;
	}
	return false;
}

/* Made-up paths get no answer: they evict one another, and none that answers. */
static int make_room(struct swcci_destinations *all)
{
	if (all->count < DESTINATIONS_MAX || evict_one(all, UNANSWERED) ||
	    evict_one(all, XA_PRESENT))
		return 0;
	return -EBUSY;
}

static struct swcci_destination *make(const struct swcci_tunnel_path *path)
{
	struct swcci_destination *d = kzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);

	if (!d)
		return NULL;
	refcount_set(&d->references, 1);
	d->path = *path;
	init_waitqueue_head(&d->idle);
	spin_lock_init(&d->lock);
	return d;
}

static int insert(struct swcci_destinations *all, const struct swcci_tunnel_path *path,
		  struct swcci_destination **destination)
{
	unsigned long key = swcci_tunnel_key(path);
	struct swcci_destination *d;
	int rc;

	lockdep_assert_held(&all->lock);
	*destination = find(all, key);
	if (*destination)
		return 0;
	rc = make_room(all);
	if (rc)
		return rc;
	d = make(path);
	if (!d)
		return -ENOMEM;
	refcount_inc(&d->references);		/* the caller's */
	rc = xa_err(xa_store(&all->all, key, d, GFP_KERNEL_ACCOUNT));
	if (rc) {
		swcci_destination_put(d);
		swcci_destination_put(d);
		return rc;
	}
	xa_set_mark(&all->all, key, UNANSWERED);
	all->count++;
	*destination = d;
	return 0;
}

/**
 * swcci_destination_get() - the destination of a path
 * @cci: the device
 * @path: where; depth 0 is the function itself
 * @destination: result, to be given back with swcci_destination_put()
 *
 * Asks nobody.
 *
 * Return: 0, -EINTR, -ENOMEM; -EBUSY: the table is full, and no entry that was
 * examined can be evicted.
 */
int swcci_destination_get(struct swcci_device *cci, const struct swcci_tunnel_path *path,
			  struct swcci_destination **destination)
{
	struct swcci_destinations *all = &cci->destinations;
	int rc;

	/* the device has it at hand, but for the first time */
	if (!path->depth && cci->self) {
		refcount_inc(&cci->self->references);
		*destination = cci->self;
		return 0;
	}
	*destination = find(all, swcci_tunnel_key(path));
	if (*destination)
		return 0;
	if (mutex_lock_killable(&all->lock))
		return -EINTR;
	rc = insert(all, path, destination);
	mutex_unlock(&all->lock);
	return rc;
}

/* ---- slow ones ---- */

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get());
}

/**
 * swcci_destination_slow_ms() - for how long nothing is sent to it
 * @d: the destination
 *
 * Return: 0: a command may try now.
 */
u32 swcci_destination_slow_ms(struct swcci_destination *d)
{
	u32 ms;

	/* the rule, without the lock: one that answers has no time-outs */
	if (READ_ONCE(d->slow.timeouts) < SLOW_TIMEOUTS)
		return 0;
	spin_lock(&d->lock);
	ms = swcci_slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return ms;
}

/**
 * swcci_destination_try() - the last look before something is sent
 * @d: the destination
 *
 * Return: false: it is slow, and somebody tried within the last five seconds.
 */
bool swcci_destination_try(struct swcci_destination *d)
{
	bool may;

	if (READ_ONCE(d->slow.timeouts) < SLOW_TIMEOUTS)
		return true;
	spin_lock(&d->lock);
	may = swcci_slow_try(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return may;
}

/* Within the device's time, whatever the answer was, and from whichever level. */
void swcci_destination_answered(struct swcci_destination *d)
{
	if (!READ_ONCE(d->slow.timeouts))
		return;
	spin_lock(&d->lock);
	swcci_slow_answered(&d->slow);
	spin_unlock(&d->lock);
}

/**
 * swcci_destination_ask() - swcci_exchange_ask(), unless the destination is slow
 * @cci: the device
 * @x: question in, answer out; a slow one is silent
 *
 * Return: as swcci_exchange_ask().
 */
int swcci_destination_ask(struct swcci_device *cci, struct swcci_exchange *x)
{
	struct swcci_destination *d = find(&cci->destinations, swcci_tunnel_key(x->path));
	int rc = 0;

	x->reply = EXCHANGE_SILENCE;
	if (!d || swcci_destination_try(d))
		rc = swcci_exchange_ask(cci, x);
	if (d && !rc && x->reply != EXCHANGE_SILENCE)
		swcci_destination_answered(d);
	swcci_destination_put(d);
	return rc;
}

/**
 * swcci_destination_retired() - a command that its sender had left has ended
 * @cci: the device
 * @key: swcci_tunnel_key() of where it went
 * @overdue: the device's time was up before
 * @answered: false: it was lost in a reset
 *
 * Each command that times out comes here once, and nothing is sent between the
 * time-out and this. The function itself is never slow: its mailbox is stuck.
 */
void swcci_destination_retired(struct swcci_device *cci, unsigned long key, bool overdue,
			       bool answered)
{
	struct swcci_destination *d = key == TUNNEL_KEY_SELF ? NULL : find(&cci->destinations, key);

	if (!d)
		return;
	if (overdue) {
		spin_lock(&d->lock);
		swcci_slow_timed_out(&d->slow, now_ms());
		spin_unlock(&d->lock);
	} else if (answered) {
		swcci_destination_answered(d);
	}
	swcci_destination_put(d);
}

/* ---- facts ---- */

static bool younger_than(ktime_t then, unsigned int ms)
{
	return ktime_ms_delta(ktime_get(), then) < ms;
}

static bool is_current(struct swcci_device *cci, const struct swcci_destination *d)
{
	return d->asked && d->facts.generation == (u32)atomic_read(&cci->generation);
}

/* Each query got an answer that a conforming component gives, several times. */
static bool is_final(const struct swcci_destination_facts *facts)
{
	return facts->identify != IDENTIFY_FAILED &&
	       (facts->knowledge == POLICY_EFFECTS_READ || facts->log_unsupported) &&
	       facts->agreeing >= COMPONENT_AGREEING;
}

/* What was answered holds; else it is queried again after the back-off. */
static bool is_settled(struct swcci_device *cci, const struct swcci_destination *d,
		       unsigned int flags)
{
	const struct swcci_destination_facts *facts = &d->facts;

	if (flags & DESTINATION_FEATURES && facts->features_failed)
		return false;
	if (is_final(facts))
		return true;
	return facts->knowledge == POLICY_EFFECTS_READ && facts->identify == IDENTIFY_ANSWERED &&
	       (d != cci->self || cci->destinations.component.settled);
}

/* With effects that nobody could read, of a component that nobody knows, nothing is lowered. */
static bool lowers_nothing(const struct swcci_destination_facts *facts)
{
	return facts->knowledge != POLICY_EFFECTS_READ && !facts->identity.known;
}

static bool is_fresh(struct swcci_device *cci, const struct swcci_destination *d,
		     unsigned int flags)
{
	bool again = flags & DESTINATION_AGAIN && !lowers_nothing(&d->facts);

	lockdep_assert_held(&d->lock);
	if (!is_current(cci, d))
		return false;
	if (d->facts.knowledge == POLICY_EFFECTS_READ && flags & DESTINATION_FEATURES &&
	    !d->facts.features_read)
		return false;
	/* most are, and this is on every command's way: the clock is not free */
	if (!again && is_settled(cci, d, flags))
		return true;
	return younger_than(d->asked_at, FACTS_AGE_MS) ||
	       (!again && younger_than(d->asked_at, swcci_slow_backoff_ms(d->failures)));
}

/**
 * swcci_destination_fresh() - would the facts be relied on as they are?
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 *
 * Return: false if they would have to be fetched or verified first.
 */
bool swcci_destination_fresh(struct swcci_device *cci, struct swcci_destination *d,
			     unsigned int flags)
{
	bool fresh;

	spin_lock(&d->lock);
	fresh = is_fresh(cci, d, flags);
	spin_unlock(&d->lock);
	return fresh;
}

static bool same_component(const struct swcci_identity *a, const struct swcci_identity *b)
{
	return b->known && a->serial == b->serial && a->vendor_id == b->vendor_id &&
	       a->device_id == b->device_id && a->component_type == b->component_type;
}

static bool same_identity(const struct swcci_identity *a, const struct swcci_identity *b)
{
	return a->known == b->known && (!a->known || same_component(a, b));
}

static bool same_answers(const struct swcci_destination_facts *a,
			 const struct swcci_destination_facts *b)
{
	return a->generation == b->generation && a->identify == b->identify &&
	       a->knowledge == b->knowledge && a->failure == b->failure &&
	       a->log_unsupported == b->log_unsupported &&
	       same_identity(&a->identity, &b->identity);
}

/*
 * A failure stands for longer each time. Where a component on the way has nothing
 * there, it answered at once, and something may be plugged in at any time.
 */
static void count_failure(struct swcci_device *cci, struct swcci_destination *d, unsigned int flags)
{
	if (is_settled(cci, d, flags))
		d->failures = 0;
	else if (d->facts.failure == -EHOSTUNREACH)
		d->failures = 1;
	else if (d->failures < U8_MAX)
		d->failures++;
}

/* A change of the fabric may have cured it; a time-out is too expensive to hope so. */
static bool starts_over(const struct swcci_destination_facts *old,
			const struct swcci_destination_facts *new)
{
	return old->resets != new->resets ||
	       (old->generation != new->generation && old->failure != -ETIMEDOUT);
}

static void decide_component(struct swcci_device *cci, const struct swcci_destination_facts *facts)
{
	const struct swcci_component_evidence evidence = {
		.identify_valid = facts->identity.known,
		.identify_type = facts->identity.component_type,
		.identify_unsupported = facts->identify == IDENTIFY_UNSUPPORTED,
		.log_read = facts->knowledge == POLICY_EFFECTS_READ,
		.log_unsupported = facts->log_unsupported,
		.lists_switch = swcci_cel_lists(&facts->effects,
						swcci_audited_find(CCI_OP_IDENTIFY_SWITCH)),
		.lists_lds = swcci_cel_lists(&facts->effects,
					     swcci_audited_find(CCI_OP_GET_LD_INFO)),
		.upstream_sibling = cci->upstream_sibling,
		.agreeing = facts->agreeing,
	};

	lockdep_assert_held(&cci->self->lock);
	cci->destinations.component = swcci_component_decide(&evidence);
}

/* The function is the same until it is reset: an Identify that fails does not change that. */
static void keep_own_identity(const struct swcci_destination_facts *old,
			      struct swcci_destination_facts *new)
{
	if (new->identify == IDENTIFY_FAILED && old->identity.known && old->resets == new->resets)
		new->identity = old->identity;
}

static void remember(struct swcci_device *cci, struct swcci_destination *d, unsigned int flags,
		     struct swcci_destination_facts *facts)
{
	struct swcci_destination_facts *old = &d->facts;

	spin_lock(&d->lock);
	if (d == cci->self)
		keep_own_identity(old, facts);
	if (!d->asked || !same_answers(old, facts))
		facts->agreeing = 1;
	else
		facts->agreeing = min(old->agreeing + 1, COMPONENT_AGREEING);
	/* somebody else's background slot */
	if (!same_identity(&old->identity, &facts->identity))
		d->met = false;
	if (starts_over(old, facts))
		d->failures = 0;
	*old = *facts;
	d->asked = true;
	d->round++;
	d->asked_at = ktime_get();
	/* who answered first may have gone before it answered last */
	d->verified = false;
	if (d == cci->self)
		decide_component(cci, facts);
	count_failure(cci, d, flags);
	spin_unlock(&d->lock);
}

static void mark(struct swcci_destinations *all, struct swcci_destination *d, bool answered)
{
	unsigned long key = swcci_tunnel_key(&d->path);

	xa_lock(&all->all);
	if (answered)
		__xa_clear_mark(&all->all, key, UNANSWERED);
	else
		__xa_set_mark(&all->all, key, UNANSWERED);
	xa_unlock(&all->all);
}

static int fetch(struct swcci_device *cci, struct swcci_destination *d, unsigned int flags,
		 ktime_t deadline)
{
	struct swcci_destination_facts *facts;
	int rc;

	if (!swcci_destination_try(d))
		return -EHOSTUNREACH;
	/* charged to the caller, as the answers' buffer is: each file may ask for other paths */
	facts = kzalloc(sizeof(*facts), GFP_KERNEL_ACCOUNT);
	if (!facts)
		return -ENOMEM;
	/* read first: a change while asking makes the answers stale */
	facts->resets = atomic_read(&cci->resets);
	facts->generation = atomic_read(&cci->generation);
	rc = swcci_identify_facts(cci, &d->path, flags & DESTINATION_FEATURES, deadline, facts);
	if (!rc) {
		remember(cci, d, flags, facts);
		mark(&cci->destinations, d, facts->knowledge != POLICY_SILENT);
		if (facts->failure != -ETIMEDOUT)
			swcci_destination_answered(d);
		if (d == cci->self)
			swcci_destination_self_soon(cci);
	}
	kfree(facts);
	return rc;
}

static long jiffies_until(ktime_t deadline)
{
	s64 ms;

	if (deadline == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ms = ktime_ms_delta(deadline, ktime_get());
	return ms < 0 ? 0 : msecs_to_jiffies(min_t(s64, ms, INT_MAX)) + 1;
}

/* Return: 1: this caller asks; 0: the facts are fresh; or -EINTR, -EBUSY. */
static int begin_round(struct swcci_device *cci, struct swcci_destination *d, unsigned int flags,
		       ktime_t deadline)
{
	bool fresh, begins;
	long left;

	for (;;) {
		spin_lock(&d->lock);
		fresh = is_fresh(cci, d, flags);
		begins = !fresh && !d->asking;
		if (begins)
			WRITE_ONCE(d->asking, true);
		spin_unlock(&d->lock);
		if (fresh || begins)
			return begins;
		left = wait_event_killable_timeout(d->idle, !READ_ONCE(d->asking),
						   jiffies_until(deadline));
		if (left <= 0)
			return left ? -EINTR : -EBUSY;
	}
}

static void end_round(struct swcci_destination *d)
{
	spin_lock(&d->lock);
	WRITE_ONCE(d->asking, false);
	spin_unlock(&d->lock);
	wake_up_all(&d->idle);
}

/**
 * swcci_destination_learn() - make sure that the facts are fresh
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 * @deadline: of the whole call; KTIME_MAX: none
 *
 * One caller asks, the others wait for its answers, each until its own deadline; if
 * its round ends without answers, one of them begins another. Killable. Locks: a
 * round is a lock to lockdep, above turns; no turn may be held.
 *
 * Return: 0, whatever was found; or why nothing could be asked: -EINTR,
 * -EBUSY, -ENODEV, -ENOMEM; -EHOSTUNREACH: it is slow, and was not asked.
 */
int swcci_destination_learn(struct swcci_device *cci, struct swcci_destination *d,
			    unsigned int flags, ktime_t deadline)
{
	int rc;

	if (swcci_destination_fresh(cci, d, flags))
		return 0;
	rc = begin_round(cci, d, flags, deadline);
	if (rc <= 0)
		return rc;
	lock_map_acquire(&round_map);
	rc = fetch(cci, d, flags, deadline);
	lock_map_release(&round_map);
	end_round(d);
	return rc;
}

/**
 * swcci_destination_first_contact() - is it time to ask what runs in its background?
 * @cci: the device
 * @d: the destination
 * @resets: result, for swcci_destination_met()
 *
 * Return: true after each reset of the function, and for each identity, until
 * swcci_destination_met(), where its CEL lists the query.
 */
bool swcci_destination_first_contact(struct swcci_device *cci, struct swcci_destination *d,
				     u32 *resets)
{
	bool first;

	*resets = atomic_read(&cci->resets);
	spin_lock(&d->lock);
	first = d->facts.knowledge == POLICY_EFFECTS_READ &&
		swcci_cel_lists(&d->facts.effects, swcci_audited_find(CCI_OP_BACKGROUND_STATUS)) &&
		!(d->met && d->met_resets == *resets);
	spin_unlock(&d->lock);
	return first;
}

/**
 * swcci_destination_met() - what runs in its background was answered
 * @d: the destination
 * @resets: of swcci_destination_first_contact(), which came before the question
 */
void swcci_destination_met(struct swcci_destination *d, u32 resets)
{
	spin_lock(&d->lock);
	d->met = true;
	d->met_resets = resets;
	spin_unlock(&d->lock);
}

/* It is not who it was. */
static void forget(struct swcci_destination *d)
{
	spin_lock(&d->lock);
	d->asked = false;
	spin_unlock(&d->lock);
}

/* What the facts say of one command. */
static struct swcci_policy_destination view_of(const struct swcci_destination_facts *facts,
					       const struct swcci_audit *audit)
{
	struct swcci_policy_destination view = {
		.knowledge = facts->knowledge,
		.listed = swcci_cel_lists(&facts->effects, audit->row),
	};

	if (view.listed)
		view.effects = facts->effects.effects[audit->row];
	if (audit->feature >= 0) {
		view.feature_known = facts->feature[audit->feature].known;
		view.feature_changeable = facts->feature[audit->feature].changeable;
		view.feature_effects = facts->feature[audit->feature].effects;
	}
	return view;
}

/**
 * swcci_destination_look() - whom a command is judged for, and what is known of it there
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 * @audit: of the command
 * @look: result, whatever is returned
 *
 * Asks nobody.
 *
 * Return: as swcci_destination_fresh(), of the same moment.
 */
bool swcci_destination_look(struct swcci_device *cci, struct swcci_destination *d,
			    unsigned int flags,
			    const struct swcci_audit *audit, struct swcci_destination_look *look)
{
	bool fresh;

	spin_lock(&d->lock);
	fresh = is_fresh(cci, d, flags);
	look->identity = d->facts.identity;
	look->generation = d->facts.generation;
	look->round = d->round;
	look->view = view_of(&d->facts, audit);
	spin_unlock(&d->lock);
	return fresh;
}

/**
 * swcci_destination_unique() - can this identity tell two devices apart?
 * @identity: of a component
 *
 * Return: false for serial numbers 0 and all ones, and if none is known.
 */
bool swcci_destination_unique(const struct swcci_identity *identity)
{
	return identity->known && identity->serial && identity->serial != ~0ULL;
}

/* Somebody else's command may have verified another component meanwhile. */
static bool verified_lately(struct swcci_device *cci, struct swcci_destination *d,
			    const struct swcci_identity *expected)
{
	bool lately;

	spin_lock(&d->lock);
	lately = d->asked && d->verified &&
		 d->verified_generation == (u32)atomic_read(&cci->generation) &&
		 younger_than(d->verified_at, FACTS_AGE_MS) &&
		 same_component(expected, &d->facts.identity);
	spin_unlock(&d->lock);
	return lately;
}

/**
 * swcci_destination_verify() - is it still who was judged?
 * @cci: the device
 * @turn: in which the judged command will be sent
 * @d: the destination
 * @expected: the identity that was judged
 * @deadline: of the wait
 *
 * Costs one command, unless it was verified within the last second.
 *
 * Return: 0; -EAGAIN if another one answers, or none: the facts are dropped;
 * -EINTR, -EBUSY, -ENODEV; -EHOSTUNREACH: it is slow, and was not asked.
 */
int swcci_destination_verify(struct swcci_device *cci, struct swcci_mailbox_turn *turn,
			     struct swcci_destination *d, const struct swcci_identity *expected,
			     ktime_t deadline)
{
	u32 generation = atomic_read(&cci->generation);
	struct swcci_identity identity;
	bool unsupported;
	int rc, failure = 0;

	if (!swcci_destination_unique(expected) || verified_lately(cci, d, expected))
		return 0;
	if (!swcci_destination_try(d))
		return -EHOSTUNREACH;
	rc = swcci_identify_component(cci, turn, &d->path, deadline, &identity, &failure,
				      &unsupported);
	if (rc)
		return rc;
	if (failure != -ETIMEDOUT)
		swcci_destination_answered(d);
	if (failure || !same_component(expected, &identity)) {
		forget(d);
		return -EAGAIN;
	}
	spin_lock(&d->lock);
	/* it vouches for the facts only where they are of the one who answered */
	d->verified = same_component(&identity, &d->facts.identity);
	d->verified_at = ktime_get();
	d->verified_generation = generation;
	spin_unlock(&d->lock);
	return 0;
}

/* ---- the function itself ---- */

/**
 * swcci_destination_self() - make sure that the function's own facts are known
 * @cci: the device
 * @deadline: of the whole call; KTIME_MAX: none
 *
 * Return: as swcci_destination_learn().
 */
int swcci_destination_self(struct swcci_device *cci, ktime_t deadline)
{
	return swcci_destination_learn(cci, cci->self, 0, deadline);
}

/**
 * swcci_destination_self_lists() - is a command in the function's own CEL?
 * @cci: the device
 * @row: of the command
 *
 * Return: 1, 0; or a negative errno as swcci_destination_learn().
 */
int swcci_destination_self_lists(struct swcci_device *cci, int row)
{
	const struct swcci_audit audit = { .row = row, .feature = -1 };
	struct swcci_destination_look look;
	int rc;

	if (swcci_destination_look(cci, cci->self, 0, &audit, &look))
		return look.view.listed;
	rc = swcci_destination_self(cci, KTIME_MAX);
	if (rc)
		return rc;
	swcci_destination_look(cci, cci->self, 0, &audit, &look);
	return look.view.listed;
}

/**
 * swcci_destination_self_known() - who the function is, as far as it is known
 * @cci: the device
 * @identity: result; may be unknown although @component is understood
 * @component: result
 *
 * Asks nobody.
 */
void swcci_destination_self_known(struct swcci_device *cci, struct swcci_identity *identity,
				  struct swcci_component *component)
{
	spin_lock(&cci->self->lock);
	*identity = cci->self->facts.identity;
	*component = cci->destinations.component;
	spin_unlock(&cci->self->lock);
}

/* Is it known what the first hop of a tunnel addresses, with nothing changed since? */
bool swcci_destination_self_understood(struct swcci_device *cci)
{
	bool understood;

	spin_lock(&cci->self->lock);
	understood = is_current(cci, cci->self) &&
		     cci->destinations.component.meaning == COMPONENT_UNDERSTOOD;
	spin_unlock(&cci->self->lock);
	return understood;
}

/**
 * swcci_destination_self_due_ms() - when the driver itself queries the function again
 * @cci: the device
 *
 * Return: milliseconds; 0: now; DESTINATION_SETTLED: not before something changes.
 */
u32 swcci_destination_self_due_ms(struct swcci_device *cci)
{
	struct swcci_destination *self = cci->self;
	u32 due = 0, wait;
	s64 age;

	spin_lock(&self->lock);
	age = ktime_ms_delta(ktime_get(), self->asked_at);
	wait = max_t(u32, swcci_slow_backoff_ms(self->failures), FACTS_AGE_MS);
	if (is_current(cci, self) && is_settled(cci, self, 0))
		due = DESTINATION_SETTLED;
	else if (is_current(cci, self) && age < wait)
		due = wait - age;
	spin_unlock(&self->lock);
	return due;
}

/* Under the lock, so that after swcci_destination_self_stop() nothing is queued any more. */
void swcci_destination_self_soon(struct swcci_device *cci)
{
	spin_lock(&cci->self->lock);
	if (!cci->destinations.stopped)
		mod_delayed_work(swcci_workqueue, &cci->destinations.self_work, 0);
	spin_unlock(&cci->self->lock);
}

/* Unless it is due earlier. */
void swcci_destination_self_later(struct swcci_device *cci, u32 ms)
{
	spin_lock(&cci->self->lock);
	if (!cci->destinations.stopped)
		queue_delayed_work(swcci_workqueue, &cci->destinations.self_work,
				   msecs_to_jiffies(ms) + 1);
	spin_unlock(&cci->self->lock);
}

/* The mailbox is dead: what is under way ends soon. */
void swcci_destination_self_stop(struct swcci_device *cci)
{
	spin_lock(&cci->self->lock);
	cci->destinations.stopped = true;
	spin_unlock(&cci->self->lock);
	cancel_delayed_work_sync(&cci->destinations.self_work);
}

/* ---- DESTINATIONS ---- */

static void describe(struct swcci_device *cci, struct swcci_destination *d,
		     struct cxl_switch_cci_destination *entry)
{
	const struct swcci_identity *identity = &d->facts.identity;

	memset(entry, 0, sizeof(*entry));
	entry->fresh = swcci_destination_fresh(cci, d, 0);
	entry->depth = d->path.depth;
	for (int i = 0; i < d->path.depth; i++) {
		entry->target[i] = d->path.hop[i].target;
		entry->id[i] = d->path.hop[i].id;
	}
	spin_lock(&d->lock);
	entry->knowledge = d->asked ? (u8)d->facts.knowledge : CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	entry->failure = -d->facts.failure;
	entry->component_type = identity->component_type;
	entry->vendor_id = identity->vendor_id;
	entry->device_id = identity->device_id;
	entry->serial = identity->serial;
	if (d == cci->self)
		entry->component_type = cci->destinations.component.type;
	entry->age_ms = ktime_ms_delta(ktime_get(), d->asked_at);
	entry->slow_ms = swcci_slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
}

/**
 * swcci_destinations_list() - what is remembered
 * @cci: the device
 * @entries: result
 * @room: of @entries
 * @cursor: in: 0, or where the last call stopped; out: where to go on, or 0
 *
 * Return: how many entries were filled.
 */
u32 swcci_destinations_list(struct swcci_device *cci, struct cxl_switch_cci_destination *entries,
			    u32 room, u64 *cursor)
{
	struct xarray *all = &cci->destinations.all;
	unsigned long key = min_t(u64, *cursor, ULONG_MAX);
	struct swcci_destination *d;
	u32 filled = 0;

	*cursor = 0;
	mutex_lock(&cci->destinations.lock);
	xa_for_each_start(all, key, d, key) {
		if (filled == room) {
			*cursor = key;
			break;
		}
		describe(cci, d, &entries[filled++]);
	}
	mutex_unlock(&cci->destinations.lock);
	return filled;
}
