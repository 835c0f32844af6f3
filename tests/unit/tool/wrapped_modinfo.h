/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the linker's --wrap makes of starting modinfo and of waiting for it: the tool
 * calls __wrap_*, which a test defines; __real_* are those of the C library.
 */
#ifndef WRAPPED_MODINFO_H
#define WRAPPED_MODINFO_H

#include <poll.h>
#include <spawn.h>

int __real_posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes, char *const arguments[],
		       char *const environment[]);
int __wrap_posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes, char *const arguments[],
		       char *const environment[]);
int __real_poll(struct pollfd *ends, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *ends, nfds_t count, int timeout);

#endif /* WRAPPED_MODINFO_H */
