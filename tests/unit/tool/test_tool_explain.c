// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's decisions in words: each gate's word, every way out, and the
 * verbs that ask EXPLAIN and DESTINATIONS.
 */
#include "test_tool_screen.h"

#include "cli/targets.h"
#include "verbs/verbs.h"

#define BIT(reason)	(1U << CXL_SWITCH_CCI_REASON_##reason)
#define AUDITED		CXL_SWITCH_CCI_VERDICT_AUDITED

static struct cxl_switch_cci_explain decision;

static void say_why(const char *why)
{
	snprintf(decision.why, sizeof(decision.why), "%s", why);
}

/* As the test has set it; what the request says of itself is kept. */
static int judge(struct fake *far, const struct fake_request *request,
		 struct cxl_switch_cci_explain *explain)
{
	struct cxl_switch_cci_explain asked = *explain;

	*explain = decision;
	explain->size = asked.size;
	explain->opcode = asked.opcode;
	explain->in_size = asked.in_size;
	explain->leaf_opcode = request->opcode;
	explain->depth = (uint8_t)request->depth;
	return 0;
}

static size_t answer_logs(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	static const uint8_t cel[] = {
		0x01, 0x00, 0x00, 0x00, 0x02, 0x51, 0x02, 0x00, 0x01, 0xc0, 0x00, 0x00,
		0x00, 0x30, 0x00, 0x00,
	};

	if (request->opcode == 0x0001)
		return fake_identify(out, 0xabcd, 9, 0);
	if (request->opcode == 0x0401) {
		memcpy(out, cel, sizeof(cel));
		return sizeof(cel);
	}
	assert_int_equal(request->opcode, 0x0400);
	memset(out, 0, 28);
	out[0] = 1;
	memcpy(out + 8, cel_uuid, 16);
	out[24] = sizeof(cel);
	return 28;
}

static int start(void **state)
{
	fake = (struct fake){ .answer = answer_logs, .judge = judge };
	options = (struct options){ .json = true, .quiet = true, .opcode = "5102" };
	decision = (struct cxl_switch_cci_explain){ .verdict_flags = AUDITED };
	open_session("verb");
	session.device.info.payload_size = FAKE_PAYLOAD;
	session.device.info.features = fake.transport.features;
	snprintf(session.device.name, sizeof(session.device.name), "switch7");
	return 0;
}

/* ---- gates ---- */

static const struct gate_answer *answer_of(const struct gate_question *question, int reason)
{
	static struct gate_answer answers[GATES];
	size_t i;

	gates_answer(question, answers);
	for (i = 0; i < GATES; i++)
		if (answers[i].reason == reason)
			return &answers[i];
	fail_msg("no gate %d", reason);
	return NULL;
}

/* Every reason but NONE has one row, and the order is that of the driver. */
static void test_order(void **state)
{
	static const int order[] = { 1, 2, 3, 4, 10, 5, 6, 7, 9, 8 };
	struct gate_question question = { .device = "switch7", .explain = &decision };
	struct gate_answer answers[GATES];
	size_t i;

	assert_int_equal(GATES, CXL_SWITCH_CCI_REASONS - 1);
	gates_answer(&question, answers);
	for (i = 0; i < GATES; i++)
		assert_int_equal(answers[i].reason, order[i]);
}

