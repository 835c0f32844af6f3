// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel Management Command: the framing gate at each level, then real tunnels to
 * every kind of port of QEMU's switch. It knows CXL 3.1 7.6.7.3.1 and QEMU's devices.
 */
#include "guest_frame.h"
#include "topology.h"

#define UNTOUCHED 0xa5

/* Offsets in one level: the tunnel's header, then the message's. */
#define LEVEL			(TUNNEL_HEADER + CCI_HEADER)
#define AT_TARGET_TYPE		1
#define AT_COMMAND_SIZE		2
#define AT_CATEGORY		(TUNNEL_HEADER + 0)
#define AT_TAG			(TUNNEL_HEADER + 1)
#define AT_RESERVED		(TUNNEL_HEADER + 2)
#define AT_LENGTH		(TUNNEL_HEADER + 5)
#define AT_LENGTH_HIGH		(TUNNEL_HEADER + 7)
#define AT_RETURN_CODE		(TUNNEL_HEADER + 8)
#define AT_VENDOR_STATUS	(TUNNEL_HEADER + 10)

static const uint8_t path[] = { PORT_VOLATILE, 0 };
static const uint8_t device_ports[] = { PORT_VOLATILE, PORT_VOLATILE_2, PORT_PERSISTENT };

static struct cxl_switch_cci_send send_message(const struct guest_message *message, void *out,
					       uint32_t room)
{
	return guest_send(OPCODE_TUNNEL, message->bytes, message->length, out, room);
}

/* ---- the framing gate ---- */

/* Both ABIs answer EINVAL, and SEND says why. */
static void assert_malformed(const struct guest_message *message, const char *what,
			     unsigned int level)
{
	struct cxl_switch_cci_send send = send_message(message, NULL, 0);
	struct cxl_send_command raw = guest_raw(OPCODE_TUNNEL, message->bytes, message->length,
						NULL, 0);
	int by_send = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
	int by_raw = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw);

	if (by_send != EINVAL || by_raw != EINVAL)
		fail_msg("%s at level %u: errno %d and %d, expected EINVAL", what, level, by_send,
			 by_raw);
	if (send.stage != CXL_SWITCH_CCI_STAGE_REFUSED ||
	    send.reason != CXL_SWITCH_CCI_REASON_MALFORMED || send.duration_ns)
		fail_msg("%s at level %u: stage %u, reason %u", what, level, send.stage,
			 send.reason);
}

/* One byte of a well-formed message replaced. */
static const struct broken_byte {
	const char *what;
	unsigned int at;
	uint8_t value;
} broken_bytes[] = {
	{ "reserved target type 2", AT_TARGET_TYPE, 0x02 },
	{ "reserved target type 15", AT_TARGET_TYPE, 0x0f },
	{ "reserved nibble beside the target type", AT_TARGET_TYPE, 0x10 },
	{ "reserved nibble, highest bit", AT_TARGET_TYPE, 0x80 },
	{ "category response", AT_CATEGORY, 0x01 },
	{ "category 2", AT_CATEGORY, 0x02 },
	{ "category 15", AT_CATEGORY, 0x0f },
	{ "reserved nibble beside the category", AT_CATEGORY, 0x10 },
	{ "reserved byte of the message header", AT_RESERVED, 0x01 },
	{ "reserved byte, highest bit", AT_RESERVED, 0x80 },
	{ "length bit 16", AT_LENGTH_HIGH, 0x01 },
	{ "length bit 20", AT_LENGTH_HIGH, 0x10 },
	{ "reserved bit 5 beside the length", AT_LENGTH_HIGH, 0x20 },
	{ "reserved bit 6 beside the length", AT_LENGTH_HIGH, 0x40 },
	{ "background bit in a request", AT_LENGTH_HIGH, 0x80 },
	{ "return code in a request", AT_RETURN_CODE, 0x01 },
	{ "return code in a request, high byte", AT_RETURN_CODE + 1, 0x80 },
};

