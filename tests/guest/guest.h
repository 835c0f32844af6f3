/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest tests share: finding and binding the device, the ioctls, tunnel
 * messages, pages that fault, children with an end. It knows the ABI and QEMU's
 * topology; it must not know how the driver does its work.
 */
#ifndef GUEST_H
#define GUEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/cxl_mem.h>

#include "cxl_switch_cci.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A line of measured numbers in the TAP output. */
#define diag(...) do { printf("# " __VA_ARGS__); puts(""); fflush(stdout); } while (0)

/* ---- guest_device.c: the device node, its PCI function, the module ---- */

struct guest_device {
	char node[32];		/* /dev/cxl/switch0 */
	char name[16];		/* switch0 */
	char pci[16];		/* 0000:0d:00.1 */
	unsigned int number;
};

/*
 * How long to wait for what takes @time at most on a stock kernel: more on one that says
 * it is slow. In whatever unit.
 */
unsigned int guest_patience(unsigned int time);
/* Kills the program if it outlives what any machine needs: a hang is a failure. */
void guest_give_up_after(unsigned int seconds);

/* Finds the one switch, waiting for an asynchronous probe; fails the test if none comes. */
struct guest_device guest_device(void);
/* Reads and writes /sys/class/cxl_switch_cci/switchN/NAME. */
void guest_read_attribute(const struct guest_device *device, const char *name, char *line,
			  size_t size);
int guest_write_attribute(const struct guest_device *device, const char *name,
			  const char *value);
/* Waits up to ten seconds for the node; false: it never came. */
bool guest_wait_for_node(const char *node);
int guest_open(int flags);
/* Writes @text to @path; 0 or an errno. */
int guest_write_file(const char *path, const char *text);
/* The first line of @path without its newline, "" if unreadable. */
void guest_read_line(const char *path, char *line, size_t size);
/* rmmod, and insmod of any build of the module or of the one under test; 0 or an errno. */
int guest_remove_module(void);
int guest_load_module(const char *path, const char *parameters);
int guest_insert_module(const char *parameters);
int guest_unbind(const struct guest_device *device);
int guest_bind(const struct guest_device *device);
int64_t guest_now_ms(void);
void guest_sleep_ms(unsigned int ms);
/*
 * Whether @call comes back within @ms in one of some tries. On a busy machine anything may
 * take long once; who waits in there does so each time.
 */
bool guest_at_once(void (*call)(void), unsigned int ms);

/* ---- guest_command.c: one command by either ABI, and tunnel messages ---- */

#define OPCODE_IDENTIFY			0x0001
#define OPCODE_BACKGROUND_STATUS	0x0002
#define OPCODE_GET_LIMIT		0x0003
#define OPCODE_SET_LIMIT		0x0004
#define OPCODE_NOTIFICATION		0x0106
#define OPCODE_ABORT			0x0005
#define OPCODE_GET_TIMESTAMP		0x0300
#define OPCODE_SET_TIMESTAMP		0x0301
#define OPCODE_GET_SUPPORTED_LOGS	0x0400
#define OPCODE_GET_LOG			0x0401
#define OPCODE_CLEAR_LOG		0x0403
#define OPCODE_IDENTIFY_SWITCH		0x5100
#define OPCODE_GET_PORT_STATE		0x5101
#define OPCODE_PORT_CONTROL		0x5102
#define OPCODE_TUNNEL			0x5300
#define OPCODE_GET_DCD_INFO		0x5600
#define OPCODE_SANITIZE			0x4400
#define OPCODE_VENDOR			0xC000

#define IDENTIFY_SIZE			0x12
#define IDENTIFY_SERIAL			8
#define IDENTIFY_COMPONENT		0x11

#define RC_SUCCESS			0x0000
#define RC_INVALID_INPUT		0x0002
#define RC_UNSUPPORTED			0x0003
#define RC_INVALID_LOG			0x0017
#define RC_NO_ABORT			0x0020

/* <linux/cxl_mem.h> of older distributions ends before some of these. */
#define ID_RAW				2
#define ID_GET_SUPPORTED_LOGS		3
#define ID_GET_FW_INFO			4
#define ID_GET_LOG			8
#define ID_GET_TIMESTAMP		21
#define ID_GET_LOG_CAPS			22
#define ID_CLEAR_LOG			23
#define ID_GET_SUP_LOG_SUBLIST		24
#define ID_COUNT			25

struct guest_log_request {
	uint8_t uuid[16];
	uint32_t offset;
	uint32_t length;
};

extern const uint8_t guest_cel_uuid[16];
/* The vendor debug log: its content may be anything. */
extern const uint8_t guest_vendor_log_uuid[16];

/* 0, or the errno. */
int guest_ioctl(int fd, unsigned long request, void *argument);
struct cxl_send_command guest_by_id(uint32_t id, const void *in, uint32_t in_size,
				    void *out, uint32_t out_size);
