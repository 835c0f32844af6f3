/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each audited command does: a table, and inspectors for commands whose
 * payload decides. Pure; knows neither callers nor settings.
 */
#ifndef CCI_AUDITED_H
#define CCI_AUDITED_H

#include "bytes.h"

/* Ordered: a higher one includes the harm of the lower. DESIGN section 5. */
enum impact {
	IMPACT_QUERY,
	IMPACT_SETTING,
	IMPACT_PROVISION,
	IMPACT_DESTRUCTIVE,
};

/* Room for one effects word for each row, at each destination. */
#define AUDITED_ROWS_MAX	128

/* What a command is found to be, before any destination is asked. */
struct audit {
	bool audited;
	bool disclosing;	/* its answer can hold a secret */
	enum impact impact;
	int row;		/* index for effects; -1: no row */
};

struct audited_row {
	u16 opcode;
	const char *name;
	const char *section;	/* CXL 3.1 */
	u32 length_min;		/* of the request payload */
	u32 length_max;
	enum impact impact;
	u16 effects;		/* that the destination's CEL may claim */
	bool disclosing;
	/* false: not the command that was audited. May raise the impact */
	bool (*inspect)(const u8 *payload, u32 length, struct audit *audit);
	const char *reason;
};

int audited_find(u16 opcode);
const struct audited_row *audited_row(int row);
void audited_judge(u16 opcode, const u8 *payload, u32 length, struct audit *audit);

#endif /* CCI_AUDITED_H */