static void reserved_bits_are_malformed(void **state)
{
	unsigned int refused = 0;

	for (unsigned int depth = 1; depth <= 2; depth++)
		for (unsigned int level = 0; level < depth; level++)
			for (size_t i = 0; i < ARRAY_SIZE(broken_bytes); i++) {
				const struct broken_byte *broken = &broken_bytes[i];
				struct guest_message message =
					guest_tunnel(path, depth, OPCODE_IDENTIFY, NULL, 0);

				message.bytes[level * LEVEL + broken->at] = broken->value;
				assert_malformed(&message, broken->what, level);
				refused++;
			}
	diag("messages with a wrong byte: %u refused", refused);
}

/* A 16-bit field of a well-formed message gets something added. */
static const struct broken_size {
	const char *what;
	unsigned int at;
	int add;
} broken_sizes[] = {
	{ "command size one less", AT_COMMAND_SIZE, -1 },
	{ "command size one more", AT_COMMAND_SIZE, 1 },
	{ "command size short of a header", AT_COMMAND_SIZE, -CCI_HEADER },
	{ "command size with bit 15", AT_COMMAND_SIZE, 0x8000 },
	{ "command size far below, or wrapping", AT_COMMAND_SIZE, -CCI_HEADER - LEVEL - 1 },
	{ "inner length one less", AT_LENGTH, -1 },
	{ "inner length one more", AT_LENGTH, 1 },
	{ "inner length of the whole message", AT_LENGTH, CCI_HEADER },
	{ "inner length short by a header, or wrapping", AT_LENGTH, -CCI_HEADER },
	{ "inner length with bit 15", AT_LENGTH, 0x8000 },
};

static void add_le16(uint8_t *field, int add)
{
	unsigned int value = (unsigned int)(guest_le16(field) + add) & 0xffff;

	field[0] = value & 0xff;
	field[1] = value >> 8 & 0xff;
}

static unsigned int refuse_wrong_lengths(const struct guest_message *whole, unsigned int depth)
{
	unsigned int refused = 0;

	for (unsigned int level = 0; level < depth; level++)
		for (size_t i = 0; i < ARRAY_SIZE(broken_sizes); i++) {
			const struct broken_size *broken = &broken_sizes[i];
			struct guest_message message = *whole;

			add_le16(message.bytes + level * LEVEL + broken->at, broken->add);
			assert_malformed(&message, broken->what, level);
			refused++;
		}
	return refused;
}

/* With a payload and without, where what is taken away wraps. */
static void wrong_lengths_are_malformed(void **state)
{
	const struct guest_log_request log = { .length = 4 };
	unsigned int refused = 0;

	for (unsigned int depth = 1; depth <= 2; depth++) {
		struct guest_message with =
			guest_tunnel(path, depth, OPCODE_GET_LOG, &log, sizeof(log));
		struct guest_message without = guest_tunnel(path, depth, OPCODE_IDENTIFY, NULL, 0);

		refused += refuse_wrong_lengths(&with, depth);
		refused += refuse_wrong_lengths(&without, depth);
	}
	diag("messages with a wrong length: %u refused", refused);
}

/* Every length that cuts a message short, and some that are too long. */
static void cut_and_padded_messages_are_malformed(void **state)
{
	unsigned int refused = 0;

	for (unsigned int depth = 1; depth <= 2; depth++) {
		const struct guest_message whole =
			guest_tunnel(path, depth, OPCODE_IDENTIFY, NULL, 0);

		for (uint32_t length = 0; length < whole.length + 9; length++) {
			struct guest_message message = whole;

			if (length == whole.length)
				continue;
			message.length = length;
			assert_malformed(&message, "bytes too few or too many", depth);
			refused++;
		}
	}
	diag("messages cut or padded: %u refused", refused);
}

/* A level whose own header is consistent and that has no room for the next one. */
static void levels_without_room_are_malformed(void **state)
{
	static const uint8_t nothing[LEVEL];
	unsigned int refused = 0;

	for (uint32_t size = 0; size < LEVEL; size++) {
		struct guest_message message =
			guest_tunnel(path, 1, OPCODE_TUNNEL, nothing, size);

		assert_malformed(&message, "a nested tunnel of less than 16 bytes", 1);
		refused++;
	}
	diag("nested tunnels too short: %u refused", refused);
}

