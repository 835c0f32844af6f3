// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes calls: mostly nearly right ones, for what is refused at the first look shows
 * little. Touches no memory but its own, and no device.
 */
#include "guest_fuzz.h"
#include "guest_background.h"

#include <sys/ioctl.h>

#define PAYLOAD_MAX	2048u	/* of the model's mailbox */
#define LEAF_MAX	(PAYLOAD_MAX - 3 * LEVEL)

struct maker {
	struct fuzz_random *random;
	const struct fuzz_world *world;
	struct fuzz_call *call;
};

/* ---- chance: splitmix64 ---- */

uint64_t fuzz_next(struct fuzz_random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

uint32_t fuzz_below(struct fuzz_random *random, uint32_t end)
{
	return end ? (uint32_t)(fuzz_next(random) >> 16) % end : 0;
}

bool fuzz_percent(struct fuzz_random *random, uint32_t percent)
{
	return fuzz_below(random, 100) < percent;
}

static void fill_randomly(struct maker *m, uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)fuzz_next(m->random);
}

/* ---- places ---- */

/* Null, the page that nobody may have, the end of user space, not canonical, the kernel's. */
static const uint64_t wild[] = {
	0, 1, 0x1000, 0x7ffffffff000ULL, 0x800000000000ULL, 0xffff888000000000ULL,
	0xfffffffffffff000ULL, UINT64_MAX,
};

static uint32_t offset_for(struct maker *m, uint32_t length)
{
	uint32_t room = length < FUZZ_AREA_BYTES / 2 ? length : FUZZ_AREA_BYTES / 2;
	uint32_t kind = fuzz_below(m->random, 20);

	if (kind == 0 && room)
		return FUZZ_AREA_BYTES - room + 1 + fuzz_below(m->random, room);
	if (kind < 4)
		return FUZZ_AREA_BYTES - room;
	return FUZZ_MARGIN + fuzz_below(m->random, 256) * (kind < 7 ? 1 : 8);
}

static enum fuzz_view view_for(struct maker *m)
{
	uint32_t percent = fuzz_below(m->random, 100);

	return percent < 3 ? FUZZ_READ_ONLY : percent < 8 ? FUZZ_FLICKERING : FUZZ_STEADY;
}

static struct fuzz_place place_for(struct maker *m, enum fuzz_area area, uint32_t length)
{
	struct fuzz_place place = { .area = area };

	if (fuzz_percent(m->random, 3)) {
		place.address = fuzz_pick(m->random, wild);
		return place;
	}
	place.view = view_for(m);
	place.offset = offset_for(m, length);
	place.address = (uintptr_t)m->world->space.view[area][place.view] + place.offset;
	place.is_mapped = place.offset < FUZZ_AREA_BYTES;
	place.is_plain = place.view == FUZZ_STEADY && length <= FUZZ_AREA_BYTES - place.offset;
	return place;
}

/* Of a 32-bit caller the upper half does not count, whatever it holds. */
static uint64_t pointer_to(struct maker *m, const struct fuzz_place *place)
{
	if (sizeof(void *) == 8 || !place->is_mapped || fuzz_percent(m->random, 90))
		return place->address;
	return place->address | fuzz_next(m->random) << 32;
}

/* ---- commands ---- */

static const uint8_t bind_request[6] = { 0, 2, MODEL_SLD_2, 0, 0xff, 0xff };
static const uint8_t unbind_request[3] = { 0, 2, 0 };
static const uint8_t nothing[0x11];

/* Where a command makes sense. */
enum where { ANYWHERE, AT_SWITCH, AT_MEMORY, WHERES };

struct start {
	uint16_t opcode, size;
	const uint8_t *payload;
	enum where place;
};

static const struct start scan = { OPCODE_SCAN_MEDIA, sizeof(nothing), nothing, AT_MEMORY };

