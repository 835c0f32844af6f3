// SPDX-License-Identifier: GPL-2.0-only
/*
 * CXL_MEM_QUERY_COMMANDS and CXL_MEM_SEND_COMMAND on a switch: the order of the
 * checks, every errno, and what is written back. It knows <linux/cxl_mem.h> and
 * the differences that Documentation/ABI/ioctl.md names.
 */
#include "guest_frame.h"
#include "topology.h"

#include <sys/ioctl.h>

#define UNTOUCHED 0xa5

/*
 * Sends @command, expects @error, and where that is one, that the structure came
 * back as it was.
 */
#define assert_refused(command, error) \
	assert_refused_at(&(command), (error), __func__, __LINE__)

static void assert_refused_at(struct cxl_send_command *command, int error,
			      const char *where, int line)
{
	struct cxl_send_command before = *command;
	int result = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, command);

	if (result != error)
		fail_msg("%s:%d: errno %d (%s), expected %d (%s)", where, line, result,
			 strerror(result), error, strerror(error));
	if (memcmp(command, &before, sizeof(before)))
		fail_msg("%s:%d: the structure of a refused command was written to", where,
			 line);
}

static void assert_answered(struct cxl_send_command *command, uint32_t retval)
{
	command->retval = 0xdeadbeef;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, command), 0);
	assert_int_equal(command->retval, retval);
}

static struct guest_log_request cel_request(uint32_t length)
{
	struct guest_log_request request = { .offset = 0, .length = length };

	memcpy(request.uuid, guest_cel_uuid, sizeof(request.uuid));
	return request;
}

/* Reads the switch's CEL; the number of its entries. */
static uint32_t read_cel(uint8_t *entries, uint32_t room)
{
	uint8_t logs[8 + 20 * 8];
	struct cxl_send_command list = guest_by_id(ID_GET_SUPPORTED_LOGS, NULL, 0, logs,
						   sizeof(logs));
	struct guest_log_request request;
	struct cxl_send_command get;

	assert_answered(&list, RC_SUCCESS);
	assert_in_range(list.out.size, 28, sizeof(logs));
	assert_memory_equal(logs + 8, guest_cel_uuid, sizeof(guest_cel_uuid));
	request = cel_request(guest_le32(logs + 24));
	assert_in_range(request.length, 4, room);
	get = guest_by_id(ID_GET_LOG, &request, sizeof(request), entries, room);
	assert_answered(&get, RC_SUCCESS);
	assert_int_equal(get.out.size, request.length);
	return get.out.size / 4;
}

static bool in_cel(uint16_t opcode)
{
	uint8_t entries[2048];
	uint32_t count = read_cel(entries, sizeof(entries));

	for (uint32_t i = 0; i < count; i++)
		if (guest_le16(entries + 4 * i) == opcode)
			return true;
	return false;
}

/* ---- ids ---- */

static const struct known_id {
	uint32_t id;
	uint16_t opcode;
	uint32_t size_in;
	uint32_t size_out;
} known_ids[] = {
	{ ID_GET_SUPPORTED_LOGS, 0x0400, 0, UINT32_MAX },
	{ ID_GET_FW_INFO, 0x0200, 0, 0x50 },
	{ ID_GET_LOG, 0x0401, 0x18, UINT32_MAX },
	{ ID_GET_TIMESTAMP, 0x0300, 0, 8 },
	{ ID_GET_LOG_CAPS, 0x0402, 0x10, 4 },
	{ ID_CLEAR_LOG, 0x0403, 0x10, 0 },
	{ ID_GET_SUP_LOG_SUBLIST, 0x0405, 2, UINT32_MAX },
};

static const struct known_id *known_id(uint32_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_ids); i++)
		if (known_ids[i].id == id)
			return &known_ids[i];
	return NULL;
}

