// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locates the mailbox by what a device reports about itself. Everything that is read is
 * checked before use: no offset leaves this file unless it lies inside the block, and no
 * loop is longer than the block can hold. Pure.
 */
#include "registers.h"

#define DVSEC_HEADER1		0x04
#define DVSEC_LENGTH(dw)	((dw) >> 20)
#define LOCATOR_FIRST_ENTRY	0x0c
#define LOCATOR_ENTRY_SIZE	8
#define LOCATOR_BIR(lo)		((lo) & 0x7)
#define LOCATOR_BLOCK_ID(lo)	((lo) >> 8 & 0xff)
#define LOCATOR_OFFSET_LOW(lo)	((lo) & 0xffff0000)
#define LOCATOR_LAST_BIR	5

#define CAPABILITY_STRIDE	0x10
#define CAPABILITY_ID(dw)	((dw) & 0xffff)
#define CAPABILITY_VERSION(dw)	((dw) >> 16 & 0xff)
#define ARRAY_TYPE(dw)		((dw) >> 24 & 0xf)
#define ARRAY_COUNT(dw)		((dw) & 0xffff)
#define ARRAY_VERSION		1
#define TYPE_INFERRED		0	/* from the class code; QEMU reports this */
#define TYPE_SWITCH_MAILBOX	2

#define PAYLOAD_EXPONENT_MIN	8
#define PAYLOAD_EXPONENT_MAX	20

#define VENDOR_CXL		0x1e98

#define complain(why, ...) \
	(snprintf((why)->text, sizeof((why)->text), __VA_ARGS__), -ENXIO)

static int unreadable(struct swcci_complaint *why, u32 offset)
{
	return complain(why, "cannot read at offset %#x", offset);
}

static int locator_length(const struct swcci_register_reader *config, u32 dvsec,
			  u32 config_size, u32 *length, struct swcci_complaint *why)
{
	u32 header;

	if (config->read32(config->context, dvsec + DVSEC_HEADER1, &header))
		return unreadable(why, dvsec + DVSEC_HEADER1);
	*length = DVSEC_LENGTH(header);
	if (*length < LOCATOR_FIRST_ENTRY || dvsec + *length > config_size)
		return complain(why, "register locator: bad length %#x", *length);
	if ((*length - LOCATOR_FIRST_ENTRY) % LOCATOR_ENTRY_SIZE)
		return complain(why, "register locator: length %#x holds no whole entries",
				*length);
	return 0;
}

/**
 * swcci_registers_locate() - find the CXL device register block
 * @config: reads configuration space
 * @dvsec: offset of the Register Locator DVSEC
 * @config_size: bytes of configuration space
 * @block: result
 * @why: filled on failure
 *
 * CXL 3.1 8.1.9.
 *
 * Return: 0, or -ENXIO with @why.
 */
int swcci_registers_locate(const struct swcci_register_reader *config, u32 dvsec,
			   u32 config_size, struct swcci_register_block *block,
			   struct swcci_complaint *why)
{
	u32 length, entry, low, high;
	int rc;

	rc = locator_length(config, dvsec, config_size, &length, why);
	if (rc)
		return rc;

	for (entry = LOCATOR_FIRST_ENTRY; entry < length; entry += LOCATOR_ENTRY_SIZE) {
		if (config->read32(config->context, dvsec + entry, &low) ||
		    config->read32(config->context, dvsec + entry + 4, &high))
			return unreadable(why, dvsec + entry);
		if (LOCATOR_BLOCK_ID(low) != REGISTER_BLOCK_DEVICE)
			continue;
		if (LOCATOR_BIR(low) > LOCATOR_LAST_BIR)
			return complain(why, "register locator: reserved BAR indicator %u",
					LOCATOR_BIR(low));
		block->bir = LOCATOR_BIR(low);
		block->offset = (u64)high << 32 | LOCATOR_OFFSET_LOW(low);
		return 0;
	}
	return complain(why, "register locator: no CXL device registers");
}

struct capability {
	u16 id;
	u8 version;
	u32 offset;
	u32 length;
	u32 vendor;
};

