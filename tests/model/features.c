// SPDX-License-Identifier: GPL-2.0-only
/*
 * Features (0500h-0502h): a few of a known kind and one for each class of set
 * effect, transfers in parts included. CXL 3.1 8.2.9.6.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define FEATURE_DATA	64
#define SET_HEADER	0x20
#define ENTRY		0x30

struct feature_kind {
	uint8_t uuid[UUID_SIZE];
	uint16_t size;
	bool settable;
	uint32_t flags;			/* bit 0 changeable, 5 default and 6 saved selection */
	uint16_t effects;
};

struct feature {
	const struct feature_kind *kind;
	uint16_t effects;
	uint32_t flags;
	uint8_t current[FEATURE_DATA], saved[FEATURE_DATA];
};

#define MODEL_UUID(n) { 0x4d, 0x4f, 0x44, 0x45, 0x4c, 0x00, 0x40, 0x00, \
			0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, (n) }

static const struct feature_kind kinds[] = {
	/* patrol scrub: a feature that a kernel knows by name */
	{ { 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b,
	    0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a }, 10, true, 0x61, EFFECT_POLICY },
	{ MODEL_UUID(1), 16, true, 0x01, 0 },			/* a mutator that admits nothing */
	{ MODEL_UUID(2), 16, true, 0x61, EFFECT_COLD_CONFIG | EFFECT_RESET },
	{ MODEL_UUID(3), 16, true, 0x01, EFFECT_CONFIG },
	{ MODEL_UUID(4), 16, true, 0x01, EFFECT_DATA },
	{ MODEL_UUID(5), 16, true, 0x01, EFFECT_SECURITY },
	{ MODEL_UUID(6), 16, true, 0x01, 0x1000 },		/* a reserved effect bit */
	{ MODEL_UUID(7), 16, true, 0x00, EFFECT_POLICY },	/* not changeable */
	{ MODEL_UUID(8), 16, false, 0x00, 0 },			/* read only */
	{ MODEL_UUID(9), FEATURE_DATA, true, 0x61, EFFECT_POLICY },
};

int features_create(struct cci *cci)
{
	unsigned int i;

	cci->features = calloc(ARRAY_SIZE(kinds), sizeof(*cci->features));
	if (!cci->features)
		return -1;
	cci->n_features = ARRAY_SIZE(kinds);
	for (i = 0; i < cci->n_features; i++) {
		cci->features[i].kind = &kinds[i];
		cci->features[i].effects = kinds[i].effects;
		cci->features[i].flags = kinds[i].flags;
	}
	return 0;
}

/* 0502h in the CEL: the union over all features */
uint16_t features_effects(const struct cci *cci)
{
	uint16_t effects = 0;
	unsigned int i;

	for (i = 0; i < cci->n_features; i++)
		if (cci->features[i].kind->settable)
			effects |= cci->features[i].effects;
	return effects;
}

void features_reset(struct cci *cci)
{
	unsigned int i;

	for (i = 0; i < cci->n_features; i++)
		memcpy(cci->features[i].current, cci->features[i].saved, FEATURE_DATA);
}

struct feature *feature_at(struct cci *cci, unsigned int index)
{
	return index < cci->n_features ? &cci->features[index] : NULL;
}

void feature_lie(struct feature *feature, uint16_t effects, uint32_t flags)
{
	feature->effects = effects;
	feature->flags = flags;
}

static void put_feature(uint8_t *out, const struct feature *feature, unsigned int index)
{
	memcpy(out, feature->kind->uuid, UUID_SIZE);
	put16(out + 0x10, index);
	put16(out + 0x12, feature->kind->size);
	put16(out + 0x14, feature->kind->settable ? feature->kind->size : 0);
	put32(out + 0x16, feature->flags);
	out[0x1a] = 1;
	out[0x1b] = 1;
	put16(out + 0x1c, feature->effects);
}

static uint16_t get_supported(struct call *call)
{
	uint32_t bytes = get32(call->in), start = get16(call->in + 4);
	uint32_t n, i;
	uint8_t *out;

	if (bytes < 8 || start > call->cci->n_features)
		return RC_INVALID_INPUT;
	if (bytes > call->room)
		bytes = (uint32_t)call->room;
	n = (bytes - 8) / ENTRY;
	if (n > call->cci->n_features - start)
		n = call->cci->n_features - start;
	out = call_reserve(call, 8 + (size_t)n * ENTRY);
	if (!out)
		return RC_INVALID_LENGTH;
	put16(out, n);
	put16(out + 2, call->cci->n_features);
	for (i = 0; i < n; i++)
		put_feature(out + 8 + i * ENTRY, &call->cci->features[start + i], start + i);
	return RC_SUCCESS;
}

static struct feature *find(struct cci *cci, const uint8_t *uuid)
{
	unsigned int i;

