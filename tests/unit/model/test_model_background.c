// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model's background operations: progress, end, abort, and all their
 * faults; bindings, whose end is an event; firmware.
 */
#include "test_model.h"

#include "bytes.h"

#define MS		1000000ull
#define S		(1000 * MS)
#define ABORTABLE	0xc008
#define PLAIN		0xc007
#define BACKGROUND_ENABLE 4

static struct client_answer answer;
static struct client_message message;
static unsigned int interrupts;

static void count_interrupt(void *context, unsigned int vector)
{
	(void)context;
	(void)vector;
	interrupts++;
}

static int setup(void **state)
{
	struct model_config config;

	model_config_default(&config);
	config.interrupt = count_interrupt;
	interrupts = 0;
	*state = model_create(&config, NULL, 0);
	return *state ? 0 : -1;
}

static uint16_t command(struct model *model, uint16_t opcode, const void *in, uint32_t len)
{
	client_send(model, BACKGROUND_ENABLE, opcode, in, len);
	client_collect(model, &answer);
	assert_int_equal(answer.error, 0);
	return answer.return_code;
}

static void start(struct model *model, uint16_t opcode)
{
	assert_int_equal(command(model, opcode, NULL, 0), 1);
	assert_true(answer.background);
}

struct slot { unsigned int opcode, percent, code, vendor; };

static struct slot slot(struct model *model)
{
	uint64_t value = model_mmio_read(model, CLIENT_BACKGROUND, 8);

	return (struct slot){ value & 0xffff, value >> 16 & 0x7f, value >> 32 & 0xffff,
			      (unsigned int)(value >> 48) };
}

static bool running(struct model *model)
{
	return model_mmio_read(model, CLIENT_STATUS_REGISTER, 8) & 1;
}

static void test_runs_and_ends(void **state)
{
	struct model *model = *state;

	assert_true(model_mmio_read(model, CLIENT_BACKGROUND, 8) == 0);
	start(model, PLAIN);
	assert_int_equal(slot(model).opcode, PLAIN);
	assert_int_equal(slot(model).percent, 0);
	model_advance(model, 1 * S);
	assert_in_range(slot(model).percent, 49, 50);
	assert_int_equal(command(model, 0x0002, NULL, 0), 0);
	assert_int_equal(answer.data[0] & 1, 1);
	assert_int_equal(answer.data[0] >> 1, slot(model).percent);
	assert_int_equal(get16(answer.data + 2), PLAIN);
	model_advance(model, 1 * S - 1);
	assert_true(running(model));
	assert_int_equal(slot(model).percent, 99);
	assert_int_equal(interrupts, 0);
	model_advance(model, 1);
	assert_false(running(model));
	assert_int_equal(slot(model).percent, 100);
	assert_int_equal(slot(model).code, 0);
	assert_int_equal(interrupts, 1);
}

static void test_others_are_served_but_no_second(void **state)
{
	struct model *model = *state;

	start(model, PLAIN);
	assert_int_equal(command(model, ABORTABLE, NULL, 0), 6);
	assert_int_equal(command(model, 0x0001, NULL, 0), 0);
	assert_true(answer.background);
	model_advance(model, 2 * S);
	start(model, ABORTABLE);
}

static void test_no_interrupt_without_enable(void **state)
{
	struct model *model = *state;

	client_command(model, PLAIN, NULL, 0, &answer);
	model_advance(model, 2 * S);
	assert_int_equal(interrupts, 0);
	assert_int_equal(slot(model).percent, 100);
}

static void test_abort(void **state)
{
	struct model *model = *state;

	assert_int_equal(command(model, 0x0005, NULL, 0), 0x20);
	start(model, PLAIN);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0x20);
	model_advance(model, 2 * S);
	start(model, ABORTABLE);
	model_advance(model, 500 * MS);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0);
	assert_false(running(model));
	assert_in_range(slot(model).percent, 24, 25);
	assert_int_equal(slot(model).code, 0x12);
	assert_int_equal(interrupts, 2);
	model_advance(model, 10 * S);
	assert_in_range(slot(model).percent, 24, 25);
	assert_int_equal(interrupts, 2);
}

