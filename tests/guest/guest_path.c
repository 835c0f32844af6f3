// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands along a path by SEND and EXPLAIN, with what came back taken apart; what
 * DESTINATIONS tells. It does not know who is at the other end.
 */
#include "guest_model.h"

static const uint8_t a_time[8] = { 1, 2, 3, 4, 5, 6, 7, 0 };

struct guest_message guest_tunnel_along(const struct hop *path, unsigned int depth, uint16_t leaf,
					const void *payload, uint32_t size)
{
	struct guest_message message;
	uint8_t ids[8] = { 0 };

	for (unsigned int i = 0; i < depth; i++)
		ids[i] = path[i].id;
	message = guest_tunnel(ids, depth, leaf, payload, size);
	for (unsigned int i = 0; i < depth; i++)
		message.bytes[i * LEVEL + 1] = path[i].target;
	return message;
}

/* Down to the leaf, as long as every level says success. */
static void open_answer(struct sent *sent, unsigned int depth)
{
	uint32_t size = sent->send.out_size;
	const uint8_t *bytes = sent->out;

	sent->opened = depth && !sent->send.return_code;
	while (sent->opened && depth--) {
		sent->opened = guest_unwrap(bytes, size, &sent->leaf);
		bytes = sent->leaf.payload;
		size -= LEVEL;
		if (sent->opened && depth && sent->leaf.return_code)
			sent->opened = false;
	}
}

void guest_send_along(int fd, const struct hop *path, unsigned int depth, uint16_t leaf,
		      const void *payload, uint32_t size, struct sent *sent)
{
	struct guest_message message = guest_tunnel_along(path, depth, leaf, payload, size);

	memset(sent, 0, sizeof(*sent));
	memset(sent->out, 0xa5, sizeof(sent->out));
	sent->send = guest_send(depth ? OPCODE_TUNNEL : leaf, message.bytes, message.length,
				sent->out, sizeof(sent->out));
	sent->error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &sent->send);
	if (!sent->error)
		open_answer(sent, depth);
}

void guest_send_to(int fd, int port, uint16_t leaf, const void *payload, uint32_t size,
		   struct sent *sent)
{
	const struct hop path = { .id = (uint8_t)port };

	guest_send_along(fd, &path, port >= 0, leaf, payload, size, sent);
}

struct cxl_switch_cci_explain guest_explain_to(int fd, int port, uint16_t leaf,
					       const void *payload, uint32_t size)
{
	const struct hop path = { .id = (uint8_t)port };
	struct guest_message message = guest_tunnel_along(&path, port >= 0, leaf, payload, size);
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain),
		.opcode = port >= 0 ? OPCODE_TUNNEL : leaf,
		.in_size = message.length,
		.in_payload = (uintptr_t)message.bytes,
	};

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &explain), 0);
	return explain;
}

void guest_set_timestamp(int fd, int port, struct sent *sent)
{
	guest_send_to(fd, port, 0x0301, a_time, sizeof(a_time), sent);
}

uint64_t guest_timestamp(int fd, int port)
{
	struct sent sent;

	guest_send_to(fd, port, OPCODE_GET_TIMESTAMP, NULL, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
	return guest_le64(port < 0 ? sent.out : sent.leaf.payload);
}

void guest_assert_outcome(const struct sent *sent, int error, unsigned int reason,
			  unsigned int stage, const char *file, int line)
{
	const struct cxl_switch_cci_send *send = &sent->send;

	if (sent->error == error && send->reason == reason && send->stage == stage)
		return;
	print_error("opcode %04xh, depth %u: errno %d, reason %u, stage %u, impact %u, codes %04xh "
		    "and %04xh; expected errno %d, reason %u, stage %u\n", send->leaf_opcode,
		    send->depth, sent->error, send->reason, send->stage, send->impact,
		    send->return_code, send->leaf_return_code, error, reason, stage);
	_fail(file, line);
}

uint32_t guest_destinations(int fd, struct cxl_switch_cci_destination *entries, uint32_t room)
{
	struct cxl_switch_cci_destinations list = {
		.size = sizeof(list),
		.entries = (uintptr_t)entries,
		.room = room,
		.entry_size = sizeof(*entries),
	};

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &list), 0);
	assert_int_equal(list.cursor, 0);
	return list.room;
}
