// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vfio-user protocol, server side, as far as a PCI function without DMA
 * needs it. Never blocks; lengths before content; a client that breaks the
 * framing is dropped.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "vfio_user.h"

#define HEADER		16
#define FLAG_REPLY	1u
#define FLAG_NO_REPLY	(1u << 4)
#define FLAG_ERROR	(1u << 5)
#define REGIONS		9
#define REGION_RW	3u
#define DEVICE_FLAGS	3u		/* reset, PCI */
#define IRQ_EVENTFD	1u
#define IRQ_NO_RESIZE	8u
#define SET_EVENTFD	4u
#define MESSAGES_AT_ONCE 64	/* then others get their turn */

struct message {
	struct vfio_user *connection;
	const uint8_t *body;
	uint32_t len;
	uint8_t *reply;			/* body of the reply, VFIO_USER_MESSAGE_MAX - HEADER long */
	uint32_t reply_len;
};

static int do_version(struct message *m)
{
	static const char capabilities[] =
		"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":65536,"
		"\"max_dma_maps\":65535,\"pgsizes\":4096}}";

	if (m->len < 4 || get16(m->body) != 0)
		return -EINVAL;
	memset(m->reply, 0, 4);		/* 0.0: the client's minor is at least that */
	memcpy(m->reply + 4, capabilities, sizeof(capabilities));
	m->reply_len = 4 + sizeof(capabilities);
	return 0;
}

/* The function never touches the guest's memory, so it only says yes. */
static int do_dma_map(struct message *m)
{
	(void)m;
	return 0;
}

static int do_dma_unmap(struct message *m)
{
	if (m->len < 24)
		return -EINVAL;
	memcpy(m->reply, m->body, 24);
	m->reply_len = 24;
	return 0;
}

static int do_device_info(struct message *m)
{
	if (m->len < 4)
		return -EINVAL;
	put32(m->reply, 16);
	put32(m->reply + 4, DEVICE_FLAGS);
	put32(m->reply + 8, REGIONS);
	put32(m->reply + 12, VFIO_USER_IRQS);
	m->reply_len = 16;
	return 0;
}

static int do_region_info(struct message *m)
{
	uint64_t size;
	uint32_t index;

	if (m->len < 32)
		return -EINVAL;
	index = get32(m->body + 8);
	if (index >= REGIONS)
		return -EINVAL;
	size = m->connection->device->region_size[index];
	memset(m->reply, 0, 32);
	put32(m->reply, 32);
	put32(m->reply + 4, size ? REGION_RW : 0);
	put32(m->reply + 8, index);
	put64(m->reply + 16, size);
	m->reply_len = 32;
	return 0;
}

static int do_irq_info(struct message *m)
{
	unsigned int count;
	uint32_t index;

	if (m->len < 16)
		return -EINVAL;
	index = get32(m->body + 8);
	if (index >= VFIO_USER_IRQS)
		return -EINVAL;
	count = m->connection->device->vectors[index];
	put32(m->reply, 16);
	put32(m->reply + 4, count ? IRQ_EVENTFD | IRQ_NO_RESIZE : 0);
	put32(m->reply + 8, index);
	put32(m->reply + 12, count);
	m->reply_len = 16;
	return 0;
}

static void release(struct vfio_user *connection, unsigned int vector)
{
	if (connection->eventfd[vector] >= 0)
		close(connection->eventfd[vector]);
	connection->eventfd[vector] = -1;
}

static void release_all(struct vfio_user *connection)
{
	unsigned int i;

	for (i = 0; i < VFIO_USER_VECTORS; i++)
		release(connection, i);
}

/* Eventfds for some vectors; none for one vector releases it, count 0 all. */
static int do_set_irqs(struct message *m)
{
	struct vfio_user *connection = m->connection;
	uint32_t flags, index, start, count, i;

	if (m->len < 20)
		return -EINVAL;
	flags = get32(m->body + 4);
	index = get32(m->body + 8);
	start = get32(m->body + 12);
	count = get32(m->body + 16);
	if (index >= VFIO_USER_IRQS)
		return -EINVAL;
	if (!count) {
		if (index == connection->eventfd_index)
			release_all(connection);
		return 0;
	}
	if (start >= connection->device->vectors[index] ||
	    count > connection->device->vectors[index] - start)
		return -EINVAL;
	if (!(flags & SET_EVENTFD))
		return 0;
	if (index != connection->eventfd_index)
		release_all(connection);
	connection->eventfd_index = index;
	for (i = 0; i < count; i++) {
		release(connection, start + i);
		if (i >= connection->n_fds)
			continue;
		connection->eventfd[start + i] = connection->fds[i];
		connection->fds[i] = -1;
	}
	return 0;
}

struct access {
	uint64_t offset;
	uint32_t region, len;
};

static int parse_access(const struct message *m, struct access *access)
{
	uint64_t size;

	if (m->len < 16)
		return -EINVAL;
	access->offset = get64(m->body);
	access->region = get32(m->body + 8);
	access->len = get32(m->body + 12);
	if (access->region >= REGIONS)
		return -EINVAL;
	size = m->connection->device->region_size[access->region];
	if (access->len > 65536 || access->offset > size || access->len > size - access->offset)
		return -EINVAL;
	return 0;
}

static int do_read(struct message *m)
{
	const struct vfio_user_device *device = m->connection->device;
	struct access access;

	if (parse_access(m, &access))
		return -EINVAL;
	memcpy(m->reply, m->body, 16);
	if (!device->read(device->context, access.region, access.offset, access.len, m->reply + 16))
		return -EINVAL;
	m->reply_len = 16 + access.len;
	return 0;
}

