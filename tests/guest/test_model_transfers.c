// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware and features in parts: a whole image arrives as it was, one that is given
 * up does not, and nobody slips a part of his own into somebody else's. What 30 s of
 * silence do is in test_model_silence.
 */
#include "guest_background.h"
#include "guest_load.h"

#define OPCODE_FW_INFO		0x0200
#define OPCODE_TRANSFER_FW	0x0201
#define OPCODE_GET_FEATURE	0x0501
#define OPCODE_SET_FEATURE	0x0502

#define RC_FW_IN_PROGRESS	0x08
#define RC_FW_INVALID_SLOT	0x0b

/* As a 32-bit program a smaller one: what differs there is not the image. */
#define IMAGE_BYTES	(sizeof(long) == 8 ? 8u << 20 : 1u << 20)
#define PART_HEADER	0x80
#define PART_BYTES	1920	/* with its header in a mailbox of 2 KiB; whole units of 128 */
#define SMALL_PART	512	/* through a tunnel, to a device with messages of 1 KiB */
#define SLOT		2

enum { FULL, INITIATE, CONTINUE, END, ABORT };

/* ---- firmware ---- */

struct image {
	int fd, port;
	uint32_t sum, sent;
};

/* FNV-1a, which the model writes into the slot's revision. */
static uint32_t sum_of(uint32_t sum, const uint8_t *bytes, uint32_t length)
{
	while (length--)
		sum = (sum ^ *bytes++) * 0x01000193u;
	return sum;
}

static uint8_t byte_at(uint32_t offset)
{
	return (uint8_t)(offset * 2654435761u >> 24 ^ offset);
}

/* One part from where @image stands; its bytes count only if the device took them. */
static void send_part(struct image *image, uint8_t action, uint32_t length, struct sent *sent)
{
	uint8_t part[PART_HEADER + PART_BYTES] = { action, SLOT };
	uint32_t units = image->sent / 128;

	memcpy(part + 4, &units, 4);
	for (uint32_t i = 0; i < length; i++)
		part[PART_HEADER + i] = byte_at(image->sent + i);
	guest_send_to(image->fd, image->port, OPCODE_TRANSFER_FW, part, PART_HEADER + length, sent);
	if (sent->error || sent->send.leaf_return_code > RC_BACKGROUND)
		return;
	image->sum = sum_of(image->sum, part + PART_HEADER, length);
	image->sent += length;
}

static struct image new_image(int fd, int port)
{
	return (struct image){ .fd = fd, .port = port, .sum = 0x811c9dc5u };
}

static void assert_part_taken(struct image *image, uint8_t action, uint32_t length)
{
	struct sent sent;

	send_part(image, action, length, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, action == END ? RC_BACKGROUND : RC_SUCCESS);
	if (action != END)
		return;
	assert_true(sent.send.cookie != 0);
	guest_await_operation(image->fd, sent.send.cookie, OPERATION(FINISHED), SOON_MS);
}

static void assert_arrived(const struct image *image)
{
	char expected[24];
	const uint8_t *out;
	struct sent sent;

	snprintf(expected, sizeof(expected), "MODEL-%08X", image->sum);
	guest_send_to(image->fd, image->port, OPCODE_FW_INFO, NULL, 0, &sent);
	assert_sent(&sent);
	out = image->port < 0 ? sent.out : sent.leaf.payload;
	assert_memory_equal(out + 0x10 * SLOT, expected, strlen(expected));
}

