// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends one command and evaluates the result: first what the driver reports
 * (errno, stage, gate), then the frames, then the return code.
 */
#include "transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

#define PAYLOAD_MIN 256
#define PAYLOAD_MAX (1024 * 1024)
/* Added to the device's own maximum, for commands that are queued ahead of this one. */
#define QUEUE_TIME_MS 5000
/* Set before the ioctl, because some errors write nothing back, see cxl_switch_cci.h. */
#define STAGE_NOT_TOLD 0xFF

#define INVALID_INPUT		0x02
#define UNSUPPORTED		0x03
#define RETRY_REQUIRED		0x05
#define UNSUPPORTED_CCI		0x15

enum result transport_open(struct transport *transport, const struct transport_ops *ops,
			   void *context, const char *name,
			   const struct cxl_switch_cci_info *info, uint32_t timeout_ms,
			   struct failure *failure)
{
	*transport = (struct transport){
		.ops = ops,
		.context = context,
		.name = name,
		.features = info->features,
		.component_type = info->component_type,
		.component_source = info->component_source,
		.payload_size = info->payload_size,
		.timeout_ms = timeout_ms ? timeout_ms : info->command_timeout_ms + QUEUE_TIME_MS,
	};
	if (!(info->features & CXL_SWITCH_CCI_FEATURE_SEND)) {
		fail_with(failure, RESULT_NO_DEVICE, EOPNOTSUPP,
			  "%s: the loaded driver does not offer the SEND ioctl", name);
		failure_hint(failure, "load the module that belongs to this cxl-switch");
		return failure->result;
	}
	if (info->payload_size < PAYLOAD_MIN || info->payload_size > PAYLOAD_MAX)
		return fail_with(failure, RESULT_IO, EIO, "%s: impossible payload size of %u bytes",
				 name, info->payload_size);
	transport->request = calloc(1, info->payload_size);
	transport->answer = calloc(1, info->payload_size);
	if (transport->request && transport->answer)
		return RESULT_OK;
	transport_close(transport);
	return fail_memory(failure);
}

void transport_close(struct transport *transport)
{
	free(transport->request);
	free(transport->answer);
	transport->request = NULL;
	transport->answer = NULL;
}

/* The function of an MLD has no ports; the first level is an LD. */
static const char *level_name(const struct transport *transport, unsigned int level)
{
	return level || transport->component_type == CXL_SWITCH_CCI_COMPONENT_TYPE3 ? "LD" : "port";
}

void destination_text(const struct transport *transport, const struct path *path,
		      unsigned int depth, char *text)
{
	int used = snprintf(text, DESTINATION_TEXT_SIZE, "%.24s", transport->name);
	unsigned int i;

	for (i = 0; i < depth; i++) {
		if (path->target[i] == TARGET_LD_POOL)
			used += snprintf(text + used, DESTINATION_TEXT_SIZE - used, " LD pool");
		else
			used += snprintf(text + used, DESTINATION_TEXT_SIZE - used, " %s %u",
					 level_name(transport, i), path->id[i]);
	}
}

/* errno and stage of a command without an answer from the device. */
static const struct {
	int error;
	const char *text, *hint;
} send_errors[] = {
	{ EBUSY, "the mailbox is busy", "try again" },
	{ ETIMEDOUT, "no answer in time",
	  "the command may still be carried out: check its effect before trying again, or raise "
	  "--timeout" },
	{ EIO, "the answer was lost", "'info' shows the device's state; dmesg may say more" },
	{ ENODEV, "the device is gone", "'cxl-switch list' shows the ones that are there" },
	{ EINTR, "interrupted", NULL },
	{ ENOMEM, "the kernel has no memory for the command", NULL },
	{ ENOTTY, "the driver does not know the SEND ioctl", "'cxl-switch doctor' shows more" },
	{ EHOSTUNREACH, "nothing answers there", "'ports' shows what is behind each port" },
};

