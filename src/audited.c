// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of audited commands. A command that has no row, or whose payload
 * is not the one that the row was written for, is unaudited: the worst is
 * assumed of it. Adding an opcode is adding a row, in order of opcodes. Pure.
 */
#include "audited.h"

#define UUID_LENGTH	16

/*
 * Logs whose content is the component's description or statistics. The vendor
 * debug log and the component state dump can hold anything, keys included, and
 * so can a log that nobody has described. CXL 3.1 8.2.9.5.
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

static bool inspect_log(const u8 *payload, u32 length, struct audit *audit)
{
	for (size_t i = 0; i < ARRAY_SIZE(described_logs); i++)
		if (!memcmp(payload, described_logs[i], UUID_LENGTH))
			return true;
	audit->disclosing = true;
	return true;
}

/* A count that claims more ids than were sent makes a device read past them. */
static bool inspect_port_list(const u8 *payload, u32 length, struct audit *audit)
{
	return length == 1 + (u32)payload[0];
}

static bool inspect_switch_list(const u8 *payload, u32 length, struct audit *audit)
{
	return length == 3 + (u32)payload[2];
}

/* Logs 0 to 4: informational, warning, failure, fatal, dynamic capacity. */
static bool inspect_event_log(const u8 *payload, u32 length, struct audit *audit)
{
	return payload[0] <= 4;
}

static bool inspect_feature_list(const u8 *payload, u32 length, struct audit *audit)
{
	return !get_le16(payload + 6);		/* reserved */
}

/* Selection: current, default or saved value. */
static bool inspect_feature_get(const u8 *payload, u32 length, struct audit *audit)
{
	return payload[0x14] <= 2;
}

/* CXL 2.0 sent nothing, later revisions a start and a limit. */
static bool inspect_ld_allocations(const u8 *payload, u32 length, struct audit *audit)
{
	return length != 1;
}

#define QUERY(op, title, spec, min, max, look, why) { \
	.opcode = (op), .name = (title), .section = (spec), \
	.length_min = (min), .length_max = (max), .impact = IMPACT_QUERY, \
	.inspect = (look), .reason = (why) }

/*
 * Read-only on any conforming component. Lengths: the current definition, and
 * the older, shorter one where there is one.
 */
