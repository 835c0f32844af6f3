/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the modinfo fields of a module's file, compressed or not. It does not
 * interpret them.
 */
#ifndef CXL_SWITCH_TOOL_MODULE_FILE_H
#define CXL_SWITCH_TOOL_MODULE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The names that make, DKMS and modinfo use. */
struct build_key {
	const char *name;
	uint32_t bit;
};

#define BUILD_KEYS 2

extern const struct build_key known_build_keys[BUILD_KEYS];

/**
 * struct module_file - a module's file and its fields
 * @path: its path; empty if there is none
 * @wrong: why the file could not be read; NULL if the other fields are valid
 * @version: MODULE_VERSION
 * @srcversion: checksum of its sources; may be empty
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

/* Fills all fields except @path. For a compressed file it runs modinfo, and waits at most 5 s. */
void module_file_read(struct module_file *file);

#endif
