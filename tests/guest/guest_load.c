// SPDX-License-Identifier: GPL-2.0-only
/* See guest_load.h. No assertion runs in a child: they count. */
#include "guest_load.h"

#include <limits.h>
#include <signal.h>
#include <sys/mman.h>

/* Who is asked, by process: components with serial numbers of their own. */
static const struct asked {
	unsigned int depth;
	struct hop path[2];
} asked[LOAD_PROCESSES] = {
	{ 0, { { 0 } } },		/* the switch itself */
	{ 1, { { 0, MODEL_SLD } } },
	{ 1, { { 0, MODEL_SLD_2 } } },
	{ 2, { { 0, MODEL_MLD }, { 0, 0 } } },
	{ 1, { { 0, MODEL_MULTI_HEADED } } },
	{ 1, { { 0, MODEL_DCD } } },
	{ 1, { { 0, MODEL_BOUND } } },
	{ 1, { { 0, MODEL_VENDOR } } },
};

struct worker {
	const struct guest_load *load;
	unsigned int index;
};

static const uint8_t *identity_in(const struct sent *sent, const struct asked *who)
{
	if (sent->error)
		return NULL;
	if (!who->depth)
		return sent->send.out_size == IDENTIFY_SIZE ? sent->out : NULL;
	if (!sent->opened || sent->leaf.payload_length != IDENTIFY_SIZE)
		return NULL;
	return sent->leaf.payload;
}

static bool stage_fits(const struct sent *sent)
{
	switch (sent->error) {
	case 0:
		return sent->send.stage == CXL_SWITCH_CCI_STAGE_ANSWERED;
	case EBUSY:
		return sent->send.stage == CXL_SWITCH_CCI_STAGE_NOT_SENT;
	case EIO:
		/* registers that read as nothing may show before the doorbell, too */
		return sent->send.stage != CXL_SWITCH_CCI_STAGE_ANSWERED;
	case ETIMEDOUT:
		return sent->send.stage == CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN;
	default:
		return true;
	}
}

static bool is_somebodys(const struct guest_load *load, uint64_t serial)
{
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		if (load->serial[i] == serial)
			return true;
	return false;
}

static void count_answer(const struct worker *worker, const struct sent *sent)
{
	struct guest_load_process *result = &worker->load->process[worker->index];
	const uint8_t *identity = identity_in(sent, &asked[worker->index]);
	uint64_t serial = identity ? guest_le64(identity + IDENTIFY_SERIAL) : 0;

	if (sent->send.return_code || sent->send.leaf_return_code || !identity)
		result->unusable++;
	else if (serial == worker->load->serial[worker->index])
		__atomic_add_fetch(&result->ended[0], 1, __ATOMIC_RELAXED);
	else if (is_somebodys(worker->load, serial))
		result->foreign++;
	else
		result->unusable++;
	if (serial != worker->load->serial[worker->index]) {
		result->odd = sent->send;
		result->odd_serial = serial;
	}
}

static void count_change(const struct worker *worker, const struct sent *sent)
{
	struct guest_load_process *result = &worker->load->process[worker->index];

	if (sent->send.return_code || sent->send.leaf_return_code) {
		result->unusable++;
		result->odd = sent->send;
		return;
	}
	__atomic_add_fetch(&result->changed, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&result->ended[0], 1, __ATOMIC_RELAXED);
}

static void count(const struct worker *worker, const struct sent *sent, bool change)
{
	struct guest_load_process *result = &worker->load->process[worker->index];

	result->wrong_stage += !stage_fits(sent);
	if (!sent->error && change)
		count_change(worker, sent);
	else if (!sent->error)
		count_answer(worker, sent);
	else if (sent->error > 0 && sent->error < LOAD_ERRNO_MAX)
		__atomic_add_fetch(&result->ended[sent->error], 1, __ATOMIC_RELAXED);
	else
		result->wrong_stage++;
}

/* Identify, or Set Timestamp. */
static void ask(int fd, const struct asked *who, bool change, struct sent *sent)
{
	static const uint8_t a_time[8] = { 1, 2, 3, 4, 5, 6, 7, 0 };

	if (change)
		guest_send_along(fd, who->path, who->depth, OPCODE_SET_TIMESTAMP, a_time,
				 sizeof(a_time), sent);
	else
		guest_send_along(fd, who->path, who->depth, OPCODE_IDENTIFY, NULL, 0, sent);
}