/* Switch, FM-owned LD, LD: two levels, and no CCI at the end takes a third. */
static void too_deep_is_malformed(void **state)
{
	static const uint8_t ids[10] = { PORT_VOLATILE };

	for (unsigned int depth = 3; depth <= ARRAY_SIZE(ids); depth++) {
		struct guest_message message = guest_tunnel(ids, depth, OPCODE_IDENTIFY, NULL, 0);

		assert_malformed(&message, "nested too deep", depth);
	}
}

/* With an LD pool on the way three levels are legal; a fourth never is. */
static void four_levels_are_malformed_even_with_a_pool(void **state)
{
	static const uint8_t ids[4] = { PORT_VOLATILE };
	struct guest_message message = guest_tunnel(ids, 4, OPCODE_IDENTIFY, NULL, 0);

	for (unsigned int level = 1; level < 4; level++)
		message.bytes[level * LEVEL + AT_TARGET_TYPE] = 1;
	assert_malformed(&message, "four levels", 4);
}

/* What libcxlmi sends: ABCDh as vendor status, tags 0 and 10h. Neither is looked at. */
static void any_tag_and_vendor_status_is_accepted(void **state)
{
	static const uint8_t tags[] = { 0, 0x10, 0x7f, 0xff };

	for (unsigned int depth = 1; depth <= 2; depth++)
		for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
			struct guest_message message =
				guest_tunnel(path, depth, OPCODE_IDENTIFY, NULL, 0);
			uint8_t out[128];
			struct cxl_switch_cci_send send = send_message(&message, out, sizeof(out));
			struct guest_response response;

			for (unsigned int level = 0; level < depth; level++) {
				uint8_t *header = message.bytes + level * LEVEL;

				header[AT_TAG] = tags[i];
				header[AT_VENDOR_STATUS] = 0xcd;
				header[AT_VENDOR_STATUS + 1] = 0xab;
			}
			assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
			assert_int_equal(send.leaf_return_code, RC_SUCCESS);
			assert_true(guest_unwrap(out, send.out_size, &response));
			assert_int_equal(response.tag, tags[i]);
		}
}

/* ---- real tunnels ---- */

/* Takes @depth layers off and checks each: the byte-exact length, category, opcode. */
static struct guest_response open_answer(const uint8_t *out, uint32_t size, unsigned int depth,
					 uint16_t leaf)
{
	struct guest_response response = { .payload = out };

	for (unsigned int level = 1; level <= depth; level++) {
		assert_true(guest_unwrap(response.payload, size, &response));
		assert_int_equal(size, TUNNEL_HEADER + response.length);
		assert_int_equal(response.length, CCI_HEADER + response.payload_length);
		assert_int_equal(response.category, 1);
		assert_int_equal(response.opcode, level == depth ? leaf : OPCODE_TUNNEL);
		if (level < depth)
			assert_int_equal(response.return_code, RC_SUCCESS);
		size = response.payload_length;
	}
	return response;
}

/* Sends @leaf by both ABIs, compares them, and returns the leaf's answer inside @out. */
static struct guest_response ask(uint8_t port, unsigned int depth, uint16_t leaf,
				 const void *payload, uint32_t size, uint8_t *out)
{
	const uint8_t ids[] = { port, 0 };
	struct guest_message message = guest_tunnel(ids, depth, leaf, payload, size);
	static uint8_t again[SWITCH_PAYLOAD];
	struct cxl_switch_cci_send send = send_message(&message, out, SWITCH_PAYLOAD);
	struct cxl_send_command raw = guest_raw(OPCODE_TUNNEL, message.bytes, message.length,
						again, sizeof(again));

	memset(out, UNTOUCHED, SWITCH_PAYLOAD);
	memset(again, UNTOUCHED, sizeof(again));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw), 0);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.return_code, RC_SUCCESS);
	assert_int_equal(send.opcode, OPCODE_TUNNEL);
	assert_int_equal(send.leaf_opcode, leaf);
	assert_int_equal(send.depth, depth);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_int_equal(send.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	assert_int_equal(send.out_size, send.out_length);
	assert_int_equal(raw.retval, RC_SUCCESS);
	assert_int_equal(raw.out.size, send.out_size);
	assert_memory_equal(out, again, SWITCH_PAYLOAD);
	return open_answer(out, send.out_size, depth, leaf);
}