static void test_abort_faults(void **state)
{
	struct model *model = *state;

	order(model, "background switch refuse-abort");
	start(model, ABORTABLE);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0x20);
	assert_true(running(model));
	order(model, "clear");
	order(model, "background switch deaf");
	assert_int_equal(command(model, 0x0005, NULL, 0), 0);
	assert_true(running(model));
	model_advance(model, 2 * S);
	assert_int_equal(slot(model).code, 0);
	assert_int_equal(slot(model).percent, 100);
	order(model, "clear");
	order(model, "background switch no-abort-interrupt");
	interrupts = 0;
	start(model, ABORTABLE);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0);
	assert_int_equal(slot(model).code, 0x12);
	assert_int_equal(interrupts, 0);
	order(model, "clear");
	order(model, "background switch finish-before-abort");
	start(model, ABORTABLE);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0);
	assert_int_equal(slot(model).code, 0);
	assert_int_equal(slot(model).percent, 100);
	assert_int_equal(interrupts, 1);
}

static void test_never_ends(void **state)
{
	struct model *model = *state;

	order(model, "background switch never-ends");
	start(model, PLAIN);
	model_advance(model, 3600 * S);
	assert_true(running(model));
	assert_int_equal(slot(model).percent, 99);
	order(model, "clear");
	model_advance(model, 1);
	assert_false(running(model));
	assert_int_equal(slot(model).percent, 100);
}

static void test_ends_twice(void **state)
{
	struct model *model = *state;

	order(model, "background switch end-twice");
	start(model, PLAIN);
	model_advance(model, 2 * S);
	assert_int_equal(slot(model).percent, 100);
	assert_int_equal(interrupts, 1);
	model_advance(model, 501 * MS);
	assert_true(running(model));
	assert_in_range(slot(model).percent, 49, 51);
	model_advance(model, 1 * S);
	assert_false(running(model));
	assert_int_equal(interrupts, 2);
	model_advance(model, 60 * S);
	assert_int_equal(interrupts, 2);
}

static void test_silent(void **state)
{
	struct model *model = *state;

	order(model, "background switch silent");
	start(model, PLAIN);
	assert_true(model_mmio_read(model, CLIENT_BACKGROUND, 8) == UINT64_MAX);
	assert_int_equal(command(model, 0x0002, NULL, 0), 4);
	order(model, "clear");
	assert_int_equal(slot(model).opcode, PLAIN);
}

static void test_codes_and_percentages_that_lie(void **state)
{
	struct model *model = *state;

	order(model, "background switch code 0x11");
	order(model, "background switch percent 127");
	order(model, "background switch time 10");
	start(model, PLAIN);
	assert_int_equal(slot(model).percent, 127);
	model_advance(model, 10 * MS);
	assert_int_equal(slot(model).code, 0x11);
	order(model, "clear");
	order(model, "quirk background-bit");
	command(model, 0x0001, NULL, 0);
	assert_true(answer.background);
}

static void test_reset_drops_it(void **state)
{
	struct model *model = *state;

	start(model, PLAIN);
	model_reset(model, MODEL_RESET_FUNCTION);
	assert_true(model_mmio_read(model, CLIENT_BACKGROUND, 8) == 0);
	model_advance(model, 10 * S);
	assert_int_equal(interrupts, 0);
	start(model, PLAIN);
	order(model, "quirk keep-background");
	model_reset(model, MODEL_RESET_FUNCTION);
	assert_int_equal(slot(model).opcode, PLAIN);
	assert_true(running(model));
}

/* A destination's slot is its own: the outer one does not show it. */
static void test_slot_behind_a_port(void **state)
{
	static const struct client_hop port0 = { 0, 0 };
	struct model *model = *state;

	client_tunnel(model, &port0, 1, ABORTABLE, NULL, 0, &answer);
	assert_int_equal(answer.return_code, 0);
	assert_false(answer.background);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 1);
	assert_int_equal(message.flags, 0x80);
	assert_true(model_mmio_read(model, CLIENT_BACKGROUND, 8) == 0);
	model_advance(model, 500 * MS);
	client_tunnel(model, &port0, 1, 0x0002, NULL, 0, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_in_range(message.payload[0] >> 1, 24, 25);
	client_tunnel(model, &port0, 1, 0x0005, NULL, 0, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 0);
	client_tunnel(model, &port0, 1, 0x0002, NULL, 0, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.payload[0] & 1, 0);
	assert_int_equal(get16(message.payload + 4), 0x12);
	assert_int_equal(interrupts, 0);
}

