// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the results of the driver's pure files with those of the oracle. The
 * comment of each test states whether it is exhaustive.
 */
#include "unit.h"

#include "oracle_cases.h"
#include "oracle_exhaustive.h"
#include "policy/policy.h"
#include "policy/tunnel.h"

#define TUNNELS_MOST	2
#define OWN_SCENES	512
#define SCENES		(OWN_SCENES + OWN_SCENES / 4)
#define LIMITS		4
#define SHOWN		10

static bool full;
static uint64_t cases, differences;

/* Prints the first few; a test fails if there was any. */
static bool differs(const char *what, const struct oracle_case *c)
{
	if (++differences > SHOWN)
		return true;
	printf("# %s: opcode %04x length %#x payload", what, c->opcode, c->length);
	for (uint32_t i = 0; i < c->length && i < 40; i++)
		printf(" %02x", c->payload[i]);
	if (c->has_identity)
		printf(" at %04x:%04x", c->vendor_id, c->device_id);
	printf("\n");
	return true;
}

static void begin(void)
{
	cases = 0;
	differences = 0;
}

static void end(const char *what)
{
	printf("# %s: %llu cases, %llu differences\n", what, (unsigned long long)cases,
	       (unsigned long long)differences);
	assert_true(cases > 0);
	assert_int_equal(differences, 0);
}

/* ---- what a command does ---- */

static void code_judges(uint16_t opcode, const uint8_t *payload, uint32_t length,
			const struct oracle_case *c, struct swcci_audit *audit)
{
	memset(audit, 0x5a, sizeof(*audit));
	swcci_audited_judge(opcode, payload, length, audit);
	if (c->has_identity)
		swcci_audited_judge_vendor(opcode, length, c->vendor_id, c->device_id, audit);
}

static bool same_judgement(const struct swcci_audit *audit,
			   const struct oracle_judgement *judgement, const struct oracle_case *c)
{
	bool named = audit->feature >= 0;

	if (audit->audited != judgement->audited)
		return !differs(audit->audited ? "only the code audits it" :
						 "only the oracle audits it", c);
	if ((int)audit->impact != (int)judgement->impact) {
		differs("impact", c);
		if (differences <= SHOWN)
			printf("#   code %d, oracle %d\n", audit->impact, judgement->impact);
		return false;
	}
	if (audit->unreachable)
		return !differs("unreachable without a destination", c);
	if (audit->unanswered != judgement->unanswered)
		return !differs("unanswered", c);
	if (!audit->audited)
		return true;
	if (audit->disclosing != judgement->disclosing)
		return !differs("disclosure", c);
	if (judgement->of_feature != named)
		return !differs("feature", c);
	return true;
}

/* All 65536 opcodes with nothing, and with zeroes of some lengths: no row that the oracle lacks. */
static void every_opcode(void **state)
{
	static const uint32_t lengths[] = {
		0, 1, 2, 3, 4, 6, 8, 0xc, 0x10, 0x18, 0x20, 0x40, 0x80,
	};
	static uint8_t zeroes[0x80];
	struct oracle_judgement judgement;
	struct swcci_audit audit;

	begin();
	for (uint32_t opcode = 0; opcode <= 0xffff; opcode++)
		for (size_t k = 0; k < ARRAY_SIZE(lengths); k++) {
			const struct oracle_case c = {
				.opcode = (uint16_t)opcode, .payload = zeroes, .length = lengths[k],
			};

			judgement = oracle_judge_case(&c);
			code_judges(c.opcode, c.payload, c.length, &c, &audit);
			same_judgement(&audit, &judgement, &c);
			cases++;
		}
	end("every opcode");
}

static void judge_through(const struct oracle_case *c, int tunnels)
{
	const struct oracle_judgement judgement = oracle_judge_case(c);
	struct swcci_tunnel_request leaf;
	struct swcci_audit audit;
	const char *why;
	uint32_t length;
	uint16_t opcode;
	uint8_t *bytes;

	bytes = oracle_wrap(c, tunnels, &opcode, &length);
	cases++;
	if (swcci_tunnel_decode(opcode, bytes, length, &leaf, &why)) {
		differs(why, c);
		goto out;
	}
	if (leaf.opcode != c->opcode || leaf.length != c->length || leaf.path.depth != tunnels) {
		differs("the leaf is another", c);
		goto out;
	}
	code_judges(leaf.opcode, leaf.payload, leaf.length, c, &audit);
	same_judgement(&audit, &judgement, c);
out:
	free(bytes);
}