/* What may change who answers where: the driver then asks all anew, which is most of the work. */
static const struct start changes[] = {
	{ OPCODE_ABORTABLE, 0, NULL, AT_SWITCH }, { OPCODE_ABORTABLE, 0, NULL, ANYWHERE },
	{ OPCODE_WORK, 0, NULL, ANYWHERE },
	{ OPCODE_BIND, sizeof(bind_request), bind_request, AT_SWITCH },
	{ OPCODE_UNBIND, sizeof(unbind_request), unbind_request, AT_SWITCH },
};

struct leaf {
	uint16_t opcode;
	enum where place;
	uint32_t size;
	uint8_t payload[LEAF_MAX];
};

static void make_row(struct maker *m, struct leaf *leaf, bool query)
{
	const struct guest_row *row;
	uint32_t most;

	do {
		row = &guest_rows[fuzz_below(m->random, (uint32_t)guest_row_count)];
	} while (query && row->zeros != 0);
	most = row->max < row->min + 64 ? row->max : row->min + 64;
	leaf->opcode = row->opcode;
	leaf->size = row->min + fuzz_below(m->random, most - row->min + 1);
	if (query && fuzz_percent(m->random, 80))
		leaf->size = row->min;
	memset(leaf->payload, 0, leaf->size);
	if (!query && fuzz_percent(m->random, 50))
		fill_randomly(m, leaf->payload, leaf->size);
}

static void make_start(struct maker *m, struct leaf *leaf)
{
	bool change = fuzz_percent(m->random, 25);
	const struct start *start = change ? &fuzz_pick(m->random, changes) : &scan;

	leaf->opcode = start->opcode;
	leaf->place = start->place;
	leaf->size = start->size;
	if (start->size)
		memcpy(leaf->payload, start->payload, start->size);
}

/* A part of a firmware image: full, initiate, continue, finish, abort. */
static void make_transfer(struct maker *m, struct leaf *leaf)
{
	static const uint8_t actions[] = { 1, 1, 1, 1, 4, 4, 2, 2, 3, 0, 5 };
	bool sensible = fuzz_percent(m->random, 85);

	leaf->opcode = 0x0201;
	leaf->place = AT_SWITCH;
	leaf->size = 0x80 + (sensible ? 8 : 128 * fuzz_below(m->random, 3));
	memset(leaf->payload, 0, leaf->size);
	leaf->payload[0] = fuzz_pick(m->random, actions);
	leaf->payload[1] = sensible ? 2 : (uint8_t)fuzz_below(m->random, 5);
	leaf->payload[4] = sensible ? leaf->payload[0] == 2 : (uint8_t)fuzz_below(m->random, 3);
}

static void make_anything(struct maker *m, struct leaf *leaf)
{
	leaf->opcode = (uint16_t)fuzz_next(m->random);
	leaf->size = fuzz_below(m->random, fuzz_percent(m->random, 90) ? 64 : LEAF_MAX);
	fill_randomly(m, leaf->payload, leaf->size);
}

static void make_leaf(struct maker *m, struct leaf *leaf)
{
	uint32_t percent = fuzz_below(m->random, 100);

	leaf->place = ANYWHERE;
	if (percent < 30)
		make_row(m, leaf, true);
	else if (percent < 45)
		make_row(m, leaf, false);
	else if (percent < 63)
		make_start(m, leaf);
	else if (percent < 86)
		make_transfer(m, leaf);
	else if (percent < 91)
		*leaf = (struct leaf){ .opcode = OPCODE_ABORT };
	else
		make_anything(m, leaf);
}

