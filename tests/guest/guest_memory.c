// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory at its worst: pages that end, that may not be read or written, and pages
 * that make whoever touches them wait. It knows no device.
 */
#include "guest.h"

#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static uint8_t *map_pages(size_t pages)
{
	size_t size = pages * (size_t)sysconf(_SC_PAGESIZE);
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (area == MAP_FAILED)
		fail_msg("mmap: %s", strerror(errno));
	return area;
}

/* The fence of PROT_NONE stays mapped, so that nothing else can land behind it. */
void *guest_page_end(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = (bytes + page - 1) / page;
	uint8_t *area = map_pages(pages + 1);

	mprotect(area + pages * page, page, PROT_NONE);
	return area + pages * page - bytes;
}

void *guest_no_access(void)
{
	uint8_t *area = map_pages(1);

	mprotect(area, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE);
	return area;
}

void *guest_read_only(const void *content, size_t bytes)
{
	uint8_t *area = map_pages(1);

	memcpy(area, content, bytes);
	mprotect(area, (size_t)sysconf(_SC_PAGESIZE), PROT_READ);
	return area;
}

int guest_stall_open(struct guest_stall *stall)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	stall->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (stall->uffd < 0)
		return errno;
	stall->page_size = (size_t)sysconf(_SC_PAGESIZE);
	stall->page = map_pages(1);
	area.range.start = (uintptr_t)stall->page;
	area.range.len = stall->page_size;
	if (ioctl(stall->uffd, UFFDIO_API, &api) ||
	    ioctl(stall->uffd, UFFDIO_REGISTER, &area))
		return errno;
	return 0;
}

bool guest_stall_wait(struct guest_stall *stall, unsigned int ms)
{
	struct pollfd ready = { .fd = stall->uffd, .events = POLLIN };
	struct uffd_msg message;

	return poll(&ready, 1, (int)ms) == 1 &&
	       read(stall->uffd, &message, sizeof(message)) == sizeof(message) &&
	       message.event == UFFD_EVENT_PAGEFAULT;
}

void guest_stall_release(struct guest_stall *stall, const void *content, size_t bytes)
{
	uint8_t *source = map_pages(1);
	struct uffdio_copy copy = {
		.dst = (uintptr_t)stall->page,
		.src = (uintptr_t)source,
		.len = stall->page_size,
	};

	if (bytes)
		memcpy(source, content, bytes);
	if (ioctl(stall->uffd, UFFDIO_COPY, &copy))
		fail_msg("UFFDIO_COPY: %s", strerror(errno));
	munmap(source, stall->page_size);
}

void guest_stall_again(struct guest_stall *stall)
{
	if (madvise(stall->page, stall->page_size, MADV_DONTNEED))
		fail_msg("madvise: %s", strerror(errno));
}

void guest_stall_close(struct guest_stall *stall)
{
	close(stall->uffd);
	munmap(stall->page, stall->page_size);
}
