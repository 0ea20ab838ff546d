/*
 * What a reading of one group costs beside the bare read() of the same
 * descriptor.  Software events, so that it runs on every machine.
 */
#include "base/auto.h"
#include "row.h"
#include "source/perf_session.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BATCH 2000
#define BATCHES 200

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg;
	(void)events;
	(void)n;
	(void)err;
	return 1;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* One counting cell: the group of the plan on the only slot */
static const struct cell *only_cell(const struct session *s)
{
	const struct perf_session *p = (const struct perf_session *)s;

	if (s->plan->ngroups != 1 || p->groups[0].n != 1)
		return NULL;
	return &p->groups[0].items[0];
}

static int time_both(struct session *s, double *ours, double *bare)
{
	const struct cell *cell = only_cell(s);
	struct snapshot out = { 0 };
	struct err err = { 0 };
	uint64_t buffer[32];
	int r = 0;

	if (!cell || cell->leader < 0 || !cell->one_read)
		return -1;
	snapshot_init(&out, s->plan->ncounters, s->nslots);
	for (size_t i = 0; i <= BATCHES && r == 0; i++) {
		double start = now_ns(), middle, end;

		for (int k = 0; k < BATCH && r == 0; k++)
			r = s->source->read(s, &out, &err);
		middle = now_ns();
		for (int k = 0; k < BATCH && r == 0; k++)
			if (read(cell->leader, buffer, sizeof(buffer)) <= 0)
				r = -1;
		end = now_ns();
		if (!i)
			continue; /* warm-up */
		ours[i - 1] = (middle - start) / BATCH;
		bare[i - 1] = (end - middle) / BATCH;
	}
	snapshot_done(&out);
	return r;
}

static int measure(const struct event_list *events)
{
	struct metric_uses none = { 0 };
	struct plan plan = { 0 };
	pid_t self = getpid();
	struct target target = { .tids = &self, .ntids = 1 };
	struct session_options options = { .sys = &perf_sys_kernel };
	struct session *s = NULL;
	struct err err = { 0 };
	double ours[BATCHES], bare[BATCHES];
	int r = plan_make(events, &none, always_fits, NULL, &plan, &err);

	if (r == 0)
		r = source_perf.open(&plan, &target, &options, &s, &err);
	if (r == 0)
		r = source_perf.start(s, &err);
	if (r == 0)
		r = time_both(s, ours, bare);
	source_perf.close(s);
	plan_done(&plan);
	if (r < 0)
		return r;
	row_print("one reading of a group of 4", row_median(ours, BATCHES),
		  row_median(bare, BATCHES), "ns", 1.20);
	return 0;
}

int main(void)
{
	static const uint64_t configs[] = {
		PERF_COUNT_SW_TASK_CLOCK,
		PERF_COUNT_SW_CONTEXT_SWITCHES,
		PERF_COUNT_SW_CPU_MIGRATIONS,
		PERF_COUNT_SW_PAGE_FAULTS,
	};
	struct event events[ARRAY_LEN(configs)];
	struct event *items[ARRAY_LEN(configs)];
	struct event_list list = { .items = items, .n = ARRAY_LEN(configs) };
	static char name[] = "software", empty[] = "";

	for (size_t i = 0; i < list.n; i++) {
		events[i] = (struct event){
			.name = name,
			.base = empty,
			.unit = empty,
			.help = empty,
			.scale = 1.0,
			.code = { .type = PERF_TYPE_SOFTWARE,
				  .config = configs[i] },
			.core_type = -1,
			.hybrid_set = -1,
			.group = -1,
		};
		items[i] = &events[i];
	}
	if (measure(&list) < 0)
		printf("one reading of a group of 4: software events cannot be "
		       "counted here\n");
	return 0;
}