static unsigned int make_path(struct maker *m, enum where place, struct hop path[3])
{
	static const uint8_t ports[] = {
		MODEL_SLD, MODEL_SLD_2, MODEL_MLD, MODEL_MULTI_HEADED, MODEL_DCD, MODEL_BOUND,
		MODEL_VENDOR, MODEL_EMPTY, MODEL_EMPTY, MODEL_UPSTREAM, MODEL_UNKNOWN,
	};
	static const uint8_t memory[] = { MODEL_SLD, MODEL_SLD_2, MODEL_DCD, MODEL_BOUND };
	/* below the first: the switch itself; below the second: a port's device */
	static const struct { uint32_t first, second; } shares[WHERES] = {
		[ANYWHERE] = { 45, 80 }, [AT_SWITCH] = { 90, 97 }, [AT_MEMORY] = { 3, 75 },
	};
	uint32_t percent = fuzz_below(m->random, 100);

	memset(path, 0, 3 * sizeof(*path));
	if (percent < shares[place].first)
		return 0;
	path[0].id = place == AT_MEMORY && fuzz_percent(m->random, 75) ?
		     fuzz_pick(m->random, memory) : fuzz_pick(m->random, ports);
	if (percent < shares[place].second)
		return 1;
	path[0].id = fuzz_percent(m->random, 50) ? MODEL_MLD : MODEL_MULTI_HEADED;
	path[1].id = (uint8_t)fuzz_below(m->random, 5);
	if (fuzz_percent(m->random, 65))
		return 2;
	path[1].target = 1;
	path[2].id = (uint8_t)fuzz_below(m->random, 5);
	if (fuzz_percent(m->random, 10))
		path[fuzz_below(m->random, 3)].target = (uint8_t)fuzz_next(m->random);
	return 3;
}

/* A byte of the framing, or the length. */
static void break_frame(struct maker *m, struct guest_message *message)
{
	switch (fuzz_below(m->random, 3)) {
	case 0:
		message->bytes[fuzz_below(m->random, LEVEL)] ^= 1 << fuzz_below(m->random, 8);
		break;
	case 1:
		message->length = fuzz_below(m->random, message->length);
		break;
	default:
		message->length += fuzz_below(m->random, 16);
	}
}

/* Return: the opcode for the mailbox; the call has the request payload. */
static uint16_t make_command(struct maker *m)
{
	struct guest_message message;
	struct hop path[3];
	unsigned int depth;
	struct leaf leaf;

	make_leaf(m, &leaf);
	depth = make_path(m, leaf.place, path);
	message = guest_tunnel_along(path, depth, leaf.opcode, leaf.payload, leaf.size);
	if (depth && fuzz_percent(m->random, 12))
		break_frame(m, &message);
	m->call->in_size = message.length;
	memcpy(m->call->input, message.bytes, message.length);
	return depth ? OPCODE_TUNNEL : leaf.opcode;
}

static uint32_t claimed_in_size(struct maker *m)
{
	static const uint32_t odd[] = { 0, 1, PAYLOAD_MAX, PAYLOAD_MAX + 1, INT32_MAX, UINT32_MAX };

	return fuzz_percent(m->random, 95) ? m->call->in_size : fuzz_pick(m->random, odd);
}

static uint32_t some_room(struct maker *m)
{
	static const uint32_t rooms[] = {
		0, 1, 8, IDENTIFY_SIZE, 34, 256, PAYLOAD_MAX, PAYLOAD_MAX + 1, UINT32_MAX,
	};

	return fuzz_percent(m->random, 60) ? PAYLOAD_MAX : fuzz_pick(m->random, rooms);
}

/* ---- the structures ---- */

static uint64_t some_cookie(struct maker *m)
{
	if (fuzz_percent(m->random, 5))
		return fuzz_next(m->random);
	/* the youngest first: most are over soon */
	return m->world->cookies[fuzz_below(m->random, 1 + fuzz_below(m->random,
						(uint32_t)ARRAY_SIZE(m->world->cookies)))];
}

static void place_payloads(struct maker *m)
{
	struct fuzz_call *call = m->call;

	call->in = place_for(m, FUZZ_IN, call->in_size);
	call->out = place_for(m, FUZZ_OUT,
			      call->out_room < PAYLOAD_MAX ? call->out_room : PAYLOAD_MAX);
	if (fuzz_percent(m->random, 2)) {
		call->out = call->in;
		call->is_aliased = true;
	}
}

static void fill_query(struct maker *m)
{
	static const uint32_t counts[] = { 0, 1, ID_COUNT - 1, ID_COUNT, ID_COUNT + 1, UINT32_MAX };
	struct cxl_mem_query_commands *query = (void *)m->call->image;
	uint32_t count = fuzz_pick(m->random, counts);

	query->n_commands = count;
	query->rsvd = fuzz_percent(m->random, 5);
	m->call->image_size = (uint32_t)sizeof(*query) +
			      (count < ID_COUNT ? count : ID_COUNT) *
			      (uint32_t)sizeof(query->commands[0]);
}

