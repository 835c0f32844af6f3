// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's copies from and to user space where they fault, end or wait for
 * ever, and descriptors that several threads and processes share. It knows that a
 * copy may last for ever, and so that nothing may be held across one.
 */
#include "guest_frame.h"
#include "topology.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define UNTOUCHED 0xa5

/* How long a stalled copy is left alone while others are watched. */
#define STALL_MS	2000
/* What nothing here takes unless it hangs. */
#define LIMIT_MS	20000

static struct guest_log_request cel_request(void)
{
	struct guest_log_request request = { .length = 16 };

	memcpy(request.uuid, guest_cel_uuid, sizeof(request.uuid));
	return request;
}

/* ---- pages that end and pages that refuse ---- */

static void structures_may_end_with_their_page(void **state)
{
	struct cxl_send_command *legacy = guest_page_end(sizeof(*legacy));
	struct cxl_switch_cci_send *send = guest_page_end(sizeof(*send));
	struct cxl_switch_cci_info *info = guest_page_end(sizeof(*info));
	struct cxl_mem_query_commands *query = guest_page_end(sizeof(*query));
	uint8_t *out = guest_page_end(IDENTIFY_SIZE);

	*legacy = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, IDENTIFY_SIZE);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, legacy), 0);
	assert_int_equal(legacy->out.size, IDENTIFY_SIZE);
	assert_true(guest_le64(out + IDENTIFY_SERIAL) == SWITCH_SERIAL);
	*send = guest_send(OPCODE_IDENTIFY, NULL, 0, out, IDENTIFY_SIZE);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, send), 0);
	*info = (struct cxl_switch_cci_info){ .size = sizeof(*info) };
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, info), 0);
	query->n_commands = 0;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_QUERY_COMMANDS, query), 0);
}

/* Only what the device answered is written, so only that has to be there. */
static void room_beyond_the_page_matters_only_when_used(void **state)
{
	uint8_t *out = guest_page_end(IDENTIFY_SIZE);
	struct cxl_send_command legacy = guest_raw(OPCODE_IDENTIFY, NULL, 0, out, SWITCH_PAYLOAD);
	struct cxl_switch_cci_send send =
		guest_send(OPCODE_IDENTIFY, NULL, 0, out, SWITCH_PAYLOAD);

	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &legacy), 0);
	assert_int_equal(legacy.out.size, IDENTIFY_SIZE);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), 0);
	assert_int_equal(send.out_size, IDENTIFY_SIZE);
	legacy.out.payload = (uintptr_t)(out + 1), legacy.out.size = SWITCH_PAYLOAD;
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &legacy), EFAULT);
	send.out_payload = (uintptr_t)(out + 1), send.out_size = SWITCH_PAYLOAD;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), EFAULT);
}

static void a_structure_over_the_end_faults(void **state)
{
	for (uint32_t missing = 1; missing < sizeof(struct cxl_send_command); missing += 7) {
		uint8_t *legacy = guest_page_end(sizeof(struct cxl_send_command) - missing);

		memset(legacy, 0, sizeof(struct cxl_send_command) - missing);
		*(uint32_t *)legacy = ID_GET_SUPPORTED_LOGS;
		assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, legacy), EFAULT);
	}
	for (uint32_t missing = 4; missing < 77; missing += 8) {
		uint32_t *own = guest_page_end(80 - missing);

		memset(own, 0, 80 - missing);
		own[0] = 80;
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO, own), EFAULT);
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, own), EFAULT);
	}
}

static void read_only_structures_fault(void **state)
{
	struct cxl_send_command legacy = guest_raw(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_switch_cci_send send = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	struct cxl_switch_cci_info info = { .size = sizeof(info) };

	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND,
				     guest_read_only(&legacy, sizeof(legacy))), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND,
				     guest_read_only(&send, sizeof(send))), EFAULT);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_INFO,
				     guest_read_only(&info, sizeof(info))), EFAULT);
}

static void read_only_payloads_fault_when_written(void **state)
{
	struct guest_log_request request = cel_request();
	void *page = guest_read_only(&request, sizeof(request));
	struct cxl_send_command in = guest_raw(OPCODE_GET_LOG, page, sizeof(request), NULL, 0);
	struct cxl_send_command out = guest_raw(OPCODE_IDENTIFY, NULL, 0, page, IDENTIFY_SIZE);

	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &in), 0);
	assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &out), EFAULT);
	assert_memory_equal(page, &request, sizeof(request));
}