static int do_write(struct message *m)
{
	const struct vfio_user_device *device = m->connection->device;
	struct access access;

	if (parse_access(m, &access) || m->len - 16 != access.len)
		return -EINVAL;
	memcpy(m->reply, m->body, 16);
	m->reply_len = 16;
	return device->write(device->context, access.region, access.offset, access.len,
			     m->body + 16) ? 0 : -EINVAL;
}

static int do_reset(struct message *m)
{
	m->connection->device->reset(m->connection->device->context);
	return 0;
}

static int (*const handlers[])(struct message *) = {
	[1] = do_version, [2] = do_dma_map, [3] = do_dma_unmap, [4] = do_device_info,
	[5] = do_region_info, [7] = do_irq_info, [8] = do_set_irqs, [9] = do_read,
	[10] = do_write, [13] = do_reset,
};

static void drop_fds(struct vfio_user *connection)
{
	unsigned int i;

	for (i = 0; i < connection->n_fds; i++)
		if (connection->fds[i] >= 0)
			close(connection->fds[i]);
	connection->n_fds = 0;
}

/* One complete message. Its reply, if wanted, is appended to the output. */
static void handle(struct vfio_user *connection, uint32_t size)
{
	const uint8_t *in = connection->in;
	uint8_t *out = connection->out + connection->out_len;
	uint16_t command = get16(in + 2);
	struct message m = { connection, in + HEADER, size - HEADER, out + HEADER, 0 };
	int error = -EOPNOTSUPP;

	if (command < sizeof(handlers) / sizeof(handlers[0]) && handlers[command])
		error = handlers[command](&m);
	drop_fds(connection);
	if (get32(in + 8) & FLAG_NO_REPLY)
		return;
	if (error)
		m.reply_len = 0;
	memcpy(out, in, 4);
	put32(out + 4, HEADER + m.reply_len);
	put32(out + 8, FLAG_REPLY | (error ? FLAG_ERROR : 0));
	put32(out + 12, (uint32_t)-error);
	connection->out_len += HEADER + m.reply_len;
}

static bool flush(struct vfio_user *connection)
{
	ssize_t n;

	while (connection->out_sent < connection->out_len) {
		n = send(connection->fd, connection->out + connection->out_sent,
			 connection->out_len - connection->out_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		connection->out_sent += (size_t)n;
	}
	connection->out_sent = 0;
	connection->out_len = 0;
	return true;
}

static void keep_fds(struct vfio_user *connection, struct msghdr *header)
{
	struct cmsghdr *control;

	for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
		size_t n = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int), i;

		if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
			continue;
		for (i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(control) + i * sizeof(fd), sizeof(fd));
			if (connection->n_fds < VFIO_USER_FDS)
				connection->fds[connection->n_fds++] = fd;
			else
				close(fd);
		}
	}
}

/* At most the bytes of one message, so that its descriptors stay with it. */
static ssize_t receive(struct vfio_user *connection, size_t want)
{
	union {
		char bytes[CMSG_SPACE(VFIO_USER_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { connection->in + connection->in_len, want };
	struct msghdr header = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(connection->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n > 0)
		keep_fds(connection, &header);
	return n;
}

bool vfio_user_serve(struct vfio_user *connection)
{
	unsigned int budget = MESSAGES_AT_ONCE;
	size_t want;
	ssize_t n;

	while (budget) {
		if (!flush(connection))
			return false;
		if (connection->out_len)
			return true;	/* the client must read before it is heard again */
		want = HEADER;
		if (connection->in_len >= HEADER)
			want = get32(connection->in + 4);
		if (want < HEADER || want > VFIO_USER_MESSAGE_MAX)
			return false;
		if (connection->in_len < want) {
			n = receive(connection, want - connection->in_len);
			if (n < 0)
				return errno == EAGAIN || errno == EINTR;
			if (!n)
				return false;
			connection->in_len += (size_t)n;
			continue;
		}
		handle(connection, (uint32_t)want);
		connection->in_len = 0;
		budget--;
	}
	return flush(connection);
}

bool vfio_user_wants_to_write(const struct vfio_user *connection)
{
	return connection->out_len > connection->out_sent;
}

bool vfio_user_interrupt(struct vfio_user *connection, unsigned int vector)
{
	uint64_t one = 1;

	if (vector >= VFIO_USER_VECTORS || connection->eventfd[vector] < 0)
		return false;
	return write(connection->eventfd[vector], &one, sizeof(one)) == sizeof(one);
}

int vfio_user_init(struct vfio_user *connection, const struct vfio_user_device *device)
{
	unsigned int i;

	memset(connection, 0, sizeof(*connection));
	connection->fd = -1;
	connection->device = device;
	for (i = 0; i < VFIO_USER_VECTORS; i++)
		connection->eventfd[i] = -1;
	connection->in = malloc(VFIO_USER_MESSAGE_MAX);
	connection->out = malloc(VFIO_USER_MESSAGE_MAX);
	return connection->in && connection->out ? 0 : -ENOMEM;
}

void vfio_user_free(struct vfio_user *connection)
{
	vfio_user_close(connection);
	free(connection->in);
	free(connection->out);
}

void vfio_user_accept(struct vfio_user *connection, int fd)
{
	vfio_user_close(connection);
	connection->fd = fd;
}

void vfio_user_close(struct vfio_user *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
	drop_fds(connection);
	release_all(connection);
	connection->in_len = 0;
	connection->out_len = 0;
	connection->out_sent = 0;
}
