/* The threads of a process that is visited; see watch_parts.h. */
#include "measure/watch_parts.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* Threads looked at until the clock is asked again. */
#define SOME 32
/* Looks at which a thread had not run, until it is looked at only when others do
   not explain for how long the process ran, and in turn. */
#define RESTING 3
#define TURNS 32

static size_t count_living(const struct watched_process *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		n += p->threads[i].task.state != 'X';
	return n;
}

bool watch_threads_need_list(const struct watch *w)
{
	const struct visit *v = &w->visit;
	const struct watched_process *p = v->process;

	if (p->task.state == 'X')
		return false;
	if (p->nlives == 1 && p->nthreads == 1 && p->threads[0].tid == p->pid &&
	    p->threads[0].task.state != 'X')
		return false;
	return v->collected.wants_threads ||
	       (w->tick.has_threads &&
		(!p->nthreads || count_living(p) != p->nlives));
}

/* What is known of the process is known of its only thread. */
static void list_only_one(const struct watch *w, struct watched_process *p)
{
	struct watched_thread t = { .tid = p->pid, .task = p->task };

	if (w->tick.has_threads)
		t.task.state = 0; /* to be looked at */
	VEC_PUSH(p->threads, p->nthreads, t);
}

/*
 * Both are sorted by tid.  A number whose thread has ended may be in the list
 * again.
 */
static void merge(struct watched_process *p, const struct proc_listing *l)
{
	struct watched_thread *threads = NULL;
	bool again = p->nthreads > 0 || p->task.born;
	size_t n = 0, old = 0;

	for (size_t i = 0; i <= l->n; i++) {
		while (old < p->nthreads &&
		       (i == l->n || p->threads[old].tid < l->items[i] ||
			(p->threads[old].tid == l->items[i] &&
			 p->threads[old].task.state == 'X'))) {
			struct watched_thread t = p->threads[old++];

			if (t.task.state != 'X')
				t.task.ran_ns = 0;
			t.task.state = 'X';
			VEC_PUSH(threads, n, t);
		}
		if (i == l->n)
			break;
		if (old < p->nthreads && p->threads[old].tid == l->items[i]) {
			VEC_PUSH(threads, n, p->threads[old]);
			old++;
		} else {
			struct watched_thread t = { .tid = l->items[i],
						    .task.born = again };

			VEC_PUSH(threads, n, t);
		}
	}
	free(p->threads);
	p->threads = threads;
	p->nthreads = n;
}

bool watch_threads_list(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;
	int r;

	if (!p->nthreads && p->nlives == 1) {
		list_only_one(w, p);
		return true;
	}
	if (!v->listing.fd &&
	    proc_list_begin(&w->proc, p->pid, &v->listing) < 0)
		return true;
	r = proc_list_step(&w->proc, &v->listing);
	if (r == 0)
		return false;
	if (r > 0)
		merge(p, &v->listing);
	proc_list_end(&v->listing);
	return true;
}

/*
 * Counters that stand still though the thread runs: its number was used again,
 * or another program with more rights took its place.
 */
static bool look_if_stuck(struct watch *w, struct watched_thread *t)
{
	struct watched_process *p = w->visit.process;

	if (p->nthreads > WATCH_FEW_THREADS)
		return true;
	if (!look_at_run_time(&w->proc, p, t))
		return false;
	if (t->task.seen && t->task.ran_ns > 1000000)
		w->collector->kind->release(w->collector, p, t);
	else
		t->task.ran_ns = 0;
	/* what it ran before is only known from now on */
	t->task.seen = true;
	return true;
}

/* Nobody counts, so nobody but the threads themselves tells which of them ran. */
static bool is_uncounted(const struct watch *w)
{
	const struct visit *v = &w->visit;

	return w->tick.has_threads && !v->collected.wants_threads &&
	       !v->collected.any;
}

/* Others that have long been idle are looked at in turn. */
static bool is_resting(const struct watch *w, const struct watched_thread *t)
{
	unsigned turn = w->visit.process->figures->age + (unsigned)t->tid;

	return t->task.state && t->rest >= RESTING && turn % TURNS != 0;
}

static int64_t elsewhere(const struct watched_process *p)
{
	int64_t ns = (int64_t)p->task.cpu_ns;

	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].task.state != 'X')
			ns -= (int64_t)p->threads[i].task.cpu_ns;
	return ns;
}

/* The threads that were looked at ran for as long as the process did. */
static bool is_explained(const struct watch *w, const struct watched_process *p)
{
	uint64_t grain = w->proc.has_clocks ? 0 : w->proc.tick_ns;
	uint64_t tolerance = p->task.ran_ns / 50 + 200000 + 2 * grain;

	return elsewhere(p) - p->elsewhere_ns <= (int64_t)tolerance;
}

static void note_rest(struct watched_thread *t)
{
	if (t->task.ran_ns)
		t->rest = 0;
	else if (t->rest < RESTING)
		t->rest++;
}