/* EBUSY persists while the device is in a state other than ready. */
static void explain_busy(struct failure *failure, const struct transport *transport,
			 const char *what)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	if (transport->ops->info(transport->context, &info) ||
	    info.state == CXL_SWITCH_CCI_STATE_READY)
		return;
	fail_with(failure, RESULT_IO, EBUSY, "%s: the mailbox is %s", what,
		  state_name(info.state));
	failure_hint(failure, "wait until 'info' shows it ready; if it stays, 'doctor' says "
			"how to reset it");
}

static enum result fail_unanswered(struct failure *failure, const struct transport *transport,
				   const struct cxl_switch_cci_send *send, int error,
				   const char *what)
{
	size_t i;

	fail_with(failure, RESULT_IO, error, "%s: %s", what, strerror(error));
	for (i = 0; i < sizeof(send_errors) / sizeof(send_errors[0]); i++) {
		if (send_errors[i].error != error)
			continue;
		fail_with(failure, RESULT_IO, error, "%s: %s", what, send_errors[i].text);
		if (send_errors[i].hint)
			failure_hint(failure, "%s", send_errors[i].hint);
	}
	if (error == EBUSY)
		explain_busy(failure, transport, what);
	failure->stage = send->stage == STAGE_NOT_TOLD ? NO_STAGE : send->stage;
	return failure->result;
}

struct gate_question transport_question(const struct transport *transport,
					const struct cxl_switch_cci_explain *explain)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	transport->ops->info(transport->context, &info);
	return (struct gate_question){
		.device = transport->name,
		.explain = explain,
		.settings = info.settings,
		.build_keys = info.build_keys,
		.read_only_wanted = transport->read_only_wanted,
		.limit_wanted = transport->limit_wanted,
	};
}

/* Finds the reasons: EXPLAIN returns every gate that refuses, SEND only the first. */
static void ask_why(const struct transport *transport, const struct cxl_switch_cci_send *send,
		    struct cxl_switch_cci_explain *explain)
{
	*explain = (struct cxl_switch_cci_explain){
		.size = sizeof(*explain),
		.opcode = send->opcode,
		.in_size = send->in_size,
		.in_payload = send->in_payload,
	};
	if (transport->features & CXL_SWITCH_CCI_FEATURE_EXPLAIN &&
	    !transport->ops->explain(transport->context, explain) &&
	    explain->reason == send->reason)
		return;
	*explain = (struct cxl_switch_cci_explain){
		.reason = send->reason,
		.refusing = send->reason < CXL_SWITCH_CCI_REASONS ? 1U << send->reason : 0,
		.impact = send->impact,
		.depth = send->depth,
		.verdict_flags = send->verdict_flags,
		.leaf_opcode = send->leaf_opcode,
	};
}

static enum result fail_refused(struct failure *failure, const struct transport *transport,
				const struct cxl_switch_cci_explain *explain, int error,
				const char *what)
{
	enum result result = explain->reason == CXL_SWITCH_CCI_REASON_UNREACHABLE ? RESULT_IO :
			     RESULT_REFUSED;
	struct gate_question question = transport_question(transport, explain);

	fail_with(failure, result, error, "%s: refused by the driver's gate '%s': %s", what,
		  reason_name(explain->reason), reason_text(explain->reason));
	failure->stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	failure->reason = explain->reason;
	failure->refusing = explain->refusing;
	gates_hints(&question, failure->hint, sizeof(failure->hint));
	return result;
}

static void command_text(const struct transport *transport, const struct command *command,
			 char *text, size_t room)
{
	char destination[DESTINATION_TEXT_SIZE];

	destination_text(transport, command->path, command->path->depth, destination);
	snprintf(text, room, "%s: %s (%04Xh)", destination, opcode_name(command->opcode),
		 command->opcode);
}

static enum result fail_send(struct failure *failure, const struct transport *transport,
			     const struct command *command,
			     const struct cxl_switch_cci_send *send, int error)
{
	struct cxl_switch_cci_explain explain;
	char what[160];

	command_text(transport, command, what, sizeof(what));
	if (send->stage == CXL_SWITCH_CCI_STAGE_REFUSED && send->reason) {
		ask_why(transport, send, &explain);
		return fail_refused(failure, transport, &explain, error, what);
	}
	return fail_unanswered(failure, transport, send, error, what);
}