/* Every length boundary, each value at a rule's border, mixtures: direct, in one tunnel, in two. */
static void every_payload(void **state)
{
	begin();
	for (int i = 0; i < oracle_case_count; i++)
		for (int tunnels = 0; tunnels <= TUNNELS_MOST; tunnels++)
			if (!tunnels || oracle_cases[i].length < 0xff00)
				judge_through(&oracle_cases[i], tunnels);
	end("every payload");
}

/* ---- commands that differ after the verdict ---- */

struct subject {
	const struct oracle_case *c;
	struct oracle_judgement judgement;
	struct swcci_audit audit;
};

static struct subject *subjects;
static int subject_count;

static bool same_subject(const struct subject *a, const struct subject *b)
{
	return a->c->opcode == b->c->opcode && a->audit.audited == b->audit.audited &&
	       a->audit.impact == b->audit.impact && a->audit.disclosing == b->audit.disclosing &&
	       a->audit.unanswered == b->audit.unanswered &&
	       a->audit.feature == b->audit.feature &&
	       a->audit.by_vendor_row == b->audit.by_vendor_row &&
	       a->judgement.expected == b->judgement.expected;
}

/* One case for each opcode and each thing that it can be found to be. */
static void find_subjects(void)
{
	subjects = calloc((size_t)oracle_case_count, sizeof(*subjects));
	assert_non_null(subjects);
	for (int i = 0; i < oracle_case_count; i++) {
		struct subject *s = &subjects[subject_count];
		int k = 0;

		s->c = &oracle_cases[i];
		s->judgement = oracle_judge_case(s->c);
		code_judges(s->c->opcode, s->c->payload, s->c->length, s->c, &s->audit);
		while (!same_subject(&subjects[k], s))
			k++;
		if (k == subject_count && s->c->length < 0xff00)
			subject_count++;
	}
}

static struct swcci_policy_destination to_code(const struct oracle_destination *d)
{
	struct swcci_policy_destination destination = { .knowledge = POLICY_EFFECTS_READ };

	/* of a log that was not read, no more is believed than this */
	destination.listed = d->knowledge != ORACLE_UNLISTED;
	if (d->knowledge == ORACLE_UNREADABLE)
		destination.knowledge = POLICY_EFFECTS_UNREADABLE;
	if (d->knowledge == ORACLE_SILENT)
		destination.knowledge = POLICY_SILENT;
	destination.effects = d->effects;
	destination.feature_known = d->feature_known;
	destination.feature_changeable = d->feature_changeable;
	destination.feature_effects = d->feature_effects;
	return destination;
}

static bool apply_both(const struct subject *s, const struct oracle_destination *d,
		       struct swcci_audit *audit, struct oracle_judgement *judgement)
{
	const struct swcci_policy_destination destination = to_code(d);

	*audit = s->audit;
	swcci_policy_apply_effects(audit, &destination);
	*judgement = oracle_apply_effects(s->judgement, d);
	cases++;
	if ((int)audit->impact == (int)judgement->impact &&
	    audit->audited == judgement->audited && audit->unreachable == judgement->unreachable)
		return true;
	differs("with effects", s->c);
	if (differences <= SHOWN)
		printf("#   knowledge %d effects %04x feature %d%d %04x: code %d%s, oracle %d%s\n",
		       d->knowledge, d->effects, d->feature_known, d->feature_changeable,
		       d->feature_effects, audit->impact, audit->unreachable ? " unreachable" : "",
		       judgement->impact, judgement->unreachable ? " unreachable" : "");
	return false;
}

/* The n-th of all effects; in a sample none, each bit alone, then every so many. False: no more. */
static bool nth_effects(uint32_t n, uint16_t *effects)
{
	uint32_t value = n;

	if (!full)
		value = !n ? 0 : n <= 16 ? 1u << (n - 1) : 61 * (n - 16);
	*effects = (uint16_t)value;
	return value <= 0xffff;
}