static void assert_device_identity(const struct guest_response *response, uint8_t port)
{
	assert_int_equal(response->return_code, RC_SUCCESS);
	assert_int_equal(response->payload_length, IDENTIFY_SIZE);
	assert_int_equal(guest_le16(response->payload), DEVICE_VENDOR);
	assert_int_equal(guest_le16(response->payload + 2), DEVICE_DEVICE);
	assert_true(guest_le64(response->payload + IDENTIFY_SERIAL) == DEVICE_SERIAL(port));
	assert_int_equal(response->payload[IDENTIFY_COMPONENT], CXL_SWITCH_CCI_COMPONENT_TYPE3);
}

static void identify_reaches_every_device(void **state)
{
	static uint8_t out[SWITCH_PAYLOAD];

	for (size_t i = 0; i < ARRAY_SIZE(device_ports); i++)
		for (unsigned int depth = 1; depth <= 2; depth++) {
			struct guest_response response =
				ask(device_ports[i], depth, OPCODE_IDENTIFY, NULL, 0, out);

			assert_device_identity(&response, device_ports[i]);
			diag("port %u, %u level(s): serial %#llx", device_ports[i], depth,
			     (unsigned long long)guest_le64(response.payload + IDENTIFY_SERIAL));
		}
}

static bool cel_has(const uint8_t *entries, uint32_t count, uint16_t opcode)
{
	for (uint32_t i = 0; i < count; i++)
		if (guest_le16(entries + 4 * i) == opcode)
			return true;
	return false;
}

/* Get Supported Logs, then the whole Command Effects Log, of each device and its LD 0. */
static void logs_come_from_every_device(void **state)
{
	static uint8_t out[SWITCH_PAYLOAD];

	for (size_t i = 0; i < ARRAY_SIZE(device_ports); i++)
		for (unsigned int depth = 1; depth <= 2; depth++) {
			struct guest_log_request log = { .offset = 0 };
			struct guest_response response =
				ask(device_ports[i], depth, OPCODE_GET_SUPPORTED_LOGS,
				    NULL, 0, out);
			unsigned int logs;

			logs = guest_le16(response.payload);
			assert_in_range(logs, 1, OF_DEVICE(1, 4));
			assert_int_equal(response.payload_length, 8 + 20 * logs);
			assert_memory_equal(response.payload + 8, guest_cel_uuid, 16);
			memcpy(log.uuid, guest_cel_uuid, sizeof(log.uuid));
			log.length = guest_le32(response.payload + 24);
			response = ask(device_ports[i], depth, OPCODE_GET_LOG,
				       &log, sizeof(log), out);
			assert_int_equal(response.return_code, RC_SUCCESS);
			assert_int_equal(response.payload_length, log.length);
			assert_true(cel_has(response.payload, log.length / 4, OPCODE_IDENTIFY));
			/* only the FM-owned LD takes a tunnel of its own */
			assert_int_equal(cel_has(response.payload, log.length / 4, OPCODE_TUNNEL),
					 depth == 1);
			diag("port %u, %u level(s): %u entries in the CEL", device_ports[i], depth,
			     log.length / 4);
		}
}

/* The inner error is the device's answer: 4 + 12 bytes, and the leaf's code told. */
static void inner_errors_come_back(void **state)
{
	uint8_t out[64];

	for (unsigned int depth = 1; depth <= 2; depth++) {
		struct guest_message message =
			guest_tunnel(path, depth, OPCODE_GET_DCD_INFO, NULL, 0);
		struct cxl_switch_cci_send send = send_message(&message, out, sizeof(out));
		struct guest_response response;

		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.return_code, RC_SUCCESS);
		assert_int_equal(send.leaf_return_code, RC_UNSUPPORTED);
		assert_int_equal(send.out_size, depth * LEVEL);
		response = open_answer(out, send.out_size, depth, OPCODE_GET_DCD_INFO);
		assert_int_equal(response.return_code, RC_UNSUPPORTED);
	}
}

