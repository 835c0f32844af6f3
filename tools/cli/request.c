// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads --in and --hex. A payload larger than the mailbox is refused, not
 * truncated.
 */
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cci/names.h"
#include "cci/parse.h"

static enum result read_file(struct session *session, const char *path, struct request *request,
			     size_t room)
{
	FILE *file = !strcmp(path, "-") ? stdin : fopen(path, "rb");
	bool failed, longer;

	if (!file)
		return fail_with(&session->failure, RESULT_USAGE, errno, "--in %s: %s", path,
				 strerror(errno));
	errno = 0;
	request->size = fread(request->bytes, 1, room, file);
	longer = request->size == room && fgetc(file) != EOF;
	failed = ferror(file);
	if (file != stdin)
		fclose(file);
	if (failed)
		return fail_with(&session->failure, RESULT_USAGE, errno, "--in %s: %s", path,
				 strerror(errno));
	if (longer)
		return fail_with(&session->failure, RESULT_USAGE, EFBIG,
				 "--in %s: more than the mailbox's %zu bytes", path, room);
	return RESULT_OK;
}

enum result request_read(struct session *session, struct request *request)
{
	const struct options *options = session->options;
	size_t room = session->device.info.payload_size;
	const char *wrong = parse_opcode(options->opcode, &request->opcode);

	*request = (struct request){ .opcode = request->opcode };
	if (wrong)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "'%s': %s",
				 options->opcode, wrong);
	if (options->in && options->hex)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "--in and --hex: give one");
	json_hex(session->json, "opcode", request->opcode, 4);
	json_text(session->json, "name", opcode_name(request->opcode));
	request->bytes = calloc(1, room);
	if (!request->bytes)
		return fail_memory(&session->failure);
	if (options->in)
		return read_file(session, options->in, request, room);
	wrong = options->hex ? parse_hex_bytes(options->hex, request->bytes, room,
					       &request->size) : NULL;
	if (wrong)
		return fail_with(&session->failure, RESULT_USAGE, EINVAL, "--hex: %s", wrong);
	return RESULT_OK;
}

void request_free(struct request *request)
{
	free(request->bytes);
	request->bytes = NULL;
}
