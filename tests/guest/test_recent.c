// SPDX-License-Identifier: GPL-2.0-only
/*
 * RECENT against QEMU's switch: what a record says, how many are kept, and who
 * sees whose. What is in flight needs a slow device: test_model_recent.
 */
#include "guest_frame.h"
#include "topology.h"

#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#define LAYOUT(type, field, offset, bytes) \
	_Static_assert(offsetof(struct type, field) == (offset) && \
		       sizeof(((struct type *)0)->field) == (bytes), #type "." #field)

LAYOUT(cxl_switch_cci_record, id, 0, 8);
LAYOUT(cxl_switch_cci_record, boottime_ns, 8, 8);
LAYOUT(cxl_switch_cci_record, duration_ns, 16, 8);
LAYOUT(cxl_switch_cci_record, pid, 24, 4);
LAYOUT(cxl_switch_cci_record, uid, 28, 4);
LAYOUT(cxl_switch_cci_record, opcode, 32, 2);
LAYOUT(cxl_switch_cci_record, leaf_opcode, 34, 2);
LAYOUT(cxl_switch_cci_record, return_code, 36, 2);
LAYOUT(cxl_switch_cci_record, leaf_return_code, 38, 2);
LAYOUT(cxl_switch_cci_record, error, 40, 2);
LAYOUT(cxl_switch_cci_record, stage, 42, 1);
LAYOUT(cxl_switch_cci_record, impact, 43, 1);
LAYOUT(cxl_switch_cci_record, reason, 44, 1);
LAYOUT(cxl_switch_cci_record, depth, 45, 1);
LAYOUT(cxl_switch_cci_record, target, 46, 3);
LAYOUT(cxl_switch_cci_record, id_of_hop, 49, 3);
LAYOUT(cxl_switch_cci_record, in_flight, 52, 1);
LAYOUT(cxl_switch_cci_record, reserved0, 53, 3);
LAYOUT(cxl_switch_cci_record, verdict_flags, 56, 4);
LAYOUT(cxl_switch_cci_record, reserved1, 60, 4);
LAYOUT(cxl_switch_cci_record, comm, 64, 16);
_Static_assert(sizeof(struct cxl_switch_cci_record) == 80, "record");

LAYOUT(cxl_switch_cci_recent, size, 0, 4);
LAYOUT(cxl_switch_cci_recent, flags, 4, 4);
LAYOUT(cxl_switch_cci_recent, entries, 8, 8);
LAYOUT(cxl_switch_cci_recent, room, 16, 4);
LAYOUT(cxl_switch_cci_recent, entry_size, 20, 4);
LAYOUT(cxl_switch_cci_recent, dropped, 24, 8);
_Static_assert(sizeof(struct cxl_switch_cci_recent) == 32, "recent");
_Static_assert(CXL_SWITCH_CCI_RECENT == 0xC509, "RECENT's number");

#define KEPT		256
#define ROOM		300
#define NOBODY		65534
#define UNTOUCHED	0xa5

static struct cxl_switch_cci_record *records;	/* ROOM of them, shared with children */

static struct cxl_switch_cci_recent list_of(void *entries, uint32_t room)
{
	return (struct cxl_switch_cci_recent){
		.size = sizeof(struct cxl_switch_cci_recent), .entries = (uintptr_t)entries,
		.room = room, .entry_size = sizeof(struct cxl_switch_cci_record),
	};
}

static uint32_t recent(void)
{
	struct cxl_switch_cci_recent list = list_of(records, ROOM);

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	assert_int_equal(list.size, sizeof(list));
	return list.room;
}

static const struct cxl_switch_cci_record *youngest(void)
{
	uint32_t count = recent();

	assert_true(count > 0);
	return &records[count - 1];
}

static uint64_t boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int identify_by_send(int file)
{
	uint8_t out[IDENTIFY_SIZE];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	return guest_ioctl(file, CXL_SWITCH_CCI_SEND, &send);
}

/* ---- what a record says ---- */

static void a_record_tells_who_what_and_when(void **state)
{
	uint8_t out[IDENTIFY_SIZE];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));
	uint64_t before = boottime_ns(), after;
	const struct cxl_switch_cci_record *r;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	after = boottime_ns();
	r = youngest();
	assert_true(r->id != 0);
	assert_in_range(r->boottime_ns, before, after);
	assert_in_range(r->duration_ns, send.duration_ns, after - before);
	assert_int_equal(r->pid, getpid());
	assert_int_equal(r->uid, 0);
	assert_int_equal(r->opcode, OPCODE_IDENTIFY);
	assert_int_equal(r->leaf_opcode, OPCODE_IDENTIFY);
	assert_int_equal(r->return_code, RC_SUCCESS);
	assert_int_equal(r->leaf_return_code, RC_SUCCESS);
	assert_int_equal(r->error, 0);
	assert_int_equal(r->stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	assert_int_equal(r->impact, CXL_SWITCH_CCI_IMPACT_QUERY);
	assert_int_equal(r->reason, CXL_SWITCH_CCI_REASON_NONE);
	assert_int_equal(r->depth, 0);
	assert_int_equal(r->in_flight, 0);
	assert_int_equal(r->verdict_flags, CXL_SWITCH_CCI_VERDICT_AUDITED);
	assert_int_equal(r->reserved0[0] | r->reserved0[1] | r->reserved0[2] | r->reserved1, 0);
	assert_true(memchr(r->comm, 0, sizeof(r->comm)));
	assert_int_equal(strncmp(r->comm, program_invocation_short_name, sizeof(r->comm) - 1), 0);
	diag("Identify: %llu ns from the call to its end, %llu ns of them the device's",
	     (unsigned long long)r->duration_ns, (unsigned long long)send.duration_ns);
}