/* LD 5 is not there: the level that failed is the FM-owned LD's. */
static void an_unknown_ld_is_the_devices_error(void **state)
{
	static const uint8_t ids[] = { PORT_VOLATILE, 5 };
	struct guest_message message = guest_tunnel(ids, 2, OPCODE_IDENTIFY, NULL, 0);
	uint8_t out[64];
	struct cxl_switch_cci_send send = send_message(&message, out, sizeof(out));

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.return_code, RC_SUCCESS);
	assert_int_equal(send.leaf_return_code, RC_INVALID_INPUT);
	assert_int_equal(send.leaf_opcode, OPCODE_IDENTIFY);
	assert_int_equal(send.depth, 2);
	assert_int_equal(send.out_size, LEVEL);
}

static void ports_without_a_device_answer_outside(void **state)
{
	static const uint8_t ports[] = {
		PORT_EMPTY, PORT_EMPTY_2, PORT_UPSTREAM, PORT_UNKNOWN, 255,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		for (unsigned int depth = 1; depth <= 2; depth++) {
			const uint8_t ids[] = { ports[i], 0 };
			struct guest_message message =
				guest_tunnel(ids, depth, OPCODE_IDENTIFY, NULL, 0);
			uint8_t out[64];
			struct cxl_switch_cci_send send = send_message(&message, out, sizeof(out));
			struct cxl_send_command raw = guest_raw(OPCODE_TUNNEL, message.bytes,
								message.length, out, sizeof(out));

			memset(out, UNTOUCHED, sizeof(out));
			assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
			assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
			assert_int_equal(send.return_code, RC_INVALID_INPUT);
			assert_int_equal(send.leaf_return_code, RC_INVALID_INPUT);
			assert_int_equal(send.out_size, 0);
			assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw), 0);
			assert_int_equal(raw.retval, RC_INVALID_INPUT);
			assert_int_equal(raw.out.size, 0);
			assert_int_equal(out[0], UNTOUCHED);
		}
}

/* Type 1 is legal framing; QEMU has no LD pool and says so. */
static void an_ld_pool_is_the_devices_answer(void **state)
{
	struct guest_message message = guest_tunnel(path, 1, OPCODE_IDENTIFY, NULL, 0);
	struct cxl_switch_cci_send send = send_message(&message, NULL, 0);

	message.bytes[AT_TARGET_TYPE] = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.return_code, RC_INVALID_INPUT);
}

/* What the driver tells of the leaf does not depend on the caller's room. */
static void little_room_cuts_the_answer_only(void **state)
{
	uint8_t whole[SWITCH_PAYLOAD];
	uint32_t full = 2 * LEVEL + IDENTIFY_SIZE;

	ask(PORT_VOLATILE, 2, OPCODE_IDENTIFY, NULL, 0, whole);
	for (uint32_t room = 0; room <= full; room++) {
		struct guest_message message = guest_tunnel(path, 2, OPCODE_IDENTIFY, NULL, 0);
		uint8_t out[2 * LEVEL + IDENTIFY_SIZE + 1];
		struct cxl_switch_cci_send send = send_message(&message, out, room);

		memset(out, UNTOUCHED, sizeof(out));
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.out_length, full);
		assert_int_equal(send.out_size, room);
		assert_int_equal(send.leaf_return_code, RC_SUCCESS);
		assert_memory_equal(out, whole, room);
		assert_int_equal(out[room], UNTOUCHED);
	}
}

/* ---- the gate inside ---- */

/* The FM-owned LD's Get Timestamp is not the switch's that kills QEMU: nothing is left out. */
static void every_leaf_meets_the_gate(void **state)
{
	unsigned int passed = 0, refused = 0;

	for (uint32_t leaf = 0; leaf < 0x10000; leaf++) {
		struct guest_message message = guest_tunnel(path, 1, leaf, NULL, 0);
		struct cxl_switch_cci_send send = send_message(&message, NULL, 0);
		int result = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);

		if (result != guest_expected_without_input(leaf))
			fail_msg("leaf %04xh: errno %d, expected %d", leaf, result,
				 guest_expected_without_input(leaf));
		if (result == EPERM && (send.leaf_opcode != leaf || send.depth != 1 ||
					send.reason != CXL_SWITCH_CCI_REASON_UNAUDITED ||
					send.stage != CXL_SWITCH_CCI_STAGE_REFUSED))
			fail_msg("leaf %04xh: told as %04xh, depth %u, reason %u", leaf,
				 send.leaf_opcode, send.depth, send.reason);
		result ? refused++ : passed++;
	}
	diag("leaf opcodes without input: %u passed, %u refused", passed, refused);
}

