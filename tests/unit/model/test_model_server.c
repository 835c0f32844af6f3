// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vfio-user server in a child process, driven by a tiny client of its own:
 * protocol, configuration space, resets, interrupts through eventfds, control
 * socket, and clients that break the rules.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bytes.h"
#include "client.h"
#include "server.h"

#define PATIENCE_MS	5000
#define CONFIG		7
#define BAR0		0
#define NO_REPLY	(1u << 4)

enum {
	VERSION = 1, DMA_MAP, DMA_UNMAP, GET_INFO, GET_REGION, GET_IRQ = 7, SET_IRQS, READ, WRITE,
	RESET = 13
};

struct fixture {
	pid_t server;
	char folder[64], socket[80], control[80];
	int fd;
	uint16_t id;
	uint8_t reply[4096];
	uint32_t reply_len, error;
};

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timespec moment = { 0, 10000000 };
	int tries, fd;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	for (tries = 0; tries < PATIENCE_MS / 10; tries++) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_true(fd >= 0);
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fd;
		close(fd);
		nanosleep(&moment, NULL);	/* the child is still starting */
	}
	return -1;
}

static void start(struct fixture *f, char *const more[])
{
	char *argv[16] = { (char[]){ "switch-model" }, (char[]){ "--socket" }, f->socket,
			   (char[]){ "--control" }, f->control };
	int n = 5;

	snprintf(f->folder, sizeof(f->folder), "/tmp/switch-model.%d", (int)getpid());
	assert_int_equal(mkdir(f->folder, 0700), 0);
	snprintf(f->socket, sizeof(f->socket), "%s/s", f->folder);
	snprintf(f->control, sizeof(f->control), "%s/c", f->folder);
	while (*more)
		argv[n++] = *more++;
	fflush(NULL);
	f->server = fork();
	assert_true(f->server >= 0);
	if (!f->server)
		exit(switch_model(n, argv));	/* not _exit: leaks are looked for at exit */
	f->fd = connect_to(f->socket);
	assert_true(f->fd >= 0);
}

static void send_all(struct fixture *f, const void *bytes, size_t len, const int *fds,
		     unsigned int n)
{
	union {
		char bytes[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n) {
		struct cmsghdr *c = &control.align;

		header.msg_control = &control;
		header.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	assert_int_equal(sendmsg(f->fd, &header, MSG_NOSIGNAL), len);
}

static bool readable(int fd, int ms)
{
	struct pollfd slot = { .fd = fd, .events = POLLIN };

	return poll(&slot, 1, ms) == 1;
}

static size_t receive_all(struct fixture *f, uint8_t *bytes, size_t len)
{
	size_t got = 0;
	ssize_t n;

	while (got < len && readable(f->fd, PATIENCE_MS) &&
	       (n = recv(f->fd, bytes + got, len - got, 0)) > 0)
		got += (size_t)n;
	return got;
}

static void post(struct fixture *f, uint16_t command, uint32_t flags, const void *body,
		 uint32_t len, const int *fds, unsigned int n)
{
	uint8_t message[2048];

	put16(message, ++f->id);
	put16(message + 2, command);
	put32(message + 4, 16 + len);
	put32(message + 8, flags);
	put32(message + 12, 0);
	if (len)
		memcpy(message + 16, body, len);
	send_all(f, message, 16 + len, fds, n);
}

static void ask(struct fixture *f, uint16_t command, const void *body, uint32_t len, const int *fds,
		unsigned int n)
{
	uint8_t header[16];

	post(f, command, 0, body, len, fds, n);
	assert_int_equal(receive_all(f, header, 16), 16);
	assert_int_equal(get16(header), f->id);
	assert_int_equal(get32(header + 8) & 0xf, 1);
	f->error = get32(header + 8) & (1u << 5) ? get32(header + 12) : 0;
	f->reply_len = get32(header + 4) - 16;
	assert_true(f->reply_len <= sizeof(f->reply));
	assert_int_equal(receive_all(f, f->reply, f->reply_len), f->reply_len);
}

static uint64_t read_region(struct fixture *f, uint32_t region, uint64_t offset, uint32_t len)
{
	uint8_t body[16], value[8] = { 0 };

	put64(body, offset);
	put32(body + 8, region);
	put32(body + 12, len);
	ask(f, READ, body, 16, NULL, 0);
	assert_int_equal(f->error, 0);
	assert_int_equal(f->reply_len, 16 + len);
	memcpy(value, f->reply + 16, len < 8 ? len : 8);
	return get64(value);
}

static void write_region(struct fixture *f, uint32_t region, uint64_t offset, uint32_t len,
			 uint64_t value)
{
	uint8_t body[24];

	put64(body, offset);
	put32(body + 8, region);
	put32(body + 12, len);
	put64(body + 16, value);
	if (region == CONFIG)
		ask(f, WRITE, body, 16 + len, NULL, 0);
	else
		post(f, WRITE, NO_REPLY, body, 16 + len, NULL, 0);
}

static void set_vector(struct fixture *f, uint32_t index, uint32_t vector, int fd)
{
	uint8_t body[20];

	put32(body, 20);
	put32(body + 4, 4 | 32);
	put32(body + 8, index);
	put32(body + 12, vector);
	put32(body + 16, 1);
	ask(f, SET_IRQS, body, 20, &fd, fd >= 0);
	assert_int_equal(f->error, 0);
}

static void hello(struct fixture *f)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{}}";

	ask(f, VERSION, version, sizeof(version), NULL, 0);
	assert_int_equal(f->error, 0);
	assert_int_equal(get32(f->reply), 0);
	assert_int_equal(f->reply[f->reply_len - 1], 0);
}

