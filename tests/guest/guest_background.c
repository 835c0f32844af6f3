// SPDX-License-Identifier: GPL-2.0-only
/* See guest_background.h. */
#include "guest_background.h"

#include <poll.h>

#define AS_EVER_MS	2000
/* Far longer than any of these programs takes. */
#define GROUP_S		280

struct guest_audience audience;

const struct guest_place at_switch = { .model = "switch" };
const struct guest_place at_sld = { "port0", 1, { { 0, MODEL_SLD } } };
const struct guest_place at_sld_2 = { "port1", 1, { { 0, MODEL_SLD_2 } } };
const struct guest_place at_mld = { "port2", 1, { { 0, MODEL_MLD } } };
const struct guest_place at_ld = { "port2.ld1", 2, { { 0, MODEL_MLD }, { 0, 1 } } };
const struct guest_place at_pool_ld = {
	"port3.pool.ld2", 3, { { 0, MODEL_MULTI_HEADED }, { 1, 0 }, { 0, 2 } }
};

const struct guest_place *const guest_places[] = {
	&at_switch, &at_sld, &at_mld, &at_ld, &at_pool_ld,
};

const size_t guest_place_count = ARRAY_SIZE(guest_places);

/* ---- operations ---- */

void guest_work_takes(const struct guest_place *place, unsigned int ms)
{
	model_order("background %s time %u", place->model, ms);
}

void guest_work_never_ends(const struct guest_place *place)
{
	guest_work_takes(place, 10);
	model_order("background %s never-ends", place->model);
}

void guest_work_as_ever(void)
{
	model_order("background all time %u", AS_EVER_MS);
}

/* VCS 0, vPPB 2, the device at MODEL_SLD_2. */
static const uint8_t bind_request[6] = { 0, 2, MODEL_SLD_2, 0, 0xff, 0xff };
static const uint8_t unbind_request[3] = { 0, 2, 0 };
static const uint8_t scan_request[0x11];

static const struct request {
	uint16_t opcode, size;
	const uint8_t *payload;
} requests[] = {
	{ OPCODE_BIND, sizeof(bind_request), bind_request },
	{ OPCODE_UNBIND, sizeof(unbind_request), unbind_request },
	{ OPCODE_SCAN_MEDIA, sizeof(scan_request), scan_request },
};

static struct request request_of(uint16_t opcode)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].opcode == opcode)
			return requests[i];
	return (struct request){ .opcode = opcode };
}

void guest_start_any(int fd, const struct guest_place *place, uint16_t opcode, uint32_t flags,
		     uint32_t timeout_ms, struct sent *sent)
{
	struct request request = request_of(opcode);
	struct guest_message message = guest_tunnel_along(place->path, place->depth, opcode,
							  request.payload, request.size);

	memset(sent, 0, sizeof(*sent));
	sent->send = guest_send(place->depth ? OPCODE_TUNNEL : opcode, message.bytes,
				message.length, sent->out, sizeof(sent->out));
	sent->send.flags = flags;
	sent->send.timeout_ms = timeout_ms;
	sent->error = guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &sent->send);
}

uint16_t guest_abortable_at(const struct guest_place *place)
{
	return strstr(place->model, ".ld") ? OPCODE_SCAN_MEDIA : OPCODE_ABORTABLE;
}

uint64_t guest_start(int fd, const struct guest_place *place, uint16_t opcode)
{
	struct sent sent;

	guest_start_any(fd, place, opcode, 0, 0, &sent);
	assert_sent(&sent);
	assert_int_equal(sent.send.leaf_return_code, RC_BACKGROUND);
	assert_int_equal(sent.send.leaf_opcode, opcode);
	assert_true(sent.send.cookie != 0);
	return sent.send.cookie;
}

/* The model answers all others on the spot. */
void guest_await_slow_command(void)
{
	int64_t limit = guest_now_ms() + guest_patience(SOON_MS);
	uint64_t rung;

	do {
		rung = model_counter("commands");
		if (guest_now_ms() > limit)
			fail_msg("the command never came");
	} while (model_counter("answers") >= rung);
}

int guest_try_status(int fd, uint64_t cookie, struct cxl_switch_cci_bg_status *status)
{
	*status = (struct cxl_switch_cci_bg_status){ .size = sizeof(*status), .cookie = cookie };
	return guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, status);
}

