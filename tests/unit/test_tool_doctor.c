// SPDX-License-Identifier: GPL-2.0-only
/*
 * The doctor, on fake root directories: each fault alone, so that a check
 * that finds nothing, or finds too much, fails here.
 */
#include "unit.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/version.h"
#include "doctor.h"
#include "wrapped_modinfo.h"

#define RELEASE		"6.12.0-test"
#define MAILBOX		"0000:0d:00.1"
#define UPSTREAM	"0000:0d:00.0"

#define VERSION		CXL_SWITCH_CCI_VERSION
#define FABRIC		"CXL_SWITCH_CCI_FABRIC_MANAGER_NO_LOCKDOWN"
#define VENDOR		"CXL_SWITCH_CCI_VENDOR_RAW_NO_LOCKDOWN"
#define SIGNED		"~Module signature appended~\n"

#define ROOT "/tmp/cxl-switch-doctor-XXXXXX"
#define FOLDER "lib/modules/" RELEASE "/updates/dkms"
#define INSTALLED FOLDER "/cxl_switch_cci.ko"
#define LOADED "sys/module/cxl_switch_cci"
#define SOURCES "usr/src/cxl-switch-cci-"
#define CONFIGURATION "etc/cxl-switch-cci/build-keys.conf"
#define BUILD(version) "dkms build --force cxl-switch-cci/" version " -k " RELEASE \
	" && dkms install --force cxl-switch-cci/"
#define RELOAD "modprobe -r cxl_switch_cci && modprobe cxl_switch_cci"

static char root[sizeof(ROOT)] = ROOT;
static struct doctor doctor;

