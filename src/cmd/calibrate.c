/* Measuring for "tacho doctor --calibrate"; see calibrate.h. */
#include "cmd/calibrate.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/vec.h"
#include "cmd/caches.h"
#include "cmd/cmd.h"
#include "cmd/stat/stat.h"
#include "cpu/topology.h"
#include "event/resolve.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

static const struct speed_effort latency_effort = { .samples = 7,
						    .ns = 10 * MS };
static const struct speed_effort stream_effort = { .samples = 5,
						   .ns = 30 * MS };

/* User mode, where that is possible: the kernel's part is not known. */
static const struct {
	const char *event;
	enum loop_what what;
} rows[] = {
	{ "task-clock", LOOP_CPU_TIME },
	{ "page-faults", LOOP_PAGE_FAULTS },
	{ "context-switches", LOOP_SWITCHES },
	{ "raw_syscalls:sys_enter", LOOP_SYSCALLS },
	{ "cycles:u", LOOP_CYCLES },
	{ "instructions:u", LOOP_INSTRUCTIONS },
	{ "branches:u", LOOP_BRANCHES },
	{ "branch-misses:u", LOOP_BRANCH_MISSES },
	{ "L1-dcache-loads:u", LOOP_L1_LOADS },
	{ "L1-dcache-load-misses:u", LOOP_L1_LOAD_MISSES },
	{ "L1-icache-load-misses:u", LOOP_L1_CODE_MISSES },
	{ "cache-references:u", LOOP_CACHE_REFERENCES },
	{ "cache-misses:u", LOOP_CACHE_MISSES },
};

/* What is needed only while it runs. */
struct work {
	const struct rootfs *root;
	const struct diagnose_facts *facts;
	struct calibration *to;
	struct calibrate_options options;
	struct resolver *resolver;
	struct loop_caches caches;
	struct loop_state **states; /* [nstates], those that could be opened */
	size_t nstates;
	bool shows_progress;
};

static void work_done(struct work *w)
{
	for (size_t i = 0; i < w->nstates; i++)
		loop_close(w->states[i]);
	free(w->states);
	resolver_free(w->resolver);
}

/* What is going on, on a terminal; NULL: nothing any more. */
static void progress(const struct work *w, const char *what)
{
	if (!w->shows_progress)
		return;
	fprintf(stderr, "\r\033[K%s%s", what ? "calibrating: " : "",
		what ? what : "");
	fflush(stderr);
}

/* ---- loops ---- */

static void open_loops(struct work *w)
{
	for (size_t i = 0; i < loop_count; i++) {
		const struct loop *l = &loop_table[i];
		struct loop_state *state;
		struct err err = { 0 };
		size_t size = 0;
		int r;

		/* streams have threads and memory of their own */
		if (l->kind == LOOP_STREAM)
			continue;
		progress(w, l->name);
		r = loop_size(l, &w->caches, &size, &err);
		if (r == 0)
			r = loop_open(l, size, (size_t)w->caches.line, &state,
				      &err);
		if (l->kind == LOOP_CHASE) {
			w->to->latency[l->level].size = size;
			w->to->latency[l->level].why = err;
		}
		if (r == 0)
			VEC_PUSH(w->states, w->nstates, state);
	}
}

static struct loop_state *find_state(const struct work *w, const char *name)
{
	for (size_t i = 0; i < w->nstates; i++)
		if (strcmp(loop_of(w->states[i])->name, name) == 0)
			return w->states[i];
	return NULL;
}

/* ---- counters ---- */

/* The cause that doctor would name, in place of a plain errno. */
static void explain(const struct work *w, const struct event *event,
		    struct calibrate_counter *c)
{
	char *see;

	if (c->verdict != CALIBRATE_REFUSED || event->denied)
		return;
	diagnose_open_failure(w->facts, event->hardware,
			      stat_event_needs_kernel(event), false,
			      c->why.code, &c->why);
	/* it is doctor who speaks */
	see = strstr(c->why.what, "; see 'tacho doctor'");
	if (see)
		*see = '\0';
}

static void add_counter(struct work *w, const char *name, enum loop_what what,
			const struct calibrate_counter *result)
{
	struct calibrated_counter c = { .name = xstrdup(name),
					.what = what,
					.result = *result };

	VEC_PUSH(w->to->counters, w->to->ncounters, c);
}

/* The name stands before the reason already. */
static void drop_name(const char *name, char *why)
{
	size_t len = strlen(name);

	if (*why == '\'' && strncmp(why + 1, name, len) == 0 &&
	    strncmp(why + 1 + len, "': ", 3) == 0)
		memmove(why, why + len + 4, strlen(why + len + 4) + 1);
}

