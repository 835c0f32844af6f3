// SPDX-License-Identifier: GPL-2.0-only
/*
 * See mailbox_bench.h. Everything here is bounded in time: a test that hangs
 * fails and says what it waited for.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE		/* pthread_timedjoin_np() */
#endif
#include "mailbox_bench.h"

#include <time.h>
#include <unistd.h>

#define PATIENCE_MS	15000

struct bench bench;
static u32 turns;

/* ---- what the mailbox calls ---- */

static void not_under_lock(void)
{
	if (current->spinlocks)
		shim_splat("callback under a spinlock");
}

/* What it was counts before anybody else may send. */
static void before_the_next_turn(struct swcci_mailbox *mailbox)
{
	enum swcci_mailbox_state state = mailbox_state(mailbox);

	if (state == MAILBOX_IDLE || state == MAILBOX_OWNED)
		shim_splat("retired after the turn was handed on");
}

static void bench_retire(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
			 const struct swcci_mailbox_late_answer *answer)
{
	not_under_lock();
	before_the_next_turn(mailbox);
	pthread_mutex_lock(&bench.mutex);
	bench.retired[bench.retirements++ % BENCH_RETIRED] = (struct bench_retired){
		.id = ticket->id, .context = ticket->context, .overdue = ticket->overdue,
		.answer = *answer,
	};
	pthread_mutex_unlock(&bench.mutex);
}

static void bench_state_changed(struct swcci_mailbox *mailbox)
{
	(void)mailbox;
	not_under_lock();
	pthread_mutex_lock(&bench.mutex);
	bench.state_changes++;
	pthread_mutex_unlock(&bench.mutex);
}

/* In the context of an interrupt: no mutex. */
static void bench_interrupted(struct swcci_mailbox *mailbox)
{
	(void)mailbox;
	__atomic_add_fetch(&bench.interrupts, 1, __ATOMIC_RELAXED);
}

static const struct swcci_mailbox_ops ops = {
	.retired = bench_retire,
	.state_changed = bench_state_changed,
	.interrupted = bench_interrupted,
};

/* ---- the gate ---- */

/* Return: the gate that holds this access, or 0. */
static u32 gate_at(u32 offset)
{
	u32 gate = 0;

	pthread_mutex_lock(&bench.mutex);
	if (bench.gate_closed && offset == bench.gate_offset) {
		if (bench.gate_skip)
			bench.gate_skip--;
		else
			gate = bench.gates;
	}
	bench.at_gate = gate;
	pthread_mutex_unlock(&bench.mutex);
	return gate;
}

static bool gate_closed(u32 gate)
{
	bool closed;

	pthread_mutex_lock(&bench.mutex);
	closed = bench.gate_closed && bench.gates == gate;
	pthread_mutex_unlock(&bench.mutex);
	return closed;
}

static void stop_at_gate(struct fake_registers *fake, u32 offset, bool write)
{
	u32 gate;

	(void)fake;
	if (write || !pthread_equal(pthread_self(), bench.queue.thread))
		return;
	gate = gate_at(offset);
	while (gate && gate_closed(gate))
		sleep_ms(1);
}

void close_gate(u32 offset, u32 skip)
{
	pthread_mutex_lock(&bench.mutex);
	bench.gate_offset = offset;
	bench.gate_skip = skip;
	bench.gate_closed = true;
	bench.gates++;
	bench.at_gate = false;
	pthread_mutex_unlock(&bench.mutex);
}

void open_gate(void)
{
	pthread_mutex_lock(&bench.mutex);
	bench.gate_closed = false;
	pthread_mutex_unlock(&bench.mutex);
}

bool await_gate(unsigned int ms)
{
	bool at_gate = false;

	for (ktime_t until = in_ms(ms); !at_gate && ktime_before(ktime_get(), until);) {
		sleep_ms(1);
		pthread_mutex_lock(&bench.mutex);
		at_gate = bench.at_gate;
		pthread_mutex_unlock(&bench.mutex);
	}
	return at_gate;
}