static void scan(struct watch *w, struct watched_thread *t, bool ask)
{
	const struct visit *v = &w->visit;
	bool figures = w->tick.has_threads, there = true;

	if (t->task.state == 'X')
		return;
	if (!t->task.state) {
		there = look_at_new_thread(&w->proc, v->process, t->tid,
					   t->task.born, figures, t);
		if (!there)
			t->task.state = 'X';
		return;
	}
	t->task.born = false;
	t->task.seen &= !t->task.ran_ns;
	if (t->held && !t->task.ran_ns && v->collected.wants_threads)
		there = look_if_stuck(w, t);
	/*
	 * What ran is known from counters; threads without any are looked at
	 * where the process ran for longer than those of the others say
	 */
	if (ask && !t->task.ran_ns && !t->held &&
	    (v->collected.wants_threads || is_uncounted(w))) {
		there = look_at_run_time(&w->proc, v->process, t);
		note_rest(t);
	}
	if (there && figures && (t->task.ran_ns || !t->figures))
		there = look_at_thread(&w->proc, v->process, t);
	else if (t->figures)
		look_away(t->figures);
	if (!there) {
		t->task.state = 'X';
		t->task.ran_ns = 0;
	}
}

bool watch_threads_scan(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;

	if (p->task.state == 'X')
		return true;
	for (int asked = 0; asked < SOME && v->thread < p->nthreads;) {
		struct watched_thread *t = &p->threads[v->thread++];
		bool resting = is_uncounted(w) && is_resting(w, t);

		if (v->again && !resting)
			continue;
		v->skipped |= resting;
		asked += v->again || !resting;
		scan(w, t, v->again || !resting);
	}
	if (v->thread < p->nthreads)
		return false;
	if (v->skipped && !v->again) {
		if (is_explained(w, p))
			return true;
		v->again = true;
		v->thread = 0;
		return false;
	}
	p->elsewhere_ns = elsewhere(p);
	return true;
}

static void read_thread(struct watch *w, struct watched_thread *t)
{
	struct visit *v = &w->visit;
	struct figures *f = t->figures;
	struct collected c = { .readings = w->scratch };

	f->task.uid = v->process->uid;
	memset(c.readings, 0, w->options.plan->ncounters * sizeof(*c.readings));
	if (v->process->task.state == 'X')
		t->task.state = 'X';
	if (t->task.state == 'X') {
		look_away(f);
		f->task.has_wait = f->task.has_switches = false;
	}
	f->task.state = t->task.state;
	w->collector->kind->read_thread(w->collector, v->process, t, &c);
	if (t->task.state == 'X' && (c.any || c.cpu_ns))
		look_split(f, c.cpu_ns);
	f->task.uncounted = c.any ? TASK_COUNTED : c.uncounted;
	if (c.any && (t->task.ran_ns || c.cpu_ns))
		f->task.slot = watch_add_slot(w, &f->task, c.readings);
	else if (c.any)
		f->task.uncounted = TASK_IDLE;
}

void watch_threads_read(struct watch *w)
{
	struct watched_process *p = w->visit.process;
	struct task *sum = &p->figures->task;
	bool wait = true, switches = true;

	if (p->nlives > 1)
		sum->wait_ns = sum->voluntary_switches =
			sum->involuntary_switches = 0;
	for (size_t i = 0; i < p->nthreads; i++) {
		const struct task *t;

		if (!p->threads[i].figures)
			continue;
		read_thread(w, &p->threads[i]);
		t = &p->threads[i].figures->task;
		if (p->nlives <= 1 || !p->threads[i].task.ran_ns)
			continue;
		wait &= t->has_wait;
		switches &= t->has_switches;
		sum->wait_ns += t->wait_ns;
		sum->voluntary_switches += t->voluntary_switches;
		sum->involuntary_switches += t->involuntary_switches;
	}
	if (p->nlives > 1) {
		sum->has_wait = wait;
		sum->has_switches = switches;
	}
}

void watch_threads_wait(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;
	struct task *sum = &p->figures->task;

	if (p->nlives < 2 || p->nlives > WATCH_FEW_THREADS ||
	    !v->collected.any || v->collected.wants_threads ||
	    count_living(p) != p->nlives)
		return;
	sum->has_wait = true;
	sum->wait_ns = 0;
	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].task.ran_ns)
			sum->wait_ns +=
				look_at_wait(&w->proc, p, &p->threads[i]);
}

void watch_threads_forget(struct watch *w, struct watched_process *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		struct watched_thread *t = &p->threads[i];

		if (!w->threads && t->figures)
			look_forget_thread(t);
		if (t->task.state == 'X' && w->tick.has_threads)
			w->collector->kind->release(w->collector, p, t);
		if (t->task.state == 'X' && !t->held)
			look_forget_thread(t);
		else
			p->threads[n++] = *t;
	}
	p->nthreads = n;
	if (!n) {
		free(p->threads);
		p->threads = NULL;
	}
}
