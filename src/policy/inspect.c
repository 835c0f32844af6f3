// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inspectors check whether a payload is one that its row describes. A reserved bit,
 * an unknown sub-operation or a count that does not match the length makes a command
 * unaudited. The caller has checked that the length is within the row's range. Pure.
 */
#include "inspect.h"

#define UUID_LENGTH	16

/* Limits an answer to 2^n bytes; other n are reserved. CXL 3.1 8.2.9.1.4. */
bool swcci_inspect_response_limit(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return payload[0] >= 8 && payload[0] <= 10;
}

/*
 * A receiver discards it silently, whatever its length, so the mailbox would stay
 * busy. CXL 3.1 8.2.9.2.8.
 */
bool swcci_inspect_notification(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	audit->unanswered = true;
	return false;
}

/* The path inside is by PIDs, which the driver does not follow, so it is not judged. */
bool swcci_inspect_wrapper(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return false;
}

/*
 * Logs that describe the component or hold statistics. The vendor debug log, the
 * component state dump and every unknown log can hold anything, keys included.
 * CXL 3.1 8.2.9.5.
 */
static const u8 described_logs[][UUID_LENGTH] = {
	/* 0da9c0b5-bf41-4b78-8f79-96b1623b3f17 Command Effects Log */
	{ 0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	  0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17 },
	/* f1720d60-a7a9-4306-a003-11948f9e077c DDR5 Error Check Scrub log */
	{ 0xf1, 0x72, 0x0d, 0x60, 0xa7, 0xa9, 0x43, 0x06,
	  0xa0, 0x03, 0x11, 0x94, 0x8f, 0x9e, 0x07, 0x7c },
	/* e6dfa32c-d13e-4a5c-8ca8-99bebbf731a4 Media Test Capability log */
	{ 0xe6, 0xdf, 0xa3, 0x2c, 0xd1, 0x3e, 0x4a, 0x5c,
	  0x8c, 0xa8, 0x99, 0xbe, 0xbb, 0xf7, 0x31, 0xa4 },
	/* 2c255522-8ce4-11ec-b909-0242ac120002 Media Test Results, short */
	{ 0x2c, 0x25, 0x55, 0x22, 0x8c, 0xe4, 0x11, 0xec,
	  0xb9, 0x09, 0x02, 0x42, 0xac, 0x12, 0x00, 0x02 },
	/* c1fe0b3e-7a00-448e-a24e-a6aabbfe587a Media Test Results, long */
	{ 0xc1, 0xfe, 0x0b, 0x3e, 0x7a, 0x00, 0x44, 0x8e,
	  0xa2, 0x4e, 0xa6, 0xaa, 0xbb, 0xfe, 0x58, 0x7a },
};

/*
 * Besides swcci_audited_features: features whose readable attributes are rates,
 * thresholds and restrictions. An unknown feature can hold anything. CXL 3.1 tables
 * 8-110, 8-113, 8-116 and 8-119.
 */
static const u8 described_features[][UUID_LENGTH] = {
	/* 892ba475-fad8-474e-9d3e-692c917568bb soft post package repair */
	{ 0x89, 0x2b, 0xa4, 0x75, 0xfa, 0xd8, 0x47, 0x4e,
	  0x9d, 0x3e, 0x69, 0x2c, 0x91, 0x75, 0x68, 0xbb },
	/* 80ea4521-786f-4127-afb1-ec7459fb0e24 hard post package repair */
	{ 0x80, 0xea, 0x45, 0x21, 0x78, 0x6f, 0x41, 0x27,
	  0xaf, 0xb1, 0xec, 0x74, 0x59, 0xfb, 0x0e, 0x24 },
	/* 96c33386-91dd-44c7-9ecb-fdaf6503bac4 cacheline sparing */
	{ 0x96, 0xc3, 0x33, 0x86, 0x91, 0xdd, 0x44, 0xc7,
	  0x9e, 0xcb, 0xfd, 0xaf, 0x65, 0x03, 0xba, 0xc4 },
	/* 450ebf67-b135-4f97-a498-c2d57f279bed row sparing */
	{ 0x45, 0x0e, 0xbf, 0x67, 0xb1, 0x35, 0x4f, 0x97,
	  0xa4, 0x98, 0xc2, 0xd5, 0x7f, 0x27, 0x9b, 0xed },
	/* 78b79636-90ac-4b64-a4ef-faac5d18a863 bank sparing */
	{ 0x78, 0xb7, 0x96, 0x36, 0x90, 0xac, 0x4b, 0x64,
	  0xa4, 0xef, 0xfa, 0xac, 0x5d, 0x18, 0xa8, 0x63 },
	/* 34dbaff5-0552-4281-8f76-da0b5e7a76a7 rank sparing */
	{ 0x34, 0xdb, 0xaf, 0xf5, 0x05, 0x52, 0x42, 0x81,
	  0x8f, 0x76, 0xda, 0x0b, 0x5e, 0x7a, 0x76, 0xa7 },
};

