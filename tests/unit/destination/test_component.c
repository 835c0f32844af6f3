// SPDX-License-Identifier: GPL-2.0-only
/*
 * The component type of a function: the decision table of the design, and rules that hold
 * for all evidence.
 */
#include "unit.h"

#include "destination/component.h"
#include "cxl_switch_cci.h"

#define SWITCH	CXL_SWITCH_CCI_COMPONENT_SWITCH
#define TYPE3	CXL_SWITCH_CCI_COMPONENT_TYPE3
#define GFD	CXL_SWITCH_CCI_COMPONENT_GFD
#define UNKNOWN	CXL_SWITCH_CCI_COMPONENT_UNKNOWN
#define RESERVED	9

#define NONE	CXL_SWITCH_CCI_SOURCE_NONE
#define IDENTIFY	CXL_SWITCH_CCI_SOURCE_IDENTIFY
#define LOG	CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG
#define SIBLING	CXL_SWITCH_CCI_SOURCE_SIBLING

/* What the effects log shows. */
enum log { LOG_FAILED, LOG_UNSUPPORTED, LOG_NEITHER, LOG_SWITCH, LOG_LDS, LOG_BOTH, LOGS };

/* Identify: a type, or one of these. */
#define FAILED		-1
#define UNSUPPORTED	-2

static struct swcci_component decide(enum log log, int identify, bool sibling,
				     unsigned int agreeing)
{
	const struct swcci_component_evidence evidence = {
		.identify_valid = identify >= 0,
		.identify_type = identify >= 0 ? (u8)identify : UNKNOWN,
		.identify_unsupported = identify == UNSUPPORTED,
		.log_read = log >= LOG_NEITHER,
		.log_unsupported = log == LOG_UNSUPPORTED,
		.lists_switch = log == LOG_SWITCH || log == LOG_BOTH,
		.lists_lds = log == LOG_LDS || log == LOG_BOTH,
		.upstream_sibling = sibling,
		.agreeing = (u8)agreeing,
	};

	return swcci_component_decide(&evidence);
}

