// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical switch commands (5100h-5107h, 5301h) and the ports' events. CXL 3.1 7.6.7.1.
 * Knows ports and what is plugged in, nothing of virtual switches' bindings.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define CONFIG_SPACE	4096
#define FM_OWNED_LD	0xffff

enum { PORT_EVENT_LINK, PORT_EVENT_SLOT };

static bool device_there(const struct port *port)
{
	return port->kind == PORT_DEVICE && port->present;
}

static uint8_t connected_type(const struct port *port)
{
	if (!device_there(port))
		return 0;
	return port->device->kind == CCI_MLD || port->device->kind == CCI_MULTI_HEADED ? 5 : 4;
}

/* CXL 3.2 table 7-19: one port's 16 bytes */
void port_record(const struct cci *sw, unsigned int number, uint8_t out[16])
{
	const struct port *port = &sw->switch_state->port[number];
	bool up = port->kind == PORT_UPSTREAM || (device_there(port) && !port->perst);

	memset(out, 0, 16);
	out[0] = (uint8_t)number;
	out[1] = port->kind == PORT_UPSTREAM ? 4 : 3;
	out[2] = up ? 2 : 0;		/* CXL 68B/VH mode */
	out[4] = connected_type(port);
	out[5] = 0x0f;
	out[6] = 16;
	out[7] = up ? 16 : 0;
	out[8] = 0x1f;
	out[9] = 5;
	out[10] = up ? 5 : 0;
	out[11] = up ? 0x04 : 0;	/* LTSSM: L0 or detect */
	put16(out + 13, device_there(port) ? 0x4 : 0);	/* presence */
	if (device_there(port) && port->device->lds)
		out[15] = (uint8_t)port->device->lds->count;
}

void port_event(struct cci *sw, unsigned int number, uint8_t type)
{
	uint8_t record[16], specific[0x14] = { (uint8_t)number, type };

	port_record(sw, number, record);
	put16(specific + 2, record[4] ? 0x40 : 0);	/* slot status: presence */
	specific[5] = record[1];
	specific[6] = record[2];
	memcpy(specific + 8, record + 4, 11);
	event_add(sw, LOG_INFO, uuid_physical_switch, specific, sizeof(specific));
}

static uint16_t identify_switch(struct call *call)
{
	const struct switch_state *sw = call->cci->switch_state;
	unsigned int i, j, bound = 0, total = 0;
	uint8_t *out = call_reserve(call, 0x49);

	if (!out)
		return RC_INVALID_LENGTH;
	out[0] = sw->upstream_port;
	out[2] = (uint8_t)(sw->n_ports > 255 ? 255 : sw->n_ports);
	out[3] = (uint8_t)sw->n_vcs;
	for (i = 0; i < MAX_PORTS; i++)
		if (sw->port[i].exists &&
		    (sw->port[i].kind == PORT_UPSTREAM || sw->port[i].present))
			out[4 + i / 8] |= (uint8_t)(1 << i % 8);
	for (i = 0; i < sw->n_vcs; i++) {
		out[0x24 + i / 8] |= (uint8_t)(1 << i % 8);
		total += sw->vcs[i].n_vppbs;
		for (j = 0; j < sw->vcs[i].n_vppbs; j++)
			bound += sw->vcs[i].vppb[j].status >= 2;
	}
	put16(out + 0x44, total);
	put16(out + 0x46, bound);
	out[0x48] = 4;
	return RC_SUCCESS;
}

static struct port *port_of(struct cci *cci, unsigned int number)
{
	struct port *port = &cci->switch_state->port[number & 0xff];

	return port->exists ? port : NULL;
}

static uint16_t port_state(struct call *call)
{
	size_t n = call->in[0], i;
	uint8_t *out;

	if (call->in_len != 1 + n)
		return RC_INVALID_LENGTH;
	for (i = 0; i < n; i++)
		if (!port_of(call->cci, call->in[1 + i]))
			return RC_INVALID_INPUT;
	out = call_reserve(call, 4 + 16 * n);
	if (!out)
		return RC_INVALID_INPUT;
	out[0] = (uint8_t)n;
	for (i = 0; i < n; i++)
		port_record(call->cci, call->in[1 + i], out + 4 + 16 * i);
	return RC_SUCCESS;
}

static void reset_device(struct cci *cci, void *context)
{
	(void)context;
	cci_reset(cci, MODEL_RESET_CONVENTIONAL);
}

static void set_held(struct cci *cci, void *context)
{
	cci->held_in_reset = *(bool *)context;
}

static void hold_in_reset(struct port *port, bool held)
{
	port->perst = held;
	component_each(port->device, set_held, &held);
}

/* A switch that comes up holds no port in reset. */
void ports_release(struct cci *sw)
{
	struct switch_state *state = sw->switch_state;

	for (unsigned int i = 0; i < MAX_PORTS; i++)
		if (state->port[i].perst)
			hold_in_reset(&state->port[i], false);
}

/* Bound ports belong to their host: only unbound and MLD ports may be reset. */
static bool bound(const struct switch_state *sw, unsigned int number)
{
	unsigned int i, j;

	for (i = 0; i < sw->n_vcs; i++)
		for (j = 0; j < sw->vcs[i].n_vppbs; j++)
			if (sw->vcs[i].vppb[j].status == 2 && sw->vcs[i].vppb[j].port == number)
				return true;
	return false;
}