/* "ok\n" or "error\n" and more, as the server's control socket says it */
static void control(struct fixture *f, const char *line, char *reply, size_t size)
{
	int fd = connect_to(f->control);
	size_t got = 0;
	ssize_t n;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	while (got < size - 1 && readable(fd, PATIENCE_MS) &&
	       (n = read(fd, reply + got, size - 1 - got)) > 0)
		got += (size_t)n;
	reply[got] = '\0';
	close(fd);
}

static void order(struct fixture *f, const char *line)
{
	char reply[4096], text[256];

	snprintf(text, sizeof(text), "%s\n", line);
	control(f, text, reply, sizeof(reply));
	if (strncmp(reply, "ok\n", 3))
		fail_msg("%s: %s", line, reply);
}

static int make(void **state, char *const more[])
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	*state = f;
	start(f, more);
	hello(f);
	return 0;
}

static int setup(void **state)
{
	return make(state, (char *const[]){ NULL });
}

static int setup_msi(void **state)
{
	return make(state, (char *const[]){ (char[]){ "--interrupts" }, (char[]){ "msi" }, NULL });
}

static int setup_both(void **state)
{
	return make(state, (char *const[]){ (char[]){ "--interrupts" }, (char[]){ "both" },
					    (char[]){ "--message-number" }, (char[]){ "2" },
					    (char[]){ "--msix-message" }, (char[]){ "3" }, NULL });
}

static int setup_memory(void **state)
{
	return make(state, (char *const[]){ (char[]){ "--memory-device" }, NULL });
}