/* All 65536 effects of every subject, under all that can be known of its destination. */
static void every_effect(void **state)
{
	struct oracle_judgement judgement;
	struct swcci_audit audit;
	uint16_t effects;

	begin();
	for (int i = 0; i < subject_count; i++)
		for (int k = 0; k < ORACLE_KNOWLEDGE; k++)
			for (uint32_t n = 0; nth_effects(n, &effects); n++) {
				struct oracle_destination d = {
					.knowledge = (enum oracle_knowledge)k, .effects = effects,
				};

				apply_both(&subjects[i], &d, &audit, &judgement);
			}
	end("every effect");
}

static void apply_feature(const struct subject *s, uint16_t own, uint16_t unions)
{
	struct oracle_judgement judgement;
	struct swcci_audit audit;

	for (int k = 0; k < 4 * ORACLE_KNOWLEDGE; k++) {
		struct oracle_destination d = {
			.knowledge = (enum oracle_knowledge)(k / 4), .effects = unions,
			.feature_known = k & 1, .feature_changeable = k & 2, .feature_effects = own,
		};

		apply_both(s, &d, &audit, &judgement);
	}
}

/* Set Feature: all effects of the feature, under unions that hold them, lack one or lack all. */
static void every_feature_effect(void **state)
{
	uint16_t own;

	begin();
	for (int i = 0; i < subject_count; i++)
		for (uint32_t n = 0; subjects[i].audit.feature >= 0 && nth_effects(n, &own); n++) {
			apply_feature(&subjects[i], own, 0);
			apply_feature(&subjects[i], own, own);
			for (int lacks = 0; lacks < 16; lacks++)
				apply_feature(&subjects[i], own, (uint16_t)(own & ~(1u << lacks)));
		}
	end("every effect of a feature");
}

/* ---- callers and settings ---- */

static struct asked {
	bool capable, locked;		/* the answers */
	uint32_t asked_capable, asked_locked;
} asked;

static bool ask_capable(void *context)
{
	struct asked *a = context;

	a->asked_capable++;
	return a->capable;
}

static bool ask_locked(void *context)
{
	struct asked *a = context;

	a->asked_locked++;
	return a->locked;
}

struct scene {
	struct swcci_policy_caller caller;
	struct swcci_policy_settings settings;
	uint32_t words;
};

static struct scene scenes[SCENES];
/* The oracle's verdict on all that a command with effects can be. */
static struct oracle_verdict verdicts[2][2][2][2][2][LIMITS][SCENES];

static void make_scenes(void)
{
	for (uint32_t i = 0; i < SCENES; i++) {
		struct scene *s = &scenes[i];
		/* the last quarter again, without a limit: in the way of another's transfer */
		uint32_t n = i < OWN_SCENES ? i : (i - OWN_SCENES) << 2 | IMPACT_DESTRUCTIVE;

		s->caller.foreign_transfer = i >= OWN_SCENES;
		s->caller.limit = (enum swcci_impact)(n % LIMITS);
		s->caller.may_write = n & 4;
		s->settings.strict = n & 8;
		s->settings.raw_allowed = n & 16;
		s->settings.audited_pass_lockdown = n & 32;
		s->settings.unaudited_pass_lockdown = n & 64;
		s->caller.kernel = (struct swcci_policy_kernel){ ask_capable, ask_locked, &asked };
		s->words = (n & 4 ? ORACLE_IS(writable) : 0) | (n & 8 ? ORACLE_IS(strict) : 0) |
			   (n & 16 ? ORACLE_IS(raw) : 0) | (n & 32 ? ORACLE_IS(audited_key) : 0) |
			   (n & 64 ? ORACLE_IS(unaudited_key) : 0) |
			   (n & 128 ? ORACLE_IS(capable) : 0) | (n & 256 ? ORACLE_IS(locked) : 0) |
			   (i >= OWN_SCENES ? ORACLE_IS(foreign) : 0);
	}
}

