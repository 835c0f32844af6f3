// SPDX-License-Identifier: GPL-2.0-only
/*
 * A well-behaved client of the model's registers, for tests. Written against
 * the register rules of CXL 3.1 8.2.8.4.5; knows nothing of the model's inside.
 */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "client.h"

#define TUNNEL		0x5300
#define WRAPPER		4
#define HEADER		12
#define TAG		0x5a

void client_send(struct model *model, uint32_t enables, uint16_t opcode, const void *in,
		 uint32_t len)
{
	const uint8_t *bytes = in;
	uint32_t i, n;

	for (i = 0; i < len; i += n) {
		uint8_t word[8] = { 0 };

		n = len - i < 8 ? len - i : 8;
		memcpy(word, bytes + i, n);
		model_mmio_write(model, CLIENT_PAYLOAD + i, 8, get64(word));
	}
	model_mmio_write(model, CLIENT_COMMAND, 8, opcode | (uint64_t)len << 16);
	model_mmio_write(model, CLIENT_CONTROL, 4, enables | 1);
}

void client_collect(struct model *model, struct client_answer *answer)
{
	uint32_t size = 1u << (model_mmio_read(model, CLIENT_CAPABILITIES, 4) & 0x1f);
	uint64_t status, command;
	uint32_t i;

	memset(answer, 0, offsetof(struct client_answer, data));
	if (model_mmio_read(model, CLIENT_CONTROL, 4) & 1) {
		answer->error = -EBUSY;
		return;
	}
	status = model_mmio_read(model, CLIENT_STATUS_REGISTER, 8);
	command = model_mmio_read(model, CLIENT_COMMAND, 8);
	answer->return_code = (uint16_t)(status >> 32);
	answer->vendor_status = (uint16_t)(status >> 48);
	answer->background = status & 1;
	answer->opcode = (uint16_t)command;
	answer->len = (uint32_t)(command >> 16) & 0x1fffff;
	for (i = 0; i < answer->len && i < size && i + 8 <= CLIENT_ROOM; i += 8)
		put64(answer->data + i, model_mmio_read(model, CLIENT_PAYLOAD + i, 8));
}

void client_command(struct model *model, uint16_t opcode, const void *in, uint32_t len,
		    struct client_answer *answer)
{
	client_send(model, 0, opcode, in, len);
	client_collect(model, answer);
}

static uint32_t put_request(uint8_t *message, uint16_t opcode, const void *in, uint32_t len)
{
	memset(message, 0, HEADER);
	message[1] = TAG;
	put16(message + 3, opcode);
	put16(message + 5, len);
	message[7] = (uint8_t)(len >> 16);
	if (len)
		memmove(message + HEADER, in, len);
	return HEADER + len;
}

uint32_t client_wrap(uint8_t *buffer, const struct client_hop *hops, unsigned int n,
		     uint16_t opcode, const void *in, uint32_t len)
{
	uint8_t *message = buffer + WRAPPER;
	uint32_t size;

	if (n > 1)
		size = put_request(message, TUNNEL, message + HEADER,
				   client_wrap(message + HEADER, hops + 1, n - 1, opcode, in, len));
	else
		size = put_request(message, opcode, in, len);
	buffer[0] = hops->id;
	buffer[1] = hops->type;
	put16(buffer + 2, size);
	return WRAPPER + size;
}

void client_tunnel(struct model *model, const struct client_hop *hops, unsigned int n,
		   uint16_t opcode, const void *in, uint32_t len, struct client_answer *answer)
{
	static _Thread_local uint8_t buffer[CLIENT_ROOM];
	uint32_t size = client_wrap(buffer, hops, n, opcode, in, len);

	client_command(model, TUNNEL, buffer, size, answer);
}

bool client_unwrap(const struct client_answer *answer, unsigned int n,
		   struct client_message *message)
{
	const uint8_t *bytes = answer->data, *header;
	uint32_t len = answer->len;

	for (; n; n--) {
		if (len < WRAPPER + HEADER)
			return false;
		header = bytes + WRAPPER;
		message->wrapper_len = get16(bytes);
		message->wrapper_reserved = get16(bytes + 2);
		message->category = header[0];
		message->tag = header[1];
		message->opcode = get16(header + 3);
		message->len = get16(header + 5) | (uint32_t)(header[7] & 0x1f) << 16;
		message->flags = header[7] & 0xe0;
		message->return_code = get16(header + 8);
		message->vendor_status = get16(header + 10);
		message->payload = bytes += WRAPPER + HEADER;
		message->payload_len = len -= WRAPPER + HEADER;
	}
	return true;
}
