// SPDX-License-Identifier: GPL-2.0-only
/*
 * EXPLAIN and DESTINATIONS: what the driver would decide, why, and what it
 * remembers of whom. It sends none of the commands it asks about, so it may ask
 * about those that kill QEMU.
 */
#include "guest_frame.h"
#include "topology.h"

#include <sys/mman.h>

#define LAYOUT(type, field, offset, bytes) \
	_Static_assert(offsetof(struct type, field) == (offset) && \
		       sizeof(((struct type *)0)->field) == (bytes), #type "." #field)

LAYOUT(cxl_switch_cci_explain, size, 0, 4);
LAYOUT(cxl_switch_cci_explain, flags, 4, 4);
LAYOUT(cxl_switch_cci_explain, opcode, 8, 2);
LAYOUT(cxl_switch_cci_explain, reserved0, 10, 2);
LAYOUT(cxl_switch_cci_explain, in_size, 12, 4);
LAYOUT(cxl_switch_cci_explain, in_payload, 16, 8);
LAYOUT(cxl_switch_cci_explain, error, 24, 4);
LAYOUT(cxl_switch_cci_explain, reason, 28, 4);
LAYOUT(cxl_switch_cci_explain, refusing, 32, 4);
LAYOUT(cxl_switch_cci_explain, impact, 36, 1);
LAYOUT(cxl_switch_cci_explain, table_impact, 37, 1);
LAYOUT(cxl_switch_cci_explain, knowledge, 38, 1);
LAYOUT(cxl_switch_cci_explain, depth, 39, 1);
LAYOUT(cxl_switch_cci_explain, verdict_flags, 40, 4);
LAYOUT(cxl_switch_cci_explain, leaf_opcode, 44, 2);
LAYOUT(cxl_switch_cci_explain, effects, 46, 2);
LAYOUT(cxl_switch_cci_explain, expected_effects, 48, 2);
LAYOUT(cxl_switch_cci_explain, listed, 50, 1);
LAYOUT(cxl_switch_cci_explain, traffic, 51, 1);
LAYOUT(cxl_switch_cci_explain, vendor_id, 52, 2);
LAYOUT(cxl_switch_cci_explain, device_id, 54, 2);
LAYOUT(cxl_switch_cci_explain, serial, 56, 8);
LAYOUT(cxl_switch_cci_explain, reserved1, 64, 8);
LAYOUT(cxl_switch_cci_explain, name, 72, 48);
LAYOUT(cxl_switch_cci_explain, why, 120, 80);
_Static_assert(sizeof(struct cxl_switch_cci_explain) == 200, "explain");
_Static_assert(CXL_SWITCH_CCI_EXPLAIN == 0xC502, "EXPLAIN's number");

LAYOUT(cxl_switch_cci_destination, depth, 0, 1);
LAYOUT(cxl_switch_cci_destination, target, 1, 3);
LAYOUT(cxl_switch_cci_destination, id, 4, 3);
LAYOUT(cxl_switch_cci_destination, knowledge, 7, 1);
LAYOUT(cxl_switch_cci_destination, failure, 8, 2);
LAYOUT(cxl_switch_cci_destination, component_type, 10, 1);
LAYOUT(cxl_switch_cci_destination, fresh, 11, 1);
LAYOUT(cxl_switch_cci_destination, slow_ms, 12, 4);
LAYOUT(cxl_switch_cci_destination, vendor_id, 16, 2);
LAYOUT(cxl_switch_cci_destination, device_id, 18, 2);
LAYOUT(cxl_switch_cci_destination, reserved1, 20, 4);
LAYOUT(cxl_switch_cci_destination, serial, 24, 8);
LAYOUT(cxl_switch_cci_destination, age_ms, 32, 8);
_Static_assert(sizeof(struct cxl_switch_cci_destination) == 40, "destination");

LAYOUT(cxl_switch_cci_destinations, size, 0, 4);
LAYOUT(cxl_switch_cci_destinations, flags, 4, 4);
LAYOUT(cxl_switch_cci_destinations, entries, 8, 8);
LAYOUT(cxl_switch_cci_destinations, room, 16, 4);
LAYOUT(cxl_switch_cci_destinations, entry_size, 20, 4);
LAYOUT(cxl_switch_cci_destinations, cursor, 24, 8);
_Static_assert(sizeof(struct cxl_switch_cci_destinations) == 32, "destinations");
_Static_assert(CXL_SWITCH_CCI_DESTINATIONS == 0xC504, "DESTINATIONS' number");

#define EFFECT_POLICY	(1u << 3)
#define REFUSED_BY(reason)	(1u << CXL_SWITCH_CCI_REASON_##reason)

static struct cxl_switch_cci_explain request_of(uint16_t opcode, const void *in, uint32_t size)
{
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain), .opcode = opcode,
		.in_payload = (uintptr_t)in, .in_size = size,
	};

	return explain;
}