/* The server must end by itself and in order: a sanitizer's finding shows here. */
static int teardown(void **state)
{
	struct fixture *f = *state;
	int status;

	close(f->fd);
	kill(f->server, SIGTERM);
	assert_int_equal(waitpid(f->server, &status, 0), f->server);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(access(f->socket, F_OK), -1);
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

static void test_what_it_is(void **state)
{
	struct fixture *f = *state;
	uint8_t body[32] = { 32 };

	ask(f, GET_INFO, body, 16, NULL, 0);
	assert_int_equal(get32(f->reply + 4), 3);
	assert_int_equal(get32(f->reply + 8), 9);
	assert_int_equal(get32(f->reply + 12), 5);
	ask(f, GET_REGION, body, 32, NULL, 0);
	assert_int_equal(get32(f->reply + 4), 3);
	assert_int_equal(get64(f->reply + 16), 4096);
	put32(body + 8, 2);
	ask(f, GET_IRQ, body, 16, NULL, 0);
	assert_int_equal(get32(f->reply + 12), 4);
	put32(body + 8, 9);
	ask(f, GET_REGION, body, 32, NULL, 0);
	assert_int_equal(f->error, EINVAL);
	ask(f, 99, body, 32, NULL, 0);
	assert_int_equal(f->error, EOPNOTSUPP);
	ask(f, DMA_MAP, body, 32, NULL, 0);
	assert_int_equal(f->error, 0);
}

static unsigned int find_capability(struct fixture *f, uint8_t id)
{
	unsigned int at = (unsigned int)read_region(f, CONFIG, 0x34, 1), left = 48;

	while (at && left--) {
		if (read_region(f, CONFIG, at, 1) == id)
			return at;
		at = (unsigned int)read_region(f, CONFIG, at + 1, 1);
	}
	return 0;
}

static void test_configuration_space(void **state)
{
	struct fixture *f = *state;
	unsigned int express = find_capability(f, 0x10), msix = find_capability(f, 0x11);

	assert_int_equal(read_region(f, CONFIG, 0, 4), 0x0c0b1e98);
	assert_int_equal(read_region(f, CONFIG, 8, 4), 0x0c0b0000);
	assert_true(express && msix && find_capability(f, 1));
	assert_int_equal(find_capability(f, 5), 0);
	assert_int_equal(read_region(f, CONFIG, express + 4, 4) >> 28 & 1, 1);
	assert_int_equal(read_region(f, CONFIG, msix + 2, 2), 3);
	write_region(f, CONFIG, 0x10, 4, 0xffffffff);
	assert_int_equal(read_region(f, CONFIG, 0x10, 4), 0xfffff00c);
	write_region(f, CONFIG, 0x14, 4, 0xffffffff);
	assert_int_equal(read_region(f, CONFIG, 0x14, 4), 0xffffffff);
	write_region(f, CONFIG, 0, 4, 0);
	assert_int_equal(read_region(f, CONFIG, 0, 4), 0x0c0b1e98);
	assert_int_equal(read_region(f, CONFIG, 0x100, 4) & 0xfffff, 0x10023);
	assert_int_equal(read_region(f, CONFIG, 0x104, 4), 0x01401e98);
	assert_int_equal(read_region(f, CONFIG, 0x108, 2), 8);
	assert_int_equal(read_region(f, CONFIG, 0x10c, 4), 0x300);
	assert_int_equal(read_region(f, CONFIG, 0x120, 4), 0x10003);
	order(f, "config 0x104 4 0");
	assert_int_equal(read_region(f, CONFIG, 0x104, 4), 0);
}

static void run_identify(struct fixture *f, uint32_t enables)
{
	write_region(f, BAR0, CLIENT_COMMAND, 8, 0x0001);
	write_region(f, BAR0, CLIENT_CONTROL, 4, enables | 1);
}

static void test_a_command_in_every_width(void **state)
{
	struct fixture *f = *state;

	run_identify(f, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_COMMAND, 8), 0x0001 | 0x12 << 16);
	assert_int_equal(read_region(f, BAR0, CLIENT_PAYLOAD, 1), 0x98);
	assert_int_equal(read_region(f, BAR0, CLIENT_PAYLOAD, 2), 0x1e98);
	assert_int_equal(read_region(f, BAR0, CLIENT_PAYLOAD, 4), 0x0c0b1e98);
	assert_true(read_region(f, BAR0, CLIENT_PAYLOAD + 8, 8) >> 48 == 0xc0de);
}

static bool fired(int fd)
{
	uint64_t count;

	return readable(fd, PATIENCE_MS) && read(fd, &count, 8) == 8 && count == 1;
}

static void test_interrupts(void **state)
{
	struct fixture *f = *state;
	int fd = eventfd(0, EFD_NONBLOCK), other = eventfd(0, EFD_NONBLOCK);

	assert_true(fd >= 0 && other >= 0);
	set_vector(f, 2, 0, fd);
	set_vector(f, 2, 1, other);
	run_identify(f, 2);
	assert_true(fired(fd));
	order(f, "background switch time 50");
	write_region(f, BAR0, CLIENT_COMMAND, 8, 0xc007);
	write_region(f, BAR0, CLIENT_CONTROL, 4, 4 | 1);
	assert_int_equal(read_region(f, BAR0, CLIENT_STATUS_REGISTER, 8) & 1, 1);
	assert_true(fired(fd));		/* by the server's timer */
	assert_int_equal(read_region(f, BAR0, CLIENT_BACKGROUND, 8) & 0xffffff, 0x64c007);
	order(f, "interrupt 1");
	assert_true(fired(other));
	order(f, "lose 1");
	run_identify(f, 2);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 2);
	assert_false(readable(fd, 0));
	set_vector(f, 2, 0, -1);	/* released */
	run_identify(f, 2);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 2);
	assert_false(readable(fd, 0));
	close(fd);
	close(other);
}

