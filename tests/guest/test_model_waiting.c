// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long from the end of an operation to a poll() that wakes, by whatever way the
 * driver learns of it; what waiting costs; that others are served meanwhile. Prints
 * times, and judges none but the share of a processor.
 */
#include "guest_background.h"
#include "guest_load.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#define SAMPLES		7
#define WORK_MS		300
#define LONG_MS		5000
#define WAIT_MS		2000
#define WINDOW_MS	500

/* ---- from the end to the one who polls ---- */

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/*
 * The device began between the doorbell and its answer, so that the end is known to
 * within the command's own duration; counted from the earliest.
 */
struct sample {
	uint64_t seen, woken;
};

static struct sample one_sample(const struct guest_place *place)
{
	struct cxl_switch_cci_notice notice;
	struct sample sample;
	uint64_t began, end;
	struct sent sent;

	guest_start_any(audience.owner, place, OPCODE_WORK, 0, 0, &sent);
	began = now_ns(CLOCK_BOOTTIME) - sent.send.duration_ns;
	assert_sent(&sent);
	assert_int_equal(guest_poll(audience.owner, SOON_MS), POLLIN | POLLRDNORM);
	sample.woken = now_ns(CLOCK_BOOTTIME);
	assert_true(guest_notice(audience.owner, 0, &notice));
	assert_true(notice.cookie == sent.send.cookie);
	assert_int_equal(notice.type, NOTICE(BG_ENDED));
	end = began + WORK_MS * 1000000ull;
	sample.seen = notice.boottime_ns > end ? notice.boottime_ns - end : 0;
	sample.woken = sample.woken > end ? sample.woken - end : 0;
	return sample;
}

static void samples(const struct guest_place *place, const char *how)
{
	uint64_t seen[SAMPLES], woken[SAMPLES], median;
	char mode[16];

	guest_work_takes(place, WORK_MS);
	for (unsigned int i = 0; i < SAMPLES; i++) {
		struct sample sample = one_sample(place);

		seen[i] = sample.seen;
		woken[i] = sample.woken;
	}
	guest_read_attribute(&audience.device, "interrupt_mode", mode, sizeof(mode));
	median = guest_median(woken, SAMPLES);
	diag("%s, interrupts %s, %s: from the end to poll() median %llu us, longest %llu us",
	     place->model, mode, how, (unsigned long long)median / 1000,
	     (unsigned long long)woken[SAMPLES - 1] / 1000);
	diag("of that, until the driver saw it: median %llu us",
	     (unsigned long long)guest_median(seen, SAMPLES) / 1000);
}

static void the_end_wakes_who_polls(void **state)
{
	samples(&at_switch, "none lost");
}

static void the_end_wakes_who_polls_without_the_interrupt(void **state)
{
	model_order("lose all");
	samples(&at_switch, "all lost");
}

static void the_end_behind_a_tunnel_wakes_who_polls(void **state)
{
	samples(&at_sld, "polled");
}

/* An interrupt that nobody owes ends nothing. */
static void spurious_interrupts_end_nothing(void **state)
{
	uint64_t cookie;

	guest_work_never_ends(&at_switch);
	cookie = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	model_order("interrupt 0 300 1");
	guest_sleep_ms(400);
	assert_int_equal(guest_status(audience.owner, cookie).state, OPERATION(RUNNING));
	model_order("clear");
	guest_expect_told(NOTICE(BG_ENDED), cookie);
}

/* ---- five seconds ---- */

struct waiter {
	int64_t cpu_us, waited_ms;
	int told;
};

static int64_t cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000ll +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int wait_in_poll(void *argument)
{
	struct waiter *waiter = argument;
	struct cxl_switch_cci_notice notice;
	int64_t start = guest_now_ms(), cpu = cpu_us();

	waiter->told = guest_notice(audience.owner, 60000, &notice) &&
		       notice.type == NOTICE(BG_ENDED);
	waiter->cpu_us = cpu_us() - cpu;
	waiter->waited_ms = guest_now_ms() - start;
	return 0;
}

