// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind_and_wait NODE VCS VPPB PORT [SECONDS]: binds a port to a virtual switch (5201h) and
 * waits for the end of the background operation. After SECONDS it requests the abort, which the
 * device may refuse, and waits for the end all the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cxl_switch_cci.h>

#define BIND_VPPB	0x5201

/* The cookie of the started operation. 0: none was started; @failed: because of an error. */
static uint64_t start(int fd, char **argv, int *failed)
{
	uint8_t request[6] = { atoi(argv[0]), atoi(argv[1]), atoi(argv[2]), 0, 0xff, 0xff };
	struct cxl_switch_cci_send send = {
		.size = sizeof(send), .opcode = BIND_VPPB, .timeout_ms = 5000,
		.in_payload = (uintptr_t)request, .in_size = sizeof(request),
		.stage = 0xff,
	};

	*failed = 1;
	if (ioctl(fd, CXL_SWITCH_CCI_SEND, &send) < 0)
		fprintf(stderr, "bind: %s (stage %u, reason %u)\n", strerror(errno), send.stage,
			send.reason);
	else if (send.leaf_return_code > 1)
		fprintf(stderr, "bind: return code %04Xh\n", send.leaf_return_code);
	else
		*failed = 0;
	return send.cookie;
}

static void cancel(int fd, uint64_t cookie)
{
	struct cxl_switch_cci_bg_cancel cancel = { .size = sizeof(cancel), .cookie = cookie };
	static const char *const outcomes[] = {
		"none", "aborted", "ran to its end", "the device refuses", "not over yet", "lost",
	};

	if (ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, &cancel) < 0)
		perror("BG_CANCEL");	/* ESTALE: it has just ended by itself */
	else
		printf("its abort: %s\n", cancel.outcome < 6 ? outcomes[cancel.outcome] : "?");
}

/* The next notice about @cookie; 0: @ms are over. */
static int next_notice(int fd, uint64_t cookie, int ms, struct cxl_switch_cci_notice *notice)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };

	do {
		if (poll(&waiting, 1, ms) == 0)
			return 0;
		if (read(fd, notice, sizeof(*notice)) < 0 && errno != EINTR)
			return -1;	/* ENODEV: the device is gone */
	} while (notice->cookie != cookie);
	return 1;
}

int main(int argc, char **argv)
{
	struct cxl_switch_cci_subscribe subscribe = { .size = sizeof(subscribe) };
	struct cxl_switch_cci_notice notice = { .size = 0 };
	int fd, told, failed, ms = argc == 6 ? atoi(argv[5]) * 1000 : -1;
	uint64_t cookie;

	if (argc != 5 && argc != 6)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Before the start, or its completion may be missed. Mask 0: this file's operations. */
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &subscribe) < 0) {
		perror(argv[1]);
		return 1;
	}
	cookie = start(fd, argv + 2, &failed);
	if (!cookie)
		return failed;
	printf("operation %" PRIu64 " runs\n", cookie);
	told = next_notice(fd, cookie, ms, &notice);
	if (told == 0) {
		cancel(fd, cookie);
		told = next_notice(fd, cookie, -1, &notice);
	}
	if (told < 0 || notice.type != CXL_SWITCH_CCI_NOTICE_BG_ENDED) {
		fputs("its end is not known: ask the switch what is bound (5200h)\n", stderr);
		return 1;
	}
	printf("ended at %u %% with return code %04Xh\n", notice.percent, notice.return_code);
	return notice.return_code ? 1 : 0;
}
