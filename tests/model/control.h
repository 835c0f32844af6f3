/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the control language share: one request, and how its words
 * become numbers and components.
 */
#ifndef CXL_MODEL_CONTROL_H
#define CXL_MODEL_CONTROL_H

#include "internal.h"

#define FOR_EVER	(-1)
#define A_DAY_MS	86400000ull

struct request {
	struct model *model;
	char **words;
	unsigned int n;
	char *reply;
	size_t size;
};

int wrong(struct request *r, const char *what);
int number_at(struct request *r, unsigned int index, uint64_t *value);
int count_at(struct request *r, unsigned int index, int64_t fallback, int64_t *count);
int milliseconds_at(struct request *r, unsigned int index, uint64_t *ms);
struct cci *component_at(struct request *r, unsigned int index);

/* control_component.c */
int do_fault(struct request *r);
int do_faults(struct request *r);
int do_clear(struct request *r);
int do_cel(struct request *r);
int do_identity(struct request *r);
int do_swap(struct request *r);
int do_alternate(struct request *r);
int do_background(struct request *r);
int do_feature(struct request *r);
int do_latency(struct request *r);
int do_event(struct request *r);
int do_pull(struct request *r);
int do_plug(struct request *r);

/* control_front.c */
int do_stuck(struct request *r);
int do_late(struct request *r);
int do_lose(struct request *r);
int do_interrupt(struct request *r);
int do_reads(struct request *r);
int do_override(struct request *r);
int do_quirk(struct request *r);
int do_remove(struct request *r);
int do_restore(struct request *r);
int do_reset(struct request *r);
int do_ready(struct request *r);
int do_advance(struct request *r);

/* chaos.c */
int do_chaos(struct request *r);

/* control_show.c */
int do_show(struct request *r);
int do_counters(struct request *r);
int do_violations(struct request *r);
int do_zero(struct request *r);
int do_log(struct request *r);
int do_accesses(struct request *r);

#endif
