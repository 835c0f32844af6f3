// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exact costs on the model: register accesses for a command, processor time of a
 * caller that waits, turns until a caller among many is served. Where the model
 * is a memory device, the in-tree driver is measured instead, and not judged.
 */
#include "guest_cost.h"
#include "guest_model.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS		20
#define FILES_MAX	64
#define COMMANDS_EACH	8
#define SLOW_ENOUGH_US	500	/* for the mailbox's owner to sleep, so that others come */
#define PIDS		32768
#define CPU_PERCENT_MAX	1.0
#define SERVED_RATIO_MAX	1.5

/* How many files ask at a time, and for how long. */
static const struct {
	unsigned int files, ms;
} crowds[] = { { 1, 200 }, { 8, 1000 }, { FILES_MAX, 3000 } };

static struct cost_client client;
static bool in_tree;
static const char *who;

/* ---- accesses ---- */

static unsigned int words(uint32_t bytes)
{
	return (bytes + 7) / 8;
}

static double accesses(void)
{
	return (double)(model_counter("reads") + model_counter("writes")) / ROUNDS;
}

static void count_accesses(const struct cost_case *c)
{
	unsigned int budget;
	struct cost cost;
	double counted;

	cost_of(&client, c, ROUNDS);
	model_order("zero");
	for (unsigned int i = 0; i < ROUNDS; i++)
		cost.answered = (uint32_t)client.ask(&client, c);
	counted = accesses();
	budget = 5 + words(c->in_size) + words(cost.answered);
	figure(counted, "accesses/%s/%s", c->name, who);
	figure(budget, "accesses-allowed/%s/%s", c->name, who);
	diag("%s by %s, %u in and %u out: %g accesses, budget %u", c->name, who, c->in_size,
	     cost.answered, counted, budget);
	if (!in_tree)
		assert_true(counted == budget);
}

static void accesses_are_what_the_formula_says(void **state)
{
	model_order("cel %s entries 1024", in_tree ? "port0" : "switch");
	for (size_t i = 0; i < COST_CASES; i++)
		if (!in_tree || cost_cases[i].id)
			count_accesses(&cost_cases[i]);
	model_order("clear");
}

/* 16 bytes in, 64 out: a tunnel around a question, by a caller with room for so much. */
static void sixteen_in_and_sixty_four_out_are_fifteen(void **state)
{
	const struct hop path = { 0, MODEL_SLD };
	struct guest_message message = guest_tunnel_along(&path, 1, OPCODE_GET_SUPPORTED_LOGS, NULL,
							  0);
	uint8_t out[64];
	struct cxl_switch_cci_send send;
	int fd = guest_open(O_RDWR);

	for (int i = -1; i < ROUNDS; i++) {
		send = guest_send(OPCODE_TUNNEL, message.bytes, message.length, out, sizeof(out));
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.out_size, sizeof(out));
		if (i < 0)
			model_order("zero");
	}
	assert_int_equal(model_counter("commands"), ROUNDS);
	figure(accesses(), "accesses/tunneled-16-in-64-out/own");
	assert_true(accesses() == 15);
	close(fd);
}

/* ---- waiting ---- */

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double one_wait(const struct cost_case *c)
{
	double elapsed = seconds_of(CLOCK_MONOTONIC), busy = seconds_of(CLOCK_THREAD_CPUTIME_ID);

	assert_true(client.ask(&client, c) >= 0);
	busy = seconds_of(CLOCK_THREAD_CPUTIME_ID) - busy;
	return busy * 100 / (seconds_of(CLOCK_MONOTONIC) - elapsed);
}

/*
 * The share of one processor, in percent, that the caller takes: the least of some
 * waits. A register that is slow to answer because the host is busy counts as the
 * caller's time, which can only add; who spins does so every time.
 */