static unsigned int running_components(struct model *model)
{
	static char reply[65536];
	const char *at = reply;
	unsigned int n = 0;

	assert_int_equal(model_command(model, "show", reply, sizeof(reply)), 0);
	while ((at = strstr(at, ",running,"))) {
		n++;
		at++;
	}
	return n;
}

/* One order for all of them, and one complaint. */
static void test_an_order_to_all(void **state)
{
	static const struct client_hop port0 = { 0, 0 };
	struct model *model = *state;
	char reply[512];

	order(model, "background all time 10");
	order(model, "background all never-ends");
	start(model, PLAIN);
	client_tunnel(model, &port0, 1, PLAIN, NULL, 0, &answer);
	assert_int_equal(answer.return_code, 0);
	model_advance(model, 1 * S);
	assert_int_equal(running_components(model), 2);
	assert_int_equal(model_command(model, "background all sometimes", reply, sizeof(reply)),
			 -EINVAL);
	assert_null(strstr(strstr(reply, "never-ends") + 1, "never-ends"));
	order(model, "clear");
	model_advance(model, 1);
	assert_int_equal(running_components(model), 0);
}

static unsigned int binding(struct model *model, uint8_t vcs, uint8_t vppb)
{
	uint8_t in[4] = { vppb, 1, 1, vcs };

	assert_int_equal(command(model, 0x5200, in, 4), 0);
	assert_int_equal(answer.len, 4 + 4 + 4);
	return answer.data[8];
}

static const uint8_t *newest_event(struct model *model, uint8_t log)
{
	unsigned int n;

	assert_int_equal(command(model, 0x0100, &log, 1), 0);
	n = get16(answer.data + 0x14);
	assert_true(n > 0);
	return answer.data + 0x20 + (n - 1) * 0x80;
}

static void test_bind_and_unbind(void **state)
{
	static const uint8_t bind_sld[6] = { 0, 1, 0, 0, 0xff, 0xff };
	static const uint8_t bind_ld[6] = { 1, 2, 2, 0, 3, 0 };
	static const uint8_t unbind[3] = { 0, 1, 0 };
	struct model *model = *state;
	const uint8_t *event;

	assert_int_equal(binding(model, 0, 1), 0);
	assert_int_equal(command(model, 0x5201, bind_sld, 6), 1);
	assert_int_equal(binding(model, 0, 1), 1);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0x20);
	model_advance(model, 2 * S);
	assert_int_equal(binding(model, 0, 1), 2);
	event = newest_event(model, 0);
	assert_int_equal(event[0], 0x40);
	assert_int_equal(event[0x30], 0);
	assert_int_equal(event[0x31], 1);
	assert_int_equal(event[0x33], 2);
	assert_int_equal(command(model, 0x5201, bind_sld, 6), 2);
	assert_int_equal(command(model, 0x5201, bind_ld, 6), 1);
	model_advance(model, 2 * S);
	assert_int_equal(binding(model, 1, 2), 3);
	assert_int_equal(command(model, 0x5202, unbind, 3), 1);
	model_advance(model, 2 * S);
	assert_int_equal(binding(model, 0, 1), 0);
}

static void test_failed_bind_is_a_warning(void **state)
{
	static const uint8_t bind_sld[6] = { 0, 1, 0, 0, 0xff, 0xff };
	struct model *model = *state;

	order(model, "background switch code 4");
	assert_int_equal(command(model, 0x5201, bind_sld, 6), 1);
	model_advance(model, 2 * S);
	assert_int_equal(slot(model).code, 4);
	assert_int_equal(binding(model, 0, 1), 0);
	assert_int_equal(newest_event(model, 1)[0x33], 0);
	assert_int_equal(model_mmio_read(model, CLIENT_STATUS, 8), 2);
}

