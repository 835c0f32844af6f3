// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of a background operation, CXL 3.1 8.2.8.4.7, 8.2.9.1.2 and 8.2.9.1.5:
 * every pair of state and event is defined. Pure.
 */
#include "operation.h"

/* The percentage moves at least once a second (8.2.8.4.7); half of that again. */
#define FROZEN_MS	1500
#define SILENT_MS	30000
#define MALFORMED_MAX	3
#define PERCENT_DONE	100

#define IDLE		CXL_SWITCH_CCI_OPERATION_IDLE
#define RUNNING		CXL_SWITCH_CCI_OPERATION_RUNNING
#define ABORTING	CXL_SWITCH_CCI_OPERATION_ABORTING
#define FINISHED	CXL_SWITCH_CCI_OPERATION_FINISHED
#define LOST		CXL_SWITCH_CCI_OPERATION_LOST
#define UNKNOWN		CXL_SWITCH_CCI_OPERATION_UNKNOWN

#define NOTIFY		(OPERATION_NOTIFY | OPERATION_INVALIDATE)
#define ORPHAN		OPERATION_ORPHAN

static const struct swcci_operation_step steps[OPERATION_STATES][OPERATION_EVENTS] = {
	/* nothing was started: only a start or a discovery counts */
	[IDLE] = {
		[OPERATION_STARTED]		= { RUNNING, 0 },
		[OPERATION_FOUND_RUNNING]	= { RUNNING, 0 },
		[OPERATION_PROGRESS]		= { IDLE, 0 },
		[OPERATION_FINISHED]		= { IDLE, 0 },
		[OPERATION_ABORT_SENT]		= { IDLE, 0 },
		[OPERATION_ABORT_REFUSED]	= { IDLE, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { IDLE, 0 },
		[OPERATION_OWNER_GONE]		= { IDLE, ORPHAN },
		[OPERATION_SILENT]		= { IDLE, 0 },
		[OPERATION_UNOBSERVABLE]	= { IDLE, 0 },
		[OPERATION_RESET]		= { IDLE, 0 },
		[OPERATION_REMOVED]		= { IDLE, 0 },
	},
	[RUNNING] = {
		[OPERATION_STARTED]		= { RUNNING, 0 },
		[OPERATION_FOUND_RUNNING]	= { RUNNING, 0 },
		[OPERATION_PROGRESS]		= { RUNNING, 0 },
		[OPERATION_FINISHED]		= { FINISHED, NOTIFY },
		[OPERATION_ABORT_SENT]		= { ABORTING, 0 },
		/* the response to another client's earlier 0005h */
		[OPERATION_ABORT_REFUSED]	= { RUNNING, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { ABORTING, 0 },
		[OPERATION_OWNER_GONE]		= { RUNNING, ORPHAN },
		[OPERATION_SILENT]		= { UNKNOWN, NOTIFY },
		[OPERATION_UNOBSERVABLE]	= { UNKNOWN, NOTIFY },
		[OPERATION_RESET]		= { LOST, NOTIFY },
		[OPERATION_REMOVED]		= { LOST, NOTIFY },
	},
	/* the device may still let it run to its end */
	[ABORTING] = {
		[OPERATION_STARTED]		= { ABORTING, 0 },
		[OPERATION_FOUND_RUNNING]	= { ABORTING, 0 },
		[OPERATION_PROGRESS]		= { ABORTING, 0 },
		[OPERATION_FINISHED]		= { FINISHED, NOTIFY },
		[OPERATION_ABORT_SENT]		= { ABORTING, 0 },
		[OPERATION_ABORT_REFUSED]	= { RUNNING, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { ABORTING, 0 },
		[OPERATION_OWNER_GONE]		= { ABORTING, ORPHAN },
		[OPERATION_SILENT]		= { UNKNOWN, NOTIFY },
		[OPERATION_UNOBSERVABLE]	= { UNKNOWN, NOTIFY },
		[OPERATION_RESET]		= { LOST, NOTIFY },
		[OPERATION_REMOVED]		= { LOST, NOTIFY },
	},
	/* final: a device that reports the end twice causes one notice */
	[FINISHED] = {
		[OPERATION_STARTED]		= { FINISHED, 0 },
		[OPERATION_FOUND_RUNNING]	= { FINISHED, 0 },
		[OPERATION_PROGRESS]		= { FINISHED, 0 },
		[OPERATION_FINISHED]		= { FINISHED, 0 },
		[OPERATION_ABORT_SENT]		= { FINISHED, 0 },
		[OPERATION_ABORT_REFUSED]	= { FINISHED, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { FINISHED, 0 },
		[OPERATION_OWNER_GONE]		= { FINISHED, ORPHAN },
		[OPERATION_SILENT]		= { FINISHED, 0 },
		[OPERATION_UNOBSERVABLE]	= { FINISHED, 0 },
		[OPERATION_RESET]		= { FINISHED, 0 },
		[OPERATION_REMOVED]		= { FINISHED, 0 },
	},
	/* final: an operation discovered after a reset is a new one */
	[LOST] = {
		[OPERATION_STARTED]		= { LOST, 0 },
		[OPERATION_FOUND_RUNNING]	= { LOST, 0 },
		[OPERATION_PROGRESS]		= { LOST, 0 },
		[OPERATION_FINISHED]		= { LOST, 0 },
		[OPERATION_ABORT_SENT]		= { LOST, 0 },
		[OPERATION_ABORT_REFUSED]	= { LOST, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { LOST, 0 },
		[OPERATION_OWNER_GONE]		= { LOST, ORPHAN },
		[OPERATION_SILENT]		= { LOST, 0 },
		[OPERATION_UNOBSERVABLE]	= { LOST, 0 },
		[OPERATION_RESET]		= { LOST, 0 },
		[OPERATION_REMOVED]		= { LOST, 0 },
	},
	/* polled less often; any valid status makes it known again */
	[UNKNOWN] = {
		[OPERATION_STARTED]		= { RUNNING, 0 },
		[OPERATION_FOUND_RUNNING]	= { RUNNING, 0 },
		[OPERATION_PROGRESS]		= { RUNNING, 0 },
		[OPERATION_FINISHED]		= { FINISHED, NOTIFY },
		/* the next valid status shows the outcome */
		[OPERATION_ABORT_SENT]		= { UNKNOWN, 0 },
		[OPERATION_ABORT_REFUSED]	= { UNKNOWN, 0 },
		[OPERATION_ABORT_ACCEPTED]	= { UNKNOWN, 0 },
		[OPERATION_OWNER_GONE]		= { UNKNOWN, ORPHAN },
		[OPERATION_SILENT]		= { UNKNOWN, 0 },
		[OPERATION_UNOBSERVABLE]	= { UNKNOWN, 0 },
		[OPERATION_RESET]		= { LOST, NOTIFY },
		[OPERATION_REMOVED]		= { LOST, NOTIFY },
	},
};

/**
 * swcci_operation_step() - the next state after an event
 * @state: of the operation
 * @event: what happened
 *
 * Total: defined for every pair.
 *
 * Return: the next state, and what to do.
 */
struct swcci_operation_step swcci_operation_step(enum cxl_switch_cci_operation state,
						 enum swcci_operation_event event)
{
	return steps[state][event];
}

/**
 * swcci_operation_watch_start() - begin to observe
 * @watch: result
 * @opcode: of the operation
 * @now_ms: any clock that never goes back
 */
void swcci_operation_watch_start(struct swcci_operation_watch *watch, u16 opcode, u64 now_ms)
{
	*watch = (struct swcci_operation_watch){ .opcode = opcode, .valid_ms = now_ms };
}

/**
 * swcci_operation_is_running() - does the slot show an operation under way?
 * @sample: of one poll
 *
 * The bit alone does not count: some devices leave it set while no operation ever ran,
 * with opcode 0.
 *
 * Return: true if it does.
 */
bool swcci_operation_is_running(const struct swcci_operation_sample *sample)
{
	return sample->answer == OPERATION_STATUS && sample->running && sample->opcode &&
	       sample->percent != PERCENT_DONE;
}

/**
 * swcci_operation_decode_status() - decode the response to Background Operation Status
 * @payload: of the response, CXL 3.1 8.2.9.1.2
 * @length: of @payload
 * @sample: result
 */
void swcci_operation_decode_status(const u8 *payload, u32 length,
				   struct swcci_operation_sample *sample)
{
	*sample = (struct swcci_operation_sample){ .answer = OPERATION_MALFORMED };
	if (length < 8)
		return;
	sample->answer = OPERATION_STATUS;
	sample->running = payload[0] & 1;
	sample->percent = payload[0] >> 1;
	sample->opcode = get_le16(payload + 2);
	sample->return_code = get_le16(payload + 4);
	sample->vendor_status = get_le16(payload + 6);
}

static bool fits(const struct swcci_operation_watch *watch,
		 const struct swcci_operation_sample *sample)
{
	return sample->answer == OPERATION_STATUS && sample->opcode == watch->opcode;
}

/* A value above 100 is ignored; then the bit alone shows the end. */
static u8 percent_of(const struct swcci_operation_watch *watch,
		     const struct swcci_operation_sample *sample)
{
	return sample->percent <= PERCENT_DONE ? sample->percent : watch->percent;
}

/* Return: whether the percentage has not moved for long enough to mean the end. */
static bool is_frozen(struct swcci_operation_watch *watch,
		      const struct swcci_operation_sample *sample, u64 now_ms)
{
	if (sample->running) {
		watch->stopped = false;
		return false;
	}
	if (!watch->stopped || percent_of(watch, sample) != watch->percent) {
		watch->stopped = true;
		watch->stopped_ms = now_ms;
	}
	return now_ms - watch->stopped_ms >= FROZEN_MS;
}

static int take_status(struct swcci_operation_watch *watch,
		       const struct swcci_operation_sample *sample, u64 now_ms)
{
	bool done = sample->percent == PERCENT_DONE, frozen = is_frozen(watch, sample, now_ms);

	watch->malformed = 0;
	watch->valid_ms = now_ms;
	watch->percent = percent_of(watch, sample);
	/* with the bit clear the return code is valid, the vendor status is not: 8.2.8.4.7 */
	if (!done && !frozen && (sample->running || !sample->return_code))
		return OPERATION_PROGRESS;
	watch->return_code = sample->return_code;
	watch->vendor_status = done ? sample->vendor_status : 0;
	return OPERATION_FINISHED;
}

/**
 * swcci_operation_observe() - the event that a poll of the slot shows
 * @watch: of the operation
 * @sample: of the poll
 * @now_ms: as at swcci_operation_watch_start()
 *
 * The operation is over at 100 %, or with the bit clear and either a return code or a
 * percentage that does not move: a device may clear the bit too early, or leave it set.
 * With the bit set and a percentage above 100 it runs (8.2.8.4.7).
 *
 * Return: enum swcci_operation_event, or -1 if the poll shows none yet.
 */
int swcci_operation_observe(struct swcci_operation_watch *watch,
			    const struct swcci_operation_sample *sample, u64 now_ms)
{
	if (fits(watch, sample))
		return take_status(watch, sample, now_ms);
	if (sample->answer == OPERATION_UNSUPPORTED)
		return OPERATION_UNOBSERVABLE;
	if (sample->answer != OPERATION_NO_ANSWER && ++watch->malformed >= MALFORMED_MAX) {
		watch->malformed = MALFORMED_MAX;
		return OPERATION_UNOBSERVABLE;
	}
	return now_ms - watch->valid_ms >= SILENT_MS ? OPERATION_SILENT : -1;
}

/* ---- poll intervals ---- */

/* They grow with the time since the start. */
#define OWN_POLLED_MIN_MS	5
#define OWN_POLLED_MAX_MS	250
/* With an interrupt: for one that gets lost. */
#define OWN_BACKED_MIN_MS	100
#define OWN_BACKED_MAX_MS	1000
#define OTHER_MIN_MS		20
#define OTHER_MAX_MS		1000
/* A query to a silent component occupies the mailbox for the whole command timeout. */
#define OTHER_SILENT_MS		5000
/* An operation in state UNKNOWN may become observable again, */
#define UNKNOWN_MS		1000
#define UNKNOWN_SILENT_MS	30000
/* but this long after its last valid status it is not expected to. */
#define UNKNOWN_EXPIRED_MS	300000

static u32 within(u64 ms, u32 least, u32 most)
{
	return ms < least ? least : ms > most ? most : ms;
}

static u32 own_interval_ms(const struct swcci_operation_poll *poll)
{
	if (poll->state == UNKNOWN)
		return UNKNOWN_MS;
	if (poll->interrupts)
		return within(poll->attended ? poll->elapsed_ms >> 2 : OWN_BACKED_MAX_MS,
			      OWN_BACKED_MIN_MS, OWN_BACKED_MAX_MS);
	return within(poll->attended ? poll->elapsed_ms >> 3 : OWN_POLLED_MAX_MS,
		      OWN_POLLED_MIN_MS, OWN_POLLED_MAX_MS);
}

/* The more operations there are, the less often each is polled: clients' commands come first. */
static u32 other_interval_ms(const struct swcci_operation_poll *poll)
{
	u32 least = OTHER_MIN_MS * (poll->live ? poll->live : 1), ms;

	if (poll->answer == OPERATION_NO_ANSWER)
		return poll->state == UNKNOWN ? UNKNOWN_SILENT_MS : OTHER_SILENT_MS;
	if (poll->state == UNKNOWN)
		ms = UNKNOWN_MS;
	else
		ms = within(poll->attended ? poll->elapsed_ms >> 3 : OTHER_MAX_MS, OTHER_MIN_MS,
			    OTHER_MAX_MS);
	return ms > least ? ms : least;
}

/**
 * swcci_operation_interval_ms() - when to poll an operation again
 * @poll: after a poll
 *
 * An unattended operation is polled as seldom as the slot allows, but polled: its end
 * frees its place and invalidates facts about destinations.
 *
 * Return: milliseconds.
 */
u32 swcci_operation_interval_ms(const struct swcci_operation_poll *poll)
{
	return poll->is_own ? own_interval_ms(poll) : other_interval_ms(poll);
}

/**
 * swcci_operation_is_expired() - is it pointless to poll an operation further?
 * @state: of the operation
 * @watch: of the operation
 * @now_ms: as at swcci_operation_watch_start()
 *
 * For an operation without an owner: an owner may wait longer.
 *
 * Return: true if it is in state UNKNOWN and had no valid status for 5 minutes.
 */
bool swcci_operation_is_expired(enum cxl_switch_cci_operation state,
				const struct swcci_operation_watch *watch, u64 now_ms)
{
	return state == UNKNOWN && now_ms - watch->valid_ms >= UNKNOWN_EXPIRED_MS;
}
