// SPDX-License-Identifier: GPL-2.0-only
/*
 * port: Physical Port Control (5102h), CXL 3.1 7.6.7.1.3.
 */
#include <errno.h>
#include <string.h>

#include "change.h"
#include "verbs.h"

#define OPCODE_PHYSICAL_PORT_CONTROL 0x5102

enum { ASSERT_PERST, DEASSERT_PERST, RESET_PPB };

static const char *const done[] = { "PERST# is asserted", "PERST# is deasserted", "was reset" };

static enum result control(struct session *session, uint8_t operation)
{
	static const struct path to_switch;
	uint8_t request[2] = { 0, operation };
	struct command command = {
		.path = &to_switch, .opcode = OPCODE_PHYSICAL_PORT_CONTROL,
		.payload = request, .size = sizeof(request),
	};
	struct cxl_switch_cci_bg_status status;
	enum consent consent;
	uint64_t port;
	enum result result = session_number(session, 0, "PORT", UINT8_MAX, &port);

	if (result)
		return result;
	request[0] = port;
	json_number(session->json, "port", port);
	result = change_ask(session, &command, session->json, &consent, &session->failure);
	if (result || consent != CONSENT_SEND)
		return result;
	result = change_run(session, &command, &status, &session->failure);
	if (!result && !session->options->json)
		fprintf(session->screen.out, "%s port %u: %s\n", session->device.name, request[0],
			done[operation]);
	return result;
}

enum result verb_port_reset(struct session *session)
{
	return control(session, RESET_PPB);
}

enum result verb_port_perst(struct session *session)
{
	const char *what = session->options->words[1];

	if (!strcmp(what, "assert"))
		return control(session, ASSERT_PERST);
	if (!strcmp(what, "deassert"))
		return control(session, DEASSERT_PERST);
	return fail_with(&session->failure, RESULT_USAGE, EINVAL,
			 "port perst: '%s': expected assert or deassert", what);
}
