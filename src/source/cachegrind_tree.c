/* The processes of a simulated run; see cachegrind_tree.h. */
#include "source/cachegrind_tree.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/rootfs.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "source/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUT_MAX ((off_t)1 << 30)
#define LOG_MAX ((off_t)1 << 20)

/* The file's text, terminated; the caller frees *ret. */
static int read_file(const char *path, off_t most, char **ret, size_t *len,
		     struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_FREE char *text = NULL;
	struct stat st;
	size_t got = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, -errno, "cannot open it: %s",
			       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "it is no file");
	/* of too long a log the beginning is enough */
	if (st.st_size > most && most != LOG_MAX)
		return err_set(err, -E2BIG, "it is too large");
	if (st.st_size > most)
		st.st_size = most;
	text = xmalloc((size_t)st.st_size + 1);
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, text + got, (size_t)st.st_size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "cannot read it: %s",
				       strerror(errno));
		if (!n)
			break;
		got += (size_t)n;
	}
	text[got] = '\0';
	*len = got;
	*ret = TAKE_PTR(text);
	return 0;
}

static struct cachegrind_process *process_of(struct cachegrind_tree *t,
					     pid_t pid)
{
	for (size_t i = t->n; i-- > 0;)
		if (t->items[i].pid == pid)
			return &t->items[i];
	return NULL;
}

static struct cachegrind_process *add_process(struct cachegrind_tree *t,
					      pid_t pid)
{
	struct cachegrind_process *p = process_of(t, pid);
	struct cachegrind_process fresh = { .pid = pid, .comm = "?" };

	if (p)
		return p;
	VEC_PUSH(t->items, t->n, fresh);
	return &t->items[t->n - 1];
}

/* The rest of the line behind "==PID== NAME: "; the caller frees, NULL: none */
static char *log_field(const char *text, const char *name)
{
	const char *at = text;
	size_t len = strlen(name);

	while ((at = strstr(at, "== ")) != NULL) {
		at += 3;
		if (!strncmp(at, name, len) && !strncmp(at + len, ": ", 2))
			return xstrndup(at + len + 2,
					strcspn(at + len + 2, "\n"));
	}
	return NULL;
}

/* What valgrind says where the program cannot go on as it would alone. */
static char *trouble_in(const char *text)
{
	static const struct {
		const char *sign, *means; /* "": as valgrind says it */
	} signs[] = {
		{ "Can't execute setuid/setgid/setcap executable", "" },
		{ "unhandled instruction bytes", "" },
		{ "memory management: out of memory", "" },
		{ "the 'impossible' happened", "" },
		{ "can't open cache simulation output file", "" },
		/* clang writes DWARF 5, which valgrind 3.19 stumbles over */
		{ "debuginfo reader: ensure_valid failed",
		  ", so it cannot read the debug information of this program; "
		  "build it with -gdwarf-4, or measure a stripped copy" },
	};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		const char *at = strstr(text, signs[i].sign);
		size_t len = at ? strcspn(at, "\n") : 0;

		if (!at)
			continue;
		while (len && at[len - 1] == ':')
			len--;
		return xasprintf("%.*s%s", (int)len, at, signs[i].means);
	}
	return NULL;
}

/* "/usr/bin/gzip -9 x" is called "gzip". */
static void set_comm(struct cachegrind_process *p, const char *cmd)
{
	size_t len = strcspn(cmd, " ");
	const char *name = cmd;

	for (const char *c = cmd; c < cmd + len; c++)
		if (*c == '/' && c + 1 < cmd + len)
			name = c + 1;
	len -= (size_t)(name - cmd);
	if (!len)
		return;
	if (len >= sizeof(p->comm))
		len = sizeof(p->comm) - 1;
	memcpy(p->comm, name, len);
	p->comm[len] = '\0';
}

/* "log.17.2" */
static void take_log(struct cachegrind_tree *t, const char *dir,
		     const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, name);
	AUTO_FREE char *pid_text = NULL;
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *parent = NULL;
	AUTO_FREE char *cmd = NULL;
	struct cachegrind_process *p;
	const char *dot = strchr(name + 4, '.');
	int pid, ppid, n;
	size_t len;

	if (!dot || parse_int(dot + 1, &n) < 0 || n < 1)
		return;
	pid_text = xstrndup(name + 4, (size_t)(dot - name) - 4);
	if (parse_int(pid_text, &pid) < 0 || pid < 1)
		return;
	p = add_process(t, pid);
	p->started |= n == 1;
	if (read_file(path, LOG_MAX, &text, &len, NULL) < 0)
		return;
	parent = log_field(text, "Parent PID");
	cmd = log_field(text, "Command");
	if (parent && n > 1 && parse_int(parent, &ppid) == 0 && ppid > 0)
		p->parent = ppid;
	if (!p->said)
		p->said = trouble_in(text);
	/* what was started says last what it is */
	if (cmd && (n == 1 || !p->started))
		set_comm(p, cmd);
}

