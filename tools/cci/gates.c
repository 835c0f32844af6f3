// SPDX-License-Identifier: GPL-2.0-only
/*
 * One row for each gate: which commands it applies to, why it passes, and a
 * hint when it refuses. Order and conditions repeat those of the driver.
 */
#include "gates.h"

#include <stdio.h>

#include "frame.h"
#include "names.h"

#define MODULE "cxl_switch_cci"

static bool audited(const struct gate_question *q)
{
	return q->explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED;
}

static bool disclosing(const struct gate_question *q)
{
	return q->explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_DISCLOSING;
}

/* Whether the tunnel cannot be decoded. A command that has a name is refused as such. */
static bool malformed(const struct gate_question *q)
{
	return q->explain->refusing & 1U << CXL_SWITCH_CCI_REASON_MALFORMED && !*q->explain->name;
}

/* ---- whether a gate applies; NULL: it does, else why it does not ---- */

static const char *beyond_tunnels(const struct gate_question *q)
{
	return q->explain->depth ? NULL : "only for tunneled commands";
}

static const char *beyond_changes(const struct gate_question *q)
{
	return q->explain->impact > CXL_SWITCH_CCI_IMPACT_QUERY ? NULL :
	       "a query may be sent on any open file";
}

static const char *beyond_none(const struct gate_question *q)
{
	(void)q;
	return NULL;
}

static const char *beyond_strict(const struct gate_question *q)
{
	return q->settings & CXL_SWITCH_CCI_SETTING_STRICT ? NULL : "protection=standard";
}

static const char *beyond_tunneled_changes(const struct gate_question *q)
{
	if (!q->explain->depth)
		return beyond_tunnels(q);
	return audited(q) && q->explain->impact == CXL_SWITCH_CCI_IMPACT_QUERY ?
	       "an audited query is sent, whatever the function is" : NULL;
}

static const char *beyond_unaudited(const struct gate_question *q)
{
	return audited(q) ? "the driver knows what this command does" : NULL;
}

static const char *beyond_privileged(const struct gate_question *q)
{
	if (!audited(q) || disclosing(q) ||
	    q->explain->impact >= CXL_SWITCH_CCI_IMPACT_PROVISION)
		return NULL;
	return "a query or a setting needs no privilege";
}

static const char *beyond_owned(const struct gate_question *q)
{
	(void)q;
	return "no operation or transfer of another client is known to be in the way";
}

static const char *beyond_destination(const struct gate_question *q)
{
	if (q->explain->knowledge == CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED)
		return "the destination was not asked";
	return audited(q) && q->explain->impact == CXL_SWITCH_CCI_IMPACT_QUERY ?
	       "a query goes out whether anybody answers or not" : NULL;
}

static const char *beyond_lockdown(const struct gate_question *q)
{
	uint32_t passing = CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN;

	if (audited(q))
		passing |= CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN;
	if (q->build_keys & passing)
		return "the module was built to let this command through";
	if (!audited(q) || disclosing(q) ||
	    q->explain->impact >= CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE)
		return NULL;
	return "only for commands that destroy, disclose or are not audited";
}

/* ---- the hints ---- */

static int way_malformed(const struct gate_question *q, char *text, size_t room)
{
	if (!malformed(q))
		return snprintf(text, room, "it cannot be sent; to read events: cxl-switch events "
				"%s", q->device);
	return snprintf(text, room, "let the tool build the tunnel: cxl-switch raw OPCODE %s "
			"-p PORT [-l LD]", q->device);
}

static int way_read_only(const struct gate_question *q, char *text, size_t room)
{
	if (q->read_only_wanted)
		return snprintf(text, room, "leave --read-only away");
	return snprintf(text, room, "run as root (sudo), or let the group change things by a udev "
			"rule: SUBSYSTEM==\"" MODULE "\", GROUP=\"cxl\", MODE=\"0660\"");
}

static int way_restricted(const struct gate_question *q, char *text, size_t room)
{
	if (q->limit_wanted)
		return snprintf(text, room, "leave --restrict away, or give it: --restrict %s",
				impact_name(q->explain->impact));
	return snprintf(text, room, "open the device again: the limit is the open file's");
}

static int way_protection(const struct gate_question *q, char *text, size_t room)
{
	(void)q;
	return snprintf(text, room, "modprobe -r " MODULE " && modprobe " MODULE
			" protection=standard (it cannot be lowered while the module is loaded)");
}

/* It opens without an action of the person, so no other gate needs to be opened. */
static int way_identity(const struct gate_question *q, char *text, size_t room)
{
	return snprintf(text, room, "try again: the driver queries the type by itself, and "
			"'cxl-switch info %s' shows it once it is known; if it stays unknown: "
			"echo 1 > /sys/class/" MODULE "/%s/recover", q->device, q->device);
}

/* Where the identity is known, a reviewed row is better than an open gate. */
static int way_unaudited(const struct gate_question *q, char *text, size_t room)
{
	const struct cxl_switch_cci_explain *explain = q->explain;
	uint32_t length = explain->in_size - explain->depth * TUNNEL_LEVEL_SIZE;
	int used = snprintf(text, room, "if you know what it does: echo 60 > /sys/class/" MODULE
			    "/%s/raw_window (for 60 s), or modprobe " MODULE " raw_commands=1",
			    q->device);

	if (explain->leaf_opcode < OPCODE_VENDOR_FIRST || !explain->vendor_id ||
	    (size_t)used >= room)
		return used;
	return used + snprintf(text + used, room - used, "; or, once reviewed, build the module "
			       "with this line in src/policy/vendor.csv: %04x:%04x,%04X,NAME,%u,%u,"
			       "IMPACT,REASON", explain->vendor_id, explain->device_id,
			       explain->leaf_opcode, length, length);
}

