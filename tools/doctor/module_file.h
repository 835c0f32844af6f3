/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a module's file says of itself, compressed or not. It must not judge.
 */
#ifndef CXL_SWITCH_TOOL_MODULE_FILE_H
#define CXL_SWITCH_TOOL_MODULE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The names that make, DKMS and modinfo know them by. */
struct build_key {
	const char *name;
	uint32_t bit;
};

#define BUILD_KEYS 2

extern const struct build_key known_build_keys[BUILD_KEYS];

/**
 * struct module_file - a file, and what it says
 * @path: where; empty if there is none
 * @wrong: why nothing else is known; NULL if it is
 * @version: MODULE_VERSION
 * @srcversion: the sum over its sources; may be empty
 * @build_keys: CXL_SWITCH_CCI_KEY_*
 * @is_signed: a signature is appended, of any signer
 */
struct module_file {
	char path[PATH_MAX];
	const char *wrong;
	char version[40];
	char srcversion[40];
	uint32_t build_keys;
	bool is_signed;
};

/* Fills all but @path. Starts modinfo for what is compressed, and waits for it 5 s at most. */
void module_file_read(struct module_file *file);

#endif
