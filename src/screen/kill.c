/*
 * Signals to tasks.  Between the look that found a task and the answer to the
 * question it may end and its number belong to somebody else: so the process is
 * held by a descriptor, and its time of start compared, before it is sent one.
 */
#include "screen/act.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "SIGTERM", SIGTERM }, { "SIGINT", SIGINT },   { "SIGQUIT", SIGQUIT },
	{ "SIGHUP", SIGHUP },   { "SIGKILL", SIGKILL }, { "SIGSTOP", SIGSTOP },
	{ "SIGCONT", SIGCONT }, { "SIGUSR1", SIGUSR1 }, { "SIGUSR2", SIGUSR2 },
	{ "SIGABRT", SIGABRT },
};

void kill_forget(struct view *v)
{
	for (size_t i = 0; i < v->nvictims; i++)
		free(v->victims[i].name);
	free(v->victims);
	v->victims = NULL;
	v->nvictims = 0;
	v->signal = 0;
}

/* Field 22 of /proc/PID/task/TID/stat; the name before it may hold anything. */
static int start_of(pid_t pid, pid_t tid, uint64_t *ret)
{
	char path[64], text[2048], *at, *rest;
	AUTO_CLOSE int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/stat", (long)pid,
		 (long)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -ESRCH;
	text[n] = '\0';
	rest = strrchr(text, ')');
	if (!rest)
		return -ESRCH;
	rest += rest[1] == ' ' ? 2 : 1;
	for (int field = 3; (at = strsep(&rest, " ")); field++) {
		if (field == 22)
			return parse_u64(at, ret) ? -ESRCH : 0;
	}
	return -ESRCH;
}

/*
 * When the process of @r began, as of the look that made the row; 0: unknown.  A
 * thread vouches for its process if it is still the same itself.
 */
static int process_start(const struct row *r, uint64_t *ret)
{
	uint64_t start;

	*ret = r->start_ticks;
	if (!r->tid || r->tid == r->pid)
		return 0;
	if (start_of(r->pid, r->tid, &start) < 0 ||
	    (r->start_ticks && start != r->start_ticks))
		return -ESRCH;
	return start_of(r->pid, r->pid, ret);
}

/* A process once, also when several of its threads are tagged. */
static void add_victim(struct view *v, const struct row *r)
{
	struct victim one = { .pid = r->pid };

	if (r->pid <= 0 || r->dead || process_start(r, &one.start_ticks) < 0)
		return;
	for (size_t i = 0; i < v->nvictims; i++) {
		if (v->victims[i].pid == r->pid)
			return;
	}
	one.name = xstrdup(r->name ? r->name : "");
	VEC_PUSH(v->victims, v->nvictims, one);
}

static void add_tagged(struct view *v)
{
	struct rows_options all = v->options;
	struct err err = { 0 };

	/* also those that are not on the screen now */
	all.first = SIZE_MAX;
	all.limit = 0;
	if (tasks_rows(v->feed->tasks, &all, &v->rows, &err) < 0) {
		v->rows = NULL;
		return;
	}
	for (size_t i = 0; i < v->rows->n; i++) {
		if (ids_have(&v->tagged, v->rows->items[i].id))
			add_victim(v, &v->rows->items[i]);
	}
	v->rows = NULL;
}

static void add_victims(struct view *v)
{
	const struct tasks_detail *detail;

	if (!v->fed)
		return;
	if (v->mode == VIEW_DETAIL) {
		if (!tasks_detail(v->feed->tasks, v->detail, &detail, NULL))
			add_victim(v, &detail->row);
	} else if (v->tagged.n) {
		add_tagged(v);
	} else if (view_row(v)) {
		add_victim(v, view_row(v));
	}
}

void kill_ask(struct view *v)
{
	kill_forget(v);
	if (v->feed->replay) {
		view_complain(v, "this is a recording: there is nobody to "
				 "send a signal to");
		return;
	}
	if (v->options.by != ROWS_PROCESS && v->options.by != ROWS_THREAD) {
		view_complain(v, "signals go to processes: leave the rows of "
				 "users or cgroups first");
		return;
	}
	add_victims(v);
	if (!v->nvictims) {
		view_complain(v, "there is no live process in this row");
		return;
	}
	menu_open(&v->menu, MENU_SIGNAL, "Send");
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		AUTO_FREE char *item =
			xasprintf("%2d %s", signals[i].number, signals[i].name);

		menu_add(&v->menu, item);
	}
}

static const char *name_of(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		if (signals[i].number == number)
			return signals[i].name;
	}
	return "?";
}

void kill_choose(struct view *v, size_t item)
{
	AUTO_FREE char *label = NULL;

	if (item >= ARRAY_LEN(signals) || !v->nvictims)
		return;
	v->signal = signals[item].number;
	if (v->nvictims == 1)
		label = xasprintf("send %s to %ld %.40s? y/n ",
				  name_of(v->signal), (long)v->victims[0].pid,
				  v->victims[0].name);
	else
		label = xasprintf("send %s to %zu processes? y/n ",
				  name_of(v->signal), v->nvictims);
	prompt_open(&v->prompt, PROMPT_KILL, label, "");
}

static int send_one(const struct victim *one, int number)
{
	/* kernels before 5.3 have none; then there is a moment left between
	   looking and sending */
	AUTO_CLOSE int fd = (int)syscall(SYS_pidfd_open, one->pid, 0);
	uint64_t start = 0;

	if (fd < 0 && errno == ESRCH)
		return -ESRCH;
	if (one->start_ticks) {
		int r = start_of(one->pid, one->pid, &start);

		if (r < 0)
			return r;
		if (start != one->start_ticks)
			return -ESRCH;
	}
	if (fd >= 0)
		return syscall(SYS_pidfd_send_signal, fd, number, NULL, 0)
			       ? -errno
			       : 0;
	return kill(one->pid, number) ? -errno : 0;
}

void kill_send(struct view *v)
{
	size_t sent = 0;
	int number = v->signal;

	v->message[0] = '\0';
	for (size_t i = 0; i < v->nvictims; i++) {
		const struct victim *one = &v->victims[i];
		int r = send_one(one, number);

		if (r == -ESRCH)
			view_complain(v, "%ld %.40s has already ended",
				      (long)one->pid, one->name);
		else if (r < 0)
			view_complain(v, "cannot send %s to %ld %.40s: %s",
				      name_of(number), (long)one->pid,
				      one->name, strerror(-r));
		else
			sent++;
	}
	if (!*v->message)
		view_say(v, "sent %s to %zu process%s", name_of(number), sent,
			 sent == 1 ? "" : "es");
	kill_forget(v);
}