static void fill_legacy_id(struct maker *m, struct cxl_send_command *send)
{
	static const struct { uint32_t id, in, out; } ids[] = {
		{ ID_GET_SUPPORTED_LOGS, 0, PAYLOAD_MAX }, { ID_GET_FW_INFO, 0, 0x50 },
		{ ID_GET_LOG, 0x18, PAYLOAD_MAX }, { ID_GET_TIMESTAMP, 0, 8 },
		{ ID_GET_LOG_CAPS, 0x10, 4 }, { ID_CLEAR_LOG, 0x10, 0 },
		{ ID_GET_SUP_LOG_SUBLIST, 2, PAYLOAD_MAX },
	};
	uint32_t i = fuzz_below(m->random, ARRAY_SIZE(ids));

	send->id = fuzz_percent(m->random, 85) ? ids[i].id : fuzz_below(m->random, 64);
	m->call->in_size = ids[i].in;
	if (fuzz_percent(m->random, 90))
		m->call->out_room = ids[i].out;
	memset(m->call->input, 0, ids[i].in);
	if (ids[i].in >= sizeof(guest_cel_uuid))
		memcpy(m->call->input, fuzz_percent(m->random, 70) ? guest_cel_uuid :
		       guest_vendor_log_uuid, sizeof(guest_cel_uuid));
	if (ids[i].in == 0x18)
		m->call->input[20] = (uint8_t)fuzz_next(m->random);
}

static void fill_legacy(struct maker *m)
{
	struct cxl_send_command *send = (void *)m->call->image;

	m->call->out_room = some_room(m);
	if (fuzz_percent(m->random, 45)) {
		fill_legacy_id(m, send);
	} else {
		send->id = ID_RAW;
		send->raw.opcode = make_command(m);
	}
	place_payloads(m);
	send->flags = fuzz_percent(m->random, 95) ? 0 : (uint32_t)fuzz_next(m->random);
	send->in.size = claimed_in_size(m);
	send->out.size = m->call->out_room;
	send->in.payload = pointer_to(m, &m->call->in);
	send->out.payload = pointer_to(m, &m->call->out);
	m->call->image_size = sizeof(*send);
}

static void fill_info(struct maker *m)
{
}

static uint32_t some_timeout(struct maker *m)
{
	static const uint32_t odd[] = { 1, 2, 5, 50, 500, 3600000, 3600001, UINT32_MAX };

	return fuzz_percent(m->random, 80) ? 0 : fuzz_pick(m->random, odd);
}

static void fill_send(struct maker *m)
{
	struct cxl_switch_cci_send *send = (void *)m->call->image;

	send->opcode = make_command(m);
	m->call->out_room = some_room(m);
	place_payloads(m);
	send->flags = fuzz_percent(m->random, 15);
	send->timeout_ms = some_timeout(m);
	send->in_size = claimed_in_size(m);
	send->out_size = m->call->out_room;
	send->in_payload = pointer_to(m, &m->call->in);
	send->out_payload = pointer_to(m, &m->call->out);
}

static void fill_explain(struct maker *m)
{
	struct cxl_switch_cci_explain *explain = (void *)m->call->image;

	explain->opcode = make_command(m);
	m->call->in = place_for(m, FUZZ_IN, m->call->in_size);
	explain->in_size = claimed_in_size(m);
	explain->in_payload = pointer_to(m, &m->call->in);
}

static void fill_restrict(struct maker *m)
{
	static const uint32_t impacts[] = { 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 1, 0, 4, UINT32_MAX };
	struct cxl_switch_cci_restrict *limit = (void *)m->call->image;

	limit->impact = fuzz_pick(m->random, impacts);
}

