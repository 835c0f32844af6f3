// SPDX-License-Identifier: GPL-2.0-only
/* See guest_load.h. No assertion runs in a child: they count. */
#include "guest_load.h"

#include <signal.h>
#include <sys/mman.h>

/* Who is asked, by process: ports with serial numbers of their own, and the switch. */
static const int asked[LOAD_PROCESSES] = {
	-1, MODEL_SLD, MODEL_SLD_2, MODEL_MLD, MODEL_MULTI_HEADED, MODEL_DCD, MODEL_BOUND,
	MODEL_VENDOR,
};

struct worker {
	const struct guest_load *load;
	unsigned int index;
};

static const uint8_t *identity_in(const struct sent *sent, int port)
{
	if (sent->error)
		return NULL;
	if (port < 0)
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
	const uint8_t *identity = identity_in(sent, asked[worker->index]);
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

static void count(const struct worker *worker, const struct sent *sent)
{
	struct guest_load_process *result = &worker->load->process[worker->index];

	result->wrong_stage += !stage_fits(sent);
	if (!sent->error)
		count_answer(worker, sent);
	else if (sent->error > 0 && sent->error < LOAD_ERRNO_MAX)
		__atomic_add_fetch(&result->ended[sent->error], 1, __ATOMIC_RELAXED);
	else
		result->wrong_stage++;
}

static int work(void *argument)
{
	struct worker *worker = argument;
	struct guest_load_process *result = &worker->load->process[worker->index];
	struct guest_device device = guest_device();
	int fd = open(device.node, O_RDWR | O_CLOEXEC);
	struct sent sent;
	int64_t start, took;

	if (fd < 0)
		return 1;
	while (!__atomic_load_n(worker->load->stop, __ATOMIC_ACQUIRE)) {
		start = guest_now_ms();
		guest_send_to(fd, asked[worker->index], OPCODE_IDENTIFY, NULL, 0, &sent);
		took = guest_now_ms() - start;
		if (took > result->longest_ms)
			result->longest_ms = (uint32_t)took;
		count(worker, &sent);
		/* who is sent away at once must not keep the others from running */
		if (sent.error)
			guest_sleep_ms(1);
	}
	close(fd);
	return 0;
}

static uint64_t serial_of(int port)
{
	int fd = guest_open(O_RDWR);
	const uint8_t *identity;
	struct sent sent;

	guest_send_to(fd, port, OPCODE_IDENTIFY, NULL, 0, &sent);
	close(fd);
	assert_sent(&sent);
	identity = identity_in(&sent, port);
	assert_non_null(identity);
	return guest_le64(identity + IDENTIFY_SERIAL);
}

void guest_load_start(struct guest_load *load)
{
	size_t size = LOAD_PROCESSES * sizeof(*load->process);
	void *shared = mmap(NULL, size + sizeof(int), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(shared != MAP_FAILED);
	load->process = shared;
	load->stop = (int *)((char *)shared + size);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		load->serial[i] = serial_of(asked[i]);
		for (unsigned int other = 0; other < i; other++)
			assert_int_not_equal(load->serial[i], load->serial[other]);
	}
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		load->child[i] = guest_fork(work, &(struct worker){ .load = load, .index = i });
}

uint32_t guest_load_ended(const struct guest_load *load, int error)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		sum += __atomic_load_n(&load->process[i].ended[error], __ATOMIC_RELAXED);
	return sum;
}

uint32_t guest_load_answered(const struct guest_load *load)
{
	return guest_load_ended(load, 0);
}

void guest_load_all_served(const struct guest_load *load)
{
	int64_t limit = guest_now_ms() + 10000;
	uint32_t before[LOAD_PROCESSES];

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		before[i] = __atomic_load_n(&load->process[i].ended[0], __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++)
		while (__atomic_load_n(&load->process[i].ended[0], __ATOMIC_RELAXED) == before[i]) {
			if (guest_now_ms() > limit)
				fail_msg("process %u gets no answer any more", i);
			guest_sleep_ms(5);
		}
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

static unsigned int judge(const struct guest_load *load, const int *allowed,
			  unsigned int tolerated)
{
	unsigned int bad = 0, unusable = 0;

	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		const struct guest_load_process *process = &load->process[i];

		describe(i, process);
		bad += process->foreign + process->wrong_stage;
		unusable += process->unusable;
		for (int error = 0; error < LOAD_ERRNO_MAX; error++)
			if (process->ended[error] && !is_allowed(error, allowed)) {
				print_error("process %u: %u times errno %d\n", i,
					    process->ended[error], error);
				bad++;
			}
	}
	return bad + (unusable > tolerated ? unusable : 0);
}

void guest_load_stop(struct guest_load *load, const char *what, const int *allowed,
		     unsigned int tolerated)
{
	uint32_t longest = 0;
	unsigned int bad = 0;

	__atomic_store_n(load->stop, 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < LOAD_PROCESSES; i++) {
		if (guest_wait(load->child[i], 15000) != 0) {
			print_error("process %u did not end as it should\n", i);
			kill(load->child[i], SIGKILL);
			bad++;
		}
		if (load->process[i].longest_ms > longest)
			longest = load->process[i].longest_ms;
	}
	bad += judge(load, allowed, tolerated);
	diag("%s: %u answered, %u EBUSY, %u EIO, %u ETIMEDOUT; the longest %u ms", what,
	     guest_load_answered(load), guest_load_ended(load, EBUSY), guest_load_ended(load, EIO),
	     guest_load_ended(load, ETIMEDOUT), longest);
	munmap(load->process, LOAD_PROCESSES * sizeof(*load->process) + sizeof(int));
	if (bad)
		fail_msg("%s: %u complaints", what, bad);
}

/* ---- what sysfs says ---- */

uint64_t guest_counter(const struct guest_device *device, const char *name)
{
	char path[64], line[64], *end;
	uint64_t value;

	snprintf(path, sizeof(path), "counters/%s", name);
	guest_read_attribute(device, path, line, sizeof(line));
	value = strtoull(line, &end, 10);
	if (end == line || *end)
		fail_msg("%s: '%s' is no number", path, line);
	return value;
}

void guest_await_state(const struct guest_device *device, const char *state, unsigned int ms)
{
	int64_t limit = guest_now_ms() + ms;
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