static void ids_not_offered_are_unknown(void **state)
{
	static const uint32_t far[] = { 0x80000000, 0xffffffff };

	for (uint32_t id = 0; id <= ID_COUNT + 1; id++) {
		struct cxl_send_command command = guest_by_id(id, NULL, 0, NULL, 0);

		if (id != ID_RAW && !known_id(id))
			assert_refused(command, ENOTTY);
	}
	for (size_t i = 0; i < ARRAY_SIZE(far); i++) {
		struct cxl_send_command command = guest_by_id(far[i], NULL, 0, NULL, 0);

		assert_refused(command, ENOTTY);
	}
}

/* Get Timestamp is in QEMU's CEL, and QEMU dies of it: it is the one id not sent. */
static void ids_missing_from_the_cel_are_unknown(void **state)
{
	uint8_t in[0x18] = { 0 }, out[0x50];
	unsigned int refused = 0, answered = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known_ids); i++) {
		const struct known_id *known = &known_ids[i];
		struct cxl_send_command command = guest_by_id(known->id, in, known->size_in,
							      out, sizeof(out));

		if (!in_cel(known->opcode)) {
			assert_refused(command, ENOTTY);
			refused++;
		} else if (known->id == ID_GET_SUPPORTED_LOGS) {
			assert_answered(&command, RC_SUCCESS);
			answered++;
		}
	}
	assert_int_equal(answered, 1);
	assert_int_equal(refused, OF_DEVICE(4, 0));
	diag("ids refused for want of a CEL entry: %u", refused);
}

static void unknown_ioctls_are_unknown(void **state)
{
	struct cxl_send_command command = guest_by_id(ID_GET_SUPPORTED_LOGS, NULL, 0, NULL, 0);
	static const unsigned long requests[] = {
		_IO(0xCE, 0), _IOWR(0xCE, 3, struct cxl_send_command),
		_IOWR(0xCE, 2, uint8_t[40]), _IO(0xCE, 2), _IOR(0xCE, 2, struct cxl_send_command),
		_IO(CXL_SWITCH_CCI_MAGIC, 0xff), _IOWR(CXL_SWITCH_CCI_MAGIC, 0, uint8_t[80]),
		0, 0x5401 /* TCGETS */,
	};

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		assert_int_equal(guest_ioctl(fd, requests[i], &command), ENOTTY);
}

/* ---- sizes and reserved fields ---- */

static void input_above_the_payload_is_invalid(void **state)
{
	uint32_t payload = guest_payload_size(fd);
	uint8_t *in = calloc(1, payload + 1);
	const uint32_t over[] = { payload + 1, 0x100000, 0x7fffffff, 0xffffffff };

	assert_int_equal(payload, SWITCH_PAYLOAD);
	for (size_t i = 0; i < ARRAY_SIZE(over); i++) {
		struct cxl_send_command raw = guest_raw(OPCODE_IDENTIFY, in, over[i], NULL, 0);
		struct cxl_send_command known = guest_by_id(ID_GET_LOG, in, over[i], NULL, 0);
		struct cxl_send_command absent = guest_by_id(ID_CLEAR_LOG, in, over[i], NULL, 0);

		assert_refused(raw, EINVAL);
		assert_refused(known, EINVAL);
		assert_refused(absent, EINVAL);
	}
	free(in);
}

/* At the limit the size is no reason: the next check answers. */
static void input_at_the_payload_is_judged(void **state)
{
	uint32_t payload = guest_payload_size(fd);
	uint8_t *in = calloc(1, payload);
	struct cxl_send_command raw = guest_raw(OPCODE_VENDOR, in, payload, NULL, 0);
	struct cxl_send_command known = guest_by_id(ID_GET_LOG, in, payload, NULL, 0);

	assert_refused(raw, EPERM);
	assert_refused(known, ENOMEM);
	free(in);
}

