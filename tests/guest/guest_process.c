// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads and children for the guest tests, each with an end. No CMocka assertion
 * runs in a child or a second thread: they report by value.
 */
#include "guest.h"

#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void *run_call(void *argument)
{
	struct guest_call *call = argument;

	call->result = guest_ioctl(call->fd, call->request, call->argument);
	__atomic_store_n(&call->finished, 1, __ATOMIC_RELEASE);
	return NULL;
}

void guest_call_start(struct guest_call *call, int fd, unsigned long request, void *argument)
{
	pthread_t thread;

	*call = (struct guest_call){ .fd = fd, .request = request, .argument = argument };
	if (pthread_create(&thread, NULL, run_call, call))
		fail_msg("no thread");
	call->thread = (unsigned long)thread;
}

bool guest_call_finished(struct guest_call *call, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);

	while (!__atomic_load_n(&call->finished, __ATOMIC_ACQUIRE)) {
		if (guest_now_ms() >= limit)
			return false;
		guest_sleep_ms(1);
	}
	return true;
}

int guest_call_result(struct guest_call *call)
{
	pthread_join((pthread_t)call->thread, NULL);
	return call->result;
}

#define NOBODY 65534

int guest_become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return errno;
	return 0;
}

int guest_drop_rawio(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return errno;
	data[0].effective &= ~(1u << CAP_SYS_RAWIO);
	data[0].permitted &= ~(1u << CAP_SYS_RAWIO);
	return syscall(SYS_capset, &header, data) ? errno : 0;
}

pid_t guest_fork(int (*work)(void *), void *argument)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		fail_msg("fork: %s", strerror(errno));
	if (child == 0) {
		/* a test program that is given up leaves nobody behind */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(work(argument));
	}
	return child;
}

int guest_wait(pid_t child, unsigned int ms)
{
	int64_t limit = guest_now_ms() + guest_patience(ms);
	int status;

	for (;;) {
		if (waitpid(child, &status, WNOHANG) == child)
			return status;
		if (guest_now_ms() >= limit)
			return -1;
		guest_sleep_ms(2);
	}
}

int guest_in_child(int (*work)(void *), void *argument)
{
	pid_t child = guest_fork(work, argument);
	int status = guest_wait(child, 30000);

	if (status < 0)
		kill(child, SIGKILL);
	return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

union fd_message {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

int guest_send_fd(int socket, int fd)
{
	union fd_message control = { .space = { 0 } };
	char byte = 'f';
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = control.space, .msg_controllen = sizeof(control.space),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : errno;
}

int guest_receive_fd(int socket)
{
	union fd_message control = { .space = { 0 } };
	char byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = control.space, .msg_controllen = sizeof(control.space),
	};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(socket, &message, 0) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}
