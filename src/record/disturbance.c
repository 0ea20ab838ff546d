/* What disturbed a run; see disturbance.h. */
#include "record/disturbance.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS_LEAST 3 /* to know what is usual */
#define STEAL_MOST 0.01
#define WAITING_MOST 0.02
#define WAITING_LEAST_NS 1000000u
/* where waiting is not known; a CPU that is not shared has none of them */
#define PREEMPTED_MOST 50.0
#define DRIFT_MOST 0.02

static const char *const names[] = {
	"steal",
	"contention",
	"migrations",
	"frequency",
};
_Static_assert(ARRAY_LEN(names) == DISTURBANCE_KINDS, "one each");

const char *disturbance_name(unsigned i)
{
	return names[i];
}

/* "cpu  user nice system idle iowait irq softirq steal ...", in ticks */
int disturbance_steal(const struct rootfs *root, uint64_t *ret_ns)
{
	AUTO_FREE char *text = NULL;
	long hz = sysconf(_SC_CLK_TCK);
	int r = rootfs_read(root, &text, "/proc/stat");
	char *word, *save = NULL;
	uint64_t ticks;

	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	word = strtok_r(text, " ", &save);
	if (!word || strcmp(word, "cpu") != 0 || hz <= 0)
		return -ENODATA;
	for (int i = 0; i < 8 && word; i++)
		word = strtok_r(NULL, " ", &save);
	if (!word || parse_u64(word, &ticks) < 0)
		return -ENODATA;
	*ret_ns = ticks * (1000000000u / (uint64_t)hz);
	return 0;
}

/*
 * The count of the event that formulas call @base over all slots; negative
 * where it has none, or where it is a part only: of a level, of a kind of core.
 */
static double count_of(const struct series *series, const struct run *run,
		       const char *base)
{
	const struct plan *plan = series->plan;
	double sum = 0.0;

	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *event = plan->events->items[e];
		bool any = false;

		if (strcmp(event->base, base) != 0 || event->has_level ||
		    event->core_type >= 0)
			continue;
		for (size_t s = 0; s < run->total.nslots; s++) {
			const struct reading *r =
				snapshot_at(&run->total, plan->shown[e], s);

			if (r->state == READING_ABSENT)
				continue;
			if (!reading_has_value(r->state))
				return -1.0;
			any = true;
			sum += reading_estimate(r);
		}
		return any ? sum : -1.0;
	}
	return -1.0;
}

/* In user mode alone is not the same as beside the kernel's clock. */
static bool lost_the_kernel(const struct series *series, const struct run *run)
{
	for (size_t c = 0; run->notes && c < series->plan->ncounters; c++)
		if (run->notes[c].user_only)
			return true;
	return false;
}

static void measure(const struct series *series, const struct run *run,
		    struct disturbance *d)
{
	double clock = count_of(series, run, "task_clock") * 1e-9;
	double cycles = count_of(series, run, "cycles");
	double cpu = ((double)run->user_ns + (double)run->sys_ns) * 1e-9;
	double wait;

	*d = (struct disturbance){ 0, -1.0, -1.0, -1.0, -1.0, -1.0 };
	if (run->has_steal && run->wall_ns)
		d->steal = (double)run->steal_ns / (double)run->wall_ns;
	if (run_wait_s(run, &wait) && wait + cpu > 0.0)
		d->waiting = wait / (wait + cpu);
	if (run->has_rusage && !run->beside && cpu > 0.0)
		d->preempted = (double)run->usage.involuntary_switches / cpu;
	d->migrations = count_of(series, run, "cpu_migrations");
	if (cycles > 0.0 && clock > 0.0 && !lost_the_kernel(series, run))
		d->hz = cycles / clock;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of those of @values[n] that are known; negative when these are too few. */
static double usual(double *values, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] >= 0.0)
			values[known++] = values[i];
	if (known < RUNS_LEAST)
		return -1.0;
	qsort(values, known, sizeof(*values), by_size);
	return known % 2 ? values[known / 2]
			 : (values[known / 2 - 1] + values[known / 2]) / 2.0;
}

/* Against what the run itself is. */
static unsigned judge_alone(const struct disturbance *d, const struct run *run)
{
	unsigned kinds = 0;

	if (d->steal > STEAL_MOST)
		kinds |= DISTURBANCE_STEAL;
	if (d->waiting >= 0.0
		    ? d->waiting > WAITING_MOST &&
			      run->usage.main_wait_ns > WAITING_LEAST_NS
		    : d->preempted > PREEMPTED_MOST)
		kinds |= DISTURBANCE_CONTENTION;
	return kinds;
}

void disturbance_judge(const struct series *series, struct disturbance *ret)
{
	size_t n = series->nruns;
	AUTO_FREE double *moves = xcalloc(n + 1, sizeof(*moves));
	AUTO_FREE double *rates = xcalloc(n + 1, sizeof(*rates));
	double usual_moves, usual_hz;

	for (size_t i = 0; i < n; i++) {
		measure(series, &series->runs[i], &ret[i]);
		moves[i] = ret[i].migrations;
		rates[i] = ret[i].hz;
	}
	usual_moves = usual(moves, n);
	usual_hz = usual(rates, n);
	for (size_t i = 0; i < n; i++) {
		struct disturbance *d = &ret[i];

		d->kinds = judge_alone(d, &series->runs[i]);
		if (usual_moves >= 0.0 &&
		    d->migrations > 2.0 * usual_moves + 2.0)
			d->kinds |= DISTURBANCE_MIGRATIONS;
		if (usual_hz > 0.0 && d->hz >= 0.0 &&
		    fabs(d->hz / usual_hz - 1.0) > DRIFT_MOST)
			d->kinds |= DISTURBANCE_FREQUENCY;
	}
}
