/* Reading /proc; see proc.h. */
#include "source/tasks/proc.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BUFFER ((size_t)256 << 10)

/* A process as a clock, as the kernel numbers them (CPUCLOCK_SCHED). */
static clockid_t clock_of(pid_t pid)
{
	return (clockid_t)(~(unsigned)pid << 3 | 2);
}

/* In a container that sees the /proc of its host, numbers are others'. */
static bool numbers_are_ours(int dir)
{
	char text[16];
	ssize_t n = readlinkat(dir, "self", text, sizeof(text) - 1);
	int self;

	if (n <= 0)
		return false;
	text[n] = '\0';
	return parse_int(text, &self) == 0 && self == getpid();
}

int proc_open(const struct rootfs *root, struct proc *ret, struct err *err)
{
	AUTO_FREE char *path = rootfs_path(root, "/proc");
	long hz = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
	struct proc p = { 0 };
	uint64_t now;

	p.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p.dir < 0) {
		int code = -errno;

		err_set(err, code, "cannot open '%s': %s", path,
			strerror(-code));
		err_hint(err, "mount it: mount -t proc proc /proc");
		return code;
	}
	p.tick_ns = 1000000000u / (uint64_t)(hz > 0 ? hz : 100);
	p.page_bytes = (uint64_t)(page > 0 ? page : 4096);
	p.has_clocks = !rootfs_is_recorded(root) && numbers_are_ours(p.dir);
	if (p.has_clocks && proc_clock(&p, getpid(), &now) < 0)
		p.has_clocks = false;
	p.buffer = xmalloc(BUFFER);
	*ret = p;
	return 0;
}

void proc_close(struct proc *p)
{
	if (p->buffer)
		close(p->dir);
	free(p->buffer);
	*p = (struct proc){ 0 };
}

int proc_clock(const struct proc *p, pid_t pid, uint64_t *ret)
{
	struct timespec t;

	if (!p->has_clocks)
		return -ENOTSUP;
	/* EINVAL is what a number that nobody has gets */
	if (clock_gettime(clock_of(pid), &t) < 0)
		return -ESRCH;
	*ret = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	return 0;
}

/* ---- files ---- */