/* Three pages with a hole in the middle, the payload across it. */
static void holes_inside_payloads_fault(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *area = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0);
	struct guest_log_request request = cel_request();
	uint8_t *in = area + page - 8, *out = area + page - 4;
	struct cxl_switch_cci_send reads = guest_send(OPCODE_GET_LOG, in, sizeof(request), NULL, 0);
	struct cxl_switch_cci_send writes = guest_send(OPCODE_IDENTIFY, NULL, 0, out, 64);

	assert_ptr_not_equal(area, MAP_FAILED);
	memcpy(in, &request, sizeof(request));
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &reads), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &writes), 0);
	assert_int_equal(mprotect(area + page, page, PROT_NONE), 0);
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &reads), EFAULT);
	writes.out_size = 64;
	assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &writes), EFAULT);
	assert_int_equal(mprotect(area + page, page, PROT_READ | PROT_WRITE), 0);
	munmap(area, 3 * page);
}

/* A pointer into the kernel, past the end of user space, or nowhere. */
static void wild_pointers_fault(void **state)
{
	static const uint64_t wild[] = {
		1, 0x1000, 0x7ffffffffffff000ULL, 0xffff888000000000ULL, 0xffffffffffffff00ULL,
		0x800000000000ULL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(wild); i++) {
		struct cxl_switch_cci_send send = guest_send(OPCODE_GET_LOG, NULL, 0x18, NULL, 0);
		struct cxl_send_command legacy = guest_raw(OPCODE_IDENTIFY, NULL, 0, NULL, 64);

		send.in_payload = wild[i];
		legacy.out.payload = wild[i];
		assert_int_equal(guest_ioctl(fd, CXL_SWITCH_CCI_SEND, &send), EFAULT);
		assert_int_equal(guest_ioctl(fd, CXL_MEM_SEND_COMMAND, &legacy), EFAULT);
	}
}

/* ---- copies that stall ---- */

/* Where in one SEND of Get Log the page lies that stalls. */
enum where { STRUCTURE, INPUT, OUTPUT };

static const char *const where_names[] = { "the structure", "the input", "the output" };

struct stalled {
	struct guest_stall stall;
	struct guest_log_request request;
	struct cxl_switch_cci_send send;
	uint8_t out[64];
	struct guest_call call;
	enum where where;
};

static void open_stall(struct guest_stall *stall)
{
	int error = guest_stall_open(stall);

	if (error == ENOSYS) {
		diag("this kernel has no userfaultfd");
		skip();
	}
	if (error)
		fail_msg("userfaultfd: %s", strerror(error));
}

/* Starts a SEND in a thread and waits until it is really stuck in the copy. */
static void start_stalled(struct stalled *s, int file, enum where where)
{
	void *argument = &s->send;

	open_stall(&s->stall);
	s->where = where;
	s->request = cel_request();
	s->send = guest_send(OPCODE_GET_LOG, &s->request, sizeof(s->request), s->out,
			     sizeof(s->out));
	if (where == STRUCTURE)
		argument = s->stall.page;
	else if (where == INPUT)
		s->send.in_payload = (uintptr_t)s->stall.page;
	else
		s->send.out_payload = (uintptr_t)s->stall.page;
	guest_call_start(&s->call, file, CXL_SWITCH_CCI_SEND, argument);
	if (!guest_stall_wait(&s->stall, LIMIT_MS))
		fail_msg("nobody came to %s", where_names[where]);
	assert_false(guest_call_finished(&s->call, 0));
}

static int release_stalled(struct stalled *s)
{
	if (s->where == STRUCTURE)
		guest_stall_release(&s->stall, &s->send, sizeof(s->send));
	else
		guest_stall_release(&s->stall, &s->request, sizeof(s->request));
	if (!guest_call_finished(&s->call, LIMIT_MS))
		fail_msg("still in the ioctl after %s came", where_names[s->where]);
	return guest_call_result(&s->call);
}

/* Serves queries on other files for STALL_MS; how many. */
static unsigned int serve_others(void)
{
	int64_t end = guest_now_ms() + STALL_MS;
	unsigned int served = 0;

	while (guest_now_ms() < end) {
		int other = guest_open(O_RDWR);

		for (unsigned int i = 0; i < 20; i++, served++)
			assert_int_equal(guest_identify(other), 0);
		close(other);
	}
	return served;
}