static void the_in_tree_ioctl_is_recorded_too(void **state)
{
	uint64_t id;

	assert_int_equal(guest_identify(fd), 0);
	id = youngest()->id;
	assert_int_equal(guest_identify(fd), 0);
	assert_true(youngest()->id > id);
	assert_int_equal(youngest()->opcode, OPCODE_IDENTIFY);
}

static void a_tunnel_tells_its_path(void **state)
{
	static const uint8_t ids[] = { PORT_VOLATILE, 0 }, empty[] = { PORT_EMPTY };
	struct guest_message message = guest_tunnel(ids, 2, OPCODE_IDENTIFY, NULL, 0);
	struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, message.bytes, message.length,
						     NULL, 0);
	const struct cxl_switch_cci_record *r;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	r = youngest();
	assert_int_equal(r->opcode, OPCODE_TUNNEL);
	assert_int_equal(r->leaf_opcode, OPCODE_IDENTIFY);
	assert_int_equal(r->depth, 2);
	assert_int_equal(r->id_of_hop[0], PORT_VOLATILE);
	assert_int_equal(r->id_of_hop[1] | r->id_of_hop[2], 0);
	assert_int_equal(r->target[0] | r->target[1] | r->target[2], 0);
	assert_int_equal(r->return_code, send.return_code);
	assert_int_equal(r->leaf_return_code, send.leaf_return_code);

	/* nobody there: the device's own return code */
	message = guest_tunnel(empty, 1, OPCODE_IDENTIFY, NULL, 0);
	send = guest_send(OPCODE_TUNNEL, message.bytes, message.length, NULL, 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_not_equal(send.return_code, RC_SUCCESS);
	assert_int_equal(youngest()->return_code, send.return_code);
	assert_int_equal(youngest()->id_of_hop[0], PORT_EMPTY);
}

static void refused(uint16_t opcode, const void *in, uint32_t size, int error, unsigned int reason)
{
	struct cxl_switch_cci_send send = guest_send(opcode, in, size, NULL, 0);
	const struct cxl_switch_cci_record *r;

	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), error);
	r = youngest();
	assert_int_equal(r->opcode, opcode);
	assert_int_equal(r->leaf_opcode, send.leaf_opcode);
	assert_int_equal(r->error, error);
	assert_int_equal(r->reason, reason);
	assert_int_equal(r->stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(r->impact, send.impact);
	assert_int_equal(r->depth, send.depth);
	assert_true(r->id == 0);
}

static void refusals_are_recorded(void **state)
{
	static const uint8_t empty[] = { PORT_EMPTY }, junk[TUNNEL_HEADER + CCI_HEADER] = { 0 };
	struct guest_message nobody = guest_tunnel(empty, 1, OPCODE_SANITIZE, NULL, 0);

	refused(OPCODE_VENDOR, NULL, 0, EPERM, CXL_SWITCH_CCI_REASON_UNAUDITED);
	refused(OPCODE_TUNNEL, junk, sizeof(junk), EINVAL, CXL_SWITCH_CCI_REASON_MALFORMED);
	refused(OPCODE_TUNNEL, nobody.bytes, nobody.length, EHOSTUNREACH,
		CXL_SWITCH_CCI_REASON_UNREACHABLE);
}

/* ---- in flight ---- */

#define FLYING_WANTED	200

/* For a child: until it is killed. */
static int send_malformed(void *argument)
{
	static const uint8_t junk[TUNNEL_HEADER + CCI_HEADER] = { 0 };
	struct cxl_switch_cci_send send = guest_send(OPCODE_TUNNEL, junk, sizeof(junk), NULL, 0);

	for (;;)
		guest_ioctl(*(int *)argument, CXL_SWITCH_CCI_SEND, &send);
	return 0;
}