/* What each gate says to a command that nobody refuses. */
static void test_whom_a_gate_concerns(void **state)
{
	enum { NO = GATE_NOT_ASKED, YES = GATE_PASSED };
	static const struct {
		uint8_t impact, depth;
		uint32_t flags, settings, keys;
		uint8_t expected[GATES + 1];	/* by reason */
	} cases[] = {
		{ 0, 0, AUDITED, 0, 0, { 0, NO, NO, YES, NO, NO, NO, NO, NO, NO, NO } },
		{ 0, 1, AUDITED, 0, 0, { 0, YES, NO, YES, NO, NO, NO, NO, NO, NO, NO } },
		{ 1, 0, AUDITED, 0, 0, { 0, NO, YES, YES, NO, NO, NO, NO, NO, YES, NO } },
		{ 2, 0, AUDITED, 0, 0, { 0, NO, YES, YES, NO, NO, YES, NO, NO, YES, NO } },
		{ 3, 0, AUDITED, 0, 0, { 0, NO, YES, YES, NO, NO, YES, NO, YES, YES, NO } },
		{ 3, 0, AUDITED, 0, 1, { 0, NO, YES, YES, NO, NO, YES, NO, NO, YES, NO } },
		{ 3, 0, 0, 2, 1, { 0, NO, YES, YES, NO, YES, YES, NO, YES, YES, NO } },
		{ 3, 0, 0, 2, 2, { 0, NO, YES, YES, NO, YES, YES, NO, NO, YES, NO } },
		{ 0, 0, AUDITED | CXL_SWITCH_CCI_VERDICT_DISCLOSING, 0, 0,
		  { 0, NO, NO, YES, NO, NO, YES, NO, YES, NO, NO } },
		{ 0, 0, AUDITED, 1, 0, { 0, NO, NO, YES, YES, NO, NO, NO, NO, NO, NO } },
		{ 2, 1, AUDITED, 0, 0, { 0, YES, YES, YES, NO, NO, YES, NO, NO, YES, YES } },
		{ 3, 1, 0, 2, 2, { 0, YES, YES, YES, NO, YES, YES, NO, NO, YES, YES } },
	};
	size_t i;
	int reason;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gate_question question = {
			.device = "switch7", .explain = &decision,
			.settings = cases[i].settings, .build_keys = cases[i].keys,
		};

		decision.impact = cases[i].impact;
		decision.depth = cases[i].depth;
		decision.verdict_flags = cases[i].flags;
		for (reason = 1; reason <= GATES; reason++)
			if (answer_of(&question, reason)->verdict != cases[i].expected[reason])
				fail_msg("case %zu: %s", i, reason_name(reason));
	}
}

static void test_malformed_asks_nobody_else(void **state)
{
	struct gate_question question = { .device = "switch7", .explain = &decision };
	int reason;

	decision.refusing = BIT(MALFORMED);
	say_why("nested too deep");
	assert_string_equal(answer_of(&question, 1)->why, "nested too deep");
	assert_non_null(strstr(answer_of(&question, 1)->hint, "cxl-switch raw OPCODE switch7"));
	for (reason = 2; reason <= GATES; reason++)
		assert_int_equal(answer_of(&question, reason)->verdict, GATE_NOT_ASKED);
}

/* 0106h: the command is known, and the other gates have their say. */
static void test_unanswered_has_no_hint(void **state)
{
	struct gate_question question = { .device = "switch7", .explain = &decision };

	decision.refusing = BIT(MALFORMED) | BIT(UNAUDITED);
	decision.verdict_flags = 0;
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	snprintf(decision.name, sizeof(decision.name), "Event Notification");
	say_why("only components send it");
	assert_string_equal(answer_of(&question, 1)->why, "only components send it");
	assert_string_equal(answer_of(&question, 1)->hint,
			    "it cannot be sent; to read events: cxl-switch events switch7");
	assert_int_equal(answer_of(&question, CXL_SWITCH_CCI_REASON_READ_ONLY)->verdict,
			 GATE_PASSED);
	assert_int_equal(answer_of(&question, CXL_SWITCH_CCI_REASON_UNAUDITED)->verdict,
			 GATE_REFUSES);
}

