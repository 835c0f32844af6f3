// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a destination's Command Effects Log changes the impact of the table: with logs
 * of correct and wrong devices, parsed in parts, and by two rules for all effects:
 * the log only raises the impact, and more effects never lower it.
 */
#include "unit.h"

#include "policy/cel.h"
#include "policy/policy.h"

#define Q	IMPACT_QUERY
#define S	IMPACT_SETTING
#define P	IMPACT_PROVISION
#define D	IMPACT_DESTRUCTIVE

/* A request that is audited, with the table's word. */
struct request {
	u16 opcode;
	u32 length;
	u8 payload[0x20];
	enum swcci_impact table;
};

static const struct request
	identify = { 0x0001, 0, { 0 }, Q },
	set_timestamp = { 0x0301, 8, { 0 }, S },
	clear_log = { 0x0403, 0x10, { 0 }, S },
	scan_media = { 0x4304, 0x11, { 0 }, S },
	get_config = { 0x5103, 8, { 0 }, Q },
	set_config = { 0x5103, 8, { 0, 0, 0, 0x80 }, D },
	bind = { 0x5201, 6, { 0 }, P },
	unbind_managed = { 0x5202, 3, { 0, 0, 1 }, P },
	unbind_surprise = { 0x5202, 3, { 0, 0, 2 }, D },
	add_capacity = { 0x5604, 0x1c, { 0 }, P },
	add_reference = { 0x5606, 0x10, { 0 }, P },
	port_reset = { 0x5102, 2, { 0, 2 }, D },
	set_scrub = { 0x0502, 0x20, { 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b, 0xa7, 0x33,
				      0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a }, S },
	set_unknown_feature = { 0x0502, 0x20, { 1 }, D },
	vendor = { 0xc0de, 4, { 0 }, D },
	memory_request = { 0x5302, 0x10, { 0 }, D },
	wrapper = { 0x5701, 0x12, { 0 }, D };

static const struct request *const all[] = {
	&identify, &set_timestamp, &clear_log, &scan_media, &get_config, &set_config, &bind,
	&unbind_managed, &unbind_surprise, &add_capacity, &add_reference, &port_reset, &set_scrub,
	&set_unknown_feature, &vendor, &memory_request, &wrapper,
};

static struct swcci_audit judged(const struct request *request)
{
	struct swcci_audit audit;

	swcci_audited_judge(request->opcode, request->payload, request->length, &audit);
	assert_int_equal(audit.impact, request->table);
	return audit;
}

static struct swcci_audit applied(const struct request *request,
				  const struct swcci_policy_destination *d)
{
	struct swcci_audit audit = judged(request);

	swcci_policy_apply_effects(&audit, d);
	return audit;
}

/* The view of a destination with this log, as the driver makes it. */
static struct swcci_policy_destination with_log(const struct request *request, const u8 *log,
						u32 length)
{
	struct swcci_policy_destination d = { .knowledge = POLICY_EFFECTS_READ };
	static struct swcci_cel_effects effects;
	struct swcci_cel_parser parser;
	int row = swcci_audited_find(request->opcode);

	swcci_cel_begin(&parser, &effects);
	swcci_cel_feed(&parser, log, length);
	if (!swcci_cel_complete(&parser))
		d.knowledge = POLICY_EFFECTS_UNREADABLE;
	d.listed = swcci_cel_lists(&effects, row);
	if (d.listed)
		d.effects = effects.effects[row];
	return d;
}

static struct swcci_policy_destination with_effects(const struct request *request, u16 effects)
{
	u8 entry[CEL_ENTRY_LENGTH];

	put_le16(entry, request->opcode);
	put_le16(entry + 2, effects);
	return with_log(request, entry, sizeof(entry));
}

static enum swcci_impact with(const struct request *request, u16 effects)
{
	const struct swcci_policy_destination d = with_effects(request, effects);

	return applied(request, &d).impact;
}

/* ---- examples ---- */

/* The same command, two devices behind one switch: one only sets its clock. */
static void timestamp_that_touches_data(void **state)
{
	assert_int_equal(with(&set_timestamp, 0x0008), S);
	assert_int_equal(with(&set_timestamp, 0x000c), D);
}