/* Counts by windows of half a second. */
static unsigned int served_until(pid_t waiter, unsigned int *windows, unsigned int room)
{
	int64_t start = guest_now_ms();
	unsigned int served = 0, window;
	struct sent sent;

	while (guest_wait(waiter, 0) == -1) {
		guest_send_to(audience.mute, served % 2 ? -1 : MODEL_SLD, OPCODE_IDENTIFY, NULL, 0,
			      &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
		window = (unsigned int)((guest_now_ms() - start) / WINDOW_MS);
		if (window < room)
			windows[window]++;
		served++;
	}
	return served;
}

static void others_are_served_while_one_runs(const struct guest_place *place)
{
	unsigned int windows[LONG_MS / WINDOW_MS] = { 0 }, served, least = ~0u;
	struct waiter *waiter = mmap(NULL, sizeof(*waiter), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t start = guest_now_ms();
	uint64_t cookie;

	assert_true(waiter != MAP_FAILED);
	guest_work_takes(place, LONG_MS);
	cookie = guest_start(audience.owner, place, OPCODE_WORK);
	served = served_until(guest_fork(wait_in_poll, waiter), windows, ARRAY_SIZE(windows));
	assert_true(guest_now_ms() - start >= LONG_MS);
	assert_true(waiter->told);
	/* the last one may have been cut short */
	for (size_t i = 0; i < ARRAY_SIZE(windows) - 1; i++)
		least = windows[i] < least ? windows[i] : least;
	diag("%s: %u commands served in %lld ms, at least %u in each half second", place->model,
	     served, (long long)waiter->waited_ms, least);
	assert_true(least >= 1);
	assert_int_equal(guest_status(audience.mute, cookie).state, OPERATION(FINISHED));
	munmap(waiter, sizeof(*waiter));
}

static void others_are_served_for_five_seconds(void **state)
{
	others_are_served_while_one_runs(&at_switch);
}

/* Processor time that a busy machine charges to it is not the waiter's: the least of some waits. */
static void who_waits_uses_no_processor(void **state)
{
	struct waiter *waiter = mmap(NULL, sizeof(*waiter), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool cheap = false;

	assert_true(waiter != MAP_FAILED);
	guest_work_takes(&at_switch, WAIT_MS);
	for (unsigned int i = 0; i < 5 && !cheap; i++) {
		guest_start(audience.owner, &at_switch, OPCODE_WORK);
		assert_int_equal(guest_wait(guest_fork(wait_in_poll, waiter), 60000), 0);
		assert_true(waiter->told);
		diag("who waited used %lld us of processor time in %lld ms",
		     (long long)waiter->cpu_us, (long long)waiter->waited_ms);
		cheap = waiter->cpu_us < waiter->waited_ms * 10;
	}
	munmap(waiter, sizeof(*waiter));
	assert_true(cheap);
}

/* What the driver itself does meanwhile, by the model's count. */
static void watching_asks_seldom(void **state)
{
	uint64_t reads, commands, cookie[2];
	int64_t ms;

	guest_work_takes(&at_switch, 60000);
	guest_work_takes(&at_sld, 60000);
	cookie[0] = guest_start(audience.owner, &at_switch, OPCODE_WORK);
	cookie[1] = guest_start(audience.owner, &at_sld, OPCODE_WORK);
	guest_sleep_ms(1000);
	ms = guest_now_ms();
	reads = model_counter("reads");
	commands = model_commands_of("port0");
	guest_sleep_ms(3000);
	reads = model_counter("reads") - reads;
	commands = model_commands_of("port0") - commands;
	ms = guest_now_ms() - ms;
	diag("%lld ms of watching: %llu register reads, %llu questions to the device",
	     (long long)ms, (unsigned long long)reads, (unsigned long long)commands);
	assert_in_range(commands, 1, ms / 50);
	assert_in_range(reads, 1, ms);
	assert_int_equal(guest_status(audience.owner, cookie[0]).state, OPERATION(RUNNING));
	assert_int_equal(guest_status(audience.owner, cookie[1]).state, OPERATION(RUNNING));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(the_end_wakes_who_polls),
		WITH_AUDIENCE(the_end_wakes_who_polls_without_the_interrupt),
		WITH_AUDIENCE(the_end_behind_a_tunnel_wakes_who_polls),
		WITH_AUDIENCE(spurious_interrupts_end_nothing),
		WITH_AUDIENCE(others_are_served_for_five_seconds),
		WITH_AUDIENCE(who_waits_uses_no_processor),
		WITH_AUDIENCE(watching_asks_seldom),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
