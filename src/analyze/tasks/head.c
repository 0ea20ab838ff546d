/* The head of the screen: the machine, its CPUs, and what is lacking. */
#include "analyze/tasks/model.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Below this a CPU was idle, and what it did says nothing of its clock. */
#define BUSY_MIN_NS 20e6

/* Of less used time no share is told: CPUs are accounted in clock ticks. */
#define UNSEEN_LEAST_NS 100e6

/* A place where cycles and instructions are counted: CPUs or tasks. */
struct ground {
	struct scope scope;
	const struct counter_note *notes;
	double busy_ns; /* of its CPUs; negative: as long as it counted */
};

/* Why @counter has no number; NULL: it has one. */
static const char *why_not(const struct ground *g, size_t counter,
			   const struct value *v, const char **word)
{
	*word = "unsupported";
	if (g->notes && g->notes[counter].why.code)
		return g->notes[counter].why.what;
	*word = "dead";
	if (g->scope.dead[counter])
		return reading_state_meaning(READING_DEAD);
	*word = "idle";
	if (!reading_has_value(v->state))
		return v->why ? v->why : "nothing was counted";
	return NULL;
}

/* All events that formulas call @base: hybrid CPUs have one for each type. */
static struct cell count(const struct ground *g, const char *base,
			 struct value *ret)
{
	const struct plan *plan = g->scope.series->plan;
	struct cell cell = cell_absent("it is not counted", "unsupported");

	for (size_t e = 0; plan && e < plan->events->n; e++) {
		const char *why, *word;
		struct value v;

		if (strcmp(plan->events->items[e]->base, base) != 0)
			continue;
		v = value_of(g->scope.series, g->scope.run, g->scope.snap,
			     plan->shown[e], g->scope.bin, g->scope.limits,
			     NULL);
		why = why_not(g, plan->shown[e], &v, &word);
		if (why && cell.kind == CELL_ABSENT)
			cell = cell_absent(why, word);
		if (why)
			continue;
		if (cell.kind == CELL_ABSENT)
			cell = cell_number(0.0);
		cell.number += v.number;
		cell.estimate |= v.state == READING_SCALED;
		ret->enabled_ns += v.enabled_ns;
		ret->running_ns += v.running_ns;
	}
	return cell;
}

/* @a / @b, scaled */
static struct cell ratio(struct cell a, struct cell b, double scale)
{
	if (a.kind == CELL_ABSENT)
		return a;
	if (b.kind == CELL_ABSENT)
		return b;
	if (!(b.number > 0.0))
		return cell_absent("nothing ran", "idle");
	a.number = a.number / b.number * scale;
	a.estimate |= b.estimate;
	return a;
}

struct work {
	struct cell cycles, instructions, ipc, ghz;
};

static struct work work_of(const struct ground *g)
{
	struct value cycles = { 0 }, instructions = { 0 };
	struct work w;
	struct cell busy = cell_number(g->busy_ns);

	w.cycles = count(g, "cycles", &cycles);
	w.instructions = count(g, "instructions", &instructions);
	w.ipc = ratio(w.instructions, w.cycles, 1.0);
	if (g->busy_ns < 0.0)
		busy.number = (double)(w.cycles.estimate ? cycles.enabled_ns
							 : cycles.running_ns);
	else if (g->busy_ns < BUSY_MIN_NS)
		busy = cell_absent("it was idle", "idle");
	w.ghz = ratio(w.cycles, busy, 1.0);
	return w;
}

static struct cell per_second(struct cell c, double seconds)
{
	return ratio(c, cell_number(seconds), 1.0);
}

/* ---- CPUs ---- */

static double busy_of(const struct tick_cpu *c)
{
	return (double)(c->user_ns + c->sys_ns + c->irq_ns);
}

static struct bin cpu_bin(size_t *slots, size_t n)
{
	return (struct bin){ .by = AGGREGATE_ALL,
			     .cpu = -1,
			     .core = -1,
			     .die = -1,
			     .socket = -1,
			     .node = -1,
			     .tid = -1,
			     .pid = -1,
			     .cgroup = -1,
			     .slots = slots,
			     .nslots = n };
}

static struct ground cpu_ground(const struct tasks *t,
				const struct series *series,
				const struct run *run, const struct bin *bin)
{
	static const struct value_limits limits = { .scale = true };

	return (struct ground){
		.scope = { .series = series,
			   .run = run,
			   .snap = &t->look.cpu_counts,
			   .bin = bin,
			   .limits = &limits,
			   .wall_s = (double)t->look.length_ns * 1e-9,
			   .dead = t->cpu_health.dead,
			   .core_type = -1 },
		.notes = t->cpu_notes,
	};
}

