// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind, unbind: what the virtual switch shows afterwards decides, CXL 3.1
 * 7.6.7.2; the event record that it left says why.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cci/bytes.h"
#include "change.h"
#include "fabric/events.h"
#include "cli/progress.h"
#include "cci/vcs.h"
#include "verbs.h"

#define OPCODE_BIND	0x5201
#define OPCODE_UNBIND	0x5202
#define BIND_SIZE	6
#define UNBIND_SIZE	3
#define NO_LD		0xFFFF
#define BINDING_LOGS	2	/* Informational and Warning: success and failure */

/**
 * struct change - a binding to be made, or undone
 * @bind: make it
 * @ld: NO_LD: the whole port
 */
struct change {
	bool bind;
	uint8_t vcs;
	uint8_t vppb;
	uint8_t port;
	uint16_t ld;
	uint8_t option;
	struct event_batch before[BINDING_LOGS];
};

static const struct path to_switch = { 0 };

static enum result read_words(struct session *session, struct change *change)
{
	uint64_t numbers[4] = { 0 };
	static const char *const names[] = { "VCS", "VPPB", "PORT", "LD" };
	unsigned int needed = change->bind ? 3 : 2, i;
	enum result result = RESULT_OK;

	for (i = 0; i < 4 && !result; i++) {
		if (i >= needed && !session->options->words[i])
			break;
		result = session_number(session, i, names[i], i < 3 ? UINT8_MAX : UINT16_MAX,
					&numbers[i]);
	}
	change->vcs = numbers[0];
	change->vppb = numbers[1];
	change->port = numbers[2];
	change->ld = session->options->words[3] ? numbers[3] : NO_LD;
	return result;
}

static enum result read_option(struct session *session, struct change *change)
{
	static const char *const options[] = { "wait", "managed", "surprise" };
	const char *how = session->options->how;

	for (change->option = 0; change->option < 3; change->option++)
		if (!how || !strcmp(how, options[change->option]))
			return RESULT_OK;
	return fail_with(&session->failure, RESULT_USAGE, EINVAL,
			 "--option %s: expected wait, managed or surprise", how);
}

static struct command make_command(const struct change *change, uint8_t request[BIND_SIZE])
{
	struct command command = {
		.path = &to_switch, .opcode = change->bind ? OPCODE_BIND : OPCODE_UNBIND,
		.payload = request, .size = change->bind ? BIND_SIZE : UNBIND_SIZE,
	};

	memset(request, 0, BIND_SIZE);
	request[0] = change->vcs;
	request[1] = change->vppb;
	if (change->bind) {
		request[2] = change->port;
		put_le16(request + 4, change->ld);
	} else {
		request[2] = change->option;
	}
	return command;
}

/* What the logs hold already is not about us. A switch may have no logs. */
static void look_at_logs(struct session *session, struct event_batch batches[BINDING_LOGS])
{
	struct failure unused;
	unsigned int log;

	for (log = 0; log < BINDING_LOGS; log++)
		events_get(&session->device.transport, &to_switch, log, &batches[log], &unused);
}

static void free_logs(struct event_batch batches[BINDING_LOGS])
{
	unsigned int log;

	for (log = 0; log < BINDING_LOGS; log++)
		events_free(&batches[log]);
}

/* Returns what the record says, in @text; empty without one. */
static void tell_event(struct session *session, const struct change *change, char *text)
{
	struct event_batch after[BINDING_LOGS];
	struct json_object *object = NULL;
	unsigned int log;

	*text = '\0';
	look_at_logs(session, after);
	for (log = 0; log < BINDING_LOGS && !object; log++) {
		const uint8_t *record = event_of_binding(&after[log], &change->before[log],
							 change->vcs, change->vppb);

		if (!record)
			continue;
		object = json_object_new_object();
		json_event(object, log, record);
		event_text(record, text);
	}
	json_object_object_add(session->json, "event", object);
	free_logs(after);
}

