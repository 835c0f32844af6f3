// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates of the policy: every combination of command, caller and settings,
 * compared with an oracle written from the table in policy.md. capable() and
 * lockdown may be called only if their result decides.
 */
#include "unit.h"

#include "policy/policy.h"

/* One question, as plain choices. */
struct scene {
	bool audited, disclosing, unanswered;
	enum swcci_impact impact;
	bool may_write;
	enum swcci_impact limit;
	bool strict, raw_allowed, audited_key, unaudited_key;
	bool capable, locked, foreign_transfer, type_pending;
};

struct asked {
	const struct scene *scene;
	u32 capable, lockdown;
};

static bool ask_capable(void *context)
{
	struct asked *asked = context;

	/* lockdown is checked last */
	assert_int_equal(asked->lockdown, 0);
	asked->capable++;
	return asked->scene->capable;
}

static bool ask_lockdown(void *context)
{
	struct asked *asked = context;

	asked->lockdown++;
	return asked->scene->locked;
}

static struct swcci_policy_verdict decide(const struct scene *scene, struct asked *asked)
{
	struct swcci_audit audit = {
		.audited = scene->audited,
		.disclosing = scene->disclosing,
		.unanswered = scene->unanswered,
		.type_pending = scene->type_pending,
		.impact = scene->impact,
		.row = scene->audited ? 0 : -1,
	};
	struct swcci_policy_caller caller = {
		.may_write = scene->may_write,
		.limit = scene->limit,
		.foreign_transfer = scene->foreign_transfer,
		.kernel = { ask_capable, ask_lockdown, asked },
	};
	struct swcci_policy_settings settings = {
		.strict = scene->strict,
		.raw_allowed = scene->raw_allowed,
		.audited_pass_lockdown = scene->audited_key,
		.unaudited_pass_lockdown = scene->unaudited_key,
	};

	*asked = (struct asked){ .scene = scene };
	return swcci_policy_decide(&audit, &caller, &settings);
}

/* ---- the oracle ---- */

static bool needs_capability(const struct scene *s)
{
	return s->impact == IMPACT_PROVISION || s->impact == IMPACT_DESTRUCTIVE ||
	       s->disclosing || !s->audited;
}

static bool needs_lockdown(const struct scene *s)
{
	bool concerned = s->impact == IMPACT_DESTRUCTIVE || s->disclosing || !s->audited;
	bool key = s->audited ? s->audited_key : s->unaudited_key;

	return concerned && !key;
}

struct expectation {
	int error;
	enum cxl_switch_cci_reason reason;
	u32 capable, lockdown;	/* how often each is called */
};

static struct expectation expect(const struct scene *s)
{
	struct expectation e = { 0, CXL_SWITCH_CCI_REASON_NONE, 0, 0 };

	if (s->unanswered)
		return (struct expectation){ -EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED, 0, 0 };
	if (!s->may_write && s->impact != IMPACT_QUERY)
		return (struct expectation){ -EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY, 0, 0 };
	if (s->impact > s->limit)
		return (struct expectation){ -EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED, 0, 0 };
	if (s->strict && !(s->audited && !s->disclosing && s->impact == IMPACT_QUERY))
		return (struct expectation){ -EPERM, CXL_SWITCH_CCI_REASON_PROTECTION, 0, 0 };
	if (s->type_pending && (!s->audited || s->impact != IMPACT_QUERY))
		return (struct expectation){ -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY, 0, 0 };
	if (!s->audited && !s->raw_allowed)
		return (struct expectation){ -EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED, 0, 0 };
	if (needs_capability(s)) {
		e.capable = 1;
		if (!s->capable) {
			e.error = -EPERM;
			e.reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
			return e;
		}
	}
	if (s->foreign_transfer) {
		e.error = -EBUSY;
		e.reason = CXL_SWITCH_CCI_REASON_OWNERSHIP;
		return e;
	}
	if (needs_lockdown(s)) {
		e.lockdown = 1;
		if (s->locked) {
			e.error = -EPERM;
			e.reason = CXL_SWITCH_CCI_REASON_LOCKDOWN;
		}
	}
	return e;
}

static void assert_as_expected(const struct scene *scene)
{
	struct expectation expected = expect(scene);
	struct asked asked;
	struct swcci_policy_verdict verdict = decide(scene, &asked);

	assert_int_equal(verdict.error, expected.error);
	assert_int_equal(verdict.reason, expected.reason);
	assert_int_equal(asked.capable, expected.capable);
	assert_int_equal(asked.lockdown, expected.lockdown);
}

