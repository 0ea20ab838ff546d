/* Starting a command without a race; see launch.h. */
#include "source/launch.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* "ran waited turns", in ns */
bool launch_schedstat(pid_t pid, uint64_t *ran_ns, uint64_t *waited_ns)
{
	/* processes are real, also beside a recorded machine */
	static const struct rootfs here = { .prefix = "" };
	AUTO_FREE char *text = NULL;
	char *rest, *ran;

	if (rootfs_read(&here, &text, "/proc/%d/schedstat", (int)pid) < 0)
		return false;
	rest = text;
	ran = strsep(&rest, " ");
	/* a kernel that keeps no account has the file, full of zeros */
	return rest && parse_u64(ran, ran_ns) == 0 &&
	       parse_u64(strsep(&rest, " "), waited_ns) == 0 && *ran_ns;
}

/*
 * In the child: what it has used by now is not the command's.  A wait for its
 * first turn on a CPU can be longer than a short command.
 */
static void tell_before(int fd)
{
	struct launch_before b = { .time_ns = 0 };

	if (!launch_schedstat(getpid(), &b.ran_ns, &b.waited_ns))
		b.ran_ns = b.waited_ns = 0;
	getrusage(RUSAGE_SELF, &b.used);
	b.time_ns = clock_now_ns();
	if (write(fd, &b, sizeof(b)) < 0)
		_exit(126);
}

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
	tell_before(err_fd);
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

/* What was written at once is read at once: it is shorter than PIPE_BUF. */
static ssize_t read_all(int fd, void *ret, size_t size)
{
	ssize_t n;

	do
		n = read(fd, ret, size);
	while (n < 0 && errno == EINTR);
	return n;
}

int launch_go(struct launch *l, char *const argv[], struct err *err)
{
	int code = 0, status;
	ssize_t n;

	if (send(l->go_fd, "", 1, MSG_NOSIGNAL) != 1)
		return err_set(err, -errno, "cannot start '%s': %s", argv[0],
			       strerror(errno));
	close(TAKE_FD(l->go_fd));
	n = read_all(l->err_fd, &l->before, sizeof(l->before));
	if (n == (ssize_t)sizeof(l->before))
		n = read_all(l->err_fd, &code, sizeof(code));
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
