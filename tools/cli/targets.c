// SPDX-License-Identifier: GPL-2.0-only
/*
 * Expands "all" by querying the switch and the devices, then runs one verb for
 * each destination. A failure of one destination does not stop the others.
 */
#include "targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cci/cci.h"
#include "cci/parse.h"

static struct target *add_target(struct targets *targets, int port, int ld)
{
	struct target *items = reallocarray(targets->items, targets->count + 1, sizeof(*items));
	struct target *target;

	if (!items)
		return NULL;
	targets->items = items;
	target = &items[targets->count++];
	*target = (struct target){ .port = port, .ld = ld };
	if (port != NO_ID)
		target->path.id[target->path.depth++] = port;
	if (ld == LD_POOL)
		target->path.target[target->path.depth++] = TARGET_LD_POOL;
	else if (ld != NO_ID)
		target->path.id[target->path.depth++] = ld;
	return target;
}

void targets_free(struct targets *targets)
{
	free(targets->items);
	*targets = (struct targets){ 0 };
}

static enum result bad_list(struct session *session, const char *option, const char *text,
			    const char *wrong)
{
	return fail_with(&session->failure, RESULT_USAGE, EINVAL, "%s %s: %s", option, text, wrong);
}

/* Puts the ports whose device accepts commands into @list. */
static enum result all_ports(struct session *session, struct id_list *list)
{
	struct port_states states;
	enum result result = cci_get_port_states(&session->device.transport, &states,
						 &session->failure);
	struct json_object *skipped = json_object_new_array();
	size_t i;

	json_object_object_add(session->json, "skipped_ports", skipped);
	for (i = 0; i < states.count && !result; i++) {
		const struct port_state *port = &states.ports[i];

		list->has[port->port] = port_takes_commands(port);
		if (list->has[port->port])
			continue;
		json_object_array_add(skipped, json_object_new_int(port->port));
		if (session->options->verbose)
			session_note(session, "port %u is skipped: %s, device: %s", port->port,
				     port_state_name(port->state),
				     device_type_name(port->device_type));
	}
	return result;
}

/* Puts the LDs of the MLD behind @port into @list; NO_ID: of the function itself. */
static enum result all_lds(struct session *session, int port, struct id_list *list,
			   struct failure *failure)
{
	struct path path = { .depth = port != NO_ID, .id = { port } };
	struct ld_info info;
	enum result result = cci_get_ld_info(&session->device.transport, &path, &info, failure);
	size_t count;

	if (result) {
		failure_hint(failure, "'all' needs this command; name the LDs, like -l 0");
		return result;
	}
	count = info.ld_count < ID_COUNT ? info.ld_count : ID_COUNT;
	memset(list->has, true, count);
	return RESULT_OK;
}

/* "All LDs of all ports" applies to MLDs; other devices do not have this command. */
static bool is_skipped(struct session *session, const struct failure *failure)
{
	return session->options->ports && !strcmp(session->options->ports, "all") &&
	       says_unsupported(failure);
}

static enum result add_lds(struct session *session, struct targets *targets, int port,
			   const struct id_list *wanted)
{
	struct id_list list = *wanted;
	struct failure failure = { 0 };
	struct target *target;
	int ld;

	if (wanted->all && all_lds(session, port, &list, &failure)) {
		if (is_skipped(session, &failure)) {
			if (session->options->verbose)
				session_note(session, "port %d has no MLD and is skipped", port);
			return RESULT_OK;
		}
		target = add_target(targets, port, NO_ID);
		if (!target)
			return fail_memory(&session->failure);
		target->failure = failure;
		return RESULT_OK;
	}
	for (ld = 0; ld < ID_COUNT; ld++)
		if (list.has[ld] && !add_target(targets, port, ld))
			return fail_memory(&session->failure);
	return RESULT_OK;
}

/*
 * A port is valid on a switch only, an LD without a port on an MLD only. If the
 * component type is unknown the driver decides.
 */
static enum result check_component(struct session *session)
{
	const struct options *options = session->options;
	uint8_t type = session->device.transport.component_type;

	if (options->ports && type != CXL_SWITCH_CCI_COMPONENT_SWITCH &&
	    type != CXL_SWITCH_CCI_COMPONENT_UNKNOWN)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "-p: %s is a %s and has no ports", session->device.name,
				 component_name(type));
	if (options->lds && !options->ports && type == CXL_SWITCH_CCI_COMPONENT_SWITCH)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "-l needs -p: which port is the MLD behind?");
	return RESULT_OK;
}

