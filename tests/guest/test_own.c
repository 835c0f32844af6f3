// SPDX-License-Identifier: GPL-2.0-only
/*
 * INFO and SEND of cxl_switch_cci.h: the size-first rule, each field, each
 * refusal. The layout asserts hold for 32- and 64-bit programs alike.
 */
#include "guest_frame.h"
#include "topology.h"

#define UNTOUCHED 0xa5

#define LAYOUT(type, field, offset, bytes) \
	_Static_assert(offsetof(struct type, field) == (offset) && \
		       sizeof(((struct type *)0)->field) == (bytes), #type "." #field)

LAYOUT(cxl_switch_cci_info, size, 0, 4);
LAYOUT(cxl_switch_cci_info, flags, 4, 4);
LAYOUT(cxl_switch_cci_info, features, 8, 8);
LAYOUT(cxl_switch_cci_info, instance_id, 16, 8);
LAYOUT(cxl_switch_cci_info, serial, 24, 8);
LAYOUT(cxl_switch_cci_info, pci_domain, 32, 4);
LAYOUT(cxl_switch_cci_info, pci_bus, 36, 1);
LAYOUT(cxl_switch_cci_info, pci_devfn, 37, 1);
LAYOUT(cxl_switch_cci_info, component_source, 38, 1);
LAYOUT(cxl_switch_cci_info, reserved0, 39, 1);
LAYOUT(cxl_switch_cci_info, number, 40, 4);
LAYOUT(cxl_switch_cci_info, payload_size, 44, 4);
LAYOUT(cxl_switch_cci_info, vendor_id, 48, 2);
LAYOUT(cxl_switch_cci_info, device_id, 50, 2);
LAYOUT(cxl_switch_cci_info, subsystem_vendor_id, 52, 2);
LAYOUT(cxl_switch_cci_info, subsystem_id, 54, 2);
LAYOUT(cxl_switch_cci_info, component_type, 56, 1);
LAYOUT(cxl_switch_cci_info, interrupt_mode, 57, 1);
LAYOUT(cxl_switch_cci_info, state, 58, 1);
LAYOUT(cxl_switch_cci_info, max_message_exponent, 59, 1);
LAYOUT(cxl_switch_cci_info, settings, 60, 4);
LAYOUT(cxl_switch_cci_info, build_keys, 64, 4);
LAYOUT(cxl_switch_cci_info, command_timeout_ms, 68, 4);
LAYOUT(cxl_switch_cci_info, reserved1, 72, 8);
_Static_assert(sizeof(struct cxl_switch_cci_info) == 80, "info");

LAYOUT(cxl_switch_cci_send, size, 0, 4);
LAYOUT(cxl_switch_cci_send, flags, 4, 4);
LAYOUT(cxl_switch_cci_send, opcode, 8, 2);
LAYOUT(cxl_switch_cci_send, reserved0, 10, 2);
LAYOUT(cxl_switch_cci_send, timeout_ms, 12, 4);
LAYOUT(cxl_switch_cci_send, in_payload, 16, 8);
LAYOUT(cxl_switch_cci_send, out_payload, 24, 8);
LAYOUT(cxl_switch_cci_send, in_size, 32, 4);
LAYOUT(cxl_switch_cci_send, out_size, 36, 4);
LAYOUT(cxl_switch_cci_send, out_length, 40, 4);
LAYOUT(cxl_switch_cci_send, return_code, 44, 2);
LAYOUT(cxl_switch_cci_send, vendor_status, 46, 2);
LAYOUT(cxl_switch_cci_send, leaf_opcode, 48, 2);
LAYOUT(cxl_switch_cci_send, leaf_return_code, 50, 2);
LAYOUT(cxl_switch_cci_send, stage, 52, 1);
LAYOUT(cxl_switch_cci_send, impact, 53, 1);
LAYOUT(cxl_switch_cci_send, reason, 54, 1);
LAYOUT(cxl_switch_cci_send, depth, 55, 1);
LAYOUT(cxl_switch_cci_send, verdict_flags, 56, 4);
LAYOUT(cxl_switch_cci_send, reserved1, 60, 4);
LAYOUT(cxl_switch_cci_send, duration_ns, 64, 8);
LAYOUT(cxl_switch_cci_send, cookie, 72, 8);
_Static_assert(sizeof(struct cxl_switch_cci_send) == 80, "send");

_Static_assert(CXL_SWITCH_CCI_INFO == 0xC500, "INFO's number");
_Static_assert(CXL_SWITCH_CCI_SEND == 0xC501, "SEND's number");
_Static_assert(CXL_MEM_QUERY_COMMANDS == 0x8008CE01, "QUERY's number");
_Static_assert(CXL_MEM_SEND_COMMAND == 0xC030CE02, "SEND_COMMAND's number");

/* After RECENT. */
#define FIRST_UNKNOWN	10

/* A caller compiled against a later header: the structure and a tail. */
union grown {
	uint8_t bytes[4096];
	struct cxl_switch_cci_info info;
	struct cxl_switch_cci_send send;
};

#define assert_unchanged(request, object, error) do { \
	__typeof__(object) before_ = (object); \
	assert_int_equal(guest_ioctl(fd, (request), &(object)), (error)); \
	assert_memory_equal(&(object), &before_, sizeof(before_)); \
} while (0)

