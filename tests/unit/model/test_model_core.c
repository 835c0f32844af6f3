// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model's registers: layout, access rules, doorbell, interrupts,
 * readiness, resets, and faults of the function itself.
 */
#include "test_model.h"

#include "bytes.h"

#define MS	1000000ull

struct fixture {
	struct model *model;
	unsigned int interrupts[MODEL_VECTORS];
	struct client_answer answer;
};

static void count_interrupt(void *context, unsigned int vector)
{
	struct fixture *f = context;

	f->interrupts[vector]++;
}

static struct fixture *make(const struct model_config *config)
{
	struct model_config own = *config;
	struct fixture *f = calloc(1, sizeof(*f));
	char error[200];

	assert_non_null(f);
	own.interrupt = count_interrupt;
	own.context = f;
	f->model = model_create(&own, error, sizeof(error));
	if (!f->model)
		fail_msg("%s", error);
	return f;
}

static int setup(void **state)
{
	struct model_config config;

	model_config_default(&config);
	*state = make(&config);
	return 0;
}

static void destroy(struct fixture *f)
{
	model_destroy(f->model);
	free(f);
}

static int teardown(void **state)
{
	destroy(*state);
	return 0;
}

static uint64_t violations(struct fixture *f, enum model_violation kind)
{
	return model_counters(f->model)->violations[kind];
}

static void test_layout(void **state)
{
	struct fixture *f = *state;
	uint64_t array = model_mmio_read(f->model, 0, 8);
	unsigned int i;

	assert_int_equal(array & 0xffff, 0);
	assert_int_equal(array >> 16 & 0xff, 1);
	assert_int_equal(array >> 24 & 0xf, 2);
	assert_int_equal(array >> 32 & 0xffff, 3);
	for (i = 1; i <= 3; i++) {
		static const uint32_t want[3][3] = {
			{ 1, 0x80, 8 }, { 2, 0x100, 0x820 }, { 0x4000, 0x90, 8 } };
		uint64_t header = model_mmio_read(f->model, i * 16, 8);

		assert_int_equal(header & 0xffff, want[i - 1][0]);
		assert_int_equal(header >> 32, want[i - 1][1]);
		assert_int_equal(model_mmio_read(f->model, i * 16 + 8, 4), want[i - 1][2]);
	}
	assert_int_equal(model_mmio_read(f->model, CLIENT_TYPE_STATUS, 8), 1);
	assert_int_equal(model_bar_size(f->model), 4096);
	assert_int_equal(model_violations(f->model), 0);
}

static void test_every_capability_field(void **state)
{
	struct model_config config;
	struct fixture *f;
	uint64_t caps;

	(void)state;
	model_config_default(&config);
	config.payload_exponent = 20;
	config.doorbell_interrupt = false;
	config.message_number = 9;
	config.ready_seconds = 0xa5;
	config.mailbox_type = 2;
	config.block_offset = 0x10000;
	f = make(&config);
	caps = model_mmio_read(f->model, 0x10000 + CLIENT_CAPABILITIES, 4);
	assert_int_equal(caps & 0x1f, 20);
	assert_int_equal(caps >> 5 & 1, 0);
	assert_int_equal(caps >> 6 & 1, 1);
	assert_int_equal(caps >> 7 & 0xf, 9);
	assert_int_equal(caps >> 11 & 0xff, 0xa5);
	assert_int_equal(caps >> 19 & 0xf, 2);
	assert_int_equal(model_bar_size(f->model), 2 << 20);
	destroy(f);
}

static void test_wrong_configuration_is_refused(void **state)
{
	struct model_config config;
	char error[100];

	(void)state;
	model_config_default(&config);
	config.payload_exponent = 7;
	assert_null(model_create(&config, error, sizeof(error)));
	assert_string_equal(error, "payload exponent: 8 to 20");
	model_config_default(&config);
	config.mailbox_offset = 0x101;
	assert_null(model_create(&config, error, sizeof(error)));
	model_config_default(&config);
	config.fabric = "port 0 upstream\nport 1 teapot\n";
	assert_null(model_create(&config, error, sizeof(error)));
	assert_non_null(strstr(error, "line 2"));
}