/*
 * Of each capability that the driver uses: the newest version that it was written for,
 * and the least length that its accesses need.
 */
static const struct capability_rule {
	u16 id;
	u8 version_known;
	u32 length_min;
	size_t offset_in_map;
	const char *name;
} rules[] = {
	{ 0x0001, 2, 8, offsetof(struct swcci_register_map, event_status), "device status" },
	{ 0x0002, 1, MAILBOX_PAYLOAD_OFFSET, offsetof(struct swcci_register_map, mailbox),
	  "primary mailbox" },
	{ 0x4000, 1, 8, offsetof(struct swcci_register_map, readiness), "mailbox CCI status" },
};

static const struct capability_rule *rule_for(const struct capability *cap)
{
	/* 3.2: a header may belong to another vendor's number space */
	if (cap->vendor && cap->vendor != VENDOR_CXL)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].id == cap->id)
			return &rules[i];
	return NULL;
}

static int capability_read(const struct swcci_register_reader *registers, u32 at,
			   struct capability *cap, struct swcci_complaint *why)
{
	u32 dw[4];

	for (u32 i = 0; i < ARRAY_SIZE(dw); i++)
		if (registers->read32(registers->context, at + 4 * i, &dw[i]))
			return unreadable(why, at + 4 * i);
	cap->id = CAPABILITY_ID(dw[0]);
	cap->version = CAPABILITY_VERSION(dw[0]);
	cap->offset = dw[1];
	cap->length = dw[2];
	cap->vendor = dw[3];
	return 0;
}

static int capability_check(const struct capability *cap,
			    const struct capability_rule *rule, u32 first_free,
			    u64 block_size, struct swcci_complaint *why)
{
	if (!cap->version)
		return complain(why, "%s capability: version 0 is not defined", rule->name);
	if (cap->length < rule->length_min)
		return complain(why, "%s capability: length %#x is below %#x",
				rule->name, cap->length, rule->length_min);
	if (cap->offset < first_free || cap->offset % 8)
		return complain(why, "%s capability: bad offset %#x",
				rule->name, cap->offset);
	if ((u64)cap->offset + cap->length > block_size)
		return complain(why, "%s capability: %#x+%#x is past the BAR's end",
				rule->name, cap->offset, cap->length);
	return 0;
}

/* Version n + 1 may only extend version n, so it serves as n: 8.2.8.2. */
static void remark_newer(const struct capability *cap, const struct capability_rule *rule,
			 struct swcci_complaint *why)
{
	if (cap->version > rule->version_known && !*why->text)
		snprintf(why->text, sizeof(why->text),
			 "%s capability: version %u is unknown; using it as version %u",
			 rule->name, cap->version, rule->version_known);
}

static int array_check(const struct swcci_register_reader *registers, u64 block_size,
		       struct swcci_register_map *map, u32 *count, struct swcci_complaint *why)
{
	u32 low, high;

	if (block_size < CAPABILITY_STRIDE)
		return complain(why, "register block lies outside its BAR");
	if (registers->read32(registers->context, 0, &low) ||
	    registers->read32(registers->context, 4, &high))
		return unreadable(why, 0);
	if (low == ~(u32)0)
		return complain(why, "registers read as all ones; the function does not answer");
	if (CAPABILITY_ID(low) != 0 || CAPABILITY_VERSION(low) != ARRAY_VERSION)
		return complain(why, "capability array: unknown id %#x or version %u",
				CAPABILITY_ID(low), CAPABILITY_VERSION(low));
	if (ARRAY_TYPE(low) != TYPE_INFERRED && ARRAY_TYPE(low) != TYPE_SWITCH_MAILBOX)
		return complain(why, "capability array: type %u is not a switch mailbox",
				ARRAY_TYPE(low));
	map->type_inferred = ARRAY_TYPE(low) == TYPE_INFERRED;
	*count = ARRAY_COUNT(high);
	if (((u64)*count + 1) * CAPABILITY_STRIDE > block_size)
		return complain(why, "capability array: %u entries do not fit the BAR", *count);
	return 0;
}

