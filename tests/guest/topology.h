/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The switch that the guest boots with: the topology 'qemu' of scripts/topologies.sh,
 * and the fabric fabrics/like-qemu of the device model, which are the same but for
 * what stands at the end.
 */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include <stdbool.h>
#include <unistd.h>

#define SWITCH_SERIAL		0xc0ffee01ULL

#define PORT_UPSTREAM		0
#define PORT_VOLATILE		1
#define PORT_VOLATILE_2		2
#define PORT_EMPTY		3
#define PORT_PERSISTENT		4
#define PORT_EMPTY_2		5
#define PORT_UNKNOWN		200

/* The serial number of the device behind a port. */
#define DEVICE_SERIAL(port)	(0xd0000000ULL + (port))

/* What the switch and its type 3 devices identify as. */
#define SWITCH_VENDOR		0x19e5
#define SWITCH_DEVICE		0xa128
#define DEVICE_VENDOR		0x8086
#define DEVICE_DEVICE		0x0d93
#define SWITCH_PAYLOAD		2048
#define SWITCH_MESSAGE_EXPONENT	0x0b

/* ---- where the two differ ---- */

/* scripts/guest-model brings variants of the module; scripts/guest does not. */
static inline bool topology_is_model(void)
{
	return !access("/variants", F_OK);
}

/* What a test expects of QEMU's own function, and of the device model. */
#define OF_DEVICE(qemu, model)	(topology_is_model() ? (model) : (qemu))

#endif
