/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in force: module parameters, build keys, and what was changed at run
 * time. Knows no command.
 */
#ifndef CCI_SETTINGS_H
#define CCI_SETTINGS_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "policy/policy.h"

struct cci_device;

/* Of one device. Single words, read without a lock: a gate is open or not. */
struct cci_settings {
	bool strict;			/* raised, never lowered */
	atomic64_t raw_until;		/* ns since boot: never opens again by itself */
};

#define RAW_WINDOW_MAX_SECONDS	3600

int cci_settings_check(void);
void cci_settings_announce(void);
void cci_settings_init(struct cci_settings *settings);
void cci_settings_policy(const struct cci_settings *settings, struct policy_settings *policy);
u32 cci_settings_flags(const struct cci_settings *settings);
u32 cci_build_keys(void);
unsigned int cci_raw_window_left(const struct cci_settings *settings);
void cci_raw_window_open(struct cci_settings *settings, unsigned int seconds);
void cci_make_strict(struct cci_settings *settings);
u32 cci_command_timeout_ms(void);

#endif /* CCI_SETTINGS_H */
