// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queries a destination for its identity and the effects of its commands. Every length
 * that it announces is a claim: parts are bounded by what its CCI can carry, and an
 * answer that does not fit its query ends the round. Knows no verdict.
 */
#include "identify.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include "cxl_switch_cci.h"
#include "mailbox/mailbox.h"
#include "opcodes.h"

/* More than any CEL needs: every opcode listed twice. */
#define CEL_SIZE_MAX		(2 * 0x10000 * CEL_ENTRY_LENGTH)
/* CXL 3.1 8.2.9.1.1: a component's messages are 2^8 bytes at least. */
#define MESSAGE_EXPONENT_MIN	8
#define MESSAGE_EXPONENT_MAX	20
#define MESSAGE_HEADER		12
#define GET_LOG_OFFSET		CEL_UUID_LENGTH
#define GET_LOG_SIZE		(CEL_UUID_LENGTH + 4)
#define FEATURES_REQUEST	8
#define FEATURES_HEADER		8
#define FEATURE_ENTRY		0x30
#define FEATURES_MAX		1024
/* Of five entries at least: 2^8 bytes hold that many. */
#define FEATURE_PAGES_MAX	(FEATURES_MAX / 5 + ROUND_EXTRA_COMMANDS)

/*
 * A round ends with a malformed response where a device takes so many commands more
 * than its answers' sizes call for, or so long. The time of one command may be a minute.
 */
#define ROUND_EXTRA_COMMANDS	128
#define ROUND_MS		30000
#define ROUND_COMMAND_TIMES	4

/* One round of queries to one destination. */
struct round {
	const struct swcci_exchange_channel *channel;
	const struct swcci_tunnel_path *path;
	ktime_t deadline;
	ktime_t end;		/* of the round, whatever the caller's @deadline */
	struct swcci_destination_facts *facts;
	u8 *buffer;
	u32 room;		/* of @buffer, tunnels included */
	u32 answer_max;		/* payload of the leaf that its CCI can carry */
};

/* ---- one query ---- */

static int reply_failure(const struct swcci_exchange *x)
{
	bool busy = x->return_code == CCI_RC_BUSY || x->return_code == CCI_RC_RETRY_REQUIRED;

	switch (x->reply) {
	case EXCHANGE_ANSWER:
		if (busy)
			return -EBUSY;
		return x->return_code ? -EOPNOTSUPP : 0;
	case EXCHANGE_NO_PATH:
		return busy ? -EBUSY : -EHOSTUNREACH;
	case EXCHANGE_MALFORMED:
		return -EPROTO;
	case EXCHANGE_SILENCE:
		break;
	}
	return -ETIMEDOUT;
}

/* The component would give the same answer again. */
static bool reply_is_unsupported(const struct swcci_exchange *x)
{
	return x->reply == EXCHANGE_ANSWER && (x->return_code == CCI_RC_UNSUPPORTED ||
					       x->return_code == CCI_RC_UNSUPPORTED_CCI);
}

static int query(struct round *r, u16 opcode, const u8 *in, u32 in_length,
		 struct swcci_exchange *x, int *failure)
{
	int rc;

	if (ktime_after(ktime_get(), r->end)) {
		*failure = -EPROTO;
		return 0;
	}
	*x = (struct swcci_exchange){
		.path = r->path,
		.opcode = opcode,
		.in = in,
		.in_length = in_length,
		.buffer = r->buffer,
		.room = r->room,
		.deadline = r->deadline,
	};
	rc = swcci_exchange_send(r->channel, x);
	if (!rc)
		*failure = reply_failure(x);
	return rc;
}

/* ---- identity ---- */

static bool decode_identity(const u8 *answer, u32 length, struct swcci_identity *identity)
{
	if (length < CCI_IDENTIFY_LENGTH)
		return false;
	identity->known = true;
	identity->vendor_id = get_le16(answer);
	identity->device_id = get_le16(answer + 2);
	identity->subsystem_vendor_id = get_le16(answer + 4);
	identity->subsystem_id = get_le16(answer + 6);
	identity->serial = get_le64(answer + 8);
	identity->max_message_exponent = answer[0x10];
	identity->component_type = answer[0x11];
	return true;
}

/**
 * swcci_identify_component() - Identify, 0001h
 * @channel: of the function
 * @turn: to send it in; NULL: a turn of its own
 * @path: to the component
 * @deadline: of the wait
 * @identity: result; not @identity->known where @failure
 * @failure: result: 0; or -EHOSTUNREACH: nothing is there; -ETIMEDOUT: silent; -EBUSY;
 *	-EPROTO: malformed; -EOPNOTSUPP: another error
 * @unsupported: result: that error is Unsupported
 *
 * Return: 0; or why nothing could be sent, as swcci_exchange_send_in_turn().
 */