/* The gate comes after the fields: also an unaudited opcode gets EINVAL first. */
static void reserved_fields_are_invalid_for_raw(void **state)
{
	static const uint16_t opcodes[] = { OPCODE_IDENTIFY, OPCODE_VENDOR };

	for (size_t i = 0; i < ARRAY_SIZE(opcodes); i++) {
		struct cxl_send_command clean = guest_raw(opcodes[i], NULL, 0, NULL, 0);
		struct cxl_send_command bad;

		bad = clean;
		bad.raw.rsvd = 1;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.in.rsvd = 1;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.out.rsvd = 0x80000000;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.flags = 4;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.flags = 0x80000000;
		assert_refused(bad, EINVAL);
	}
}

/* And before the CEL is asked: Get FW Info is not in it. */
static void reserved_fields_are_invalid_for_ids(void **state)
{
	static const uint32_t ids[] = { ID_GET_SUPPORTED_LOGS, ID_GET_FW_INFO };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct cxl_send_command clean = guest_by_id(ids[i], NULL, 0, NULL, 0);
		struct cxl_send_command bad;

		bad = clean;
		bad.rsvd = 1;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.rsvd = 0x10000;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.in.rsvd = 1;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.out.rsvd = 1;
		assert_refused(bad, EINVAL);
		bad = clean;
		bad.flags = 4;
		assert_refused(bad, EINVAL);
	}
}

static void known_flag_bits_are_tolerated(void **state)
{
	for (uint32_t flags = 0; flags < 4; flags++) {
		uint8_t out[256];
		struct cxl_send_command command = guest_by_id(ID_GET_SUPPORTED_LOGS, NULL, 0, out,
							      sizeof(out));

		command.flags = flags;
		assert_answered(&command, RC_SUCCESS);
	}
}

static void wrong_fixed_sizes_have_no_memory(void **state)
{
	static const struct {
		uint32_t id, in, out;
	} wrong[] = {
		{ ID_GET_SUPPORTED_LOGS, 1, 64 }, { ID_GET_SUPPORTED_LOGS, 2048, 64 },
		{ ID_GET_LOG, 0, 64 }, { ID_GET_LOG, 0x17, 64 }, { ID_GET_LOG, 0x19, 64 },
		{ ID_GET_TIMESTAMP, 1, 8 }, { ID_GET_TIMESTAMP, 0, 7 }, { ID_GET_TIMESTAMP, 0, 0 },
	};
	static uint8_t in[2048], out[64];

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct cxl_send_command command = guest_by_id(wrong[i].id, in, wrong[i].in, out,
							      wrong[i].out);

		assert_refused(command, ENOMEM);
	}
}

/* The CEL is asked before the sizes are: Get FW Info with a wrong size is unknown. */
static void unknown_comes_before_wrong_size(void **state)
{
	uint8_t in[5] = { 0 };
	struct cxl_send_command command = guest_by_id(ID_GET_FW_INFO, in, sizeof(in), NULL, 0);

	assert_refused(command, OF_DEVICE(ENOTTY, ENOMEM));
}

/* ---- memory ---- */

static void unreadable_memory_faults(void **state)
{
	void *hole = guest_no_access();
	struct cxl_send_command log = guest_by_id(ID_GET_LOG, hole, 0x18, NULL, 0);
	struct cxl_send_command raw = guest_raw(OPCODE_GET_LOG, NULL, 0x18, NULL, 0);
	struct cxl_send_command out = guest_raw(OPCODE_IDENTIFY, NULL, 0, hole, IDENTIFY_SIZE);

	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, hole), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, NULL), EFAULT);
	assert_refused(log, EFAULT);
	assert_refused(raw, EFAULT);
	assert_refused(out, EFAULT);
}

/* ---- answers ---- */

static void identify_names_the_switch(void **state)
{
	uint8_t out[IDENTIFY_SIZE + 6];
	struct cxl_send_command command = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	memset(out, UNTOUCHED, sizeof(out));
	assert_answered(&command, RC_SUCCESS);
	assert_int_equal(command.out.size, IDENTIFY_SIZE);
	assert_int_equal(guest_le16(out), SWITCH_VENDOR);
	assert_int_equal(guest_le16(out + 2), SWITCH_DEVICE);
	assert_true(guest_le64(out + IDENTIFY_SERIAL) == SWITCH_SERIAL);
	assert_int_equal(out[IDENTIFY_COMPONENT], CXL_SWITCH_CCI_COMPONENT_SWITCH);
	assert_int_equal(out[IDENTIFY_SIZE], UNTOUCHED);
}

