// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation under the module's code is refused once, one a try, by the debug
 * kernel's fault injection: of loading, binding, opening, each ioctl, reads, removal. A try
 * ends well or in ENOMEM, and the next one ends well. That nothing leaked is seen by
 * kmemleak, in the boot that has it on; that no call was left out by
 * scripts/allocation-sites.
 */
#include "guest_background.h"
#include "guest_refusal.h"

#define TRIES_MAX	400

static struct guest_device device;
static int open_fd;
static uint64_t cookie;

/* ---- what is tried ---- */

static void nothing(void)
{
}

static void unbound(void)
{
	assert_int_equal(guest_unbind(&device), 0);
}

static int bind(void)
{
	return guest_bind(&device);
}

static void unbound_for_pages(void)
{
	unbound();
	guest_refuse_pages();
}

/* A driver that remembers nothing, and a file of it that has no buffers. */
static void fresh_file(void)
{
	unbound();
	assert_int_equal(bind(), 0);
	assert_true(guest_wait_for_node(device.node));
	open_fd = guest_open(O_RDWR);
}

static void new_file(void)
{
	open_fd = guest_open(O_RDWR);
}

static void done_file(void)
{
	close(open_fd);
}

/* Each left only what a bound driver has: bound again where it is not. */
static void bound_again(void)
{
	if (access(device.node, F_OK))
		assert_int_equal(bind(), 0);
	assert_true(guest_wait_for_node(device.node));
}

/* A function whose interrupts there is no memory for is bound all the same. */
static int bind_polled(void)
{
	char mode[16];
	int error = bind();

	if (error)
		return error;
	assert_true(guest_wait_for_node(device.node));
	guest_read_attribute(&device, "interrupt_mode", mode, sizeof(mode));
	assert_string_equal(mode, "none");
	return 0;
}

static int open_once(void)
{
	int fd = open(device.node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int info(void)
{
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_INFO, &info);
}

static int query(void)
{
	struct cxl_mem_query_commands query = { 0 };

	return guest_ioctl(open_fd, CXL_MEM_QUERY_COMMANDS, &query);
}

static int legacy_send(void)
{
	uint8_t out[64];
	struct cxl_send_command send = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	return guest_ioctl(open_fd, CXL_MEM_SEND_COMMAND, &send);
}

static int own_send(void)
{
	uint8_t out[2048];
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, sizeof(out));

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_SEND, &send);
}

/* First contact with what is behind a port: its identity, its effects. */
static int tunneled_change(void)
{
	struct sent sent;

	guest_set_timestamp(open_fd, MODEL_SLD, &sent);
	return sent.error;
}

static int explain(void)
{
	struct cxl_switch_cci_explain explain = { .size = sizeof(explain) };
	uint8_t timestamp[8] = { 1 };
	struct guest_message message = guest_tunnel((uint8_t[]){ MODEL_SLD_2 }, 1,
						    OPCODE_SET_TIMESTAMP, timestamp,
						    sizeof(timestamp));

	explain.opcode = OPCODE_TUNNEL;
	explain.in_size = message.length;
	explain.in_payload = (uintptr_t)message.bytes;
	return guest_ioctl(open_fd, CXL_SWITCH_CCI_EXPLAIN, &explain);
}

static int destinations(void)
{
	struct cxl_switch_cci_destination entries[8];
	struct cxl_switch_cci_destinations list = {
		.size = sizeof(list), .entries = (uintptr_t)entries, .room = ARRAY_SIZE(entries),
		.entry_size = sizeof(entries[0]),
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_DESTINATIONS, &list);
}

static int recent(void)
{
	static struct cxl_switch_cci_record entries[64];
	struct cxl_switch_cci_recent list = {
		.size = sizeof(list), .entries = (uintptr_t)entries, .room = ARRAY_SIZE(entries),
		.entry_size = sizeof(entries[0]),
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_RECENT, &list);
}

static int subscribe(void)
{
	return guest_subscribe(open_fd, MASK_OPERATIONS);
}

static int restrict_file(void)
{
	struct cxl_switch_cci_restrict limit = {
		.size = sizeof(limit), .impact = CXL_SWITCH_CCI_IMPACT_SETTING,
	};

	return guest_ioctl(open_fd, CXL_SWITCH_CCI_RESTRICT, &limit);
}

