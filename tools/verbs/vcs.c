// SPDX-License-Identifier: GPL-2.0-only
/*
 * vcs: what is bound to which virtual switch (5200h).
 */
#include "fabric/events.h"
#include "cci/vcs.h"
#include "verbs.h"

#define VCS_MAX 256

static struct json_object *json_vppb(const struct vppb *vppb)
{
	struct json_object *object = json_object_new_object();

	json_number(object, "vppb", vppb->number);
	json_named(object, "binding", vppb->status, binding_status_name(vppb->status));
	json_number(object, "port", vppb->port);
	json_number(object, "ld", vppb->ld);
	return object;
}

static void json_vcs(struct json_object *list, const struct vcs *vcs)
{
	struct json_object *object = json_object_new_object();
	struct json_object *vppbs = json_object_new_array();
	size_t i;

	json_number(object, "vcs", vcs->id);
	json_number(object, "state", vcs->state);
	json_number(object, "upstream_port", vcs->upstream);
	json_number(object, "vppb_count", vcs->vppb_count);
	for (i = 0; i < vcs->listed; i++)
		json_object_array_add(vppbs, json_vppb(&vcs->vppbs[i]));
	json_object_object_add(object, "vppbs", vppbs);
	json_object_array_add(list, object);
}

static void add_rows(struct table *table, const struct vcs *vcs)
{
	size_t i;

	for (i = 0; i < vcs->listed; i++) {
		const struct vppb *vppb = &vcs->vppbs[i];
		bool bound = vppb->status != BINDING_UNBOUND;

		table_add(table, "%u", vcs->id);
		table_add(table, "%u", vcs->upstream);
		table_add(table, "%u", vppb->number);
		table_add(table, "%s", binding_status_name(vppb->status));
		table_add(table, bound ? "%u" : "-", vppb->port);
		table_add(table, vppb->status == BINDING_LD ? "%u" : "-", vppb->ld);
	}
}

/* Reads as many vPPBs at a time as an answer holds. */
static enum result take_vcs(struct session *session, uint8_t id, struct json_object *list,
			    struct table *table)
{
	size_t room = (session->device.transport.payload_size - 8) / 4, first = 0;
	struct vcs vcs;
	enum result result;

	if (room > UINT8_MAX)
		room = UINT8_MAX;
	do {
		result = vcs_get(&session->device.transport, id, first, room, &vcs,
				 &session->failure);
		if (result)
			return result;
		json_vcs(list, &vcs);
		add_rows(table, &vcs);
		first += vcs.listed;
	} while (vcs.listed && first < vcs.vppb_count);
	return RESULT_OK;
}

enum result verb_vcs(struct session *session)
{
	static const char *const headings[] = {
		"VCS", "UPSTREAM", "VPPB", "BINDING", "PORT", "LD", NULL,
	};
	struct json_object *list = json_object_new_array();
	struct switch_identity identity;
	struct table table;
	enum result result = cci_identify_switch(&session->device.transport, &identity,
						 &session->failure);
	unsigned int id;

	json_object_object_add(session->json, "virtual_switches", list);
	table_open(&table, 6);
	table_head(&table, headings);
	table.right = 0x37;
	for (id = 0; id < VCS_MAX && !result; id++)
		if (identity.active_vcs[id / 8] >> (id % 8) & 1)
			result = take_vcs(session, id, list, &table);
	if (!table_close(&table, result || session->options->json ? NULL : &session->screen))
		return fail_memory(&session->failure);
	return result;
}
