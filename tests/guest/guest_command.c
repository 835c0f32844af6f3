// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills in the ioctl structures, builds and opens tunnel messages, and names the
 * commands that the driver is expected to know: written down from the
 * specification's tables, apart from the driver's own.
 */
#include "guest.h"
#include "topology.h"

#include <sys/ioctl.h>

const uint8_t guest_cel_uuid[16] = {
	0x0d, 0xa9, 0xc0, 0xb5, 0xbf, 0x41, 0x4b, 0x78,
	0x8f, 0x79, 0x96, 0xb1, 0x62, 0x3b, 0x3f, 0x17,
};

const uint8_t guest_vendor_log_uuid[16] = {
	0x5e, 0x18, 0x19, 0xd9, 0x11, 0xa9, 0x40, 0x0c,
	0x81, 0x1f, 0xd6, 0x07, 0x19, 0x40, 0x3d, 0x86,
};

#define ANY UINT32_MAX

enum { Q, S, P, D, U = GUEST_UNAUDITED };

const struct guest_row guest_rows[] = {
	{ 0x0001, 0, 0, Q }, { 0x0002, 0, 0, Q }, { 0x0003, 0, 0, Q }, { 0x0004, 1, 1, U },
	{ 0x0005, 0, 0, D },
	{ 0x0100, 1, 1, Q }, { 0x0101, 6, 0x204, S }, { 0x0102, 0, 0, Q }, { 0x0103, 4, 5, S },
	{ 0x0104, 0, 0, Q }, { 0x0105, 2, 2, D }, { 0x0109, 0, 0, Q }, { 0x010a, 8, 8, D },
	{ 0x0200, 0, 0, Q }, { 0x0201, 0x80, ANY, D }, { 0x0202, 2, 2, D },
	{ 0x0300, 0, 0, Q }, { 0x0301, 8, 8, S },
	{ 0x0400, 0, 0, Q }, { 0x0401, 0x18, 0x18, Q }, { 0x0402, 0x10, 0x10, Q },
	{ 0x0403, 0x10, 0x10, S }, { 0x0404, 0x10, 0x10, S }, { 0x0405, 2, 2, Q },
	{ 0x0500, 8, 8, Q }, { 0x0501, 0x15, 0x15, Q }, { 0x0502, 0x20, ANY, D },
	{ 0x0600, 2, ANY, U },
	{ 0x0700, 0, 0, Q }, { 0x0701, 0x15, 0x15, D }, { 0x0702, 0x14, 0x14, Q },
	{ 0x4000, 0, 0, Q }, { 0x4100, 0, 0, Q }, { 0x4101, 9, 0x0a, D }, { 0x4102, 8, 8, Q },
	{ 0x4103, 8, ANY, D },
	{ 0x4200, 0, 0, Q }, { 0x4201, 0, 0, Q }, { 0x4202, 0x0c, 0x0c, S }, { 0x4203, 0, 0, Q },
	{ 0x4204, 1, 1, D },
	{ 0x4300, 0x10, 0x10, Q }, { 0x4301, 8, 8, D }, { 0x4302, 0x48, 0x48, D },
	{ 0x4303, 0x10, 0x10, Q }, { 0x4304, 0x11, 0x11, S }, { 0x4305, 0, 0, S },
	{ 0x4400, 0, 0, D }, { 0x4401, 0, 0, D }, { 0x4402, 8, ANY, Q },
	{ 0x4500, 0, 0, Q }, { 0x4501, 0x60, 0x60, D }, { 0x4502, 0x40, 0x40, D },
	{ 0x4503, 0x20, 0x20, D }, { 0x4504, 0, 0, D }, { 0x4505, 0x40, 0x40, D },
	{ 0x4600, 8, ANY, D }, { 0x4601, 8, 8, Q },
	{ 0x4700, 0, 0, Q }, { 0x4701, 4, 4, D }, { 0x4702, 0, 0, Q },
	{ 0x4800, 2, 2, Q }, { 0x4801, 8, 8, Q }, { 0x4802, 8, ANY, D }, { 0x4803, 8, ANY, D },
	{ 0x5100, 0, 0, Q }, { 0x5101, 1, 0x100, Q }, { 0x5102, 2, 2, D }, { 0x5103, 8, 8, Q },
	{ 0x5104, 0, 0, Q }, { 0x5105, 0x10, 0x10, D }, { 0x5106, 1, 1, Q }, { 0x5107, 1, 1, Q },
	{ 0x5200, 3, 0x102, Q }, { 0x5201, 6, 6, P }, { 0x5202, 3, 3, P },
	{ 0x5203, 0x28, 0x28, D },
	{ 0x5301, 0x0c, 0x0c, Q }, { 0x5302, 0x10, ANY, D },
	{ 0x5400, 0, 0, Q }, { 0x5401, 0, 2, Q }, { 0x5402, 4, ANY, D }, { 0x5403, 0, 0, Q },
	{ 0x5404, 7, 7, D }, { 0x5405, 0, 0, Q }, { 0x5406, 2, 2, Q }, { 0x5407, 2, 0x101, D },
	{ 0x5408, 2, 2, Q }, { 0x5409, 2, 0x101, D },
	{ 0x5500, 2, 2, Q }, { 0x5501, 2, 2, Q },
	{ 0x5600, 0, 0, Q }, { 0x5601, 4, 4, Q }, { 0x5602, 0x10, 0x10, D },
	{ 0x5603, 0x0c, 0x0c, Q }, { 0x5604, 0x1c, ANY, P }, { 0x5605, 0x1c, ANY, P },
	{ 0x5606, 0x10, 0x10, P }, { 0x5607, 0x10, 0x10, D }, { 0x5608, 8, 8, Q },
	{ 0x5700, 0, 0, Q }, { 0x5701, 6, ANY, U }, { 0x5702, 1, 0x100, Q }, { 0x5703, 4, 4, Q },
	{ 0x5704, 4, ANY, D }, { 0x5705, 2, 2, Q }, { 0x5706, 0x1c, 0x1c, P }, { 0x5707, 4, 4, Q },
	{ 0x5708, 6, 6, Q }, { 0x5709, 6, ANY, D }, { 0x570a, 6, 6, Q }, { 0x570b, 6, ANY, D },
	{ 0x570c, 1, 1, Q }, { 0x570d, 0x12, 0x12, D }, { 0x570e, 6, 6, Q }, { 0x570f, 6, ANY, D },
	{ 0x5710, 6, 6, Q }, { 0x5711, 8, ANY, D }, { 0x5712, 6, 6, Q }, { 0x5713, 6, ANY, D },
	{ 0x5714, 8, 8, Q }, { 0x5715, 0x0c, 0x0c, Q }, { 0x5716, 4, 4, D },
	{ 0x5800, 2, 2, Q }, { 0x5801, 9, 9, Q }, { 0x5802, 8, 8, Q }, { 0x5803, 4, 4, Q },
	{ 0x5804, 0x14, 0x14, D }, { 0x5805, 6, 6, Q }, { 0x5806, 6, ANY, D }, { 0x5807, 6, 6, Q },
	{ 0x5808, 8, ANY, D }, { 0x5809, 0x16, 0x16, D }, { 0x580a, 2, 2, Q }, { 0x580b, 2, 2, D },
	{ 0x5900, 3, 3, Q }, { 0x5901, 0x0c, 0x0c, Q }, { 0x5902, 0x18, 0x18, D },
	{ 0x5903, 1, 1, Q }, { 0x5904, 3, 3, D },
};