static unsigned int message(struct fixture *f)
{
	return read_region(f, BAR0, CLIENT_CAPABILITIES, 4) >> 7 & 0xf;
}

/* Which message the mailbox names depends on what is enabled: CXL 3.1 8.2.8.4.3. */
static void test_both(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_region(f, CONFIG, 0x81, 1), 0x90);
	assert_int_equal(read_region(f, CONFIG, 0x90, 2), 0xb005);
	assert_int_equal(read_region(f, CONFIG, 0xb0, 2), 0x0011);
	assert_int_equal(message(f), 2);
	write_region(f, CONFIG, 0x92, 2, 1);
	assert_int_equal(message(f), 0);
	write_region(f, CONFIG, 0x92, 2, 2 << 4 | 1);
	assert_int_equal(message(f), 2);
	write_region(f, CONFIG, 0x92, 2, 0);
	write_region(f, CONFIG, 0xb2, 2, 0x8000);
	assert_int_equal(message(f), 3);
	write_region(f, CONFIG, 0xb2, 2, 0);
	assert_int_equal(message(f), 2);
}

static void test_msi(void **state)
{
	struct fixture *f = *state;
	unsigned int msi = find_capability(f, 5);
	int fd = eventfd(0, EFD_NONBLOCK);

	assert_true(msi);
	assert_int_equal(find_capability(f, 0x11), 0);
	assert_int_equal(read_region(f, CONFIG, msi + 2, 2), 0x80);
	set_vector(f, 1, 0, fd);
	run_identify(f, 2);
	assert_true(fired(fd));
	close(fd);
}

static void test_late_answer(void **state)
{
	struct fixture *f = *state;
	int fd = eventfd(0, EFD_NONBLOCK);

	set_vector(f, 2, 0, fd);
	order(f, "late 80 1");
	run_identify(f, 2);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 3);
	assert_false(readable(fd, 20));
	assert_true(fired(fd));
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 2);
	close(fd);
}

static void stick(struct fixture *f)
{
	order(f, "stuck 1");
	run_identify(f, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 1);
}

static void test_resets(void **state)
{
	struct fixture *f = *state;
	unsigned int express = find_capability(f, 0x10), power = find_capability(f, 1);

	write_region(f, CONFIG, 4, 2, 6);
	stick(f);
	write_region(f, CONFIG, express + 8, 2, 1 << 15);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0);
	assert_int_equal(read_region(f, CONFIG, 4, 2), 0);
	assert_int_equal(read_region(f, CONFIG, express + 8, 2), 0);
	stick(f);
	write_region(f, CONFIG, power + 4, 2, 3);
	assert_int_equal(read_region(f, CONFIG, power + 4, 2) & 3, 3);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 1);
	write_region(f, CONFIG, power + 4, 2, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0);
	stick(f);
	ask(f, RESET, NULL, 0, NULL, 0);
	assert_int_equal(f->error, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0);
}

static void test_removed(void **state)
{
	struct fixture *f = *state;

	order(f, "remove");
	assert_int_equal(read_region(f, CONFIG, 0, 4), 0xffffffff);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0xffffffff);
	order(f, "restore");
	assert_int_equal(read_region(f, CONFIG, 0, 4), 0x0c0b1e98);
}