static enum result fail_unusable(struct failure *failure, const struct transport *transport,
				 const struct command *command, const char *why)
{
	char what[160];

	command_text(transport, command, what, sizeof(what));
	fail_with(failure, RESULT_IO, EBADMSG, "%s: unusable answer: %s", what, why);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	failure_hint(failure, "the component breaks the specification; 'raw 5300' shows the "
			"bytes");
	return failure->result;
}

static enum result unwrap(struct transport *transport, const struct command *command,
			  const struct cxl_switch_cci_send *send, struct answer *answer,
			  struct failure *failure)
{
	struct frame_answer inner;
	enum frame_fault fault;

	/* There is no frame without a tunnel, or if the outer command failed. */
	if (!command->path->depth || send->return_code)
		return RESULT_OK;
	fault = frame_unwrap(command->path, command->opcode, transport->answer, send->out_size,
			     &inner);
	if (fault)
		return fail_unusable(failure, transport, command, frame_fault_text(fault));
	answer->payload = inner.payload;
	answer->size = inner.size;
	answer->level = inner.level;
	answer->return_code = inner.return_code;
	answer->vendor_status = inner.vendor_status;
	return RESULT_OK;
}

static int send_framed(struct transport *transport, const struct command *command,
		       size_t in_size, struct cxl_switch_cci_send *send)
{
	*send = (struct cxl_switch_cci_send){
		.size = sizeof(*send),
		.opcode = command->path->depth ? TUNNEL_OPCODE : command->opcode,
		.timeout_ms = transport->timeout_ms,
		.in_payload = (uintptr_t)transport->request,
		.out_payload = (uintptr_t)transport->answer,
		.in_size = in_size,
		.out_size = transport->payload_size,
		.stage = STAGE_NOT_TOLD,
	};
	return transport->ops->send(transport->context, send);
}

/* Encodes the request with its tunnels into the transport buffer; @framed receives the size. */
static enum result frame(struct transport *transport, const struct command *command,
			 size_t *framed, struct failure *failure)
{
	*framed = frame_wrap(command->path, command->opcode, command->payload, command->size,
			     transport->request, transport->payload_size);
	if (*framed >= command->size && (*framed || !command->path->depth))
		return RESULT_OK;
	return fail_with(failure, RESULT_USAGE, EMSGSIZE,
			 "%zu bytes of payload: %s takes at most %zu there", command->size,
			 transport->name,
			 frame_payload_limit(command->path, transport->payload_size));
}

struct transport_watcher transport_watcher;

enum result transport_send(struct transport *transport, const struct command *command,
			   struct answer *answer, struct failure *failure)
{
	struct cxl_switch_cci_send send;
	enum result result;
	size_t framed;
	char what[160];
	int error;

	memset(answer, 0, sizeof(*answer));
	result = frame(transport, command, &framed, failure);
	if (result)
		return result;
	if (transport_watcher.begin) {
		command_text(transport, command, what, sizeof(what));
		transport_watcher.begin(what);
	}
	error = -send_framed(transport, command, framed, &send);
	if (transport_watcher.end)
		transport_watcher.end();
	if (error)
		return fail_send(failure, transport, command, &send, error);
	if (send.out_size > transport->payload_size || send.out_length > send.out_size)
		return fail_unusable(failure, transport, command, "longer than the mailbox");
	*answer = (struct answer){
		.payload = transport->answer,
		.size = send.out_size,
		.return_code = send.return_code,
		.vendor_status = send.vendor_status,
		.impact = send.impact,
		.verdict_flags = send.verdict_flags,
		.duration_ns = send.duration_ns,
		.cookie = send.cookie,
	};
	return unwrap(transport, command, &send, answer, failure);
}

enum result transport_refusal(const struct transport *transport, const struct command *command,
			      const struct cxl_switch_cci_explain *explain,
			      struct failure *failure)
{
	char what[160];

	command_text(transport, command, what, sizeof(what));
	return fail_refused(failure, transport, explain, explain->error, what);
}

