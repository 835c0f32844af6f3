// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile device: the model's chaos, while processes send commands and the function is
 * bound and reset. Whatever its registers, answers and interrupts say, each call ends, with
 * an errno that is documented for it, and writes no byte beyond what it reports; and after
 * chaos and at most one reset all are served as before.
 *
 * CHAOS_COMMANDS: how many calls; FUZZ_SEED: which lies.
 */
#include "guest_background.h"
#include "guest_fuzz.h"
#include "guest_load.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define COMMANDS_DEFAULT	3000
#define PROCESSES		4
#define ERRNOS			134
#define CANARY			0xa5
/* The least that the module takes, so that silence does not eat the run. */
#define IMPATIENT		"command_timeout_ms=10"
#define MODULE_STANDARD		"/variants/standard.ko"
#define WORK_MS			50
/* Longer than all time-outs of whoever may be ahead in the queue; this is for hangs. */
#define HANG_MS			30000
/* A destination that was silent is tried once in five seconds; then it is served. */
#define SERVED_MS		6000
#define READY_MS		2000
/* Share of all SENDs that must have come to the mailbox, in percent. */
#define MAILBOX_SHARE		10

struct stats {
	uint64_t ended[FUZZ_KINDS][ERRNOS];
	uint64_t stages[4];
	uint32_t longest_ms;
	int64_t busy_since;
	int busy_kind;
};

static struct shared {
	int64_t left;
	uint64_t seed;
	int stop, pause;
	int paused[PROCESSES];
	char complaint[256];
	struct guest_device device;
	struct stats stats[PROCESSES];
} *shared;