static void test_bad_requests(void **state)
{
	static const struct { uint32_t region; uint64_t offset; uint32_t len; } bad[] = {
		{ 0, 4096, 4 }, { 0, 4094, 4 }, { 0, UINT64_MAX, 4 }, { 0, 0, 3 }, { 0, 0, 16 },
		{ 9, 0, 4 }, { 0xffffffff, 0, 4 }, { CONFIG, 4096, 1 }, { CONFIG, 0, 0xffffffff },
		{ 1, 0, 4 },
	};
	struct fixture *f = *state;
	uint8_t body[32] = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put64(body, bad[i].offset);
		put32(body + 8, bad[i].region);
		put32(body + 12, bad[i].len);
		ask(f, READ, body, 16, NULL, 0);
		if (f->error != EINVAL)
			fail_msg("row %u", i);
	}
	ask(f, READ, body, 15, NULL, 0);
	assert_int_equal(f->error, EINVAL);
	put32(body + 8, 0);
	put64(body, 0);
	put32(body + 12, 8);
	ask(f, WRITE, body, 20, NULL, 0);	/* four bytes of eight */
	assert_int_equal(f->error, EINVAL);
	ask(f, SET_IRQS, body, 19, NULL, 0);
	assert_int_equal(f->error, EINVAL);
	put32(body + 8, 2);
	put32(body + 12, 3);
	put32(body + 16, 0xffffffff);
	ask(f, SET_IRQS, body, 20, NULL, 0);
	assert_int_equal(f->error, EINVAL);
	ask(f, VERSION, "\1\0\0\0", 4, NULL, 0);
	assert_int_equal(f->error, EINVAL);
}

static void reconnect(struct fixture *f)
{
	close(f->fd);
	f->fd = connect_to(f->socket);
	assert_true(f->fd >= 0);
	hello(f);
}

/* A client that breaks the framing is dropped, and the next one is served. */
static void test_broken_framing(void **state)
{
	static const uint32_t sizes[] = { 0, 15, 0x20001, 0xffffffff };
	struct fixture *f = *state;
	uint8_t header[16] = { 1, 0, 1, 0 }, byte;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		put32(header + 4, sizes[i]);
		send_all(f, header, 16, NULL, 0);
		assert_true(readable(f->fd, PATIENCE_MS));
		assert_int_equal(recv(f->fd, &byte, 1, 0), 0);
		reconnect(f);
	}
	put32(header + 4, 100);		/* and half a message, then gone */
	send_all(f, header, 16, NULL, 0);
	reconnect(f);
	run_identify(f, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 0);
}

static void test_message_in_single_bytes(void **state)
{
	struct fixture *f = *state;
	uint8_t message[16 + 16] = { 7, 0, READ, 0, 32 };
	unsigned int i;

	put32(message + 16 + 8, CONFIG);
	put32(message + 16 + 12, 4);
	for (i = 0; i < sizeof(message); i++)
		send_all(f, message + i, 1, NULL, 0);
	assert_int_equal(receive_all(f, f->reply, 36), 36);
	assert_int_equal(get32(f->reply + 32), 0x0c0b1e98);
}

static void test_control_socket(void **state)
{
	struct fixture *f = *state;
	char reply[16384], line[700];

	control(f, "show\n", reply, sizeof(reply));
	assert_non_null(strstr(reply, "port2.ld3 ld 1e98:c511"));
	control(f, "help\n", reply, sizeof(reply));
	assert_non_null(strstr(reply, "disconnect"));
	control(f, "nonsense\n", reply, sizeof(reply));
	assert_memory_equal(reply, "error\nno command 'nonsense'", 26);
	control(f, "config 1 2\n", reply, sizeof(reply));
	assert_memory_equal(reply, "error\n", 6);
	memset(line, 'x', sizeof(line));	/* no line end within the limit: hung up */
	line[sizeof(line) - 1] = '\0';
	control(f, line, reply, sizeof(reply));
	assert_string_equal(reply, "");
	order(f, "disconnect");
	reconnect(f);
}

