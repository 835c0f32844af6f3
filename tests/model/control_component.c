// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control verbs on a component behind the mailbox: faults in its answers, its
 * effects log, identity, background slot; pulling and plugging it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

int do_fault(struct request *r)
{
	struct cci *cci = component_at(r, 1);

	return cci ? rules_add(cci, r->words + 2, r->n - 2, r->reply, r->size) : -ENOENT;
}

int do_faults(struct request *r)
{
	append(r->reply, r->size,
	       "fault PATH KIND [VALUE] [opcode=N] [count=N] [skip=N], KIND being\n");
	rules_list(r->reply, r->size);
	return 0;
}

static void heal_background(struct cci *cci)
{
	struct background *bg = &cci->background;
	bool was_stuck = bg->never_ends;

	bg->never_ends = false;
	bg->refuse_abort = false;
	bg->deaf_to_abort = false;
	bg->silent = false;
	bg->no_abort_interrupt = false;
	bg->finish_before_abort = false;
	bg->end_twice = false;
	bg->force_code = false;
	bg->forced_percent = -1;
	if (was_stuck && bg->running && !bg->timer.armed)
		timer_start(cci->model, &bg->timer, 0);
}

static void heal(struct cci *cci, void *context)
{
	(void)context;
	rules_clear(cci);
	heal_background(cci);
	cci->cel.entries = -1;
	cci->cel.announced = -1;
	cci->cel.delivered = -1;
	cci->cel.changes = 0;
	cci->swap_after = -1;
	cci->alternates = false;
}

static void heal_front(struct model *model)
{
	struct front *front = &model->front;

	front->reads = READS_NORMAL;
	front->background_bit_stuck = false;
	front->keep_background_over_flr = false;
	front->activation_resets = false;
	front->stick = 0;
	front->lose_interrupts = 0;
	front->late = 0;
	front->spurious_left = 0;
	front->overrides = 0;
	front_unstick(model);
}

int do_clear(struct request *r)
{
	struct cci *cci;

	if (r->n == 1) {
		component_each(r->model->fabric_switch, heal, NULL);
		heal_front(r->model);
		return 0;
	}
	cci = component_at(r, 1);
	if (!cci)
		return -ENOENT;
	heal(cci, NULL);
	return 0;
}

static int cel_change(struct request *r, struct cci *cci)
{
	bool hide = !strcmp(r->words[2], "hide"), twice = !strcmp(r->words[2], "twice");
	uint64_t opcode, effects = 0;

	if (cci->cel.changes == ARRAY_SIZE(cci->cel.change))
		return wrong(r, "too many changes to this CEL; clear first");
	if (number_at(r, 3, &opcode) || (!hide && number_at(r, 4, &effects)))
		return -EINVAL;
	cci->cel.change[cci->cel.changes].opcode = (uint16_t)opcode;
	cci->cel.change[cci->cel.changes].effects = (uint16_t)effects;
	cci->cel.change[cci->cel.changes].hide = hide;
	cci->cel.change[cci->cel.changes++].twice = twice;
	return 0;
}

int do_cel(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	const char *what = r->words[2];
	uint64_t value;

	if (!cci)
		return -ENOENT;
	if (!strcmp(what, "effects") || !strcmp(what, "hide") || !strcmp(what, "twice"))
		return cel_change(r, cci);
	if (number_at(r, 3, &value))
		return -EINVAL;
	if (value > UINT32_MAX)
		return wrong(r, "out of range");
	if (!strcmp(what, "entries"))
		cci->cel.entries = (int64_t)(value & 0xffff);
	else if (!strcmp(what, "announced"))
		cci->cel.announced = (int64_t)value;
	else if (!strcmp(what, "delivered"))
		cci->cel.delivered = (int64_t)value;
	else
		return wrong(r, "entries, announced, delivered, effects, hide or twice wanted");
	return 0;
}

int do_identity(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint64_t value;

	if (!cci)
		return -ENOENT;
	if (number_at(r, 3, &value))
		return -EINVAL;
	if (!strcmp(r->words[2], "serial"))
		cci->identity.serial = value;
	else if (!strcmp(r->words[2], "vendor"))
		cci->identity.vendor = (uint16_t)value;
	else if (!strcmp(r->words[2], "device"))
		cci->identity.device = (uint16_t)value;
	else if (!strcmp(r->words[2], "type"))
		cci->component_type = (uint8_t)value;
	else if (!strcmp(r->words[2], "message"))
		cci->claimed_exponent = (uint8_t)value;
	else
		return wrong(r, "serial, vendor, device, type or message wanted");
	return 0;
}

int do_swap(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint64_t after = 0;

	if (!cci)
		return -ENOENT;
	if (r->n > 2 && number_at(r, 2, &after))
		return -EINVAL;
	if (after > INT32_MAX)
		return wrong(r, "out of range");
	if (r->n > 2)
		cci->swap_after = (int64_t)after;
	else
		component_swap(cci);
	return 0;
}

