/* SPDX-License-Identifier: GPL-2.0-only */
/* A root directory of its own for each test. Knows nothing of what is put there. */
#ifndef FAKE_ROOT_H
#define FAKE_ROOT_H

#include "unit.h"

extern char root[];

/* Each a CMocka setup or teardown. */
int make_root(void **state);
int remove_root(void **state);

/* @path below the root, with the folders above it. */
const char *place(const char *path);
void put(const char *path, const void *bytes, size_t size);
void put_text(const char *path, const char *text);

#endif
