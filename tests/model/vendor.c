// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vendor commands: one for each class of effects, so that a judge of effects
 * finds each of them on a real wire. All echo their input; the background ones
 * run for a while.
 */
#include <string.h>

#include "internal.h"

#define ECHO_MAX	64

static uint16_t echo(struct call *call)
{
	uint8_t *out = call_reserve(call, call->in_len);

	if (!out)
		return RC_INVALID_LENGTH;
	memcpy(out, call->in, call->in_len);
	return RC_SUCCESS;
}

static uint16_t work(struct call *call)
{
	return background_start(call, call->cci->background_ns, NULL, NULL, 0);
}

static const struct command vendor_commands[] = {
	{ 0xc000, 0, 0, VARIABLE, echo, "Vendor: no effect" },
	{ 0xc001, EFFECT_COLD_CONFIG, 0, ECHO_MAX, echo, "Vendor: configuration after cold reset" },
	{ 0xc002, EFFECT_CONFIG, 0, ECHO_MAX, echo, "Vendor: immediate configuration" },
	{ 0xc003, EFFECT_DATA, 0, ECHO_MAX, echo, "Vendor: immediate data" },
	{ 0xc004, EFFECT_POLICY, 0, ECHO_MAX, echo, "Vendor: immediate policy" },
	{ 0xc005, EFFECT_LOG, 0, ECHO_MAX, echo, "Vendor: immediate log" },
	{ 0xc006, EFFECT_SECURITY, 0, ECHO_MAX, echo, "Vendor: security state" },
	{ 0xc007, EFFECT_BACKGROUND, 0, ECHO_MAX, work, "Vendor: background" },
	{ 0xc008, EFFECT_BACKGROUND | EFFECT_ABORT, 0, ECHO_MAX, work,
	  "Vendor: background, abortable" },
	{ 0xc009, EFFECT_RESET, 0, ECHO_MAX, echo, "Vendor: configuration after any reset" },
	{ 0xc00a, 0x1000, 0, ECHO_MAX, echo, "Vendor: reserved effect bit" },
	{ 0xc00b, 1 << 7, 0, ECHO_MAX, echo, "Vendor: secondary mailbox bit" },
};

const struct command_set vendor_set = { vendor_commands, ARRAY_SIZE(vendor_commands) };