static bool is_among(const u8 *uuid, const u8 (*uuids)[UUID_LENGTH], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!memcmp(uuid, uuids[i], UUID_LENGTH))
			return true;
	return false;
}

bool swcci_inspect_log(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	audit->disclosing = !is_among(payload, described_logs, ARRAY_SIZE(described_logs));
	return true;
}

/* The answer is a secret, or can carry one. */
bool swcci_inspect_secret(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	audit->disclosing = true;
	return true;
}

/* A count above the number of ids sent could make a device read past them. */
bool swcci_inspect_port_list(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return length == 1 + (u32)payload[0];
}

bool swcci_inspect_switch_list(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return length == 3 + (u32)payload[2];
}

/* Logs 0 to 4: informational, warning, failure, fatal, dynamic capacity. */
bool swcci_inspect_event_log(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return payload[0] <= 4;
}

bool swcci_inspect_feature_list(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return !get_le16(payload + 6);		/* reserved */
}

/* Selection: current, default or saved value. */
bool swcci_inspect_feature_get(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	audit->disclosing =
		!is_among(payload, swcci_audited_features, FEATURES_NAMED) &&
		!is_among(payload, described_features, ARRAY_SIZE(described_features));
	return payload[0x14] <= 2;
}

/* The request is empty in CXL 2.0, and a start and a limit in later revisions. */
bool swcci_inspect_ld_allocations(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return length != 1;
}

/*
 * Configuration request: LE24 of register, byte enables, type. CXL 3.1 7.6.7.1.4.
 * The row describes a write; a read is a query.
 */
#define CONFIG_TYPE_WRITE	0x80
#define CONFIG_RESERVED		0x7f

static bool inspect_config(const u8 *payload, struct swcci_audit *audit)
{
	if (payload[3] & CONFIG_RESERVED)
		return false;
	if (!(payload[3] & CONFIG_TYPE_WRITE))
		audit->impact = IMPACT_QUERY;
	return true;
}

bool swcci_inspect_ppb_config(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return inspect_config(payload, audit);
}

bool swcci_inspect_ld_config(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return !get_le16(payload + 6) && inspect_config(payload, audit);
}

/*
 * CXL 3.1 table 7-41: LE24 of byte enables (12 to 19) and type (23), LD, length,
 * address, and in a write the data. A read is destructive too, since it may change a
 * register, and it discloses a host's memory.
 */
#define MEMORY_HEADER		0x10
#define MEMORY_MAX		0x1000
#define MEMORY_TYPE_WRITE	0x80

bool swcci_inspect_memory_request(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	u32 data = get_le16(payload + 6);

	if (payload[1] || payload[2] & 0x0f || payload[3] & 0x70 || data > MEMORY_MAX)
		return false;
	audit->disclosing = true;
	return length == MEMORY_HEADER + (payload[3] & MEMORY_TYPE_WRITE ? data : 0);
}

/* Assert PERST, deassert PERST, reset PPB. */
bool swcci_inspect_port_control(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return payload[1] <= 2;
}

bool swcci_inspect_bind(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return !payload[3];			/* reserved */
}

/* The host takes part in options 0 and 1; option 2 is a surprise removal. */
bool swcci_inspect_unbind(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	if (payload[2] <= 1)
		audit->impact = IMPACT_PROVISION;
	return payload[2] <= 2;
}

bool swcci_inspect_aer(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return !get_le16(payload + 2);		/* reserved */
}

/* A fixed part, then entries of equal size. */
static bool whole_entries(u32 length, u32 fixed, u32 entry)
{
	return length >= fixed && (length - fixed) % entry == 0;
}

bool swcci_inspect_dc_response(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 8, 0x18) &&
	       get_le32(payload) == (length - 8) / 0x18;
}

/* Extents start at 20h; without them the request may end at 1Ch. CXL 3.1 tables 7-70, 7-71. */
#define DC_FIXED		0x20
#define DC_EXTENT		0x28
#define DC_COUNT		0x1c
#define DC_FORCED_REMOVAL	0x10
#define DC_SANITIZE		0x20
#define DC_RELEASE_RESERVED	0xc0

static bool dc_extents_fit(const u8 *payload, u32 length)
{
	if (length == DC_COUNT)
		return true;
	return whole_entries(length, DC_FIXED, DC_EXTENT) &&
	       get_le32(payload + DC_COUNT) == (length - DC_FIXED) / DC_EXTENT;
}

/*
 * Selection policies free, contiguous and prescriptive: the host accepts what it gets.
 * Enable shared access (3) maps another host's capacity without that host's consent.
 */
