// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends queries and decodes their answers. It must not print; an answer too short for its structure
 * is a failure that says so.
 */
#include "cci.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define IDENTIFY_SIZE		0x12
#define IDENTIFY_SWITCH_SIZE	0x49
#define PORT_STATE_HEADER_SIZE	4
#define PORT_STATE_SIZE		0x10
#define LD_INFO_SIZE		0x0B
#define LOG_LIST_HEADER_SIZE	8
#define LOG_ENTRY_SIZE		20
#define CEL_ENTRY_SIZE		4
#define GET_LOG_REQUEST_SIZE	0x18

/* A message of 2^n bytes, CXL 3.1 8.2.9.1.1; QEMU's switch reports 2^11. */
#define MESSAGE_EXPONENT_MIN	8
#define MESSAGE_EXPONENT_MAX	20

/* Larger than any real log; a larger size is invalid. */
#define LOG_SIZE_MAX		(1024 * 1024)

static const struct path to_switch = { 0 };

static enum result fail_short(struct failure *failure, const struct transport *transport,
			      const struct command *command, size_t size, size_t expected)
{
	char destination[DESTINATION_TEXT_SIZE];

	destination_text(transport, command->path, command->path->depth, destination);
	fail_with(failure, RESULT_IO, EBADMSG, "%s: %s (%04Xh) answered %zu bytes where at least "
		  "%zu are expected", destination, opcode_name(command->opcode), command->opcode,
		  size, expected);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	failure_hint(failure, "'raw %04X' shows what it answered", command->opcode);
	return failure->result;
}

enum result cci_ask(struct transport *transport, const struct command *command,
		    size_t expected, struct answer *answer, struct failure *failure)
{
	enum result result = transport_query(transport, command, answer, failure);

	if (result)
		return result;
	if (answer->size < expected)
		return fail_short(failure, transport, command, answer->size, expected);
	return RESULT_OK;
}

enum result cci_identify(struct transport *transport, const struct path *path,
			 struct identity *identity, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_IDENTIFY };
	struct answer answer;
	enum result result = cci_ask(transport, &command, IDENTIFY_SIZE, &answer, failure);

	if (result)
		return result;
	*identity = (struct identity){
		.vendor_id = get_le16(answer.payload),
		.device_id = get_le16(answer.payload + 2),
		.subsystem_vendor_id = get_le16(answer.payload + 4),
		.subsystem_id = get_le16(answer.payload + 6),
		.serial = get_le64(answer.payload + 8),
		.max_message_exponent = answer.payload[0x10],
		.component_type = answer.payload[0x11],
		.source = CXL_SWITCH_CCI_SOURCE_IDENTIFY,
	};
	return RESULT_OK;
}

enum result cci_identify_switch(struct transport *transport, struct switch_identity *identity,
				struct failure *failure)
{
	struct command command = { .path = &to_switch, .opcode = OPCODE_IDENTIFY_SWITCH_DEVICE };
	struct answer answer;
	enum result result = cci_ask(transport, &command, IDENTIFY_SWITCH_SIZE, &answer, failure);

	if (result)
		return result;
	*identity = (struct switch_identity){
		.ingress_port = answer.payload[0],
		.port_count = answer.payload[2],
		.vcs_count = answer.payload[3],
		.vppb_count = get_le16(answer.payload + 0x44),
		.bound_vppb_count = get_le16(answer.payload + 0x46),
		.hdm_decoders_per_usp = answer.payload[0x48],
	};
	memcpy(identity->active_ports, answer.payload + 0x04, sizeof(identity->active_ports));
	memcpy(identity->active_vcs, answer.payload + 0x24, sizeof(identity->active_vcs));
	return RESULT_OK;
}

enum result cci_get_ld_info(struct transport *transport, const struct path *path,
			    struct ld_info *info, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_GET_LD_INFO };
	struct answer answer;
	enum result result = cci_ask(transport, &command, LD_INFO_SIZE, &answer, failure);

	if (result)
		return result;
	info->memory_size = get_le64(answer.payload);
	info->ld_count = get_le16(answer.payload + 8);
	return RESULT_OK;
}

