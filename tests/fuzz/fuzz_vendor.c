// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vendor rows of tests/unit/policy/vendor_test.csv: any command at any identity
 * must have the result of a search of the rows, and no standard command changes.
 *
 * Input: row to start from and what to keep of it (1 byte each), vendor id,
 * device id, opcode (2 each, little-endian), length (3), effects (2).
 */
#include "fuzz.h"

#include "policy/cel.h"
#include "policy/policy.h"

#define HEAD	13

struct command {
	u16 opcode, vendor_id, device_id;
	u32 length;
};

/* Most random commands meet no row: keep as much of one as the input says. */
static struct command command_of(const u8 *data)
{
	const struct swcci_vendor_row *row = &swcci_vendor_rows[data[0] % swcci_vendor_row_count];
	struct command c = {
		.vendor_id = get_le16(data + 2), .device_id = get_le16(data + 4),
		.opcode = get_le16(data + 6), .length = get_le32(data + 8) & 0xffffff,
	};

	if (data[1] & 1)
		c.vendor_id = row->vendor_id;
	if (data[1] & 2)
		c.device_id = row->device_id;
	if (data[1] & 4)
		c.opcode = row->row.opcode;
	if (data[1] & 8)
		c.length = row->row.length_min + (data[1] >> 4) % 5 - 1;
	return c;
}

static const struct swcci_vendor_row *walk(const struct command *c, bool any_identity)
{
	for (int i = 0; i < swcci_vendor_row_count; i++) {
		const struct swcci_vendor_row *v = &swcci_vendor_rows[i];
		bool here = v->vendor_id == c->vendor_id && v->device_id == c->device_id;

		if (v->row.opcode == c->opcode && c->length >= v->row.length_min &&
		    c->length <= v->row.length_max && (any_identity || here))
			return v;
	}
	return NULL;
}

static void apply_effects(const struct swcci_vendor_row *v, struct swcci_audit *audit, u16 effects)
{
	const struct swcci_policy_destination destination = {
		.knowledge = POLICY_EFFECTS_READ, .listed = true, .effects = effects,
	};

	swcci_policy_apply_effects(audit, &destination);
	HOLDS(audit->audited && audit->impact >= v->row.impact);
	HOLDS(!(effects & 0xf024) || audit->impact == IMPACT_DESTRUCTIVE);
	HOLDS(!(effects & 0x0c1b) || audit->impact >= IMPACT_SETTING);
	HOLDS(effects & 0xfc3f || audit->impact == v->row.impact);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u8 payload[64];
	const struct swcci_vendor_row *v;
	struct swcci_audit audit, before;
	struct command c;

	if (size < HEAD)
		return 0;
	c = command_of(data);
	HOLDS(swcci_audited_by_vendor(c.opcode, c.length) == !!walk(&c, true));
	/* the standard's inspectors read the payload: give them no more than there is */
	if (c.opcode < 0xc000 && c.length > sizeof(payload))
		return 0;
	swcci_audited_judge(c.opcode, payload, c.length, &before);
	audit = before;
	swcci_audited_judge_vendor(c.opcode, c.length, c.vendor_id, c.device_id, &audit);
	v = walk(&c, false);
	if (!v) {
		HOLDS(!memcmp(&audit, &before, sizeof(audit)));
		return 0;
	}
	HOLDS(c.opcode >= 0xc000 && !before.audited);
	HOLDS(audit.audited && audit.by_vendor_row && !audit.disclosing && audit.feature < 0);
	HOLDS(audit.impact == v->row.impact);
	HOLDS(audit.row == swcci_audited_find(c.opcode));
	HOLDS(swcci_audited_row(audit.row)->opcode == c.opcode);
	apply_effects(v, &audit, get_le16(data + 11));
	return 0;
}
