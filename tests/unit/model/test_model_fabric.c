// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parsers of the device model: fabric files up to the largest fabric, and orders.
 * An invalid line is reported and changes nothing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "client.h"

static struct client_answer answer;
static struct client_message message;

static struct model *make(const char *fabric, char *error, size_t size)
{
	struct model_config config;

	model_config_default(&config);
	config.fabric = fabric;
	return model_create(&config, error, size);
}

static void test_largest(void **state)
{
	static const char text[] =
		"# 255 MLDs with 16 LDs each\n"
		"switch vcs=16 vppbs=64 serial=0x1000 message=10\n"
		"port 0-254 mld lds=16 serial=0x2000\n"
		"port 255 upstream\n"
		"bind 15 63 254 15\n";
	struct client_hop hops[2] = { { 0, 0 }, { 0, 0 } };
	struct model *model = make(text, NULL, 0);
	unsigned int port, ld;

	(void)state;
	assert_non_null(model);
	client_command(model, 0x5100, NULL, 0, &answer);
	assert_int_equal(answer.data[2], 255);	/* 256 do not fit; the bitmap lists them */
	assert_int_equal(answer.data[4 + 31], 0xff);
	assert_int_equal(get16(answer.data + 0x46), 1);
	for (port = 0; port < 255; port++) {
		for (ld = 0; ld < 16; ld++) {
			hops[0].id = (uint8_t)port;
			hops[1].id = (uint8_t)ld;
			client_tunnel(model, hops, 2, 0x0001, NULL, 0, &answer);
			assert_true(client_unwrap(&answer, 2, &message));
			assert_int_equal(get64(message.payload + 8), 0x2000 + port);
		}
	}
	model_destroy(model);
}

static void test_options(void **state)
{
	static const char text[] =
		"switch vendor=0x1234 device=0x5678 serial=7\n"
		"port 3 sld message=9 background-ms=50 latency-us=100 events=2 persistent\n"
		"port 4 upstream\n";
	static const struct client_hop port3 = { 0, 3 };
	struct model *model = make(text, NULL, 0);
	uint16_t vendor, device;
	uint64_t serial;

	(void)state;
	assert_non_null(model);
	model_identity(model, &vendor, &device, &serial);
	assert_int_equal(vendor, 0x1234);
	assert_int_equal(device, 0x5678);
	assert_int_equal(serial, 7);
	client_tunnel(model, &port3, 1, 0x0001, NULL, 0, &answer);
	assert_int_equal(answer.error, -EBUSY);
	model_advance(model, 100000);
	client_collect(model, &answer);
	assert_true(client_unwrap(&answer, 1, &message));
	assert_int_equal(message.payload[0x10], 9);
	model_destroy(model);
}

static void test_wrong_fabrics(void **state)
{
	static const struct { const char *text, *complaint; } rows[] = {
		{ "", "no port is upstream" },
		{ "port 0 sld\n", "no port is upstream" },
		{ "ports 0 sld\n", "line 1" },
		{ "switch\n\nport 0 warp\n", "line 3" },
		{ "port 256 sld\n", "line 1" },
		{ "port 5-3 sld\n", "line 1" },
		{ "port -1 sld\n", "line 1" },
		{ "port 0 mld lds=17\n", "'lds=17'" },
		{ "port 0 mld lds=0\n", "'lds=0'" },
		{ "port 0 sld colour=3\n", "'colour=3'" },
		{ "port 0 sld serial=x\n", "'serial=x'" },
		{ "port 0 sld\nport 0 sld\n", "there already" },
		{ "switch vcs=1 vppbs=1\nport 0 upstream\nbind 0 0 0\n", "line 3" },
		{ "switch vcs=1 vppbs=1\nport 0 sld\nbind 0 1 0\n", "line 3" },
		{ "port\n", "line 1" },
	};
	char error[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct model *model = make(rows[i].text, error, sizeof(error));

		if (model || !strstr(error, rows[i].complaint))
			fail_msg("row %u: %s", i, model ? "accepted" : error);
	}
}