/* A record says REFUSED once its reason is there, and has an error once it has ended. */
static void what_is_in_flight_is_consistent(void **state)
{
	int64_t limit = guest_now_ms() + guest_patience(30000);
	int files[2] = { guest_open(O_RDWR), guest_open(O_RDWR) };
	unsigned int flying = 0, unreasoned = 0, failed = 0;
	pid_t children[2];

	for (int i = 0; i < 2; i++)
		children[i] = guest_fork(send_malformed, &files[i]);
	while (flying < FLYING_WANTED && guest_now_ms() < limit) {
		for (uint32_t count = recent(); count--; ) {
			const struct cxl_switch_cci_record *r = &records[count];

			if (!r->in_flight)
				break;
			flying++;
			failed += r->error != 0;
			unreasoned += r->stage == CXL_SWITCH_CCI_STAGE_REFUSED &&
				      r->reason == CXL_SWITCH_CCI_REASON_NONE;
		}
	}
	for (int i = 0; i < 2; i++) {
		kill(children[i], SIGKILL);
		guest_wait(children[i], 5000);
		close(files[i]);
	}
	diag("%u records in flight, %u with an error, %u refused without a reason", flying,
	     failed, unreasoned);
	assert_true(flying > 0);
	assert_int_equal(failed, 0);
	assert_int_equal(unreasoned, 0);
}

/* A record is of a command; what never became one leaves none. Nor does EXPLAIN. */
static void what_is_no_command_leaves_no_record(void **state)
{
	struct cxl_switch_cci_send bad = guest_send(OPCODE_GET_LOG, guest_no_access(), 24, NULL, 0);
	struct cxl_switch_cci_explain explain = {
		.size = sizeof(explain), .opcode = OPCODE_VENDOR,
	};
	struct cxl_switch_cci_record last;

	assert_int_equal(identify_by_send(fd), 0);
	last = *youngest();
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &bad), EFAULT);
	bad.flags = 1u << 31;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &bad), EINVAL);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_EXPLAIN, &explain), 0);
	assert_memory_equal(youngest(), &last, sizeof(last));
}

/* ---- how many ---- */

static void the_last_ones_are_kept_in_order(void **state)
{
	struct cxl_switch_cci_recent list = list_of(records, ROOM);
	uint64_t first;

	for (unsigned int i = 0; i < KEPT + 10; i++)
		assert_int_equal(identify_by_send(fd), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	assert_int_equal(list.room, KEPT);
	first = list.dropped;
	assert_true(first >= 10);
	for (unsigned int i = 1; i < KEPT; i++) {
		assert_true(records[i].id > records[i - 1].id);
		assert_true(records[i].boottime_ns >= records[i - 1].boottime_ns);
	}
	assert_int_equal(identify_by_send(fd), 0);
	list = list_of(records, ROOM);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	assert_int_equal(list.room, KEPT);
	assert_true(list.dropped == first + 1);
}

static void little_room_gets_the_youngest(void **state)
{
	static const uint16_t opcodes[] = { OPCODE_IDENTIFY, OPCODE_GET_SUPPORTED_LOGS,
					    OPCODE_IDENTIFY_SWITCH };
	struct cxl_switch_cci_record two[3];
	struct cxl_switch_cci_recent list = list_of(two, 2);

	for (size_t i = 0; i < ARRAY_SIZE(opcodes); i++) {
		struct cxl_switch_cci_send send = guest_send(opcodes[i], NULL, 0, NULL, 0);

		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	}
	memset(two, UNTOUCHED, sizeof(two));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	assert_int_equal(list.room, 2);
	assert_int_equal(two[0].opcode, OPCODE_GET_SUPPORTED_LOGS);
	assert_int_equal(two[1].opcode, OPCODE_IDENTIFY_SWITCH);
	assert_int_equal(two[2].comm[0] & 0xff, UNTOUCHED);

	list = list_of(guest_no_access(), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), 0);
	assert_int_equal(list.room, 0);
}

/* Only what is bound now is told of. */
static void a_new_binding_starts_empty(void **state)
{
	close(fd);
	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	fd = guest_open(O_RDWR);
	assert_int_equal(recent(), 0);
	assert_int_equal(identify_by_send(fd), 0);
	assert_int_equal(recent(), 1);
}

/* ---- whose ---- */

struct seen {
	int error;
	uint32_t count;
	uint32_t foreign;	/* of these, not this uid's */
};

static struct seen look_as(int file, uint32_t uid)
{
	struct cxl_switch_cci_recent list = list_of(records, ROOM);
	struct seen seen = { .error = guest_ioctl(file, CXL_SWITCH_CCI_RECENT, &list) };

