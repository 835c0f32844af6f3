// SPDX-License-Identifier: GPL-2.0-only
/*
 * ask NODE: prints the identity of the switch and its ports. It sends queries only, so a file
 * open for reading is enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cxl_switch_cci.h>

#define IDENTIFY_SWITCH	0x5100
#define GET_PORT_STATE	0x5101
#define PORT_RECORD	16	/* bytes, behind 4 of header */

/* Sends one query. Returns the length of its answer, or -1 after printing the reason. */
static int query(int fd, uint16_t opcode, const void *in, uint32_t in_size, void *out,
		 uint32_t out_size)
{
	struct cxl_switch_cci_send send = {
		.size = sizeof(send),
		.opcode = opcode,
		.timeout_ms = 5000,
		.in_payload = (uintptr_t)in,
		.in_size = in_size,
		.out_payload = (uintptr_t)out,
		.out_size = out_size,
		.stage = 0xff,	/* stays so where nothing is written back */
	};

	if (ioctl(fd, CXL_SWITCH_CCI_SEND, &send) < 0)
		fprintf(stderr, "%04Xh: %s (stage %u, reason %u)\n", opcode, strerror(errno),
			send.stage, send.reason);
	else if (send.return_code)
		fprintf(stderr, "%04Xh: return code %04Xh\n", opcode, send.return_code);
	else
		return (int)send.out_size;
	return -1;
}

static int ask_ports(int fd)
{
	uint8_t identity[0x49], request[256], answer[4 + 255 * PORT_RECORD];
	int length = query(fd, IDENTIFY_SWITCH, NULL, 0, identity, sizeof(identity));

	if (length < (int)sizeof(identity))
		return -1;
	printf("%u ports, %u virtual switches\n", identity[2], identity[3]);
	request[0] = 0;
	for (unsigned int port = 0; port < 255 && request[0] < identity[2]; port++)
		if (identity[4 + port / 8] >> port % 8 & 1)
			request[++request[0]] = (uint8_t)port;
	length = query(fd, GET_PORT_STATE, request, 1 + request[0], answer, sizeof(answer));
	for (int at = 4; at + PORT_RECORD <= length; at += PORT_RECORD)
		printf("port %u: %s, device type %u\n", answer[at],
		       (answer[at + 1] & 0xf) == 3 ? "downstream" :
		       (answer[at + 1] & 0xf) == 4 ? "upstream" : "neither", answer[at + 4]);
	return length < 4 ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	int fd = open(argc > 1 ? argv[1] : "/dev/cxl/switch0", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, CXL_SWITCH_CCI_INFO, &info) < 0) {
		perror(argc > 1 ? argv[1] : "/dev/cxl/switch0");
		return 1;
	}
	printf("switch%u: %04x:%02x:%02x.%x, %04x:%04x, serial 0x%" PRIx64 "\n", info.number,
	       info.pci_domain, info.pci_bus, info.pci_devfn >> 3, info.pci_devfn & 7,
	       info.vendor_id, info.device_id, (uint64_t)info.serial);
	printf("payload %u bytes, state %u\n", info.payload_size, info.state);
	if (!(info.features & CXL_SWITCH_CCI_FEATURE_SEND) ||
	    info.component_type != CXL_SWITCH_CCI_COMPONENT_SWITCH)
		return 1;
	return ask_ports(fd) ? 1 : 0;
}