static void test_wrong_orders(void **state)
{
	static const char *const wrong[] = {
		"frobnicate", "fault", "fault port0", "fault port99 rc 1",
		"fault port0 no-such-kind",
		"fault port0 rc", "fault port0 silent 3", "fault port0 rc x",
		"fault port0 rc 1 count=-1",
		"fault port0 rc 1 opcode=0x10000", "fault port0 rc 1 colour=2", "clear port99",
		"cel port0 entries", "cel port0 colours 3", "cel port0 effects 1",
		"cel nobody entries 3",
		"identity port0 serial", "identity port0 name 3", "swap", "swap port99",
		"swap port0 99999999999", "alternate port0", "background port0 sings",
		"background port0 time 99999999999", "background port0 code",
		"feature port0 99 0 0",
		"feature port3.pool 0 0 0", "latency port0", "event port0 9",
		"event port0 0 99999999",
		"stuck maybe", "late", "late x", "late 1 y", "lose z", "interrupt 16", "interrupt",
		"reads twos", "override 0", "override 0 9 0", "override 0xffffffff 4 0",
		"quirk strange",
		"pull port6", "pull port8", "pull switch", "pull port256", "plug port0",
		"plug port6",
		"plug port6 teapot", "plug port6 sld colour=1", "plug port8 sld", "reset softly",
		"ready", "advance 99999999999", "show nobody", "log",
	};
	struct model *model = make(NULL, NULL, 0);
	char reply[512], before[8192], after[8192];
	unsigned int i;

	(void)state;
	assert_non_null(model);
	model_command(model, "show", before, sizeof(before));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!model_command(model, wrong[i], reply, sizeof(reply)) || !*reply)
			fail_msg("'%s' was accepted, or refused without a word", wrong[i]);
	model_command(model, "show", after, sizeof(after));
	assert_string_equal(before, after);
	client_command(model, 0x0001, NULL, 0, &answer);
	assert_int_equal(answer.error, 0);
	assert_int_equal(answer.return_code, 0);
	model_destroy(model);
}

static void test_help_and_views(void **state)
{
	static const char *const lines[] = {
		"help", "faults", "show", "show port2.ld0", "counters", "violations", "accesses",
		"",
		"  ", "# nothing", "zero",
	};
	struct model *model = make(NULL, NULL, 0);
	char reply[16384], small[10];
	unsigned int i;

	(void)state;
	assert_non_null(model);
	client_command(model, 0x0001, NULL, 0, &answer);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(model_command(model, lines[i], reply, sizeof(reply)), 0);
		assert_int_equal(model_command(model, lines[i], small, sizeof(small)), 0);
		assert_true(strlen(small) < sizeof(small));
	}
	model_command(model, "help", reply, sizeof(reply));
	assert_non_null(strstr(reply, "fault PATH KIND"));
	assert_int_equal(model_counters(model)->commands, 0);
	model_destroy(model);
}

/* Orders and commands in a random order: always a model that still answers. */
static void test_random_orders(void **state)
{
	static const char *const verbs[] = {
		"fault", "clear", "cel", "identity", "swap", "alternate", "background", "feature",
		"event", "stuck", "late", "lose", "interrupt", "reads", "override", "quirk",
		"remove",
		"restore", "pull", "plug", "reset", "ready", "advance", "show", "latency",
	};
	static const char *const words[] = {
		"switch", "port0", "port2", "port2.ld1", "port3.pool", "port6", "rc", "silent",
		"garbage",
		"message-length", "message-truncate", "payload-length", "entries", "announced",
		"serial",
		"never-ends", "end-twice", "silent", "time", "flr", "cold", "ones", "normal",
		"off", "sld",
		"0", "1", "5", "100", "65535", "count=2", "opcode=1", "background-bit",
	};
	struct model *model = make(NULL, NULL, 0);
	char line[256], reply[1024];
	unsigned int seed = 4711, i, n;

	(void)state;
	assert_non_null(model);
	for (i = 0; i < 20000; i++) {
		static const struct client_hop port2 = { 0, 2 };

		snprintf(line, sizeof(line), "%s", verbs[rand_r(&seed) % 25]);
		for (n = rand_r(&seed) % 5; n; n--) {
			strcat(line, " ");
			strcat(line, words[rand_r(&seed) % 33]);
		}
		model_command(model, line, reply, sizeof(reply));
		client_tunnel(model, &port2, 1, rand_r(&seed) & 1 ? 0xc007 : 0x0001, NULL, 0,
			      &answer);
		model_advance(model, 1000000);
	}
	model_command(model, "reads normal", reply, sizeof(reply));
	model_command(model, "clear", reply, sizeof(reply));
	model_command(model, "latency switch 0", reply, sizeof(reply));
	model_command(model, "ready 0", reply, sizeof(reply));
	model_command(model, "restore", reply, sizeof(reply));
	client_command(model, 0x0001, NULL, 0, &answer);
	assert_int_equal(answer.error, 0);
	assert_int_equal(answer.return_code, 0);
	model_destroy(model);
}

static void test_two_models_in_one_process(void **state)
{
	struct model *a = make(NULL, NULL, 0), *b = make(NULL, NULL, 0);
	char reply[64];

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	model_command(a, "stuck all", reply, sizeof(reply));
	client_command(a, 0x0001, NULL, 0, &answer);
	assert_int_equal(answer.error, -EBUSY);
	client_command(b, 0x0001, NULL, 0, &answer);
	assert_int_equal(answer.error, 0);
	assert_int_equal(model_counters(b)->commands, 1);
	model_destroy(a);
	model_destroy(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_largest), cmocka_unit_test(test_options),
		cmocka_unit_test(test_wrong_fabrics), cmocka_unit_test(test_wrong_orders),
		cmocka_unit_test(test_help_and_views), cmocka_unit_test(test_random_orders),
		cmocka_unit_test(test_two_models_in_one_process),
	};

	return cmocka_run_group_tests_name("model: fabric and control", tests, NULL, NULL);
}
