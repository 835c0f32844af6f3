// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that sleeps, and draws one line on standard error until the answer
 * has arrived.
 */
#include "patience.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "cci/transport.h"

#define FIRST_MS	1000
#define AGAIN_MS	500
#define WHAT_SIZE	160

/*
 * @lock protects all fields except @runs, which only the main thread uses.
 * @stops: the thread must end
 * @waits: a command is in progress
 * @shown: the line is on the screen
 */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t told;
	pthread_t thread;
	struct timespec began;
	bool runs, stops, waits, shown;
	char what[WHAT_SIZE];
} patience = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void add_ms(struct timespec *time, long milliseconds)
{
	time->tv_sec += milliseconds / 1000;
	time->tv_nsec += milliseconds % 1000 * 1000000;
	if (time->tv_nsec >= 1000000000) {
		time->tv_nsec -= 1000000000;
		time->tv_sec++;
	}
}

/* Called with the lock held. */
static void show(void)
{
	struct timespec now;

	if (!patience.waits || patience.stops)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(stderr, "\r%s ... %ld s\033[K", patience.what,
		(long)(now.tv_sec - patience.began.tv_sec));
	fflush(stderr);
	patience.shown = true;
}

static void *look(void *unused)
{
	struct timespec next;

	(void)unused;
	pthread_mutex_lock(&patience.lock);
	next = patience.began;
	add_ms(&next, FIRST_MS);
	while (!patience.stops) {
		if (!pthread_cond_timedwait(&patience.told, &patience.lock, &next))
			continue;
		show();
		add_ms(&next, AGAIN_MS);
	}
	pthread_mutex_unlock(&patience.lock);
	return NULL;
}

static void begin_wait(const char *what)
{
	pthread_mutex_lock(&patience.lock);
	snprintf(patience.what, sizeof(patience.what), "%s", what);
	patience.waits = true;
	pthread_mutex_unlock(&patience.lock);
}

static void end_wait(void)
{
	pthread_mutex_lock(&patience.lock);
	if (patience.shown)
		fputs("\r\033[K", stderr);
	patience.shown = false;
	patience.waits = false;
	pthread_mutex_unlock(&patience.lock);
}

/* Block all signals here: they have to end the sleeps of the main thread. */
static bool create(void)
{
	sigset_t all, before;
	bool created;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	created = !pthread_create(&patience.thread, NULL, look, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return created;
}

void patience_start(void)
{
	pthread_condattr_t attributes;

	if (patience.runs)
		return;
	patience.stops = false;
	clock_gettime(CLOCK_MONOTONIC, &patience.began);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&patience.told, &attributes);
	pthread_condattr_destroy(&attributes);
	patience.runs = create();
	if (patience.runs)
		transport_watcher = (struct transport_watcher){ begin_wait, end_wait };
}

void patience_stop(void)
{
	if (!patience.runs)
		return;
	transport_watcher = (struct transport_watcher){ 0 };
	end_wait();
	pthread_mutex_lock(&patience.lock);
	patience.stops = true;
	pthread_cond_signal(&patience.told);
	pthread_mutex_unlock(&patience.lock);
	pthread_join(patience.thread, NULL);
	pthread_cond_destroy(&patience.told);
	patience.runs = false;
}

bool patience_runs(void)
{
	return patience.runs;
}