static double share_while_waiting(const struct cost_case *c, unsigned int wait_us,
				  unsigned int rounds)
{
	double share, least = 100, most = 0;

	model_order("latency %s %u", in_tree ? "port0" : "switch", wait_us);
	for (unsigned int i = 0; i < rounds; i++) {
		share = one_wait(c);
		least = share < least ? share : least;
		most = share > most ? share : most;
	}
	model_order("latency %s 0", in_tree ? "port0" : "switch");
	figure(least, "cpu-percent/%u-us/%s", wait_us, who);
	figure(most, "cpu-percent-most/%u-us/%s", wait_us, who);
	diag("%u commands of %u us by %s: %.2f to %.2f percent of a processor", rounds, wait_us,
	     who, least, most);
	return least;
}

static void who_waits_leaves_the_processor(void **state)
{
	const struct cost_case *c = &cost_cases[1];
	double share = 0;

	share_while_waiting(c, 1000, 20);
	share_while_waiting(c, 100000, 5);
	for (unsigned int tries = 0; tries < 5; tries++) {
		share = share_while_waiting(c, 1500000, 3);
		if (in_tree || share < CPU_PERCENT_MAX)
			return;
	}
	fail_msg("%.2f percent of a processor at best", share);
}

/* ---- many files ---- */

struct crowd {
	int ready, go, stop;
	unsigned int files;
	unsigned int each;	/* commands, after which a caller ends; 0: when it is stopped */
	uint32_t served[FILES_MAX];
};

static struct crowd *crowd;

static bool is_to_ask(unsigned int index)
{
	if (crowd->each)
		return crowd->served[index] < crowd->each;
	return !__atomic_load_n(&crowd->stop, __ATOMIC_ACQUIRE);
}

static int ask_without_pause(void *argument)
{
	unsigned int index = *(unsigned int *)argument;
	struct cost_client own;

	if (!cost_open_own(&own))
		return 1;
	__atomic_add_fetch(&crowd->ready, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&crowd->go, __ATOMIC_ACQUIRE))
		guest_sleep_ms(1);
	while (is_to_ask(index)) {
		if (own.ask(&own, &cost_cases[0]) < 0)
			return 1;
		crowd->served[index]++;
	}
	return 0;
}

/*
 * On one processor, where nobody but who sleeps leaves it: between its verdict and its
 * place in the queue a caller is not overtaken, so what the trace counts from the one
 * is what the caller waits in the other.
 */
static int ask_undisturbed(void *argument)
{
	struct sched_param priority = { .sched_priority = 1 };
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first) ||
	    sched_setscheduler(0, SCHED_FIFO, &priority))
		return 2;
	return ask_without_pause(argument);
}

static void fork_crowd(unsigned int files, unsigned int each, int (*work)(void *), pid_t *child)
{
	int64_t limit = guest_now_ms() + guest_patience(20000);

	memset(crowd, 0, sizeof(*crowd));
	crowd->files = files;
	crowd->each = each;
	for (unsigned int i = 0; i < files; i++)
		child[i] = guest_fork(work, &i);
	while (__atomic_load_n(&crowd->ready, __ATOMIC_ACQUIRE) < (int)files) {
		assert_true(guest_now_ms() < limit);
		guest_sleep_ms(5);
	}
	__atomic_store_n(&crowd->go, 1, __ATOMIC_RELEASE);
}

static void join_crowd(const pid_t *child)
{
	for (unsigned int i = 0; i < crowd->files; i++)
		assert_int_equal(guest_wait(child[i], 60000), 0);
}

/* Between a caller's verdict and its doorbell: how many others rang theirs. */
static unsigned int worst_wait(unsigned int *waits)
{
	static unsigned int came[PIDS];
	FILE *trace = guest_trace();
	unsigned int submitted = 1, worst = 0, pid, turns;
	char line[512];

	memset(came, 0, sizeof(came));
	*waits = 0;
	while (fgets(line, sizeof(line), trace)) {
		char *dash = strchr(line, '-');

		if (*line == '#' || !dash)
			continue;
		pid = (unsigned int)strtoul(dash + 1, NULL, 10) % PIDS;
		if (strstr(line, "cxl_switch_verdict:")) {
			came[pid] = submitted;
		} else if (strstr(line, "cxl_switch_submit:") && came[pid]) {
			turns = submitted++ - came[pid];
			worst = turns > worst ? turns : worst;
			(*waits)++;
		}
	}
	fclose(trace);
	return worst;
}

