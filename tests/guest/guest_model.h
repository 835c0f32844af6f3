/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests against the device model share: orders to the model, its counters,
 * capabilities and modules changed at run time, commands along a path. It knows the
 * fabric of fabrics/model; it must not know how the driver does its work.
 */
#ifndef GUEST_MODEL_H
#define GUEST_MODEL_H

#include "guest.h"

/* fabrics/model */
#define MODEL_SLD		0
#define MODEL_SLD_2		1
#define MODEL_MLD		2	/* four LDs */
#define MODEL_MULTI_HEADED	3	/* four LDs and an LD pool */
#define MODEL_DCD		4
#define MODEL_BOUND		5	/* to VCS 0, vPPB 0; MODEL_DCD to vPPB 1 */
#define MODEL_EMPTY		6
#define MODEL_UPSTREAM		8
#define MODEL_VENDOR		9	/* 1234:5678, with rows in fabrics/vendor.csv */
#define MODEL_UNKNOWN		200

#define EFFECT_DATA		0x0004
#define EFFECT_POLICY		0x0008
#define EFFECT_LOG		0x0010

#define RC_BACKGROUND		0x0001
#define RC_RETRY		0x0005
#define RC_BUSY			0x0006

#define LEVEL			(TUNNEL_HEADER + CCI_HEADER)

/* ---- the model ---- */

/* Gives an order; fails the test if the model refuses it. Its reply, until the next one. */
const char *model_order(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What "counters" tells: "reads", "writes", "commands". */
uint64_t model_counter(const char *name);
/* Rules of the mailbox that the driver broke since "zero". */
uint64_t model_violations(void);
/* Commands that reached this component, however. */
uint64_t model_commands_of(const char *path);
/* The model healed, the driver bound anew: it remembers nothing. */
void model_fresh_driver(void);
/* Both still serve, the driver broke no rule: 0 or -1. The second one is a teardown. */
int model_still_well(void);
int guest_model_end(void **state);

/* ---- modules and capabilities ---- */

#define MODULE_STANDARD		"/variants/standard.ko"

/* Loads another variant in place of the one that is there, and waits for the node. */
void guest_change_module(const char *path, const char *parameters);
/* The module under test with another command_timeout_ms. */
void guest_set_device_time(unsigned int ms);
/* For a group's teardown: the module under test without any parameter. */
int guest_standard_module(void **state);
/* CAP_SYS_RAWIO of this thread. */
void guest_set_rawio(bool on);
bool guest_tainted_by_user(void);

/* ---- commands ---- */

struct hop {
	uint8_t target;		/* 0 port or LD, 1 LD pool */
	uint8_t id;
};

/* One command along @depth hops by SEND, its answer kept. */
struct sent {
	int error;
	struct cxl_switch_cci_send send;
	uint8_t out[4096];
	struct guest_response leaf;	/* if @opened */
	bool opened;
};

struct guest_message guest_tunnel_along(const struct hop *path, unsigned int depth, uint16_t leaf,
					const void *payload, uint32_t size);
void guest_send_along(int fd, const struct hop *path, unsigned int depth, uint16_t leaf,
		      const void *payload, uint32_t size, struct sent *sent);
/* Behind one port; -1 is the switch itself. */
void guest_send_to(int fd, int port, uint16_t leaf, const void *payload, uint32_t size,
		   struct sent *sent);
struct cxl_switch_cci_explain guest_explain_to(int fd, int port, uint16_t leaf,
					       const void *payload, uint32_t size);

/* Set Timestamp of what is behind a port, and what it says of the time: 0, never set. */
void guest_set_timestamp(int fd, int port, struct sent *sent);
uint64_t guest_timestamp(int fd, int port);

/* Compares errno, reason, stage; says which command it was. */
#define assert_sent(sent) \
	guest_assert_outcome(sent, 0, CXL_SWITCH_CCI_REASON_NONE, CXL_SWITCH_CCI_STAGE_ANSWERED, \
			     __FILE__, __LINE__)
#define assert_refused(sent, wanted_error, wanted_reason) \
	guest_assert_outcome(sent, wanted_error, CXL_SWITCH_CCI_REASON_##wanted_reason, \
			     CXL_SWITCH_CCI_STAGE_REFUSED, __FILE__, __LINE__)
void guest_assert_outcome(const struct sent *sent, int error, unsigned int reason,
			  unsigned int stage, const char *file, int line);

/* What the driver remembers; fails the test if there are more than @room. */
uint32_t guest_destinations(int fd, struct cxl_switch_cci_destination *entries, uint32_t room);

#endif