int swcci_identify_component(const struct swcci_exchange_channel *channel,
			     struct swcci_mailbox_turn *turn, const struct swcci_tunnel_path *path,
			     ktime_t deadline, struct swcci_identity *identity, int *failure,
			     bool *unsupported)
{
	u8 buffer[EXCHANGE_OVERHEAD_MAX + CCI_IDENTIFY_LENGTH];
	struct swcci_exchange x = {
		.path = path,
		.opcode = CCI_OP_IDENTIFY,
		.buffer = buffer,
		.room = swcci_tunnel_overhead(path) + CCI_IDENTIFY_LENGTH,
		.deadline = deadline,
	};
	int rc;

	memset(identity, 0, sizeof(*identity));
	identity->component_type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	rc = turn ? swcci_exchange_send_in_turn(channel, turn, &x) :
		    swcci_exchange_send(channel, &x);
	if (rc)
		return rc;
	*failure = reply_failure(&x);
	*unsupported = reply_is_unsupported(&x);
	if (!*failure && !decode_identity(x.payload, x.length, identity))
		*failure = -EPROTO;
	return 0;
}

/* ---- how much at a time ---- */

static u32 message_room(u8 exponent)
{
	return (1U << clamp_t(u8, exponent, MESSAGE_EXPONENT_MIN, MESSAGE_EXPONENT_MAX)) -
	       MESSAGE_HEADER;
}

/*
 * Behind a tunnel the component's own limits count, too: the one in Identify, which Set
 * Response Message Limit may have lowered.
 */
static int find_answer_max(struct round *r, int *failure)
{
	struct swcci_exchange x;
	int rc;

	r->answer_max = r->room - swcci_tunnel_overhead(r->path);
	if (!r->path->depth)
		return 0;
	r->answer_max = min(r->answer_max,
			    message_room(r->facts->identity.max_message_exponent));
	rc = query(r, CCI_OP_GET_RESPONSE_LIMIT, NULL, 0, &x, failure);
	if (rc || *failure == -ETIMEDOUT)
		return rc;
	if (!*failure && x.length)
		r->answer_max = min(r->answer_max, message_room(x.payload[0]));
	*failure = 0;
	return 0;
}

/* ---- Command Effects Log ---- */

static int find_cel_size(struct round *r, u32 *size, int *failure)
{
	struct swcci_exchange x;
	int rc;

	rc = query(r, CCI_OP_GET_SUPPORTED_LOGS, NULL, 0, &x, failure);
	if (rc)
		return rc;
	r->facts->log_unsupported = *failure && reply_is_unsupported(&x);
	if (*failure)
		return 0;
	if (swcci_cel_find_size(x.payload, x.length, size))
		*failure = -EOPNOTSUPP;
	else if (*size > CEL_SIZE_MAX)
		*failure = -EPROTO;
	return 0;
}

static int read_cel_part(struct round *r, u32 offset, u32 length, struct swcci_cel_parser *parser,
			 u32 *got, int *failure)
{
	u8 request[CCI_GET_LOG_LENGTH];
	struct swcci_exchange x;
	int rc;

	memcpy(request, swcci_cel_uuid, CEL_UUID_LENGTH);
	put_le32(request + GET_LOG_OFFSET, offset);
	put_le32(request + GET_LOG_SIZE, length);
	rc = query(r, CCI_OP_GET_LOG, request, sizeof(request), &x, failure);
	if (rc || *failure)
		return rc;
	/* a short part is continued; an empty or a longer one is malformed */
	if (!x.length || x.length > length) {
		*failure = -EPROTO;
		return 0;
	}
	swcci_cel_feed(parser, x.payload, x.length);
	*got = x.length;
	return 0;
}

/*
 * At offset 0 and whole, if it fits: QEMU counts the offset in entries instead
 * of bytes, so that later parts would be other ones.
 */
static int read_cel(struct round *r, int *failure)
{
	struct swcci_cel_parser parser;
	u32 size = 0, offset, got = 0, parts;
	int rc;

	swcci_cel_begin(&parser, &r->facts->effects);
	rc = find_cel_size(r, &size, failure);
	parts = DIV_ROUND_UP(size, r->answer_max) + ROUND_EXTRA_COMMANDS;
	for (offset = 0; !rc && !*failure && offset < size; offset += got) {
		if (parts--)
			rc = read_cel_part(r, offset, min(size - offset, r->answer_max), &parser,
					   &got, failure);
		else
			*failure = -EPROTO;
	}
	if (!rc && !*failure && !swcci_cel_complete(&parser))
		*failure = -EPROTO;
	/* a log that breaks off is not used at all */
	if (rc || *failure)
		swcci_cel_begin(&parser, &r->facts->effects);
	return rc;
}

/* ---- features ---- */

static void note_feature(struct swcci_destination_facts *facts, const u8 *entry)
{
	for (int i = 0; i < FEATURES_NAMED; i++) {
		if (memcmp(entry, swcci_audited_features[i], FEATURE_UUID_LENGTH))
			continue;
		facts->feature[i].known = true;
		facts->feature[i].changeable = entry[0x16] & BIT(0);
		facts->feature[i].effects = get_le16(entry + 0x1c);
	}
}

