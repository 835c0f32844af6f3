// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host stand-in for kernel primitives: see shim.h. One mutex, the world's,
 * guards tasks, completions and wait queues: a wake-up is never lost, as in the
 * kernel, and a completion on a stack may go as soon as its waiter is woken.
 */
#include "shim.h"

#include <stdlib.h>
#include <time.h>

#define LONGEST_WAIT_MS		20000	/* beyond it, a wait counts as endless */
#define NS_PER_JIFFY		4000000L

static pthread_mutex_t world = PTHREAD_MUTEX_INITIALIZER;
static unsigned int splats;

void shim_splat(const char *text)
{
	fprintf(stderr, "# splat: %s\n", text);
	__atomic_add_fetch(&splats, 1, __ATOMIC_RELAXED);
}

unsigned int shim_splats(void)
{
	return __atomic_exchange_n(&splats, 0, __ATOMIC_RELAXED);
}

/* ---- time ---- */

ktime_t ktime_get(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (s64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, ktime_t when)
{
	struct timespec at = { .tv_sec = when / 1000000000, .tv_nsec = when % 1000000000 };

	pthread_cond_timedwait(condition, mutex, &at);
}

/* A test that hangs says where, and ends. */
static void not_for_ever(ktime_t start, const char *what)
{
	if (ktime_ms_delta(ktime_get(), start) < LONGEST_WAIT_MS)
		return;
	fprintf(stderr, "# endless wait: %s\n", what);
	abort();
}

/* ---- tasks ---- */

static __thread struct task_struct *this_task;
static __thread struct task_struct this_task_storage;

struct task_struct *shim_current(void)
{
	if (!this_task) {
		condition_init(&this_task_storage.wake);
		this_task = &this_task_storage;
	}
	return this_task;
}

void shim_kill(struct task_struct *task)
{
	pthread_mutex_lock(&world);
	task->killed = true;
	pthread_cond_signal(&task->wake);
	pthread_mutex_unlock(&world);
}

void shim_signal(struct task_struct *task)
{
	pthread_mutex_lock(&world);
	task->signalled = true;
	pthread_cond_signal(&task->wake);
	pthread_mutex_unlock(&world);
}

bool shim_revive(void)
{
	bool killed;

	pthread_mutex_lock(&world);
	killed = current->killed;
	current->killed = false;
	current->signalled = false;
	pthread_mutex_unlock(&world);
	return killed;
}

void shim_before_lock(struct task_struct *task, void (*hook)(void *context), void *context)
{
	pthread_mutex_lock(&world);
	task->before_lock = hook;
	task->before_lock_context = context;
	pthread_mutex_unlock(&world);
}

bool fatal_signal_pending(struct task_struct *task)
{
	bool killed;

	pthread_mutex_lock(&world);
	killed = task->killed;
	pthread_mutex_unlock(&world);
	return killed;
}

void might_sleep(void)
{
	if (shim_current()->spinlocks)
		shim_splat("sleeps under a spinlock");
}

/* ---- spinlocks ---- */

void spin_lock_init(spinlock_t *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
	lock->holder = NULL;
}

static void run_hook(struct task_struct *task)
{
	void (*hook)(void *context);
	void *context;

	pthread_mutex_lock(&world);
	hook = task->before_lock;
	context = task->before_lock_context;
	task->before_lock = NULL;
	pthread_mutex_unlock(&world);
	if (hook)
		hook(context);
}

void spin_lock(spinlock_t *lock)
{
	run_hook(current);
	pthread_mutex_lock(&lock->mutex);
	__atomic_store_n(&lock->holder, current, __ATOMIC_RELAXED);
	current->spinlocks++;
}

void spin_unlock(spinlock_t *lock)
{
	if (!shim_holds(lock))
		shim_splat("unlocks a spinlock that another task holds");
	current->spinlocks--;
	__atomic_store_n(&lock->holder, NULL, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&lock->mutex);
}

bool shim_holds(spinlock_t *lock)
{
	return __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) == current;
}

/* ---- lockdep ---- */

void lock_map_acquire(struct lockdep_map *map)
{
	if (!map->name || current->turns++)
		shim_splat("takes a turn inside a turn");
}

void lock_map_release(struct lockdep_map *map)
{
	if (!map->name || current->turns-- != 1)
		shim_splat("ends a turn that it has not");
}

/* ---- completions ---- */

void init_completion(struct completion *completion)
{
	*completion = (struct completion){ 0 };
}

