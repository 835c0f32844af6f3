/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations that the debug kernel refuses, and which calls of the module were refused:
 * for scripts/allocation-sites, which knows all that there are. It must not know how the
 * driver does its work.
 */
#ifndef GUEST_REFUSAL_H
#define GUEST_REFUSAL_H

#include "guest.h"

/* The kernel traces what it refuses, from here to guest_refusals_end(). */
void guest_refusals_begin(void);
void guest_refusals_end(void);

/* Refused is what the loaded module asks for, from the allocator itself or what it calls. */
void guest_refuse_slabs(void);
/* Whole pages: what is too large for a slab. */
void guest_refuse_pages(void);
/* What a module's init function asks for, wherever the module will be. */
void guest_refuse_while_loading(void);

/* What one function of the kernel asks for, however deep; the module is loaded. */
void guest_refuse_within(const char *function);

/* This task's @nth allocation of those; 0: none. */
void guest_refuse(unsigned int nth);
/* True if one was refused. Ends the refusing. */
bool guest_was_refused(void);
/* All of them, in every task, until told otherwise. */
void guest_refuse_all(bool on);

/*
 * Writes the module's calls that were refused since the last time to /out/refused-sites, a
 * line each once. Of a module that was being loaded the addresses are known within a page.
 */
void guest_note_refusals(void);

#endif