/* Everything a part can be in somebody else's transfer. */
static void assert_nobody_else_may(int port)
{
	static const uint8_t actions[] = { CONTINUE, END, ABORT };
	struct image theirs = new_image(audience.mute, port);
	uint8_t part[PART_HEADER + 128] = { CONTINUE, SLOT };
	struct guest_message message;
	struct cxl_send_command legacy;
	const struct hop hop = { .id = (uint8_t)port };
	uint64_t before = guest_refusals(&audience.device, "ownership");
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		send_part(&theirs, actions[i], 128, &sent);
		assert_refused(&sent, EBUSY, OWNERSHIP);
	}
	message = guest_tunnel_along(&hop, port >= 0, OPCODE_TRANSFER_FW, part, sizeof(part));
	legacy = guest_raw(port >= 0 ? OPCODE_TUNNEL : OPCODE_TRANSFER_FW, message.bytes,
			   message.length, sent.out, sizeof(sent.out));
	assert_int_equal(guest_ioctl(audience.mute, CXL_MEM_SEND_COMMAND, &legacy), EBUSY);
	assert_true(guest_refusals(&audience.device, "ownership") >=
		    before + ARRAY_SIZE(actions) + 1);
	/* a beginning of their own: the driver or the device says no */
	send_part(&theirs, INITIATE, 128, &sent);
	if (!sent.error)
		assert_int_equal(sent.send.leaf_return_code, RC_FW_IN_PROGRESS);
	else
		assert_refused(&sent, EBUSY, OWNERSHIP);
}

static void explain_says_so_too(void **state)
{
	struct image image = new_image(audience.owner, -1);
	struct cxl_switch_cci_explain explain;
	uint8_t part[PART_HEADER + 128] = { CONTINUE, SLOT };

	assert_part_taken(&image, INITIATE, 128);
	explain = guest_explain_to(audience.mute, -1, OPCODE_TRANSFER_FW, part, sizeof(part));
	assert_int_equal(explain.error, EBUSY);
	assert_int_equal(explain.reason, CXL_SWITCH_CCI_REASON_OWNERSHIP);
	explain = guest_explain_to(audience.owner, -1, OPCODE_TRANSFER_FW, part, sizeof(part));
	assert_int_equal(explain.error, 0);
}

static void a_whole_image_arrives_as_it_was(void **state)
{
	struct image image = new_image(audience.owner, -1);
	int64_t start = guest_now_ms();
	uint32_t parts = 1;

	guest_work_takes(&at_switch, 100);
	assert_part_taken(&image, INITIATE, PART_BYTES);
	while (image.sent + PART_BYTES < IMAGE_BYTES) {
		assert_part_taken(&image, CONTINUE, PART_BYTES);
		if (parts++ == 500)
			assert_nobody_else_may(-1);
	}
	assert_part_taken(&image, END, IMAGE_BYTES - image.sent);
	assert_int_equal(image.sent, IMAGE_BYTES);
	assert_arrived(&image);
	diag("%u bytes in %u parts: %lld ms", image.sent, parts + 1,
	     (long long)(guest_now_ms() - start));
}

static void a_small_image_through_a_tunnel(void **state)
{
	struct image image = new_image(audience.owner, MODEL_SLD);

	guest_work_takes(&at_sld, 100);
	assert_part_taken(&image, INITIATE, SMALL_PART);
	for (unsigned int i = 0; i < 8; i++) {
		assert_part_taken(&image, CONTINUE, SMALL_PART);
		assert_nobody_else_may(MODEL_SLD);
	}
	assert_part_taken(&image, END, SMALL_PART / 2);
	assert_arrived(&image);
}

#define PRINTK_RATELIMIT "/proc/sys/kernel/printk_ratelimit"

/* Without a daemon audit records go to the log, which lets ten pass in five seconds. */
static void an_image_leaves_a_record_at_its_start_and_its_end(void **state)
{
	struct image image = new_image(audience.owner, -1);
	char limit[16];

	guest_read_line(PRINTK_RATELIMIT, limit, sizeof(limit));
	assert_int_equal(guest_write_file(PRINTK_RATELIMIT, "0"), 0);
	guest_work_takes(&at_switch, 100);
	guest_log_mark();
	assert_part_taken(&image, INITIATE, PART_BYTES);
	for (unsigned int i = 0; i < 30; i++)
		assert_part_taken(&image, CONTINUE, PART_BYTES);
	assert_part_taken(&image, END, 256);
	guest_sleep_ms(100);
	assert_int_equal(guest_log_count("op=allow opcode=0201h", "impact=destructive"), 2);
	assert_int_equal(guest_write_file(PRINTK_RATELIMIT, limit), 0);
}