static void decode_port(const uint8_t *bytes, struct port_state *port)
{
	*port = (struct port_state){
		.port = bytes[0],
		.state = bytes[1] & 0x0F,
		.device_mode = bytes[2] & 0x0F,
		.device_type = bytes[4],
		.supported_modes = bytes[5],
		.max_width = bytes[6] & 0x3F,
		.width = bytes[7] & 0x3F,
		.supported_speeds = bytes[8] & 0x3F,
		.max_speed = bytes[9] & 0x3F,
		.speed = bytes[0xA] & 0x3F,
		.ltssm = bytes[0xB],
		.first_lane = bytes[0xC],
		.link_flags = get_le16(bytes + 0xD),
		.additional_lds = bytes[0xF],
	};
}

/* Sends one Get Physical Port State for @count ports; appends those that exist. */
static enum result ask_ports(struct transport *transport, const uint8_t *ids, size_t count,
			     struct port_states *states, struct failure *failure)
{
	uint8_t request[1 + PORT_COUNT_MAX];
	struct command command = {
		.path = &to_switch, .opcode = OPCODE_GET_PHYSICAL_PORT_STATE,
		.payload = request, .size = 1 + count,
	};
	struct answer answer;
	enum result result;
	size_t i;

	request[0] = count;
	memcpy(request + 1, ids, count);
	result = cci_ask(transport, &command, PORT_STATE_HEADER_SIZE + count * PORT_STATE_SIZE,
			 &answer, failure);
	if (result)
		return result;
	if (answer.payload[0] != count)
		return fail_with(failure, RESULT_IO, EBADMSG,
				 "%s: asked for %zu ports, got the states of %u", transport->name,
				 count, answer.payload[0]);
	for (i = 0; i < count; i++) {
		struct port_state port;

		decode_port(answer.payload + PORT_STATE_HEADER_SIZE + i * PORT_STATE_SIZE, &port);
		if (port.port != ids[i])
			return fail_with(failure, RESULT_IO, EBADMSG,
					 "%s: asked for port %u, got the state of port %u",
					 transport->name, ids[i], port.port);
		if (port.state != PORT_STATE_INVALID && states->count < PORT_COUNT_MAX)
			states->ports[states->count++] = port;
	}
	return RESULT_OK;
}

/* The number of ports that fit in a request and in its answer. */
static size_t ports_per_command(const struct transport *transport)
{
	size_t limit = (transport->payload_size - PORT_STATE_HEADER_SIZE) / PORT_STATE_SIZE;

	return limit < UINT8_MAX ? limit : UINT8_MAX;
}

#define INVALID_INPUT	2

/*
 * A switch may refuse the whole request because of one invalid port number.
 * Then each port is queried alone, and an invalid one does not exist.
 */
static enum result ask_some_ports(struct transport *transport, const uint8_t *ids, size_t count,
				  struct port_states *states, struct failure *failure)
{
	enum result result = ask_ports(transport, ids, count, states, failure);
	size_t i;

	if (result != RESULT_DEVICE_ERROR)
		return result;
	for (i = 0; i < count && count > 1; i++) {
		result = ask_ports(transport, ids + i, 1, states, failure);
		if (result && failure->return_code != INVALID_INPUT)
			return result;
	}
	return states->count ? RESULT_OK : result;
}

/*
 * Port numbers to query: the active ones, and 0 to @port_count - 1. QEMU
 * assigns arbitrary numbers, so neither set is sufficient.
 */
static size_t port_numbers(const struct switch_identity *identity, uint8_t *ids)
{
	size_t active = 0, count = 0, i;

	for (i = 0; i < PORT_COUNT_MAX; i++)
		active += identity->active_ports[i / 8] >> (i % 8) & 1;
	for (i = 0; i < PORT_COUNT_MAX; i++)
		if ((identity->active_ports[i / 8] >> (i % 8) & 1) ||
		    (active < identity->port_count && i < identity->port_count) ||
		    i == identity->ingress_port)
			ids[count++] = i;
	return count;
}

enum result cci_get_port_states(struct transport *transport, struct port_states *states,
				struct failure *failure)
{
	size_t per_command = ports_per_command(transport), count, i;
	uint8_t ids[PORT_COUNT_MAX];
	struct switch_identity identity;
	enum result result = cci_identify_switch(transport, &identity, failure);

