// SPDX-License-Identifier: GPL-2.0-only
/*
 * raw: sends any opcode with any payload. The driver decides about it.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "change.h"
#include "cci/operation.h"
#include "cli/request.h"
#include "cli/targets.h"
#include "verbs.h"

/* The request, the same for every destination. */
static struct request request;

static bool is_dash(const char *path)
{
	return !strcmp(path, "-");
}

static void json_answer(struct json_object *result, const struct answer *answer)
{
	json_text(result, "stage", stage_name(CXL_SWITCH_CCI_STAGE_ANSWERED));
	json_named(result, "return_code", answer->return_code,
		   return_code_name(answer->return_code));
	json_number(result, "vendor_status", answer->vendor_status);
	json_text(result, "impact", impact_name(answer->impact));
	json_flag(result, "audited", answer->verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED);
	json_hex(result, "duration_ns", answer->duration_ns, 16);
	json_number(result, "cookie", answer->cookie);
	json_number(result, "length", answer->size);
	json_bytes(result, "payload", answer->payload, answer->size);
}

static void print_verbose(const struct session *session, const struct answer *answer)
{
	session_note(session, "answered %s (%04Xh), vendor status %04Xh, in %" PRIu64 ".%03u us; "
		     "%u bytes; judged as %s%s", return_code_name(answer->return_code),
		     answer->return_code, answer->vendor_status, answer->duration_ns / 1000,
		     (unsigned int)(answer->duration_ns % 1000), (unsigned int)answer->size,
		     impact_name(answer->impact),
		     answer->verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED ? "" : ", not audited");
}

/* Appends, so that the answers of several destinations follow one another. */
static enum result write_file(const char *path, const struct answer *answer,
			      struct failure *failure)
{
	static bool started;
	FILE *file = is_dash(path) ? stdout : fopen(path, started ? "ab" : "wb");
	bool failed;

	if (!file)
		return fail_with(failure, RESULT_INTERNAL, errno, "--out %s: %s", path,
				 strerror(errno));
	started = true;
	failed = fwrite(answer->payload, 1, answer->size, file) != answer->size;
	if (file != stdout)
		failed |= fclose(file) != 0;
	if (failed)
		return fail_with(failure, RESULT_INTERNAL, errno, "--out %s: %s", path,
				 strerror(errno));
	return RESULT_OK;
}

static enum result show_payload(const struct session *session, const struct answer *answer,
				struct failure *failure)
{
	const struct options *options = session->options;

	if (options->out)
		return write_file(options->out, answer, failure);
	if (options->json)
		return RESULT_OK;
	if (answer->size)
		hex_dump(session->screen.out, answer->payload, answer->size);
	else if (!options->verbose)
		session_note(session, "%s, no payload", return_code_name(answer->return_code));
	return RESULT_OK;
}

static void note_background(const struct session *session, const struct answer *answer)
{
	if (answer->cookie)
		session_note(session, "a background operation started: 'bg wait %" PRIu64 "' shows "
			     "when it is over", answer->cookie);
	else
		session_note(session, "a background operation started: 'raw 0002' shows how far it "
			     "is");
}

static enum result send_raw(struct session *session, const struct target *target,
			    struct json_object *result, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	struct command command = {
		.path = &target->path, .opcode = request.opcode,
		.payload = request.bytes, .size = request.size,
	};
	enum consent consent;
	struct answer answer;
	enum result sent = change_ask(session, &command, result, &consent, failure);

	if (sent || consent != CONSENT_SEND)
		return sent;
	sent = transport_send(transport, &command, &answer, failure);
	if (sent)
		return sent;
	json_answer(result, &answer);
	if (session->options->verbose)
		print_verbose(session, &answer);
	if (answer.return_code == RETURN_CODE_BACKGROUND && answer.level == target->path.depth)
		note_background(session, &answer);
	else if (answer.return_code)
		return fail_return_code(failure, transport, &command, &answer);
	return show_payload(session, &answer, failure);
}

enum result verb_raw(struct session *session)
{
	const struct options *options = session->options;
	enum result result;

	if (options->json && options->out && is_dash(options->out))
		return fail_with(&session->failure, RESULT_USAGE, EINVAL,
				 "--json and --out -: both want standard output");
	result = request_read(session, &request);
	if (!result)
		result = targets_run(session, send_raw);
	request_free(&request);
	return result;
}
