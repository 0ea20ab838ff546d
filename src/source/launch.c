/* Starting a command without a race; see launch.h. */
#include "source/launch.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * "ran waited turns", in ns.  It is asked for at both ends of each run, and one
 * read gets all of so short a file.
 */
bool launch_schedstat(pid_t pid, uint64_t *ran_ns, uint64_t *waited_ns)
{
	AUTO_CLOSE int fd = -1;
	char path[48], text[80], *rest = text, *ran;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	ran = strsep(&rest, " ");
	/* a kernel that keeps no account has the file, full of zeros */
	return rest && parse_u64(ran, ran_ns) == 0 &&
	       parse_u64(strsep(&rest, " "), waited_ns) == 0 && *ran_ns;
}

/*
 * In the child: what it has used by now is not the command's.  A wait for its
 * first turn on a CPU can be longer than a short command.
 */
static void take_before(struct launch_before *b)
{
	if (!launch_schedstat(getpid(), &b->ran_ns, &b->waited_ns))
		b->ran_ns = b->waited_ns = 0;
	getrusage(RUSAGE_SELF, &b->used);
	b->time_ns = clock_now_ns();
}

/* In the child: become what the command is to begin as. */
static void take_place(const struct launch_how *how)
{
	for (int i = 0; how->files && i < 3; i++)
		if (how->files[i] >= 0)
			dup2(how->files[i], i);
	if (how->ignore_chld)
		signal(SIGCHLD, SIG_IGN);
	if (how->mask)
		sigprocmask(SIG_SETMASK, how->mask, NULL);
}

/* In the child: wait for the word, then become the command. */
static _Noreturn void child(int go_fd, int err_fd, char *const argv[],
			    const struct launch_how *how)
{
	struct launch_before before = { .time_ns = 0 };
	char byte;
	ssize_t n;
	int code;

	do
		n = read(go_fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(0); /* the parent changed its mind, or died */
	take_place(how);
	take_before(&before);
	if (write(err_fd, &before, sizeof(before)) < 0)
		_exit(126);
	execvp(how->path ? how->path : argv[0], argv);
	code = errno;
	if (write(err_fd, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(code == ENOENT ? 127 : 126);
}

int launch_prepare(struct launch *l, char *const argv[],
		   const struct launch_how *how, struct err *err)
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
		child(go[0], bad[1], argv, how);
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

/* ---- at once ---- */

/*
 * What the child has for a stack: more than exec's search through PATH takes,
 * and counters that are opened.  It is of our own, whose pages are there
 * already; only a very long list of arguments needs a larger one.
 */
#define STACK_SIZE (64 * 1024)
#define STACK_NEED (48 * 1024)

struct hasty {
	struct launch *launch;
	char *const *argv;
	struct launch_how how;
	int (*ready)(void *arg);
	void *arg;
	int refused;
};

/*
 * In the child, in the parent's memory.  It returns rather than exits, because
 * what _exit() may have to run belongs to the parent.
 */
static int hasty_child(void *arg)
{
	struct hasty *h = arg;

	h->launch->pid = getpid();
	h->refused = h->ready(h->arg);
	if (h->refused < 0)
		return 0;
	take_place(&h->how);
	take_before(&h->launch->before);
	execvp(h->how.path ? h->how.path : h->argv[0], h->argv);
	h->launch->exec_error = errno;
	return 127;
}

/* exec may have to make a longer list of arguments, for a script. */
static size_t stack_size(char *const argv[])
{
	size_t n = 0;

	while (argv[n])
		n++;
	return (STACK_NEED + (n + 4) * sizeof(*argv)) & ~(size_t)15;
}

/*
 * Descriptors are shared until exec, which is how those of counters get here.
 * So the child's redirections are ours, too, and are taken back.
 */
static void save_files(const struct launch_how *how, int saved[3])
{
	for (int i = 0; i < 3; i++)
		saved[i] = how->files && how->files[i] >= 0
				   ? fcntl(i, F_DUPFD_CLOEXEC, 3)
				   : -1;
}

static void restore_files(const struct launch_how *how, const int saved[3])
{
	for (int i = 0; i < 3; i++) {
		if (!how->files || how->files[i] < 0)
			continue;
		if (saved[i] < 0) {
			close(i); /* as it was before */
			continue;
		}
		dup2(saved[i], i);
		close(saved[i]);
	}
}

static pid_t fork_hasty(struct hasty *h, char *stack_end)
{
	sigset_t all, before;
	int saved[3], error;
	pid_t pid;

	/* nothing may interrupt the child while it uses our memory */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (!h->how.mask)
		h->how.mask = &before;
	save_files(&h->how, saved);
	pid = clone(hasty_child, stack_end,
		    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, h);
	error = errno;
	restore_files(&h->how, saved);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

int launch_at_once(struct launch *l, char *const argv[],
		   const struct launch_how *how, int (*ready)(void *arg),
		   void *arg, struct err *err)
{
	size_t size = stack_size(argv);
	AUTO_FREE char *larger = size > STACK_SIZE ? xmalloc(size) : NULL;
	_Alignas(16) char stack[STACK_SIZE];
	struct hasty h = { .launch = l,
			   .argv = argv,
			   .how = *how,
			   .ready = ready,
			   .arg = arg };
	pid_t pid;
	int status;

	*l = (struct launch){ .go_fd = -1, .err_fd = -1 };
	pid = fork_hasty(&h, larger ? larger + size : stack + sizeof(stack));
	if (pid < 0)
		return err_set(err, -errno, "cannot fork: %s", strerror(errno));
	l->pid = pid;
	if (h.refused >= 0 && !l->exec_error)
		return 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	l->pid = 0;
	return h.refused < 0 ? h.refused : 0;
}

/* ---- letting go ---- */

static int cannot_run(const char *name, int code, struct err *err)
{
	return err_set(err, -code, "cannot run '%s': %s", name,
		       code == ENOENT && !strchr(name, '/')
			       ? "command not found"
			       : strerror(code));
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

	if (l->exec_error)
		return cannot_run(argv[0], l->exec_error, err);
	if (l->before.time_ns)
		return 0; /* it went at once */
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
	return cannot_run(argv[0], code, err);
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
