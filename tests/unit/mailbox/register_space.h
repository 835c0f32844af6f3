/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A register space for the tests of registers.c: bytes behind the reader's
 * callback, and what a refusal must look like.
 */
#ifndef REGISTER_SPACE_H
#define REGISTER_SPACE_H

#include "unit.h"

#include "mailbox/registers.h"

/* A space of dwords. Reads outside it or unaligned are the code's fault. */
struct space {
	u32 size;
	u32 reads;
	u32 fails_at;		/* offset whose read fails; ~0: none */
	u8 bytes[0x20000];
};

static struct space space;
static struct swcci_complaint why;

static inline int space_read(void *context, u32 offset, u32 *value)
{
	struct space *from = context;

	from->reads++;
	assert_int_equal(offset % 4, 0);
	assert_true(offset < from->size);
	if (offset == from->fails_at)
		return -EIO;
	*value = get_le32(from->bytes + offset);
	return 0;
}

static const struct swcci_register_reader reader = { &space, space_read };

static inline void put(u32 offset, u32 value)
{
	put_le32(space.bytes + offset, value);
}

static inline int reset_space(void **state)
{
	(void)state;
	memset(&space, 0, sizeof(space));
	memset(&why, 0, sizeof(why));
	space.fails_at = ~0u;
	return 0;
}

/* A refusal is -ENXIO with one line for a person. */
static inline void assert_refused(int rc, const char *about)
{
	assert_int_equal(rc, -ENXIO);
	assert_true(strlen(why.text) > 0 && strlen(why.text) < sizeof(why.text));
	assert_null(strchr(why.text, '\n'));
	if (!strstr(why.text, about))
		fail_msg("complaint '%s' does not speak of '%s'", why.text, about);
}

#define TEST(name) cmocka_unit_test_setup(name, reset_space)

#endif /* REGISTER_SPACE_H */