	states->count = 0;
	if (result)
		return result;
	count = port_numbers(&identity, ids);
	for (i = 0; i < count && !result; i += per_command)
		result = ask_some_ports(transport, ids + i,
					count - i < per_command ? count - i : per_command,
					states, failure);
	return result;
}

bool port_has_device(const struct port_state *port)
{
	return port->state == PORT_STATE_DOWNSTREAM && port->device_type != DEVICE_TYPE_NONE;
}

bool port_takes_commands(const struct port_state *port)
{
	return port->state == PORT_STATE_DOWNSTREAM && port->device_type >= DEVICE_TYPE_SLD;
}

enum result cci_get_supported_logs(struct transport *transport, const struct path *path,
				   struct log_list *list, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_GET_SUPPORTED_LOGS };
	struct answer answer;
	enum result result = cci_ask(transport, &command, LOG_LIST_HEADER_SIZE, &answer, failure);
	size_t came, i;

	*list = (struct log_list){ 0 };
	if (result)
		return result;
	list->announced = get_le16(answer.payload);
	came = (answer.size - LOG_LIST_HEADER_SIZE) / LOG_ENTRY_SIZE;
	list->count = came < list->announced ? came : list->announced;
	if (list->count > LOG_COUNT_MAX)
		list->count = LOG_COUNT_MAX;
	for (i = 0; i < list->count; i++) {
		const uint8_t *entry = answer.payload + LOG_LIST_HEADER_SIZE + i * LOG_ENTRY_SIZE;

		memcpy(list->logs[i].uuid, entry, UUID_SIZE);
		list->logs[i].size = get_le32(entry + UUID_SIZE);
	}
	return RESULT_OK;
}

/* Payload size of a message; the header is not counted, CXL 3.1 tables 8-38 and 8-40 to 8-42. */
static size_t message_payload(uint8_t exponent)
{
	if (exponent < MESSAGE_EXPONENT_MIN || exponent > MESSAGE_EXPONENT_MAX)
		exponent = MESSAGE_EXPONENT_MIN;
	return (size_t)1 << exponent;
}

/* Without a usable Identify the minimum that the specification requires is assumed. */
size_t cci_payload_limit(struct transport *transport, const struct path *path)
{
	size_t limit = frame_payload_limit(path, transport->payload_size);
	struct path hop = { .depth = 0 };
	unsigned int level;

	for (level = 1; level <= path->depth; level++) {
		size_t wrapped = (size_t)(path->depth - level) * TUNNEL_LEVEL_SIZE, room;
		struct identity identity = { 0 };
		struct failure failure;

		hop.id[level - 1] = path->id[level - 1];
		hop.depth = level;
		cci_identify(transport, &hop, &identity, &failure);
		room = message_payload(identity.max_message_exponent) - wrapped;
		if (room < limit)
			limit = room;
	}
	return limit;
}

static enum result get_piece(struct transport *transport, const struct path *path,
			     const struct log_entry *log, size_t offset, size_t length,
			     struct log_data *data, struct failure *failure)
{
	uint8_t request[GET_LOG_REQUEST_SIZE];
	struct command command = {
		.path = path, .opcode = OPCODE_GET_LOG,
		.payload = request, .size = sizeof(request),
	};
	struct answer answer;
	enum result result;

	memcpy(request, log->uuid, UUID_SIZE);
	put_le32(request + 0x10, offset);
	put_le32(request + 0x14, length);
	result = cci_ask(transport, &command, 0, &answer, failure);
	if (result)
		return result;
	if (answer.size < length)
		length = answer.size;
	memcpy(data->bytes + data->size, answer.payload, length);
	data->size += length;
	data->commands++;
	return RESULT_OK;
}

enum result cci_get_log(struct transport *transport, const struct path *path,
			const struct log_entry *log, struct log_data *data,
			struct failure *failure)
{
	size_t limit = cci_payload_limit(transport, path), before, length;
	enum result result = RESULT_OK;