static void stall_one_serve_others(enum where where)
{
	static struct stalled s;
	unsigned int served;

	start_stalled(&s, fd, where);
	served = serve_others();
	assert_false(guest_call_finished(&s.call, 0));
	assert_int_equal(release_stalled(&s), 0);
	assert_true(served > 0);
	diag("%s stalled for %u ms: %u commands served on other files", where_names[where],
	     STALL_MS, served);
	guest_stall_close(&s.stall);
}

static void a_stalled_structure_stalls_nobody_else(void **state)
{
	stall_one_serve_others(STRUCTURE);
}

static void a_stalled_input_stalls_nobody_else(void **state)
{
	stall_one_serve_others(INPUT);
}

static void a_stalled_output_stalls_nobody_else(void **state)
{
	stall_one_serve_others(OUTPUT);
}

/* The structure's page is taken away while the output stalls: the write-back stalls too. */
static void a_stalled_write_back_stalls_nobody_else(void **state)
{
	static struct guest_stall structure;
	static struct stalled s;
	struct cxl_switch_cci_send *send;

	open_stall(&structure);
	open_stall(&s.stall);
	guest_stall_release(&structure, NULL, 0);
	send = (struct cxl_switch_cci_send *)structure.page;
	*send = guest_send(OPCODE_IDENTIFY, NULL, 0, s.stall.page, 64);
	guest_call_start(&s.call, fd, CXL_SWITCH_CCI_SEND, send);
	assert_true(guest_stall_wait(&s.stall, LIMIT_MS));
	guest_stall_again(&structure);
	guest_stall_release(&s.stall, NULL, 0);
	assert_true(guest_stall_wait(&structure, LIMIT_MS));
	diag("write-back stalled: %u commands served on other files", serve_others());
	guest_stall_release(&structure, NULL, 0);
	assert_true(guest_call_finished(&s.call, LIMIT_MS));
	assert_int_equal(guest_call_result(&s.call), 0);
	assert_int_equal(send->stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	guest_stall_close(&s.stall);
	guest_stall_close(&structure);
}

static void a_stalled_legacy_command_stalls_nobody_else(void **state)
{
	static struct guest_stall stall;
	static struct guest_call call;
	struct cxl_send_command command;
	unsigned int served;

	open_stall(&stall);
	command = guest_raw(OPCODE_IDENTIFY, NULL, 0, stall.page, 64);
	guest_call_start(&call, fd, CXL_MEM_SEND_COMMAND, &command);
	assert_true(guest_stall_wait(&stall, LIMIT_MS));
	served = serve_others();
	guest_stall_release(&stall, NULL, 0);
	assert_true(guest_call_finished(&call, LIMIT_MS));
	assert_int_equal(guest_call_result(&call), 0);
	assert_int_equal(command.out.size, IDENTIFY_SIZE);
	assert_true(guest_le64(stall.page + IDENTIFY_SERIAL) == SWITCH_SERIAL);
	diag("legacy output stalled: %u commands served on other files", served);
	guest_stall_close(&stall);
}

/* One SEND at a time on one open file: the second waits for the first, not for ever. */
static void a_second_call_on_the_same_file_waits(void **state)
{
	static struct stalled s;
	static struct guest_call second;
	struct cxl_switch_cci_send identify = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);

	start_stalled(&s, fd, INPUT);
	guest_call_start(&second, fd, CXL_SWITCH_CCI_SEND, &identify);
	assert_false(guest_call_finished(&second, 300));
	assert_int_equal(release_stalled(&s), 0);
	assert_true(guest_call_finished(&second, LIMIT_MS));
	assert_int_equal(guest_call_result(&second), 0);
	assert_int_equal(identify.stage, CXL_SWITCH_CCI_STAGE_ANSWERED);
	guest_stall_close(&s.stall);
}

/* ... and, where it said so, no longer than its own time. */
static void the_wait_for_the_file_has_an_end(void **state)
{
	static struct stalled s;
	static struct guest_call second;
	struct cxl_switch_cci_send identify = guest_send(OPCODE_IDENTIFY, NULL, 0, NULL, 0);
	bool ended;

	identify.timeout_ms = 300;
	start_stalled(&s, fd, INPUT);
	guest_call_start(&second, fd, CXL_SWITCH_CCI_SEND, &identify);
	ended = guest_call_finished(&second, guest_patience(LIMIT_MS));
	assert_int_equal(release_stalled(&s), 0);
	assert_int_equal(guest_call_result(&second), EBUSY);
	assert_int_equal(identify.stage, CXL_SWITCH_CCI_STAGE_NOT_SENT);
	guest_stall_close(&s.stall);
	assert_true(ended);
}

/* ---- removal while a copy stalls ---- */

