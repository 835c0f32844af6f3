// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings a model up and down: configuration checked, fabric built, front put
 * before it. The pieces do the rest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

#define FIRST_SERIAL	0xc0de000000000000ull
#define RANDOM_SEED	0x9e3779b97f4a7c15ull

void model_config_default(struct model_config *config)
{
	*config = (struct model_config){
		.status_offset = 0x80,
		.type_status_offset = 0x90,
		.mailbox_offset = 0x100,
		.payload_exponent = 11,
		.doorbell_interrupt = true,
		.background_interrupt = true,
		.event_vector = 1,
		.array_type = 2,
		.mailbox_type = 2,
	};
}

void model_config_memory_device(struct model_config *config)
{
	model_config_default(config);
	config->memory_device = true;
	config->array_type = 1;
	config->mailbox_type = 1;
}

static const char *complaint(const struct model_config *config)
{
	if (config->payload_exponent < 8 || config->payload_exponent > 20)
		return "payload exponent: 8 to 20";
	if (config->block_offset & 0xffff)
		return "block offset: a multiple of 64 KiB";
	if ((config->status_offset | config->mailbox_offset | config->type_status_offset) & 7)
		return "register offsets: multiples of 8";
	if (config->status_offset < 0x40 || config->mailbox_offset < 0x40 ||
	    config->type_status_offset < 0x40)
		return "register offsets: behind the capability array, which ends at 40h";
	if (config->message_number > 15 || config->event_vector > 15)
		return "message numbers: 0 to 15";
	if (config->ready_seconds > 255 || config->mailbox_type > 15 || config->array_type > 15)
		return "ready seconds: 0 to 255; types: 0 to 15";
	return NULL;
}

static int find_root(struct model *model, char *error, size_t size)
{
	unsigned int i;

	model->root = model->fabric_switch;
	if (!model->config.memory_device)
		return 0;
	for (i = 0; i < MAX_PORTS; i++) {
		model->root = model->fabric_switch->switch_state->port[i].device;
		if (model->root && model->root->kind == CCI_MEMORY_DEVICE)
			return 0;
	}
	snprintf(error, size, "fabric: a memory device needs a port of kind memory-device");
	return -EINVAL;
}

struct model *model_create(const struct model_config *config, char *error, size_t size)
{
	const char *wrong = complaint(config);
	struct model *model;

	if (size)
		*error = '\0';
	if (wrong) {
		snprintf(error, size, "%s", wrong);
		return NULL;
	}
	model = calloc(1, sizeof(*model));
	if (!model)
		return NULL;
	model->config = *config;
	model->config.fabric = NULL;	/* the caller's text need not outlive this call */
	model->random = RANDOM_SEED;
	model->next_serial = FIRST_SERIAL;
	if (fabric_build(model, config->fabric, error, size) || find_root(model, error, size) ||
	    front_create(model)) {
		model_destroy(model);
		return NULL;
	}
	return model;
}

void model_destroy(struct model *model)
{
	if (!model)
		return;
	fabric_free(model);
	front_free(model);
	free(model);
}

static void reset_one(struct cci *cci, void *context)
{
	cci_reset(cci, *(enum model_reset *)context);
}

void model_reset(struct model *model, enum model_reset kind)
{
	if (kind == MODEL_RESET_COLD) {
		component_each(model->fabric_switch, reset_one, &kind);
		ports_release(model->fabric_switch);
	}
	front_reset(model, kind);
}

void model_set_message(struct model *model, unsigned int number)
{
	model->config.message_number = number;
}

uint64_t model_bar_size(const struct model *model)
{
	return model->front.bar_size;
}

bool model_removed(const struct model *model)
{
	return model->front.removed;
}

void model_identity(const struct model *model, uint16_t *vendor, uint16_t *device,
		    uint64_t *serial)
{
	*vendor = model->root->identity.vendor;
	*device = model->root->identity.device;
	*serial = model->root->identity.serial;
}
