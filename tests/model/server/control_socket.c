// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control socket: a line in, "ok" or "error" and text out, closed. Both ends:
 * the server's, and "switch-model ctl".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

static bool make_address(struct sockaddr_un *address, const char *path)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path)) {
		fprintf(stderr, "switch-model: %s: longer than %zu characters\n", path,
			sizeof(address->sun_path) - 1);
		return false;
	}
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return true;
}

/* A stale socket of a dead server is replaced; anything else at PATH is not. */
static bool clear_path(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool dead;

	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)address, sizeof(*address)) &&
	       errno == ECONNREFUSED;
	close(fd);
	return dead && !unlink(address->sun_path);
}

int control_listen(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), ret;
	struct sockaddr_un address;

	if (fd < 0 || !make_address(&address, path))
		goto fail;
	ret = bind(fd, (struct sockaddr *)&address, sizeof(address));
	if (ret && errno == EADDRINUSE && clear_path(&address))
		ret = bind(fd, (struct sockaddr *)&address, sizeof(address));
	if (ret || listen(fd, CONTROL_CLIENTS)) {
		fprintf(stderr, "switch-model: %s: %s\n", path, strerror(errno));
		goto fail;
	}
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

static int poke_config(struct server *server, const char *line, char *reply, size_t size)
{
	unsigned int offset, width, value;

	if (sscanf(line, "config %i %i %i", (int *)&offset, (int *)&width, (int *)&value) != 3 ||
	    offset >= PCI_SPACE || (width != 1 && width != 2 && width != 4)) {
		snprintf(reply, size, "config OFFSET WIDTH VALUE: configuration space lies");
		return -EINVAL;
	}
	pci_poke(&server->pci, offset, width, value);
	return 0;
}

int control_command(struct server *server, const char *line, char *reply, size_t size)
{
	int ret;

	*reply = '\0';
	if (!strncmp(line, "config ", 7))
		return poke_config(server, line, reply, size);
	if (!strcmp(line, "disconnect")) {
		vfio_user_close(&server->connection);
		return 0;
	}
	if (!strcmp(line, "quit")) {
		server->stop = true;
		return 0;
	}
	ret = model_command(server->model, line, reply, size);
	if (!strcmp(line, "help"))
		snprintf(reply + strlen(reply), size - strlen(reply),
			 "config OFFSET WIDTH VALUE: configuration space lies\n"
			 "disconnect: QEMU loses the server\nquit: the server ends\n");
	return ret;
}

void control_close(struct control_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	free(client->reply);
	memset(client, 0, sizeof(*client));
	client->fd = -1;
}

void control_accept(struct server *server)
{
	int fd = accept4(server->control_listen, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	unsigned int i;

	if (fd < 0)
		return;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		if (server->client[i].fd >= 0)
			continue;
		server->client[i].fd = fd;
		return;
	}
	close(fd);
}

/* "ok" or "error", then what there is to say. */
static void answer(struct server *server, struct control_client *client)
{
	static const char good[] = "ok\n", bad[] = "error\n";
	char *text = malloc(CONTROL_REPLY);
	const char *status;
	int ret;

	client->reply = text;
	if (!text)
		return;
	ret = control_command(server, client->line, text + sizeof(bad),
			      CONTROL_REPLY - sizeof(bad));
	status = ret ? bad : good;
	memmove(text + strlen(status), text + sizeof(bad), strlen(text + sizeof(bad)) + 1);
	memcpy(text, status, strlen(status));
	client->reply_len = strlen(text);
}

static void send_reply(struct control_client *client)
{
	ssize_t n = send(client->fd, client->reply + client->sent, client->reply_len - client->sent,
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n > 0)
		client->sent += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || client->sent == client->reply_len)
		control_close(client);
}

void control_serve(struct server *server, struct control_client *client)
{
	char *end;
	ssize_t n;

	if (!client->reply) {
		n = recv(client->fd, client->line + client->len,
			 sizeof(client->line) - 1 - client->len, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			control_close(client);
			return;
		}
		client->len += (size_t)n;
		client->line[client->len] = '\0';
		end = strchr(client->line, '\n');
		if (!end)
			return;
		*end = '\0';
		answer(server, client);
	}
	if (client->reply)
		send_reply(client);
	else
		control_close(client);
}

static int connect_to(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;

	if (fd < 0 || !make_address(&address, path))
		return -1;
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	fprintf(stderr, "switch-model: %s: %s; is a server with --control there?\n", path,
		strerror(errno));
	close(fd);
	return -1;
}

/* switch-model ctl SOCKET 'COMMAND' */
int control_main(int argc, char **argv)
{
	char line[CONTROL_LINE], *text;
	size_t len = 0;
	ssize_t n;
	int fd, ret;

	if (argc != 4 || snprintf(line, sizeof(line), "%s\n", argv[3]) >= (int)sizeof(line)) {
		fprintf(stderr, "usage: switch-model ctl SOCKET 'COMMAND' (one line, \"help\")\n");
		return EXIT_WRONG_USE;
	}
	fd = connect_to(argv[2]);
	if (fd < 0)
		return EXIT_UNREACHABLE;
	text = calloc(1, CONTROL_REPLY + 1);
	ret = !text || send(fd, line, strlen(line), MSG_NOSIGNAL) < 0;
	while (!ret && len < CONTROL_REPLY && (n = read(fd, text + len, CONTROL_REPLY - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (ret || (strncmp(text, "ok\n", 3) && strncmp(text, "error\n", 6))) {
		fprintf(stderr, "switch-model: no answer\n");
		free(text);
		return EXIT_UNREACHABLE;
	}
	ret = text[0] == 'o' ? 0 : EXIT_REFUSED;
	fputs(strchr(text, '\n') + 1, ret ? stderr : stdout);
	if (ret)
		fputc('\n', stderr);
	free(text);
	return ret;
}