static void assert_plausible(const struct cxl_switch_cci_bg_status *status)
{
	assert_int_equal(status->size, sizeof(*status));
	assert_in_range(status->state, 0, OPERATION(UNKNOWN));
	assert_in_range(status->percent, 0, 100);
	assert_in_range(status->owner, 0, OWNER(OTHER));
	assert_in_range(status->depth, 0, 3);
	assert_int_equal(status->reserved0, 0);
	assert_int_equal(status->reserved1, 0);
}

struct cxl_switch_cci_bg_status guest_status(int fd, uint64_t cookie)
{
	struct cxl_switch_cci_bg_status status;

	assert_int_equal(guest_try_status(fd, cookie, &status), 0);
	assert_true(status.cookie == cookie);
	assert_plausible(&status);
	return status;
}

struct cxl_switch_cci_bg_status guest_status_at(int fd, const struct guest_place *place)
{
	struct cxl_switch_cci_bg_status status = {
		.size = sizeof(status), .depth = (uint8_t)place->depth,
	};

	for (unsigned int i = 0; i < place->depth; i++) {
		status.target[i] = place->path[i].target;
		status.id[i] = place->path[i].id;
	}
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_BG_STATUS, &status), 0);
	assert_plausible(&status);
	assert_true((status.state == OPERATION(IDLE)) == (status.cookie == 0));
	return status;
}

struct cxl_switch_cci_bg_status guest_await_operation(int fd, uint64_t cookie, uint8_t state,
						      unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	struct cxl_switch_cci_bg_status status;

	for (;;) {
		status = guest_status(fd, cookie);
		if (status.state == state)
			return status;
		if (guest_now_ms() > limit)
			fail_msg("the operation is in state %u and does not get to %u",
				 status.state, state);
		guest_sleep_ms(5);
	}
}

struct cxl_switch_cci_bg_status guest_await_slot(int fd, const struct guest_place *place,
						 uint8_t state, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	struct cxl_switch_cci_bg_status status;

	for (;;) {
		status = guest_status_at(fd, place);
		if (status.state == state)
			return status;
		if (guest_now_ms() > limit)
			fail_msg("the slot of %s is in state %u and does not get to %u",
				 place->model, status.state, state);
		guest_sleep_ms(5);
	}
}

int guest_cancel(int fd, uint64_t cookie, uint32_t timeout_ms,
		 struct cxl_switch_cci_bg_cancel *cancel)
{
	*cancel = (struct cxl_switch_cci_bg_cancel){
		.size = sizeof(*cancel), .cookie = cookie, .timeout_ms = timeout_ms,
	};
	return guest_ioctl(fd, CXL_SWITCH_CCI_BG_CANCEL, cancel);
}

int guest_adopt(int fd, uint64_t cookie, uint32_t flags)
{
	struct cxl_switch_cci_bg_adopt adopt = {
		.size = sizeof(adopt), .flags = flags, .cookie = cookie,
	};

	return guest_ioctl(fd, CXL_SWITCH_CCI_BG_ADOPT, &adopt);
}

/* ---- notices ---- */

int guest_subscribe(int fd, uint32_t mask)
{
	struct cxl_switch_cci_subscribe subscribe = { .size = sizeof(subscribe), .mask = mask };

	return guest_ioctl(fd, CXL_SWITCH_CCI_SUBSCRIBE, &subscribe);
}

int guest_open_subscribed(uint32_t mask)
{
	int fd = guest_open(O_RDWR | O_NONBLOCK);

	assert_int_equal(guest_subscribe(fd, mask), 0);
	return fd;
}

short guest_poll(int fd, unsigned int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN | POLLRDNORM };

	return poll(&wait, 1, (int)ms) > 0 ? wait.revents : 0;
}

bool guest_notice(int fd, unsigned int ms, struct cxl_switch_cci_notice *notice)
{
	ssize_t length;

	if (!(guest_poll(fd, ms) & POLLIN))
		return false;
	memset(notice, 0, sizeof(*notice));
	length = read(fd, notice, sizeof(*notice));
	if (length == (ssize_t)sizeof(*notice) && notice->size == sizeof(*notice))
		return true;
	print_error("a record of %zd bytes that says %u: %s\n", length, notice->size,
		    length < 0 ? strerror(errno) : "");
	return false;
}