static uint16_t port_control(struct call *call)
{
	struct port *port = port_of(call->cci, call->in[0]);
	uint8_t operation = call->in[1];

	if (!port || port->kind != PORT_DEVICE || operation > 2)
		return RC_INVALID_INPUT;
	if (bound(call->cci->switch_state, call->in[0]) && !port->device->lds)
		return RC_INVALID_INPUT;
	if (operation == 1 && !port->perst)
		return RC_SUCCESS;
	component_each(port->device, reset_device, NULL);
	if (operation < 2)
		hold_in_reset(port, operation == 0);
	port_event(call->cci, call->in[0], PORT_EVENT_LINK);
	return RC_SUCCESS;
}

/*
 * 5103h and 5301h name the register alike: bytes 1-3 are register, extended
 * register, byte enables, and in the last bit whether it is a write.
 */
static uint16_t config_access(struct call *call, uint8_t **space, const uint8_t *data)
{
	uint32_t offset = (uint32_t)(call->in[1] | (call->in[2] & 0xf) << 8);
	unsigned int enables = call->in[2] >> 4, i;
	bool write = call->in[3] & 0x80;
	uint8_t *out;

	if (offset & 3)
		return RC_INVALID_INPUT;
	out = call_reserve(call, 4);
	if (!out)
		return RC_INVALID_LENGTH;
	if (write && !*space)
		*space = calloc(1, CONFIG_SPACE);
	if (write && !*space)
		return RC_INTERNAL_ERROR;
	for (i = 0; i < 4 && *space; i++) {
		if (write && (enables & 1u << i))
			(*space)[offset + i] = data[i];
		else if (!write)
			out[i] = (*space)[offset + i];
	}
	return RC_SUCCESS;
}

static uint16_t config_request(struct call *call)
{
	struct port *port = port_of(call->cci, call->in[0]);

	return port ? config_access(call, &port->config_space, call->in + 4) : RC_INVALID_INPUT;
}

static bool ld_bound(const struct switch_state *sw, unsigned int port, unsigned int ld)
{
	unsigned int i, j;

	for (i = 0; i < sw->n_vcs; i++)
		for (j = 0; j < sw->vcs[i].n_vppbs; j++)
			if (sw->vcs[i].vppb[j].status == 3 && sw->vcs[i].vppb[j].port == port &&
			    sw->vcs[i].vppb[j].ld == ld)
				return true;
	return false;
}

/* Only LDs that no host owns, and the FM-owned LD. */
static uint16_t ld_config_request(struct call *call)
{
	struct port *port = port_of(call->cci, call->in[0]);
	unsigned int ld = get16(call->in + 4);

	if (!port || port->kind != PORT_DEVICE || !port->present || !port->device->lds)
		return RC_INVALID_INPUT;
	if (ld == FM_OWNED_LD)
		return config_access(call, &port->device->config_space, call->in + 8);
	if (ld >= port->device->lds->count || ld_bound(call->cci->switch_state, call->in[0], ld))
		return RC_INVALID_INPUT;
	return config_access(call, &port->device->lds->ld[ld]->config_space, call->in + 8);
}

static struct vcs *vcs_of(struct call *call)
{
	struct switch_state *sw = call->cci->switch_state;

	return call->in[0] < sw->n_vcs ? &sw->vcs[call->in[0]] : NULL;
}

static uint16_t put_byte(struct call *call, uint8_t value)
{
	uint8_t *out = call_reserve(call, 1);

	if (!out)
		return RC_INVALID_LENGTH;
	*out = value;
	return RC_SUCCESS;
}

static uint16_t validation_state(struct call *call)
{
	return put_byte(call, call->cci->switch_state->vcs[0].validation_set);
}

static uint16_t set_validation(struct call *call)
{
	struct vcs *vcs = &call->cci->switch_state->vcs[0];

	if (vcs->validation_set)
		return RC_INVALID_INPUT;
	memcpy(vcs->validation, call->in, UUID_SIZE);
	vcs->validation_set = true;
	return RC_SUCCESS;
}

static uint16_t vcs_validation_state(struct call *call)
{
	struct vcs *vcs = vcs_of(call);

	return vcs ? put_byte(call, vcs->validation_set) : RC_INVALID_INPUT;
}

static uint16_t get_validation(struct call *call)
{
	struct vcs *vcs = vcs_of(call);
	uint8_t *out;

	if (!vcs || !vcs->validation_set)
		return RC_INVALID_INPUT;
	out = call_reserve(call, UUID_SIZE);
	if (!out)
		return RC_INVALID_LENGTH;
	memcpy(out, vcs->validation, UUID_SIZE);
	return RC_SUCCESS;
}

static const struct command switch_commands[] = {
	{ 0x5100, 0, 0, 0, identify_switch, "Identify Switch Device" },
	{ 0x5101, 0, 1, 256, port_state, "Get Physical Port State" },
	{ 0x5102, 0, 2, 2, port_control, "Physical Port Control" },
	{ 0x5103, 0, 8, 8, config_request, "Send PPB CXL.io Configuration Request" },
	{ 0x5104, 0, 0, 0, validation_state, "Get Domain Validation SV State" },
	{ 0x5105, 0, 0x10, 0x10, set_validation, "Set Domain Validation SV" },
	{ 0x5106, 0, 1, 1, vcs_validation_state, "Get VCS Domain Validation SV State" },
	{ 0x5107, 0, 1, 1, get_validation, "Get Domain Validation SV" },
	{ 0x5301, 0, 0xc, 0xc, ld_config_request, "Send LD CXL.io Configuration Request" },
};

const struct command_set switch_set = { switch_commands, ARRAY_SIZE(switch_commands) };
