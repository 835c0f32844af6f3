// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every fault that the model knows, while eight processes query and change what is
 * behind the switch, directly, through one tunnel and through two: one table, one line
 * a fault. Who may be told what stands there; nobody else notices, nobody hears what is
 * another's, whoever is killed dies, and afterwards all are served.
 */
#include "guest_host.h"
#include "guest_load.h"

#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

/* Shorter than the specification's 2 s, so that the tests are. */
#define DEVICE_TIME_MS		500
#define HOLD_MS			700
#define BACK_BY_ITSELF_MS	3000
/* The longest sleep of somebody who waits for the doorbell. */
#define POLL_STEP_MS		100

#define ANY	UINT_MAX
#define ALL	GUEST_LOAD_ALL

static struct guest_device device;

/*
 * The errnos are those of Documentation/ABI/ioctl.md. Unusable answers are handed on as
 * they came: of a query, the caller is the judge.
 */
static const struct row {
	const char *name;
	const char *fault[2];
	const char *end[2];
	int port;		/* whom it touches */
	int allowed[5];
	unsigned int unusable;
	bool recover;
	bool anew;		/* nothing that the driver remembers counts any more */
} rows[] = {
	/* the mailbox */
	{ "stuck doorbell", { "stuck 1" }, { "stuck off" }, ALL,
	  { EBUSY, ETIMEDOUT, EHOSTUNREACH }, 0, false, false },
	{ "stuck doorbell, recover", { "stuck 1" }, { "zero" }, ALL,
	  { EBUSY, ETIMEDOUT, EHOSTUNREACH, EIO }, 0, true, false },
	{ "late answers, in time", { "late 200 3" }, { "clear" }, ALL, { 0 }, 0, false, false },
	{ "late answers, too late", { "late 900 1" }, { "clear" }, ALL,
	  { EBUSY, ETIMEDOUT, EHOSTUNREACH }, 0, false, false },
	{ "lost interrupts", { "lose all" }, { "clear" }, ALL, { 0 }, 0, false, false },
	{ "spurious interrupts", { "interrupt 0 100000 1" }, { "clear" }, ALL, { 0 }, 0,
	  false, false },
	{ "all ones", { "reads ones" }, { "reads normal" }, ALL,
	  { EBUSY, EIO, EHOSTUNREACH }, 0, false, false },
	{ "all ones, recover", { "reads ones" }, { "reads normal" }, ALL,
	  { EBUSY, EIO, EHOSTUNREACH }, 0, true, false },
	/* no hardware does this; the answer that is being read when they begin ends in zeros */
	{ "all zeros", { "reads zeros" }, { "reads normal" }, ALL,
	  { EBUSY, EIO, EHOSTUNREACH }, 1, false, false },
	{ "function removed, and back", { "remove" }, { "restore" }, ALL,
	  { EBUSY, EIO, ENODEV, EHOSTUNREACH }, 0, true, false },
	{ "wrong length, mailbox", { "fault switch out-length 4 opcode=0x5300" }, { "clear" },
	  ALL, { EIO }, ANY, false, false },
	/* a header with an opcode that was not sent is no answer */
	{ "wrong opcode, mailbox", { "fault switch out-opcode 0x1234 opcode=0x5300" },
	  { "clear" }, ALL, { EIO, EHOSTUNREACH }, 0, false, false },
	/* the tunnel to a port */
	{ "wrong tag, port", { "fault port0 message-tag 0x55" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "wrong opcode, port", { "fault port0 message-opcode 2" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "wrong length, port", { "fault port0 message-length 5" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "wrong category, port", { "fault port0 message-category 0" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "wrong wrapper, port", { "fault port0 wrapper-length 0xffff" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "cut short, port", { "fault port0 message-truncate 11" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "garbage, port", { "fault port0 garbage" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "silence, port", { "fault port0 silent" }, { "clear" }, MODEL_SLD,
	  { EIO, EHOSTUNREACH }, ANY, false, true },
	/* the tunnel in it, to an LD: its own answers, and those around them */
	{ "wrong tag, LD", { "fault port2.ld0 message-tag 0x55" }, { "clear" }, MODEL_MLD,
	  { EIO }, ANY, false, true },
	{ "wrong opcode, LD", { "fault port2.ld0 message-opcode 2" }, { "clear" }, MODEL_MLD,
	  { EIO }, ANY, false, true },
	{ "wrong length, LD", { "fault port2.ld0 message-length 5" }, { "clear" }, MODEL_MLD,
	  { EIO }, ANY, false, true },
	{ "wrong tag around an LD", { "fault port2 message-tag 0x55 opcode=0x5300" },
	  { "clear" }, MODEL_MLD, { EIO }, ANY, false, true },
	{ "wrong opcode around an LD", { "fault port2 message-opcode 2 opcode=0x5300" },
	  { "clear" }, MODEL_MLD, { EIO }, ANY, false, true },
	{ "wrong length around an LD", { "fault port2 message-length 5 opcode=0x5300" },
	  { "clear" }, MODEL_MLD, { EIO }, ANY, false, true },
	/* what a component says of its commands; root is allowed what is not known */
	{ "effects log truncated", { "cel port0 delivered 10" }, { "clear" }, MODEL_SLD,
	  { 0 }, 0, false, true },
	{ "effects log announced too long", { "cel port0 announced 0xffffffff" }, { "clear" },
	  MODEL_SLD, { 0 }, 0, false, true },
	{ "effects log lies: all effects", { "cel port0 effects 0x0301 0xffff" }, { "clear" },
	  MODEL_SLD, { 0 }, 0, false, true },
	{ "effects log lies: no such command", { "cel port0 hide 0x0301" }, { "clear" },
	  MODEL_SLD, { 0 }, 0, false, true },
	/* who it is */
	{ "device swapped between two commands", { "swap port0 3" },
	  { "identity port0 serial 0x1000", "identity port0 device 0xc510" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "device another one each time", { "alternate port0 0xdead" }, { "clear" }, MODEL_SLD,
	  { EIO }, ANY, false, true },
	{ "device pulled in mid-command", { "latency port0 100000", "pull port0" },
	  { "latency port0 0", "plug port0" }, MODEL_SLD, { EIO, EHOSTUNREACH }, ANY,
	  false, true },
};

/* ---- who is killed meanwhile ---- */

#define VICTIMS		2
#define SOON_MS		30

struct victims {
	int ports[VICTIMS];
	pid_t child[VICTIMS];
	unsigned int longest_ms;	/* from the kill to the end */
};

/* One asks the switch, one changes what the fault touches; neither counts its errors. */
static int keep_sending(void *argument)
{
	int port = *(int *)argument, fd = open(device.node, O_RDWR | O_CLOEXEC);
	struct sent sent;

	for (;;) {
		if (port < 0)
			guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		else
			guest_set_timestamp(fd, port, &sent);
		if (sent.error)
			guest_sleep_ms(1);
	}
	return 0;
}

static void send_victims(const struct row *row, struct victims *victims)
{
	*victims = (struct victims){ .ports = { row->port == ALL ? MODEL_SLD : row->port, -1 } };
	for (unsigned int i = 0; i < VICTIMS; i++)
		victims->child[i] = guest_fork(keep_sending, &victims->ports[i]);
}

static void kill_victim(const struct row *row, struct victims *victims, unsigned int which)
{
	int64_t start = guest_now_ms(), took;

	kill(victims->child[which], SIGKILL);
	if (!WIFSIGNALED(guest_wait(victims->child[which], 10000)))
		fail_msg("%s: a killed process does not die", row->name);
	took = guest_now_ms() - start;
	if (took > victims->longest_ms)
		victims->longest_ms = (unsigned int)took;
}

/* As long as it lasts: one is killed while it is new, one later. */
static void hold(const struct row *row, struct victims *victims)
{
	guest_sleep_ms(SOON_MS);
	kill_victim(row, victims, 0);
	guest_sleep_ms(HOLD_MS / 2);
	kill_victim(row, victims, 1);
	guest_sleep_ms(HOLD_MS / 2);
}

/* ---- a row ---- */

static void give(const char *const *orders)
{
	for (unsigned int i = 0; i < 2 && orders[i]; i++)
		model_order("%s", orders[i]);
}

/* Transfer FW, action abort: changes the fabric as far as the driver knows. */
static void make_driver_forget(void)
{
	static const uint8_t abort_transfer[128] = { 4 };
	int fd = guest_open(O_RDWR);
	struct sent sent;

	guest_send_to(fd, -1, 0x0201, abort_transfer, sizeof(abort_transfer), &sent);
	close(fd);
	assert_sent(&sent);
}

static bool is_noticeable(const struct row *row)
{
	return row->allowed[0] || row->unusable == ANY;
}

static unsigned int longest_kill_ms;

static unsigned int run(const struct row *row)
{
	const struct guest_load_rules rules = {
		.port = row->port, .allowed = row->allowed, .unusable = row->unusable,
	};
	unsigned int bad, unnoticed;
	struct victims victims;
	struct guest_load load;
	char what[96];

	model_order("clear");
	guest_load_start_stubborn(&load);
	send_victims(row, &victims);
	guest_load_all_served(&load);
	give(row->fault);
	if (row->anew)
		make_driver_forget();
	hold(row, &victims);
	give(row->end);
	if (row->recover)
		assert_int_equal(guest_write_attribute(&device, "recover", "1"), 0);
	guest_await_state(&device, "ready", BACK_BY_ITSELF_MS);
	guest_load_all_served(&load);
	snprintf(what, sizeof(what), "%-36s killed in %3u ms, %llu violations", row->name,
		 victims.longest_ms, (unsigned long long)model_violations());
	/* a fault that nobody noticed has shown nothing */
	unnoticed = is_noticeable(row) && !guest_load_troubles(&load);
	bad = guest_load_judged(&load, what, &rules) + (model_violations() != 0) + unnoticed;
	if (unnoticed)
		print_error("nobody noticed '%s'\n", row->name);
	if (victims.longest_ms > longest_kill_ms)
		longest_kill_ms = victims.longest_ms;
	return bad + (victims.longest_ms > guest_patience(DEVICE_TIME_MS + POLL_STEP_MS));
}

static void every_fault_under_load(void **state)
{
	unsigned int rounds = (guest_cycles() + 24) / 25, bad;

	for (unsigned int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			bad = run(&rows[i]);
			if (bad)
				fail_msg("%s: %u complaints", rows[i].name, bad);
		}
		guest_progress("rounds of all faults", round + 1, rounds);
	}
	diag("%zu faults: whoever was killed was gone after %u ms at most", ARRAY_SIZE(rows),
	     longest_kill_ms);
}

/* ---- the frame ---- */

static int begin(void **state)
{
	model_fresh_driver();
	device = guest_device();
	return 0;
}

static int impatient(void **state)
{
	guest_give_up_after(GUEST_CYCLES_LIMIT);
	guest_set_device_time(DEVICE_TIME_MS);
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, guest_model_end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(every_fault_under_load),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, impatient, guest_standard_module);
}
