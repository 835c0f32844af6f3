/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device model's only public face: a CXL switch (or memory device) with a
 * mailbox, driven by register accesses and by a virtual clock. Callers must not
 * know anything else; the model must not know the driver, PCI or any server.
 */
#ifndef CXL_MODEL_H
#define CXL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The library's only visible symbols: its others must not meet those of a driver under test. */
#pragma GCC visibility push(default)

struct model;

enum model_register {
	MODEL_REG_ARRAY,		/* capability array and its headers */
	MODEL_REG_DEVICE_STATUS,
	MODEL_REG_CAPABILITIES,		/* mailbox +00 */
	MODEL_REG_CONTROL,		/* mailbox +04 */
	MODEL_REG_COMMAND,		/* mailbox +08 */
	MODEL_REG_STATUS,		/* mailbox +10 */
	MODEL_REG_BACKGROUND,		/* mailbox +18 */
	MODEL_REG_PAYLOAD,		/* mailbox +20 */
	MODEL_REG_TYPE_STATUS,		/* capability 4000h */
	MODEL_REG_NONE,			/* nothing is decoded there */
	MODEL_REGISTERS
};

/* What a well-behaved driver never does. Recorded, never fatal. */
enum model_violation {
	MODEL_NARROW_WRITE,		/* 1 or 2 byte write below mailbox +20 */
	MODEL_BUSY_TOUCH,		/* command or payload touched while the doorbell is set */
	MODEL_LONG_COMMAND,		/* input length above the payload size */
	MODEL_PAST_PAYLOAD,		/* access that reaches past the payload area */
	MODEL_PAST_OUTPUT,		/* payload read past the last answer, rounded up to 8 */
	MODEL_ENABLE_DROPPED,		/* doorbell write that clears an interrupt enable */
	MODEL_READ_ONLY,		/* write to a read-only register */
	MODEL_MISALIGNED,
	/* not 1, 2, 4 or 8, or wider than a 32-bit register pair allows */
	MODEL_BAD_WIDTH,
	MODEL_UNDECODED,		/* access where no register is */
	MODEL_NOT_READY,		/* command before the mailbox said it was ready */
	MODEL_VIOLATIONS
};

#define MODEL_VECTORS	16

struct model_counters {
	uint64_t reads, writes;
	uint64_t register_reads[MODEL_REGISTERS], register_writes[MODEL_REGISTERS];
	uint64_t violations[MODEL_VIOLATIONS];
	uint64_t commands;		/* doorbells rung */
	uint64_t answers;		/* doorbells cleared by an answer */
	uint64_t interrupts[MODEL_VECTORS];
	uint64_t interrupts_lost;
};

struct model_config {
	const char *fabric;		/* text in the fabric language; NULL: the default fabric */
	bool memory_device;		/* show port 0's device alone, as class 050210h */

	uint32_t block_offset;		/* device registers within the BAR, 64 KiB aligned or 0 */
	uint32_t status_offset;		/* the rest: within the block */
	uint32_t mailbox_offset;
	uint32_t type_status_offset;

	unsigned int payload_exponent;	/* 8..20 */
	bool doorbell_interrupt, background_interrupt;	/* what the capabilities claim */
	unsigned int message_number;	/* 0..15 */
	unsigned int event_vector;	/* 0..15, for event logs with interrupt policy */
	unsigned int ready_seconds;	/* what is claimed: capabilities [18:11] */
	uint64_t ready_ns;		/* what is true: from power-on or reset to ready */
	unsigned int mailbox_type;	/* capabilities [22:19] */
	unsigned int array_type;	/* array register [27:24] */
	uint64_t latency_ns;		/* doorbell to answer; 0: within the doorbell write */

	void (*interrupt)(void *context, unsigned int vector);
	void (*log)(void *context, const char *line);	/* every access, after "log on" */
	void *context;
};

enum model_reset {
	MODEL_RESET_FUNCTION,		/* FLR, or D3hot to D0 */
	MODEL_RESET_CONVENTIONAL,	/* everything that is not persistent */
	MODEL_RESET_COLD,		/* power cycle of the whole fabric */
};

void model_config_default(struct model_config *config);
void model_config_memory_device(struct model_config *config);

/* NULL and a sentence in error when the fabric text or a field is wrong. */
struct model *model_create(const struct model_config *config, char *error, size_t size);
void model_destroy(struct model *model);

/* Offsets count from the BAR's start; width 1, 2, 4 or 8, naturally aligned. */
uint64_t model_mmio_read(struct model *model, uint64_t offset, unsigned int width);
void model_mmio_write(struct model *model, uint64_t offset, unsigned int width, uint64_t value);
/* As the function renumbers it when vectors are enabled. */
void model_set_message(struct model *model, unsigned int number);
uint64_t model_bar_size(const struct model *model);
void model_reset(struct model *model, enum model_reset kind);

/* The virtual clock. next_event() is UINT64_MAX when nothing is due. */
uint64_t model_now(const struct model *model);
void model_advance(struct model *model, uint64_t ns);
uint64_t model_next_event(const struct model *model);

/* One line of the control language ("help" lists it); 0 or a negative errno. */
int model_command(struct model *model, const char *line, char *reply, size_t size);

const struct model_counters *model_counters(const struct model *model);
const char *model_register_name(enum model_register reg);
const char *model_violation_name(enum model_violation violation);
uint64_t model_violations(const struct model *model);	/* sum over all kinds */

bool model_removed(const struct model *model);
void model_identity(const struct model *model, uint16_t *vendor, uint16_t *device,
		    uint64_t *serial);

#pragma GCC visibility pop

#endif
