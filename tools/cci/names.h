/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of the numbers in the CXL specification and in the driver's ABI. Every
 * function accepts every number and returns a text for an unknown one.
 */
#ifndef CXL_SWITCH_TOOL_NAMES_H
#define CXL_SWITCH_TOOL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_SIZE	16
#define UUID_TEXT_SIZE	37

/* The first vendor-specific opcode, CXL 3.1 8.2.9. */
#define OPCODE_VENDOR_FIRST	0xC000

const char *opcode_name(uint16_t opcode);
/* Whether the specification defines it. */
bool opcode_is_known(uint16_t opcode);
const char *return_code_name(uint16_t return_code);
const char *return_code_hint(uint16_t return_code);
const char *component_name(uint8_t type);
/* How the type of a component is known: a short name, and a text to follow "type". */
const char *source_name(uint8_t source);
const char *source_text(uint8_t source);
/* "switch", "switch (type by its Command Effects Log)" */
#define COMPONENT_TEXT_SIZE 80
void component_text(uint8_t type, uint8_t source, char *text);

const char *stage_name(int stage);
const char *impact_name(uint8_t impact);
const char *reason_name(int reason);
const char *reason_text(int reason);
const char *knowledge_name(uint8_t knowledge);
const char *state_name(uint8_t state);
const char *interrupt_name(uint8_t mode);

/* Get Physical Port State (5101h), CXL 3.2 table 7-19. */
const char *port_state_name(uint8_t state);
const char *device_type_name(uint8_t type);
const char *device_mode_name(uint8_t mode);
const char *link_speed_name(uint8_t speed);
const char *ltssm_name(uint8_t state);

/* Command effects, CXL 3.1 table 8-75. */
#define EFFECT_BITS 16
const char *effect_key(unsigned int bit);
void effects_text(uint16_t effects, char *text, size_t room);

extern const uint8_t cel_uuid[UUID_SIZE];
const char *log_name(const uint8_t *uuid);
void uuid_text(const uint8_t *uuid, char *text);

#endif