struct cxl_switch_cci_notice guest_expect_notice(int fd, uint16_t type, uint64_t cookie)
{
	struct cxl_switch_cci_notice notice;

	if (!guest_notice(fd, SOON_MS, &notice))
		fail_msg("no notice came; one of type %u was due", type);
	if (notice.type != type || notice.cookie != cookie)
		fail_msg("a notice of type %u for %llu, state %u; type %u for %llu was due",
			 notice.type, (unsigned long long)notice.cookie, notice.state, type,
			 (unsigned long long)cookie);
	return notice;
}

static void complain_of(int fd)
{
	struct cxl_switch_cci_notice notice;

	if (!guest_notice(fd, 0, &notice))
		fail_msg("poll() tells of something, and read() gives nothing");
	fail_msg("a notice of type %u for %llu that was not due", notice.type,
		 (unsigned long long)notice.cookie);
}

void guest_expect_silence(int fd)
{
	if (guest_poll(fd, QUIET_MS))
		complain_of(fd);
}

/* ---- the frame of a test ---- */

#define RAW_WINDOW_S "3600"

static void open_raw_window(void)
{
	struct guest_device device = guest_device();

	assert_int_equal(guest_write_attribute(&device, "raw_window", RAW_WINDOW_S), 0);
}

#define HISTOGRAM "hist:keys=event,from,to"

int guest_operations_begin(void **state)
{
	guest_give_up_after(GROUP_S);
	return guest_write_file(GUEST_TRACEPOINT "trigger", HISTOGRAM);
}

/* The kernel complains of a module that goes with a histogram at it. */
int guest_operations_end(void **state)
{
	FILE *in = fopen(GUEST_TRACEPOINT "hist", "r"), *out = fopen(GUEST_TRANSITIONS, "a");
	char line[256];

	while (in && out && fgets(line, sizeof(line), in))
		if (*line == '{')
			fputs(line, out);
	if (!in || !out || fclose(in) || fclose(out))
		return -1;
	return guest_write_file(GUEST_TRACEPOINT "trigger", "!" HISTOGRAM);
}

void guest_rebind(void)
{
	struct guest_device device = guest_device();

	assert_int_equal(guest_unbind(&device), 0);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
	open_raw_window();
}

void guest_fresh_operations(void)
{
	model_order("latency switch 0");
	model_order("reset cold");
	guest_work_as_ever();
	model_fresh_driver();
	open_raw_window();
}

static void open_all(void)
{
	audience.device = guest_device();
	audience.owner = guest_open_subscribed(0);
	audience.listener = guest_open_subscribed(MASK_OPERATIONS);
	audience.deaf = guest_open_subscribed(0);
	audience.mute = guest_open(O_RDWR | O_NONBLOCK);
}

static void close_all(void)
{
	close(audience.owner);
	close(audience.listener);
	close(audience.deaf);
	close(audience.mute);
}

int guest_audience_begin(void **state)
{
	guest_fresh_operations();
	open_all();
	return 0;
}

int guest_audience_end(void **state)
{
	close_all();
	/* where a test failed in the middle */
	if (access(audience.device.node, F_OK))
		guest_bind(&audience.device);
	return model_still_well();
}

void guest_audience_again(void)
{
	close_all();
	open_all();
}

struct cxl_switch_cci_notice guest_expect_told(uint16_t type, uint64_t cookie)
{
	struct cxl_switch_cci_notice first, second;

	first = guest_expect_notice(audience.owner, type, cookie);
	second = guest_expect_notice(audience.listener, type, cookie);
	assert_int_equal(first.state, second.state);
	assert_int_equal(first.opcode, second.opcode);
	assert_int_equal(first.return_code, second.return_code);
	assert_int_equal(first.percent, second.percent);
	guest_expect_untold();
	return first;
}

void guest_expect_untold(void)
{
	struct pollfd wait[] = {
		{ audience.owner, POLLIN, 0 }, { audience.listener, POLLIN, 0 },
		{ audience.deaf, POLLIN, 0 }, { audience.mute, POLLIN, 0 },
	};

	if (!poll(wait, ARRAY_SIZE(wait), QUIET_MS))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(wait); i++)
		if (wait[i].revents)
			complain_of(wait[i].fd);
}