ssize_t proc_read(struct proc *p, const char *name)
{
	int fd = openat(p->dir, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	do {
		n = read(fd, p->buffer + len, BUFFER - 1 - len);
		if (n > 0)
			len += (size_t)n;
		/* what fits is written at once; more comes only where more
		   than a page was made */
	} while ((n > 0 && len >= 4000 && len < BUFFER - 1) ||
		 (n < 0 && errno == EINTR));
	if (n < 0)
		n = errno == ENOENT ? -ESRCH : -errno;
	close(fd);
	p->buffer[len] = '\0';
	return n < 0 ? n : (ssize_t)len;
}

static char *put_number(char *at, pid_t n)
{
	char digits[12];
	int k = 0;

	do
		digits[k++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (k)
		*at++ = digits[--k];
	return at;
}

static char *put_text(char *at, const char *text)
{
	size_t n = strlen(text);

	memcpy(at, text, n + 1);
	return at + n;
}

/* "PID/file", or "PID/task/TID/file" */
static ssize_t read_of(struct proc *p, pid_t pid, pid_t tid, const char *file)
{
	char name[64], *at = put_number(name, pid);

	if (tid)
		at = put_number(put_text(at, "/task/"), tid);
	put_text(put_text(at, "/"), file);
	return proc_read(p, name);
}

static uint64_t take_number(const char **at)
{
	const char *c = *at;
	uint64_t n = 0;

	while (*c == ' ' || *c == '\t')
		c++;
	while (*c >= '0' && *c <= '9')
		n = 10 * n + (uint64_t)(*c++ - '0');
	*at = c;
	return n;
}

static void skip_fields(const char **at, unsigned n)
{
	const char *c = *at;

	while (n--) {
		while (*c == ' ')
			c++;
		while (*c && *c != ' ')
			c++;
	}
	*at = c;
}

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD of the field flags */

/* The name may hold anything, also parentheses: the last one ends it. */
static int parse_stat(const char *text, struct proc_stat *ret)
{
	const char *name = strchr(text, '('), *at = strrchr(text, ')');
	struct proc_stat s = { 0 };
	size_t len;

	if (!name || !at || at < name || at[1] != ' ' || !at[2])
		return -EIO;
	name++;
	len = (size_t)(at - name);
	if (len > sizeof(s.comm) - 1)
		len = sizeof(s.comm) - 1;
	memcpy(s.comm, name, len);
	s.state = at[2];
	at += 3;
	s.ppid = (pid_t)take_number(&at);
	skip_fields(&at, 4); /* pgrp session tty_nr tpgid */
	s.kernel = take_number(&at) & KERNEL_THREAD;
	s.minor_faults = take_number(&at);
	skip_fields(&at, 1);
	s.major_faults = take_number(&at);
	skip_fields(&at, 1);
	s.user_ticks = take_number(&at);
	s.sys_ticks = take_number(&at);
	skip_fields(&at, 4); /* cutime cstime priority nice */
	s.threads = (unsigned)take_number(&at);
	skip_fields(&at, 1);
	s.start_ticks = take_number(&at);
	skip_fields(&at, 1);
	s.rss_pages = take_number(&at);
	skip_fields(&at, 14); /* rsslim .. exit_signal */
	if (*at != ' ')
		return -EIO;
	s.cpu = (int)take_number(&at);
	*ret = s;
	return 0;
}

int proc_stat(struct proc *p, pid_t pid, pid_t tid, struct proc_stat *ret)
{
	ssize_t n = read_of(p, pid, tid, "stat");

	return n < 0 ? (int)n : parse_stat(p->buffer, ret);
}

int proc_schedstat(struct proc *p, pid_t pid, pid_t tid,
		   struct proc_schedstat *ret)
{
	ssize_t n = read_of(p, pid, tid, "schedstat");
	const char *at = p->buffer;

	if (n < 0)
		return (int)n;
	if (*at < '0' || *at > '9')
		return -EIO;
	ret->cpu_ns = take_number(&at);
	ret->wait_ns = take_number(&at);
	return 0;
}

/* Behind @key at the beginning of a line; NULL */
static const char *line_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	/* a name may look like a key */
	while (at && at != text && at[-1] != '\n')
		at = strstr(at + 1, key);
	return at ? at + strlen(key) : NULL;
}

int proc_status(struct proc *p, pid_t pid, pid_t tid, struct proc_status *ret)
{
	ssize_t n = read_of(p, pid, tid, "status");
	struct proc_status s = { 0 };
	const char *at;

	if (n < 0)
		return (int)n;
	at = line_of(p->buffer, "Uid:");
	if (!at)
		return -EIO;
	take_number(&at); /* the real one */
	s.uid = (uid_t)take_number(&at);
	/* they are at the end, behind long lists of CPUs and nodes */
	at = line_of(at, "voluntary_ctxt_switches:");
	s.has_switches = at != NULL;
	if (at)
		s.voluntary = take_number(&at);
	at = at ? line_of(at, "nonvoluntary_ctxt_switches:") : NULL;
	if (at)
		s.involuntary = take_number(&at);
	*ret = s;
	return 0;
}

int proc_command(struct proc *p, pid_t pid, char **ret)
{
	ssize_t n = read_of(p, pid, 0, "cmdline");

	if (n < 0)
		return (int)n;
	while (n > 0 && !p->buffer[n - 1])
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (!p->buffer[i])
			p->buffer[i] = ' ';
	*ret = xstrndup(p->buffer, (size_t)n);
	return 0;
}

int proc_cgroup(struct proc *p, pid_t pid, char **ret)
{
	ssize_t n = read_of(p, pid, 0, "cgroup");
	const char *path;

	if (n < 0)
		return (int)n;
	path = line_of(p->buffer, "0::");
	*ret = path ? xstrndup(path, strcspn(path, "\n")) : xstrdup("");
	return 0;
}

/* ---- listings ---- */

int proc_list_begin(struct proc *p, pid_t pid, struct proc_listing *ret)
{
	char name[64];
	int fd;

	if (!pid)
		put_text(name, ".");
	else
		put_text(put_number(name, pid), "/task");
	/* a descriptor of its own also for ".", so that it begins anew */
	fd = openat(p->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	*ret = (struct proc_listing){ .fd = fd };
	return 0;
}

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static void finish(struct proc_listing *l)
{
	bool sorted = true;

	/* as the kernel hands them out; other file systems do not */
	for (size_t i = 1; sorted && i < l->n; i++)
		sorted = l->items[i - 1] < l->items[i];
	if (!sorted)
		qsort(l->items, l->n, sizeof(*l->items), by_number);
}

int proc_list_step(struct proc *p, struct proc_listing *l)
{
	long n = syscall(SYS_getdents64, l->fd, p->buffer, BUFFER / 8);

	if (n < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	for (long at = 0; at < n;) {
		const struct dirent64 *e = (const void *)(p->buffer + at);
		const char *digits = e->d_name;

		at += e->d_reclen;
		if (*digits >= '1' && *digits <= '9')
			VEC_PUSH(l->items, l->n, (pid_t)take_number(&digits));
	}
	if (n == 0)
		finish(l);
	return n == 0;
}

void proc_list_end(struct proc_listing *l)
{
	if (l->items || l->fd > 0)
		close(l->fd);
	free(l->items);
	*l = (struct proc_listing){ 0 };
}