static struct cxl_switch_cci_explain explain_on(int file, uint16_t opcode, const void *in,
						uint32_t size)
{
	struct cxl_switch_cci_explain explain = request_of(opcode, in, size);

	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_EXPLAIN, &explain), 0);
	assert_int_equal(explain.size, sizeof(explain));
	assert_true(explain.reserved1 == 0);
	return explain;
}

static struct cxl_switch_cci_explain explain(uint16_t opcode, const void *in, uint32_t size)
{
	return explain_on(fd, opcode, in, size);
}

static struct cxl_switch_cci_explain explain_behind(const uint8_t *ids, unsigned int depth,
						    uint16_t leaf, const void *in, uint32_t size)
{
	struct guest_message message = guest_tunnel(ids, depth, leaf, in, size);

	return explain(OPCODE_TUNNEL, message.bytes, message.length);
}

/* Everything that was remembered of anybody is forgotten. */
static int bind_anew(void **state)
{
	close(fd);
	if (guest_unbind(&device) || guest_bind(&device) || !guest_wait_for_node(device.node))
		return -1;
	fd = guest_open(O_RDWR);
	return 0;
}

/* ---- the table ---- */

/* Each audited command with a payload of zeros, those that kill QEMU included. */
static void every_row_is_explained(void **state)
{
	static const uint8_t zeros[0x100];
	unsigned int impacts[4] = { 0 };

	for (size_t i = 0; i < guest_row_count; i++) {
		const struct guest_row *row = &guest_rows[i];
		struct cxl_switch_cci_explain told = explain(row->opcode, zeros, row->min);
		bool audited = row->zeros != GUEST_UNAUDITED;
		uint8_t impact = audited ? row->zeros : CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;

		if (told.leaf_opcode != row->opcode || told.table_impact != impact)
			fail_msg("%04xh: told of %04xh, table impact %u, expected %u", row->opcode,
				 told.leaf_opcode, told.table_impact, impact);
		assert_int_equal(told.verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED, audited);
		assert_int_equal(told.error, audited ? 0 : EPERM);
		assert_in_range(told.impact, impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
		assert_true(told.name[0] && memchr(told.name, 0, sizeof(told.name)));
		assert_true(told.why[0] && memchr(told.why, 0, sizeof(told.why)));
		impacts[impact]++;
	}
	diag("rows explained: %u query, %u setting, %u provision, %u destructive", impacts[0],
	     impacts[1], impacts[2], impacts[3]);
}

static void every_opcode_is_explained(void **state)
{
	unsigned int passing = 0, refused = 0;

	for (uint32_t opcode = 0; opcode < 0x10000; opcode++) {
		struct cxl_switch_cci_explain told = explain(opcode, NULL, 0);
		int expected = guest_expected_without_input(opcode);

		if ((int)told.error != expected || !told.error != !told.refusing ||
		    !told.error != !told.reason)
			fail_msg("%04xh: error %u, reason %u, refusing %#x, expected %d", opcode,
				 told.error, told.reason, told.refusing, expected);
		if (told.reason && !(told.refusing >> told.reason & 1))
			fail_msg("%04xh: reason %u is not among %#x", opcode, told.reason,
				 told.refusing);
		told.error ? refused++ : passing++;
	}
	diag("opcodes explained without input: %u would pass, %u would not", passing, refused);
}

static void names_and_reasons_are_the_specifications(void **state)
{
	struct cxl_switch_cci_explain identify = explain(OPCODE_IDENTIFY, NULL, 0);
	struct cxl_switch_cci_explain sanitize = explain(OPCODE_SANITIZE, NULL, 0);
	struct cxl_switch_cci_explain vendor = explain(OPCODE_VENDOR, NULL, 0);

	assert_string_equal(identify.name, "Identify");
	assert_string_equal(sanitize.name, "Sanitize");
	assert_string_equal(vendor.name, "");
}

static void disclosing_is_told(void **state)
{
	struct guest_log_request request = { .length = 4 };
	struct cxl_switch_cci_explain told;

	memcpy(request.uuid, guest_cel_uuid, sizeof(request.uuid));
	told = explain(OPCODE_GET_LOG, &request, sizeof(request));
	assert_int_equal(told.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	memcpy(request.uuid, guest_vendor_log_uuid, sizeof(request.uuid));
	told = explain(OPCODE_GET_LOG, &request, sizeof(request));
	assert_int_equal(told.verdict_flags,
			 CXL_SWITCH_CCI_VERDICT_AUDITED | CXL_SWITCH_CCI_VERDICT_DISCLOSING);
	assert_int_equal(told.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
}

/* ---- what the destination adds ---- */

static void the_effects_of_the_switch_are_told(void **state)
{
	static const uint8_t zeros[0x10];
	struct cxl_switch_cci_explain timestamp = explain(OPCODE_SET_TIMESTAMP, zeros, 8);
	struct cxl_switch_cci_explain port = explain(OPCODE_PORT_CONTROL, zeros, 2);
	struct cxl_switch_cci_explain log = explain(OPCODE_CLEAR_LOG, zeros, sizeof(zeros));

	/* listed, with the effect that its row expects */
	assert_int_equal(timestamp.listed, 1);
	assert_int_equal(timestamp.effects, EFFECT_POLICY);
	assert_int_equal(timestamp.expected_effects, EFFECT_POLICY);
	assert_int_equal(timestamp.impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	/* listed without any effect, and the worst all the same */
	assert_int_equal(port.listed, 1);
	assert_int_equal(port.effects, 0);
	assert_int_equal(port.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
	/* not listed by QEMU: a setting of unknown effects counts as the worst */
	assert_int_equal(log.listed, OF_DEVICE(0, 1));
	assert_int_equal(log.table_impact, CXL_SWITCH_CCI_IMPACT_SETTING);
	assert_int_equal(log.impact, OF_DEVICE(CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE,
					       CXL_SWITCH_CCI_IMPACT_SETTING));
	assert_int_equal(log.knowledge, CXL_SWITCH_CCI_KNOWLEDGE_READ);
	assert_int_equal(log.vendor_id, SWITCH_VENDOR);
	assert_int_equal(log.device_id, SWITCH_DEVICE);
	assert_true(log.serial == SWITCH_SERIAL);
}

static void the_device_behind_a_port_is_told(void **state)
{
	static const uint8_t ids[] = { PORT_PERSISTENT, 0 };
	static const uint8_t limit[1] = { 9 };

	for (unsigned int depth = 1; depth <= 2; depth++) {
		struct cxl_switch_cci_explain first =
			explain_behind(ids, depth, OPCODE_SET_LIMIT, limit, 1);
		struct cxl_switch_cci_explain again =
			explain_behind(ids, depth, OPCODE_SET_LIMIT, limit, 1);

		assert_int_equal(first.traffic, 1);
		assert_int_equal(again.traffic, 0);
		assert_int_equal(first.depth, depth);
		assert_int_equal(first.leaf_opcode, OPCODE_SET_LIMIT);
		assert_int_equal(first.knowledge, CXL_SWITCH_CCI_KNOWLEDGE_READ);
		/* the FM-owned LD has it, QEMU's LD 0 has not */
		assert_int_equal(first.listed, OF_DEVICE(depth == 1, 1));
		assert_int_equal(first.vendor_id, DEVICE_VENDOR);
		assert_int_equal(first.device_id, DEVICE_DEVICE);
		assert_true(first.serial == DEVICE_SERIAL(PORT_PERSISTENT));
		/* a setting where the log lists it without effects */
		assert_int_equal(first.impact, first.listed ? CXL_SWITCH_CCI_IMPACT_SETTING :
				 CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
		assert_int_equal(first.error, 0);
	}
}

static void nobody_behind_a_port_is_told(void **state)
{
	static const uint8_t ids[] = { PORT_EMPTY, 0 };

	for (unsigned int depth = 1; depth <= 2; depth++) {
		struct cxl_switch_cci_explain change =
			explain_behind(ids, depth, OPCODE_SANITIZE, NULL, 0);
		struct cxl_switch_cci_explain query =
			explain_behind(ids, depth, OPCODE_IDENTIFY, NULL, 0);

		assert_int_equal(change.knowledge, CXL_SWITCH_CCI_KNOWLEDGE_SILENT);
		assert_int_equal(change.error, EHOSTUNREACH);
		assert_int_equal(change.reason, CXL_SWITCH_CCI_REASON_UNREACHABLE);
		assert_int_equal(change.refusing, REFUSED_BY(UNREACHABLE));
		assert_true(change.serial == 0);
		assert_int_equal(query.error, 0);
		assert_int_equal(query.refusing, 0);
	}
}

/* ---- all that refuses ---- */

static void a_malformed_tunnel_is_a_decision(void **state)
{
	struct cxl_switch_cci_explain told = explain(OPCODE_TUNNEL, NULL, 0);

	assert_int_equal(told.error, EINVAL);
	assert_int_equal(told.reason, CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_int_equal(told.refusing, REFUSED_BY(MALFORMED));
	assert_int_equal(told.knowledge, CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED);
	assert_true(told.why[0]);
	diag("an empty tunnel: \"%s\"", told.why);
}

/* Not the first gate alone: all that a caller has to deal with. */
static void every_gate_that_refuses_is_told(void **state)
{
	int reader = guest_open(O_RDONLY);
	struct cxl_switch_cci_restrict limit = { .size = sizeof(limit) };
	static const uint8_t ids[] = { PORT_EMPTY };
	struct guest_message message = guest_tunnel(ids, 1, OPCODE_SANITIZE, NULL, 0);
	struct cxl_switch_cci_explain told = explain_on(reader, OPCODE_VENDOR, NULL, 0);

	assert_int_equal(told.error, EBADF);
	assert_int_equal(told.reason, CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_int_equal(told.refusing, REFUSED_BY(READ_ONLY) | REFUSED_BY(UNAUDITED));
	assert_int_equal(guest_ioctl(reader, CXL_SWITCH_CCI_RESTRICT, &limit), 0);
	told = explain_on(reader, OPCODE_TUNNEL, message.bytes, message.length);
	assert_int_equal(told.refusing, REFUSED_BY(READ_ONLY) | REFUSED_BY(RESTRICTED) |
			 REFUSED_BY(UNREACHABLE));
	told = explain_on(reader, OPCODE_IDENTIFY, NULL, 0);
	assert_int_equal(told.refusing, 0);
	close(reader);
}

static int explain_without_rawio(void *argument)
{
	struct cxl_switch_cci_explain told = request_of(OPCODE_ABORT, NULL, 0);

	if (guest_drop_rawio())
		return 1;
	if (guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &told))
		return 2;
	return told.error == EPERM && told.refusing == REFUSED_BY(CAPABILITY) ? 0 : 3;
}

static void the_callers_capability_counts(void **state)
{
	assert_int_equal(guest_in_child(explain_without_rawio, NULL), 0);
}

/* Of the commands that were explained none was sent, refused or recorded. */
static void explaining_leaves_no_trace(void **state)
{
	char before[32], after[32];

	guest_read_attribute(&device, "counters/commands", before, sizeof(before));
	guest_log_mark();
	explain(OPCODE_ABORT, NULL, 0);
	explain(OPCODE_VENDOR, NULL, 0);
	explain(OPCODE_IDENTIFY, NULL, 0);
	guest_read_attribute(&device, "counters/commands", after, sizeof(after));
	assert_string_equal(before, after);
	assert_false(guest_logged("cxl_switch_cci", "op="));
}

/* ---- the structures ---- */

static void explain_refuses_fields(void **state)
{
	struct cxl_switch_cci_explain clean = request_of(OPCODE_IDENTIFY, NULL, 0), bad;
	union {
		uint8_t bytes[256];
		struct cxl_switch_cci_explain explain;
	} grown = { .explain = clean };

	bad = clean;
	bad.flags = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EINVAL);
	bad = clean;
	bad.reserved0 = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EINVAL);
	bad = clean;
	bad.reserved1 = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EINVAL);
	bad = clean;
	bad.in_size = SWITCH_PAYLOAD + 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EINVAL);
	bad = clean;
	bad.size = sizeof(bad) - 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EINVAL);
	bad = clean;
	bad.in_size = 8;
	bad.in_payload = (uintptr_t)guest_no_access();
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &bad), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, guest_no_access()), EFAULT);
	grown.explain.size = sizeof(grown);
	grown.bytes[255] = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &grown), E2BIG);
	grown.bytes[255] = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &grown), 0);
	assert_int_equal(grown.explain.size, sizeof(clean));
}

