/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware slots and transfers (0200h-0202h), CXL 3.1 8.2.9.3. It does not
 * print.
 */
#ifndef CXL_SWITCH_TOOL_FIRMWARE_H
#define CXL_SWITCH_TOOL_FIRMWARE_H

#include "cli/session.h"

#define OPCODE_GET_FW_INFO	0x0200
#define OPCODE_TRANSFER_FW	0x0201
#define OPCODE_ACTIVATE_FW	0x0202

#define FIRMWARE_SLOTS_MAX	4
#define FIRMWARE_REVISION_SIZE	16

/**
 * struct firmware_info - the answer to Get FW Info
 * @slots: how many there are, at most FIRMWARE_SLOTS_MAX
 * @active: the slot that runs, from 1
 * @staged: the slot that runs from the next cold reset on, 0: the same
 * @online: a slot can be activated without a reset
 * @revisions: of each slot; empty for a slot without firmware
 */
struct firmware_info {
	unsigned int slots;
	unsigned int active;
	unsigned int staged;
	bool online;
	char revisions[FIRMWARE_SLOTS_MAX][FIRMWARE_REVISION_SIZE + 1];
};

enum result firmware_get_info(struct transport *transport, const struct path *path,
			      struct firmware_info *info, struct failure *failure);

/* A slot that is neither active nor staged; 0 if there is none. */
unsigned int firmware_free_slot(const struct firmware_info *info);

/**
 * struct firmware_image - an image and its destination
 * @part: bytes of each part except the last, a multiple of 128
 * @restarts: number of restarts
 */
struct firmware_image {
	const struct path *path;
	const uint8_t *bytes;
	size_t size;
	uint8_t slot;
	size_t part;
	unsigned int restarts;
};

/* Maximum size of a part along @path, in bytes; 0: none fits. */
size_t firmware_part_size(struct transport *transport, const struct path *path);

/*
 * Transfers the image. After an error the transfer is aborted and restarted
 * once; a signal aborts it. Nothing of it remains, unless the abort fails.
 */
enum result firmware_transfer(struct session *session, struct firmware_image *image,
			      struct failure *failure);

#endif
