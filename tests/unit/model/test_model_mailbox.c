// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's real mailbox on the device model's registers: accesses counted and
 * checked by the model, late and stuck answers, wrong lengths.
 */
#include <time.h>

#include "unit.h"

#include "mailbox/mailbox.h"

#include "client.h"
#include "model.h"

#define DEVICE_MS	200
#define PATIENCE_MS	5000

static struct bench {
	struct swcci_mailbox mailbox;
	struct workqueue_struct queue;
	struct model *model;
	pthread_mutex_t mutex;		/* guards what follows, and the model */
	ktime_t last;
	unsigned int retired;
	uint16_t retired_code;
	bool retired_answered;
} bench;

/* ---- the model as the bus shows it, in real time ---- */

static void catch_up(void)
{
	ktime_t now = ktime_get();

	model_advance(bench.model, (uint64_t)(now - bench.last));
	bench.last = now;
}

/* The "mapping" is the offset in the BAR. */
u64 io_read(const void *address, unsigned int width)
{
	u64 value;

	pthread_mutex_lock(&bench.mutex);
	catch_up();
	value = model_mmio_read(bench.model, (uintptr_t)address, width);
	pthread_mutex_unlock(&bench.mutex);
	return value;
}

void io_write(void *address, unsigned int width, u64 value)
{
	pthread_mutex_lock(&bench.mutex);
	catch_up();
	model_mmio_write(bench.model, (uintptr_t)address, width, value);
	pthread_mutex_unlock(&bench.mutex);
}

static void order(const char *line)
{
	char reply[1024];
	int ret;

	pthread_mutex_lock(&bench.mutex);
	catch_up();
	ret = model_command(bench.model, line, reply, sizeof(reply));
	pthread_mutex_unlock(&bench.mutex);
	if (ret)
		fail_msg("%s: %s", line, reply);
}

/* ---- what the mailbox calls ---- */

static void retired(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
		    const struct swcci_mailbox_late_answer *answer)
{
	(void)mailbox;
	(void)ticket;
	pthread_mutex_lock(&bench.mutex);
	bench.retired++;
	bench.retired_answered = answer->answered;
	bench.retired_code = answer->return_code;
	pthread_mutex_unlock(&bench.mutex);
}

