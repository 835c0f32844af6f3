// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the doctor says of the module: refused, older than it could be, not as it is
 * configured. Each fault alone.
 */
#include "doctor_root.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "wrapped_modinfo.h"

#define FABRIC		"CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN"
#define VENDOR		"CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN"
#define SIGNED		"~Module signature appended~\n"
#define SOURCES "usr/src/cxl-switch-cci-"
#define CONFIGURATION "etc/cxl-switch-cci/build-keys.conf"
#define BUILD(version) "dkms build --force cxl-switch-cci/" version " -k " RELEASE \
	" && dkms install --force cxl-switch-cci/"
#define RELOAD "modprobe -r cxl_switch_cci && modprobe cxl_switch_cci"

static void test_loaded_by_hand(void **state)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci" });
	put_module(true, false);
	put_text("dev/cxl/switch0", "");
	expect_no_problem();
	assert_non_null(find(VERDICT_NOTE, "loaded by hand"));
}

static void test_old_module_still_loaded(void **state)
{
	put_healthy();
	put_text(LOADED "/version", "0.0.0\n");
	expect_no_problem();
	assert_non_null(find(VERDICT_NOTE, "its version is not this tool's"));
}

/* ---- installed, and not loaded ---- */

static void put_not_loaded(const char *log)
{
	put_mailbox((struct function){ 0 });
	put_module(false, true);
	if (log)
		put_text("dev/kmsg", log);
}

static void test_module_not_loaded(void **state)
{
	put_not_loaded("6,1,1000001,-;pci 0000:00:00.0: nothing of ours\n");
	expect_problem("is not loaded (", "modprobe cxl_switch_cci");
	assert_null(strstr(find(VERDICT_PROBLEM, "is not loaded (")->hint, "mokutil"));
	assert_non_null(find(VERDICT_NOTE, "no driver is bound, as the module is not loaded"));
	assert_null(find(VERDICT_UNKNOWN, ""));
}

static void test_module_not_loaded_under_lockdown(void **state)
{
	put_not_loaded("");
	PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", "") SIGNED);
	put_text("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	expect_problem("is not loaded (", "'Key was rejected by service'");
}

/* No log is no answer. */
static void test_log_unreadable(void **state)
{
	put_not_loaded(NULL);
	expect_problem("is not loaded (", "modprobe cxl_switch_cci");
	assert_non_null(find(VERDICT_UNKNOWN, "/dev/kmsg: No such file or directory"));
}

/* The kernel's own lines do not say whose. */
static void test_some_key_refused(void **state)
{
	static const char *const lines[] = {
		"Loading of unsigned module is rejected",
		"Loading of module with unavailable key is rejected",
		"Loading of module with unsupported crypto is rejected",
		"Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7",
	};
	char log[200], shown[200];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(log, sizeof(log), "5,1,1,-;%s\n6,2,2,-;and on\n", lines[i]);
		put_not_loaded(log);
		snprintf(shown, sizeof(shown), "does not say whose, '%s'; this one is not signed",
			 lines[i]);
		expect_problem(shown, "modprobe cxl_switch_cci; if it says");
	}
}

/* Who wanted to load it says what, and that is not forgotten over another's. */
static void test_our_key_refused(void **state)
{
	put_not_loaded("5,1,1,-;Loading of module with unavailable key is rejected\n"
		       "30,2,2,-;systemd-modules-load[99]: Failed to insert module "
		       "'cxl_switch_cci': Key was rejected by service\n"
		       "5,3,3,-;Loading of unsigned module is rejected\n");
	expect_problem("its key was refused, 'systemd-modules-load[99]", "section 9");
	PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", "") SIGNED);
	expect_problem("its key was refused", "certificate of the key that it is signed with");
	put_text("dev/kmsg", "30,2,2,-;(udev-worker)[9]: Failed to insert module "
		 "'cxl_switch_cci': Required key not available\n");
	put_text("var/lib/dkms/mok.pub", "");
	expect_problem("its key was refused", "mokutil --import /var/lib/dkms/mok.pub, reboot");
}

static void test_another_module_refused(void **state)
{
	put_not_loaded("30,2,2,-;systemd-modules-load[99]: Failed to insert module 'other': Key "
		       "was rejected by service\n");
	expect_problem("is not loaded (", "modprobe cxl_switch_cci");
	assert_null(find(VERDICT_PROBLEM, "refused"));
}

/* ---- older than it could be ---- */

/* A note alone, and no problem. */
static void expect_note(const char *message, const char *hint)
{
	const struct check *check = find(VERDICT_NOTE, message);

	if (!check || !strstr(check->hint, hint) || doctor.problems)
		print_checks();
	assert_non_null(check);
	assert_non_null(strstr(check->hint, hint));
	assert_int_equal(doctor.problems, 0);
}

static void test_older_loaded_than_installed(void **state)
{
	put_healthy();
	PUT_BINARY(INSTALLED, ELF("99.1", "A61C", ""));
	doctor_examine(&doctor, root);
	expect_note(VERSION " is loaded, but 99.1 is installed (", RELOAD);
	assert_null(find(VERDICT_UNKNOWN, ""));
}

static void test_other_sources_loaded(void **state)
{
	put_healthy();
	PUT_BINARY(INSTALLED, ELF(VERSION, "B000", ""));
	doctor_examine(&doctor, root);
	expect_note("(srcversion A61C) than what is installed (B000, ", RELOAD);
	/* not every kernel tells it */
	unlink(place(LOADED "/srcversion"));
	doctor_examine(&doctor, root);
	assert_null(find(VERDICT_NOTE, ""));
}

static void test_sources_newer_than_installed(void **state)
{
	put_healthy();
	put_text(SOURCES "99.9/src/version.h", "#define CXL_SWITCH_CCI_VERSION\t\"99.9\"\n");
	put_text(SOURCES "99.10/src/version.h", "#define CXL_SWITCH_CCI_VERSION\t\"99.10\"\n");
	put_text(SOURCES "dev/src/other.h", "#define CXL_SWITCH_CCI_VERSION\t\"100\"\n");
	doctor_examine(&doctor, root);
	expect_note("is " VERSION " (", BUILD("99.10"));
	expect_note("older than the sources, 99.10 (", "/99.10/build/make.log");
}

static void test_sources_as_installed(void **state)
{
	put_healthy();
	put_text(SOURCES VERSION "/src/version.h",
		 "#define CXL_SWITCH_CCI_VERSION\t\"" VERSION "\"\n");
	put_text(SOURCES "0.0.9/src/version.h", "#define CXL_SWITCH_CCI_VERSION\t\"0.0.9\"\n");
	expect_no_problem();
	assert_null(find(VERDICT_NOTE, ""));
}

static void test_installed_tells_no_version(void **state)
{
	put_healthy();
	PUT_BINARY(INSTALLED, "\177ELF junk\0srcversion=A61C\0");
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "it has no version"));
}