/* The exact command or line, for each gate. */
static void test_hints(void **state)
{
	static const struct {
		int reason;
		const char *hint;
	} ways[] = {
		{ CXL_SWITCH_CCI_REASON_READ_ONLY, "GROUP=\"cxl\"" },
		{ CXL_SWITCH_CCI_REASON_RESTRICTED, "open the device again" },
		{ CXL_SWITCH_CCI_REASON_PROTECTION, "modprobe cxl_switch_cci protection=standard" },
		{ CXL_SWITCH_CCI_REASON_UNAUDITED,
		  "echo 60 > /sys/class/cxl_switch_cci/switch7/raw_window" },
		{ CXL_SWITCH_CCI_REASON_UNAUDITED, "modprobe cxl_switch_cci raw_commands=1" },
		{ CXL_SWITCH_CCI_REASON_UNAUDITED, "8086:0d93,C001,NAME,4,4,IMPACT,REASON" },
		{ CXL_SWITCH_CCI_REASON_CAPABILITY, "AmbientCapabilities=CAP_SYS_RAWIO" },
		{ CXL_SWITCH_CCI_REASON_CAPABILITY, "setcap cap_sys_rawio+ep" },
		{ CXL_SWITCH_CCI_REASON_OWNERSHIP, "bg status switch7" },
		{ CXL_SWITCH_CCI_REASON_UNREACHABLE, "cxl-switch ports switch7" },
		{ CXL_SWITCH_CCI_REASON_IDENTITY, "try again" },
		{ CXL_SWITCH_CCI_REASON_IDENTITY, "cxl-switch info switch7" },
		{ CXL_SWITCH_CCI_REASON_IDENTITY,
		  "echo 1 > /sys/class/cxl_switch_cci/switch7/recover" },
		{ CXL_SWITCH_CCI_REASON_LOCKDOWN,
		  "make CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN=y" },
	};
	struct gate_question question = { .device = "switch7", .explain = &decision };
	char all[1600];
	size_t i;

	decision = (struct cxl_switch_cci_explain){
		.refusing = 0x7fc, .leaf_opcode = 0xc001, .in_size = 36, .depth = 2,
		.vendor_id = 0x8086, .device_id = 0x0d93,
	};
	gates_hints(&question, all, sizeof(all));
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const struct gate_answer *answer = answer_of(&question, ways[i].reason);

		assert_int_equal(answer->verdict, GATE_REFUSES);
		if (!strstr(answer->hint, ways[i].hint) || !strstr(all, ways[i].hint))
			fail_msg("no '%s' in '%s', or not in '%s'", ways[i].hint,
				 answer->hint, all);
	}
}

static void test_hints_depend(void **state)
{
	struct gate_question question = {
		.device = "switch7", .explain = &decision,
		.read_only_wanted = true, .limit_wanted = true,
	};
	char hint[1200], cut[40];

	decision.refusing = BIT(READ_ONLY) | BIT(RESTRICTED) | BIT(LOCKDOWN);
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	gates_hints(&question, hint, sizeof(hint));
	assert_non_null(strstr(hint, "read-only: leave --read-only away; restricted: leave "
			       "--restrict away, or give it: --restrict destructive; lockdown: "));
	assert_non_null(strstr(hint, "make CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN=y"));
	gates_hints(&question, cut, sizeof(cut));
	assert_memory_equal(cut, hint, sizeof(cut) - 1);
	/* One gate alone needs no name; an opcode that is no vendor's needs no row. */
	decision.refusing = BIT(UNAUDITED);
	decision.leaf_opcode = 0x5302;
	decision.vendor_id = 0x8086;
	gates_hints(&question, hint, sizeof(hint));
	assert_ptr_equal(strstr(hint, "if you know"), hint);
	assert_null(strstr(hint, "vendor.csv"));
	/* That a type is not known yet passes by itself: no gate is to be opened for it. */
	decision.refusing = BIT(IDENTITY);
	gates_hints(&question, hint, sizeof(hint));
	assert_ptr_equal(strstr(hint, "try again"), hint);
	assert_null(strstr(hint, "raw"));
	/* A gate of a newer driver. */
	decision.refusing = 1U << 20;
	gates_hints(&question, hint, sizeof(hint));
	assert_non_null(strstr(hint, "belongs to the loaded module"));
}

/* ---- explain ---- */

static void test_allowed(void **state)
{
	struct json_object *result;

	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	decision.table_impact = decision.impact;
	decision.listed = 1;
	snprintf(decision.name, sizeof(decision.name), "Physical Port Control");
	say_why("takes a link down");
	options.hex = "01 00";
	options.ports = "3";
	assert_int_equal(verb_explain(&session), RESULT_OK);
	assert_int_equal(fake.sends, 0);
	assert_int_equal(fake.explains, 1);
	result = element(session.json, "results", 0);
	expect_flag(result, "would_be_sent", true);
	expect_text(result, "leaf_opcode", "0x5102");
	expect_text(result, "leaf_name", "Physical Port Control");
	expect_text(result, "impact", "destructive");
	expect_number(result, "depth", 1);
	expect_text(get(result, "destination"), "effects_log", "read");
	assert_int_equal(json_object_array_length(get(result, "gates")), GATES);
	expect_text(element(result, "gates", 6), "gate", "capability");
	expect_text(element(result, "gates", 6), "verdict", "passed");
	assert_null(get(result, "error"));
}

