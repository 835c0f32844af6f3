// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model's chaos: faults depend on the seed alone and occur at the requested rate,
 * and the state of the model stays correct.
 */
#include "test_model.h"

#include "bytes.h"

#define IDENTIFY	0x0001
#define COMMANDS	3000
#define STEP_NS		1000000ull
#define FNV_PRIME	0x100000001b3ull
/* Whatever was swallowed or slowed down has come by then. */
#define LONG_NS		10000000000ull

static struct client_answer answer;
static uint64_t interrupts;

static void count_interrupt(void *context, unsigned int vector)
{
	(void)context;
	(void)vector;
	interrupts++;
}

static struct model *new_model(void)
{
	struct model_config config;
	struct model *model;

	model_config_default(&config);
	config.interrupt = count_interrupt;
	model = model_create(&config, NULL, 0);
	assert_non_null(model);
	return model;
}

static void one_command(struct model *model, unsigned int i)
{
	static const struct client_hop hops[] = { { 0, 3 }, { 1, 0 }, { 0, 2 } };
	static const uint16_t opcodes[] = { IDENTIFY, 0x0400, 0x0002, 0xC008, 0x0005 };

	client_tunnel(model, hops, i % 4, opcodes[i % 5], NULL, 0, &answer);
}

static uint64_t mix(uint64_t digest, uint64_t value)
{
	return (digest ^ value) * FNV_PRIME;
}

/* What a client saw of so many commands. */
static uint64_t digest_of(struct model *model, const char *line)
{
	uint64_t digest = 1;
	unsigned int i;

	interrupts = 0;
	order(model, line);
	for (i = 0; i < COMMANDS; i++) {
		one_command(model, i);
		digest = mix(digest, (uint32_t)answer.error);
		digest = mix(digest, answer.return_code | (uint64_t)answer.vendor_status << 16 |
				     (uint64_t)answer.opcode << 32);
		digest = mix(digest, answer.len);
		digest = mix(digest, model_mmio_read(model, CLIENT_BACKGROUND, 8));
		model_advance(model, STEP_NS);
	}
	return mix(digest, interrupts);
}

static uint64_t digest_anew(const char *line)
{
	struct model *model = new_model();
	uint64_t digest;

	digest = digest_of(model, line);
	model_destroy(model);
	return digest;
}

static void the_seed_alone_decides(void **state)
{
	uint64_t seven = digest_anew("chaos 7 50");

	(void)state;
	assert_true(seven == digest_anew("chaos 7 50"));
	assert_true(seven != digest_anew("chaos 8 50"));
	assert_true(seven != digest_anew("chaos 7 51"));
	assert_true(seven != digest_anew("chaos off"));
}

static unsigned long long lies_of(struct model *model)
{
	const char *reply = order(model, "chaos off");

	assert_int_equal(strncmp(reply, "strikes=", 8), 0);
	return strtoull(reply + 8, NULL, 10);
}

static void the_rate_is_kept(void **state)
{
	struct model *model = new_model();
	unsigned long long few, many;

	(void)state;
	digest_of(model, "chaos 1 1");
	few = lies_of(model);
	digest_of(model, "chaos 1 100");
	many = lies_of(model);
	assert_true(few > 10);
	assert_true(many > 20 * few);
	model_destroy(model);
}

static void assert_well(struct model *model)
{
	struct client_message message;
	const struct client_hop ld = { 0, 0 };

	model_advance(model, LONG_NS);
	client_command(model, IDENTIFY, NULL, 0, &answer);
	assert_int_equal(answer.error, 0);
	assert_int_equal(answer.return_code, 0);
	assert_int_equal(answer.opcode, IDENTIFY);
	assert_int_equal(answer.len, 0x12);
	client_tunnel(model, &ld, 1, IDENTIFY, NULL, 0, &answer);
	assert_int_equal(answer.return_code, 0);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.return_code, 0);
	assert_int_equal(message.len, 0x12);
}

/* Under the sanitizers, at every rate; and off is off. */
static void the_model_stays_well(void **state)
{
	struct model *model = new_model();
	unsigned int seed, rate;
	char line[64];

	(void)state;
	for (seed = 0; seed < 8; seed++) {
		for (rate = 1; rate <= 1000; rate *= 10) {
			snprintf(line, sizeof(line), "chaos %u %u", seed, rate);
			digest_of(model, line);
			order(model, "chaos off");
			assert_well(model);
		}
	}
	model_destroy(model);
}

static void wrong_orders_change_nothing(void **state)
{
	static const char *const lines[] = {
		"chaos", "chaos x", "chaos 1 0", "chaos 1 1001", "chaos 1 2 3", "chaos off 1",
	};
	struct model *model = new_model();
	char reply[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(model_command(model, lines[i], reply, sizeof(reply)), -EINVAL);
	assert_true(digest_of(model, "chaos off") == digest_anew("chaos off"));
	model_destroy(model);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_seed_alone_decides),
		cmocka_unit_test(the_rate_is_kept),
		cmocka_unit_test(the_model_stays_well),
		cmocka_unit_test(wrong_orders_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
