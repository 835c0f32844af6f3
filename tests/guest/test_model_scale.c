// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fabric of 255 ports with 16 LDs each: a warm query costs the same instructions
 * whether 16 destinations are known or all, and all fit into the memory that they
 * may take. In a guest where instructions are counted (guest_cost.h).
 */
#include "guest_cost.h"
#include "guest_model.h"

#define PORTS		255
#define LDS		16
#define ALL		(PORTS * LDS)
#define FEW		16
#define BYTES_EACH	1024
#define BYTES_FABRIC	(8 << 20)
#define RATIO_MAX	1.1

static int fd;

static uint64_t ask(unsigned int which)
{
	const struct hop path[] = { { 0, (uint8_t)(which / LDS) }, { 0, (uint8_t)(which % LDS) } };
	struct guest_message message = guest_tunnel_along(path, 2, OPCODE_IDENTIFY, NULL, 0);
	uint8_t out[256];
	struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, message.bytes, message.length,
						     out, sizeof(out));
	uint64_t start = cost_counter();
	int error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);

	start = cost_counter() - start;
	if (error || send.leaf_return_code)
		fail_msg("port %u, LD %u: errno %d, code %04xh", which / LDS, which % LDS, error,
			 send.leaf_return_code);
	return start;
}

/* The median over @count destinations that are spread over the first @known. */
static uint64_t warm_cost(unsigned int known, unsigned int count)
{
	uint64_t sample[256];

	assert_in_range(count, 1, ARRAY_SIZE(sample));
	for (unsigned int i = 0; i < count; i++)
		ask(i * (known / count));
	for (unsigned int i = 0; i < count; i++)
		sample[i] = ask(i * (known / count));
	for (unsigned int i = 1; i < count; i++)
		for (unsigned int j = i; j && sample[j - 1] > sample[j]; j--) {
			uint64_t swap = sample[j];

			sample[j] = sample[j - 1];
			sample[j - 1] = swap;
		}
	return sample[count / 2];
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

static void four_thousand_cost_what_sixteen_do(void **state)
{
	uint64_t few, all, before, bytes;

	ask(0);
	before = slab_bytes();
	for (unsigned int i = 0; i < FEW; i++)
		ask(i);
	few = warm_cost(FEW, FEW);
	for (unsigned int i = 0; i < ALL; i++)
		ask(i);
	bytes = slab_bytes() - before;
	all = warm_cost(ALL, 240);
	figure(few, "scale/instructions/%u", FEW);
	figure(all, "scale/instructions/%u", ALL);
	figure((double)all / (double)few, "scale/ratio");
	figure((double)bytes / ALL, "scale/bytes-each");
	figure((double)bytes, "scale/bytes-fabric");
	diag("a warm query: %llu instructions with %u known, %llu with %u; %llu bytes for each",
	     (unsigned long long)few, FEW, (unsigned long long)all, ALL,
	     (unsigned long long)bytes / ALL);
	assert_true((double)all < (double)few * RATIO_MAX);
	assert_true(bytes < BYTES_FABRIC);
	assert_true(bytes / ALL < BYTES_EACH);
}

static int open_switch(void **state)
{
	guest_give_up_after(400);
	guest_device();
	fd = guest_open(O_RDWR);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_thousand_cost_what_sixteen_do),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_switch, NULL);
}
