// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain NODE OPCODE [BYTE...]: prints whether this command would be sent, and otherwise which
 * gates refuse it. Does not send it. Numbers are hexadecimal.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cxl_switch_cci.h>

static const char *const gates[CXL_SWITCH_CCI_REASONS] = {
	[CXL_SWITCH_CCI_REASON_MALFORMED] =
		"the framing of a tunnel is malformed, or no receiver answers it",
	[CXL_SWITCH_CCI_REASON_READ_ONLY] = "the node is not open for writing",
	[CXL_SWITCH_CCI_REASON_RESTRICTED] = "it is above the RESTRICT limit of this file",
	[CXL_SWITCH_CCI_REASON_PROTECTION] = "protection=strict",
	[CXL_SWITCH_CCI_REASON_UNAUDITED] =
		"the driver does not know what it does, and raw_window is closed",
	[CXL_SWITCH_CCI_REASON_CAPABILITY] = "CAP_SYS_RAWIO is missing",
	[CXL_SWITCH_CCI_REASON_OWNERSHIP] = "it conflicts with another client",
	[CXL_SWITCH_CCI_REASON_LOCKDOWN] = "the kernel is locked down",
	[CXL_SWITCH_CCI_REASON_UNREACHABLE] = "the destination does not answer",
	[CXL_SWITCH_CCI_REASON_IDENTITY] =
		"the type of this function is not known yet; retry later",
};

static const char *const impacts[] = {
	[CXL_SWITCH_CCI_IMPACT_QUERY] = "query",
	[CXL_SWITCH_CCI_IMPACT_SETTING] = "setting",
	[CXL_SWITCH_CCI_IMPACT_PROVISION] = "provision",
	[CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE] = "destructive",
};

int main(int argc, char **argv)
{
	struct cxl_switch_cci_explain explain = { .size = sizeof(explain) };
	uint8_t payload[256];
	int fd;

	if (argc < 3 || argc > 3 + (int)sizeof(payload))
		return 2;
	for (int i = 3; i < argc; i++)
		payload[explain.in_size++] = (uint8_t)strtoul(argv[i], NULL, 16);
	explain.opcode = (uint16_t)strtoul(argv[2], NULL, 16);
	explain.in_payload = (uintptr_t)payload;
	/* As the later SEND: on a file open for reading, a change is refused. */
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &explain) < 0) {
		perror(argv[1]);
		return 1;
	}
	if (explain.verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED)
		printf("%s: at most %s\n", explain.name,
		       explain.impact < 4 ? impacts[explain.impact] : "unknown");
	else
		printf("%04Xh: not audited\n", explain.leaf_opcode);
	if (!explain.error) {
		puts("it would be sent");
		return 0;
	}
	printf("it would be refused: %s\n", strerror((int)explain.error));
	for (unsigned int reason = 0; reason < CXL_SWITCH_CCI_REASONS; reason++)
		if (explain.refusing >> reason & 1 && gates[reason])
			printf("- %s\n", gates[reason]);
	return 1;
}