/* ---- queries of the driver: EXPLAIN, RESTRICT, DESTINATIONS, RECENT ---- */

enum result fail_without(struct failure *failure, const struct transport *transport,
			 const char *what)
{
	fail_with(failure, RESULT_NO_DEVICE, EOPNOTSUPP, "%s: the loaded driver does not offer the "
		  "%s ioctl", transport->name, what);
	failure_hint(failure, "load the module that belongs to this cxl-switch");
	return failure->result;
}

enum result transport_explain(struct transport *transport, const struct command *command,
			      struct cxl_switch_cci_explain *explain, struct failure *failure)
{
	struct cxl_switch_cci_send nothing = { .stage = CXL_SWITCH_CCI_STAGE_NOT_SENT };
	enum result result;
	size_t framed;
	char what[160];
	int error;

	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_EXPLAIN))
		return fail_without(failure, transport, "EXPLAIN");
	result = frame(transport, command, &framed, failure);
	if (result)
		return result;
	*explain = (struct cxl_switch_cci_explain){
		.size = sizeof(*explain),
		.opcode = command->path->depth ? TUNNEL_OPCODE : command->opcode,
		.in_size = framed,
		.in_payload = (uintptr_t)transport->request,
	};
	error = -transport->ops->explain(transport->context, explain);
	explain->name[sizeof(explain->name) - 1] = '\0';
	explain->why[sizeof(explain->why) - 1] = '\0';
	if (!error)
		return RESULT_OK;
	command_text(transport, command, what, sizeof(what));
	return fail_unanswered(failure, transport, &nothing, error, what);
}

enum result transport_restrict(struct transport *transport, uint8_t impact,
			       struct failure *failure)
{
	struct cxl_switch_cci_restrict limit = { .size = sizeof(limit), .impact = impact };
	int error;

	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_RESTRICT))
		return fail_without(failure, transport, "RESTRICT");
	error = -transport->ops->restrict_to(transport->context, &limit);
	if (error)
		return fail_with(failure, RESULT_IO, error, "%s: --restrict %s: %s",
				 transport->name, impact_name(impact), strerror(error));
	transport->limit_wanted = true;
	return RESULT_OK;
}

#define DESTINATIONS_AT_ONCE	256
#define DESTINATIONS_ROUNDS	64

enum result transport_destinations(struct transport *transport,
				   struct cxl_switch_cci_destination **entries, size_t *used,
				   struct failure *failure)
{
	struct cxl_switch_cci_destinations list = { .size = sizeof(list) };
	unsigned int round;

	*entries = NULL;
	*used = 0;
	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_DESTINATIONS))
		return fail_without(failure, transport, "DESTINATIONS");
	for (round = 0; round < DESTINATIONS_ROUNDS && (!round || list.cursor); round++) {
		struct cxl_switch_cci_destination *more =
			reallocarray(*entries, *used + DESTINATIONS_AT_ONCE, sizeof(*more));
		int error;

		if (!more)
			return fail_memory(failure);
		*entries = more;
		list.entries = (uintptr_t)(more + *used);
		list.room = DESTINATIONS_AT_ONCE;
		list.entry_size = sizeof(*more);
		error = -transport->ops->destinations(transport->context, &list);
		if (error)
			return fail_with(failure, RESULT_IO, error, "%s: DESTINATIONS: %s",
					 transport->name, strerror(error));
		if (list.room > DESTINATIONS_AT_ONCE)
			return fail_with(failure, RESULT_IO, EBADMSG,
					 "%s: DESTINATIONS returns more than there is room for",
					 transport->name);
		*used += list.room;
	}
	return RESULT_OK;
}

#define RECORDS_MAX	4096

