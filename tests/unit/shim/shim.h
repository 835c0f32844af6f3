/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host stand-in for the kernel primitives that the mailbox uses, on threads. Each
 * keeps the promises of the kernel's (who is woken by what, what may not sleep)
 * and nothing more. Faults of the code under test are counted as splats.
 */
#ifndef SHIM_H
#define SHIM_H

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#define ERESTARTSYS		512

#define BIT(n)			(1UL << (n))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) \
	((type *)(void *)((char *)(p) - offsetof(type, member)))
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), (value), __ATOMIC_RELAXED)
#define min_t(type, a, b) \
	({ type min_a = (a); type min_b = (b); min_a < min_b ? min_a : min_b; })
#define max_t(type, a, b) \
	({ type max_a = (a); type max_b = (b); max_a > max_b ? max_a : max_b; })
#define min(a, b)		min_t(__auto_type, a, b)
#define max(a, b)		max_t(__auto_type, a, b)
#define clamp_t(type, v, low, high)	min_t(type, max_t(type, v, low), high)
#define WARN_ON_ONCE(condition) \
	(!!(condition) && (shim_splat("warning: " #condition), true))

/* ---- faults of the code under test ---- */

void shim_splat(const char *text);
/* How many so far; the count starts over. */
unsigned int shim_splats(void);

/* ---- tasks: threads that can be killed ---- */

struct task_struct {
	pthread_cond_t wake;
	bool woken;
	bool killed;
	bool signalled;		/* by one that does not kill */
	int state;
	int spinlocks;		/* held; nothing may sleep */
	int turns;		/* lockdep maps held */
	/* the next spin_lock() of this task calls it first, once */
	void (*before_lock)(void *context);
	void *before_lock_context;
};

struct task_struct *shim_current(void);
void shim_kill(struct task_struct *task);
void shim_signal(struct task_struct *task);
bool shim_revive(void);	/* the current one, of any signal; was it killed? */
void shim_before_lock(struct task_struct *task, void (*hook)(void *context), void *context);
bool fatal_signal_pending(struct task_struct *task);
void might_sleep(void);
#define cond_resched()		might_sleep()

#define current			shim_current()
#define TASK_RUNNING		0
#define TASK_KILLABLE		0x102
#define cpu_relax()		((void)0)

/* The host reads in order; this is for the compiler. */
static inline void rmb(void)
{
	__asm__ volatile("" ::: "memory");
}

/* ---- time ---- */

#define ktime_t			s64

#define KTIME_MAX		INT64_MAX
#define NSEC_PER_USEC		1000L
#define NSEC_PER_MSEC		1000000L
#define MAX_SCHEDULE_TIMEOUT	LONG_MAX
#define HRTIMER_MODE_REL	1

ktime_t ktime_get(void);
static inline ktime_t ktime_sub(ktime_t a, ktime_t b) { return a - b; }
static inline ktime_t ktime_add_ms(ktime_t t, u64 ms) { return t + (s64)ms * NSEC_PER_MSEC; }
static inline s64 ktime_ms_delta(ktime_t a, ktime_t b) { return (a - b) / NSEC_PER_MSEC; }
static inline bool ktime_after(ktime_t a, ktime_t b) { return a > b; }
static inline bool ktime_before(ktime_t a, ktime_t b) { return a < b; }
static inline s64 ktime_to_ns(ktime_t t) { return t; }
static inline ktime_t ns_to_ktime(u64 ns) { return (s64)ns; }
/* 250 Hz: code that takes jiffies for milliseconds is found out */
static inline unsigned long msecs_to_jiffies(unsigned int ms) { return ((u64)ms + 3) / 4; }

/* ---- spinlocks ---- */

struct shim_spinlock {
	pthread_mutex_t mutex;
	struct task_struct *holder;
};

#define spinlock_t		struct shim_spinlock

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
bool shim_holds(spinlock_t *lock);

/* ---- lockdep ---- */

#define CONFIG_LOCKDEP		1

struct lock_class_key { char unused; };
struct lockdep_map { const char *name; };

#define lockdep_assert_held(lock) \
	(shim_holds(lock) ? (void)0 : shim_splat("not held: " #lock))
#define lockdep_init_map(map, title, key, subclass) \
	((map)->name = (title), (void)(key), (void)(subclass))
void lock_map_acquire(struct lockdep_map *map);
void lock_map_release(struct lockdep_map *map);

/* ---- completions: one waiter each ---- */

struct completion {
	unsigned int done;
	struct task_struct *waiter;
};

void init_completion(struct completion *completion);
void complete(struct completion *completion);
long wait_for_completion_killable_timeout(struct completion *completion, unsigned long timeout);
long wait_for_completion_interruptible_timeout(struct completion *completion,
					       unsigned long timeout);

/* ---- wait queues ---- */

struct shim_wait {
	struct task_struct *task;
	struct shim_wait *next;
};

struct shim_wait_head {
	struct shim_wait *first;
};

#define wait_queue_head_t	struct shim_wait_head

#define DEFINE_WAIT(name)	struct shim_wait name = { shim_current(), NULL }

void init_waitqueue_head(wait_queue_head_t *head);
void prepare_to_wait(wait_queue_head_t *head, struct shim_wait *wait, int state);
void finish_wait(wait_queue_head_t *head, struct shim_wait *wait);
void wake_up_all(wait_queue_head_t *head);
int schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode);

/* ---- sleepable RCU ---- */

struct srcu_struct {
	pthread_mutex_t mutex;
	pthread_cond_t left;
	bool made;
	int index;
	int readers[2];
};

extern bool shim_out_of_memory;	/* init_srcu_struct() fails */

int init_srcu_struct(struct srcu_struct *srcu);
void cleanup_srcu_struct(struct srcu_struct *srcu);
int srcu_read_lock(struct srcu_struct *srcu);
void srcu_read_unlock(struct srcu_struct *srcu, int index);
void synchronize_srcu_expedited(struct srcu_struct *srcu);

/* ---- delayed work, on a thread of the workqueue's own ---- */

struct work_struct {
	void (*function)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	struct workqueue_struct *queue;
	bool pending;
	int cancelling;
	ktime_t due;
};

/* As many delayed works as the tests need. */
struct workqueue_struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	pthread_t thread;
	bool stopping;
	struct delayed_work *works[4];
	struct delayed_work *running;
};

#define INIT_DELAYED_WORK(dwork, f) \
	(*(dwork) = (struct delayed_work){ .work = { .function = (f) } })
#define to_delayed_work(w)	container_of(w, struct delayed_work, work)

void shim_workqueue_start(struct workqueue_struct *queue);
void shim_workqueue_stop(struct workqueue_struct *queue);
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work,
		      unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);
/* Will it run, or does it? */
bool shim_work_busy(struct delayed_work *work);

#endif /* SHIM_H */
