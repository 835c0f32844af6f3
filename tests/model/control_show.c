// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control verbs that only tell: components, counters, violations, accesses.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

static void show_one(struct cci *cci, void *context)
{
	const struct background *bg = &cci->background;
	struct request *r = context;

	append(r->reply, r->size, "%s %s %04x:%04x serial=%016llx message=%u commands=%llu",
	       cci->name, cci_kind_names[cci->kind], cci->identity.vendor, cci->identity.device,
	       (unsigned long long)cci->identity.serial, cci->message_exponent,
	       (unsigned long long)cci->commands_run);
	if (bg->ever)
		append(r->reply, r->size, " background=%04x,%s,%u%%,rc=%x", bg->opcode,
		       bg->running ? "running" : "over", background_percent(cci), bg->return_code);
	append(r->reply, r->size, "\n");
}

int do_show(struct request *r)
{
	struct cci *cci;

	if (r->n == 1) {
		component_each(r->model->fabric_switch, show_one, r);
		return 0;
	}
	cci = component_at(r, 1);
	if (!cci)
		return -ENOENT;
	show_one(cci, r);
	return 0;
}

int do_counters(struct request *r)
{
	const struct model_counters *c = &r->model->counters;
	unsigned int i;

	append(r->reply, r->size, "reads=%llu writes=%llu commands=%llu answers=%llu lost=%llu\n",
	       (unsigned long long)c->reads, (unsigned long long)c->writes,
	       (unsigned long long)c->commands, (unsigned long long)c->answers,
	       (unsigned long long)c->interrupts_lost);
	for (i = 0; i < MODEL_REGISTERS; i++)
		append(r->reply, r->size, "register %s reads=%llu writes=%llu\n",
		       model_register_name(i), (unsigned long long)c->register_reads[i],
		       (unsigned long long)c->register_writes[i]);
	for (i = 0; i < MODEL_VECTORS; i++)
		if (c->interrupts[i])
			append(r->reply, r->size, "vector %u interrupts=%llu\n", i,
			       (unsigned long long)c->interrupts[i]);
	return 0;
}

int do_violations(struct request *r)
{
	unsigned int i;

	append(r->reply, r->size, "violations=%llu\n",
	       (unsigned long long)model_violations(r->model));
	for (i = 0; i < MODEL_VIOLATIONS; i++)
		if (r->model->counters.violations[i])
			append(r->reply, r->size, "%s=%llu\n", model_violation_name(i),
			       (unsigned long long)r->model->counters.violations[i]);
	return 0;
}

int do_zero(struct request *r)
{
	memset(&r->model->counters, 0, sizeof(r->model->counters));
	return 0;
}

int do_log(struct request *r)
{
	r->model->logging = !strcmp(r->words[1], "on");
	return 0;
}

int do_accesses(struct request *r)
{
	unsigned int n = r->model->accesses < ACCESS_LOG ? r->model->accesses : ACCESS_LOG, i;

	for (i = r->model->accesses - n; i != r->model->accesses; i++) {
		const struct access *a = &r->model->access[i % ACCESS_LOG];

		append(r->reply, r->size, "%c %u %05x %0*llx %s\n", a->write ? 'w' : 'r', a->width,
		       a->offset, 2 * a->width, (unsigned long long)a->value,
		       model_register_name(register_at(r->model, a->offset)));
	}
	return 0;
}
