/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a component is and what its commands do, as one round of queries found it.
 */
#ifndef CCI_FACTS_H
#define CCI_FACTS_H

#include "policy/policy.h"

/* Identify, CXL 3.1 8.2.9.1.1. */
struct swcci_identity {
	bool known;
	u16 vendor_id;
	u16 device_id;
	u16 subsystem_vendor_id;
	u16 subsystem_id;
	u64 serial;
	u8 max_message_exponent;
	u8 component_type;	/* CXL_SWITCH_CCI_COMPONENT_* */
};

/* Whether it can tell two components apart. */
static inline bool swcci_identity_is_unique(const struct swcci_identity *identity)
{
	return identity->known && identity->serial && identity->serial != ~0ULL;
}

struct swcci_destination_feature {
	bool known;
	bool changeable;
	u16 effects;
};

/* How the last Identify ended. */
enum swcci_destination_identify {
	IDENTIFY_FAILED,	/* no answer, or one that may differ next time */
	IDENTIFY_UNSUPPORTED,	/* return code Unsupported */
	IDENTIFY_ANSWERED,
};

/* What one round of queries found out. */
struct swcci_destination_facts {
	u32 generation;		/* of all destinations, before the first query */
	u32 resets;		/* of the function, likewise */
	enum swcci_policy_knowledge knowledge;
	int failure;		/* 0, or why it is not POLICY_EFFECTS_READ: -errno */
	bool features_read;
	bool features_failed;	/* ... but their list was not usable */
	bool log_unsupported;	/* by return code */
	u8 agreeing;		/* rounds in a row with these answers; saturates */
	u8 identify;		/* enum swcci_destination_identify */
	struct swcci_identity identity;
	struct swcci_destination_feature feature[FEATURES_NAMED];
	struct swcci_cel_effects effects;
};

#endif /* CCI_FACTS_H */
