// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command costs in instructions and allocations, beside the in-tree memory
 * driver on the same kernel; in a guest of guest-intree, where instructions are
 * counted exactly. A limit here is what was reached, so that it is not lost; the
 * budget that was aimed at stands in Documentation/performance.md.
 */
#include "guest_cost.h"

#define ALLOCATION_ROUNDS	50

/* Ours to in-tree's, in percent, that may not be exceeded. */
static const struct limit {
	const char *name;
	unsigned int percent;
} limits[] = {
	{ "supported-logs", 244 },
	{ "log-64", 189 },
	{ "log-512", 153 },
	{ "log-2048", 110 },
};

static struct cost_client own, legacy, in_tree;

static struct cost measured(const char *who, struct cost_client *client, const struct cost_case *c)
{
	struct cost cost = cost_of(client, c, COST_ROUNDS);

	figure(cost.median, "instructions/%s/%s", c->name, who);
	figure((double)(cost.p99 - cost.median), "instructions-p99-above-median/%s/%s", c->name,
	       who);
	diag("%s by %s: %u bytes, %llu instructions, 99 of 100 within %llu", c->name, who,
	     cost.answered, (unsigned long long)cost.median, (unsigned long long)cost.p99);
	return cost;
}

static unsigned int limit_of(const struct cost_case *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if (!strcmp(limits[i].name, c->name))
			return limits[i].percent;
	return 0;
}

static void compare(const struct cost_case *c)
{
	struct cost by_send = measured("send", &own, c);
	struct cost by_legacy = measured("legacy", &legacy, c);
	struct cost theirs;

	assert_true(by_send.p99 == by_send.median && by_legacy.p99 == by_legacy.median);
	if (!c->id)
		return;
	theirs = measured("in-tree", &in_tree, c);
	assert_int_equal(theirs.answered, by_legacy.answered);
	figure((double)by_legacy.median / (double)theirs.median, "ratio/%s/legacy", c->name);
	if (by_legacy.median * 100 > theirs.median * limit_of(c) ||
	    by_send.median * 100 > theirs.median * limit_of(c))
		fail_msg("%s: above %u %% of the in-tree driver's", c->name, limit_of(c));
}

static void instructions_stay_within_what_was_reached(void **state)
{
	for (size_t i = 0; i < COST_CASES; i++)
		compare(&cost_cases[i]);
}

static void a_command_allocates_nothing(void **state)
{
	for (size_t i = 0; i < COST_CASES; i++) {
		const struct cost_case *c = &cost_cases[i];
		unsigned int ours = cost_allocations(&own, c, ALLOCATION_ROUNDS) +
				    cost_allocations(&legacy, c, ALLOCATION_ROUNDS);
		unsigned int theirs = c->id ? cost_allocations(&in_tree, c, ALLOCATION_ROUNDS) : 0;

		figure(ours / 2.0 / ALLOCATION_ROUNDS, "allocations/%s/own", c->name);
		assert_int_equal(ours, 0);
		if (!c->id)
			continue;
		figure((double)theirs / ALLOCATION_ROUNDS, "allocations/%s/in-tree", c->name);
		/* or the tracepoints count nothing */
		assert_true(theirs >= ALLOCATION_ROUNDS);
	}
}

static struct cost_case supported_logs_with_room(uint32_t room)
{
	struct cost_case c = cost_cases[1];

	assert_string_equal(c.name, "supported-logs");
	c.out_size = room;
	return c;
}

/* More instructions for the same short answer, by a caller with room for 2 KiB instead of 64 B. */
static int64_t instructions_for_room(struct cost_client *client)
{
	struct cost_case narrow = supported_logs_with_room(64);
	struct cost_case wide = supported_logs_with_room(2048);

	return (int64_t)cost_of(client, &wide, COST_ROUNDS).median -
	       (int64_t)cost_of(client, &narrow, COST_ROUNDS).median;
}

/* A buffer that is zeroed or copied whole costs by its room. */
static void room_that_no_answer_fills_costs_nothing(void **state)
{
	int64_t ours = instructions_for_room(&own), by_legacy = instructions_for_room(&legacy);
	int64_t theirs = instructions_for_room(&in_tree);

	figure((double)ours, "instructions-for-room/send");
	figure((double)by_legacy, "instructions-for-room/legacy");
	figure((double)theirs, "instructions-for-room/in-tree");
	assert_true(ours == 0 && by_legacy == 0);
	/* or it shows in no figure */
	assert_true(theirs > 0);
}

/* Last: our driver is unbound for it. */
static void the_bare_protocol_costs_less(void **state)
{
	struct guest_device device = guest_device();
	struct cost_client bare;
	struct cost cost;

	close(own.fd);
	close(legacy.fd);
	assert_int_equal(guest_unbind(&device), 0);
	assert_true(cost_open_bare(&bare, device.pci));
	for (size_t i = 0; i < COST_CASES; i++) {
		cost = measured("bare", &bare, &cost_cases[i]);
		assert_int_equal(cost.median, cost.p99);
	}
	cost_close(&bare);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
}

static int open_all(void **state)
{
	guest_give_up_after(120);
	guest_device();
	if (!guest_wait_for_node(COST_IN_TREE))
		fail_msg("no %s: is this a guest of guest-intree?", COST_IN_TREE);
	return cost_open_own(&own) && cost_open_legacy(&legacy, COST_OWN) &&
	       cost_open_legacy(&in_tree, COST_IN_TREE) ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_stay_within_what_was_reached),
		cmocka_unit_test(a_command_allocates_nothing),
		cmocka_unit_test(room_that_no_answer_fills_costs_nothing),
		cmocka_unit_test(the_bare_protocol_costs_less),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, NULL);
}