static void a_given_up_image_is_gone(void **state)
{
	struct image image = new_image(audience.owner, -1), other;
	struct sent sent;

	guest_work_takes(&at_switch, 100);
	assert_part_taken(&image, INITIATE, PART_BYTES);
	for (unsigned int i = 0; i < 40; i++)
		assert_part_taken(&image, CONTINUE, PART_BYTES);
	assert_part_taken(&image, ABORT, 0);
	send_part(&image, CONTINUE, PART_BYTES, &sent);
	assert_sent(&sent);
	assert_true(sent.send.leaf_return_code > RC_BACKGROUND);
	other = new_image(audience.mute, -1);
	assert_part_taken(&other, INITIATE, PART_BYTES);
	assert_part_taken(&other, END, 256);
	assert_arrived(&other);
}

/* The end of one is the beginning of anybody's. */
static void a_finished_one_is_nobodys(void **state)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct image image = new_image(i ? audience.mute : audience.owner, -1);

		guest_work_takes(&at_switch, 50);
		assert_part_taken(&image, INITIATE, 1280);
		assert_part_taken(&image, END, 128 * (i + 1));
		assert_arrived(&image);
	}
}

static void a_refused_beginning_owns_nothing(void **state)
{
	uint8_t part[PART_HEADER + 128] = { INITIATE, 3 };
	struct image image = new_image(audience.mute, -1);
	struct sent sent;

	guest_work_takes(&at_switch, 50);
	guest_send_to(audience.owner, -1, OPCODE_TRANSFER_FW, part, sizeof(part), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_FW_INVALID_SLOT);
	assert_part_taken(&image, INITIATE, 128);
	assert_part_taken(&image, END, 128);
}

static void the_last_close_frees_it(void **state)
{
	int fd = guest_open(O_RDWR), copy = dup(fd);
	struct image image = new_image(fd, -1), mine = new_image(audience.owner, -1);

	assert_part_taken(&image, INITIATE, 128);
	close(fd);
	image.fd = copy;
	assert_part_taken(&image, CONTINUE, 128);
	assert_nobody_else_may(-1);
	close(copy);
	/* the device still has it: anybody may give it up now */
	assert_part_taken(&mine, ABORT, 0);
	mine = new_image(audience.owner, -1);
	assert_part_taken(&mine, INITIATE, 128);
	assert_part_taken(&mine, ABORT, 0);
}

/* ---- features ---- */

#define FEATURE_BYTES	64
#define FEATURE_HEADER	0x20

static const uint8_t feature_uuid[16] = {
	0x4d, 0x4f, 0x44, 0x45, 0x4c, 0x00, 0x40, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 9,
};

/* "The feature in transfer", CXL 3.1 table 8-101. */
static const uint8_t uuid_in_transfer[16] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

struct feature_part {
	const uint8_t *uuid;
	uint32_t timeout_ms;
	uint8_t action, offset, length;
};

static void send_feature(int fd, int port, const struct feature_part *part, struct sent *sent)
{
	uint8_t request[FEATURE_HEADER + FEATURE_BYTES] = { 0 };
	const struct hop hop = { .id = (uint8_t)port };
	struct guest_message message;

	memcpy(request, part->uuid, sizeof(feature_uuid));
	request[0x10] = part->action;
	request[0x14] = part->offset;
	request[0x16] = 1;
	for (unsigned int i = 0; i < part->length; i++)
		request[FEATURE_HEADER + i] = byte_at((uint32_t)port * 1000 + part->offset + i);
	if (!part->timeout_ms) {
		guest_send_to(fd, port, OPCODE_SET_FEATURE, request,
			      FEATURE_HEADER + part->length, sent);
		return;
	}
	message = guest_tunnel_along(&hop, 1, OPCODE_SET_FEATURE, request,
				     FEATURE_HEADER + part->length);
	memset(sent, 0, sizeof(*sent));
	sent->send = guest_send(OPCODE_TUNNEL, message.bytes, message.length, sent->out,
				sizeof(sent->out));
	sent->send.timeout_ms = part->timeout_ms;
	sent->error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &sent->send);
}

