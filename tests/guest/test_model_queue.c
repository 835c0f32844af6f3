// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that wait for their turn: what they hold meanwhile, and what may change
 * before they get it.
 */
#include "guest_background.h"

#define HOLD_MS		1900	/* within the device's 2 s */
#define WAITING		300	/* more than there are places for operations */
#define ROOM		512
#define OPCODE_MEDIA	0x4402

static struct cxl_switch_cci_record records[ROOM];

/* Judged and on their way into the queue: these have a number. */
static unsigned int queued(uint16_t leaf_opcode)
{
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)records, .room = ROOM,
		.entry_size = sizeof(records[0]),
	};
	unsigned int count = 0;

	assert_int_equal(guest_ioctl(audience.mute, CXL_SWITCH_CCI_RECENT, &list), 0);
	for (uint32_t i = 0; i < list.room; i++)
		count += records[i].in_flight && records[i].id &&
			 records[i].leaf_opcode == leaf_opcode &&
			 records[i].stage == CXL_SWITCH_CCI_STAGE_NOT_SENT;
	return count;
}

/* One command after the other in a thread, so that those behind it wait. */
struct holder {
	struct cxl_switch_cci_send send;
	struct guest_call call;
};

static void hold(struct holder *holder)
{
	model_order("fault switch slow %u opcode=1 count=1", HOLD_MS);
	holder->send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	guest_call_start(&holder->call, audience.mute, CXL_SWITCH_CCI_SEND, &holder->send);
	guest_await_slow_command();
}

/* What is asked before is asked no more while the device is held. */
static void know(int port)
{
	struct sent sent;

	guest_set_timestamp(audience.owner, port, &sent);
	assert_sent(&sent);
}

/* ---- places for operations ---- */

struct query {
	int fd;
	struct guest_message message;
	struct cxl_switch_cci_send send;
	struct guest_call call;
};

static void query(struct query *query)
{
	static const uint8_t discovery[8];
	const uint8_t port = MODEL_SLD;

	query->fd = guest_open(O_RDONLY);
	query->message = guest_tunnel(&port, 1, OPCODE_MEDIA, discovery, sizeof(discovery));
	query->send = guest_send(OPCODE_TUNNEL, query->message.bytes, query->message.length, NULL,
				 0);
	guest_call_start(&query->call, query->fd, CXL_SWITCH_CCI_SEND, &query->send);
}

static void queries_that_wait_keep_nobody_from_starting(void **state)
{
	static struct query queries[WAITING];
	struct holder holder;
	unsigned int refused = 0, most = 0;
	int64_t limit;
	struct sent sent;

	know(MODEL_SLD);
	know(MODEL_SLD_2);
	guest_work_takes(&at_sld_2, 20);
	hold(&holder);
	for (unsigned int i = 0; i < WAITING; i++)
		query(&queries[i]);
	limit = guest_now_ms() + HOLD_MS;
	while (most < 256 && guest_now_ms() < limit)
		most = queued(OPCODE_MEDIA);
	diag("%u queries wait", most);
	guest_start_any(audience.owner, &at_sld_2, OPCODE_SCAN_MEDIA, 0, 0, &sent);
	for (unsigned int i = 0; i < WAITING; i++) {
		refused += guest_call_result(&queries[i].call) != 0;
		close(queries[i].fd);
	}
	assert_int_equal(guest_call_result(&holder.call), 0);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	assert_int_equal(refused, 0);
	guest_expect_told(NOTICE(BG_ENDED), sent.send.cookie);
}

/* ---- gates ---- */

struct change {
	uint8_t time[8];
	struct guest_message message;
	struct cxl_switch_cci_send send;
	struct guest_call call;
};

static void queue_change(struct change *change, uint16_t opcode)
{
	const uint8_t port = MODEL_SLD;
	int64_t limit;

	memset(change, 0, sizeof(*change));
	change->message = guest_tunnel(&port, 1, opcode, change->time,
				       opcode == OPCODE_SET_TIMESTAMP ? sizeof(change->time) : 0);
	change->send = guest_send(OPCODE_TUNNEL, change->message.bytes, change->message.length,
				  NULL, 0);
	guest_call_start(&change->call, audience.owner, CXL_SWITCH_CCI_SEND, &change->send);
	limit = guest_now_ms() + guest_patience(SOON_MS);
	while (!queued(opcode))
		if (guest_now_ms() > limit)
			fail_msg("the change is not in the queue");
}

static void assert_protected(struct change *change, uint8_t reason)
{
	assert_int_equal(guest_call_result(&change->call), EPERM);
	assert_int_equal(change->send.stage, CXL_SWITCH_CCI_STAGE_REFUSED);
	assert_int_equal(change->send.reason, reason);
}

static void what_waits_meets_the_protection_that_is_raised(void **state)
{
	struct holder holder;
	struct change change;

	know(MODEL_SLD);
	hold(&holder);
	queue_change(&change, OPCODE_SET_TIMESTAMP);
	assert_int_equal(guest_write_attribute(&audience.device, "protection", "strict"), 0);
	assert_protected(&change, CXL_SWITCH_CCI_REASON_PROTECTION);
	assert_int_equal(guest_call_result(&holder.call), 0);
}

static void what_waits_meets_the_window_that_is_closed(void **state)
{
	struct holder holder;
	struct change change;

	know(MODEL_SLD);
	hold(&holder);
	queue_change(&change, OPCODE_VENDOR);
	assert_int_equal(guest_write_attribute(&audience.device, "raw_window", "0"), 0);
	assert_protected(&change, CXL_SWITCH_CCI_REASON_UNAUDITED);
	assert_int_equal(guest_call_result(&holder.call), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(queries_that_wait_keep_nobody_from_starting),
		WITH_AUDIENCE(what_waits_meets_the_protection_that_is_raised),
		WITH_AUDIENCE(what_waits_meets_the_window_that_is_closed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
