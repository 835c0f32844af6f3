// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in a guest, as root: takes the model's function through the kernel's own
 * vfio-pci and shows that what the server promises arrives there: registers of
 * all widths, MSI-X or MSI for doorbell and background operations, a function
 * level reset. Knows nothing of our driver.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/vfio.h>

#define MAILBOX		0x100
#define CONTROL		(MAILBOX + 0x04)
#define COMMAND		(MAILBOX + 0x08)
#define STATUS		(MAILBOX + 0x10)
#define BACKGROUND	(MAILBOX + 0x18)
#define PAYLOAD		(MAILBOX + 0x20)
#define SWITCH_CLASS	"0x0c0b00"
#define PATIENCE_MS	5000

struct function {
	char address[16];
	int group, container, device;
	uint64_t config;		/* offset of configuration space in the device's file */
	uint64_t bar0;
	int eventfd;
};

static unsigned int failures;

static void check(bool good, const char *what)
{
	printf("%s: %s\n", good ? "ok" : "FAILED", what);
	failures += !good;
}

static void give_up(const char *what)
{
	fprintf(stderr, "vfio_mailbox: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		give_up(path);
	close(fd);
}

static bool find_function(struct function *f)
{
	DIR *devices = opendir("/sys/bus/pci/devices");
	char path[300], class[16] = "";
	struct dirent *entry;
	FILE *file;

	while (devices && (entry = readdir(devices))) {
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/class", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(class, sizeof(class), file) &&
		    !strncmp(class, SWITCH_CLASS, strlen(SWITCH_CLASS)))
			snprintf(f->address, sizeof(f->address), "%.15s", entry->d_name);
		fclose(file);
	}
	if (devices)
		closedir(devices);
	return *f->address;
}

static int open_group(const struct function *f)
{
	char path[300], link[300] = "", *number;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", f->address);
	put_file(path, "vfio-pci");
	put_file("/sys/bus/pci/drivers_probe", f->address);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", f->address);
	if (readlink(path, link, sizeof(link) - 1) < 0)
		give_up("no IOMMU group; boot with an emulated IOMMU");
	number = strrchr(link, '/');
	snprintf(path, sizeof(path), "/dev/vfio/%.20s", number ? number + 1 : "");
	return open(path, O_RDWR);
}

static void open_function(struct function *f)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region), .index = VFIO_PCI_BAR0_REGION_INDEX,
	};

	f->group = open_group(f);
	f->container = open("/dev/vfio/vfio", O_RDWR);
	if (f->group < 0 || f->container < 0)
		give_up("/dev/vfio");
	if (ioctl(f->group, VFIO_GROUP_SET_CONTAINER, &f->container) ||
	    ioctl(f->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		give_up("VFIO_SET_IOMMU");
	f->device = ioctl(f->group, VFIO_GROUP_GET_DEVICE_FD, f->address);
	if (f->device < 0)
		give_up("VFIO_GROUP_GET_DEVICE_FD");
	if (ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &region))
		give_up("VFIO_DEVICE_GET_REGION_INFO");
	f->bar0 = region.offset;
	check(region.size == 4096, "BAR 0 has 4096 bytes");
	region.index = VFIO_PCI_CONFIG_REGION_INDEX;
	ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &region);
	f->config = region.offset;
}

/* Native accesses of each width: vfio's read and write split nothing that is aligned. */
static uint64_t get(const struct function *f, uint64_t offset, size_t width)
{
	uint64_t value = 0;

	if (pread(f->device, &value, width, (off_t)(f->bar0 + offset)) != (ssize_t)width)
		give_up("read");
	return value;
}

static void put(const struct function *f, uint64_t offset, size_t width, uint64_t value)
{
	if (pwrite(f->device, &value, width, (off_t)(f->bar0 + offset)) != (ssize_t)width)
		give_up("write");
}

static void enable(const struct function *f)
{
	uint16_t command = 0x6;		/* memory, bus master */

	if (pwrite(f->device, &command, 2, (off_t)(f->config + 4)) != 2)
		give_up("configuration space");
}