/* Runs the program as a user does, without its output. Returns its exit code. */
static int run_program(char *argv[])
{
	int argc = 0, status;
	pid_t child;

	while (argv[argc])
		argc++;
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			exit(99);
		optind = 0;
		exit(switch_model(argc, argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(...) run_program((char *[]){ (char[]){ "switch-model" }, __VA_ARGS__, NULL })

static void test_wrong_use(void **state)
{
	(void)state;
	assert_int_equal(RUN((char[]){ "--help" }), 0);
	assert_int_equal(RUN((char[]){ "--no-such-option" }), 2);
	assert_int_equal(RUN((char[]){ "--socket" }), 2);
	assert_int_equal(RUN((char[]){ "stray" }), 2);
	assert_int_equal(RUN((char[]){ "--interrupts" }, (char[]){ "msi" }), 2);
	assert_int_equal(RUN((char[]){ "--interrupts" }, (char[]){ "smoke" }), 2);
	assert_int_equal(RUN((char[]){ "--payload-exponent" }, (char[]){ "7" }), 2);
	assert_int_equal(RUN((char[]){ "--payload-exponent" }, (char[]){ "-1" }), 2);
	assert_int_equal(RUN((char[]){ "--vectors" }, (char[]){ "1x" }), 2);
	assert_int_equal(RUN((char[]){ "--socket" }, (char[]){ "/tmp/x" },
			     (char[]){ "--interrupts" },
			     (char[]){ "msi" }, (char[]){ "--vectors" }, (char[]){ "3" }), 2);
	assert_int_equal(RUN((char[]){ "--socket" }, (char[]){ "/tmp/x" }, (char[]){ "--fabric" },
			     (char[]){ "/no/such/file" }), 1);
	assert_int_equal(RUN((char[]){ "--socket" }, (char[]){ "/tmp/x" },
			     (char[]){ "--block-offset" },
			     (char[]){ "4" }), 1);
	assert_int_equal(RUN((char[]){ "--socket" }, (char[]){ "/no/such/folder/s" }), 1);
	assert_int_equal(RUN((char[]){ "ctl" }), 2);
	assert_int_equal(RUN((char[]){ "ctl" }, (char[]){ "/no/such/socket" }, (char[]){ "show" }),
			 3);
}

static void test_ctl(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(RUN((char[]){ "ctl" }, f->control, (char[]){ "show" }), 0);
	assert_int_equal(RUN((char[]){ "ctl" }, f->control, (char[]){ "nonsense" }), 1);
	assert_int_equal(RUN((char[]){ "ctl" }, f->control, (char[]){ "stuck 1" }), 0);
	run_identify(f, 0);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 1);
	/* a second server may not take a living one's socket */
	assert_int_equal(RUN((char[]){ "--socket" }, f->socket), 1);
	assert_int_equal(read_region(f, BAR0, CLIENT_CONTROL, 4), 1);
}

static void test_fabric_file_and_options(void **state)
{
	static const char text[] = "port 7 sld\nport 9 upstream\n";
	char reply[4096], path[64];
	char *const options[] = {
		(char[]){ "--fabric" }, path, (char[]){ "--payload-exponent" }, (char[]){ "8" },
		(char[]){ "--class" }, (char[]){ "0x123456" },
		(char[]){ "--no-doorbell-interrupt" }, (char[]){ "--ready-ms" },
		(char[]){ "600000" }, NULL
	};
	struct fixture *f;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/switch-model-fabric.%d", (int)getpid());
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	make((void **)&f, options);
	assert_int_equal(read_region(f, BAR0, CLIENT_CAPABILITIES, 4) & 0x7f, 0x48);
	assert_int_equal(read_region(f, CONFIG, 8, 4), 0x12345600);
	assert_int_equal(read_region(f, BAR0, CLIENT_TYPE_STATUS, 8), 0);
	control(f, "show\n", reply, sizeof(reply));
	assert_non_null(strstr(reply, "port7 sld"));
	assert_null(strstr(reply, "port0"));
	unlink(path);
	teardown((void **)&f);
}

static void test_memory_device(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_region(f, CONFIG, 8, 4), 0x05021000);
	assert_int_equal(read_region(f, BAR0, 0, 8) >> 24 & 0xf, 1);
	write_region(f, BAR0, CLIENT_COMMAND, 8, 0x4000);
	write_region(f, BAR0, CLIENT_CONTROL, 4, 1);
	assert_int_equal(read_region(f, BAR0, CLIENT_COMMAND, 8), 0x4000 | 0x45 << 16);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_what_it_is), test(test_configuration_space),
		test(test_a_command_in_every_width), test(test_interrupts),
		cmocka_unit_test_setup_teardown(test_msi, setup_msi, teardown),
		cmocka_unit_test_setup_teardown(test_both, setup_both, teardown),
		test(test_late_answer), test(test_resets), test(test_removed),
		test(test_bad_requests), test(test_broken_framing),
		test(test_message_in_single_bytes), test(test_control_socket),
		cmocka_unit_test(test_wrong_use), test(test_ctl),
		cmocka_unit_test(test_fabric_file_and_options),
		cmocka_unit_test_setup_teardown(test_memory_device, setup_memory, teardown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("model: vfio-user server", tests, NULL, NULL);
}
