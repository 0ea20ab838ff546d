/* Watching all tasks of the machine; see watch.h and watch_parts.h. */
#include "measure/watch.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "measure/watch_parts.h"
#include "source/tasks/by_cpu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How long is looked who runs before the first tick. */
#define WARMING_NS 20000000

/* ---- the stages of a tick ---- */

static void forget_the_dead(struct watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->nprocesses; i++) {
		struct watched_process *p = w->processes[i];

		if (p->task.state == 'X') {
			w->collector->kind->release(w->collector, p, NULL);
			look_forget(p);
			continue;
		}
		watch_threads_forget(w, p);
		w->processes[n++] = p;
	}
	w->nprocesses = n;
}

static void begin(struct watch *w)
{
	uint64_t forks = w->now.forks;
	bool had_forks = w->now.has_forks;

	forget_the_dead(w);
	w->began_ns = w->tick.time_ns;
	tick_done(&w->tick);
	w->tick.has_threads = w->threads;
	w->tick.time_ns = clock_now_ns();
	w->nfound = 0;
	w->next = 0;
	w->listed = false;
	machine_load_done(&w->before);
	w->before = w->now;
	w->now = (struct machine_load){ 0 };
	machine_load_read(&w->proc, &w->now);
	if (w->collector->kind->begin)
		w->collector->kind->begin(w->collector, w->tick.time_ns);
	/* nothing was begun since the last listing: there is nothing new */
	w->stage = had_forks && w->now.has_forks && forks == w->now.forks
			   ? WATCH_LOOK
			   : WATCH_LIST;
}

static bool is_asked_for(const struct watch *w, pid_t pid)
{
	const struct watch_filter *f = &w->options.filter;

	for (size_t i = 0; i < f->npids; i++)
		if (f->pids[i] == pid)
			return true;
	return !f->npids;
}

/* Numbers of the listing that nobody has; looking finds those that are gone. */
static void compare(struct watch *w)
{
	const struct proc_listing *l = &w->listing;
	size_t old = 0;

	for (size_t i = 0; i < l->n; i++) {
		while (old < w->nprocesses &&
		       w->processes[old]->pid < l->items[i])
			old++;
		if (old < w->nprocesses &&
		    w->processes[old]->pid == l->items[i])
			continue;
		if (is_asked_for(w, l->items[i]))
			VEC_PUSH(w->found, w->nfound, l->items[i]);
	}
	w->nlisted = l->n;
	w->listed = true;
}

static int list(struct watch *w, struct err *err)
{
	int r = 0;

	if (!w->listing.fd)
		r = proc_list_begin(&w->proc, 0, &w->listing);
	if (r == 0)
		r = proc_list_step(&w->proc, &w->listing);
	if (r == 0)
		return 0;
	if (r > 0)
		compare(w);
	proc_list_end(&w->listing);
	w->stage = WATCH_LOOK;
	return r < 0 ? err_set(err, r, "cannot list '/proc': %s", strerror(-r))
		     : 0;
}

static void look(struct watch *w)
{
	struct visit *v = &w->visit;

	if (!v->process) {
		if (w->next == w->nprocesses) {
			w->stage = WATCH_MEET;
			w->next = 0;
			return;
		}
		*v = (struct visit){ .process = w->processes[w->next++] };
	}
	if (!watch_visit(w))
		return;
	if (v->process->task.state == 'X' && w->nlisted && !w->listed)
		w->nlisted--;
	v->process = NULL;
}