/* ---- INFO ---- */

static void info_describes_the_switch(void **state)
{
	struct cxl_switch_cci_info info = guest_info(fd);
	char pci[24];

	snprintf(pci, sizeof(pci), "%04x:%02x:%02x.%x", info.pci_domain, info.pci_bus,
		 info.pci_devfn >> 3, info.pci_devfn & 7);
	assert_string_equal(pci, device.pci);
	assert_int_equal(info.number, device.number);
	assert_int_equal(info.size, sizeof(info));
	assert_int_equal(info.flags, 0);
	assert_true(info.features & CXL_SWITCH_CCI_FEATURE_SEND);
	assert_true(info.instance_id != 0);
	assert_true(info.serial == SWITCH_SERIAL);
	assert_int_equal(info.payload_size, SWITCH_PAYLOAD);
	assert_int_equal(info.vendor_id, SWITCH_VENDOR);
	assert_int_equal(info.device_id, SWITCH_DEVICE);
	assert_int_equal(info.subsystem_vendor_id, OF_DEVICE(0, 0x1e98));
	assert_int_equal(info.subsystem_id, OF_DEVICE(0, 0x0c0b));
	assert_int_equal(info.component_type, CXL_SWITCH_CCI_COMPONENT_SWITCH);
	assert_int_equal(info.component_source, CXL_SWITCH_CCI_SOURCE_IDENTIFY);
	assert_int_equal(info.max_message_exponent, SWITCH_MESSAGE_EXPONENT);
	diag("%s is %s, serial %#llx, features %#llx", device.name, pci,
	     (unsigned long long)info.serial, (unsigned long long)info.features);
}

static void info_tells_what_is_in_force(void **state)
{
	struct cxl_switch_cci_info info = guest_info(fd);

	/* QEMU's function has neither MSI nor MSI-X */
	assert_int_equal(info.interrupt_mode, OF_DEVICE(CXL_SWITCH_CCI_INTERRUPT_NONE,
							CXL_SWITCH_CCI_INTERRUPT_MSIX));
	assert_int_equal(info.state, CXL_SWITCH_CCI_STATE_READY);
	assert_int_equal(info.settings, 0);
	assert_int_equal(info.build_keys, 0);
	assert_int_equal(info.command_timeout_ms, 2000);
	assert_int_equal(info.reserved0, 0);
	assert_true(info.reserved1 == 0);
}

static void info_is_the_same_on_every_file(void **state)
{
	struct cxl_switch_cci_info one = guest_info(fd), other = { .size = sizeof(other) };
	int second = guest_open(O_RDONLY);

	assert_int_equal(guest_ioctl(second, CXL_SWITCH_CCI_INFO, &other), 0);
	assert_memory_equal(&one, &other, sizeof(one));
	close(second);
}

static void info_refuses_fields(void **state)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	info.flags = 1;
	assert_unchanged(CXL_SWITCH_CCI_INFO, info, EINVAL);
	info.flags = 0x80000000;
	assert_unchanged(CXL_SWITCH_CCI_INFO, info, EINVAL);
	info.flags = 0;
	info.reserved0 = 1;
	assert_unchanged(CXL_SWITCH_CCI_INFO, info, EINVAL);
	info.reserved0 = 0;
	info.reserved1 = 1ULL << 63;
	assert_unchanged(CXL_SWITCH_CCI_INFO, info, EINVAL);
	info.reserved1 = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, &info), 0);
}

/* ---- the size-first rule, for both ---- */

static const struct own_ioctl {
	unsigned long request;
	uint32_t size;
} own_ioctls[] = {
	{ CXL_SWITCH_CCI_INFO, sizeof(struct cxl_switch_cci_info) },
	{ CXL_SWITCH_CCI_SEND, sizeof(struct cxl_switch_cci_send) },
};

