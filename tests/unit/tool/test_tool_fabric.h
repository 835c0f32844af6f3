/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fabric behind the fake that answers whatever the tool asks, and a command
 * line for every verb. Linked with --wrap=device_open,--wrap=devices_find,
 * --wrap=now_ms,--wrap=poll: no device is opened, and time is the fake's.
 */
#ifndef TEST_TOOL_FABRIC_H
#define TEST_TOOL_FABRIC_H

#include "test_tool_fake.h"
#include "test_tool_json.h"
#include "test_tool_run.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cci/device.h"
#include "cci/names.h"
#include "cci/notices.h"
#include "cli/patience.h"

#define FABRIC_TAG	"abababab-abab-abab-abab-abababababab"
#define FABRIC_PORTS	4

/**
 * struct sick - a command that goes wrong
 * @opcode: which
 * @depth: at the function itself, behind a port or at an LD of its
 * @port: which, if it is not the function
 * @code: its return code, or
 * @error: the errno with which SEND ends
 * @count: so often
 */
struct sick {
	uint16_t opcode;
	unsigned int depth;
	uint8_t port;
	uint16_t code;
	int error;
	unsigned int count;
};

/**
 * struct fabric - what the far end holds
 * @bound: vPPB 2 of VCS 1 is bound to port 1
 * @held: bytes that host 1 has under the tag
 * @cleared: the informational log is empty
 * @active: firmware slot
 * @staged: likewise
 * @empty: bit per port: its device is gone
 * @health: of the devices, 0 is good
 * @serials: added to every serial number
 * @polls: BG_STATUS so far
 * @changes: commands that change something, which arrived
 * @refusing: the driver refuses changes, if asked
 * @destructive: it calls them so
 * @gone: the function itself answers ENODEV
 * @opens: device_open() so far
 * @no_identify: bit per port, bit 0 the function: it does not implement Identify, and its
 *	Command Effects Log lists what it has instead
 * @sick: one command at one place that goes wrong
 */
struct fabric {
	bool bound;
	uint64_t held;
	bool cleared;
	uint8_t active, staged;
	unsigned int empty;
	uint8_t health;
	uint64_t serials;
	unsigned int polls;
	unsigned int changes;
	bool refusing;
	bool destructive;
	bool gone;
	unsigned int opens;
	unsigned int no_identify;
	struct sick sick;
};

static struct fake fake;
static struct fabric fabric;
/* Called whenever the tool sleeps: what becomes different meanwhile. */
static void (*fabric_sleeps)(void);

/* ---- answers ---- */

static bool fabric_is_query(uint16_t opcode)
{
	static const uint16_t queries[] = {
		0x0001, 0x0002, 0x0100, 0x0200, 0x0400, 0x0401, 0x4200, 0x5100, 0x5101, 0x5200,
		0x5400, 0x5401, 0x5403, 0x5406, 0x5408, 0x5500, 0x5501, 0x5600, 0x5603,
	};
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (queries[i] == opcode)
			return true;
	return false;
}

/* Port 0 is the upstream one, 1 has an SLD, 2 an MLD, 3 nothing. */
static size_t fabric_ports(const struct fake_request *request, uint8_t *out)
{
	static const uint8_t states[] = { 4, 3, 3, 3 }, types[] = { 0, 4, 5, 0 };
	size_t count = request->payload[0], i;

	memset(out, 0, 4 + 16 * count);
	out[0] = (uint8_t)count;
	for (i = 0; i < count; i++) {
		uint8_t *entry = out + 4 + 16 * i, port = request->payload[1 + i];
		bool used = port < FABRIC_PORTS && types[port] && !(fabric.empty & 1U << port);

		assert_true(port < FABRIC_PORTS);
		entry[0] = port;
		entry[1] = states[port];
		entry[4] = used ? types[port] : 0;
		entry[6] = 16;
		entry[7] = used ? 8 : 0;
		entry[9] = 6;
		entry[10] = used ? 5 : 0;
		entry[11] = used ? 4 : 0;
	}
	return 4 + 16 * count;
}

