/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command does: a table of audited commands, and an inspector for each
 * command whose payload decides. Knows neither callers nor settings. Pure.
 */
#ifndef CCI_AUDITED_H
#define CCI_AUDITED_H

#include "bytes.h"

/**
 * enum swcci_impact - the most that a command can do; each includes those before it
 * @IMPACT_QUERY: changes nothing
 * @IMPACT_SETTING: changes how this component behaves; affects no data and no link
 * @IMPACT_PROVISION: ordinary fabric management that the affected host takes part in
 * @IMPACT_DESTRUCTIVE: can lose data, security state, firmware, another host's
 *	memory, link or bandwidth, or another manager's events
 */
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
 * One effects word is kept for each row, vendor rows included. A larger limit makes
 * what is kept of a destination exceed half a KiB.
 */
#define AUDITED_ROWS_MAX	160

/**
 * struct swcci_audit - what is known of one command
 * @audited: a row describes this request; if false, assume the worst
 * @disclosing: the answer can hold a secret
 * @unreachable: it is not sent, since the destination does not answer
 * @unanswered: no receiver answers it, so the mailbox would stay busy
 * @type_pending: it is tunneled through a function whose type is not known yet
 * @by_vendor_row: audited by a vendor row, for destinations of one identity
 * @impact: the most it can do
 * @row: index of the row for effects; -1: no row
 * @text_row: index of the row for name and reason; vendors that use the same
 *	opcode share @row, not this one
 * @feature: of Set Feature: index in swcci_audited_features[]; -1: another feature
 */
struct swcci_audit {
	bool audited;
	bool disclosing;
	bool unreachable;
	bool unanswered;
	bool type_pending;
	bool by_vendor_row;
	enum swcci_impact impact;
	int row;
	int text_row;
	int feature;
};

/**
 * struct swcci_audited_row - one audited command
 * @opcode: CCI opcode
 * @name: name in the specification
 * @section: section of CXL 3.1; "vendor" for a vendor row
 * @length_min: shortest request payload that the row describes, in bytes
 * @length_max: longest one
 * @impact: the most that any such payload can do
 * @effects: EFFECT_* that the specification attaches to the command. A
 *	destination's CEL may list them without raising the impact
 * @inspect: NULL, or called with a payload of valid length. Returns false if this
 *	is not the command that was audited. May lower the impact
 * @reason: why the impact is what it is, for EXPLAIN and Documentation/policy.md
 */
struct swcci_audited_row {
	u16 opcode;
	const char *name;
	const char *section;
	u32 length_min;
	u32 length_max;
	enum swcci_impact impact;
	u16 effects;
	bool (*inspect)(const u8 *payload, u32 length, struct swcci_audit *audit);
	const char *reason;
};

/**
 * struct swcci_vendor_row - a reviewed line of vendor.csv
 * @vendor_id: of the destinations it holds for, by Identify
 * @device_id: likewise
 * @row: the command
 */
struct swcci_vendor_row {
	u16 vendor_id;
	u16 device_id;
	struct swcci_audited_row row;
};

#define FEATURE_UUID_LENGTH	16
#define FEATURES_NAMED		2

extern const u8 swcci_audited_features[FEATURES_NAMED][FEATURE_UUID_LENGTH];

/**
 * swcci_audited_find() - the row under which the effects of an opcode are kept
 * @opcode: any
 *
 * Return: its index, from 0, or -1 if there is no row.
 */
int swcci_audited_find(u16 opcode);

/**
 * swcci_audited_row() - a row by index
 * @row: any
 *
 * Return: the row, or NULL outside the table.
 */
const struct swcci_audited_row *swcci_audited_row(int row);

/**
 * swcci_audited_rows() - number of rows, vendor rows included
 *
 * Return: the number, AUDITED_ROWS_MAX at most; every row's index is below it.
 */
int swcci_audited_rows(void);

/**
 * swcci_audited_judge() - what a command does, by the table and its payload alone
 * @opcode: of the leaf command
 * @payload: its request payload; not read beyond @length
 * @length: of @payload, in bytes
 * @audit: result
 */
void swcci_audited_judge(u16 opcode, const u8 *payload, u32 length, struct swcci_audit *audit);

/**
 * swcci_audited_by_vendor() - could a vendor row make this command audited?
 * @opcode: of the leaf command
 * @length: of its request payload, in bytes
 *
 * Return: true if a vendor row has this opcode and covers this length.
 */
bool swcci_audited_by_vendor(u16 opcode, u32 length);

/**
 * swcci_audited_judge_vendor() - apply the vendor row of the destination's identity
 * @opcode: of the leaf command
 * @length: of its request payload, in bytes
 * @vendor_id: of the destination, by Identify
 * @device_id: likewise
 * @audit: result of swcci_audited_judge(); changed if a vendor row matches
 */
void swcci_audited_judge_vendor(u16 opcode, u32 length, u16 vendor_id, u16 device_id,
				struct swcci_audit *audit);

/**
 * swcci_audited_changes_fabric() - may a command change what a path leads to?
 * @opcode: of the leaf command
 * @audit: what it does
 *
 * If so, all that is known of destinations becomes stale. Such commands change
 * firmware (by activation), ports, bindings, LDs, capacity, PIDs, routes,
 * ownership or a one-time secret, write to an LD's memory, go to a GFD, or are
 * unaudited. A transfer of firmware changes nothing until it is activated. A
 * host's decoders (set 58h) are not on the path to a destination.
 *
 * Return: true if it may.
 */
bool swcci_audited_changes_fabric(u16 opcode, const struct swcci_audit *audit);

/* vendor.c, generated from vendor.csv */
extern const struct swcci_vendor_row swcci_vendor_rows[];
extern const int swcci_vendor_row_count;

#endif /* CCI_AUDITED_H */
