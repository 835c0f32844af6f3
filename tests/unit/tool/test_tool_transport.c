// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command of the tool: that it arrives where it should, and that each way
 * of failing is told with its stage, gate, return code and way out.
 */
#include "test_tool_fake.h"

static const struct path direct = { .depth = 0 };
static const struct path port3 = { .depth = 1, .id = { 3 } };
static const struct path port3_ld2 = { .depth = 2, .id = { 3, 2 } };

static const struct path port3_pool = { .depth = 2, .id = { 3 }, .target = { 0, 1 } };

/* Answers with the path, the opcode and the payload that arrived. */
static size_t echo(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	(void)fake;
	out[0] = (uint8_t)request->depth;
	out[1] = request->id[0];
	out[2] = request->id[1];
	fake_put(out + 3, request->opcode, 2);
	memcpy(out + 5, request->payload, request->size);
	return 5 + request->size;
}

static void expect_arrival(const struct path *path, const char *expected)
{
	struct fake fake = { .answer = echo };
	struct command command = { .path = path, .opcode = 0x1234, .payload = "hey", .size = 3 };
	struct failure failure;
	struct answer answer;

	fake_open(&fake);
	assert_int_equal(transport_query(&fake.transport, &command, &answer, &failure), RESULT_OK);
	assert_int_equal(answer.size, 8);
	assert_memory_equal(answer.payload, expected, 8);
	assert_int_equal(answer.level, path->depth);
	assert_int_equal(fake.timeout_ms, 7000);
	transport_close(&fake.transport);
}

static void test_arrival(void **state)
{
	expect_arrival(&direct, "\0\0\0\x34\x12hey");
	expect_arrival(&port3, "\1\3\0\x34\x12hey");
	expect_arrival(&port3_ld2, "\2\3\2\x34\x12hey");
}

static size_t echo_targets(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	(void)fake;
	memcpy(out, request->target, 3);
	return 3;
}

static void test_arrival_at_a_pool(void **state)
{
	struct fake fake = { .answer = echo_targets };
	struct command command = { .path = &port3_pool, .opcode = 1 };
	char text[DESTINATION_TEXT_SIZE];
	struct failure failure;
	struct answer answer;

	fake_open(&fake);
	assert_int_equal(transport_query(&fake.transport, &command, &answer, &failure), RESULT_OK);
	assert_int_equal(answer.size, 3);
	assert_memory_equal(answer.payload, "\0\1\0", 3);
	destination_text(&fake.transport, &port3_pool, 2, text);
	assert_string_equal(text, "switch7 port 3 LD pool");
	transport_close(&fake.transport);
}

static enum result query(struct fake *fake, const struct path *path, struct failure *failure)
{
	struct command command = { .path = path, .opcode = 0x0001 };
	struct answer answer;
	enum result result;

	fake_open(fake);
	result = transport_query(&fake->transport, &command, &answer, failure);
	transport_close(&fake->transport);
	return result;
}

