/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The switch that the guest boots with. The first part repeats the topology 'qemu'
 * of scripts/topologies.sh; the second is what QEMU 11 makes of it.
 */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#define SWITCH_SERIAL		0xc0ffee01ULL

#define PORT_UPSTREAM		0
#define PORT_VOLATILE		1
#define PORT_VOLATILE_2		2
#define PORT_EMPTY		3
#define PORT_PERSISTENT		4
#define PORT_EMPTY_2		5
#define PORT_UNKNOWN		200
#define PORT_COUNT		6

/* The serial number of the device behind a port. */
#define DEVICE_SERIAL(port)	(0xd0000000ULL + (port))

/* What the switch and its type 3 devices identify as. */
#define SWITCH_VENDOR		0x19e5
#define SWITCH_DEVICE		0xa128
#define DEVICE_VENDOR		0x8086
#define DEVICE_DEVICE		0x0d93
#define SWITCH_PAYLOAD		2048
#define SWITCH_MESSAGE_EXPONENT	0x0b

#endif