/* 0, or the errno. */
static int one_command(const struct worker *worker, int fd, bool change)
{
	struct guest_load_process *result = &worker->load->process[worker->index];
	int64_t start = guest_now_ms(), took;
	struct sent sent;

	ask(fd, &asked[worker->index], change, &sent);
	took = guest_now_ms() - start;
	if (took > result->longest_ms)
		result->longest_ms = (uint32_t)took;
	count(worker, &sent, change);
	return sent.error;
}

/* A daemon: errors are counted, and the device's end is its own. */
static int work(void *argument)
{
	struct worker *worker = argument;
	struct guest_device device = guest_device();
	int fd = open(device.node, O_RDWR | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return 1;
	for (unsigned int i = 0; !__atomic_load_n(worker->load->stop, __ATOMIC_ACQUIRE); i++) {
		error = one_command(worker, fd, worker->load->mixed && i % 2);
		if (error == ENODEV && !worker->load->stays)
			break;
		/* who is sent away at once must not keep the others from running */
		if (error)
			guest_sleep_ms(1);
	}
	close(fd);
	return 0;
}

static uint64_t serial_of(const struct asked *who)
{
	int fd = guest_open(O_RDWR);
	const uint8_t *identity;
	struct sent sent;

	ask(fd, who, false, &sent);
	close(fd);
	assert_sent(&sent);
	identity = identity_in(&sent, who);
	assert_non_null(identity);
	return guest_le64(identity + IDENTIFY_SERIAL);
}

static void start(struct guest_load *load, bool mixed, bool stays)
{
	size_t size = LOAD_PROCESSES * sizeof(*load->process);
	void *shared = mmap(NULL, size + sizeof(int), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(shared != MAP_FAILED);
	load->process = shared;
	load->mixed = mixed;
	load->stays = stays;
	load->stop = (int *)((char *)shared + size);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		load->serial[i] = serial_of(&asked[i]);
		for (unsigned int other = 0; other < i; other++)
			assert_int_not_equal(load->serial[i], load->serial[other]);
	}
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		load->child[i] = guest_fork(work, &(struct worker){ .load = load, .index = i });
}

void guest_load_start(struct guest_load *load)
{
	start(load, false, false);
}

void guest_load_start_mixed(struct guest_load *load)
{
	start(load, true, false);
}

void guest_load_start_stubborn(struct guest_load *load)
{
	start(load, true, true);
}

uint32_t guest_load_ended(const struct guest_load *load, int error)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		sum += __atomic_load_n(&load->process[i].ended[error], __ATOMIC_RELAXED);
	return sum;
}

static uint32_t unusable(const struct guest_load *load)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		sum += load->process[i].unusable;
	return sum;
}

uint32_t guest_load_troubles(const struct guest_load *load)
{
	uint32_t sum = unusable(load);

	for (int error = 1; error < LOAD_ERRNO_MAX; error++)
		sum += guest_load_ended(load, error);
	return sum;
}

/* How often it was served; of a mixture, the kind that was served less. */
static uint32_t served(const struct guest_load *load, unsigned int index)
{
	const struct guest_load_process *process = &load->process[index];
	uint32_t all = __atomic_load_n(&process->ended[0], __ATOMIC_RELAXED);
	uint32_t changed = __atomic_load_n(&process->changed, __ATOMIC_RELAXED);

	if (!load->mixed)
		return all;
	return changed < all - changed ? changed : all - changed;
}

void guest_load_all_served(const struct guest_load *load)
{
	int64_t limit = guest_now_ms() + guest_patience(10000);
	uint32_t before[LOAD_PROCESSES];

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		before[i] = served(load, i);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		while (served(load, i) <= before[i] + 1) {
			if (guest_now_ms() > limit)
				fail_msg("process %u gets no answer any more", i);
			guest_sleep_ms(5);
		}
}

uint32_t guest_load_await_end(struct guest_load *load, unsigned int ms)
{
	int64_t start_ms = guest_now_ms(), left;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		left = start_ms + ms - guest_now_ms();
		if (guest_wait(load->child[i], left > 0 ? (unsigned int)left : 0) != 0)
			fail_msg("process %u did not end with the device", i);
		load->child[i] = 0;
		if (!load->process[i].ended[ENODEV])
			fail_msg("process %u was never told ENODEV", i);
	}
	return (uint32_t)(guest_now_ms() - start_ms);
}

static bool is_allowed(int error, const int *allowed)
{
	while (*allowed && *allowed != error)
		allowed++;
	return !error || *allowed;
}

