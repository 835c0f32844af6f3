// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain: what the driver would decide about a command, gate by gate, and what
 * would allow it. The driver decides; this file has only the texts.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/request.h"
#include "cli/targets.h"
#include "verbs.h"

#define SET_FEATURE		0x0502
/* Background, and two bits whose meaning differs between sources: they are ignored. */
#define EFFECTS_IGNORED		(1U << 6 | 1U << 7 | 1U << 8)

/* The request, the same for every destination. */
static struct request request;

static const char *name_of(const struct cxl_switch_cci_explain *explain)
{
	return *explain->name ? explain->name : opcode_name(explain->leaf_opcode);
}

static bool audited(const struct cxl_switch_cci_explain *explain)
{
	return explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_AUDITED;
}

/* Whether the tunnel cannot be decoded. A command that has a name is refused as such. */
static bool malformed(const struct cxl_switch_cci_explain *explain)
{
	return explain->reason == CXL_SWITCH_CCI_REASON_MALFORMED && !*explain->name;
}

static bool never_sent(const struct cxl_switch_cci_explain *explain)
{
	return explain->reason == CXL_SWITCH_CCI_REASON_MALFORMED;
}

static const char *kind_text(const struct cxl_switch_cci_explain *explain)
{
	if (malformed(explain))
		return "not known: the tunnel cannot be opened";
	if (never_sent(explain))
		return "never sent: no receiver answers it";
	if (!audited(explain))
		return "not audited: no row in the driver's table, or not this length or "
		       "sub-operation";
	if (explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_VENDOR_ROW)
		return "audited by a vendor row, for this destination only";
	return explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_DISCLOSING ?
	       "audited; the answer can hold a secret" : "audited";
}

/* The impact after the CEL effects of the destination were applied. */
static void destination_impact_text(const struct cxl_switch_cci_explain *explain, char *text,
				    size_t room)
{
	uint16_t beyond = explain->effects & ~explain->expected_effects & ~EFFECTS_IGNORED;
	bool raised = explain->impact > explain->table_impact;
	const char *impact = raised ? impact_name(explain->impact) : "unchanged";
	char effects[400];

	if (explain->knowledge == CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED) {
		snprintf(text, room, "not asked");
	} else if (explain->knowledge == CXL_SWITCH_CCI_KNOWLEDGE_SILENT) {
		snprintf(text, room, "nothing answers there");
	} else if (explain->knowledge == CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE) {
		snprintf(text, room, "%s: its effects log cannot be read%s", impact,
			 raised ? ", so the worst is assumed" : "");
	} else if (!explain->listed) {
		snprintf(text, room, "%s: its effects log does not list the command%s", impact,
			 raised ? ", so the worst is assumed" : "");
	} else if (raised && explain->leaf_opcode == SET_FEATURE) {
		snprintf(text, room, "%s, by the feature's own set effects, or as they cannot be "
			 "believed", impact);
	} else if (raised) {
		effects_text(beyond, effects, sizeof(effects));
		snprintf(text, room, "%s, raised by effects that are not expected: %s", impact,
			 effects);
	} else {
		effects_text(explain->effects, effects, sizeof(effects));
		snprintf(text, room, "%s: its CEL lists %s", impact,
			 explain->effects ? effects : "no effects");
	}
}

static const char *traffic_text(const struct cxl_switch_cci_explain *explain)
{
	if (explain->knowledge == CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED)
		return "not asked";
	return explain->traffic ? "asked now, for this answer" : "known from before, not asked";
}

/* The records that sending the command leaves. */
static const char *trace_text(const struct cxl_switch_cci_explain *explain)
{
	if (!audited(explain))
		return "taints the kernel, leaves a warning and an audit record";
	return explain->impact >= CXL_SWITCH_CCI_IMPACT_PROVISION ? "leaves an audit record" :
	       "leaves no record";
}

static struct json_object *json_gates_of(const struct gate_answer answers[GATES])
{
	struct json_object *gates = json_object_new_array();
	unsigned int i;

	for (i = 0; i < GATES; i++) {
		struct json_object *gate = json_object_new_object();

		json_text(gate, "gate", reason_name(answers[i].reason));
		json_text(gate, "verdict", gate_verdict_name(answers[i].verdict));
		json_text(gate, "why", answers[i].why);
		json_text(gate, "way_out", *answers[i].hint ? answers[i].hint : NULL);
		json_object_array_add(gates, gate);
	}
	return gates;
}

static void json_destination(struct json_object *result,
			     const struct cxl_switch_cci_explain *explain)
{
	struct json_object *destination = json_object_new_object();

	json_flag(destination, "asked", explain->traffic);
	json_text(destination, "effects_log", knowledge_name(explain->knowledge));
	json_flag(destination, "listed", explain->listed);
	json_hex(destination, "effects_bits", explain->effects, 4);
	json_object_object_add(destination, "effects", json_effects(explain->effects));
	json_hex(destination, "expected_bits", explain->expected_effects, 4);
	json_known(destination, "vendor_id", explain->vendor_id, explain->vendor_id, 4);
	json_known(destination, "device_id", explain->vendor_id, explain->device_id, 4);
	json_known(destination, "serial", explain->vendor_id, explain->serial, 16);
	json_object_object_add(result, "destination", destination);
}

