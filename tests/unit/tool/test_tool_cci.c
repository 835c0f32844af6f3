// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that the tool decodes, against switches that answer well,
 * short, too much, or refuse: ports, logs, identity.
 */
#include "test_tool_fake.h"

#include "cci/cci.h"

static const struct path direct = { .depth = 0 };
static const struct path port1 = { .depth = 1, .id = { 1 } };
static const struct path port1_ld0 = { .depth = 2, .id = { 1, 0 } };

static struct failure failure;

/* What the switch of a test has; the port of number N answers where has[N]. */
static struct {
	bool has[256];
	uint8_t port_count;
	uint8_t ingress;
	bool refuse_unknown;	/* else: state Fh for them */
	bool in_bitmap;
	uint8_t wrong_port;
	uint8_t more_ports;	/* told than asked for */
	size_t cut;
	uint16_t cut_opcode;	/* 0: all of them */
	uint8_t exponent;
	uint32_t log_size;
	uint32_t log_really;
	uint32_t limit;		/* of one Get Log */
	uint16_t announced;
	size_t entries;
} far;

static size_t answer_identify_switch(uint8_t *out)
{
	unsigned int i;

	memset(out, 0, 0x49);
	out[0] = far.ingress;
	out[2] = far.port_count;
	out[3] = 1;
	for (i = 0; i < 256 && far.in_bitmap; i++)
		out[4 + i / 8] |= (uint8_t)(far.has[i] << (i % 8));
	return 0x49;
}

static size_t answer_ports(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	size_t count = request->payload[0], i;

	assert_int_equal(request->size, 1 + count);
	assert_true(4 + 16 * count <= fake->payload_size);
	memset(out, 0, 4 + 16 * count);
	out[0] = (uint8_t)(count + far.more_ports);
	for (i = 0; i < count; i++) {
		uint8_t port = request->payload[1 + i], *entry = out + 4 + 16 * i;

		if (!far.has[port] && far.refuse_unknown) {
			fake->return_code = 2;
			return 0;
		}
		entry[0] = port == far.wrong_port ? port + 1 : port;
		entry[1] = far.has[port] ? 0xf0 + (port == far.ingress ? 4 : 3) : 0xf;
		entry[4] = 4;
		entry[6] = 0x10;
		entry[7] = 8;
		entry[13] = 0x34;
		entry[14] = 0x12;
	}
	return 4 + 16 * count;
}

static size_t answer_logs(uint8_t *out)
{
	size_t i;

	memset(out, 0, 8);
	fake_put(out, far.announced, 2);
	for (i = 0; i < far.entries; i++) {
		memcpy(out + 8 + 20 * i, cel_uuid, 16);
		fake_put(out + 24 + 20 * i, far.log_size, 4);
	}
	return 8 + 20 * far.entries;
}

/* Byte n of the log is n; like QEMU it refuses what is above its limit. */
static size_t answer_log(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	uint32_t offset = fake_le16(request->payload + 16) + 65536u * request->payload[18];
	uint32_t length = fake_le16(request->payload + 20) + 65536u * request->payload[22], i;

	assert_int_equal(request->size, 24);
	assert_memory_equal(request->payload, cel_uuid, 16);
	if (length > far.limit) {
		fake->return_code = 2;
		return 0;
	}
	for (i = 0; i < length && offset + i < far.log_really; i++)
		out[i] = (uint8_t)(offset + i);
	return i;
}

static bool no_identify;

static size_t answer(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	size_t size = 0;

	switch (request->opcode) {
	case 0x0001:
		fake->return_code = no_identify ? 3 : 0;
		size = no_identify ? 0 : fake_identify(out, 0x1122334455667788, far.exponent, 3);
		break;
	case 0x0400:
		size = answer_logs(out);
		break;
	case 0x0401:
		return answer_log(fake, request, out);
	case 0x5100:
		size = answer_identify_switch(out);
		break;
	case 0x5101:
		size = answer_ports(fake, request, out);
		break;
	default:
		fake->return_code = 3;
		return 0;
	}
	if (far.cut_opcode && far.cut_opcode != request->opcode)
		return size;
	return size < far.cut ? 0 : size - far.cut;
}