static void raw_and_id_give_the_same_answer(void **state)
{
	uint8_t by_id[256] = { 0 }, by_opcode[256] = { 0 };
	struct cxl_send_command known = guest_by_id(ID_GET_SUPPORTED_LOGS, NULL, 0, by_id,
						    sizeof(by_id));
	struct cxl_send_command raw = guest_raw(OPCODE_GET_SUPPORTED_LOGS, NULL, 0, by_opcode,
						sizeof(by_opcode));

	assert_answered(&known, RC_SUCCESS);
	assert_answered(&raw, RC_SUCCESS);
	assert_int_equal(known.out.size, raw.out.size);
	assert_int_equal(guest_le16(by_id), OF_DEVICE(1, 3));
	assert_memory_equal(by_id, by_opcode, sizeof(by_id));
}

/* Room above the payload is no error, for an id or for RAW. */
static void room_above_the_payload_is_clamped(void **state)
{
	size_t room = 1 << 20;
	uint8_t *out = malloc(room);
	struct cxl_send_command known = guest_by_id(ID_GET_SUPPORTED_LOGS, NULL, 0, out, room);
	struct cxl_send_command raw = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, room);
	struct cxl_send_command huge = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, UINT32_MAX);

	memset(out, UNTOUCHED, room);
	assert_answered(&known, RC_SUCCESS);
	assert_int_equal(known.out.size, OF_DEVICE(28, 68));
	assert_int_equal(out[known.out.size], UNTOUCHED);
	assert_answered(&raw, RC_SUCCESS);
	assert_int_equal(raw.out.size, IDENTIFY_SIZE);
	assert_answered(&huge, RC_SUCCESS);
	assert_int_equal(huge.out.size, IDENTIFY_SIZE);
	free(out);
}

static void longer_answers_are_cut(void **state)
{
	uint8_t whole[IDENTIFY_SIZE];
	struct cxl_send_command full = guest_raw(OPCODE_IDENTIFY, NULL, 0, whole, sizeof(whole));

	assert_answered(&full, RC_SUCCESS);
	for (uint32_t room = 0; room <= IDENTIFY_SIZE; room++) {
		uint8_t out[IDENTIFY_SIZE + 1];
		struct cxl_send_command cut = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, room);

		memset(out, UNTOUCHED, sizeof(out));
		assert_answered(&cut, RC_SUCCESS);
		assert_int_equal(cut.out.size, room);
		assert_memory_equal(out, whole, room);
		assert_int_equal(out[room], UNTOUCHED);
	}
}