static void test_refused_tells_the_gate(void **state)
{
	struct fake fake = { .error = EPERM, .stage = CXL_SWITCH_CCI_STAGE_REFUSED,
			     .reason = CXL_SWITCH_CCI_REASON_CAPABILITY };
	struct failure failure;

	assert_int_equal(query(&fake, &port3, &failure), RESULT_REFUSED);
	assert_int_equal(failure.error, EPERM);
	assert_int_equal(failure.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(failure.reason, CXL_SWITCH_CCI_REASON_CAPABILITY);
	assert_non_null(strstr(failure.message, "switch7 port 3: Identify (0001h)"));
	assert_non_null(strstr(failure.hint, "root"));
}

static void test_every_gate_has_words(void **state)
{
	struct fake fake = { .error = EPERM };
	struct failure failure;

	for (fake.reason = 1; fake.reason < 32; fake.reason++) {
		enum result result = query(&fake, &direct, &failure);

		assert_int_equal(result, fake.reason == CXL_SWITCH_CCI_REASON_UNREACHABLE ?
				 RESULT_IO : RESULT_REFUSED);
		assert_int_equal(failure.reason, fake.reason);
	}
}

static int refuses_twice(struct fake *fake, const struct fake_request *request,
			 struct cxl_switch_cci_explain *explain)
{
	assert_int_equal(request->opcode, 1);
	explain->reason = CXL_SWITCH_CCI_REASON_READ_ONLY;
	explain->refusing = 1U << CXL_SWITCH_CCI_REASON_READ_ONLY |
			    1U << CXL_SWITCH_CCI_REASON_LOCKDOWN;
	explain->verdict_flags = CXL_SWITCH_CCI_VERDICT_AUDITED;
	return fake->explains > 1 ? -EBUSY : 0;
}

/* All gates that refuse are told, not only the first. */
static void test_refused_tells_all_gates(void **state)
{
	struct fake fake = { .error = EBADF, .stage = CXL_SWITCH_CCI_STAGE_REFUSED,
			     .reason = CXL_SWITCH_CCI_REASON_READ_ONLY, .judge = refuses_twice };
	struct failure failure;

	assert_int_equal(query(&fake, &port3, &failure), RESULT_REFUSED);
	assert_int_equal(failure.refusing, 1U << 2 | 1U << 8);
	assert_non_null(strstr(failure.message, "gate 'read-only'"));
	assert_non_null(strstr(failure.hint, "read-only: run as root"));
	assert_non_null(strstr(failure.hint, "lockdown: build the module"));
	/* EXPLAIN fails, or tells of another gate: what SEND said is all that is known. */
	assert_int_equal(query(&fake, &port3, &failure), RESULT_REFUSED);
	assert_int_equal(failure.refusing, 1U << 2);
	fake.explains = 0;
	fake.reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
	assert_int_equal(query(&fake, &port3, &failure), RESULT_REFUSED);
	assert_int_equal(failure.refusing, 1U << 6);
	assert_non_null(strstr(failure.hint, "CAP_SYS_RAWIO"));
}

static void test_restrict(void **state)
{
	struct fake fake = { .answer = NULL };
	struct failure failure;

	fake_open(&fake);
	assert_int_equal(transport_restrict(&fake.transport, 1, &failure), RESULT_OK);
	assert_int_equal(fake.limit, 1);
	assert_true(fake.transport.limit_wanted);
	assert_int_equal(transport_restrict(&fake.transport, 2, &failure), RESULT_IO);
	assert_int_equal(fake.limit, 1);
	/* Without the ioctl nothing may be sent that the person wanted limited. */
	fake.transport.features = CXL_SWITCH_CCI_FEATURE_SEND;
	assert_int_equal(transport_restrict(&fake.transport, 0, &failure), RESULT_NO_DEVICE);
	transport_close(&fake.transport);
}

static int too_many(void *context, struct cxl_switch_cci_destinations *list)
{
	(void)context;
	list->room++;
	return 0;
}

static int without_end(void *context, struct cxl_switch_cci_destinations *list)
{
	unsigned int *rounds = context;

	++*rounds;
	list->room = 1;
	list->cursor = 1;
	return 0;
}

static void test_destinations_of_a_broken_driver(void **state)
{
	static const struct transport_ops liar = { .destinations = too_many };
	static const struct transport_ops endless = { .destinations = without_end };
	struct cxl_switch_cci_destination *entries;
	struct fake fake = { .answer = NULL };
	struct failure failure;
	unsigned int rounds = 0;
	size_t count;

	fake_open(&fake);
	fake.transport.ops = &liar;
	assert_int_equal(transport_destinations(&fake.transport, &entries, &count, &failure),
			 RESULT_IO);
	free(entries);
	fake.transport.ops = &endless;
	fake.transport.context = &rounds;
	assert_int_equal(transport_destinations(&fake.transport, &entries, &count, &failure),
			 RESULT_OK);
	assert_int_equal(count, rounds);
	assert_true(rounds > 1 && rounds < 1000);
	free(entries);
	transport_close(&fake.transport);
}

static void test_not_answered(void **state)
{
	static const int errors[] = { EBUSY, ETIMEDOUT, EIO, ENODEV, EINTR, ENOMEM, EXDEV };
	struct failure failure;
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct fake fake = { .error = errors[i],
				     .stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN };

		assert_int_equal(query(&fake, &direct, &failure), RESULT_IO);
		assert_int_equal(failure.error, errors[i]);
		assert_int_equal(failure.stage, CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		assert_int_equal(failure.reason, 0);
	}
}

/* On these the driver writes nothing back, so nothing of it may be told. */
static void test_not_written_back(void **state)
{
	static const int errors[] = { ENOTTY, EFAULT, E2BIG, EINVAL, ENODEV };
	struct failure failure;
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct fake fake = { .error = errors[i], .nothing_back = true };

		assert_int_equal(query(&fake, &direct, &failure), RESULT_IO);
		assert_int_equal(failure.error, errors[i]);
		assert_int_equal(failure.stage, NO_STAGE);
		assert_int_equal(failure.reason, 0);
	}
}