static unsigned int interrupt_index(const struct function *f)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = VFIO_PCI_MSIX_IRQ_INDEX };

	ioctl(f->device, VFIO_DEVICE_GET_IRQ_INFO, &info);
	printf("MSI-X vectors: %u\n", info.count);
	return info.count ? VFIO_PCI_MSIX_IRQ_INDEX : VFIO_PCI_MSI_IRQ_INDEX;
}

static void listen_for_interrupts(struct function *f)
{
	union {
		struct vfio_irq_set set;
		char bytes[sizeof(struct vfio_irq_set) + sizeof(int)];
	} request = { .set = { .argsz = sizeof(request),
			       .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			       .count = 1 } };

	f->eventfd = eventfd(0, EFD_NONBLOCK);
	request.set.index = interrupt_index(f);
	memcpy(request.set.data, &f->eventfd, sizeof(int));
	if (ioctl(f->device, VFIO_DEVICE_SET_IRQS, &request))
		give_up("VFIO_DEVICE_SET_IRQS");
}

static bool interrupted(const struct function *f, int ms)
{
	struct pollfd slot = { .fd = f->eventfd, .events = POLLIN };
	uint64_t count;

	return poll(&slot, 1, ms) == 1 && read(f->eventfd, &count, sizeof(count)) == sizeof(count);
}

static void ring(const struct function *f, uint16_t opcode, uint32_t enables)
{
	put(f, COMMAND, 8, opcode);
	put(f, CONTROL, 4, enables | 1);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void try_commands(const struct function *f)
{
	uint64_t word;

	ring(f, 0x0001, 0);
	check(get(f, CONTROL, 4) == 0, "Identify is answered");
	check(get(f, COMMAND, 8) == (0x0001 | 0x12 << 16), "its length is 12h");
	word = get(f, PAYLOAD, 8);
	check(get(f, PAYLOAD, 4) == (word & 0xffffffff) &&
	      get(f, PAYLOAD + 4, 2) == (word >> 32 & 0xffff),
	      "4 and 2 byte reads agree with 8");
	check(get(f, PAYLOAD + 1, 1) == (word >> 8 & 0xff), "so does a single byte");
	check(!interrupted(f, 50), "no interrupt without its enable");
}

static void try_interrupts(const struct function *f)
{
	uint64_t began;

	ring(f, 0x0001, 2);
	check(interrupted(f, PATIENCE_MS), "doorbell interrupt");
	began = now_ms();
	ring(f, 0xc007, 6);
	check(interrupted(f, PATIENCE_MS), "doorbell interrupt of its start");
	check(get(f, STATUS, 8) == (1 | 1ull << 32), "a background operation runs");
	check(interrupted(f, PATIENCE_MS), "background interrupt");
	printf("after %u ms\n", (unsigned int)(now_ms() - began));
	check((get(f, BACKGROUND, 8) & 0xffffff) == 0x64c007, "100 %, opcode C007h");
	check((get(f, STATUS, 8) & 1) == 0, "and over");
}

static void try_reset(const struct function *f)
{
	put(f, CONTROL, 4, 6);
	check(get(f, CONTROL, 4) == 6, "enables are kept");
	check(!ioctl(f->device, VFIO_DEVICE_RESET), "function level reset");
	enable(f);
	check(get(f, CONTROL, 4) == 0, "enables are gone after it");
	check(get(f, BACKGROUND, 8) == 0, "so is the background operation");
	ring(f, 0x0001, 0);
	check(get(f, COMMAND, 8) == (0x0001 | 0x12 << 16), "Identify is answered again");
}

int main(void)
{
	struct function f = { .address = "" };

	if (!find_function(&f)) {
		fprintf(stderr, "vfio_mailbox: no function of class %s\n", SWITCH_CLASS);
		return 1;
	}
	open_function(&f);
	enable(&f);
	listen_for_interrupts(&f);
	try_commands(&f);
	try_interrupts(&f);
	try_reset(&f);
	printf("%u failed\n", failures);
	return failures != 0;
}
