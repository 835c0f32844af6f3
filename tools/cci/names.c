// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of names. Data only, no decisions.
 */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "cxl_switch_cci.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *lookup(const char *const *table, size_t count, size_t index)
{
	return index < count && table[index] ? table[index] : "unknown";
}

#define OPCODE(number, name) { number, name },
static const struct {
	uint16_t opcode;
	const char *name;
} opcodes[] = {
#include "opcodes.def"
};

#undef OPCODE

bool opcode_is_known(uint16_t opcode)
{
	size_t i;

	for (i = 0; i < COUNT(opcodes); i++)
		if (opcodes[i].opcode == opcode)
			return true;
	return false;
}

const char *opcode_name(uint16_t opcode)
{
	size_t i;

	for (i = 0; i < COUNT(opcodes); i++)
		if (opcodes[i].opcode == opcode)
			return opcodes[i].name;
	return opcode >= OPCODE_VENDOR_FIRST ? "vendor specific" : "unknown";
}

/* CXL 3.1 table 8-34 */
static const struct {
	const char *name, *hint;
} return_codes[] = {
	[0x00] = { "Success", NULL },
	[0x01] = { "Background Command Started", NULL },
	[0x02] = { "Invalid Input", "check the request's fields against the specification" },
	[0x03] = { "Unsupported", "'cel' lists the commands that this component supports" },
	[0x04] = { "Internal Error", "try again; if it stays, the component's logs may say more" },
	[0x05] = { "Retry Required", "try again" },
	[0x06] = { "Busy", "a background operation runs: 'bg status' shows it and its progress" },
	[0x07] = { "Media Disabled", NULL },
	[0x08] = { "FW Transfer in Progress", "wait until the other transfer is over" },
	[0x09] = { "FW Transfer Out of Order", NULL },
	[0x0A] = { "FW Verification Failed", "check that the image is meant for this component" },
	[0x0B] = { "Invalid Slot", "'fw info' shows the slots" },
	[0x0C] = { "Activation Failed, FW Rolled Back", NULL },
	[0x0D] = { "Activation Failed, Cold Reset Required", "power-cycle the component" },
	[0x0E] = { "Invalid Handle", NULL },
	[0x0F] = { "Invalid Physical Address", NULL },
	[0x10] = { "Inject Poison Limit Reached", NULL },
	[0x11] = { "Permanent Media Failure", NULL },
	[0x12] = { "Aborted", NULL },
	[0x13] = { "Invalid Security State", NULL },
	[0x14] = { "Incorrect Passphrase", NULL },
	[0x15] = { "Unsupported Mailbox or CCI", "the command needs another CCI of it" },
	[0x16] = { "Invalid Payload Length", "check the request's length with the specification" },
	[0x17] = { "Invalid Log", "'logs' lists the logs that this component has" },
	[0x18] = { "Interrupted", "the data changed while it was read: try again" },
	[0x19] = { "Unsupported Feature Version", NULL },
	[0x1A] = { "Unsupported Feature Selection Value", NULL },
	[0x1B] = { "Feature Transfer in Progress", "wait until the other transfer is over" },
	[0x1C] = { "Feature Transfer Out of Order", NULL },
	[0x1D] = { "Resources Exhausted", NULL },
	[0x1E] = { "Invalid Extent List", NULL },
	[0x1F] = { "Transfer Out of Order", NULL },
	[0x20] = { "Request Abort Background Operation Not Supported", NULL },
};

const char *return_code_name(uint16_t return_code)
{
	return return_code < COUNT(return_codes) ? return_codes[return_code].name : "unknown";
}

const char *return_code_hint(uint16_t return_code)
{
	return return_code < COUNT(return_codes) ? return_codes[return_code].hint : NULL;
}

/* Identify (0001h), CXL 3.1 8.2.9.1.1 */
const char *component_name(uint8_t type)
{
	switch (type) {
	case CXL_SWITCH_CCI_COMPONENT_SWITCH:
		return "switch";
	case CXL_SWITCH_CCI_COMPONENT_TYPE3:
		return "type 3 device";
	case CXL_SWITCH_CCI_COMPONENT_GFD:
		return "GFD";
	default:
		return "unknown";
	}
}

static const struct {
	const char *name, *text;
} sources[] = {
	[CXL_SWITCH_CCI_SOURCE_NONE] = { "not known", "not known" },
	[CXL_SWITCH_CCI_SOURCE_IDENTIFY] = { "Identify", "by Identify" },
	[CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG] = {
		"Command Effects Log", "by its Command Effects Log" },
	[CXL_SWITCH_CCI_SOURCE_SIBLING] = {
		"sibling", "by an upstream switch port of the same PCI device" },
};

const char *source_name(uint8_t source)
{
	return source < COUNT(sources) ? sources[source].name : "unknown";
}