static struct cxl_switch_cci_destinations list_of(void *entries, uint32_t room)
{
	struct cxl_switch_cci_destinations list = {
		.size = sizeof(list), .entries = (uintptr_t)entries, .room = room,
		.entry_size = sizeof(struct cxl_switch_cci_destination),
	};

	return list;
}

static void destinations_refuses_fields(void **state)
{
	struct cxl_switch_cci_destination entries[4];
	struct cxl_switch_cci_destinations clean = list_of(entries, 4), bad;

	bad = clean;
	bad.flags = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), EINVAL);
	bad = clean;
	bad.entry_size = 39;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), EINVAL);
	bad = clean;
	bad.room = 4097;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), EINVAL);
	bad = clean;
	bad.size = 31;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), EINVAL);
	bad = clean;
	bad.entries = (uintptr_t)guest_no_access();
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, guest_no_access()), EFAULT);
	bad = clean;
	bad.cursor = UINT64_MAX;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &bad), 0);
	assert_int_equal(bad.room, 0);
}

static void destinations_too_large_is_refused(void **state)
{
	struct cxl_switch_cci_destination entries[4];
	uint8_t grown[64] = { 0 };
	struct cxl_switch_cci_destinations list = list_of(entries, 4);

	list.size = sizeof(grown);
	memcpy(grown, &list, sizeof(list));
	grown[63] = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, grown), E2BIG);
	grown[63] = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, grown), 0);
	assert_int_equal(guest_le32(grown), sizeof(list));
}

