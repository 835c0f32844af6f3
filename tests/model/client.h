/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A well-behaved client of the model's registers, for tests: sends a command,
 * wraps it in tunnels, reads the answer. Knows the model's default layout only.
 */
#ifndef CXL_MODEL_CLIENT_H
#define CXL_MODEL_CLIENT_H

#include "model.h"

#pragma GCC visibility push(default)

#define CLIENT_STATUS		0x80
#define CLIENT_TYPE_STATUS	0x90
#define CLIENT_MAILBOX		0x100
#define CLIENT_CAPABILITIES	(CLIENT_MAILBOX + 0x00)
#define CLIENT_CONTROL		(CLIENT_MAILBOX + 0x04)
#define CLIENT_COMMAND		(CLIENT_MAILBOX + 0x08)
#define CLIENT_STATUS_REGISTER	(CLIENT_MAILBOX + 0x10)
#define CLIENT_BACKGROUND	(CLIENT_MAILBOX + 0x18)
#define CLIENT_PAYLOAD		(CLIENT_MAILBOX + 0x20)

#define CLIENT_ROOM		(1u << 16)

struct client_answer {
	int error;			/* 0, or -EBUSY: doorbell still set */
	uint16_t return_code, vendor_status, opcode;
	bool background;
	uint32_t len;			/* as the device claims */
	uint8_t data[CLIENT_ROOM];
};

/* One hop of a tunnel: target type 0 (port or LD) or 1 (LD pool). */
struct client_hop {
	uint8_t type, id;
};

struct client_message {
	uint32_t wrapper_len;		/* response length and reserved field of the wrapper */
	uint16_t wrapper_reserved;
	uint8_t category, tag, flags;	/* flags: byte 7, bits 7:5 */
	uint16_t opcode, return_code, vendor_status;
	uint32_t len;			/* as the header claims */
	const uint8_t *payload;		/* of payload_len bytes, really there */
	uint32_t payload_len;
};

/* enables: the interrupt enables that the doorbell write must keep */
void client_send(struct model *model, uint32_t enables, uint16_t opcode, const void *in,
		 uint32_t len);
void client_collect(struct model *model, struct client_answer *answer);
void client_command(struct model *model, uint16_t opcode, const void *in, uint32_t len,
		    struct client_answer *answer);

/* A message for the last hop, wrapped for all hops before it; the whole length. */
uint32_t client_wrap(uint8_t *buffer, const struct client_hop *hops, unsigned int n,
		     uint16_t opcode, const void *in, uint32_t len);
void client_tunnel(struct model *model, const struct client_hop *hops, unsigned int n,
		   uint16_t opcode, const void *in, uint32_t len, struct client_answer *answer);

/* Takes the n-th wrapper off (1: the outermost); false if the bytes do not suffice. */
bool client_unwrap(const struct client_answer *answer, unsigned int n,
		   struct client_message *message);

#pragma GCC visibility pop

#endif