static void no_room_needs_no_pointer(void **state)
{
	struct cxl_send_command null = guest_raw(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_send_command bad = guest_raw(OPCODE_IDENTIFY, guest_no_access(), 0,
						guest_no_access(), 0);

	assert_answered(&null, RC_SUCCESS);
	assert_int_equal(null.out.size, 0);
	assert_answered(&bad, RC_SUCCESS);
	assert_int_equal(bad.out.size, 0);
}

/* QEMU refuses a log length above its payload with Invalid Input. */
static void device_errors_leave_the_buffer_alone(void **state)
{
	struct guest_log_request request = cel_request(SWITCH_PAYLOAD + 1);
	uint8_t out[64], before[64];
	struct cxl_send_command known = guest_by_id(ID_GET_LOG, &request, sizeof(request), out,
						    sizeof(out));
	struct cxl_send_command raw = guest_raw(OPCODE_GET_LOG, &request, sizeof(request), out,
						sizeof(out));
	struct cxl_send_command absent = guest_raw(OPCODE_GET_DCD_INFO, NULL, 0, out, sizeof(out));

	memset(out, UNTOUCHED, sizeof(out));
	memset(before, UNTOUCHED, sizeof(before));
	assert_answered(&known, RC_INVALID_INPUT);
	assert_int_equal(known.out.size, 0);
	assert_answered(&raw, RC_INVALID_INPUT);
	assert_int_equal(raw.out.size, 0);
	assert_answered(&absent, RC_UNSUPPORTED);
	assert_int_equal(absent.out.size, 0);
	assert_memory_equal(out, before, sizeof(out));
}

static void cel_is_the_one_of_qemu(void **state)
{
	uint8_t entries[2048];
	uint32_t count = read_cel(entries, sizeof(entries));

	assert_true(in_cel(OPCODE_IDENTIFY));
	assert_true(in_cel(OPCODE_GET_LOG));
	assert_true(in_cel(OPCODE_IDENTIFY_SWITCH));
	assert_true(in_cel(OPCODE_GET_PORT_STATE));
	assert_true(in_cel(OPCODE_TUNNEL));
	assert_false(in_cel(OPCODE_SANITIZE));
	diag("entries in the switch's CEL: %u", count);
}

/*
 * A client that casts a pointer to a 64-bit field on a 32-bit machine gets it sign
 * extended (libcxlmi does). The stack is above 2 GiB there.
 */
static void sign_extended_pointers_are_understood(void **state)
{
	uint8_t out[IDENTIFY_SIZE] = { 0 };
	struct guest_log_request request = cel_request(4);
	struct cxl_send_command identify = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));
	struct cxl_send_command log = guest_raw(OPCODE_GET_LOG, &request, sizeof(request), out, 4);

	identify.out.payload = (uint64_t)(int64_t)(intptr_t)out;
	log.in.payload = (uint64_t)(int64_t)(intptr_t)&request;
	if (sizeof(void *) == 4)
		assert_true(identify.out.payload >> 32 == 0xffffffff);
	assert_answered(&identify, RC_SUCCESS);
	assert_true(guest_le64(out + IDENTIFY_SERIAL) == SWITCH_SERIAL);
	assert_answered(&log, RC_SUCCESS);
	assert_int_equal(log.out.size, 4);
}

/* ---- QUERY ---- */

struct table {
	struct cxl_mem_query_commands head;
	struct cxl_command_info room[ID_COUNT + 8];
};

static void assert_entry(const struct cxl_command_info *entry, uint32_t id)
{
	static const struct cxl_command_info zero;
	const struct known_id *known = known_id(id);

	if (id == ID_RAW) {
		assert_int_equal(entry->id, ID_RAW);
		assert_int_equal(entry->size_in, UINT32_MAX);
		assert_int_equal(entry->size_out, UINT32_MAX);
		return;
	}
	if (!known) {
		assert_memory_equal(entry, &zero, sizeof(zero));
		return;
	}
	assert_int_equal(entry->id, id);
	assert_int_equal(entry->size_in, known->size_in);
	assert_int_equal(entry->size_out, known->size_out);
	/* bit 0: enabled; bit 1, exclusive, is never set: the kernel claims nothing here */
	assert_int_equal(entry->flags, in_cel(known->opcode) ? 1 : 0);
}

static void query_of_nothing_tells_the_count(void **state)
{
	struct table table;

	memset(&table, UNTOUCHED, sizeof(table));
	table.head.n_commands = 0;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, &table), 0);
	assert_int_equal(table.head.n_commands, ID_COUNT);
	assert_int_equal(table.room[0].id, 0xa5a5a5a5);
}

static void query_gives_the_table(void **state)
{
	static const uint32_t counts[] = { 1, 3, ID_COUNT - 1, ID_COUNT, ID_COUNT + 7 };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uint32_t given = counts[i] < ID_COUNT ? counts[i] : ID_COUNT;
		struct table table;

		memset(&table, UNTOUCHED, sizeof(table));
		table.head.n_commands = counts[i];
		assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, &table), 0);
		assert_int_equal(table.head.n_commands, counts[i]);
		for (uint32_t id = 0; id < given; id++)
			assert_entry(&table.room[id], id);
		assert_int_equal(table.room[given].id, 0xa5a5a5a5);
	}
}

