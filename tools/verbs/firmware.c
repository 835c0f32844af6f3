// SPDX-License-Identifier: GPL-2.0-only
/*
 * Busy and Retry Required are retried. After any other error a part may be
 * lost, so the transfer restarts from the beginning, once.
 */
#include "firmware.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cci/bytes.h"
#include "cci/cci.h"
#include "cci/interrupt.h"
#include "cci/notices.h"
#include "cci/operation.h"
#include "cli/progress.h"

#define INFO_SIZE		0x50
#define INFO_REVISIONS		0x10
#define PART_HEADER_SIZE	0x80
#define PART_UNIT		128

#define RETURN_CODE_RETRY	0x05
#define RETURN_CODE_BUSY	0x06
#define RETURN_CODE_IN_PROGRESS	0x08
#define RETURN_CODE_UNVERIFIED	0x0A
#define RETURN_CODE_BAD_SLOT	0x0B

#define BUSY_LIMIT_MS		120000
#define BUSY_SLEEP_MS		50
#define BUSY_SLEEP_MAX_MS	1000

enum action { ACTION_FULL, ACTION_INITIATE, ACTION_CONTINUE, ACTION_END, ACTION_ABORT };

/* ---- Get FW Info ---- */

/* The specification defines a revision as text, but it may contain any bytes. */
static void copy_revision(char *text, const uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < FIRMWARE_REVISION_SIZE && bytes[i]; i++)
		text[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?';
	text[i] = '\0';
}

enum result firmware_get_info(struct transport *transport, const struct path *path,
			      struct firmware_info *info, struct failure *failure)
{
	struct command command = { .path = path, .opcode = OPCODE_GET_FW_INFO };
	struct answer answer;
	enum result result = transport_query(transport, &command, &answer, failure);
	size_t i;

	if (result)
		return result;
	if (answer.size < INFO_SIZE)
		return fail_with(failure, RESULT_IO, EBADMSG, "%s: Get FW Info (0200h) answered "
				 "%zu bytes where at least %u are expected", transport->name,
				 answer.size, INFO_SIZE);
	*info = (struct firmware_info){
		.slots = answer.payload[0],
		.active = answer.payload[1] & 7,
		.staged = answer.payload[1] >> 3 & 7,
		.online = answer.payload[2] & 1,
	};
	if (info->slots > FIRMWARE_SLOTS_MAX)
		info->slots = FIRMWARE_SLOTS_MAX;
	for (i = 0; i < info->slots; i++)
		copy_revision(info->revisions[i], answer.payload + INFO_REVISIONS +
			      i * FIRMWARE_REVISION_SIZE);
	return RESULT_OK;
}

unsigned int firmware_free_slot(const struct firmware_info *info)
{
	unsigned int slot;

	for (slot = 1; slot <= info->slots; slot++)
		if (slot != info->active && slot != info->staged)
			return slot;
	return 0;
}

/* ---- Transfer FW ---- */

size_t firmware_part_size(struct transport *transport, const struct path *path)
{
	size_t limit = cci_payload_limit(transport, path);

	return limit <= PART_HEADER_SIZE ? 0 :
	       (limit - PART_HEADER_SIZE) / PART_UNIT * PART_UNIT;
}

/**
 * struct transfer - one run through the image
 * @shown: last percentage that was shown
 */
struct transfer {
	struct session *session;
	struct firmware_image *image;
	struct progress progress;
	uint8_t *request;
	unsigned int told;
};

/* The device or the driver is busy; the caller retries. */
static bool is_busy(enum result result, const struct answer *answer,
		    const struct failure *failure)
{
	if (result)
		return failure->error == EBUSY && !failure->reason;
	return answer->return_code == RETURN_CODE_RETRY || answer->return_code == RETURN_CODE_BUSY;
}

/* An interrupt: the component may be able to stop. */
static void cancel_operation(struct transport *transport, uint64_t cookie)
{
	struct cxl_switch_cci_bg_cancel cancel = { .cookie = cookie };
	struct failure unused;

	if (cookie)
		operation_cancel(transport, &cancel, &unused);
}

static enum result wait_for_part(struct transfer *transfer, const struct command *command,
				 uint64_t cookie, struct failure *failure)
{
	struct cxl_switch_cci_bg_status status = { 0 };
	enum result result = progress_operation(transfer->session, command, cookie, &status,
						failure);

	if (result && interrupt_came())
		cancel_operation(&transfer->session->device.transport, cookie);
	return result;
}

static enum result fail_interrupted(struct failure *failure)
{
	return fail_with(failure, RESULT_ABORTED, EINTR, "interrupted: the transfer was aborted");
}

/* Sends one part, and waits for the operation that it may start. */
static enum result send_part(struct transfer *transfer, const struct command *command,
			     struct failure *failure)
{
	struct transport *transport = &transfer->session->device.transport;
	int64_t end = now_ms() + BUSY_LIMIT_MS;
	struct notices clock = { .transport = transport };
	int pause = BUSY_SLEEP_MS;
	struct answer answer;
	enum result result;

