/* Starting a command without a race; see launch.h. */
#include "source/launch.h"

#include "base/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: wait for the word, then become the command. */
static _Noreturn void child(int go_fd, int err_fd, char *const argv[],
			    const sigset_t *mask, bool ignore_chld)
{
	char byte;
	ssize_t n;
	int code;

	do
		n = read(go_fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(0); /* the parent changed its mind, or died */
	if (ignore_chld)
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	code = errno;
	if (write(err_fd, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(code == ENOENT ? 127 : 126);
}

int launch_prepare(struct launch *l, char *const argv[], const sigset_t *mask,
		   bool ignore_chld, struct err *err)
{
	int go[2], bad[2];
	pid_t pid;

	*l = (struct launch){ .pid = 0, .go_fd = -1, .err_fd = -1 };
	/* a socket, because writing to a dead child must not be SIGPIPE */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, go) < 0)
		return err_set(err, -errno, "cannot make a socket: %s",
			       strerror(errno));
	if (pipe2(bad, O_CLOEXEC) < 0) {
		err_set(err, -errno, "cannot make a pipe: %s", strerror(errno));
		close(go[0]);
		close(go[1]);
		return err->code;
	}
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		child(go[0], bad[1], argv, mask, ignore_chld);
	}
	if (pid < 0)
		err_set(err, -errno, "cannot fork: %s", strerror(errno));
	close(go[0]);
	close(bad[1]);
	if (pid < 0) {
		close(go[1]);
		close(bad[0]);
		return err->code;
	}
	*l = (struct launch){ .pid = pid, .go_fd = go[1], .err_fd = bad[0] };
	return 0;
}

int launch_go(struct launch *l, char *const argv[], struct err *err)
{
	int code = 0, status;
	ssize_t n;

	if (send(l->go_fd, "", 1, MSG_NOSIGNAL) != 1)
		return err_set(err, -errno, "cannot start '%s': %s", argv[0],
			       strerror(errno));
	close(TAKE_FD(l->go_fd));
	do
		n = read(l->err_fd, &code, sizeof(code));
	while (n < 0 && errno == EINTR);
	close(TAKE_FD(l->err_fd));
	if (n != (ssize_t)sizeof(code))
		return 0;
	waitpid(l->pid, &status, 0);
	l->pid = 0;
	return err_set(err, -code, "cannot run '%s': %s", argv[0],
		       code == ENOENT && !strchr(argv[0], '/')
			       ? "command not found"
			       : strerror(code));
}

void launch_abandon(struct launch *l)
{
	int status;

	if (l->go_fd >= 0) {
		close(TAKE_FD(l->go_fd));
		if (l->pid > 0)
			waitpid(l->pid, &status, 0);
		l->pid = 0;
	}
	if (l->err_fd >= 0)
		close(TAKE_FD(l->err_fd));
}

/* In the child: its own child is init's from the beginning. */
static _Noreturn void detach(void (*work)(void *arg), void *arg)
{
	sigset_t none;

	if (fork() != 0)
		_exit(0);
	setsid();
	close_range(0, ~0U, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	work(arg);
	_exit(0);
}

void launch_detached(void (*work)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		detach(work, arg);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}