enum result transport_recent(struct transport *transport, struct cxl_switch_cci_record **records,
			     size_t *used, uint64_t *dropped, struct failure *failure)
{
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .room = RECORDS_MAX, .entry_size = sizeof(**records),
	};
	int error;

	*records = NULL;
	*used = 0;
	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_RECENT))
		return fail_without(failure, transport, "RECENT");
	*records = calloc(RECORDS_MAX, sizeof(**records));
	if (!*records)
		return fail_memory(failure);
	list.entries = (uintptr_t)*records;
	error = -transport->ops->recent(transport->context, &list);
	if (error)
		return fail_with(failure, RESULT_IO, error, "%s: RECENT: %s", transport->name,
				 strerror(error));
	if (list.room > RECORDS_MAX)
		return fail_with(failure, RESULT_IO, EBADMSG,
				 "%s: RECENT returns more than there is room for",
				 transport->name);
	*used = list.room;
	*dropped = list.dropped;
	return RESULT_OK;
}

/* An error of a level above the destination means that the path does not exist. */
static void hint_for_tunnel(struct failure *failure, const struct transport *transport,
			    const struct path *path, unsigned int level)
{
	if (level == 0 && path->target[0] == TARGET_LD_POOL)
		failure_hint(failure, "there is no LD pool, or this is not the CCI to manage "
				"it");
	else if (level == 0 && transport->component_type == CXL_SWITCH_CCI_COMPONENT_TYPE3)
		failure_hint(failure, "%s has no LD %u, or is not an MLD", transport->name,
			     path->id[0]);
	else if (level == 0)
		failure_hint(failure, "nothing that takes commands seems to be behind port %u: "
				"'cxl-switch ports %s' shows its link", path->id[0],
				transport->name);
	else if (path->target[level] == TARGET_LD_POOL)
		failure_hint(failure, "the device behind port %u has no LD pool, or this is not "
				"the CCI to manage it", path->id[0]);
	else
		failure_hint(failure, "the device behind port %u has no LD %u, or is not an MLD",
			     path->id[0], path->id[1]);
}

enum result fail_return_code(struct failure *failure, const struct transport *transport,
			     const struct command *command, const struct answer *answer)
{
	bool arrived = answer->level == command->path->depth;
	uint16_t opcode = arrived ? command->opcode : TUNNEL_OPCODE;
	const char *hint = return_code_hint(answer->return_code);
	char destination[DESTINATION_TEXT_SIZE], vendor[40] = "", beyond[24] = "";

	destination_text(transport, command->path, answer->level, destination);
	if (!arrived && command->path->target[answer->level] == TARGET_LD_POOL)
		snprintf(beyond, sizeof(beyond), " to the LD pool");
	else if (!arrived)
		snprintf(beyond, sizeof(beyond), " to %s %u",
			 level_name(transport, answer->level), command->path->id[answer->level]);
	if (answer->vendor_status)
		snprintf(vendor, sizeof(vendor), ", vendor status %04Xh", answer->vendor_status);
	fail_with(failure, RESULT_DEVICE_ERROR, 0, "%s: %s (%04Xh)%s answered %s (%04Xh)%s",
		  destination, opcode_name(opcode), opcode, beyond,
		  return_code_name(answer->return_code), answer->return_code, vendor);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	failure->return_code = answer->return_code;
	failure->arrived = arrived;
	if (!arrived)
		hint_for_tunnel(failure, transport, command->path, answer->level);
	else if (hint)
		failure_hint(failure, "%s", hint);
	return failure->result;
}

enum result transport_query(struct transport *transport, const struct command *command,
			    struct answer *answer, struct failure *failure)
{
	enum result result = transport_send(transport, command, answer, failure);

	if (!result && answer->return_code == RETRY_REQUIRED)
		result = transport_send(transport, command, answer, failure);
	if (result)
		return result;
	if (answer->return_code)
		return fail_return_code(failure, transport, command, answer);
	return RESULT_OK;
}

static bool is_unsupported(int return_code)
{
	return return_code == UNSUPPORTED || return_code == UNSUPPORTED_CCI;
}

bool says_unsupported(const struct failure *failure)
{
	return failure->arrived && is_unsupported(failure->return_code);
}

/* A tunnel without a target returns Invalid Input, or the component has no such command. */
bool says_absent(const struct failure *failure)
{
	if (failure->return_code == NO_RETURN_CODE)
		return failure->error == EHOSTUNREACH;
	return !failure->arrived && (failure->return_code == INVALID_INPUT ||
				     is_unsupported(failure->return_code));
}