static void make_verdicts(void)
{
	for (int k = 0; k < 32 * LIMITS; k++)
		for (int n = 0; n < SCENES; n++) {
			const struct oracle_judgement judgement = {
				.audited = k & 1, .disclosing = k & 2, .unreachable = k & 4,
				.unanswered = k & 8, .type_pending = k & 16,
				.impact = (enum oracle_impact)(k >> 5),
			};

			verdicts[k & 1][k >> 1 & 1][k >> 2 & 1][k >> 3 & 1][k >> 4 & 1][k >> 5][n] =
				oracle_decide(&judgement, (int)scenes[n].caller.limit,
					      scenes[n].words);
		}
}

static void show_verdict(const struct subject *s, const struct swcci_audit *audit, int n,
			 const struct oracle_verdict *expected,
			 const struct swcci_policy_verdict *verdict, uint32_t refusals)
{
	differs("verdict", s->c);
	if (differences > SHOWN)
		return;
	printf("#   audited %d disclosing %d unreachable %d pending %d impact %d scene %#x\n",
	       audit->audited, audit->disclosing, audit->unreachable, audit->type_pending,
	       audit->impact, n);
	printf("#   code %d reason %d refusals %#x asked %u %u\n", verdict->error, verdict->reason,
	       refusals, asked.asked_capable, asked.asked_locked);
	printf("#   oracle %d reason %d refusals %#x asks %d %d\n", expected->error,
	       expected->reason, expected->refusals, expected->asks_capable,
	       expected->asks_locked);
}

static void decide_both(const struct subject *s, const struct swcci_audit *audit,
			const struct oracle_judgement *judgement)
{
	for (int n = 0; n < SCENES; n++) {
		const struct oracle_verdict *expected =
			&verdicts[judgement->audited][judgement->disclosing]
				 [judgement->unreachable][judgement->unanswered]
				 [judgement->type_pending]
				 [judgement->impact][n];
		struct swcci_policy_verdict verdict;
		uint32_t refusals;

		asked = (struct asked){
			.capable = scenes[n].words & ORACLE_IS(capable),
			.locked = scenes[n].words & ORACLE_IS(locked),
		};
		verdict = swcci_policy_decide(audit, &scenes[n].caller, &scenes[n].settings);
		cases++;
		if (verdict.error == expected->error && (int)verdict.reason == expected->reason &&
		    asked.asked_capable == expected->asks_capable &&
		    asked.asked_locked == expected->asks_locked) {
			refusals = swcci_policy_refusals(audit, &scenes[n].caller,
							 &scenes[n].settings);
			if (refusals == expected->refusals)
				continue;
		} else {
			refusals = 0;
		}
		show_verdict(s, audit, n, expected, &verdict, refusals);
	}
}

static void apply_and_decide(const struct subject *s, const struct oracle_destination *d)
{
	struct oracle_judgement judgement;
	struct swcci_audit audit;

	if (!apply_both(s, d, &audit, &judgement))
		return;
	decide_both(s, &audit, &judgement);
	audit.type_pending = true;
	judgement.type_pending = true;
	decide_both(s, &audit, &judgement);
}

/*
 * The effects that are told apart: config, policy, log, data, security,
 * background, valid, disputed, reserved.
 */
#define EFFECT_CLASSES	9

static uint16_t effects_of_classes(uint32_t classes)
{
	static const uint16_t bits[EFFECT_CLASSES] = {
		0x0c03, 0x0008, 0x0010, 0x0004, 0x0020, 0x0040, 0x0200, 0x0180, 0xf000,
	};
	uint16_t effects = 0;

	for (int i = 0; i < EFFECT_CLASSES; i++)
		if (classes >> i & 1)
			effects |= bits[i];
	return effects;
}

/*
 * Every subject x path x knowledge x all sets of classes of effects x open mode,
 * RESTRICT, settings, kernel.
 */