/* ---- compressed ---- */

/* The root's own modinfo, in the last place where one is looked for; often there is none. */
int __wrap_posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes, char *const arguments[],
		       char *const environment[])
{
	path = strcmp(path, "/bin/modinfo") ? "/nowhere/modinfo" : place("bin/modinfo");
	return __real_posix_spawn(child, path, actions, attributes, arguments, environment);
}

static bool time_is_up;

static bool is_pipe(int descriptor)
{
	struct stat status;

	return !fstat(descriptor, &status) && S_ISFIFO(status.st_mode);
}

/* The clock is modinfo's alone. */
int __wrap_poll(struct pollfd *ends, nfds_t count, int timeout)
{
	return time_is_up && is_pipe(ends->fd) ? 0 : __real_poll(ends, count, timeout);
}

/* Healthy, but for a file that only modinfo reads. */
static void put_compressed(void)
{
	put_healthy();
	unlink(place(INSTALLED));
	PUT_BINARY(INSTALLED ".xz", "\3757zXZ\0version=0.0.1\0");
}

static void put_modinfo(const char *script)
{
	put_text("bin/modinfo", script);
	assert_int_equal(chmod(place("bin/modinfo"), 0755), 0);
}

#define SCRIPT "#!/bin/sh\n[ \"$1 $2\" = '-0 --' ] && [ -s \"$3\" ] || exit 1\n"

static void test_compressed(void **state)
{
	put_compressed();
	put_modinfo(SCRIPT "printf 'filename:  %s\\0version=99.1\\0srcversion=A61C\\0' \"$3\"");
	doctor_examine(&doctor, root);
	expect_note(VERSION " is loaded, but 99.1 is installed (", RELOAD);
	assert_false(doctor.installed.is_signed);
	put_modinfo(SCRIPT "printf 'version=" VERSION "\\0sig_id=PKCS#7\\0build_key=" VENDOR
		    "\\0build_key=" FABRIC "\\0'");
	expect_no_problem();
	assert_null(find(VERDICT_NOTE, ""));
	assert_null(find(VERDICT_UNKNOWN, ""));
	assert_true(doctor.installed.is_signed);
	assert_int_equal(doctor.installed.build_keys,
			 CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN |
			 CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN);
}

static void test_compressed_and_no_answer(void **state)
{
	put_compressed();
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "modinfo cannot be started"));
	put_modinfo(SCRIPT "printf 'version=" VERSION "\\0'; exit 1");
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "modinfo cannot read it"));
	put_modinfo(SCRIPT "exec cat /dev/zero");
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "it is too large"));
}

