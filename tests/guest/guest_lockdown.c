// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command of each kind that kernel lockdown tells apart, with a look at the model
 * whether it arrived. It knows no build of the module.
 */
#include "guest_lockdown.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define RESET_PPB	2
#define OPERATION_MS	20	/* of binding and unbinding, ordered from the model */

bool guest_locked_down(void)
{
	char line[64];

	guest_read_line(LOCKDOWN, line, sizeof(line));
	if (!*line)
		fail_msg("%s: unreadable", LOCKDOWN);
	return !strstr(line, "[none]");
}

void guest_lock_down(void)
{
	assert_int_equal(guest_write_file(LOCKDOWN, "integrity"), 0);
	assert_true(guest_locked_down());
}

/* A reset of what is behind a port; its clock would have forgotten the time. */
void lockdown_port_reset(int fd, struct sent *sent, bool *arrived)
{
	const uint8_t reset[] = { MODEL_SLD, RESET_PPB };
	struct sent time;

	guest_set_timestamp(fd, MODEL_SLD, &time);
	assert_sent(&time);
	assert_int_not_equal(guest_timestamp(fd, MODEL_SLD), 0);
	guest_send_to(fd, -1, 0x5102, reset, sizeof(reset), sent);
	*arrived = guest_timestamp(fd, MODEL_SLD) == 0;
}

/* Virtual switch 0: what its vPPB says of itself, once nothing is in progress. */
static uint8_t binding(int fd, uint8_t vppb)
{
	const uint8_t all[] = { 0, 255, 1, 0 };
	int64_t limit = guest_now_ms() + guest_patience(5000);
	struct sent sent;
	uint8_t status;

	do {
		guest_send_to(fd, -1, 0x5200, all, sizeof(all), &sent);
		assert_sent(&sent);
		assert_int_equal(sent.send.return_code, RC_SUCCESS);
		/* one virtual switch: header, then id, state, port, number, and 4 bytes each */
		status = sent.out[8 + 4 * vppb];
	} while (status == 1 && guest_now_ms() < limit);
	return status;
}

static void bind_again(int fd, uint8_t vppb, uint8_t port)
{
	const uint8_t request[] = { 0, vppb, port, 0, 0xff, 0xff };
	struct sent sent;

	guest_send_to(fd, -1, 0x5201, request, sizeof(request), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.impact, CXL_SWITCH_CCI_IMPACT_PROVISION);
	assert_int_equal(sent.send.return_code, RC_BACKGROUND);
	assert_int_not_equal(binding(fd, vppb), 0);
}

void lockdown_unbind(int fd, uint8_t option, struct sent *sent, bool *arrived)
{
	const uint8_t vppb = option == 1 ? 1 : 0;
	const uint8_t request[] = { 0, vppb, option };

	model_order("background switch time %u", OPERATION_MS);
	assert_int_not_equal(binding(fd, vppb), 0);
	guest_send_to(fd, -1, 0x5202, request, sizeof(request), sent);
	*arrived = binding(fd, vppb) == 0;
	if (*arrived)
		bind_again(fd, vppb, vppb ? MODEL_DCD : MODEL_BOUND);
}

void lockdown_vendor(int fd, struct sent *sent, bool *arrived)
{
	static const uint8_t text[] = "unaudited";

	model_order("zero");
	guest_send_to(fd, MODEL_SLD_2, OPCODE_VENDOR, text, sizeof(text), sent);
	*arrived = model_counter("commands") > 0;
	if (*arrived) {
		assert_true(sent->opened);
		assert_int_equal(sent->leaf.payload_length, sizeof(text));
		assert_memory_equal(sent->leaf.payload, text, sizeof(text));
	}
}
