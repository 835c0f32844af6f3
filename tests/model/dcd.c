// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic capacity management (5600h-5608h): hosts, regions, extents, tags.
 * CXL 3.1 7.6.7.6. What is added counts as accepted by its host at once.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define HOSTS		2
#define REGIONS		2
#define MAX_EXTENTS	64
#define MAX_TAGS	16
#define REGION_SIZE	(1ull << 32)
#define TAG		16
#define EXTENT		0x28
#define BLOCK_SIZES	((1ull << 28) | (1ull << 29) | (1ull << 30))

struct extent {
	uint64_t start, len;
	uint8_t tag[TAG];
	uint16_t host;
};

struct dcd_state {
	struct extent extent[MAX_EXTENTS];
	unsigned int count;
	uint64_t block_size[REGIONS];
	bool sanitize[REGIONS];
	uint8_t reference[MAX_TAGS][TAG];
	unsigned int references;
	uint32_t generation;
};

int dcd_create(struct cci *cci)
{
	unsigned int i;

	cci->dcd = calloc(1, sizeof(*cci->dcd));
	if (!cci->dcd)
		return -1;
	for (i = 0; i < REGIONS; i++)
		cci->dcd->block_size[i] = 1ull << 28;
	return 0;
}

void dcd_free(struct cci *cci)
{
	free(cci->dcd);
}

static uint16_t info(struct call *call)
{
	uint8_t *out = call_reserve(call, 0x54);
	unsigned int i;

	if (!out)
		return RC_INVALID_LENGTH;
	out[0] = HOSTS;
	out[1] = REGIONS;
	put16(out + 4, 0x7);		/* free, contiguous, prescriptive */
	put16(out + 8, 0x3);		/* by tag, prescriptive */
	out[0xa] = (1 << REGIONS) - 1;
	put64(out + 0xc, REGIONS * REGION_SIZE);
	for (i = 0; i < REGIONS; i++)
		put64(out + 0x14 + 8 * i, BLOCK_SIZES);
	return RC_SUCCESS;
}

static uint16_t host_regions(struct call *call)
{
	const struct dcd_state *dcd = call->cci->dcd;
	unsigned int host = get16(call->in), n = call->in[2], start = call->in[3], i;
	uint8_t *out;

	if (host >= HOSTS || start >= REGIONS)
		return RC_INVALID_INPUT;
	if (n > REGIONS - start)
		n = REGIONS - start;
	out = call_reserve(call, 4 + (size_t)EXTENT * n + 0x10);
	if (!out)
		return RC_INVALID_INPUT;
	put16(out, host);
	out[2] = REGIONS;
	out[3] = (uint8_t)n;
	for (i = 0; i < n; i++) {
		uint8_t *region = out + 4 + EXTENT * i;

		put64(region, (start + i) * REGION_SIZE);
		put64(region + 8, REGION_SIZE >> 28);
		put64(region + 0x10, REGION_SIZE);
		put64(region + 0x18, dcd->block_size[start + i]);
		region[0x24] = dcd->sanitize[start + i];
	}
	out += 4 + EXTENT * n;
	put32(out, MAX_EXTENTS);
	put32(out + 4, MAX_EXTENTS - dcd->count);
	put32(out + 8, MAX_TAGS);
	put32(out + 12, MAX_TAGS - dcd->references);
	return RC_SUCCESS;
}

static uint16_t set_region(struct call *call)
{
	struct dcd_state *dcd = call->cci->dcd;
	uint64_t size = get64(call->in + 4);
	unsigned int region = call->in[0], i;

	if (region >= REGIONS || !(size & BLOCK_SIZES) || (size & (size - 1)))
		return RC_INVALID_INPUT;
	for (i = 0; i < dcd->count; i++)
		if (dcd->extent[i].start / REGION_SIZE == region)
			return RC_BUSY;
	dcd->block_size[region] = size;
	dcd->sanitize[region] = call->in[12] & 1;
	return RC_SUCCESS;
}

static uint16_t extent_lists(struct call *call)
{
	const struct dcd_state *dcd = call->cci->dcd;
	uint32_t host = get16(call->in), limit = get32(call->in + 4), start = get32(call->in + 8);
	uint32_t total = 0, n = 0, fit;
	unsigned int i;
	uint8_t *out;

	if (host >= HOSTS || call->room < 0x18)
		return RC_INVALID_INPUT;
	fit = (uint32_t)((call->room - 0x18) / EXTENT);
	if (limit > fit)
		limit = fit;
	out = call->out;
	memset(out, 0, 0x18);
	for (i = 0; i < dcd->count; i++) {
		const struct extent *extent = &dcd->extent[i];

		if (extent->host != host)
			continue;
		if (total++ < start || n >= limit)
			continue;
		memset(out + 0x18 + EXTENT * n, 0, EXTENT);
		put64(out + 0x18 + EXTENT * n, extent->start);
		put64(out + 0x20 + EXTENT * n, extent->len);
		memcpy(out + 0x28 + EXTENT * n, extent->tag, TAG);
		n++;
	}
	put16(out, host);
	put32(out + 4, start);
	put32(out + 8, n);
	put32(out + 12, total);
	put32(out + 16, dcd->generation);
	call->out_len = 0x18 + (size_t)EXTENT * n;
	return RC_SUCCESS;
}

