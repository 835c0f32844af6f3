/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command to one destination: frames it, sends it through the driver and
 * says what came back. It knows no CXL command. Unit tests replace the ops.
 */
#ifndef CXL_SWITCH_TOOL_TRANSPORT_H
#define CXL_SWITCH_TOOL_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cxl_switch_cci.h"
#include "failure.h"
#include "frame.h"
#include "gates.h"

/* All return 0 or -errno, as the ioctls of cxl_switch_cci.h do. */
struct transport_ops {
	int (*info)(void *context, struct cxl_switch_cci_info *info);
	int (*send)(void *context, struct cxl_switch_cci_send *send);
	int (*explain)(void *context, struct cxl_switch_cci_explain *explain);
	int (*restrict_to)(void *context, struct cxl_switch_cci_restrict *limit);
	int (*destinations)(void *context, struct cxl_switch_cci_destinations *list);
	int (*recent)(void *context, struct cxl_switch_cci_recent *list);
	int (*bg_status)(void *context, struct cxl_switch_cci_bg_status *status);
	int (*bg_cancel)(void *context, struct cxl_switch_cci_bg_cancel *cancel);
	int (*bg_adopt)(void *context, struct cxl_switch_cci_bg_adopt *adopt);
	int (*subscribe)(void *context, struct cxl_switch_cci_subscribe *subscribe);
	/* Bytes of notices, or -errno; never waits. */
	int (*read)(void *context, void *buffer, size_t room);
	/* 1: read() has something to tell; 0: the time is over; -EINTR. */
	int (*wait)(void *context, int milliseconds);
};

/**
 * struct transport - an open device
 * @ops: how to reach the driver
 * @context: of @ops
 * @name: for messages
 * @features: of the driver, from INFO
 * @component_type: of the function, likewise
 * @component_source: enum cxl_switch_cci_source, likewise
 * @read_only_wanted: --read-only was given
 * @limit_wanted: --restrict was given
 * @payload_size: of the mailbox, from INFO
 * @timeout_ms: for every command
 * @request: buffer of @payload_size
 * @answer: buffer of @payload_size; the last answer's payload points into it
 */
struct transport {
	const struct transport_ops *ops;
	void *context;
	const char *name;
	uint64_t features;
	uint8_t component_type;
	uint8_t component_source;
	bool read_only_wanted;
	bool limit_wanted;
	uint32_t payload_size;
	uint32_t timeout_ms;
	uint8_t *request;
	uint8_t *answer;
};

struct command {
	const struct path *path;
	uint16_t opcode;
	const void *payload;
	size_t size;
};

/**
 * struct answer - what came back
 * @payload: valid until the next command on the transport
 * @size: bytes of it
 * @level: 0: the mailbox itself; else the tunnel that @return_code is from
 * @return_code: 0, 1 (background operation started) or an error
 * @vendor_status: vendor specific extended status
 * @impact: enum cxl_switch_cci_impact, as the driver judged
 * @verdict_flags: CXL_SWITCH_CCI_VERDICT_*
 * @duration_ns: as the driver measured
 * @cookie: of the background operation that it started, or 0
 */
struct answer {
	const uint8_t *payload;
	size_t size;
	unsigned int level;
	uint16_t return_code;
	uint16_t vendor_status;
	uint8_t impact;
	uint32_t verdict_flags;
	uint64_t duration_ns;
	uint64_t cookie;
};

enum result transport_open(struct transport *transport, const struct transport_ops *ops,
			   void *context, const char *name,
			   const struct cxl_switch_cci_info *info, uint32_t timeout_ms,
			   struct failure *failure);
void transport_close(struct transport *transport);

/**
 * struct transport_watcher - called around every command of this program
 * @begin: with the command in words, before it is sent
 * @end: once it has ended
 *
 * NULL: no one watches. Set by the program's own thread.
 */
struct transport_watcher {
	void (*begin)(const char *command);
	void (*end)(void);
};

extern struct transport_watcher transport_watcher;

/* RESULT_OK if the component answered, whatever its return code. */
enum result transport_send(struct transport *transport, const struct command *command,
			   struct answer *answer, struct failure *failure);

/*
 * As transport_send(), but any return code other than Success is a failure.
 * Retry Required, CXL 3.1 table 8-34: one retry.
 */
enum result transport_query(struct transport *transport, const struct command *command,
			    struct answer *answer, struct failure *failure);

/* What the driver would decide on @command, and why. Nothing of it is sent. */
enum result transport_explain(struct transport *transport, const struct command *command,
			      struct cxl_switch_cci_explain *explain, struct failure *failure);

/* The failure that it is if the driver, by @explain, would refuse @command. */
enum result transport_refusal(const struct transport *transport, const struct command *command,
			      const struct cxl_switch_cci_explain *explain,
			      struct failure *failure);

/* No command above @impact from now on. */
enum result transport_restrict(struct transport *transport, uint8_t impact,
			       struct failure *failure);

/*
 * What the driver remembers of destinations: @used entries, to be freed. A list
 * that does not end is cut off.
 */
enum result transport_destinations(struct transport *transport,
				   struct cxl_switch_cci_destination **entries, size_t *used,
				   struct failure *failure);

/* The last commands and those in flight, oldest first: @used records, to be freed. */
enum result transport_recent(struct transport *transport, struct cxl_switch_cci_record **records,
			     size_t *used, uint64_t *dropped, struct failure *failure);

/* The settings in force at this moment, for words about the gates. */
struct gate_question transport_question(const struct transport *transport,
					const struct cxl_switch_cci_explain *explain);

/* The failure that an error return code in @answer is. */
enum result fail_return_code(struct failure *failure, const struct transport *transport,
			     const struct command *command, const struct answer *answer);

/*
 * What a failure is a proof of. The destination has no such command; nothing is
 * there. Busy, a malformed answer and a timeout prove neither.
 */
bool says_unsupported(const struct failure *failure);
bool says_absent(const struct failure *failure);

/* The driver has no such ioctl. */
enum result fail_without(struct failure *failure, const struct transport *transport,
			 const char *what);

/* "switch0", "switch0 port 3", "switch0 port 3 LD 1", "switch0 port 3 LD pool" */
#define DESTINATION_TEXT_SIZE 64
void destination_text(const struct transport *transport, const struct path *path,
		      unsigned int depth, char *text);

#endif