static void nobody_waits_for_more_than_who_was_there(unsigned int files)
{
	pid_t child[FILES_MAX];
	unsigned int worst, waits;

	model_order("latency switch %u", SLOW_ENOUGH_US);
	guest_trace_empty();
	assert_int_equal(guest_write_file(GUEST_EVENTS "/cxl_switch_verdict/enable", "1"), 0);
	assert_int_equal(guest_write_file(GUEST_EVENTS "/cxl_switch_submit/enable", "1"), 0);
	fork_crowd(files, COMMANDS_EACH, ask_undisturbed, child);
	join_crowd(child);
	guest_write_file(GUEST_EVENTS "/enable", "0");
	model_order("latency switch 0");
	worst = worst_wait(&waits);
	figure(worst, "turns/worst/%u-files", files);
	diag("%u files: the worst of %u waits is %u turns", files, waits, worst);
	assert_int_equal(waits, files * COMMANDS_EACH);
	assert_true(worst <= files - 1);
	/* or they did not meet */
	assert_true(worst >= files / 2);
}

static void a_wait_is_as_long_as_there_are_callers_ahead(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(crowds); i++)
		nobody_waits_for_more_than_who_was_there(crowds[i].files);
}

/* As the scheduler has it: on all processors, each overtaking where it can. */
static void served_alike(unsigned int files, unsigned int ms)
{
	uint32_t least = UINT32_MAX, most = 0, sum = 0;
	pid_t child[FILES_MAX];
	int64_t start;

	fork_crowd(files, 0, ask_without_pause, child);
	start = guest_now_ms();
	guest_sleep_ms(ms);
	__atomic_store_n(&crowd->stop, 1, __ATOMIC_RELEASE);
	join_crowd(child);
	start = guest_now_ms() - start;
	for (unsigned int i = 0; i < files; i++) {
		least = crowd->served[i] < least ? crowd->served[i] : least;
		most = crowd->served[i] > most ? crowd->served[i] : most;
		sum += crowd->served[i];
	}
	figure(least ? (double)most / least : 0, "served-ratio/%u-files", files);
	figure(sum ? (double)start * 1000 / sum : 0, "us-per-command/%u-files", files);
	diag("%u files: %u to %u commands each, %u in %lld ms", files, least, most, sum,
	     (long long)start);
	assert_true(least >= 5);
	/* few take turns by the scheduler's slices more than by the queue */
	assert_true(files < FILES_MAX || most < least * SERVED_RATIO_MAX);
}

static void all_files_are_served_alike(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(crowds); i++)
		served_alike(crowds[i].files, crowds[i].ms);
}

/* ---- the frame ---- */

static int open_client(void **state)
{
	guest_give_up_after(200);
	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (crowd == MAP_FAILED || guest_write_file(GUEST_TRACING "/buffer_size_kb", "4096"))
		return -1;
	in_tree = guest_wait_for_node(COST_OWN) ? false : !access(COST_IN_TREE, F_OK);
	who = in_tree ? "in-tree" : "own";
	if (in_tree)
		return cost_open_legacy(&client, COST_IN_TREE) ? 0 : -1;
	return cost_open_own(&client) ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses_are_what_the_formula_says),
		cmocka_unit_test(who_waits_leaves_the_processor),
		cmocka_unit_test(sixteen_in_and_sixty_four_out_are_fifteen),
		cmocka_unit_test(a_wait_is_as_long_as_there_are_callers_ahead),
		cmocka_unit_test(all_files_are_served_alike),
	};
	static const struct CMUnitTest measured_only[] = {
		cmocka_unit_test(accesses_are_what_the_formula_says),
		cmocka_unit_test(who_waits_leaves_the_processor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (access(COST_OWN, F_OK) && !access(COST_IN_TREE, F_OK))
		return cmocka_run_group_tests(measured_only, open_client, NULL);
	return cmocka_run_group_tests(tests, open_client, NULL);
}