static void test_binds_that_cannot_be(void **state)
{
	static const uint8_t bad[][6] = {
		{ 2, 0, 0, 0, 0xff, 0xff }, { 0, 8, 0, 0, 0xff, 0xff },
		{ 0, 0, 0, 0, 0xff, 0xff },	/* bound already */
		{ 0, 1, 6, 0, 0xff, 0xff }, { 0, 1, 8, 0, 0xff, 0xff },
		{ 0, 1, 0, 0, 0, 0 },		/* an LD of an SLD */
		{ 0, 1, 2, 0, 4, 0 }, { 0, 1, 2, 0, 0xff, 0xff },
		{ 0, 1, 5, 0, 0xff, 0xff },	/* bound elsewhere */
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (command(*state, 0x5201, bad[i], 6) != 2)
			fail_msg("row %u: %u", i, answer.return_code);
}

static uint16_t part(struct model *model, uint8_t action, uint8_t to, uint32_t offset, size_t len)
{
	static uint8_t in[0x80 + 1024];

	memset(in, 0, sizeof(in));
	in[0] = action;
	in[1] = to;
	put32(in + 4, offset / 128);
	memset(in + 0x80, 0xab, len);
	return command(model, 0x0201, in, (uint32_t)(0x80 + len));
}

static void test_firmware(void **state)
{
	struct model *model = *state;

	order(model, "background switch time 100");
	assert_int_equal(part(model, 1, 1, 0, 1024), 0xb);	/* the active slot */
	assert_int_equal(part(model, 2, 2, 0, 1024), 9);	/* nothing initiated */
	assert_int_equal(part(model, 1, 2, 0, 1024), 0);
	assert_int_equal(part(model, 1, 2, 0, 1024), 8);
	assert_int_equal(part(model, 2, 2, 2048, 1024), 9);
	assert_int_equal(part(model, 2, 2, 1024, 1024), 0);
	assert_int_equal(part(model, 3, 2, 2048, 1000), 1);
	model_advance(model, 100 * MS);
	assert_int_equal(command(model, 0x0200, NULL, 0), 0);
	assert_int_equal(answer.data[1] & 7, 1);
	assert_memory_equal(answer.data + 0x20, "MODEL-", 6);
	assert_int_equal(command(model, 0x0202, "\0\2", 2), 1);
	model_advance(model, 100 * MS);
	command(model, 0x0200, NULL, 0);
	assert_int_equal(answer.data[1] & 7, 2);
}

/* New firmware may mean that the function goes away for a while. */
static void test_activation_resets(void **state)
{
	struct model *model = *state;

	order(model, "quirk activation-resets");
	order(model, "ready 500");
	order(model, "background switch time 100");
	assert_int_equal(part(model, 0, 2, 0, 1024), 1);
	model_advance(model, 100 * MS);
	assert_int_equal(command(model, 0x0202, "\0\2", 2), 1);
	model_advance(model, 100 * MS);
	assert_int_equal(model_mmio_read(model, CLIENT_TYPE_STATUS, 8), 0);
	assert_true(model_mmio_read(model, CLIENT_BACKGROUND, 8) == 0);
	model_advance(model, 500 * MS);
	assert_int_equal(model_mmio_read(model, CLIENT_TYPE_STATUS, 8), 1);
	assert_int_equal(command(model, 0x0200, NULL, 0), 0);
	assert_int_equal(answer.data[1] & 7, 2);
}

static void test_firmware_given_up(void **state)
{
	struct model *model = *state;

	assert_int_equal(part(model, 1, 2, 0, 1024), 0);
	model_advance(model, 31 * S);
	assert_int_equal(part(model, 2, 2, 1024, 1024), 9);	/* dropped after 30 s */
	assert_int_equal(part(model, 1, 2, 0, 1024), 0);
	assert_int_equal(part(model, 4, 2, 0, 0), 0);
	assert_int_equal(part(model, 4, 2, 0, 0), 9);
	assert_int_equal(part(model, 0, 2, 0, 1024), 1);
	assert_int_equal(command(model, 0x0005, NULL, 0), 0);
	command(model, 0x0200, NULL, 0);
	assert_int_equal(answer.data[0x20], 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_runs_and_ends), test(test_others_are_served_but_no_second),
		test(test_no_interrupt_without_enable), test(test_abort), test(test_abort_faults),
		test(test_never_ends), test(test_ends_twice), test(test_silent),
		test(test_codes_and_percentages_that_lie), test(test_reset_drops_it),
		test(test_slot_behind_a_port), test(test_an_order_to_all),
		test(test_bind_and_unbind),
		test(test_failed_bind_is_a_warning), test(test_binds_that_cannot_be),
		test(test_firmware), test(test_activation_resets),
		test(test_firmware_given_up),
	};

	return cmocka_run_group_tests_name("model: background operations", tests, NULL, NULL);
}
