// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile users: processes with and without privileges, threads that share files, files
 * that are closed, passed on and inherited in the middle of a call, and all the time
 * unbinding, resets, kills and gates that open and close. Whatever they do, each call ends
 * with an errno that is documented for it and touches no byte that it was not given; and
 * then a normal client is served. What was reached is counted: a fuzzer that is turned
 * away at the door has shown nothing.
 *
 * FUZZ_IOCTLS: how many calls; FUZZ_SEED: which; FUZZ_LOCKDOWN: in the last fifth of them
 * the kernel is locked down, and stays so.
 */
#include "guest_background.h"
#include "guest_fuzz.h"
#include "guest_load.h"
#include "guest_lockdown.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define CALLS_DEFAULT	7000
#define PROCESSES	4
#define FILES		8
#define COOKIES		ARRAY_SIZE(((struct fuzz_world *)NULL)->cookies)
/* A call of ours waits for its turn and the device at most; this is for hangs. */
#define HANG_MS		60000
/* Instead of a call's errno: there is none to call on. */
#define NO_FILE		ENODEV
/* Operations of the model: some end by themselves, before they are cancelled. */
#define WORK_MS		1500
/* A fork costs as much as some forty calls, another file as more than ten. */
#define INHERITED_ONE_IN	1000
#define FILES_CHANGED_ONE_IN	100
#define SLOW_PORT_US	2000
#define PHASE_MAX	10000
#define LOCKED_PART	5
#define PROGRESS_MS	60000

/* ---- what all processes share ---- */

static struct shared {
	int64_t left;
	uint64_t seed;
	int stop;
	int complaints;
	char complaint[512];
	uint64_t cookies[COOKIES];	/* a ring */
	uint32_t next_cookie;
	struct guest_device device;
	int inbox[PROCESSES][2];	/* descriptors on their way to another process */
	struct fuzz_stats stats[PROCESSES][FUZZ_THREADS];
} *shared;

static bool over(void)
{
	return __atomic_load_n(&shared->left, __ATOMIC_RELAXED) <= 0 ||
	       __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

/* ---- one process ---- */

static const struct character {
	const char *name;
	int (*become)(void);
	unsigned int read_only;		/* of a hundred files */
} characters[PROCESSES] = {
	{ "root", NULL, 10 },
	{ "root without CAP_SYS_RAWIO", guest_drop_rawio, 20 },
	{ "nobody", guest_become_nobody, 20 },
	{ "a reader", NULL, 60 },
};

/* Its files, which its threads share: one closes what the other uses. */
struct process {
	unsigned int index, incarnation;
	struct fuzz_nuisance *nuisance;
	pthread_mutex_t lock;
	int file[FILES];
	uint32_t age[FILES];	/* moves with every change */
};

struct caller {
	struct process *process;
	unsigned int index;
	struct fuzz_random random;
	struct fuzz_world world;
	struct fuzz_call call, rival;
	struct fuzz_stats *stats;
	uint64_t calls;
};

/* ---- files ---- */

static int open_file(struct caller *caller)
{
	unsigned int read_only = characters[caller->process->index].read_only;
	int mode = fuzz_percent(&caller->random, read_only) ? O_RDONLY : O_RDWR;

	return open(shared->device.node, mode | O_NONBLOCK | O_CLOEXEC);
}

static int pass_on(struct caller *caller, int fd)
{
	unsigned int to = fuzz_below(&caller->random, PROCESSES);
	int from = shared->inbox[caller->process->index][0];

	if (fd >= 0)
		guest_send_fd(shared->inbox[to][1], fd);
	return guest_receive_fd(from);
}

/* Another file in its place: opened, copied, or somebody else's. */
static void change_file(struct caller *caller, unsigned int slot)
{
	struct process *process = caller->process;
	unsigned int how = fuzz_below(&caller->random, 10);
	int fd, old, other = process->file[fuzz_below(&caller->random, FILES)];

	if (how < 2 && other >= 0)
		fd = dup(other);
	else if (how < 4)
		fd = pass_on(caller, other);
	else
		fd = open_file(caller);
	pthread_mutex_lock(&process->lock);
	old = process->file[slot];
	__atomic_add_fetch(&process->age[slot], 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&process->file[slot], fd, __ATOMIC_SEQ_CST);
	if (old >= 0)
		close(old);
	__atomic_add_fetch(&process->age[slot], 1, __ATOMIC_SEQ_CST);
	pthread_mutex_unlock(&process->lock);
}

/* ---- a call ---- */

static void complain(struct caller *caller, const struct fuzz_outcome *outcome, const char *what)
{
	const struct fuzz_call *call = outcome->call;
	char text[sizeof(shared->complaint)];
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), "%s: %s ended with %s%s; seed %" PRIu64
				", %s, incarnation %u, thread %u, call %" PRIu64 "; image",
				what, fuzz_kind_names[call->kind],
				outcome->error < 0 ? "a positive result" :
				outcome->error ? strerrorname_np(outcome->error) : "success",
				outcome->rival ? ", raced" : "", shared->seed,
				characters[caller->process->index].name,
				caller->process->incarnation, caller->index, caller->calls);
	for (uint32_t i = 0; i < call->image_size && i < 80 && used + 4 < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%02x",
					 i % 4 ? "" : " ", call->image[i]);
	if (!__atomic_fetch_add(&shared->complaints, 1, __ATOMIC_SEQ_CST))
		memcpy(shared->complaint, text, sizeof(text));
	__atomic_store_n(&shared->stop, 1, __ATOMIC_SEQ_CST);
}

