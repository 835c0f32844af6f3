/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of background operations and notices share: components to start one
 * at, a started one's cookie and state, subscriptions, records. Written from the
 * header's words; it must not know how the driver follows an operation.
 */
#ifndef GUEST_BACKGROUND_H
#define GUEST_BACKGROUND_H

#include "guest_model.h"

#define OPCODE_WORK		0xC007	/* the model refuses to abort it */
#define OPCODE_ABORTABLE	0xC008
#define OPCODE_SCAN_MEDIA	0x4304	/* SETTING: no capability wanted; abortable */
#define OPCODE_BIND		0x5201
#define OPCODE_UNBIND		0x5202

#define RC_ABORTED		0x0012

/* Longer than any honest way to notice the end of an operation takes. */
#define SOON_MS			15000
/* Nothing came: shorter than the driver's timers, but asked after an event that did come. */
#define QUIET_MS		100

#define OPERATION(name)		CXL_SWITCH_CCI_OPERATION_##name
#define OWNER(name)		CXL_SWITCH_CCI_OWNER_##name
#define NOTICE(name)		CXL_SWITCH_CCI_NOTICE_##name
#define MASK(name)		CXL_SWITCH_CCI_MASK_##name
#define MASK_OPERATIONS		(MASK(BG_ENDED) | MASK(BG_LOST))

struct guest_place {
	const char *model;	/* its name in the model's orders */
	unsigned int depth;
	struct hop path[3];
};

extern const struct guest_place at_switch, at_sld, at_sld_2, at_mld, at_ld, at_pool_ld;

/* Each of the five forms of a path, for loops. */
extern const struct guest_place *const guest_places[];
extern const size_t guest_place_count;

/* ---- operations ---- */

/* How long an operation takes at that component from now on. */
void guest_work_takes(const struct guest_place *place, unsigned int ms);
/* Runs until the model is healed: nothing of a test depends on how fast it is. */
void guest_work_never_ends(const struct guest_place *place);
/* All components back to the model's own. */
void guest_work_as_ever(void);

/* SEND of @opcode with what it needs, whatever comes of it. */
void guest_start_any(int fd, const struct guest_place *place, uint16_t opcode, uint32_t flags,
		     uint32_t timeout_ms, struct sent *sent);
/* The opcode that every component of guest_places[] has: C008h, on LDs Scan Media. */
uint16_t guest_abortable_at(const struct guest_place *place);
/* Starts it, or fails the test; its cookie. */
uint64_t guest_start(int fd, const struct guest_place *place, uint16_t opcode);

/* Until the one command that the model was told to be slow with is in it. */
void guest_await_slow_command(void);

int guest_try_status(int fd, uint64_t cookie, struct cxl_switch_cci_bg_status *status);
struct cxl_switch_cci_bg_status guest_status(int fd, uint64_t cookie);
struct cxl_switch_cci_bg_status guest_status_at(int fd, const struct guest_place *place);
/* Waits for the state; fails the test if it does not come. */
struct cxl_switch_cci_bg_status guest_await_operation(int fd, uint64_t cookie, uint8_t state,
						      unsigned int ms);
/* Waits for an operation in that state in the slot. */
struct cxl_switch_cci_bg_status guest_await_slot(int fd, const struct guest_place *place,
						 uint8_t state, unsigned int ms);

int guest_cancel(int fd, uint64_t cookie, uint32_t timeout_ms,
		 struct cxl_switch_cci_bg_cancel *cancel);
int guest_adopt(int fd, uint64_t cookie, uint32_t flags);

/* ---- notices ---- */

int guest_subscribe(int fd, uint32_t mask);
/* A file of its own, subscribed. */
int guest_open_subscribed(uint32_t mask);
/* poll()'s revents within @ms; 0: nothing. */
short guest_poll(int fd, unsigned int ms);
/* The next record within @ms; false: none came, or half a one. Fails no test: children use it. */
bool guest_notice(int fd, unsigned int ms, struct cxl_switch_cci_notice *notice);
/* The next record must be of this type and cookie. */
struct cxl_switch_cci_notice guest_expect_notice(int fd, uint16_t type, uint64_t cookie);
/* Nothing queued, and nothing comes at once. */
void guest_expect_silence(int fd);

/* ---- the frame of a test ---- */

/* One who starts, one who listens to all, one who listens to its own only, one who never asked. */
struct guest_audience {
	struct guest_device device;
	int owner, listener, deaf, mute;
};

/* The model healed, the driver bound anew, its raw window open for the vendor opcodes. */
void guest_fresh_operations(void);
/* Unbinds and binds; open files stay what they are. */
void guest_rebind(void);

/* Of the test that runs: there from setup to teardown. */
extern struct guest_audience audience;

int guest_audience_begin(void **state);
int guest_audience_end(void **state);

#define WITH_AUDIENCE(test) \
	cmocka_unit_test_setup_teardown(test, guest_audience_begin, guest_audience_end)

/* The owner and the listener get the record, once; the others nothing. */
struct cxl_switch_cci_notice guest_expect_told(uint16_t type, uint64_t cookie);
/* None of the four gets anything. */
void guest_expect_untold(void);
/* After a rebinding: all four anew. */
void guest_audience_again(void);

/*
 * Around a group of tests: an alarm, and a histogram of the transitions that its tests
 * make, added to a file for the last program of a boot.
 */
int guest_operations_begin(void **state);
int guest_operations_end(void **state);

#define GUEST_TRACEPOINT GUEST_EVENTS "/cxl_switch_background/"
#define GUEST_TRANSITIONS "/tmp/transitions"

#endif