/* ---- life ---- */

static int create(u32 payload_size, u32 command_timeout_ms)
{
	const struct swcci_mailbox_capability capability = { .payload_size = payload_size };

	memset(&bench, 0, sizeof(bench));
	turns = 0;
	shim_splats();
	pthread_mutex_init(&bench.mutex, NULL);
	fake_create(&bench.fake, payload_size);
	bench.fake.on_access = stop_at_gate;
	shim_workqueue_start(&bench.queue);
	fake_forbid(&bench.fake, true);
	if (swcci_mailbox_init(&bench.mailbox, &ops, bench.fake.base, &capability, &bench.queue,
			       command_timeout_ms))
		return -1;
	fake_forbid(&bench.fake, false);
	swcci_mailbox_thaw(&bench.mailbox);
	fake_count_from_here(&bench.fake);
	return mailbox_state(&bench.mailbox) == MAILBOX_IDLE ? 0 : -1;
}

int bench_create(void **state)
{
	(void)state;
	return create(BENCH_PAYLOAD, 2000);
}

int bench_create_impatient(void **state)
{
	(void)state;
	return create(BENCH_PAYLOAD, 500);
}

int bench_create_large(void **state)
{
	(void)state;
	return create(FAKE_PAYLOAD_MAX, 2000);
}

/* No access after swcci_mailbox_quiesce(), no broken rule, no splat: in every test. */
int bench_destroy(void **state)
{
	u32 bad;

	(void)state;
	open_gate();
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	fake_forbid(&bench.fake, true);
	if (shim_work_busy(&bench.mailbox.drain))
		shim_splat("work left behind");
	sleep_ms(30);
	swcci_mailbox_destroy(&bench.mailbox);
	shim_workqueue_stop(&bench.queue);
	bad = bench.fake.violations + shim_splats();
	for (u32 i = 0; i < min_t(u32, bench.fake.violations, FAKE_VIOLATIONS); i++)
		fprintf(stderr, "# violation: %s\n", bench.fake.violation[i]);
	fake_destroy(&bench.fake);
	return bad ? -1 : 0;
}

/* ---- waiting ---- */

ktime_t in_ms(s64 ms)
{
	return ktime_get() + ms * NSEC_PER_MSEC;
}

void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

void assert_state(enum swcci_mailbox_state state)
{
	assert_int_equal(mailbox_state(&bench.mailbox), state);
}

static u32 queue_length(void)
{
	u32 length = 0;

	spin_lock(&bench.mailbox.lock);
	for (struct list_head *node = bench.mailbox.queue.next; node != &bench.mailbox.queue;
	     node = node->next)
		length++;
	spin_unlock(&bench.mailbox.lock);
	return length;
}

static u32 retirements(void)
{
	u32 count;

	pthread_mutex_lock(&bench.mutex);
	count = bench.retirements;
	pthread_mutex_unlock(&bench.mutex);
	return count;
}

#define AWAIT(condition) do { \
	ktime_t until = in_ms(PATIENCE_MS); \
	while (!(condition)) { \
		if (ktime_after(ktime_get(), until)) \
			fail_msg("waited in vain for: %s", #condition); \
		sleep_ms(1); \
	} \
} while (0)

void await_state(enum swcci_mailbox_state state)
{
	AWAIT(mailbox_state(&bench.mailbox) == state);
}

void await_busy(void)
{
	AWAIT(fake_busy(&bench.fake));
}

void await_queue(u32 length)
{
	AWAIT(queue_length() == length);
}

void await_retirements(u32 count)
{
	AWAIT(retirements() >= count);
}

void assert_retirements(u32 count)
{
	assert_int_equal(retirements(), count);
}

void assert_retired_once(u64 id, bool answered, u16 return_code)
{
	await_retirements(1);
	sleep_ms(30);
	assert_retirements(1);
	assert_true(bench.retired[0].id == id);
	assert_int_equal(bench.retired[0].answer.answered, answered);
	if (answered)
		assert_int_equal(bench.retired[0].answer.return_code, return_code);
}

