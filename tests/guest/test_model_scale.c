// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fabric of 255 ports with 16 LDs each: a warm query costs the same instructions
 * whether one destination is known or 4,096 are, one file is open or 64, and all
 * destinations fit into the memory that they may take. In a guest where instructions
 * are counted (guest_cost.h).
 */
#include "guest_cost.h"
#include "guest_model.h"

#define PORTS		255
#define LDS		16
#define ALL_LDS		(PORTS * LDS)
#define ALL		(ALL_LDS + 16)	/* the devices behind the first ports, too */
#define SAMPLES		240
#define FILES_MAX	64
#define FILE_ROUNDS	5
#define BYTES_EACH	1024
#define BYTES_FABRIC	(8 << 20)
#define RATIO_MAX	1.1

static const unsigned int known[] = { 1, 16, 256, ALL };
static const unsigned int opened[] = { 1, 8, FILES_MAX };
static int node[FILES_MAX];

/* In instructions. */
static uint64_t ask(int fd, unsigned int which)
{
	const struct hop ld[] = { { 0, (uint8_t)(which / LDS) }, { 0, (uint8_t)(which % LDS) } };
	const struct hop device[] = { { 0, (uint8_t)(which - ALL_LDS) } };
	struct guest_message message =
		which < ALL_LDS ? guest_tunnel_along(ld, 2, OPCODE_IDENTIFY, NULL, 0) :
				  guest_tunnel_along(device, 1, OPCODE_IDENTIFY, NULL, 0);
	uint8_t out[256];
	struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, message.bytes, message.length,
						     out, sizeof(out));
	uint64_t start = cost_counter();
	int error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);

	start = cost_counter() - start;
	if (error || send.leaf_return_code)
		fail_msg("destination %u: errno %d, code %04xh", which, error,
			 send.leaf_return_code);
	return start;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t median(uint64_t *sample, unsigned int count)
{
	qsort(sample, count, sizeof(sample[0]), by_size);
	return sample[count / 2];
}

/* Over LDs that are spread over the first @count destinations. */
static uint64_t warm_cost(unsigned int count)
{
	unsigned int lds = count < ALL_LDS ? count : ALL_LDS;
	uint64_t sample[SAMPLES];

	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < SAMPLES; i++)
			sample[i] = ask(node[0], i * lds / SAMPLES);
	return median(sample, SAMPLES);
}

static uint64_t slab_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kilobytes = 0;
	char line[128];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Slab: %llu", &kilobytes) == 1)
			break;
	fclose(file);
	assert_true(kilobytes);
	return kilobytes * 1024;
}

static uint64_t learn(unsigned int from, unsigned int to)
{
	static uint64_t sample[ALL];

	for (unsigned int i = from; i < to; i++)
		sample[i - from] = ask(node[0], i);
	return median(sample, to - from);
}

static void four_thousand_cost_what_one_does(void **state)
{
	uint64_t warm, one = 0, before, bytes, cold;

	learn(0, 1);
	before = slab_bytes();
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		cold = i ? learn(known[i - 1], known[i]) : 0;
		warm = warm_cost(known[i]);
		one = one ?: warm;
		figure(warm, "scale/instructions/%u-destinations", known[i]);
		assert_true((double)warm < (double)one * RATIO_MAX);
	}
	bytes = slab_bytes() - before;
	figure(cold, "scale/instructions/first-query");
	figure((double)warm / (double)one, "scale/ratio");
	figure((double)bytes / (ALL - 1), "scale/bytes-each");
	figure((double)bytes, "scale/bytes-fabric");
	diag("a warm query: %llu instructions with 1 known, %llu with %u; %llu bytes for each",
	     (unsigned long long)one, (unsigned long long)warm, ALL,
	     (unsigned long long)bytes / (ALL - 1));
	assert_true(bytes < BYTES_FABRIC);
	assert_true(bytes / (ALL - 1) < BYTES_EACH);
}

/* Files that ask one after the other; the first round finds each without its buffers. */
static uint64_t cost_among(unsigned int files)
{
	uint64_t sample[FILES_MAX * FILE_ROUNDS];
	unsigned int count = 0;

	for (unsigned int i = 0; i < files; i++)
		ask(node[i], 0);
	for (unsigned int round = 0; round < FILE_ROUNDS; round++)
		for (unsigned int i = 0; i < files; i++)
			sample[count++] = ask(node[i], 0);
	return median(sample, count);
}

static void sixty_four_files_cost_what_one_does(void **state)
{
	unsigned int open = 1;
	uint64_t one = 0, cost;

	for (size_t i = 0; i < ARRAY_SIZE(opened); i++) {
		while (open < opened[i])
			node[open++] = guest_open(O_RDWR);
		cost = cost_among(open);
		one = one ?: cost;
		figure(cost, "scale/instructions/%u-files", open);
		assert_true((double)cost < (double)one * RATIO_MAX);
	}
}

static int open_switch(void **state)
{
	guest_give_up_after(400);
	guest_device();
	node[0] = guest_open(O_RDWR);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_thousand_cost_what_one_does),
		cmocka_unit_test(sixty_four_files_cost_what_one_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_switch, NULL);
}
