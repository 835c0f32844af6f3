// SPDX-License-Identifier: GPL-2.0-only
/* See guest_cost.h. */
#include "guest_cost.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <x86intrin.h>

#define WARM_UP		4
#define OUT_ROOM	(1 << 20)

/* CXL 3.1 8.2.8: capability array, and the primary mailbox. */
#define ARRAY_ENTRY	0x10
#define ARRAY_COUNT	4
#define MAILBOX_ID	2
#define CONTROL		0x04
#define COMMAND		0x08
#define STATUS		0x10
#define PAYLOAD		0x20
#define LENGTH_SHIFT	16
#define LENGTH_MASK	0x1fffff

#define TUNNELED(size)	(TUNNEL_HEADER + CCI_HEADER + (size))
/* A device in the topology 'qemu' and in the model's fabric. */
#define DEVICE_PORT	1
#define TIMESTAMP_SIZE	8

#define LOG_REQUEST	sizeof(struct guest_log_request)
/* One log. In-tree zeroes all room that the caller gives: as much as the answer takes. */
#define SUPPORTED_LOGS_SIZE	28

const struct cost_case cost_cases[COST_CASES] = {
	{ "identify", OPCODE_IDENTIFY, 0, 0, IDENTIFY_SIZE, 0, 0 },
	{ "supported-logs", OPCODE_GET_SUPPORTED_LOGS, ID_GET_SUPPORTED_LOGS, 0,
	  SUPPORTED_LOGS_SIZE, 0, 0 },
	{ "log-64", OPCODE_GET_LOG, ID_GET_LOG, LOG_REQUEST, 64, 0, 0 },
	{ "log-512", OPCODE_GET_LOG, ID_GET_LOG, LOG_REQUEST, 512, 0, 0 },
	{ "log-2048", OPCODE_GET_LOG, ID_GET_LOG, LOG_REQUEST, 2048, 0, 0 },
	{ "tunneled-identify", OPCODE_TUNNEL, 0, TUNNELED(0), TUNNELED(IDENTIFY_SIZE),
	  OPCODE_IDENTIFY, DEVICE_PORT },
};

const struct cost_case cost_largest = {
	"log-1048576", OPCODE_GET_LOG, ID_GET_LOG, LOG_REQUEST, OUT_ROOM, 0, 0
};

const struct cost_case cost_change = {
	"tunneled-change", OPCODE_TUNNEL, 0, TUNNELED(TIMESTAMP_SIZE), TUNNELED(0),
	OPCODE_SET_TIMESTAMP, DEVICE_PORT
};

static uint8_t request[TUNNELED(TIMESTAMP_SIZE)] __attribute__((aligned(8)));
static uint8_t out[OUT_ROOM] __attribute__((aligned(8)));
static uint64_t sample[COST_ROUNDS];

void cost_prepare(const struct cost_case *c)
{
	static const uint8_t zeros[TIMESTAMP_SIZE];
	struct guest_log_request log = { .length = c->out_size };
	struct guest_message message;

	memcpy(log.uuid, guest_cel_uuid, sizeof(log.uuid));
	memcpy(request, &log, sizeof(log));
	if (!c->leaf)
		return;
	message = guest_tunnel(&c->port, 1, c->leaf, zeros, c->in_size - TUNNELED(0));
	assert_int_equal(message.length, c->in_size);
	memcpy(request, message.bytes, message.length);
}

/* ---- the three ways ---- */

static int ask_own(struct cost_client *client, const struct cost_case *c)
{
	struct cxl_switch_cci_send send =
		guest_send(c->opcode, request, c->in_size, out, c->out_size);

	if (ioctl(client->fd, CXL_SWITCH_CCI_SEND, &send) || send.leaf_return_code)
		return -1;
	return (int)send.out_size;
}

static int ask_legacy(struct cost_client *client, const struct cost_case *c)
{
	struct cxl_send_command command =
		c->id ? guest_by_id(c->id, request, c->in_size, out, c->out_size) :
			guest_raw(c->opcode, request, c->in_size, out, c->out_size);

	if (ioctl(client->fd, CXL_MEM_SEND_COMMAND, &command) || command.retval)
		return -1;
	return (int)command.out.size;
}

static uint64_t read8(struct cost_client *client, unsigned int offset)
{
	return *(volatile uint64_t *)(client->registers + offset);
}

static void write8(struct cost_client *client, unsigned int offset, uint64_t value)
{
	*(volatile uint64_t *)(client->registers + offset) = value;
}

/* The least that the protocol allows: no check but the return code. */
static int ask_bare(struct cost_client *client, const struct cost_case *c)
{
	volatile uint32_t *control = (volatile uint32_t *)(client->registers + CONTROL);
	uint32_t length;

	write8(client, COMMAND, c->opcode | (uint64_t)c->in_size << LENGTH_SHIFT);
	for (uint32_t i = 0; i < c->in_size; i += 8)
		write8(client, PAYLOAD + i, *(uint64_t *)(request + i));
	*control = 1;
	while (*control & 1)
		;
	if (read8(client, STATUS) >> 32 & 0xffff)
		return -1;
	length = read8(client, COMMAND) >> LENGTH_SHIFT & LENGTH_MASK;
	for (uint32_t i = 0; i < length; i += 8)
		*(uint64_t *)(out + i) = read8(client, PAYLOAD + i);
	return (int)length;
}

