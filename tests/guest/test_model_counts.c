// SPDX-License-Identifier: GPL-2.0-only
/*
 * What being judged costs, in mailbox commands that the model counts: none for a
 * refusal by the table, none more for a query, one more for a change. Tracepoints
 * count the same.
 */
#include "guest_cost.h"
#include "guest_frame.h"
#include "guest_model.h"

#define MANY		20
/* The time for which a verified identity holds, and some. */
#define VERIFIED_MS	1000
#define PAST_VERIFIED_MS	1100

static const struct hop ld[] = { { 0, MODEL_MLD }, { 0, 1 } };
static const struct hop pool_ld[] = { { 0, MODEL_MULTI_HEADED }, { 1, 0 }, { 0, 2 } };

/* ---- tracepoints ---- */

static void trace_on(void)
{
	guest_trace_empty();
	assert_int_equal(guest_write_file(GUEST_EVENTS "/enable", "1"), 0);
}

static unsigned int traced(const char *event, const char *with)
{
	FILE *trace = guest_trace();
	unsigned int count = 0;
	char line[512];

	while (fgets(line, sizeof(line), trace))
		count += strstr(line, event) && strstr(line, with);
	fclose(trace);
	return count;
}

/* ---- queries ---- */

static void warm_queries_cost_one_command_each(void **state)
{
	static const struct hop *const paths[] = { ld, ld, pool_ld };
	struct sent sent;

	for (unsigned int depth = 1; depth <= ARRAY_SIZE(paths); depth++) {
		const struct hop *path = paths[depth - 1];

		guest_send_along(fd, path, depth, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		figure((double)model_counter("commands"), "commands/cold-query/%u-tunnels", depth);
		model_order("zero");
		trace_on();
		for (unsigned int n = 0; n < MANY; n++) {
			guest_send_along(fd, path, depth, OPCODE_IDENTIFY, NULL, 0, &sent);
			assert_sent(&sent);
			assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		}
		assert_int_equal(model_counter("commands"), MANY);
		figure((double)model_counter("commands") / MANY, "commands/warm-query/%u-tunnels",
		       depth);
		assert_int_equal(traced("cxl_switch_submit:", ""), MANY);
		assert_int_equal(traced("cxl_switch_complete:", "error=0"), MANY);
		assert_int_equal(traced("cxl_switch_verdict:", "reason=0"), MANY);
		model_order("zero");
	}
}

/* However old the facts are: a query does not care who answers. */
static void old_facts_cost_a_query_nothing(void **state)
{
	struct sent sent;

	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	guest_sleep_ms(PAST_VERIFIED_MS);
	model_order("zero");
	guest_send_to(fd, MODEL_SLD, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(model_counter("commands"), 1);
}

/* ---- changes ---- */

static uint64_t cost_of_a_change(void)
{
	struct sent sent;

	model_order("zero");
	guest_set_timestamp(fd, MODEL_SLD, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	return model_counter("commands");
}

/* The identity in the same turn, then the change; the first of the two only once a second. */
static void warm_changes_cost_two_commands_at_most(void **state)
{
	unsigned int verified = 0;
	uint64_t cost, total = 2, most = 2;
	int64_t begun, last;	/* when a change began: the one at hand, the last that verified */

	figure((double)cost_of_a_change(), "commands/cold-change");
	guest_sleep_ms(PAST_VERIFIED_MS);
	trace_on();
	last = guest_now_ms();
	assert_int_equal(cost_of_a_change(), 2);
	for (unsigned int n = 1; n < MANY; n++) {
		guest_sleep_ms(n % 5 == 0 ? PAST_VERIFIED_MS : 20);
		begun = guest_now_ms();
		cost = cost_of_a_change();
		if (n % 5 == 0) {
			assert_int_equal(cost, 2);
		} else if (cost != 1) {
			/* only where the machine slept longer than it was told to */
			assert_int_equal(cost, 2);
			assert_true(guest_now_ms() - last >= VERIFIED_MS);
		}
		if (cost == 2)
			last = begun;
		most = cost > most ? cost : most;
		verified += cost == 2;
		total += cost;
	}
	assert_int_equal(traced("cxl_switch_submit:", "leaf=0301h"), MANY);
	assert_int_equal(traced("cxl_switch_submit:", ""), total);
	figure(most, "commands/warm-change");
	diag("%u warm changes: %u with their identity verified", MANY, 1 + verified);
}

static void a_change_of_the_switch_itself_costs_one_command(void **state)
{
	struct sent sent;

	guest_set_timestamp(fd, -1, &sent);
	assert_sent(&sent);
	guest_sleep_ms(PAST_VERIFIED_MS);
	model_order("zero");
	guest_set_timestamp(fd, -1, &sent);
	assert_sent(&sent);
	assert_int_equal(model_counter("commands"), 1);
}

/* ---- refusals ---- */

/* Neither a command nor one register access, with nothing known of the destination. */
static void a_refusal_by_the_table_touches_no_register(void **state)
{
	int reader = guest_open(O_RDONLY), malformed;
	struct sent sent;

	model_fresh_driver();
	close(fd);
	close(reader);
	fd = guest_open(O_RDWR);
	reader = guest_open(O_RDONLY);
	guest_sleep_ms(50);
	model_order("zero");
	trace_on();
	guest_send_to(fd, MODEL_SLD, OPCODE_VENDOR, NULL, 0, &sent);
	assert_refused(&sent, EPERM, UNAUDITED);
	guest_set_timestamp(reader, MODEL_SLD, &sent);
	assert_refused(&sent, EBADF, READ_ONLY);
	guest_set_rawio(false);
	guest_send_to(fd, MODEL_SLD, OPCODE_SANITIZE, NULL, 0, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	malformed = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &(struct cxl_switch_cci_send){
		.size = sizeof(struct cxl_switch_cci_send), .opcode = OPCODE_TUNNEL });
	assert_int_equal(malformed, EINVAL);
	assert_int_equal(model_counter("commands"), 0);
	assert_int_equal(model_counter("reads"), 0);
	assert_int_equal(model_counter("writes"), 0);
	assert_int_equal(traced("cxl_switch_submit:", ""), 0);
	assert_int_equal(traced("cxl_switch_verdict:", ""), 4);
	close(reader);
}

/* By effects that are known already: no command either. */
static void a_warm_refusal_by_effects_costs_nothing(void **state)
{
	struct sent sent;

	model_order("cel port%u effects 0x0301 0x%x", MODEL_SLD_2, EFFECT_POLICY | EFFECT_DATA);
	guest_set_rawio(false);
	guest_set_timestamp(fd, MODEL_SLD_2, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	diag("%llu commands for the first refusal by effects",
	     (unsigned long long)model_counter("commands"));
	guest_sleep_ms(PAST_VERIFIED_MS);
	model_order("zero");
	guest_set_timestamp(fd, MODEL_SLD_2, &sent);
	assert_refused(&sent, EPERM, CAPABILITY);
	assert_int_equal(model_counter("commands"), 0);
}

/* Asking many times about what does not answer is asked once a second. */
static void silence_is_remembered_for_a_second(void **state)
{
	struct sent sent;
	int64_t start;

	guest_set_timestamp(fd, MODEL_EMPTY, &sent);
	assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	model_order("zero");
	start = guest_now_ms();
	for (unsigned int n = 0; n < MANY; n++) {
		guest_set_timestamp(fd, MODEL_EMPTY, &sent);
		assert_refused(&sent, EHOSTUNREACH, UNREACHABLE);
	}
	assert_in_range(model_counter("commands"), 0, (guest_now_ms() - start) / VERIFIED_MS + 1);
	guest_sleep_ms(PAST_VERIFIED_MS);
	model_order("zero");
	guest_set_timestamp(fd, MODEL_EMPTY, &sent);
	assert_int_equal(model_counter("commands"), 1);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	guest_frame_begin(state);
	/* the function's own facts are learned with the first tunnel */
	guest_set_timestamp(fd, -1, &(struct sent){ 0 });
	model_order("zero");
	return 0;
}

static int end(void **state)
{
	guest_write_file(GUEST_EVENTS "/enable", "0");
	return guest_frame_end(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(warm_queries_cost_one_command_each),
		CASE(old_facts_cost_a_query_nothing),
		CASE(warm_changes_cost_two_commands_at_most),
		CASE(a_change_of_the_switch_itself_costs_one_command),
		CASE(a_refusal_by_the_table_touches_no_register),
		CASE(a_warm_refusal_by_effects_costs_nothing),
		CASE(silence_is_remembered_for_a_second),
	};

	guest_give_up_after(180);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