/* Of the informational log: bindings; of the warnings: one record of each other kind. */
static size_t fabric_events(const struct fake_request *request, uint8_t *out)
{
	static const uint8_t uuids[][16] = {
		{ 0x40, 0xd2, 0x64, 0x25, 0x33, 0x96, 0x4c, 0x4d,
		  0xa5, 0xda, 0x3d, 0x47, 0x26, 0x3a, 0xf4, 0x25 },
		{ 0x77, 0xcf, 0x92, 0x71, 0x9c, 0x02, 0x47, 0x0b,
		  0x9f, 0xe4, 0xbc, 0x7b, 0x75, 0xf2, 0xda, 0x97 },
		{ 0x8d, 0xc4, 0x43, 0x63, 0x0c, 0x96, 0x47, 0x10,
		  0xb7, 0xbf, 0x04, 0xbb, 0x99, 0x53, 0x4c, 0x3f },
		{ 0 },
	};
	uint8_t log = request->payload[0];
	size_t count = log > 1 || fabric.cleared ? 0 : log == 1 ? 3 : fabric.bound ? 2 : 1, i;

	if (log == 4 && request->depth == 0) {
		fake.return_code = 2;
		return 0;
	}
	memset(out, 0, 32 + 128 * count);
	out[0x14] = (uint8_t)count;
	for (i = 0; i < count; i++) {
		uint8_t *record = out + 32 + 128 * i;

		memcpy(record, uuids[log ? i + 1 : 0], 16);
		record[0x14] = (uint8_t)(5 + i);
		memcpy(record + 0x30, "\x01\x02\x00\x02\x01", 5);
	}
	return 32 + 128 * count;
}

