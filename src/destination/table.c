// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of destinations by the key of their path: insertion, eviction, life.
 * Knows none of their facts.
 */
#include "destination_internal.h"

#include <linux/slab.h>

#include "cxl_switch_cci.h"

/*
 * Twice 256 ports of 16 LDs. Beyond that one is evicted, so that many paths cost time, not
 * memory.
 */
#define DESTINATIONS_MAX	8192
/* Entries examined for one eviction, of each kind. */
#define EVICTION_TRIES		32

/* Mark in the table: the last round got no answer, or there was none yet. */
#define UNANSWERED		XA_MARK_0

/* Return: with a reference, or NULL. */
struct swcci_destination *swcci_destinations_find(struct swcci_destinations *all,
						  unsigned long key)
{
	struct swcci_destination *d;

	xa_lock(&all->all);
	d = xa_load(&all->all, key);
	if (d)
		refcount_inc(&d->references);
	xa_unlock(&all->all);
	return d;
}

/* Not in use, and no time-out is forgotten. */
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

/* Invented paths get no answer: they evict one another, not a path that answers. */
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
	*destination = swcci_destinations_find(all, key);
	if (*destination)
		return 0;
	rc = make_room(all);
	if (rc)
		return rc;
	d = make(path);
	if (!d)
		return -ENOMEM;
	rc = xa_err(xa_store(&all->all, key, d, GFP_KERNEL_ACCOUNT));
	if (rc)
		goto err_put;
	xa_set_mark(&all->all, key, UNANSWERED);
	all->count++;
	refcount_inc(&d->references);		/* the caller's */
	*destination = d;
	return 0;

err_put:
	swcci_destination_put(d);
	return rc;
}

/**
 * swcci_destination_get() - the destination of a path
 * @all: of the function
 * @path: where
 * @destination: result, to be given back with swcci_destination_put()
 *
 * Sends nothing. Killable; takes destinations.lock if the path is new.
 *
 * Return: 0; -EINTR; -ENOMEM; -EBUSY: the table is full, and no entry that was
 * examined can be evicted.
 */
int swcci_destination_get(struct swcci_destinations *all, const struct swcci_tunnel_path *path,
			  struct swcci_destination **destination)
{
	int rc;

	*destination = swcci_destinations_find(all, swcci_tunnel_key(path));
	if (*destination)
		return 0;
	if (mutex_lock_killable(&all->lock))
		return -EINTR;
	rc = insert(all, path, destination);
	mutex_unlock(&all->lock);
	return rc;
}

/* Whether @d may be evicted before those that answer. */
void swcci_destinations_mark(struct swcci_destinations *all, struct swcci_destination *d,
			     bool answered)
{
	unsigned long key = swcci_tunnel_key(&d->path);

	xa_lock(&all->all);
	if (answered)
		__xa_clear_mark(&all->all, key, UNANSWERED);
	else
		__xa_set_mark(&all->all, key, UNANSWERED);
	xa_unlock(&all->all);
}

/* ---- life ---- */

/**
 * swcci_destinations_init() - an empty table, but for the function itself
 * @all: zeroed; to be undone by swcci_destinations_free(), whatever is returned
 * @workqueue: of self_work, which the caller initializes
 * @mailbox: of the function; not used before the first query
 * @last_command_id: counts the commands of the function
 * @number: N of the node, for traces
 *
 * Return: 0, -ENOMEM.
 */
int swcci_destinations_init(struct swcci_destinations *all, struct workqueue_struct *workqueue,
			    struct swcci_mailbox *mailbox, atomic64_t *last_command_id, u32 number)
{
	static const struct swcci_tunnel_path itself;

	all->workqueue = workqueue;
	all->channel.mailbox = mailbox;
	all->channel.last_command_id = last_command_id;
	all->channel.number = number;
	xa_init(&all->all);
	mutex_init(&all->lock);
	all->component.type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	return swcci_destination_get(all, &itself, &all->self);
}

/* The last reference to the device is gone: no client is left. */
void swcci_destinations_free(struct swcci_destinations *all)
{
	struct swcci_destination *d;
	unsigned long key;

	swcci_destination_put(all->self);
	xa_for_each(&all->all, key, d)
		swcci_destination_put(d);
	xa_destroy(&all->all);
	mutex_destroy(&all->lock);
}
