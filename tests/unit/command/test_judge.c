// SPDX-License-Identifier: GPL-2.0-only
/*
 * From request, destination, caller and settings to a verdict: what is decided by the
 * table, what the destination changes, and when the gates decide again.
 */
#include "unit.h"

#include <errno.h>

#include "command/judge.h"

#define IDENTIFY	0x0001
#define ABORT		0x0005
#define SET_TIMESTAMP	0x0301

static const u8 payload[64];

/* Of the two checks that may leave a line in the log. */
static struct {
	bool capable, locked_down;
	int capable_calls, locked_down_calls;
} kernel;

static bool capable_rawio(void *context)
{
	kernel.capable_calls++;
	return kernel.capable;
}

static bool locked_down(void *context)
{
	kernel.locked_down_calls++;
	return kernel.locked_down;
}

static int setup(void **state)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.capable = true;
	return 0;
}

static struct swcci_tunnel_request leaf_of(u16 opcode, u32 length)
{
	return (struct swcci_tunnel_request){
		.path = { .depth = 1 }, .opcode = opcode, .payload = payload, .length = length,
	};
}

static struct swcci_judgement begin(const struct swcci_tunnel_request *leaf)
{
	struct swcci_judgement j = {
		.caller = { .may_write = true, .limit = IMPACT_DESTRUCTIVE,
			    .kernel = { capable_rawio, locked_down, NULL } },
	};

	swcci_audited_judge(leaf->opcode, leaf->payload, leaf->length, &j.table);
	return j;
}

static struct swcci_policy_destination lists(u16 effects)
{
	return (struct swcci_policy_destination){
		.knowledge = POLICY_EFFECTS_READ, .listed = true, .effects = effects,
	};
}

static const struct swcci_policy_destination silent = { .knowledge = POLICY_SILENT };

static void table_refuses_without_the_destination(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(SET_TIMESTAMP, 8);
	struct swcci_judgement j = begin(&leaf);

	j.caller.may_write = false;
	assert_true(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.error, -EBADF);
	/* EXPLAIN goes on to the destination */
	j.goes_on = true;
	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.error, -EBADF);
}

static void effects_raise_the_impact(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(SET_TIMESTAMP, 8);
	const struct swcci_policy_destination view = lists(EFFECT_DATA);
	struct swcci_judgement j = begin(&leaf);

	kernel.capable = false;
	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.error, 0);
	assert_true(swcci_judge_at(&j, &j.table, &view, 0));
	assert_int_equal(j.audit.impact, IMPACT_DESTRUCTIVE);
	assert_int_equal(j.verdict.error, -EPERM);
	assert_int_equal(j.verdict.reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
}

/* The second verdict would be the first, unless the caller waited in between. */
static void gates_decide_again_if_they_may_see_a_change(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(0xc000, 0);
	const struct swcci_policy_destination view = lists(0);
	struct swcci_judgement j = begin(&leaf);

	j.settings.raw_allowed = true;
	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(kernel.locked_down_calls, 1);
	assert_true(swcci_judge_at(&j, &j.table, &view, 0));
	assert_int_equal(kernel.locked_down_calls, 1);
	assert_int_equal(j.verdict.error, 0);

	kernel.locked_down = true;
	assert_true(swcci_judge_at(&j, &j.table, &view, JUDGE_AGAIN));
	assert_int_equal(kernel.locked_down_calls, 2);
	assert_int_equal(j.verdict.error, -EPERM);
}

static void nothing_is_sent_to_a_slow_destination(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(IDENTIFY, 0);
	struct swcci_judgement j = begin(&leaf);

	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_true(swcci_judge_at(&j, &j.table, &silent, 0));
	assert_int_equal(j.verdict.error, 0);
	assert_true(swcci_judge_at(&j, &j.table, &silent, JUDGE_SLOW));
	assert_int_equal(j.verdict.error, -EHOSTUNREACH);
}

