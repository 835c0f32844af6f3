// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the switch's device node and its PCI function, binds and unbinds it
 * through sysfs, loads and unloads the module; time. It knows no command.
 */
#include "guest.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define MODULE "cxl_switch_cci"
#define MODULE_FILE "/modules.d/cxl_switch_cci.ko"
#define NODE_DIRECTORY "/dev/cxl"
#define NODE_LIMIT_MS 10000
#define DRIVER "/sys/bus/pci/drivers/cxl_switch_cci"

/* scripts/guest tells it by the kernel's command line, which leaves it in the environment. */
unsigned int guest_patience(unsigned int time)
{
	const char *slowness = getenv("GUEST_SLOWNESS");
	int factor = slowness ? atoi(slowness) : 1;

	return factor > 1 ? time * (unsigned int)factor : time;
}

void guest_give_up_after(unsigned int seconds)
{
	alarm(guest_patience(seconds));
}

int64_t guest_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void guest_sleep_ms(unsigned int ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&pause, NULL);
}

bool guest_at_once(void (*call)(void), unsigned int ms)
{
	int64_t start;

	for (unsigned int tries = 0; tries < 5; tries++) {
		start = guest_now_ms();
		call();
		if (guest_now_ms() - start < ms)
			return true;
	}
	return false;
}

static bool first_node(struct guest_device *device)
{
	DIR *directory = opendir(NODE_DIRECTORY);
	struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory)))
		found = sscanf(entry->d_name, "switch%u", &device->number) == 1;
	if (directory)
		closedir(directory);
	return found;
}

/* /sys/dev/char/MAJOR:MINOR/device is a link that ends in the PCI address. */
static bool find_function(struct guest_device *device)
{
	char link[64], target[PATH_MAX];
	struct stat node;
	ssize_t length;

	if (stat(device->node, &node) || !S_ISCHR(node.st_mode))
		return false;
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device",
		 (unsigned int)((node.st_rdev >> 8) & 0xfff),
		 (unsigned int)((node.st_rdev & 0xff) | ((node.st_rdev >> 12) & 0xfff00)));
	length = readlink(link, target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = '\0';
	snprintf(device->pci, sizeof(device->pci), "%s", strrchr(target, '/') + 1);
	return true;
}

struct guest_device guest_device(void)
{
	struct guest_device device = { .number = 0 };
	int64_t limit = guest_now_ms() + guest_patience(NODE_LIMIT_MS);

	while (!first_node(&device) && guest_now_ms() < limit)
		guest_sleep_ms(2);
	if (!first_node(&device))
		fail_msg("no %s/switchN: is the module loaded?", NODE_DIRECTORY);
	snprintf(device.name, sizeof(device.name), "switch%u", device.number);
	snprintf(device.node, sizeof(device.node), NODE_DIRECTORY "/%s", device.name);
	if (!find_function(&device))
		fail_msg("%s: no PCI function behind it in sysfs", device.node);
	return device;
}

bool guest_wait_for_node(const char *node)
{
	int64_t limit = guest_now_ms() + guest_patience(NODE_LIMIT_MS);

	while (access(node, F_OK)) {
		if (guest_now_ms() > limit)
			return false;
		guest_sleep_ms(2);
	}
	return true;
}

int guest_open(int flags)
{
	struct guest_device device = guest_device();
	int fd = open(device.node, flags | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s", device.node, strerror(errno));
	return fd;
}

int guest_write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		result = errno;
	close(fd);
	return result;
}

void guest_read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, line, size - 1);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

int guest_unbind(const struct guest_device *device)
{
	return guest_write_file(DRIVER "/unbind", device->pci);
}

int guest_bind(const struct guest_device *device)
{
	return guest_write_file(DRIVER "/bind", device->pci);
}

int guest_remove_module(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? errno : 0;
}

int guest_load_module(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result;

	if (fd < 0)
		return errno;
	result = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return result;
}

int guest_insert_module(const char *parameters)
{
	const char *path = getenv("CXL_SWITCH_CCI_MODULE");

	return guest_load_module(path ? path : MODULE_FILE, parameters);
}

static const char *attribute_path(const struct guest_device *device, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "/sys/class/cxl_switch_cci/%s/%s", device->name, name);
	return path;
}

void guest_read_attribute(const struct guest_device *device, const char *name, char *line,
			  size_t size)
{
	guest_read_line(attribute_path(device, name), line, size);
}

int guest_write_attribute(const struct guest_device *device, const char *name,
			  const char *value)
{
	return guest_write_file(attribute_path(device, name), value);
}