/* Nor is a modinfo that hangs waited for, or left behind. */
static void test_compressed_and_no_end(void **state)
{
	put_compressed();
	put_modinfo(SCRIPT "exec sleep 1000");
	time_is_up = true;
	expect_no_problem();
	time_is_up = false;
	assert_non_null(find(VERDICT_UNKNOWN, "it took too long to read"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* ---- build keys ---- */

/* What a device told of the module that is loaded. */
static void examine_keys(uint32_t loaded)
{
	struct found_device item = { .device = { .name = "switch0", .pci = MAILBOX } };

	item.device.info.build_keys = loaded;
	item.device.info.state = CXL_SWITCH_CCI_STATE_READY;
	item.device.info.component_type = CXL_SWITCH_CCI_COMPONENT_SWITCH;
	doctor_examine(&doctor, root);
	doctor_examine_device(&doctor, &item);
	doctor_examine_keys(&doctor);
}

/* The keys are not looked for in what is no assignment, and the last one counts. */
static void test_keys_as_configured(void **state)
{
	static const char *const none[] = {
		"#" FABRIC "=y\n", FABRIC "=yes\n", FABRIC "=n\n", FABRIC "=\n", "X" FABRIC "=y\n",
		FABRIC "=y\n" FABRIC "=\n", FABRIC "S=y\n",
	}, *const one[] = {
		FABRIC "=y\n", "  export " FABRIC "='y' # so\n", FABRIC "=n\n" FABRIC "=\"y\"",
	};
	size_t i;

	put_healthy();
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		put_text(CONFIGURATION, none[i]);
		examine_keys(0);
		assert_null(find(VERDICT_NOTE, ""));
		assert_null(find(VERDICT_UNKNOWN, ""));
	}
	PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", "build_key=" FABRIC));
	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		put_text(CONFIGURATION, one[i]);
		examine_keys(CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
		assert_null(find(VERDICT_NOTE, ""));
	}
}

static void test_key_configured_not_built(void **state)
{
	put_healthy();
	put_text(CONFIGURATION, VENDOR "=y\n");
	examine_keys(0);
	expect_note("has " VENDOR "=y, and the loaded module was built without it",
		    BUILD(VERSION));
	expect_note("has " VENDOR "=y, and the loaded module was built without it",
		    " -k " RELEASE " && " RELOAD);
	assert_null(find(VERDICT_NOTE, FABRIC));
	assert_null(find(VERDICT_NOTE, "the installed module"));
}

static void test_key_built_not_loaded(void **state)
{
	put_healthy();
	put_text(CONFIGURATION, VENDOR "=y\n");
	PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", "build_key=" VENDOR));
	examine_keys(0);
	expect_note("has " VENDOR "=y, and the loaded module was built without it", RELOAD);
	assert_null(strstr(find(VERDICT_NOTE, VENDOR)->hint, "dkms"));
}

static void test_key_loaded_not_configured(void **state)
{
	put_healthy();
	examine_keys(CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
	assert_null(find(VERDICT_NOTE, ""));
	put_text(CONFIGURATION, "");
	examine_keys(CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN);
	expect_note("the loaded module was built with " FABRIC, RELOAD);
	assert_null(find(VERDICT_NOTE, "the installed module"));
}

/* No device tells: the file still does, and what is loaded is not known. */
static void test_keys_without_a_device(void **state)
{
	put_healthy();
	put_text(CONFIGURATION, FABRIC "=y\n");
	doctor_examine(&doctor, root);
	doctor_examine_keys(&doctor);
	assert_non_null(find(VERDICT_UNKNOWN, "no device could be asked"));
	expect_note("has " FABRIC "=y, and the installed module was built without it",
		    BUILD(VERSION));
}

static void test_configuration_unreadable(void **state)
{
	put_healthy();
	mkdir(place(CONFIGURATION), 0755);
	examine_keys(0);
	assert_non_null(find(VERDICT_UNKNOWN, "Is a directory"));
}

static void test_module_not_built(void **state)
{
	put_mailbox((struct function){ 0 });
	put_text("lib/modules/6.1.0-other/cxl_switch_cci.ko", "");
	put_text("lib/modules/" RELEASE "/cxl_switch_cci_other.ko", "");
	expect_problem("none built for this kernel, " RELEASE, "linux-headers-" RELEASE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ON_A_ROOT(test_loaded_by_hand),
		ON_A_ROOT(test_old_module_still_loaded),
		ON_A_ROOT(test_module_not_loaded),
		ON_A_ROOT(test_module_not_loaded_under_lockdown),
		ON_A_ROOT(test_log_unreadable),
		ON_A_ROOT(test_some_key_refused),
		ON_A_ROOT(test_our_key_refused),
		ON_A_ROOT(test_another_module_refused),
		ON_A_ROOT(test_older_loaded_than_installed),
		ON_A_ROOT(test_other_sources_loaded),
		ON_A_ROOT(test_sources_newer_than_installed),
		ON_A_ROOT(test_sources_as_installed),
		ON_A_ROOT(test_installed_tells_no_version),
		ON_A_ROOT(test_compressed),
		ON_A_ROOT(test_compressed_and_no_answer),
		ON_A_ROOT(test_compressed_and_no_end),
		ON_A_ROOT(test_keys_as_configured),
		ON_A_ROOT(test_key_configured_not_built),
		ON_A_ROOT(test_key_built_not_loaded),
		ON_A_ROOT(test_key_loaded_not_configured),
		ON_A_ROOT(test_keys_without_a_device),
		ON_A_ROOT(test_configuration_unreadable),
		ON_A_ROOT(test_module_not_built),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