static void query_takes_any_count(void **state)
{
	struct table table;

	memset(&table, UNTOUCHED, sizeof(table));
	table.head.n_commands = UINT32_MAX;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, &table), 0);
	assert_int_equal(table.head.n_commands, UINT32_MAX);
	assert_int_equal(table.room[ID_COUNT].id, 0xa5a5a5a5);
}

static void query_faults(void **state)
{
	struct cxl_mem_query_commands *short_table =
		guest_page_end(sizeof(*short_table) + 2 * sizeof(struct cxl_command_info));
	struct cxl_mem_query_commands zero = { .n_commands = 0 };

	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, guest_no_access()), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS,
				     guest_read_only(&zero, sizeof(zero))), EFAULT);
	short_table->n_commands = 3;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, short_table), EFAULT);
	short_table->n_commands = 2;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, short_table), 0);
}

/* ---- the RAW gate ---- */

/*
 * What kills QEMU 11's process: Get Timestamp and Set Timestamp, sent to the switch
 * itself. Without input the driver refuses the latter, so only one is left out.
 */
static bool kills_qemu(uint16_t opcode)
{
	return opcode == OPCODE_GET_TIMESTAMP;
}

/* As root, so that of the audited commands all pass; QEMU's switch knows few of them. */
static void every_opcode_meets_the_gate(void **state)
{
	unsigned int passed = 0, refused = 0, skipped = 0;

	for (uint32_t opcode = 0; opcode < 0x10000; opcode++) {
		struct cxl_send_command command = guest_raw(opcode, NULL, 0, NULL, 0);
		int result;

		if (kills_qemu(opcode)) {
			skipped++;
			continue;
		}
		result = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &command);
		if (result != guest_expected_without_input(opcode))
			fail_msg("opcode %04xh: errno %d, expected %d", opcode, result,
				 guest_expected_without_input(opcode));
		result ? refused++ : passed++;
	}
	diag("opcodes RAW without input: %u passed, %u refused, %u not sent (0300h, kills QEMU)",
	     passed, refused, skipped);
	assert_int_equal(passed + refused + skipped, 0x10000);
	assert_int_equal(skipped, 1);
}

/*
 * An audited opcode with a length that no revision of it has is another command. Of
 * those with a right length only queries are sent.
 */
static void lengths_meet_the_gate(void **state)
{
	static uint8_t in[2048];
	unsigned int refused = 0, passed = 0;

	for (size_t i = 0; i < guest_row_count; i++) {
		const struct guest_row *row = &guest_rows[i];
		struct cxl_send_command command;
		int result;

		if (row->min) {
			command = guest_raw(row->opcode, in, row->min - 1, NULL, 0);
			assert_refused(command, EPERM);
			refused++;
		}
		if (row->max != UINT32_MAX) {
			command = guest_raw(row->opcode, in, row->max + 1, NULL, 0);
			assert_refused(command, EPERM);
			refused++;
		}
		if (row->zeros != CXL_SWITCH_CCI_IMPACT_QUERY || kills_qemu(row->opcode))
			continue;
		command = guest_raw(row->opcode, in, row->min, NULL, 0);
		result = guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &command);
		if (result)
			fail_msg("%04xh with %u bytes: %s", row->opcode, row->min,
				 strerror(result));
		passed++;
	}
	diag("audited commands: %u queries passed, %u wrong lengths refused", passed, refused);
}