void complete(struct completion *completion)
{
	pthread_mutex_lock(&world);
	completion->done++;
	if (completion->waiter)
		pthread_cond_signal(&completion->waiter->wake);
	pthread_mutex_unlock(&world);
}

/* A completion counts even for a caller that is killed or late. */
static long wait_for_completion(struct completion *completion, unsigned long timeout,
				bool interruptible)
{
	bool endless = timeout == (unsigned long)MAX_SCHEDULE_TIMEOUT;
	ktime_t start = ktime_get();
	ktime_t until = start + (s64)(endless ? 0 : timeout) * NS_PER_JIFFY;
	long rc = 1;

	might_sleep();
	pthread_mutex_lock(&world);
	completion->waiter = current;
	while (!completion->done) {
		if (current->killed || (interruptible && current->signalled)) {
			rc = -ERESTARTSYS;
			break;
		}
		if (!endless && ktime_get() >= until) {
			rc = 0;
			break;
		}
		not_for_ever(start, "completion");
		wait_until(&current->wake, &world, endless ? ktime_get() + 1000000000 : until);
	}
	if (completion->done)
		completion->done--;
	completion->waiter = NULL;
	pthread_mutex_unlock(&world);
	return rc;
}

long wait_for_completion_killable_timeout(struct completion *completion, unsigned long timeout)
{
	return wait_for_completion(completion, timeout, false);
}

long wait_for_completion_interruptible_timeout(struct completion *completion,
					       unsigned long timeout)
{
	return wait_for_completion(completion, timeout, true);
}

/* ---- wait queues ---- */

void init_waitqueue_head(wait_queue_head_t *head)
{
	head->first = NULL;
}

void prepare_to_wait(wait_queue_head_t *head, struct shim_wait *wait, int state)
{
	pthread_mutex_lock(&world);
	wait->next = head->first;
	head->first = wait;
	wait->task->woken = false;
	wait->task->state = state;
	pthread_mutex_unlock(&world);
}

void finish_wait(wait_queue_head_t *head, struct shim_wait *wait)
{
	struct shim_wait **place = &head->first;

	pthread_mutex_lock(&world);
	while (*place && *place != wait)
		place = &(*place)->next;
	if (*place)
		*place = wait->next;
	wait->task->state = TASK_RUNNING;
	pthread_mutex_unlock(&world);
}

void wake_up_all(wait_queue_head_t *head)
{
	pthread_mutex_lock(&world);
	for (struct shim_wait *wait = head->first; wait; wait = wait->next) {
		wait->task->woken = true;
		pthread_cond_signal(&wait->task->wake);
	}
	pthread_mutex_unlock(&world);
}

/* As late as the slack allows: no caller may rely on the earliest moment. */
int schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode)
{
	ktime_t until = ktime_get() + *expires + (s64)delta;
	struct task_struct *task = current;

	might_sleep();
	if (mode != HRTIMER_MODE_REL)
		shim_splat("absolute time-outs are not made here");
	pthread_mutex_lock(&world);
	if (task->state == TASK_RUNNING) {
		pthread_mutex_unlock(&world);
		shim_splat("schedules while it is running");
		return 0;
	}
	while (!task->woken && !(task->state == TASK_KILLABLE && task->killed) &&
	       ktime_get() < until)
		wait_until(&task->wake, &world, until);
	task->state = TASK_RUNNING;
	pthread_mutex_unlock(&world);
	return 0;
}

/* ---- sleepable RCU ---- */

bool shim_out_of_memory;

int init_srcu_struct(struct srcu_struct *srcu)
{
	if (shim_out_of_memory)
		return -ENOMEM;
	memset(srcu, 0, sizeof(*srcu));
	srcu->made = true;
	pthread_mutex_init(&srcu->mutex, NULL);
	condition_init(&srcu->left);
	return 0;
}

void cleanup_srcu_struct(struct srcu_struct *srcu)
{
	if (srcu->readers[0] || srcu->readers[1])
		shim_splat("cleans up what is still read");
	if (!srcu->made)
		shim_splat("cleans up what was never made");
	srcu->made = false;
	pthread_cond_destroy(&srcu->left);
	pthread_mutex_destroy(&srcu->mutex);
}

int srcu_read_lock(struct srcu_struct *srcu)
{
	int index;

	pthread_mutex_lock(&srcu->mutex);
	index = srcu->index;
	srcu->readers[index]++;
	pthread_mutex_unlock(&srcu->mutex);
	return index;
}