static void test_refused(void **state)
{
	struct json_object *error;

	decision.error = EPERM;
	decision.reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
	decision.refusing = BIT(CAPABILITY) | BIT(LOCKDOWN);
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	error = get(element(session.json, "results", 0), "error");
	expect_text(error, "gate", "capability");
	expect_text(error, "stage", "refused");
	assert_int_equal(json_object_array_length(get(error, "gates")), 2);
	expect_number(get(error, "errno"), "number", EPERM);
	options.json = false;
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	expect_shown("It would be refused by the gate 'capability' (EPERM). To allow it:\n"
		     "  capability   run as root");
	expect_shown("\n  lockdown     build the module");
	assert_true(session.failure.told);
}

static void test_raised_by_the_destination(void **state)
{
	options.json = false;
	options.opcode = "0301";
	decision.listed = 1;
	decision.table_impact = CXL_SWITCH_CCI_IMPACT_SETTING;
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	decision.effects = 0x014c;
	decision.expected_effects = 0x0008;
	assert_int_equal(verb_explain(&session), RESULT_OK);
	expect_shown("destructive, raised by effects that are not expected: data\n");
	decision.listed = 0;
	assert_int_equal(verb_explain(&session), RESULT_OK);
	expect_shown("does not list the command, so the worst is assumed");
	decision.knowledge = CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE;
	assert_int_equal(verb_explain(&session), RESULT_OK);
	expect_shown("cannot be read, so the worst is assumed");
	decision.knowledge = CXL_SWITCH_CCI_KNOWLEDGE_SILENT;
	decision.traffic = 1;
	assert_int_equal(verb_explain(&session), RESULT_OK);
	expect_shown("nothing answers there");
	expect_shown("asked now, for this answer");
}

static void test_malformed(void **state)
{
	decision.error = EINVAL;
	decision.reason = CXL_SWITCH_CCI_REASON_MALFORMED;
	decision.refusing = BIT(MALFORMED);
	decision.knowledge = CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED;
	say_why("nested too deep");
	options.opcode = "5300";
	options.hex = "01 00 00";
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	assert_null(get(element(session.json, "results", 0), "leaf_name"));
	options.json = false;
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	expect_shown("refuses    nested too deep");
}

/* As the driver answers while it does not know yet what its own function is. */
static void test_type_not_known_yet(void **state)
{
	struct json_object *error;

	decision.error = EBUSY;
	decision.reason = CXL_SWITCH_CCI_REASON_IDENTITY;
	decision.refusing = BIT(IDENTITY);
	decision.impact = CXL_SWITCH_CCI_IMPACT_PROVISION;
	options.opcode = "5604";
	options.ports = "3";
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	error = get(element(session.json, "results", 0), "error");
	expect_text(error, "gate", "identity");
	expect_text(get(error, "errno"), "name", "EBUSY");
	expect_text(element(element(session.json, "results", 0), "gates", 4), "gate", "identity");
	options.json = false;
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	expect_shown("by the gate 'identity' (EBUSY)");
	expect_shown("refuses    the function's own component type is not known yet");
}

static void test_unanswered(void **state)
{
	decision.error = EINVAL;
	decision.reason = CXL_SWITCH_CCI_REASON_MALFORMED;
	decision.refusing = BIT(MALFORMED);
	decision.verdict_flags = 0;
	decision.leaf_opcode = 0x0106;
	snprintf(decision.name, sizeof(decision.name), "Event Notification");
	say_why("only components send it");
	options.opcode = "0106";
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	assert_string_equal(json_object_get_string(get(element(session.json, "results", 0),
						       "leaf_name")), "Event Notification");
	options.json = false;
	assert_int_equal(verb_explain(&session), RESULT_REFUSED);
	expect_shown("Event Notification (0106h)");
	expect_shown("never sent: no receiver answers it");
	expect_shown("it cannot be");
	expect_shown("refuses    only components send it");
}

