/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The opcode and the payload that a person typed, for verbs that take any
 * command. It must not know what the command does.
 */
#ifndef CXL_SWITCH_TOOL_REQUEST_H
#define CXL_SWITCH_TOOL_REQUEST_H

#include "session.h"

/**
 * struct request - one command, the same for every destination
 * @bytes: its payload, to be freed by request_free()
 */
struct request {
	uint16_t opcode;
	uint8_t *bytes;
	size_t size;
};

/* From the options, into session->json too. To be freed whatever it returns. */
enum result request_read(struct session *session, struct request *request);
void request_free(struct request *request);

#endif