/* As nobody's child, without root: the leaf decides, not the innocent wrapper. */
static int refuse_changes_without_root(void *argument)
{
	static const uint16_t changes[] = { OPCODE_SANITIZE, OPCODE_ABORT, 0x4504 };

	if (setuid(65534))
		return 1;
	for (unsigned int depth = 1; depth <= 2; depth++)
		for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
			struct guest_message message =
				guest_tunnel(path, depth, changes[i], NULL, 0);
			struct cxl_switch_cci_send send = send_message(&message, NULL, 0);
			struct cxl_send_command raw = guest_raw(OPCODE_TUNNEL, message.bytes,
								message.length, NULL, 0);

			if (guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send) != EPERM ||
			    guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw) != EPERM)
				return 2;
			if (send.stage != CXL_SWITCH_CCI_STAGE_REFUSED ||
			    send.reason != CXL_SWITCH_CCI_REASON_CAPABILITY ||
			    send.impact != CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE ||
			    send.leaf_opcode != changes[i] || send.depth != depth)
				return 3;
		}
	return 0;
}

static void changes_are_judged_at_any_depth(void **state)
{
	assert_int_equal(guest_in_child(refuse_changes_without_root, NULL), 0);
}

static void unaudited_is_refused_at_any_depth(void **state)
{
	static const uint16_t opcodes[] = { OPCODE_VENDOR, 0x5302, 0x5701, 0x0000 };

	for (unsigned int depth = 1; depth <= 2; depth++)
		for (size_t i = 0; i < ARRAY_SIZE(opcodes); i++) {
			struct guest_message message =
				guest_tunnel(path, depth, opcodes[i], NULL, 0);
			struct cxl_switch_cci_send send = send_message(&message, NULL, 0);

			assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), EPERM);
			assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
			assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_UNAUDITED);
			assert_int_equal(send.leaf_opcode, opcodes[i]);
			assert_int_equal(send.depth, depth);
		}
}

/* Only queries go where nothing answers: a change there is EHOSTUNREACH. */
static void changes_to_nobody_are_refused(void **state)
{
	static const uint8_t ports[] = { PORT_EMPTY, PORT_UNKNOWN };

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		struct guest_message message = guest_tunnel(&ports[i], 1, OPCODE_SANITIZE, NULL, 0);
		struct cxl_switch_cci_send send = send_message(&message, NULL, 0);
		struct cxl_send_command raw = guest_raw(OPCODE_TUNNEL, message.bytes,
							message.length, NULL, 0);

		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), EHOSTUNREACH);
		assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
		assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_UNREACHABLE);
		assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw), EHOSTUNREACH);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(reserved_bits_are_malformed),
		STILL_ANSWERING(wrong_lengths_are_malformed),
		STILL_ANSWERING(cut_and_padded_messages_are_malformed),
		STILL_ANSWERING(levels_without_room_are_malformed),
		STILL_ANSWERING(too_deep_is_malformed),
		STILL_ANSWERING(four_levels_are_malformed_even_with_a_pool),
		STILL_ANSWERING(any_tag_and_vendor_status_is_accepted),
		STILL_ANSWERING(identify_reaches_every_device),
		STILL_ANSWERING(logs_come_from_every_device),
		STILL_ANSWERING(inner_errors_come_back),
		STILL_ANSWERING(an_unknown_ld_is_the_devices_error),
		STILL_ANSWERING(ports_without_a_device_answer_outside),
		STILL_ANSWERING(an_ld_pool_is_the_devices_answer),
		STILL_ANSWERING(little_room_cuts_the_answer_only),
		STILL_ANSWERING(every_leaf_meets_the_gate),
		STILL_ANSWERING(changes_are_judged_at_any_depth),
		STILL_ANSWERING(unaudited_is_refused_at_any_depth),
		STILL_ANSWERING(changes_to_nobody_are_refused),
	};

	guest_give_up_after(300);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
