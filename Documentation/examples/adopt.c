// SPDX-License-Identifier: GPL-2.0-only
/*
 * adopt NODE: what a restarted daemon does. Gets the background operation of the switch itself,
 * adopts it if it has no owner, and waits for its end.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cxl_switch_cci.h>

static int wait_for_the_end(int fd, uint64_t cookie)
{
	struct cxl_switch_cci_notice notice = { .size = 0 };

	do {
		if (read(fd, &notice, sizeof(notice)) < 0) {
			perror("read");
			return 1;
		}
	} while (notice.cookie != cookie);
	if (notice.type != CXL_SWITCH_CCI_NOTICE_BG_ENDED) {
		printf("lost: ask the switch what became of it\n");
		return 1;
	}
	printf("ended with return code %04Xh\n", notice.return_code);
	return 0;
}

int main(int argc, char **argv)
{
	struct cxl_switch_cci_subscribe subscribe = { .size = sizeof(subscribe) };
	struct cxl_switch_cci_bg_status status = { .size = sizeof(status) };
	struct cxl_switch_cci_bg_adopt adopt = { .size = sizeof(adopt) };
	int fd = open(argc > 1 ? argv[1] : "/dev/cxl/switch0", O_RDWR | O_CLOEXEC);

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Cookie 0 and depth 0 ask for what is in the function's own slot. */
	if (fd < 0 || ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &subscribe) < 0 ||
	    ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status) < 0) {
		perror(argc > 1 ? argv[1] : "/dev/cxl/switch0");
		return 1;
	}
	if (status.state == CXL_SWITCH_CCI_OPERATION_IDLE) {
		puts("nothing runs, and nothing ran");
		return 0;
	}
	printf("operation %" PRIu64 " (%04Xh), state %u, %u %%\n", (uint64_t)status.cookie,
	       status.opcode, status.state, status.percent);
	if (status.owner != CXL_SWITCH_CCI_OWNER_NONE) {
		puts("it is somebody else's");
		return 0;
	}
	/* EBUSY: another was faster. EPERM: somebody else's uid started it. */
	adopt.cookie = status.cookie;
	if (ioctl(fd, CXL_SWITCH_CCI_BG_ADOPT, &adopt) < 0) {
		perror("adopt");
		return 1;
	}
	puts("adopted");
	return wait_for_the_end(fd, adopt.cookie);
}