static void describe(unsigned int index, const struct guest_load_process *process)
{
	const struct cxl_switch_cci_send *odd = &process->odd;

	if (!process->foreign && !process->unusable && !process->wrong_stage)
		return;
	print_error("process %u: %u foreign, %u unusable, %u wrong stages\n", index,
		    process->foreign, process->unusable, process->wrong_stage);
	print_error("the last: serial %llx, %u bytes, codes %04xh and %04xh\n",
		    (unsigned long long)process->odd_serial, odd->out_size, odd->return_code,
		    odd->leaf_return_code);
}

static unsigned int judge_errors(unsigned int index, const struct guest_load_process *process,
				 const int *allowed)
{
	unsigned int bad = 0;

	for (int error = 0; error < LOAD_ERRNO_MAX; error++)
		if (process->ended[error] && !is_allowed(error, allowed)) {
			print_error("process %u: %u times errno %d\n", index,
				    process->ended[error], error);
			bad++;
		}
	return bad;
}

static bool is_touched(unsigned int index, int port)
{
	return port == GUEST_LOAD_ALL ||
	       (asked[index].depth && asked[index].path[0].id == port);
}

static unsigned int judge(const struct guest_load *load, const struct guest_load_rules *rules)
{
	static const int none[] = { 0 };
	unsigned int bad = 0, nobodys = 0;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		const struct guest_load_process *process = &load->process[i];
		bool touched = is_touched(i, rules->port);

		bad += process->foreign + process->wrong_stage;
		bad += judge_errors(i, process, touched ? rules->allowed : none);
		if (touched)
			nobodys += process->unusable;
		else
			bad += process->unusable;
	}
	return bad + (nobodys > rules->unusable ? nobodys : 0);
}

static unsigned int join(struct guest_load *load)
{
	unsigned int bad = 0;

	__atomic_store_n(load->stop, 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		if (!load->child[i] || guest_wait(load->child[i], 15000) == 0)
			continue;
		print_error("process %u did not end as it should\n", i);
		kill(load->child[i], SIGKILL);
		bad++;
	}
	return bad;
}

static void print_ended(const struct guest_load *load, char *line, size_t size)
{
	size_t used = (size_t)snprintf(line, size, "%u answered", guest_load_ended(load, 0));
	uint32_t times, longest = 0;

	if (unusable(load))
		used += (size_t)snprintf(line + used, size - used, ", %u unusable", unusable(load));
	for (int error = 1; error < LOAD_ERRNO_MAX; error++) {
		times = guest_load_ended(load, error);
		if (times && used < size)
			used += (size_t)snprintf(line + used, size - used, ", %u %s", times,
						 strerrorname_np(error));
	}
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		if (load->process[i].longest_ms > longest)
			longest = load->process[i].longest_ms;
	if (used < size)
		snprintf(line + used, size - used, "; the longest %u ms", longest);
}

unsigned int guest_load_judged(struct guest_load *load, const char *what,
			       const struct guest_load_rules *rules)
{
	unsigned int bad = join(load);
	char line[256];

	bad += judge(load, rules);
	for (unsigned int i = 0; bad && i < LOAD_PROCESSES; i++)
		describe(i, &load->process[i]);
	print_ended(load, line, sizeof(line));
	if (what)
		diag("%s: %s", what, line);
	munmap(load->process, LOAD_PROCESSES * sizeof(*load->process) + sizeof(int));
	return bad;
}

void guest_load_stop(struct guest_load *load, const char *what, const int *allowed,
		     unsigned int tolerated)
{
	const struct guest_load_rules rules = {
		.port = GUEST_LOAD_ALL, .allowed = allowed, .unusable = tolerated,
	};
	unsigned int bad = guest_load_judged(load, what, &rules);

	if (bad)
		fail_msg("%s: %u complaints", what, bad);
}

/* ---- what sysfs says ---- */

static uint64_t read_number(const struct guest_device *device, const char *folder, const char *name)
{
	char path[64], line[64], *end;
	uint64_t value;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	guest_read_attribute(device, path, line, sizeof(line));
	value = strtoull(line, &end, 10);
	if (end == line || *end)
		fail_msg("%s: '%s' is not a number", path, line);
	return value;
}

uint64_t guest_counter(const struct guest_device *device, const char *name)
{
	return read_number(device, "counters", name);
}

uint64_t guest_refusals(const struct guest_device *device, const char *reason)
{
	return read_number(device, "refusals", reason);
}

void guest_await_state(const struct guest_device *device, const char *state, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	char line[32];

	for (;;) {
		guest_read_attribute(device, "state", line, sizeof(line));
		if (!strcmp(line, state))
			return;
		if (guest_now_ms() > limit)
			fail_msg("the state is '%s' and does not become '%s'", line, state);
		guest_sleep_ms(2);
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t guest_median(uint64_t *values, unsigned int count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}