/* design.md, "Cost": 16 bytes in, 64 out, doorbell known clear: 15 accesses */
static void test_identify_by_hand(void **state)
{
	struct fixture *f = *state;
	const struct model_counters *counters = model_counters(f->model);

	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.error, 0);
	assert_int_equal(f->answer.return_code, 0);
	assert_int_equal(f->answer.len, 0x12);
	assert_int_equal(get16(f->answer.data), 0x1e98);
	assert_int_equal(f->answer.data[0x11], 0);
	assert_int_equal(counters->commands, 1);
	assert_int_equal(counters->answers, 1);
	assert_int_equal(counters->register_writes[MODEL_REG_CONTROL], 1);
	assert_int_equal(counters->register_reads[MODEL_REG_PAYLOAD], 3);
	assert_int_equal(counters->reads + counters->writes, 2 + 4 + 3);
	assert_int_equal(model_violations(f->model), 0);
}

static void test_every_width_reads_the_same(void **state)
{
	struct fixture *f = *state;
	uint64_t whole, parts;
	unsigned int width, i;

	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	whole = model_mmio_read(f->model, CLIENT_PAYLOAD, 8);
	for (width = 1; width <= 4; width *= 2) {
		for (parts = 0, i = 0; i < 8; i += width)
			parts |= model_mmio_read(f->model, CLIENT_PAYLOAD + i, width) << 8 * i;
		assert_true(parts == whole);
	}
	assert_int_equal(model_violations(f->model), 0);
}

static void test_command_register_in_two_halves(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_COMMAND, 4, 0x0001);
	model_mmio_write(f->model, CLIENT_COMMAND + 4, 4, 0);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 1);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.len, 0x12);
	assert_int_equal(model_violations(f->model), 0);
}

static void test_narrow_write(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_COMMAND, 2, 1);
	assert_int_equal(violations(f, MODEL_NARROW_WRITE), 1);
	model_mmio_write(f->model, CLIENT_CONTROL, 1, 0);
	assert_int_equal(violations(f, MODEL_NARROW_WRITE), 2);
	model_mmio_write(f->model, CLIENT_PAYLOAD, 1, 0);
	assert_int_equal(model_violations(f->model), 2);
}

static void test_busy_touch(void **state)
{
	struct fixture *f = *state;

	order(f->model, "stuck 1");
	client_send(f->model, 0, 0x0001, NULL, 0);
	assert_int_equal(model_violations(f->model), 0);
	model_mmio_write(f->model, CLIENT_COMMAND, 8, 0x0003);
	(void)model_mmio_read(f->model, CLIENT_PAYLOAD, 8);
	assert_int_equal(violations(f, MODEL_BUSY_TOUCH), 2);
	order(f->model, "stuck off");
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.opcode, 0x0001);
}

static void test_long_command(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_COMMAND, 8, 0x0001 | 2049ull << 16);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 1);
	assert_int_equal(violations(f, MODEL_LONG_COMMAND), 1);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.return_code, 0x16);
	model_mmio_write(f->model, CLIENT_COMMAND, 8, 0x5300 | 0x1fffffull << 16);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 1);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.return_code, 0x16);
}

static void test_reading_too_far(void **state)
{
	struct fixture *f = *state;

	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	(void)model_mmio_read(f->model, CLIENT_PAYLOAD + 0x10, 8);
	assert_int_equal(model_violations(f->model), 0);
	(void)model_mmio_read(f->model, CLIENT_PAYLOAD + 0x18, 8);
	assert_int_equal(violations(f, MODEL_PAST_OUTPUT), 1);
	(void)model_mmio_read(f->model, CLIENT_PAYLOAD + 2048, 1);
	assert_int_equal(violations(f, MODEL_PAST_PAYLOAD), 1);
	(void)model_mmio_read(f->model, 0x40, 8);
	assert_int_equal(violations(f, MODEL_UNDECODED), 1);
}