static void try_row(struct work *w, size_t row)
{
	AUTO(event_list_done) struct event_list list = { 0 };
	struct calibrate_counter c = { .verdict = CALIBRATE_REFUSED };

	progress(w, rows[row].event);
	if (resolve_text(w->resolver, rows[row].event, &list, &c.why) < 0) {
		drop_name(rows[row].event, c.why.what);
		add_counter(w, rows[row].event, rows[row].what, &c);
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		const struct event *event = list.items[i];

		calibrate_counter(&w->options, event, rows[row].what, w->states,
				  w->nstates, &c);
		explain(w, event, &c);
		add_counter(w, event->name, rows[row].what, &c);
	}
}

/* ---- latency and the clock ---- */

/* Cycles of an iteration, 0 where they do not count. */
static double cycles_of(struct work *w, const struct event *cycles,
			struct loop_state *state)
{
	double each;

	if (!cycles ||
	    calibrate_count(&w->options, cycles, state, &each, NULL) < 0)
		return 0.0;
	return each;
}

static void measure_latency(struct work *w, const struct event *cycles)
{
	for (size_t i = 0; i < w->nstates; i++) {
		const struct loop *l = loop_of(w->states[i]);
		struct calibrated_latency *to = &w->to->latency[l->level];

		if (l->kind != LOOP_CHASE)
			continue;
		progress(w, l->name);
		speed_time(w->states[i], &latency_effort, &to->ns);
		for (size_t k = 0; k < to->ns.n; k++)
			to->ns.sample[k] /= l->steps;
		to->cycles = cycles_of(w, cycles, w->states[i]) / l->steps;
	}
}

/* An addition takes one cycle, so the fastest sample is the clock. */
static void measure_clock(struct work *w, const struct event *cycles)
{
	struct loop_state *adds = find_state(w, "add-chain");
	struct speed s;
	double each;
	int khz;

	if (!adds)
		return;
	progress(w, "clock");
	speed_time(adds, &latency_effort, &s);
	w->to->adds_hz = loop_of(adds)->adds / speed_least(&s) * 1e9;
	each = cycles_of(w, cycles, adds);
	w->to->cycles_hz = each / speed_least(&s) * 1e9;
	if (rootfs_read_int(w->root, &khz,
			    "/sys/devices/system/cpu/cpu0/cpufreq/"
			    "cpuinfo_max_freq") == 0)
		w->to->nominal_hz = khz * 1e3;
}

static void measure_core(struct work *w)
{
	AUTO(event_list_done) struct event_list list = { 0 };
	const struct event *cycles = NULL;

	if (resolve_text(w->resolver, "cycles:u", &list, NULL) == 0)
		cycles = list.items[0];
	measure_latency(w, cycles);
	measure_clock(w, cycles);
}

/* ---- bandwidth ---- */

#define LEAST_TOGETHER ((uint64_t)256 << 20)
#define MOST_TOGETHER ((uint64_t)4 << 30)

/* Four times all caches of the last level, shared among @n threads. */
static int share_of(const struct loop_caches *c, size_t n, size_t *ret,
		    struct err *err)
{
	uint64_t total = 4 * c->last_total, limit = MOST_TOGETHER;

	if (total < LEAST_TOGETHER)
		total = LEAST_TOGETHER;
	if (c->limit && c->limit < limit)
		limit = c->limit;
	if (total > limit)
		total = limit;
	if (total < 2 * c->last_total)
		return err_set(err, -ENODATA,
			       "only %llu MiB may be used, which is too little "
			       "beside %llu MiB of cache",
			       (unsigned long long)(limit >> 20),
			       (unsigned long long)(c->last_total >> 20));
	*ret = (size_t)(total / n) & ~(size_t)4095;
	return 0;
}

static void measure_stream(struct work *w, const char *name, const int *cpus,
			   size_t n)
{
	struct calibrated_stream *to = &w->to->streams[w->to->nstreams++];
	struct err err = { 0 };
	int r;

	to->loop = loop_find(name);
	to->threads = n;
	progress(w, name);
	if (n == 1)
		r = loop_size(to->loop, &w->caches, &to->size, &err);
	else
		r = share_of(&w->caches, n, &to->size, &err);
	if (r == 0)
		r = speed_stream(to->loop, to->size, n == 1 ? NULL : cpus, n,
				 &stream_effort, &to->rate, &err);
	if (r < 0)
		to->why = err;
}

#define MOST_CPUS 65536

