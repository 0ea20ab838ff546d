/*
 * Which programs were measured, and how they were built.
 *
 * Looked at when all is counted, because looking takes time; only what may be
 * gone by then, the executables of running processes, is kept open from the
 * beginning.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Of so many processes at most. */
#define MAX_TASKS 64

/* What a task executes, unless it is what another one does. */
static void keep_task(struct stat_job *j, pid_t task)
{
	struct stat_executable e = { 0 }, *known;
	struct stat st;

	e.fd = binary_open_task(task, &e.name);
	if (e.fd < 0) {
		log_say(1, "cannot tell what %d executes: %s", (int)task,
			strerror(-e.fd));
		return;
	}
	if (fstat(e.fd, &st) == 0) {
		e.dev = st.st_dev;
		e.ino = st.st_ino;
	}
	for (size_t i = 0; i < j->nexecutables; i++) {
		known = &j->executables[i];
		if (known->dev == e.dev && known->ino == e.ino) {
			close(e.fd);
			free(e.name);
			return;
		}
	}
	VEC_PUSH(j->executables, j->nexecutables, e);
}

static bool is_shown(const struct stat_job *j)
{
	return j->options.save || j->view == &view_text ||
	       j->view == &view_json || j->view == &view_markdown;
}

void stat_binary_begin(struct stat_job *j)
{
	const struct target *t = &j->target;

	if (!is_shown(j) || t->system_wide || t->all_threads)
		return;
	for (size_t i = 0; i < t->npids && i < MAX_TASKS; i++)
		keep_task(j, t->pids[i]);
	for (size_t i = 0; i < t->ntids && i < MAX_TASKS; i++)
		keep_task(j, t->tids[i]);
}

/*
 * Since when the file of the command must be what it is: the begin of its
 * last execution, on the clock of file systems.
 */
static uint64_t begin_ns(const struct run *last)
{
	uint64_t ago = clock_now_ns() - last->total.time_ns + last->wall_ns;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec - ago;
}

bool stat_binary_of(char *const *argv, const struct run *last,
		    struct binary *ret)
{
	AUTO_FREE char *name = binary_find(argv[0]);

	if (!name)
		return false;
	binary_inspect(name, begin_ns(last), ret);
	return true;
}

void stat_binary_end(struct stat_job *j)
{
	const struct target *t = &j->target;
	struct binary b;

	if (!is_shown(j) || t->system_wide || t->all_threads)
		return;
	for (size_t i = 0; i < j->nexecutables; i++) {
		const struct stat_executable *e = &j->executables[i];

		binary_inspect_fd(e->fd, e->name, 0, &b);
		VEC_PUSH(j->binaries, j->nbinaries, b);
	}
	/* beside processes the command only says how long */
	if (t->argv && !target_is_attached(t) && j->series.nruns &&
	    stat_binary_of(t->argv, &j->series.runs[j->series.nruns - 1], &b))
		VEC_PUSH(j->binaries, j->nbinaries, b);
	for (size_t i = 0; i < j->nbinaries; i++)
		if (j->binaries[i].why.code)
			log_say(1, "%s: %s", j->binaries[i].name,
				j->binaries[i].why.what);
	j->about.binaries = j->binaries;
	j->about.nbinaries = j->nbinaries;
}

void stat_binary_done(struct stat_job *j)
{
	for (size_t i = 0; i < j->nexecutables; i++) {
		close(j->executables[i].fd);
		free(j->executables[i].name);
	}
	free(j->executables);
	for (size_t i = 0; i < j->nbinaries; i++)
		binary_done(&j->binaries[i]);
	free(j->binaries);
}