/* Effects as QEMU 11 lists them, with a reserved bit set by mistake: the worst. */
static void capacity_on_qemu(void **state)
{
	assert_int_equal(with(&add_capacity, 0x1807), D);
	assert_int_equal(with(&add_capacity, 0x0e07), P);	/* as the specification has it */
	assert_int_equal(with(&add_reference, 0x0e03), P);
	assert_int_equal(with(&add_reference, 0x0e07), D);	/* it must not touch data */
}

/* FM API commands list no effect at all and change the world. */
static void no_effect_lowers_nothing(void **state)
{
	assert_int_equal(with(&port_reset, 0), D);
	assert_int_equal(with(&set_config, 0), D);
	assert_int_equal(with(&unbind_surprise, 0), D);
	assert_int_equal(with(&bind, 0x0040), P);
	assert_int_equal(with(&unbind_managed, 0), P);
	assert_int_equal(with(&scan_media, 0x01c0), S);
}

static void query_that_changes_something(void **state)
{
	assert_int_equal(with(&identify, 0), Q);
	assert_int_equal(with(&identify, 0x0040), Q);		/* background does no harm */
	assert_int_equal(with(&identify, 0x0180), Q);		/* disputed bits */
	assert_int_equal(with(&identify, 0x0200), Q);		/* only says what is valid */
	assert_int_equal(with(&identify, 0x0001), S);
	assert_int_equal(with(&identify, 0x0002), S);
	assert_int_equal(with(&identify, 0x0004), D);
	assert_int_equal(with(&identify, 0x0008), S);
	assert_int_equal(with(&identify, 0x0010), S);
	assert_int_equal(with(&identify, 0x0020), D);
	assert_int_equal(with(&identify, 0x0400), S);
	assert_int_equal(with(&identify, 0x0800), S);
	for (int bit = 12; bit < 16; bit++)
		assert_int_equal(with(&identify, (u16)(1 << bit)), D);
}

static void not_listed(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const struct swcci_policy_destination d = with_log(all[i], (const u8 *)"", 0);

		assert_false(d.listed);
		assert_int_equal(applied(all[i], &d).impact, all[i]->table == Q ? Q : D);
		assert_false(applied(all[i], &d).unreachable);
	}
}

/* A log cut in the middle of an entry is no log, whatever it has said by then. */
static void log_cut_short(void **state)
{
	static const u8 log[] = { 0x01, 0x03, 0x08, 0x00, 0x01 };
	struct swcci_policy_destination d;

	d = with_log(&set_timestamp, log, 4);
	assert_int_equal(applied(&set_timestamp, &d).impact, S);
	d = with_log(&set_timestamp, log, 5);
	assert_int_equal(d.knowledge, POLICY_EFFECTS_UNREADABLE);
	assert_int_equal(applied(&set_timestamp, &d).impact, D);
	assert_true(applied(&set_timestamp, &d).audited);
	assert_int_equal(applied(&identify, &d).impact, Q);
}

/* Twice in the log: the effects of both. */
static void listed_twice(void **state)
{
	static const u8 log[] = { 0x01, 0x03, 0x08, 0x00, 0x01, 0x03, 0x04, 0x00,
				  0x01, 0x03, 0x08, 0x00 };
	const struct swcci_policy_destination d = with_log(&set_timestamp, log, sizeof(log));

	assert_int_equal(d.effects, 0x000c);
	assert_int_equal(applied(&set_timestamp, &d).impact, D);
}

static void silence(void **state)
{
	const struct swcci_policy_destination d = { .knowledge = POLICY_SILENT };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct swcci_audit audit = applied(all[i], &d);

		assert_int_equal(audit.unreachable, all[i]->table != Q);
		assert_int_equal(audit.impact, all[i]->table);
	}
}

/* ---- features ---- */

static enum swcci_impact with_feature(const struct request *request, u16 all_features, u16 own,
				      bool known, bool changeable)
{
	struct swcci_policy_destination d = with_effects(request, all_features);

	d.feature_known = known;
	d.feature_changeable = changeable;
	d.feature_effects = own;
	return applied(request, &d).impact;
}

static void feature_that_tells_the_truth(void **state)
{
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0002, true, true), S);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0008, true, true), S);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0004, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0020, true, true), D);
	/* never less than a setting */
	assert_int_equal(with_feature(&set_scrub, 0x0240, 0x0040, true, true), S);
	/* the union may hold what others do, reserved bits too */
	assert_int_equal(with_feature(&set_scrub, 0xffff, 0x0002, true, true), S);
}