static void take_out(struct cachegrind_tree *t, const char *dir,
		     const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, name);
	AUTO_FREE char *text = NULL;
	AUTO(cachegrind_out_done) struct cachegrind_out out = { 0 };
	struct cachegrind_process *p;
	size_t len;
	int pid;

	if (parse_int(name + 4, &pid) < 0 || pid < 1)
		return;
	p = add_process(t, pid);
	if (read_file(path, OUT_MAX, &text, &len, &p->why) < 0 ||
	    cachegrind_out_parse(text, len, false, &out, &p->why) < 0)
		return;
	p->written = true;
	p->has = out.has;
	p->all = out.total;
	p->cmd = TAKE_PTR(out.cmd);
	set_comm(p, p->cmd);
}

/* ---- what a forked process was born with ---- */

static int read_lines(const char *dir, pid_t pid, struct cachegrind_out *ret)
{
	AUTO_FREE char *path = xasprintf("%s/out.%d", dir, (int)pid);
	AUTO_FREE char *text = NULL;
	size_t len;

	if (read_file(path, OUT_MAX, &text, &len, NULL) < 0)
		return -EIO;
	return cachegrind_out_parse(text, len, true, ret, NULL);
}

/*
 * The parent; where it had ended before its child could ask for it, another
 * process of the same program.
 */
static const struct cachegrind_process *
parent_of(const struct cachegrind_tree *t, const struct cachegrind_process *p)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].pid == p->parent)
			return &t->items[i];
	for (size_t i = 0; i < t->n; i++)
		if (&t->items[i] != p && t->items[i].written &&
		    t->items[i].started && !strcmp(t->items[i].cmd, p->cmd))
			return &t->items[i];
	return NULL;
}

static void take_off_parent(const char *dir, const struct cachegrind_tree *t,
			    struct cachegrind_process *p)
{
	AUTO(cachegrind_out_done) struct cachegrind_out mine = { 0 };
	AUTO(cachegrind_out_done) struct cachegrind_out its = { 0 };
	const struct cachegrind_process *parent = parent_of(t, p);

	/* nothing of a parent that was killed is counted anywhere else */
	if (!parent || !parent->written)
		return;
	if (read_lines(dir, p->pid, &mine) < 0 ||
	    read_lines(dir, parent->pid, &its) < 0)
		return;
	p->common = cachegrind_out_common(&mine, &its);
	/* lines that do not add up to their sum are not to end below 0 */
	for (size_t c = 0; c < CACHEGRIND_COLUMNS; c++)
		if (p->common.n[c] > p->all.n[c])
			p->common.n[c] = p->all.n[c];
}

/* ---- all of it ---- */

static int by_pid(const void *a, const void *b)
{
	pid_t x = ((const struct cachegrind_process *)a)->pid;
	pid_t y = ((const struct cachegrind_process *)b)->pid;

	return (x > y) - (x < y);
}

int cachegrind_tree_read(const char *dir, struct cachegrind_tree *ret,
			 struct err *err)
{
	static const struct rootfs here = { .prefix = "" };
	struct cachegrind_tree t = { 0 };
	char **names = NULL;
	ssize_t n = rootfs_list(&here, &names, "%s", dir);

	if (n < 0)
		return err_set(err, (int)n, "cannot read '%s': %s", dir,
			       strerror((int)-n));
	for (ssize_t i = 0; i < n; i++) {
		if (!strncmp(names[i], "log.", 4))
			take_log(&t, dir, names[i]);
		else if (!strncmp(names[i], "out.", 4))
			take_out(&t, dir, names[i]);
	}
	rootfs_free_names(names, (size_t)n);
	if (t.n)
		qsort(t.items, t.n, sizeof(*t.items), by_pid);
	for (size_t i = 0; i < t.n; i++) {
		struct cachegrind_process *p = &t.items[i];

		p->running = !p->written && target_task_lives(p->pid);
		if (p->written && !p->started)
			take_off_parent(dir, &t, p);
	}
	*ret = t;
	return 0;
}

bool cachegrind_tree_lives(const char *dir)
{
	static const struct rootfs here = { .prefix = "" };
	char **names = NULL;
	ssize_t n = rootfs_list(&here, &names, "%s", dir);
	bool lives = false;

	for (ssize_t i = 0; i < n && !lives; i++) {
		AUTO_FREE char *text = NULL;
		int pid;

		if (strncmp(names[i], "log.", 4) != 0)
			continue;
		text = xstrndup(names[i] + 4, strcspn(names[i] + 4, "."));
		lives = parse_int(text, &pid) == 0 && pid > 0 &&
			target_task_lives(pid);
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return lives;
}

void cachegrind_tree_done(struct cachegrind_tree *tree)
{
	for (size_t i = 0; i < tree->n; i++) {
		free(tree->items[i].cmd);
		free(tree->items[i].said);
	}
	free(tree->items);
	*tree = (struct cachegrind_tree){ 0 };
}