/* Get Supported Features, from @start. CXL 3.1 8.2.9.6.1. */
static int read_feature_page(struct round *r, u32 start, u32 *next, int *failure)
{
	u8 request[FEATURES_REQUEST] = { 0 };
	u32 entries, total;
	struct swcci_exchange x;
	int rc;

	put_le32(request, r->answer_max);
	put_le16(request + 4, (u16)start);
	rc = query(r, CCI_OP_GET_SUPPORTED_FEATURES, request, sizeof(request), &x, failure);
	if (rc || *failure)
		return rc;
	*failure = -EPROTO;
	if (x.length < FEATURES_HEADER)
		return 0;
	entries = get_le16(x.payload);
	total = min_t(u32, get_le16(x.payload + 2), FEATURES_MAX);
	if (entries > (x.length - FEATURES_HEADER) / FEATURE_ENTRY)
		return 0;
	for (u32 i = 0; i < entries; i++)
		note_feature(r->facts, x.payload + FEATURES_HEADER + i * FEATURE_ENTRY);
	if (start + entries >= total)
		*next = 0;
	else if (entries)
		*next = start + entries;
	else
		return 0;
	*failure = 0;
	return 0;
}

static int read_features(struct round *r)
{
	u32 next = 0, pages = 0;
	int rc, failure = 0;

	do {
		rc = read_feature_page(r, next, &next, &failure);
	} while (!rc && !failure && next && ++pages < FEATURE_PAGES_MAX);
	/* a list without a valid end is not used at all */
	if (failure || next)
		memset(r->facts->feature, 0, sizeof(r->facts->feature));
	r->facts->features_failed = failure || next;
	r->facts->features_read = !rc;
	return rc;
}

/* ---- the round ---- */

/*
 * The round goes on after an error answer to Identify, and ends after anything worse.
 * But the function's own type is in its log, too: only silence ends its round.
 */
static bool goes_on(const struct round *r, int failure)
{
	return !failure || failure == -EOPNOTSUPP || (!r->path->depth && failure != -ETIMEDOUT);
}

static int query_all(struct round *r, bool features)
{
	struct swcci_destination_facts *facts = r->facts;
	bool unsupported;
	int rc, failure = 0;

	rc = swcci_identify_component(r->channel, NULL, r->path, r->deadline, &facts->identity,
				      &failure, &unsupported);
	if (rc)
		return rc;
	facts->failure = failure;
	if (facts->identity.known)
		facts->identify = IDENTIFY_ANSWERED;
	else
		facts->identify = unsupported ? IDENTIFY_UNSUPPORTED : IDENTIFY_FAILED;
	facts->knowledge = failure == -EHOSTUNREACH || failure == -ETIMEDOUT ?
			   POLICY_SILENT : POLICY_EFFECTS_UNREADABLE;
	if (!goes_on(r, failure))
		return 0;

	facts->failure = 0;
	rc = find_answer_max(r, &facts->failure);
	if (!rc && !facts->failure)
		rc = read_cel(r, &facts->failure);
	if (rc || facts->failure)
		return rc;
	facts->knowledge = POLICY_EFFECTS_READ;
	if (features && swcci_cel_lists(&facts->effects, swcci_audited_find(CCI_OP_SET_FEATURE)))
		rc = read_features(r);
	else
		facts->features_read = features;
	return rc;
}

/**
 * swcci_identify_facts() - a whole round of queries
 * @channel: of the function
 * @path: to the destination
 * @features: the named features, too
 * @deadline: of the wait
 * @facts: result, generation excepted
 *
 * Each query takes a turn: other clients are served in between. Killable. Ends after
 * 30 s (or four times the device's time for a command) and the command under way then,
 * and after 128 commands more than the answers' sizes call for.
 *
 * Return: 0, whatever was found; or -EINTR, -EBUSY, -ENODEV, -ENOMEM if the round could
 * not be completed, and nothing is known.
 */
int swcci_identify_facts(const struct swcci_exchange_channel *channel,
			 const struct swcci_tunnel_path *path, bool features, ktime_t deadline,
			 struct swcci_destination_facts *facts)
{
	struct round r = {
		.channel = channel,
		.path = path,
		.deadline = deadline,
		.facts = facts,
		/* the 16-bit size of a tunnel ends what a larger payload could hold */
		.room = min_t(u32, channel->mailbox->capability.payload_size, 0x10000),
	};
	u32 device_ms = channel->mailbox->command_timeout_ms;
	int rc;

	r.end = ktime_add_ms(ktime_get(), max_t(u32, ROUND_MS, ROUND_COMMAND_TIMES * device_ms));
	/* charged to the caller: as many rounds at once as there are callers */
	r.buffer = kvmalloc(r.room, GFP_KERNEL_ACCOUNT);
	if (!r.buffer)
		return -ENOMEM;
	rc = query_all(&r, features);
	kvfree(r.buffer);
	return rc;
}