	*data = (struct log_data){ 0 };
	if (log->size > LOG_SIZE_MAX)
		return fail_with(failure, RESULT_IO, EFBIG, "%s: claims a log of %u bytes",
				 transport->name, log->size);
	data->bytes = calloc(1, log->size + 1);
	if (!data->bytes)
		return fail_memory(failure);
	do {
		before = data->size;
		length = log->size - before < limit ? log->size - before : limit;
		if (!length)
			break;
		result = get_piece(transport, path, log, before, length, data, failure);
		/* A short piece is the end of the log, whatever its announced size. */
	} while (!result && data->size - before == length);
	if (!result)
		return RESULT_OK;
	free(data->bytes);
	*data = (struct log_data){ 0 };
	return result;
}

const struct log_entry *cci_find_cel(const struct log_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!memcmp(list->logs[i].uuid, cel_uuid, UUID_SIZE))
			return &list->logs[i];
	return NULL;
}

/* ---- the type of a component ---- */

/*
 * 5100h exists on a switch only and is prohibited on every device; 5400h
 * without it belongs to a device with LDs, CXL 3.1 table 8-37.
 */
static uint8_t type_of_cel(const struct log_data *cel)
{
	uint8_t type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	size_t at;

	for (at = 0; at + CEL_ENTRY_SIZE <= cel->size; at += CEL_ENTRY_SIZE) {
		uint16_t opcode = get_le16(cel->bytes + at);

		if (opcode == OPCODE_IDENTIFY_SWITCH_DEVICE)
			return CXL_SWITCH_CCI_COMPONENT_SWITCH;
		if (opcode == OPCODE_GET_LD_INFO)
			type = CXL_SWITCH_CCI_COMPONENT_TYPE3;
	}
	return type;
}

static void discover_by_cel(struct transport *transport, const struct path *path,
			    struct identity *identity)
{
	const struct log_entry *log;
	struct failure unused;
	struct log_list list;
	struct log_data cel;

	if (cci_get_supported_logs(transport, path, &list, &unused))
		return;
	log = cci_find_cel(&list);
	if (!log || cci_get_log(transport, path, log, &cel, &unused))
		return;
	identity->component_type = type_of_cel(&cel);
	if (identity->component_type != CXL_SWITCH_CCI_COMPONENT_UNKNOWN)
		identity->source = CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG;
	free(cel.bytes);
}

enum result cci_discover(struct transport *transport, const struct path *path,
			 struct identity *identity, struct failure *failure)
{
	enum result result = cci_identify(transport, path, identity, failure);

	if (!result || !says_unsupported(failure))
		return result;
	*identity = (struct identity){ .component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN };
	if (!path->depth && transport->component_source > CXL_SWITCH_CCI_SOURCE_IDENTIFY) {
		identity->component_type = transport->component_type;
		identity->source = transport->component_source;
	} else {
		discover_by_cel(transport, path, identity);
	}
	return RESULT_OK;
}

struct identity cci_identity_of(const struct cxl_switch_cci_info *info)
{
	struct identity identity = {
		.component_type = info->component_type, .source = info->component_source,
	};

	/* An older driver does not report the source; its only source is Identify. */
	if (!identity.source && info->component_type != CXL_SWITCH_CCI_COMPONENT_UNKNOWN)
		identity.source = CXL_SWITCH_CCI_SOURCE_IDENTIFY;
	if (identity.source != CXL_SWITCH_CCI_SOURCE_IDENTIFY)
		return identity;
	identity.vendor_id = info->vendor_id;
	identity.device_id = info->device_id;
	identity.subsystem_vendor_id = info->subsystem_vendor_id;
	identity.subsystem_id = info->subsystem_id;
	identity.serial = info->serial;
	identity.max_message_exponent = info->max_message_exponent;
	return identity;
}

/* The discovered type is kept for this open device; after an error it is discovered again. */
uint8_t cci_function_type(struct transport *transport)
{
	struct identity identity;
	struct failure unused;

	if (transport->component_type == CXL_SWITCH_CCI_COMPONENT_UNKNOWN &&
	    !cci_discover(transport, &to_switch, &identity, &unused)) {
		transport->component_type = identity.component_type;
		transport->component_source = identity.source;
	}
	return transport->component_type;
}