bool swcci_inspect_dc_add(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	if (payload[2] <= 2)
		audit->impact = IMPACT_PROVISION;
	return payload[2] <= 3 && dc_extents_fit(payload, length);
}

/* Removal policies: tag-based, prescriptive. Forced removal and sanitizing lose data. */
bool swcci_inspect_dc_release(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	u8 flags = payload[2];

	if (flags & DC_RELEASE_RESERVED || (flags & 0xf) > 1)
		return false;
	if (!(flags & (DC_FORCED_REMOVAL | DC_SANITIZE)))
		audit->impact = IMPACT_PROVISION;
	return dc_extents_fit(payload, length);
}

bool swcci_inspect_ld_set_allocations(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 4, 0x10) && payload[0] == (length - 4) / 0x10;
}

/* Number of LDs, first LD, then a byte for each. */
bool swcci_inspect_bandwidth(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return length == 2 + (u32)payload[0];
}

/*
 * CXL 3.1 table 8-110: post package repair (1), sparing (2), built-in test (3). The
 * first two have a query for available resources: tables 8-103 to 8-105.
 */
#define MAINTENANCE_QUERY	0x01

bool swcci_inspect_maintenance(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	static const u8 subclasses[] = { 0, 2, 4, 1 };	/* of classes 0 to 3 */

	if (length > 2 && payload[0] <= 2 && payload[2] & MAINTENANCE_QUERY)
		audit->impact = IMPACT_SETTING;
	return payload[0] < ARRAY_SIZE(subclasses) && payload[1] < subclasses[payload[0]];
}

/* Class 0 is discovery; class 1 sanitizes or zeroes. CXL 3.1 8.2.9.9.5.3. */
bool swcci_inspect_media_operation(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	if (get_le16(payload + 2))		/* reserved */
		return false;
	if (payload[0] == 0 && payload[1] == 0) {
		audit->impact = IMPACT_QUERY;
		return true;
	}
	return payload[0] == 1 && payload[1] <= 1;
}

/*
 * Actions 0 to 4 and the flag "saved" are known. A named feature is a setting until
 * swcci_policy_apply_effects() applies its own effects. A UUID of all ones stands for
 * the feature in transfer (CXL 3.1 table 8-101), which may be any feature.
 */
#define SET_FEATURE_FLAGS	0x10
#define SET_FEATURE_RESERVED	0xfffffff0u

bool swcci_inspect_set_feature(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	u32 flags = get_le32(payload + SET_FEATURE_FLAGS);

	if (flags & SET_FEATURE_RESERVED || (flags & 7) > 4)
		return false;
	/* reserved: the header's last 9 bytes */
	if (payload[0x17] || get_le64(payload + 0x18))
		return false;
	for (int i = 0; i < FEATURES_NAMED; i++) {
		if (memcmp(payload, swcci_audited_features[i], FEATURE_UUID_LENGTH))
			continue;
		audit->feature = i;
		audit->impact = IMPACT_SETTING;
	}
	return true;
}

/* A byte for each log: mode none, MSI or firmware in 1:0, message number in 7:4. */
bool swcci_inspect_event_policy(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	for (u32 i = 0; i < length; i++)
		if (payload[i] & 0x0c || (payload[i] & 3) == 3)
			return false;
	return true;
}

/* A bit for each log, and bit 15 for background completion. */
bool swcci_inspect_mctp_policy(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return !(get_le16(payload) & 0x7fe0);
}

/* The number of handles matches the count; Clear All needs none. */
bool swcci_inspect_clear_events(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return payload[0] <= 4 && payload[1] <= 1 && length == 6 + 2 * (u32)payload[2] &&
	       !payload[3] && !get_le16(payload + 4);
}

/* Assign, clear. The number of entries matches the count. CXL 3.1 table 7-120. */
bool swcci_inspect_pid_assignment(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return payload[0] <= 1 && length == 4 + 5 * (u32)get_le16(payload + 2);
}

/* Bind, unbind. */
bool swcci_inspect_pid_binding(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	if (payload[0] == 0)
		audit->impact = IMPACT_PROVISION;
	return payload[0] <= 1;
}

/* CXL 3.1 table 7-131. The next four likewise: 7-135, 7-142 and 7-171, 7-145 and 7-174, 7-149. */
bool swcci_inspect_drt(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 6, 2);
}

bool swcci_inspect_rgt(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 6, 0xc);
}

bool swcci_inspect_segments(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 6, 8);
}

bool swcci_inspect_idt(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 8, 2);
}

bool swcci_inspect_rerouter(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	return whole_entries(length, 6, 5);
}

/* A read that clears loses the record of which PIDs interrupted. */
bool swcci_inspect_interrupt_vector(const u8 *payload, u32 length, struct swcci_audit *audit)
{
	if (!payload[8])
		audit->impact = IMPACT_QUERY;
	return payload[8] <= 1;
}
