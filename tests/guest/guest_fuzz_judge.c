// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Documentation/ABI/ioctl.md and the uapi header promise of any call, held against
 * what is in memory afterwards. Knows nothing of how the driver comes to it.
 */
#include "guest_fuzz.h"

/* ---- errnos: the tables of ioctl.md ---- */

static const int of_own[] = { EFAULT, EINVAL, E2BIG, ENODEV };
static const int of_sending[] = {
	EPERM, EBADF, EHOSTUNREACH, EBUSY, EINTR, ETIMEDOUT, EIO, ENODEV, EFAULT, EINVAL,
};

static const struct documented {
	bool own, sends;
	int more[8];
} documented[FUZZ_KINDS] = {
	[FUZZ_QUERY] = { .more = { ENODEV, EFAULT, EBUSY, EINTR, ETIMEDOUT, EIO, ENOMEM } },
	[FUZZ_LEGACY] = { .sends = true, .more = { ENOTTY, ENOMEM } },
	[FUZZ_INFO] = { .more = { EFAULT, EINVAL, E2BIG } },
	[FUZZ_SEND] = { true, true, { ENOMEM } },
	[FUZZ_EXPLAIN] = { .own = true, .more = { EBUSY, EINTR, ENOMEM } },
	[FUZZ_RESTRICT] = { .own = true, .more = { EPERM, EINTR } },
	[FUZZ_DESTINATIONS] = { .own = true, .more = { ENOMEM } },
	[FUZZ_BG_STATUS] = { .own = true, .more = { ESTALE } },
	[FUZZ_BG_CANCEL] = { true, true, { ESTALE } },
	[FUZZ_BG_ADOPT] = { .own = true, .more = { ESTALE, EBUSY, EBADF, EPERM } },
	[FUZZ_SUBSCRIBE] = { .own = true, .more = { ENOMEM } },
	[FUZZ_RECENT] = { .own = true, .more = { ENOMEM } },
	[FUZZ_UNKNOWN] = { .more = { ENOTTY, ENODEV } },
	[FUZZ_READ] = { .more = { EINVAL, EAGAIN, EINTR, EFAULT, ENODEV } },
};

static bool is_among(int error, const int *errors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (errors[i] == error)
			return true;
	return false;
}

bool fuzz_errno_documented(enum fuzz_kind kind, int error)
{
	const struct documented *d = &documented[kind];

	return !error || (d->own && is_among(error, of_own, ARRAY_SIZE(of_own))) ||
	       (d->sends && is_among(error, of_sending, ARRAY_SIZE(of_sending))) ||
	       is_among(error, d->more, ARRAY_SIZE(d->more));
}

/* ---- memory ---- */

static const uint8_t *now(const struct fuzz_outcome *o, const struct fuzz_place *place)
{
	return o->space->view[place->area][FUZZ_STEADY] + place->offset;
}

static uint32_t at_most(uint32_t size, const struct fuzz_place *place)
{
	uint32_t room = FUZZ_AREA_BYTES - place->offset;

	return size < room ? size : room;
}

static bool is_canary(const uint8_t *bytes, uint32_t size)
{
	return !size || (bytes[0] == FUZZ_CANARY && !memcmp(bytes, bytes + 1, size - 1));
}

/* Nothing before the place, nothing from @from on, as far as canaries were laid. */
static bool untouched(const struct fuzz_outcome *o, const struct fuzz_place *place, uint32_t from)
{
	const uint8_t *bytes = now(o, place);
	uint32_t before = place->offset < FUZZ_MARGIN ? place->offset : FUZZ_MARGIN;
	uint32_t start = at_most(from, place);
	uint32_t behind = FUZZ_AREA_BYTES - place->offset - start;

	return is_canary(bytes - before, before) && is_canary(bytes + start, behind);
}

static uint32_t promised_room(const struct fuzz_outcome *o)
{
	uint32_t room = o->call->out_room;

	if (o->rival && o->rival->out_room > room)
		room = o->rival->out_room;
	return room;
}

static const char *complain_of_out(const struct fuzz_outcome *o)
{
	const struct fuzz_call *call = o->call;

	if (!call->out.is_mapped)
		return NULL;
	if (!untouched(o, &call->out, promised_room(o)))
		return "bytes around the promised output were touched";
	if (o->error && o->error != EFAULT && !untouched(o, &call->out, 0))
		return "the output of a call that failed was touched";
	return NULL;
}