/* Why it is busy is told where the driver knows. */
static void test_busy_because_stuck(void **state)
{
	struct fake fake = { .error = EBUSY, .stage = CXL_SWITCH_CCI_STAGE_NOT_SENT,
			     .state = CXL_SWITCH_CCI_STATE_STUCK };
	struct failure failure;

	assert_int_equal(query(&fake, &direct, &failure), RESULT_IO);
	assert_non_null(strstr(failure.message, "the mailbox is stuck"));
	assert_int_equal(failure.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	fake.state = CXL_SWITCH_CCI_STATE_READY;
	assert_int_equal(query(&fake, &direct, &failure), RESULT_IO);
	assert_non_null(strstr(failure.message, "the mailbox is busy"));
}

static size_t unsupported(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	(void)request;
	(void)out;
	fake->return_code = 3;
	return 0;
}

static void test_error_of_the_destination(void **state)
{
	struct fake fake = { .answer = unsupported };
	struct failure failure;

	assert_int_equal(query(&fake, &port3_ld2, &failure), RESULT_DEVICE_ERROR);
	assert_int_equal(failure.return_code, 3);
	assert_int_equal(failure.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_non_null(strstr(failure.message, "switch7 port 3 LD 2: Identify (0001h) answered "
			       "Unsupported (0003h)"));
	assert_non_null(strstr(failure.hint, "cel"));
}

static size_t no_such_port(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	fake->fail_level = 0;
	fake->return_code = 2;
	return echo(fake, request, out);
}

static size_t no_such_ld(struct fake *fake, const struct fake_request *request, uint8_t *out)
{
	fake->fail_level = 1;
	fake->return_code = 2;
	return echo(fake, request, out);
}

static void test_error_on_the_way(void **state)
{
	struct fake fake = { .answer = no_such_port };
	struct failure failure;

	assert_int_equal(query(&fake, &port3_ld2, &failure), RESULT_DEVICE_ERROR);
	assert_non_null(strstr(failure.message, "switch7: Tunnel Management Command (5300h) to "
			       "port 3 answered Invalid Input"));
	fake.answer = no_such_ld;
	assert_int_equal(query(&fake, &port3_ld2, &failure), RESULT_DEVICE_ERROR);
	assert_non_null(strstr(failure.message, "switch7 port 3: Tunnel Management Command (5300h) "
			       "to LD 2 answered Invalid Input"));
	assert_int_equal(failure.return_code, 2);
	assert_int_equal(query(&fake, &port3_pool, &failure), RESULT_DEVICE_ERROR);
	assert_non_null(strstr(failure.message, "to the LD pool answered Invalid Input"));
	assert_non_null(strstr(failure.hint, "no LD pool"));
}

/* A multi-logical device's own function: its LDs are the first level. */
static void test_lds_of_the_function_itself(void **state)
{
	struct command command = { .path = &port3, .opcode = 1 };
	struct fake fake = { .answer = no_such_port };
	struct failure failure;
	struct answer answer;

	fake_open(&fake);
	fake.transport.component_type = CXL_SWITCH_CCI_COMPONENT_TYPE3;
	assert_int_equal(transport_query(&fake.transport, &command, &answer, &failure),
			 RESULT_DEVICE_ERROR);
	assert_non_null(strstr(failure.message, "switch7: Tunnel Management Command (5300h) to "
			       "LD 3 answered"));
	assert_non_null(strstr(failure.hint, "switch7 has no LD 3"));
	fake.answer = unsupported;
	assert_int_equal(transport_query(&fake.transport, &command, &answer, &failure),
			 RESULT_DEVICE_ERROR);
	assert_non_null(strstr(failure.message, "switch7 LD 3: "));
	transport_close(&fake.transport);
}

static void wrong_tag(uint8_t *bytes, uint32_t *size)
{
	(void)size;
	bytes[5] ^= 0x80;
}

static void cut(uint8_t *bytes, uint32_t *size)
{
	(void)bytes;
	--*size;
}

static void test_unusable_answers(void **state)
{
	struct fake fake = { .answer = echo, .spoil = wrong_tag };
	struct failure failure;

	assert_int_equal(query(&fake, &port3, &failure), RESULT_IO);
	assert_int_equal(failure.error, EBADMSG);
	assert_int_equal(failure.return_code, NO_RETURN_CODE);
	fake.spoil = cut;
	assert_int_equal(query(&fake, &port3_ld2, &failure), RESULT_IO);
	assert_int_equal(failure.error, EBADMSG);
}

static int lie_about_length(void *context, struct cxl_switch_cci_send *send)
{
	(void)context;
	send->out_size = 2 * FAKE_PAYLOAD;
	send->out_length = 2 * FAKE_PAYLOAD;
	return 0;
}

static int cut_short(void *context, struct cxl_switch_cci_send *send)
{
	(void)context;
	send->out_length = send->out_size + 1;
	return 0;
}

static void test_lengths_above_the_room(void **state)
{
	static const struct transport_ops liar = { .send = lie_about_length };
	static const struct transport_ops shortener = { .send = cut_short };
	struct command command = { .path = &direct, .opcode = 1 };
	struct fake fake = { .answer = echo };
	struct failure failure;
	struct answer answer;

	fake_open(&fake);
	fake.transport.ops = &liar;
	assert_int_equal(transport_send(&fake.transport, &command, &answer, &failure), RESULT_IO);
	fake.transport.ops = &shortener;
	assert_int_equal(transport_send(&fake.transport, &command, &answer, &failure), RESULT_IO);
	transport_close(&fake.transport);
}

static void test_too_large_a_request(void **state)
{
	static const uint8_t bytes[FAKE_PAYLOAD + 1];
	struct command command = { .path = &direct, .opcode = 1, .payload = bytes };
	struct fake fake = { .answer = echo };
	struct failure failure;
	struct answer answer;

	fake_open(&fake);
	command.size = FAKE_PAYLOAD + 1;
	assert_int_equal(transport_send(&fake.transport, &command, &answer, &failure),
			 RESULT_USAGE);
	command.path = &port3;
	command.size = FAKE_PAYLOAD - 15;
	assert_int_equal(transport_send(&fake.transport, &command, &answer, &failure),
			 RESULT_USAGE);
	assert_non_null(strstr(failure.message, "at most 496"));
	assert_int_equal(fake.sends, 0);
	transport_close(&fake.transport);
}

static void test_open_without_send(void **state)
{
	struct cxl_switch_cci_info info = { .payload_size = 2048 };
	struct transport transport;
	struct failure failure;

	assert_int_equal(transport_open(&transport, &fake_ops, NULL, "switch0", &info, 0, &failure),
			 RESULT_NO_DEVICE);
	info.features = CXL_SWITCH_CCI_FEATURE_SEND;
	info.payload_size = 255;
	assert_int_equal(transport_open(&transport, &fake_ops, NULL, "switch0", &info, 0, &failure),
			 RESULT_IO);
	info.payload_size = (1 << 20) + 1;
	assert_int_equal(transport_open(&transport, &fake_ops, NULL, "switch0", &info, 0, &failure),
			 RESULT_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrival),
		cmocka_unit_test(test_arrival_at_a_pool),
		cmocka_unit_test(test_refused_tells_the_gate),
		cmocka_unit_test(test_refused_tells_all_gates),
		cmocka_unit_test(test_every_gate_has_words),
		cmocka_unit_test(test_restrict),
		cmocka_unit_test(test_destinations_of_a_broken_driver),
		cmocka_unit_test(test_not_answered),
		cmocka_unit_test(test_not_written_back),
		cmocka_unit_test(test_busy_because_stuck),
		cmocka_unit_test(test_error_of_the_destination),
		cmocka_unit_test(test_error_on_the_way),
		cmocka_unit_test(test_lds_of_the_function_itself),
		cmocka_unit_test(test_unusable_answers),
		cmocka_unit_test(test_lengths_above_the_room),
		cmocka_unit_test(test_too_large_a_request),
		cmocka_unit_test(test_open_without_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