static void unbind_during(enum where where)
{
	static struct stalled s;
	int64_t began, took;
	int file = guest_open(O_RDWR), result;

	start_stalled(&s, file, where);
	began = guest_now_ms();
	assert_int_equal(guest_unbind(&device), 0);
	took = guest_now_ms() - began;
	assert_false(guest_call_finished(&s.call, 0));
	result = release_stalled(&s);
	/* what was answered before the removal stays answered */
	assert_int_equal(result, where == OUTPUT ? 0 : ENODEV);
	diag("%s stalled: unbound in %lld ms, then errno %d", where_names[where],
	     (long long)took, result);
	assert_true(took < guest_patience(LIMIT_MS));
	close(file);
	guest_stall_close(&s.stall);
	assert_int_equal(guest_bind(&device), 0);
	assert_true(guest_wait_for_node(device.node));
}

/* The suite's own descriptor would be dead afterwards: it is opened anew. */
static void unbinding_does_not_wait_for_copies(void **state)
{
	close(fd);
	unbind_during(STRUCTURE);
	unbind_during(INPUT);
	unbind_during(OUTPUT);
	fd = guest_open(O_RDWR);
}

/* ---- death in a copy ---- */

struct victim {
	int pipe[2];
	enum where where;
};

/* Nobody ever releases this page: only the kill ends the wait. */
static int stall_for_ever(void *argument)
{
	struct victim *victim = argument;
	static struct guest_stall stall;
	static struct guest_call call;
	struct guest_log_request request = cel_request();
	struct cxl_switch_cci_send send;

	if (guest_stall_open(&stall))
		return 1;
	send = guest_send(OPCODE_GET_LOG, &request, sizeof(request), stall.page, 64);
	if (victim->where == INPUT) {
		send.in_payload = (uintptr_t)stall.page;
		send.out_size = 0;
	}
	guest_call_start(&call, fd, CXL_SWITCH_CCI_SEND,
			 victim->where == STRUCTURE ? (void *)stall.page : &send);
	if (!guest_stall_wait(&stall, LIMIT_MS) || write(victim->pipe[1], "s", 1) != 1)
		return 1;
	guest_call_finished(&call, 600000);
	return 1;
}

static void kill_in_copy(enum where where)
{
	struct victim victim = { .where = where };
	char byte;
	pid_t child;
	int status;
	int64_t began;

	assert_int_equal(pipe(victim.pipe), 0);
	child = guest_fork(stall_for_ever, &victim);
	close(victim.pipe[1]);
	assert_int_equal(read(victim.pipe[0], &byte, 1), 1);
	close(victim.pipe[0]);
	began = guest_now_ms();
	assert_int_equal(kill(child, SIGKILL), 0);
	status = guest_wait(child, LIMIT_MS);
	assert_true(status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	diag("killed in the copy of %s: gone after %lld ms", where_names[where],
	     (long long)(guest_now_ms() - began));
	/* the open file is shared with the dead: it serves on */
	assert_int_equal(guest_identify(fd), 0);
}

static void kill_ends_a_stalled_copy(void **state)
{
	struct guest_stall probe;

	open_stall(&probe);
	guest_stall_close(&probe);
	kill_in_copy(STRUCTURE);
	kill_in_copy(INPUT);
	kill_in_copy(OUTPUT);
}

static int query_once(void *argument)
{
	return guest_identify(fd) ? 1 : 0;
}

/* A process that waits for the open file's turn dies of SIGKILL too. */
static void kill_ends_the_wait_for_the_file(void **state)
{
	static struct stalled s;
	pid_t child;
	int status;

	start_stalled(&s, fd, INPUT);
	child = guest_fork(query_once, NULL);
	assert_int_equal(guest_wait(child, 300), -1);
	assert_int_equal(kill(child, SIGKILL), 0);
	status = guest_wait(child, LIMIT_MS);
	assert_true(status >= 0 && WIFSIGNALED(status));
	assert_false(guest_call_finished(&s.call, 0));
	assert_int_equal(release_stalled(&s), 0);
	guest_stall_close(&s.stall);
}

/* ---- one open file, several users ---- */

#define ROUNDS 200

struct user {
	int file;
	unsigned int port;	/* 0: the switch itself */
	unsigned int good;
	int error;
};

/* Each round's answer must be the one this thread asked for. */
static int ask_rounds(struct user *user)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const uint8_t ids[] = { (uint8_t)user->port };
		unsigned int depth = user->port ? 1 : 0;
		struct guest_message message = guest_tunnel(ids, depth, OPCODE_IDENTIFY, NULL, 0);
		uint8_t out[64] = { 0 };
		struct cxl_switch_cci_send send =
			guest_send(depth ? OPCODE_TUNNEL : OPCODE_IDENTIFY, message.bytes,
				   message.length, out, sizeof(out));
		uint64_t serial = depth ? DEVICE_SERIAL(user->port) : SWITCH_SERIAL;
		uint32_t at = depth * (TUNNEL_HEADER + CCI_HEADER) + IDENTIFY_SERIAL;

		user->error = guest_ioctl(user->file, CXL_SWITCH_CCI_SEND, &send);
		if (user->error || guest_le64(out + at) != serial)
			return 1;
		user->good++;
	}
	return 0;
}