static void state_changed(struct swcci_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct swcci_mailbox_ops ops = {
	.retired = retired, .state_changed = state_changed,
};

static int setup(void **state)
{
	struct swcci_mailbox_capability capability;
	struct model_config config;
	struct swcci_complaint why;

	(void)state;
	memset(&bench, 0, sizeof(bench));
	shim_splats();
	pthread_mutex_init(&bench.mutex, NULL);
	model_config_default(&config);
	bench.model = model_create(&config, NULL, 0);
	assert_non_null(bench.model);
	bench.last = ktime_get();
	shim_workqueue_start(&bench.queue);
	if (swcci_registers_mailbox((u32)model_mmio_read(bench.model, CLIENT_CAPABILITIES, 4),
				    0x820, &capability, &why))
		fail_msg("%s", why.text);
	assert_int_equal(capability.payload_size, 2048);
	assert_true(capability.doorbell_interrupt && capability.background_interrupt);
	if (swcci_mailbox_init(&bench.mailbox, &ops, (void *)(uintptr_t)CLIENT_MAILBOX, &capability,
			       &bench.queue, DEVICE_MS))
		return -1;
	swcci_mailbox_thaw(&bench.mailbox);
	order("zero");
	return mailbox_state(&bench.mailbox) == MAILBOX_IDLE ? 0 : -1;
}

/* In every test: no rule of the registers broken. */
static int teardown(void **state)
{
	char reply[1024];
	u64 broken;

	(void)state;
	swcci_mailbox_kill(&bench.mailbox);
	swcci_mailbox_quiesce(&bench.mailbox);
	swcci_mailbox_destroy(&bench.mailbox);
	shim_workqueue_stop(&bench.queue);
	broken = model_violations(bench.model);
	if (broken && !model_command(bench.model, "violations", reply, sizeof(reply)))
		fprintf(stderr, "# %s", reply);
	model_destroy(bench.model);
	pthread_mutex_destroy(&bench.mutex);
	return broken || shim_splats() ? -1 : 0;
}

static int command(struct swcci_mailbox_command *command)
{
	struct swcci_mailbox_turn turn = { 0 };
	int ret = swcci_mailbox_turn_begin(&bench.mailbox, &turn,
		ktime_get() + PATIENCE_MS * NSEC_PER_MSEC);

	if (ret)
		return ret;
	ret = swcci_mailbox_execute(&bench.mailbox, &turn, command);
	swcci_mailbox_turn_end(&bench.mailbox, &turn);
	return ret;
}

static struct swcci_mailbox_command make(u16 opcode, const void *in, u32 len, void *out, u32 room)
{
	return (struct swcci_mailbox_command){
		.ticket = { .id = 1, .opcode = opcode, .leaf_opcode = opcode },
		.in = in, .in_length = len, .out = out, .out_room = room, .deadline = KTIME_MAX,
	};
}

static void assert_identifies(void)
{
	u8 out[64] = { 0 };
	struct swcci_mailbox_command identify = make(0x0001, NULL, 0, out, sizeof(out));

	assert_int_equal(command(&identify), 0);
	assert_int_equal(identify.return_code, 0);
	assert_int_equal(identify.out_length, 0x12);
	assert_int_equal(identify.out_copied, 0x12);
	assert_int_equal(out[0] | out[1] << 8, 0x1e98);
}

static void await_idle(void)
{
	ktime_t until = ktime_get() + PATIENCE_MS * NSEC_PER_MSEC;
	struct timespec moment = { 0, 1000000 };

	while (mailbox_state(&bench.mailbox) != MAILBOX_IDLE) {
		if (ktime_get() > until)
			fail_msg("never idle again");
		nanosleep(&moment, NULL);
	}
}

static void test_identify(void **state)
{
	(void)state;
	assert_identifies();
	assert_identifies();
}

/* 16 bytes in, 64 out, doorbell known clear: 15 accesses */
static void test_budget(void **state)
{
	const struct model_counters *counters = model_counters(bench.model);
	u8 in[16] = { 1, 2, 3 }, out[64];
	struct swcci_mailbox_command echo = make(0xc000, in, sizeof(in), out, sizeof(out));

	(void)state;
	assert_identifies();
	order("fault switch payload-length 64 opcode=0xc000");
	order("zero");
	assert_int_equal(command(&echo), 0);
	assert_int_equal(echo.out_copied, 64);
	assert_memory_equal(out, in, sizeof(in));
	assert_int_equal(counters->reads + counters->writes, 15);
	assert_int_equal(counters->register_writes[MODEL_REG_PAYLOAD], 2);
	assert_int_equal(counters->register_reads[MODEL_REG_PAYLOAD], 8);
}

static void test_background_start(void **state)
{
	struct swcci_mailbox_command start = make(0xc007, NULL, 0, NULL, 0);

	(void)state;
	assert_int_equal(command(&start), 0);
	assert_int_equal(start.return_code, 1);
	assert_identifies();
}

static void test_late_answer_is_nobody_elses(void **state)
{
	u8 out[64];
	struct swcci_mailbox_command start = make(0xc007, NULL, 0, out, sizeof(out));

	(void)state;
	order("late 500 1");
	assert_int_equal(command(&start), -ETIMEDOUT);
	await_idle();
	assert_identifies();
	pthread_mutex_lock(&bench.mutex);
	assert_int_equal(bench.retired, 1);
	assert_true(bench.retired_answered);
	assert_int_equal(bench.retired_code, 1);	/* its background start is known */
	pthread_mutex_unlock(&bench.mutex);
}

static void test_stuck_until_it_is_not(void **state)
{
	struct swcci_mailbox_command identify = make(0x0001, NULL, 0, NULL, 0);

	(void)state;
	order("stuck 1");
	assert_int_equal(command(&identify), -ETIMEDOUT);
	assert_int_equal(mailbox_state(&bench.mailbox), MAILBOX_STUCK);
	identify = make(0x0001, NULL, 0, NULL, 0);
	assert_int_equal(command(&identify), -EBUSY);
	order("stuck off");
	await_idle();
	assert_identifies();
}

static void test_lengths_that_lie(void **state)
{
	static u8 out[4096];
	struct swcci_mailbox_command identify = make(0x0001, NULL, 0, out, sizeof(out));

	(void)state;
	order("fault switch out-length 0x1fffff count=1");
	assert_int_equal(command(&identify), 0);
	assert_int_equal(identify.out_length, 2048);
	assert_int_equal(identify.out_copied, 2048);
	assert_identifies();
}

static void test_nothing_but_ones(void **state)
{
	struct swcci_mailbox_command identify = make(0x0001, NULL, 0, NULL, 0);

	(void)state;
	order("reads ones");
	assert_int_equal(command(&identify), -EIO);
	order("reads normal");
	await_idle();
	assert_identifies();
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_identify), test(test_budget), test(test_background_start),
		test(test_late_answer_is_nobody_elses), test(test_stuck_until_it_is_not),
		test(test_lengths_that_lie), test(test_nothing_but_ones),
	};

	return cmocka_run_group_tests_name("driver's mailbox on the model", tests, NULL, NULL);
}