static bool over(void)
{
	return __atomic_load_n(&shared->left, __ATOMIC_RELAXED) <= 0 ||
	       __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

/* ---- who asks ---- */

static const uint8_t a_time[8] = { 1, 2, 3, 4, 5, 6, 7, 0 };
static const uint8_t all_zero[0x11];

/* An honest client's commands. */
static const struct request {
	uint16_t opcode, size;
	const void *payload;
} requests[] = {
	{ OPCODE_IDENTIFY, 0, NULL }, { OPCODE_IDENTIFY, 0, NULL },
	{ OPCODE_BACKGROUND_STATUS, 0, NULL }, { OPCODE_GET_LIMIT, 0, NULL },
	{ OPCODE_GET_SUPPORTED_LOGS, 0, NULL }, { OPCODE_GET_TIMESTAMP, 0, NULL },
	{ OPCODE_SET_TIMESTAMP, sizeof(a_time), a_time },
	{ OPCODE_SCAN_MEDIA, sizeof(all_zero), all_zero }, { OPCODE_ABORTABLE, 0, NULL },
	{ OPCODE_ABORT, 0, NULL }, { OPCODE_IDENTIFY_SWITCH, 0, NULL }, { 0x0200, 0, NULL },
};

struct worker {
	unsigned int index;
	int fd;
	struct fuzz_random random;
	uint64_t cookie;
	struct stats *stats;
	uint8_t out[4096];
};

static struct worker workers[PROCESSES];

static void complain(const struct worker *worker, enum fuzz_kind kind, int error, const char *what)
{
	char text[sizeof(shared->complaint)];

	snprintf(text, sizeof(text), "%s: %s ended with %s, process %u", what,
		 fuzz_kind_names[kind], error ? strerrorname_np(error) : "success", worker->index);
	if (!__atomic_exchange_n(&shared->stop, 1, __ATOMIC_SEQ_CST))
		memcpy(shared->complaint, text, sizeof(text));
}

static int timed(struct worker *worker, enum fuzz_kind kind, unsigned long request, void *argument)
{
	int64_t start = guest_now_ms(), took;
	int error;

	worker->stats->busy_kind = kind;
	__atomic_store_n(&worker->stats->busy_since, start, __ATOMIC_RELEASE);
	error = guest_ioctl(worker->fd, request, argument);
	__atomic_store_n(&worker->stats->busy_since, 0, __ATOMIC_RELEASE);
	took = guest_now_ms() - start;
	if (took > worker->stats->longest_ms)
		worker->stats->longest_ms = (uint32_t)took;
	worker->stats->ended[kind][error > 0 && error < ERRNOS ? error : 0]++;
	if (!fuzz_errno_documented(kind, error))
		complain(worker, kind, error, "an errno that is not documented for it");
	return error;
}

static bool is_untouched(const struct worker *worker, uint32_t from)
{
	for (uint32_t i = from; i < sizeof(worker->out); i++)
		if (worker->out[i] != CANARY)
			return false;
	return true;
}

static int send_one(struct worker *worker)
{
	const struct guest_place *place = guest_places[fuzz_below(&worker->random,
								  (uint32_t)guest_place_count)];
	const struct request *request = &fuzz_pick(&worker->random, requests);
	struct guest_message message = guest_tunnel_along(place->path, place->depth,
							  request->opcode, request->payload,
							  request->size);
	uint32_t room = fuzz_percent(&worker->random, 80) ? 2048 : fuzz_below(&worker->random, 64);
	struct cxl_switch_cci_send send;
	int error;

	memset(worker->out, CANARY, sizeof(worker->out));
	send = guest_send(place->depth ? OPCODE_TUNNEL : request->opcode, message.bytes,
			  message.length, worker->out, room);
	error = timed(worker, FUZZ_SEND, CXL_SWITCH_CCI_SEND, &send);
	if (error == ENODEV)
		return error;
	if (!fuzz_stage_fits(&send, error))
		complain(worker, FUZZ_SEND, error, "stage, reason and errno do not fit");
	if (send.out_size > room || !is_untouched(worker, send.out_size))
		complain(worker, FUZZ_SEND, error, "more was written than was reported");
	worker->stats->stages[send.stage % 4]++;
	if (send.cookie)
		worker->cookie = send.cookie;
	return error;
}

static int send_legacy(struct worker *worker)
{
	struct cxl_send_command send = guest_raw(OPCODE_IDENTIFY, NULL, 0, worker->out, 18);
	int error;

	memset(worker->out, CANARY, sizeof(worker->out));
	error = timed(worker, FUZZ_LEGACY, CXL_MEM_SEND_COMMAND, &send);
	if (!is_untouched(worker, error ? 0 : send.out.size))
		complain(worker, FUZZ_LEGACY, error, "more was written than was reported");
	return error;
}

static int explain_one(struct worker *worker)
{
	const struct hop path = { .id = MODEL_SLD };
	struct guest_message message = guest_tunnel_along(&path, 1, OPCODE_SET_TIMESTAMP, a_time,
							  sizeof(a_time));
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain), .opcode = OPCODE_TUNNEL, .in_size = message.length,
		.in_payload = (uintptr_t)message.bytes,
	};

	return timed(worker, FUZZ_EXPLAIN, CXL_SWITCH_CCI_EXPLAIN, &explain);
}

static int cancel_last(struct worker *worker)
{
	struct cxl_switch_cci_bg_cancel cancel = {
		.size = sizeof(cancel), .cookie = worker->cookie, .timeout_ms = 20,
	};

	return timed(worker, FUZZ_BG_CANCEL, CXL_SWITCH_CCI_BG_CANCEL, &cancel);
}

static int ask_status(struct worker *worker)
{
	struct cxl_switch_cci_bg_status status = {
		.size = sizeof(status), .cookie = worker->cookie,
	};
	int error = timed(worker, FUZZ_BG_STATUS, CXL_SWITCH_CCI_BG_STATUS, &status);

	if (!error && (status.percent > 100 || status.state > OPERATION(UNKNOWN)))
		complain(worker, FUZZ_BG_STATUS, error, "a state that there is not");
	return error;
}

static int list_destinations(struct worker *worker)
{
	struct cxl_switch_cci_destinations list = {
		.size = sizeof(list), .entries = (uintptr_t)worker->out, .room = 16,
		.entry_size = sizeof(struct cxl_switch_cci_destination),
	};

	return timed(worker, FUZZ_DESTINATIONS, CXL_SWITCH_CCI_DESTINATIONS, &list);
}