static void test_dropped_enables(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_CONTROL, 4, 6);
	client_send(f->model, 6, 0x0001, NULL, 0);
	assert_int_equal(model_violations(f->model), 0);
	client_send(f->model, 0, 0x0001, NULL, 0);
	assert_int_equal(violations(f, MODEL_ENABLE_DROPPED), 1);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 6);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 0);	/* without the doorbell: a choice */
	assert_int_equal(model_violations(f->model), 1);
}

static void test_other_violations(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_CAPABILITIES, 4, 0xffffffff);
	assert_int_equal(violations(f, MODEL_READ_ONLY), 1);
	assert_int_equal(model_mmio_read(f->model, CLIENT_CAPABILITIES, 4) & 0x1f, 11);
	(void)model_mmio_read(f->model, CLIENT_CAPABILITIES, 8);
	assert_int_equal(violations(f, MODEL_BAD_WIDTH), 1);
	(void)model_mmio_read(f->model, CLIENT_COMMAND, 3);
	assert_int_equal(violations(f, MODEL_BAD_WIDTH), 2);
	(void)model_mmio_read(f->model, CLIENT_COMMAND + 2, 4);
	assert_int_equal(violations(f, MODEL_MISALIGNED), 1);
}

static void test_control_is_read_only_while_busy(void **state)
{
	struct fixture *f = *state;

	model_mmio_write(f->model, CLIENT_CONTROL, 4, 4);
	order(f->model, "stuck 1");
	client_send(f->model, 4, 0x0001, NULL, 0);
	model_mmio_write(f->model, CLIENT_CONTROL, 4, 2);
	assert_int_equal(model_mmio_read(f->model, CLIENT_CONTROL, 4), 1 | 2 | 4);
}

static void test_latency_and_late_answers(void **state)
{
	struct fixture *f = *state;

	order(f->model, "latency switch 500");
	order(f->model, "late 10 1");
	client_send(f->model, 0, 0x0001, NULL, 0);
	model_advance(f->model, 10 * MS);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.error, -EBUSY);
	assert_int_equal(model_next_event(f->model), 10500000);
	model_advance(f->model, 500000);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.error, 0);
	client_send(f->model, 0, 0x0001, NULL, 0);
	model_advance(f->model, 499999);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.error, -EBUSY);
	model_advance(f->model, 1);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.error, 0);
}

static void test_doorbell_interrupt(void **state)
{
	struct fixture *f = *state;

	client_send(f->model, 0, 0x0001, NULL, 0);
	assert_int_equal(f->interrupts[0], 0);
	client_send(f->model, 2, 0x0001, NULL, 0);
	assert_int_equal(f->interrupts[0], 1);
	order(f->model, "lose 1");
	client_send(f->model, 2, 0x0001, NULL, 0);
	assert_int_equal(f->interrupts[0], 1);
	assert_int_equal(model_counters(f->model)->interrupts_lost, 1);
	client_send(f->model, 2, 0x0001, NULL, 0);
	assert_int_equal(f->interrupts[0], 2);
}

static void test_spurious_interrupts(void **state)
{
	struct fixture *f = *state;

	order(f->model, "interrupt 3 4 10");
	assert_int_equal(f->interrupts[3], 1);
	model_advance(f->model, 25 * MS);
	assert_int_equal(f->interrupts[3], 3);
	model_advance(f->model, 1000 * MS);
	assert_int_equal(f->interrupts[3], 4);
}

static void test_not_ready(void **state)
{
	struct model_config config;
	struct fixture *f;

	(void)state;
	model_config_default(&config);
	config.ready_ns = 300 * MS;
	f = make(&config);
	assert_int_equal(model_mmio_read(f->model, CLIENT_TYPE_STATUS, 8), 0);
	client_send(f->model, 0, 0x0001, NULL, 0);
	assert_int_equal(violations(f, MODEL_NOT_READY), 1);
	assert_int_equal(model_counters(f->model)->commands, 0);
	model_advance(f->model, 300 * MS);
	assert_int_equal(model_mmio_read(f->model, CLIENT_TYPE_STATUS, 8), 1);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.len, 0x12);
	model_reset(f->model, MODEL_RESET_FUNCTION);
	assert_int_equal(model_mmio_read(f->model, CLIENT_TYPE_STATUS, 8), 0);
	destroy(f);
}

