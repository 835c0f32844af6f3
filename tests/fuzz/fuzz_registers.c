// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space and registers of a hostile device: the result is a refusal with
 * a reason, or valid offsets. Reads never go out of range.
 */
#include "fuzz.h"

#include "mailbox/registers.h"

struct space {
	const u8 *bytes;
	size_t filled;		/* behind it: zeros */
	u64 size;
	u32 reads;
};

static int read_space(void *context, u32 offset, u32 *value)
{
	struct space *space = context;

	HOLDS(offset % 4 == 0 && offset + 4 <= space->size);
	space->reads++;
	*value = 0;
	for (u32 i = 0; i < 4; i++)
		if (offset + i < space->filled)
			*value |= (u32)space->bytes[offset + i] << 8 * i;
	return 0;
}

static void check_refusal(int rc, const struct swcci_complaint *why)
{
	HOLDS(rc == -ENXIO);
	HOLDS(why->text[0] && memchr(why->text, 0, sizeof(why->text)));
}

static void fuzz_locator(const u8 *bytes, size_t size)
{
	struct space space = { bytes, size, 0x1000, 0 };
	struct swcci_register_reader reader = { &space, read_space };
	struct swcci_register_block block = { 0 };
	struct swcci_complaint why = { "" };
	int rc = swcci_registers_locate(&reader, 0x100, 0x1000, &block, &why);

	HOLDS(space.reads <= 2 + 2 * (0x1000 / 8));
	if (rc)
		check_refusal(rc, &why);
	else
		HOLDS(block.bir <= 5 && block.offset % 0x10000 == 0);
}

static void check_inside(u32 offset, u32 length, u64 size)
{
	HOLDS(offset >= 0x20 && offset % 8 == 0 && (u64)offset + length <= size);
}

static void fuzz_array(const u8 *bytes, size_t size, u64 block_size)
{
	struct space space = { bytes, size, block_size, 0 };
	struct swcci_register_reader reader = { &space, read_space };
	struct swcci_mailbox_capability mailbox;
	struct swcci_complaint why = { "" };
	struct swcci_register_map map;
	u32 capability = size >= 4 ? get_le32(bytes + size - 4) : 0;
	int rc = swcci_registers_map(&reader, block_size, &map, &why);

	HOLDS(space.reads <= 2 + block_size / 4);
	if (rc) {
		check_refusal(rc, &why);
		return;
	}
	check_inside(map.mailbox, map.mailbox_length, block_size);
	check_inside(map.readiness, 8, block_size);
	if (map.event_status)
		check_inside(map.event_status, 8, block_size);
	rc = swcci_registers_mailbox(capability, map.mailbox_length, &mailbox, &why);
	if (rc) {
		check_refusal(rc, &why);
		return;
	}
	HOLDS(mailbox.payload_size >= 256 && mailbox.payload_size <= 1 << 20);
	check_inside(map.mailbox, 0x20 + mailbox.payload_size, block_size);
}

/* A valid array with the input laid over a part of it. */
static void fuzz_valid_array(const u8 *data, size_t size, u64 block_size)
{
	u8 array[0x40 + 4] = { 0 };

	put_le32(array, 0x00010000);
	put_le32(array + 4, 3);
	put_le32(array + 0x10, 0x00020001);
	put_le32(array + 0x14, 0x80);
	put_le32(array + 0x18, 8);
	put_le32(array + 0x20, 0x00010002);
	put_le32(array + 0x24, 0x88);
	put_le32(array + 0x28, 0x820);
	put_le32(array + 0x30, 0x00014000);
	put_le32(array + 0x34, 0x8a8);
	put_le32(array + 0x38, 8);
	put_le32(array + 0x40, 0x1cb);
	for (size_t i = 0; i + 1 < size && i < 12; i += 2)
		array[data[i] % sizeof(array)] ^= data[i + 1];
	fuzz_array(array, sizeof(array), block_size);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 config[0x100 + 600] = { 0 };
	u64 block_size;

	if (size < 3)
		return 0;
	block_size = (u64)get_le16(data) * (data[2] & 1 ? 4 : 4096);
	data += 3;
	size -= 3;
	memcpy(config + 0x100, data, size < 600 ? size : 600);
	fuzz_locator(config, sizeof(config));
	/* a whole number of entries */
	put_le32(config + 0x104, (0xc + 8 * (u32)(size / 8)) << 20);
	fuzz_locator(config, sizeof(config));
	fuzz_array(data, size, block_size);
	fuzz_valid_array(data, size, 0x1000);
	fuzz_valid_array(data, size, block_size);
	return 0;
}
