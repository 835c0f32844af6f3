// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel Management Command (5300h): a switch hands the message to the device
 * behind a port, an FM-owned LD to an LD, a multi-headed device to its LD pool.
 * CXL 3.1 7.6.7.3.1 and the CCI message format of 7.6.3. Strict on requests.
 */
#include <string.h>

#include "internal.h"

#define SILENCE_CODE	RC_INTERNAL_ERROR	/* the answer when nobody answered */
#define SILENT		SIZE_MAX

enum { TARGET_PORT_OR_LD, TARGET_POOL };

static struct cci *behind_port(const struct switch_state *sw, unsigned int number)
{
	const struct port *port = &sw->port[number & 0xff];

	return port->exists && port->kind == PORT_DEVICE && port->present ? port->device : NULL;
}

/* The reserved upper half of the type byte makes it a type that nobody has. */
struct cci *tunnel_target(struct cci *cci, unsigned int type, unsigned int id)
{
	if (type == TARGET_POOL)
		return cci->pool;
	if (type != TARGET_PORT_OR_LD)
		return NULL;
	if (cci->switch_state)
		return behind_port(cci->switch_state, id);
	if (cci->lds && id < cci->lds->count)
		return cci->lds->ld[id];
	return NULL;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* What a request must be before anybody looks at its opcode. */
static uint16_t check_request(const struct cci *target, const uint8_t *message, size_t len)
{
	size_t payload = get16(message + 5) | (size_t)(message[7] & 0x1f) << 16;

	if (message[0] != 0 || message[2] != 0 || (message[7] & 0xe0) || get16(message + 8))
		return RC_INVALID_INPUT;
	/* of the payload alone: CXL 3.1 tables 8-38 and 8-40 to 8-42 */
	if (payload != len - MESSAGE_HEADER || payload > (size_t)1 << target->message_exponent)
		return RC_INVALID_LENGTH;
	return RC_SUCCESS;
}

static size_t put_message(const uint8_t *request, const struct answer *answer, uint8_t *message)
{
	memset(message, 0, MESSAGE_HEADER);
	message[0] = 1;
	message[1] = request[1];
	memcpy(message + 3, request + 3, 2);
	put16(message + 5, answer->len);
	message[7] = (uint8_t)((answer->len >> 16 & 0x1f) |
			       (answer->return_code == RC_BACKGROUND ? 0x80 : 0));
	put16(message + 8, answer->return_code);
	put16(message + 10, answer->vendor_status);
	return MESSAGE_HEADER + answer->len;
}

/* The target's whole answer as a message, or SILENT. */
static size_t converse(struct cci *target, const uint8_t *request, size_t len, uint8_t *message,
		       size_t room)
{
	uint16_t opcode = get16(request + 3);
	struct answer answer = { .return_code = check_request(target, request, len) };
	size_t limit = smaller(room - MESSAGE_HEADER, (size_t)1 << target->response_limit);

	if (!cci_answers(target))
		return SILENT;
	if (answer.return_code == RC_SUCCESS)
		answer = cci_execute(target, opcode, request + MESSAGE_HEADER,
				     len - MESSAGE_HEADER, message + MESSAGE_HEADER,
				     limit);
	if (answer.silent)
		return SILENT;
	return rules_message(target, opcode, message, put_message(request, &answer, message), room);
}

static uint16_t tunnel(struct call *call)
{
	size_t size = get16(call->in + 2), room, len;
	const uint8_t *request = call->in + TUNNEL_HEADER;
	struct cci *target;

	if (size != call->in_len - TUNNEL_HEADER)
		return RC_INVALID_LENGTH;
	target = tunnel_target(call->cci, call->in[1], call->in[0]);
	if (!target)
		return RC_INVALID_INPUT;
	if (call->room < TUNNEL_HEADER + MESSAGE_HEADER)
		return RC_INVALID_LENGTH;
	room = smaller(call->room - TUNNEL_HEADER, UINT16_MAX);
	memset(call->out, 0, TUNNEL_HEADER);
	len = converse(target, request, size, call->out + TUNNEL_HEADER, room);
	if (len == SILENT)
		return SILENCE_CODE;
	put16(call->out, len);
	rules_wrapper(target, get16(request + 3), call->out);
	call->out_len = TUNNEL_HEADER + len;
	return RC_SUCCESS;
}

static const struct command tunnel_commands[] = {
	{ 0x5300, 0, TUNNEL_HEADER + MESSAGE_HEADER, VARIABLE, tunnel,
	  "Tunnel Management Command" },
};

const struct command_set tunnel_set = { tunnel_commands, ARRAY_SIZE(tunnel_commands) };