static void test_reset_ends_a_stuck_command(void **state)
{
	struct fixture *f = *state;

	order(f->model, "stuck 1");
	client_send(f->model, 6, 0x0001, NULL, 0);
	model_advance(f->model, 3600000 * MS);
	assert_int_equal(model_mmio_read(f->model, CLIENT_CONTROL, 4), 7);
	model_reset(f->model, MODEL_RESET_FUNCTION);
	assert_int_equal(model_mmio_read(f->model, CLIENT_CONTROL, 4), 0);
	assert_int_equal(model_counters(f->model)->answers, 0);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.len, 0x12);
}

static void test_a_reset_drops_a_late_answer(void **state)
{
	struct fixture *f = *state;

	order(f->model, "late 100 1");
	client_send(f->model, 2, 0x0001, NULL, 0);
	model_reset(f->model, MODEL_RESET_FUNCTION);
	model_advance(f->model, 1000 * MS);
	assert_int_equal(model_counters(f->model)->answers, 0);
	assert_int_equal(f->interrupts[0], 0);
}

static void test_ones_zeros_removal(void **state)
{
	struct fixture *f = *state;

	order(f->model, "reads ones");
	assert_true(model_mmio_read(f->model, CLIENT_STATUS_REGISTER, 8) == UINT64_MAX);
	assert_true(model_mmio_read(f->model, CLIENT_CONTROL, 4) == UINT32_MAX);
	order(f->model, "reads zeros");
	assert_int_equal(model_mmio_read(f->model, 0, 8), 0);
	client_send(f->model, 0, 0x0001, NULL, 0);
	assert_int_equal(model_counters(f->model)->commands, 0);
	order(f->model, "reads normal");
	order(f->model, "late 10 1");
	client_send(f->model, 2, 0x0001, NULL, 0);
	order(f->model, "remove");
	assert_true(model_removed(f->model));
	model_advance(f->model, 20 * MS);
	assert_int_equal(f->interrupts[0], 0);
	assert_true(model_mmio_read(f->model, CLIENT_CONTROL, 4) == UINT32_MAX);
	order(f->model, "restore");
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.len, 0x12);
}

static void test_overrides(void **state)
{
	struct fixture *f = *state;
	uint64_t array = model_mmio_read(f->model, 0, 8);

	order(f->model, "override 2 1 0x7f");	/* the array's version */
	assert_int_equal(model_mmio_read(f->model, 0, 8) >> 16 & 0xff, 0x7f);
	assert_true((model_mmio_read(f->model, 0, 8) | 0xff0000) == (array | 0xff0000));
	order(f->model, "override off");
	order(f->model, "override 0x110 8 0x1234567800000000 1");
	assert_int_equal(model_mmio_read(f->model, CLIENT_STATUS_REGISTER + 4, 4), 0x12345678);
	assert_int_equal(model_mmio_read(f->model, CLIENT_STATUS_REGISTER + 4, 4), 0);
}

static void test_lying_answers(void **state)
{
	struct fixture *f = *state;

	order(f->model, "fault switch out-length 0x1fffff count=1");
	client_send(f->model, 0, 0x0001, NULL, 0);
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.len, 0x1fffff);
	order(f->model, "fault switch out-opcode 0x5101 count=1");
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.opcode, 0x5101);
	order(f->model, "fault switch rc 6 opcode=0x0001 count=2");
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.return_code, 6);
	assert_int_equal(f->answer.len, 0);
	client_command(f->model, 0x0003, NULL, 0, &f->answer);
	assert_int_equal(f->answer.return_code, 0);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.return_code, 6);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.return_code, 0);
	order(f->model, "fault switch silent opcode=0x0001 skip=1 count=1");
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.error, 0);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.error, -EBUSY);
	order(f->model, "clear");
	client_collect(f->model, &f->answer);
	assert_int_equal(f->answer.error, 0);
}