static void fill_list(struct maker *m, uint32_t entry_size)
{
	static const uint32_t rooms[] = { 0, 1, 16, 64, 64, 200, 4096, 4097, UINT32_MAX };
	struct cxl_switch_cci_destinations *list = (void *)m->call->image;
	uint32_t room = fuzz_pick(m->random, rooms);
	uint64_t bytes = (uint64_t)room * entry_size;

	list->room = room;
	list->entry_size = fuzz_percent(m->random, 95) ? entry_size :
			   fuzz_below(m->random, 2 * entry_size);
	list->cursor = fuzz_percent(m->random, 80) ? 0 : fuzz_below(m->random, 1 << 20);
	m->call->out_room = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
	m->call->out = place_for(m, FUZZ_OUT, m->call->out_room);
	list->entries = pointer_to(m, &m->call->out);
}

static void fill_destinations(struct maker *m)
{
	fill_list(m, sizeof(struct cxl_switch_cci_destination));
}

static void fill_recent(struct maker *m)
{
	fill_list(m, sizeof(struct cxl_switch_cci_record));
}

static void fill_status(struct maker *m)
{
	struct cxl_switch_cci_bg_status *status = (void *)m->call->image;
	struct hop path[3];

	status->depth = (uint8_t)make_path(m, ANYWHERE, path);
	for (unsigned int i = 0; i < 3; i++) {
		status->target[i] = path[i].target;
		status->id[i] = path[i].id;
	}
	status->cookie = fuzz_percent(m->random, 50) ? 0 : some_cookie(m);
}

static void fill_cancel(struct maker *m)
{
	struct cxl_switch_cci_bg_cancel *cancel = (void *)m->call->image;

	cancel->cookie = some_cookie(m);
	cancel->timeout_ms = fuzz_percent(m->random, 95) ? 1 + fuzz_below(m->random, 20) :
			     fuzz_percent(m->random, 50) ? 3600001 : 0;
}

static void fill_adopt(struct maker *m)
{
	struct cxl_switch_cci_bg_adopt *adopt = (void *)m->call->image;

	adopt->flags = fuzz_percent(m->random, 10);
	adopt->cookie = some_cookie(m);
}

static void fill_subscribe(struct maker *m)
{
	struct cxl_switch_cci_subscribe *subscribe = (void *)m->call->image;

	subscribe->mask = (uint32_t)fuzz_next(m->random) &
			  (fuzz_percent(m->random, 90) ? CXL_SWITCH_CCI_MASK_ALL : UINT32_MAX);
}

/* None that the kernel itself serves (FIONBIO and the like): they have other types. */
static void fill_unknown(struct maker *m)
{
	static const unsigned int types[] = { CXL_SWITCH_CCI_MAGIC, 0xCE, 0xC4 };
	unsigned int type = fuzz_pick(m->random, types);
	unsigned int number = 0x10 + fuzz_below(m->random, 0xf0);

	m->call->request = _IOC(fuzz_below(m->random, 4), type, number,
				fuzz_below(m->random, 256));
	m->call->image_size = fuzz_below(m->random, 256);
	fill_randomly(m, m->call->image, m->call->image_size);
}

static void fill_read(struct maker *m)
{
	static const uint32_t rooms[] = {
		0, 1, sizeof(struct cxl_switch_cci_notice) - 1,
		sizeof(struct cxl_switch_cci_notice),
		8 * sizeof(struct cxl_switch_cci_notice), 4096,
	};

	m->call->out_room = fuzz_pick(m->random, rooms);
	m->call->out = place_for(m, FUZZ_OUT, m->call->out_room);
}

static void fill_poll(struct maker *m)
{
}

/*
 * ---- which, how often, how large ----
 *
 * A command that comes to the device costs as much as several calls that do not: some 9
 * of a hundred do. guest_fuzz_figures.c wants 5, on a machine that is busy, too.
 */