static bool is_as_wanted(const struct change *change, const struct vppb *vppb)
{
	if (!change->bind)
		return vppb->status == BINDING_UNBOUND;
	if (vppb->port != change->port)
		return false;
	return change->ld == NO_LD ? vppb->status == BINDING_PORT :
	       vppb->status == BINDING_LD && vppb->ld == (change->ld & 0xFF);
}

static void vppb_text(const struct change *change, const struct vppb *vppb, char *text,
		      size_t room)
{
	int used = snprintf(text, room, "VCS %u vPPB %u: %s", change->vcs, change->vppb,
			    binding_status_name(vppb->status));

	if (vppb->status != BINDING_UNBOUND)
		used += snprintf(text + used, room - used, ", port %u", vppb->port);
	if (vppb->status == BINDING_LD)
		snprintf(text + used, room - used, ", LD %u", vppb->ld);
}

static void json_vppb(struct session *session, const struct vppb *vppb)
{
	json_named(session->json, "binding", vppb->status, binding_status_name(vppb->status));
	json_number(session->json, "port", vppb->port);
	json_number(session->json, "ld", vppb->ld);
}

/* @ended: how the command went, as the exit code if the state is not as wanted. */
static enum result tell_state(struct session *session, const struct change *change,
			      const struct vppb *vppb, enum result ended)
{
	struct failure why = session->failure;
	char event[EVENT_TEXT_SIZE], state[80];

	tell_event(session, change, event);
	json_vppb(session, vppb);
	vppb_text(change, vppb, state, sizeof(state));
	if (is_as_wanted(change, vppb)) {
		if (ended)
			session_note(session, "%s; but the state is as wanted", why.message);
		if (!session->options->json)
			fprintf(session->screen.out, "%s\n", state);
		return RESULT_OK;
	}
	session->failure = why;
	if (!ended)
		fail_with(&session->failure, RESULT_DEVICE_ERROR, 0, "%s: the operation ended with "
			  "success, but the virtual switch shows %s%s%s", session->device.name,
			  state, *event ? "; the event: " : "", event);
	else
		failure_hint(&session->failure, "the virtual switch shows %s%s%s", state,
			     *event ? "; the event: " : "", event);
	return session->failure.result;
}

static enum result read_back(struct session *session, const struct change *change,
			     enum result ended)
{
	struct failure failure;
	struct vcs vcs;
	enum result result = vcs_get(&session->device.transport, change->vcs, change->vppb, 1,
				     &vcs, &failure);

	if (!result && vcs.listed == 1)
		return tell_state(session, change, &vcs.vppbs[0], ended);
	/* What went wrong first says more. */
	if (ended)
		return ended;
	if (result) {
		session->failure = failure;
		return result;
	}
	return fail_with(&session->failure, RESULT_IO, EBADMSG, "%s: VCS %u shows no vPPB %u",
			 session->device.name, change->vcs, change->vppb);
}

static enum result carry_out(struct session *session, struct change *change)
{
	struct cxl_switch_cci_bg_status status;
	uint8_t request[BIND_SIZE];
	struct command command = make_command(change, request);
	enum consent consent;
	enum result result = change_ask(session, &command, session->json, &consent,
					&session->failure);

	if (result || consent != CONSENT_SEND)
		return result;
	look_at_logs(session, change->before);
	result = change_run(session, &command, &status, &session->failure);
	if (status.cookie)
		json_operation(session->json, &status);
	/* Nothing was begun: there is nothing to read back. */
	if (result && !status.cookie &&
	    session->failure.stage != CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN)
		return result;
	return read_back(session, change, result);
}

static enum result run(struct session *session, struct change *change)
{
	enum result result = read_words(session, change);

	if (!result)
		result = read_option(session, change);
	if (!result)
		result = carry_out(session, change);
	free_logs(change->before);
	return result;
}

enum result verb_bind(struct session *session)
{
	struct change change = { .bind = true };

	return run(session, &change);
}

enum result verb_unbind(struct session *session)
{
	struct change change = { .bind = false };

	return run(session, &change);
}
