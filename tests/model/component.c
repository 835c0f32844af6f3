// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes, swaps and finds components: which command sets each kind carries, its
 * identity, its limits. Knows no command and no text format but path names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define VENDOR_ID	0x1e98
#define HEADS		2
#define EVENT_CAPACITY	32
#define BACKGROUND_NS	(2 * NS_PER_S)

static const struct command_set *const switch_sets[] = {
	&info_set, &event_set, &firmware_set, &time_set, &log_set, &feature_set, &switch_set,
	&binding_set, &tunnel_set, &vendor_set, NULL
};

static const struct command_set *const sld_sets[] = {
	&info_set, &event_set, &firmware_set, &time_set, &log_set, &feature_set, &memory_set,
	&vendor_set, NULL
};

static const struct command_set *const mld_sets[] = {
	&info_set, &event_set, &firmware_set, &time_set, &log_set, &feature_set, &tunnel_set,
	&mld_set, &vendor_set, NULL
};

static const struct command_set *const ld_sets[] = {
	&info_set, &event_set, &time_set, &log_set, &feature_set, &memory_set, &vendor_set, NULL
};

static const struct command_set *const pool_sets[] = {
	&info_set, &log_set, &tunnel_set, &pool_set, NULL
};

static const struct command_set *const dcd_sets[] = {
	&info_set, &event_set, &firmware_set, &time_set, &log_set, &feature_set, &memory_set,
	&dcd_set, &vendor_set, NULL
};

/* 0001h-0004h are prohibited on a memory device's own mailbox (CXL 3.1 8.2.9). */
static const struct command_set *const memory_device_sets[] = {
	&event_set, &event_policy_set, &firmware_set, &time_set, &log_set, &feature_set,
	&memory_set, &vendor_set, NULL
};

const char *const cci_kind_names[CCI_KINDS] = {
	[CCI_SWITCH] = "switch", [CCI_SLD] = "sld", [CCI_MLD] = "mld", [CCI_LD] = "ld",
	[CCI_MULTI_HEADED] = "multi-headed", [CCI_POOL] = "pool", [CCI_DCD] = "dcd",
	[CCI_MEMORY_DEVICE] = "memory-device",
};

/* Message limits differ on purpose: no two destinations may be taken for alike. */
static const struct kind {
	const struct command_set *const *sets;
	uint16_t device;
	uint8_t component_type, message_exponent;
	bool memory;
} kinds[CCI_KINDS] = {
	[CCI_SWITCH] = { switch_sets, 0x0c0b, 0, 10, false },
	[CCI_SLD] = { sld_sets, 0xc510, 3, 10, true },
	[CCI_MLD] = { mld_sets, 0xc511, 3, 9, false },
	[CCI_LD] = { ld_sets, 0xc511, 3, 8, true },
	[CCI_MULTI_HEADED] = { mld_sets, 0xc512, 3, 10, false },
	[CCI_POOL] = { pool_sets, 0xc512, 3, 9, false },
	[CCI_DCD] = { dcd_sets, 0xc514, 3, 9, true },
	[CCI_MEMORY_DEVICE] = { memory_device_sets, 0xc515, 3, 10, true },
};

static void set_up(struct cci *cci, const struct kind *kind)
{
	cci->identity = (struct identity){ VENDOR_ID, kind->device, VENDOR_ID, kind->device,
					   cci->model->next_serial };
	if (cci->kind == CCI_LD || cci->kind == CCI_POOL)
		cci->identity = cci->parent->identity;
	cci->component_type = kind->component_type;
	cci->message_exponent = kind->message_exponent;
	cci->claimed_exponent = kind->message_exponent;
	cci->response_limit = kind->message_exponent;
	cci->sets = kind->sets;
	cci->swap_after = -1;
	cci->background_ns = BACKGROUND_NS;
	cci->background.forced_percent = -1;
	cci->cel.entries = -1;
	cci->cel.announced = -1;
	cci->cel.delivered = -1;
	cci->events.capacity = EVENT_CAPACITY;
	cci->firmware.slots = 2;
	cci->firmware.active = 1;
	snprintf(cci->firmware.revision[0], sizeof(cci->firmware.revision[0]), "MODEL-1.0");
}