static int way_capability(const struct gate_question *q, char *text, size_t room)
{
	(void)q;
	return snprintf(text, room, "run as root (sudo); a service: AmbientCapabilities="
			"CAP_SYS_RAWIO in its systemd unit; a program: setcap cap_sys_rawio+ep "
			"PROGRAM");
}

static int way_ownership(const struct gate_question *q, char *text, size_t room)
{
	return snprintf(text, room, "wait until it is over: 'cxl-switch bg status %s' shows its "
			"owner and its progress", q->device);
}

static int way_unreachable(const struct gate_question *q, char *text, size_t room)
{
	return snprintf(text, room, "'cxl-switch ports %s' shows which ports have a device behind "
			"them, 'cxl-switch destinations %s' which of them are slow, and when they "
			"are tried again", q->device, q->device);
}

static int way_lockdown(const struct gate_question *q, char *text, size_t room)
{
	return snprintf(text, room, "build the module with the key and sign it: make "
			"CXL_SWITCH_CCI_%s_NO_LOCKDOWN=y (Documentation/policy.md explains how to "
			"sign); or boot without lockdown",
			audited(q) ? "FABRIC_MANAGER" : "VENDOR_RAW");
}

/* ---- the table ---- */

static const struct gate {
	int reason;
	const char *(*beyond)(const struct gate_question *q);
	const char *passed;
	int (*hint)(const struct gate_question *q, char *text, size_t room);
} gates[GATES] = {
	{ CXL_SWITCH_CCI_REASON_MALFORMED, beyond_tunnels,
	  "each level of the tunnel is framed as it should be", way_malformed },
	{ CXL_SWITCH_CCI_REASON_READ_ONLY, beyond_changes,
	  "the device node is open for writing", way_read_only },
	{ CXL_SWITCH_CCI_REASON_RESTRICTED, beyond_none,
	  "within the limit of this open file", way_restricted },
	{ CXL_SWITCH_CCI_REASON_PROTECTION, beyond_strict,
	  "protection=strict lets queries through that disclose nothing", way_protection },
	{ CXL_SWITCH_CCI_REASON_IDENTITY, beyond_tunneled_changes,
	  "the function's own component type is known", way_identity },
	{ CXL_SWITCH_CCI_REASON_UNAUDITED, beyond_unaudited,
	  "not audited, but raw_commands=1 or an open raw_window lets it through", way_unaudited },
	{ CXL_SWITCH_CCI_REASON_CAPABILITY, beyond_privileged,
	  "you have CAP_SYS_RAWIO", way_capability },
	{ CXL_SWITCH_CCI_REASON_OWNERSHIP, beyond_owned, "", way_ownership },
	{ CXL_SWITCH_CCI_REASON_UNREACHABLE, beyond_destination,
	  "the destination answers", way_unreachable },
	{ CXL_SWITCH_CCI_REASON_LOCKDOWN, beyond_lockdown,
	  "the kernel is not locked down", way_lockdown },
};

static void answer_one(const struct gate *gate, const struct gate_question *q,
		       struct gate_answer *answer)
{
	const char *beyond = gate->beyond(q), *why = gate->passed;

	*answer = (struct gate_answer){ .reason = gate->reason, .verdict = GATE_PASSED };
	if (q->explain->refusing & 1U << gate->reason) {
		answer->verdict = GATE_REFUSES;
		why = reason_text(gate->reason);
		gate->hint(q, answer->hint, sizeof(answer->hint));
		if (gate->reason == CXL_SWITCH_CCI_REASON_MALFORMED && *q->explain->why)
			why = q->explain->why;
	} else if (malformed(q)) {
		answer->verdict = GATE_NOT_ASKED;
		why = "the driver cannot know which command is inside";
	} else if (beyond) {
		answer->verdict = GATE_NOT_ASKED;
		why = beyond;
	}
	snprintf(answer->why, sizeof(answer->why), "%s", why);
}

void gates_answer(const struct gate_question *question, struct gate_answer answers[GATES])
{
	size_t i;

	for (i = 0; i < GATES; i++)
		answer_one(&gates[i], question, &answers[i]);
}

const char *gate_verdict_name(enum gate_verdict verdict)
{
	static const char *const names[] = {
		[GATE_PASSED] = "passed",
		[GATE_REFUSES] = "refuses",
		[GATE_NOT_ASKED] = "not asked",
	};

	return names[verdict];
}

/* A hint for the gate of @reason, which may be unknown to this tool. */
static void gate_hint(const struct gate_question *question, int reason, char *text, size_t room)
{
	size_t i;

	snprintf(text, room, "use the cxl-switch that belongs to the loaded module");
	for (i = 0; i < GATES; i++)
		if (gates[i].reason == reason)
			gates[i].hint(question, text, room);
}

void gates_hints(const struct gate_question *question, char *text, size_t room)
{
	uint32_t refusing = question->explain->refusing;
	bool several = refusing & (refusing - 1);
	size_t used = 0, i;

	if (!refusing) {
		gate_hint(question, question->explain->reason, text, room);
		return;
	}
	*text = '\0';
	for (i = 0; i < GATES; i++) {
		if (!(refusing & 1U << gates[i].reason))
			continue;
		if (several && used < room)
			used += snprintf(text + used, room - used, "%s%s: ", used ? "; " : "",
					 reason_name(gates[i].reason));
		if (used < room)
			used += gates[i].hint(question, text + used, room - used);
	}
	if (!*text)
		gate_hint(question, -1, text, room);
}