/* Done before the next try, or Busy would be its end. */
static int operation(void)
{
	struct sent sent;

	guest_start_any(open_fd, &at_sld, OPCODE_SCAN_MEDIA, 0, 0, &sent);
	cookie = sent.send.cookie;
	return sent.error;
}

static void operation_prepared(void)
{
	fresh_file();
	guest_work_takes(&at_sld, 1);
}

static void operation_running(void)
{
	fresh_file();
	guest_work_takes(&at_sld, 60000);
	cookie = guest_start(open_fd, &at_sld, OPCODE_SCAN_MEDIA);
}

static void operation_over(void)
{
	struct cxl_switch_cci_bg_cancel cancel;

	if (cookie)
		guest_cancel(open_fd, cookie, 0, &cancel);
	cookie = 0;
	guest_work_as_ever();
	close(open_fd);
}

static int status(void)
{
	struct cxl_switch_cci_bg_status status;

	return guest_try_status(open_fd, cookie, &status);
}

static int cancel(void)
{
	struct cxl_switch_cci_bg_cancel cancel;

	return guest_cancel(open_fd, cookie, 0, &cancel);
}

static int attributes(void)
{
	char line[128];

	guest_read_attribute(&device, "state", line, sizeof(line));
	return line[0] ? 0 : ENOMEM;
}

/* The answer is no, recorded or not. */
static int refused_command(void)
{
	struct sent sent;

	guest_send_to(open_fd, MODEL_SLD, OPCODE_VENDOR, NULL, 0, &sent);
	return sent.error == EPERM ? 0 : sent.error;
}

static void raw_window(void)
{
	fresh_file();
	assert_int_equal(guest_write_attribute(&device, "raw_window", "3600"), 0);
}

static int unaudited_command(void)
{
	struct sent sent;

	guest_send_to(open_fd, MODEL_SLD, OPCODE_VENDOR, NULL, 0, &sent);
	return sent.error;
}

static void raw_window_over(void)
{
	assert_int_equal(guest_write_attribute(&device, "raw_window", "0"), 0);
	done_file();
}

static int gate(void)
{
	return guest_write_attribute(&device, "raw_window", "0");
}

static int last_gate(void)
{
	return guest_write_attribute(&device, "protection", "strict");
}

static int recover(void)
{
	return guest_write_attribute(&device, "recover", "1");
}

static int unbind(void)
{
	return guest_unbind(&device);
}

/* ---- loading ---- */

static bool is_loaded(void)
{
	return !access("/sys/module/cxl_switch_cci", F_OK);
}

static void unloaded(void)
{
	if (is_loaded())
		assert_int_equal(guest_remove_module(), 0);
	guest_refuse_while_loading();
}

static int load(void)
{
	int error = guest_insert_module("");

	/* its probe runs beside it, and keeps it from going */
	if (!error)
		guest_device();
	return error;
}

static void loaded(void)
{
	if (!is_loaded())
		assert_int_equal(load(), 0);
	/* elsewhere than last time */
	guest_refuse_slabs();
}

static int unload(void)
{
	return guest_remove_module();
}

/* ---- the table ---- */

struct trial {
	const char *name;
	void (*before)(void);
	int (*act)(void);
	void (*after)(void);
	bool allocates;		/* or there is nothing to refuse */
};

static const struct trial trials[] = {
	{ "bind", unbound, bind, bound_again, true },
	{ "open", nothing, open_once, nothing, true },
	{ "INFO", new_file, info, done_file, false },
	{ "QUERY_COMMANDS", fresh_file, query, done_file, false },
	{ "SEND_COMMAND", new_file, legacy_send, done_file, true },
	{ "SEND", new_file, own_send, done_file, true },
	{ "SEND behind a port", fresh_file, tunneled_change, done_file, true },
	{ "EXPLAIN behind a port", fresh_file, explain, done_file, true },
	{ "DESTINATIONS", new_file, destinations, done_file, true },
	{ "RECENT", new_file, recent, done_file, true },
	{ "SUBSCRIBE", new_file, subscribe, done_file, true },
	{ "RESTRICT", new_file, restrict_file, done_file, false },
	{ "SEND that starts an operation", operation_prepared, operation, operation_over, true },
	{ "BG_STATUS", operation_running, status, operation_over, false },
	{ "BG_CANCEL", operation_running, cancel, operation_over, false },
	{ "reading state", nothing, attributes, nothing, false },
	{ "a command that is refused", new_file, refused_command, done_file, true },
	{ "an unaudited command", raw_window, unaudited_command, raw_window_over, true },
	{ "raw_window", nothing, gate, nothing, true },
	{ "protection", nothing, last_gate, nothing, true },
	{ "recover", nothing, recover, nothing, true },
	{ "bind, whole pages", unbound_for_pages, bind, bound_again, true },
	{ "unbind", bound_again, unbind, bound_again, true },
	{ "load", unloaded, load, unloaded, true },
	{ "unload", loaded, unload, nothing, true },
};

