// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time of one command by our ioctl, by the in-tree driver's on its own device, and by
 * a bare client on the registers of the first of them, beside its driver (a kernel
 * booted with iomem=relaxed). All are asked in turn, command by command, so that what
 * the machine does else hits all alike. Prints; judges no time.
 */
#include "guest_cost.h"
#include "guest_model.h"
#include "topology.h"

#include <limits.h>
#include <time.h>

#define PAIRS_MIN	3
#define PAIRS_MAX	301
#define WORDS_ALL	40000	/* about so many accesses for one kind of command */
#define COLD_ROUNDS	5
#define CALIBRATE_MS	200
/* In a guest a module that was loaded may have its node a little later. */
#define OWN_MODULE	"/modules.d/cxl_switch_cci.ko"
#define IN_TREE_MODULE	"/modules.d/cxl_pci.ko"

enum way { OWN, IN_TREE, BARE, WAYS };

static const char *const names[WAYS] = { "own", "in-tree", "bare" };
static struct cost_client client[WAYS];
static bool there[WAYS];
static double us[WAYS][PAIRS_MAX];
static double ticks_per_us;

/* ---- clock and numbers ---- */

static void calibrate(void)
{
	struct timespec from, to;
	uint64_t start;

	clock_gettime(CLOCK_MONOTONIC, &from);
	start = cost_counter();
	guest_sleep_ms(CALIBRATE_MS);
	start = cost_counter() - start;
	clock_gettime(CLOCK_MONOTONIC, &to);
	ticks_per_us = (double)start / ((double)(to.tv_sec - from.tv_sec) * 1e6 +
					(double)(to.tv_nsec - from.tv_nsec) / 1e3);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The median, and what a tenth is below and above; sorts the values. */
static void print_spread(double *values, unsigned int count, const char *what, const char *name,
			 const char *who)
{
	qsort(values, count, sizeof(values[0]), by_size);
	figure(values[count / 2], "%s/%s/%s", what, name, who);
	figure(values[count / 10], "%s-low/%s/%s", what, name, who);
	figure(values[count - 1 - count / 10], "%s-high/%s/%s", what, name, who);
}

/* ---- pairs ---- */

static double time_of(struct cost_client *way, const struct cost_case *c, int *answered)
{
	uint64_t start = cost_counter();

	*answered = way->ask(way, c);
	start = cost_counter() - start;
	if (*answered < 0)
		fail_msg("%s: errno %d", c->name, errno);
	return (double)start / ticks_per_us;
}

static bool asks(enum way way, const struct cost_case *c)
{
	return there[way] && (way != IN_TREE || c->id);
}

static unsigned int pairs_of(const struct cost_case *c)
{
	unsigned int pairs = WORDS_ALL / (5 + (c->in_size + c->out_size) / 8);

	pairs = pairs < PAIRS_MIN ? PAIRS_MIN : pairs;
	return pairs > PAIRS_MAX ? PAIRS_MAX : pairs;
}

/* Who is first changes from pair to pair. */
static void ask_each_once(const struct cost_case *c, unsigned int pair)
{
	int answered, before = -1;

	for (unsigned int i = 0; i < WAYS; i++) {
		enum way way = (i + pair) % WAYS;

		if (!asks(way, c))
			continue;
		us[way][pair] = time_of(&client[way], c, &answered);
		if (before >= 0 && answered != before)
			fail_msg("%s: %d bytes by %s, %d by another", c->name, answered,
				 names[way], before);
		before = answered;
	}
}

/* One's time to another's in the same pair. Before the times are sorted. */
static void print_ratio(const struct cost_case *c, enum way one, enum way other,
			unsigned int pairs)
{
	double ratio[PAIRS_MAX];
	char names_of_both[32];

	if (!asks(one, c) || !asks(other, c))
		return;
	for (unsigned int i = 0; i < pairs; i++)
		ratio[i] = us[one][i] / us[other][i];
	snprintf(names_of_both, sizeof(names_of_both), "%s-to-%s", names[one], names[other]);
	print_spread(ratio, pairs, "time-ratio", c->name, names_of_both);
}

static void compare(const struct cost_case *c)
{
	unsigned int pairs = pairs_of(c);

	cost_prepare(c);
	/* the first is overwritten: nobody was warm */
	for (unsigned int i = pairs > PAIRS_MIN ? 0 : 1; i <= pairs; i++)
		ask_each_once(c, i ? i - 1 : 0);
	print_ratio(c, OWN, BARE, pairs);
	print_ratio(c, OWN, IN_TREE, pairs);
	print_ratio(c, IN_TREE, BARE, pairs);
	for (enum way way = OWN; way < WAYS; way++)
		if (asks(way, c))
			print_spread(us[way], pairs, "us", c->name, names[way]);
	figure(pairs, "pairs/%s", c->name);
}

/* A memory device is asked what its driver can ask. */
static bool is_for_this_device(const struct cost_case *c)
{
	return there[OWN] || c->id;
}

static void warm_commands(void **state)
{
	for (size_t i = 0; i < COST_CASES; i++)
		if (is_for_this_device(&cost_cases[i]))
			compare(&cost_cases[i]);
	if (!topology_is_model())
		return;
	compare(&cost_largest);
	if (is_for_this_device(&cost_change))
		compare(&cost_change);
}

/* ---- cold ---- */

static void bind_anew(void)
{
	struct guest_device device = guest_device();

	cost_close(&client[OWN]);
	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	assert_true(cost_open_own(&client[OWN]));
}

/* The first command after the bind, the first to a device, the first change of another. */
static void cold_commands(void **state)
{
	struct cost_case cold[] = { cost_cases[0], cost_cases[COST_CASES - 1], cost_change };
	unsigned int count = topology_is_model() ? 3 : 2;
	double took[ARRAY_SIZE(cold)][COLD_ROUNDS];
	int answered;

	if (!there[OWN])
		return;
	cold[2].port = 0;
	for (unsigned int round = 0; round < COLD_ROUNDS; round++) {
		bind_anew();
		for (unsigned int i = 0; i < count; i++) {
			cost_prepare(&cold[i]);
			took[i][round] = time_of(&client[OWN], &cold[i], &answered);
		}
	}
	for (unsigned int i = 0; i < count; i++)
		print_spread(took[i], COLD_ROUNDS, "cold-us", cold[i].name, names[OWN]);
}

/* ---- the frame ---- */

/* The PCI address of the in-tree driver's device: the folder that mem0 lies in. */
static const char *in_tree_pci(void)
{
	static char path[PATH_MAX];

	assert_non_null(realpath("/sys/bus/cxl/devices/mem0", path));
	*strrchr(path, '/') = '\0';
	return strrchr(path, '/') + 1;
}

static int open_all(void **state)
{
	guest_give_up_after(350);
	there[OWN] = !access(OWN_MODULE, F_OK) || !access(COST_OWN, F_OK);
	if (there[OWN] && (!guest_wait_for_node(COST_OWN) || !cost_open_own(&client[OWN])))
		return -1;
	there[IN_TREE] = !access(IN_TREE_MODULE, F_OK) || !access(COST_IN_TREE, F_OK);
	if (there[IN_TREE] && (!guest_wait_for_node(COST_IN_TREE) ||
			       !cost_open_legacy(&client[IN_TREE], COST_IN_TREE)))
		return -1;
	there[BARE] = cost_open_bare(&client[BARE], there[OWN] ? guest_device().pci :
						    in_tree_pci());
	if (!there[BARE])
		fail_msg("the registers cannot be mapped beside their driver: iomem=relaxed?");
	/* the model's own log is shorter than what is asked for */
	if (topology_is_model())
		model_order("cel %s announced %u", there[OWN] ? "switch" : "port0",
			    cost_largest.out_size);
	calibrate();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(warm_commands),
		cmocka_unit_test(cold_commands),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, NULL);
}
