// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters and build keys. What opens a gate is fixed when the module is built or
 * loaded, or ends by itself; a gate can be closed at any time. Build keys are not
 * parameters, so that the module's signature vouches for them on a locked-down kernel.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "settings.h"

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "cxl_switch_cci.h"

#define COMMAND_TIMEOUT_MIN_MS	10
#define COMMAND_TIMEOUT_MAX_MS	60000

#ifdef CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN
#define KEY_FABRIC_MANAGER	CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN
MODULE_INFO(build_key, "CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN");
#else
#define KEY_FABRIC_MANAGER	0
#endif

#ifdef CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN
#define KEY_VENDOR_RAW		CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN
MODULE_INFO(build_key, "CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN");
#else
#define KEY_VENDOR_RAW		0
#endif

static unsigned int command_timeout_ms = 2000;
module_param(command_timeout_ms, uint, 0444);
MODULE_PARM_DESC(command_timeout_ms,
		 "time a device may take over one command, in ms (10 to 60000; CXL 3.1 says 2000)");

static bool raw_commands;
module_param(raw_commands, bool, 0444);
MODULE_PARM_DESC(raw_commands,
		 "let CAP_SYS_RAWIO send commands that were not audited; taints the kernel (default 0)");

static char *protection = "standard";
module_param(protection, charp, 0444);
MODULE_PARM_DESC(protection,
		 "standard, or strict: queries that disclose nothing, and no more");

static bool strict_at_load(void)
{
	return sysfs_streq(protection, "strict");
}

/**
 * swcci_settings_check() - are the module parameters valid?
 *
 * Return: 0; -EINVAL: one is not, and the log says which.
 */
int swcci_settings_check(void)
{
	if (command_timeout_ms < COMMAND_TIMEOUT_MIN_MS ||
	    command_timeout_ms > COMMAND_TIMEOUT_MAX_MS) {
		pr_err("command_timeout_ms=%u is outside %u to %u\n",
		       command_timeout_ms, COMMAND_TIMEOUT_MIN_MS, COMMAND_TIMEOUT_MAX_MS);
		return -EINVAL;
	}
	if (!strict_at_load() && !sysfs_streq(protection, "standard")) {
		pr_err("protection=%s is neither standard nor strict\n",
		       protection);
		return -EINVAL;
	}
	return 0;
}

static const char *lockdown_text(void)
{
	if (KEY_VENDOR_RAW)
		return "not honored (build key for unaudited commands)";
	if (KEY_FABRIC_MANAGER)
		return "not honored by audited commands (build key)";
	return "honored";
}

/* One line at load: the gates that this module has open. */
void swcci_settings_announce(void)
{
	pr_info("protection %s, raw commands %s, lockdown %s\n",
		strict_at_load() ? "strict" : "standard", raw_commands ? "on" : "off",
		lockdown_text());
}

void swcci_settings_init(struct swcci_settings *settings)
{
	settings->strict = strict_at_load();
}

/* Seconds until raw_window closes, rounded up; 0: it is closed. */
unsigned int swcci_raw_window_left(const struct swcci_settings *settings)
{
	s64 left, until = atomic64_read(&settings->raw_until);

	/* never opened: every command comes here, and reading the clock is not free */
	if (!until)
		return 0;
	left = until - (s64)ktime_get_boottime_ns();
	return left > 0 ? (unsigned int)div_s64(left + NSEC_PER_SEC - 1, NSEC_PER_SEC) : 0;
}

void swcci_raw_window_open(struct swcci_settings *settings, unsigned int seconds)
{
	atomic64_set(&settings->raw_until,
		     (s64)(ktime_get_boottime_ns() + (u64)seconds * NSEC_PER_SEC));
}

void swcci_make_strict(struct swcci_settings *settings)
{
	WRITE_ONCE(settings->strict, true);
}

/**
 * swcci_settings_policy() - the settings in force, for the gates
 * @settings: of the function
 * @policy: result
 *
 * The second build key includes the first. Any context; takes no lock.
 */
void swcci_settings_policy(const struct swcci_settings *settings,
			   struct swcci_policy_settings *policy)
{
	policy->strict = READ_ONCE(settings->strict);
	policy->raw_allowed = raw_commands || swcci_raw_window_left(settings);
	policy->audited_pass_lockdown = KEY_FABRIC_MANAGER || KEY_VENDOR_RAW;
	policy->unaudited_pass_lockdown = KEY_VENDOR_RAW;
}

u32 swcci_settings_flags(const struct swcci_settings *settings)
{
	return (READ_ONCE(settings->strict) ? CXL_SWITCH_CCI_SETTING_STRICT : 0) |
	       (raw_commands ? CXL_SWITCH_CCI_SETTING_RAW_COMMANDS : 0) |
	       (swcci_raw_window_left(settings) ? CXL_SWITCH_CCI_SETTING_RAW_WINDOW : 0);
}

u32 swcci_build_keys(void)
{
	return KEY_FABRIC_MANAGER | KEY_VENDOR_RAW;
}

u32 swcci_command_timeout_ms(void)
{
	return command_timeout_ms;
}