void srcu_read_unlock(struct srcu_struct *srcu, int index)
{
	pthread_mutex_lock(&srcu->mutex);
	srcu->readers[index]--;
	pthread_cond_broadcast(&srcu->left);
	pthread_mutex_unlock(&srcu->mutex);
}

/* Waits for those inside now, not for those who come. */
void synchronize_srcu_expedited(struct srcu_struct *srcu)
{
	ktime_t start = ktime_get();
	int old;

	might_sleep();
	pthread_mutex_lock(&srcu->mutex);
	for (int phase = 0; phase < 2; phase++) {
		old = srcu->index;
		srcu->index = !old;
		while (srcu->readers[old]) {
			not_for_ever(start, "srcu");
			wait_until(&srcu->left, &srcu->mutex, ktime_get() + 1000000000);
		}
	}
	pthread_mutex_unlock(&srcu->mutex);
}

/* ---- delayed work ---- */

static struct delayed_work *next_due(struct workqueue_struct *queue, ktime_t *when)
{
	struct delayed_work *next = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(queue->works); i++)
		if (queue->works[i] && queue->works[i]->pending &&
		    (!next || queue->works[i]->due < next->due))
			next = queue->works[i];
	*when = next ? next->due : ktime_get() + 1000000000;
	return next;
}

static void *work_thread(void *argument)
{
	struct workqueue_struct *queue = argument;
	struct delayed_work *next;
	ktime_t when;

	pthread_mutex_lock(&queue->mutex);
	while (!queue->stopping) {
		next = next_due(queue, &when);
		if (!next || when > ktime_get()) {
			wait_until(&queue->changed, &queue->mutex, when);
			continue;
		}
		next->pending = false;
		queue->running = next;
		pthread_mutex_unlock(&queue->mutex);
		next->work.function(&next->work);
		pthread_mutex_lock(&queue->mutex);
		queue->running = NULL;
		pthread_cond_broadcast(&queue->changed);
	}
	pthread_mutex_unlock(&queue->mutex);
	return NULL;
}

void shim_workqueue_start(struct workqueue_struct *queue)
{
	memset(queue, 0, sizeof(*queue));
	pthread_mutex_init(&queue->mutex, NULL);
	condition_init(&queue->changed);
	pthread_create(&queue->thread, NULL, work_thread, queue);
}

void shim_workqueue_stop(struct workqueue_struct *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->stopping = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
	pthread_join(queue->thread, NULL);
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->mutex);
}

static void know_work(struct workqueue_struct *queue, struct delayed_work *work)
{
	for (size_t i = 0; i < ARRAY_SIZE(queue->works); i++) {
		if (queue->works[i] && queue->works[i] != work)
			continue;
		queue->works[i] = work;
		__atomic_store_n(&work->queue, queue, __ATOMIC_RELAXED);
		return;
	}
	abort();
}

/* May be called under a spinlock; while a cancel waits, nothing is queued. */
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work,
		      unsigned long delay)
{
	bool was_pending;

	pthread_mutex_lock(&queue->mutex);
	know_work(queue, work);
	was_pending = work->pending;
	if (!work->cancelling) {
		work->pending = true;
		work->due = ktime_get() + (s64)delay * NS_PER_JIFFY;
		pthread_cond_broadcast(&queue->changed);
	}
	pthread_mutex_unlock(&queue->mutex);
	return was_pending;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	struct workqueue_struct *queue = __atomic_load_n(&work->queue, __ATOMIC_RELAXED);
	ktime_t start = ktime_get();
	bool was_pending;

	might_sleep();
	if (!queue)
		return false;
	pthread_mutex_lock(&queue->mutex);
	was_pending = work->pending;
	work->pending = false;
	work->cancelling++;
	while (queue->running == work) {
		not_for_ever(start, "cancelled work");
		wait_until(&queue->changed, &queue->mutex, ktime_get() + 1000000000);
	}
	work->cancelling--;
	pthread_mutex_unlock(&queue->mutex);
	return was_pending;
}

bool shim_work_busy(struct delayed_work *work)
{
	struct workqueue_struct *queue = __atomic_load_n(&work->queue, __ATOMIC_RELAXED);
	bool busy;

	if (!queue)
		return false;
	pthread_mutex_lock(&queue->mutex);
	busy = work->pending || queue->running == work;
	pthread_mutex_unlock(&queue->mutex);
	return busy;
}