static int by_pid(const void *a, const void *b)
{
	const struct watched_process *x = *(struct watched_process *const *)a;
	const struct watched_process *y = *(struct watched_process *const *)b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void meet(struct watch *w)
{
	struct visit *v = &w->visit;

	if (v->process) {
		if (watch_visit(w))
			v->process = NULL;
		return;
	}
	if (w->next == w->nfound) {
		if (w->nprocesses && w->nfound)
			qsort(w->processes, w->nprocesses,
			      sizeof(*w->processes), by_pid);
		w->stage = WATCH_BUILD;
		return;
	}
	v->process = look_at_new(&w->proc, w->found[w->next++], !w->warming);
	if (!v->process)
		return;
	*v = (struct visit){ .process = v->process, .stage = VISIT_READ };
	if (watch_is_outside(w, v->process))
		v->stage = VISIT_END;
	VEC_PUSH(w->processes, w->nprocesses, v->process);
}

static uint64_t cpu_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int watch_step(struct watch *w, uint64_t budget_ns, const struct tick **ret,
	       struct err *err)
{
	uint64_t start = clock_now_ns(), cpu = cpu_clock();
	bool done = false;
	int r = 0;

	while (!done && r == 0) {
		switch (w->stage) {
		case WATCH_BEGIN:
			begin(w);
			break;
		case WATCH_LIST:
			r = list(w, err);
			break;
		case WATCH_LOOK:
			look(w);
			break;
		case WATCH_MEET:
			meet(w);
			break;
		case WATCH_BUILD:
			watch_build(w);
			w->stage = WATCH_BEGIN;
			done = true;
			break;
		}
		if (clock_now_ns() - start >= budget_ns)
			break;
	}
	w->tick.collector.cost_ns += cpu_clock() - cpu;
	if (done && ret)
		*ret = &w->tick;
	return r < 0 ? r : done;
}

/* ---- opening ---- */

static bool is_same(void *arg, const struct watched_process *process,
		    const struct watched_thread *thread)
{
	struct watch *w = arg;
	struct proc_stat s;

	return proc_stat(&w->proc, process->pid, thread->tid, &s) == 0 &&
	       s.start_ticks == thread->task.start_ticks;
}

static bool is_known(void *arg, pid_t pid)
{
	struct watch *w = arg;
	struct watched_process key = { .pid = pid };
	const struct watched_process *item = &key;

	return w->nprocesses && bsearch(&item, w->processes, w->nprocesses,
					sizeof(*w->processes), by_pid);
}

static void close_cpus(struct watch *w)
{
	if (w->cpus)
		w->cpus->source->close(w->cpus);
	w->cpus = NULL;
	snapshot_done(&w->cpu_before);
	w->cpu_before = (struct snapshot){ 0 };
	target_done(&w->cpu_target);
	w->cpu_target = (struct target){ 0 };
}

static int open_cpus(struct watch *w)
{
	const struct watch_options *o = &w->options;
	struct session_options how = { .sys = o->sys };
	AUTO_FREE char *online = NULL;
	int r = rootfs_read(o->root, &online, "/sys/devices/system/cpu/online");

	w->cpu_target.system_wide = true;
	if (r == 0)
		r = cpuset_parse(online, &w->cpu_target.cpus, NULL);
	if (r == 0)
		r = source_perf.open(o->cpu_plan, &w->cpu_target, &how,
				     &w->cpus, NULL);
	if (r < 0)
		return r;
	memcpy(w->cpu_notes, w->cpus->notes,
	       o->cpu_plan->ncounters * sizeof(*w->cpu_notes));
	if (!w->cpus->nopened)
		return -ENOTSUP;
	r = source_perf.start(w->cpus, NULL);
	if (r < 0)
		return r;
	snapshot_init(&w->cpu_before, o->cpu_plan->ncounters, w->cpus->nslots);
	return source_perf.read(w->cpus, &w->cpu_before, NULL);
}

/* BPF makes every task of the machine pay, also those that nobody watches. */
static bool wants_bpf(const struct watch_options *o)
{
	const struct watch_filter *f = &o->filter;

	if (o->collector != WATCH_AUTO)
		return o->collector == WATCH_BPF;
	return !f->npids && !f->nuids && !f->ncgroups;
}

static bool counts_nothing(const struct collector *c, const struct plan *plan)
{
	for (size_t i = 0; i < plan->ncounters; i++)
		if (!c->notes[i].why.code)
			return false;
	return true;
}

/*
 * @other is a collector that counts nothing, or NULL.  If counters on tasks count
 * nothing either, it is still the one that sees who came and went between looks.
 */
static int open_on_tasks(struct watch *w, const struct collector_options *how,
			 struct collector *other, struct err *err)
{
	int r;

	w->collector = NULL;
	r = collector_tasks.open(how, &w->collector, err);
	if (!other)
		return r;
	if (r < 0 || counts_nothing(w->collector, how->plan)) {
		if (r == 0)
			w->collector->kind->close(w->collector);
		w->collector = other;
		return 0;
	}
	other->kind->close(other);
	return 0;
}

static int open_collector(struct watch *w, struct err *err)
{
	const struct watch_options *o = &w->options;
	struct err why = { 0 };
	int r = -ENOTSUP;
	struct collector_options how = {
		.plan = o->plan,
		.sys = o->sys,
		.threads = o->threads,
		.idle_close_s = o->idle_close_s,
		.descriptors = o->descriptors,
		.grain_ns = w->proc.has_clocks ? 0 : w->proc.tick_ns,
		.is_same = is_same,
		.is_known = is_known,
		.is_same_arg = w,
	};

	if (wants_bpf(o))
		r = collector_bpf.open(&how, &w->collector,
				       o->collector == WATCH_BPF ? err : &why);
	if (o->collector == WATCH_BPF)
		return r;
	if (r == 0 && !counts_nothing(w->collector, o->plan))
		return 0;
	if (why.code)
		log_say(1, "counters are put on tasks: %s", why.what);
	return open_on_tasks(w, &how, r == 0 ? w->collector : NULL, err);
}

/*
 * See what is there, and who of it runs, so that the first tick already has
 * counts.
 */
static int warm_up(struct watch *w, struct err *err)
{
	struct timespec pause = { .tv_nsec = WARMING_NS };
	int r;

	w->warming = true;
	r = watch_step(w, UINT64_MAX, NULL, err);
	if (r >= 0) {
		nanosleep(&pause, NULL);
		r = watch_step(w, UINT64_MAX, NULL, err);
	}
	w->warming = false;
	return r < 0 ? r : 0;
}

int watch_open(const struct watch_options *options, struct watch **ret,
	       struct err *err)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	size_t n = options->cpu_plan ? options->cpu_plan->ncounters : 0;
	int r;

	w->options = *options;
	w->threads = options->threads;
	w->scratch = xcalloc(options->plan->ncounters + 1, sizeof(*w->scratch));
	w->cpu_notes = xcalloc(n + 1, sizeof(*w->cpu_notes));
	r = proc_open(options->root, &w->proc, err);
	if (r == 0 && n && open_cpus(w) < 0)
		close_cpus(w);
	if (r == 0)
		r = open_collector(w, err);
	if (r == 0)
		r = warm_up(w, err);
	if (r < 0) {
		watch_close(w);
		return r;
	}
	*ret = w;
	return 0;
}

void watch_set_threads(struct watch *w, bool threads)
{
	w->threads = threads;
	w->collector->kind->set_threads(w->collector, threads);
}

void watch_context(const struct watch *w, struct tick_context *ret)
{
	*ret = (struct tick_context){
		.plan = w->options.plan,
		.cpu_plan = w->options.cpu_plan,
		.notes = w->collector->notes,
		.cpu_notes = w->cpu_notes,
	};
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->nprocesses; i++) {
		if (w->collector)
			w->collector->kind->release(w->collector,
						    w->processes[i], NULL);
		look_forget(w->processes[i]);
	}
	if (w->collector)
		w->collector->kind->close(w->collector);
	close_cpus(w);
	proc_list_end(&w->listing);
	proc_list_end(&w->visit.listing);
	proc_close(&w->proc);
	machine_load_done(&w->before);
	machine_load_done(&w->now);
	tick_done(&w->tick);
	free(w->processes);
	free(w->found);
	free(w->counts);
	free(w->scratch);
	free(w->cpu_notes);
	free(w);
}