/* The CPUs that we may run on; the caller frees.  None: cannot be told. */
static int *allowed_cpus(size_t *n)
{
	cpu_set_t *set = CPU_ALLOC(MOST_CPUS);
	size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
	int *cpus = NULL;

	*n = 0;
	if (!set)
		return NULL;
	CPU_ZERO_S(size, set);
	if (sched_getaffinity(0, size, set) == 0)
		for (int i = 0; i < MOST_CPUS; i++)
			if (CPU_ISSET_S(i, size, set))
				VEC_PUSH(cpus, *n, i);
	CPU_FREE(set);
	return cpus;
}

static void measure_streams(struct work *w)
{
	AUTO_FREE int *cpus = NULL;
	size_t n;

	cpus = allowed_cpus(&n);
	w->to->threads = n;
	measure_stream(w, "stream-read", NULL, 1);
	measure_stream(w, "stream-copy", NULL, 1);
	if (n > 1) {
		measure_stream(w, "stream-read", cpus, n);
		measure_stream(w, "stream-copy", cpus, n);
	}
}

/* ---- what is kept ---- */

static void raise_to(double *ceiling, double value)
{
	if (value > *ceiling)
		*ceiling = value;
}

/*
 * A cache that measures like the memory was not measured: its contents did
 * not stay.
 */
static void find_hidden(struct calibration *c)
{
	double behind = 0.0;

	for (int l = LOOP_DRAM; l >= LOOP_L1; l--) {
		double least = speed_least(&c->latency[l].ns);

		c->latency[l].hidden = least > 0.7 * behind && behind > 0.0;
		if (least > 0.0)
			behind = least;
	}
}

static void set_ceilings(struct calibration *c)
{
	double *v = c->ceilings.value;

	_Static_assert(CEILING_LATENCY_L1 + LOOP_DRAM == CEILING_LATENCY_DRAM,
		       "the levels are in the same order");
	for (size_t i = 0; i < c->nstreams; i++) {
		const struct calibrated_stream *s = &c->streams[i];
		double most = speed_most(&s->rate);

		if (s->threads == 1)
			raise_to(&v[CEILING_BANDWIDTH_THREAD], most);
		if (s->threads == c->threads)
			raise_to(&v[CEILING_BANDWIDTH], most);
	}
	/* some machines are faster with fewer threads, but then by little */
	if (v[CEILING_BANDWIDTH] > 0.0)
		raise_to(&v[CEILING_BANDWIDTH], v[CEILING_BANDWIDTH_THREAD]);
	find_hidden(c);
	for (int l = 0; l < LOOP_LEVELS; l++)
		if (!c->latency[l].hidden)
			v[CEILING_LATENCY_L1 + l] =
				speed_least(&c->latency[l].ns);
}

static void keep(struct calibration *c)
{
	if (ceilings_save(c->machine, &c->ceilings, &c->unsaved) == 0)
		c->path = ceilings_path(NULL);
}

void calibration_run(const struct rootfs *root, const struct cpu *cpu,
		     const struct diagnose_facts *facts,
		     struct calibration *ret)
{
	AUTO(topology_done) struct topology topology = { 0 };
	AUTO(work_done)
	struct work w = { .root = root,
			  .facts = facts,
			  .to = ret,
			  .options = { .source = &source_perf,
				       .sys = &perf_sys_kernel,
				       .ns = 5 * MS,
				       .tries = 3,
				       .cpu_time = calibrate_cpu_time },
			  .shows_progress = cmd_is_screen(STDERR_FILENO) };
	uint64_t start = clock_now_ns();

	*ret = (struct calibration){ 0 };
	topology_load(root, &topology, NULL);
	caches_find(root, &topology, &w.caches);
	w.resolver = resolver_new(root, NULL, 0);
	open_loops(&w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		try_row(&w, i);
	measure_core(&w);
	measure_streams(&w);
	progress(&w, NULL);
	set_ceilings(ret);
	ret->machine = ceilings_machine(cpu, topology.ncpus);
	keep(ret);
	ret->seconds = (double)(clock_now_ns() - start) / 1e9;
}

bool calibration_trusts(const struct calibration *c)
{
	for (size_t i = 0; i < c->ncounters; i++) {
		enum calibrate_verdict v = c->counters[i].result.verdict;

		if (v == CALIBRATE_WRONG || v == CALIBRATE_DEAD)
			return false;
	}
	return true;
}

void calibration_done(struct calibration *c)
{
	for (size_t i = 0; i < c->ncounters; i++) {
		free(c->counters[i].name);
		calibrate_counter_done(&c->counters[i].result);
	}
	free(c->counters);
	free(c->machine);
	free(c->path);
	*c = (struct calibration){ 0 };
}
