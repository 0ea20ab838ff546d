/*
 * Running a command under cachegrind; see cachegrind_source.h.
 *
 * valgrind's own messages and its output go to a private directory, so that
 * the command's standard streams stay its own.  The directory goes away with
 * the session.
 */
#include "source/cachegrind_source.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "source/cachegrind_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct cachegrind_session {
	struct session base;
	const struct cachegrind_setup *setup;
	char *dir;
	char **argv;
	size_t nargs;
	struct cachegrind_tree tree;
	/* tree.items[shown[i]] is slot i */
	size_t *shown;
	size_t nshown;
};

static struct cachegrind_session *own(struct session *s)
{
	return (struct cachegrind_session *)s;
}

/* ---- the directory ---- */

static int make_dir(char **ret, struct err *err)
{
	const char *parent = getenv("TMPDIR");
	AUTO_FREE char *path = NULL;

	/* the command may go elsewhere before it writes there */
	if (!parent || parent[0] != '/')
		parent = "/tmp";
	path = xasprintf("%s/tacho-XXXXXX", parent);
	if (!mkdtemp(path)) {
		err_set(err, -errno, "cannot make a directory in '%s': %s",
			parent, strerror(errno));
		err_hint(err, "set TMPDIR to a directory that you may write "
			      "to");
		return err->code;
	}
	*ret = TAKE_PTR(path);
	return 0;
}

/* What still runs may write while we look: a few rounds, then let it be. */
static void remove_dir(const char *dir)
{
	for (int round = 0; round < 10; round++) {
		DIR *d = opendir(dir);
		const struct dirent *e;

		if (!d)
			return;
		while ((e = readdir(d)))
			unlinkat(dirfd(d), e->d_name, 0);
		closedir(d);
		if (rmdir(dir) == 0 || errno != ENOTEMPTY)
			return;
	}
}

/*
 * What still runs needs the directory when it starts another program: valgrind
 * ends where it cannot write its messages.  Two looks, because a process that
 * is being forked has no file yet.
 */
static void remove_when_quiet(void *dir)
{
	static const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };

	for (int quiet = 0; quiet < 2;) {
		nanosleep(&pause, NULL);
		quiet = cachegrind_tree_lives(dir) ? 0 : quiet + 1;
	}
	remove_dir(dir);
}

/* ---- the command line ---- */

static void add_arg(struct cachegrind_session *c, char *arg)
{
	VEC_PUSH(c->argv, c->nargs, arg);
}

/* valgrind takes a '%' in a path for a pattern of its own. */
static char *path_option(const char *option, const char *dir,
			 const char *pattern)
{
	struct strbuf b = { 0 };

	strbuf_puts(&b, option);
	for (; *dir; dir++) {
		if (*dir == '%')
			strbuf_putc(&b, '%');
		strbuf_putc(&b, *dir);
	}
	strbuf_addf(&b, "/%s", pattern);
	return strbuf_detach(&b);
}

static void make_argv(struct cachegrind_session *c, char *const command[])
{
	static const char *const fixed[] = {
		/* not what the user's own file or VALGRIND_OPTS wants */
		"--command-line-only=yes",
		"--tool=cachegrind",
		"--cache-sim=yes",
		"--branch-sim=yes",
		"--trace-children=yes",
		"--vex-iropt-unroll-thresh=0",
		"--vgdb=no", /* would put fifos into /tmp */
	};

	add_arg(c, xstrdup(c->setup->valgrind));
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		add_arg(c, xstrdup(fixed[i]));
	add_arg(c, xstrdup(c->setup->no_chasing));
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		const struct cachegrind_cache *cache = &c->setup->caches.of[i];

		add_arg(c,
			xasprintf("--%s=%llu,%u,%u", cachegrind_level_name(i),
				  (unsigned long long)cache->bytes, cache->ways,
				  cache->line_bytes));
	}
	add_arg(c,
		path_option("--cachegrind-out-file=", c->dir, CACHEGRIND_OUT));
	add_arg(c, path_option("--log-file=", c->dir, CACHEGRIND_LOG));
	add_arg(c, xstrdup("--"));
	for (; *command; command++)
		add_arg(c, xstrdup(*command));
	add_arg(c, NULL);
}

/* ---- opening and starting ---- */

static void cachegrind_close(struct session *s)
{
	struct cachegrind_session *c = own(s);

	if (!s)
		return;
	launch_abandon(&s->launch);
	if (c->dir && cachegrind_tree_lives(c->dir))
		launch_detached(remove_when_quiet, c->dir);
	else if (c->dir)
		remove_dir(c->dir);
	for (size_t i = 0; i < c->nargs; i++)
		free(c->argv[i]);
	for (size_t i = 0; i < s->nremarks; i++)
		free(s->remarks[i]);
	cachegrind_tree_done(&c->tree);
	free(s->remarks);
	free(c->argv);
	free(c->shown);
	free(c->dir);
	free(s->slots);
	free(s->notes);
	free(c);
}