/* A valid structure of either ioctl with @size, and rubbish behind it. */
static void prepare(union grown *grown, const struct own_ioctl *own, uint32_t size)
{
	memset(grown, UNTOUCHED, sizeof(*grown));
	memset(grown, 0, own->size);
	grown->send.size = size;
	if (own->request == CXL_SWITCH_CCI_SEND)
		grown->send.opcode = OPCODE_IDENTIFY;
}

static void sizes_below_the_first_version_are_invalid(void **state)
{
	static const uint32_t below[] = { 0, 1, 3, 4, 8, 40, 79 };

	for (size_t i = 0; i < 2 * ARRAY_SIZE(below); i++) {
		const struct own_ioctl *own = &own_ioctls[i % 2];
		union grown grown;

		prepare(&grown, own, below[i / 2]);
		assert_unchanged(own->request, grown, EINVAL);
	}
}

static void the_exact_size_is_served(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(own_ioctls); i++) {
		union grown grown;

		prepare(&grown, &own_ioctls[i], own_ioctls[i].size);
		assert_int_equal(guest_ioctl(fd, own_ioctls[i].request, &grown), 0);
		assert_int_equal(grown.info.size, own_ioctls[i].size);
		assert_int_equal(grown.bytes[own_ioctls[i].size], UNTOUCHED);
	}
}

static void a_zero_tail_is_served(void **state)
{
	static const uint32_t sizes[] = { 81, 88, 96, 160, 4095, 4096 };

	for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		const struct own_ioctl *own = &own_ioctls[i % 2];
		uint32_t size = sizes[i / 2];
		union grown grown;

		prepare(&grown, own, size);
		memset(grown.bytes + own->size, 0, size - own->size);
		assert_int_equal(guest_ioctl(fd, own->request, &grown), 0);
		assert_int_equal(grown.info.size, own->size);
		for (uint32_t at = own->size; at < size; at++)
			assert_int_equal(grown.bytes[at], 0);
		if (size < sizeof(grown))
			assert_int_equal(grown.bytes[size], UNTOUCHED);
	}
}

static void a_tail_with_content_is_too_big(void **state)
{
	static const uint32_t sizes[] = { 81, 88, 4096 };

	for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		const struct own_ioctl *own = &own_ioctls[i % 2];
		uint32_t size = sizes[i / 2];
		union grown grown;

		prepare(&grown, own, size);
		memset(grown.bytes + own->size, 0, size - own->size);
		grown.bytes[size - 1] = 1;
		assert_unchanged(own->request, grown, E2BIG);
	}
}

/* A size that leads out of the mapping: either answer is one, a crash is none. */
static void a_size_beyond_memory_fails(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(own_ioctls); i++) {
		struct cxl_switch_cci_send *send = guest_page_end(sizeof(*send));
		static const uint32_t sizes[] = { 81, 0x10000, 0x7fffffff, 0xffffffff };

		for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
			int result;

			memset(send, 0, sizeof(*send));
			send->size = sizes[j];
			result = guest_ioctl(fd, own_ioctls[i].request, send);
			if (result != EFAULT && result != E2BIG)
				fail_msg("size %u: %s", sizes[j], strerror(result));
		}
	}
}

static void unreadable_structures_fault(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(own_ioctls); i++) {
		uint8_t *cut = guest_page_end(16);

		assert_int_equal(guest_ioctl(fd, own_ioctls[i].request, NULL), EFAULT);
		assert_int_equal(guest_ioctl(fd, own_ioctls[i].request, guest_no_access()), EFAULT);
		memset(cut, 0, 16);
		memcpy(cut, &own_ioctls[i].size, 4);
		assert_int_equal(guest_ioctl(fd, own_ioctls[i].request, cut), EFAULT);
	}
}

static void unknown_own_ioctls_are_unknown(void **state)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	for (unsigned int nr = FIRST_UNKNOWN; nr < 256; nr++)
		assert_unchanged(_IO(CXL_SWITCH_CCI_MAGIC, nr), info, ENOTTY);
}

/* ---- SEND ---- */

static void send_is_answered(void **state)
{
	uint8_t out[64];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	memset(out, UNTOUCHED, sizeof(out));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.size, sizeof(send));
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(send.depth, 0);
	assert_int_equal(send.verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	assert_int_equal(send.opcode, OPCODE_IDENTIFY);
	assert_int_equal(send.leaf_opcode, OPCODE_IDENTIFY);
	assert_int_equal(send.return_code, RC_SUCCESS);
	assert_int_equal(send.vendor_status, 0);
	assert_int_equal(send.leaf_return_code, RC_SUCCESS);
	assert_int_equal(send.out_length, IDENTIFY_SIZE);
	assert_int_equal(send.out_size, IDENTIFY_SIZE);
	assert_true(send.duration_ns > 0 && send.duration_ns < 2000000000);
	assert_true(send.cookie == 0);
	assert_true(guest_le64(out + IDENTIFY_SERIAL) == SWITCH_SERIAL);
	assert_int_equal(out[IDENTIFY_SIZE], UNTOUCHED);
	diag("doorbell to answer: %llu ns", (unsigned long long)send.duration_ns);
}