static int unreachable_driver(struct fake *far, const struct fake_request *request,
			      struct cxl_switch_cci_explain *explain)
{
	return -EBUSY;
}

/* Texts without an end are the driver's fault, and not ours to run after. */
static int endless_words(struct fake *far, const struct fake_request *request,
			 struct cxl_switch_cci_explain *explain)
{
	memset(explain->name, 'x', sizeof(explain->name));
	memset(explain->why, 'y', sizeof(explain->why));
	return 0;
}

static void test_explain_fails(void **state)
{
	fake.judge = unreachable_driver;
	assert_int_equal(verb_explain(&session), RESULT_IO);
	assert_int_equal(session.failure.error, EBUSY);
	fake.judge = endless_words;
	assert_int_equal(verb_explain(&session), RESULT_OK);
	session.device.transport.features = CXL_SWITCH_CCI_FEATURE_SEND;
	assert_int_equal(verb_explain(&session), RESULT_NO_DEVICE);
	options.opcode = "x";
	assert_int_equal(verb_explain(&session), RESULT_USAGE);
}

/* ---- cel, destinations, info ---- */

static int judge_cel_entry(struct fake *far, const struct fake_request *request,
			   struct cxl_switch_cci_explain *explain)
{
	assert_int_equal(request->size, 0);
	if (request->opcode == 0x0001) {
		explain->verdict_flags = AUDITED;
		return 0;
	}
	explain->error = EPERM;
	explain->impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	explain->refusing = BIT(UNAUDITED) | BIT(CAPABILITY);
	return 0;
}

static void test_cel(void **state)
{
	struct json_object *result, *command;

	fake.judge = judge_cel_entry;
	options.ports = "1";
	assert_int_equal(verb_cel(&session), RESULT_OK);
	assert_int_equal(fake.explains, 4);
	result = element(session.json, "results", 0);
	command = element(result, "commands", 0);
	expect_text(command, "impact", "query");
	expect_flag(command, "allowed", true);
	expect_flag(command, "depends_on_payload", false);
	command = element(result, "commands", 1);
	assert_null(get(command, "impact"));
	assert_null(get(command, "allowed"));
	expect_flag(command, "depends_on_payload", true);
	/* Neither a vendor's opcode nor one without a meaning depends on anything. */
	for (size_t i = 2; i < 4; i++) {
		command = element(result, "commands", i);
		expect_flag(command, "allowed", false);
		expect_flag(command, "depends_on_payload", false);
		assert_string_equal(json_object_get_string(element(command, "gates", 1)),
				    "capability");
	}
	options.json = false;
	assert_int_equal(verb_cel(&session), RESULT_OK);
	expect_shown("no: unaudited, capability");
	expect_shown("depends on payload");
}

static void test_cel_without_explain(void **state)
{
	struct json_object *command;

	session.device.info.features = CXL_SWITCH_CCI_FEATURE_SEND;
	assert_int_equal(verb_cel(&session), RESULT_OK);
	assert_int_equal(fake.explains, 0);
	command = element(element(session.json, "results", 0), "commands", 0);
	assert_null(get(command, "impact"));
	assert_null(get(command, "allowed"));
	expect_flag(command, "depends_on_payload", false);
}

