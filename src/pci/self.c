// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queries the function itself again, with the back-off that destination.c keeps, and
 * tells udev when what sysfs shows of its identity changes. Decides nothing.
 */
#include "self.h"

#include "device.h"

/* Before the next try, where the mailbox was busy, stuck or being reset. */
#define RETRY_MS	1000

/* What sysfs shows. */
static bool is_announced(const struct swcci_announced *a, const struct swcci_identity *identity,
			 const struct swcci_component *component)
{
	return a->known == identity->known && a->serial == identity->serial &&
	       a->type == component->type && a->source == component->source;
}

/* Before the node is there by swcci_self_note() alone, from then on by the work alone. */
static bool note_announced(struct swcci_device *cci)
{
	struct swcci_announced *a = &cci->announced;
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(cci, &identity, &component);
	if (is_announced(a, &identity, &component))
		return false;
	*a = (struct swcci_announced){
		.known = identity.known,
		.serial = identity.serial,
		.type = component.type,
		.source = component.source,
	};
	return true;
}

static void announce(struct swcci_device *cci)
{
	if (note_announced(cci))
		swcci_device_changed(cci, cci->announced.known ? "IDENTITY=known" :
								"IDENTITY=unknown");
}

static void self_work(struct work_struct *work)
{
	struct swcci_destinations *all = container_of(to_delayed_work(work),
						      struct swcci_destinations, self_work);
	struct swcci_device *cci = container_of(all, struct swcci_device, destinations);
	u32 due;
	int rc;

	if (swcci_device_is_added(cci))
		announce(cci);
	due = swcci_destination_self_due_ms(cci);
	if (due == DESTINATION_SETTLED)
		return;
	if (due) {
		swcci_destination_self_later(cci, due);
		return;
	}
	/* answers bring the work back here at once */
	rc = swcci_destination_self(cci, KTIME_MAX);
	if (rc && rc != -ENODEV)
		swcci_destination_self_later(cci, RETRY_MS);
}

void swcci_self_init(struct swcci_device *cci)
{
	INIT_DELAYED_WORK(&cci->destinations.self_work, self_work);
	cci->announced.type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
}

/**
 * swcci_self_note() - what is known now needs no announcement
 * @cci: the device, before swcci_device_add(): whoever hears of that reads it in sysfs
 *
 * After swcci_device_add() swcci_destination_self_soon() is due, for what changed in between.
 */
void swcci_self_note(struct swcci_device *cci)
{
	note_announced(cci);
}