static const struct {
	enum log log;
	int identify;
	bool sibling;
	u8 type, source;
	/* after the first round, and once COMPONENT_AGREEING agree */
	enum swcci_component_meaning first, later;
	bool first_settled, later_settled;
} table[] = {
#define U COMPONENT_UNDERSTOOD
#define P COMPONENT_PENDING
#define F COMPONENT_FOREIGN
	{ LOG_SWITCH, SWITCH, false, SWITCH, IDENTIFY, U, U, true, true },
	{ LOG_SWITCH, SWITCH, true, SWITCH, IDENTIFY, U, U, true, true },
	/* a conforming switch without Identify; 5100h is never a device's */
	{ LOG_SWITCH, UNSUPPORTED, false, SWITCH, LOG, U, U, false, true },
	{ LOG_SWITCH, FAILED, false, SWITCH, LOG, U, U, false, false },
	{ LOG_SWITCH, TYPE3, false, SWITCH, LOG, U, U, false, true },
	{ LOG_SWITCH, GFD, false, SWITCH, LOG, U, U, false, true },
	{ LOG_SWITCH, RESERVED, false, SWITCH, LOG, U, U, false, true },
	{ LOG_BOTH, TYPE3, false, SWITCH, LOG, U, U, false, true },
	/* a device with LDs */
	{ LOG_LDS, TYPE3, false, TYPE3, IDENTIFY, U, U, true, true },
	{ LOG_LDS, UNSUPPORTED, false, TYPE3, LOG, U, U, false, true },
	{ LOG_LDS, FAILED, true, TYPE3, LOG, U, U, false, false },
	{ LOG_LDS, SWITCH, false, TYPE3, LOG, U, U, false, true },
	/* no help from the log: Identify */
	{ LOG_NEITHER, SWITCH, false, SWITCH, IDENTIFY, U, U, true, true },
	{ LOG_NEITHER, TYPE3, true, TYPE3, IDENTIFY, U, U, true, true },
	{ LOG_FAILED, SWITCH, false, SWITCH, IDENTIFY, U, U, true, true },
	{ LOG_UNSUPPORTED, TYPE3, false, TYPE3, IDENTIFY, U, U, true, true },
	/* nor from Identify: the port beside it */
	{ LOG_NEITHER, UNSUPPORTED, true, SWITCH, SIBLING, U, U, false, true },
	{ LOG_NEITHER, RESERVED, true, SWITCH, SIBLING, U, U, false, true },
	{ LOG_UNSUPPORTED, UNSUPPORTED, true, SWITCH, SIBLING, U, U, false, true },
	{ LOG_FAILED, FAILED, true, SWITCH, SIBLING, U, U, false, false },
	/* neither a switch nor a device with LDs: believed when it agrees */
	{ LOG_NEITHER, GFD, false, GFD, IDENTIFY, P, F, false, true },
	{ LOG_NEITHER, GFD, true, GFD, IDENTIFY, P, F, false, true },
	{ LOG_NEITHER, RESERVED, false, RESERVED, IDENTIFY, P, F, false, true },
	{ LOG_UNSUPPORTED, GFD, false, GFD, IDENTIFY, P, F, false, true },
	{ LOG_NEITHER, UNSUPPORTED, false, UNKNOWN, NONE, P, F, false, true },
	/* not known yet, however long that lasts */
	{ LOG_FAILED, GFD, false, GFD, IDENTIFY, P, P, false, false },
	{ LOG_FAILED, FAILED, false, UNKNOWN, NONE, P, P, false, false },
	{ LOG_FAILED, UNSUPPORTED, false, UNKNOWN, NONE, P, P, false, false },
	{ LOG_NEITHER, FAILED, false, UNKNOWN, NONE, P, P, false, false },
	{ LOG_UNSUPPORTED, FAILED, false, UNKNOWN, NONE, P, P, false, false },
#undef U
#undef P
#undef F
};

static void the_decision_table(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		for (unsigned int agreeing = 1; agreeing <= COMPONENT_AGREEING; agreeing++) {
			bool later = agreeing == COMPONENT_AGREEING;
			struct swcci_component c = decide(table[i].log, table[i].identify,
							  table[i].sibling, agreeing);

			if (c.type != table[i].type || c.source != table[i].source ||
			    c.meaning != (later ? table[i].later : table[i].first) ||
			    c.settled != (later ? table[i].later_settled :
						  table[i].first_settled))
				fail_msg("line %zu, %u agree: type %u by %u, means %d, settled %d",
					 i, agreeing, c.type, c.source, c.meaning, c.settled);
		}
	}
}

/* One round says for good that tunnels are closed: never. */
static void one_round_closes_nothing(void **state)
{
	for (int log = 0; log < LOGS; log++)
		for (int identify = UNSUPPORTED; identify <= 255; identify++)
			for (int sibling = 0; sibling < 2; sibling++) {
				struct swcci_component c = decide((enum log)log, identify, sibling,
								  1);

				assert_int_not_equal(c.meaning, COMPONENT_FOREIGN);
				if (c.meaning == COMPONENT_PENDING)
					assert_false(c.settled);
			}
}

/* Whatever Identify says, and however often. */
static void a_listed_5100h_is_a_switch(void **state)
{
	for (int identify = UNSUPPORTED; identify <= 255; identify++)
		for (unsigned int agreeing = 1; agreeing <= COMPONENT_AGREEING; agreeing++) {
			struct swcci_component c = decide(LOG_SWITCH, identify, false, agreeing);

			assert_int_equal(c.type, SWITCH);
			assert_int_equal(c.meaning, COMPONENT_UNDERSTOOD);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_decision_table),
		cmocka_unit_test(one_round_closes_nothing),
		cmocka_unit_test(a_listed_5100h_is_a_switch),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