static void reset(struct fake *fake)
{
	*fake = (struct fake){ .answer = answer };
	memset(&far, 0, sizeof(far));
	far.wrong_port = 255;
	far.exponent = 9;
	far.limit = UINT32_MAX;
	fake_open(fake);
}

static void has_ports(unsigned int first, unsigned int last)
{
	for (; first <= last; first++) {
		far.has[first] = true;
		far.port_count++;
	}
}

static void test_identify(void **state)
{
	struct identity identity;
	struct fake fake;

	reset(&fake);
	assert_int_equal(cci_identify(&fake.transport, &port1_ld0, &identity, &failure), RESULT_OK);
	assert_int_equal(identity.vendor_id, 0x8086);
	assert_int_equal(identity.device_id, 0x0d93);
	assert_int_equal(identity.subsystem_vendor_id, 0x1af4);
	assert_int_equal(identity.subsystem_id, 0x1100);
	assert_true(identity.serial == 0x1122334455667788);
	assert_int_equal(identity.max_message_exponent, 9);
	assert_int_equal(identity.component_type, 3);
	far.cut = 1;
	assert_int_equal(cci_identify(&fake.transport, &port1, &identity, &failure), RESULT_IO);
	assert_non_null(strstr(failure.message, "17 bytes where at least 18"));
	transport_close(&fake.transport);
}

static void test_ports_of_a_plain_switch(void **state)
{
	struct port_states states;
	struct fake fake;

	reset(&fake);
	has_ports(0, 4);
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_OK);
	assert_int_equal(states.count, 5);
	assert_int_equal(fake.sends, 2);
	assert_int_equal(states.ports[0].state, 4);
	assert_int_equal(states.ports[4].port, 4);
	assert_int_equal(states.ports[4].state, 3);
	assert_int_equal(states.ports[4].max_width, 16);
	assert_int_equal(states.ports[4].width, 8);
	assert_int_equal(states.ports[4].link_flags, 0x1234);
	transport_close(&fake.transport);
}

/* 512 bytes hold the states of 31 ports. */
static void test_many_ports_take_several_commands(void **state)
{
	struct port_states states;
	struct fake fake;

	reset(&fake);
	has_ports(0, 254);
	far.in_bitmap = true;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_OK);
	assert_int_equal(states.count, 255);
	assert_int_equal(states.ports[254].port, 254);
	assert_int_equal(fake.sends, 1 + (255 + 30) / 31);
	transport_close(&fake.transport);
}

/* Numbers with holes, as QEMU gives them; one wrong number spoils a request. */
static void test_scattered_ports(void **state)
{
	struct port_states states;
	struct fake fake;

	reset(&fake);
	has_ports(0, 0);
	has_ports(7, 7);
	has_ports(200, 200);
	far.refuse_unknown = true;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_OK);
	assert_int_equal(states.count, 1);
	far.in_bitmap = true;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_OK);
	assert_int_equal(states.count, 3);
	assert_int_equal(states.ports[2].port, 200);
	transport_close(&fake.transport);
}

static void test_invalid_ports_are_left_out(void **state)
{
	struct port_states states;
	struct fake fake;

	reset(&fake);
	has_ports(0, 2);
	far.port_count = 6;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_OK);
	assert_int_equal(states.count, 3);
	transport_close(&fake.transport);
}

static void test_ports_of_a_liar(void **state)
{
	struct port_states states;
	struct fake fake;

	reset(&fake);
	has_ports(0, 4);
	far.wrong_port = 2;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_IO);
	far.wrong_port = 255;
	far.cut_opcode = 0x5101;
	far.cut = 1;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_IO);
	assert_non_null(strstr(failure.message, "answered 83 bytes where at least 84"));
	far.cut = 0;
	far.more_ports = 1;
	assert_int_equal(cci_get_port_states(&fake.transport, &states, &failure), RESULT_IO);
	assert_non_null(strstr(failure.message, "asked for 5 ports, got the states of 6"));
	transport_close(&fake.transport);
}

static void test_logs(void **state)
{
	struct log_list list;
	struct fake fake;

	reset(&fake);
	far.announced = 3;
	far.entries = 3;
	far.log_size = 0x01020304;
	assert_int_equal(cci_get_supported_logs(&fake.transport, &port1, &list, &failure),
			 RESULT_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.logs[2].size, 0x01020304);
	transport_close(&fake.transport);
}