static void send_tells_the_true_length(void **state)
{
	for (uint32_t room = 0; room <= IDENTIFY_SIZE + 1; room++) {
		uint8_t out[IDENTIFY_SIZE + 2];
		struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, room);
		uint32_t given = room < IDENTIFY_SIZE ? room : IDENTIFY_SIZE;

		memset(out, UNTOUCHED, sizeof(out));
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.out_length, IDENTIFY_SIZE);
		assert_int_equal(send.out_size, given);
		assert_int_equal(out[given], UNTOUCHED);
	}
}

static void send_takes_any_room(void **state)
{
	uint8_t out[64];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, UINT32_MAX);

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.out_size, IDENTIFY_SIZE);
	send = guest_send(OPCODE_IDENTIFY, guest_no_access(), 0, guest_no_access(), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.out_size, 0);
}

/* The structure of one answer, rubbish in its out fields, is good for the next. */
static void send_ignores_what_was_in_out_fields(void **state)
{
	uint8_t out[64];
	struct cxl_switch_cci_send send;

	memset(&send, 0xff, sizeof(send));
	send.size = sizeof(send);
	send.flags = 0;
	send.reserved0 = 0;
	send.reserved1 = 0;
	send.timeout_ms = 0;
	send.opcode = OPCODE_IDENTIFY;
	send.in_size = 0;
	send.out_payload = (uintptr_t)out;
	send.out_size = sizeof(out);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.reason, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(send.vendor_status, 0);
	assert_true(send.cookie == 0);
}

static void send_returns_device_errors(void **state)
{
	uint8_t out[64], before[64];
	struct guest_log_request request = { .length = SWITCH_PAYLOAD + 1 };
	struct cxl_switch_cci_send send = guest_send(OPCODE_GET_LOG, &request, sizeof(request),
						     out, sizeof(out));

	memcpy(request.uuid, guest_cel_uuid, sizeof(request.uuid));
	memset(out, UNTOUCHED, sizeof(out));
	memcpy(before, out, sizeof(out));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(send.return_code, RC_INVALID_INPUT);
	assert_int_equal(send.leaf_return_code, RC_INVALID_INPUT);
	assert_int_equal(send.out_length, 0);
	assert_int_equal(send.out_size, 0);
	assert_memory_equal(out, before, sizeof(out));
}

static void send_refuses_fields(void **state)
{
	struct cxl_switch_cci_send clean = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_switch_cci_send bad;

	bad = clean;
	bad.flags = 2;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.flags = 0x80000000;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.reserved0 = 1;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.reserved1 = 0x80000000;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.timeout_ms = 3600001;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.timeout_ms = UINT32_MAX;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.in_size = SWITCH_PAYLOAD + 1;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	bad = clean;
	bad.in_size = UINT32_MAX;
	assert_unchanged(CXL_SWITCH_CCI_SEND, bad, EINVAL);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &clean), 0);
}

static void send_takes_every_timeout_in_range(void **state)
{
	static const uint32_t timeouts[] = { 0, 1000, 2000, 3600000 };

	for (size_t i = 0; i < ARRAY_SIZE(timeouts); i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);

		send.timeout_ms = timeouts[i];
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
		assert_int_equal(send.timeout_ms, timeouts[i]);
	}
}

/* 1 ms is in range; whether it suffices is the machine's affair. */
static void send_survives_the_shortest_timeout(void **state)
{
	unsigned int answered = 0, late = 0;

	for (unsigned int i = 0; i < 100; i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
		int result;

		send.timeout_ms = 1;
		result = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send);
		if (result == 0) {
			assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
			answered++;
			continue;
		}
		/* the wait was over in the queue, or after the doorbell */
		assert_true(result == ETIMEDOUT || result == EBUSY);
		assert_int_equal(send.stage, result == EBUSY ?
				 CXL_SWITCH_CCI_STAGE_NOT_SENT :
				 CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
		late++;
	}
	assert_true(answered > 0);
	diag("1 ms of patience: %u answered, %u left early", answered, late);
}