static bool overlaps(const struct dcd_state *dcd, uint64_t start, uint64_t len)
{
	unsigned int i;

	for (i = 0; i < dcd->count; i++)
		if (start < dcd->extent[i].start + dcd->extent[i].len &&
		    dcd->extent[i].start < start + len)
			return true;
	return false;
}

static bool acceptable(const struct dcd_state *dcd, uint64_t start, uint64_t len)
{
	uint64_t region = start / REGION_SIZE;

	if (region >= REGIONS || !len || len > REGION_SIZE ||
	    start + len > (region + 1) * REGION_SIZE)
		return false;
	return !(start % dcd->block_size[region]) && !(len % dcd->block_size[region]) &&
	       !overlaps(dcd, start, len);
}

static void capacity_event(struct cci *cci, const struct extent *extent, uint8_t type)
{
	uint8_t specific[0x50] = { type };

	put16(specific + 2, extent->host);
	specific[4] = (uint8_t)(extent->start / REGION_SIZE);
	put64(specific + 8, extent->start);
	put64(specific + 0x10, extent->len);
	memcpy(specific + 0x18, extent->tag, TAG);
	event_add(cci, LOG_DYNAMIC_CAPACITY, uuid_dynamic_capacity, specific, sizeof(specific));
}

static void add(struct cci *cci, uint16_t host, const uint8_t *tag, uint64_t start, uint64_t len)
{
	struct extent *extent = &cci->dcd->extent[cci->dcd->count++];

	*extent = (struct extent){ .start = start, .len = len, .host = host };
	memcpy(extent->tag, tag, TAG);
	cci->dcd->generation++;
	capacity_event(cci, extent, 0);
}

static uint16_t add_anywhere(struct call *call)
{
	struct dcd_state *dcd = call->cci->dcd;
	unsigned int region = call->in[3];
	uint64_t len = get64(call->in + 4), start;

	if (region >= REGIONS || !len || len % dcd->block_size[region])
		return RC_INVALID_INPUT;
	for (start = region * REGION_SIZE; start < (region + 1) * REGION_SIZE;
	     start += dcd->block_size[region]) {
		if (!acceptable(dcd, start, len))
			continue;
		add(call->cci, get16(call->in), call->in + 12, start, len);
		return RC_SUCCESS;
	}
	return RC_EXHAUSTED;
}

/* All or nothing: a bad extent anywhere in the list changes nothing. */
static uint16_t add_listed(struct call *call, uint32_t n)
{
	struct dcd_state *dcd = call->cci->dcd;
	unsigned int before = dcd->count;
	const uint8_t *listed = call->in + 0x20;
	uint32_t i;

	for (i = 0; i < n; i++, listed += EXTENT) {
		if (!acceptable(dcd, get64(listed), get64(listed + 8))) {
			dcd->count = before;
			return RC_INVALID_EXTENTS;
		}
		dcd->extent[dcd->count++] = (struct extent){
			.start = get64(listed), .len = get64(listed + 8) };
	}
	dcd->count = before;
	for (i = 0, listed = call->in + 0x20; i < n; i++, listed += EXTENT)
		add(call->cci, get16(call->in), listed + 0x10, get64(listed), get64(listed + 8));
	return RC_SUCCESS;
}

/* The extent list begins at 20h; a request without one may end at 1Ch. */
static bool count_listed(const struct call *call, uint32_t *n)
{
	*n = call->in_len >= 0x20 ? get32(call->in + 0x1c) : 0;
	if (call->in_len < 0x20)
		return call->in_len == 0x1c;
	return *n <= MAX_EXTENTS && call->in_len == 0x20 + (size_t)*n * EXTENT;
}

static uint16_t initiate_add(struct call *call)
{
	uint32_t n;

	if (!count_listed(call, &n))
		return RC_INVALID_LENGTH;
	if (get16(call->in) >= HOSTS || (call->in[2] & 0xf) > 2)
		return RC_INVALID_INPUT;
	if (call->cci->dcd->count + (n ? n : 1) > MAX_EXTENTS)
		return RC_EXHAUSTED;
	return (call->in[2] & 0xf) == 2 ? add_listed(call, n) : add_anywhere(call);
}

