// SPDX-License-Identifier: GPL-2.0-only
/*
 * The server: one event loop over QEMU's connection, the control socket and
 * one timer that runs the model's clock. It never sleeps anywhere else: a stall
 * would desynchronise QEMU for good.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

enum {
	SLOT_SIGNALS, SLOT_TIMER, SLOT_LISTEN, SLOT_CONTROL, SLOT_QEMU, SLOT_CLIENTS,
	SLOTS = SLOT_CLIENTS + CONTROL_CLIENTS
};

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void run_clock(struct server *server)
{
	uint64_t now = monotonic_ns();

	model_advance(server->model, now - server->last);
	server->last = now;
}

static void arm_timer(struct server *server)
{
	uint64_t next = model_next_event(server->model), at;
	struct itimerspec when = { { 0, 0 }, { 0, 0 } };

	if (next != UINT64_MAX) {
		at = next - model_now(server->model) + server->last;
		when.it_value.tv_sec = (time_t)(at / 1000000000);
		when.it_value.tv_nsec = (long)(at % 1000000000);
	}
	timerfd_settime(server->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void fill_slots(const struct server *server, struct pollfd *slots)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		slots[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	slots[SLOT_SIGNALS].fd = server->signals;
	slots[SLOT_TIMER].fd = server->timer;
	slots[SLOT_LISTEN].fd = server->connection.fd < 0 ? server->listen : -1;
	slots[SLOT_CONTROL].fd = server->control_listen;
	slots[SLOT_QEMU].fd = server->connection.fd;
	if (vfio_user_wants_to_write(&server->connection))
		slots[SLOT_QEMU].events = POLLOUT;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		slots[SLOT_CLIENTS + i].fd = server->client[i].fd;
		if (server->client[i].reply)
			slots[SLOT_CLIENTS + i].events = POLLOUT;
	}
}

static void accept_qemu(struct server *server)
{
	int fd = accept4(server->listen, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		vfio_user_accept(&server->connection, fd);
}

static void serve_qemu(struct server *server)
{
	if (vfio_user_serve(&server->connection))
		return;
	vfio_user_close(&server->connection);
	if (server->options.once)
		server->stop = true;
}

static void turn(struct server *server)
{
	struct pollfd slots[SLOTS];
	uint64_t expirations;
	unsigned int i;

	fill_slots(server, slots);
	if (poll(slots, SLOTS, -1) < 0) {
		server->stop = errno != EINTR;
		return;
	}
	run_clock(server);
	if (slots[SLOT_SIGNALS].revents)
		server->stop = true;
	if (slots[SLOT_TIMER].revents &&
	    read(server->timer, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		server->stop = true;
	if (slots[SLOT_LISTEN].revents)
		accept_qemu(server);
	if (slots[SLOT_QEMU].revents)
		serve_qemu(server);
	if (slots[SLOT_CONTROL].revents)
		control_accept(server);
	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (slots[SLOT_CLIENTS + i].revents)
			control_serve(server, &server->client[i]);
	arm_timer(server);
}

static int open_descriptors(struct server *server)
{
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	server->signals = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
	server->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	server->listen = control_listen(server->options.socket);
	if (server->options.control)
		server->control_listen = control_listen(server->options.control);
	if (server->signals < 0 || server->timer < 0 || server->listen < 0)
		return -1;
	return server->options.control && server->control_listen < 0 ? -1 : 0;
}

static void close_descriptors(struct server *server)
{
	const int all[] = {
		server->signals, server->timer, server->listen, server->control_listen,
	};
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		control_close(&server->client[i]);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
	if (server->listen >= 0)
		unlink(server->options.socket);
	if (server->control_listen >= 0)
		unlink(server->options.control);
}

static int serve(struct server *server)
{
	unsigned int i;
	int ret = EXIT_REFUSED;

	server->signals = -1;
	server->timer = -1;
	server->listen = -1;
	server->control_listen = -1;
	for (i = 0; i < CONTROL_CLIENTS; i++)
		server->client[i].fd = -1;
	if (function_create(server))
		return ret;
	if (!open_descriptors(server)) {
		server->last = monotonic_ns();
		arm_timer(server);
		while (!server->stop)
			turn(server);
		ret = 0;
	}
	close_descriptors(server);
	function_free(server);
	return ret;
}

int switch_model(int argc, char **argv)
{
	struct server *server;
	int ret;

	if (argc > 1 && !strcmp(argv[1], "ctl"))
		return control_main(argc, argv);
	server = calloc(1, sizeof(*server));
	if (!server)
		return EXIT_REFUSED;
	ret = options_parse(&server->options, argc, argv);
	if (!ret)
		ret = serve(server);
	free(server);
	return ret;
}
