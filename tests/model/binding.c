// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual CXL switches (5200h-5203h): binding and unbinding as background
 * operations whose end is told by an event. CXL 3.1 7.6.7.2.
 */
#include <string.h>

#include "internal.h"

#define NO_LD	0xffff

enum { UNBOUND, IN_PROGRESS, BOUND_PORT, BOUND_LD };

/* What an operation's end needs; kept in the background slot. */
struct change {
	uint8_t vcs, vppb, port, was;
	uint16_t ld;
	bool bind;
};

_Static_assert(sizeof(struct change) <= sizeof(((struct background *)0)->argument),
	       "fits the slot");

static struct vppb *vppb_at(struct cci *cci, unsigned int vcs, unsigned int vppb)
{
	struct switch_state *sw = cci->switch_state;

	if (vcs >= sw->n_vcs || vppb >= sw->vcs[vcs].n_vppbs)
		return NULL;
	return &sw->vcs[vcs].vppb[vppb];
}

static void binding_event(struct cci *cci, const struct change *change, enum event_log log)
{
	const struct vppb *vppb = vppb_at(cci, change->vcs, change->vppb);
	uint8_t specific[10] = { change->vcs, change->vppb, 0, vppb->status, vppb->port,
				 (uint8_t)(vppb->ld == NO_LD ? 0xff : vppb->ld) };

	event_add(cci, log, uuid_virtual_switch, specific, sizeof(specific));
}

static void settled(struct cci *cci, uint16_t return_code, const uint8_t *argument)
{
	struct vppb *vppb;
	struct change change;

	memcpy(&change, argument, sizeof(change));
	vppb = vppb_at(cci, change.vcs, change.vppb);
	if (return_code != RC_SUCCESS)
		vppb->status = change.was;
	else if (change.bind)
		*vppb = (struct vppb){ change.ld == NO_LD ? BOUND_PORT : BOUND_LD,
				       change.port, change.ld };
	else
		*vppb = (struct vppb){ .ld = NO_LD };
	binding_event(cci, &change, return_code == RC_SUCCESS ? LOG_INFO : LOG_WARNING);
}

static uint16_t start(struct call *call, struct vppb *vppb, const struct change *change)
{
	vppb->status = IN_PROGRESS;
	return background_start(call, call->cci->background_ns, settled, change, sizeof(*change));
}

static bool taken(const struct switch_state *sw, unsigned int port, uint16_t ld)
{
	unsigned int i, j;

	for (i = 0; i < sw->n_vcs; i++) {
		for (j = 0; j < sw->vcs[i].n_vppbs; j++) {
			const struct vppb *vppb = &sw->vcs[i].vppb[j];

			if (vppb->status >= BOUND_PORT && vppb->port == port && vppb->ld == ld)
				return true;
		}
	}
	return false;
}

static bool bindable(const struct cci *cci, unsigned int number, uint16_t ld)
{
	const struct port *port = &cci->switch_state->port[number];

	if (!port->exists || port->kind != PORT_DEVICE || !port->present)
		return false;
	if (!port->device->lds)
		return ld == NO_LD;
	return ld < port->device->lds->count;
}

static uint16_t bind(struct call *call)
{
	struct vppb *vppb = vppb_at(call->cci, call->in[0], call->in[1]);
	struct change change = {
		.vcs = call->in[0], .vppb = call->in[1], .port = call->in[2],
		.ld = get16(call->in + 4), .bind = true, .was = UNBOUND,
	};

	if (!vppb || vppb->status != UNBOUND || !bindable(call->cci, change.port, change.ld) ||
	    taken(call->cci->switch_state, change.port, change.ld))
		return RC_INVALID_INPUT;
	vppb->port = change.port;
	vppb->ld = change.ld;
	return start(call, vppb, &change);
}

static uint16_t unbind(struct call *call)
{
	struct vppb *vppb = vppb_at(call->cci, call->in[0], call->in[1]);
	struct change change = { .vcs = call->in[0], .vppb = call->in[1] };

	if (!vppb || vppb->status < BOUND_PORT || (call->in[2] & 0xf) > 2)
		return RC_INVALID_INPUT;
	change.port = vppb->port;
	change.ld = vppb->ld;
	change.was = vppb->status;
	return start(call, vppb, &change);
}

static size_t put_vcs(const struct switch_state *sw, unsigned int id, unsigned int first,
		      unsigned int limit, uint8_t *out)
{
	const struct vcs *vcs = &sw->vcs[id];
	size_t len = 4;
	unsigned int i;

	out[0] = (uint8_t)id;
	out[1] = vcs->state;
	out[2] = vcs->upstream;
	out[3] = vcs->n_vppbs;
	for (i = first; i < vcs->n_vppbs && i - first < limit; i++, len += 4) {
		out[len] = vcs->vppb[i].status;
		out[len + 1] = vcs->vppb[i].port;
		out[len + 2] = (uint8_t)vcs->vppb[i].ld;
		out[len + 3] = 0;
	}
	return len;
}

static uint16_t virtual_info(struct call *call)
{
	const struct switch_state *sw = call->cci->switch_state;
	uint8_t whole[4 + MAX_VCS * (4 + 4 * MAX_VPPBS)] = { 0 };
	unsigned int n = call->in[2], i;
	size_t len = 4;
	uint8_t *out;

	if (call->in_len != 3 + (size_t)n)
		return RC_INVALID_LENGTH;
	if (n > MAX_VCS)
		return RC_INVALID_INPUT;
	whole[0] = (uint8_t)n;
	for (i = 0; i < n; i++) {
		if (call->in[3 + i] >= sw->n_vcs)
			return RC_INVALID_INPUT;
		len += put_vcs(sw, call->in[3 + i], call->in[0], call->in[1], whole + len);
	}
	out = call_reserve(call, len);
	if (!out)
		return RC_INVALID_INPUT;
	memcpy(out, whole, len);
	return RC_SUCCESS;
}

static uint16_t generate_aer(struct call *call)
{
	struct vppb *vppb = vppb_at(call->cci, call->in[0], call->in[1]);

	if (!vppb || vppb->status < BOUND_PORT)
		return RC_INVALID_INPUT;
	call->cci->switch_state->aer_events++;
	return RC_SUCCESS;
}

static const struct command binding_commands[] = {
	{ 0x5200, 0, 3, 3 + 255, virtual_info, "Get Virtual CXL Switch Info" },
	{ 0x5201, EFFECT_BACKGROUND, 6, 6, bind, "Bind vPPB" },
	{ 0x5202, EFFECT_BACKGROUND, 3, 3, unbind, "Unbind vPPB" },
	{ 0x5203, 0, 0x28, 0x28, generate_aer, "Generate AER Event" },
};

const struct command_set binding_set = { binding_commands, ARRAY_SIZE(binding_commands) };
