// SPDX-License-Identifier: GPL-2.0-only
/* See guest_host.h. */
#include "guest_host.h"
#include "guest_load.h"

#include <dirent.h>
#include <limits.h>

#define CYCLES_DEFAULT		25
#define DRIVER_LIMIT_MS		20000

unsigned int guest_cycles(void)
{
	const char *text = getenv("GUEST_CYCLES");
	unsigned long cycles = text ? strtoul(text, NULL, 10) : CYCLES_DEFAULT;

	return cycles ? (unsigned int)cycles : CYCLES_DEFAULT;
}

void guest_progress(const char *what, unsigned int done, unsigned int all)
{
	if (!(done % 25) || done == all)
		diag("%s: %u of %u", what, done, all);
}

/* ---- afterwards ---- */

#define SLOW_COMMANDS	4

/* Where there were any: a reset forgets the vectors and the enables. */
void guest_interrupts_are_back(const struct guest_device *device, int fd)
{
	uint64_t found = guest_counter(device, "irq_fallbacks");
	struct sent sent;
	char mode[16];

	assert_int_equal(model_violations(), 0);
	model_order("latency switch 150000");
	model_order("zero");
	for (unsigned int i = 0; i < SLOW_COMMANDS; i++) {
		guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.out_size, IDENTIFY_SIZE);
	}
	model_order("latency switch 0");
	guest_read_attribute(device, "interrupt_mode", mode, sizeof(mode));
	if (!strcmp(mode, "none"))
		return;
	assert_true(model_counter("vector 0 interrupts") >= SLOW_COMMANDS);
	/* a machine that is late itself may let the timer win, but not always */
	assert_true(guest_counter(device, "irq_fallbacks") - found < SLOW_COMMANDS);
}

/* ---- the slot ---- */

#define CONFIG_CAPABILITIES	0x34
#define CAPABILITY_EXPRESS	0x10
#define EXPRESS_SLOT_CONTROL	0x18
#define SLOT_INTERRUPT		0x0020
#define SLOT_INDICATOR_OFF	0x0300
#define SLOT_INDICATOR_ON	0x0100
#define SLOT_POWER_OFF		0x0400
/* The kernel waits a second after it has switched a slot off. */
#define SLOT_REST_MS		1200

static int open_config(const char *port, int flags)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/config", port);
	return open(path, flags | O_CLOEXEC);
}

static unsigned int find_slot_control(int config)
{
	uint8_t at = 0, capability[2] = { 0 };

	if (pread(config, &at, 1, CONFIG_CAPABILITIES) != 1)
		return 0;
	for (unsigned int i = 0; at && i < 48; i++) {
		if (pread(config, capability, 2, at) != 2)
			return 0;
		if (capability[0] == CAPABILITY_EXPRESS)
			return at + EXPRESS_SLOT_CONTROL;
		at = capability[1];
	}
	return 0;
}

static bool find_power(struct guest_slot *slot)
{
	DIR *slots = opendir("/sys/bus/pci/slots");
	struct dirent *entry;
	bool found = false;

	while (slots && !found && (entry = readdir(slots))) {
		snprintf(slot->power, sizeof(slot->power), "/sys/bus/pci/slots/%.16s/power",
			 entry->d_name);
		found = !access(slot->power, W_OK);
	}
	if (slots)
		closedir(slots);
	return found;
}

struct guest_slot guest_slot(const struct guest_device *device)
{
	char link[64], target[PATH_MAX], *end;
	struct guest_slot slot;
	int config;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s", device->pci);
	if (!realpath(link, target))
		fail_msg("%s: %s", link, strerror(errno));
	end = strrchr(target, '/');
	*end = '\0';
	snprintf(slot.port, sizeof(slot.port), "/sys/bus/pci/devices/%.16s",
		 strrchr(target, '/') + 1);
	config = open_config(slot.port, O_RDONLY);
	slot.control = config < 0 ? 0 : find_slot_control(config);
	if (config >= 0)
		close(config);
	if (!slot.control || !find_power(&slot))
		fail_msg("%s has no slot; is this a guest of 'guest-model --native'?", slot.port);
	return slot;
}

/* Clears and sets bits of Slot Control, in one write. */
static void change_control(const struct guest_slot *slot, uint16_t clear, uint16_t set)
{
	int config = open_config(slot->port, O_RDWR);
	uint16_t control = 0;
	ssize_t got = pread(config, &control, 2, slot->control);

	control = (control & ~clear) | set;
	if (got != 2 || pwrite(config, &control, 2, slot->control) != 2)
		fail_msg("%s/config: %s", slot->port, strerror(errno));
	close(config);
}

/*
 * QEMU takes the function out where power and indicator are off. The kernel is not to see
 * that, or it takes the slot for one that it has switched off itself: so the interrupt is
 * off meanwhile, and then all is as it was, but for the function.
 */
void guest_slot_cut_power(const struct guest_slot *slot, unsigned int unnoticed_ms)
{
	change_control(slot, SLOT_INTERRUPT, SLOT_INDICATOR_OFF | SLOT_POWER_OFF);
	guest_sleep_ms(unnoticed_ms);
	change_control(slot, SLOT_INDICATOR_OFF | SLOT_POWER_OFF,
		       SLOT_INTERRUPT | SLOT_INDICATOR_ON);
}

int guest_slot_power(const struct guest_slot *slot, bool on)
{
	return guest_write_file(slot->power, on ? "1" : "0");
}

bool guest_node_gone(const struct guest_device *device, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);

	while (!access(device->node, F_OK)) {
		if (guest_now_ms() > limit)
			return false;
		guest_sleep_ms(2);
	}
	return true;
}

void guest_slot_await_off(const struct guest_slot *slot, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	char line[16];

	do {
		if (guest_now_ms() > limit)
			fail_msg("%s: the kernel does not switch the slot off", slot->power);
		guest_sleep_ms(5);
		guest_read_line(slot->power, line, sizeof(line));
	} while (strcmp(line, "0"));
}

/*
 * QEMU tells of the new function and presses the slot's button: seen one after the other,
 * the button would switch the slot off again.
 */
void guest_plug(const struct guest_slot *slot)
{
	guest_slot_await_off(slot, DRIVER_LIMIT_MS);
	guest_sleep_ms(SLOT_REST_MS);
	change_control(slot, SLOT_INTERRUPT, 0);
	model_order("qemu plug");
	change_control(slot, 0, SLOT_INTERRUPT);
}

void guest_plug_and_wait(const struct guest_slot *slot, const struct guest_device *device)
{
	guest_plug(slot);
	if (!guest_wait_for_node(device->node))
		fail_msg("%s does not come back", device->node);
}
