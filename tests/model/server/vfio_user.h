/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One vfio-user connection as seen by a server without DMA: messages in, replies
 * out, eventfds for interrupts. Knows a device only by the operations below.
 */
#ifndef CXL_MODEL_VFIO_USER_H
#define CXL_MODEL_VFIO_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VFIO_USER_VECTORS	16
#define VFIO_USER_FDS		16
#define VFIO_USER_MESSAGE_MAX	(1u << 17)

enum vfio_user_interrupts { VFIO_USER_INTX, VFIO_USER_MSI, VFIO_USER_MSIX, VFIO_USER_IRQS = 5 };

struct vfio_user_device {
	uint64_t region_size[9];	/* 0-5 BARs, 7 configuration space; 0: none */
	unsigned int vectors[VFIO_USER_IRQS];
	/* false: refused, the client is told EINVAL */
	bool (*read)(void *context, unsigned int region, uint64_t offset, uint32_t len,
		     uint8_t *data);
	bool (*write)(void *context, unsigned int region, uint64_t offset, uint32_t len,
		      const uint8_t *data);
	void (*reset)(void *context);
	void *context;
};

struct vfio_user {
	int fd;				/* -1: nobody connected */
	const struct vfio_user_device *device;
	int eventfd[VFIO_USER_VECTORS];	/* -1: none */
	unsigned int eventfd_index;	/* which interrupt index they belong to */
	uint8_t *in, *out;
	size_t in_len, out_len, out_sent;
	int fds[VFIO_USER_FDS];		/* came with the message being read */
	unsigned int n_fds;
};

int vfio_user_init(struct vfio_user *connection, const struct vfio_user_device *device);
void vfio_user_free(struct vfio_user *connection);
void vfio_user_accept(struct vfio_user *connection, int fd);
void vfio_user_close(struct vfio_user *connection);
/* Reads and answers what has come; false: the connection is over. */
bool vfio_user_serve(struct vfio_user *connection);
bool vfio_user_wants_to_write(const struct vfio_user *connection);
/* false: nobody listens on that vector */
bool vfio_user_interrupt(struct vfio_user *connection, unsigned int vector);

#endif