static void json_explain(struct json_object *result, const struct cxl_switch_cci_explain *explain,
			 const struct gate_answer answers[GATES])
{
	bool known = !malformed(explain);

	json_flag(result, "would_be_sent", !explain->error);
	json_hex(result, "leaf_opcode", explain->leaf_opcode, 4);
	json_text(result, "leaf_name", known ? name_of(explain) : NULL);
	json_text(result, "why", known && *explain->why ? explain->why : NULL);
	json_number(result, "depth", explain->depth);
	json_flag(result, "audited", audited(explain));
	json_flag(result, "disclosing",
		  explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_DISCLOSING);
	json_flag(result, "vendor_row",
		  explain->verdict_flags & CXL_SWITCH_CCI_VERDICT_VENDOR_ROW);
	json_text(result, "impact", impact_name(explain->impact));
	json_text(result, "table_impact", impact_name(explain->table_impact));
	json_destination(result, explain);
	json_object_object_add(result, "gates", json_gates_of(answers));
}

static void row(struct table *table, const char *label, const char *text)
{
	table_add(table, "%s", label);
	table_add(table, "%s", text);
}

static bool print_command(const struct session *session,
			  const struct cxl_switch_cci_explain *explain)
{
	char text[600], serial[SERIAL_TEXT_SIZE];
	struct table table;

	table_open(&table, 2);
	table_add(&table, "command");
	table_add(&table, "%s (%04Xh)", malformed(explain) ? "a tunnel" : name_of(explain),
		  explain->leaf_opcode);
	row(&table, "", kind_text(explain));
	if (!malformed(explain)) {
		row(&table, "what it does", *explain->why ? explain->why : "not known");
		row(&table, "impact", impact_name(explain->impact));
		row(&table, "  by the table", impact_name(explain->table_impact));
		destination_impact_text(explain, text, sizeof(text));
		row(&table, "  by the destination", text);
		row(&table, "destination", traffic_text(explain));
	}
	if (explain->vendor_id || explain->device_id) {
		serial_text(explain->serial, serial);
		table_add(&table, "%s", "");
		table_add(&table, "%04x:%04x, serial number %s", explain->vendor_id,
			  explain->device_id, serial);
	}
	row(&table, "if it is sent", never_sent(explain) ? "it cannot be" : trace_text(explain));
	return table_close(&table, &session->screen);
}

static bool print_gates(const struct session *session, const struct gate_answer answers[GATES])
{
	static const char *const headings[] = { "GATE", "VERDICT", "WHY", NULL };
	struct table table;
	unsigned int i;

	fputc('\n', session->screen.out);
	table_open(&table, 3);
	table_head(&table, headings);
	for (i = 0; i < GATES; i++) {
		table_add(&table, "%s", reason_name(answers[i].reason));
		table_add(&table, "%s", gate_verdict_name(answers[i].verdict));
		table_add(&table, "%s", answers[i].why);
	}
	return table_close(&table, &session->screen);
}

static void print_decision(const struct session *session,
			   const struct cxl_switch_cci_explain *explain,
			   const struct gate_answer answers[GATES])
{
	const struct screen *screen = &session->screen;
	unsigned int i;

	if (!explain->error) {
		fprintf(screen->out, "\n%sIt would be sent.%s\n", colour_on(screen, COLOUR_GREEN),
			colour_off(screen));
		return;
	}
	fprintf(screen->out, "\n%sIt would be refused%s by the gate '%s' (%s). To allow it:\n",
		colour_on(screen, COLOUR_RED), colour_off(screen), reason_name(explain->reason),
		errno_name(explain->error));
	for (i = 0; i < GATES; i++)
		if (*answers[i].hint)
			fprintf(screen->out, "  %-11s  %s\n", reason_name(answers[i].reason),
				answers[i].hint);
}

static enum result fail_refused(struct failure *failure, const struct gate_question *question,
				const char *destination)
{
	const struct cxl_switch_cci_explain *explain = question->explain;

	fail_with(failure, RESULT_REFUSED, explain->error, "%s: %s (%04Xh) would be refused by the "
		  "driver's gate '%s': %s", destination, name_of(explain), explain->leaf_opcode,
		  reason_name(explain->reason), reason_text(explain->reason));
	failure->stage = CXL_SWITCH_CCI_STAGE_REFUSED;
	failure->reason = explain->reason;
	failure->refusing = explain->refusing;
	failure->told = true;
	gates_hints(question, failure->hint, sizeof(failure->hint));
	return RESULT_REFUSED;
}

enum result explain_command(struct session *session, const struct command *command,
			    struct json_object *result, struct failure *failure)
{
	struct transport *transport = &session->device.transport;
	char destination[DESTINATION_TEXT_SIZE];
	struct cxl_switch_cci_explain explain;
	struct gate_answer answers[GATES];
	struct gate_question question;
	enum result asked = transport_explain(transport, command, &explain, failure);

	if (asked)
		return asked;
	question = transport_question(transport, &explain);
	gates_answer(&question, answers);
	json_explain(result, &explain, answers);
	if (!session->options->json) {
		if (!print_command(session, &explain) || !print_gates(session, answers))
			return fail_memory(failure);
		print_decision(session, &explain, answers);
	}
	destination_text(transport, command->path, command->path->depth, destination);
	return explain.error ? fail_refused(failure, &question, destination) : RESULT_OK;
}

static enum result explain_target(struct session *session, const struct target *target,
				  struct json_object *result, struct failure *failure)
{
	struct command command = {
		.path = &target->path, .opcode = request.opcode,
		.payload = request.bytes, .size = request.size,
	};

	return explain_command(session, &command, result, failure);
}

enum result verb_explain(struct session *session)
{
	enum result result = request_read(session, &request);

	if (!result)
		result = targets_run(session, explain_target);
	request_free(&request);
	return result;
}
