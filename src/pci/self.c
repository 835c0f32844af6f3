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
static bool is_announced(const struct cci_announced *a, const struct cci_identity *identity,
			 const struct component *component)
{
	return a->known == identity->known && a->serial == identity->serial &&
	       a->type == component->type && a->source == component->source;
}

/* Before the node is there by self_note() alone, from then on by the work alone. */
static bool note_announced(struct cci_device *cci)
{
	struct cci_announced *a = &cci->announced;
	struct cci_identity identity;
	struct component component;

	destination_self_known(cci, &identity, &component);
	if (is_announced(a, &identity, &component))
		return false;
	*a = (struct cci_announced){
		.known = identity.known,
		.serial = identity.serial,
		.type = component.type,
		.source = component.source,
	};
	return true;
}

static void announce(struct cci_device *cci)
{
	if (note_announced(cci))
		cci_device_changed(cci, cci->announced.known ? "IDENTITY=known" :
								"IDENTITY=unknown");
}

static void self_work(struct work_struct *work)
{
	struct destinations *all = container_of(to_delayed_work(work), struct destinations,
						self_work);
	struct cci_device *cci = container_of(all, struct cci_device, destinations);
	u32 due;
	int rc;

	if (cci_device_is_added(cci))
		announce(cci);
	due = destination_self_due_ms(cci);
	if (due == DESTINATION_SETTLED)
		return;
	if (due) {
		destination_self_later(cci, due);
		return;
	}
	/* answers bring the work back here at once */
	rc = destination_self(cci, KTIME_MAX);
	if (rc && rc != -ENODEV)
		destination_self_later(cci, RETRY_MS);
}

void self_init(struct cci_device *cci)
{
	INIT_DELAYED_WORK(&cci->destinations.self_work, self_work);
	cci->announced.type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
}

/**
 * self_note() - what is known now needs no announcement
 * @cci: the device, before cci_device_add(): whoever hears of that reads it in sysfs
 *
 * After cci_device_add() destination_self_soon() is due, for what changed in between.
 */
void self_note(struct cci_device *cci)
{
	note_announced(cci);
}