static const struct kind {
	unsigned long request;
	uint32_t size;		/* of own structures, which begin with it */
	uint32_t weight;	/* of 100 */
	void (*fill)(struct maker *m);
} kinds[FUZZ_KINDS] = {
	[FUZZ_QUERY] = { CXL_MEM_QUERY_COMMANDS, 0, 5, fill_query },
	[FUZZ_LEGACY] = { CXL_MEM_SEND_COMMAND, 0, 9, fill_legacy },
	[FUZZ_INFO] = { CXL_SWITCH_CCI_INFO, sizeof(struct cxl_switch_cci_info), 5, fill_info },
	[FUZZ_SEND] = { CXL_SWITCH_CCI_SEND, sizeof(struct cxl_switch_cci_send), 26, fill_send },
	[FUZZ_EXPLAIN] = { CXL_SWITCH_CCI_EXPLAIN, sizeof(struct cxl_switch_cci_explain), 6,
			   fill_explain },
	[FUZZ_RESTRICT] = { CXL_SWITCH_CCI_RESTRICT, sizeof(struct cxl_switch_cci_restrict), 3,
			    fill_restrict },
	[FUZZ_DESTINATIONS] = { CXL_SWITCH_CCI_DESTINATIONS,
				sizeof(struct cxl_switch_cci_destinations), 5, fill_destinations },
	[FUZZ_BG_STATUS] = { CXL_SWITCH_CCI_BG_STATUS, sizeof(struct cxl_switch_cci_bg_status), 7,
			     fill_status },
	[FUZZ_BG_CANCEL] = { CXL_SWITCH_CCI_BG_CANCEL, sizeof(struct cxl_switch_cci_bg_cancel), 7,
			     fill_cancel },
	[FUZZ_BG_ADOPT] = { CXL_SWITCH_CCI_BG_ADOPT, sizeof(struct cxl_switch_cci_bg_adopt), 6,
			    fill_adopt },
	[FUZZ_SUBSCRIBE] = { CXL_SWITCH_CCI_SUBSCRIBE, sizeof(struct cxl_switch_cci_subscribe), 5,
			     fill_subscribe },
	[FUZZ_RECENT] = { CXL_SWITCH_CCI_RECENT, sizeof(struct cxl_switch_cci_recent), 6,
			  fill_recent },
	[FUZZ_UNKNOWN] = { 0, 0, 3, fill_unknown },
	[FUZZ_READ] = { 0, 0, 4, fill_read },
	[FUZZ_POLL] = { 0, 0, 3, fill_poll },
};

const char *const fuzz_kind_names[FUZZ_KINDS] = {
	[FUZZ_QUERY] = "QUERY_COMMANDS", [FUZZ_LEGACY] = "SEND_COMMAND", [FUZZ_INFO] = "INFO",
	[FUZZ_SEND] = "SEND", [FUZZ_EXPLAIN] = "EXPLAIN", [FUZZ_RESTRICT] = "RESTRICT",
	[FUZZ_DESTINATIONS] = "DESTINATIONS", [FUZZ_BG_STATUS] = "BG_STATUS",
	[FUZZ_BG_CANCEL] = "BG_CANCEL", [FUZZ_BG_ADOPT] = "BG_ADOPT",
	[FUZZ_SUBSCRIBE] = "SUBSCRIBE", [FUZZ_RECENT] = "RECENT", [FUZZ_UNKNOWN] = "unknown ioctls",
	[FUZZ_READ] = "read()", [FUZZ_POLL] = "poll()",
};

static enum fuzz_kind some_kind(struct maker *m)
{
	uint32_t left = fuzz_below(m->random, 100);
	unsigned int kind = 0;

	while (left >= kinds[kind].weight)
		left -= kinds[kind++].weight;
	return kind;
}

/* What the caller says how large its structure is. */
static void claim_size(struct maker *m, uint32_t known)
{
	static const uint32_t huge[] = { 4097, 8192, INT32_MAX, 0x80000000, UINT32_MAX };
	uint32_t percent = fuzz_below(m->random, 100), size = known;

	if (percent < 5)
		size = known + 1 + fuzz_below(m->random, 512);
	else if (percent < 6)
		size = 4096;
	else if (percent < 10)
		size = fuzz_below(m->random, known);
	else if (percent < 12)
		size = fuzz_pick(m->random, huge);
	memcpy(m->call->image, &size, sizeof(size));
	m->call->image_size = size < known || size > FUZZ_IMAGE_MAX ? known : size;
	if (size > known && size <= 4096 && fuzz_percent(m->random, 40))
		m->call->image[known + fuzz_below(m->random, size - known)] = 1;
}

