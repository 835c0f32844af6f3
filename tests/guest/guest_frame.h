/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What most programs have around their tests: the device and one file on it, under the
 * short names that their tests use. A program with files of its own does without.
 */
#ifndef GUEST_FRAME_H
#define GUEST_FRAME_H

#include "guest.h"

extern struct guest_device device;
extern int fd;

/* ---- one file for all tests ---- */

/* For a group's setup. */
int guest_open_switch(void **state);
/* For a teardown: the file still serves. */
int guest_still_answering(void **state);

#define STILL_ANSWERING(test) cmocka_unit_test_teardown(test, guest_still_answering)

/* ---- a file for each test, against the model ---- */

/* The model without a delay and healed, the driver bound anew. */
int guest_frame_begin(void **state);
/* Without a delay again; both still well. */
int guest_frame_end(void **state);

#define WITH_FRAME(test) \
	cmocka_unit_test_setup_teardown(test, guest_frame_begin, guest_frame_end)

#endif
