// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queries one virtual switch at a time: no answer is larger than 1 KiB then.
 */
#include "vcs.h"

#include <errno.h>

#include "names.h"

#define REQUEST_SIZE		4
#define HEADER_SIZE		4
#define VCS_SIZE		4
#define VPPB_SIZE		4

static const struct path to_switch = { 0 };

static enum result fail_vcs(const struct transport *transport, uint8_t id, size_t size,
			    const char *why, struct failure *failure)
{
	fail_with(failure, RESULT_IO, EBADMSG, "%s: Get Virtual CXL Switch Info (5200h) of VCS %u: "
		  "%zu bytes, %s", transport->name, id, size, why);
	failure->stage = CXL_SWITCH_CCI_STAGE_ANSWERED;
	failure_hint(failure, "'raw 5200' shows what it answered");
	return failure->result;
}

static void decode(const uint8_t *bytes, uint8_t first, size_t listed, struct vcs *vcs)
{
	size_t i;

	vcs->id = bytes[0];
	vcs->state = bytes[1];
	vcs->upstream = bytes[2];
	vcs->vppb_count = bytes[3];
	vcs->listed = listed;
	for (i = 0; i < listed; i++) {
		const uint8_t *at = bytes + VCS_SIZE + i * VPPB_SIZE;

		vcs->vppbs[i] = (struct vppb){
			.number = first + i, .status = at[0] & 0x0F, .port = at[1], .ld = at[2],
		};
	}
}

enum result vcs_get(struct transport *transport, uint8_t id, uint8_t first, uint8_t limit,
		    struct vcs *vcs, struct failure *failure)
{
	uint8_t request[REQUEST_SIZE] = { first, limit, 1, id };
	struct command command = {
		.path = &to_switch, .opcode = OPCODE_GET_VIRTUAL_SWITCH_INFO,
		.payload = request, .size = sizeof(request),
	};
	struct answer answer;
	enum result result = transport_query(transport, &command, &answer, failure);
	const uint8_t *bytes = answer.payload + HEADER_SIZE;
	size_t listed;

	if (result)
		return result;
	if (answer.size < HEADER_SIZE + VCS_SIZE)
		return fail_vcs(transport, id, answer.size, "too few", failure);
	if (answer.payload[0] != 1 || bytes[0] != id)
		return fail_vcs(transport, id, answer.size, "of another one", failure);
	listed = bytes[3] > first ? bytes[3] - first : 0;
	if (listed > limit)
		listed = limit;
	if (answer.size < HEADER_SIZE + VCS_SIZE + listed * VPPB_SIZE)
		return fail_vcs(transport, id, answer.size, "too few for its vPPBs", failure);
	decode(bytes, first, listed, vcs);
	return RESULT_OK;
}