static const struct audited_row rows[] = {
	QUERY(0x0001, "Identify", "8.2.9.1.1", 0, 0, NULL, "reads ids and serial"),
	QUERY(0x0002, "Background Operation Status", "8.2.9.1.2", 0, 0, NULL,
	      "reads progress"),
	QUERY(0x0003, "Get Response Message Limit", "8.2.9.1.3", 0, 0, NULL,
	      "reads a limit of this CCI"),
	QUERY(0x0100, "Get Event Records", "8.2.9.2.2", 1, 1, inspect_event_log,
	      "records stay until cleared by 0101h"),
	QUERY(0x0102, "Get Event Interrupt Policy", "8.2.9.2.4", 0, 0, NULL, "reads a policy"),
	QUERY(0x0104, "Get MCTP Event Interrupt Policy", "8.2.9.2.6", 0, 0, NULL,
	      "reads a policy"),
	QUERY(0x0200, "Get FW Info", "8.2.9.3.1", 0, 0, NULL, "reads slots and revisions"),
	QUERY(0x0300, "Get Timestamp", "8.2.9.4.1", 0, 0, NULL, "reads the clock"),
	QUERY(0x0400, "Get Supported Logs", "8.2.9.5.1", 0, 0, NULL, "lists logs"),
	QUERY(0x0401, "Get Log", "8.2.9.5.2", 0x18, 0x18, inspect_log,
	      "reads a log; some logs disclose"),
	QUERY(0x0402, "Get Log Capabilities", "8.2.9.5.3", 0x10, 0x10, NULL,
	      "reads what a log can do"),
	QUERY(0x0405, "Get Supported Logs Sub-List", "8.2.9.5.6", 2, 2, NULL, "lists logs"),
	QUERY(0x0500, "Get Supported Features", "8.2.9.6.1", 8, 8, inspect_feature_list,
	      "lists features"),
	QUERY(0x0501, "Get Feature", "8.2.9.6.2", 0x15, 0x15, inspect_feature_get,
	      "reads a feature"),
	QUERY(0x4000, "Identify Memory Device", "8.2.9.9.1.1", 0, 0, NULL, "reads capacity"),
	QUERY(0x4100, "Get Partition Info", "8.2.9.9.2.1", 0, 0, NULL, "reads partitions"),
	QUERY(0x4102, "Get LSA", "8.2.9.9.2.3", 8, 8, NULL, "reads the label area"),
	QUERY(0x4200, "Get Health Info", "8.2.9.9.3.1", 0, 0, NULL, "reads health"),
	QUERY(0x4201, "Get Alert Configuration", "8.2.9.9.3.2", 0, 0, NULL, "reads thresholds"),
	QUERY(0x4203, "Get Shutdown State", "8.2.9.9.3.4", 0, 0, NULL, "reads a state"),
	QUERY(0x4300, "Get Poison List", "8.2.9.9.4.1", 0x10, 0x10, NULL, "reads addresses"),
	QUERY(0x4303, "Get Scan Media Capabilities", "8.2.9.9.4.4", 0x10, 0x10, NULL,
	      "estimates a scan, starts none"),
	QUERY(0x4500, "Get Security State", "8.2.9.9.6.1", 0, 0, NULL, "reads a state"),
	QUERY(0x4700, "Get SLD QoS Control", "8.2.9.9.8.1", 0, 0, NULL, "reads QoS"),
	QUERY(0x4702, "Get SLD QoS Status", "8.2.9.9.8.3", 0, 0, NULL, "reads QoS"),
	QUERY(0x4800, "Get Dynamic Capacity Configuration", "8.2.9.9.9.1", 2, 2, NULL,
	      "reads regions"),
	QUERY(0x4801, "Get Dynamic Capacity Extent List", "8.2.9.9.9.2", 8, 8, NULL,
	      "reads extents"),
	QUERY(0x5100, "Identify Switch Device", "7.6.7.1.1", 0, 0, NULL, "reads counts"),
	QUERY(0x5101, "Get Physical Port State", "7.6.7.1.2", 1, 0x100, inspect_port_list,
	      "reads ports"),
	QUERY(0x5104, "Get Domain Validation SV State", "7.6.7.1.5", 0, 0, NULL,
	      "says whether a secret is set, not the secret"),
	QUERY(0x5106, "Get VCS Domain Validation SV State", "7.6.7.1.7", 1, 1, NULL,
	      "says whether a secret is set, not the secret"),
	QUERY(0x5200, "Get Virtual CXL Switch Info", "7.6.7.2.1", 3, 0x102, inspect_switch_list,
	      "reads bindings"),
	QUERY(0x5400, "Get LD Info", "7.6.7.4.1", 0, 0, NULL, "reads counts"),
	QUERY(0x5401, "Get LD Allocations", "7.6.7.4.2", 0, 2, inspect_ld_allocations,
	      "reads allocations"),
	QUERY(0x5403, "Get QoS Control", "7.6.7.4.4", 0, 0, NULL, "reads QoS"),
	QUERY(0x5405, "Get QoS Status", "7.6.7.4.6", 0, 0, NULL, "reads QoS"),
	QUERY(0x5406, "Get QoS Allocated BW", "7.6.7.4.7", 2, 2, NULL, "reads QoS"),
	QUERY(0x5408, "Get QoS BW Limit", "7.6.7.4.9", 2, 2, NULL, "reads QoS"),
	QUERY(0x5500, "Get Multi-Headed Info", "7.6.7.5.1", 2, 2, NULL, "reads heads"),
	QUERY(0x5501, "Get Head Info", "7.6.7.5.2", 2, 2, NULL, "reads heads"),
	QUERY(0x5600, "Get DCD Info", "7.6.7.6.1", 0, 0, NULL, "reads capacity"),
	QUERY(0x5601, "Get Host DC Region Configuration", "7.6.7.6.2", 4, 4, NULL,
	      "reads regions"),
	QUERY(0x5603, "Get DC Region Extent Lists", "7.6.7.6.4", 0x0c, 0x0c, NULL,
	      "reads extents"),
	QUERY(0x5608, "Dynamic Capacity List Tags", "7.6.7.6.9", 8, 8, NULL, "reads tags"),
};

_Static_assert(ARRAY_SIZE(rows) <= AUDITED_ROWS_MAX,
	       "a destination keeps one effects word for each row");

/**
 * audited_find() - the row of an opcode
 * @opcode: any
 *
 * Return: its index, or -1.
 */
int audited_find(u16 opcode)
{
	int low = 0, high = (int)ARRAY_SIZE(rows) - 1;

	while (low <= high) {
		int middle = (low + high) / 2;

		if (rows[middle].opcode == opcode)
			return middle;
		if (rows[middle].opcode < opcode)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

/**
 * audited_row() - a row by index
 * @row: any
 *
 * Return: the row, or NULL past either end of the table.
 */
const struct audited_row *audited_row(int row)
{
	return row >= 0 && row < (int)ARRAY_SIZE(rows) ? &rows[row] : NULL;
}

/**
 * audited_judge() - what a command does, by the table and its payload alone
 * @opcode: of the command inside all tunnels
 * @payload: its request payload; not read beyond @length
 * @length: of @payload
 * @audit: result
 */
void audited_judge(u16 opcode, const u8 *payload, u32 length, struct audit *audit)
{
	const struct audited_row *row;

	*audit = (struct audit){ .impact = IMPACT_DESTRUCTIVE, .row = audited_find(opcode) };
	row = audited_row(audit->row);
	if (!row || length < row->length_min || length > row->length_max)
		return;

	audit->impact = row->impact;
	audit->disclosing = row->disclosing;
	audit->audited = !row->inspect || row->inspect(payload, length, audit);
	if (!audit->audited)
		audit->impact = IMPACT_DESTRUCTIVE;
}