/* ---- DESTINATIONS ---- */

static const struct cxl_switch_cci_destination *
find_entry(const struct cxl_switch_cci_destination *entries, uint32_t count, uint8_t depth,
	   uint8_t port)
{
	for (uint32_t i = 0; i < count; i++)
		if (entries[i].depth == depth && (!depth || entries[i].id[0] == port))
			return &entries[i];
	fail_msg("no destination of depth %u behind port %u", depth, port);
	return NULL;
}

/* After a new binding it knows the function itself, then whom it was asked about. */
static void destinations_are_remembered(void **state)
{
	static const uint8_t device_ids[] = { PORT_VOLATILE, 0 }, empty_ids[] = { PORT_EMPTY };
	struct cxl_switch_cci_destination entries[8];
	struct cxl_switch_cci_destinations list = list_of(entries, 8);
	const struct cxl_switch_cci_destination *entry;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &list), 0);
	assert_int_equal(list.room, 1);
	assert_true(list.cursor == 0);
	entry = find_entry(entries, 1, 0, 0);
	assert_int_equal(entry->knowledge, CXL_SWITCH_CCI_KNOWLEDGE_READ);
	assert_int_equal(entry->fresh, 1);
	assert_int_equal(entry->failure, 0);
	assert_true(entry->serial == SWITCH_SERIAL);

	explain_behind(device_ids, 1, OPCODE_SANITIZE, NULL, 0);
	explain_behind(device_ids, 2, OPCODE_SANITIZE, NULL, 0);
	explain_behind(empty_ids, 1, OPCODE_SANITIZE, NULL, 0);
	list = list_of(entries, 8);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &list), 0);
	assert_int_equal(list.room, 4);
	entry = find_entry(entries, 4, 2, PORT_VOLATILE);
	assert_true(entry->serial == DEVICE_SERIAL(PORT_VOLATILE));
	assert_int_equal(entry->component_type, CXL_SWITCH_CCI_COMPONENT_TYPE3);
	entry = find_entry(entries, 4, 1, PORT_VOLATILE);
	assert_int_equal(entry->vendor_id, DEVICE_VENDOR);
	assert_int_equal(entry->device_id, DEVICE_DEVICE);
	entry = find_entry(entries, 4, 1, PORT_EMPTY);
	assert_int_equal(entry->knowledge, CXL_SWITCH_CCI_KNOWLEDGE_SILENT);
	assert_int_equal(entry->failure, EHOSTUNREACH);
	assert_true(entry->serial == 0);
}