static void set_feature(int fd, int port, uint8_t action, uint8_t offset, uint8_t length,
			struct sent *sent)
{
	const struct feature_part part = { feature_uuid, 0, action, offset, length };

	send_feature(fd, port, &part, sent);
}

static void assert_feature_part(int fd, int port, uint8_t action, uint8_t offset, uint8_t length)
{
	struct sent sent;

	set_feature(fd, port, action, offset, length, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_SUCCESS);
}

static void assert_feature(int port)
{
	uint8_t request[0x15] = { 0 };
	struct sent sent;

	memcpy(request, feature_uuid, sizeof(feature_uuid));
	request[0x12] = FEATURE_BYTES;
	guest_send_to(audience.owner, port, OPCODE_GET_FEATURE, request, sizeof(request), &sent);
	assert_sent(&sent);
	assert_int_equal(sent.leaf.payload_length, FEATURE_BYTES);
	for (uint32_t i = 0; i < FEATURE_BYTES; i++)
		assert_int_equal(sent.leaf.payload[i], byte_at((uint32_t)port * 1000 + i));
}

static void assert_nobody_else_sets(int port)
{
	static const uint8_t actions[] = { CONTINUE, END, ABORT };
	struct sent sent;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		set_feature(audience.mute, port, actions[i], 16, actions[i] == ABORT ? 0 : 16,
			    &sent);
		assert_refused(&sent, EBUSY, OWNERSHIP);
	}
}

static void a_feature_in_parts_is_one_files(void **state)
{
	assert_feature_part(audience.owner, MODEL_SLD, INITIATE, 0, 16);
	assert_nobody_else_sets(MODEL_SLD);
	assert_feature_part(audience.owner, MODEL_SLD, CONTINUE, 16, 16);
	assert_nobody_else_sets(MODEL_SLD);
	assert_feature_part(audience.owner, MODEL_SLD, END, 32, 32);
	assert_feature(MODEL_SLD);
}

/* What is one file's at one device is nobody's at another. */
static void each_destination_has_its_own(void **state)
{
	assert_feature_part(audience.owner, MODEL_SLD, INITIATE, 0, 16);
	assert_feature_part(audience.mute, MODEL_SLD_2, INITIATE, 0, 32);
	assert_nobody_else_sets(MODEL_SLD);
	assert_feature_part(audience.mute, MODEL_SLD_2, END, 32, 32);
	assert_feature_part(audience.owner, MODEL_SLD, END, 16, 48);
	assert_feature(MODEL_SLD);
	assert_feature(MODEL_SLD_2);
}

static void a_feature_that_is_given_up_is_nobodys(void **state)
{
	assert_feature_part(audience.owner, MODEL_SLD, INITIATE, 0, 16);
	assert_feature_part(audience.owner, MODEL_SLD, ABORT, 0, 0);
	assert_feature_part(audience.mute, MODEL_SLD, INITIATE, 0, 16);
	assert_feature_part(audience.mute, MODEL_SLD, END, 16, 48);
	assert_feature(MODEL_SLD);
}

static void the_last_close_frees_a_feature(void **state)
{
	int fd = guest_open(O_RDWR);

	assert_feature_part(fd, MODEL_SLD, INITIATE, 0, 16);
	assert_nobody_else_sets(MODEL_SLD);
	close(fd);
	assert_feature_part(audience.mute, MODEL_SLD, ABORT, 0, 0);
}

/* Whatever names the feature: it is a part of what runs there. */
static void the_feature_in_transfer_is_a_part_of_it(void **state)
{
	static const uint8_t actions[] = { FULL, INITIATE, CONTINUE, END, ABORT };
	struct feature_part part = { uuid_in_transfer, 0, CONTINUE, 16, 16 };
	struct sent sent;

	assert_feature_part(audience.owner, MODEL_SLD, INITIATE, 0, 16);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		part.action = actions[i];
		send_feature(audience.mute, MODEL_SLD, &part, &sent);
		assert_refused(&sent, EBUSY, OWNERSHIP);
	}
	part.action = CONTINUE;
	send_feature(audience.owner, MODEL_SLD, &part, &sent);
	assert_sent(&sent);
	assert_feature_part(audience.owner, MODEL_SLD, ABORT, 0, 0);
	assert_feature_part(audience.mute, MODEL_SLD, INITIATE, 0, 16);
}

