// SPDX-License-Identifier: GPL-2.0-only
/*
 * fw: shows, fills and activates the firmware slots of a component.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "change.h"
#include "firmware.h"
#include "cci/notices.h"
#include "cci/parse.h"
#include "cli/targets.h"
#include "verbs.h"

#define IMAGE_SIZE_MAX		(1024L * 1024 * 1024)
#define EXPLAINED_PART_SIZE	256
#define RETURN_LIMIT_MS		300000
#define RETURN_LOOK_MS		500

/* ---- info ---- */

static const char *slot_state(const struct firmware_info *info, unsigned int slot)
{
	if (slot == info->active)
		return slot == info->staged ? "active, staged" : "active";
	return slot == info->staged ? "staged" : "";
}

static void json_firmware(struct json_object *object, const struct firmware_info *info)
{
	struct json_object *slots = json_object_new_array();
	unsigned int slot;

	for (slot = 1; slot <= info->slots; slot++) {
		struct json_object *one = json_object_new_object();
		const char *revision = info->revisions[slot - 1];

		json_number(one, "slot", slot);
		json_text(one, "revision", *revision ? revision : NULL);
		json_flag(one, "active", slot == info->active);
		json_flag(one, "staged", slot == info->staged);
		json_object_array_add(slots, one);
	}
	json_number(object, "active", info->active);
	json_number(object, "staged", info->staged);
	json_flag(object, "online_activation", info->online);
	json_object_object_add(object, "slots", slots);
}

static bool print_firmware(const struct session *session, const struct firmware_info *info)
{
	static const char *const headings[] = { "SLOT", "REVISION", "STATE", NULL };
	struct table table;
	unsigned int slot;

	table_open(&table, 3);
	table_head(&table, headings);
	table.right = 1U << 0;
	for (slot = 1; slot <= info->slots; slot++) {
		table_add(&table, "%u", slot);
		table_add(&table, "%s", info->revisions[slot - 1]);
		table_add(&table, "%s", slot_state(info, slot));
	}
	return table_close(&table, &session->screen);
}

static enum result show_info(struct session *session, const struct target *target,
			     struct json_object *object, struct failure *failure)
{
	struct firmware_info info;
	enum result result = firmware_get_info(&session->device.transport, &target->path, &info,
					       failure);

	if (result)
		return result;
	json_firmware(object, &info);
	if (!session->options->json && !print_firmware(session, &info))
		return fail_memory(failure);
	return RESULT_OK;
}

enum result verb_fw_info(struct session *session)
{
	return targets_run(session, show_info);
}

/* ---- update ---- */

static enum result fail_file(struct session *session, const char *path, const char *why,
			     int error)
{
	return fail_with(&session->failure, RESULT_USAGE, error, "%s: %s", path, why);
}

static enum result read_image(struct session *session, uint8_t **bytes, size_t *size)
{
	const char *path = session->options->words[0];
	FILE *file = fopen(path, "rb");
	struct stat status;
	enum result result = RESULT_OK;

	if (!file)
		return fail_file(session, path, strerror(errno), errno);
	if (fstat(fileno(file), &status) || !S_ISREG(status.st_mode))
		result = fail_file(session, path, "is not a regular file", EINVAL);
	else if (!status.st_size || status.st_size > IMAGE_SIZE_MAX)
		result = fail_file(session, path, "is empty, or above 1 GiB", EFBIG);
	*size = result ? 0 : status.st_size;
	*bytes = result ? NULL : malloc(*size);
	if (!result && !*bytes)
		result = fail_memory(&session->failure);
	if (!result && fread(*bytes, 1, *size, file) != *size)
		result = fail_file(session, path, "cannot be read to its end", EIO);
	fclose(file);
	return result;
}

static enum result choose_slot(struct session *session, const struct firmware_info *info,
			       uint8_t *slot)
{
	const char *text = session->options->slot;
	uint64_t number = firmware_free_slot(info);
	const char *wrong = text ? parse_number(text, UINT8_MAX, &number) : NULL;

	if (wrong)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "--slot %s: %s", text,
				 wrong);
	*slot = number;
	if (number)
		return RESULT_OK;
	fail_with(&session->failure, RESULT_USAGE, ENOSPC, "%s: every slot is active or staged",
		  session->device.name);
	failure_hint(&session->failure, "'fw info' shows them; name one with --slot");
	return session->failure.result;
}

/* Checks the first part only: the driver decides alike about all. */
static enum result ask_to_update(struct session *session, const struct firmware_image *image,
				 enum consent *consent)
{
	uint8_t request[EXPLAINED_PART_SIZE] = { image->size > image->part, image->slot };
	struct command command = {
		.path = image->path, .opcode = OPCODE_TRANSFER_FW,
		.payload = request, .size = sizeof(request),
	};

	return change_ask(session, &command, session->json, consent, &session->failure);
}

static enum result fail_no_room(struct session *session, const struct target *target)
{
	char destination[DESTINATION_TEXT_SIZE];

	destination_text(&session->device.transport, &target->path, target->path.depth,
			 destination);
	return fail_with(&session->failure, RESULT_USAGE, EMSGSIZE, "%s: no part of a firmware "
			 "image fits in its messages", destination);
}

static enum result tell_update(struct session *session, const struct firmware_image *image)
{
	struct firmware_info info;
	enum result result = firmware_get_info(&session->device.transport, image->path, &info,
					       &session->failure);

	json_number(session->json, "bytes", image->size);
	json_number(session->json, "slot", image->slot);
	json_number(session->json, "part_bytes", image->part);
	json_number(session->json, "restarts", image->restarts);
	if (result)
		return result;
	json_firmware(session->json, &info);
	if (session->options->json)
		return RESULT_OK;
	fprintf(session->screen.out, "slot %u is filled; 'fw activate %u' makes it run\n",
		image->slot, image->slot);
	return print_firmware(session, &info) ? RESULT_OK : fail_memory(&session->failure);
}

