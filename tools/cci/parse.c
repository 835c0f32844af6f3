// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsers for the values on the command line. They do not print or exit.
 */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cxl_switch_cci.h"
#include "names.h"

#define TIMEOUT_MAX_MS 3600000
#define SECONDS_MAX 86400

/* Parses a decimal number of at most @max at *@text and moves *@text past it. */
static bool take_number(const char **text, unsigned long max, unsigned long *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*value = strtoul(*text, &end, 10);
	*text = end;
	return !errno && *value <= max;
}

const char *parse_id_list(const char *text, struct id_list *list)
{
	unsigned long first, last;

	memset(list, 0, sizeof(*list));
	if (!strcmp(text, "all")) {
		list->all = true;
		return NULL;
	}
	for (;;) {
		if (!take_number(&text, ID_COUNT - 1, &first))
			return "expected 'all', or numbers from 0 to 255 like 0-7 or 0,3,5-7";
		last = first;
		if (*text == '-' && (text++, !take_number(&text, ID_COUNT - 1, &last)))
			return "expected a number from 0 to 255 after '-'";
		if (last < first)
			return "a range runs from the lower to the higher number";
		memset(list->has + first, true, last - first + 1);
		if (!*text)
			return NULL;
		if (*text++ != ',')
			return "numbers are separated by ',' and ranges written with '-'";
	}
}

const char *parse_opcode(const char *text, uint16_t *opcode)
{
	unsigned long value;
	char *end;

	if (!isxdigit((unsigned char)*text))
		return "an opcode is a hexadecimal number like 0001, 0x5101 or 5101h";
	errno = 0;
	value = strtoul(text, &end, 16);
	if (*end == 'h' || *end == 'H')
		end++;
	if (*end || end == text)
		return "an opcode is a hexadecimal number like 0001, 0x5101 or 5101h";
	if (errno || value > 0xFFFF)
		return "an opcode has at most four hexadecimal digits";
	*opcode = value;
	return NULL;
}

const char *parse_milliseconds(const char *text, uint32_t *milliseconds)
{
	unsigned long value;

	if (!take_number(&text, TIMEOUT_MAX_MS, &value) || *text || !value)
		return "expected milliseconds from 1 to 3600000";
	*milliseconds = value;
	return NULL;
}

const char *parse_seconds(const char *text, uint32_t *milliseconds)
{
	static const char wrong[] = "expected seconds from 0.01 to 86400, like 1 or 0.25";
	unsigned long whole, unit = 1000;

	if (!take_number(&text, SECONDS_MAX, &whole))
		return wrong;
	*milliseconds = whole * 1000;
	if (*text == '.' && isdigit((unsigned char)text[1]))
		for (text++; isdigit((unsigned char)*text) && unit > 1; text++)
			*milliseconds += (*text - '0') * (unit /= 10);
	return *text || *milliseconds < 10 || *milliseconds > SECONDS_MAX * 1000 ? wrong : NULL;
}

const char *parse_count(const char *text, uint32_t *count)
{
	unsigned long value;

	if (!take_number(&text, UINT32_MAX, &value) || *text || !value)
		return "expected a number from 1 on";
	*count = value;
	return NULL;
}

const char *parse_impact(const char *text, struct limit *limit)
{
	uint8_t impact;

	for (impact = 0; impact <= CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE; impact++) {
		if (strcmp(text, impact_name(impact)))
			continue;
		*limit = (struct limit){ .is_set = true, .impact = impact };
		return NULL;
	}
	return "expected query, setting, provision or destructive";
}

static bool is_hex(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return length > 0;
}

/* [dddd:]bb:dd.f; the width of each field is checked before its value. */
static bool parse_pci(const char *text, struct selector *selector)
{
	const char *colon = strchr(text, ':'), *second, *bus, *slot;
	unsigned long device, function;

	if (!colon)
		return false;
	second = strchr(colon + 1, ':');
	bus = second ? colon + 1 : text;
	slot = (second ? second : colon) + 1;
	if (second && (!is_hex(text, colon - text) || colon - text > 8))
		return false;
	if (!is_hex(bus, slot - 1 - bus) || slot - 1 - bus > 2)
		return false;
	if (strlen(slot) != 4 || !is_hex(slot, 2) || slot[2] != '.' || !is_hex(slot + 3, 1))
		return false;
	device = strtoul(slot, NULL, 16);
	function = strtoul(slot + 3, NULL, 16);
	if (device > 0x1F || function > 7)
		return false;
	selector->kind = SELECT_PCI;
	selector->pci_domain = second ? strtoul(text, NULL, 16) : 0;
	selector->pci_bus = strtoul(bus, NULL, 16);
	selector->pci_devfn = device << 3 | function;
	return true;
}

static bool parse_serial(const char *text, struct selector *selector)
{
	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return false;
	if (!is_hex(text + 2, strlen(text + 2)) || strlen(text + 2) > 16)
		return false;
	selector->kind = SELECT_SERIAL;
	selector->serial = strtoull(text + 2, NULL, 16);
	return true;
}

const char *parse_selector(const char *text, struct selector *selector)
{
	static const char prefix[] = "switch";
	size_t length = sizeof(prefix) - 1;

	memset(selector, 0, sizeof(*selector));
	selector->text = text;
	if (!text)
		return NULL;
	if (strchr(text, '/')) {
		selector->kind = SELECT_PATH;
		return NULL;
	}
	if (!strncmp(text, prefix, length) && text[length] &&
	    strspn(text + length, "0123456789") == strlen(text + length)) {
		selector->kind = SELECT_NAME;
		return NULL;
	}
	if (parse_pci(text, selector) || parse_serial(text, selector))
		return NULL;
	return "a device is a name (switch0), a path (/dev/cxl/switch0), a PCI address "
	       "(0000:0d:00.1) or a serial number (0x1234)";
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

const char *parse_hex_bytes(const char *text, uint8_t *bytes, size_t room, size_t *size)
{
	static const char separators[] = " \t\r\n,:_";

	for (*size = 0; *(text += strspn(text, separators));) {
		size_t length, i;

		if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
			text += 2;
		length = strcspn(text, separators);
		if (!is_hex(text, length))
			return "bytes are pairs of hexadecimal digits: 01ff, \"01 ff\", 0x01,0xff";
		if (length % 2 && length > 1)
			return "an odd number of hexadecimal digits: a byte has two";
		if ((length + 1) / 2 > room - *size)
			return "more bytes than a mailbox can take";
		if (length == 1)
			bytes[(*size)++] = hex_digit(*text);
		for (i = 0; i + 1 < length; i += 2)
			bytes[(*size)++] = hex_digit(text[i]) << 4 | hex_digit(text[i + 1]);
		text += length;
	}
	return NULL;
}

const char *parse_number(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return "expected a number";
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*end)
		return "expected a number";
	return errno || *value > max ? "this number is too large" : NULL;
}
