// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts about each destination, and how long they hold: as long as the generation
 * does; a failure, until its back-off ends. Knows no client and no verdict.
 */
#include "destination_internal.h"

#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "cxl_switch_cci.h"
#include "identify.h"
#include "opcodes.h"

#define FACTS_AGE_MS	1000

/*
 * A round of queries as lockdep sees it: taken inside the file mutex, outside turns. It
 * is a flag and a wait queue, so that the wait can end with the caller's deadline.
 */
#ifdef CONFIG_LOCKDEP
static struct lock_class_key round_key;
static struct lockdep_map round_map =
	STATIC_LOCKDEP_MAP_INIT("cci_destination_round", &round_key);
#endif

/* ---- slowness ---- */

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get());
}

/* Without the lock: a destination that answers has no time-outs. */
static bool may_be_slow(const struct swcci_destination *d)
{
	return READ_ONCE(d->slow.timeouts) >= SLOW_TIMEOUTS;
}

static u32 slow_for_ms(struct swcci_destination *d)
{
	u32 ms;

	if (!may_be_slow(d))
		return 0;
	spin_lock(&d->lock);
	ms = swcci_slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return ms;
}

/* Call right before a command is sent. Return: false: it is slow, and no try is due. */
static bool may_try(struct swcci_destination *d)
{
	bool may;

	if (!may_be_slow(d))
		return true;
	spin_lock(&d->lock);
	may = swcci_slow_try(&d->slow, now_ms());
	spin_unlock(&d->lock);
	return may;
}

/* Within the device's time; the answer may be an error, of any level of the path. */
static void note_answer(struct swcci_destination *d)
{
	if (!READ_ONCE(d->slow.timeouts))
		return;
	spin_lock(&d->lock);
	swcci_slow_answered(&d->slow);
	spin_unlock(&d->lock);
}

/**
 * swcci_destination_send() - send a command of the driver's own, unless the destination
 *	is slow
 * @all: of the function
 * @x: command in, answer out; EXCHANGE_SILENCE if the destination is slow
 *
 * Takes a turn. Killable.
 *
 * Return: as swcci_exchange_send().
 */
int swcci_destination_send(struct swcci_destinations *all, struct swcci_exchange *x)
{
	struct swcci_destination *d = swcci_destinations_find(all, swcci_tunnel_key(x->path));
	int rc = 0;

	x->reply = EXCHANGE_SILENCE;
	if (!d || may_try(d))
		rc = swcci_exchange_send(&all->channel, x);
	if (d && !rc && x->reply != EXCHANGE_SILENCE)
		note_answer(d);
	swcci_destination_put(d);
	return rc;
}

/**
 * swcci_destination_retired() - an abandoned command has ended
 * @all: of the function
 * @key: swcci_tunnel_key() of its path
 * @overdue: the device's time passed before
 * @answered: false: a reset or the removal lost it
 *
 * Call it once for each command that times out, before the next command is sent. The
 * function itself is never slow: its mailbox is stuck.
 */
void swcci_destination_retired(struct swcci_destinations *all, unsigned long key, bool overdue,
			       bool answered)
{
	struct swcci_destination *d = NULL;

	if (key != TUNNEL_KEY_SELF)
		d = swcci_destinations_find(all, key);
	if (!d)
		return;
	if (overdue) {
		spin_lock(&d->lock);
		swcci_slow_timed_out(&d->slow, now_ms());
		spin_unlock(&d->lock);
	} else if (answered) {
		note_answer(d);
	}
	swcci_destination_put(d);
}

/* ---- facts ---- */

static bool younger_than(ktime_t then, unsigned int ms)
{
	return ktime_ms_delta(ktime_get(), then) < ms;
}

static bool is_current(struct swcci_destinations *all, const struct swcci_destination *d)
{
	return d->queried && d->facts.generation == (u32)atomic_read(&all->generation);
}

/* Each query got an answer that a conforming component gives, several times. */
static bool is_final(const struct swcci_destination_facts *facts)
{
	return facts->identify != IDENTIFY_FAILED &&
	       (facts->knowledge == POLICY_EFFECTS_READ || facts->log_unsupported) &&
	       facts->agreeing >= COMPONENT_AGREEING;
}

/* The answers hold; else the destination is queried again after the back-off. */
static bool is_settled(struct swcci_destinations *all, const struct swcci_destination *d,
		       unsigned int flags)
{
	const struct swcci_destination_facts *facts = &d->facts;

	if (flags & SNAPSHOT_FEATURES && facts->features_failed)
		return false;
	if (is_final(facts))
		return true;
	return facts->knowledge == POLICY_EFFECTS_READ && facts->identify == IDENTIFY_ANSWERED &&
	       (d != all->self || all->component.settled);
}

