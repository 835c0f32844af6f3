// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fake_registers.h. An answer is made when a register is accessed after its
 * time, so the device needs no thread. An access that breaks a rule is carried out
 * and recorded as a violation, which fails the test at its end.
 */
#include "fake_registers.h"

#include <linux/io.h>
#include <sys/mman.h>

#define REG_CAPABILITY	0x00
#define REG_CONTROL	0x04
#define REG_COMMAND	0x08
#define REG_STATUS	0x10
#define REG_BACKGROUND	0x18
#define REG_PAYLOAD	0x20
#define MAP_SIZE	0x100000

static struct fake_registers *only;	/* the one that io_read() finds */
static __thread u32 half_offset;	/* where the other half must follow; 0: none */

static void violate(struct fake_registers *fake, const char *what, u32 offset,
		    unsigned int width, u64 value)
{
	if (fake->violations < FAKE_VIOLATIONS)
		snprintf(fake->violation[fake->violations], sizeof(fake->violation[0]),
			 "%s (offset %#x, width %u, value %#llx)", what, offset, width,
			 (unsigned long long)value);
	fake->violations++;
}

void fake_create(struct fake_registers *fake, u32 payload_size)
{
	memset(fake, 0, sizeof(*fake));
	pthread_mutex_init(&fake->mutex, NULL);
	fake->payload_size = payload_size;
	fake->read_ns = 500;
	fake->base = mmap(NULL, MAP_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	only = fake;
}

void fake_destroy(struct fake_registers *fake)
{
	munmap(fake->base, MAP_SIZE);
	pthread_mutex_destroy(&fake->mutex);
	only = NULL;
}

void fake_echo(struct fake_registers *fake, u16 opcode, const u8 *in, u32 length,
	       struct fake_reply *reply)
{
	(void)fake;
	(void)opcode;
	reply->length = length;
	memcpy(reply->data, in, length);
}

/* ---- the device ---- */

static void answer(struct fake_registers *fake)
{
	const struct fake_reply *reply = &fake->reply;
	u32 bytes = min(reply->length, fake->payload_size);

	fake->busy = false;
	fake->control &= ~1u;
	fake->status = (u64)reply->return_code << 32 | (u64)reply->vendor_status << 48;
	fake->command = (fake->command & 0xffff) | (u64)(reply->length & 0x1fffff) << 16;
	if (!reply->return_code)
		memcpy(fake->payload, reply->data, bytes);
}

static void answer_if_due(struct fake_registers *fake)
{
	if (fake->busy && fake->due_ns != FAKE_NEVER && (u64)ktime_get() >= fake->due_ns)
		answer(fake);
}

/* Padding of the last word: nothing of the driver's memory. */
static void check_padding(struct fake_registers *fake, u32 length)
{
	for (u32 i = length; i < min(fake->payload_written, fake->payload_size); i++)
		if (fake->payload[i])
			violate(fake, "padding is not zero", REG_PAYLOAD + i, 1, fake->payload[i]);
}

static void check_request(struct fake_registers *fake, u32 length)
{
	check_padding(fake, length);
	if (!fake->command_written)
		violate(fake, "doorbell without a command", REG_CONTROL, 4, 0);
	if (length > fake->payload_size)
		violate(fake, "length above the payload size", REG_COMMAND, 8, length);
	if (fake->payload_written != (length + 7) / 8 * 8)
		violate(fake, "payload written differs from the length", REG_PAYLOAD, 8,
			fake->payload_written);
}

static void ring(struct fake_registers *fake)
{
	u32 length = fake->command >> 16 & 0x1fffff;
	u8 in[FAKE_PAYLOAD_MAX];

	check_request(fake, length);
	length = min(length, fake->payload_size);
	memcpy(in, fake->payload, length);
	memset(&fake->reply, 0, sizeof(fake->reply));
	(fake->serve ? fake->serve : fake_echo)(fake, (u16)fake->command, in, length,
						&fake->reply);
	fake->commands++;
	fake->busy = true;
	fake->command_written = false;
	fake->payload_written = 0;
	fake->due_ns = fake->reply.delay_us == FAKE_NEVER ? FAKE_NEVER :
		       (u64)ktime_get() + fake->reply.delay_us * 1000;
	/* nothing of the request may be taken for an answer */
	memset(fake->payload, 0xbb, sizeof(fake->payload));
}

/* ---- the rules ---- */

static bool in_area(const struct fake_registers *fake, u32 offset, unsigned int width)
{
	return offset >= REG_PAYLOAD && offset + width <= REG_PAYLOAD + fake->payload_size;
}

static void check_width(struct fake_registers *fake, u32 offset, unsigned int width, u64 value)
{
	bool wide = offset >= REG_COMMAND;

	if (width < 4)
		violate(fake, "narrow access", offset, width, value);
	else if (offset % width)
		violate(fake, "unaligned access", offset, width, value);
	else if (wide != (width == 8) && !IO_HALVES)
		violate(fake, "access of another width than the register's", offset, width, value);
	else if (width != 4 && IO_HALVES)
		violate(fake, "64-bit access where there is none", offset, width, value);
	if (offset >= REG_PAYLOAD && !in_area(fake, offset, width))
		violate(fake, "access past the payload area", offset, width, value);
}

/* Two halves of one register come together, the low one first; others may read between. */
static void check_halves(struct fake_registers *fake, u32 offset, bool write)
{
	if (!IO_HALVES)
		return;
	if (half_offset && (offset | (u32)write << 31) != half_offset)
		violate(fake, "half of a register left alone", offset, 4, half_offset);
	else if (!half_offset && offset >= REG_COMMAND && offset % 8)
		violate(fake, "high half first", offset, 4, 0);
	half_offset = offset >= REG_COMMAND && !(offset % 8) ?
			    (offset + 4) | (u32)write << 31 : 0;
}

static void check_access(struct fake_registers *fake, u32 offset, unsigned int width,
			 bool write, u64 value)
{
	if (fake->forbidden)
		violate(fake, "access while none is allowed", offset, width, value);
	check_width(fake, offset, width, value);
	check_halves(fake, offset, write);
	if (fake->busy && offset != REG_CONTROL && offset != REG_CAPABILITY &&
	    fake->presence == FAKE_PRESENT && !fake->deceived)
		violate(fake, "touched while the doorbell is set", offset, width, value);
	if (write && fake->busy && fake->presence == FAKE_PRESENT && !fake->deceived)
		violate(fake, "written while the doorbell is set", offset, width, value);
	if (write && (offset < REG_CONTROL || (offset >= REG_STATUS && offset < REG_PAYLOAD)))
		violate(fake, "write to a read-only register", offset, width, value);
}

static void count(struct fake_registers *fake, u32 offset, unsigned int width, bool write,
		  u64 value)
{
	if (fake->accesses < FAKE_LOG)
		fake->log[fake->accesses] = (struct fake_access){
			.offset = offset, .width = (u8)width, .write = write, .value = value,
		};
	fake->accesses++;
}

/* ---- accesses ---- */

static u64 read_register(struct fake_registers *fake, u32 offset)
{
	u64 value = 0;

	switch (offset & ~7u) {
	case REG_CAPABILITY:
		value = (u64)fake->control << 32 | (u32)__builtin_ctz(fake->payload_size);
		break;
	case REG_COMMAND:
		value = fake->command;
		break;
	case REG_STATUS:
		value = fake->status;
		break;
	case REG_BACKGROUND:
		value = fake->background;
		break;
	default:
		if (in_area(fake, offset & ~7u, 8))
			memcpy(&value, fake->payload + (offset & ~7u) - REG_PAYLOAD, 8);
	}
	return value >> (offset % 8 * 8);
}

static u64 ones(unsigned int width)
{
	return ~(u64)0 >> (64 - 8 * width);
}

static void write_control(struct fake_registers *fake, u32 value)
{
	if ((value & ~1u) != fake->enables)
		violate(fake, "interrupt enables not kept", REG_CONTROL, 4, value);
	fake->control = value & ~fake->forgets;
	if (value & 1)
		ring(fake);
}

static void write_command(struct fake_registers *fake, u32 offset, unsigned int width, u64 value)
{
	u64 mask = ones(width) << (offset % 8 * 8);

	fake->command = (fake->command & ~mask) | (value << (offset % 8 * 8) & mask);
	fake->command_written = true;
	/* a request that was not sent may lie there: step 2 comes before step 3 */
	fake->payload_written = 0;
	if (fake->command >> 37)
		violate(fake, "reserved bits of the command set", offset, width, value);
}

static void write_payload(struct fake_registers *fake, u32 offset, unsigned int width, u64 value)
{
	u32 at = offset - REG_PAYLOAD;

	if (!in_area(fake, offset, width))
		return;
	memcpy(fake->payload + at, &value, width);
	fake->payload_written = max(fake->payload_written, at + width);
}

static void write_register(struct fake_registers *fake, u32 offset, unsigned int width, u64 value)
{
	if (offset == REG_CONTROL)
		write_control(fake, (u32)value);
	else if ((offset & ~7u) == REG_COMMAND)
		write_command(fake, offset, width, value);
	else if (offset >= REG_PAYLOAD)
		write_payload(fake, offset, width, value);
}

static void begin_access(struct fake_registers *fake, u32 offset, bool write)
{
	ktime_t start = ktime_get();

	if (current->spinlocks)
		shim_splat("touches a register under a spinlock");
	if (fake->on_access)
		fake->on_access(fake, offset, write);
	while (!write && ktime_get() - start < fake->read_ns)
		cpu_relax();
	pthread_mutex_lock(&fake->mutex);
	answer_if_due(fake);
}

u64 io_read(const void *address, unsigned int width)
{
	struct fake_registers *fake = only;
	u32 offset = (u32)((const u8 *)address - fake->base);
	u64 value;

	begin_access(fake, offset, false);
	check_access(fake, offset, width, false, 0);
	value = read_register(fake, offset);
	if (fake->presence != FAKE_PRESENT)
		value = fake->presence == FAKE_ALL_ONES ? ~(u64)0 : 0;
	value &= ones(width);
	count(fake, offset, width, false, value);
	pthread_mutex_unlock(&fake->mutex);
	return value;
}

void io_write(void *address, unsigned int width, u64 value)
{
	struct fake_registers *fake = only;
	u32 offset = (u32)((u8 *)address - fake->base);

	begin_access(fake, offset, true);
	check_access(fake, offset, width, true, value);
	count(fake, offset, width, true, value);
	if (fake->presence == FAKE_PRESENT)
		write_register(fake, offset, width, value);
	pthread_mutex_unlock(&fake->mutex);
}

/* ---- what a test does to the device ---- */

void fake_answer_now(struct fake_registers *fake)
{
	pthread_mutex_lock(&fake->mutex);
	if (fake->busy)
		answer(fake);
	pthread_mutex_unlock(&fake->mutex);
}

void fake_set_presence(struct fake_registers *fake, enum fake_presence presence)
{
	pthread_mutex_lock(&fake->mutex);
	fake->presence = presence;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_forbid(struct fake_registers *fake, bool forbidden)
{
	pthread_mutex_lock(&fake->mutex);
	fake->forbidden = forbidden;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_reset(struct fake_registers *fake)
{
	pthread_mutex_lock(&fake->mutex);
	fake->busy = false;
	fake->control = 0;
	fake->command = 0;
	fake->status = fake->status_after_reset;
	fake->background = 0;
	fake->command_written = false;
	fake->payload_written = 0;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_ring(struct fake_registers *fake)
{
	pthread_mutex_lock(&fake->mutex);
	fake->busy = true;
	fake->due_ns = FAKE_NEVER;
	fake->control |= 1;
	memset(&fake->reply, 0, sizeof(fake->reply));
	fake->command = 0x0400;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_count_from_here(struct fake_registers *fake)
{
	pthread_mutex_lock(&fake->mutex);
	fake->accesses = 0;
	pthread_mutex_unlock(&fake->mutex);
}

u32 fake_accesses(struct fake_registers *fake)
{
	u32 accesses;

	pthread_mutex_lock(&fake->mutex);
	accesses = fake->accesses;
	pthread_mutex_unlock(&fake->mutex);
	return accesses;
}

u32 fake_control(struct fake_registers *fake)
{
	u32 control;

	pthread_mutex_lock(&fake->mutex);
	control = fake->control;
	pthread_mutex_unlock(&fake->mutex);
	return control;
}

u32 fake_commands(struct fake_registers *fake)
{
	u32 commands;

	pthread_mutex_lock(&fake->mutex);
	commands = fake->commands;
	pthread_mutex_unlock(&fake->mutex);
	return commands;
}

bool fake_busy(struct fake_registers *fake)
{
	bool busy;

	pthread_mutex_lock(&fake->mutex);
	answer_if_due(fake);
	busy = fake->busy;
	pthread_mutex_unlock(&fake->mutex);
	return busy;
}