const size_t guest_row_count = ARRAY_SIZE(guest_rows);

const struct guest_row *guest_row(uint16_t opcode)
{
	for (size_t i = 0; i < guest_row_count; i++)
		if (guest_rows[i].opcode == opcode)
			return &guest_rows[i];
	return NULL;
}

int guest_expected_without_input(uint16_t opcode)
{
	const struct guest_row *row = guest_row(opcode);

	if (opcode == OPCODE_TUNNEL || opcode == OPCODE_NOTIFICATION)
		return EINVAL;
	return row && row->min == 0 ? 0 : EPERM;
}

int guest_ioctl(int fd, unsigned long request, void *argument)
{
	int result = ioctl(fd, request, argument);

	return result < 0 ? errno : result ? -result : 0;
}

struct cxl_send_command guest_by_id(uint32_t id, const void *in, uint32_t in_size,
				    void *out, uint32_t out_size)
{
	struct cxl_send_command command = {
		.id = id,
		.in = { .size = in_size, .payload = (uintptr_t)in },
		.out = { .size = out_size, .payload = (uintptr_t)out },
	};

	return command;
}

struct cxl_send_command guest_raw(uint16_t opcode, const void *in, uint32_t in_size,
				  void *out, uint32_t out_size)
{
	struct cxl_send_command command = guest_by_id(ID_RAW, in, in_size, out, out_size);

	command.raw.opcode = opcode;
	return command;
}

