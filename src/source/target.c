/* What is counted; see target.h. */
#include "source/target.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

bool target_is_attached(const struct target *t)
{
	return t->npids || t->ntids || t->system_wide || t->all_threads;
}

static int parse_pid(const char *word, const char *what, pid_t *ret,
		     struct err *err)
{
	int pid;

	if (parse_int(word, &pid) < 0 || pid <= 0)
		return err_set(err, -EINVAL, "'%s' is not a %s id", word, what);
	if (kill(pid, 0) < 0 && errno == ESRCH) {
		err_set(err, -ESRCH, "there is no %s %d", what, pid);
		err_hint(err, "list them with: ps -e%s",
			 strcmp(what, "thread") == 0 ? "L" : "");
		return -ESRCH;
	}
	*ret = pid;
	return 0;
}

int target_parse_pids(const char *text, const char *what, pid_t **ret,
		      size_t *n, struct err *err)
{
	AUTO_FREE char *copy = xstrdup(text);
	char *save = NULL;
	pid_t *pids = *ret;
	size_t npids = *n;

	if (!text[strspn(text, ",")])
		return err_set(err, -EINVAL, "no %s id given", what);
	for (char *w = strtok_r(copy, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		pid_t pid = 0;
		int r = parse_pid(w, what, &pid, err);

		if (r < 0)
			return r;
		VEC_PUSH(pids, npids, pid);
		*ret = pids;
		*n = npids;
	}
	return 0;
}

static int list_numbers(const char *path, pid_t **ret, size_t *n)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d)
		return errno == ENOENT ? -ESRCH : -errno;
	while ((e = readdir(d))) {
		int id;

		if (parse_int(e->d_name, &id) == 0 && id > 0)
			VEC_PUSH(*ret, *n, id);
	}
	closedir(d);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

int target_threads(pid_t pid, pid_t **ret, size_t *n)
{
	pid_t *pids = NULL, *tids = NULL;
	size_t npids = 0, ntids = 0;
	char path[64];
	int r = 0;

	if (pid)
		VEC_PUSH(pids, npids, pid);
	else
		r = list_numbers("/proc", &pids, &npids);
	for (size_t i = 0; i < npids; i++) {
		int gone;

		snprintf(path, sizeof(path), "/proc/%d/task", (int)pids[i]);
		gone = list_numbers(path, &tids, &ntids);
		if (gone < 0 && pid)
			r = gone; /* one of many may go; the only one not */
	}
	free(pids);
	if (r < 0 || !ntids) {
		free(tids);
		return r < 0 ? r : -ESRCH;
	}
	qsort(tids, ntids, sizeof(*tids), by_number);
	*ret = tids;
	*n = ntids;
	return 0;
}

/* The letter after the name, which may hold anything. */
static char task_state(pid_t id)
{
	char path[64], line[256], *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)id);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 'X' : '?';
	end = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	return end && end[1] ? end[2] : 'X';
}

bool target_task_lives(pid_t id)
{
	pid_t *tids = NULL;
	size_t n = 0;
	char state;

	if (kill(id, 0) < 0 && errno == ESRCH)
		return false;
	state = task_state(id);
	if (state != 'Z' && state != 'X')
		return true;
	/* the first thread may have ended before the others */
	if (target_threads(id, &tids, &n) == 0)
		free(tids);
	return n > 1;
}

void target_comm(pid_t pid, pid_t tid, char *buf, size_t len)
{
	char path[64];
	FILE *f;

	snprintf(buf, len, "?");
	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm",
		 (int)(pid > 0 ? pid : tid), (int)tid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(buf, (int)len, f))
		buf[strcspn(buf, "\n")] = '\0';
	fclose(f);
}

/* The mount that holds cgroups for perf: v1's perf_event, else v2. */
static int find_mount(bool v1, char **ret)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;

	if (!f)
		return -errno;
	*ret = NULL;
	while (!*ret && (m = getmntent(f)))
		if (v1 ? strcmp(m->mnt_type, "cgroup") == 0 &&
				    hasmntopt(m, "perf_event")
		       : strcmp(m->mnt_type, "cgroup2") == 0)
			*ret = xstrdup(m->mnt_dir);
	endmntent(f);
	return *ret ? 0 : -ENOENT;
}

/* ".." leads out of the hierarchy, and what is there is no cgroup. */
static int open_in(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != CGROUP_SUPER_MAGIC && fs.f_type != CGROUP2_SUPER_MAGIC)
		return -EINVAL;
	return TAKE_FD(fd);
}

int target_open_cgroup(const char *name, struct err *err)
{
	char *tried = NULL;
	int fd = -1, r = -ENOENT;

	for (int v1 = 1; v1 >= 0 && fd < 0; v1--) {
		AUTO_FREE char *mount = NULL;
		AUTO_FREE char *path = NULL;

		if (find_mount(v1, &mount) < 0)
			continue;
		path = xasprintf("%s/%s", mount, name + (*name == '/'));
		fd = open_in(path);
		if (fd < 0) {
			r = fd;
			free(tried);
			tried = TAKE_PTR(path);
		}
	}
	if (fd < 0 && tried) {
		err_set(err, r, "cannot open cgroup '%s': %s: %s", name, tried,
			r == -EINVAL ? "not a cgroup" : strerror(-r));
		err_hint(err, "see the names with: systemd-cgls, or "
			      "cat /proc/PID/cgroup");
	} else if (fd < 0) {
		err_set(err, r,
			"cannot count cgroup '%s': no cgroup hierarchy "
			"with the perf_event controller is mounted",
			name);
		err_hint(err, "mount -t cgroup2 none /sys/fs/cgroup");
	}
	free(tried);
	return fd < 0 ? r : fd;
}

void target_done(struct target *t)
{
	for (size_t i = 0; i < t->ncgroups; i++)
		free(t->cgroups[i]);
	free(t->cgroups);
	free(t->pids);
	free(t->tids);
	cpuset_done(&t->cpus);
	*t = (struct target){ 0 };
}
