/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command to one destination: frames it, sends it through the driver,
 * decodes the answer. It does not depend on any CXL command. Unit tests replace
 * the ops.
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
	/* Returns bytes of notices or -errno; never sleeps. */
	int (*read)(void *context, void *buffer, size_t room);
	/* 1: notices are pending; 0: timeout; -EINTR. */
	int (*wait)(void *context, int milliseconds);
};

/**
 * struct transport - an open device
 * @ops: how to reach the driver
 * @context: of @ops
 * @name: for messages
 * @features: of the driver, from INFO
 * @component_type: of the function, from INFO
 * @component_source: enum cxl_switch_cci_source, from INFO
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
 * struct answer - the answer to one command
 * @payload: valid until the next command on the transport
 * @size: bytes of @payload
 * @level: 0: the mailbox itself; else the tunnel that @return_code is from
 * @return_code: 0, 1 (background operation started) or an error
 * @vendor_status: vendor specific extended status
 * @impact: enum cxl_switch_cci_impact, from the driver
 * @verdict_flags: CXL_SWITCH_CCI_VERDICT_*
 * @duration_ns: as measured by the driver
 * @cookie: of the background operation that the command started, or 0
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
 * @begin: before the command is sent, with a description of it
 * @end: after the command has ended
 *
 * Either may be NULL. Set by the main thread.
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
 * Retry Required leads to one retry, CXL 3.1 table 8-34.
 */
enum result transport_query(struct transport *transport, const struct command *command,
			    struct answer *answer, struct failure *failure);

/* Queries what the driver would decide about @command, and why. The command is not sent. */
enum result transport_explain(struct transport *transport, const struct command *command,
			      struct cxl_switch_cci_explain *explain, struct failure *failure);

/* Fills @failure as if the driver had refused @command, from @explain. */
enum result transport_refusal(const struct transport *transport, const struct command *command,
			      const struct cxl_switch_cci_explain *explain,
			      struct failure *failure);

/* Restricts the open file to commands up to @impact. */
enum result transport_restrict(struct transport *transport, uint8_t impact,
			       struct failure *failure);

/*
 * The driver's list of destinations: @used entries, freed by the caller. An
 * endless list is cut off.
 */
enum result transport_destinations(struct transport *transport,
				   struct cxl_switch_cci_destination **entries, size_t *used,
				   struct failure *failure);

/* The last commands and those in flight, oldest first: @used records, freed by the caller. */
enum result transport_recent(struct transport *transport, struct cxl_switch_cci_record **records,
			     size_t *used, uint64_t *dropped, struct failure *failure);

/* The current settings, for the texts about the gates. */
struct gate_question transport_question(const struct transport *transport,
					const struct cxl_switch_cci_explain *explain);

/* Fills @failure from an error return code in @answer. */
enum result fail_return_code(struct failure *failure, const struct transport *transport,
			     const struct command *command, const struct answer *answer);

/*
 * What a failure proves: the destination does not have the command, or there is
 * no component. Busy, a malformed answer and a timeout prove neither.
 */
bool says_unsupported(const struct failure *failure);
bool says_absent(const struct failure *failure);

/* Fills @failure: the loaded driver does not have the ioctl @what. */
enum result fail_without(struct failure *failure, const struct transport *transport,
			 const char *what);

/* "switch0", "switch0 port 3", "switch0 port 3 LD 1", "switch0 port 3 LD pool" */
#define DESTINATION_TEXT_SIZE 64
void destination_text(const struct transport *transport, const struct path *path,
		      unsigned int depth, char *text);

#endif