static int create_lds(struct cci *cci, unsigned int n)
{
	char name[sizeof(cci->name) + 16];
	unsigned int i;

	cci->lds = calloc(1, sizeof(*cci->lds));
	if (!cci->lds)
		return -1;
	cci->lds->count = n;
	cci->lds->heads = HEADS;
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s.ld%u", cci->name, i);
		cci->lds->ld[i] = component_create(cci->model, cci, CCI_LD, 0, name);
		if (!cci->lds->ld[i])
			return -1;
		cci->lds->range[i][0] = 4;
		cci->lds->bandwidth[i] = (uint8_t)(255 / n);
		cci->lds->limit[i] = (uint8_t)(255 / n);
	}
	return 0;
}

static int create_pool(struct cci *cci, unsigned int lds)
{
	char name[sizeof(cci->name) + 8];

	snprintf(name, sizeof(name), "%s.pool", cci->name);
	cci->pool = component_create(cci->model, cci, CCI_POOL, lds, name);
	return cci->pool ? 0 : -1;
}

static int create_parts(struct cci *cci, unsigned int lds)
{
	if (kinds[cci->kind].memory && memory_create(cci))
		return -1;
	if (cci->kind != CCI_POOL && features_create(cci))
		return -1;
	if (cci->kind == CCI_DCD && dcd_create(cci))
		return -1;
	if (cci->kind == CCI_SWITCH) {
		cci->switch_state = calloc(1, sizeof(*cci->switch_state));
		if (!cci->switch_state)
			return -1;
	}
	if (cci->kind == CCI_MULTI_HEADED && create_pool(cci, lds))
		return -1;
	return lds ? create_lds(cci, lds) : 0;
}

struct cci *component_create(struct model *model, struct cci *parent, enum cci_kind kind,
			     unsigned int lds, const char *name)
{
	struct cci *cci = calloc(1, sizeof(*cci));

	if (!cci)
		return NULL;
	cci->model = model;
	cci->parent = parent;
	cci->kind = kind;
	snprintf(cci->name, sizeof(cci->name), "%s", name);
	if (kind != CCI_LD && kind != CCI_POOL)
		model->next_serial += 0x100;
	set_up(cci, &kinds[kind]);
	if (create_parts(cci, lds)) {
		component_destroy(cci);
		return NULL;
	}
	return cci;
}

static void destroy_ports(struct cci *cci)
{
	unsigned int i;

	for (i = 0; i < MAX_PORTS; i++) {
		component_destroy(cci->switch_state->port[i].device);
		free(cci->switch_state->port[i].config_space);
	}
	free(cci->switch_state);
}

void component_destroy(struct cci *cci)
{
	unsigned int i;

	if (!cci)
		return;
	if (cci->switch_state)
		destroy_ports(cci);
	for (i = 0; cci->lds && i < cci->lds->count; i++)
		component_destroy(cci->lds->ld[i]);
	component_destroy(cci->pool);
	timer_stop(cci->model, &cci->background.timer);
	timer_stop(cci->model, &cci->follow_up);
	events_free(cci);
	rules_clear(cci);
	memory_free(cci);
	dcd_free(cci);
	free(cci->features);
	free(cci->config_space);
	free(cci->lds);
	free(cci);
}

/* Another device of the same kind in the same place: new serial, nothing kept. */
void component_swap(struct cci *cci)
{
	cci->model->next_serial += 0x100;
	cci->identity.serial = cci->model->next_serial;
	cci->identity.device ^= 0x80;
	cci->personality++;
	cci->swap_after = -1;
	cci->alternates = false;
	cci_reset(cci, MODEL_RESET_COLD);
	events_free(cci);
}

void component_each(struct cci *top, void (*visit)(struct cci *cci, void *context), void *context)
{
	unsigned int i;

	visit(top, context);
	for (i = 0; top->switch_state && i < MAX_PORTS; i++)
		if (top->switch_state->port[i].device)
			component_each(top->switch_state->port[i].device, visit, context);
	for (i = 0; top->lds && i < top->lds->count; i++)
		component_each(top->lds->ld[i], visit, context);
	if (top->pool)
		component_each(top->pool, visit, context);
}

struct wanted {
	const char *name;
	struct cci *found;
};

static void match(struct cci *cci, void *context)
{
	struct wanted *wanted = context;

	if (!strcmp(cci->name, wanted->name))
		wanted->found = cci;
}

struct cci *component_find(struct model *model, const char *path)
{
	struct wanted wanted = { path, NULL };

	component_each(model->fabric_switch, match, &wanted);
	return wanted.found;
}