static void note_what_lacks(struct session *s)
{
	const struct plan *plan = s->plan;

	for (size_t i = 0; i < plan->ncounters; i++) {
		const struct event *e =
			plan->events->items[plan->counters[i].event];

		if (e->columns)
			s->nopened++;
		else
			err_set(&s->notes[i].why, -EOPNOTSUPP, "%s",
				e->lacking ? e->lacking
					   : "it is not simulated");
	}
}

static int cachegrind_open(const struct plan *plan, const struct target *target,
			   const struct session_options *options,
			   struct session **ret, struct err *err)
{
	struct cachegrind_session *c = xcalloc(1, sizeof(*c));
	struct session *s = &c->base;
	struct launch_how how = options->launch;
	int r;

	s->source = &source_cachegrind;
	s->plan = plan;
	s->target = target;
	s->launch.go_fd = s->launch.err_fd = -1;
	s->notes = xcalloc(plan->ncounters, sizeof(*s->notes));
	c->setup = options->cachegrind;
	note_what_lacks(s);
	r = make_dir(&c->dir, err);
	if (r == 0) {
		make_argv(c, target->argv);
		how.path = NULL; /* it is valgrind that is run */
		r = launch_prepare(&s->launch, c->argv, &how, err);
	}
	if (r < 0) {
		cachegrind_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

/* Where valgrind would say it on the command's standard error. */
static int refuse(const char *command, struct err *err)
{
	AUTO_FREE char *path = NULL;
	struct stat st;
	int r = program_find(command, &path, err);

	if (r < 0)
		return r;
	if (stat(path, &st) == 0 && st.st_mode & (S_ISUID | S_ISGID)) {
		err_set(err, -EACCES,
			"cannot run '%s': valgrind runs no program that "
			"changes its user or group (setuid, setgid)",
			command);
		err_hint(err, "count it with --source=perf");
		return -EACCES;
	}
	return 0;
}

static int cachegrind_start(struct session *s, struct err *err)
{
	struct cachegrind_session *c = own(s);
	int r = refuse(s->target->argv[0], err);

	if (r < 0)
		return r;
	if (log_level() > 0)
		for (size_t i = 0; c->argv[i]; i++)
			log_say(1, "%s%s", i ? "  " : "", c->argv[i]);
	return launch_go(&s->launch, c->argv, err);
}

/* ---- after its end ---- */

/* "'sh'", "3 processes ('sh', 'gzip', ...)" */
static void remark(struct session *s, const char *names, size_t n,
		   const char *one, const char *several)
{
	if (n == 1)
		VEC_PUSH(s->remarks, s->nremarks,
			 xasprintf("the process %s %s", names, one));
	else if (n)
		VEC_PUSH(s->remarks, s->nremarks,
			 xasprintf("%zu processes (%s) %s", n, names, several));
}

/* Which processes a remark is about. */
enum kind {
	IS_RUNNING,
	IS_KILLED,
	IS_BROKEN,
};

static bool is_of(const struct cachegrind_process *p, enum kind kind)
{
	switch (kind) {
	case IS_RUNNING:
		return p->running;
	case IS_KILLED:
		return !p->written && !p->running && !p->why.code && !p->said;
	case IS_BROKEN:
		break;
	}
	return !p->written && p->why.code;
}

static const struct {
	const char *one, *several;
} remarks[] = {
	[IS_RUNNING] = { "still ran when the command ended and is not counted",
			 "still ran when the command ended and are not "
			 "counted" },
	[IS_KILLED] = { "was killed before cachegrind could write its counts, "
			"which are missing",
			"were killed before cachegrind could write their "
			"counts, which are missing" },
	[IS_BROKEN] = { "left counts that cannot be read, which are missing",
			"left counts that cannot be read, which are missing" },
};

static void add_remarks(struct cachegrind_session *c, enum kind kind)
{
	AUTO(strbuf_done) struct strbuf names = { 0 };
	const char *last = NULL;
	size_t n = 0, told = 0;

	for (size_t i = 0; i < c->nshown; i++) {
		const struct cachegrind_process *p =
			&c->tree.items[c->shown[i]];

		if (!is_of(p, kind))
			continue;
		n++;
		if (last && !strcmp(last, p->comm))
			continue;
		if (told++ < 3)
			strbuf_addf(&names, "%s'%s'", told > 1 ? ", " : "",
				    p->comm);
		last = p->comm;
		if (p->why.code)
			log_say(1, "%s/out.%d: %s", c->dir, (int)p->pid,
				p->why.what);
	}
	if (told > 3)
		strbuf_puts(&names, ", ...");
	remark(&c->base, strbuf_str(&names), n, remarks[kind].one,
	       remarks[kind].several);
}

/* Less than this share of the instructions is not worth a word. */
#define WORTH_TELLING 0.001

/*
 * What was taken off forked processes may be their own in part: say how much
 * that is at most.
 */
static void remark_forked(struct cachegrind_session *c)
{
	double taken = 0.0, all = 0.0;
	size_t n = 0;

	for (size_t i = 0; i < c->nshown; i++) {
		const struct cachegrind_process *p =
			&c->tree.items[c->shown[i]];
		double common = (double)p->common.n[CACHEGRIND_IR];

		n += common > 0.0;
		taken += common;
		all += (double)p->all.n[CACHEGRIND_IR] - common;
	}
	if (taken <= WORTH_TELLING * all)
		return;
	VEC_PUSH(c->base.remarks, c->base.nremarks,
		 xasprintf("%zu process%s forked and started no program; what "
			   "cachegrind says of it includes what its parent "
			   "did before, so what both have in common, line by "
			   "line, was taken off; up to %.1f %% of the "
			   "instructions may be missing",
			   n, n == 1 ? " was" : "es were",
			   100.0 * taken / (all + taken)));
}

/* Where the programs did not run as they do alone. */
static void remark_trouble(struct cachegrind_session *c)
{
	const char *last = NULL;

	for (size_t i = 0; i < c->nshown; i++) {
		const struct cachegrind_process *p =
			&c->tree.items[c->shown[i]];

		if (!p->said || (last && !strcmp(last, p->said)))
			continue;
		VEC_PUSH(c->base.remarks, c->base.nremarks,
			 xasprintf("valgrind says of '%s': %s", p->comm,
				   p->said));
		last = p->said;
	}
}

/* Why the command itself has no counts, for all counters. */
static void note_nothing(struct cachegrind_session *c)
{
	struct session *s = &c->base;

	for (size_t i = 0; i < c->nshown; i++)
		if (c->tree.items[c->shown[i]].written)
			return;
	for (size_t i = 0; i < s->plan->ncounters; i++)
		if (!s->notes[i].why.code)
			err_set(&s->notes[i].why, -EIO,
				"cachegrind could not write its counts");
}

/*
 * The processes are known only now.  -i: the command's own one alone.
 */
static int cachegrind_settle(struct session *s, struct err *err)
{
	struct cachegrind_session *c = own(s);
	bool began = false;
	int r = cachegrind_tree_read(c->dir, &c->tree, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < c->tree.n; i++) {
		const struct cachegrind_process *p = &c->tree.items[i];
		struct slot slot = {
			.cpu = -1, .pid = p->pid, .tid = p->pid, .cgroup = -1
		};

		began |= p->pid == s->launch.pid;
		if (!s->target->inherit && p->pid != s->launch.pid)
			continue;
		memcpy(slot.comm, p->comm, sizeof(slot.comm));
		VEC_PUSH(s->slots, s->nslots, slot);
		VEC_PUSH(c->shown, c->nshown, i);
	}
	if (!began) {
		err_set(err, -ENOEXEC,
			"valgrind did not run '%s'; what it says is above",
			s->target->argv[0]);
		err_hint(err, "count it with --source=perf");
		return -ENOEXEC;
	}
	remark_forked(c);
	remark_trouble(c);
	add_remarks(c, IS_RUNNING);
	add_remarks(c, IS_KILLED);
	add_remarks(c, IS_BROKEN);
	note_nothing(c);
	return 0;
}

static struct reading
read_one(struct session *s, const struct cachegrind_process *p, size_t counter)
{
	const struct plan *plan = s->plan;
	const struct event *e =
		plan->events->items[plan->counters[counter].event];
	/* there is no time in a simulation: enabled and running stay 0 */
	struct reading r = { .state = READING_OK };

	if (!e->columns) {
		r.state = READING_UNSUPPORTED;
	} else if (!p->written) {
		r.state = READING_NOT_COUNTED;
	} else if (e->columns & ~p->has) {
		r.state = READING_UNSUPPORTED;
		if (!s->notes[counter].why.code)
			err_set(&s->notes[counter].why, -EOPNOTSUPP,
				"this valgrind does not count it");
	} else {
		for (size_t i = 0; i < CACHEGRIND_COLUMNS; i++)
			if (e->columns & 1U << i)
				r.raw += p->all.n[i] - p->common.n[i];
	}
	return r;
}

static int cachegrind_read(struct session *s, struct snapshot *out,
			   struct err *err)
{
	struct cachegrind_session *c = own(s);

	(void)err;
	for (size_t k = 0; k < s->plan->ncounters; k++)
		for (size_t i = 0; i < c->nshown; i++)
			*snapshot_at(out, k, i) =
				read_one(s, &c->tree.items[c->shown[i]], k);
	out->time_ns = clock_now_ns();
	return 0;
}

const struct source source_cachegrind = {
	.name = "cachegrind",
	.summary = "simulated by valgrind's cachegrind",
	.can = SOURCE_PER_PROCESS | SOURCE_EXACT | SOURCE_SIMULATED,
	.open = cachegrind_open,
	.start = cachegrind_start,
	.settle = cachegrind_settle,
	.read = cachegrind_read,
	.close = cachegrind_close,
};
