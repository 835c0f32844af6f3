/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings in force: module parameters, build keys, and changes at run time.
 */
#ifndef CCI_SETTINGS_H
#define CCI_SETTINGS_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "policy/policy.h"

/* Of one function. Single words, read without a lock. */
struct swcci_settings {
	bool strict;			/* protection=strict; never cleared */
	atomic64_t raw_until;		/* raw_window closes, in ns since boot; 0: never opened */
};

#define RAW_WINDOW_MAX_SECONDS	3600

int swcci_settings_check(void);
void swcci_settings_announce(void);
void swcci_settings_init(struct swcci_settings *settings);
void swcci_settings_policy(const struct swcci_settings *settings,
			   struct swcci_policy_settings *policy);
u32 swcci_settings_flags(const struct swcci_settings *settings);
u32 swcci_build_keys(void);
unsigned int swcci_raw_window_left(const struct swcci_settings *settings);
void swcci_raw_window_open(struct swcci_settings *settings, unsigned int seconds);
void swcci_make_strict(struct swcci_settings *settings);
u32 swcci_command_timeout_ms(void);

#endif /* CCI_SETTINGS_H */
