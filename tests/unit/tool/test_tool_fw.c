// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware: every byte arrives once and in order whatever the part size, Busy is
 * waited out, trouble starts it again once, and an abort follows what failed.
 */
#include "test_tool_session.h"

#include <signal.h>
#include <unistd.h>

#include "verbs/firmware.h"

enum { FULL, INITIATE, CONTINUE, END, ABORT };

/* The component behind the fake: what it has, and where it makes trouble. */
static uint8_t image[20000], stored[20000];
static size_t image_size, stored_size;
static unsigned int parts, aborts, transfers, infos, identifies;
static bool transferring;
static uint8_t active, staged, slots, exponent;
static unsigned int trouble_at, trouble_count;
static uint16_t trouble_code;
static bool interrupts;
static size_t info_size;
static uint64_t serial;
static uint8_t end_state;
static char path[40];

static int follow(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	assert_int_equal(status->cookie, 7);
	status->state = end_state;
	status->percent = 100;
	status->opcode = 0x0201;
	return 0;
}

static size_t answer_info(uint8_t *out)
{
	infos++;
	memset(out, 0, 0x50);
	out[0] = slots;
	out[1] = (uint8_t)(active | staged << 3);
	out[2] = 1;
	memcpy(out + 0x10, "ONE\x07\xff", 5);
	memcpy(out + 0x20, "0123456789ABCDEF", 16);
	return info_size;
}

static bool is_trouble(void)
{
	if (!trouble_count || parts < trouble_at)
		return false;
	trouble_count--;
	return true;
}

static void take_part(const struct fake_request *request)
{
	uint8_t action = request->payload[0];
	size_t offset = 128 * (size_t)fake_le16(request->payload + 4), size = request->size - 128;

	assert_int_equal(request->payload[1], 2);
	assert_int_equal(fake_le16(request->payload + 2), 0);
	if (action == FULL || action == INITIATE) {
		assert_false(transferring);
		transferring = true;
		transfers++;
		stored_size = 0;
	}
	assert_true(transferring);
	assert_int_equal(offset, stored_size);
	assert_true(size && (action == FULL || action == END || size % 128 == 0));
	memcpy(stored + stored_size, request->payload + 128, size);
	stored_size += size;
	if (action == FULL || action == END)
		transferring = false;
}

static size_t answer_transfer(struct fake *far, const struct fake_request *request)
{
	assert_true(request->size >= 128);
	if (request->payload[0] == ABORT) {
		assert_int_equal(request->size, 128);
		aborts++;
		transferring = false;
		return 0;
	}
	if (is_trouble()) {
		far->return_code = trouble_code;
		return 0;
	}
	parts++;
	take_part(request);
	if (!transferring)
		far->return_code = 1;
	if (interrupts && parts == 3)
		raise(SIGINT);
	return 0;
}

static size_t answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	far->fail_level = request->depth;
	switch (request->opcode) {
	case 0x0001:
		identifies++;
		return fake_identify(out, serial, exponent, 0);
	case 0x0200:
		return answer_info(out);
	case 0x0202:
		assert_int_equal(request->size, 2);
		far->return_code = request->payload[0] ? 0 : 1;
		if (request->payload[0])
			staged = request->payload[1];
		else
			active = request->payload[1];
		return 0;
	default:
		assert_int_equal(request->opcode, 0x0201);
		return answer_transfer(far, request);
	}
}

static void write_image(size_t size)
{
	FILE *file = fopen(path, "wb");
	size_t i;

	assert_non_null(file);
	for (i = 0; i < size; i++)
		image[i] = (uint8_t)(i * 7 + i / 128);
	assert_int_equal(fwrite(image, 1, size, file), size);
	fclose(file);
	image_size = size;
}

static int start(void **state)
{
	start_session(answer, follow);
	set_words(path, NULL, NULL, NULL);
	parts = 0;
	aborts = 0;
	transfers = 0;
	infos = 0;
	identifies = 0;
	trouble_at = 0;
	trouble_count = 0;
	transferring = false;
	interrupts = false;
	active = 1;
	staged = 0;
	slots = 2;
	exponent = 9;
	info_size = 0x50;
	serial = 0xabcd;
	end_state = CXL_SWITCH_CCI_OPERATION_FINISHED;
	write_image(20000);
	return 0;
}

static void expect_stored(void)
{
	assert_int_equal(stored_size, image_size);
	assert_memory_equal(stored, image, image_size);
	assert_false(transferring);
}

/* ---- info ---- */