static void weak_identity_calls_for_new_facts(void **state)
{
	const struct swcci_tunnel_request query = leaf_of(IDENTIFY, 0);
	const struct swcci_tunnel_request setting = leaf_of(SET_TIMESTAMP, 8);
	const struct swcci_policy_destination view = lists(EFFECT_POLICY);
	const struct swcci_policy_destination plain = lists(0);
	struct swcci_judgement j = begin(&query);

	assert_false(swcci_judge_by_table(&j, &query));
	assert_true(swcci_judge_at(&j, &j.table, &plain, JUDGE_WEAK));

	j = begin(&setting);
	assert_false(swcci_judge_by_table(&j, &setting));
	assert_false(swcci_judge_at(&j, &j.table, &view, JUDGE_WEAK));
	assert_true(swcci_judge_at(&j, &j.table, &view, JUDGE_AGAIN));
	assert_int_equal(j.verdict.error, 0);
	/* new facts of a destination that does not answer would be the same */
	assert_true(swcci_judge_at(&j, &j.table, &silent, JUDGE_WEAK));
	assert_int_equal(j.verdict.error, -EHOSTUNREACH);
}

/* A query only by the vendor row of one identity. */
static void vendor_row_depends_on_the_identity(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(0xc000, 0);
	const struct swcci_policy_destination view = lists(0);
	struct swcci_judgement j = begin(&leaf);
	struct swcci_audit there = j.table;

	assert_true(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.reason, CXL_SWITCH_CCI_REASON_UNAUDITED);
	there.audited = true;
	there.by_vendor_row = true;
	there.impact = IMPACT_QUERY;
	/* any row without effects will do */
	there.row = swcci_audited_find(IDENTIFY);
	assert_false(swcci_judge_at(&j, &there, &view, JUDGE_WEAK));
	assert_true(swcci_judge_at(&j, &there, &view, 0));
	assert_int_equal(j.verdict.error, 0);
	assert_true(swcci_judge_depends_on_identity(&j));
}

static void abort_of_its_own_operation_is_a_setting(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(ABORT, 0);
	struct swcci_judgement j = begin(&leaf);

	kernel.capable = false;
	assert_true(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
	j = begin(&leaf);
	j.aborts_own = true;
	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.audit.impact, IMPACT_SETTING);
	assert_int_equal(j.verdict.error, 0);
}

static void abort_on_close_is_a_setting_at_least(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(IDENTIFY, 0);
	const struct swcci_policy_destination view = lists(0);
	struct swcci_judgement j = begin(&leaf);

	assert_true(swcci_judge_is_query(&j.table));
	j.wants_abort = true;
	j.caller.limit = IMPACT_QUERY;
	assert_true(swcci_judge_by_table(&j, &leaf));
	assert_int_equal(j.verdict.reason, CXL_SWITCH_CCI_REASON_RESTRICTED);
	j.caller.limit = IMPACT_SETTING;
	assert_false(swcci_judge_by_table(&j, &leaf));
	assert_true(swcci_judge_at(&j, &j.table, &view, 0));
	assert_int_equal(j.audit.impact, IMPACT_SETTING);
	assert_false(swcci_judge_is_query(&j.audit));
}

static void foreign_first_hop_makes_it_unaudited(void **state)
{
	const struct swcci_tunnel_request leaf = leaf_of(IDENTIFY, 0);
	struct swcci_judgement j = begin(&leaf);

	assert_false(swcci_judge_by_table(&j, &leaf));
	swcci_judge_foreign(&j);
	assert_int_equal(j.audit.impact, IMPACT_DESTRUCTIVE);
	assert_int_equal(j.verdict.reason, CXL_SWITCH_CCI_REASON_UNAUDITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(table_refuses_without_the_destination, setup),
		cmocka_unit_test_setup(effects_raise_the_impact, setup),
		cmocka_unit_test_setup(gates_decide_again_if_they_may_see_a_change, setup),
		cmocka_unit_test_setup(nothing_is_sent_to_a_slow_destination, setup),
		cmocka_unit_test_setup(weak_identity_calls_for_new_facts, setup),
		cmocka_unit_test_setup(vendor_row_depends_on_the_identity, setup),
		cmocka_unit_test_setup(abort_of_its_own_operation_is_a_setting, setup),
		cmocka_unit_test_setup(abort_on_close_is_a_setting_at_least, setup),
		cmocka_unit_test_setup(foreign_first_hop_makes_it_unaudited, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