static int do_call(int fd, const struct fuzz_call *call)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	ssize_t result;

	switch (call->kind) {
	case FUZZ_READ:
		result = read(fd, (void *)(uintptr_t)call->out.address, call->out_room);
		return result < 0 ? errno : 0;
	case FUZZ_POLL:
		result = poll(&wanted, 1, 0);
		return result < 0 ? errno : 0;
	default:
		return guest_ioctl(fd, call->request, (void *)(uintptr_t)call->structure.address);
	}
}

/* In a child that inherited the file, and lives no longer than that. */
static int call_inherited(struct caller *caller, int fd)
{
	pid_t child = fork();
	int status = 0;

	if (!child)
		_exit(do_call(fd, &caller->call) & 0xff);
	if (child < 0)
		return do_call(fd, &caller->call);
	caller->stats->inherited++;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void remember_cookie(const struct cxl_switch_cci_send *send)
{
	uint32_t at;

	if (!send || !send->cookie)
		return;
	at = __atomic_fetch_add(&shared->next_cookie, 1, __ATOMIC_RELAXED) % COOKIES;
	__atomic_store_n(&shared->cookies[at], send->cookie, __ATOMIC_RELAXED);
}

/* The youngest first. */
static void recall_cookies(struct fuzz_world *world)
{
	uint32_t next = __atomic_load_n(&shared->next_cookie, __ATOMIC_RELAXED);

	for (uint32_t i = 0; i < COOKIES; i++)
		world->cookies[i] = __atomic_load_n(&shared->cookies[(next - 1 - i) % COOKIES],
						    __ATOMIC_RELAXED);
}

static void count(struct fuzz_stats *stats, const struct fuzz_outcome *outcome)
{
	enum fuzz_kind kind = outcome->call->kind;
	struct cxl_switch_cci_send copy;
	const struct cxl_switch_cci_send *send = fuzz_report(outcome, &copy);

	if (outcome->error >= 0 && outcome->error < FUZZ_ERRNOS)
		stats->ended[kind][outcome->error]++;
	stats->mailbox[kind] += fuzz_reached_mailbox(outcome);
	stats->raced += !!outcome->rival;
	if (!send)
		return;
	stats->stages[send->stage % ARRAY_SIZE(stats->stages)]++;
	stats->reasons[send->reason % CXL_SWITCH_CCI_REASONS]++;
}

static int make_call(struct caller *caller, int fd, bool inherited)
{
	const struct fuzz_call *rival = caller->call.is_raced ? &caller->rival : NULL;
	int64_t start = guest_now_ms(), took;
	int error;

	__atomic_store_n(&caller->stats->busy_kind, caller->call.kind, __ATOMIC_RELAXED);
	__atomic_store_n(&caller->stats->busy_since, start, __ATOMIC_RELEASE);
	fuzz_nuisance_begin(caller->process->nuisance, caller->index, &caller->world.space,
			    &caller->call, rival);
	error = inherited ? call_inherited(caller, fd) : do_call(fd, &caller->call);
	fuzz_nuisance_end(caller->process->nuisance, caller->index);
	__atomic_store_n(&caller->stats->busy_since, 0, __ATOMIC_RELEASE);
	took = guest_now_ms() - start;
	if (took > caller->stats->longest_ms)
		caller->stats->longest_ms = (uint32_t)took;
	return error;
}

static bool is_once_in(struct caller *caller, uint32_t times)
{
	return !fuzz_below(&caller->random, times);
}

static int one_call(struct caller *caller, unsigned int slot)
{
	struct process *process = caller->process;
	uint32_t age = __atomic_load_n(&process->age[slot], __ATOMIC_SEQ_CST);
	int fd = __atomic_load_n(&process->file[slot], __ATOMIC_SEQ_CST);
	struct fuzz_outcome outcome = { .call = &caller->call, .space = &caller->world.space };
	struct cxl_switch_cci_send report;
	const char *complaint;
	bool inherited;

	if (fd < 0)
		return NO_FILE;
	recall_cookies(&caller->world);
	fuzz_make(&caller->random, &caller->world, &caller->call);
	if (caller->call.is_raced) {
		fuzz_make_rival(&caller->random, &caller->world, &caller->call, &caller->rival);
		outcome.rival = &caller->rival;
	}
	fuzz_space_lay(&caller->world.space, &caller->call);
	inherited = !outcome.rival && is_once_in(caller, INHERITED_ONE_IN);
	outcome.error = make_call(caller, fd, inherited);
	outcome.file_changed = age % 2 ||
			       age != __atomic_load_n(&process->age[slot], __ATOMIC_SEQ_CST);
	complaint = fuzz_complaint(&outcome);
	if (complaint)
		complain(caller, &outcome, complaint);
	caller->stats->files_lost += outcome.error == EBADF && outcome.file_changed;
	count(caller->stats, &outcome);
	remember_cookie(fuzz_report(&outcome, &report));
	fuzz_space_clean(&caller->world.space, &caller->call, outcome.rival);
	caller->calls++;
	__atomic_sub_fetch(&shared->left, 1, __ATOMIC_RELAXED);
	return outcome.error;
}

static void *keep_calling(void *argument)
{
	struct caller *caller = argument;
	unsigned int slot;
	int error;

	while (!over()) {
		slot = fuzz_below(&caller->random, FILES);
		error = one_call(caller, slot);
		if (error == ENODEV || is_once_in(caller, FILES_CHANGED_ONE_IN))
			change_file(caller, slot);
		/* gone, or resetting: others have to run for it to end */
		if (error == ENODEV || (error == EBUSY && caller->call.kind != FUZZ_BG_ADOPT))
			guest_sleep_ms(4);
	}
	return NULL;
}

static int start_caller(struct process *process, struct caller *caller, unsigned int index)
{
	caller->process = process;
	caller->index = index;
	caller->stats = &shared->stats[process->index][index];
	caller->random.state = shared->seed + ((uint64_t)process->incarnation << 32) +
			       process->index * FUZZ_THREADS + index;
	fuzz_next(&caller->random);
	return fuzz_space_open(&caller->world.space);
}

static int be_hostile(void *argument)
{
	static struct caller callers[FUZZ_THREADS];
	struct process *process = argument;
	pthread_t thread[FUZZ_THREADS];

	process->nuisance = fuzz_nuisance_start(shared->seed ^ process->index);
	pthread_mutex_init(&process->lock, NULL);
	for (unsigned int i = 0; i < FILES; i++)
		process->file[i] = -1;
	if (!process->nuisance || (characters[process->index].become &&
				   characters[process->index].become()))
		return 1;
	for (unsigned int i = 0; i < FUZZ_THREADS; i++)
		if (start_caller(process, &callers[i], i))
			return 2;
	for (unsigned int i = 0; i < FUZZ_THREADS; i++)
		if (pthread_create(&thread[i], NULL, keep_calling, &callers[i]))
			return 3;
	for (unsigned int i = 0; i < FUZZ_THREADS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

/* ---- what happens to them ---- */

static struct process processes[PROCESSES];
static pid_t children[PROCESSES];

static void start_process(unsigned int i)
{
	processes[i].index = i;
	processes[i].incarnation++;
	memset(processes[i].age, 0, sizeof(processes[i].age));
	children[i] = guest_fork(be_hostile, &processes[i]);
}

/* There is no udev here, and strangers are to get in. */
static void let_everybody_in(void)
{
	assert_true(guest_wait_for_node(shared->device.node));
	assert_int_equal(chmod(shared->device.node, 0666), 0);
}

static void rebind(unsigned int round)
{
	assert_int_equal(guest_unbind(&shared->device), 0);
	assert_int_equal(guest_bind(&shared->device), 0);
	let_everybody_in();
}

static void open_raw_window(unsigned int round)
{
	assert_int_equal(guest_write_attribute(&shared->device, "raw_window", "3600"), 0);
}

static void close_raw_window(unsigned int round)
{
	assert_int_equal(guest_write_attribute(&shared->device, "raw_window", "0"), 0);
}

static void make_strict(unsigned int round)
{
	assert_int_equal(guest_write_attribute(&shared->device, "protection", "strict"), 0);
}

/* Busy or not: EAGAIN is an answer, too. */
static void recover(unsigned int round)
{
	int error = guest_write_attribute(&shared->device, "recover", "1");

	assert_true(!error || error == EAGAIN);
}

static void kill_one(unsigned int round)
{
	unsigned int victim = round % PROCESSES;

	kill(children[victim], SIGKILL);
	if (!WIFSIGNALED(guest_wait(children[victim], HANG_MS)))
		fail_msg("a killed process (%s) does not die", characters[victim].name);
	for (unsigned int i = 0; i < FUZZ_THREADS; i++)
		shared->stats[victim][i].busy_since = 0;
	start_process(victim);
}

static void a_slow_port(unsigned int round)
{
	model_order("latency port%u %u", round % 2, SLOW_PORT_US);
}

static void a_fast_port(unsigned int round)
{
	model_order("latency port%u 0", round % 2);
}

static int holder = -1;

static void send_part(uint8_t action)
{
	uint8_t part[0x88] = { action, 2 };
	struct sent sent;

	guest_send_to(holder, -1, 0x0201, part, sizeof(part), &sent);
}

/* An image that is never finished: the parts of all others are somebody else's. */
static void hold_a_transfer(unsigned int round)
{
	if (holder >= 0)
		close(holder);
	holder = guest_open(O_RDWR);
	send_part(4);
	send_part(1);
}

/* An operation for them to find, to cancel, and after the next one to adopt. */
static void start_an_operation(unsigned int round)
{
	static const struct guest_place *const places[] = { &at_sld, &at_sld_2, &at_ld };
	static int starter = -1;
	struct sent sent;

	if (starter >= 0)
		close(starter);
	starter = guest_open(O_RDWR);
	guest_start_any(starter, places[round % ARRAY_SIZE(places)], OPCODE_SCAN_MEDIA, 0, 0,
			&sent);
	remember_cookie(sent.error ? NULL : &sent.send);
}

/* In this order, again and again; strict until it is bound anew. */
static void (*const events[])(unsigned int round) = {
	open_raw_window, kill_one, close_raw_window, a_slow_port, hold_a_transfer, recover,
	hold_a_transfer, make_strict, a_fast_port, kill_one, rebind, hold_a_transfer,
	open_raw_window, rebind,
};

static int64_t phase_length(int64_t calls)
{
	int64_t length = calls / (3 * (int64_t)ARRAY_SIZE(events));

	return length < 100 ? 100 : length > PHASE_MAX ? PHASE_MAX : length;
}

static void look_for_hangs(void)
{
	for (unsigned int p = 0; p < PROCESSES; p++) {
		for (unsigned int t = 0; t < FUZZ_THREADS; t++) {
			struct fuzz_stats *stats = &shared->stats[p][t];
			int64_t since = __atomic_load_n(&stats->busy_since, __ATOMIC_ACQUIRE);

			if (since && guest_now_ms() - since > guest_patience(HANG_MS))
				fail_msg("%s hangs", fuzz_kind_names[stats->busy_kind]);
		}
	}
}

static void look_for_deaths(void)
{
	/* WNOWAIT: one that ends because all calls are made is stop_all()'s */
	const int options = WEXITED | WNOHANG | WNOWAIT;

	for (unsigned int p = 0; p < PROCESSES; p++) {
		siginfo_t info = { 0 };

		if (!waitid(P_PID, children[p], &info, options) && info.si_pid && !over())
			fail_msg("%s ended by itself: %d, code %d", characters[p].name,
				 info.si_status, info.si_code);
	}
}

/* Waits until so many calls are left. */
static void await(int64_t left)
{
	while (!over() && __atomic_load_n(&shared->left, __ATOMIC_RELAXED) > left) {
		guest_sleep_ms(10);
		look_for_hangs();
		look_for_deaths();
	}
}

static void add_up(struct fuzz_stats *total)
{
	memset(total, 0, sizeof(*total));
	for (unsigned int i = 0; i < PROCESSES * FUZZ_THREADS; i++)
		fuzz_stats_add(total, &shared->stats[i / FUZZ_THREADS][i % FUZZ_THREADS]);
}

/* Once a minute. */
static void tell_progress(int64_t start)
{
	static int64_t told;
	struct fuzz_stats total;

	if (guest_now_ms() - (told ? told : start) < PROGRESS_MS)
		return;
	told = guest_now_ms();
	add_up(&total);
	fuzz_stats_tell_sum(&total, told - start);
}

static void lock_down_at_last(int64_t calls)
{
	if (getenv("FUZZ_LOCKDOWN") && !guest_locked_down() &&
	    __atomic_load_n(&shared->left, __ATOMIC_RELAXED) < calls / LOCKED_PART)
		guest_lock_down();
}

static void let_it_happen(int64_t calls, int64_t start)
{
	int64_t phase = phase_length(calls);
	unsigned int round = 0;

	for (; !over(); round++) {
		lock_down_at_last(calls);
		await(__atomic_load_n(&shared->left, __ATOMIC_RELAXED) - phase);
		if (over())
			return;
		events[round % ARRAY_SIZE(events)](round / ARRAY_SIZE(events));
		start_an_operation(round);
		tell_progress(start);
	}
}

/* What they are in, and where in the kernel. */
static void tell_where_it_is(unsigned int process)
{
	char command[128];

	for (unsigned int t = 0; t < FUZZ_THREADS; t++) {
		const struct fuzz_stats *stats = &shared->stats[process][t];

		if (stats->busy_since)
			print_error("in %s for %" PRId64 " ms\n", fuzz_kind_names[stats->busy_kind],
				    guest_now_ms() - stats->busy_since);
	}
	snprintf(command, sizeof(command), "cat /proc/%d/task/*/stack >&2; ps >&2",
		 children[process]);
	if (system(command))
		print_error("and its stack cannot be read\n");
}

static void stop_all(void)
{
	int status;

	for (unsigned int i = 0; i < PROCESSES; i++) {
		status = guest_wait(children[i], HANG_MS);
		if (status < 0) {
			tell_where_it_is(i);
			fail_msg("%s does not end", characters[i].name);
		}
		if (status)
			fail_msg("%s ended with %x", characters[i].name, (unsigned int)status);
	}
	if (holder >= 0)
		close(holder);
	for (unsigned int i = 0; i < PROCESSES; i++) {
		close(shared->inbox[i][0]);
		close(shared->inbox[i][1]);
	}
}

/* ---- the frame ---- */

static int64_t wanted_calls(void)
{
	const char *text = getenv("FUZZ_IOCTLS");
	int64_t calls = text ? strtoll(text, NULL, 0) : 0;

	return calls > 0 ? calls : CALLS_DEFAULT;
}

static uint64_t wanted_seed(void)
{
	const char *text = getenv("FUZZ_SEED");

	return text ? strtoull(text, NULL, 0) : 1;
}

static void a_normal_client_is_served(void)
{
	int fd = guest_open(O_RDWR);
	struct sent sent;

	guest_await_state(&shared->device, "ready", 10000);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	close(fd);
	assert_sent(&sent);
	assert_int_equal(sent.send.return_code, RC_SUCCESS);
	assert_int_equal(sent.send.out_size, IDENTIFY_SIZE);
}

static void whatever_users_do_the_promises_hold(void **state)
{
	int64_t calls = wanted_calls(), start = guest_now_ms();
	struct fuzz_stats total;

	diag("seed %" PRIu64 " (FUZZ_SEED), %" PRId64 " calls (FUZZ_IOCTLS)", shared->seed, calls);
	shared->left = calls;
	for (unsigned int i = 0; i < PROCESSES; i++)
		start_process(i);
	let_it_happen(calls, start);
	stop_all();
	add_up(&total);
	fuzz_stats_tell_figures(&total);
	if (shared->complaints)
		fail_msg("%d complaints, the first: %s", shared->complaints, shared->complaint);
	a_normal_client_is_served();
	fuzz_stats_tell(&total, guest_now_ms() - start);
	diag("%u operations started", shared->next_cookie);
	if (fuzz_stats_complain(&total))
		fail_msg("the fuzzer did not get where it should");
}

static int begin(void **state)
{
	guest_give_up_after((unsigned int)(300 + wanted_calls() / 40));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	assert_true(shared != MAP_FAILED);
	shared->seed = wanted_seed();
	for (unsigned int i = 0; i < PROCESSES; i++)
		assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
					    shared->inbox[i]), 0);
	model_fresh_driver();
	shared->device = guest_device();
	let_everybody_in();
	model_order("background all time %u", WORK_MS);
	return 0;
}

/* Ports that were switched off, secrets that were set: a power cycle of everything. */
static int end(void **state)
{
	guest_work_as_ever();
	for (unsigned int i = 0; i < 2; i++)
		model_order("latency port%u 0", i);
	if (model_violations()) {
		print_error("the driver broke rules of the mailbox: %s\n",
			    model_order("violations"));
		return -1;
	}
	model_order("reset cold");
	model_fresh_driver();
	return model_still_well();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_users_do_the_promises_hold, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