	for (seen.count = list.room; !seen.error && list.room; list.room--)
		seen.foreign += records[list.room - 1].uid != uid;
	return seen;
}

/* For a child; 0: it saw what it may. */
static int as_nobody(void *argument)
{
	struct seen seen;

	if (guest_become_nobody())
		return 1;
	seen = look_as(fd, NOBODY);
	if (seen.error || seen.count)
		return 2;
	if (identify_by_send(fd) || identify_by_send(fd))
		return 3;
	seen = look_as(fd, NOBODY);
	if (seen.error || seen.foreign || seen.count != 2)
		return 4;
	return records[1].pid == (uint32_t)getpid() ? 0 : 5;
}

static void others_see_their_own(void **state)
{
	uint32_t count;

	a_new_binding_starts_empty(state);
	assert_int_equal(guest_in_child(as_nobody, NULL), 0);
	/* and who may see all, sees both */
	assert_int_equal(identify_by_send(fd), 0);
	count = recent();
	assert_int_equal(count, 4);
	assert_int_equal(records[0].uid, 0);
	assert_int_equal(records[1].uid, NOBODY);
	assert_int_equal(records[2].uid, NOBODY);
	assert_int_equal(records[3].uid, 0);
}

static int without_rawio(void *argument)
{
	struct seen seen;

	if (guest_drop_rawio())
		return 1;
	seen = look_as(fd, 0);
	if (seen.error)
		return 2;
	return seen.count == 2 && !seen.foreign ? 0 : 3;
}

/* After the test above: two of root's, two of nobody's. */
static void root_without_the_capability_sees_its_own(void **state)
{
	others_see_their_own(state);
	assert_int_equal(guest_in_child(without_rawio, NULL), 0);
}

static void reading_is_enough(void **state)
{
	int file = guest_open(O_RDONLY);
	struct cxl_switch_cci_recent list = list_of(records, ROOM);

	assert_int_equal(guest_ioctl(file, CXL_SWITCH_CCI_RECENT, &list), 0);
	close(file);
}

/* ---- the rules of the ABI ---- */

static void the_feature_is_told(void **state)
{
	assert_true(guest_info(fd).features & CXL_SWITCH_CCI_FEATURE_RECENT);
}

static void recent_refuses_fields(void **state)
{
	struct cxl_switch_cci_recent clean = list_of(records, 4), bad;

	bad = clean;
	bad.flags = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &bad), EINVAL);
	for (uint32_t size = 0; size < 100; size++) {
		bad = clean;
		bad.entry_size = size;
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &bad),
				 size == sizeof(*records) ? 0 : EINVAL);
	}
	bad = clean;
	bad.room = 4097;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &bad), EINVAL);
	bad = clean;
	bad.size = sizeof(bad) - 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &bad), EINVAL);
	assert_int_equal(bad.room, clean.room);
}

static void recent_faults(void **state)
{
	struct cxl_switch_cci_recent list = list_of(guest_no_access(), 4);

	assert_int_equal(identify_by_send(fd), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, &list), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, guest_no_access()), EFAULT);
	list = list_of(records, 4);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT,
				     guest_read_only(&list, sizeof(list))), EFAULT);
}

static void recent_too_large_is_refused(void **state)
{
	struct cxl_switch_cci_recent list = list_of(records, 4);
	uint8_t grown[64] = { 0 };

	list.size = sizeof(grown);
	memcpy(grown, &list, sizeof(list));
	grown[63] = 1;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, grown), E2BIG);
	grown[63] = 0;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_RECENT, grown), 0);
	assert_int_equal(guest_le32(grown), sizeof(list));
}

static int begin(void **state)
{
	guest_give_up_after(120);
	guest_open_switch(state);
	records = mmap(NULL, ROOM * sizeof(*records), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return records == MAP_FAILED ? -1 : 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(the_feature_is_told),
		STILL_ANSWERING(a_record_tells_who_what_and_when),
		STILL_ANSWERING(the_in_tree_ioctl_is_recorded_too),
		STILL_ANSWERING(a_tunnel_tells_its_path),
		STILL_ANSWERING(refusals_are_recorded),
		STILL_ANSWERING(what_is_in_flight_is_consistent),
		STILL_ANSWERING(what_is_no_command_leaves_no_record),
		STILL_ANSWERING(the_last_ones_are_kept_in_order),
		STILL_ANSWERING(little_room_gets_the_youngest),
		STILL_ANSWERING(a_new_binding_starts_empty),
		STILL_ANSWERING(others_see_their_own),
		STILL_ANSWERING(root_without_the_capability_sees_its_own),
		STILL_ANSWERING(reading_is_enough),
		STILL_ANSWERING(recent_refuses_fields),
		STILL_ANSWERING(recent_faults),
		STILL_ANSWERING(recent_too_large_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, NULL);
}
