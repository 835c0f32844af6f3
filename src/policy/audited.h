/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each audited command does: a table, and inspectors for commands whose
 * payload decides. Pure; knows neither callers nor settings.
 */
#ifndef CCI_AUDITED_H
#define CCI_AUDITED_H

#include "bytes.h"

/* Ordered: a higher one includes the harm of the lower. DESIGN section 5. */
enum swcci_impact {
	IMPACT_QUERY,
	IMPACT_SETTING,
	IMPACT_PROVISION,
	IMPACT_DESTRUCTIVE,
};

/* Effects of a CEL entry, CXL 3.1 table 8-75. */
#define EFFECT_COLD_RESET	BIT(0)	/* configuration change after a cold reset */
#define EFFECT_CONFIG		BIT(1)
#define EFFECT_DATA		BIT(2)
#define EFFECT_POLICY		BIT(3)
#define EFFECT_LOG		BIT(4)
#define EFFECT_SECURITY		BIT(5)
#define EFFECT_BACKGROUND	BIT(6)
#define EFFECT_RESETS		(BIT(10) | BIT(11))	/* conventional, CXL reset */
#define EFFECT_RESERVED		0xf000

/*
 * Room for one effects word for each row, vendor rows included. With more a
 * destination takes more than half a KiB.
 */
#define AUDITED_ROWS_MAX	160

/* What a command is found to be. */
struct swcci_audit {
	bool audited;
	bool disclosing;	/* its answer can hold a secret */
	bool unreachable;	/* its destination answers nothing */
	bool unanswered;	/* no receiver answers it: it would hold the mailbox */
	bool type_pending;	/* through a function whose type is not known yet */
	bool by_vendor_row;	/* audited only at destinations of one identity */
	enum swcci_impact impact;
	int row;		/* index for effects; -1: no row */
	int text_row;		/* index for name and reason: vendors may share the above */
	int feature;		/* of Set Feature: index of a named one; -1: none */
};

struct swcci_audited_row {
	u16 opcode;
	const char *name;
	const char *section;	/* CXL 3.1 */
	u32 length_min;		/* of the request payload */
	u32 length_max;
	enum swcci_impact impact;
	u16 effects;		/* that the destination's CEL may claim */
	/* false: not the command that was audited. May change the impact */
	bool (*inspect)(const u8 *payload, u32 length, struct swcci_audit *audit);
	const char *reason;
};

/* A reviewed line of vendor.csv. */
struct swcci_vendor_row {
	u16 vendor_id;
	u16 device_id;
	struct swcci_audited_row row;
};

#define FEATURE_UUID_LENGTH	16
#define FEATURES_NAMED		2

extern const u8 swcci_audited_features[FEATURES_NAMED][FEATURE_UUID_LENGTH];

int swcci_audited_find(u16 opcode);
const struct swcci_audited_row *swcci_audited_row(int row);
int swcci_audited_rows(void);
void swcci_audited_judge(u16 opcode, const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_audited_by_vendor(u16 opcode, u32 length);
void swcci_audited_judge_vendor(u16 opcode, u32 length, u16 vendor_id, u16 device_id,
				struct swcci_audit *audit);
bool swcci_audited_changes_fabric(u16 opcode, const struct swcci_audit *audit);

/* vendor.c: made from vendor.csv */
extern const struct swcci_vendor_row swcci_vendor_rows[];
extern const int swcci_vendor_row_count;

#endif /* CCI_AUDITED_H */