/*
 * The kernel calls a region of addresses in use that it has no memory to note down, and
 * invalid what has no folder for its drivers.
 */
static bool clean(const struct trial *trial, int error)
{
	return error == ENOMEM || (error == EBUSY && trial->act == bind) ||
	       (error == EINVAL && trial->act == load);
}

/* One try with the @nth allocation refused; false: there are fewer. */
static bool try_with_refusal(const struct trial *trial, unsigned int nth, unsigned int *failures)
{
	bool refused;
	int error;

	trial->before();
	guest_refuse(nth);
	error = trial->act();
	refused = guest_was_refused();
	trial->after();
	guest_note_refusals();
	if (error && (!refused || !clean(trial, error)))
		fail_msg("%s, allocation %u %s: %s", trial->name, nth,
			 refused ? "refused" : "not there", strerror(error));
	*failures += error != 0;
	return refused;
}

static void refusals_of(const struct trial *trial)
{
	unsigned int nth = 1, failures = 0;

	if (is_loaded())
		guest_refuse_slabs();
	while (nth <= TRIES_MAX && try_with_refusal(trial, nth, &failures))
		nth++;
	diag("%s: %u allocations refused, %u times an error", trial->name, nth - 1, failures);
	assert_true(nth <= TRIES_MAX);
	assert_true(!trial->allocates || nth > 1);
}

static void a_refused_allocation_is_a_clean_error(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		refusals_of(&trials[i]);
}

/* What asks so deep in the kernel that the trials above leave it alone, or asks again. */
struct denial {
	const char *within;	/* the kernel's function */
	void (*before)(void);
	int (*act)(void);
	void (*after)(void);
	int error;
};

static const struct denial denials[] = {
	{ "pci_alloc_irq_vectors_affinity", unbound, bind_polled, bound_again, 0 },
	{ "xa_store", fresh_file, tunneled_change, done_file, ENOMEM },
	{ "__kvmalloc_node_noprof", new_file, recent, done_file, ENOMEM },
	{ "module_remove_driver", loaded, unload, loaded, 0 },
	{ "class_unregister", loaded, unload, loaded, 0 },
};

static void deny(const struct denial *denial)
{
	int error;

	denial->before();
	guest_refuse_within(denial->within);
	guest_refuse_all(true);
	error = denial->act();
	guest_refuse_all(false);
	guest_note_refusals();
	denial->after();
	diag("nothing within %s(): %s", denial->within, error ? strerror(error) : "goes on");
	assert_int_equal(error, denial->error);
}

static void a_function_that_gets_nothing_is_a_clean_error(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(denials); i++)
		deny(&denials[i]);
}

/* Nobody waits for a worker: what it cannot have now it must do without, or later. */
static void workers_do_without_memory(void **state)
{
	operation_prepared();
	guest_refuse_slabs();
	cookie = guest_start(open_fd, &at_sld, OPCODE_SCAN_MEDIA);
	guest_refuse_all(true);
	guest_await_operation(open_fd, cookie, OPERATION(FINISHED), SOON_MS);
	guest_refuse_all(false);
	guest_note_refusals();
	operation_over();
}

static int begin(void **state)
{
	guest_give_up_after(900);
	device = guest_device();
	guest_refusals_begin();
	return 0;
}

/* The commands themselves still work, and the model saw no rule broken. */
static int still_well(void **state)
{
	guest_refusals_end();
	if (!is_loaded())
		assert_int_equal(load(), 0);
	return model_still_well();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_do_without_memory),
		cmocka_unit_test(a_function_that_gets_nothing_is_a_clean_error),
		cmocka_unit_test(a_refused_allocation_is_a_clean_error),
	};

	return cmocka_run_group_tests(tests, begin, still_well);
}