static int ask_in_child(void *argument)
{
	return ask_rounds(argument);
}

static void *ask_in_thread(void *argument)
{
	ask_rounds(argument);
	return NULL;
}

static void threads_share_a_descriptor(void **state)
{
	struct user users[4] = {
		{ .file = fd }, { .file = fd, .port = PORT_VOLATILE },
		{ .file = fd, .port = PORT_VOLATILE_2 }, { .file = fd, .port = PORT_PERSISTENT },
	};
	pthread_t threads[4];

	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_in_thread, &users[i]), 0);
	for (unsigned int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(users[i].error, 0);
		assert_int_equal(users[i].good, ROUNDS);
	}
	diag("4 threads on one descriptor: %u answers each, all their own", ROUNDS);
}

static void a_duplicate_is_the_same_file(void **state)
{
	struct user user = { .file = dup(fd), .port = PORT_VOLATILE };

	assert_int_equal(ask_rounds(&user), 0);
	close(user.file);
	assert_int_equal(guest_identify(fd), 0);
}

static void a_forked_child_uses_the_file(void **state)
{
	struct user child = { .file = fd, .port = PORT_VOLATILE }, parent = { .file = fd };
	pid_t pid = guest_fork(ask_in_child, &child);

	assert_int_equal(ask_rounds(&parent), 0);
	assert_int_equal(guest_wait(pid, LIMIT_MS), 0);
	assert_int_equal(guest_identify(fd), 0);
}

static int use_received(void *argument)
{
	int *sockets = argument;
	struct user user = { .port = PORT_PERSISTENT };

	close(fd);
	user.file = guest_receive_fd(sockets[1]);
	if (user.file < 0)
		return 2;
	return ask_rounds(&user);
}

/* The sender closes its own: the receiver's descriptor keeps the file alive. */
static void a_passed_descriptor_works(void **state)
{
	int sockets[2], file = guest_open(O_RDWR);
	pid_t child;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	child = guest_fork(use_received, sockets);
	assert_int_equal(guest_send_fd(sockets[0], file), 0);
	close(file);
	assert_int_equal(guest_wait(child, LIMIT_MS), 0);
	close(sockets[0]);
	close(sockets[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STILL_ANSWERING(structures_may_end_with_their_page),
		STILL_ANSWERING(room_beyond_the_page_matters_only_when_used),
		STILL_ANSWERING(a_structure_over_the_end_faults),
		STILL_ANSWERING(read_only_structures_fault),
		STILL_ANSWERING(read_only_payloads_fault_when_written),
		STILL_ANSWERING(holes_inside_payloads_fault),
		STILL_ANSWERING(wild_pointers_fault),
		STILL_ANSWERING(a_stalled_structure_stalls_nobody_else),
		STILL_ANSWERING(a_stalled_input_stalls_nobody_else),
		STILL_ANSWERING(a_stalled_output_stalls_nobody_else),
		STILL_ANSWERING(a_stalled_write_back_stalls_nobody_else),
		STILL_ANSWERING(a_stalled_legacy_command_stalls_nobody_else),
		STILL_ANSWERING(a_second_call_on_the_same_file_waits),
		STILL_ANSWERING(the_wait_for_the_file_has_an_end),
		STILL_ANSWERING(unbinding_does_not_wait_for_copies),
		STILL_ANSWERING(kill_ends_a_stalled_copy),
		STILL_ANSWERING(kill_ends_the_wait_for_the_file),
		STILL_ANSWERING(threads_share_a_descriptor),
		STILL_ANSWERING(a_duplicate_is_the_same_file),
		STILL_ANSWERING(a_forked_child_uses_the_file),
		STILL_ANSWERING(a_passed_descriptor_works),
	};

	guest_give_up_after(120);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, guest_open_switch, NULL);
}