/* In parts of one, with nothing twice and nothing left out. */
static void destinations_come_in_parts(void **state)
{
	static const uint8_t ports[] = {
		PORT_VOLATILE, PORT_VOLATILE_2, PORT_EMPTY, PORT_PERSISTENT,
	};
	struct cxl_switch_cci_destination entry;
	struct cxl_switch_cci_destinations list = list_of(&entry, 1);
	unsigned int seen = 0, parts = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		explain_behind(&ports[i], 1, OPCODE_SANITIZE, NULL, 0);
	do {
		list.room = 1;
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_DESTINATIONS, &list), 0);
		assert_int_equal(list.room, 1);
		assert_false(seen >> entry.id[0] & 1);
		seen |= 1u << entry.id[0];
		assert_true(++parts <= 5);
	} while (list.cursor);
	assert_int_equal(parts, 5);
	/* the function itself, as 0, and the four ports */
	assert_int_equal(seen, 1 | 1 << PORT_VOLATILE | 1 << PORT_VOLATILE_2 | 1 << PORT_EMPTY |
			 1 << PORT_PERSISTENT);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, bind_anew, guest_still_answering)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(every_row_is_explained),
		STILL_ANSWERING(every_opcode_is_explained),
		STILL_ANSWERING(names_and_reasons_are_the_specifications),
		STILL_ANSWERING(disclosing_is_told),
		STILL_ANSWERING(the_effects_of_the_switch_are_told),
		FRESH(the_device_behind_a_port_is_told),
		FRESH(nobody_behind_a_port_is_told),
		STILL_ANSWERING(a_malformed_tunnel_is_a_decision),
		STILL_ANSWERING(every_gate_that_refuses_is_told),
		STILL_ANSWERING(the_callers_capability_counts),
		STILL_ANSWERING(explaining_leaves_no_trace),
		STILL_ANSWERING(explain_refuses_fields),
		STILL_ANSWERING(destinations_refuses_fields),
		STILL_ANSWERING(destinations_too_large_is_refused),
		FRESH(destinations_are_remembered),
		FRESH(destinations_come_in_parts),
	};

	guest_give_up_after(120);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
