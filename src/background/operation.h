/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states of a background operation as one total function of state and event,
 * and the decoding of its status. Pure: no clock, no lock, no owner.
 */
#ifndef CCI_OPERATION_H
#define CCI_OPERATION_H

#include "bytes.h"
#include "cxl_switch_cci.h"

#define OPERATION_STATES	6	/* of enum cxl_switch_cci_operation */

enum swcci_operation_event {
	OPERATION_STARTED,		/* the device answered: background started */
	OPERATION_FOUND_RUNNING,	/* discovered in the slot; its owner is unknown */
	OPERATION_PROGRESS,		/* a valid status: not over */
	OPERATION_FINISHED,		/* a valid status: over */
	OPERATION_ABORT_SENT,		/* 0005h is about to be sent */
	OPERATION_ABORT_REFUSED,	/* and is answered with an error, or not at all */
	OPERATION_ABORT_ACCEPTED,	/* and is answered with success */
	OPERATION_OWNER_GONE,
	OPERATION_SILENT,		/* no valid status for 30 s */
	OPERATION_UNOBSERVABLE,		/* no 0002h; three times malformed or another opcode */
	OPERATION_RESET,
	OPERATION_REMOVED,
	OPERATION_EVENTS,
};

/* What to do when the state is entered. */
#define OPERATION_NOTIFY		BIT(0)
#define OPERATION_INVALIDATE	BIT(1)	/* facts about destinations may be stale */
#define OPERATION_ORPHAN	BIT(2)

struct swcci_operation_step {
	u8 next;		/* enum cxl_switch_cci_operation */
	u8 actions;
};

struct swcci_operation_step swcci_operation_step(enum cxl_switch_cci_operation state,
						 enum swcci_operation_event event);

static inline bool operation_is_over(enum cxl_switch_cci_operation state)
{
	return state == CXL_SWITCH_CCI_OPERATION_FINISHED || state == CXL_SWITCH_CCI_OPERATION_LOST;
}

/* One poll of the slot. */
enum swcci_operation_answer {
	OPERATION_NO_ANSWER,		/* not sent, or no response */
	OPERATION_MALFORMED,		/* a malformed response */
	OPERATION_UNSUPPORTED,		/* the component has no such status */
	OPERATION_STATUS,		/* what follows is valid */
};

struct swcci_operation_sample {
	enum swcci_operation_answer answer;
	bool running;
	u16 opcode;
	u8 percent;
	u16 return_code;
	u16 vendor_status;
};

/* What is kept from one poll to the next. */
struct swcci_operation_watch {
	u16 opcode;		/* of the operation */
	u8 percent;		/* as last seen */
	u8 malformed;		/* in a row */
	bool stopped;		/* the bit was clear, below 100 % */
	u64 stopped_ms;		/* since then, at the same percentage */
	u64 valid_ms;		/* last valid status */
	u16 return_code;	/* once it is over */
	u16 vendor_status;
};

void swcci_operation_watch_start(struct swcci_operation_watch *watch, u16 opcode, u64 now_ms);
bool swcci_operation_is_running(const struct swcci_operation_sample *sample);
void swcci_operation_decode_status(const u8 *payload, u32 length,
				   struct swcci_operation_sample *sample);
int swcci_operation_observe(struct swcci_operation_watch *watch,
			    const struct swcci_operation_sample *sample, u64 now_ms);

/* What the interval to the next poll depends on. */
struct swcci_operation_poll {
	enum cxl_switch_cci_operation state;
	enum swcci_operation_answer answer;	/* of the last poll */
	bool is_own;		/* the function's own slot: reads a register */
	bool interrupts;	/* and an interrupt reports its end */
	bool attended;		/* an owner, a waiter or a subscriber */
	u32 live;		/* operations at destinations */
	u64 elapsed_ms;		/* since it was started */
};

u32 swcci_operation_interval_ms(const struct swcci_operation_poll *poll);
bool swcci_operation_is_expired(enum cxl_switch_cci_operation state,
				const struct swcci_operation_watch *watch, u64 now_ms);

#endif /* CCI_OPERATION_H */