/* SEND and BG_CANCEL tell why; the others leave the structure alone where they fail. */
static bool must_be_intact(const struct fuzz_outcome *o)
{
	return o->error && o->error != EFAULT && !o->rival && o->call->kind != FUZZ_SEND &&
	       o->call->kind != FUZZ_BG_CANCEL;
}

static const char *complain_of_structure(const struct fuzz_outcome *o)
{
	const struct fuzz_call *call = o->call;
	uint32_t size = call->image_size;

	if (!call->structure.is_mapped)
		return NULL;
	if (o->rival && o->rival->image_size > size)
		size = o->rival->image_size;
	/* QUERY without room tells the number */
	if (call->kind == FUZZ_QUERY && size < 8)
		size = 8;
	if (!untouched(o, &call->structure, size))
		return "bytes around the structure were touched";
	size = at_most(call->image_size, &call->structure);
	if (must_be_intact(o) && memcmp(now(o, &call->structure), call->image, size))
		return "the structure of a call that failed was written to";
	return NULL;
}

static const char *complain_of_input(const struct fuzz_outcome *o)
{
	const struct fuzz_call *call = o->call;

	if (!call->in.is_mapped || o->rival)
		return NULL;
	if (memcmp(now(o, &call->in), call->input, at_most(call->in_size, &call->in)))
		return "the input was written to";
	return NULL;
}

/* ---- what the structure says ---- */

static uint32_t claimed_size(const struct fuzz_call *call)
{
	return guest_le32(call->image);
}

static bool is_own(enum fuzz_kind kind)
{
	return kind < FUZZ_IOCTLS && kind != FUZZ_QUERY && kind != FUZZ_LEGACY;
}

static const uint32_t own_sizes[FUZZ_IOCTLS] = {
	[FUZZ_INFO] = sizeof(struct cxl_switch_cci_info),
	[FUZZ_SEND] = sizeof(struct cxl_switch_cci_send),
	[FUZZ_EXPLAIN] = sizeof(struct cxl_switch_cci_explain),
	[FUZZ_RESTRICT] = sizeof(struct cxl_switch_cci_restrict),
	[FUZZ_DESTINATIONS] = sizeof(struct cxl_switch_cci_destinations),
	[FUZZ_BG_STATUS] = sizeof(struct cxl_switch_cci_bg_status),
	[FUZZ_BG_CANCEL] = sizeof(struct cxl_switch_cci_bg_cancel),
	[FUZZ_BG_ADOPT] = sizeof(struct cxl_switch_cci_bg_adopt),
	[FUZZ_SUBSCRIBE] = sizeof(struct cxl_switch_cci_subscribe),
	[FUZZ_RECENT] = sizeof(struct cxl_switch_cci_recent),
};

static const char *complain_of_size(const struct fuzz_outcome *o)
{
	const struct fuzz_call *call = o->call;
	const uint8_t *bytes;
	uint32_t known;

	if (o->error || o->rival || !is_own(call->kind))
		return NULL;
	known = own_sizes[call->kind];
	bytes = now(o, &call->structure);
	if (claimed_size(call) < known)
		return "a structure below the first version was served";
	if (!call->structure.is_mapped ||
	    at_most(claimed_size(call), &call->structure) != claimed_size(call))
		return "a structure that is not there was served";
	if (guest_le32(bytes) != known)
		return "the driver's size was not written back";
	for (uint32_t i = known; i < claimed_size(call); i++)
		if (bytes[i])
			return "what the driver does not know did not come back zero";
	return NULL;
}

/* Whether SEND wrote it back: the driver's own size, and the leaf's opcode or a stage. */
const struct cxl_switch_cci_send *fuzz_report(const struct fuzz_outcome *o,
					      struct cxl_switch_cci_send *copy)
{
	const struct fuzz_call *call = o->call;

	if (call->kind != FUZZ_SEND || o->rival || call->is_aliased ||
	    !call->structure.is_plain || claimed_size(call) < sizeof(*copy))
		return NULL;
	memcpy(copy, now(o, &call->structure), sizeof(*copy));
	/* every command that was looked at has one of the two */
	return memcmp(copy, call->image, sizeof(*copy)) && (copy->stage || copy->reason) ?
	       copy : NULL;
}