static int map_capability(const struct swcci_register_reader *registers, u32 index,
			  u32 count, u64 block_size, struct swcci_register_map *map,
			  struct swcci_complaint *why)
{
	const struct capability_rule *rule;
	struct capability cap;
	u32 *offset;
	int rc;

	rc = capability_read(registers, index * CAPABILITY_STRIDE, &cap, why);
	if (rc)
		return rc;
	rule = rule_for(&cap);
	if (!rule)
		return 0;
	rc = capability_check(&cap, rule, (count + 1) * CAPABILITY_STRIDE, block_size, why);
	if (rc)
		return rc;
	offset = (u32 *)((u8 *)map + rule->offset_in_map);
	if (*offset)
		return complain(why, "%s capability: listed twice", rule->name);
	remark_newer(&cap, rule, why);
	*offset = cap.offset;
	if (offset == &map->mailbox)
		map->mailbox_length = cap.length;
	return 0;
}

/**
 * swcci_registers_map() - walk the CXL Device Capabilities Array
 * @registers: reads the block
 * @block_size: bytes from the block's start to the end of its BAR
 * @map: result; every offset in it lies inside the block
 * @why: filled on failure; on success empty, or the first capability that is newer
 *	than this file
 *
 * CXL 3.1 8.2.8.1 and 8.2.8.2.
 *
 * Return: 0, or -ENXIO with @why.
 */
int swcci_registers_map(const struct swcci_register_reader *registers, u64 block_size,
			struct swcci_register_map *map, struct swcci_complaint *why)
{
	u32 count;
	int rc;

	memset(map, 0, sizeof(*map));
	why->text[0] = '\0';
	rc = array_check(registers, block_size, map, &count, why);
	if (rc)
		return rc;
	for (u32 i = 1; i <= count; i++) {
		rc = map_capability(registers, i, count, block_size, map, why);
		if (rc)
			return rc;
	}
	if (!map->mailbox)
		return complain(why, "capability array: no primary mailbox");
	if (!map->readiness)
		return complain(why, "capability array: no mailbox CCI status (4000h)");
	return 0;
}

/**
 * swcci_registers_mailbox() - decode the Mailbox Capabilities register
 * @capability: the register
 * @length: of the mailbox capability, in bytes
 * @mailbox: result; the payload area lies inside @length
 * @why: filled on failure
 *
 * CXL 3.1 8.2.8.4.3.
 *
 * Return: 0, or -ENXIO with @why.
 */
int swcci_registers_mailbox(u32 capability, u32 length,
			    struct swcci_mailbox_capability *mailbox, struct swcci_complaint *why)
{
	u32 exponent = capability & 0x1f;
	u32 type = capability >> 19 & 0xf;

	if (exponent < PAYLOAD_EXPONENT_MIN || exponent > PAYLOAD_EXPONENT_MAX)
		return complain(why, "mailbox: payload size 2^%u is outside 2^8 to 2^20",
				exponent);
	if (length < MAILBOX_PAYLOAD_OFFSET + ((u32)1 << exponent))
		return complain(why, "mailbox: payload 2^%u does not fit its capability of %#x",
				exponent, length);
	if (type != TYPE_INFERRED && type != TYPE_SWITCH_MAILBOX)
		return complain(why, "mailbox: type %u is not for FM API commands", type);

	mailbox->payload_size = (u32)1 << exponent;
	mailbox->doorbell_interrupt = capability & BIT(5);
	mailbox->background_interrupt = capability & BIT(6);
	mailbox->message_number = capability >> 7 & 0xf;
	mailbox->ready_seconds = capability >> 11 & 0xff;
	return 0;
}

/**
 * swcci_registers_ready() - is the mailbox ready?
 * @readiness: the register of capability 4000h
 *
 * Bit 0, CXL 3.1 8.2.8.6.1.1. QEMU has the register of a memory device there, whose
 * bit 4 is reserved on a switch: both are accepted.
 *
 * Return: true if it is; false if it is not, or if the register reads as all ones.
 */
bool swcci_registers_ready(u64 readiness)
{
	return readiness != ~(u64)0 && (readiness & (BIT(0) | BIT(4)));
}
