// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is remembered of each destination, and for how long. Facts hold as long
 * as the device's generation stands; failures for a second. Knows no user and
 * no verdict.
 */
#include "destination.h"

#include <linux/slab.h>

#include "device.h"
#include "exchange.h"
#include "identify.h"
#include "opcodes.h"

/*
 * 256 ports of 16 LDs twice over. Beyond that the next in line is forgotten, so
 * that asking for many paths costs time, not memory.
 */
#define DESTINATIONS_MAX	8192
#define FACTS_AGE_MS		1000

/* ---- the set ---- */

void destinations_init(struct destinations *all)
{
	xa_init(&all->all);
	mutex_init(&all->lock);
}

/* The device's last reference is gone: nobody asks any more. */
void destinations_free(struct destinations *all)
{
	struct destination *d;
	unsigned long key;

	xa_for_each(&all->all, key, d)
		destination_put(d);
	xa_destroy(&all->all);
	mutex_destroy(&all->lock);
}

void destination_put(struct destination *d)
{
	if (!d || !refcount_dec_and_test(&d->references))
		return;
	mutex_destroy(&d->fetch);
	kfree(d);
}

static struct destination *find(struct destinations *all, unsigned long key)
{
	struct destination *d;

	xa_lock(&all->all);
	d = xa_load(&all->all, key);
	if (d)
		refcount_inc(&d->references);
	xa_unlock(&all->all);
	return d;
}

/* The function itself stays. */
static void evict_one(struct destinations *all)
{
	struct destination *d;

	lockdep_assert_held(&all->lock);
	for (int rounds = 0; rounds < 2; rounds++) {
		all->cursor = max(all->cursor, TUNNEL_KEY_SELF) + 1;
		if (xa_find(&all->all, &all->cursor, ULONG_MAX, XA_PRESENT))
			break;
		all->cursor = TUNNEL_KEY_SELF;
	}
	if (all->cursor == TUNNEL_KEY_SELF)
		return;
	xa_lock(&all->all);
	d = __xa_erase(&all->all, all->cursor);
	xa_unlock(&all->all);
	all->count--;
	destination_put(d);
}

static struct destination *make(const struct tunnel_path *path)
{
	struct destination *d = kzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);

	if (!d)
		return NULL;
	refcount_set(&d->references, 1);
	d->path = *path;
	mutex_init(&d->fetch);
	spin_lock_init(&d->lock);
	return d;
}

static int insert(struct destinations *all, const struct tunnel_path *path,
		  struct destination **destination)
{
	unsigned long key = tunnel_key(path);
	struct destination *d;
	int rc;

	lockdep_assert_held(&all->lock);
	*destination = find(all, key);
	if (*destination)
		return 0;
	if (all->count >= DESTINATIONS_MAX)
		evict_one(all);
	d = make(path);
	if (!d)
		return -ENOMEM;
	refcount_inc(&d->references);		/* the caller's */
	rc = xa_err(xa_store(&all->all, key, d, GFP_KERNEL_ACCOUNT));
	if (rc) {
		destination_put(d);
		destination_put(d);
		return rc;
	}
	all->count++;
	*destination = d;
	return 0;
}

/**
 * destination_get() - the destination of a path
 * @cci: the device
 * @path: where; depth 0 is the function itself
 * @destination: result, to be given back with destination_put()
 *
 * Asks nobody.
 *
 * Return: 0, -EINTR, -ENOMEM.
 */
int destination_get(struct cci_device *cci, const struct tunnel_path *path,
		    struct destination **destination)
{
	struct destinations *all = &cci->destinations;
	int rc;