static void every_combination(void **state)
{
	u32 scenes = 0;

	(void)state;
	for (u32 bits = 0; bits < 1u << 16; bits++) {
		struct scene scene = {
			.audited = bits & 1, .disclosing = bits & 2,
			.impact = (enum swcci_impact)(bits >> 2 & 3), .may_write = bits & 16,
			.limit = (enum swcci_impact)(bits >> 5 & 3), .strict = bits & 128,
			.raw_allowed = bits & 256, .audited_key = bits & 512,
			.unaudited_key = bits & 1024, .capable = bits & 2048,
			.locked = bits & 4096, .foreign_transfer = bits & 8192,
			.unanswered = bits & 16384, .type_pending = bits & 32768,
		};

		assert_as_expected(&scene);
		scenes++;
	}
	assert_int_equal(scenes, 65536);
}

/* ---- the same in words, so that the oracle is checked too ---- */

static const struct scene open_scene = {
	.audited = true, .impact = IMPACT_QUERY, .may_write = true, .limit = IMPACT_DESTRUCTIVE,
	.raw_allowed = true, .capable = true,
};

static void assert_verdict(struct scene scene, int error, enum cxl_switch_cci_reason reason)
{
	struct asked asked;
	struct swcci_policy_verdict verdict = decide(&scene, &asked);

	assert_int_equal(verdict.error, error);
	assert_int_equal(verdict.reason, reason);
}

/* An unprivileged reader of a strict, locked-down machine may still send queries. */
static void query_needs_nothing(void **state)
{
	struct scene scene = { .audited = true, .strict = true, .locked = true };

	(void)state;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
}

static void read_only_file(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.may_write = false;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.disclosing = true;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.impact = IMPACT_SETTING;
	assert_verdict(scene, -EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
}

static void restricted_file(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	for (int limit = IMPACT_QUERY; limit <= IMPACT_DESTRUCTIVE; limit++)
		for (int impact = IMPACT_QUERY; impact <= IMPACT_DESTRUCTIVE; impact++) {
			scene.limit = (enum swcci_impact)limit;
			scene.impact = (enum swcci_impact)impact;
			if (impact > limit)
				assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
			else
				assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
		}
}

static void raw_gate(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.audited = false;
	scene.impact = IMPACT_DESTRUCTIVE;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.raw_allowed = false;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
}

/* Nobody is sent to the raw gate by a type that is only not known yet. */
static void pending_type(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.type_pending = true;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.impact = IMPACT_SETTING;
	assert_verdict(scene, -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY);
	scene.audited = false;
	scene.impact = IMPACT_QUERY;
	assert_verdict(scene, -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY);
	scene.raw_allowed = false;
	assert_verdict(scene, -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY);
}

/* PROVISION is what the affected host takes part in: no lockdown, but a capability. */
static void provision_under_lockdown(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.locked = true;
	scene.impact = IMPACT_PROVISION;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.capable = false;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY);
}

static void build_keys(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.locked = true;
	scene.impact = IMPACT_DESTRUCTIVE;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	scene.unaudited_key = true;	/* is not for audited commands */
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	scene.audited_key = true;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
	scene.audited = false;
	scene.unaudited_key = false;	/* nor the other for unaudited ones */
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	scene.unaudited_key = true;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
}

/* For every caller and all settings, since the mailbox would stay busy. */
static void unanswered_is_never_sent(void **state)
{
	struct scene scene = open_scene;

	(void)state;
	scene.unanswered = true;
	scene.audited = false;
	scene.unaudited_key = true;
	scene.impact = IMPACT_DESTRUCTIVE;
	assert_verdict(scene, -EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED);
	scene.unanswered = false;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
}

/* Everything refuses at once; gates fall away one by one, in their order. */
static void order_of_gates(void **state)
{
	struct scene scene = {
		.audited = false, .impact = IMPACT_DESTRUCTIVE, .limit = IMPACT_QUERY,
		.strict = true, .locked = true, .unanswered = true,
		.type_pending = true,
	};

	(void)state;
	assert_verdict(scene, -EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED);
	scene.unanswered = false;
	assert_verdict(scene, -EBADF, CXL_SWITCH_CCI_REASON_READ_ONLY);
	scene.may_write = true;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_RESTRICTED);
	scene.limit = IMPACT_DESTRUCTIVE;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_PROTECTION);
	scene.strict = false;
	assert_verdict(scene, -EBUSY, CXL_SWITCH_CCI_REASON_IDENTITY);
	scene.type_pending = false;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	scene.raw_allowed = true;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_CAPABILITY);
	scene.capable = true;
	assert_verdict(scene, -EPERM, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	scene.locked = false;
	assert_verdict(scene, 0, CXL_SWITCH_CCI_REASON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination),
		cmocka_unit_test(query_needs_nothing),
		cmocka_unit_test(read_only_file),
		cmocka_unit_test(restricted_file),
		cmocka_unit_test(raw_gate),
		cmocka_unit_test(pending_type),
		cmocka_unit_test(provision_under_lockdown),
		cmocka_unit_test(build_keys),
		cmocka_unit_test(unanswered_is_never_sent),
		cmocka_unit_test(order_of_gates),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
