/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the server's files share: the served function, its options, the control
 * socket. Nothing here is known to the model.
 */
#ifndef CXL_MODEL_SERVER_H
#define CXL_MODEL_SERVER_H

#include <poll.h>
#include <stdio.h>

#include "model.h"
#include "pci.h"
#include "vfio_user.h"

#define CONTROL_CLIENTS	8
#define CONTROL_LINE	512
#define CONTROL_REPLY	(1u << 20)

enum { EXIT_WRONG_USE = 2, EXIT_REFUSED = 1, EXIT_UNREACHABLE = 3 };

struct server_options {
	const char *socket, *control, *fabric;
	struct model_config model;
	enum pci_interrupts interrupts;
	unsigned int vectors;
	unsigned int msix_message;	/* of the mailbox, by MSI-X; else model.message_number */
	uint32_t class_code;		/* 0: by kind */
	bool once;
};

struct control_client {
	int fd;				/* -1: free */
	char line[CONTROL_LINE];
	size_t len;
	char *reply;
	size_t reply_len, sent;
};

struct server {
	struct server_options options;
	struct model *model;
	struct pci_function pci;
	struct vfio_user_device device;
	struct vfio_user connection;
	int listen, control_listen, timer, signals;
	uint64_t last;			/* monotonic time up to which the model has run */
	struct control_client client[CONTROL_CLIENTS];
	bool stop;
};

/* options.c: 0, or the exit code */
int options_parse(struct server_options *options, int argc, char **argv);

/* control_socket.c */
int control_command(struct server *server, const char *line, char *reply, size_t size);
int control_listen(const char *path);
void control_accept(struct server *server);
void control_serve(struct server *server, struct control_client *client);
void control_close(struct control_client *client);
int control_main(int argc, char **argv);

/* function.c: the function between model and vfio-user */
/* serve.c: the whole program; its exit code */
int switch_model(int argc, char **argv);

int function_create(struct server *server);
void function_free(struct server *server);

#endif