static void drop(struct cci *cci, unsigned int index, bool forced)
{
	struct dcd_state *dcd = cci->dcd;

	capacity_event(cci, &dcd->extent[index], forced ? 2 : 1);
	dcd->extent[index] = dcd->extent[--dcd->count];
	dcd->generation++;
}

static bool listed_for_release(const struct call *call, uint32_t n, const struct extent *extent)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (get64(call->in + 0x20 + EXTENT * i) == extent->start)
			return true;
	return false;
}

static uint16_t initiate_release(struct call *call)
{
	struct dcd_state *dcd = call->cci->dcd;
	bool forced = call->in[2] & 0x10, prescriptive = (call->in[2] & 0xf) == 1;
	unsigned int i = 0, dropped = 0;
	uint32_t n;

	if (!count_listed(call, &n))
		return RC_INVALID_LENGTH;
	if (get16(call->in) >= HOSTS || (call->in[2] & 0xf) > 1)
		return RC_INVALID_INPUT;
	while (i < dcd->count) {
		const struct extent *extent = &dcd->extent[i];
		bool match = prescriptive ? listed_for_release(call, n, extent) :
			     !memcmp(extent->tag, call->in + 12, TAG);

		if (!match || extent->host != get16(call->in)) {
			i++;
			continue;
		}
		drop(call->cci, i, forced);
		dropped++;
	}
	return dropped ? RC_SUCCESS : RC_INVALID_EXTENTS;
}

static int find_reference(const struct dcd_state *dcd, const uint8_t *tag)
{
	unsigned int i;

	for (i = 0; i < dcd->references; i++)
		if (!memcmp(dcd->reference[i], tag, TAG))
			return (int)i;
	return -1;
}

static uint16_t add_reference(struct call *call)
{
	struct dcd_state *dcd = call->cci->dcd;

	if (find_reference(dcd, call->in) >= 0)
		return RC_SUCCESS;
	if (dcd->references == MAX_TAGS)
		return RC_EXHAUSTED;
	memcpy(dcd->reference[dcd->references++], call->in, TAG);
	return RC_SUCCESS;
}

static uint16_t remove_reference(struct call *call)
{
	struct dcd_state *dcd = call->cci->dcd;
	int i = find_reference(dcd, call->in);

	if (i < 0)
		return RC_INVALID_INPUT;
	memmove(dcd->reference[i], dcd->reference[i + 1],
		(--dcd->references - (unsigned int)i) * TAG);
	return RC_SUCCESS;
}

static uint16_t list_tags(struct call *call)
{
	const struct dcd_state *dcd = call->cci->dcd;
	uint32_t start = get32(call->in), n = get32(call->in + 4), i;
	uint8_t *out;

	if (start > dcd->references || call->room < 0x10)
		return RC_INVALID_INPUT;
	if (n > dcd->references - start)
		n = dcd->references - start;
	if (n > (call->room - 0x10) / 0x54)
		n = (uint32_t)((call->room - 0x10) / 0x54);
	out = call_reserve(call, 0x10 + 0x54 * (size_t)n);
	put32(out, dcd->generation);
	put32(out + 4, dcd->references);
	put32(out + 8, n);
	for (i = 0; i < n; i++)
		memcpy(out + 0x10 + 0x54 * i, dcd->reference[start + i], TAG);
	return RC_SUCCESS;
}

#define CAPACITY_EFFECTS (EFFECT_COLD_CONFIG | EFFECT_RESET | EFFECT_CONFIG | EFFECT_DATA)
#define REFERENCE_EFFECTS (EFFECT_COLD_CONFIG | EFFECT_RESET | EFFECT_CONFIG)

static const struct command dcd_commands[] = {
	{ 0x5600, 0, 0, 0, info, "Get DCD Info" },
	{ 0x5601, 0, 4, 4, host_regions, "Get Host DC Region Configuration" },
	{ 0x5602, CAPACITY_EFFECTS, 0x10, 0x10, set_region, "Set DC Region Configuration" },
	{ 0x5603, 0, 0xc, 0xc, extent_lists, "Get DC Region Extent Lists" },
	{ 0x5604, CAPACITY_EFFECTS, 0x1c, VARIABLE, initiate_add, "Initiate Dynamic Capacity Add" },
	{ 0x5605, CAPACITY_EFFECTS, 0x1c, VARIABLE, initiate_release,
	  "Initiate Dynamic Capacity Release" },
	{ 0x5606, REFERENCE_EFFECTS, 0x10, 0x10, add_reference, "Dynamic Capacity Add Reference" },
	{ 0x5607, REFERENCE_EFFECTS, 0x10, 0x10, remove_reference,
	  "Dynamic Capacity Remove Reference" },
	{ 0x5608, 0, 8, 8, list_tags, "Dynamic Capacity List Tags" },
};

const struct command_set dcd_set = { dcd_commands, ARRAY_SIZE(dcd_commands) };