	for (;;) {
		result = transport_send(transport, command, &answer, failure);
		if (!is_busy(result, &answer, failure) || now_ms() >= end || interrupt_came())
			break;
		notices_sleep(&clock, pause);
		pause = pause < BUSY_SLEEP_MAX_MS ? 2 * pause : pause;
	}
	if (result || !answer.return_code)
		return result;
	if (answer.return_code == RETURN_CODE_BACKGROUND && answer.level == command->path->depth)
		return wait_for_part(transfer, command, answer.cookie, failure);
	return fail_return_code(failure, transport, command, &answer);
}

static struct command make_part(struct transfer *transfer, enum action action, size_t offset,
				size_t size)
{
	const struct firmware_image *image = transfer->image;

	memset(transfer->request, 0, PART_HEADER_SIZE);
	transfer->request[0] = action;
	transfer->request[1] = image->slot;
	put_le32(transfer->request + 4, offset / PART_UNIT);
	memcpy(transfer->request + PART_HEADER_SIZE, image->bytes + offset, size);
	return (struct command){
		.path = image->path, .opcode = OPCODE_TRANSFER_FW,
		.payload = transfer->request, .size = PART_HEADER_SIZE + size,
	};
}

static enum action action_at(const struct firmware_image *image, size_t offset, size_t size)
{
	bool first = !offset, last = offset + size == image->size;

	if (first)
		return last ? ACTION_FULL : ACTION_INITIATE;
	return last ? ACTION_END : ACTION_CONTINUE;
}

static void tell_progress(struct transfer *transfer, size_t done)
{
	unsigned int percent = (uint64_t)done * 100 / transfer->image->size;
	char text[60], of[SIZE_TEXT_SIZE], size[SIZE_TEXT_SIZE];
	struct json_object *line;

	if (percent == transfer->told)
		return;
	transfer->told = percent;
	size_text(done, of);
	size_text(transfer->image->size, size);
	snprintf(text, sizeof(text), "%s of %s", of, size);
	progress_bar(&transfer->progress, percent, text);
	line = progress_line(transfer->session);
	if (!line)
		return;
	json_text(line, "state", "transferring");
	json_number(line, "percent", percent);
	json_number(line, "bytes", done);
	session_line(transfer->session, line);
}

static void abort_transfer(struct transfer *transfer)
{
	struct command command = make_part(transfer, ACTION_ABORT, 0, 0);
	struct failure unused;
	struct answer answer;

	if (transport_send(&transfer->session->device.transport, &command, &answer, &unused) ||
	    answer.return_code)
		session_note(transfer->session, "the transfer could not be aborted: the component "
			     "drops it after 30 s");
}

/* Sends all parts. @begun: the component has received one. */
static enum result send_all(struct transfer *transfer, bool *begun, struct failure *failure)
{
	const struct firmware_image *image = transfer->image;
	enum result result = RESULT_OK;
	struct command command;
	size_t offset, size;

	*begun = false;
	transfer->told = UINT32_MAX;
	for (offset = 0; offset < image->size && !result; offset += size) {
		size = image->size - offset < image->part ? image->size - offset : image->part;
		if (interrupt_came())
			return fail_interrupted(failure);
		command = make_part(transfer, action_at(image, offset, size), offset, size);
		result = send_part(transfer, &command, failure);
		if (!result || failure->stage != CXL_SWITCH_CCI_STAGE_REFUSED)
			*begun = true;
		if (!result)
			tell_progress(transfer, offset + size);
	}
	progress_close(&transfer->progress);
	return result;
}

/* A failure that a retry does not cure, or an interrupt. */
static bool is_final(enum result result, const struct failure *failure)
{
	if (!result || interrupt_came())
		return true;
	if (failure->return_code == RETURN_CODE_IN_PROGRESS ||
	    failure->return_code == RETURN_CODE_UNVERIFIED ||
	    failure->return_code == RETURN_CODE_BAD_SLOT)
		return true;
	return result != RESULT_IO && result != RESULT_DEVICE_ERROR && result != RESULT_LOST;
}

static bool is_mine(bool begun, const struct failure *failure)
{
	return begun && failure->return_code != RETURN_CODE_IN_PROGRESS &&
	       failure->return_code != RETURN_CODE_BAD_SLOT;
}

static enum result run_transfer(struct transfer *transfer, struct failure *failure)
{
	bool begun;
	enum result result = send_all(transfer, &begun, failure);

	if (result && is_mine(begun, failure))
		abort_transfer(transfer);
	if (result && interrupt_came())
		return fail_interrupted(failure);
	if (is_final(result, failure))
		return result;
	transfer->image->restarts++;
	session_note(transfer->session, "%s; again, from the start", failure->message);
	result = send_all(transfer, &begun, failure);
	if (result && begun)
		abort_transfer(transfer);
	return result;
}

enum result firmware_transfer(struct session *session, struct firmware_image *image,
			      struct failure *failure)
{
	struct transfer transfer = {
		.session = session, .image = image,
		.request = malloc(PART_HEADER_SIZE + image->part),
	};
	enum result result;

	if (!transfer.request)
		return fail_memory(failure);
	progress_open(&transfer.progress, session);
	interrupt_catch();
	result = run_transfer(&transfer, failure);
	free(transfer.request);
	return result;
}