static bool wants_pool(const struct options *options)
{
	return options->lds && !strcmp(options->lds, "pool");
}

static enum result parse_lists(struct session *session, struct id_list *ports,
			       struct id_list *lds)
{
	const struct options *options = session->options;
	const char *wrong = options->ports ? parse_id_list(options->ports, ports) : NULL;

	if (wrong)
		return bad_list(session, "-p", options->ports, wrong);
	wrong = options->lds && !wants_pool(options) ? parse_id_list(options->lds, lds) : NULL;
	if (wrong)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "-l %s: %s, or 'pool'",
				 options->lds, wrong);
	return check_component(session);
}

static enum result add_port(struct session *session, struct targets *targets, int port,
			    const struct id_list *lds)
{
	int ld = wants_pool(session->options) ? LD_POOL : NO_ID;

	if (session->options->lds && ld != LD_POOL)
		return add_lds(session, targets, port, lds);
	return add_target(targets, port, ld) ? RESULT_OK : fail_memory(&session->failure);
}

enum result targets_expand(struct session *session, struct targets *targets)
{
	struct id_list ports = { 0 }, lds = { 0 };
	enum result result = parse_lists(session, &ports, &lds);
	int port;

	*targets = (struct targets){ 0 };
	if (!result && !session->options->ports)
		return add_port(session, targets, NO_ID, &lds);
	if (!result && ports.all)
		result = all_ports(session, &ports);
	for (port = 0; port < ID_COUNT && !result; port++)
		if (ports.has[port])
			result = add_port(session, targets, port, &lds);
	return result;
}

enum result targets_one(struct session *session, const char *verb, struct target *target)
{
	struct targets targets;
	enum result result = targets_expand(session, &targets);

	if (!result && targets.count != 1)
		result = fail_with(&session->failure, RESULT_USAGE, EINVAL,
				   "%s: one component at a time, not %zu", verb, targets.count);
	if (!result && targets.items[0].failure.result) {
		session->failure = targets.items[0].failure;
		result = session->failure.result;
	}
	if (!result)
		*target = targets.items[0];
	targets_free(&targets);
	return result;
}

static void add_id(struct json_object *object, const char *key, int id)
{
	json_object_object_add(object, key, id < 0 ? NULL : json_object_new_int(id));
}

static void print_heading(const struct session *session, const struct target *target, bool first)
{
	const struct screen *screen = &session->screen;

	/* Binary data on standard output has no headings. */
	if (session->options->json || session->options->out)
		return;
	fprintf(screen->out, "%s%s", first ? "" : "\n", colour_on(screen, COLOUR_BOLD));
	if (target->port != NO_ID)
		fprintf(screen->out, "port %d", target->port);
	if (target->ld == LD_POOL)
		fprintf(screen->out, "%sLD pool", target->port != NO_ID ? ", " : "");
	else if (target->ld != NO_ID)
		fprintf(screen->out, "%sLD %d", target->port != NO_ID ? ", " : "", target->ld);
	fprintf(screen->out, "%s\n", colour_off(screen));
}

static enum result run_one(struct session *session, const struct target *target,
			   target_verb *verb, struct failure *failure,
			   struct json_object *results)
{
	struct json_object *object = json_object_new_object();
	enum result result = target->failure.result;

	add_id(object, "port", target->port);
	add_id(object, "ld", target->ld);
	json_flag(object, "ld_pool", target->ld == LD_POOL);
	*failure = target->failure;
	if (!result)
		result = verb(session, target, object, failure);
	session_add_error(object, result ? failure : NULL);
	json_object_array_add(results, object);
	return result;
}

enum result targets_run(struct session *session, target_verb *verb)
{
	struct json_object *results = json_object_new_array();
	struct targets targets;
	enum result result = targets_expand(session, &targets);
	struct failure failure;
	size_t failed = 0, i;

	json_object_object_add(session->json, "results", results);
	if (!result && !targets.count)
		session_note(session, session->options->lds ? "no port has an MLD behind it" :
			     "no port has a device behind it that takes commands");
	for (i = 0; i < targets.count && !result; i++) {
		if (targets.count > 1)
			print_heading(session, &targets.items[i], i == 0);
		if (!run_one(session, &targets.items[i], verb, &failure, results))
			continue;
		if (!failed++)
			session->failure = failure;
		if (targets.count > 1)
			session_print_failure(session, &failure);
	}
	if (!result && failed == targets.count && failed)
		result = session->failure.result;
	else if (!result && failed)
		result = RESULT_PARTIAL;
	session->told = targets.count > 1 && failed == targets.count;
	targets_free(&targets);
	return result;
}
