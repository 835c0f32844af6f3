// SPDX-License-Identifier: GPL-2.0-only
/*
 * tunnel NODE PORT: prints which device is behind a port. Sends Identify (0001h) inside a Tunnel
 * Management Command (5300h), which the driver decodes and judges.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cxl_switch_cci.h>

#define TUNNEL		0x5300
#define IDENTIFY	0x0001
#define TUNNEL_HEADER	4	/* port, target type, length of the message inside */
#define MESSAGE_HEADER	12	/* category, tag, -, opcode, length and flags, codes */
#define IDENTITY	0x12

static uint64_t little_endian(const uint8_t *bytes, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | bytes[count];
	return value;
}

static int identify(int fd, uint8_t port, uint8_t *identity)
{
	/* Everything that is not named is zero: a request, tag 0, no payload inside. */
	const uint8_t request[TUNNEL_HEADER + MESSAGE_HEADER] = {
		[0] = port, [2] = MESSAGE_HEADER, [TUNNEL_HEADER + 3] = IDENTIFY,
	};
	uint8_t answer[TUNNEL_HEADER + MESSAGE_HEADER + IDENTITY];
	struct cxl_switch_cci_send send = {
		.size = sizeof(send),
		.opcode = TUNNEL,
		.timeout_ms = 5000,
		.in_payload = (uintptr_t)request,
		.in_size = sizeof(request),
		.out_payload = (uintptr_t)answer,
		.out_size = sizeof(answer),
		.stage = 0xff,	/* stays so where nothing is written back */
	};

	if (ioctl(fd, CXL_SWITCH_CCI_SEND, &send) < 0)
		fprintf(stderr, "port %u: %s (stage %u, reason %u)\n", port, strerror(errno),
			send.stage, send.reason);
	else if (send.return_code)
		fprintf(stderr, "port %u: the switch says %04Xh\n", port, send.return_code);
	else if (send.leaf_return_code)
		fprintf(stderr, "port %u: the device says %04Xh\n", port, send.leaf_return_code);
	else if (send.out_size < sizeof(answer))
		fprintf(stderr, "port %u: a short answer, %u bytes\n", port, send.out_length);
	else
		return memcpy(identity, answer + sizeof(request), IDENTITY) ? 0 : -1;
	return -1;
}

int main(int argc, char **argv)
{
	uint8_t id[IDENTITY];
	int fd;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	if (identify(fd, (uint8_t)atoi(argv[2]), id))
		return 1;
	printf("port %s: %04x:%04x, serial 0x%" PRIx64 ", component type %u\n", argv[2],
	       (unsigned int)little_endian(id, 2), (unsigned int)little_endian(id + 2, 2),
	       little_endian(id + 8, 8), id[0x11]);
	return 0;
}