static void test_destinations(void **state)
{
	static const struct cxl_switch_cci_destination entries[] = {
		{ .fresh = 1, .vendor_id = 0x19e5, .device_id = 0xa128, .serial = 0xc0ffee01 },
		{ .depth = 2, .target = { 0, 1 }, .id = { 3 }, .age_ms = 1234,
		  .knowledge = CXL_SWITCH_CCI_KNOWLEDGE_SILENT, .failure = EHOSTUNREACH,
		  .component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN },
		{ .depth = 255, .id = { 1, 2, 3 }, .serial = UINT64_MAX },
		{ .depth = 1, .id = { 6 }, .fresh = 1, .slow_ms = 4001 },
	};
	struct json_object *entry;

	fake.entries = entries;
	fake.entry_count = 4;
	assert_int_equal(verb_destinations(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "destinations")), 4);
	entry = element(session.json, "destinations", 0);
	assert_int_equal(json_object_array_length(get(entry, "path")), 0);
	expect_flag(entry, "fresh", true);
	expect_text(entry, "serial", "0x00000000c0ffee01");
	entry = element(session.json, "destinations", 1);
	expect_text(element(entry, "path", 1), "target", "LD pool");
	expect_text(entry, "effects_log", "silent");
	expect_text(get(entry, "failure"), "name", "EHOSTUNREACH");
	expect_number(entry, "age_ms", 1234);
	entry = element(session.json, "destinations", 2);
	assert_int_equal(json_object_array_length(get(entry, "path")), 3);
	expect_number(element(session.json, "destinations", 3), "slow_ms", 4001);
	options.json = false;
	assert_int_equal(verb_destinations(&session), RESULT_OK);
	expect_shown("port 3, LD pool");
	expect_shown("1.2 s  asked again   nothing answers\n");
	expect_shown("asked in 5 s  slow: no answer in time, twice\n");
}

static void test_info(void **state)
{
	session.device.info.features = 0x3 | 1ULL << 40;
	assert_int_equal(verb_info(&session), RESULT_OK);
	assert_int_equal(json_object_array_length(get(session.json, "feature_names")), 3);
	assert_string_equal(json_object_get_string(element(session.json, "feature_names", 1)),
			    "explain");
	expect_text(session.json, "features", "0x0000010000000003");
	options.json = false;
	session.device.info.settings = CXL_SWITCH_CCI_SETTING_STRICT |
				       CXL_SWITCH_CCI_SETTING_RAW_WINDOW;
	session.device.info.build_keys = CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN;
	assert_int_equal(verb_info(&session), RESULT_OK);
	expect_shown("protection=strict, raw_commands=0, raw_window open\n");
	expect_shown("build keys     audited commands pass lockdown\n");
	expect_shown("send, explain, bit 40\n");
}

static int judge_at_a_pool(struct fake *far, const struct fake_request *request,
			   struct cxl_switch_cci_explain *explain)
{
	assert_int_equal(request->depth, 2);
	assert_int_equal(request->target[0], 0);
	assert_int_equal(request->target[1], 1);
	assert_int_equal(request->id[1], 0);
	return 0;
}

static void test_pool_as_a_target(void **state)
{
	fake.judge = judge_at_a_pool;
	options.ports = "2,3";
	options.lds = "pool";
	assert_int_equal(verb_explain(&session), RESULT_OK);
	assert_int_equal(fake.explains, 2);
	expect_flag(element(session.json, "results", 1), "ld_pool", true);
	assert_null(get(element(session.json, "results", 1), "ld"));
	expect_number(element(session.json, "results", 1), "port", 3);
	expect_number(element(session.json, "results", 1), "depth", 2);
	options.ports = NULL;
	assert_int_equal(verb_explain(&session), RESULT_USAGE);
}

#define WITH_A_SWITCH(test) cmocka_unit_test_setup_teardown(test, start, end_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_SWITCH(test_order),
		WITH_A_SWITCH(test_whom_a_gate_concerns),
		WITH_A_SWITCH(test_malformed_asks_nobody_else),
		WITH_A_SWITCH(test_unanswered_has_no_hint),
		WITH_A_SWITCH(test_hints),
		WITH_A_SWITCH(test_hints_depend),
		WITH_A_SWITCH(test_allowed),
		WITH_A_SWITCH(test_refused),
		WITH_A_SWITCH(test_raised_by_the_destination),
		WITH_A_SWITCH(test_malformed),
		WITH_A_SWITCH(test_type_not_known_yet),
		WITH_A_SWITCH(test_unanswered),
		WITH_A_SWITCH(test_explain_fails),
		WITH_A_SWITCH(test_cel),
		WITH_A_SWITCH(test_cel_without_explain),
		WITH_A_SWITCH(test_destinations),
		WITH_A_SWITCH(test_info),
		WITH_A_SWITCH(test_pool_as_a_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