/* A count that promises more ids than the request holds is not the audited query. */
static void port_lists_are_counted(void **state)
{
	uint8_t two[] = { 2, PORT_VOLATILE, PORT_EMPTY };
	uint8_t out[4 + 2 * 16];
	struct cxl_send_command whole = guest_raw(OPCODE_GET_PORT_STATE, two, 3, out, sizeof(out));
	struct cxl_send_command lacking = guest_raw(OPCODE_GET_PORT_STATE, two, 2, out, 64);
	struct cxl_send_command lists = guest_raw(0x5200, (uint8_t[]){ 0, 0, 1 }, 3, out, 64);

	assert_answered(&whole, RC_SUCCESS);
	assert_int_equal(whole.out.size, sizeof(out));
	assert_int_equal(out[0], 2);
	assert_int_equal(out[4], PORT_VOLATILE);
	assert_int_equal(out[4 + 16], PORT_EMPTY);
	assert_refused(lacking, EPERM);
	assert_refused(lists, EPERM);
}

static int ask_vendor_log_unprivileged(void *argument)
{
	struct guest_log_request *request = argument;
	struct cxl_send_command known = guest_by_id(ID_GET_LOG, request, sizeof(*request), NULL, 0);
	struct cxl_send_command raw =
		guest_raw(OPCODE_GET_LOG, request, sizeof(*request), NULL, 0);

	if (setuid(65534))
		return 1;
	return guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &known) == EPERM &&
	       guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &raw) == EPERM ? 0 : 2;
}

/* RAW of an audited opcode is judged as its id is: the payload decides, not the door. */
static void disclosing_logs_are_judged_alike_by_any_door(void **state)
{
	struct guest_log_request request = { .length = 4 };
	uint8_t out[4];
	struct cxl_send_command known = guest_by_id(ID_GET_LOG, &request, sizeof(request), out, 4);
	struct cxl_send_command raw = guest_raw(OPCODE_GET_LOG, &request, sizeof(request), out, 4);

	memcpy(request.uuid, guest_vendor_log_uuid, sizeof(request.uuid));
	assert_int_equal(guest_in_child(ask_vendor_log_unprivileged, &request), 0);
	/* for root both pass, and QEMU has no such log */
	assert_answered(&known, OF_DEVICE(RC_INVALID_LOG, RC_SUCCESS));
	assert_answered(&raw, OF_DEVICE(RC_INVALID_LOG, RC_SUCCESS));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(ids_not_offered_are_unknown),
		STILL_ANSWERING(ids_missing_from_the_cel_are_unknown),
		STILL_ANSWERING(unknown_ioctls_are_unknown),
		STILL_ANSWERING(input_above_the_payload_is_invalid),
		STILL_ANSWERING(input_at_the_payload_is_judged),
		STILL_ANSWERING(reserved_fields_are_invalid_for_raw),
		STILL_ANSWERING(reserved_fields_are_invalid_for_ids),
		STILL_ANSWERING(known_flag_bits_are_tolerated),
		STILL_ANSWERING(wrong_fixed_sizes_have_no_memory),
		STILL_ANSWERING(unknown_comes_before_wrong_size),
		STILL_ANSWERING(unreadable_memory_faults),
		STILL_ANSWERING(identify_names_the_switch),
		STILL_ANSWERING(raw_and_id_give_the_same_answer),
		STILL_ANSWERING(room_above_the_payload_is_clamped),
		STILL_ANSWERING(longer_answers_are_cut),
		STILL_ANSWERING(no_room_needs_no_pointer),
		STILL_ANSWERING(device_errors_leave_the_buffer_alone),
		STILL_ANSWERING(cel_is_the_one_of_qemu),
		STILL_ANSWERING(sign_extended_pointers_are_understood),
		STILL_ANSWERING(query_of_nothing_tells_the_count),
		STILL_ANSWERING(query_gives_the_table),
		STILL_ANSWERING(query_takes_any_count),
		STILL_ANSWERING(query_faults),
		STILL_ANSWERING(every_opcode_meets_the_gate),
		STILL_ANSWERING(lengths_meet_the_gate),
		STILL_ANSWERING(port_lists_are_counted),
		STILL_ANSWERING(disclosing_logs_are_judged_alike_by_any_door),
	};

	guest_give_up_after(300);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