/* ---- answers that come when their caller has left ---- */

#define LATE_MS		1300	/* within the device's 2 s */
#define PATIENCE_MS	600

static void leave_part(uint8_t action, uint8_t offset, uint8_t length)
{
	struct feature_part part = { feature_uuid, PATIENCE_MS, action, offset, length };
	struct sent sent;

	model_order("fault port0 slow %u opcode=0x502 count=1", LATE_MS);
	send_feature(audience.owner, MODEL_SLD, &part, &sent);
	guest_assert_outcome(&sent, ETIMEDOUT, CXL_SWITCH_CCI_REASON_NONE,
			     CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, __FILE__, __LINE__);
	/* in the queue behind it */
	guest_send_to(audience.owner, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	assert_sent(&sent);
}

static void a_late_end_frees_it(void **state)
{
	assert_feature_part(audience.owner, MODEL_SLD, INITIATE, 0, 16);
	leave_part(END, 16, 48);
	assert_feature(MODEL_SLD);
	assert_feature_part(audience.mute, MODEL_SLD, INITIATE, 0, 16);
}

static void a_beginning_that_is_refused_late_owns_nothing(void **state)
{
	struct sent sent;

	/* its identity is known before the caller is impatient */
	guest_set_timestamp(audience.owner, MODEL_SLD, &sent);
	assert_sent(&sent);
	model_order("fault port0 rc 2 opcode=0x502 count=1");
	leave_part(INITIATE, 0, 16);
	assert_feature_part(audience.mute, MODEL_SLD, INITIATE, 0, 16);
}

/* Not known is not refused: it stays whose it is. */
static void a_late_beginning_that_says_nothing_is_kept(void **state)
{
	struct sent sent;

	guest_set_timestamp(audience.owner, MODEL_SLD, &sent);
	assert_sent(&sent);
	model_order("fault port0 message-category 0 opcode=0x502 count=1");
	leave_part(INITIATE, 0, 16);
	assert_nobody_else_sets(MODEL_SLD);
	assert_feature_part(audience.owner, MODEL_SLD, ABORT, 0, 0);
}

/* ... also where its caller still waits. */
static void a_beginning_that_says_nothing_is_kept(void **state)
{
	struct sent sent;

	model_order("fault port0 message-category 0 opcode=0x502 count=1");
	set_feature(audience.owner, MODEL_SLD, INITIATE, 0, 16, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN);
	assert_nobody_else_sets(MODEL_SLD);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_AUDIENCE(a_whole_image_arrives_as_it_was),
		WITH_AUDIENCE(a_small_image_through_a_tunnel),
		WITH_AUDIENCE(an_image_leaves_a_record_at_its_start_and_its_end),
		WITH_AUDIENCE(a_given_up_image_is_gone),
		WITH_AUDIENCE(a_finished_one_is_nobodys),
		WITH_AUDIENCE(a_refused_beginning_owns_nothing),
		WITH_AUDIENCE(the_last_close_frees_it),
		WITH_AUDIENCE(explain_says_so_too),
		WITH_AUDIENCE(a_feature_in_parts_is_one_files),
		WITH_AUDIENCE(each_destination_has_its_own),
		WITH_AUDIENCE(a_feature_that_is_given_up_is_nobodys),
		WITH_AUDIENCE(the_last_close_frees_a_feature),
		WITH_AUDIENCE(the_feature_in_transfer_is_a_part_of_it),
		WITH_AUDIENCE(a_late_end_frees_it),
		WITH_AUDIENCE(a_beginning_that_is_refused_late_owns_nothing),
		WITH_AUDIENCE(a_late_beginning_that_says_nothing_is_kept),
		WITH_AUDIENCE(a_beginning_that_says_nothing_is_kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_operations_begin, guest_operations_end);
}