	/* the device has it at hand, but for the first time */
	if (!path->depth && cci->self) {
		refcount_inc(&cci->self->references);
		*destination = cci->self;
		return 0;
	}
	*destination = find(all, tunnel_key(path));
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
 * destination_slow_ms() - for how long nothing is sent to it
 * @d: the destination
 *
 * Return: 0: a command may try now.
 */
u32 destination_slow_ms(struct destination *d)
{
	u32 ms;

	/* the rule, without the lock: one that answers has no time-outs */
	if (READ_ONCE(d->slow.timeouts) < SLOW_TIMEOUTS)
		return 0;
	spin_lock(&d->lock);
	ms = slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return ms;
}

/**
 * destination_try() - the last look before something is sent
 * @d: the destination
 *
 * Return: false: it is slow, and somebody tried within the last five seconds.
 */
bool destination_try(struct destination *d)
{
	bool may;

	if (READ_ONCE(d->slow.timeouts) < SLOW_TIMEOUTS)
		return true;
	spin_lock(&d->lock);
	may = slow_try(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return may;
}

/* Within the device's time, whatever the answer was, and from whichever level. */
void destination_answered(struct destination *d)
{
	if (!READ_ONCE(d->slow.timeouts))
		return;
	spin_lock(&d->lock);
	slow_answered(&d->slow);
	spin_unlock(&d->lock);
}

/**
 * destination_ask() - exchange_ask(), unless the destination is slow
 * @cci: the device
 * @x: question in, answer out; a slow one is silent
 *
 * Return: as exchange_ask().
 */
int destination_ask(struct cci_device *cci, struct exchange *x)
{
	struct destination *d = find(&cci->destinations, tunnel_key(x->path));
	int rc = 0;

	x->reply = EXCHANGE_SILENCE;
	if (!d || destination_try(d))
		rc = exchange_ask(cci, x);
	if (d && !rc && x->reply != EXCHANGE_SILENCE)
		destination_answered(d);
	destination_put(d);
	return rc;
}

/**
 * destination_retired() - a command that its sender had left has ended
 * @cci: the device
 * @key: tunnel_key() of where it went
 * @overdue: the device's time was up before
 * @answered: false: it was lost in a reset
 *
 * Each command that times out comes here once, and nothing is sent between the
 * time-out and this. The function itself is never slow: its mailbox is stuck.
 */
void destination_retired(struct cci_device *cci, unsigned long key, bool overdue, bool answered)
{
	struct destination *d = key == TUNNEL_KEY_SELF ? NULL : find(&cci->destinations, key);

	if (!d)
		return;
	if (overdue) {
		spin_lock(&d->lock);
		slow_timed_out(&d->slow, now_ms());
		spin_unlock(&d->lock);
	} else if (answered) {
		destination_answered(d);
	}
	destination_put(d);
}

/* ---- facts ---- */

static bool younger_than(ktime_t then, unsigned int ms)
{
	return ktime_ms_delta(ktime_get(), then) < ms;
}

static bool is_fresh(struct cci_device *cci, const struct destination *d, unsigned int flags)
{
	bool is_read = d->facts.knowledge == POLICY_EFFECTS_READ;

	lockdep_assert_held(&d->lock);
	if (!d->asked || d->facts.generation != (u32)atomic_read(&cci->generation))
		return false;
	if (is_read && flags & DESTINATION_FEATURES && !d->facts.features_read)
		return false;
	return (is_read && !(flags & DESTINATION_AGAIN)) ||
	       younger_than(d->asked_at, FACTS_AGE_MS);
}

/**
 * destination_fresh() - would the facts be relied on as they are?
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 *
 * Return: false if they would have to be fetched or verified first.
 */
bool destination_fresh(struct cci_device *cci, struct destination *d, unsigned int flags)
{
	bool fresh;

	spin_lock(&d->lock);
	fresh = is_fresh(cci, d, flags);
	spin_unlock(&d->lock);
	return fresh;
}

static int fetch(struct cci_device *cci, struct destination *d, unsigned int flags,
		 ktime_t deadline)
{
	struct destination_facts *facts;
	int rc;

	lockdep_assert_held(&d->fetch);
	if (!destination_try(d))
		return -EHOSTUNREACH;
	facts = kzalloc(sizeof(*facts), GFP_KERNEL);
	if (!facts)
		return -ENOMEM;
	/* read first: a change while asking makes the answers stale */
	facts->generation = atomic_read(&cci->generation);
	rc = identify_facts(cci, &d->path, flags & DESTINATION_FEATURES, deadline, facts);
	if (!rc) {
		spin_lock(&d->lock);
		d->facts = *facts;
		d->asked = true;
		d->round++;
		d->asked_at = ktime_get();
		/* who answered first may have gone before it answered last */
		d->verified = false;
		spin_unlock(&d->lock);
		if (facts->failure != -ETIMEDOUT)
			destination_answered(d);
	}
	kfree(facts);
	return rc;
}

/**
 * destination_learn() - make sure that the facts are fresh
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 * @deadline: of the wait; KTIME_MAX: none
 *
 * One caller asks, the others wait for its answers. Killable. Locks: takes
 * @d->fetch, then turns; no turn may be held.
 *
 * Return: 0, whatever was found; or why nothing could be asked: -EINTR,
 * -EBUSY, -ENODEV, -ENOMEM; -EHOSTUNREACH: it is slow, and was not asked.
 */
int destination_learn(struct cci_device *cci, struct destination *d, unsigned int flags,
		      ktime_t deadline)
{
	int rc = 0;

	if (destination_fresh(cci, d, flags))
		return 0;
	if (mutex_lock_killable(&d->fetch))
		return -EINTR;
	if (!destination_fresh(cci, d, flags))
		rc = fetch(cci, d, flags, deadline);
	mutex_unlock(&d->fetch);
	return rc;
}

/**
 * destination_first_contact() - is it time to ask what runs in its background?
 * @cci: the device
 * @d: the destination
 * @resets: result, for destination_met()
 *
 * Return: true after each reset of the function until destination_met(), where its CEL
 * lists the question.
 */
bool destination_first_contact(struct cci_device *cci, struct destination *d, u32 *resets)
{
	bool first;

	*resets = atomic_read(&cci->resets);
	spin_lock(&d->lock);
	first = d->facts.knowledge == POLICY_EFFECTS_READ &&
		cel_lists(&d->facts.effects, audited_find(CCI_OP_BACKGROUND_STATUS)) &&
		!(d->met && d->met_resets == *resets);
	spin_unlock(&d->lock);
	return first;
}

/**
 * destination_met() - what runs in its background was answered
 * @d: the destination
 * @resets: of destination_first_contact(), which came before the question
 */
void destination_met(struct destination *d, u32 resets)
{
	spin_lock(&d->lock);
	d->met = true;
	d->met_resets = resets;
	spin_unlock(&d->lock);
}

/* It is not who it was. */
static void forget(struct destination *d)
{
	spin_lock(&d->lock);
	d->asked = false;
	spin_unlock(&d->lock);
}

/**
 * destination_identity() - who it was when last asked
 * @d: the destination
 * @identity: result
 *
 * Return: whether it was ever asked.
 */
bool destination_identity(struct destination *d, struct cci_identity *identity)
{
	bool asked;

	spin_lock(&d->lock);
	*identity = d->facts.identity;
	asked = d->asked;
	spin_unlock(&d->lock);
	return asked;
}

/* What the facts say of one command. */
static struct policy_destination view_of(const struct destination_facts *facts,
					 const struct audit *audit)
{
	struct policy_destination view = {
		.knowledge = facts->knowledge,
		.listed = cel_lists(&facts->effects, audit->row),
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
 * destination_look() - whom a command is judged for, and what is known of it there
 * @cci: the device
 * @d: the destination
 * @flags: DESTINATION_*
 * @audit: of the command
 * @look: result, whatever is returned
 *
 * Asks nobody.
 *
 * Return: as destination_fresh(), of the same moment.
 */
bool destination_look(struct cci_device *cci, struct destination *d, unsigned int flags,
		      const struct audit *audit, struct destination_look *look)
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
 * destination_unique() - can this identity tell two devices apart?
 * @identity: of a component
 *
 * Return: false for serial numbers 0 and all ones, and if none is known.
 */
bool destination_unique(const struct cci_identity *identity)
{
	return identity->known && identity->serial && identity->serial != ~0ULL;
}

static bool same_component(const struct cci_identity *a, const struct cci_identity *b)
{
	return b->known && a->serial == b->serial && a->vendor_id == b->vendor_id &&
	       a->device_id == b->device_id && a->component_type == b->component_type;
}

/* Somebody else's command may have verified another component meanwhile. */
static bool verified_lately(struct cci_device *cci, struct destination *d,
			    const struct cci_identity *expected)
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
 * destination_verify() - is it still who was judged?
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
int destination_verify(struct cci_device *cci, struct mailbox_turn *turn,
		       struct destination *d, const struct cci_identity *expected,
		       ktime_t deadline)
{
	u32 generation = atomic_read(&cci->generation);
	struct cci_identity identity;
	int rc, failure = 0;

	if (!destination_unique(expected) || verified_lately(cci, d, expected))
		return 0;
	if (!destination_try(d))
		return -EHOSTUNREACH;
	rc = identify_component(cci, turn, &d->path, deadline, &identity, &failure);
	if (rc)
		return rc;
	if (failure != -ETIMEDOUT)
		destination_answered(d);
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

/**
 * destination_self() - make sure that the function's own facts are known
 * @cci: the device
 * @deadline: of the wait; KTIME_MAX: none
 *
 * Return: as destination_learn().
 */
int destination_self(struct cci_device *cci, ktime_t deadline)
{
	return destination_learn(cci, cci->self, 0, deadline);
}

/**
 * destination_self_lists() - is a command in the function's own CEL?
 * @cci: the device
 * @row: of the command
 *
 * Return: 1, 0; or a negative errno as destination_learn().
 */
int destination_self_lists(struct cci_device *cci, int row)
{
	const struct audit audit = { .row = row, .feature = -1 };
	struct destination_look look;
	int rc;

	if (destination_look(cci, cci->self, 0, &audit, &look))
		return look.view.listed;
	rc = destination_self(cci, KTIME_MAX);
	if (rc)
		return rc;
	destination_look(cci, cci->self, 0, &audit, &look);
	return look.view.listed;
}

/* ---- DESTINATIONS ---- */

static void describe(struct cci_device *cci, struct destination *d,
		     struct cxl_switch_cci_destination *entry)
{
	const struct cci_identity *identity = &d->facts.identity;

	memset(entry, 0, sizeof(*entry));
	entry->fresh = destination_fresh(cci, d, 0);
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
	entry->age_ms = ktime_ms_delta(ktime_get(), d->asked_at);
	entry->slow_ms = slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
}

/**
 * destinations_list() - what is remembered
 * @cci: the device
 * @entries: result
 * @room: of @entries
 * @cursor: in: 0, or where the last call stopped; out: where to go on, or 0
 *
 * Return: how many entries were filled.
 */
u32 destinations_list(struct cci_device *cci, struct cxl_switch_cci_destination *entries,
		      u32 room, u64 *cursor)
{
	struct xarray *all = &cci->destinations.all;
	unsigned long key = min_t(u64, *cursor, ULONG_MAX);
	struct destination *d;
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
