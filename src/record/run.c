/* Snapshots, runs and series: memory only; see run.h. */
#include "record/run.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

void snapshot_init(struct snapshot *s, size_t ncounters, size_t nslots)
{
	memset(s, 0, sizeof(*s));
	s->ncounters = ncounters;
	s->nslots = nslots;
	s->readings = xcalloc(ncounters * nslots, sizeof(*s->readings));
}

void snapshot_done(struct snapshot *s)
{
	if (!s)
		return;
	free(s->readings);
	spreads_free(s->spread);
	memset(s, 0, sizeof(*s));
}

void run_done(struct run *run)
{
	if (!run)
		return;
	free(run->slots);
	free(run->notes);
	for (size_t i = 0; i < run->nremarks; i++)
		free(run->remarks[i]);
	free(run->remarks);
	snapshot_done(&run->total);
	memset(run, 0, sizeof(*run));
}

bool run_wait_s(const struct run *run, double *ret)
{
	const struct run_usage *u = &run->usage;
	double all = (double)run->user_ns + (double)run->sys_ns;

	if (!run->has_rusage || run->beside || !u->has_main_wait)
		return false;
	/* the two clocks differ by some microseconds: short runs are whole */
	if ((double)u->main_cpu_ns < 0.9 * all - 1e6)
		return false;
	*ret = (double)u->main_wait_ns * 1e-9;
	return true;
}

void series_done(struct series *series)
{
	if (!series)
		return;
	for (size_t i = 0; i < series->nruns; i++)
		run_done(&series->runs[i]);
	free(series->runs);
	memset(series, 0, sizeof(*series));
}