/* ---- opening them ---- */

bool cost_open_own(struct cost_client *client)
{
	*client = (struct cost_client){ .ask = ask_own, .fd = open(COST_OWN, O_RDWR | O_CLOEXEC) };
	return client->fd >= 0;
}

bool cost_open_legacy(struct cost_client *client, const char *node)
{
	*client = (struct cost_client){ .ask = ask_legacy, .fd = open(node, O_RDWR | O_CLOEXEC) };
	return client->fd >= 0;
}

static volatile uint8_t *find_mailbox(volatile uint8_t *bar)
{
	unsigned int count = *(volatile uint32_t *)(bar + ARRAY_COUNT) & 0xffff;

	for (unsigned int i = 1; i <= count; i++) {
		volatile uint32_t *entry = (volatile uint32_t *)(bar + i * ARRAY_ENTRY);

		if ((entry[0] & 0xffff) == MAILBOX_ID)
			return bar + entry[1];
	}
	return NULL;
}

bool cost_open_bare(struct cost_client *client, const char *pci)
{
	char path[80];
	struct stat file;

	*client = (struct cost_client){ .ask = ask_bare };
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/enable", pci);
	guest_write_file(path, "1");
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0", pci);
	client->fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (client->fd < 0 || fstat(client->fd, &file))
		return false;
	client->bar_size = (size_t)file.st_size;
	client->bar = mmap(NULL, client->bar_size, PROT_READ | PROT_WRITE, MAP_SHARED, client->fd,
			   0);
	if (client->bar == MAP_FAILED)
		return false;
	client->registers = find_mailbox(client->bar);
	return client->registers;
}

void cost_close(struct cost_client *client)
{
	close(client->fd);
	if (client->registers)
		munmap(client->bar, client->bar_size);
}

/* ---- measuring ---- */

uint64_t cost_counter(void)
{
	return __rdtsc();
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

struct cost cost_of(struct cost_client *client, const struct cost_case *c, unsigned int rounds)
{
	int answered = -1, before;
	uint64_t start;

	assert_in_range(rounds, 1, COST_ROUNDS);
	cost_prepare(c);
	for (unsigned int i = 0; i < WARM_UP + rounds; i++) {
		before = answered;
		start = cost_counter();
		answered = client->ask(client, c);
		start = cost_counter() - start;
		if (answered < 0 || (i && answered != before))
			fail_msg("%s: %d bytes after %d, errno %d", c->name, answered, before,
				 errno);
		if (i >= WARM_UP)
			sample[i - WARM_UP] = start;
	}
	qsort(sample, rounds, sizeof(sample[0]), by_size);
	return (struct cost){ sample[0], sample[rounds / 2], sample[rounds * 99 / 100],
			      sample[rounds - 1], (uint32_t)answered };
}

/* ---- allocations ---- */

static const char *const allocators[] = {
	"kmalloc", "kmem_cache_alloc", "mm_page_alloc",
};

static void trace_allocators(const char *on)
{
	char path[96];

	for (size_t i = 0; i < ARRAY_SIZE(allocators); i++) {
		snprintf(path, sizeof(path), GUEST_TRACING "/events/kmem/%s/enable", allocators[i]);
		assert_int_equal(guest_write_file(path, on), 0);
	}
}

static unsigned int traced_allocations(void)
{
	FILE *trace = guest_trace();
	unsigned int count = 0;
	char line[512];

	while (fgets(line, sizeof(line), trace))
		for (size_t i = 0; i < ARRAY_SIZE(allocators); i++)
			count += *line != '#' && strstr(line, allocators[i]);
	fclose(trace);
	return count;
}

unsigned int cost_allocations(struct cost_client *client, const struct cost_case *c,
			      unsigned int rounds)
{
	char pid[16];
	int on = open(GUEST_TRACING "/tracing_on", O_WRONLY | O_CLOEXEC);

	cost_prepare(c);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(guest_write_file(GUEST_TRACING "/set_event_pid", pid), 0);
	for (unsigned int i = 0; i < WARM_UP; i++)
		assert_true(client->ask(client, c) >= 0);
	trace_allocators("1");
	guest_trace_empty();
	for (unsigned int i = 0; i < rounds; i++)
		if (client->ask(client, c) < 0)
			fail_msg("%s: errno %d", c->name, errno);
	/* by a file that is open: opening one allocates */
	assert_int_equal(pwrite(on, "0", 1, 0), 1);
	trace_allocators("0");
	rounds = traced_allocations();
	assert_int_equal(pwrite(on, "1", 1, 0), 1);
	close(on);
	guest_write_file(GUEST_TRACING "/set_event_pid", "");
	return rounds;
}