const char *source_text(uint8_t source)
{
	return source < COUNT(sources) ? sources[source].text : "in a way that this tool does not "
	       "know";
}

void component_text(uint8_t type, uint8_t source, char *text)
{
	if (source > CXL_SWITCH_CCI_SOURCE_IDENTIFY)
		snprintf(text, COMPONENT_TEXT_SIZE, "%s (type %s)", component_name(type),
			 source_text(source));
	else
		snprintf(text, COMPONENT_TEXT_SIZE, "%s", component_name(type));
}

const char *stage_name(int stage)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_STAGE_REFUSED] = "refused",
		[CXL_SWITCH_CCI_STAGE_NOT_SENT] = "not sent",
		[CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN] = "sent, outcome unknown",
		[CXL_SWITCH_CCI_STAGE_ANSWERED] = "answered",
	};

	return lookup(names, COUNT(names), stage);
}

const char *impact_name(uint8_t impact)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_IMPACT_QUERY] = "query",
		[CXL_SWITCH_CCI_IMPACT_SETTING] = "setting",
		[CXL_SWITCH_CCI_IMPACT_PROVISION] = "provision",
		[CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE] = "destructive",
	};

	return lookup(names, COUNT(names), impact);
}

/* Short name of a gate, and the meaning of its refusal. The hints are in gates.c. */
static const struct {
	const char *name, *text;
} reasons[] = {
	[CXL_SWITCH_CCI_REASON_NONE] = { "none", "no gate of the driver" },
	[CXL_SWITCH_CCI_REASON_MALFORMED] = {
		"malformed", "the framing of the tunneled command is wrong, or no receiver "
		"answers this command" },
	[CXL_SWITCH_CCI_REASON_READ_ONLY] = {
		"read-only", "more than a query, and the device node is not open for writing" },
	[CXL_SWITCH_CCI_REASON_RESTRICTED] = {
		"restricted", "above the limit that was set on this open file" },
	[CXL_SWITCH_CCI_REASON_PROTECTION] = {
		"protection", "protection=strict lets nothing but harmless queries through" },
	[CXL_SWITCH_CCI_REASON_UNAUDITED] = {
		"unaudited", "the driver does not know what this command does" },
	[CXL_SWITCH_CCI_REASON_CAPABILITY] = { "capability", "needs CAP_SYS_RAWIO" },
	[CXL_SWITCH_CCI_REASON_OWNERSHIP] = {
		"ownership", "a background operation or a transfer of another client" },
	[CXL_SWITCH_CCI_REASON_LOCKDOWN] = { "lockdown", "the kernel is locked down" },
	[CXL_SWITCH_CCI_REASON_UNREACHABLE] = {
		"unreachable", "nothing answers at that destination" },
	[CXL_SWITCH_CCI_REASON_IDENTITY] = {
		"identity", "the function's own component type is not known yet" },
};

const char *reason_name(int reason)
{
	return (size_t)reason < COUNT(reasons) ? reasons[reason].name : "unknown";
}

const char *reason_text(int reason)
{
	return (size_t)reason < COUNT(reasons) ? reasons[reason].text :
	       "a gate that this tool does not know";
}

const char *knowledge_name(uint8_t knowledge)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_KNOWLEDGE_READ] = "read",
		[CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE] = "unreadable",
		[CXL_SWITCH_CCI_KNOWLEDGE_SILENT] = "silent",
		[CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED] = "not asked",
	};

	return lookup(names, COUNT(names), knowledge);
}

const char *state_name(uint8_t state)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_STATE_READY] = "ready",
		[CXL_SWITCH_CCI_STATE_STUCK] = "stuck",
		[CXL_SWITCH_CCI_STATE_RESETTING] = "resetting",
		[CXL_SWITCH_CCI_STATE_GONE] = "gone",
	};

	return lookup(names, COUNT(names), state);
}

const char *interrupt_name(uint8_t mode)
{
	static const char *const names[] = {
		[CXL_SWITCH_CCI_INTERRUPT_NONE] = "polling",
		[CXL_SWITCH_CCI_INTERRUPT_MSI] = "MSI",
		[CXL_SWITCH_CCI_INTERRUPT_MSIX] = "MSI-X",
	};

	return lookup(names, COUNT(names), mode);
}

const char *port_state_name(uint8_t state)
{
	static const char *const names[] = {
		"disabled", "binding", "unbinding", "downstream", "upstream", "fabric",
		[0xF] = "invalid",
	};

	return lookup(names, COUNT(names), state);
}

const char *device_type_name(uint8_t type)
{
	static const char *const names[] = {
		"none", "PCIe device", "CXL type 1", "CXL type 2", "type 3 SLD", "type 3 MLD",
		"PBR component",
	};

	return lookup(names, COUNT(names), type);
}

