/* Ticks of this machine. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum watch_collector collector_of(const struct top_options *o)
{
	if (o->collector && !strcmp(o->collector, "tasks"))
		return WATCH_TASKS;
	if (o->collector && !strcmp(o->collector, "bpf"))
		return WATCH_BPF;
	return WATCH_AUTO;
}

/*
 * What could not be opened is known when it has been tried, for the first task
 * that ran or at once.  The plain errno becomes the cause that doctor would
 * name.  True: something has changed.
 */
static bool take_notes(struct top *t)
{
	struct stat_job *j = &t->counting.job;
	struct tick_context context;
	struct run run = { .notes = t->notes };
	bool changed = false;

	watch_context(t->watch, &context);
	for (size_t i = 0; context.notes && i < j->plan.ncounters; i++) {
		const struct counter_note *now = &context.notes[i];

		if (now->why.code == t->notes[i].why.code &&
		    now->user_only == t->notes[i].user_only)
			continue;
		t->notes[i] = *now;
		changed = true;
	}
	if (changed)
		stat_explain_run(j, &run);
	return changed;
}

static int open_watch(struct top *t, struct err *err)
{
	const struct watch_options options = {
		.plan = &t->counting.job.plan,
		.cpu_plan = &t->counting.cpu_plan,
		.root = &t->root,
		.sys = &perf_sys_kernel,
		.filter = { .pids = t->whom.pids,
			    .npids = t->whom.npids,
			    .uids = t->whom.uids,
			    .nuids = t->whom.nuids,
			    .cgroups = (const char *const *)t->whom.cgroups,
			    .ncgroups = t->whom.ncgroups },
		.collector = collector_of(&t->o),
		.threads = t->threads,
	};
	int r = watch_open(&options, &t->watch, err);

	if (r < 0)
		return r;
	watch_context(t->watch, &t->context);
	t->context.facts = &t->counting.job.machine;
	t->notes =
		xcalloc(t->counting.job.plan.ncounters + 1, sizeof(*t->notes));
	t->context.notes = t->notes;
	take_notes(t);
	return 0;
}

static void close_screen(struct top *t)
{
	tasks_free(t->feed.tasks);
	t->feed.tasks = NULL;
	watch_close(t->watch);
	t->watch = NULL;
	columns_done(&t->columns);
	free(t->notes);
	t->notes = NULL;
	top_counting_done(&t->counting);
}

static int open_screen(struct top *t, size_t screen, struct err *err)
{
	int r = top_counting_make(&t->counting, t->resolver, t->catalog,
				  &t->screens.specs[screen], err);

	if (r < 0)
		return r;
	/* what a verdict compares with, where it counts what can be compared */
	stat_facts_machine(&t->counting.job);
	r = open_watch(t, err);
	if (r < 0)
		return r;
	return top_show_screen(t, screen, &t->counting.job.metrics.list, err);
}

/*
 * Other columns may want other counters: the old ones are given back first, as
 * descriptors may be scarce.  What is saved keeps its counters; other screens
 * show of them what they can.
 */
static int choose(void *arg, size_t screen, struct err *err)
{
	struct top *t = arg;
	size_t before = t->feed.chosen;
	struct err again = { 0 };
	int r;

	if (t->writer)
		return top_show_screen(t, screen, &t->counting.job.metrics.list,
				       err);
	close_screen(t);
	r = open_screen(t, screen, err);
	if (r == 0)
		return 0;
	close_screen(t);
	/* the screen that was there is better than none */
	if (open_screen(t, before, &again) < 0)
		*err = again;
	return r;
}

static void set_threads(void *arg, bool threads)
{
	struct top *t = arg;

	if (t->threads == threads || !t->watch)
		return;
	t->threads = threads;
	watch_set_threads(t->watch, threads);
	top_show_screen(t, t->feed.chosen, &t->counting.job.metrics.list, NULL);
}

static int step(void *arg, uint64_t budget_ns, struct err *err)
{
	struct top *t = arg;
	const struct tick *tick;
	int r;

	if (!t->watch)
		return err_set(err, -EINVAL, "nothing is watched");
	r = watch_step(t->watch, budget_ns, &tick, err);
	if (r <= 0)
		return r;
	if (t->writer) {
		r = tick_writer_add(t->writer, tick, err);
		if (r < 0)
			return r;
	}
	if (take_notes(t)) {
		r = top_show_screen(t, t->feed.chosen,
				    &t->counting.job.metrics.list, err);
		if (r < 0)
			return r;
	}
	tasks_feed(t->feed.tasks, tick);
	return 1;
}

static char *host_name(void)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) < 0 || !*name)
		return xstrdup("this machine");
	return xstrdup(name);
}

int top_live_open(struct top *t, struct err *err)
{
	size_t screen;
	int r;

	t->resolver = resolver_new(&t->root, t->o.event_dirs.items,
				   t->o.event_dirs.n);
	t->catalog = resolver_catalog(t->resolver, err);
	if (!t->catalog)
		return -EINVAL;
	r = top_screens_load(t->catalog, t->o.columns, &t->screens, err);
	if (r < 0)
		return r;
	screen = top_screens_find(&t->screens, t->catalog, t->o.screen, err);
	if (screen == SIZE_MAX)
		return -EINVAL;
	r = top_load_rules(t, err);
	if (r < 0)
		return r;
	t->host = host_name();
	t->threads = top_options_rows(&t->o).by == ROWS_THREAD;
	t->feed = (struct screen_feed){ .arg = t,
					.screens = t->screens.choices,
					.nscreens = t->screens.n,
					.choose = choose,
					.set_threads = set_threads,
					.step = step,
					.origin = t->host };
	if (t->o.list_screens)
		return 0;
	r = open_screen(t, screen, err);
	if (r == 0 && t->o.save)
		r = top_save_open(t, err);
	return r;
}
