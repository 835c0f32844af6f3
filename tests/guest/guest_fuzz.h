/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hostile user's calls: made from a seed, knowing the structures of the ABI, and judged
 * by what Documentation/ABI/ioctl.md promises whatever the caller does. Pure: the calls
 * are made by test_fuzz_ioctl.c, in memory of guest_fuzz_memory.c.
 */
#ifndef GUEST_FUZZ_H
#define GUEST_FUZZ_H

#include "guest.h"

/* ---- chance ---- */

struct fuzz_random {
	uint64_t state;
};

uint64_t fuzz_next(struct fuzz_random *random);
uint32_t fuzz_below(struct fuzz_random *random, uint32_t end);
bool fuzz_percent(struct fuzz_random *random, uint32_t percent);
#define fuzz_pick(random, array) ((array)[fuzz_below(random, ARRAY_SIZE(array))])

/* ---- memory ---- */

/* Three areas, each seen through three mappings of the same pages. */
enum fuzz_area { FUZZ_STRUCTURE, FUZZ_IN, FUZZ_OUT, FUZZ_AREAS };
enum fuzz_view {
	FUZZ_STEADY,
	FUZZ_READ_ONLY,
	FUZZ_FLICKERING,	/* comes and goes meanwhile */
	FUZZ_VIEWS,
};

#define FUZZ_AREA_BYTES		8192u
/* Written before each call around what may be touched. */
#define FUZZ_CANARY		0xa5
#define FUZZ_MARGIN		64u

struct fuzz_space {
	uint8_t *view[FUZZ_AREAS][FUZZ_VIEWS];
};

/* Where something of @length bytes lies. */
struct fuzz_place {
	uint64_t address;	/* as the kernel gets it */
	uint32_t offset;	/* in its area, if @is_mapped */
	enum fuzz_area area;
	enum fuzz_view view;
	bool is_mapped;		/* in an area, at least its beginning */
	bool is_plain;		/* all of it is there, to stay, to read and to write */
};

/* ---- calls ---- */

enum fuzz_kind {
	FUZZ_QUERY, FUZZ_LEGACY, FUZZ_INFO, FUZZ_SEND, FUZZ_EXPLAIN, FUZZ_RESTRICT,
	FUZZ_DESTINATIONS, FUZZ_BG_STATUS, FUZZ_BG_CANCEL, FUZZ_BG_ADOPT, FUZZ_SUBSCRIBE,
	FUZZ_RECENT,
	FUZZ_IOCTLS,		/* those above are the ABI's */
	FUZZ_UNKNOWN = FUZZ_IOCTLS, FUZZ_READ, FUZZ_POLL,
	FUZZ_KINDS
};

extern const char *const fuzz_kind_names[FUZZ_KINDS];

#define FUZZ_IMAGE_MAX	4160u

struct fuzz_call {
	enum fuzz_kind kind;
	unsigned long request;
	struct fuzz_place structure, in, out;
	uint32_t image_size;	/* bytes of the structure that the caller means to be there */
	uint32_t in_size;	/* bytes prepared at @in */
	uint32_t out_room;	/* what the caller says may be written at @out */
	bool is_aliased;	/* the three overlap: only the errno can be judged */
	bool is_raced;		/* somebody writes to structure and input meanwhile */
	uint8_t image[FUZZ_IMAGE_MAX];
	uint8_t input[FUZZ_AREA_BYTES];
};

/* What a caller knows of its surroundings. */
struct fuzz_world {
	struct fuzz_space space;
	uint64_t cookies[16];	/* of operations, the youngest first; 0: none */
};

void fuzz_make(struct fuzz_random *random, const struct fuzz_world *world,
	       struct fuzz_call *call);
/* The same ioctl at the same places with other content, for who races with it. */
void fuzz_make_rival(struct fuzz_random *random, const struct fuzz_world *world,
		     const struct fuzz_call *call, struct fuzz_call *rival);

/* ---- judgement ---- */

struct fuzz_outcome {
	const struct fuzz_call *call;
	const struct fuzz_call *rival;		/* if it was raced */
	int error;				/* 0 or an errno; -1: a positive result */
	bool file_changed;			/* its descriptor is another file's, or nobody's */
	const struct fuzz_space *space;		/* as it is now */
};

/* NULL: all promises were kept. Else which one was not. */
const char *fuzz_complaint(const struct fuzz_outcome *outcome);
bool fuzz_errno_documented(enum fuzz_kind kind, int error);
/* Stage, reason and errno of a SEND that was looked at. */
bool fuzz_stage_fits(const struct cxl_switch_cci_send *send, int error);
/* Of SEND that wrote its structure back, else NULL. */
const struct cxl_switch_cci_send *fuzz_report(const struct fuzz_outcome *outcome,
					      struct cxl_switch_cci_send *copy);
/* It came to the mailbox, as far as the caller was told. */
bool fuzz_reached_mailbox(const struct fuzz_outcome *outcome);

/* ---- guest_fuzz_figures.c: what was reached, and whether that was enough ---- */

#define FUZZ_ERRNOS	134

/* Of one thread, or the sum. */
struct fuzz_stats {
	uint64_t ended[FUZZ_KINDS][FUZZ_ERRNOS];
	uint64_t mailbox[FUZZ_KINDS];
	uint64_t stages[4];
	uint64_t reasons[CXL_SWITCH_CCI_REASONS];
	uint64_t raced, inherited, files_lost;
	uint32_t longest_ms;
	int64_t busy_since;	/* of the call under way; 0: none */
	int busy_kind;
};

void fuzz_stats_add(struct fuzz_stats *total, const struct fuzz_stats *more);
void fuzz_stats_tell(const struct fuzz_stats *total, int64_t ms);
/* Its first line, also of a run that goes on. */
void fuzz_stats_tell_sum(const struct fuzz_stats *total, int64_t ms);
/* A line for scripts/fuzz-guest, also of a run that failed. */
void fuzz_stats_tell_figures(const struct fuzz_stats *total);
/* How many promises about the reach were not kept; each is printed. */
unsigned int fuzz_stats_complain(const struct fuzz_stats *total);

/* ---- guest_fuzz_memory.c: the areas, and who makes trouble there meanwhile ---- */

/* 0 or an errno. */
int fuzz_space_open(struct fuzz_space *space);
/* Writes the call's structure and input; takes away what it may have left. */
void fuzz_space_lay(const struct fuzz_space *space, const struct fuzz_call *call);
void fuzz_space_clean(const struct fuzz_space *space, const struct fuzz_call *call,
		      const struct fuzz_call *rival);

#define FUZZ_THREADS	2

/* One thread that troubles the calls of the others in its process. */
struct fuzz_nuisance;
/* NULL: no thread. */
struct fuzz_nuisance *fuzz_nuisance_start(uint64_t seed);
/* From now on, if the call asks for it: pages come and go, @rival's words get in. */
void fuzz_nuisance_begin(struct fuzz_nuisance *nuisance, unsigned int thread,
			 const struct fuzz_space *space, const struct fuzz_call *call,
			 const struct fuzz_call *rival);
/* Not any more: all pages are there, nobody writes. */
void fuzz_nuisance_end(struct fuzz_nuisance *nuisance, unsigned int thread);

#endif