const char *device_mode_name(uint8_t mode)
{
	static const char *const names[] = {
		"not CXL", "RCD", "68B flit", "256B flit", "256B low latency", "PBR",
	};

	return lookup(names, COUNT(names), mode);
}

const char *link_speed_name(uint8_t speed)
{
	static const char *const names[] = {
		NULL, "2.5", "5", "8", "16", "32", "64",
	};

	return lookup(names, COUNT(names), speed);
}

const char *ltssm_name(uint8_t state)
{
	static const char *const names[] = {
		"Detect", "Polling", "Configuration", "Recovery", "L0", "L0s", "L1", "L2",
		"Disabled", "Loopback", "Hot Reset",
	};

	return lookup(names, COUNT(names), state);
}

/*
 * Linux and QEMU 11 define bit 7 as "abort supported", the specification as
 * "secondary mailbox", so the tool shows both. reset_text() handles the bits
 * that have no name here.
 */
static const struct {
	const char *key, *name;
} effects_of_bit[EFFECT_BITS] = {
	{ "config_after_cold_reset", NULL },
	{ "config", "config now" },
	{ "data", "data" },
	{ "policy", "policy" },
	{ "log", "log" },
	{ "security_state", "security state" },
	{ "background", "background" },
	{ "secondary_mailbox_or_abort", "secondary mailbox or abortable" },
	{ "abort", "abortable" },
	{ "reset_bits_valid", NULL },
	{ "config_after_conventional_reset", "bit 10 without bit 9" },
	{ "config_after_cxl_reset", "bit 11 without bit 9" },
	{ "reserved_12", "reserved bit 12" },
	{ "reserved_13", "reserved bit 13" },
	{ "reserved_14", "reserved bit 14" },
	{ "reserved_15", "reserved bit 15" },
};

const char *effect_key(unsigned int bit)
{
	return effects_of_bit[bit].key;
}

#define COLD_RESET		(1U << 0)
#define RESET_BITS_VALID	(1U << 9)
#define CONVENTIONAL_RESET	(1U << 10)
#define CXL_RESET		(1U << 11)

/*
 * Writes "config after cold/conventional reset" or nothing; returns the bits
 * that the text covers.
 */
static uint16_t reset_text(uint16_t effects, char *text, size_t room)
{
	uint16_t told = effects & COLD_RESET;
	const char *between = "";

	if (effects & RESET_BITS_VALID)
		told |= effects & (CONVENTIONAL_RESET | CXL_RESET);
	*text = '\0';
	if (!told)
		return 0;
	if (told & COLD_RESET)
		between = "/";
	snprintf(text, room, "config after %s%s%s%s%s reset", told & COLD_RESET ? "cold" : "",
		 told & CONVENTIONAL_RESET ? between : "",
		 told & CONVENTIONAL_RESET ? "conventional" : "",
		 told & CXL_RESET && told != CXL_RESET ? "/" : "", told & CXL_RESET ? "CXL" : "");
	return told;
}

void effects_text(uint16_t effects, char *text, size_t room)
{
	uint16_t told = reset_text(effects, text, room);
	size_t used = strlen(text);
	unsigned int bit;

	for (bit = 0; bit < EFFECT_BITS && used < room; bit++) {
		const char *name = effects_of_bit[bit].name;

		if (effects & ~told & 1U << bit && name)
			used += snprintf(text + used, room - used, "%s%s", used ? ", " : "", name);
	}
	if (!used)
		snprintf(text, room, "none");
}

const uint8_t cel_uuid[UUID_SIZE] = {
	0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17,
};

void uuid_text(const uint8_t *uuid, char *text)
{
	size_t i;

	for (i = 0; i < UUID_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		text += sprintf(text, "%02x", uuid[i]);
	}
}

const char *log_name(const uint8_t *uuid)
{
	static const struct {
		const char *uuid, *name;
	} logs[] = {
		{ "0da9c0b5-bf41-4b78-8f79-96b1623b3f17", "Command Effects Log" },
		{ "5e1819d9-11a9-400c-811f-d60719403d86", "Vendor Debug Log" },
		{ "b3fab4cf-01b6-4332-943e-5e9962f23567", "Component State Dump" },
		{ "f1720d60-a7a9-4306-a003-11948f9e077c", "DDR5 Error Check Scrub Log" },
		{ "e6dfa32c-d13e-4a5c-8ca8-99bebbf731a4", "Media Test Capability Log" },
		{ "2c255522-8ce4-11ec-b909-0242ac120002", "Media Test Results Short Log" },
		{ "c1fe0b3e-7a00-448e-a24e-a6aabbfe587a", "Media Test Results Long Log" },
	};
	char text[UUID_TEXT_SIZE];
	size_t i;

	uuid_text(uuid, text);
	for (i = 0; i < COUNT(logs); i++)
		if (!strcmp(logs[i].uuid, text))
			return logs[i].name;
	return "unknown";
}