static void test_event_status_and_interrupt(void **state)
{
	struct model_config config;
	uint8_t clear[8] = { 0, 0, 1 };
	struct fixture *f;

	(void)state;
	model_config_memory_device(&config);
	f = make(&config);
	client_command(f->model, 0x0103, "\1\1\1\1\1", 5, &f->answer);
	assert_int_equal(f->answer.return_code, 0);
	order(f->model, "event port0 0 2");
	assert_int_equal(f->interrupts[1], 1);		/* empty to non-empty, once */
	assert_int_equal(model_mmio_read(f->model, CLIENT_STATUS, 8), 1);
	client_command(f->model, 0x0100, "", 1, &f->answer);
	assert_int_equal(f->answer.len, 0x20 + 2 * 0x80);
	memcpy(clear + 6, f->answer.data + 0x20 + 0x14, 2);
	client_command(f->model, 0x0101, clear, 8, &f->answer);
	assert_int_equal(f->answer.return_code, 0);
	assert_int_equal(model_mmio_read(f->model, CLIENT_STATUS, 8), 1);
	client_command(f->model, 0x0101, clear, 8, &f->answer);
	assert_int_equal(f->answer.return_code, 0xe);
	destroy(f);
}

static char logged[1024];

static void keep_line(void *context, const char *line)
{
	(void)context;
	strncat(logged, line, sizeof(logged) - strlen(logged) - 2);
	strcat(logged, "\n");
}

static void test_log(void **state)
{
	struct model_config config;
	struct model *model;
	char reply[1024];

	(void)state;
	model_config_default(&config);
	config.log = keep_line;
	model = model_create(&config, NULL, 0);
	assert_non_null(model);
	(void)model_mmio_read(model, CLIENT_CAPABILITIES, 4);
	assert_string_equal(logged, "");
	order(model, "log on");
	model_mmio_write(model, CLIENT_COMMAND, 2, 0x5100);
	order(model, "log off");
	(void)model_mmio_read(model, CLIENT_CAPABILITIES, 4);
	assert_string_equal(logged, "w 2 00108 5100 command\nviolation: narrow-write\n");
	assert_int_equal(model_command(model, "accesses", reply, sizeof(reply)), 0);
	assert_non_null(strstr(reply, "w 2 00108 5100 command\nr 4 00100 00100"));
	model_destroy(model);
}

static void test_memory_device(void **state)
{
	struct model_config config;
	struct fixture *f;

	(void)state;
	model_config_memory_device(&config);
	f = make(&config);
	assert_int_equal(model_mmio_read(f->model, 0, 8) >> 24 & 0xf, 1);
	assert_int_equal(model_mmio_read(f->model, CLIENT_TYPE_STATUS, 8), 0x14);
	client_command(f->model, 0x4000, NULL, 0, &f->answer);
	assert_int_equal(f->answer.len, 0x45);
	assert_true(get64(f->answer.data + 0x10) > 0);
	client_command(f->model, 0x0001, NULL, 0, &f->answer);
	assert_int_equal(f->answer.return_code, 3);
	destroy(f);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_layout), test(test_every_capability_field),
		test(test_wrong_configuration_is_refused), test(test_identify_by_hand),
		test(test_every_width_reads_the_same), test(test_command_register_in_two_halves),
		test(test_narrow_write), test(test_busy_touch), test(test_long_command),
		test(test_reading_too_far), test(test_dropped_enables),
		test(test_other_violations), test(test_control_is_read_only_while_busy),
		test(test_latency_and_late_answers), test(test_doorbell_interrupt),
		test(test_spurious_interrupts), test(test_not_ready),
		test(test_reset_ends_a_stuck_command), test(test_a_reset_drops_a_late_answer),
		test(test_ones_zeros_removal), test(test_overrides), test(test_lying_answers),
		test(test_event_status_and_interrupt), test(test_log),
		test(test_memory_device),
	};

	return cmocka_run_group_tests_name("model: registers", tests, NULL, NULL);
}