/* The structure tells whether the command ran all the same. */
static void send_faults(void **state)
{
	void *hole = guest_no_access();
	struct cxl_switch_cci_send in = guest_send(OPCODE_GET_LOG, hole, 0x18, NULL, 0);
	struct cxl_switch_cci_send out = guest_send(OPCODE_IDENTIFY, NULL, 0, hole, 4);

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &in), EFAULT);
	assert_int_equal(in.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	assert_int_equal(in.out_size, 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &out), EFAULT);
	assert_int_equal(out.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(out.return_code, RC_SUCCESS);
	assert_int_equal(out.out_length, IDENTIFY_SIZE);
	assert_int_equal(out.out_size, 0);
}

/* ---- refusals: each with its errno, reason and what was found out ---- */

static struct cxl_switch_cci_send refused(int file, struct cxl_switch_cci_send send, int error,
					  uint8_t reason)
{
	send.return_code = 0xdead;
	send.duration_ns = 1;
	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_SEND, &send), error);
	assert_int_equal(send.size, sizeof(send));
	assert_int_equal(send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(send.reason, reason);
	assert_int_equal(send.out_size, 0);
	assert_int_equal(send.out_length, 0);
	assert_int_equal(send.return_code, 0);
	assert_int_equal(send.leaf_return_code, 0);
	assert_true(send.duration_ns == 0);
	assert_true(send.cookie == 0);
	return send;
}

static void unaudited_is_refused(void **state)
{
	static const uint16_t opcodes[] = {
		0x0000, OPCODE_VENDOR, 0xffff, 0x5102, 0x5302, 0x5701, 0x4900,
	};
	uint8_t out[16];

	for (size_t i = 0; i < ARRAY_SIZE(opcodes); i++) {
		struct cxl_switch_cci_send send =
			refused(fd, guest_send(opcodes[i], NULL, 0, out, sizeof(out)), EPERM,
				CXL_SWITCH_CCI_REASON_UNAUDITED);

		assert_int_equal(send.impact, CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE);
		assert_int_equal(send.verdict_flags, 0);
		assert_int_equal(send.leaf_opcode, opcodes[i]);
		assert_int_equal(send.depth, 0);
	}
}

static void above_query_is_refused_on_a_read_only_file(void **state)
{
	int reader = guest_open(O_RDONLY);
	struct cxl_switch_cci_send query = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);

	refused(reader, guest_send(OPCODE_VENDOR, NULL, 0, NULL, 0), EBADF,
		CXL_SWITCH_CCI_REASON_READ_ONLY);
	assert_int_equal(guest_ioctl(reader, CXL_SWITCH_CCI_SEND, &query), 0);
	close(reader);
}

static void malformed_is_refused(void **state)
{
	static const uint8_t junk[16];
	struct cxl_switch_cci_send send;

	send = refused(fd, guest_send(OPCODE_TUNNEL, NULL, 0, NULL, 0), EINVAL,
		       CXL_SWITCH_CCI_REASON_MALFORMED);
	assert_int_equal(send.depth, 0);
	refused(fd, guest_send(OPCODE_TUNNEL, junk, sizeof(junk), NULL, 0), EINVAL,
		CXL_SWITCH_CCI_REASON_MALFORMED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(info_describes_the_switch),
		STILL_ANSWERING(info_tells_what_is_in_force),
		STILL_ANSWERING(info_is_the_same_on_every_file),
		STILL_ANSWERING(info_refuses_fields),
		STILL_ANSWERING(sizes_below_the_first_version_are_invalid),
		STILL_ANSWERING(the_exact_size_is_served),
		STILL_ANSWERING(a_zero_tail_is_served),
		STILL_ANSWERING(a_tail_with_content_is_too_big),
		STILL_ANSWERING(a_size_beyond_memory_fails),
		STILL_ANSWERING(unreadable_structures_fault),
		STILL_ANSWERING(unknown_own_ioctls_are_unknown),
		STILL_ANSWERING(send_is_answered),
		STILL_ANSWERING(send_tells_the_true_length),
		STILL_ANSWERING(send_takes_any_room),
		STILL_ANSWERING(send_ignores_what_was_in_out_fields),
		STILL_ANSWERING(send_returns_device_errors),
		STILL_ANSWERING(send_refuses_fields),
		STILL_ANSWERING(send_takes_every_timeout_in_range),
		STILL_ANSWERING(send_survives_the_shortest_timeout),
		STILL_ANSWERING(send_faults),
		STILL_ANSWERING(unaudited_is_refused),
		STILL_ANSWERING(above_query_is_refused_on_a_read_only_file),
		STILL_ANSWERING(malformed_is_refused),
	};

	guest_give_up_after(120);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
