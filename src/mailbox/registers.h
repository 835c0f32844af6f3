/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locates the mailbox: the Register Locator DVSEC and the CXL Device Capabilities
 * Array, read through callbacks and checked before use. Pure.
 */
#ifndef CCI_REGISTERS_H
#define CCI_REGISTERS_H

#include "bytes.h"

/* One line for the log: the problem with what was read. */
struct swcci_complaint {
	char text[120];
};

/* Register Locator, CXL 3.1 8.1.9: where one block of registers lies. */
struct swcci_register_block {
	u8 bir;		/* 0..5: BAR index */
	u64 offset;	/* in that BAR */
};

/* The capabilities the driver uses, as offsets from the block's start. */
struct swcci_register_map {
	u32 mailbox;		/* 0002h, always there */
	u32 mailbox_length;
	u32 readiness;		/* 4000h, always there */
	u32 event_status;	/* 0001h; 0: the function has none */
	bool type_inferred;	/* the registers leave the type to the class code */
};

/* Of the array: a header and 65535 entries at most, 16 bytes each. */
#define REGISTER_ARRAY_MAX		0x100000

/* In the mailbox capability. */
#define MAILBOX_CAPABILITY_OFFSET	0x00
#define MAILBOX_PAYLOAD_OFFSET		0x20
/* Its payload is 1 MiB at most. */
#define MAILBOX_LENGTH_MAX		((u32)0x100000 + MAILBOX_PAYLOAD_OFFSET)

/* Mailbox Capabilities register, CXL 3.1 8.2.8.4.3. */
struct swcci_mailbox_capability {
	u32 payload_size;
	u8 message_number;
	u8 ready_seconds;	/* 0: not reported */
	bool doorbell_interrupt;
	bool background_interrupt;
};

struct swcci_register_reader {
	void *context;
	/* aligned read of a dword; of configuration space, or of the block */
	int (*read32)(void *context, u32 offset, u32 *value);
};

#define REGISTER_BLOCK_DEVICE	0x03	/* CXL device registers */

int swcci_registers_locate(const struct swcci_register_reader *config, u32 dvsec,
			   u32 config_size, struct swcci_register_block *block,
			   struct swcci_complaint *why);
int swcci_registers_map(const struct swcci_register_reader *registers, u64 block_size,
			struct swcci_register_map *map, struct swcci_complaint *why);
int swcci_registers_mailbox(u32 capability, u32 length,
			    struct swcci_mailbox_capability *mailbox, struct swcci_complaint *why);
bool swcci_registers_ready(u64 readiness);

#endif /* CCI_REGISTERS_H */