static void test_info(void **state)
{
	struct json_object *result;

	staged = 2;
	assert_int_equal(verb_fw_info(&session), RESULT_OK);
	result = element(session.json, "results", 0);
	expect_text(element(result, "slots", 0), "revision", "ONE??");
	expect_text(element(result, "slots", 1), "revision", "0123456789ABCDEF");
	expect_flag(element(result, "slots", 0), "active", true);
	options.json = false;
	assert_int_equal(verb_fw_info(&session), RESULT_OK);
	expect_shown("   2  0123456789ABCDEF  staged\n");
	/* No more slots than there is room for. */
	slots = 255;
	assert_int_equal(verb_fw_info(&session), RESULT_OK);
	info_size = 0x4f;
	assert_int_equal(verb_fw_info(&session), RESULT_IO);
}

/* ---- update ---- */

static void test_all_sizes(void **state)
{
	static const size_t sizes[] = { 1, 127, 128, 129, 383, 384, 385, 768, 769, 19999, 20000 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_image(sizes[i]);
		assert_int_equal(verb_fw_update(&session), RESULT_OK);
		expect_stored();
		expect_number(session.json, "bytes", (int)sizes[i]);
		expect_number(session.json, "slot", 2);
		expect_number(session.json, "part_bytes", 384);
	}
	assert_int_equal(transfers, i);
	assert_int_equal(aborts, 0);
	expect_shown("\"state\":\"transferring\",\"percent\":50,");
	expect_shown("\"state\":\"transferring\",\"percent\":100,\"bytes\":20000}");
}

/* What a tunnel and the component's own messages leave, in units of 128 bytes. */
static void test_part_sizes(void **state)
{
	options.ports = "3";
	assert_int_equal(verb_fw_update(&session), RESULT_OK);
	expect_number(session.json, "part_bytes", 256);
	expect_stored();
	/* The least that the specification allows takes one unit, if it is not an LD's. */
	exponent = 8;
	assert_int_equal(verb_fw_update(&session), RESULT_OK);
	expect_number(session.json, "part_bytes", 128);
	expect_stored();
	options.lds = "0";
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	expect_failure("no part of a firmware image fits");
	assert_int_equal(aborts, 0);
	options.lds = NULL;
	options.ports = "3,4";
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
}

static void test_busy_is_waited_out(void **state)
{
	static const uint16_t codes[] = { 5, 6 };
	size_t i;

	for (i = 0; i < 2; i++) {
		fake.now = 0;
		parts = 0;
		trouble_at = 4;
		trouble_count = 10;
		trouble_code = codes[i];
		assert_int_equal(verb_fw_update(&session), RESULT_OK);
		expect_stored();
		assert_true(fake.now > 1000);
	}
	assert_int_equal(transfers, 2);
	assert_int_equal(aborts, 0);
}

static void test_busy_without_an_end(void **state)
{
	trouble_at = 4;
	trouble_count = UINT32_MAX;
	trouble_code = 6;
	assert_int_equal(verb_fw_update(&session), RESULT_DEVICE_ERROR);
	assert_int_equal(session.failure.return_code, 6);
	assert_true(fake.now >= 120000 && fake.now < 300000);
	assert_int_equal(aborts, 2);
}

static void test_again_from_the_start(void **state)
{
	trouble_at = 4;
	trouble_count = 1;
	trouble_code = 9;
	assert_int_equal(verb_fw_update(&session), RESULT_OK);
	expect_stored();
	assert_int_equal(transfers, 2);
	assert_int_equal(aborts, 1);
	expect_number(session.json, "restarts", 1);
}

static void test_once_only(void **state)
{
	trouble_at = 4;
	trouble_count = UINT32_MAX;
	trouble_code = 4;
	assert_int_equal(verb_fw_update(&session), RESULT_DEVICE_ERROR);
	assert_int_equal(transfers, 1);
	assert_int_equal(aborts, 2);
	assert_false(transferring);
}

/* What another try would not change; somebody else's transfer is not aborted. */
static void test_not_again(void **state)
{
	static const struct {
		uint16_t code;
		unsigned int at, aborts;
	} cases[] = { { 0x08, 0, 0 }, { 0x0b, 0, 0 }, { 0x0a, 3, 1 } };
	size_t i;

	for (i = 0; i < 3; i++) {
		parts = 0;
		aborts = 0;
		transfers = 0;
		trouble_at = cases[i].at;
		trouble_count = 5;
		trouble_code = cases[i].code;
		assert_int_equal(verb_fw_update(&session), RESULT_DEVICE_ERROR);
		assert_int_equal(trouble_count, 4);
		assert_int_equal(aborts, cases[i].aborts);
		transferring = false;
	}
}

static void test_lost_at_the_end(void **state)
{
	end_state = CXL_SWITCH_CCI_OPERATION_LOST;
	assert_int_equal(verb_fw_update(&session), RESULT_LOST);
	assert_int_equal(transfers, 2);
	assert_int_equal(aborts, 2);
}

static void test_interrupt(void **state)
{
	interrupts = true;
	assert_int_equal(verb_fw_update(&session), RESULT_ABORTED);
	assert_int_equal(parts, 3);
	assert_int_equal(aborts, 1);
	assert_int_equal(transfers, 1);
	assert_false(transferring);
}

