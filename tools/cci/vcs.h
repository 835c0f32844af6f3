/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual CXL switches (5200h), CXL 3.1 7.6.7.2.1. It does not print.
 */
#ifndef CXL_SWITCH_TOOL_VCS_H
#define CXL_SWITCH_TOOL_VCS_H

#include "transport.h"

#define OPCODE_GET_VIRTUAL_SWITCH_INFO	0x5200

#define BINDING_UNBOUND		0
#define BINDING_IN_PROGRESS	1
#define BINDING_PORT		2
#define BINDING_LD		3

struct vppb {
	uint8_t number;
	uint8_t status;
	uint8_t port;
	uint8_t ld;
};

/**
 * struct vcs - one virtual switch
 * @state: 0 disabled, 1 enabled, FFh invalid id
 * @upstream: its upstream port
 * @vppb_count: total number of its vPPBs
 * @listed: number of entries in @vppbs
 */
struct vcs {
	uint8_t id;
	uint8_t state;
	uint8_t upstream;
	uint8_t vppb_count;
	size_t listed;
	struct vppb vppbs[256];
};

/* Reads at most @limit vPPBs, starting at number @first. */
enum result vcs_get(struct transport *transport, uint8_t id, uint8_t first, uint8_t limit,
		    struct vcs *vcs, struct failure *failure);

#endif
