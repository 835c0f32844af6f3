/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests worth judging, made from the oracle's table: each length boundary,
 * each value on either side of a rule. Knows the oracle, not the driver.
 */
#ifndef ORACLE_CASES_H
#define ORACLE_CASES_H

#include "oracle.h"

struct oracle_case {
	uint16_t opcode;
	uint8_t *payload;
	uint32_t length;
	bool has_identity;	/* behind which a vendor row may apply */
	uint16_t vendor_id, device_id;
};

extern struct oracle_case *oracle_cases;
extern int oracle_case_count;

void oracle_make_cases(unsigned int random_each);
void oracle_free_cases(void);
/* In as many tunnels; malloc'ed. The opcode is the outermost one. */
uint8_t *oracle_wrap(const struct oracle_case *c, int tunnels, uint16_t *opcode, uint32_t *length);
void oracle_load_vendors(void);
struct oracle_judgement oracle_judge_case(const struct oracle_case *c);

#endif /* ORACLE_CASES_H */
