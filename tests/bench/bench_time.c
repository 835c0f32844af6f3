// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time of one command by our ioctl, by the in-tree driver's on its own device, and by
 * a bare client on the same registers with our driver unbound; in alternating rounds,
 * so that what the machine does else hits all alike. Prints; judges no time.
 */
#include "guest_cost.h"
#include "guest_model.h"

#include <time.h>

#define ROUNDS_ALL	7
#define ASKED		60
#define CALIBRATE_MS	200

enum way { OWN, IN_TREE, BARE, WAYS };

static const char *const names[WAYS] = { "own", "in-tree", "bare" };
static double us[COST_CASES][WAYS][ROUNDS_ALL];
static double ticks_per_us;

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

static void ask_all(struct cost_client *client, enum way way, unsigned int round)
{
	for (size_t i = 0; i < COST_CASES; i++)
		if (way != IN_TREE || cost_cases[i].id)
			us[i][way][round] = (double)cost_of(client, &cost_cases[i], ASKED).median /
					    ticks_per_us;
}

static void one_round(const struct guest_device *device, unsigned int round)
{
	struct cost_client client;

	assert_true(cost_open_own(&client));
	ask_all(&client, OWN, round);
	cost_close(&client);
	if (cost_open_legacy(&client, COST_IN_TREE)) {
		ask_all(&client, IN_TREE, round);
		cost_close(&client);
	}
	assert_int_equal(guest_unbind(device), 0);
	assert_true(cost_open_bare(&client, device->pci));
	ask_all(&client, BARE, round);
	cost_close(&client);
	assert_int_equal(guest_bind(device), 0);
	assert_true(guest_wait_for_node(device->node));
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(const double *values)
{
	double sorted[ROUNDS_ALL];

	memcpy(sorted, values, sizeof(sorted));
	qsort(sorted, ROUNDS_ALL, sizeof(sorted[0]), by_size);
	return sorted[ROUNDS_ALL / 2];
}

/* Ours to another's in the same round: the median over rounds, and its spread. */
static void print_ratio(size_t c, enum way other)
{
	double ratio[ROUNDS_ALL];

	if (us[c][other][0] <= 0)
		return;
	for (unsigned int i = 0; i < ROUNDS_ALL; i++)
		ratio[i] = us[c][OWN][i] / us[c][other][i];
	qsort(ratio, ROUNDS_ALL, sizeof(ratio[0]), by_size);
	figure(ratio[ROUNDS_ALL / 2], "time-ratio/%s/%s", cost_cases[c].name, names[other]);
	figure(ratio[0], "time-ratio/%s/%s-least", cost_cases[c].name, names[other]);
	figure(ratio[ROUNDS_ALL - 1], "time-ratio/%s/%s-most", cost_cases[c].name, names[other]);
}

static void times_are_printed(void **state)
{
	struct guest_device device = guest_device();

	/* the model's own log is shorter than what is asked for */
	if (access(COST_IN_TREE, F_OK))
		model_order("cel switch entries 1024");
	calibrate();
	for (unsigned int round = 0; round < ROUNDS_ALL; round++)
		one_round(&device, round);
	for (size_t c = 0; c < COST_CASES; c++) {
		for (enum way way = OWN; way < WAYS; way++)
			if (us[c][way][0] > 0)
				figure(median(us[c][way]), "us/%s/%s", cost_cases[c].name,
				       names[way]);
		print_ratio(c, BARE);
		print_ratio(c, IN_TREE);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(times_are_printed) };

	guest_give_up_after(300);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