static void fill_cpu(const struct tasks *t, const struct ground *ground,
		     const struct tick_cpu *c, struct tasks_cpu *ret)
{
	double busy = busy_of(c), steal = (double)c->steal_ns;
	double all = busy + steal + (double)c->idle_ns + (double)c->iowait_ns;
	struct ground g = *ground;
	size_t slot = c->slot;
	struct bin bin = cpu_bin(&slot, 1);
	struct work w;

	*ret = (struct tasks_cpu){ .cpu = c->cpu };
	if (all > 0.0) {
		ret->user = (double)c->user_ns / all;
		ret->sys = (double)c->sys_ns / all;
		ret->irq = (double)c->irq_ns / all;
		ret->steal = steal / all;
		ret->iowait = (double)c->iowait_ns / all;
	}
	if (c->slot >= t->look.cpu_counts.nslots) {
		ret->ipc = ret->ghz =
			cell_absent("this CPU is not counted", "denied");
		return;
	}
	g.scope.bin = &bin;
	g.busy_ns = busy;
	w = work_of(&g);
	ret->ipc = w.ipc;
	ret->ghz = w.ghz;
}

static void fill_cpus(struct tasks *t, const struct ground *ground)
{
	struct tasks_head *h = &t->head;

	free(h->cpus);
	h->ncpus = t->look.ncpus;
	h->cpus = xcalloc(h->ncpus ? h->ncpus : 1, sizeof(*h->cpus));
	for (size_t i = 0; i < h->ncpus; i++)
		fill_cpu(t, ground, &t->look.cpus[i], &h->cpus[i]);
}

/* ---- totals ---- */

static void fill_totals(struct tasks *t, const struct ground *cpus,
			const struct bin *all_cpus)
{
	struct tasks_head *h = &t->head;
	struct subject all;
	struct ground g = *cpus;
	struct work w;

	g.scope.bin = all_cpus;
	for (size_t i = 0; i < t->look.ncpus; i++)
		g.busy_ns += busy_of(&t->look.cpus[i]);
	if (all_cpus->nslots) {
		w = work_of(&g);
	} else {
		/* of those tasks that are counted */
		subject_of_all(t, &all);
		g = (struct ground){ .scope = subject_scope(t, &all),
				     .notes = t->notes,
				     .busy_ns = -1.0 };
		w = work_of(&g);
		w.ipc.partial = w.ghz.partial = all.partial;
		w.cycles.partial = w.instructions.partial = all.partial;
	}
	h->ipc = w.ipc;
	h->ghz = w.ghz;
	h->cycles = per_second(w.cycles, h->length_s);
	h->instructions = per_second(w.instructions, h->length_s);
}

/* Of a process with some uncounted threads: as if all ran alike. */
static double counted_part(const struct task *task)
{
	if (task->slot == TASK_NOT_COUNTED)
		return 0.0;
	if (!task->threads_uncounted || !task->threads)
		return 1.0;
	return task->threads_uncounted >= task->threads
		       ? 0.0
		       : 1.0 - (double)task->threads_uncounted /
					 (double)task->threads;
}

static double counted_share(const struct tick *tick)
{
	double all = 0.0, counted = 0.0;

	for (size_t i = 0; i < tick->ntasks; i++) {
		const struct task *task = &tick->tasks[i];
		double ns = (double)task->user_ns + (double)task->sys_ns;

		if ((task->tid != 0) != tick->has_threads)
			continue;
		all += ns;
		counted += ns * counted_part(task);
	}
	return all > 0.0 ? counted / all : -1.0;
}

/*
 * Who begins and ends between two looks is in no list, and where a machine
 * compiles that is most of what it does.  Interrupts are nobody's.
 */
static double unseen_share(const struct tick *tick)
{
	double used = 0.0, told = 0.0;

	for (size_t i = 0; i < tick->ncpus; i++)
		used += (double)tick->cpus[i].user_ns +
			(double)tick->cpus[i].sys_ns;
	if (tick->some || used < UNSEEN_LEAST_NS)
		return -1.0;
	for (size_t i = 0; i < tick->ntasks; i++)
		if (!tick->tasks[i].tid)
			told += (double)tick->tasks[i].user_ns +
				(double)tick->tasks[i].sys_ns;
	return told < used ? 1.0 - told / used : 0.0;
}

static bool is_nothing(const struct tasks *t)
{
	const struct plan *plan = t->context.plan;

	for (size_t c = 0; c < plan->ncounters; c++)
		if (!t->notes || !t->notes[c].why.code)
			return false;
	return true;
}

static double running_in(const struct plan *plan, const struct snapshot *snap)
{
	double enabled = 0.0, running = 0.0;

	for (size_t c = 0; plan && c < plan->ncounters; c++) {
		if (!plan->events->items[plan->counters[c].event]->hardware)
			continue;
		for (size_t s = 0; s < snap->nslots; s++) {
			const struct reading *r = snapshot_at(snap, c, s);

			if (r->state != READING_OK &&
			    r->state != READING_SCALED &&
			    r->state != READING_NOT_COUNTED)
				continue;
			enabled += (double)r->enabled_ns;
			running += (double)r->running_ns;
		}
	}
	return enabled > 0.0 ? running / enabled : -1.0;
}

/* ---- what is lacking ---- */

static void join(struct strbuf *b)
{
	if (b->len)
		strbuf_puts(b, "; ");
}