static void test_fewer_logs_than_announced(void **state)
{
	struct log_list list;
	struct fake fake;

	reset(&fake);
	far.announced = 65535;
	far.entries = 3;
	far.cut = 5;
	assert_int_equal(cci_get_supported_logs(&fake.transport, &direct, &list, &failure),
			 RESULT_OK);
	assert_int_equal(list.announced, 65535);
	assert_int_equal(list.count, 2);
	far.announced = 1;
	far.cut = 0;
	assert_int_equal(cci_get_supported_logs(&fake.transport, &direct, &list, &failure),
			 RESULT_OK);
	assert_int_equal(list.count, 1);
	transport_close(&fake.transport);
}

static void expect_log(const struct path *path, size_t size, unsigned int commands)
{
	struct log_entry log = { .size = far.log_size };
	struct log_data data;
	struct fake fake = { .answer = answer };
	size_t i;

	memcpy(log.uuid, cel_uuid, sizeof(log.uuid));
	fake_open(&fake);
	assert_int_equal(cci_get_log(&fake.transport, path, &log, &data, &failure), RESULT_OK);
	assert_int_equal(data.size, size);
	assert_int_equal(data.commands, commands);
	for (i = 0; i < size; i++)
		assert_int_equal(data.bytes[i], i & 0xff);
	free(data.bytes);
	transport_close(&fake.transport);
}

static void test_log_in_one_piece(void **state)
{
	struct fake fake;

	reset(&fake);
	transport_close(&fake.transport);
	far.log_size = 44;
	far.log_really = 44;
	expect_log(&direct, 44, 1);
	expect_log(&port1_ld0, 44, 1);
	far.log_size = 512;
	far.log_really = 512;
	expect_log(&direct, 512, 1);
	far.log_size = 0;
	far.log_really = 0;
	expect_log(&direct, 0, 0);
}

/* The least of mailbox, tunnels and message sizes along the way counts. */
static void test_log_in_pieces(void **state)
{
	struct fake fake;

	reset(&fake);
	transport_close(&fake.transport);
	far.log_size = 1000;
	far.log_really = 1000;
	expect_log(&direct, 1000, 2);
	far.limit = 512 - 16;
	expect_log(&port1, 1000, 3);
	far.exponent = 8;
	/* The exponent limits the payload; the message's header does not count. */
	far.limit = 256;
	expect_log(&port1, 1000, 4);
	far.limit = 256 - 16;
	expect_log(&port1_ld0, 1000, 5);
	/* Nonsense is taken as the least that the specification allows. */
	far.exponent = 3;
	expect_log(&port1_ld0, 1000, 5);
	far.exponent = 255;
	expect_log(&port1_ld0, 1000, 5);
	no_identify = true;
	expect_log(&port1_ld0, 1000, 5);
	no_identify = false;
}

static void test_log_shorter_than_promised(void **state)
{
	struct fake fake;

	reset(&fake);
	transport_close(&fake.transport);
	far.log_size = 1000;
	far.log_really = 600;
	expect_log(&direct, 600, 2);
	far.log_really = 512;
	expect_log(&direct, 512, 2);
	far.log_really = 0;
	expect_log(&direct, 0, 1);
}

static void test_log_too_large_to_be_true(void **state)
{
	struct log_entry log = { .size = UINT32_MAX };
	struct log_data data;
	struct fake fake;

	reset(&fake);
	assert_int_equal(cci_get_log(&fake.transport, &direct, &log, &data, &failure), RESULT_IO);
	assert_null(data.bytes);
	transport_close(&fake.transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_ports_of_a_plain_switch),
		cmocka_unit_test(test_many_ports_take_several_commands),
		cmocka_unit_test(test_scattered_ports),
		cmocka_unit_test(test_invalid_ports_are_left_out),
		cmocka_unit_test(test_ports_of_a_liar),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_fewer_logs_than_announced),
		cmocka_unit_test(test_log_in_one_piece),
		cmocka_unit_test(test_log_in_pieces),
		cmocka_unit_test(test_log_shorter_than_promised),
		cmocka_unit_test(test_log_too_large_to_be_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