struct cxl_switch_cci_send guest_send(uint16_t opcode, const void *in, uint32_t in_size,
				      void *out, uint32_t out_size)
{
	struct cxl_switch_cci_send send = {
		.size = sizeof(send),
		.opcode = opcode,
		.in_payload = (uintptr_t)in,
		.out_payload = (uintptr_t)out,
		.in_size = in_size,
		.out_size = out_size,
	};

	return send;
}

int guest_identify(int fd)
{
	uint8_t answer[IDENTIFY_SIZE] = { 0 };
	struct cxl_send_command command = guest_raw(OPCODE_IDENTIFY, NULL, 0, answer,
						    sizeof(answer));
	int error = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &command);

	if (error)
		return error;
	if (command.retval || command.out.size != IDENTIFY_SIZE ||
	    guest_le64(answer + IDENTIFY_SERIAL) != SWITCH_SERIAL)
		return -1;
	return 0;
}

struct cxl_switch_cci_info guest_info(int fd)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
	return info;
}

uint32_t guest_payload_size(int fd)
{
	return guest_info(fd).payload_size;
}

static void put_le16(uint8_t *p, uint32_t value)
{
	p[0] = value & 0xff;
	p[1] = value >> 8 & 0xff;
}

/* Moves the message up and puts a CCI request header in front (CXL 3.1 7.6.5). */
static void put_cci_header(struct guest_message *message, uint16_t opcode)
{
	memmove(message->bytes + CCI_HEADER, message->bytes, message->length);
	memset(message->bytes, 0, CCI_HEADER);
	put_le16(message->bytes + 3, opcode);
	put_le16(message->bytes + 5, message->length);
	message->bytes[7] = message->length >> 16 & 0x1f;
	message->length += CCI_HEADER;
}

static void put_tunnel_header(struct guest_message *message, uint8_t id)
{
	memmove(message->bytes + TUNNEL_HEADER, message->bytes, message->length);
	message->bytes[0] = id;
	message->bytes[1] = 0;
	put_le16(message->bytes + 2, message->length);
	message->length += TUNNEL_HEADER;
}

struct guest_message guest_tunnel(const uint8_t *ids, unsigned int depth, uint16_t leaf,
				  const void *payload, uint32_t size)
{
	struct guest_message message = { .length = size };
	uint16_t opcode = leaf;

	if (size)
		memcpy(message.bytes, payload, size);
	while (depth--) {
		put_cci_header(&message, opcode);
		put_tunnel_header(&message, ids[depth]);
		opcode = OPCODE_TUNNEL;
	}
	return message;
}

bool guest_unwrap(const uint8_t *answer, uint32_t size, struct guest_response *response)
{
	const uint8_t *header = answer + TUNNEL_HEADER;

	if (size < TUNNEL_HEADER + CCI_HEADER)
		return false;
	response->length = guest_le16(answer);
	response->category = header[0];
	response->tag = header[1];
	response->opcode = guest_le16(header + 3);
	response->payload_length = guest_le16(header + 5) | (header[7] & 0x1fu) << 16;
	response->return_code = guest_le16(header + 8);
	response->payload = header + CCI_HEADER;
	return true;
}

uint16_t guest_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t guest_le32(const uint8_t *p)
{
	return guest_le16(p) | (uint32_t)guest_le16(p + 2) << 16;
}

uint64_t guest_le64(const uint8_t *p)
{
	return guest_le32(p) | (uint64_t)guest_le32(p + 4) << 32;
}
