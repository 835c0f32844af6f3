/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CXL commands that the tool decodes, as typed queries. A length that the
 * component reports is checked against the bytes received. An answer longer
 * than expected is accepted, CXL 3.1 8.2.9.
 */
#ifndef CXL_SWITCH_TOOL_CCI_H
#define CXL_SWITCH_TOOL_CCI_H

#include "names.h"
#include "transport.h"

#define OPCODE_IDENTIFY			0x0001
#define OPCODE_GET_SUPPORTED_LOGS	0x0400
#define OPCODE_GET_LOG			0x0401
#define OPCODE_IDENTIFY_SWITCH_DEVICE	0x5100
#define OPCODE_GET_PHYSICAL_PORT_STATE	0x5101
#define OPCODE_GET_LD_INFO		0x5400

#define PORT_COUNT_MAX 256
#define LOG_COUNT_MAX 64

#define PORT_STATE_DOWNSTREAM	3
#define PORT_STATE_INVALID	0xF
#define DEVICE_TYPE_NONE	0
#define DEVICE_TYPE_SLD		4	/* below: PCIe, CXL type 1 and 2 */

/**
 * struct identity - who a component is
 * @max_message_exponent: 2^n bytes of payload; 0: not known
 * @component_type: CXL_SWITCH_CCI_COMPONENT_*
 * @source: enum cxl_switch_cci_source: how @component_type is known. The other
 *	fields are valid only if it is IDENTIFY
 */
struct identity {
	uint16_t vendor_id;
	uint16_t device_id;
	uint16_t subsystem_vendor_id;
	uint16_t subsystem_id;
	uint64_t serial;
	uint8_t max_message_exponent;
	uint8_t component_type;
	uint8_t source;
};

struct switch_identity {
	uint8_t ingress_port;
	uint8_t port_count;
	uint8_t vcs_count;
	uint8_t active_ports[32];
	uint8_t active_vcs[32];
	uint16_t vppb_count;
	uint16_t bound_vppb_count;
	uint8_t hdm_decoders_per_usp;
};

struct port_state {
	uint8_t port;
	uint8_t state;
	uint8_t device_mode;
	uint8_t device_type;
	uint8_t supported_modes;
	uint8_t max_width;
	uint8_t width;
	uint8_t supported_speeds;
	uint8_t max_speed;
	uint8_t speed;
	uint8_t ltssm;
	uint8_t first_lane;
	uint16_t link_flags;
	uint8_t additional_lds;
};

/* Sorted by port number. */
struct port_states {
	size_t count;
	struct port_state ports[PORT_COUNT_MAX];
};

struct ld_info {
	uint64_t memory_size;
	uint16_t ld_count;
};

struct log_entry {
	uint8_t uuid[UUID_SIZE];
	uint32_t size;
};

/* @announced: the count that the component reports; only @count entries were received. */
struct log_list {
	size_t announced;
	size_t count;
	struct log_entry logs[LOG_COUNT_MAX];
};

/**
 * struct log_data - the bytes of one log
 * @bytes: the caller frees it
 * @size: bytes received
 * @commands: number of Get Log commands that were needed
 */
struct log_data {
	uint8_t *bytes;
	size_t size;
	unsigned int commands;
};

/* Sends a query; an answer of fewer than @expected bytes is a failure. */
enum result cci_ask(struct transport *transport, const struct command *command,
		    size_t expected, struct answer *answer, struct failure *failure);

enum result cci_identify(struct transport *transport, const struct path *path,
			 struct identity *identity, struct failure *failure);

/*
 * As cci_identify(). For a component that does not implement Identify the type
 * is derived from its Command Effects Log, and RESULT_OK is returned; @failure
 * then reports that Identify is missing.
 */
enum result cci_discover(struct transport *transport, const struct path *path,
			 struct identity *identity, struct failure *failure);

/* The identity of the function from INFO; sends no command. */
struct identity cci_identity_of(const struct cxl_switch_cci_info *info);

/* The type of the function as the driver reports it, or else discovered now. */
uint8_t cci_function_type(struct transport *transport);

enum result cci_identify_switch(struct transport *transport, struct switch_identity *identity,
				struct failure *failure);
enum result cci_get_ld_info(struct transport *transport, const struct path *path,
			    struct ld_info *info, struct failure *failure);
enum result cci_get_supported_logs(struct transport *transport, const struct path *path,
				   struct log_list *list, struct failure *failure);

/* Finds the Command Effects Log in @list; NULL if it is not there. */
const struct log_entry *cci_find_cel(const struct log_list *list);

/* The state of every port that the switch has. */
enum result cci_get_port_states(struct transport *transport, struct port_states *states,
				struct failure *failure);

/* Maximum payload size of a request or an answer along @path, in bytes. */
size_t cci_payload_limit(struct transport *transport, const struct path *path);

/*
 * Reads a whole log of @size bytes: with one command at offset 0 if the answer
 * fits (QEMU counts offsets in entries, not in bytes), otherwise in pieces.
 */
enum result cci_get_log(struct transport *transport, const struct path *path,
			const struct log_entry *log, struct log_data *data,
			struct failure *failure);

bool port_has_device(const struct port_state *port);

/* Whether the device behind the port can be expected to accept tunneled commands. */
bool port_takes_commands(const struct port_state *port);

#endif
