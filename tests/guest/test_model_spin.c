// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a slow command without interrupts: how long it holds the processor at a
 * stretch, by the scheduler's trace. In a guest where instructions are counted
 * (guest_cost.h): a nanosecond there is an instruction, whatever the host does.
 */
#include "guest_cost.h"
#include "guest_model.h"

#define SWITCHES	GUEST_TRACING "/events/sched/sched_switch"
#define SUBMITS		GUEST_EVENTS "/cxl_switch_submit"
#define SPIN_US		50
#define AROUND_US	15	/* in the first stretch: doorbell, a look, going to sleep */
#define WAIT_MS		1500

static struct cost_client client;

static void trace_switches(bool on)
{
	char filter[80];

	snprintf(filter, sizeof(filter), "prev_pid == %d || next_pid == %d", getpid(), getpid());
	if (on)
		guest_trace_empty();
	assert_int_equal(guest_write_file(SWITCHES "/filter", on ? filter : "0"), 0);
	assert_int_equal(guest_write_file(SWITCHES "/enable", on ? "1" : "0"), 0);
	assert_int_equal(guest_write_file(SUBMITS "/enable", on ? "1" : "0"), 0);
}

/* "   name-123   [000] d..2.   12.345678: event: ...": microseconds, or -1. */
static long long microseconds(const char *line, const char *event)
{
	const char *colon = strstr(line, event);
	unsigned long long s, us;

	if (!colon || colon - line < 3)
		return -1;
	for (colon -= 3; colon > line && colon[-1] != ' ';)
		colon--;
	return sscanf(colon, "%llu.%llu", &s, &us) == 2 ? (long long)(s * 1000000 + us) : -1;
}

struct stretches {
	unsigned int count;
	long long first, longest, sum;	/* of later ones: longest, sum; all in us */
};

static void add_stretch(struct stretches *found, long long us)
{
	found->sum += us;
	if (!found->count++)
		found->first = us;
	else if (us > found->longest)
		found->longest = us;
}

/* From submit on: each time from getting the processor to giving it away. */
static struct stretches measured(void)
{
	struct stretches found = { 0 };
	FILE *file = guest_trace();
	long long on = -1, submitted, switched;
	char line[512], away[24];

	snprintf(away, sizeof(away), "prev_pid=%d ", getpid());
	while (fgets(line, sizeof(line), file)) {
		submitted = microseconds(line, "cxl_switch_submit:");
		switched = microseconds(line, "sched_switch:");
		if (submitted >= 0)
			on = submitted;
		else if (on < 0 || switched < 0)
			continue;
		else if (strstr(line, away))
			add_stretch(&found, switched - on);
		else
			on = switched;
	}
	fclose(file);
	return found;
}

/* The device never answers, and the caller leaves by its own clock: the host's has no say. */
static void nobody_spins(void **state)
{
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct stretches found;

	assert_true(client.ask(&client, &cost_cases[0]) >= 0);
	send.timeout_ms = WAIT_MS;
	model_order("stuck 1");
	trace_switches(true);
	assert_int_equal(guest_ioctl(client.fd, CXL_SWITCH_CCI_SEND, &send), ETIMEDOUT);
	trace_switches(false);
	model_order("clear");
	found = measured();
	figure(found.first, "spin-us/first-stretch/own");
	figure(found.longest, "spin-us/longest-of-later/own");
	diag("%u stretches in %u ms, %lld us in all: the first %lld us, then at most %lld us",
	     found.count, WAIT_MS, found.sum, found.first, found.longest);
	assert_true(found.count > 10);
	assert_true(found.first <= SPIN_US + AROUND_US);
	assert_true(found.longest <= SPIN_US);
}

static int open_client(void **state)
{
	guest_give_up_after(200);
	return cost_open_own(&client) ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(nobody_spins) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_client, NULL);
}
