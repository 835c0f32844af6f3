/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens to the whole function: plugged and unplugged, asleep, an error of its
 * port; by orders to QEMU and by the kernel's own files. It knows no command.
 */
#ifndef GUEST_HOST_H
#define GUEST_HOST_H

#include "guest_model.h"

/* How often a cycle runs: GUEST_CYCLES of the environment, or 25. */
unsigned int guest_cycles(void);
/* Seconds for guest_give_up_after(): many, for each cycle has limits of its own. */
#define GUEST_CYCLES_LIMIT	(180 + 20 * guest_cycles())
/* "WHAT: DONE of ALL", now and then: scripts/soak shows it. */
void guest_progress(const char *what, unsigned int done, unsigned int all);

/* Where there were any: whatever reset the function made it forget vectors and enables. */
void guest_interrupts_are_back(const struct guest_device *device, int fd);

/* ---- the slot; its guest hot-plugs by PCI Express (guest-model --native) ---- */

/* The root port above the function: remembered, for the function may go. */
struct guest_slot {
	char port[64];		/* its folder in sysfs */
	char power[64];		/* of its slot */
	unsigned int control;	/* offset of Slot Control in its configuration space */
};

struct guest_slot guest_slot(const struct guest_device *device);
/* Takes the function away in mid-whatever; its port says so after @unnoticed_ms. */
void guest_slot_cut_power(const struct guest_slot *slot, unsigned int unnoticed_ms);
/* The kernel takes its leave first, then the slot is off. 0 or an errno. */
int guest_slot_power(const struct guest_slot *slot, bool on);
/* Until the kernel has let go of what was in it; fails the test if that takes longer. */
void guest_slot_await_off(const struct guest_slot *slot, unsigned int ms);
/* False if the node is still there after @ms. */
bool guest_node_gone(const struct guest_device *device, unsigned int ms);
/* Another function into the slot, once it is empty and off. */
void guest_plug(const struct guest_slot *slot);
/* And its node; fails the test if that does not come. */
void guest_plug_and_wait(const struct guest_slot *slot, const struct guest_device *device);

#endif
