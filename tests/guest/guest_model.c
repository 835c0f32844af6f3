// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders to the device model over the guest's fourth serial port, modules and a
 * capability changed at run time. It knows no CXL command but Identify.
 */
#include "guest_model.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <termios.h>

#define ORDERS		"/dev/ttyS3"
#define MODULE		"cxl_switch_cci"
#define REPLY_LIMIT_MS	10000
#define TAINT_USER_BIT	6

static int orders = -1;
static char reply[65536];

/* ---- the model ---- */

/* The reply ends with a line "= STATUS". -1: it did not come. */
static int read_reply(void)
{
	int64_t limit = guest_now_ms() + guest_patience(REPLY_LIMIT_MS);
	size_t length = 0;
	char *end;
	ssize_t n;

	while (guest_now_ms() < limit && length < sizeof(reply) - 1) {
		n = read(orders, reply + length, sizeof(reply) - 1 - length);
		if (n < 0)
			return -1;
		length += (size_t)n;
		reply[length] = '\0';
		end = strstr(reply, "\n= ");
		if (end && strchr(end + 1, '\n')) {
			*end = '\0';
			return atoi(end + 3);
		}
	}
	return -1;
}

static void open_orders(void)
{
	struct termios mode;

	orders = open(ORDERS, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (orders < 0 || tcgetattr(orders, &mode))
		fail_msg("%s: %s; is this a guest of guest-model?", ORDERS, strerror(errno));
	cfmakeraw(&mode);
	cfsetspeed(&mode, B115200);
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 1;
	if (tcsetattr(orders, TCSAFLUSH, &mode))
		fail_msg("%s: %s", ORDERS, strerror(errno));
	/* firmware may have left half a line there */
	if (write(orders, "\n", 1) != 1 || read_reply() < 0)
		fail_msg("%s: nobody answers", ORDERS);
}

const char *model_order(const char *format, ...)
{
	char line[256];
	va_list arguments;
	int length, status;

	if (orders < 0)
		open_orders();
	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	line[length++] = '\n';
	if (write(orders, line, (size_t)length) != length)
		fail_msg("%s: %s", ORDERS, strerror(errno));
	status = read_reply();
	if (status)
		fail_msg("the model, asked '%.*s': %d, %s", length - 1, line, status, reply);
	return reply;
}

/* The decimal number behind "NAME=" in @text. */
static uint64_t number_behind(const char *text, const char *name)
{
	const char *found = strstr(text, name);

	if (!found || found[strlen(name)] != '=')
		fail_msg("the model tells no '%s': %s", name, text);
	return strtoull(found + strlen(name) + 1, NULL, 10);
}

uint64_t model_counter(const char *name)
{
	return number_behind(model_order("counters"), name);
}

uint64_t model_violations(void)
{
	return number_behind(model_order("violations"), "violations");
}

uint64_t model_commands_of(const char *path)
{
	return number_behind(model_order("show %s", path), "commands");
}

void model_fresh_driver(void)
{
	struct guest_device device = guest_device();

	model_order("clear");
	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	model_order("zero");
}

int model_still_well(void)
{
	struct sent sent;
	uint64_t violations;
	int fd;

	guest_set_rawio(true);
	violations = model_violations();
	if (violations) {
		print_error("the driver broke rules of the mailbox: %s\n", reply);
		return -1;
	}
	model_order("clear");
	fd = guest_open(O_RDWR);
	guest_send_to(fd, -1, OPCODE_IDENTIFY, NULL, 0, &sent);
	if (!sent.error && !sent.send.leaf_return_code)
		guest_send_to(fd, MODEL_BOUND, OPCODE_IDENTIFY, NULL, 0, &sent);
	close(fd);
	if (sent.error || sent.send.leaf_return_code) {
		print_error("no longer served: errno %d, code %04xh\n", sent.error,
			    sent.send.leaf_return_code);
		return -1;
	}
	return 0;
}

int guest_model_end(void **state)
{
	return model_still_well();
}

/* ---- modules and capabilities ---- */

void guest_change_module(const char *path, const char *parameters)
{
	int error;

	if (!access("/sys/module/" MODULE, F_OK)) {
		error = guest_remove_module();
		if (error)
			fail_msg("unloading the module: %s", strerror(error));
	}
	error = guest_load_module(path, parameters);
	if (error)
		fail_msg("%s: %s", path, strerror(error));
	guest_device();
}

void guest_set_device_time(unsigned int ms)
{
	char parameter[40];

	snprintf(parameter, sizeof(parameter), "command_timeout_ms=%u", ms);
	guest_change_module(MODULE_STANDARD, parameter);
}

int guest_standard_module(void **state)
{
	guest_change_module(MODULE_STANDARD, "");
	return 0;
}

void guest_set_rawio(bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	assert_int_equal(syscall(SYS_capget, &header, data), 0);
	if (on)
		data[0].effective |= 1u << CAP_SYS_RAWIO;
	else
		data[0].effective &= ~(1u << CAP_SYS_RAWIO);
	assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

bool guest_tainted_by_user(void)
{
	char line[32];

	guest_read_line("/proc/sys/kernel/tainted", line, sizeof(line));
	assert_true(*line);
	return strtoull(line, NULL, 10) >> TAINT_USER_BIT & 1;
}