u32 state_changes(void)
{
	u32 count;

	pthread_mutex_lock(&bench.mutex);
	count = bench.state_changes;
	pthread_mutex_unlock(&bench.mutex);
	return count;
}

/* ---- commands ---- */

/* Without 64-bit accesses the wide registers and the payload cost double. */
u32 accesses_of(u32 in_length, u32 copied)
{
	u32 wide = 3 + (in_length + 7) / 8 + (copied + 7) / 8;

	return 2 + wide * (IO_HALVES ? 2 : 1);
}

struct swcci_mailbox_command command_of(u64 id, const void *in, u32 in_length, void *out, u32 room)
{
	return (struct swcci_mailbox_command){
		.ticket = { .id = id, .opcode = OPCODE },
		.in = in, .in_length = in_length, .out = out, .out_room = room,
		.deadline = KTIME_MAX,
	};
}

int bench_execute(struct swcci_mailbox_command *command)
{
	struct swcci_mailbox_turn turn;
	int rc = swcci_mailbox_turn_begin(&bench.mailbox, &turn, in_ms(5000));

	assert_int_equal(rc, 0);
	assert_state(MAILBOX_OWNED);
	rc = swcci_mailbox_execute(&bench.mailbox, &turn, command);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	return rc;
}

static void *caller_main(void *argument)
{
	struct caller *caller = argument;
	struct timespec cpu;

	__atomic_store_n(&caller->task, current, __ATOMIC_RELEASE);
	caller->turn_rc = swcci_mailbox_turn_begin(&bench.mailbox, &caller->turn,
						   caller->turn_deadline);
	caller->rc = caller->turn_rc;
	if (!caller->turn_rc) {
		caller->place = __atomic_add_fetch(&turns, 1, __ATOMIC_RELAXED);
		caller->rc = swcci_mailbox_execute(&bench.mailbox, &caller->turn, &caller->command);
		if (caller->linger_ms)
			sleep_ms(caller->linger_ms);
		swcci_mailbox_turn_end(&bench.mailbox, &caller->turn);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	caller->cpu_ns = (u64)cpu.tv_sec * 1000000000 + (u64)cpu.tv_nsec;
	if (current->turns || current->spinlocks)
		shim_splat("a caller left with a lock");
	return NULL;
}

void caller_start(struct caller *caller, u64 id)
{
	caller->id = id;
	memcpy(caller->in, &id, 8);
	caller->command = command_of(id, caller->in, 8, caller->out, 8);
	if (!caller->turn_deadline)
		caller->turn_deadline = KTIME_MAX;
	if (caller->deadline)
		caller->command.deadline = caller->deadline;
	caller->task = NULL;
	assert_int_equal(pthread_create(&caller->thread, NULL, caller_main, caller), 0);
	AWAIT(__atomic_load_n(&caller->task, __ATOMIC_ACQUIRE));
}

void caller_kill(struct caller *caller)
{
	shim_kill(caller->task);
}

void caller_join(struct caller *caller)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_MS / 1000;
	if (pthread_timedjoin_np(caller->thread, NULL, &until))
		fail_msg("caller %llu does not come back", (unsigned long long)caller->id);
}

void assert_own_answer(const struct caller *caller)
{
	assert_int_equal(caller->turn_rc, 0);
	assert_int_equal(caller->rc, 0);
	assert_true(caller->command.submitted && caller->command.answered);
	assert_int_equal(caller->command.return_code, 0);
	assert_int_equal(caller->command.out_length, 8);
	assert_int_equal(caller->command.out_copied, 8);
	assert_memory_equal(caller->out, caller->in, 8);
}

void assert_serves(void)
{
	struct caller caller = { .turn_deadline = in_ms(5000) };

	bench.fake.serve = fake_echo;
	caller_start(&caller, 0x5e12e5);
	caller_join(&caller);
	assert_own_answer(&caller);
}

u32 turns_given(void)
{
	return __atomic_load_n(&turns, __ATOMIC_RELAXED);
}