	for (i = 0; i < cci->n_features; i++)
		if (!memcmp(cci->features[i].kind->uuid, uuid, UUID_SIZE))
			return &cci->features[i];
	return NULL;
}

static uint16_t get_feature(struct call *call)
{
	static const uint8_t defaults[FEATURE_DATA];
	const struct feature *feature = find(call->cci, call->in);
	uint32_t offset = get16(call->in + 0x10), count = get16(call->in + 0x12);
	uint8_t selection = call->in[0x14];
	const uint8_t *data;
	uint8_t *out;

	if (!feature)
		return RC_UNSUPPORTED;
	if (selection > 2 || (selection == 1 && !(feature->flags & 0x20)) ||
	    (selection == 2 && !(feature->flags & 0x40)))
		return RC_FEATURE_SELECTION;
	if (offset > feature->kind->size || count > feature->kind->size - offset)
		return RC_INVALID_INPUT;
	out = call_reserve(call, count);
	if (!out)
		return RC_INVALID_INPUT;
	data = selection == 0 ? feature->current : selection == 1 ? defaults : feature->saved;
	memcpy(out, data + offset, count);
	return RC_SUCCESS;
}

static void store(struct cci *cci, struct feature *feature, const uint8_t *data, bool saved)
{
	memcpy(feature->current, data, feature->kind->size);
	if (saved)
		memcpy(feature->saved, data, feature->kind->size);
	cci->feature_transfer.active = false;
}

static uint16_t start_transfer(struct cci *cci, const uint8_t *uuid)
{
	if (cci->feature_transfer.active)
		return RC_FEATURE_IN_PROGRESS;
	cci->feature_transfer.active = true;
	cci->feature_transfer.next = 0;
	memcpy(cci->feature_transfer.uuid, uuid, UUID_SIZE);
	return RC_SUCCESS;
}

static uint16_t add_part(struct call *call, struct feature *feature)
{
	struct cci *cci = call->cci;
	size_t len = call->in_len - SET_HEADER;

	if (!cci->feature_transfer.active ||
	    memcmp(cci->feature_transfer.uuid, call->in, UUID_SIZE) ||
	    get16(call->in + 0x14) != cci->feature_transfer.next)
		return RC_FEATURE_OUT_OF_ORDER;
	if (len > feature->kind->size - cci->feature_transfer.next)
		return RC_INVALID_LENGTH;
	memcpy(cci->feature_transfer.data + cci->feature_transfer.next, call->in + SET_HEADER, len);
	cci->feature_transfer.next += (uint32_t)len;
	return RC_SUCCESS;
}

static uint16_t set_whole(struct call *call, struct feature *feature, bool saved)
{
	if (call->cci->feature_transfer.active)
		return RC_FEATURE_IN_PROGRESS;
	if (get16(call->in + 0x14) || call->in_len - SET_HEADER != feature->kind->size)
		return RC_INVALID_LENGTH;
	store(call->cci, feature, call->in + SET_HEADER, saved);
	return RC_SUCCESS;
}

enum { SET_FULL, SET_INITIATE, SET_CONTINUE, SET_FINISH, SET_ABORT };

static uint16_t set_feature(struct call *call)
{
	struct cci *cci = call->cci;
	struct feature *feature = find(cci, call->in);
	uint32_t flags = get32(call->in + 0x10), action = flags & 7;
	uint16_t rc = RC_SUCCESS;

	if (!feature || !feature->kind->settable)
		return RC_UNSUPPORTED;
	if (action > SET_ABORT)
		return RC_INVALID_INPUT;
	if (call->in[0x16] != 1)
		return RC_FEATURE_VERSION;
	if (action == SET_ABORT) {
		if (!cci->feature_transfer.active)
			return RC_FEATURE_OUT_OF_ORDER;
		cci->feature_transfer.active = false;
		return RC_SUCCESS;
	}
	if (action == SET_FULL)
		return set_whole(call, feature, flags & 8);
	if (action == SET_INITIATE)
		rc = start_transfer(cci, call->in);
	if (rc == RC_SUCCESS)
		rc = add_part(call, feature);
	if (rc != RC_SUCCESS || action == SET_INITIATE || action == SET_CONTINUE)
		return rc;
	if (cci->feature_transfer.next != feature->kind->size)
		return RC_INVALID_LENGTH;
	store(cci, feature, cci->feature_transfer.data, flags & 8);
	return RC_SUCCESS;
}

static const struct command feature_commands[] = {
	{ 0x0500, 0, 8, 8, get_supported, "Get Supported Features" },
	{ 0x0501, 0, 0x15, 0x15, get_feature, "Get Feature" },
	{ 0x0502, 0, SET_HEADER, VARIABLE, set_feature, "Set Feature" },
};

const struct command_set feature_set = { feature_commands, ARRAY_SIZE(feature_commands) };