static int query(struct worker *worker)
{
	struct cxl_mem_query_commands *commands = (void *)worker->out;

	commands->n_commands = ID_COUNT;
	return timed(worker, FUZZ_QUERY, CXL_MEM_QUERY_COMMANDS, commands);
}

/* Mostly commands. */
static int (*const calls[])(struct worker *worker) = {
	send_one, send_one, send_one, send_one, send_one, send_one, send_one, send_one,
	send_one, send_legacy, explain_one, cancel_last, ask_status, list_destinations, query,
	send_legacy,
};

static void reopen(struct worker *worker)
{
	if (worker->fd >= 0)
		close(worker->fd);
	worker->fd = open(shared->device.node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static void rest_while_paused(struct worker *worker)
{
	while (__atomic_load_n(&shared->pause, __ATOMIC_ACQUIRE) && !over()) {
		__atomic_store_n(&shared->paused[worker->index], 1, __ATOMIC_RELEASE);
		guest_sleep_ms(2);
	}
	__atomic_store_n(&shared->paused[worker->index], 0, __ATOMIC_RELEASE);
}

static int work(void *argument)
{
	struct worker *worker = argument;
	int error;

	worker->fd = -1;
	worker->stats = &shared->stats[worker->index];
	worker->random.state = shared->seed + worker->index;
	while (!over()) {
		rest_while_paused(worker);
		if (worker->fd < 0)
			reopen(worker);
		error = worker->fd < 0 ? ENODEV : fuzz_pick(&worker->random, calls)(worker);
		if (worker->fd >= 0)
			__atomic_sub_fetch(&shared->left, 1, __ATOMIC_RELAXED);
		if (error == ENODEV)
			reopen(worker);
		/* who is sent away at once must not keep the others from running */
		if (error)
			guest_sleep_ms(2);
	}
	return 0;
}

/* ---- the device ---- */

static uint64_t lies, serials[8];
static unsigned int recoveries, failed_binds, checks;
static uint32_t longest_bind_ms;

static void chaos_on(unsigned int round)
{
	static const unsigned int rates[] = { 10, 3, 40, 10, 100 };

	model_order("chaos %llu %u", (unsigned long long)shared->seed + round,
		    rates[round % ARRAY_SIZE(rates)]);
}

static void chaos_off(void)
{
	const char *reply = model_order("chaos off");

	assert_int_equal(strncmp(reply, "strikes=", 8), 0);
	lies += strtoull(reply + 8, NULL, 10);
}

static void open_raw_window(void)
{
	assert_int_equal(guest_write_attribute(&shared->device, "raw_window", "3600"), 0);
}

/* A probe that is lied to may fail; one that is not may not. */
static void rebind_under_chaos(void)
{
	int64_t start = guest_now_ms();
	int error;

	assert_int_equal(guest_unbind(&shared->device), 0);
	error = guest_bind(&shared->device);
	if (guest_now_ms() - start > longest_bind_ms)
		longest_bind_ms = (uint32_t)(guest_now_ms() - start);
	if (!error)
		return;
	failed_binds++;
	chaos_off();
	assert_int_equal(guest_bind(&shared->device), 0);
	assert_true(guest_wait_for_node(shared->device.node));
}

static bool becomes_ready(unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	char line[32];

	do {
		guest_read_attribute(&shared->device, "state", line, sizeof(line));
		if (!strcmp(line, "ready"))
			return true;
		guest_sleep_ms(5);
	} while (guest_now_ms() < limit);
	return false;
}

static void reset_under_chaos(void)
{
	int error = guest_write_attribute(&shared->device, "recover", "1");

	/* a function that does not come back from its reset is an answer, too */
	assert_true(error != EINVAL && error != EPERM);
}

/* ---- who must be served afterwards ---- */

/* For whoever reads that a place was not served. */
static struct sent last_try;

static bool tells_its_serial(int fd, unsigned int place)
{
	const struct guest_place *where = guest_places[place];
	struct sent sent;
	const uint8_t *identity;

	guest_send_along(fd, where->path, where->depth, OPCODE_IDENTIFY, NULL, 0, &sent);
	last_try = sent;
	if (sent.error || sent.send.leaf_return_code || (where->depth && !sent.opened))
		return false;
	identity = where->depth ? sent.leaf.payload : sent.out;
	if (!serials[place])
		serials[place] = guest_le64(identity + IDENTIFY_SERIAL);
	return serials[place] == guest_le64(identity + IDENTIFY_SERIAL);
}

static bool starts_and_ends(int fd)
{
	struct cxl_switch_cci_bg_status status;
	struct sent sent;

	guest_start_any(fd, &at_sld_2, OPCODE_SCAN_MEDIA, 0, 0, &sent);
	last_try = sent;
	if (sent.error || sent.send.leaf_return_code != RC_BACKGROUND || !sent.send.cookie)
		return false;
	status = guest_await_operation(fd, sent.send.cookie, OPERATION(FINISHED), SOON_MS);
	return status.return_code == RC_SUCCESS;
}

static bool is_served(int fd, unsigned int place)
{
	return place < guest_place_count ? tells_its_serial(fd, place) : starts_and_ends(fd);
}

/* Of places that were not served at once. */
static uint32_t longest_unserved_ms;

/* Return: the place that is not served within the time for all; -1: all are. */
static int unserved(void)
{
	int64_t start = guest_now_ms(), limit = start + guest_patience(SERVED_MS);
	int fd = guest_open(O_RDWR);
	unsigned int place;

	for (place = 0; place <= guest_place_count; place++) {
		bool at_once = is_served(fd, place), served = at_once;

		while (!served && guest_now_ms() < limit) {
			guest_sleep_ms(10);
			served = is_served(fd, place);
		}
		if (!at_once && guest_now_ms() - start > longest_unserved_ms)
			longest_unserved_ms = (uint32_t)(guest_now_ms() - start);
		if (!served)
			break;
	}
	close(fd);
	return place <= guest_place_count ? (int)place : -1;
}

static void recover_once(void)
{
	recoveries++;
	assert_int_equal(guest_write_attribute(&shared->device, "recover", "1"), 0);
	assert_true(becomes_ready(10000));
}

/* Only a mailbox that is stuck, or did not come back from a reset, needs a reset. */
static void all_are_served(void)
{
	int missing;

	checks++;
	if (!becomes_ready(READY_MS))
		recover_once();
	missing = unserved();
	if (missing >= 0)
		fail_msg("place %d is not served: %s, stage %u, reason %u, %04xh %04xh", missing,
			 strerrorname_np(last_try.error), last_try.send.stage,
			 last_try.send.reason, last_try.send.return_code,
			 last_try.send.leaf_return_code);
	/* what was broken while the registers lied does not count; from now on it does */
	model_order("zero");
	assert_int_equal(unserved(), -1);
	assert_true(model_violations() == 0);
}

/* ---- the run ---- */

static void look_for_hangs(void)
{
	for (unsigned int i = 0; i < PROCESSES; i++) {
		const struct stats *stats = &shared->stats[i];
		int64_t since = __atomic_load_n(&stats->busy_since, __ATOMIC_ACQUIRE);

		if (since && guest_now_ms() - since > guest_patience(HANG_MS))
			fail_msg("%s does not end", fuzz_kind_names[stats->busy_kind]);
	}
}

static void await(int64_t left)
{
	while (!over() && __atomic_load_n(&shared->left, __ATOMIC_RELAXED) > left) {
		guest_sleep_ms(5);
		look_for_hangs();
	}
}

static void pause_all(void)
{
	__atomic_store_n(&shared->pause, 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < PROCESSES && !over(); i++) {
		while (!__atomic_load_n(&shared->paused[i], __ATOMIC_ACQUIRE) && !over()) {
			guest_sleep_ms(2);
			look_for_hangs();
		}
	}
}

static void disturb(unsigned int round)
{
	if (round % 4 == 1)
		reset_under_chaos();
	if (round % 4 == 3)
		rebind_under_chaos();
}

static void one_round(unsigned int round, int64_t phase)
{
	int64_t start = __atomic_load_n(&shared->left, __ATOMIC_RELAXED);

	chaos_on(round);
	await(start - phase / 2);
	disturb(round);
	await(start - phase);
	chaos_off();
	/* out of a reset that failed under chaos only a reset leads */
	if (round % 4 == 3 || over() || !becomes_ready(READY_MS)) {
		pause_all();
		all_are_served();
		open_raw_window();
	}
	__atomic_store_n(&shared->pause, 0, __ATOMIC_RELEASE);
}

static void tell(int64_t ms)
{
	uint64_t stages[4] = { 0 }, all = 0, ended, calls_made = 0;
	uint32_t longest = 0;

	for (unsigned int i = 0; i < PROCESSES; i++) {
		for (unsigned int s = 0; s < 4; s++)
			stages[s] += shared->stats[i].stages[s];
		if (shared->stats[i].longest_ms > longest)
			longest = shared->stats[i].longest_ms;
	}
	for (unsigned int s = 0; s < 4; s++)
		all += stages[s];
	for (int e = 0; e < ERRNOS; e++) {
		ended = 0;
		for (unsigned int i = 0; i < PROCESSES; i++)
			for (unsigned int k = 0; k < FUZZ_KINDS; k++)
				ended += shared->stats[i].ended[k][e];
		if (ended)
			diag("%8" PRIu64 " %s", ended, e ? strerrorname_np(e) : "served");
		calls_made += ended;
	}
	diag("figures commands=%" PRIu64, calls_made);
	diag("stages of %" PRIu64 " SENDs: %" PRIu64 " refused, %" PRIu64 " not sent, %" PRIu64
	     " sent and unknown, %" PRIu64 " answered", all, stages[0], stages[1], stages[2],
	     stages[3]);
	diag("%" PRIu64 " lies in %" PRId64 " ms; the longest call took %u ms; %u bindings failed, "
	     "the longest took %u ms; %u resets wanted for %u times full service; a place waited "
	     "%u ms at most", lies, ms, longest, failed_binds, longest_bind_ms, recoveries, checks,
	     longest_unserved_ms);
	assert_true((stages[2] + stages[3]) * 100 >= all * MAILBOX_SHARE);
	assert_true(stages[2] > 0 && stages[3] > 0 && lies > 0);
}

static int64_t wanted_commands(void)
{
	const char *text = getenv("CHAOS_COMMANDS");
	int64_t commands = text ? strtoll(text, NULL, 0) : 0;

	return commands > 0 ? commands : COMMANDS_DEFAULT;
}

static void whatever_the_device_does_calls_end(void **state)
{
	int64_t commands = wanted_commands(), start = guest_now_ms();
	int64_t phase = commands / 8 < 100 ? 100 : commands / 8 > 1000 ? 1000 : commands / 8;
	pid_t child[PROCESSES];
	unsigned int round = 0;

	diag("seed %" PRIu64 " (FUZZ_SEED), %" PRId64 " calls (CHAOS_COMMANDS)", shared->seed,
	     commands);
	assert_int_equal(unserved(), -1);
	shared->left = commands;
	for (unsigned int i = 0; i < PROCESSES; i++) {
		workers[i].index = i;
		child[i] = guest_fork(work, &workers[i]);
	}
	while (!over())
		one_round(round++, phase);
	for (unsigned int i = 0; i < PROCESSES; i++)
		if (guest_wait(child[i], HANG_MS))
			fail_msg("process %u does not end, or badly", i);
	if (*shared->complaint)
		fail_msg("%s", shared->complaint);
	all_are_served();
	tell(guest_now_ms() - start);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	const char *seed = getenv("FUZZ_SEED");

	guest_give_up_after((unsigned int)(300 + wanted_commands() / 20));
	guest_change_module(MODULE_STANDARD, IMPATIENT);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	assert_true(shared != MAP_FAILED);
	shared->seed = seed ? strtoull(seed, NULL, 0) : 1;
	model_fresh_driver();
	shared->device = guest_device();
	open_raw_window();
	model_order("background all time %u", WORK_MS);
	return 0;
}

static int end(void **state)
{
	guest_work_as_ever();
	guest_change_module(MODULE_STANDARD, "");
	return model_still_well();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_the_device_does_calls_end, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