/* Behind the size: a flag, a reserved field, whatever is hit. */
static void smear(struct maker *m, uint32_t known)
{
	if (known > 4 && fuzz_percent(m->random, 4))
		m->call->image[4 + fuzz_below(m->random, known - 4)] ^=
			1 << fuzz_below(m->random, 8);
}

/* A wait that was asked for is nobody's fault: none of minutes. */
static void keep_patience_short(struct fuzz_call *call)
{
	struct cxl_switch_cci_bg_cancel *cancel = (void *)call->image;

	if (call->kind == FUZZ_BG_CANCEL && cancel->timeout_ms <= 3600000)
		cancel->timeout_ms &= 0x1f;
}

/* What a smeared or raced pointer would hit is not known. */
static bool has_pointers(enum fuzz_kind kind)
{
	return kind == FUZZ_LEGACY || kind == FUZZ_SEND || kind == FUZZ_EXPLAIN ||
	       kind == FUZZ_DESTINATIONS || kind == FUZZ_RECENT;
}

static void fill(struct maker *m)
{
	const struct kind *kind = &kinds[m->call->kind];

	memset(m->call->image, 0, sizeof(m->call->image));
	m->call->request = kind->request;
	m->call->image_size = 0;
	m->call->in_size = 0;
	m->call->out_room = 0;
	kind->fill(m);
	if (!kind->size)
		return;
	if (!has_pointers(m->call->kind))
		smear(m, kind->size);
	else if (fuzz_percent(m->random, 3))
		m->call->image[4 + fuzz_below(m->random, 4)] ^= 1 << fuzz_below(m->random, 8);
	keep_patience_short(m->call);
	claim_size(m, kind->size);
}

void fuzz_make(struct fuzz_random *random, const struct fuzz_world *world,
	       struct fuzz_call *call)
{
	struct maker m = { random, world, call };

	call->in = (struct fuzz_place){ 0 };
	call->out = call->in;
	call->is_aliased = false;
	call->kind = some_kind(&m);
	fill(&m);
	call->structure = place_for(&m, FUZZ_STRUCTURE, call->image_size);
	call->is_raced = call->structure.is_plain && call->kind < FUZZ_IOCTLS &&
			 fuzz_percent(random, 10);
}

/* Pointers stay what they are, so that what may be written to does. */
static void take_pointers(const struct fuzz_call *call, struct fuzz_call *rival)
{
	static const struct { enum fuzz_kind kind; uint32_t offset; } pointers[] = {
		{ FUZZ_LEGACY, offsetof(struct cxl_send_command, in.payload) },
		{ FUZZ_LEGACY, offsetof(struct cxl_send_command, out.payload) },
		{ FUZZ_SEND, offsetof(struct cxl_switch_cci_send, in_payload) },
		{ FUZZ_SEND, offsetof(struct cxl_switch_cci_send, out_payload) },
		{ FUZZ_EXPLAIN, offsetof(struct cxl_switch_cci_explain, in_payload) },
		{ FUZZ_DESTINATIONS, offsetof(struct cxl_switch_cci_destinations, entries) },
		{ FUZZ_RECENT, offsetof(struct cxl_switch_cci_recent, entries) },
	};

	rival->structure = call->structure;
	rival->in = call->in;
	rival->out = call->out;
	rival->is_aliased = call->is_aliased;
	for (size_t i = 0; i < ARRAY_SIZE(pointers); i++)
		if (pointers[i].kind == call->kind)
			memcpy(rival->image + pointers[i].offset, call->image + pointers[i].offset,
			       sizeof(uint64_t));
}

void fuzz_make_rival(struct fuzz_random *random, const struct fuzz_world *world,
		     const struct fuzz_call *call, struct fuzz_call *rival)
{
	struct maker m = { random, world, rival };

	rival->kind = call->kind;
	rival->is_raced = true;
	fill(&m);
	take_pointers(call, rival);
}