static enum result update(struct session *session, const struct target *target,
			  struct firmware_image *image)
{
	struct transport *transport = &session->device.transport;
	struct firmware_info info;
	enum consent consent;
	enum result result = firmware_get_info(transport, image->path, &info, &session->failure);

	if (!result)
		result = choose_slot(session, &info, &image->slot);
	if (result)
		return result;
	image->part = firmware_part_size(transport, image->path);
	if (!image->part)
		return fail_no_room(session, target);
	result = ask_to_update(session, image, &consent);
	if (result || consent != CONSENT_SEND)
		return result;
	result = firmware_transfer(session, image, &session->failure);
	return result ? result : tell_update(session, image);
}

enum result verb_fw_update(struct session *session)
{
	struct firmware_image image = { 0 };
	struct target target;
	uint8_t *bytes = NULL;
	enum result result = read_image(session, &bytes, &image.size);

	image.bytes = bytes;
	image.path = &target.path;
	if (!result)
		result = targets_one(session, "fw update", &target);
	if (!result)
		result = update(session, &target, &image);
	free(bytes);
	return result;
}

/* ---- activate ---- */

/*
 * Opens the function again, which may have another number now: by its serial
 * number, or by its PCI address if it has none.
 */
static void open_again(struct session *session, uint64_t serial)
{
	char text[SERIAL_TEXT_SIZE];
	struct failure unused;

	device_close(&session->device);
	if (serial_is_valid(serial))
		snprintf(text, sizeof(text), "0x%016" PRIx64, serial);
	else
		snprintf(text, sizeof(text), "%.23s", session->device.pci);
	if (!device_open(&session->device, text, &session->options->open, &unused))
		session_note(session, "it is %s now", session->device.name);
}

static bool is_back(struct session *session, const struct path *path, uint64_t function,
		    const struct identity *component)
{
	struct transport *transport = &session->device.transport;
	struct cxl_switch_cci_info info = { .size = sizeof(info) };
	struct identity identity;
	struct failure unused;

	if (!transport->request)
		open_again(session, function);
	if (!transport->request)
		return false;
	if (transport->ops->info(transport->context, &info) ||
	    info.state == CXL_SWITCH_CCI_STATE_GONE) {
		open_again(session, function);
		return false;
	}
	return info.state == CXL_SWITCH_CCI_STATE_READY &&
	       !cci_discover(transport, path, &identity, &unused) &&
	       identity.source == component->source && identity.serial == component->serial;
}

static enum result await_return(struct session *session, const struct path *path,
				const struct identity *component)
{
	uint32_t limit = session->options->limit_ms ? session->options->limit_ms : RETURN_LIMIT_MS;
	uint64_t function = session->device.info.serial;
	struct notices clock = { .transport = &session->device.transport };
	int64_t end = now_ms() + limit;

	while (!is_back(session, path, function, component)) {
		if (now_ms() >= end)
			return fail_with(&session->failure, RESULT_TIMEOUT, ETIMEDOUT,
					 "%s: has not come back after the activation",
					 session->options->device ? session->options->device :
					 "the component");
		notices_sleep(&clock, RETURN_LOOK_MS);
	}
	return RESULT_OK;
}

/* A reset by the activation may have lost the answer or the operation. */
static bool may_have_reset(enum result result, const struct failure *failure)
{
	return result == RESULT_LOST ||
	       (result == RESULT_IO && failure->stage == CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN);
}

static enum result check_slot(struct session *session, const struct path *path,
			      unsigned int slot)
{
	struct firmware_info info;
	enum result result = firmware_get_info(&session->device.transport, path, &info,
					       &session->failure);
	unsigned int shown;

	if (result)
		return result;
	json_firmware(session->json, &info);
	shown = session->options->next_reset ? info.staged : info.active;
	if (shown != slot) {
		fail_with(&session->failure, RESULT_DEVICE_ERROR, 0, "%s: slot %u is %s, not "
			  "slot %u", session->device.name, shown,
			  session->options->next_reset ? "staged" : "active", slot);
		failure_hint(&session->failure, "it may need a cold reset: 'fw info' shows what "
				"is staged");
		return session->failure.result;
	}
	if (session->options->json)
		return RESULT_OK;
	return print_firmware(session, &info) ? RESULT_OK : fail_memory(&session->failure);
}

static enum result activate(struct session *session, const struct path *path, unsigned int slot)
{
	struct transport *transport = &session->device.transport;
	uint8_t request[2] = { session->options->next_reset, slot };
	struct command command = {
		.path = path, .opcode = OPCODE_ACTIVATE_FW,
		.payload = request, .size = sizeof(request),
	};
	struct cxl_switch_cci_bg_status status;
	struct identity identity;
	enum consent consent;
	enum result result = cci_discover(transport, path, &identity, &session->failure);

	if (!result)
		result = change_ask(session, &command, session->json, &consent,
				    &session->failure);
	if (result || consent != CONSENT_SEND)
		return result;
	result = change_run(session, &command, &status, &session->failure);
	if (result && !may_have_reset(result, &session->failure))
		return result;
	result = await_return(session, path, &identity);
	return result ? result : check_slot(session, path, slot);
}

enum result verb_fw_activate(struct session *session)
{
	struct target target;
	uint64_t slot;
	enum result result = session_number(session, 0, "SLOT", 7, &slot);

	if (!result)
		result = targets_one(session, "fw activate", &target);
	return result ? result : activate(session, &target.path, slot);
}