bool fuzz_stage_fits(const struct cxl_switch_cci_send *send, int error)
{
	static const uint8_t errors[CXL_SWITCH_CCI_REASONS] = {
		[CXL_SWITCH_CCI_REASON_MALFORMED] = EINVAL,
		[CXL_SWITCH_CCI_REASON_READ_ONLY] = EBADF,
		[CXL_SWITCH_CCI_REASON_RESTRICTED] = EPERM,
		[CXL_SWITCH_CCI_REASON_PROTECTION] = EPERM,
		[CXL_SWITCH_CCI_REASON_UNAUDITED] = EPERM,
		[CXL_SWITCH_CCI_REASON_CAPABILITY] = EPERM,
		[CXL_SWITCH_CCI_REASON_OWNERSHIP] = EBUSY,
		[CXL_SWITCH_CCI_REASON_LOCKDOWN] = EPERM,
		[CXL_SWITCH_CCI_REASON_UNREACHABLE] = EHOSTUNREACH,
		[CXL_SWITCH_CCI_REASON_IDENTITY] = EBUSY,
	};

	switch (send->stage) {
	case CXL_SWITCH_CCI_STAGE_REFUSED:
		/* 0005h may be somebody else's, too */
		if (send->reason == CXL_SWITCH_CCI_REASON_OWNERSHIP && error == EPERM)
			return true;
		return send->reason < CXL_SWITCH_CCI_REASONS && errors[send->reason] == error;
	case CXL_SWITCH_CCI_STAGE_NOT_SENT:
		return error == EBUSY || error == EINTR || error == EIO || error == ENODEV ||
		       error == ENOMEM || error == EFAULT;
	case CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN:
		return error == ETIMEDOUT || error == EIO || error == EINTR || error == ENODEV;
	case CXL_SWITCH_CCI_STAGE_ANSWERED:
		return !error || error == EFAULT;
	default:
		return false;
	}
}

static const char *complain_of_report(const struct fuzz_outcome *o)
{
	struct cxl_switch_cci_send copy;
	const struct cxl_switch_cci_send *send = fuzz_report(o, &copy);

	if (!send)
		return o->call->kind == FUZZ_SEND && !o->error && !o->rival &&
		       o->call->structure.is_plain && !o->call->is_aliased ?
		       "a command that was answered left no report" : NULL;
	if (!fuzz_stage_fits(send, o->error))
		return "stage, reason and errno do not fit";
	if (send->out_size > o->call->out_room)
		return "more was written than there is room";
	if (!o->error && o->call->out.is_mapped && !untouched(o, &o->call->out, send->out_size))
		return "the output was padded";
	return NULL;
}

static const char *complain_of_legacy(const struct fuzz_outcome *o)
{
	struct cxl_send_command send;

	if (o->call->kind != FUZZ_LEGACY || o->error || o->rival)
		return NULL;
	if (!o->call->structure.is_mapped ||
	    at_most(sizeof(send), &o->call->structure) != sizeof(send))
		return "a structure that is not there was served";
	memcpy(&send, now(o, &o->call->structure), sizeof(send));
	if (o->call->out.is_mapped && !untouched(o, &o->call->out, send.out.size))
		return "the output was padded";
	return NULL;
}

/* ---- all of it ---- */

static bool errno_fits(const struct fuzz_outcome *o)
{
	if (fuzz_errno_documented(o->call->kind, o->error))
		return true;
	return o->error == EBADF && o->file_changed;
}

const char *fuzz_complaint(const struct fuzz_outcome *o)
{
	static const char *(*const complain[])(const struct fuzz_outcome *o) = {
		complain_of_out, complain_of_structure, complain_of_input, complain_of_size,
		complain_of_report, complain_of_legacy,
	};
	const char *complaint = NULL;

	if (!errno_fits(o))
		return "an errno that is not documented for it";
	/* the kernel itself said so: the descriptor went before the call came */
	if (o->call->is_aliased || (o->error == EBADF && o->file_changed))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(complain) && !complaint; i++)
		complaint = complain[i](o);
	return complaint;
}

bool fuzz_reached_mailbox(const struct fuzz_outcome *o)
{
	struct cxl_switch_cci_send copy;
	const struct cxl_switch_cci_send *send = fuzz_report(o, &copy);

	if (send)
		return send->stage >= CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN;
	if (o->call->kind == FUZZ_SEND || o->call->kind == FUZZ_LEGACY ||
	    o->call->kind == FUZZ_BG_CANCEL)
		return !o->error || o->error == ETIMEDOUT;
	return false;
}