/* Why no hardware event counts at all; NULL: one does, or none was wanted. */
static const char *why_no_hardware(const struct tasks *t)
{
	const struct plan *plan = t->context.plan;
	const char *why = NULL;

	for (size_t c = 0; c < plan->ncounters; c++) {
		size_t event = plan->counters[c].event;
		const struct err *refused =
			plan->refused ? &plan->refused[event] : NULL;

		if (!plan->events->items[event]->hardware)
			continue;
		if (t->notes && t->notes[c].why.code) {
			why = why ? why : t->notes[c].why.what;
			continue;
		}
		if (!refused || !refused->code)
			return NULL;
		why = why ? why : refused->what;
	}
	return why;
}

/* Why no row has a number there, or NULL: some have. */
static const char *lacking_of(const struct tasks *t, const struct column *c)
{
	const struct plan *plan = t->context.plan;
	const struct plan_use *use;

	if (c->lacking)
		return c->lacking;
	if (c->kind == COLUMN_EVENT && t->health.dead[plan->shown[c->event]])
		return reading_state_meaning(READING_DEAD);
	if (c->kind != COLUMN_METRIC)
		return NULL;
	use = &plan->uses[c->use];
	for (size_t i = 0; use->counters && i < use->metric->ninputs; i++)
		if (t->health.dead[use->counters[i]])
			return reading_state_meaning(READING_DEAD);
	return NULL;
}

static bool is_with(const struct tasks *t, size_t column, const char *why)
{
	const char *own = lacking_of(t, &t->columns->items[column]);

	return own && !strcmp(own, why);
}

/* Columns with the same reason are named together. */
static void add_columns(const struct tasks *t, struct strbuf *b)
{
	const struct columns *columns = t->columns;

	for (size_t i = 0; i < columns->n; i++) {
		const char *why = lacking_of(t, &columns->items[i]);
		size_t named = 0, first = 0;

		if (!why)
			continue;
		while (!is_with(t, first, why))
			first++;
		if (first < i)
			continue;
		join(b);
		for (size_t k = i; k < columns->n; k++)
			if (is_with(t, k, why))
				strbuf_addf(b, "%s%s", named++ ? ", " : "",
					    columns->items[k].key);
		strbuf_addf(b, ": %s", why);
	}
}

static void add_uncounted(const struct tick *tick, struct strbuf *b)
{
	static const enum task_uncounted told[] = { TASK_DENIED, TASK_LIMIT };

	for (size_t k = 0; k < ARRAY_LEN(told); k++) {
		size_t n = 0;

		for (size_t i = 0; i < tick->ntasks; i++) {
			const struct task *task = &tick->tasks[i];

			n += !task->tid && task->slot == TASK_NOT_COUNTED &&
			     task->uncounted == told[k] &&
			     (task->user_ns || task->sys_ns);
		}
		if (!n)
			continue;
		join(b);
		strbuf_addf(b, "%zu process%s: %s", n, n == 1 ? "" : "es",
			    told[k] == TASK_DENIED
				    ? "somebody else's"
				    : task_uncounted_meaning(told[k]));
	}
}

static void fill_lacking(struct tasks *t)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	const char *why = why_no_hardware(t);

	if (why)
		strbuf_addf(&b, "hardware events: %s", why);
	else
		add_columns(t, &b);
	if (t->look.collector.limited) {
		join(&b);
		strbuf_puts(&b, t->look.collector.limited);
	}
	add_uncounted(&t->look, &b);
	free(t->lacking);
	t->lacking = xstrdup(strbuf_str(&b));
	t->head.lacking = t->lacking;
}

void head_make(struct tasks *t)
{
	struct tasks_head *h = &t->head;
	const struct tick *l = &t->look;
	const struct series series = { .plan = t->context.cpu_plan,
				       .facts = t->context.facts };
	const struct run run = { .slots = l->cpu_slots,
				 .nslots = l->ncpu_slots,
				 .notes = t->cpu_notes };
	AUTO_FREE size_t *slots = xcalloc(l->ncpus + 1, sizeof(*slots));
	struct bin all = cpu_bin(slots, 0);
	struct ground ground = cpu_ground(t, &series, &run, &all);

	for (size_t i = 0; i < l->ncpus; i++)
		if (l->cpus[i].slot < l->cpu_counts.nslots)
			slots[all.nslots++] = l->cpus[i].slot;
	h->at = l->at;
	h->length_s = (double)l->length_ns * 1e-9;
	h->uptime_s = l->uptime_s;
	memcpy(h->load, l->load, sizeof(h->load));
	h->processes = l->processes;
	h->threads = l->threads;
	h->running = l->running;
	h->memory_bytes = l->memory_bytes;
	h->memory_available_bytes = l->memory_available_bytes;
	h->collector = &l->collector;
	fill_cpus(t, &ground);
	fill_totals(t, &ground, &all);
	h->nothing = is_nothing(t);
	h->counted = h->nothing ? -1.0 : counted_share(l);
	h->unseen = unseen_share(l);
	h->running_share = running_in(t->context.plan, &l->counts);
	if (h->running_share < 0.0)
		h->running_share =
			running_in(t->context.cpu_plan, &l->cpu_counts);
	fill_lacking(t);
}
