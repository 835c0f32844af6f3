/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Converts what a person types to numbers. Pure: every function returns NULL,
 * or a text that describes the error in the input.
 */
#ifndef CXL_SWITCH_TOOL_PARSE_H
#define CXL_SWITCH_TOOL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_COUNT 256

/* Port or LD numbers: "all", "3", "0-7", "0,3,5-7". */
struct id_list {
	bool all;
	bool has[ID_COUNT];
};

enum selector_kind {
	SELECT_ANY,
	SELECT_NAME,
	SELECT_PATH,
	SELECT_PCI,
	SELECT_SERIAL,
};

/* The maximum impact of commands, enum cxl_switch_cci_impact, if @is_set. */
struct limit {
	bool is_set;
	uint8_t impact;
};

/* Selects a device: the only one, switch0, /dev/..., 0000:0d:00.1, 0x1234. */
struct selector {
	enum selector_kind kind;
	const char *text;
	uint32_t pci_domain;
	uint8_t pci_bus;
	uint8_t pci_devfn;
	uint64_t serial;
};

const char *parse_id_list(const char *text, struct id_list *list);
const char *parse_opcode(const char *text, uint16_t *opcode);
const char *parse_milliseconds(const char *text, uint32_t *milliseconds);
/* Converts 1, 0.5 or 0.025 seconds to milliseconds. */
const char *parse_seconds(const char *text, uint32_t *milliseconds);
const char *parse_count(const char *text, uint32_t *count);
const char *parse_number(const char *text, uint64_t max, uint64_t *value);
const char *parse_impact(const char *text, struct limit *limit);
const char *parse_selector(const char *text, struct selector *selector);

/* Bytes in any of these forms: "01 02", "0102", "0x01, 0x02". */
const char *parse_hex_bytes(const char *text, uint8_t *bytes, size_t room, size_t *size);

#endif