int do_alternate(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint64_t serial;

	if (!cci)
		return -ENOENT;
	if (number_at(r, 2, &serial))
		return -EINVAL;
	cci->other = cci->identity;
	cci->other.serial = serial;
	cci->alternates = true;
	cci->other_turn = false;
	return 0;
}

static int background_flag(struct background *bg, const char *what)
{
	const struct { const char *name; bool *flag; } flags[] = {
		{ "never-ends", &bg->never_ends }, { "refuse-abort", &bg->refuse_abort },
		{ "deaf", &bg->deaf_to_abort }, { "silent", &bg->silent },
		{ "no-abort-interrupt", &bg->no_abort_interrupt },
		{ "finish-before-abort", &bg->finish_before_abort },
		{ "end-twice", &bg->end_twice },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!strcmp(flags[i].name, what)) {
			*flags[i].flag = true;
			return 0;
		}
	}
	return -EINVAL;
}

static int background_of(struct request *r, struct cci *cci)
{
	const char *what = r->words[2];
	uint64_t value;

	if (r->n == 3 && !background_flag(&cci->background, what))
		return 0;
	if (r->n < 4 || number_at(r, 3, &value))
		return wrong(r, " never-ends, refuse-abort, deaf, silent, no-abort-interrupt, "
			     "finish-before-abort, end-twice, or code N, percent N, "
			     "time MS wanted");
	if (!strcmp(what, "code")) {
		cci->background.force_code = true;
		cci->background.forced_code = (uint16_t)value;
	} else if (!strcmp(what, "percent")) {
		cci->background.forced_percent = (int)(value & 0x7f);
	} else if (!strcmp(what, "time") && value <= A_DAY_MS) {
		cci->background_ns = value * NS_PER_MS;
	} else {
		return wrong(r, "code, percent or time (at most a day) wanted");
	}
	return 0;
}

struct background_of_all {
	struct request *request;
	int result;
};

/* What is wrong is wrong for each: said once. */
static void background_of_one(struct cci *cci, void *context)
{
	struct background_of_all *all = context;

	if (!all->result)
		all->result = background_of(all->request, cci);
}

int do_background(struct request *r)
{
	struct background_of_all all = { .request = r };
	struct cci *cci;

	if (!strcmp(r->words[1], "all")) {
		component_each(r->model->fabric_switch, background_of_one, &all);
		return all.result;
	}
	cci = component_at(r, 1);
	return cci ? background_of(r, cci) : -ENOENT;
}

int do_feature(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint64_t index, effects, flags;
	struct feature *feature;

	if (!cci)
		return -ENOENT;
	if (number_at(r, 2, &index) || number_at(r, 3, &effects) || number_at(r, 4, &flags))
		return -EINVAL;
	feature = feature_at(cci, (unsigned int)index);
	if (!feature)
		return wrong(r, "no such feature");
	feature_lie(feature, (uint16_t)effects, (uint32_t)flags);
	return 0;
}

int do_latency(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint64_t us;

	if (!cci)
		return -ENOENT;
	if (number_at(r, 2, &us))
		return -EINVAL;
	if (us > A_DAY_MS)
		return wrong(r, "at most 86400000 us");
	cci->latency_ns = us * 1000;
	return 0;
}

int do_event(struct request *r)
{
	struct cci *cci = component_at(r, 1);
	uint8_t specific[4] = { 0 };
	uint64_t log, n = 1;

	if (!cci)
		return -ENOENT;
	if (number_at(r, 2, &log) || (r->n > 3 && number_at(r, 3, &n)))
		return -EINVAL;
	if (log >= EVENT_LOGS || n > 100000)
		return wrong(r, "log 0 to 4, at most 100000 records");
	while (n--)
		event_add(cci, (enum event_log)log, uuid_general_media, specific, sizeof(specific));
	return 0;
}

static int port_number(struct request *r, uint64_t *number)
{
	if (!strncmp(r->words[1], "port", 4) && !parse_number(r->words[1] + 4, number) &&
	    *number < MAX_PORTS)
		return 0;
	return wrong(r, "portN wanted");
}

static void power_off(struct cci *cci, void *context)
{
	(void)context;
	cci_reset(cci, MODEL_RESET_COLD);
}

int do_pull(struct request *r)
{
	struct port *port;
	uint64_t number;

	if (port_number(r, &number))
		return -EINVAL;
	port = &r->model->fabric_switch->switch_state->port[number];
	if (port->kind != PORT_DEVICE || !port->present || port->device == r->model->root)
		return wrong(r, "nothing in there that could be pulled");
	component_each(port->device, power_off, NULL);
	port->present = false;
	port_event(r->model->fabric_switch, (unsigned int)number, 0);
	return 0;
}

int do_plug(struct request *r)
{
	uint64_t number;

	if (port_number(r, &number))
		return -EINVAL;
	return fabric_plug(r->model, (unsigned int)number, r->words + 2, r->n - 2, r->reply,
			   r->size);
}