static void feature_that_lies(void **state)
{
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0002, true, false), D);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0002, false, true), D);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0080, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0100, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0x003c, 0x0002, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0, 0x0002, true, true), D);
	assert_int_equal(with_feature(&set_scrub, 0xf03e, 0x8002, true, true), D);
	/* disputed bits count neither for nor against it */
	assert_int_equal(with_feature(&set_scrub, 0x003e, 0x0182, true, true), S);
}

/* The entry of an unreviewed feature is ignored. */
static void feature_without_a_name(void **state)
{
	assert_int_equal(with_feature(&set_unknown_feature, 0x003e, 0x0002, true, true), D);
}

static void feature_of_a_destination_without_a_log(void **state)
{
	struct swcci_policy_destination d = {
		.knowledge = POLICY_EFFECTS_READ, .feature_known = true,
		.feature_changeable = true, .feature_effects = 0x0002,
	};

	assert_int_equal(applied(&set_scrub, &d).impact, D);	/* 0502h is not listed */
	d.knowledge = POLICY_EFFECTS_UNREADABLE;
	d.listed = true;
	d.effects = 0x003e;
	assert_int_equal(applied(&set_scrub, &d).impact, D);
	d.knowledge = POLICY_SILENT;
	assert_true(applied(&set_scrub, &d).unreachable);
}

/* ---- laws ---- */

static void it_only_raises(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (u32 effects = 0; effects <= 0xffff; effects++) {
			const struct swcci_policy_destination d = {
				.knowledge = POLICY_EFFECTS_READ, .listed = true,
				.effects = (u16)effects,
			};

			assert_true(applied(all[i], &d).impact >= all[i]->table);
		}
}

/* One bit more never makes a command less than it was. */
static void more_is_never_less(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (u32 effects = 0; effects <= 0xffff; effects++) {
			struct swcci_policy_destination d = {
				.knowledge = POLICY_EFFECTS_READ, .listed = true,
				.effects = (u16)effects,
			};
			enum swcci_impact before = applied(all[i], &d).impact;

			for (int bit = 0; bit < 16; bit++) {
				d.effects = (u16)(effects | 1u << bit);
				assert_true(applied(all[i], &d).impact >= before);
			}
		}
}

/* Nothing that a device says makes a command audited, or its answer less of a secret. */
static void audited_and_disclosing_stay(void **state)
{
	static const struct request secret = { 0x5107, 1, { 0 }, Q };
	static const struct request notification = { 0x0106, 2, { 0 }, D };

	for (u32 effects = 0; effects <= 0xffff; effects++)
		for (int k = 0; k < 6; k++) {
			const struct swcci_policy_destination d = {
				.knowledge = (enum swcci_policy_knowledge)(k / 2), .listed = k & 1,
				.effects = (u16)effects,
			};

			assert_true(applied(&secret, &d).disclosing);
			assert_true(applied(&secret, &d).audited);
			assert_false(applied(&vendor, &d).audited);
			assert_int_equal(applied(&vendor, &d).impact, D);
			assert_true(applied(&memory_request, &d).disclosing);
			assert_true(applied(&memory_request, &d).audited);
			assert_false(applied(&wrapper, &d).audited);
			assert_int_equal(applied(&wrapper, &d).impact, D);
			assert_true(applied(&notification, &d).unanswered);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timestamp_that_touches_data),
		cmocka_unit_test(capacity_on_qemu),
		cmocka_unit_test(no_effect_lowers_nothing),
		cmocka_unit_test(query_that_changes_something),
		cmocka_unit_test(not_listed),
		cmocka_unit_test(log_cut_short),
		cmocka_unit_test(listed_twice),
		cmocka_unit_test(silence),
		cmocka_unit_test(feature_that_tells_the_truth),
		cmocka_unit_test(feature_that_lies),
		cmocka_unit_test(feature_without_a_name),
		cmocka_unit_test(feature_of_a_destination_without_a_log),
		cmocka_unit_test(it_only_raises),
		cmocka_unit_test(more_is_never_less),
		cmocka_unit_test(audited_and_disclosing_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