/* @path below the root, with the folders above it. */
static const char *place(const char *path)
{
	static char full[PATH_MAX];
	char *slash;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (slash = strchr(full + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	return full;
}

static void put(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(place(path), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static void put_bytes(uint8_t *bytes, uint32_t value, unsigned int count)
{
	for (; count--; value >>= 8)
		*bytes++ = (uint8_t)value;
}

struct function {
	const char *address;
	uint32_t class_code;
	bool cxl_upstream;	/* PCIe upstream port with a CXL DVSEC */
	bool plain_upstream;	/* PCIe upstream port without */
	bool hidden;		/* only 64 bytes of configuration space */
	bool unassigned;
	bool no_bar;
	const char *driver;
	const char *override;
};

static void put_config(const struct function *function)
{
	uint8_t config[4096] = { 0 };
	char path[200];

	put_bytes(config, 0xa12319e5, 4);
	put_bytes(config + 6, 0x0010, 2);		/* has capabilities */
	put_bytes(config + 8, function->class_code << 8, 4);
	config[0x0e] = function->cxl_upstream || function->plain_upstream;
	config[0x34] = 0x80;
	config[0x80] = 0x10;				/* PCI Express, type 5 */
	config[0x82] = function->cxl_upstream || function->plain_upstream ? 0x52 : 0x02;
	put_bytes(config + 0x100, 0x00010023, 4);	/* DVSEC, the last */
	put_bytes(config + 0x104, function->cxl_upstream ? 0x03c01e98 : 0x03c08086, 4);
	if (!function->cxl_upstream && function->plain_upstream)
		put_bytes(config + 0x100, 0, 4);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/config", function->address);
	put(path, config, function->hidden ? 64 : sizeof(config));
}

static void put_function(const struct function *function)
{
	char path[200], text[1400], target[100];
	int i, used = 0;

	put_config(function);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/resource", function->address);
	for (i = 0; i < 13; i++) {
		bool bar = i == 0 && !function->no_bar;

		used += snprintf(text + used, sizeof(text) - used, "0x%016x 0x%016x 0x%016x\n",
				 bar && !function->unassigned ? 0xfe000000 : 0,
				 bar ? function->unassigned ? 0xfff : 0xfe000fff : 0,
				 bar ? 0x140204 : 0);
	}
	put_text(path, text);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/irq", function->address);
	put_text(path, "0\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vendor", function->address);
	put_text(path, "0x19e5\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/device", function->address);
	put_text(path, "0xa123\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/class", function->address);
	snprintf(text, sizeof(text), "0x%06x\n", function->class_code);
	put_text(path, text);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/driver_override", function->address);
	put_text(path, function->override ? function->override : "(null)\n");
	if (!function->driver)
		return;
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/driver", function->address);
	snprintf(target, sizeof(target), "../../drivers/%s", function->driver);
	assert_int_equal(symlink(target, place(path)), 0);
}

static void put_mailbox(struct function function)
{
	function.address = MAILBOX;
	function.class_code = 0x0c0b00;
	put_function(&function);
}

/* A file with the zeros that it is written with. */
#define PUT_BINARY(path, text) put(path, text, sizeof(text) - 1)
#define ELF(version, srcversion, more) "\177ELF junk\0version=" version "\0license=GPL\0" \
	"srcversion=" srcversion "\0" more "\0.symtab\0"

static void put_module(bool loaded, bool built)
{
	if (loaded) {
		put_text(LOADED "/version", VERSION "\n");
		put_text(LOADED "/srcversion", "A61C\n");
	}
	if (built)
		PUT_BINARY(INSTALLED, ELF(VERSION, "A61C", ""));
}

/* All is well: the tests below break one thing each. */
static void put_healthy(void)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci" });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
}

static const struct check *find(enum verdict verdict, const char *text)
{
	size_t i;

	for (i = 0; i < doctor.count; i++)
		if (doctor.checks[i].verdict == verdict && strstr(doctor.checks[i].message, text))
			return &doctor.checks[i];
	return NULL;
}

static void print_checks(void)
{
	size_t i;

	for (i = 0; i < doctor.count; i++)
		print_error("%s: %s: %s (%s)\n", verdict_name(doctor.checks[i].verdict),
			    doctor.checks[i].name, doctor.checks[i].message,
			    doctor.checks[i].way_out);
}

/* One problem, with this in its message and that in its way out. */
static void expect_problem(const char *message, const char *way_out)
{
	const struct check *check;

	doctor_examine(&doctor, root);
	check = find(VERDICT_PROBLEM, message);
	if (!check || doctor.problems != 1 || !strstr(check->way_out, way_out))
		print_checks();
	assert_non_null(check);
	assert_int_equal(doctor.problems, 1);
	assert_non_null(strstr(check->way_out, way_out));
}

static void expect_no_problem(void)
{
	doctor_examine(&doctor, root);
	if (doctor.problems)
		print_checks();
	assert_int_equal(doctor.problems, 0);
}

static void test_healthy(void **state)
{
	put_healthy();
	expect_no_problem();
	assert_non_null(find(VERDICT_OK, "cxl_switch_cci " CXL_SWITCH_CCI_VERSION " is loaded"));
	assert_non_null(find(VERDICT_OK, "driver cxl_switch_cci is bound"));
	assert_non_null(find(VERDICT_OK, "can be read and written"));
	assert_null(find(VERDICT_NOTE, ""));
	assert_null(find(VERDICT_UNKNOWN, ""));
}

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

static void test_no_switch(void **state)
{
	put_module(true, true);
	put_function(&(struct function){
		.address = "0000:00:01.0", .class_code = 0x060400, .plain_upstream = true });
	put_function(&(struct function){ .address = "0000:00:02.0", .class_code = 0x020000 });
	expect_problem("no CXL switch on this host's PCI bus", "lspci");
}

static void test_switch_without_mailbox(void **state)
{
	/* Without a function the module has nothing to do: no second problem. */
	put_module(false, false);
	put_function(&(struct function){
		.address = UPSTREAM, .class_code = 0x060400, .cxl_upstream = true });
	expect_problem("(upstream port " UPSTREAM, "firmware");
}

static void test_bridges_hidden_from_users(void **state)
{
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	put_function(&(struct function){
		.address = UPSTREAM, .class_code = 0x060400, .cxl_upstream = true,
		.hidden = true });
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "cannot be seen without privilege"));
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
	assert_null(strstr(find(VERDICT_PROBLEM, "is not loaded (")->way_out, "mokutil"));
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
static void expect_note(const char *message, const char *way_out)
{
	const struct check *check = find(VERDICT_NOTE, message);

	if (!check || !strstr(check->way_out, way_out) || doctor.problems)
		print_checks();
	assert_non_null(check);
	assert_non_null(strstr(check->way_out, way_out));
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
	assert_non_null(find(VERDICT_UNKNOWN, "it tells no version"));
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
	assert_null(strstr(find(VERDICT_NOTE, VENDOR)->way_out, "dkms"));
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

static void test_other_driver(void **state)
{
	put_healthy();
	unlink(place("sys/bus/pci/devices/" MAILBOX "/driver"));
	unlink(place("dev/cxl/switch0"));
	put_mailbox((struct function){ .driver = "vfio-pci" });
	expect_problem("bound to another driver, 'vfio-pci'", "drivers/vfio-pci/unbind");
}

static void test_driver_override(void **state)
{
	put_mailbox((struct function){ .override = "vfio-pci\n" });
	put_module(true, true);
	expect_problem("reserved for the driver 'vfio-pci'", "driver_override");
}

static void test_probe_failed(void **state)
{
	put_mailbox((struct function){ 0 });
	put_module(true, true);
	expect_problem("its probe failed", "dmesg | grep 0000:0d:00.1");
}

static void test_bar_unassigned(void **state)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci", .unassigned = true });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	expect_problem("BAR 0 has no address", "realloc");
}

static void test_no_bar(void **state)
{
	put_mailbox((struct function){ .driver = "cxl_switch_cci", .no_bar = true });
	put_module(true, true);
	put_text("dev/cxl/switch0", "");
	expect_problem("has no memory BAR", "vendor");
}

static void test_no_node(void **state)
{
	put_healthy();
	unlink(place("dev/cxl/switch0"));
	put_text("dev/cxl/mem0", "");
	expect_problem("the driver is bound, but there is no /dev/cxl/switch0", "devtmpfs");
}

/* Root may open anything, so the question is asked as somebody else. */
static void test_no_permission(void **state)
{
	bool was_root = !geteuid();

	put_healthy();
	chmod(place("dev/cxl/switch0"), 0000);
	if (was_root)
		assert_int_equal(seteuid(65534), 0);
	doctor_examine(&doctor, root);
	if (was_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(doctor.problems, 1);
	assert_non_null(find(VERDICT_PROBLEM, "you may not open"));
	assert_non_null(strstr(find(VERDICT_PROBLEM, "you may not open")->way_out, "root"));
}

static void test_read_only(void **state)
{
	bool was_root = !geteuid();

	put_healthy();
	chmod(place("dev/cxl/switch0"), 0444);
	if (was_root)
		assert_int_equal(seteuid(65534), 0);
	doctor_examine(&doctor, root);
	if (was_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(doctor.problems, 0);
	assert_non_null(find(VERDICT_NOTE, "can be read, not written"));
}

/* Nothing but the node, as in a container: no fault. */
static void test_container(void **state)
{
	put_module(true, false);
	put_text("dev/cxl/switch0", "");
	expect_no_problem();
	assert_non_null(find(VERDICT_UNKNOWN, "cannot be seen"));
}

static void test_nothing_at_all(void **state)
{
	unlink(place("proc/sys/kernel/osrelease"));
	expect_problem("there is no /dev/cxl/switch0", "container");
}

/* More functions than checks fit: told as far as there is room. */
static void test_many_functions(void **state)
{
	char address[24];
	unsigned int i;

	put_module(true, true);
	for (i = 0; i < 100; i++) {
		snprintf(address, sizeof(address), "0000:%02x:00.1", i);
		put_function(&(struct function){ .address = address, .class_code = 0x0c0b00 });
	}
	doctor_examine(&doctor, root);
	assert_int_equal(doctor.functions, 100);
	assert_int_equal(doctor.count, CHECKS_MAX);
}

static void test_devices(void **state)
{
	struct found_device item = { .device.name = "switch3" };

	item.device.info.state = CXL_SWITCH_CCI_STATE_STUCK;
	doctor = (struct doctor){ .sysroot = "" };
	doctor_examine_device(&doctor, &item);
	assert_non_null(find(VERDICT_PROBLEM, "is stuck"));
	item.device.info.state = CXL_SWITCH_CCI_STATE_READY;
	item.device.info.component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	doctor = (struct doctor){ .sysroot = "" };
	doctor_examine_device(&doctor, &item);
	assert_int_equal(doctor.problems, 1);
	assert_non_null(find(VERDICT_PROBLEM, "no usable answer to Identify"));
}

/* The driver's own recovery is told where there is one, and only there. */
static void test_way_out_of_stuck(void **state)
{
	struct found_device item = { .device = { .name = "switch3", .pci = MAILBOX } };

	item.device.info.state = CXL_SWITCH_CCI_STATE_STUCK;
	doctor = (struct doctor){ .sysroot = root };
	doctor_examine_device(&doctor, &item);
	assert_non_null(strstr(doctor.checks[0].way_out,
			       "echo 1 > /sys/bus/pci/devices/" MAILBOX "/reset"));
	put_text("sys/class/cxl_switch_cci/switch3/recover", "");
	doctor = (struct doctor){ .sysroot = root };
	doctor_examine_device(&doctor, &item);
	assert_non_null(strstr(doctor.checks[0].way_out, "/switch3/recover"));
	assert_null(strstr(doctor.checks[0].way_out, "/reset"));
}

static int make_root(void **state)
{
	memcpy(root, ROOT, sizeof(ROOT));
	if (!mkdtemp(root) || chmod(root, 0755))
		return -1;
	put_text("proc/sys/kernel/osrelease", RELEASE "\n");
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int remove_root(void **state)
{
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define ON_A_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_ROOT(test_healthy),
		ON_A_ROOT(test_loaded_by_hand),
		ON_A_ROOT(test_old_module_still_loaded),
		ON_A_ROOT(test_no_switch),
		ON_A_ROOT(test_switch_without_mailbox),
		ON_A_ROOT(test_bridges_hidden_from_users),
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
		ON_A_ROOT(test_other_driver),
		ON_A_ROOT(test_driver_override),
		ON_A_ROOT(test_probe_failed),
		ON_A_ROOT(test_bar_unassigned),
		ON_A_ROOT(test_no_bar),
		ON_A_ROOT(test_no_node),
		ON_A_ROOT(test_no_permission),
		ON_A_ROOT(test_read_only),
		ON_A_ROOT(test_container),
		ON_A_ROOT(test_nothing_at_all),
		ON_A_ROOT(test_many_functions),
		cmocka_unit_test(test_devices),
		ON_A_ROOT(test_way_out_of_stuck),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