static size_t fabric_vcs(uint8_t *out)
{
	memcpy(out, "\x01\0\0\0\x01\x01\x00\x03\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	memcpy(out + 16, fabric.bound ? "\x02\x01" : "\x00\x00", 2);
	return 20;
}

/* One vPPB, where the request asks to begin at the third. */
static size_t fabric_one_vppb(const struct fake_request *request, uint8_t *out)
{
	if (request->payload[0] != 2)
		return fabric_vcs(out);
	fabric_vcs(out);
	memmove(out + 8, out + 16, 4);
	return 12;
}

static size_t fabric_extents(const struct fake_request *request, uint8_t *out)
{
	uint32_t count = request->payload[0] == 1 && fabric.held;

	memset(out, 0, 0x18 + 0x28);
	fake_put(out, request->payload[0], 2);
	fake_put(out + 8, count, 4);
	fake_put(out + 12, count, 4);
	fake_put(out + 0x18, 0x10000000, 8);
	fake_put(out + 0x20, fabric.held, 8);
	memset(out + 0x28, 0xab, 16);
	return 0x18 + (size_t)count * 0x28;
}

static size_t fabric_firmware(uint8_t *out)
{
	memset(out, 0, 0x50);
	out[0] = 3;
	out[1] = (uint8_t)(fabric.active | fabric.staged << 3);
	out[2] = 1;
	memcpy(out + 0x10, "ONE", 3);
	return 0x50;
}

static size_t fabric_logs(uint8_t *out)
{
	memset(out, 0, 28);
	out[0] = 1;
	memcpy(out + 8, cel_uuid, 16);
	out[24] = 12;
	return 28;
}

/* What tells a switch, an MLD and any other device apart, and nothing else. */
static size_t fabric_cel(const struct fake_request *request, uint8_t *out)
{
	static const uint16_t telling[] = { 0x5100, 0x4200, 0x5400 };

	if (!fabric.no_identify) {
		memcpy(out, "\x01\0\0\0\x01\x03\x08\0\x02\x56\x07\x0e", 12);
		return 12;
	}
	memset(out, 0, 12);
	fake_put(out, 0x0400, 2);
	fake_put(out + 4, 0x0401, 2);
	fake_put(out + 8, telling[request->depth ? request->id[0] : 0], 2);
	return 12;
}

static size_t fabric_canned(const struct fake_request *request, uint8_t *out)
{
	memset(out, 0, 0x60);
	switch (request->opcode) {
	case 0x0401:
		return fabric_cel(request, out);
	case 0x4200:
		out[0] = fabric.health;
		out[2] = fabric.health ? 0x05 : 0;
		out[4] = 25;
		return 18;
	case 0x5100:
		memcpy(out, "\0\0\x04\x01", 4);
		out[0x24] = 2;
		return 0x49;
	case 0x5400:
		out[4] = 1;
		out[8] = 2;
		return 11;
	case 0x5401:
		memcpy(out, "\x02\0\0\x02\x04", 5);
		out[20] = 6;
		return 36;
	case 0x5403:
		memcpy(out, "\x01\x0a\x14\x05\0\x01\x09", 7);
		return 7;
	case 0x5406:
	case 0x5408:
		memcpy(out, "\x02\0\x80\x40", 4);
		return 4;
	case 0x5500:
		memcpy(out, "\x02\x01\0\0\0\x02", 6);
		return 10;
	case 0x5501:
		memcpy(out, "\x01\0\0\0\x07\x10\x08\x1f\x05\x05\x04", 11);
		return 13;
	default:
		out[0] = 2;
		out[1] = 1;
		fake_put(out + 0x14, 1 << 28, 8);
		return 0x54;
	}
}

/* Changes take place at once; what the specification lets run in the background does. */
static size_t fabric_change(struct fake *far, const struct fake_request *request)
{
	fabric.changes++;
	switch (request->opcode) {
	case 0x0101:
		fabric.cleared = true;
		return 0;
	case 0x0202:
		*(request->payload[0] ? &fabric.staged : &fabric.active) = request->payload[1];
		far->return_code = !request->payload[0];
		return 0;
	case 0x5201:
	case 0x5202:
		fabric.bound = request->opcode == 0x5201;
		far->return_code = 1;
		return 0;
	case 0x5604:
	case 0x5605:
		fabric.held = request->opcode == 0x5604 ? 1 << 29 : 0;
		return 0;
	case 0xC007:
		far->return_code = 1;
		return 0;
	default:
		return 0;
	}
}

static bool fabric_is_there(const struct fake_request *request)
{
	return !request->depth || (request->id[0] && request->id[0] < 3 &&
				   !(fabric.empty & 1U << request->id[0]));
}

static size_t fabric_refuse(struct fake *far, unsigned int level, uint16_t return_code)
{
	far->fail_level = level;
	far->return_code = return_code;
	return 0;
}

static bool fabric_is_sick(const struct fake_request *request)
{
	const struct sick *sick = &fabric.sick;

	return sick->count && request->opcode == sick->opcode && request->depth == sick->depth &&
	       request->id[0] == sick->port;
}

static int fabric_lose(struct fake *far, const struct fake_request *request)
{
	if (!fabric.sick.error || !fabric_is_sick(request))
		return 0;
	fabric.sick.count--;
	return fabric.sick.error;
}

static size_t fabric_answer(struct fake *far, const struct fake_request *request, uint8_t *out)
{
	bool is_mld = request->depth == 1 && request->id[0] == 2;

	if (!fabric_is_there(request))
		return fabric_refuse(far, 0, 2);
	if (fabric_is_sick(request)) {
		fabric.sick.count--;
		return fabric_refuse(far, request->depth, fabric.sick.code);
	}
	if (!fabric_is_query(request->opcode))
		return fabric_change(far, request);
	switch (request->opcode) {
	case 0x0001:
		if (fabric.no_identify & 1U << request->id[0])
			return fabric_refuse(far, request->depth, 3);
		return fake_identify(out, fabric.serials + request->id[0], 9,
				     request->depth ? 3 : 0);
	case 0x0100:
		return fabric_events(request, out);
	case 0x0200:
		return fabric_firmware(out);
	case 0x0400:
		return fabric_logs(out);
	case 0x5101:
		return fabric_ports(request, out);
	case 0x5200:
		return fabric_one_vppb(request, out);
	case 0x5603:
		return fabric_extents(request, out);
	case 0x4200:
		return request->depth && !is_mld ? fabric_canned(request, out) :
		       fabric_refuse(far, request->depth, 3);
	case 0x5400:
		return is_mld ? fabric_canned(request, out) :
		       fabric_refuse(far, request->depth, 3);
	default:
		return fabric_canned(request, out);
	}
}

/* The opcode inside of a request that the fake has decoded. */
static int fabric_judge(struct fake *far, const struct fake_request *request,
			struct cxl_switch_cci_explain *explain)
{
	bool query = fabric_is_query(request->opcode);

	explain->vendor_id = 0x8086;
	explain->effects = query ? 0 : 2;
	explain->impact = query ? CXL_SWITCH_CCI_IMPACT_QUERY : fabric.destructive ?
			  CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE : CXL_SWITCH_CCI_IMPACT_PROVISION;
	explain->verdict_flags = CXL_SWITCH_CCI_VERDICT_AUDITED;
	snprintf(explain->why, sizeof(explain->why), "takes a link down");
	if (!query && fabric.refusing) {
		explain->error = EPERM;
		explain->reason = CXL_SWITCH_CCI_REASON_CAPABILITY;
		explain->refusing = 1U << CXL_SWITCH_CCI_REASON_CAPABILITY;
	}
	return 0;
}

/* Half-way first, then over. */
static int fabric_follow(struct fake *far, struct cxl_switch_cci_bg_status *status)
{
	bool over = fabric.polls++ > 0;

	if (fabric.gone)
		return -ENODEV;
	status->cookie = 7;
	status->opcode = 0x5201;
	status->state = over ? CXL_SWITCH_CCI_OPERATION_FINISHED :
			CXL_SWITCH_CCI_OPERATION_RUNNING;
	status->percent = over ? 100 : 50;
	return 0;
}

/* ---- the door ---- */

static const struct cxl_switch_cci_record fabric_records[] = {
	{ .id = 5, .pid = 77, .opcode = 0x5300, .leaf_opcode = 0x0001, .comm = "fmd", .depth = 1,
	  .stage = CXL_SWITCH_CCI_STAGE_ANSWERED, .boottime_ns = 1 },
	{ .pid = 78, .opcode = 0x5102, .leaf_opcode = 0x5102, .comm = "fmd", .boottime_ns = 2,
	  .stage = CXL_SWITCH_CCI_STAGE_REFUSED, .error = EPERM,
	  .reason = CXL_SWITCH_CCI_REASON_CAPABILITY },
	{ .id = 6, .pid = 79, .opcode = 0x0001, .leaf_opcode = 0x0001, .comm = "fmd",
	  .stage = CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN, .in_flight = 1, .boottime_ns = 3 },
};

static const struct cxl_switch_cci_destination fabric_entries[] = {
	{ .depth = 1, .id = { 1 }, .serial = 0xabcdef },
	{ .depth = 1, .id = { 3 }, .failure = EHOSTUNREACH },
};

int64_t __wrap_now_ms(void);
int __wrap_poll(struct pollfd *pollers, nfds_t count, int milliseconds);
enum result __wrap_device_open(struct device *device, const char *wanted,
			       const struct open_options *open, struct failure *failure);
enum result __wrap_devices_find(struct found_devices *found, const char *directory,
				const struct open_options *open, struct failure *failure);

int64_t __wrap_now_ms(void)
{
	return fake.now;
}

int __wrap_poll(struct pollfd *pollers, nfds_t count, int milliseconds)
{
	assert_null(pollers);
	assert_true(milliseconds > 0);
	fake.now += milliseconds;
	if (fabric_sleeps)
		fabric_sleeps();
	return 0;
}

static void fabric_name(struct device *device)
{
	device->descriptor = -1;
	snprintf(device->name, sizeof(device->name), "switch7");
	snprintf(device->node, sizeof(device->node), "/dev/cxl/switch7");
	snprintf(device->pci, sizeof(device->pci), "0000:0d:00.1");
	device->info = (struct cxl_switch_cci_info){
		.size = sizeof(device->info), .number = 7, .serial = 0x1234,
		.features = fake.transport.features, .payload_size = FAKE_PAYLOAD,
		.component_type = fake.component_type, .component_source = fake.component_source,
	};
	if (fake.component_source != CXL_SWITCH_CCI_SOURCE_IDENTIFY)
		device->info.serial = 0;
}

enum result __wrap_device_open(struct device *device, const char *wanted,
			       const struct open_options *open, struct failure *failure)
{
	fabric.opens++;
	memset(device, 0, sizeof(*device));
	device->descriptor = -1;
	snprintf(device->node, sizeof(device->node), "/dev/cxl/switch9");
	if (fabric.gone || (wanted && strstr(wanted, "switch9")))
		return fail_with(failure, RESULT_NO_DEVICE, ENOENT, "%s: gone", wanted);
	fake_open(&fake);
	fabric_name(device);
	device->transport = fake.transport;
	fake.transport = (struct transport){ 0 };
	return open->limit.is_set ? transport_restrict(&device->transport, open->limit.impact,
						       failure) : RESULT_OK;
}

enum result __wrap_devices_find(struct found_devices *found, const char *directory,
				const struct open_options *open, struct failure *failure)
{
	*found = (struct found_devices){ .items = calloc(2, sizeof(*found->items)), .count = 2 };
	assert_non_null(found->items);
	__wrap_device_open(&found->items[0].device, NULL, open, &found->items[0].failure);
	__wrap_device_open(&found->items[1].device, "switch9", open, &found->items[1].failure);
	return RESULT_OK;
}

/* ---- a command line for each verb ---- */

static const struct specimen {
	const char *verb;
	const char *line;
} specimens[] = {
	{ "list", "list" },
	{ "list", "list --tree" },
	{ "list", "list switch7 --tree" },
	{ "info", "info" },
	{ "identify", "identify" },
	{ "identify", "identify -p 1-3" },
	{ "identify", "identify -p all -l all" },
	{ "identify", "identify switch9" },
	{ "ports", "ports" },
	{ "ports", "ports -p 1,9" },
	{ "logs", "logs -p 1" },
	{ "cel", "cel" },
	{ "raw", "raw C007" },
	{ "raw", "raw 0001 -p 1,3" },
	{ "explain", "explain 0001 -p 1" },
	{ "explain", "explain 5102 -x 0100" },
	{ "destinations", "destinations" },
	{ "log", "log" },
	{ "ps", "ps" },
	{ "bugreport", "bugreport" },
	{ "bg status", "bg status" },
	{ "bg status", "bg status 7" },
	{ "bg wait", "bg wait 7" },
	{ "bg cancel", "bg cancel 7" },
	{ "bg adopt", "bg adopt 7 --wait" },
	{ "bg adopt", "bg adopt 7" },
	{ "bind", "bind 1 2 1" },
	{ "unbind", "unbind 1 2" },
	{ "port reset", "port reset 1" },
	{ "port perst", "port perst 1 assert" },
	{ "fw info", "fw info" },
	{ "fw update", "fw update image" },
	{ "fw activate", "fw activate 2" },
	{ "events", "events" },
	{ "events", "events --clear" },
	{ "events", "events --follow --limit 5" },
	{ "events", "events --follow --clear --limit 5" },
	{ "monitor", "monitor --interval 1 --count 3" },
	{ "monitor", "monitor switch7 --count 1 -p 1-3" },
	{ "vcs", "vcs" },
	{ "health", "health -p 1" },
	{ "mld", "mld -p 2" },
	{ "mhd", "mhd -p 1 -l pool" },
	{ "dcd info", "dcd info -p 1" },
	{ "dcd add", "dcd add 1 0 512M -p 1 --wait --tag " FABRIC_TAG },
	{ "dcd release", "dcd release 1 " FABRIC_TAG " -p 1 --wait" },
	{ "doctor", "doctor --sysroot /nowhere" },
};

#define SPECIMENS (sizeof(specimens) / sizeof(specimens[0]))

/* The fabric as it is before each of them. */
static void fabric_start(void)
{
	fake = (struct fake){
		.answer = fabric_answer, .judge = fabric_judge, .follow = fabric_follow,
		.cookie = 7, .cancel.outcome = CXL_SWITCH_CCI_CANCEL_ABORTED,
		.records = fabric_records, .record_count = 3,
		.entries = fabric_entries, .entry_count = 2, .lose = fabric_lose,
		.component_source = CXL_SWITCH_CCI_SOURCE_IDENTIFY,
	};
	fabric = (struct fabric){
		.active = 1, .serials = 0xabc0, .held = 1 << 29, .destructive = true,
	};
}

/* A switch without Identify, as the driver reports it: by @source, or not yet. */
static inline void fabric_without_identify(uint8_t source)
{
	fabric.no_identify = 1;
	fake.component_source = source;
	fake.component_type = source ? CXL_SWITCH_CCI_COMPONENT_SWITCH :
			      CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
}

/* Runs @line with @more behind it, in a fabric that fabric_start() has made. */
static int fabric_run(const char *line, const char *more)
{
	const char *words[24] = { NULL };
	char text[200], *rest, *word;
	size_t count = 0;

	snprintf(text, sizeof(text), "%s %s", line, more);
	/* The tag's host has nothing yet where it is to get something. */
	if (!strncmp(line, "dcd add", 7))
		fabric.held = 0;
	for (word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		assert_true(count < 23);
		words[count++] = word;
	}
	return run_tool(words);
}

/* A folder of its own, with the image that a specimen names. */
static int fabric_begin(void **state)
{
	static char folder[32];
	FILE *image;

	snprintf(folder, sizeof(folder), "/tmp/test_tool.XXXXXX");
	if (!mkdtemp(folder) || chdir(folder) || !freopen("/dev/null", "r", stdin))
		return -1;
	*state = folder;
	image = fopen("image", "wb");
	if (!image)
		return -1;
	fputs("firmware", image);
	return fclose(image);
}

static int fabric_end(void **state)
{
	return unlink("image") || chdir("/") || rmdir(*state);
}

#endif