/* Without effects and without an identity, no impact is lowered. */
static bool lowers_nothing(const struct swcci_destination_facts *facts)
{
	return facts->knowledge != POLICY_EFFECTS_READ && !facts->identity.known;
}

static bool is_fresh(struct swcci_destinations *all, const struct swcci_destination *d,
		     unsigned int flags)
{
	bool again = flags & SNAPSHOT_NEW && !lowers_nothing(&d->facts);

	lockdep_assert_held(&d->lock);
	if (!is_current(all, d))
		return false;
	if (d->facts.knowledge == POLICY_EFFECTS_READ && flags & SNAPSHOT_FEATURES &&
	    !d->facts.features_read)
		return false;
	/* most are, and every command comes here: reading the clock is not free */
	if (!again && is_settled(all, d, flags))
		return true;
	return younger_than(d->queried_at, FACTS_AGE_MS) ||
	       (!again && younger_than(d->queried_at, swcci_slow_backoff_ms(d->failures)));
}

static bool facts_are_fresh(struct swcci_destinations *all, struct swcci_destination *d,
			    unsigned int flags)
{
	bool fresh;

	spin_lock(&d->lock);
	fresh = is_fresh(all, d, flags);
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
 * Each failure in a row holds longer. But a component on the path that reports that
 * nothing is there answers at once, and a device may be plugged in at any time.
 */
static void count_failure(struct swcci_destinations *all, struct swcci_destination *d,
			  unsigned int flags)
{
	if (is_settled(all, d, flags))
		d->failures = 0;
	else if (d->facts.failure == -EHOSTUNREACH)
		d->failures = 1;
	else if (d->failures < U8_MAX)
		d->failures++;
}

/* A change of the fabric may have fixed it; but another time-out would be expensive. */
static bool starts_over(const struct swcci_destination_facts *old,
			const struct swcci_destination_facts *new)
{
	return old->resets != new->resets ||
	       (old->generation != new->generation && old->failure != -ETIMEDOUT);
}

static void decide_component(struct swcci_destinations *all,
			     const struct swcci_destination_facts *facts)
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
		.upstream_sibling = all->upstream_sibling,
		.agreeing = facts->agreeing,
	};

	lockdep_assert_held(&all->self->lock);
	all->component = swcci_component_decide(&evidence);
}

/* The function is the same until it is reset, even if an Identify fails. */
static void keep_own_identity(const struct swcci_destination_facts *old,
			      struct swcci_destination_facts *new)
{
	if (new->identify == IDENTIFY_FAILED && old->identity.known && old->resets == new->resets)
		new->identity = old->identity;
}

static void store(struct swcci_destinations *all, struct swcci_destination *d,
		  unsigned int flags, struct swcci_destination_facts *facts)
{
	struct swcci_destination_facts *old = &d->facts;

	spin_lock(&d->lock);
	if (d == all->self)
		keep_own_identity(old, facts);
	if (!d->queried || !same_answers(old, facts))
		facts->agreeing = 1;
	else
		facts->agreeing = min(old->agreeing + 1, COMPONENT_AGREEING);
	/* the background slot of another component */
	if (!same_identity(&old->identity, &facts->identity))
		d->discovered = false;
	if (starts_over(old, facts))
		d->failures = 0;
	*old = *facts;
	d->queried = true;
	d->queried_at = ktime_get();
	/* the component that answered first may be gone before the last answer */
	d->verified = false;
	if (d == all->self)
		decide_component(all, facts);
	count_failure(all, d, flags);
	spin_unlock(&d->lock);
}

