/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opcode and payload from the command line, for verbs that take any command. It
 * does not depend on what the command does.
 */
#ifndef CXL_SWITCH_TOOL_REQUEST_H
#define CXL_SWITCH_TOOL_REQUEST_H

#include "session.h"

/**
 * struct request - one command, the same for every destination
 * @bytes: its payload, freed by request_free()
 */
struct request {
	uint16_t opcode;
	uint8_t *bytes;
	size_t size;
};

/*
 * Reads the options, and adds them to session->json. The caller calls
 * request_free() whatever the result.
 */
enum result request_read(struct session *session, struct request *request);
void request_free(struct request *request);

#endif
