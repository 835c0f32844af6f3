// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the kernel log from a mark on. It knows nothing of what is in it.
 */
#include "guest.h"

static int log_fd = -1;

void guest_log_mark(void)
{
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		fail_msg("/dev/kmsg: %s", strerror(errno));
}

static bool one_record_has(const char *one, const char *other)
{
	char record[8192];
	ssize_t length;

	while ((length = read(log_fd, record, sizeof(record) - 1)) > 0) {
		record[length] = '\0';
		if (strstr(record, one) && strstr(record, other))
			return true;
	}
	return false;
}

unsigned int guest_log_count(const char *one, const char *other)
{
	unsigned int count = 0;

	while (one_record_has(one, other))
		count++;
	return count;
}

bool guest_logged(const char *one, const char *other)
{
	int64_t limit = guest_now_ms() + guest_patience(2000);

	while (!one_record_has(one, other)) {
		if (guest_now_ms() > limit)
			return false;
		guest_sleep_ms(10);
	}
	return true;
}