static int fetch(struct swcci_destinations *all, struct swcci_destination *d, unsigned int flags,
		 ktime_t deadline)
{
	struct swcci_destination_facts *facts;
	int rc;

	if (!may_try(d))
		return -EHOSTUNREACH;
	/* charged to the caller, like the buffer of answers: each file may use other paths */
	facts = kzalloc(sizeof(*facts), GFP_KERNEL_ACCOUNT);
	if (!facts)
		return -ENOMEM;
	/* read first: a change during the round makes the answers stale */
	facts->resets = atomic_read(&all->resets);
	facts->generation = atomic_read(&all->generation);
	rc = swcci_identify_facts(&all->channel, &d->path, flags & SNAPSHOT_FEATURES, deadline,
				  facts);
	if (!rc) {
		store(all, d, flags, facts);
		swcci_destinations_mark(all, d, facts->knowledge != POLICY_SILENT);
		if (facts->failure != -ETIMEDOUT)
			note_answer(d);
		if (d == all->self)
			swcci_destination_self_soon(all);
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

/* Return: 1: this caller sends the queries; 0: the facts are fresh; or -EINTR, -EBUSY. */
static int begin_round(struct swcci_destinations *all, struct swcci_destination *d,
		       unsigned int flags, ktime_t deadline)
{
	bool fresh, begins;
	long left;

	for (;;) {
		spin_lock(&d->lock);
		fresh = is_fresh(all, d, flags);
		begins = !fresh && !d->in_round;
		if (begins)
			WRITE_ONCE(d->in_round, true);
		spin_unlock(&d->lock);
		if (fresh || begins)
			return begins;
		left = wait_event_killable_timeout(d->idle, !READ_ONCE(d->in_round),
						   jiffies_until(deadline));
		if (left <= 0)
			return left ? -EINTR : -EBUSY;
	}
}

static void end_round(struct swcci_destination *d)
{
	spin_lock(&d->lock);
	WRITE_ONCE(d->in_round, false);
	spin_unlock(&d->lock);
	wake_up_all(&d->idle);
}

/*
 * Makes sure that the facts are fresh. One caller sends the queries, the others wait
 * for their answers, each until its own deadline; if the round ends without answers,
 * one of them begins another. Killable. Locks: a round is a lock to lockdep, outside
 * turns; the caller holds no turn.
 *
 * Return: 0, whatever was found; or why no query could be sent: -EINTR, -EBUSY,
 * -ENODEV, -ENOMEM; -EHOSTUNREACH: the destination is slow.
 */
static int learn(struct swcci_destinations *all, struct swcci_destination *d, unsigned int flags,
		 ktime_t deadline)
{
	int rc;

	if (facts_are_fresh(all, d, flags))
		return 0;
	rc = begin_round(all, d, flags, deadline);
	if (rc <= 0)
		return rc;
	lock_map_acquire(&round_map);
	rc = fetch(all, d, flags, deadline);
	lock_map_release(&round_map);
	end_round(d);
	return rc;
}

/* ---- snapshot: the three calls of a command ---- */

/* What the facts say about one command. */
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

/* Once for each reset of the function, and for each identity, where its CEL lists 0002h. */
static bool is_undiscovered(const struct swcci_destination *d, u32 resets)
{
	if (d->discovered && d->discovered_resets == resets)
		return false;
	return d->facts.knowledge == POLICY_EFFECTS_READ &&
	       swcci_cel_lists(&d->facts.effects, swcci_audited_find(CCI_OP_BACKGROUND_STATUS));
}

/*
 * All from one round of queries: the effects of one component never count for the
 * identity of another. Return: whether the facts are fresh.
 */
static bool take(struct swcci_destinations *all, struct swcci_destination *d,
		 const struct swcci_snapshot_need *need, unsigned int flags,
		 struct swcci_snapshot *s)
{
	const struct swcci_destination_facts *facts = &d->facts;
	bool fresh;

	s->audit = *need->table;
	s->resets = atomic_read(&all->resets);
	spin_lock(&d->lock);
	fresh = is_fresh(all, d, flags);
	s->identity = facts->identity;
	s->generation = facts->generation;
	if (!s->audit.audited && facts->identity.known)
		swcci_audited_judge_vendor(need->leaf->opcode, need->leaf->length,
					   facts->identity.vendor_id, facts->identity.device_id,
					   &s->audit);
	s->view = view_of(facts, &s->audit);
	s->undiscovered = is_undiscovered(d, s->resets);
	spin_unlock(&d->lock);
	return fresh;
}

/* Nothing is sent to it: a query, too, would hold up all clients. */
static void take_slow(const struct swcci_snapshot_need *need, struct swcci_snapshot *s)
{
	s->is_slow = true;
	s->audit = *need->table;
	s->identity = (struct swcci_identity){ };
	s->view = (struct swcci_policy_destination){ .knowledge = POLICY_SILENT };
	s->undiscovered = false;
}

/* Whether it is known what the first hop of a tunnel addresses, with nothing changed since. */
static bool first_hop_is_understood(struct swcci_destinations *all)
{
	bool understood;

	spin_lock(&all->self->lock);
	understood = is_current(all, all->self) &&
		     all->component.meaning == COMPONENT_UNDERSTOOD;
	spin_unlock(&all->self->lock);
	return understood;
}

/*
 * The function's component type determines what the first hop of a tunnel addresses: a
 * port of a switch, an LD of a multi-logical device. On any other it means nothing that
 * was audited.
 */
static int find_meaning(struct swcci_destinations *all, const struct swcci_snapshot_need *need,
			struct swcci_snapshot *s)
{
	struct swcci_identity identity;
	struct swcci_component component;
	int rc;

	if (!need->leaf->path.depth || first_hop_is_understood(all))
		return 0;
	if (!facts_are_fresh(all, all->self, 0)) {
		s->has_waited = true;
		rc = learn(all, all->self, 0, need->deadline);
		if (rc)
			return rc;
	}
	swcci_destination_self_known(all, &identity, &component);
	s->meaning = component.meaning;
	return 0;
}

static int find_destination(struct swcci_destinations *all,
			    const struct swcci_snapshot_need *need, struct swcci_snapshot *s)
{
	if (!need->leaf->path.depth || s->destination)
		return 0;
	return swcci_destination_get(all, &need->leaf->path, &s->destination);
}

static int take_fresh(struct swcci_destinations *all, struct swcci_destination *d,
		      const struct swcci_snapshot_need *need, struct swcci_snapshot *s)
{
	unsigned int flags = need->flags;
	int rc;

	if (need->table->feature >= 0)
		flags |= SNAPSHOT_FEATURES;
	if (take(all, d, need, flags, s))
		return 0;
	s->has_waited = true;
	s->has_queried |= !(flags & SNAPSHOT_NEW) && !facts_are_fresh(all, d, 0) &&
			  !slow_for_ms(d);
	rc = learn(all, d, flags, need->deadline);
	if (!rc)
		take(all, d, need, flags, s);
	return rc;
}

/**
 * swcci_destination_snapshot() - what a command is judged by; call it before the turn
 * @all: of the function
 * @need: the command, and what has to be known
 * @s: result; swcci_snapshot_begin() before the first call, swcci_snapshot_release()
 *	after the last, whatever is returned
 *
 * Queries the function and the destination first if their facts are not fresh. Stops
 * after the function if its type does not give the first hop a meaning: then @s->meaning
 * is not COMPONENT_UNDERSTOOD, and the rest is not valid. With SNAPSHOT_PENDING it goes
 * on. The caller holds no turn. Killable.
 *
 * Return: 0; or why the facts could not be queried: -EINTR; -EBUSY: @need->deadline
 * passed, the mailbox is busy or in reset, or the table is full; -ENODEV; -ENOMEM.
 */
int swcci_destination_snapshot(struct swcci_destinations *all,
			       const struct swcci_snapshot_need *need, struct swcci_snapshot *s)
{
	struct swcci_destination *d;
	int rc;

	if (!(need->flags & (SNAPSHOT_PENDING | SNAPSHOT_NEW))) {
		rc = find_meaning(all, need, s);
		if (rc || s->meaning != COMPONENT_UNDERSTOOD)
			return rc;
	}
	rc = find_destination(all, need, s);
	if (rc)
		return rc;
	d = s->destination ?: all->self;
	s->is_valid = true;
	rc = take_fresh(all, d, need, s);
	if (rc && rc != -EHOSTUNREACH)
		return rc;
	if (rc || slow_for_ms(d))
		take_slow(need, s);
	return 0;
}

/* Another component answers, or none. */
static void forget(struct swcci_destination *d)
{
	spin_lock(&d->lock);
	d->queried = false;
	spin_unlock(&d->lock);
}

/* Another client's command may have verified another component meanwhile. */
static bool verified_lately(struct swcci_destinations *all, struct swcci_destination *d,
			    const struct swcci_identity *expected)
{
	bool lately;

	spin_lock(&d->lock);
	lately = d->queried && d->verified &&
		 d->verified_generation == (u32)atomic_read(&all->generation) &&
		 younger_than(d->verified_at, FACTS_AGE_MS) &&
		 same_component(expected, &d->facts.identity);
	spin_unlock(&d->lock);
	return lately;
}

/* Costs one command, unless it was verified within the last second. */
static int verify_identity(struct swcci_destinations *all, struct swcci_mailbox_turn *turn,
			   struct swcci_destination *d, const struct swcci_identity *expected,
			   ktime_t deadline)
{
	u32 generation = atomic_read(&all->generation);
	struct swcci_identity identity;
	bool unsupported;
	int rc, failure = 0;

	if (!swcci_identity_is_unique(expected) || verified_lately(all, d, expected))
		return 0;
	if (!may_try(d))
		return -EHOSTUNREACH;
	rc = swcci_identify_component(&all->channel, turn, &d->path, deadline, &identity, &failure,
				      &unsupported);
	if (rc)
		return rc;
	if (failure != -ETIMEDOUT)
		note_answer(d);
	if (failure || !same_component(expected, &identity)) {
		forget(d);
		return -EAGAIN;
	}
	spin_lock(&d->lock);
	/* only if the facts are those of the component that answered */
	d->verified = same_component(&identity, &d->facts.identity);
	d->verified_at = ktime_get();
	d->verified_generation = generation;
	spin_unlock(&d->lock);
	return 0;
}

/**
 * swcci_destination_verify() - does the snapshot still hold? Call it in the turn
 * @all: of the function
 * @turn: in which the judged command is sent next
 * @s: the snapshot, with a destination
 * @verify: how much the verdict depends on the destination
 * @deadline: of the wait for Identify; KTIME_MAX: none
 *
 * Sends an Identify for VERIFY_IDENTITY, unless the identity cannot tell two components
 * apart or was verified less than a second ago. Killable.
 *
 * Return: 0; -EAGAIN: the generation moved, or another component or none answered, and
 * the facts are dropped; -EHOSTUNREACH: the destination is slow, and no try is due;
 * -EINTR: a fatal signal; -EBUSY: @deadline passed, or the mailbox was reset; -ENODEV.
 */
int swcci_destination_verify(struct swcci_destinations *all, struct swcci_mailbox_turn *turn,
			     const struct swcci_snapshot *s, enum swcci_snapshot_verify verify,
			     ktime_t deadline)
{
	int rc = 0;

	if (verify != VERIFY_REACHABLE && s->generation != (u32)atomic_read(&all->generation))
		return -EAGAIN;
	if (verify == VERIFY_IDENTITY)
		rc = verify_identity(all, turn, s->destination, &s->identity, deadline);
	if (rc)
		return rc;
	return may_try(s->destination) ? 0 : -EHOSTUNREACH;
}

/**
 * swcci_destination_end() - the command has ended; call it after that
 * @s: with a destination, which is released
 * @answered: within the device's time, by any level of the path; maybe with an error
 *
 * Call it in the turn if @answered: the next command of another client may time out.
 */
void swcci_destination_end(struct swcci_snapshot *s, bool answered)
{
	if (answered)
		note_answer(s->destination);
	swcci_destination_put(s->destination);
	s->destination = NULL;
}

/**
 * swcci_destination_discovered() - the destination reported what its background slot runs
 * @s: taken before that query, with a destination
 */
void swcci_destination_discovered(const struct swcci_snapshot *s)
{
	struct swcci_destination *d = s->destination;

	spin_lock(&d->lock);
	d->discovered = true;
	d->discovered_resets = s->resets;
	spin_unlock(&d->lock);
}

/* ---- the function itself ---- */

/**
 * swcci_destination_self() - query the function itself if its facts are not fresh
 * @all: of the function
 * @deadline: of the whole call; KTIME_MAX: none
 *
 * The caller holds no turn. Killable.
 *
 * Return: 0, whatever was found; or why no query could be sent: -EINTR: a fatal signal;
 * -EBUSY: @deadline passed, or the mailbox is stuck or in reset; -ENODEV; -ENOMEM.
 */
int swcci_destination_self(struct swcci_destinations *all, ktime_t deadline)
{
	return learn(all, all->self, 0, deadline);
}

/**
 * swcci_destination_self_lists() - is a command in the function's own CEL?
 * @all: of the function
 * @row: of the command
 *
 * Queries it first if its facts are not fresh; no deadline. Killable.
 *
 * Return: 1 or 0; or a negative errno as swcci_destination_self().
 */
int swcci_destination_self_lists(struct swcci_destinations *all, int row)
{
	bool listed;
	int rc;

	rc = learn(all, all->self, 0, KTIME_MAX);
	if (rc)
		return rc;
	spin_lock(&all->self->lock);
	listed = swcci_cel_lists(&all->self->facts.effects, row);
	spin_unlock(&all->self->lock);
	return listed;
}

/**
 * swcci_destination_self_known() - identity and type of the function, as far as known
 * @all: of the function
 * @identity: result; may be unknown although @component is understood
 * @component: result
 *
 * Sends nothing.
 */
void swcci_destination_self_known(struct swcci_destinations *all, struct swcci_identity *identity,
				  struct swcci_component *component)
{
	spin_lock(&all->self->lock);
	*identity = all->self->facts.identity;
	*component = all->component;
	spin_unlock(&all->self->lock);
}

/**
 * swcci_destination_self_due_ms() - when self_work queries the function again
 * @all: of the function
 *
 * Return: milliseconds; 0: now; DESTINATION_SETTLED: not before something changes.
 */
u32 swcci_destination_self_due_ms(struct swcci_destinations *all)
{
	struct swcci_destination *self = all->self;
	u32 due = 0, wait;
	s64 age;

	spin_lock(&self->lock);
	age = ktime_ms_delta(ktime_get(), self->queried_at);
	wait = max_t(u32, swcci_slow_backoff_ms(self->failures), FACTS_AGE_MS);
	if (is_current(all, self) && is_settled(all, self, 0))
		due = DESTINATION_SETTLED;
	else if (is_current(all, self) && age < wait)
		due = wait - age;
	spin_unlock(&self->lock);
	return due;
}

/**
 * swcci_destination_self_soon() - queue self_work now
 * @all: of the function
 *
 * Under the lock, so that nothing is queued after swcci_destination_self_stop().
 */
void swcci_destination_self_soon(struct swcci_destinations *all)
{
	spin_lock(&all->self->lock);
	if (!all->stopped)
		mod_delayed_work(all->workqueue, &all->self_work, 0);
	spin_unlock(&all->self->lock);
}

/**
 * swcci_destination_self_later() - queue self_work, unless it is due earlier
 * @all: of the function
 * @ms: from now
 */
void swcci_destination_self_later(struct swcci_destinations *all, u32 ms)
{
	spin_lock(&all->self->lock);
	if (!all->stopped)
		queue_delayed_work(all->workqueue, &all->self_work,
				   msecs_to_jiffies(ms) + 1);
	spin_unlock(&all->self->lock);
}

/**
 * swcci_destination_self_stop() - end self_work, and queue it no more
 * @all: of the function; its mailbox is dead, so a round under way ends soon
 *
 * Sleeps.
 */
void swcci_destination_self_stop(struct swcci_destinations *all)
{
	spin_lock(&all->self->lock);
	all->stopped = true;
	spin_unlock(&all->self->lock);
	cancel_delayed_work_sync(&all->self_work);
}

/* ---- DESTINATIONS ---- */

static void describe(struct swcci_destinations *all, struct swcci_destination *d,
		     struct cxl_switch_cci_destination *entry)
{
	const struct swcci_identity *identity = &d->facts.identity;

	memset(entry, 0, sizeof(*entry));
	entry->fresh = facts_are_fresh(all, d, 0);
	entry->depth = d->path.depth;
	for (int i = 0; i < d->path.depth; i++) {
		entry->target[i] = d->path.hop[i].target;
		entry->id[i] = d->path.hop[i].id;
	}
	spin_lock(&d->lock);
	entry->knowledge = d->queried ? (u8)d->facts.knowledge : CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	entry->failure = -d->facts.failure;
	entry->component_type = identity->component_type;
	entry->vendor_id = identity->vendor_id;
	entry->device_id = identity->device_id;
	entry->serial = identity->serial;
	if (d == all->self)
		entry->component_type = all->component.type;
	entry->age_ms = ktime_ms_delta(ktime_get(), d->queried_at);
	entry->slow_ms = swcci_slow_for_ms(&d->slow, now_ms());
	spin_unlock(&d->lock);
}

/**
 * swcci_destinations_list() - describe destinations, for DESTINATIONS
 * @all: of the function
 * @entries: result
 * @room: of @entries
 * @cursor: in: 0, or where the last call stopped; out: where to go on, or 0
 *
 * Sends nothing. Sleeps.
 *
 * Return: how many entries were filled.
 */
u32 swcci_destinations_list(struct swcci_destinations *all,
			    struct cxl_switch_cci_destination *entries, u32 room, u64 *cursor)
{
	unsigned long key = min_t(u64, *cursor, ULONG_MAX);
	struct swcci_destination *d;
	u32 filled = 0;

	*cursor = 0;
	mutex_lock(&all->lock);
	xa_for_each_start(&all->all, key, d, key) {
		if (filled == room) {
			*cursor = key;
			break;
		}
		describe(all, d, &entries[filled++]);
	}
	mutex_unlock(&all->lock);
	return filled;
}