static void every_verdict(void **state)
{
	uint32_t step = full ? 1 : 101;

	begin();
	for (int i = 0; i < subject_count; i++)
		for (int tunnels = 0; tunnels <= TUNNELS_MOST; tunnels++) {
			judge_through(subjects[i].c, tunnels);
			for (int k = 0; k < ORACLE_KNOWLEDGE; k++)
				for (uint32_t n = 0; n < 1u << EFFECT_CLASSES; n += step) {
					uint16_t effects = effects_of_classes(n);
					struct oracle_destination d = {
						.knowledge = (enum oracle_knowledge)k,
						.effects = effects, .feature_known = n & 1,
						.feature_changeable = n & 2,
						.feature_effects = effects,
					};

					/* what is not read cannot matter: every_effect shows it */
					if (k == ORACLE_READ || n % 128 == 0)
						apply_and_decide(&subjects[i], &d);
				}
		}
	end("every verdict");
}

/* All 65536 effects x open mode, RESTRICT, settings, kernel, for one subject of each kind. */
static void every_effect_and_verdict(void **state)
{
	static const uint16_t opcodes[] = {
		0x0001, 0x0106, 0x0301, 0x4601, 0x5102, 0x5202, 0x5302, 0x5701, 0xc002,
	};
	uint32_t step = full ? 1 : 1021;

	begin();
	for (int i = 0; i < subject_count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(opcodes); k++)
			for (uint32_t effects = 0; effects <= 0xffff &&
			     subjects[i].c->opcode == opcodes[k]; effects += step) {
				struct oracle_destination d = { .effects = (uint16_t)effects };

				apply_and_decide(&subjects[i], &d);
			}
	end("every effect and verdict");
}

/* A tunnel through a function of unknown component type, with any command inside. */
static void unknown_component(void **state)
{
	const struct oracle_case c = { .opcode = 0x5300 };
	const struct subject s = {
		.c = &c,
		.judgement = { .impact = ORACLE_DESTRUCTIVE },
		.audit = { .impact = IMPACT_DESTRUCTIVE, .row = -1, .feature = -1 },
	};

	begin();
	for (int k = 0; k < ORACLE_KNOWLEDGE; k++)
		for (uint32_t effects = 0; effects <= 0xffff; effects += 0xff) {
			struct oracle_destination d = { .knowledge = (enum oracle_knowledge)k,
							.effects = (uint16_t)effects };

			apply_and_decide(&s, &d);
		}
	end("tunnel on an unknown component");
}

/* ---- what makes all that is remembered of destinations stale ---- */

static bool oracle_stales(const struct oracle_case *c, const struct oracle_judgement *judgement)
{
	static const uint8_t sets[] = { 0x51, 0x52, 0x54, 0x56, 0x57, 0x59 };
	static const uint16_t others[] = { 0x0202, 0x0701, 0x5302, 0x5809 };

	if (!judgement->audited)
		return true;
	if (judgement->impact == ORACLE_QUERY)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (c->opcode == others[i])
			return true;
	return memchr(sets, c->opcode >> 8, sizeof(sets));
}

static void every_change_of_fabric(void **state)
{
	struct oracle_judgement judgement;
	struct swcci_audit audit;

	begin();
	for (int i = 0; i < subject_count; i++)
		for (uint32_t n = 0; n < 1u << EFFECT_CLASSES; n++) {
			struct oracle_destination d = { .effects = effects_of_classes(n) };

			if (!apply_both(&subjects[i], &d, &audit, &judgement))
				continue;
			if (swcci_audited_changes_fabric(subjects[i].c->opcode, &audit) !=
			    oracle_stales(subjects[i].c, &judgement))
				differs("change of the fabric", subjects[i].c);
		}
	end("every change of the fabric");
}

static int prepare(void **state)
{
	oracle_load();
	oracle_load_vendors();
	oracle_make_cases(full ? 2000 : 100);
	find_subjects();
	make_scenes();
	make_verdicts();
	printf("# %d requests, %d told apart\n", oracle_case_count, subject_count);
	return 0;
}

static int clean(void **state)
{
	free(subjects);
	oracle_free_cases();
	return 0;
}

int exhaustive_main(bool all)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_opcode),
		cmocka_unit_test(every_payload),
		cmocka_unit_test(every_effect),
		cmocka_unit_test(every_feature_effect),
		cmocka_unit_test(every_verdict),
		cmocka_unit_test(every_effect_and_verdict),
		cmocka_unit_test(unknown_component),
		cmocka_unit_test(every_change_of_fabric),
	};

	full = all;
	return cmocka_run_group_tests(tests, prepare, clean);
}
