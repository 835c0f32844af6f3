// SPDX-License-Identifier: GPL-2.0-only
/*
 * A component that has vanished stays in the list and is queried in each round.
 * The list is limited to the number of components that a switch can have.
 */
#include "fabric.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/targets.h"

/* For each port the device and 16 LDs, and the switch itself. */
#define COMPONENTS_MAX (PORT_COUNT_MAX * 17 + 1)

bool fabric_is_open(const struct fabric *fabric)
{
	return fabric->session.device.transport.request;
}

void fabric_init(struct fabric *fabric, const struct options *options, const char *wanted)
{
	fabric->options = *options;
	/* Notes would repeat in each round. */
	fabric->options.quiet = true;
	fabric->options.verbose = false;
	fabric->wanted_ports = options->ports;
	fabric->session.options = &fabric->options;
	fabric->session.device.descriptor = -1;
	snprintf(fabric->wanted, sizeof(fabric->wanted), "%s", wanted);
	snprintf(fabric->name, sizeof(fabric->name), "%s", wanted);
}

enum result fabric_open(struct fabric *fabric, struct failure *failure)
{
	struct device *device = &fabric->session.device;
	enum result result = device_open(device, fabric->wanted, &fabric->options.open, failure);

	if (result)
		return result;
	snprintf(fabric->name, sizeof(fabric->name), "%s", device->name);
	/* The device may return with another number. */
	if (serial_is_valid(device->info.serial))
		snprintf(fabric->wanted, sizeof(fabric->wanted), "0x%016" PRIx64,
			 (uint64_t)device->info.serial);
	return RESULT_OK;
}

void fabric_close(struct fabric *fabric)
{
	device_close(&fabric->session.device);
	free(fabric->components);
}

/* ---- one round ---- */

static struct component *find_component(struct fabric *fabric, int port, int ld)
{
	size_t i;

	for (i = 0; i < fabric->count; i++)
		if (fabric->components[i].port == port && fabric->components[i].ld == ld)
			return &fabric->components[i];
	return NULL;
}

/* NULL without memory, or if the list is full. */
static struct component *add_component(struct fabric *fabric, int port, int ld)
{
	struct component *component = find_component(fabric, port, ld);

	if (component || fabric->count == COMPONENTS_MAX)
		return component;
	if (fabric->count == fabric->room) {
		size_t room = fabric->room ? 2 * fabric->room : 16;
		void *more = reallocarray(fabric->components, room, sizeof(*component));

		if (!more)
			return NULL;
		fabric->components = more;
		fabric->room = room;
	}
	component = &fabric->components[fabric->count++];
	*component = (struct component){ .port = port, .ld = ld };
	return component;
}

bool fabric_port_changed(const struct fabric *fabric, size_t index)
{
	const struct port_state *now = &fabric->ports.ports[index];
	const struct port_state *before = &fabric->before.ports[index];

	return fabric->before.count && (index >= fabric->before.count ||
					memcmp(now, before, sizeof(*now)));
}

static enum result ask_ports(struct fabric *fabric)
{
	struct transport *transport = &fabric->session.device.transport;
	struct port_states now;
	enum result result;
	size_t i;

	if (transport->component_type != CXL_SWITCH_CCI_COMPONENT_SWITCH)
		return RESULT_OK;
	fabric->before = fabric->ports;
	/* Clear the padding too, for memcmp(). */
	memset(&now, 0, sizeof(now));
	result = cci_get_port_states(transport, &now, &fabric->failure);
	if (result)
		return result;
	fabric->ports = now;
	for (i = 0; i < fabric->ports.count; i++)
		fabric->changes.ports += fabric_port_changed(fabric, i);
	return RESULT_OK;
}

/* The list of LDs could not be read, so the known ones count as not vanished. */
static void keep_lds(struct fabric *fabric, const struct target *target)
{
	size_t i;

	for (i = 0; i < fabric->count; i++)
		if (fabric->components[i].port == target->port &&
		    fabric->components[i].ld != NO_ID)
			watch_unasked(&fabric->components[i], &target->failure);
}

static void watch_one(struct fabric *fabric, const struct target *target)
{
	struct component *component;

	if (target->failure.result && !says_absent(&target->failure))
		keep_lds(fabric, target);
	component = add_component(fabric, target->port, target->ld);
	if (component)
		watch_component(&fabric->session.device.transport, target, component,
				&fabric->changes);
}

static enum result watch_targets(struct fabric *fabric)
{
	static const struct target itself = { .port = NO_ID, .ld = NO_ID };
	struct session *session = &fabric->session;
	struct targets targets;
	enum result result;
	size_t i;

	watch_one(fabric, &itself);
	if (!fabric->options.ports && !fabric->options.lds)
		return RESULT_OK;
	/* Its count of skipped ports is not used. */
	session->json = json_object_new_object();
	result = targets_expand(session, &targets);
	json_object_put(session->json);
	session->json = NULL;
	for (i = 0; i < targets.count && !result; i++)
		watch_one(fabric, &targets.items[i]);
	targets_free(&targets);
	if (result)
		fabric->failure = session->failure;
	return result;
}

/* The driver may discover the type later, so it is checked in every round. */
static void learn_type(struct fabric *fabric, const struct cxl_switch_cci_info *info)
{
	struct transport *transport = &fabric->session.device.transport;

	if (info->component_type != CXL_SWITCH_CCI_COMPONENT_UNKNOWN) {
		transport->component_type = info->component_type;
		transport->component_source = info->component_source;
	}
	fabric->options.ports = fabric->wanted_ports;
	if (cci_function_type(transport) == CXL_SWITCH_CCI_COMPONENT_SWITCH &&
	    !fabric->wanted_ports)
		fabric->options.ports = "all";
}

/* RESULT_NO_DEVICE: the function was removed; the next round tries to open it again. */
static enum result ask_function(struct fabric *fabric)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	struct transport *transport = &fabric->session.device.transport;
	int error;

	if (!fabric_is_open(fabric) && fabric_open(fabric, &fabric->failure))
		return RESULT_NO_DEVICE;
	error = -transport->ops->info(transport->context, &info);
	fabric->state = info.state;
	if (!error && info.state != CXL_SWITCH_CCI_STATE_GONE) {
		learn_type(fabric, &info);
		return RESULT_OK;
	}
	fail_with(&fabric->failure, RESULT_NO_DEVICE, ENODEV, "%s: the device is gone",
		  fabric->name);
	device_close(&fabric->session.device);
	return RESULT_NO_DEVICE;
}

/* Removes entries that never answered; they stood for LDs that could not be listed. */
static void forget_unvisited(struct fabric *fabric)
{
	struct component *components = fabric->components;
	size_t kept = 0, i;

	for (i = 0; i < fabric->count; i++) {
		if (!components[i].visited && components[i].presence == PRESENCE_UNKNOWN)
			continue;
		if (!components[i].visited)
			watch_absent(&components[i], &fabric->changes);
		components[kept++] = components[i];
	}
	fabric->count = kept;
}

enum result fabric_watch(struct fabric *fabric)
{
	enum result result;
	size_t i;

	fabric->changes = (struct changes){ 0 };
	fabric->failure = (struct failure){ .result = RESULT_OK };
	for (i = 0; i < fabric->count; i++)
		fabric->components[i].visited = false;
	result = ask_function(fabric);
	if (!result)
		result = ask_ports(fabric);
	if (!result)
		result = watch_targets(fabric);
	/* A component that could not be queried is unknown; it counts as not vanished. */
	if (!result || result == RESULT_NO_DEVICE)
		forget_unvisited(fabric);
	return result;
}