/* In the operation that the last part starts, it is cancelled. */
static void test_interrupt_at_the_end(void **state)
{
	interrupts = true;
	write_image(3 * 384);
	end_state = CXL_SWITCH_CCI_OPERATION_RUNNING;
	assert_int_equal(verb_fw_update(&session), RESULT_ABORTED);
	assert_int_equal(fake.cancels, 1);
	assert_true(fake.now < 1000);
}

static void test_slots(void **state)
{
	staged = 2;
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	expect_failure("every slot is active or staged");
	options.slot = "2";
	assert_int_equal(verb_fw_update(&session), RESULT_OK);
	options.slot = "two";
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	slots = 0;
	options.slot = NULL;
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
}

static void test_files(void **state)
{
	write_image(0);
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	set_words("/nowhere/at/all", NULL, NULL, NULL);
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	set_words("/tmp", NULL, NULL, NULL);
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	set_words("/dev/zero", NULL, NULL, NULL);
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	assert_int_equal(fake.sends, 0);
}

static void test_update_is_asked_for(void **state)
{
	decision.impact = CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE;
	assert_int_equal(verb_fw_update(&session), RESULT_USAGE);
	options.dry_run = true;
	assert_int_equal(verb_fw_update(&session), RESULT_OK);
	expect_flag(session.json, "dry_run", true);
	assert_int_equal(transfers, 0);
	decision.error = EPERM;
	decision.reason = CXL_SWITCH_CCI_REASON_LOCKDOWN;
	assert_int_equal(verb_fw_update(&session), RESULT_REFUSED);
	assert_int_equal(session.failure.reason, CXL_SWITCH_CCI_REASON_LOCKDOWN);
	assert_int_equal(transfers, 0);
}

/* ---- activate ---- */

static void test_activate(void **state)
{
	set_words("2", NULL, NULL, NULL);
	assert_int_equal(verb_fw_activate(&session), RESULT_OK);
	expect_number(session.json, "active", 2);
	active = 1;
	options.next_reset = true;
	assert_int_equal(verb_fw_activate(&session), RESULT_OK);
	expect_number(session.json, "staged", 2);
	expect_number(session.json, "active", 1);
	set_words("8", NULL, NULL, NULL);
	assert_int_equal(verb_fw_activate(&session), RESULT_USAGE);
}

/* The operation may be lost with the reset that it makes: the slots decide. */
static void test_activate_with_a_reset(void **state)
{
	set_words("2", NULL, NULL, NULL);
	end_state = CXL_SWITCH_CCI_OPERATION_LOST;
	assert_int_equal(verb_fw_activate(&session), RESULT_OK);
	expect_number(session.json, "active", 2);
}

/* Another device that answers there is not it. */
static int swap(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	serial = 0x1234;
	return follow(far, status);
}

static void test_somebody_else_came_back(void **state)
{
	set_words("2", NULL, NULL, NULL);
	fake.follow = swap;
	assert_int_equal(verb_fw_activate(&session), RESULT_TIMEOUT);
	assert_true(fake.now >= 300000 && fake.now < 301000);
	options.limit_ms = 2000;
	fake.now = 0;
	serial = 0xabcd;
	assert_int_equal(verb_fw_activate(&session), RESULT_TIMEOUT);
	assert_int_equal(fake.now, 2000);
}

static int undo(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	active = 1;
	return follow(far, status);
}

static void test_not_active_after_all(void **state)
{
	set_words("2", NULL, NULL, NULL);
	fake.follow = undo;
	assert_int_equal(verb_fw_activate(&session), RESULT_DEVICE_ERROR);
	expect_failure("slot 1 is active, not slot 2");
}

#define RUN_BY(test) cmocka_unit_test_setup_teardown(test, start, end_session)

static int make_file(void **state)
{
	int file;

	snprintf(path, sizeof(path), "/tmp/test_tool_fw.XXXXXX");
	file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BY(test_info),
		RUN_BY(test_all_sizes),
		RUN_BY(test_part_sizes),
		RUN_BY(test_busy_is_waited_out),
		RUN_BY(test_busy_without_an_end),
		RUN_BY(test_again_from_the_start),
		RUN_BY(test_once_only),
		RUN_BY(test_not_again),
		RUN_BY(test_lost_at_the_end),
		RUN_BY(test_interrupt),
		RUN_BY(test_interrupt_at_the_end),
		RUN_BY(test_slots),
		RUN_BY(test_files),
		RUN_BY(test_update_is_asked_for),
		RUN_BY(test_activate),
		RUN_BY(test_activate_with_a_reset),
		RUN_BY(test_somebody_else_came_back),
		RUN_BY(test_not_active_after_all),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