struct cxl_send_command guest_raw(uint16_t opcode, const void *in, uint32_t in_size,
				  void *out, uint32_t out_size);
struct cxl_switch_cci_send guest_send(uint16_t opcode, const void *in, uint32_t in_size,
				      void *out, uint32_t out_size);
/* A RAW Identify of the switch whose answer is compared: 0, an errno, or -1 for wrong bytes. */
int guest_identify(int fd);
uint32_t guest_payload_size(int fd);
struct cxl_switch_cci_info guest_info(int fd);

/*
 * The audited commands: which opcodes, with how many bytes. max is UINT32_MAX where
 * the length depends on counts inside the payload. zeros: the impact of a payload of
 * min zero bytes, or GUEST_UNAUDITED where that is not a meaningful one.
 */
#define GUEST_UNAUDITED	0xff

struct guest_row {
	uint16_t opcode;
	uint32_t min;
	uint32_t max;
	uint8_t zeros;
};

extern const struct guest_row guest_rows[];
extern const size_t guest_row_count;

const struct guest_row *guest_row(uint16_t opcode);
/* What a command without any input gets from root: 0, EPERM, or EINVAL for a tunnel and 0106h. */
int guest_expected_without_input(uint16_t opcode);

struct guest_message {
	uint32_t length;
	uint8_t bytes[4096];
};

#define TUNNEL_HEADER	4
#define CCI_HEADER	12

/* The 5300h payload that carries @leaf along @depth ids of port or LD. */
struct guest_message guest_tunnel(const uint8_t *ids, unsigned int depth, uint16_t leaf,
				  const void *payload, uint32_t size);

struct guest_response {
	uint32_t length;	/* as the tunnel's answer reports it */
	uint8_t category;
	uint8_t tag;
	uint16_t opcode;
	uint32_t payload_length;
	uint16_t return_code;
	const uint8_t *payload;
};

/* Takes one layer off an answer; false if @size does not even hold the headers. */
bool guest_unwrap(const uint8_t *answer, uint32_t size, struct guest_response *response);

uint16_t guest_le16(const uint8_t *p);
uint32_t guest_le32(const uint8_t *p);
uint64_t guest_le64(const uint8_t *p);

/* ---- guest_log.c: the kernel log ---- */

/* What was logged before is not looked at. */
void guest_log_mark(void);
/* True once a record since the mark, or since the last find, has both texts; waits 2 s. */
bool guest_logged(const char *one, const char *other);
/* How many records since then, as far as they are there already, have both texts. */
unsigned int guest_log_count(const char *one, const char *other);

/* ---- guest_trace.c: the kernel's trace ---- */

#define GUEST_TRACING	"/sys/kernel/tracing"
#define GUEST_EVENTS	GUEST_TRACING "/events/cxl_switch_cci"

void guest_trace_empty(void);
/* What is in it, for reading line by line; the caller closes it. */
FILE *guest_trace(void);

/* ---- guest_memory.c: pages that end, fault or stall ---- */

/* @bytes of writable memory whose end is the end of the last mapped page. */
void *guest_page_end(size_t bytes);
/* The address of a page that nothing may touch. */
void *guest_no_access(void);
/* @bytes readable, not writable, filled from @content. */
void *guest_read_only(const void *content, size_t bytes);

/* A page whose first access blocks until it is released. */
struct guest_stall {
	int uffd;
	uint8_t *page;
	size_t page_size;
};

/* 0, or the errno with which the kernel refused userfaultfd. */
int guest_stall_open(struct guest_stall *stall);
/* True once somebody is blocked on the page. */
bool guest_stall_wait(struct guest_stall *stall, unsigned int ms);
void guest_stall_release(struct guest_stall *stall, const void *content, size_t bytes);
/* Forgets the page's content, so that the next access blocks again. */
void guest_stall_again(struct guest_stall *stall);
void guest_stall_close(struct guest_stall *stall);

/* ---- guest_process.c: threads and children, none without an end ---- */

/* One ioctl in a thread of its own. */
struct guest_call {
	unsigned long thread;
	int fd;
	unsigned long request;
	void *argument;
	int result;
	int finished;
};

void guest_call_start(struct guest_call *call, int fd, unsigned long request, void *argument);
bool guest_call_finished(struct guest_call *call, unsigned int ms);
int guest_call_result(struct guest_call *call);

/* Runs @work in a child; its exit status is what @work returned. */
/* For a child: an unprivileged user, or root without CAP_SYS_RAWIO. 0 or an errno. */
int guest_become_nobody(void);
int guest_drop_rawio(void);
pid_t guest_fork(int (*work)(void *), void *argument);
/* The child's wait status, or -1 if it is still there after @ms. */
int guest_wait(pid_t child, unsigned int ms);
/* Forks, waits at most 30 s, returns what @work returned (0..127), or -1. */
int guest_in_child(int (*work)(void *), void *argument);
int guest_send_fd(int socket, int fd);
int guest_receive_fd(int socket);

#endif
